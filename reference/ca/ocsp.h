/* SPDX-License-Identifier: MIT */
/*
 * ocsp - answers about the status of certificates (RFC 6960, RFC 9654).
 *
 * What issuing CAs have issued is answered by a delegated responder of the
 * same algorithm, what roots have issued by the root itself.
 */
#ifndef REFERENCE_CA_OCSP_H
#define REFERENCE_CA_OCSP_H

#include "reference/ca/ca.h"

/* Request and answer in DER; there is an answer to everything. */
void ca_ocsp(struct ca *, struct span request, struct wall now, struct buf *to);

#endif
