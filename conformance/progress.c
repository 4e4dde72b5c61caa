/* SPDX-License-Identifier: MIT */
#include "conformance/progress.h"

#include <unistd.h>

#define REDRAW_US 100000

void
progress_start(struct progress *p, FILE *out, size_t planned)
{
	*p = (struct progress){
		.out = out,
		.terminal = out != NULL && isatty(fileno(out)),
		.planned = planned,
		.began = clock_mono(),
	};
}

/* Seconds still to go, by how long it took so far. */
static int64_t
left_s(const struct progress *p)
{
	const int64_t us = mono_since_us(p->began, clock_mono());

	return p->ended == 0 ? 0
			     : us / (int64_t)p->ended *
				   (int64_t)(p->planned - p->ended) / 1000000;
}

void
progress_tick(struct progress *p, const char *current)
{
	const struct mono now = clock_mono();

	if (!p->terminal || mono_since_us(p->drawn, now) < REDRAW_US)
		return;
	p->drawn = now;
	fprintf(p->out, "\r\033[K%zu/%zu", p->ended, p->planned);
	for (size_t v = 0; v < VERDICT_COUNT; v++)
		if (p->counts[v] != 0)
			fprintf(p->out, "  %s %zu",
			    verdict_name((enum verdict)v), p->counts[v]);
	if (p->ended > 0 && p->ended < p->planned)
		fprintf(p->out, "  about %lld s left", (long long)left_s(p));
	if (current != NULL)
		fprintf(p->out, "  %.40s", current);
	fflush(p->out);
}

void
progress_ended(struct progress *p, const struct outcome *o)
{
	p->ended++;
	p->counts[o->verdict]++;
	if (p->out == NULL)
		return;
	if (p->terminal && o->verdict != PASS)
		fputs("\r\033[K", p->out);
	if (!p->terminal || o->verdict != PASS)
		fprintf(p->out, "%4zu/%zu  %-14s %-32s %6.2f s%s%s\n", p->ended,
		    p->planned, verdict_name(o->verdict), o->id,
		    (double)o->took_us / 1e6, o->why[0] == '\0' ? "" : "  ",
		    o->why);
	progress_tick(p, NULL);
}

void
progress_finish(struct progress *p)
{
	if (p->terminal)
		fputs("\r\033[K", p->out);
	if (p->out != NULL)
		fflush(p->out);
}
