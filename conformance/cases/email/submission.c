/* SPDX-License-Identifier: MIT */
/*
 * Message submission: STARTTLS first, then AUTH, then mail (RFC 6409, 4954,
 * 8314).
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_submission;

/* clang-format off */
#define SUBMIT_TLS "endpoint:submission smtp.starttls"

static const struct conf_case cases[] = {
	{
		.id = "submission.starttls.listed",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 2",
		.title = "lists STARTTLS on the submission port",
		.title_zh = "提交端口列出 STARTTLS",
		.needs = SUBMIT_TLS,
		.service = "submission",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+!: 250?STARTTLS\n"
		    "S: 250*\n",
	},

	/* Whoever is logged in writes to somebody who lives here. */
	{
		.id = "submission.mail",
		.verifies = EMAIL_F_01,
		.clause = "RFC 6409 3.1",
		.title = "a user submits a message",
		.title_zh = "用户登录后提交邮件",
		.needs = SUBMIT_ALICE,
		.service = "submission",
		.dialogue =
		    LOGGED_IN("alice")
		    "C: MAIL FROM:<${alice.address}>\n"
		    "S!: 250*  # RFC 6409 3.1\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 25?*  # RFC 6409 3.1\n"
		    DATA
		    "C.: " FIELDS_FROM("${alice.address}")
		    "\\r\\nacceptance test, please ignore\n"
		    "S!: 250*  # RFC 5321 4.1.1.4\n"
		    BYE,
	},
	{
		.id = "submission.relay",
		.verifies = EMAIL_F_03,
		.clause = "RFC 6409 3.1",
		.title = "a user writes to another domain",
		.title_zh = "用户向外域发信",
		.needs = SUBMIT_ALICE " mail:foreign",
		.service = "submission",
		.dialogue =
		    LOGGED_IN("alice")
		    "C: MAIL FROM:<${alice.address}>\n"
		    "S: 250*\n"
		    "C: RCPT TO:<someone@${foreign}>\n"
		    "S!: 25?*  # RFC 6409 3.1\n"
		    "S?: 4*  # RFC 5321 4.2.1\n"
		    "S?: 5???5.1.2*  # RFC 3463 3.2\n"
		    "C: RSET\n"
		    "S: 250*\n"
		    BYE,
	},

	/* Some refuse MAIL, some RCPT. */
	{
		.id = "submission.mail.cleartext",
		.verifies = EMAIL_F_03,
		.clause = "RFC 6409 4.3",
		.title = "a message before TLS and without AUTH",
		.title_zh = "TLS 与认证之前提交邮件",
		.needs = SUBMIT_ALICE,
		.twin = "submission.mail",
		.service = "submission",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${alice.address}>\n"
		    "S: ???*\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 530*  # RFC 6409 4.3\n"
		    "S|: 5*  # RFC 5321 4.2.1\n"
		    "S?: 4*  # RFC 5321 4.2.1\n",
	},
	{
		.id = "submission.auth.required",
		.verifies = EMAIL_F_03,
		.clause = "RFC 6409 4.3",
		.title = "a message for a local user without AUTH",
		.title_zh = "未认证向本域用户提交邮件",
		.needs = SUBMIT_ALICE,
		.twin = "submission.mail",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: MAIL FROM:<${alice.address}>\n"
		    "S: ???*\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 530*  # RFC 6409 4.3\n"
		    "S|: 5*  # RFC 5321 4.2.1\n"
		    "S?: 4*  # RFC 5321 4.2.1\n",
	},
	{
		.id = "submission.auth.required.foreign",
		.verifies = EMAIL_F_03,
		.clause = "RFC 6409 4.3",
		.title = "a message for another domain without AUTH",
		.title_zh = "未认证向外域提交邮件",
		.needs = SUBMIT_ALICE " mail:foreign",
		.twin = "submission.mail",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: MAIL FROM:<${alice.address}>\n"
		    "S: ???*\n"
		    "C: RCPT TO:<someone@${foreign}>\n"
		    "S!: 530*  # RFC 6409 4.3\n"
		    "S|: 5*  # RFC 5321 4.2.1\n"
		    "S?: 4*  # RFC 5321 4.2.1\n",
	},
	{
		.id = "submission.auth.failed",
		.verifies = EMAIL_F_03,
		.clause = "RFC 6409 4.3",
		.title = "a message after an AUTH that failed",
		.title_zh = "认证失败后提交邮件",
		.needs = SUBMIT_ALICE,
		.twin = "submission.mail",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: AUTH PLAIN "
		    "AG5vYm9keS15YW5zaG91AHdyb25nLXBhc3N3b3Jk\n"
		    "S: 5*\n"
		    "S|: 454*  # RFC 4954 6\n"
		    "C: MAIL FROM:<${alice.address}>\n"
		    "S: ???*\n"
		    "S|: @closed  # RFC 5321 7.8\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 530*  # RFC 6409 4.3\n"
		    "S|: 5*  # RFC 5321 4.2.1\n"
		    "S?: 4*  # RFC 5321 4.2.1\n"
		    "S|: @closed  # RFC 5321 7.8\n",
	},
	{
		.id = "submission.auth.cancelled",
		.verifies = EMAIL_F_03,
		.clause = "RFC 6409 4.3",
		.title = "a message after an exchange that was cancelled",
		.title_zh = "取消认证后提交邮件",
		.needs = SUBMIT_ALICE " mail:foreign",
		.twin = "submission.mail",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: AUTH PLAIN\n"
		    "S: 334*\n"
		    "C: *\n"
		    "S: 5*\n"
		    "C: MAIL FROM:<${alice.address}>\n"
		    "S: ???*\n"
		    "C: RCPT TO:<someone@${foreign}>\n"
		    "S!: 530*  # RFC 6409 4.3\n"
		    "S|: 5*  # RFC 5321 4.2.1\n"
		    "S|: 4*  # RFC 5321 4.2.1\n",
	},
};
/* clang-format on */

GROUP(submission, "submission", cases);
