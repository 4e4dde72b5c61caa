/* SPDX-License-Identifier: MIT */
/*
 * prelude - how conversations begin, so that a case shows only its own part.
 *
 * Every piece is script text (lib/dialogue.h) and leaves the conversation
 * after a reply, so that any C line may follow.  None makes a claim: a target
 * that leaves the path here has not been brought to the question.
 */
#ifndef CONFORMANCE_CASES_EMAIL_PRELUDE_H
#define CONFORMANCE_CASES_EMAIL_PRELUDE_H

#include "conformance/case.h"

/* clang-format off */
#define GREETED "S: 220*\n"

#define HELLO GREETED \
	"C: EHLO ${client}\n" \
	"S: 250*\n"

/* A stranger writes to alice, who lives here. */
#define MAIL_FROM \
	"C: MAIL FROM:<${token}@${foreign}>\n" \
	"S: 250*\n"
#define RCPT_TO \
	"C: RCPT TO:<${alice.address}>\n" \
	"S: 25?*\n"
#define DATA \
	"C: DATA\n" \
	"S: 354*\n"

#define MAIL_OPEN HELLO MAIL_FROM
#define RCPT_OPEN MAIL_OPEN RCPT_TO
#define DATA_OPEN RCPT_OPEN DATA

/* Header fields up to and without the empty line. */
#define FIELDS_FROM(who) \
	"From: <" who ">\\r\\n" \
	"To: <${alice.address}>\\r\\n" \
	"Subject: ${token}\\r\\n" \
	"Date: Sun, 22 Nov 2026 08:00:00 +0800\\r\\n" \
	"Message-ID: <${token}@client.example>\\r\\n"
#define FIELDS FIELDS_FROM("${token}@${foreign}")

#define CONTENT "C.: " FIELDS "\\r\\nacceptance test, please ignore\\n\n"

/*
 * After a refusal of DATA our dot is no command at all, and some servers end
 * a conversation over it.
 */
#define HANGS_UP \
	"S|: 221*  # RFC 5321 7.8\n" \
	"S|: 421*  # RFC 5321 3.8\n" \
	"S|: @closed  # RFC 5321 7.8\n"

#define STILL_THERE \
	"C: NOOP\n" \
	"S!: 250*\n"

#define BYE \
	"C: QUIT\n" \
	"S: 221*\n"

/* Inside TLS, and logged in as somebody, on the submission port. */
#define UPGRADE \
	"C: STARTTLS\n" \
	"S: 220*\n" \
	"@tls\n"
#define SECURED HELLO UPGRADE \
	"C: EHLO ${client}\n" \
	"S: 250*\n"
#define LOGIN(who) \
	"C: AUTH PLAIN ${" who ".plain}\n" \
	"S: 235*\n"
#define LOGGED_IN(who) SECURED LOGIN(who)

/* What MAIL_FROM and RCPT_TO use has to be there. */
#define SMTP_ALICE "endpoint:smtp mail:foreign account:alice"
#define SUBMIT_ALICE \
	"endpoint:submission smtp.starttls smtp.auth.plain account:alice"
/* clang-format on */

struct trial;

/*
 * The verdict of the conversation that trial_talk() filed as NAME becomes
 * the trial's.
 */
void prelude_judge(
    struct trial *, const char *name, const char *clause, const char *expected);

/* free() it. */
char *prelude_base64(const char *text);

/* base64 of RFC 4616's message; free() it. */
char *prelude_plain(
    const char *authzid, const char *user, const char *password);

#define GROUP(name, where, list) \
	const struct conf_group conf_##name = { \
		.service = where, \
		.framing = &framing_smtp, \
		.cases = list, \
		.n = sizeof list / sizeof list[0], \
	}

#endif
