/* SPDX-License-Identifier: MIT */
#include "reference/ldap/message.h"

/* clang-format off */
static const struct {
	unsigned request, answer;
} answers[] = {
	{ LDAP_BIND_REQUEST,		LDAP_BIND_RESPONSE },
	{ LDAP_UNBIND_REQUEST,		0 },
	{ LDAP_SEARCH_REQUEST,		LDAP_SEARCH_DONE },
	{ LDAP_MODIFY_REQUEST,		LDAP_MODIFY_RESPONSE },
	{ LDAP_ADD_REQUEST,		LDAP_ADD_RESPONSE },
	{ LDAP_DELETE_REQUEST,		LDAP_DELETE_RESPONSE },
	{ LDAP_RENAME_REQUEST,		LDAP_RENAME_RESPONSE },
	{ LDAP_COMPARE_REQUEST,		LDAP_COMPARE_RESPONSE },
	{ LDAP_ABANDON_REQUEST,		0 },
	{ LDAP_EXTENDED_REQUEST,	LDAP_EXTENDED_RESPONSE },
};
/* clang-format on */

static bool
is_request(unsigned op)
{
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
		if (answers[i].request == op)
			return true;
	return false;
}

unsigned
ldap_answer_to(unsigned op)
{
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
		if (answers[i].request == op)
			return answers[i].answer;
	return 0;
}

/* ---- reading ---- */

bool
ldap_read(struct span octets, struct ldap_message *m)
{
	struct ber all = ber_of(octets);
	struct ber seq = ber_enter(&all, BER_SEQUENCE);

	m->id = (int32_t)ber_integer(&seq, BER_INTEGER, 1, INT32_MAX);
	m->op = ber_peek(&seq);
	m->content = ber_octets(&seq, m->op);
	m->body = ber_of(m->content);
	m->controls = ber_of(SPAN(""));
	if (ber_is(&seq, BER_CONTEXT | BER_CONSTRUCTED | 0))
		m->controls =
		    ber_enter(&seq, BER_CONTEXT | BER_CONSTRUCTED | 0);
	return ber_leave(&all, &seq) && !ber_more(&all) && is_request(m->op);
}

bool
ldap_read_control(struct ber *b, struct ldap_control *c)
{
	struct ber seq;

	if (!ber_more(b))
		return false;
	seq = ber_enter(b, BER_SEQUENCE);
	c->oid = ber_octets(&seq, BER_OCTETS);
	c->critical =
	    ber_is(&seq, BER_BOOLEAN) && ber_boolean(&seq, BER_BOOLEAN);
	c->value = ber_optional(&seq, BER_OCTETS);
	return ber_leave(b, &seq);
}

/*
 * BindRequest ::= [APPLICATION 0] SEQUENCE {
 *	version INTEGER (1 ..  127), name LDAPDN,
 *	authentication CHOICE { simple [0] OCTET STRING,
 *				sasl [3] SaslCredentials, ... } }
 */
bool
ldap_read_bind(struct ber b, struct ldap_bind *bind)
{
	bind->version = ber_integer(&b, BER_INTEGER, 1, 127);
	bind->name = ber_octets(&b, BER_OCTETS);
	bind->method = ber_peek(&b);
	bind->password = ber_octets(&b, bind->method);
	return !b.bad;
}

/*
 * SearchRequest ::= [APPLICATION 3] SEQUENCE {
 *	baseObject LDAPDN, scope ENUMERATED, derefAliases ENUMERATED,
 *	sizeLimit INTEGER (0 ..  maxInt), timeLimit INTEGER (0 ..  maxInt),
 *	typesOnly BOOLEAN, filter Filter, attributes AttributeSelection }
 */
bool
ldap_read_search(struct ber b, struct ldap_search *s)
{
	s->base = ber_octets(&b, BER_OCTETS);
	s->scope = ber_integer(&b, BER_ENUMERATED, INT32_MIN, INT32_MAX);
	s->deref = ber_integer(&b, BER_ENUMERATED, INT32_MIN, INT32_MAX);
	s->size_limit = ber_integer(&b, BER_INTEGER, 0, INT32_MAX);
	s->time_limit = ber_integer(&b, BER_INTEGER, 0, INT32_MAX);
	s->types_only = ber_boolean(&b, BER_BOOLEAN);
	s->filter_octets = ber_element(&b);
	s->filter = ber_of(s->filter_octets);
	s->attributes = ber_enter(&b, BER_SEQUENCE);
	return !b.bad;
}

/*
 * CompareRequest ::= [APPLICATION 14] SEQUENCE {
 *	entry LDAPDN, ava SEQUENCE { attributeDesc, assertionValue } }
 */
bool
ldap_read_compare(struct ber b, struct ldap_compare *c)
{
	struct ber ava;

	c->name = ber_octets(&b, BER_OCTETS);
	ava = ber_enter(&b, BER_SEQUENCE);
	c->attribute = ber_octets(&ava, BER_OCTETS);
	c->value = ber_octets(&ava, BER_OCTETS);
	return ber_leave(&b, &ava);
}

/*
 * ModifyDNRequest ::= [APPLICATION 12] SEQUENCE {
 *	entry LDAPDN, newrdn RelativeLDAPDN, deleteoldrdn BOOLEAN,
 *	newSuperior [0] LDAPDN OPTIONAL }
 */
bool
ldap_read_rename(struct ber b, struct ldap_rename *r)
{
	r->name = ber_octets(&b, BER_OCTETS);
	r->rdn = ber_octets(&b, BER_OCTETS);
	r->delete_old = ber_boolean(&b, BER_BOOLEAN);
	r->superior = ber_optional(&b, BER_CONTEXT | 0);
	return !b.bad;
}

/*
 * ExtendedRequest ::= [APPLICATION 23] SEQUENCE {
 *	requestName [0] LDAPOID, requestValue [1] OCTET STRING OPTIONAL }
 */
bool
ldap_read_extended(struct ber b, struct ldap_extended *e)
{
	e->oid = ber_octets(&b, BER_CONTEXT | 0);
	e->value = ber_optional(&b, BER_CONTEXT | 1);
	return !b.bad;
}

/* realSearchControlValue ::= SEQUENCE { size INTEGER, cookie OCTET STRING } */
bool
ldap_read_page(struct span value, struct ldap_page *p)
{
	struct ber b = ber_of(value);
	struct ber seq = ber_enter(&b, BER_SEQUENCE);

	p->size = ber_integer(&seq, BER_INTEGER, 0, INT32_MAX);
	p->cookie = ber_octets(&seq, BER_OCTETS);
	return ber_leave(&b, &seq);
}

/* SEQUENCE { LDAPDN, SEQUENCE OF ... } */
bool
ldap_read_list(struct ber b, struct span *name, struct ber *list)
{
	*name = ber_octets(&b, BER_OCTETS);
	*list = ber_enter(&b, BER_SEQUENCE);
	return !b.bad;
}

/* PartialAttribute ::= SEQUENCE { type, vals SET OF value } */
bool
ldap_next_attribute(struct ber *list, struct ldap_attribute *a)
{
	struct ber seq;

	if (!ber_more(list))
		return false;
	seq = ber_enter(list, BER_SEQUENCE);
	a->description = ber_octets(&seq, BER_OCTETS);
	a->values = ber_enter(&seq, BER_SET);
	return ber_leave(list, &seq);
}

/* change SEQUENCE { operation ENUMERATED, modification PartialAttribute } */
bool
ldap_next_change(struct ber *list, int64_t *operation, struct ldap_attribute *a)
{
	struct ber seq;

	if (!ber_more(list))
		return false;
	seq = ber_enter(list, BER_SEQUENCE);
	*operation = ber_integer(&seq, BER_ENUMERATED, INT32_MIN, INT32_MAX);
	if (!ldap_next_attribute(&seq, a))
		seq.bad = true;
	return ber_leave(list, &seq);
}

/* ---- writing ---- */

static void
put_page(const struct ber_out *o, const struct ldap_page *page)
{
	const size_t controls = ber_begin(o, BER_CONTEXT | BER_CONSTRUCTED | 0);
	const size_t control = ber_begin(o, BER_SEQUENCE);
	size_t value, seq;

	ber_put_octets(o, BER_OCTETS, SPAN(LDAP_PAGED));
	value = ber_begin(o, BER_OCTETS);
	seq = ber_begin(o, BER_SEQUENCE);
	ber_put_integer(o, BER_INTEGER, page->size);
	ber_put_octets(o, BER_OCTETS, page->cookie);
	ber_end(o, seq);
	ber_end(o, value);
	ber_end(o, control);
	ber_end(o, controls);
}

/* LDAPResult, and what an ExtendedResponse has more */
void
ldap_put_answer(const struct ber_out *o, int32_t id, unsigned op,
    const struct ldap_answer *a)
{
	const size_t message = ber_begin(o, BER_SEQUENCE);
	size_t body;

	ber_put_integer(o, BER_INTEGER, id);
	body = ber_begin(o, op);
	ber_put_integer(o, BER_ENUMERATED, a->code);
	ber_put_octets(o, BER_OCTETS, a->matched);
	ber_put_octets(o, BER_OCTETS, a->text);
	if (a->credentials.ptr != NULL)
		ber_put_octets(o, BER_CONTEXT | 7, a->credentials);
	if (a->oid != NULL)
		ber_put_octets(o, BER_CONTEXT | 10, span_of(a->oid));
	if (a->value.ptr != NULL)
		ber_put_octets(o, BER_CONTEXT | 11, a->value);
	ber_end(o, body);
	if (a->page != NULL)
		put_page(o, a->page);
	ber_end(o, message);
}
