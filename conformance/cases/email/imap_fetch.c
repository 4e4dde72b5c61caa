/* SPDX-License-Identifier: MIT */
/* FETCH: its items and macros, \Seen, and parts of a text by octets. */
#include "conformance/cases/email/imap_read.h"

extern const struct conf_group conf_imap_fetch;

/* clang-format off */
/* The body of read-plain.eml has 37 octets. */
#define BODY_TEXT \
	"\"line one\\r\\nline two, 0123456789\\r\\nEND\\r\\n\""

#define THREE IMAP_ALICE_IN IMAP_CREATED \
	IMAP_APPENDED("a1", "mail/read-plain.eml") \
	IMAP_APPENDED("a2", "mail/read-bare.eml") \
	IMAP_APPENDED("a3", "mail/read-plain.eml") \
	IMAP_SELECTED
#define EACH_HAS(what, cite) \
	"S+!: * 1 FETCH (*" what "*)  # RFC 3501 " cite "\n" \
	"S+!: * 2 FETCH (*" what "*)  # RFC 3501 " cite "\n" \
	"S+!: * 3 FETCH (*" what "*)  # RFC 3501 " cite "\n"

/* Has one item, once it was asked for, set \Seen? */
#define SEES(name, item, en, zh) SEEING(name, item, IS_SEEN, en, zh)
#define SEES_NOT(name, item, en, zh) SEEING(name, item, IS_UNSEEN, en, zh)
#define SEEING(name, item, is, en, zh) \
	READ(name, "6.4.5", en, zh, \
	    READ_OPEN("read-plain") ASKED(item) DONE is("6.4.5") IMAP_DONE)

static const struct conf_case cases[] = {
	/* ---- items ---- */
	READ("fetch.flags", "7.4.2", "FLAGS are those that are set",
	    "FLAGS 给出已设置的标志",
	    IMAP_ALICE_IN IMAP_CREATED
	    IMAP_APPENDED_AS("ap", "(\\Flagged \\Seen) ", "mail/read-plain.eml")
	    IMAP_SELECTED
	    ASKED("FLAGS")
	    HOLDS("FLAGS (*\\Flagged*)", "7.4.2")
	    HOLDS("FLAGS (*\\Seen*)", "7.4.2")
	    LACKS("FLAGS (*\\Deleted*)", "7.4.2")
	    ANSWERED("6.4.5")
	    IMAP_DONE),
	READ("fetch.size", "7.4.2", "RFC822.SIZE counts the octets of BODY[]",
	    "RFC822.SIZE 等于 BODY[] 的字节数",
	    READ_OPEN("read-plain")
	    ASKED("BODY.PEEK[]")
	    "S+: * 1 FETCH (*BODY[] " WHOLE("read-plain") "*)\n"
	    DONE
	    TELLS("RFC822.SIZE", "RFC822.SIZE " LENGTH("read-plain"), "7.4.2")
	    IMAP_DONE),
	/* date-day-fixed = (SP DIGIT) / 2DIGIT */
	READ("fetch.date", "9", "INTERNALDATE has the form of a date-time",
	    "INTERNALDATE 符合 date-time 语法",
	    IMAP_ALICE_IN IMAP_CREATED
	    IMAP_APPENDED_AS("ap", "\" 5-Nov-2026 12:00:00 +0000\" ",
		"mail/read-plain.eml")
	    IMAP_SELECTED
	    TELLS("INTERNALDATE",
		"INTERNALDATE \"?\?-??\?-???? ??:??:?? ?????\"", "9")
	    IMAP_DONE),
	READ("fetch.body", "6.4.5", "BODY[] is the whole message",
	    "BODY[] 返回整封邮件",
	    READ_OPEN("read-plain")
	    TELLS("BODY[]", "BODY[] " WHOLE("read-plain"), "6.4.5")
	    IMAP_DONE),
	/* literal = "{" number "}" CRLF *CHAR8: a number of octets */
	READ("fetch.octets", "4.3", "a literal counts octets, not characters",
	    "literal 按字节而非字符计数",
	    READ_OPEN("read-8bit")
	    TELLS("BODY.PEEK[]", "BODY[] " WHOLE("read-8bit"), "4.3")
	    IMAP_DONE),
	READ("fetch.long", "7.4.2", "BODY[] of 70,000 octets is not truncated",
	    "70000 字节的 BODY[] 不被截断",
	    READ_OPEN("read-long")
	    TELLS("BODY.PEEK[]", "BODY[] " WHOLE("read-long"), "7.4.2")
	    IMAP_DONE),
	/* "... no body and no blank line" */
	READ("fetch.noblank", "7.4.2", "a message without a blank line",
	    "没有空行的邮件",
	    READ_OPEN("read-header")
	    TELLS("BODY.PEEK[]", "BODY[] " WHOLE("read-header"), "6.4.5")
	    IMAP_DONE),
	READ("fetch.many", "6.4.5", "eight items in one FETCH",
	    "一次 FETCH 请求八个数据项",
	    READ_OPEN("read-plain")
	    ASKED("(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE "
		"BODY.PEEK[HEADER] BODY.PEEK[TEXT])")
	    HOLDS("UID ?", "6.4.5")
	    HOLDS("FLAGS (", "6.4.5")
	    HOLDS("INTERNALDATE \"", "6.4.5")
	    HOLDS("RFC822.SIZE ?", "6.4.5")
	    HOLDS("ENVELOPE (", "6.4.5")
	    HOLDS("BODYSTRUCTURE (", "6.4.5")
	    HOLDS("BODY[HEADER] \"", "6.4.5")
	    HOLDS("BODY[TEXT] " BODY_TEXT, "6.4.5")
	    ANSWERED("6.4.5")
	    IMAP_DONE),
	READ("fetch.several", "6.4.5", "FETCH of a range answers for each",
	    "对范围 FETCH 时逐封应答",
	    THREE
	    "C: ft FETCH 1:3 (RFC822.SIZE)\n"
	    EACH_HAS("RFC822.SIZE ?", "6.4.5")
	    ANSWERED("6.4.5")
	    IMAP_DONE),
	READ("fetch.list", "6.4.5", "FETCH of 1,3 answers for these",
	    "FETCH 1,3 只应答这两封",
	    THREE
	    "C: ft FETCH 1,3 (BODY.PEEK[TEXT])\n"
	    "S+!: * 1 FETCH (*BODY[TEXT] " BODY_TEXT "*)  # RFC 3501 6.4.5\n"
	    "S-!: * 2 FETCH (*BODY[TEXT]*)  # RFC 3501 6.4.5\n"
	    "S+!: * 3 FETCH (*BODY[TEXT] " BODY_TEXT "*)  # RFC 3501 6.4.5\n"
	    ANSWERED("6.4.5")
	    IMAP_DONE),
	READ_ROW("fetch.unknown", "6.4.5", LEVEL_SHALL, "imap.fetch.flags",
	    "an item that does not exist", "不存在的数据项",
	    READ_OPEN("read-plain")
	    "C~: ft FETCH 1 (FLAGS NONSENSE)\n"
	    "S!: ft BAD*  # RFC 3501 6.4.5\n"
	    IMAP_DONE),

	/* ---- macros ---- */
	READ("fetch.all", "6.4.5", "ALL", "宏 ALL",
	    READ_OPEN("read-plain")
	    ASKED("ALL")
	    HOLDS("FLAGS (", "6.4.5")
	    HOLDS("INTERNALDATE \"", "6.4.5")
	    HOLDS("RFC822.SIZE ?", "6.4.5")
	    HOLDS("ENVELOPE (", "6.4.5")
	    ANSWERED("6.4.5")
	    IMAP_DONE),
	READ("fetch.fast", "6.4.5", "FAST", "宏 FAST",
	    READ_OPEN("read-plain")
	    ASKED("FAST")
	    HOLDS("FLAGS (", "6.4.5")
	    HOLDS("INTERNALDATE \"", "6.4.5")
	    HOLDS("RFC822.SIZE ?", "6.4.5")
	    ANSWERED("6.4.5")
	    IMAP_DONE),
	READ("fetch.full", "6.4.5", "FULL", "宏 FULL",
	    READ_OPEN("read-plain")
	    ASKED("FULL")
	    HOLDS("FLAGS (", "6.4.5")
	    HOLDS("INTERNALDATE \"", "6.4.5")
	    HOLDS("RFC822.SIZE ?", "6.4.5")
	    HOLDS("ENVELOPE (", "6.4.5")
	    HOLDS("BODY (", "6.4.5")
	    ANSWERED("6.4.5")
	    IMAP_DONE),

	/* ---- \Seen ---- */
	SEES("fetch.seen", "BODY[]",
	    "BODY[] sets \\Seen", "BODY[] 设置 \\Seen"),
	SEES("fetch.seen.section", "BODY[HEADER]",
	    "BODY[HEADER] sets \\Seen", "BODY[HEADER] 设置 \\Seen"),
	READ_SHOULD("fetch.seen.told", "6.4.5",
	    "\\Seen that BODY[] sets is told with it",
	    "BODY[] 设置的 \\Seen 随应答告知",
	    READ_OPEN("read-plain")
	    ASKED("BODY[]")
	    HOLDS("FLAGS (*\\Seen*)", "6.4.5")
	    ANSWERED("6.4.5")
	    IMAP_DONE),
	SEES_NOT("fetch.peek", "BODY.PEEK[]",
	    "BODY.PEEK[] leaves \\Seen alone", "BODY.PEEK[] 不设置 \\Seen"),
	/* msg-att-static has no BODY.PEEK. */
	READ("fetch.peek.name", "9", "what BODY.PEEK[TEXT] gets is BODY[TEXT]",
	    "BODY.PEEK[TEXT] 的应答名为 BODY[TEXT]",
	    READ_OPEN("read-plain")
	    TELLS("BODY.PEEK[TEXT]", "BODY[TEXT] " BODY_TEXT, "9")
	    IMAP_DONE),

	/* ---- RFC822 and its kin ---- */
	READ("fetch.rfc822", "6.4.5", "RFC822 is the message, by this name",
	    "RFC822 以此名返回整封邮件",
	    READ_OPEN("read-plain")
	    TELLS("RFC822", "RFC822 " WHOLE("read-plain"), "6.4.5")
	    IMAP_DONE),
	SEES("fetch.rfc822.seen", "RFC822",
	    "RFC822 sets \\Seen", "RFC822 设置 \\Seen"),
	READ("fetch.header", "6.4.5", "RFC822.HEADER is the header",
	    "RFC822.HEADER 返回头部",
	    READ_OPEN("read-bare")
	    TELLS("RFC822.HEADER", "RFC822.HEADER \"From: "
		"<li.ming@example.test>\\r\\nX-Only: nothing else is known"
		"\\r\\n\\r\\n\"", "6.4.5")
	    IMAP_DONE),
	SEES_NOT("fetch.header.seen", "RFC822.HEADER",
	    "RFC822.HEADER leaves \\Seen alone", "RFC822.HEADER 不设置 \\Seen"),
	READ("fetch.text", "6.4.5", "RFC822.TEXT is the body",
	    "RFC822.TEXT 返回正文",
	    READ_OPEN("read-plain")
	    TELLS("RFC822.TEXT", "RFC822.TEXT " BODY_TEXT, "6.4.5")
	    IMAP_DONE),
	SEES("fetch.text.seen", "RFC822.TEXT",
	    "RFC822.TEXT sets \\Seen", "RFC822.TEXT 设置 \\Seen"),

	/* ---- <origin.count> ---- */
	READ("fetch.partial", "6.4.5", "the first octets of a text",
	    "取正文开头若干字节",
	    READ_OPEN("read-plain")
	    TELLS("BODY.PEEK[TEXT]<0.8>", "BODY[TEXT]<0> \"line one\"", "6.4.5")
	    IMAP_DONE),
	READ("fetch.partial.middle", "6.4.5", "octets from the middle of a text",
	    "取正文中间若干字节",
	    READ_OPEN("read-plain")
	    TELLS("BODY.PEEK[TEXT]<10.8>", "BODY[TEXT]<10> \"line two\"",
		"6.4.5")
	    IMAP_DONE),
	/* "truncated as appropriate" */
	READ("fetch.partial.cut", "6.4.5", "more octets than there are",
	    "请求的字节数超过实际",
	    READ_OPEN("read-plain")
	    TELLS("BODY.PEEK[TEXT]<32.500>", "BODY[TEXT]<32> \"END\\r\\n\"",
		"6.4.5")
	    IMAP_DONE),
	READ("fetch.partial.zero", "6.4.5",
	    "all of a text by octets is told with its origin",
	    "按字节取全文时应答带起点",
	    READ_OPEN("read-plain")
	    TELLS("BODY.PEEK[TEXT]<0.2048>", "BODY[TEXT]<0> " BODY_TEXT,
		"6.4.5")
	    IMAP_DONE),
	READ("fetch.partial.beyond", "6.4.5", "octets behind the end: none",
	    "起点超出末尾时返回空串",
	    READ_OPEN("read-plain")
	    TELLS("BODY.PEEK[TEXT]<500.10>", "BODY[TEXT]<500> \"\"", "6.4.5")
	    IMAP_DONE),
	READ("fetch.partial.end", "6.4.5", "as many octets as there are",
	    "恰好取到末尾",
	    READ_OPEN("read-plain")
	    TELLS("BODY.PEEK[TEXT]<10.27>",
		"BODY[TEXT]<10> \"line two, 0123456789\\r\\nEND\\r\\n\"",
		"6.4.5")
	    IMAP_DONE),
	READ("fetch.partial.fields", "6.4.5",
	    "octets of header fields, counted behind subsetting",
	    "头字段子集的部分字节",
	    READ_OPEN("read-plain")
	    TELLS("BODY.PEEK[HEADER.FIELDS (CC)]<0.8>",
		"BODY[HEADER.FIELDS (*)]<0> \"Cc: Qian\"", "6.4.5")
	    IMAP_DONE),
	READ("fetch.partial.part", "6.4.5", "octets of a part",
	    "取某一部分的若干字节",
	    READ_OPEN("read-parts")
	    TELLS("BODY.PEEK[2.1]<5.7>", "BODY[2.1]<5> \"two one\"", "6.4.5")
	    IMAP_DONE),
	/* "MUST NOT be used ... unless the client specifically requested it" */
	READ("fetch.partial.unasked", "7.4.2",
	    "no origin where none was asked for", "未请求时应答不带起点",
	    READ_OPEN("read-plain")
	    ASKED("BODY.PEEK[TEXT]")
	    LACKS("BODY[TEXT]<", "7.4.2")
	    HOLDS("BODY[TEXT] ", "7.4.2")
	    ANSWERED("6.4.5")
	    IMAP_DONE),
};
/* clang-format on */

IMAP_GROUP(imap_fetch, "imaps", cases);
