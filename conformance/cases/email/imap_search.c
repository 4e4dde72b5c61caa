/* SPDX-License-Identifier: MIT */
/*
 * SEARCH, key by key, over four messages: what each has and lacks stands in
 * fixtures/mail/find/.  Numbers come in any order, so that each is looked
 * for by itself.
 */
#include "conformance/cases/email/imap_find.h"

extern const struct conf_group conf_imap_search;

/* clang-format off */
#define FOUR_FILED \
	IMAP_APPENDED_AS("a1", "(\\Seen \\Answered) " NOON("20"), FIND("one")) \
	IMAP_APPENDED_AS("a2", "(\\Flagged) " NOON("21"), FIND("two")) \
	IMAP_APPENDED_AS("a3", "(\\Deleted) " NOON("22"), FIND("three")) \
	IMAP_APPENDED_AS("a4", "(\\Draft) " NOON("22"), FIND("four"))
#define FOUR_OPEN IMAP_ALICE_IN IMAP_CREATED FOUR_FILED IMAP_SELECTED

#define SEARCH_IN(open, name, keys, found, en, zh) \
	SEARCH_CASE(name, "RFC 3501 6.4.4", en, zh, \
	    open ASKED(keys, found) IMAP_DONE)
#define SEARCH(name, keys, found, en, zh) \
	SEARCH_IN(FOUR_OPEN, name, keys, found, en, zh)

/* The first is there for the second time that the mailbox is selected. */
#define RECENT_OPEN IMAP_ALICE_IN IMAP_CREATED \
	IMAP_APPENDED("a1", FIND("one")) \
	IMAP_SELECTED \
	"C: cl1 CLOSE\n" \
	"S: cl1 OK*\n" \
	IMAP_APPENDED_AS("a2", "(\\Seen) ", FIND("two")) \
	IMAP_APPENDED("a3", FIND("three")) \
	IMAP_SELECTED
#define RECENT(name, keys, found, en, zh) \
	SEARCH_IN(RECENT_OPEN, name, keys, found, en, zh)

#define KEYWORD_OPEN FOUR_OPEN \
	"C: kw STORE 2 +FLAGS (\\$Docketed)\n" \
	"S+: * 2 FETCH *\\$Docketed*\n" \
	"S: kw OK*\n"

/* The size of message 2, which is neither larger nor smaller than it is. */
#define SIZE "${file:" FIND("two") "|lines|length}"

/* One message, just before midnight far in the west. */
#define MIDNIGHT_OPEN IMAP_ALICE_IN IMAP_CREATED \
	IMAP_APPENDED_AS("a1", "\"20-Nov-2026 23:30:00 -0800\" ", FIND("one")) \
	IMAP_SELECTED \
	"C: id FETCH 1 (INTERNALDATE)\n" \
	"S+: * 1 FETCH (*INTERNALDATE \"$day-Nov-2026 *\n" \
	"S: id OK*\n"

/* One that has to be known, as a twin of what follows it. */
#define KNOWN \
	"C: k SEARCH CHARSET US-ASCII SUBJECT budget\n" \
	"S: k OK*\n"

static const struct conf_case cases[] = {
	/* ---- flags ---- */
	SEARCH("all", "ALL", IN(1) IN(2) IN(3) IN(4),
	    "ALL", "ALL 查出全部邮件"),
	SEARCH("answered", "ANSWERED", IN(1) NO(2) NO(3) NO(4),
	    "ANSWERED", "按 ANSWERED 检索"),
	SEARCH("deleted", "DELETED", IN(3) NO(1) NO(2) NO(4),
	    "DELETED", "按 DELETED 检索"),
	SEARCH("draft", "DRAFT", IN(4) NO(1) NO(2) NO(3),
	    "DRAFT", "按 DRAFT 检索"),
	SEARCH("flagged", "FLAGGED", IN(2) NO(1) NO(3) NO(4),
	    "FLAGGED", "按 FLAGGED 检索"),
	SEARCH("seen", "SEEN", IN(1) NO(2) NO(3) NO(4),
	    "SEEN", "按 SEEN 检索"),
	SEARCH("unanswered", "UNANSWERED", NO(1) IN(2) IN(3) IN(4),
	    "UNANSWERED", "按 UNANSWERED 检索"),
	SEARCH("undeleted", "UNDELETED", IN(1) IN(2) NO(3) IN(4),
	    "UNDELETED", "按 UNDELETED 检索"),
	SEARCH("undraft", "UNDRAFT", IN(1) IN(2) IN(3) NO(4),
	    "UNDRAFT", "按 UNDRAFT 检索"),
	SEARCH("unflagged", "UNFLAGGED", IN(1) NO(2) IN(3) IN(4),
	    "UNFLAGGED", "按 UNFLAGGED 检索"),
	SEARCH("unseen", "UNSEEN", NO(1) IN(2) IN(3) IN(4),
	    "UNSEEN", "按 UNSEEN 检索"),
	RECENT("recent", "RECENT", NO(1) IN(2) IN(3),
	    "RECENT", "按 RECENT 检索"),
	RECENT("old", "OLD", IN(1) NO(2) NO(3),
	    "OLD", "按 OLD 检索"),
	RECENT("new", "NEW", NO(1) NO(2) IN(3),
	    "NEW", "按 NEW 检索"),
	/* A mailbox need not have keywords: RFC 3501 7.1 PERMANENTFLAGS. */
	SEARCH_IN(KEYWORD_OPEN, "keyword", "KEYWORD \\$Docketed",
	    NO(1) IN(2) NO(3) NO(4),
	    "KEYWORD", "按 KEYWORD 检索"),
	SEARCH_IN(KEYWORD_OPEN, "unkeyword", "UNKEYWORD \\$Docketed",
	    IN(1) NO(2) IN(3) IN(4),
	    "UNKEYWORD", "按 UNKEYWORD 检索"),

	/* ---- fields of the header ---- */
	SEARCH("bcc", "BCC zhang@four.example", IN(1) NO(2) NO(3) NO(4),
	    "BCC", "按 BCC 检索"),
	SEARCH("cc", "CC chen@three.example", IN(1) NO(2) NO(3) NO(4),
	    "CC", "按 CC 检索"),
	SEARCH("from", "FROM seven.example", NO(1) NO(2) IN(3) IN(4),
	    "FROM", "按 FROM 检索"),
	SEARCH("to", "TO office", IN(1) NO(2) IN(3) IN(4),
	    "TO", "按 TO 检索"),
	SEARCH("subject", "SUBJECT budget", IN(1) NO(2) NO(3) NO(4),
	    "SUBJECT, which is not the body", "按 SUBJECT 检索，不含正文"),
	SEARCH("header", "HEADER X-Docket forty", NO(1) IN(2) NO(3) NO(4),
	    "HEADER", "按 HEADER 检索"),
	/* "this matches all messages that have a header line with ..." */
	SEARCH("header.empty", "HEADER X-Docket \"\"",
	    IN(1) IN(2) NO(3) NO(4),
	    "HEADER with an empty string", "HEADER 以空串检索字段是否存在"),

	/* ---- text ---- */
	SEARCH("body", "BODY budget", NO(1) IN(2) NO(3) NO(4),
	    "BODY, which is not the header", "按 BODY 检索，不含信头"),
	SEARCH("text", "TEXT budget", IN(1) IN(2) NO(3) NO(4),
	    "TEXT, in header or body", "按 TEXT 检索信头与正文"),
	SEARCH("caseless", "SUBJECT aNNUAL", IN(1) NO(2) NO(3) NO(4),
	    "letters' case is disregarded", "检索不区分大小写"),
	SEARCH("substring", "BODY easur", IN(1) NO(2) NO(3) NO(4),
	    "a part of a word", "检索词可为单词的一部分"),
	SEARCH("phrase", "SUBJECT \"of the m\"", NO(1) IN(2) NO(3) NO(4),
	    "words and the space between them", "检索含空格的词组"),

	/* ---- dates: noon in Greenwich is the same day nearly everywhere ---- */
	SEARCH("before", "BEFORE 21-Nov-2026", IN(1) NO(2) NO(3) NO(4),
	    "BEFORE a day", "按 BEFORE 检索"),
	SEARCH("on", "ON 21-Nov-2026", NO(1) IN(2) NO(3) NO(4),
	    "ON a day", "按 ON 检索"),
	SEARCH("since", "SINCE 21-Nov-2026", NO(1) IN(2) IN(3) IN(4),
	    "SINCE a day, which is included", "按 SINCE 检索，含当日"),
	/* "disregarding time and timezone"; no zone has to be kept */
	SEARCH_IN(MIDNIGHT_OPEN, "on.midnight", "ON ${day}-Nov-2026", IN(1),
	    "ON the day that INTERNALDATE shows", "ON 与 INTERNALDATE 显示的日期一致"),
	SEARCH("sentbefore", "SENTBEFORE 21-Nov-2026", IN(1) NO(2) NO(3),
	    "SENTBEFORE a day", "按 SENTBEFORE 检索"),
	SEARCH("senton", "SENTON 20-Nov-2026", IN(1) NO(2) NO(3),
	    "SENTON the day that the Date field shows",
	    "SENTON 按 Date 字段所写日期，不换算时区"),
	SEARCH("sentsince", "SENTSINCE 21-Nov-2026", NO(1) IN(2) IN(3),
	    "SENTSINCE a day", "按 SENTSINCE 检索"),

	/* ---- sizes ---- */
	SEARCH("larger", "LARGER 1000", NO(1) IN(2) NO(3) NO(4),
	    "LARGER", "按 LARGER 检索"),
	SEARCH("smaller", "SMALLER 1000", IN(1) NO(2) IN(3) IN(4),
	    "SMALLER", "按 SMALLER 检索"),
	SEARCH("larger.exact", "LARGER " SIZE, NO(1) NO(2) NO(3) NO(4),
	    "LARGER than it is", "LARGER 不含大小恰好相等者"),
	SEARCH("smaller.exact", "SMALLER " SIZE, IN(1) NO(2) IN(3) IN(4),
	    "SMALLER than it is", "SMALLER 不含大小恰好相等者"),

	/* ---- sets ---- */
	SEARCH("set", "2:3", NO(1) IN(2) IN(3) NO(4),
	    "a range of sequence numbers", "按序号范围检索"),
	SEARCH("set.list", "4,2", NO(1) IN(2) NO(3) IN(4),
	    "a list of sequence numbers", "按序号列表检索"),
	SEARCH("set.star", "3:*", NO(1) NO(2) IN(3) IN(4),
	    "a range up to the last", "按序号至末尾检索"),

	/* ---- keys of keys ---- */
	SEARCH("and", "TO office FROM seven.example UNDELETED",
	    NO(1) NO(2) NO(3) IN(4),
	    "several keys are an intersection", "多个条件取交集"),
	SEARCH("or", "OR SEEN FLAGGED", IN(1) IN(2) NO(3) NO(4),
	    "OR", "按 OR 检索"),
	SEARCH("not", "NOT SUBJECT budget", NO(1) IN(2) IN(3) IN(4),
	    "NOT", "按 NOT 检索"),
	SEARCH("parentheses", "NOT (TO office SEEN)",
	    NO(1) IN(2) IN(3) IN(4),
	    "NOT of a list in parentheses", "NOT 与括号组合"),
	SEARCH("nested", "OR (SEEN ANSWERED) OR DRAFT NOT UNFLAGGED",
	    IN(1) IN(2) NO(3) IN(4),
	    "OR in OR, and NOT in it", "嵌套 OR 与 NOT"),

	/* ---- UIDs ---- */
	SEARCH_IN(UIDS_OPEN, "key.uid", "UID ${uid}", NO(1) NO(2) IN(3),
	    "UID as a key", "以 UID 为检索条件"),
	SEARCH_CASE("uid", "RFC 3501 6.4.8",
	    "UID SEARCH answers with UIDs", "UID SEARCH 返回 UID",
	    UIDS_OPEN
	    "C: q UID SEARCH DRAFT\n"
	    "S+!: * SEARCH ${uid}  # RFC 3501 6.4.8\n"
	    "S!: q OK*  # RFC 3501 6.4.8\n"
	    "C: f UID FETCH ${uid} (UID)\n"
		"S+!: * 3 FETCH (*UID ${uid}*)  # RFC 3501 6.4.8\n"
		"S!: f OK*  # RFC 3501 6.4.8\n" IMAP_DONE),

	/* ---- nothing found, nothing searched ---- */
	SEARCH("none", "SUBJECT \"nowhere to be found\"",
	    NO(1) NO(2) NO(3) NO(4),
	    "nothing is found, and that is OK", "查无结果时应答 OK"),
	SEARCH("charset.ascii", "CHARSET US-ASCII SUBJECT budget",
	    IN(1) NO(2) NO(3) NO(4),
	    "CHARSET US-ASCII", "支持 CHARSET US-ASCII"),
	/* "MUST return a tagged NO response (not a BAD)" */
	SEARCH_CASE("charset.unknown", "RFC 3501 6.4.4",
	    "a CHARSET nobody knows", "未知 CHARSET 应答 NO",
	    FOUR_OPEN KNOWN
	    "C: q SEARCH CHARSET X-NO-SUCH-THING SUBJECT budget\n"
	    "S-!: * SEARCH ?*  # RFC 3501 6.4.4\n"
	    "S!: q NO*  # RFC 3501 6.4.4\n"
	    IMAP_DONE),
	/* "This response SHOULD contain the BADCHARSET response code" */
	SEARCH_ROW("charset.code", LEVEL_SHOULD, "RFC 3501 6.4.4",
	    "a CHARSET nobody knows is BADCHARSET", "未知 CHARSET 给出 BADCHARSET",
	    FOUR_OPEN KNOWN
	    "C: q SEARCH CHARSET X-NO-SUCH-THING SUBJECT budget\n"
	    "S!: q NO [BADCHARSET*  # RFC 3501 6.4.4\n"
	    "S?: q BAD*\n"
	    IMAP_DONE),
};
/* clang-format on */

IMAP_GROUP(imap_search, "imaps", cases);
