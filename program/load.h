/* SPDX-License-Identifier: MIT */
/*
 * load - the loads of a run: which there are for a target, how they are
 * carried out, and how their measurements are judged, now and again.
 *
 * A load is a scenario (loadgen/scenario.h) whose rows stand in the plan as
 * cases "load.SCENARIO.CASE".  Loads run one after another, when all other
 * cases have ended, and have the target and the machine to themselves.
 */
#ifndef PROGRAM_LOAD_H
#define PROGRAM_LOAD_H

#include <stdbool.h>
#include <stdio.h>

#include "conformance/plan.h"
#include "lib/err.h"
#include "lib/journal.h"
#include "lib/profile.h"
#include "lib/run.h"
#include "loadgen/scenario.h"
#include "program/ranks.h"

/* The loads there are, with their places in the plan. */
struct loads {
	struct scenario *at;
	size_t n;
	struct plan_guest *guests;
	size_t n_guests;
	char **texts; /* that the guests point at */
	size_t n_texts;
};

struct load_request {
	const char *scenario; /* one of them, or NULL: all in fixtures/load/ */
	const char *fixtures; /* NULL: ours */
	struct scenario_change change;
	int64_t most_us; /* of each; longer ones are shortened; 0: as asked */
	int workers;     /* 0: as many as are good */
	bool find_capacity;
	bool first;       /* of pump_options */
	int metrics_port; /* of 127.0.0.1, for Prometheus; 0: none */
	struct ranks ranks;
};

const char *load_request_fixtures(const struct load_request *);

bool loads_read(struct loads *, const struct load_request *,
    const struct profile *, struct err *);
void loads_free(struct loads *);

/*
 * For a run that goes on, or is done again: each as long as the longest in
 * that plan.
 */
void load_request_of(struct load_request *, const struct plan *);

struct load_carry {
	const struct load_request *request;
	const struct profile *profile;
	struct ranks ranks;
	const char *run;           /* the id that messages carry */
	const struct plan *plan;   /* NULL for all but rank 0, as all below */
	const struct ledger *done; /* of a run that goes on, or NULL */
	const char *run_dir;
	struct journal *journal;
	FILE *progress; /* or NULL */
	const volatile bool *stop;
};

/* Those that the plan asks for and that have not been done. */
bool loads_carry_out(const struct loads *, const struct load_carry *,
    bool *interrupted, struct err *);

/* What ranks other than 0 do meanwhile: the same loads, without a run. */
bool loads_follow(
    const struct loads *, const struct load_carry *, struct err *);

/* A replay_load of conformance/replay.h. */
enum verdict load_judge_again(const char *dir, const char *id, enum req,
    const struct profile *, char why[400]);

#endif
