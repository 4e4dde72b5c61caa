/* SPDX-License-Identifier: MIT */
#include "reference/fault.h"

#include <check.h>
#include <stdlib.h>

#include "reference/variant.h"

START_TEST(a_fault_is_found_by_its_name)
{
	const struct fault_row *row = fault_get((enum fault)_i);
	enum fault found = FAULT_COUNT;

	ck_assert(fault_find(row->name, &found));
	ck_assert_int_eq((int)found, _i);
}
END_TEST

START_TEST(a_fault_says_who_must_notice)
{
	const struct fault_row *row = fault_get((enum fault)_i);

	ck_assert_msg(row->caught_by[0] != '\0', "%s", row->name);
	ck_assert_msg((unsigned)row->req < REQ_COUNT, "%s", row->name);
	ck_assert_msg(row->en[0] != '\0' && row->zh[0] != '\0',
	    "%s has no text", row->name);
}
END_TEST

START_TEST(a_variant_is_found_by_its_name)
{
	const struct variant_row *row = variant_get((enum variant)_i);
	enum variant found = VARIANT_COUNT;

	ck_assert(variant_find(row->name, &found));
	ck_assert_int_eq((int)found, _i);
}
END_TEST

START_TEST(a_variant_cites_its_permission)
{
	const struct variant_row *row = variant_get((enum variant)_i);

	ck_assert_msg(row->clause[0] != '\0', "%s", row->name);
	ck_assert_msg(row->unclaims != NULL, "%s", row->name);
	ck_assert_msg(row->en[0] != '\0' && row->zh[0] != '\0',
	    "%s has no text", row->name);
}
END_TEST

START_TEST(an_unknown_name_is_nothing)
{
	enum fault fault = FAULT_NONE;
	enum variant variant = VARIANT_NONE;

	ck_assert(!fault_find("", &fault));
	ck_assert(!fault_find("none", &fault));
	ck_assert(!fault_find("NO_SUCH_FAULT", &fault));
	ck_assert(!variant_find("NO_SUCH_VARIANT", &variant));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("fault");
	TCase *tc = tcase_create("tables");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_fault_is_found_by_its_name, 0, FAULT_COUNT);
	tcase_add_loop_test(tc, a_fault_says_who_must_notice, 1, FAULT_COUNT);
	tcase_add_loop_test(
	    tc, a_variant_is_found_by_its_name, 0, VARIANT_COUNT);
	tcase_add_loop_test(
	    tc, a_variant_cites_its_permission, 1, VARIANT_COUNT);
	tcase_add_test(tc, an_unknown_name_is_nothing);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
