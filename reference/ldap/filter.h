/* SPDX-License-Identifier: MIT */
/*
 * filter - search filters (RFC 4511 4.5.1.7): read into a bounded list, and
 * told to be true, false or undefined of an entry.
 *
 * The nodes stand in the order they were read, each before its children, and
 * say where the next one that is not below them is.
 */
#ifndef REFERENCE_LDAP_FILTER_H
#define REFERENCE_LDAP_FILTER_H

#include "reference/fault.h"
#include "reference/ldap/ber.h"
#include "reference/ldap/entry.h"

enum {
	FILTER_NODES = 512,
	FILTER_DEPTH = 32,
	FILTER_TEXT = 1 << 18, /* octets of all prepared values */
};

enum filter_kind { /* tags: Filter and SubstringFilter */
	FILTER_AND = 0xa0,
	FILTER_OR = 0xa1,
	FILTER_NOT = 0xa2,
	FILTER_EQUAL = 0xa3,
	FILTER_SUBSTRINGS = 0xa4,
	FILTER_GREATER = 0xa5, /* or equal */
	FILTER_LESS = 0xa6,    /* or equal */
	FILTER_PRESENT = 0x87,
	FILTER_APPROX = 0xa8,
	FILTER_EXTENSIBLE = 0xa9,
	FILTER_INITIAL = 0x80,
	FILTER_ANY = 0x81,
	FILTER_FINAL = 0x82,
};

enum truth {
	IS_FALSE,
	IS_TRUE,
	IS_UNDEFINED,
};

struct filter_node {
	enum filter_kind kind;
	bool undefined; /* whatever the entry */
	bool of_name;   /* dnAttributes */
	struct entry_description described;
	enum schema_rule rule; /* of an extensible match, or NONE */
	enum schema_form form; /* how the value was prepared */
	size_t value, length;  /* in the text */
	size_t end;            /* the first node that is not below this */
};

struct filter {
	enum fault fault; /* of the site */
	struct filter_node *nodes;
	size_t n;
	struct buf text;
};

enum filter_read {
	FILTER_READ,
	FILTER_GARBLED, /* not a Filter */
	FILTER_WRONG,   /* one that the words of RFC 4511 forbid */
	FILTER_TOO_LARGE,
};

/* To be freed whatever it returns. */
enum filter_read filter_read(struct ber, struct filter *);
void filter_free(struct filter *);

/* Octets a node's value was prepared to. */
struct span filter_value(const struct filter *, const struct filter_node *);

enum truth filter_judge(const struct filter *, const struct directory_entry *);

#endif
