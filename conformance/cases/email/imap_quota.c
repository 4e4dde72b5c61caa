/* SPDX-License-Identifier: MIT */
/*
 * Quotas, on dave's 64 KiB.  Usage is told in units of 1024 octets and need
 * not be the sum of sizes (RFC 9208 5.1): only whether it moves is asked, with
 * steps of 30 KB.
 */
#include "conformance/cases/email/imap_prelude.h"
#include "conformance/cases/email/post.h"

extern const struct conf_group conf_imap_quota;

/* clang-format off */
#define DAVE "endpoint:imaps account:dave imap.quota"

#define DAVE_IN IMAP_GREETED IMAP_LOGIN("dave")
#define DAVE_OPEN DAVE_IN IMAP_CREATED
#define ROOTED \
	"C: root GETQUOTAROOT INBOX\n" \
	"S+: * QUOTAROOT *INBOX* $root\n" \
	"S: root OK*\n"
#define ASKED(tag, answer) \
	"C: " tag " GETQUOTAROOT INBOX\n" \
	answer \
	"S!: " tag " OK*  # RFC 9208 4.1.2\n"
#define USED(tag, name) \
	"C: " tag " GETQUOTAROOT INBOX\n" \
	"S+: * QUOTA * (*STORAGE $" name " *)\n" \
	"S: " tag " OK*\n"

/* A message of n lines of 63 octets, and its header of 18. */
#define TEXT(n) \
	"Subject: quota\\r\\n\\r\\n${\"0123456789 abcdefghij klmnopqrst " \
	"uvwxyz ABCDEFGHIJ KLMNOPQRST\\r\\n\"*" n "}"
#define TEXT_30K "C=: " TEXT("480") "\\r\\n\n"
#define TEXT_98K "C=: " TEXT("1600") "\\r\\n\n"
#define FILED_30K(tag, flags) \
	"C: " tag " APPEND ${folder} " flags "{30258}\n" \
	"S: +*\n" \
	TEXT_30K \
	"S: " tag " OK*\n"
#define TOO_MUCH \
	"C: big APPEND ${folder} {100818+}\n" \
	TEXT_98K

#define QUOTA_CASE(name, grade, more, cite, en, zh, text) \
	{ \
		.id = "imap.quota." name, \
		.verifies = EMAIL_F_13, \
		.clause = cite, \
		.level = grade, \
		.title = en, \
		.title_zh = zh, \
		.needs = DAVE more, \
		.locks = "account:dave", \
		.service = "imaps", \
		.dialogue = text, \
	}
#define GONE \
	"C: rm DELETE ${folder}\n" \
	"S: rm OK*\n" \
	IMAP_BYE
/* clang-format on */

/* ---- delivery ---- */

#define SECOND       "${token}.second@${sink_domain}"
#define LETTER(from) POST_PLAIN(from) "\\r\\n" TEXT("1600")

/*
 * To dave, 98 KiB: fails when it was refused.  A server may take the one that
 * goes beyond the limit and nothing after it, so this is done twice.
 */
static bool
offer(struct trial *t, const char *name, const char *script)
{
	return trial_talk(t, name, "submission", script) == PASS;
}

/* clang-format off */
#define OFFER(from) \
	LOGGED_IN("alice") \
	"C: MAIL FROM:<" from ">\n" \
	"S: 250*\n" \
	"C: RCPT TO:<${dave.address}>\n" \
	"S!: 25?*  # RFC 5321 4.2.3\n" \
	"C: DATA\n" \
	"S: 354*\n" \
	"C.: " LETTER(from) "\n" \
	"S!: 250*  # RFC 5321 4.2.3\n"
/* clang-format on */

static bool
collect_delivery(struct trial *t)
{
	if (offer(t, "first", OFFER(POST_US)))
		post_await(t, "reported", 1);
	if (offer(t, "submit", OFFER(SECOND)))
		post_reach(t, "report", SECOND);
	trial_talk(t, "mailbox", "imaps",
	    DAVE_IN "C: se SELECT INBOX\n"
		    "S: se OK*\n"
		    "C: q SEARCH FROM ${token}.second@\n"
		    "S-!: * SEARCH ?*  # RFC 9208 4.3.1\n"
		    "S!: q OK*  # RFC 3501 6.4.4\n" IMAP_BYE);
	/* dave gets no other mail: his mailbox is too small for it */
	trial_talk(t, "emptied", "imaps",
	    DAVE_IN "C: se SELECT INBOX\n"
		    "S: se OK*\n"
		    "C: st UID STORE 1:* +FLAGS.SILENT (\\Deleted)\n"
		    "S: st OK*\n"
		    "C: ex EXPUNGE\n"
		    "S: ex OK*\n" IMAP_BYE);
	return true;
}

static bool
said(const struct trial *t, const char *name, enum verdict v)
{
	const char *text = trial_fact_text(t, name);

	return text != NULL && strcmp(text, verdict_name(v)) == 0;
}

static void
judge_delivery(struct trial *t)
{
	const bool accepted = said(t, "submit", PASS);

	if (!trial_need(t, accepted || said(t, "submit", FAIL),
		"the message was neither accepted nor refused") ||
	    !trial_need(t, said(t, "mailbox", PASS) || said(t, "mailbox", FAIL),
		"nobody could look into the mailbox"))
		return;
	trial_claim(t, trial_case(t)->clause, said(t, "mailbox", PASS),
	    "no message in a mailbox that is full", "it is in there");
	trial_need(t, !accepted || post_count(t, "report") > 0,
	    "accepted, and neither delivered nor reported within "
	    "timeouts.delivery");
}

/* clang-format off */
static const struct conf_case cases[] = {
	/* "REQUIRED untagged responses: QUOTAROOT, QUOTA" */
	QUOTA_CASE("root", LEVEL_SHALL, "", "RFC 9208 4.1.2",
	    "GETQUOTAROOT names roots and tells what they hold",
	    "GETQUOTAROOT 给出配额根及用量",
	    DAVE_IN
	    "C: root GETQUOTAROOT INBOX\n"
	    "S+!: * QUOTAROOT *INBOX* *  # RFC 9208 4.1.2\n"
	    "S+!: * QUOTA * (*)  # RFC 9208 4.1.2\n"
	    "S!: root OK*  # RFC 9208 4.1.2\n"
	    IMAP_BYE),
	/* "NO - [...] permission denied" */
	QUOTA_CASE("get", LEVEL_SHALL, "", "RFC 9208 4.1.1",
	    "GETQUOTA tells what a root holds", "GETQUOTA 给出配额根用量",
	    DAVE_IN ROOTED
	    "C: q GETQUOTA ${root}\n"
	    "S+!: * QUOTA * (*STORAGE * *)  # RFC 9208 4.2.1\n"
	    "S!: q OK*  # RFC 9208 4.1.1\n"
	    "S?: q NO*\n"
	    IMAP_BYE),
	/* "in units of 1024 octets" */
	QUOTA_CASE("units", LEVEL_SHALL, "", "RFC 9208 5.1",
	    "64 KiB are shown as 64", "64 KiB 显示为 64",
	    DAVE_IN
	    ASKED("q",
		"S+!: * QUOTA * (*STORAGE $used 64*)  # RFC 9208 5.1\n")
	    IMAP_BYE),
	/* RFC 2087 3: STORAGE is the sum of sizes */
	QUOTA_CASE("grows", LEVEL_SHALL, "", "RFC 2087 3",
	    "usage grows with APPEND", "APPEND 后用量增加",
	    DAVE_OPEN
	    USED("q1", "used")
	    FILED_30K("a1", "")
	    ASKED("q2",
		"S-!: * QUOTA * (*STORAGE ${used} *)  # RFC 2087 3\n")
	    GONE),
	QUOTA_CASE("shrinks", LEVEL_SHALL, "", "RFC 2087 3",
	    "usage shrinks with EXPUNGE", "EXPUNGE 后用量减少",
	    DAVE_OPEN
	    FILED_30K("a1", "(\\Deleted) ")
	    USED("q1", "used")
	    IMAP_SELECTED
	    "C: ex EXPUNGE\n"
	    "S: ex OK*\n"
	    ASKED("q2",
		"S-!: * QUOTA * (*STORAGE ${used} *)  # RFC 2087 3\n")
	    IMAP_DONE),

	/* ---- the limit is kept ---- */
	QUOTA_CASE("append", LEVEL_SHALL, " imap.literalplus",
	    "RFC 9208 4.3.1",
	    "APPEND over the quota", "超出配额的 APPEND 被拒",
	    DAVE_OPEN
	    TOO_MUCH
	    "S!: big NO*  # RFC 9208 4.3.1\n"
	    "C: st STATUS ${folder} (MESSAGES)\n"
	    "S+!: * STATUS * (MESSAGES 0)  # RFC 3501 6.3.11\n"
	    "S!: st OK*  # RFC 3501 6.3.10\n"
	    GONE),
	/* "SHOULD be returned in the tagged NO response" */
	QUOTA_CASE("append.code", LEVEL_SHOULD, " imap.literalplus",
	    "RFC 9208 4.3.1",
	    "APPEND over the quota is OVERQUOTA",
	    "超出配额的 APPEND 给出 OVERQUOTA",
	    DAVE_OPEN
	    TOO_MUCH
	    "S!: big NO [OVERQUOTA]*  # RFC 9208 4.3.1\n"
	    GONE),
	/* The second copy does not fit any more. */
	QUOTA_CASE("copy", LEVEL_SHOULD, "", "RFC 9208 4.3.1",
	    "COPY over the quota", "超出配额的 COPY 被拒",
	    DAVE_OPEN
	    FILED_30K("a1", "")
	    IMAP_SELECTED
	    "C: c1 COPY 1 ${folder}\n"
	    "S: c1 OK*\n"
	    "C: c2 COPY 1 ${folder}\n"
	    "S!: c2 NO*  # RFC 9208 4.3.1\n"
	    IMAP_DONE),
	{
		.id = "imap.quota.delivery",
		.verifies = EMAIL_F_13,
		.clause = "RFC 5321 4.2.3",
		.title = "mail for a full mailbox is refused or reported",
		.title_zh = "邮箱已满时邮件被拒收或退信",
		.needs = DAVE " " SINK_ALICE,
		.locks = "account:dave",
		.service = "imaps",
		.collect = collect_delivery,
		.judge = judge_delivery,
		.soft_s = 120,
	},

	/* ---- who may ---- */
	QUOTA_CASE("set", LEVEL_SHALL, "", "RFC 9208 4.1.3",
	    "SETQUOTA by a user", "普通用户不得 SETQUOTA",
	    DAVE_IN ROOTED
	    "C: set SETQUOTA ${root} (STORAGE 1048576)\n"
	    "S!: set NO*  # RFC 9208 4.1.3\n"
	    "S|: set BAD*  # RFC 9208 4.1.3\n"
	    ASKED("q",
		"S-!: * QUOTA * (*STORAGE * 1048576*)  # RFC 9208 4.1.3\n")
	    IMAP_BYE),
	/* The other is known by a limit that nobody else has. */
	QUOTA_CASE("other", LEVEL_SHALL, " account:alice", "RFC 9208 4.1.1",
	    "GETQUOTA of somebody else's root", "不得查看他人的配额根",
	    DAVE_IN ROOTED
	    IMAP_BYE
	    "@party alice imaps\n"
	    "alice S: * OK*\n"
	    "alice C: in LOGIN ${alice.user|quoted} ${alice.password|quoted}\n"
	    "alice S: in OK*\n"
	    "alice C: q GETQUOTA ${root}\n"
	    "alice S-!: * QUOTA * (*STORAGE * 64*)  # RFC 9208 4.1.1\n"
	    "alice S: q *\n"
	    "alice C: out LOGOUT\n"
	    "alice S: out OK*\n"),
};
/* clang-format on */

IMAP_GROUP(imap_quota, "imaps", cases);
