/* SPDX-License-Identifier: MIT */
/*
 * pki/timestamp - a time stamp, of what, and by whom (RFC 3161, RFC 5816,
 * RFC 5652).
 *
 * What is given is a TimeStampResp or the TimeStampToken alone.  Spans point
 * into its octets.
 */
#ifndef CONFORMANCE_PKI_TIMESTAMP_H
#define CONFORMANCE_PKI_TIMESTAMP_H

#include <stdbool.h>

#include "conformance/pki/certificate.h"

#define STAMP_MOST         (1 << 20) /* octets; a longer one is not read */
#define STAMP_CERTIFICATES 8         /* of those that it brings are read */

struct pki_stamp {
	struct span whole;
	bool is_response; /* with a status */
	uint32_t status;
	bool has_token;

	/* SignedData */
	uint32_t data_version;
	struct span
	    digests; /* digestAlgorithms, its content: signed by nobody */
	struct span content_type;
	struct span content; /* TSTInfo, its octets */
	struct span certificates[STAMP_CERTIFICATES];
	size_t n_certificates;
	size_t n_signers;
	/* SignerInfo, the first */
	uint32_t signer_version;
	struct span signer_issuer, signer_serial, signer_key;
	struct pki_algorithm digest, algorithm;
	struct span attributes; /* [0], its content */
	bool has_attributes;
	struct span signature;

	/* TSTInfo; false when it could not be read */
	bool has_info;
	uint32_t version;
	struct span policy;
	struct pki_algorithm imprint;
	struct span hash;
	struct span serial;
	struct span time;
	struct wall at;
	bool time_is_sound;
	bool accuracy_is_sound;
	int64_t accuracy_us; /* -1: none is given */
	struct span nonce;   /* the INTEGER's content; or none */
	bool has_nonce;
	bool has_name;
	struct general name; /* of the TSA */
	struct pki_extensions extensions;
};

struct stamp_ask {
	/* Where to look for the TSA's certificate besides. */
	const struct pki_certificate *const *others;
	size_t n_others;
	struct wall at;
	bool has_data;
	struct span data;   /* what should be stamped */
	struct span nonce;  /* INTEGER's content that was sent; or none */
	struct span policy; /* OID that was asked for; or none */
};

/* Reads, adding der.* and stamp.structure; false: nothing may be used. */
bool stamp_read(struct pki_stamp *, struct span der, struct pki_findings *);

/* stamp.*; true when the stamp may be believed, its TSA being trusted. */
bool stamp_judge(
    const struct pki_stamp *, const struct stamp_ask *, struct pki_findings *);

/*
 * The TSA's certificate, among those the stamp brings (then read into *found)
 * and the others; NULL when it is not there.
 */
const struct pki_certificate *stamp_signer(const struct pki_stamp *,
    const struct stamp_ask *, struct pki_certificate *found);

#endif
