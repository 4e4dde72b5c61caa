/* SPDX-License-Identifier: MIT */
#include "lib/catalogue.h"

#include <string.h>

/* clang-format off */
static const struct requirement requirements[REQ_COUNT] = {
#define ROW(id, ...) [id] = { __VA_ARGS__ },
#include "catalogue/requirements.inc"
#undef ROW
};

static const struct limit limits[] = {
#define ROW(id, name, ...) { id, __VA_ARGS__ },
#include "catalogue/limits.inc"
#undef ROW
};

static const struct interpretation interpretations[] = {
#define ROW(id, name, ...) { id, __VA_ARGS__ },
#include "catalogue/interpretations.inc"
#undef ROW
};

static const char *const level_names[LEVEL_COUNT] = {
	[LEVEL_SHALL]	= "shall",
	[LEVEL_SHOULD]	= "should",
	[LEVEL_MAY]	= "may",
};

static const struct {
	const char	*name;
	bool		 carries_clause;
} provenances[PROVENANCE_COUNT] = {
	[PROVENANCE_SEED_FULL]	= { "seed-full",	true },
	[PROVENANCE_SEED_ABBR]	= { "seed-abbr",	false },
	[PROVENANCE_SEED_TITLE]	= { "seed-title",	false },
	[PROVENANCE_TEXT]	= { "text",		true },
	[PROVENANCE_TEXT_TOC]	= { "text-toc",		false },
	[PROVENANCE_DERIVED]	= { "derived",		false },
};
/* clang-format on */

static const char *const chapters[] = { "5", "6", "7", "8", "9", "10", "11",
	"12", "13" };

const struct requirement *
catalogue_get(enum req r)
{
	return &requirements[r];
}

bool
catalogue_find(const char *name, enum req *r)
{
	for (size_t i = 0; i < REQ_COUNT; i++)
		if (strcmp(requirements[i].name, name) == 0) {
			*r = (enum req)i;
			return true;
		}
	return false;
}

const struct limit *
catalogue_limits(size_t *n)
{
	*n = sizeof(limits) / sizeof(limits[0]);
	return limits;
}

const struct interpretation *
catalogue_interpretations(size_t *n)
{
	*n = sizeof(interpretations) / sizeof(interpretations[0]);
	return interpretations;
}

/*
 * Clauses of GB/T 34078.3 carry the same numbers as those of GB/T 34079.4,
 * so the name of the row decides first.
 */
const char *
catalogue_chapter(enum req r)
{
	const char *clause = requirements[r].clause;
	const size_t len = strcspn(clause, ". ");

	if (strncmp(requirements[r].name, "SM-", 3) == 0)
		return "SM";
	for (size_t i = 0; i < sizeof(chapters) / sizeof(chapters[0]); i++)
		if (strlen(chapters[i]) == len &&
		    strncmp(chapters[i], clause, len) == 0)
			return chapters[i];
	return "";
}

bool
catalogue_text_missing(enum req r)
{
	return strstr(requirements[r].source, "text missing") != NULL;
}

const char *
level_name(enum level l)
{
	return level_names[l];
}

bool
level_parse(const char *name, enum level *l)
{
	for (size_t i = 0; i < LEVEL_COUNT; i++)
		if (strcmp(level_names[i], name) == 0) {
			*l = (enum level)i;
			return true;
		}
	return false;
}

const char *
provenance_name(enum provenance p)
{
	return provenances[p].name;
}

bool
provenance_carries_clause(enum provenance p)
{
	return provenances[p].carries_clause;
}

const char *
catalogue_digest(void)
{
	return
#include "catalogue/digest.inc"
	    ;
}
