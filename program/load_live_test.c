/* SPDX-License-Identifier: MIT */
/*
 * What a person is told while a load runs.
 */
#include "program/load_live.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

static struct measure m;

/* Three seconds of two operations, of which the second is done more often. */
static void
up(void)
{
	struct hist h;

	measure_init(&m, NULL, 3);
	ck_assert_int_eq(measure_op_add(&m, "login"), 0);
	ck_assert_int_eq(measure_op_add(&m, "fetch"), 1);
	hist_init(&h);
	for (int i = 1; i <= 100; i++)
		hist_add(&h, i * 1000);
	for (size_t s = 0; s < 3; s++) {
		m.seconds[s].planned = 100;
		m.seconds[s].begun = 90;
		m.seconds[s].dropped = 1;
		m.seconds[s].connections = 7;
		m.seconds[s].health.late_p99_us = 321;
		m.seconds[s].ops[0].done = 5;
		m.seconds[s].ops[0].failed = 2;
		m.seconds[s].ops[1].done = 100;
		m.seconds[s].ops[1].timeouts = 3;
		measure_put(&m, s, 1, CLOCK_RESPONSE, &h);
	}
	hist_free(&h);
}

static void
down(void)
{
	measure_free(&m);
}

START_TEST(the_line_has_what_matters)
{
	struct load_live l;
	char line[LOAD_LIVE_LINE];

	load_live_start(&l, NULL, "reading", 3);
	load_live_line(&l, &m, 2, line);
	ck_assert_str_eq(line,
	    "reading: 90 of 100/s, 7 open; fetch p50 50 ms p99 99 ms; 6 "
	    "failed; late 321 us; 1 s left");
	load_live_line(&l, &m, 3, line);
	ck_assert_ptr_nonnull(strstr(line, "draining"));
}
END_TEST

/* Where nobody watches a terminal, one line in ten seconds is enough. */
START_TEST(plain_lines_are_few)
{
	struct load_live l;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	measure_grow(&m, 30);
	load_live_start(&l, out, "reading", 30);
	for (size_t s = 1; s <= 30; s++) {
		load_live_second(&l, &m, s);
		load_live_second(&l, &m, s);
	}
	load_live_say(&l, "reading mailboxes back");
	load_live_finish(&l);
	fclose(out);
	n = 0;
	for (const char *c = text; *c != '\0'; c++)
		n += *c == '\n';
	ck_assert_uint_eq(n, 4);
	ck_assert_ptr_null(strchr(text, '\r'));
	ck_assert_ptr_nonnull(strstr(text, "reading: reading mailboxes back"));
	free(text);
}
END_TEST

START_TEST(silence_is_kept)
{
	struct load_live l;

	load_live_start(&l, NULL, "reading", 3);
	load_live_second(&l, &m, 3);
	load_live_say(&l, "x");
	load_live_finish(&l);
	ck_assert_uint_eq(l.told, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("load_live");
	TCase *c = tcase_create("load_live");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(c, up, down);
	tcase_add_test(c, the_line_has_what_matters);
	tcase_add_test(c, plain_lines_are_few);
	tcase_add_test(c, silence_is_kept);
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
