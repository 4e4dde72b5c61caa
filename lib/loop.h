/* SPDX-License-Identifier: MIT */
/*
 * loop - one epoll, many descriptors, and timers.
 *
 * Callbacks run on the caller's thread, one at a time.  A callback may add
 * and remove any watch or timer, its own included.
 */
#ifndef LIB_LOOP_H
#define LIB_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/clock.h"

struct loop;
struct watch;
struct timer;

enum {
	LOOP_READ = 1 << 0,
	LOOP_WRITE = 1 << 1,
};

typedef void loop_ready(void *ctx, unsigned what);
typedef void loop_due(void *ctx);

struct loop *loop_new(void);
void loop_free(struct loop *); /* and its timers; watches are freed before */

struct watch *loop_watch(
    struct loop *, int fd, unsigned what, loop_ready *, void *ctx);
void watch_change(struct watch *, unsigned what);
void watch_free(struct watch *); /* does not close the descriptor */

/* Fires once, after_ms from now. */
struct timer *loop_after(
    struct loop *, int64_t after_ms, loop_due *, void *ctx);
void timer_free(struct timer *); /* NULL is fine; a fired one is gone */

/*
 * Runs until loop_stop(), until *stop becomes true (a signal's flag), or
 * until there is nothing left to wait for.
 */
void loop_run(struct loop *, const volatile bool *stop);
void loop_stop(struct loop *);

#endif
