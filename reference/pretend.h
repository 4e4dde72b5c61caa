/* SPDX-License-Identifier: MIT */
/*
 * pretend - agrees on what no library of today agrees on: faults of TLS.
 *
 * To a ClientHello that such a fault is about, a ServerHello is said in place
 * of a handshake, and nothing behind it; all others get their handshake.
 * Pure: octets in, octets out.
 */
#ifndef REFERENCE_PRETEND_H
#define REFERENCE_PRETEND_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/fault.h"
#include "reference/service.h"

/* Has this service such a fault? */
bool pretend_does(enum fault, const struct service *);

enum pretence {
	PRETEND_MORE, /* not yet the whole of a ClientHello */
	PRETEND_NOT,  /* this one gets its handshake */
	PRETEND_SAID, /* the answer stands in the buf */
};

enum pretence pretend_answer(enum fault, struct span heard, struct buf *answer);

#endif
