/* SPDX-License-Identifier: MIT */
/*
 * tree - what is below a folder, sorted by name; no link is followed.
 */
#ifndef PROGRAM_TREE_H
#define PROGRAM_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

struct tree_entry {
	char *path;    /* as the system has it, folder included */
	char *name;    /* below the folder, as text_escape() writes it */
	bool plain;    /* a file; folders are not among the entries */
	uint64_t size; /* of a file */
};

struct tree {
	struct tree_entry *at;
	size_t n;
};

/* A folder that cannot be read is an entry that is not plain. */
void tree_read(struct tree *, const char *dir);
void tree_free(struct tree *);

#endif
