/* SPDX-License-Identifier: MIT */
/*
 * score: the kit is put to servers whose conduct is known, and what it says
 * is counted.  One server at a time, every case against each.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
#include "program/score_file.h"
#include "reference/serve.h"

#define REPEATS       20
#define FAR_EVERY     12
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
	char *where;      /* "fault UNKNOWN_IS_FINE" */
	const char *only; /* the one case to try; NULL: all that are quick */
	const char *protocol; /* all cases that speak it; NULL: as above */
	const struct score_fault *fault;
	int64_t reply_ms; /* 0: the profile's */
	unsigned jobs;
	int repeats;
	void (*add)(struct score *, const char *where, const struct ledger *);
};

/* ---- which cases ---- */

/* Waits for mail, a log, a lock or silence: seconds, not milliseconds. */
static bool
is_slow(const struct conf_case *c)
{
	static const char *const waits[] = { "mail:sink",
		"log:", "safety:lockout" };
	bool slow = c->soft_s != 0;

	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++)
		slow |= c->needs != NULL && strstr(c->needs, waits[i]) != NULL;
	return slow || (c->dialogue != NULL &&
			   (strstr(c->dialogue, "@silent") != NULL ||
			       strstr(c->dialogue, "@pause") != NULL));
}

struct choice {
	char **selectors;
	size_t n;
	const char *always;            /* case that is taken however slow */
	const struct conf_group *near; /* its group; NULL: all are near */
	const char *protocol;          /* cases that speak it; NULL: all */
	size_t far;                    /* cases met that are not near */
};

/*
 * Whom else does a fault hit?  Likeliest the cases of the same theme, which
 * are all tried; of the others one in FAR_EVERY, another share for each fault.
 */
static bool
is_in_share(struct choice *choice, const struct conf_group *group)
{
	return choice->near == NULL || choice->near == group ||
	       choice->far++ % FAR_EVERY == 0;
}

/* By the endpoints it talks to: "smtp" is spoken by submission as well. */
static bool
speaks(const struct conf_case *c, const char *protocol)
{
	const char *const smtp[] = { "smtp", "submission" };
	const bool is_smtp = strcmp(protocol, "smtp") == 0;
	char endpoint[32];

	for (size_t i = 0; i < (is_smtp ? 2 : 1); i++) {
		const char *name = is_smtp ? smtp[i] : protocol;

		snprintf(endpoint, sizeof endpoint, "endpoint:%s", name);
		if (strncmp(c->service, name, strlen(name)) == 0 ||
		    (c->needs != NULL && strstr(c->needs, endpoint) != NULL))
			return true;
	}
	return false;
}

static void
choose(void *ctx, const struct conf_case *c, const struct conf_group *group)
{
	struct choice *choice = ctx;
	const bool always =
	    choice->always != NULL && strcmp(choice->always, c->id) == 0;

	if (choice->protocol != NULL) {
		if (!speaks(c, choice->protocol))
			return;
	} else if (!always && (is_slow(c) || !is_in_share(choice, group))) {
		return;
	}
	choice->selectors = mem_grow(
	    choice->selectors, (choice->n + 1) * sizeof choice->selectors[0]);
	choice->selectors[choice->n++] = mem_textf("case:%s", c->id);
}

static void
choice_make(struct choice *choice, const struct subject *s)
{
	*choice = (struct choice){ .protocol = s->protocol };
	if (s->only != NULL) {
		choice->selectors = mem_new(1, sizeof choice->selectors[0]);
		choice->selectors[choice->n++] = mem_textf("case:%s", s->only);
	} else if (s->fault != NULL || s->protocol != NULL ||
		   s->serve.hostile != HOSTILE_NONE) {
		if (s->fault != NULL) {
			choice->always = s->fault->caught_by;
			choice->far = (size_t)s->serve.fault;
			(void)conf_case_find(choice->always, &choice->near);
		}
		conf_case_each(choose, choice);
	}
}

static void
choice_free(struct choice *choice)
{
	for (size_t i = 0; i < choice->n; i++)
		free(choice->selectors[i]);
	free(choice->selectors);
}

/* ---- one subject ---- */

static bool
again(struct bench *b, const char *run)
{
	struct replay r;
	const bool ok = replay_run(&r, run, program_fixtures(), &b->err);

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

static bool
judge(struct bench *b, const struct subject *s, const char *target,
    const char *run)
{
	struct profile p;
	struct choice choice;
	struct run_request r = {
		.profile = &p,
		.dir = run,
		.repeats = s->repeats,
		.jobs = s->jobs,
	};
	struct ledger l;
	char *journal = mem_textf("%s/journal.jsonl", run), *dir = NULL;
	bool interrupted, ok;

	ok = run_profile(target, false, &p, &b->err);
	if (!ok) {
		free(journal);
		return false;
	}
	if (s->reply_ms != 0)
		p.timeouts.reply_ms = s->reply_ms;
	if (s->serve.hostile != HOSTILE_NONE)
		p.timeouts.connect_ms = s->reply_ms;
	choice_make(&choice, s);
	r.selectors = (const char *const *)choice.selectors;
	r.n_selectors = choice.n;
	ok = run_new(&r, &dir, &interrupted, &b->err) &&
	     ledger_read(journal, &l, &b->err);
	if (ok) {
		if (s->fault != NULL)
			score_add_fault(&b->score, s->fault, &l);
		else
			s->add(&b->score, s->where, &l);
		ledger_free(&l);
		ok = again(b, run);
	}
	choice_free(&choice);
	profile_free(&p);
	free(journal);
	free(dir);
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

static bool
put(struct bench *b, struct subject *s)
{
	char *home = mem_textf("%s/%zu", b->dir, b->done);
	char *target = mem_textf("%s/reference/target.yaml", home);
	char *reference = mem_textf("%s/reference", home);
	char *run = mem_textf("%s/run", home);
	char *world = mem_textf("%s/world", program_fixtures());
	struct err ignored;
	pid_t pid;
	bool ok;

	show_progress(b, s);
	s->serve.world_dir = world;
	s->serve.run_dir = reference;
	ok = !program_stop && files_make_dir(home, &b->err) &&
	     serve_fork(&s->serve, &pid, &b->err);
	if (ok) {
		ok = judge(b, s, target, run);
		if (!serve_join(pid, &ignored) && ok)
			ok = err_set(&b->err, ERR_IO, "%s", ignored.what);
		if (!ok)
			err_while(&b->err, "%s", s->where);
	}
	if (ok)
		files_remove(home, &ignored);
	b->done++;
	free(home);
	free(target);
	free(reference);
	free(run);
	free(world);
	return ok;
}

/* ---- all subjects ---- */

static bool
put_faults(struct bench *b, struct score_fault *faults)
{
	for (size_t i = 1; i < FAULT_COUNT; i++) {
		const struct fault_row *row = fault_get((enum fault)i);
		struct subject s = {
			.serve.fault = (enum fault)i,
			.where = mem_textf("fault %s", row->name),
			.fault = &faults[i],
			.only = b->options->quick ? row->caught_by : NULL,
			.reply_ms = FAULTY_REPLY_MS,
			.jobs = (unsigned)b->options->jobs,
			.repeats = 1,
		};
		bool ok = true;

		faults[i] =
		    (struct score_fault){ row->name, row->caught_by, row->req };
		ok = put(b, &s);
		free(s.where);
		if (!ok)
			return false;
	}
	return true;
}

static bool
put_clean(struct bench *b)
{
	for (size_t i = 0; i < VARIANT_COUNT; i++) {
		const struct variant_row *row = variant_get((enum variant)i);
		struct subject s = {
			.serve.variant = (enum variant)i,
			.where = mem_textf("variant %s", row->name),
			.protocol =
			    i == VARIANT_NONE ? NULL : variant_protocol(row),
			.jobs = (unsigned)b->options->jobs,
			.repeats = 1,
			.add = score_add_clean,
		};
		const bool ok = put(b, &s);

		free(s.where);
		if (!ok)
			return false;
	}
	return true;
}

static bool
put_repeats(struct bench *b)
{
	struct subject s = {
		.where = mem_text(SPAN("repeats")),
		.jobs = (unsigned)b->options->jobs,
		.repeats = b->options->quick ? QUICK_REPEATS : REPEATS,
		.add = score_add_repeats,
	};
	const bool ok = put(b, &s);

	free(s.where);
	return ok;
}

static bool
put_hostile(struct bench *b)
{
	for (size_t i = 1; i < HOSTILE_COUNT; i++) {
		struct subject s = {
			.serve.hostile = (enum hostile)i,
			.where = mem_textf(
			    "hostile %s", hostile_get((enum hostile)i)->name),
			.reply_ms = HOSTILE_REPLY_MS,
			.jobs = HOSTILE_JOBS,
			.repeats = 1,
			.add = score_add_hostile,
		};
		const bool ok = put(b, &s);

		free(s.where);
		if (!ok)
			return false;
	}
	return true;
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
	struct bench b = {
		.options = o,
		.began = clock_mono(),
		.planned = (size_t)FAULT_COUNT - 1 + VARIANT_COUNT + 1 +
			   HOSTILE_COUNT - 1,
	};
	struct report_score f;
	char measured[CLOCK_TEXT];
	struct err ignored;
	bool ok;

	b.dir = o->run != NULL
		    ? mem_text(span_of(o->run))
		    : mem_textf("/tmp/yanshou-score-%ld", (long)getpid());
	ok = put_clean(&b) && put_hostile(&b) && put_repeats(&b) &&
	     put_faults(&b, faults);
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
	if (program_stop)
		return EXIT_INTERRUPTED;
	if (!ok)
		return program_fail(&b.err);
	return is_clean(&f) ? EXIT_CONFORMS : EXIT_BROKEN;
}
