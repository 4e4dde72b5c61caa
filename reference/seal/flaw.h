/* SPDX-License-Identifier: MIT */
/*
 * flaw - seals, signatures, documents and verifications that are wrong in one
 * way: the faults SEAL_, SIGN_, OFD_ and VERIFY_ of reference/fault.def; and
 * what is unusual.
 *
 * Each leaves everything as it is without its fault.
 */
#ifndef REFERENCE_SEAL_FLAW_H
#define REFERENCE_SEAL_FLAW_H

#include "reference/seal/check.h"
#include "reference/seal/make.h"
#include "reference/seal/ses.h"
#include "reference/seal/sign.h"

/* ---- what seals and signatures have in common: flaw.c ---- */

enum flaw {
	FLAW_NONE,
	FLAW_CRITICAL, /* extDatas */
	FLAW_UNTAGGED,
	FLAW_FALSE,
	FLAW_ARC, /* the algorithm */
	FLAW_WHOLE,
	FLAW_UNUSED, /* the value */
	FLAW_RAW,
	FLAW_NAMELESS,
	FLAW_WRONG,
	FLAW_TRUNCATED, /* the certificate */
	FLAW_SELF_SIGNED,
	FLAW_EXPIRED,
	FLAW_REVOKED,
	FLAW_USAGE,
	FLAW_NOT_DER, /* the encoding */
	FLAW_MORE,
};

enum flaw flaw_of_seal(enum fault);
enum flaw flaw_of_signature(enum fault);

bool flaw_extensions(enum flaw, enum variant, struct ses_extensions *);
/* Whose it will be, as ses_by_set(); ca: who certified him, or NULL. */
bool flaw_by(enum flaw, const struct ca_signer *, struct ca *, struct wall now,
    struct ses_by *);
/* Signs; without a flaw as it should be. */
bool flaw_sign(enum flaw, EVP_PKEY *, struct span what, ASN1_BIT_STRING *to);
/* What was written. */
void flaw_written(enum flaw, struct buf *der);
/* The same certificate, by its own key. */
X509 *flaw_self_signed(X509 *, EVP_PKEY *);

/* ---- a seal: flaw_seal.c ---- */

void flaw_order(struct seal_order *);
bool flaw_info(const struct seal_order *, struct ses_info *);
/* What is signed, and in which format. */
bool flaw_seal_tbs(enum fault, struct ses_seal *, struct buf *to);

/* ---- a signature: flaw_sign.c ---- */

void flaw_use(struct seal_use *);
bool flaw_tbs(enum fault, struct ses_signature *);
/* Whom it is stamped by, and of what. */
bool flaw_stamp(const struct seal_use *, const unsigned char *digest,
    bool (*stamp)(struct ca *, struct wall, const unsigned char *digest,
	struct buf *token),
    struct buf *token);
void flaw_stamped(enum fault, struct ses_signature *);

/* ---- a document: flaw_ofd.c ---- */

struct pack;

/* CheckMethod. */
const char *flaw_method(enum fault);
bool flaw_leaves_out(enum fault, const char *file);
/* Of octets, by that method; returns its length. */
unsigned flaw_file_digest(
    enum fault, const char *file, struct span octets, unsigned char *digest);
void flaw_ofd_use(struct seal_use *);
/* The document goes back as it came. */
bool flaw_ofd_leaves(enum fault);
/* With which seal; *other may hold it, free it afterwards. */
void flaw_ofd_order(struct seal_use *, struct buf *other);
/* What nobody has sealed yet. */
void flaw_ofd_first(enum fault, struct pack *);
/* What is there already when a further seal is put. */
void flaw_ofd_again(enum fault, struct pack *);
/* Seal.esl is there, and not yet referenced. */
void flaw_ofd_beside(enum fault, struct pack *, const char *seal);
/* All is in it, under these names. */
void flaw_ofd_sealed(
    enum fault, struct pack *, const char *xml, const char *value);
/* Where it is seen: the page by its ID, and the Boundary. */
const char *flaw_ofd_page(enum fault, const char *id);
void flaw_ofd_box(enum fault, char *box, size_t size);
/* SignatureMethod. */
const char *flaw_ofd_algorithm(enum fault, const char *oid);
/* The package as it is handed out. */
void flaw_ofd_written(enum fault, struct buf *package);
/* What was found of all seals, at this time. */
void flaw_ofd_found(
    enum fault, struct wall now, size_t seals, struct seal_answer *);

/* ---- what was found: flaw_verify.c ---- */

struct flaw_facts {
	bool has_digests; /* certListType 2 */
	bool has_stamp;
	size_t octets; /* of the document */
};

/* free() it. */
char *seal_flaw_code(enum fault, const char *code, struct wall now);
void seal_flaw_found(
    enum fault, const struct flaw_facts *, struct seal_answer *);

#endif
