/* SPDX-License-Identifier: MIT */
/*
 * pki - a throw-away CA and one server certificate, as PEM files.
 *
 *	DIR/ca.pem	what a client has to believe
 *	DIR/server.pem	leaf, then CA
 *	DIR/server.key	its key, mode 0600
 *
 * The CA's key is forgotten: a second call makes another CA.
 */
#ifndef REFERENCE_PKI_H
#define REFERENCE_PKI_H

#include "lib/clock.h"
#include "lib/err.h"

enum pki_leaf {
	PKI_GOOD,
	PKI_EXPIRED,
	PKI_NOT_YET,     /* begins tomorrow */
	PKI_OTHER_NAME,  /* only for other.example.test */
	PKI_SELF_SIGNED, /* not by the CA of ca.pem */
	PKI_WEAK_KEY,    /* RSA, 1024 bits */
	PKI_OTHER_USE,   /* for clients alone */
	PKI_WEAK_DIGEST, /* signed with SHA-1 */
	PKI_STRAY,       /* another CA's between it and its own */
	PKI_LEAVES
};

#define PKI_HOST "mail.example.test" /* CN, and first of the SANs */

/* dir is created when it is missing. */
bool pki_make(const char *dir, enum pki_leaf, struct wall now, struct err *);

#endif
