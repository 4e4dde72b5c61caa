/* SPDX-License-Identifier: MIT */
/*
 * directory - the address book of the organisation: who is in it from the
 * start, and what others publish there.
 */
#ifndef REFERENCE_LDAP_DIRECTORY_H
#define REFERENCE_LDAP_DIRECTORY_H

#include "lib/buf.h"
#include "lib/clock.h"
#include "reference/ldap/rules.h"
#include "reference/store.h"
#include "reference/store_directory.h"

#define DIRECTORY_BASE   "dc=example,dc=test"
#define DIRECTORY_PEOPLE "ou=people," DIRECTORY_BASE
/* Entries of authorities; anybody may read them. */
#define DIRECTORY_PKI           "ou=pki," DIRECTORY_BASE
#define DIRECTORY_SUBSCHEMA     "cn=subschema"
#define DIRECTORY_SUBSCHEMA_KEY "cn= subschema ,"

/* Adds the people of the world, and their units, that are not there yet. */
bool directory_settle(struct store *, const struct world *, struct err *);
/* "uid=alice,ou=...,ou=people,dc=example,dc=test" */
void directory_person_dn(const struct world_person *, struct buf *dn);

/*
 * The value is one of the attribute ("cACertificate", with or without
 * ;binary) of that entry from now on, beside others; or the only one.
 * Object classes that go with it (pkiUser, pkiCA, deltaCRL) are added, and
 * so is the entry, when there is none, as a CRL distribution point.  Its
 * superior must be there.
 */
bool directory_publish(struct store *, const char *dn, const char *attribute,
    struct span value, bool only, struct err *);

/* It is one of them no longer; true also when it was not. */
bool directory_withdraw(struct store *, const char *dn, const char *attribute,
    struct span value, struct err *);
/*
 * The one entry that has this value; its name is appended.  False when there
 * is none, or more than one.
 */
bool directory_entry_of(
    struct store *, enum schema_attribute, struct span value, struct buf *dn);

/* By name; false when there is none. */
bool directory_by_dn(struct store *, struct span dn, struct directory_entry *);
/*
 * What every new entry goes through: rules, name, stamps, key and dn.  The
 * superior must be there.  "by" is a DN.
 */
enum ldap_code directory_enter(struct store *, struct directory_entry *,
    struct span dn, struct span by, struct wall now, struct buf *why);

#endif
