/* SPDX-License-Identifier: MIT */
/*
 * imap_find - pieces of conversations that look for messages.
 */
#ifndef CONFORMANCE_CASES_EMAIL_IMAP_FIND_H
#define CONFORMANCE_CASES_EMAIL_IMAP_FIND_H

#include "conformance/cases/email/imap_prelude.h"

/* clang-format off */
#define FIND(name) "mail/find/" name ".eml"

/* Second argument of APPEND: a day's noon in UTC. */
#define NOON(day) "\"" day "-Nov-2026 12:00:00 +0000\" "

/* Message n, which has one digit, is told or is not. */
#define IN(n) "S+!: * SEARCH* " #n "*  # RFC 3501 6.4.4\n"
#define NO(n) "S-!: * SEARCH* " #n "*  # RFC 3501 6.4.4\n"

#define ASKED(keys, found) \
	"C: q SEARCH " keys "\n" \
	found \
	"S!: q OK*  # RFC 3501 6.4.4\n"

/*
 * Three messages; the first has been taken away before them, and the UID of
 * the third, which is a draft, is bound to "uid".
 */
#define UIDS_OPEN IMAP_ALICE_IN IMAP_CREATED \
	IMAP_APPENDED_AS("a1", "(\\Deleted) ", FIND("four")) \
	IMAP_APPENDED("a2", FIND("one")) \
	IMAP_APPENDED("a3", FIND("two")) \
	IMAP_APPENDED_AS("a4", "(\\Draft) ", FIND("three")) \
	IMAP_SELECTED \
	"C: ex EXPUNGE\n" \
	"S: ex OK*\n" \
	UID_LEARNT("3", "uid")

/* The UID of message n, bound to a name. */
#define UID_LEARNT(n, name) \
	"C: ui" n " UID SEARCH " n "\n" \
	"S+: * SEARCH $" name "\n" \
	"S: ui" n " OK*\n"

#define SEARCH_CASE(name, cite, en, zh, text) \
	SEARCH_ROW(name, LEVEL_SHALL, cite, en, zh, text)
#define SEARCH_ROW(name, grade, cite, en, zh, text) \
	IMAP_ROW("search." name, EMAIL_F_15, cite, grade, en, zh, IMAPS_ALICE, \
	    NULL, text)
/* clang-format on */

#endif
