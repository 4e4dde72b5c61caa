/* SPDX-License-Identifier: MIT */
/* STATUS, and the promises of UIDVALIDITY and UIDNEXT. */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_status;

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "imap.status",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.10",
		.title = "STATUS counts messages and those unseen",
		.title_zh = "STATUS 统计邮件数和未读数",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED_AS("a1", "(\\Seen) ")
		    FILED("a2")
		    FILED("a3")
		    "C: st STATUS ${folder} (MESSAGES UNSEEN)\n"
		    "S+!: * STATUS * (*MESSAGES 3*)  # RFC 3501 6.3.10\n"
		    "S+!: * STATUS * (*UNSEEN 2*)  # RFC 3501 6.3.10\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.status.uid",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.10",
		.title = "STATUS says the UIDVALIDITY and UIDNEXT of SELECT",
		.title_zh = "STATUS 与 SELECT 的 UIDVALIDITY、UIDNEXT 一致",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    "C: sel SELECT ${folder}\n"
		    "S+: * OK [UIDVALIDITY $validity]*\n"
		    "S+: * OK [UIDNEXT $next]*\n"
		    "S: sel OK*\n"
		    "C: cl1 CLOSE\n"
		    "S: cl1 OK*\n"
		    "C: st1 STATUS ${folder} (UIDVALIDITY)\n"
		    "S+!: * STATUS * (UIDVALIDITY ${validity})  # RFC 3501 6.3.10\n"
		    "S!: st1 OK*  # RFC 3501 6.3.10\n"
		    "C: st2 STATUS ${folder} (UIDNEXT)\n"
		    "S+!: * STATUS * (UIDNEXT ${next})  # RFC 3501 6.3.10\n"
		    "S!: st2 OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	/* "STATUS MUST NOT cause messages to lose the \Recent flag" */
	{
		.id = "imap.status.recent",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.10",
		.title = "STATUS takes \\Recent from no message",
		.title_zh = "STATUS 不使邮件失去 \\Recent",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    "C: st1 STATUS ${folder} (RECENT)\n"
		    "S+: * STATUS * (RECENT 3)\n"
		    "S: st1 OK*\n"
		    "C: st2 STATUS ${folder} (RECENT)\n"
		    "S+!: * STATUS * (RECENT 3)  # RFC 3501 6.3.10\n"
		    "S!: st2 OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.status.selected",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.10",
		.title = "STATUS does not change which mailbox is selected",
		.title_zh = "STATUS 不改变选定的邮箱",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    OTHER_CREATED
		    "C: st STATUS ${folder}-2 (MESSAGES)\n"
		    "S+: * STATUS * (MESSAGES 0)\n"
		    "S: st OK*\n"
		    "C: f FETCH 3 (FLAGS)\n"
		    "S+!: * 3 FETCH *  # RFC 3501 6.3.10\n"
		    "S!: f OK*  # RFC 3501 6.3.10\n"
		    IMAP_REMOVED
		    OTHER_REMOVED
		    IMAP_BYE,
	},
	{
		.id = "imap.status.missing",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.10",
		.title = "STATUS of a mailbox there is not",
		.title_zh = "STATUS 不存在的邮箱",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: st1 STATUS ${folder} (MESSAGES)\n"
		    "S+: * STATUS * (MESSAGES 0)\n"
		    "S: st1 OK*\n"
		    "C: st STATUS ${folder}-no (MESSAGES)\n"
		    "S-!: * STATUS * (*  # RFC 3501 6.3.10\n"
		    "S!: st NO*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	/* "SHOULD NOT change between sessions", and when they do UIDVALIDITY tells. */
	{
		.id = "imap.uidvalidity.stays",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.3.1.1",
		.level = LEVEL_SHOULD,
		.title = "UIDVALIDITY and UIDs stay from session to session",
		.title_zh = "UIDVALIDITY 与 UID 跨会话保持不变",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    "C: sel SELECT ${folder}\n"
		    "S+: * OK [UIDVALIDITY $validity]*\n"
		    "S: sel OK*\n"
		    UID_OF("2", "second")
		    IMAP_BYE
		    TWO_IN
		    "two C: sel SELECT ${folder}\n"
		    "two S+!: * OK [UIDVALIDITY ${validity}]*  # RFC 3501 2.3.1.1\n"
		    "two S: sel OK*\n"
		    "two C: u UID SEARCH 2\n"
		    "two S+!: * SEARCH ${second}  # RFC 3501 2.3.1.1\n"
		    "two S!: u OK*  # RFC 3501 6.4.8\n"
		    "two C: cl CLOSE\n"
		    "two S: cl OK*\n"
		    "two C: rm DELETE ${folder}\n"
		    "two S: rm OK*\n"
		    TWO_BYE,
	},
	/* The new UIDs are greater, or UIDVALIDITY is another. */
	{
		.id = "imap.uidvalidity.recreated",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.3",
		.title = "a mailbox made again does not use UIDs again",
		.title_zh = "重建邮箱不重复使用 UID",
		.needs = IMAPS_ALICE " imap.uidplus",
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: a1 APPEND ${folder} {49}\n"
		    "S: +*\n"
		    LETTER "\\r\\n\n"
		    "S: a1 OK [APPENDUID $validity $uid]*\n"
		    "C: rm1 DELETE ${folder}\n"
		    "S: rm1 OK*\n"
		    "C: mk1 CREATE ${folder}\n"
		    "S: mk1 OK*\n"
		    "C: a2 APPEND ${folder} {49}\n"
		    "S: +*\n"
		    LETTER "\\r\\n\n"
		    "S-!: a2 OK [APPENDUID ${validity} ${uid}]*  # RFC 3501 6.3.3\n"
		    "S!: a2 OK*  # RFC 3501 6.3.11\n"
		    "C: rm2 DELETE ${folder}\n"
		    "S: rm2 *\n"
		    IMAP_BYE,
	},
	/* "MUST NOT change unless new messages are added to the mailbox" */
	{
		.id = "imap.uidnext.stays",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.3.1.1",
		.title = "UIDNEXT does not change when the last message goes",
		.title_zh = "删除最后一封邮件不改变 UIDNEXT",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: st1 STATUS ${folder} (UIDNEXT)\n"
		    "S+: * STATUS * (UIDNEXT $next)\n"
		    "S: st1 OK*\n"
		    MARKED("s", "3", "\\Deleted")
		    "C: x EXPUNGE\n"
		    "S: x OK*\n"
		    "C: cl1 CLOSE\n"
		    "S: cl1 OK*\n"
		    "C: st2 STATUS ${folder} (UIDNEXT)\n"
		    "S+!: * STATUS * (UIDNEXT ${next})  # RFC 3501 2.3.1.1\n"
		    "S!: st2 OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	/* "MUST change whenever new messages are added to the mailbox" */
	{
		.id = "imap.uidnext.moves",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.3.1.1",
		.title = "UIDNEXT changes when a message is added",
		.title_zh = "新增邮件后 UIDNEXT 必须改变",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED("a1")
		    "C: st1 STATUS ${folder} (UIDNEXT)\n"
		    "S+: * STATUS * (UIDNEXT $next)\n"
		    "S: st1 OK*\n"
		    FILED("a2")
		    "C: st2 STATUS ${folder} (UIDNEXT)\n"
		    "S-!: * STATUS * (UIDNEXT ${next})  # RFC 3501 2.3.1.1\n"
		    "S+!: * STATUS * (UIDNEXT *)  # RFC 3501 6.3.10\n"
		    "S!: st2 OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_status, "imaps", cases);
