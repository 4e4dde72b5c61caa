/* SPDX-License-Identifier: MIT */
/*
 * Passwords that are wrong: refused, in words that tell nothing, and not for
 * ever.
 */
#include "conformance/cases/email/prelude.h"

#include <stdio.h>

#include "conformance/trial.h"
#include "lib/mem.h"

extern const struct conf_group conf_submission_auth;

#define WRONG    "Wrong-password-1"
#define NOBODY   "nobody-yanshou"
#define ATTEMPTS 20 /* most that we ever make */

/* clang-format off */
#define ANSWERED \
	"S!: 535*  # RFC 4954 6\n" \
	"S|: 5*  # RFC 5321 4.2.1\n" \
	"S|: 4*  # RFC 4954 6\n"
/* clang-format on */

/* One conversation that says AUTH PLAIN with this, and then "then". */
static enum verdict
attempt(struct trial *t, const char *name, const char *authzid,
    const struct profile_account *who, const char *password, const char *then)
{
	char *code = prelude_plain(authzid, who->user, password);
	char *script = mem_textf(SECURED "C: AUTH PLAIN %s\n%s", code, then);
	const enum verdict v = trial_talk(t, name, "submission", script);

	free(script);
	free(code);
	return v;
}

static bool
refused(struct trial *t, const char *name, const char *password)
{
	return attempt(t, name, "", profile_account(trial_profile(t), "alice"),
		   password, ANSWERED) != BROKEN;
}

static bool
collect_wrong(struct trial *t)
{
	return refused(t, "wrong", WRONG);
}

static bool
collect_empty(struct trial *t)
{
	return refused(t, "login", "");
}

static bool
collect_tail(struct trial *t)
{
	char *password = mem_textf(
	    "%sx", profile_account(trial_profile(t), "alice")->password);
	const bool ok = refused(t, "login", password);

	free(password);
	return ok;
}

static void
judge_login(struct trial *t)
{
	prelude_judge(
	    t, "login", trial_case(t)->clause, "a reply that refuses");
}

static void
judge_wrong(struct trial *t)
{
	prelude_judge(t, "wrong", "RFC 4954 6", "a reply that refuses");
}

/* RFC 4616 2: the server verifies that alice may act as bob. */
static bool
collect_impersonate(struct trial *t)
{
	const struct profile_account *alice =
	    profile_account(trial_profile(t), "alice");
	const struct profile_account *bob =
	    profile_account(trial_profile(t), "bob");

	return attempt(t, "impersonate", bob->user, alice, alice->password,
		   ANSWERED) != BROKEN;
}

static void
judge_impersonate(struct trial *t)
{
	prelude_judge(t, "impersonate", "RFC 4616 2", "a reply that refuses");
}

/* The first two words of both refusals are compared: code and status. */
static bool
collect_enumeration(struct trial *t)
{
	const struct profile_account *alice =
	    profile_account(trial_profile(t), "alice");
	char *known = prelude_plain("", alice->user, WRONG);
	char *nobody = prelude_plain("", NOBODY, WRONG);
	char *script = mem_textf(SECURED "C: AUTH PLAIN %s\n"
					 "S: 5$code $status *\n"
					 "S|: 5$code\n"
					 "C: AUTH PLAIN %s\n"
					 "S!: 5${code} ${status} *"
					 "  # RFC 4954 6\n"
					 "S|: 5${code}\n",
	    known, nobody);
	const enum verdict v = trial_talk(t, "compare", "submission", script);

	free(script);
	free(nobody);
	free(known);
	return v != BROKEN;
}

static void
judge_enumeration(struct trial *t)
{
	prelude_judge(t, "compare", "RFC 4954 6",
	    "the same refusal for a wrong password and an unknown user");
}

/* How often a password may be wrong before the account is locked. */
static int
failures_allowed(const struct trial *t)
{
	double most = 5;

	profile_limit(trial_profile(t), EMAIL_F_23, "lockout.failures", &most);
	return most < 1 ? 1 : most > ATTEMPTS ? ATTEMPTS : (int)most;
}

/* clang-format off */
#define REFUSED \
	"S: 5*\n" \
	"S|: 4*\n" \
	"S|: @closed\n"
/* clang-format on */

/* AUTH LOGIN with a wrong password. */
static void
fail_by_login(
    struct trial *t, const char *name, const struct profile_account *who)
{
	char *user = prelude_base64(who->user), *wrong = prelude_base64(WRONG);
	char *script = mem_textf(SECURED "C: AUTH LOGIN\n"
					 "S: 334*\n"
					 "C: %s\n"
					 "S: 334*\n"
					 "C: %s\n" REFUSED,
	    user, wrong);

	trial_talk(t, name, "submission", script);
	free(script);
	free(wrong);
	free(user);
}

/* AUTH PLAIN where TLS is implicit. */
static void
fail_inside_tls(
    struct trial *t, const char *name, const struct profile_account *who)
{
	char *code = prelude_plain("", who->user, WRONG);
	char *script = mem_textf(HELLO "C: AUTH PLAIN %s\n" REFUSED, code);

	trial_talk(t, name, "submissions", script);
	free(script);
	free(code);
}

/* An account is one account, by whatever door and mechanism it is tried. */
static void
fail_to_log_in(struct trial *t, const char *name,
    const struct profile_account *who, int turn)
{
	const struct profile *p = trial_profile(t);

	if (turn % 3 == 1 && profile_endpoint(p, "submissions") != NULL)
		fail_inside_tls(t, name, who);
	else if (turn % 3 == 0 && profile_claims(p, "smtp.auth.login"))
		fail_by_login(t, name, who);
	else
		attempt(t, name, "", who, WRONG, REFUSED);
}

static bool
collect_lockout(struct trial *t)
{
	const struct profile_account *victim =
	    profile_account(trial_profile(t), "victim");
	const int n = failures_allowed(t);
	char name[32];

	trial_fact_int(t, "failures", n);
	attempt(t, "before", "", victim, victim->password, "S: 235*\n");
	for (int i = 1; i <= n; i++) {
		snprintf(name, sizeof name, "failure-%d", i);
		fail_to_log_in(t, name, victim, i);
	}
	attempt(
	    t, "after", "", victim, victim->password, ANSWERED "S|: @closed\n");
	return true;
}

static void
judge_lockout(struct trial *t)
{
	const char *before = trial_fact_text(t, "before");

	trial_need(t, before != NULL && strcmp(before, "pass") == 0,
	    "victim could not log in at first; is the account still locked?");
	prelude_judge(t, "after", "GB/T 22239-2019 8.1.4.1",
	    "the right password is refused while the account is locked");
}

/*
 * Whether it is locked already or not: after so many failures it is, and not
 * for a moment only.  How long is the profile's affair.
 */
static bool
collect_lasts(struct trial *t)
{
	const struct profile_account *victim =
	    profile_account(trial_profile(t), "victim");
	const struct profile_account *alice =
	    profile_account(trial_profile(t), "alice");
	const int n = failures_allowed(t);
	char name[32];

	attempt(t, "others", "", alice, alice->password, "S: 235*\n");
	for (int i = 1; i <= n; i++) {
		snprintf(name, sizeof name, "failure-%d", i);
		attempt(t, name, "", victim, WRONG, REFUSED);
	}
	trial_talk(t, "wait", "submission",
	    HELLO "@pause 3000\n"
		  "C: NOOP\n"
		  "S: 250*\n");
	attempt(
	    t, "after", "", victim, victim->password, ANSWERED "S|: @closed\n");
	return true;
}

static void
judge_lasts(struct trial *t)
{
	const char *others = trial_fact_text(t, "others");

	/* Victim may be locked already; who refuses everybody locks nobody. */
	trial_need(t, others != NULL && strcmp(others, "pass") == 0,
	    "alice cannot log in either");
	prelude_judge(t, "after", "GB/T 22239-2019 8.1.4.1",
	    "the right password is refused three seconds later as well");
}

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "submission.auth.wrong",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4954 6",
		.title = "AUTH with a wrong password",
		.title_zh = "口令错误的登录",
		.needs = SUBMIT_ALICE,
		.locks = "account:alice",
		.twin = "submission.auth.plain",
		.service = "submission",
		.collect = collect_wrong,
		.judge = judge_wrong,
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
		.id = "submission.auth.impersonate",
		.verifies = EMAIL_F_03,
		.clause = "RFC 4616 2",
		.title = "alice logs in to act as bob",
		.title_zh = "用自己的口令冒用他人身份",
		.needs = SUBMIT_ALICE " account:bob",
		.locks = "account:alice",
		.twin = "submission.auth.plain",
		.service = "submission",
		.collect = collect_impersonate,
		.judge = judge_impersonate,
	},
	{
		.id = "submission.auth.enumeration",
		.verifies = EMAIL_F_23,
		.clause = "RFC 4954 6",
		.title = "an unknown user is refused like a wrong password",
		.title_zh = "用户不存在与口令错误的应答相同",
		.needs = SUBMIT_ALICE,
		.locks = "account:alice",
		.twin = "submission.auth.plain",
		.service = "submission",
		.collect = collect_enumeration,
		.judge = judge_enumeration,
	},
	{
		.id = "submission.lockout",
		.verifies = EMAIL_F_23,
		.clause = "GB/T 22239-2019 8.1.4.1",
		.title = "an account is locked after wrong passwords",
		.title_zh = "连续口令错误后锁定账号",
		.needs = "endpoint:submission smtp.starttls smtp.auth.plain "
			 "account:victim safety:lockout",
		.locks = "account:victim",
		.service = "submission",
		.collect = collect_lockout,
		.judge = judge_lockout,
		.soft_s = 120,
	},
	{
		.id = "submission.lockout.lasts",
		.verifies = EMAIL_F_23,
		.clause = "GB/T 22239-2019 8.1.4.1",
		.title = "a locked account stays locked for a while",
		.title_zh = "账号锁定持续一段时间",
		.needs = "endpoint:submission smtp.starttls smtp.auth.plain "
			 "account:alice account:victim safety:lockout",
		.locks = "account:victim",
		.service = "submission",
		.collect = collect_lasts,
		.judge = judge_lasts,
		.soft_s = 120,
	},
};
/* clang-format on */

GROUP(submission_auth, "submission", cases);
