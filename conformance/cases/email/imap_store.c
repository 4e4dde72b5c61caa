/* SPDX-License-Identifier: MIT */
/* STORE: flags and keywords, what is told and what stays. */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_store;

/* clang-format off */
/* One message, \Seen. */
#define SEEN_OPEN IMAP_ALICE_IN IMAP_CREATED \
	FILED_AS("a1", "(\\Seen) ") IMAP_SELECTED
/* clang-format on */

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "imap.store.set",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.6",
		.title = "FLAGS puts new flags in place of the old",
		.title_zh = "FLAGS 以新标志取代旧标志",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    SEEN_OPEN
		    "C: s STORE 1 FLAGS (\\Flagged)\n"
		    "S!: s OK*  # RFC 3501 6.4.6\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Flagged*  # RFC 3501 6.4.6\n"
		    "S-!: * 1 FETCH (*\\Seen*  # RFC 3501 6.4.6\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.store.add",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.6",
		.title = "+FLAGS adds and takes nothing away",
		.title_zh = "+FLAGS 只增加标志",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    SEEN_OPEN
		    "C: s STORE 1 +FLAGS (\\Flagged)\n"
		    "S!: s OK*  # RFC 3501 6.4.6\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Flagged*  # RFC 3501 6.4.6\n"
		    "S+!: * 1 FETCH (*\\Seen*  # RFC 3501 6.4.6\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.store.remove",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.6",
		.title = "-FLAGS takes away what it names and nothing else",
		.title_zh = "-FLAGS 只去除所列标志",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED_AS("a1", "(\\Seen \\Flagged) ")
		    IMAP_SELECTED
		    "C: s STORE 1 -FLAGS (\\Seen)\n"
		    "S!: s OK*  # RFC 3501 6.4.6\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Flagged*  # RFC 3501 6.4.6\n"
		    "S-!: * 1 FETCH (*\\Seen*  # RFC 3501 6.4.6\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	/* "The new value of the flags is returned as if a FETCH [...] was done." */
	{
		.id = "imap.store.told",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.6",
		.title = "STORE tells the new flags",
		.title_zh = "STORE 告知新的标志",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    ONE_OPEN
		    "C: s STORE 1 +FLAGS (\\Flagged)\n"
		    "S+!: * 1 FETCH (*FLAGS (*\\Flagged*  # RFC 3501 6.4.6\n"
		    "S!: s OK*  # RFC 3501 6.4.6\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.store.silent",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.6",
		.level = LEVEL_SHOULD,
		.title = "STORE with .SILENT tells nothing",
		.title_zh = "带 .SILENT 的 STORE 不告知标志",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    ONE_OPEN
		    "C: s STORE 1 +FLAGS.SILENT (\\Flagged)\n"
		    "S-!: * 1 FETCH (*FLAGS*  # RFC 3501 6.4.6\n"
		    "S!: s OK*  # RFC 3501 6.4.6\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Flagged*  # RFC 3501 6.4.6\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.store.all",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.6",
		.title = "STORE of several messages changes each",
		.title_zh = "STORE 多封邮件逐一生效",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: s STORE 1,3 +FLAGS (\\Flagged)\n"
		    "S+!: * 1 FETCH (*\\Flagged*  # RFC 3501 6.4.6\n"
		    "S+!: * 3 FETCH (*\\Flagged*  # RFC 3501 6.4.6\n"
		    "S!: s OK*  # RFC 3501 6.4.6\n"
		    "C: q SEARCH 2 FLAGGED\n"
		    "S-!: * SEARCH 2  # RFC 3501 6.4.6\n"
		    "S: q OK*\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.store.stays",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.3.2",
		.title = "a flag that can be kept is there in the next session",
		.title_zh = "可永久保存的标志在下次会话仍在",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED("a1")
		    "C: sel SELECT ${folder}\n"
		    "S+: * OK [PERMANENTFLAGS (*\\Flagged*)]*\n"
		    "S: sel OK*\n"
		    MARKED("s", "1", "\\Flagged")
		    IMAP_BYE
		    TWO_OPEN
		    "two C: f FETCH 1 (FLAGS)\n"
		    "two S+!: * 1 FETCH (*\\Flagged*  # RFC 3501 2.3.2\n"
		    "two S!: f OK*  # RFC 3501 6.4.5\n"
		    "two C: cl CLOSE\n"
		    "two S: cl OK*\n"
		    "two C: rm DELETE ${folder}\n"
		    "two S: rm OK*\n"
		    TWO_BYE,
	},
	/* "Replace the flags for the message (other than \Recent)" */
	{
		.id = "imap.store.recent",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.6",
		.title = "FLAGS takes \\Recent from no message",
		.title_zh = "FLAGS 不去除 \\Recent",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    ONE_OPEN
		    "C: f1 FETCH 1 (FLAGS)\n"
		    "S+: * 1 FETCH (*\\Recent*\n"
		    "S: f1 OK*\n"
		    "C: s STORE 1 FLAGS (\\Seen)\n"
		    "S: s OK*\n"
		    "C: f2 FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Recent*  # RFC 3501 6.4.6\n"
		    "S!: f2 OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	/*
	 * "can not be used as an argument in a STORE [...], and thus can not be
	 * changed at all"
	 */
	{
		.id = "imap.store.recent.asked",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.3.2",
		.title = "-FLAGS (\\Recent) does not change it",
		.title_zh = "-FLAGS (\\Recent) 无效",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    ONE_OPEN
		    "C: f1 FETCH 1 (FLAGS)\n"
		    "S+: * 1 FETCH (*\\Recent*\n"
		    "S: f1 OK*\n"
		    "C~: s STORE 1 -FLAGS (\\Recent)\n"
		    "S: s *\n"
		    "C: f2 FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Recent*  # RFC 3501 2.3.2\n"
		    "S!: f2 OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.store.keyword",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 7.1",
		.title = "a new keyword, where PERMANENTFLAGS has \\*",
		.title_zh = "PERMANENTFLAGS 含 \\* 时可新建关键字",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED("a1")
		    "C: sel SELECT ${folder}\n"
		    "S+: * OK [PERMANENTFLAGS (*\\\\\\*)]*\n"
		    "S: sel OK*\n"
		    "C: s STORE 1 +FLAGS (Yanshou)\n"
		    "S!: s OK*  # RFC 3501 7.1\n"
		    "C: q SEARCH KEYWORD Yanshou\n"
		    "S+!: * SEARCH 1  # RFC 3501 7.1\n"
		    "S!: q OK*  # RFC 3501 6.4.4\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.store.keyword.stays",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.3.2",
		.title = "a keyword is there in the next session",
		.title_zh = "关键字在下次会话仍在",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED("a1")
		    "C: sel SELECT ${folder}\n"
		    "S+: * OK [PERMANENTFLAGS (*\\\\\\*)]*\n"
		    "S: sel OK*\n"
		    MARKED("s", "1", "Yanshou")
		    IMAP_BYE
		    TWO_OPEN
		    "two C: f FETCH 1 (FLAGS)\n"
		    "two S+!: * 1 FETCH (*Yanshou*  # RFC 3501 2.3.2\n"
		    "two S!: f OK*  # RFC 3501 6.4.5\n"
		    "two C: cl CLOSE\n"
		    "two S: cl OK*\n"
		    "two C: rm DELETE ${folder}\n"
		    "two S: rm OK*\n"
		    TWO_BYE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_store, "imaps", cases);
