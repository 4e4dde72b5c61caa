/* SPDX-License-Identifier: MIT */
#include "conformance/explain.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/book.h"
#include "lib/columns.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
judge(struct trial *t)
{
	(void)t;
}

static bool
collect(struct trial *t)
{
	(void)t;
	return true;
}

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "smtp.order.mail",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.4",
		.title = "MAIL before EHLO is out of order",
		.title_zh = "未发送 EHLO 即发送 MAIL",
		.needs = "endpoint:smtp !smtp.lenient smtp.size",
		.twin = "smtp.transaction",
		.dialogue =
		    "S: 220 *\n"
		    "C: MAIL FROM:<${alice}>\n"
		    "S!: 503 *  # RFC 5321 4.1.4\n",
	},
	{
		.id = "smtp.transaction",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.3",
		.title = "a message goes through",
		.title_zh = "正常发送一封邮件",
		.dialogue = "S: 220 *\n",
	},
};
static const struct conf_case audits[] = {
	{
		.id = "submission.audit.login",
		.verifies = EMAIL_F_24,
		.clause = "GB/T 37002-2018 6.1.1.2 d)",
		.title = "a login leaves a record",
		.title_zh = "登录留有记录",
		.collect = collect,
		.judge = judge,
	},
};
static const struct conf_group smtp = { "smtp", NULL, cases, COUNT(cases) };
static const struct conf_group empty = { "none", NULL, NULL, 0 };
static const struct conf_group audit = { "audit", NULL, audits,
	COUNT(audits) };
static const struct conf_group *const groups[] = { &smtp, &empty, &audit };
static const struct explain_fault faults[] = {
	{ "MAIL_BEFORE_HELLO", "smtp.order.mail", EMAIL_F_01,
	    "accepts MAIL from a client that never said EHLO",
	    "未发送 EHLO 也接受 MAIL" },
};
static const struct explain_book book = { groups, COUNT(groups), faults,
	COUNT(faults) };
static const struct explain_book nothing = { NULL, 0, NULL, 0 };
/* clang-format on */

/* Every line keeps to the width, unless it is one unbreakable word. */
static void
check_width(const char *text, size_t width)
{
	struct span rest = span_of(text);

	while (rest.len != 0) {
		const struct span one = span_cut(&rest, '\n');

		ck_assert_msg(columns_of(one) <= width, "%zu columns: %.*s",
		    columns_of(one), SPAN_FMT(one));
	}
}

START_TEST(every_name_is_explained)
{
	/* clang-format off */
	static const struct {
		const char	*name;
		const char	*says[8];
	} rows[] = {
		{ "EMAIL-F-01", { "SMTP 邮件发送与转发", "SMTP submission",
		    "GB/T 34079.4-2021 5.1", "timeout.command",
		    "at least 300 s", "EMAIL-F-01.a", "smtp.order.mail",
		    "MAIL_BEFORE_HELLO" } },
		{ "email_f_01", { "EMAIL-F-01" } },
		{ "EMAIL-F-14", { "at least 50 MiB",
		    "project default 项目默认值" } },
		{ "EMAIL-F-04", { "may not be called conformity",
		    "known, not read again" } },
		{ "SM-4-01", { "GB/T 34078.3-2021 4",
		    "may be called conformity to the clause" } },
		{ "SM-5.2-04", { "text missing", "never a pass",
		    "文本缺失" } },
		{ "SM-5.1-01", { "the standard's own text" } },
		{ "smtp.order.mail", { "RFC 5321 4.1.4",
		    "未发送 EHLO 即发送 MAIL", "EMAIL-F-01 (shall",
		    "S!: 503 *", "smtp.transaction, run before",
		    "!smtp.lenient: the profile must not claim",
		    "EMAIL-F-01.c", "MAIL_BEFORE_HELLO" } },
		{ "submission.audit.login", { "evidence is collected",
		    "EMAIL-F-24" } },
		{ "MAIL_BEFORE_HELLO", { "未发送 EHLO 也接受 MAIL",
		    "EMAIL-F-01", "MAIL before EHLO is out of order" } },
		{ "EMAIL-F-01.a", { "RFC 5321 4.1.1.4" } },
		{ "RFC 5321 4.1.4", { "smtp.order.mail", "EMAIL-F-01.c" } },
		{ "RFC 5321 7.3", { "EMAIL-F-01.f" } },
		{ "rfc 2231", { "EMAIL-F-11.b" } },
		{ "13.4", { "OPS-LOG-01", "OPS-LOG-08" } },
		{ "GB/T 34078.3-2021 6.1", { "SM-6.1-01" } },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b;
		struct err err = { 0 };

		buf_init(&b, EXPLAIN_MOST);
		ck_assert_msg(explain(&b, &book, rows[i].name, 0, &err),
		    "%s: %s", rows[i].name, err.what);
		for (size_t k = 0; k < 8 && rows[i].says[k] != NULL; k++)
			ck_assert_msg(
			    strstr(buf_text(&b), rows[i].says[k]) != NULL,
			    "%s does not say \"%s\":\n%s", rows[i].name,
			    rows[i].says[k], buf_text(&b));
		buf_free(&b);
	}
}
END_TEST

START_TEST(a_clause_is_not_its_longer_neighbour)
{
	/* clang-format off */
	static const struct {
		const char	*clause, *asked;
		bool		 cites;
	} rows[] = {
		{ "RFC 5321 4.1.4",		"RFC 5321 4.1",		true },
		{ "RFC 5321 4.1.4",		"rfc 5321",		true },
		{ "RFC 5321 4.1.10",		"RFC 5321 4.1.1",	false },
		{ "RFC 5321 4.1",		"RFC 5321 4.1.4",	false },
		{ "RFC 5321 3.5.3, 7.3",	"RFC 5321 7.3",		true },
		{ "RFC 5321 3.5.3, 7.3",	"RFC 5322 7.3",		false },
		{ "RFC 5321 3.5.3, 7.3",	"7.3",			true },
		{ "RFC 2047, RFC 2231",		"RFC 2231",		true },
		{ "5.10",			"5.1",			false },
		{ "5.1",			"",			false },
		{ "12 -> 34080.4 cl. 5",	"12",			true },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++)
		ck_assert_msg(
		    book_cites(rows[i].clause, rows[i].asked) == rows[i].cites,
		    "%s in %s", rows[i].asked, rows[i].clause);
}
END_TEST

START_TEST(every_row_fits_the_width)
{
	for (int r = 0; r < REQ_COUNT; r++) {
		const char *name = catalogue_get((enum req)r)->name;
		struct buf b;
		struct err err = { 0 };

		buf_init(&b, EXPLAIN_MOST);
		ck_assert(explain(&b, &book, name, 80, &err));
		ck_assert(strstr(buf_text(&b), name) != NULL);
		check_width(buf_text(&b), 80);
		buf_free(&b);
	}
}
END_TEST

START_TEST(an_unknown_name_is_told_its_neighbours)
{
	/* clang-format off */
	static const struct {
		const char	*name, *near;
	} rows[] = {
		{ "smtp.order.male",	"did you mean smtp.order.mail" },
		{ "EMAIL-F-1",		"did you mean EMAIL-F-10, EMAIL-F-11" },
		{ "EMAL-F-01",		"did you mean EMAIL-F-01" },
		{ "smtp.ord",		"did you mean smtp.order.mail" },
		{ "MAIL_BEFORE_HELO",	"did you mean MAIL_BEFORE_HELLO" },
		{ "nothing like this",	"yanshou list" },
		{ "",			"yanshou list" },
		{ "a name so long that nobody would ever have given it to "
		  "anything at all, whatever it was",	"yanshou list" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b;
		struct err err = { 0 };

		buf_init(&b, EXPLAIN_MOST);
		ck_assert(!explain(&b, &book, rows[i].name, 80, &err));
		ck_assert_int_eq(err.kind, ERR_CONFIG);
		ck_assert_msg(strstr(err.what, rows[i].near) != NULL, "%s: %s",
		    rows[i].name, err.what);
		ck_assert_uint_eq(b.len, 0);
		buf_free(&b);
	}
}
END_TEST

START_TEST(lists_keep_to_the_filter)
{
	/* clang-format off */
	static const struct {
		struct explain_filter	 filter;
		const char		*has, *lacks;
	} rows[] = {
		{ { NULL, NULL, NULL },		"SM-9.3-02",	"IM-F-99" },
		{ { "5", NULL, NULL },		"EMAIL-F-25",	"IM-F-01" },
		{ { "SM", NULL, NULL },		"SM-4-01",	"EMAIL-F-01" },
		{ { NULL, "smtp", NULL },	"EMAIL-F-20",	"EMAIL-F-04" },
		{ { NULL, NULL, "may" },	"EMAIL-F-12",	"EMAIL-F-01" },
		{ { "5", "smtp", "shall" },	"EMAIL-F-03",	"EMAIL-F-14" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b;
		struct err err = { 0 };

		buf_init(&b, EXPLAIN_MOST);
		ck_assert(explain_rows(&b, &book, &rows[i].filter, 100, &err));
		ck_assert(strstr(buf_text(&b), rows[i].has) != NULL);
		ck_assert(strstr(buf_text(&b), rows[i].lacks) == NULL);
		check_width(buf_text(&b), 100);
		buf_free(&b);
	}
}
END_TEST

START_TEST(totals_count_every_row)
{
	const struct explain_filter all = { 0 };
	struct buf b;
	struct err err = { 0 };

	buf_init(&b, EXPLAIN_MOST);
	ck_assert(explain_rows(&b, &book, &all, 0, &err));
	ck_assert(strstr(buf_text(&b), "271 rows: ") != NULL);
	ck_assert(strstr(buf_text(&b), "3 cases for 2 rows") != NULL);
	buf_free(&b);
}
END_TEST

START_TEST(a_filter_that_selects_nothing_is_an_error)
{
	/* clang-format off */
	static const struct {
		struct explain_filter	 filter;
		const char		*says;
	} rows[] = {
		{ { "14", NULL, NULL },		"13, SM" },
		{ { NULL, "pigeon", NULL },	"there are smtp, pop3" },
		{ { NULL, NULL, "must" },	"shall, may, should" },
		{ { "6", "smtp", NULL },	"no row of chapter 6" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b;
		struct err err = { 0 };

		buf_init(&b, EXPLAIN_MOST);
		ck_assert(!explain_rows(&b, &book, &rows[i].filter, 80, &err));
		ck_assert_msg(
		    strstr(err.what, rows[i].says) != NULL, "%s", err.what);
		ck_assert(!explain_cases(&b, &book, &rows[i].filter, 80, &err));
		ck_assert(!explain_json(&b, &book, &rows[i].filter, &err));
		ck_assert_uint_eq(b.len, 0);
		buf_free(&b);
	}
}
END_TEST

START_TEST(cases_are_listed)
{
	const struct explain_filter all = { 0 }, im = { "6", NULL, NULL };
	struct buf b;
	struct err err = { 0 };

	buf_init(&b, EXPLAIN_MOST);
	ck_assert(explain_cases(&b, &book, &all, 80, &err));
	ck_assert(strstr(buf_text(&b), "smtp.order.mail") != NULL);
	ck_assert(strstr(buf_text(&b), "submission.audit.login") != NULL);
	ck_assert(strstr(buf_text(&b), "\n3 cases.\n") != NULL);
	check_width(buf_text(&b), 80);
	buf_clear(&b);
	ck_assert(!explain_cases(&b, &book, &im, 80, &err));
	ck_assert(!explain_cases(&b, &nothing, &all, 80, &err));
	ck_assert_uint_eq(b.len, 0);
	buf_free(&b);
}
END_TEST

START_TEST(json_says_the_same)
{
	const struct explain_filter smtp_only = { NULL, "smtp", NULL };
	struct buf b;
	struct err err = { 0 };
	json_t *all, *row;

	buf_init(&b, EXPLAIN_MOST);
	ck_assert(explain_json(&b, &book, &smtp_only, &err));
	all = json_loads(buf_text(&b), 0, NULL);
	ck_assert_ptr_nonnull(all);
	ck_assert_str_eq(json_string_value(json_object_get(all, "catalogue")),
	    catalogue_digest());
	ck_assert_uint_eq(
	    json_array_size(json_object_get(all, "cases")), COUNT(cases) + 1);
	row = json_array_get(json_object_get(all, "rows"), 0);
	ck_assert_str_eq(
	    json_string_value(json_object_get(row, "id")), "EMAIL-F-01");
	ck_assert_str_eq(
	    json_string_value(json_object_get(row, "provenance")), "seed-abbr");
	ck_assert(json_is_false(json_object_get(row, "carries_clause")));
	ck_assert_int_eq(json_integer_value(json_object_get(row, "cases")), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(row, "faults")), 1);
	json_decref(all);
	buf_free(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("explain");
	TCase *tc = tcase_create("text");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, every_name_is_explained);
	tcase_add_test(tc, a_clause_is_not_its_longer_neighbour);
	tcase_add_test(tc, every_row_fits_the_width);
	tcase_add_test(tc, an_unknown_name_is_told_its_neighbours);
	tcase_add_test(tc, lists_keep_to_the_filter);
	tcase_add_test(tc, totals_count_every_row);
	tcase_add_test(tc, a_filter_that_selects_nothing_is_an_error);
	tcase_add_test(tc, cases_are_listed);
	tcase_add_test(tc, json_says_the_same);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? 0 : 1;
}
