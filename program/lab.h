/* SPDX-License-Identifier: MIT */
/*
 * lab - the key that runs are signed with, and its certificate.
 *
 * The key is of SM2, in PKCS #8, readable by its owner alone.  A signature is
 * SM2 with SM3 in DER, under the identifier 1234567812345678, over the octets
 * of a file, so that "openssl dgst" verifies it without us.
 */
#ifndef PROGRAM_LAB_H
#define PROGRAM_LAB_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/digest.h"
#include "lib/err.h"
#include "lib/span.h"

#define LAB_PEM_MOST       (1u << 20) /* octets of a file */
#define LAB_SIGNATURE_MOST 1024
#define LAB_SECRET_MOST    1024

/* ---- certificates ---- */

struct lab_certificate {
	void *x509;
	char *subject;         /* "CN = ..., O = ..." (RFC 2253, UTF-8) */
	char sm3[DIGEST_TEXT]; /* of the DER: the fingerprint */
	struct wall begins, ends;
	bool may_sign; /* as its key usage has it, if it has one */
};

/* The first of a PEM file; ERR_CONFIG with what: why there is none. */
bool lab_certificate_read(
    struct lab_certificate *, const char *what, struct span pem, struct err *);
void lab_certificate_free(struct lab_certificate *);
bool lab_is_own(const struct lab_certificate *); /* issued by itself */

/* Is it a signature by that certificate's key of the file's octets? */
enum lab_verdict {
	LAB_GOOD,
	LAB_BAD,
	LAB_FORMLESS, /* no signature at all: not r and s in DER */
	LAB_UNREADABLE,
	LAB_OTHER_KEY, /* not a key of SM2 */
};

enum lab_verdict lab_verify(
    const struct lab_certificate *, const char *path, struct span signature);

/* ---- keys ---- */

struct lab {
	void *key;
	struct lab_certificate certificate;
	struct buf chain;   /* of its file the certificates, and nothing else */
	bool encrypted;     /* the key is, in its file */
	struct buf picture; /* PNG of its seal; empty: ours */
};

/*
 * How a passphrase is come by: "prompt", "env:NAME" or "file:PATH"; "twice" asks
 * a second time.  To be given to lab_forget().  NULL and *err when it cannot be.
 */
char *lab_secret(const char *how, bool twice, struct err *);
void lab_forget(char *secret);

/*
 * secret NULL: asked for at the terminal when the key is encrypted.  False when
 * key and certificate are no pair, others may read the key, or the
 * certificate is not valid now.
 */
bool lab_open(struct lab *, const char *key, const char *certificate,
    const char *secret, struct wall now, struct err *);
void lab_free(struct lab *);

/*
 * The steps of lab_open(), for who wants to know of each: after lab_init(), and
 * lab_free() whatever comes of them.
 */
void lab_init(struct lab *);
bool lab_open_key(
    struct lab *, const char *path, const char *secret, struct err *);
bool lab_open_certificate(struct lab *, const char *path, struct err *);
bool lab_is_pair(
    const struct lab *, const char *key, const char *certificate, struct err *);
bool lab_is_valid(
    const struct lab *, const char *certificate, struct wall now, struct err *);
bool lab_may_sign(const struct lab *, const char *certificate, struct err *);

/* Into an initialised buffer. */
bool lab_sign(
    const struct lab *, const char *path, struct buf *signature, struct err *);

/*
 * DIR/key.pem, DIR/certificate.pem and DIR/request.pem, none of which may be
 * there; secret NULL: the key is not encrypted.
 */
bool lab_make(const char *dir, const char *name, const char *secret,
    struct wall now, struct err *);

#endif
