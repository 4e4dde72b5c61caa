/* SPDX-License-Identifier: MIT */
/*
 * Filters, of every kind and in three-valued logic: RFC 4511 4.5.1.7.
 *
 * Each is put to alice's own entry, so that the answer is yes or no; every
 * case asks for both.
 */
#include "conformance/cases/email/ldap_prelude.h"

extern const struct conf_group conf_ldap_filter;

/* clang-format off */
#define DONE(id) \
	"S!: " id " searchResDone success *  # RFC 4511 4.5.1.7\n" \
	LDAP_LATER(id, "searchResDone")
#define YES(id, filter, cite) \
	LDAP_READ(id, filter, "1.1") \
	"S+!: " ALICES(id, "*") "  # " cite "\n" \
	DONE(id)
#define NO(id, filter, cite) \
	LDAP_READ(id, filter, "1.1") \
	"S-!: " id " searchResEntry *  # " cite "\n" \
	DONE(id)
/* Her address, in two pieces. */
#define PIECES \
	LDAP_READ("2", LDAP_ALL, "mail") \
	"S+: " ALICES("2", "*mail=\"$before@$behind\"*") "\n" \
	"S: 2 searchResDone success *\n"

#define FILTER_CASE(name, cite, en, zh, text) \
	LDAP_CASE("filter." name, cite, en, zh, LDAPS_ALICE, "ldap.search", \
	    LDAP_ALICE_IN text)

#define MAIL "(mail=${alice.address})"
#define ODD  "(x-nobody-knows=1)" /* Undefined */
#define LOGIC "RFC 4511 4.5.1.7"

static const struct conf_case cases[] = {
	FILTER_CASE("equality", "RFC 4511 4.5.1.7.1", "equalityMatch",
	    "equalityMatch 过滤器",
	    YES("2", MAIL, "RFC 4511 4.5.1.7.1")
	    NO("3", "(mail=x${alice.address})", "RFC 4511 4.5.1.7.1")),
	FILTER_CASE("present", "RFC 4511 4.5.1.7.5", "present",
	    "present 过滤器",
	    YES("2", "(mail=*)", "RFC 4511 4.5.1.7.5")
	    NO("3", "(destinationIndicator=*)", "RFC 4511 4.5.1.7.5")),
	FILTER_CASE("substrings.initial", "RFC 4511 4.5.1.7.2",
	    "substrings: how it begins", "substrings 过滤器：开头",
	    PIECES
	    YES("3", "(mail=${before}*)", "RFC 4511 4.5.1.7.2")
	    NO("4", "(mail=x${before}*)", "RFC 4511 4.5.1.7.2")
	    NO("5", "(mail=@${behind}*)", "RFC 4511 4.5.1.7.2")),
	FILTER_CASE("substrings.any", "RFC 4511 4.5.1.7.2",
	    "substrings: what is in it", "substrings 过滤器：中间",
	    PIECES
	    YES("3", "(mail=*@*)", "RFC 4511 4.5.1.7.2")
	    NO("4", "(mail=*@@*)", "RFC 4511 4.5.1.7.2")),
	FILTER_CASE("substrings.final", "RFC 4511 4.5.1.7.2",
	    "substrings: how it ends", "substrings 过滤器：结尾",
	    PIECES
	    YES("3", "(mail=*@${behind})", "RFC 4511 4.5.1.7.2")
	    NO("4", "(mail=*${before}@)", "RFC 4511 4.5.1.7.2")),
	FILTER_CASE("substrings.order", "RFC 4511 4.5.1.7.2",
	    "substrings: in their order", "substrings 过滤器：顺序",
	    PIECES
	    YES("3", "(mail=${before}*@*${behind})", "RFC 4511 4.5.1.7.2")
	    NO("4", "(mail=*${behind}*@*${before}*)", "RFC 4511 4.5.1.7.2")),
	FILTER_CASE("substrings.name", "RFC 4519 2.3",
	    "substrings of a name, Chinese or not",
	    "按姓名片段检索（含中文）",
	    LDAP_READ("2", LDAP_ALL, "cn")
	    "S+: " ALICES("2", "*cn=\"$name\"*") "\n"
	    "S: 2 searchResDone success *\n"
	    YES("3", "(cn=${name}*)", "RFC 4519 2.3")
	    YES("4", "(cn=*${name}*)", "RFC 4519 2.3")
	    NO("5", "(cn=*${name}\\\\e9\\\\be\\\\98*)", "RFC 4519 2.3")),
	FILTER_CASE("approx", "RFC 4511 4.5.1.7.6",
	    "approxMatch has at least what is equal",
	    "approxMatch 至少包含相等",
	    YES("2", "(mail~=${alice.address})", "RFC 4511 4.5.1.7.6")),
	FILTER_CASE("ordering", "RFC 4511 4.5.1.7.3",
	    "greaterOrEqual and lessOrEqual", "大于等于与小于等于过滤器",
	    LDAP_READ("2", LDAP_ALL, "createTimestamp")
	    "S+: " ALICES("2", "createTimestamp=\"$then\"*") "\n"
	    "S: 2 searchResDone success *\n"
	    YES("3", "(createTimestamp>=${then})", "RFC 4511 4.5.1.7.3")
	    YES("4", "(createTimestamp<=${then})", "RFC 4511 4.5.1.7.4")
	    NO("5", "(createTimestamp>=99991231235959Z)",
		"RFC 4511 4.5.1.7.3")
	    NO("6", "(createTimestamp<=19000101000000Z)",
		"RFC 4511 4.5.1.7.4")),
	FILTER_CASE("extensible", "RFC 4511 4.5.1.7.7",
	    "extensibleMatch without a rule is equality",
	    "不指明规则的 extensibleMatch 等同相等",
	    YES("2", "(mail:=${alice.address})", "RFC 4511 4.5.1.7.7")
	    NO("3", "(mail:=x${alice.address})", "RFC 4511 4.5.1.7.7")),
	/* "Undefined if the matchingRule is not recognized" */
	FILTER_CASE("rule", "RFC 4511 4.5.1.7.7",
	    "a matching rule nobody knows is Undefined, and no error",
	    "未知匹配规则的结果为未定义",
	    NO("2", "(mail:1.2.3.4.5.6.7.8:=${alice.address})",
		"RFC 4511 4.5.1.7.7")
	    NO("3", "(!(mail:1.2.3.4.5.6.7.8:=${alice.address}))",
		"RFC 4511 4.5.1.7.7")),
	FILTER_CASE("escape", "RFC 4515 3",
	    "an octet that is escaped is that octet, and no wildcard",
	    "转义的星号不是通配符",
	    NO("2", "(mail=\\\\2a)", "RFC 4515 3")
	    YES("3", "(mail=*\\\\40*)", "RFC 4515 3")),

	/* ---- and, or, not; TRUE, FALSE, Undefined ---- */
	FILTER_CASE("and", LOGIC, "and", "and 过滤器",
	    YES("2", "(&" MAIL "(objectClass=*))", LOGIC)
	    NO("3", "(&(objectClass=*)(destinationIndicator=*))", LOGIC)),
	FILTER_CASE("or", LOGIC, "or", "or 过滤器",
	    YES("2", "(|(destinationIndicator=*)" MAIL ")", LOGIC)
	    NO("3", "(|(destinationIndicator=*)(mail=x))", LOGIC)),
	FILTER_CASE("not", LOGIC, "not", "not 过滤器",
	    YES("2", "(!(destinationIndicator=*))", LOGIC)
	    NO("3", "(!" MAIL ")", LOGIC)),
	FILTER_CASE("nested", LOGIC, "and, or and not within one another",
	    "嵌套的过滤器",
	    YES("2", "(&(|(mail=x)" MAIL ")(!(&(mail=x)" MAIL ")))", LOGIC)
	    NO("3", "(|(&(mail=x)" MAIL ")(!(|(mail=x)" MAIL ")))", LOGIC)),
	FILTER_CASE("undefined", LOGIC,
	    "an attribute nobody knows matches nothing, and is no error",
	    "未知属性不匹配任何条目且不报错",
	    NO("2", ODD, LOGIC)
	    NO("3", "(x-nobody-knows=*)", LOGIC)
	    NO("4", "(x-nobody-knows>=1)", LOGIC)),
	FILTER_CASE("undefined.not", LOGIC, "not of Undefined is Undefined",
	    "未定义的否定仍为未定义",
	    NO("2", "(!" ODD ")", LOGIC)),
	FILTER_CASE("undefined.and", LOGIC,
	    "and with Undefined is FALSE where one is FALSE",
	    "含未定义的与运算",
	    NO("2", "(&" ODD MAIL ")", LOGIC)
	    NO("3", "(!(&" ODD MAIL "))", LOGIC)
	    YES("4", "(!(&" ODD "(destinationIndicator=*)))", LOGIC)),
	FILTER_CASE("undefined.or", LOGIC,
	    "or with Undefined is TRUE where one is TRUE",
	    "含未定义的或运算",
	    YES("2", "(|" ODD MAIL ")", LOGIC)
	    NO("3", "(!(|" ODD "(destinationIndicator=*)))", LOGIC)),
	/* "Servers MUST NOT return errors if ... assertion values are invalid" */
	FILTER_CASE("invalid", LOGIC,
	    "a value that cannot be is Undefined, and no error",
	    "断言值不合语法时不报错",
	    NO("2", "(createTimestamp>=tomorrow)", LOGIC)
	    NO("3", "(!(createTimestamp>=tomorrow))", LOGIC)),

	/* ---- more than anybody needs ---- */
	FILTER_CASE("wide", LOGIC, "300 filters in one", "三百个并列条件",
	    YES("2", "(|${\"(mail=x)\"*300}" MAIL ")", LOGIC)),
	/* "... MUST be prepared to handle invalid and arbitrary-length" ones */
	FILTER_CASE("deep", "RFC 4511 6",
	    "5000 filters within one another are answered, or are too much",
	    "五千层嵌套的过滤器",
	    LDAP_READ("2", "${\"(!\"*4900}" MAIL "${\")\"*4900}", "1.1")
	    "S!: 2 searchResDone *  # RFC 4511 6\n"
	    "S|: 0 *  # RFC 4511 5.3\n"
	    "S|: @closed\n"
	    "@party other ldaps\n"
	    "other " LDAP_BIND("1", "alice")
	    "other S!: 1 bindResponse success *  # RFC 4511 6\n"),
};
/* clang-format on */

LDAP_GROUP(ldap_filter, cases);
