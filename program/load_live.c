/* SPDX-License-Identifier: MIT */
#include "program/load_live.h"

#include <string.h>
#include <unistd.h>

enum { PLAIN_EVERY = 10 /* seconds */ };

void
load_live_start(
    struct load_live *l, FILE *out, const char *name, size_t planned_seconds)
{
	*l = (struct load_live){
		.out = out,
		.terminal = out != NULL && isatty(fileno(out)) == 1,
		.name = name,
		.planned_seconds = planned_seconds,
	};
}

/* The operation of which most were done. */
static size_t
busiest(const struct measure *m, size_t second)
{
	const struct measure_second *s = &m->seconds[second];
	size_t best = 0;

	for (size_t i = 1; i < m->n_ops; i++)
		if (s->ops[i].done > s->ops[best].done)
			best = i;
	return best;
}

static uint64_t
failures(const struct measure_second *s, size_t n_ops)
{
	uint64_t n = s->dropped;

	for (size_t i = 0; i < n_ops; i++)
		n += s->ops[i].failed + s->ops[i].timeouts;
	return n;
}

/* "1.2 ms", "340 ms", "2.1 s" */
static void
put_time(char text[16], int64_t us)
{
	if (us < 1000)
		snprintf(text, 16, "%d us", (int)us);
	else if (us < 10000)
		snprintf(text, 16, "%.1f ms", (double)us / 1e3);
	else if (us < 1000000)
		snprintf(text, 16, "%d ms", (int)(us / 1000));
	else
		snprintf(text, 16, "%.1f s", (double)us / 1e6);
}

void
load_live_line(const struct load_live *l, const struct measure *m, size_t n,
    char line[LOAD_LIVE_LINE])
{
	const struct measure_second *s = &m->seconds[n - 1];
	const size_t op = m->n_ops == 0 ? 0 : busiest(m, n - 1);
	const struct hist_packed *h = &s->ops[op].hist[CLOCK_RESPONSE];
	char p50[16], p99[16], late[16], left[32];

	put_time(p50, hist_packed_percentile(h, 50));
	put_time(p99, hist_packed_percentile(h, 99));
	put_time(late, s->health.late_p99_us);
	if (n < l->planned_seconds)
		snprintf(
		    left, sizeof left, "%zu s left", l->planned_seconds - n);
	else
		snprintf(left, sizeof left, "draining");
	snprintf(line, LOAD_LIVE_LINE,
	    "%s: %llu of %llu/s, %llu open; %s p50 %s p99 %s; %llu failed; "
	    "late %s; %s%s%s",
	    l->name, (unsigned long long)s->begun,
	    (unsigned long long)s->planned, (unsigned long long)s->connections,
	    m->n_ops == 0 ? "" : m->ops[op], p50, p99,
	    (unsigned long long)failures(s, m->n_ops), late, left,
	    l->note == NULL ? "" : "; ", l->note == NULL ? "" : l->note);
}

static void
draw(struct load_live *l, const char *line)
{
	const int len = (int)strlen(line);

	fprintf(
	    l->out, "\r%s%*s", line, len < l->width ? l->width - len : 0, "");
	fflush(l->out);
	l->width = len;
}

void
load_live_second(void *ctx, const struct measure *m, size_t n)
{
	struct load_live *l = ctx;
	char line[LOAD_LIVE_LINE];

	if (l->out == NULL || n == 0 || n == l->told)
		return;
	l->told = n;
	if (!l->terminal && n % PLAIN_EVERY != 0)
		return;
	load_live_line(l, m, n, line);
	if (l->terminal)
		draw(l, line);
	else
		fprintf(l->out, "%s\n", line);
}

void
load_live_say(struct load_live *l, const char *what)
{
	char line[LOAD_LIVE_LINE];

	if (l->out == NULL)
		return;
	snprintf(line, sizeof line, "%s: %s", l->name, what);
	if (l->terminal)
		draw(l, line);
	else
		fprintf(l->out, "%s\n", line);
}

void
load_live_finish(struct load_live *l)
{
	if (l->out != NULL && l->terminal)
		draw(l, ""), fputc('\r', l->out);
}
