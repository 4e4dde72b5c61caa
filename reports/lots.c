/* SPDX-License-Identifier: MIT */
#include "reports/lots.h"

static const enum lot lots[ROW_VERDICT_COUNT] = {
	[ROW_PASS] = LOT_PASS,
	[ROW_FAIL] = LOT_FAIL,
	[ROW_BROKEN] = LOT_OPEN,
	[ROW_INCONCLUSIVE] = LOT_OPEN,
	[ROW_REVIEW] = LOT_OPEN,
	[ROW_NOT_APPLICABLE] = LOT_NA,
	[ROW_UNTESTED] = LOT_UNTESTED,
	[ROW_NO_TEXT] = LOT_UNTESTED,
	[ROW_EXCLUDED] = NO_LOT,
	[ROW_UNSELECTED] = LOT_UNTESTED,
};

static const struct {
	enum word word;
	const char *fill;
} names[LOT_COUNT] = {
	[LOT_PASS] = { W_PASSED, "pass" },
	[LOT_FAIL] = { W_FAILED, "hatch" },
	[LOT_OPEN] = { W_UNDECIDED, "dots" },
	[LOT_UNTESTED] = { W_UNTESTED, "untested" },
	[LOT_NA] = { W_OTHER, "na" },
};

enum lot
lot_of(enum row_verdict v)
{
	return lots[v];
}

struct lots
lots_of(const struct matrix_totals *t)
{
	struct lots l = { 0 };

	for (size_t v = 0; v < ROW_VERDICT_COUNT; v++)
		if (lots[v] != NO_LOT) {
			l.n[lots[v]] += t->rows[v];
			l.all += t->rows[v];
		}
	return l;
}

enum word
lot_word(enum lot lot)
{
	return names[lot].word;
}

const char *
lot_fill(enum lot lot)
{
	return names[lot].fill;
}
