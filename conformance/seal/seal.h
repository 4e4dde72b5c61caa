/* SPDX-License-Identifier: MIT */
/*
 * seal/seal - an electronic seal: SESeal of GB/T 38540-2020 6.1, and of its
 * predecessor GM/T 0031-2014.
 *
 * The two are told apart by their number of elements, four and two; a seal
 * whose header has version 5 (GM/T 0031-2025) is told apart and not read
 * further.  Spans point into the octets that were given.
 */
#ifndef CONFORMANCE_SEAL_SEAL_H
#define CONFORMANCE_SEAL_SEAL_H

#include <stdbool.h>

#include "conformance/pki/certificate.h"
#include "conformance/seal/custom.h"
#include "conformance/seal/party.h"
#include "conformance/seal/value.h"

#define SEAL_MOST (16 << 20) /* octets; a longer one is not read */

enum seal_format {
	SEAL_2014, /* GM/T 0031-2014 */
	SEAL_2020, /* GB/T 38540-2020 */
	SEAL_2025, /* GM/T 0031-2025: nothing below is read */
};

enum { SEAL_CERTIFICATES = 1, SEAL_DIGESTS = 2 }; /* certListType */

struct seal {
	struct span whole;
	enum seal_format format;
	struct span id, version,
	    vendor;       /* header; version: INTEGER's content */
	struct span info; /* SES_SealInfo, its octets */
	struct span esid;

	/* property */
	struct span type; /* INTEGER's content */
	struct span name;
	struct span list_type; /* INTEGER's content; none in 2014 */
	struct span list;      /* content of the SEQUENCE: seal_next() */
	size_t n_list;
	struct pki_time made, begins, ends;
	bool times_are_general; /* all three GeneralizedTime */

	/* picture; width and height: INTEGERs' contents, mm */
	struct span picture_type, picture, width, height;

	struct ses_custom custom;
	struct span maker;              /* the certificate's octets */
	struct span maker_to_algorithm; /* both elements, as they stand */
	struct ses_value value;
};

/* Who may sign with it: a certificate, or the digest of one. */
struct seal_entry {
	bool is_digest;
	struct span type;  /* of a digest: what it is called */
	struct span value; /* the certificate, or the digest */
};

/* Reads, adding der.* and seal.structure; false: nothing may be used. */
bool seal_read(struct seal *, struct span der, struct pki_findings *);

/* Takes one from where the reader stands; adds nothing. */
void seal_take(struct der *, struct seal *);

/* The list from its beginning: der_start(seal->list, &bad). */
bool seal_next(struct der *, struct seal_entry *);
/* What certListType says; certificates in 2014, 0 when it is another. */
uint32_t seal_list_type(const struct seal *);

/*
 * seal.*; used: when it was used, which is ask->at when it was not.  Whether
 * it may be believed is what pki_findings_conform() says of all that was found
 * from seal_read() on.
 */
void seal_judge(const struct seal *, const struct seal_ask *, struct wall used,
    struct pki_findings *);

/* Two seals of one identifier, for seal.esid.unique. */
bool seal_clashes(const struct seal *, const struct seal *);

const char *seal_format_name(enum seal_format); /* "GB/T 38540-2020" */

#endif
