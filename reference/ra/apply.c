/* SPDX-License-Identifier: MIT */
/* Applications, as the applicant sees them. */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "reference/ra/inner.h"

const char *const ra_states[] = {
	[RA_PENDING] = "pending",
	[RA_APPROVED] = "approved",
	[RA_REFUSED] = "refused",
	[RA_ISSUED] = "issued",
};

/* ---- kept ---- */

bool
ra_apply(struct ra_call *c, struct store_ra_application *a,
    const X509_NAME *name, EVP_PKEY *key)
{
	unsigned char *key_der = NULL, *name_der = NULL;
	const int n_key = i2d_PUBKEY(key, &key_der);
	const int n_name = i2d_X509_NAME(name, &name_der);
	const bool ok = n_key > 0 && n_name > 0;

	ra_new_id(a->id);
	snprintf(a->user, sizeof a->user, "%s", c->who->user);
	snprintf(c->object, sizeof c->object, "%s", a->id);
	a->made = c->http.now;
	if (ok)
		store_ra_application_add(c->store, a,
		    (struct span){ (const char *)name_der, (size_t)n_name },
		    (struct span){ (const char *)key_der, (size_t)n_key });
	OPENSSL_free(key_der);
	OPENSSL_free(name_der);
	bound_give_text(&c->http, "id", a->id);
	bound_give_text(&c->http, "state", ra_states[RA_PENDING]);
	return ok || bound_refuse(&c->http, 500, "it cannot be kept");
}

void
ra_pretend(struct ra_call *c)
{
	char id[STORE_RA_ID];

	ra_new_id(id);
	bound_give_text(&c->http, "id", id);
	bound_give_text(&c->http, "state", ra_states[RA_PENDING]);
}

bool
ra_find_application(struct ra_call *c, struct store_ra_application *a,
    struct buf *name, struct buf *key, struct buf *handed)
{
	const char *id = bound_text(&c->http, "id");

	snprintf(c->object, sizeof c->object, "%s", id);
	return store_ra_application_get(c->store, id, a, name, key, handed) ||
	       bound_refuse(&c->http, 404, "there is no application %s", id);
}

/* ---- application.submit ---- */

static bool
class_find(const char *name, enum ra_class *class)
{
	for (int i = 0; i < RA_CLASSES; i++)
		if (strcmp(name, ra_classes[i]) == 0) {
			*class = (enum ra_class)i;
			return true;
		}
	return false;
}

bool
ra_judge_encryption(
    struct ra_call *c, X509_REQ *r, const struct store_ra_application *a)
{
	char digest[STORE_RA_DIGEST];
	struct store_ra_holding h;

	ra_key_digest(X509_REQ_get0_pubkey(r), digest);
	return store_ra_holding_with(c->store, c->who->user,
		   ca_issuer((enum ca_algorithm)a->algorithm, CA_ISSUING),
		   digest, &h) ||
	       bound_refuse(&c->http, 400,
		   "the request should be signed with the key of a signing "
		   "certificate, under which the other one is handed over");
}

bool
ra_submit(struct ra_call *c)
{
	struct store_ra_application a = { .state = RA_PENDING };
	enum ra_class class;
	X509_REQ *r;
	bool ok;

	if (!class_find(bound_text(&c->http, "class"), &class))
		return bound_refuse(&c->http, 400,
		    "class should be one of signing, encryption, server, "
		    "double");
	if (faulty(c, FAULT_RA_APPLY_REFUSED))
		return bound_refuse(&c->http, 403, "nobody may apply");
	r = ra_take_request(c);
	if (r == NULL)
		return !bound_refused(&c->http);
	ok = ra_judge_request(c, r, class, &a) &&
	     (class != RA_ENCRYPTION || ra_judge_encryption(c, r, &a)) &&
	     ra_apply(
		 c, &a, X509_REQ_get_subject_name(r), X509_REQ_get0_pubkey(r));
	X509_REQ_free(r);
	return ok;
}

/* ---- application.show ---- */

static void
give_certificate(struct ra_call *c, const char *field, const char *serial)
{
	struct store_ra_holding h;
	struct store_ca_certificate row;
	struct buf der;

	buf_init(&der, RA_DER_MOST);
	if (serial[0] != '\0' &&
	    store_ra_holding_get(c->store, serial, &h, &row, &der)) {
		if (faulty(c, FAULT_RA_ISSUES_SPOILT))
			der.data[der.len - 1] ^= 1;
		bound_give_octets(&c->http, field, buf_span(&der));
	}
	buf_free(&der);
}

static enum ra_state
state_shown(const struct ra_call *c, enum ra_state state)
{
	return faulty(c, FAULT_RA_REFUSAL_UNSEEN) && state == RA_REFUSED
		   ? RA_PENDING
		   : state;
}

/* His own; those who decide about it see it, but for the key. */
bool
ra_show(struct ra_call *c)
{
	struct store_ra_application a;
	struct buf handed;
	bool ok;

	buf_init(&handed, RA_DER_MOST);
	ok = ra_find_application(c, &a, NULL, NULL, &handed);
	if (ok && !ra_is(c, a.user) &&
	    (c->who->duties & (WORLD_REGISTRAR | WORLD_ISSUER)) == 0 &&
	    !faulty(c, FAULT_RA_OTHERS_SHOWN))
		ok =
		    bound_refuse(&c->http, 403, "the application is another's");
	if (ok) {
		bound_give_text(
		    &c->http, "state", ra_states[state_shown(c, a.state)]);
		if (a.note[0] != '\0' &&
		    !faulty(c, FAULT_RA_REFUSAL_WITHOUT_NOTE))
			bound_give_text(&c->http, "note", a.note);
		give_certificate(c, "certificate", a.certificate);
		give_certificate(c, "encryption", a.encryption);
		if (handed.len > 0 && ra_is(c, a.user))
			bound_give_octets(&c->http, "key", buf_span(&handed));
	}
	buf_free(&handed);
	return ok;
}
