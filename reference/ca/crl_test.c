/* SPDX-License-Identifier: MIT */
/* Lists, and lists of what has changed, read by OpenSSL. */
#include "reference/ca/ca_testing.h"

#include "reference/ca/crl.h"

static X509_CRL *
made_by(bool (*make)(struct ca *, int, struct wall, struct buf *, struct err *),
    int issuer)
{
	const unsigned char *p;
	struct buf der;
	struct err err;
	X509_CRL *crl;

	buf_init(&der, CA_CRL_MOST);
	ck_assert_msg(make(ca, issuer, now, &der, &err), "%s", err.what);
	p = (const unsigned char *)der.data;
	crl = d2i_X509_CRL(NULL, &p, (long)der.len);
	ck_assert_ptr_nonnull(crl);
	buf_free(&der);
	return crl;
}

static X509_CRL *
list(int issuer)
{
	return made_by(ca_crl, issuer);
}

static long
number_in(X509_CRL *crl, int nid)
{
	ASN1_INTEGER *n = X509_CRL_get_ext_d2i(crl, nid, NULL, NULL);
	const long number = n == NULL ? -1 : ASN1_INTEGER_get(n);

	ASN1_INTEGER_free(n);
	return number;
}

/* RFC 5280 5.3.1; -1: not listed. */
static long
reason_in(X509_CRL *crl, X509 *x)
{
	ASN1_ENUMERATED *reason;
	X509_REVOKED *e = NULL;
	long said;

	if (X509_CRL_get0_by_cert(crl, &e, x) == 0)
		return -1;
	reason = X509_REVOKED_get_ext_d2i(e, NID_crl_reason, NULL, NULL);
	said = reason == NULL ? CA_UNSPECIFIED : ASN1_ENUMERATED_get(reason);
	ASN1_ENUMERATED_free(reason);
	return said;
}

static bool
verifies(EVP_PKEY *key, X509_CRL *crl)
{
	const ASN1_BIT_STRING *sig;
	unsigned char *tbs = NULL;
	const int n = i2d_re_X509_CRL_tbs(crl, &tbs);
	bool ok;

	X509_CRL_get0_signature(crl, &sig, NULL);
	ok = ca_verify(key, (struct span){ (const char *)tbs, (size_t)n },
	    (struct span){ (const char *)sig->data, (size_t)sig->length });
	OPENSSL_free(tbs);
	return ok;
}

START_TEST(a_crl_lists_what_is_revoked)
{
	static const struct {
		const char *name;
		long reason;
	} rows[] = { { "server", -1 }, { "bob-signing", CA_KEY_COMPROMISE },
		{ "carol-signing", CA_CERTIFICATE_HOLD } };
	const int issuer = ca_issuer((enum ca_algorithm)_i, CA_ISSUING);
	X509_CRL *crl = list(issuer);
	X509 *x;

	ck_assert(verifies(ca_issuer_signer(ca, issuer)->key, crl));
	ck_assert_int_eq(X509_CRL_get_version(crl), X509_CRL_VERSION_2);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		x = named(ca_algorithms[_i], rows[i].name);
		ck_assert_int_eq(reason_in(crl, x), rows[i].reason);
		X509_free(x);
	}
	X509_CRL_free(crl);
}
END_TEST

START_TEST(revoke_hold_and_resume)
{
	const int issuer = ca_issuer((enum ca_algorithm)_i, CA_ISSUING);
	X509 *x = named(ca_algorithms[_i], "server");
	char serial[STORE_CA_SERIAL];
	X509_CRL *crl;
	struct err err;
	long first;

	ca_serial_text(X509_get0_serialNumber(x), serial);
	now.us += 1000000;
	crl = list(issuer);
	first = number_in(crl, NID_crl_number);
	X509_CRL_free(crl);
	crl = list(issuer); /* nothing has changed */
	ck_assert_int_eq(number_in(crl, NID_crl_number), first);
	X509_CRL_free(crl);

	ck_assert(!ca_resume(ca, issuer, serial, "test", now, &err));
	ck_assert(ca_revoke(
	    ca, issuer, serial, CA_CERTIFICATE_HOLD, "test", now, &err));
	crl = list(issuer);
	ck_assert_int_eq(number_in(crl, NID_crl_number), first + 1);
	ck_assert_int_eq(reason_in(crl, x), CA_CERTIFICATE_HOLD);
	X509_CRL_free(crl);

	now.us += 1000000;
	ck_assert(ca_resume(ca, issuer, serial, "test", now, &err));
	crl = list(issuer);
	ck_assert_int_eq(number_in(crl, NID_crl_number), first + 2);
	ck_assert_int_eq(reason_in(crl, x), -1);
	X509_CRL_free(crl);

	ck_assert(
	    ca_revoke(ca, issuer, serial, CA_SUPERSEDED, "test", now, &err));
	ck_assert(
	    !ca_revoke(ca, issuer, serial, CA_SUPERSEDED, "test", now, &err));
	ck_assert(!ca_resume(ca, issuer, serial, "test", now, &err));
	crl = list(issuer);
	ck_assert_int_eq(reason_in(crl, x), CA_SUPERSEDED);
	X509_CRL_free(crl);
	X509_free(x);
}
END_TEST

START_TEST(a_delta_says_what_changed)
{
	static const struct {
		int64_t hours; /* from the start */
		int held;      /* 1: alice is put on hold, -1: no longer */
		bool rebased;
		int alice, bob; /* in the delta */
	} steps[] = {
		{ 0, 0, false, -1, CA_KEY_COMPROMISE },
		{ 1, 1, false, CA_CERTIFICATE_HOLD, CA_KEY_COMPROMISE },
		{ 2, -1, false, CA_REMOVE_FROM_CRL, CA_KEY_COMPROMISE },
		{ 9, 0, false, CA_REMOVE_FROM_CRL, CA_KEY_COMPROMISE },
		{ 16, 0, true, -1, -1 },
	};
	const int issuer = ca_issuer(CA_P256, CA_ISSUING);
	const struct wall start = now;
	X509 *alice = named("p256", "alice-signing");
	X509 *bob = named("p256", "bob-signing");
	char serial[STORE_CA_SERIAL];
	long from = 0, before = 0;
	struct err err;

	ca_serial_text(X509_get0_serialNumber(alice), serial);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		X509_CRL *d, *complete;

		now.us = start.us + (steps[i].hours * 3600 + 1) * 1000000;
		if (steps[i].held == 1)
			ck_assert(ca_revoke(ca, issuer, serial,
			    CA_CERTIFICATE_HOLD, "test", now, &err));
		if (steps[i].held == -1)
			ck_assert(
			    ca_resume(ca, issuer, serial, "test", now, &err));
		now.us += 1000000;
		d = made_by(ca_crl_delta, issuer);
		complete = list(issuer);
		ck_assert_int_eq(number_in(d, NID_crl_number),
		    number_in(complete, NID_crl_number));
		ck_assert_int_gt(number_in(d, NID_crl_number), before);
		before = number_in(d, NID_crl_number);
		if (from != 0)
			ck_assert_int_eq(number_in(d, NID_delta_crl) != from,
			    steps[i].rebased);
		from = number_in(d, NID_delta_crl);
		ck_assert_int_lt(from, before);
		ck_assert_int_eq(reason_in(d, alice), steps[i].alice);
		ck_assert_int_eq(reason_in(d, bob), steps[i].bob);
		ck_assert_int_eq(number_in(complete, NID_delta_crl), -1);
		X509_CRL_free(complete);
		X509_CRL_free(d);
	}
	X509_free(bob);
	X509_free(alice);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ca/crl");
	TCase *t = tests_of(suite, "crl", up_in_memory);

	tcase_add_loop_test(t, a_crl_lists_what_is_revoked, 0, CA_ALGORITHMS);
	tcase_add_loop_test(t, revoke_hold_and_resume, 0, CA_ALGORITHMS);
	tcase_add_test(t, a_delta_says_what_changed);
	return run_suite(suite);
}
