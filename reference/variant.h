/* SPDX-License-Identifier: MIT */
/*
 * variant - behaviour that is unusual and permitted.
 *
 * No case may fail on one.  A variant changes what the server says or how
 * it ends a connection, within the sentence that is cited beside it; and, in
 * "unclaims", which claims its profile no longer makes.
 */
#ifndef REFERENCE_VARIANT_H
#define REFERENCE_VARIANT_H

#include <stdbool.h>

enum variant {
	VARIANT_NONE,
#define VARIANT(id, clause, unclaims, en, zh) VARIANT_##id,
#include "reference/variant.def"
#undef VARIANT
	VARIANT_COUNT
};

struct variant_row {
	const char *name;
	const char *clause;   /* the permission */
	const char *unclaims; /* claims left out of the profile, or "" */
	const char *en, *zh;
};

const struct variant_row *variant_get(enum variant);
bool variant_find(const char *name, enum variant *);

/*
 * What it is about: "smtp", "pop3", "imap", "http", "ldap", "cert" or "seal".
 * Names of the others begin with POP3_, IMAP_, HTTP_, LDAP_, SEAL_, or with
 * what of "cert" they are about.
 */
const char *variant_protocol(const struct variant_row *);

#endif
