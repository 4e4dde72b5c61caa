/* SPDX-License-Identifier: MIT */
/*
 * A user's mail program, which shares no code with us, submits a message
 * with an attachment to two people.
 */
#include <stdlib.h>

#include "conformance/cases/email/post.h"
#include "conformance/client/mail.h"
#include "conformance/trial.h"

extern const struct conf_group conf_journey;

static const struct {
	const char *id, *service, *mechanism;
} roads[] = {
	{ "submission.journey.plain", "submission", "PLAIN" },
	{ "submission.journey.scram", "submission", "SCRAM-SHA-256" },
	{ "submissions.journey.plain", "submissions", "PLAIN" },
	{ "submissions.journey.scram", "submissions", "SCRAM-SHA-256" },
};

/* With the CR LF that libetpan takes for granted. */
static void
add_lines(struct buf *out, struct span text)
{
	while (text.len > 0) {
		buf_add(out, span_cut(&text, '\n'));
		buf_add(out, SPAN("\r\n"));
	}
}

static bool
collect(struct trial *t)
{
	const struct profile *p = trial_profile(t);
	const char *const to[] = { profile_account(p, "alice")->address,
		profile_account(p, "bob")->address };
	char *text = trial_expand(t, "${file:mail/attachment.eml}");
	struct mail_journey j = { .role = "alice", .to = to, .n_to = 2 };
	struct buf content;

	buf_init(&content, 1u << 20);
	add_lines(&content, span_of(text));
	for (size_t i = 0; i < sizeof roads / sizeof roads[0]; i++)
		if (strcmp(roads[i].id, trial_case(t)->id) == 0) {
			j.service = roads[i].service;
			j.mechanism = roads[i].mechanism;
		}
	j.content = buf_span(&content);
	if (trial_sane(t, j.service != NULL, "no road for this case"))
		mail_travel(t, &j);
	buf_free(&content);
	free(text);
	return true;
}

/*
 * A server that says 235 to anything has shown nothing.  In base64 "r=" and
 * "v=" begin so: its challenge, and the proof that it knows the password.
 */
static bool
exchanged(struct trial *t)
{
	const struct buf *log = trial_content(t, "session.log");

	return trial_sane(t, log != NULL, "session.log is missing") &&
	       trial_claim(t, "RFC 5802 5.1",
		   post_contains(buf_span(log), "334 cj") &&
		       post_contains(buf_span(log), "334 dj"),
		   "a challenge (r=) and the server's signature (v=)",
		   "an exchange without them, see session.log");
}

static bool
is_scram(const struct trial *t)
{
	for (size_t i = 0; i < sizeof roads / sizeof roads[0]; i++)
		if (strcmp(roads[i].id, trial_case(t)->id) == 0)
			return strncmp(roads[i].mechanism, "SCRAM", 5) == 0;
	return false;
}

static void
judge(struct trial *t)
{
	const char *reached = trial_fact_text(t, "reached");
	const char *why = trial_fact_text(t, "why");

	if (!trial_need(t,
		reached != NULL &&
		    strcmp(reached, mail_step_name(MAIL_NOWHERE)) != 0,
		"could not connect: %s", why == NULL ? "?" : why))
		return;
	trial_claim(t, trial_case(t)->clause,
	    strcmp(reached, mail_step_name(MAIL_ACCEPTED)) == 0,
	    "the message is accepted", "%s, then: %s", reached, why);
	if (trial_verdict(t) == PASS && is_scram(t))
		exchanged(t);
}

/* clang-format off */
#define PEOPLE " account:alice account:bob mail:foreign"

static const struct conf_case cases[] = {
	{
		.id = "submission.journey.plain",
		.verifies = EMAIL_F_11,
		.clause = "RFC 6409 3.1",
		.title = "libetpan sends an attachment: STARTTLS, PLAIN",
		.title_zh = "libetpan 发送附件：STARTTLS 与 PLAIN",
		.needs = "endpoint:submission smtp.starttls smtp.auth.plain"
		    PEOPLE,
		.service = "submission",
		.collect = collect,
		.judge = judge,
	},
	{
		.id = "submission.journey.scram",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5802 5",
		.title = "libetpan logs in: STARTTLS, SCRAM-SHA-256",
		.title_zh = "libetpan 登录：STARTTLS 与 SCRAM-SHA-256",
		.needs = "endpoint:submission smtp.starttls "
			 "smtp.auth.scram-sha-256" PEOPLE,
		.service = "submission",
		.collect = collect,
		.judge = judge,
	},
	{
		.id = "submissions.journey.plain",
		.verifies = EMAIL_F_02,
		.clause = "RFC 8314 3.3",
		.title = "libetpan writes to two people: TLS, PLAIN",
		.title_zh = "libetpan 向两人发信：隐式 TLS 与 PLAIN",
		.needs = "endpoint:submissions smtp.auth.plain" PEOPLE,
		.service = "submissions",
		.collect = collect,
		.judge = judge,
	},

	/* The client checks that the server knows the password as well. */
	{
		.id = "submissions.journey.scram",
		.verifies = EMAIL_F_03,
		.clause = "RFC 5802 5.1",
		.title = "libetpan checks the server: TLS, SCRAM-SHA-256",
		.title_zh = "libetpan 核验服务器签名：隐式 TLS 与 SCRAM",
		.needs = "endpoint:submissions smtp.auth.scram-sha-256" PEOPLE,
		.service = "submissions",
		.collect = collect,
		.judge = judge,
	},
};
/* clang-format on */

GROUP(journey, "submission", cases);
