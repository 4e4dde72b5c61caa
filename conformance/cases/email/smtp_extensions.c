/* SPDX-License-Identifier: MIT */
/*
 * PIPELINING and ENHANCEDSTATUSCODES.
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_smtp_extensions;

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "smtp.pipelining.listed",
		.verifies = EMAIL_F_01,
		.clause = "RFC 2920 2",
		.title = "lists PIPELINING",
		.title_zh = "列出 PIPELINING",
		.needs = "endpoint:smtp smtp.pipelining",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+!: 250?PIPELINING\n"
		    "S: 250*\n",
	},

	/* "MUST NOT ... lose the contents of the TCP input buffer" */
	{
		.id = "smtp.pipelining.envelope",
		.verifies = EMAIL_F_01,
		.clause = "RFC 2920 3.2",
		.title = "MAIL, RCPT and DATA in one piece",
		.title_zh = "MAIL、RCPT、DATA 一次发出",
		.needs = SMTP_ALICE " smtp.pipelining",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "C: DATA\n"
		    "S!: 250*  # RFC 2920 3.2\n"
		    "S!: 25?*  # RFC 2920 3.2\n"
		    "S!: 354*  # RFC 2920 3.2\n"
		    CONTENT
		    "S!: 250*  # RFC 2920 3.2\n",
	},
	{
		.id = "smtp.pipelining.error",
		.verifies = EMAIL_F_01,
		.clause = "RFC 2920 3.2",
		.title = "a refused recipient in the middle of a group",
		.title_zh = "命令组中间的收件人被拒",
		.needs = SMTP_ALICE " smtp.pipelining mail:unknown",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "C: RCPT TO:<${unknown}>\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "C: DATA\n"
		    "S: 250*\n"
		    "S: 5*\n"
		    "S!: 25?*  # RFC 2920 3.2\n"
		    "S!: 354*  # RFC 2920 3.2\n"
		    CONTENT
		    "S!: 250*  # RFC 2920 3.2\n",
	},
	{
		.id = "smtp.pipelining.rset",
		.verifies = EMAIL_F_01,
		.clause = "RFC 2920 3.2",
		.title = "RSET at the beginning of a group",
		.title_zh = "命令组以 RSET 开头",
		.needs = SMTP_ALICE " smtp.pipelining",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RSET\n"
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S: 250*\n"
		    "S!: 250*  # RFC 2920 3.2\n"
		    "S!: 25?*  # RFC 2920 3.2\n",
	},
	{
		.id = "smtp.pipelining.quit",
		.verifies = EMAIL_F_01,
		.clause = "RFC 2920 3.2",
		.title = "QUIT in one piece with the final dot",
		.title_zh = "结束点与 QUIT 一次发出",
		.needs = SMTP_ALICE " smtp.pipelining",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    DATA_OPEN
		    CONTENT
		    "C: QUIT\n"
		    "S: 250*\n"
		    "S!: 221*  # RFC 2920 3.2\n",
	},

	/* QUIT may stand last in a group, and has its reply there too. */
	{
		.id = "smtp.pipelining.rset.quit",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.10",
		.title = "RSET and QUIT in one piece",
		.title_zh = "RSET 与 QUIT 一次发出",
		.needs = "endpoint:smtp smtp.pipelining",
		.twin = "smtp.quit",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: RSET\n"
		    "C: QUIT\n"
		    "S: 250*\n"
		    "S!: 221*  # RFC 5321 4.1.1.10\n",
	},
	{
		.id = "smtp.pipelining.next",
		.verifies = EMAIL_F_01,
		.clause = "RFC 2920 3.2",
		.title = "the next message in one piece with the final dot",
		.title_zh = "结束点与下一封邮件的命令一次发出",
		.needs = SMTP_ALICE " smtp.pipelining",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    DATA_OPEN
		    CONTENT
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "C: DATA\n"
		    "S: 250*\n"
		    "S!: 250*  # RFC 2920 3.2\n"
		    "S!: 25?*  # RFC 2920 3.2\n"
		    "S!: 354*  # RFC 2920 3.2\n"
		    CONTENT
		    "S!: 250*  # RFC 2920 3.2\n",
	},

	/*
	 * "the client cannot assume that the DATA command will be rejected
	 * just because none of the RCPT TO commands worked"
	 */
	{
		.id = "smtp.pipelining.refused",
		.verifies = EMAIL_F_01,
		.clause = "RFC 2920 3.2",
		.title = "a group whose only recipient is refused",
		.title_zh = "命令组中唯一的收件人被拒",
		.needs = SMTP_ALICE " smtp.pipelining mail:unknown",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "C: RCPT TO:<${unknown}>\n"
		    "C: DATA\n"
		    "S: 250*\n"
		    "S: 5*\n"
		    "S!: 5*  # RFC 5321 3.3\n"
		    "S|: 354*  # RFC 2920 3.1\n"
		    "C~: .\n"
		    "S!: 5*  # RFC 2920 3.2\n"
		    HANGS_UP,
	},
	{
		.id = "smtp.enhanced.listed",
		.verifies = EMAIL_F_01,
		.clause = "RFC 2034 4",
		.title = "lists ENHANCEDSTATUSCODES",
		.title_zh = "列出 ENHANCEDSTATUSCODES",
		.needs = "endpoint:smtp smtp.enhancedstatuscodes",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+!: 250?ENHANCEDSTATUSCODES\n"
		    "S: 250*\n",
	},
	{
		.id = "smtp.enhanced.success",
		.verifies = EMAIL_F_01,
		.clause = "RFC 2034 4",
		.title = "an enhanced code in replies of success",
		.title_zh = "成功应答带增强状态码",
		.needs = SMTP_ALICE " smtp.enhancedstatuscodes",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S!: 250?2.*.*  # RFC 2034 4\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 25??2.*.*  # RFC 2034 4\n"
		    DATA
		    CONTENT
		    "S!: 250?2.*.*  # RFC 2034 4\n"
		    "C: QUIT\n"
		    "S!: 221?2.*.*  # RFC 2034 4\n",
	},

	/* "a 5xx response must incorporate a 5.X.X code" */
	{
		.id = "smtp.enhanced.failure",
		.verifies = EMAIL_F_01,
		.clause = "RFC 2034 4",
		.title = "the enhanced code agrees with the reply code",
		.title_zh = "增强状态码与应答码一致",
		.needs = SMTP_ALICE " smtp.enhancedstatuscodes mail:unknown",
		.twin = "smtp.enhanced.success",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RCPT TO:<${unknown}>\n"
		    "S!: 5???5.*.*  # RFC 2034 4\n"
		    "S|: 4???4.*.*  # RFC 2034 4\n"
		    "S?: 2*\n",
	},
};
/* clang-format on */

GROUP(smtp_extensions, "smtp", cases);
