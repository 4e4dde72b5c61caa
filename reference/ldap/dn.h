/* SPDX-License-Identifier: MIT */
/*
 * dn - distinguished names as text (RFC 4514), and as keys.
 *
 * Two names are the same when their keys are, octet by octet.  A key has the
 * root first and a comma after each RDN, "dc=test,ou=people,", so that what
 * stands below a name are the keys that begin with its own.
 */
#ifndef REFERENCE_LDAP_DN_H
#define REFERENCE_LDAP_DN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/span.h"

enum {
	DN_RDNS = 32, /* in a name, at most */
	DN_AVAS = 4,  /* in an RDN */
	DN_KEY = 4096,
};

struct dn_ava {
	struct span type;
	struct span value; /* as written: dn_value() */
};

struct dn_rdn {
	struct span text;
	struct dn_ava ava[DN_AVAS];
	size_t n;
};

struct dn {
	struct dn_rdn rdn[DN_RDNS]; /* the entry's own first */
	size_t n;
};

/* Spans point into the text.  False: not a name, or too long a one. */
bool dn_parse(struct span text, struct dn *);
/* The octets that a value stands for: RFC 4514 2.4, 3. */
bool dn_value(struct span escaped, struct buf *octets);
/* From RDN "from" up to the root; false when a value is not of its syntax. */
bool dn_key(const struct dn *, size_t from, struct buf *key);
/* Text to key. */
bool dn_text_key(struct span text, struct buf *key);
/* A value as it is written in a name. */
void dn_escape(struct span octets, struct buf *text);

#endif
