/* SPDX-License-Identifier: MIT */
/*
 * Searching the address book: where, how much, and what of it (RFC 4511 4.5).
 */
#include "conformance/cases/email/ldap_prelude.h"

extern const struct conf_group conf_ldap_search;

/* clang-format off */
#define IN_PEOPLE(id, rest) \
	"C: " id " search ${directory.people|quoted} " rest "\n"
#define DONE(id, cite) \
	"S!: " id " searchResDone success *  # " cite "\n" \
	LDAP_LATER(id, "searchResDone")
/* A value of her entry is bound, so that it can be looked for. */
#define KNOWN(id, attribute, name) \
	LDAP_READ(id, LDAP_ALL, attribute) \
	"S+: " ALICES(id, "*" attribute "=\"$" name "\"*") "\n" \
	"S: " id " searchResDone success *\n"
#define FOUND_BY(name, attribute, cite, en, zh) \
	LDAP_CASE("search." name, cite, en, zh, LDAPS_PEOPLE, "ldap.search", \
	    LDAP_ALICE_IN \
	    KNOWN("2", attribute, "value") \
	    IN_PEOPLE("3", "sub (" attribute "=${value}) " attribute) \
	    "S+!: " ALICES("3", "*" attribute "=\"${value}\"*") \
		"  # " cite "\n" \
	    DONE("3", "RFC 4511 4.5.2"))
/* Of her own entry, which "ldap.search" shows can be read. */
#define OF_ALICE(name, cite, en, zh, text) \
	LDAP_CASE(name, cite, en, zh, LDAPS_ALICE, "ldap.search", \
	    LDAP_ALICE_IN \
	    text)

static const struct conf_case cases[] = {
	LDAP_CASE("search", "RFC 4511 4.5.1.2", "alice's own entry is read",
	    "读取本人条目", LDAPS_ALICE, NULL,
	    LDAP_ALICE_IN
	    LDAP_READ("2", LDAP_ALL, "")
	    "S+!: " ALICES("2", "*objectClass=*") "  # RFC 4511 4.5.2\n"
	    DONE("2", "RFC 4511 4.5.2")),

	/* ---- scope ---- */
	LDAP_CASE("search.base", "RFC 4511 4.5.1.2",
	    "baseObject is one entry and no other", "baseObject 范围",
	    LDAPS_PEOPLE, "ldap.search",
	    LDAP_ALICE_IN
	    IN_PEOPLE("2", "base " LDAP_ALL " 1.1")
	    "S+!: 2 searchResEntry \"${directory.people|dn}\" *"
	    "  # RFC 4511 4.5.1.2\n"
	    "S-!: " ALICES("2", "*") "  # RFC 4511 4.5.1.2\n"
	    DONE("2", "RFC 4511 4.5.2")),
	LDAP_CASE("search.one", "RFC 4511 4.5.1.2",
	    "singleLevel is what stands below, without its base",
	    "singleLevel 范围不含基准条目", LDAPS_PEOPLE, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 search ${alice.dn|quoted} one " LDAP_ALL " 1.1\n"
	    "S-!: " ALICES("2", "*") "  # RFC 4511 4.5.1.2\n"
	    DONE("2", "RFC 4511 4.5.2")
	    IN_PEOPLE("3", "one (mail=${alice.address}) 1.1")
	    "S-!: 3 searchResEntry \"${directory.people|dn}\" *"
	    "  # RFC 4511 4.5.1.2\n"
	    "S: 3 searchResDone success *\n"),
	LDAP_CASE("search.sub", "RFC 4511 4.5.1.2",
	    "wholeSubtree has its base and what stands below",
	    "wholeSubtree 范围", LDAPS_PEOPLE, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 search ${alice.dn|quoted} sub " LDAP_ALL " 1.1\n"
	    "S+!: " ALICES("2", "*") "  # RFC 4511 4.5.1.2\n"
	    DONE("2", "RFC 4511 4.5.2")
	    IN_PEOPLE("3", "sub (mail=${alice.address}) 1.1")
	    "S+!: " ALICES("3", "*") "  # RFC 4511 4.5.1.2\n"
	    DONE("3", "RFC 4511 4.5.2")),

	/* ---- by what an address book is looked into ---- */
	FOUND_BY("cn", "cn", "RFC 4519 2.3", "people are found by their names",
	    "按姓名（cn）检索"),
	FOUND_BY("mail", "mail", "RFC 4524 2.16",
	    "people are found by their addresses", "按邮箱（mail）检索"),
	FOUND_BY("ou", "ou", "RFC 4519 2.20", "people are found by their units",
	    "按处室（ou）检索"),
	FOUND_BY("phone", "telephoneNumber", "RFC 4519 2.35",
	    "people are found by their telephone", "按电话号码检索"),
	LDAP_CASE("search.mail.case", "RFC 4524 2.16",
	    "addresses are compared without regard to case",
	    "邮箱检索不区分大小写", LDAPS_PEOPLE, "ldap.search",
	    LDAP_ALICE_IN
	    IN_PEOPLE("2", "sub (MAIL=${alice.address|upper}) mail")
	    "S+!: " ALICES("2", "*mail=*") "  # RFC 4524 2.16\n"
	    DONE("2", "RFC 4511 4.5.2")),
	OF_ALICE("search.name.case", "RFC 4517 4.2.15",
	    "names of entries are compared without regard to case",
	    "条目名称不区分大小写",
	    "C: 2 search \"${alice.dn|upper}\" base " LDAP_ALL " 1.1\n"
	    "S+!: " ALICES("2", "*") "  # RFC 4517 4.2.15\n"
	    DONE("2", "RFC 4511 4.5.2")),
	LDAP_CASE("search.nobody", "RFC 4511 4.5.2",
	    "what nobody has finds nobody", "检索不存在的人员",
	    LDAPS_PEOPLE, "ldap.search",
	    LDAP_ALICE_IN
	    IN_PEOPLE("2", "sub (mail=${token}@nowhere.invalid)")
	    "S-!: 2 searchResEntry *  # RFC 4511 4.5.1.7\n"
	    DONE("2", "RFC 4511 4.5.2")),

	/* ---- how much ---- */
	LDAP_CASE("search.size", "RFC 4511 4.5.1.4",
	    "a size limit of 1 brings one entry, and says so",
	    "大小限制为 1 时只返回一个条目并说明", LDAPS_TWO, "ldap.search",
	    LDAP_ALICE_IN
	    IN_PEOPLE("2", "sub size=1 (|(mail=${alice.address})"
		"(mail=${bob.address})) 1.1")
	    "S*: 2 searchResEntry \"$one\" *\n"
	    "S*: 2 searchResRef *\n"
	    "S!: 2 searchResDone sizeLimitExceeded *  # RFC 4511 4.5.1.4\n"),
	LDAP_CASE("search.size.enough", "RFC 4511 4.5.1.4",
	    "a size limit that is not exceeded", "未超出大小限制",
	    LDAPS_PEOPLE, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 search ${alice.dn|quoted} base size=1 " LDAP_ALL " 1.1\n"
	    "S+!: " ALICES("2", "*") "  # RFC 4511 4.5.1.4\n"
	    DONE("2", "RFC 4511 4.5.1.4")),
	OF_ALICE("search.time", "RFC 4511 4.5.1.5",
	    "a time limit that suffices", "时间限制",
	    "C: 2 search ${alice.dn|quoted} base time=60 " LDAP_ALL " 1.1\n"
	    "S+!: " ALICES("2", "*") "  # RFC 4511 4.5.1.5\n"
	    DONE("2", "RFC 4511 4.5.1.5")),

	/* ---- what of it ---- */
	OF_ALICE("search.types", "RFC 4511 4.5.1.6",
	    "types alone, without values", "只返回属性类型",
	    "C: 2 search ${alice.dn|quoted} base typesonly " LDAP_ALL
	    " mail\n"
	    "S+!: " ALICES("2", "*mail *") "  # RFC 4511 4.5.1.6\n"
	    "S-!: " ALICES("2", "*=\\\"*\\\" *") "  # RFC 4511 4.5.1.6\n"
	    DONE("2", "RFC 4511 4.5.2")),
	OF_ALICE("search.none", "RFC 4511 4.5.1.8",
	    "\"1.1\" is no attribute at all", "\"1.1\" 不返回任何属性",
	    LDAP_READ("2", LDAP_ALL, "1.1")
	    "S-!: " ALICES("2", "?*") "  # RFC 4511 4.5.1.8\n"
	    "S+!: " ALICES("2", "*") "\n"
	    DONE("2", "RFC 4511 4.5.2")),
	OF_ALICE("search.some", "RFC 4511 4.5.1.8",
	    "what was asked for and nothing else", "只返回所请求的属性",
	    LDAP_READ("2", LDAP_ALL, "mail 1.1")
	    "S-!: " ALICES("2", "*objectClass=*") "  # RFC 4511 4.5.1.8\n"
	    "S+!: " ALICES("2", "*mail=*") "  # RFC 4511 4.5.1.8\n"
	    DONE("2", "RFC 4511 4.5.2")),
	OF_ALICE("search.all", "RFC 4511 4.5.1.8",
	    "\"*\" is every user attribute", "\"*\" 返回全部用户属性",
	    LDAP_READ("2", LDAP_ALL, "*")
	    "S+!: " ALICES("2", "*mail=*") "  # RFC 4511 4.5.1.8\n"
	    "S+!: " ALICES("2", "*objectClass=*") "  # RFC 4511 4.5.1.8\n"
	    DONE("2", "RFC 4511 4.5.2")),
	/* "... will not return operational attributes ... unless" named */
	OF_ALICE("search.operational", "RFC 4511 4.5.1.8",
	    "operational attributes come when they are asked for",
	    "操作属性只在点名请求时返回",
	    LDAP_READ("2", LDAP_ALL, "createTimestamp")
	    "S+: " ALICES("2", "createTimestamp=*") "\n"
	    "S: 2 searchResDone success *\n"
	    LDAP_READ("3", LDAP_ALL, "*")
	    "S-!: " ALICES("3", "*createTimestamp=*")
	    "  # RFC 4511 4.5.1.8\n"
	    DONE("3", "RFC 4511 4.5.2")),
	LDAP_CASE("search.allop", "RFC 3673 2",
	    "\"+\" is every operational attribute",
	    "\"+\" 返回全部操作属性", LDAPS_ALICE " ldap.allop",
	    "ldap.search",
	    LDAP_ALICE_IN
	    LDAP_READ("2", LDAP_ALL, "createTimestamp")
	    "S+: " ALICES("2", "createTimestamp=*") "\n"
	    "S: 2 searchResDone success *\n"
	    LDAP_READ("3", LDAP_ALL, "+")
	    "S+!: " ALICES("3", "*createTimestamp=*") "  # RFC 3673 2\n"
	    "S-!: " ALICES("3", "*mail=*") "  # RFC 3673 2\n"
	    DONE("3", "RFC 4511 4.5.2")),
	OF_ALICE("search.unknown", "RFC 4511 4.5.1.8",
	    "an attribute nobody knows is passed over",
	    "忽略不认识的属性名",
	    LDAP_READ("2", LDAP_ALL, "x-nobody-knows mail")
	    "S+!: " ALICES("2", "*mail=*") "  # RFC 4511 4.5.1.8\n"
	    DONE("2", "RFC 4511 4.5.1.8")),
	OF_ALICE("search.twice", "RFC 4511 4.5.1.8",
	    "an attribute asked for twice comes once",
	    "重复请求的属性只返回一次",
	    "C: 2 search ${alice.dn|quoted} base typesonly " LDAP_ALL
	    " mail MAIL\n"
	    "S-!: " ALICES("2", "*mail mail *") "  # RFC 4511 4.5.1.8\n"
	    "S+!: " ALICES("2", "*mail *") "\n"
	    DONE("2", "RFC 4511 4.5.1.8")),

	/* ---- where there is nothing ---- */
	LDAP_CASE("search.missing", "RFC 4511 4.5.3",
	    "a base that does not exist", "基准条目不存在",
	    LDAPS_PEOPLE, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 search \"uid=${token},${directory.people}\" sub "
	    LDAP_ALL "\n"
	    "S-!: 2 searchResRef *  # RFC 4511 4.5.3\n"
	    "S!: 2 searchResDone noSuchObject *  # RFC 4511 4.5.3\n"
	    "S|: 2 searchResDone referral *  # RFC 4511 4.5.3\n"),
	/* "... set (subject to access controls) to the name of the last entry" */
	LDAP_CASE("search.missing.matched", "RFC 4511 4.1.9",
	    "matchedDN is the last entry that was found",
	    "matchedDN 指向最后找到的上级条目", LDAPS_PEOPLE, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 search \"uid=x,uid=${token},${directory.people}\" base "
	    LDAP_ALL "\n"
	    "S!: 2 searchResDone noSuchObject \"${directory.people|dn}\" *"
	    "  # RFC 4511 4.1.9\n"
	    "S|: 2 searchResDone noSuchObject \"\" *  # RFC 4511 4.1.9\n"
	    "S?: 2 searchResDone referral *\n"),
	OF_ALICE("search.bad", "RFC 4511 4.1.3",
	    "a base that is no name finds nothing", "基准名称不合语法",
	    "C: 2 search \"no name at all\" base " LDAP_ALL "\n"
	    "S-!: 2 searchResEntry *  # RFC 4511 4.1.3\n"
	    "S!: 2 searchResDone invalidDNSyntax *  # RFC 4511 4.1.3\n"
	    "S|: 2 searchResDone noSuchObject *  # RFC 4511 4.1.9\n"),
};
/* clang-format on */

LDAP_GROUP(ldap_search, cases);
