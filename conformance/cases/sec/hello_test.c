/* SPDX-License-Identifier: MIT */
/* ClientHellos that are said, and what is understood of answers. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>

#include "conformance/cases/sec/hello.h"
#include "conformance/cases/sec/probe.h"
#include "reference/pretend.h"

/* Octets that stand in all ServerHellos here, up to the session's. */
#define BODY(version, rest) version "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr" rest
#define RENEGOTIATION       "\x00\x05\xff\x01\x00\x01\x00"
#define VERSION_1_3         "\x00\x06\x00\x2b\x00\x02\x03\x04"

/* clang-format off */
static const struct {
	struct span	octets;
	enum hello_answer_kind kind;
	unsigned	version, suite, compression, alert;
	bool		renegotiation;
} answers[] = {
	{ SPAN_INIT(""), HELLO_NONE, 0, 0, 0, 0, false },
	{ SPAN_INIT("\x16\x03"), HELLO_NONE, 0, 0, 0, 0, false },
	{ SPAN_INIT("\x15\x03\x03\x00\x02\x02"), HELLO_NONE, 0, 0, 0, 0, false },
	{ SPAN_INIT("\x15\x03\x03\x00\x02\x02\x46"), HELLO_ALERT, 0, 0, 0, 70,
	  false },
	{ SPAN_INIT("HTTP/1.1 400 "), HELLO_UNKNOWN, 0, 0, 0, 0, false },
	{ SPAN_INIT("220 x"), HELLO_UNKNOWN, 0, 0, 0, 0, false },
	/* a record that is no ServerHello, one that ends too soon */
	{ SPAN_INIT("\x16\x03\x03\x00\x04\x0b\x00\x00\x00"), HELLO_UNKNOWN, 0,
	  0, 0, 0, false },
	{ SPAN_INIT("\x16\x03\x03\x00\x06\x02\x00\x00\x02\x03\x03"),
	  HELLO_UNKNOWN, 0x0303, 0, 0, 0, false },
	{ SPAN_INIT("\x16\x03\x00\x00\x2a\x02\x00\x00\x26"
	    BODY("\x03\x00", "\x00\x00\x0a\x00")), HELLO_SERVER, HELLO_SSL_3,
	  0x000a, 0, 0, false },
	{ SPAN_INIT("\x16\x03\x03\x00\x31\x02\x00\x00\x2d"
	    BODY("\x03\x03", "\x00\xc0\x2b\x01" RENEGOTIATION)), HELLO_SERVER,
	  HELLO_TLS_1_2, 0xc02b, 1, 0, true },
	{ SPAN_INIT("\x16\x03\x03\x00\x32\x02\x00\x00\x2e"
	    BODY("\x03\x03", "\x00\x13\x01\x00" VERSION_1_3)), HELLO_SERVER,
	  HELLO_TLS_1_3, 0x1301, 0, 0, false },
	/* unrecognized_name is a warning: the handshake goes on */
	{ SPAN_INIT("\x15\x03\x03\x00\x02\x01\x70"
	    "\x16\x03\x01\x00\x2a\x02\x00\x00\x26"
	    BODY("\x03\x01", "\x00\x00\x05\x00")), HELLO_SERVER, HELLO_TLS_1_0,
	  0x0005, 0, 0, false },
	/* extensions longer than the message */
	{ SPAN_INIT("\x16\x03\x03\x00\x31\x02\x00\x00\x2d"
	    BODY("\x03\x03", "\x00\xc0\x2b\x00\x00\x06\xff\x01\x00\x01\x00")),
	  HELLO_UNKNOWN, 0x0303, 0xc02b, 0, 0, false },
	{ SPAN_INIT("\x80\x0b\x04\x00\x01\x00\x02\x00\x00\x00\x00\x00\x00"),
	  HELLO_SERVER, HELLO_SSL_2, 0, 0, 0, false },
};
/* clang-format on */

START_TEST(reads_answers)
{
	struct hello_answer a;

	hello_read(answers[_i].octets, &a);
	ck_assert_int_eq(a.kind, answers[_i].kind);
	ck_assert_uint_eq(a.version, answers[_i].version);
	ck_assert_uint_eq(a.suite, answers[_i].suite);
	ck_assert_uint_eq(a.compression, answers[_i].compression);
	ck_assert_uint_eq(a.alert, answers[_i].alert);
	ck_assert_int_eq(a.renegotiation, answers[_i].renegotiation);
}
END_TEST

/* No prefix of an answer is anything else than it, or not yet anything. */
START_TEST(reads_pieces)
{
	for (size_t n = 0; n < answers[_i].octets.len; n++) {
		struct hello_answer a;

		hello_read(span_take(answers[_i].octets, n), &a);
		ck_assert(a.kind == HELLO_NONE || a.kind == answers[_i].kind ||
			  a.kind == HELLO_ALERT);
	}
}
END_TEST

/* What OpenSSL's server says to a hello of ours, without a connection. */
static void
answer_of(const struct hello *h, const char *name, struct hello_answer *a,
    struct buf *said)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	SSL *ssl = SSL_new(ctx);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	struct hello named = *h;
	struct buf octets;
	char *p;
	size_t n;

	named.name = name;
	buf_init(&octets, 4096);
	ck_assert(hello_write(&named, &octets));
	BIO_write(in, octets.data, (int)octets.len);
	SSL_set_bio(ssl, in, out);
	SSL_set_accept_state(ssl);
	/* AECDH needs no certificate, and so this server needs none */
	SSL_set_security_level(ssl, 0);
	ck_assert_int_eq(SSL_set_cipher_list(ssl, "AECDH-AES128-SHA"), 1);
	SSL_do_handshake(ssl);
	n = (size_t)BIO_get_mem_data(out, &p);
	buf_add(said, (struct span){ p, n });
	hello_read(buf_span(said), a);
	buf_free(&octets);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

START_TEST(is_understood)
{
	static const uint16_t suites[] = { 0xc018 };
	static const struct {
		enum hello_version version;
		enum hello_answer_kind kind;
	} rows[] = {
		{ HELLO_TLS_1_2, HELLO_SERVER },
		{ HELLO_TLS_1_1, HELLO_SERVER },
		{ HELLO_TLS_1_0, HELLO_SERVER },
		{ HELLO_SSL_3, HELLO_ALERT },
	};
	const struct hello h = { .version = rows[_i].version,
		.suites = suites,
		.n_suites = 1,
		.deflate = _i == 0 };
	struct hello_answer a;
	struct buf said;

	buf_init(&said, 1 << 16);
	answer_of(&h, "mail.example.test", &a, &said);
	ck_assert_int_eq(a.kind, rows[_i].kind);
	if (a.kind == HELLO_SERVER) {
		ck_assert_uint_eq(a.version, rows[_i].version);
		ck_assert_uint_eq(a.suite, suites[0]);
		ck_assert_uint_eq(a.compression, 0);
		ck_assert(a.renegotiation);
		ck_assert_uint_eq(a.random.len, 32);
	}
	buf_free(&said);
}
END_TEST

/* Names are said, addresses are not (RFC 6066 3). */
START_TEST(names_the_server)
{
	static const struct {
		const char *name;
		bool said;
	} rows[] = { { "mail.example.test", true }, { "127.0.0.1", false },
		{ "::1", false } };
	struct hello h = probe_today;
	struct buf octets;

	h.name = rows[_i].name;
	buf_init(&octets, 4096);
	ck_assert(hello_write(&h, &octets));
	ck_assert_int_eq(
	    span_find(buf_span(&octets), span_of(h.name)) < octets.len,
	    rows[_i].said);
	buf_free(&octets);
}
END_TEST

/* The other side's reader: whole, in pieces of seven and one by one. */
START_TEST(pretends)
{
	static const uint16_t suites[] = { 0x0005, 0x0004 };
	static const struct {
		enum fault fault;
		enum hello_version version;
		enum pretence said;
	} rows[] = {
		{ FAULT_SEC_RC4, HELLO_TLS_1_2, PRETEND_SAID },
		{ FAULT_SEC_RC4, HELLO_TLS_1_3, PRETEND_NOT },
		{ FAULT_SEC_RC4, HELLO_TLS_1_0, PRETEND_NOT },
		{ FAULT_SEC_3DES, HELLO_TLS_1_2, PRETEND_NOT },
		{ FAULT_SEC_SSL_3, HELLO_SSL_3, PRETEND_SAID },
		{ FAULT_SEC_SSL_2, HELLO_SSL_2, PRETEND_SAID },
		{ FAULT_SEC_SSL_2, HELLO_SSL_3, PRETEND_NOT },
		{ FAULT_NONE, HELLO_TLS_1_2, PRETEND_NOT },
	};
	const struct hello h = {
		.version = rows[_i].version, .suites = suites, .n_suites = 2
	};
	struct buf octets, said;
	struct hello_answer a;

	buf_init(&octets, 4096);
	buf_init(&said, 4096);
	ck_assert(hello_write(&h, &octets));
	for (size_t n = 0; n < octets.len; n++) {
		const enum pretence p = pretend_answer(
		    rows[_i].fault, span_take(buf_span(&octets), n), &said);

		ck_assert(p != PRETEND_SAID || rows[_i].version == HELLO_SSL_2);
		buf_clear(&said);
	}
	ck_assert_int_eq(
	    pretend_answer(rows[_i].fault, buf_span(&octets), &said),
	    rows[_i].said);
	hello_read(buf_span(&said), &a);
	ck_assert_int_eq(
	    a.kind, rows[_i].said == PRETEND_SAID ? HELLO_SERVER : HELLO_NONE);
	if (rows[_i].said == PRETEND_SAID)
		ck_assert_uint_eq(a.version, rows[_i].version);
	buf_free(&octets);
	buf_free(&said);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sec/hello");
	TCase *tc = tcase_create("hello");
	SRunner *sr = srunner_create(s);
	const int n = sizeof answers / sizeof answers[0];
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, reads_answers, 0, n);
	tcase_add_loop_test(tc, reads_pieces, 0, n);
	tcase_add_loop_test(tc, is_understood, 0, 4);
	tcase_add_loop_test(tc, names_the_server, 0, 3);
	tcase_add_loop_test(tc, pretends, 0, 8);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
