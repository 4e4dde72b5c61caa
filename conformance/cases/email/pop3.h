/* SPDX-License-Identifier: MIT */
/*
 * pop3 - how POP3 conversations begin, and how mail gets into them.
 *
 * As in prelude.h, every piece is script text that leaves the conversation
 * after a reply, and none makes a claim.  carol's maildrop is ours while her
 * account is locked; what is in it already is nobody's business.  A case
 * brings its message itself, so that this is the last one, ${n}, and takes
 * it away again.
 *
 * Where it does not matter how TLS begins a case talks to "pop3s".
 */
#ifndef CONFORMANCE_CASES_EMAIL_POP3_H
#define CONFORMANCE_CASES_EMAIL_POP3_H

#include "conformance/cases/email/prelude.h"

/* clang-format off */
#define POP3_GREETED "S: +OK*\n"

/* "p" stands before each line: "" or the name of a party and a space. */
#define POP3_LOGIN_AS(p) \
	p "C: USER ${carol.user}\n" \
	p "S: +OK*\n" \
	p "C: PASS ${carol.password}\n" \
	p "S: +OK*\n"

#define POP3_IN POP3_GREETED POP3_LOGIN_AS("")

#define POP3_SECURED POP3_GREETED \
	"C: STLS\n" \
	"S: +OK*\n" \
	"@tls\n"

/* One more session, as soon as the target has seen that the first is over. */
#define POP3_AGAIN \
	"@again 50\n" \
	"@party again pop3s\n" \
	"again S: +OK*\n" \
	POP3_LOGIN_AS("again ") \
	"@end\n"

/*
 * Is the last message the one that "who" sent?  A maildrop is what it was at
 * the login (RFC 1939 4), so each look takes a session.
 */
#define POP3_ARRIVED(who) \
	"@again 150\n" \
	"@party " who "-look pop3s\n" \
	who "-look S: +OK*\n" \
	POP3_LOGIN_AS(who "-look ") \
	who "-look C: STAT\n" \
	who "-look S: +OK $" who "_n *\n" \
	who "-look C: RETR ${" who "_n}\n" \
	who "-look S: +OK*\n" \
	who "-look S+: Subject: ${token} " who "\n" \
	who "-look S: .\n" \
	who "-look C: RSET\n" \
	who "-look C: QUIT\n" \
	who "-look @closed\n" \
	"@end\n"

/* carol writes to herself; body is what stands behind the empty line. */
#define POP3_BROUGHT_AS(who, body, parameters) \
	"@party " who " submission\n" \
	who " S: 220*\n" \
	who " C: EHLO ${client}\n" \
	who " S: 250*\n" \
	who " C: STARTTLS\n" \
	who " S: 220*\n" \
	who " @tls\n" \
	who " C: EHLO ${client}\n" \
	who " S: 250*\n" \
	who " C: AUTH PLAIN ${carol.plain}\n" \
	who " S: 235*\n" \
	who " C: MAIL FROM:<${carol.address}>" parameters "\n" \
	who " S: 250*\n" \
	who " C: RCPT TO:<${carol.address}>\n" \
	who " S: 25?*\n" \
	who " C: DATA\n" \
	who " S: 354*\n" \
	who " C.: From: <${carol.address}>\\r\\n" \
	"To: <${carol.address}>\\r\\n" \
	"Subject: ${token} " who "\\r\\n" \
	"Date: Sun, 22 Nov 2026 08:00:00 +0800\\r\\n" \
	"Message-ID: <${token}." who "@client.example>\\r\\n" \
	"\\r\\n" body "\n" \
	who " S: 250*\n" \
	who " @close\n" \
	POP3_ARRIVED(who)
#define POP3_BROUGHT_TEXT(body) POP3_BROUGHT_AS("mailer", body, "")

#define POP3_FOUR_LINES \
	"line one\\r\\nline two\\r\\nline three\\r\\nlast line\\r\\n"
#define POP3_BROUGHT POP3_BROUGHT_TEXT(POP3_FOUR_LINES)

/* Two of them: number ${mailer_n}, and ${second_n} behind it. */
#define POP3_WITH_TWO POP3_BROUGHT \
	POP3_BROUGHT_AS("second", POP3_FOUR_LINES, "") \
	POP3_IN

/* Which number is ours? */
#define POP3_LAST \
	"C: STAT\n" \
	"S: +OK $n *\n"

/* Logged in, with a message of ours, which is ${n}. */
#define POP3_WITH_MAIL POP3_BROUGHT POP3_IN POP3_LAST

#define POP3_DELETED \
	"C: DELE ${n}\n" \
	"S: +OK*\n"
#define POP3_BYE \
	"C: QUIT\n" \
	"S: +OK*\n"
#define POP3_TIDY POP3_DELETED POP3_BYE

#define POP3_CAROL "endpoint:pop3s pop3.user account:carol"
#define POP3_MAIL POP3_CAROL \
	" endpoint:submission smtp.starttls smtp.auth.plain"

#define POP3_CASE(name, row, cite, en, zh, what, same, where, text) \
	{ \
		.id = name, \
		.verifies = row, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = what, \
		.locks = "account:carol", \
		.twin = same, \
		.service = where, \
		.dialogue = text, \
	}

#define POP3_GROUP(name, where, list) \
	const struct conf_group conf_##name = { \
		.service = where, \
		.framing = &framing_pop3, \
		.cases = list, \
		.n = sizeof list / sizeof list[0], \
	}
/* clang-format on */

#endif
