/* SPDX-License-Identifier: MIT */
#include "program/load_figures.h"

#include <inttypes.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "loadgen/health.h"
#include "program/load_asked.h"
#include "program/load_repeats.h"

#define TEXT_MOST 65536

static double
ms(const struct hist *h, double percentile)
{
	return (double)hist_percentile(h, percentile) / 1e3;
}

static void
put_operation(const struct measure *m, size_t op, struct buf *out)
{
	const double seconds = (double)(m->judged_to - m->judged_from);
	struct measure_op sum = { 0 };

	measure_sum(m, op, m->judged_from, m->judged_to, &sum);
	for (int c = 0; c < LOAD_CLOCKS; c++) {
		const struct hist *h = &sum.hist[c];

		if (c == CLOCK_RESPONSE)
			buf_addf(out, "%-12s %9" PRIu64 " %9.1f %7" PRIu64,
			    m->ops[op], sum.done,
			    seconds > 0 ? (double)sum.done / seconds : 0,
			    sum.failed + sum.timeouts);
		else
			buf_addf(out, "%-12s %9s %9s %7s", "", "", "", "");
		buf_addf(out, "  %-8s %8.2f %8.2f %8.2f %8.2f\n",
		    load_clock_names[c], ms(h, 50), ms(h, 99), ms(h, 99.9),
		    (double)h->max / 1e3);
	}
	measure_op_free(&sum);
}

void
load_figures_text(const struct measure *m, struct buf *out)
{
	struct health h;

	buf_addf(out, "%-12s %9s %9s %7s  %-8s %8s %8s %8s %8s\n", "operation",
	    "done", "a second", "failed", "ms", "p50", "p99", "p99.9", "max");
	for (size_t op = 0; op < m->n_ops; op++)
		put_operation(m, op, out);
	for (size_t i = 0; i < m->n_errors; i++)
		buf_addf(out, "%" PRIu64 " times: %s\n", m->errors[i].n,
		    m->errors[i].what);
	health_of(&h, m, m->judged_from, m->judged_to, 0);
	buf_addf(out, "%s\n", h.why);
	health_free(&h);
}

/* Each repeat has its own table: nothing is averaged over them. */
static void
print(const struct load_repeats *r, const char *dir)
{
	struct buf text;

	buf_init(&text, TEXT_MOST);
	for (size_t i = 0; i < r->n; i++) {
		const struct measure *m = &r->at[i];
		char *folder = load_repeats_folder((int)i + 1, m->repeats);

		if (m->repeats > 1)
			printf("repeat %d of %d\n", m->repeat, m->repeats);
		buf_clear(&text);
		load_figures_text(m, &text);
		fputs(buf_text(&text), stdout);
		printf("measured: %s/%smeasure.json\n", dir, folder);
		free(folder);
	}
	buf_free(&text);
}

bool
load_figures(
    const struct load_carry *c, const struct scenario *s, struct err *err)
{
	char *dir = mem_textf("%s/load.%s", c->run_dir, s->name);
	struct load_repeats r;
	bool ok;

	ok = load_repeats_measure(&r, c, s, dir, err);
	print(&r, dir);
	ok = ok && load_asked_write(s, dir, err);
	load_repeats_free(&r);
	free(dir);
	return ok;
}
