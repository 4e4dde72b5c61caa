/* SPDX-License-Identifier: MIT */
/*
 * FETCH BODY and BODYSTRUCTURE.  Type, subtype, encoding and names of
 * parameters have no case, and a BODYSTRUCTURE need have no extension data.
 */
#include "conformance/cases/email/imap_read.h"

extern const struct conf_group conf_imap_structure;

/* clang-format off */
#define STRUCTURE(name, en, zh, file, item, value) \
	READ("structure." name, "7.4.2", en, zh, \
	    READ_OPEN(file) \
	    TELLS(item, item " (" value, "7.4.2") \
	    IMAP_DONE)

#define TEXT(subtype, charset, rest) \
	"(\"text\" \"" subtype "\" (\"charset\" \"" charset "\") " rest
#define PDF "(\"application\" \"pdf\" "
#define INSIDE "\"<read-inside@example.test>\") "

static const struct conf_case cases[] = {
	STRUCTURE("text", "BODY of a text", "文本邮件的 BODY", "read-8bit",
	    "BODY", "\"text\" \"plain\" (\"charset\" \"UTF-8\") NIL NIL "
	    "\"8bit\" 18 1)"),
	/* "defaulting various fields as necessary"; RFC 2045 5.2 */
	STRUCTURE("default", "without Content-Type it is text/plain",
	    "没有 Content-Type 时为 text/plain", "read-bare", "BODYSTRUCTURE",
	    "\"text\" \"plain\" "),
	/* RFC 2045 6.1 */
	STRUCTURE("encoding", "without an encoding it is 7bit",
	    "没有传输编码时为 7bit", "read-bare", "BODYSTRUCTURE",
	    "* NIL NIL \"7bit\" 6 "),
	STRUCTURE("size", "size counts the octets of the body",
	    "大小为正文字节数", "read-plain", "BODYSTRUCTURE",
	    "* NIL NIL \"7bit\" 37 "),
	STRUCTURE("lines", "lines of a text are counted", "统计文本行数",
	    "read-plain", "BODY", "* NIL NIL \"7bit\" 37 3)"),
	/* "the size in its transfer encoding" */
	STRUCTURE("encoded", "size of a part in base64 is that in base64",
	    "base64 部分的大小按编码后计", "read-parts", "BODYSTRUCTURE",
	    "*(\"name\" \"notice.pdf\") NIL NIL \"base64\" 14"),
	STRUCTURE("basic", "what is no text has no lines",
	    "非文本部分没有行数", "read-parts", "BODY",
	    "*" PDF "(\"name\" \"notice.pdf\") NIL NIL \"base64\" 14) "),
	STRUCTURE("params", "parameters of a type", "类型参数", "read-parts",
	    "BODYSTRUCTURE", "*" PDF "(\"name\" \"notice.pdf\") "),
	STRUCTURE("id", "Content-ID of a part", "部分的 Content-ID",
	    "read-parts", "BODYSTRUCTURE",
	    TEXT("plain", "UTF-8", "\"<one@example.test>\" ")),
	STRUCTURE("description", "Content-Description of a part",
	    "部分的 Content-Description", "read-parts", "BODYSTRUCTURE",
	    TEXT("plain", "UTF-8", "* \"the text\" \"7bit\" ")),
	/* "Extension data is never returned with the BODY fetch" */
	STRUCTURE("extension", "BODY has no extension data",
	    "BODY 不含扩展数据", "read-parts", "BODY",
	    "(* \"base64\" 14) \"mixed\")"),
	STRUCTURE("parts", "each part in its place", "各部分按顺序列出",
	    "read-parts", "BODYSTRUCTURE",
	    TEXT("plain", "UTF-8", "*) \"alternative\"*"
	    "(\"message\" \"rfc822\" *" PDF "(\"name\" ")),
	STRUCTURE("nested", "a multipart inside a multipart",
	    "嵌套的 multipart", "read-parts", "BODY",
	    "(*)(" TEXT("plain", "US-ASCII", "NIL NIL \"7bit\" 27 2)")
	    TEXT("html", "US-ASCII", "NIL NIL \"quoted-printable\" 21 1)")
	    " \"alternative\")"),
	STRUCTURE("message", "a message inside has an envelope",
	    "内嵌邮件带信封结构", "read-parts", "BODYSTRUCTURE",
	    "*(\"message\" \"rfc822\" NIL NIL \"a message inside\" \"7bit\" "
	    "?* (\"Sat, 21 Nov 2026 07:00:00 +0800\" \"inside\" ("),
	STRUCTURE("message.body", "and a structure of its own",
	    "内嵌邮件带自身结构", "read-parts", "BODY", "*" INSIDE "("
	    TEXT("plain", "US-ASCII", "NIL NIL \"7bit\" 16 1)")
	    PDF "NIL NIL NIL \"base64\" 14) \"mixed\") "),
	STRUCTURE("message.size", "and its size in octets and in lines",
	    "内嵌邮件的字节数和行数", "read-parts", "BODY",
	    "*\"a message inside\" \"7bit\" 387 (*\"mixed\") 20)"),
	/* RFC 2046 5.1.5 */
	STRUCTURE("digest", "parts of a digest are messages",
	    "digest 的各部分默认为邮件", "read-digest", "BODY",
	    "(\"message\" \"rfc822\" *\"<read-digest-1@example.test>\")*)"
	    "(\"message\" \"rfc822\" *\"<read-digest-2@example.test>\")*) "
	    "\"digest\")"),
	/* Where a disposition is told at all, its parameters are. */
	READ("structure.disposition", "7.4.2", "a disposition with its parameters",
	    "处置方式带参数",
	    READ_OPEN("read-parts")
	    ASKED("BODYSTRUCTURE")
	    LACKS("(\"attachment\" NIL)", "7.4.2")
	    HOLDS("BODYSTRUCTURE (", "7.4.2")
	    ANSWERED("6.4.5")
	    IMAP_DONE),
};
/* clang-format on */

IMAP_GROUP(imap_structure, "imaps", cases);
