/* SPDX-License-Identifier: MIT */
/*
 * STARTTLS (RFC 3207) on the relay port: offered once, taken once, and
 * nothing of what was said in the clear survives it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/email/prelude.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/mem.h"

extern const struct conf_group conf_smtp_tls;

#define LISTEN_MS 300

/* clang-format off */
#define CARRY_OVER \
	MAIL_OPEN \
	UPGRADE \
	"C: RCPT TO:<${alice.address}>\n" \
	"S!: 5*  # RFC 3207 4.2\n"

#define REFUSED_MIDWAY \
	MAIL_OPEN \
	"C: STARTTLS\n" \
	"S!: 503*  # RFC 5321 4.1.4\n" \
	"S|: 5*  # RFC 5321 4.2.1\n"

#define INJECTION \
	HELLO \
	"C=: STARTTLS\\r\\nXYZZY ${token}\\r\\n\n" \
	"S: 220*\n" \
	"@tls\n" \
	"C: EHLO ${client}\n" \
	"S!: 250*  # RFC 3207 4.2\n"
/* clang-format on */

/* What was said before is forgotten, or STARTTLS is refused meanwhile. */
static bool
collect_state(struct trial *t)
{
	return trial_talk(t, "midway", "smtp", REFUSED_MIDWAY) != BROKEN &&
	       trial_talk(t, "carried", "smtp", CARRY_OVER) != BROKEN;
}

static bool
fact_is(const struct trial *t, const char *name, enum verdict v)
{
	const char *said = trial_fact_text(t, name);

	return said != NULL && strcmp(said, verdict_name(v)) == 0;
}

static void
judge_state(struct trial *t)
{
	const bool refused = fact_is(t, "midway", PASS);
	const bool kept = fact_is(t, "carried", FAIL);

	trial_need(t, refused || kept || fact_is(t, "carried", PASS),
	    "STARTTLS inside a transaction was neither taken nor refused");
	trial_claim(t, "RFC 3207 4.2", !kept,
	    "a sender named in the clear is forgotten after the handshake",
	    "RCPT was accepted, see carried.jsonl");
}

/*
 * The reply to EHLO must be the first thing said inside TLS, and nothing may
 * be said between 220 and the handshake.  A target that refuses a STARTTLS
 * with company, or whose handshake fails because the company got in its way,
 * did not obey it either; the twin shows that it would have shaken hands.
 */
static void
listen_behind(struct trial *t)
{
	struct wire w;
	char *text = mem_textf("STARTTLS\r\nXYZZY %s\r\n", trial_token(t));
	int code = 0;

	if (wire_open(&w, t, "smtp") && wire_reply(&w) == 220 &&
	    wire_say(&w, "EHLO %s.client.example", trial_token(t)) &&
	    wire_reply(&w) == 250 && wire_send(&w, span_of(text)))
		code = wire_reply(&w);
	if (code == 220)
		wire_listen(&w, LISTEN_MS);
	trial_fact_int(t, "behind.code", code);
	trial_fact(t, "behind.closed", "%s", w.closed ? "yes" : "no");
	trial_file(t, "behind.bin", buf_span(&w.in));
	wire_close(&w);
	free(text);
}

static bool
collect_injection(struct trial *t)
{
	listen_behind(t);
	return trial_talk(t, "injection", "smtp", INJECTION) != BROKEN;
}

static void
judge_injection(struct trial *t)
{
	const struct buf *behind = trial_content(t, "behind.bin");
	const char *closed = trial_fact_text(t, "behind.closed");
	int64_t code = 0;

	if (!trial_sane(t,
		behind != NULL && closed != NULL &&
		    trial_fact_get_int(t, "behind.code", &code) &&
		    trial_fact_text(t, "injection") != NULL,
		"evidence is missing"))
		return;
	trial_claim(t, "RFC 3207 4.2",
	    code != 220 || behind->len == 0 ||
		!isdigit((unsigned char)behind->data[0]),
	    "no answer to what was sent in the clear behind STARTTLS", "%.*s",
	    behind->len > 60 ? 60 : (int)behind->len, buf_text(behind));
	trial_claim(t, "RFC 3207 4.2", !fact_is(t, "injection", FAIL),
	    "what was sent in the clear behind STARTTLS is not obeyed",
	    "something else than the reply to EHLO, see injection.jsonl");
	trial_need(t,
	    fact_is(t, "injection", PASS) || code >= 400 || code == 220 ||
		strcmp(closed, "yes") == 0,
	    "STARTTLS with company was neither taken nor refused");
}

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "smtp.starttls.listed",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 2",
		.title = "lists STARTTLS",
		.title_zh = "列出 STARTTLS",
		.needs = "endpoint:smtp smtp.starttls",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+!: 250?STARTTLS\n"
		    "S: 250*\n",
	},
	{
		.id = "smtp.auth.cleartext.listed",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 4",
		.level = LEVEL_SHOULD,
		.title = "lists no plaintext mechanism in the clear, on port 25",
		.title_zh = "25 端口不在明文下列出明文认证机制",
		.needs = "endpoint:smtp",
		.twin = "smtp.ehlo",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S-!: 250?AUTH?PLAIN*\n"
		    "S-!: 250?AUTH?LOGIN*\n"
		    "S-!: 250?AUTH?* PLAIN*\n"
		    "S-!: 250?AUTH?* LOGIN*\n"
		    "S: 250*\n",
	},
	{
		.id = "smtp.starttls",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 4",
		.title = "answers 220 to STARTTLS",
		.title_zh = "对 STARTTLS 回答 220",
		.needs = "endpoint:smtp smtp.starttls",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: STARTTLS\n"
		    "S!: 220*  # RFC 3207 4\n"
		    "S?: 454*  # RFC 3207 4\n",
	},
	{
		.id = "smtp.starttls.works",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 4.1",
		.title = "a handshake follows 220",
		.title_zh = "220 之后完成握手",
		.needs = "endpoint:smtp smtp.starttls",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: STARTTLS\n"
		    "S: 220*\n"
		    "@tls!\n",
	},
	{
		.id = "smtp.starttls.ehlo",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 4.2",
		.title = "EHLO again, and mail, after the handshake",
		.title_zh = "握手后重新 EHLO 并投递",
		.needs = SMTP_ALICE " smtp.starttls",
		.service = "smtp",
		.dialogue =
		    HELLO UPGRADE
		    "C: EHLO ${client}\n"
		    "S!: 250*  # RFC 3207 4.2\n"
		    MAIL_FROM RCPT_TO DATA CONTENT
		    "S!: 250*  # RFC 5321 4.1.1.4\n",
	},

	/* "The server MUST discard any knowledge obtained from the client" */
	{
		.id = "smtp.starttls.state",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 4.2",
		.title = "a sender named before TLS is forgotten",
		.title_zh = "TLS 之前的发件人被清除",
		.needs = SMTP_ALICE " smtp.starttls",
		.twin = "smtp.starttls.ehlo",
		.service = "smtp",
		.collect = collect_state,
		.judge = judge_state,
	},
	{
		.id = "smtp.starttls.injection",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 4.2",
		.title = "a command smuggled in behind STARTTLS",
		.title_zh = "夹带在 STARTTLS 之后的明文命令",
		.needs = "endpoint:smtp smtp.starttls",
		.twin = "smtp.starttls.works",
		.service = "smtp",
		.collect = collect_injection,
		.judge = judge_injection,
	},

	/* "MUST NOT return the STARTTLS extension in response to an EHLO" */
	{
		.id = "smtp.starttls.relisted",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 4.2",
		.title = "does not list STARTTLS inside TLS",
		.title_zh = "TLS 内不再列出 STARTTLS",
		.needs = "endpoint:smtp smtp.starttls",
		.service = "smtp",
		.dialogue =
		    HELLO UPGRADE
		    "C: EHLO ${client}\n"
		    "S-!: 250?STARTTLS\n"
		    "S: 250*\n",
	},
	{
		.id = "smtp.starttls.second",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 4.2",
		.title = "STARTTLS inside TLS",
		.title_zh = "TLS 内再次 STARTTLS",
		.needs = "endpoint:smtp smtp.starttls",
		.twin = "smtp.starttls.works",
		.service = "smtp",
		.dialogue =
		    SECURED
		    "C: STARTTLS\n"
		    "S!: 5*  # RFC 5321 4.1.4\n"
		    "S|: 454*  # RFC 3207 4\n",
	},

	/* "501 Syntax error (no parameters allowed)" */
	{
		.id = "smtp.starttls.argument",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 4",
		.title = "STARTTLS with an argument",
		.title_zh = "带参数的 STARTTLS",
		.needs = "endpoint:smtp smtp.starttls",
		.twin = "smtp.starttls.works",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: STARTTLS now\n"
		    "S!: 501*  # RFC 3207 4\n"
		    "S|: 5*  # RFC 5321 4.2.1\n",
	},
};
/* clang-format on */

GROUP(smtp_tls, "smtp", cases);
