/* SPDX-License-Identifier: MIT */
/*
 * What a registration authority had done to a certificate, and did not tell
 * those who answer about it.
 */
#include <string.h>

#include <openssl/ocsp.h>

#include "reference/ca/flaw_status.h"

/* By its applications; samples and what came by CMP are as always. */
static bool
is_applied_for(const struct store_ca_certificate *c)
{
	return strncmp(c->name, "ra/", 3) == 0;
}

/* How FAULT_RA_RESUMPTION_LISTED keeps what was resumed on the list. */
static bool
is_resumed(const struct store_ca_certificate *c)
{
	return c->status == STORE_CA_HELD && c->reason == CA_REMOVE_FROM_CRL;
}

bool
ca_flaw_crl_told(enum fault fault, struct store_ca_certificate *c)
{
	if (is_resumed(c))
		c->reason = CA_CERTIFICATE_HOLD;
	if (!is_applied_for(c))
		return true;
	return !(fault == FAULT_RA_HOLD_NOT_LISTED &&
		   c->status == STORE_CA_HELD) &&
	       !(fault == FAULT_RA_REVOCATION_NOT_LISTED &&
		   c->status == STORE_CA_REVOKED);
}

void
ca_flaw_ocsp_told(enum fault fault, const struct store_ca_certificate *c,
    int *status, int *reason)
{
	const bool was_held = c->status == STORE_CA_GOOD && c->changed.us != 0;

	if (!is_applied_for(c))
		return;
	if (is_resumed(c) ||
	    (fault == FAULT_RA_HOLD_NOT_IN_OCSP &&
		c->status == STORE_CA_HELD) ||
	    (fault == FAULT_RA_REVOCATION_NOT_IN_OCSP &&
		c->status == STORE_CA_REVOKED)) {
		*status = V_OCSP_CERTSTATUS_GOOD;
		*reason = -1;
	}
	if (fault == FAULT_RA_RESUMPTION_NOT_IN_OCSP && was_held) {
		*status = V_OCSP_CERTSTATUS_REVOKED;
		*reason = CA_CERTIFICATE_HOLD;
	}
}
