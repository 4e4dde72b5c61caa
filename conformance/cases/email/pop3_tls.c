/* SPDX-License-Identifier: MIT */
/* STLS, what may be said before it, attacks on it; and what CAPA lists. */
#include <string.h>

#include "conformance/cases/email/pop3.h"
#include "conformance/trial.h"

extern const struct conf_group conf_pop3_tls;

/* ---- what stands behind STLS in the clear ---- */

/*
 * "A TLS negotiation begins immediately after the CRLF at the end of the +OK
 * response": it was said by nobody we know.  Obeyed in the clear it is
 * answered before any handshake; obeyed inside TLS, before our USER is.
 * Refusing such an STLS and hanging up are both right.
 */
#define SMUGGLED POP3_GREETED "C=: STLS\\r\\nXYZZY\\r\\n\n"

static bool
collect_injection(struct trial *t)
{
	trial_talk(t, "refused", "pop3",
	    SMUGGLED "S: -ERR*\n"
		     "S|: @closed\n");
	trial_talk(t, "clear", "pop3",
	    SMUGGLED "S: +OK*\n"
		     "@silent! 1000\n");
	trial_talk(t, "inside", "pop3",
	    SMUGGLED "S: +OK*\n"
		     "@tls\n"
		     "C: USER ${carol.user}\n"
		     "S!: +OK*  # RFC 2595 4\n"
		     "C: PASS ${carol.password}\n"
		     "S!: +OK*  # RFC 2595 4\n" POP3_BYE);
	return true;
}

static bool
went(const struct trial *t, const char *name, const char *how)
{
	const char *said = trial_fact_text(t, name);

	return said != NULL && strcmp(said, how) == 0;
}

static void
judge_injection(struct trial *t)
{
	trial_claim(t, "RFC 2595 4", !went(t, "clear", "fail"),
	    "nothing but a handshake after +OK", "an answer in the clear");
	trial_claim(t, "RFC 2595 4", !went(t, "inside", "fail"),
	    "inside TLS the answer to USER",
	    "an answer to what came in the clear, see inside.jsonl");
	trial_need(t, went(t, "refused", "pass") || went(t, "clear", "pass"),
	    "STLS with company was neither taken nor refused");
}

/* clang-format off */
#define CLEAR "endpoint:pop3 pop3.stls"
#define CLEAR_CAROL CLEAR " pop3.user account:carol"

#define ON(name, cite, en, zh, what, same, text) \
	POP3_CASE("pop3." name, EMAIL_F_05, cite, en, zh, what, same, "pop3", \
	    text)
#define LISTS(name, also, en, zh, line) \
	POP3_CASE("pop3.capa." name, EMAIL_F_04, "RFC 2449 5", en, zh, \
	    "endpoint:pop3s pop3.capa " also, NULL, "pop3s", \
	    POP3_GREETED \
	    "C: CAPA\n" \
	    "S: +OK*\n" \
	    "S+!: " line "  # RFC 2449 5\n" \
	    "S: .\n")

static const struct conf_case cases[] = {
	ON("stls", "RFC 2595 4", "STLS, then TLS", "STLS 后进入 TLS", CLEAR,
	    NULL,
	    POP3_GREETED
	    "C: STLS\n"
	    "S!: +OK*  # RFC 2595 4\n"
	    "@tls!\n"
	    "C: QUIT\n"
	    "S!: +OK*  # RFC 2595 4\n"),

	{
		.id = "pop3.stls.injection",
		.verifies = EMAIL_F_05,
		.clause = "RFC 2595 4",
		.title = "a command in the clear behind STLS",
		.title_zh = "STLS 之后夹带明文命令",
		.needs = CLEAR_CAROL,
		.locks = "account:carol",
		.twin = "pop3.login",
		.service = "pop3",
		.collect = collect_injection,
		.judge = judge_injection,
	},

	/* PASS comes "immediately after a successful USER", which it did not */
	ON("stls.forgets", "RFC 1939 7", "USER in the clear, PASS inside TLS",
	    "明文 USER 之后在 TLS 内发 PASS", CLEAR_CAROL, "pop3.login",
	    POP3_GREETED
	    "C: USER ${carol.user}\n"
	    "S: -ERR*\n"
	    "S|: +OK*\n"
	    "C: STLS\n"
	    "S: +OK*\n"
	    "@tls\n"
	    "C: PASS ${carol.password}\n"
	    "S!: -ERR*  # RFC 1939 7\n"),

	ON("cleartext.auth", "RFC 2595 2.3", "AUTH PLAIN in the clear",
	    "明文连接上的 AUTH PLAIN", CLEAR_CAROL " pop3.sasl", "pop3.login",
	    POP3_GREETED
	    "C: AUTH PLAIN\n"
	    "S!: -ERR*  # RFC 2595 2.3\n"),
	{
		.id = "pop3.cleartext.user",
		.verifies = EMAIL_F_05,
		.clause = "RFC 2595 2.3",
		.level = LEVEL_SHOULD,
		.title = "USER in the clear",
		.title_zh = "明文连接上的 USER",
		.needs = CLEAR_CAROL,
		.locks = "account:carol",
		.twin = "pop3.login",
		.service = "pop3",
		.dialogue =
		    POP3_GREETED
		    "C: USER ${carol.user}\n"
		    "S!: -ERR*  # RFC 2595 2.3\n",
	},
	ON("cleartext.listed.user", "RFC 2595 2.3",
	    "USER is not offered in the clear", "明文连接上不列出 USER",
	    CLEAR_CAROL " pop3.capa", "pop3.login",
	    POP3_GREETED
	    "C: CAPA\n"
	    "S: +OK*\n"
	    "S-!: USER  # RFC 2595 2.3\n"
	    "S: .\n"),
	ON("cleartext.listed.sasl", "RFC 2595 2.3",
	    "SASL PLAIN is not offered in the clear",
	    "明文连接上不列出 SASL PLAIN",
	    CLEAR_CAROL " pop3.capa pop3.sasl", "pop3.login",
	    POP3_GREETED
	    "C: CAPA\n"
	    "S: +OK*\n"
	    "S-!: SASL *PLAIN*  # RFC 2595 2.3\n"
	    "S-!: SASL *LOGIN*  # RFC 2595 2.3\n"
	    "S: .\n"),

	/* ---- CAPA ---- */
	POP3_CASE("pop3.capa", EMAIL_F_04, "RFC 2449 5",
	    "CAPA before login", "登录前的 CAPA", "endpoint:pop3s pop3.capa",
	    NULL, "pop3s",
	    POP3_GREETED
	    "C: CAPA\n"
	    "S!: +OK*  # RFC 2449 5\n"
	    "S!: .\n"),
	POP3_CASE("pop3.capa.late", EMAIL_F_04, "RFC 2449 5",
	    "CAPA after login", "登录后的 CAPA", POP3_CAROL " pop3.capa",
	    NULL, "pop3s",
	    POP3_IN
	    "C: CAPA\n"
	    "S!: +OK*  # RFC 2449 5\n"
	    "S!: .\n"
	    POP3_BYE),
	LISTS("top", "pop3.top", "lists TOP", "列出 TOP", "TOP"),
	LISTS("uidl", "pop3.uidl", "lists UIDL", "列出 UIDL", "UIDL"),
	LISTS("user", "pop3.user", "lists USER", "列出 USER", "USER"),
	LISTS("sasl", "pop3.sasl", "lists SASL and its mechanisms",
	    "列出 SASL 及其机制", "SASL *"),
	LISTS("pipelining", "pop3.pipelining", "lists PIPELINING",
	    "列出 PIPELINING", "PIPELINING"),
	ON("capa.stls", "RFC 2595 4", "lists STLS", "列出 STLS",
	    CLEAR " pop3.capa", NULL,
	    POP3_GREETED
	    "C: CAPA\n"
	    "S: +OK*\n"
	    "S+!: STLS  # RFC 2595 4\n"
	    "S: .\n"),

	/*
	 * "Capabilities available in the AUTHORIZATION state MUST be announced
	 * in both states."
	 */
	POP3_CASE("pop3.capa.both", EMAIL_F_04, "RFC 2449 5",
	    "USER is listed after login as well", "登录后仍列出 USER",
	    POP3_CAROL " pop3.capa", NULL, "pop3s",
	    POP3_IN
	    "C: CAPA\n"
	    "S: +OK*\n"
	    "S+!: USER  # RFC 2449 5\n"
	    "S: .\n"
	    POP3_BYE),
	/* "even after a successful AUTH command" */
	POP3_CASE("pop3.capa.both.sasl", EMAIL_F_04, "RFC 5034 3",
	    "SASL is listed after login as well", "登录后仍列出 SASL",
	    POP3_CAROL " pop3.capa pop3.sasl", NULL, "pop3s",
	    POP3_IN
	    "C: CAPA\n"
	    "S: +OK*\n"
	    "S+!: SASL *  # RFC 5034 3\n"
	    "S: .\n"
	    POP3_BYE),
};
/* clang-format on */

POP3_GROUP(pop3_tls, "pop3", cases);
