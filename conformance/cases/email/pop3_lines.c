/* SPDX-License-Identifier: MIT */
/* Command lines: letters' case, groups, pieces, and what is not one. */
#include "conformance/cases/email/pop3.h"

extern const struct conf_group conf_pop3_lines;

/* clang-format off */
#define ON(name, cite, en, zh, what, same, text) \
	POP3_CASE("pop3." name, EMAIL_F_04, cite, en, zh, what, same, \
	    "pop3s", text)

static const struct conf_case cases[] = {
	ON("case", "RFC 1939 3", "commands in small letters", "小写的命令",
	    POP3_CAROL, NULL,
	    POP3_GREETED
	    "C: user ${carol.user}\n"
	    "S!: +OK*  # RFC 1939 3\n"
	    "C: pass ${carol.password}\n"
	    "S!: +OK*  # RFC 1939 3\n"
	    "C: sTaT\n"
	    "S!: +OK*  # RFC 1939 3\n"
	    POP3_BYE),
	ON("unknown", "RFC 1939 3", "a command that does not exist",
	    "不存在的命令", POP3_CAROL, "pop3s.login",
	    POP3_IN
	    "C~: XYZZY\n"
	    "S!: -ERR*  # RFC 1939 3\n"
	    POP3_BYE),
	ON("unknown.stays", "RFC 1939 3",
	    "the session goes on after an unknown command",
	    "未知命令之后会话继续", POP3_CAROL, NULL,
	    POP3_IN
	    "C~: XYZZY\n"
	    "S: -ERR*\n"
	    "C: NOOP\n"
	    "S!: +OK*  # RFC 1939 3\n"
	    POP3_BYE),
	ON("split", "RFC 1939 3", "a command that arrives in pieces",
	    "命令分段到达", "endpoint:pop3s", NULL,
	    POP3_GREETED "C=: QU\n"
			 "@pause 200\n"
			 "C=: IT\n"
			 "@pause 200\n"
			 "C=: \\r\\n\n"
			 "S!: +OK*  # RFC 1939 3\n"),
	ON("pipelining", "RFC 2449 6.6", "three commands in one piece",
	    "三条命令一次发出", POP3_CAROL " pop3.pipelining", NULL,
	    POP3_IN
	    "C: STAT\n"
	    "C: NOOP\n"
	    "C: QUIT\n"
	    "S!: +OK ?*  # RFC 2449 6.6\n"
	    "S!: +OK*  # RFC 2449 6.6\n"
	    "S!: +OK*  # RFC 2449 6.6\n"
	    "@closed\n"),
	ON("line.long", "RFC 2449 4", "a command of 255 octets",
	    "255 字节的命令", POP3_CAROL " pop3.capa", "pop3s.login",
	    POP3_IN
	    "C~: XYZZY ${\"x\"*247}\n"
	    "S!: -ERR*  # RFC 1939 3\n"
	    "C: NOOP\n"
	    "S!: +OK*  # RFC 2449 4\n"
	    POP3_BYE),
	ON("line.huge", "RFC 1939 3", "a line of 8000 octets",
	    "8000 字节的行", POP3_CAROL, "pop3s.login",
	    POP3_IN
	    "C~: XYZZY ${\"x\"*8000}\n"
	    "S!: -ERR*  # RFC 1939 3\n"
	    "S|: @closed  # RFC 2449 4\n"),
	ON("line.nul", "RFC 1939 3", "a NUL in a command", "命令中含 NUL",
	    POP3_CAROL, "pop3s.login",
	    POP3_IN
	    "C~: NO\\0OP\n"
	    "S!: -ERR*  # RFC 1939 3\n"
	    "S|: @closed  # RFC 1939 3\n"),
};
/* clang-format on */

POP3_GROUP(pop3_lines, "pop3", cases);
