/* SPDX-License-Identifier: MIT */
#include "reports/load.h"

#include <stdlib.h>

static void
judged_free(struct load_judged *j)
{
	for (size_t i = 0; i < j->n; i++) {
		struct load_metric *m = &j->metrics[i];

		free(m->metric);
		free(m->bound);
		free(m->unit);
		free(m->mark);
		free(m->why);
		free(m->why_zh);
		free(m->each);
	}
	free(j->metrics);
	free(j->id);
	free(j->title);
	free(j->title_zh);
	free(j->why);
	free(j->why_zh);
}

static void
op_free(struct load_op *o)
{
	free(o->name);
	for (size_t i = 0; i < LOAD_TIMES; i++)
		free(o->times[i].curve);
	free(o->heat.counts);
	free(o->heat.p99_us);
}

static void
lists_free(struct load_scenario *s)
{
	for (size_t i = 0; i < s->n_phases; i++)
		free(s->phases[i].name);
	for (size_t i = 0; i < s->n_judged; i++)
		judged_free(&s->judged[i]);
	for (size_t i = 0; i < s->n_ops; i++)
		op_free(&s->ops[i]);
	for (size_t i = 0; i < s->n_errors; i++)
		free(s->errors[i].what);
	for (size_t i = 0; i < s->ledger.n_examples; i++)
		free(s->ledger.examples[i]);
	free(s->phases);
	free(s->judged);
	free(s->ops);
	free(s->columns);
	free(s->errors);
	free(s->ledger.examples);
	free(s->capacity.probes);
}

static void
scenario_free(struct load_scenario *s)
{
	lists_free(s);
	free(s->name);
	free(s->title);
	free(s->title_zh);
	free(s->generator_why);
	free(s->generator_why_zh);
	free(s->capacity.why);
	free(s->capacity.why_zh);
	free(s->machine);
	free(s->plan_digest);
	free(s->started);
	free(s->folder);
	free(s->unreadable);
	free(s->ledger.unread_why);
}

void
load_report_free(struct load_report *r)
{
	for (size_t i = 0; i < r->n; i++)
		scenario_free(&r->scenarios[i]);
	free(r->scenarios);
	*r = (struct load_report){ 0 };
}

size_t
load_column_seconds(size_t n)
{
	static const size_t round[] = { 1, 2, 5, 10, 15, 20, 30, 60, 120, 300,
		600, 900, 1800, 3600 };
	size_t hours = 2;

	for (size_t i = 0; i < sizeof(round) / sizeof(round[0]); i++)
		if (n <= round[i] * LOAD_COLUMNS)
			return round[i];
	while (n > hours * 3600 * LOAD_COLUMNS)
		hours++;
	return hours * 3600;
}
