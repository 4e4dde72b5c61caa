/* SPDX-License-Identifier: MIT */
#include "reference/ldap/filter.h"

#include <stdlib.h>

#include "lib/mem.h"
#include "reference/ldap/dn.h"
#include "reference/ldap/prepare.h"

/* ---- reading ---- */

/* What is being read; the first thing that is wrong sticks. */
struct reading {
	struct filter *filter;
	enum filter_read got;
};

static struct filter_node *
new_node(struct reading *r, unsigned kind)
{
	struct filter *f = r->filter;
	struct filter_node *node = &f->nodes[f->n];

	if (f->n == FILTER_NODES - 1 ||
	    (f->n > 100 && f->fault == FAULT_LDAP_WIDE_REFUSED)) {
		r->got = FILTER_TOO_LARGE;
		return node; /* a spare one */
	}
	*node = (struct filter_node){ .kind = kind };
	node->end = ++f->n;
	return node;
}

static void
wrong(struct reading *r, enum filter_read how)
{
	if (r->got == FILTER_READ)
		r->got = how;
}

/* RFC 4511 4.5.1.7: what cannot be told is undefined, and no error. */
static void
describe(struct reading *r, struct filter_node *node, struct span description)
{
	const bool known = entry_describe(description, &node->described) &&
			   node->described.type != ATTR_NONE;
	const bool secret =
	    schema_attribute(node->described.type)->flags & ATTR_SECRET;

	node->undefined =
	    !known ||
	    (secret && r->filter->fault != FAULT_LDAP_PASSWORD_SEARCHED) ||
	    (r->filter->fault == FAULT_LDAP_CAPITALS_UNKNOWN &&
		description.ptr[0] >= 'A' && description.ptr[0] <= 'Z');
	if (!known && r->filter->fault == FAULT_LDAP_UNKNOWN_IS_ERROR)
		wrong(r, FILTER_WRONG);
}

static void
take_value(struct reading *r, struct filter_node *node, enum prepare_part part,
    struct span value)
{
	struct buf *text = &r->filter->text;

	node->value = text->len;
	if (!prepare(node->form, part, value, text)) {
		node->undefined = true;
		if (r->filter->fault == FAULT_LDAP_VALUE_IS_ERROR)
			wrong(r, FILTER_WRONG);
	}
	node->length = text->len - node->value;
	if (text->full)
		wrong(r, FILTER_TOO_LARGE);
}

static enum schema_rule
rule_for(const struct filter_node *node)
{
	const struct schema_attribute_row *a =
	    schema_attribute(node->described.type);

	switch (node->kind) {
	case FILTER_SUBSTRINGS:
		return a->substrings;
	case FILTER_GREATER:
	case FILTER_LESS:
		return a->ordering;
	default:
		return a->equality;
	}
}

static void
choose_rule(struct filter_node *node)
{
	const enum schema_rule rule = rule_for(node);

	if (rule == RULE_NONE || schema_rule(rule)->match == MATCH_NOT_HERE)
		node->undefined = true;
	node->form = schema_rule(rule)->form;
}

/* AttributeValueAssertion */
static void
read_assertion(struct reading *r, struct ber *b, unsigned kind)
{
	struct filter_node *node = new_node(r, kind);
	struct ber ava = ber_enter(b, kind);

	describe(r, node, ber_octets(&ava, BER_OCTETS));
	choose_rule(node);
	if (kind == FILTER_APPROX &&
	    r->filter->fault == FAULT_LDAP_APPROX_UNDEFINED)
		node->undefined = true;
	take_value(r, node, PREPARE_WHOLE, ber_octets(&ava, BER_OCTETS));
	(void)ber_leave(b, &ava);
}

/* initial comes first and final last, each once at most */
static void
read_parts(struct reading *r, struct filter_node *whole, struct ber *parts)
{
	bool over = false, any = false;

	if (!ber_more(parts))
		wrong(r, FILTER_WRONG);
	while (ber_more(parts) && r->got == FILTER_READ) {
		const unsigned kind = ber_peek(parts);
		struct filter_node *part = new_node(r, kind);

		if (kind < FILTER_INITIAL || kind > FILTER_FINAL)
			parts->bad = true;
		if (over || (kind == FILTER_INITIAL && any))
			wrong(r, FILTER_WRONG);
		over = kind == FILTER_FINAL;
		any = true;
		part->form = whole->form;
		take_value(r, part,
		    kind == FILTER_INITIAL ? PREPARE_INITIAL
		    : kind == FILTER_FINAL ? PREPARE_FINAL
					   : PREPARE_ANY,
		    ber_octets(parts, kind));
		whole->undefined |= part->undefined;
	}
}

static void
read_substrings(struct reading *r, struct ber *b)
{
	struct filter_node *node = new_node(r, FILTER_SUBSTRINGS);
	struct ber seq = ber_enter(b, FILTER_SUBSTRINGS), parts;

	describe(r, node, ber_octets(&seq, BER_OCTETS));
	choose_rule(node);
	parts = ber_enter(&seq, BER_SEQUENCE);
	read_parts(r, node, &parts);
	(void)ber_leave(&seq, &parts);
	(void)ber_leave(b, &seq);
	node->end = r->filter->n;
}

/*
 * MatchingRuleAssertion ::= SEQUENCE { matchingRule [1] OPTIONAL,
 *	type [2] OPTIONAL, matchValue [3], dnAttributes [4] DEFAULT FALSE }
 */
static void
read_extensible(struct reading *r, struct ber *b)
{
	struct filter_node *node = new_node(r, FILTER_EXTENSIBLE);
	struct ber seq = ber_enter(b, FILTER_EXTENSIBLE);
	const struct span rule = ber_optional(&seq, BER_CONTEXT | 1);
	const struct span type = ber_optional(&seq, BER_CONTEXT | 2);
	const struct span value = ber_octets(&seq, BER_CONTEXT | 3);

	if (rule.ptr == NULL && type.ptr == NULL)
		wrong(r, FILTER_WRONG);
	if (type.ptr != NULL)
		describe(r, node, type);
	if (rule.ptr != NULL) {
		node->rule = schema_rule_find(rule);
		node->form = schema_rule(node->rule)->form;
		node->undefined |=
		    schema_rule(node->rule)->match != MATCH_EQUALITY ||
		    node->rule == RULE_NONE;
		if (node->rule == RULE_NONE &&
		    r->filter->fault == FAULT_LDAP_RULE_REFUSED)
			wrong(r, FILTER_WRONG);
	} else {
		choose_rule(node);
		node->undefined |=
		    r->filter->fault == FAULT_LDAP_EXTENSIBLE_UNDEFINED;
	}
	take_value(r, node, PREPARE_WHOLE, value);
	if (ber_is(&seq, BER_CONTEXT | 4))
		node->of_name = ber_boolean(&seq, BER_CONTEXT | 4);
	(void)ber_leave(b, &seq);
}

static void read_any(struct reading *, struct ber *, int depth);

/* "not" has one child; the others have any number: RFC 4526. */
static void
read_set(struct reading *r, struct ber *b, unsigned kind, int depth)
{
	struct filter_node *node = new_node(r, kind);
	struct ber set = ber_enter(b, kind);

	if (kind == FILTER_NOT) {
		read_any(r, &set, depth + 1);
		set.bad = set.bad || ber_more(&set);
	} else {
		while (ber_more(&set) && r->got == FILTER_READ)
			read_any(r, &set, depth + 1);
	}
	(void)ber_leave(b, &set);
	node->end = r->filter->n;
}

static void
read_any(struct reading *r, struct ber *b, int depth)
{
	const unsigned kind = ber_peek(b);

	if (depth > FILTER_DEPTH)
		wrong(r, FILTER_TOO_LARGE);
	if (r->got != FILTER_READ)
		return;
	switch (kind) {
	case FILTER_AND:
	case FILTER_OR:
	case FILTER_NOT:
		read_set(r, b, kind, depth);
		return;
	case FILTER_EQUAL:
	case FILTER_GREATER:
	case FILTER_LESS:
	case FILTER_APPROX:
		read_assertion(r, b, kind);
		return;
	case FILTER_SUBSTRINGS:
		read_substrings(r, b);
		return;
	case FILTER_PRESENT:
		describe(r, new_node(r, kind), ber_octets(b, kind));
		return;
	case FILTER_EXTENSIBLE:
		read_extensible(r, b);
		return;
	default:
		b->bad = true;
	}
}

enum filter_read
filter_read(struct ber b, struct filter *f)
{
	struct reading r = { f, FILTER_READ };

	f->nodes = mem_new(FILTER_NODES, sizeof *f->nodes);
	f->n = 0;
	buf_init(&f->text, FILTER_TEXT);
	read_any(&r, &b, 1);
	if (r.got == FILTER_READ && (b.bad || ber_more(&b)))
		return FILTER_GARBLED;
	return r.got;
}

void
filter_free(struct filter *f)
{
	free(f->nodes);
	buf_free(&f->text);
	*f = (struct filter){ .nodes = NULL };
}

struct span
filter_value(const struct filter *f, const struct filter_node *node)
{
	return span_take(
	    span_skip(buf_span(&f->text), node->value), node->length);
}

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
		return span_eq(value, what);
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
