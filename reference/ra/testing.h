/* SPDX-License-Identifier: MIT */
/*
 * testing - what tests of the registration authority have in common: one of
 * its own, people who log in, and operations by their names.
 */
#ifndef REFERENCE_RA_TESTING_H
#define REFERENCE_RA_TESTING_H

#include <check.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "lib/binding.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "reference/http/session.h"
#include "reference/ra/inner.h"
#include "reference/session_testing.h"

enum { TESTING_SAID_MOST = 8 << 20 };

struct testing {
	struct site site;
	struct world world;
	struct wall now;
	enum http_role role; /* of the service that is asked */
};

static inline void
testing_up_at(
    struct testing *t, const char *dir, enum fault fault, enum variant variant)
{
	const struct ca_options o = { .base_ca = "http://127.0.0.1:8001",
		.base_crl = "http://127.0.0.1:8002",
		.base_ocsp = "http://127.0.0.1:8003",
		.fault = fault,
		.variant = variant };
	static const unsigned char secret[32] = { 1, 2, 3 };
	struct err err;

	*t = (struct testing){ .now = clock_wall(), .role = HTTP_RA };
	ck_assert(world_read("fixtures/world", &t->world, &err));
	t->site.host = "mail.example.test";
	t->site.audit = audit_open(NULL);
	t->site.store = store_open(dir, &err);
	ck_assert_msg(t->site.store != NULL, "%s", err.what);
	t->site.ca = ca_open(t->site.store, &o, t->now, &err);
	ck_assert_msg(t->site.ca != NULL, "%s", err.what);
	t->site.ra = ra_open(t->site.ca, &t->world, secret, t->now, &err);
	ck_assert_msg(t->site.ra != NULL, "%s", err.what);
}

static inline void
testing_up(struct testing *t)
{
	testing_up_at(t, NULL, FAULT_NONE, VARIANT_NONE);
}

static inline void
testing_down(struct testing *t)
{
	ra_close(t->site.ra);
	ca_close(t->site.ca);
	audit_close(t->site.audit);
	store_close(t->site.store);
	world_free(&t->world);
}

/* ---- requests ---- */

/* The status; *gives (or NULL) is the caller's. */
static inline int
testing_say(
    struct testing *t, struct span request, size_t at_once, json_t **gives)
{
	struct session *s =
	    http_protocol.open(&t->site, (int)t->role, "127.0.0.1:1");
	struct span said, part;
	struct buf out;
	struct err err;
	int status;

	buf_init(&out, TESTING_SAID_MOST);
	session_greet(s, t->now, &out);
	while (request.len > 0) {
		part = span_take(request, at_once);
		session_feed(s, part, t->now, &out);
		while (session_next(s) == SESSION_MORE)
			session_feed(s, SPAN(""), t->now, &out);
		request = span_skip(request, part.len);
	}
	session_close(s);
	said = buf_span(&out);
	ck_assert_msg(
	    span_starts(said, SPAN("HTTP/1.1 ")), "%s", buf_text(&out));
	status = atoi(said.ptr + 9);
	if (gives != NULL) {
		said = span_skip(said, span_find(said, SPAN("\r\n\r\n")));
		*gives = json_parse("answer", span_skip(said, 4), &err);
		ck_assert_msg(*gives != NULL, "%s", buf_text(&out));
	}
	buf_free(&out);
	return status;
}

static inline void
testing_path(const struct binding_operation *o, json_t *takes, struct buf *to)
{
	struct span rest = span_of(o->path);

	while (rest.len > 0) {
		struct span name;
		char *field;
		const json_t *value;

		buf_add(to, span_cut(&rest, '{'));
		name = span_cut(&rest, '}');
		if (name.len == 0)
			continue;
		field = mem_text(name);
		value = json_object_get(takes, field);
		if (json_is_integer(value))
			buf_addf(
			    to, "%lld", (long long)json_integer_value(value));
		else
			buf_addf(to, "%s", json_string_value(value));
		json_object_del(takes, field);
		free(field);
	}
}

/* An operation, with "takes" as jansson packs it; takes is used up. */
static inline int
testing_call(struct testing *t, const char *token, const char *name,
    json_t *takes, json_t **gives)
{
	const struct binding_operation *o = binding_operation(name);
	struct buf path, request;
	char *body;
	int status;

	ck_assert_msg(o != NULL && takes != NULL, "%s", name);
	buf_init(&path, 4096);
	buf_init(&request, TESTING_SAID_MOST);
	t->role =
	    strcmp(o->binding->service, "seal") == 0 ? HTTP_SEAL : HTTP_RA;
	testing_path(o, takes, &path);
	body = json_dumps(takes, JSON_COMPACT);
	buf_addf(&request, "%s %s HTTP/1.1\r\nHost: a\r\n", o->method,
	    buf_text(&path));
	if (token != NULL)
		buf_addf(&request, "Authorization: Bearer %s\r\n", token);
	if (strcmp(o->method, "POST") == 0)
		buf_addf(&request,
		    "Content-Type: application/json\r\n"
		    "Content-Length: %zu\r\n\r\n%s",
		    strlen(body), body);
	else
		buf_addf(&request, "\r\n");
	status = testing_say(t, buf_span(&request), SIZE_MAX, gives);
	free(body);
	json_decref(takes);
	buf_free(&path);
	buf_free(&request);
	return status;
}

static inline const char *
testing_text(const json_t *gives, const char *name)
{
	const char *text = json_string_value(json_object_get(gives, name));

	return text == NULL ? "" : text;
}

static inline void
testing_octets(const json_t *gives, const char *name, struct buf *to)
{
	ck_assert_msg(
	    text_unbase64(span_of(testing_text(gives, name)), to), "%s", name);
}

static inline X509 *
testing_certificate(const json_t *gives, const char *name)
{
	struct buf der;
	X509 *x;

	buf_init(&der, 1 << 16);
	testing_octets(gives, name, &der);
	x = ra_read_certificate(buf_span(&der));
	buf_free(&der);
	return x;
}

static inline json_t *
testing_base64(struct span octets)
{
	struct buf text;
	json_t *j;

	buf_init(&text, 1 << 20);
	text_base64(octets, &text);
	j = json_string(buf_text(&text));
	buf_free(&text);
	return j;
}

static inline json_t *
testing_der(X509 *x)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);
	json_t *j =
	    testing_base64((struct span){ (const char *)der, (size_t)n });

	OPENSSL_free(der);
	return j;
}

/* ---- people ---- */

struct testing_who {
	const char *user;
	EVP_PKEY *key;
	X509 *certificate;
	char token[80];
};

static inline void
testing_equip(struct testing *t, struct testing_who *w, const char *role)
{
	const struct world_person *p = world_person(&t->world, role);
	struct buf certificate, key;
	struct err err;
	BIO *bio;

	buf_init(&certificate, 1 << 14);
	buf_init(&key, 1 << 14);
	ck_assert(ra_login(t->site.ra, p, &certificate, &key, &err));
	*w = (struct testing_who){ .user = p->user };
	bio = BIO_new_mem_buf(certificate.data, (int)certificate.len);
	w->certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	BIO_free(bio);
	bio = BIO_new_mem_buf(key.data, (int)key.len);
	w->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	ck_assert(w->certificate != NULL && w->key != NULL);
	buf_free(&certificate);
	buf_free(&key);
}

/* *id and *octets are those of a challenge for him. */
static inline void
testing_challenge(struct testing *t, const char *user, json_t **given)
{
	ck_assert_int_eq(testing_call(t, NULL, "session.challenge",
			     json_pack("{s:s}", "user", user), given),
	    200);
}

static inline json_t *
testing_sign(EVP_PKEY *key, const json_t *challenge)
{
	struct buf octets, signature;
	json_t *j;

	buf_init(&octets, 4096);
	buf_init(&signature, 4096);
	testing_octets(challenge, "challenge", &octets);
	ck_assert(ca_sign(key, buf_span(&octets), &signature));
	j = testing_base64(buf_span(&signature));
	buf_free(&octets);
	buf_free(&signature);
	return j;
}

static inline int
testing_open(struct testing *t, const json_t *challenge,
    const struct testing_who *w, json_t **gives)
{
	return testing_call(t, NULL, "session.open",
	    json_pack("{s:s, s:s, s:o, s:o}", "id",
		testing_text(challenge, "id"), "user", w->user, "certificate",
		testing_der(w->certificate), "signature",
		testing_sign(w->key, challenge)),
	    gives);
}

static inline void
testing_log_in(struct testing *t, struct testing_who *w)
{
	json_t *challenge, *gives;

	testing_challenge(t, w->user, &challenge);
	ck_assert_int_eq(testing_open(t, challenge, w, &gives), 200);
	snprintf(w->token, sizeof w->token, "%s", testing_text(gives, "token"));
	json_decref(challenge);
	json_decref(gives);
}

static inline void
testing_enter(struct testing *t, struct testing_who *w, const char *role)
{
	testing_equip(t, w, role);
	testing_log_in(t, w);
}

static inline void
testing_leave(struct testing_who *w)
{
	EVP_PKEY_free(w->key);
	X509_free(w->certificate);
}

/* ---- applications ---- */

/* A request by that key; alt as X509V3_EXT_nconf() has it, or NULL. */
static inline X509_REQ *
testing_request(EVP_PKEY *key, const char *cn, const char *alt)
{
	X509_REQ *r = X509_REQ_new();
	X509_NAME *name = X509_NAME_new();
	EVP_MD_CTX *ctx = ca_signer_new(key);
	STACK_OF(X509_EXTENSION) *all = NULL;

	X509_NAME_add_entry_by_txt(
	    name, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0);
	X509_REQ_set_subject_name(r, name);
	X509_REQ_set_pubkey(r, key);
	if (alt != NULL) {
		all = sk_X509_EXTENSION_new_null();
		sk_X509_EXTENSION_push(all, X509V3_EXT_nconf_nid(NULL, NULL,
						NID_subject_alt_name, alt));
		X509_REQ_add_extensions(r, all);
		sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
	}
	ck_assert_int_gt(X509_REQ_sign_ctx(r, ctx), 0);
	ca_signer_free(ctx);
	X509_NAME_free(name);
	return r;
}

static inline json_t *
testing_request_der(X509_REQ *r)
{
	unsigned char *der = NULL;
	const int n = i2d_X509_REQ(r, &der);
	json_t *j =
	    testing_base64((struct span){ (const char *)der, (size_t)n });

	OPENSSL_free(der);
	X509_REQ_free(r);
	return j;
}

/* Applies; id is filled in. */
static inline int
testing_submit(struct testing *t, const struct testing_who *w,
    const char *class, X509_REQ *r, char id[STORE_RA_ID])
{
	json_t *gives;
	const int status = testing_call(t, w->token, "application.submit",
	    json_pack("{s:s, s:o}", "class", class, "request",
		testing_request_der(r)),
	    &gives);

	snprintf(id, STORE_RA_ID, "%s", testing_text(gives, "id"));
	json_decref(gives);
	return status;
}

/* An operation about one thing: "id" or "serial". */
static inline int
testing_do(struct testing *t, const struct testing_who *w, const char *name,
    const char *field, const char *value, json_t **gives)
{
	return testing_call(
	    t, w->token, name, json_pack("{s:s}", field, value), gives);
}

static inline void
testing_must(struct testing *t, const struct testing_who *w, const char *name,
    const char *field, const char *value, int status)
{
	json_t *gives;
	const int got = testing_do(t, w, name, field, value, &gives);

	ck_assert_msg(got == status, "%s by %s: %d %s", name, w->user, got,
	    testing_text(gives, "note"));
	json_decref(gives);
}

/* Approves and issues; what application.show gives then. */
static inline json_t *
testing_grant(struct testing *t, const struct testing_who *registrar,
    const struct testing_who *issuer, const struct testing_who *applicant,
    const char *id)
{
	json_t *gives;

	testing_must(t, registrar, "application.approve", "id", id, 200);
	testing_must(t, issuer, "application.issue", "id", id, 200);
	ck_assert_int_eq(
	    testing_do(t, applicant, "application.show", "id", id, &gives),
	    200);
	ck_assert_str_eq(testing_text(gives, "state"), "issued");
	return gives;
}

static inline void
testing_serial(const json_t *gives, const char *field, char *to)
{
	X509 *x = testing_certificate(gives, field);

	ck_assert_msg(x != NULL, "no %s", field);
	ca_serial_text(X509_get0_serialNumber(x), to);
	X509_free(x);
}

/* ---- the program ---- */

struct testing_case {
	const TTest *test;
	int n; /* of rows; 0: once */
};

static inline int
testing_main(const char *name, void (*up)(void), void (*down)(void),
    const struct testing_case *cases, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *t = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_unchecked_fixture(t, up, down);
	for (size_t i = 0; i < n; i++)
		tcase_add_loop_test(
		    t, cases[i].test, 0, cases[i].n == 0 ? 1 : cases[i].n);
	suite_add_tcase(suite, t);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
