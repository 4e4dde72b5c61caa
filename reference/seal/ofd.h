/* SPDX-License-Identifier: MIT */
/*
 * ofd - documents of GB/T 33190-2016, sealed and checked.
 *
 * A seal covers every file of the package but those of signatures: its own
 * Signature.xml is what it signs, and the list of them, Signatures.xml, grows
 * with each seal.  A document that is sealed whole has that list covered too:
 * then there is no further seal.
 */
#ifndef REFERENCE_SEAL_OFD_H
#define REFERENCE_SEAL_OFD_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/span.h"
#include "reference/seal/check.h"
#include "reference/seal/sign.h"

struct ofd_order {
	struct span document;
	unsigned page; /* from 1 */
	double x, y;   /* mm, of the picture's upper left corner */
	bool whole;
	/* digest and property are set by ofd_seal() */
	struct seal_use use;
};

/*
 * ERR_LIMIT, ERR_PROTOCOL: it is no document that can be sealed, and why;
 * ERR_CONFIG: there is no such page or place.
 */
bool ofd_seal(const struct ofd_order *, struct buf *to, struct err *);

/*
 * All seals of a document, in the order of the list: the first that does not
 * hold.  How many there are is in *n, unless that is NULL.
 */
void ofd_check(struct span document, const struct seal_question *,
    struct seal_answer *, size_t *n);

/* A document of one page with this line on it. */
bool ofd_blank(const char *line, struct wall, struct buf *to, struct err *);

#endif
