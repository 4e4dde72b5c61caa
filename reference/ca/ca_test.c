/* SPDX-License-Identifier: MIT */
/* What the authority issues and says, read by OpenSSL. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/ocsp.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "reference/ca/crl.h"
#include "reference/ca/log.h"
#include "reference/ca/many.h"
#include "reference/ca/ocsp.h"
#include "reference/ca/tsa.h"
#include "reference/ldap/directory.h"
#include "reference/ldap/dn.h"

static const struct ca_options options = { "http://127.0.0.1:8001",
	"http://127.0.0.1:8002", "http://127.0.0.1:8003", FAULT_NONE,
	VARIANT_NONE, NULL };

static struct store *store;
static struct ca *ca;
static struct wall now;

static void
up(void)
{
	struct err err;

	now = clock_wall();
	store = store_open(NULL, &err);
	ck_assert_ptr_nonnull(store);
	ca = ca_open(store, &options, now, &err);
	ck_assert_msg(ca != NULL, "%s", err.what);
}

/* One that has a directory to publish in. */
static void
up_with_directory(void)
{
	struct world world;
	struct err err;

	now = clock_wall();
	store = store_open(NULL, &err);
	ck_assert_msg(store != NULL &&
			  world_read("fixtures/world", &world, &err) &&
			  store_settle(store, &world, &err),
	    "%s", err.what);
	world_free(&world);
	ca = ca_open(store, &options, now, &err);
	ck_assert_msg(ca != NULL, "%s", err.what);
}

static void
down(void)
{
	ca_close(ca);
	store_close(store);
}

/* A certificate of the store, with the identifier it is verified under. */
static X509 *
named(const char *algorithm, const char *name)
{
	char *whole = mem_textf("%s-%s", algorithm, name);
	struct store_ca_certificate row;
	const unsigned char *p;
	ASN1_OCTET_STRING *id;
	struct buf der;
	X509 *x;

	buf_init(&der, 1 << 16);
	ck_assert_msg(store_ca_named(store, whole, &row, &der), "%s", whole);
	p = (const unsigned char *)der.data;
	x = d2i_X509(NULL, &p, (long)der.len);
	ck_assert_ptr_nonnull(x);
	if (X509_get_signature_nid(x) == NID_SM2_with_SM3) {
		id = ASN1_OCTET_STRING_new();
		ASN1_OCTET_STRING_set(id, (const unsigned char *)CA_IDENTIFIER,
		    (int)strlen(CA_IDENTIFIER));
		X509_set0_distinguishing_id(x, id);
	}
	buf_free(&der);
	free(whole);
	return x;
}

static X509_CRL *
list(int issuer)
{
	const unsigned char *p;
	struct buf der;
	struct err err;
	X509_CRL *crl;

	buf_init(&der, CA_CRL_MOST);
	ck_assert_msg(ca_crl(ca, issuer, now, &der, &err), "%s", err.what);
	p = (const unsigned char *)der.data;
	crl = d2i_X509_CRL(NULL, &p, (long)der.len);
	ck_assert_ptr_nonnull(crl);
	buf_free(&der);
	return crl;
}

/* ---- published ---- */

#define OF_SM2 "cn=sm2," DIRECTORY_PKI

static void
entry_named(const char *dn, struct directory_entry *e)
{
	ck_assert_msg(directory_by_dn(store, span_of(dn), e), "%s", dn);
}

static void
alices_entry(struct directory_entry *e)
{
	struct buf dn;

	buf_init(&dn, DN_KEY);
	ck_assert(directory_entry_of(
	    store, ATTR_MAIL, SPAN("alice@example.test"), &dn));
	entry_named(buf_text(&dn), e);
	buf_free(&dn);
}

/* How many values, and whether this is one of them. */
static size_t
values_of(const struct directory_entry *e, enum schema_attribute type,
    struct span octets, bool *there)
{
	size_t n = 0;

	*there = false;
	for (size_t i = 0; i < e->n; i++)
		if (e->values[i].type == type) {
			n++;
			*there |= span_eq(e->values[i].value, octets);
		}
	return n;
}

START_TEST(what_is_issued_is_published)
{
	static const struct {
		const char *name;
		enum schema_attribute type;
		size_t n;
	} rows[] = {
		{ "sm2-alice-signing", ATTR_USER_CERTIFICATE, 6 },
		{ "rsa-alice-encryption", ATTR_USER_CERTIFICATE, 6 },
		{ "sm2-ca", ATTR_CA_CERTIFICATE, 1 },
	};
	struct store_ca_certificate row;
	struct directory_entry e;
	struct buf der;
	bool there;

	buf_init(&der, 1 << 16);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buf_clear(&der);
		ck_assert(store_ca_named(store, rows[i].name, &row, &der));
		if (rows[i].type == ATTR_CA_CERTIFICATE)
			entry_named(OF_SM2, &e);
		else
			alices_entry(&e);
		ck_assert_uint_eq(
		    values_of(&e, rows[i].type, buf_span(&der), &there),
		    rows[i].n);
		ck_assert_msg(there, "%s", rows[i].name);
		directory_entry_free(&e);
	}
	buf_free(&der);
}
END_TEST

START_TEST(lists_are_published_when_they_are_made)
{
	const int sm2 = ca_issuer(CA_SM2, CA_ISSUING);
	struct store_ca_certificate row;
	struct directory_entry e;
	struct wall made;
	int64_t before, number;
	struct err err;
	struct buf der;
	bool there;

	buf_init(&der, CA_CRL_MOST);
	ck_assert(store_ca_crl(store, sm2, &before, &made, NULL));
	ck_assert(store_ca_named(store, "sm2-alice-signing", &row, NULL));
	now.us += 1000000;
	ck_assert(
	    ca_revoke(ca, sm2, row.serial, CA_SUPERSEDED, "test", now, &err));
	now.us += 1000000;
	for (int i = 0; i < 2; i++) /* the second time nothing is due */
		ck_assert(ca_crls_refresh(ca, now, &err));
	ck_assert(store_ca_crl(store, sm2, &number, &made, &der));
	ck_assert_int_eq(number, before + 1);
	entry_named(OF_SM2, &e);
	ck_assert_uint_eq(values_of(&e, ATTR_CERTIFICATE_REVOCATION_LIST,
			      buf_span(&der), &there),
	    1);
	ck_assert(there);
	directory_entry_free(&e);
	buf_free(&der);
}
END_TEST

/* Her entry may not have it: then there is no such certificate. */
START_TEST(what_cannot_be_published_is_not_issued)
{
	const struct ca_request r = { .algorithm = CA_P256,
		.class = CA_CLASS_SIGNING,
		.name = "not-to-be",
		.subject = "李爱丽",
		.alt = "email:alice@example.test",
		.key = ca->signers[CA_P256][CA_RESPONDER].key };
	struct store_ca_certificate row;
	struct directory_entry e;
	struct err err = { 0 };
	struct buf last;
	int64_t records;

	buf_init(&last, 64);
	records = store_ca_last(store, &last);
	alices_entry(&e);
	for (size_t i = e.n; i > 0; i--) /* no class is left that has it */
		if (e.values[i - 1].type == ATTR_OBJECT_CLASS)
			directory_drop(&e, i - 1);
	ck_assert_int_eq(directory_change(store, &e, &err), STORE_DONE);
	directory_entry_free(&e);
	ck_assert(!ca_issue(ca, &r, "test", now, NULL, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "userCertificate"));
	ck_assert(!store_ca_named(store, r.name, &row, NULL));
	buf_clear(&last);
	ck_assert_int_eq(store_ca_last(store, &last), records);
	buf_free(&last);
}
END_TEST

/* ---- deltas ---- */

static X509_CRL *
delta(int issuer)
{
	const unsigned char *p;
	struct buf der;
	struct err err;
	X509_CRL *crl;

	buf_init(&der, CA_CRL_MOST);
	ck_assert_msg(
	    ca_crl_delta(ca, issuer, now, &der, &err), "%s", err.what);
	p = (const unsigned char *)der.data;
	crl = d2i_X509_CRL(NULL, &p, (long)der.len);
	ck_assert_ptr_nonnull(crl);
	buf_free(&der);
	return crl;
}

static long
number_in(X509_CRL *crl, int nid)
{
	ASN1_INTEGER *n = X509_CRL_get_ext_d2i(crl, nid, NULL, NULL);
	const long number = n == NULL ? -1 : ASN1_INTEGER_get(n);

	ASN1_INTEGER_free(n);
	return number;
}

/* RFC 5280 5.3.1; -1: not listed. */
static long
reason_in(X509_CRL *crl, X509 *x)
{
	ASN1_ENUMERATED *reason;
	X509_REVOKED *e = NULL;
	long said;

	if (X509_CRL_get0_by_cert(crl, &e, x) == 0)
		return -1;
	reason = X509_REVOKED_get_ext_d2i(e, NID_crl_reason, NULL, NULL);
	said = reason == NULL ? CA_UNSPECIFIED : ASN1_ENUMERATED_get(reason);
	ASN1_ENUMERATED_free(reason);
	return said;
}

START_TEST(a_delta_says_what_changed)
{
	static const struct {
		int64_t hours; /* from the start */
		int held;      /* 1: alice is put on hold, -1: no longer */
		bool rebased;
		int alice, bob; /* in the delta */
	} steps[] = {
		{ 0, 0, false, -1, CA_KEY_COMPROMISE },
		{ 1, 1, false, CA_CERTIFICATE_HOLD, CA_KEY_COMPROMISE },
		{ 2, -1, false, CA_REMOVE_FROM_CRL, CA_KEY_COMPROMISE },
		{ 9, 0, false, CA_REMOVE_FROM_CRL, CA_KEY_COMPROMISE },
		{ 16, 0, true, -1, -1 },
	};
	const int issuer = ca_issuer(CA_P256, CA_ISSUING);
	const struct wall start = now;
	X509 *alice = named("p256", "alice-signing");
	X509 *bob = named("p256", "bob-signing");
	char serial[STORE_CA_SERIAL];
	long from = 0, before = 0;
	struct err err;

	ca_serial_text(X509_get0_serialNumber(alice), serial);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		X509_CRL *d, *complete;

		now.us = start.us + (steps[i].hours * 3600 + 1) * 1000000;
		if (steps[i].held == 1)
			ck_assert(ca_revoke(ca, issuer, serial,
			    CA_CERTIFICATE_HOLD, "test", now, &err));
		if (steps[i].held == -1)
			ck_assert(
			    ca_resume(ca, issuer, serial, "test", now, &err));
		now.us += 1000000;
		d = delta(issuer);
		complete = list(issuer);
		ck_assert_int_eq(number_in(d, NID_crl_number),
		    number_in(complete, NID_crl_number));
		ck_assert_int_gt(number_in(d, NID_crl_number), before);
		before = number_in(d, NID_crl_number);
		if (from != 0)
			ck_assert_int_eq(number_in(d, NID_delta_crl) != from,
			    steps[i].rebased);
		from = number_in(d, NID_delta_crl);
		ck_assert_int_lt(from, before);
		ck_assert_int_eq(reason_in(d, alice), steps[i].alice);
		ck_assert_int_eq(reason_in(d, bob), steps[i].bob);
		ck_assert_int_eq(number_in(complete, NID_delta_crl), -1);
		X509_CRL_free(complete);
		X509_CRL_free(d);
	}
	X509_free(bob);
	X509_free(alice);
}
END_TEST

/* ---- certificates ---- */

START_TEST(what_is_issued_is_valid)
{
	const char *algorithm = ca_algorithms[_i];
	X509_STORE *trust = X509_STORE_new();
	STACK_OF(X509) *others = sk_X509_new_null();
	X509_STORE_CTX *ctx;
	enum ca_algorithm of;
	struct ca_sample s;
	size_t judged = 0;
	X509 *x;

	x = named(algorithm, "root");
	X509_STORE_add_cert(trust, x);
	X509_free(x);
	sk_X509_push(others, named(algorithm, "ca"));
	for (size_t n = 0; ca_sample(n, &of, &s); n++) {
		if ((int)of != _i)
			continue;
		x = named(algorithm, s.name);
		ctx = X509_STORE_CTX_new();
		X509_STORE_CTX_init(ctx, trust, x, others);
		X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_X509_STRICT);
		ck_assert_msg(X509_verify_cert(ctx) == 1, "%s-%s: %s",
		    algorithm, s.name,
		    X509_verify_cert_error_string(
			X509_STORE_CTX_get_error(ctx)));
		X509_STORE_CTX_free(ctx);
		X509_free(x);
		judged++;
	}
	ck_assert_uint_gt(judged, 5);
	sk_X509_pop_free(others, X509_free);
	X509_STORE_free(trust);
}
END_TEST

START_TEST(double_certificates_share_no_usage)
{
	X509 *s = named(ca_algorithms[_i], "alice-signing");
	X509 *e = named(ca_algorithms[_i], "alice-encryption");
	const uint32_t enciphers = /* RFC 8813 3 */
	    _i == CA_P256
		? X509v3_KU_KEY_AGREEMENT
		: X509v3_KU_KEY_ENCIPHERMENT | X509v3_KU_DATA_ENCIPHERMENT;

	ck_assert_uint_eq(X509_get_key_usage(s),
	    X509v3_KU_DIGITAL_SIGNATURE | X509v3_KU_NON_REPUDIATION);
	ck_assert_uint_eq(X509_get_key_usage(e), enciphers);
	ck_assert_int_eq(
	    X509_NAME_cmp(X509_get_subject_name(s), X509_get_subject_name(e)),
	    0);
	ck_assert_int_ne(
	    EVP_PKEY_eq(X509_get0_pubkey(s), X509_get0_pubkey(e)), 1);
	X509_free(s);
	X509_free(e);
}
END_TEST

START_TEST(serial_numbers_are_positive_and_of_16_octets)
{
	X509 *x = named(ca_algorithms[_i], "server");
	const ASN1_INTEGER *n = X509_get0_serialNumber(x);

	ck_assert_int_eq(ASN1_STRING_type(n), V_ASN1_INTEGER);
	ck_assert_int_eq(ASN1_STRING_length(n), 16);
	X509_free(x);
}
END_TEST

/* ---- CRLs ---- */

static bool
verifies(EVP_PKEY *key, X509_CRL *crl)
{
	const ASN1_BIT_STRING *sig;
	unsigned char *tbs = NULL;
	const int n = i2d_re_X509_CRL_tbs(crl, &tbs);
	bool ok;

	X509_CRL_get0_signature(crl, &sig, NULL);
	ok = ca_verify(key, (struct span){ (const char *)tbs, (size_t)n },
	    (struct span){ (const char *)sig->data, (size_t)sig->length });
	OPENSSL_free(tbs);
	return ok;
}

static long
number_of(X509_CRL *crl)
{
	ASN1_INTEGER *n = X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);
	const long value = ASN1_INTEGER_get(n);

	ASN1_INTEGER_free(n);
	return value;
}

/* The reason of its entry, or -1 when it has none. */
static long
entry_of(X509_CRL *crl, X509 *x)
{
	X509_REVOKED *e;
	ASN1_ENUMERATED *reason;
	long value = -1;

	if (X509_CRL_get0_by_serial(crl, &e, X509_get_serialNumber(x)) != 1)
		return -1;
	reason = X509_REVOKED_get_ext_d2i(e, NID_crl_reason, NULL, NULL);
	value = reason == NULL ? 0 : ASN1_ENUMERATED_get(reason);
	ASN1_ENUMERATED_free(reason);
	return value;
}

START_TEST(a_crl_lists_what_is_revoked)
{
	static const struct {
		const char *name;
		long reason;
	} rows[] = { { "server", -1 }, { "bob-signing", CA_KEY_COMPROMISE },
		{ "carol-signing", CA_CERTIFICATE_HOLD } };
	const int issuer = ca_issuer((enum ca_algorithm)_i, CA_ISSUING);
	X509_CRL *crl = list(issuer);
	X509 *x;

	ck_assert(verifies(ca_issuer_signer(ca, issuer)->key, crl));
	ck_assert_int_eq(X509_CRL_get_version(crl), X509_CRL_VERSION_2);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		x = named(ca_algorithms[_i], rows[i].name);
		ck_assert_int_eq(entry_of(crl, x), rows[i].reason);
		X509_free(x);
	}
	X509_CRL_free(crl);
}
END_TEST

START_TEST(revoke_hold_and_resume)
{
	const int issuer = ca_issuer((enum ca_algorithm)_i, CA_ISSUING);
	X509 *x = named(ca_algorithms[_i], "server");
	char serial[STORE_CA_SERIAL];
	X509_CRL *crl;
	struct err err;
	long first;

	ca_serial_text(X509_get0_serialNumber(x), serial);
	now.us += 1000000;
	crl = list(issuer);
	first = number_of(crl);
	X509_CRL_free(crl);
	crl = list(issuer); /* nothing has changed */
	ck_assert_int_eq(number_of(crl), first);
	X509_CRL_free(crl);

	ck_assert(!ca_resume(ca, issuer, serial, "test", now, &err));
	ck_assert(ca_revoke(
	    ca, issuer, serial, CA_CERTIFICATE_HOLD, "test", now, &err));
	crl = list(issuer);
	ck_assert_int_eq(number_of(crl), first + 1);
	ck_assert_int_eq(entry_of(crl, x), CA_CERTIFICATE_HOLD);
	X509_CRL_free(crl);

	now.us += 1000000;
	ck_assert(ca_resume(ca, issuer, serial, "test", now, &err));
	crl = list(issuer);
	ck_assert_int_eq(number_of(crl), first + 2);
	ck_assert_int_eq(entry_of(crl, x), -1);
	X509_CRL_free(crl);

	ck_assert(
	    ca_revoke(ca, issuer, serial, CA_SUPERSEDED, "test", now, &err));
	ck_assert(
	    !ca_revoke(ca, issuer, serial, CA_SUPERSEDED, "test", now, &err));
	ck_assert(!ca_resume(ca, issuer, serial, "test", now, &err));
	crl = list(issuer);
	ck_assert_int_eq(entry_of(crl, x), CA_SUPERSEDED);
	X509_CRL_free(crl);
	X509_free(x);
}
END_TEST

/* ---- OCSP ---- */

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

/* ---- time stamps ---- */

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

/* ---- the log, and what survives ---- */

START_TEST(the_log_is_chained)
{
	struct err err;
	int64_t bad;
	struct buf chain;

	buf_init(&chain, 64);
	ck_assert_int_gt(store_ca_last(store, &chain), 20);
	buf_free(&chain);
	ck_assert_msg(ca_log_holds(ca, &bad, &err), "%s", err.what);
}
END_TEST

/* A record whose chain does not follow from its text is found. */
START_TEST(a_forged_record_is_found)
{
	struct ca_log_record r;
	struct err err;
	int64_t bad;

	ca_log_begin(ca, now,
	    &(struct ca_log_entry){ "test", "revoke", "7A01", "" }, &r);
	r.text.data[r.text.len - 3] ^= 1;
	ck_assert(store_ca_log(store, &r.record, &err));
	ck_assert(!ca_log_holds(ca, &bad, &err));
	ck_assert_int_eq(bad, r.record.number);
	ca_log_end(&r);
}
END_TEST

/* Tells its serial number once it is revoked, and is killed. */
static void
revoke_and_wait(const char *dir, int to)
{
	struct err err;
	struct store_ca_certificate row;

	store = store_open(dir, &err);
	ca = store == NULL ? NULL : ca_open(store, &options, now, &err);
	if (ca == NULL || !store_ca_named(store, "sm2-server", &row, NULL) ||
	    !ca_revoke(
		ca, row.issuer, row.serial, CA_SUPERSEDED, "test", now, &err))
		_exit(1);
	if (write(to, row.serial, sizeof row.serial) < 0)
		_exit(1);
	for (;;)
		pause();
}

START_TEST(what_was_revoked_stays_so)
{
	char dir[] = "/tmp/ca_test.XXXXXX", serial[STORE_CA_SERIAL];
	struct store_ca_certificate row;
	struct err err;
	int64_t bad;
	int ends[2];
	pid_t pid;

	now = clock_wall();
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		revoke_and_wait(dir, ends[1]);
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], serial, sizeof serial), sizeof serial);
	close(ends[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);

	store = store_open(dir, &err);
	ck_assert_msg(store != NULL, "%s", err.what);
	ca = ca_open(store, &options, now, &err);
	ck_assert_msg(ca != NULL, "%s", err.what);
	ck_assert(
	    store_ca_find(store, ca_issuer(CA_SM2, CA_ISSUING), serial, &row));
	ck_assert_int_eq(row.status, STORE_CA_REVOKED);
	ck_assert_int_eq(row.reason, CA_SUPERSEDED);
	ck_assert_msg(ca_log_holds(ca, &bad, &err), "%s", err.what);
	down();
	ck_assert(files_remove(dir, &err));
}
END_TEST

static bool
count_one(void *ctx, const struct store_ca_certificate *c)
{
	size_t *n = ctx;

	(void)c;
	(*n)++;
	return true;
}

/* Each is issued like any other, and who is revoked is on the list. */
START_TEST(very_many)
{
	const int issuer = ca_issuer(CA_P256, CA_ISSUING);
	EVP_PKEY *key = X509_get0_pubkey(ca_issuer_signer(ca, issuer)->cert);
	struct store_ca_certificate row = { .serial = "" };
	const unsigned char *p;
	size_t bad = 0;
	struct buf der;
	struct err err;
	int64_t flaw;
	X509 *x;

	for (int again = 0; again < 2; again++)
		ck_assert_msg(
		    ca_settle_many(ca, 300, 100, now, &err), "%s", err.what);
	buf_init(&der, 1 << 20);
	ck_assert(store_ca_named(store, "many-299", &row, &der));
	ck_assert_int_eq(row.status, STORE_CA_REVOKED);
	p = (const unsigned char *)der.data;
	x = d2i_X509(NULL, &p, (long)der.len);
	ck_assert_int_eq(X509_verify(x, key), 1);
	X509_free(x);
	ck_assert(store_ca_named(store, "many-199", &row, NULL));
	ck_assert_int_eq(row.status, STORE_CA_GOOD);
	ck_assert(!store_ca_named(store, "many-300", &row, NULL));
	ck_assert(store_ca_each_bad(store, issuer, count_one, &bad));
	ck_assert_uint_eq(bad, 100 + 2); /* and the samples */
	ck_assert_msg(ca_log_holds(ca, &flaw, &err), "%s", err.what);
	buf_free(&der);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ca");
	TCase *t = tcase_create("ca"), *disk = tcase_create("disk");
	TCase *published = tcase_create("published");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_set_timeout(disk, 60);
	tcase_set_timeout(published, 60);
	tcase_add_checked_fixture(t, up, down);
	tcase_add_loop_test(t, what_is_issued_is_valid, 0, CA_ALGORITHMS);
	tcase_add_loop_test(
	    t, double_certificates_share_no_usage, 0, CA_ALGORITHMS);
	tcase_add_loop_test(
	    t, serial_numbers_are_positive_and_of_16_octets, 0, CA_ALGORITHMS);
	tcase_add_loop_test(t, a_crl_lists_what_is_revoked, 0, CA_ALGORITHMS);
	tcase_add_loop_test(t, revoke_hold_and_resume, 0, CA_ALGORITHMS);
	tcase_add_loop_test(t, ocsp_says_what_is_so, 0, 2 * CA_ALGORITHMS);
	tcase_add_test(t, ocsp_knows_what_it_does_not_know);
	tcase_add_loop_test(t, ocsp_refuses_what_is_malformed, 0, 4);
	tcase_add_loop_test(t, ocsp_refuses_nonces_of_odd_lengths, 0, 3);
	tcase_add_loop_test(t, time_stamps_verify, 0, 2 * CA_ALGORITHMS);
	tcase_add_loop_test(t, time_stamps_are_refused, 0, 2);
	tcase_add_checked_fixture(published, up_with_directory, down);
	tcase_add_test(published, what_is_issued_is_published);
	tcase_add_test(published, lists_are_published_when_they_are_made);
	tcase_add_test(published, what_cannot_be_published_is_not_issued);
	tcase_add_test(t, a_delta_says_what_changed);
	tcase_add_test(t, very_many);
	tcase_add_test(t, the_log_is_chained);
	tcase_add_test(t, a_forged_record_is_found);
	suite_add_tcase(suite, t);
	tcase_add_test(disk, what_was_revoked_stays_so);
	suite_add_tcase(suite, published);
	suite_add_tcase(suite, disk);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
