/* SPDX-License-Identifier: MIT */
/*
 * load_live - tells a person how a load is going, once a second.
 *
 * On a terminal one line that is rewritten; elsewhere a plain line every ten
 * seconds.
 */
#ifndef PROGRAM_LOAD_LIVE_H
#define PROGRAM_LOAD_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "loadgen/measure.h"

#define LOAD_LIVE_LINE 240

struct load_live {
	FILE *out; /* NULL: be silent */
	bool terminal;
	const char *name;
	size_t planned_seconds; /* until the last arrival */
	size_t told;            /* seconds told of */
	int width;              /* of the line on the terminal */
	const char *note;       /* said behind it, or NULL */
};

void load_live_start(
    struct load_live *, FILE *out, const char *name, size_t planned_seconds);
/* An on_second of loadgen/pump.h; ctx is the struct load_live. */
void load_live_second(void *ctx, const struct measure *, size_t n);
/* Says something beside the line: "reading mailboxes back". */
void load_live_say(struct load_live *, const char *what);
void load_live_finish(struct load_live *);

/*
 * The line, without its end: offered and achieved a second, p50 and p99 of
 * the busiest operation, failures, lateness, what is left.
 */
void load_live_line(const struct load_live *, const struct measure *, size_t n,
    char line[LOAD_LIVE_LINE]);

#endif
