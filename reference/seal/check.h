/* SPDX-License-Identifier: MIT */
/*
 * check - whether a seal, or what was signed with one, may be believed: in
 * the order of GB/T 38540-2020 7.3 and, for a seal by itself, 6.3.
 *
 * The first reason why not is told, as a code of reason.def.  Certificates
 * and the seal have to be good when it was signed (when it was stamped, where
 * a stamp holds); lists have to be fresh when one asks.
 */
#ifndef REFERENCE_SEAL_CHECK_H
#define REFERENCE_SEAL_CHECK_H

#include <stdbool.h>

#include "lib/clock.h"
#include "lib/span.h"
#include "reference/fault.h"
#include "reference/seal/trust.h"
#include "reference/variant.h"

enum seal_why {
	WHY_FINE,
#define REASON(id, code, en) WHY_##id,
#include "reference/seal/reason.def"
#undef REASON
	WHY_COUNT
};

struct seal_question {
	const struct seal_trust *trust;
	struct wall now;
	/*
	 * What the service knows of the seal: WHY_FINE (or a stranger's),
	 * WHY_SEAL_HELD or WHY_SEAL_REVOKED; NULL: nothing.
	 */
	enum seal_why (*state)(void *with, const char *esid);
	void *with;
	enum fault fault;
	enum variant variant;
};

#define SEAL_NOTE 400

struct seal_answer {
	enum seal_why why; /* WHY_FINE: it is valid */
	/* of why: details; of what is valid: what is remarked, or "" */
	char note[SEAL_NOTE];
};

const char *seal_reason_code(enum seal_why); /* "signature"; "" of FINE */
const char *seal_reason_text(enum seal_why); /* a sentence */

/* A seal by itself, at this time. */
void seal_check(
    struct span seal, const struct seal_question *, struct seal_answer *);
/* What was signed with one; data: the document. */
void seal_check_signed(struct span data, struct span signature,
    const struct seal_question *, struct seal_answer *);

#endif
