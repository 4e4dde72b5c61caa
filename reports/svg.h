/* SPDX-License-Identifier: MIT */
/*
 * svg - what the pictures of the report are drawn with: scales, ticks, paths.
 *
 * A picture is inline SVG without script, style or anything fetched; looks
 * come from the classes of template/report.css, so that it can be read in the
 * dark, on paper, and without colour.  Coordinates are rounded to a tenth.
 */
#ifndef REPORTS_SVG_H
#define REPORTS_SVG_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "reports/l10n.h"
#include "reports/shown.h"

#define SVG_TICKS 24

/* From values to coordinates; start may be greater than end. */
struct svg_axis {
	double from, to;   /* values */
	double start, end; /* coordinates */
	bool log;
};

/* Both round outward to what a person would have chosen. */
struct svg_axis svg_axis_zero(double most, double start, double end);
struct svg_axis svg_axis_log(
    double least, double most, double start, double end);

/* Where a value is; what is beyond the axis is at its end. */
double svg_at(const struct svg_axis *, double value);

/* Round values on the axis, at most SVG_TICKS and about as many as asked. */
size_t svg_ticks(const struct svg_axis *, size_t wanted, double ticks[]);
/* The same in seconds: 1, 2, 5, 10, 15, 30 s, 1, 2, 5 min ... */
size_t svg_seconds(double to, size_t wanted, double ticks[]);

void svg_number(struct buf *, double);

/* <svg>, with <title> and <desc> to be filled between the calls. */
void svg_begin(struct buf *, const char *id, double width, double height);
void svg_title(struct buf *, const char *id, enum word, ...);
void svg_desc_begin(struct buf *, const char *id);
void svg_desc_end(struct buf *);
void svg_end(struct buf *);

void svg_line(struct buf *, const char *class, double x1, double y1, double x2,
    double y2);
void svg_rect(
    struct buf *, const char *class, double x, double y, double w, double h);
/* anchor: "start", "middle", "end". */
void svg_text(struct buf *, const char *class, const char *anchor, double x,
    double y, const char *);
void svg_word(struct buf *, const char *class, const char *anchor, double x,
    double y, enum word);

/* A path, point by point: begin, to, to, gap, to ... end. */
struct svg_path {
	struct buf *out;
	bool down;
	double x, y;
};

void svg_path_begin(struct svg_path *, struct buf *, const char *class);
void svg_path_to(struct svg_path *, double x, double y);
void svg_path_gap(struct svg_path *);
void svg_path_end(struct svg_path *);

/* Lines across at the ticks of y, each with its label on the left. */
void svg_rungs(struct buf *, const struct svg_axis *, size_t wanted,
    double left, double right, struct shown (*)(double));

#endif
