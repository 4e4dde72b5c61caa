/* SPDX-License-Identifier: MIT */
/*
 * The trace that a message takes along: Received fields, and who has had too
 * many of them.
 */
#include "conformance/cases/email/post.h"
#include "lib/mem.h"

extern const struct conf_group conf_smtp_trace;

/* clang-format off */
#define HOP \
	"Received: from a.example by hop.example with SMTP;\\r\\n" \
	" Sun, 22 Nov 2026 08:00:00 +0800\\r\\n"
#define OTHER	"${token}.other@${sink_domain}"
#define CONTROL	"${token}.control@${sink_domain}"
#define PLAIN	POST_PLAIN("${alice.address}")

static const struct post_letter plain = {
	.mail = POST_ALICE,
	.rcpt = POST_TO_US,
	.text = PLAIN,
	.at = POST_US,
};

static const struct post_letter letters[] = {
	{ "smtp.relayed.received.kept", .text = HOP PLAIN },
	{ "smtp.relayed.received.for",
	  .rcpt = "<" OTHER ">" POST_AND(POST_TO_US) },
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

static void
judge_received(struct trial *t)
{
	if (!post_arrived(t, "arrived"))
		return;
	trial_claim(t, trial_case(t)->clause,
	    post_field(post_got(t), "Received").ptr != NULL,
	    "a Received field at the top", "none");
}

/* RFC 3848: ESMTPSA is what TLS and AUTH make of ESMTP. */
static void
judge_received_with(struct trial *t)
{
	struct span content = post_got(t), first;

	if (!post_arrived(t, "arrived"))
		return;
	/* The field nearest to where we submitted stands last. */
	first = post_field(content, "Received");
	for (;;) {
		const size_t past =
		    (size_t)(first.ptr == NULL ? 0 : first.ptr - content.ptr);
		struct span next;

		if (first.ptr == NULL)
			break;
		content = span_skip(content, past + first.len);
		next = post_field(content, "Received");
		if (next.ptr == NULL)
			break;
		first = next;
	}
	if (!trial_need(t, first.ptr != NULL, "there is no Received field"))
		return;
	trial_claim(t, trial_case(t)->clause,
	    !post_contains(first, "with SMTP ") &&
		!post_contains(first, "with SMTP\r\n") &&
		!post_contains(first, "with ESMTP ") &&
		!post_contains(first, "with ESMTP\r\n"),
	    "with ESMTPSA, or no protocol at all", "%.*s", SPAN_FMT(first));
}

static void
judge_top(struct trial *t)
{
	struct span c, received, from;

	if (!post_arrived(t, "arrived"))
		return;
	c = post_got(t);
	received = post_field(c, "Received");
	from = post_field(c, "From");
	if (trial_need(t, received.ptr != NULL && from.ptr != NULL,
		"a Received field and a From"))
		trial_claim(t, trial_case(t)->clause, received.ptr < from.ptr,
		    "Received before what we wrote", "behind it");
}

static void
judge_kept(struct trial *t)
{
	const struct span c = post_got(t);

	if (post_arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    post_contains(span_take(c, span_find(c, SPAN("\r\n\r\n"))),
			"by hop.example"),
		    "the Received field we sent", "it is gone");
}

/* "; Sun, 22 Nov 2026 08:00:00 +0800" */
static void
judge_zone(struct trial *t)
{
	struct span rest = post_field(post_got(t), "Received");
	bool zone = false;

	if (!post_arrived(t, "arrived") ||
	    !trial_need(t, rest.ptr != NULL, "there is no Received field"))
		return;
	(void)span_cut(&rest, ';');
	for (size_t i = 0; i + 4 < rest.len; i++)
		zone |= (rest.ptr[i] == '+' || rest.ptr[i] == '-') &&
			strspn(rest.ptr + i + 1, "0123456789") >= 4;
	trial_claim(t, trial_case(t)->clause, zone,
	    "a date with a zone such as +0800", "%.*s", SPAN_FMT(rest));
}

static void
judge_for(struct trial *t)
{
	const char *us = trial_fact_text(t, "us");
	struct span c = post_got(t), field = post_field(c, "Received");

	if (!post_arrived(t, "arrived") ||
	    !trial_sane(t, us != NULL, "nothing to compare with"))
		return;
	while (field.ptr != NULL) {
		if (!trial_claim(t, trial_case(t)->clause,
			!post_contains(field, ".other@") ||
			    !post_contains(field, us),
			"one recipient behind FOR, or none", "%.*s",
			SPAN_FMT(field)))
			return;
		c = span_skip(c, (size_t)(field.ptr - c.ptr) + field.len);
		c = span_skip(c, c.len < 2 ? c.len : 2);
		field = post_field(c, "Received");
	}
}

/* One name in the clear, another one inside TLS. */
static bool
collect_names(struct trial *t)
{
	/* clang-format off */
	post_talk(t,
	    GREETED
	    "C: EHLO before.${client}\n"
	    "S: 250*\n"
	    UPGRADE
	    "C: EHLO ${client}\n"
	    "S: 250*\n"
	    LOGIN("alice")
	    POST_ENVELOPE(POST_ALICE, POST_TO_US)
	    POST_DATA(PLAIN) BYE);
	/* clang-format on */
	return true;
}

static void
judge_names(struct trial *t)
{
	const struct span c = post_got(t);

	if (post_arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    !post_contains(c, "from before."),
		    "nothing of the EHLO before TLS", "its name");
}

/* ---- loops ---- */

/*
 * "Large" is a threshold of 100 and more; nobody's is 300 (6.3).
 *
 * A message that has been everywhere, and one that has not: when the second
 * one arrives the first has had its time.
 */
static bool
collect_loop(struct trial *t)
{
	/* clang-format off */
	static const char script[] =
	    LOGGED_IN("alice")
	    POST_ENVELOPE(POST_ALICE, POST_TO_US)
	    DATA
	    "C.: ${\"" HOP "\"*300}" PLAIN "\n"
	    "S: 250*\n"
	    "S|: 5*\n";
	/* clang-format on */

	if (trial_talk(t, "loop", "submission", script) == PASS &&
	    post_submit(t, "submit", POST_ALICE, "<" CONTROL ">", PLAIN)) {
		post_reach(t, "control", CONTROL);
		post_linger(t, "looped", POST_US, 1);
	}
	return true;
}

static void
judge_loop(struct trial *t)
{
	int64_t n = 0;

	if (!post_arrived(t, "control"))
		return;
	if (trial_sane(t, trial_fact_get_int(t, "looped", &n),
		"facts.json does not say whether it came round again"))
		trial_claim(t, trial_case(t)->clause, n == 0,
		    "a message that has passed 300 hosts is stopped",
		    "it was sent on");
}

/* clang-format off */
static const struct conf_case cases[] = {
	POST_CASE("smtp.relayed.received", EMAIL_F_01, "RFC 5321 4.4",
	    "adds a Received field",
	    "添加 Received 字段", "",
	    collect, judge_received),
	POST_CASE("smtp.relayed.received.with", EMAIL_F_03, "RFC 3848 1",
	    "records how it got the message",
	    "Received 如实记录接收方式", "",
	    collect, judge_received_with),
	POST_CASE("smtp.relayed.received.top", EMAIL_F_01, "RFC 5321 4.4",
	    "puts its Received field in front",
	    "Received 字段位于信头之首", "",
	    collect, judge_top),
	POST_CASE("smtp.relayed.received.kept", EMAIL_F_01, "RFC 5321 4.4",
	    "keeps the Received fields of others",
	    "保留已有的 Received 字段", "",
	    collect, judge_kept),
	POST_SHOULD("smtp.relayed.received.zone", EMAIL_F_01, "RFC 5321 4.4",
	    "writes a date with its zone into Received",
	    "Received 的时间带时区", "",
	    collect, judge_zone),
	POST_CASE("smtp.relayed.received.for", EMAIL_F_01, "RFC 5321 4.4",
	    "tells no recipient of another in Received",
	    "Received 不泄露其他收件人", "",
	    collect, judge_for),
	POST_CASE("smtp.relayed.received.hello", EMAIL_F_02, "RFC 3207 4.2",
	    "forgets the EHLO before TLS in Received",
	    "Received 不沿用 TLS 之前的 EHLO 名", "",
	    collect_names, judge_names),
	POST_CASE("smtp.relayed.loop", EMAIL_F_01, "RFC 5321 6.3",
	    "stops a message that goes round and round",
	    "终止循环转发的邮件", "",
	    collect_loop, judge_loop),
};
/* clang-format on */

GROUP(smtp_trace, "submission", cases);
