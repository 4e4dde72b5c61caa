/* SPDX-License-Identifier: MIT */
/*
 * messages - signed and enveloped data of our own, to be put to a signature
 * server: by keys that are made for one case and filed beside it.
 */
#ifndef CONFORMANCE_CASES_CERT_MESSAGES_H
#define CONFORMANCE_CASES_CERT_MESSAGES_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"

/* A key of SM2 and a certificate that says it is for this. */
enum own_use { OWN_SIGNS, OWN_ENCRYPTS };

struct own {
	struct buf key;  /* PKCS #8 */
	struct buf cert; /* DER */
};

bool own_make(struct own *, enum own_use);
void own_free(struct own *);

/* What is not as it should be. */
enum own_flaw {
	OWN_RIGHT,
	OWN_OTHER_CONTENT,   /* than was signed */
	OWN_OTHER_SIGNATURE, /* one bit of it */
	OWN_OTHER_KEY,       /* one bit of the encrypted content key */
};

/* Attributes are signed, and by them the content. */
bool own_sign(
    const struct own *, struct span data, enum own_flaw, struct buf *message);
/* For the holder of that certificate. */
bool own_envelop(
    struct span cert, struct span data, enum own_flaw, struct buf *message);

#endif
