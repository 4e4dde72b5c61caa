/* SPDX-License-Identifier: MIT */
/*
 * CAPABILITY (RFC 3501 6.1.1), STARTTLS (6.2.1), AUTHENTICATE (6.2.2, RFC
 * 4959) and LOGIN (6.2.3).
 */
#include <openssl/crypto.h>

#include "reference/imap/inner.h"
#include "reference/login.h"

enum { SASL_MOST = 12288 }; /* octets of a message in base64 */

/* ---- CAPABILITY ---- */

/* When something is offered, as a set. */
enum {
	IN_CLEAR = 1 << 0,
	IN_TLS = 1 << 1, /* before the login */
	INSIDE = 1 << 2, /* after it */
	OUTSIDE = IN_CLEAR | IN_TLS,
	ALWAYS = OUTSIDE | INSIDE,
};

/* clang-format off */
static const struct {
	const char	*name;
	unsigned	 when;
	enum fault	 hidden_by;
} capabilities[] = {
	{ "IMAP4rev1",		ALWAYS,		FAULT_NONE },
	{ "LITERAL+",		ALWAYS,		FAULT_NONE },
	{ "SASL-IR",		OUTSIDE,	FAULT_NONE },
	{ "ID",			ALWAYS,		FAULT_NONE },
	{ "ENABLE",		ALWAYS,		FAULT_NONE },
	{ "STARTTLS",		IN_CLEAR,	FAULT_NONE },
	{ "LOGINDISABLED",	IN_CLEAR,	FAULT_NONE },
	{ "AUTH=PLAIN",		IN_TLS,		FAULT_NONE },
	{ "AUTH=LOGIN",		IN_TLS,		FAULT_NONE },
	{ "AUTH=SCRAM-SHA-256",	IN_TLS,		FAULT_NONE },
	{ "IDLE",		INSIDE,		FAULT_NONE },
	{ "NAMESPACE",		INSIDE,		FAULT_NONE },
	{ "CHILDREN",		INSIDE,		FAULT_NONE },
	{ "SPECIAL-USE",	INSIDE,		FAULT_NONE },
	{ "UNSELECT",		INSIDE,		FAULT_NONE },
	{ "UIDPLUS",		INSIDE,		FAULT_NONE },
	{ "MOVE",		INSIDE,		FAULT_NONE },
	{ "CONDSTORE",		INSIDE,		FAULT_NONE },
	{ "SORT",		INSIDE,		FAULT_NONE },
	{ "QUOTA",		INSIDE,		FAULT_NONE },
	{ "QUOTA=RES-STORAGE",	INSIDE,		FAULT_NONE },
	{ "QUOTA=RES-MESSAGE",	INSIDE,		FAULT_NONE },
};
/* clang-format on */

void
imap_put_capabilities(const struct imap_session *s, struct buf *out)
{
	const unsigned now = s->state != NOT_AUTHENTICATED ? INSIDE
			     : s->tls                      ? IN_TLS
							   : IN_CLEAR;
	const char *space = "";

	for (size_t i = 0; i < COUNT(capabilities); i++) {
		if ((capabilities[i].when & now) == 0 ||
		    faulty(s, capabilities[i].hidden_by))
			continue;
		buf_addf(out, "%s%s", space, capabilities[i].name);
		space = " ";
	}
}

void
imap_run_capability(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)args;
	(void)uid;
	buf_addf(s->out, "* CAPABILITY ");
	imap_put_capabilities(s, s->out);
	buf_addf(s->out, "\r\n");
	imap_reply(s, IMAP_SAY_DONE);
}

/* ---- STARTTLS ---- */

void
imap_run_starttls(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)args;
	(void)uid;
	if (s->tls) {
		imap_reply_with(s, IMAP_SAY_BAD_ARGS, "TLS is active");
		return;
	}
	imap_reply(s, IMAP_SAY_TLS_READY);
	s->next = SESSION_START_TLS;
}

/* ---- who comes in ---- */

static struct login
login_of(const struct imap_session *s)
{
	return (struct login){
		.site = s->site, .service = imap_service(s), .peer = s->peer
	};
}

static void
settle_login(struct imap_session *s, bool right)
{
	struct buf code;

	if (!right) {
		sasl_end(&s->auth);
		imap_reply(s, IMAP_SAY_LOGIN_REFUSED);
		return;
	}
	s->account = s->auth.account;
	s->state = AUTHENTICATED;
	sasl_end(&s->auth);
	buf_init(&code, 1024);
	buf_addf(&code, "CAPABILITY ");
	imap_put_capabilities(s, &code);
	imap_reply_coded(s, IMAP_SAY_LOGGED_IN, buf_span(&code));
	buf_free(&code);
}

void
imap_run_login(struct imap_session *s, struct imap_args *args, bool uid)
{
	const struct login l = login_of(s);
	struct span user, password;

	(void)uid;
	imap_take_astring(args, &user);
	imap_take_space(args);
	imap_take_astring(args, &password);
	if (!imap_take_end(args))
		imap_reply_bad(s, args);
	else if (!s->tls)
		imap_reply(s, IMAP_SAY_TLS_FIRST);
	else
		settle_login(
		    s, login_by_password(&l, &s->auth, user, password, s->now));
}

/* ---- AUTHENTICATE ---- */

void
imap_end_auth(struct imap_session *s, enum imap_reply reply)
{
	s->input = IN_COMMANDS;
	sasl_end(&s->auth);
	imap_reply(s, reply);
}

/* RFC 3501 7.5: "+" SP base64 CRLF */
static void
ask(struct imap_session *s, struct span challenge)
{
	struct buf text;

	buf_init(&text, SASL_MOST);
	sasl_base64_encode(challenge, &text);
	buf_addf(s->out, "+ %s\r\n", buf_text(&text));
	s->input = IN_SASL;
	buf_free(&text);
}

/* The octets of an answer; NULL ptr: the client has not spoken yet. */
static void
step(struct imap_session *s, struct span answer)
{
	const struct login l = login_of(s);
	struct buf challenge;
	enum sasl_next got;

	buf_init(&challenge, SASL_MOST);
	got = sasl_step(&s->auth, answer, &challenge);
	if (got == SASL_ASK) {
		ask(s, buf_span(&challenge));
	} else if (got == SASL_BAD) {
		imap_end_auth(s, IMAP_SAY_GARBLED);
	} else {
		s->input = IN_COMMANDS;
		settle_login(
		    s, login_settle(&l, &s->auth, got == SASL_YES, s->now));
	}
	buf_free(&challenge);
}

void
imap_take_answer(struct imap_session *s, struct span text)
{
	struct buf octets;

	if (span_eq(text, SPAN("*"))) {
		imap_end_auth(s, IMAP_SAY_CANCELLED);
		return;
	}
	buf_init(&octets, SASL_MOST);
	if (sasl_base64_decode(text, &octets))
		step(s, octets.len == 0 ? SPAN("") : buf_span(&octets));
	else
		imap_end_auth(s, IMAP_SAY_GARBLED);
	if (octets.len > 0)
		OPENSSL_cleanse(octets.data, octets.len);
	buf_free(&octets);
}

void
imap_run_authenticate(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct span name, initial = { NULL, 0 };
	const struct sasl_mechanism *m;

	(void)uid;
	imap_take_atom(args, &name);
	if (imap_may_take(args, ' '))
		imap_take_atom(args, &initial);
	if (!imap_take_end(args)) {
		imap_reply_bad(s, args);
		return;
	}
	m = sasl_mechanism_find(name);
	if (!s->tls || m == NULL) {
		imap_reply(
		    s, s->tls ? IMAP_SAY_NO_MECHANISM : IMAP_SAY_TLS_FIRST);
		return;
	}
	sasl_start(
	    &s->auth, m, s->site->store, s->site->secret, s->site->fault);
	if (initial.ptr == NULL)
		step(s, initial);
	else if (span_eq(initial, SPAN("="))) /* RFC 4959 3 */
		step(s, SPAN(""));
	else
		imap_take_answer(s, initial);
}
