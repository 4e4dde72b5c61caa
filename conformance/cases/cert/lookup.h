/* SPDX-License-Identifier: MIT */
/*
 * lookup - the certificates that the profile says are published, looked for
 * in the directory.
 *
 * One question each, as conformance/cases/cert/published.h files it: "ask-0",
 * "ask-1" and so on; the fact "asks" says how many.  A certificate is the one
 * that was handed over when issuer and serial number are the same.
 */
#ifndef CONFORMANCE_CASES_CERT_LOOKUP_H
#define CONFORMANCE_CASES_CERT_LOOKUP_H

#include "conformance/cases/cert/published.h"

/* ---- collect ---- */

enum lookup_way {
	LOOKUP_ENTRY,   /* the entry is the base */
	LOOKUP_NAME,    /* in the whole directory, by how it is named */
	LOOKUP_EXACT,   /* by certificateExactMatch */
	LOOKUP_STRANGE, /* likewise, with a serial number nobody has */
};

/* ca: those of CAs, or all others.  Files the certificates as well. */
bool lookup_collect(struct trial *, bool bind, bool ca, enum lookup_way,
    const char *attributes);
/* The same, where certificates have been filed already. */
bool lookup_go_on(struct trial *, bool bind, bool ca, enum lookup_way,
    const char *attributes);
/* Search number n of the case. */
void lookup_ask(struct publisher *, size_t n, const char *base,
    const char *scope, const char *filter, const char *attributes);

/* The next that is published, from *at on, which is 0 at first; or NULL. */
const struct profile_certificate *lookup_next(
    const struct profile *, bool ca, size_t *at);
/* NULL also when it cannot be read. */
const struct issued *lookup_issued(const struct issued_set *, const char *name);

/* ---- judge ---- */

struct lookup {
	struct issued_set set;
	struct published at[PUBLISHED_ASKS];
	size_t n;
};

/* Need: all was answered.  To be given to lookup_close() in any case. */
bool lookup_open(struct trial *, struct lookup *);
void lookup_close(struct lookup *);

/* Of that type, in the entry of that name; NULL: it is not there. */
const struct published_value *lookup_find(const struct lookup *,
    const char *type, const char *dn, const struct pki_certificate *);

#endif
