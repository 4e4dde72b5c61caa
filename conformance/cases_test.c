/* SPDX-License-Identifier: MIT */
/*
 * The cases themselves under test: what is written in them is right, whatever
 * a target does.
 */
#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/case.h"
#include "lib/mem.h"
#include "lib/profile.h"
#include "reference/fault.h"
#include "reference/variant.h"

/*
 * A token is "RUN.CASE" and stands as a local part, 64 octets long at most
 * (RFC 5321 4.5.3.1.1); a run's name has 20.
 */
#define ID_MOST 40

/* Where nothing can be wrong: see cases/email/README.md. */
static const char *const without_fault[] = {
	"smtp.smtputf8.unclaimed",
	"submission.audit.retention",
};

static const char *const provided[] = {
	"account:administrator",
	"account:alice",
	"account:bob",
	"account:carol",
	"account:dave",
	"account:victim",
	"account:wang",
	"directory:base",
	"directory:people",
	"dn:administrator",
	"dn:alice",
	"dn:bob",
	"dn:victim",
	"document:CERT-F-08",
	"document:CERT-F-15",
	"document:CERT-F-19",
	"document:CERT-F-20",
	"document:ESEAL-F-20",
	"document:ESEAL-F-22",
	"endpoint:ca",
	"endpoint:crl",
	"endpoint:crypto",
	"endpoint:ra",
	"endpoint:seal",
	"endpoint:imaps",
	"endpoint:ldap",
	"endpoint:ldaps",
	"endpoint:ocsp",
	"endpoint:pop3",
	"endpoint:pop3s",
	"endpoint:imap",
	"endpoint:imaps",
	"endpoint:smtp",
	"endpoint:submission",
	"endpoint:submissions",
	"endpoint:tsa",
	"key:alice",
	"key:auditor",
	"key:bob",
	"key:custodian-1",
	"key:custodian-2",
	"key:deputy",
	"key:issuer",
	"key:lapsed",
	"key:registrar",
	"log:imaps",
	"log:ldap",
	"log:ldaps",
	"log:pop3s",
	"log:smtp",
	"mail:domain",
	"mail:foreign",
	"mail:sink",
	"mail:unknown",
	"mail:utf8_domain",
	"pki:anchors",
	"pki:certificates",
	"pki:certificates[].dn",
	"pki:issuers",
	"safety:destructive",
	"safety:lockout",
};

/* What a script uses and the profile may not have. */
static const struct {
	const char *text, *need;
} uses[] = {
	{ "${foreign}", "mail:foreign" },
	{ "${unknown}", "mail:unknown" },
	{ "${utf8_domain}", "mail:utf8_domain" },
	{ "${sink", "mail:sink" },
	{ "${domain}", "mail:domain" },
	{ "${directory.base", "directory:base" },
	{ "${directory.people", "directory:people" },
	{ "${administrator.dn", "dn:administrator" },
	{ "${alice.dn", "dn:alice" },
	{ "${bob.dn", "dn:bob" },
	{ "${victim.dn", "dn:victim" },
	{ "${administrator.", "account:administrator" },
	{ "${alice.", "account:alice" },
	{ "${bob.", "account:bob" },
	{ "${carol.", "account:carol" },
	{ "STARTTLS", "smtp.starttls" },
	{ "mailer C: AUTH PLAIN ${", "smtp.auth.plain" },
	{ "\nC: AUTH PLAIN ${", "smtp.auth.plain" },
};

struct all {
	const struct conf_case *cases[2000];
	const struct conf_group *groups[2000];
	size_t n;
};

static void
collect(void *ctx, const struct conf_case *c, const struct conf_group *g)
{
	struct all *all = ctx;

	ck_assert_uint_lt(all->n, 2000);
	all->cases[all->n] = c;
	all->groups[all->n++] = g;
}

static struct all
every_case(void)
{
	struct all all = { .n = 0 };

	conf_case_each(collect, &all);
	ck_assert_uint_gt(all.n, 0);
	return all;
}

static bool
listed(const char *const *list, size_t n, struct span word)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(word, span_of(list[i])))
			return true;
	return false;
}

#define LISTED(list, word) listed(list, sizeof list / sizeof list[0], word)

static bool
needs_word(const struct conf_case *c, const char *word)
{
	struct span rest = span_of(c->needs == NULL ? "" : c->needs);

	while (rest.len > 0)
		if (span_eq(span_cut(&rest, ' '), span_of(word)))
			return true;
	return false;
}

START_TEST(ids_are_unique_and_well_formed)
{
	const struct all all = every_case();

	for (size_t i = 0; i < all.n; i++) {
		const char *id = all.cases[i]->id;

		ck_assert_msg(
		    strlen(id) <= ID_MOST, "%s is too long for a token", id);
		for (const char *c = id; *c != '\0'; c++)
			ck_assert_msg(islower((unsigned char)*c) ||
					  isdigit((unsigned char)*c) ||
					  *c == '.' || *c == '-',
			    "%s: '%c'", id, *c);
		ck_assert_ptr_eq(conf_case_find(id, NULL), all.cases[i]);
	}
	ck_assert_ptr_null(conf_case_find("smtp.no.such.case", NULL));
}
END_TEST

START_TEST(each_case_says_what_it_is)
{
	const struct all all = every_case();

	for (size_t i = 0; i < all.n; i++) {
		const struct conf_case *c = all.cases[i];

		ck_assert_msg(c->clause != NULL && c->clause[0] != '\0',
		    "%s cites nothing", c->id);
		ck_assert_msg(c->title != NULL && c->title[0] != '\0' &&
				  c->title_zh != NULL && c->title_zh[0] != '\0',
		    "%s has no title", c->id);
		ck_assert_msg(c->service != NULL || c->dialogue == NULL,
		    "%s talks to nobody", c->id);
		ck_assert_msg(
		    catalogue_get(c->verifies) != NULL, "%s: no row", c->id);
		ck_assert_msg((c->collect == NULL) == (c->judge == NULL),
		    "%s collects or judges, not both", c->id);
		ck_assert_msg((c->dialogue == NULL) == (c->collect != NULL),
		    "%s has a dialogue or a collect, not both", c->id);
	}
}
END_TEST

static bool
is_claim(struct span word)
{
	size_t n;
	const char *const *claims = profile_known_claims(&n);

	return listed(claims, n, word);
}

static bool
is_operation(struct span word)
{
	char *name;
	bool is;

	if (!span_starts(word, SPAN("operation:")))
		return false;
	name = mem_text(span_skip(word, strlen("operation:")));
	is = binding_operation(name) != NULL;
	free(name);
	return is;
}

START_TEST(each_script_compiles_and_claims_something)
{
	const struct all all = every_case();

	for (size_t i = 0; i < all.n; i++) {
		const struct conf_case *c = all.cases[i];
		struct err err = { 0 };
		struct script *s;

		if (c->dialogue == NULL)
			continue;
		s = script_compile(
		    c->id, c->dialogue, all.groups[i]->framing, &err);
		ck_assert_msg(s != NULL, "%s", err.what);
		ck_assert_msg(script_claims(s), "%s claims nothing", c->id);
		script_free(s);
	}
}
END_TEST

START_TEST(each_twin_is_a_case_without_one)
{
	const struct all all = every_case();

	for (size_t i = 0; i < all.n; i++) {
		const struct conf_case *c = all.cases[i], *twin;

		if (c->twin == NULL)
			continue;
		twin = conf_case_find(c->twin, NULL);
		ck_assert_msg(twin != NULL, "%s: no twin %s", c->id, c->twin);
		ck_assert_msg(twin->dialogue != NULL, "%s: %s is no dialogue",
		    c->id, c->twin);
		ck_assert_msg(
		    twin->twin == NULL, "%s: %s has a twin", c->id, c->twin);
		ck_assert_msg(strcmp(twin->service, c->service) == 0,
		    "%s: %s talks to somebody else", c->id, c->twin);
	}
}
END_TEST

START_TEST(needs_are_known_words)
{
	const struct all all = every_case();

	for (size_t i = 0; i < all.n; i++) {
		const struct conf_case *c = all.cases[i];
		struct span rest = span_of(c->needs == NULL ? "" : c->needs);
		char *endpoint = mem_textf("endpoint:%s", c->service);

		while (rest.len > 0) {
			struct span word = span_cut(&rest, ' ');

			if (span_starts(word, SPAN("!")))
				word = span_skip(word, 1);
			ck_assert_msg(is_claim(word) || is_operation(word) ||
					  LISTED(provided, word),
			    "%s needs %.*s", c->id, SPAN_FMT(word));
		}
		ck_assert_msg(c->service == NULL || needs_word(c, endpoint),
		    "%s needs no %s", c->id, endpoint);
		free(endpoint);
	}
}
END_TEST

START_TEST(needs_name_all_that_a_script_uses)
{
	const struct all all = every_case();

	for (size_t i = 0; i < all.n; i++)
		for (size_t k = 0; k < sizeof uses / sizeof uses[0]; k++) {
			const struct conf_case *c = all.cases[i];
			const char *d = c->dialogue;

			if (d == NULL || strstr(d, uses[k].text) == NULL ||
			    (strcmp(uses[k].text, "STARTTLS") == 0 &&
				strstr(d, "C: STARTTLS") == NULL) ||
			    (strstr(uses[k].text, "\nC: AUTH") != NULL &&
				all.groups[i]->framing != &framing_smtp))
				continue;
			ck_assert_msg(needs_word(c, uses[k].need),
			    "%s uses %s and does not need %s", c->id,
			    uses[k].text, uses[k].need);
		}
}
END_TEST

/* The twin's own needs are part of what a case needs. */
START_TEST(twins_need_no_more_than_their_case)
{
	const struct all all = every_case();

	for (size_t i = 0; i < all.n; i++) {
		const struct conf_case *c = all.cases[i], *twin;
		struct span rest;

		if (c->twin == NULL)
			continue;
		twin = conf_case_find(c->twin, NULL);
		ck_assert_ptr_nonnull(twin);
		rest = span_of(twin->needs);
		while (rest.len > 0) {
			const struct span word = span_cut(&rest, ' ');
			char *text = mem_text(word);

			ck_assert_msg(needs_word(c, text),
			    "%s: its twin needs %s", c->id, text);
			free(text);
		}
	}
}
END_TEST

START_TEST(each_fault_is_aimed_at_a_case)
{
	for (int f = FAULT_NONE + 1; f < FAULT_COUNT; f++) {
		const struct fault_row *row = fault_get((enum fault)f);
		const struct conf_case *c =
		    conf_case_find(row->caught_by, NULL);

		ck_assert_msg(c != NULL, "%s: there is no case %s", row->name,
		    row->caught_by);
		ck_assert_msg(c->verifies == row->req,
		    "%s breaks %s, %s verifies %s", row->name,
		    catalogue_get(row->req)->name, c->id,
		    catalogue_get(c->verifies)->name);
		ck_assert_msg(row->en[0] != '\0' && row->zh[0] != '\0',
		    "%s says nothing", row->name);
	}
}
END_TEST

START_TEST(each_case_has_a_fault)
{
	const struct all all = every_case();

	for (size_t i = 0; i < all.n; i++) {
		const char *id = all.cases[i]->id;
		bool found = LISTED(without_fault, span_of(id));

		for (int f = FAULT_NONE + 1; f < FAULT_COUNT; f++)
			found |= strcmp(fault_get((enum fault)f)->caught_by,
				     id) == 0;
		ck_assert_msg(found, "nothing tests %s", id);
	}
}
END_TEST

START_TEST(variants_take_back_known_claims)
{
	for (int v = VARIANT_NONE + 1; v < VARIANT_COUNT; v++) {
		const struct variant_row *row = variant_get((enum variant)v);
		struct span rest = span_of(row->unclaims);

		ck_assert_msg(
		    row->clause[0] != '\0', "%s cites nothing", row->name);
		while (rest.len > 0) {
			const struct span word = span_cut(&rest, ' ');

			ck_assert_msg(is_claim(word), "%s takes back %.*s",
			    row->name, SPAN_FMT(word));
		}
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("cases");
	TCase *tc = tcase_create("cases");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, ids_are_unique_and_well_formed);
	tcase_add_test(tc, each_case_says_what_it_is);
	tcase_add_test(tc, each_script_compiles_and_claims_something);
	tcase_add_test(tc, each_twin_is_a_case_without_one);
	tcase_add_test(tc, needs_are_known_words);
	tcase_add_test(tc, needs_name_all_that_a_script_uses);
	tcase_add_test(tc, twins_need_no_more_than_their_case);
	tcase_add_test(tc, each_fault_is_aimed_at_a_case);
	tcase_add_test(tc, each_case_has_a_fault);
	tcase_add_test(tc, variants_take_back_known_claims);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
