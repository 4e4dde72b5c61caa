/* SPDX-License-Identifier: MIT */
/*
 * What a message may contain: 8BITMIME, MIME and Chinese character sets.
 * Whether it arrives unchanged is asked in smtp_relayed.c.
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_smtp_content;

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "smtp.8bitmime.listed",
		.verifies = EMAIL_F_11,
		.clause = "RFC 6152 2",
		.title = "lists 8BITMIME",
		.title_zh = "列出 8BITMIME",
		.needs = "endpoint:smtp smtp.8bitmime",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+!: 250?8BITMIME\n"
		    "S: 250*\n",
	},
	{
		.id = "smtp.8bitmime.body",
		.verifies = EMAIL_F_11,
		.clause = "RFC 6152 2",
		.title = "BODY=8BITMIME",
		.title_zh = "BODY=8BITMIME 参数",
		.needs = SMTP_ALICE " smtp.8bitmime",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> BODY=8BITMIME\n"
		    "S!: 250*  # RFC 6152 2\n"
		    RCPT_TO DATA CONTENT
		    "S!: 250*  # RFC 6152 3\n",
	},
	{
		.id = "smtp.8bitmime.7bit",
		.verifies = EMAIL_F_11,
		.clause = "RFC 6152 2",
		.title = "BODY=7BIT",
		.title_zh = "BODY=7BIT 参数",
		.needs = "endpoint:smtp smtp.8bitmime mail:foreign",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> BODY=7BIT\n"
		    "S!: 250*  # RFC 6152 2\n",
	},
	{
		.id = "smtp.8bitmime.syntax",
		.verifies = EMAIL_F_11,
		.clause = "RFC 6152 2",
		.title = "a BODY that does not exist",
		.title_zh = "不存在的 BODY 取值",
		.needs = SMTP_ALICE " smtp.8bitmime",
		.twin = "smtp.8bitmime.body",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: MAIL FROM:<${token}@${foreign}> BODY=9BIT\n"
		    "S!: 5*  # RFC 5321 4.1.1.11\n",
	},
	{
		.id = "smtp.content.utf8",
		.verifies = EMAIL_F_11,
		.clause = "RFC 6152 3",
		.title = "a text in UTF-8, 8bit",
		.title_zh = "UTF-8 8bit 正文",
		.needs = SMTP_ALICE " smtp.8bitmime",
		.twin = "smtp.8bitmime.body",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> BODY=8BITMIME\n"
		    "S: 250*\n"
		    RCPT_TO DATA
		    "C.: ${file:mail/utf8.eml}\n"
		    "S!: 250*  # RFC 6152 3\n",
	},

	/* The charset that GB 18030-2022 demands; to SMTP it is octets. */
	{
		.id = "smtp.content.gb18030",
		.verifies = EMAIL_F_11,
		.clause = "RFC 6152 3",
		.title = "a text in GB18030, 8bit",
		.title_zh = "GB18030 8bit 正文",
		.needs = SMTP_ALICE " smtp.8bitmime",
		.twin = "smtp.8bitmime.body",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> BODY=8BITMIME\n"
		    "S: 250*\n"
		    RCPT_TO DATA
		    "C.: ${file:mail/gb18030.eml}\n"
		    "S!: 250*  # RFC 6152 3\n",
	},
	{
		.id = "smtp.content.rfc2047",
		.verifies = EMAIL_F_11,
		.clause = "RFC 2047 5",
		.title = "Chinese in header fields, as encoded-words",
		.title_zh = "头字段中文 encoded-word",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    RCPT_TO DATA
		    "C.: ${file:mail/rfc2047.eml}\n"
		    "S!: 250*  # RFC 2047 5\n",
	},
	{
		.id = "smtp.content.rfc2231",
		.verifies = EMAIL_F_11,
		.clause = "RFC 2231 4",
		.title = "an attachment with a long Chinese file name",
		.title_zh = "长中文文件名附件",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    RCPT_TO DATA
		    "C.: ${file:mail/rfc2231.eml}\n"
		    "S!: 250*  # RFC 2231 4\n",
	},
	{
		.id = "smtp.content.nested",
		.verifies = EMAIL_F_11,
		.clause = "RFC 2046 5.1",
		.title = "a multipart inside a multipart",
		.title_zh = "嵌套的 multipart",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    RCPT_TO DATA
		    "C.: ${file:mail/nested.eml}\n"
		    "S!: 250*  # RFC 2046 5.1\n",
	},
	{
		.id = "smtp.content.rfc822",
		.verifies = EMAIL_F_11,
		.clause = "RFC 2046 5.2.1",
		.title = "a message inside a message",
		.title_zh = "内嵌邮件 message/rfc822",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    RCPT_TO DATA
		    "C.: ${file:mail/rfc822.eml}\n"
		    "S!: 250*  # RFC 2046 5.2.1\n",
	},
};
/* clang-format on */

GROUP(smtp_content, "smtp", cases);
