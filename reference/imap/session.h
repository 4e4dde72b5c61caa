/* SPDX-License-Identifier: MIT */
/*
 * imap/session - the rules of one IMAP4rev1 conversation, from the server.
 *
 * Grammar is in imap/codec and its neighbours.  RFC 3501, 2177 (IDLE), 2342
 * (NAMESPACE), 2971 (ID), 3348 (CHILDREN), 3691 (UNSELECT), 4315 (UIDPLUS),
 * 4959 (SASL-IR), 5161 (ENABLE), 5256 (SORT), 5530 (response codes), 6154
 * (SPECIAL-USE), 6851 (MOVE), 7162 (CONDSTORE), 7888 (LITERAL+), 9208
 * (QUOTA).
 */
#ifndef REFERENCE_IMAP_SESSION_H
#define REFERENCE_IMAP_SESSION_H

#include "reference/session.h"

enum imap_role {
	IMAP_UPGRADED, /* STARTTLS, then a login */
	IMAP_IMPLICIT, /* RFC 8314 3.2: TLS from the first byte */
};

extern const struct protocol imap_protocol;

#endif
