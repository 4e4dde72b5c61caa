/* SPDX-License-Identifier: MIT */
/*
 * Mail that the next host does not take at once: tried again, in whose name,
 * and only for those who wait.
 */
#include "conformance/cases/email/post.h"

extern const struct conf_group conf_smtp_queue;

/* clang-format off */
#define TEMPFAIL "${token}.tempfail@${sink_domain}"
#define FROM_US	 "<" POST_US ">"
/* clang-format on */

/* It arrives, or a report says that it never will. */
static bool
collect_retry(struct trial *t)
{
	static const char *const both[] = { TEMPFAIL, POST_US };
	static const char *const them[] = { TEMPFAIL };

	if (post_submit(
		t, "submit", FROM_US, "<" TEMPFAIL ">", POST_PLAIN(POST_US))) {
		sink_await(t, "either", both, 2, 1,
		    trial_profile(t)->timeouts.delivery_ms);
		sink_await(t, "arrived", them, 1, 0, 0);
	}
	return true;
}

static void
judge_retry(struct trial *t)
{
	if (!trial_need(t, post_count(t, "either") > 0,
		"no second attempt within timeouts.delivery"))
		return;
	trial_claim(t, trial_case(t)->clause, post_count(t, "arrived") > 0,
	    "another attempt after 451", "a report of failure");
}

static void
judge_retry_same(struct trial *t)
{
	if (trial_need(t, post_count(t, "arrived") > 0,
		"nothing arrived within timeouts.delivery"))
		post_judge_sender(t, "arrived", trial_fact_text(t, "us"),
		    "the sender of the first attempt");
}

/* One recipient has to wait; the other one has it already. */
static bool
collect_others(struct trial *t)
{
	if (post_submit(t, "submit", POST_ALICE,
		POST_TO_US POST_AND("<" TEMPFAIL ">"),
		POST_PLAIN("${alice.address}")) &&
	    post_reach(t, "later", TEMPFAIL) > 0)
		post_linger(t, "arrived", POST_US, 2);
	return true;
}

static void
judge_others(struct trial *t)
{
	int64_t n = 0;

	if (!post_arrived(t, "later") || !post_arrived(t, "arrived"))
		return;
	trial_fact_get_int(t, "arrived", &n);
	trial_claim(t, trial_case(t)->clause, n == 1,
	    "one copy for who was accepted at once", "%lld copies",
	    (long long)n);
}

/* clang-format off */
static const struct conf_case cases[] = {
	POST_CASE("smtp.queue.retry", EMAIL_F_20, "RFC 5321 4.5.4.1",
	    "tries again after a temporary refusal",
	    "暂时失败后重试投递", "",
	    collect_retry, judge_retry),
	POST_CASE("smtp.queue.retry.same", EMAIL_F_20, "RFC 5321 3.6.1",
	    "tries again in the name of the same sender",
	    "重试时信封发件人不变", "",
	    collect_retry, judge_retry_same),
	POST_CASE("smtp.queue.retry.others", EMAIL_F_20, "RFC 5321 4.5.4.1",
	    "does not send again to who has it",
	    "重试时不重复发给已收到者", "",
	    collect_others, judge_others),
};
/* clang-format on */

GROUP(smtp_queue, "submission", cases);
