/* SPDX-License-Identifier: MIT */
/*
 * STARTTLS on the clear port: offered, taken once, and no password before it.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/email/imap_prelude.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/mem.h"

extern const struct conf_group conf_imap_tls;

#define LISTEN_MS 300

/* ---- company behind STARTTLS ---- */

/* What comes before any handshake must not be an answer to the company. */
static void
listen_behind(struct trial *t, const char *company)
{
	char *text = mem_textf("tls STARTTLS\r\n%s", company);
	struct wire w;

	if (wire_open(&w, t, "imap")) {
		wire_listen(&w, LISTEN_MS);
		wire_send(&w, span_of(text));
		wire_listen(&w, LISTEN_MS);
	}
	trial_fact(t, "closed", "%s", w.closed ? "yes" : "no");
	trial_file(t, "behind.bin", buf_span(&w.in));
	wire_close(&w);
	free(text);
}

static bool
collect_company(struct trial *t, const char *company, const char *escaped)
{
	char *script = mem_textf(IMAP_GREETED "C=: tls STARTTLS\\r\\n%s\n"
					      "S: tls OK*\n"
					      "@tls\n"
					      "C: a NOOP\n"
					      "S!: a OK*  # RFC 3501 6.2.1\n",
	    escaped);
	const enum verdict v = trial_talk(t, "injection", "imap", script);

	free(script);
	listen_behind(t, company);
	return v != BROKEN;
}

static bool
collect_whole(struct trial *t)
{
	return collect_company(t, "evil NOOP\r\n", "evil NOOP\\r\\n");
}

static bool
collect_half(struct trial *t)
{
	return collect_company(t, "evil XYZZY ", "evil XYZZY ");
}

/*
 * A server whose handshake fails because the company got in its way did not
 * obey it either; the twin shows that it would have shaken hands.
 */
static void
judge_company(struct trial *t)
{
	const struct buf *behind = trial_content(t, "behind.bin");
	const char *said = trial_fact_text(t, "injection");
	const char *closed = trial_fact_text(t, "closed");
	struct span heard;

	if (!trial_sane(t, behind != NULL && said != NULL && closed != NULL,
		"evidence is missing"))
		return;
	heard = buf_span(behind);
	trial_claim(t, "RFC 3501 6.2.1",
	    span_find(heard, SPAN("\r\nevil ")) == heard.len,
	    "no answer to what was sent in the clear behind STARTTLS",
	    "one, see behind.bin");
	trial_claim(t, "RFC 3501 6.2.1", strcmp(said, "fail") != 0,
	    "what was sent in the clear behind STARTTLS is not obeyed",
	    "something else than the answer to NOOP, see injection.jsonl");
	trial_need(t,
	    strcmp(said, "pass") == 0 || strcmp(closed, "yes") == 0 ||
		span_find(heard, SPAN("\r\ntls ")) < heard.len,
	    "STARTTLS with company was neither taken nor refused");
}

/* clang-format off */
#define INJECTION(name, en, zh, how) \
	{ \
		.id = "imap." name, \
		.verifies = EMAIL_F_07, \
		.clause = "RFC 3501 6.2.1", \
		.title = en, \
		.title_zh = zh, \
		.needs = CLEAR, \
		.twin = "imap.starttls", \
		.service = "imap", \
		.collect = how, \
		.judge = judge_company, \
	}
#define ROW(name, cite, must, en, zh, wants, same, text) \
	{ \
		.id = "imap." name, \
		.verifies = EMAIL_F_07, \
		.clause = cite, \
		.level = must, \
		.title = en, \
		.title_zh = zh, \
		.needs = wants, \
		.twin = same, \
		.service = "imap", \
		.dialogue = text, \
	}
#define CASE(name, cite, en, zh, wants, same, text) \
	ROW(name, cite, LEVEL_SHALL, en, zh, wants, same, text)
#define CLEAR "endpoint:imap imap.starttls"

static const struct conf_case cases[] = {
	{
		.id = "imaps.greeting",
		.verifies = EMAIL_F_07,
		.clause = "RFC 8314 3.2",
		.title = "greets inside TLS",
		.title_zh = "在 TLS 内问候",
		.needs = "endpoint:imaps",
		.service = "imaps",
		.dialogue =
		    "S!: * OK*  # RFC 3501 7.1\n"
		    "C: a NOOP\n"
		    "S!: a OK*  # RFC 3501 6.1.2\n",
	},
	CASE("starttls.listed", "RFC 3501 6.1.1", "announces STARTTLS",
	    "列出 STARTTLS", CLEAR, NULL,
	    IMAP_GREETED
	    "C: cap CAPABILITY\n"
	    "S!: * CAPABILITY* STARTTLS  # RFC 3501 6.1.1\n"
	    "S|: * CAPABILITY* STARTTLS *  # RFC 3501 6.1.1\n"
	    "S: cap OK*\n"),
	CASE("starttls", "RFC 3501 6.2.1", "STARTTLS, then TLS",
	    "STARTTLS 后进入 TLS", CLEAR, NULL,
	    IMAP_GREETED
	    "C: tls STARTTLS\n"
	    "S!: tls OK*  # RFC 3501 6.2.1\n"
	    "@tls!\n"
	    "C: a NOOP\n"
	    "S!: a OK*  # RFC 3501 6.1.2\n"),
	CASE("starttls.capability", "RFC 3501 6.1.1",
	    "CAPABILITY again inside TLS", "TLS 内重新 CAPABILITY", CLEAR,
	    NULL,
	    IMAP_SECURED
	    "C: cap CAPABILITY\n"
	    "S!: * CAPABILITY* IMAP4rev1  # RFC 3501 6.1.1\n"
	    "S|: * CAPABILITY* IMAP4rev1 *  # RFC 3501 6.1.1\n"
	    "S!: cap OK*  # RFC 3501 6.1.1\n"),
	CASE("starttls.login", "RFC 3501 6.2.3",
	    "LOGIN and SELECT inside TLS", "TLS 内登录并选中邮箱",
	    CLEAR " account:alice", NULL,
	    IMAP_SECURED
	    "C: in LOGIN ${alice.user|quoted} ${alice.password|quoted}\n"
	    "S!: in OK*  # RFC 3501 6.2.3\n"
	    "C: a EXAMINE INBOX\n"
	    "S!: a OK*  # RFC 3501 6.3.2\n"
	    IMAP_BYE),

	/* "begins immediately after the CRLF": what stood behind is nobody's */
	INJECTION("starttls.injection",
	    "a command in the clear behind STARTTLS",
	    "STARTTLS 之后夹带明文命令", collect_whole),
	/* ... nor the half of one, which ours would complete */
	INJECTION("starttls.injection.half",
	    "half a command in the clear behind STARTTLS",
	    "STARTTLS 之后夹带半条明文命令", collect_half),
	CASE("starttls.second", "RFC 3501 6.2.1", "STARTTLS inside TLS",
	    "TLS 内再次 STARTTLS", CLEAR, "imap.starttls",
	    IMAP_SECURED
	    "C: x STARTTLS\n"
	    "S!: x BAD*  # RFC 3501 6.2.1\n"
	    "S|: x NO*  # RFC 3501 3\n"
	    "C: a NOOP\n"
	    "S!: a OK*  # RFC 3501 6\n"),

	/* "only valid in non-authenticated state" */
	CASE("starttls.late", "RFC 2595 3.1", "STARTTLS after login",
	    "登录后的 STARTTLS", CLEAR " account:alice", "imap.starttls",
	    IMAP_SECURED
	    IMAP_LOGIN("alice")
	    "C: x STARTTLS\n"
	    "S!: x BAD*  # RFC 3501 3\n"
	    "S|: x NO*  # RFC 3501 3\n"
	    IMAP_BYE),
	ROW("starttls.argument", "RFC 3501 2.2.2", LEVEL_SHOULD,
	    "STARTTLS with an argument", "带参数的 STARTTLS", CLEAR,
	    "imap.starttls",
	    IMAP_GREETED
	    "C~: x STARTTLS now\n"
	    "S!: x BAD*  # RFC 3501 2.2.2\n"
	    "C: a NOOP\n"
	    "S!: a OK*  # RFC 3501 6\n"),

	/* ---- no password in the clear ---- */

	/* "Server sites SHOULD NOT use any configuration which permits" it */
	ROW("clear.disabled", "RFC 3501 6.2.3", LEVEL_SHOULD,
	    "announces LOGINDISABLED before TLS",
	    "TLS 之前列出 LOGINDISABLED", CLEAR, "imap.starttls",
	    IMAP_GREETED
	    "C: cap CAPABILITY\n"
	    "S!: * CAPABILITY* LOGINDISABLED  # RFC 3501 6.2.3\n"
	    "S|: * CAPABILITY* LOGINDISABLED *  # RFC 3501 6.2.3\n"
	    "S: cap OK*\n"),

	/*
	 * "a tagged NO response to any attempt ... even if the user name and
	 * password are valid": none is looked at.  No password of anybody's
	 * is sent; a server that says it does not fit has looked.
	 */
	CASE("clear.login", "RFC 3501 7.2.1", "LOGIN before TLS",
	    "TLS 之前的 LOGIN", CLEAR, "imap.starttls",
	    IMAP_GREETED
	    "C: cap CAPABILITY\n"
	    "S: * CAPABILITY* LOGINDISABLED\n"
	    "S|: * CAPABILITY* LOGINDISABLED *\n"
	    "S: cap OK*\n"
	    "C: a LOGIN \"nobody-yanshou\" \"Wrong-password-1\"\n"
	    "S-!: a NO [AUTHENTICATIONFAILED]*  # RFC 3501 7.2.1\n"
	    "S!: a NO*  # RFC 3501 7.2.1\n"
	    "S|: a BAD*  # RFC 3501 6.2.3\n"),

	/* A "+" would be an invitation to send one. */
	ROW("clear.plain", "RFC 3501 6.2.2", LEVEL_SHOULD,
	    "AUTHENTICATE PLAIN before TLS",
	    "TLS 之前的 AUTHENTICATE PLAIN", CLEAR, "imap.starttls",
	    IMAP_GREETED
	    "C: a AUTHENTICATE PLAIN\n"
	    "S!: a NO*  # RFC 3501 6.2.2\n"
	    "S|: a BAD*  # RFC 3501 6.2.2\n"),

	/* "PLAIN MUST NOT be advertised ... unless ... TLS" */
	ROW("clear.plain.listed", "RFC 2595 6", LEVEL_SHOULD,
	    "AUTH=PLAIN is not announced before TLS",
	    "TLS 之前不列出 AUTH=PLAIN", CLEAR, "imap.starttls",
	    IMAP_GREETED
	    "C: cap CAPABILITY\n"
	    "S-!: * CAPABILITY* AUTH=PLAIN*  # RFC 2595 6\n"
	    "S: cap OK*\n"),
	ROW("clear.greeting", "RFC 2595 6", LEVEL_SHOULD,
	    "the greeting announces no AUTH=PLAIN before TLS",
	    "TLS 之前的问候不列出 AUTH=PLAIN", CLEAR, "imap.starttls",
	    "S-!: * OK [CAPABILITY * AUTH=PLAIN*  # RFC 2595 6\n"
	    "S: * OK*\n"),
};
/* clang-format on */

IMAP_GROUP(imap_tls, "imap", cases);
