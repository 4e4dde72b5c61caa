/* SPDX-License-Identifier: MIT */
/*
 * Verification, of what anybody has sealed: one is told the first thing that
 * is wrong.  What became of a seal of ours since does not count: whether its
 * signer's certificate was revoked by then is said by the lists.
 */
#include <stdlib.h>

#include "reference/seal/check.h"
#include "reference/seal/flaw.h"
#include "reference/seal/inner.h"
#include "reference/seal/ofd.h"

/* A fault: a seal that is revoked by now has never been good. */
static enum seal_why
state_of(void *with, const char *esid)
{
	struct desk_call *c = with;
	struct store_seal s;

	return store_seal_by_esid(c->store, esid, &s) && s.state == SEAL_REVOKED
		   ? WHY_SEAL_REVOKED
		   : WHY_FINE;
}

static void
give(struct desk_call *c, const struct seal_answer *a)
{
	char *code = seal_flaw_code(
	    c->desk->fault, seal_reason_code(a->why), c->http.now);

	bound_give_flag(&c->http, "valid", a->why == WHY_FINE);
	bound_give_text(&c->http, "code", code);
	bound_give_text(&c->http, "note", a->note);
	free(code);
}

static bool
verify(struct desk_call *c,
    void (*check)(
	struct desk_call *, const struct seal_question *, struct seal_answer *))
{
	const bool backwards = desk_faulty(c, FAULT_SEAL_REVOKED_BACKWARDS);
	struct seal_answer a = { .why = WHY_FINE };
	struct seal_trust trust;
	struct err err;
	const bool ok =
	    seal_trust_read(&trust, bound_octets(&c->http, "anchors"),
		bound_octets(&c->http, "certificates"),
		bound_octets(&c->http, "lists"), &err) ||
	    bound_refuse(&c->http, 400, "%s", err.what);

	if (ok) {
		check(c,
		    &(struct seal_question){ .trust = &trust,
			.now = c->http.now,
			.state = backwards ? state_of : NULL,
			.with = c,
			.fault = c->desk->fault,
			.variant = c->desk->variant },
		    &a);
		give(c, &a);
	}
	seal_trust_free(&trust);
	return ok;
}

static void
check_signed(
    struct desk_call *c, const struct seal_question *q, struct seal_answer *a)
{
	seal_check_signed(bound_octets(&c->http, "data"),
	    bound_octets(&c->http, "signed"), q, a);
}

bool
desk_verify(struct desk_call *c)
{
	return verify(c, check_signed);
}

static void
check_document(
    struct desk_call *c, const struct seal_question *q, struct seal_answer *a)
{
	ofd_check(bound_octets(&c->http, "document"), q, a, NULL);
}

bool
desk_check(struct desk_call *c)
{
	return verify(c, check_document);
}
