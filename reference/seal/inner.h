/* SPDX-License-Identifier: MIT */
/*
 * inner - what the files of the seal service share: one call.
 */
#ifndef REFERENCE_SEAL_INNER_H
#define REFERENCE_SEAL_INNER_H

#include <openssl/types.h>

#include "lib/digest.h"
#include "reference/http/bound.h"
#include "reference/seal/seal.h"
#include "reference/seal/sign.h"
#include "reference/store_seal.h"

enum {
	DESK_DER_MOST = 4 << 20,
	DESK_PICTURE_MOST = 1 << 20,
	DESK_SIDE_MOST = 1000, /* of a picture, mm */
	DESK_PIN_LEAST = 6,    /* octets */
	DESK_PIN_MOST = 64,
	DESK_PINS_WRONG = 5, /* in a row: the seal is suspended */
};

/* A call is answered between store_begin() and store_end(). */
struct desk_call {
	struct bound_call http;
	struct seal_service *desk;
	struct store *store;
	const struct world_person *who; /* NULL: nobody knows */
	struct store_ra_session session;
	/* for the record */
	char object[STORE_RA_DIGEST];
	char detail[160];
	unsigned char digest[SEAL_DIGEST]; /* of what was to be sealed */
	bool has_digest;
	/* what stays, whatever comes of the call */
	char ended[DIGEST_TEXT]; /* a session */
	char tried[STORE_RA_ID]; /* a seal, with a wrong PIN */
};

static inline bool
desk_faulty(const struct desk_call *c, enum fault fault)
{
	return c->desk->fault == fault;
}

static inline bool
desk_varies(const struct desk_call *c, enum variant variant)
{
	return c->desk->variant == variant;
}

/* ---- one seal: false when that was refused ---- */

/* The seal that "id" names; content may be NULL. */
bool desk_find(
    struct desk_call *, struct store_seal *, const struct store_seal_content *);
bool desk_is(const struct desk_call *, const char *user); /* is he who asks? */
/* He is not: false. */
bool desk_refuse_another(struct desk_call *, const char *why);
/* What a seal is by now: its period may have ended. */
enum seal_state desk_state(const struct store_seal *, struct wall now);
const char *desk_state_name(enum seal_state);
/* It has to be in one of these: a set of 1 << state. */
bool desk_must_be(struct desk_call *, const struct store_seal *, unsigned set);
/* The field "note", which has to say something. */
bool desk_take_note(struct desk_call *, char note[STORE_RA_NOTE]);

/* ---- picture.c ---- */

/* Is it a PNG?  NULL: yes; else what is wrong with it. */
const char *desk_png_wrong(struct span);

/* ---- pin.c: the second factor ---- */

/* PKCS#8 under the PIN: without it nobody has the key. */
bool desk_lock(EVP_PKEY *, struct span pin, struct buf *to);
/* NULL: it is not the PIN.  What is locked is cut off. */
EVP_PKEY *desk_unlock(struct span *locked, struct span pin);
/* Faults: it is locked once more, under a word that is no secret. */
#define DESK_LOOSE_PIN SPAN("000000")
bool desk_is_loose(const struct desk_call *);

/* use.c: one more wrong one of c->tried. */
void desk_pin_wrong(struct desk_call *);

/* ---- log.c ---- */

struct desk_entry {
	const char *who, *what, *about;
	struct span digest; /* empty: nothing was to be sealed */
	bool done;          /* or refused */
	const char *detail;
};

void desk_record(
    struct seal_service *, struct wall now, const struct desk_entry *);

/* ---- operations: false when they are refused ---- */

bool desk_apply(struct desk_call *); /* apply.c */
bool desk_change(struct desk_call *);
bool desk_show(struct desk_call *); /* show.c */
bool desk_list(struct desk_call *);
bool desk_status(struct desk_call *);
bool desk_approve(struct desk_call *); /* decide.c */
bool desk_refuse(struct desk_call *);
bool desk_make(struct desk_call *); /* issue.c */
bool desk_issue(struct desk_call *);
bool desk_suspend(struct desk_call *); /* life.c */
bool desk_resume(struct desk_call *);
bool desk_revoke(struct desk_call *);
bool desk_sign(struct desk_call *); /* use.c */
bool desk_seal(struct desk_call *);
bool desk_verify(struct desk_call *); /* verify.c */
bool desk_check(struct desk_call *);
bool desk_query(struct desk_call *); /* log.c */
bool desk_signer(struct desk_call *);

#endif
