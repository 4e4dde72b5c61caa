/* SPDX-License-Identifier: MIT */
/* SELECT and EXAMINE: what they say, and what is selected afterwards. */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_select;

/* clang-format off */
static const struct conf_case cases[] = {
	/* "the server MUST send the following untagged data", seven times. */
	{
		.id = "imap.select.flags",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.title = "SELECT says which flags the mailbox has",
		.title_zh = "SELECT 给出邮箱可用的标志",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: sel SELECT ${folder}\n"
		    "S+!: * FLAGS (*)  # RFC 3501 6.3.1\n"
		    "S!: sel OK*  # RFC 3501 6.3.1\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.select.exists",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.title = "SELECT says how many messages there are",
		.title_zh = "SELECT 给出邮件总数",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    "C: sel SELECT ${folder}\n"
		    "S+!: * 3 EXISTS  # RFC 3501 6.3.1\n"
		    "S!: sel OK*  # RFC 3501 6.3.1\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.select.recent",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.title = "SELECT says how many messages are recent",
		.title_zh = "SELECT 给出新到邮件数",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    "C: sel SELECT ${folder}\n"
		    "S+!: * ? RECENT  # RFC 3501 6.3.1\n"
		    "S!: sel OK*  # RFC 3501 6.3.1\n"
		    IMAP_DONE,
	},
	/* Not how many there are: here one is unseen, and it is the third. */
	{
		.id = "imap.select.unseen",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.title = "UNSEEN is the number of the first unseen message",
		.title_zh = "UNSEEN 为首封未读邮件的序号",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED_AS("a1", "(\\Seen) ")
		    FILED_AS("a2", "(\\Seen) ")
		    FILED("a3")
		    "C: sel SELECT ${folder}\n"
		    "S+!: * OK [UNSEEN 3]*  # RFC 3501 6.3.1\n"
		    "S!: sel OK*  # RFC 3501 6.3.1\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.select.uidvalidity",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.title = "SELECT says UIDVALIDITY, a number that is not 0",
		.title_zh = "SELECT 给出非零的 UIDVALIDITY",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: sel SELECT ${folder}\n"
		    "S+!: * OK [UIDVALIDITY *]*  # RFC 3501 6.3.1\n"
		    "S-!: * OK [UIDVALIDITY 0]*  # RFC 3501 9\n"
		    "S!: sel OK*  # RFC 3501 6.3.1\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.select.uidnext",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.title = "SELECT says UIDNEXT, a number that is not 0",
		.title_zh = "SELECT 给出非零的 UIDNEXT",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: sel SELECT ${folder}\n"
		    "S+!: * OK [UIDNEXT *]*  # RFC 3501 6.3.1\n"
		    "S-!: * OK [UIDNEXT 0]*  # RFC 3501 9\n"
		    "S!: sel OK*  # RFC 3501 6.3.1\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.select.permanentflags",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.title = "SELECT says which flags can be kept",
		.title_zh = "SELECT 给出可永久保存的标志",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: sel SELECT ${folder}\n"
		    "S+!: * OK [PERMANENTFLAGS (*)]*  # RFC 3501 6.3.1\n"
		    "S!: sel OK*  # RFC 3501 6.3.1\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.select.read-write",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.level = LEVEL_SHOULD,
		.title = "SELECT of our own mailbox says READ-WRITE",
		.title_zh = "SELECT 自己的邮箱应答 READ-WRITE",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: sel SELECT ${folder}\n"
		    "S!: sel OK [READ-WRITE]*  # RFC 3501 6.3.1\n"
		    "S?: sel NO*\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.select.missing",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.title = "SELECT of a mailbox there is not",
		.title_zh = "SELECT 不存在的邮箱",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    IMAP_OPEN
		    "C: no SELECT ${folder}-no\n"
		    "S!: no NO*  # RFC 3501 6.3.1\n"
		    FOLDER_GONE,
	},
	/*
	 * "if a mailbox is selected and a SELECT command that fails is attempted, no
	 * mailbox is selected"
	 */
	{
		.id = "imap.select.failed",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.title = "nothing is selected after a SELECT that failed",
		.title_zh = "SELECT 失败后没有选定的邮箱",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: no SELECT ${folder}-no\n"
		    "S: no NO*\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S-!: * 1 FETCH (*  # RFC 3501 6.3.1\n"
		    "S!: f BAD*  # RFC 3501 6.3.1\n"
		    "S|: f NO*  # RFC 3501 3\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.select.deselects",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.1",
		.title = "a second SELECT leaves the first mailbox",
		.title_zh = "再次 SELECT 即离开前一邮箱",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    OTHER_CREATED
		    "C: sel2 SELECT ${folder}-2\n"
		    "S+!: * 0 EXISTS  # RFC 3501 6.3.1\n"
		    "S!: sel2 OK*  # RFC 3501 6.3.1\n"
		    "C: u UID FETCH 1:* (UID)\n"
		    "S-!: * 1 FETCH (*  # RFC 3501 6.3.1\n"
		    "S: u OK*\n"
		    IMAP_REMOVED
		    OTHER_REMOVED
		    IMAP_BYE,
	},
	/* SELECT, EXAMINE and LOGOUT close the mailbox "without doing an expunge". */
	{
		.id = "imap.select.keeps",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.2",
		.title = "another SELECT expunges nothing",
		.title_zh = "另行 SELECT 不清除邮件",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    OTHER_CREATED
		    MARKED("s", "2", "\\Deleted")
		    "C: sel2 SELECT ${folder}-2\n"
		    "S: sel2 OK*\n"
		    "C: st STATUS ${folder} (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 3)  # RFC 3501 6.4.2\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    IMAP_REMOVED
		    OTHER_REMOVED
		    IMAP_BYE,
	},
	/* A session done right that makes nothing: twin of what follows, everywhere. */
	{
		.id = "imap.examine.inbox",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.2",
		.title = "EXAMINE of INBOX, which is always there",
		.title_zh = "EXAMINE 必有的 INBOX",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    "C: ex EXAMINE INBOX\n"
		    "S+!: * FLAGS (*)  # RFC 3501 6.3.2\n"
		    "S+!: * * EXISTS  # RFC 3501 6.3.2\n"
		    "S!: ex OK*  # RFC 3501 5.1\n"
		    IMAP_BYE,
	},
	{
		.id = "imap.examine",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.2",
		.title = "EXAMINE says READ-ONLY",
		.title_zh = "EXAMINE 应答 READ-ONLY",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: ex EXAMINE ${folder}\n"
		    "S!: ex OK [READ-ONLY]*  # RFC 3501 6.3.2\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.examine.same",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.2",
		.title = "EXAMINE says all that SELECT says",
		.title_zh = "EXAMINE 的输出与 SELECT 相同",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    "C: sel SELECT ${folder}\n"
		    "S+: * OK [UIDVALIDITY $validity]*\n"
		    "S+: * OK [UIDNEXT $next]*\n"
		    "S: sel OK*\n"
		    "C: ex EXAMINE ${folder}\n"
		    "S+!: * FLAGS (*)  # RFC 3501 6.3.2\n"
		    "S+!: * 3 EXISTS  # RFC 3501 6.3.2\n"
		    "S+!: * ? RECENT  # RFC 3501 6.3.2\n"
		    "S+!: * OK [UNSEEN 1]*  # RFC 3501 6.3.2\n"
		    "S+!: * OK [UIDVALIDITY ${validity}]*  # RFC 3501 6.3.2\n"
		    "S+!: * OK [UIDNEXT ${next}]*  # RFC 3501 6.3.2\n"
		    "S!: ex OK*  # RFC 3501 6.3.2\n"
		    IMAP_DONE,
	},
	/* "EXAMINE MUST NOT cause messages to lose the \Recent flag" */
	{
		.id = "imap.examine.recent",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.2",
		.title = "EXAMINE takes \\Recent from no message",
		.title_zh = "EXAMINE 不使邮件失去 \\Recent",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    "C: ex EXAMINE ${folder}\n"
		    "S+: * 3 RECENT\n"
		    "S: ex OK*\n"
		    "C: sel SELECT ${folder}\n"
		    "S+!: * 3 RECENT  # RFC 3501 6.3.2\n"
		    "S!: sel OK*  # RFC 3501 6.3.2\n"
		    IMAP_DONE,
	},
	/* "No changes to the permanent state of the mailbox [...] are permitted" */
	{
		.id = "imap.examine.store",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.2",
		.title = "STORE after EXAMINE changes nothing that stays",
		.title_zh = "EXAMINE 之后 STORE 不留下改动",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    EXAMINED
		    "C: s STORE 1 +FLAGS (\\Flagged)\n"
		    "S: s NO*\n"
		    "S|: s BAD*  # RFC 3501 6.4.6\n"
		    "S|: s OK*  # RFC 3501 7.1\n"
		    "C: sel SELECT ${folder}\n"
		    "S: sel OK*\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+: * 1 FETCH *\n"
		    "S-!: * 1 FETCH (*\\Flagged*  # RFC 3501 6.3.2\n"
		    "S!: f OK*\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.examine.fetch",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.2",
		.title = "reading after EXAMINE does not set \\Seen",
		.title_zh = "EXAMINE 之后读信不置 \\Seen",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    EXAMINED
		    "C: b FETCH 1 (BODY[])\n"
		    "S+: * 1 FETCH *\n"
		    "S: b OK*\n"
		    "C: sel SELECT ${folder}\n"
		    "S: sel OK*\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+: * 1 FETCH *\n"
		    "S-!: * 1 FETCH (*\\Seen*  # RFC 3501 6.3.2\n"
		    "S!: f OK*\n"
		    IMAP_DONE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_select, "imaps", cases);
