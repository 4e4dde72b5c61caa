/* SPDX-License-Identifier: MIT */
/*
 * One case: its verdict only gets worse, its evidence is all that judging
 * again needs, and no secret is in it.
 */
#include "conformance/trial.h"

#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mem.h"

static char dir[64];

/* ---- verdicts ---- */

/* p: a claim that holds, f: one that does not, and so on. */
static void
state(struct trial *t, const char *what)
{
	for (; *what != '\0'; what++)
		switch (*what) {
		case 'p':
			trial_claim(t, "c", true, "right", "right");
			break;
		case 'f':
			trial_claim(t, "c", false, "right", "wrong");
			break;
		case 'n':
			trial_need(t, false, "needed");
			break;
		case 's':
			trial_sane(t, false, "insane");
			break;
		case 'r':
			trial_review(t, "look");
			break;
		case '(':
			trial_quiet(t, true);
			ck_assert(trial_need(t, true, "there"));
			ck_assert(trial_sane(t, true, "sane"));
			ck_assert(!trial_need(t, false, "needed"));
			ck_assert(!trial_sane(t, false, "insane"));
			break;
		case ')':
			trial_quiet(t, false);
			break;
		}
}

static const struct {
	const char *said;
	enum verdict verdict;
	const char *why;
} rows[] = {
	{ "", PASS, "" },
	{ "pp", PASS, "" },
	{ "f", FAIL, "expected right, found wrong" },
	{ "fp", FAIL, "expected right, found wrong" },
	{ "fn", FAIL, "expected right, found wrong" },
	{ "nf", FAIL, "expected right, found wrong" },
	{ "np", INCONCLUSIVE, "needed" },
	{ "r", REVIEW, "look" },
	{ "rp", REVIEW, "look" },
	{ "rn", INCONCLUSIVE, "needed" },
	{ "fs", BROKEN, "insane" },
	{ "sf", BROKEN, "insane" },
	{ "snrp", BROKEN, "insane" },
	{ "(fnsr)", PASS, "" },
	{ "n(fsr)", INCONCLUSIVE, "needed" },
	{ "s(p)", BROKEN, "insane" },
	{ "(s)f", FAIL, "expected right, found wrong" },
};

static int row; /* of the test that runs */

static bool
gather(struct trial *t)
{
	trial_fact(t, "said", "%s", rows[row].said);
	return trial_file(t, "said.txt", span_of(rows[row].said));
}

static void
judge(struct trial *t)
{
	const char *said = trial_fact_text(t, "said");

	ck_assert_ptr_nonnull(said);
	ck_assert_str_eq(buf_text(trial_content(t, "said.txt")), said);
	state(t, said);
}

/* Says all it has to while it still collects. */
static bool
gather_and_say(struct trial *t)
{
	state(t, rows[row].said);
	return trial_verdict(t) < INCONCLUSIVE;
}

static void
agree(struct trial *t)
{
	trial_claim(t, "c", true, "", "%s", "");
}

static bool
gather_secrets(struct trial *t)
{
	int64_t n;

	trial_fact(t, "fact", "he said open-sesame, b3Blbi1zZXNhbWU=");
	trial_fact_int(t, "n", -5);
	ck_assert(!trial_fact_get_int(t, "fact", &n));
	ck_assert(trial_fact_get_int(t, "n", &n) && n == -5);
	trial_fact(t, "bytes", "\xff\x01");
	return trial_file(t, "file", SPAN("<open-sesame>\0<open-sesame>"));
}

static void
judge_secrets(struct trial *t)
{
	trial_claim(t, "c",
	    trial_has(t, "file") && !trial_has(t, "other") &&
		trial_content(t, "other") == NULL,
	    "file", "other");
	ck_assert_uint_eq(trial_content(t, "file")->len, 25);
}

#define CASE(name, does, says) \
	{ \
		.id = (name), .verifies = EMAIL_F_01, .clause = "c", \
		.title = "t", .title_zh = "t", .service = "smtp", \
		.collect = (does), .judge = (says) \
	}

static const struct conf_case cases[] = {
	CASE("judged", gather, judge),
	CASE("collected", gather_and_say, agree),
	CASE("secrets", gather_secrets, judge_secrets),
};

static const struct conf_group group = { "smtp", &framing_smtp, cases, 3 };
const struct conf_group *const conf_groups[] = { &group };
const size_t conf_groups_n = 1;

static struct profile_account alice = {
	.role = (char *)(uintptr_t) "alice",
	.user = (char *)(uintptr_t) "al",
	.address = (char *)(uintptr_t) "alice@example.test",
	.password = (char *)(uintptr_t) "open-sesame",
};

static const struct profile profile = {
	.accounts = &alice,
	.n_accounts = 1,
	.mail.domain = (char *)(uintptr_t) "example.test",
};

static struct trial *
start(const struct conf_case *c, int attempt)
{
	return trial_new(&(struct trial_setup){ .run = "run",
	    .evidence = dir,
	    .fixtures = "fixtures",
	    .profile = &profile,
	    .cs = c,
	    .group = &group,
	    .attempt = attempt,
	    .soft_ms = 60000 });
}

/* Runs the case, then judges again; both outcomes are the caller's. */
static void
both(const struct conf_case *c, struct outcome *first, struct outcome *again)
{
	struct trial *t = start(c, 1);

	trial_run(t, first);
	trial_free(t);
	t = start(c, 1);
	trial_replay(t, again);
	trial_free(t);
}

static void
up(void)
{
	strcpy(dir, "/tmp/trial_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void
down(void)
{
	struct err err;

	ck_assert(files_remove(dir, &err));
}

static bool
file_again(struct trial *t)
{
	const struct buf *first;

	ck_assert(trial_file(t, "search", SPAN("one")));
	first = trial_content(t, "search");
	ck_assert(span_eq(buf_span(first), SPAN("one")));
	ck_assert_ptr_eq(trial_content(t, "search"), first);
	ck_assert(trial_file(t, "search", SPAN("another")));
	ck_assert(
	    span_eq(buf_span(trial_content(t, "search")), SPAN("another")));
	ck_assert(span_eq(buf_span(first), SPAN("one")));
	return true;
}

static void
pass(struct trial *t)
{
	trial_claim(t, "-", true, "nothing", "nothing");
}

START_TEST(what_is_filed_again_is_read_again)
{
	static const struct conf_case again = {
		.id = "again",
		.title = "again",
		.clause = "-",
		.collect = file_again,
		.judge = pass,
	};
	struct trial *t = start(&again, 1);
	struct outcome o;

	trial_run(t, &o);
	ck_assert_int_eq(o.verdict, PASS);
	outcome_free(&o);
	trial_free(t);
}
END_TEST

START_TEST(verdicts_only_get_worse)
{
	row = _i;
	for (size_t i = 0; i < 2; i++) {
		struct outcome first, again;

		both(&cases[i], &first, &again);
		ck_assert_msg(first.verdict == rows[_i].verdict, "%s: %s",
		    rows[_i].said, verdict_name(first.verdict));
		ck_assert_str_eq(first.why, rows[_i].why);
		ck_assert_int_eq(again.verdict, first.verdict);
		ck_assert_str_eq(again.why, first.why);
		ck_assert_uint_eq(first.n_evidence, i == 0 ? 2 : 1);
		if (first.verdict == FAIL) {
			ck_assert_str_eq(first.expected, "right");
			ck_assert_str_eq(first.heard, "wrong");
			ck_assert_str_eq(first.clause, "c");
		}
		outcome_free(&first);
		outcome_free(&again);
	}
}
END_TEST

START_TEST(secrets_are_not_filed)
{
	static const char *const names[] = { "facts.json", "file" };
	struct outcome first, again;

	both(&cases[2], &first, &again);
	ck_assert_msg(first.verdict == PASS, "%s", first.why);
	ck_assert_msg(again.verdict == PASS, "%s", again.why);
	for (size_t i = 0; i < 2; i++) {
		char *path = mem_textf("%s/secrets/%s", dir, names[i]);
		struct err err;
		size_t n;
		char *text = files_read_text(path, 4096, &n, &err);
		const struct span all = { text, n };

		ck_assert_uint_eq(span_find(all, SPAN("open-sesame")), n);
		ck_assert_uint_eq(span_find(all, SPAN("b3Blbi1zZXN")), n);
		ck_assert_uint_lt(span_find(all, SPAN("(redacted)")), n);
		free(text);
		free(path);
	}
	outcome_free(&first);
	outcome_free(&again);
}
END_TEST

START_TEST(evidence_that_is_gone)
{
	struct outcome first, again;
	struct trial *t;
	char *path;

	row = 1;
	both(&cases[0], &first, &again);
	outcome_free(&first);
	outcome_free(&again);
	path = mem_textf("%s/judged/facts.json", dir);
	ck_assert_int_eq(unlink(path), 0);
	t = start(&cases[0], 1);
	trial_replay(t, &again);
	ck_assert_int_eq(again.verdict, BROKEN);
	trial_free(t);
	outcome_free(&again);
	free(path);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *value; /* NULL: there is none */
} names[] = {
	{ "token",		"run.judged.2" },
	{ "client",		"run.judged.2.client.example" },
	{ "domain",		"example.test" },
	{ "foreign",		NULL },
	{ "sink",		NULL },
	{ "alice.address",	"alice@example.test" },
	{ "alice.user",		"al" },
	{ "alice.password",	"open-sesame" },
	{ "alice.plain",	"AGFsAG9wZW4tc2VzYW1l" }, /* NUL al NUL ... */
	{ "alice.age",		NULL },
	{ "bob.user",		NULL },
	{ "limit.nothing",	NULL },
	{ "file:mail/none",	NULL },
	{ "",			NULL },
};
/* clang-format on */

START_TEST(variables)
{
	struct trial *t = start(&cases[0], 2);
	struct buf value;

	buf_init(&value, 4096);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		bool ok;

		buf_clear(&value);
		ok = trial_lookup(t, span_of(names[i].name), &value);
		ck_assert_msg(
		    ok == (names[i].value != NULL), "%s", names[i].name);
		if (ok)
			ck_assert_str_eq(buf_text(&value), names[i].value);
	}
	buf_free(&value);
	trial_free(t);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("trial");
	TCase *t = tcase_create("trial");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, up, down);
	tcase_add_test(t, what_is_filed_again_is_read_again);
	tcase_add_loop_test(
	    t, verdicts_only_get_worse, 0, (int)(sizeof rows / sizeof rows[0]));
	tcase_add_test(t, secrets_are_not_filed);
	tcase_add_test(t, evidence_that_is_gone);
	tcase_add_test(t, variables);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
