/* SPDX-License-Identifier: MIT */
#include "loadgen/quantity.h"

#include <check.h>
#include <math.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const struct {
	const char	*text;
	enum quantity	 of;
	double		 value;	/* -1: none */
} rows[] = {
	{ "50 /s",		QUANTITY_RATE,	50 },
	{ "50/s",		QUANTITY_RATE,	50 },
	{ "0.5   /s",		QUANTITY_RATE,	0.5 },
	{ "90 /min",		QUANTITY_RATE,	1.5 },
	{ "7200 /h",		QUANTITY_RATE,	2 },
	{ "0 /s",		QUANTITY_RATE,	0 },
	{ "7 us",		QUANTITY_TIME,	7 },
	{ "250 ms",		QUANTITY_TIME,	250000 },
	{ "1.5 s",		QUANTITY_TIME,	1500000 },
	{ "2 min",		QUANTITY_TIME,	120e6 },
	{ "1 h",		QUANTITY_TIME,	3600e6 },
	{ "100 B",		QUANTITY_SIZE,	100 },
	{ "20 KiB",		QUANTITY_SIZE,	20480 },
	{ "0.5 MiB",		QUANTITY_SIZE,	524288 },
	{ "1 GiB",		QUANTITY_SIZE,	1073741824 },
	{ "40",			QUANTITY_COUNT,	40 },
	{ "105 % of EMAIL-P-02 throughput",	QUANTITY_RATE,	52.5 },
	{ "100% of EMAIL-P-02 throughput",	QUANTITY_RATE,	50 },
	{ "10 % of EMAIL-P-02 load.duration",	QUANTITY_TIME,	90e6 },
	{ "100 % of EMAIL-P-02 message.size",	QUANTITY_SIZE,	20480 },
	{ "100 % of EMAIL-P-05 fetch.size",	QUANTITY_SIZE,	1048576 },
	{ "100 % of EMAIL-P-01 load.sessions",	QUANTITY_COUNT,	1000 },
	{ "0.15 % of EMAIL-P-01 load.sessions",	QUANTITY_COUNT,	2 },
	{ "110 % of EMAIL-P-01 load.sessions",	QUANTITY_COUNT,	1100 },
	{ "",			QUANTITY_RATE,	-1 },
	{ "50",			QUANTITY_RATE,	-1 },
	{ "/s",			QUANTITY_RATE,	-1 },
	{ "5. /s",		QUANTITY_RATE,	-1 },
	{ ".5 /s",		QUANTITY_RATE,	-1 },
	{ "5 /S",		QUANTITY_RATE,	-1 },
	{ "5 /s /s",		QUANTITY_RATE,	-1 },
	{ "+5 /s",		QUANTITY_RATE,	-1 },
	{ "1e3 /s",		QUANTITY_RATE,	-1 },
	{ "inf /s",		QUANTITY_RATE,	-1 },
	{ "1234567890123456 /s", QUANTITY_RATE,	-1 },
	{ "5 s",		QUANTITY_RATE,	-1 },
	{ "5 /s",		QUANTITY_TIME,	-1 },
	{ "5 kB",		QUANTITY_SIZE,	-1 },
	{ "5 s",		QUANTITY_COUNT,	-1 },
	{ "0.5",		QUANTITY_COUNT,	-1 },
	{ "5 %",		QUANTITY_RATE,	-1 },
	{ "5 % of",		QUANTITY_RATE,	-1 },
	{ "5 % of EMAIL-P-02",	QUANTITY_RATE,	-1 },
	{ "5 % of EMAIL-P-02 throughput more", QUANTITY_RATE, -1 },
	{ "5 % of EMAIL-P-01 errors.ratio",	QUANTITY_RATE,	-1 },
	{ "5 % of EMAIL-F-01 throughput",	QUANTITY_RATE,	-1 },
	{ "100 % of EMAIL-P-01 load.sessions",	QUANTITY_RATE,	-1 },
};
/* clang-format on */

START_TEST(reads_what_people_write)
{
	const struct profile p = { 0 };
	struct quantity_fault f = { 0 };
	double value = -2;
	const bool ok =
	    quantity_read(rows[_i].text, rows[_i].of, &p, &value, &f);

	ck_assert_msg(ok == (rows[_i].value >= 0), "'%s'", rows[_i].text);
	if (ok)
		ck_assert_msg(
		    fabs(value - rows[_i].value) <= 1e-9 * rows[_i].value,
		    "'%s': %g", rows[_i].text, value);
	else
		ck_assert(f.wrong[0] != '\0' && f.right[0] != '\0');
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("quantity");
	TCase *t = tcase_create("quantity");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, reads_what_people_write, 0, (int)COUNT(rows));
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
