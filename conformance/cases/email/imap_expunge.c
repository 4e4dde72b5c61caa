/* SPDX-License-Identifier: MIT */
/* EXPUNGE: what goes, what is told, and what numbers mean afterwards. */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_expunge;

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "imap.expunge",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.3",
		.title = "EXPUNGE removes what is marked, and nothing else",
		.title_zh = "EXPUNGE 清除且只清除已标记的邮件",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    MARKED("s", "2", "\\Deleted")
		    "C: x EXPUNGE\n"
		    "S+!: * 2 EXPUNGE  # RFC 3501 6.4.3\n"
		    "S!: x OK*  # RFC 3501 6.4.3\n"
		    "C: sel1 SELECT ${folder}\n"
		    "S+!: * 2 EXISTS  # RFC 3501 6.4.3\n"
		    "S!: sel1 OK*  # RFC 3501 6.3.1\n"
		    IMAP_DONE,
	},
	/* In whatever order: here there is only one number it can be. */
	{
		.id = "imap.expunge.each",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.3",
		.title = "EXPUNGE tells each message that it removes",
		.title_zh = "EXPUNGE 逐封告知被清除的邮件",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    MARKED("s", "1:3", "\\Deleted")
		    "C: x EXPUNGE\n"
		    "S!: * ? EXPUNGE  # RFC 3501 6.4.3\n"
		    "S!: * ? EXPUNGE  # RFC 3501 6.4.3\n"
		    "S!: * ? EXPUNGE  # RFC 3501 6.4.3\n"
		    "S!: x OK*  # RFC 3501 6.4.3\n"
		    IMAP_DONE,
	},
	/* Whichever goes first, the other one is number 1 by then. */
	{
		.id = "imap.expunge.numbers",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 7.4.1",
		.title = "a number told is that after the EXPUNGE before it",
		.title_zh = "每条 EXPUNGE 的序号以前一条之后为准",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED("a1")
		    FILED("a2")
		    IMAP_SELECTED
		    MARKED("s", "1:2", "\\Deleted")
		    "C: x EXPUNGE\n"
		    "S: * ? EXPUNGE\n"
		    "S!: * 1 EXPUNGE  # RFC 3501 7.4.1\n"
		    "S!: x OK*  # RFC 3501 6.4.3\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.expunge.after",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 7.4.1",
		.title = "later messages move up by one",
		.title_zh = "其后邮件的序号依次前移",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    UID_OF("3", "third")
		    MARKED("s", "1", "\\Deleted")
		    "C: x EXPUNGE\n"
		    "S+: * 1 EXPUNGE\n"
		    "S: x OK*\n"
		    "C: u UID SEARCH 2\n"
		    "S+!: * SEARCH ${third}  # RFC 3501 7.4.1\n"
		    "S!: u OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.expunge.none",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.3",
		.title = "EXPUNGE where nothing is marked",
		.title_zh = "没有已标记邮件时的 EXPUNGE",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: x EXPUNGE\n"
		    "S-!: * ? EXPUNGE  # RFC 3501 6.4.3\n"
		    "S!: x OK*  # RFC 3501 6.4.3\n"
		    IMAP_DONE,
	},
	/* "permanently removes" */
	{
		.id = "imap.expunge.gone",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.3",
		.title = "what was expunged cannot be read any more",
		.title_zh = "被清除的邮件不可再读",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    UID_OF("2", "second")
		    MARKED("s", "2", "\\Deleted")
		    "C: x EXPUNGE\n"
		    "S+: * 2 EXPUNGE\n"
		    "S: x OK*\n"
		    "C: sel1 SELECT ${folder}\n"
		    "S: sel1 OK*\n"
		    "C: u UID FETCH ${second} (FLAGS)\n"
		    "S-!: * * FETCH (*UID ${second}*  # RFC 3501 6.4.3\n"
		    "S!: u OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.expunge.examined",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.2",
		.title = "EXPUNGE after EXAMINE removes nothing",
		.title_zh = "EXAMINE 之后 EXPUNGE 不清除邮件",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    MARKED("s", "2", "\\Deleted")
		    EXAMINED
		    "C: x EXPUNGE\n"
		    "S-!: * ? EXPUNGE  # RFC 3501 6.3.2\n"
		    "S: x *\n"
		    "C: cl1 CLOSE\n"
		    "S: cl1 OK*\n"
		    "C: st STATUS ${folder} (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 3)  # RFC 3501 6.3.2\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	/*
	 * "removes all messages that both have the \Deleted flag set and have a UID
	 * that is included in the specified sequence set"
	 */
	{
		.id = "imap.uidexpunge",
		.verifies = EMAIL_F_06,
		.clause = "RFC 4315 2.1",
		.title = "UID EXPUNGE removes those of its set alone",
		.title_zh = "UID EXPUNGE 只清除集合内的邮件",
		.needs = IMAPS_ALICE " imap.uidplus",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    UID_OF("2", "second")
		    MARKED("s", "1:3", "\\Deleted")
		    "C: x UID EXPUNGE ${second}\n"
		    "S!: x OK*  # RFC 4315 2.1\n"
		    "C: sel1 SELECT ${folder}\n"
		    "S+!: * 2 EXISTS  # RFC 4315 2.1\n"
		    "S: sel1 OK*\n"
		    "C: q UID SEARCH UID ${second}\n"
		    "S-!: * SEARCH ${second}  # RFC 4315 2.1\n"
		    "S!: q OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.uidexpunge.unmarked",
		.verifies = EMAIL_F_06,
		.clause = "RFC 4315 2.1",
		.title = "UID EXPUNGE removes marked messages alone",
		.title_zh = "UID EXPUNGE 只清除已标记的邮件",
		.needs = IMAPS_ALICE " imap.uidplus",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    UID_OF("1", "first")
		    UID_OF("2", "second")
		    UID_OF("3", "third")
		    MARKED("s", "2", "\\Deleted")
		    "C: x UID EXPUNGE ${first}:${third}\n"
		    "S!: x OK*  # RFC 4315 2.1\n"
		    "C: sel1 SELECT ${folder}\n"
		    "S+!: * 2 EXISTS  # RFC 4315 2.1\n"
		    "S: sel1 OK*\n"
		    "C: q UID SEARCH UID ${second}\n"
		    "S-!: * SEARCH ${second}  # RFC 4315 2.1\n"
		    "S!: q OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_expunge, "imaps", cases);
