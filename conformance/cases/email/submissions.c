/* SPDX-License-Identifier: MIT */
/*
 * Submission with TLS from the first byte (RFC 8314 3.3).
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_submissions;

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "submissions.greeting",
		.verifies = EMAIL_F_02,
		.clause = "RFC 8314 3.3",
		.title = "greets inside TLS",
		.title_zh = "在 TLS 内问候",
		.needs = "endpoint:submissions",
		.service = "submissions",
		.dialogue =
		    "S!: 220*  # RFC 5321 4.3.2\n"
		    "S?: 554*  # RFC 5321 3.1\n",
	},
	{
		.id = "submissions.relisted",
		.verifies = EMAIL_F_02,
		.clause = "RFC 3207 4.2",
		.title = "does not list STARTTLS",
		.title_zh = "不列出 STARTTLS",
		.needs = "endpoint:submissions",
		.service = "submissions",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S-!: 250?STARTTLS\n"
		    "S: 250*\n",
	},
	{
		.id = "submissions.auth",
		.verifies = EMAIL_F_02,
		.clause = "RFC 8314 3.3",
		.title = "AUTH at once, without STARTTLS",
		.title_zh = "无须 STARTTLS 直接登录",
		.needs = "endpoint:submissions smtp.auth.plain account:alice",
		.service = "submissions",
		.dialogue =
		    HELLO
		    "C: AUTH PLAIN ${alice.plain}\n"
		    "S!: 235*  # RFC 4954 6\n"
		    "C: MAIL FROM:<${alice.address}>\n"
		    "S: 250*\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S: 25?*\n",
	},
	{
		.id = "submissions.required",
		.verifies = EMAIL_F_03,
		.clause = "RFC 6409 4.3",
		.title = "a message without AUTH",
		.title_zh = "未认证提交邮件",
		.needs = "endpoint:submissions smtp.auth.plain account:alice",
		.twin = "submissions.auth",
		.service = "submissions",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${alice.address}>\n"
		    "S: ???*\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 530*  # RFC 6409 4.3\n"
		    "S|: 5*  # RFC 5321 4.2.1\n"
		    "S?: 4*  # RFC 5321 4.2.1\n",
	},
};
/* clang-format on */

GROUP(submissions, "submissions", cases);
