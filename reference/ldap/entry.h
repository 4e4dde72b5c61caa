/* SPDX-License-Identifier: MIT */
/*
 * entry - attribute descriptions (RFC 4512 2.5), and what an entry has of
 * them.
 */
#ifndef REFERENCE_LDAP_ENTRY_H
#define REFERENCE_LDAP_ENTRY_H

#include "reference/store_directory.h"

enum {
	ENTRY_OPTIONS = 64, /* octets of all options of a description */
};

struct entry_description {
	enum schema_attribute type; /* ATTR_NONE: nobody knows it */
	char options[ENTRY_OPTIONS];
	bool plain; /* was asked for without ;binary, which it goes with */
};

/*
 * "cn;lang-zh".  False: not a description, or its options are too long.
 * A type that goes with ;binary is taken to have been asked for so.
 */
bool entry_describe(struct span text, struct entry_description *);
/* Is the value one of what is described, or of a subtype of it? */
bool entry_is(const struct directory_value *, const struct entry_description *);
/* "cn;lang-zh" again */
void entry_name(const struct directory_value *, struct buf *);

/* Prepares it.  False when the value does not obey the syntax. */
bool entry_put(struct directory_entry *, const struct entry_description *,
    struct span value);
/* Of the type, without options; for values of our own, which are right. */
void entry_put_own(
    struct directory_entry *, enum schema_attribute, struct span value);
/* The index of the value of that type which is equal; e->n: none is. */
size_t entry_find(const struct directory_entry *,
    const struct entry_description *, struct span value);
bool entry_has(const struct directory_entry *, enum schema_attribute);
bool entry_has_class(const struct directory_entry *, enum schema_class);

#endif
