/* SPDX-License-Identifier: MIT */
/* STLS (RFC 2595 4), USER and PASS (RFC 1939 7), AUTH (RFC 5034). */
#include <openssl/crypto.h>
#include <stdio.h>

#include "reference/pop3/inner.h"

void
pop3_run_stls(struct pop3_session *s, struct span args)
{
	(void)args;
	if (s->tls) {
		pop3_reply(s, POP3_TLS_ALREADY);
		return;
	}
	pop3_reply(s, POP3_TLS_READY);
	if (!faulty(s, FAULT_POP3_STLS_SAYS_ERR))
		s->next = SESSION_START_TLS;
}

/* ---- who comes in ---- */

static struct login
login_of(const struct pop3_session *s)
{
	const unsigned bends =
	    (faulty(s, FAULT_POP3_NO_LOCKOUT) ? LOGIN_NO_LOCK : 0) |
	    (faulty(s, FAULT_POP3_AUDIT_NO_LOGIN) ? LOGIN_NO_SUCCESS : 0) |
	    (faulty(s, FAULT_POP3_AUDIT_NO_FAILURE) ? LOGIN_NO_FAILURE : 0) |
	    (faulty(s, FAULT_POP3_AUDIT_LEAKS_PASSWORD) ? LOGIN_LEAKS : 0);

	return (struct login){ .site = s->site,
		.service = s->implicit ? "pop3s" : "pop3",
		.peer = s->peer,
		.bends = bends };
}

/* The password was right: now the maildrop. */
static enum pop3_reply
come_in(struct pop3_session *s, enum pop3_reply yes)
{
	if (!drop_open(&s->drop, s->site->store, s->auth.account.id,
		faulty(s, FAULT_POP3_NO_MAILDROP_LOCK)))
		return POP3_IN_USE;
	s->state = TRANSACTION;
	return yes;
}

static enum pop3_reply
refusal(struct pop3_session *s)
{
	s->refused = true;
	return s->auth.known ? POP3_REFUSED : POP3_REFUSED_NOBODY;
}

/* ---- USER and PASS ---- */

/* Every name is fine: which ones there are is nobody's business. */
void
pop3_run_user(struct pop3_session *s, struct span args)
{
	if (!s->tls) {
		if (faulty(s, FAULT_POP3_STLS_KEEPS_USER))
			(void)snprintf(
			    s->user, sizeof s->user, "%.*s", SPAN_FMT(args));
		pop3_reply(s, POP3_TLS_FIRST);
		return;
	}
	if (args.len >= sizeof s->user || memchr(args.ptr, ' ', args.len)) {
		pop3_reply(s, POP3_BAD_ARGS);
		return;
	}
	(void)snprintf(s->user, sizeof s->user, "%.*s", SPAN_FMT(args));
	pop3_reply(s, POP3_USER_OK);
}

static bool
is_right(struct pop3_session *s, struct span user, struct span password)
{
	const struct login l = login_of(s);

	if (faulty(s, FAULT_POP3_PASS_REFUSED) ||
	    (faulty(s, FAULT_POP3S_PASS_REFUSED) && s->implicit) ||
	    (faulty(s, FAULT_POP3_ONE_ATTEMPT) && s->refused))
		return false;
	return login_by_password(&l, &s->auth, user, password, s->now);
}

/* All of what follows is the password, its spaces included. */
void
pop3_run_pass(struct pop3_session *s, struct span args)
{
	char user[sizeof s->user];
	enum pop3_reply reply;

	if (!s->tls || s->user[0] == '\0') {
		pop3_reply(s, s->tls ? POP3_USER_FIRST : POP3_TLS_FIRST);
		return;
	}
	memcpy(user, s->user, sizeof user);
	s->user[0] = '\0';
	if (is_right(s, span_of(user), args))
		reply = come_in(s, POP3_LOGGED_IN);
	else
		reply = refusal(s);
	if (faulty(s, FAULT_POP3_USER_LASTS))
		memcpy(s->user, user, sizeof user);
	sasl_end(&s->auth);
	pop3_reply(s, reply);
}

/* ---- AUTH ---- */

void
pop3_end_auth(struct pop3_session *s, enum pop3_reply reply)
{
	s->input = IN_COMMANDS;
	sasl_end(&s->auth);
	s->verb = SPAN("AUTH");
	pop3_reply(s, reply);
}

/* RFC 5034 4: "+" SP [base64] CRLF */
static void
ask(struct pop3_session *s, struct span challenge)
{
	struct buf text;

	buf_init(&text, POP3_LINE_MOST);
	sasl_base64_encode(challenge, &text);
	buf_addf(s->out, "+ %s\r\n", buf_text(&text));
	s->input = IN_SASL;
	buf_free(&text);
}

static void
finish(struct pop3_session *s, bool right)
{
	const struct login l = login_of(s);
	enum pop3_reply reply;

	if (login_settle(&l, &s->auth, right, s->now))
		reply = faulty(s, FAULT_POP3_AUTH_REFUSED)
			    ? POP3_REFUSED
			    : come_in(s, POP3_AUTHENTICATED);
	else
		reply = refusal(s);
	pop3_end_auth(s, reply);
}

/* The octets of an answer; NULL ptr: the client has not spoken yet. */
static void
step(struct pop3_session *s, struct span answer)
{
	struct buf challenge;
	enum sasl_next got;

	buf_init(&challenge, POP3_LINE_MOST);
	got = sasl_step(&s->auth, answer, &challenge);
	if (got == SASL_ASK)
		ask(s, buf_span(&challenge));
	else if (got == SASL_BAD)
		pop3_end_auth(s, POP3_GARBLED);
	else
		finish(s, got == SASL_YES);
	buf_free(&challenge);
}

/* A response in base64, or "*": RFC 5034 4. */
void
pop3_take_answer(struct pop3_session *s, struct span text)
{
	struct buf octets;

	if (span_eq(text, SPAN("*"))) {
		pop3_end_auth(s, POP3_CANCELLED);
		return;
	}
	buf_init(&octets, POP3_LINE_MOST);
	if (sasl_base64_decode(text, &octets))
		step(s, octets.len == 0 ? SPAN("") : buf_span(&octets));
	else
		pop3_end_auth(s, POP3_GARBLED);
	if (octets.len > 0)
		OPENSSL_cleanse(octets.data, octets.len);
	buf_free(&octets);
}

/* Faults of SCRAM that are known by another name elsewhere. */
static enum fault
sasl_fault(const struct pop3_session *s)
{
	static const enum fault same[][2] = {
		{ FAULT_POP3_SCRAM_AS_ANYBODY, FAULT_SCRAM_AS_ANYBODY },
		{ FAULT_POP3_SCRAM_NONCE_UNCHECKED,
		    FAULT_SCRAM_NONCE_UNCHECKED },
		{ FAULT_POP3_SCRAM_BINDING_UNCHECKED,
		    FAULT_SCRAM_BINDING_UNCHECKED },
		{ FAULT_POP3_SCRAM_ANY_PROOF, FAULT_SCRAM_ANY_PROOF },
		{ FAULT_POP3_SCRAM_NONCE_FIXED, FAULT_SCRAM_NONCE_FIXED },
		{ FAULT_POP3_SCRAM_BINDING_PROMISED,
		    FAULT_SCRAM_BINDING_PROMISED },
	};

	for (size_t i = 0; i < COUNT(same); i++)
		if (faulty(s, same[i][0]))
			return same[i][1];
	return s->site->fault;
}

void
pop3_run_auth(struct pop3_session *s, struct span args)
{
	const struct span name = span_cut(&args, ' ');
	const struct sasl_mechanism *m = sasl_mechanism_find(name);
	const bool clear = m != NULL && faulty(s, FAULT_POP3_AUTH_IN_CLEAR);

	if (!s->tls && !clear) {
		pop3_reply(s, POP3_TLS_FIRST);
		return;
	}
	if (m == NULL) {
		pop3_reply(s, POP3_NO_MECHANISM);
		return;
	}
	if (faulty(s, FAULT_POP3_AUTH_NEEDS_INITIAL) && args.len == 0 &&
	    m->client_first) {
		pop3_reply(s, POP3_BAD_ARGS);
		return;
	}
	if (faulty(s, FAULT_POP3_AUTH_INITIAL_REFUSED) && args.len > 0) {
		pop3_reply(s, POP3_BAD_ARGS);
		return;
	}
	sasl_start(&s->auth, m, s->site->store, s->site->secret, sasl_fault(s));
	if (args.len == 0)
		step(s, (struct span){ NULL, 0 });
	else if (span_eq(args, SPAN("=")))
		step(s, SPAN(""));
	else
		pop3_take_answer(s, args);
}
