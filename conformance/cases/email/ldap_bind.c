/* SPDX-License-Identifier: MIT */
/*
 * Who is who: RFC 4511 4.2, RFC 4513 4 and 5.1.
 */
#include "conformance/cases/email/ldap_prelude.h"

extern const struct conf_group conf_ldap_bind;

/* clang-format off */
#define WRONG "\"Wrong-password-1\""
#define REFUSED(id, code, cite) \
	"S!: " id " bindResponse " code " *  # " cite "\n" \
	LDAP_LATER(id, "bindResponse")
#define IS_NOBODY(id, cite) \
	"C: " id " extended " LDAP_WHO_AM_I "\n" \
	"S-!: " id " extendedResp success * value \"?*\" *  # " cite "\n" \
	"S: " id " extendedResp *\n"

static const struct conf_case cases[] = {
	LDAP_CASE("bind", "RFC 4511 4.2.2",
	    "alice binds with her name and password", "用名称和口令绑定",
	    LDAPS_ALICE, NULL,
	    LDAP_BIND("1", "alice")
	    "S!: 1 bindResponse success *  # RFC 4511 4.2.2\n"
	    LDAP_UNBIND),
	LDAP_CASE("bind.wrong", "RFC 4513 5.1.3", "a wrong password",
	    "口令错误", LDAPS_ALICE, "ldap.bind",
	    "C: 1 bind ${alice.dn|quoted} " WRONG "\n"
	    REFUSED("1", "invalidCredentials", "RFC 4513 5.1.3")),
	LDAP_CASE("bind.tail", "RFC 4513 5.1.3",
	    "the right password with a letter behind it",
	    "正确口令后多一个字符", LDAPS_ALICE, "ldap.bind",
	    "C: 1 bind ${alice.dn|quoted} \"${alice.password}x\"\n"
	    REFUSED("1", "invalidCredentials", "RFC 4513 5.1.3")),
	LDAP_CASE("bind.unknown", "RFC 4513 5.1.3", "a name nobody has",
	    "不存在的名称", LDAPS_PEOPLE, "ldap.bind",
	    "C: 1 bind \"uid=${token},${directory.people}\" " WRONG "\n"
	    REFUSED("1", "invalidCredentials", "RFC 4513 5.1.3")),
	/*
	 * "resultCode values ... could disclose the presence or absence of
	 * specific data ... Server implementations should restrict access to
	 * protected information equally under both normal and error
	 * conditions."
	 */
	LDAP_SHOULD("bind.enumeration", "RFC 4511 6",
	    "an unknown name is refused like a wrong password",
	    "名称不存在与口令错误的应答相同", LDAPS_PEOPLE, "ldap.bind",
	    "C: 1 bind ${alice.dn|quoted} " WRONG "\n"
	    "S: 1 bindResponse $said\n"
	    "C: 2 bind \"uid=${token},${directory.people}\" " WRONG "\n"
	    "S!: 2 bindResponse ${said}  # RFC 4511 6\n"),
	LDAP_CASE("bind.name", "RFC 4513 5.1.3", "what is no name does not bind",
	    "不合语法的名称不能绑定", LDAPS_ALICE, "ldap.bind",
	    "C: 1 bind \"no name at all\" ${alice.password|quoted}\n"
	    "S!: 1 bindResponse invalidDNSyntax *  # RFC 4513 5.1.3\n"
	    "S|: 1 bindResponse invalidCredentials *  # RFC 4511 4.1.9\n"
	    LDAP_LATER("1", "bindResponse")),
	LDAP_SHOULD("bind.empty", "RFC 4513 5.1.2",
	    "a name with an empty password is refused",
	    "空口令绑定应予拒绝", LDAPS_ALICE, "ldap.bind",
	    "C: 1 bind ${alice.dn|quoted} \"\"\n"
	    REFUSED("1", "unwillingToPerform", "RFC 4513 5.1.2")),
	/* "... to establish an anonymous authorization state" */
	LDAP_CASE("bind.empty.nobody", "RFC 4513 5.1.2",
	    "whoever gave an empty password is not alice",
	    "空口令绑定不得取得该用户身份", LDAPS_ALICE " ldap.whoami",
	    "ldap.whoami",
	    "C: 1 bind ${alice.dn|quoted} \"\"\n"
	    "S: 1 bindResponse *\n"
	    IS_NOBODY("2", "RFC 4513 5.1.2")),
	LDAP_CASE("bind.version", "RFC 4511 4.2",
	    "a version nobody has is a protocol error",
	    "不支持的协议版本", LDAPS_ALICE, "ldap.bind",
	    "C: 1 bind version=99 ${alice.dn|quoted} "
	    "${alice.password|quoted}\n"
	    REFUSED("1", "protocolError", "RFC 4511 4.2")),
	LDAP_CASE("bind.again", "RFC 4511 4.2.1",
	    "after a wrong password comes the right one",
	    "口令错误后重新绑定", LDAPS_ALICE, "ldap.bind",
	    "C: 1 bind ${alice.dn|quoted} " WRONG "\n"
	    "S: 1 bindResponse invalidCredentials *\n"
	    LDAP_BIND("2", "alice")
	    "S!: 2 bindResponse success *  # RFC 4511 4.2.1\n"
	    LDAP_READ("3", LDAP_ALL, "mail")
	    "S+!: " ALICES("3", "*mail=*") "  # RFC 4513 4\n"
	    "S!: 3 searchResDone success *\n"),
	/* "Authentication from earlier binds is subsequently ignored." */
	LDAP_CASE("bind.other", "RFC 4511 4.2.1",
	    "bob binds where alice was", "同一连接改由他人绑定",
	    LDAPS_BOB " ldap.whoami", "ldap.whoami",
	    LDAP_ALICE_IN
	    "C: 2 extended " LDAP_WHO_AM_I "\n"
	    "S: 2 extendedResp success * value \"$alice\" *\n"
	    LDAP_BIND("3", "bob")
	    "S: 3 bindResponse success *\n"
	    "C: 4 extended " LDAP_WHO_AM_I "\n"
	    "S-!: 4 * value \"${alice}\" *  # RFC 4511 4.2.1\n"
	    "S!: 4 extendedResp success * value \"?*\" *\n"),
	/* "Otherwise, the session remains in an anonymous state." */
	LDAP_CASE("bind.lost", "RFC 4513 4",
	    "a bind that fails ends what was before",
	    "绑定失败后回到匿名状态", LDAPS_ALICE " ldap.whoami",
	    "ldap.whoami",
	    LDAP_ALICE_IN
	    "C: 2 bind ${alice.dn|quoted} " WRONG "\n"
	    "S: 2 bindResponse invalidCredentials *\n"
	    IS_NOBODY("3", "RFC 4513 4")),
	LDAP_CASE("bind.anonymous", "RFC 4513 5.1.1",
	    "an anonymous bind ends what was before",
	    "匿名绑定清除先前身份", LDAPS_ALICE " ldap.whoami",
	    "ldap.whoami",
	    LDAP_ALICE_IN
	    LDAP_ANONYMOUS("2")
	    "S: 2 bindResponse *\n"
	    IS_NOBODY("3", "RFC 4513 4")),
	/* "... the server MUST return ... authMethodNotSupported" */
	LDAP_CASE("bind.sasl.none", "RFC 4511 4.2.1",
	    "SASL without a mechanism", "未指明机制的 SASL 绑定",
	    LDAPS_ALICE, "ldap.bind",
	    "C: 1 bind \"\" sasl \"\"\n"
	    REFUSED("1", "authMethodNotSupported", "RFC 4511 4.2.1")),
	LDAP_CASE("bind.sasl.unknown", "RFC 4511 4.2",
	    "a SASL mechanism nobody knows lets nobody in",
	    "未知的 SASL 机制", LDAPS_ALICE, "ldap.bind",
	    "C: 1 bind \"\" sasl XYZZY \"alice\"\n"
	    "S-!: 1 bindResponse success *  # RFC 4511 4.2\n"
	    "S-!: 1 bindResponse saslBindInProgress *  # RFC 4511 4.2\n"
	    "S!: 1 bindResponse *\n"
	    LDAP_READ("2", LDAP_ALL, "1.1")
	    "S!: 2 searchResDone *\n"),
	/* "... then this field SHALL NOT be included" */
	LDAP_CASE("bind.credentials", "RFC 4511 4.2.2",
	    "a simple bind has no SASL credentials in its answer",
	    "简单绑定的应答不含 SASL 凭据", LDAPS_ALICE, NULL,
	    LDAP_BIND("1", "alice")
	    "S-!: * serverSaslCreds *  # RFC 4511 4.2.2\n"
	    "S: 1 bindResponse success *\n"),
	LDAP_CASE("whoami", "RFC 4532 2.2",
	    "Who am I? is answered, and differs", "Who am I? 扩展操作",
	    LDAPS_ALICE " ldap.whoami", NULL,
	    LDAP_ALICE_IN
	    "C: 2 extended " LDAP_WHO_AM_I "\n"
	    "S!: 2 extendedResp success * value \"dn:*\" *  # RFC 4532 2.2\n"
	    "S|: 2 extendedResp success * value \"u:*\" *  # RFC 4532 2.2\n"),
};
/* clang-format on */

LDAP_GROUP(ldap_bind, cases);
