/* SPDX-License-Identifier: MIT */
/*
 * store_ra - what a registration authority remembers: who holds which
 * certificate, applications, keys that are kept, recoveries.
 *
 * Changes are made between store_begin() and store_end().  Challenges and
 * sessions are gone when the store is closed.
 */
#ifndef REFERENCE_STORE_RA_H
#define REFERENCE_STORE_RA_H

#include "reference/store_ca.h"

#define STORE_RA_ID     33
#define STORE_RA_USER   128 /* as account.user */
#define STORE_RA_NOTE   1025
#define STORE_RA_DIGEST 65

/* ---- challenges and sessions ---- */

struct store_ra_challenge {
	char user[STORE_RA_USER];
	unsigned char octets[32];
	struct wall until;
};

/* Drops those that are over, and the oldest where there are too many. */
void store_ra_challenge_add(struct store *, const char *id,
    const struct store_ra_challenge *, struct wall now);
bool store_ra_challenge_get(
    struct store *, const char *id, struct store_ra_challenge *);
void store_ra_challenge_drop(struct store *, const char *id);

struct store_ra_session {
	char user[STORE_RA_USER];
	char serial[STORE_CA_SERIAL]; /* of the certificate behind it */
	struct wall until;
};

/* By the digest of its token. */
void store_ra_session_add(struct store *, const char *digest,
    const struct store_ra_session *, struct wall now);
bool store_ra_session_get(
    struct store *, const char *digest, struct store_ra_session *);
void store_ra_session_drop(struct store *, const char *digest);

/* ---- who holds which certificate ---- */

struct store_ra_holding {
	char serial[STORE_CA_SERIAL];
	int issuer;
	char user[STORE_RA_USER];
	int class;                 /* enum ca_class */
	char key[STORE_RA_DIGEST]; /* of the public key */
};

void store_ra_holding_add(struct store *, const struct store_ra_holding *);
/* And the certificate itself; der may be NULL. */
bool store_ra_holding_get(struct store *, const char *serial,
    struct store_ra_holding *, struct store_ca_certificate *, struct buf *der);
/* The last one of that user, issuer and class that is good. */
bool store_ra_holding_of(struct store *, const char *user, int issuer,
    int class, struct store_ra_holding *);
/* Likewise, a signing certificate of that key. */
bool store_ra_holding_with(struct store *, const char *user, int issuer,
    const char *key, struct store_ra_holding *);
/* Did somebody else ever have that key, or was it revoked as compromised? */
bool store_ra_key_taken(struct store *, const char *key, const char *user);

/* ---- applications ---- */

enum ra_state { RA_PENDING, RA_APPROVED, RA_REFUSED, RA_ISSUED };

struct store_ra_application {
	char id[STORE_RA_ID];
	char user[STORE_RA_USER];
	int class;     /* enum ra_class */
	int algorithm; /* enum ca_algorithm */
	enum ra_state state;
	char note[STORE_RA_NOTE];
	char approver[STORE_RA_USER]; /* or who refused */
	char alt[256];                /* subjectAltName, or empty */
	char old[STORE_CA_SERIAL];    /* what it renews, or empty */
	char certificate[STORE_CA_SERIAL], encryption[STORE_CA_SERIAL];
	struct wall made;
};

/* Name and SubjectPublicKeyInfo that it is about, in DER. */
void store_ra_application_add(struct store *,
    const struct store_ra_application *, struct span name, struct span key);
/* What the applicant gets is "handed"; any of the three may be NULL. */
bool store_ra_application_get(struct store *, const char *id,
    struct store_ra_application *, struct buf *name, struct buf *key,
    struct buf *handed);
/* State, note, approver. */
void store_ra_application_judge(
    struct store *, const struct store_ra_application *);
/* State, certificates. */
void store_ra_application_issue(
    struct store *, const struct store_ra_application *, struct span handed);

/* ---- keys that are kept, and recoveries ---- */

/* By the digest of the public key; what is kept is encrypted. */
void store_ra_escrow_add(struct store *, const char *key, struct span);
bool store_ra_escrow_get(struct store *, const char *key, struct buf *);

struct store_ra_recovery {
	char id[STORE_RA_ID];
	char user[STORE_RA_USER];
	char serial[STORE_CA_SERIAL]; /* of the encryption certificate */
	char under[STORE_CA_SERIAL];  /* of the signing certificate */
	char first[STORE_RA_USER], second[STORE_RA_USER]; /* who agreed */
};

void store_ra_recovery_put(struct store *, const struct store_ra_recovery *);
bool store_ra_recovery_get(
    struct store *, const char *id, struct store_ra_recovery *);

#endif
