/* SPDX-License-Identifier: MIT */
/*
 * cmp_testing - an authority with people, and OpenSSL's CMP client, without a
 * network between them; for tests.
 */
#ifndef REFERENCE_CA_CMP_TESTING_H
#define REFERENCE_CA_CMP_TESTING_H

#include <openssl/cmp.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "reference/ca/cmp.h"
#include "reference/ca/log.h"
#include "reference/login.h"
#include "reference/world.h"

#include "reference/ca/ca_testing.h"

enum { ANSWER_MOST = 1 << 20, SECOND = 1000000 };

static struct world world;
static int only;
static struct buf last; /* what the client said last */
static bool reopens;    /* before each message */

static inline void
up(void)
{
	struct err err;

	now = clock_wall();
	only = -1;
	ck_assert(world_read("fixtures/world", &world, &err));
	options.world = &world;
	buf_init(&last, ANSWER_MOST);
	come_up();
}

static inline void
down(void)
{
	int64_t bad;
	struct err err;

	ck_assert_msg(ca_log_holds(ca, &bad, &err), "%s", err.what);
	go_down();
	buf_free(&last);
	world_free(&world);
}

/* ---- the client ---- */

static const struct login *door; /* NULL: failures are not counted */

static inline OSSL_CMP_MSG *
answer_to(struct span request)
{
	const unsigned char *p;
	OSSL_CMP_MSG *msg;
	struct buf out;

	buf_init(&out, ANSWER_MOST);
	ca_cmp(ca, only, door, request, now, &out);
	p = (const unsigned char *)out.data;
	msg = d2i_OSSL_CMP_MSG(NULL, &p, (long)out.len);
	ck_assert_msg(msg != NULL, "the answer is no PKIMessage");
	ck_assert_ptr_eq(p, out.data + out.len);
	buf_free(&out);
	return msg;
}

static inline OSSL_CMP_MSG *
transfer(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *request)
{
	unsigned char *der = NULL;
	const int n = i2d_OSSL_CMP_MSG(request, &der);

	(void)ctx;
	ck_assert_int_gt(n, 0);
	buf_clear(&last);
	buf_add(&last, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	if (reopens) {
		go_down();
		come_up();
	}
	return answer_to(buf_span(&last));
}

static inline X509_NAME *
name_of(const char *cn)
{
	X509_NAME *name = X509_NAME_new();

	X509_NAME_add_entry_by_txt(
	    name, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0);
	return name;
}

static inline int
quiet(const char *fn, const char *file, int line, OSSL_CMP_severity level,
    const char *text)
{
	(void)fn, (void)file, (void)line, (void)level, (void)text;
	return 1;
}

/* Trusts the roots; who it is, is still to be said. */
static inline OSSL_CMP_CTX *
client_new(const char *cn)
{
	OSSL_CMP_CTX *c = OSSL_CMP_CTX_new(NULL, NULL);
	X509_STORE *trust = X509_STORE_new();
	X509_NAME *name = name_of(cn);

	for (int a = 0; a < CA_ALGORITHMS; a++)
		X509_STORE_add_cert(trust, ca->signers[a][CA_ROOT].cert);
	OSSL_CMP_CTX_set0_trustedStore(c, trust);
	OSSL_CMP_CTX_set_transfer_cb(c, transfer);
	OSSL_CMP_CTX_set_log_cb(c, quiet);
	OSSL_CMP_CTX_set1_subjectName(c, name);
	X509_NAME_free(name);
	return c;
}

static inline OSSL_CMP_CTX *
client_of(const char *user, const char *password)
{
	OSSL_CMP_CTX *c = client_new(user);

	OSSL_CMP_CTX_set1_referenceValue(
	    c, (const unsigned char *)user, (int)strlen(user));
	OSSL_CMP_CTX_set1_secretValue(
	    c, (const unsigned char *)password, (int)strlen(password));
	return c;
}

static inline OSSL_CMP_CTX *
alice(void)
{
	return client_of("alice", world_person(&world, "alice")->password);
}

static inline OSSL_CMP_CTX *
bob(void)
{
	return client_of("bob", world_person(&world, "bob")->password);
}

/* One that signs with what it was given. */
static inline OSSL_CMP_CTX *
signing(X509 *cert, EVP_PKEY *key)
{
	OSSL_CMP_CTX *c = client_new("alice");

	OSSL_CMP_CTX_set1_cert(c, cert);
	OSSL_CMP_CTX_set1_pkey(c, key);
	return c;
}

/* The certificate for that key; NULL: it was refused. */
static inline X509 *
apply(OSSL_CMP_CTX *c, int how, EVP_PKEY *key)
{
	X509 *x;

	EVP_PKEY_up_ref(key);
	OSSL_CMP_CTX_set0_newPkey(c, 1, key);
	x = OSSL_CMP_exec_certreq(c, how, NULL);
	if (x != NULL)
		X509_up_ref(x);
	ERR_clear_error();
	return x;
}

static inline void
need(const X509 *x, OSSL_CMP_CTX *c)
{
	char text[512] = "";

	if (x == NULL)
		OSSL_CMP_CTX_snprint_PKIStatus(c, text, sizeof text);
	ck_assert_msg(x != NULL, "%s", text);
}

/* A certificate alice has, and its key. */
static inline X509 *
given(enum ca_algorithm a, EVP_PKEY **key)
{
	OSSL_CMP_CTX *c = alice();
	X509 *x;

	*key = ca_key_new(a, 0);
	x = apply(c, OSSL_CMP_IR, *key);
	need(x, c);
	OSSL_CMP_CTX_free(c);
	return x;
}

static inline struct store_ca_certificate
row_of(X509 *x)
{
	struct store_ca_certificate row;
	char serial[STORE_CA_SERIAL];

	ca_serial_text(X509_get0_serialNumber(x), serial);
	for (int i = 0; i < CA_ISSUERS; i++)
		if (store_ca_find(store, i, serial, &row))
			return row;
	ck_abort_msg("%s is not in the store", serial);
}

#define ck_assert_stands(x, state, why) \
	do { \
		const struct store_ca_certificate r_ = row_of(x); \
		ck_assert_int_eq(r_.status, (state)); \
		ck_assert_int_eq(r_.reason, (why)); \
	} while (0)

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

static inline int
run_with_client(const char *name, void (*fill)(TCase *))
{
	Suite *suite = suite_create(name);
	TCase *t = tests_of(suite, "cmp", NULL);

	tcase_add_unchecked_fixture(t, up, down);
	fill(t);
	return run_suite(suite);
}

#endif
