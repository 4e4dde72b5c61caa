/* SPDX-License-Identifier: MIT */
/* What was answered, and examined when all was over. */
#include "loadgen/judging.h"

/* clang-format off */
static const struct {
	const char *what;
	uint64_t rate;		/* asked for a second */
	uint64_t failed;	/* in one second of ten */
	double p95;
	uint64_t wrong, unread;
	void (*happens)(struct measure *);
	enum verdict times, rates, errors, answers;
} loads[] = {
	{ "all well", 210, 0, 50 * MS, 0, 0, NULL, PASS, PASS, PASS, PASS },
	{ "slow", 210, 0, 700 * MS, 0, 0, NULL, FAIL, PASS, PASS, PASS },
	{ "one wrong", 210, 0, 50 * MS, 1, 0, NULL, PASS, PASS, PASS, FAIL },
	{ "one without room", 210, 0, 50 * MS, 0, 1, NULL,
	    PASS, PASS, PASS, INCONCLUSIVE },
	{ "wrong, without room", 210, 0, 50 * MS, 1, 1, NULL,
	    PASS, PASS, PASS, FAIL },
	{ "wrong; busy", 210, 0, 50 * MS, 1, 0, all_busy,
	    INCONCLUSIVE, INCONCLUSIVE, INCONCLUSIVE, FAIL },
	{ "too few asked", 100, 0, 50 * MS, 0, 0, NULL,
	    PASS, INCONCLUSIVE, PASS, PASS },
	{ "errors", 210, 60, 50 * MS, 0, 0, NULL, PASS, PASS, FAIL, PASS },
	{ "many errors", 150, 600, 50 * MS, 0, 0, NULL,
	    FAIL, FAIL, FAIL, PASS },
};
/* clang-format on */

START_TEST(ocsp)
{
	struct measure m;

	empty(&m, 125);
	m.judged_to = 120;
	draw(&m, "ocsp", 0, 120, loads[_i].rate, loads[_i].p95);
	for (size_t i = 0; i < 120; i += 10)
		break_some(&m, 0, i, loads[_i].failed);
	m.answers = (struct measure_answers){ .kept = true,
		.heard = 20000,
		.examined = 20000,
		.wrong = loads[_i].wrong,
		.unread = loads[_i].unread };
	if (loads[_i].happens != NULL)
		loads[_i].happens(&m);
	expect(&m, CERT_P_02, "ocsp.p95", loads[_i].times, "p95 of OCSP",
	    loads[_i].what);
	expect(
	    &m, CERT_P_02, "load.rate", loads[_i].rates, "/s", loads[_i].what);
	expect(&m, CERT_P_02, "errors.ratio", loads[_i].errors, "%",
	    loads[_i].what);
	expect(&m, CERT_P_02, "answers.wrong", loads[_i].answers,
	    "answers found wrong", loads[_i].what);
	measure_free(&m);
}
END_TEST

START_TEST(who_keeps_none_knows_none)
{
	struct measure m;

	empty(&m, 125);
	m.judged_to = 120;
	draw(&m, "ocsp", 0, 120, 210, 50 * MS);
	expect(&m, CERT_P_02, "answers.wrong", INCONCLUSIVE, "nothing", "none");
	measure_free(&m);
}
END_TEST

/* Lists: how long they are is the target's matter, not one of right. */
/* clang-format off */
static const struct {
	const char *what;
	uint64_t entries, wrong;
	double p95;
	enum verdict lists, times;
} lists[] = {
	{ "as asked", 100000, 0, 2 * S, PASS, PASS },
	{ "longer", 250000, 0, 2 * S, PASS, PASS },
	{ "short", 7, 0, 2 * S, INCONCLUSIVE, PASS },
	{ "slow", 100000, 0, 300 * S, PASS, FAIL },
};
/* clang-format on */

START_TEST(crl)
{
	struct measure m;

	empty(&m, 125);
	m.judged_to = 120;
	draw(&m, "crl", 0, 120, 1, lists[_i].p95);
	m.answers = (struct measure_answers){ .kept = true,
		.heard = 120,
		.examined = 120,
		.wrong = lists[_i].wrong,
		.entries = lists[_i].entries };
	expect(&m, CERT_P_04, "crl.entries", lists[_i].lists,
	    "entries of the CRL", lists[_i].what);
	expect(&m, CERT_P_04, "crl.time", lists[_i].times, "fetching a CRL",
	    lists[_i].what);
	measure_free(&m);
}
END_TEST

/* limits.tsv has nothing of wrong ones in that row: none may be. */
/* clang-format off */
static const struct {
	const char *what;
	double p95;
	bool kept;
	uint64_t wrong, unread;
	enum verdict times, answers, row;
} issues[] = {
	{ "all well", 100 * MS, true, 0, 0, PASS, PASS, PASS },
	{ "slow", 20 * S, true, 0, 0, FAIL, PASS, FAIL },
	{ "one wrong", 100 * MS, true, 1, 0, PASS, FAIL, FAIL },
	{ "one waits", 100 * MS, true, 0, 1, PASS, INCONCLUSIVE, INCONCLUSIVE },
	{ "none looked at", 100 * MS, false, 0, 0,
	    PASS, INCONCLUSIVE, INCONCLUSIVE },
};
/* clang-format on */

START_TEST(issue)
{
	static const struct profile none;
	struct measure m;
	struct judged j;

	empty(&m, 125);
	m.judged_to = 120;
	draw(&m, "issue", 0, 120, 11, issues[_i].p95);
	m.answers = (struct measure_answers){ .kept = issues[_i].kept,
		.heard = 1320,
		.examined = issues[_i].kept ? 1320 : 0,
		.wrong = issues[_i].wrong,
		.unread = issues[_i].unread };
	expect(&m, CERT_P_01, "issue.p95", issues[_i].times, "p95 of issuing",
	    issues[_i].what);
	expect(&m, CERT_P_01, "issue.rate", PASS, "certificates issued",
	    issues[_i].what);
	expect(&m, CERT_P_01, "answers.wrong", issues[_i].answers, "",
	    issues[_i].what);
	judge_row(&j, CERT_P_01, &m, &none);
	ck_assert_msg(
	    j.verdict == issues[_i].row, "%s: %s", issues[_i].what, j.why);
	measure_free(&m);
}
END_TEST

/* A list, and what those that were drawn from it show. */
/* clang-format off */
static const struct {
	const char *what;
	uint64_t listed, rate;
	uint64_t wrong, unread, failed;	/* failed: in one second of ten */
	double p95;
	enum verdict records, times, answers, row;
	const char *why;
} listed[] = {
	{ "all there", 1000000, 200, 0, 0, 0, 50 * MS, PASS, PASS, PASS, PASS,
	  "certificates on the list 1,000,000 (20000 asked about at random, 0 of "
	  "them not shown to be there; 95 %: at least 999,815 are), at least "
	  "1,000,000" },
	{ "slow", 1000000, 200, 0, 0, 0, 3 * S, PASS, FAIL, PASS, FAIL, "" },
	{ "one unknown", 1000000, 200, 1, 0, 0, 50 * MS,
	  PASS, PASS, FAIL, FAIL, "1 of them not shown" },
	{ "one in a hundred unknown", 1000000, 200, 200, 0, 0, 50 * MS,
	  INCONCLUSIVE, PASS, FAIL, FAIL, "shows less" },
	{ "one without room", 1000000, 200, 0, 1, 0, 50 * MS,
	  PASS, PASS, INCONCLUSIVE, INCONCLUSIVE, "1 of them not shown" },
	{ "no answer to one in a hundred", 1000000, 200, 0, 0, 20, 50 * MS,
	  INCONCLUSIVE, PASS, PASS, FAIL, "shows less" },
	{ "short list", 999999, 200, 0, 0, 0, 50 * MS,
	  INCONCLUSIVE, PASS, PASS, INCONCLUSIVE, "the list is shorter" },
	{ "longer list, of which one in ten failed", 1500000, 200, 0, 0, 220,
	  50 * MS, PASS, FAIL, PASS, FAIL, "at least 1" },
	{ "few asked", 1000000, 20, 0, 0, 0, 50 * MS,
	  INCONCLUSIVE, PASS, PASS, INCONCLUSIVE, "ask about more" },
};
/* clang-format on */

START_TEST(records)
{
	static const struct profile none;
	const uint64_t asked = 120 * listed[_i].rate;
	struct measure m;
	struct judged j;

	empty(&m, 125);
	m.judged_to = 120;
	draw(&m, "query", 0, 120, listed[_i].rate, listed[_i].p95);
	for (size_t i = 0; i < 120; i += 10)
		break_some(&m, 0, i, listed[_i].failed);
	m.answers = (struct measure_answers){ .kept = true,
		.heard = asked,
		.examined = asked < 20000 ? asked : 20000,
		.wrong = listed[_i].wrong,
		.unread = listed[_i].unread,
		.entries = listed[_i].listed };
	expect(&m, CERT_P_06, "records", listed[_i].records, listed[_i].why,
	    listed[_i].what);
	expect(&m, CERT_P_06, "query.p95", listed[_i].times, "p95 of queries",
	    listed[_i].what);
	expect(&m, CERT_P_06, "answers.wrong", listed[_i].answers, "",
	    listed[_i].what);
	judge_row(&j, CERT_P_06, &m, &none);
	ck_assert_msg(
	    j.verdict == listed[_i].row, "%s: %s", listed[_i].what, j.why);
	measure_free(&m);
}
END_TEST

/* Nothing was examined, or nobody said of how many. */
START_TEST(nothing_shows_nothing)
{
	for (int i = 0; i < 3; i++) {
		struct measure m;

		empty(&m, 125);
		m.judged_to = 120;
		draw(&m, "query", 0, 120, 200, 50 * MS);
		m.answers = (struct measure_answers){ .kept = i > 0,
			.examined = i > 1 ? 20000 : 0,
			.entries = i > 1 ? 0 : 1000000 };
		expect(&m, CERT_P_06, "records", INCONCLUSIVE, "nothing",
		    "nothing");
		measure_free(&m);
	}
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct judging_test tests[] = {
		{ ocsp, COUNT(loads) },
		{ who_keeps_none_knows_none, 0 },
		{ crl, COUNT(lists) },
		{ issue, COUNT(issues) },
		{ records, COUNT(listed) },
		{ nothing_shows_nothing, 0 },
	};
	/* clang-format on */

	return judging_run("judge_answers", tests, COUNT(tests));
}
