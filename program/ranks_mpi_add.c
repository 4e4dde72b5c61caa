/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "program/ranks_mpi_add.h"
#include "program/ranks_sum.h"

enum { SLOTS = 64 }; /* histograms at a time */

#define ADD_US INT64_C(60000000) /* for one step of it */

struct adding {
	MPI_Comm comm;
	struct measure *m;
	bool root, ok;
	int n;
	struct ranks_sum sum;
	struct hist_packed *made;
	struct hist scratch;
};

static bool
settle(struct adding *a, MPI_Request *request)
{
	a->ok = a->ok && ranks_settle(request, ADD_US);
	return a->ok;
}

/* Of rank 0 what is there becomes the result. */
static void
reduce(struct adding *a, uint64_t *numbers, size_t n, MPI_Op op)
{
	MPI_Request request;

	if (!a->ok)
		return;
	MPI_Ireduce(a->root ? MPI_IN_PLACE : numbers, a->root ? numbers : NULL,
	    (int)n, MPI_UINT64_T, op, 0, a->comm, &request);
	settle(a, &request);
}

static void
reduce_for_all(struct adding *a, uint64_t *numbers, size_t n, MPI_Op op)
{
	MPI_Request request;

	if (!a->ok)
		return;
	MPI_Iallreduce(
	    MPI_IN_PLACE, numbers, (int)n, MPI_UINT64_T, op, a->comm, &request);
	settle(a, &request);
}

/* As many seconds as the longest has; the same operations they have. */
static void
agree_on_shape(struct adding *a)
{
	uint64_t shape[] = { a->m->n_seconds, a->m->n_ops, ~a->m->n_ops };

	reduce_for_all(a, shape, 3, MPI_MAX);
	a->ok = a->ok && shape[1] == ~shape[2];
	if (a->ok)
		measure_grow(a->m, (size_t)shape[0]);
}

static void
add_numbers(struct adding *a)
{
	ranks_sum_take(&a->sum, a->m);
	reduce(a, a->sum.sums, a->sum.n_sums, MPI_SUM);
	reduce(a, a->sum.mosts, a->sum.n_mosts, MPI_MAX);
}

/* Which buckets anybody has used, then how often. */
static void
add_slots(struct adding *a, size_t from, size_t n)
{
	uint64_t *words = mem_new(n * RANKS_WORDS, sizeof words[0]), *counts;
	size_t size = 0, at = 0;

	for (size_t i = 0; i < n; i++)
		ranks_slot_mark(a->m, from + i, words + i * RANKS_WORDS);
	reduce_for_all(a, words, n * RANKS_WORDS, MPI_BOR);
	for (size_t i = 0; i < n; i++)
		size += ranks_slot_size(words + i * RANKS_WORDS);
	counts = mem_new(size + 1, sizeof counts[0]);
	for (size_t i = 0; i < n; i++) {
		const uint64_t *of = words + i * RANKS_WORDS;

		ranks_slot_take(a->m, from + i, of, counts + at);
		at += ranks_slot_size(of);
	}
	reduce(a, counts, size, MPI_SUM);
	at = 0;
	for (size_t i = 0; a->ok && a->root && i < n; i++) {
		const uint64_t *of = words + i * RANKS_WORDS;

		ranks_slot_make(
		    of, counts + at, &a->scratch, &a->made[from + i]);
		at += ranks_slot_size(of);
	}
	if (a->ok) { /* else MPI may still write there */
		free(words);
		free(counts);
	}
}

/* Where each piece of n begins; returns what they are together. */
static int
places(const int *lengths, int n, int *at)
{
	int all = 0;

	for (int k = 0; k < n; k++) {
		at[k] = all;
		all += lengths[k];
	}
	return all;
}

static void
give_rest(
    struct adding *a, const char *texts, const int *lengths, const int *at)
{
	struct err err;

	for (int k = 1; a->ok && k < a->n; k++)
		a->ok = ranks_rest_give(
		    (struct span){ texts + at[k], (size_t)lengths[k] }, a->m,
		    &err);
}

/* In the order of ranks, as far as there is an order. */
static void
add_rest(struct adding *a)
{
	int *lengths = mem_new((size_t)a->n, sizeof lengths[0]);
	int *at = mem_new((size_t)a->n, sizeof at[0]);
	struct buf ours;
	char *texts = NULL;
	MPI_Request request;
	int len;

	ranks_rest_take(a->m, &ours);
	len = (int)ours.len;
	if (a->ok) {
		MPI_Igather(&len, 1, MPI_INT, lengths, 1, MPI_INT, 0, a->comm,
		    &request);
		settle(a, &request);
	}
	if (a->ok) {
		texts = mem_new((size_t)places(lengths, a->n, at) + 1, 1);
		MPI_Igatherv(ours.data, len, MPI_CHAR, texts, lengths, at,
		    MPI_CHAR, 0, a->comm, &request);
		settle(a, &request);
	}
	if (a->ok && a->root) {
		ranks_sum_give(&a->sum, a->made, a->m);
		give_rest(a, texts, lengths, at);
	}
	if (a->ok) {
		free(lengths);
		free(at);
		free(texts);
		buf_free(&ours);
	}
}

bool
ranks_add(MPI_Comm comm, struct measure *m)
{
	struct adding a = { .comm = comm, .m = m, .ok = true };
	size_t n_slots;
	int rank;

	if (comm == MPI_COMM_NULL)
		return false;
	MPI_Comm_rank(comm, &rank);
	MPI_Comm_size(comm, &a.n);
	a.root = rank == 0;
	agree_on_shape(&a);
	if (!a.ok)
		return false;
	n_slots = ranks_slots(m);
	a.made = mem_new(n_slots, sizeof a.made[0]);
	hist_init(&a.scratch);
	add_numbers(&a);
	for (size_t i = 0; a.ok && i < n_slots; i += SLOTS)
		add_slots(&a, i, n_slots - i < SLOTS ? n_slots - i : SLOTS);
	add_rest(&a);
	hist_free(&a.scratch);
	if (a.ok) /* else MPI may still write there */
		ranks_sum_free(&a.sum);
	free(a.made);
	return a.ok;
}
