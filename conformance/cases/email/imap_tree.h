/* SPDX-License-Identifier: MIT */
/*
 * imap_tree - pieces of conversations about the tree of mailboxes.
 *
 * Names below ${folder} are made with the separator that the target told.
 * What a case does wrong comes after the same thing done right: a twin would
 * delete the same name within the same second, which some servers that keep
 * what was deleted do not take.
 */
#ifndef CONFORMANCE_CASES_EMAIL_IMAP_TREE_H
#define CONFORMANCE_CASES_EMAIL_IMAP_TREE_H

#include "conformance/cases/email/imap_prelude.h"

/* clang-format off */
#define TREE_OPEN IMAP_ALICE_IN \
	"C: sep LIST \"\" \"\"\n" \
	"S+: * LIST (*) \"$sep\" *\n" \
	"S: sep OK*\n"

#define CHILD      "${folder}${sep}child"
#define GRANDCHILD CHILD "${sep}grandchild"

#define MADE(tag, name) \
	"C: " tag " CREATE " name "\n" \
	"S: " tag " OK*\n"
#define GONE(tag, name) \
	"C: " tag " DELETE " name "\n" \
	"S: " tag " OK*\n"
#define SUBSCRIBED(tag, name) \
	"C: " tag " SUBSCRIBE " name "\n" \
	"S: " tag " OK*\n"
#define UNSUBSCRIBED(tag, name) \
	"C: " tag " UNSUBSCRIBE " name "\n" \
	"S: " tag " OK*\n"

/* What there is, or is not, when somebody looks. */
#define IS_THERE(tag, name, cite) \
	"C: " tag " SELECT " name "\n" \
	"S!: " tag " OK*  # " cite "\n" \
	"C: " tag "c CLOSE\n" \
	"S: " tag "c OK*\n"
#define IS_NOT_THERE(tag, name, cite) \
	"C: " tag " SELECT " name "\n" \
	"S!: " tag " NO*  # " cite "\n"

/* Beginning and end of a case with a mailbox, its child and a grandchild. */
#define THREE_LEVELS TREE_OPEN \
	MADE("mk", "${folder}") MADE("mk2", CHILD) MADE("mk3", GRANDCHILD)
#define THREE_GONE \
	GONE("rm3", GRANDCHILD) GONE("rm2", CHILD) GONE("rm", "${folder}") \
	IMAP_BYE
#define TWO_LEVELS TREE_OPEN MADE("mk", "${folder}") MADE("mk2", CHILD)
#define TWO_GONE GONE("rm2", CHILD) GONE("rm", "${folder}") IMAP_BYE
#define ONE_GONE GONE("rm", "${folder}") IMAP_BYE

#define TREE_CASE(name, cite, en, zh, text) \
	TREE_ROW(name, LEVEL_SHALL, cite, "", en, zh, text)
#define TREE_SHOULD(name, cite, en, zh, text) \
	TREE_ROW(name, LEVEL_SHOULD, cite, "", en, zh, text)
#define TREE_ROW(name, grade, cite, more, en, zh, text) \
	{ \
		.id = "imap." name, \
		.verifies = EMAIL_F_15, \
		.clause = cite, \
		.level = grade, \
		.title = en, \
		.title_zh = zh, \
		.needs = IMAPS_ALICE more, \
		.service = "imaps", \
		.dialogue = text, \
	}
/* clang-format on */

#endif
