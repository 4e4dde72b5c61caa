/* SPDX-License-Identifier: MIT */
/*
 * What one may see and change: "Access control should always be applied when
 * reading sensitive information or updating directory information" (RFC 4513
 * 6.1).
 *
 * Passwords are asked for by their types, so that none gets into evidence.
 */
#include "conformance/cases/email/ldap_prelude.h"

extern const struct conf_group conf_ldap_access;

/* clang-format off */
#define CLAUSE "RFC 4513 6.1"
#define BOBS "C: 2 search ${bob.dn|quoted} base typesonly " LDAP_ALL
#define HIDDEN \
	"S-!: 2 searchResEntry * userPassword *  # " CLAUSE "\n" \
	"S!: 2 searchResDone *\n"
#define CHANGES "safety:destructive"
/* Whatever the reason it gives, it does not. */
#define REFUSED(id, response) \
	"S-!: " id " " response " success *  # " CLAUSE "\n" \
	"S!: " id " " response " *\n"
#define OURS "\"uid=${token},${directory.people}\""

static const struct conf_case cases[] = {
	LDAP_CASE("access.password", CLAUSE,
	    "nobody is shown bob's password, asked for by name",
	    "点名请求也看不到他人口令", LDAPS_BOB, "ldap.search",
	    LDAP_ALICE_IN BOBS " userPassword\n" HIDDEN),
	LDAP_CASE("access.password.all", CLAUSE,
	    "... nor among all there is", "全部属性中没有他人口令",
	    LDAPS_BOB, "ldap.search",
	    LDAP_ALICE_IN BOBS " * +\n" HIDDEN),
	LDAP_CASE("access.password.search", CLAUSE,
	    "... nor can it be looked for", "不能按他人口令检索",
	    LDAPS_BOB, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 search ${bob.dn|quoted} base (userPassword=*) 1.1\n"
	    "S-!: 2 searchResEntry *  # " CLAUSE "\n"
	    "S: 2 searchResDone *\n"
	    "C: 3 search ${bob.dn|quoted} base "
		"(userPassword=${bob.password}) 1.1\n"
	    "S-!: 3 searchResEntry *  # " CLAUSE "\n"
	    "S!: 3 searchResDone *\n"),
	LDAP_CASE("access.anonymous", CLAUSE,
	    "before binding nobody reads the address book",
	    "未绑定者不得读取通讯录", LDAPS_PEOPLE " ldap.private",
	    "ldap.search",
	    "C: 2 search ${directory.people|quoted} sub "
		"(mail=${alice.address}) 1.1\n"
	    "S-!: 2 searchResEntry *  # " CLAUSE "\n"
	    "S!: 2 searchResDone *\n"),
	/* The entry is there for whoever guesses its name; its content is not. */
	LDAP_CASE("access.anonymous.compare", CLAUSE,
	    "... nor compares what is in it",
	    "未绑定者不得比较属性值", LDAPS_ALICE " ldap.private",
	    "ldap.compare",
	    "C: 2 compare ${alice.dn|quoted} mail=\"${alice.address}\"\n"
	    "S-!: 2 compareResponse compareTrue *  # " CLAUSE "\n"
	    "S!: 2 compareResponse *\n"),
	LDAP_CASE("access.modify", CLAUSE,
	    "alice may not change bob's entry", "不得修改他人条目",
	    LDAPS_BOB " " CHANGES, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 modify ${bob.dn|quoted} add description=\"${token}\"\n"
	    REFUSED("2", "modifyResponse")),
	LDAP_CASE("access.modify.code", CLAUSE,
	    "... for she has no right to", "越权修改的结果码",
	    LDAPS_BOB " " CHANGES, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 modify ${bob.dn|quoted} add description=\"${token}\"\n"
	    "S!: 2 modifyResponse insufficientAccessRights *  # " CLAUSE "\n"
	    /* "Servers may return substituted result codes" */
	    "S|: 2 modifyResponse noSuchObject *  # RFC 4511 4.1.9\n"
	    "S|: 2 modifyResponse unwillingToPerform *  # RFC 4511 4.1.9\n"
	    "S|: 2 modifyResponse referral *  # RFC 4511 4.1.10\n"),
	LDAP_CASE("access.add", CLAUSE,
	    "alice may not add an entry", "不得擅自新增条目",
	    LDAPS_PEOPLE " " CHANGES, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 add " OURS " objectClass=person objectClass=uidObject "
		"objectClass=inetOrgPerson uid=\"${token}\" cn=x sn=x\n"
	    REFUSED("2", "addResponse")),
	LDAP_CASE("access.anonymous.add", "RFC 4511 6",
	    "nor may who has not bound", "未绑定者不得新增条目",
	    LDAPS_PEOPLE " " CHANGES, "ldap.search",
	    "C: 2 add " OURS " objectClass=inetOrgPerson "
		"uid=\"${token}\" cn=x sn=x\n"
	    REFUSED("2", "addResponse")),
};
/* clang-format on */

LDAP_GROUP(ldap_access, cases);
