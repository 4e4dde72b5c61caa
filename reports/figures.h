/* SPDX-License-Identifier: MIT */
/*
 * figures - measured numbers with their unit and as many digits as they are
 * worth: three, as what was counted is exact to three.
 */
#ifndef REPORTS_FIGURES_H
#define REPORTS_FIGURES_H

#include <stdint.h>

struct figure {
	char text[48];
};

struct figure figure_time(double us);      /* "850 µs", "3.42 ms", "30 min" */
struct figure figure_count(uint64_t);      /* "45,000" */
struct figure figure_number(double);       /* "49.9", "45,000" */
struct figure figure_rate(double);         /* "49.9/s" */
struct figure figure_share(double);        /* 0.9987: "99.87 %" */
struct figure figure_octets(uint64_t);     /* "3.4 KiB" */
struct figure figure_clock(double s);      /* "5:00", "1:05:00" */
struct figure figure_percentile(double p); /* "P99.9" */

/* A percentile and what it may be at most: "P95 ≤ 2 s". */
struct figure figure_bound(double p, double us);

/* A value of limits.tsv: "s" goes to the unit that suits it, "1/s" to "/s". */
struct figure figure_of(double value, const char *unit);
/* The limit itself, in the unit it was agreed in: "5 s", "0.1 %". */
struct figure figure_limit(double value, const char *unit);

#endif
