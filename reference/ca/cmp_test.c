/* SPDX-License-Identifier: MIT */
/* CMP, spoken by OpenSSL's client, without a network between. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/cmp.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "lib/files.h"
#include "reference/ca/cmp.h"
#include "reference/ca/log.h"
#include "reference/world_testing.h"

enum { ANSWER_MOST = 1 << 20, SECOND = 1000000, PKIBODY_ERROR = 23 };

static struct ca_options options = { "http://127.0.0.1:8001",
	"http://127.0.0.1:8002", "http://127.0.0.1:8003", FAULT_NONE,
	VARIANT_NONE, NULL };

static struct world world;
static struct store *store;
static struct ca *ca;
static struct wall now;
static int only;
static struct buf last; /* what the client said last */
static const char *dir; /* of the store; NULL: in memory */
static bool reopens;    /* before each message */

static void
come_up(void)
{
	struct err err;

	store = store_open(dir, &err);
	ck_assert_msg(store != NULL, "%s", err.what);
	ca = ca_open(store, &options, now, &err);
	ck_assert_msg(ca != NULL, "%s", err.what);
}

static void
go_down(void)
{
	ca_close(ca);
	store_close(store);
}

static void
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

static void
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

static OSSL_CMP_MSG *
answer_to(struct span request)
{
	const unsigned char *p;
	OSSL_CMP_MSG *msg;
	struct buf out;

	buf_init(&out, ANSWER_MOST);
	ca_cmp(ca, only, request, now, &out);
	p = (const unsigned char *)out.data;
	msg = d2i_OSSL_CMP_MSG(NULL, &p, (long)out.len);
	ck_assert_msg(msg != NULL, "the answer is no PKIMessage");
	ck_assert_ptr_eq(p, out.data + out.len);
	buf_free(&out);
	return msg;
}

static OSSL_CMP_MSG *
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

static X509_NAME *
name_of(const char *cn)
{
	X509_NAME *name = X509_NAME_new();

	X509_NAME_add_entry_by_txt(
	    name, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0);
	return name;
}

static int
quiet(const char *fn, const char *file, int line, OSSL_CMP_severity level,
    const char *text)
{
	(void)fn, (void)file, (void)line, (void)level, (void)text;
	return 1;
}

/* Trusts the roots; who it is, is still to be said. */
static OSSL_CMP_CTX *
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

static OSSL_CMP_CTX *
client_of(const char *user, const char *password)
{
	OSSL_CMP_CTX *c = client_new(user);

	OSSL_CMP_CTX_set1_referenceValue(
	    c, (const unsigned char *)user, (int)strlen(user));
	OSSL_CMP_CTX_set1_secretValue(
	    c, (const unsigned char *)password, (int)strlen(password));
	return c;
}

static OSSL_CMP_CTX *
alice(void)
{
	return client_of("alice", world_person(&world, "alice")->password);
}

static OSSL_CMP_CTX *
bob(void)
{
	return client_of("bob", world_person(&world, "bob")->password);
}

/* One that signs with what it was given. */
static OSSL_CMP_CTX *
signing(X509 *cert, EVP_PKEY *key)
{
	OSSL_CMP_CTX *c = client_new("alice");

	OSSL_CMP_CTX_set1_cert(c, cert);
	OSSL_CMP_CTX_set1_pkey(c, key);
	return c;
}

/* The certificate for that key; NULL: it was refused. */
static X509 *
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

static void
need(const X509 *x, OSSL_CMP_CTX *c)
{
	char text[512] = "";

	if (x == NULL)
		OSSL_CMP_CTX_snprint_PKIStatus(c, text, sizeof text);
	ck_assert_msg(x != NULL, "%s", text);
}

/* A certificate alice has, and its key. */
static X509 *
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

static struct store_ca_certificate
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

/* ---- applications ---- */

static const struct {
	int how;
	enum ca_algorithm algorithm;
	bool signs;
} applications[] = {
	{ OSSL_CMP_IR, CA_P256, false },
	{ OSSL_CMP_IR, CA_RSA, false },
	{ OSSL_CMP_CR, CA_P256, false },
	{ OSSL_CMP_CR, CA_P256, true },
	{ OSSL_CMP_CR, CA_RSA, true },
	{ OSSL_CMP_IR, CA_P256, true },
	{ OSSL_CMP_P10CR, CA_P256, false },
	{ OSSL_CMP_P10CR, CA_RSA, false },
	{ OSSL_CMP_P10CR, CA_P256, true },
};

static void
set_p10(OSSL_CMP_CTX *c, EVP_PKEY *key)
{
	X509_REQ *q = X509_REQ_new();
	X509_NAME *name = name_of("alice");

	X509_REQ_set_version(q, X509_REQ_VERSION_1);
	X509_REQ_set_subject_name(q, name);
	X509_REQ_set_pubkey(q, key);
	ck_assert_int_gt(X509_REQ_sign(q, key, EVP_sha256()), 0);
	OSSL_CMP_CTX_set1_p10CSR(c, q);
	X509_NAME_free(name);
	X509_REQ_free(q);
}

START_TEST(an_application_is_granted)
{
	const enum ca_algorithm a = applications[_i].algorithm;
	X509 *own = NULL, *x;
	EVP_PKEY *own_key = NULL, *key = ca_key_new(a, 1);
	OSSL_CMP_CTX *c;
	char cn[64];

	if (applications[_i].signs)
		own = given(a, &own_key);
	c = own == NULL ? alice() : signing(own, own_key);
	if (applications[_i].how == OSSL_CMP_P10CR)
		set_p10(c, key);
	x = apply(c, applications[_i].how, key);
	need(x, c);
	ck_assert_int_eq(EVP_PKEY_eq(X509_get0_pubkey(x), key), 1);
	X509_NAME_get_text_by_NID(
	    X509_get_subject_name(x), NID_commonName, cn, sizeof cn);
	ck_assert_str_eq(cn, "alice");
	ck_assert_int_eq(X509_verify(x, ca->signers[a][CA_ISSUING].key), 1);
	ck_assert_stands(x, STORE_CA_GOOD, -1);
	ck_assert_int_eq(row_of(x).confirm.us, 0);
	ck_assert_str_eq(row_of(x).owner, "alice");
	X509_free(x);
	X509_free(own);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
	EVP_PKEY_free(own_key);
}
END_TEST

/* Whatever it is asked, it has nothing but what the store has. */
START_TEST(the_store_is_all_there_is)
{
	char path[] = "/tmp/yanshou-cmp-XXXXXX";
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c;
	struct err err;
	X509 *x;

	go_down();
	dir = mkdtemp(path);
	ck_assert_ptr_nonnull(dir);
	come_up();
	c = alice();
	reopens = true;
	x = apply(c, OSSL_CMP_IR, key);
	reopens = false;
	need(x, c);
	ck_assert_int_eq(row_of(x).confirm.us, 0);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
	go_down();
	ck_assert(files_remove(path, &err));
	dir = NULL;
	come_up();
}
END_TEST

/* ---- confirmation ---- */

static int
will_not_have_it(OSSL_CMP_CTX *c, X509 *x, int failure, const char **text)
{
	(void)c, (void)x, (void)failure;
	*text = "not mine";
	return 1 << OSSL_CMP_PKIFAILUREINFO_incorrectData;
}

START_TEST(what_the_client_refuses_is_revoked)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	X509 *x;

	OSSL_CMP_CTX_set_certConf_cb(c, will_not_have_it);
	x = apply(c, OSSL_CMP_IR, key);
	ck_assert_ptr_null(x);
	x = OSSL_CMP_CTX_get0_newCert(c);
	ck_assert_ptr_nonnull(x);
	ck_assert_stands(x, STORE_CA_REVOKED, CA_CESSATION);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(what_nobody_confirms_is_revoked)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	X509 *x;

	OSSL_CMP_CTX_set_option(c, OSSL_CMP_OPT_DISABLE_CONFIRM, 1);
	x = apply(c, OSSL_CMP_IR, key);
	need(x, c);
	ck_assert_stands(x, STORE_CA_GOOD, -1);
	ck_assert_int_gt(row_of(x).confirm.us, now.us);
	now.us += (int64_t)299 * SECOND;
	OSSL_CMP_MSG_free(answer_to(SPAN("any message")));
	ck_assert_stands(x, STORE_CA_GOOD, -1);
	now.us += (int64_t)2 * SECOND;
	OSSL_CMP_MSG_free(answer_to(SPAN("any message")));
	ck_assert_stands(x, STORE_CA_REVOKED, CA_CESSATION);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

/* Nobody may sign with it before. */
START_TEST(what_is_not_confirmed_does_not_count)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0), *other = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice(), *d;
	X509 *x, *none;

	OSSL_CMP_CTX_set_option(c, OSSL_CMP_OPT_DISABLE_CONFIRM, 1);
	x = apply(c, OSSL_CMP_IR, key);
	need(x, c);
	d = signing(x, key);
	none = apply(d, OSSL_CMP_CR, other);
	ck_assert_ptr_null(none);
	ck_assert_int_eq(OSSL_CMP_CTX_get_failInfoCode(d),
	    OSSL_CMP_CTX_FAILINFO_signerNotTrusted);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	OSSL_CMP_CTX_free(d);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}
END_TEST

START_TEST(confirmation_may_be_implicit)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	const unsigned char *p;
	OSSL_CMP_MSG *m;
	X509 *x;

	OSSL_CMP_CTX_set_option(c, OSSL_CMP_OPT_IMPLICIT_CONFIRM, 1);
	x = apply(c, OSSL_CMP_IR, key);
	need(x, c);
	ck_assert_int_eq(row_of(x).confirm.us, 0);
	/* nothing was said behind the application */
	p = (const unsigned char *)last.data;
	m = d2i_OSSL_CMP_MSG(NULL, &p, (long)last.len);
	ck_assert_int_eq(OSSL_CMP_MSG_get_bodytype(m), OSSL_CMP_IR);
	OSSL_CMP_MSG_free(m);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

/* ---- waiting ---- */

START_TEST(what_waits_is_asked_for_again)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	X509_NAME *name = name_of("alice");
	int after = 0;

	X509_NAME_add_entry_by_txt(name, "OU", MBSTRING_UTF8,
	    (const unsigned char *)"Manual", -1, -1, 0);
	OSSL_CMP_CTX_set1_subjectName(c, name);
	OSSL_CMP_CTX_set0_newPkey(c, 1, key);
	ck_assert_int_eq(
	    OSSL_CMP_try_certreq(c, OSSL_CMP_CR, NULL, &after), -1);
	ck_assert_int_eq(
	    OSSL_CMP_try_certreq(c, OSSL_CMP_CR, NULL, &after), -1);
	ck_assert_int_eq(after, 1);
	now.us += SECOND;
	ck_assert_int_eq(OSSL_CMP_try_certreq(c, OSSL_CMP_CR, NULL, &after), 1);
	ck_assert_int_eq(row_of(OSSL_CMP_CTX_get0_newCert(c)).confirm.us, 0);
	X509_NAME_free(name);
	OSSL_CMP_CTX_free(c);
}
END_TEST

/* ---- renewal ---- */

START_TEST(both_are_good_when_one_is_renewed)
{
	EVP_PKEY *key, *next = ca_key_new(CA_P256, 0);
	X509 *old = given(CA_P256, &key), *x;
	OSSL_CMP_CTX *c = signing(old, key);

	x = apply(c, OSSL_CMP_KUR, _i == 0 ? next : key);
	need(x, c);
	ck_assert_int_eq(
	    EVP_PKEY_eq(X509_get0_pubkey(x), _i == 0 ? next : key), 1);
	ck_assert_int_ne(X509_cmp(x, old), 0);
	ck_assert_int_eq(
	    X509_NAME_cmp(X509_get_subject_name(x), X509_get_subject_name(old)),
	    0);
	ck_assert_stands(old, STORE_CA_GOOD, -1);
	ck_assert_stands(x, STORE_CA_GOOD, -1);
	X509_free(x);
	X509_free(old);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
	EVP_PKEY_free(next);
}
END_TEST

/* A revoked one cannot sign, nor be renewed with the secret. */
START_TEST(what_is_revoked_is_not_renewed)
{
	EVP_PKEY *key, *next = ca_key_new(CA_P256, 0);
	X509 *old = given(CA_P256, &key), *x;
	OSSL_CMP_CTX *c = _i == 0 ? signing(old, key) : alice();
	struct store_ca_certificate row = row_of(old);
	struct err err;

	ck_assert(ca_revoke(
	    ca, row.issuer, row.serial, CA_KEY_COMPROMISE, "alice", now, &err));
	OSSL_CMP_CTX_set1_oldCert(c, old);
	x = apply(c, OSSL_CMP_KUR, next);
	ck_assert_ptr_null(x);
	ck_assert_int_eq(OSSL_CMP_CTX_get_failInfoCode(c),
	    _i == 0 ? OSSL_CMP_CTX_FAILINFO_signerNotTrusted
		    : OSSL_CMP_CTX_FAILINFO_certRevoked);
	X509_free(old);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
	EVP_PKEY_free(next);
}
END_TEST

/* ---- revocation ---- */

static bool
revoke_by(OSSL_CMP_CTX *c, X509 *x, int reason)
{
	bool ok;

	OSSL_CMP_CTX_set1_oldCert(c, x);
	OSSL_CMP_CTX_set_option(c, OSSL_CMP_OPT_REVOCATION_REASON, reason);
	ok = OSSL_CMP_exec_RR_ses(c) == 1;
	ERR_clear_error();
	return ok;
}

static const struct {
	int reason;
	enum store_ca_status status;
	int kept;
} revocations[] = {
	{ -1, STORE_CA_REVOKED, 0 },
	{ 0, STORE_CA_REVOKED, 0 },
	{ 1, STORE_CA_REVOKED, 1 },
	{ 3, STORE_CA_REVOKED, 3 },
	{ 4, STORE_CA_REVOKED, 4 },
	{ 5, STORE_CA_REVOKED, 5 },
	{ 6, STORE_CA_HELD, 6 },
	{ 9, STORE_CA_REVOKED, 9 },
	/* of a CA; of an attribute authority; not on hold */
	{ 2, STORE_CA_GOOD, -1 },
	{ 10, STORE_CA_GOOD, -1 },
	{ 8, STORE_CA_GOOD, -1 },
};

START_TEST(a_certificate_is_revoked)
{
	const enum store_ca_status status = revocations[_i].status;
	EVP_PKEY *key;
	X509 *x = given(CA_P256, &key);
	OSSL_CMP_CTX *c = _i % 2 == 0 ? alice() : signing(x, key);

	ck_assert_int_eq(
	    revoke_by(c, x, revocations[_i].reason), status != STORE_CA_GOOD);
	ck_assert_stands(x, status, revocations[_i].kept);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(what_is_on_hold_is_resumed)
{
	EVP_PKEY *key;
	X509 *x = given(CA_P256, &key);
	OSSL_CMP_CTX *c = alice();

	ck_assert(revoke_by(c, x, CA_CERTIFICATE_HOLD));
	OSSL_CMP_CTX_reinit(c);
	ck_assert(revoke_by(c, x, CA_REMOVE_FROM_CRL));
	ck_assert_stands(x, STORE_CA_GOOD, -1);
	OSSL_CMP_CTX_reinit(c);
	ck_assert(revoke_by(c, x, CA_KEY_COMPROMISE));
	OSSL_CMP_CTX_reinit(c);
	ck_assert(!revoke_by(c, x, CA_REMOVE_FROM_CRL));
	OSSL_CMP_CTX_reinit(c);
	ck_assert(!revoke_by(c, x, CA_KEY_COMPROMISE));
	ck_assert_int_eq(OSSL_CMP_CTX_get_failInfoCode(c),
	    OSSL_CMP_CTX_FAILINFO_certRevoked);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(nobody_revokes_what_is_another_s)
{
	EVP_PKEY *key, *next = ca_key_new(CA_P256, 0);
	X509 *x = given(CA_P256, &key), *none;
	OSSL_CMP_CTX *c = bob(), *d = bob();

	ck_assert(!revoke_by(c, x, CA_KEY_COMPROMISE));
	ck_assert_int_eq(OSSL_CMP_CTX_get_failInfoCode(c),
	    OSSL_CMP_CTX_FAILINFO_notAuthorized);
	OSSL_CMP_CTX_set1_oldCert(d, x);
	none = apply(d, OSSL_CMP_KUR, next);
	ck_assert_ptr_null(none);
	ck_assert_int_eq(OSSL_CMP_CTX_get_failInfoCode(d),
	    OSSL_CMP_CTX_FAILINFO_notAuthorized);
	ck_assert_stands(x, STORE_CA_GOOD, -1);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	OSSL_CMP_CTX_free(d);
	EVP_PKEY_free(key);
	EVP_PKEY_free(next);
}
END_TEST

/* ---- what is refused ---- */

static EVP_PKEY *
short_key(void)
{
	return EVP_RSA_gen(1024);
}

static EVP_PKEY *
other_curve(void)
{
	return EVP_EC_gen("P-384");
}

static EVP_PKEY *
no_such_key(void)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

static void
as_somebody_else(OSSL_CMP_CTX *c)
{
	X509_NAME *name = name_of("bob");

	OSSL_CMP_CTX_set1_subjectName(c, name);
	X509_NAME_free(name);
}

static void
as_two(OSSL_CMP_CTX *c)
{
	X509_NAME *name = name_of("alice");

	X509_NAME_add_entry_by_txt(
	    name, "CN", MBSTRING_UTF8, (const unsigned char *)"bob", -1, -1, 0);
	OSSL_CMP_CTX_set1_subjectName(c, name);
	X509_NAME_free(name);
}

static void
with_a_name_of_others(OSSL_CMP_CTX *c)
{
	GENERAL_NAME *g =
	    a2i_GENERAL_NAME(NULL, NULL, NULL, GEN_DNS, "www.example.test", 0);

	OSSL_CMP_CTX_push1_subjectAltName(c, g);
	GENERAL_NAME_free(g);
}

static void
without_proof(OSSL_CMP_CTX *c)
{
	OSSL_CMP_CTX_set_option(
	    c, OSSL_CMP_OPT_POPO_METHOD, OSSL_CRMF_POPO_NONE);
}

static void
proven_by_an_ra(OSSL_CMP_CTX *c)
{
	OSSL_CMP_CTX_set_option(
	    c, OSSL_CMP_OPT_POPO_METHOD, OSSL_CRMF_POPO_RAVERIFIED);
}

static void
with_a_wrong_secret(OSSL_CMP_CTX *c)
{
	OSSL_CMP_CTX_set1_secretValue(c, (const unsigned char *)"wrong", 5);
}

static void
unprotected(OSSL_CMP_CTX *c)
{
	OSSL_CMP_CTX_set_option(c, OSSL_CMP_OPT_UNPROTECTED_SEND, 1);
}

static void
as_nobody(OSSL_CMP_CTX *c)
{
	OSSL_CMP_CTX_set1_referenceValue(c, (const unsigned char *)"eve", 3);
}

static void
to_somebody_else(OSSL_CMP_CTX *c)
{
	X509_NAME *name = name_of("another CA");

	OSSL_CMP_CTX_set1_recipient(c, name);
	X509_NAME_free(name);
}

static void
from_another_issuer(OSSL_CMP_CTX *c)
{
	X509_NAME *name = X509_NAME_dup(
	    X509_get_subject_name(ca->signers[CA_RSA][CA_ISSUING].cert));

	OSSL_CMP_CTX_set1_issuer(c, name);
	X509_NAME_free(name);
}

static void
at_another_path(OSSL_CMP_CTX *c)
{
	(void)c;
	only = CA_RSA;
}

#define FAILURE(name) OSSL_CMP_CTX_FAILINFO_##name

static const struct {
	EVP_PKEY *(*key)(void);
	void (*twist)(OSSL_CMP_CTX *);
	int failure;
} refused[] = {
	{ short_key, NULL, FAILURE(badAlg) },
	{ other_curve, NULL, FAILURE(badAlg) },
	{ no_such_key, NULL, FAILURE(badAlg) },
	{ NULL, at_another_path, FAILURE(badAlg) },
	{ NULL, as_somebody_else, FAILURE(badCertTemplate) },
	{ NULL, as_two, FAILURE(badCertTemplate) },
	{ NULL, from_another_issuer, FAILURE(badCertTemplate) },
	{ NULL, with_a_name_of_others, FAILURE(unacceptedExtension) },
	{ NULL, without_proof, FAILURE(badPOP) },
	{ NULL, proven_by_an_ra, FAILURE(badPOP) },
	/* its client hears the signed answer, and who signs it trusts */
	{ NULL, to_somebody_else, FAILURE(wrongAuthority) },
	{ NULL, unprotected, FAILURE(badMessageCheck) },
	{ NULL, with_a_wrong_secret, FAILURE(badMessageCheck) },
	{ NULL, as_nobody, FAILURE(badMessageCheck) },
};

START_TEST(what_is_wrong_is_refused)
{
	EVP_PKEY *key = refused[_i].key == NULL ? ca_key_new(CA_P256, 0)
						: refused[_i].key();
	OSSL_CMP_CTX *c = alice();
	X509 *x;

	ck_assert_ptr_nonnull(key);
	if (refused[_i].twist != NULL)
		refused[_i].twist(c);
	x = apply(c, OSSL_CMP_CR, key);
	ck_assert_ptr_null(x);
	ck_assert_int_eq(OSSL_CMP_CTX_get_failInfoCode(c), refused[_i].failure);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

/* Body of an answer, and its failInfo where it is an error. */
static bool
is_error(struct span request, const char *failure)
{
	OSSL_CMP_MSG *m = answer_to(request);
	const bool error = OSSL_CMP_MSG_get_bodytype(m) == PKIBODY_ERROR;
	unsigned char *der = NULL;
	const int n = i2d_OSSL_CMP_MSG(m, &der);
	const struct span all = { (const char *)der, (size_t)n };
	const bool found =
	    failure == NULL || span_find(all, span_of(failure)) < all.len;

	OPENSSL_free(der);
	OSSL_CMP_MSG_free(m);
	return error && found;
}

START_TEST(nothing_is_granted_twice)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	X509 *x;

	OSSL_CMP_CTX_set_option(c, OSSL_CMP_OPT_IMPLICIT_CONFIRM, 1);
	x = apply(c, OSSL_CMP_CR, key);
	need(x, c);
	ck_assert(
	    is_error(buf_span(&last), "there is such a transaction already"));
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(an_old_message_is_refused)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	X509 *x;

	now.us += (int64_t)(_i == 0 ? 290 : 310) * SECOND;
	x = apply(c, OSSL_CMP_CR, key);
	ck_assert_int_eq(x != NULL, _i == 0);
	if (_i != 0)
		ck_assert_int_eq(OSSL_CMP_CTX_get_failInfoCode(c),
		    OSSL_CMP_CTX_FAILINFO_badTime);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

/* Cut anywhere, or any octet another one: an error, and nothing worse. */
START_TEST(a_spoilt_message_is_an_error)
{
	EVP_PKEY *key = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	struct buf spoilt;
	X509 *x;

	OSSL_CMP_CTX_set_option(c, OSSL_CMP_OPT_IMPLICIT_CONFIRM, 1);
	x = apply(c, OSSL_CMP_CR, key);
	need(x, c);
	buf_init(&spoilt, ANSWER_MOST);
	for (size_t n = 0; n < last.len; n += 3) {
		ck_assert(is_error(span_take(buf_span(&last), n), NULL));
		buf_clear(&spoilt);
		buf_add(&spoilt, buf_span(&last));
		spoilt.data[n] = (char)(spoilt.data[n] ^ (1 << n % 8));
		ck_assert_msg(is_error(buf_span(&spoilt), NULL), "%zu", n);
	}
	buf_free(&spoilt);
	X509_free(x);
	OSSL_CMP_CTX_free(c);
	EVP_PKEY_free(key);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

int
main(void)
{
	Suite *suite = suite_create("ca/cmp");
	TCase *t = tcase_create("cmp");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_unchecked_fixture(t, up, down);
	tcase_add_loop_test(
	    t, an_application_is_granted, 0, COUNT(applications));
	tcase_add_test(t, the_store_is_all_there_is);
	tcase_add_test(t, what_the_client_refuses_is_revoked);
	tcase_add_test(t, what_nobody_confirms_is_revoked);
	tcase_add_test(t, what_is_not_confirmed_does_not_count);
	tcase_add_test(t, confirmation_may_be_implicit);
	tcase_add_test(t, what_waits_is_asked_for_again);
	tcase_add_loop_test(t, both_are_good_when_one_is_renewed, 0, 2);
	tcase_add_loop_test(t, what_is_revoked_is_not_renewed, 0, 2);
	tcase_add_loop_test(t, a_certificate_is_revoked, 0, COUNT(revocations));
	tcase_add_test(t, what_is_on_hold_is_resumed);
	tcase_add_test(t, nobody_revokes_what_is_another_s);
	tcase_add_loop_test(t, what_is_wrong_is_refused, 0, COUNT(refused));
	tcase_add_test(t, nothing_is_granted_twice);
	tcase_add_loop_test(t, an_old_message_is_refused, 0, 2);
	tcase_add_test(t, a_spoilt_message_is_an_error);
	suite_add_tcase(suite, t);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
