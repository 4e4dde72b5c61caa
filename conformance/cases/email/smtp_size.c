/* SPDX-License-Identifier: MIT */
/*
 * SIZE: announced, declared with MAIL, and kept, so that a message that passes
 * it is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/email/prelude.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"

extern const struct conf_group conf_smtp_size;

#define SEND_MOST (96ll << 20) /* we prove nothing beyond this */
#define LINE_LEN  72

/* The number behind SIZE in the reply to EHLO, before it is taken off. */
static int64_t
announced(struct wire *w)
{
	struct span in;

	wire_listen(w, 300);
	for (in = buf_span(&w->in); in.len > 0; in = span_skip(in, 1))
		if (span_casestarts(in, SPAN("SIZE ")))
			return strtoll(in.ptr + 5, NULL, 10);
	return 0;
}

static bool
send_lines(struct wire *w, int64_t octets)
{
	char line[LINE_LEN + 1];
	struct buf block;
	bool ok = true;

	snprintf(line, sizeof line, "%070d\r\n", 0);
	buf_init(&block, 1000 * LINE_LEN);
	for (int i = 0; i < 1000; i++)
		buf_add(&block, span_of(line));
	for (; ok && octets > 0; octets -= (int64_t)block.len)
		ok = wire_send(w, buf_span(&block));
	buf_free(&block);
	return ok;
}

/* Did it go, or does it just not answer? */
static bool
left(const struct wire *w)
{
	return strstr(w->why, "in time") == NULL &&
	       strstr(w->why, "not taken") == NULL;
}

/* False when DATA was refused. */
static bool
send_data(struct wire *w, int64_t octets, int *code)
{
	if (!wire_say(w, "DATA") || wire_reply(w) != 354)
		return false;
	if (wire_say(w, "Subject: too big\r\n") && send_lines(w, octets) &&
	    wire_say(w, "."))
		*code = wire_reply(w);
	return true;
}

/* All in one: a chunk is as long as it says, which is whole blocks. */
static int
send_chunk(struct wire *w, int64_t octets)
{
	const int64_t block = 1000 * LINE_LEN;
	const int64_t whole = (octets + block - 1) / block * block;

	return wire_say(w, "BDAT %lld LAST", (long long)whole) &&
		       send_lines(w, whole)
		   ? wire_reply(w)
		   : 0;
}

static bool
collect_size(struct trial *t)
{
	char *from = trial_expand(t, "${token}@${foreign}");
	char *to = trial_expand(t, "${alice.address}");
	struct wire w;
	int64_t most = 0;
	bool ready = wire_open(&w, t, "smtp") && wire_reply(&w) == 220 &&
		     wire_say(&w, "EHLO %s.client.example", trial_token(t));
	int code = 0;

	if (ready)
		most = announced(&w);
	ready = ready && wire_reply(&w) == 250 && most > 0 &&
		most <= SEND_MOST && wire_say(&w, "MAIL FROM:<%s>", from) &&
		wire_reply(&w) == 250 && wire_say(&w, "RCPT TO:<%s>", to) &&
		wire_reply(&w) / 10 == 25;
	if (ready && strcmp(trial_case(t)->id, "smtp.size.enforced") != 0)
		code = send_chunk(&w, most + 4096);
	else if (ready)
		ready = send_data(&w, most + 4096, &code);
	trial_fact_int(t, "announced", most);
	trial_fact(t, "sent", "%s", ready ? "yes" : "no");
	trial_fact_int(t, "code", code);
	trial_fact(t, "why", "%s", w.why);
	trial_fact(
	    t, "hung-up", "%s", ready && code == 0 && left(&w) ? "yes" : "no");
	wire_close(&w);
	free(to);
	free(from);
	return true;
}

/* A target that hangs up in the middle has refused it as well. */
static void
judge_size(struct trial *t)
{
	const char *sent = trial_fact_text(t, "sent");
	const char *gone = trial_fact_text(t, "hung-up");
	int64_t most = 0, code = 0;

	trial_fact_get_int(t, "announced", &most);
	trial_fact_get_int(t, "code", &code);
	if (!trial_need(t, most > 0, "no limit is announced") ||
	    !trial_need(t, most <= SEND_MOST,
		"the limit of %lld octets is more than we send",
		(long long)most) ||
	    !trial_need(t, sent != NULL && strcmp(sent, "yes") == 0,
		"DATA was not reached: %s", trial_fact_text(t, "why")))
		return;
	trial_claim(t, "RFC 1870 5",
	    code / 100 == 5 || code / 100 == 4 ||
		(gone != NULL && strcmp(gone, "yes") == 0),
	    "552, or another refusal", "%lld (0: no answer) after %lld octets",
	    (long long)code, (long long)most + 4096);
}

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "smtp.size.listed",
		.verifies = EMAIL_F_14,
		.clause = "RFC 1870 3",
		.title = "lists SIZE",
		.title_zh = "列出 SIZE",
		.needs = "endpoint:smtp smtp.size",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+!: 250?SIZE*\n"
		    "S: 250*\n",
	},
	{
		.id = "smtp.size.declared",
		.verifies = EMAIL_F_14,
		.clause = "RFC 1870 4",
		.title = "MAIL that declares a small size",
		.title_zh = "MAIL 声明较小的大小",
		.needs = SMTP_ALICE " smtp.size",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> SIZE=1000\n"
		    "S!: 250*  # RFC 1870 6.1\n"
		    RCPT_TO DATA CONTENT
		    "S!: 250*  # RFC 1870 6.1\n",
	},

	/* Ten times what was announced: a digit is appended to it. */
	{
		.id = "smtp.size.over",
		.verifies = EMAIL_F_14,
		.clause = "RFC 1870 6.1",
		.title = "MAIL that declares ten times the announced limit",
		.title_zh = "MAIL 声明的大小为公布上限的十倍",
		.needs = SMTP_ALICE " smtp.size smtp.size.limit",
		.twin = "smtp.size.declared",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+: 250?SIZE $max\n"
		    "S-: 250?SIZE 0\n"
		    "S: 250*\n"
		    "C: MAIL FROM:<${token}@${foreign}> SIZE=${max}0\n"
		    "S!: 552*  # RFC 1870 6.1\n"
		    "S|: 5*  # RFC 5321 4.2.1\n"
		    "S|: 452*  # RFC 1870 6.1\n",
	},
	{
		.id = "smtp.size.syntax",
		.verifies = EMAIL_F_14,
		.clause = "RFC 1870 6",
		.title = "a SIZE that is no number",
		.title_zh = "SIZE 不是数字",
		.needs = SMTP_ALICE " smtp.size",
		.twin = "smtp.size.declared",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C~: MAIL FROM:<${token}@${foreign}> SIZE=many\n"
		    "S!: 5*  # RFC 5321 4.1.1.11\n",
	},

	/* As large as it may be. */
	{
		.id = "smtp.size.exact",
		.verifies = EMAIL_F_14,
		.clause = "RFC 1870 6.1",
		.title = "MAIL that declares exactly the announced limit",
		.title_zh = "MAIL 声明的大小恰为公布上限",
		.needs = SMTP_ALICE " smtp.size smtp.size.limit",
		.twin = "smtp.size.declared",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+: 250?SIZE $max\n"
		    "S-: 250?SIZE 0\n"
		    "S: 250*\n"
		    "C: MAIL FROM:<${token}@${foreign}> SIZE=${max}\n"
		    "S!: 250*  # RFC 1870 6.1\n"
		    "S|: 4*  # RFC 1870 6.1\n",
	},
	{
		.id = "smtp.size.zero",
		.verifies = EMAIL_F_14,
		.clause = "RFC 1870 6",
		.title = "MAIL with SIZE=0",
		.title_zh = "MAIL 带 SIZE=0",
		.needs = SMTP_ALICE " smtp.size",
		.twin = "smtp.size.declared",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C: MAIL FROM:<${token}@${foreign}> SIZE=0\n"
		    "S!: 250*  # RFC 1870 6\n"
		    "S|: 4*  # RFC 5321 4.2.1\n",
	},
	{
		.id = "smtp.size.enforced",
		.verifies = EMAIL_F_14,
		.clause = "RFC 1870 5",
		.title = "a message above the announced limit",
		.title_zh = "超过公布上限的邮件",
		.needs = SMTP_ALICE " smtp.size smtp.size.limit",
		.twin = "smtp.size.declared",
		.service = "smtp",
		.collect = collect_size,
		.judge = judge_size,
		.soft_s = 60,
	},
	{
		.id = "smtp.size.enforced.bdat",
		.verifies = EMAIL_F_14,
		.clause = "RFC 1870 5",
		.title = "a chunk above the announced limit",
		.title_zh = "超过公布上限的数据块",
		.needs = SMTP_ALICE " smtp.size smtp.size.limit smtp.chunking",
		.twin = "smtp.size.declared",
		.service = "smtp",
		.collect = collect_size,
		.judge = judge_size,
		.soft_s = 60,
	},
};
/* clang-format on */

GROUP(smtp_size, "smtp", cases);
