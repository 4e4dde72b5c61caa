/* SPDX-License-Identifier: MIT */
/* Extended operations: RFC 4511 4.12. */
#include "reference/ldap/inner.h"

/* RFC 4511 4.14 */
static void
run_starttls(struct ldap_session *s, const struct ldap_extended *e)
{
	struct ldap_answer a = { .code = LDAP_SUCCESS,
		.matched = SPAN(""),
		.text = SPAN(""),
		.oid = LDAP_STARTTLS };

	if (varies(s, VARIANT_LDAP_STARTTLS_UNNAMED))
		a.oid = NULL;
	if (e->value.ptr != NULL) {
		a.code = LDAP_PROTOCOL_ERROR;
		a.text = SPAN("StartTLS has no value");
	} else if (s->tls) {
		a.code = LDAP_OPERATIONS_ERROR;
		a.text = SPAN("there is TLS already");
	} else if (faulty(s, FAULT_LDAP_STARTTLS_UNAVAILABLE)) {
		a.code = LDAP_UNAVAILABLE;
	} else {
		s->next = SESSION_START_TLS;
	}
	if (faulty(s, FAULT_LDAP_STARTTLS_VALUE))
		a.value = SPAN("x");
	ldap_answer_whole(s, &a);
}

/* RFC 4532 2.2: an authzId as RFC 4513 5.2.1.8 has it */
static void
run_who_am_i(struct ldap_session *s, const struct ldap_extended *e)
{
	struct buf id;

	if (e->value.ptr != NULL) {
		ldap_answer(s, LDAP_PROTOCOL_ERROR, "Who am I has no value");
		return;
	}
	buf_init(&id, DN_KEY);
	if (s->name != NULL && varies(s, VARIANT_LDAP_AUTHZID_OF_USER))
		buf_addf(&id, "u:%s", s->user);
	else if (s->name != NULL)
		buf_addf(&id, "%s%s",
		    faulty(s, FAULT_LDAP_AUTHZID_BARE) ? "" : "dn:", s->name);
	ldap_answer_whole(s, &(struct ldap_answer){ .code = LDAP_SUCCESS,
				 .matched = SPAN(""),
				 .text = SPAN(""),
				 .value = { buf_text(&id), id.len } });
	buf_free(&id);
}

/* RFC 3909 2.1: cancelRequestValue; whoever could be meant is over by now. */
static void
run_cancel(struct ldap_session *s, const struct ldap_extended *e)
{
	struct ber value = ber_of(e->value);
	struct ber seq = ber_enter(&value, BER_SEQUENCE);

	(void)ber_integer(&seq, BER_INTEGER, 0, INT32_MAX);
	if (e->value.ptr == NULL || !ber_leave(&value, &seq))
		ldap_answer(
		    s, LDAP_PROTOCOL_ERROR, "Cancel has a message ID in it");
	else
		ldap_answer(
		    s, LDAP_NO_SUCH_OPERATION, "nothing of that ID goes on");
}

static const struct {
	struct span oid;
	void (*run)(struct ldap_session *, const struct ldap_extended *);
} extensions[] = {
	{ SPAN_INIT(LDAP_STARTTLS), run_starttls },
	{ SPAN_INIT(LDAP_WHO_AM_I), run_who_am_i },
	{ SPAN_INIT(LDAP_CANCEL), run_cancel },
};

void
ldap_run_extended(struct ldap_session *s, const struct ldap_message *m)
{
	struct ldap_extended e;

	if (!ldap_read_extended(m->body, &e)) {
		ldap_disconnect(
		    s, LDAP_PROTOCOL_ERROR, "the request is garbled");
		return;
	}
	for (size_t i = 0; i < COUNT(extensions); i++)
		if (span_eq(e.oid, extensions[i].oid)) {
			extensions[i].run(s, &e);
			return;
		}
	ldap_answer(s, LDAP_PROTOCOL_ERROR, "no such extended operation");
}
