/* SPDX-License-Identifier: MIT */
/*
 * What has to be counted in an answer, and what other services have to do
 * with it.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/cases/email/pop3.h"
#include "conformance/client/heard.h"
#include "conformance/trial.h"
#include "lib/mem.h"

extern const struct conf_group conf_pop3_judged;

#define HEARD_MOST (1u << 20)
#define ATTEMPTS   20 /* most that we ever make */
#define WRONG      "Wrong-password-1"

/* ---- what the target said ---- */

/* The line behind "begin" in s, and what stands behind that line in *s. */
static struct span
line_of(struct span *s, const char *begin)
{
	size_t at = span_find(*s, span_of(begin));
	struct span line;

	if (at == s->len)
		return (struct span){ NULL, 0 };
	*s = span_skip(*s, at + strlen(begin));
	at = span_find(*s, SPAN("\r\n"));
	line = span_take(*s, at);
	*s = span_skip(*s, at < s->len ? at + 2 : at);
	return line;
}

static bool
talked(struct trial *t, const char *name)
{
	const char *said = trial_fact_text(t, name);

	return trial_need(t, said != NULL && strcmp(said, "pass") == 0,
	    "the conversation \"%s\" did not get as far as the question", name);
}

/* ---- size ---- */

static bool
collect_size(struct trial *t)
{
	trial_talk(t, "size", "pop3s",
	    POP3_BROUGHT_TEXT(".one\\r\\n..two\\r\\n.\\r\\nend\\r\\n")
		POP3_IN POP3_LAST "C: LIST ${n}\n"
				  "S: +OK *\n"
				  "C: RETR ${n}\n"
				  "S: +OK*\n"
				  "S: .\n"
				  "C: NOOP\n"
				  "S: +OK*\n" POP3_TIDY);
	return true;
}

/* Octets up to the lone dot, as they were before dots were stuffed. */
static int64_t
count_octets(struct span s)
{
	int64_t n = 0;

	while (s.len > 0) {
		const struct span line = span_cut(&s, '\n');

		if (span_eq(line, SPAN(".\r")))
			return n;
		n += (int64_t)line.len + 1 - span_starts(line, SPAN("."));
	}
	return -1;
}

/*
 * Answers in their order: greeting, USER, PASS, STAT, LIST, RETR.  "In the
 * maildrop listing ... the size of the message in octets" is that of what
 * RETR sends (RFC 1939 11).
 */
static void
judge_size(struct trial *t)
{
	struct buf said;
	struct span rest, line = { NULL, 0 };
	long long listed = -1, sent;

	if (!talked(t, "size"))
		return;
	buf_init(&said, HEARD_MOST);
	if (trial_sane(t, heard(t, "size", &said), "size.jsonl is missing")) {
		rest = buf_span(&said);
		for (int i = 0; i < 5; i++)
			line = line_of(&rest, "+OK");
		if (line.ptr != NULL)
			(void)sscanf(line.ptr, " %*u %lld", &listed);
		line = line_of(&rest, "+OK");
		sent = count_octets(rest);
		trial_need(t, listed >= 0 && line.ptr != NULL && sent >= 0,
		    "LIST or RETR cannot be read");
		trial_claim(t, "RFC 1939 11", listed == sent,
		    "the size in LIST is that of what RETR sends",
		    "%lld listed, %lld sent", listed, sent);
	}
	buf_free(&said);
}

/* ---- the maildrop as a whole ---- */

static bool
collect_total(struct trial *t)
{
	trial_talk(t, "total", "pop3s",
	    POP3_WITH_MAIL "C: LIST\n"
			   "S: +OK*\n"
			   "S: .\n" POP3_TIDY);
	return true;
}

/* Answers in their order: greeting, USER, PASS, STAT, LIST. */
static void
judge_total(struct trial *t)
{
	long long said_n = -1, said_octets = -1, n = 0, octets = 0;
	struct buf said;
	struct span rest, line = { NULL, 0 };

	if (!talked(t, "total"))
		return;
	buf_init(&said, HEARD_MOST);
	if (heard(t, "total", &said)) {
		rest = buf_span(&said);
		for (int i = 0; i < 4; i++)
			line = line_of(&rest, "+OK");
		if (line.ptr != NULL)
			(void)sscanf(
			    line.ptr, " %lld %lld", &said_n, &said_octets);
		(void)line_of(&rest, "+OK");
		while (rest.len > 0) {
			long long size;

			line = span_cut(&rest, '\n');
			if (sscanf(line.ptr, "%*u %lld", &size) != 1)
				break;
			n++;
			octets += size;
		}
		trial_claim(t, "RFC 1939 5", said_n == n,
		    "STAT counts the messages of LIST",
		    "%lld in STAT, %lld in LIST", said_n, n);
		trial_claim(t, "RFC 1939 5", said_octets == octets,
		    "STAT adds up the sizes of LIST",
		    "%lld in STAT, %lld in LIST", said_octets, octets);
	}
	buf_free(&said);
}

#define DROP_MOST 500 /* messages that we mark */

/* How many are there? */
static int
count_messages(struct trial *t)
{
	struct buf said;
	struct span rest, line = { NULL, 0 };
	int n = -1;

	buf_init(&said, HEARD_MOST);
	if (heard(t, "count", &said)) {
		rest = buf_span(&said);
		for (int i = 0; i < 4; i++)
			line = line_of(&rest, "+OK");
		if (line.ptr != NULL)
			(void)sscanf(line.ptr, " %d", &n);
	}
	buf_free(&said);
	return n;
}

/* A maildrop all of which is marked; RSET brings it back. */
static bool
collect_empty(struct trial *t)
{
	struct buf script;
	int n;

	trial_talk(t, "count", "pop3s", POP3_IN POP3_LAST POP3_BYE);
	n = count_messages(t);
	if (n < 0 || n > DROP_MOST)
		return true;
	buf_init(&script, 1u << 20);
	buf_addf(&script, "%s", POP3_IN);
	for (int i = 1; i <= n; i++)
		buf_addf(&script, "C: DELE %d\nS: +OK*\n", i);
	buf_addf(&script, "%s",
	    "C: LIST\n"
	    "S!: +OK*  # RFC 1939 5\n"
	    "S-!: * *  # RFC 1939 5\n"
	    "S: .\n"
	    "C: RSET\n"
	    "S: +OK*\n" POP3_BYE);
	trial_talk(t, "empty", "pop3s", buf_text(&script));
	buf_free(&script);
	return true;
}

static void
judge_empty(struct trial *t)
{
	if (talked(t, "count") &&
	    trial_need(t, trial_fact_text(t, "empty") != NULL,
		"more than %d messages in the maildrop", DROP_MOST))
		prelude_judge(t, "empty", "RFC 1939 5",
		    "LIST of an empty maildrop is +OK and nothing more");
}

/* ---- length of answers ---- */

static bool
collect_response(struct trial *t)
{
	trial_talk(t, "response", "pop3s",
	    POP3_IN "C~: XYZZY ${\"x\"*600}\n"
		    "S: -ERR*\n"
		    "S|: @closed\n");
	return true;
}

static void
judge_response(struct trial *t)
{
	struct buf said;
	struct span rest;
	size_t most = 0;

	if (!talked(t, "response"))
		return;
	buf_init(&said, HEARD_MOST);
	if (heard(t, "response", &said)) {
		rest = buf_span(&said);
		while (rest.len > 0) {
			const size_t len = span_cut(&rest, '\n').len + 1;

			most = len > most ? len : most;
		}
		trial_claim(t, "RFC 1939 3", most <= 512,
		    "responses of 512 octets at most", "%zu", most);
	}
	buf_free(&said);
}

/* ---- characters of unique ids ---- */

static bool
collect_characters(struct trial *t)
{
	trial_talk(t, "uidl", "pop3s",
	    POP3_WITH_MAIL "C: UIDL ${n}\n"
			   "S: +OK ${n} *\n" POP3_TIDY);
	return true;
}

static bool
is_unique_id(struct span id)
{
	for (size_t i = 0; i < id.len; i++)
		if (id.ptr[i] < 0x21 || id.ptr[i] > 0x7e)
			return false;
	return id.len > 0;
}

/* The answer to UIDL is the fifth: greeting, USER, PASS, STAT, UIDL. */
static struct span
unique_id(const struct buf *said)
{
	struct span rest = buf_span(said), line = { NULL, 0 };

	for (int i = 0; i < 5; i++)
		line = line_of(&rest, "+OK");
	(void)span_cut(&line, ' ');
	(void)span_cut(&line, ' ');
	return line;
}

static void
judge_length(struct trial *t)
{
	struct buf said;

	if (!talked(t, "uidl"))
		return;
	buf_init(&said, HEARD_MOST);
	if (trial_sane(t, heard(t, "uidl", &said), "uidl.jsonl is missing")) {
		const size_t len = unique_id(&said).len;

		trial_claim(t, "RFC 1939 7", len >= 1 && len <= 70,
		    "1 to 70 characters", "%zu", len);
	}
	buf_free(&said);
}

static void
judge_characters(struct trial *t)
{
	struct buf said;

	if (!talked(t, "uidl"))
		return;
	buf_init(&said, HEARD_MOST);
	if (trial_sane(t, heard(t, "uidl", &said), "uidl.jsonl is missing")) {
		const struct span line = unique_id(&said);

		trial_claim(t, "RFC 1939 7", is_unique_id(line),
		    "one or more characters of 0x21 to 0x7E", "\"%.*s\"",
		    line.len > 100 ? 100 : (int)line.len,
		    line.ptr == NULL ? "" : line.ptr);
	}
	buf_free(&said);
}

/* ---- an account is one account ---- */

static int
failures_allowed(const struct trial *t)
{
	double most = 5;

	profile_limit(trial_profile(t), EMAIL_F_23, "lockout.failures", &most);
	return most < 1 ? 1 : most > ATTEMPTS ? ATTEMPTS : (int)most;
}

/* By the door of submission: the other one is closed with it. */
static bool
collect_lockout(struct trial *t)
{
	const struct profile_account *victim =
	    profile_account(trial_profile(t), "victim");
	const int n = failures_allowed(t);
	char *code = prelude_plain("", victim->user, WRONG), name[32];
	char *script = mem_textf(SECURED "C: AUTH PLAIN %s\n"
					 "S: 5*\n"
					 "S|: 4*\n"
					 "S|: @closed\n",
	    code);

	trial_talk(t, "others", "pop3s", POP3_IN POP3_BYE);
	for (int i = 1; i <= n; i++) {
		snprintf(name, sizeof name, "failure-%d", i);
		trial_talk(t, name, "submission", script);
	}
	trial_talk(t, "after", "pop3s",
	    POP3_GREETED "C: USER ${victim.user}\n"
			 "S: +OK*\n"
			 "S|: -ERR*\n"
			 "C: PASS ${victim.password}\n"
			 "S!: -ERR*  # GB/T 22239-2019 8.1.4.1\n"
			 "S|: @closed\n");
	free(script);
	free(code);
	return true;
}

static void
judge_lockout(struct trial *t)
{
	/* Who refuses everybody locks nobody. */
	if (talked(t, "others"))
		prelude_judge(t, "after", "GB/T 22239-2019 8.1.4.1",
		    "POP3 refuses an account that submission has locked");
}

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "pop3.list.size",
		.verifies = EMAIL_F_04,
		.clause = "RFC 1939 11",
		.title = "the size in LIST is that of what RETR sends",
		.title_zh = "LIST 给出的大小与 RETR 内容一致",
		.needs = POP3_MAIL,
		.locks = "account:carol",
		.service = "pop3s",
		.collect = collect_size,
		.judge = judge_size,
	},
	{
		.id = "pop3.stat.size",
		.verifies = EMAIL_F_04,
		.clause = "RFC 1939 5",
		.title = "STAT adds up what LIST lists",
		.title_zh = "STAT 为 LIST 各项之和",
		.needs = POP3_MAIL,
		.locks = "account:carol",
		.service = "pop3s",
		.collect = collect_total,
		.judge = judge_total,
	},
	{
		.id = "pop3.list.empty",
		.verifies = EMAIL_F_04,
		.clause = "RFC 1939 5",
		.title = "LIST of a maildrop with nothing left in it",
		.title_zh = "邮箱为空时的 LIST",
		.needs = POP3_CAROL,
		.locks = "account:carol",
		.service = "pop3s",
		.collect = collect_empty,
		.judge = judge_empty,
	},
	{
		.id = "pop3.line.response",
		.verifies = EMAIL_F_04,
		.clause = "RFC 1939 3",
		.title = "no response is longer than 512 octets",
		.title_zh = "应答不超过 512 字节",
		.needs = POP3_CAROL,
		.locks = "account:carol",
		.service = "pop3s",
		.collect = collect_response,
		.judge = judge_response,
	},
	{
		.id = "pop3.uidl.length",
		.verifies = EMAIL_F_04,
		.clause = "RFC 1939 7",
		.title = "unique ids have at most 70 characters",
		.title_zh = "唯一标识不超过 70 个字符",
		.needs = POP3_MAIL " pop3.uidl",
		.locks = "account:carol",
		.service = "pop3s",
		.collect = collect_characters,
		.judge = judge_length,
	},
	{
		.id = "pop3.uidl.characters",
		.verifies = EMAIL_F_04,
		.clause = "RFC 1939 7",
		.title = "unique ids are of printable ASCII characters",
		.title_zh = "唯一标识由可打印 ASCII 字符组成",
		.needs = POP3_MAIL " pop3.uidl",
		.locks = "account:carol",
		.service = "pop3s",
		.collect = collect_characters,
		.judge = judge_characters,
	},
	{
		.id = "pop3.lockout",
		.verifies = EMAIL_F_23,
		.clause = "GB/T 22239-2019 8.1.4.1",
		.title = "POP3 refuses an account that is locked",
		.title_zh = "POP3 拒绝已锁定的账号",
		.needs = POP3_CAROL " endpoint:submission smtp.starttls "
			 "smtp.auth.plain account:victim safety:lockout",
		.locks = "account:carol account:victim",
		.service = "pop3s",
		.collect = collect_lockout,
		.judge = judge_lockout,
		.soft_s = 120,
	},
};
/* clang-format on */

POP3_GROUP(pop3_judged, "pop3", cases);
