/* SPDX-License-Identifier: MIT */
/* Opening it: who is here, and the certificates they log in with. */
#include "reference/ra/ra.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "lib/digest.h"
#include "lib/mem.h"
#include "reference/ra/inner.h"

enum { RENEWED_BEFORE_S = 30 * 86400, LAPSED_S = 30 * 60 };

/* ---- people ---- */

static const struct world_person *
person_at(const struct world *w, size_t i)
{
	if (i < w->n_people)
		return &w->people[i];
	i -= w->n_people;
	return i < w->n_officers ? &w->officers[i] : NULL;
}

const struct world_person *
ra_person(const struct ra *ra, const char *user)
{
	const struct world_person *p;

	for (size_t i = 0; (p = person_at(ra->world, i)) != NULL; i++)
		if (strcasecmp(p->user, user) == 0)
			return p;
	return NULL;
}

bool
ra_is(const struct ra_call *c, const char *user)
{
	return strcasecmp(c->who->user, user) == 0;
}

bool
ra_equips(const struct world_person *p)
{
	static const char *const applicants[] = { "alice", "bob" };

	for (size_t i = 0; i < sizeof applicants / sizeof applicants[0]; i++)
		if (strcmp(p->role, applicants[i]) == 0)
			return true;
	return p->duties != 0;
}

bool
ra_lapses(const struct world_person *p)
{
	return strcmp(p->role, "alice") == 0;
}

/* ---- words, digests, certificates ---- */

void
ra_new_id(char id[STORE_RA_ID])
{
	unsigned char octets[(STORE_RA_ID - 1) / 2];

	if (RAND_bytes(octets, sizeof octets) != 1)
		abort();
	for (size_t i = 0; i < sizeof octets; i++)
		snprintf(id + 2 * i, 3, "%02x", octets[i]);
}

void
ra_key_digest(EVP_PKEY *key, char digest[STORE_RA_DIGEST])
{
	unsigned char *der = NULL;
	const int n = i2d_PUBKEY(key, &der);

	digest_text(
	    (struct span){ (const char *)der, n > 0 ? (size_t)n : 0 }, digest);
	OPENSSL_free(der);
}

X509 *
ra_read_certificate(struct span der)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	X509 *x = der.len == 0 || der.len > RA_DER_MOST
		      ? NULL
		      : d2i_X509(NULL, &p, (long)der.len);

	if (x != NULL && p == (const unsigned char *)der.ptr + der.len &&
	    X509_get0_pubkey(x) != NULL)
		return x;
	X509_free(x);
	return NULL;
}

/* ---- certificates to log in with ---- */

static char *
login_name(const struct world_person *p)
{
	return mem_textf("login/%s", p->role);
}

static char *
lapsed_name(const struct world_person *p)
{
	return mem_textf("lapsed/%s", p->role);
}

/* The key pair is kept here only so that a judge can be handed it. */
static bool
login_key(
    const struct ra *ra, const char *name, EVP_PKEY **key, struct err *err)
{
	struct buf plain, kept;
	bool ok;

	buf_init(&plain, RA_DER_MOST);
	buf_init(&kept, RA_DER_MOST);
	if (store_ca_thing(ra->store, name, &kept)) {
		ok = (ra_unwrap(ra, buf_span(&kept), &plain) ||
			 err_set(err, ERR_FORGED,
			     "%s is kept under another secret", name)) &&
		     ca_key_read(buf_span(&plain), key, err);
	} else {
		*key = ca_key_new(CA_SM2, 0);
		ok = *key != NULL && ca_key_write(*key, &plain, err) &&
		     ra_wrap(ra, buf_span(&plain), &kept) &&
		     store_ca_thing_put(ra->store, name, buf_span(&kept), err);
	}
	OPENSSL_cleanse(plain.data, plain.len);
	buf_free(&plain);
	buf_free(&kept);
	return ok;
}

/* Until then; 0: as long as its class has it. */
static bool
login_issue(const struct ra *ra, const struct world_person *p, const char *name,
    EVP_PKEY *key, time_t until, struct wall now, struct err *err)
{
	struct store_ra_holding h = { .issuer = ca_issuer(CA_SM2, CA_ISSUING),
		.class = CA_CLASS_SIGNING };
	struct store_ca_certificate kept = { .request = 0 };
	char *alt = mem_textf("email:%s", p->address);
	X509 *x = NULL;
	bool ok;

	snprintf(kept.owner, sizeof kept.owner, "%s", p->user);
	snprintf(h.user, sizeof h.user, "%s", p->user);
	ra_key_digest(key, h.key);
	store_begin(ra->store);
	ok = ca_issue(ra->ca,
	    &(struct ca_request){ .algorithm = CA_SM2,
		.class = CA_CLASS_SIGNING,
		.name = name,
		.subject = p->name_zh,
		.alt = alt,
		.key = key,
		.until = until,
		.plain = true,
		.kept = &kept },
	    "settle", now, &x, err);
	if (ok) {
		ca_serial_text(X509_get0_serialNumber(x), h.serial);
		store_ra_holding_add(ra->store, &h);
	}
	ok = store_end(ra->store, ok, err);
	X509_free(x);
	free(alt);
	return ok;
}

/* One that was revoked or is about to end is of no use. */
static bool
login_good(const struct ra *ra, const char *name, struct wall now)
{
	time_t t = (time_t)(now.us / 1000000) + RENEWED_BEFORE_S;
	struct store_ca_certificate row;
	struct buf der;
	X509 *x = NULL;
	bool good;

	buf_init(&der, RA_DER_MOST);
	good = store_ca_named(ra->store, name, &row, &der) &&
	       row.status == STORE_CA_GOOD;
	if (good)
		x = ra_read_certificate(buf_span(&der));
	good = x != NULL && X509_cmp_time(X509_get0_notAfter(x), &t) > 0;
	X509_free(x);
	buf_free(&der);
	return good;
}

/* Of the same key: one that has ended, for somebody to try. */
static bool
lapse(const struct ra *ra, const struct world_person *p, EVP_PKEY *key,
    struct wall now, struct err *err)
{
	const time_t until = (time_t)(now.us / 1000000) - LAPSED_S;
	struct store_ca_certificate row;
	char *name = lapsed_name(p);
	const bool ok = store_ca_named(ra->store, name, &row, NULL) ||
			login_issue(ra, p, name, key, until, now, err);

	free(name);
	return ok;
}

/* The one that is good comes last, and is found first. */
static bool
equip(const struct ra *ra, const struct world_person *p, struct wall now,
    struct err *err)
{
	char *name = login_name(p);
	EVP_PKEY *key = NULL;
	const bool ok = login_key(ra, name, &key, err) &&
			(!ra_lapses(p) || lapse(ra, p, key, now, err)) &&
			(login_good(ra, name, now) ||
			    login_issue(ra, p, name, key, 0, now, err));

	EVP_PKEY_free(key);
	free(name);
	return ok || err_while(err, "a certificate for %s", p->role);
}

struct ra *
ra_open(struct ca *ca, const struct world *world, const unsigned char *secret,
    struct wall now, struct err *err)
{
	static const char purpose[] = "keys that are kept";
	struct ra *ra = mem_new(1, sizeof *ra);
	const struct world_person *p;
	size_t n = sizeof ra->master;
	bool ok;

	*ra = (struct ra){ .store = ca->store,
		.ca = ca,
		.world = world,
		.fault = ca->fault,
		.variant = ca->variant };
	ok = EVP_Q_mac(NULL, "HMAC", NULL, "SM3", NULL, secret, 32,
		 (const unsigned char *)purpose, sizeof purpose, ra->master,
		 sizeof ra->master, &n) != NULL ||
	     ca_openssl_err(err, "derive a key");
	for (size_t i = 0; ok && (p = person_at(world, i)) != NULL; i++)
		if (ra_equips(p))
			ok = equip(ra, p, now, err);
	if (ok)
		return ra;
	err_while(err, "opening the registration authority");
	ra_close(ra);
	return NULL;
}

void
ra_close(struct ra *ra)
{
	if (ra != NULL)
		OPENSSL_cleanse(ra->master, sizeof ra->master);
	free(ra);
}

/* ---- handed over ---- */

static void
take_bio(BIO *bio, struct buf *to)
{
	char *text;
	const long len = BIO_get_mem_data(bio, &text);

	buf_add(to, (struct span){ text, (size_t)len });
	OPENSSL_cleanse(text, (size_t)len);
	BIO_free(bio);
}

static bool
put_certificate(const struct ra *ra, const char *name, struct buf *to)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct store_ca_certificate row;
	struct buf der;
	X509 *x = NULL;
	bool ok;

	buf_init(&der, RA_DER_MOST);
	if (store_ca_named(ra->store, name, &row, &der))
		x = ra_read_certificate(buf_span(&der));
	ok = x != NULL && PEM_write_bio_X509(bio, x) == 1;
	take_bio(bio, to);
	X509_free(x);
	buf_free(&der);
	return ok;
}

bool
ra_login(const struct ra *ra, const struct world_person *p,
    struct buf *certificate, struct buf *key, struct err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *name = login_name(p);
	EVP_PKEY *pair = NULL;
	const bool ok = login_key(ra, name, &pair, err) &&
			((put_certificate(ra, name, certificate) &&
			     PEM_write_bio_PKCS8PrivateKey(
				 bio, pair, NULL, NULL, 0, NULL, NULL) == 1) ||
			    ca_openssl_err(err, name));

	take_bio(bio, key);
	EVP_PKEY_free(pair);
	free(name);
	return ok;
}

bool
ra_lapsed(const struct ra *ra, const struct world_person *p,
    struct buf *certificate, struct err *err)
{
	char *name = lapsed_name(p);
	const bool ok =
	    put_certificate(ra, name, certificate) || ca_openssl_err(err, name);

	free(name);
	return ok;
}
