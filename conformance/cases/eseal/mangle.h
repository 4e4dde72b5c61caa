/* SPDX-License-Identifier: MIT */
/*
 * mangle - DER made into what is none, in one way and at one place that a
 * number chooses: the same of the same number.
 */
#ifndef CONFORMANCE_CASES_ESEAL_MANGLE_H
#define CONFORMANCE_CASES_ESEAL_MANGLE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"

enum mangling {
	MANGLE_TRUNCATED,  /* cut off anywhere */
	MANGLE_INDEFINITE, /* the length of an element is indefinite */
	MANGLE_TRAILING,   /* octets behind an element, or behind all */
	MANGLE_OVERSIZED,  /* a length that is more than there is */
	MANGLE_DEEP,       /* an element that is nested very deep */
	MANGLINGS
};

const char *mangle_name(enum mangling); /* "truncated" */

/* False: it is not DER to begin with, or too long. */
bool der_mangle(enum mangling, uint64_t number, struct span der, struct buf *to);

#endif
