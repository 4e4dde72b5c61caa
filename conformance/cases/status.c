/* SPDX-License-Identifier: MIT */
#include "conformance/cases/status.h"

#include <string.h>

#include "lib/clock.h"

const struct issued *
status_ca(const struct issued_set *set, struct span name, struct span key_id)
{
	const struct issued *found = NULL;

	for (size_t i = set->n; i < set->n + set->n_cas; i++) {
		const struct issued *ca = &set->at[i];

		if (!ca->readable || !name_equal(ca->certificate.subject, name))
			continue;
		/* RFC 5280 4.2.1.1: it tells two of one name apart */
		if (span_eq(ca->certificate.ski, key_id))
			return ca;
		if (found == NULL)
			found = ca;
	}
	return found;
}

const struct issued *
status_issuer(const struct issued_set *set, const struct issued *c)
{
	return !c->readable
		   ? NULL
		   : status_ca(set, c->certificate.issuer, c->certificate.aki);
}

void
status_note_time(struct trial *t, const char *key)
{
	char text[CLOCK_TEXT];

	wall_text(clock_wall(), text);
	trial_fact(t, key, "%s", text);
}

bool
status_time(struct trial *t, const char *key, struct wall *at)
{
	const char *text = trial_fact_text(t, key);

	if (!trial_sane(t, text != NULL && wall_parse(text, at),
		"%s was not noted", key))
		return false;
	at->us += STATUS_SKEW_US;
	return true;
}

bool
status_heard(struct trial *t, const char *name, struct web_answer *a)
{
	bool there;

	web_answer_init(a, 0);
	there = web_heard(t, name, a);
	return trial_need(t, there, "%s: %s", name,
	    a->why[0] == '\0' ? web_end_name(a->end) : a->why);
}

bool
status_goes_on(struct trial *t, const char *clause, const char *name)
{
	const char *end = trial_fact_text(t, name);

	return trial_sane(t, end != NULL, "%s was not asked", name) &&
	       trial_claim(t, clause,
		   strcmp(end, web_end_name(WEB_ANSWERED)) == 0,
		   "the next request is answered", "%s", end);
}
