/* SPDX-License-Identifier: MIT */
#include "loadgen/wheel.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { BITS = 8, MASK = WHEEL_SLOTS - 1 };

/* The furthest a slot can be away; what is later waits there. */
#define FURTHEST ((INT64_C(1) << (BITS * WHEEL_LEVELS)) - WHEEL_SLOTS)

void
wheel_init(struct wheel *w, int64_t now_ns)
{
	memset(w, 0, sizeof *w);
	w->tick = now_ns / WHEEL_TICK_NS;
}

void
wheel_timer_init(struct wheel_timer *t)
{
	*t = (struct wheel_timer){ .due_ns = WHEEL_NEVER };
}

static void
unlink_timer(struct wheel *w, struct wheel_timer *t)
{
	*t->link = t->next;
	if (t->next != NULL)
		t->next->link = t->link;
	t->link = NULL;
	if (t->level < WHEEL_LEVELS && w->slots[t->level][t->slot] == NULL)
		w->busy[t->level][t->slot / 64] &=
		    ~(UINT64_C(1) << (t->slot % 64));
}

static void
push(struct wheel_timer **head, struct wheel_timer *t)
{
	t->next = *head;
	t->link = head;
	if (t->next != NULL)
		t->next->link = &t->next;
	*head = t;
}

/*
 * Into the slot of its time, at the level that reaches so far; no earlier than
 * "least" ticks from now.
 */
static void
place(struct wheel *w, struct wheel_timer *t, int64_t least)
{
	int64_t tick = (t->due_ns - 1) / WHEEL_TICK_NS + 1;
	int64_t ahead = tick - w->tick;
	unsigned level = 0;

	if (ahead < least)
		ahead = least;
	if (ahead > FURTHEST)
		ahead = FURTHEST;
	tick = w->tick + ahead;
	while (ahead >> (BITS * (level + 1)) != 0)
		level++;
	t->tick = tick;
	t->level = (uint8_t)level;
	t->slot = (uint8_t)(tick >> (BITS * level) & MASK);
	push(&w->slots[level][t->slot], t);
	w->busy[level][t->slot / 64] |= UINT64_C(1) << (t->slot % 64);
}

void
wheel_set(struct wheel *w, struct wheel_timer *t, int64_t due_ns)
{
	t->due_ns = due_ns;
	if (t->link != NULL) {
		if (due_ns > t->tick * WHEEL_TICK_NS)
			return; /* looked at again when its slot comes */
		unlink_timer(w, t);
	}
	place(w, t, 1);
}

void
wheel_clear(struct wheel_timer *t)
{
	t->due_ns = WHEEL_NEVER; /* its slot forgets it */
}

/* A slot of a higher level has come near: its timers move down. */
static void
spread(struct wheel *w, unsigned level)
{
	const unsigned slot = (unsigned)(w->tick >> (BITS * level)) & MASK;
	struct wheel_timer *t = w->slots[level][slot];

	if (level + 1 < WHEEL_LEVELS && slot == 0)
		spread(w, level + 1);
	t = w->slots[level][slot];
	w->slots[level][slot] = NULL;
	w->busy[level][slot / 64] &= ~(UINT64_C(1) << (slot % 64));
	while (t != NULL) {
		struct wheel_timer *next = t->next;

		t->link = NULL;
		if (t->due_ns != WHEEL_NEVER)
			place(w, t, 0); /* this tick's are collected next */
		t = next;
	}
}

/* The first busy slot of a level from "from" on, or WHEEL_SLOTS. */
static unsigned
busy_from(const struct wheel *w, unsigned level, unsigned from)
{
	for (unsigned i = from / 64; i < WHEEL_SLOTS / 64; i++) {
		uint64_t bits = w->busy[level][i];

		if (i == from / 64)
			bits &= ~UINT64_C(0) << (from % 64);
		if (bits != 0)
			return i * 64 + (unsigned)__builtin_ctzll(bits);
	}
	return WHEEL_SLOTS;
}

/*
 * The next tick at which there is something to do, at most "most": a timer of
 * the first level, or a slot of a higher one that has to be spread.
 */
static int64_t
next_tick(const struct wheel *w, int64_t most)
{
	int64_t next = most;

	for (unsigned level = 0; level < WHEEL_LEVELS; level++) {
		const int64_t here = w->tick >> (BITS * level);
		const unsigned from = ((unsigned)here & MASK) + 1;
		unsigned at = busy_from(w, level, from);
		int64_t tick = here - (int64_t)(from - 1);

		if (at == WHEEL_SLOTS) { /* or behind the turn */
			at = busy_from(w, level, 0);
			tick += WHEEL_SLOTS;
		}
		if (at == WHEEL_SLOTS)
			continue;
		tick = (tick + at) * (INT64_C(1) << (BITS * level));
		if (tick < next)
			next = tick;
	}
	return next;
}

static void
collect(struct wheel *w)
{
	const unsigned slot = (unsigned)w->tick & MASK;
	struct wheel_timer *t, *next;

	if (slot == 0)
		spread(w, 1);
	t = w->slots[0][slot];
	w->slots[0][slot] = NULL;
	w->busy[0][slot / 64] &= ~(UINT64_C(1) << (slot % 64));
	for (; t != NULL; t = next) {
		next = t->next;
		t->link = NULL;
		if (t->due_ns == WHEEL_NEVER)
			continue;
		if (t->due_ns > w->tick * WHEEL_TICK_NS) {
			place(w, t, 1); /* it was moved meanwhile */
			continue;
		}
		t->level = WHEEL_LEVELS;
		t->tick = w->tick;
		push(&w->due, t);
	}
}

struct wheel_timer *
wheel_due(struct wheel *w, int64_t now_ns)
{
	const int64_t now = now_ns / WHEEL_TICK_NS;

	for (;;) {
		struct wheel_timer *t = w->due;

		if (t != NULL) {
			unlink_timer(w, t);
			if (t->due_ns == WHEEL_NEVER)
				continue;
			if (t->due_ns > now_ns) {
				place(w, t, 1);
				continue;
			}
			t->due_ns = WHEEL_NEVER;
			return t;
		}
		if (w->tick >= now)
			return NULL;
		w->tick = next_tick(w, now);
		collect(w);
	}
}

int64_t
wheel_next_ns(const struct wheel *w)
{
	const int64_t most = INT64_MAX / WHEEL_TICK_NS;
	int64_t next;

	if (w->due != NULL)
		return w->tick * WHEEL_TICK_NS;
	next = next_tick(w, most);
	return next == most ? WHEEL_NEVER : next * WHEEL_TICK_NS;
}
