/* SPDX-License-Identifier: MIT */
/* What is issued and listed is in the directory, or it is not issued. */
#include "reference/ca/ca_testing.h"

#include "reference/ca/crl.h"
#include "reference/ldap/directory.h"
#include "reference/ldap/dn.h"

#define OF_SM2 "cn=sm2," DIRECTORY_PKI

/* One that has a directory to publish in. */
static void
up_with_directory(void)
{
	struct world world;
	struct err err;

	now = clock_wall();
	store = store_open(NULL, &err);
	ck_assert_msg(store != NULL &&
			  world_read("fixtures/world", &world, &err) &&
			  store_settle(store, &world, &err),
	    "%s", err.what);
	world_free(&world);
	ca = ca_open(store, &options, now, &err);
	ck_assert_msg(ca != NULL, "%s", err.what);
}

static void
entry_named(const char *dn, struct directory_entry *e)
{
	ck_assert_msg(directory_by_dn(store, span_of(dn), e), "%s", dn);
}

static void
alices_entry(struct directory_entry *e)
{
	struct buf dn;

	buf_init(&dn, DN_KEY);
	ck_assert(directory_entry_of(
	    store, ATTR_MAIL, SPAN("alice@example.test"), &dn));
	entry_named(buf_text(&dn), e);
	buf_free(&dn);
}

/* How many values, and whether this is one of them. */
static size_t
values_of(const struct directory_entry *e, enum schema_attribute type,
    struct span octets, bool *there)
{
	size_t n = 0;

	*there = false;
	for (size_t i = 0; i < e->n; i++)
		if (e->values[i].type == type) {
			n++;
			*there |= span_eq(e->values[i].value, octets);
		}
	return n;
}

START_TEST(what_is_issued_is_published)
{
	static const struct {
		const char *name;
		enum schema_attribute type;
		size_t n;
	} rows[] = {
		{ "sm2-alice-signing", ATTR_USER_CERTIFICATE, 6 },
		{ "rsa-alice-encryption", ATTR_USER_CERTIFICATE, 6 },
		{ "sm2-ca", ATTR_CA_CERTIFICATE, 1 },
	};
	struct store_ca_certificate row;
	struct directory_entry e;
	struct buf der;
	bool there;

	buf_init(&der, 1 << 16);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buf_clear(&der);
		ck_assert(store_ca_named(store, rows[i].name, &row, &der));
		if (rows[i].type == ATTR_CA_CERTIFICATE)
			entry_named(OF_SM2, &e);
		else
			alices_entry(&e);
		ck_assert_uint_eq(
		    values_of(&e, rows[i].type, buf_span(&der), &there),
		    rows[i].n);
		ck_assert_msg(there, "%s", rows[i].name);
		directory_entry_free(&e);
	}
	buf_free(&der);
}
END_TEST

/* What is on hold stays; and a permitted way is to keep all of it. */
START_TEST(what_is_revoked_for_good_is_withdrawn)
{
	static const struct {
		enum variant variant;
		int reason;
		size_t n;
	} rows[] = {
		{ VARIANT_NONE, CA_CERTIFICATE_HOLD, 6 },
		{ VARIANT_NONE, CA_SUPERSEDED, 5 },
		{ VARIANT_PUBLISH_KEEPS_REVOKED, CA_SUPERSEDED, 6 },
	};
	const int sm2 = ca_issuer(CA_SM2, CA_ISSUING);
	struct store_ca_certificate row;
	struct directory_entry e;
	struct err err;
	struct buf der;
	bool there;

	buf_init(&der, 1 << 16);
	ca->variant = rows[_i].variant;
	ck_assert(store_ca_named(store, "sm2-alice-signing", &row, &der));
	ck_assert(
	    ca_revoke(ca, sm2, row.serial, rows[_i].reason, "test", now, &err));
	alices_entry(&e);
	ck_assert_uint_eq(
	    values_of(&e, ATTR_USER_CERTIFICATE, buf_span(&der), &there),
	    rows[_i].n);
	ck_assert(there == (rows[_i].n == 6));
	directory_entry_free(&e);
	buf_free(&der);
}
END_TEST

START_TEST(lists_are_published_when_they_are_made)
{
	const int sm2 = ca_issuer(CA_SM2, CA_ISSUING);
	struct store_ca_certificate row;
	struct directory_entry e;
	struct wall made;
	int64_t before, number;
	struct err err;
	struct buf der;
	bool there;

	buf_init(&der, CA_CRL_MOST);
	ck_assert(store_ca_crl(store, sm2, &before, &made, NULL));
	ck_assert(store_ca_named(store, "sm2-alice-signing", &row, NULL));
	now.us += 1000000;
	ck_assert(
	    ca_revoke(ca, sm2, row.serial, CA_SUPERSEDED, "test", now, &err));
	now.us += 1000000;
	for (int i = 0; i < 2; i++) /* the second time nothing is due */
		ck_assert(ca_crls_refresh(ca, now, &err));
	ck_assert(store_ca_crl(store, sm2, &number, &made, &der));
	ck_assert_int_eq(number, before + 1);
	entry_named(OF_SM2, &e);
	ck_assert_uint_eq(values_of(&e, ATTR_CERTIFICATE_REVOCATION_LIST,
			      buf_span(&der), &there),
	    1);
	ck_assert(there);
	directory_entry_free(&e);
	buf_free(&der);
}
END_TEST

/* Her entry may not have it: then there is no such certificate. */
START_TEST(what_cannot_be_published_is_not_issued)
{
	const struct ca_request r = { .algorithm = CA_P256,
		.class = CA_CLASS_SIGNING,
		.name = "not-to-be",
		.subject = "李爱丽",
		.alt = "email:alice@example.test",
		.key = ca->signers[CA_P256][CA_RESPONDER].key };
	struct store_ca_certificate row;
	struct directory_entry e;
	struct err err = { 0 };
	struct buf last;
	int64_t records;

	buf_init(&last, 64);
	records = store_ca_last(store, &last);
	alices_entry(&e);
	for (size_t i = e.n; i > 0; i--) /* no class is left that has it */
		if (e.values[i - 1].type == ATTR_OBJECT_CLASS)
			directory_drop(&e, i - 1);
	ck_assert_int_eq(directory_change(store, &e, &err), STORE_DONE);
	directory_entry_free(&e);
	ck_assert(!ca_issue(ca, &r, "test", now, NULL, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "userCertificate"));
	ck_assert(!store_ca_named(store, r.name, &row, NULL));
	buf_clear(&last);
	ck_assert_int_eq(store_ca_last(store, &last), records);
	buf_free(&last);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ca/publish");
	TCase *t = tests_of(suite, "published", up_with_directory);

	tcase_add_test(t, what_is_issued_is_published);
	tcase_add_loop_test(t, what_is_revoked_for_good_is_withdrawn, 0, 3);
	tcase_add_test(t, lists_are_published_when_they_are_made);
	tcase_add_test(t, what_cannot_be_published_is_not_issued);
	return run_suite(suite);
}
