/* SPDX-License-Identifier: MIT */
/*
 * CAPABILITY (RFC 3501 6.1.1), STARTTLS (6.2.1), AUTHENTICATE (6.2.2, RFC
 * 4959) and LOGIN (6.2.3).
 */
#include <ctype.h>
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
	enum variant	 left_out_by;
} capabilities[] = {
	{ "IMAP4rev1",		OUTSIDE,
	  FAULT_IMAP_REVISION_NOT_LISTED, VARIANT_NONE },
	{ "IMAP4rev1",		INSIDE,
	  FAULT_IMAP_REVISION_NOT_LISTED_INSIDE, VARIANT_NONE },
	{ "LITERAL+",		ALWAYS,
	  FAULT_IMAP_LITERALPLUS_NOT_LISTED,
	  VARIANT_IMAP_WITHOUT_LITERALPLUS },
	{ "SASL-IR",		OUTSIDE,
	  FAULT_IMAP_SASLIR_NOT_LISTED,
	  VARIANT_IMAP_WITHOUT_SASLIR },
	{ "ID",			ALWAYS,
	  FAULT_IMAP_ID_NOT_LISTED,
	  VARIANT_IMAP_WITHOUT_ID },
	{ "ENABLE",		ALWAYS,
	  FAULT_IMAP_ENABLE_NOT_LISTED,
	  VARIANT_IMAP_WITHOUT_ENABLE },
	{ "STARTTLS",		IN_CLEAR,
	  FAULT_IMAP_STARTTLS_NOT_LISTED, VARIANT_NONE },
	{ "LOGINDISABLED",	IN_CLEAR,
	  FAULT_IMAP_LOGINDISABLED_NOT_LISTED, VARIANT_NONE },
	{ "AUTH=PLAIN",		IN_TLS,
	  FAULT_IMAP_PLAIN_NOT_LISTED, VARIANT_NONE },
	{ "AUTH=LOGIN",		IN_TLS,		FAULT_NONE, VARIANT_NONE },
	{ "AUTH=SCRAM-SHA-256",	IN_TLS,		FAULT_NONE, VARIANT_NONE },
	{ "IDLE",		INSIDE,
	  FAULT_IMAP_IDLE_NOT_LISTED,
	  VARIANT_IMAP_WITHOUT_IDLE },
	{ "NAMESPACE",		INSIDE,
	  FAULT_IMAP_NAMESPACE_NOT_LISTED,
	  VARIANT_IMAP_WITHOUT_NAMESPACE },
	{ "CHILDREN",		INSIDE,
	  FAULT_IMAP_CHILDREN_NOT_LISTED,
	  VARIANT_IMAP_WITHOUT_CHILDREN },
	{ "SPECIAL-USE",	INSIDE,
	  FAULT_IMAP_SPECIALUSE_NOT_LISTED, VARIANT_NONE },
	{ "UNSELECT",		INSIDE,
	  FAULT_IMAP_UNSELECT_NOT_LISTED,
	  VARIANT_IMAP_WITHOUT_UNSELECT },
	{ "UIDPLUS",		INSIDE,
	  FAULT_IMAP_UIDPLUS_NOT_LISTED,
	  VARIANT_IMAP_WITHOUT_UIDPLUS },
	{ "MOVE",		INSIDE,
	  FAULT_IMAP_MOVE_NOT_LISTED,
	  VARIANT_IMAP_WITHOUT_MOVE },
	{ "CONDSTORE",		INSIDE,
	  FAULT_IMAP_CONDSTORE_NOT_LISTED, VARIANT_NONE },
	{ "SORT",		INSIDE,
	  FAULT_IMAP_SORT_NOT_LISTED, VARIANT_NONE },
	{ "QUOTA",		INSIDE,
	  FAULT_IMAP_QUOTA_NOT_LISTED, VARIANT_NONE },
	{ "QUOTA=RES-STORAGE",	INSIDE,
	  FAULT_IMAP_QUOTA_NOT_LISTED, VARIANT_NONE },
	{ "QUOTA=RES-MESSAGE",	INSIDE,
	  FAULT_IMAP_QUOTA_NOT_LISTED, VARIANT_NONE },
};
/* clang-format on */

static bool
is_listed(const struct imap_session *s, size_t i)
{
	const unsigned now = s->state != NOT_AUTHENTICATED ? INSIDE
			     : s->tls                      ? IN_TLS
							   : IN_CLEAR;

	return (capabilities[i].when & now) != 0 &&
	       !faulty(s, capabilities[i].hidden_by) &&
	       !varies(s, capabilities[i].left_out_by);
}

/* Faults that list what is not so. */
static void
put_lies(const struct imap_session *s, struct buf *out)
{
	if (faulty(s, FAULT_IMAP_BOTH_LITERALS))
		buf_addf(out, " LITERAL-");
	if (faulty(s, FAULT_IMAP_PLAIN_LISTED_IN_CLEAR) && !s->tls)
		buf_addf(out, " AUTH=PLAIN");
}

/* From the last to the first, and in other letters: names have no case. */
static void
put_reversed(const struct imap_session *s, struct buf *out)
{
	for (size_t i = COUNT(capabilities); i-- > 0;)
		for (const char *c = capabilities[i].name;
		     is_listed(s, i) && *c != '\0'; c++)
			buf_addf(out, "%c%s",
			    i % 2 == 0 ? tolower((unsigned char)*c) : *c,
			    c[1] == '\0' ? " " : "");
	buf_addf(out, "X-YANSHOU");
}

void
imap_put_capabilities(const struct imap_session *s, struct buf *out)
{
	const char *space = "";

	if (varies(s, VARIANT_IMAP_CAPABILITIES_REVERSED)) {
		put_reversed(s, out);
		return;
	}
	for (size_t i = 0; i < COUNT(capabilities); i++) {
		if (!is_listed(s, i))
			continue;
		buf_addf(out, "%s%s", space, capabilities[i].name);
		space = " ";
	}
	put_lies(s, out);
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

/* How to be wrong about passwords, told to those who judge them. */
static enum fault
fault_of(const struct imap_session *s, bool by_login)
{
	/* clang-format off */
	static const struct {
		enum fault	ours, theirs;
		bool		by_login;
	} same[] = {
		{ FAULT_IMAP_ANY_PASSWORD, FAULT_AUTH_ANY_PASSWORD, true },
		{ FAULT_IMAP_PASSWORD_TAIL, FAULT_PASSWORD_TAIL_IGNORED, true },
		{ FAULT_IMAP_AUTH_ANY_PASSWORD, FAULT_AUTH_ANY_PASSWORD, false },
		{ FAULT_IMAP_AUTH_AS_ANYBODY, FAULT_AUTH_AS_ANYBODY, false },
		{ FAULT_IMAP_SCRAM_AS_ANYBODY, FAULT_SCRAM_AS_ANYBODY, false },
		{ FAULT_IMAP_SCRAM_NONCE_UNCHECKED, FAULT_SCRAM_NONCE_UNCHECKED, false },
		{ FAULT_IMAP_SCRAM_BINDING_UNCHECKED, FAULT_SCRAM_BINDING_UNCHECKED, false },
		{ FAULT_IMAP_SCRAM_ANY_PROOF, FAULT_SCRAM_ANY_PROOF, false },
		{ FAULT_IMAP_SCRAM_NONCE_FIXED, FAULT_SCRAM_NONCE_FIXED, false },
		{ FAULT_IMAP_SCRAM_BINDING_PROMISED, FAULT_SCRAM_BINDING_PROMISED, false },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(same); i++)
		if (faulty(s, same[i].ours) && same[i].by_login == by_login)
			return same[i].theirs;
	return s->site->fault;
}

static unsigned
bends_of(const struct imap_session *s)
{
	/* clang-format off */
	static const struct {
		enum fault	fault;
		unsigned	bend;
	} bends[] = {
		{ FAULT_IMAP_NO_LOCKOUT, LOGIN_NO_LOCK },
		{ FAULT_IMAP_FAILURES_NOT_COUNTED, LOGIN_NO_COUNT },
		{ FAULT_IMAP_AUDIT_NO_LOGIN, LOGIN_NO_SUCCESS },
		{ FAULT_IMAP_AUDIT_NO_FAILURE, LOGIN_NO_FAILURE },
		{ FAULT_IMAP_AUDIT_LEAKS_PASSWORD, LOGIN_LEAKS },
	};
	/* clang-format on */
	unsigned all = 0;

	for (size_t i = 0; i < COUNT(bends); i++)
		if (faulty(s, bends[i].fault))
			all |= bends[i].bend;
	return all;
}

static struct login
login_of(const struct imap_session *s)
{
	return (struct login){
		.site = s->site,
		.service = imap_service(s),
		.peer = s->peer,
		.bends = bends_of(s),
		.fault = fault_of(s, true),
	};
}

static void
refuse_login(struct imap_session *s)
{
	if (!s->auth.known && faulty(s, FAULT_IMAP_UNKNOWN_USER_IS_BAD))
		imap_reply_with(s, IMAP_SAY_BAD_ARGS, "no such user");
	else if (!s->auth.known && faulty(s, FAULT_IMAP_UNKNOWN_USER_TOLD))
		imap_reply_coded(
		    s, IMAP_SAY_LOGIN_REFUSED, SPAN("NONEXISTENT"));
	else
		imap_reply(s, IMAP_SAY_LOGIN_REFUSED);
	if (s->auth.known && faulty(s, FAULT_IMAP_REFUSED_IS_IN)) {
		s->account = s->auth.account;
		s->state = AUTHENTICATED;
	}
}

static void
settle_login(struct imap_session *s, bool right)
{
	struct buf code;

	if (!right) {
		refuse_login(s);
		sasl_end(&s->auth);
		return;
	}
	s->account = s->auth.account;
	s->state = AUTHENTICATED;
	sasl_end(&s->auth);
	buf_init(&code, 1024);
	buf_addf(&code, "CAPABILITY ");
	imap_put_capabilities(s, &code);
	if (varies(s, VARIANT_IMAP_GREETS_WITHOUT_CODE))
		buf_clear(&code);
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
	else if (!s->tls && !faulty(s, FAULT_IMAP_LOGIN_IN_CLEAR))
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
		imap_end_auth(s, faulty(s, FAULT_IMAP_CANCEL_IS_NO)
				     ? IMAP_SAY_LOGIN_REFUSED
				     : IMAP_SAY_CANCELLED);
		if (faulty(s, FAULT_IMAP_CANCEL_CLOSES))
			imap_hang_up(s);
		return;
	}
	buf_init(&octets, SASL_MOST);
	if (sasl_base64_decode(text, &octets))
		step(s, octets.len == 0 ? SPAN("") : buf_span(&octets));
	else if (faulty(s, FAULT_IMAP_GARBAGE_ASKED_AGAIN))
		ask(s, SPAN(""));
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
	if ((!s->tls && !faulty(s, FAULT_IMAP_PLAIN_IN_CLEAR)) || m == NULL) {
		imap_reply(
		    s, s->tls ? IMAP_SAY_NO_MECHANISM : IMAP_SAY_TLS_FIRST);
		return;
	}
	sasl_start(
	    &s->auth, m, s->site->store, s->site->secret, fault_of(s, false));
	if (initial.ptr == NULL)
		step(s, initial);
	else if (span_eq(initial, SPAN("="))) /* RFC 4959 3 */
		step(s, SPAN(""));
	else
		imap_take_answer(s, initial);
}
