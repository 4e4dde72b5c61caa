/* SPDX-License-Identifier: MIT */
/*
 * status - what cases about CRLs, OCSP and time stamps share: who issued
 * what, and when an answer was heard, which replay must not ask the clock.
 */
#ifndef CONFORMANCE_CASES_STATUS_H
#define CONFORMANCE_CASES_STATUS_H

#include "conformance/cases/issued.h"
#include "conformance/client/web.h"

/*
 * Clocks differ, and whoever has his a moment ahead of ours has done nothing
 * wrong: what is dated so little in the future is not.
 */
#define STATUS_SKEW_US 1000000

/*
 * The CA of this name and, where several have it, of this key identifier; NULL
 * when it is not there.
 */
const struct issued *status_ca(
    const struct issued_set *, struct span name, struct span key_id);
/* Of a certificate that is readable: that of its issuer. */
const struct issued *status_issuer(
    const struct issued_set *, const struct issued *);

/* In collect(): now, as the fact KEY. */
void status_note_time(struct trial *, const char *key);
/* In judge(): that, and STATUS_SKEW_US; false when it was not noted. */
bool status_time(struct trial *, const char *key, struct wall *);

/* Need: NAME was answered.  To be given to web_answer_free() in any case. */
bool status_heard(struct trial *, const char *name, struct web_answer *);
/*
 * Claim: NAME was answered at all, behind a request that was odd and had its
 * answer: a service that is gone then has broken on it.
 */
bool status_goes_on(struct trial *, const char *clause, const char *name);

#endif
