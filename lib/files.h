/* SPDX-License-Identifier: MIT */
/*
 * files - whole files and folders.
 */
#ifndef LIB_FILES_H
#define LIB_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/span.h"

/* Appends the file's bytes; ERR_LIMIT when they pass the cap of the buf. */
bool files_read(const char *path, struct buf *, struct err *);

/* All of a file, NUL-terminated; more than "most" bytes are an error. */
char *files_read_text(const char *path, size_t most, size_t *n, struct err *);

/*
 * Puts a file in its place whole or not at all: written beside it, synced,
 * renamed.  A full disk is reported as such and leaves the old file.
 */
bool files_write(const char *path, struct span, struct err *);

/* Makes the name of a file durable: syncs the folder it is in. */
void files_sync_name(const char *path);

/* "disk full: " when that is what errno means, else "". */
const char *files_disk_full(int sys);

/* Makes the folder and those above it; that it is there already is fine. */
bool files_make_dir(const char *path, struct err *);

/* Plain files of the folder, sorted by name; the caller frees each and all. */
bool files_list(const char *dir, char ***names, size_t *n, struct err *);

/* Removes the folder with all in it; follows no link. */
bool files_remove(const char *path, struct err *);

#endif
