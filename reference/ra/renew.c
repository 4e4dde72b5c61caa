/* SPDX-License-Identifier: MIT */
/*
 * Another certificate before the first one ends: of the same key (renewal) or
 * of a new one (rekeying).  Both are applications like any other; the first
 * certificate stays as it is.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "reference/ra/inner.h"

/* ---- what is to be followed ---- */

static enum ra_class
class_of(const struct ra_certificate *old)
{
	switch (old->holding.class) {
	case CA_CLASS_ENCRYPTION:
		return RA_ENCRYPTION;
	case CA_CLASS_SERVER:
		return RA_SERVER;
	default:
		return RA_SIGNING;
	}
}

static bool
is_over(X509 *x, struct wall now)
{
	time_t t = (time_t)(now.us / 1000000);

	return X509_cmp_time(X509_get0_notAfter(x), &t) <= 0;
}

/* Its holder's, good, and not at its end. */
static bool
judge_old(struct ra_call *c, const struct ra_certificate *old, X509 *x)
{
	if (!faulty(c, FAULT_RA_RENEWED_BY_ANOTHER) && !ra_may(c, old, 0))
		return false;
	if (old->row.status != STORE_CA_GOOD &&
	    !faulty(c, FAULT_RA_RENEWED_REVOKED))
		return bound_refuse(
		    &c->http, 409, "the certificate is revoked or held");
	return (x != NULL && !is_over(x, c->http.now)) ||
	       bound_refuse(&c->http, 409, "the certificate has expired");
}

/* subjectAltName as it stands: "DNS:a, DNS:b" or "email:..." */
static bool
take_alternative(X509 *x, struct store_ra_application *a)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	struct buf alt;
	bool ok = names != NULL;

	buf_init(&alt, sizeof a->alt - 1);
	for (int i = 0; ok && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);
		const ASN1_STRING *s =
		    g->type == GEN_DNS ? g->d.dNSName : g->d.rfc822Name;

		ok = g->type == GEN_DNS || g->type == GEN_EMAIL;
		if (ok)
			buf_addf(&alt, "%s%s:%.*s", i == 0 ? "" : ",",
			    g->type == GEN_DNS ? "DNS" : "email",
			    ASN1_STRING_length(s), ASN1_STRING_get0_data(s));
	}
	GENERAL_NAMES_free(names);
	snprintf(a->alt, sizeof a->alt, "%s", buf_text(&alt));
	ok = ok && !alt.full;
	buf_free(&alt);
	return ok;
}

/* ---- certificate.renew ---- */

static bool
renew(struct ra_call *c, const struct ra_certificate *old, X509 *x)
{
	struct store_ra_application a = { .class = (int)class_of(old),
		.algorithm = old->row.issuer / 2 };

	snprintf(a.old, sizeof a.old, "%s", old->row.serial);
	if (!take_alternative(x, &a))
		return bound_refuse(&c->http, 409, "it cannot be renewed");
	return ra_apply(c, &a, X509_get_subject_name(x), X509_get0_pubkey(x));
}

/* ---- certificate.rekey ---- */

/* For an encryption certificate the new key is made when it is issued. */
static bool
is_new_key(struct ra_call *c, X509 *old, X509_REQ *r)
{
	return EVP_PKEY_eq(X509_get0_pubkey(old), X509_REQ_get0_pubkey(r)) !=
		   1 ||
	       faulty(c, FAULT_RA_REKEY_SAME_KEY) ||
	       bound_refuse(&c->http, 409, "the key is the old one");
}

static bool
rekey(struct ra_call *c, const struct ra_certificate *old, X509 *x)
{
	struct store_ra_application a = { .state = RA_PENDING };
	const enum ra_class class = class_of(old);
	X509_REQ *r = ra_take_request(c);
	const bool ok = r != NULL && ra_judge_request(c, r, class, &a) &&
			(class == RA_ENCRYPTION ? ra_judge_encryption(c, r, &a)
						: is_new_key(c, x, r));
	bool kept = false;

	if (ok) {
		snprintf(a.old, sizeof a.old, "%s", old->row.serial);
		kept = ra_apply(
		    c, &a, X509_get_subject_name(x), X509_REQ_get0_pubkey(r));
	}
	X509_REQ_free(r);
	return kept;
}

/* ---- both ---- */

static bool
follow(struct ra_call *c,
    bool (*how)(struct ra_call *, const struct ra_certificate *, X509 *))
{
	struct ra_certificate old;
	X509 *x = NULL;
	bool ok = ra_find_certificate(c, &old);

	if (ok) {
		x = ra_read_certificate(buf_span(&old.der));
		ok = judge_old(c, &old, x) && how(c, &old, x);
	}
	X509_free(x);
	ra_certificate_free(&old);
	return ok;
}

bool
ra_renew(struct ra_call *c)
{
	return follow(c, renew);
}

bool
ra_rekey(struct ra_call *c)
{
	return follow(c, rekey);
}
