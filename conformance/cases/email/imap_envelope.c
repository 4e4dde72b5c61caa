/* SPDX-License-Identifier: MIT */
/*
 * FETCH ENVELOPE: date, subject, from, sender, reply-to, to, cc, bcc,
 * in-reply-to, message-id, in this order (RFC 3501 7.4.2).
 */
#include "conformance/cases/email/imap_read.h"

extern const struct conf_group conf_imap_envelope;

/* clang-format off */
#define ENVELOPE(name, en, zh, file, value) \
	READ("envelope." name, "7.4.2", en, zh, \
	    READ_OPEN(file) \
	    TELLS("ENVELOPE", "ENVELOPE (" value, "7.4.2") \
	    IMAP_DONE)

/* One address: personal name, mailbox and host, as they are on the wire. */
#define WHO(name, mailbox) \
	"(" name " NIL \"" mailbox "\" \"example.test\")"
#define LI   "(" WHO("\"Li, Ming\"", "li.ming") ")"
#define WANG WHO("\"Wang Fang\"", "wang")
#define BARE "(" WHO("NIL", "li.ming") ")"
#define TEAM "((NIL NIL \"Team\" NIL)"

static const struct conf_case cases[] = {
	ENVELOPE("date", "date is that of the header", "date 取自头部",
	    "read-parts", "\"Sun, 22 Nov 2026 08:00:00 +0800\" "),
	ENVELOPE("subject", "subject", "subject", "read-parts",
	    "\"Sun*\" \"parts\" ("),
	/* Encoded-words are the client's to decode: 7-bit goes as it came. */
	ENVELOPE("encoded", "an encoded-word stays one",
	    "encoded-word 保持原样", "read-people",
	    "\"Sun*\" \"=?UTF-8?B?5YWz5LqO6aqM5pS25bel5L2c?=\" ("),
	ENVELOPE("from", "from, with a name in quotes",
	    "from 带引号的显示名", "read-plain", "\"Sun*\" \"*\" " LI " "),
	ENVELOPE("sender.default", "sender is from where there is none",
	    "没有 Sender 时取 From", "read-plain",
	    "\"Sun*\" \"*\" " LI " " LI " "),
	ENVELOPE("sender", "sender", "sender", "read-people",
	    "*\"li.ming\" \"example.test\")) (" WHO("NIL", "secretary") ") "),
	ENVELOPE("replyto.default", "reply-to is from where there is none",
	    "没有 Reply-To 时取 From", "read-plain",
	    "\"Sun*\" \"*\" " LI " * " LI " (" WANG),
	ENVELOPE("replyto", "reply-to", "reply-to", "read-people",
	    "*\"secretary\" \"example.test\")) ("
	    WHO("\"Office\"", "office") ") "),
	ENVELOPE("to", "to, with two addresses", "to 含两个地址", "read-plain",
	    "*" LI " (" WANG WHO("NIL", "zhao") ") "),
	ENVELOPE("group", "a group has a beginning and an end",
	    "地址组有起止标记", "read-people",
	    "*\"office\" \"example.test\")) " TEAM WHO("NIL", "wang")
	    WHO("\"Zhao\"", "zhao") "(NIL NIL NIL NIL)) "),
	ENVELOPE("cc", "cc", "cc", "read-plain",
	    "*\"zhao\" \"example.test\")) (" WHO("\"Qian\"", "qian") ") "),
	ENVELOPE("bcc", "bcc, with quotes within a name",
	    "bcc 显示名内含引号", "read-people",
	    "* NIL (" WHO("\"Say \\\\\"hi\\\\\"\"", "qian") ") NIL "),
	ENVELOPE("inreplyto", "in-reply-to", "in-reply-to", "read-plain",
	    "* \"<read-before@example.test>\" \""),
	ENVELOPE("messageid", "message-id comes last", "message-id 在最后",
	    "read-plain", "* \"<read-plain@example.test>\")"),
	ENVELOPE("absent", "cc and bcc that are not there are NIL",
	    "缺失的 cc、bcc 为 NIL", "read-parts",
	    "*(" WHO("NIL", "wang") ") NIL NIL "),
	ENVELOPE("absent.strings", "strings that are not there are NIL",
	    "缺失的字符串字段为 NIL", "read-bare",
	    "NIL NIL " BARE " * NIL NIL)"),
};
/* clang-format on */

IMAP_GROUP(imap_envelope, "imaps", cases);
