/* SPDX-License-Identifier: MIT */
/*
 * kill -9 of the harness, at any moment: resumed, it comes to the verdicts
 * it would have come to, and nothing of it lives on.  And what was filed
 * cannot be changed afterwards without being noticed.
 */
#include "program/testing.h"

#include <dirent.h>
#include <poll.h>

#include "conformance/replay.h"
#include "lib/clock.h"
#include "lib/journal.h"

enum {
	KILLS = 24,
	MOST_MS = 120, /* between two kills */
	GONE_MS = 5000,
	INTERRUPTS = 16,
	POSITIONS = 300, /* octets altered in a file */
};

/* Cases that end in milliseconds, and yet do all a case can do. */
static const char *const chosen[] = { "smtp.e*", "smtp.order.*", "smtp.s[tmy]*",
	"submission.auth.plain*", "smtp.audit.*" };

static struct testing site;

static void
up(void)
{
	/* whoever loses his parent becomes ours, and is seen */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	testing_up(&site);
	testing_serve(&site, (struct serve_options){ 0 });
}

static void
down(void)
{
	testing_down(&site);
}

static pid_t
start_check(const char *run, const char *out)
{
	const char *words[TESTING_WORDS] = { "yanshou", "check", site.target,
		"--run", run };
	size_t n = 5;

	for (size_t i = 0; i < sizeof chosen / sizeof chosen[0]; i++) {
		words[n++] = "--case";
		words[n++] = chosen[i];
	}
	return testing_start(out, words);
}

static pid_t
start_resume(const char *run, const char *out)
{
	const char *const words[] = { "yanshou", "resume", run, NULL };

	return testing_start(out, words);
}

static void
read_ledger(const char *run, struct ledger *l)
{
	char *path = mem_textf("%s/journal.jsonl", run);
	struct err err;

	if (!ledger_read(path, l, &err))
		*l = (struct ledger){ 0 };
	free(path);
}

/* ---- who is still there ---- */

static pid_t
parent_of(pid_t pid)
{
	char *path = mem_textf("/proc/%ld/stat", (long)pid);
	char text[512], *at;
	FILE *f = fopen(path, "re");
	size_t n = 0;

	free(path);
	if (f == NULL)
		return 0;
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	fclose(f);
	at = strrchr(text, ')'); /* "PID (NAME) STATE PARENT ..." */
	return at == NULL ? 0 : (pid_t)strtol(at + 4, NULL, 10);
}

/* Children of ours beside the server, the dead ones buried. */
static size_t
count_orphans(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	size_t n = 0;

	ck_assert_ptr_nonnull(dir);
	while ((e = readdir(dir)) != NULL) {
		const pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);

		if (pid <= 0 || pid == site.server ||
		    parent_of(pid) != getpid())
			continue;
		n += waitpid(pid, NULL, WNOHANG) == 0;
	}
	closedir(dir);
	return n;
}

static void
await_quiet(void)
{
	const struct mono began = clock_mono();

	while (count_orphans() != 0)
		ck_assert_msg(
		    mono_since_us(began, clock_mono()) < GONE_MS * 1000,
		    "%zu processes outlive the harness", count_orphans());
}

/* ---- killing ---- */

/* True when it was still there to be killed. */
static bool
kill_after(pid_t pid, int ms, bool group)
{
	bool alive;

	poll(NULL, 0, ms); /* the moment is the point */
	alive = waitpid(pid, NULL, WNOHANG) == 0;
	if (alive) {
		kill(group ? -pid : pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	await_quiet();
	return alive;
}

static const struct outcome *
outcome_of(const struct ledger *l, const char *id)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->outcomes[i].id, id) == 0)
			return &l->outcomes[i];
	return NULL;
}

static void
expect_same(const struct ledger *whole, const struct ledger *cut)
{
	ck_assert_msg(cut->flaw == NULL, "%s", cut->flaw);
	ck_assert(cut->closed);
	ck_assert_uint_eq(cut->n, whole->n);
	ck_assert_uint_eq(cut->planned, whole->planned);
	for (size_t i = 0; i < whole->n; i++) {
		const struct outcome *a = &whole->outcomes[i];
		const struct outcome *b = outcome_of(cut, a->id);

		ck_assert_msg(b != NULL, "%s has no verdict", a->id);
		ck_assert_msg(a->verdict == b->verdict, "%s: %s, %s: %s", a->id,
		    verdict_name(a->verdict), verdict_name(b->verdict), b->why);
	}
}

/*
 * One run, killed until it is done or has been killed so many times.  Who is
 * killed before anything ended is given longer the next time.
 */
static int
run_killed(
    const char *run, int most, unsigned *seed, const struct ledger *whole)
{
	char *out = testing_path(&site, "out"), *agree;
	struct ledger l = { 0 };
	size_t before = 0;
	int kills = 0, patience = MOST_MS;
	bool over = false;

	while (!over) {
		const pid_t pid = l.n == 0 && l.plan_digest == NULL
				      ? start_check(run, out)
				      : start_resume(run, out);

		*seed = *seed * 1664525u + 1013904223u;
		if (kills == most)
			over = waitpid(pid, NULL, 0) == pid;
		else
			over = !kill_after(pid, (int)(*seed >> 16) % patience,
			    (*seed & 1u << 12) != 0);
		kills += !over;
		ledger_free(&l);
		read_ledger(run, &l);
		ck_assert_msg(l.n >= before, "%zu of %zu verdicts are lost",
		    before - l.n, before);
		patience = l.n == before ? 2 * patience : MOST_MS;
		before = l.n;
	}
	if (!l.closed) {
		char *said = testing_read(out);

		ck_abort_msg("it ended, and is not done: %s", said);
	}
	expect_same(whole, &l);
	agree = mem_textf("%zu of %zu verdicts agree", l.n, l.n);
	testing_expect(testing_run(&site, "replay", run, NULL), 0, agree);
	free(agree);
	ledger_free(&l);
	free(out);
	return kills;
}

START_TEST(killed_at_any_moment)
{
	char *run = testing_path(&site, "whole");
	char *out = testing_path(&site, "out");
	struct testing_end end = testing_wait(start_check(run, out), out);
	struct ledger whole;
	unsigned seed = 20261122;
	int kills = 0, runs = 0;

	ck_assert_msg(end.code == 4, "%d: %s", end.code, end.said);
	read_ledger(run, &whole);
	ck_assert(whole.closed);
	free(end.said);
	free(run);
	for (; kills < KILLS; runs++) {
		run = mem_textf("%s/run-%d", site.dir, runs);
		kills += run_killed(run, KILLS - kills, &seed, &whole);
		free(run);
	}
	printf("%d kills in %d runs of %zu cases, every verdict as without\n",
	    kills, runs, whole.n);
	ledger_free(&whole);
	free(out);
}
END_TEST

/* ---- Ctrl-C ---- */

/* The terminal tells all of the group: the run ends as one that goes on. */
static void
interrupt_after(int ms, const char *run, const struct ledger *whole)
{
	char *out = testing_path(&site, "out");
	const pid_t pid = start_check(run, out);
	struct testing_end end;
	struct ledger l;

	poll(NULL, 0, ms); /* the moment is the point */
	kill(-pid, SIGINT);
	end = testing_wait(pid, out);
	await_quiet();
	if (access(run, F_OK) != 0) {
		ck_assert_int_eq(end.signal, SIGINT); /* nothing was begun */
		goto out;
	}
	ck_assert_msg(end.code == 130 || end.code == 4,
	    "after %d ms: %d, signal %d: %.300s", ms, end.code, end.signal,
	    end.said);
	if (end.code == 130) {
		free(end.said);
		end = testing_run(&site, "resume", run, NULL);
		ck_assert_msg(end.code == 4, "%d: %.300s", end.code, end.said);
	}
	read_ledger(run, &l);
	expect_same(whole, &l);
	ledger_free(&l);
out:
	free(end.said);
	free(out);
}

START_TEST(interrupted_at_any_moment)
{
	char *run = testing_path(&site, "whole");
	char *out = testing_path(&site, "out");
	struct testing_end end = testing_wait(start_check(run, out), out);
	struct ledger whole;

	ck_assert_msg(end.code == 4, "%d: %.300s", end.code, end.said);
	read_ledger(run, &whole);
	free(end.said);
	free(out);
	free(run);
	for (int i = 0; i < INTERRUPTS; i++) {
		run = mem_textf("%s/run-%d", site.dir, i);
		interrupt_after(20 + 17 * i, run, &whole);
		free(run);
	}
	ledger_free(&whole);
}
END_TEST

/* ---- afterwards ---- */

/* Noticed: not the run that was made, or not what its evidence says. */
static bool
is_noticed(const char *run)
{
	struct replay r;
	struct err err;
	const bool ok = replay_run(&r, run, "fixtures", NULL, &err);
	const bool noticed = ok ? r.n != 0 : err.kind == ERR_FORGED;

	replay_free(&r);
	return noticed;
}

static void
alter_everywhere(const char *run, const char *name)
{
	char *path = mem_textf("%s/%s", run, name);
	char *text;
	size_t n, step, tried = 0;
	struct err err;
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	ck_assert_int_ne(fd, -1);
	text = files_read_text(path, 1u << 20, &n, &err);
	ck_assert_ptr_nonnull(text);
	step = n / POSITIONS + 1;
	for (size_t at = n - 1; at < n; at -= step, tried++) {
		const char other = (char)(text[at] ^ 1);

		ck_assert_int_eq(pwrite(fd, &other, 1, (off_t)at), 1);
		ck_assert_msg(is_noticed(run),
		    "%s: octet %zu of %zu was changed, and nobody noticed: "
		    "%.60s",
		    name, at, n, text + (at < 30 ? 0 : at - 30));
		ck_assert_int_eq(pwrite(fd, &text[at], 1, (off_t)at), 1);
	}
	ck_assert_uint_gt(tried, 100);
	close(fd);
	free(text);
	free(path);
}

START_TEST(nothing_is_changed_unnoticed)
{
	char *run = testing_path(&site, "run"), *path, *text, *changed;
	static const char *const names[] = { "journal.jsonl", "plan.json",
		"target.yaml", "evidence/smtp.order.mail/trial.jsonl" };

	testing_expect(
	    testing_run(&site, "check", site.target, "--run", run, "--case",
		"smtp.order.mail", "--case", "smtp.audit.refusal", NULL),
	    4, "smtp.order.mail");
	ck_assert(!is_noticed(run));
	for (size_t i = 0; i < 4; i++)
		alter_everywhere(run, names[i]);
	ck_assert(!is_noticed(run));

	/* and what the program makes of it */
	for (size_t i = 0; i < 4; i++) {
		path = mem_textf("%s/%s", run, names[i]);
		text = testing_read(path);
		changed = mem_text(span_of(text));
		changed[strlen(text) / 2] ^= 1;
		testing_write(path, span_of(changed));
		testing_expect(testing_run(&site, "replay", run, NULL), 7, run);
		testing_expect(testing_run(&site, "report", run, NULL), 7, run);
		testing_write(path, span_of(text));
		free(changed);
		free(text);
		free(path);
	}
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "2 of 2");

	path = mem_textf("%s/evidence/smtp.order.mail/trial.jsonl", run);
	ck_assert_int_eq(unlink(path), 0);
	testing_expect(
	    testing_run(&site, "replay", run, NULL), 7, "evidence missing");
	free(path);
	free(run);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("kill");
	TCase *t = tcase_create("kill");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, up, down);
	tcase_add_test(t, killed_at_any_moment);
	tcase_add_test(t, interrupted_at_any_moment);
	tcase_add_test(t, nothing_is_changed_unnoticed);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
