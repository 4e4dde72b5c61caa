/* SPDX-License-Identifier: MIT */
/*
 * SCRAM-SHA-256 done wrong, where mail is sent and where it is read: done
 * right, by a mail program, it is in journey.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/email/prelude.h"
#include "conformance/cases/email/scram_client.h"
#include "conformance/trial.h"

extern const struct conf_group conf_submission_scram;

/* By the last word of a case's id. */
static const struct {
	const char *word;
	enum scram_wrong wrong;
} rows[] = {
	{ "authzid", SCRAM_AUTHZID },
	{ "flag", SCRAM_FLAG },
	{ "nonce", SCRAM_SERVER_NONCE },
	{ "binding", SCRAM_BINDING },
	{ "proof", SCRAM_PROOF },
	{ "fresh", SCRAM_NOTHING },
};

/* Done right, done wrong, done right: no account is locked by it. */
static bool
collect(struct trial *t)
{
	const char *word = strrchr(trial_case(t)->id, '.') + 1;

	scram_log_in(t, "before", "alice", SCRAM_NOTHING);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].word, word) == 0)
			scram_log_in(t, "asked", "alice", rows[i].wrong);
	scram_log_in(t, "after", "alice", SCRAM_NOTHING);
	return true;
}

static int64_t
code_of(const struct trial *t, const char *name)
{
	int64_t code = 0;

	trial_fact_get_int(t, name, &code);
	return code;
}

/* It was answered, or hung up on, after the exchange had begun. */
static bool
is_answered(struct trial *t)
{
	const char *gone = trial_fact_text(t, "asked.gone");

	return trial_need(t,
	    code_of(t, "asked.step") > 0 &&
		(code_of(t, "asked") != 0 ||
		    (gone != NULL && strcmp(gone, "yes") == 0)),
	    "the exchange was not begun, or not answered");
}

static bool
works(struct trial *t)
{
	return trial_need(t,
	    code_of(t, "before") == 235 && code_of(t, "after") == 235,
	    "SCRAM done right was answered %lld and %lld",
	    (long long)code_of(t, "before"), (long long)code_of(t, "after"));
}

static void
judge_refused(struct trial *t)
{
	if (works(t) && is_answered(t))
		trial_claim(t, trial_case(t)->clause,
		    code_of(t, "asked") != 235, "a reply that refuses", "235");
}

static void
judge_fresh(struct trial *t)
{
	const char *first = trial_fact_text(t, "before.nonce");
	const char *second = trial_fact_text(t, "asked.nonce");

	if (works(t) &&
	    trial_need(t, first != NULL && second != NULL, "no nonces"))
		trial_claim(t, trial_case(t)->clause,
		    strcmp(first, second) != 0,
		    "another nonce for each exchange", "%s twice", first);
}

/*
 * Failures enough to lock the account, if it is not yet; then PLAIN shows
 * that it is, and SCRAM must not be a way round.
 */
#define ATTEMPTS 20

static bool
collect_locked(struct trial *t)
{
	const struct profile *p = trial_profile(t);
	double most = 5;
	char name[32];

	profile_limit(p, EMAIL_F_23, "lockout.failures", &most);
	for (int i = 1; i <= most && i <= ATTEMPTS; i++) {
		snprintf(name, sizeof name, "failure-%d", i);
		scram_log_in(t, name, "victim", SCRAM_PROOF);
	}
	trial_talk(t, "plain", "submission",
	    SECURED "C: AUTH PLAIN ${victim.plain}\n"
		    "S: 5*\n"
		    "S|: 4*\n"
		    "S|: @closed\n");
	scram_log_in(t, "asked", "victim", SCRAM_NOTHING);
	scram_log_in(t, "control", "alice", SCRAM_NOTHING);
	return true;
}

static void
judge_locked(struct trial *t)
{
	const char *plain = trial_fact_text(t, "plain");

	if (!trial_need(t, plain != NULL, "PLAIN was not tried") ||
	    !trial_need(t, code_of(t, "control") == 235,
		"SCRAM done right was answered %lld",
		(long long)code_of(t, "control")) ||
	    !is_answered(t))
		return;
	trial_claim(t, trial_case(t)->clause, strcmp(plain, "pass") == 0,
	    "a locked account after so many wrong proofs",
	    "the right password is taken");
	trial_claim(t, trial_case(t)->clause, code_of(t, "asked") != 235,
	    "a locked account for SCRAM too", "235");
}

/* clang-format off */
#define CASE(where, row, at, wants, last, cite, en, zh, what) \
	{ \
		.id = where last, \
		.verifies = row, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = wants " account:alice account:bob", \
		.locks = "account:alice", \
		.service = at, \
		.collect = collect, \
		.judge = what, \
	}

/* For its arguments to be told apart. */
#define ROW(...) CASE(__VA_ARGS__)

#define EXCHANGE(...) \
	ROW(__VA_ARGS__, "authzid", "RFC 5802 5.1", \
	    "alice logs in by SCRAM to act as bob", \
	    "SCRAM 中用自己的口令冒用他人身份", judge_refused), \
	ROW(__VA_ARGS__, "flag", "RFC 5802 6", \
	    "asks for channel binding of a mechanism without it", \
	    "在不支持通道绑定的机制上请求绑定", judge_refused), \
	ROW(__VA_ARGS__, "nonce", "RFC 5802 5.1", \
	    "changes the server's part of the nonce", \
	    "改动随机数中服务器的部分", judge_refused), \
	ROW(__VA_ARGS__, "binding", "RFC 5802 6", \
	    "changes c= in the last message", \
	    "改动末条消息中的 c=", judge_refused), \
	ROW(__VA_ARGS__, "proof", "RFC 5802 5", \
	    "sends a proof with one bit wrong", \
	    "客户端证明错一位", judge_refused), \
	ROW(__VA_ARGS__, "fresh", "RFC 5802 5.1", \
	    "gets another nonce each time", \
	    "服务器随机数每次不同", judge_fresh)

static const struct conf_case cases[] = {
	EXCHANGE("submission.scram.", EMAIL_F_03, "submission",
	    "endpoint:submission smtp.starttls smtp.auth.scram-sha-256"),
	EXCHANGE("imap.scram.", EMAIL_F_06, "imaps",
	    "endpoint:imaps imap.auth.scram-sha-256"),
	EXCHANGE("pop3.scram.", EMAIL_F_04, "pop3s",
	    "endpoint:pop3s pop3.auth.scram-sha-256"),
	{
		.id = "submission.lockout.scram",
		.verifies = EMAIL_F_23,
		.clause = "GB/T 22239-2019 8.1.4.1",
		.title = "a locked account is locked for SCRAM too",
		.title_zh = "锁定的账号同样不能用 SCRAM 登录",
		.needs = "endpoint:submission smtp.starttls smtp.auth.plain "
			 "smtp.auth.scram-sha-256 account:alice "
			 "account:victim safety:lockout",
		.locks = "account:victim",
		.service = "submission",
		.collect = collect_locked,
		.judge = judge_locked,
		.soft_s = 120,
	},
};
/* clang-format on */

GROUP(submission_scram, "submission", cases);
