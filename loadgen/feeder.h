/* SPDX-License-Identifier: MIT */
/*
 * feeder - rows of a table that the operations of a load are fed with.
 *
 *	*.csv	RFC 4180: the first line names the columns; LF alone ends a
 *		line too; an empty line is none (an empty value: "")
 *	*.jsonl	one object a line, with the same members in each: texts,
 *		whole numbers, true and false
 *
 * A column of CSV named "NAME:base64" is written in that, and NAME has the
 * octets.  Both are UTF-8, with or without a byte order mark.  All of the file is read
 * and checked before the load starts; after that a value is found without a
 * search and nothing is allocated.  Any number of threads may ask.
 */
#ifndef LOADGEN_FEEDER_H
#define LOADGEN_FEEDER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"
#include "lib/span.h"

#define FEEDER_BYTES   (512u << 20) /* of a file, at most */
#define FEEDER_CELLS   100000000    /* rows times columns */
#define FEEDER_COLUMNS 32
#define FEEDER_NAME    40 /* octets of a column's name: letters, digits, _ - */
#define FEEDER_VALUE   (4u << 20) /* octets of a value */

struct feeder;

/* NULL with "FILE:LINE:COLUMN: what is wrong; what would be right". */
struct feeder *feeder_open(const char *path, struct err *);
/* The same of bytes in memory; the end of path says what they are. */
struct feeder *feeder_parse(const char *path, struct span, struct err *);
void feeder_close(struct feeder *);

size_t feeder_rows(const struct feeder *);
size_t feeder_columns(const struct feeder *);
const char *feeder_name(const struct feeder *, size_t column);
int feeder_column(const struct feeder *, struct span name); /* or -1 */
size_t feeder_longest(const struct feeder *); /* octets of any value */

/* Valid as long as the feeder is. */
struct span feeder_value(const struct feeder *, size_t row, size_t column);

/*
 * From now on this value stands in all rows of the column, as the token of a
 * session that was opened anew; while others ask, but from one thread alone.
 * False, and nothing changes, where it is longer than feeder_longest().
 */
bool feeder_renew(struct feeder *, size_t column, struct span value);

#endif
