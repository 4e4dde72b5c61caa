/* SPDX-License-Identifier: MIT */
/*
 * hist_log - histograms as everybody's tools write and read them.
 *
 * Interval logs are those of HdrHistogram, "Histogram log format version
 * 1.3": comments, then a line for each interval,
 *
 *	Tag=login.response,12.000,1.000,48.127,HISTFAAAA...
 *
 * with its start (seconds after BaseTime), its length in seconds, its greatest
 * value in milliseconds, and base64 of the compressed V2 encoding, in which
 * values are microseconds.
 *
 * Neither side does I/O.  Reading:
 *
 *	struct hist_log log = hist_log_start(path, text, err);
 *	struct hist_log_interval one;
 *
 *	while (hist_log_next(&log, &one)) {
 *		...
 *		hist_packed_free(&one.hist);
 *	}
 *	if (log.bad)
 *		return false;	// err says "FILE:LINE: what, and what is right"
 */
#ifndef LOADGEN_HIST_LOG_H
#define LOADGEN_HIST_LOG_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/span.h"
#include "loadgen/hist.h"

/* The comments at the top; comment is one line of our own. */
void hist_log_head(struct buf *, const char *comment, struct wall start);

/* One interval.  A tag has no comma, blank or line end; "": none. */
void hist_log_add(struct buf *, const char *tag, double from_s, double for_s,
    const struct hist_packed *);

struct hist_log {
	const char *what; /* names the text in errors */
	struct span rest;
	int line;
	double start_s; /* BaseTime, else StartTime, since 1970; else 0 */
	bool bad;
	struct err *err;
};

struct hist_log_interval {
	struct span tag; /* lies in the text; empty: none */
	double from_s, for_s;
	struct hist_packed hist; /* the caller's; ends: see hist.h */
};

struct hist_log hist_log_start(
    const char *what, struct span text, struct err *);
/* False at the end, or when something is bad; then it stays bad. */
bool hist_log_next(struct hist_log *, struct hist_log_interval *);

/* The field by itself: base64 of the compressed V2 encoding, and back. */
void hist_v2_write(struct buf *, const struct hist_packed *);
/* why: what is wrong with it. */
bool hist_v2_read(struct hist_packed *, struct span text, const char **why);

/*
 * The percentile distribution as HdrHistogram prints it, five ticks for each
 * half of what is left to 100 %, for plotters of ".hgrm" files.  Values are
 * milliseconds, with three digits behind the point: microseconds.  Mean and
 * deviation are those of the buckets' middles, as everybody's are.
 */
void hist_percentiles_text(struct buf *, const struct hist *);

#endif
