/* SPDX-License-Identifier: MIT */
/*
 * What a server says of itself: root DSE and schema (RFC 4512 4, 5.1).
 */
#include "conformance/cases/email/ldap_prelude.h"

extern const struct conf_group conf_ldap_root;

/* clang-format off */
#define ROOT(id, wanted) \
	"C: " id " search \"\" base " LDAP_ALL " " wanted "\n"
#define SAYS(id, what, cite) \
	"S+!: " id " searchResEntry \"\" *" what "*  # " cite "\n" \
	"S: " id " searchResDone success *\n"
#define LISTS(name, claim, attribute, oid, cite, en, zh) \
	LDAP_SHOULD("root." name, cite, en, zh, LDAPS_ALICE " " claim, \
	    "ldap.root", \
	    LDAP_ALICE_IN \
	    ROOT("2", attribute) \
	    SAYS("2", attribute "=\"" oid "\" ", cite))

static const struct conf_case cases[] = {
	LDAP_CASE("root", "RFC 4512 5.1.6", "version 3 is supported",
	    "声明支持协议第 3 版", LDAPS_ALICE, NULL,
	    LDAP_ALICE_IN
	    ROOT("2", "supportedLDAPVersion")
	    SAYS("2", "supportedLDAPVersion=\"3\" ", "RFC 4512 5.1.6")),
	LDAP_CASE("root.contexts", "RFC 4512 5.1.2",
	    "naming contexts are named", "给出命名上下文",
	    LDAPS_ALICE, "ldap.root",
	    LDAP_ALICE_IN
	    ROOT("2", "namingContexts")
	    SAYS("2", "namingContexts=\"*\" ", "RFC 4512 5.1.2")),
	/* "... are not returned in search requests unless requested by name" */
	LDAP_CASE("root.operational", "RFC 4512 5.1",
	    "what is not asked for by name is not told",
	    "根条目的操作属性须点名请求", LDAPS_ALICE, "ldap.root",
	    LDAP_ALICE_IN
	    ROOT("2", "*")
	    "S-!: 2 searchResEntry \"\" *supportedLDAPVersion=*"
	    "  # RFC 4512 5.1\n"
	    "S!: 2 searchResDone *\n"),
	LDAP_CASE("root.sub", "RFC 4512 5.1",
	    "a subtree search from the root leaves the root DSE out",
	    "从根开始的子树检索不含根条目", LDAPS_ALICE, "ldap.root",
	    LDAP_ALICE_IN
	    "C: 2 search \"\" sub (mail=${alice.address}) 1.1\n"
	    "S-!: 2 searchResEntry \"\" *  # RFC 4512 5.1\n"
	    "S: 2 searchResDone *\n"
	    "C: 3 search \"\" sub (|(supportedLDAPVersion=3)"
		"(mail=${alice.address})) 1.1\n"
	    "S-!: 3 searchResEntry \"\" *  # RFC 4512 5.1\n"
	    "S!: 3 searchResDone *\n"),
	LISTS("paged", "ldap.paged", "supportedControl",
	    "1.2.840.113556.1.4.319", "RFC 4511 4.1.11",
	    "the control for paged results is listed", "列出分页控件"),
	LISTS("whoami", "ldap.whoami", "supportedExtension",
	    LDAP_WHO_AM_I, "RFC 4532 3",
	    "Who am I? is listed", "列出 Who am I? 操作"),
	LISTS("cancel", "ldap.cancel", "supportedExtension", "1.3.6.1.1.8",
	    "RFC 3909 3", "the Cancel operation is listed",
	    "列出 Cancel 操作"),
	/* "... a search ... on the root DSE ... '1.3.6.1.4.1.4203.1.5.1'" */
	LISTS("allop", "ldap.allop", "supportedFeatures",
	    "1.3.6.1.4.1.4203.1.5.1", "RFC 3673 2",
	    "\"+\" is listed", "列出 \"+\" 特性"),
	LDAP_CASE("schema", "RFC 4512 4.4",
	    "the schema of an entry can be read, and knows cn",
	    "可读取条目的模式且其中有 cn", LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    LDAP_READ("2", LDAP_ALL, "subschemaSubentry")
	    "S+: " ALICES("2", "subschemaSubentry=\"$schema\"*") "\n"
	    "S: 2 searchResDone success *\n"
	    "C: 3 search \"${schema}\" base (objectClass=subschema) "
	    "attributeTypes\n"
	    "S+!: 3 searchResEntry * attributeTypes=\"\\\\28 2.5.4.3 *"
	    "  # RFC 4512 4.2\n"
	    "S!: 3 searchResDone success *  # RFC 4512 4.4\n"),
};
/* clang-format on */

LDAP_GROUP(ldap_root, cases);
