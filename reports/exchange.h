/* SPDX-License-Identifier: MIT */
/*
 * exchange - a conversation read back from RUN/evidence/.
 *
 * The file is JSON lines, {"t_us":1234,"party":"","dir":"S","text":"..."};
 * "dir" is C (we said), S (the target said) or @ (something happened).
 */
#ifndef REPORTS_EXCHANGE_H
#define REPORTS_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/err.h"

struct exchange_line {
	int64_t t_us;
	char *party;
	char dir;
	char *text;
	int line; /* of the file, from 1 */
};

struct exchange {
	struct exchange_line *lines;
	size_t n;
	bool cut; /* the file goes on, or holds what is no such line */
};

/*
 * path is below run_dir/evidence/; one that leads out of there is refused,
 * since it came from a file.  Reads a bounded part of a long transcript.
 */
bool exchange_read(
    const char *run_dir, const char *path, struct exchange *, struct err *);

/* The first octets of such a file, up to the cap of the buf; all, or "cut". */
bool exchange_octets(const char *run_dir, const char *path, struct buf *,
    bool *cut, struct err *);
void exchange_free(struct exchange *);

#endif
