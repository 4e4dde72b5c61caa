/* SPDX-License-Identifier: MIT */
/*
 * mem - memory that is always there: running out of it ends the program.
 *
 * Nothing that a peer says decides how much is asked for without a cap of
 * the caller's, so this is our machine's failure and never the target's.
 */
#ifndef LIB_MEM_H
#define LIB_MEM_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/span.h"

void *mem_new(size_t n, size_t size); /* n * size bytes, zeroed */
void *mem_grow(void *, size_t size);
/* How often this thread has asked, so far: a hot path never does. */
uint64_t mem_asked(void);
char *mem_text(struct span); /* a NUL-terminated copy */
char *mem_textf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
