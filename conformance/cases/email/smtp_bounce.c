/* SPDX-License-Identifier: MIT */
/*
 * Mail that cannot be delivered is reported: whether, to whom, in whose name.
 *
 * The sender is our sink, and so is the host that refuses.
 */
#include "conformance/cases/email/post.h"

extern const struct conf_group conf_smtp_bounce;

/* clang-format off */
#define FROM_US	   "<" POST_US ">"
#define TO_REJECT  "<" POST_REJECT ">"
#define CONTROL	   "${token}.control@${sink_domain}"
#define AUTHOR	   "${token}.author@${sink_domain}"
#define PLAIN	   POST_PLAIN(POST_US)
/* clang-format on */

/* A report that does not come tells nothing where no mail reaches us. */
static void
bounce(struct trial *t, const char *rcpt)
{
	if (!post_submit(t, "submit", FROM_US, rcpt, PLAIN) ||
	    post_await(t, "report", 1) > 0)
		return;
	if (post_submit(t, "control", FROM_US, "<" CONTROL ">", PLAIN))
		post_reach(t, "reached", CONTROL);
}

static bool
accepted(struct trial *t)
{
	const char *said = trial_fact_text(t, "submit");

	return trial_need(t, said != NULL && strcmp(said, "pass") == 0,
		   "the message was not accepted") &&
	       trial_need(t,
		   post_count(t, "report") + post_count(t, "reached") > 0,
		   "no mail of the target's reaches our sink");
}

static bool
collect_failed(struct trial *t)
{
	bounce(t, TO_REJECT);
	return true;
}

/* The whole clock of timeouts.delivery is the time a report may take. */
static void
judge_failed(struct trial *t)
{
	if (!accepted(t))
		return;
	trial_claim(t, trial_case(t)->clause, post_count(t, "report") > 0,
	    "a report of failure to the sender",
	    "nothing within timeouts.delivery");
}

static void
judge_sender(struct trial *t)
{
	if (trial_need(t, post_count(t, "report") > 0, "no report arrived"))
		post_judge_sender(t, "report", "", "a report from <>");
}

static bool
collect_success(struct trial *t)
{
	bounce(t, "<${alice.address}> NOTIFY=SUCCESS");
	return true;
}

static void
judge_success(struct trial *t)
{
	struct span action;

	if (!accepted(t))
		return;
	if (!trial_claim(t, "RFC 3461 4.1", post_count(t, "report") > 0,
		"a report of success to the sender",
		"nothing within timeouts.delivery"))
		return;
	action = post_status_field(post_content(t, "report", 1), "Action");
	trial_claim(t, "RFC 3464 2.3.3",
	    post_contains(action, "delivered") ||
		post_contains(action, "relayed") ||
		post_contains(action, "expanded"),
	    "Action: delivered, relayed or expanded", "Action:%.*s",
	    SPAN_FMT(action));
}

/* The author is somebody else than the return address. */
static bool
collect_path(struct trial *t)
{
	static const char *const both[] = { POST_US, AUTHOR };
	static const char *const us[] = { POST_US };

	if (post_submit(t, "submit", FROM_US, TO_REJECT, POST_PLAIN(AUTHOR))) {
		sink_await(t, "either", both, 2, 1,
		    trial_profile(t)->timeouts.delivery_ms);
		sink_await(t, "report", us, 1, 0, 0);
	}
	return true;
}

static void
judge_path(struct trial *t)
{
	if (trial_need(
		t, post_count(t, "either") > 0, "no report arrived anywhere"))
		trial_claim(t, trial_case(t)->clause,
		    post_count(t, "report") > 0, "a report to the reverse-path",
		    "one to From:");
}

/* ---- reports that must not be, shown beside one that must ---- */

static bool
collect_absence(struct trial *t, const char *mail, const char *rcpt)
{
	if (post_submit(t, "submit", mail, rcpt, PLAIN) &&
	    post_submit(t, "control", "<" CONTROL ">", TO_REJECT, PLAIN) &&
	    post_reach(t, "reports", CONTROL) > 0)
		post_linger(t, "unwanted", POST_US, 1);
	return true;
}

static bool
collect_never(struct trial *t)
{
	return collect_absence(t, FROM_US, TO_REJECT " NOTIFY=NEVER");
}

static bool
collect_success_only(struct trial *t)
{
	return collect_absence(t, FROM_US, TO_REJECT " NOTIFY=SUCCESS");
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

	if (!trial_need(t, post_count(t, "reports") > 0,
		"no report of failure arrived at all"))
		return;
	if (trial_sane(t, trial_fact_get_int(t, "unwanted", &unwanted),
		"facts.json does not say what else arrived"))
		trial_claim(t, trial_case(t)->clause, unwanted == 0,
		    "no report", "a report");
}

/* clang-format off */
static const struct conf_case cases[] = {
	POST_CASE("smtp.dsn.failed", EMAIL_F_20, "RFC 5321 6.1",
	    "reports mail that the next host refused",
	    "下一跳拒收后通知发件人", "",
	    collect_failed, judge_failed),
	POST_CASE("smtp.dsn.sender", EMAIL_F_20, "RFC 5321 3.6.3",
	    "reports come from the null sender",
	    "失败通知以空发件人发送", "",
	    collect_failed, judge_sender),
	POST_CASE("smtp.dsn.path", EMAIL_F_20, "RFC 3461 6.1",
	    "reports go to the reverse-path, not to From:",
	    "通知发往反向路径而非 From:", "",
	    collect_path, judge_path),
	POST_CASE("smtp.dsn.success", EMAIL_F_20, "RFC 3461 4.1",
	    "NOTIFY=SUCCESS has a report of success",
	    "NOTIFY=SUCCESS 时发送成功通知", " smtp.dsn",
	    collect_success, judge_success),
	POST_CASE("smtp.dsn.never", EMAIL_F_20, "RFC 3461 5.2.6 (b)",
	    "NOTIFY=NEVER has no report",
	    "NOTIFY=NEVER 时不发通知", " smtp.dsn",
	    collect_never, judge_absence),
	POST_CASE("smtp.dsn.notify.success", EMAIL_F_20, "RFC 3461 5.2.6 (b)",
	    "NOTIFY=SUCCESS alone has no report of failure",
	    "仅 NOTIFY=SUCCESS 时不发失败通知", " smtp.dsn",
	    collect_success_only, judge_absence),
	POST_CASE("smtp.dsn.double", EMAIL_F_20, "RFC 5321 6.1",
	    "mail from <> that fails has no report",
	    "空发件人的邮件失败时不发通知", "",
	    collect_double, judge_absence),
};
/* clang-format on */

GROUP(smtp_bounce, "submission", cases);
