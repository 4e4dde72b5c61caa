/* SPDX-License-Identifier: MIT */
/*
 * progress - tells a person how far the run is.
 *
 * On a terminal one line that is rewritten; elsewhere a plain line for each
 * case that ended.
 */
#ifndef CONFORMANCE_PROGRESS_H
#define CONFORMANCE_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/clock.h"
#include "lib/run.h"

struct progress {
	FILE *out;     /* NULL: be silent */
	bool terminal; /* rewrite the line */
	size_t planned, ended;
	size_t counts[VERDICT_COUNT];
	struct mono began, drawn;
	const char *task; /* "score: FAULT_X"; or NULL */
};

void progress_start(struct progress *, FILE *out, size_t planned);
/* A case was started, or time went by: redraw when it is due. */
void progress_tick(struct progress *, const char *current);
void progress_ended(struct progress *, const struct outcome *);
void progress_finish(struct progress *);

#endif
