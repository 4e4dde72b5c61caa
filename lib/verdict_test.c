/* SPDX-License-Identifier: MIT */
#include "lib/verdict.h"

#include <check.h>
#include <stdlib.h>

/* One letter each: p n r i f b, in the order of the enum. */
static const char letters[VERDICT_COUNT + 1] = "pnrifb";

START_TEST(names_parse)
{
	enum verdict v;

	for (int i = 0; i < VERDICT_COUNT; i++) {
		ck_assert(verdict_parse(verdict_name((enum verdict)i), &v));
		ck_assert_int_eq((int)v, i);
	}
	ck_assert(!verdict_parse("", &v));
	ck_assert(!verdict_parse("PASS", &v));
	ck_assert(!verdict_parse("passed", &v));
	ck_assert(!verdict_parse("not applicable", &v));
}
END_TEST

/* Row: what there is; column: what comes; the letter: what it makes. */
static const char *const in_one_case[VERDICT_COUNT] = {
	"pnrifb",
	"nnrifb",
	"rrrifb",
	"iiiifb",
	"fffffb",
	"bbbbbb",
};

static const char *const over_cases[VERDICT_COUNT] = {
	"pprifb",
	"pnrifb",
	"rrrifb",
	"iiiifb",
	"ffffff",
	"bbbbfb",
};

START_TEST(both_orders)
{
	for (int a = 0; a < VERDICT_COUNT; a++)
		for (int b = 0; b < VERDICT_COUNT; b++) {
			const enum verdict va = (enum verdict)a;
			const enum verdict vb = (enum verdict)b;

			ck_assert_int_eq(
			    letters[verdict_worse(va, vb)], in_one_case[a][b]);
			ck_assert_int_eq(letters[verdict_over_cases(va, vb)],
			    over_cases[a][b]);
		}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("verdict");
	TCase *tc = tcase_create("verdict");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, names_parse);
	tcase_add_test(tc, both_orders);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
