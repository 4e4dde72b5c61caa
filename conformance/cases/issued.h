/* SPDX-License-Identifier: MIT */
/*
 * issued - the certificates that a profile hands over to be judged, and those
 * of the authorities above them, as evidence.
 *
 *	certificates.tsv	NAME CLASS STATUS, one a line
 *	NAME.der		each of them
 *	ca-N.der		trust anchors, then issuing CAs
 */
#ifndef CONFORMANCE_CASES_ISSUED_H
#define CONFORMANCE_CASES_ISSUED_H

#include <stdbool.h>
#include <stddef.h>

#include "conformance/pki/certificate.h"
#include "conformance/trial.h"

struct issued {
	char name[64], class[16], status[16];
	struct pki_certificate certificate;
	bool readable; /* it has the structure of a certificate */
};

struct issued_set {
	struct issued *at;
	size_t n, n_cas; /* the CAs come last, with the class "ca" */
};

/* Reads what the profile names and files it. */
bool issued_collect(struct trial *);

/*
 * Back from the evidence, with all findings of each by itself.  False, and
 * said: there is nothing to judge.  What is read belongs to the trial.
 */
bool issued_open(struct trial *, struct issued_set *, struct pki_findings *);
void issued_close(struct issued_set *);
/* The same; there may be CAs alone, or none of all. */
bool issued_open_any(
    struct trial *, struct issued_set *, struct pki_findings *);

#endif
