/* SPDX-License-Identifier: MIT */
#include "conformance/score.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

void
score_add_fault(
    struct score *s, const struct score_fault *fault, const struct ledger *l)
{
	struct score_kill *k;

	s->kills = mem_grow(s->kills, (s->n_kills + 1) * sizeof s->kills[0]);
	k = &s->kills[s->n_kills++];
	*k = (struct score_kill){ .fault = fault, .verdict = BROKEN };
	for (size_t i = 0; i < l->n; i++) {
		const struct outcome *o = &l->outcomes[i];

		if (strcmp(o->id, fault->caught_by) == 0) {
			k->ran = true;
			k->verdict = o->verdict;
			free(k->why);
			k->why = mem_text(span_of(o->why));
		} else {
			k->judged++;
			k->beside += o->verdict == FAIL;
		}
	}
	if (k->why == NULL)
		k->why = mem_text(SPAN("its case was not executed"));
}

static void
blemish(struct score_blemish **list, size_t *n, const char *where,
    const struct outcome *o, const char *why)
{
	*list = mem_grow(*list, (*n + 1) * sizeof **list);
	(*list)[(*n)++] = (struct score_blemish){
		.where = mem_text(span_of(where)),
		.id = mem_text(span_of(o->id)),
		.verdict = o->verdict,
		.why = mem_text(span_of(why)),
	};
}

void
score_add_clean(struct score *s, const char *where, const struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct outcome *o = &l->outcomes[i];

		s->clean_judged++;
		/* Inconclusive is no alarm, yet the question went unasked. */
		if (o->verdict >= INCONCLUSIVE)
			blemish(&s->false_alarms, &s->n_false_alarms, where, o,
			    o->why);
	}
}

void
score_add_repeats(struct score *s, const char *where, const struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct outcome *first = &l->outcomes[i];

		bool repeated = false, differs = false;

		for (size_t k = 0; first->attempt == 1 && k < l->n; k++) {
			const struct outcome *o = &l->outcomes[k];

			if (o == first || strcmp(o->id, first->id) != 0)
				continue;
			repeated = true;
			if (o->verdict != first->verdict && !differs)
				blemish(&s->unstable, &s->n_unstable, where, o,
				    o->why);
			differs |= o->verdict != first->verdict;
		}
		s->stable_judged += repeated;
	}
}

void
score_add_hostile(struct score *s, const char *where, const struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct outcome *o = &l->outcomes[i];

		s->hostile_judged++;
		if (o->verdict == BROKEN)
			blemish(
			    &s->unsurvived, &s->n_unsurvived, where, o, o->why);
	}
}

bool
score_shares(
    struct score_share *s, const struct conf_group *group, size_t every)
{
	return s->near == group || s->met++ % every == 0;
}

bool
score_is_kill(const struct score_kill *k)
{
	return k->ran && k->verdict == FAIL;
}

size_t
score_killed(const struct score *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_kills; i++)
		n += score_is_kill(&s->kills[i]);
	return n;
}

static int
by_size(const void *a, const void *b)
{
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

double
score_blast_median(const struct score *s)
{
	size_t *beside = mem_new(s->n_kills, sizeof beside[0]), n = 0;
	double median = 0;

	for (size_t i = 0; i < s->n_kills; i++)
		if (score_is_kill(&s->kills[i]) && s->kills[i].judged != 0)
			beside[n++] = s->kills[i].beside;
	qsort(beside, n, sizeof beside[0], by_size);
	/* The middle one, or the mean of the two in the middle. */
	if (n != 0) {
		const size_t low = (n - 1) / 2, high = n / 2;

		median = ((double)beside[low] + (double)beside[high]) / 2;
	}
	free(beside);
	return median;
}

void
score_coverage(
    const struct score *s, bool (*has)(enum req), size_t *n, size_t *of)
{
	*n = *of = 0;
	for (size_t r = 0; r < REQ_COUNT; r++) {
		bool killed = false;

		if (catalogue_get((enum req)r)->level != LEVEL_SHALL ||
		    !has((enum req)r))
			continue;
		for (size_t i = 0; i < s->n_kills; i++)
			killed |= s->kills[i].fault->req == (enum req)r &&
				  score_is_kill(&s->kills[i]);
		*n += killed;
		(*of)++;
	}
}

static void
blemishes_free(struct score_blemish *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].where);
		free(list[i].id);
		free(list[i].why);
	}
	free(list);
}

void
score_free(struct score *s)
{
	for (size_t i = 0; i < s->n_kills; i++)
		free(s->kills[i].why);
	free(s->kills);
	blemishes_free(s->false_alarms, s->n_false_alarms);
	blemishes_free(s->unstable, s->n_unstable);
	blemishes_free(s->unsurvived, s->n_unsurvived);
	*s = (struct score){ 0 };
}
