/* SPDX-License-Identifier: MIT */
/* Compare: RFC 4511 4.10. */
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/ldap/inner.h"
#include "reference/ldap/prepare.h"

/* How much of a name is there: RFC 4511 4.1.9 matchedDN. */
static char *
nearest(struct store *store, const struct dn *dn)
{
	struct directory_entry e = { 0 };
	char *name = NULL;
	struct buf key;
	int64_t id;

	buf_init(&key, DN_KEY);
	for (size_t i = 1; i < dn->n && name == NULL; i++) {
		buf_clear(&key);
		if (dn_key(dn, i, &key) &&
		    directory_find(store, buf_span(&key), &id) &&
		    directory_get(store, id, &e))
			name = mem_text(span_of(e.dn));
		directory_entry_free(&e);
	}
	buf_free(&key);
	return name;
}

void
ldap_answer_nobody(struct ldap_session *s, struct span name)
{
	char *matched = NULL;
	struct buf key;
	struct dn dn;

	buf_init(&key, DN_KEY);
	if (!dn_parse(name, &dn) || !dn_key(&dn, 0, &key)) {
		ldap_answer(s, LDAP_INVALID_DN_SYNTAX, "");
	} else {
		matched = nearest(s->site->store, &dn);
		ldap_answer_whole(
		    s, &(struct ldap_answer){ .code = LDAP_NO_SUCH_OBJECT,
			   .matched = faulty(s, FAULT_LDAP_MATCHED_WHOLE) ? name
				      : matched == NULL ? SPAN("")
							: span_of(matched),
			   .text = SPAN("") });
	}
	free(matched);
	buf_free(&key);
}

static enum ldap_code
compare_with(const struct directory_entry *e, const struct entry_description *d,
    struct span value)
{
	const enum schema_rule rule = schema_attribute(d->type)->equality;
	enum ldap_code code = LDAP_NO_SUCH_ATTRIBUTE;
	struct buf prepared;

	if (rule == RULE_NONE || schema_rule(rule)->match != MATCH_EQUALITY)
		return LDAP_INAPPROPRIATE_MATCHING;
	buf_init(&prepared, 4 * value.len + 4096);
	if (!prepare(schema_form(d->type), PREPARE_WHOLE, value, &prepared))
		code = LDAP_INVALID_ATTRIBUTE_SYNTAX;
	for (size_t i = 0; i < e->n && code != LDAP_INVALID_ATTRIBUTE_SYNTAX;
	     i++)
		if (entry_is(&e->values[i], d) && code != LDAP_COMPARE_TRUE)
			code =
			    span_eq(e->values[i].prepared, buf_span(&prepared))
				? LDAP_COMPARE_TRUE
				: LDAP_COMPARE_FALSE;
	buf_free(&prepared);
	return code;
}

void
ldap_run_compare(struct ldap_session *s, const struct ldap_message *m)
{
	struct directory_entry e = { 0 };
	struct entry_description d;
	struct ldap_compare c;

	if (!ldap_read_compare(m->body, &c))
		ldap_disconnect(
		    s, LDAP_PROTOCOL_ERROR, "the request is garbled");
	else if (!directory_by_dn(s->site->store, c.name, &e))
		ldap_answer_nobody(s, c.name);
	else if (!entry_describe(c.attribute, &d) || d.type == ATTR_NONE ||
		 (faulty(s, FAULT_LDAP_COMPARE_CAPITALS) &&
		     c.attribute.ptr[0] >= 'A' && c.attribute.ptr[0] <= 'Z'))
		ldap_answer(s, LDAP_UNDEFINED_ATTRIBUTE_TYPE, "");
	else if (schema_attribute(d.type)->flags & ATTR_SECRET)
		ldap_answer(s, LDAP_INSUFFICIENT_ACCESS_RIGHTS,
		    "passwords are for binding");
	else
		ldap_answer(s, compare_with(&e, &d, c.value), "");
	directory_entry_free(&e);
}
