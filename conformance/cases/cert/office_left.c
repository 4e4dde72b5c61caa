/* SPDX-License-Identifier: MIT */
/*
 * What a case has been issued at the desks and leaves behind is revoked when it
 * is done: a target that many runs were made against would else publish
 * hundreds of certificates of one person.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/cert/office.h"
#include "lib/mem.h"

enum { PART_MOST = 64 << 10, LEFT_MOST = 64 };

#define REASON "cessationOfOperation" /* RFC 5280 5.3.1 */

static void
forget(struct office *o, const char *serial)
{
	for (size_t i = 0; i < o->n_left; i++)
		if (strcmp(o->left[i], serial) == 0) {
			free(o->left[i]);
			o->left[i] = o->left[--o->n_left];
			return;
		}
}

void
office_left_key(struct office *o, EVP_PKEY *key)
{
	struct buf *public;

	o->keys = mem_grow(o->keys, (o->n_keys + 1) * sizeof o->keys[0]);
	public = &o->keys[o->n_keys++];
	buf_init(public, PART_MOST);
	(void)key_public(key, public);
}

static bool
is_ours(const struct office *o, const struct pki_certificate *c)
{
	for (size_t i = 0; i < o->n_keys; i++)
		if (span_eq(buf_span(&o->keys[i]), c->key.whole))
			return true;
	return false;
}

/* Once, however often it is shown. */
static bool
add(struct office *o, const struct operation_answer *a, const char *field,
    bool any_key)
{
	struct pki_certificate c;
	struct buf der;
	char *serial;
	bool ok;

	buf_init(&der, PART_MOST);
	ok = operation_octets(a, field, &der) &&
	     certificate_read(&c, buf_span(&der), NULL) &&
	     (any_key || is_ours(o, &c));
	if (ok) {
		serial = office_serial(&c);
		forget(o, serial);
		o->left =
		    mem_grow(o->left, (o->n_left + 1) * sizeof o->left[0]);
		o->left[o->n_left++] = serial;
	}
	buf_free(&der);
	return ok;
}

/* The second of a pair has a key of the authority's, and comes with ours. */
static void
add_both(struct office *o, const struct operation_answer *a)
{
	if (add(o, a, "certificate", false))
		(void)add(o, a, "encryption", true);
}

void
office_left_note(struct office *o, const struct operation_answer *a,
    const struct operation_value *values)
{
	const char *operation = a->as->is->name;

	if (strcmp(operation, "application.issue") == 0 ||
	    strcmp(operation, "application.show") == 0)
		add_both(o, a);
	else if (strcmp(operation, "certificate.revoke") == 0)
		for (; values->name != NULL; values++)
			if (strcmp(values->name, "serial") == 0)
				forget(o, values->text);
}

/* ---- when the case is done ---- */

/* False: there was no answer, or none that is one. */
static bool
revoke(struct office *o, size_t n, const char *serial)
{
	char *name = mem_textf("left-%zu", n);
	const bool done = office_ask(o, "registrar", name, "certificate.revoke",
	    (struct operation_value[]){
		{ "serial", serial }, { "reason", REASON }, { NULL, NULL } });
	const struct desk *d = office_desk(o, "registrar");

	free(name);
	return done || (d != NULL && desk_answer(d)->end == OPERATION_REFUSED);
}

void
office_left_revoke(struct office *o)
{
	bool goes_on = profile_operation(trial_profile(o->trial),
			   "certificate.revoke") != NULL;

	trial_quiet(o->trial, true);
	for (size_t i = 0; o->n_left > 0; i++) {
		char *serial = o->left[--o->n_left];

		goes_on = goes_on && i < LEFT_MOST &&
			  trial_left_ms(o->trial) > 0 && revoke(o, i, serial);
		free(serial);
	}
	trial_quiet(o->trial, false);
	for (size_t i = 0; i < o->n_keys; i++)
		buf_free(&o->keys[i]);
	free(o->keys);
	free(o->left);
	o->keys = NULL;
	o->left = NULL;
	o->n_keys = 0;
}
