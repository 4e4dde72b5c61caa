/* SPDX-License-Identifier: MIT */
/*
 * ldap_prelude - how LDAP conversations begin, and what they are made of.
 *
 * As in prelude.h, every piece is script text that leaves the conversation
 * after a reply; the notation is that of lib/framing_ldap.h.  What is read is
 * alice's own entry, which every directory has; what is changed is an entry of
 * the case's own, which it removes again (ldap_change.c).
 *
 * Where it does not matter how TLS begins a case talks to "ldaps".
 */
#ifndef CONFORMANCE_CASES_EMAIL_LDAP_PRELUDE_H
#define CONFORMANCE_CASES_EMAIL_LDAP_PRELUDE_H

#include "conformance/cases/email/prelude.h"

/* clang-format off */
#define LDAP_BIND(id, who) \
	"C: " id " bind ${" who ".dn|quoted} ${" who ".password|quoted}\n"
#define LDAP_IN(who) \
	LDAP_BIND("1", who) \
	"S: 1 bindResponse success *\n"
#define LDAP_ALICE_IN LDAP_IN("alice")
#define LDAP_ANONYMOUS(id) \
	"C: " id " bind \"\" \"\"\n"

/* Her entry is asked for: the filter, and what is wanted of it. */
#define LDAP_READ(id, filter, wanted) \
	"C: " id " search ${alice.dn|quoted} base " filter " " wanted "\n"
#define LDAP_ALL "(objectClass=*)"

/* A line of her entry. */
#define ALICES(id, what) \
	id " searchResEntry \"${alice.dn|dn}\" " what

/* What a server says that will not do it now. */
#define LDAP_LATER(id, response) \
	"S?: " id " " response " busy *\n" \
	"S?: " id " " response " unavailable *\n"

#define LDAP_UNBIND "C: 99 unbind\n"

#define LDAPS_ANY   "endpoint:ldaps"
#define LDAPS_ALICE LDAPS_ANY " account:alice dn:alice"
#define LDAPS_BOB   LDAPS_ALICE " account:bob dn:bob"
#define LDAPS_PEOPLE LDAPS_ALICE " directory:people"
#define LDAPS_TWO   LDAPS_BOB " directory:people"

#define LDAP_WHO_AM_I "1.3.6.1.4.1.4203.1.11.3"

/* A case that is a dialogue. */
#define LDAP_ROW(name, where, cite, grade, en, zh, wants, same, text) \
	{ \
		.id = "ldap." name, \
		.verifies = EMAIL_F_08, \
		.clause = cite, \
		.level = grade, \
		.title = en, \
		.title_zh = zh, \
		.needs = wants, \
		.twin = same, \
		.service = where, \
		.dialogue = text, \
	}
#define LDAP_CASE(name, cite, en, zh, wants, same, text) \
	LDAP_ROW(name, "ldaps", cite, LEVEL_SHALL, en, zh, wants, same, text)
#define LDAP_SHOULD(name, cite, en, zh, wants, same, text) \
	LDAP_ROW(name, "ldaps", cite, LEVEL_SHOULD, en, zh, wants, same, text)
/* clang-format on */

#define LDAP_GROUP(name, list) \
	const struct conf_group conf_##name = { \
		.service = "ldap", \
		.framing = &framing_ldap, \
		.cases = list, \
		.n = sizeof list / sizeof list[0], \
	}

#endif
