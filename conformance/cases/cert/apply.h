/* SPDX-License-Identifier: MIT */
/*
 * apply - somebody applies for a certificate by CMP, in collect().
 *
 * Each message and its answer is an exchange with a name:
 *
 *	NAME.asked.der	the message as it was sent
 *	NAME.*		as conformance/client/web.h files it
 *	NAME.mac-key	what the answer's MAC was made with: the secret itself
 *			is never filed
 *	NAME.at		when it was answered
 *	NAME.key.pem	the key that was made for it, and is thrown away
 *
 * What was issued is revoked by apply_close(), as "left-N", which no verdict
 * depends on: a case must not fill the directory of its target.
 *
 * exchange.h reads them back.
 */
#ifndef CONFORMANCE_CASES_CERT_APPLY_H
#define CONFORMANCE_CASES_CERT_APPLY_H

#include "conformance/cases/status.h"
#include "conformance/client/cmp.h"
#include "conformance/client/key.h"
#include "conformance/pki/cmp.h"

#define APPLY_NONCE 16

/* A certificate that was issued to us, with its key. */
struct identity {
	EVP_PKEY *key;
	struct buf der;
	struct pki_certificate certificate;
	bool there; /* and it is for that key */
};

struct applicant {
	struct trial *trial;
	struct web *web;
	struct issued_set set;
	const struct profile_account *account;
	const struct identity *as; /* who signs; NULL: by the secret */
	struct span ca;            /* the Name of who issues */
	struct buf subject;        /* the Name that is asked for */
	enum own_key kind;
	int64_t ms; /* that an answer may take; 0: what the profile says */
	/* The transaction. */
	char transaction[APPLY_NONCE], nonce[APPLY_NONCE];
	struct buf back; /* the nonce that the target sent last */
	/* The last answer. */
	struct buf heard;
	struct pki_cmp answer;
	bool readable;
	/* What was issued, and not revoked by the case. */
	EVP_PKEY *key; /* for which a certificate was asked last */
	struct identity *left;
	size_t n_left;
};

/*
 * role: of the account in the profile.  False, and said: there is nobody to
 * apply, or nothing to apply to.  To be given to apply_close() in any case.
 */
bool apply_open(
    struct trial *, const char *role, enum own_key, struct applicant *);
void apply_close(struct applicant *);

/* ---- apply_left.c ---- */

/* Of the last answer: to be revoked, when it brings a certificate. */
void apply_left_add(struct applicant *);
/* The last answer is that to this message: revoked, when it says so. */
void apply_left_remove(struct applicant *, const struct cmp_message *);
/* Revokes them, and forgets them. */
void apply_left_revoke(struct applicant *);

/* A transaction of its own begins. */
void apply_begin(struct applicant *);
/*
 * A message that is right, but for what the body asks for: its spans point
 * into the applicant.  Its nonce is a new one.
 */
struct cmp_message apply_message(struct applicant *, unsigned body);
/* The same, with a new key for which a certificate is asked. */
struct cmp_message apply_for_key(
    struct applicant *, unsigned body, const char *name, EVP_PKEY **key);

/* Asks, files it, and looks at the answer; true when that could be read. */
bool apply_send(
    struct applicant *, const char *name, const struct cmp_message *);
/* The same with octets that may be anything. */
bool apply_post(struct applicant *, const char *name, struct span);

/*
 * Polls as "NAME-poll-N" for as long as the last answer says "waiting", though
 * not for ever.
 */
void apply_wait(struct applicant *, const char *name);

/* Wants it revoked, in a transaction of its own: CMP_NO_REASON, or one. */
bool apply_revoke(
    struct applicant *, const char *name, const struct identity *, int reason);

/* Confirms what the last answer has granted, when it has. */
bool apply_confirm(struct applicant *, const char *name);

/*
 * All of it done right: a request "NAME", polls "NAME-poll-N" as long as it
 * waits, the confirmation "NAME-confirm".  Free it in any case.
 */
bool apply_enroll(
    struct applicant *, unsigned body, const char *name, struct identity *);
/*
 * The same as "control", behind what ought to be refused: whoever refuses
 * everything proves nothing.  By PKCS #10 where the case is about that.
 */
void apply_control(struct applicant *);
void identity_free(struct identity *);
/* "for that key" may be NULL; it is taken, and read from these octets. */
bool identity_make(EVP_PKEY *key, struct span der, struct identity *);
/* Keeps what the last answer has granted for that key, which it takes. */
bool identity_take(struct applicant *, EVP_PKEY *, struct identity *);

#endif
