/* SPDX-License-Identifier: MIT */
/*
 * Many sessions in one mailbox of a whole service, which does not contradict
 * itself: that of the reference, or of the profile that
 * YANSHOU_COLLECT_TARGET names.
 */
#include <check.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "loadgen/arrival.h"
#include "loadgen/pump.h"
#include "reference/testing.h"

/* Faults of the reference that contradict themselves, and none. */
static const enum fault faults[] = { FAULT_NONE,
	FAULT_IMAP_EXPUNGE_KEEPS_NUMBERS, FAULT_IMAP_EXPUNGE_TOLD_ONCE,
	FAULT_IMAP_UID_FETCH_OF_NUMBER };

/* No operation fails, or some do, and it is for what the mailbox is. */
static void
check_told(const struct measure *m, bool wrong)
{
	size_t found = 0;

	for (size_t i = 0; i < m->n_errors; i++)
		found += strstr(m->errors[i].what, "mailbox state: ") != NULL;
	if (wrong)
		ck_assert_uint_gt(found, 0);
	else
		ck_assert_msg(m->n_errors == 0, "%s", m->errors[0].what);
}

/* So many that sessions meet, however quick the machine. */
START_TEST(many_sessions)
{
	const struct scenario_change quickly = { .for_us = 2000000,
		.rate = 60 };
	const char *target = getenv("YANSHOU_COLLECT_TARGET");
	struct running r;
	struct profile p;
	struct scenario s;
	struct load_plan plan;
	struct measure m;
	struct measure_op op;
	struct err err;

	if (target == NULL)
		running_up(&r, (struct serve_options){ .fault = faults[_i] });
	ck_assert_msg(
	    profile_read(
		target == NULL ? serve_profile(r.serve) : target, &p, &err),
	    "%s", err.what);
	ck_assert_msg(
	    scenario_read(&s, "fixtures", "mailbox", &p, &quickly, &err), "%s",
	    err.what);
	ck_assert_msg(arrival_plan(&plan, &s, 0, &err), "%s", err.what);
	ck_assert_msg(pump_run(&(struct pump_options){ .scenario = &s,
				   .plan = &plan,
				   .profile = &p,
				   .run = "20261122-012654-7f3a",
				   .workers = 2 },
			  &m, &err),
	    "%s", err.what);
	check_told(&m, _i != 0);
	for (size_t i = 0; i < m.n_ops; i++) {
		measure_sum(&m, i, 0, m.n_seconds, &op);
		if (target != NULL)
			printf("%s: %lu done, %lu failed, p50 %.1f ms\n",
			    m.ops[i], op.done, op.failed,
			    (double)hist_percentile(
				&op.hist[CLOCK_SERVICE], 50) /
				1e3);
		ck_assert(_i != 0 || (op.done > 0 && op.failed == 0));
		measure_op_free(&op);
	}
	measure_free(&m);
	arrival_free(&plan);
	scenario_free(&s);
	profile_free(&p);
	if (target == NULL)
		running_down(&r);
}
END_TEST

int
main(void)
{
	const bool ours = getenv("YANSHOU_COLLECT_TARGET") == NULL;
	const int rows = ours ? (int)(sizeof faults / sizeof faults[0]) : 1;
	Suite *s = suite_create("mailbox_site");
	TCase *t = tcase_create("site");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, many_sessions, 0, rows);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
