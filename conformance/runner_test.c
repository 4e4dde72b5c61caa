/* SPDX-License-Identifier: MIT */
/*
 * Cases that pass, fail, crash, hang, leave, shout: each ends in time, under
 * its own name, with a verdict, and takes nobody with it.
 */
#include "conformance/runner.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/case.h"
#include "conformance/replay.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"

enum { HARD_MS = 600, WAIT_MS = 5000 };

/* ---- what cases do ---- */

static bool
gather(struct trial *t)
{
	return trial_file(t, "seen.txt", SPAN("seen"));
}

static void
pass(struct trial *t)
{
	trial_claim(t, "RFC 0 1", trial_has(t, "seen.txt"), "it", "nothing");
}

static void
deny(struct trial *t)
{
	trial_claim(t, "RFC 0 1", false, "right", "wrong");
}

static void
fail_then_pass(struct trial *t)
{
	deny(t);
	pass(t);
	trial_need(t, false, "it is too late for that");
}

static void
review(struct trial *t)
{
	trial_review(t, "look at it");
}

static bool
cannot(struct trial *t)
{
	return trial_need(t, false, "the target is not in the mood");
}

static bool
mute(struct trial *t)
{
	(void)t;
	return false;
}

static bool
insane(struct trial *t)
{
	return trial_sane(t, false, "the fixture is gone");
}

/* No core is wanted of any of these. */
static void
die(int number)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	signal(number, SIG_DFL);
	raise(number);
}

static bool
crash(struct trial *t)
{
	(void)t;
	die(SIGSEGV);
	return true;
}

static bool
abort_it(struct trial *t)
{
	(void)t;
	die(SIGABRT);
	return true;
}

static bool
killed(struct trial *t)
{
	(void)t;
	die(SIGKILL);
	return true;
}

static void
crash_judging(struct trial *t)
{
	(void)t;
	die(SIGSEGV);
}

static bool
leave(struct trial *t)
{
	(void)t;
	_exit(0);
}

static bool
leave_badly(struct trial *t)
{
	(void)t;
	exit(3);
}

static bool
hang(struct trial *t)
{
	(void)t;
	for (;;)
		pause();
	return true;
}

static bool
spin(struct trial *t)
{
	volatile unsigned n = 0;

	(void)t;
	for (;;)
		n++;
	return true;
}

/* Will not be ended by anything polite. */
static bool
hang_deaf(struct trial *t)
{
	signal(SIGTERM, SIG_IGN);
	signal(SIGALRM, SIG_IGN);
	return hang(t);
}

/* Stops Check itself, which then ends nothing any more. */
static bool
stop_check(struct trial *t)
{
	kill(getppid(), SIGSTOP);
	return hang(t);
}

static bool
kill_check(struct trial *t)
{
	kill(getppid(), SIGKILL);
	return hang(t);
}

/* A child that is left behind, holding all descriptors. */
static bool
leave_child(struct trial *t)
{
	if (fork() == 0)
		for (;;)
			pause();
	return gather(t);
}

static bool
shout(struct trial *t)
{
	for (int i = 0; i < 20000; i++)
		printf("{\"id\":\"pass\",\"verdict\":\"pass\"}\n");
	fflush(stdout);
	return gather(t);
}

/* Writes a verdict of its own into whatever pipes it finds. */
static bool
forge(struct trial *t)
{
	static const char line[] =
	    "{\"id\":\"pass\",\"verdict\":\"pass\"}\nnonsense\n\xff\n";

	(void)t;
	for (int fd = 3; fd < 64; fd++)
		if (lseek(fd, 0, SEEK_CUR) == -1 && errno == ESPIPE &&
		    write(fd, line, sizeof line - 1) == -1)
			continue;
	_exit(0);
}

static bool
slow(struct trial *t)
{
	poll(NULL, 0, (int)trial_left_ms(t) + 1);
	return trial_need(t, trial_left_ms(t) > 0, "time is up");
}

/* Holds what it locks, and fails when somebody else does. */
static bool
hold(struct trial *t)
{
	char *path = mem_textf("%s/../held", trial_evidence(t));
	const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	trial_need(t, flock(fd, LOCK_EX | LOCK_NB) == 0,
	    "somebody holds it at the same time");
	poll(NULL, 0, 10);
	close(fd);
	free(path);
	return gather(t);
}

/* Waits until the other one is there: ends well only side by side. */
static bool
meet(struct trial *t)
{
	const bool left = strcmp(trial_case(t)->id, "meet.left") == 0;
	char *own =
	    mem_textf("%s/../%s", trial_evidence(t), left ? "left" : "right");
	char *other =
	    mem_textf("%s/../%s", trial_evidence(t), left ? "right" : "left");
	const struct mono began = clock_mono();
	struct err err;

	files_write(own, SPAN(""), &err);
	while (access(other, F_OK) != 0 &&
	       mono_since_us(began, clock_mono()) < WAIT_MS * 1000)
		poll(NULL, 0, 1);
	trial_need(t, access(other, F_OK) == 0, "the other did not come");
	free(own);
	free(other);
	return gather(t);
}

/* Another verdict every time. */
static bool
waver(struct trial *t)
{
	char *path = mem_textf("%s/../times", trial_evidence(t));
	const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (write(fd, "x", 1) == 1)
		trial_fact_int(t, "times", (int64_t)lseek(fd, 0, SEEK_CUR));
	close(fd);
	free(path);
	return gather(t);
}

static void
judge_waver(struct trial *t)
{
	int64_t times = 0;

	trial_fact_get_int(t, "times", &times);
	trial_claim(t, "RFC 0 1", times % 2 == 1, "odd", "even");
}

#define CASE(name, does, says, ...) \
	{ \
		.id = (name), .verifies = EMAIL_F_01, .clause = "RFC 0 1", \
		.title = "t", .title_zh = "t", .service = "smtp", \
		.collect = (does), .judge = (says), __VA_ARGS__ \
	}

/* clang-format off */
static const struct conf_case cases[] = {
	CASE("pass",		gather,		pass),
	CASE("fail",		gather,		deny),
	CASE("fail.first",	gather,		fail_then_pass),
	CASE("review",		gather,		review),
	CASE("cannot",		cannot,		pass),
	CASE("mute",		mute,		pass),
	CASE("insane",		insane,		pass),
	CASE("crash",		crash,		pass),
	CASE("crash.judge",	gather,		crash_judging),
	CASE("abort",		abort_it,	pass),
	CASE("killed",		killed,		pass),
	CASE("leave",		leave,		pass),
	CASE("leave.badly",	leave_badly,	pass),
	CASE("hang",		hang,		pass),
	CASE("hang.deaf",	hang_deaf,	pass),
	CASE("spin",		spin,		pass),
	CASE("stop.check",	stop_check,	pass),
	CASE("kill.check",	kill_check,	pass),
	CASE("child",		leave_child,	pass),
	CASE("shout",		shout,		pass),
	CASE("forge",		forge,		pass),
	CASE("slow",		slow,		pass),
	CASE("meet.left",	meet,		pass),
	CASE("meet.right",	meet,		pass),
	CASE("lock.1",	hold, pass, .locks = "held"),
	CASE("lock.2",	hold, pass, .locks = "other held"),
	CASE("lock.3",	hold, pass, .locks = "held more"),
	CASE("lock.4",	hold, pass, .locks = "a held z"),
	CASE("lock.5",	hold, pass, .locks = "everything"),
	CASE("waver",		waver,		judge_waver),
};

static const struct {
	const char *id;
	enum verdict verdict;
	const char *why;
} rows[] = {
	{ "pass",	PASS,		"" },
	{ "fail",	FAIL,		"expected right, found wrong" },
	{ "fail.first",	FAIL,		"expected right, found wrong" },
	{ "review",	REVIEW,		"look at it" },
	{ "cannot",	INCONCLUSIVE,	"not in the mood" },
	{ "mute",	BROKEN,		"nobody said why" },
	{ "insane",	BROKEN,		"the fixture is gone" },
	{ "crash",	BROKEN,		"signal 11" },
	{ "crash.judge", BROKEN,	"signal 11" },
	{ "abort",	BROKEN,		"signal 6" },
	{ "killed",	BROKEN,		"signal 9" },
	{ "leave",	BROKEN,		"did not end by itself" },
	{ "leave.badly", BROKEN,	"did not end by itself" },
	{ "hang",	BROKEN,		"imeout" },
	{ "hang.deaf",	BROKEN,		"imeout" },
	{ "spin",	BROKEN,		"imeout" },
	{ "stop.check",	BROKEN,		"did not end by itself" },
	{ "kill.check",	BROKEN,		"did not end by itself" },
	{ "child",	PASS,		"" },
	{ "shout",	PASS,		"" },
	{ "forge",	BROKEN,		"did not end by itself" },
	{ "slow",	INCONCLUSIVE,	"time is up" },
	{ "meet.left",	PASS,		"" },
	{ "meet.right",	PASS,		"" },
	{ "lock.1",	PASS,		"" },
	{ "lock.2",	PASS,		"" },
	{ "lock.3",	PASS,		"" },
	{ "lock.4",	PASS,		"" },
	{ "waver",	PASS,		"" },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct conf_group group = { "smtp", &framing_smtp, cases,
	COUNT(cases) };
const struct conf_group *const conf_groups[] = { &group };
const size_t conf_groups_n = 1;

/* ---- runs ---- */

static struct {
	char dir[64];
	char digest[65];
	struct profile profile;
	struct plan plan;
} made;

static void
up(void)
{
	made.profile = (struct profile){ .path = made.dir };
	strcpy(made.dir, "/tmp/runner_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(made.dir));
	memset(made.digest, '0', 64);
	made.plan = (struct plan){ .run = mem_text(SPAN("20261122-1-1")) };
}

static void
down(void)
{
	struct err err;

	plan_free(&made.plan);
	ck_assert(files_remove(made.dir, &err));
}

static void
add(const char *id, int repeats)
{
	struct plan *p = &made.plan;

	p->cases = mem_grow(p->cases, (p->n + 1) * sizeof p->cases[0]);
	p->cases[p->n++] = (struct plan_case){
		.id = mem_text(span_of(id)),
		.verifies = EMAIL_F_01,
		.executes = true,
		.repeats = repeats,
		.soft_ms = HARD_MS / 2,
		.hard_ms = HARD_MS,
	};
}

static char *
journal_path(void)
{
	return mem_textf("%s/journal.jsonl", made.dir);
}

/* All of the plan that "done" has not; the ledger is the caller's. */
static bool
run(unsigned jobs, const volatile bool *stop, const struct ledger *done,
    struct ledger *l)
{
	char *path = journal_path();
	struct runner_options o = {
		.plan = &made.plan,
		.profile = &made.profile,
		.run_dir = made.dir,
		.fixtures = "fixtures",
		.done = done,
		.jobs = jobs,
		.stop = stop,
	};
	struct err err = { 0 };
	bool interrupted, ok;

	o.journal = done == NULL ? journal_create(path, made.digest, NULL, &err)
				 : journal_resume(path, &err);
	ck_assert_msg(o.journal != NULL, "%s", err.what);
	ok = runner_run(&o, &interrupted, &err);
	ck_assert_msg(ok || interrupted, "%s", err.what);
	ck_assert(!(ok && interrupted));
	journal_free(o.journal);
	ck_assert_msg(ledger_read(path, l, &err), "%s", err.what);
	ck_assert_msg(l->flaw == NULL, "%s", l->flaw);
	ck_assert(l->closed == ok);
	free(path);
	return ok;
}

START_TEST(what_loads_judge_is_left_to_others)
{
	struct ledger l;
	struct err err;
	char *path = journal_path();
	struct runner_options o = {
		.plan = &made.plan,
		.profile = &made.profile,
		.run_dir = made.dir,
		.fixtures = "fixtures",
		.leave_open = true,
	};
	bool interrupted;

	add("pass", 1);
	add("load.submission.rate", 1);
	o.journal = journal_create(path, made.digest, NULL, &err);
	ck_assert_msg(o.journal != NULL, "%s", err.what);
	ck_assert(runner_run(&o, &interrupted, &err));
	journal_free(o.journal);
	ck_assert(ledger_read(path, &l, &err));
	ck_assert_uint_eq(l.n, 1);
	ck_assert_str_eq(l.outcomes[0].id, "pass");
	ck_assert(!l.closed);
	ledger_free(&l);
	free(path);
}
END_TEST

static const struct outcome *
find(const struct ledger *l, const char *id, int attempt)
{
	const struct outcome *found = NULL;

	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->outcomes[i].id, id) == 0 &&
		    l->outcomes[i].attempt == attempt) {
			ck_assert_msg(found == NULL, "%s ended twice", id);
			found = &l->outcomes[i];
		}
	ck_assert_msg(found != NULL, "%s did not end", id);
	return found;
}

static void
expect_row(const struct ledger *l, size_t i)
{
	const struct outcome *o = find(l, rows[i].id, 1);

	ck_assert_msg(o->verdict == rows[i].verdict, "%s: %s: %s", o->id,
	    verdict_name(o->verdict), o->why);
	ck_assert_msg(
	    strstr(o->why, rows[i].why) != NULL, "%s: %s", o->id, o->why);
	ck_assert(o->took_us > 0);
}

/* What may stand in the environment and must not matter. */
static const char *const weakenings[][2] = {
	{ "NOTHING", "" },
	{ "CK_FORK", "no" },
	{ "CK_TIMEOUT_MULTIPLIER", "100" },
	{ "CK_DEFAULT_TIMEOUT", "0" },
	{ "CK_RUN_CASE", "nothing" },
	{ "CK_RUN_SUITE", "nothing" },
	{ "CK_EXCLUDE_TAGS", "" },
	{ "CK_VERBOSITY", "verbose" },
};

START_TEST(every_case_ends_with_a_verdict)
{
	struct ledger l;

	if (_i == COUNT(weakenings))
		signal(SIGCHLD, SIG_IGN);
	else
		ck_assert_int_eq(
		    setenv(weakenings[_i][0], weakenings[_i][1], 1), 0);
	/* who stops Check is waited for: that once is enough */
	for (size_t i = 0; i < COUNT(rows); i++)
		if (_i == 0 || strcmp(rows[i].id, "stop.check") != 0)
			add(rows[i].id, 1);
	ck_assert(run(COUNT(rows), NULL, NULL, &l));
	ck_assert_uint_eq(l.planned, made.plan.n);
	ck_assert_uint_eq(l.n, made.plan.n);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (_i == 0 || strcmp(rows[i].id, "stop.check") != 0)
			expect_row(&l, i);
	ck_assert(ledger_check_evidence(&l, made.dir));
	ledger_free(&l);
}
END_TEST

/* Nobody is left, not even of a case that left somebody behind. */
START_TEST(nobody_is_left)
{
	static const char *const ids[] = { "child", "hang", "hang.deaf",
		"kill.check", "stop.check", "pass" };
	const struct mono began = clock_mono();
	struct ledger l;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (size_t i = 0; i < COUNT(ids); i++)
		add(ids[i], 1);
	ck_assert(run(COUNT(ids), NULL, NULL, &l));
	ledger_free(&l);
	while (waitpid(-1, NULL, WNOHANG) != -1 && poll(NULL, 0, 5) == 0)
		ck_assert_msg(mono_since_us(began, clock_mono()) < 20000000,
		    "a process outlives the run");
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

START_TEST(locks_hold_one_by_one)
{
	struct ledger l;

	for (int i = 1; i <= 5; i++) {
		char id[16];

		snprintf(id, sizeof id, "lock.%d", i);
		add(id, 5);
	}
	ck_assert(run(8, NULL, NULL, &l));
	ck_assert_uint_eq(l.n, 25);
	for (size_t i = 0; i < l.n; i++)
		ck_assert_msg(l.outcomes[i].verdict == PASS, "%s: %s",
		    l.outcomes[i].id, l.outcomes[i].why);
	ledger_free(&l);
}
END_TEST

START_TEST(one_job_is_one_at_a_time)
{
	struct ledger l;

	add("slow", 1);
	add("pass", 1);
	add("fail", 1);
	ck_assert(run(1, NULL, NULL, &l));
	ck_assert_str_eq(l.outcomes[0].id, "slow");
	ck_assert_str_eq(l.outcomes[1].id, "pass");
	ck_assert_str_eq(l.outcomes[2].id, "fail");
	ledger_free(&l);
}
END_TEST

START_TEST(repeats_are_all_filed)
{
	struct ledger l;

	add("waver", 6);
	add("pass", 3);
	ck_assert(run(4, NULL, NULL, &l));
	ck_assert_uint_eq(l.n, 9);
	for (int k = 1; k <= 6; k++)
		ck_assert_int_eq(
		    find(&l, "waver", k)->verdict, k % 2 == 1 ? PASS : FAIL);
	for (int k = 1; k <= 3; k++)
		ck_assert_int_eq(find(&l, "pass", k)->verdict, PASS);
	ck_assert(ledger_check_evidence(&l, made.dir));
	ledger_free(&l);
}
END_TEST

START_TEST(stopped_and_resumed)
{
	volatile bool stop = true;
	struct ledger before, after;

	add("pass", 1);
	add("fail", 1);
	add("crash", 1);
	ck_assert(!run(1, &stop, NULL, &before));
	ck_assert_uint_eq(before.n, 0);
	ck_assert_str_eq(before.notes[0], "interrupted");
	stop = false;
	ck_assert(run(1, &stop, &before, &after));
	ck_assert_uint_eq(after.n, 3);
	ck_assert_int_eq(find(&after, "pass", 1)->verdict, PASS);
	ck_assert_int_eq(find(&after, "fail", 1)->verdict, FAIL);
	ck_assert_int_eq(find(&after, "crash", 1)->verdict, BROKEN);
	ledger_free(&before);
	ledger_free(&after);
}
END_TEST

START_TEST(a_case_of_another_kit)
{
	char *path = journal_path();
	struct runner_options o = {
		.plan = &made.plan,
		.profile = &made.profile,
		.run_dir = made.dir,
		.fixtures = "fixtures",
	};
	struct ledger l;
	struct err err;
	bool interrupted;

	made.plan.kit = mem_text(SPAN("yanshou 9"));
	add("pass", 1);
	add("unheard.of", 1);
	o.journal = journal_create(path, made.digest, NULL, &err);
	ck_assert(!runner_run(&o, &interrupted, &err));
	ck_assert(!interrupted);
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(err.what, "unheard.of"));
	journal_free(o.journal);
	ck_assert(ledger_read(path, &l, &err));
	ck_assert(!l.closed);
	ck_assert_uint_eq(l.n, 0);
	ledger_free(&l);
	free(path);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("runner");
	TCase *t = tcase_create("runner");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, up, down);
	tcase_add_loop_test(
	    t, every_case_ends_with_a_verdict, 0, (int)COUNT(weakenings) + 1);
	tcase_add_test(t, what_loads_judge_is_left_to_others);
	tcase_add_test(t, nobody_is_left);
	tcase_add_test(t, locks_hold_one_by_one);
	tcase_add_test(t, one_job_is_one_at_a_time);
	tcase_add_test(t, repeats_are_all_filed);
	tcase_add_test(t, stopped_and_resumed);
	tcase_add_test(t, a_case_of_another_kit);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
