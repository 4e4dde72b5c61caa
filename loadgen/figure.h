/* SPDX-License-Identifier: MIT */
/*
 * figure - one metric of a row, measured in one view of a load.
 *
 * A view is the seconds that count: those judged, less a warm-up, less bad
 * ones.  Metrics find their operations by name, which is what scenarios have
 * to call them: "login", "fetch", "page" and "submit" (the only operation
 * there is serves as the latter, whatever its name).
 *
 *	login.p95 fetch.p95 page.p95 ocsp.p95 lookup.p95 query.p95 issue.p95
 *	seal.p95 verify.p95 crl.time		response times; what failed, timed
 *			out, was dropped or never ended waited without end;
 *			crl.time is a p95 like the others
 *	delivery.p95 .p99	from the 250 to visible; what was lost waited
 *			without end
 *	throughput	submits done a second; a rate is kept when 99.5 % of it
 *			is, for no plan can be kept closer
 *	issue.rate sign.rate verify.rate	the same of those operations
 *	load.rate	the same of all operations together
 *	errors.ratio	of all operations: failed and dropped ones
 *	success.ratio	of all messages that were due: delivered and intact
 *	lost duplicates	of the ledger
 *	load.sessions	connections past their login, in 99 % of the seconds
 *	load.users	connections, in 99 % of the seconds
 *	load.duration	seconds judged
 *	message.size fetch.size	octets sent a submit, heard a fetch: at most 1 %
 *			below, and 15 % above for what goes with it
 *	answers.wrong	of those that were examined when all was over; a row
 *			with an issue.rate has none of them, though
 *			limits.tsv does not say so
 *	crl.entries	of the longest list that was handed out
 *	records		of the list that was handed over; low is what its sample
 *			shows to be there, by Clopper and Pearson: whatever was
 *			drawn and not found right is not there
 *	document.size	octets of the shortest document that came back, unpacked;
 *			at most 1 % below, and 15 % above for the seal
 *	batch.documents	seals that were asked for
 *	batch.failures	of them: failed, dropped, never ended, or wrong
 *	availability	of the seconds in which anything ended, each as far
 *			as what ended in it was right
 *
 * Availability counts seconds, not requests: it is a share of time that the
 * row asks for, and an outage at night is not made up by a busy day.  The row
 * asks it of a month.  What was not watched may have been all up or all down:
 * the favourable end is what the window tells by inference, at best all the
 * rest of 30 days up; the unfavourable one has the rest down.  So a short
 * window can fail and cannot pass.
 *
 * Operations count by seconds of measure.h; "failed" includes time-outs.
 */
#ifndef LOADGEN_FIGURE_H
#define LOADGEN_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "loadgen/measure.h"

enum figure_kind {
	FIGURE_RESPONSE, /* percentile of an operation */
	FIGURE_DELIVERY,
	FIGURE_RATE,
	FIGURE_ERRORS,
	FIGURE_SUCCESS,
	FIGURE_LOST,
	FIGURE_DOUBLED,
	FIGURE_SESSIONS,
	FIGURE_USERS,
	FIGURE_DURATION,
	FIGURE_SENT_SIZE,
	FIGURE_HEARD_SIZE,
	FIGURE_AVAILABLE,
	FIGURE_WRONG,
	FIGURE_ENTRIES,
	FIGURE_RECORDS,
	FIGURE_DOCUMENT,
	FIGURE_BATCH,
	FIGURE_FAILURES,
	FIGURE_KINDS
};

enum figure_trait {
	FIGURE_LATENCY = 1, /* never judged in a closed loop */
	FIGURE_STEADY = 2,  /* a warm-up may be cut */
	FIGURE_OF_LOAD = 4, /* what the load was: short of it is no fail */
	FIGURE_FACT = 8,    /* fails whatever the generator was like */
	FIGURE_HELD = 16,   /* how heavy the load was */
	FIGURE_RIGHT = 32,  /* of right answers: a wrong one fails the row */
};

struct figure_metric {
	const char *name; /* of limits.tsv */
	enum figure_kind kind;
	unsigned traits;
	const char *op;
	double share; /* of a percentile: 0.95 */
	const char *en, *zh;
};

/* NULL: no load measures that. */
const struct figure_metric *figure_find(const char *name);

/* use[i]: second i counts; those behind the plan's end are drained ones. */
struct figure_view {
	const struct measure *m;
	const unsigned char *use;
};

/* In us, octets, shares, counts, or counts a second. */
struct figure {
	bool any; /* something was measured */
	double mid, low, high;
	bool reached; /* both ends of the interval */
	double n, effect;
	double need;    /* values, when it is not reached */
	double largest; /* seen; for what is infinite */
	double offered; /* rate; or sessions, had none been refused */
	bool endless;   /* mid is: so many failed */
	bool trend;     /* it changes over time, beyond chance */
	double ahead;   /* where it will be in as long again */
};

void figure_take(
    struct figure *, const struct figure_metric *, const struct figure_view *);

/*
 * Of a percentile: tightens its interval by what is known of "within us", a
 * limit.  At least that share kept it, with 95 %: no end of the interval is
 * above it; less did: none is below.  Values that hang together blur a
 * percentile far more than the question on which side of a limit it is; and
 * where none is above the limit, each second still counts as one value only.
 */
void figure_bound(struct figure *, const struct figure_metric *,
    const struct figure_view *, int64_t us);

/*
 * The share of an operation (NULL: of all) that was right within that time,
 * in the judged seconds less their warm-up.
 */
void figure_within(
    struct figure *, const struct measure *, const char *op, int64_t us);

/*
 * Seconds to be cut from the front of the judged ones, over throughput and
 * p95 of every operation; settled: false when no steady state was reached.
 */
size_t figure_warmup(const struct measure *, bool *settled);

/* Behind the judged seconds, those that only carry them to their end. */
size_t figure_end(const struct measure *);

#endif
