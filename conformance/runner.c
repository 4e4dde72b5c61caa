/* SPDX-License-Identifier: MIT */
#include "conformance/runner.h"
#include "conformance/client/sink.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/trial.h"
#include "lib/json.h"
#include "lib/mem.h"

#define JOBS_MOST    64
#define MESSAGE_MOST (1u << 20)
#define TICK_MS      200
#define LATE_MS      3000 /* what Check gets to end a case by itself */

extern char **environ;

/* ---- one case, below Check ---- */

/*
 * A test function of Check is handed a number and nothing else, so what it
 * is about stands here.  Written once per process, before Check forks.
 */
static struct {
	const struct trial_setup *setup;
	int out;      /* the supervisor's pipe */
	pid_t runner; /* Check's */
} here;

static void
send_line(int fd, const char *text)
{
	struct span rest = span_of(text);

	while (rest.len > 0) {
		const ssize_t n = write(fd, rest.ptr, rest.len);

		if (n <= 0)
			return; /* the supervisor is gone, and so are we */
		rest = span_skip(rest, (size_t)n);
	}
}

static void
try_here(int row)
{
	struct trial *t;
	struct outcome o;
	char *text;

	(void)row;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != here.runner)
		_exit(1); /* killed before we could say so */
	t = trial_new(here.setup);
	trial_run(t, &o);
	text = outcome_text(&o);
	send_line(here.out, text);
	send_line(here.out, "\n");
	free(text);
	outcome_free(&o);
	trial_free(t);
}

/* What Check has to say: a line that follows the verdict, or replaces it. */
static void
send_check(SRunner *runner)
{
	TestResult **results = srunner_results(runner);
	json_t *said;
	char *text;

	said = json_pack("{s:b, s:o}", "check_passed",
	    srunner_ntests_run(runner) == 1 && tr_rtype(results[0]) == CK_PASS,
	    "check_says",
	    json_clean(results == NULL || srunner_ntests_run(runner) == 0
			   ? "no test was run"
			   : tr_msg(results[0]),
		500));
	text = json_dumps(said, JSON_COMPACT);
	send_line(here.out, text);
	send_line(here.out, "\n");
	free(text);
	json_decref(said);
	free(results);
}

/*
 * Libraries below a case may print: it is kept beside the journal and does
 * not disturb the line that shows how far the run is.
 */
static void
keep_noise(const char *evidence)
{
	char *path = mem_textf("%s/../noise.log", evidence);
	const int fd =
	    open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd != -1) {
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		close(fd);
	}
	free(path);
}

/* Never returns. */
static void
run_below_check(const struct trial_setup *setup, int64_t hard_ms, int out)
{
	const TTest test = { setup->cs->id, try_here, __FILE__, __LINE__ };
	Suite *suite = suite_create("conformance");
	TCase *tcase = tcase_create(setup->cs->id);
	SRunner *runner;

	here.setup = setup;
	here.out = out;
	here.runner = getpid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	keep_noise(setup->evidence);
	tcase_set_timeout(tcase, (double)hard_ms / 1000);
	_tcase_add_test(tcase, &test, 0, 0, 0, 1);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_FORK);
	srunner_run_all(runner, CK_SILENT);
	send_check(runner);
	srunner_free(runner);
	fflush(NULL);
	_exit(0);
}

/*
 * CK_FORK=no, CK_TIMEOUT_MULTIPLIER and their like weaken a run without a
 * word, and with SIGCHLD ignored Check waits for ever.
 */
static void
scrub(void)
{
	size_t i = 0;

	while (environ != NULL && environ[i] != NULL) {
		struct span rest = span_of(environ[i]);
		char *name;

		if (!span_starts(rest, SPAN("CK_"))) {
			i++;
			continue;
		}
		name = mem_text(span_cut(&rest, '='));
		unsetenv(name);
		free(name);
		i = 0;
	}
	signal(SIGCHLD, SIG_DFL);
}

/* ---- the supervisor ---- */

/* One attempt at one case that has to be made. */
struct task {
	const struct plan_case *planned;
	const struct conf_case *cs;
	const struct conf_group *group;
	int attempt;
	bool started, ended;
};

struct slot {
	struct task *task; /* NULL: free */
	pid_t pid;
	int in;
	struct buf heard;
	struct mono began;
};

struct supervisor {
	const struct runner_options *options;
	struct task *tasks;
	size_t n_tasks, n_ended;
	struct slot slots[JOBS_MOST];
	unsigned jobs;
	struct progress progress;
	char *evidence;
	struct err *err;
	bool failed;
};

static bool
is_done(const struct ledger *done, const char *id, int attempt)
{
	for (size_t i = 0; done != NULL && i < done->n; i++)
		if (strcmp(done->outcomes[i].id, id) == 0 &&
		    done->outcomes[i].attempt == attempt)
			return true;
	return false;
}

static bool
add_task(struct supervisor *s, const struct plan_case *c, int attempt)
{
	const struct conf_group *group;
	const struct conf_case *cs = conf_case_find(c->id, &group);

	if (cs == NULL)
		return err_set(s->err, ERR_CONFIG,
		    "the plan names case %s, which this program does "
		    "not have: it was made by %s",
		    c->id, s->options->plan->kit);
	if (is_done(s->options->done, c->id, attempt))
		return true;
	s->tasks = mem_grow(s->tasks, (s->n_tasks + 1) * sizeof s->tasks[0]);
	s->tasks[s->n_tasks++] = (struct task){
		.planned = c,
		.cs = cs,
		.group = group,
		.attempt = attempt,
	};
	return true;
}

/*
 * Round by round: one case many times in a row would be another question, as
 * when it fails to log in on purpose and the account is locked for it.
 */
static bool
add_tasks(struct supervisor *s)
{
	const struct plan *plan = s->options->plan;
	int rounds = 1;

	for (int k = 1; k <= rounds; k++)
		for (size_t i = 0; i < plan->n; i++) {
			const struct plan_case *c = &plan->cases[i];

			if (!c->executes || plan_case_is_load(c->id))
				continue;
			if (c->repeats > rounds)
				rounds = c->repeats;
			if (k <= c->repeats && !add_task(s, c, k))
				return false;
		}
	return true;
}

/* Does "word" stand in a list of words? */
static bool
has_word(const char *list, struct span word)
{
	struct span rest = span_of(list == NULL ? "" : list);

	while (rest.len > 0)
		if (span_eq(span_cut(&rest, ' '), word))
			return true;
	return false;
}

static bool
share(const char *a, const char *b)
{
	struct span rest = span_of(a == NULL ? "" : a);

	while (rest.len > 0) {
		const struct span word = span_cut(&rest, ' ');

		if (word.len != 0 && has_word(b, word))
			return true;
	}
	return false;
}

static bool
is_alone(const struct conf_case *c)
{
	return has_word(c->locks, SPAN("everything"));
}

/* Two attempts at one case never run side by side: they share a name. */
static bool
excludes(const struct conf_case *a, const struct conf_case *b)
{
	return a == b || is_alone(a) || is_alone(b) ||
	       share(a->locks, b->locks);
}

static bool
is_free(const struct supervisor *s, const struct task *t)
{
	for (unsigned i = 0; i < s->jobs; i++)
		if (s->slots[i].task != NULL &&
		    excludes(s->slots[i].task->cs, t->cs))
			return false;
	return true;
}

static struct task *
next_task(struct supervisor *s)
{
	for (size_t i = 0; i < s->n_tasks; i++)
		if (!s->tasks[i].started && is_free(s, &s->tasks[i]))
			return &s->tasks[i];
	return NULL;
}

static bool
start(struct supervisor *s, struct slot *slot, struct task *t)
{
	const struct runner_options *o = s->options;
	const struct trial_setup setup = {
		.run = o->plan->run,
		.evidence = s->evidence,
		.fixtures = o->fixtures,
		.profile = o->profile,
		.cs = t->cs,
		.group = t->group,
		.attempt = t->attempt,
		.soft_ms = t->planned->soft_ms,
	};
	const pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_set(s->err, ERR_IO, "pipe");
	fflush(NULL); /* or each child prints it again */
	slot->pid = fork();
	if (slot->pid == -1) {
		close(ends[0]);
		close(ends[1]);
		return err_set(s->err, ERR_IO, "fork");
	}
	if (slot->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		/*
		 * Ctrl-C is the supervisor's to answer.  Check's own handler
		 * would kill the whole group it is in, so it gets another.
		 */
		setpgid(0, 0);
		close(ends[0]);
		run_below_check(&setup, t->planned->hard_ms, ends[1]);
	}
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	slot->in = ends[0];
	slot->task = t;
	slot->began = clock_mono();
	buf_init(&slot->heard, MESSAGE_MOST);
	t->started = true;
	progress_tick(&s->progress, t->cs->id);
	return true;
}

/* ---- how a case ended ---- */

static void
say_broken(struct outcome *o, const struct task *t, const char *why)
{
	if (o->id == NULL) {
		char now[CLOCK_TEXT];

		wall_text(clock_wall(), now);
		o->id = mem_text(span_of(t->cs->id));
		o->started = mem_text(span_of(now));
	}
	o->attempt = t->attempt;
	o->verdict = BROKEN;
	free(o->why);
	o->why = mem_text(span_of(why));
}

/* The lines of the pipe: the verdict, if it came so far, and Check's word. */
static void
read_lines(const struct slot *slot, struct outcome *o)
{
	struct span rest = buf_span(&slot->heard);
	bool passed = false;
	char says[512] = "it ended without a word";

	*o = (struct outcome){ 0 };
	while (rest.len > 0) {
		const struct span line = span_cut(&rest, '\n');
		struct err err;
		json_t *said = json_loadb(line.ptr, line.len, 0, NULL);
		const char *text =
		    json_string_value(json_object_get(said, "check_says"));

		if (text != NULL) {
			passed =
			    json_is_true(json_object_get(said, "check_passed"));
			snprintf(says, sizeof says, "%s", text);
		} else if (o->id == NULL && !outcome_parse(line, o, &err)) {
			snprintf(says, sizeof says, "%.500s", err.what);
		}
		json_decref(said);
	}
	if (o->id == NULL || !passed ||
	    strcmp(o->id, slot->task->cs->id) != 0) {
		char why[600];

		snprintf(why, sizeof why, "the case did not end by itself: %s",
		    says);
		say_broken(o, slot->task, why);
	}
}

static bool
finish(struct supervisor *s, struct slot *slot)
{
	struct outcome o;
	bool ok;

	close(slot->in);
	while (waitpid(slot->pid, NULL, 0) == -1 && errno == EINTR)
		;
	read_lines(slot, &o);
	if (o.took_us == 0)
		o.took_us = mono_since_us(slot->began, clock_mono());
	ok = journal_end_case(s->options->journal, &o, s->err);
	if (ok)
		progress_ended(&s->progress, &o);
	outcome_free(&o);
	buf_free(&slot->heard);
	slot->task->ended = true;
	slot->task = NULL;
	s->n_ended++;
	return ok;
}

/* True when the pipe has been read to its end. */
static bool
drain(struct slot *slot)
{
	char piece[16 * 1024];
	ssize_t n;

	while ((n = read(slot->in, piece, sizeof piece)) > 0)
		buf_add(&slot->heard, (struct span){ piece, (size_t)n });
	return n == 0;
}

static void
end_slot(struct slot *slot)
{
	kill(slot->pid, SIGKILL);
	while (waitpid(slot->pid, NULL, 0) == -1 && errno == EINTR)
		;
	close(slot->in);
	buf_free(&slot->heard);
	slot->task = NULL;
}

/* Check itself has not ended the case in time. */
static bool
is_late(const struct slot *slot)
{
	return mono_since_us(slot->began, clock_mono()) / 1000 >
	       slot->task->planned->hard_ms + LATE_MS;
}

static bool
listen_to_slots(struct supervisor *s)
{
	struct pollfd fds[JOBS_MOST];
	struct slot *who[JOBS_MOST];
	nfds_t n = 0;

	for (unsigned i = 0; i < s->jobs; i++)
		if (s->slots[i].task != NULL) {
			who[n] = &s->slots[i];
			fds[n++] = (struct pollfd){ s->slots[i].in, POLLIN, 0 };
		}
	if (poll(fds, n, TICK_MS) == -1 && errno != EINTR)
		return err_set(s->err, ERR_IO, "poll");
	for (nfds_t i = 0; i < n; i++) {
		bool over = fds[i].revents != 0 && drain(who[i]);

		if (!over && is_late(who[i])) {
			kill(who[i]->pid, SIGKILL);
			over = true;
		}
		if (over && !finish(s, who[i]))
			return false;
	}
	progress_tick(&s->progress, NULL);
	return true;
}

static bool
fill_slots(struct supervisor *s)
{
	for (unsigned i = 0; i < s->jobs; i++) {
		struct task *t;

		if (s->slots[i].task != NULL)
			continue;
		t = next_task(s);
		if (t == NULL)
			return true;
		if (!start(s, &s->slots[i], t))
			return false;
	}
	return true;
}

static bool
is_stopped(const struct supervisor *s)
{
	return s->options->stop != NULL && *s->options->stop;
}

static bool
supervise(struct supervisor *s)
{
	while (s->n_ended < s->n_tasks && !is_stopped(s))
		if (!fill_slots(s) || !listen_to_slots(s))
			return false;
	return true;
}

static unsigned
count_jobs(unsigned asked)
{
	const long cores = sysconf(_SC_NPROCESSORS_ONLN);

	/* Cases wait more than they compute. */
	if (asked == 0)
		asked = cores < 2 ? 4 : 2 * (unsigned)cores;
	return asked > JOBS_MOST ? JOBS_MOST : asked;
}

bool
runner_run(const struct runner_options *o, bool *interrupted, struct err *err)
{
	struct supervisor s = { .options = o, .err = err };
	pid_t sink;
	bool ok;

	*interrupted = false;
	scrub();
	if (!sink_start(o->profile, o->run_dir, &sink, err))
		return false;
	s.jobs = count_jobs(o->jobs);
	s.evidence = mem_textf("%s/evidence", o->run_dir);
	ok = add_tasks(&s);
	progress_start(&s.progress, o->progress, s.n_tasks);
	ok = ok && supervise(&s);
	progress_finish(&s.progress);
	for (unsigned i = 0; i < s.jobs; i++)
		if (s.slots[i].task != NULL)
			end_slot(&s.slots[i]);
	if (ok && s.n_ended < s.n_tasks) {
		*interrupted = true;
		ok = journal_note(o->journal, "interrupted", err);
	} else if (ok && !o->leave_open) {
		ok = journal_close(o->journal, plan_ends(o->plan), err);
	}
	sink_stop(sink);
	free(s.tasks);
	free(s.evidence);
	return ok && !*interrupted;
}
