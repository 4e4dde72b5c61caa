/* SPDX-License-Identifier: MIT */
/*
 * Greeting, tags, states and the end: what every IMAP conversation rests on.
 */
#include "conformance/cases/email/imap_prelude.h"

extern const struct conf_group conf_imap_session;

/* clang-format off */
#define CASE(name, cite, en, zh, wants, same, text) \
	IMAP_ROW(name, EMAIL_F_06, cite, LEVEL_SHALL, en, zh, wants, same, text)

/* "the server will respond with a BAD or NO" */
#define REFUSED(tag) \
	"S!: " tag " BAD*  # RFC 3501 3\n" \
	"S|: " tag " NO*  # RFC 3501 3\n"

/* A command that asks for a login, and the connection is as it was. */
#define BEFORE_LOGIN(name, en, zh, command) \
	CASE("state." name, "RFC 3501 3.1", en, zh, IMAPS_ALICE, "imap.login", \
	    IMAP_GREETED \
	    "C: x " command "\n" \
	    REFUSED("x") \
	    IMAP_LOGIN("alice") \
	    IMAP_BYE)

/* One that asks for a mailbox. */
#define BEFORE_SELECT(name, en, zh, command) \
	CASE("state." name, "RFC 3501 3.2", en, zh, IMAPS_ALICE, \
	    "imap.state.selected", \
	    IMAP_ALICE_IN \
	    "C: x " command "\n" \
	    REFUSED("x") \
	    "C: still NOOP\n" \
	    "S: still OK*\n" \
	    IMAP_BYE)

/* One that is over once we are in. */
#define AFTER_LOGIN(name, en, zh, command) \
	CASE("state." name, "RFC 3501 3", en, zh, IMAPS_ALICE, "imap.login", \
	    IMAP_ALICE_IN \
	    "C: x " command "\n" \
	    REFUSED("x") \
	    "C: still LIST \"\" \"\"\n" \
	    "S: still OK*\n" \
	    IMAP_BYE)

static const struct conf_case cases[] = {
	CASE("greeting", "RFC 3501 7.1", "greets with an untagged OK",
	    "以未标记的 OK 问候", IMAPS_ANY, NULL,
	    "S!: * OK*  # RFC 3501 7.1.1\n"
	    "S?: * PREAUTH*  # RFC 3501 7.1.4\n"),
	CASE("capability", "RFC 3501 6.1.1", "CAPABILITY names IMAP4rev1",
	    "CAPABILITY 列出 IMAP4rev1", IMAPS_ANY, NULL,
	    IMAP_GREETED
	    "C: cap CAPABILITY\n"
	    "S!: * CAPABILITY* IMAP4rev1  # RFC 3501 6.1.1\n"
	    "S|: * CAPABILITY* IMAP4rev1 *  # RFC 3501 6.1.1\n"
	    "S!: cap OK*  # RFC 3501 6.1.1\n"),
	CASE("capability.inside", "RFC 3501 6.1.1",
	    "CAPABILITY names IMAP4rev1 after login too",
	    "登录后 CAPABILITY 仍列出 IMAP4rev1", IMAPS_ALICE, NULL,
	    IMAP_ALICE_IN
	    "C: cap CAPABILITY\n"
	    "S!: * CAPABILITY* IMAP4rev1  # RFC 3501 6.1.1\n"
	    "S|: * CAPABILITY* IMAP4rev1 *  # RFC 3501 6.1.1\n"
	    "S!: cap OK*  # RFC 3501 6.1.1\n"),

	/* "The NOOP command always succeeds." */
	CASE("noop", "RFC 3501 6.1.2", "NOOP before login", "登录前的 NOOP",
	    IMAPS_ANY, NULL,
	    IMAP_GREETED
	    "C: a1 NOOP\n"
	    "S!: a1 OK*  # RFC 3501 6.1.2\n"),
	CASE("noop.inside", "RFC 3501 6.1.2",
	    "NOOP after login, and in a mailbox", "登录后及选中邮箱后的 NOOP",
	    IMAPS_ALICE, NULL,
	    IMAP_ALICE_IN
	    "C: a1 NOOP\n"
	    "S!: a1 OK*  # RFC 3501 6.1.2\n"
	    IMAP_EXAMINED
	    "C: a2 NOOP\n"
	    "S!: a2 OK*  # RFC 3501 6.1.2\n"
	    IMAP_BYE),

	CASE("logout.bye", "RFC 3501 6.1.3", "says BYE before OK to LOGOUT",
	    "LOGOUT 时先 BYE 后 OK", IMAPS_ANY, NULL,
	    IMAP_GREETED
	    "C: out LOGOUT\n"
	    "S+!: * BYE*  # RFC 3501 6.1.3\n"
	    "S!: out OK*  # RFC 3501 6.1.3\n"),
	CASE("logout.closes", "RFC 3501 6.1.3", "closes after LOGOUT",
	    "LOGOUT 后关闭连接", IMAPS_ANY, NULL,
	    IMAP_GREETED
	    "C: out LOGOUT\n"
	    "S: out OK*\n"
	    "@closed!\n"),
	CASE("logout.inside", "RFC 3501 6.1.3", "LOGOUT from a mailbox",
	    "选中邮箱后 LOGOUT", IMAPS_ALICE, NULL,
	    IMAP_ALICE_IN IMAP_EXAMINED
	    "C: out LOGOUT\n"
	    "S+!: * BYE*  # RFC 3501 6.1.3\n"
	    "S!: out OK*  # RFC 3501 6.1.3\n"
	    "@closed!\n"),

	/* tag = 1*<any ASTRING-CHAR except "+">, and that is a lot. */
	CASE("tag", "RFC 3501 2.2.2", "answers with the tag it was given",
	    "以命令的标签作答", IMAPS_ANY, "imap.noop",
	    IMAP_GREETED
	    "C: a.b-c_d=e!f&g/${token}~ NOOP\n"
	    "S!: a.b-c_d=e!f&g/${token}~ OK*  # RFC 3501 2.2.2\n"),
	CASE("tag.bracket", "RFC 3501 9", "a tag with a closing bracket",
	    "标签含右方括号", IMAPS_ANY, "imap.noop",
	    IMAP_GREETED
	    "C: a]1 NOOP\n"
	    "S!: a]1 OK*  # RFC 3501 9\n"),
	CASE("tag.number", "RFC 3501 2.2.2", "a tag of digits, used twice",
	    "数字标签，且重复使用", IMAPS_ANY, "imap.noop",
	    IMAP_GREETED
	    "C: 0007 NOOP\n"
	    "S!: 0007 OK*  # RFC 3501 2.2.2\n"
	    "C: 0007 NOOP\n"
	    "S!: 0007 OK*  # RFC 3501 2.2.2\n"),

	/* "all alphabetic characters are case-insensitive" */
	CASE("case", "RFC 3501 9", "commands in any case", "命令不分大小写",
	    IMAPS_ANY, "imap.noop",
	    IMAP_GREETED
	    "C: a1 noop\n"
	    "S!: a1 OK*  # RFC 3501 9\n"
	    "C: a2 nOoP\n"
	    "S!: a2 OK*  # RFC 3501 9\n"
	    "C: a3 CapaBility\n"
	    "S!: a3 OK*  # RFC 3501 9\n"),
	CASE("case.inbox", "RFC 3501 5.1", "inbox in any case",
	    "INBOX 不分大小写", IMAPS_ALICE, "imap.login",
	    IMAP_ALICE_IN
	    "C: a1 STATUS inBoX (UIDNEXT)\n"
	    "S!: a1 OK*  # RFC 3501 5.1\n"
	    IMAP_BYE),

	CASE("unknown", "RFC 3501 2.2.2", "a command nobody knows",
	    "不存在的命令", IMAPS_ANY, "imap.noop",
	    IMAP_GREETED
	    "C: x XYZZY\n"
	    "S!: x BAD*  # RFC 3501 2.2.2\n"
	    "C: still NOOP\n"
	    "S!: still OK*  # RFC 3501 3.4\n"),

	/* "MAY send another command without waiting" */
	CASE("pipelining", "RFC 3501 5.5", "three commands at once",
	    "一次发送三条命令", IMAPS_ANY, "imap.noop",
	    IMAP_GREETED
	    "C: p1 NOOP\n"
	    "C: p2 CAPABILITY\n"
	    "C: p3 NOOP\n"
	    "S!: p? OK*  # RFC 3501 5.5\n"
	    "S!: p? OK*  # RFC 3501 5.5\n"
	    "S!: p? OK*  # RFC 3501 5.5\n"
	    "C: still NOOP\n"
	    "S!: still OK*  # RFC 3501 5.5\n"),

	/* "it MUST execute commands to completion in the order given" */
	CASE("pipelining.order", "RFC 3501 5.5",
	    "commands that depend on each other keep their order",
	    "相互依赖的命令按次序执行", IMAPS_ALICE, "imap.login",
	    IMAP_ALICE_IN
	    "C~: p1 CREATE ${folder}\n"
	    "C~: p2 STATUS ${folder} (UIDNEXT)\n"
	    "C~: p3 DELETE ${folder}\n"
	    "C~: p4 STATUS ${folder} (UIDNEXT)\n"
	    "S: p1 OK*\n"
	    "S!: p2 OK*  # RFC 3501 5.5\n"
	    "S!: p3 OK*  # RFC 3501 5.5\n"
	    "S!: p4 NO*  # RFC 3501 5.5\n"
	    IMAP_BYE),

	/* "either reading a line": a line is not a segment */
	CASE("split", "RFC 3501 2.2", "a command that arrives in pieces",
	    "命令分段到达", IMAPS_ANY, "imap.noop",
	    IMAP_GREETED
	    "C=: a1 NO\n"
	    "@pause 200\n"
	    "C=: OP\\r\n"
	    "@pause 200\n"
	    "C=: \\n\n"
	    "S!: a1 OK*  # RFC 3501 2.2\n"),

	/* ---- states ---- */
	CASE("state.selected", "RFC 3501 3.3", "EXAMINE, CHECK, CLOSE, LOGOUT",
	    "依次 EXAMINE、CHECK、CLOSE、LOGOUT", IMAPS_ALICE, NULL,
	    IMAP_ALICE_IN
	    "C: ex EXAMINE INBOX\n"
	    "S!: ex OK*  # RFC 3501 3.3\n"
	    "C: chk CHECK\n"
	    "S!: chk OK*  # RFC 3501 6.4.1\n"
	    "C: cl CLOSE\n"
	    "S!: cl OK*  # RFC 3501 6.4.2\n"
	    IMAP_BYE),
	BEFORE_LOGIN("select", "SELECT before login", "登录前的 SELECT",
	    "SELECT INBOX"),
	BEFORE_LOGIN("list", "LIST before login", "登录前的 LIST",
	    "LIST \"\" \"*\""),
	BEFORE_LOGIN("status", "STATUS before login", "登录前的 STATUS",
	    "STATUS INBOX (MESSAGES)"),
	BEFORE_LOGIN("create", "CREATE before login", "登录前的 CREATE",
	    "CREATE ${folder}"),
	BEFORE_LOGIN("fetch.stranger", "FETCH before login", "登录前的 FETCH",
	    "FETCH 1 FLAGS"),

	/* The octets must not be asked for, or be kept: no OK in any case. */
	CASE("state.append", "RFC 3501 3.1", "APPEND before login",
	    "登录前的 APPEND", IMAPS_ALICE, "imap.login",
	    IMAP_GREETED
	    "C: x APPEND INBOX {5}\n"
	    "S: x BAD*\n"
	    "S|: x NO*\n"
	    "S|: +*\n"
	    "C~: still NOOP\n"
	    "S!: still OK*  # RFC 3501 3.1\n"
	    "S|: x NO*  # RFC 3501 3.1\n"
	    "S|: x BAD*  # RFC 3501 3.1\n"),
	BEFORE_SELECT("fetch", "FETCH without a mailbox", "未选邮箱的 FETCH",
	    "FETCH 1 FLAGS"),
	BEFORE_SELECT("search", "SEARCH without a mailbox",
	    "未选邮箱的 SEARCH", "SEARCH ALL"),
	BEFORE_SELECT("store", "STORE without a mailbox", "未选邮箱的 STORE",
	    "STORE 1 +FLAGS (\\Seen)"),
	BEFORE_SELECT("expunge", "EXPUNGE without a mailbox",
	    "未选邮箱的 EXPUNGE", "EXPUNGE"),
	BEFORE_SELECT("close", "CLOSE without a mailbox", "未选邮箱的 CLOSE",
	    "CLOSE"),
	BEFORE_SELECT("uid", "UID FETCH without a mailbox",
	    "未选邮箱的 UID FETCH", "UID FETCH 1 FLAGS"),

	/* "not possible to re-enter not authenticated state" */
	AFTER_LOGIN("login", "LOGIN after login", "登录后再次 LOGIN",
	    "LOGIN ${alice.user|quoted} ${alice.password|quoted}"),
	AFTER_LOGIN("authenticate", "AUTHENTICATE after login",
	    "登录后 AUTHENTICATE", "AUTHENTICATE PLAIN"),

	/* "A rejected command (BAD response) never changes the state" */
	CASE("state.kept", "RFC 3501 6", "a bad command leaves the mailbox",
	    "错误命令不改变选中状态", IMAPS_ALICE, "imap.state.selected",
	    IMAP_ALICE_IN IMAP_EXAMINED
	    "C~: x STATUS\n"
	    "S: x BAD*\n"
	    "C: chk CHECK\n"
	    "S!: chk OK*  # RFC 3501 6\n"
	    IMAP_BYE),
	CASE("state.kept.select", "RFC 3501 6",
	    "SELECT without a name leaves the mailbox",
	    "缺少参数的 SELECT 不改变选中状态", IMAPS_ALICE,
	    "imap.state.selected",
	    IMAP_ALICE_IN IMAP_EXAMINED
	    "C~: x SELECT\n"
	    "S: x BAD*\n"
	    "C: chk CHECK\n"
	    "S!: chk OK*  # RFC 3501 6\n"
	    IMAP_BYE),
};
/* clang-format on */

IMAP_GROUP(imap_session, "imaps", cases);
