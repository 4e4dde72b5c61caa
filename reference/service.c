/* SPDX-License-Identifier: MIT */
#include "reference/service.h"

#include "reference/http/http.h"
#include "reference/http/session.h"
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
	[SERVICE_CA]          = { "ca", &http_protocol, HTTP_CA,
				  false, "none", "/" },
	[SERVICE_OCSP]        = { "ocsp", &http_protocol, HTTP_OCSP,
				  false, "none", "/ocsp" },
	[SERVICE_CRL]         = { "crl", &http_protocol, HTTP_CRL,
				  false, "none", "/crl/sm2.crl" },
	[SERVICE_TSA]         = { "tsa", &http_protocol, HTTP_TSA,
				  false, "none", "/tsa" },
	[SERVICE_CRYPTO]      = { "crypto", &http_protocol, HTTP_CRYPTO,
				  true, "implicit", "/" },
	[SERVICE_RA]          = { "ra", &http_protocol, HTTP_RA,
				  true, "implicit", "/" },
	[SERVICE_SEAL]        = { "seal", &http_protocol, HTTP_SEAL,
				  true, "implicit", "/" },
};
/* clang-format on */

bool
service_is_secure(enum fault fault, const struct service *service)
{
	return service->secure && (fault != FAULT_SEC_PASSWORD_IN_CLEAR ||
				      service != &services[SERVICE_CRYPTO]);
}
