/* SPDX-License-Identifier: MIT */
/* What the kit's own figures are made of. */
#include "conformance/score.h"

#include <check.h>

static char *
text(const char *t)
{
	return (char *)(uintptr_t)t;
}

#define OUTCOME(name, k, v) \
	{ \
		.id = text(name), .attempt = (k), .verdict = (v), \
		.why = text("because") \
	}

static const struct score_fault faults[] = {
	{ "A", "case.a", EMAIL_F_01 }, { "B", "case.b", EMAIL_F_02 },
	{ "C", "case.c", EMAIL_F_02 },
	{ "D", "case.d", EMAIL_F_14 }, /* a should row */
};

START_TEST(kills)
{
	struct outcome a[] = { OUTCOME("case.x", 1, FAIL),
		OUTCOME("case.a", 1, FAIL), OUTCOME("case.y", 1, PASS),
		OUTCOME("case.z", 1, FAIL) };
	struct outcome b[] = { OUTCOME("case.b", 1, INCONCLUSIVE),
		OUTCOME("case.x", 1, FAIL) };
	struct outcome c[] = { OUTCOME("case.x", 1, PASS) };
	struct score s = { 0 };

	score_add_fault(
	    &s, &faults[0], &(struct ledger){ .outcomes = a, .n = 4 });
	score_add_fault(
	    &s, &faults[1], &(struct ledger){ .outcomes = b, .n = 2 });
	score_add_fault(
	    &s, &faults[2], &(struct ledger){ .outcomes = c, .n = 1 });
	ck_assert_uint_eq(s.n_kills, 3);
	ck_assert(score_is_kill(&s.kills[0]));
	ck_assert_uint_eq(s.kills[0].beside, 2);
	ck_assert_uint_eq(s.kills[0].judged, 3);
	ck_assert(!score_is_kill(&s.kills[1])); /* only a fail is one */
	ck_assert(s.kills[1].ran);
	ck_assert_str_eq(s.kills[1].why, "because");
	ck_assert(!score_is_kill(&s.kills[2]));
	ck_assert(!s.kills[2].ran);
	ck_assert_ptr_nonnull(strstr(s.kills[2].why, "not executed"));
	ck_assert_uint_eq(score_killed(&s), 1);
	score_free(&s);
	ck_assert_uint_eq(s.n_kills, 0);
}
END_TEST

START_TEST(clean_servers)
{
	struct outcome o[] = { OUTCOME("a", 1, PASS), OUTCOME("b", 1, REVIEW),
		OUTCOME("c", 1, INCONCLUSIVE), OUTCOME("d", 1, FAIL),
		OUTCOME("e", 1, BROKEN) };
	struct score s = { 0 };

	score_add_clean(
	    &s, "variant V", &(struct ledger){ .outcomes = o, .n = 5 });
	ck_assert_uint_eq(s.clean_judged, 5);
	ck_assert_uint_eq(s.n_false_alarms, 3);
	ck_assert_str_eq(s.false_alarms[0].id, "c");
	ck_assert_str_eq(s.false_alarms[1].id, "d");
	ck_assert_str_eq(s.false_alarms[2].id, "e");
	ck_assert_str_eq(s.false_alarms[2].where, "variant V");
	ck_assert_int_eq(s.false_alarms[2].verdict, BROKEN);
	score_free(&s);
}
END_TEST

START_TEST(repeats)
{
	struct outcome o[] = { OUTCOME("a", 1, PASS), OUTCOME("b", 2, PASS),
		OUTCOME("a", 2, PASS), OUTCOME("b", 1, FAIL),
		OUTCOME("b", 3, INCONCLUSIVE), OUTCOME("a", 3, PASS) };
	struct score s = { 0 };

	score_add_repeats(
	    &s, "repeats", &(struct ledger){ .outcomes = o, .n = 6 });
	ck_assert_uint_eq(s.stable_judged, 2);
	ck_assert_uint_eq(s.n_unstable, 1); /* once a case, however often */
	ck_assert_str_eq(s.unstable[0].id, "b");
	score_free(&s);
}
END_TEST

START_TEST(hostile_peers)
{
	struct outcome o[] = { OUTCOME("a", 1, FAIL),
		OUTCOME("b", 1, INCONCLUSIVE), OUTCOME("c", 1, BROKEN) };
	struct score s = { 0 };

	score_add_hostile(
	    &s, "silent", &(struct ledger){ .outcomes = o, .n = 3 });
	ck_assert_uint_eq(s.hostile_judged, 3);
	ck_assert_uint_eq(s.n_unsurvived, 1);
	ck_assert_str_eq(s.unsurvived[0].id, "c");
	score_free(&s);
}
END_TEST

/* clang-format off */
static const struct {
	size_t beside[5], n;
	double median;
} blasts[] = {
	{ { 0 },		0,	0 },
	{ { 3 },		1,	3 },
	{ { 4, 1 },		2,	2.5 },
	{ { 9, 0, 1 },		3,	1 },
	{ { 5, 5, 0, 2, 80 },	5,	5 },
};
/* clang-format on */

START_TEST(blast)
{
	struct outcome o[100] = { OUTCOME("case.a", 1, FAIL),
		OUTCOME("case.pass", 1, PASS) };
	struct score s = { 0 };

	for (size_t i = 2; i < 100; i++)
		o[i] = (struct outcome)OUTCOME("case.beside", 1, FAIL);
	for (size_t i = 0; i < blasts[_i].n; i++)
		score_add_fault(&s, &faults[0],
		    &(struct ledger){
			.outcomes = o, .n = blasts[_i].beside[i] + 2 });
	ck_assert_double_eq(score_blast_median(&s), blasts[_i].median);
	score_free(&s);
}
END_TEST

static bool
has_first_three(enum req r)
{
	return r == EMAIL_F_01 || r == EMAIL_F_02 || r == EMAIL_F_03 ||
	       r == EMAIL_F_14;
}

START_TEST(coverage)
{
	struct outcome a[] = { OUTCOME("case.a", 1, FAIL) };
	struct outcome c[] = { OUTCOME("case.c", 1, PASS) };
	struct outcome d[] = { OUTCOME("case.d", 1, FAIL) };
	struct score s = { 0 };
	size_t n, of;

	score_add_fault(
	    &s, &faults[0], &(struct ledger){ .outcomes = a, .n = 1 });
	score_add_fault(
	    &s, &faults[2], &(struct ledger){ .outcomes = c, .n = 1 });
	score_add_fault(
	    &s, &faults[3], &(struct ledger){ .outcomes = d, .n = 1 });
	score_coverage(&s, has_first_three, &n, &of);
	ck_assert_uint_eq(of, 3); /* shall rows with a case */
	ck_assert_uint_eq(n, 1);  /* F-02's fault lives, F-03 has none */
	score_free(&s);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("score");
	TCase *t = tcase_create("score");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, kills);
	tcase_add_test(t, clean_servers);
	tcase_add_test(t, repeats);
	tcase_add_test(t, hostile_peers);
	tcase_add_loop_test(
	    t, blast, 0, (int)(sizeof blasts / sizeof blasts[0]));
	tcase_add_test(t, coverage);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
