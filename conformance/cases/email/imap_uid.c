/* SPDX-License-Identifier: MIT */
/* UID commands, and what numbers in sets mean. */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_uid;

/* clang-format off */
/* Two messages whose UIDs are not their numbers: the first of three is gone. */
#define UIDS_APART THREE_OPEN \
	MARKED("s1", "1", "\\Deleted") \
	"C: x1 EXPUNGE\n" \
	"S+: * 1 EXPUNGE\n" \
	"S: x1 OK*\n" \
	UID_OF("1", "first") \
	UID_OF("2", "second")
/* clang-format on */

/* clang-format off */
static const struct conf_case cases[] = {
	/* "MUST implicitly include the UID message data item" */
	{
		.id = "imap.uid.fetch",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.8",
		.title = "UID FETCH says the UID, asked for or not",
		.title_zh = "UID FETCH 必带 UID 数据项",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    UIDS_APART
		    "C: f UID FETCH ${second} (FLAGS)\n"
		    "S+!: * 2 FETCH (*UID ${second}*  # RFC 3501 6.4.8\n"
		    "S!: f OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.uid.store",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.8",
		.title = "UID STORE says the UID of what it tells",
		.title_zh = "UID STORE 告知标志时必带 UID",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    UIDS_APART
		    "C: s UID STORE ${second} +FLAGS (\\Flagged)\n"
		    "S+!: * 2 FETCH (*UID ${second}*  # RFC 3501 6.4.8\n"
		    "S!: s OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.uid.copy",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.8",
		.title = "UID COPY copies by UID",
		.title_zh = "UID COPY 按 UID 复制",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    UIDS_APART
		    OTHER_CREATED
		    "C: s2 STORE 2 +FLAGS.SILENT (\\Flagged)\n"
		    "S: s2 OK*\n"
		    "C: c UID COPY ${second} ${folder}-2\n"
		    "S!: c OK*  # RFC 3501 6.4.8\n"
		    "C: sel2 SELECT ${folder}-2\n"
		    "S+!: * 1 EXISTS  # RFC 3501 6.4.8\n"
		    "S!: sel2 OK*  # RFC 3501 6.3.1\n"
		    IMAP_REMOVED
		    OTHER_REMOVED
		    IMAP_BYE,
	},
	{
		.id = "imap.uid.search",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.8",
		.title = "UID SEARCH answers UIDs",
		.title_zh = "UID SEARCH 返回 UID",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    UIDS_APART
		    "C: n SEARCH UID ${second}\n"
		    "S+!: * SEARCH 2  # RFC 3501 6.4.4\n"
		    "S!: n OK*  # RFC 3501 6.4.4\n"
		    "C: u UID SEARCH UID ${second}\n"
		    "S+!: * SEARCH ${second}  # RFC 3501 6.4.8\n"
		    "S-!: * SEARCH 2  # RFC 3501 6.4.8\n"
		    "S!: u OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},
	/*
	 * "assigned in a strictly ascending fashion": above that of the last
	 * message there is none.
	 */
	{
		.id = "imap.uid.ascending",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.3.1.1",
		.title = "the message added last has the highest UID",
		.title_zh = "最后加入的邮件 UID 最大",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    UID_OF("3", "third")
		    "C: f UID FETCH ${third}:* (FLAGS)\n"
		    "S+!: * 3 FETCH (*  # RFC 3501 2.3.1.1\n"
		    "S-!: * 1 FETCH (*  # RFC 3501 2.3.1.1\n"
		    "S-!: * 2 FETCH (*  # RFC 3501 2.3.1.1\n"
		    "S!: f OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},

	/* "The unique identifier of a message MUST NOT change during the session" */
	{
		.id = "imap.uid.stays",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.3.1.1",
		.title = "a UID does not change with the number",
		.title_zh = "序号变动不影响 UID",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    UID_OF("3", "third")
		    MARKED("s", "1", "\\Deleted")
		    "C: x EXPUNGE\n"
		    "S+: * 1 EXPUNGE\n"
		    "S: x OK*\n"
		    "C: f FETCH 2 (UID)\n"
		    "S+!: * 2 FETCH (*UID ${third}*  # RFC 3501 2.3.1.1\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	/* "A non-existent unique identifier is ignored without any error message" */
	{
		.id = "imap.uid.missing",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.8",
		.title = "UID FETCH of a UID there is not",
		.title_zh = "UID FETCH 不存在的 UID",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: f UID FETCH 4294967290 (FLAGS)\n"
		    "S-!: * * FETCH (*FLAGS*  # RFC 3501 6.4.8\n"
		    "S!: f OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.uid.missing.store",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.8",
		.title = "UID STORE to a UID there is not",
		.title_zh = "UID STORE 不存在的 UID",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: s UID STORE 4294967290 +FLAGS (\\Flagged)\n"
		    "S!: s OK*  # RFC 3501 6.4.8\n"
		    "C: q SEARCH FLAGGED\n"
		    "S+!: * SEARCH  # RFC 3501 6.4.8\n"
		    "S!: q OK*  # RFC 3501 6.4.4\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.uid.missing.copy",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.8",
		.title = "UID COPY of a UID there is not",
		.title_zh = "UID COPY 不存在的 UID",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    OTHER_CREATED
		    "C: c UID COPY 4294967290 ${folder}-2\n"
		    "S!: c OK*  # RFC 3501 6.4.8\n"
		    "C: st STATUS ${folder}-2 (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 0)  # RFC 3501 6.4.8\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    IMAP_REMOVED
		    OTHER_REMOVED
		    IMAP_BYE,
	},
	/* "always includes the UID of the last message in the mailbox" */
	{
		.id = "imap.uid.star",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.8",
		.title = "n:* with n above all UIDs has the last message",
		.title_zh = "n 超过最大 UID 的 n:* 仍含最后一封",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    UID_OF("3", "third")
		    "C: f UID FETCH 4294967290:* (FLAGS)\n"
		    "S+!: * 3 FETCH (*UID ${third}*  # RFC 3501 6.4.8\n"
		    "S-!: * 1 FETCH (*FLAGS*  # RFC 3501 6.4.8\n"
		    "S!: f OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.uid.star.empty",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.8",
		.title = "UID FETCH 1:* in an empty mailbox",
		.title_zh = "空邮箱中的 UID FETCH 1:*",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_OPEN
		    "C: f UID FETCH 1:* (FLAGS)\n"
		    "S-!: * * FETCH (*  # RFC 3501 6.4.8\n"
		    "S!: f OK*  # RFC 3501 6.4.8\n"
		    IMAP_DONE,
	},
	/* seq-range: "Example: 2:4 and 4:2 are equivalent" */
	{
		.id = "imap.uid.reversed",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 9",
		.title = "a range of UIDs given from above",
		.title_zh = "由大到小的 UID 区间",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    UID_OF("1", "first")
		    UID_OF("2", "second")
		    "C: f UID FETCH ${second}:${first} (FLAGS)\n"
		    "S+!: * 1 FETCH (*  # RFC 3501 9\n"
		    "S+!: * 2 FETCH (*  # RFC 3501 9\n"
		    "S!: f OK*  # RFC 3501 9\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.number.reversed",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 9",
		.title = "a range of numbers given from above",
		.title_zh = "由大到小的序号区间",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: f FETCH 2:1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*  # RFC 3501 9\n"
		    "S+!: * 2 FETCH (*  # RFC 3501 9\n"
		    "S!: f OK*  # RFC 3501 9\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.number.star",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 9",
		.title = "* is the last message",
		.title_zh = "* 表示最后一封邮件",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: f FETCH * (FLAGS)\n"
		    "S+!: * 3 FETCH (*  # RFC 3501 9\n"
		    "S-!: * 1 FETCH (*FLAGS*  # RFC 3501 9\n"
		    "S!: f OK*  # RFC 3501 9\n"
		    IMAP_DONE,
	},
	/* "The server should respond with a tagged BAD response" */
	{
		.id = "imap.number.above",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 9",
		.level = LEVEL_SHOULD,
		.title = "a number greater than there are messages",
		.title_zh = "大于邮件总数的序号",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C~: f FETCH 9 (FLAGS)\n"
		    "S-!: * 9 FETCH (*  # RFC 3501 9\n"
		    "S!: f BAD*  # RFC 3501 9\n"
		    "S|: f NO*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	/* seq-number = nz-number / "*"; what is no command SHOULD be rejected. */
	{
		.id = "imap.number.zero",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 9",
		.level = LEVEL_SHOULD,
		.title = "number 0, which is none",
		.title_zh = "序号 0 无效",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C~: f FETCH 0 (FLAGS)\n"
		    "S-!: * * FETCH (*FLAGS*  # RFC 3501 9\n"
		    "S!: f BAD*  # RFC 3501 2.2.1\n"
		    "S|: f NO*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_uid, "imaps", cases);
