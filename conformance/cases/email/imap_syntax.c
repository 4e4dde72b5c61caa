/* SPDX-License-Identifier: MIT */
/*
 * Commands that are no commands.  "Servers SHOULD enforce the syntax ...
 * strictly", so BAD is a SHOULD; that nothing is done and that nobody hangs
 * up without a word (RFC 3501 3.4) is not.
 */
#include "conformance/cases/email/imap_prelude.h"

extern const struct conf_group conf_imap_syntax;

/* clang-format off */
#define ROW(name, cite, must, en, zh, wants, same, text) \
	IMAP_ROW("syntax." name, EMAIL_F_06, cite, must, en, zh, wants, same, \
	    text)

/* "MUST NOT unilaterally close the connection without ... BYE" */
#define THERE \
	"C: still NOOP\n" \
	"S!: * BYE*  # RFC 3501 3.4\n" \
	"S|: still OK*  # RFC 3501 6.1.2\n"

/* Missing or extraneous spaces or arguments: before a login ... */
#define BAD(name, en, zh, line) \
	ROW(name, "RFC 3501 2.2.2", LEVEL_SHOULD, en, zh, IMAPS_ANY, "imap.noop", \
	    IMAP_GREETED \
	    "C~: " line "\n" \
	    "S!: x BAD*  # RFC 3501 2.2.2\n" \
	    THERE)
/* ... and after it. */
#define BAD_INSIDE(name, en, zh, line) \
	ROW(name, "RFC 3501 2.2.2", LEVEL_SHOULD, en, zh, IMAPS_ALICE, \
	    "imap.login", \
	    IMAP_ALICE_IN \
	    "C~: " line "\n" \
	    "S!: x BAD*  # RFC 3501 2.2.2\n" \
	    THERE)

/* Whatever it makes of these octets: it says something, or BYE. */
#define SURVIVES(name, en, zh, octets) \
	ROW(name, "RFC 3501 3.4", LEVEL_SHALL, en, zh, IMAPS_ANY, "imap.noop", \
	    IMAP_GREETED \
	    "C=: " octets "\n" \
	    "@pause 200\n" \
	    "C: still NOOP\n" \
	    "S!: * BYE*  # RFC 3501 3.4\n" \
	    "S|: still *  # RFC 3501 3.4\n" \
	    "S|: x *  # RFC 3501 3.4\n")

static const struct conf_case cases[] = {
	/* "NOOP" alone is a tag without a command. */
	ROW("tag", "RFC 3501 7.1.3", LEVEL_SHOULD, "a command without a tag",
	    "没有标签的命令", IMAPS_ANY, "imap.noop",
	    IMAP_GREETED
	    "C~: NOOP\n"
	    "S!: * BAD*  # RFC 3501 7.1.3\n"
	    "S|: NOOP BAD*  # RFC 3501 2.2.2\n"
	    THERE),
	ROW("empty", "RFC 3501 3.4", LEVEL_SHALL, "an empty line", "空行",
	    IMAPS_ANY, "imap.noop",
	    IMAP_GREETED
	    "C=: \\r\\n\n"
	    THERE),
	BAD("arguments", "LOGIN with one argument", "LOGIN 缺少参数",
	    "x LOGIN alice"),
	BAD("extra", "CAPABILITY with an argument", "CAPABILITY 带参数",
	    "x CAPABILITY now"),
	BAD("trailing", "a space at the end", "行尾多余空格", "x NOOP "),
	BAD_INSIDE("spaces", "two spaces in a row", "连续两个空格",
	    "x STATUS  INBOX (UIDNEXT)"),
	BAD_INSIDE("parenthesis", "a list that is not closed", "括号不闭合",
	    "x STATUS INBOX (UIDNEXT"),
	BAD_INSIDE("quote", "a string that is not closed", "引号不闭合",
	    "x STATUS \"INBOX (UIDNEXT)"),
	BAD_INSIDE("quote.inside", "a quote inside an atom", "原子中夹引号",
	    "x STATUS IN\"BOX (UIDNEXT)"),
	BAD_INSIDE("item", "an item of STATUS nobody knows",
	    "STATUS 的未知项目", "x STATUS INBOX (XYZZY)"),
	BAD("literal.negative", "a literal of -1 octets", "长度为负的字面量",
	    "x LOGIN {-1}"),

	/* number: 0 <= n < 4,294,967,296; it must not be waited for */
	ROW("literal.number", "RFC 3501 9", LEVEL_SHOULD,
	    "a literal of 99,999,999,999 octets", "声称近千亿字节的字面量",
	    IMAPS_ANY, "imap.noop",
	    IMAP_GREETED
	    "C~: x LOGIN {99999999999}\n"
	    "S!: * BYE*  # RFC 3501 3.4\n"
	    "S|: x BAD*  # RFC 3501 9\n"
	    "S|: x NO*  # RFC 3501 2.2.2\n"),

	/* nz-number, and "sequence-set" has no empty member */
	ROW("set.zero", "RFC 3501 9", LEVEL_SHOULD, "FETCH of message 0",
	    "FETCH 第 0 封", IMAPS_ALICE, "imap.state.selected",
	    IMAP_ALICE_IN IMAP_EXAMINED
	    "C~: x FETCH 0 FLAGS\n"
	    "S!: x BAD*  # RFC 3501 9\n"
	    THERE),
	ROW("set.form", "RFC 3501 9", LEVEL_SHOULD,
	    "sets with an empty member, or three ends", "错误的序号集合",
	    IMAPS_ALICE, "imap.state.selected",
	    IMAP_ALICE_IN IMAP_EXAMINED
	    "C~: x UID FETCH 1,,1 FLAGS\n"
	    "S!: x BAD*  # RFC 3501 9\n"
	    "C~: y UID FETCH 1:1:1 FLAGS\n"
	    "S!: y BAD*  # RFC 3501 9\n"
	    THERE),

	/* ---- octets that no command has ---- */
	SURVIVES("lf", "a bare LF", "单独的 LF", "x NOOP\\n\\r\\n"),
	SURVIVES("cr", "a bare CR", "单独的 CR", "x NO\\rOP\\r\\n"),
	SURVIVES("nul", "a NUL inside a command", "命令中的 NUL",
	    "x NO\\0OP\\r\\n"),
	SURVIVES("octets", "octets above 127", "8 位字节",
	    "x N\\xff\\xfeP \\x80\\r\\n"),
	SURVIVES("controls", "control characters", "控制字符",
	    "\\x1b[2J\\x07\\x7f\\r\\n"),
	SURVIVES("long", "a line of 100,000 octets", "十万字节的长行",
	    /* who has enough of it after a part leaves before we are done */
	    "x NOOP ${\"A\"*9000}\n"
	    "@pause 300\n"
	    "C=: ${\"A\"*91000}\\r\\n"),
	SURVIVES("nested", "parentheses a thousand deep", "千层括号",
	    "x ID ${\"(\"*1000}\\r\\n"),

	/* TEXT-CHAR is 7-bit, CHAR has no NUL: there is no such mailbox. */
	ROW("nul.string", "RFC 3501 9", LEVEL_SHOULD,
	    "a NUL does not end the name of a mailbox",
	    "邮箱名不因 NUL 而截断", IMAPS_ALICE, "imap.login",
	    IMAP_ALICE_IN
	    "C=: x STATUS \"INBOX\\0X\" (UIDNEXT)\\r\\n\n"
	    "S!: * BYE*  # RFC 3501 3.4\n"
	    "S|: * BAD*  # RFC 3501 7.1.3\n"
	    "S|: x BAD*  # RFC 3501 9\n"
	    "S|: x NO*  # RFC 3501 6.3.10\n"),

	/* ---- LITERAL+ ---- */
	/*
	 * "the server MUST treat the specified number of following octets ...
	 * as part of the same command", although that is bad
	 */
	ROW("literalplus", "RFC 7888 3", LEVEL_SHALL,
	    "a literal of an unknown command is no command",
	    "未知命令的字面量不是命令", IMAPS_ANY " imap.literalplus", "imap.noop",
	    IMAP_GREETED
	    "C=: x XYZZY {12+}\\r\\ny STARTTLS\\r\\n\\r\\n\n"
	    "S!: x BAD*  # RFC 7888 3\n"
	    "S|: x NO*  # RFC 7888 3\n"
	    "C: still NOOP\n"
	    "S!: * BYE*  # RFC 7888 4\n"
	    "S|: still OK*  # RFC 7888 3\n"),
};
/* clang-format on */

IMAP_GROUP(imap_syntax, "imaps", cases);
