/* SPDX-License-Identifier: MIT */
#include "reference/mime_date.h"

#include <check.h>
#include <stdlib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* clang-format off */
static const struct {
	const char	*text, *want; /* as INTERNALDATE; NULL: no date */
} dates[] = {
	{ "Sun, 22 Nov 2026 08:00:00 +0800",	"22-Nov-2026 08:00:00 +0800" },
	{ "22 Nov 2026 08:00 -0130",		"22-Nov-2026 08:00:00 -0130" },
	{ "  1 nov 2026 08:00:00 +0000",	" 1-Nov-2026 08:00:00 +0000" },
	{ "Thu,\r\n 13\r\n Feb\r\n 1969 23:32:54\r\n -0330",
						"13-Feb-1969 23:32:54 -0330" },
	{ "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600",
						"21-Nov-1997 09:55:06 -0600" },
	{ "21 Nov 97 09:55:06 GMT",		"21-Nov-1997 09:55:06 +0000" },
	{ "21 Nov 49 09:55:06 UT",		"21-Nov-2049 09:55:06 +0000" },
	{ "21 Nov 50 09:55:06 EST",		"21-Nov-1950 09:55:06 -0500" },
	{ "21 Nov 126 09:55:06 pdt",		"21-Nov-2026 09:55:06 -0700" },
	{ "21 Nov 2026 09:55:06 (CST)",		"21-Nov-2026 09:55:06 +0000" },
	{ "21 Nov 2026 09:55:06 Z (x)",		"21-Nov-2026 09:55:06 +0000" },
	{ "21 Nov 2026 09:55:06 +08:00",	"21-Nov-2026 09:55:06 +0000" },
	{ "21 Nov 2026 09:55:06 +2400",		"21-Nov-2026 09:55:06 +0000" },
	{ "21 Nov 2026 24:55:06 +0800",		"21-Nov-2026 00:00:00 +0800" },
	{ "21 Nov 2026 noon +0800",		"21-Nov-2026 00:00:00 +0800" },
	{ "21 Nov 2026",			"21-Nov-2026 00:00:00 +0000" },
	{ "31 Dec 2016 23:59:60 +0000",		" 1-Jan-2017 00:00:00 +0000" },
	{ "29 Feb 2024 00:00:00 +0000",		"29-Feb-2024 00:00:00 +0000" },
	{ "29 Feb 2026 00:00:00 +0000",		NULL },
	{ "31 Nov 2026 00:00:00 +0000",		NULL },
	{ "0 Nov 2026 00:00:00 +0000",		NULL },
	{ "22 Nox 2026 00:00:00 +0000",		NULL },
	{ "22 Nov 20260 00:00:00 +0000",	NULL },
	{ "22 Nov 0000 00:00:00 +0000",		NULL },
	{ "2026-11-22 08:00:00 +0800",		NULL },
	{ "Sun, ",				NULL },
	{ "(",					NULL },
	{ "",					NULL },
};
/* clang-format on */

START_TEST(a_date_field_is_read)
{
	struct mime_date date;
	struct buf out;
	const bool ok = mime_parse_date(span_of(dates[_i].text), &date);

	ck_assert_int_eq(ok, dates[_i].want != NULL);
	if (!ok)
		return;
	buf_init(&out, 64);
	mime_write_internal(date, &out);
	ck_assert_str_eq(buf_text(&out), dates[_i].want);
	buf_free(&out);
}
END_TEST

/* clang-format off */
static const struct {
	const char	*text;
	bool		 ok;
	int64_t		 utc_s;
	int		 offset_min;
} internals[] = {
	{ "17-Jul-1996 02:44:25 -0700",	true, 837596665, -420 },
	{ " 1-Jan-1970 08:00:00 +0800",	true, 0, 480 },
	{ "01-jan-1970 08:00:00 +0800",	true, 0, 480 },
	{ "31-Dec-1969 23:59:59 +0000",	true, -1, 0 },
	{ " 1-Jan-0001 00:00:00 +0000",	true, -62135596800, 0 },
	{ "31-Dec-9999 23:59:59 +0000",	true, 253402300799, 0 },
	{ "1-Jan-1970 08:00:00 +0800",	false, 0, 0 },
	{ "17-Jul-1996 02:44:25 -07:0",	false, 0, 0 },
	{ "17-Jul-1996 24:44:25 -0700",	false, 0, 0 },
	{ "31-Jun-1996 02:44:25 -0700",	false, 0, 0 },
	{ "17-Jul-1996 02:44:25  0700",	false, 0, 0 },
	{ "17-Jul-1996 02:44:25 -070a",	false, 0, 0 },
	{ "17 Jul 1996 02:44:25 -0700",	false, 0, 0 },
	{ "",				false, 0, 0 },
};
/* clang-format on */

START_TEST(an_internal_date_is_read_and_written)
{
	const struct span text = span_of(internals[_i].text);
	struct mime_date date;
	struct buf out;

	ck_assert_int_eq(mime_parse_internal(text, &date), internals[_i].ok);
	ck_assert_int_eq(date.utc_s, internals[_i].utc_s);
	ck_assert_int_eq(date.offset_min, internals[_i].offset_min);
	if (!internals[_i].ok)
		return;
	buf_init(&out, 64);
	mime_write_internal(date, &out);
	if (text.ptr[0] != '0')
		ck_assert(strcasecmp(buf_text(&out), text.ptr) == 0);
	buf_free(&out);
}
END_TEST

/* clang-format off */
static const struct {
	const char	*text;
	bool		 ok;
	int64_t		 day;
} days[] = {
	{ "1-Jan-1970",		true, 0 },
	{ "\"2-Jan-1970\"",	true, 1 },
	{ "31-DEC-1969",	true, -1 },
	{ "01-Feb-1994",	true, 8797 },
	{ "\"1-Feb-1994",	false, 0 },
	{ "1-Feb-1994\"",	false, 0 },
	{ "1-Feb-94",		false, 0 },
	{ "30-Feb-1994",	false, 0 },
	{ "001-Feb-1994",	false, 0 },
	{ "",			false, 0 },
};
/* clang-format on */

START_TEST(a_day_is_read)
{
	int64_t day;

	ck_assert_int_eq(
	    mime_parse_day(span_of(days[_i].text), &day), days[_i].ok);
	ck_assert_int_eq(day, days[_i].day);
}
END_TEST

START_TEST(the_day_is_that_of_the_writer)
{
	struct mime_date date;

	/* In UTC it is still the day before. */
	ck_assert(
	    mime_parse_date(SPAN("Thu, 1 Jan 1970 07:59:59 +0800"), &date));
	ck_assert_int_eq(date.utc_s, -1);
	ck_assert_int_eq(mime_date_day(date), 0);
	ck_assert(mime_parse_date(SPAN("31 Dec 1969 23:00:00 -0200"), &date));
	ck_assert_int_eq(date.utc_s, 3600);
	ck_assert_int_eq(mime_date_day(date), -1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("mime_date");
	TCase *tc = tcase_create("mime_date");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_date_field_is_read, 0, COUNT(dates));
	tcase_add_loop_test(
	    tc, an_internal_date_is_read_and_written, 0, COUNT(internals));
	tcase_add_loop_test(tc, a_day_is_read, 0, COUNT(days));
	tcase_add_test(tc, the_day_is_that_of_the_writer);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
