/* SPDX-License-Identifier: MIT */
/*
 * Compare (RFC 4511 4.10), and what is between messages: their IDs, controls,
 * extended operations, Abandon and Unbind.
 */
#include "conformance/cases/email/ldap_prelude.h"

extern const struct conf_group conf_ldap_compare;

/* clang-format off */
#define COMPARE(id, what) "C: " id " compare ${alice.dn|quoted} " what "\n"
#define ENTRY_AND_DONE(id, cite) \
	"S+!: " ALICES(id, "*") "  # " cite "\n" \
	"S!: " id " searchResDone success *  # " cite "\n"
#define UNKNOWN "1.3.6.1.4.1.4203.1.999.1"

static const struct conf_case cases[] = {
	LDAP_CASE("compare", "RFC 4511 4.10", "compare: it is so",
	    "比较：相符", LDAPS_ALICE, NULL,
	    LDAP_ALICE_IN
	    COMPARE("2", "mail=\"${alice.address}\"")
	    "S!: 2 compareResponse compareTrue *  # RFC 4511 4.10\n"),
	LDAP_CASE("compare.false", "RFC 4511 4.10", "compare: it is not so",
	    "比较：不符", LDAPS_ALICE, "ldap.compare",
	    LDAP_ALICE_IN
	    COMPARE("2", "mail=\"x${alice.address}\"")
	    "S!: 2 compareResponse compareFalse *  # RFC 4511 4.10\n"),
	LDAP_CASE("compare.case", "RFC 4511 4.10",
	    "compare goes by the attribute's equality rule",
	    "比较按属性的相等规则进行", LDAPS_ALICE, "ldap.compare",
	    LDAP_ALICE_IN
	    COMPARE("2", "MAIL=\"${alice.address|upper}\"")
	    "S!: 2 compareResponse compareTrue *  # RFC 4511 4.10\n"),
	/* "the named entry does not contain the specified attribute" */
	LDAP_CASE("compare.absent", "RFC 4511 A.2",
	    "compare: she has no such attribute", "比较：无此属性",
	    LDAPS_ALICE, "ldap.compare",
	    LDAP_ALICE_IN
	    COMPARE("2", "destinationIndicator=\"x\"")
	    "S!: 2 compareResponse noSuchAttribute *  # RFC 4511 A.2\n"),
	LDAP_CASE("compare.unknown", "RFC 4511 A.2",
	    "compare: nobody knows the attribute", "比较：未知属性",
	    LDAPS_ALICE, "ldap.compare",
	    LDAP_ALICE_IN
	    COMPARE("2", "x-nobody-knows=\"x\"")
	    "S!: 2 compareResponse undefinedAttributeType *  # RFC 4511 A.2\n"
	    "S|: 2 compareResponse noSuchAttribute *  # RFC 4511 A.2\n"),
	LDAP_CASE("compare.missing", "RFC 4511 A.2",
	    "compare: there is no such entry", "比较：条目不存在",
	    LDAPS_PEOPLE, "ldap.compare",
	    LDAP_ALICE_IN
	    "C: 2 compare \"uid=${token},${directory.people}\" cn=\"x\"\n"
	    "S!: 2 compareResponse noSuchObject *  # RFC 4511 A.2\n"
	    "S|: 2 compareResponse referral *  # RFC 4511 4.1.10\n"),

	/* ---- messages ---- */
	LDAP_CASE("message.id", "RFC 4511 4.1.1.1",
	    "answers carry the message ID of their requests",
	    "应答带有请求的消息号", LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    LDAP_READ("2147483647", LDAP_ALL, "1.1")
	    ENTRY_AND_DONE("2147483647", "RFC 4511 4.1.1.1")
	    LDAP_READ("128", LDAP_ALL, "1.1")
	    ENTRY_AND_DONE("128", "RFC 4511 4.1.1.1")
	    LDAP_READ("40000", LDAP_ALL, "1.1")
	    ENTRY_AND_DONE("40000", "RFC 4511 4.1.1.1")),
	/* Whatever comes first, each is answered, and once. */
	LDAP_CASE("message.many", "RFC 4511 3.1",
	    "three requests at once are answered, each once",
	    "同时提出的三个请求各得一个应答", LDAPS_ALICE, "ldap.compare",
	    LDAP_ALICE_IN
	    COMPARE("21", "mail=\"${alice.address}\"")
	    COMPARE("22", "mail=\"${alice.address}\"")
	    COMPARE("23", "mail=\"${alice.address}\"")
	    "S!: 2$a compareResponse compareTrue *  # RFC 4511 4.1.1.1\n"
	    "S-!: 2${a} *  # RFC 4511 3.1\n"
	    "S!: 2$b compareResponse compareTrue *  # RFC 4511 4.1.1.1\n"
	    "S-!: 2${a} *  # RFC 4511 3.1\n"
	    "S-!: 2${b} *  # RFC 4511 3.1\n"
	    "S!: 2? compareResponse compareTrue *  # RFC 4511 4.1.1.1\n"),
	LDAP_CASE("control.critical", "RFC 4511 4.1.11",
	    "a critical control nobody knows stops the operation",
	    "未知的关键控件使操作不予执行", LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    LDAP_READ("2", LDAP_ALL, "1.1 ; " UNKNOWN " critical")
	    "S-!: 2 searchResEntry *  # RFC 4511 4.1.11\n"
	    "S!: 2 searchResDone unavailableCriticalExtension *"
	    "  # RFC 4511 4.1.11\n"),
	LDAP_CASE("control.ignored", "RFC 4511 4.1.11",
	    "one that is not critical is ignored",
	    "未知的非关键控件予以忽略", LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    LDAP_READ("2", LDAP_ALL, "1.1 ; " UNKNOWN " \"\\\\00x\"")
	    ENTRY_AND_DONE("2", "RFC 4511 4.1.11")),
	LDAP_CASE("extended.unknown", "RFC 4511 4.12",
	    "an extended operation nobody knows is a protocol error",
	    "未知的扩展操作", LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 extended " UNKNOWN "\n"
	    "S!: 2 extendedResp protocolError *  # RFC 4511 4.12\n"
	    LDAP_READ("3", LDAP_ALL, "1.1")
	    ENTRY_AND_DONE("3", "RFC 4511 4.12")),
	LDAP_CASE("abandon", "RFC 4511 4.11",
	    "Abandon of what is not under way is discarded",
	    "Abandon 指向不存在的操作", LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 abandon 77\n"
	    "@silent! 300\n"
	    LDAP_READ("3", LDAP_ALL, "1.1")
	    ENTRY_AND_DONE("3", "RFC 4511 4.11")),
	/* The search may have ended before; what comes behind it may not wait. */
	LDAP_CASE("abandon.running", "RFC 4511 4.11",
	    "Abandon has no answer, and others are served",
	    "Abandon 没有应答，其后的请求照常", LDAPS_PEOPLE, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 search ${directory.people|quoted} sub " LDAP_ALL "\n"
	    "C: 3 abandon 2\n"
	    "C: 4 compare ${alice.dn|quoted} mail=\"${alice.address}\"\n"
	    "S-!: 3 *  # RFC 4511 4.11\n"
	    "S!: 4 compareResponse compareTrue *  # RFC 4511 4.11\n"
	    "S|: 2 searchResDone *  # RFC 4511 4.11\n"
	    LDAP_READ("5", LDAP_ALL, "1.1")
	    "S-!: 3 *  # RFC 4511 4.11\n"
	    "S!: 5 searchResDone success *  # RFC 4511 4.11\n"
	    "S|: 4 compareResponse compareTrue *  # RFC 4511 4.11\n"
	    "S|: 2 searchResDone *  # RFC 4511 4.11\n"),
	LDAP_CASE("cancel.unknown", "RFC 3909 3",
	    "Cancel of what is not under way: no such operation",
	    "Cancel 指向不存在的操作", LDAPS_ALICE " ldap.cancel",
	    "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 cancel 77\n"
	    "S!: 2 extendedResp noSuchOperation *  # RFC 3909 3\n"),
	LDAP_CASE("unbind", "RFC 4511 4.3",
	    "Unbind has no answer but the end", "Unbind 无应答并关闭连接",
	    LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 unbind\n"
	    "S!: @closed\n"),
	LDAP_CASE("unbind.control", "RFC 4511 4.1.11",
	    "... whatever control it has", "带未知关键控件的 Unbind",
	    LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    "C: 2 unbind ; " UNKNOWN " critical\n"
	    "S!: @closed\n"),
};
/* clang-format on */

LDAP_GROUP(ldap_compare, cases);
