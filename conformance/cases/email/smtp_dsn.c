/* SPDX-License-Identifier: MIT */
/*
 * The parameters of DSN, RFC 3461.  What comes of them is in smtp_bounce.c,
 * smtp_report.c and smtp_outbound.c.
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_smtp_dsn;

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "smtp.dsn.listed",
		.verifies = EMAIL_F_20,
		.clause = "RFC 3461 3",
		.title = "lists DSN",
		.title_zh = "列出 DSN",
		.needs = "endpoint:smtp smtp.dsn",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+!: 250?DSN\n"
		    "S: 250*\n",
	},
	{
		.id = "smtp.dsn.ret",
		.verifies = EMAIL_F_20,
		.clause = "RFC 3461 5.1 (a)",
		.title = "MAIL with RET=HDRS",
		.title_zh = "MAIL 带 RET=HDRS",
		.needs = "endpoint:smtp smtp.dsn mail:foreign",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> RET=HDRS\n"
		    "S!: 250*  # RFC 3461 5.1 (a)\n",
	},
	{
		.id = "smtp.dsn.ret.syntax",
		.verifies = EMAIL_F_20,
		.clause = "RFC 3461 5.1 (a)",
		.title = "MAIL with a RET that does not exist",
		.title_zh = "RET 取值不存在",
		.needs = "endpoint:smtp smtp.dsn mail:foreign",
		.twin = "smtp.dsn.ret",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: MAIL FROM:<${token}@${foreign}> RET=SOME\n"
		    "S!: 5*  # RFC 3461 5.1 (a)\n",
	},
	{
		.id = "smtp.dsn.envid",
		.verifies = EMAIL_F_20,
		.clause = "RFC 3461 5.1 (a)",
		.title = "MAIL with ENVID",
		.title_zh = "MAIL 带 ENVID",
		.needs = "endpoint:smtp smtp.dsn mail:foreign",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> ENVID=yanshou+2B1\n"
		    "S!: 250*  # RFC 3461 5.1 (a)\n",
	},
	{
		.id = "smtp.dsn.notify",
		.verifies = EMAIL_F_20,
		.clause = "RFC 3461 5.1 (b)",
		.title = "RCPT with NOTIFY",
		.title_zh = "RCPT 带 NOTIFY",
		.needs = SMTP_ALICE " smtp.dsn",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RCPT TO:<${alice.address}> "
		    "NOTIFY=SUCCESS,FAILURE,DELAY\n"
		    "S!: 25?*  # RFC 3461 5.1 (b)\n",
	},

	/* "the NEVER keyword MUST appear by itself" (4.1) */
	{
		.id = "smtp.dsn.notify.syntax",
		.verifies = EMAIL_F_20,
		.clause = "RFC 3461 5.1 (b)",
		.level = LEVEL_SHOULD,
		.title = "NEVER together with something else",
		.title_zh = "NEVER 与其他取值并用",
		.needs = SMTP_ALICE " smtp.dsn",
		.twin = "smtp.dsn.notify",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C~: RCPT TO:<${alice.address}> NOTIFY=NEVER,SUCCESS\n"
		    "S!: 5*  # RFC 3461 5.1 (b)\n",
	},
	{
		.id = "smtp.dsn.orcpt",
		.verifies = EMAIL_F_20,
		.clause = "RFC 3461 5.1 (b)",
		.title = "RCPT with ORCPT",
		.title_zh = "RCPT 带 ORCPT",
		.needs = SMTP_ALICE " smtp.dsn",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RCPT TO:<${alice.address}> "
		    "ORCPT=rfc822;${alice.address}\n"
		    "S!: 25?*  # RFC 3461 5.1 (b)\n",
	},

	/* "at least 1036 characters long" */
	{
		.id = "smtp.dsn.orcpt.long",
		.verifies = EMAIL_F_20,
		.clause = "RFC 3461 5.4",
		.title = "RCPT with an ORCPT of 490 octets",
		.title_zh = "RCPT 带 490 字节的 ORCPT",
		.needs = SMTP_ALICE " smtp.dsn",
		.twin = "smtp.dsn.orcpt",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RCPT TO:<${alice.address}> "
		    "ORCPT=rfc822;${\"x\"*468}@client.example\n"
		    "S!: 25?*  # RFC 3461 5.4\n",
	},
};
/* clang-format on */

GROUP(smtp_dsn, "smtp", cases);
