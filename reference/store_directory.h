/* SPDX-License-Identifier: MIT */
/*
 * store_directory - the entries of the directory, on disk.
 *
 * An entry has a name and a list of values.  What is compared are prepared
 * values (reference/ldap/prepare.h), and of names their keys
 * (reference/ldap/dn.h): both are made by reference/ldap, and found here by
 * an index over attribute and prepared value.
 *
 * Every call that changes something is one transaction, on disk when it
 * returns STORE_DONE.
 */
#ifndef REFERENCE_STORE_DIRECTORY_H
#define REFERENCE_STORE_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/span.h"
#include "reference/ldap/schema.h"
#include "reference/store_mailbox.h"

struct store;

struct directory_value {
	enum schema_attribute type;
	struct span options; /* in lower case, sorted, split by ";" */
	struct span value, prepared;
};

struct directory_entry {
	int64_t id; /* from 1; never given twice */
	char *key, *dn;
	char *user;         /* the account that binds as it; or empty */
	bool administrator; /* may change the directory */
	struct directory_value *values;
	size_t n;
	char **owned; /* the octets of the values */
	size_t n_owned;
};

/* Copies all; an entry that is all zero is empty. */
void directory_put(struct directory_entry *, enum schema_attribute,
    struct span options, struct span value, struct span prepared);
void directory_drop(struct directory_entry *, size_t value);
void directory_entry_free(struct directory_entry *);

/* False when there is none (any more).  The entry is the caller's. */
bool directory_get(struct store *, int64_t id, struct directory_entry *);
bool directory_find(struct store *, struct span key, int64_t *id);
/* How many there are. */
int64_t directory_count(struct store *);

/* id is given.  STORE_EXISTS when there is one of that key. */
enum store_answer directory_add(
    struct store *, struct directory_entry *, struct err *);
/* Its values are these from now on. */
enum store_answer directory_change(
    struct store *, const struct directory_entry *, struct err *);
/* STORE_REFUSED when something stands below it. */
enum store_answer directory_delete(
    struct store *, const struct directory_entry *, struct err *);
/*
 * Key and name from now on; what stands below moves along.  The values are
 * changed, too.  STORE_EXISTS when there is one of that key.
 */
enum store_answer directory_rename(struct store *,
    const struct directory_entry *, struct span key, struct span dn,
    struct err *);

/* ---- finding many ---- */

struct directory_ids {
	int64_t *of;
	size_t n, room;
};

enum directory_how {
	DIRECTORY_EQUAL,
	DIRECTORY_CONTAINS,
	DIRECTORY_PRESENT, /* prepared is nothing */
};

/* Appends the entries that have such a value. */
void directory_match(struct store *, enum directory_how, enum schema_attribute,
    struct span prepared, struct directory_ids *);
/* Appends the entry of that key and all below it. */
void directory_below(struct store *, struct span key, struct directory_ids *);
void directory_ids_append(
    struct directory_ids *, const struct directory_ids *more);
/* Sorted, each once. */
void directory_ids_settle(struct directory_ids *);
void directory_ids_free(struct directory_ids *);

#endif
