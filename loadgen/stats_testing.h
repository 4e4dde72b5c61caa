/* SPDX-License-Identifier: MIT */
/*
 * stats_testing - simulated loads: chance of its own, so that nothing else
 * changes the figures of a test, and how often the truth was held; for tests.
 */
#ifndef LOADGEN_STATS_TESTING_H
#define LOADGEN_STATS_TESTING_H

#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "loadgen/stats.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RUNS     1000

static inline double
unit(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return ((double)((z ^ z >> 31) >> 11) + 1) / 9007199254740993.0;
}

static inline double
exponential(uint64_t *state, double mean)
{
	return -mean * log(unit(state));
}

static inline double
gauss(uint64_t *state)
{
	const double r = sqrt(exponential(state, 2));

	return r * cos(6.283185307179586 * unit(state));
}

/* How often of RUNS, as a share with bounds. */
static inline void
covers(size_t held, double least, double most, const char *what)
{
	const double share = (double)held / RUNS;

	ck_assert_msg(share >= least && share <= most,
	    "%s: the truth was held in %.1f %%", what, share * 100);
}

static inline int
stats_run(const char *name, const TTest *const *tests, size_t n)
{
	Suite *s = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 120);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tc, tests[i]);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
