/* SPDX-License-Identifier: MIT */
/* Seals under load: how large documents were, and what a batch has lost. */
#include "loadgen/judging.h"

/* clang-format off */
static const struct {
	const char *what;
	uint64_t octets;	/* of the shortest that came back */
	uint64_t rate, failed;	/* in one second of ten */
	uint64_t wrong, unread;
	enum verdict size, documents, failures;
} loads[] = {
	{ "all well", 1060000, 20, 0, 0, 0, PASS, PASS, PASS },
	{ "small ones", 20000, 20, 0, 0, 0, INCONCLUSIVE, PASS, PASS },
	{ "large ones", 2000000, 20, 0, 0, 0, INCONCLUSIVE, PASS, PASS },
	{ "none came", 0, 20, 0, 0, 0, INCONCLUSIVE, PASS, PASS },
	{ "one wrong", 1060000, 20, 0, 1, 0, PASS, PASS, FAIL },
	{ "one not looked at", 1060000, 20, 0, 0, 1, PASS, PASS, INCONCLUSIVE },
	{ "some failed", 1060000, 20, 1, 0, 0, PASS, PASS, FAIL },
	{ "half a batch", 1060000, 10, 0, 0, 0, PASS, INCONCLUSIVE, PASS },
};
/* clang-format on */

START_TEST(seals)
{
	struct measure m;

	empty(&m, 55);
	m.judged_to = 50;
	draw(&m, "seal", 0, 50, loads[_i].rate, 50 * MS);
	for (size_t i = 0; i < 50; i += 10)
		break_some(&m, 0, i, loads[_i].failed);
	m.answers = (struct measure_answers){ .kept = true,
		.heard = 1000,
		.examined = 1000,
		.wrong = loads[_i].wrong,
		.unread = loads[_i].unread,
		.octets = loads[_i].octets };
	expect(&m, ESEAL_P_01, "document.size", loads[_i].size, "",
	    loads[_i].what);
	expect(&m, ESEAL_P_05, "batch.documents", loads[_i].documents,
	    "documents handed in", loads[_i].what);
	expect(&m, ESEAL_P_05, "batch.failures", loads[_i].failures,
	    "not sealed, or not right", loads[_i].what);
	measure_free(&m);
}
END_TEST

/* What was dropped was never begun, and is lost all the same. */
START_TEST(dropped)
{
	struct measure m;

	empty(&m, 55);
	m.judged_to = 50;
	draw(&m, "seal", 0, 50, 20, 50 * MS);
	m.seconds[7].ops[0].begun -= 1;
	m.seconds[7].ops[0].done -= 1;
	m.seconds[7].dropped = 1;
	m.answers = (struct measure_answers){
		.kept = true, .heard = 999, .examined = 999, .octets = 4000
	};
	expect(&m, ESEAL_P_05, "batch.documents", PASS, "", "dropped");
	expect(&m, ESEAL_P_05, "batch.failures", FAIL, "", "dropped");
	measure_free(&m);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("judge_seal");
	TCase *tc = tcase_create("loads that never were");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, seals, 0, (int)COUNT(loads));
	tcase_add_test(tc, dropped);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? 0 : 1;
}
