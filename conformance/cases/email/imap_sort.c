/* SPDX-License-Identifier: MIT */
/*
 * SORT (RFC 5256) over five messages: what each is sorted by stands in
 * fixtures/mail/sort/, except when it arrived.
 *
 *		From	To	Cc	base subject	sent (UTC)	arrived
 *	1	Chen	zhao	li	bravo		3rd, 00:00	5th
 *	2	an	bai	-	alpha		3rd, 04:00	1st
 *	3	bo	chen	an	charlie		2nd, 22:00	9th
 *	4	an	an	zz	公文		no Date		3rd, 02:00
 *	5	dd	wu	ma	Delta		2nd, 21:00	7th
 *
 * From small to big they are 3 4 1 2 5.
 */
#include "conformance/cases/email/imap_find.h"

extern const struct conf_group conf_imap_sort;

/* clang-format off */
#define FILED(n, day, hour, name) \
	IMAP_APPENDED_AS("a" n, \
	    "\"" day "-Nov-2026 " hour ":00:00 +0000\" ", \
	    "mail/sort/" name ".eml")
#define SORT_OPEN IMAP_ALICE_IN IMAP_CREATED \
	FILED("1", "05", "12", "one") \
	FILED("2", "01", "12", "two") \
	FILED("3", "09", "12", "three") \
	FILED("4", "03", "02", "four") \
	FILED("5", "07", "12", "five") \
	IMAP_SELECTED

#define SORTED(how, answer) \
	"C: q SORT " how "\n" \
	"S+!: * SORT " answer "  # RFC 5256 3\n" \
	"S!: q OK*  # RFC 5256 3\n"

#define SORT_CASE(name, cite, en, zh, text) \
	IMAP_ROW("sort." name, EMAIL_F_15, cite, LEVEL_SHALL, en, zh, \
	    IMAPS_ALICE " imap.sort", NULL, text)
#define SORT(name, how, answer, cite, en, zh) \
	SORT_CASE(name, cite, en, zh, \
	    SORT_OPEN SORTED(how, answer) IMAP_DONE)

static const struct conf_case cases[] = {
	/* ---- criteria ---- */
	SORT("arrival", "(ARRIVAL) UTF-8 ALL", "2 4 1 5 3", "RFC 5256 3",
	    "by ARRIVAL", "按 ARRIVAL 排序"),
	SORT("cc", "(CC) UTF-8 ALL", "2 3 1 5 4", "RFC 5256 3",
	    "by CC, none before any", "按 CC 排序，无抄送者在前"),
	SORT("from", "(FROM) UTF-8 2:5", "2 4 3 5", "RFC 5256 3",
	    "by FROM", "按 FROM 排序"),
	SORT("to", "(TO) UTF-8 ALL", "4 2 3 5 1", "RFC 5256 3",
	    "by TO", "按 TO 排序"),
	SORT("size", "(SIZE) UTF-8 ALL", "3 4 1 2 5", "RFC 5256 3",
	    "by SIZE", "按 SIZE 排序"),
	SORT("subject", "(SUBJECT) UTF-8 ALL", "2 1 3 5 4", "RFC 5256 3",
	    "by SUBJECT", "按 SUBJECT 排序"),
	/* "adjusted by time zone to normalize to UTC" */
	SORT("date", "(DATE) UTF-8 1,2,3,5", "5 3 1 2", "RFC 5256 2.2",
	    "by DATE, in UTC", "按 DATE 排序，换算为 UTC"),
	/* "... the INTERNALDATE for that message is used" */
	SORT("date.missing", "(DATE) UTF-8 1,2,4", "1 4 2", "RFC 5256 2.2",
	    "by DATE, which is INTERNALDATE where it is missing",
	    "按 DATE 排序，缺 Date 者取 INTERNALDATE"),

	/* ---- more than one ---- */
	SORT("reverse", "(REVERSE SIZE) UTF-8 ALL", "5 2 1 4 3", "RFC 5256 3",
	    "REVERSE", "按 REVERSE 倒序"),
	SORT("second", "(FROM SIZE) UTF-8 2,4,5", "4 2 5", "RFC 5256 3",
	    "the second criterion decides between equals", "首要条件相同者按次要条件排序"),
	/* REVERSE "does not affect the implicit sequence number" criterion */
	SORT("ties", "(REVERSE FROM) UTF-8 2,3,4", "3 2 4", "RFC 5256 3",
	    "equals stay in the order of the mailbox, in reverse as well",
	    "相同者保持邮箱内次序，倒序亦然"),

	/* ---- base subject ---- */
	SORT("subject.re", "(SUBJECT) UTF-8 1,5", "1 5", "RFC 5256 2.1",
	    "Re: is no part of the base subject", "基本主题不含 Re:"),
	SORT("subject.fwd", "(SUBJECT) UTF-8 2,5", "2 5", "RFC 5256 2.1",
	    "Fwd: is no part of the base subject", "基本主题不含 Fwd:"),
	SORT("subject.list", "(SUBJECT) UTF-8 1,3,5", "1 3 5", "RFC 5256 2.1",
	    "[list] is no part of the base subject", "基本主题不含 [list]"),
	SORT("subject.utf8", "(SUBJECT) UTF-8 4,5", "5 4", "RFC 5256 2.1",
	    "an encoded-word is decoded for the base subject",
	    "基本主题先解码编码字"),
	/* i;unicode-casemap */
	SORT("caseless", "(FROM) UTF-8 1,3", "3 1", "RFC 5256 7",
	    "letters' case is disregarded", "排序不区分大小写"),

	/* ---- the search in it ---- */
	SORT("keys", "(SIZE) UTF-8 SUBJECT a LARGER 500", "1 2 5",
	    "RFC 5256 3",
	    "what the keys find, and nothing else", "仅排序检索命中的邮件"),
	SORT("charset.ascii", "(SIZE) US-ASCII FROM an@one", "4 2",
	    "RFC 5256 3",
	    "charset US-ASCII", "支持 US-ASCII 字符集参数"),
	/* "NO - [...] can't sort that charset"; BAD is not forbidden */
	SORT_CASE("charset.unknown", "RFC 5256 3",
	    "a charset nobody knows", "未知字符集应被拒",
	    SORT_OPEN
	    "C: k SORT (SIZE) UTF-8 ALL\n"
	    "S: k OK*\n"
	    "C: q SORT (SIZE) X-NO-SUCH-THING FROM an@one\n"
	    "S-!: * SORT ?*  # RFC 5256 3\n"
	    "S!: q NO*  # RFC 5256 3\n"
	    "S|: q BAD*  # RFC 5256 3\n"
	    IMAP_DONE),
	SORT_CASE("uid", "RFC 5256 3",
	    "UID SORT answers with UIDs", "UID SORT 返回 UID",
	    UIDS_OPEN
	    UID_LEARNT("2", "second") "C: q UID SORT (REVERSE SIZE) UTF-8 2:3\n"
	    "S+!: * SORT ${second} ${uid}  # RFC 5256 3\n"
	    "S!: q OK*  # RFC 5256 3\n"
	    IMAP_DONE),
};
/* clang-format on */

IMAP_GROUP(imap_sort, "imaps", cases);
