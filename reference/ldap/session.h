/* SPDX-License-Identifier: MIT */
/*
 * ldap/session - the rules of one LDAP session, seen from the server.
 *
 * RFC 4511, 4513 (simple bind), 2696 (paged results), 4526 (absolute
 * filters), 4532 (Who am I), 3673 ("+").
 */
#ifndef REFERENCE_LDAP_SESSION_H
#define REFERENCE_LDAP_SESSION_H

#include "reference/session.h"

enum ldap_role {
	LDAP_UPGRADED, /* StartTLS, then a bind */
	LDAP_IMPLICIT, /* "ldaps": TLS from the first byte */
};

extern const struct protocol ldap_protocol;

#endif
