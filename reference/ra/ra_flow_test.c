/* SPDX-License-Identifier: MIT */
/* An application, from the request to the certificate. */
#include "reference/ra/testing.h"

static struct testing t;
static struct testing_who alice, bob, registrar, issuer, deputy, auditor;

static void
up(void)
{
	testing_up(&t);
	testing_enter(&t, &alice, "alice");
	testing_enter(&t, &bob, "bob");
	testing_enter(&t, &registrar, "registrar");
	testing_enter(&t, &issuer, "issuer");
	testing_enter(&t, &deputy, "deputy");
	testing_enter(&t, &auditor, "auditor");
}

static void
down(void)
{
	testing_leave(&alice);
	testing_leave(&bob);
	testing_leave(&registrar);
	testing_leave(&issuer);
	testing_leave(&deputy);
	testing_leave(&auditor);
	testing_down(&t);
}

static void
apply(const char *class, EVP_PKEY *key, char id[STORE_RA_ID])
{
	ck_assert_int_eq(
	    testing_submit(&t, &alice, class,
		testing_request(key, "alice", "email:alice@example.test"), id),
	    200);
}

START_TEST(what_is_approved_is_issued)
{
	EVP_PKEY *key = ca_key_new((enum ca_algorithm)_i, 0);
	char id[STORE_RA_ID];
	json_t *gives;
	X509 *x;

	apply("signing", key, id);
	gives = testing_grant(&t, &registrar, &issuer, &alice, id);
	x = testing_certificate(gives, "certificate");
	ck_assert_ptr_nonnull(x);
	ck_assert_int_eq(EVP_PKEY_eq(X509_get0_pubkey(x), key), 1);
	ck_assert_uint_eq(X509_get_key_usage(x),
	    X509v3_KU_DIGITAL_SIGNATURE | X509v3_KU_NON_REPUDIATION);
	ck_assert_str_eq(testing_text(gives, "encryption"), "");
	ck_assert_str_eq(testing_text(gives, "key"), "");
	X509_free(x);
	json_decref(gives);
	EVP_PKEY_free(key);
}
END_TEST

/* ---- who may what ---- */

START_TEST(nobody_does_both)
{
	EVP_PKEY *key = ca_key_new(CA_SM2, 0);
	char id[STORE_RA_ID];
	json_t *gives;

	apply("signing", key, id);
	testing_must(&t, &alice, "application.approve", "id", id, 403);
	testing_must(&t, &issuer, "application.approve", "id", id, 403);
	testing_must(&t, &auditor, "application.approve", "id", id, 403);
	testing_must(&t, &auditor, "application.show", "id", id, 403);
	testing_must(&t, &bob, "application.show", "id", id, 403);
	testing_must(&t, &issuer, "application.issue", "id", id, 409);
	testing_must(&t, &deputy, "application.approve", "id", id, 200);
	testing_must(&t, &registrar, "application.approve", "id", id, 409);
	/* he has both duties, and has used one of them */
	testing_must(&t, &deputy, "application.issue", "id", id, 403);
	testing_must(&t, &registrar, "application.issue", "id", id, 403);
	testing_must(&t, &alice, "application.issue", "id", id, 403);
	testing_must(&t, &issuer, "application.issue", "id", id, 200);
	testing_must(&t, &issuer, "application.issue", "id", id, 409);
	ck_assert_int_eq(
	    testing_do(&t, &alice, "application.show", "id", id, &gives), 200);
	json_decref(gives);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(nobody_decides_about_himself)
{
	EVP_PKEY *key = ca_key_new(CA_SM2, 0);
	char id[STORE_RA_ID];

	ck_assert_int_eq(testing_submit(&t, &deputy, "signing",
			     testing_request(key, "deputy", NULL), id),
	    200);
	testing_must(&t, &deputy, "application.approve", "id", id, 403);
	testing_must(&t, &registrar, "application.approve", "id", id, 200);
	testing_must(&t, &deputy, "application.issue", "id", id, 403);
	testing_must(&t, &issuer, "application.issue", "id", id, 200);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(a_refusal_says_why)
{
	EVP_PKEY *key = ca_key_new(CA_SM2, 0);
	char id[STORE_RA_ID];
	json_t *gives;

	apply("signing", key, id);
	ck_assert_int_eq(
	    testing_call(&t, registrar.token, "application.refuse",
		json_pack("{s:s, s:s}", "id", id, "note", " "), NULL),
	    400);
	ck_assert_int_eq(
	    testing_call(&t, registrar.token, "application.refuse",
		json_pack("{s:s, s:s}", "id", id, "note", "材料不全"), NULL),
	    200);
	testing_must(&t, &registrar, "application.approve", "id", id, 409);
	testing_must(&t, &issuer, "application.issue", "id", id, 409);
	ck_assert_int_eq(
	    testing_do(&t, &alice, "application.show", "id", id, &gives), 200);
	ck_assert_str_eq(testing_text(gives, "state"), "refused");
	ck_assert_str_eq(testing_text(gives, "note"), "材料不全");
	json_decref(gives);
	EVP_PKEY_free(key);
}
END_TEST

/* ---- requests ---- */

/* clang-format off */
static const struct {
	const char *class, *cn, *alt;
	int status;
} requests[] = {
	{ "signing", "alice", NULL, 200 },
	{ "signing", "alice@example.test", NULL, 200 },
	{ "signing", "李爱丽", "email:alice@example.test", 200 },
	{ "signing", "bob", NULL, 400 },
	{ "signing", "", NULL, 400 },
	{ "signing", "alice", "email:bob@example.test", 400 },
	{ "signing", "alice", "DNS:www.example.test", 400 },
	{ "double", "alice", NULL, 200 },
	{ "double", "bob", NULL, 400 },
	{ "encryption", "alice", NULL, 400 },
	{ "server", "www.example.test", "DNS:www.example.test", 200 },
	{ "server", "a.example.test", "DNS:a.example.test,DNS:b.example.test",
	  200 },
	{ "server", "www.example.test", NULL, 400 },
	{ "server", "alice", "DNS:www.example.test", 400 },
	{ "server", "www.example.com", "DNS:www.example.com", 400 },
	{ "server", "www.badexample.test", "DNS:www.badexample.test", 400 },
	{ "server", ".example.test", "DNS:.example.test", 400 },
	{ "server", "127.0.0.1", "IP:127.0.0.1", 400 },
	{ "root", "alice", NULL, 400 },
	{ "", "alice", NULL, 400 },
};
/* clang-format on */

START_TEST(everybody_asks_for_himself)
{
	EVP_PKEY *key = ca_key_new(CA_SM2, 0);
	char id[STORE_RA_ID];

	ck_assert_int_eq(
	    testing_submit(&t, &alice, requests[_i].class,
		testing_request(key, requests[_i].cn, requests[_i].alt), id),
	    requests[_i].status);
	EVP_PKEY_free(key);
}
END_TEST

/* Whose key it is has to be proven. */
START_TEST(a_request_proves_who_has_the_key)
{
	EVP_PKEY *key = ca_key_new((enum ca_algorithm)_i, 0);
	EVP_PKEY *other = ca_key_new((enum ca_algorithm)_i, 1);
	X509_REQ *r = testing_request(key, "alice", NULL);
	EVP_MD_CTX *ctx = ca_signer_new(other);
	char id[STORE_RA_ID];

	X509_REQ_set_pubkey(r, key);
	ck_assert_int_gt(X509_REQ_sign_ctx(r, ctx), 0);
	ca_signer_free(ctx);
	ck_assert_int_eq(testing_submit(&t, &alice, "signing", r, id), 400);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}
END_TEST

static EVP_PKEY *
odd_key(int n)
{
	switch (n) {
	case 0:
		return EVP_RSA_gen(1024);
	case 1:
		return EVP_EC_gen("P-384");
	default:
		return EVP_EC_gen("secp256k1");
	}
}

START_TEST(other_kinds_of_keys_are_not_certified)
{
	EVP_PKEY *key = odd_key(_i);
	char id[STORE_RA_ID];

	ck_assert_int_eq(testing_submit(&t, &alice, "signing",
			     testing_request(key, "alice", NULL), id),
	    400);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(a_key_is_nobody_elses)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	char id[STORE_RA_ID], later[STORE_RA_ID];

	ck_assert_int_eq(testing_submit(&t, &bob, "signing",
			     testing_request(key, "bob", NULL), later),
	    200);
	apply("signing", key, id);
	json_decref(testing_grant(&t, &registrar, &issuer, &alice, id));
	ck_assert_int_eq(testing_submit(&t, &bob, "signing",
			     testing_request(key, "bob", NULL), id),
	    409);
	/* who was first to ask was not first to get it */
	testing_must(&t, &registrar, "application.approve", "id", later, 200);
	testing_must(&t, &issuer, "application.issue", "id", later, 409);
	EVP_PKEY_free(key);
}
END_TEST

int
main(void)
{
	const struct testing_case cases[] = {
		{ what_is_approved_is_issued, CA_ALGORITHMS },
		{ nobody_does_both, 0 },
		{ nobody_decides_about_himself, 0 },
		{ a_refusal_says_why, 0 },
		{ everybody_asks_for_himself,
		    sizeof requests / sizeof requests[0] },
		{ a_request_proves_who_has_the_key, CA_ALGORITHMS },
		{ other_kinds_of_keys_are_not_certified, 3 },
		{ a_key_is_nobody_elses, 0 },
	};

	return testing_main(
	    "ra/flow", up, down, cases, sizeof cases / sizeof cases[0]);
}
