/* SPDX-License-Identifier: MIT */
/*
 * Greeting, EHLO and HELO, how replies look, and how a session ends.
 */
#include "conformance/cases/email/prelude.h"

#include <string.h>

#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/clock.h"

extern const struct conf_group conf_smtp_session;

/* Until a line is there; greetings may take their time. */
static bool
collect_greeting(struct trial *t)
{
	const struct mono began = clock_mono();
	struct wire w;

	wire_open(&w, t, "smtp");
	while (w.open && !w.closed &&
	       span_find(buf_span(&w.in), SPAN("\n")) == w.in.len &&
	       mono_since_us(began, clock_mono()) / 1000 <
		   trial_profile(t)->timeouts.reply_ms)
		wire_listen(&w, 50);
	trial_file(t, "greeting.txt", buf_span(&w.in));
	trial_fact(t, "why", "%s", w.why);
	wire_close(&w);
	return true;
}

/* A full name has a dot (2.3.5); an address stands in brackets. */
static void
judge_greeting(struct trial *t)
{
	const struct buf *heard = trial_content(t, "greeting.txt");
	struct span line, name;

	if (!trial_sane(t, heard != NULL, "greeting.txt is missing"))
		return;
	line = buf_span(heard);
	line = span_take(line, span_find(line, SPAN("\r\n")));
	if (!trial_need(t, line.len >= 3 && span_starts(line, SPAN("220")),
		"it does not greet with 220"))
		return;
	line = span_skip(line, line.len < 4 ? line.len : 4);
	name = span_cut(&line, ' ');
	trial_claim(t, "RFC 5321 4.3.1",
	    (name.len > 2 && name.ptr[0] == '[') ||
		(name.len > 2 && span_find(name, SPAN(".")) + 1 < name.len),
	    "the full name of the host, or its address, behind 220", "%.*s",
	    SPAN_FMT(name));
}

/* clang-format off */
static const struct conf_case cases[] = {
	/*
	 * The server speaks first.  554 says that it will not serve us: that
	 * is permitted, and nothing else can be asked then.
	 */
	{
		.id = "smtp.greeting",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.3.2",
		.title = "says 220 before we say anything",
		.title_zh = "连接后主动以 220 问候",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    "S!: 220*  # RFC 5321 4.3.2\n"
		    "S?: 554*  # RFC 5321 3.1\n",
	},

	/* "the fully-qualified primary domain name ... as the first word" */
	{
		.id = "smtp.greeting.name",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.3.1",
		.title = "names its host in the greeting",
		.title_zh = "问候语中给出主机名",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.collect = collect_greeting,
		.judge = judge_greeting,
	},
	{
		.id = "smtp.ehlo",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.1",
		.title = "answers 250 to EHLO",
		.title_zh = "对 EHLO 回答 250",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S!: 250*  # RFC 5321 4.1.1.1\n"
		    BYE,
	},

	/* ehlo = "EHLO" SP ( Domain / address-literal ) CRLF */
	{
		.id = "smtp.ehlo.literal",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.3",
		.title = "EHLO with address literals",
		.title_zh = "EHLO 后跟地址字面量",
		.needs = "endpoint:smtp",
		.twin = "smtp.ehlo",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO [127.0.0.1]\n"
		    "S!: 250*  # RFC 5321 4.1.3\n"
		    "C: EHLO [IPv6:::1]\n"
		    "S!: 250*  # RFC 5321 4.1.3\n",
	},
	{
		.id = "smtp.ehlo.unverified",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.4",
		.title = "mail from a client whose EHLO name does not resolve",
		.title_zh = "EHLO 名无法解析的客户端仍可投递",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${token}.invalid\n"
		    "S: 250*\n"
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S!: 250*  # RFC 5321 4.1.4\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 25?*  # RFC 5321 4.1.4\n",
	},

	/* "exactly as if a RSET command had been issued" */
	{
		.id = "smtp.ehlo.again",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.4",
		.title = "EHLO in the middle of a transaction clears it",
		.title_zh = "事务中途的 EHLO 清除事务",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C: EHLO ${client}\n"
		    "S: 250*\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 503*  # RFC 5321 3.3\n",
	},
	{
		.id = "smtp.ehlo.nameless",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.1",
		.title = "EHLO without a name",
		.title_zh = "EHLO 不带名称",
		.needs = "endpoint:smtp",
		.twin = "smtp.ehlo",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C~: EHLO\n"
		    "S!: 5*  # RFC 5321 4.1.4\n"
		    "C: EHLO ${client}\n"
		    "S!: 250*  # RFC 5321 4.1.4\n",
	},
	{
		.id = "smtp.helo",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.1",
		.title = "answers 250 to HELO, and takes mail after it",
		.title_zh = "对 HELO 回答 250，之后可投递",
		.needs = SMTP_ALICE,
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: HELO ${client}\n"
		    "S!: 250*  # RFC 5321 4.1.1.1\n"
		    MAIL_FROM RCPT_TO BYE,
	},
	{
		.id = "smtp.helo.plain",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.2",
		.title = "lists no extensions in the reply to HELO",
		.title_zh = "HELO 的应答中不列扩展",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: HELO ${client}\n"
		    "S-!: 250?PIPELINING\n"
		    "S-!: 250?8BITMIME\n"
		    "S-!: 250?SIZE\n"
		    "S-!: 250?SIZE ?*\n"
		    "S-!: 250?STARTTLS\n"
		    "S-!: 250?DSN\n"
		    "S-!: 250?SMTPUTF8\n"
		    "S-!: 250?CHUNKING\n"
		    "S-!: 250?ENHANCEDSTATUSCODES\n"
		    "S-!: 250?AUTH ?*\n"
		    "S: 250*\n"
		    BYE,
	},

	/*
	 * A line that ends a reply ends it: what follows answers QUIT.  "The
	 * reply code on each of the lines MUST be the same."
	 */
	{
		.id = "smtp.reply.multiline",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.2.1",
		.title = "all lines but the last of a reply have a hyphen",
		.title_zh = "多行应答除末行外以连字符续行",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S-!: 3*  # RFC 5321 4.2.1\n"
		    "S-!: 4*  # RFC 5321 4.2.1\n"
		    "S-!: 5*  # RFC 5321 4.2.1\n"
		    "S: 250*\n"
		    "C: QUIT\n"
		    "S!: 221*  # RFC 5321 4.2.1\n"
		    "@closed\n",
	},
	{
		.id = "smtp.reply.crlf",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 2.3.8",
		.title = "ends its replies with CR LF",
		.title_zh = "应答以 CR LF 结尾",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: NOOP\n"
		    "S!: 250*  # RFC 5321 2.3.8\n",
	},
	{
		.id = "smtp.quit",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.10",
		.title = "answers 221 to QUIT",
		.title_zh = "对 QUIT 回答 221",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: QUIT\n"
		    "S!: 221*  # RFC 5321 4.1.1.10\n",
	},
	{
		.id = "smtp.quit.closes",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.10",
		.title = "closes the connection after QUIT",
		.title_zh = "QUIT 之后关闭连接",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: QUIT\n"
		    "S: 2*\n"
		    "@closed!\n",
	},

	/* "may be issued at any time" */
	{
		.id = "smtp.quit.first",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.10",
		.title = "QUIT before EHLO",
		.title_zh = "EHLO 之前的 QUIT",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: QUIT\n"
		    "S!: 221*  # RFC 5321 4.1.1.10\n",
	},
	{
		.id = "smtp.quit.midway",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.10",
		.title = "QUIT inside a transaction",
		.title_zh = "事务进行中的 QUIT",
		.needs = SMTP_ALICE,
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C: QUIT\n"
		    "S!: 221*  # RFC 5321 4.1.1.10\n",
	},

	/* Five minutes; nobody who judges can wait that long. */
	{
		.id = "smtp.idle",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.3.2.7",
		.level = LEVEL_SHOULD,
		.title = "a client that says nothing for five seconds",
		.title_zh = "客户端静默五秒",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "@silent! 5000\n"
		    "C: NOOP\n"
		    "S: 250*\n",
	},
};
/* clang-format on */

GROUP(smtp_session, "smtp", cases);
