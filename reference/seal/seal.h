/* SPDX-License-Identifier: MIT */
/*
 * seal - a seal service: who applies for a seal, who approves, makes and
 * issues it, and who seals with it (binding "seals").
 *
 * Everybody asks with a session of the registration authority
 * (reference/ra/ra.h), and seals with the PIN of his seal besides.  What is
 * done and what is refused is in a log of its own, chained and signed as that
 * of the authority is (reference/ca/log.h), in one transaction with what it
 * tells of.
 */
#ifndef REFERENCE_SEAL_SEAL_H
#define REFERENCE_SEAL_SEAL_H

#include "reference/http/http.h"
#include "reference/ra/ra.h"

struct seal_service {
	struct store *store;
	struct ca *ca;
	const struct ra *ra;
	struct ca_signer maker; /* of seals */
	struct ca_signer clerk; /* who signs the log */
	enum fault fault;
	enum variant variant;
};

/*
 * The authorities outlive it.  Keys that are not there yet are made, and
 * certified; so are those whose certificate is about to end.
 */
struct seal_service *seal_open(
    struct ca *, const struct ra *, struct wall now, struct err *);
void seal_close(struct seal_service *);

/* Is the log whole?  False with the first record that does not follow. */
bool seal_log_holds(struct seal_service *, int64_t *bad, struct err *);

extern const struct http_app seal_app;

#endif
