/* SPDX-License-Identifier: MIT */
/* Opening it: the keys of who makes seals and of who signs the log. */
#include "reference/seal/seal.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/mem.h"

enum { RENEWED_BEFORE_S = 30 * 86400 };

/* One that was revoked or is about to end is of no use. */
static bool
is_good(struct seal_service *s, const char *name, struct wall now)
{
	time_t t = (time_t)(now.us / 1000000) + RENEWED_BEFORE_S;
	struct store_ca_certificate row;
	X509 *x = store_ca_named(s->store, name, &row, NULL) &&
			  row.status == STORE_CA_GOOD
		      ? ca_certificate_named(s->ca, name)
		      : NULL;
	const bool good =
	    x != NULL && X509_cmp_time(X509_get0_notAfter(x), &t) > 0;

	X509_free(x);
	return good;
}

/* They are plain: what is wrong with certificates is the authority's. */
static bool
equip(struct seal_service *s, struct ca_signer *signer, const char *name,
    const char *subject, struct wall now, struct err *err)
{
	if (!ca_key_open(s->ca, name, CA_SM2, 0, &signer->key, err))
		return false;
	if (is_good(s, name, now)) {
		signer->cert = ca_certificate_named(s->ca, name);
		return true;
	}
	return ca_issue(s->ca,
	    &(struct ca_request){ .algorithm = CA_SM2,
		.class = CA_CLASS_SIGNING,
		.name = name,
		.subject = subject,
		.key = signer->key,
		.plain = true },
	    "settle", now, &signer->cert, err);
}

struct seal_service *
seal_open(struct ca *ca, const struct ra *ra, struct wall now, struct err *err)
{
	struct seal_service *s = mem_new(1, sizeof *s);

	*s = (struct seal_service){ .store = ca->store,
		.ca = ca,
		.ra = ra,
		.fault = ca->fault,
		.variant = ca->variant };
	if (equip(s, &s->maker, "seal-maker", "seal maker", now, err) &&
	    equip(s, &s->clerk, "seal-log", "log of seals", now, err))
		return s;
	err_while(err, "opening the seal service");
	seal_close(s);
	return NULL;
}

static void
signer_close(struct ca_signer *s)
{
	EVP_PKEY_free(s->key);
	X509_free(s->cert);
}

void
seal_close(struct seal_service *s)
{
	if (s == NULL)
		return;
	signer_close(&s->maker);
	signer_close(&s->clerk);
	free(s);
}
