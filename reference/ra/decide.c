/* SPDX-License-Identifier: MIT */
/* Approval and refusal: by a registrar, about somebody else's application. */
#include <stdio.h>
#include <string.h>

#include "reference/ra/inner.h"

static bool
find_pending(struct ra_call *c, struct store_ra_application *a)
{
	if (!ra_find_application(c, a, NULL, NULL, NULL))
		return false;
	if (ra_is(c, a->user) && !faulty(c, FAULT_RA_APPLICANT_APPROVES))
		return bound_refuse(
		    &c->http, 403, "nobody decides about his own application");
	return a->state == RA_PENDING ||
	       bound_refuse(&c->http, 409, "the application is %s already",
		   ra_states[a->state]);
}

static bool
decide(struct ra_call *c, struct store_ra_application *a, enum ra_state state)
{
	a->state = state;
	snprintf(a->approver, sizeof a->approver, "%s", c->who->user);
	store_ra_application_judge(c->store, a);
	bound_give_text(&c->http, "state",
	    ra_states[faulty(c, FAULT_RA_APPROVAL_NOT_SAID) ? RA_PENDING
							    : state]);
	return true;
}

bool
ra_approve(struct ra_call *c)
{
	struct store_ra_application a;

	return find_pending(c, &a) && decide(c, &a, RA_APPROVED);
}

/* The applicant is to know why. */
bool
ra_refuse(struct ra_call *c)
{
	const char *note = bound_text(&c->http, "note");
	struct store_ra_application a;

	if (!find_pending(c, &a))
		return false;
	if (note[strspn(note, " \t\r\n")] == '\0')
		return bound_refuse(&c->http, 400, "note should say why");
	if (strlen(note) >= sizeof a.note)
		return bound_refuse(
		    &c->http, 400, "note should be shorter: 1024 octets");
	snprintf(a.note, sizeof a.note, "%s", note);
	return decide(c, &a, RA_REFUSED);
}
