/* SPDX-License-Identifier: MIT */
/* The signature server over HTTP: what each operation answers. */
#include "reference/crypto/apps.h"

#include <check.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/binding.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "reference/crypto/crypto.h"
#include "reference/http/session.h"
#include "reference/session_testing.h"

enum { SAID_MOST = 1 << 20 };

/* Of fixtures/world/people.tsv. */
#define WHO      "alice"
#define PASSWORD "Yan-shou-2021"

static struct site site;

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
	site.crypto = crypto_open(site.ca, now, &err);
	ck_assert_msg(site.crypto != NULL, "%s", err.what);
}

static void
down(void)
{
	crypto_close(site.crypto);
	ca_close(site.ca);
	site_close(&site);
}

/* What is said to a request of that head and body; the status is returned. */
static int
say(const char *head, const char *body, size_t at_once, json_t **answer)
{
	char *request = mem_textf("%sHost: a\r\nContent-Length: %zu\r\n\r\n%s",
	    head, strlen(body), body);
	struct session *s =
	    http_protocol.open(&site, HTTP_CRYPTO, "127.0.0.1:1");
	struct span rest;
	struct err err;
	struct buf out;
	int status;

	buf_init(&out, SAID_MOST);
	session_greet(s, now, &out);
	feed(s, span_of(request), at_once, &out);
	rest = buf_span(&out);
	ck_assert(span_starts(rest, SPAN("HTTP/1.1 ")));
	status = atoi(rest.ptr + 9);
	rest = span_skip(rest, span_find(rest, SPAN("\r\n\r\n")) + 4);
	*answer = rest.len > 0 && rest.ptr[0] == '{'
		      ? json_parse("answer", rest, &err)
		      : NULL;
	session_close(s);
	buf_free(&out);
	free(request);
	return status;
}

static char *
head_of(const char *path)
{
	struct buf plain, packed;
	char *head;

	buf_init(&plain, 256);
	buf_init(&packed, 256);
	buf_addf(&plain, "%s:%s", WHO, PASSWORD);
	text_base64(buf_span(&plain), &packed);
	head =
	    mem_textf("POST %s HTTP/1.1\r\nContent-Type: application/json\r\n"
		      "Authorization: Basic %s\r\n",
		path, buf_text(&packed));
	buf_free(&plain);
	buf_free(&packed);
	return head;
}

/* ---- the examples of the standards, and what is no request ---- */

/*
 * GB/T 32905 A, GB/T 32907 A.1, GB/T 32918.5 A.2 and C.2, in base64.
 */
/* clang-format off */
static const struct {
	const char *path, *body;
	int status;
	const char *name, *value; /* "": whatever it is */
} rows[] = {
	{ "/digests",
	  "{\"data\":\"YWJj\"}",
	  200, "digest", "Zsfw9GLu7dnR8tRr3BDk4kFnxIdc8veiKX2gK49LqOA=" },
	{ "/digests",
	  "{\"data\":\"YWJjZGFiY2RhYmNkYWJjZGFiY2RhYmNkYWJjZGFiY2RhYmNkYWJjZGFiY2RhYmNkYWJjZGFiY2RhYmNkYWJjZA==\"}",
	  200, "digest", "3r6f+SJ1uKE4YEiJwY5aTW/bcOU4fldlKT3Lo5wMVzI=" },
	{ "/digests",
	  "{\"data\":\"\"}",
	  200, "digest", "GrIdg1XPoX+OYRlIMegajyK+yMco/vt0ftA161CCqis=" },
	{ "/ciphertexts",
	  "{\"mode\":\"ecb\",\"key\":\"ASNFZ4mrze/+3LqYdlQyEA==\",\"iv\":\"\",\"data\":\"ASNFZ4mrze/+3LqYdlQyEA==\"}",
	  200, "data", "aB7fNNIGll6Gs+lPU25CRg==" },
	{ "/plaintexts",
	  "{\"mode\":\"ecb\",\"key\":\"ASNFZ4mrze/+3LqYdlQyEA==\",\"iv\":\"\",\"data\":\"aB7fNNIGll6Gs+lPU25CRg==\"}",
	  200, "data", "ASNFZ4mrze/+3LqYdlQyEA==" },
	{ "/ciphertexts",
	  "{\"mode\":\"cbc\",\"key\":\"ASNFZ4mrze/+3LqYdlQyEA==\",\"iv\":\"AAAAAAAAAAAAAAAAAAAAAA==\",\"data\":\"ASNFZ4mrze/+3LqYdlQyEA==\"}",
	  200, "data", "aB7fNNIGll6Gs+lPU25CRg==" },
	{ "/plaintexts",
	  "{\"mode\":\"cbc\",\"key\":\"ASNFZ4mrze/+3LqYdlQyEA==\",\"iv\":\"AAAAAAAAAAAAAAAAAAAAAA==\",\"data\":\"aB7fNNIGll6Gs+lPU25CRg==\"}",
	  200, "data", "ASNFZ4mrze/+3LqYdlQyEA==" },
	{ "/verifications",
	  "{\"public_key\":\"BAn53zEeVCGhUN19Fh5LxcZyF5+tGDP8B2uwj/NW81AgzOpJDOJndaUtxupxjMGqYArtBfvzXghKZjL2By2prRM=\",\"user_id\":\"MTIzNDU2NzgxMjM0NTY3OA==\",\"data\":\"bWVzc2FnZSBkaWdlc3Q=\",\"signature\":\"MEYCIQD1oDsGSNLEYw7qxRPhu4GhWUTaOCfVt0FDrH6s7ucgswIhALG2qinfIS/YdjGCvA1CHKG7kDj9H39C1IQLacSFu8Gq\"}",
	  200, "valid", "true" },
	{ "/verifications",
	  "{\"public_key\":\"BAn53zEeVCGhUN19Fh5LxcZyF5+tGDP8B2uwj/NW81AgzOpJDOJndaUtxupxjMGqYArtBfvzXghKZjL2By2prRM=\",\"user_id\":\"\",\"data\":\"bWVzc2FnZSBkaWdlc3Q=\",\"signature\":\"MEYCIQD1oDsGSNLEYw7qxRPhu4GhWUTaOCfVt0FDrH6s7ucgswIhALG2qinfIS/YdjGCvA1CHKG7kDj9H39C1IQLacSFu8Gq\"}",
	  200, "valid", "true" },
	{ "/verifications",
	  "{\"public_key\":\"BAn53zEeVCGhUN19Fh5LxcZyF5+tGDP8B2uwj/NW81AgzOpJDOJndaUtxupxjMGqYArtBfvzXghKZjL2By2prRM=\",\"user_id\":\"MQ==\",\"data\":\"bWVzc2FnZSBkaWdlc3Q=\",\"signature\":\"MEYCIQD1oDsGSNLEYw7qxRPhu4GhWUTaOCfVt0FDrH6s7ucgswIhALG2qinfIS/YdjGCvA1CHKG7kDj9H39C1IQLacSFu8Gq\"}",
	  200, "valid", "false" },
	{ "/verifications",
	  "{\"public_key\":\"BAn53zEeVCGhUN19Fh5LxcZyF5+tGDP8B2uwj/NW81AgzOpJDOJndaUtxupxjMGqYArtBfvzXghKZjL2By2prRM=\",\"user_id\":\"MTIzNDU2NzgxMjM0NTY3OA==\",\"data\":\"bWVzc2FnZSBkaWdlc3U=\",\"signature\":\"MEYCIQD1oDsGSNLEYw7qxRPhu4GhWUTaOCfVt0FDrH6s7ucgswIhALG2qinfIS/YdjGCvA1CHKG7kDj9H39C1IQLacSFu8Gq\"}",
	  200, "valid", "false" },
	{ "/verifications",
	  "{\"public_key\":\"BAn53zEeVCGhUN19Fh5LxcZyF5+tGDP8B2uwj/NW81AgzOpJDOJndaUtxupxjMGqYArtBfvzXghKZjL2By2prRM=\",\"user_id\":\"MTIzNDU2NzgxMjM0NTY3OA==\",\"data\":\"bWVzc2FnZSBkaWdlc3Q=\",\"signature\":\"\"}",
	  200, "valid", "false" },
	{ "/openings",
	  "{\"private_key\":\"OUUgj3shRLE/NuOKxtOflYiTk2koYLUaQvuB7033xbg=\",\"data\":\"MHwCIATr/HGOjReYYgQyJo53/rZBXi7eDgc8D09kDs0uFJpzAiEA6Fj52B5UMKV7Ntqrj5UKPGTm7mpjCU2ZKDr/dn4STfAEIFmYPBj4CeJikjxTrsKV0wODtU451gnRYK/LGQjQvYdmBBMhiGypicqcfVgIcwfKkwktZR76\"}",
	  200, "data", "ZW5jcnlwdGlvbiBzdGFuZGFyZA==" },
	{ "/openings",
	  "{\"private_key\":\"OUUgj3shRLE/NuOKxtOflYiTk2koYLUaQvuB7033xbg=\",\"data\":\"MHwCIATr/HGOjReYYgQyJo53/rZBXi7eDgc8D09kDs0uFJpzAiEA6Fj52B5UMKV7Ntqrj5UKPGTm7mpjCU2ZKDr/dn4STfAEIFmYPBj4CeJikjxTrsKV0wODtU451gnRYK/LGQjQvYdmBBMhiGypicqcfVgIcwfKkwktZR4A\"}",
	  422, "note", "" },
	{ "/openings",
	  "{\"private_key\":\"RSCPeyFEsT8244rG05+ViJOTaShgtRpC+4HvTffFuA==\",\"data\":\"MHwCIATr/HGOjReYYgQyJo53/rZBXi7eDgc8D09kDs0uFJpzAiEA6Fj52B5UMKV7Ntqrj5UKPGTm7mpjCU2ZKDr/dn4STfAEIFmYPBj4CeJikjxTrsKV0wODtU451gnRYK/LGQjQvYdmBBMhiGypicqcfVgIcwfKkwktZR76\"}",
	  400, "note", "" },
	{ "/openings",
	  "{\"private_key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"data\":\"MHwCIATr/HGOjReYYgQyJo53/rZBXi7eDgc8D09kDs0uFJpzAiEA6Fj52B5UMKV7Ntqrj5UKPGTm7mpjCU2ZKDr/dn4STfAEIFmYPBj4CeJikjxTrsKV0wODtU451gnRYK/LGQjQvYdmBBMhiGypicqcfVgIcwfKkwktZR76\"}",
	  400, "note", "" },
	{ "/verifications",
	  "{\"public_key\":\"BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=\",\"user_id\":\"MTIzNDU2NzgxMjM0NTY3OA==\",\"data\":\"bWVzc2FnZSBkaWdlc3Q=\",\"signature\":\"MEYCIQD1oDsGSNLEYw7qxRPhu4GhWUTaOCfVt0FDrH6s7ucgswIhALG2qinfIS/YdjGCvA1CHKG7kDj9H39C1IQLacSFu8Gq\"}",
	  400, "note", "" },
	{ "/verifications",
	  "{\"public_key\":\"\",\"user_id\":\"MTIzNDU2NzgxMjM0NTY3OA==\",\"data\":\"bWVzc2FnZSBkaWdlc3Q=\",\"signature\":\"MEYCIQD1oDsGSNLEYw7qxRPhu4GhWUTaOCfVt0FDrH6s7ucgswIhALG2qinfIS/YdjGCvA1CHKG7kDj9H39C1IQLacSFu8Gq\"}",
	  400, "note", "" },
	{ "/ciphertexts",
	  "{\"mode\":\"cfb\",\"key\":\"ASNFZ4mrze/+3LqYdlQyEA==\",\"iv\":\"\",\"data\":\"ASNFZ4mrze/+3LqYdlQyEA==\"}",
	  400, "note", "" },
	{ "/ciphertexts",
	  "{\"mode\":\"ecb\",\"key\":\"ASNFZ4mrze/+3LqYdlQyEA==\",\"iv\":\"ASNFZ4mrze/+3LqYdlQyEA==\",\"data\":\"ASNFZ4mrze/+3LqYdlQyEA==\"}",
	  400, "note", "" },
	{ "/ciphertexts",
	  "{\"mode\":\"ecb\",\"key\":\"I0VniavN7/7cuph2VDIQ\",\"iv\":\"\",\"data\":\"ASNFZ4mrze/+3LqYdlQyEA==\"}",
	  400, "note", "" },
	{ "/ciphertexts",
	  "{\"mode\":\"ecb\",\"key\":\"ASNFZ4mrze/+3LqYdlQyEA==\",\"iv\":\"\",\"data\":\"I0VniavN7/7cuph2VDIQ\"}",
	  400, "note", "" },
	{ "/ciphertexts",
	  "{\"mode\":\"ecb\",\"key\":\"ASNFZ4mrze/+3LqYdlQyEA==\",\"iv\":\"\"}",
	  400, "note", "data: is missing" },
	{ "/digests",
	  "{\"data\":\"x\"}",
	  400, "note", "data: no base64 (RFC 4648 4)" },
	{ "/digests",
	  "{\"data\":7}",
	  400, "note", "data: has to be a string" },
	{ "/digests", "[]", 400, "note", "body: not a JSON object" },
	{ "/signatures",
	  "{\"algorithm\":\"dsa\",\"data\":\"\"}",
	  400, "note", "algorithm: none of sm2, p256 and rsa" },
};
/* clang-format on */

static void
expect(const json_t *answer, const char *name, const char *value)
{
	const json_t *got = json_object_get(answer, name);
	const char *text = json_is_string(got)  ? json_string_value(got)
			   : json_is_true(got)  ? "true"
			   : json_is_false(got) ? "false"
						: NULL;

	ck_assert_ptr_nonnull(text);
	if (value[0] != '\0')
		ck_assert_str_eq(text, value);
}

START_TEST(operations_answer)
{
	char *head = head_of(rows[_i].path);

	for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
		json_t *answer;

		ck_assert_int_eq(say(head, rows[_i].body, pieces[p], &answer),
		    rows[_i].status);
		ck_assert_uint_eq(json_object_size(answer), 1);
		expect(answer, rows[_i].name, rows[_i].value);
		json_decref(answer);
	}
	free(head);
}
END_TEST

/* Each of its own signatures verifies with the certificate beside it. */
START_TEST(its_signatures_verify)
{
	char *head = head_of("/signatures");
	char *body = mem_textf(
	    "{\"algorithm\":\"%s\",\"data\":\"YWJj\"}", ca_algorithms[_i]);
	const struct ca_signer *s = &site.crypto->signers[_i];
	struct buf signature, cert;
	const unsigned char *p;
	json_t *answer;
	X509 *x;

	ck_assert_int_eq(say(head, body, SIZE_MAX, &answer), 200);
	buf_init(&signature, SAID_MOST);
	buf_init(&cert, SAID_MOST);
	ck_assert(text_unbase64(
	    span_of(json_string_value(json_object_get(answer, "signature"))),
	    &signature));
	ck_assert(text_unbase64(
	    span_of(json_string_value(json_object_get(answer, "certificate"))),
	    &cert));
	p = (const unsigned char *)cert.data;
	x = d2i_X509(NULL, &p, (long)cert.len);
	ck_assert_ptr_nonnull(x);
	ck_assert_int_eq(X509_cmp(x, s->cert), 0);
	ck_assert(
	    ca_verify(X509_get0_pubkey(x), SPAN("abc"), buf_span(&signature)));
	ck_assert(
	    !ca_verify(X509_get0_pubkey(x), SPAN("abd"), buf_span(&signature)));
	X509_free(x);
	buf_free(&signature);
	buf_free(&cert);
	json_decref(answer);
	free(body);
	free(head);
}
END_TEST

/* ---- who asks ---- */

START_TEST(only_with_a_password)
{
	/* base64 of alice:wrong, of a text without a colon, no base64 */
	static const char *const heads[] = {
		"",
		"Authorization: Basic YWxpY2U6d3Jvbmc=\r\n",
		"Authorization: Basic YWxpY2U=\r\n",
		"Authorization: Basic !\r\n",
		"Authorization: Bearer x\r\n",
	};
	char *right = head_of("/digests"), *head;
	json_t *answer;

	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		head = mem_textf("POST /digests HTTP/1.1\r\nContent-Type: "
				 "application/json\r\n%s",
		    heads[i]);
		ck_assert_int_eq(
		    say(head, "{\"data\":\"\"}", SIZE_MAX, &answer), 401);
		ck_assert_ptr_null(answer);
		free(head);
	}
	ck_assert_int_eq(say(right, "{\"data\":\"\"}", SIZE_MAX, &answer), 200);
	json_decref(answer);
	free(right);
}
END_TEST

/* Who was let in a moment ago is not, once the account is locked. */
START_TEST(locked_is_locked)
{
	char *head = head_of("/digests");
	struct account a;
	json_t *answer;

	ck_assert_int_eq(say(head, "{\"data\":\"\"}", SIZE_MAX, &answer), 200);
	json_decref(answer);
	ck_assert(store_account(site.store, SPAN(WHO), &a));
	for (int i = 0; i < site.login_failures_most; i++)
		store_login_failed(site.store, a.id, site.login_failures_most,
		    site.login_lock_us, now);
	ck_assert_int_eq(say(head, "{\"data\":\"\"}", SIZE_MAX, &answer), 401);
	free(head);
}
END_TEST

/* A store that is opened again has the same keys. */
START_TEST(keys_are_kept)
{
	struct err err;
	struct crypto *again = crypto_open(site.ca, now, &err);

	ck_assert_ptr_nonnull(again);
	for (int a = 0; a < CA_ALGORITHMS; a++)
		ck_assert_int_eq(X509_cmp(again->signers[a].cert,
				     site.crypto->signers[a].cert),
		    0);
	ck_assert_int_eq(
	    EVP_PKEY_eq(again->recipient.key, site.crypto->recipient.key), 1);
	ck_assert_int_eq(
	    X509_check_private_key(again->recipient.cert, again->recipient.key),
	    1);
	crypto_close(again);
}
END_TEST

/* Every operation of the binding has a route and somebody who serves it. */
START_TEST(all_of_the_binding)
{
	size_t n;
	const struct binding_operation *o = binding_operations(&n);
	json_t *answer;

	for (size_t i = 0; i < n; i++, o++) {
		char *head;

		if (strcmp(o->binding->name, "cryptography") != 0)
			continue;
		if (strcmp(o->method, "POST") != 0)
			continue;
		head = head_of(o->path);
		ck_assert_int_eq(say(head, "{}", SIZE_MAX, &answer), 400);
		json_decref(answer);
		free(head);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("crypto");
	TCase *tc = tcase_create("crypto");
	SRunner *runner;
	int failed;

	tcase_add_unchecked_fixture(tc, up, down);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(
	    tc, operations_answer, 0, (int)(sizeof rows / sizeof rows[0]));
	tcase_add_loop_test(tc, its_signatures_verify, 0, CA_ALGORITHMS);
	tcase_add_test(tc, only_with_a_password);
	tcase_add_test(tc, locked_is_locked);
	tcase_add_test(tc, keys_are_kept);
	tcase_add_test(tc, all_of_the_binding);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
