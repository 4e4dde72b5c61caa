/* SPDX-License-Identifier: MIT */
/* LIST, LSUB, and what they say about a mailbox. */
#include "conformance/cases/email/imap_tree.h"

extern const struct conf_group conf_imap_list;

/* clang-format off */
#define LISTED(command, what, answers, cite) \
	"C: ls " command " " what "\n" \
	answers \
	"S!: ls OK*  # " cite "\n"
#define SHOWS(text, cite) "S+!: * LIST (*) * *" text "*  # " cite "\n"
#define HIDES(text, cite) "S-!: * LIST (*) * *" text "*  # " cite "\n"

static const struct conf_case cases[] = {
	/* ---- LIST ---- */
	TREE_CASE("list.star", "RFC 3501 6.3.8",
	    "* stands for every level", "LIST 的 * 匹配各级",
	    THREE_LEVELS
	    LISTED("LIST", "\"\" ${folder}*",
		SHOWS(CHILD, "RFC 3501 6.3.8")
		SHOWS(GRANDCHILD, "RFC 3501 6.3.8"), "RFC 3501 6.3.8")
	    THREE_GONE),
	/* "it does not match a hierarchy delimiter" */
	TREE_CASE("list.percent", "RFC 3501 6.3.8",
	    "% stands for one level", "LIST 的 % 只匹配一级",
	    THREE_LEVELS
	    LISTED("LIST", "\"\" ${folder}${sep}%",
		SHOWS(CHILD, "RFC 3501 6.3.8")
		HIDES(GRANDCHILD, "RFC 3501 6.3.8"), "RFC 3501 6.3.8")
	    THREE_GONE),
	TREE_CASE("list.inner", "RFC 3501 6.3.8",
	    "% between other text", "LIST 的 % 位于名称中间",
	    THREE_LEVELS
	    LISTED("LIST", "\"\" ${folder}${sep}%ld${sep}grand%",
		SHOWS(GRANDCHILD, "RFC 3501 6.3.8"), "RFC 3501 6.3.8")
	    THREE_GONE),
	/* "The returned mailbox names MUST match the [...] pattern." */
	TREE_CASE("list.exact", "RFC 3501 6.3.8",
	    "a name without wildcards stands for itself",
	    "LIST 不含通配符时只列该名称",
	    TWO_LEVELS
	    LISTED("LIST", "\"\" ${folder}",
		SHOWS("${folder}", "RFC 3501 6.3.8")
		HIDES(CHILD, "RFC 3501 6.3.8"), "RFC 3501 6.3.8")
	    TWO_GONE),
	/* A level of hierarchy with the delimiter behind it is a context. */
	TREE_SHOULD("list.reference", "RFC 3501 6.3.8",
	    "the reference stands before the name", "LIST 的参照名称作为前缀",
	    TWO_LEVELS
	    LISTED("LIST", "${folder}${sep} %",
		SHOWS(CHILD, "RFC 3501 6.3.8"), "RFC 3501 6.3.8")
	    TWO_GONE),
	/* "In all cases, a hierarchy delimiter (or NIL ...) is returned." */
	TREE_CASE("list.separator", "RFC 3501 6.3.8",
	    "LIST \"\" \"\" tells the separator", "LIST \"\" \"\" 给出分隔符",
	    IMAP_ALICE_IN
	    LISTED("LIST", "\"\" \"\"",
		"S+!: * LIST (*) * *  # RFC 3501 6.3.8\n", "RFC 3501 6.3.8")
	    IMAP_BYE),
	/* "All children of a top-level hierarchy node MUST use the same ..." */
	TREE_CASE("list.separator.same", "RFC 3501 7.2.2",
	    "a mailbox has the separator of LIST \"\" \"\"",
	    "邮箱的分隔符与 LIST \"\" \"\" 一致",
	    TWO_LEVELS
	    LISTED("LIST", "\"\" ${folder}${sep}%",
		"S+!: * LIST (*) \"${sep}\" *" CHILD "*  # RFC 3501 7.2.2\n",
		"RFC 3501 6.3.8")
	    TWO_GONE),
	TREE_CASE("list.inbox", "RFC 3501 6.3.8",
	    "INBOX is listed", "LIST 包含 INBOX",
	    IMAP_ALICE_IN
	    LISTED("LIST", "\"\" %",
		"S+!: * LIST (*) * *INBOX*  # RFC 3501 6.3.8\n",
		"RFC 3501 6.3.8")
	    IMAP_BYE),

	/* ---- subscriptions ---- */
	TREE_CASE("subscribe", "RFC 3501 6.3.6",
	    "what is subscribed to is in LSUB", "订阅后 LSUB 列出",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    "C: su SUBSCRIBE ${folder}\n"
	    "S!: su OK*  # RFC 3501 6.3.6\n"
	    LISTED("LSUB", "\"\" ${folder}",
		"S+!: * LSUB (*) * *${folder}*  # RFC 3501 6.3.6\n",
		"RFC 3501 6.3.9")
	    UNSUBSCRIBED("un", "${folder}")
	    ONE_GONE),
	TREE_CASE("unsubscribe", "RFC 3501 6.3.7",
	    "UNSUBSCRIBE takes it from LSUB", "退订后 LSUB 不再列出",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    SUBSCRIBED("su", "${folder}")
	    "C: un UNSUBSCRIBE ${folder}\n"
	    "S!: un OK*  # RFC 3501 6.3.7\n"
	    LISTED("LSUB", "\"\" ${folder}",
		"S-!: * LSUB (*) * *${folder}*  # RFC 3501 6.3.7\n",
		"RFC 3501 6.3.9")
	    ONE_GONE),
	/* "MUST NOT unilaterally remove an existing mailbox name" */
	TREE_CASE("subscribe.deleted", "RFC 3501 6.3.6",
	    "DELETE does not unsubscribe", "删除邮箱不取消订阅",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    SUBSCRIBED("su", "${folder}")
	    GONE("rm", "${folder}")
	    LISTED("LSUB", "\"\" ${folder}",
		"S+!: * LSUB (*) * *${folder}*  # RFC 3501 6.3.6\n",
		"RFC 3501 6.3.9")
	    UNSUBSCRIBED("un", "${folder}")
	    IMAP_BYE),
	/* 'A "%" wildcard to LSUB must return foo, not foo/bar' */
	TREE_CASE("lsub.percent", "RFC 3501 6.3.9",
	    "LSUB with % names what is above a subscription",
	    "LSUB 的 % 列出已订阅邮箱的上级",
	    TWO_LEVELS
	    SUBSCRIBED("su", CHILD)
	    LISTED("LSUB", "\"\" ${folder}%",
		"S+!: * LSUB (*\\Noselect*) * *${folder}*  # RFC 3501 6.3.9\n"
		"S-!: * LSUB (*) * *" CHILD "*  # RFC 3501 6.3.9\n",
		"RFC 3501 6.3.9")
	    UNSUBSCRIBED("un", CHILD)
	    TWO_GONE),

	/* ---- attributes ---- */
	/* Either attribute may be left out, but not be untrue. */
	TREE_ROW("children.has", LEVEL_SHALL, "RFC 3348 3",
	    " imap.children",
	    "\\HasNoChildren is not said of one that has",
	    "有下级的邮箱不得标为 \\HasNoChildren",
	    TWO_LEVELS
	    LISTED("LIST", "\"\" ${folder}",
		"S-!: * LIST (*\\HasNoChildren*) *  # RFC 3348 3\n"
		"S+: * LIST (*\\HasChildren*) * *${folder}*\n",
		"RFC 3501 6.3.8")
	    TWO_GONE),
	TREE_ROW("children.none", LEVEL_SHALL, "RFC 3348 3",
	    " imap.children",
	    "\\HasChildren is not said of one that has none",
	    "没有下级的邮箱不得标为 \\HasChildren",
	    TWO_LEVELS
	    LISTED("LIST", "\"\" " CHILD,
		"S-!: * LIST (*\\HasChildren*) *  # RFC 3348 3\n"
		"S+: * LIST (*\\HasNoChildren*) * *" CHILD "*\n",
		"RFC 3501 6.3.8")
	    TWO_GONE),
	/* "MUST return only those mailboxes that have a special-use ..." */
	TREE_ROW("specialuse", LEVEL_SHALL, "RFC 6154 2",
	    " imap.specialuse",
	    "LIST (SPECIAL-USE) shows no other mailbox",
	    "LIST (SPECIAL-USE) 只列特殊用途邮箱",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    "C: ls LIST (SPECIAL-USE) \"\" *\n"
	    HIDES("${folder}", "RFC 6154 2")
	    "S!: ls OK*  # RFC 6154 2\n"
	    "S?: ls BAD*\n"
	    ONE_GONE),
	/* Which there are is the target's choice: \Sent is in most. */
	TREE_ROW("specialuse.return", LEVEL_SHALL, "RFC 6154 2",
	    " imap.specialuse",
	    "RETURN (SPECIAL-USE) says what LIST (SPECIAL-USE) does",
	    "RETURN (SPECIAL-USE) 标出特殊用途",
	    IMAP_ALICE_IN
	    "C: l1 LIST (SPECIAL-USE) \"\" *\n"
	    "S+: * LIST (*\\Sent*) * *\n"
	    "S: l1 OK*\n"
	    "C: l2 LIST \"\" * RETURN (SPECIAL-USE)\n"
	    "S+!: * LIST (*\\Sent*) * *  # RFC 6154 2\n"
	    "S!: l2 OK*  # RFC 6154 2\n"
	    IMAP_BYE),

	/* ---- NAMESPACE ---- */
	TREE_ROW("list.namespace", LEVEL_SHALL, "RFC 2342 5",
	    " imap.namespace",
	    "NAMESPACE has the separator that LIST has",
	    "NAMESPACE 与 LIST 的分隔符一致",
	    TREE_OPEN
	    "C: ns NAMESPACE\n"
	    "S+!: * NAMESPACE ((\"*\" \"${sep}\"*)*) *  # RFC 2342 5\n"
	    "S!: ns OK*  # RFC 2342 5\n"
	    IMAP_BYE),
	TREE_CASE("list.status", "RFC 3501 6.3.10",
	    "STATUS counts what SELECT counts", "STATUS 与 SELECT 的计数一致",
	    IMAP_ALICE_IN
	    IMAP_CREATED
	    IMAP_APPENDED_AS("a1", "(\\Seen) ", "mail/find/one.eml")
	    IMAP_APPENDED("a2", "mail/find/two.eml")
	    "C: st STATUS ${folder} (MESSAGES)\n"
	    "S+!: * STATUS * (MESSAGES $n)  # RFC 3501 6.3.10\n"
	    "S!: st OK*  # RFC 3501 6.3.10\n"
	    "C: se SELECT ${folder}\n"
	    "S+!: * ${n} EXISTS  # RFC 3501 6.3.10\n"
	    "S!: se OK*  # RFC 3501 6.3.1\n"
	    IMAP_DONE),
};
/* clang-format on */

IMAP_GROUP(imap_list, "imaps", cases);
