/* SPDX-License-Identifier: MIT */
/* Requests that are right verify, those that are wrong do not. */
#include "conformance/client/request.h"

#include <check.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "conformance/client/key.h"

/* clang-format off */
static const struct {
	enum own_key kind;
	enum request_proof proof;
	int verifies;
} rows[] = {
	{ OWN_SM2,  REQUEST_PROVEN,	1 },
	{ OWN_SM2,  REQUEST_SPOILT,	0 },
	{ OWN_SM2,  REQUEST_OTHER_KEY,	0 },
	{ OWN_P256, REQUEST_PROVEN,	1 },
	{ OWN_P256, REQUEST_SPOILT,	0 },
	{ OWN_P256, REQUEST_OTHER_KEY,	0 },
	{ OWN_RSA,  REQUEST_PROVEN,	1 },
	{ OWN_RSA,  REQUEST_SPOILT,	0 },
};
/* clang-format on */

static int
verify(X509_REQ *r, enum own_key kind)
{
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();

	ASN1_OCTET_STRING_set(
	    id, (const unsigned char *)"1234567812345678", 16);
	if (kind == OWN_SM2)
		X509_REQ_set0_distinguishing_id(r, id);
	else
		ASN1_OCTET_STRING_free(id);
	return X509_REQ_verify(r, X509_REQ_get0_pubkey(r)) == 1;
}

START_TEST(verifies_when_it_is_right)
{
	EVP_PKEY *key = key_new(rows[_i].kind);
	const unsigned char *p;
	char name[64];
	struct buf der;
	X509_REQ *r;

	buf_init(&der, 4096);
	ck_assert(request_write(&(struct request){ .key = key,
				    .common_name = "张",
				    .unit = "run.case",
				    .proof = rows[_i].proof },
	    &der));
	p = (const unsigned char *)der.data;
	r = d2i_X509_REQ(NULL, &p, (long)der.len);
	ck_assert_ptr_nonnull(r);
	ck_assert_ptr_eq(p, der.data + der.len);
	ck_assert_int_eq(verify(r, rows[_i].kind), rows[_i].verifies);
	ck_assert_int_eq(EVP_PKEY_eq(key, X509_REQ_get0_pubkey(r)), 1);
	ck_assert_int_eq(X509_NAME_get_text_by_NID(X509_REQ_get_subject_name(r),
			     NID_organizationalUnitName, name, sizeof name),
	    8);
	ck_assert_str_eq(name, "run.case");
	X509_REQ_free(r);
	EVP_PKEY_free(key);
	buf_free(&der);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("request");
	TCase *t = tcase_create("request");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(
	    t, verifies_when_it_is_right, 0, sizeof rows / sizeof rows[0]);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
