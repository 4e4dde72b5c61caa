/* SPDX-License-Identifier: MIT */
/* What was said at the desks, read back: the judging half of office.h. */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/cert/office.h"
#include "lib/mem.h"

bool
office_need(struct trial *t, const char *name, const char *operation)
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
office_claim_done(struct trial *t, const char *name, const char *operation)
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
office_claim_refused(struct trial *t, const char *name, const char *operation)
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
office_claim_says(struct trial *t, const char *name, const char *operation,
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

bool
office_need_settled(struct trial *t, const char *name)
{
	static const struct {
		const char *behind, *operation;
	} steps[] = {
		{ "approval", "application.approve" },
		{ "issue", "application.issue" },
		{ "show", "application.show" },
	};
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof steps / sizeof steps[0]; i++) {
		char *step = mem_textf("%s-%s", name, steps[i].behind);

		ok = office_need(t, step, steps[i].operation);
		free(step);
	}
	return ok;
}

bool
office_need_enrolled(struct trial *t, const char *name)
{
	return office_need(t, name, "application.submit") &&
	       office_need_settled(t, name);
}

bool
office_certificate(struct trial *t, const char *name, const char *operation,
    const char *field, struct buf *der, struct pki_certificate *c)
{
	struct operation_answer a;
	bool ok;

	buf_init(der, CERTIFICATE_MOST);
	ok = operation_heard(t, name, operation, &a) &&
	     operation_octets(&a, field, der) &&
	     certificate_read(c, buf_span(der), NULL);
	trial_need(
	    t, ok, "%s: no certificate as \"%s\": %s", name, field, a.why);
	operation_free(&a);
	return ok;
}

bool
office_enrolled(struct trial *t, const char *name, struct buf *der,
    struct pki_certificate *c)
{
	char *show = mem_textf("%s-show", name);
	bool ok;

	ok = office_certificate(
	    t, show, "application.show", "certificate", der, c);
	free(show);
	return ok;
}

bool
office_is_of_key(
    struct trial *t, const char *name, const struct pki_certificate *c)
{
	char *file = mem_textf("%s.public", name);
	const struct buf *octets = trial_content(t, file);
	struct der_bad bad = { 0 };
	struct pki_key key = { .bits = { NULL, 0 } };
	struct der in;

	free(file);
	if (!trial_sane(t, octets != NULL, "%s.public was not filed", name))
		return false;
	in = der_start(buf_span(octets), &bad);
	key = key_read(&in);
	return key.bits.len > 0 && span_eq(key.bits, c->key.bits);
}
