/* SPDX-License-Identifier: MIT */
/*
 * load - what the report says about loads: plans, verdicts and figures.
 *
 * Plain data, ready to be printed.  Whoever fills it (program/load_page.c)
 * has counted, judged and binned before; a run of any length comes to at most
 * LOAD_COLUMNS columns, so that its pictures stay small.  Texts may be from a
 * target: they are escaped when printed.
 */
#ifndef REPORTS_LOAD_H
#define REPORTS_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/catalogue.h"
#include "lib/verdict.h"

#define LOAD_COLUMNS 120
#define LOAD_BOUNDS  4

/* Name of what is no operation: from acceptance to being visible. */
#define LOAD_DELIVERY "delivery"

enum load_arrive { LOAD_SESSIONS, LOAD_REQUESTS, LOAD_CLOSED };

enum load_shape {
	LOAD_CONSTANT,
	LOAD_POISSON,
	LOAD_RAMP,
	LOAD_STEPS,
	LOAD_SPIKE,
	LOAD_SOAK,
	LOAD_TRACE,
	LOAD_SHAPES
};

/* What was asked for. */
struct load_phase {
	char *name;
	enum load_shape shape;
	double rate, rate_to; /* arrivals a second; to: of ramp, steps, spike */
	int steps;
	double seconds;
	bool judged;
};

/* One limit and what was measured. */
struct load_metric {
	char *metric; /* "delivery.p95" */
	char *bound;  /* "least", "most", "equal": of the catalogue */
	char *unit;
	char *mark; /* of the catalogue, or "profile" */
	double limit, measured, low, high;
	bool any;              /* something of it was measured */
	bool beyond;           /* measured is the most that came to an end */
	bool interval;         /* low and high mean something */
	bool interval_reached; /* and are as narrow as was wanted */
	double *each; /* measured in each repeat, for what is over them */
	size_t n_each;
	size_t over;   /* the interval is that of so many repeats; 0: no */
	double n;      /* values it rests upon; 0: a plain fact */
	double effect; /* how many of them are worth an independent one */
	enum verdict verdict;
	char *why, *why_zh;
};

/* A row that the scenario judges. */
struct load_judged {
	char *id; /* of the case: "load.submission.throughput" */
	enum req row;
	char *title, *title_zh;
	enum verdict verdict;
	char *why, *why_zh;
	struct load_metric *metrics;
	size_t n;
};

enum load_times_kind {
	LOAD_RESPONSE, /* from the intended time: what a user waits */
	LOAD_SERVICE,  /* from the first octet sent: what the target took */
	LOAD_TIMES
};

/* Of all values, the share 1 - 10^-nines is at most us. */
struct load_point {
	double nines, us;
};

/*
 * What failed counts as waiting without end: a percentile may be infinite,
 * and the curve then ends before.  max_us is of what came to an end.
 */
struct load_times {
	uint64_t n;      /* that came to an end */
	uint64_t failed; /* counted in beside them; none in service times */
	double p50_us, p90_us, p99_us, p999_us, max_us;
	struct load_point *curve; /* rising in both */
	size_t n_curve;
};

/* "login.p95 at most 2 s", to be drawn beside what was measured. */
struct load_bound {
	double percentile, us, measured_us;
	enum verdict verdict;
};

/* How often a time was in which band: columns x rows, column by column. */
struct load_heat {
	double lowest_us; /* of row 0 */
	double per_decade;
	size_t rows; /* 0: not kept */
	uint64_t *counts;
	double *p99_us; /* of each column; 0 where there was nothing */
};

struct load_op {
	char *name;
	uint64_t begun, done, failed, timeouts;
	struct load_times times[LOAD_TIMES];
	struct load_heat heat; /* of response times */
	struct load_bound bounds[LOAD_BOUNDS];
	size_t n_bounds;
};

/* Some seconds together: rates a second, the worst of everything else. */
struct load_column {
	double planned, begun, dropped; /* arrivals */
	double done, failed;            /* operations */
	double waiting, connections;
	double late_p99_us, late_max_us;
	double cpu, run_queue, steal; /* 0 to 1 */
	double bad; /* share of its seconds in which we were not good enough */
};

struct load_ledger {
	bool kept;
	uint64_t planned, sent, accepted, refused, unknown;
	uint64_t delivered, lost, doubled, corrupted, reordered, late, strange;
	uint64_t unread;    /* accepted, but not all mailboxes could be read */
	uint64_t unchecked; /* seen, but their content could not be read */
	char *unread_why;   /* or NULL */
	double poll_us;     /* between two looks: how coarse "visible" is */
	char **examples;
	size_t n_examples;
};

struct load_error {
	char *what;
	uint64_t n;
};

/* A probe of the search for capacity. */
struct load_probe {
	double rate;
	double share, low, high; /* within the limits, and its interval */
	enum verdict verdict;
	bool repeated; /* done again because it decided */
};

struct load_capacity {
	struct load_probe *probes; /* in the order they were made */
	size_t n;
	double pass_rate, fail_rate; /* the bracket; 0: that end not found */
	double share_wanted;         /* 0: none */
	char *why, *why_zh;
};

struct load_scenario {
	char *name;
	char *title, *title_zh; /* NULL: there is only the name */
	enum load_arrive arrive;
	struct load_phase *phases; /* none when the scenario is not at hand */
	size_t n_phases;
	double offered_rate; /* arrivals a second, of what is judged */
	uint64_t planned;    /* arrivals, of the whole */
	/*
	 * Of a load that was done several times there is one for each repeat,
	 * with that repeat's own verdicts; before them, with repeat 0, is what
	 * all of them come to, which has no seconds.  Once: 0 of 0.
	 */
	int repeat, repeats;
	size_t whole; /* repeats that were not cut short */
	size_t seconds, judged_from, judged_to;
	bool ended;            /* before its plan, for it was told */
	double precision;      /* half an interval, as a share, that would do */
	int looks;             /* moments at which that might have been */
	int look;              /* that it was at, from 1; 0: not known */
	size_t warmup_seconds; /* cut from what is judged */
	bool stationary;

	struct load_judged *judged;
	size_t n_judged;

	bool generator_good;
	char *generator_why, *generator_why_zh;
	double late_most_us, cpu_most; /* what it must keep; 0: none */
	double echo_rate;

	struct load_op *ops;
	size_t n_ops;
	struct load_column *columns;
	size_t n_columns;
	double column_s; /* seconds in each */
	struct load_ledger ledger;
	struct load_error *errors;
	size_t n_errors;
	struct load_capacity capacity;

	uint64_t connects, connect_failures, handshakes, resumed;
	uint64_t bytes_per_connection, peak_connections;
	int workers, ranks, ranks_lost;
	bool interrupted;
	char *machine, *plan_digest, *started;
	char *folder;     /* "evidence/load.submission", of the run */
	char *unreadable; /* why the measurements could not be read */
};

struct load_report {
	struct load_scenario *scenarios;
	size_t n;
};

void load_report_free(struct load_report *);

/* Seconds in a column so that n of them are at most LOAD_COLUMNS. */
size_t load_column_seconds(size_t n);

#endif
