/* SPDX-License-Identifier: MIT */
/*
 * pki/signature - algorithms, keys, and whether a signature verifies.
 *
 * What is computed is computed by OpenSSL.  For SM2 the signer's identifier
 * is 1234567812345678 (GM/T 0009, RFC 8998), which OpenSSL has to be told.
 */
#ifndef CONFORMANCE_PKI_SIGNATURE_H
#define CONFORMANCE_PKI_SIGNATURE_H

#include <stdbool.h>

#include "conformance/pki/check.h"
#include "conformance/pki/der.h"
#include "conformance/pki/oid.h"
#include "lib/span.h"

#define DIGEST_MOST 64 /* octets */

struct pki_algorithm {
	struct span whole; /* the AlgorithmIdentifier's octets */
	struct span oid;
	enum oid id;
	struct span parameters; /* its octets; none when it is absent */
};

enum key_kind {
	KEY_UNKNOWN,
	KEY_RSA,
	KEY_EC,
	KEY_SM2,
	KEY_ED25519,
	KEY_ED448,
};

struct pki_key {
	struct span whole; /* the SubjectPublicKeyInfo's octets */
	struct pki_algorithm algorithm;
	struct span bits; /* the key itself, without the unused bits' octet */
};

enum signature {
	SIGNATURE_GOOD,
	SIGNATURE_BAD,
	SIGNATURE_OTHER_KEY,   /* the algorithm is not one for this key */
	SIGNATURE_UNSUPPORTED, /* nobody here can say */
};

/* Each takes one from where the reader stands. */
struct pki_algorithm algorithm_read(struct der *);
struct pki_key key_read(struct der *);

bool algorithm_equal(
    const struct pki_algorithm *, const struct pki_algorithm *);
/* A signature algorithm that can be verified here. */
bool algorithm_is_known(const struct pki_algorithm *);
/* Parameters as the algorithm's definition wants them; SM2: NULL or none. */
bool algorithm_parameters_fit(const struct pki_algorithm *);
bool algorithm_is_weak(const struct pki_algorithm *); /* MD5, SHA-1 */

enum key_kind key_kind(const struct pki_key *);
/*
 * Size in bits, or 0 when OpenSSL cannot read the key.  *security is what
 * SP 800-57 part 1 table 2 says of it.
 */
unsigned key_bits(const struct pki_key *, unsigned *security);

/* A value that any signature of this algorithm could be. */
bool signature_has_form(const struct pki_algorithm *, struct span value);

enum signature signature_verify(const struct pki_algorithm *,
    const struct pki_key *, struct span message, struct span value);
/*
 * The same of RFC 5652, where the digest may be named apart and the signature
 * algorithm be that of the key alone (rsaEncryption).
 */
enum signature signature_verify_cms(const struct pki_algorithm *digest,
    const struct pki_algorithm *, const struct pki_key *, struct span message,
    struct span value);

/* SM2 with SM3, under any signer's identifier; which may be empty. */
enum signature signature_verify_sm2(const struct pki_key *,
    struct span identifier, struct span message, struct span value);

/* A finding of that result; true when the signature is good. */
bool signature_tell(struct pki_findings *, enum pki_code, enum signature,
    const struct pki_algorithm *);

/* Octets of the digest, or 0 when it is unknown. */
size_t digest_size(enum oid);
size_t digest_of(enum oid, struct span, char digest[DIGEST_MOST]);

#endif
