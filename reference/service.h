/* SPDX-License-Identifier: MIT */
/*
 * service - what "yanshou serve" listens for: one row per endpoint.
 */
#ifndef REFERENCE_SERVICE_H
#define REFERENCE_SERVICE_H

#include <stdbool.h>

#include "reference/session.h"

enum service_id {
	SERVICE_SMTP,
	SERVICE_SUBMISSION,
	SERVICE_SUBMISSIONS,
	SERVICE_POP3,
	SERVICE_POP3S,
	SERVICE_IMAP,
	SERVICE_IMAPS,
	SERVICE_LDAP,
	SERVICE_LDAPS,
	SERVICE_CA,
	SERVICE_OCSP,
	SERVICE_CRL,
	SERVICE_TSA,
	SERVICE_CRYPTO,
	SERVICE_RA,
	SERVICE_SEAL,
	SERVICES
};

struct service {
	const char *name; /* in profiles, logs and reports */
	const struct protocol *protocol;
	int role;         /* which of the protocol's */
	bool secure;      /* TLS from the first byte */
	const char *tls;  /* how profiles say so */
	const char *path; /* of what speaks HTTP: "/ocsp"; else NULL */
};

extern const struct service services[SERVICES];

/* TLS from the first byte, unless a fault says otherwise. */
bool service_is_secure(enum fault, const struct service *);

#endif
