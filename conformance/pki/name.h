/* SPDX-License-Identifier: MIT */
/*
 * pki/name - distinguished names and general names (RFC 5280 4.1.2.4,
 * 4.2.1.6, 7.1).
 *
 * A name is handed around as the octets of its Name, tag and length included.
 */
#ifndef CONFORMANCE_PKI_NAME_H
#define CONFORMANCE_PKI_NAME_H

#include <stdbool.h>

#include "conformance/pki/check.h"
#include "conformance/pki/der.h"
#include "conformance/pki/oid.h"
#include "lib/span.h"

#define NAME_TEXT 256

/* The choices of GeneralName, by their tag numbers. */
enum general_kind {
	GENERAL_OTHER,
	GENERAL_MAIL,
	GENERAL_DNS,
	GENERAL_X400,
	GENERAL_DIRECTORY,
	GENERAL_EDI,
	GENERAL_URI,
	GENERAL_IP,
	GENERAL_REGISTERED,
	GENERAL_KINDS
};

struct general {
	enum general_kind kind;
	struct span value; /* of DIRECTORY: the octets of the Name */
};

struct attribute {
	enum oid id;
	struct span oid;
	struct der_item value;
};

/* Takes one Name; gives its octets back. */
struct span name_read(struct der *);
bool name_is_empty(struct span name);

/*
 * RFC 5280 7.1: ASCII letters without case, runs of blanks as one; other
 * characters octet by octet.
 */
bool name_equal(struct span a, struct span b);
/* The name begins with all of "base" (4.2.1.10, directoryName). */
bool name_within(struct span name, struct span base);

/* Calls take() for each attribute until it gives false. */
void name_each(struct span name, bool (*take)(const struct attribute *, void *),
    void *arg);

/* "CN=..., O=..." in the order of the encoding; cut with "...". */
void name_text(struct span name, char text[NAME_TEXT]);

/* cert.name.form and cert.name.encoding; which: "subject", "issuer". */
void name_judge(struct span name, const char *which, struct pki_findings *);

/* Takes one GeneralName. */
struct general general_read(struct der *);
const char *general_kind_name(enum general_kind);
void general_text(const struct general *, char text[NAME_TEXT]);

/* Has it the form that RFC 5280 4.2.1.6 asks for? */
bool general_is_sound(const struct general *);

#endif
