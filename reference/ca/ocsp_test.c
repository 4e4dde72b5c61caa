/* SPDX-License-Identifier: MIT */
/* What OCSP says, and refuses, read by OpenSSL. */
#include "reference/ca/ca_testing.h"

#include <openssl/ocsp.h>

#include "reference/ca/ocsp.h"

static OCSP_RESPONSE *
ask(OCSP_REQUEST *request)
{
	unsigned char *der = NULL;
	const int n = i2d_OCSP_REQUEST(request, &der);
	const unsigned char *p;
	OCSP_RESPONSE *r;
	struct buf answer;

	buf_init(&answer, 1 << 16);
	ca_ocsp(
	    ca, (struct span){ (const char *)der, (size_t)n }, now, &answer);
	p = (const unsigned char *)answer.data;
	r = d2i_OCSP_RESPONSE(NULL, &p, (long)answer.len);
	ck_assert_ptr_nonnull(r);
	OPENSSL_free(der);
	buf_free(&answer);
	return r;
}

/* By the responder, or by a root itself. */
static void
verify_answer(OCSP_BASICRESP *basic, const struct ca_signer *by)
{
	const ASN1_OCTET_STRING *sig = OCSP_resp_get0_signature(basic);
	unsigned char *der = NULL;
	const int n = i2d_OCSP_RESPDATA(
	    (OCSP_RESPDATA *)(uintptr_t)OCSP_resp_get0_respdata(basic), &der);

	ck_assert(
	    ca_verify(by->key, (struct span){ (const char *)der, (size_t)n },
		(struct span){ (const char *)sig->data, (size_t)sig->length }));
	OPENSSL_free(der);
}

START_TEST(ocsp_says_what_is_so)
{
	static const struct {
		const char *name;
		int status, reason;
	} rows[] = {
		{ "server", V_OCSP_CERTSTATUS_GOOD, -1 },
		{ "bob-signing", V_OCSP_CERTSTATUS_REVOKED, CA_KEY_COMPROMISE },
		{ "carol-signing", V_OCSP_CERTSTATUS_REVOKED,
		    CA_CERTIFICATE_HOLD },
		{ "ca", V_OCSP_CERTSTATUS_GOOD, -1 },
	};
	const char *algorithm = ca_algorithms[_i % CA_ALGORITHMS];
	const EVP_MD *digest = _i / CA_ALGORITHMS == 0 ? EVP_sha1() : EVP_sm3();
	X509 *issuer, *x;
	OCSP_REQUEST *request;
	OCSP_RESPONSE *r;
	OCSP_BASICRESP *basic;
	OCSP_CERTID *id;
	int status, reason;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		reason = -1;
		x = named(algorithm, rows[i].name);
		issuer = named(
		    algorithm, strcmp(rows[i].name, "ca") == 0 ? "root" : "ca");
		request = OCSP_REQUEST_new();
		id = OCSP_cert_to_id(digest, x, issuer);
		OCSP_request_add0_id(request, OCSP_CERTID_dup(id));
		OCSP_request_add1_nonce(request, NULL, 32);
		r = ask(request);
		ck_assert_int_eq(
		    OCSP_response_status(r), OCSP_RESPONSE_STATUS_SUCCESSFUL);
		basic = OCSP_response_get1_basic(r);
		verify_answer(
		    basic, &ca->signers[_i % CA_ALGORITHMS]
				       [strcmp(rows[i].name, "ca") == 0
					       ? CA_ROOT
					       : CA_RESPONDER]);
		ck_assert_int_eq(OCSP_check_nonce(request, basic), 1);
		ck_assert_int_eq(OCSP_resp_find_status(basic, id, &status,
				     &reason, NULL, NULL, NULL),
		    1);
		ck_assert_int_eq(status, rows[i].status);
		ck_assert_int_eq(reason, rows[i].reason);
		OCSP_CERTID_free(id);
		OCSP_BASICRESP_free(basic);
		OCSP_RESPONSE_free(r);
		OCSP_REQUEST_free(request);
		X509_free(issuer);
		X509_free(x);
	}
}
END_TEST

START_TEST(ocsp_knows_what_it_does_not_know)
{
	X509 *ours = named("p256", "ca"), *server = named("p256", "server");
	OCSP_REQUEST *request = OCSP_REQUEST_new();
	OCSP_CERTID *id;
	OCSP_RESPONSE *r;
	OCSP_BASICRESP *basic;
	int status;

	/* a serial number that was never given out */
	id = OCSP_cert_to_id(NULL, ours, ours);
	OCSP_CERTID_free(id);
	id = OCSP_cert_id_new(EVP_sha1(), X509_get_subject_name(ours),
	    X509_get0_pubkey_bitstr(ours), X509_get0_serialNumber(ours));
	OCSP_request_add0_id(request, OCSP_CERTID_dup(id));
	r = ask(request);
	basic = OCSP_response_get1_basic(r);
	ck_assert_int_eq(
	    OCSP_resp_find_status(basic, id, &status, NULL, NULL, NULL, NULL),
	    1);
	ck_assert_int_eq(status, V_OCSP_CERTSTATUS_UNKNOWN);
	OCSP_CERTID_free(id);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(r);
	OCSP_REQUEST_free(request);

	/* a CA that is none of ours */
	request = OCSP_REQUEST_new();
	OCSP_request_add0_id(request, OCSP_cert_to_id(NULL, server, server));
	r = ask(request);
	ck_assert_int_eq(
	    OCSP_response_status(r), OCSP_RESPONSE_STATUS_UNAUTHORIZED);
	OCSP_RESPONSE_free(r);
	OCSP_REQUEST_free(request);
	X509_free(ours);
	X509_free(server);
}
END_TEST

START_TEST(ocsp_refuses_what_is_malformed)
{
	static const struct span rows[] = { SPAN_INIT(""), SPAN_INIT("hello"),
		SPAN_INIT("\x30\x03\x02\x01"),
		SPAN_INIT("\x30\x04\x30\x02\x30\x00") }; /* asks nothing */
	struct buf answer;

	buf_init(&answer, 1 << 16);
	ca_ocsp(ca, rows[_i], now, &answer);
	ck_assert(span_eq(buf_span(&answer), SPAN("\x30\x03\x0a\x01\x01")));
	buf_free(&answer);
}
END_TEST

/* RFC 9654 2.1 */
START_TEST(ocsp_refuses_nonces_of_odd_lengths)
{
	static const struct {
		int octets, status;
	} rows[] = { { 1, OCSP_RESPONSE_STATUS_SUCCESSFUL },
		{ 128, OCSP_RESPONSE_STATUS_SUCCESSFUL },
		{ 129, OCSP_RESPONSE_STATUS_MALFORMEDREQUEST } };
	X509 *issuer = named("p256", "ca"), *x = named("p256", "server");
	OCSP_REQUEST *request = OCSP_REQUEST_new();
	OCSP_RESPONSE *r;

	OCSP_request_add0_id(request, OCSP_cert_to_id(NULL, x, issuer));
	OCSP_request_add1_nonce(request, NULL, rows[_i].octets);
	r = ask(request);
	ck_assert_int_eq(OCSP_response_status(r), rows[_i].status);
	OCSP_RESPONSE_free(r);
	OCSP_REQUEST_free(request);
	X509_free(issuer);
	X509_free(x);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ca/ocsp");
	TCase *t = tests_of(suite, "ocsp", up_in_memory);

	tcase_add_loop_test(t, ocsp_says_what_is_so, 0, 2 * CA_ALGORITHMS);
	tcase_add_test(t, ocsp_knows_what_it_does_not_know);
	tcase_add_loop_test(t, ocsp_refuses_what_is_malformed, 0, 4);
	tcase_add_loop_test(t, ocsp_refuses_nonces_of_odd_lengths, 0, 3);
	return run_suite(suite);
}
