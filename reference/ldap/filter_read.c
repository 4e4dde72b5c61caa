/* SPDX-License-Identifier: MIT */
/* Filters as they come: RFC 4511 4.5.1.7 in BER. */
#include "reference/ldap/filter.h"

#include <stdlib.h>

#include "lib/mem.h"
#include "reference/ldap/prepare.h"

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
	if (node->form == FORM_CERTIFICATE &&
	    r->filter->fault == FAULT_PUBLISH_EXACT_NEVER)
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
