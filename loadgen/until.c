/* SPDX-License-Identifier: MIT */
#include "loadgen/until.h"

#include "loadgen/judge.h"

#define SECOND_US 1000000

/* Whole seconds of what is judged. */
static size_t
budget(const struct scenario *s)
{
	int64_t us = 0;

	for (size_t i = 0; i < s->n_phases; i++)
		us += s->phases[i].judged ? s->phases[i].for_us : 0;
	return (size_t)(us / SECOND_US);
}

static size_t
least(const struct scenario *s)
{
	return (size_t)((s->least_us + SECOND_US - 1) / SECOND_US);
}

int
until_looks(const struct scenario *s)
{
	int n = 1;

	if (s->precision <= 0 || least(s) == 0 || least(s) >= budget(s))
		return 0;
	for (size_t at = least(s); at < budget(s); at *= 2)
		n++;
	return n;
}

size_t
until_at(const struct scenario *s, int look)
{
	const int last = until_looks(s) - 1;

	return look >= last ? budget(s) : least(s) << look;
}

int
until_look(const struct scenario *s, size_t judged)
{
	for (int i = 0; i < until_looks(s); i++)
		if (until_at(s, i) == judged)
			return i + 1;
	return 0;
}

size_t
until_ready(const struct scenario *s, int look)
{
	return look + 1 < until_looks(s) ? until_at(s, look) - UNTIL_AHEAD : 0;
}

/* The moment that is to be decided upon when so much has been judged. */
static size_t
moment(const struct scenario *s, size_t judged)
{
	for (int i = 0; i + 1 < until_looks(s); i++)
		if (until_ready(s, i) == judged)
			return until_at(s, i);
	return 0;
}

static bool
is_told(const struct scenario *s, const struct measure *look,
    const struct profile *p)
{
	for (size_t i = 0; i < s->n_judges; i++) {
		struct judged j;

		judge_row(&j, s->judges[i].row, look, p);
		if (j.verdict != PASS && j.verdict != FAIL)
			return false;
		for (size_t k = 0; k < j.n; k++)
			if (!j.metrics[k].precise)
				return false;
	}
	return s->n_judges > 0;
}

size_t
until_end(const struct scenario *s, const struct measure *m, size_t n,
    const struct profile *p)
{
	struct measure look = *m; /* borrows all it points at */
	const size_t judged = n > m->judged_from ? n - m->judged_from : 0;
	const size_t at = moment(s, judged);

	if (at == 0 || n > m->n_seconds)
		return 0;
	look.n_seconds = look.judged_to = n;
	look.looks = until_looks(s);
	look.precision = s->precision;
	look.under_way = true;
	return is_told(s, &look, p) ? m->judged_from + at : 0;
}
