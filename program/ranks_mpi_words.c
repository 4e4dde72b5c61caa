/* SPDX-License-Identifier: MIT */
/* Of several ranks: what they tell rank 0 while a load runs. */
#include "program/ranks_mpi_inner.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

void
ranks_listen(struct other *o, int rank)
{
	MPI_Irecv(o->word, PROGRESS_MESSAGE + HEAD, MPI_CHAR, rank, TAG_WORD,
	    MPI_COMM_WORLD, &o->request);
}

/* A place for a word, or NULL: all others are still on their way. */
static struct buf *
place(struct ranks_state *s, int *i)
{
	bool failed;

	for (*i = 0; *i < SENDS; ++*i)
		if (s->sends[*i] == MPI_REQUEST_NULL ||
		    ranks_is_over(&s->sends[*i], &failed)) {
			s->sends[*i] = MPI_REQUEST_NULL;
			buf_clear(&s->sent[*i]);
			return &s->sent[*i];
		}
	return NULL;
}

static void
begin_word(struct buf *b, uint64_t load, enum word word)
{
	const uint64_t head[2] = { load, word };

	_Static_assert(sizeof head == HEAD, "a word begins with two numbers");
	buf_add(b, (struct span){ (const char *)head, HEAD });
}

static void
send_word(struct ranks_state *s, int i)
{
	MPI_Isend(s->sent[i].data, (int)s->sent[i].len, MPI_CHAR, 0, TAG_WORD,
	    MPI_COMM_WORLD, &s->sends[i]);
}

/* What finds no place now goes with the next second. */
static void
tell_seconds(struct ranks_state *s, const struct measure *m, size_t n)
{
	int i;
	struct buf *b = s->told < n ? place(s, &i) : NULL;

	if (b == NULL)
		return;
	begin_word(b, s->load, WORD_SECONDS);
	s->told = progress_pack(m, s->told, n, b);
	send_word(s, i);
}

bool
ranks_tell_word(struct ranks_state *s, enum word word)
{
	const int64_t end = clock_mono().us + LOST_US;
	struct buf *b;
	int i;

	while ((b = place(s, &i)) == NULL) {
		if (clock_mono().us > end)
			return false;
		ranks_doze();
	}
	begin_word(b, s->load, word);
	send_word(s, i);
	return true;
}

static void
take_word(
    struct ranks_state *s, struct ranks_progress *p, unsigned from, size_t len)
{
	struct other *o = &s->others[from];
	const int64_t now = clock_mono().us;
	uint64_t head[2];

	if (len < HEAD)
		return;
	memcpy(head, o->word, HEAD);
	if (head[0] != s->load)
		return;
	p->of[from].heard_us = now;
	switch (head[1]) {
	case WORD_SECONDS:
		progress_read(
		    p, from, (struct span){ o->word + HEAD, len - HEAD }, now);
		break;
	case WORD_PUMPED:
		o->pumped = p->of[from].ended = true;
		break;
	case WORD_GOOD:
	case WORD_BAD:
		o->pumped = o->done = p->of[from].ended = true;
		o->good = head[1] == WORD_GOOD;
		break;
	}
}

void
ranks_hear(const struct ranks *r, struct ranks_progress *p)
{
	for (unsigned k = 1; k < r->n; k++) {
		struct other *o = &r->state->others[k];
		MPI_Status status;
		int over = 1, len;

		while (MPI_Test(&o->request, &over, &status) == MPI_SUCCESS &&
		       over && o->request == MPI_REQUEST_NULL) {
			MPI_Get_count(&status, MPI_CHAR, &len);
			take_word(r->state, p, k, (size_t)len);
			ranks_listen(o, (int)k);
		}
	}
}

void
ranks_second(const struct ranks *r, struct ranks_progress *p,
    const struct measure *m, size_t n)
{
	if (r->n == 1)
		return;
	if (r->rank != 0) {
		tell_seconds(r->state, m, n);
		return;
	}
	progress_put(p, 0, m, n, clock_mono().us);
	ranks_hear(r, p);
}

/* ---- when it ends ---- */

void
ranks_await_end(struct ranks_state *s)
{
	MPI_Irecv(s->end, END_NUMBERS, MPI_UINT64_T, 0, TAG_END, MPI_COMM_WORLD,
	    &s->end_request);
}

void
ranks_tell_end(const struct ranks *r, size_t second)
{
	struct ranks_state *s = r->state;

	s->end = mem_new(END_NUMBERS, sizeof s->end[0]);
	s->end[END_LOAD] = s->load;
	s->end[END_SECOND] = second;
	for (unsigned k = 1; k < r->n; k++)
		MPI_Isend(s->end, END_NUMBERS, MPI_UINT64_T, (int)k, TAG_END,
		    MPI_COMM_WORLD, &s->others[k].end);
}

size_t
ranks_end_told(const struct ranks *r)
{
	struct ranks_state *s = r->state;
	size_t second = 0;
	bool failed;

	while (r->rank != 0 && s->end_request != MPI_REQUEST_NULL &&
	       ranks_is_over(&s->end_request, &failed) && !failed) {
		if (s->end[END_LOAD] == s->load)
			second = s->end[END_SECOND];
		ranks_await_end(s);
	}
	return second;
}

void
ranks_settle_end(const struct ranks *r)
{
	struct ranks_state *s = r->state;
	bool all = true;

	for (unsigned k = 1; s->end != NULL && k < r->n; k++) {
		if (ranks_settle(&s->others[k].end, SECOND_US))
			continue;
		if (s->others[k].end != MPI_REQUEST_NULL)
			MPI_Request_free(&s->others[k].end);
		all = false;
	}
	if (all) /* else MPI may still read there */
		free(s->end);
	s->end = NULL;
}

void
ranks_pumped(
    const struct ranks *r, struct ranks_progress *p, const struct measure *m)
{
	const int64_t end = clock_mono().us + SECOND_US;

	if (r->n == 1)
		return;
	if (r->rank != 0) {
		while (r->state->told < m->n_seconds && clock_mono().us < end) {
			tell_seconds(r->state, m, m->n_seconds);
			ranks_doze();
		}
		ranks_tell_word(r->state, WORD_PUMPED);
		return;
	}
	ranks_hear(r, p);
	p->of[0].ended = true;
}
