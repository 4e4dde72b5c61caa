/* SPDX-License-Identifier: MIT */
/*
 * score: the kit is put to servers whose conduct is known, and what it says
 * is counted.  A few servers side by side, each with a process that sees to it;
 * the counting is done here, in order.
 */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/case.h"
#include "conformance/replay.h"
#include "conformance/score.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/kit.h"
#include "lib/mem.h"
#include "program/program.h"
#include "program/run.h"
#include "program/score_choice.h"
#include "program/score_file.h"
#include "reference/serve.h"

#define REPEATS       20
#define SIDE_BY_SIDE  4 /* subjects: most of their time is waiting */
#define QUICK_REPEATS 2

/*
 * How long a reply may take.  A faulty server answers at once or never; one
 * that has to be spared gets all the time its profile gives.
 */
#define FAULTY_REPLY_MS  1500
#define HOSTILE_REPLY_MS 300
#define HOSTILE_JOBS     24

struct bench {
	const struct options *options;
	struct score score;
	char *dir; /* everything below it is thrown away */
	size_t done, planned;
	struct mono began;
	struct err err;
};

/* One server of known conduct, and how it is to be judged. */
struct subject {
	struct serve_options serve;
	char *where; /* "fault UNKNOWN_IS_FINE" */
	struct choice_wish cases;
	const struct score_fault *fault;
	int64_t reply_ms; /* 0: the profile's */
	unsigned jobs;
	int repeats;
	bool alone; /* nothing else runs beside it */
	void (*add)(struct score *, const char *where, const struct ledger *);

	char *home; /* of its server and its run */
	pid_t pid;  /* who sees to it */
};

struct subjects {
	struct subject *of;
	size_t n;
};

/* ---- one subject ---- */

static bool
again(struct bench *b, const char *run)
{
	struct replay r;
	const bool ok = replay_run(&r, run, program_fixtures(), NULL, &b->err);

	b->score.replay_judged += r.judged;
	b->score.replay_agreed += r.agreed;
	for (size_t i = 0; i < r.n; i++)
		fprintf(stderr, "\nreplay of %s: %s was %s, is %s: %s\n", run,
		    r.disagreements[i].recorded->id,
		    verdict_name(r.disagreements[i].recorded->verdict),
		    verdict_name(r.disagreements[i].again),
		    r.disagreements[i].why);
	replay_free(&r);
	return ok;
}

/* Puts the cases to the server that wrote the profile. */
static bool
judge(const struct subject *s, struct err *err)
{
	struct profile p;
	struct choice choice;
	char *target = mem_textf("%s/reference/target.yaml", s->home);
	char *run = mem_textf("%s/run", s->home), *dir = NULL;
	struct run_request r = {
		.profile = &p,
		.dir = run,
		.repeats = s->repeats,
		.jobs = s->jobs,
	};
	bool interrupted, ok = run_profile(target, false, &p, err);

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
	free(run);
	free(dir);
	return ok;
}

/* What became of it: counted, and judged again from its evidence. */
static bool
count(struct bench *b, const struct subject *s)
{
	char *run = mem_textf("%s/run", s->home);
	char *journal = mem_textf("%s/journal.jsonl", run);
	struct ledger l;
	bool ok = ledger_read(journal, &l, &b->err);

	if (ok) {
		if (s->fault != NULL)
			score_add_fault(&b->score, s->fault, &l);
		else
			s->add(&b->score, s->where, &l);
		ledger_free(&l);
		ok = again(b, run);
	}
	free(journal);
	free(run);
	return ok;
}

static void
show_progress(struct bench *b, const struct subject *s)
{
	const int64_t us = mono_since_us(b->began, clock_mono());

	if (b->options->quiet)
		return;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%zu/%zu  %s  about %lld s left",
		    b->done, b->planned, s->where,
		    b->done == 0 ? 0LL
				 : (long long)(us / (int64_t)b->done *
					       (int64_t)(b->planned - b->done) /
					       1000000));
	else if (b->done % 25 == 0)
		fprintf(stderr, "%zu/%zu  %s\n", b->done, b->planned, s->where);
	fflush(stderr);
}

static char *
excuse_of(const struct subject *s)
{
	return mem_textf("%s/error", s->home);
}

/* In a process of its own: serves, judges, and says why when it cannot. */
static int
carry_out(struct subject *s)
{
	char *world = mem_textf("%s/world", program_fixtures());
	char *reference = mem_textf("%s/reference", s->home);
	char *excuse = excuse_of(s);
	struct err err = { .kind = ERR_NONE }, ignored;
	pid_t pid;
	bool ok;

	s->serve.world_dir = world;
	s->serve.run_dir = reference;
	ok = files_make_dir(s->home, &err) && serve_fork(&s->serve, &pid, &err);
	if (ok) {
		ok = judge(s, &err);
		if (!serve_join(pid, &ignored) && ok)
			ok = err_set(&err, ERR_IO, "%s", ignored.what);
	}
	if (!ok)
		files_write(excuse, span_of(err.what), &ignored);
	free(excuse);
	free(reference);
	free(world);
	return ok ? 0 : 1;
}

static bool
begin(struct bench *b, struct subject *s, size_t number)
{
	s->home = mem_textf("%s/%zu", b->dir, number);
	fflush(NULL);
	s->pid = fork();
	if (s->pid == 0)
		_exit(carry_out(s));
	return s->pid != -1 || err_set(&b->err, ERR_IO, "fork");
}

static bool
failed(struct bench *b, const struct subject *s)
{
	char *excuse = excuse_of(s);
	struct buf why;
	struct err ignored;

	buf_init(&why, 400);
	(void)files_read(excuse, &why, &ignored);
	err_set(&b->err, ERR_IO, "%s: %s", s->where,
	    why.len > 0 ? buf_text(&why) : "ended before it could say why");
	buf_free(&why);
	free(excuse);
	return false;
}

static bool
finish(struct bench *b, struct subject *s)
{
	struct err ignored;
	int status;
	pid_t got;
	bool ok;

	show_progress(b, s);
	do
		got = waitpid(s->pid, &status, 0);
	while (got == -1 && errno == EINTR);
	s->pid = 0;
	if (got == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return failed(b, s);
	ok = count(b, s);
	if (ok)
		files_remove(s->home, &ignored);
	else
		err_while(&b->err, "%s", s->where);
	b->done++;
	return ok;
}

/* Those that begin before number i has ended. */
static bool
may_begin(const struct subjects *l, size_t i, size_t next)
{
	if (next == l->n || next >= i + SIDE_BY_SIDE)
		return false;
	return next == i || (!l->of[i].alone && !l->of[next].alone);
}

static bool
put_all(struct bench *b, struct subjects *l)
{
	size_t begun = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < l->n; i++) {
		while (ok && !program_stop && may_begin(l, i, begun)) {
			ok = begin(b, &l->of[begun], begun);
			begun++;
		}
		ok = ok && !program_stop && finish(b, &l->of[i]);
	}
	for (size_t i = 0; i < begun; i++)
		if (l->of[i].pid > 0) {
			kill(l->of[i].pid, SIGTERM);
			waitpid(l->of[i].pid, NULL, 0);
		}
	return ok;
}

/* ---- all subjects ---- */

static struct subject *
add(struct bench *b, struct subjects *l, char *where)
{
	l->of = mem_grow(l->of, (l->n + 1) * sizeof *l->of);
	l->of[l->n] = (struct subject){
		.where = where, .jobs = (unsigned)b->options->jobs, .repeats = 1
	};
	return &l->of[l->n++];
}

static void
add_clean(struct bench *b, struct subjects *l)
{
	for (size_t i = 0; i < VARIANT_COUNT; i++) {
		const struct variant_row *row = variant_get((enum variant)i);
		struct subject *s =
		    add(b, l, mem_textf("variant %s", row->name));

		s->serve.variant = (enum variant)i;
		if (i != VARIANT_NONE)
			s->cases.protocol = variant_protocol(row);
		s->add = score_add_clean;
	}
}

static void
add_hostile(struct bench *b, struct subjects *l)
{
	for (size_t i = 1; i < HOSTILE_COUNT; i++) {
		struct subject *s = add(b, l,
		    mem_textf(
			"hostile %s", hostile_get((enum hostile)i)->name));

		s->serve.hostile = (enum hostile)i;
		s->cases.quick = true;
		s->reply_ms = HOSTILE_REPLY_MS;
		s->jobs = HOSTILE_JOBS;
		s->add = score_add_hostile;
	}
}

static void
add_repeats(struct bench *b, struct subjects *l)
{
	struct subject *s = add(b, l, mem_text(SPAN("repeats")));

	s->repeats = b->options->quick ? QUICK_REPEATS : REPEATS;
	s->alone = true;
	s->add = score_add_repeats;
}

static void
add_faults(struct bench *b, struct subjects *l, struct score_fault *faults)
{
	for (size_t i = 1; i < FAULT_COUNT; i++) {
		const struct fault_row *row = fault_get((enum fault)i);
		struct subject *s = add(b, l, mem_textf("fault %s", row->name));

		faults[i] =
		    (struct score_fault){ row->name, row->caught_by, row->req };
		s->serve.fault = (enum fault)i;
		s->fault = &faults[i];
		if (b->options->quick)
			s->cases.only = row->caught_by;
		s->cases.always = row->caught_by;
		s->cases.share = i;
		s->reply_ms = FAULTY_REPLY_MS;
	}
}

static void
subjects_free(struct subjects *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->of[i].where);
		free(l->of[i].home);
	}
	free(l->of);
}

/* ---- what it comes to ---- */

static enum req asked;
static bool found;

static void
look_for(void *ctx, const struct conf_case *c, const struct conf_group *group)
{
	(void)ctx;
	(void)group;
	found |= c->verifies == asked;
}

static bool
has_case(enum req req)
{
	asked = req;
	found = false;
	conf_case_each(look_for, NULL);
	return found;
}

static void
figures(const struct score *s, struct report_score *f)
{
	*f = (struct report_score){
		.aimed_kill = { score_killed(s), s->n_kills },
		.false_alarms = { s->n_false_alarms, s->clean_judged },
		.blast_median = score_blast_median(s),
		.stability = { s->stable_judged - s->n_unstable,
		    s->stable_judged },
		.hostile = { s->hostile_judged - s->n_unsurvived,
		    s->hostile_judged },
		.replay = { s->replay_agreed, s->replay_judged },
		.kit = kit_name(),
	};
	score_coverage(s, has_case, &f->coverage.n, &f->coverage.of);
}

static void
print_blemishes(const char *what, const struct score_blemish *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%s: %s: %s says %s: %s\n", what, list[i].where,
		    list[i].id, verdict_name(list[i].verdict), list[i].why);
}

static void
print_ratio(const char *name, struct score_ratio r)
{
	printf("  %-28s %zu of %zu\n", name, r.n, r.of);
}

static void
print_score(const struct score *s, const struct report_score *f)
{
	for (size_t i = 0; i < s->n_kills; i++) {
		const struct score_kill *k = &s->kills[i];

		if (!score_is_kill(k))
			printf("not killed: %s: %s says %s: %s\n",
			    k->fault->name, k->fault->caught_by,
			    k->ran ? verdict_name(k->verdict) : "nothing",
			    k->why);
		else if (k->beside > 2)
			printf("blast: %s fails %zu cases beside %s\n",
			    k->fault->name, k->beside, k->fault->caught_by);
	}
	print_blemishes("false alarm", s->false_alarms, s->n_false_alarms);
	print_blemishes("unstable", s->unstable, s->n_unstable);
	print_blemishes("not survived", s->unsurvived, s->n_unsurvived);
	print_ratio("aimed kill", f->aimed_kill);
	print_ratio("requirement kill coverage", f->coverage);
	print_ratio("false alarms", f->false_alarms);
	printf("  %-28s %.1f\n", "blast radius, median", f->blast_median);
	print_ratio("one verdict over repeats", f->stability);
	print_ratio("hostile peers survived", f->hostile);
	print_ratio("replay agreement", f->replay);
}

static bool
is_clean(const struct report_score *f)
{
	return f->aimed_kill.n == f->aimed_kill.of &&
	       f->coverage.n == f->coverage.of && f->false_alarms.n == 0 &&
	       f->stability.n == f->stability.of &&
	       f->hostile.n == f->hostile.of && f->replay.n == f->replay.of &&
	       f->aimed_kill.of != 0 && f->replay.of != 0;
}

int
program_score(const struct options *o)
{
	struct score_fault faults[FAULT_COUNT];
	struct subjects l = { NULL, 0 };
	struct bench b = { .options = o, .began = clock_mono() };
	struct report_score f;
	char measured[CLOCK_TEXT];
	struct err ignored;
	bool ok;

	b.dir = o->run != NULL
		    ? mem_text(span_of(o->run))
		    : mem_textf("/tmp/yanshou-score-%ld", (long)getpid());
	add_clean(&b, &l);
	add_hostile(&b, &l);
	add_repeats(&b, &l);
	add_faults(&b, &l, faults);
	b.planned = l.n;
	ok = put_all(&b, &l);
	if (!o->quiet && isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	if (ok) {
		figures(&b.score, &f);
		wall_text(clock_wall(), measured);
		f.measured = measured;
		print_score(&b.score, &f);
		printf("  %-28s %.0f s\n", "took",
		    (double)mono_since_us(b.began, clock_mono()) / 1e6);
		if (o->out != NULL)
			ok = score_file_write(o->out, &f, &b.err);
	}
	files_remove(b.dir, &ignored);
	free(b.dir);
	score_free(&b.score);
	subjects_free(&l);
	if (program_stop)
		return EXIT_INTERRUPTED;
	if (!ok)
		return program_fail(&b.err);
	return is_clean(&f) ? EXIT_CONFORMS : EXIT_BROKEN;
}
