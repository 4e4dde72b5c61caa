/* SPDX-License-Identifier: MIT */
/* Alone: built without MPI. */
#include "program/ranks.h"

void
ranks_join(struct ranks *r)
{
	*r = (struct ranks){ .rank = 0, .n = 1 };
}

void
ranks_leave(struct ranks *r)
{
	(void)r;
}

bool
ranks_spread(const struct ranks *r, struct buf *text, struct err *err)
{
	(void)r;
	(void)text;
	(void)err;
	return true;
}

void
ranks_tell(const struct ranks *r, char *text, size_t room)
{
	(void)r;
	(void)text;
	(void)room;
}

bool
ranks_agree(
    const struct ranks *r, const char *what, const char *text, struct err *err)
{
	(void)r;
	(void)what;
	(void)err;
	return text != NULL;
}

/* At once. */
struct wall
ranks_start(const struct ranks *r)
{
	(void)r;
	return (struct wall){ 0 };
}

void
ranks_second(const struct ranks *r, struct ranks_progress *p,
    const struct measure *m, size_t n)
{
	(void)r;
	(void)p;
	(void)m;
	(void)n;
}

void
ranks_hear(const struct ranks *r, struct ranks_progress *p)
{
	(void)r;
	(void)p;
}

void
ranks_tell_end(const struct ranks *r, size_t second)
{
	(void)r;
	(void)second;
}

size_t
ranks_end_told(const struct ranks *r)
{
	(void)r;
	return 0;
}

void
ranks_pumped(
    const struct ranks *r, struct ranks_progress *p, const struct measure *m)
{
	(void)r;
	(void)p;
	(void)m;
}

bool
ranks_gather(const struct ranks *r, struct ranks_progress *p,
    const struct ranks_end *end, struct measure *m, struct err *err)
{
	(void)r;
	(void)p;
	(void)end;
	(void)err;
	m->ranks = 1;
	return true;
}
