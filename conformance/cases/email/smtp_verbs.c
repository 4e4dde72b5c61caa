/* SPDX-License-Identifier: MIT */
/*
 * The lesser verbs, unknown ones, letters' case, and addresses that every
 * server has to know.
 */
#include "conformance/cases/email/prelude.h"

#include <ctype.h>
#include <stdlib.h>

#include "conformance/trial.h"

extern const struct conf_group conf_smtp_verbs;

static bool
collect_capitals(struct trial *t)
{
	char *address = trial_expand(t, "${alice.address}");
	struct buf script;
	enum verdict v;

	for (char *c = strrchr(address, '@'); c != NULL && *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	buf_init(&script, 4096);
	buf_addf(&script,
	    RCPT_OPEN "C: RCPT TO:<%s>\n"
		      "S!: 25?*  # RFC 5321 2.4\n",
	    address);
	v = trial_talk(t, "capitals", "smtp", buf_text(&script));
	buf_free(&script);
	free(address);
	return v != BROKEN;
}

static void
judge_capitals(struct trial *t)
{
	prelude_judge(t, "capitals", "RFC 5321 2.4",
	    "the recipient that was accepted in small letters");
}

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "smtp.noop",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.9",
		.title = "NOOP",
		.title_zh = "NOOP 命令",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: NOOP\n"
		    "S!: 250*  # RFC 5321 4.1.1.9\n",
	},

	/* noop = "NOOP" [ SP String ] CRLF */
	{
		.id = "smtp.noop.argument",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.9",
		.level = LEVEL_SHOULD,
		.title = "NOOP with an argument, which is ignored",
		.title_zh = "带参数的 NOOP，参数被忽略",
		.needs = "endpoint:smtp",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: NOOP yanshou\n"
		    "S!: 250*  # RFC 5321 4.1.1.9\n",
	},
	{
		.id = "smtp.noop.keeps",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.9",
		.title = "NOOP does not touch the transaction",
		.title_zh = "NOOP 不影响事务",
		.needs = SMTP_ALICE,
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: NOOP\n"
		    "S: 250*\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 25?*  # RFC 5321 4.1.1.9\n",
	},
	{
		.id = "smtp.help",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.3.2",
		.title = "HELP has a reply of its own, or none",
		.title_zh = "HELP 以规定的代码应答",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: HELP\n"
		    "S!: 211*  # RFC 5321 4.3.2\n"
		    "S|: 214*  # RFC 5321 4.3.2\n"
		    "S|: 5*  # RFC 5321 4.2.4\n",
	},

	/* "unless it has actually verified the address" */
	{
		.id = "smtp.vrfy",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.5.3",
		.title = "VRFY of an address that does not exist",
		.title_zh = "对不存在的地址执行 VRFY",
		.needs = "endpoint:smtp mail:unknown",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: VRFY ${unknown}\n"
		    "S!: 252*  # RFC 5321 3.5.3\n"
		    "S|: 251*  # RFC 5321 3.4\n"
		    "S|: 5*  # RFC 5321 3.5.3\n"
		    "S?: 4*  # RFC 5321 4.2.1\n",
	},

	/* VRFY is in the list of 4.5.1; where it is disabled the reply is 252. */
	{
		.id = "smtp.vrfy.supported",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.1",
		.title = "VRFY is a command it knows",
		.title_zh = "能识别 VRFY 命令",
		.needs = SMTP_ALICE,
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: VRFY ${alice.address}\n"
		    "S!: 25?*  # RFC 5321 4.3.2\n"
		    "S|: 502*  # RFC 5321 4.3.2\n"
		    "S|: 504*  # RFC 5321 4.3.2\n"
		    "S|: 55?*  # RFC 5321 4.3.2\n"
		    "S|: 530*  # RFC 5321 7.3\n"
		    "S?: 4*  # RFC 5321 4.2.1\n",
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
	{
		.id = "smtp.expn",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.5.3",
		.title = "EXPN of a list that does not exist",
		.title_zh = "对不存在的列表执行 EXPN",
		.needs = "endpoint:smtp mail:unknown",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: EXPN ${unknown}\n"
		    "S!: 252*  # RFC 5321 3.5.3\n"
		    "S|: 5*  # RFC 5321 4.3.2\n"
		    "S?: 4*  # RFC 5321 4.2.1\n",
	},
	{
		.id = "smtp.unknown",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.2.4",
		.title = "a verb nobody has defined",
		.title_zh = "无人定义的命令",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: XYZZY ${token}\n"
		    "S!: 500*  # RFC 5321 4.2.4\n"
		    "S|: 5*  # RFC 5321 4.2.1\n",
	},

	/* "is in violation of this specification" */
	{
		.id = "smtp.unknown.stays",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 3.8",
		.title = "does not hang up on a verb it does not know",
		.title_zh = "收到未知命令不断开连接",
		.needs = "endpoint:smtp",
		.twin = "smtp.noop",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: XYZZY\n"
		    "S: ???*\n"
		    STILL_THERE,
	},
	{
		.id = "smtp.case",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 2.4",
		.title = "verbs in any mixture of letters",
		.title_zh = "命令不区分大小写",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: eHlO ${client}\n"
		    "S!: 250*  # RFC 5321 2.4\n"
		    "C: mail from:<${token}@${foreign}>\n"
		    "S!: 250*  # RFC 5321 2.4\n"
		    "C: Rcpt tO:<${alice.address}>\n"
		    "S!: 25?*  # RFC 5321 2.4\n"
		    "C: rSeT\n"
		    "S!: 250*  # RFC 5321 2.4\n"
		    "C: quit\n"
		    "S!: 221*  # RFC 5321 2.4\n",
	},
	{
		.id = "smtp.case.domain",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 2.4",
		.title = "a domain is the same in capital letters",
		.title_zh = "域名不区分大小写",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.collect = collect_capitals,
		.judge = judge_capitals,
	},
	{
		.id = "smtp.case.parameter",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 2.4",
		.title = "parameters of MAIL in small letters",
		.title_zh = "MAIL 参数关键字不区分大小写",
		.needs = SMTP_ALICE " smtp.8bitmime",
		.twin = "smtp.8bitmime.body",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> body=8bitmime\n"
		    "S!: 250*  # RFC 5321 2.4\n",
	},

	/* Otherwise error messages could not be delivered. */
	{
		.id = "smtp.mail.null",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.2",
		.title = "mail with the null reverse-path",
		.title_zh = "接受空发件人的邮件",
		.needs = SMTP_ALICE,
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<>\n"
		    "S!: 250*  # RFC 5321 4.1.1.2\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 25?*  # RFC 5321 4.1.1.2\n",
	},
	{
		.id = "smtp.mail.quoted",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.2",
		.title = "a sender with a quoted local part",
		.title_zh = "发件人的本地部分带引号",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<\"yan shou\"@${foreign}>\n"
		    "S!: 250*  # RFC 5321 4.1.2\n",
	},
	{
		.id = "smtp.postmaster",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.1",
		.title = "mail for postmaster at its domain",
		.title_zh = "接受发往本域 postmaster 的邮件",
		.needs = "endpoint:smtp mail:foreign mail:domain",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RCPT TO:<postmaster@${domain}>\n"
		    "S!: 25?*  # RFC 5321 4.5.1\n",
	},
	{
		.id = "smtp.postmaster.bare",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.1",
		.title = "mail for Postmaster without a domain",
		.title_zh = "接受不带域名的 Postmaster",
		.needs = "endpoint:smtp mail:foreign",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RCPT TO:<Postmaster>\n"
		    "S!: 25?*  # RFC 5321 4.5.1\n",
	},
	{
		.id = "smtp.postmaster.case",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.1",
		.title = "mail for PostMaster in mixed letters",
		.title_zh = "postmaster 不区分大小写",
		.needs = "endpoint:smtp mail:foreign mail:domain",
		.service = "smtp",
		.dialogue =
		    MAIL_OPEN
		    "C: RCPT TO:<PostMaster@${domain}>\n"
		    "S!: 25?*  # RFC 5321 4.5.1\n",
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
};
/* clang-format on */

GROUP(smtp_verbs, "smtp", cases);
