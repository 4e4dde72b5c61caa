/* SPDX-License-Identifier: MIT */
/* Answers, entries, and hanging up. */
#include "reference/ldap/inner.h"

static struct ber_out
out_of(const struct ldap_session *s)
{
	return (struct ber_out){ s->out, false };
}

/* Faults that are another resultCode. */
static void
alter(const struct ldap_session *s, struct ldap_answer *a)
{
	/* clang-format off */
	static const struct {
		enum fault	fault;
		enum ldap_op	op;
		enum ldap_code	from, to;
	} alterations[] = {
		{ FAULT_LDAP_REFUSES_ALL, LDAP_BIND_REQUEST,
		    LDAP_SUCCESS, LDAP_INVALID_CREDENTIALS },
		{ FAULT_LDAP_WRONG_HAS_NO_RIGHT, LDAP_BIND_REQUEST,
		    LDAP_INVALID_CREDENTIALS, LDAP_INSUFFICIENT_ACCESS_RIGHTS },
		{ FAULT_LDAP_NO_NAME_BINDS, LDAP_BIND_REQUEST,
		    LDAP_INVALID_DN_SYNTAX, LDAP_SUCCESS },
		{ FAULT_LDAP_EMPTY_IS_WRONG, LDAP_BIND_REQUEST,
		    LDAP_UNWILLING_TO_PERFORM, LDAP_INVALID_CREDENTIALS },
		{ FAULT_LDAP_SASL_IS_WRONG, LDAP_BIND_REQUEST,
		    LDAP_AUTH_METHOD_NOT_SUPPORTED, LDAP_INVALID_CREDENTIALS },
		{ FAULT_LDAP_SASL_LETS_IN, LDAP_BIND_REQUEST,
		    LDAP_AUTH_METHOD_NOT_SUPPORTED, LDAP_SUCCESS },
		{ FAULT_LDAP_MISSING_IS_EMPTY, LDAP_SEARCH_REQUEST,
		    LDAP_NO_SUCH_OBJECT, LDAP_SUCCESS },
		{ FAULT_LDAP_BAD_BASE_IS_EMPTY, LDAP_SEARCH_REQUEST,
		    LDAP_INVALID_DN_SYNTAX, LDAP_SUCCESS },
		{ FAULT_LDAP_COMPARE_NEVER, LDAP_COMPARE_REQUEST,
		    LDAP_COMPARE_TRUE, LDAP_COMPARE_FALSE },
		{ FAULT_LDAP_COMPARE_ALWAYS, LDAP_COMPARE_REQUEST,
		    LDAP_COMPARE_FALSE, LDAP_COMPARE_TRUE },
		{ FAULT_LDAP_COMPARE_ABSENT_FALSE, LDAP_COMPARE_REQUEST,
		    LDAP_NO_SUCH_ATTRIBUTE, LDAP_COMPARE_FALSE },
		{ FAULT_LDAP_COMPARE_UNKNOWN_FALSE, LDAP_COMPARE_REQUEST,
		    LDAP_UNDEFINED_ATTRIBUTE_TYPE, LDAP_COMPARE_FALSE },
		{ FAULT_LDAP_COMPARE_MISSING_FALSE, LDAP_COMPARE_REQUEST,
		    LDAP_NO_SUCH_OBJECT, LDAP_COMPARE_FALSE },
		{ FAULT_LDAP_EXTENDED_UNWILLING, LDAP_EXTENDED_REQUEST,
		    LDAP_PROTOCOL_ERROR, LDAP_UNWILLING_TO_PERFORM },
		{ FAULT_LDAP_CANCEL_SUCCEEDS, LDAP_EXTENDED_REQUEST,
		    LDAP_NO_SUCH_OPERATION, LDAP_SUCCESS },
		{ FAULT_LDAP_STARTTLS_TWICE, LDAP_EXTENDED_REQUEST,
		    LDAP_OPERATIONS_ERROR, LDAP_PROTOCOL_ERROR },
		{ FAULT_LDAPS_STARTTLS_SUCCEEDS, LDAP_EXTENDED_REQUEST,
		    LDAP_OPERATIONS_ERROR, LDAP_SUCCESS },
		{ FAULT_LDAP_NO_RIGHT_IS_OTHER, LDAP_MODIFY_REQUEST,
		    LDAP_INSUFFICIENT_ACCESS_RIGHTS, LDAP_OTHER },
		{ FAULT_LDAP_ADD_AGAIN, LDAP_ADD_REQUEST,
		    LDAP_ENTRY_ALREADY_EXISTS, LDAP_SUCCESS },
		{ FAULT_LDAP_ADD_ORPHAN, LDAP_ADD_REQUEST,
		    LDAP_NO_SUCH_OBJECT, LDAP_SUCCESS },
		{ FAULT_LDAP_ADD_UNCHECKED, LDAP_ADD_REQUEST,
		    LDAP_OBJECT_CLASS_VIOLATION, LDAP_SUCCESS },
		{ FAULT_LDAP_MODIFY_EXISTS, LDAP_MODIFY_REQUEST,
		    LDAP_ATTRIBUTE_OR_VALUE_EXISTS, LDAP_SUCCESS },
		{ FAULT_LDAP_MODIFY_ABSENT, LDAP_MODIFY_REQUEST,
		    LDAP_NO_SUCH_ATTRIBUTE, LDAP_SUCCESS },
		{ FAULT_LDAP_MODIFY_UNCHECKED, LDAP_MODIFY_REQUEST,
		    LDAP_OBJECT_CLASS_VIOLATION, LDAP_SUCCESS },
		{ FAULT_LDAP_MODIFY_RDN, LDAP_MODIFY_REQUEST,
		    LDAP_NOT_ALLOWED_ON_RDN, LDAP_SUCCESS },
		{ FAULT_LDAP_MODIFY_MISSING, LDAP_MODIFY_REQUEST,
		    LDAP_NO_SUCH_OBJECT, LDAP_SUCCESS },
		{ FAULT_LDAP_RENAME_EXISTS, LDAP_RENAME_REQUEST,
		    LDAP_ENTRY_ALREADY_EXISTS, LDAP_SUCCESS },
		{ FAULT_LDAP_DELETE_PARENT, LDAP_DELETE_REQUEST,
		    LDAP_NOT_ALLOWED_ON_NON_LEAF, LDAP_SUCCESS },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(alterations); i++)
		if (faulty(s, alterations[i].fault) &&
		    s->message->op == alterations[i].op &&
		    a->code == alterations[i].from) {
			a->code = alterations[i].to;
			return;
		}
}

/* A notification that nobody asked for: RFC 4511 4.4. */
static void
notify(const struct ldap_session *s)
{
	const struct ber_out o = out_of(s);

	ldap_put_answer(&o, 0, LDAP_EXTENDED_RESPONSE,
	    &(struct ldap_answer){ .code = LDAP_SUCCESS,
		.matched = SPAN(""),
		.text = SPAN("a notification"),
		.oid = "1.3.6.1.4.1.4203.1.999.2" });
}

/* Permitted as well. */
static void
vary(const struct ldap_session *s, struct ldap_answer *a)
{
	if (varies(s, VARIANT_LDAP_MATCHED_EMPTY))
		a->matched = SPAN("");
	if (varies(s, VARIANT_LDAP_TEXT_CHINESE))
		a->text = SPAN("\xe5\xb7\xb2\xe5\xa4\x84\xe7\x90\x86");
	if (varies(s, VARIANT_LDAP_NOTIFIES))
		notify(s);
	if (varies(s, VARIANT_LDAP_UNBOUND_NO_OBJECT) && s->name == NULL &&
	    a->code == LDAP_INSUFFICIENT_ACCESS_RIGHTS)
		a->code = LDAP_NO_SUCH_OBJECT;
}

void
ldap_answer_whole(struct ldap_session *s, const struct ldap_answer *a)
{
	const struct ber_out o = out_of(s);
	const unsigned op = ldap_answer_to(s->message->op);
	struct ldap_answer altered = *a;

	alter(s, &altered);
	vary(s, &altered);
	if (op == LDAP_BIND_RESPONSE &&
	    faulty(s, FAULT_LDAP_SIMPLE_CREDENTIALS))
		altered.credentials = SPAN("x");
	if (op != 0)
		ldap_put_answer(&o, s->message->id, op, &altered);
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
	struct ldap_answer varied = *a;

	vary(s, &varied);
	ldap_put_answer(&o, s->hunt.id, LDAP_SEARCH_DONE, &varied);
	ldap_hunt_end(s);
}

/* ---- entries ---- */

/* Faults: what is shown to whoever asks for all. */
static bool
is_shown(const struct ldap_session *s, unsigned flags)
{
	return (faulty(s, FAULT_LDAP_OPERATIONAL_SHOWN) &&
		   (flags & ATTR_OURS)) ||
	       (faulty(s, FAULT_LDAP_ROOT_SHOWN) && (flags & ATTR_DSA));
}

/* How its description was asked for, where it was named. */
static const struct entry_description *
asked_as(const struct ldap_selection *w, const struct directory_value *v)
{
	for (size_t i = 0; i < w->n; i++)
		if (entry_is(v, &w->of[i]))
			return &w->of[i];
	return NULL;
}

/* A variant: certificates and lists are for those who ask for ;binary. */
static bool
is_withheld(const struct ldap_session *s, const struct directory_value *v)
{
	const struct entry_description *d = asked_as(&s->hunt.selection, v);

	return varies(s, VARIANT_PUBLISH_BINARY_ONLY) &&
	       (schema_attribute(v->type)->flags & ATTR_AS_BINARY) &&
	       (d == NULL || d->plain);
}

static bool
is_wanted(const struct ldap_session *s, const struct directory_value *v)
{
	const struct ldap_selection *w = &s->hunt.selection;
	const unsigned flags = schema_attribute(v->type)->flags;

	if (is_withheld(s, v))
		return false;
	if (flags & ATTR_SECRET && faulty(s, FAULT_LDAP_PASSWORD_AMONG_ALL))
		return w->user;
	if (flags & ATTR_SECRET && !faulty(s, FAULT_LDAP_PASSWORD_NAMED))
		return false;
	if (v->type == ATTR_OBJECT_CLASS &&
	    faulty(s, FAULT_LDAP_OBJECT_CLASS_HIDDEN))
		return false;
	if (flags & ATTR_SECRET)
		; /* named, by a fault */
	else if ((flags & ATTR_NOT_USER ? w->operational : w->user) ||
		 (w->user && is_shown(s, flags)))
		return true;
	return asked_as(w, v) != NULL;
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

/* What was written from "at" on. */
static void
to_capitals(struct buf *b, size_t at)
{
	for (size_t i = at; i < b->len; i++)
		if (b->data[i] >= 'a' && b->data[i] <= 'z')
			b->data[i] = (char)(b->data[i] - 'a' + 'A');
}

enum naming { NAMED, IN_CAPITALS, WITHOUT_BINARY };

/* Faults: what RFC 4522 5, 6 want ";binary" behind goes without. */
static bool
is_named_plain(const struct ldap_session *s, const struct directory_value *v)
{
	const struct entry_description *d = asked_as(&s->hunt.selection, v);

	if (!(schema_attribute(v->type)->flags & ATTR_AS_BINARY))
		return false;
	return d == NULL ? faulty(s, FAULT_PUBLISH_ALL_PLAIN)
			 : d->plain && faulty(s, FAULT_PUBLISH_PLAIN);
}

static enum naming
naming_of(const struct ldap_session *s, const struct directory_value *v)
{
	return varies(s, VARIANT_LDAP_NAMES_IN_CAPITALS) ? IN_CAPITALS
	       : is_named_plain(s, v)                    ? WITHOUT_BINARY
							 : NAMED;
}

/* PartialAttribute, from its first value on */
static void
put_attribute(const struct ber_out *o, const struct directory_entry *e,
    size_t first, bool types_only, enum naming naming)
{
	const size_t seq = ber_begin(o, BER_SEQUENCE);
	size_t part = ber_begin(o, BER_OCTETS);

	if (naming == WITHOUT_BINARY)
		buf_add(o->to, schema_attribute_name(e->values[first].type));
	else
		entry_name(&e->values[first], o->to);
	if (naming == IN_CAPITALS)
		to_capitals(o->to, part);
	ber_end(o, part);
	part = ber_begin(o, BER_SET);
	for (size_t i = first; i < e->n && !types_only; i++)
		if (is_same_type(&e->values[i], &e->values[first]))
			ber_put_octets(o, BER_OCTETS, e->values[i].value);
	ber_end(o, part);
	ber_end(o, seq);
}

/* A fault: it was named so often, and comes again. */
static void
put_again(const struct ldap_session *s, const struct ber_out *o,
    const struct directory_entry *e, size_t first)
{
	size_t named = 0;

	for (size_t i = 0; i < s->hunt.selection.n; i++)
		named += entry_is(&e->values[first], &s->hunt.selection.of[i]);
	while (named-- > 1)
		put_attribute(o, e, first, s->hunt.types_only, NAMED);
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
	ber_put_octets(&o,
	    faulty(s, FAULT_LDAP_NAME_CONSTRUCTED)
		? BER_OCTETS | BER_CONSTRUCTED
		: BER_OCTETS,
	    span_of(e->dn));
	list = ber_begin(&o, BER_SEQUENCE);
	for (size_t k = 0; k < e->n; k++) {
		const size_t i = varies(s, VARIANT_LDAP_ATTRIBUTES_REVERSED)
				     ? e->n - 1 - k
				     : k;

		if (is_wanted(s, &e->values[i]) && !came_before(e, i)) {
			put_attribute(&o, e, i,
			    s->hunt.types_only &&
				!faulty(s, FAULT_LDAP_TYPES_WITH_VALUES),
			    naming_of(s, &e->values[i]));
			if (faulty(s, FAULT_LDAP_ATTRIBUTE_TWICE))
				put_again(s, &o, e, i);
		}
	}
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

/* RFC 4511 4.5.3: APPLICATION 19 */
void
ldap_send_reference(struct ldap_session *s)
{
	const struct ber_out o = out_of(s);
	const size_t message = ber_begin(&o, BER_SEQUENCE);
	size_t body;

	ber_put_integer(&o, BER_INTEGER, s->hunt.id);
	body = ber_begin(&o, LDAP_SEARCH_REFERENCE);
	ber_put_octets(&o, BER_OCTETS,
	    SPAN("ldap://elsewhere.example.test/ou=branch," DIRECTORY_BASE
		 "??sub"));
	ber_end(&o, body);
	ber_end(&o, message);
}

/* ---- the end, and the record ---- */

void
ldap_disconnect(struct ldap_session *s, enum ldap_code code, const char *text)
{
	const struct ber_out o = out_of(s);

	ldap_hunt_end(s);
	s->next = SESSION_HANG_UP;
	if (faulty(s, FAULT_LDAP_NO_NOTICE))
		return;
	ldap_put_answer(&o, 0, LDAP_EXTENDED_RESPONSE,
	    &(struct ldap_answer){ .code = code,
		.matched = SPAN(""),
		.text = span_of(text),
		.oid = LDAP_NOTICE });
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
