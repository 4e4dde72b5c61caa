/* SPDX-License-Identifier: MIT */
/*
 * imap_prelude - how IMAP conversations begin and end.
 *
 * As in prelude.h, every piece is script text that leaves the conversation
 * after a reply, and none makes a claim.  A case works in a mailbox of its
 * own, ${folder}, so that any number of cases share an account; it takes it
 * away again with REMOVED, and what a broken conversation leaves behind is
 * swept up after the run.
 *
 * Where it does not matter how TLS begins a case talks to "imaps".
 */
#ifndef CONFORMANCE_CASES_EMAIL_IMAP_PRELUDE_H
#define CONFORMANCE_CASES_EMAIL_IMAP_PRELUDE_H

#include "conformance/cases/email/prelude.h"

/* clang-format off */
#define IMAP_GREETED "S: * OK*\n"

#define IMAP_LOGIN(who) \
	"C: in LOGIN ${" who ".user|quoted} ${" who ".password|quoted}\n" \
	"S: in OK*\n"

/* On an endpoint with implicit TLS. */
#define IMAP_ALICE_IN IMAP_GREETED IMAP_LOGIN("alice")

/* On one with STARTTLS. */
#define IMAP_SECURED IMAP_GREETED \
	"C: tls STARTTLS\n" \
	"S: tls OK*\n" \
	"@tls\n"

#define IMAP_CREATED \
	"C: mk CREATE ${folder}\n" \
	"S: mk OK*\n"
#define IMAP_SELECTED \
	"C: sel SELECT ${folder}\n" \
	"S: sel OK*\n"
/* Logged in, in an empty mailbox of our own. */
#define IMAP_OPEN IMAP_ALICE_IN IMAP_CREATED IMAP_SELECTED

/* A message into our mailbox: flags is "" or "(\\Seen) ". */
#define IMAP_APPENDED_AS(tag, flags, file) \
	"C: " tag " APPEND ${folder} " flags \
	"{${file:" file "|lines|length}}\n" \
	"S: +*\n" \
	"C=: ${file:" file "|lines}\\r\\n\n" \
	"S: " tag " OK*\n"
#define IMAP_APPENDED(tag, file) IMAP_APPENDED_AS(tag, "", file)

/* Back to no mailbox, and ours is gone; then the end. */
#define IMAP_REMOVED \
	"C: cl CLOSE\n" \
	"S: cl OK*\n" \
	"C: rm DELETE ${folder}\n" \
	"S: rm OK*\n"
#define IMAP_BYE \
	"C: out LOGOUT\n" \
	"S: out OK*\n"
#define IMAP_DONE IMAP_REMOVED IMAP_BYE

/* Where nothing is changed, everybody's mailbox will do. */
#define IMAP_EXAMINED \
	"C: ex EXAMINE INBOX\n" \
	"S: ex OK*\n"

#define IMAPS_ANY   "endpoint:imaps"
#define IMAPS_ALICE IMAPS_ANY " account:alice"

/* A case that is a dialogue with "imaps". */
#define IMAP_ROW(name, row, cite, grade, en, zh, wants, same, text) \
	{ \
		.id = "imap." name, \
		.verifies = row, \
		.clause = cite, \
		.level = grade, \
		.title = en, \
		.title_zh = zh, \
		.needs = wants, \
		.twin = same, \
		.service = "imaps", \
		.dialogue = text, \
	}
/* clang-format on */

#define IMAP_GROUP(name, where, list) \
	const struct conf_group conf_##name = { \
		.service = where, \
		.framing = &framing_imap, \
		.cases = list, \
		.n = sizeof list / sizeof list[0], \
	}

#endif
