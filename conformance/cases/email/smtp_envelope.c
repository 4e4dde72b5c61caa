/* SPDX-License-Identifier: MIT */
/*
 * Who gets what the target hands on, and in whose name.
 */
#include "conformance/cases/email/post.h"
#include "lib/mem.h"

extern const struct conf_group conf_smtp_envelope;

/* clang-format off */
#define MIXED	"${token}.MixedCase@${sink_domain}"
#define OTHER	"${token}.other@${sink_domain}"
#define PLAIN	POST_PLAIN("${alice.address}")
#define HOP \
	"Received: from a.example by hop.example with SMTP;\\r\\n" \
	" Sun, 22 Nov 2026 08:00:00 +0800\\r\\n"

static const struct post_letter plain = {
	.mail = POST_ALICE,
	.rcpt = POST_TO_US,
	.text = PLAIN,
	.at = POST_US,
};

static const struct post_letter letters[] = {
	{ "smtp.relayed.case", .rcpt = "<" MIXED ">", .at = MIXED },
	{ "smtp.relayed.mixed", .rcpt = POST_ALICE POST_AND(POST_TO_US) },
};
/* clang-format on */

static bool
collect(struct trial *t)
{
	const struct post_letter l =
	    post_letter(t, letters, sizeof letters / sizeof letters[0], &plain);

	post_send(t, &l);
	return true;
}

/* ---- who sends, and who gets it ---- */

static void
judge_envelope(struct trial *t)
{
	if (post_arrived(t, "arrived"))
		post_judge_sender(t, "arrived", trial_fact_text(t, "alice"),
		    "alice as the sender");
}

static void
judge_case(struct trial *t)
{
	json_t *envelope;
	const char *to;

	if (!post_arrived(t, "arrived"))
		return;
	envelope = post_envelope(t, "arrived", 1);
	to = json_string_value(json_object_get(
	    json_array_get(json_object_get(envelope, "to"), 0), "address"));
	trial_claim(t, trial_case(t)->clause,
	    to != NULL && strstr(to, ".MixedCase@") != NULL,
	    "the local part as it was written", "%s",
	    to == NULL ? "nobody" : to);
	json_decref(envelope);
}

/* Two recipients: each gets one copy, together or apart. */
static bool
collect_two(struct trial *t)
{
	if (post_submit(t, "submit", POST_ALICE,
		POST_TO_US POST_AND("<" OTHER ">"), PLAIN) &&
	    post_await(t, "arrived", 1) > 0)
		post_reach(t, "second", OTHER);
	return true;
}

static void
judge_two(struct trial *t)
{
	if (post_arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    post_count(t, "second") > 0,
		    "the message for the second recipient",
		    "nothing, long after the first one had it");
}

static bool
collect_once(struct trial *t)
{
	if (post_send(t, &plain) > 0)
		post_linger(t, "copies", POST_US, 2);
	return true;
}

static void
judge_once(struct trial *t)
{
	const int64_t n = post_count(t, "copies");

	if (post_arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause, n == 1, "one copy",
		    "%lld copies", (long long)n);
}

static void
judge_mixed(struct trial *t)
{
	const char *said = trial_fact_text(t, "submit");

	if (trial_need(t, said != NULL && strcmp(said, "pass") == 0,
		"the message was not accepted"))
		trial_claim(t, trial_case(t)->clause,
		    post_count(t, "arrived") > 0,
		    "the message for the recipient elsewhere",
		    "nothing within timeouts.delivery");
}

/* A message to somebody else that comes to nothing, then one to us. */
static bool
collect_leftover(struct trial *t, const char *nothing)
{
	/* clang-format off */
	char *script = mem_textf(
	    LOGGED_IN("alice")
	    POST_ENVELOPE(POST_ALICE, "<" OTHER ">")
	    "%s"
	    POST_ENVELOPE(POST_ALICE, POST_TO_US)
	    POST_DATA("X-Second: yes\\r\\n" PLAIN) BYE,
	    nothing);
	/* clang-format on */

	if (post_talk(t, script))
		post_linger(t, "other", OTHER, 1);
	free(script);
	return true;
}

static bool
collect_rset(struct trial *t)
{
	return collect_leftover(t, "C: RSET\nS: 250*\n");
}

/* One that went round and round is refused, at once or later. */
static bool
collect_refused(struct trial *t)
{
	return collect_leftover(
	    t, DATA "C.: ${\"" HOP "\"*150}" PLAIN "\nS: ???*\n");
}

static void
judge_leftover(struct trial *t)
{
	if (post_arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    post_count(t, "other") == 0 ||
			!post_contains(post_content(t, "other", 1), "X-Second"),
		    "nothing for the recipient of the message before",
		    "the next message");
}

/* 100 recipients, and one more: either he gets it too, or he is refused. */
#define CROWD 100

static char *
crowd_script(const char *last)
{
	struct buf text;
	char *script;

	buf_init(&text, 65536);
	buf_addf(&text, "%s",
	    LOGGED_IN("alice") "C: MAIL FROM:" POST_ALICE "\nS: 250*\n");
	for (int i = 0; i < CROWD; i++)
		buf_addf(&text,
		    "C: RCPT TO:<${token}.%d@${sink_domain}>\nS: 25?*\n", i);
	buf_addf(&text, "C: RCPT TO:<" OTHER ">\n%s", last);
	buf_addf(&text, "%s", POST_DATA(PLAIN) BYE);
	script = mem_text(buf_span(&text));
	buf_free(&text);
	return script;
}

static bool
collect_many(struct trial *t)
{
	char *all = crowd_script("S: 25?*\n");
	char *fewer = crowd_script("S: 5*\nS|: 4*\n");

	if (trial_talk(t, "all", "submission", all) == PASS)
		post_reach(t, "other", OTHER);
	else
		trial_talk(t, "fewer", "submission", fewer);
	free(fewer);
	free(all);
	return true;
}

static void
judge_many(struct trial *t)
{
	const char *all = trial_fact_text(t, "all");
	const char *fewer = trial_fact_text(t, "fewer");
	int64_t n = 0;

	if (fewer != NULL) {
		trial_need(t, strcmp(fewer, "pass") == 0,
		    "100 recipients and one who is refused were not taken");
		trial_claim(t, trial_case(t)->clause, true,
		    "the one too many is refused", "-");
		return;
	}
	if (!trial_need(t, all != NULL, "the message was not accepted"))
		return;
	trial_fact_get_int(t, "other", &n);
	trial_claim(t, trial_case(t)->clause, n > 0,
	    "the message for every recipient that was accepted",
	    "nothing for number 101");
}

/* clang-format off */
static const struct conf_case cases[] = {
	POST_CASE("smtp.relayed.envelope", EMAIL_F_01, "RFC 5321 3.6.1",
	    "hands on the sender as it was",
	    "转发时保持信封发件人", "",
	    collect, judge_envelope),
	POST_CASE("smtp.relayed.case", EMAIL_F_01, "RFC 5321 2.4",
	    "keeps the letters of a local part",
	    "保持本地部分大小写", "",
	    collect, judge_case),
	POST_CASE("smtp.relayed.two", EMAIL_F_01, "RFC 5321 2.1",
	    "reaches each of two recipients",
	    "两个收件人都能收到", "",
	    collect_two, judge_two),
	POST_CASE("smtp.relayed.once", EMAIL_F_20, "RFC 5321 4.5.4.1",
	    "sends a message once",
	    "每封邮件只投递一次", "",
	    collect_once, judge_once),
	POST_CASE("smtp.relayed.mixed", EMAIL_F_01, "RFC 5321 2.1",
	    "reaches a recipient elsewhere beside one who lives here",
	    "同时发往本域与外域收件人", "",
	    collect, judge_mixed),
	POST_CASE("smtp.relayed.rset", EMAIL_F_01, "RFC 5321 4.1.1.5",
	    "recipients before RSET do not get the next message",
	    "RSET 之前的收件人收不到下一封邮件", "",
	    collect_rset, judge_leftover),
	POST_CASE("smtp.relayed.refused", EMAIL_F_01, "RFC 5321 4.1.1.4",
	    "recipients of a refused message do not get the next one",
	    "被拒邮件的收件人收不到下一封邮件", "",
	    collect_refused, judge_leftover),
	POST_CASE("smtp.relayed.many", EMAIL_F_01, "RFC 5321 4.5.3.1.8",
	    "loses nobody of 101 recipients",
	    "101 个收件人一个不丢", "",
	    collect_many, judge_many),
};
/* clang-format on */

GROUP(smtp_envelope, "submission", cases);
