/* SPDX-License-Identifier: MIT */
/*
 * store_seal - what a seal service remembers: seals from their application
 * on, and a log.
 *
 * Changes are made between store_begin() and store_end(), along with the
 * record that tells of them.
 */
#ifndef REFERENCE_STORE_SEAL_H
#define REFERENCE_STORE_SEAL_H

#include "reference/store_ra.h"

#define STORE_SEAL_NAME 256

/* That a seal has expired is seen by its period, and not kept. */
enum seal_state {
	SEAL_PENDING,
	SEAL_APPROVED,
	SEAL_REFUSED,
	SEAL_MADE,
	SEAL_GOOD,
	SEAL_HELD,
	SEAL_REPLACED,
	SEAL_REVOKED,
	SEAL_EXPIRED,
	SEAL_STATES
};

struct store_seal {
	char id[STORE_RA_ID];
	char user[STORE_RA_USER]; /* who applied for it, and holds it */
	enum seal_state state;
	char name[STORE_SEAL_NAME];
	char format[8];
	int64_t width, height; /* mm */
	struct wall start, end;
	struct wall applied;
	char old[STORE_RA_ID]; /* what it takes the place of, or empty */
	char note[STORE_RA_NOTE];
	char approver[STORE_RA_USER]; /* or who refused */
	/* of what was made; before that empty */
	char esid[STORE_RA_ID];
	char serial[STORE_CA_SERIAL]; /* of the holder's certificate */
	int failures;                 /* wrong PINs in a row */
};

/* What is read along with one; each may be NULL. */
struct store_seal_content {
	struct buf *picture;
	struct buf *key;    /* the holder's, public: SubjectPublicKeyInfo */
	struct buf *locked; /* and private, under the PIN */
	struct buf *seal;   /* SESeal; empty until it is made */
};

void store_seal_add(struct store *, const struct store_seal *,
    struct span picture, struct span key, struct span locked);
bool store_seal_get(struct store *, const char *id, struct store_seal *,
    const struct store_seal_content *);
bool store_seal_by_esid(struct store *, const char *esid, struct store_seal *);
/* State, note, approver, failures. */
void store_seal_put(struct store *, const struct store_seal *);
/* esid, serial. */
void store_seal_made(
    struct store *, const struct store_seal *, struct span seal);

/*
 * The last ones, at most so many: id, state, name and period; of that user,
 * or NULL: of all.
 */
void store_seal_each(struct store *, const char *user, int most,
    void (*each)(void *ctx, const struct store_seal *), void *ctx);

/* ---- the log, as that of reference/store_ca.h ---- */

int64_t store_seal_last(struct store *, struct buf *chain);
void store_seal_log(struct store *, const struct store_ca_record *);
bool store_seal_record(
    struct store *, int64_t n, struct store_ca_record *, struct buf *hold);

#endif
