/* SPDX-License-Identifier: MIT */
#include "reference/ldap/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define RFC4517      "1.3.6.1.4.1.1466.115.121.1."
#define RFC4523      "1.3.6.1.1.15."

/* clang-format off */

static const struct {
	const char *oid, *desc;
} syntaxes[SYNTAX_COUNT] = {
	[SYNTAX_DIRECTORY_STRING]	= { RFC4517 "15", "Directory String" },
	[SYNTAX_PRINTABLE]		= { RFC4517 "44", "Printable String" },
	[SYNTAX_IA5]			= { RFC4517 "26", "IA5 String" },
	[SYNTAX_NUMERIC]		= { RFC4517 "36", "Numeric String" },
	[SYNTAX_TELEPHONE]		= { RFC4517 "50", "Telephone Number" },
	[SYNTAX_COUNTRY]		= { RFC4517 "11", "Country String" },
	[SYNTAX_INTEGER]		= { RFC4517 "27", "INTEGER" },
	[SYNTAX_BOOLEAN]		= { RFC4517 "7", "Boolean" },
	[SYNTAX_GENERALIZED_TIME]	= { RFC4517 "24", "Generalized Time" },
	[SYNTAX_DN]			= { RFC4517 "12", "DN" },
	[SYNTAX_NAME_AND_UID]		= { RFC4517 "34", "Name And Optional UID" },
	[SYNTAX_OID]			= { RFC4517 "38", "OID" },
	[SYNTAX_UUID]			= { "1.3.6.1.1.16.1", "UUID" },
	[SYNTAX_POSTAL_ADDRESS]		= { RFC4517 "41", "Postal Address" },
	[SYNTAX_OCTETS]			= { RFC4517 "40", "Octet String" },
	[SYNTAX_BITS]			= { RFC4517 "6", "Bit String" },
	[SYNTAX_JPEG]			= { RFC4517 "28", "JPEG" },
	[SYNTAX_FAX]			= { RFC4517 "23", "Fax" },
	[SYNTAX_FACSIMILE]		= { RFC4517 "22", "Facsimile Telephone Number" },
	[SYNTAX_AUDIO]			= { RFC4517 "4", "Audio" },
	[SYNTAX_BINARY]			= { RFC4517 "5", "Binary" },
	[SYNTAX_TELEX]			= { RFC4517 "52", "Telex Number" },
	[SYNTAX_TELETEX]		= { RFC4517 "51", "Teletex Terminal Identifier" },
	[SYNTAX_GUIDE]			= { RFC4517 "25", "Guide" },
	[SYNTAX_ENHANCED_GUIDE]		= { RFC4517 "21", "Enhanced Guide" },
	[SYNTAX_DELIVERY_METHOD]	= { RFC4517 "14", "Delivery Method" },
	[SYNTAX_CERTIFICATE]		= { RFC4517 "8", "X.509 Certificate" },
	[SYNTAX_CERTIFICATE_LIST]	= { RFC4517 "9", "X.509 Certificate List" },
	[SYNTAX_CERTIFICATE_PAIR]	= { RFC4517 "10", "X.509 Certificate Pair" },
	[SYNTAX_SUPPORTED_ALGORITHM]	= { RFC4517 "49", "X.509 Supported Algorithm" },
	[SYNTAX_SUBSTRING_ASSERTION]	= { RFC4517 "58", "Substring Assertion" },
	[SYNTAX_CERTIFICATE_ASSERTION]	= { RFC4523 "1", "X.509 Certificate Exact Assertion" },
	[SYNTAX_CERTIFICATE_PAIR_ASSERTION] = { RFC4523 "3", "X.509 Certificate Pair Exact Assertion" },
	[SYNTAX_CERTIFICATE_LIST_ASSERTION] = { RFC4523 "5", "X.509 Certificate List Exact Assertion" },
	[SYNTAX_ALGORITHM_ASSERTION]	= { RFC4523 "7", "X.509 Algorithm Identifier" },
	[SYNTAX_ATTRIBUTE_DESCRIPTION]	= { RFC4517 "3", "Attribute Type Description" },
	[SYNTAX_CLASS_DESCRIPTION]	= { RFC4517 "37", "Object Class Description" },
	[SYNTAX_RULE_DESCRIPTION]	= { RFC4517 "30", "Matching Rule Description" },
	[SYNTAX_SYNTAX_DESCRIPTION]	= { RFC4517 "54", "LDAP Syntax Description" },
};

static const struct schema_rule_row rules[RULE_COUNT] = {
	[RULE_CASE_IGNORE]	= { "2.5.13.2", "caseIgnoreMatch", SYNTAX_DIRECTORY_STRING, FORM_CASE_IGNORE, MATCH_EQUALITY },
	[RULE_CASE_IGNORE_ORDER] = { "2.5.13.3", "caseIgnoreOrderingMatch", SYNTAX_DIRECTORY_STRING, FORM_CASE_IGNORE, MATCH_ORDERING },
	[RULE_CASE_IGNORE_SUB]	= { "2.5.13.4", "caseIgnoreSubstringsMatch", SYNTAX_SUBSTRING_ASSERTION, FORM_CASE_IGNORE, MATCH_SUBSTRINGS },
	[RULE_CASE_EXACT]	= { "2.5.13.5", "caseExactMatch", SYNTAX_DIRECTORY_STRING, FORM_CASE_EXACT, MATCH_EQUALITY },
	[RULE_CASE_EXACT_ORDER]	= { "2.5.13.6", "caseExactOrderingMatch", SYNTAX_DIRECTORY_STRING, FORM_CASE_EXACT, MATCH_ORDERING },
	[RULE_CASE_EXACT_SUB]	= { "2.5.13.7", "caseExactSubstringsMatch", SYNTAX_SUBSTRING_ASSERTION, FORM_CASE_EXACT, MATCH_SUBSTRINGS },
	[RULE_IA5_IGNORE]	= { "1.3.6.1.4.1.1466.109.114.2", "caseIgnoreIA5Match", SYNTAX_IA5, FORM_CASE_IGNORE, MATCH_EQUALITY },
	[RULE_IA5_IGNORE_SUB]	= { "1.3.6.1.4.1.1466.109.114.3", "caseIgnoreIA5SubstringsMatch", SYNTAX_SUBSTRING_ASSERTION, FORM_CASE_IGNORE, MATCH_SUBSTRINGS },
	[RULE_IA5_EXACT]	= { "1.3.6.1.4.1.1466.109.114.1", "caseExactIA5Match", SYNTAX_IA5, FORM_CASE_EXACT, MATCH_EQUALITY },
	[RULE_LIST]		= { "2.5.13.11", "caseIgnoreListMatch", SYNTAX_POSTAL_ADDRESS, FORM_CASE_IGNORE, MATCH_EQUALITY },
	[RULE_LIST_SUB]		= { "2.5.13.12", "caseIgnoreListSubstringsMatch", SYNTAX_SUBSTRING_ASSERTION, FORM_CASE_IGNORE, MATCH_SUBSTRINGS },
	[RULE_NUMERIC]		= { "2.5.13.8", "numericStringMatch", SYNTAX_NUMERIC, FORM_NUMERIC, MATCH_EQUALITY },
	[RULE_NUMERIC_ORDER]	= { "2.5.13.9", "numericStringOrderingMatch", SYNTAX_NUMERIC, FORM_NUMERIC, MATCH_ORDERING },
	[RULE_NUMERIC_SUB]	= { "2.5.13.10", "numericStringSubstringsMatch", SYNTAX_SUBSTRING_ASSERTION, FORM_NUMERIC, MATCH_SUBSTRINGS },
	[RULE_TELEPHONE]	= { "2.5.13.20", "telephoneNumberMatch", SYNTAX_TELEPHONE, FORM_TELEPHONE, MATCH_EQUALITY },
	[RULE_TELEPHONE_SUB]	= { "2.5.13.21", "telephoneNumberSubstringsMatch", SYNTAX_SUBSTRING_ASSERTION, FORM_TELEPHONE, MATCH_SUBSTRINGS },
	[RULE_INTEGER]		= { "2.5.13.14", "integerMatch", SYNTAX_INTEGER, FORM_INTEGER, MATCH_EQUALITY },
	[RULE_INTEGER_ORDER]	= { "2.5.13.15", "integerOrderingMatch", SYNTAX_INTEGER, FORM_INTEGER, MATCH_ORDERING },
	[RULE_BOOLEAN]		= { "2.5.13.13", "booleanMatch", SYNTAX_BOOLEAN, FORM_BOOLEAN, MATCH_EQUALITY },
	[RULE_TIME]		= { "2.5.13.27", "generalizedTimeMatch", SYNTAX_GENERALIZED_TIME, FORM_TIME, MATCH_EQUALITY },
	[RULE_TIME_ORDER]	= { "2.5.13.28", "generalizedTimeOrderingMatch", SYNTAX_GENERALIZED_TIME, FORM_TIME, MATCH_ORDERING },
	[RULE_OCTETS]		= { "2.5.13.17", "octetStringMatch", SYNTAX_OCTETS, FORM_OCTETS, MATCH_EQUALITY },
	[RULE_OCTETS_ORDER]	= { "2.5.13.18", "octetStringOrderingMatch", SYNTAX_OCTETS, FORM_OCTETS, MATCH_ORDERING },
	[RULE_BITS]		= { "2.5.13.16", "bitStringMatch", SYNTAX_BITS, FORM_OCTETS, MATCH_EQUALITY },
	[RULE_DN]		= { "2.5.13.1", "distinguishedNameMatch", SYNTAX_DN, FORM_DN, MATCH_EQUALITY },
	[RULE_UNIQUE_MEMBER]	= { "2.5.13.23", "uniqueMemberMatch", SYNTAX_NAME_AND_UID, FORM_DN, MATCH_EQUALITY },
	[RULE_OID]		= { "2.5.13.0", "objectIdentifierMatch", SYNTAX_OID, FORM_OID, MATCH_EQUALITY },
	[RULE_OID_FIRST]	= { "2.5.13.30", "objectIdentifierFirstComponentMatch", SYNTAX_OID, FORM_OID_FIRST, MATCH_EQUALITY },
	[RULE_UUID]		= { "1.3.6.1.1.16.2", "UUIDMatch", SYNTAX_UUID, FORM_UUID, MATCH_EQUALITY },
	[RULE_UUID_ORDER]	= { "1.3.6.1.1.16.3", "UUIDOrderingMatch", SYNTAX_UUID, FORM_UUID, MATCH_ORDERING },
	/* RFC 4523 3: their assertions are not octets of the value */
	[RULE_CERTIFICATE]	= { "2.5.13.34", "certificateExactMatch", SYNTAX_CERTIFICATE_ASSERTION, FORM_CERTIFICATE, MATCH_EQUALITY },
	[RULE_CERTIFICATE_PAIR]	= { "2.5.13.36", "certificatePairExactMatch", SYNTAX_CERTIFICATE_PAIR_ASSERTION, FORM_OCTETS, MATCH_NOT_HERE },
	[RULE_CRL]		= { "2.5.13.38", "certificateListExactMatch", SYNTAX_CERTIFICATE_LIST_ASSERTION, FORM_OCTETS, MATCH_NOT_HERE },
	[RULE_ALGORITHM]	= { "2.5.13.40", "algorithmIdentifierMatch", SYNTAX_ALGORITHM_ASSERTION, FORM_OCTETS, MATCH_NOT_HERE },
};

static const struct schema_attribute_row attributes[ATTR_COUNT] = {
#define ATTRIBUTE(id, oid, names, sup, syntax, equality, ordering, sub, flags) \
	[ATTR_##id] = { oid, names, sizeof names - 1, ATTR_##sup, SYNTAX_##syntax, \
		RULE_##equality, RULE_##ordering, RULE_##sub, flags },
#define CLASS(...)
#include "reference/ldap/schema.def"
#undef ATTRIBUTE
#undef CLASS
};

static const struct schema_class_row classes[CLASS_COUNT] = {
#define ATTRIBUTE(...)
#define CLASS(id, oid, name, kind, sup, must, may) \
	[CLASS_##id] = { oid, name, CLASS_##kind, CLASS_##sup, must, may },
#include "reference/ldap/schema.def"
#undef ATTRIBUTE
#undef CLASS
};

/* clang-format on */

/* ---- finding ---- */

const struct schema_rule_row *
schema_rule(enum schema_rule rule)
{
	return &rules[rule];
}

const struct schema_attribute_row *
schema_attribute(enum schema_attribute attribute)
{
	return &attributes[attribute];
}

const struct schema_class_row *
schema_class(enum schema_class c)
{
	return &classes[c];
}

static bool
is_named(struct span name, const char *oid, const char *its)
{
	return span_caseeq(span_of(its), name) || span_eq(span_of(oid), name);
}

enum schema_rule
schema_rule_find(struct span name)
{
	for (size_t i = 1; i < RULE_COUNT; i++)
		if (is_named(name, rules[i].oid, rules[i].name))
			return (enum schema_rule)i;
	return RULE_NONE;
}

struct span
schema_attribute_name(enum schema_attribute attribute)
{
	struct span names = span_of(attributes[attribute].names);

	return span_cut(&names, ' ');
}

/* Is it all of the names, the first or the last?  Asked for every value. */
static bool
is_attribute(struct span name, const struct schema_attribute_row *a)
{
	const char *names = a->names;

	if (name.len > a->length || name.len == 0)
		return false;
	if (name.len == a->length || names[name.len] == ' ')
		return strncasecmp(names, name.ptr, name.len) == 0;
	names += a->length - name.len;
	return names[-1] == ' ' && strncasecmp(names, name.ptr, name.len) == 0;
}

enum schema_attribute
schema_attribute_find(struct span name)
{
	for (size_t i = 1; i < ATTR_COUNT; i++)
		if (is_attribute(name, &attributes[i]))
			return (enum schema_attribute)i;
	for (size_t i = 1; i < ATTR_COUNT; i++)
		if (span_eq(span_of(attributes[i].oid), name))
			return (enum schema_attribute)i;
	return ATTR_NONE;
}

bool
schema_attribute_is(enum schema_attribute a, enum schema_attribute sup)
{
	while (a != sup && a != ATTR_NONE)
		a = attributes[a].sup;
	return a == sup;
}

enum schema_form
schema_form(enum schema_attribute a)
{
	return rules[attributes[a].equality].form;
}

enum schema_class
schema_class_find(struct span name)
{
	for (size_t i = 1; i < CLASS_COUNT; i++)
		if (is_named(name, classes[i].oid, classes[i].name))
			return (enum schema_class)i;
	return CLASS_NONE;
}

bool
schema_class_is(enum schema_class c, enum schema_class sup)
{
	while (c != sup && c != CLASS_NONE)
		c = classes[c].sup;
	return c == sup;
}

/* ---- describing: RFC 4512 4.1 ---- */

/* qdescrs: 'cn', or ( 'cn' 'commonName' ) */
static void
add_names(struct buf *b, const char *names)
{
	struct span rest = span_of(names);
	const bool many = span_find(rest, SPAN(" ")) < rest.len;

	buf_addf(b, " NAME%s", many ? " (" : "");
	while (rest.len > 0) {
		const struct span name = span_cut(&rest, ' ');

		buf_addf(b, " '%.*s'", SPAN_FMT(name));
	}
	buf_addf(b, "%s", many ? " )" : "");
}

/* oids: cn, or ( cn $ sn ) */
static void
add_oids(struct buf *b, const char *word, const char *names)
{
	struct span rest = span_of(names);
	const bool many = span_find(rest, SPAN(" ")) < rest.len;
	const char *before = many ? " ( " : " ";

	if (rest.len == 0)
		return;
	buf_addf(b, " %s", word);
	while (rest.len > 0) {
		const struct span name = span_cut(&rest, ' ');

		buf_addf(b, "%s%.*s", before, SPAN_FMT(name));
		before = " $ ";
	}
	buf_addf(b, "%s", many ? " )" : "");
}

bool
schema_describe_class(int i, struct buf *b)
{
	static const char *const kinds[] = { " ABSTRACT", " STRUCTURAL",
		" AUXILIARY" };
	const struct schema_class_row *c = &classes[i + 1];

	if (i + 1 >= CLASS_COUNT)
		return false;
	buf_addf(b, "( %s", c->oid);
	add_names(b, c->name);
	if (c->sup != CLASS_NONE)
		buf_addf(b, " SUP %s", classes[c->sup].name);
	buf_addf(b, "%s", kinds[c->kind]);
	add_oids(b, "MUST", c->must);
	add_oids(b, "MAY", c->may);
	buf_addf(b, " )");
	return true;
}

static void
add_rule(struct buf *b, const char *word, enum schema_rule rule)
{
	if (rule != RULE_NONE)
		buf_addf(b, " %s %s", word, rules[rule].name);
}

bool
schema_describe_attribute(int i, struct buf *b)
{
	const struct schema_attribute_row *a = &attributes[i + 1];

	if (i + 1 >= ATTR_COUNT)
		return false;
	buf_addf(b, "( %s", a->oid);
	add_names(b, a->names);
	if (a->sup != ATTR_NONE) {
		const struct span sup = schema_attribute_name(a->sup);

		buf_addf(b, " SUP %.*s", SPAN_FMT(sup));
	}
	add_rule(b, "EQUALITY", a->equality);
	add_rule(b, "ORDERING", a->ordering);
	add_rule(b, "SUBSTR", a->substrings);
	buf_addf(b, " SYNTAX %s%s%s%s )", syntaxes[a->syntax].oid,
	    a->flags & ATTR_SINGLE ? " SINGLE-VALUE" : "",
	    a->flags & ATTR_OURS ? " NO-USER-MODIFICATION" : "",
	    a->flags & ATTR_DSA        ? " USAGE dSAOperation"
	    : a->flags & ATTR_NOT_USER ? " USAGE directoryOperation"
				       : "");
	return true;
}

bool
schema_describe_rule(int i, struct buf *b)
{
	const struct schema_rule_row *r = &rules[i + 1];

	if (i + 1 >= RULE_COUNT)
		return false;
	buf_addf(b, "( %s NAME '%s' SYNTAX %s )", r->oid, r->name,
	    syntaxes[r->syntax].oid);
	return true;
}

bool
schema_describe_syntax(int i, struct buf *b)
{
	if (i + 1 >= SYNTAX_COUNT)
		return false;
	buf_addf(
	    b, "( %s DESC '%s' )", syntaxes[i + 1].oid, syntaxes[i + 1].desc);
	return true;
}
