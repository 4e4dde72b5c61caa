/* SPDX-License-Identifier: MIT */
/*
 * pki/bundle - everything that is handed over together, judged: each object
 * by itself, then what leads from the anchors to the certificates, with the
 * lists, answers and stamps that belong to them; seals, signatures by seal and
 * sealed documents with all of these.
 *
 *	struct bundle *b = bundle_new();
 *
 *	bundle_add(b, BUNDLE_JUDGED, "chain.pem", bytes, err);
 *	bundle_add(b, BUNDLE_ANCHOR, "root.pem", bytes, err);
 *	bundle_judge(b, &(struct bundle_ask){ .at = now }, &findings);
 *	bundle_free(b);
 */
#ifndef CONFORMANCE_PKI_BUNDLE_H
#define CONFORMANCE_PKI_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "conformance/pki/check.h"
#include "conformance/pki/object.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/span.h"

enum bundle_role {
	BUNDLE_JUDGED, /* asked about */
	BUNDLE_ANCHOR, /* trusted; certificates */
	BUNDLE_ISSUER, /* a help to find paths; certificates */
	BUNDLE_LIST,   /* lists and answers to ask, not asked about */
};

struct bundle_ask {
	struct wall at;
	bool has_data;
	/* What time stamps should be of, messages hold, seals be put to. */
	struct span data;
	bool status_wanted;
};

struct bundle;

struct bundle *bundle_new(void);
void bundle_free(struct bundle *);

/* Reads a file's bytes, and keeps a copy of what it needs. */
bool bundle_add(struct bundle *, enum bundle_role, const char *name,
    struct span bytes, struct err *);

/* How many objects of this kind are asked about. */
size_t bundle_count(const struct bundle *, enum object_kind);
size_t bundle_anchors(const struct bundle *);

void bundle_judge(
    struct bundle *, const struct bundle_ask *, struct pki_findings *);

#endif
