/* SPDX-License-Identifier: MIT */
/*
 * prepared - feeds that are made of the profile before a load begins, and
 * what is done with the answers when it is over.
 *
 * Which there are, and what columns they have, is known here, so that a
 * scenario can be read; the rows are made, and the answers examined, by
 * whoever may know what a certificate is (program/load_prepare.h,
 * program/load_examine.h).
 */
#ifndef LOADGEN_PREPARED_H
#define LOADGEN_PREPARED_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/profile.h"
#include "lib/span.h"

#define PREPARED_COLUMNS 9
#define PREPARED_ROWS    200000 /* where each arrival has one: then again */

enum prepared_kind {
	PREPARED_OCSP,
	PREPARED_CRL,
	PREPARED_DIRECTORY,
	PREPARED_CRYPTO,
	PREPARED_ISSUE,
	PREPARED_RECORDS,
	PREPARED_SEALING,
	PREPARED_BATCH,
	PREPARED_CHECKING,
	PREPARED_SIGNING,
	PREPARED_KINDS
};

struct prepared {
	enum prepared_kind kind;
	const char *name;
	const char *service; /* whose path the rows have, or NULL */
	const char *columns[PREPARED_COLUMNS]; /* NULL behind the last */
	bool each;    /* a row for each arrival; else what there is, in turn */
	bool answers; /* are kept, and examined */
	bool secret;  /* rows carry credentials: they are not filed */
	bool asks;    /* the target, to be made: never for a plan alone */
	bool (*can)(const struct profile *); /* has it what rows are made of? */
	const char *en, *zh;                 /* what that is */
	/* All rows have its headers, with the token of a session; or NULL. */
	const char *session;
	size_t keeps; /* so many answers at most; 0: as many as there can be */
};

const struct prepared *prepared_find(const char *name); /* or NULL */
/* Their names; NULL behind the last. */
const char *const *prepared_names(size_t *n);
bool prepared_has(const struct prepared *, struct span column);

#endif
