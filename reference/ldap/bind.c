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
	if (s->name != NULL && faulty(s, FAULT_LDAP_STAYS_FIRST))
		return;
	ldap_become_anonymous(s); /* it is, but for faults */
	s->name = mem_text(span_of(e->dn));
	s->user = mem_text(span_of(e->user));
	s->administrator = e->administrator;
}

static unsigned
bends_of(const struct ldap_session *s)
{
	/* clang-format off */
	static const struct {
		enum fault	fault;
		unsigned	bend;
	} bends[] = {
		{ FAULT_LDAP_NO_LOCKOUT, LOGIN_NO_LOCK },
		{ FAULT_LDAP_AUDIT_NO_LOGIN, LOGIN_NO_SUCCESS },
		{ FAULT_LDAP_AUDIT_NO_FAILURE, LOGIN_NO_FAILURE },
		{ FAULT_LDAP_AUDIT_LEAKS_PASSWORD, LOGIN_LEAKS },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(bends); i++)
		if (faulty(s, bends[i].fault))
			return bends[i].bend;
	return 0;
}

static bool
is_right(struct ldap_session *s, struct span user, struct span password)
{
	const struct login l = {
		.site = s->site,
		.service = s->implicit ? "ldaps" : "ldap",
		.peer = s->peer,
		.bends = bends_of(s),
	};
	struct sasl sasl = { 0 };
	const bool right = login_by_password(&l, &sasl, user, password, s->now);

	sasl_end(&sasl);
	return right;
}

/* Whose password it is not, and why: faults say so. */
static void
refuse(struct ldap_session *s, const struct directory_entry *e)
{
	s->spoilt = true;
	if (e->user == NULL && faulty(s, FAULT_LDAP_UNKNOWN_IS_NO_OBJECT))
		ldap_answer(s, LDAP_NO_SUCH_OBJECT, "");
	else
		ldap_answer(s, LDAP_INVALID_CREDENTIALS,
		    e->user == NULL && faulty(s, FAULT_LDAP_UNKNOWN_IS_TOLD)
			? "nobody is called so"
			: "");
}

/* A fault: or with a letter behind it. */
static bool
is_nearly_right(struct ldap_session *s, struct span user, struct span password)
{
	return is_right(s, user, password) ||
	       (faulty(s, FAULT_LDAP_PASSWORD_BEGINS) &&
		   is_right(s, user, span_take(password, password.len - 1)));
}

/* Takes as long for a name that nobody has: RFC 4513 6.3.1. */
static void
bind_by_password(struct ldap_session *s, const struct ldap_bind *b)
{
	struct directory_entry e = { 0 };
	struct span user = b->name;

	if (directory_by_dn(s->site->store, b->name, &e) && e.user[0] != '\0')
		user = span_of(e.user);
	if (is_nearly_right(s, user, b->password) && e.user != NULL &&
	    !(s->spoilt && faulty(s, FAULT_LDAP_WRONG_FOR_GOOD))) {
		become(s, &e);
		ldap_answer(s, LDAP_SUCCESS, "");
	} else {
		refuse(s, &e);
	}
	directory_entry_free(&e);
}

/* A fault. */
static void
bind_without_password(struct ldap_session *s, const struct ldap_bind *b)
{
	struct directory_entry e = { 0 };

	if (directory_by_dn(s->site->store, b->name, &e))
		become(s, &e);
	ldap_answer(s, LDAP_SUCCESS, "");
	directory_entry_free(&e);
}

static void
bind_simply(struct ldap_session *s, const struct ldap_bind *b)
{
	struct dn dn;

	if (b->name.len == 0 && b->password.len == 0)
		ldap_answer(s, /* RFC 4513 5.1.1 */
		    varies(s, VARIANT_LDAP_ANONYMOUS_REFUSED)
			? LDAP_INAPPROPRIATE_AUTHENTICATION
			: LDAP_SUCCESS,
		    "");
	else if (b->password.len == 0 && faulty(s, FAULT_LDAP_EMPTY_IS_ALICE))
		bind_without_password(s, b);
	else if (b->password.len == 0) /* RFC 4513 5.1.2 */
		ldap_answer(
		    s, LDAP_UNWILLING_TO_PERFORM, "a name without a password");
	else if (!s->tls && !faulty(s, FAULT_LDAP_CLEAR_BINDS) &&
		 !faulty(s, FAULT_LDAP_STARTTLS_COMPANY)) /* RFC 4513 6.3.1 */
		ldap_answer(s, LDAP_CONFIDENTIALITY_REQUIRED,
		    "no password without TLS: StartTLS first");
	else if (!dn_parse(b->name, &dn))
		ldap_answer(s, LDAP_INVALID_DN_SYNTAX, "");
	else
		bind_by_password(s, b);
}

/* Faults: who it was, until somebody else has bound. */
static bool
stays(const struct ldap_session *s, const struct ldap_bind *b)
{
	return b->name.len == 0 ? faulty(s, FAULT_LDAP_STAYS_AFTER_ANONYMOUS)
				: faulty(s, FAULT_LDAP_STAYS_AFTER_WRONG) ||
				      faulty(s, FAULT_LDAP_STAYS_FIRST);
}

void
ldap_run_bind(struct ldap_session *s, const struct ldap_message *m)
{
	struct ldap_bind b;

	if (!ldap_read_bind(m->body, &b)) {
		s->deaf = faulty(s, FAULT_LDAP_PASSES_CUT);
		if (s->deaf)
			return;
		ldap_disconnect(
		    s, LDAP_PROTOCOL_ERROR, "the request is garbled");
		return;
	}
	/* whoever it was: RFC 4513 4 */
	if (!stays(s, &b))
		ldap_become_anonymous(s);
	if (b.version != 3 && !faulty(s, FAULT_LDAP_ANY_VERSION))
		ldap_answer(s, LDAP_PROTOCOL_ERROR, "version 3 is spoken here");
	else if (b.method != SIMPLE)
		ldap_answer(s, LDAP_AUTH_METHOD_NOT_SUPPORTED,
		    "simple bind is all there is");
	else
		bind_simply(s, &b);
}
