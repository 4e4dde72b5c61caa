/* SPDX-License-Identifier: MIT */
/*
 * arrival - the plan of a load: when each session or request is due.
 *
 * It is computed before the first byte is sent and never changes, so that a
 * slow target cannot make the load lighter.  The same seed gives the same
 * plan, on any number of threads and machines: arrival i is worker i % n's.
 *
 * In a closed loop an arrival is a user, who begins then and stays busy until
 * the end.  Accounts take turns within a flow, which may have some of its own.
 */
#ifndef LOADGEN_ARRIVAL_H
#define LOADGEN_ARRIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "loadgen/scenario.h"

#define ARRIVAL_MOST 50000000 /* a plan of more is refused */

struct arrival {
	int64_t at_ns; /* from the start */
	uint8_t phase, flow;
	uint32_t account; /* index among scenario.accounts */
	uint32_t feed;    /* row of the feeder */
};

struct load_plan {
	struct arrival *at; /* sorted by at_ns */
	size_t n;
	int64_t end_ns; /* of the last phase */
	int64_t phase_from_ns[SCENARIO_PHASES], phase_to_ns[SCENARIO_PHASES];
	size_t n_phases;
	double peak; /* arrivals in the busiest second, wherever it begins */
};

/*
 * ERR_CONFIG for an impossible plan: no arrival at all, more than
 * ARRIVAL_MOST, a rate above what a second can hold (1,000,000), a feeder
 * with fewer rows than a "unique" plan needs (rows: how many it has).
 */
bool arrival_plan(
    struct load_plan *, const struct scenario *, size_t rows, struct err *);
void arrival_free(struct load_plan *);

/* SM3 over the plan, hexadecimal: equal plans, equal loads. */
void arrival_digest(const struct load_plan *, char hex[65]);

/* What a person is shown by --dry-run; en or zh. */
char *arrival_text(const struct load_plan *, const struct scenario *, bool zh);

/*
 * The seed of a repeat, from 1: the first is the scenario's own, and each
 * other one follows from it.
 */
uint64_t arrival_seed(uint64_t seed, int repeat);

/* Splitmix64: the one source of chance, here and for thinking. */
uint64_t chance_next(uint64_t *state);
double chance_unit(uint64_t *state); /* in (0, 1] */

#endif
