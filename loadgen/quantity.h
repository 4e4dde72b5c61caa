/* SPDX-License-Identifier: MIT */
/*
 * quantity - a number with its unit, or a share of a limit, as people write it.
 *
 *	50 /s   3000 /min		arrivals a second
 *	250 ms   30 s   15 min   1 h	microseconds
 *	20 KiB   1 MiB			octets
 *	40				a count, which has no unit
 *	105 % of EMAIL-P-02 throughput	likewise, in the unit of that limit
 *
 * A limit is the profile's when it has one, else that of limits.tsv.
 */
#ifndef LOADGEN_QUANTITY_H
#define LOADGEN_QUANTITY_H

#include <stdbool.h>

#include "lib/profile.h"

enum quantity {
	QUANTITY_RATE,  /* a second */
	QUANTITY_TIME,  /* microseconds */
	QUANTITY_SIZE,  /* octets */
	QUANTITY_COUNT, /* whole, but for a share of a limit: rounded up */
};

/* What is wrong and what would be right, as errors of lib/conf.h say it. */
struct quantity_fault {
	char wrong[160], right[240];
};

/* Never negative; not yet rounded, but for a count. */
bool quantity_read(const char *text, enum quantity, const struct profile *,
    double *value, struct quantity_fault *);

#endif
