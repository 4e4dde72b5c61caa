/* SPDX-License-Identifier: MIT */
/*
 * Several clients in one mailbox: what one does, another is told, and what a
 * number means does not change meanwhile.
 */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_concurrent;

/* clang-format off */
/* Two clients in one mailbox; then "two" leaves before it is removed. */
#define BOTH_OPEN THREE_OPEN TWO_OPEN
#define BOTH_DONE TWO_BYE IMAP_DONE

/* The first message goes; the other client has not been told. */
#define ONE_GONE \
	MARKED("d", "1", "\\Deleted") \
	"C: x EXPUNGE\n" \
	"S+: * 1 EXPUNGE\n" \
	"S: x OK*\n"
/* clang-format on */

/* clang-format off */
static const struct conf_case cases[] = {
	/* "hence, a NOOP command suffices to check for new messages" */
	{
		.id = "imap.two.exists",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 7",
		.title = "NOOP tells of a message another client appended",
		.title_zh = "NOOP 告知其他客户端新增的邮件",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    BOTH_OPEN
		    FILED("b1")
		    "two C: no NOOP\n"
		    "two S+!: * 4 EXISTS  # RFC 3501 7\n"
		    "two S!: no OK*  # RFC 3501 6.1.2\n"
		    BOTH_DONE,
	},
	{
		.id = "imap.two.expunge",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 7",
		.level = LEVEL_SHOULD,
		.title = "NOOP tells of a message another client expunged",
		.title_zh = "NOOP 告知其他客户端清除的邮件",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    BOTH_OPEN
		    ONE_GONE
		    "two C: no NOOP\n"
		    "two S+!: * 1 EXPUNGE  # RFC 3501 7\n"
		    "two S!: no OK*  # RFC 3501 6.1.2\n"
		    BOTH_DONE,
	},
	{
		.id = "imap.two.flags",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 7",
		.level = LEVEL_SHOULD,
		.title = "NOOP tells of flags another client changed",
		.title_zh = "NOOP 告知其他客户端改动的标志",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    BOTH_OPEN
		    MARKED("s", "2", "\\Flagged")
		    "two C: no NOOP\n"
		    "two S+!: * 2 FETCH (*FLAGS (*\\Flagged*  # RFC 3501 7\n"
		    "two S!: no OK*  # RFC 3501 6.1.2\n"
		    BOTH_DONE,
	},
	/*
	 * "MUST NOT be sent [...] while responding to a FETCH, STORE, or SEARCH
	 * command".  UID commands are others.
	 */
	{
		.id = "imap.two.quiet.fetch",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 7.4.1",
		.title = "no EXPUNGE is told during FETCH",
		.title_zh = "FETCH 期间不得发送 EXPUNGE",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    BOTH_OPEN
		    ONE_GONE
		    "two C: f FETCH 3 (FLAGS)\n"
		    "two S-!: * ? EXPUNGE  # RFC 3501 7.4.1\n"
		    "two S!: f OK*  # RFC 3501 6.4.5\n"
		    "two S|: f NO*  # RFC 3501 6.4.5\n"
		    BOTH_DONE,
	},
	{
		.id = "imap.two.quiet.store",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 7.4.1",
		.title = "no EXPUNGE is told during STORE",
		.title_zh = "STORE 期间不得发送 EXPUNGE",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    BOTH_OPEN
		    ONE_GONE
		    "two C: s STORE 3 +FLAGS (\\Flagged)\n"
		    "two S-!: * ? EXPUNGE  # RFC 3501 7.4.1\n"
		    "two S!: s OK*  # RFC 3501 6.4.6\n"
		    "two S|: s NO*  # RFC 3501 6.4.6\n"
		    BOTH_DONE,
	},
	{
		.id = "imap.two.quiet.search",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 7.4.1",
		.title = "no EXPUNGE is told during SEARCH",
		.title_zh = "SEARCH 期间不得发送 EXPUNGE",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    BOTH_OPEN
		    ONE_GONE
		    "two C: q SEARCH UNANSWERED\n"
		    "two S-!: * ? EXPUNGE  # RFC 3501 7.4.1\n"
		    "two S!: q OK*  # RFC 3501 6.4.4\n"
		    "two S|: q NO*  # RFC 3501 6.4.4\n"
		    BOTH_DONE,
	},
	/* What is the third for this client stays it until it hears otherwise. */
	{
		.id = "imap.two.numbers",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 7.4.1",
		.title = "numbers do not change before EXPUNGE is told",
		.title_zh = "告知 EXPUNGE 之前序号不变",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    BOTH_OPEN
		    UID_OF("3", "third")
		    ONE_GONE
		    "two C: f FETCH 3 (UID)\n"
		    "two S+!: * 3 FETCH (*UID ${third}*  # RFC 3501 7.4.1\n"
		    "two S!: f OK*  # RFC 3501 6.4.5\n"
		    BOTH_DONE,
	},
	/* +FLAGS adds to the flags of the message, not to what this client knew. */
	{
		.id = "imap.two.writers",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.4.6",
		.title = "two clients add a flag each, and both stay",
		.title_zh = "两个客户端各加标志，互不覆盖",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    BOTH_OPEN
		    MARKED("s", "2", "\\Flagged")
		    "two C: s STORE 2 +FLAGS.SILENT (\\Answered)\n"
		    "two S: s OK*\n"
		    "C: no NOOP\n"
		    "S: no OK*\n"
		    "C: f FETCH 2 (FLAGS)\n"
		    "S+!: * 2 FETCH (*\\Flagged*  # RFC 3501 6.4.6\n"
		    "S+!: * 2 FETCH (*\\Answered*  # RFC 3501 6.4.6\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    BOTH_DONE,
	},
	/*
	 * "if the session is read-write, subsequent sessions will not see \Recent";
	 * where that cannot be known a message SHOULD be considered recent.
	 */
	{
		.id = "imap.two.recent",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.3.2",
		.level = LEVEL_SHOULD,
		.title = "a message is recent for the first session alone",
		.title_zh = "邮件只在首个会话中带 \\Recent",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    "C: sel SELECT ${folder}\n"
		    "S+: * 3 RECENT\n"
		    "S: sel OK*\n"
		    TWO_IN
		    "two C: sel SELECT ${folder}\n"
		    "two S+!: * 0 RECENT  # RFC 3501 2.3.2\n"
		    "two S!: sel OK*  # RFC 3501 6.3.1\n"
		    BOTH_DONE,
	},
	/*
	 * The deletion may be refused as well; if not, NOOP has a completion result,
	 * or the session ends.
	 */
	{
		.id = "imap.two.deleted",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 2.2.2",
		.title = "a client whose mailbox is deleted gets an answer",
		.title_zh = "所选邮箱被删除的客户端仍得到应答",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    TWO_OPEN
		    "C: rm DELETE ${folder}\n"
		    "S: rm OK*\n"
		    "two C: no NOOP\n"
		    "two S!: no OK*  # RFC 3501 2.2.2\n"
		    "two S|: no NO*  # RFC 3501 2.2.2\n"
		    "two S|: no BAD*  # RFC 3501 2.2.2\n"
		    "two S|: @closed  # RFC 3501 7.1.5\n"
		    IMAP_BYE,
	},
	{
		.id = "imap.two.renamed",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.5",
		.title = "what a renamed mailbox held is under the new name",
		.title_zh = "重命名后邮件在新名下，其他客户端仍得到应答",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    TWO_OPEN
		    "C: mv RENAME ${folder} ${folder}-2\n"
		    "S: mv OK*\n"
		    "two C: no NOOP\n"
		    "two S!: no OK*  # RFC 3501 2.2.2\n"
		    "two S|: no NO*  # RFC 3501 2.2.2\n"
		    "two S|: no BAD*  # RFC 3501 2.2.2\n"
		    "two S|: @closed  # RFC 3501 7.1.5\n"
		    "two @close\n"
		    "C: st STATUS ${folder}-2 (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 3)  # RFC 3501 6.3.5\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    OTHER_REMOVED
		    IMAP_BYE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_concurrent, "imaps", cases);
