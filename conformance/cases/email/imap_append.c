/* SPDX-License-Identifier: MIT */
/* APPEND: what becomes of the message, and literals of both kinds. */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_append;

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "imap.append",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.11",
		.title = "a message that is appended is there, all of it",
		.title_zh = "APPEND 的邮件完整入箱",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: a1 APPEND ${folder} {49}\n"
		    "S!: +*  # RFC 3501 4.3\n"
		    LETTER "\\r\\n\n"
		    "S!: a1 OK*  # RFC 3501 6.3.11\n"
		    IMAP_SELECTED
		    "C: f FETCH 1 (RFC822.SIZE)\n"
		    "S+!: * 1 FETCH (*RFC822.SIZE 49*  # RFC 3501 6.3.11\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.append.flags",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.11",
		.level = LEVEL_SHOULD,
		.title = "APPEND with flags sets them",
		.title_zh = "APPEND 按给定标志入箱",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED_AS("a1", "(\\Seen \\Flagged) ")
		    IMAP_SELECTED
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Flagged*  # RFC 3501 6.3.11\n"
		    "S+!: * 1 FETCH (*\\Seen*  # RFC 3501 6.3.11\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	/* "otherwise, the flag list of the resulting message is set to empty" */
	{
		.id = "imap.append.noflags",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.11",
		.title = "APPEND without flags sets none",
		.title_zh = "APPEND 未给标志则不置标志",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    ONE_OPEN
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+: * 1 FETCH (*FLAGS*\n"
		    "S-!: * 1 FETCH (*\\Seen*  # RFC 3501 6.3.11\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	/* "In either case, the Recent flag is also set." */
	{
		.id = "imap.append.recent",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.11",
		.title = "a message that is appended is recent",
		.title_zh = "APPEND 的邮件带 \\Recent",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    ONE_OPEN
		    "C: f FETCH 1 (FLAGS)\n"
		    "S+!: * 1 FETCH (*\\Recent*  # RFC 3501 6.3.11\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	/* At noon in UTC it is the same day in every zone there is but a few. */
	{
		.id = "imap.append.date",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.11",
		.level = LEVEL_SHOULD,
		.title = "APPEND with a date keeps it as internal date",
		.title_zh = "APPEND 的日期成为内部日期",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED_AS("a1", "\"17-Jul-1996 11:00:00 +0000\" ")
		    IMAP_SELECTED
		    "C: f FETCH 1 (INTERNALDATE)\n"
		    "S+!: * 1 FETCH (*INTERNALDATE \"17-Jul-1996 *\"*  # RFC 3501 6.3.11\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.append.told",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.11",
		.level = LEVEL_SHOULD,
		.title = "APPEND to the selected mailbox tells EXISTS at once",
		.title_zh = "向选定邮箱 APPEND 后立即告知 EXISTS",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_OPEN
		    "C: a1 APPEND ${folder} {49}\n"
		    "S: +*\n"
		    LETTER "\\r\\n\n"
		    "S+!: * 1 EXISTS  # RFC 3501 6.3.11\n"
		    "S!: a1 OK*  # RFC 3501 6.3.11\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.append.uid",
		.verifies = EMAIL_F_06,
		.clause = "RFC 4315 3",
		.level = LEVEL_SHOULD,
		.title = "APPENDUID names the new message",
		.title_zh = "APPENDUID 指明新邮件",
		.needs = IMAPS_ALICE " imap.uidplus",
		.service = "imaps",
		.dialogue =
		    IMAP_OPEN
		    "C: a1 APPEND ${folder} {49}\n"
		    "S: +*\n"
		    LETTER "\\r\\n\n"
		    "S!: a1 OK [APPENDUID $validity $uid]*  # RFC 4315 3\n"
		    "C: no NOOP\n"
		    "S: no OK*\n"
		    "C: u UID SEARCH 1\n"
		    "S+!: * SEARCH ${uid}  # RFC 4315 3\n"
		    "S: u OK*\n"
		    "C: st STATUS ${folder} (UIDVALIDITY)\n"
		    "S+!: * STATUS * (UIDVALIDITY ${validity})  # RFC 4315 3\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    IMAP_DONE,
	},
	/* "a server MUST return an error, and MUST NOT automatically create it" */
	{
		.id = "imap.append.missing",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.11",
		.title = "APPEND to a mailbox there is not does not make it",
		.title_zh = "向不存在的邮箱 APPEND 不得自动建箱",
		.needs = IMAPS_ALICE " imap.literalplus",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    FILED("a0")
		    "C: a1 APPEND ${folder}-no {49+}\n"
		    LETTER "\\r\\n\n"
		    "S!: a1 NO*  # RFC 3501 6.3.11\n"
		    "S|: a1 BAD*  # RFC 3501 6.3.11\n"
		    "C: st STATUS ${folder}-no (MESSAGES)\n"
		    "S-!: * STATUS * (*  # RFC 3501 6.3.11\n"
		    "S!: st NO*  # RFC 3501 6.3.11\n"
		    FOLDER_GONE,
	},
	/* As CREATE shows afterwards, it was not certain that this was in vain. */
	{
		.id = "imap.append.trycreate",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.11",
		.title = "APPEND to a mailbox there is not says TRYCREATE",
		.title_zh = "向不存在的邮箱 APPEND 应答 TRYCREATE",
		.needs = IMAPS_ALICE " imap.literalplus",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    "C: a1 APPEND ${folder} {49+}\n"
		    LETTER "\\r\\n\n"
		    "S!: a1 NO [TRYCREATE]*  # RFC 3501 6.3.11\n"
		    IMAP_CREATED
		    FOLDER_GONE,
	},
	/* "no partial appending is permitted" */
	{
		.id = "imap.append.wrong",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.3.11",
		.title = "an APPEND that is wrong leaves nothing behind",
		.title_zh = "出错的 APPEND 不留下任何内容",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: a1 APPEND ${folder} {49}\n"
		    "S: +*\n"
		    LETTER " trailing\\r\\n\n"
		    "S: a1 BAD*\n"
		    "S|: a1 NO*\n"
		    "C: st STATUS ${folder} (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 0)  # RFC 3501 6.3.11\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.append.plus",
		.verifies = EMAIL_F_06,
		.clause = "RFC 7888 3",
		.title = "a literal that does not wait",
		.title_zh = "非同步字面量",
		.needs = IMAPS_ALICE " imap.literalplus",
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: a1 APPEND ${folder} {49+}\n"
		    LETTER "\\r\\n\n"
		    "S!: a1 OK*  # RFC 7888 3\n"
		    "C: st STATUS ${folder} (MESSAGES)\n"
		    "S+!: * STATUS * (MESSAGES 1)  # RFC 7888 3\n"
		    "S!: st OK*  # RFC 3501 6.3.10\n"
		    FOLDER_GONE,
	},
	/* It is a message or none; in any case it has an end. */
	{
		.id = "imap.append.nothing",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 4.3",
		.title = "a literal of no octets, and the session goes on",
		.title_zh = "长度为 0 的字面量，会话仍可继续",
		.needs = IMAPS_ALICE " imap.literalplus",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: a1 APPEND ${folder} {0+}\n"
		    "C=: \\r\\n\n"
		    "S!: a1 NO*  # RFC 3501 6.3.11\n"
		    "S|: a1 OK*  # RFC 3501 4.3\n"
		    "S|: a1 BAD*  # RFC 3501 6.3.11\n"
		    "C: no NOOP\n"
		    "S!: no OK*  # RFC 3501 4.3\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.append.name",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 4.3",
		.title = "a mailbox name as a literal, as any string can be",
		.title_zh = "邮箱名以字面量给出",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: st1 STATUS {${folder|length}}\n"
		    "S!: +*  # RFC 3501 4.3\n"
		    "C=: ${folder} (MESSAGES)\\r\\n\n"
		    "S+!: * STATUS * (MESSAGES 0)  # RFC 3501 4.3\n"
		    "S!: st1 OK*  # RFC 3501 4.3\n"
		    FOLDER_GONE,
	},
	{
		.id = "imap.append.split",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 4.3",
		.title = "a literal that arrives in pieces",
		.title_zh = "分段到达的字面量",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: a1 APPEND ${folder} {49}\n"
		    "S: +*\n"
		    "C=: From: <a@example.test>\\r\n"
		    "@pause 100\n"
		    "C=: \\nSubject: state\\r\\n\\r\\nhel\n"
		    "@pause 100\n"
		    "C=: lo\\r\\n\n"
		    "@pause 100\n"
		    "C=: \\r\\n\n"
		    "S!: a1 OK*  # RFC 3501 4.3\n"
		    IMAP_SELECTED
		    "C: f FETCH 1 (RFC822.SIZE)\n"
		    "S+!: * 1 FETCH (*RFC822.SIZE 49*  # RFC 3501 4.3\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	/* A literal is a sequence of octets, whatever they say. */
	{
		.id = "imap.append.command",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 4.3",
		.title = "lines in a literal that look like commands",
		.title_zh = "字面量中形似命令的行",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: a1 APPEND ${folder} {65}\n"
		    "S: +*\n"
		    "C=: From: <a@example.test>\\r\\nSubject: state\\r\\n\\r\\nx1 NOOP\\r\\nx2 LOGOUT\\r\\n.\\r\\n\n"
		    "C=: \\r\\n\n"
		    "S!: a1 OK*  # RFC 3501 4.3\n"
		    IMAP_SELECTED
		    "C: f FETCH 1 (RFC822.SIZE)\n"
		    "S+!: * 1 FETCH (*RFC822.SIZE 65*  # RFC 3501 4.3\n"
		    "S!: f OK*  # RFC 3501 6.4.5\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.append.huge",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 4.3",
		.title = "a literal that nobody can take is answered",
		.title_zh = "过大的字面量也得到应答",
		.needs = IMAPS_ALICE,
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    IMAP_CREATED
		    "C: a1 APPEND ${folder} {4294967295}\n"
		    "S!: a1 NO*  # RFC 3501 6.3.11\n"
		    "S|: a1 BAD*  # RFC 3501 6.3.11\n"
		    "S|: +*  # RFC 3501 4.3\n"
		    "S|: @closed  # RFC 3501 7.1.5\n"
		    "@close\n"
		    TWO_IN
		    "two C: rm DELETE ${folder}\n"
		    "two S: rm OK*\n"
		    TWO_BYE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_append, "imaps", cases);
