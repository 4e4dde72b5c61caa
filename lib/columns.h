/* SPDX-License-Identifier: MIT */
/*
 * columns - text laid out in the columns of a terminal.
 *
 * A Chinese character takes two columns, and a line may break beside it
 * without a space, but never before a closing mark or after an opening one.
 * Octets that are not UTF-8 count one column each and are kept.
 */
#ifndef LIB_COLUMNS_H
#define LIB_COLUMNS_H

#include <stddef.h>

#include "lib/buf.h"
#include "lib/span.h"

/* Columns that the text takes on one line. */
size_t columns_of(struct span text);

/* The text, then blanks until it takes "width" columns; nothing is cut. */
void columns_pad(struct buf *, struct span text, size_t width);

/*
 * The text from column "at" of the present line, then a line end.  Where it
 * would pass "width" it goes on in the next line at column "indent".  Runs of
 * white space count as one space.  Width 0: one line, however long.
 */
void columns_wrap(
    struct buf *, size_t at, size_t indent, size_t width, struct span text);

#endif
