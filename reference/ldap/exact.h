/* SPDX-License-Identifier: MIT */
/*
 * exact - what certificateExactMatch (RFC 4523 3.1) compares of a certificate:
 * its serial number and its issuer.
 */
#ifndef REFERENCE_LDAP_EXACT_H
#define REFERENCE_LDAP_EXACT_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"

/*
 * Of a certificate in DER, or of an assertion in GSER (RFC 4523 A.1):
 *
 *	{ serialNumber 77, issuer rdnSequence:"CN=issuing CA,C=CN" }
 *
 * Appends the same for what is equal; false, with nothing appended, when it is
 * neither of them.
 */
bool exact_prepare(struct span value, struct buf *);

#endif
