/* SPDX-License-Identifier: MIT */
/* Is a filter true of an entry? */
#include "reference/ldap/filter.h"

#include "reference/ldap/dn.h"
#include "reference/ldap/prepare.h"

/* ---- one value ---- */

static int
compare(struct span a, struct span b)
{
	const size_t n = a.len < b.len ? a.len : b.len;
	const int d = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);

	return d != 0 ? d : (a.len > b.len) - (a.len < b.len);
}

/* Faults: the part is not looked at. */
static bool
is_passed(const struct filter *f, enum filter_kind part)
{
	return (part == FILTER_INITIAL &&
		   f->fault == FAULT_LDAP_INITIAL_IGNORED) ||
	       (part == FILTER_ANY && f->fault == FAULT_LDAP_ANY_IGNORED) ||
	       (part == FILTER_FINAL && f->fault == FAULT_LDAP_FINAL_IGNORED);
}

/* The parts, in their order, without touching each other. */
static bool
has_parts(
    const struct filter *f, const struct filter_node *whole, struct span value)
{
	for (size_t i = (size_t)(whole - f->nodes) + 1; i < whole->end; i++) {
		const struct filter_node *part = &f->nodes[i];
		const struct span what = filter_value(f, part);
		size_t at = span_find(value, what);

		if (is_passed(f, part->kind))
			continue;
		if (what.len > value.len)
			return false;
		if (part->kind == FILTER_INITIAL && !span_starts(value, what))
			return false;
		if (part->kind == FILTER_FINAL) {
			at = value.len - what.len;
			if (!span_eq(span_skip(value, at), what))
				return false;
		}
		if (at == value.len && what.len > 0)
			return false;
		if (f->fault != FAULT_LDAP_PARTS_ANY_ORDER)
			value = span_skip(value, at + what.len);
	}
	return true;
}

static bool
value_matches(
    const struct filter *f, const struct filter_node *node, struct span value)
{
	const struct span what = filter_value(f, node);

	switch (node->kind) {
	case FILTER_SUBSTRINGS:
		return has_parts(f, node, value);
	case FILTER_GREATER:
		return compare(value, what) >= 0;
	case FILTER_LESS:
		return compare(value, what) <= 0;
	case FILTER_PRESENT:
		return true;
	default:
		return span_eq(value, what) ||
		       (node->form == FORM_CERTIFICATE &&
			   f->fault == FAULT_PUBLISH_EXACT_ANY);
	}
}

/* ---- extensible match ---- */

/* Prepared as the rule demands, which need not be how it is kept. */
static bool
value_obeys(
    const struct filter *f, const struct filter_node *node, struct span value)
{
	struct buf prepared;
	bool same;

	buf_init(&prepared, 4 * value.len + 4096);
	same = prepare(node->form, PREPARE_WHOLE, value, &prepared) &&
	       span_eq(buf_span(&prepared), filter_value(f, node));
	buf_free(&prepared);
	return same;
}

/* May the rule be used with values of this syntax?  RFC 4512 4.1.3. */
static bool
rule_fits(const struct filter_node *node, enum schema_attribute type)
{
	const struct schema_rule_row *rule = schema_rule(node->rule);
	const struct schema_attribute_row *a = schema_attribute(type);
	const bool strings =
	    rule->form == FORM_CASE_IGNORE || rule->form == FORM_CASE_EXACT;

	if (a->flags & ATTR_SECRET)
		return false;
	if (a->syntax == rule->syntax)
		return true;
	return strings && (schema_form(type) == FORM_CASE_IGNORE ||
			      schema_form(type) == FORM_CASE_EXACT);
}

static bool
name_obeys(const struct filter *f, const struct filter_node *node,
    const struct directory_entry *e)
{
	struct directory_value v = { ATTR_NONE, { "", 0 }, { "", 0 },
		{ "", 0 } };
	bool found = false;
	struct buf octets;
	struct dn dn;

	if (!dn_parse(span_of(e->dn), &dn))
		return false;
	buf_init(&octets, DN_KEY);
	for (size_t i = 0; i < dn.n && !found; i++)
		for (size_t j = 0; j < dn.rdn[i].n && !found; j++) {
			const struct dn_ava *ava = &dn.rdn[i].ava[j];

			v.type = schema_attribute_find(ava->type);
			buf_clear(&octets);
			found = (node->described.type == ATTR_NONE ||
				    entry_is(&v, &node->described)) &&
				rule_fits(node, v.type) &&
				dn_value(ava->value, &octets) &&
				value_obeys(f, node, buf_span(&octets));
		}
	buf_free(&octets);
	return found;
}

/* Without a type: every attribute that the rule fits. */
static enum truth
judge_extensible(const struct filter *f, const struct filter_node *asked,
    const struct directory_entry *e)
{
	struct filter_node node = *asked;

	if (node.rule == RULE_NONE)
		node.rule = schema_attribute(node.described.type)->equality;
	if (node.described.type != ATTR_NONE &&
	    !rule_fits(&node, node.described.type))
		return IS_UNDEFINED;
	for (size_t i = 0; i < e->n; i++) {
		const struct directory_value *v = &e->values[i];

		if ((node.described.type == ATTR_NONE ||
			entry_is(v, &node.described)) &&
		    rule_fits(&node, v->type) &&
		    value_obeys(f, &node, v->value))
			return IS_TRUE;
	}
	return node.of_name && name_obeys(f, &node, e) ? IS_TRUE : IS_FALSE;
}

/* ---- an entry: three-valued logic ---- */

static bool
has_octet_above_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] > 0x7f)
			return true;
	return false;
}

/* "*", as it is prepared. */
static bool
is_star(struct span s)
{
	return s.len <= 3 && span_find(s, SPAN("*")) < s.len;
}

/* Faults: what is true or false whatever the entry has. */
static bool
is_settled(
    const struct filter *f, const struct filter_node *node, enum truth *truth)
{
	/* clang-format off */
	static const struct {
		enum fault		fault;
		enum filter_kind	kind;
		enum schema_attribute	type; /* NONE: any */
		enum truth		truth;
	} settled[] = {
		{ FAULT_LDAP_CN_NOT_FOUND,	FILTER_EQUAL, ATTR_CN, IS_FALSE },
		{ FAULT_LDAP_MAIL_NOT_FOUND,	FILTER_EQUAL, ATTR_MAIL,
		    IS_FALSE },
		{ FAULT_LDAP_OU_NOT_FOUND,	FILTER_EQUAL, ATTR_OU, IS_FALSE },
		{ FAULT_LDAP_PHONE_NOT_FOUND,	FILTER_EQUAL,
		    ATTR_TELEPHONE_NUMBER, IS_FALSE },
		{ FAULT_LDAP_EQUALITY_LOOSE,	FILTER_EQUAL, ATTR_NONE,
		    IS_TRUE },
		{ FAULT_LDAP_PRESENT_ALWAYS,	FILTER_PRESENT, ATTR_NONE,
		    IS_TRUE },
		{ FAULT_LDAP_PASSWORD_SEARCHED,	FILTER_PRESENT,
		    ATTR_USER_PASSWORD, IS_TRUE },
		{ FAULT_LDAP_CN_PARTS_LOST,	FILTER_SUBSTRINGS, ATTR_CN,
		    IS_FALSE },
		{ FAULT_LDAP_GREATER_ALWAYS,	FILTER_GREATER, ATTR_NONE,
		    IS_TRUE },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof settled / sizeof settled[0]; i++)
		if (f->fault == settled[i].fault) {
			*truth = settled[i].truth;
			return node->kind == settled[i].kind &&
			       (settled[i].type == ATTR_NONE ||
				   settled[i].type == node->described.type);
		}
	*truth = f->fault == FAULT_LDAP_STAR_WILD ? IS_TRUE : IS_FALSE;
	if (node->kind != FILTER_EQUAL)
		return false;
	return (f->fault == FAULT_LDAP_STAR_WILD &&
		   is_star(filter_value(f, node))) ||
	       (f->fault == FAULT_LDAP_CHINESE_LOST &&
		   has_octet_above_ascii(filter_value(f, node)));
}

static enum truth
judge_item(const struct filter *f, const struct filter_node *node,
    const struct directory_entry *e)
{
	enum truth truth;

	if (node->undefined)
		return IS_UNDEFINED;
	if (is_settled(f, node, &truth))
		return truth;
	if (node->kind == FILTER_EXTENSIBLE)
		return judge_extensible(f, node, e);
	for (size_t i = 0; i < e->n; i++)
		if (entry_is(&e->values[i], &node->described) &&
		    value_matches(f, node,
			f->fault == FAULT_LDAP_PHONE_TO_THE_LETTER &&
				node->described.type == ATTR_TELEPHONE_NUMBER
			    ? e->values[i].value
			    : e->values[i].prepared))
			return IS_TRUE;
	return IS_FALSE;
}

static enum truth judge(
    const struct filter *, size_t at, const struct directory_entry *);

/* Faults: a child that is Undefined settles it. */
static bool
is_mistaken(const struct filter *f, enum filter_kind kind)
{
	return f->fault == (kind == FILTER_AND ? FAULT_LDAP_AND_UNDEFINED_FALSE
					       : FAULT_LDAP_OR_UNDEFINED);
}

/* One false child makes "and" false, one true child "or" true. */
static enum truth
judge_set(const struct filter *f, size_t at, const struct directory_entry *e)
{
	const struct filter_node *set = &f->nodes[at];
	const enum filter_kind kind =
	    f->fault == FAULT_LDAP_AND_IS_OR   ? FILTER_OR
	    : f->fault == FAULT_LDAP_OR_IS_AND ? FILTER_AND
					       : set->kind;
	const enum truth settles = kind == FILTER_AND ? IS_FALSE : IS_TRUE;
	enum truth all = kind == FILTER_AND ? IS_TRUE : IS_FALSE;

	if (f->fault == FAULT_LDAP_NESTED_TRUE && at > 2)
		return IS_TRUE;

	for (size_t i = at + 1; i < set->end; i = f->nodes[i].end) {
		const enum truth one = judge(f, i, e);

		if (one == IS_UNDEFINED && is_mistaken(f, kind))
			return kind == FILTER_AND ? IS_FALSE : IS_UNDEFINED;
		if (one == settles)
			return settles;
		if (one == IS_UNDEFINED)
			all = IS_UNDEFINED;
	}
	return all;
}

static enum truth
judge(const struct filter *f, size_t at, const struct directory_entry *e)
{
	const struct filter_node *node = &f->nodes[at];
	enum truth child;

	switch (node->kind) {
	case FILTER_AND:
	case FILTER_OR:
		return judge_set(f, at, e);
	case FILTER_NOT:
		child = judge(f, at + 1, e);
		if (f->fault == FAULT_LDAP_NOT_IS_YES)
			return child;
		if (f->fault == FAULT_LDAP_NOT_UNDEFINED_TRUE &&
		    child == IS_UNDEFINED)
			return IS_TRUE;
		return child == IS_UNDEFINED ? IS_UNDEFINED
		       : child == IS_TRUE    ? IS_FALSE
					     : IS_TRUE;
	default:
		return judge_item(f, node, e);
	}
}

enum truth
filter_judge(const struct filter *f, const struct directory_entry *e)
{
	return judge(f, 0, e);
}
