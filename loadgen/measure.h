/* SPDX-License-Identifier: MIT */
/*
 * measure - what a load brought to light, and the files that hold it.
 *
 *	RUN/evidence/load.NAME/measure.json	counts, seconds, health, ledger
 *	RUN/evidence/load.NAME/intervals.hlog	a histogram per second, operation
 *					and clock (HdrHistogram's log format)
 *	RUN/evidence/load.NAME/OP.CLOCK.hgrm	percentiles of the judged phases
 *
 * These are facts alone: what they mean is for judge.h, which is pure, so
 * that anybody can judge again from the files.
 */
#ifndef LOADGEN_MEASURE_H
#define LOADGEN_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/span.h"
#include "loadgen/hist.h"
#include "loadgen/scenario.h"

enum load_clock {
	CLOCK_RESPONSE, /* from the intended time: what a user waits */
	CLOCK_SERVICE,  /* from the first octet sent: what the target took */
	LOAD_CLOCKS
};

#define MEASURE_ERRORS   16
#define MEASURE_EXAMPLES 8
#define MEASURE_SECONDS  200000 /* more than two days are not kept */

extern const char *const load_clock_names[LOAD_CLOCKS];

/* One operation over many seconds: what measure_sum() gives. */
struct measure_op {
	uint64_t begun, done, failed, timeouts;
	struct hist hist[LOAD_CLOCKS];
};

/*
 * One operation in one second.  Its histograms are packed (see hist.h): half
 * an hour of six operations is then a few MiB and not 4 GiB.  They are as
 * exact: hist[c].n and .max are there to be read, hist_packed_percentile()
 * needs no memory, measure_get() gives a struct hist.
 */
struct measure_second_op {
	uint64_t begun, done, failed, timeouts;
	struct hist_packed hist[LOAD_CLOCKS];
};

/* The generator's own second. */
struct measure_health {
	int64_t late_p99_us, late_max_us; /* sent after it was due */
	uint64_t late_n;
	double cpu;           /* of the busiest worker, 0 to 1 */
	double run_queue;     /* waited for a core, 0 to 1, busiest worker */
	double steal;         /* of the machine, 0 to 1 */
	uint64_t retransmits; /* of connections that ended in it */
};

struct measure_second {
	uint64_t planned, begun; /* arrivals */
	uint64_t dropped;        /* found neither connection nor place */
	uint64_t waiting;        /* in the queue, at its end */
	uint64_t connections;    /* open, at its end */
	uint64_t in, out;        /* octets */
	struct measure_second_op ops[SCENARIO_OPS];
	struct measure_health health;
};

/* The ends that messages came to; see ledger.h. */
struct measure_ledger {
	bool kept;
	uint64_t planned, sent, accepted, refused, unknown;
	uint64_t delivered, lost, doubled, corrupted, reordered, late;
	/* in a mailbox though never sent, or refused, or not for it */
	uint64_t strange;
	uint64_t unread;    /* accepted; not all mailboxes could be read */
	uint64_t unchecked; /* seen, but their content could not be read */
	char *unread_why;   /* the first reason, or NULL */
	uint64_t collected_us;
	int64_t poll_us; /* p99 between two looks: how coarse "visible" is */
	struct hist delivery;             /* from the 250 to visible */
	char *examples[MEASURE_EXAMPLES]; /* ids and what became of them */
	size_t n_examples;
};

/* Answers that were examined when all was over; see loadgen/answers.h. */
struct measure_answers {
	bool kept;
	uint64_t heard;    /* in time, and good as far as was looked */
	uint64_t examined; /* of those, wholly */
	uint64_t wrong;    /* of those */
	uint64_t unread;   /* chosen, and there was no room */
	uint64_t entries;  /* of the longest list; of that they were drawn from */
	uint64_t octets;   /* of it */
	uint64_t fresh;    /* lists that were made while we waited for them */
	char *examples[MEASURE_EXAMPLES]; /* which was wrong, and why */
	size_t n_examples;
};

struct measure_error {
	char *what; /* "login: expected 235 *, heard 421 ..." */
	uint64_t n;
};

struct measure {
	char *scenario, *plan_digest, *started, *kit;
	char *ops[SCENARIO_OPS];
	size_t n_ops;
	struct measure_second *seconds;
	size_t n_seconds;
	/* seconds of the phases that are judged: [from, to) */
	size_t judged_from, judged_to;
	double offered_rate; /* arrivals a second, of the judged phases */
	uint64_t connects, connect_failures, handshakes, resumed;
	uint64_t no_ports; /* no port or descriptor to connect: our failure */
	uint64_t bytes_per_connection; /* memory of ours, measured; 0 unknown */
	uint64_t peak_connections;
	struct measure_ledger ledger;
	struct measure_answers answers;
	struct measure_error errors[MEASURE_ERRORS];
	size_t n_errors;
	double echo_rate; /* operations a second of the calibration */
	int workers, ranks, ranks_lost;
	bool interrupted;    /* drained early */
	bool closed_loop;    /* good for throughput alone */
	bool ended;          /* before the plan: what it asks was told */
	bool under_way;      /* a look at what is not over; in no file */
	int repeat, repeats; /* this is one of so many; 0 of 0: done once */
	int looks;        /* moments at which it might have ended; 0: at one */
	int look;         /* at which of them it ended, from 1; 0: at none */
	double precision; /* half of an interval, as a share, that would do */
	char *machine;    /* kernel, cores */
	char *lost_ranks; /* their numbers: "2, 3", or NULL */
};

/*
 * Takes the name of the scenario, if there is one, and whether its loop is
 * closed.  It has no operation yet: whoever knows them (operations_of() in
 * loadgen/driver.h) adds each, in order, so that indices are the same.  One
 * rank, one worker, no second judged.
 */
void measure_init(struct measure *, const struct scenario *, size_t seconds);
void measure_free(struct measure *);

/* Index of an operation, or -1. */
int measure_op_find(const struct measure *, const char *name);
/* The same, and it is added when it is new; -1 if SCENARIO_OPS are there. */
int measure_op_add(struct measure *, const char *name);

/*
 * So many seconds at least, MEASURE_SECONDS at most; new ones are empty.
 * Moves m->seconds.
 */
void measure_grow(struct measure *, size_t seconds);

/*
 * Adds to what is known of that second, which is made when it is new; what
 * is beyond MEASURE_SECONDS goes to the last.
 */
void measure_put(struct measure *, size_t second, size_t op, enum load_clock,
    const struct hist *);
/* Adds what that second has to a histogram. */
void measure_get(const struct measure *, size_t second, size_t op,
    enum load_clock, struct hist *into);

/* Of a ledger or of answers; those beyond MEASURE_EXAMPLES are left out. */
void measure_example_add(char **examples, size_t *n, const char *text);

/* Counts an error; when there is no place for a new one, as "others". */
void measure_error_add(struct measure *, const char *what, uint64_t n);

/*
 * Counts, histograms and rates add, of health the worse stays, and so does
 * what names the load (scenario, digest, judged seconds) unless there is
 * none.  Operations are matched by name, seconds by number.
 */
void measure_merge(struct measure *into, const struct measure *from);

/* Everything of the seconds [from, to) of one operation, added up. */
void measure_sum(const struct measure *, size_t op, size_t from, size_t to,
    struct measure_op *into); /* measure_op_free() it */
void measure_op_free(struct measure_op *);

/*
 * Writes all three kinds of files; the name of an operation is letters,
 * digits, "-", "_" and ".", the first no dot.  Reading trusts nothing: sizes
 * are bounded, and what the two files say must agree.  The .hgrm are for
 * others and not read.
 */
bool measure_write(const struct measure *, const char *dir, struct err *);
bool measure_read(struct measure *, const char *dir, struct err *);

/* What the first two would hold. */
void measure_texts(const struct measure *, struct buf *json, struct buf *log);

/* The same from text; what and log_what name the two in errors. */
bool measure_parse(struct measure *, const char *what, struct span json,
    const char *log_what, struct span log, struct err *);

#endif
