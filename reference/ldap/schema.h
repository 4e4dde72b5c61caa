/* SPDX-License-Identifier: MIT */
/*
 * schema - which attributes, rules, syntaxes and object classes there are:
 * RFC 4512, 4517, 4519, 4523, 4524 and 2798, as tables.
 *
 * What a rule compares are prepared values: see reference/ldap/prepare.h.
 */
#ifndef REFERENCE_LDAP_SCHEMA_H
#define REFERENCE_LDAP_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/span.h"

/* ---- syntaxes: RFC 4517 3.3 ---- */

enum schema_syntax {
	SYNTAX_NONE,
	SYNTAX_DIRECTORY_STRING,
	SYNTAX_PRINTABLE,
	SYNTAX_IA5,
	SYNTAX_NUMERIC,
	SYNTAX_TELEPHONE,
	SYNTAX_COUNTRY,
	SYNTAX_INTEGER,
	SYNTAX_BOOLEAN,
	SYNTAX_GENERALIZED_TIME,
	SYNTAX_DN,
	SYNTAX_NAME_AND_UID,
	SYNTAX_OID,
	SYNTAX_UUID,
	SYNTAX_POSTAL_ADDRESS,
	SYNTAX_OCTETS,
	SYNTAX_BITS,
	SYNTAX_JPEG,
	SYNTAX_FAX,
	SYNTAX_FACSIMILE,
	SYNTAX_AUDIO,
	SYNTAX_BINARY,
	SYNTAX_TELEX,
	SYNTAX_TELETEX,
	SYNTAX_GUIDE,
	SYNTAX_ENHANCED_GUIDE,
	SYNTAX_DELIVERY_METHOD,
	SYNTAX_CERTIFICATE,
	SYNTAX_CERTIFICATE_LIST,
	SYNTAX_CERTIFICATE_PAIR,
	SYNTAX_SUPPORTED_ALGORITHM,
	SYNTAX_SUBSTRING_ASSERTION,
	SYNTAX_CERTIFICATE_ASSERTION,
	SYNTAX_CERTIFICATE_PAIR_ASSERTION,
	SYNTAX_CERTIFICATE_LIST_ASSERTION,
	SYNTAX_ALGORITHM_ASSERTION,
	SYNTAX_ATTRIBUTE_DESCRIPTION,
	SYNTAX_CLASS_DESCRIPTION,
	SYNTAX_RULE_DESCRIPTION,
	SYNTAX_SYNTAX_DESCRIPTION,
	SYNTAX_COUNT
};

/* ---- matching rules: RFC 4517 4.2, RFC 4523 3 ---- */

/* What a value becomes before it is compared octet by octet. */
enum schema_form {
	FORM_OCTETS,
	FORM_CASE_IGNORE,
	FORM_CASE_EXACT,
	FORM_NUMERIC,
	FORM_TELEPHONE,
	FORM_INTEGER,
	FORM_BOOLEAN,
	FORM_TIME,
	FORM_DN,
	FORM_OID,
	FORM_OID_FIRST,
	FORM_UUID,
	FORM_CERTIFICATE,
};

enum schema_match {
	MATCH_EQUALITY,
	MATCH_ORDERING,
	MATCH_SUBSTRINGS,
	MATCH_NOT_HERE, /* named, but never told to be true or false */
};

enum schema_rule {
	RULE_NONE,
	RULE_CASE_IGNORE,
	RULE_CASE_IGNORE_ORDER,
	RULE_CASE_IGNORE_SUB,
	RULE_CASE_EXACT,
	RULE_CASE_EXACT_ORDER,
	RULE_CASE_EXACT_SUB,
	RULE_IA5_IGNORE,
	RULE_IA5_IGNORE_SUB,
	RULE_IA5_EXACT,
	RULE_LIST,
	RULE_LIST_SUB,
	RULE_NUMERIC,
	RULE_NUMERIC_ORDER,
	RULE_NUMERIC_SUB,
	RULE_TELEPHONE,
	RULE_TELEPHONE_SUB,
	RULE_INTEGER,
	RULE_INTEGER_ORDER,
	RULE_BOOLEAN,
	RULE_TIME,
	RULE_TIME_ORDER,
	RULE_OCTETS,
	RULE_OCTETS_ORDER,
	RULE_BITS,
	RULE_DN,
	RULE_UNIQUE_MEMBER,
	RULE_OID,
	RULE_OID_FIRST,
	RULE_UUID,
	RULE_UUID_ORDER,
	RULE_CERTIFICATE,
	RULE_CERTIFICATE_PAIR,
	RULE_CRL,
	RULE_ALGORITHM,
	RULE_COUNT
};

struct schema_rule_row {
	const char *oid, *name;
	enum schema_syntax syntax; /* of the assertion */
	enum schema_form form;
	enum schema_match match;
};

const struct schema_rule_row *schema_rule(enum schema_rule);
/* By OID or name; RULE_NONE when there is none. */
enum schema_rule schema_rule_find(struct span name);

/* ---- attribute types ---- */

enum schema_attribute {
	ATTR_NONE,
#define ATTRIBUTE(id, ...) ATTR_##id,
#define CLASS(...)
#include "reference/ldap/schema.def"
#undef ATTRIBUTE
#undef CLASS
	ATTR_COUNT
};

enum { /* flags of an attribute type, a set */
	ATTR_SINGLE = 1 << 0,
	ATTR_OPERATIONAL = 1 << 1, /* asked for by name or "+" only */
	ATTR_OURS = 1 << 2,        /* operational, nobody may change it */
	ATTR_DSA = 1 << 3,         /* likewise, of the rootDSE */
	ATTR_AS_BINARY = 1 << 4,   /* with ;binary, always: RFC 4523 2 */
	ATTR_SECRET = 1 << 5,      /* nobody reads it */
	ATTR_NOT_USER = ATTR_OPERATIONAL | ATTR_OURS | ATTR_DSA,
};

struct schema_attribute_row {
	const char *oid;
	const char *names; /* one, or two and a space; the first is ours */
	size_t length;     /* of the names */
	enum schema_attribute sup;
	enum schema_syntax syntax;
	enum schema_rule equality, ordering, substrings;
	unsigned flags;
};

const struct schema_attribute_row *schema_attribute(enum schema_attribute);
struct span schema_attribute_name(enum schema_attribute);
/* By OID or name; ATTR_NONE when nobody knows it. */
enum schema_attribute schema_attribute_find(struct span name);
/* The same, or a subtype. */
bool schema_attribute_is(enum schema_attribute, enum schema_attribute sup);
/* How its values are prepared. */
enum schema_form schema_form(enum schema_attribute);

/* ---- object classes ---- */

enum schema_class {
	CLASS_NONE,
#define ATTRIBUTE(...)
#define CLASS(id, ...) CLASS_##id,
#include "reference/ldap/schema.def"
#undef ATTRIBUTE
#undef CLASS
	CLASS_COUNT
};

enum schema_kind {
	CLASS_ABSTRACT,
	CLASS_STRUCTURAL,
	CLASS_AUXILIARY,
};

struct schema_class_row {
	const char *oid, *name;
	enum schema_kind kind;
	enum schema_class sup;
	const char *must, *may; /* names of attributes, split by spaces */
};

const struct schema_class_row *schema_class(enum schema_class);
enum schema_class schema_class_find(struct span name);
bool schema_class_is(enum schema_class, enum schema_class sup);

/* ---- the subschema entry: RFC 4512 4.2 ---- */

enum {
	SCHEMA_DESCRIPTION = 2048, /* octets, at most */
};

/* The description of a row; false when there is none of that number. */
bool schema_describe_class(int, struct buf *);
bool schema_describe_attribute(int, struct buf *);
bool schema_describe_rule(int, struct buf *);
bool schema_describe_syntax(int, struct buf *);

#endif
