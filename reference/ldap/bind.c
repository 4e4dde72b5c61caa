/* SPDX-License-Identifier: MIT */
/* Bind: RFC 4511 4.2, RFC 4513 5. */
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/ldap/inner.h"

enum { SIMPLE = BER_CONTEXT | 0 };

void
ldap_become_anonymous(struct ldap_session *s)
{
	free(s->name);
	free(s->user);
	s->name = s->user = NULL;
	s->administrator = false;
}

static void
become(struct ldap_session *s, const struct directory_entry *e)
{
	s->name = mem_text(span_of(e->dn));
	s->user = mem_text(span_of(e->user));
	s->administrator = e->administrator;
}

static bool
is_right(struct ldap_session *s, struct span user, struct span password)
{
	const struct login l = {
		.site = s->site,
		.service = s->implicit ? "ldaps" : "ldap",
		.peer = s->peer,
	};
	struct sasl sasl = { 0 };
	const bool right = login_by_password(&l, &sasl, user, password, s->now);

	sasl_end(&sasl);
	return right;
}

/* Takes as long for a name that nobody has: RFC 4513 6.3.1. */
static void
bind_by_password(struct ldap_session *s, const struct ldap_bind *b)
{
	struct directory_entry e = { 0 };
	struct span user = b->name;

	if (directory_by_dn(s->site->store, b->name, &e) && e.user[0] != '\0')
		user = span_of(e.user);
	if (is_right(s, user, b->password) && e.user != NULL) {
		become(s, &e);
		ldap_answer(s, LDAP_SUCCESS, "");
	} else {
		ldap_answer(s, LDAP_INVALID_CREDENTIALS, "");
	}
	directory_entry_free(&e);
}

static void
bind_simply(struct ldap_session *s, const struct ldap_bind *b)
{
	struct dn dn;

	if (b->name.len == 0 && b->password.len == 0)
		ldap_answer(s, LDAP_SUCCESS, ""); /* RFC 4513 5.1.1 */
	else if (b->password.len == 0)            /* RFC 4513 5.1.2 */
		ldap_answer(
		    s, LDAP_UNWILLING_TO_PERFORM, "a name without a password");
	else if (!s->tls) /* RFC 4513 6.3.1 */
		ldap_answer(s, LDAP_CONFIDENTIALITY_REQUIRED,
		    "no password without TLS: StartTLS first");
	else if (!dn_parse(b->name, &dn))
		ldap_answer(s, LDAP_INVALID_DN_SYNTAX, "");
	else
		bind_by_password(s, b);
}

void
ldap_run_bind(struct ldap_session *s, const struct ldap_message *m)
{
	struct ldap_bind b;

	if (!ldap_read_bind(m->body, &b)) {
		ldap_disconnect(
		    s, LDAP_PROTOCOL_ERROR, "the request is garbled");
		return;
	}
	/* whoever it was: RFC 4513 4 */
	ldap_become_anonymous(s);
	if (b.version != 3)
		ldap_answer(s, LDAP_PROTOCOL_ERROR, "version 3 is spoken here");
	else if (b.method != SIMPLE)
		ldap_answer(s, LDAP_AUTH_METHOD_NOT_SUPPORTED,
		    "simple bind is all there is");
	else
		bind_simply(s, &b);
}
