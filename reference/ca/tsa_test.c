/* SPDX-License-Identifier: MIT */
/* Time stamps, verified by OpenSSL where it can. */
#include "reference/ca/ca_testing.h"

#include <openssl/ts.h>

#include "reference/ca/tsa.h"

static const char stamped[] = "what is stamped";

static TS_REQ *
query(const EVP_MD *digest, int octets)
{
	unsigned char imprint[EVP_MAX_MD_SIZE];
	TS_REQ *r = TS_REQ_new();
	TS_MSG_IMPRINT *m = TS_MSG_IMPRINT_new();
	X509_ALGOR *a = X509_ALGOR_new();
	ASN1_INTEGER *nonce = ASN1_INTEGER_new();

	EVP_Digest(stamped, strlen(stamped), imprint, NULL, digest, NULL);
	X509_ALGOR_set_md(a, digest);
	TS_MSG_IMPRINT_set_algo(m, a);
	TS_MSG_IMPRINT_set_msg(m, imprint, octets);
	TS_REQ_set_version(r, 1);
	TS_REQ_set_msg_imprint(r, m);
	ASN1_INTEGER_set(nonce, 4711);
	TS_REQ_set_nonce(r, nonce);
	TS_REQ_set_cert_req(r, 1);
	ASN1_INTEGER_free(nonce);
	X509_ALGOR_free(a);
	TS_MSG_IMPRINT_free(m);
	return r;
}

static TS_RESP *
stamp(enum ca_algorithm algorithm, TS_REQ *query)
{
	unsigned char *der = NULL;
	const int n = i2d_TS_REQ(query, &der);
	const unsigned char *p;
	struct buf answer;
	TS_RESP *r;

	buf_init(&answer, 1 << 16);
	ca_stamp(ca, algorithm, (struct span){ (const char *)der, (size_t)n },
	    now, &answer);
	p = (const unsigned char *)answer.data;
	r = d2i_TS_RESP(NULL, &p, (long)answer.len);
	ck_assert_ptr_nonnull(r);
	OPENSSL_free(der);
	buf_free(&answer);
	return r;
}

/* OpenSSL 3.0 verifies no SM2 there; our own hand does. */
static void
verify_sm2(TS_RESP *r)
{
	PKCS7 *token = TS_RESP_get_token(r);
	PKCS7_SIGNER_INFO *si =
	    sk_PKCS7_SIGNER_INFO_value(PKCS7_get_signer_info(token), 0);
	unsigned char *der = NULL;
	const int n = ASN1_item_i2d((ASN1_VALUE *)si->auth_attr, &der,
	    ASN1_ITEM_rptr(PKCS7_ATTR_VERIFY));

	ck_assert(ca_verify(ca->signers[CA_SM2][CA_STAMPER].key,
	    (struct span){ (const char *)der, (size_t)n },
	    (struct span){ (const char *)si->enc_digest->data,
		(size_t)si->enc_digest->length }));
	OPENSSL_free(der);
}

START_TEST(time_stamps_verify)
{
	const enum ca_algorithm a = (enum ca_algorithm)(_i % CA_ALGORITHMS);
	TS_REQ *q = query(_i < CA_ALGORITHMS ? EVP_sm3() : EVP_sha512(),
	    _i < CA_ALGORITHMS ? 32 : 64);
	TS_RESP *r = stamp(a, q);
	TS_VERIFY_CTX *ctx = TS_REQ_to_TS_VERIFY_CTX(q, NULL);
	X509_STORE *trust = X509_STORE_new();
	STACK_OF(X509) *others = sk_X509_new_null();

	ck_assert_int_eq(
	    TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(r)) != NULL, 1);
	if (a == CA_SM2) {
		verify_sm2(r);
	} else {
		X509_STORE_add_cert(trust, ca->signers[a][CA_ROOT].cert);
		sk_X509_push(others, named(ca_algorithms[a], "ca"));
		TS_VERIFY_CTX_add_flags(ctx, TS_VFY_SIGNATURE);
		TS_VERIFY_CTX_set_store(ctx, trust);
		trust = NULL;
		TS_VERIFY_CTX_set_certs(ctx, others);
		others = NULL;
		ck_assert_int_eq(TS_RESP_verify_response(ctx, r), 1);
	}
	TS_VERIFY_CTX_free(ctx);
	X509_STORE_free(trust);
	sk_X509_pop_free(others, X509_free);
	TS_RESP_free(r);
	TS_REQ_free(q);
}
END_TEST

START_TEST(time_stamps_are_refused)
{
	static const struct {
		const char *digest;
		int octets, bit;
	} rows[] = { { "SHA1", 20, TS_INFO_BAD_ALG },
		{ "SHA256", 31, TS_INFO_BAD_DATA_FORMAT } };
	TS_REQ *q =
	    query(EVP_get_digestbyname(rows[_i].digest), rows[_i].octets);
	TS_RESP *r = stamp(CA_P256, q);
	const TS_STATUS_INFO *s = TS_RESP_get_status_info(r);

	ck_assert_int_eq(ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(s)), 2);
	ck_assert_int_eq(ASN1_BIT_STRING_get_bit(
			     TS_STATUS_INFO_get0_failure_info(s), rows[_i].bit),
	    1);
	TS_RESP_free(r);
	TS_REQ_free(q);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ca/tsa");
	TCase *t = tests_of(suite, "time stamps", up_in_memory);

	tcase_add_loop_test(t, time_stamps_verify, 0, 2 * CA_ALGORITHMS);
	tcase_add_loop_test(t, time_stamps_are_refused, 0, 2);
	return run_suite(suite);
}
