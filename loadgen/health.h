/* SPDX-License-Identifier: MIT */
/*
 * health - was the generator good enough to speak about the target?
 *
 * Pure: a measure in, flaws out.  A second is bad when the generator was late,
 * had no processor, or put on less than was planned.  A few bad seconds are
 * what every machine has, and they are allowed up to HEALTH_BAD_MOST of those
 * judged: so many can, at worst, turn what a percentile of 95 is about, so
 * that below it this is looked at one by one: judge.h judges with the bad
 * seconds and without them, and a verdict that depends on them is none.
 * Above it, or when a rank was lost or the machine is too slow for the plan,
 * nothing is said of the target.
 */
#ifndef LOADGEN_HEALTH_H
#define LOADGEN_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/measure.h"

#define HEALTH_LATE_US        1000   /* p99 of lateness; or: */
#define HEALTH_LATE_SHARE     0.05   /* of the tightest time limit; or: */
#define HEALTH_LATE_COUNT_US  100000 /* where what is done is only counted */
#define HEALTH_CPU            0.85   /* of the busiest worker's core */
#define HEALTH_RUN_QUEUE      0.20   /* of a second waited for a core */
#define HEALTH_STEAL          0.10   /* taken by the hypervisor */
#define HEALTH_RETRANSMITS    0.05   /* of the operations of the second */
#define HEALTH_RETRANSMITS_OF 20     /* and that many at least */
#define HEALTH_OFFERED        0.995  /* of the plan */
#define HEALTH_BAD_MOST       0.05   /* of the judged seconds */
#define HEALTH_ECHO_SHARE     0.85   /* of the calibration may be asked for */

enum health_flaw {
	HEALTH_LATE,   /* sent after it was due */
	HEALTH_BUSY,   /* processor */
	HEALTH_QUEUED, /* waited for a core */
	HEALTH_STOLEN, /* another guest of the hypervisor had it */
	HEALTH_RESENT, /* the network lost packets */
	HEALTH_SHORT,  /* fewer arrivals than planned */
	HEALTH_FLAWS
};

struct health {
	unsigned *flaws; /* of every second from .from: bits 1 << flaw */
	size_t from, n;  /* seconds looked at */
	size_t bad;      /* with any flaw */
	size_t with[HEALTH_FLAWS];
	double worst[HEALTH_FLAWS]; /* us for lateness, else a share */
	double late_limit_us;
	uint64_t planned, missing; /* arrivals; never even tried */
	bool good;
	char why[200], why_zh[260]; /* also when it was good */
};

/*
 * Of the seconds [from, to).  tightest_us: the shortest time that a limit of
 * the row allows, 0 when none does.
 */
void health_of(struct health *, const struct measure *, size_t from, size_t to,
    int64_t tightest_us);
void health_free(struct health *);

/*
 * The end of the judged seconds there are.  When the load was interrupted,
 * what was planned for later is nobody's fault: it ends with the last whole
 * second in which anything was begun.
 */
size_t health_end(const struct measure *);

/* Lateness that is still good, of its p99. */
double health_late_limit_us(int64_t tightest_us);

/* Flaws of one second, as bits; for a live line. */
unsigned health_second(
    const struct measure *, size_t second, double late_limit_us);

/* "late", "processor", ...: of one flaw. */
const char *health_flaw_name(enum health_flaw, bool zh);

#endif
