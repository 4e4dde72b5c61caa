/* SPDX-License-Identifier: MIT */
/*
 * buf - growable bytes that know their limit.
 *
 * Every buf is born with a cap.  An append that would pass it changes
 * nothing and sets "full", which stays set: write the whole message, then
 * ask once.  Running out of memory ends the program; running over the cap
 * is the peer's doing and never does.
 */
#ifndef LIB_BUF_H
#define LIB_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/span.h"

struct buf {
	char *data;  /* NUL-terminated whenever it is not NULL */
	size_t len;  /* bytes in use */
	size_t room; /* bytes allocated */
	size_t cap;  /* bytes this buf may ever hold */
	bool full;   /* an append did not fit */
};

void buf_init(struct buf *, size_t cap);
void buf_free(struct buf *);
void buf_clear(struct buf *); /* empty again, memory kept, "full" reset */
void buf_add(struct buf *, struct span);
void buf_addf(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *, const char *fmt, va_list)
    __attribute__((format(printf, 2, 0)));
void buf_drop(struct buf *, size_t n); /* from the front */
struct span buf_span(const struct buf *);
const char *buf_text(const struct buf *); /* never NULL */

#endif
