/* SPDX-License-Identifier: MIT */
/*
 * A report of failure: of what parts and fields it consists (RFC 3461, 3464).
 */
#include "conformance/cases/email/post.h"

extern const struct conf_group conf_smtp_report;

/* clang-format off */
static const struct post_letter plain = {
	.mail = "<" POST_US ">",
	.rcpt = "<" POST_REJECT ">",
	.text = POST_PLAIN(POST_US),
	.at = POST_US,
};

#define ASKED \
	.mail = "<" POST_US "> RET=HDRS ENVID=yanshou-7", \
	.rcpt = "<" POST_REJECT "> NOTIFY=FAILURE " \
		"ORCPT=rfc822;original@client.example"

static const struct post_letter letters[] = {
	{ "smtp.dsn.envid.returned", ASKED },
	{ "smtp.dsn.orcpt.returned", ASKED },
	{ "smtp.dsn.ret.headers", ASKED },
	{ "smtp.dsn.envid.decoded",
	  .mail = "<" POST_US "> ENVID=yanshou+2B7",
	  .rcpt = "<" POST_REJECT "> NOTIFY=FAILURE" },
};
/* clang-format on */

static bool
collect(struct trial *t)
{
	const struct post_letter l =
	    post_letter(t, letters, sizeof letters / sizeof letters[0], &plain);

	if (post_submit(t, "submit", l.mail, l.rcpt, l.text))
		post_await(t, "report", 1);
	return true;
}

static struct span
report(struct trial *t)
{
	return post_content(t, "report", 1);
}

static bool
reported(struct trial *t)
{
	return trial_need(t, post_count(t, "report") > 0, "no report arrived");
}

static bool
has_status(struct trial *t)
{
	return reported(t) && trial_need(t, post_status(report(t)).len > 0,
				  "the report has no message/delivery-status");
}

/* ---- fields ---- */

/* What is asked of one field of a report. */
static const struct {
	const char *id, *field, *holds; /* NULL: the address that refuses */
	bool begins;                    /* with it, "4.5.1" has a "5." too */
} asked[] = {
	{ "smtp.dsn.action", "Action", "failed", true },
	{ "smtp.dsn.recipient", "Final-Recipient", NULL, false },
	{ "smtp.dsn.recipient.type", "Final-Recipient", ";", false },
	{ "smtp.dsn.status", "Status", "5.", true },
	{ "smtp.dsn.mta", "Reporting-MTA", ";", false },
	{ "smtp.dsn.envid.returned", "Original-Envelope-Id", "yanshou-7",
	    true },
	{ "smtp.dsn.envid.decoded", "Original-Envelope-Id", "yanshou+7",
	    false },
	{ "smtp.dsn.orcpt.returned", "Original-Recipient",
	    "original@client.example", false },
};

static bool
begins(struct span value, const char *with)
{
	while (value.len > 0 && strchr(" \t\r\n", value.ptr[0]) != NULL)
		value = span_skip(value, 1);
	return span_casestarts(value, span_of(with));
}

static void
judge_field(struct trial *t)
{
	size_t i = 0;
	struct span value;
	const char *want;

	if (!reported(t))
		return;
	while (i < sizeof asked / sizeof asked[0] &&
	       strcmp(asked[i].id, trial_case(t)->id) != 0)
		i++;
	if (!trial_sane(t, i < sizeof asked / sizeof asked[0], "no field"))
		return;
	value = post_status_field(report(t), asked[i].field);
	want = asked[i].holds != NULL ? asked[i].holds
				      : trial_fact_text(t, "reject");
	if (!trial_sane(t, want != NULL, "nothing to compare with"))
		return;
	trial_claim(t, trial_case(t)->clause,
	    value.ptr != NULL && (asked[i].begins ? begins(value, want)
						  : post_contains(value, want)),
	    want, "%s:%.*s", asked[i].field, SPAN_FMT(value));
}

/* Where DSN is not claimed a report may be any text. */
static void
judge_field_there(struct trial *t)
{
	if (has_status(t))
		judge_field(t);
}

/* An empty line parts what is about the message from each recipient. */
static void
judge_groups(struct trial *t)
{
	const struct span first = post_status(report(t));

	if (!has_status(t) ||
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

static void
judge_report(struct trial *t)
{
	struct span type;

	if (!reported(t))
		return;
	type = post_field(report(t), "Content-Type");
	trial_claim(t, trial_case(t)->clause,
	    post_contains(type, "multipart/report") &&
		post_contains(type, "delivery-status"),
	    "multipart/report; report-type=delivery-status", "%.*s",
	    SPAN_FMT(type));
}

static void
judge_headers_only(struct trial *t)
{
	if (!reported(t))
		return;
	trial_claim(t, trial_case(t)->clause,
	    !post_contains(
		post_body(report(t)), "acceptance test, please ignore"),
	    "the header of the message, without its body",
	    "the body is there as well");
}

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

/* Empty when there is none. */
static struct span
boundary_of(struct trial *t)
{
	const struct span type = post_field(report(t), "Content-Type");
	struct span at = post_find(type, "boundary=");
	size_t n = 0;

	at = span_skip(at, at.len < 9 ? at.len : 9);
	if (at.len > 0 && at.ptr[0] == '"')
		at = span_skip(at, 1);
	while (n < at.len && strchr("\"; \t\r\n", at.ptr[n]) == NULL)
		n++;
	at = span_take(at, n);
	trial_need(t, at.len > 0, "the report has no boundary");
	return at;
}

static void
judge_words(struct trial *t)
{
	const struct span body = post_body(report(t));
	struct span status, boundary;

	if (!has_status(t))
		return;
	status = post_status(report(t));
	boundary = boundary_of(t);
	if (boundary.len == 0)
		return;
	trial_claim(t, trial_case(t)->clause,
	    delimiters(span_take(body, (size_t)(status.ptr - body.ptr)),
		boundary, false) >= 2,
	    "a part for people before message/delivery-status",
	    "message/delivery-status stands first");
}

static void
judge_closing(struct trial *t)
{
	struct span boundary;

	if (!has_status(t))
		return;
	boundary = boundary_of(t);
	if (boundary.len > 0)
		trial_claim(t, trial_case(t)->clause,
		    delimiters(post_body(report(t)), boundary, true) == 1,
		    "the boundary with two hyphens behind it at the end",
		    "no such line");
}

/* clang-format off */
static const struct conf_case cases[] = {
	POST_CASE("smtp.dsn.report", EMAIL_F_20, "RFC 3464 2",
	    "reports are multipart/report",
	    "失败通知为 multipart/report", " smtp.dsn",
	    collect, judge_report),
	POST_CASE("smtp.dsn.action", EMAIL_F_20, "RFC 3464 2.3.3",
	    "a report of failure says failed",
	    "失败通知的 Action 为 failed", " smtp.dsn",
	    collect, judge_field),
	POST_CASE("smtp.dsn.recipient", EMAIL_F_20, "RFC 3464 2.3.2",
	    "a report names the recipient",
	    "失败通知给出收件人", " smtp.dsn",
	    collect, judge_field),
	POST_CASE("smtp.dsn.recipient.type", EMAIL_F_20, "RFC 3464 2.3.2",
	    "a report says of what type the address is",
	    "Final-Recipient 带地址类型", "",
	    collect, judge_field_there),
	POST_CASE("smtp.dsn.status", EMAIL_F_20, "RFC 3464 2.3.4",
	    "a report of failure has a status of class 5",
	    "失败通知的状态码为 5 类", " smtp.dsn",
	    collect, judge_field),
	POST_CASE("smtp.dsn.mta", EMAIL_F_20, "RFC 3464 2.2.2",
	    "a report says which host reports",
	    "失败通知给出报告主机", " smtp.dsn",
	    collect, judge_field),
	POST_CASE("smtp.dsn.envid.returned", EMAIL_F_20, "RFC 3464 2.2.1",
	    "a report gives the ENVID back",
	    "通知中返回 ENVID", " smtp.dsn",
	    collect, judge_field),
	POST_CASE("smtp.dsn.envid.decoded", EMAIL_F_20, "RFC 3461 6.3 (a)",
	    "a report gives the ENVID back without its xtext",
	    "通知中的 ENVID 已解除 xtext 编码", " smtp.dsn",
	    collect, judge_field_there),
	POST_CASE("smtp.dsn.orcpt.returned", EMAIL_F_20, "RFC 3464 2.3.1",
	    "a report gives the ORCPT back",
	    "通知中返回 ORCPT", " smtp.dsn",
	    collect, judge_field),
	POST_CASE("smtp.dsn.groups", EMAIL_F_20, "RFC 3464 2.1",
	    "an empty line parts message and recipient",
	    "邮件级与收件人级字段以空行分隔", "",
	    collect, judge_groups),
	POST_CASE("smtp.dsn.words", EMAIL_F_20, "RFC 3461 6.2",
	    "a report begins with a part for people",
	    "通知的第一部分供人阅读", "",
	    collect, judge_words),
	POST_CASE("smtp.dsn.closing", EMAIL_F_20, "RFC 2046 5.1.1",
	    "the last part of a report is closed",
	    "通知有结束分界线", "",
	    collect, judge_closing),
	POST_CASE("smtp.dsn.ret.headers", EMAIL_F_20, "RFC 3461 4.3",
	    "RET=HDRS returns no body",
	    "RET=HDRS 时不退回正文", " smtp.dsn",
	    collect, judge_headers_only),
};
/* clang-format on */

GROUP(smtp_report, "submission", cases);
