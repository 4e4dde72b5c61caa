/* SPDX-License-Identifier: MIT */
/* What is said and done about one message is so for two. */
#include "conformance/cases/email/pop3.h"

extern const struct conf_group conf_pop3_two;

/* clang-format off */
/* Logged in, with two messages of ours: ${one_n} and ${two_n}. */
#define WITH_TWO \
	POP3_BROUGHT_AS("one", POP3_FOUR_LINES, "") \
	POP3_BROUGHT_AS("two", POP3_FOUR_LINES, "") \
	POP3_IN
#define DELETED(which) \
	"C: DELE ${" which "_n}\n" \
	"S: +OK*\n"
#define BOTH_DELETED DELETED("one") DELETED("two")

#define ON(name, cite, en, zh, also, text) \
	POP3_CASE("pop3.two." name, EMAIL_F_04, cite, en, zh, \
	    POP3_MAIL also, NULL, "pop3s", text)

static const struct conf_case cases[] = {
	ON("octets", "RFC 1939 5", "STAT leaves out the octets of what is deleted",
	    "STAT 不计已删除邮件的字节数", "",
	    WITH_TWO
	    "C: STAT\n"
	    "S: +OK * $octets\n"
	    DELETED("two")
	    "C: STAT\n"
	    "S-!: +OK * ${octets}  # RFC 1939 5\n"
	    "S: +OK*\n"
	    DELETED("one")
	    POP3_BYE),
	ON("rset", "RFC 1939 5", "RSET takes both DELE back",
	    "RSET 撤销全部 DELE", "",
	    WITH_TWO
	    BOTH_DELETED
	    "C: RSET\n"
	    "S: +OK*\n"
	    "C: LIST ${one_n}\n"
	    "S!: +OK ${one_n} *  # RFC 1939 5\n"
	    "C: LIST ${two_n}\n"
	    "S!: +OK ${two_n} *  # RFC 1939 5\n"
	    BOTH_DELETED
	    POP3_BYE),
	ON("update", "RFC 1939 6", "QUIT removes all that was deleted",
	    "QUIT 删除全部已标记的邮件", " pop3.uidl",
	    WITH_TWO
	    "C: UIDL ${one_n}\n"
	    "S: +OK ${one_n} $one_uid\n"
	    "C: UIDL ${two_n}\n"
	    "S: +OK ${two_n} $two_uid\n"
	    BOTH_DELETED
	    POP3_BYE
	    POP3_AGAIN
	    "again C: UIDL\n"
	    "again S: +OK*\n"
	    "again S-!: * ${one_uid}  # RFC 1939 6\n"
	    "again S-!: * ${two_uid}  # RFC 1939 6\n"
	    "again S: .\n"
	    "again C: QUIT\n"
	    "again S: +OK*\n"),
};
/* clang-format on */

POP3_GROUP(pop3_two, "pop3", cases);
