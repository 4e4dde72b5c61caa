/* SPDX-License-Identifier: MIT */
/* The authority over HTTP: which answer a request gets, and of what type. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ocsp.h>

#include "lib/mem.h"
#include "lib/text.h"
#include "reference/ca/ca.h"
#include "reference/http/session.h"
#include "reference/session_testing.h"

enum { SAID_MOST = 1 << 20 };

static struct site site;
static struct wall start;

static void
up(void)
{
	static const struct ca_options options = { "http://127.0.0.1:8001",
		"http://127.0.0.1:8002", "http://127.0.0.1:8003", FAULT_NONE,
		VARIANT_NONE, NULL };
	struct err err;

	start = clock_wall();
	site = (struct site){ .host = "mail.example.test",
		.store = store_open(NULL, &err),
		.audit = audit_open(NULL) };
	ck_assert_ptr_nonnull(site.store);
	site.ca = ca_open(site.store, &options, start, &err);
	ck_assert_msg(site.ca != NULL, "%s", err.what);
}

static void
down(void)
{
	ca_close(site.ca);
	audit_close(site.audit);
	store_close(site.store);
}

static void
say(enum http_role role, struct span request, size_t at_once, struct buf *out)
{
	struct session *s = http_protocol.open(&site, role, "127.0.0.1:1");

	session_greet(s, now, out);
	feed(s, request, at_once, out);
	session_close(s);
}

/* clang-format off */
static const struct {
	enum http_role role;
	const char *request; /* line and fields, but Host */
	const char *status, *type;
} rows[] = {
	{ HTTP_CA, "GET /certificates/sm2.cer HTTP/1.1\r\n",
	  "200", "application/pkix-cert" },
	{ HTTP_CA, "GET /certificates/rsa-root.cer HTTP/1.1\r\n",
	  "200", "application/pkix-cert" },
	{ HTTP_CA, "GET /certificates/dsa.cer HTTP/1.1\r\n",
	  "404", "text/plain" },
	{ HTTP_CA, "GET /certificates/sm2 HTTP/1.1\r\n", "404", "text/plain" },
	{ HTTP_CA, "POST /cmp HTTP/1.1\r\nContent-Length: 0\r\n"
	  "Content-Type: application/pkixcmp\r\n",
	  "200", "application/pkixcmp" },
	{ HTTP_CA, "POST /cmp/sm2 HTTP/1.1\r\nContent-Length: 0\r\n"
	  "Content-Type: application/pkixcmp\r\n",
	  "200", "application/pkixcmp" },
	{ HTTP_CA, "POST /cmp/dsa HTTP/1.1\r\nContent-Length: 0\r\n"
	  "Content-Type: application/pkixcmp\r\n",
	  "404", "text/plain" },
	{ HTTP_CA, "POST /cmp HTTP/1.1\r\nContent-Length: 0\r\n",
	  "415", "text/plain" },
	{ HTTP_CA, "GET /cmp HTTP/1.1\r\n", "405", "text/plain" },
	{ HTTP_CRL, "GET /crl/sm2.crl HTTP/1.1\r\n",
	  "200", "application/pkix-crl" },
	{ HTTP_CRL, "GET /crl/p256-root.crl HTTP/1.1\r\n",
	  "200", "application/pkix-crl" },
	{ HTTP_CRL, "GET /crl/x HTTP/1.1\r\n", "404", "text/plain" },
	{ HTTP_CRL, "POST /crl/sm2.crl HTTP/1.1\r\nContent-Length: 0\r\n",
	  "405", "text/plain" },
	{ HTTP_OCSP, "GET /ocsp/aGVsbG8= HTTP/1.1\r\n", /* malformedRequest */
	  "200", "application/ocsp-response" },
	{ HTTP_OCSP, "GET /ocsp/! HTTP/1.1\r\n",
	  "200", "application/ocsp-response" },
	{ HTTP_OCSP, "POST /ocsp HTTP/1.1\r\nContent-Length: 0\r\n",
	  "415", "text/plain" },
	{ HTTP_TSA, "POST /tsa HTTP/1.1\r\nContent-Length: 0\r\n"
	  "Content-Type: application/timestamp-query\r\n",
	  "200", "application/timestamp-reply" },
	{ HTTP_TSA, "POST /tsa/rsa HTTP/1.1\r\nContent-Length: 0\r\n"
	  "Content-Type: application/timestamp-query\r\n",
	  "200", "application/timestamp-reply" },
	{ HTTP_TSA, "POST /tsa/dsa HTTP/1.1\r\nContent-Length: 0\r\n"
	  "Content-Type: application/timestamp-query\r\n",
	  "404", "text/plain" },
	{ HTTP_TSA, "POST /tsa HTTP/1.1\r\nContent-Length: 0\r\n",
	  "415", "text/plain" },
	{ HTTP_TSA, "GET /tsa HTTP/1.1\r\n", "405", "text/plain" },
};
/* clang-format on */

START_TEST(requests_are_answered)
{
	char *request = mem_textf("%sHost: a\r\n\r\n", rows[_i].request);
	char *status = mem_textf("HTTP/1.1 %s ", rows[_i].status);
	char *type = mem_textf("\r\nContent-Type: %s", rows[_i].type);
	struct buf out;

	for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
		buf_init(&out, SAID_MOST);
		say(rows[_i].role, span_of(request), pieces[p], &out);
		ck_assert_msg(span_starts(buf_span(&out), span_of(status)),
		    "%s: %.40s", rows[_i].request, buf_text(&out));
		ck_assert_uint_lt(
		    span_find(buf_span(&out), span_of(type)), out.len);
		buf_free(&out);
	}
	free(request);
	free(status);
	free(type);
}
END_TEST

/* Base64 may hold a "/", sent as it is or as %2F (RFC 6960 A.1). */
START_TEST(get_and_post_say_the_same)
{
	const struct ca_signer *ca = &site.ca->signers[CA_P256][CA_ISSUING];
	X509 *leaf = site.ca->signers[CA_P256][CA_RESPONDER].cert;
	OCSP_REQUEST *r = OCSP_REQUEST_new();
	unsigned char *der = NULL;
	struct buf get, post, base64, out;
	int n;

	OCSP_request_add0_id(r, OCSP_cert_to_id(NULL, leaf, ca->cert));
	n = i2d_OCSP_REQUEST(r, &der);
	buf_init(&get, SAID_MOST);
	buf_init(&post, SAID_MOST);
	buf_init(&base64, SAID_MOST);
	buf_init(&out, SAID_MOST);
	text_base64((struct span){ (const char *)der, (size_t)n }, &base64);
	buf_addf(&get, "GET /ocsp/");
	for (size_t i = 0; i < base64.len; i++)
		if (strchr("+=", base64.data[i]) != NULL ||
		    (_i == 1 && base64.data[i] == '/'))
			buf_addf(&get, "%%%02X", base64.data[i]);
		else
			buf_addf(&get, "%c", base64.data[i]);
	buf_addf(&get, " HTTP/1.1\r\nHost: a\r\n\r\n");
	buf_addf(&post,
	    "POST /ocsp HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n"
	    "Content-Type: application/ocsp-request\r\n\r\n",
	    n);
	buf_add(&post, (struct span){ (const char *)der, (size_t)n });
	say(HTTP_OCSP, buf_span(&get), SIZE_MAX, &out);
	/* successful: ENUMERATED 0, before anything that differs */
	ck_assert_uint_lt(
	    span_find(buf_span(&out), SPAN("\x0a\x01\x00\xa0")), out.len);
	buf_clear(&out);
	say(HTTP_OCSP, buf_span(&post), SIZE_MAX, &out);
	ck_assert_uint_lt(
	    span_find(buf_span(&out), SPAN("\x0a\x01\x00\xa0")), out.len);
	buf_free(&get);
	buf_free(&post);
	buf_free(&base64);
	buf_free(&out);
	OPENSSL_free(der);
	OCSP_REQUEST_free(r);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ca/apps");
	TCase *t = tcase_create("apps");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_unchecked_fixture(t, up, down);
	tcase_add_loop_test(
	    t, requests_are_answered, 0, (int)(sizeof rows / sizeof rows[0]));
	tcase_add_loop_test(t, get_and_post_say_the_same, 0, 2);
	suite_add_tcase(suite, t);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
