/* SPDX-License-Identifier: MIT */
/* Approval and refusal: by a registrar, about somebody else's application. */
#include <stdio.h>

#include "reference/seal/inner.h"

static bool
find_for(struct desk_call *c, struct store_seal *s, unsigned set)
{
	if (!desk_find(c, s, NULL))
		return false;
	if (desk_is(c, s->user) &&
	    !desk_faulty(c, FAULT_SEAL_APPLICANT_APPROVES))
		return bound_refuse(
		    &c->http, 403, "nobody decides about his own application");
	return desk_must_be(c, s, set);
}

static bool
decide(struct desk_call *c, struct store_seal *s, enum seal_state state)
{
	s->state = state;
	snprintf(s->approver, sizeof s->approver, "%s", c->who->user);
	store_seal_put(c->store, s);
	bound_give_text(&c->http, "state",
	    desk_state_name(desk_faulty(c, FAULT_SEAL_APPROVAL_NOT_SAID)
				? SEAL_PENDING
				: state));
	return true;
}

bool
desk_approve(struct desk_call *c)
{
	const unsigned set =
	    desk_faulty(c, FAULT_SEAL_APPROVED_AGAIN)
		? 1u << SEAL_PENDING | 1u << SEAL_APPROVED | 1u << SEAL_MADE
		: 1u << SEAL_PENDING;
	struct store_seal s;

	return find_for(c, &s, set) && decide(c, &s, SEAL_APPROVED);
}

/* The applicant is to know why. */
bool
desk_refuse(struct desk_call *c)
{
	struct store_seal s;

	return find_for(c, &s, 1u << SEAL_PENDING) &&
	       desk_take_note(c, s.note) && decide(c, &s, SEAL_REFUSED);
}
