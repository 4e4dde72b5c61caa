/* SPDX-License-Identifier: MIT */
/*
 * clock - the two times there are, as two types.
 *
 * Monotonic time measures how long; wall time says when.  Neither converts
 * into the other.  Only this file asks the system for the time; everybody
 * else is handed it.
 */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct mono {
	int64_t us; /* microseconds from an arbitrary start */
};

struct wall {
	int64_t us; /* microseconds since 1970-01-01T00:00:00Z */
};

#define CLOCK_TEXT 32 /* room for what the formatters below write */

struct mono clock_mono(void);
int64_t clock_mono_ns(void); /* the same clock, finer: for load */
struct wall clock_wall(void);

static inline int64_t
mono_since_us(struct mono then, struct mono now)
{
	return now.us - then.us;
}

/* "2026-11-22T01:26:54.123456Z" (RFC 3339), always UTC. */
void wall_text(struct wall, char text[CLOCK_TEXT]);

/* The inverse of wall_text(); the fraction is optional. */
bool wall_parse(const char *text, struct wall *);

/* "Sun, 22 Nov 2026 01:26:54 +0000", the date-time of RFC 5322 3.3. */
void wall_mail_date(struct wall, char text[CLOCK_TEXT + 8]);

#endif
