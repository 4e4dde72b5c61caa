/* SPDX-License-Identifier: MIT */
/*
 * ca_testing - an authority that a test opens and closes, what it has issued,
 * and a suite to run; for tests.
 */
#ifndef REFERENCE_CA_CA_TESTING_H
#define REFERENCE_CA_CA_TESTING_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "lib/mem.h"
#include "reference/ca/ca.h"

static struct ca_options options = { "http://127.0.0.1:8001",
	"http://127.0.0.1:8002", "http://127.0.0.1:8003", FAULT_NONE,
	VARIANT_NONE, NULL };

static struct store *store;
static struct ca *ca;
static struct wall now;
static const char *dir; /* of the store; NULL: in memory */

static inline void
come_up(void)
{
	struct err err;

	store = store_open(dir, &err);
	ck_assert_msg(store != NULL, "%s", err.what);
	ca = ca_open(store, &options, now, &err);
	ck_assert_msg(ca != NULL, "%s", err.what);
}

static inline void
go_down(void)
{
	ca_close(ca);
	store_close(store);
}

static inline void
up_in_memory(void)
{
	now = clock_wall();
	come_up();
}

/* A certificate of the store, with the identifier it is verified under. */
static inline X509 *
named(const char *algorithm, const char *name)
{
	char *whole = mem_textf("%s-%s", algorithm, name);
	struct store_ca_certificate row;
	const unsigned char *p;
	ASN1_OCTET_STRING *id;
	struct buf der;
	X509 *x;

	buf_init(&der, 1 << 16);
	ck_assert_msg(store_ca_named(store, whole, &row, &der), "%s", whole);
	p = (const unsigned char *)der.data;
	x = d2i_X509(NULL, &p, (long)der.len);
	ck_assert_ptr_nonnull(x);
	if (X509_get_signature_nid(x) == NID_SM2_with_SM3) {
		id = ASN1_OCTET_STRING_new();
		ASN1_OCTET_STRING_set(id, (const unsigned char *)CA_IDENTIFIER,
		    (int)strlen(CA_IDENTIFIER));
		X509_set0_distinguishing_id(x, id);
	}
	buf_free(&der);
	free(whole);
	return x;
}

/* Tests of one subject, each with an authority of its own; NULL: with none. */
static inline TCase *
tests_of(Suite *suite, const char *name, void (*come)(void))
{
	TCase *t = tcase_create(name);

	tcase_set_timeout(t, 60);
	if (come != NULL)
		tcase_add_checked_fixture(t, come, go_down);
	suite_add_tcase(suite, t);
	return t;
}

static inline int
run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
