/* SPDX-License-Identifier: MIT */
#include "program/score_subjects.h"

#include <stdlib.h>

#include "lib/mem.h"

#define REPEATS       20
#define QUICK_REPEATS 2

/*
 * How long a reply may take.  A faulty server answers at once, late or never;
 * one that has to be spared gets all the time its profile gives.
 */
#define FAULTY_REPLY_MS  3000
#define HOSTILE_REPLY_MS 300
#define HOSTILE_JOBS     24

static struct subject *
add(struct subjects *l, const struct options *o, char *where)
{
	l->of = mem_grow(l->of, (l->n + 1) * sizeof *l->of);
	l->of[l->n] = (struct subject){
		.where = where, .jobs = (unsigned)o->jobs, .repeats = 1
	};
	return &l->of[l->n++];
}

static void
add_clean(struct subjects *l, const struct options *o)
{
	for (size_t i = 0; i < VARIANT_COUNT; i++) {
		const struct variant_row *row = variant_get((enum variant)i);
		struct subject *s =
		    add(l, o, mem_textf("variant %s", row->name));

		s->serve.variant = (enum variant)i;
		if (i != VARIANT_NONE)
			s->cases.protocol = variant_protocol(row);
		s->add = score_add_clean;
	}
}

static void
add_hostile(struct subjects *l, const struct options *o)
{
	for (size_t i = 1; i < HOSTILE_COUNT; i++) {
		struct subject *s = add(l, o,
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
add_repeats(struct subjects *l, const struct options *o)
{
	struct subject *s = add(l, o, mem_text(SPAN("repeats")));

	s->repeats = o->quick ? QUICK_REPEATS : REPEATS;
	s->alone = true;
	s->add = score_add_repeats;
}

static void
add_faults(struct subjects *l, const struct options *o)
{
	for (size_t i = 1; i < FAULT_COUNT; i++) {
		const struct fault_row *row = fault_get((enum fault)i);
		struct subject *s = add(l, o, mem_textf("fault %s", row->name));

		l->faults[i] =
		    (struct score_fault){ row->name, row->caught_by, row->req };
		s->serve.fault = (enum fault)i;
		s->fault = &l->faults[i];
		if (o->quick)
			s->cases.only = row->caught_by;
		s->cases.always = row->caught_by;
		s->cases.share = i;
		s->reply_ms = FAULTY_REPLY_MS;
	}
}

void
subjects_make(struct subjects *l, const struct options *o)
{
	*l = (struct subjects){ .of = NULL };
	add_clean(l, o);
	add_hostile(l, o);
	add_repeats(l, o);
	add_faults(l, o);
}

void
subjects_free(struct subjects *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->of[i].where);
	free(l->of);
}
