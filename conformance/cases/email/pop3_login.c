/* SPDX-License-Identifier: MIT */
/*
 * AUTHORIZATION: greeting, which commands are legal when, USER and PASS,
 * AUTH, QUIT.
 */
#include "conformance/cases/email/pop3.h"

extern const struct conf_group conf_pop3_login;

/* clang-format off */
#define ON(name, cite, en, zh, what, same, text) \
	POP3_CASE("pop3." name, EMAIL_F_04, cite, en, zh, what, same, \
	    "pop3s", text)

/* "MUST respond to a command issued when the session is in an incorrect state
 * by responding with a negative status indicator" */
#define EARLY(name, command, verb, also) \
	ON("order." name, "RFC 1939 3", verb " before login", \
	    "登录前的 " verb, POP3_CAROL also, "pop3s.login", \
	    POP3_GREETED \
	    "C: " command "\n" \
	    "S!: -ERR*  # RFC 1939 3\n")
#define LATE(name, row, cite, command, verb, also) \
	POP3_CASE("pop3.order." name ".late", row, cite, \
	    verb " after login", "登录后的 " verb, POP3_CAROL also, \
	    "pop3s.login", "pop3s", \
	    POP3_IN \
	    "C: " command "\n" \
	    "S!: -ERR*  # " cite "\n" \
	    POP3_BYE)

#define WRONG "Wrong-password-1"

static const struct conf_case cases[] = {
	POP3_CASE("pop3.greeting", EMAIL_F_04, "RFC 1939 4",
	    "greets with +OK", "以 +OK 问候", "endpoint:pop3", NULL, "pop3",
	    "S!: +OK*  # RFC 1939 4\n"),
	POP3_CASE("pop3s.greeting", EMAIL_F_05, "RFC 8314 3.1",
	    "greets inside TLS", "在 TLS 内问候", "endpoint:pop3s", NULL,
	    "pop3s",
	    "S!: +OK*  # RFC 1939 4\n"),
	POP3_CASE("pop3.login", EMAIL_F_04, "RFC 1939 7",
	    "USER and PASS inside STLS", "STLS 后以 USER 与 PASS 登录",
	    "endpoint:pop3 pop3.stls pop3.user account:carol", NULL, "pop3",
	    POP3_SECURED
	    "C: USER ${carol.user}\n"
	    "S!: +OK*  # RFC 1939 7\n"
	    "C: PASS ${carol.password}\n"
	    "S!: +OK*  # RFC 1939 7\n"
	    POP3_BYE),
	POP3_CASE("pop3s.login", EMAIL_F_05, "RFC 8314 3.3",
	    "USER and PASS on the TLS port", "隐式 TLS 端口上以 USER 与 PASS 登录",
	    POP3_CAROL, NULL, "pop3s",
	    POP3_GREETED
	    "C: USER ${carol.user}\n"
	    "S!: +OK*  # RFC 1939 7\n"
	    "C: PASS ${carol.password}\n"
	    "S!: +OK*  # RFC 1939 7\n"
	    POP3_BYE),

	EARLY("stat", "STAT", "STAT", ""),
	EARLY("list", "LIST", "LIST", ""),
	EARLY("retr", "RETR 1", "RETR", ""),
	EARLY("dele", "DELE 1", "DELE", ""),
	EARLY("noop", "NOOP", "NOOP", ""),
	EARLY("rset", "RSET", "RSET", ""),
	EARLY("uidl", "UIDL", "UIDL", " pop3.uidl"),
	EARLY("top", "TOP 1 0", "TOP", " pop3.top"),

	/* "immediately after a successful USER" */
	ON("order.pass", "RFC 1939 7", "PASS without USER",
	    "没有 USER 的 PASS", POP3_CAROL, "pop3s.login",
	    POP3_GREETED
	    "C: PASS " WRONG "\n"
	    "S!: -ERR*  # RFC 1939 7\n"),
	LATE("user", EMAIL_F_04, "RFC 1939 7", "USER ${carol.user}", "USER",
	    ""),
	LATE("pass", EMAIL_F_04, "RFC 1939 7", "PASS " WRONG, "PASS", ""),
	LATE("auth", EMAIL_F_04, "RFC 5034 4", "AUTH PLAIN", "AUTH",
	    " pop3.sasl"),
	LATE("stls", EMAIL_F_05, "RFC 2595 4", "STLS", "STLS",
	    " pop3.stls"),

	ON("pass.wrong", "RFC 1939 7", "PASS with a wrong password",
	    "口令错误的登录", POP3_CAROL, "pop3s.login",
	    POP3_GREETED
	    "C: USER ${carol.user}\n"
	    "S: +OK*\n"
	    "C: PASS " WRONG "\n"
	    "S!: -ERR*  # RFC 1939 7\n"),

	/* "the server may close the connection" */
	ON("pass.again", "RFC 1939 4", "the right password after a wrong one",
	    "口令错误一次后以正确口令登录", POP3_CAROL, "pop3s.login",
	    POP3_GREETED
	    "C: USER ${carol.user}\n"
	    "S: +OK*\n"
	    "C: PASS " WRONG "\n"
	    "S: -ERR*\n"
	    "C: USER ${carol.user}\n"
	    "S: +OK*\n"
	    "S|: @closed\n"
	    "C: PASS ${carol.password}\n"
	    "S!: +OK*  # RFC 1939 4\n"
	    "S|: @closed  # RFC 1939 4\n"
	    "C: QUIT\n"
	    "S: +OK*\n"
	    "S|: @closed\n"),
	/* "immediately after a successful USER", once */
	ON("pass.twice", "RFC 1939 7", "PASS after PASS, without USER between",
	    "连续两次 PASS 而其间没有 USER", POP3_CAROL, "pop3s.login",
	    POP3_GREETED
	    "C: USER ${carol.user}\n"
	    "S: +OK*\n"
	    "C: PASS " WRONG "\n"
	    "S: -ERR*\n"
	    "C: PASS ${carol.password}\n"
	    "S!: -ERR*  # RFC 1939 7\n"
	    "S|: @closed  # RFC 1939 4\n"),

	/* "the problem is not the user's credentials" is what SYS says */
	ON("pass.code", "RFC 3206 4", "a wrong password is no fault of the system",
	    "口令错误不得报告为系统故障", POP3_CAROL " pop3.respcodes",
	    "pop3s.login",
	    POP3_GREETED
	    "C: USER ${carol.user}\n"
	    "S: +OK*\n"
	    "C: PASS " WRONG "\n"
	    "S-!: -ERR [SYS/*  # RFC 3206 4\n"
	    "S: -ERR*\n"),

	/*
	 * The words of both refusals are compared, where the words of one kind
	 * are the same each time.  A name that USER refuses is known not to be
	 * there.
	 */
	POP3_CASE("pop3.pass.enumeration", EMAIL_F_23, "RFC 1939 13",
	    "an unknown user is refused like a wrong password",
	    "用户不存在与口令错误的应答相同", POP3_CAROL, "pop3s.login",
	    "pop3s",
	    POP3_GREETED
	    "C: USER ${carol.user}\n"
	    "S: +OK*\n"
	    "C: PASS " WRONG "\n"
	    "S: -ERR$words\n"
	    "S|: -ERR\n"
	    "@close\n"
	    "@party same pop3s\n"
	    "same S: +OK*\n"
	    "same C: USER ${carol.user}\n"
	    "same S: +OK*\n"
	    "same C: PASS " WRONG "\n"
	    "same S: -ERR$words\n"
	    "same S|: -ERR\n"
	    "same @close\n"
	    "@party other pop3s\n"
	    "other S: +OK*\n"
	    "other C: USER nobody-yanshou\n"
	    "other S!: +OK*  # RFC 1939 13\n"
	    "other C: PASS " WRONG "\n"
	    "other S!: -ERR$words  # RFC 1939 13\n"
	    "other S|: -ERR\n"),

	ON("quit", "RFC 1939 6", "QUIT", "QUIT", POP3_CAROL, NULL,
	    POP3_IN
	    "C: QUIT\n"
	    "S!: +OK*  # RFC 1939 6\n"),
	ON("quit.closes", "RFC 1939 6", "closes the connection after QUIT",
	    "QUIT 之后关闭连接", POP3_CAROL, NULL,
	    POP3_IN
	    POP3_BYE
	    "@closed!\n"),
	ON("quit.first", "RFC 1939 4", "QUIT before login", "登录前的 QUIT",
	    "endpoint:pop3s", NULL,
	    POP3_GREETED
	    "C: QUIT\n"
	    "S!: +OK*  # RFC 1939 4\n"),
	/* An autologout timer is "of at least 10 minutes' duration". */
	{
		.id = "pop3.idle",
		.verifies = EMAIL_F_04,
		.clause = "RFC 1939 3",
		.title = "a client that says nothing for five seconds",
		.title_zh = "客户端静默五秒",
		.needs = POP3_CAROL,
		.locks = "account:carol",
		.service = "pop3s",
		.dialogue =
		    POP3_IN
		    "@silent! 5000\n"
		    "C: NOOP\n"
		    "S!: +OK*  # RFC 1939 3\n"
		    POP3_BYE,
	},
	ON("noop", "RFC 1939 5", "NOOP", "NOOP", POP3_CAROL, NULL,
	    POP3_IN
	    "C: NOOP\n"
	    "S!: +OK*  # RFC 1939 5\n"
	    POP3_BYE),

	/* ---- AUTH ---- */
	ON("auth.plain", "RFC 5034 4", "AUTH PLAIN after a challenge",
	    "质询之后的 AUTH PLAIN", POP3_CAROL " pop3.sasl", NULL,
	    POP3_GREETED
	    "C: AUTH PLAIN\n"
	    "S: +*\n"
	    "C: ${carol.plain}\n"
	    "S!: +OK*  # RFC 5034 4\n"
	    "C: STAT\n"
	    "S!: +OK ?*  # RFC 5034 4\n"
	    POP3_BYE),
	ON("auth.initial", "RFC 5034 4", "AUTH PLAIN with an initial response",
	    "带初始响应的 AUTH PLAIN", POP3_CAROL " pop3.sasl", NULL,
	    POP3_GREETED
	    "C: AUTH PLAIN ${carol.plain}\n"
	    "S!: +OK*  # RFC 5034 4\n"
	    "C: STAT\n"
	    "S!: +OK ?*  # RFC 5034 4\n"
	    POP3_BYE),
	/* "+" SP, and nothing more where the client speaks first */
	ON("auth.challenge", "RFC 5034 4", "AUTH PLAIN without an initial response",
	    "不带初始响应的 AUTH PLAIN", POP3_CAROL " pop3.sasl", NULL,
	    POP3_GREETED
	    "C: AUTH PLAIN\n"
	    "S!: + *  # RFC 5034 4\n"
	    "C: *\n"
	    "S: -ERR*\n"),
	ON("auth.wrong", "RFC 5034 4", "AUTH PLAIN with a wrong password",
	    "口令错误的 AUTH PLAIN", POP3_CAROL " pop3.sasl", "pop3s.login",
	    POP3_GREETED
	    "C: AUTH PLAIN\n"
	    "S: +*\n"
	    /* NUL carol NUL wrong */
	    "C: AGNhcm9sAHdyb25n\n"
	    "S!: -ERR*  # RFC 5034 4\n"),
	ON("auth.nobody", "RFC 5034 4", "AUTH PLAIN of a user who does not exist",
	    "用户不存在的 AUTH PLAIN", POP3_CAROL " pop3.sasl", "pop3s.login",
	    POP3_GREETED
	    "C: AUTH PLAIN\n"
	    "S: +*\n"
	    /* NUL nobody-yanshou NUL wrong */
	    "C: AG5vYm9keS15YW5zaG91AHdyb25n\n"
	    "S!: -ERR*  # RFC 5034 4\n"),
	ON("auth.mechanism", "RFC 5034 4", "AUTH with a mechanism nobody has",
	    "不存在的认证机制", POP3_CAROL " pop3.sasl", "pop3s.login",
	    POP3_GREETED
	    "C: AUTH X-YANSHOU\n"
	    "S!: -ERR*  # RFC 5034 4\n"),
	ON("auth.base64", "RFC 5034 4", "a response that is not base64",
	    "非 base64 的响应", POP3_CAROL " pop3.sasl", "pop3s.login",
	    POP3_GREETED
	    "C: AUTH PLAIN\n"
	    "S: +*\n"
	    "C~: !not base64!\n"
	    "S!: -ERR*  # RFC 5034 4\n"),
	/* "MUST reject the AUTH command" */
	ON("auth.cancel", "RFC 5034 4", "an exchange is cancelled with *",
	    "以 * 取消认证", POP3_CAROL " pop3.sasl", "pop3s.login",
	    POP3_GREETED
	    "C: AUTH PLAIN\n"
	    "S: +*\n"
	    "C: *\n"
	    "S!: -ERR*  # RFC 5034 4\n"),
};
/* clang-format on */

POP3_GROUP(pop3_login, "pop3", cases);
