/* SPDX-License-Identifier: MIT */
/* What was said at the desks, read back: the judging half of desks.h. */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/desks.h"

bool
desks_need(struct trial *t, const char *name, const char *operation)
{
	struct operation_answer a;
	const bool done = operation_heard(t, name, operation, &a);

	trial_need(t, done, "%s: %s: %s", name, operation, a.why);
	operation_free(&a);
	return done;
}

/* An answer that is neither says nothing. */
static bool
is_said(struct trial *t, const char *name, const char *operation,
    struct operation_answer *a)
{
	(void)operation_heard(t, name, operation, a);
	return trial_need(t,
	    a->end == OPERATION_DONE || a->end == OPERATION_REFUSED,
	    "%s: %s: %s", name, operation, a->why);
}

bool
desks_claim_done(struct trial *t, const char *name, const char *operation)
{
	struct operation_answer a;
	bool ok;

	(void)operation_heard(t, name, operation, &a);
	ok = trial_claim(t, trial_case(t)->clause, a.end == OPERATION_DONE,
	    "it is done", "%s: %s", operation, a.why);
	operation_free(&a);
	return ok;
}

bool
desks_claim_refused(struct trial *t, const char *name, const char *operation)
{
	struct operation_answer a;
	const bool ok =
	    is_said(t, name, operation, &a) &&
	    trial_claim(t, trial_case(t)->clause, a.end == OPERATION_REFUSED,
		"a refusal", "%s: %s", operation, a.why);

	operation_free(&a);
	return ok;
}

bool
desks_claim_says(struct trial *t, const char *name, const char *operation,
    const char *field, const char *want)
{
	struct operation_answer a;
	const bool done = operation_heard(t, name, operation, &a);
	char *says = done ? operation_text(&a, field) : NULL;
	const bool ok =
	    trial_need(t, done, "%s: %s: %s", name, operation, a.why) &&
	    trial_claim(t, trial_case(t)->clause,
		says != NULL && strcmp(says, want) == 0, want, "%s: %s: %s",
		operation, field, says == NULL ? "nothing" : says);

	free(says);
	operation_free(&a);
	return ok;
}
