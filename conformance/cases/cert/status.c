/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/status.h"

#include "lib/clock.h"

const struct issued *
status_issuer(const struct issued_set *set, const struct issued *c)
{
	const struct issued *found = NULL;

	for (size_t i = set->n; c->readable && i < set->n + set->n_cas; i++) {
		const struct issued *ca = &set->at[i];

		if (!ca->readable ||
		    !name_equal(ca->certificate.subject, c->certificate.issuer))
			continue;
		/* RFC 5280 4.2.1.1: it tells two of one name apart */
		if (span_eq(ca->certificate.ski, c->certificate.aki))
			return ca;
		if (found == NULL)
			found = ca;
	}
	return found;
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
	web_answer_init(a, 0);
	return trial_need(t, web_heard(t, name, a), "%s: %s", name,
	    a->why[0] == '\0' ? web_end_name(a->end) : a->why);
}
