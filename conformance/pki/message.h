/* SPDX-License-Identifier: MIT */
/*
 * pki/message - signed data and enveloped data of GB/T 35275, which are those
 * of PKCS #7 (RFC 2315) under other object identifiers.
 *
 * Spans point into the octets that were given.
 */
#ifndef CONFORMANCE_PKI_MESSAGE_H
#define CONFORMANCE_PKI_MESSAGE_H

#include <stdbool.h>

#include "conformance/pki/certificate.h"

#define MESSAGE_MOST  (16 << 20) /* octets; a longer one is not read */
#define MESSAGE_LISTS 8          /* of each list so many are read */

/* Who signed it, or whom it is for. */
struct message_party {
	uint32_t version;
	struct span issuer, serial;
	struct pki_algorithm digest; /* of a signer */
	struct pki_algorithm algorithm;
	bool has_attributes;
	struct span attributes; /* [0], tag and length with it */
	struct span value;      /* the signature, or the encrypted key */
};

struct pki_message {
	struct span whole;
	enum oid type; /* of PKCS #7 or of GB/T 35275 */
	bool is_signed;
	uint32_t version;
	struct span content_type;
	bool has_content;
	struct span content;         /* signed, or encrypted */
	struct pki_algorithm cipher; /* of what is encrypted */
	struct pki_algorithm digests[MESSAGE_LISTS];
	struct span certificates[MESSAGE_LISTS];
	struct message_party parties[MESSAGE_LISTS];
	size_t n_digests, n_certificates, n_parties;
};

struct message_ask {
	/* Where to look for signers' certificates besides. */
	const struct pki_certificate *const *others;
	size_t n_others;
	bool has_data;
	struct span data;                        /* what was to be signed */
	const struct pki_certificate *recipient; /* or NULL */
	struct span key; /* of the recipient, PKCS #8; or none */
};

/* Reads, adding der.* and message.structure; false: nothing may be used. */
bool message_read(struct pki_message *, struct span der, struct pki_findings *);

/* message.*; true when it may be believed, its signers being trusted. */
bool message_judge(const struct pki_message *, const struct message_ask *,
    struct pki_findings *);

/*
 * The certificate of signer n, among those the message brings (then read into
 * *found) and the others; NULL when it is not there.
 */
const struct pki_certificate *message_signer(const struct pki_message *,
    size_t n, const struct message_ask *, struct pki_certificate *found);

#endif
