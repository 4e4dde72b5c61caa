/* SPDX-License-Identifier: MIT */
/*
 * smtp/mangle - the ways in which a bad relay spoils what it carries.
 *
 * RFC 5321 2.3.1 and 6.4: content is passed on as it came.  The faults about
 * content are rows of one table here, so that the courier knows of none.
 */
#ifndef REFERENCE_SMTP_MANGLE_H
#define REFERENCE_SMTP_MANGLE_H

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/fault.h"

/* The content to relay: "in", or what the fault makes of it, in "work". */
struct span mangle(enum fault, struct span in, struct buf *work);

/* The same for what is delivered to a mailbox here. */
struct span mangle_delivered(enum fault, struct span in, struct buf *work);

#endif
