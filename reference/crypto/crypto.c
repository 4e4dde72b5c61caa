/* SPDX-License-Identifier: MIT */
#include "reference/crypto/crypto.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/mem.h"

static bool
signer_open(struct crypto *c, struct ca_signer *s, enum ca_algorithm a,
    enum ca_class class, bool anew, struct wall now, struct err *err)
{
	char *name = mem_textf("crypto-%s-%s", ca_algorithms[a],
	    class == CA_CLASS_SIGNING ? "signing" : "encryption");
	bool ok = ca_key_open(c->ca, name, a, CA_PARTIES, &s->key, err);

	if (ok && !anew)
		s->cert = ca_certificate_named(c->ca, name);
	if (ok && s->cert == NULL)
		ok = ca_issue(c->ca,
		    &(struct ca_request){ .algorithm = a,
			.class = class,
			.name = name,
			.subject = "signature server",
			.key = s->key },
		    "settle", now, &s->cert, err);
	free(name);
	return ok;
}

/* Certificates say where lists are; another port, and they say it wrongly. */
static bool
places_moved(struct ca *ca, struct err *err)
{
	struct buf before;
	bool moved;

	buf_init(&before, 4096);
	moved = !store_ca_thing(ca->store, "crypto-places", &before) ||
		!span_eq(buf_span(&before), span_of(ca->base_crl));
	if (moved)
		store_ca_thing_put(
		    ca->store, "crypto-places", span_of(ca->base_crl), err);
	buf_free(&before);
	return moved;
}

struct crypto *
crypto_open(struct ca *ca, struct wall now, struct err *err)
{
	struct crypto *c = mem_new(1, sizeof *c);
	const bool anew = places_moved(ca, err);
	bool ok = true;

	*c = (struct crypto){
		.ca = ca, .fault = ca->fault, .variant = ca->variant
	};
	for (int a = 0; ok && a < CA_ALGORITHMS; a++)
		ok = signer_open(c, &c->signers[a], (enum ca_algorithm)a,
		    CA_CLASS_SIGNING, anew, now, err);
	ok = ok && signer_open(c, &c->recipient, CA_SM2, CA_CLASS_ENCRYPTION,
		       anew, now, err);
	if (ok)
		return c;
	err_while(err, "opening the signature server");
	crypto_close(c);
	return NULL;
}

static void
signer_close(struct ca_signer *s)
{
	EVP_PKEY_free(s->key);
	X509_free(s->cert);
}

void
crypto_close(struct crypto *c)
{
	if (c == NULL)
		return;
	for (int a = 0; a < CA_ALGORITHMS; a++)
		signer_close(&c->signers[a]);
	signer_close(&c->recipient);
	free(c);
}
