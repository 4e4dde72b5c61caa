/* SPDX-License-Identifier: MIT */
/*
 * Peers that are no servers at all: every case put to one ends in time, and
 * never in a pass it was given nothing for.
 */
#include "program/testing.h"

#include "conformance/case.h"
#include "conformance/replay.h"
#include "lib/clock.h"
#include "lib/journal.h"
#include "program/program.h"
#include "program/run.h"

enum { REPLY_MS = 150, CONNECT_MS = 300, JOBS = 16, SLACK_MS = 6000 };

/* In clear, with TLS in the middle, with TLS from the start, by library. */
static const char *const selectors[] = { "case:smtp.greeting", "case:smtp.ehlo",
	"case:smtp.order.mail", "case:smtp.quit.closes",
	"case:smtp.syntax.garbage", "case:smtp.starttls",
	"case:smtp.starttls.injection", "case:smtp.limits.recipients",
	"case:submission.auth.plain", "case:submissions.greeting",
	"case:submissions.tls.version", "case:submission.journey.plain",
	"case:pop3.greeting", "case:pop3.login", "case:pop3s.login",
	"case:pop3.capa", "case:pop3.stls", "case:pop3s.tls.name",
	"case:imap.greeting", "case:imap.capability", "case:imap.login",
	"case:imap.syntax.lf", "case:imap.logout.closes",
	"case:imap.login.literal", "case:imap.starttls",
	"case:imap.starttls.injection", "case:imap.starttls.version",
	"case:imaps.tls.version", "case:imap.login.wrong" };

static void
judge(const struct profile *p, const char *dir, struct ledger *l)
{
	const struct run_request r = { .profile = p,
		.dir = dir,
		.selectors = selectors,
		.n_selectors = sizeof selectors / sizeof selectors[0],
		.repeats = 1,
		.jobs = JOBS };
	char *made = NULL, *journal = mem_textf("%s/journal.jsonl", dir);
	struct err err;
	bool interrupted;

	ck_assert_msg(run_new(&r, &made, &interrupted, &err), "%s", err.what);
	ck_assert_msg(ledger_read(journal, l, &err), "%s", err.what);
	free(journal);
	free(made);
}

/* Some of what a peer does is right: it may greet before it goes silent. */
static bool
may_pass(enum hostile h, const char *id)
{
	static const struct {
		enum hostile h;
		const char *id;
	} right[] = {
		{ HOSTILE_TLS_GARBAGE, "" },
		{ HOSTILE_TLS_CLOSE, "" },
		{ HOSTILE_GOOD_THEN_SILENT, "smtp.ehlo" },
		{ HOSTILE_GOOD_THEN_SILENT, "imap.capability" },
		{ HOSTILE_GOOD_THEN_SILENT, "imap.syntax.lf" },
		{ HOSTILE_GOOD_THEN_SILENT, "imap.logout.closes" },
		{ HOSTILE_GOOD_THEN_SILENT, "pop3.capa" },
	};
	static const enum hostile greets[] = { HOSTILE_ENDLESS_REPLY,
		HOSTILE_GOOD_THEN_SILENT, HOSTILE_HUGE_LITERAL,
		HOSTILE_ENDLESS_LITERAL };

	/* most of them do speak TLS on that port, and of this version */
	if (strstr(id, "s.tls.") != NULL)
		return true;
	for (size_t i = 0; i < sizeof greets / sizeof greets[0]; i++)
		if (greets[i] == h && strstr(id, ".greeting") != NULL)
			return true;
	for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)
		if (right[i].h == h &&
		    strncmp(right[i].id, id, strlen(right[i].id)) == 0)
			return true;
	return false;
}

START_TEST(judged_in_time)
{
	const enum hostile h = (enum hostile)_i;
	struct testing t;
	struct profile p;
	struct ledger l;
	struct replay again;
	struct mono began;
	struct err err;
	char *run;

	testing_up(&t);
	testing_serve(&t, (struct serve_options){ .hostile = h });
	ck_assert_msg(run_profile(t.target, false, &p, &err), "%s", err.what);
	p.timeouts.connect_ms = CONNECT_MS;
	p.timeouts.reply_ms = REPLY_MS;
	ck_assert_msg(program_start(&err), "%s", err.what);
	run = testing_path(&t, "run");
	began = clock_mono();
	judge(&p, run, &l);
	ck_assert_int_lt(mono_since_us(began, clock_mono()) / 1000,
	    2 * (CONNECT_MS + 3 * REPLY_MS) + SLACK_MS);
	ck_assert(l.closed);
	ck_assert_uint_eq(l.n, l.planned);
	for (size_t i = 0; i < l.n; i++) {
		const struct outcome *o = &l.outcomes[i];

		ck_assert_msg(o->verdict == INCONCLUSIVE ||
				  o->verdict == FAIL ||
				  (o->verdict == PASS && may_pass(h, o->id)),
		    "%s: %s: %s: %s", hostile_get(h)->name, o->id,
		    verdict_name(o->verdict), o->why);
	}
	ck_assert_msg(
	    replay_run(&again, run, "fixtures", NULL, &err), "%s", err.what);
	for (size_t i = 0; i < again.n; i++)
		ck_abort_msg("%s: replay of %s: %s", hostile_get(h)->name,
		    again.disagreements[i].recorded->id,
		    again.disagreements[i].why);
	ck_assert_uint_eq(again.agreed, l.n);
	replay_free(&again);
	ledger_free(&l);
	profile_free(&p);
	free(run);
	testing_down(&t);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hostile");
	TCase *t = tcase_create("hostile");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, judged_in_time, 1, HOSTILE_COUNT);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
