/* SPDX-License-Identifier: MIT */
/*
 * score: the kit is put to servers whose conduct is known, and what it says
 * is counted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conformance/case.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/kit.h"
#include "lib/mem.h"
#include "program/program.h"
#include "program/score_bench.h"
#include "program/score_file.h"
#include "program/score_kept.h"

/* ---- what became of each ---- */

static bool
count(struct score *score, const char *dir, size_t number,
    const struct subject *s, struct err *err)
{
	struct score_kept k = { 0 };

	/* A fault that could not be judged has not been noticed. */
	if (s->fault != NULL && !score_kept_has(dir, number, s->where)) {
		score_add_fault(score, s->fault, &k.ledger);
		return true;
	}
	if (!score_kept_read(dir, number, &k, err))
		return err_while(err, "%s", s->where);
	if (s->fault != NULL)
		score_add_fault(score, s->fault, &k.ledger);
	else
		s->add(score, s->where, &k.ledger);
	score->replay_judged += k.judged;
	score->replay_agreed += k.agreed;
	score_kept_free(&k);
	return true;
}

static bool
count_all(struct score *score, const char *dir, const struct subjects *l,
    struct err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < l->n; i++)
		ok = count(score, dir, i, &l->of[i], err);
	return ok;
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

static bool
tell(const struct options *o, const struct score *score, struct mono began,
    struct report_score *f, struct err *err)
{
	char measured[CLOCK_TEXT];

	figures(score, f);
	wall_text(clock_wall(), measured);
	f->measured = measured;
	print_score(score, f);
	printf("  %-28s %.0f s\n", "took",
	    (double)mono_since_us(began, clock_mono()) / 1e6);
	return o->out == NULL || score_file_write(o->out, f, err);
}

int
program_score(const struct options *o)
{
	struct subjects l;
	struct score score = { NULL };
	struct report_score f;
	const struct mono began = clock_mono();
	struct err err = { .kind = ERR_NONE }, ignored;
	char *dir = o->run != NULL
			? mem_text(span_of(o->run))
			: mem_textf("/tmp/yanshou-score-%ld", (long)getpid());
	bool ok, opened;

	subjects_make(&l, o);
	opened = score_kept_open(dir, o->quick, &err);
	ok = opened && score_bench(&l, dir, o->quiet, &err);
	if (ok && !program_stop)
		ok = count_all(&score, dir, &l, &err) &&
		     tell(o, &score, began, &f, &err);
	/* One that was begun in a folder of its own can be taken up. */
	if (opened && (o->run == NULL || (ok && !program_stop)))
		files_remove(dir, &ignored);
	else if (opened && !o->quiet)
		fprintf(stderr,
		    "what was found so far is in %s: give it to --run again\n",
		    dir);
	free(dir);
	score_free(&score);
	subjects_free(&l);
	if (program_stop)
		return EXIT_INTERRUPTED;
	if (!ok)
		return program_fail(&err);
	return is_clean(&f) ? EXIT_CONFORMS : EXIT_BROKEN;
}
