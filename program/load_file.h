/* SPDX-License-Identifier: MIT */
/*
 * load_file - a small JSON file beside the measurements of a load, which need
 * not be there.
 */
#ifndef PROGRAM_LOAD_FILE_H
#define PROGRAM_LOAD_FILE_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/err.h"

/* *o is NULL when there is no such file; json_decref() it. */
bool load_file_read(const char *path, json_t **o, struct err *);

#endif
