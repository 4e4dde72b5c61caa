/* SPDX-License-Identifier: MIT */
/*
 * feeder_inner - what reading rows has in common, whatever they are written in.
 */
#ifndef LOADGEN_FEEDER_INNER_H
#define LOADGEN_FEEDER_INNER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "loadgen/feeder.h"

/* The values that a column was given later, the last one first. */
struct feeder_anew {
	struct feeder_anew *before;
	size_t len;
	char octets[];
};

/* All values stand one behind another, row by row: cell i is [at[i], at[i+1]). */
struct feeder {
	char *names[FEEDER_COLUMNS];
	bool octets[FEEDER_COLUMNS]; /* written in base64 */
	size_t n_names;
	struct buf text;
	uint32_t *at;
	size_t n, room; /* of cells */
	size_t longest;
	_Atomic(struct feeder_anew *) anew[FEEDER_COLUMNS];
};

struct feeder_reading {
	struct feeder *f;
	const char *path;
	struct span all, rest; /* rest: not read yet */
	size_t line;
	const char *line_start;
	struct err *err;
};

/* ---- feeder.c ---- */

/* Always false: names the place. */
bool feeder_bad_at(const struct feeder_reading *, const char *at,
    const char *wrong, const char *right);
void feeder_next_line(struct feeder_reading *);
bool feeder_add_name(
    const struct feeder_reading *, struct span name, const char *at);
/* Row by row, column by column, once all names are there. */
bool feeder_add_cell(
    const struct feeder_reading *, struct span value, const char *at);

/* ---- feeder_csv.c, feeder_json.c ---- */

bool feeder_read_csv(struct feeder_reading *);   /* RFC 4180 */
bool feeder_read_jsonl(struct feeder_reading *); /* an object a line */

#endif
