/* SPDX-License-Identifier: MIT */
/* STARTTLS (RFC 3207) and AUTH (RFC 4954). */
#include <openssl/crypto.h>
#include <stdio.h>

#include "reference/smtp/inner.h"

/* ---- STARTTLS ---- */

void
smtp_run_starttls(struct smtp_session *s, struct span args)
{
	(void)args;
	if (s->tls) {
		smtp_reply(s, faulty(s, FAULT_STARTTLS_TWICE)
				  ? SMTP_TLS_READY
				  : SMTP_TLS_ALREADY);
		return;
	}
	if (varies(s, VARIANT_STARTTLS_REFUSES_COMPANY) && s->behind > 0) {
		smtp_reply(s, SMTP_TLS_ALONE);
		smtp_hang_up(s);
		return;
	}
	smtp_reply(s, SMTP_TLS_READY);
	s->next = SESSION_START_TLS;
	if (s->role == RELAY && faulty(s, FAULT_TLS_CUT_OFF))
		smtp_hang_up(s);
}

/* ---- AUTH ---- */

static bool
is_scram(const struct smtp_session *s)
{
	return s->auth.mechanism != NULL &&
	       span_casestarts(s->auth.mechanism->name, SPAN("SCRAM-"));
}

static bool
is_locked(const struct smtp_session *s, const struct account *a)
{
	if (faulty(s, FAULT_LOCKOUT_OF_CONNECTION))
		return s->logins_refused >= s->site->login_failures_most;
	if (faulty(s, FAULT_LOCKOUT_IGNORED_BY_SCRAM) && is_scram(s))
		return false;
	return a->locked_until_us > s->now.us && !faulty(s, FAULT_NO_LOCKOUT);
}

static void
note_login(struct smtp_session *s, bool success, const char *why)
{
	const bool leaks = faulty(s, FAULT_AUDIT_LEAKS_PASSWORD);

	if (success && faulty(s, FAULT_AUDIT_NO_LOGIN))
		return;
	if (!success && faulty(s, FAULT_AUDIT_NO_FAILURE))
		return;
	smtp_note(s,
	    !success && faulty(s, FAULT_AUDIT_FAILURE_NAMES_NOBODY)
		? SPAN("")
		: span_of(s->auth.user),
	    "login", success || faulty(s, FAULT_AUDIT_FAILURE_IS_SUCCESS),
	    "mechanism=%s%s%s%s", s->auth.mechanism->name.ptr, why,
	    leaks ? " response=" : "", leaks ? s->secret_text : "");
}

static void
login_failed(struct smtp_session *s)
{
	const struct site *site = s->site;
	struct sasl *a = &s->auth;

	const int times = faulty(s, FAULT_LOCKOUT_AFTER_TEN) ? 2 : 1;
	const int64_t lock_us = faulty(s, FAULT_LOCKOUT_OF_A_SECOND)
				    ? INT64_C(1000000)
				    : site->login_lock_us;

	note_login(s, false, "");
	s->login_refused = true;
	s->logins_refused++;
	if (!a->known || faulty(s, FAULT_NO_LOCKOUT) ||
	    faulty(s, FAULT_LOCKOUT_OF_CONNECTION) ||
	    (faulty(s, FAULT_LOCKOUT_MISSES_LOGIN) &&
		span_eq(s->auth.mechanism->name, SPAN("LOGIN"))) ||
	    (faulty(s, FAULT_LOCKOUT_MISSES_SUBMISSIONS) &&
		s->role == SUBMISSIONS))
		return;
	store_login_failed(site->store, a->account.id,
	    site->login_failures_most * times, lock_us, s->now);
	if (store_account(site->store, span_of(a->account.user), &a->account) &&
	    is_locked(s, &a->account))
		smtp_note(s, span_of(a->user), "lockout", true, "failures=%d",
		    a->account.failures);
}

static void
login_succeeded(struct smtp_session *s)
{
	if (s->auth.known)
		store_login_succeeded(s->site->store, s->auth.account.id);
	s->authenticated = true;
	s->by_plain = span_eq(s->auth.mechanism->name, SPAN("PLAIN"));
	s->account = s->auth.account;
	note_login(s, true, "");
}

void
smtp_end_auth(struct smtp_session *s, enum smtp_reply reply)
{
	s->input = IN_COMMANDS;
	sasl_end(&s->auth);
	OPENSSL_cleanse(s->secret_text, sizeof s->secret_text);
	smtp_reply(s, reply);
}

static void
ask(struct smtp_session *s, struct span challenge)
{
	struct buf text;

	buf_init(&text, SMTP_LINE_MOST);
	sasl_base64_encode(challenge, &text);
	s->input = IN_SASL;
	smtp_reply_with(s, SMTP_CHALLENGE, buf_text(&text));
	buf_free(&text);
}

static enum smtp_reply
success_of(const struct smtp_session *s)
{
	const struct span name = s->auth.mechanism->name;

	if (span_eq(name, SPAN("PLAIN")) && s->initial)
		return SMTP_AUTH_PLAIN_OK;
	return span_eq(name, SPAN("LOGIN")) ? SMTP_AUTH_LOGIN_OK : SMTP_AUTH_OK;
}

static void
refuse_login(struct smtp_session *s)
{
	const bool known = s->auth.known;

	login_failed(s);
	s->authenticated |= faulty(s, FAULT_AUTH_FAILURE_LETS_IN);
	smtp_end_auth(s, known ? SMTP_AUTH_FAILED : SMTP_AUTH_NOBODY);
}

/* The octets of an answer; NULL ptr: the client has not spoken yet. */
static void
step_auth(struct smtp_session *s, struct span answer)
{
	struct buf challenge;
	enum sasl_next next;

	buf_init(&challenge, SMTP_LINE_MOST);
	next = sasl_step(&s->auth, answer, &challenge);
	switch (next) {
	case SASL_ASK:
		ask(s, buf_span(&challenge));
		break;
	case SASL_BAD:
		smtp_end_auth(s, SMTP_AUTH_GARBLED);
		break;
	case SASL_NO:
		refuse_login(s);
		break;
	case SASL_YES:
		/* A locked account looks like a wrong password. */
		if (is_locked(s, &s->auth.account)) {
			note_login(s, false, " locked");
			smtp_end_auth(s, SMTP_AUTH_FAILED);
			break;
		}
		login_succeeded(s);
		smtp_end_auth(s, success_of(s));
		break;
	}
	buf_free(&challenge);
}

/* A response in base64, or "*": RFC 4954 4. */
void
smtp_take_answer(struct smtp_session *s, struct span text)
{
	struct buf octets;

	if (span_eq(text, SPAN("*"))) {
		if (faulty(s, FAULT_AUTH_CANCEL_IGNORED))
			ask(s, SPAN(""));
		else
			smtp_end_auth(s, SMTP_AUTH_CANCELLED);
		s->authenticated |= faulty(s, FAULT_AUTH_CANCEL_LETS_IN);
		return;
	}
	if (faulty(s, FAULT_AUDIT_LEAKS_PASSWORD))
		(void)snprintf(s->secret_text, sizeof s->secret_text, "%.*s",
		    SPAN_FMT(text));
	buf_init(&octets, SMTP_LINE_MOST);
	if (sasl_base64_decode(text, &octets))
		step_auth(s, octets.len == 0 ? SPAN("") : buf_span(&octets));
	else if (faulty(s, FAULT_AUTH_BAD_BASE64))
		ask(s, SPAN(""));
	else
		smtp_end_auth(s, SMTP_AUTH_GARBLED);
	if (octets.len > 0)
		OPENSSL_cleanse(octets.data, octets.len);
	buf_free(&octets);
}

static const struct sasl_mechanism *
find_mechanism(const struct smtp_session *s, struct span name)
{
	const struct sasl_mechanism *m = sasl_mechanism_find(name);

	if (varies(s, VARIANT_WITHOUT_PLAIN) && m != NULL &&
	    !span_casestarts(m->name, SPAN("SCRAM-")))
		return NULL;
	if (m == NULL && faulty(s, FAULT_AUTH_ANY_MECHANISM))
		return sasl_mechanism_find(SPAN("PLAIN"));
	return m;
}

/* RFC 4954 4, 6; the mechanisms we have need TLS, all of them. */
static enum smtp_reply
auth_objection(const struct smtp_session *s, const struct sasl_mechanism *m)
{
	const bool plain = m != NULL && span_eq(m->name, SPAN("PLAIN"));
	const bool login = m != NULL && span_eq(m->name, SPAN("LOGIN"));

	if (s->role == SUBMISSIONS &&
	    faulty(s, FAULT_SUBMISSIONS_WANT_STARTTLS))
		return SMTP_WANTS_STARTTLS;
	if (s->authenticated && !faulty(s, FAULT_AUTH_TWICE))
		return SMTP_AUTH_ALREADY;
	if (s->login_refused && faulty(s, FAULT_AUTH_ONE_ATTEMPT))
		return SMTP_BAD_ORDER;
	if (!s->tls && !(plain && faulty(s, FAULT_AUTH_IN_CLEAR)) &&
	    !(login && faulty(s, FAULT_LOGIN_IN_CLEAR)))
		return SMTP_AUTH_WANTS_TLS;
	return m == NULL ? SMTP_AUTH_UNKNOWN : SMTP_REPLY_COUNT;
}

void
smtp_run_auth(struct smtp_session *s, struct span args)
{
	const struct span name = span_cut(&args, ' ');
	const struct sasl_mechanism *mechanism = find_mechanism(s, name);
	const enum smtp_reply no = auth_objection(s, mechanism);

	if (no != SMTP_REPLY_COUNT) {
		smtp_reply(s, no);
		return;
	}
	s->initial = args.len > 0;
	if (!s->initial && faulty(s, FAULT_PLAIN_NEEDS_INITIAL) &&
	    span_eq(mechanism->name, SPAN("PLAIN"))) {
		smtp_reply(s, SMTP_BAD_ARGS);
		return;
	}
	sasl_start(&s->auth, mechanism, s->site->store, s->site->secret,
	    s->site->fault);
	s->auth.bends_scram =
	    s->role ==
	    (faulty(s, FAULT_SCRAM_REFUSED) ? SUBMISSION : SUBMISSIONS);
	if (!s->initial || sasl_mechanism_find(name) == NULL)
		step_auth(s, (struct span){ NULL, 0 });
	else if (span_eq(args, SPAN("=")))
		step_auth(s, SPAN(""));
	else
		smtp_take_answer(s, args);
}
