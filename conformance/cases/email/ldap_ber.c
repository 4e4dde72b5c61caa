/* SPDX-License-Identifier: MIT */
/*
 * Octets that are no LDAPMessage, and what a server owes to whoever sends
 * them (RFC 4511 4.1.1, 5.1).
 */
#include "conformance/cases/email/ldap_prelude.h"

extern const struct conf_group conf_ldap_ber;

/* clang-format off */
#define CLAUSE "RFC 4511 4.1.1"
#define OTHER_IN \
	"@party other ldaps\n" \
	"other " LDAP_BIND("1", "alice") \
	"other S!: 1 bindResponse success *  # RFC 4511 6\n"

/* "... and MUST immediately terminate the LDAP session" */
#define ENDS(name, en, zh, octets) \
	LDAP_CASE("ber." name, CLAUSE, en, zh, LDAPS_ALICE, "ldap.search", \
	    LDAP_ALICE_IN \
	    "C=: " octets "\n" \
	    "@closed!\n" \
	    OTHER_IN)

static const struct conf_case cases[] = {
	ENDS("sequence", "a message that is no SEQUENCE ends the session",
	    "非 SEQUENCE 的报文使会话结束",
	    "\\x31\\x05\\x02\\x01\\x02\\x42\\x00"),
	ENDS("text", "a request of HTTP ends the session",
	    "HTTP 请求使会话结束", "GET / HTTP/1.1\\r\\n"
	    "Host: directory.example.test\\r\\n"
	    "User-Agent: nobody-in-particular\\r\\nAccept: */*\\r\\n\\r\\n"),
	ENDS("id", "a message ID that is no INTEGER ends the session",
	    "消息号不是整数使会话结束",
	    "\\x30\\x0c\\x04\\x01\\x02\\x60\\x07\\x02\\x01\\x03\\x04\\x00"
	    "\\x80\\x00"),
	ENDS("op", "an operation nobody knows ends the session",
	    "未知的操作标签使会话结束",
	    "\\x30\\x05\\x02\\x01\\x02\\x5e\\x00"),
	ENDS("response", "a response sent by a client ends the session",
	    "客户端发来应答报文使会话结束",
	    "\\x30\\x0c\\x02\\x01\\x02\\x65\\x07\\x0a\\x01\\x00\\x04\\x00"
	    "\\x04\\x00"),
	ENDS("longer", "what is longer than what holds it ends the session",
	    "长度超出外层的报文使会话结束",
	    "\\x30\\x0c\\x02\\x01\\x02\\x60\\x7f\\x02\\x01\\x03\\x04\\x00"
	    "\\x80\\x00"),
	ENDS("cut", "a Bind without its password ends the session",
	    "缺少字段的绑定请求使会话结束",
	    "\\x30\\x0a\\x02\\x01\\x02\\x60\\x05\\x02\\x01\\x03\\x04\\x00"),
	/* An element within an element; either sentence may be meant. */
	LDAP_CASE("ber.filter", CLAUSE,
	    "a filter longer than what holds it is a protocol error",
	    "长度有误的过滤器", LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    "C=: \\x30\\x1e\\x02\\x01\\x02\\x63\\x19\\x04\\x00\\x0a\\x01"
		"\\x00\\x0a\\x01\\x00\\x02\\x01\\x00\\x02\\x01\\x00\\x01"
		"\\x01\\x00\\xa3\\x04\\x04\\x7f\\x63\\x6e\\x30\\x00\n"
	    "S!: 2 searchResDone protocolError *  # " CLAUSE "\n"
	    "S|: 0 *  # " CLAUSE "\n"
	    "S|: @closed\n"),
	LDAP_SHOULD("ber.notice", CLAUSE,
	    "whoever is shown the door is told why",
	    "断开前发出断开通知", LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    "C=: \\x31\\x05\\x02\\x01\\x02\\x42\\x00\n"
	    "S!: 0 extendedResp protocolError * name "
	    "1.3.6.1.4.1.1466.20036 *  # RFC 4511 4.4.1\n"
	    "@closed\n"),
	/* BER permits a length in more octets than it takes (X.690 8.1.3.5). */
	LDAP_CASE("ber.lengths", "RFC 4511 5.1",
	    "long forms of short lengths are taken", "长度的长格式编码",
	    LDAPS_ALICE, "ldap.search",
	    LDAP_ALICE_IN
	    "C=: \\x30\\x84\\x00\\x00\\x00\\x1e\\x02\\x01\\x02\\x77\\x82\\x00"
	    "\\x17\\x80\\x81\\x14"
	    "1.3.6.1.4.1.4203.1.9\n"
	    "S!: 2 extendedResp protocolError *  # RFC 4511 5.1\n"),
	LDAP_CASE("ber.answers", "RFC 4511 5.1",
	    "answers are encoded as LDAP restricts BER",
	    "应答符合 LDAP 对 BER 的限制", LDAPS_ALICE, NULL,
	    LDAP_BIND("1", "alice")
	    "S!: 1 bindResponse success *  # RFC 4511 5.1\n"
	    LDAP_READ("2", LDAP_ALL, "")
	    "S+!: " ALICES("2", "*") "  # RFC 4511 5.1\n"
	    "S!: 2 searchResDone success *  # RFC 4511 5.1\n"),
};
/* clang-format on */

LDAP_GROUP(ldap_ber, cases);
