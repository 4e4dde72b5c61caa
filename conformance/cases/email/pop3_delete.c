/* SPDX-License-Identifier: MIT */
/* DELE, RSET, what QUIT does and a lost connection does not; the lock. */
#include "conformance/cases/email/pop3.h"

extern const struct conf_group conf_pop3_delete;

/* clang-format off */
#define ON(name, cite, en, zh, what, same, text) \
	POP3_CASE("pop3." name, EMAIL_F_04, cite, en, zh, what, same, \
	    "pop3s", text)

/* "Any future reference to the message-number ... generates an error." */
#define HIDES(name, en, zh, also, command) \
	ON("dele." name, "RFC 1939 5", en, zh, POP3_MAIL also, "pop3s.login", \
	    POP3_WITH_MAIL \
	    POP3_DELETED \
	    "C: " command "\n" \
	    "S!: -ERR*  # RFC 1939 5\n" \
	    POP3_BYE)

/* In another session, after nothing was removed. */
#define STILL_THERE_AGAIN \
	POP3_AGAIN \
	"again C: RETR ${n}\n" \
	"again S!: +OK*  # RFC 1939 6\n" \
	"again S+!: Subject: ${token} mailer  # RFC 1939 6\n" \
	"again S: .\n" \
	"again C: DELE ${n}\n" \
	"again S: +OK*\n" \
	"again C: QUIT\n" \
	"again S: +OK*\n"

/* A session that was used, if only a little. */
#define IDLED \
	"C: NOOP\n" \
	"S: +OK*\n"

/* A second session, up to PASS. */
#define KNOCKS \
	"@party again pop3s\n" \
	"again S: +OK*\n" \
	"again C: USER ${carol.user}\n" \
	"again S: +OK*\n" \
	"again C: PASS ${carol.password}\n"
/* What a session that was let in may hear, and one that was not. */
#define EITHER \
	"again S: +OK*\n" \
	"again S|: -ERR*\n" \
	"again S|: @closed\n"
#define LET_IN KNOCKS \
	"again S!: +OK*  # RFC 1939 4\n" \
	"again C: QUIT\n" \
	"again S: +OK*\n"

static const struct conf_case cases[] = {
	ON("dele", "RFC 1939 5", "DELE", "DELE", POP3_MAIL, NULL,
	    POP3_WITH_MAIL
	    "C: DELE ${n}\n"
	    "S!: +OK*  # RFC 1939 5\n"
	    "C: RETR ${n}\n"
	    "S!: -ERR*  # RFC 1939 5\n"
	    POP3_BYE),
	HIDES("again", "DELE of a deleted message", "再次 DELE 已删除邮件", "",
	    "DELE ${n}"),
	HIDES("retr", "RETR of a deleted message", "RETR 已删除邮件", "",
	    "RETR ${n}"),
	HIDES("top", "TOP of a deleted message", "TOP 已删除邮件", " pop3.top",
	    "TOP ${n} 0"),
	HIDES("list.one", "LIST of a deleted message", "LIST 已删除邮件", "",
	    "LIST ${n}"),
	HIDES("uidl.one", "UIDL of a deleted message", "UIDL 已删除邮件",
	    " pop3.uidl", "UIDL ${n}"),
	ON("dele.list", "RFC 1939 5", "LIST without a deleted message",
	    "LIST 不列出已删除邮件", POP3_MAIL, NULL,
	    POP3_WITH_MAIL
	    POP3_DELETED
	    "C: LIST\n"
	    "S: +OK*\n"
	    "S-!: ${n} *  # RFC 1939 5\n"
	    "S: .\n"
	    POP3_BYE),
	ON("dele.uidl", "RFC 1939 7", "UIDL without a deleted message",
	    "UIDL 不列出已删除邮件", POP3_MAIL " pop3.uidl", NULL,
	    POP3_WITH_MAIL
	    POP3_DELETED
	    "C: UIDL\n"
	    "S: +OK*\n"
	    "S-!: ${n} *  # RFC 1939 7\n"
	    "S: .\n"
	    POP3_BYE),
	ON("dele.stat", "RFC 1939 5", "STAT without a deleted message",
	    "STAT 不计已删除邮件", POP3_MAIL, NULL,
	    POP3_WITH_MAIL
	    POP3_DELETED
	    "C: STAT\n"
	    "S-!: +OK ${n} *  # RFC 1939 5\n"
	    "S: +OK*\n"
	    POP3_BYE),
	/* Numbers are given once, when the maildrop is opened. */
	ON("dele.numbers", "RFC 1939 4", "DELE does not renumber what follows",
	    "DELE 不改变其后邮件的编号", POP3_MAIL, NULL,
	    POP3_WITH_TWO
	    "C: DELE ${mailer_n}\n"
	    "S: +OK*\n"
	    "C: RETR ${second_n}\n"
	    "S!: +OK*  # RFC 1939 4\n"
	    "S+!: Subject: ${token} second  # RFC 1939 4\n"
	    "S!: .\n"
	    "C: DELE ${second_n}\n"
	    "S: +OK*\n"
	    POP3_BYE),

	ON("rset", "RFC 1939 5", "RSET", "RSET", POP3_CAROL, NULL,
	    POP3_IN
	    "C: RSET\n"
	    "S!: +OK*  # RFC 1939 5\n"
	    POP3_BYE),
	ON("rset.restores", "RFC 1939 5", "RSET takes DELE back",
	    "RSET 撤销 DELE", POP3_MAIL, NULL,
	    POP3_WITH_MAIL
	    POP3_DELETED
	    "C: RSET\n"
	    "S: +OK*\n"
	    "C: LIST ${n}\n"
	    "S!: +OK ${n} *  # RFC 1939 5\n"
	    POP3_TIDY),

	/* ---- UPDATE ---- */
	ON("update", "RFC 1939 6", "QUIT removes what was deleted",
	    "QUIT 删除已标记的邮件", POP3_MAIL " pop3.uidl", NULL,
	    POP3_WITH_MAIL
	    "C: UIDL ${n}\n"
	    "S: +OK ${n} $uid\n"
	    POP3_TIDY
	    POP3_AGAIN
	    "again C: UIDL\n"
	    "again S: +OK*\n"
	    "again S-!: * ${uid}  # RFC 1939 6\n"
	    "again S: .\n"
	    "again C: QUIT\n"
	    "again S: +OK*\n"),
	/* "In no case may the server remove any messages not marked" */
	ON("update.only", "RFC 1939 6", "QUIT removes nothing else",
	    "QUIT 不删除未标记的邮件", POP3_MAIL, "pop3s.login",
	    POP3_WITH_TWO
	    "C: DELE ${mailer_n}\n"
	    "S: +OK*\n"
	    POP3_BYE
	    POP3_AGAIN
	    "again C: STAT\n"
	    "again S: +OK $last *\n"
	    "again C: RETR ${last}\n"
	    "again S!: +OK*  # RFC 1939 6\n"
	    "again S+!: Subject: ${token} second  # RFC 1939 6\n"
	    "again S: .\n"
	    "again C: DELE ${last}\n"
	    "again S: +OK*\n"
	    "again C: QUIT\n"
	    "again S: +OK*\n"),
	/* "MUST not remove any messages from the maildrop" */
	ON("update.dropped", "RFC 1939 6",
	    "a connection that is lost removes nothing",
	    "连接中断不删除邮件", POP3_MAIL, "pop3s.login",
	    POP3_WITH_MAIL
	    POP3_DELETED
	    "@close\n"
	    STILL_THERE_AGAIN),
	ON("update.rset", "RFC 1939 6", "DELE alone removes nothing",
	    "DELE 本身不删除邮件", POP3_MAIL, "pop3s.login",
	    POP3_WITH_MAIL
	    POP3_DELETED
	    "C: RSET\n"
	    "S: +OK*\n"
	    POP3_BYE
	    STILL_THERE_AGAIN),

	/*
	 * A lock "as necessary to prevent messages from being modified or
	 * removed": that is what is asked, whether the other one gets in or
	 * not.
	 */
	ON("lock", "RFC 1939 4", "a second session takes nothing from the first",
	    "第二个会话不得取走第一个会话的邮件", POP3_MAIL, "pop3s.login",
	    POP3_WITH_MAIL
	    KNOCKS
	    EITHER
	    "again C: DELE ${n}\n"
	    EITHER
	    "again C: QUIT\n"
	    EITHER
	    "C: RETR ${n}\n"
	    "S!: +OK*  # RFC 1939 4\n"
	    "S+!: Subject: ${token} mailer  # RFC 1939 4\n"
	    "S!: .\n"
	    "C: DELE ${n}\n"
	    "S: +OK*\n"
	    "S|: -ERR*\n"
	    "C: QUIT\n"
	    "S: +OK*\n"
	    "S|: -ERR*\n"),
	ON("lock.code", "RFC 3206 5",
	    "a maildrop in use is no fault of the password",
	    "邮箱占用不得报告为口令错误", POP3_CAROL " pop3.respcodes",
	    "pop3s.login",
	    POP3_IN
	    KNOCKS
	    "again S-!: -ERR [AUTH]*  # RFC 3206 5\n"
	    EITHER
	    POP3_BYE),
	ON("lock.quit", "RFC 1939 6", "the maildrop is free after QUIT",
	    "QUIT 之后释放邮箱", POP3_CAROL, NULL,
	    POP3_IN
	    IDLED
	    POP3_BYE
	    LET_IN),
	ON("lock.dropped", "RFC 1939 6",
	    "the maildrop is free after a connection was lost",
	    "连接中断后释放邮箱", POP3_CAROL, NULL,
	    POP3_IN
	    IDLED
	    "@close\n"
	    "@pause 1000\n"
	    LET_IN),
};
/* clang-format on */

POP3_GROUP(pop3_delete, "pop3", cases);
