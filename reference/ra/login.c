/* SPDX-License-Identifier: MIT */
/*
 * Sessions: who signs a challenge with the key of a certificate of his own is
 * logged in.  A challenge is used once, by whom it was made for, in time.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "lib/digest.h"
#include "reference/ra/inner.h"

static size_t
challenge_length(const struct ra_call *c)
{
	const struct store_ra_challenge *any;

	return faulty(c, FAULT_RA_CHALLENGE_SHORT) ? 8 : sizeof any->octets;
}

bool
ra_challenge(struct ra_call *c)
{
	struct store_ra_challenge new = {
		.until = { c->http.now.us + INT64_C(1000000) * RA_CHALLENGE_S }
	};
	const char *user = bound_text(&c->http, "user");
	char id[STORE_RA_ID];

	if (strlen(user) >= sizeof new.user)
		return bound_refuse(&c->http, 400, "no user is named so");
	snprintf(new.user, sizeof new.user, "%s", user);
	if (RAND_bytes(new.octets, sizeof new.octets) != 1)
		return bound_refuse(&c->http, 500, "there is no randomness");
	if (faulty(c, FAULT_RA_CHALLENGE_SAME))
		memset(new.octets, 0x5a, sizeof new.octets);
	/* users that nobody knows get one, too */
	ra_new_id(id);
	store_ra_challenge_add(c->store, id, &new, c->http.now);
	bound_give_text(&c->http, "id", id);
	bound_give_octets(&c->http, "challenge",
	    (struct span){ (const char *)new.octets, challenge_length(c) });
	return true;
}

/* The client learns that it was refused, the record why. */
static bool
no(struct ra_call *c, const char *why)
{
	snprintf(c->detail, sizeof c->detail, " (%s)", why);
	return bound_refuse(&c->http, 401, "the login is refused");
}

/* ---- the certificate ---- */

static bool
is_named_by(X509 *x, const struct ca_signer *ca)
{
	return X509_NAME_cmp(X509_get_issuer_name(x),
		   X509_get_subject_name(ca->cert)) == 0;
}

static bool
is_signed_by(const struct ra_call *c, X509 *x, const struct ca_signer *ca)
{
	ASN1_OCTET_STRING *id;

	if (faulty(c, FAULT_RA_LOGIN_FORGED))
		return true;
	if (X509_get_signature_nid(x) == NID_SM2_with_SM3) {
		id = ASN1_OCTET_STRING_new();
		ASN1_OCTET_STRING_set(id, (const unsigned char *)CA_IDENTIFIER,
		    (int)strlen(CA_IDENTIFIER));
		X509_set0_distinguishing_id(x, id);
	}
	return X509_verify(x, X509_get0_pubkey(ca->cert)) == 1;
}

/* The issuing CA of ours that it comes from; -1: none. */
static int
issuer_of(const struct ra_call *c, X509 *x)
{
	bool named = false;

	for (int a = 0; a < CA_ALGORITHMS; a++) {
		const int issuer = ca_issuer((enum ca_algorithm)a, CA_ISSUING);
		const struct ca_signer *ca =
		    ca_issuer_signer(c->ra->ca, issuer);

		if (!is_named_by(x, ca))
			continue;
		named = true;
		if (is_signed_by(c, x, ca))
			return issuer;
	}
	return !named && faulty(c, FAULT_RA_LOGIN_STRANGER)
		   ? ca_issuer(CA_SM2, CA_ISSUING)
		   : -1;
}

static bool
is_in_time(X509 *x, struct wall now)
{
	time_t t = (time_t)(now.us / 1000000);

	return X509_cmp_time(X509_get0_notBefore(x), &t) < 0 &&
	       X509_cmp_time(X509_get0_notAfter(x), &t) > 0;
}

static bool
is_for_login(X509 *x)
{
	return (X509_get_extension_flags(x) & EXFLAG_KUSAGE) &&
	       (X509_get_key_usage(x) & X509v3_KU_DIGITAL_SIGNATURE) &&
	       (X509_get_extended_key_usage(x) & XKU_SSL_CLIENT);
}

static bool
is_overlooked(const struct ra_call *c, enum store_ca_status status)
{
	return faulty(c, status == STORE_CA_HELD ? FAULT_RA_LOGIN_HELD
						 : FAULT_RA_LOGIN_REVOKED);
}

static bool
judge_certificate(struct ra_call *c, X509 *x)
{
	const int issuer = issuer_of(c, x);
	struct store_ra_holding h;
	struct store_ca_certificate row;
	char serial[STORE_CA_SERIAL];

	ca_serial_text(X509_get0_serialNumber(x), serial);
	snprintf(c->session.serial, sizeof c->session.serial, "%s", serial);
	if (issuer == -1)
		return no(c, "the certificate is not ours");
	if (!store_ra_holding_get(c->store, serial, &h, &row, NULL) ||
	    h.issuer != issuer ||
	    (!ra_is(c, h.user) && !faulty(c, FAULT_RA_LOGIN_AS_ANOTHER)))
		return no(c, "the certificate is another's");
	if (row.status != STORE_CA_GOOD && !is_overlooked(c, row.status))
		return no(c, "the certificate is revoked or held");
	if (!is_in_time(x, c->http.now) && !faulty(c, FAULT_RA_LOGIN_EXPIRED))
		return no(c, "the certificate has expired");
	if (!is_for_login(x) && !faulty(c, FAULT_RA_LOGIN_TO_ENCRYPT))
		return no(c, "the certificate is not for logins");
	return true;
}

/* ---- the signature ---- */

static bool
judge_signature(
    struct ra_call *c, X509 *x, const struct store_ra_challenge *asked)
{
	const struct span octets = { (const char *)asked->octets,
		challenge_length(c) };

	return ca_verify(X509_get0_pubkey(x), octets,
		   bound_octets(&c->http, "signature")) ||
	       faulty(c, FAULT_RA_LOGIN_ANY_SIGNATURE) ||
	       no(c, "the signature is wrong");
}

/* Whether it is right or not: it was asked once. */
static bool
take_challenge(struct ra_call *c, struct store_ra_challenge *asked)
{
	const char *id = bound_text(&c->http, "id");

	if (strlen(id) >= sizeof c->spent ||
	    !store_ra_challenge_get(c->store, id, asked))
		return no(c, "the challenge is not known");
	snprintf(c->spent, sizeof c->spent, "%s", id);
	if (asked->until.us <= c->http.now.us)
		return no(c, "the challenge is over");
	if (c->who == NULL || !ra_is(c, asked->user))
		return no(c, "the challenge is another's");
	return true;
}

/* Half an hour, and not longer than the certificate. */
static struct wall
session_end(const struct ra_call *c, X509 *x)
{
	struct wall end = { c->http.now.us + INT64_C(1000000) * RA_SESSION_S };
	struct tm tm;
	int64_t after_us;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) != 1)
		return c->http.now;
	after_us = (int64_t)timegm(&tm) * 1000000;
	if (after_us < end.us && !faulty(c, FAULT_RA_LOGIN_EXPIRED))
		end.us = after_us;
	return end;
}

/* 256 bits; what is kept is their digest. */
static bool
begin_session(struct ra_call *c, X509 *x)
{
	unsigned char octets[32];
	char token[2 * sizeof octets + 1], digest[DIGEST_TEXT];

	if (RAND_bytes(octets, sizeof octets) != 1)
		return bound_refuse(&c->http, 500, "there is no randomness");
	for (size_t i = 0; i < sizeof octets; i++)
		snprintf(token + 2 * i, 3, "%02x", octets[i]);
	digest_text(span_of(token), digest);
	snprintf(c->session.user, sizeof c->session.user, "%s", c->who->user);
	c->session.until = session_end(c, x);
	if (!faulty(c, FAULT_RA_SESSION_NOT_KEPT))
		store_ra_session_add(
		    c->store, digest, &c->session, c->http.now);
	bound_give_text(&c->http, "token", token);
	return true;
}

bool
ra_session_open(struct ra_call *c)
{
	struct store_ra_challenge asked;
	X509 *x;
	bool ok;

	c->who = ra_person(c->ra, bound_text(&c->http, "user"));
	if (!take_challenge(c, &asked))
		return false;
	x = ra_read_certificate(bound_octets(&c->http, "certificate"));
	ok = x == NULL
		 ? no(c, "the certificate cannot be read")
		 : judge_certificate(c, x) && judge_signature(c, x, &asked) &&
		       begin_session(c, x);
	snprintf(c->object, sizeof c->object, "%s", c->session.serial);
	X509_free(x);
	return ok;
}

bool
ra_session_close(struct ra_call *c)
{
	char digest[DIGEST_TEXT];

	digest_text(bound_credential(&c->http, "Bearer"), digest);
	if (!faulty(c, FAULT_RA_SESSION_STAYS))
		store_ra_session_drop(c->store, digest);
	return true;
}

/* When it ends was known when the session began; what becomes of it was not. */
static bool
stands(const struct ra *ra, const struct store_ra_session *s)
{
	struct store_ra_holding h;
	struct store_ca_certificate row;

	return ra->fault == FAULT_RA_SESSION_OUTLIVES ||
	       (store_ra_holding_get(ra->store, s->serial, &h, &row, NULL) &&
		   row.status == STORE_CA_GOOD);
}

const struct world_person *
ra_session_of(const struct ra *ra, struct span token, struct wall now,
    struct store_ra_session *session, char ended[DIGEST_TEXT])
{
	char digest[DIGEST_TEXT];

	ended[0] = '\0';
	digest_text(token, digest);
	if (token.len == 0 ||
	    !store_ra_session_get(ra->store, digest, session) ||
	    session->until.us <= now.us)
		return NULL;
	if (stands(ra, session))
		return ra_person(ra, session->user);
	snprintf(ended, DIGEST_TEXT, "%s", digest);
	return NULL;
}
