/* SPDX-License-Identifier: MIT */
/*
 * What an administrator changes: Add, Modify, Modify DN, Delete (RFC 4511 4.6
 * to 4.9).
 *
 * Each case has an entry of its own, whose name begins with the run's, and
 * takes it away again; what a broken conversation leaves behind is swept up
 * after the run (cleanup.c).
 */
#include "conformance/cases/email/ldap_prelude.h"

extern const struct conf_group conf_ldap_change;

/* clang-format off */
#define NEEDS \
	LDAPS_ANY " account:administrator dn:administrator directory:people safety:destructive"
#define OURS   "\"uid=${folder},${directory.people}\""
#define OTHERS "\"uid=${folder}-2,${directory.people}\""
#define PERSON(id, name, uid, more) \
	"C: " id " add " name " objectClass=person " \
	"objectClass=organizationalPerson objectClass=inetOrgPerson " \
	"uid=\"" uid "\" cn=\"验收甲\" cn=\"Yanshou A\" sn=\"验\" " more "\n"
#define ADDED \
	LDAP_IN("administrator") \
	PERSON("2", OURS, "${folder}", "") \
	"S: 2 addResponse success *\n"
#define ADDED_WITH(more) \
	LDAP_IN("administrator") \
	PERSON("2", OURS, "${folder}", more) \
	"S: 2 addResponse success *\n"
#define REMOVED \
	"C: 90 delete " OURS "\n" \
	"S: 90 delResponse success *\n"
#define LOOK(id, filter) \
	"C: " id " search " OURS " base " filter "\n"
#define IS_SO(id, what, cite) \
	LOOK(id, LDAP_ALL) \
	"S+!: " id " searchResEntry \"uid=${folder|dn},${directory.people|dn}\"" \
	" *" what "*  # " cite "\n" \
	"S!: " id " searchResDone success *\n"
#define IS_NOT_SO(id, what, cite) \
	LOOK(id, LDAP_ALL) \
	"S-!: " id " searchResEntry *" what "*  # " cite "\n" \
	"S!: " id " searchResDone success *\n"
#define IS_GONE(id, cite) \
	LOOK(id, LDAP_ALL) \
	"S!: " id " searchResDone noSuchObject *  # " cite "\n"
#define CHANGE(name, cite, en, zh, text) \
	LDAP_CASE(name, cite, en, zh, NEEDS, "ldap.add", text)

static const struct conf_case cases[] = {
	LDAP_CASE("add", "RFC 4511 4.7", "an entry is added, and found",
	    "新增条目并检索到", NEEDS, NULL,
	    LDAP_IN("administrator")
	    PERSON("2", OURS, "${folder}", "")
	    "S!: 2 addResponse success *  # RFC 4511 4.7\n"
	    IS_SO("3", "cn=\"验收甲\"", "RFC 4511 4.7")
	    IS_SO("4", "cn=\"Yanshou A\"", "RFC 4511 4.1.7")
	    REMOVED),
	CHANGE("add.chinese", "RFC 4519 2.3",
	    "a Chinese name is found by all of it and by a part",
	    "按中文姓名全文和片段检索",
	    ADDED
	    "C: 3 search ${directory.people|quoted} sub "
		"(&(uid=${folder})(cn=验收甲)) cn\n"
	    "S+!: 3 searchResEntry * cn=\"验收甲\" *  # RFC 4519 2.3\n"
	    "S!: 3 searchResDone success *\n"
	    "C: 4 search ${directory.people|quoted} sub "
		"(&(uid=${folder})(cn=验*甲)) cn\n"
	    "S+!: 4 searchResEntry * cn=\"验收甲\" *"
		"  # RFC 4511 4.5.1.7.2\n"
	    "S!: 4 searchResDone success *\n"
	    "C: 5 search ${directory.people|quoted} sub "
		"(&(uid=${folder})(cn=验*乙)) cn\n"
	    "S-!: 5 searchResEntry *  # RFC 4511 4.5.1.7.2\n"
	    "S!: 5 searchResDone success *\n"
	    REMOVED),
	/* telephoneNumberMatch: "all space and hyphen characters are skipped" */
	CHANGE("add.phone", "RFC 4517 4.2.29",
	    "telephone numbers are compared without spaces and hyphens",
	    "比较电话号码时忽略空格和连字符",
	    ADDED_WITH("telephoneNumber=\"+86 10 6500-1234\"")
	    "C: 3 search " OURS " base (telephoneNumber=+861065001234) 1.1\n"
	    "S+!: 3 searchResEntry *  # RFC 4517 4.2.29\n"
	    "S!: 3 searchResDone success *\n"
	    "C: 4 search " OURS " base (telephoneNumber=+861065001235) 1.1\n"
	    "S-!: 4 searchResEntry *  # RFC 4517 4.2.29\n"
	    "S!: 4 searchResDone success *\n"
	    REMOVED),
	CHANGE("add.again", "RFC 4511 4.7",
	    "an entry that exists is not added", "条目已存在时不得新增",
	    ADDED
	    PERSON("3", OURS, "${folder}", "")
	    "S!: 3 addResponse entryAlreadyExists *  # RFC 4511 4.7\n"
	    REMOVED),
	CHANGE("add.parent", "RFC 4511 4.7",
	    "what has no superior is not added", "上级条目不存在时不得新增",
	    LDAP_IN("administrator")
	    PERSON("2", "\"uid=a,uid=${folder},${directory.people}\"", "a", "")
	    "S!: 2 addResponse noSuchObject *  # RFC 4511 4.7\n"
	    IS_GONE("3", "RFC 4511 4.7")),
	/* "Servers MUST ensure that entries conform to ... schema rules" */
	CHANGE("add.schema", "RFC 4511 4.7",
	    "a person without a surname is not added",
	    "缺少必需属性的条目不得新增",
	    LDAP_IN("administrator")
	    "C: 2 add " OURS " objectClass=inetOrgPerson "
		"uid=\"${folder}\" cn=\"验收甲\"\n"
	    "S!: 2 addResponse objectClassViolation *  # RFC 4511 4.7\n"
	    IS_GONE("3", "RFC 4511 4.7")),
	CHANGE("modify.add", "RFC 4511 4.6", "a value is added",
	    "增加属性值",
	    ADDED
	    "C: 3 modify " OURS " add description=\"一\"\n"
	    "S!: 3 modifyResponse success *  # RFC 4511 4.6\n"
	    IS_SO("4", "description=\"一\"", "RFC 4511 4.6")
	    REMOVED),
	CHANGE("modify.exists", "RFC 4511 A.2",
	    "a value that is there is not added again",
	    "已有的属性值不得重复增加",
	    ADDED
	    "C: 3 modify " OURS " add cn=\"yanshou a\"\n"
	    "S!: 3 modifyResponse attributeOrValueExists *  # RFC 4511 A.2\n"
	    REMOVED),
	CHANGE("modify.delete", "RFC 4511 4.6",
	    "one value is deleted, and the others stay",
	    "只删除所列的属性值",
	    ADDED
	    "C: 3 modify " OURS " delete cn=\"Yanshou A\"\n"
	    "S!: 3 modifyResponse success *  # RFC 4511 4.6\n"
	    IS_NOT_SO("4", "cn=\"Yanshou A\"", "RFC 4511 4.6")
	    IS_SO("5", "cn=\"验收甲\"", "RFC 4511 4.6")
	    REMOVED),
	CHANGE("modify.absent", "RFC 4511 A.2",
	    "what is not there is not deleted", "删除不存在的属性",
	    ADDED
	    "C: 3 modify " OURS " delete description\n"
	    "S!: 3 modifyResponse noSuchAttribute *  # RFC 4511 A.2\n"
	    REMOVED),
	CHANGE("modify.replace", "RFC 4511 4.6",
	    "replace leaves the new values alone", "替换全部属性值",
	    ADDED
	    "C: 3 modify " OURS " replace cn=\"验收乙\"\n"
	    "S!: 3 modifyResponse success *  # RFC 4511 4.6\n"
	    IS_NOT_SO("4", "cn=\"验收甲\"", "RFC 4511 4.6")
	    IS_SO("5", "cn=\"验收乙\"", "RFC 4511 4.6")
	    REMOVED),
	/* "... and it is ignored if the attribute does not exist" */
	CHANGE("modify.replace.none", "RFC 4511 4.6",
	    "replace without values deletes, and needs nothing to delete",
	    "以空值替换即删除",
	    ADDED_WITH("description=\"一\"")
	    "C: 3 modify " OURS " replace description\n"
	    "S!: 3 modifyResponse success *  # RFC 4511 4.6\n"
	    IS_NOT_SO("4", "description=", "RFC 4511 4.6")
	    "C: 5 modify " OURS " replace description\n"
	    "S!: 5 modifyResponse success *  # RFC 4511 4.6\n"
	    REMOVED),
	/* "... MUST be performed in the order they are listed as a single
	 * atomic operation" */
	CHANGE("modify.atomic", "RFC 4511 4.6",
	    "of a list that fails nothing is done", "修改列表整体生效或整体不生效",
	    ADDED
	    "C: 3 modify " OURS " add description=\"一\" "
		"delete destinationIndicator\n"
	    "S!: 3 modifyResponse noSuchAttribute *  # RFC 4511 A.2\n"
	    IS_NOT_SO("4", "description=", "RFC 4511 4.6")
	    REMOVED),
	/* "While individual modifications may violate ... the resulting entry" */
	CHANGE("modify.order", "RFC 4511 4.6",
	    "the only surname may go where another comes",
	    "同一修改中先删后增必需属性",
	    ADDED
	    "C: 3 modify " OURS " delete sn add sn=\"收\"\n"
	    "S!: 3 modifyResponse success *  # RFC 4511 4.6\n"
	    IS_SO("4", "sn=\"收\"", "RFC 4511 4.6")
	    REMOVED),
	CHANGE("modify.schema", "RFC 4511 4.6",
	    "the only surname may not go", "不得删除必需属性",
	    ADDED
	    "C: 3 modify " OURS " delete sn\n"
	    "S!: 3 modifyResponse objectClassViolation *  # RFC 4511 4.6\n"
	    IS_SO("4", "sn=", "RFC 4511 4.6")
	    REMOVED),
	CHANGE("modify.rdn", "RFC 4511 4.6",
	    "what names the entry cannot be taken from it",
	    "不得删除构成条目名称的属性值",
	    ADDED
	    "C: 3 modify " OURS " replace uid=\"${folder}-x\"\n"
	    "S!: 3 modifyResponse notAllowedOnRDN *  # RFC 4511 4.6\n"
	    /* two sentences are broken at once, and either may be told */
	    "S|: 3 modifyResponse namingViolation *  # RFC 4511 4.1.9\n"
	    REMOVED),
	CHANGE("modify.missing", "RFC 4511 A.2",
	    "what does not exist is not modified", "修改不存在的条目",
	    LDAP_IN("administrator")
	    "C: 2 modify " OURS " add description=\"一\"\n"
	    "S!: 2 modifyResponse noSuchObject *  # RFC 4511 A.2\n"),
	CHANGE("modify.control", "RFC 4511 4.1.11",
	    "nothing is modified under a critical control nobody knows",
	    "带未知关键控件的修改不予执行",
	    ADDED
	    "C: 3 modify " OURS " add description=\"一\" ; "
		"1.3.6.1.4.1.4203.1.999.1 critical\n"
	    "S!: 3 modifyResponse unavailableCriticalExtension *"
		"  # RFC 4511 4.1.11\n"
	    IS_NOT_SO("4", "description=", "RFC 4511 4.1.11")
	    REMOVED),
	CHANGE("rename", "RFC 4511 4.9",
	    "an entry is renamed, and its old RDN goes",
	    "条目改名并去除旧名称属性",
	    ADDED
	    "C: 3 modifydn " OURS " \"uid=${folder}-2\"\n"
	    "S!: 3 modDNResponse success *  # RFC 4511 4.9\n"
	    "C: 4 search " OTHERS " base " LDAP_ALL "\n"
	    "S-!: 4 searchResEntry * uid=\"${folder}\" *  # RFC 4511 4.9\n"
	    "S+!: 4 searchResEntry * uid=\"${folder}-2\" *"
		"  # RFC 4511 4.9\n"
	    "S!: 4 searchResDone success *  # RFC 4511 4.9\n"
	    IS_GONE("5", "RFC 4511 4.9")
	    "C: 6 delete " OTHERS "\n"
	    "S: 6 delResponse success *\n"),
	CHANGE("rename.keep", "RFC 4511 4.9",
	    "... or stays, when that is asked for", "改名时保留旧名称属性",
	    ADDED
	    "C: 3 modifydn " OURS " \"uid=${folder}-2\" keepold\n"
	    "S!: 3 modDNResponse success *  # RFC 4511 4.9\n"
	    "C: 4 search " OTHERS " base " LDAP_ALL "\n"
	    "S+!: 4 searchResEntry * uid=\"${folder}\" *  # RFC 4511 4.9\n"
	    "S!: 4 searchResDone success *  # RFC 4511 4.9\n"
	    "C: 6 delete " OTHERS "\n"
	    "S: 6 delResponse success *\n"),
	CHANGE("rename.exists", "RFC 4511 4.9",
	    "two entries do not get one name", "不得改为已有的名称",
	    ADDED
	    PERSON("3", OTHERS, "${folder}-2", "")
	    "S: 3 addResponse success *\n"
	    "C: 4 modifydn " OURS " \"uid=${folder}-2\"\n"
	    "S!: 4 modDNResponse entryAlreadyExists *  # RFC 4511 4.9\n"
	    "C: 6 delete " OTHERS "\n"
	    "S: 6 delResponse success *\n"
	    REMOVED),
	CHANGE("delete", "RFC 4511 4.8", "an entry is deleted, and gone",
	    "删除条目",
	    ADDED
	    "C: 3 delete " OURS "\n"
	    "S!: 3 delResponse success *  # RFC 4511 4.8\n"
	    IS_GONE("4", "RFC 4511 4.8")
	    "C: 5 delete " OURS "\n"
	    "S!: 5 delResponse noSuchObject *  # RFC 4511 A.2\n"),
	/* "Only leaf entries ... can be deleted with this operation." */
	CHANGE("delete.parent", "RFC 4511 4.8",
	    "what others stand below is not deleted",
	    "有下级的条目不得删除",
	    LDAP_IN("administrator")
	    "C: 2 add \"ou=${folder},${directory.people}\" "
		"objectClass=organizationalUnit ou=\"${folder}\"\n"
	    "S: 2 addResponse success *\n"
	    PERSON("3", "\"uid=${folder}-a,ou=${folder},"
		"${directory.people}\"", "${folder}-a", "")
	    "S: 3 addResponse success *\n"
	    "C: 4 delete \"ou=${folder},${directory.people}\"\n"
	    "S!: 4 delResponse notAllowedOnNonLeaf *  # RFC 4511 4.8\n"
	    "C: 5 delete \"uid=${folder}-a,ou=${folder},${directory.people}\"\n"
	    "S!: 5 delResponse success *  # RFC 4511 4.8\n"
	    "C: 6 delete \"ou=${folder},${directory.people}\"\n"
	    "S!: 6 delResponse success *  # RFC 4511 4.8\n"),
};
/* clang-format on */

LDAP_GROUP(ldap_change, cases);
