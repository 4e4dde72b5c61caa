/* SPDX-License-Identifier: MIT */
#include "reference/ldap/rules.h"

#include <stdio.h>
#include <time.h>

#include "reference/ldap/prepare.h"
#include "reference/sasl.h"

static enum ldap_code
no(struct buf *why, enum ldap_code code, const char *text, struct span what)
{
	buf_addf(why, "%s%s%.*s", text, what.len > 0 ? ": " : "",
	    SPAN_FMT(span_take(what, 80)));
	return code;
}

/* ---- object classes ---- */

static bool
lists_class(const struct directory_entry *e, enum schema_class c)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->values[i].type == ATTR_OBJECT_CLASS &&
		    schema_class_find(e->values[i].value) == c)
			return true;
	return false;
}

/* RFC 4512 3.3: superclasses are implicitly added. */
static void
add_superclasses(struct directory_entry *e)
{
	for (size_t i = 0; i < e->n; i++) {
		enum schema_class c;

		if (e->values[i].type != ATTR_OBJECT_CLASS)
			continue;
		c = schema_class_find(e->values[i].value);
		if (c == CLASS_NONE || schema_class(c)->sup == CLASS_NONE ||
		    lists_class(e, schema_class(c)->sup))
			continue;
		entry_put_own(e, ATTR_OBJECT_CLASS,
		    span_of(schema_class(schema_class(c)->sup)->name));
	}
}

/* One chain of structural classes; the lowest of it. */
static enum ldap_code
find_structural(
    const struct directory_entry *e, enum schema_class *lowest, struct buf *why)
{
	*lowest = CLASS_NONE;
	for (size_t i = 0; i < e->n; i++) {
		const struct directory_value *v = &e->values[i];
		enum schema_class c;

		if (v->type != ATTR_OBJECT_CLASS)
			continue;
		c = schema_class_find(v->value);
		if (c == CLASS_NONE || c == CLASS_ALIAS)
			return no(why, LDAP_OBJECT_CLASS_VIOLATION,
			    "not an object class of this directory", v->value);
		if (schema_class(c)->kind != CLASS_STRUCTURAL ||
		    schema_class_is(*lowest, c))
			continue;
		if (*lowest != CLASS_NONE && !schema_class_is(c, *lowest))
			return no(why, LDAP_OBJECT_CLASS_VIOLATION,
			    "two structural object classes", v->value);
		*lowest = c;
	}
	return *lowest != CLASS_NONE
		   ? LDAP_SUCCESS
		   : no(why, LDAP_OBJECT_CLASS_VIOLATION,
			 "no structural object class", SPAN(""));
}

/* ---- attributes ---- */

static bool
lists(const char *names, enum schema_attribute type)
{
	const struct span name = schema_attribute_name(type);
	struct span rest = span_of(names);

	while (rest.len > 0)
		if (span_eq(span_cut(&rest, ' '), name))
			return true;
	return false;
}

static bool
is_allowed(const struct directory_entry *e, enum schema_attribute type)
{
	if (schema_attribute(type)->flags & ATTR_NOT_USER)
		return true; /* ours; a client's was refused before */
	for (size_t i = 0; i < e->n; i++) {
		const struct schema_class_row *c;

		if (e->values[i].type != ATTR_OBJECT_CLASS)
			continue;
		c = schema_class(schema_class_find(e->values[i].value));
		if (c == schema_class(CLASS_EXTENSIBLE_OBJECT) ||
		    lists(c->must, type) || lists(c->may, type))
			return true;
	}
	return false;
}

static enum ldap_code
check_must(const struct directory_entry *e, const char *must, struct buf *why)
{
	struct span rest = span_of(must);

	while (rest.len > 0) {
		const struct span name = span_cut(&rest, ' ');

		if (!entry_has(e, schema_attribute_find(name)))
			return no(why, LDAP_OBJECT_CLASS_VIOLATION,
			    "an attribute is missing", name);
	}
	return LDAP_SUCCESS;
}

static bool
is_second(const struct directory_entry *e, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (e->values[i].type == e->values[at].type)
			return true;
	return false;
}

static enum ldap_code
check_values(const struct directory_entry *e, struct buf *why)
{
	for (size_t i = 0; i < e->n; i++) {
		const enum schema_attribute type = e->values[i].type;
		const struct span name = schema_attribute_name(type);

		if (!is_allowed(e, type))
			return no(why, LDAP_OBJECT_CLASS_VIOLATION,
			    "no object class has this attribute", name);
		if ((schema_attribute(type)->flags & ATTR_SINGLE) &&
		    is_second(e, i))
			return no(why, LDAP_CONSTRAINT_VIOLATION,
			    "this attribute has one value at most", name);
	}
	return LDAP_SUCCESS;
}

static void
set_own(
    struct directory_entry *e, enum schema_attribute type, struct span value)
{
	for (size_t i = e->n; i > 0; i--)
		if (e->values[i - 1].type == type)
			directory_drop(e, i - 1);
	entry_put_own(e, type, value);
}

enum ldap_code
rules_obey(struct directory_entry *e, struct buf *why)
{
	enum schema_class structural;
	enum ldap_code code = find_structural(e, &structural, why);

	if (code != LDAP_SUCCESS)
		return code;
	add_superclasses(e);
	set_own(e, ATTR_STRUCTURAL_OBJECT_CLASS,
	    span_of(schema_class(structural)->name));
	for (size_t i = 0; i < e->n && code == LDAP_SUCCESS; i++)
		if (e->values[i].type == ATTR_OBJECT_CLASS)
			code = check_must(e,
			    schema_class(schema_class_find(e->values[i].value))
				->must,
			    why);
	return code == LDAP_SUCCESS ? check_values(e, why) : code;
}

/* ---- the name ---- */

enum ldap_code
rules_name(struct directory_entry *e, const struct dn_rdn *rdn, struct buf *why)
{
	enum ldap_code code = LDAP_SUCCESS;
	struct buf octets;

	buf_init(&octets, DN_KEY);
	for (size_t i = 0; i < rdn->n && code == LDAP_SUCCESS; i++) {
		const struct entry_description d = {
			.type = schema_attribute_find(rdn->ava[i].type)
		};
		const struct schema_attribute_row *a = schema_attribute(d.type);

		buf_clear(&octets);
		if (d.type == ATTR_NONE || a->equality == RULE_NONE ||
		    (a->flags & (ATTR_NOT_USER | ATTR_SECRET)))
			code = no(why, LDAP_NAMING_VIOLATION,
			    "nothing is named by this attribute",
			    rdn->ava[i].type);
		else if (!dn_value(rdn->ava[i].value, &octets))
			code = no(why, LDAP_INVALID_DN_SYNTAX, "not a value",
			    rdn->ava[i].value);
		else if (entry_find(e, &d, buf_span(&octets)) == e->n &&
			 !entry_put(e, &d, buf_span(&octets)))
			code = no(why, LDAP_INVALID_DN_SYNTAX,
			    "not of its syntax", rdn->ava[i].value);
	}
	buf_free(&octets);
	return code;
}

bool
rules_named(const struct directory_value *v, const struct dn_rdn *rdn)
{
	struct buf octets, prepared;
	bool named = false;

	buf_init(&octets, DN_KEY);
	buf_init(&prepared, 4 * DN_KEY);
	for (size_t i = 0; i < rdn->n && !named; i++) {
		buf_clear(&octets);
		buf_clear(&prepared);
		named = v->options.len == 0 &&
			schema_attribute_find(rdn->ava[i].type) == v->type &&
			dn_value(rdn->ava[i].value, &octets) &&
			prepare(schema_form(v->type), PREPARE_WHOLE,
			    buf_span(&octets), &prepared) &&
			span_eq(buf_span(&prepared), v->prepared);
	}
	buf_free(&octets);
	buf_free(&prepared);
	return named;
}

/* ---- what the server writes ---- */

static void
put_uuid(struct directory_entry *e)
{
	unsigned char r[16];
	char text[37];
	size_t at = 0;

	sasl_random(r, sizeof r);
	r[6] = (unsigned char)((r[6] & 0x0f) | 0x40); /* RFC 4122 4.4 */
	r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof r; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%02x",
		    i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", r[i]);
	entry_put_own(e, ATTR_ENTRY_UUID, span_of(text));
}

void
rules_stamp(
    struct directory_entry *e, struct wall now, struct span by, bool made)
{
	const time_t s = (time_t)(now.us / 1000000);
	char text[32];
	struct tm tm;

	gmtime_r(&s, &tm);
	(void)strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &tm);
	if (made) {
		put_uuid(e);
		set_own(e, ATTR_CREATE_TIMESTAMP, span_of(text));
		set_own(e, ATTR_CREATORS_NAME, by);
	}
	set_own(e, ATTR_MODIFY_TIMESTAMP, span_of(text));
	set_own(e, ATTR_MODIFIERS_NAME, by);
}
