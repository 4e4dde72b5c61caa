/* SPDX-License-Identifier: MIT */
/*
 * Port 25 again: what faults got past that were thought up without a look at
 * the other cases.
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_smtp_more;

/* clang-format off */
#define REFUSED_HERE \
	"S!: 550*  # RFC 5321 3.6.2\n" \
	"S|: 5*  # RFC 5321 4.2.1\n" \
	"S|: 4*  # RFC 5321 4.2.1\n"

static const struct conf_case cases[] = {
	/*
	 * "the first <CRLF> is actually the terminator of the previous line":
	 * that of DATA will do, and a message may be empty.
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

	/* "has no effect on the reverse-path buffer, the forward-path buffer" */
	{
		.id = "smtp.vrfy.keeps",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.6",
		.title = "VRFY does not touch the transaction",
		.title_zh = "VRFY 不影响进行中的事务",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C: VRFY nobody-yanshou\n"
		    "S: ???*\n"
		    "C: DATA\n"
		    "S!: 354*  # RFC 5321 4.1.1.6\n",
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

	/* "all quoted forms MUST be treated as equivalent" */
	{
		.id = "smtp.postmaster.quoted",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.2",
		.title = "mail for postmaster in quotes",
		.title_zh = "postmaster 加引号仍是同一邮箱",
		.needs = "endpoint:smtp mail:foreign mail:domain",
		.twin = "smtp.postmaster",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RCPT TO:<\"postmaster\"@${domain}>\n"
		    "S!: 25?*  # RFC 5321 4.1.2\n"
		    "S|: 4*  # RFC 5321 4.2.1\n",
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

	/* Five minutes; nobody who judges can wait that long. */
	{
		.id = "smtp.idle",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.3.2.7",
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

	/* Neither TLS nor a name says who is talking. */
	{
		.id = "smtp.relay.tls",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "a stranger writes to a stranger, inside TLS",
		.title_zh = "TLS 内外域发件人发往外域收件人",
		.needs = SMTP_ALICE " mail:domain smtp.starttls",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    SECURED
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<someone@${foreign}>\n"
		    REFUSED_HERE,
	},
	{
		.id = "smtp.relay.hello",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "a stranger whose EHLO name is the domain's",
		.title_zh = "EHLO 自称本域名的外域客户端",
		.needs = SMTP_ALICE " mail:domain",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${domain}\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 4.2.1\n"
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<someone@${foreign}>\n"
		    REFUSED_HERE,
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

	/* As large as it may be. */
	{
		.id = "smtp.size.exact",
		.verifies = EMAIL_F_14,
		.clause = "RFC 1870 6.1",
		.title = "MAIL that declares exactly the announced limit",
		.title_zh = "MAIL 声明的大小恰为公布上限",
		.needs = SMTP_ALICE " smtp.size smtp.size.limit",
		.twin = "smtp.size.declared",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+: 250?SIZE $max\n"
		    "S-: 250?SIZE 0\n"
		    "S: 250*\n"
		    "C: MAIL FROM:<${token}@${foreign}> SIZE=${max}\n"
		    "S!: 250*  # RFC 1870 6.1\n"
		    "S|: 4*  # RFC 1870 6.1\n",
	},
	{
		.id = "smtp.size.zero",
		.verifies = EMAIL_F_14,
		.clause = "RFC 1870 6",
		.title = "MAIL with SIZE=0",
		.title_zh = "MAIL 带 SIZE=0",
		.needs = SMTP_ALICE " smtp.size",
		.twin = "smtp.size.declared",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> SIZE=0\n"
		    "S!: 250*  # RFC 1870 6\n"
		    "S|: 4*  # RFC 5321 4.2.1\n",
	},
};
/* clang-format on */

GROUP(smtp_more, "smtp", cases);
