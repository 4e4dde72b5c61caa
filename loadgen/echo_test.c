/* SPDX-License-Identifier: MIT */
#include "loadgen/echo.h"

#include <check.h>
#include <stdlib.h>

START_TEST(tells_something)
{
	struct echo e;
	struct err err;

	ck_assert_msg(echo_calibrate((unsigned)_i, &e, &err), "%s", err.what);
	ck_assert_double_gt(e.rate, 100);
	ck_assert_double_gt(e.cpu_us, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("loadgen/echo");
	TCase *t = tcase_create("echo");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, tells_something, 0, 3);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
