/* SPDX-License-Identifier: MIT */
/*
 * Reports of failure, looked at more closely: to whom, of what, in what form.
 */
#include "conformance/cases/email/post.h"
#include "lib/mem.h"

extern const struct conf_group conf_smtp_bounce_more;

#define FROM_US    "<" POST_US ">"
#define TO_REJECT  "<" POST_REJECT ">"
#define AUTHOR     "${token}.author@${sink_domain}"
#define CONTROL    "${token}.control@${sink_domain}"
#define PLAIN_TEXT FIELDS_FROM(POST_US) "\\r\\nacceptance test, please ignore"
#define GRACE_MS   1500

static int64_t
count(const struct trial *t, const char *name)
{
	int64_t n = 0;

	trial_fact_get_int(t, name, &n);
	return n;
}

static bool
collect_asked(struct trial *t)
{
	if (post_submit(t, "submit", FROM_US " ENVID=yanshou+2B7",
		TO_REJECT " NOTIFY=FAILURE", PLAIN_TEXT))
		post_await(t, "report", 1);
	return true;
}

static bool
collect_plain(struct trial *t)
{
	if (post_submit(t, "submit", FROM_US, TO_REJECT, PLAIN_TEXT))
		post_await(t, "report", 1);
	return true;
}

static struct span
report_body(struct trial *t)
{
	return post_body(post_content(t, "report", 1));
}

/* From where "text" stands on; empty when it does not. */
static struct span
from_text(struct span s, const char *text)
{
	const struct span what = span_of(text);

	for (; s.len > 0; s = span_skip(s, 1))
		if (span_casestarts(s, what))
			return s;
	return s;
}

/* The fields of message/delivery-status, group by group. */
static struct span
status_part(struct trial *t)
{
	struct span s = from_text(report_body(t), "message/delivery-status");

	if (s.len == 0)
		s = from_text(report_body(t), "message/global-delivery-status");
	return post_body(s);
}

static bool
has_report(struct trial *t)
{
	return trial_need(t, count(t, "report") > 0, "no report arrived") &&
	       trial_need(t, status_part(t).len > 0,
		   "the report has no message/delivery-status");
}

/* ---- fields ---- */

static void
judge_envid(struct trial *t)
{
	struct span rest = status_part(t), value = { NULL, 0 };

	if (!has_report(t))
		return;
	for (int group = 0; group < 8 && value.ptr == NULL; group++) {
		value = post_field(rest, "Original-Envelope-Id");
		rest = post_body(rest);
	}
	trial_claim(t, trial_case(t)->clause, post_contains(value, "yanshou+7"),
	    "yanshou+7", "Original-Envelope-Id:%.*s", SPAN_FMT(value));
}

/* address-type ";" address; which type it is may depend on the address. */
static void
judge_type(struct trial *t)
{
	struct span rest = status_part(t), value = { NULL, 0 };

	if (!has_report(t))
		return;
	for (int group = 0; group < 8 && value.ptr == NULL; group++) {
		value = post_field(rest, "Final-Recipient");
		rest = post_body(rest);
	}
	trial_claim(t, trial_case(t)->clause, post_contains(value, ";"),
	    "a type, a semicolon, an address", "Final-Recipient:%.*s",
	    SPAN_FMT(value));
}

/* An empty line parts what is about the message from each recipient. */
static void
judge_groups(struct trial *t)
{
	const struct span first = status_part(t);

	if (!has_report(t) ||
	    !trial_need(t, post_field(first, "Reporting-MTA").ptr != NULL,
		"the first group has no Reporting-MTA"))
		return;
	trial_claim(t, trial_case(t)->clause,
	    post_field(first, "Final-Recipient").ptr == NULL &&
		post_field(first, "Action").ptr == NULL,
	    "the fields of a recipient in a group of their own",
	    "Final-Recipient or Action beside Reporting-MTA");
}

/* ---- parts ---- */

/* How many delimiters, "--" and the boundary, there are before "end". */
static int
delimiters(struct span text, struct span boundary, bool closing)
{
	int n = 0;

	while (text.len > 0) {
		struct span line = span_cut(&text, '\n');

		if (!span_starts(line, SPAN("--")))
			continue;
		line = span_skip(line, 2);
		if (!span_starts(line, boundary))
			continue;
		line = span_skip(line, boundary.len);
		n += span_starts(line, SPAN("--")) == closing;
	}
	return n;
}

static bool
boundary_of(struct trial *t, char boundary[100])
{
	struct span type =
	    post_field(post_content(t, "report", 1), "Content-Type");
	struct span at = from_text(type, "boundary=");
	size_t n = 0;

	at = span_skip(at, at.len < 9 ? at.len : 9);
	if (at.len > 0 && at.ptr[0] == '"')
		at = span_skip(at, 1);
	while (n < 99 && n < at.len && strchr("\"; \t\r\n", at.ptr[n]) == NULL)
		n++;
	memcpy(boundary, at.ptr, n);
	boundary[n] = '\0';
	return trial_need(t, n > 0, "the report has no boundary");
}

static void
judge_words(struct trial *t)
{
	char boundary[100];
	const struct span body = report_body(t);
	struct span status;

	if (!has_report(t) || !boundary_of(t, boundary))
		return;
	status = status_part(t);
	trial_claim(t, trial_case(t)->clause,
	    delimiters(span_take(body, (size_t)(status.ptr - body.ptr)),
		span_of(boundary), false) >= 2,
	    "a part for people before message/delivery-status",
	    "message/delivery-status stands first");
}

static void
judge_closing(struct trial *t)
{
	char boundary[100];

	if (has_report(t) && boundary_of(t, boundary))
		trial_claim(t, trial_case(t)->clause,
		    delimiters(report_body(t), span_of(boundary), true) == 1,
		    "the boundary with two hyphens behind it at the end",
		    "no such line");
}

/* ---- to whom, and whether ---- */

/* The author is somebody else than the return address. */
static bool
collect_path(struct trial *t)
{
	static const char *const both[] = { POST_US, AUTHOR };
	static const char *const us[] = { POST_US };

	if (post_submit(t, "submit", FROM_US, TO_REJECT,
		FIELDS_FROM(AUTHOR) "\\r\\nacceptance test")) {
		sink_await(t, "either", both, 2, 1,
		    trial_profile(t)->timeouts.delivery_ms);
		sink_await(t, "report", us, 1, 0, 0);
	}
	return true;
}

static void
judge_path(struct trial *t)
{
	if (trial_need(t, count(t, "either") > 0, "no report arrived anywhere"))
		trial_claim(t, trial_case(t)->clause, count(t, "report") > 0,
		    "a report to the reverse-path", "one to From:");
}

/* Another one, which is to be reported, shows how long that takes. */
static bool
collect_success_only(struct trial *t)
{
	static const char *const control[] = { CONTROL };
	static const char *const us[] = { POST_US };

	if (!post_submit(t, "submit", FROM_US, TO_REJECT " NOTIFY=SUCCESS",
		PLAIN_TEXT) ||
	    !post_submit(t, "control", "<" CONTROL ">", TO_REJECT, PLAIN_TEXT))
		return true;
	if (sink_await(t, "reports", control, 1, 1,
		trial_profile(t)->timeouts.delivery_ms) > 0)
		sink_await(t, "unwanted", us, 1, 1, GRACE_MS);
	return true;
}

static void
judge_absence(struct trial *t)
{
	if (trial_need(t, count(t, "reports") > 0,
		"no report of failure arrived at all"))
		trial_claim(t, trial_case(t)->clause, count(t, "unwanted") == 0,
		    "no report", "a report");
}

/* clang-format off */
#define CASE(name, cite, en, zh, more, how, what) \
	{ \
		.id = "smtp.dsn." name, \
		.verifies = EMAIL_F_20, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = SINK_ALICE more, \
		.service = "submission", \
		.collect = how, \
		.judge = what, \
	}

static const struct conf_case cases[] = {
	CASE("envid.decoded", "RFC 3461 6.3 (a)",
	    "a report gives the ENVID back without its xtext",
	    "通知中的 ENVID 已解除 xtext 编码", " smtp.dsn",
	    collect_asked, judge_envid),
	CASE("recipient.type", "RFC 3464 2.3.2",
	    "a report says of what type the address is",
	    "Final-Recipient 带地址类型", "", collect_plain, judge_type),
	CASE("groups", "RFC 3464 2.1",
	    "an empty line parts message and recipient",
	    "邮件级与收件人级字段以空行分隔", "",
	    collect_plain, judge_groups),
	CASE("words", "RFC 3461 6.2",
	    "a report begins with a part for people",
	    "通知的第一部分供人阅读", "", collect_plain, judge_words),
	CASE("closing", "RFC 2046 5.1.1",
	    "the last part of a report is closed",
	    "通知有结束分界线", "", collect_plain, judge_closing),
	CASE("path", "RFC 3461 6.1",
	    "reports go to the reverse-path, not to From:",
	    "通知发往反向路径而非 From:", "", collect_path, judge_path),
	CASE("notify.success", "RFC 3461 5.2.6 (b)",
	    "NOTIFY=SUCCESS alone has no report of failure",
	    "仅 NOTIFY=SUCCESS 时不发失败通知", " smtp.dsn",
	    collect_success_only, judge_absence),
};
/* clang-format on */

GROUP(smtp_bounce_more, "submission", cases);
