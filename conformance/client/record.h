/* SPDX-License-Identifier: MIT */
/*
 * record - what was said through libetpan, and how long that may take.
 *
 * The library's time-out is for one read: a target that sends an octet now
 * and then would be listened to for ever.  record_alarm() has a signal end
 * what it waits for, and soon after what it tries next.
 */
#ifndef CONFORMANCE_CLIENT_RECORD_H
#define CONFORMANCE_CLIENT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

struct record {
	struct buf log;
	bool answered; /* the last octets were the target's */
};

void record_init(struct record *);
void record_free(struct record *);

/* type as libetpan's loggers have it. */
void record_add(struct record *, int type, const char *bytes, size_t n);

/* From now; 0: no more. */
void record_alarm(int64_t ms);

#endif
