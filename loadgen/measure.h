/* SPDX-License-Identifier: MIT */
/*
 * measure - what a load brought to light, and the files that hold it.
 *
 *	RUN/measures/NAME/measure.json	counts, seconds, health, ledger
 *	RUN/measures/NAME/intervals.hlog	a histogram per second, operation
 *					and clock (HdrHistogram's log format)
 *	RUN/measures/NAME/OP.CLOCK.hgrm	percentiles of the judged phases
 *
 * These are facts alone: what they mean is for judge.h, which is pure, so
 * that anybody can judge again from the files.
 */
#ifndef LOADGEN_MEASURE_H
#define LOADGEN_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "loadgen/hist.h"
#include "loadgen/scenario.h"

enum load_clock {
	CLOCK_RESPONSE, /* from the intended time: what a user waits */
	CLOCK_SERVICE,  /* from the first octet sent: what the target took */
	LOAD_CLOCKS
};

extern const char *const load_clock_names[LOAD_CLOCKS];

/* One operation in one second (or over all of them). */
struct measure_op {
	uint64_t begun, done, failed, timeouts;
	struct hist hist[LOAD_CLOCKS];
};

/* The generator's own second. */
struct measure_health {
	int64_t late_p99_us, late_max_us; /* sent after it was due */
	uint64_t late_n;
	double cpu;           /* of the busiest worker, 0 to 1 */
	double run_queue;     /* waited for a core, 0 to 1, busiest worker */
	double steal;         /* of the machine, 0 to 1 */
	uint64_t retransmits; /* of the machine */
};

struct measure_second {
	uint64_t planned, begun; /* arrivals */
	uint64_t dropped;        /* found neither connection nor place */
	uint64_t waiting;        /* in the queue, at its end */
	uint64_t connections;    /* open, at its end */
	uint64_t in, out;        /* octets */
	struct measure_op ops[SCENARIO_OPS];
	struct measure_health health;
};

/* The ends that messages came to; see ledger.h. */
struct measure_ledger {
	bool kept;
	uint64_t planned, sent, accepted, refused, unknown;
	uint64_t delivered, lost, doubled, corrupted, reordered, late;
	uint64_t strange; /* of this run, and never sent */
	uint64_t collected_us;
	struct hist delivery; /* from the 250 to visible */
	char *examples[8];    /* ids and what became of them */
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
	uint64_t bytes_per_connection; /* memory of ours, measured; 0 unknown */
	uint64_t peak_connections;
	struct measure_ledger ledger;
	struct measure_error errors[16];
	size_t n_errors;
	double echo_rate; /* operations a second of the calibration */
	int workers, ranks, ranks_lost;
	bool interrupted; /* drained early */
	bool closed_loop; /* good for throughput alone */
	char *machine;    /* kernel, cores */
};

void measure_init(struct measure *, const struct scenario *, size_t seconds);
void measure_free(struct measure *);
/* Of equal shape: counts add, histograms add, health takes the worse. */
void measure_merge(struct measure *into, const struct measure *from);

/* Everything of the seconds [from, to) of one operation, added up. */
void measure_sum(const struct measure *, size_t op, size_t from, size_t to,
    struct measure_op *into); /* measure_op_free() it */
void measure_op_free(struct measure_op *);
/* Index of an operation, or -1. */
int measure_op_find(const struct measure *, const char *name);

bool measure_write(const struct measure *, const char *dir, struct err *);
bool measure_read(struct measure *, const char *dir, struct err *);

#endif
