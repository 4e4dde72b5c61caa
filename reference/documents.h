/* SPDX-License-Identifier: MIT */
/*
 * documents - what the reference hands over for rows that only documents
 * show: how its authority works, which is true, and that nobody has licensed
 * it, which is as well.
 */
#ifndef REFERENCE_DOCUMENTS_H
#define REFERENCE_DOCUMENTS_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "reference/fault.h"

/* DIR/documents/... */
bool documents_write(const char *dir, enum fault, struct err *);
/* The section of the profile; files are beside it in documents/. */
void documents_add(enum fault, struct buf *profile);

#endif
