/* SPDX-License-Identifier: MIT */
#include "loadgen/arrival.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/files.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define S(n)     ((n)*INT64_C(1000000))

/* A scenario of one flow, without accounts; the test fills in the rest. */
struct stage {
	struct scenario sc;
	struct scenario_phase phases[SCENARIO_PHASES];
	struct scenario_flow flows[SCENARIO_FLOWS];
	struct load_plan plan;
	struct err err;
};

static void
set_stage(struct stage *st)
{
	*st = (struct stage){
		.sc = { .path = "x.yaml",
		    .seed = 1,
		    .n_phases = 1,
		    .n_flows = 1,
		    .feed_order = "circular" },
		.phases = { { .name = "main", .judged = true } },
		.flows = { { .name = "only", .weight = 1 } },
	};
	st->sc.phases = st->phases;
	st->sc.flows = st->flows;
}

static void
must_plan(struct stage *st, size_t rows)
{
	ck_assert_msg(arrival_plan(&st->plan, &st->sc, rows, &st->err), "%s",
	    st->err.what);
}

/* Variance over mean of the counts in windows of so many ns. */
static double
dispersion(const struct load_plan *plan, int64_t window_ns)
{
	const size_t n = (size_t)(plan->end_ns / window_ns);
	uint64_t *counts = calloc(n, sizeof *counts);
	double mean = 0, var = 0;

	for (size_t i = 0; i < plan->n; i++)
		if ((size_t)(plan->at[i].at_ns / window_ns) < n)
			counts[plan->at[i].at_ns / window_ns]++;
	for (size_t i = 0; i < n; i++)
		mean += (double)counts[i];
	mean /= (double)n;
	for (size_t i = 0; i < n; i++)
		var += ((double)counts[i] - mean) * ((double)counts[i] - mean) /
		       (double)(n - 1);
	free(counts);
	return var / mean;
}

static size_t
count_until(const struct load_plan *plan, int64_t ns)
{
	size_t n = 0;

	while (n < plan->n && plan->at[n].at_ns < ns)
		n++;
	return n;
}

START_TEST(is_sorted_and_within_its_phases)
{
	/* clang-format off */
	static const struct scenario_phase phases[] = {
		{ "a", SHAPE_RAMP, 0, 100, 0, NULL, S(3), false, 0, false },
		{ "b", SHAPE_POISSON, 100, 0, 0, NULL, S(3), true, 0, false },
		{ "c", SHAPE_STEPS, 100, 10, 4, NULL, S(4), true, 0, false },
		{ "d", SHAPE_SPIKE, 10, 200, 0, NULL, S(3), true, 0, false },
		{ "e", SHAPE_CONSTANT, 0, 0, 0, NULL, S(1), true, 0, false },
		{ "f", SHAPE_RAMP, 100, 0, 0, NULL, S(3), true, 0, false },
		{ "g", SHAPE_SOAK, 0.7, 0, 0, NULL, S(10), true, 0, false },
	};
	/* clang-format on */
	struct stage st;
	size_t counts[COUNT(phases)] = { 0 };

	set_stage(&st);
	memcpy(st.phases, phases, sizeof phases);
	st.sc.n_phases = COUNT(phases);
	must_plan(&st, 0);
	for (size_t i = 0; i < st.plan.n; i++) {
		const struct arrival *a = &st.plan.at[i];

		ck_assert(i == 0 || a[-1].at_ns <= a->at_ns);
		ck_assert(i == 0 || a[-1].phase <= a->phase);
		ck_assert(a->at_ns >= st.plan.phase_from_ns[a->phase]);
		ck_assert(a->at_ns < st.plan.phase_to_ns[a->phase]);
		counts[a->phase]++;
	}
	ck_assert_int_eq(st.plan.end_ns, 27000000000);
	ck_assert_uint_eq(counts[0], 150);
	ck_assert(counts[1] > 240 && counts[1] < 360);
	ck_assert_uint_eq(counts[2], 220);
	ck_assert_uint_eq(counts[3], 220);
	ck_assert_uint_eq(counts[4], 0);
	ck_assert_uint_eq(counts[5], 150);
	ck_assert_uint_eq(counts[6], 7);
	arrival_free(&st.plan);
}
END_TEST

START_TEST(is_evenly_spaced)
{
	static const double rates[] = { 1, 50, 333, 10000, 1000000 };

	for (size_t r = 0; r < COUNT(rates); r++) {
		const double gap = 1e9 / rates[r];
		struct stage st;

		set_stage(&st);
		st.phases[0].rate = rates[r];
		st.phases[0].for_us = S(2);
		must_plan(&st, 0);
		ck_assert_uint_eq(st.plan.n, (size_t)(2 * rates[r]));
		ck_assert(fabs(st.plan.peak - rates[r]) <= 1);
		for (size_t i = 1; i < st.plan.n; i++) {
			const double is = (double)(st.plan.at[i].at_ns -
						   st.plan.at[i - 1].at_ns);

			ck_assert_msg(fabs(is - gap) <= 1, "%g /s, %zu: %g",
			    rates[r], i, is);
		}
		arrival_free(&st.plan);
	}
}
END_TEST

START_TEST(keeps_its_spacing_over_a_boundary)
{
	struct stage st;

	set_stage(&st);
	st.sc.n_phases = 2;
	st.phases[0].rate = 10;
	st.phases[0].for_us = 1234000;
	st.phases[1] = st.phases[0];
	must_plan(&st, 0);
	for (size_t i = 1; i < st.plan.n; i++)
		ck_assert(llabs(st.plan.at[i].at_ns - st.plan.at[i - 1].at_ns -
				100000000) <= 1);
	ck_assert_uint_eq(st.plan.n, 25);
	arrival_free(&st.plan);
}
END_TEST

START_TEST(disperses_as_its_shape_says)
{
	static const int64_t windows[] = { 1000000, 10000000, 100000000 };
	struct stage st;

	set_stage(&st);
	st.phases[0].rate = 10000;
	st.phases[0].for_us = S(150);
	must_plan(&st, 0);
	for (size_t i = 0; i < COUNT(windows); i++)
		ck_assert(dispersion(&st.plan, windows[i]) == 0);
	arrival_free(&st.plan);
	st.phases[0].shape = SHAPE_POISSON;
	for (st.sc.seed = 1; st.sc.seed <= 3; st.sc.seed++) {
		must_plan(&st, 0);
		ck_assert(fabs((double)st.plan.n - 1500000) < 4 * 1225);
		for (size_t i = 0; i < COUNT(windows); i++) {
			const double is = dispersion(&st.plan, windows[i]);

			ck_assert_msg(fabs(is - 1) <= 0.1, "%lld ns: %g",
			    (long long)windows[i], is);
		}
		arrival_free(&st.plan);
	}
}
END_TEST

/* Gaps of a Poisson process are exponential: 1 - 1/e are below the mean. */
START_TEST(has_exponential_gaps)
{
	struct stage st;
	size_t below = 0;

	set_stage(&st);
	st.phases[0] = (struct scenario_phase){ .name = "p",
		.shape = SHAPE_POISSON,
		.rate = 1000,
		.for_us = S(200) };
	must_plan(&st, 0);
	for (size_t i = 1; i < st.plan.n; i++)
		if (st.plan.at[i].at_ns - st.plan.at[i - 1].at_ns < 1000000)
			below++;
	ck_assert(
	    fabs((double)below / (double)(st.plan.n - 1) - 0.63212) < 0.005);
	arrival_free(&st.plan);
}
END_TEST

START_TEST(ramps_by_its_formula)
{
	static const double ends[][2] = { { 0, 200 }, { 200, 0 }, { 50, 150 },
		{ 100, 100.000001 } };
	const double whole = 20;

	for (size_t r = 0; r < COUNT(ends); r++) {
		struct stage st;

		set_stage(&st);
		st.phases[0] = (struct scenario_phase){ .name = "r",
			.shape = SHAPE_RAMP,
			.rate = ends[r][0],
			.rate_to = ends[r][1],
			.for_us = S(20) };
		must_plan(&st, 0);
		for (double t = 0.5; t <= whole; t += 0.5) {
			const double want =
			    ends[r][0] * t +
			    (ends[r][1] - ends[r][0]) * t * t / (2 * whole);
			const double is =
			    (double)count_until(&st.plan, (int64_t)(t * 1e9));

			ck_assert_msg(fabs(is - want) <= 0.51,
			    "row %zu at %g s: %g, not %g", r, t, is, want);
		}
		arrival_free(&st.plan);
	}
}
END_TEST

START_TEST(steps_and_spikes)
{
	static const size_t want[] = { 10, 30, 60, 100 };
	struct stage st;

	set_stage(&st);
	st.phases[0] = (struct scenario_phase){ .name = "s",
		.shape = SHAPE_STEPS,
		.rate = 10,
		.rate_to = 40,
		.steps = 4,
		.for_us = S(4) };
	must_plan(&st, 0);
	for (size_t i = 0; i < COUNT(want); i++)
		ck_assert_uint_eq(
		    count_until(&st.plan, (int64_t)(i + 1) * 1000000000),
		    want[i]);
	ck_assert(st.plan.peak == 40);
	arrival_free(&st.plan);
	st.phases[0].shape = SHAPE_SPIKE;
	st.phases[0].for_us = S(9);
	must_plan(&st, 0);
	ck_assert_uint_eq(count_until(&st.plan, 3000000000), 30);
	ck_assert_uint_eq(count_until(&st.plan, 6000000000), 150);
	ck_assert_uint_eq(count_until(&st.plan, 9000000000), 180);
	arrival_free(&st.plan);
}
END_TEST

/* ---- flows, accounts, rows ---- */

START_TEST(shares_by_weight)
{
	static const enum shape shapes[] = { SHAPE_CONSTANT, SHAPE_POISSON };

	for (size_t s = 0; s < COUNT(shapes); s++) {
		struct stage st;
		size_t all[3] = { 0 }, ours[3] = { 0 };

		set_stage(&st);
		st.phases[0] = (struct scenario_phase){ .name = "w",
			.shape = shapes[s],
			.rate = 1000,
			.for_us = S(60) };
		st.sc.n_flows = 3;
		st.flows[0] = (struct scenario_flow){ .weight = 5 };
		st.flows[1] = (struct scenario_flow){ .weight = 3 };
		st.flows[2] = (struct scenario_flow){ .weight = 2 };
		must_plan(&st, 0);
		for (size_t i = 0; i < st.plan.n; i++) {
			all[st.plan.at[i].flow]++;
			if (i % 2 == 0)
				ours[st.plan.at[i].flow]++;
		}
		/* One worker of two has the same shares. */
		for (size_t f = 0; f < 3; f++) {
			const double n = (double)st.plan.n;
			const double share = st.flows[f].weight / 10;

			ck_assert(fabs((double)all[f] / n - share) < 0.01);
			ck_assert(fabs((double)ours[f] / n * 2 - share) < 0.01);
		}
		arrival_free(&st.plan);
	}
}
END_TEST

START_TEST(keeps_flows_in_their_phase)
{
	struct stage st;

	set_stage(&st);
	st.sc.n_phases = 3;
	st.sc.n_flows = 4;
	for (size_t i = 0; i < 3; i++)
		st.phases[i] = (struct scenario_phase){ .name = "p",
			.rate = 50,
			.for_us = S(2),
			.flows = i == 0   ? 1 << 1
				 : i == 2 ? 1 << 3
					  : 0 };
	for (size_t f = 0; f < 4; f++)
		st.flows[f].weight = 1;
	must_plan(&st, 0);
	ck_assert_uint_eq(st.plan.n, 300);
	for (size_t i = 0; i < st.plan.n; i++) {
		const struct arrival *a = &st.plan.at[i];

		ck_assert(a->phase == 0   ? a->flow == 1
			  : a->phase == 2 ? a->flow == 3
					  : a->flow == 0 || a->flow == 2);
	}
	arrival_free(&st.plan);
	/* All are of other phases: nobody is left for the second one. */
	st.phases[2].flows = 1 << 0 | 1 << 2 | 1 << 3;
	ck_assert(!arrival_plan(&st.plan, &st.sc, 0, &st.err));
	ck_assert_str_eq(st.err.what,
	    "x.yaml: phases[1] (p): no flow that arrives has a weight; one "
	    "above 0");
}
END_TEST

START_TEST(gives_accounts_in_turn)
{
	uint32_t own[] = { 4, 1 };
	uint32_t next[2] = { 0, 0 };
	struct stage st;

	set_stage(&st);
	st.phases[0].rate = 100;
	st.phases[0].for_us = S(3);
	st.sc.n_accounts = 5;
	st.sc.n_flows = 2;
	st.flows[1] = (struct scenario_flow){
		.weight = 1, .accounts = own, .n_accounts = 2
	};
	must_plan(&st, 0);
	for (size_t i = 0; i < st.plan.n; i++) {
		const struct arrival *a = &st.plan.at[i];
		const uint32_t turn = next[a->flow]++;

		ck_assert_uint_eq(
		    a->account, a->flow == 0 ? turn % 5 : own[turn % 2]);
	}
	ck_assert(next[0] > 100 && next[1] > 100);
	arrival_free(&st.plan);
}
END_TEST

START_TEST(gives_rows_by_order)
{
	struct stage st;
	size_t seen[7] = { 0 };

	set_stage(&st);
	st.sc.feed = "people.csv";
	st.phases[0].rate = 100;
	st.phases[0].for_us = S(7);
	must_plan(&st, 7);
	for (size_t i = 0; i < st.plan.n; i++)
		ck_assert_uint_eq(st.plan.at[i].feed, i % 7);
	arrival_free(&st.plan);
	st.sc.feed_order = "random";
	must_plan(&st, 7);
	for (size_t i = 0; i < st.plan.n; i++)
		seen[st.plan.at[i].feed]++;
	for (size_t i = 0; i < 7; i++)
		ck_assert(seen[i] > 60 && seen[i] < 140);
	arrival_free(&st.plan);
	st.sc.feed_order = "unique";
	must_plan(&st, 700);
	ck_assert_uint_eq(st.plan.at[699].feed, 699);
	arrival_free(&st.plan);
}
END_TEST

START_TEST(starts_users_of_a_closed_loop)
{
	struct stage st;

	set_stage(&st);
	st.sc.arrive = ARRIVE_CLOSED;
	st.sc.connections = 200;
	st.phases[0].for_us = S(1);
	must_plan(&st, 0);
	ck_assert_uint_eq(st.plan.n, 200);
	ck_assert(st.plan.at[199].at_ns < 100000000);
	ck_assert_int_eq(st.plan.at[1].at_ns, 500000);
	arrival_free(&st.plan);
}
END_TEST

/* ---- the same again ---- */

START_TEST(is_the_same_for_the_same_seed)
{
	char one[65], two[65], three[65];
	struct stage st;

	set_stage(&st);
	st.phases[0] = (struct scenario_phase){ .name = "d",
		.shape = SHAPE_POISSON,
		.rate = 500,
		.for_us = S(10) };
	must_plan(&st, 0);
	arrival_digest(&st.plan, one);
	arrival_free(&st.plan);
	must_plan(&st, 0);
	arrival_digest(&st.plan, two);
	arrival_free(&st.plan);
	st.sc.seed = 2;
	must_plan(&st, 0);
	arrival_digest(&st.plan, three);
	arrival_free(&st.plan);
	ck_assert_str_eq(one, two);
	ck_assert_str_ne(one, three);
}
END_TEST

/* Reference output of splitmix64 for the seed 1234567. */
START_TEST(draws_as_splitmix64_does)
{
	static const uint64_t want[] = { UINT64_C(6457827717110365317),
		UINT64_C(3203168211198807973), UINT64_C(9817491932198370423) };
	uint64_t state = 1234567;
	double least = 1, most = 0;

	for (size_t i = 0; i < COUNT(want); i++)
		ck_assert(chance_next(&state) == want[i]);
	for (int i = 0; i < 100000; i++) {
		const double u = chance_unit(&state);

		least = u < least ? u : least;
		most = u > most ? u : most;
	}
	ck_assert(least > 0 && least < 0.001);
	ck_assert(most <= 1 && most > 0.999);
}
END_TEST

/* ---- traces ---- */

static char trace[64];

static void
write_trace(const char *text)
{
	struct err err = { 0 };

	snprintf(trace, sizeof trace, "/tmp/arrival-%ld.trace", (long)getpid());
	ck_assert_msg(files_write(trace, span_of(text), &err), "%s", err.what);
}

START_TEST(follows_a_trace)
{
	static const int64_t want[] = { 1000000000, 1000000000, 1250000000,
		1250000001, 3999999999 };
	struct stage st;

	set_stage(&st);
	write_trace("# recorded\n0\r\n0.0\n0.25\n0.250000001\n\n2.999999999\n"
		    "3\n4.5\n");
	st.sc.n_phases = 2;
	st.phases[0].for_us = S(1);
	st.phases[1] = (struct scenario_phase){ .name = "t",
		.shape = SHAPE_TRACE,
		.trace = trace,
		.for_us = S(3) };
	must_plan(&st, 0);
	ck_assert_uint_eq(st.plan.n, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		ck_assert_int_eq(st.plan.at[i].at_ns, want[i]);
	arrival_free(&st.plan);
	unlink(trace);
}
END_TEST

START_TEST(refuses_a_bad_trace)
{
	/* clang-format off */
	static const struct {
		const char	*text, *what;
	} rows[] = {
		{ "1\nx\n",	":2: 'x' is not a time" },
		{ "1.\n",	":1: '1.' is not a time" },
		{ "-1\n",	":1: '-1' is not a time" },
		{ "1e3\n",	":1: '1e3' is not a time" },
		{ ".5\n",	":1: '.5' is not a time" },
		{ "12345678\n",	":1: '12345678' is not a time" },
		{ "0.1234567890\n",	"is not a time" },
		{ "2\n1\n",	":2: 1 is before the line above it" },
		{ "",		"not one arrival" },
		{ "10\n",	"not one arrival" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stage st;

		set_stage(&st);
		write_trace(rows[i].text);
		st.phases[0] = (struct scenario_phase){ .name = "t",
			.shape = SHAPE_TRACE,
			.trace = trace,
			.for_us = S(3) };
		ck_assert(!arrival_plan(&st.plan, &st.sc, 0, &st.err));
		ck_assert_int_eq(st.err.kind, ERR_CONFIG);
		ck_assert_msg(strstr(st.err.what, rows[i].what) != NULL,
		    "row %zu: %s", i, st.err.what);
		unlink(trace);
	}
}
END_TEST

/* ---- what cannot be done ---- */

START_TEST(refuses_the_impossible)
{
	/* clang-format off */
	static const struct {
		struct scenario_phase	 phase;
		const char		*feed;
		size_t			 rows;
		const char		*what;
	} rows[] = {
		{ { "p", SHAPE_CONSTANT, 0, 0, 0, NULL, S(9), true, 0, false }, NULL, 0,
		    "x.yaml: phases: not one arrival in this plan; a higher "
		    "rate or a longer time" },
		{ { "p", SHAPE_CONSTANT, 0.4, 0, 0, NULL, S(1), true, 0, false }, NULL, 0,
		    "x.yaml: phases: not one arrival in this plan; a higher "
		    "rate or a longer time" },
		{ { "p", SHAPE_CONSTANT, 1000001, 0, 0, NULL, S(1), true, 0, false },
		    NULL, 0, "x.yaml: phases[0] (p): 1000001 /s is no rate we "
		    "can hold; from 0 /s to 1000000 /s" },
		{ { "p", SHAPE_POISSON, -1, 0, 0, NULL, S(1), true, 0, false }, NULL, 0,
		    "x.yaml: phases[0] (p): -1 /s is no rate we can hold; from "
		    "0 /s to 1000000 /s" },
		{ { "p", SHAPE_RAMP, 1, 2e6, 0, NULL, S(1), true, 0, false }, NULL, 0,
		    "x.yaml: phases[0] (p): 2000000 /s is no rate we can hold; "
		    "from 0 /s to 1000000 /s" },
		{ { "p", SHAPE_CONSTANT, 1e6, 0, 0, NULL, S(51), true, 0, false }, NULL,
		    0, "x.yaml: phases[0] (p): the plan passes 50000000 "
		    "arrivals; a lower rate or a shorter time" },
		{ { "p", SHAPE_CONSTANT, 10, 0, 0, NULL, 0, true, 0, false }, NULL, 0,
		    "x.yaml: phases[0] (p): it cannot last so long; for: more "
		    "than 0 s and at most 7 days" },
		{ { "p", SHAPE_CONSTANT, 10, 0, 0, NULL, S(604801), true, 0, false },
		    NULL, 0, "x.yaml: phases[0] (p): it cannot last so long; "
		    "for: more than 0 s and at most 7 days" },
		{ { "p", SHAPE_STEPS, 10, 20, 0, NULL, S(1), true, 0, false }, NULL, 0,
		    "x.yaml: phases[0] (p): this many steps cannot be made; "
		    "steps: from 2 to 1000" },
		{ { "p", SHAPE_STEPS, 10, 20, 1001, NULL, S(1), true, 0, false }, NULL,
		    0, "x.yaml: phases[0] (p): this many steps cannot be made; "
		    "steps: from 2 to 1000" },
		{ { "p", SHAPE_TRACE, 0, 0, 0, NULL, S(1), true, 0, false }, NULL, 0,
		    "x.yaml: phases[0] (p): a trace without a file; "
		    "trace: PATH" },
		{ { "p", SHAPE_CONSTANT, 10, 0, 0, NULL, S(10), true, 0, false },
		    "people.csv", 60, "x.yaml: feed: people.csv has 60 rows "
		    "and the plan 100 arrivals, 40 rows are missing; more "
		    "rows, or order: circular" },
		{ { "p", SHAPE_CONSTANT, 10, 0, 0, NULL, S(10), true, 0, false },
		    "people.csv", 0, "x.yaml: feed: people.csv has no rows; "
		    "one at least" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stage st;
		char feed[20];

		set_stage(&st);
		st.phases[0] = rows[i].phase;
		st.phases[0].rate_to = rows[i].phase.rate_to;
		if (rows[i].feed != NULL) {
			snprintf(feed, sizeof feed, "%s", rows[i].feed);
			st.sc.feed = feed;
			st.sc.feed_order = "unique";
		}
		ck_assert_msg(
		    !arrival_plan(&st.plan, &st.sc, rows[i].rows, &st.err),
		    "row %zu", i);
		ck_assert_int_eq(st.err.kind, ERR_CONFIG);
		ck_assert_str_eq(st.err.what, rows[i].what);
		ck_assert_ptr_null(st.plan.at);
	}
}
END_TEST

START_TEST(refuses_no_phase_no_flow_no_weight)
{
	struct stage st;

	set_stage(&st);
	st.phases[0].rate = 10;
	st.phases[0].for_us = S(1);
	st.flows[0].weight = 0;
	ck_assert(!arrival_plan(&st.plan, &st.sc, 0, &st.err));
	ck_assert_str_eq(st.err.what,
	    "x.yaml: phases[0] (main): no flow that arrives has a weight; one "
	    "above 0");
	st.sc.n_flows = 0;
	ck_assert(!arrival_plan(&st.plan, &st.sc, 0, &st.err));
	st.sc.n_flows = 1;
	st.sc.n_phases = 0;
	ck_assert(!arrival_plan(&st.plan, &st.sc, 0, &st.err));
	ck_assert_str_eq(st.err.what, "x.yaml: from 1 to 32 phases and from 1 "
				      "to 8 flows are needed");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("arrival");
	TCase *t = tcase_create("arrival");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_test(t, is_sorted_and_within_its_phases);
	tcase_add_test(t, is_evenly_spaced);
	tcase_add_test(t, keeps_its_spacing_over_a_boundary);
	tcase_add_test(t, disperses_as_its_shape_says);
	tcase_add_test(t, has_exponential_gaps);
	tcase_add_test(t, ramps_by_its_formula);
	tcase_add_test(t, steps_and_spikes);
	tcase_add_test(t, shares_by_weight);
	tcase_add_test(t, keeps_flows_in_their_phase);
	tcase_add_test(t, gives_accounts_in_turn);
	tcase_add_test(t, gives_rows_by_order);
	tcase_add_test(t, starts_users_of_a_closed_loop);
	tcase_add_test(t, is_the_same_for_the_same_seed);
	tcase_add_test(t, draws_as_splitmix64_does);
	tcase_add_test(t, follows_a_trace);
	tcase_add_test(t, refuses_a_bad_trace);
	tcase_add_test(t, refuses_the_impossible);
	tcase_add_test(t, refuses_no_phase_no_flow_no_weight);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
