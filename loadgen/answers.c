/* SPDX-License-Identifier: MIT */
#include "loadgen/answers.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define BLOCK (4u << 20)

struct block {
	struct block *next;
	size_t n;
	char octets[];
};

/* One thread's. */
struct part {
	struct answer *at;
	size_t n, room;
	struct block *blocks; /* the first has room */
	size_t octets, block_room;
	size_t *last; /* of each row: 1 + index, 0: none */
	uint64_t heard, refused, kept;
};

struct answers {
	struct part *parts;
	unsigned n_parts;
	size_t planned, rows, most;
};

struct answers *
answers_new(unsigned parts, size_t planned, size_t rows)
{
	struct answers *a = mem_new(1, sizeof *a);

	a->parts = mem_new(parts, sizeof a->parts[0]);
	a->n_parts = parts;
	a->planned = planned;
	a->rows = rows;
	a->most = ANSWERS_MOST;
	for (unsigned i = 0; i < parts; i++)
		a->parts[i].last = mem_new(rows + 1, sizeof(size_t));
	return a;
}

void
answers_limit(struct answers *a, size_t most)
{
	a->most = most;
}

void
answers_free(struct answers *a)
{
	if (a == NULL)
		return;
	for (unsigned i = 0; i < a->n_parts; i++) {
		struct part *p = &a->parts[i];

		while (p->blocks != NULL) {
			struct block *b = p->blocks;

			p->blocks = b->next;
			free(b);
		}
		free(p->at);
		free(p->last);
	}
	free(a->parts);
	free(a);
}

/* splitmix64: as good as a lot, and the same each time. */
static bool
is_chosen(const struct answers *a, unsigned part, uint64_t seq)
{
	uint64_t x = seq * UINT64_C(0x9e3779b97f4a7c15) + part + 1;

	if (a->planned <= a->most)
		return true;
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return (x ^ x >> 31) % a->planned < a->most;
}

static char *
room_for(struct part *p, size_t n)
{
	const size_t size = n > BLOCK ? n : BLOCK;
	struct block *b = p->blocks;

	if (b == NULL || p->block_room - b->n < n) {
		if (n > ANSWERS_LENGTH || p->octets + size > ANSWERS_OCTETS)
			return NULL;
		b = mem_new(1, sizeof *b + size);
		b->next = p->blocks;
		p->blocks = b;
		p->octets += size;
		p->block_room = size;
	}
	b->n += n;
	return b->octets + b->n - n;
}

/* The same as last time of its row. */
static bool
is_known(struct part *p, size_t row, const struct answer *answer)
{
	struct answer *was =
	    p->last[row] == 0 ? NULL : &p->at[p->last[row] - 1];

	if (was == NULL || was->flow != answer->flow ||
	    !span_eq(was->octets, answer->octets))
		return false;
	was->last_us = answer->last_us;
	was->times++;
	return true;
}

void
answers_put(struct answers *a, unsigned part, const struct answer *answer)
{
	struct part *p = &a->parts[part];
	const size_t row = answer->row < a->rows ? answer->row : a->rows;
	char *octets;

	p->heard++;
	if (!is_chosen(a, part, answer->seq))
		return;
	p->kept++;
	if (is_known(p, row, answer))
		return;
	octets = room_for(p, answer->octets.len);
	if (octets == NULL) {
		p->kept--;
		p->refused++;
		return;
	}
	if (answer->octets.len > 0)
		memcpy(octets, answer->octets.ptr, answer->octets.len);
	if (p->n == p->room) {
		p->room = p->room == 0 ? 1024 : 2 * p->room;
		p->at = mem_grow(p->at, p->room * sizeof p->at[0]);
	}
	p->at[p->n] = *answer;
	p->at[p->n].octets = (struct span){ octets, answer->octets.len };
	p->at[p->n].times = 1;
	p->last[row] = ++p->n;
}

size_t
answers_count(const struct answers *a)
{
	size_t n = 0;

	for (unsigned i = 0; i < a->n_parts; i++)
		n += a->parts[i].n;
	return n;
}

const struct answer *
answers_at(const struct answers *a, size_t i)
{
	unsigned part = 0;

	while (i >= a->parts[part].n)
		i -= a->parts[part++].n;
	return &a->parts[part].at[i];
}

uint64_t
answers_heard(const struct answers *a)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < a->n_parts; i++)
		n += a->parts[i].heard;
	return n;
}

uint64_t
answers_refused(const struct answers *a)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < a->n_parts; i++)
		n += a->parts[i].refused;
	return n;
}

uint64_t
answers_kept(const struct answers *a)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < a->n_parts; i++)
		n += a->parts[i].kept;
	return n;
}
