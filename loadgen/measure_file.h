/* SPDX-License-Identifier: MIT */
/*
 * measure_file - what writing and reading the files of a measurement share.
 */
#ifndef LOADGEN_MEASURE_FILE_H
#define LOADGEN_MEASURE_FILE_H

#include <string.h>

#include "loadgen/measure_fields.h"

#define MEASURE_SCHEMA   "yanshou-measure/1"
#define MEASURE_JSON     "measure.json"
#define MEASURE_LOG      "intervals.hlog"
#define MEASURE_DELIVERY "delivery" /* no OP.CLOCK has this tag */
/* Two days of six operations; reading takes 24 times as much memory. */
#define MEASURE_JSON_MOST (64u << 20)
#define MEASURE_LOG_MOST  (1024u << 20)
#define MEASURE_NAME_MOST 100

/* Of a file or tag as well, hence no "/", no blank, and no dot first. */
static inline bool
measure_is_name(const char *s)
{
	const size_t n = strlen(s);

	return n != 0 && n <= MEASURE_NAME_MOST && *s != '.' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz"
			 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == n;
}

#endif
