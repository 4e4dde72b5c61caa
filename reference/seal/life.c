/* SPDX-License-Identifier: MIT */
/*
 * The life of a seal: its holder and a registrar may suspend and revoke it;
 * only a registrar ends a suspension.
 */
#include <stdio.h>
#include <string.h>

#include "reference/seal/inner.h"

/* His own, or any, when he is a registrar. */
static bool
find_own(struct desk_call *c, struct store_seal *s, enum fault others)
{
	return desk_find(c, s, NULL) &&
	       (desk_is(c, s->user) ||
		   (c->who->duties & WORLD_REGISTRAR) != 0 ||
		   desk_faulty(c, others) ||
		   desk_refuse_another(c, "the seal is another's"));
}

/* Said may be something else: a fault. */
static bool
become(struct desk_call *c, struct store_seal *s, enum seal_state state,
    enum seal_state said)
{
	s->state = state;
	store_seal_put(c->store, s);
	bound_give_text(&c->http, "state", desk_state_name(said));
	return true;
}

/* These, and with a fault what is revoked. */
static unsigned
states(const struct desk_call *c, unsigned set, enum fault revoked)
{
	return set | (desk_faulty(c, revoked) ? 1u << SEAL_REVOKED : 0);
}

bool
desk_suspend(struct desk_call *c)
{
	struct store_seal s;

	return find_own(c, &s, FAULT_SEAL_SUSPENDED_BY_ANOTHER) &&
	       desk_must_be(c, &s,
		   states(c, 1u << SEAL_GOOD, FAULT_SEAL_REVOKED_HELD)) &&
	       become(c, &s, SEAL_HELD, SEAL_HELD);
}

/* Wrong PINs are counted anew. */
bool
desk_resume(struct desk_call *c)
{
	struct store_seal s;

	if (!desk_find(c, &s, NULL) ||
	    !desk_must_be(
		c, &s, states(c, 1u << SEAL_HELD, FAULT_SEAL_REVOKED_RESUMED)))
		return false;
	s.failures = 0;
	return become(c, &s, SEAL_GOOD,
	    desk_faulty(c, FAULT_SEAL_RESUMPTION_NOT_SAID) ? SEAL_HELD
							   : SEAL_GOOD);
}

/* So is the certificate that seals with it, where there is one. */
static bool
revoke_certificate(struct desk_call *c, const struct store_seal *s)
{
	const int issuer = ca_issuer(CA_SM2, CA_ISSUING);
	struct store_ca_certificate row;
	struct err err;

	return !store_ca_find(c->store, issuer, s->serial, &row) ||
	       row.status == STORE_CA_REVOKED ||
	       ca_revoke(c->desk->ca, issuer, s->serial, CA_CESSATION,
		   c->who->user, c->http.now, &err) ||
	       bound_refuse(&c->http, 500, "%s", err.what);
}

bool
desk_revoke(struct desk_call *c)
{
	const unsigned set =
	    1u << SEAL_MADE | 1u << SEAL_GOOD | 1u << SEAL_HELD;
	struct store_seal s;
	bool again;

	if (!find_own(c, &s, FAULT_SEAL_REVOKED_BY_ANOTHER))
		return false;
	if (s.state == SEAL_REVOKED &&
	    desk_varies(c, VARIANT_SEAL_REVOKED_ALREADY))
		return become(c, &s, SEAL_REVOKED, SEAL_REVOKED);
	if (!desk_take_note(c, s.note) ||
	    !desk_must_be(c, &s, states(c, set, FAULT_SEAL_REVOKED_TWICE)))
		return false;
	again = s.state == SEAL_REVOKED;
	return revoke_certificate(c, &s) &&
	       become(c, &s, again ? SEAL_GOOD : SEAL_REVOKED,
		   desk_faulty(c, FAULT_SEAL_REVOCATION_NOT_SAID)
		       ? SEAL_HELD
		       : SEAL_REVOKED);
}
