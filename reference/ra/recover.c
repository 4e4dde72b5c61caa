/* SPDX-License-Identifier: MIT */
/*
 * Recovery: the holder asks, two custodians agree, neither of them the
 * holder, and the holder gets the key under one of his signing keys.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "reference/ra/inner.h"

static const char *
state_of(const struct store_ra_recovery *r)
{
	return r->second[0] != '\0' ? "approved" : "pending";
}

/* ---- recovery.request ---- */

/* The certificate that he logged in with, or another of the key's kind. */
static bool
choose_under(struct ra_call *c, int issuer, char under[STORE_CA_SERIAL])
{
	struct store_ra_holding h;
	struct store_ca_certificate row;

	if ((store_ra_holding_get(
		 c->store, c->session.serial, &h, &row, NULL) &&
		h.issuer == issuer) ||
	    store_ra_holding_of(
		c->store, c->who->user, issuer, CA_CLASS_SIGNING, &h)) {
		snprintf(under, STORE_CA_SERIAL, "%s", h.serial);
		return true;
	}
	return bound_refuse(&c->http, 409,
	    "there is no valid signing certificate to hand the key over under");
}

static bool
ask(struct ra_call *c, const struct ra_certificate *x)
{
	struct store_ra_recovery r = { .user = "" };
	struct buf kept;
	bool is_kept;

	if (!ra_may(c, x, 0))
		return false;
	buf_init(&kept, RA_DER_MOST);
	is_kept = store_ra_escrow_get(c->store, x->holding.key, &kept);
	buf_free(&kept);
	if (!is_kept)
		return bound_refuse(
		    &c->http, 409, "no key is kept for that certificate");
	if (!choose_under(c, x->holding.issuer, r.under))
		return false;
	ra_new_id(r.id);
	snprintf(r.user, sizeof r.user, "%s", c->who->user);
	snprintf(r.serial, sizeof r.serial, "%s", x->holding.serial);
	store_ra_recovery_put(c->store, &r);
	bound_give_text(&c->http, "id", r.id);
	bound_give_text(&c->http, "state", state_of(&r));
	return true;
}

bool
ra_recovery_request(struct ra_call *c)
{
	struct ra_certificate x;
	const bool ok = ra_find_certificate(c, &x) && ask(c, &x);

	ra_certificate_free(&x);
	return ok;
}

/* ---- recovery.approve ---- */

static bool
find(struct ra_call *c, struct store_ra_recovery *r)
{
	const char *id = bound_text(&c->http, "id");

	snprintf(c->object, sizeof c->object, "%s", id);
	return store_ra_recovery_get(c->store, id, r) ||
	       bound_refuse(&c->http, 404, "there is no recovery %s", id);
}

bool
ra_recovery_approve(struct ra_call *c)
{
	struct store_ra_recovery r;

	if (!find(c, &r))
		return false;
	if (ra_is(c, r.user) && !faulty(c, FAULT_RA_HOLDER_AGREES))
		return bound_refuse(
		    &c->http, 403, "nobody agrees to his own recovery");
	if (r.second[0] != '\0')
		return bound_refuse(&c->http, 409, "two have agreed already");
	if (r.first[0] != '\0' && ra_is(c, r.first) &&
	    !faulty(c, FAULT_RA_CUSTODIAN_TWICE))
		return bound_refuse(
		    &c->http, 409, "the second one has to be somebody else");
	snprintf(r.first[0] == '\0' ? r.first : r.second, sizeof r.first, "%s",
	    c->who->user);
	store_ra_recovery_put(c->store, &r);
	bound_give_text(&c->http, "state", state_of(&r));
	return true;
}

/* ---- recovery.fetch ---- */

static X509 *
certificate_of(struct ra_call *c, const char *serial)
{
	struct store_ra_holding h;
	struct store_ca_certificate row;
	struct buf der;
	X509 *x = NULL;

	buf_init(&der, RA_DER_MOST);
	if (store_ra_holding_get(c->store, serial, &h, &row, &der) &&
	    row.status == STORE_CA_GOOD)
		x = ra_read_certificate(buf_span(&der));
	buf_free(&der);
	return x;
}

static bool
hand_over(const struct ra_call *c, EVP_PKEY *key, X509 *under, struct buf *to,
    struct err *err)
{
	return faulty(c, FAULT_RA_RECOVERS_PLAIN)
		   ? ca_key_write(key, to, err)
		   : ra_envelop(c->ra->variant, key, under, to, err);
}

static bool
give_key(struct ra_call *c, const struct store_ra_recovery *r)
{
	X509 *under = certificate_of(c, r->under);
	struct store_ra_holding h;
	struct store_ca_certificate row;
	EVP_PKEY *key = NULL;
	struct buf handed;
	struct err err;
	bool ok;

	buf_init(&handed, RA_DER_MOST);
	if (store_ra_holding_get(c->store, r->serial, &h, &row, NULL))
		key = faulty(c, FAULT_RA_RECOVERS_OTHER)
			  ? ca_key_new((enum ca_algorithm)(h.issuer / 2), 0)
			  : ra_kept(c, h.key);
	if (under == NULL)
		ok = bound_refuse(&c->http, 409,
		    "the signing certificate is not valid any more");
	else
		ok = key != NULL && hand_over(c, key, under, &handed, &err);
	if (ok)
		bound_give_octets(&c->http, "key", buf_span(&handed));
	else
		bound_refuse(&c->http, 500, "the key cannot be handed over");
	EVP_PKEY_free(key);
	X509_free(under);
	buf_free(&handed);
	return ok;
}

static bool
is_agreed(const struct ra_call *c, const struct store_ra_recovery *r)
{
	return r->second[0] != '\0' ||
	       faulty(c, r->first[0] == '\0' ? FAULT_RA_RECOVERS_UNASKED
					     : FAULT_RA_RECOVERS_BY_ONE);
}

bool
ra_recovery_fetch(struct ra_call *c)
{
	struct store_ra_recovery r;

	if (!find(c, &r))
		return false;
	if (!ra_is(c, r.user) && !faulty(c, FAULT_RA_FETCHED_BY_ANOTHER))
		return bound_refuse(&c->http, 403, "the recovery is another's");
	bound_give_text(&c->http, "state", state_of(&r));
	return !is_agreed(c, &r) || give_key(c, &r);
}
