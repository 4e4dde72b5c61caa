/* SPDX-License-Identifier: MIT */
/*
 * ra - a registration authority: who applies, who approves, who issues, and
 * what becomes of a certificate and its key (binding "certificates").
 *
 * Everybody logs in with a certificate by the signature of a challenge.  What
 * is done and what is refused is recorded in the log of the authority
 * (reference/ca/log.h), in one transaction with what it tells of.
 */
#ifndef REFERENCE_RA_RA_H
#define REFERENCE_RA_RA_H

#include "lib/digest.h"
#include "reference/ca/ca.h"
#include "reference/http/http.h"
#include "reference/store_ra.h"
#include "reference/world.h"

enum { RA_DER_MOST = 1 << 16 };

struct ra {
	struct store *store;
	struct ca *ca;
	const struct world *world;
	unsigned char master[32]; /* encrypts the keys that are kept */
	enum fault fault;
	enum variant variant;
};

/*
 * Store, authority and world outlive it.  The secret has 32 octets, and lasts
 * as long as the store.  Whoever has no certificate to log in with gets one.
 */
struct ra *ra_open(struct ca *, const struct world *,
    const unsigned char *secret, struct wall now, struct err *);
void ra_close(struct ra *);

/* Does he get a certificate to log in with?  Officers do, and applicants. */
bool ra_equips(const struct world_person *);
/* That and its private key, as PEM. */
bool ra_login(const struct ra *, const struct world_person *,
    struct buf *certificate, struct buf *key, struct err *);

/* Is there a certificate of his that has expired, of the same key? */
bool ra_lapses(const struct world_person *);
bool ra_lapsed(const struct ra *, const struct world_person *,
    struct buf *certificate, struct err *);

/* ---- what other services share with it ---- */

/* By his user name; NULL: nobody is named so. */
const struct world_person *ra_person(const struct ra *, const char *user);
/* A new word that nobody can foresee. */
void ra_new_id(char id[STORE_RA_ID]);
/* It is all of the octets; or NULL. */
X509 *ra_read_certificate(struct span der);

/*
 * Whose session a token is of; NULL: nobody's.  A session ends with the
 * certificate behind it: then "ended" names it (else it is empty), and it is
 * to be dropped (reference/store_ra.h), so that it does not come back.
 */
const struct world_person *ra_session_of(const struct ra *, struct span token,
    struct wall now, struct store_ra_session *, char ended[DIGEST_TEXT]);

extern const struct http_app ra_app;

#endif
