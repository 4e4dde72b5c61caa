/* SPDX-License-Identifier: MIT */
#include "loadgen/measure.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "loadgen/measure_fields.h"

#define OTHERS "others"

const char *const load_clock_names[LOAD_CLOCKS] = { "response", "service" };

void
measure_init(struct measure *m, const struct scenario *s, size_t seconds)
{
	*m = (struct measure){ .workers = 1, .ranks = 1 };
	hist_init(&m->ledger.delivery);
	measure_grow(m, seconds);
	if (s == NULL)
		return;
	if (s->name != NULL)
		m->scenario = mem_text(span_of(s->name));
	m->closed_loop = s->arrive == ARRIVE_CLOSED;
}

static void
second_free(struct measure_second *s)
{
	size_t op;
	int c;

	for (op = 0; op < SCENARIO_OPS; op++)
		for (c = 0; c < LOAD_CLOCKS; c++)
			hist_packed_free(&s->ops[op].hist[c]);
}

void
measure_free(struct measure *m)
{
	size_t i;

	for (i = 0; i < m->n_seconds; i++)
		second_free(&m->seconds[i]);
	free(m->seconds);
	for (i = 0; i < m->n_ops; i++)
		free(m->ops[i]);
	for (i = 0; i < m->n_errors; i++)
		free(m->errors[i].what);
	for (i = 0; i < m->ledger.n_examples; i++)
		free(m->ledger.examples[i]);
	for (i = 0; i < m->answers.n_examples; i++)
		free(m->answers.examples[i]);
	hist_free(&m->ledger.delivery);
	measure_fields_free(measure_ledger_fields, &m->ledger);
	measure_fields_free(measure_fields, m);
	*m = (struct measure){ 0 };
}

int
measure_op_find(const struct measure *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->n_ops; i++)
		if (strcmp(m->ops[i], name) == 0)
			return (int)i;
	return -1;
}

int
measure_op_add(struct measure *m, const char *name)
{
	const int found = measure_op_find(m, name);

	if (found != -1 || m->n_ops == SCENARIO_OPS)
		return found;
	m->ops[m->n_ops] = mem_text(span_of(name));
	return (int)m->n_ops++;
}

void
measure_grow(struct measure *m, size_t seconds)
{
	const size_t had = m->n_seconds;

	if (seconds > MEASURE_SECONDS)
		seconds = MEASURE_SECONDS;
	if (seconds <= had)
		return;
	m->seconds = mem_grow(m->seconds, seconds * sizeof *m->seconds);
	memset(m->seconds + had, 0, (seconds - had) * sizeof *m->seconds);
	m->n_seconds = seconds;
}

void
measure_put(struct measure *m, size_t second, size_t op, enum load_clock clock,
    const struct hist *h)
{
	assert(op < m->n_ops && clock < LOAD_CLOCKS);
	if (h->n == 0)
		return;
	if (second >= MEASURE_SECONDS)
		second = MEASURE_SECONDS - 1;
	measure_grow(m, second + 1);
	hist_pack(&m->seconds[second].ops[op].hist[clock], h);
}

void
measure_get(const struct measure *m, size_t second, size_t op,
    enum load_clock clock, struct hist *into)
{
	assert(op < m->n_ops && clock < LOAD_CLOCKS);
	if (second < m->n_seconds)
		hist_unpack(into, &m->seconds[second].ops[op].hist[clock]);
}

/* The error of that name, else a new one, else that of all others. */
static struct measure_error *
error_of(struct measure *m, const char *what)
{
	struct measure_error *last = &m->errors[MEASURE_ERRORS - 1];
	size_t i;

	for (i = 0; i < m->n_errors; i++)
		if (strcmp(m->errors[i].what, what) == 0)
			return &m->errors[i];
	if (m->n_errors == MEASURE_ERRORS)
		return last;
	if (m->n_errors == MEASURE_ERRORS - 1)
		what = OTHERS;
	m->errors[m->n_errors].what = mem_text(span_of(what));
	return &m->errors[m->n_errors++];
}

void
measure_error_add(struct measure *m, const char *what, uint64_t n)
{
	if (n != 0)
		error_of(m, what)->n += n;
}

/* ---- adding up ---- */

void
measure_sum(const struct measure *m, size_t op, size_t from, size_t to,
    struct measure_op *into)
{
	size_t i;
	int c;

	assert(op < m->n_ops);
	*into = (struct measure_op){ 0 };
	for (c = 0; c < LOAD_CLOCKS; c++)
		hist_init(&into->hist[c]);
	for (i = from; i < to && i < m->n_seconds; i++) {
		const struct measure_second_op *o = &m->seconds[i].ops[op];

		into->begun += o->begun;
		into->done += o->done;
		into->failed += o->failed;
		into->timeouts += o->timeouts;
		for (c = 0; c < LOAD_CLOCKS; c++)
			hist_unpack(&into->hist[c], &o->hist[c]);
	}
}

void
measure_op_free(struct measure_op *o)
{
	int c;

	for (c = 0; c < LOAD_CLOCKS; c++)
		hist_free(&o->hist[c]);
	*o = (struct measure_op){ 0 };
}

static void
merge_second(struct measure_second *into, const struct measure_second *from,
    const int *op_of, size_t n_ops)
{
	size_t op;
	int c;

	measure_fields_merge(measure_second_fields, into, from);
	for (op = 0; op < n_ops; op++) {
		const struct measure_second_op *o = &from->ops[op];
		struct measure_second_op *to;

		if (op_of[op] == -1)
			continue;
		to = &into->ops[op_of[op]];
		measure_fields_merge(measure_op_fields, to, o);
		for (c = 0; c < LOAD_CLOCKS; c++)
			if (o->hist[c].n != 0)
				hist_packed_merge(&to->hist[c], &o->hist[c]);
	}
}

void
measure_example_add(char **examples, size_t *n, const char *text)
{
	if (*n < MEASURE_EXAMPLES)
		examples[(*n)++] = mem_text(span_of(text));
}

static void
merge_ledger(struct measure_ledger *into, const struct measure_ledger *from)
{
	size_t i;

	measure_fields_merge(measure_ledger_fields, into, from);
	hist_merge(&into->delivery, &from->delivery);
	for (i = 0; i < from->n_examples; i++)
		measure_example_add(
		    into->examples, &into->n_examples, from->examples[i]);
}

static void
merge_answers(struct measure_answers *into, const struct measure_answers *from)
{
	size_t i;

	measure_fields_merge(measure_answers_fields, into, from);
	for (i = 0; i < from->n_examples; i++)
		measure_example_add(
		    into->examples, &into->n_examples, from->examples[i]);
}

void
measure_merge(struct measure *into, const struct measure *from)
{
	int op_of[SCENARIO_OPS];
	size_t i;

	measure_fields_merge(measure_fields, into, from);
	for (i = 0; i < from->n_ops; i++)
		op_of[i] = measure_op_add(into, from->ops[i]);
	measure_grow(into, from->n_seconds);
	for (i = 0; i < from->n_seconds; i++)
		merge_second(
		    &into->seconds[i], &from->seconds[i], op_of, from->n_ops);
	merge_ledger(&into->ledger, &from->ledger);
	merge_answers(&into->answers, &from->answers);
	for (i = 0; i < from->n_errors; i++)
		measure_error_add(
		    into, from->errors[i].what, from->errors[i].n);
}
