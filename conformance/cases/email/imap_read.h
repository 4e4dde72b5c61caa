/* SPDX-License-Identifier: MIT */
/*
 * imap_read - pieces of IMAP conversations about what is in a message.
 *
 * A message whose octets are known (fixtures/mail/read-*.eml) is put into our
 * mailbox, and asked for by FETCH.  Items may come in any order, with others
 * nobody asked for, and in more than one response: what a case claims is
 * that one of them holds what was asked for.
 */
#ifndef CONFORMANCE_CASES_EMAIL_IMAP_READ_H
#define CONFORMANCE_CASES_EMAIL_IMAP_READ_H

#include "conformance/cases/email/imap_prelude.h"

/* clang-format off */
/* A row: the sentence is one of RFC 3501, and about FETCH. */
#define READ(name, cite, en, zh, text) \
	READ_ROW(name, cite, LEVEL_SHALL, NULL, en, zh, text)
#define READ_SHOULD(name, cite, en, zh, text) \
	READ_ROW(name, cite, LEVEL_SHOULD, NULL, en, zh, text)
#define READ_ROW(name, cite, grade, same, en, zh, text) \
	IMAP_ROW(name, EMAIL_F_06, "RFC 3501 " cite, grade, en, zh, \
	    IMAPS_ALICE, same, text)

/* The message alone in our mailbox, which is selected. */
#define READ_FILED(file) IMAP_ALICE_IN IMAP_CREATED \
	IMAP_APPENDED("ap", "mail/" file ".eml")
#define READ_OPEN(file) READ_FILED(file) IMAP_SELECTED

#define ASKED(items) "C: ft FETCH 1 " items "\n"
#define HOLDS(what, cite) "S+!: * 1 FETCH (*" what "*)  # RFC 3501 " cite "\n"
#define LACKS(what, cite) "S-!: * 1 FETCH (*" what "*)  # RFC 3501 " cite "\n"
#define ANSWERED(cite) "S!: ft OK*  # RFC 3501 " cite "\n"

/* Asks for one item, which has to be like this. */
#define TELLS(items, what, cite) \
	ASKED(items) \
	HOLDS(what, cite) \
	ANSWERED(cite)

/* The octets of a message, as a string. */
#define WHOLE(file) "${file:mail/" file ".eml|lines|quoted}"
#define LENGTH(file) "${file:mail/" file ".eml|lines|length}"

/* What was read before: has it been seen? */
#define DONE "S: ft OK*\n"
#define IS_SEEN(cite) \
	"C: fl FETCH 1 FLAGS\n" \
	"S+!: * 1 FETCH (*FLAGS (*\\Seen*)*)  # RFC 3501 " cite "\n" \
	"S: fl OK*\n"
#define IS_UNSEEN(cite) \
	"C: fl FETCH 1 FLAGS\n" \
	"S-!: * 1 FETCH (*FLAGS (*\\Seen*)*)  # RFC 3501 " cite "\n" \
	"S+: * 1 FETCH (*FLAGS (*)*)\n" \
	"S: fl OK*\n"
/* clang-format on */

#endif
