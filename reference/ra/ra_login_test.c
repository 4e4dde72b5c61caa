/* SPDX-License-Identifier: MIT */
/* Who gets in: by a challenge that is signed once, with a certificate that
 * counts. */
#include "reference/ra/testing.h"

static struct testing t;
static struct testing_who alice, bob, registrar, issuer;

static void
up(void)
{
	testing_up(&t);
	testing_enter(&t, &registrar, "registrar");
	testing_enter(&t, &issuer, "issuer");
	testing_equip(&t, &alice, "alice");
	testing_equip(&t, &bob, "bob");
}

static void
down(void)
{
	testing_leave(&alice);
	testing_leave(&bob);
	testing_leave(&registrar);
	testing_leave(&issuer);
	testing_down(&t);
}

static int
open_with(const struct testing_who *w, EVP_PKEY *key, X509 *certificate)
{
	struct testing_who other = *w;
	json_t *challenge;
	int status;

	other.key = key;
	other.certificate = certificate;
	testing_challenge(&t, w->user, &challenge);
	status = testing_open(&t, challenge, &other, NULL);
	json_decref(challenge);
	return status;
}

START_TEST(a_challenge_is_for_once)
{
	json_t *challenge, *gives;
	char session[80];

	testing_challenge(&t, "alice", &challenge);
	ck_assert_int_eq(testing_open(&t, challenge, &alice, &gives), 200);
	snprintf(session, sizeof session, "%s", testing_text(gives, "token"));
	ck_assert_uint_eq(strlen(session), 64);
	json_decref(gives);
	ck_assert_int_eq(testing_open(&t, challenge, &alice, NULL), 401);
	json_decref(challenge);
	ck_assert_int_eq(
	    testing_call(&t, session, "session.close", json_object(), NULL),
	    200);
	ck_assert_int_eq(
	    testing_call(&t, session, "session.close", json_object(), NULL),
	    401);
}
END_TEST

/* A wrong answer spends it, too. */
START_TEST(nobody_tries_twice)
{
	json_t *challenge;
	struct testing_who thief = alice;

	testing_challenge(&t, "alice", &challenge);
	thief.key = bob.key;
	ck_assert_int_eq(testing_open(&t, challenge, &thief, NULL), 401);
	ck_assert_int_eq(testing_open(&t, challenge, &alice, NULL), 401);
	json_decref(challenge);
}
END_TEST

START_TEST(a_challenge_is_for_one)
{
	json_t *challenge;

	testing_challenge(&t, "bob", &challenge);
	ck_assert_int_eq(testing_open(&t, challenge, &alice, NULL), 401);
	json_decref(challenge);
	testing_challenge(&t, "nobody-here", &challenge);
	ck_assert_int_eq(testing_open(&t, challenge, &alice, NULL), 401);
	json_decref(challenge);
}
END_TEST

START_TEST(time_ends_challenges_and_sessions)
{
	const struct wall before = t.now;
	struct testing_who w = alice;
	json_t *challenge;

	testing_log_in(&t, &w);
	testing_challenge(&t, "alice", &challenge);
	t.now.us += INT64_C(1000000) * (RA_CHALLENGE_S + 1);
	ck_assert_int_eq(testing_open(&t, challenge, &alice, NULL), 401);
	json_decref(challenge);
	t.now.us = before.us + INT64_C(1000000) * (RA_SESSION_S + 1);
	ck_assert_int_eq(
	    testing_call(&t, w.token, "session.close", json_object(), NULL),
	    401);
	t.now.us += INT64_C(1000000) * 86400 * 366;
	ck_assert_int_eq(open_with(&alice, alice.key, alice.certificate), 401);
	t.now = before;
}
END_TEST

START_TEST(certificates_are_of_who_comes)
{
	X509 *forged = X509_dup(alice.certificate);
	EVP_PKEY *own = ca_key_new(CA_SM2, 0);
	EVP_MD_CTX *ctx = ca_signer_new(own);

	ck_assert_int_eq(open_with(&alice, bob.key, bob.certificate), 401);
	ck_assert_int_eq(open_with(&alice, bob.key, alice.certificate), 401);
	X509_set_pubkey(forged, own);
	ck_assert_int_gt(X509_sign_ctx(forged, ctx), 0);
	ca_signer_free(ctx);
	ck_assert_int_eq(open_with(&alice, own, forged), 401);
	ck_assert_int_eq(open_with(&alice, alice.key,
			     t.site.ca->signers[CA_SM2][CA_ISSUING].cert),
	    401);
	ck_assert_int_eq(open_with(&alice, alice.key, alice.certificate), 200);
	X509_free(forged);
	EVP_PKEY_free(own);
}
END_TEST

/* In each algorithm: good, on hold, good again, revoked. */
START_TEST(certificates_count)
{
	struct testing_who w = alice;
	EVP_PKEY *key = ca_key_new((enum ca_algorithm)_i, 0);
	char id[STORE_RA_ID], serial[STORE_CA_SERIAL];
	json_t *gives;
	X509 *x;

	testing_log_in(&t, &w);
	ck_assert_int_eq(testing_submit(&t, &w, "signing",
			     testing_request(key, "alice", NULL), id),
	    200);
	gives = testing_grant(&t, &registrar, &issuer, &w, id);
	x = testing_certificate(gives, "certificate");
	testing_serial(gives, "certificate", serial);
	json_decref(gives);
	ck_assert_int_eq(open_with(&alice, key, x), 200);
	testing_must(&t, &w, "certificate.suspend", "serial", serial, 200);
	ck_assert_int_eq(open_with(&alice, key, x), 401);
	testing_must(
	    &t, &registrar, "certificate.resume", "serial", serial, 200);
	ck_assert_int_eq(open_with(&alice, key, x), 200);
	ck_assert_int_eq(testing_call(&t, w.token, "certificate.revoke",
			     json_pack("{s:s, s:s}", "serial", serial, "reason",
				 "keyCompromise"),
			     NULL),
	    200);
	ck_assert_int_eq(open_with(&alice, key, x), 401);
	X509_free(x);
	EVP_PKEY_free(key);
}
END_TEST

static int
ask(const struct testing_who *w, const char *serial)
{
	return testing_do(&t, w, "certificate.show", "serial", serial, NULL);
}

/* A certificate of alice's own to log in with, and its serial number. */
static void
equip_anew(struct testing_who *w, char serial[STORE_CA_SERIAL])
{
	char id[STORE_RA_ID];
	json_t *gives;

	*w = (struct testing_who){ .user = "alice",
		.key = ca_key_new(CA_SM2, 0) };
	testing_log_in(&t, &alice);
	ck_assert_int_eq(testing_submit(&t, &alice, "signing",
			     testing_request(w->key, "alice", NULL), id),
	    200);
	gives = testing_grant(&t, &registrar, &issuer, &alice, id);
	w->certificate = testing_certificate(gives, "certificate");
	testing_serial(gives, "certificate", serial);
	json_decref(gives);
}

/* For good: to be good again opens no session that was ended. */
START_TEST(sessions_end_with_their_certificate)
{
	struct testing_who w, other;
	char serial[STORE_CA_SERIAL];

	equip_anew(&w, serial);
	testing_log_in(&t, &w);
	ck_assert_int_eq(ask(&w, serial), 200);
	testing_must(
	    &t, &registrar, "certificate.suspend", "serial", serial, 200);
	ck_assert_int_eq(ask(&alice, serial), 200);
	ck_assert_int_eq(ask(&w, serial), 401);
	testing_must(
	    &t, &registrar, "certificate.resume", "serial", serial, 200);
	ck_assert_int_eq(ask(&w, serial), 401);
	testing_log_in(&t, &w);
	other = w;
	testing_log_in(&t, &other);
	ck_assert_int_eq(testing_call(&t, w.token, "certificate.revoke",
			     json_pack("{s:s, s:s}", "serial", serial, "reason",
				 "keyCompromise"),
			     NULL),
	    200);
	ck_assert_int_eq(ask(&w, serial), 401);
	ck_assert_int_eq(ask(&other, serial), 401);
	ck_assert_int_eq(ask(&alice, serial), 200);
	testing_leave(&w);
}
END_TEST

/* It is hers, of her key, and of our CA: only too old. */
START_TEST(what_has_lapsed_opens_nothing)
{
	const struct wall before = t.now;
	struct buf pem;
	struct err err;
	BIO *bio;
	X509 *x;

	buf_init(&pem, 1 << 14);
	ck_assert(
	    ra_lapsed(t.site.ra, world_person(&t.world, "alice"), &pem, &err));
	bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	ck_assert_ptr_nonnull(x);
	ck_assert_int_eq(open_with(&alice, alice.key, x), 401);
	t.now.us -= INT64_C(1000000) * 45 * 60;
	ck_assert_int_eq(open_with(&alice, alice.key, x), 200);
	t.now = before;
	X509_free(x);
	BIO_free(bio);
	buf_free(&pem);
}
END_TEST

/* Ten minutes before the certificate does. */
START_TEST(no_session_outlasts_its_certificate)
{
	const struct wall before = t.now;
	struct testing_who w;
	char serial[STORE_CA_SERIAL];
	int days, seconds;
	time_t today = (time_t)(before.us / 1000000);
	ASN1_TIME *began = ASN1_TIME_set(NULL, today);

	equip_anew(&w, serial);
	ck_assert_int_eq(ASN1_TIME_diff(&days, &seconds, began,
			     X509_get0_notAfter(w.certificate)),
	    1);
	t.now.us += INT64_C(1000000) * (days * INT64_C(86400) + seconds - 600);
	testing_log_in(&t, &w);
	ck_assert_int_eq(ask(&w, serial), 200);
	t.now.us += INT64_C(1000000) * 601;
	ck_assert_int_eq(ask(&w, serial), 401);
	t.now = before;
	ASN1_TIME_free(began);
	testing_leave(&w);
}
END_TEST

/* clang-format off */
static const struct {
	const char *line, *fields, *body;
	int status;
} odd[] = {
#define JSON "Content-Type: application/json\r\n"
	{ "POST /challenges", "", "", 400 },
	{ "POST /challenges", "", "{}", 415 },
	{ "POST /challenges", JSON, "{}", 400 },
	{ "POST /challenges", JSON, "[]", 400 },
	{ "POST /challenges", JSON, "{", 400 },
	{ "POST /challenges", JSON, "{\"user\":1}", 400 },
	{ "POST /challenges", JSON, "{\"user\":\"a\",\"more\":1}", 400 },
	{ "POST /challenges", JSON, "{\"user\":\"a\",\"user\":\"a\"}", 400 },
	{ "POST /challenges", JSON, "{\"user\":\"a\\u0000b\"}", 400 },
	{ "POST /challenges", JSON, "{\"user\":\"a\"}", 200 },
	{ "POST /sessions", JSON, "{\"id\":\"a\",\"user\":\"a\","
	  "\"certificate\":\"\",\"signature\":\"*\"}", 400 },
	{ "POST /sessions", JSON, "{\"id\":\"a\",\"user\":\"a\","
	  "\"certificate\":\"\",\"signature\":\"\"}", 401 },
	{ "POST /sessions/end", "", "", 401 },
	{ "POST /sessions/end", "Authorization: Bearer x\r\n", "", 401 },
	{ "GET /audit/0", "", "", 401 },
	{ "GET /challenges", "", "", 405 },
	{ "GET /", "", "", 404 },
};
/* clang-format on */

START_TEST(odd_requests_are_refused)
{
	char *whole = mem_textf("%s HTTP/1.1\r\nHost: a\r\n%s"
				"Content-Length: %zu\r\n\r\n%s",
	    odd[_i].line, odd[_i].fields, strlen(odd[_i].body), odd[_i].body);
	int status;

	for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
		status = testing_say(&t, span_of(whole), pieces[p], NULL);
		ck_assert_msg(
		    status == odd[_i].status, "%d to %s", status, whole);
	}
	free(whole);
}
END_TEST

int
main(void)
{
	const struct testing_case cases[] = {
		{ a_challenge_is_for_once, 0 },
		{ nobody_tries_twice, 0 },
		{ a_challenge_is_for_one, 0 },
		{ time_ends_challenges_and_sessions, 0 },
		{ certificates_are_of_who_comes, 0 },
		{ certificates_count, CA_ALGORITHMS },
		{ sessions_end_with_their_certificate, 0 },
		{ what_has_lapsed_opens_nothing, 0 },
		{ no_session_outlasts_its_certificate, 0 },
		{ odd_requests_are_refused, sizeof odd / sizeof odd[0] },
	};

	return testing_main(
	    "ra/login", up, down, cases, sizeof cases / sizeof cases[0]);
}
