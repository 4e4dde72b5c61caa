/* SPDX-License-Identifier: MIT */
/* FETCH BODY[section]: header fields, texts and parts inside parts. */
#include "conformance/cases/email/imap_read.h"

extern const struct conf_group conf_imap_section;

/* clang-format off */
#define TEXT "6.4.5"

/* A section of a message, which is exactly this. */
#define SECTION(name, en, zh, file, section, value) \
	READ("section." name, TEXT, en, zh, \
	    READ_OPEN(file) \
	    TELLS("BODY.PEEK[" section "]", "BODY[" section "] \"" value "\"", \
		TEXT) \
	    IMAP_DONE)

/* Fields: how their names are said back is the server's. */
#define FIELDS_OF(name, en, zh, file, section, fields, value) \
	READ("section." name, TEXT, en, zh, \
	    READ_OPEN(file) \
	    TELLS("BODY.PEEK[" section " (" fields ")]", \
		"BODY[" section " (*)] \"" value "\"", TEXT) \
	    IMAP_DONE)

#define FIELD(field) field "\\r\\n"
#define BLANK "\\r\\n"

static const struct conf_case cases[] = {
	/* ---- header and text ---- */
	SECTION("header", "HEADER ends with the blank line",
	    "HEADER 含末尾空行", "read-bare", "HEADER",
	    FIELD("From: <li.ming@example.test>")
	    FIELD("X-Only: nothing else is known") BLANK),
	SECTION("text", "TEXT is what stands behind the header",
	    "TEXT 为头部之后的正文", "read-bare", "TEXT", "bare\\r\\n"),
	SECTION("text.parts", "TEXT of a multipart begins with its preamble",
	    "multipart 的 TEXT 从前言开始", "read-parts", "TEXT",
	    "This is the preamble.\\r\\n--b-0\\r\\n*"
	    "\\r\\n--b-0--\\r\\nThis is the epilogue.\\r\\n"),
	SECTION("single", "part 1 of a message that is no multipart",
	    "非 multipart 邮件的第 1 部分", "read-bare", "1", "bare\\r\\n"),
	SECTION("octets", "octets above 127 in a part",
	    "部分正文中的 8 位字节", "read-8bit", "1",
	    "\\xe5\\x90\\x84\\xe5\\xa4\\x84\\xe5\\xae\\xa4\\xef\\xbc\\x9a"
	    "\\xf0\\xa0\\xae\\xb7\\r\\n"),

	/* ---- header fields ---- */
	FIELDS_OF("fields", "HEADER.FIELDS has the field that was named",
	    "HEADER.FIELDS 返回指定字段", "read-plain", "HEADER.FIELDS", "CC",
	    FIELD("Cc: Qian <qian@example.test>") BLANK),
	FIELDS_OF("fields.case", "names of fields are found in any case",
	    "字段名不区分大小写", "read-plain", "HEADER.FIELDS", "mEsSaGe-Id",
	    FIELD("Message-ID: <read-plain@example.test>") BLANK),
	/* "case-insensitive but otherwise exact" */
	FIELDS_OF("fields.exact", "a longer name is another field",
	    "名称更长的字段是另一字段", "read-plain", "HEADER.FIELDS",
	    "SUBJECT-OF-NOTHING IN-REPLY",
	    FIELD("Subject-Of-Nothing: never asked for") BLANK),
	FIELDS_OF("fields.folded", "a folded field comes as it is",
	    "折行字段原样返回", "read-plain", "HEADER.FIELDS", "SUBJECT",
	    FIELD("Subject: the first line") FIELD(" and the second line")
	    BLANK),
	FIELDS_OF("fields.repeated", "a field that is there twice",
	    "重复字段全部返回", "read-plain", "HEADER.FIELDS", "RECEIVED",
	    FIELD("Received: from one.example by two.example; "
		"Sun, 22 Nov 2026 07:59:59 +0800")
	    FIELD("Received: from zero.example by one.example; "
		"Sun, 22 Nov 2026 07:59:58 +0800")
	    BLANK),
	FIELDS_OF("fields.none", "no such field: the blank line",
	    "没有该字段时只返回空行", "read-plain", "HEADER.FIELDS", "X-NONE",
	    BLANK),
	FIELDS_OF("not", "HEADER.FIELDS.NOT has all other fields",
	    "HEADER.FIELDS.NOT 返回其余字段", "read-plain",
	    "HEADER.FIELDS.NOT", "RECEIVED SUBJECT TO FROM DATE CC",
	    FIELD("Message-ID: <read-plain@example.test>")
	    FIELD("In-Reply-To: <read-before@example.test>")
	    FIELD("Subject-Of-Nothing: never asked for")
	    BLANK),
	FIELDS_OF("not.case", "names for HEADER.FIELDS.NOT are found in any case",
	    "HEADER.FIELDS.NOT 的字段名不区分大小写", "read-bare",
	    "HEADER.FIELDS.NOT", "fRoM",
	    FIELD("X-Only: nothing else is known") BLANK),

	/* ---- parts ---- */
	SECTION("part", "part 1 is its body, without its header",
	    "第 1 部分为其正文", "read-parts", "1", "part one\\r\\n"),
	SECTION("part.nested", "part 2.2, inside a multipart",
	    "multipart 内的 2.2 部分", "read-parts", "2.2",
	    "<p>part two two</p>\\r\\n"),
	SECTION("part.last", "the last part, in front of the epilogue",
	    "结语之前的最后一部分", "read-parts", "4", "JVBERi0xLjQK\\r\\n"),
	SECTION("mime", "1.MIME is the header of the part",
	    "1.MIME 为该部分的头部", "read-parts", "1.MIME",
	    FIELD("Content-Type: text/plain; charset=UTF-8")
	    FIELD("Content-ID: <one@example.test>")
	    FIELD("Content-Description: the text") BLANK),

	/* ---- message/rfc822 ---- */
	SECTION("message", "part 3, a message: all of it",
	    "第 3 部分为整封内嵌邮件", "read-parts", "3",
	    FIELD("Date: Sat, 21 Nov 2026 07:00:00 +0800") "*"
	    "\\r\\n--b-3--\\r\\n"),
	SECTION("message.header", "3.HEADER is that of the message inside",
	    "3.HEADER 为内嵌邮件的头部", "read-parts", "3.HEADER",
	    FIELD("Date: Sat, 21 Nov 2026 07:00:00 +0800")
	    FIELD("From: <zhao@example.test>") "*"
	    FIELD("Content-Type: multipart/mixed; boundary=\\\\\"b-3\\\\\"")
	    BLANK),
	SECTION("message.text", "3.TEXT is the body of the message inside",
	    "3.TEXT 为内嵌邮件的正文", "read-parts", "3.TEXT",
	    "--b-3\\r\\n*--b-3--\\r\\n"),
	SECTION("message.mime", "3.MIME is the header of the part",
	    "3.MIME 为该部分自己的头部", "read-parts", "3.MIME",
	    FIELD("Content-Type: message/rfc822")
	    FIELD("Content-Description: a message inside") BLANK),
	SECTION("message.part", "3.1, a part of the message inside",
	    "内嵌邮件的 3.1 部分", "read-parts", "3.1",
	    "part three one\\r\\n"),
	FIELDS_OF("message.fields", "3.HEADER.FIELDS of the message inside",
	    "内嵌邮件的 3.HEADER.FIELDS", "read-parts", "3.HEADER.FIELDS",
	    "SUBJECT", FIELD("Subject: inside") BLANK),
	/* RFC 2046 5.1.5: message/rfc822 is the default of a digest. */
	SECTION("digest", "2.TEXT of a multipart/digest",
	    "multipart/digest 的 2.TEXT", "read-digest", "2.TEXT",
	    "digest two\\r\\n"),

	/* Whatever is said of a part that is not there, it has no octets. */
	READ_ROW("section.missing", TEXT, LEVEL_SHALL, "imap.section.part",
	    "a part that is not there", "不存在的部分",
	    READ_OPEN("read-parts")
	    ASKED("BODY.PEEK[9]")
	    LACKS("BODY[9] \"?*\"", TEXT)
	    "S: ft OK*\n"
	    "S|: ft NO*\n"
	    "S|: ft BAD*\n"
	    IMAP_DONE),
};
/* clang-format on */

IMAP_GROUP(imap_section, "imaps", cases);
