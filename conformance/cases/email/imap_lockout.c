/* SPDX-License-Identifier: MIT */
/*
 * An account that is locked is locked for IMAP, and IMAP helps to lock it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/email/imap_prelude.h"
#include "conformance/trial.h"
#include "lib/mem.h"

extern const struct conf_group conf_imap_lockout;

#define CLAUSE   "GB/T 22239-2019 8.1.4.1"
#define ATTEMPTS 20 /* most that we ever make */

/* clang-format off */
#define AS_VICTIM(password) \
	IMAP_GREETED \
	"C: a LOGIN ${victim.user|quoted} " password "\n"
#define REFUSED \
	"S: a NO*\n" \
	"S|: a BAD*\n" \
	"S|: @closed\n"
#define STAYS_OUT \
	"S!: a NO*  # " CLAUSE "\n" \
	"S|: a BAD*  # " CLAUSE "\n" \
	"S|: @closed\n"
/* clang-format on */

/* How often a password may be wrong before the account is locked. */
static int
failures_allowed(const struct trial *t)
{
	double most = 5;

	profile_limit(trial_profile(t), EMAIL_F_23, "lockout.failures", &most);
	return most < 1 ? 1 : most > ATTEMPTS ? ATTEMPTS : (int)most;
}

/* Whoever refuses everybody locks nobody. */
static void
fail_often(struct trial *t)
{
	const int n = failures_allowed(t);
	char name[32];

	trial_fact_int(t, "failures", n);
	trial_talk(t, "others", "imaps", IMAP_ALICE_IN IMAP_BYE);
	for (int i = 1; i <= n; i++) {
		snprintf(name, sizeof name, "failure-%d", i);
		trial_talk(t, name, "imaps",
		    AS_VICTIM("\"Wrong-password-1\"") REFUSED);
	}
}

static bool
collect_lockout(struct trial *t)
{
	fail_often(t);
	trial_talk(t, "after", "imaps",
	    AS_VICTIM("${victim.password|quoted}") STAYS_OUT);
	return true;
}

/* The same account at the door of submission. */
static bool
collect_shared(struct trial *t)
{
	const struct profile_account *victim =
	    profile_account(trial_profile(t), "victim");
	char *code = prelude_plain("", victim->user, victim->password);
	char *script = mem_textf(SECURED "C: AUTH PLAIN %s\n"
					 "S!: 5*  # " CLAUSE "\n"
					 "S|: 4*  # " CLAUSE "\n"
					 "S|: @closed\n",
	    code);

	fail_often(t);
	trial_talk(t, "after", "submission", script);
	free(script);
	free(code);
	return true;
}

static void
judge(struct trial *t)
{
	const char *others = trial_fact_text(t, "others");

	if (trial_need(t, others != NULL && strcmp(others, "pass") == 0,
		"alice cannot log in either"))
		prelude_judge(t, "after", CLAUSE,
		    "the right password is refused while the account is "
		    "locked");
}

/* clang-format off */
#define CASE(name, en, zh, more, how) \
	{ \
		.id = "imap.lockout" name, \
		.verifies = EMAIL_F_23, \
		.clause = CLAUSE, \
		.title = en, \
		.title_zh = zh, \
		.needs = IMAPS_ALICE " account:victim safety:lockout" more, \
		.locks = "account:victim", \
		.service = "imaps", \
		.collect = how, \
		.judge = judge, \
		.soft_s = 120, \
	}

static const struct conf_case cases[] = {
	CASE("", "an account is locked after wrong passwords over IMAP",
	    "IMAP 连续口令错误后锁定账号", "", collect_lockout),
	CASE(".shared", "one that is locked over IMAP is locked for submission",
	    "IMAP 锁定的账号同样不能提交邮件",
	    " endpoint:submission smtp.starttls smtp.auth.plain",
	    collect_shared),
};
/* clang-format on */

IMAP_GROUP(imap_lockout, "imaps", cases);
