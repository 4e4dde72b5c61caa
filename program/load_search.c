/* SPDX-License-Identifier: MIT */
#include "program/load_search.h"

#include <stdlib.h>

#include "lib/number.h"
#include "loadgen/capacity.h"
#include "program/load_found.h"
#include "program/load_one.h"
#include "program/program.h"

#define PROBE_US  INT64_C(10000000) /* judged, of each probe */
#define LEAD_US   INT64_C(3000000)  /* before that, at most */
#define RATE_TEXT 32
#define Z2        3.84 /* of a 95 % interval (Wilson) */

/* The scenario as it is for one probe. */
static bool
probe_scenario(struct scenario *probe, const struct load_carry *c,
    const struct scenario *s, double rate, struct err *err)
{
	struct scenario_change change = c->request->change;
	int64_t length_us;

	change.rate = rate;
	if (change.for_us == 0)
		change.for_us = PROBE_US;
	if (!scenario_read(probe, load_request_fixtures(c->request),
		c->request->scenario == NULL ? s->name : c->request->scenario,
		c->profile, &change, err))
		return false;
	length_us = change.for_us + LEAD_US;
	scenario_shorten(probe, length_us);
	return true;
}

static bool
probe_one(const struct load_carry *c, const struct scenario *s, double rate,
    const struct capacity_goal *goal, struct capacity_outcome *outcome,
    struct err *err)
{
	struct scenario probe;
	struct load_one one = { .carry = c, .scenario = &probe };
	bool ok;

	if (!probe_scenario(&probe, c, s, rate, err))
		return false;
	ok = load_one_measure(&one, err);
	if (ok && c->ranks.rank == 0)
		capacity_outcome_of(outcome, &one.measure, goal);
	load_one_free(&one);
	scenario_free(&probe);
	return ok;
}

static void
say(const struct load_carry *c, const struct scenario *s,
    const struct capacity *found)
{
	const struct capacity_probe *p = &found->probes[found->n - 1];

	if (c->progress != NULL)
		fprintf(c->progress,
		    "%s: %s/s: %s, %.3f %% within the limits (95 %%: %.3f "
		    "to %.3f)\n",
		    s->name, number_of(p->rate, 4).text,
		    verdict_name(p->verdict), 100 * p->share, 100 * p->low,
		    100 * p->high);
}

/* The next rate is rank 0's to say; "0": there is none. */
static bool
next_rate(const struct load_carry *c, struct capacity *found, double *rate)
{
	char text[RATE_TEXT] = "0";

	if (c->ranks.rank == 0 && capacity_next(found, rate))
		snprintf(text, sizeof text, "%.17g", *rate);
	ranks_tell(&c->ranks, text, sizeof text);
	*rate = strtod(text, NULL);
	return *rate > 0;
}

/*
 * Where to begin: at the scenario's own rate, and never so low that a probe
 * without any failure would be too few operations to show the share.
 */
static void
choose_rates(struct capacity_options *o, const struct load_carry *c,
    const struct scenario *s)
{
	const int64_t us = c->request->change.for_us == 0
			       ? PROBE_US
			       : c->request->change.for_us;

	o->least =
	    Z2 * o->goal.share / (1 - o->goal.share) / ((double)us * 1e-6);
	o->first = 1.5 * o->least;
	for (size_t i = 0; i < s->n_phases; i++)
		if (s->phases[i].judged && s->phases[i].rate > o->first)
			o->first = s->phases[i].rate;
}

bool
load_search(const struct load_carry *c, const struct scenario *s,
    const char *dir, struct err *err)
{
	struct capacity_options options = { .goal = { .us = HIST_MOST,
						.share = 0.99 } };
	struct capacity found;
	double rate;

	if (s->n_judges > 0)
		capacity_goal_of(&options.goal, s->judges[0].row, c->profile);
	choose_rates(&options, c, s);
	capacity_init(&found, &options);
	while (next_rate(c, &found, &rate)) {
		struct capacity_outcome outcome;

		if (!probe_one(c, s, rate, &options.goal, &outcome, err))
			return false;
		if (c->ranks.rank != 0)
			continue;
		capacity_result(&found, &outcome);
		say(c, s, &found);
	}
	if (c->ranks.rank != 0)
		return true;
	if (c->progress != NULL)
		fprintf(c->progress, "%s: %s\n", s->name, found.why);
	return load_found_write(&found, dir, err);
}
