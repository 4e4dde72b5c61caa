/* SPDX-License-Identifier: MIT */
/*
 * world - who lives in the reference services: fixtures/world/.
 *
 *	people.tsv	role user address aliases name_zh unit password
 *			quota_bytes flags
 *	domains.tsv	domain kind ("local", "route", "dead") detail
 *
 * Mistakes name the file, the line and the column.
 */
#ifndef REFERENCE_WORLD_H
#define REFERENCE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

struct world_person {
	char *role; /* "alice": what profiles call this account */
	char *user, *address;
	char **aliases;
	size_t n_aliases;
	char *name_zh, *unit;
	char *password;
	int64_t quota_bytes; /* 0: no quota */
};

struct world {
	struct world_person *people;
	size_t n_people;
	char **local_domains; /* ASCII or UTF-8 */
	size_t n_local_domains;
};

bool world_read(const char *dir, struct world *, struct err *);
void world_free(struct world *);

#endif
