/* SPDX-License-Identifier: MIT */
/*
 * Commands that are not well formed: refused, and nothing else happens.
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_smtp_syntax;

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "smtp.syntax.mail",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.2",
		.title = "MAIL without an argument",
		.title_zh = "不带参数的 MAIL",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: MAIL\n"
		    "S!: 5*  # RFC 5321 4.1.4\n"
		    MAIL_FROM,
	},
	{
		.id = "smtp.syntax.mail.to",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.2",
		.title = "MAIL with TO: in place of FROM:",
		.title_zh = "MAIL 之后写成 TO:",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: MAIL TO:<${token}@${foreign}>\n"
		    "S!: 5*  # RFC 5321 4.1.4\n",
	},
	{
		.id = "smtp.syntax.rcpt",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.3",
		.title = "RCPT without an argument",
		.title_zh = "不带参数的 RCPT",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C~: RCPT\n"
		    "S!: 5*  # RFC 5321 4.1.4\n",
	},

	/* Only a reverse-path may be null. */
	{
		.id = "smtp.syntax.rcpt.null",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.3",
		.title = "RCPT with the null path",
		.title_zh = "收件人为空路径",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C~: RCPT TO:<>\n"
		    "S!: 5*  # RFC 5321 4.1.1.3\n",
	},

	/* "it will return code 555" */
	{
		.id = "smtp.syntax.mail.parameter",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.11",
		.title = "MAIL with a parameter nobody has defined",
		.title_zh = "MAIL 带未定义的参数",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: MAIL FROM:<${token}@${foreign}> XYZZY=1\n"
		    "S!: 555*  # RFC 5321 4.1.1.11\n"
		    "S|: 5*  # RFC 5321 4.2.1\n",
	},
	{
		.id = "smtp.syntax.rcpt.parameter",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.11",
		.title = "RCPT with a parameter nobody has defined",
		.title_zh = "RCPT 带未定义的参数",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C~: RCPT TO:<${alice.address}> XYZZY=1\n"
		    "S!: 555*  # RFC 5321 4.1.1.11\n"
		    "S|: 5*  # RFC 5321 4.2.1\n",
	},

	/* "SMTP servers SHOULD tolerate trailing white space" */
	{
		.id = "smtp.syntax.trailing",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1",
		.level = LEVEL_SHOULD,
		.title = "a space before the end of a command",
		.title_zh = "命令行尾多一个空格",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: NOOP \n"
		    "S!: 250*  # RFC 5321 4.1.1\n",
	},

	/* Every command has a reply; or the server defends itself (7.8). */
	{
		.id = "smtp.syntax.garbage",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.2",
		.title = "a line of octets above 127",
		.title_zh = "由高位字节组成的命令行",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: \\xff\\xfe\\x80\\x81 \\xc0\\xaf\n"
		    "S!: 5*  # RFC 5321 4.2\n"
		    "S|: 4*  # RFC 5321 7.8\n"
		    "S|: @closed  # RFC 5321 7.8\n",
	},
	{
		.id = "smtp.syntax.nul",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.2",
		.title = "a line with a NUL",
		.title_zh = "含 NUL 的命令行",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: NOOP a\\0b\n"
		    "S!: ???*  # RFC 5321 4.2\n"
		    "S|: @closed  # RFC 5321 7.8\n",
	},
	{
		.id = "smtp.syntax.long",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.3.1.9",
		.title = "a command line of 20 000 octets",
		.title_zh = "长达两万字节的命令行",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: XYZZY ${\"x\"*20000}\n"
		    "S!: 5*  # RFC 5321 4.5.3.1.9\n"
		    "S|: 4*  # RFC 5321 4.5.3.1.9\n"
		    "S|: @closed  # RFC 5321 7.8\n",
	},

	/*
	 * "MUST NOT recognize ... any other character or character sequence
	 * as a line terminator": one reply to one line.
	 */
	{
		.id = "smtp.syntax.lf",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 2.3.8",
		.title = "LF alone does not end a command",
		.title_zh = "单独的 LF 不结束命令",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C=: NOOP a\\nNOOP b\\r\\n\n"
		    "S: ???*\n"
		    "S|: @closed  # RFC 5321 7.8\n"
		    "C: QUIT\n"
		    "S!: 221*  # RFC 5321 2.3.8\n"
		    "S|: 421*  # RFC 5321 3.8\n"
		    "S|: @closed  # RFC 5321 7.8\n",
	},
	{
		.id = "smtp.syntax.cr",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 2.3.8",
		.title = "CR alone does not end a command",
		.title_zh = "单独的 CR 不结束命令",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C=: NOOP a\\rNOOP b\\r\\n\n"
		    "S: ???*\n"
		    "S|: @closed  # RFC 5321 7.8\n"
		    "C: QUIT\n"
		    "S!: 221*  # RFC 5321 2.3.8\n"
		    "S|: 421*  # RFC 5321 3.8\n"
		    "S|: @closed  # RFC 5321 7.8\n",
	},
};
/* clang-format on */

GROUP(smtp_syntax, "smtp", cases);
