/* SPDX-License-Identifier: MIT */
/*
 * Sizes that every implementation has to be able to receive.
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_smtp_limits;

/* clang-format off */
#define RCPT_AGAIN \
	"C: RCPT TO:<${alice.address}>\n" \
	"S!: 25?*\n"
#define TIMES_9(x) x x x x x x x x x
#define TIMES_11(x) x x x x x x x x x x x

static const struct conf_case cases[] = {
	/* 512 octets, CR LF included. */
	{
		.id = "smtp.limits.command",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.3.1.4",
		.title = "a command line of 512 octets",
		.title_zh = "512 字节的命令行",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop.argument",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: NOOP ${\"x\"*505}\n"
		    "S!: 250*  # RFC 5321 4.5.3.1.4\n",
	},

	/* 1000 octets, CR LF included. */
	{
		.id = "smtp.limits.text",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.3.1.6",
		.title = "a text line of 1000 octets",
		.title_zh = "1000 字节的正文行",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    DATA_OPEN
		    "C.: " FIELDS "\\r\\n${\"y\"*998}\n"
		    "S!: 250*  # RFC 5321 4.5.3.1.6\n",
	},
	{
		.id = "smtp.limits.local",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.3.1.1",
		.title = "a local part of 64 octets",
		.title_zh = "64 字节的本地部分",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${\"a\"*64}@${foreign}>\n"
		    "S!: 250*  # RFC 5321 4.5.3.1.1\n"
		    "S?: 4*  # RFC 5321 3.3\n",
	},

	/*
	 * 256 octets with the brackets: 1 + 1 + 1 + 252 + 1.  No such domain
	 * exists, and a server that refuses senders nobody could answer (4yz,
	 * 550, 5.1.8) says nothing about lengths.
	 */
	{
		.id = "smtp.limits.path",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.3.1.3",
		.title = "a path of 256 octets",
		.title_zh = "256 字节的路径",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<a@${\"b\"*60}.${\"c\"*60}.${\"d\"*60}."
		    "${\"e\"*61}.example>\n"
		    "S!: 250*  # RFC 5321 4.5.3.1.3\n"
		    "S?: 4*  # RFC 5321 3.3\n"
		    "S?: 550*  # RFC 5321 7.9\n"
		    "S?: 5???5.1.8*  # RFC 5321 7.9\n",
	},

	/* "for excessive recipients) with fewer than 100 RCPT commands" */
	{
		.id = "smtp.limits.recipients",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.3.1.8",
		.title = "100 recipients in one transaction",
		.title_zh = "一个事务 100 个收件人",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    TIMES_9(TIMES_11(RCPT_AGAIN))
		    "C: RSET\n"
		    "S: 250*\n",
	},

	/* 64 KiB and some more. */
	{
		.id = "smtp.limits.content",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.3.1.7",
		.title = "a message of 64 KiB",
		.title_zh = "64 KiB 的邮件",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    DATA_OPEN
		    "C.: " FIELDS "\\r\\n"
		    "${\"0123456789abcdef0123456789abcdef0123456789abcdef"
		    "0123456789abcd\\r\\n\"*1016}\n"
		    "S!: 250*  # RFC 5321 4.5.3.1.7\n",
	},

	/* "normally at least 100 Received entries" */
	{
		.id = "smtp.limits.hops",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 6.3",
		.level = LEVEL_SHOULD,
		.title = "a message that has passed 20 hosts",
		.title_zh = "已经过 20 台主机的邮件",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    DATA_OPEN
		    "C.: ${\"Received: from a.example by b.example with SMTP;"
		    "\\r\\n Sun, 22 Nov 2026 08:00:00 +0800\\r\\n\"*20}"
		    FIELDS "\\r\\nacceptance test, please ignore\n"
		    "S!: 250*  # RFC 5321 6.3\n",
	},

	/*
	 * "or, if there was no mail data, ends the DATA command itself": not
	 * a message that conforms, but the end of one all the same.
	 */
	{
		.id = "smtp.data.empty",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.4",
		.title = "content that is a dot and nothing else",
		.title_zh = "内容只有结束点",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    DATA_OPEN
		    "C~: .\n"
		    "S!: 250*  # RFC 5321 4.1.1.4\n"
		    "S|: 5*  # RFC 5321 4.2.1\n"
		    "S|: 4*  # RFC 5321 4.2.1\n",
	},
};
/* clang-format on */

GROUP(smtp_limits, "smtp", cases);
