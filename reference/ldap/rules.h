/* SPDX-License-Identifier: MIT */
/*
 * rules - what an entry must be (RFC 4512 2.4, 3.3), and what only the server
 * writes into it (3.4).
 */
#ifndef REFERENCE_LDAP_RULES_H
#define REFERENCE_LDAP_RULES_H

#include "lib/clock.h"
#include "reference/ldap/dn.h"
#include "reference/ldap/entry.h"
#include "reference/ldap/message.h"

/*
 * Adds superclasses and the structural class, and looks whether all that must
 * be there is, and nothing that may not.  LDAP_SUCCESS, or what is wrong.
 */
enum ldap_code rules_obey(struct directory_entry *, struct buf *why);
/* The values that its RDN names are in it, or are put there. */
enum ldap_code rules_name(
    struct directory_entry *, const struct dn_rdn *, struct buf *why);
/* Does the RDN name this value? */
bool rules_named(const struct directory_value *, const struct dn_rdn *);

/* Who made or changed it when; a new one gets its UUID. */
void rules_stamp(
    struct directory_entry *, struct wall now, struct span by, bool made);

#endif
