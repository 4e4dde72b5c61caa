/* SPDX-License-Identifier: MIT */
/*
 * How AUTH goes: what is offered, before TLS and inside it, and the exchange
 * of each mechanism (RFC 4954).
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_submission_exchange;

/* clang-format off */
#define SUBMIT_TLS "endpoint:submission smtp.starttls"

static const struct conf_case cases[] = {
	/*
	 * "SHOULD NOT advertise mechanisms that are not permitted due to lack
	 * of encryption": whoever believes the list says his password.
	 */
	{
		.id = "submission.auth.cleartext.listed",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 4",
		.level = LEVEL_SHOULD,
		.title = "lists no plaintext mechanism before TLS",
		.title_zh = "TLS 之前不列出明文认证机制",
		.needs = SUBMIT_TLS,
		.twin = "submission.starttls.listed",
		.service = "submission",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S-!: 250?AUTH?PLAIN*\n"
		    "S-!: 250?AUTH?LOGIN*\n"
		    "S-!: 250?AUTH?* PLAIN*\n"
		    "S-!: 250?AUTH?* LOGIN*\n"
		    "S: 250*\n",
	},

	/*
	 * "MUST implement a configuration in which it does NOT permit any
	 * plaintext password mechanisms" without protection.  No password is
	 * sent: a challenge is an invitation to send one.
	 */
	{
		.id = "submission.auth.cleartext",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 4",
		.title = "AUTH PLAIN before TLS",
		.title_zh = "TLS 之前的 AUTH PLAIN",
		.needs = SUBMIT_ALICE,
		.twin = "submission.auth.plain",
		.service = "submission",
		.dialogue =
		    HELLO
		    "C: AUTH PLAIN\n"
		    "S!: 5*  # RFC 4954 4\n"
		    "S?: 4*  # RFC 4954 6\n",
	},
	{
		.id = "submission.auth.cleartext.login",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 4",
		.title = "AUTH LOGIN before TLS",
		.title_zh = "TLS 之前的 AUTH LOGIN",
		.needs = "endpoint:submission smtp.starttls "
			 "smtp.auth.login account:alice",
		.twin = "submission.auth.login",
		.service = "submission",
		.dialogue =
		    HELLO
		    "C: AUTH LOGIN\n"
		    "S!: 5*  # RFC 4954 4\n"
		    "S?: 4*  # RFC 4954 6\n",
	},
	{
		.id = "submission.auth.listed",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 3",
		.title = "lists AUTH inside TLS",
		.title_zh = "TLS 内列出 AUTH",
		.needs = SUBMIT_TLS,
		.service = "submission",
		.dialogue =
		    HELLO UPGRADE
		    "C: EHLO ${client}\n"
		    "S+!: 250?AUTH ?*\n"
		    "S: 250*\n",
	},
	{
		.id = "submission.auth.plain",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 4",
		.title = "AUTH PLAIN with an initial response",
		.title_zh = "带初始响应的 AUTH PLAIN",
		.needs = SUBMIT_ALICE,
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: AUTH PLAIN ${alice.plain}\n"
		    "S!: 235*  # RFC 4954 6\n",
	},

	/* continue-req = "334" SP [base64] CRLF: clients insist on the SP. */
	{
		.id = "submission.auth.plain.challenge",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 4",
		.title = "AUTH PLAIN without an initial response",
		.title_zh = "不带初始响应的 AUTH PLAIN",
		.needs = SUBMIT_ALICE,
		.twin = "submission.auth.plain",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: AUTH PLAIN\n"
		    "S!: 334 *  # RFC 4954 8\n"
		    "C: ${alice.plain}\n"
		    "S!: 235*  # RFC 4954 6\n",
	},
	{
		.id = "submission.auth.login",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 6",
		.title = "AUTH LOGIN",
		.title_zh = "AUTH LOGIN 登录",
		.needs = "endpoint:submission smtp.starttls smtp.auth.login "
			 "account:alice",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: AUTH LOGIN\n"
		    "S: 334*\n"
		    "C: ${alice.user|base64}\n"
		    "S: 334*\n"
		    "C: ${alice.password|base64}\n"
		    "S!: 235*  # RFC 4954 6\n",
	},

	/* "*" cancels; "the server MUST reject ... with a 501 reply" */
	{
		.id = "submission.auth.cancel",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 4",
		.title = "an exchange that the client cancels",
		.title_zh = "客户端取消认证交互",
		.needs = SUBMIT_ALICE,
		.twin = "submission.auth.plain",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: AUTH PLAIN\n"
		    "S: 334*\n"
		    "C: *\n"
		    "S!: 501*  # RFC 4954 4\n",
	},
	{
		.id = "submission.auth.base64",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 4",
		.title = "a response that is not base64",
		.title_zh = "响应不是 base64",
		.needs = SUBMIT_ALICE,
		.twin = "submission.auth.plain",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C~: AUTH PLAIN !!!!\n"
		    "S!: 501*  # RFC 4954 4\n"
		    "S|: 535*  # RFC 4954 6\n"
		    "S|: 5*  # RFC 5321 4.2.1\n",
	},

	/* 504 says it best; what matters is that it is refused. */
	{
		.id = "submission.auth.mechanism",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 4",
		.title = "a mechanism nobody has defined",
		.title_zh = "未定义的认证机制",
		.needs = SUBMIT_ALICE,
		.twin = "submission.auth.plain",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: AUTH XYZZY\n"
		    "S!: 504*  # RFC 4954 4\n"
		    "S|: 5*  # RFC 5321 4.2.1\n",
	},

	/* "any further AUTH commands MUST be rejected with a 503 reply" */
	{
		.id = "submission.auth.again",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 4",
		.title = "AUTH a second time",
		.title_zh = "登录后再次 AUTH",
		.needs = SUBMIT_ALICE,
		.twin = "submission.auth.plain",
		.service = "submission",
		.dialogue =
		    LOGGED_IN("alice")
		    "C: AUTH PLAIN ${alice.plain}\n"
		    "S!: 503*  # RFC 4954 4\n",
	},
	{
		.id = "submission.auth.parameter",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 5",
		.title = "MAIL with AUTH=<>",
		.title_zh = "MAIL 带 AUTH=<> 参数",
		.needs = SUBMIT_ALICE,
		.service = "submission",
		.dialogue =
		    LOGGED_IN("alice")
		    "C: MAIL FROM:<${alice.address}> AUTH=<>\n"
		    "S!: 250*  # RFC 4954 5\n",
	},

	/* RSET clears the transaction and nothing else. */
	{
		.id = "submission.auth.rset",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5321 4.1.1.5",
		.title = "RSET does not log out",
		.title_zh = "RSET 不影响登录状态",
		.needs = SUBMIT_ALICE,
		.service = "submission",
		.dialogue =
		    LOGGED_IN("alice")
		    "C: RSET\n"
		    "S: 250*\n"
		    "C: MAIL FROM:<${alice.address}>\n"
		    "S!: 250*  # RFC 5321 4.1.1.5\n"
		    "C: RCPT TO:<${alice.address}>\n"
		    "S!: 25?*  # RFC 5321 4.1.1.5\n",
	},

	/* "\0nobody-yanshou\0wrong-password", whom nobody has made. */
	{
		.id = "submission.auth.nobody",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 6",
		.title = "AUTH of a user that does not exist",
		.title_zh = "不存在的用户登录",
		.needs = SUBMIT_ALICE,
		.twin = "submission.auth.plain",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: AUTH PLAIN "
		    "AG5vYm9keS15YW5zaG91AHdyb25nLXBhc3N3b3Jk\n"
		    "S!: 535*  # RFC 4954 6\n"
		    "S|: 5*  # RFC 5321 4.2.1\n"
		    "S|: 454*  # RFC 4954 6\n",
	},
};
/* clang-format on */

GROUP(submission_exchange, "submission", cases);
