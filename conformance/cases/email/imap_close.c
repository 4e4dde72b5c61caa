/* SPDX-License-Identifier: MIT */
/* How a mailbox is left: CLOSE, UNSELECT, LOGOUT; and CHECK. */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_close;

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "imap.close.expunges",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.2",
		.title = "CLOSE removes what is marked, and nothing else",
		.title_zh = "CLOSE 清除且只清除已标记的邮件",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    MARKED("s", "2", "\\Deleted")
		    "C: cl1 CLOSE\n"
		    "S!: cl1 OK*  # RFC 3501 6.4.2\n"
		    "C: st STATUS ${folder} (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 2)  # RFC 3501 6.4.2\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	/* "No untagged EXPUNGE responses are sent." */
	{
		.id = "imap.close.quiet",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.2",
		.title = "CLOSE tells of no EXPUNGE",
		.title_zh = "CLOSE 不发送 EXPUNGE 响应",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    MARKED("s", "1:2", "\\Deleted")
		    "C: cl1 CLOSE\n"
		    "S-!: * ? EXPUNGE  # RFC 3501 6.4.2\n"
		    "S!: cl1 OK*  # RFC 3501 6.4.2\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.close.state",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.2",
		.title = "nothing is selected after CLOSE",
		.title_zh = "CLOSE 之后没有选定的邮箱",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: cl1 CLOSE\n"
		    "S: cl1 OK*\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S-!: * 1 FETCH (*  # RFC 3501 6.4.2\n"
		    "S!: f BAD*  # RFC 3501 6.4.2\n"
		    "S|: f NO*  # RFC 3501 3\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.close.examined",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.2",
		.title = "CLOSE after EXAMINE removes nothing, and is no error",
		.title_zh = "EXAMINE 之后 CLOSE 不清除邮件也不报错",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    MARKED("s", "2", "\\Deleted")
		    EXAMINED
		    "C: cl1 CLOSE\n"
		    "S!: cl1 OK*  # RFC 3501 6.4.2\n"
		    "C: st STATUS ${folder} (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 3)  # RFC 3501 6.4.2\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.unselect",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3691 2",
		.title = "UNSELECT removes nothing",
		.title_zh = "UNSELECT 不清除邮件",
		.needs = IMAPS_ALICE " imap.unselect",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    MARKED("s", "2", "\\Deleted")
		    "C: un UNSELECT\n"
		    "S!: un OK*  # RFC 3691 2\n"
		    "C: st STATUS ${folder} (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 3)  # RFC 3691 2\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.unselect.state",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3691 2",
		.title = "nothing is selected after UNSELECT",
		.title_zh = "UNSELECT 之后没有选定的邮箱",
		.needs = IMAPS_ALICE " imap.unselect",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: un UNSELECT\n"
		    "S: un OK*\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S-!: * 1 FETCH (*  # RFC 3691 2\n"
		    "S!: f BAD*  # RFC 3691 2\n"
		    "S|: f NO*  # RFC 3501 3\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.logout.keeps",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.2",
		.title = "LOGOUT expunges nothing",
		.title_zh = "LOGOUT 不清除邮件",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    TWO_IN
		    MARKED("s", "2", "\\Deleted")
		    IMAP_BYE
		    "two C: st STATUS ${folder} (MESSAGES)\n"
		    "two S+!: * STATUS * (MESSAGES 3)  # RFC 3501 6.4.2\n"
		    "two S!: st OK*  # RFC 3501 6.3.10\n"
		    "two C: rm DELETE ${folder}\n"
		    "two S: rm OK*\n"
		    TWO_BYE,
	},
	{
		.id = "imap.check",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.1",
		.title = "CHECK",
		.title_zh = "CHECK 命令",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    ONE_OPEN
		    "C: ch CHECK\n"
		    "S!: ch OK*  # RFC 3501 6.4.1\n"
		    IMAP_DONE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_close, "imaps", cases);
