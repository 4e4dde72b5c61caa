/* SPDX-License-Identifier: MIT */
/*
 * smtp/session - the rules of one SMTP conversation, seen from the server.
 *
 * Grammar is in smtp/codec.  RFC 5321, 6409 (submission), 3207, 4954, 1870,
 * 6152, 2920, 2034, 3461, 6531, 3030.
 */
#ifndef REFERENCE_SMTP_SESSION_H
#define REFERENCE_SMTP_SESSION_H

#include "reference/session.h"

enum smtp_role {
	SMTP_RELAY,       /* RFC 5321: mail for our domains, from anybody */
	SMTP_SUBMISSION,  /* RFC 6409: STARTTLS, then AUTH, then mail */
	SMTP_SUBMISSIONS, /* RFC 8314 3.3: TLS from the first byte */
};

extern const struct protocol smtp_protocol;

#endif
