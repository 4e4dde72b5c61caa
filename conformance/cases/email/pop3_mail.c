/* SPDX-License-Identifier: MIT */
/* TRANSACTION: STAT, LIST, UIDL, RETR, TOP. */
#include "conformance/cases/email/pop3.h"

extern const struct conf_group conf_pop3_mail;

/* clang-format off */
#define ON(name, cite, en, zh, what, same, text) \
	POP3_CASE("pop3." name, EMAIL_F_04, cite, en, zh, what, same, \
	    "pop3s", text)

/* Of a message that is not there, or said wrong. */
#define REFUSES(name, en, zh, also, command) \
	ON(name, "RFC 1939 3", en, zh, POP3_CAROL also, "pop3s.login", \
	    POP3_IN \
	    "C~: " command "\n" \
	    "S!: -ERR*  # RFC 1939 3\n" \
	    POP3_BYE)

#define UTF8  "\\xe9\\xaa\\x8c\\xe6\\x94\\xb6"

static const struct conf_case cases[] = {
	/* "+OK" SP count SP octets: such a count is a number of LIST */
	ON("stat", "RFC 1939 5", "STAT tells how many messages there are",
	    "STAT 给出邮件数目", POP3_MAIL, NULL,
	    POP3_BROUGHT
	    POP3_IN
	    "C: NOOP\n"
	    "S: +OK*\n"
	    "C: STAT\n"
	    "S!: +OK $n ?*  # RFC 1939 5\n"
	    "C: LIST ${n}\n"
	    "S!: +OK ${n} ?*  # RFC 1939 5\n"
	    POP3_TIDY),
	ON("list", "RFC 1939 5", "LIST shows the message", "LIST 列出该邮件",
	    POP3_MAIL, NULL,
	    POP3_WITH_MAIL
	    "C: LIST\n"
	    "S: +OK*\n"
	    "S+!: ${n} *  # RFC 1939 5\n"
	    "S: .\n"
	    POP3_TIDY),
	REFUSES("list.missing", "LIST of a message that is not there",
	    "LIST 不存在的邮件", "", "LIST 999999"),
	REFUSES("retr.missing", "RETR of a message that is not there",
	    "RETR 不存在的邮件", "", "RETR 999999"),
	REFUSES("dele.missing", "DELE of a message that is not there",
	    "DELE 不存在的邮件", "", "DELE 999999"),
	REFUSES("uidl.missing", "UIDL of a message that is not there",
	    "UIDL 不存在的邮件", " pop3.uidl", "UIDL 999999"),
	REFUSES("top.missing", "TOP of a message that is not there",
	    "TOP 不存在的邮件", " pop3.top", "TOP 999999 1"),
	REFUSES("retr.bare", "RETR without a number", "没有编号的 RETR", "",
	    "RETR"),
	REFUSES("dele.word", "DELE of a word", "编号不是数字的 DELE", "",
	    "DELE first"),
	REFUSES("top.bare", "TOP without a number of lines", "没有行数的 TOP",
	    " pop3.top", "TOP 1"),

	/* ---- UIDL ---- */
	ON("uidl", "RFC 1939 7", "UIDL shows the message", "UIDL 列出该邮件",
	    POP3_MAIL " pop3.uidl", NULL,
	    POP3_WITH_MAIL
	    "C: UIDL\n"
	    "S!: +OK*  # RFC 1939 7\n"
	    "S+!: ${n} ?*  # RFC 1939 7\n"
	    "S: .\n"
	    "C: UIDL ${n}\n"
	    "S!: +OK ${n} ?*  # RFC 1939 7\n"
	    POP3_TIDY),
	ON("uidl.stable", "RFC 1939 7", "a unique id lasts over sessions",
	    "唯一标识跨会话不变", POP3_MAIL " pop3.uidl", NULL,
	    POP3_WITH_MAIL
	    "C: UIDL ${n}\n"
	    "S: +OK ${n} $uid\n"
	    POP3_BYE
	    POP3_AGAIN
	    "again C: UIDL ${n}\n"
	    "again S!: +OK ${n} ${uid}  # RFC 1939 7\n"
	    "again C: DELE ${n}\n"
	    "again S: +OK*\n"
	    "again C: QUIT\n"
	    "again S: +OK*\n"),
	/* Two letters of one size, the second after the first was seen. */
	ON("uidl.unique", "RFC 1939 7", "two messages have two unique ids",
	    "两封邮件的唯一标识不同", POP3_MAIL " pop3.uidl", NULL,
	    POP3_WITH_MAIL
	    "C: UIDL ${n}\n"
	    "S: +OK ${n} $uid\n"
	    POP3_BYE
	    POP3_BROUGHT_AS("second", POP3_FOUR_LINES, "")
	    POP3_AGAIN
	    "again C: STAT\n"
	    "again S: +OK $m *\n"
	    "again C: UIDL ${m}\n"
	    "again S-!: +OK ${m} ${uid}  # RFC 1939 7\n"
	    "again S: +OK ${m} *\n"
	    "again C: DELE ${n}\n"
	    "again S: +OK*\n"
	    "again C: DELE ${m}\n"
	    "again S: +OK*\n"
	    "again C: QUIT\n"
	    "again S: +OK*\n"),

	/* A place in the maildrop is no name: the next session has others. */
	ON("uidl.kept", "RFC 1939 7",
	    "a unique id lasts when another message goes",
	    "其他邮件删除后唯一标识不变", POP3_MAIL " pop3.uidl", NULL,
	    POP3_WITH_TWO
	    "C: UIDL ${second_n}\n"
	    "S: +OK ${second_n} $uid\n"
	    "C: DELE ${mailer_n}\n"
	    "S: +OK*\n"
	    POP3_BYE
	    POP3_AGAIN
	    "again C: STAT\n"
	    "again S: +OK $last *\n"
	    "again C: UIDL ${last}\n"
	    "again S!: +OK ${last} ${uid}  # RFC 1939 7\n"
	    "again C: DELE ${last}\n"
	    "again S: +OK*\n"
	    "again C: QUIT\n"
	    "again S: +OK*\n"),

	/* ---- RETR ---- */
	ON("retr", "RFC 1939 5", "RETR sends the message", "RETR 发出邮件",
	    POP3_MAIL, NULL,
	    POP3_WITH_MAIL
	    "C: RETR ${n}\n"
	    "S!: +OK*  # RFC 1939 5\n"
	    "S+!: Subject: ${token} mailer  # RFC 1939 5\n"
	    "S+!: line one  # RFC 1939 5\n"
	    "S+!: line two  # RFC 1939 5\n"
	    "S+!: line three  # RFC 1939 5\n"
	    "S+!: last line  # RFC 1939 5\n"
	    "S!: .\n"
	    POP3_TIDY),
	ON("retr.dots", "RFC 1939 3", "lines that begin with dots",
	    "以点开头的行", POP3_MAIL, NULL,
	    POP3_BROUGHT_TEXT(".one\\r\\n..two\\r\\n.\\r\\nend\\r\\n")
	    POP3_IN
	    POP3_LAST
	    "C: RETR ${n}\n"
	    "S: +OK*\n"
	    "S+!: .one  # RFC 1939 3\n"
	    "S+!: ..two  # RFC 1939 3\n"
	    "S+!: end  # RFC 1939 3\n"
	    "S!: .\n"
	    POP3_TIDY),
	POP3_CASE("pop3.retr.octets", EMAIL_F_11, "RFC 6152 3",
	    "octets above 127 arrive as they were sent",
	    "8 位正文原样收到", POP3_MAIL " smtp.8bitmime", NULL, "pop3s",
	    POP3_BROUGHT_AS("mailer", "a " UTF8 " b\\r\\n", " BODY=8BITMIME")
	    POP3_IN
	    POP3_LAST
	    "C: RETR ${n}\n"
	    "S: +OK*\n"
	    "S+!: a " UTF8 " b  # RFC 6152 3\n"
	    "S: .\n"
	    POP3_TIDY),
	POP3_CASE("pop3.retr.spaces", EMAIL_F_11, "RFC 1939 5",
	    "spaces at the end of a line stay", "行尾空格保持不变",
	    POP3_MAIL, NULL, "pop3s",
	    POP3_BROUGHT_TEXT("two spaces\\x20\\x20\\r\\n")
	    POP3_IN
	    POP3_LAST
	    "C: RETR ${n}\n"
	    "S: +OK*\n"
	    "S+!: two spaces\\x20\\x20  # RFC 1939 5\n"
	    "S: .\n"
	    POP3_TIDY),
	ON("retr.keeps", "RFC 1939 8", "what was retrieved stays",
	    "取信不删除邮件", POP3_MAIL, NULL,
	    POP3_WITH_MAIL
	    "C: RETR ${n}\n"
	    "S: +OK*\n"
	    "S: .\n"
	    POP3_BYE
	    POP3_AGAIN
	    "again C: RETR ${n}\n"
	    "again S!: +OK*  # RFC 1939 8\n"
	    "again S+!: Subject: ${token} mailer  # RFC 1939 8\n"
	    "again S: .\n"
	    "again C: DELE ${n}\n"
	    "again S: +OK*\n"
	    "again C: QUIT\n"
	    "again S: +OK*\n"),

	/* ---- TOP ---- */
	ON("top", "RFC 1939 7", "TOP", "TOP", POP3_MAIL " pop3.top", NULL,
	    POP3_WITH_MAIL
	    "C: TOP ${n} 1\n"
	    "S!: +OK*  # RFC 1939 7\n"
	    "S!: .\n"
	    POP3_TIDY),
	ON("top.none", "RFC 1939 7", "TOP with no line of the body",
	    "TOP 不含正文行", POP3_MAIL " pop3.top", NULL,
	    POP3_WITH_MAIL
	    "C: TOP ${n} 0\n"
	    "S: +OK*\n"
	    "S+!: Subject: ${token} mailer  # RFC 1939 7\n"
	    "S-!: line one  # RFC 1939 7\n"
	    "S: .\n"
	    POP3_TIDY),
	ON("top.blank", "RFC 1939 7", "TOP ends a header with the blank line",
	    "TOP 的信头之后有空行", POP3_MAIL " pop3.top", NULL,
	    POP3_WITH_MAIL
	    "C: TOP ${n} 0\n"
	    "S: +OK*\n"
	    "S+!:   # RFC 1939 7\n"
	    "S: .\n"
	    POP3_TIDY),
	ON("top.dots", "RFC 1939 7", "lines that begin with dots in TOP",
	    "TOP 中以点开头的行", POP3_MAIL " pop3.top", NULL,
	    POP3_BROUGHT_TEXT(".one\\r\\n..two\\r\\n.\\r\\nend\\r\\n")
	    POP3_IN
	    POP3_LAST
	    "C: TOP ${n} 9\n"
	    "S: +OK*\n"
	    "S+!: .one  # RFC 1939 7\n"
	    "S+!: ..two  # RFC 1939 7\n"
	    "S+!: end  # RFC 1939 7\n"
	    "S!: .\n"
	    POP3_TIDY),
	ON("top.some", "RFC 1939 7", "TOP with one line of the body",
	    "TOP 含正文一行", POP3_MAIL " pop3.top", NULL,
	    POP3_WITH_MAIL
	    "C: TOP ${n} 1\n"
	    "S: +OK*\n"
	    "S+!: line one  # RFC 1939 7\n"
	    "S-!: line two  # RFC 1939 7\n"
	    "S: .\n"
	    POP3_TIDY),
	ON("top.more", "RFC 1939 7", "TOP with more lines than there are",
	    "TOP 行数多于实际行数", POP3_MAIL " pop3.top", NULL,
	    POP3_WITH_MAIL
	    "C: TOP ${n} 5000\n"
	    "S: +OK*\n"
	    "S+!: line one  # RFC 1939 7\n"
	    "S+!: last line  # RFC 1939 7\n"
	    "S: .\n"
	    POP3_TIDY),
};
/* clang-format on */

POP3_GROUP(pop3_mail, "pop3", cases);
