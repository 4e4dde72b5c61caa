/* SPDX-License-Identifier: MIT */
/*
 * load_examine_issue - what a CA has answered to applications under load: is
 * it the certificate that was asked for, and no other has its number?
 */
#ifndef PROGRAM_LOAD_EXAMINE_ISSUE_H
#define PROGRAM_LOAD_EXAMINE_ISSUE_H

#include "lib/profile.h"
#include "program/load_pki.h"

/* All that were looked at, of one load. */
struct load_issued {
	const struct load_pki *pki;
	const struct profile *profile;
	void *numbers; /* a tree of them */
};

/* Both outlive it. */
void load_issued_open(
    struct load_issued *, const struct load_pki *, const struct profile *);
void load_issued_close(struct load_issued *);

/*
 * The findings are those of the answer to that request; false, and why: it
 * is none that could be judged, it has issued nothing, nobody of the profile's
 * CAs has signed it, or its serial number was given before.  Octets of answers
 * have to stay until it is closed.  *waits: it would come later (RFC 4210
 * 5.3.22), and one exchange is not enough to tell.
 */
bool load_examine_issued(struct load_issued *, struct span request,
    struct span answer, struct pki_findings *, bool *waits, char why[200]);

#endif
