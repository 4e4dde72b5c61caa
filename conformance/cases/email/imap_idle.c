/* SPDX-License-Identifier: MIT */
/* IDLE (RFC 2177): a client that waits is told. */
#include "conformance/cases/email/imap_state.h"

extern const struct conf_group conf_imap_idle;

/* clang-format off */
#define ONE_WAITS THREE_OPEN TWO_OPEN TWO_IDLES
#define WAITED TWO_DONE IMAP_DONE

/* A stranger writes to bob. */
#define BOB_GETS_MAIL \
	"@party mx smtp\n" \
	"mx S: 220*\n" \
	"mx C: EHLO ${client}\n" \
	"mx S: 250*\n" \
	"mx C: MAIL FROM:<${token}@${foreign}>\n" \
	"mx S: 250*\n" \
	"mx C: RCPT TO:<${bob.address}>\n" \
	"mx S: 25?*\n" \
	"mx C: DATA\n" \
	"mx S: 354*\n" \
	"mx C.: " FIELDS "\\r\\nacceptance test, please ignore\\n\n" \
	"mx S: 250*\n" \
	"mx C: QUIT\n" \
	"mx S: 221*\n"
/* clang-format on */

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "imap.idle",
		.verifies = EMAIL_F_06,
		.clause = "RFC 2177 3",
		.title = "IDLE waits for DONE, then ends",
		.title_zh = "IDLE 等待 DONE 后结束",
		.needs = IMAPS_ALICE " imap.idle",
		.service = "imaps",
		.dialogue =
		    IMAP_OPEN
		    "C: i IDLE\n"
		    "S!: +*  # RFC 2177 3\n"
		    "C: DONE\n"
		    "S!: i OK*  # RFC 2177 3\n"
		    "C: no NOOP\n"
		    "S!: no OK*  # RFC 2177 3\n"
		    IMAP_DONE,
	},
	/* command_auth: "Valid only in Authenticated or Selected state" */
	{
		.id = "imap.idle.authenticated",
		.verifies = EMAIL_F_06,
		.clause = "RFC 2177 4",
		.title = "IDLE without a mailbox",
		.title_zh = "未选定邮箱时的 IDLE",
		.needs = IMAPS_ALICE " imap.idle",
		.twin = "imap.examine.inbox",
		.service = "imaps",
		.dialogue =
		    IMAP_ALICE_IN
		    "C: i IDLE\n"
		    "S!: +*  # RFC 2177 4\n"
		    "S?: i NO*\n"
		    "C: DONE\n"
		    "S!: i OK*  # RFC 2177 3\n"
		    IMAP_BYE,
	},
	{
		.id = "imap.idle.exists",
		.verifies = EMAIL_F_06,
		.clause = "RFC 2177 3",
		.level = LEVEL_SHOULD,
		.title = "a new message wakes IDLE",
		.title_zh = "新邮件唤醒 IDLE",
		.needs = IMAPS_ALICE " imap.idle",
		.service = "imaps",
		.dialogue =
		    ONE_WAITS
		    FILED("b1")
		    "two S!: * 4 EXISTS  # RFC 2177 3\n"
		    WAITED,
	},
	/* From outside, by way of delivery. */
	{
		.id = "imap.idle.delivery",
		.verifies = EMAIL_F_06,
		.clause = "RFC 2177 3",
		.level = LEVEL_SHOULD,
		.title = "mail that is delivered wakes IDLE",
		.title_zh = "投递到达的邮件唤醒 IDLE",
		.needs = IMAPS_ALICE
		    " account:bob imap.idle endpoint:smtp mail:foreign",
		.service = "imaps",
		.dialogue =
		    IMAP_GREETED
		    IMAP_LOGIN("bob")
		    "C: sel SELECT INBOX\n"
		    "S: sel OK*\n"
		    "C: i IDLE\n"
		    "S: +*\n"
		    BOB_GETS_MAIL
		    "S!: * * EXISTS  # RFC 2177 3\n"
		    "C: DONE\n"
		    "S: i OK*\n"
		    IMAP_BYE,
	},
	{
		.id = "imap.idle.expunge",
		.verifies = EMAIL_F_06,
		.clause = "RFC 2177 3",
		.level = LEVEL_SHOULD,
		.title = "an expunged message wakes IDLE",
		.title_zh = "清除邮件唤醒 IDLE",
		.needs = IMAPS_ALICE " imap.idle",
		.service = "imaps",
		.dialogue =
		    ONE_WAITS
		    MARKED("d", "2", "\\Deleted")
		    "C: x EXPUNGE\n"
		    "S+: * 2 EXPUNGE\n"
		    "S: x OK*\n"
		    "two S!: * 2 EXPUNGE  # RFC 2177 3\n"
		    WAITED,
	},
	{
		.id = "imap.idle.flags",
		.verifies = EMAIL_F_06,
		.clause = "RFC 2177 3",
		.level = LEVEL_SHOULD,
		.title = "changed flags wake IDLE",
		.title_zh = "标志变动唤醒 IDLE",
		.needs = IMAPS_ALICE " imap.idle",
		.service = "imaps",
		.dialogue =
		    ONE_WAITS
		    MARKED("s", "2", "\\Flagged")
		    "two S!: * 2 FETCH (*FLAGS (*\\Flagged*  # RFC 2177 3\n"
		    WAITED,
	},
	{
		.id = "imap.idle.twice",
		.verifies = EMAIL_F_06,
		.clause = "RFC 2177 3",
		.title = "IDLE a second time in one session",
		.title_zh = "同一会话再次 IDLE",
		.needs = IMAPS_ALICE " imap.idle",
		.service = "imaps",
		.dialogue =
		    IMAP_OPEN
		    "C: i1 IDLE\n"
		    "S: +*\n"
		    "C: DONE\n"
		    "S: i1 OK*\n"
		    "C: i2 IDLE\n"
		    "S!: +*  # RFC 2177 3\n"
		    "C: DONE\n"
		    "S!: i2 OK*  # RFC 2177 3\n"
		    IMAP_DONE,
	},
	{
		.id = "imap.idle.split",
		.verifies = EMAIL_F_06,
		.clause = "RFC 2177 3",
		.title = "DONE that arrives in pieces",
		.title_zh = "分段到达的 DONE",
		.needs = IMAPS_ALICE " imap.idle",
		.service = "imaps",
		.dialogue =
		    IMAP_OPEN
		    "C: i IDLE\n"
		    "S: +*\n"
		    "C=: DO\n"
		    "@pause 100\n"
		    "C=: NE\\r\n"
		    "@pause 100\n"
		    "C=: \\n\n"
		    "S!: i OK*  # RFC 2177 3\n"
		    IMAP_DONE,
	},
};
/* clang-format on */

IMAP_GROUP(imap_idle, "imaps", cases);
