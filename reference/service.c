/* SPDX-License-Identifier: MIT */
#include "reference/service.h"

#include "reference/imap/session.h"
#include "reference/ldap/session.h"
#include "reference/pop3/session.h"
#include "reference/smtp/session.h"

/* clang-format off */
const struct service services[SERVICES] = {
	[SERVICE_SMTP]        = { "smtp", &smtp_protocol, SMTP_RELAY,
				  false, "starttls", NULL },
	[SERVICE_SUBMISSION]  = { "submission", &smtp_protocol, SMTP_SUBMISSION,
				  false, "starttls", NULL },
	[SERVICE_SUBMISSIONS] = { "submissions", &smtp_protocol,
				  SMTP_SUBMISSIONS, true, "implicit", NULL },
	[SERVICE_POP3]        = { "pop3", &pop3_protocol, POP3_UPGRADED,
				  false, "starttls", NULL },
	[SERVICE_POP3S]       = { "pop3s", &pop3_protocol, POP3_IMPLICIT,
				  true, "implicit", NULL },
	[SERVICE_IMAP]        = { "imap", &imap_protocol, IMAP_UPGRADED,
				  false, "starttls", NULL },
	[SERVICE_IMAPS]       = { "imaps", &imap_protocol, IMAP_IMPLICIT,
				  true, "implicit", NULL },
	[SERVICE_LDAP]        = { "ldap", &ldap_protocol, LDAP_UPGRADED,
				  false, "starttls", NULL },
	[SERVICE_LDAPS]       = { "ldaps", &ldap_protocol, LDAP_IMPLICIT,
				  true, "implicit", NULL },
};
/* clang-format on */
