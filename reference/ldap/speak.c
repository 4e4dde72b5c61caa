/* SPDX-License-Identifier: MIT */
/* Answers, entries, and hanging up. */
#include "reference/ldap/inner.h"

static struct ber_out
out_of(const struct ldap_session *s)
{
	return (struct ber_out){ s->out, false };
}

void
ldap_answer_whole(struct ldap_session *s, const struct ldap_answer *a)
{
	const struct ber_out o = out_of(s);
	const unsigned op = ldap_answer_to(s->message->op);

	if (op != 0)
		ldap_put_answer(&o, s->message->id, op, a);
}

void
ldap_answer(struct ldap_session *s, enum ldap_code code, const char *text)
{
	ldap_answer_whole(
	    s, &(struct ldap_answer){
		   .code = code, .matched = SPAN(""), .text = span_of(text) });
}

void
ldap_answer_hunt(struct ldap_session *s, const struct ldap_answer *a)
{
	const struct ber_out o = out_of(s);

	ldap_put_answer(&o, s->hunt.id, LDAP_SEARCH_DONE, a);
	ldap_hunt_end(s);
}

/* ---- entries ---- */

static bool
is_wanted(const struct ldap_selection *w, const struct directory_value *v)
{
	const unsigned flags = schema_attribute(v->type)->flags;

	if (flags & ATTR_SECRET)
		return false;
	if (flags & ATTR_NOT_USER ? w->operational : w->user)
		return true;
	for (size_t i = 0; i < w->n; i++)
		if (entry_is(v, &w->of[i]))
			return true;
	return false;
}

static bool
is_same_type(const struct directory_value *a, const struct directory_value *b)
{
	return a->type == b->type && span_eq(a->options, b->options);
}

static bool
came_before(const struct directory_entry *e, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_same_type(&e->values[i], &e->values[at]))
			return true;
	return false;
}

/* PartialAttribute, from its first value on */
static void
put_attribute(const struct ber_out *o, const struct directory_entry *e,
    size_t first, bool types_only)
{
	const size_t seq = ber_begin(o, BER_SEQUENCE);
	size_t part = ber_begin(o, BER_OCTETS);

	entry_name(&e->values[first], o->to);
	ber_end(o, part);
	part = ber_begin(o, BER_SET);
	for (size_t i = first; i < e->n && !types_only; i++)
		if (is_same_type(&e->values[i], &e->values[first]))
			ber_put_octets(o, BER_OCTETS, e->values[i].value);
	ber_end(o, part);
	ber_end(o, seq);
}

/* SearchResultEntry: RFC 4511 4.5.2 */
bool
ldap_send_entry(struct ldap_session *s, const struct directory_entry *e)
{
	const struct ber_out o = { &s->entry, false };
	const size_t message = ber_begin(&o, BER_SEQUENCE);
	size_t body, list;

	ber_put_integer(&o, BER_INTEGER, s->hunt.id);
	body = ber_begin(&o, LDAP_SEARCH_ENTRY);
	ber_put_octets(&o, BER_OCTETS, span_of(e->dn));
	list = ber_begin(&o, BER_SEQUENCE);
	for (size_t i = 0; i < e->n; i++)
		if (is_wanted(&s->hunt.selection, &e->values[i]) &&
		    !came_before(e, i))
			put_attribute(&o, e, i, s->hunt.types_only);
	ber_end(&o, list);
	ber_end(&o, body);
	ber_end(&o, message);
	if (s->entry.full) {
		buf_clear(&s->entry);
		return false;
	}
	ldap_send_more(s);
	return true;
}

void
ldap_send_more(struct ldap_session *s)
{
	const struct span piece =
	    span_take(buf_span(&s->entry), SESSION_PORTION);

	buf_add(s->out, piece);
	buf_drop(&s->entry, piece.len);
}

/* ---- the end, and the record ---- */

void
ldap_disconnect(struct ldap_session *s, enum ldap_code code, const char *text)
{
	const struct ber_out o = out_of(s);

	ldap_hunt_end(s);
	ldap_put_answer(&o, 0, LDAP_EXTENDED_RESPONSE,
	    &(struct ldap_answer){ .code = code,
		.matched = SPAN(""),
		.text = span_of(text),
		.oid = LDAP_NOTICE });
	s->next = SESSION_HANG_UP;
}

void
ldap_note(
    struct ldap_session *s, const char *event, bool success, struct span detail)
{
	struct buf text;

	buf_init(&text, 8192);
	buf_add(&text, detail);
	audit_write(s->site->audit, s->now,
	    &(struct audit_event){
		.service = s->implicit ? "ldaps" : "ldap",
		.peer = s->peer,
		.user = s->user == NULL ? SPAN("") : span_of(s->user),
		.event = event,
		.result = success ? "success" : "failure",
		.detail = buf_text(&text),
	    });
	buf_free(&text);
}
