/* SPDX-License-Identifier: MIT */
/*
 * shown - measured numbers as they are printed: with their unit, and with as
 * many digits as they are worth, which is three, as counts are exact to that.
 */
#ifndef REPORTS_SHOWN_H
#define REPORTS_SHOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shown {
	char text[48];
};

struct shown shown_time(double us);      /* "850 µs", "3.42 ms", "30 min" */
struct shown shown_count(uint64_t);      /* "45,000" */
struct shown shown_number(double);       /* "49.9", "45,000" */
struct shown shown_rate(double);         /* "49.9/s" */
struct shown shown_share(double);        /* 0.9987: "99.87 %" */
struct shown shown_octets(uint64_t);     /* "3.4 KiB" */
struct shown shown_clock(double s);      /* "5:00", "1:05:00" */
struct shown shown_percentile(double p); /* "P99.9" */

/* A percentile and what it may be at most: "P95 ≤ 2 s". */
struct shown shown_bound(double p, double us);

/* A value of limits.tsv: "s" goes to the unit that suits it, "1/s" to "/s". */
struct shown shown_of(double value, const char *unit);
/*
 * Several, with as many digits as it takes to tell one from the next; false
 * when six do not.
 */
bool shown_apart(
    struct shown out[], const double v[], size_t n, const char *unit);

/* The limit itself, in the unit it was agreed in: "5 s", "0.1 %". */
struct shown shown_limit(double value, const char *unit);

#endif
