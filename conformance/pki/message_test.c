/* SPDX-License-Identifier: MIT */
/*
 * Messages that the reference has made, right and wrong, as the judge reads
 * them; and what the reference says of altered ones.
 */
#include "conformance/pki/message.h"

#include <check.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/mem.h"
#include "reference/crypto/message.h"
#include "reference/session_testing.h"

#define DATA SPAN("what is to be signed")

static struct site site;
static struct crypto *crypto;

static void
up(void)
{
	static const struct ca_options options = {
		.base_ca = "http://127.0.0.1:8001",
		.base_crl = "http://127.0.0.1:8002",
		.base_ocsp = "http://127.0.0.1:8003",
	};
	struct err err;

	site_open(&site, NULL);
	site.ca = ca_open(site.store, &options, now, &err);
	ck_assert_msg(site.ca != NULL, "%s", err.what);
	crypto = crypto_open(site.ca, now, &err);
	ck_assert_msg(crypto != NULL, "%s", err.what);
}

static void
down(void)
{
	crypto_close(crypto);
	ca_close(site.ca);
	site_close(&site);
}

static void
tell(const struct pki_findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].result != PKI_HOLDS)
			printf("%s %s: %s\n",
			    pki_check_get(f->at[i].code)->code,
			    pki_result_name(f->at[i].result), f->at[i].detail);
}

/* All that fails is of this code; PKI_CODES: nothing does. */
static void
only(const struct pki_findings *f, enum pki_code code)
{
	bool found = code == PKI_CODES;

	for (size_t i = 0; i < f->n; i++) {
		if (f->at[i].result == PKI_HOLDS)
			continue;
		if (f->at[i].code != code)
			tell(f);
		ck_assert_int_eq(f->at[i].code, code);
		found = true;
	}
	ck_assert(found);
}

/* clang-format off */
static const struct {
	enum fault fault;
	enum variant variant;
	enum pki_code code;
} signed_rows[] = {
	{ FAULT_NONE, VARIANT_NONE, PKI_CODES },
	{ FAULT_NONE, VARIANT_MESSAGE_ATTRIBUTES, PKI_CODES },
	{ FAULT_NONE, VARIANT_MESSAGE_PARAMETERS_NULL, PKI_CODES },
	{ FAULT_NONE, VARIANT_MESSAGE_SM2_WITH_SM3, PKI_CODES },
	{ FAULT_MESSAGE_SIGNED_TYPE, VARIANT_NONE, PKI_MESSAGE_TYPE },
	{ FAULT_MESSAGE_BY_ENCRYPTION_KEY, VARIANT_NONE, PKI_MESSAGE_USAGE },
	{ FAULT_MESSAGE_WITHOUT_IDENTIFIER, VARIANT_NONE,
	  PKI_MESSAGE_SIGNATURE },
	{ FAULT_MESSAGE_CONTENT_CUT, VARIANT_MESSAGE_ATTRIBUTES,
	  PKI_MESSAGE_DIGEST },
}, enveloped_rows[] = {
	{ FAULT_NONE, VARIANT_NONE, PKI_CODES },
	{ FAULT_NONE, VARIANT_MESSAGE_PARAMETERS_NULL, PKI_CODES },
	{ FAULT_NONE, VARIANT_MESSAGE_SM4_PLAIN, PKI_CODES },
	{ FAULT_MESSAGE_ENVELOPED_TYPE, VARIANT_NONE, PKI_MESSAGE_TYPE },
	{ FAULT_MESSAGE_ENVELOPED_CUT, VARIANT_NONE, PKI_MESSAGE_OPENS },
};
/* clang-format on */

START_TEST(signed_data)
{
	struct pki_message m;
	struct pki_findings f;
	struct buf der;

	crypto->fault = signed_rows[_i].fault;
	crypto->variant = signed_rows[_i].variant;
	buf_init(&der, MESSAGE_MOST);
	pki_findings_init(&f);
	ck_assert(message_sign(crypto, DATA, now, &der));
	ck_assert(message_read(&m, buf_span(&der), &f));
	message_judge(&m,
	    &(struct message_ask){
		.has_data = signed_rows[_i].code != PKI_MESSAGE_DIGEST,
		.data = DATA },
	    &f);
	only(&f, signed_rows[_i].code);
	pki_findings_free(&f);
	buf_free(&der);
}
END_TEST

START_TEST(enveloped_data)
{
	struct buf der, cert, key, opened;
	struct pki_certificate whom;
	struct pki_message m;
	struct pki_findings f;
	unsigned char *octets = NULL;
	struct err err;
	int n;

	crypto->fault = enveloped_rows[_i].fault;
	crypto->variant = enveloped_rows[_i].variant;
	buf_init(&der, MESSAGE_MOST);
	buf_init(&cert, MESSAGE_MOST);
	buf_init(&key, MESSAGE_MOST);
	buf_init(&opened, MESSAGE_MOST);
	n = i2d_X509(crypto->recipient.cert, &octets);
	buf_add(&cert, (struct span){ (const char *)octets, (size_t)n });
	OPENSSL_free(octets);
	ck_assert(ca_key_write(crypto->recipient.key, &key, &err));
	ck_assert(certificate_read(&whom, buf_span(&cert), NULL));
	pki_findings_init(&f);
	ck_assert(
	    message_envelop(crypto, crypto->recipient.cert, DATA, &der, &err));
	ck_assert(message_read(&m, buf_span(&der), &f));
	message_judge(&m,
	    &(struct message_ask){ .has_data = true,
		.data = DATA,
		.recipient = &whom,
		.key = buf_span(&key) },
	    &f);
	only(&f, enveloped_rows[_i].code);
	if (crypto->fault == FAULT_NONE) {
		ck_assert(message_open(crypto, buf_span(&der), &opened, &err));
		ck_assert(span_eq(buf_span(&opened), DATA));
	}
	pki_findings_free(&f);
	buf_free(&opened);
	buf_free(&key);
	buf_free(&cert);
	buf_free(&der);
}
END_TEST

/* Wherever one octet of it is another, it holds no more, nor can be opened. */
START_TEST(no_octet_may_change)
{
	const enum variant variants[] = { VARIANT_NONE,
		VARIANT_MESSAGE_ATTRIBUTES };
	struct buf der, data;
	enum message_found found;
	size_t believed = 0;

	crypto->variant = variants[_i];
	buf_init(&der, MESSAGE_MOST);
	buf_init(&data, MESSAGE_MOST);
	ck_assert(message_sign(crypto, DATA, now, &der));
	ck_assert_int_eq(
	    message_verify(crypto, buf_span(&der), &data), MESSAGE_GOOD);
	ck_assert(span_eq(buf_span(&data), DATA));
	for (size_t i = 0; i < der.len; i += 3) {
		struct pki_message m;
		bool holds;

		der.data[i] ^= 1;
		buf_clear(&data);
		found = message_verify(crypto, buf_span(&der), &data);
		/* an octet of a certificate's may be none that matters here */
		if (found == MESSAGE_GOOD) {
			ck_assert(span_eq(buf_span(&data), DATA));
			believed++;
		}
		holds =
		    message_read(&m, buf_span(&der), NULL) &&
		    message_judge(&m,
			&(struct message_ask){ .has_data = true, .data = DATA },
			NULL);
		ck_assert(!holds || m.n_certificates > 0);
		der.data[i] ^= 1;
	}
	ck_assert_uint_lt(believed, der.len / 3);
	buf_free(&data);
	buf_free(&der);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pki/message");
	TCase *tc = tcase_create("message");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_unchecked_fixture(tc, up, down);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, signed_data, 0,
	    (int)(sizeof signed_rows / sizeof signed_rows[0]));
	tcase_add_loop_test(tc, enveloped_data, 0,
	    (int)(sizeof enveloped_rows / sizeof enveloped_rows[0]));
	tcase_add_loop_test(tc, no_octet_may_change, 0, 2);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
