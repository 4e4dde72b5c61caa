/* SPDX-License-Identifier: MIT */
#include "conformance/cases/asked.h"

#include <string.h>

#include "conformance/trial.h"

static void
claim_one(struct trial *t, const struct pki_finding *f)
{
	const struct pki_check *c = pki_check_get(f->code);
	const char *sep = f->detail[0] == '\0' ? "" : ": ";

	switch (f->result) {
	case PKI_HOLDS:
	case PKI_FAILS:
		trial_claim(t, c->clause, f->result == PKI_HOLDS, c->en,
		    "%s%s%s%s", f->about,
		    f->result == PKI_HOLDS ? "" : ": not so", sep, f->detail);
		break;
	case PKI_NOT_REACHED:
		trial_need(t, false, "%s: %s could not be looked at%s%s",
		    f->about, c->code, sep, f->detail);
		break;
	case PKI_NOT_JUDGED:
		trial_need(t, false, "%s: %s is not judged here%s%s", f->about,
		    c->code, sep, f->detail);
		break;
	}
}

void
asked_claim_codes(struct trial *t, const struct pki_findings *f,
    enum pki_code first, enum pki_code last, bool may_be_absent)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (f->at[i].code < first || f->at[i].code > last)
			continue;
		n++;
		claim_one(t, &f->at[i]);
	}
	trial_sane(t, !f->full, "more findings than are kept");
	if (n == 0 && may_be_absent)
		trial_claim(t, pki_check_get(first)->clause, true,
		    pki_check_get(first)->en, "nothing here has it");
	else
		trial_need(t, n > 0, "nothing here is what %s asks of",
		    pki_check_get(first)->code);
}

void
asked_claim(
    struct trial *t, const struct asked *row, const struct pki_findings *f)
{
	const char *id = trial_case(t)->id;
	bool any = false;

	for (; row->id != NULL; row++) {
		if (strcmp(row->id, id) != 0)
			continue;
		any = true;
		asked_claim_codes(
		    t, f, row->first, row->last, row->may_be_absent);
	}
	trial_sane(t, any, "no codes are known that it asks for");
}
