/* SPDX-License-Identifier: MIT */
/*
 * pki/object - what is in a file: certificates, lists, answers, stamps,
 * messages of CMP and of GB/T 35275, seals and signatures by seal, packages of
 * OFD, told apart by their content.
 *
 * A file is PEM (RFC 7468), any number of blocks with text around them, one
 * object in DER, or a package.  Whether an object is sound is not asked here: what
 * begins as a certificate does is one, however wrong it goes on.
 */
#ifndef CONFORMANCE_PKI_OBJECT_H
#define CONFORMANCE_PKI_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/span.h"

#define OBJECTS_MOST 1024 /* in one file */

enum object_kind {
	OBJECT_UNKNOWN,
	OBJECT_CERTIFICATE,
	OBJECT_CRL,
	OBJECT_OCSP,
	OBJECT_STAMP,
	OBJECT_MESSAGE,    /* of CMP */
	OBJECT_GM_MESSAGE, /* of GB/T 35275 */
	OBJECT_SEAL,       /* SESeal */
	OBJECT_SIGNED,     /* SES_Signature, with the seal in it */
	OBJECT_OFD,        /* a package, sealed or not */
	OBJECT_KINDS
};

struct pki_object {
	enum object_kind kind;
	struct buf der; /* of a package: its octets */
};

struct pki_objects {
	struct pki_object *at;
	size_t n;
};

const char *object_kind_name(enum object_kind); /* "certificate" */
const char *object_kind_name_zh(enum object_kind);

enum object_kind object_kind_of(struct span der);

/* what: names the bytes in errors.  Free the objects also after a failure. */
bool objects_read(
    struct pki_objects *, const char *what, struct span bytes, struct err *);
void objects_free(struct pki_objects *);

#endif
