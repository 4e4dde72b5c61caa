/* SPDX-License-Identifier: MIT */
/*
 * Chinese mail addresses: SMTPUTF8, RFC 6531.
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_smtp_utf8;

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "smtp.smtputf8.listed",
		.verifies = EMAIL_F_12,
		.clause = "RFC 6531 3.1",
		.title = "lists SMTPUTF8",
		.title_zh = "列出 SMTPUTF8",
		.needs = "endpoint:smtp smtp.smtputf8",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+!: 250?SMTPUTF8\n"
		    "S: 250*\n",
	},
	{
		.id = "smtp.smtputf8.sender",
		.verifies = EMAIL_F_12,
		.clause = "RFC 6531 3.3",
		.title = "a sender in Chinese",
		.title_zh = "中文发件人地址",
		.needs = SMTP_ALICE " smtp.smtputf8",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<王小明@${foreign}> SMTPUTF8\n"
		    "S!: 250*  # RFC 6531 3.4\n"
		    RCPT_TO,
	},
	{
		.id = "smtp.smtputf8.recipient",
		.verifies = EMAIL_F_12,
		.clause = "RFC 6531 3.3",
		.title = "a recipient at a Chinese domain",
		.title_zh = "中文域名收件人",
		.needs = "endpoint:smtp smtp.smtputf8 mail:utf8_domain mail:foreign",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> SMTPUTF8\n"
		    "S: 250*\n"
		    "C: RCPT TO:<postmaster@${utf8_domain}>\n"
		    "S!: 25?*  # RFC 6531 3.3\n",
	},
	{
		.id = "smtp.smtputf8.headers",
		.verifies = EMAIL_F_12,
		.clause = "RFC 6531 3.6",
		.title = "header fields in UTF-8",
		.title_zh = "UTF-8 头字段",
		.needs = SMTP_ALICE " smtp.smtputf8",
		.twin = "smtp.smtputf8.sender",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<王小明@${foreign}> BODY=8BITMIME SMTPUTF8\n"
		    "S: 250*\n"
		    RCPT_TO DATA
		    "C.: ${file:mail/utf8-headers.eml}\n"
		    "S!: 250*  # RFC 6532 3.2\n",
	},
	{
		.id = "smtp.smtputf8.value",
		.verifies = EMAIL_F_12,
		.clause = "RFC 6531 3.1",
		.title = "SMTPUTF8 with a value, which it has not",
		.title_zh = "SMTPUTF8 参数带值",
		.needs = SMTP_ALICE " smtp.smtputf8",
		.twin = "smtp.smtputf8.sender",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: MAIL FROM:<${token}@${foreign}> SMTPUTF8=1\n"
		    "S!: 5*  # RFC 6531 3.1\n",
	},

	/* UTF8-non-ascii is well-formed UTF-8 (RFC 3629 4). */
	{
		.id = "smtp.smtputf8.invalid",
		.verifies = EMAIL_F_12,
		.clause = "RFC 6531 3.3",
		.title = "a sender that is not valid UTF-8",
		.title_zh = "发件人地址不是合法 UTF-8",
		.needs = SMTP_ALICE " smtp.smtputf8",
		.twin = "smtp.smtputf8.sender",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: MAIL FROM:<\\xff\\xc0\\xaf@${foreign}> SMTPUTF8\n"
		    "S!: 5*  # RFC 6531 3.3\n",
	},

	/* Refused cleanly: with a reply, and the session goes on. */
	{
		.id = "smtp.smtputf8.unclaimed",
		.verifies = EMAIL_F_12,
		.clause = "RFC 6531 3.5",
		.title = "an address in Chinese where SMTPUTF8 is not offered",
		.title_zh = "未声明 SMTPUTF8 时明确拒绝中文地址",
		.needs = SMTP_ALICE " !smtp.smtputf8",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: MAIL FROM:<王小明@${foreign}> SMTPUTF8\n"
		    "S!: 5*  # RFC 5321 4.1.1.11\n"
		    "C: EHLO ${client}\n"
		    "S!: 250*  # RFC 5321 4.1.4\n",
	},
};
/* clang-format on */

GROUP(smtp_utf8, "smtp", cases);
