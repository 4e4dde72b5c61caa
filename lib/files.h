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

/*
 * Replaces the file as a whole: whoever looks sees the old content or the
 * new.  A full disk is an error and leaves the old.
 */
bool files_write(const char *path, struct span, struct err *);

/* Makes the folder and those above it; that it is there already is fine. */
bool files_make_dir(const char *path, struct err *);

/* Plain files of the folder, sorted by name; the caller frees each and all. */
bool files_list(const char *dir, char ***names, size_t *n, struct err *);

/* Removes the folder with all in it; follows no link. */
bool files_remove(const char *path, struct err *);

#endif
