/* SPDX-License-Identifier: MIT */
/*
 * load_found - what a search for capacity found, kept beside the measurements
 * of its load: capacity.json.
 */
#ifndef PROGRAM_LOAD_FOUND_H
#define PROGRAM_LOAD_FOUND_H

#include <stdbool.h>

#include "lib/err.h"
#include "loadgen/capacity.h"
#include "reports/load.h"

/* Writes DIR/capacity.json. */
bool load_found_write(const struct capacity *, const char *dir, struct err *);

/* A file that is not there is no failure, and leaves all empty. */
bool load_found_read(struct load_capacity *, const char *dir, struct err *);

#endif
