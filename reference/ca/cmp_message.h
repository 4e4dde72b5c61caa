/* SPDX-License-Identifier: MIT */
/*
 * cmp_message - PKIMessage (RFC 4210 5.1), read and written.
 *
 * What is read are spans of the octets that came, so that protection is
 * checked over what was sent and not over what we would have sent.
 */
#ifndef REFERENCE_CA_CMP_MESSAGE_H
#define REFERENCE_CA_CMP_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/span.h"
#include "reference/ldap/ber.h"

#define CMP_MESSAGE_MOST (256u << 10)
#define CMP_ID_MOST      64 /* octets of a transactionID, or of a nonce */

/* PKIBody: the tags. */
enum cmp_body {
	CMP_IR = 0,
	CMP_IP = 1,
	CMP_CR = 2,
	CMP_CP = 3,
	CMP_P10CR = 4,
	CMP_KUR = 7,
	CMP_KUP = 8,
	CMP_RR = 11,
	CMP_RP = 12,
	CMP_PKICONF = 19,
	CMP_GENM = 21,
	CMP_GENP = 22,
	CMP_ERROR = 23,
	CMP_CERTCONF = 24,
	CMP_POLLREQ = 25,
	CMP_POLLREP = 26,
};

/* PKIFailureInfo (RFC 4210 5.2.3): the bits. */
enum cmp_failure {
	CMP_FINE = -1,
	CMP_BAD_ALG = 0,
	CMP_BAD_MESSAGE_CHECK = 1,
	CMP_BAD_REQUEST = 2,
	CMP_BAD_TIME = 3,
	CMP_BAD_CERT_ID = 4,
	CMP_BAD_DATA_FORMAT = 5,
	CMP_WRONG_AUTHORITY = 6,
	CMP_BAD_POP = 9,
	CMP_CERT_REVOKED = 10,
	CMP_CERT_CONFIRMED = 11,
	CMP_WRONG_INTEGRITY = 12,
	CMP_BAD_RECIPIENT_NONCE = 13,
	CMP_UNACCEPTED_EXTENSION = 16,
	CMP_BAD_SENDER_NONCE = 18,
	CMP_BAD_CERT_TEMPLATE = 19,
	CMP_SIGNER_NOT_TRUSTED = 20,
	CMP_TRANSACTION_ID_IN_USE = 21,
	CMP_UNSUPPORTED_VERSION = 22,
	CMP_NOT_AUTHORIZED = 23,
	CMP_SYSTEM_FAILURE = 25,
};

/* PKIStatus */
enum cmp_status {
	CMP_ACCEPTED = 0,
	CMP_GRANTED_WITH_MODS = 1,
	CMP_REJECTION = 2,
	CMP_WAITING = 3,
};

/* What is not there has a NULL ptr. */
struct cmp_message {
	int64_t version;
	struct span sender, recipient; /* GeneralName, whole */
	struct span time;              /* the digits: GeneralizedTime */
	struct span algorithm;         /* AlgorithmIdentifier, whole */
	struct span sender_kid, transaction, sender_nonce, recip_nonce;
	bool implicit; /* implicitConfirm is asked for */
	int body;      /* the tag */
	struct span content;
	struct span parts;      /* header and body as they came */
	struct span protection; /* octets of the BIT STRING */
	struct span extra;      /* certificates, one behind the other */
};

/* False: it is none.  As far as it could be read it is filled in. */
bool cmp_read(struct span octets, struct cmp_message *);

/* DER of ProtectedPart, given header and body. */
void cmp_protected_part(struct span parts, struct buf *to);

/* Adds PKIStatusInfo; why is CMP_FINE where nothing failed. */
void cmp_put_status(
    const struct ber_out *, int status, enum cmp_failure why, const char *text);

#endif
