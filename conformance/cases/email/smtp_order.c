/* SPDX-License-Identifier: MIT */
/*
 * Commands in and out of order, and what a server remembers between them.
 */
#include "conformance/cases/email/prelude.h"

#include <string.h>

#include "conformance/trial.h"

extern const struct conf_group conf_smtp_order;

/* clang-format off */
#define NESTED(answer) \
	RCPT_OPEN \
	"C: MAIL FROM:<${token}@${foreign}>\n" \
	answer

/* Nothing is left of the first transaction, its recipient least of all. */
#define BEGUN_ANEW \
	"S: 250*\n" \
	"C: DATA\n" \
	"S!: 5*  # RFC 5321 4.1.1.2\n"
/* clang-format on */

/*
 * 4.1.4 tells the client not to do this, and the server to say 503 to what it
 * cannot process; 4.1.1.2 has MAIL clear all buffers.  Both are permitted,
 * and adding one transaction to another is not.
 */
static bool
collect_nested(struct trial *t)
{
	return trial_talk(t, "refused", "smtp",
		   NESTED("S!: 503*  # RFC 5321 4.1.4\n")) != BROKEN &&
	       trial_talk(t, "anew", "smtp", NESTED(BEGUN_ANEW)) != BROKEN;
}

static bool
ended(const struct trial *t, const char *name, enum verdict v)
{
	const char *said = trial_fact_text(t, name);

	return said != NULL && strcmp(said, verdict_name(v)) == 0;
}

static void
judge_nested(struct trial *t)
{
	if (!trial_need(t,
		ended(t, "refused", PASS) || ended(t, "refused", FAIL),
		"there was no transaction to begin another in"))
		return;
	trial_claim(t, "RFC 5321 4.1.4",
	    ended(t, "refused", PASS) || ended(t, "anew", PASS),
	    "503, or 250 and a transaction without recipients",
	    "neither, see refused.jsonl and anew.jsonl");
}

/* clang-format off */
static const struct conf_case cases[] = {
	/* Everything a mail transaction consists of; twin of what follows. */
	{
		.id = "smtp.transaction",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.3",
		.title = "one message, from EHLO to QUIT",
		.title_zh = "从 EHLO 到 QUIT 完整投递一封邮件",
		.needs = SMTP_ALICE,
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C: DATA\n"
		    "S!: 354*  # RFC 5321 4.1.1.4\n"
		    CONTENT
		    "S!: 250*  # RFC 5321 4.1.1.4\n"
		    "C: QUIT\n"
		    "S: 221*\n",
	},

	/*
	 * Only the client is told to begin with EHLO, so a server may take
	 * the command or refuse it; it may not hang up.
	 */
	{
		.id = "smtp.order.mail",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.8",
		.title = "MAIL before EHLO, and then EHLO",
		.title_zh = "EHLO 之前的 MAIL，随后再 EHLO",
		.needs = "endpoint:smtp mail:foreign",
		.twin = "smtp.ehlo",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S!: 5*  # RFC 5321 4.1.4\n"
		    "S|: 250*  # RFC 5321 4.1.4\n"
		    "S|: 4*  # RFC 5321 4.2.1\n"
		    "C: EHLO ${client}\n"
		    "S!: 250*  # RFC 5321 4.1.4\n",
	},

	/* "the server MUST return a 503" */
	{
		.id = "smtp.order.rcpt",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.3",
		.title = "RCPT before MAIL",
		.title_zh = "没有 MAIL 的 RCPT",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 503*  # RFC 5321 3.3\n",
	},

	/* The server MAY say 503 or 554 at once, or after the final dot. */
	{
		.id = "smtp.order.data",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.3",
		.title = "DATA before MAIL",
		.title_zh = "没有 MAIL 的 DATA",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: DATA\n"
		    "S!: 5*  # RFC 5321 3.3\n"
		    "S|: 354*  # RFC 2920 3.1\n"
		    "C~: .\n"
		    "S!: 5*  # RFC 5321 3.3\n"
		    HANGS_UP,
	},
	{
		.id = "smtp.order.data.norcpt",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.3",
		.title = "DATA before RCPT",
		.title_zh = "没有 RCPT 的 DATA",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: DATA\n"
		    "S!: 5*  # RFC 5321 3.3\n"
		    "S|: 354*  # RFC 2920 3.1\n"
		    "C~: .\n"
		    "S!: 5*  # RFC 5321 3.3\n"
		    HANGS_UP,
	},
	{
		.id = "smtp.order.data.refused",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.3",
		.title = "DATA when the only recipient was refused",
		.title_zh = "唯一收件人被拒后的 DATA",
		.needs = SMTP_ALICE " mail:unknown",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RCPT TO:<${unknown}>\n"
		    "S: 5*\n"
		    "C: DATA\n"
		    "S!: 5*  # RFC 5321 3.3\n"
		    "S|: 354*  # RFC 2920 3.1\n"
		    "C~: .\n"
		    "S!: 5*  # RFC 5321 3.3\n"
		    HANGS_UP,
	},
	{
		.id = "smtp.order.mail.nested",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.4",
		.title = "MAIL inside a transaction",
		.title_zh = "事务进行中再次 MAIL",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.collect = collect_nested,
		.judge = judge_nested,
	},

	/* "and the SMTP server MUST stay in the same state", three times. */
	{
		.id = "smtp.state.order",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.4",
		.title = "a command out of order does not end the transaction",
		.title_zh = "顺序错误的命令不影响已有事务",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 5*\n"
		    "S|: 250*  # RFC 5321 4.1.1.2\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 25?*  # RFC 5321 4.1.4\n",
	},
	{
		.id = "smtp.state.argument",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.4",
		.title = "a bad argument does not end the transaction",
		.title_zh = "参数错误不影响已有事务",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C~: RCPT\n"
		    "S: 5*\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 25?*  # RFC 5321 4.1.4\n",
	},
	{
		.id = "smtp.state.recipient",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.3",
		.title = "a refused recipient does not end the transaction",
		.title_zh = "一个收件人被拒不影响其他收件人",
		.needs = SMTP_ALICE " mail:unknown",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RCPT TO:<${unknown}>\n"
		    "S: 5*\n"
		    "S|: 25?*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 25?*  # RFC 5321 3.3\n",
	},

	/* "Receipt of the end of mail data indication" clears the buffers. */
	{
		.id = "smtp.state.data",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.4",
		.title = "an accepted message ends its transaction",
		.title_zh = "邮件收妥即结束事务",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    DATA_OPEN
		    CONTENT
		    "S: 250*\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 503*  # RFC 5321 3.3\n",
	},
	{
		.id = "smtp.state.second",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.3",
		.title = "two messages in one session",
		.title_zh = "同一会话投递两封邮件",
		.needs = SMTP_ALICE,
		.service = "smtp",
		.dialogue =
		    DATA_OPEN
		    CONTENT
		    "S: 250*\n"
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S!: 250*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 25?*  # RFC 5321 3.3\n"
		    DATA
		    CONTENT
		    "S!: 250*  # RFC 5321 3.3\n",
	},

	/* TCP has no records: a command may come in any number of segments. */
	{
		.id = "smtp.state.split",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 2.4",
		.title = "a command that arrives in pieces",
		.title_zh = "命令分段到达",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C=: EH\n"
		    "@pause 200\n"
		    "C=: LO ${client}\n"
		    "@pause 200\n"
		    "C=: \\r\\n\n"
		    "S!: 250*  # RFC 5321 2.4\n",
	},
	{
		.id = "smtp.rset",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.5",
		.title = "RSET forgets sender and recipients",
		.title_zh = "RSET 清除发件人和收件人",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C: RSET\n"
		    "S!: 250*  # RFC 5321 4.1.1.5\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 503*  # RFC 5321 3.3\n",
	},
	{
		.id = "smtp.rset.hello",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.5",
		.title = "a new transaction after RSET, without EHLO",
		.title_zh = "RSET 后无须重新 EHLO",
		.needs = SMTP_ALICE,
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C: RSET\n"
		    "S: 250*\n"
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S!: 250*  # RFC 5321 4.1.1.5\n",
	},

	/* SHOULD be processed before EHLO, "not return a 503 code". */
	{
		.id = "smtp.rset.first",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.5",
		.level = LEVEL_SHOULD,
		.title = "RSET before EHLO",
		.title_zh = "EHLO 之前的 RSET",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: RSET\n"
		    "S!: 250*  # RFC 5321 4.1.1.5\n",
	},

	/* "MUST NOT close the connection as the result of receiving a RSET" */
	{
		.id = "smtp.rset.stays",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.5",
		.title = "several RSET, and the session goes on",
		.title_zh = "多次 RSET 后会话仍在",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: RSET\n"
		    "S: 250*\n"
		    "C: RSET\n"
		    "S!: 250*  # RFC 5321 4.1.1.5\n"
		    "C: RSET\n"
		    "S!: 250*  # RFC 5321 4.1.1.5\n",
	},
};
/* clang-format on */

GROUP(smtp_order, "smtp", cases);
