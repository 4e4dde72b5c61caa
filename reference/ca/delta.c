/* SPDX-License-Identifier: MIT */
#include "reference/ca/delta.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/x509v3.h>

#include "lib/mem.h"
#include "reference/ca/crl.h"
#include "reference/ca/flaw_status.h"

enum { BASE_S = 6 * 3600 };

bool
ca_has_deltas(const struct ca *ca)
{
	return ca->variant != VARIANT_CRL_WITHOUT_DELTA;
}

/* "base sm2": a thing of the store. */
static char *
thing_of(const char *what, int issuer)
{
	char name[16];

	ca_issuer_name(issuer, name);
	return mem_textf("%s %s", what, name);
}

/* ---- where it goes on from ---- */

static void
base_kept(struct ca *ca, const char *thing, struct ca_base *base)
{
	struct buf text;

	*base = (struct ca_base){ .number = 0 };
	buf_init(&text, 64);
	if (store_ca_thing(ca->store, thing, &text) &&
	    sscanf(buf_text(&text), "%" SCNd64 " %" SCNd64, &base->number,
		&base->made.us) != 2)
		base->number = 0;
	buf_free(&text);
}

bool
ca_delta_base(struct ca *ca, int issuer, const struct ca_base *before,
    struct ca_base *base, struct err *err)
{
	char *thing = thing_of("base", issuer), *text;
	bool ok = true;

	base_kept(ca, thing, base);
	if (base->number == 0 ||
	    before->made.us - base->made.us > BASE_S * INT64_C(1000000)) {
		*base = *before;
		text = mem_textf(
		    "%" PRId64 " %" PRId64, base->number, base->made.us);
		ok = store_ca_thing_put(ca->store, thing, span_of(text), err);
		free(text);
	}
	free(thing);
	return ok;
}

/* ---- what it says ---- */

struct listing {
	const struct ca *ca;
	X509_CRL *crl;
};

static bool
list_one(void *ctx, const struct store_ca_certificate *changed)
{
	const struct listing *l = ctx;
	struct store_ca_certificate c = *changed;

	c.reason = ca_flaw_delta_reason(l->ca->fault,
	    c.status == STORE_CA_GOOD ? CA_REMOVE_FROM_CRL : c.reason);
	return ca_crl_add(l->ca, l->crl, &c);
}

bool
ca_delta_fill(
    const struct ca *ca, int issuer, const struct ca_base *base, X509_CRL *crl)
{
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	struct listing l = { ca, crl };
	const bool ok =
	    n != NULL && ASN1_INTEGER_set_int64(n, base->number) &&
	    X509_CRL_add1_ext_i2d(crl, NID_delta_crl, n, 1, 0) == 1 &&
	    store_ca_each_changed(ca->store, issuer, base->made, list_one, &l);

	ASN1_INTEGER_free(n);
	return ok;
}

bool
ca_delta_name(const struct ca *ca, int issuer, X509_CRL *crl)
{
	char name[16], text[512];
	X509_EXTENSION *e;
	X509V3_CTX ctx;
	CONF *sections;
	bool ok;

	if (!ca_has_deltas(ca))
		return true;
	ca_issuer_name(issuer, name);
	snprintf(
	    text, sizeof text, "URI:%s/crl/%s-delta.crl", ca->base_crl, name);
	sections = NCONF_new(NULL);
	X509V3_set_ctx(&ctx, NULL, NULL, NULL, crl, 0);
	X509V3_set_nconf(&ctx, sections);
	e = X509V3_EXT_nconf_nid(NULL, &ctx, NID_freshest_crl, text);
	ok = e != NULL && X509_CRL_add_ext(crl, e, -1) == 1;
	X509_EXTENSION_free(e);
	NCONF_free(sections);
	return ok;
}

/* ---- kept ---- */

bool
ca_delta_keep(struct ca *ca, int issuer, struct span der, struct err *err)
{
	char *thing = thing_of("delta", issuer);
	const bool ok = store_ca_thing_put(ca->store, thing, der, err);

	free(thing);
	return ok;
}

bool
ca_delta_kept(const struct ca *ca, int issuer, struct buf *der)
{
	char *thing = thing_of("delta", issuer);
	const bool ok = store_ca_thing(ca->store, thing, der);

	free(thing);
	return ok;
}
