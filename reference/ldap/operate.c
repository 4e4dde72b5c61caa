/* SPDX-License-Identifier: MIT */
/* Which operations there are, who may do them, and their controls. */
#include "reference/ldap/inner.h"

/* Who may. */
enum who {
	ANYBODY,
	READERS, /* whoever has bound */
	ADMINISTRATORS,
};

struct operation {
	unsigned op;
	enum who who;
	bool paged; /* takes the control of RFC 2696 */
	void (*run)(struct ldap_session *, const struct ldap_message *);
};

static void
run_unbind(struct ldap_session *s, const struct ldap_message *m)
{
	(void)m;
	if (!faulty(s, FAULT_LDAP_UNBIND_IGNORED))
		s->next = SESSION_HANG_UP;
}

/* What it names is over, or was abandoned while it waited: session.c. */
static void
run_abandon(struct ldap_session *s, const struct ldap_message *m)
{
	const struct ber_out o = { s->out, false };

	if (faulty(s, FAULT_LDAP_ABANDON_ANSWERED))
		ldap_put_answer(&o, m->id, LDAP_EXTENDED_RESPONSE,
		    &(struct ldap_answer){ .code = LDAP_PROTOCOL_ERROR,
			.matched = SPAN(""),
			.text = SPAN("") });
	if (faulty(s, FAULT_LDAP_ABANDON_DEAFENS))
		s->deaf = true;
}

/* clang-format off */
static const struct operation operations[] = {
	{ LDAP_BIND_REQUEST,	 ANYBODY,	 false, ldap_run_bind },
	{ LDAP_UNBIND_REQUEST,	 ANYBODY,	 false, run_unbind },
	{ LDAP_ABANDON_REQUEST,	 ANYBODY,	 false, run_abandon },
	{ LDAP_EXTENDED_REQUEST, ANYBODY,	 false, ldap_run_extended },
	/* the rootDSE is everybody's: looked at there */
	{ LDAP_SEARCH_REQUEST,	 ANYBODY,	 true,	ldap_run_search },
	{ LDAP_COMPARE_REQUEST,	 READERS,	 false, ldap_run_compare },
	{ LDAP_ADD_REQUEST,	 ADMINISTRATORS, false, ldap_run_add },
	{ LDAP_MODIFY_REQUEST,	 ADMINISTRATORS, false, ldap_run_modify },
	{ LDAP_DELETE_REQUEST,	 ADMINISTRATORS, false, ldap_run_delete },
	{ LDAP_RENAME_REQUEST,	 ADMINISTRATORS, false, ldap_run_rename },
};
/* clang-format on */

static const struct operation *
find_operation(unsigned op)
{
	for (size_t i = 0; i < COUNT(operations); i++)
		if (operations[i].op == op)
			return &operations[i];
	return NULL; /* ldap_read() lets none of these through */
}

static bool
writes_certificates(const struct ldap_message *m)
{
	const struct span what = SPAN("userCertificate");

	return span_find(m->body.rest, what) < m->body.rest.len;
}

/* Faults: who may do what he may not. */
static bool
is_let(const struct ldap_session *s, const struct ldap_message *m)
{
	static const struct {
		enum fault fault;
		enum ldap_op op;
		bool bound;
	} let[] = {
		{ FAULT_LDAP_ANONYMOUS_COMPARES, LDAP_COMPARE_REQUEST, false },
		{ FAULT_LDAP_USERS_MODIFY, LDAP_MODIFY_REQUEST, true },
		{ FAULT_LDAP_USERS_ADD, LDAP_ADD_REQUEST, true },
		{ FAULT_LDAP_ANYBODY_ADDS, LDAP_ADD_REQUEST, false },
	};

	for (size_t i = 0; i < COUNT(let); i++)
		if (faulty(s, let[i].fault))
			return m->op == let[i].op &&
			       let[i].bound == (s->name != NULL);
	return faulty(s, FAULT_PUBLISH_BY_ANYBODY) &&
	       m->op == LDAP_MODIFY_REQUEST && s->name != NULL &&
	       writes_certificates(m);
}

static bool
may(const struct ldap_session *s, enum who who)
{
	return who == ANYBODY || (who == READERS && s->name != NULL) ||
	       s->administrator;
}

/* ---- controls: RFC 4511 4.1.11 ---- */

enum controls {
	CONTROLS_FINE,
	CONTROLS_GARBLED,
	CONTROLS_UNKNOWN, /* one of them, and it is critical */
	CONTROLS_WRONG,   /* the value of one that is known */
};

static enum controls
take_control(struct ldap_session *s, const struct operation *o,
    const struct ldap_control *c)
{
	if ((faulty(s, FAULT_LDAP_CRITICAL_IGNORED) &&
		o->op == LDAP_SEARCH_REQUEST) ||
	    (faulty(s, FAULT_LDAP_MODIFY_CRITICAL) &&
		o->op == LDAP_MODIFY_REQUEST))
		return CONTROLS_FINE;
	if (c->critical && faulty(s, FAULT_LDAP_PAGED_NOT_CRITICAL))
		return CONTROLS_UNKNOWN;
	if (!c->critical && faulty(s, FAULT_LDAP_CONTROL_REFUSED) &&
	    !span_eq(c->oid, SPAN(LDAP_PAGED)))
		return CONTROLS_UNKNOWN;
	if (!o->paged || !span_eq(c->oid, SPAN(LDAP_PAGED)))
		return c->critical ? CONTROLS_UNKNOWN : CONTROLS_FINE;
	if (c->value.ptr == NULL || s->page != NULL ||
	    !ldap_read_page(c->value, &s->asked_page))
		return CONTROLS_WRONG;
	s->page = &s->asked_page;
	return CONTROLS_FINE;
}

static enum controls
take_controls(struct ldap_session *s, const struct operation *o,
    const struct ldap_message *m)
{
	struct ber list = m->controls;
	enum controls got = CONTROLS_FINE;
	struct ldap_control c;

	while (got == CONTROLS_FINE && ldap_read_control(&list, &c))
		got = take_control(s, o, &c);
	return list.bad ? CONTROLS_GARBLED : got;
}

void
ldap_obey(struct ldap_session *s, const struct ldap_message *m)
{
	const struct operation *o = find_operation(m->op);

	if (o == NULL)
		return;
	switch (take_controls(s, o, m)) {
	case CONTROLS_GARBLED:
		ldap_disconnect(
		    s, LDAP_PROTOCOL_ERROR, "the controls are garbled");
		return;
	case CONTROLS_UNKNOWN:
		/* these have no answer, and nothing that could be critical */
		if (faulty(s, FAULT_LDAP_UNBIND_CONTROLLED))
			return;
		if (ldap_answer_to(m->op) == 0)
			break;
		ldap_answer(s, LDAP_UNAVAILABLE_CRITICAL_EXTENSION,
		    "a critical control is not known here");
		return;
	case CONTROLS_WRONG:
		ldap_answer(
		    s, LDAP_PROTOCOL_ERROR, "the value of a control is wrong");
		return;
	case CONTROLS_FINE:
		break;
	}
	if (!may(s, o->who) && !is_let(s, m)) {
		ldap_answer(s, LDAP_INSUFFICIENT_ACCESS_RIGHTS,
		    s->name == NULL ? "bind first" : "administrators only");
		return;
	}
	o->run(s, m);
}
