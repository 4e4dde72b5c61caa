/* SPDX-License-Identifier: MIT */
/*
 * What the target hands on is what it was given: alice writes to our sink.
 */
#include "conformance/cases/email/post.h"
#include "lib/mem.h"

extern const struct conf_group conf_smtp_relayed;

#define FROM_ALICE "<${alice.address}>"
#define PLAIN_TEXT \
	FIELDS_FROM("${alice.address}") \
	"\\r\\nacceptance test, please ignore"

/* ---- content ---- */

/* Which message a case sends. */
static const struct {
	const char *id, *fixture, *parameters;
} sent[] = {
	{ "smtp.relayed.8bit", "mail/utf8.eml", " BODY=8BITMIME" },
	{ "smtp.relayed.gb18030", "mail/gb18030.eml", " BODY=8BITMIME" },
	{ "smtp.relayed.dots", "mail/dots.eml", "" },
	{ "smtp.relayed.long", "mail/long.eml", "" },
	{ "smtp.relayed.spaces", "mail/spaces.eml", "" },
	{ "smtp.relayed.rfc2047", "mail/rfc2047.eml", "" },
	{ "smtp.relayed.rfc2231", "mail/rfc2231.eml", "" },
	{ "smtp.relayed.attachment", "mail/attachment.eml", "" },
};

/* The fixture as it goes out: expanded, with CR LF. */
static void
file_sent(struct trial *t, const char *fixture)
{
	char *reference = mem_textf("${file:%s}", fixture);
	char *text = trial_expand(t, reference);
	struct span rest = span_of(text);
	struct buf out;

	buf_init(&out, 1u << 20);
	while (rest.len > 0) {
		buf_add(&out, span_cut(&rest, '\n'));
		buf_add(&out, SPAN("\r\n"));
	}
	trial_file(t, "sent.eml", buf_span(&out));
	buf_free(&out);
	free(text);
	free(reference);
}

static bool
collect_content(struct trial *t)
{
	size_t i = 0;
	char *mail, *content;
	bool ok;

	while (i < sizeof sent / sizeof sent[0] &&
	       strcmp(sent[i].id, trial_case(t)->id) != 0)
		i++;
	if (!trial_sane(t, i < sizeof sent / sizeof sent[0], "no fixture"))
		return false;
	file_sent(t, sent[i].fixture);
	mail = mem_textf(FROM_ALICE "%s", sent[i].parameters);
	content = mem_textf("${file:%s}", sent[i].fixture);
	ok = post_submit(t, "submit", mail, "<" POST_US ">", content);
	free(content);
	free(mail);
	if (ok)
		post_await(t, "arrived", 1);
	return true;
}

static bool
arrived(struct trial *t, const char *name)
{
	int64_t n = 0;

	trial_fact_get_int(t, name, &n);
	return trial_need(
	    t, n > 0, "nothing arrived at the sink, or it was not accepted");
}

static size_t
first_difference(struct span a, struct span b)
{
	size_t i = 0;

	while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i])
		i++;
	return i;
}

static void
judge_body(struct trial *t)
{
	const struct buf *file = trial_content(t, "sent.eml");
	struct span want, got;

	if (!arrived(t, "arrived") ||
	    !trial_sane(t, file != NULL, "sent.eml is missing"))
		return;
	want = post_body(buf_span(file));
	got = post_body(post_content(t, "arrived", 1));
	trial_claim(t, trial_case(t)->clause, span_eq(want, got),
	    "the body, octet by octet",
	    "%zu octets in place of %zu, the first difference at %zu", got.len,
	    want.len, first_difference(want, got));
}

/* White space, and CR LF before it: where a field may be folded. */
static bool
skip_fold(struct span *s)
{
	bool any = false;

	while (s->len > 0 && strchr(" \t\r\n", s->ptr[0]) != NULL) {
		*s = span_skip(*s, 1);
		any = true;
	}
	return any;
}

static bool
same_unfolded(struct span a, struct span b)
{
	skip_fold(&a);
	skip_fold(&b);
	while (a.len > 0 && b.len > 0) {
		if (skip_fold(&a) != skip_fold(&b))
			break;
		if (a.len == 0 || b.len == 0 || a.ptr[0] != b.ptr[0])
			break;
		a = span_skip(a, 1);
		b = span_skip(b, 1);
	}
	return a.len == 0 && b.len == 0;
}

static void
judge_subject(struct trial *t)
{
	const struct buf *file = trial_content(t, "sent.eml");
	struct span want, got;

	if (!arrived(t, "arrived") ||
	    !trial_sane(t, file != NULL, "sent.eml is missing"))
		return;
	want = post_field(buf_span(file), "Subject");
	got = post_field(post_content(t, "arrived", 1), "Subject");
	trial_claim(t, trial_case(t)->clause, same_unfolded(want, got),
	    "the Subject as it was", "%.*s", SPAN_FMT(got));
}

/* ---- trace ---- */

static bool
collect_plain(struct trial *t)
{
	if (post_submit(t, "submit", FROM_ALICE, "<" POST_US ">", PLAIN_TEXT))
		post_await(t, "arrived", 1);
	return true;
}

static void
judge_received(struct trial *t)
{
	if (!arrived(t, "arrived"))
		return;
	trial_claim(t, "RFC 5321 4.4",
	    post_field(post_content(t, "arrived", 1), "Received").ptr != NULL,
	    "a Received field at the top", "none");
}

/* RFC 3848: ESMTPSA is what TLS and AUTH make of ESMTP. */
static void
judge_received_with(struct trial *t)
{
	struct span content = post_content(t, "arrived", 1), first;

	if (!arrived(t, "arrived"))
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
	trial_claim(t, "RFC 3848 1",
	    !post_contains(first, "with SMTP ") &&
		!post_contains(first, "with SMTP\r\n") &&
		!post_contains(first, "with ESMTP ") &&
		!post_contains(first, "with ESMTP\r\n"),
	    "with ESMTPSA, or no protocol at all", "%.*s", SPAN_FMT(first));
}

/* ---- envelope ---- */

static void
judge_envelope(struct trial *t)
{
	const char *alice = trial_fact_text(t, "alice"), *from;
	json_t *envelope;

	if (!arrived(t, "arrived"))
		return;
	envelope = post_envelope(t, "arrived", 1);
	from = json_string_value(json_object_get(envelope, "from"));
	trial_claim(t, "RFC 5321 3.6.1",
	    from != NULL && alice != NULL && strcasecmp(from, alice) == 0,
	    "alice as the sender", "%s", from == NULL ? "nobody" : from);
	json_decref(envelope);
}

#define MIXED "${token}.MixedCase@${sink_domain}"

static bool
collect_case(struct trial *t)
{
	static const char *const them[] = { MIXED };

	if (post_submit(t, "submit", FROM_ALICE, "<" MIXED ">", PLAIN_TEXT))
		sink_await(t, "arrived", them, 1, 1,
		    trial_profile(t)->timeouts.delivery_ms);
	return true;
}

static void
judge_case(struct trial *t)
{
	json_t *envelope;
	const char *to;

	if (!arrived(t, "arrived"))
		return;
	envelope = post_envelope(t, "arrived", 1);
	to = json_string_value(json_object_get(
	    json_array_get(json_object_get(envelope, "to"), 0), "address"));
	trial_claim(t, "RFC 5321 2.4",
	    to != NULL && strstr(to, ".MixedCase@") != NULL,
	    "the local part as it was written", "%s",
	    to == NULL ? "nobody" : to);
	json_decref(envelope);
}

/* Two recipients: each gets one copy, together or apart. */
#define SECOND "${token}.second@${sink_domain}"

static bool
collect_two(struct trial *t)
{
	static const char *const second[] = { SECOND };

	if (!post_submit(t, "submit", FROM_ALICE,
		"<" POST_US ">\nS: 25?*\nC: RCPT TO:<" SECOND ">", PLAIN_TEXT))
		return true;
	if (post_await(t, "arrived", 1) > 0)
		sink_await(t, "second", second, 1, 1,
		    trial_profile(t)->timeouts.delivery_ms);
	return true;
}

static void
judge_two(struct trial *t)
{
	int64_t n = 0;

	if (!arrived(t, "arrived"))
		return;
	trial_fact_get_int(t, "second", &n);
	trial_claim(t, "RFC 5321 2.1", n > 0,
	    "the message for the second recipient",
	    "nothing, long after the first one had it");
}

#define GRACE_MS 1500

static bool
collect_once(struct trial *t)
{
	static const char *const us[] = { POST_US };

	if (post_submit(t, "submit", FROM_ALICE, "<" POST_US ">", PLAIN_TEXT) &&
	    post_await(t, "arrived", 1) > 0)
		sink_await(t, "copies", us, 1, 2, GRACE_MS);
	return true;
}

static void
judge_once(struct trial *t)
{
	int64_t n = 0;

	if (!arrived(t, "arrived"))
		return;
	trial_fact_get_int(t, "copies", &n);
	trial_claim(t, "RFC 5321 4.5.4.1", n == 1, "one copy", "%lld copies",
	    (long long)n);
}

/* ---- SMTPUTF8 ---- */

#define CHINESE "收件人.${token}@${sink_domain}"

static bool
collect_smtputf8(struct trial *t)
{
	static const char *const them[] = { CHINESE };

	if (post_submit(t, "submit", FROM_ALICE " BODY=8BITMIME SMTPUTF8",
		"<" CHINESE ">", "${file:mail/utf8-headers.eml}"))
		sink_await(t, "arrived", them, 1, 1,
		    trial_profile(t)->timeouts.delivery_ms);
	return true;
}

static void
judge_smtputf8(struct trial *t)
{
	json_t *envelope;

	if (!arrived(t, "arrived"))
		return;
	envelope = post_envelope(t, "arrived", 1);
	trial_claim(t, "RFC 6531 3.4",
	    post_has_parameter(
		json_object_get(envelope, "parameters"), "SMTPUTF8"),
	    "MAIL with SMTPUTF8", "MAIL without it");
	json_decref(envelope);
}

/* ---- loops ---- */

#define CONTROL "${token}.control@${sink_domain}"
#define HOP \
	"Received: from a.example by b.example with SMTP;\\r\\n" \
	" Sun, 22 Nov 2026 08:00:00 +0800\\r\\n"

/*
 * "Large" is a threshold of 100 and more; nobody's is 300 (6.3).
 *
 * A message that has been everywhere, and one that has not: when the second
 * one arrives the first has had its time.
 */
static bool
collect_loop(struct trial *t)
{
	static const char *const control[] = { CONTROL };
	static const char *const us[] = { POST_US };
	char *script = mem_textf(
	    LOGGED_IN("alice") "C: MAIL FROM:" FROM_ALICE "\n"
			       "S: 250*\n"
			       "C: RCPT TO:<" POST_US ">\n"
			       "S: 25?*\n" DATA "C.: ${\"%s\"*300}%s\n"
			       "S: 250*\n"
			       "S|: 5*\n",
	    HOP, PLAIN_TEXT);
	const bool asked = trial_talk(t, "loop", "submission", script) == PASS;

	free(script);
	if (asked &&
	    post_submit(t, "submit", FROM_ALICE, "<" CONTROL ">", PLAIN_TEXT)) {
		sink_await(t, "control", control, 1, 1,
		    trial_profile(t)->timeouts.delivery_ms);
		sink_await(t, "looped", us, 1, 1, GRACE_MS);
	}
	return true;
}

static void
judge_loop(struct trial *t)
{
	int64_t n = 0;

	if (!arrived(t, "control"))
		return;
	if (trial_sane(t, trial_fact_get_int(t, "looped", &n),
		"facts.json does not say whether it came round again"))
		trial_claim(t, "RFC 5321 6.3", n == 0,
		    "a message that has passed 300 hosts is stopped",
		    "it was sent on");
}

/* clang-format off */
#define CASE(name, row, cite, en, zh, more, how, what) \
	{ \
		.id = "smtp.relayed." name, \
		.verifies = row, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = SINK_ALICE more, \
		.service = "submission", \
		.collect = how, \
		.judge = what, \
	}

static const struct conf_case cases[] = {
	CASE("8bit", EMAIL_F_11, "RFC 6152 3",
	    "a text in UTF-8, 8bit, arrives unchanged",
	    "UTF-8 8bit 正文原样到达", " smtp.8bitmime mail:foreign",
	    collect_content, judge_body),
	CASE("gb18030", EMAIL_F_11, "RFC 6152 3",
	    "a text in GB18030, 8bit, arrives unchanged",
	    "GB18030 8bit 正文原样到达", " smtp.8bitmime mail:foreign",
	    collect_content, judge_body),
	CASE("dots", EMAIL_F_01, "RFC 5321 4.5.2",
	    "lines that begin with dots arrive unchanged",
	    "以点开头的行原样到达", " mail:foreign",
	    collect_content, judge_body),
	CASE("long", EMAIL_F_01, "RFC 5321 4.5.3.1.6",
	    "a line of 990 octets arrives unchanged",
	    "990 字节的行原样到达", " mail:foreign",
	    collect_content, judge_body),
	CASE("spaces", EMAIL_F_01, "RFC 5321 3.6.3",
	    "spaces at the end of a line arrive unchanged",
	    "行尾空白原样到达", " mail:foreign",
	    collect_content, judge_body),
	CASE("rfc2047", EMAIL_F_11, "RFC 5321 3.6.3",
	    "a Subject of encoded-words arrives unchanged",
	    "encoded-word 主题原样到达", " mail:foreign",
	    collect_content, judge_subject),
	CASE("rfc2231", EMAIL_F_11, "RFC 5321 3.6.3",
	    "a long Chinese file name arrives unchanged",
	    "长中文文件名原样到达", " mail:foreign",
	    collect_content, judge_body),
	CASE("attachment", EMAIL_F_11, "RFC 5321 3.6.3",
	    "an attachment arrives unchanged",
	    "附件原样到达", " mail:foreign",
	    collect_content, judge_body),
	CASE("received", EMAIL_F_01, "RFC 5321 4.4",
	    "adds a Received field", "添加 Received 字段", "",
	    collect_plain, judge_received),
	CASE("received.with", EMAIL_F_03, "RFC 3848 1",
	    "records how it got the message",
	    "Received 如实记录接收方式", "",
	    collect_plain, judge_received_with),
	CASE("envelope", EMAIL_F_01, "RFC 5321 3.6.1",
	    "hands on the sender as it was", "转发时保持信封发件人", "",
	    collect_plain, judge_envelope),
	CASE("case", EMAIL_F_01, "RFC 5321 2.4",
	    "keeps the letters of a local part", "保持本地部分大小写", "",
	    collect_case, judge_case),
	CASE("two", EMAIL_F_01, "RFC 5321 2.1",
	    "reaches each of two recipients", "两个收件人都能收到", "",
	    collect_two, judge_two),
	CASE("once", EMAIL_F_20, "RFC 5321 4.5.4.1",
	    "sends a message once", "每封邮件只投递一次", "",
	    collect_once, judge_once),
	CASE("smtputf8", EMAIL_F_12, "RFC 6531 3.4",
	    "a recipient in Chinese is reached with SMTPUTF8",
	    "中文收件人以 SMTPUTF8 转发", " smtp.smtputf8 mail:foreign",
	    collect_smtputf8, judge_smtputf8),
	CASE("loop", EMAIL_F_01, "RFC 5321 6.3",
	    "stops a message that goes round and round",
	    "终止循环转发的邮件", "",
	    collect_loop, judge_loop),
};
/* clang-format on */

GROUP(smtp_relayed, "submission", cases);
