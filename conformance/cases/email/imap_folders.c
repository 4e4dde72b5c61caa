/* SPDX-License-Identifier: MIT */
/* CREATE, DELETE, RENAME, and what a mailbox can be called. */
#include "conformance/cases/email/imap_tree.h"

extern const struct conf_group conf_imap_folders;

/* clang-format off */
#define LETTER \
	"C: ap APPEND ${folder} {${file:mail/find/one.eml|lines|length}}\n" \
	"S: +*\n" \
	"C=: ${file:mail/find/one.eml|lines}\\r\\n\n" \
	"S: ap OK*\n"

/* The name as text, and as LIST shows it. */
#define NAMED(text, shown, cite) \
	IMAP_ALICE_IN \
	"C: mk CREATE " text "\n" \
	"S!: mk OK*  # " cite "\n" \
	"S?: mk NO*\n" \
	"C: ls LIST \"\" ${folder}*\n" \
	"S+!: * LIST (*) * " shown "  # " cite "\n" \
	"S!: ls OK*  # " cite "\n" \
	IS_THERE("se", text, cite) \
	GONE("rm", text) \
	IMAP_BYE

static const struct conf_case cases[] = {
	/* ---- CREATE ---- */
	TREE_CASE("create", "RFC 3501 6.3.3",
	    "CREATE makes a mailbox", "CREATE 创建邮箱",
	    IMAP_ALICE_IN
	    "C: mk CREATE ${folder}\n"
	    "S!: mk OK*  # RFC 3501 6.3.3\n"
	    "C: ls LIST \"\" ${folder}\n"
	    "S+!: * LIST (*) * *${folder}*  # RFC 3501 6.3.3\n"
	    "S!: ls OK*  # RFC 3501 6.3.8\n"
	    IS_THERE("se", "${folder}", "RFC 3501 6.3.3")
	    ONE_GONE),
	TREE_CASE("create.nested", "RFC 3501 6.3.3",
	    "CREATE below a mailbox", "在邮箱之下 CREATE 子邮箱",
	    TREE_OPEN
	    MADE("mk", "${folder}")
	    "C: mk2 CREATE " CHILD "\n"
	    "S!: mk2 OK*  # RFC 3501 6.3.3\n"
	    "C: ls LIST \"\" ${folder}*\n"
	    "S+!: * LIST (*) * *" CHILD "*  # RFC 3501 6.3.3\n"
	    "S!: ls OK*  # RFC 3501 6.3.8\n"
	    TWO_GONE),
	/* "the server SHOULD create any superior hierarchical names" */
	TREE_SHOULD("create.parents", "RFC 3501 6.3.3",
	    "CREATE makes what is missing above", "CREATE 自动创建上级",
	    TREE_OPEN
	    "C: mk CREATE " GRANDCHILD "\n"
	    "S!: mk OK*  # RFC 3501 6.3.3\n"
	    "C: ls LIST \"\" ${folder}${sep}%\n"
	    "S+!: * LIST (*) * *" CHILD "*  # RFC 3501 6.3.8\n"
	    "S!: ls OK*  # RFC 3501 6.3.8\n"
	    GONE("rm3", GRANDCHILD)
	    /* these may be names without a mailbox, or none any more */
	    "C: rm2 DELETE " CHILD "\n"
	    "S: rm2 *\n"
	    "C: rm1 DELETE ${folder}\n"
	    "S: rm1 *\n"
	    IMAP_BYE),
	/* "the name created is without the trailing hierarchy delimiter" */
	TREE_CASE("create.separator", "RFC 3501 6.3.3",
	    "CREATE with a separator at the end", "CREATE 名称以分隔符结尾",
	    TREE_OPEN
	    "C: mk CREATE ${folder}${sep}\n"
	    "S!: mk OK*  # RFC 3501 6.3.3\n"
	    "C: mk2 CREATE " CHILD "\n"
	    "S!: mk2 OK*  # RFC 3501 6.3.3\n"
	    "C: ls LIST \"\" ${folder}${sep}*\n"
	    "S+!: * LIST (*) * *" CHILD "*  # RFC 3501 6.3.3\n"
	    "S!: ls OK*  # RFC 3501 6.3.8\n"
	    GONE("rm2", CHILD)
	    "C: rm DELETE ${folder}\n"
	    "S: rm *\n"
	    IMAP_BYE),
	TREE_CASE("create.duplicate", "RFC 3501 6.3.3",
	    "CREATE of what there is", "CREATE 已存在的邮箱",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    "C: mk2 CREATE ${folder}\n"
	    "S!: mk2 NO*  # RFC 3501 6.3.3\n"
	    ONE_GONE),
	TREE_CASE("create.inbox", "RFC 3501 6.3.3",
	    "CREATE INBOX", "CREATE INBOX",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    "C: mk2 CREATE inBox\n"
	    "S!: mk2 NO*  # RFC 3501 6.3.3\n"
	    ONE_GONE),

	/* ---- DELETE ---- */
	TREE_CASE("delete", "RFC 3501 6.3.4",
	    "DELETE takes a mailbox away", "DELETE 删除邮箱",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    "C: rm DELETE ${folder}\n"
	    "S!: rm OK*  # RFC 3501 6.3.4\n"
	    "C: ls LIST \"\" ${folder}\n"
	    "S-!: * LIST (*) * *${folder}*  # RFC 3501 6.3.4\n"
	    "S!: ls OK*  # RFC 3501 6.3.8\n"
	    IS_NOT_THERE("se", "${folder}", "RFC 3501 6.3.4")
	    IMAP_BYE),
	TREE_CASE("delete.messages", "RFC 3501 6.3.4",
	    "DELETE takes the messages away", "DELETE 同时删除其中邮件",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    LETTER
	    GONE("rm1", "${folder}")
	    MADE("mk2", "${folder}")
	    "C: se SELECT ${folder}\n"
	    "S+!: * 0 EXISTS  # RFC 3501 6.3.4\n"
	    "S!: se OK*  # RFC 3501 6.3.1\n"
	    "C: cl CLOSE\n"
	    "S: cl OK*\n"
	    "C: rm DELETE ${folder}\n"
	    "S: rm *\n"
	    IMAP_BYE),
	TREE_CASE("delete.missing", "RFC 3501 6.3.4",
	    "DELETE of what there is not", "DELETE 不存在的邮箱",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    GONE("rm", "${folder}")
	    "C: rm2 DELETE ${folder}-no\n"
	    "S!: rm2 NO*  # RFC 3501 6.3.4\n"
	    IMAP_BYE),
	TREE_ROW("delete.inbox", LEVEL_SHALL, "RFC 3501 6.3.4",
	    " safety:destructive",
	    "DELETE INBOX", "DELETE INBOX",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    GONE("rm", "${folder}")
	    "C: rm2 DELETE INBOX\n"
	    "S!: rm2 NO*  # RFC 3501 6.3.4\n"
	    IMAP_BYE),
	/* "MUST NOT remove inferior hierarchical names" */
	TREE_CASE("delete.parent", "RFC 3501 6.3.4",
	    "DELETE leaves what is below", "DELETE 不影响下级邮箱",
	    TWO_LEVELS
	    "C: rm DELETE ${folder}\n"
	    "S!: rm OK*  # RFC 3501 6.3.4\n"
	    "S|: rm NO*  # RFC 3501 6.3.4\n"
	    IS_THERE("se", CHILD, "RFC 3501 6.3.4")
	    GONE("rm2", CHILD)
	    "C: rm3 DELETE ${folder}\n"
	    "S: rm3 *\n"
	    IMAP_BYE),
	/* "the name will acquire the \Noselect mailbox name attribute" */
	TREE_CASE("delete.noselect", "RFC 3501 6.3.4",
	    "what is left of a name with others below is no mailbox",
	    "因下级而保留的名称不可选定",
	    TWO_LEVELS
	    "C: rm DELETE ${folder}\n"
	    "S: rm OK*\n"
	    IS_NOT_THERE("se", "${folder}", "RFC 3501 6.3.4")
	    GONE("rm2", CHILD)
	    "C: rm3 DELETE ${folder}\n"
	    "S: rm3 *\n"
	    IMAP_BYE),

	/* ---- RENAME ---- */
	TREE_CASE("rename", "RFC 3501 6.3.5",
	    "RENAME takes the messages along", "RENAME 后邮件随之移动",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    LETTER
	    "C: rn RENAME ${folder} ${folder}-new\n"
	    "S!: rn OK*  # RFC 3501 6.3.5\n"
	    "C: se SELECT ${folder}-new\n"
	    "S+!: * 1 EXISTS  # RFC 3501 6.3.5\n"
	    "S!: se OK*  # RFC 3501 6.3.5\n"
	    "C: cl CLOSE\n"
	    "S: cl OK*\n"
	    GONE("rm", "${folder}-new")
	    IMAP_BYE),
	TREE_CASE("rename.old", "RFC 3501 6.3.5",
	    "RENAME leaves nothing behind", "RENAME 后原名称不复存在",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    "C: rn RENAME ${folder} ${folder}-new\n"
	    "S!: rn OK*  # RFC 3501 6.3.5\n"
	    IS_NOT_THERE("se", "${folder}", "RFC 3501 6.3.5")
	    GONE("rm", "${folder}-new")
	    IMAP_BYE),
	/* "the inferior hierarchical names MUST also be renamed" */
	TREE_CASE("rename.inferiors", "RFC 3501 6.3.5",
	    "RENAME takes what is below along", "RENAME 后下级邮箱随之改名",
	    TWO_LEVELS
	    "C: rn RENAME ${folder} ${folder}-new\n"
	    "S: rn OK*\n"
	    IS_THERE("se", "${folder}-new${sep}child", "RFC 3501 6.3.5")
	    GONE("rm2", "${folder}-new${sep}child")
	    GONE("rm", "${folder}-new")
	    IMAP_BYE),
	/* "the server SHOULD create any superior hierarchical names" */
	TREE_SHOULD("rename.parents", "RFC 3501 6.3.5",
	    "RENAME makes what is missing above", "RENAME 自动创建上级",
	    TREE_OPEN
	    MADE("mk", "${folder}")
	    "C: rn RENAME ${folder} ${folder}-new${sep}child\n"
	    "S!: rn OK*  # RFC 3501 6.3.5\n"
	    GONE("rm2", "${folder}-new${sep}child")
	    "C: rm DELETE ${folder}-new\n"
	    "S: rm *\n"
	    IMAP_BYE),
	TREE_CASE("rename.existing", "RFC 3501 6.3.5",
	    "RENAME to a name that is taken", "RENAME 为已存在的名称",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    MADE("mk2", "${folder}-new")
	    "C: rn RENAME ${folder} ${folder}-new\n"
	    "S!: rn NO*  # RFC 3501 6.3.5\n"
	    GONE("rm2", "${folder}-new")
	    ONE_GONE),
	TREE_CASE("rename.missing", "RFC 3501 6.3.5",
	    "RENAME of what there is not", "RENAME 不存在的邮箱",
	    IMAP_ALICE_IN
	    MADE("mk", "${folder}")
	    "C: rn RENAME ${folder} ${folder}-new\n"
	    "S: rn OK*\n"
	    "C: rn2 RENAME ${folder} ${folder}-newer\n"
	    "S!: rn2 NO*  # RFC 3501 6.3.5\n"
	    GONE("rm", "${folder}-new")
	    IMAP_BYE),
	/*
	 * "It moves all messages in INBOX to a new mailbox [...] leaving INBOX
	 * empty."  They are put back; others may come meanwhile.
	 */
	{
		.id = "imap.rename.inbox",
		.verifies = EMAIL_F_15,
		.clause = "RFC 3501 6.3.5",
		.title = "RENAME INBOX moves the messages in it",
		.title_zh = "RENAME INBOX 移走其中邮件",
		.needs = "endpoint:imaps account:carol safety:destructive",
		.locks = "account:carol",
		.service = "imaps",
		.dialogue =
		    IMAP_GREETED
		    IMAP_LOGIN("carol")
		    "C: ap APPEND INBOX "
		    "{${file:mail/find/one.eml|lines|length}}\n"
		    "S: +*\n"
		    "C=: ${file:mail/find/one.eml|lines}\\r\\n\n"
		    "S: ap OK*\n"
		    "C: rn RENAME INBOX ${folder}\n"
		    "S!: rn OK*  # RFC 3501 6.3.5\n"
		    "S|: rn NO*\n"
		    "C: se SELECT ${folder}\n"
		    "S: se OK*\n"
		    "C: q1 SEARCH HEADER Message-ID ${token}.one@\n"
		    "S+!: * SEARCH ?*  # RFC 3501 6.3.5\n"
		    "S!: q1 OK*  # RFC 3501 6.4.4\n"
		    "C: se2 SELECT INBOX\n"
		    "S!: se2 OK*  # RFC 3501 6.3.5\n"
		    "C: q2 SEARCH HEADER Message-ID ${token}.one@\n"
		    "S-!: * SEARCH ?*  # RFC 3501 6.3.5\n"
		    "S!: q2 OK*  # RFC 3501 6.4.4\n"
		    "C: se3 SELECT ${folder}\n"
		    "S: se3 OK*\n"
		    "C: q3 STORE 1:* -FLAGS.SILENT (\\Deleted)\n"
		    "S: q3 OK*\n"
		    "C: cp COPY 1:* INBOX\n"
		    "S: cp OK*\n"
		    IMAP_DONE,
	},

	/* ---- names ---- */
	TREE_CASE("name.space", "RFC 3501 5.1",
	    "a name with a space in it", "名称含空格",
	    NAMED("\"${folder} a b\"", "\"${folder} a b\"", "RFC 3501 5.1")),
	TREE_CASE("name.quoted", "RFC 3501 5.1",
	    "a name with a quote in it", "名称含引号",
	    NAMED("\"${folder} a\\\\\"b\"",
		"\"${folder} a\\\\\"b\"", "RFC 3501 5.1")),
	/* Chinese text in modified UTF-7: 公文 */
	TREE_CASE("name.utf7", "RFC 3501 5.1.3",
	    "a Chinese name", "中文邮箱名",
	    NAMED("${folder}-&UWxlhw-", "*${folder}-&UWxlhw-*",
		"RFC 3501 5.1.3")),
	TREE_CASE("name.ampersand", "RFC 3501 5.1.3",
	    "a name with an ampersand in it", "名称含 & 号",
	    NAMED("${folder}-a&-b", "*${folder}-a&-b*", "RFC 3501 5.1.3")),
	/* "SHOULD verify that ... no superfluous shifts" */
	TREE_ROW("name.shift", LEVEL_SHOULD, "RFC 3501 5.1.3", "",
	    "a Chinese name with a superfluous shift", "中文邮箱名含多余的编码切换",
	    IMAP_ALICE_IN
	    MADE("mk1", "${folder}")
	    "C: mk CREATE ${folder}-&UWw-&ZYc-\n"
	    "S!: mk NO*  # RFC 3501 5.1.3\n"
	    "S|: mk BAD*  # RFC 3501 5.1.3\n"
	    ONE_GONE),
	/* "... no encoding [...] of any printing US-ASCII character" */
	TREE_ROW("name.encoded", LEVEL_SHOULD, "RFC 3501 5.1.3", "",
	    "a name that encodes a letter of US-ASCII",
	    "名称对 US-ASCII 字母作多余编码",
	    IMAP_ALICE_IN
	    MADE("mk1", "${folder}")
	    "C: mk CREATE ${folder}-&AGE-\n"
	    "S!: mk NO*  # RFC 3501 5.1.3\n"
	    "S|: mk BAD*  # RFC 3501 5.1.3\n"
	    ONE_GONE),
};
/* clang-format on */

IMAP_GROUP(imap_folders, "imaps", cases);
