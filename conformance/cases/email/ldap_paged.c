/* SPDX-License-Identifier: MIT */
/*
 * Paged results: RFC 2696.
 */
#include "conformance/cases/email/ldap_prelude.h"

extern const struct conf_group conf_ldap_paged;

/* clang-format off */
#define CLAUSE "RFC 2696 3"
#define TWO_OF_THEM \
	" search ${directory.people|quoted} sub " \
	"(|(mail=${alice.address})(mail=${bob.address})) 1.1 ; paged "
#define PAGE(id, size, cookie) "C: " id TWO_OF_THEM size " \"" cookie "\"\n"
#define FIRST_PAGE \
	PAGE("2", "1", "") \
	"S+: 2 searchResEntry \"$one\" *\n" \
	"S: 2 searchResDone success *; paged * \"$cookie\" *\n"
#define NEEDS LDAPS_TWO " ldap.paged"

static const struct conf_case cases[] = {
	LDAP_CASE("paged", CLAUSE, "a page has as many as were asked for",
	    "每页条目数", NEEDS, NULL,
	    LDAP_ALICE_IN
	    PAGE("2", "1", "")
	    "S+!: 2 searchResEntry \"$one\" *  # " CLAUSE "\n"
	    "S*: 2 searchResEntry \"${one}\" *\n"
	    "S*: 2 searchResRef *\n"
	    "S!: 2 searchResDone success *; paged * \"?*\" *  # " CLAUSE "\n"),
	LDAP_CASE("paged.next", CLAUSE,
	    "the next page goes on where the first one ended",
	    "下一页接续上一页", NEEDS, "ldap.paged",
	    LDAP_ALICE_IN
	    FIRST_PAGE
	    PAGE("3", "1", "${cookie}")
	    "S-!: 3 searchResEntry \"${one}\" *  # " CLAUSE "\n"
	    "S+!: 3 searchResEntry \"?*\" *  # " CLAUSE "\n"
	    "S!: 3 searchResDone success *; paged *  # " CLAUSE "\n"),
	/* "The cookie MUST be set to an empty value if there are no more" */
	LDAP_CASE("paged.last", CLAUSE,
	    "after the last page there is no cookie", "最后一页没有 cookie",
	    NEEDS, "ldap.paged",
	    LDAP_ALICE_IN
	    PAGE("2", "10", "")
	    "S+!: " ALICES("2", "*") "  # " CLAUSE "\n"
	    "S+!: 2 searchResEntry \"${bob.dn|dn}\" *  # " CLAUSE "\n"
	    "S!: 2 searchResDone success *; paged * \"\" *  # " CLAUSE "\n"),
	/* "Once the paged search sequence has been completed, the cookie is
	 * no longer valid" */
	LDAP_CASE("paged.abandoned", CLAUSE,
	    "a size of 0 ends the sequence", "大小为 0 的请求结束分页",
	    NEEDS, "ldap.paged",
	    LDAP_ALICE_IN
	    FIRST_PAGE
	    PAGE("3", "0", "${cookie}")
	    "S-!: 3 searchResEntry *  # " CLAUSE "\n"
	    "S!: 3 searchResDone *  # " CLAUSE "\n"),
	LDAP_SHOULD("paged.cookie", CLAUSE,
	    "a cookie nobody gave out is refused", "伪造的 cookie 应予拒绝",
	    NEEDS, "ldap.paged",
	    LDAP_ALICE_IN
	    FIRST_PAGE
	    PAGE("3", "1", "no-cookie-of-yours")
	    "S-!: 3 searchResDone success *  # " CLAUSE "\n"
	    "S!: 3 searchResDone *\n"),
	LDAP_CASE("paged.critical", CLAUSE,
	    "the control may be critical", "关键的分页控件",
	    NEEDS, "ldap.paged",
	    LDAP_ALICE_IN
	    "C: 2" TWO_OF_THEM "10 critical\n"
	    "S+!: " ALICES("2", "*") "  # " CLAUSE "\n"
	    "S!: 2 searchResDone success *; paged *  # " CLAUSE "\n"),
};
/* clang-format on */

LDAP_GROUP(ldap_paged, cases);
