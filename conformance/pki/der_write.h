/* SPDX-License-Identifier: MIT */
/*
 * pki/der_write - writes DER (X.690), element by element.
 *
 * An element is begun, filled, and given its length at its end:
 *
 *	mark = der_begin(b, DER_SEQUENCE);
 *	der_put_oid(b, id);
 *	der_finish(b, mark);
 */
#ifndef CONFORMANCE_PKI_DER_WRITE_H
#define CONFORMANCE_PKI_DER_WRITE_H

#include "conformance/pki/der.h"
#include "conformance/pki/oid.h"
#include "lib/buf.h"

size_t der_begin(struct buf *, unsigned tag);
void der_finish(struct buf *, size_t mark);
/* What was begun there, tag and length with it; not before it is finished. */
struct span der_written(const struct buf *, size_t mark);

void der_put(struct buf *, unsigned tag, struct span content);
void der_put_oid(struct buf *, enum oid);
void der_put_number(struct buf *, int32_t);
/* A BIT STRING of whole octets. */
void der_put_bits(struct buf *, struct span octets);
/* AlgorithmIdentifier; parameters: whole, or nothing. */
void der_put_algorithm(struct buf *, enum oid, struct span parameters);

#endif
