/* SPDX-License-Identifier: MIT */
/* What was said at the desks, read back: the judging half of office.h. */
#include <stdlib.h>

#include "conformance/cases/cert/office.h"
#include "lib/mem.h"

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

		ok = desks_need(t, step, steps[i].operation);
		free(step);
	}
	return ok;
}

bool
office_need_enrolled(struct trial *t, const char *name)
{
	return desks_need(t, name, "application.submit") &&
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
