/* SPDX-License-Identifier: MIT */
/*
 * html_load_strip - panels on top of each other, over one and the same time.
 *
 * A picture is begun, has panels from the top down, and ends with the time.
 */
#ifndef REPORTS_HTML_LOAD_STRIP_H
#define REPORTS_HTML_LOAD_STRIP_H

#include "reports/html_load.h"
#include "reports/svg.h"

#define STRIP_WIDTH 864
#define STRIP_LEFT  64
#define STRIP_RIGHT (STRIP_WIDTH - 10)
#define STRIP_HEAD  20 /* above a panel, for its name */
#define STRIP_GAP   14 /* below it */
#define STRIP_FOOT  40 /* below the last, for the time */

struct strip {
	struct buf *b;
	const struct load_scenario *s;
	struct svg_axis x; /* seconds */
	double top;        /* where the next panel begins */
};

typedef double strip_value(const struct load_column *);

struct strip strip_of(struct page *, const struct load_scenario *);
/* Left edge of a column; that of the one after the last is the right end. */
double strip_edge(const struct strip *, size_t column);

/* What is not judged lies in shade. */
void strip_shade(struct strip *, double top, double bottom);
/* Gives the axis with the panel's coordinates. */
struct svg_axis strip_panel(struct strip *, double height, struct svg_axis,
    size_t rungs, struct shown (*label)(double), enum word name);
void strip_time_axis(struct strip *);

/* One value a column: a step from edge to edge, filled or not. */
void strip_steps(struct strip *, const struct svg_axis *, const char *class,
    strip_value *, bool filled);
/* What ought to be nothing: bars that are seen however low they are. */
void strip_bars(struct strip *, const struct svg_axis *, strip_value *);
double strip_greatest(const struct load_scenario *, strip_value *);

/* A limit across; its label ends at x, above the panel. */
void strip_threshold(struct strip *, const struct svg_axis *, double v,
    double x, struct shown label);

/* An entry of the key about what is not judged, where there is such. */
void strip_outside_key(struct page *, const struct load_scenario *);

#endif
