/* SPDX-License-Identifier: MIT */
/*
 * tsa - time stamps (RFC 3161, RFC 5816).
 *
 * OpenSSL can make them, but not with SM2; so they are put together here
 * from its structures, in all algorithms alike.
 */
#ifndef REFERENCE_CA_TSA_H
#define REFERENCE_CA_TSA_H

#include "reference/ca/ca.h"

/* Request and answer in DER; there is an answer to everything. */
void ca_stamp(struct ca *, enum ca_algorithm, struct span request,
    struct wall now, struct buf *to);

#endif
