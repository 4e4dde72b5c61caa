/* SPDX-License-Identifier: MIT */
/* What is done step by step, and whether it was: the plays of desks.h. */
#include <string.h>

#include "conformance/cases/desks.h"

const struct desks_play *
desks_play_of(struct trial *t, const struct desks_play *plays, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(plays[i].id, trial_case(t)->id) == 0)
			return &plays[i];
	(void)trial_sane(t, false, "nothing is known of what is to be done");
	return NULL;
}

size_t
desks_play_steps(const struct desks_play *p)
{
	size_t n = 0;

	while (p != NULL && n < DESKS_STEPS && p->steps[n].role != NULL)
		n++;
	return n;
}

static bool
is_right(const struct desks_step *s)
{
	return s->operation != NULL && strcmp(s->name, "odd") != 0 &&
	       strcmp(s->name, "again") != 0;
}

bool
desks_need_play(struct trial *t, const struct desks_play *p)
{
	bool ok = p != NULL;

	for (size_t i = 0; ok && i < desks_play_steps(p); i++)
		if (is_right(&p->steps[i]))
			ok = desks_need(
			    t, p->steps[i].name, p->steps[i].operation);
	return ok;
}

void
desks_claim_odd(struct trial *t, const struct desks_play *p)
{
	for (size_t i = 0; i < desks_play_steps(p); i++)
		if (strcmp(p->steps[i].name, "odd") == 0)
			(void)desks_claim_refused(
			    t, "odd", p->steps[i].operation);
}
