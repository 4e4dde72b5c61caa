/* SPDX-License-Identifier: MIT */
/*
 * lots - the five things the first page tells apart; the matrix tells all
 * ten.  Rows out of scope are in no lot.
 */
#ifndef REPORTS_LOTS_H
#define REPORTS_LOTS_H

#include <stddef.h>

#include "reports/l10n.h"
#include "reports/matrix.h"

enum lot {
	LOT_PASS,
	LOT_FAIL,
	LOT_OPEN,
	LOT_UNTESTED,
	LOT_NA,
	LOT_COUNT,
	NO_LOT = LOT_COUNT
};

struct lots {
	size_t n[LOT_COUNT], all;
};

enum lot lot_of(enum row_verdict);
struct lots lots_of(const struct matrix_totals *);
enum word lot_word(enum lot);
const char *lot_fill(enum lot); /* class of its bar: "pass", "hatch", ... */

#endif
