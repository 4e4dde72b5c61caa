/* SPDX-License-Identifier: MIT */
/*
 * pop3/session - the rules of one POP3 conversation, seen from the server.
 *
 * Grammar is in pop3/codec.  RFC 1939, 2449 (CAPA), 2595 (STLS), 3206
 * (response codes), 5034 (AUTH).
 */
#ifndef REFERENCE_POP3_SESSION_H
#define REFERENCE_POP3_SESSION_H

#include "reference/session.h"

enum pop3_role {
	POP3_UPGRADED, /* STLS, then a login */
	POP3_IMPLICIT, /* RFC 8314 3.3: TLS from the first byte */
};

extern const struct protocol pop3_protocol;

#endif
