/* SPDX-License-Identifier: MIT */
/*
 * inner - what the files of the registration authority share: one call.
 */
#ifndef REFERENCE_RA_INNER_H
#define REFERENCE_RA_INNER_H

#include <openssl/x509.h>

#include "lib/digest.h"
#include "reference/http/bound.h"
#include "reference/ra/ra.h"
#include "reference/store_ra.h"

enum {
	RA_CHALLENGE_S = 120,
	RA_SESSION_S = 30 * 60,
};

/* A call is answered between store_begin() and store_end(). */
struct ra_call {
	struct bound_call http;
	struct ra *ra;
	struct store *store;
	const struct world_person *who; /* NULL: nobody knows */
	struct store_ra_session session;
	/* for the record */
	char object[STORE_RA_DIGEST];
	char detail[160];
	char spent[STORE_RA_ID]; /* a challenge, whatever comes of it */
	char ended[DIGEST_TEXT]; /* likewise, a session */
};

static inline bool
faulty(const struct ra_call *c, enum fault fault)
{
	return c->ra->fault == fault;
}

static inline bool
varies(const struct ra_call *c, enum variant variant)
{
	return c->ra->variant == variant;
}

/* ---- ra.c ---- */

bool ra_is(const struct ra_call *, const char *user); /* is he who asks? */

/* ---- what a call is about: false when that was refused ---- */

/* Of a public key. */
void ra_key_digest(EVP_PKEY *, char digest[STORE_RA_DIGEST]);

/* The certificate that "serial" names. */
struct ra_certificate {
	struct store_ra_holding holding;
	struct store_ca_certificate row;
	struct buf der;
};
/* To be freed in any case. */
bool ra_find_certificate(struct ra_call *, struct ra_certificate *);
void ra_certificate_free(struct ra_certificate *);
/* He is its holder, or has one of these duties. */
bool ra_may(struct ra_call *, const struct ra_certificate *, unsigned duties);

/* ---- request.c: what somebody asks a certificate for ---- */

enum ra_class { RA_SIGNING, RA_ENCRYPTION, RA_SERVER, RA_DOUBLE, RA_CLASSES };
extern const char *const ra_classes[RA_CLASSES];

/* Is there anything to say against the request?  Then that was said. */
bool ra_judge_request(
    struct ra_call *, X509_REQ *, enum ra_class, struct store_ra_application *);
/* The field "request"; NULL: refused. */
X509_REQ *ra_take_request(struct ra_call *);

/* ---- apply.c ---- */

extern const char *const ra_states[]; /* "pending" */

/* The application that "id" names; any of the bufs may be NULL. */
bool ra_find_application(struct ra_call *, struct store_ra_application *,
    struct buf *name, struct buf *key, struct buf *handed);
/*
 * The key of an encryption certificate is made here: the request is by a key
 * that is certified already, under which the other one is handed over.
 */
bool ra_judge_encryption(
    struct ra_call *, X509_REQ *, const struct store_ra_application *);
/* A fault: says that there is an application. */
void ra_pretend(struct ra_call *);
/* Keeps an application, and gives its id and state. */
bool ra_apply(struct ra_call *, struct store_ra_application *,
    const X509_NAME *, EVP_PKEY *);

/* ---- keep.c: keys that are kept ---- */

bool ra_wrap(const struct ra *, struct span plain, struct buf *to);
bool ra_unwrap(const struct ra *, struct span wrapped, struct buf *to);
/* A new key pair, which is kept; NULL: something failed. */
EVP_PKEY *ra_keep_new(struct ra_call *, enum ca_algorithm);
EVP_PKEY *ra_kept(struct ra_call *, const char *digest);

/* ---- envelope.c ---- */

/* A private key for somebody who has that certificate's. */
bool ra_envelop(
    enum variant, EVP_PKEY *, X509 *under, struct buf *to, struct err *);

/* ---- operations: false when they are refused ---- */

bool ra_challenge(struct ra_call *); /* login.c */
bool ra_session_open(struct ra_call *);
bool ra_session_close(struct ra_call *);
bool ra_submit(struct ra_call *); /* apply.c */
bool ra_show(struct ra_call *);
bool ra_approve(struct ra_call *); /* decide.c */
bool ra_refuse(struct ra_call *);
bool ra_issue(struct ra_call *);            /* issue.c */
bool ra_certificate_show(struct ra_call *); /* life.c */
bool ra_suspend(struct ra_call *);
bool ra_resume(struct ra_call *);
bool ra_revoke(struct ra_call *);
bool ra_renew(struct ra_call *); /* renew.c */
bool ra_rekey(struct ra_call *);
bool ra_recovery_request(struct ra_call *); /* recover.c */
bool ra_recovery_approve(struct ra_call *);
bool ra_recovery_fetch(struct ra_call *);
bool ra_audit_query(struct ra_call *); /* audit.c */
bool ra_audit_signer(struct ra_call *);

#endif
