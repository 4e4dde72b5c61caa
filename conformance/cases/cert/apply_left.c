/* SPDX-License-Identifier: MIT */
/*
 * What a case has been issued by CMP and leaves behind is revoked when it is
 * done: a target that many runs were made against would else publish hundreds
 * of certificates of one person.
 */
#include <openssl/evp.h>
#include <stdlib.h>

#include "conformance/cases/cert/apply.h"
#include "conformance/pki/crl.h"
#include "lib/mem.h"

enum {
	CESSATION = 5,  /* cessationOfOperation: RFC 5280 5.3.1 */
	LEFT_MOST = 64, /* who issues one for each that is revoked ends there */
};

static struct identity *
find(struct applicant *a, struct span issuer, struct span serial)
{
	for (size_t i = 0; i < a->n_left; i++)
		if (span_eq(a->left[i].certificate.serial, serial) &&
		    name_equal(a->left[i].certificate.issuer, issuer))
			return &a->left[i];
	return NULL;
}

void
apply_left_add(struct applicant *a)
{
	const struct cmp_item *granted = cmp_granted(&a->answer);
	struct pki_certificate c;

	if (granted == NULL ||
	    !certificate_read(&c, granted->certificate, NULL) ||
	    find(a, c.issuer, c.serial) != NULL)
		return;
	a->left = mem_grow(a->left, (a->n_left + 1) * sizeof a->left[0]);
	if (a->key != NULL)
		EVP_PKEY_up_ref(a->key);
	(void)identity_make(
	    a->key, granted->certificate, &a->left[a->n_left++]);
}

static bool
is_done(const struct applicant *a)
{
	const struct cmp_item *i = &a->answer.items[0];

	return a->readable && a->answer.type == CMP_RP &&
	       a->answer.n_items > 0 && i->has_status &&
	       (i->status.status <= CMP_WITH_MODS ||
		   i->status.status == CMP_REVOCATION_WARNING ||
		   i->status.status == CMP_REVOCATION_NOTIFICATION);
}

void
apply_left_remove(struct applicant *a, const struct cmp_message *m)
{
	struct identity *gone;

	if (m->body != CMP_RR || m->reason == REASON_HOLD ||
	    m->reason == REASON_REMOVE || !is_done(a))
		return;
	gone = find(a, m->issuer, m->serial);
	if (gone == NULL)
		return;
	identity_free(gone);
	*gone = a->left[--a->n_left];
}

/* ---- when the case is done ---- */

/*
 * By the secret, which is good for what is on hold and what was not confirmed;
 * where that does not do, signed by what is to be revoked.  False: nothing can
 * be read of what was answered, if anything was.
 */
static bool
revoke_somehow(struct applicant *a, size_t n, const struct identity *of)
{
	char *name = mem_textf("left-%zu", n);
	char *signed_name = mem_textf("left-%zu-signed", n);
	bool heard;

	a->as = NULL;
	heard = apply_revoke(a, name, of, CESSATION);
	if (heard && !is_done(a) && of->there) {
		a->as = of;
		heard = apply_revoke(a, signed_name, of, CESSATION);
		a->as = NULL;
	}
	free(signed_name);
	free(name);
	return heard;
}

void
apply_left_revoke(struct applicant *a)
{
	bool goes_on = profile_claims(trial_profile(a->trial), "cert.cmp.rr");

	trial_quiet(a->trial, true);
	for (size_t i = 0; a->n_left > 0; i++) {
		struct identity one = a->left[--a->n_left];

		goes_on = goes_on && i < LEFT_MOST &&
			  trial_left_ms(a->trial) > 0 &&
			  revoke_somehow(a, i, &one);
		identity_free(&one);
	}
	trial_quiet(a->trial, false);
	free(a->left);
	a->left = NULL;
	EVP_PKEY_free(a->key);
	a->key = NULL;
}
