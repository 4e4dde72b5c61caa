/* SPDX-License-Identifier: MIT */
/*
 * No open relay: on port 25, without AUTH, mail for other people's domains is
 * refused, however the address is written.  A sender that is refused already
 * will do.  4yz asks to try again, and nobody knows what comes of that: it
 * leaves the question open.
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_smtp_relay;

/* clang-format off */
#define REFUSED_HERE \
	"S!: 550*  # RFC 5321 3.6.2\n" \
	"S|: 5*  # RFC 5321 4.2.1\n" \
	"S?: 4*  # RFC 5321 4.2.1\n"

static const struct conf_case cases[] = {
	{
		.id = "smtp.relay.foreign",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "a stranger writes to a stranger",
		.title_zh = "外域发件人发往外域收件人",
		.needs = SMTP_ALICE " mail:domain",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<someone@${foreign}>\n"
		    REFUSED_HERE,
	},
	{
		.id = "smtp.relay.null",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "nobody writes to a stranger",
		.title_zh = "空发件人发往外域收件人",
		.needs = SMTP_ALICE " mail:domain",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<someone@${foreign}>\n"
		    REFUSED_HERE,
	},

	/* What MAIL says proves nothing about who is talking. */
	{
		.id = "smtp.relay.local",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "a sender who says that he lives here",
		.title_zh = "自称本域发件人发往外域收件人",
		.needs = SMTP_ALICE " mail:domain",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<postmaster@${domain}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<someone@${foreign}>\n"
		    REFUSED_HERE,
	},

	/*
	 * Ways to write a foreign address so that it looks like one of ours.
	 * A server that takes whatever stands before its own domain has not
	 * relayed by taking these: it must have refused somebody first.
	 */
	{
		.id = "smtp.relay.percent",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "user%foreign@domain",
		.title_zh = "百分号路由",
		.needs = SMTP_ALICE " mail:domain mail:unknown",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<${unknown}>\n"
		    "S: 5*\n"
		    "C: RCPT TO:<someone%${foreign}@${domain}>\n"
		    REFUSED_HERE,
	},
	{
		.id = "smtp.relay.bang",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "foreign!user@domain",
		.title_zh = "感叹号路由",
		.needs = SMTP_ALICE " mail:domain mail:unknown",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<${unknown}>\n"
		    "S: 5*\n"
		    "C: RCPT TO:<${foreign}!someone@${domain}>\n"
		    REFUSED_HERE,
	},
	{
		.id = "smtp.relay.route",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "a source route through the target",
		.title_zh = "经由被测系统的源路由",
		.needs = SMTP_ALICE " mail:domain",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<@${domain}:someone@${foreign}>\n"
		    REFUSED_HERE,
	},
	{
		.id = "smtp.relay.quoted",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "a foreign address as a quoted local part",
		.title_zh = "外域地址作为带引号的本地部分",
		.needs = SMTP_ALICE " mail:domain mail:unknown",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<${unknown}>\n"
		    "S: 5*\n"
		    "C: RCPT TO:<\"someone@${foreign}\"@${domain}>\n"
		    REFUSED_HERE,
	},
	{
		.id = "smtp.relay.literal",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "a recipient at an IP address",
		.title_zh = "收件人为 IP 地址字面量",
		.needs = SMTP_ALICE " mail:domain",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<someone@[192.0.2.1]>\n"
		    REFUSED_HERE,
	},
	{
		.id = "smtp.relay.suffix",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "a domain that ends in the same letters",
		.title_zh = "以本域字符结尾的其他域名",
		.needs = SMTP_ALICE " mail:domain",
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<someone@not${domain}>\n"
		    REFUSED_HERE,
	},
	{
		.id = "smtp.relay.second",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 3.6.2",
		.title = "a stranger behind somebody who lives here",
		.title_zh = "本域收件人之后的外域收件人",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}>\n"
		    "S: 250*\n"
		    "S|: 5*  # RFC 5321 3.3\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S: 25?*\n"
		    "C: RCPT TO:<someone@${foreign}>\n"
		    REFUSED_HERE,
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
};
/* clang-format on */

GROUP(smtp_relay, "smtp", cases);
