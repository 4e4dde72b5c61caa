/* SPDX-License-Identifier: MIT */
/*
 * Envelopes of the reference's opened with the key that they are for, and
 * with no other; and octets that are none.  Certificates that nobody signed.
 */
#include "conformance/client/envelope.h"

#include <check.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/key.h"
#include "reference/ra/inner.h"

enum { OCTETS_MOST = 16 << 10 };

/* Of that key, by itself. */
static X509 *
certificate_of(EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);

	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const unsigned char *)"alice", -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	ck_assert_int_gt(
	    X509_sign(
		x, key, EVP_PKEY_is_a(key, "SM2") ? EVP_sm3() : EVP_sha256()),
	    0);
	return x;
}

/* clang-format off */
static const struct {
	enum own_key inner, under;
} rows[] = {
	{ OWN_SM2,  OWN_SM2 },	/* SM2EnvelopedKey */
	{ OWN_P256, OWN_RSA },	/* EnvelopedData */
	{ OWN_RSA,  OWN_P256 },
	{ OWN_P256, OWN_P256 },
};
/* clang-format on */

static void
envelop(EVP_PKEY *inner, EVP_PKEY *under, struct buf *to)
{
	X509 *x = certificate_of(under);
	struct err err;

	buf_init(to, OCTETS_MOST);
	ck_assert_msg(
	    ra_envelop(VARIANT_NONE, inner, x, to, &err), "%s", err.what);
	X509_free(x);
}

START_TEST(opens_for_whom_it_is)
{
	EVP_PKEY *inner = key_new(rows[_i].inner);
	EVP_PKEY *under = key_new(rows[_i].under);
	EVP_PKEY *other = key_new(rows[_i].under), *got;
	struct buf octets, public, wrong;

	buf_init(&public, OCTETS_MOST);
	buf_init(&wrong, OCTETS_MOST);
	envelop(inner, under, &octets);
	ck_assert(key_public(inner, &public));
	ck_assert(key_public(other, &wrong));
	got = envelope_open(buf_span(&octets), under);
	ck_assert_ptr_nonnull(got);
	ck_assert(envelope_fits(got, buf_span(&public)));
	ck_assert(!envelope_fits(got, buf_span(&wrong)));
	EVP_PKEY_free(got);

	/* by chance, another key may open octets that are no key */
	got = envelope_open(buf_span(&octets), other);
	ck_assert(got == NULL || !envelope_fits(got, buf_span(&public)));
	EVP_PKEY_free(got);
	ck_assert_ptr_null(envelope_open(buf_span(&octets), NULL));
	EVP_PKEY_free(inner);
	EVP_PKEY_free(under);
	EVP_PKEY_free(other);
	buf_free(&octets);
	buf_free(&public);
	buf_free(&wrong);
}
END_TEST

/* Another's number beside the public key that was certified. */
START_TEST(fits_by_its_own_number)
{
	static const enum own_key kinds[] = { OWN_P256, OWN_SM2 };
	EVP_PKEY *key = key_new(kinds[_i]), *other = key_new(kinds[_i]);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	EVP_PKEY *mixed = NULL;
	OSSL_PARAM *params = NULL, *stranger = NULL, *d, *from;
	struct buf public;

	buf_init(&public, OCTETS_MOST);
	ck_assert(key_public(key, &public));
	ck_assert_int_eq(EVP_PKEY_todata(key, EVP_PKEY_KEYPAIR, &params), 1);
	ck_assert_int_eq(
	    EVP_PKEY_todata(other, EVP_PKEY_KEYPAIR, &stranger), 1);
	d = OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_PRIV_KEY);
	from = OSSL_PARAM_locate(stranger, OSSL_PKEY_PARAM_PRIV_KEY);
	ck_assert_ptr_nonnull(d);
	ck_assert_uint_eq(d->data_size, from->data_size);
	memcpy(d->data, from->data, d->data_size);
	ck_assert_int_eq(EVP_PKEY_fromdata_init(ctx), 1);
	ck_assert_int_eq(
	    EVP_PKEY_fromdata(ctx, &mixed, EVP_PKEY_KEYPAIR, params), 1);
	ck_assert(envelope_fits(key, buf_span(&public)));
	ck_assert(!envelope_fits(mixed, buf_span(&public)));
	OSSL_PARAM_free(params);
	OSSL_PARAM_free(stranger);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(mixed);
	EVP_PKEY_free(other);
	EVP_PKEY_free(key);
	buf_free(&public);
}
END_TEST

/* Any octet another one, and each length there is. */
START_TEST(survives_what_is_none)
{
	EVP_PKEY *inner = key_new(OWN_SM2), *under = key_new(OWN_SM2), *got;
	struct buf octets, public;

	buf_init(&public, OCTETS_MOST);
	envelop(inner, under, &octets);
	ck_assert(key_public(inner, &public));
	for (size_t i = 0; i < octets.len; i++) {
		octets.data[i] ^= 0x15;
		got = envelope_open(buf_span(&octets), under);
		EVP_PKEY_free(got);
		octets.data[i] ^= 0x15;
		got = envelope_open(span_take(buf_span(&octets), i), under);
		ck_assert_ptr_null(got);
	}
	EVP_PKEY_free(inner);
	EVP_PKEY_free(under);
	buf_free(&octets);
	buf_free(&public);
}
END_TEST

START_TEST(secret_is_the_number)
{
	EVP_PKEY *key = key_new(OWN_SM2), *again;
	unsigned char octets[64];
	struct buf text;

	buf_init(&text, OCTETS_MOST);
	ck_assert_uint_ge(envelope_secret(key, octets, sizeof octets), 16);
	ck_assert_uint_eq(envelope_secret(key, octets, 4), 0);
	ck_assert(key_text(key, &text));
	again = key_read_text(buf_span(&text));
	ck_assert_int_eq(EVP_PKEY_eq(key, again), 1);
	ck_assert_ptr_null(key_read_text(SPAN("")));
	ck_assert_ptr_null(key_read_text(SPAN("-----BEGIN")));
	EVP_PKEY_free(again);
	EVP_PKEY_free(key);
	buf_free(&text);
}
END_TEST

static X509 *
certificate_in(const struct buf *der)
{
	const unsigned char *p = (const unsigned char *)der->data;
	X509 *x = d2i_X509(NULL, &p, (long)der->len);

	ck_assert_ptr_nonnull(x);
	return x;
}

/* SM2 signs under an identifier. */
static bool
is_signed_with(X509 *x, EVP_PKEY *key)
{
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();

	ASN1_OCTET_STRING_set(
	    id, (const unsigned char *)"1234567812345678", 16);
	X509_set0_distinguishing_id(x, id);
	return X509_verify(x, key) == 1;
}

/* What it says is the same but for who has issued it, and he has. */
START_TEST(forges_by_another)
{
	EVP_PKEY *ca = key_new(OWN_SM2), *other = key_new(OWN_SM2);
	EVP_PKEY *own = key_new(OWN_SM2);
	X509 *like = certificate_of(ca), *forged;
	unsigned char *der = NULL;
	const int n = i2d_X509(like, &der);
	struct buf octets;

	buf_init(&octets, OCTETS_MOST);
	ck_assert(key_forge_by(other, "Another CA", own,
	    (struct span){ (const char *)der, (size_t)n }, &octets));
	forged = certificate_in(&octets);
	ck_assert_int_eq(EVP_PKEY_eq(X509_get0_pubkey(forged), own), 1);
	ck_assert_int_eq(X509_NAME_cmp(X509_get_subject_name(forged),
			     X509_get_subject_name(like)),
	    0);
	ck_assert_int_ne(X509_NAME_cmp(X509_get_issuer_name(forged),
			     X509_get_issuer_name(like)),
	    0);
	ck_assert(is_signed_with(forged, other));
	ck_assert(!is_signed_with(forged, ca));
	ck_assert(!is_signed_with(forged, own));
	OPENSSL_free(der);
	X509_free(like);
	X509_free(forged);
	EVP_PKEY_free(ca);
	EVP_PKEY_free(other);
	EVP_PKEY_free(own);
	buf_free(&octets);
}
END_TEST

/* It says all that the other one says, and is signed with its own key. */
START_TEST(forges)
{
	EVP_PKEY *ca = key_new(OWN_SM2), *own = key_new(OWN_SM2);
	X509 *like = certificate_of(ca), *forged;
	unsigned char *der = NULL;
	const int n = i2d_X509(like, &der);
	struct buf octets;

	buf_init(&octets, OCTETS_MOST);
	ck_assert(!key_forge(own, SPAN(""), &octets));
	ck_assert(!key_forge(own, SPAN("0\x03\x02\x01\x05"), &octets));
	ck_assert_uint_eq(octets.len, 0);
	ck_assert(key_forge(
	    own, (struct span){ (const char *)der, (size_t)n }, &octets));
	forged = certificate_in(&octets);
	ck_assert_int_eq(EVP_PKEY_eq(X509_get0_pubkey(forged), own), 1);
	ck_assert_int_eq(X509_NAME_cmp(X509_get_issuer_name(forged),
			     X509_get_issuer_name(like)),
	    0);
	ck_assert(is_signed_with(forged, own));
	ck_assert(!is_signed_with(forged, ca));
	OPENSSL_free(der);
	X509_free(like);
	X509_free(forged);
	EVP_PKEY_free(ca);
	EVP_PKEY_free(own);
	buf_free(&octets);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("envelope");
	TCase *t = tcase_create("envelope");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(
	    t, opens_for_whom_it_is, 0, sizeof rows / sizeof rows[0]);
	tcase_add_loop_test(t, fits_by_its_own_number, 0, 2);
	tcase_add_test(t, survives_what_is_none);
	tcase_add_test(t, secret_is_the_number);
	tcase_add_test(t, forges);
	tcase_add_test(t, forges_by_another);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
