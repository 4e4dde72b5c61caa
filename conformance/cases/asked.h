/* SPDX-License-Identifier: MIT */
/*
 * asked - a case that asks for some codes of conformance/pki/check.def, of
 * all that a target has handed over.
 *
 * A file of such cases has a table, and judge() calls asked_claim() with the
 * findings of whatever it judged:
 *
 *	static const struct asked asks[] = {
 *		{ "crl.der", PKI_DER_FORM, PKI_DER_DEPTH, false },
 *		{ .id = NULL },
 *	};
 */
#ifndef CONFORMANCE_CASES_ASKED_H
#define CONFORMANCE_CASES_ASKED_H

#include <stdbool.h>

#include "conformance/pki/check.h"

struct trial;

struct asked {
	const char *id;            /* of the case; it may have several rows */
	enum pki_code first, last; /* in the order of check.def */
	bool may_be_absent;        /* no finding at all: that is well */
};

/* The claims of each row that has the id of this case. */
void asked_claim(
    struct trial *, const struct asked *, const struct pki_findings *);

/*
 * A claim for each finding of the codes from first to last.  Without any
 * finding there is nothing to judge, unless it is about what may be absent.
 */
void asked_claim_codes(struct trial *, const struct pki_findings *,
    enum pki_code first, enum pki_code last, bool may_be_absent);

#endif
