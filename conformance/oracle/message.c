/* SPDX-License-Identifier: MIT */
#include "conformance/oracle/message.h"

#include "lib/mem.h"

enum { PRUNE_AT = 24 };

static void
add(struct message *m, const struct flag_write *w)
{
	if (m->n == m->room) {
		m->room = m->room == 0 ? 4 : 2 * m->room;
		m->writes = mem_grow(m->writes, m->room * sizeof *m->writes);
	}
	m->writes[m->n++] = *w;
}

void
message_init(struct message *m, uint32_t uid, int32_t born, unsigned flags,
    unsigned wild)
{
	*m = (struct message){ .uid = uid, .born = born, .gone = ORACLE_NEVER };
	add(m, &(struct flag_write){ .mask = ORACLE_ALL_FLAGS,
		   .set = flags,
		   .wild = wild,
		   .sure = true });
}

void
message_free(struct message *m)
{
	free(m->writes);
}

/* ---- what is known to be over ---- */

/* The last write known to have happened by then began at ...: */
int32_t
message_floor(const struct message *m, int flag, int32_t when)
{
	int32_t floor = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct flag_write *w = &m->writes[i];

		if ((w->mask & 1u << flag) != 0 && w->sure && w->ended < when &&
		    w->began > floor)
			floor = w->began;
	}
	return floor;
}

void
message_raise(struct message *m, int client, int32_t when)
{
	for (int f = 0; f < ORACLE_FLAGS; f++) {
		const int32_t floor = message_floor(m, f, when);

		if (floor > m->floor[client][f])
			m->floor[client][f] = floor;
	}
}

void
message_reset(struct message *m, int client, int32_t when)
{
	for (int f = 0; f < ORACLE_FLAGS; f++)
		m->floor[client][f] = message_floor(m, f, when);
	m->heard[client] = 0;
}

void
message_leave(struct message *m, int client)
{
	for (int f = 0; f < ORACLE_FLAGS; f++)
		m->floor[client][f] = ORACLE_NEVER;
}

void
message_own(struct message *m, int client, unsigned mask, int32_t began)
{
	for (int f = 0; f < ORACLE_FLAGS; f++)
		if ((mask & 1u << f) != 0 && m->floor[client][f] < began)
			m->floor[client][f] = began;
}

/* A client that is away begins again at message_floor(). */
static bool
is_dead(const struct message *m, const struct flag_write *w)
{
	for (int f = 0; f < ORACLE_FLAGS; f++) {
		int32_t least = message_floor(m, f, ORACLE_NEVER);

		if ((w->mask & 1u << f) == 0)
			continue;
		for (int c = 0; c < ORACLE_CLIENTS; c++)
			if (m->floor[c][f] < least)
				least = m->floor[c][f];
		if (w->ended >= least)
			return false;
	}
	return true;
}

/* The write that gives the floor stays, so floors stay what they are. */
static void
prune(struct message *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++)
		if (!is_dead(m, &m->writes[i]))
			m->writes[kept++] = m->writes[i];
	m->n = kept;
}

void
message_write(struct message *m, const struct flag_write *w)
{
	if (m->n >= PRUNE_AT && m->n % 8 == 0)
		prune(m);
	add(m, w);
}

void
message_written(struct message *m, int32_t began, int32_t ended, bool sure)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->writes[i].began == began) {
			m->writes[i].ended = ended;
			m->writes[i].sure = sure;
		}
}

/* ---- what can be ---- */

unsigned
message_values(const struct message *m, int flag, int32_t floor)
{
	const unsigned bit = 1u << flag;
	unsigned can = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct flag_write *w = &m->writes[i];

		if ((w->mask & bit) == 0 || w->ended < floor)
			continue;
		if ((w->wild & bit) != 0)
			return CAN_BE_CLEAR | CAN_BE_SET;
		can |= (w->set & bit) != 0 ? CAN_BE_SET : CAN_BE_CLEAR;
	}
	return can;
}

/* How many writes there are of a flag, and the first. */
static size_t
count(const struct message *m, unsigned bit, size_t *first)
{
	size_t n = 0;

	for (size_t i = m->n; i-- > 0;)
		if ((m->writes[i].mask & bit) != 0) {
			*first = i;
			n++;
		}
	return n;
}

/* It was this write, or one that began later. */
static int32_t
earliest(const struct message *m, unsigned bit, bool set, int32_t floor)
{
	int32_t began = ORACLE_NEVER;

	for (size_t i = 0; i < m->n; i++) {
		const struct flag_write *w = &m->writes[i];

		if ((w->mask & bit) != 0 && w->ended >= floor &&
		    ((w->wild & bit) != 0 || ((w->set & bit) != 0) == set) &&
		    w->began < began)
			began = w->began;
	}
	return began;
}

static void
learn(struct message *m, int client, int flag, bool set)
{
	const unsigned bit = 1u << flag;
	int32_t *floor = &m->floor[client][flag];
	const int32_t began = earliest(m, bit, set, *floor);
	size_t first = 0;

	if (began != ORACLE_NEVER && began > *floor)
		*floor = began;
	if (count(m, bit, &first) == 1 && (m->writes[first].wild & bit) != 0) {
		m->writes[first].wild &= ~bit;
		m->writes[first].set &= ~bit;
		m->writes[first].set |= set ? bit : 0;
	}
}

int
message_see(struct message *m, int client, unsigned flags, unsigned judged)
{
	for (int f = 0; f < ORACLE_FLAGS; f++) {
		const bool set = (flags & 1u << f) != 0;

		if ((judged & 1u << f) == 0)
			continue;
		if ((message_values(m, f, m->floor[client][f]) &
			(set ? CAN_BE_SET : CAN_BE_CLEAR)) == 0)
			return f;
		learn(m, client, f, set);
	}
	return -1;
}
