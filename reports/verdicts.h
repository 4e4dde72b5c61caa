/* SPDX-License-Identifier: MIT */
/*
 * verdicts - the matrix as RUN/verdicts.json, the canonical result: every
 * other machine-readable format is made from the same matrix.
 *
 * docs/verdicts.schema.json says what is in it; a test keeps the two in
 * step.  Members are never left out: what is not there is null.
 */
#ifndef REPORTS_VERDICTS_H
#define REPORTS_VERDICTS_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/err.h"
#include "reports/matrix.h"

#define VERDICTS_SCHEMA "yanshou-verdicts/1"

json_t *verdicts_json(const struct matrix *); /* the caller's */

/* Atomically; a full disk leaves what was there. */
bool verdicts_write(const struct matrix *, const char *path, struct err *);

#endif
