/* SPDX-License-Identifier: MIT */
/*
 * Submission again: passwords that are nearly right, AUTH that came to
 * nothing.
 */
#include "conformance/cases/email/prelude.h"
#include "conformance/trial.h"
#include "lib/mem.h"

extern const struct conf_group conf_submission_more;

/* clang-format off */
#define ANSWERED \
	"S!: 535*  # RFC 4954 6\n" \
	"S|: 5*  # RFC 5321 4.2.1\n" \
	"S|: 4*  # RFC 4954 6\n"
/* clang-format on */

/* AUTH PLAIN of alice with her password and "tail", or without any. */
static bool
try_password(struct trial *t, bool empty)
{
	const struct profile_account *alice =
	    profile_account(trial_profile(t), "alice");
	char *password = mem_textf("%sx", alice->password);
	char *code = prelude_plain("", alice->user, empty ? "" : password);
	char *script = mem_textf(SECURED "C: AUTH PLAIN %s\n" ANSWERED, code);
	const enum verdict v = trial_talk(t, "login", "submission", script);

	free(script);
	free(code);
	free(password);
	return v != BROKEN;
}

static bool
collect_empty(struct trial *t)
{
	return try_password(t, true);
}

static bool
collect_tail(struct trial *t)
{
	return try_password(t, false);
}

static void
judge_login(struct trial *t)
{
	prelude_judge(
	    t, "login", trial_case(t)->clause, "a reply that refuses");
}

/* clang-format off */
static const struct conf_case cases[] = {
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
	{
		.id = "submission.auth.login.empty",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 6",
		.title = "AUTH LOGIN with an empty password",
		.title_zh = "AUTH LOGIN 空口令",
		.needs = SUBMIT_ALICE " smtp.auth.login",
		.locks = "account:alice",
		.twin = "submission.auth.plain",
		.service = "submission",
		.dialogue =
		    SECURED
		    "C: AUTH LOGIN\n"
		    "S: 334*\n"
		    "C: ${alice.user|base64}\n"
		    "S: 334*\n"
		    "C=: \\r\\n\n"
		    ANSWERED,
	},
	{
		.id = "submission.auth.plain.empty",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4616 2",
		.title = "AUTH PLAIN with an empty password",
		.title_zh = "AUTH PLAIN 空口令",
		.needs = SUBMIT_ALICE,
		.locks = "account:alice",
		.twin = "submission.auth.plain",
		.service = "submission",
		.collect = collect_empty,
		.judge = judge_login,
	},
	{
		.id = "submission.auth.tail",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4616 2",
		.title = "the right password with a letter behind it",
		.title_zh = "正确口令后多一个字符",
		.needs = SUBMIT_ALICE,
		.locks = "account:alice",
		.twin = "submission.auth.plain",
		.service = "submission",
		.collect = collect_tail,
		.judge = judge_login,
	},
};
/* clang-format on */

GROUP(submission_more, "submission", cases);
