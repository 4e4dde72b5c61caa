/* SPDX-License-Identifier: MIT */
/* Pairs of certificates: the key that is made here, handed over, recovered. */
#include "reference/ra/testing.h"

#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

#include "reference/ldap/ber.h"

static struct testing t;
static struct testing_who alice, bob, registrar, issuer, one, two;

static void
up(void)
{
	testing_up(&t);
	testing_enter(&t, &alice, "alice");
	testing_enter(&t, &bob, "bob");
	testing_enter(&t, &registrar, "registrar");
	testing_enter(&t, &issuer, "issuer");
	testing_enter(&t, &one, "custodian-1");
	testing_enter(&t, &two, "custodian-2");
}

static void
down(void)
{
	testing_leave(&alice);
	testing_leave(&bob);
	testing_leave(&registrar);
	testing_leave(&issuer);
	testing_leave(&one);
	testing_leave(&two);
	testing_down(&t);
}

/* ---- what is handed over, opened ---- */

static void
sm4(const unsigned char *key, struct span in, unsigned char out[32])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n;

	ck_assert_uint_eq(in.len, 32);
	EVP_DecryptInit_ex(ctx, EVP_sm4_ecb(), NULL, key, NULL);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	ck_assert_int_eq(
	    EVP_DecryptUpdate(ctx, out, &n, (const unsigned char *)in.ptr, 32),
	    1);
	ck_assert_int_eq(n, 32);
	EVP_CIPHER_CTX_free(ctx);
}

/* Is that the private half of the key? */
static bool
is_half(const unsigned char d[32], EVP_PKEY *key)
{
	EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_sm2);
	EC_POINT *p = EC_POINT_new(g);
	BIGNUM *n = BN_bin2bn(d, 32, NULL);
	unsigned char mine[65], *theirs = NULL;
	const size_t len = EVP_PKEY_get1_encoded_public_key(key, &theirs);
	bool same;

	EC_POINT_mul(g, p, n, NULL, NULL, NULL);
	EC_POINT_point2oct(
	    g, p, POINT_CONVERSION_UNCOMPRESSED, mine, sizeof mine, NULL);
	same = len == sizeof mine && memcmp(mine, theirs, len) == 0;
	OPENSSL_free(theirs);
	BN_free(n);
	EC_POINT_free(p);
	EC_GROUP_free(g);
	return same;
}

/* GM/T 0009, field by field. */
static bool
opens_sm2(struct span in, EVP_PKEY *by, EVP_PKEY *fits)
{
	static const char sm4_ecb[] =
	    "\x06\x08\x2a\x81\x1c\xcf\x55\x01\x68\x01";
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(by, NULL);
	struct ber all = ber_of(in), seq = ber_enter(&all, BER_SEQUENCE);
	const struct span algorithm = ber_octets(&seq, BER_SEQUENCE);
	const struct span sealed = ber_element(&seq);
	const struct span point = ber_octets(&seq, 0x03);
	const struct span hidden = ber_octets(&seq, 0x03);
	unsigned char key[64], d[32], *own = NULL;
	size_t n = sizeof key;
	bool ok;

	ck_assert(ber_leave(&all, &seq) && !ber_more(&all));
	ck_assert(span_eq(algorithm, SPAN(sm4_ecb)));
	ck_assert_int_eq(EVP_PKEY_decrypt_init(ctx), 1);
	ok = EVP_PKEY_decrypt(ctx, key, &n, (const unsigned char *)sealed.ptr,
		 sealed.len) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (!ok)
		return false;
	ck_assert_uint_eq(n, 16);
	ck_assert(hidden.len == 33 && hidden.ptr[0] == 0);
	sm4(key, span_skip(hidden, 1), d);
	ck_assert_uint_eq(EVP_PKEY_get1_encoded_public_key(fits, &own), 65);
	ck_assert(
	    point.ptr[0] == 0 && span_eq(span_skip(point, 1),
				     (struct span){ (const char *)own, 65 }));
	OPENSSL_free(own);
	return is_half(d, fits);
}

static bool
opens_cms(struct span in, EVP_PKEY *by, X509 *of, EVP_PKEY *fits)
{
	const unsigned char *p = (const unsigned char *)in.ptr;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)in.len);
	BIO *out = BIO_new(BIO_s_mem());
	EVP_PKEY *key = NULL;
	bool ok;

	ck_assert_ptr_nonnull(cms);
	if (CMS_decrypt(cms, by, of, NULL, out, CMS_BINARY) == 1)
		key = d2i_PrivateKey_bio(out, NULL);
	ok = key != NULL && EVP_PKEY_eq(key, fits) == 1;
	EVP_PKEY_free(key);
	BIO_free(out);
	CMS_ContentInfo_free(cms);
	return ok;
}

static bool
opens(const json_t *gives, EVP_PKEY *by, X509 *of, EVP_PKEY *fits)
{
	struct buf key;
	bool ok;

	buf_init(&key, 1 << 16);
	testing_octets(gives, "key", &key);
	ck_assert_uint_gt(key.len, 0);
	ok = EVP_PKEY_is_a(by, "SM2") == 1
		 ? opens_sm2(buf_span(&key), by, fits)
		 : opens_cms(buf_span(&key), by, of, fits);
	buf_free(&key);
	return ok;
}

/* ---- a pair ---- */

/* Alice's; what application.show gives. */
static json_t *
pair(EVP_PKEY *key)
{
	char id[STORE_RA_ID];

	ck_assert_int_eq(testing_submit(&t, &alice, "double",
			     testing_request(key, "alice", NULL), id),
	    200);
	return testing_grant(&t, &registrar, &issuer, &alice, id);
}

START_TEST(a_pair_has_two_keys)
{
	EVP_PKEY *key = ca_key_new((enum ca_algorithm)_i, 0);
	json_t *gives = pair(key);
	X509 *s = testing_certificate(gives, "certificate");
	X509 *e = testing_certificate(gives, "encryption");

	ck_assert(s != NULL && e != NULL);
	ck_assert_int_eq(EVP_PKEY_eq(X509_get0_pubkey(s), key), 1);
	ck_assert_int_ne(EVP_PKEY_eq(X509_get0_pubkey(e), key), 1);
	ck_assert_int_eq(
	    X509_NAME_cmp(X509_get_subject_name(s), X509_get_subject_name(e)),
	    0);
	ck_assert_uint_eq(X509_get_key_usage(s) & X509_get_key_usage(e), 0);
	ck_assert(opens(gives, key, s, X509_get0_pubkey(e)));
	X509_free(s);
	X509_free(e);
	json_decref(gives);
	EVP_PKEY_free(key);
}
END_TEST

/* ---- recovery ---- */

static void
agree(const struct testing_who *who, const char *id, int status,
    const char *state)
{
	json_t *gives;

	ck_assert_int_eq(
	    testing_do(&t, who, "recovery.approve", "id", id, &gives), status);
	ck_assert_str_eq(testing_text(gives, "state"), state);
	json_decref(gives);
}

START_TEST(two_different_custodians_agree)
{
	EVP_PKEY *key = ca_key_new((enum ca_algorithm)_i, 0);
	json_t *had = pair(key), *gives;
	X509 *s = testing_certificate(had, "certificate");
	X509 *e = testing_certificate(had, "encryption");
	char serial[STORE_CA_SERIAL], id[STORE_RA_ID];

	testing_serial(had, "encryption", serial);
	testing_must(&t, &bob, "recovery.request", "serial", serial, 403);
	ck_assert_int_eq(testing_do(&t, &alice, "recovery.request", "serial",
			     serial, &gives),
	    200);
	snprintf(id, sizeof id, "%s", testing_text(gives, "id"));
	json_decref(gives);
	testing_must(&t, &registrar, "recovery.approve", "id", id, 403);
	testing_must(&t, &alice, "recovery.approve", "id", id, 403);
	agree(&one, id, 200, "pending");
	agree(&one, id, 409, "");
	ck_assert_int_eq(
	    testing_do(&t, &alice, "recovery.fetch", "id", id, &gives), 200);
	ck_assert_str_eq(testing_text(gives, "state"), "pending");
	ck_assert_str_eq(testing_text(gives, "key"), "");
	json_decref(gives);
	agree(&two, id, 200, "approved");
	testing_must(&t, &bob, "recovery.fetch", "id", id, 403);
	testing_must(&t, &one, "recovery.fetch", "id", id, 403);
	ck_assert_int_eq(
	    testing_do(&t, &alice, "recovery.fetch", "id", id, &gives), 200);
	ck_assert_str_eq(testing_text(gives, "state"), "approved");
	/* under what she has logged in with, when that is of the kind */
	ck_assert(_i == CA_SM2
		      ? opens(gives, alice.key, NULL, X509_get0_pubkey(e))
		      : opens(gives, key, s, X509_get0_pubkey(e)));
	json_decref(gives);
	json_decref(had);
	X509_free(s);
	X509_free(e);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(only_what_is_kept_is_recovered)
{
	EVP_PKEY *key = ca_key_new(CA_SM2, 0);
	json_t *had = pair(key);
	char serial[STORE_CA_SERIAL];

	testing_serial(had, "certificate", serial);
	testing_must(&t, &alice, "recovery.request", "serial", serial, 409);
	testing_must(&t, &alice, "recovery.request", "serial", "00", 404);
	json_decref(had);
	EVP_PKEY_free(key);
}
END_TEST

/* In the store there is no private key to be seen. */
START_TEST(what_is_kept_is_encrypted)
{
	EVP_PKEY *key = ca_key_new(CA_SM2, 0);
	json_t *had = pair(key);
	X509 *e = testing_certificate(had, "encryption");
	char digest[STORE_RA_DIGEST];
	struct buf kept, plain;
	EVP_PKEY *read = NULL;
	struct err err;
	struct ra other = *t.site.ra;

	buf_init(&kept, RA_DER_MOST);
	buf_init(&plain, RA_DER_MOST);
	ra_key_digest(X509_get0_pubkey(e), digest);
	ck_assert(store_ra_escrow_get(t.site.store, digest, &kept));
	ck_assert(!ca_key_read(buf_span(&kept), &read, &err));
	other.master[0] ^= 1;
	ck_assert(!ra_unwrap(&other, buf_span(&kept), &plain));
	ck_assert(ra_unwrap(t.site.ra, buf_span(&kept), &plain));
	ck_assert(ca_key_read(buf_span(&plain), &read, &err));
	ck_assert_int_eq(EVP_PKEY_eq(read, X509_get0_pubkey(e)), 1);
	EVP_PKEY_free(read);
	buf_free(&kept);
	buf_free(&plain);
	X509_free(e);
	json_decref(had);
	EVP_PKEY_free(key);
}
END_TEST

/* A second encryption certificate: renewed, it keeps its key; rekeyed not. */
START_TEST(encryption_certificates_are_followed)
{
	EVP_PKEY *key = ca_key_new(CA_SM2, 0);
	json_t *had = pair(key), *gives;
	X509 *e = testing_certificate(had, "encryption"), *x;
	char serial[STORE_CA_SERIAL], id[STORE_RA_ID];

	testing_serial(had, "encryption", serial);
	ck_assert_int_eq(testing_do(&t, &alice, "certificate.renew", "serial",
			     serial, &gives),
	    200);
	snprintf(id, sizeof id, "%s", testing_text(gives, "id"));
	json_decref(gives);
	gives = testing_grant(&t, &registrar, &issuer, &alice, id);
	x = testing_certificate(gives, "certificate");
	ck_assert_int_eq(
	    EVP_PKEY_eq(X509_get0_pubkey(x), X509_get0_pubkey(e)), 1);
	ck_assert_str_eq(testing_text(gives, "key"), "");
	X509_free(x);
	json_decref(gives);
	ck_assert_int_eq(
	    testing_call(&t, alice.token, "certificate.rekey",
		json_pack("{s:s, s:o}", "serial", serial, "request",
		    testing_request_der(testing_request(key, "alice", NULL))),
		&gives),
	    200);
	snprintf(id, sizeof id, "%s", testing_text(gives, "id"));
	json_decref(gives);
	gives = testing_grant(&t, &registrar, &issuer, &alice, id);
	x = testing_certificate(gives, "certificate");
	ck_assert_int_ne(
	    EVP_PKEY_eq(X509_get0_pubkey(x), X509_get0_pubkey(e)), 1);
	ck_assert(opens(gives, key, NULL, X509_get0_pubkey(x)));
	X509_free(x);
	json_decref(gives);
	json_decref(had);
	X509_free(e);
	EVP_PKEY_free(key);
}
END_TEST

int
main(void)
{
	const struct testing_case cases[] = {
		{ a_pair_has_two_keys, CA_ALGORITHMS },
		{ two_different_custodians_agree, CA_ALGORITHMS },
		{ only_what_is_kept_is_recovered, 0 },
		{ what_is_kept_is_encrypted, 0 },
		{ encryption_certificates_are_followed, 0 },
	};

	return testing_main(
	    "ra/recover", up, down, cases, sizeof cases / sizeof cases[0]);
}
