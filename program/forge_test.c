/* SPDX-License-Identifier: MIT */
/*
 * Somebody rewrites a run and computes the whole chain anew, so that every
 * digest is right.  What is wrong inside it is noticed all the same.
 */
#include "program/testing.h"

#include "conformance/replay.h"
#include "lib/journal.h"

static struct testing site;

static void
up(void)
{
	testing_up(&site);
	testing_serve(&site, (struct serve_options){ 0 });
}

static void
down(void)
{
	testing_down(&site);
}

/* The journal as it would be had all of this been filed. */
static void
chain_anew(const char *run)
{
	char *path = mem_textf("%s/journal.jsonl", run);
	char *plan_path = mem_textf("%s/plan.json", run);
	struct ledger l;
	struct plan plan;
	struct journal *j;
	struct err err = { .what = "" };
	char *digest;

	ck_assert(ledger_read(path, &l, &err));
	ck_assert(plan_read(plan_path, &plan, &err));
	digest = plan_digest(&plan);
	ck_assert_int_eq(unlink(path), 0);
	j = journal_create(path, digest, NULL, &err);
	ck_assert_msg(j != NULL, "%s", err.what);
	for (size_t i = 0; i < l.n; i++) {
		struct outcome *o = &l.outcomes[i];

		for (size_t k = 0; k < o->n_evidence; k++) {
			char *file = mem_textf(
			    "%s/evidence/%s", run, o->evidence[k].path);

			free(o->evidence[k].sm3);
			o->evidence[k].sm3 = run_digest_file(file, &err);
			ck_assert_ptr_nonnull(o->evidence[k].sm3);
			free(file);
		}
		ck_assert(journal_end_case(j, o, &err));
	}
	ck_assert_msg(journal_close(j, plan_ends(&plan), &err), "%s", err.what);
	journal_free(j);
	free(digest);
	plan_free(&plan);
	ledger_free(&l);
	free(plan_path);
	free(path);
}

/* Replaces the first "old" in a file, and puts everything back after. */
static void
edited(const char *run, const char *name, const char *old, const char *with,
    const char *noticed)
{
	char *path = mem_textf("%s/%s", run, name);
	char *text = testing_read(path), *changed;
	const char *at = strstr(text, old);

	ck_assert_msg(at != NULL, "%s: no %s", name, old);
	changed = mem_textf(
	    "%.*s%s%s", (int)(at - text), text, with, at + strlen(old));
	testing_write(path, span_of(changed));
	chain_anew(run);
	testing_expect(testing_run(&site, "replay", run, NULL), 7, noticed);
	testing_write(path, span_of(text));
	chain_anew(run);
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "4 of 4");
	free(changed);
	free(text);
	free(path);
}

/* Lets two files change places. */
static void
exchange(const char *run, const char *one, const char *other)
{
	char *a = mem_textf("%s/evidence/%s", run, one);
	char *b = mem_textf("%s/evidence/%s", run, other);
	char *x = testing_read(a), *y = testing_read(b);

	testing_write(a, span_of(y));
	testing_write(b, span_of(x));
	free(x);
	free(y);
	free(a);
	free(b);
}

START_TEST(a_new_chain_hides_nothing)
{
	char *run = testing_path(&site, "run");

	testing_expect(
	    testing_run(&site, "check", site.target, "--run", run, "--case",
		"smtp.noop", "--case", "smtp.noop.argument", "--case",
		"smtp.starttls.state", "--case", "smtp.greeting.name", NULL),
	    4, "smtp.noop");
	chain_anew(run);
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "4 of 4");

	/* what was heard, and what collect() made of it */
	edited(run, "evidence/smtp.noop/trial.jsonl", "250 2.0.0", "500 2.0.0",
	    "recorded pass, now fail");
	edited(run, "evidence/smtp.starttls.state/facts.json",
	    "\"midway\": \"fail\"", "\"midway\": \"pass\"",
	    "its transcript says fail");
	edited(run, "evidence/smtp.greeting.name/greeting.txt",
	    "mail.example.test", "mail", "smtp.greeting.name");

	/* evidence of something else */
	exchange(
	    run, "smtp.noop/trial.jsonl", "smtp.noop.argument/trial.jsonl");
	chain_anew(run);
	testing_expect(testing_run(&site, "replay", run, NULL), 7,
	    "recorded with another script");
	exchange(
	    run, "smtp.noop/trial.jsonl", "smtp.noop.argument/trial.jsonl");

	/* a part that passes for the whole */
	edited(run, "plan.json", "\"partial\":true", "\"partial\":false",
	    "leaves out the case");
	free(run);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("forge");
	TCase *t = tcase_create("forge");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, up, down);
	tcase_add_test(t, a_new_chain_hides_nothing);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
