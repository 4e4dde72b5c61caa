/* SPDX-License-Identifier: MIT */
#include "lib/verdict.h"

#include <string.h>

/* clang-format off */
static const struct {
	const char	*name;
	int		 rank;	/* over the cases of a requirement; higher wins */
} rows[VERDICT_COUNT] = {
	[PASS]			= { "pass",		1 },
	[NOT_APPLICABLE]	= { "not-applicable",	0 },
	[REVIEW]		= { "review",		2 },
	[INCONCLUSIVE]		= { "inconclusive",	3 },
	[FAIL]			= { "fail",		5 },
	[BROKEN]		= { "broken",		4 },
};
/* clang-format on */

const char *
verdict_name(enum verdict v)
{
	return rows[v].name;
}

bool
verdict_parse(const char *name, enum verdict *v)
{
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0) {
			*v = (enum verdict)i;
			return true;
		}
	return false;
}

enum verdict
verdict_worse(enum verdict a, enum verdict b)
{
	return a > b ? a : b;
}

enum verdict
verdict_over_cases(enum verdict a, enum verdict b)
{
	return rows[a].rank >= rows[b].rank ? a : b;
}
