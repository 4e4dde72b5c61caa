/* SPDX-License-Identifier: MIT */
#include "reports/expect.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TAIL "\twhy\tRFC 5321 4.1.4\n"

static const struct {
	const char *text, *complaint; /* NULL: it is right */
} tables[] = {
	{ "", NULL },
	{ "# all is well\n\n", NULL },
	{ "subject\tverdict\twhy\tcitation\na.b\tfail" TAIL, NULL },
	{ "a.b\tfail\twhy\t-\r\n", NULL },
	{ "a.b\tfail\twhy\t-", NULL },
	{ "EMAIL-F-01\tnot-tested" TAIL, NULL },
	{ "# one\na.b\tfail\twhy\n", "x.tsv:2: 3 columns; must be 4" },
	{ "a.b fail why -\n", "x.tsv:1: 1 columns; must be 4" },
	{ "a.b\tfail\twhy\t-\tmore\n", "x.tsv:1: 5 columns; must be 4" },
	{ "a.b\tfail\t\t-\n", "x.tsv:1: why: is empty" },
	{ "a.b\tfail\twhy\t\n", "x.tsv:1: citation: is empty" },
	{ "\tfail\twhy\t-\n", "x.tsv:1: subject: is empty" },
	{ "a.b\tfailed" TAIL, "x.tsv:1: verdict: \"failed\" is none; must" },
	{ "a.b\tnot-tested" TAIL, "x.tsv:1: verdict: \"not-tested\" is none;" },
	{ "a.b\tfail|pass" TAIL, NULL },
	{ "a.b\tpass|pass" TAIL, "x.tsv:1: verdict: a pass needs no line" },
	{ "a.b\tfail|review" TAIL, "x.tsv:1: verdict: \"fail|review\" is" },
	{ "EMAIL-F-01\tfail|pass" TAIL, "x.tsv:1: verdict: \"fail|pass\" is" },
	{ "a.b\tpass" TAIL, "x.tsv:1: verdict: a pass needs no line" },
	{ "EMAIL-F-01\tpass" TAIL, "x.tsv:1: verdict: a pass needs no line" },
	{ "EMAIL-F-01\tfine" TAIL, "x.tsv:1: verdict: \"fine\" is none of" },
	{ "EMAIL-F-999\tfail" TAIL, "x.tsv:1: subject: \"EMAIL-F-999\" is no" },
	{ "a.b\tfail" TAIL "a.b\tfail" TAIL, "x.tsv:2: subject: \"a.b\" st" },
};

START_TEST(reading)
{
	struct expect x;
	struct err err = { 0 };
	const char *complaint = tables[_i].complaint;

	if (expect_parse("x.tsv", span_of(tables[_i].text), &x, &err)) {
		ck_assert_msg(complaint == NULL, "must be: %s", complaint);
		expect_free(&x);
		return;
	}
	ck_assert_msg(complaint != NULL &&
			  strncmp(err.what, complaint, strlen(complaint)) == 0,
	    "%s", err.what);
}
END_TEST

START_TEST(a_nul_is_no_text)
{
	struct expect x;
	struct err err;

	ck_assert(!expect_parse("x", SPAN("a\0b\tfail\ty\t-\n"), &x, &err));
	ck_assert(!expect_read("/nonexistent/expected.tsv", &x, &err));
	ck_assert_int_eq(err.kind, ERR_IO);
}
END_TEST

/*
 * Two cases of one shall row, "a" and "b", and what they came to; the table;
 * how many lines go where, and the exit.
 */
static const struct {
	const char *name;
	enum verdict a, b;
	const char *table;
	size_t unexplained, stale, confirmed;
	enum exit_code exit;
	bool partial, open;
} rows[] = {
	{ "all pass", PASS, PASS, "", 0, 0, 0, EXIT_CONFORMS, 0, 0 },
	{ "known failure", PASS, FAIL, "b\tfail" TAIL, 0, 0, 1, EXIT_CONFORMS,
	    0, 0 },
	{ "unknown failure", PASS, FAIL, "", 1, 0, 0, EXIT_NONCONFORMS, 0, 0 },
	{ "unknown breakage", PASS, BROKEN, "", 1, 0, 0, EXIT_NONCONFORMS, 0,
	    0 },
	{ "unknown review", PASS, REVIEW, "", 1, 0, 0, EXIT_NONCONFORMS, 0, 0 },
	{ "unknown inconclusive", PASS, INCONCLUSIVE, "", 1, 0, 0,
	    EXIT_NONCONFORMS, 0, 0 },
	{ "one known, one not", FAIL, FAIL, "b\tfail" TAIL, 1, 0, 1,
	    EXIT_NONCONFORMS, 0, 0 },
	{ "passes now", PASS, PASS, "b\tfail" TAIL, 0, 1, 0, EXIT_STALE, 0, 0 },
	{ "a race lost", PASS, FAIL, "b\tfail|pass" TAIL, 0, 0, 1,
	    EXIT_CONFORMS, 0, 0 },
	{ "a race won", PASS, PASS, "b\tfail|pass" TAIL, 0, 0, 1, EXIT_CONFORMS,
	    0, 0 },
	{ "no race", PASS, BROKEN, "b\tfail|pass" TAIL, 1, 0, 0,
	    EXIT_NONCONFORMS, 0, 0 },
	{ "not applicable now", PASS, NOT_APPLICABLE, "b\tfail" TAIL, 0, 1, 0,
	    EXIT_STALE, 0, 0 },
	{ "not applicable needs no line", PASS, NOT_APPLICABLE, "", 0, 0, 0,
	    EXIT_CONFORMS, 0, 0 },
	{ "not applicable may have one", PASS, NOT_APPLICABLE,
	    "b\tnot-applicable" TAIL, 0, 0, 1, EXIT_CONFORMS, 0, 0 },
	{ "applicable now", PASS, PASS, "b\tnot-applicable" TAIL, 0, 1, 0,
	    EXIT_STALE, 0, 0 },
	{ "fails otherwise", PASS, BROKEN, "b\tfail" TAIL, 1, 0, 0,
	    EXIT_NONCONFORMS, 0, 0 },
	{ "fails instead of review", PASS, FAIL, "b\treview" TAIL, 1, 0, 0,
	    EXIT_NONCONFORMS, 0, 0 },
	{ "stale and unexplained", FAIL, PASS, "b\tfail" TAIL, 1, 1, 0,
	    EXIT_NONCONFORMS, 0, 0 },
	{ "no such case", PASS, PASS, "c\tfail" TAIL, 0, 1, 0, EXIT_STALE, 0,
	    0 },
	{ "no such case in this part", PASS, PASS, "c\tfail" TAIL, 0, 0, 0,
	    EXIT_CONFORMS, true, 0 },
	{ "a row", PASS, REVIEW, "EMAIL-F-01\treview" TAIL "b\treview" TAIL, 0,
	    0, 2, EXIT_CONFORMS, 0, 0 },
	{ "a row excuses no case", PASS, REVIEW, "EMAIL-F-01\treview" TAIL, 1,
	    0, 1, EXIT_NONCONFORMS, 0, 0 },
	{ "a row that passes now", PASS, PASS, "EMAIL-F-01\treview" TAIL, 0, 1,
	    0, EXIT_STALE, 0, 0 },
	{ "a row that is worse", PASS, FAIL,
	    "EMAIL-F-01\treview" TAIL "b\tfail" TAIL, 1, 0, 1, EXIT_NONCONFORMS,
	    0, 0 },
	{ "another row, as expected", PASS, PASS,
	    "EMAIL-F-02\tout-of-scope" TAIL, 0, 0, 1, EXIT_CONFORMS, 0, 0 },
	{ "a row in a part", PASS, PASS, "EMAIL-F-01\treview" TAIL, 0, 0, 0,
	    EXIT_CONFORMS, true, 0 },
	{ "truncated, as expected", PASS, FAIL, "b\tfail" TAIL, 0, 0, 1,
	    EXIT_NONCONFORMS, 0, true },
	{ "truncated, all pass", PASS, PASS, "", 0, 0, 0, EXIT_INCOMPLETE, 0,
	    true },
	{ "nothing executed", NOT_APPLICABLE, NOT_APPLICABLE, "", 0, 0, 0,
	    EXIT_INCOMPLETE, 0, 0 },
};

static char *
literal(const char *text)
{
	return (char *)(uintptr_t)text;
}

START_TEST(comparing)
{
	const enum verdict verdicts[] = { rows[_i].a, rows[_i].b };
	struct plan_case cases[2] = { { .id = literal("a") },
		{ .id = literal("b") } };
	struct outcome outcomes[2] = { 0 };
	struct plan plan = {
		.cases = cases, .n = 2, .partial = rows[_i].partial
	};
	struct ledger ledger = { .outcomes = outcomes,
		.closed = !rows[_i].open };
	struct matrix m;
	struct expect x;
	struct expect_result r;
	struct err err;

	for (size_t i = 0; i < REQ_COUNT; i++)
		plan.rows[i].disposition = ROW_OUT_OF_SCOPE;
	plan.rows[EMAIL_F_01].disposition = ROW_PLANNED;
	for (size_t i = 0; i < 2; i++) {
		cases[i].verifies = EMAIL_F_01;
		cases[i].executes = verdicts[i] != NOT_APPLICABLE;
		cases[i].verdict = verdicts[i];
		cases[i].repeats = 1;
		if (cases[i].executes)
			outcomes[ledger.n++] = (struct outcome){
				.id = cases[i].id,
				.attempt = 1,
				.verdict = verdicts[i],
			};
	}
	ledger.planned = plan_ends(&plan);
	ledger.plan_digest = plan_digest(&plan);
	matrix_make(&m, &plan, &ledger, NULL, 0, "2026-11-22");
	ck_assert_msg(expect_parse("x.tsv", span_of(rows[_i].table), &x, &err),
	    "%s", err.what);
	expect_compare(&r, &x, &m);
	ck_assert_msg(r.unexplained.n == rows[_i].unexplained, "%s: %zu",
	    rows[_i].name, r.unexplained.n);
	ck_assert_msg(
	    r.stale.n == rows[_i].stale, "%s: %zu", rows[_i].name, r.stale.n);
	ck_assert_msg(r.confirmed.n == rows[_i].confirmed, "%s: %zu",
	    rows[_i].name, r.confirmed.n);
	ck_assert_msg(
	    r.exit == rows[_i].exit, "%s: exit %d", rows[_i].name, r.exit);
	expect_result_free(&r);
	expect_free(&x);
	matrix_free(&m);
	free(ledger.plan_digest);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("expect");
	TCase *tc = tcase_create("expect");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, reading, 0, sizeof tables / sizeof *tables);
	tcase_add_test(tc, a_nul_is_no_text);
	tcase_add_loop_test(tc, comparing, 0, sizeof rows / sizeof *rows);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
