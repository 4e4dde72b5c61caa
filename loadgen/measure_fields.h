/* SPDX-License-Identifier: MIT */
/*
 * measure_fields - what struct measure has, member by member.
 *
 * A row here is all it takes for a member to be merged, written and read.
 * Histograms and lists are not in it: measure.c, measure_write.c and
 * measure_read.c deal with them by hand.
 */
#ifndef LOADGEN_MEASURE_FIELDS_H
#define LOADGEN_MEASURE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "loadgen/measure.h"

enum field_type {
	FIELD_COUNT, /* uint64_t or size_t */
	FIELD_TIME,  /* int64_t */
	FIELD_REAL,  /* double */
	FIELD_INT,   /* int */
	FIELD_FLAG,  /* bool */
	FIELD_TEXT,  /* char *, ours, or NULL */
};

enum field_merge {
	MERGE_ADD,
	MERGE_WORSE, /* the greater one; of a flag: either */
	MERGE_FIRST, /* the first one's, unless it has none */
};

struct field {
	const char *key; /* of the JSON object, or column */
	enum field_type type;
	enum field_merge merge;
	size_t at, size;
	bool later; /* files of earlier versions lack it */
};

/* Tables end with a row without key. */
extern const struct field measure_fields[];
extern const struct field measure_second_fields[];
extern const struct field measure_op_fields[];   /* measure_second_op */
extern const struct field measure_hist_fields[]; /* hist_packed */
extern const struct field measure_ledger_fields[];
extern const struct field measure_answers_fields[];

void measure_fields_merge(const struct field *, void *into, const void *from);
void measure_fields_free(const struct field *, void *of); /* texts */

#endif
