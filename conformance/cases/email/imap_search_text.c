/* SPDX-License-Identifier: MIT */
/*
 * SEARCH for Chinese text, however the message writes it: encoded-words in
 * either form, transfer encodings, UTF-8 and GB18030.  The charset of the
 * query is UTF-8; no server but has to know US-ASCII, so that NO leaves the
 * question open.
 */
#include "conformance/cases/email/imap_find.h"

extern const struct conf_group conf_imap_search_text;

/* clang-format off */
#define CHINESE_OPEN IMAP_ALICE_IN IMAP_CREATED \
	IMAP_APPENDED("a1", FIND("subject-b")) \
	IMAP_APPENDED("a2", FIND("subject-q")) \
	IMAP_APPENDED("a3", FIND("subject-gb")) \
	IMAP_APPENDED("a4", FIND("body-base64")) \
	IMAP_APPENDED("a5", FIND("body-qp")) \
	IMAP_APPENDED("a6", FIND("body-gb")) \
	IMAP_SELECTED

/* What is looked for stands in a literal. */
#define LOOKED_FOR(keys, octets, text, found) \
	"C: q SEARCH " keys " {" octets "}\n" \
	"S: +*\n" \
	"C=: " text "\\r\\n\n" \
	found \
	"S!: q OK*  # RFC 3501 6.4.4\n" \
	"S?: q NO*\n"

#define CHINESE(name, keys, octets, text, found, en, zh) \
	SEARCH_ROW("utf8." name, LEVEL_SHALL, "RFC 3501 6.4.4", en, zh, \
	    CHINESE_OPEN \
	    LOOKED_FOR("CHARSET UTF-8 " keys, octets, text, found) \
	    IMAP_DONE)
/* RFC 3501 names no charset but US-ASCII that a server has to read. */
#define GB18030(name, keys, octets, text, found, en, zh) \
	SEARCH_ROW("utf8." name, LEVEL_SHOULD, "RFC 3501 6.4.4", en, zh, \
	    CHINESE_OPEN \
	    LOOKED_FOR("CHARSET UTF-8 " keys, octets, text, found) \
	    IMAP_DONE)

static const struct conf_case cases[] = {
	/* "MUST be decoded before comparing text" */
	CHINESE("subject.b", "SUBJECT", "12", "年度预算",
	    IN(1) NO(2) NO(3) NO(4) NO(5) NO(6),
	    "a Chinese subject in an encoded-word, B", "检索 B 编码的中文主题"),
	/* The text found has one character of each encoded-word. */
	CHINESE("subject.q", "SUBJECT", "6", "议纪",
	    NO(1) IN(2) NO(3) NO(4) NO(5) NO(6),
	    "a Chinese subject in two encoded-words, Q",
	    "检索分为两个 Q 编码字的中文主题"),
	GB18030("subject.gb18030", "SUBJECT", "12", "公文交换",
	    NO(1) NO(2) IN(3) NO(4) NO(5) NO(6),
	    "a Chinese subject in GB18030", "检索 GB18030 编码的中文主题"),
	CHINESE("from", "FROM", "9", "李爱丽",
	    IN(1) NO(2) NO(3) NO(4) NO(5) NO(6),
	    "a Chinese name", "检索中文发件人姓名"),
	CHINESE("body.base64", "BODY", "12", "采购合同",
	    NO(1) NO(2) NO(3) IN(4) NO(5) NO(6),
	    "a Chinese text in base64", "检索 base64 编码的中文正文"),
	CHINESE("body.qp", "BODY", "12", "验收报告",
	    NO(1) NO(2) NO(3) NO(4) IN(5) NO(6),
	    "a Chinese text in quoted-printable",
	    "检索 quoted-printable 编码的中文正文"),
	GB18030("body.gb18030", "BODY", "12", "档案移交",
	    NO(1) NO(2) NO(3) NO(4) NO(5) IN(6),
	    "a Chinese text in GB18030", "检索 GB18030 编码的中文正文"),
	CHINESE("text", "TEXT", "12", "年度预算",
	    IN(1) NO(2) NO(3) NO(4) NO(5) NO(6),
	    "TEXT finds a Chinese subject", "TEXT 检索命中中文主题"),
	CHINESE("none", "TEXT", "12", "年度决算",
	    NO(1) NO(2) NO(3) NO(4) NO(5) NO(6),
	    "a Chinese text that is nowhere", "检索不存在的中文内容"),

	/* The query in GB18030; "other [CHARSET]s MAY be supported". */
	SEARCH_CASE("gb18030", "RFC 3501 6.4.4",
	    "CHARSET GB18030", "以 CHARSET GB18030 检索",
	    CHINESE_OPEN
	    "C: q SEARCH CHARSET GB18030 SUBJECT {8}\n"
	    "S: +*\n"
	    "C=: \\xc4\\xea\\xb6\\xc8\\xd4\\xa4\\xcb\\xe3\\r\\n\n"
	    IN(1) NO(2) NO(3) NO(4) NO(5) NO(6)
	    "S!: q OK*  # RFC 3501 6.4.4\n"
	    "S?: q NO*\n"
	    IMAP_DONE),
};
/* clang-format on */

IMAP_GROUP(imap_search_text, "imaps", cases);
