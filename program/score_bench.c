/* SPDX-License-Identifier: MIT */
#include "program/score_bench.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/replay.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "program/program.h"
#include "program/run.h"
#include "program/score_kept.h"

#define SIDE_BY_SIDE 4 /* subjects: most of their time is waiting */

struct bench {
	const struct subjects *subjects;
	const char *dir;
	bool quiet;
	struct seat {
		pid_t pid; /* who sees to it; 0: free */
		size_t number;
	} seats[SIDE_BY_SIDE];
	size_t busy, done, kept_before;
	bool alone; /* the one that runs wants no other */
	struct mono began;
	struct err *err;
};

/* ---- one subject, in a process of its own ---- */

struct job {
	struct subject subject;
	size_t number;
	const char *dir; /* of the score */
	char *home;      /* of its server and its run */
};

/* Puts the cases to the server that wrote the profile. */
static bool
judge(const struct job *j, const char *run, struct err *err)
{
	const struct subject *s = &j->subject;
	struct profile p;
	struct choice choice;
	char *target = mem_textf("%s/reference/target.yaml", j->home);
	char *dir = NULL;
	struct run_request r = {
		.profile = &p,
		.dir = run,
		.repeats = s->repeats,
		.jobs = s->jobs,
	};
	bool interrupted = false, ok = run_profile(target, false, &p, err);

	if (ok) {
		if (s->reply_ms != 0)
			p.timeouts.reply_ms = s->reply_ms;
		if (s->serve.hostile != HOSTILE_NONE)
			p.timeouts.connect_ms = s->reply_ms;
		choice_make(&choice, &s->cases);
		r.selectors = (const char *const *)choice.selectors;
		r.n_selectors = choice.n;
		ok = run_new(&r, &dir, &interrupted, err);
		choice_free(&choice);
		profile_free(&p);
	}
	free(target);
	free(dir);
	if (ok && interrupted)
		ok = err_set(err, ERR_IO, "interrupted");
	return ok;
}

/* Judged again from its evidence, and kept. */
static bool
keep(const struct job *j, const char *run, struct err *err)
{
	struct replay r;
	bool ok = replay_run(&r, run, program_fixtures(), NULL, err);

	for (size_t i = 0; i < r.n; i++)
		fprintf(stderr, "\nreplay of %s: %s was %s, is %s: %s\n",
		    j->subject.where, r.disagreements[i].recorded->id,
		    verdict_name(r.disagreements[i].recorded->verdict),
		    verdict_name(r.disagreements[i].again),
		    r.disagreements[i].why);
	ok = ok && score_kept_put(j->dir, j->number, j->subject.where, run,
		       r.judged, r.agreed, err);
	replay_free(&r);
	return ok;
}

static char *
excuse_of(const char *home)
{
	return mem_textf("%s/error", home);
}

static int
carry_out(struct job *j)
{
	char *world = mem_textf("%s/world", program_fixtures());
	char *reference = mem_textf("%s/reference", j->home);
	char *run = mem_textf("%s/run", j->home);
	char *excuse = excuse_of(j->home);
	struct err err = { .kind = ERR_NONE }, ignored;
	pid_t pid;
	bool ok;

	j->subject.serve.world_dir = world;
	j->subject.serve.run_dir = reference;
	files_remove(j->home, &ignored); /* of a score that was cut off */
	ok = files_make_dir(j->home, &err) &&
	     serve_fork(&j->subject.serve, &pid, &err);
	if (ok) {
		ok = judge(j, run, &err);
		if (!serve_join(pid, &ignored) && ok)
			ok = err_set(&err, ERR_IO, "%s", ignored.what);
	}
	ok = ok && keep(j, run, &err);
	if (ok)
		files_remove(j->home, &ignored);
	else
		files_write(excuse, span_of(err.what), &ignored);
	free(excuse);
	free(run);
	free(reference);
	free(world);
	return ok ? 0 : 1;
}

static char *
home_of(const struct bench *b, size_t number)
{
	return mem_textf("%s/%zu", b->dir, number);
}

/* ---- all of them ---- */

static void
show_progress(const struct bench *b, const struct subject *s)
{
	const int64_t us = mono_since_us(b->began, clock_mono());
	const size_t now = b->done - b->kept_before, n = b->subjects->n;

	if (b->quiet)
		return;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%zu/%zu  %s  about %lld s left",
		    b->done, n, s->where,
		    now == 0 ? 0LL
			     : (long long)(us / (int64_t)now *
					   (int64_t)(n - b->done) / 1000000));
	else if (b->done % 25 == 0)
		fprintf(stderr, "%zu/%zu  %s\n", b->done, n, s->where);
	fflush(stderr);
}

static bool
begin(struct bench *b, size_t number)
{
	struct seat *seat = b->seats;

	while (seat->pid != 0)
		seat++;
	fflush(NULL);
	seat->number = number;
	seat->pid = fork();
	if (seat->pid == 0) {
		struct job j = { b->subjects->of[number], number, b->dir,
			home_of(b, number) };

		_exit(carry_out(&j));
	}
	if (seat->pid == -1) {
		seat->pid = 0;
		return err_set(b->err, ERR_IO, "fork: %s", strerror(errno));
	}
	b->alone = b->subjects->of[number].alone;
	b->busy++;
	show_progress(b, &b->subjects->of[number]);
	return true;
}

/*
 * One fault of hundreds that nobody could judge is a fault that was not
 * noticed, and said so; anything else that fails is the end of it.
 */
static bool
failed(struct bench *b, size_t number)
{
	const struct subject *s = &b->subjects->of[number];
	char *home = home_of(b, number), *excuse = excuse_of(home);
	struct buf why;
	struct err ignored;

	buf_init(&why, 400);
	(void)files_read(excuse, &why, &ignored);
	if (why.len == 0)
		buf_addf(&why, "ended before it could say why");
	if (s->fault != NULL)
		fprintf(stderr, "\n%s was not judged: %s\n", s->where,
		    buf_text(&why));
	else
		err_set(b->err, ERR_IO, "%s: %s", s->where, buf_text(&why));
	buf_free(&why);
	free(excuse);
	free(home);
	return s->fault != NULL;
}

/* Waits for one of them to end. */
static bool
finish(struct bench *b)
{
	struct seat *seat = b->seats;
	int status;
	pid_t pid;

	do
		pid = waitpid(-1, &status, 0);
	while (pid == -1 && errno == EINTR && !program_stop);
	if (pid == -1)
		return program_stop ||
		       err_set(b->err, ERR_IO, "waitpid: %s", strerror(errno));
	while (seat->pid != pid)
		seat++;
	seat->pid = 0;
	b->busy--;
	b->done++;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0
		   ? true
		   : failed(b, seat->number);
}

static bool
has_room(const struct bench *b, const struct subject *next)
{
	return b->busy == 0 ||
	       (b->busy < SIDE_BY_SIDE && !b->alone && !next->alone);
}

static bool
see_to(struct bench *b, size_t number)
{
	const struct subject *s = &b->subjects->of[number];
	bool ok = true;

	if (score_kept_has(b->dir, number, s->where)) {
		b->done++;
		b->kept_before++;
		return true;
	}
	while (ok && !program_stop && !has_room(b, s))
		ok = finish(b);
	return ok && (program_stop || begin(b, number));
}

static void
end_all(struct bench *b)
{
	for (size_t i = 0; i < SIDE_BY_SIDE; i++)
		if (b->seats[i].pid > 0) {
			kill(b->seats[i].pid, SIGTERM);
			waitpid(b->seats[i].pid, NULL, 0);
		}
}

bool
score_bench(
    const struct subjects *l, const char *dir, bool quiet, struct err *err)
{
	struct bench b = {
		.subjects = l,
		.dir = dir,
		.quiet = quiet,
		.began = clock_mono(),
		.err = err,
	};
	bool ok = true;

	for (size_t i = 0; ok && !program_stop && i < l->n; i++)
		ok = see_to(&b, i);
	while (ok && !program_stop && b.busy > 0)
		ok = finish(&b);
	end_all(&b);
	if (!quiet && isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	return ok;
}
