/* SPDX-License-Identifier: MIT */
/* COPY (RFC 3501 6.4.7) and MOVE (RFC 6851). */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_copy;

/* clang-format off */
/* Three messages here and a mailbox there; then both are gone. */
#define TO_COPY THREE_OPEN OTHER_CREATED
#define OTHER_SELECTED \
	"C: sel2 SELECT ${folder}-2\n" \
	"S: sel2 OK*\n"
#define COPIED_DONE \
	"C: cl CLOSE\n" \
	"S: cl OK*\n" \
	"C: rm DELETE ${folder}\n" \
	"S: rm OK*\n" \
	OTHER_REMOVED IMAP_BYE
/* clang-format on */

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "imap.copy",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.7",
		.title = "COPY puts messages there and leaves them here",
		.title_zh = "COPY 复制而不移走邮件",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    "C: c COPY 1:2 ${folder}-2\n"
		    "S!: c OK*  # RFC 3501 6.4.7\n"
		    "C: st STATUS ${folder}-2 (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 2)  # RFC 3501 6.4.7\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    "C: sel1 SELECT ${folder}\n"
		    "S+!: * 3 EXISTS  # RFC 3501 6.4.7\n"
		    "S!: sel1 OK*  # RFC 3501 6.3.1\n"
		    COPIED_DONE,
	},
	{
		.id = "imap.copy.flags",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.7",
		.level = LEVEL_SHOULD,
		.title = "a copy has the flags of the message",
		.title_zh = "副本保留原邮件标志",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    MARKED("s", "1", "\\Flagged \\Seen")
		    "C: c COPY 1 ${folder}-2\n"
		    "S: c OK*\n"
		    OTHER_SELECTED
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Flagged*  # RFC 3501 6.4.7\n"
		    "S+!: * 1 FETCH (*\\Seen*  # RFC 3501 6.4.7\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    COPIED_DONE,
	},
	{
		.id = "imap.copy.date",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.7",
		.level = LEVEL_SHOULD,
		.title = "a copy has the internal date of the message",
		.title_zh = "副本保留原邮件内部日期",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED_AS("a1", "\"17-Jul-1996 11:00:00 +0000\" ")
		    IMAP_SELECTED
		    OTHER_CREATED
		    "C: f1 FETCH 1 (INTERNALDATE)\n"
		    "S+: * 1 FETCH (*INTERNALDATE \"$date\"*\n"
		    "S: f1 OK*\n"
		    "C: c COPY 1 ${folder}-2\n"
		    "S: c OK*\n"
		    OTHER_SELECTED
		    "C: f2 FETCH 1 (INTERNALDATE)\n"
		    "S+!: * 1 FETCH (*INTERNALDATE \"${date}\"*  # RFC 3501 6.4.7\n"
		    "S!: f2 OK*  # RFC 3501 6.4.5\n"
		    COPIED_DONE,
	},
	/*
	 * As CREATE shows afterwards, it was not certain that this was in vain.  To
	 * make the mailbox is what SHOULD NOT be.
	 */
	{
		.id = "imap.copy.trycreate",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.7",
		.title = "COPY to a mailbox there is not says TRYCREATE",
		.title_zh = "向不存在的邮箱 COPY 应答 TRYCREATE",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: c COPY 1 ${folder}-2\n"
		    "S!: c NO [TRYCREATE]*  # RFC 3501 6.4.7\n"
		    "S?: c OK*\n"
		    OTHER_CREATED
		    COPIED_DONE,
	},
	{
		.id = "imap.copy.missing",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.7",
		.level = LEVEL_SHOULD,
		.title = "COPY to a mailbox there is not does not make it",
		.title_zh = "向不存在的邮箱 COPY 不应自动建箱",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: c COPY 1 ${folder}-2\n"
		    "S!: c NO*  # RFC 3501 6.4.7\n"
		    "C: st STATUS ${folder}-2 (MESSAGES)\n"
		    "S-!: * STATUS * (*  # RFC 3501 6.4.7\n"
		    "S!: st NO*  # RFC 3501 6.4.7\n"
		    IMAP_DONE,
	},
	/* "MUST restore the destination mailbox to its state before" */
	{
		.id = "imap.copy.failed",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.7",
		.title = "a COPY that fails copies nothing",
		.title_zh = "失败的 COPY 不复制任何邮件",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    "C~: c COPY 1,9 ${folder}-2\n"
		    "S: c NO*\n"
		    "S|: c BAD*\n"
		    "C: st STATUS ${folder}-2 (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 0)  # RFC 3501 6.4.7\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    COPIED_DONE,
	},
	{
		.id = "imap.copy.uid",
		.verifies = EMAIL_F_06,
		.clause = "RFC 4315 3",
		.level = LEVEL_SHOULD,
		.title = "COPYUID names the message and the copy",
		.title_zh = "COPYUID 指明原邮件与副本",
		.needs = IMAPS_ALICE " imap.uidplus",
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    UID_OF("2", "second")
		    "C: c COPY 2 ${folder}-2\n"
		    "S!: c OK [COPYUID $validity ${second} $copy]*  # RFC 4315 3\n"
		    OTHER_SELECTED
		    "C: u UID SEARCH ALL\n"
		    "S+!: * SEARCH ${copy}  # RFC 4315 3\n"
		    "S!: u OK*  # RFC 3501 6.4.8\n"
		    "C: st STATUS ${folder}-2 (UIDVALIDITY)\n"
		    "S+!: * STATUS * (UIDVALIDITY ${validity})  # RFC 4315 3\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    COPIED_DONE,
	},
	/* "MUST NOT refer to any other message in the mailbox [...] forever" */
	{
		.id = "imap.copy.again",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.3.1.1",
		.title = "a UID that was used is not used again",
		.title_zh = "用过的 UID 不再使用",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    "C: c1 COPY 1 ${folder}-2\n"
		    "S: c1 OK*\n"
		    OTHER_SELECTED
		    UID_OF("1", "copy")
		    MARKED("s", "1", "\\Deleted")
		    "C: x EXPUNGE\n"
		    "S: x OK*\n"
		    "C: sel1 SELECT ${folder}\n"
		    "S: sel1 OK*\n"
		    "C: c2 COPY 1 ${folder}-2\n"
		    "S: c2 OK*\n"
		    "C: sel3 SELECT ${folder}-2\n"
		    "S+: * 1 EXISTS\n"
		    "S: sel3 OK*\n"
		    "C: u UID SEARCH 1\n"
		    "S-!: * SEARCH ${copy}  # RFC 3501 2.3.1.1\n"
		    "S+!: * SEARCH *  # RFC 3501 6.4.8\n"
		    "S!: u OK*  # RFC 3501 6.4.8\n"
		    COPIED_DONE,
	},
	{
		.id = "imap.move",
		.verifies = EMAIL_F_06,
		.clause = "RFC 6851 3.3",
		.title = "MOVE takes messages from here to there",
		.title_zh = "MOVE 将邮件从此处移到彼处",
		.needs = IMAPS_ALICE " imap.move",
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    "C: m MOVE 1:2 ${folder}-2\n"
		    "S!: m OK*  # RFC 6851 3.3\n"
		    "C: st STATUS ${folder}-2 (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 2)  # RFC 6851 3.3\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    "C: sel1 SELECT ${folder}\n"
		    "S+!: * 1 EXISTS  # RFC 6851 3.3\n"
		    "S!: sel1 OK*  # RFC 3501 6.3.1\n"
		    COPIED_DONE,
	},
	/*
	 * "though the COPY and EXPUNGE response codes will be returned": by the next
	 * NOOP the client knows.
	 */
	{
		.id = "imap.move.told",
		.verifies = EMAIL_F_06,
		.clause = "RFC 6851 3.3",
		.title = "MOVE tells which messages have gone",
		.title_zh = "MOVE 告知已移走的邮件",
		.needs = IMAPS_ALICE " imap.move",
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    "C: m MOVE 2 ${folder}-2\n"
		    "S!: * 2 EXPUNGE  # RFC 6851 3.3\n"
		    "S!: m OK*  # RFC 6851 3.3\n"
		    COPIED_DONE,
	},
	/* "the \DELETED flag MUST NOT be set for any message" */
	{
		.id = "imap.move.flags",
		.verifies = EMAIL_F_06,
		.clause = "RFC 6851 3.3",
		.title = "what was moved has its flags, and not \\Deleted",
		.title_zh = "移动的邮件保留标志且不带 \\Deleted",
		.needs = IMAPS_ALICE " imap.move",
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    MARKED("s", "2", "\\Flagged")
		    "C: m MOVE 2 ${folder}-2\n"
		    "S: m OK*\n"
		    OTHER_SELECTED
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Flagged*  # RFC 6851 3.3\n"
		    "S-!: * 1 FETCH (*\\Deleted*  # RFC 6851 3.3\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    COPIED_DONE,
	},
	/* Its third step is a UID EXPUNGE, of what is moved. */
	{
		.id = "imap.move.marked",
		.verifies = EMAIL_F_06,
		.clause = "RFC 6851 3.3",
		.title = "MOVE removes no other message that is marked",
		.title_zh = "MOVE 不清除其他已标记的邮件",
		.needs = IMAPS_ALICE " imap.move",
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    MARKED("s", "3", "\\Deleted")
		    "C: m MOVE 1 ${folder}-2\n"
		    "S: m OK*\n"
		    "C: sel1 SELECT ${folder}\n"
		    "S+!: * 2 EXISTS  # RFC 6851 3.3\n"
		    "S!: sel1 OK*  # RFC 3501 6.3.1\n"
		    COPIED_DONE,
	},
	{
		.id = "imap.move.missing",
		.verifies = EMAIL_F_06,
		.clause = "RFC 6851 3.3",
		.title = "MOVE to a mailbox there is not loses nothing",
		.title_zh = "向不存在的邮箱 MOVE 不丢邮件",
		.needs = IMAPS_ALICE " imap.move",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: m MOVE 1 ${folder}-2\n"
		    "S-!: * ? EXPUNGE  # RFC 6851 3.3\n"
		    "S!: m NO*  # RFC 6851 3.3\n"
		    "C: sel1 SELECT ${folder}\n"
		    "S+!: * 3 EXISTS  # RFC 6851 3.3\n"
		    "S!: sel1 OK*  # RFC 3501 6.3.1\n"
		    IMAP_DONE,
	},
	/* In an untagged OK or in the tagged one. */
	{
		.id = "imap.move.uid",
		.verifies = EMAIL_F_06,
		.clause = "RFC 6851 4.3",
		.level = LEVEL_SHOULD,
		.title = "UID MOVE says COPYUID",
		.title_zh = "UID MOVE 应答 COPYUID",
		.needs = IMAPS_ALICE " imap.move imap.uidplus",
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    UID_OF("2", "second")
		    "C: m UID MOVE ${second} ${folder}-2\n"
		    "S+!: *OK [COPYUID $validity ${second} $copy]*  # RFC 6851 4.3\n"
		    "S!: m OK*  # RFC 6851 3.2\n"
		    OTHER_SELECTED
		    "C: u UID SEARCH ALL\n"
		    "S+!: * SEARCH ${copy}  # RFC 6851 4.3\n"
		    "S!: u OK*  # RFC 3501 6.4.8\n"
		    COPIED_DONE,
	},
	{
		.id = "imap.move.examined",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.2",
		.title = "MOVE after EXAMINE takes nothing away",
		.title_zh = "EXAMINE 之后 MOVE 不移走邮件",
		.needs = IMAPS_ALICE " imap.move",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    TO_COPY
		    EXAMINED
		    "C: m MOVE 1 ${folder}-2\n"
		    "S: m *\n"
		    "C: sel1 SELECT ${folder}\n"
		    "S+!: * 3 EXISTS  # RFC 3501 6.3.2\n"
		    "S!: sel1 OK*  # RFC 3501 6.3.1\n"
		    COPIED_DONE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_copy, "imaps", cases);
