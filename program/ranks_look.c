/* SPDX-License-Identifier: MIT */
#include "program/ranks_look.h"

#include "loadgen/until.h"

void
ranks_look_init(struct ranks_look *l, const struct scenario *s)
{
	*l = (struct ranks_look){ .scenario = s };
}

/* Seconds from the start that the next look is upon; 0: there is none. */
static size_t
wanted(const struct ranks_look *l, const struct ranks_progress *p)
{
	const size_t ready = until_ready(l->scenario, l->next);

	return ready == 0 ? 0 : p->all.judged_from + ready;
}

bool
ranks_look_is_due(const struct ranks_look *l, const struct ranks_progress *p)
{
	const size_t n = wanted(l, p);

	return n != 0 && p->of[0].told >= n;
}

/*
 * They have a second to tell; the one after that is for telling them.  Who
 * comes to it later, but has heard all, still has that one.
 */
size_t
ranks_look(struct ranks_look *l, const struct ranks_progress *p,
    const struct profile *profile)
{
	const size_t n = wanted(l, p), own = p->of[0].told;
	const bool all = progress_has(p, n);
	struct measure so_far;
	size_t end;

	if (!ranks_look_is_due(l, p) || (!all && own == n))
		return 0;
	l->next++;
	if (!all || own >= n + UNTIL_AHEAD) {
		l->missed++;
		return 0;
	}
	so_far = progress_so_far(p);
	end = until_end(l->scenario, &so_far, n, profile);
	if (end != 0)
		l->next = until_looks(l->scenario);
	return end;
}
