/* SPDX-License-Identifier: MIT */
/* CMP, spoken by OpenSSL's client: what is given, confirmed and revoked. */
#include <unistd.h>

#include "lib/files.h"
#include "reference/ca/cmp_testing.h"

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

/* Its key is key management's to make. */
START_TEST(one_for_enciphering_is_not_renewed)
{
	const struct store_ca_certificate kept = { .owner = "alice" };
	EVP_PKEY *key = ca_key_new(CA_P256, 0), *next = ca_key_new(CA_P256, 0);
	OSSL_CMP_CTX *c = alice();
	struct err err;
	X509 *old, *x;

	ck_assert(ca_issue(ca,
	    &(struct ca_request){ .algorithm = CA_P256,
		.class = CA_CLASS_ENCRYPTION,
		.name = "cmp/alice",
		.subject = "alice",
		.key = key,
		.kept = &kept },
	    "test", now, &old, &err));
	OSSL_CMP_CTX_set1_oldCert(c, old);
	x = apply(c, OSSL_CMP_KUR, next);
	ck_assert_ptr_null(x);
	ck_assert_int_eq(
	    OSSL_CMP_CTX_get_failInfoCode(c), OSSL_CMP_CTX_FAILINFO_badCertId);
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
	ck_assert_stands(x, STORE_CA_GOOD, CA_REMOVE_FROM_CRL);
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

static void
fill(TCase *t)
{
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
	tcase_add_test(t, one_for_enciphering_is_not_renewed);
	tcase_add_loop_test(t, a_certificate_is_revoked, 0, COUNT(revocations));
	tcase_add_test(t, what_is_on_hold_is_resumed);
	tcase_add_test(t, nobody_revokes_what_is_another_s);
}

int
main(void)
{
	return run_with_client("ca/cmp", fill);
}
