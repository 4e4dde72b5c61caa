/* SPDX-License-Identifier: MIT */
/* CONDSTORE (RFC 7162 3.1): mod-sequences, and conditions on them. */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_condstore;

/* clang-format off */
/* Three messages, and the mod-sequence of the first and of the mailbox. */
#define MODSEQ_OPEN THREE_FILED \
	"C: sel SELECT ${folder} (CONDSTORE)\n" \
	"S+: * OK [HIGHESTMODSEQ $highest]*\n" \
	"S: sel OK*\n"
#define MODSEQ_OF(tag, n, name) \
	"C: " tag " FETCH " n " (MODSEQ)\n" \
	"S+: * " n " FETCH (*MODSEQ ($" name ")*\n" \
	"S: " tag " OK*\n"
/* clang-format on */

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "imap.condstore.highest",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.2.1",
		.title = "SELECT says HIGHESTMODSEQ",
		.title_zh = "SELECT 给出 HIGHESTMODSEQ",
		.needs = IMAPS_ALICE " imap.condstore",
		.service = "imaps",
		.dialogue =
		    THREE_FILED
		    "C: sel SELECT ${folder} (CONDSTORE)\n"
		    "S+!: * OK [HIGHESTMODSEQ *]*  # RFC 7162 3.1.2.1\n"
		    "S-!: * OK [HIGHESTMODSEQ 0]*  # RFC 7162 7\n"
		    "S!: sel OK*  # RFC 7162 3.1.8\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.condstore.fetch",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.4.2",
		.title = "FETCH MODSEQ",
		.title_zh = "FETCH 返回 MODSEQ",
		.needs = IMAPS_ALICE " imap.condstore",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: f FETCH 2 (MODSEQ)\n"
		    "S+!: * 2 FETCH (*MODSEQ (*)*  # RFC 7162 3.1.4.2\n"
		    "S!: f OK*  # RFC 7162 3.1.4.2\n"
		    IMAP_DONE,
	},
	/* "MUST include mod-sequence data in all subsequent untagged FETCH responses" */
	{
		.id = "imap.condstore.told",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1",
		.title = "once enabled, STORE tells MODSEQ as well",
		.title_zh = "启用后 STORE 一并告知 MODSEQ",
		.needs = IMAPS_ALICE " imap.condstore",
		.service = "imaps",
		.dialogue =
		    MODSEQ_OPEN
		    "C: s STORE 1 +FLAGS (\\Flagged)\n"
		    "S+!: * 1 FETCH (*MODSEQ (*)*  # RFC 7162 3.1\n"
		    "S!: s OK*  # RFC 3501 6.4.6\n"
		    IMAP_DONE,
	},
	/* Greater than that of the mailbox was: CHANGEDSINCE it finds the message. */
	{
		.id = "imap.condstore.grows",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1",
		.title = "a change gives a greater mod-sequence",
		.title_zh = "改动使 MODSEQ 增大",
		.needs = IMAPS_ALICE " imap.condstore",
		.service = "imaps",
		.dialogue =
		    MODSEQ_OPEN
		    MARKED("s", "2", "\\Flagged")
		    "C: f FETCH 2 (FLAGS) (CHANGEDSINCE ${highest})\n"
		    "S+!: * 2 FETCH (*MODSEQ (*)*  # RFC 7162 3.1\n"
		    "S-!: * 2 FETCH (*MODSEQ (${highest})*  # RFC 7162 3.1\n"
		    "S!: f OK*  # RFC 7162 3.1.4.1\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.condstore.since",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.4.1",
		.title = "FETCH CHANGEDSINCE answers what has changed alone",
		.title_zh = "FETCH CHANGEDSINCE 只返回有变动的邮件",
		.needs = IMAPS_ALICE " imap.condstore",
		.service = "imaps",
		.dialogue =
		    MODSEQ_OPEN
		    MARKED("s", "2", "\\Flagged")
		    "C: f FETCH 1:* (FLAGS) (CHANGEDSINCE ${highest})\n"
		    "S+!: * 2 FETCH (*\\Flagged*  # RFC 7162 3.1.4.1\n"
		    "S-!: * 1 FETCH (*  # RFC 7162 3.1.4.1\n"
		    "S-!: * 3 FETCH (*  # RFC 7162 3.1.4.1\n"
		    "S!: f OK*  # RFC 7162 3.1.4.1\n"
		    IMAP_DONE,
	},
	/* "the MODSEQ FETCH message data item is implicitly added" */
	{
		.id = "imap.condstore.since.modseq",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.4.1",
		.title = "FETCH CHANGEDSINCE says MODSEQ, asked for or not",
		.title_zh = "FETCH CHANGEDSINCE 必带 MODSEQ",
		.needs = IMAPS_ALICE " imap.condstore",
		.service = "imaps",
		.dialogue =
		    THREE_OPEN
		    "C: f FETCH 1 (FLAGS) (CHANGEDSINCE 1)\n"
		    "S: f OK*\n"
		    MODSEQ_OF("m", "1", "first")
		    "C: s STORE 1 +FLAGS.SILENT (\\Flagged)\n"
		    "S: s OK*\n"
		    "C: g FETCH 1 (FLAGS) (CHANGEDSINCE ${first})\n"
		    "S+!: * 1 FETCH (*MODSEQ (*)*  # RFC 7162 3.1.4.1\n"
		    "S!: g OK*  # RFC 7162 3.1.4.1\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.condstore.unchanged",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.3",
		.title = "STORE UNCHANGEDSINCE of what has not changed",
		.title_zh = "未变动邮件的条件 STORE 成功",
		.needs = IMAPS_ALICE " imap.condstore",
		.service = "imaps",
		.dialogue =
		    MODSEQ_OPEN
		    MODSEQ_OF("m", "1", "first")
		    "C: s STORE 1 (UNCHANGEDSINCE ${first}) +FLAGS (\\Flagged)\n"
		    "S-!: s OK [MODIFIED *  # RFC 7162 3.1.3\n"
		    "S!: s OK*  # RFC 7162 3.1.3\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Flagged*  # RFC 7162 3.1.3\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.condstore.modified",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.3",
		.title = "STORE UNCHANGEDSINCE of what has changed",
		.title_zh = "已变动邮件的条件 STORE 失败",
		.needs = IMAPS_ALICE " imap.condstore",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    MODSEQ_OPEN
		    MODSEQ_OF("m", "1", "first")
		    MARKED("s1", "1", "\\Answered")
		    "C: s STORE 1 (UNCHANGEDSINCE ${first}) +FLAGS (\\Flagged)\n"
		    "S!: s OK [MODIFIED 1]*  # RFC 7162 3.1.3\n"
		    "S|: s NO [MODIFIED 1]*  # RFC 7162 3.1.3\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S-!: * 1 FETCH (*\\Flagged*  # RFC 7162 3.1.3\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.condstore.modified.uid",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.3",
		.title = "MODIFIED of a UID STORE has UIDs",
		.title_zh = "UID STORE 的 MODIFIED 给出 UID",
		.needs = IMAPS_ALICE " imap.condstore",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED_AS("a1", "(\\Deleted) ")
		    FILED("a2")
		    "C: sel SELECT ${folder} (CONDSTORE)\n"
		    "S: sel OK*\n"
		    "C: x EXPUNGE\n"
		    "S+: * 1 EXPUNGE\n"
		    "S: x OK*\n"
		    UID_OF("1", "uid")
		    MODSEQ_OF("m", "1", "first")
		    MARKED("s1", "1", "\\Answered")
		    "C: s UID STORE ${uid} (UNCHANGEDSINCE ${first}) +FLAGS (\\Flagged)\n"
		    "S!: s OK [MODIFIED ${uid}]*  # RFC 7162 3.1.3\n"
		    "S|: s NO [MODIFIED ${uid}]*  # RFC 7162 3.1.3\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.condstore.modified.some",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.3",
		.title = "of several, those that changed alone are left out",
		.title_zh = "多封中仅已变动者不被更新",
		.needs = IMAPS_ALICE " imap.condstore",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    MODSEQ_OPEN
		    MARKED("s1", "2", "\\Answered")
		    "C: s STORE 1:3 (UNCHANGEDSINCE ${highest}) +FLAGS (\\Flagged)\n"
		    "S!: s OK [MODIFIED 2]*  # RFC 7162 3.1.3\n"
		    "S|: s NO [MODIFIED 2]*  # RFC 7162 3.1.3\n"
		    "C: f FETCH 1:3 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Flagged*  # RFC 7162 3.1.3\n"
		    "S-!: * 2 FETCH (*\\Flagged*  # RFC 7162 3.1.3\n"
		    "S+!: * 3 FETCH (*\\Flagged*  # RFC 7162 3.1.3\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	/* "even if .SILENT is specified, and the response MUST include the MODSEQ" */
	{
		.id = "imap.condstore.silent",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.3",
		.title = "a conditional STORE tells MODSEQ, .SILENT or not",
		.title_zh = "条件 STORE 即使 .SILENT 也告知 MODSEQ",
		.needs = IMAPS_ALICE " imap.condstore",
		.service = "imaps",
		.dialogue =
		    MODSEQ_OPEN
		    MODSEQ_OF("m", "1", "first")
		    "C: s STORE 1 (UNCHANGEDSINCE ${first}) +FLAGS.SILENT (\\Flagged)\n"
		    "S+!: * 1 FETCH (*MODSEQ (*)*  # RFC 7162 3.1.3\n"
		    "S!: s OK*  # RFC 7162 3.1.3\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.condstore.zero",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.3",
		.title = "UNCHANGEDSINCE 0 fails for whatever is there",
		.title_zh = "UNCHANGEDSINCE 0 对已有邮件必然失败",
		.needs = IMAPS_ALICE " imap.condstore",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    MODSEQ_OPEN
		    "C: s STORE 1 (UNCHANGEDSINCE 0) +FLAGS (\\Flagged)\n"
		    "S!: s OK [MODIFIED 1]*  # RFC 7162 3.1.3\n"
		    "S|: s NO [MODIFIED 1]*  # RFC 7162 3.1.3\n"
		    "C: f FETCH 1 (FLAGS)\n"
		    "S-!: * 1 FETCH (*\\Flagged*  # RFC 7162 3.1.3\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.condstore.search",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.5",
		.title = "SEARCH MODSEQ finds what has changed",
		.title_zh = "SEARCH MODSEQ 找出有变动的邮件",
		.needs = IMAPS_ALICE " imap.condstore",
		.service = "imaps",
		.dialogue =
		    MODSEQ_OPEN
		    MARKED("s", "2", "\\Flagged")
		    MODSEQ_OF("m", "2", "now")
		    "C: q SEARCH MODSEQ ${now}\n"
		    "S+!: * SEARCH 2 (MODSEQ *)  # RFC 7162 3.1.6\n"
		    "S!: q OK*  # RFC 7162 3.1.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.condstore.status",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7162 3.1.7",
		.title = "STATUS says the HIGHESTMODSEQ of SELECT",
		.title_zh = "STATUS 与 SELECT 的 HIGHESTMODSEQ 一致",
		.needs = IMAPS_ALICE " imap.condstore",
		.service = "imaps",
		.dialogue =
		    MODSEQ_OPEN
		    "C: cl1 CLOSE\n"
		    "S: cl1 OK*\n"
		    "C: st STATUS ${folder} (HIGHESTMODSEQ)\n"
		    "S+!: * STATUS * (HIGHESTMODSEQ ${highest})  # RFC 7162 3.1.7\n"
		    "S!: st OK*  # RFC 7162 3.1.7\n"
		    FOLDER_GONE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_condstore, "imaps", cases);
