/* SPDX-License-Identifier: MIT */
/*
 * An account that is locked is locked for the directory as well.
 */
#include <stdio.h>
#include <string.h>

#include "conformance/cases/email/ldap_prelude.h"
#include "conformance/trial.h"

extern const struct conf_group conf_ldap_lockout;

#define CLAUSE   "GB/T 22239-2019 8.1.4.1"
#define ATTEMPTS 20 /* most that we ever make */

/* How often a password may be wrong before the account is locked. */
static int
failures_allowed(const struct trial *t)
{
	double most = 5;

	profile_limit(trial_profile(t), EMAIL_F_23, "lockout.failures", &most);
	return most < 1 ? 1 : most > ATTEMPTS ? ATTEMPTS : (int)most;
}

/* Whoever refuses everybody locks nobody. */
static bool
collect(struct trial *t)
{
	const int n = failures_allowed(t);
	char name[32];

	trial_fact_int(t, "failures", n);
	trial_talk(t, "others", "ldaps", LDAP_ALICE_IN);
	for (int i = 1; i <= n; i++) {
		snprintf(name, sizeof name, "failure-%d", i);
		trial_talk(t, name, "ldaps",
		    "C: 1 bind ${victim.dn|quoted} \"Wrong-password-1\"\n"
		    "S-: 1 bindResponse success *\n"
		    "S: 1 bindResponse *\n");
	}
	trial_talk(t, "after", "ldaps",
	    LDAP_BIND("1", "victim") "S-!: 1 bindResponse success *  # " CLAUSE
				     "\n"
				     "S!: 1 bindResponse *\n"
				     "S|: @closed\n");
	return true;
}

static void
judge(struct trial *t)
{
	const char *others = trial_fact_text(t, "others");

	if (trial_need(t, others != NULL && strcmp(others, "pass") == 0,
		"alice cannot bind either"))
		prelude_judge(t, "after", CLAUSE,
		    "the right password is refused while the account is "
		    "locked");
}

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "ldap.lockout",
		.verifies = EMAIL_F_23,
		.clause = CLAUSE,
		.title = "an account is locked after wrong passwords over LDAP",
		.title_zh = "LDAP 连续口令错误后锁定账号",
		.needs = LDAPS_ALICE
		    " account:victim dn:victim safety:lockout",
		.locks = "account:victim",
		.service = "ldaps",
		.collect = collect,
		.judge = judge,
		.soft_s = 120,
	},
};
/* clang-format on */

LDAP_GROUP(ldap_lockout, cases);
