/* SPDX-License-Identifier: MIT */
/*
 * Mail that cannot be delivered: tried again, and reported to its sender.
 *
 * The sender is our sink, and so is the host that refuses.
 */
#include "conformance/cases/email/post.h"
#include "lib/mem.h"

extern const struct conf_group conf_smtp_bounce;

#define FROM_US    "<" POST_US ">"
#define TO_REJECT  "<" POST_REJECT ">"
#define TEMPFAIL   "${token}.tempfail@${sink_domain}"
#define PLAIN_TEXT FIELDS_FROM(POST_US) "\\r\\nacceptance test, please ignore"
#define GRACE_MS   1500
#define CONTROL_MS 5000

static int64_t
count(const struct trial *t, const char *name)
{
	int64_t n = 0;

	trial_fact_get_int(t, name, &n);
	return n;
}

/* ---- retry ---- */

/* It arrives, or a report says that it never will. */
static bool
collect_retry(struct trial *t)
{
	static const char *const both[] = { TEMPFAIL, POST_US };
	static const char *const them[] = { TEMPFAIL };

	if (post_submit(t, "submit", FROM_US, "<" TEMPFAIL ">", PLAIN_TEXT)) {
		sink_await(t, "either", both, 2, 1,
		    trial_profile(t)->timeouts.delivery_ms);
		sink_await(t, "arrived", them, 1, 0, 0);
	}
	return true;
}

static void
judge_retry(struct trial *t)
{
	if (!trial_need(t, count(t, "either") > 0,
		"no second attempt within timeouts.delivery"))
		return;
	trial_claim(t, "RFC 5321 4.5.4.1", count(t, "arrived") > 0,
	    "another attempt after 451", "a report of failure");
}

static void
judge_retry_same(struct trial *t)
{
	json_t *envelope;
	const char *us = trial_fact_text(t, "us"), *from;

	if (!trial_need(t, count(t, "arrived") > 0,
		"nothing arrived within timeouts.delivery"))
		return;
	envelope = post_envelope(t, "arrived", 1);
	from = json_string_value(json_object_get(envelope, "from"));
	trial_claim(t, "RFC 5321 3.6.1",
	    from != NULL && us != NULL && strcasecmp(from, us) == 0,
	    "the sender of the first attempt", "%s",
	    from == NULL ? "nobody" : from);
	json_decref(envelope);
}

/* ---- reports ---- */

#define CONTROL "${token}.control@${sink_domain}"

/* A report that does not come tells nothing where no mail reaches us. */
static void
bounce(struct trial *t, const char *mail, const char *rcpt)
{
	static const char *const control[] = { CONTROL };

	if (!post_submit(t, "submit", mail, rcpt, PLAIN_TEXT) ||
	    post_await(t, "report", 1) > 0)
		return;
	if (post_submit(t, "control", FROM_US, "<" CONTROL ">", PLAIN_TEXT))
		sink_await(t, "reached", control, 1, 1, CONTROL_MS);
}

static bool
accepted(struct trial *t)
{
	const char *said = trial_fact_text(t, "submit");

	return trial_need(t, said != NULL && strcmp(said, "pass") == 0,
		   "the message was not accepted") &&
	       trial_need(t, count(t, "report") + count(t, "reached") > 0,
		   "no mail of the target's reaches our sink");
}

static bool
collect_failed(struct trial *t)
{
	bounce(t, FROM_US, TO_REJECT);
	return true;
}

/* The whole clock of timeouts.delivery is the time a report may take. */
static void
judge_failed(struct trial *t)
{
	if (!accepted(t))
		return;
	trial_claim(t, "RFC 5321 6.1", count(t, "report") > 0,
	    "a report of failure to the sender",
	    "nothing within timeouts.delivery");
}

static bool
reported(struct trial *t)
{
	return trial_need(t, count(t, "report") > 0, "no report arrived");
}

static void
judge_sender(struct trial *t)
{
	json_t *envelope;
	const char *from;

	if (!reported(t))
		return;
	envelope = post_envelope(t, "report", 1);
	from = json_string_value(json_object_get(envelope, "from"));
	trial_claim(t, "RFC 5321 3.6.3", from != NULL && from[0] == '\0',
	    "a report from <>", "from <%s>", from == NULL ? "?" : from);
	json_decref(envelope);
}

static void
judge_report(struct trial *t)
{
	struct span type;

	if (!reported(t))
		return;
	type = post_field(post_content(t, "report", 1), "Content-Type");
	trial_claim(t, "RFC 3464 2",
	    post_contains(type, "multipart/report") &&
		post_contains(type, "delivery-status"),
	    "multipart/report; report-type=delivery-status", "%.*s",
	    SPAN_FMT(type));
}

/* The part message/delivery-status: groups of fields. */
static struct span
status_part(struct trial *t)
{
	struct span s = post_body(post_content(t, "report", 1));
	static const char type[] = "message/";

	for (; s.len > 0; s = span_skip(s, 1))
		if (span_casestarts(s, span_of(type)) &&
		    (span_casestarts(s, SPAN("message/delivery-status")) ||
			span_casestarts(
			    s, SPAN("message/global-delivery-status"))))
			return post_body(s);
	return s;
}

/* A field of any of the groups. */
static struct span
status_field(struct trial *t, const char *name)
{
	struct span rest = status_part(t);

	for (int group = 0; group < 8 && rest.len > 0; group++) {
		const struct span value = post_field(rest, name);

		if (value.ptr != NULL)
			return value;
		if (span_starts(rest, SPAN("--")))
			break;
		rest = post_body(rest);
	}
	return (struct span){ NULL, 0 };
}

/* What is asked of one field of a report. */
static const struct {
	const char *id, *field, *holds; /* NULL: the address that refuses */
	bool begins;                    /* with it, "4.5.1" has a "5." too */
} asked[] = {
	{ "smtp.dsn.action", "Action", "failed", true },
	{ "smtp.dsn.recipient", "Final-Recipient", NULL, false },
	{ "smtp.dsn.status", "Status", "5.", true },
	{ "smtp.dsn.mta", "Reporting-MTA", ";", false },
	{ "smtp.dsn.envid.returned", "Original-Envelope-Id", "yanshou-7",
	    true },
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
	value = status_field(t, asked[i].field);
	want = asked[i].holds != NULL ? asked[i].holds
				      : trial_fact_text(t, "reject");
	if (!trial_sane(t, want != NULL, "nothing to compare with"))
		return;
	trial_claim(t, trial_case(t)->clause,
	    value.ptr != NULL && (asked[i].begins ? begins(value, want)
						  : post_contains(value, want)),
	    want, "%s:%.*s", asked[i].field, SPAN_FMT(value));
}

static bool
collect_asked(struct trial *t)
{
	bounce(t, FROM_US " RET=HDRS ENVID=yanshou-7",
	    TO_REJECT " NOTIFY=FAILURE ORCPT=rfc822;original@client.example");
	return true;
}

static void
judge_headers_only(struct trial *t)
{
	if (!reported(t))
		return;
	trial_claim(t, "RFC 3461 4.3",
	    !post_contains(post_body(post_content(t, "report", 1)),
		"acceptance test, please ignore"),
	    "the header of the message, without its body",
	    "the body is there as well");
}

/* ---- reports that must not be, shown beside one that must ---- */

static bool
collect_absence(struct trial *t, const char *mail, const char *rcpt)
{
	static const char *const control[] = { CONTROL };
	static const char *const us[] = { POST_US };

	if (!post_submit(t, "submit", mail, rcpt, PLAIN_TEXT) ||
	    !post_submit(t, "control", "<" CONTROL ">", TO_REJECT, PLAIN_TEXT))
		return true;
	if (sink_await(t, "reports", control, 1, 1,
		trial_profile(t)->timeouts.delivery_ms) > 0)
		sink_await(t, "unwanted", us, 1, 1, GRACE_MS);
	return true;
}

static bool
collect_never(struct trial *t)
{
	return collect_absence(t, FROM_US, TO_REJECT " NOTIFY=NEVER");
}

static bool
collect_double(struct trial *t)
{
	return collect_absence(t, "<>", TO_REJECT);
}

static void
judge_absence(struct trial *t)
{
	int64_t unwanted = 0;

	if (!trial_need(t, count(t, "reports") > 0,
		"no report of failure arrived at all"))
		return;
	if (trial_sane(t, trial_fact_get_int(t, "unwanted", &unwanted),
		"facts.json does not say what else arrived"))
		trial_claim(t, trial_case(t)->clause, unwanted == 0,
		    "no report", "a report");
}

static bool
collect_success(struct trial *t)
{
	bounce(t, FROM_US, "<${alice.address}> NOTIFY=SUCCESS");
	return true;
}

static void
judge_success(struct trial *t)
{
	struct span action;

	if (!accepted(t))
		return;
	if (!trial_claim(t, "RFC 3461 4.1", count(t, "report") > 0,
		"a report of success to the sender",
		"nothing within timeouts.delivery"))
		return;
	action = status_field(t, "Action");
	trial_claim(t, "RFC 3464 2.3.3",
	    post_contains(action, "delivered") ||
		post_contains(action, "relayed") ||
		post_contains(action, "expanded"),
	    "Action: delivered, relayed or expanded", "Action:%.*s",
	    SPAN_FMT(action));
}

/* clang-format off */
#define CASE(name, cite, en, zh, more, how, what) \
	{ \
		.id = "smtp." name, \
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
	CASE("queue.retry", "RFC 5321 4.5.4.1",
	    "tries again after a temporary refusal",
	    "暂时失败后重试投递", "", collect_retry, judge_retry),
	CASE("queue.retry.same", "RFC 5321 3.6.1",
	    "tries again in the name of the same sender",
	    "重试时信封发件人不变", "", collect_retry, judge_retry_same),
	CASE("dsn.failed", "RFC 5321 6.1",
	    "reports mail that the next host refused",
	    "下一跳拒收后通知发件人", "", collect_failed, judge_failed),
	CASE("dsn.sender", "RFC 5321 3.6.3",
	    "reports come from the null sender",
	    "失败通知以空发件人发送", "", collect_failed, judge_sender),
	CASE("dsn.report", "RFC 3464 2",
	    "reports are multipart/report",
	    "失败通知为 multipart/report", " smtp.dsn", collect_failed, judge_report),
	CASE("dsn.action", "RFC 3464 2.3.3",
	    "a report of failure says failed",
	    "失败通知的 Action 为 failed", " smtp.dsn", collect_failed, judge_field),
	CASE("dsn.recipient", "RFC 3464 2.3.2",
	    "a report names the recipient",
	    "失败通知给出收件人", " smtp.dsn", collect_failed, judge_field),
	CASE("dsn.status", "RFC 3464 2.3.4",
	    "a report of failure has a status of class 5",
	    "失败通知的状态码为 5 类", " smtp.dsn", collect_failed, judge_field),
	CASE("dsn.mta", "RFC 3464 2.2.2",
	    "a report says which host reports",
	    "失败通知给出报告主机", " smtp.dsn", collect_failed, judge_field),
	CASE("dsn.envid.returned", "RFC 3464 2.2.1",
	    "a report gives the ENVID back",
	    "通知中返回 ENVID", " smtp.dsn", collect_asked, judge_field),
	CASE("dsn.orcpt.returned", "RFC 3464 2.3.1",
	    "a report gives the ORCPT back",
	    "通知中返回 ORCPT", " smtp.dsn", collect_asked, judge_field),
	CASE("dsn.ret.headers", "RFC 3461 4.3",
	    "RET=HDRS returns no body",
	    "RET=HDRS 时不退回正文", " smtp.dsn",
	    collect_asked, judge_headers_only),
	CASE("dsn.never", "RFC 3461 4.1",
	    "NOTIFY=NEVER has no report",
	    "NOTIFY=NEVER 时不发通知", " smtp.dsn",
	    collect_never, judge_absence),
	CASE("dsn.success", "RFC 3461 4.1",
	    "NOTIFY=SUCCESS has a report of success",
	    "NOTIFY=SUCCESS 时发送成功通知", " smtp.dsn",
	    collect_success, judge_success),
	CASE("dsn.double", "RFC 5321 6.1",
	    "mail from <> that fails has no report",
	    "空发件人的邮件失败时不发通知", "",
	    collect_double, judge_absence),
};
/* clang-format on */

GROUP(smtp_bounce, "submission", cases);
