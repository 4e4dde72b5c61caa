/* SPDX-License-Identifier: MIT */
/*
 * The target's own log of what we did: who, when, what, and how it ended
 * (GB/T 37002-2018 6.1.1.2).
 *
 * What was appended to the log while we acted is filed, and judged line by
 * line.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/cases/email/log_record.h"
#include "conformance/cases/email/post.h"
#include "lib/clock.h"
#include "lib/mem.h"

extern const struct conf_group conf_audit;

#define LOG_MOST  (16u << 20)
#define SETTLE_MS 300 /* between two looks at the log */
#define LOOKS     10  /* and how many of them */
#define CLAUSE    "GB/T 37002-2018 6.1.1.2"

/* ---- collecting ---- */

static off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* Reads what stands behind "from"; false when the file cannot be read. */
static bool
read_tail(const char *path, off_t from, struct buf *out)
{
	char bytes[65536];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return false;
	if (size_of(path) < from)
		from = 0; /* turned over meanwhile */
	buf_clear(out);
	while ((n = pread(fd, bytes, sizeof bytes, from)) > 0 && !out->full) {
		buf_add(out, (struct span){ bytes, (size_t)n });
		from += n;
	}
	close(fd);
	return n == 0;
}

/* The service whose log it is: that of port 25 keeps submission's, too. */
static const struct profile_log *
log_of(const struct trial *t)
{
	const char *service = trial_case(t)->service;

	return profile_log(
	    trial_profile(t), strncmp(service, "pop3", 4) == 0 ||
				      strncmp(service, "imap", 4) == 0 ||
				      strncmp(service, "ldap", 4) == 0
				  ? service
				  : "smtp");
}

/*
 * Waits until the log has "word" and has then been quiet for a while (some
 * say who before they say how it ended), or for a few seconds.
 */
static void
file_log(struct trial *t, off_t from, const char *word)
{
	const struct profile_log *log = log_of(t);
	const struct profile_account *alice =
	    profile_account(trial_profile(t), "alice");
	char *secret = alice == NULL
			   ? NULL
			   : prelude_plain("", alice->user, alice->password);
	struct buf tail;
	size_t before = 0;
	bool ok = false;

	buf_init(&tail, LOG_MOST);
	for (int i = 0; i < LOOKS; i++) {
		ok = read_tail(log->path, from, &tail);
		if (ok && tail.len == before &&
		    post_contains(buf_span(&tail), word))
			break;
		before = tail.len;
		poll(NULL, 0, SETTLE_MS);
	}
	trial_fact(t, "format", "%s", log->format);
	trial_fact(t, "readable", "%s", ok ? "yes" : "no");
	/* Secrets are blotted out in evidence: look for them here. */
	if (secret != NULL)
		trial_fact(t, "leak", "%s",
		    span_find(buf_span(&tail), span_of(alice->password)) <
				tail.len ||
			    span_find(buf_span(&tail), span_of(secret)) <
				tail.len
			? "yes"
			: "no");
	trial_file(t, "log.txt", buf_span(&tail));
	buf_free(&tail);
	free(secret);
}

static off_t
mark(struct trial *t)
{
	char now[CLOCK_TEXT];
	double days;

	wall_text(clock_wall(), now);
	trial_fact(t, "began", "%s", now);
	trial_fact(
	    t, "user", "%s", profile_account(trial_profile(t), "alice")->user);
	if (profile_limit(trial_profile(t), EMAIL_F_24, "retention", &days))
		trial_fact_int(t, "retention", (int64_t)days);
	return size_of(log_of(t)->path);
}

static bool
collect_submit(struct trial *t)
{
	const off_t from = mark(t);

	post_submit(t, "act", "<${alice.address}>", "<${alice.address}>",
	    FIELDS_FROM("${alice.address}") "\\r\\nacceptance test");
	file_log(t, from, profile_account(trial_profile(t), "alice")->user);
	return true;
}

static bool
collect_failure(struct trial *t)
{
	const struct profile_account *alice =
	    profile_account(trial_profile(t), "alice");
	const off_t from = mark(t);
	char *code = prelude_plain("", alice->user, "Wrong-password-1");
	char *script = mem_textf(SECURED "C: AUTH PLAIN %s\n"
					 "S: 5*\n",
	    code);

	trial_talk(t, "act", "submission", script);
	file_log(t, from, alice->user);
	free(script);
	free(code);
	return true;
}

/* How one reads mail, and how one tries to. */
static const struct retrieval {
	const char *service, *in, *refused;
} retrievals[] = {
	{ "pop3s",
	    "S: +OK*\n"
	    "C: USER ${alice.user}\n"
	    "S: +OK*\n"
	    "C: PASS ${alice.password}\n"
	    "S: +OK*\n"
	    "C: QUIT\n"
	    "S: +OK*\n",
	    "S: +OK*\n"
	    "C: USER ${alice.user}\n"
	    "S: +OK*\n"
	    "C: PASS Wrong-password-1\n"
	    "S: -ERR*\n" },
	{ "imaps",
	    "S: * OK*\n"
	    "C: a LOGIN ${alice.user|quoted} ${alice.password|quoted}\n"
	    "S: a OK*\n"
	    "C: b LOGOUT\n"
	    "S: b OK*\n",
	    "S: * OK*\n"
	    "C: a LOGIN ${alice.user|quoted} \"Wrong-password-1\"\n"
	    "S: a NO*\n" },
	{ "ldaps",
	    "C: 1 bind ${alice.dn|quoted} ${alice.password|quoted}\n"
	    "S: 1 bindResponse success *\n"
	    "C: 2 unbind\n"
	    "@closed\n",
	    "C: 1 bind ${alice.dn|quoted} \"Wrong-password-1\"\n"
	    "S: 1 bindResponse invalidCredentials *\n" },
};

static const struct retrieval *
retrieval_of(const struct trial *t)
{
	size_t i = 0;

	while (strcmp(retrievals[i].service, trial_case(t)->service) != 0)
		i++;
	return &retrievals[i];
}

static bool
collect_reader(struct trial *t)
{
	const struct retrieval *r = retrieval_of(t);
	const off_t from = mark(t);

	trial_talk(t, "act", r->service, r->in);
	file_log(t, from, profile_account(trial_profile(t), "alice")->user);
	return true;
}

static bool
collect_reader_failure(struct trial *t)
{
	const struct retrieval *r = retrieval_of(t);
	const off_t from = mark(t);

	trial_talk(t, "act", r->service, r->refused);
	file_log(t, from, profile_account(trial_profile(t), "alice")->user);
	return true;
}

/* On port 25; the recipient carries the token. */
static bool
collect_refusal(struct trial *t)
{
	const off_t from = mark(t);
	char *recipient = trial_expand(t, "${token}@${foreign}");

	trial_fact(t, "recipient", "%s", recipient);
	trial_talk(t, "act", "smtp",
	    HELLO MAIL_FROM "C: RCPT TO:<${token}@${foreign}>\n"
			    "S: 5*\n" BYE);
	file_log(t, from, recipient);
	free(recipient);
	return true;
}

/* ---- judging ---- */

static bool
acted(struct trial *t)
{
	const char *said = trial_fact_text(t, "act");
	const char *readable = trial_fact_text(t, "readable");

	return trial_need(t, said != NULL && strcmp(said, "pass") == 0,
		   "what was to be recorded did not take place") &&
	       trial_need(t, readable != NULL && strcmp(readable, "yes") == 0,
		   "the log cannot be read");
}

static void
judge_with(struct trial *t, log_test *test, const char *expected)
{
	if (acted(t))
		trial_claim(t, CLAUSE, log_has(t, test), expected,
		    "none in what was appended, see log.txt");
}

static void
judge_login(struct trial *t)
{
	judge_with(
	    t, log_is_login, "a record of alice's login, with its success");
}

static void
judge_failure(struct trial *t)
{
	judge_with(t, log_is_attempt, "a record of alice's attempt to log in");
}

static void
judge_result(struct trial *t)
{
	if (acted(t) &&
	    trial_need(t, log_has(t, log_is_attempt), "there is no record"))
		judge_with(
		    t, log_is_failed_login, "a record that says it failed");
}

static void
judge_submit(struct trial *t)
{
	judge_with(t, log_is_submission, "a record of what alice submitted");
}

static void
judge_refusal(struct trial *t)
{
	judge_with(
	    t, log_is_refusal, "a record of the recipient we were refused");
}

static void
judge_time(struct trial *t)
{
	judge_with(t, log_is_timely, "a record with the time it was done");
}

static void
judge_secret(struct trial *t)
{
	const char *leak = trial_fact_text(t, "leak");

	/* Who records nothing records no password either. */
	if (acted(t) && trial_need(t, log_has(t, log_is_alices),
			    "nothing was recorded of what alice did"))
		trial_claim(t, CLAUSE, leak != NULL && strcmp(leak, "no") == 0,
		    "a log without passwords", "alice's password");
}

/* Half a year cannot be waited for. */
static void
judge_retention(struct trial *t)
{
	int64_t days = 180;

	trial_fact_get_int(t, "retention", &days);
	if (acted(t))
		trial_review(t,
		    "look at rotation and storage: is the log kept for %lld "
		    "days at least?",
		    (long long)days);
}

/* clang-format off */
#define CASE(name, cite, en, zh, how, what) \
	{ \
		.id = "submission.audit." name, \
		.verifies = EMAIL_F_24, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = SUBMIT_ALICE " log:smtp", \
		.service = "submission", \
		.locks = "everything", \
		.collect = how, \
		.judge = what, \
	}

#define READER(where, name, wants, en, zh, how, what) \
	{ \
		.id = name, \
		.verifies = EMAIL_F_24, \
		.clause = CLAUSE, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:" where " log:" where " account:alice" wants, \
		.service = where, \
		.locks = "everything", \
		.collect = how, \
		.judge = what, \
	}
#define POP3(name, en, zh, how, what) \
	READER("pop3s", "pop3.audit." name, " pop3.user", en, zh, how, what)
#define IMAP(name, en, zh, how, what) \
	READER("imaps", "imap.audit." name, "", en, zh, how, what)
#define LDAP(name, en, zh, how, what) \
	READER("ldaps", "ldap.audit." name, " dn:alice", en, zh, how, what)

static const struct conf_case cases[] = {
	CASE("login", CLAUSE, "records who logged in",
	    "记录登录成功", collect_submit, judge_login),
	CASE("failure", CLAUSE, "records who failed to log in",
	    "记录登录失败", collect_failure, judge_failure),
	CASE("result", CLAUSE, "records that a login failed",
	    "登录失败的结果如实记录", collect_failure, judge_result),
	CASE("submit", CLAUSE, "records who submitted a message",
	    "记录提交的邮件", collect_submit, judge_submit),
	CASE("time", CLAUSE, "records when it was done",
	    "记录事件时间", collect_submit, judge_time),
	CASE("secret", CLAUSE, "records no password",
	    "日志不含口令", collect_submit, judge_secret),
	CASE("retention", "Cybersecurity Law of the PRC (2016), Article 21",
	    "keeps its log long enough",
	    "日志留存期限", collect_submit, judge_retention),
	POP3("login", "records who logged in by POP3", "记录 POP3 登录成功",
	    collect_reader, judge_login),
	POP3("failure", "records who failed to log in by POP3",
	    "记录 POP3 登录失败", collect_reader_failure, judge_failure),
	POP3("secret", "records no password of POP3", "POP3 日志不含口令",
	    collect_reader, judge_secret),
	IMAP("login", "records who logged in by IMAP", "记录 IMAP 登录成功",
	    collect_reader, judge_login),
	IMAP("failure", "records who failed to log in by IMAP",
	    "记录 IMAP 登录失败", collect_reader_failure, judge_failure),
	IMAP("secret", "records no password of IMAP", "IMAP 日志不含口令",
	    collect_reader, judge_secret),
	LDAP("login", "records who bound by LDAP", "记录 LDAP 绑定成功",
	    collect_reader, judge_login),
	LDAP("failure", "records who failed to bind by LDAP",
	    "记录 LDAP 绑定失败", collect_reader_failure, judge_failure),
	LDAP("secret", "records no password of LDAP", "LDAP 日志不含口令",
	    collect_reader, judge_secret),
	{
		.id = "smtp.audit.refusal",
		.verifies = EMAIL_F_24,
		.clause = CLAUSE,
		.title = "records a recipient that was refused",
		.title_zh = "记录被拒绝的收件人",
		.needs = "endpoint:smtp mail:foreign account:alice log:smtp",
		.service = "smtp",
		.collect = collect_refusal,
		.judge = judge_refusal,
	},
};
/* clang-format on */

GROUP(audit, "submission", cases);
