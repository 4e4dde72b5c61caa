/* SPDX-License-Identifier: MIT */
/* What CMP refuses, and by which bit of PKIFailureInfo. */
#include "reference/ca/cmp_testing.h"

enum { PKIBODY_ERROR = 23 };

static EVP_PKEY *
short_key(void)
{
	return EVP_RSA_gen(1024);
}

static EVP_PKEY *
other_curve(void)
{
	return EVP_EC_gen("P-384");
}

static EVP_PKEY *
no_such_key(void)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

static void
as_long_as_can_be(OSSL_CMP_CTX *c)
{
	X509_NAME *name = name_of("alice");

	for (int i = 0; i < 100; i++)
		X509_NAME_add_entry_by_txt(name, "OU", MBSTRING_UTF8,
		    (const unsigned char *)"archive", -1, -1, 0);
	OSSL_CMP_CTX_set1_subjectName(c, name);
	X509_NAME_free(name);
}

static EVP_PKEY *
small_exponent(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
	EVP_PKEY *key = NULL;
	BIGNUM *e = BN_new();

	BN_set_word(e, 3);
	EVP_PKEY_keygen_init(ctx);
	EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048);
	EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e);
	EVP_PKEY_keygen(ctx, &key);
	EVP_PKEY_CTX_free(ctx);
	BN_free(e);
	return key;
}

static void
as_somebody_else(OSSL_CMP_CTX *c)
{
	X509_NAME *name = name_of("bob");

	OSSL_CMP_CTX_set1_subjectName(c, name);
	X509_NAME_free(name);
}

static void
as_two(OSSL_CMP_CTX *c)
{
	X509_NAME *name = name_of("alice");

	X509_NAME_add_entry_by_txt(
	    name, "CN", MBSTRING_UTF8, (const unsigned char *)"bob", -1, -1, 0);
	OSSL_CMP_CTX_set1_subjectName(c, name);
	X509_NAME_free(name);
}

static void
with_a_name_of_others(OSSL_CMP_CTX *c)
{
	GENERAL_NAME *g =
	    a2i_GENERAL_NAME(NULL, NULL, NULL, GEN_DNS, "www.example.test", 0);

	OSSL_CMP_CTX_push1_subjectAltName(c, g);
	GENERAL_NAME_free(g);
}

static void
without_proof(OSSL_CMP_CTX *c)
{
	OSSL_CMP_CTX_set_option(
	    c, OSSL_CMP_OPT_POPO_METHOD, OSSL_CRMF_POPO_NONE);
}

static void
proven_by_an_ra(OSSL_CMP_CTX *c)
{
	OSSL_CMP_CTX_set_option(
	    c, OSSL_CMP_OPT_POPO_METHOD, OSSL_CRMF_POPO_RAVERIFIED);
}

static void
with_a_wrong_secret(OSSL_CMP_CTX *c)
{
	OSSL_CMP_CTX_set1_secretValue(c, (const unsigned char *)"wrong", 5);
}

static void
unprotected(OSSL_CMP_CTX *c)
{
	OSSL_CMP_CTX_set_option(c, OSSL_CMP_OPT_UNPROTECTED_SEND, 1);
}

static void
as_nobody(OSSL_CMP_CTX *c)
{
	OSSL_CMP_CTX_set1_referenceValue(c, (const unsigned char *)"eve", 3);
}

static void
to_somebody_else(OSSL_CMP_CTX *c)
{
	X509_NAME *name = name_of("another CA");

	OSSL_CMP_CTX_set1_recipient(c, name);
	X509_NAME_free(name);
}

static void
from_another_issuer(OSSL_CMP_CTX *c)
{
	X509_NAME *name = X509_NAME_dup(
	    X509_get_subject_name(ca->signers[CA_RSA][CA_ISSUING].cert));

	OSSL_CMP_CTX_set1_issuer(c, name);
	X509_NAME_free(name);
}

static void
at_another_path(OSSL_CMP_CTX *c)
{
	(void)c;
	only = CA_RSA;
}

#define FAILURE(name) OSSL_CMP_CTX_FAILINFO_##name

static const struct {
	EVP_PKEY *(*key)(void);
	void (*twist)(OSSL_CMP_CTX *);
	int failure;
} refused[] = {
	{ short_key, NULL, FAILURE(badAlg) },
	{ small_exponent, NULL, FAILURE(badAlg) },
	{ other_curve, NULL, FAILURE(badAlg) },
	{ no_such_key, NULL, FAILURE(badAlg) },
	{ NULL, at_another_path, FAILURE(badAlg) },
	{ NULL, as_somebody_else, FAILURE(badCertTemplate) },
	{ NULL, as_two, FAILURE(badCertTemplate) },
	{ NULL, as_long_as_can_be, FAILURE(badCertTemplate) },
	{ NULL, from_another_issuer, FAILURE(badCertTemplate) },
	{ NULL, with_a_name_of_others, FAILURE(unacceptedExtension) },
	{ NULL, without_proof, FAILURE(badPOP) },
	{ NULL, proven_by_an_ra, FAILURE(badPOP) },
	/* its client hears the signed answer, and who signs it trusts */
	{ NULL, to_somebody_else, FAILURE(wrongAuthority) },
	{ NULL, unprotected, FAILURE(badMessageCheck) },
	{ NULL, with_a_wrong_secret, FAILURE(badMessageCheck) },
	{ NULL, as_nobody, FAILURE(badMessageCheck) },
};

START_TEST(what_is_wrong_is_refused)
{
	EVP_PKEY *key = refused[_i].key == NULL ? ca_key_new(CA_P256, 0)
						: refused[_i].key();
	OSSL_CMP_CTX *c = alice();
	X509 *x;

	ck_assert_ptr_nonnull(key);
	if (refused[_i].twist != NULL)
		refused[_i].twist(c);
	x = apply(c, OSSL_CMP_CR, key);
	ck_assert_ptr_null(x);
	ck_assert_int_eq(OSSL_CMP_CTX_get_failInfoCode(c), refused[_i].failure);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

/* A secret is not to be guessed here when it cannot be elsewhere. */
START_TEST(guessing_locks_the_account)
{
	struct site site = { .store = store,
		.audit = audit_open(NULL),
		.login_failures_most = 3,
		.login_lock_us = (int64_t)60 * SECOND };
	const struct login l = { .site = &site, .service = "ca", .peer = "-" };
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c;
	struct err err;
	X509 *x;

	ck_assert(store_settle(store, &world, &err));
	door = &l;
	for (int i = 0; i < 5; i++) {
		c = alice();
		if (i < 3)
			with_a_wrong_secret(c);
		if (i == 4)
			now.us += (int64_t)61 * SECOND;
		x = apply(c, OSSL_CMP_CR, key);
		ck_assert_int_eq(x != NULL, i == 4);
		X509_free(x);
		OSSL_CMP_CTX_free(c);
	}
	door = NULL;
	audit_close(site.audit);
	EVP_PKEY_free(key);
}
END_TEST

/* Body of an answer, and its failInfo where it is an error. */
static bool
is_error(struct span request, const char *failure)
{
	OSSL_CMP_MSG *m = answer_to(request);
	const bool error = OSSL_CMP_MSG_get_bodytype(m) == PKIBODY_ERROR;
	unsigned char *der = NULL;
	const int n = i2d_OSSL_CMP_MSG(m, &der);
	const struct span all = { (const char *)der, (size_t)n };
	const bool found =
	    failure == NULL || span_find(all, span_of(failure)) < all.len;

	OPENSSL_free(der);
	OSSL_CMP_MSG_free(m);
	return error && found;
}

START_TEST(nothing_is_granted_twice)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	X509 *x;

	OSSL_CMP_CTX_set_option(c, OSSL_CMP_OPT_IMPLICIT_CONFIRM, 1);
	x = apply(c, OSSL_CMP_CR, key);
	need(x, c);
	ck_assert(
	    is_error(buf_span(&last), "there is such a transaction already"));
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(an_old_message_is_refused)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	X509 *x;

	now = clock_wall(); /* the client has its own clock */
	now.us += (int64_t)(_i == 0 ? 290 : 310) * SECOND;
	x = apply(c, OSSL_CMP_CR, key);
	ck_assert_int_eq(x != NULL, _i == 0);
	if (_i != 0)
		ck_assert_int_eq(OSSL_CMP_CTX_get_failInfoCode(c),
		    OSSL_CMP_CTX_FAILINFO_badTime);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

/* Cut anywhere, or any octet another one: an error, and nothing worse. */
START_TEST(a_spoilt_message_is_an_error)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	struct buf spoilt;
	X509 *x;

	OSSL_CMP_CTX_set_option(c, OSSL_CMP_OPT_IMPLICIT_CONFIRM, 1);
	x = apply(c, OSSL_CMP_CR, key);
	need(x, c);
	buf_init(&spoilt, ANSWER_MOST);
	for (size_t n = 0; n < last.len; n += 3) {
		ck_assert(is_error(span_take(buf_span(&last), n), NULL));
		buf_clear(&spoilt);
		buf_add(&spoilt, buf_span(&last));
		spoilt.data[n] = (char)(spoilt.data[n] ^ (1 << n % 8));
		ck_assert_msg(is_error(buf_span(&spoilt), NULL), "%zu", n);
	}
	buf_free(&spoilt);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

static void
fill(TCase *t)
{
	tcase_add_loop_test(t, what_is_wrong_is_refused, 0, COUNT(refused));
	tcase_add_test(t, nothing_is_granted_twice);
	tcase_add_test(t, guessing_locks_the_account);
	tcase_add_loop_test(t, an_old_message_is_refused, 0, 2);
	tcase_add_test(t, a_spoilt_message_is_an_error);
}

int
main(void)
{
	return run_with_client("ca/cmp_refused", fill);
}
