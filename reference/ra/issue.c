/* SPDX-License-Identifier: MIT */
/*
 * Issuing what was approved, by somebody else than who approved it.  Of a
 * pair, the second certificate is for a key that is made here; its private
 * half is handed over under the first one's (GB/T 25056).
 */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/mem.h"
#include "reference/ra/inner.h"

/* An application that is being carried out. */
struct work {
	struct ra_call *c;
	struct store_ra_application a;
	struct buf name_der, key_der;
	X509_NAME *name;
	EVP_PKEY *key;
	X509 *first, *second;
	struct buf handed;
};

/* ---- one certificate ---- */

static bool
keep_holding(struct work *w, X509 *x, enum ca_class class, EVP_PKEY *key,
    char serial[STORE_CA_SERIAL])
{
	struct store_ra_holding h = { .class = (int)class,
		.issuer =
		    ca_issuer((enum ca_algorithm)w->a.algorithm, CA_ISSUING) };

	ca_serial_text(X509_get0_serialNumber(x), h.serial);
	snprintf(serial, STORE_CA_SERIAL, "%s", h.serial);
	snprintf(h.user, sizeof h.user, "%s", w->a.user);
	ra_key_digest(key, h.key);
	store_ra_holding_add(w->c->store, &h);
	return true;
}

static bool
is_renamed(const struct ra_call *c, enum ca_class class)
{
	return class == CA_CLASS_ENCRYPTION &&
	       faulty(c, FAULT_RA_PAIR_OTHER_SUBJECT);
}

static X509 *
certify(struct work *w, enum ca_class class, EVP_PKEY *key,
    char serial[STORE_CA_SERIAL])
{
	struct ra_call *c = w->c;
	struct store_ca_certificate kept = { .request = 0 };
	char *name = mem_textf("ra/%s", w->a.id);
	X509 *x = NULL;
	struct err err;
	bool ok;

	snprintf(kept.owner, sizeof kept.owner, "%s", w->a.user);
	ok = ca_issue(c->ra->ca,
		 &(struct ca_request){
		     .algorithm = (enum ca_algorithm)w->a.algorithm,
		     .class = class,
		     .name = name,
		     .subject = is_renamed(c, class) ? "somebody" : w->a.user,
		     .whole = is_renamed(c, class) ? NULL : w->name,
		     .alt = w->a.alt,
		     .key = key,
		     .days = w->a.old[0] != '\0' &&
				     faulty(c, FAULT_RA_RENEWAL_SHORT)
				 ? 1
				 : 0,
		     .kept = &kept },
		 c->who->user, c->http.now, &x, &err) &&
	     keep_holding(w, x, class, key, serial);
	free(name);
	if (!ok)
		bound_refuse(&c->http, 500, "%s", err.what);
	return x;
}

/* ---- the second of a pair ---- */

/* Faults: what it is for, whose key it has, and which one is handed over. */
static enum ca_class
second_class(const struct ra_call *c)
{
	return faulty(c, FAULT_RA_PAIR_ONE_USAGE) ? CA_CLASS_SIGNING
						  : CA_CLASS_ENCRYPTION;
}

static EVP_PKEY *
bend_second(const struct work *w, EVP_PKEY *key)
{
	return faulty(w->c, FAULT_RA_PAIR_ONE_KEY) ? w->key : key;
}

static void
bend_handed(const struct work *w, EVP_PKEY **key)
{
	if (!faulty(w->c, FAULT_RA_PAIR_KEY_OTHER))
		return;
	EVP_PKEY_free(*key);
	*key = ca_key_new((enum ca_algorithm)w->a.algorithm, 0);
}

static bool
certify_encryption(
    struct work *w, X509 *under, X509 **out, char serial[STORE_CA_SERIAL])
{
	struct ra_call *c = w->c;
	EVP_PKEY *key = ra_keep_new(c, (enum ca_algorithm)w->a.algorithm);
	struct err err;
	bool ok;

	if (key == NULL)
		return bound_refuse(&c->http, 500, "there is no key");
	*out = certify(w, second_class(c), bend_second(w, key), serial);
	bend_handed(w, &key);
	ok = *out != NULL &&
	     (ra_envelop(c->ra->variant, key, under, &w->handed, &err) ||
		 bound_refuse(&c->http, 500, "%s", err.what));
	EVP_PKEY_free(key);
	return ok;
}

/* The signing certificate of the key that asked for it. */
static X509 *
signing_of(struct work *w)
{
	struct ra_call *c = w->c;
	struct store_ra_holding h;
	struct store_ca_certificate row;
	char digest[STORE_RA_DIGEST];
	struct buf der;
	X509 *x = NULL;

	buf_init(&der, RA_DER_MOST);
	ra_key_digest(w->key, digest);
	if (store_ra_holding_with(c->store, w->a.user,
		ca_issuer((enum ca_algorithm)w->a.algorithm, CA_ISSUING),
		digest, &h) &&
	    store_ra_holding_get(c->store, h.serial, &h, &row, &der))
		x = ra_read_certificate(buf_span(&der));
	buf_free(&der);
	if (x == NULL)
		bound_refuse(&c->http, 409,
		    "the signing certificate is not valid any more");
	return x;
}

/* ---- classes ---- */

/* Renewed, an encryption certificate keeps its key. */
static bool
is_renewal(struct work *w)
{
	struct store_ra_holding h;
	struct store_ca_certificate row;
	char digest[STORE_RA_DIGEST];

	ra_key_digest(w->key, digest);
	return w->a.old[0] != '\0' &&
	       store_ra_holding_get(w->c->store, w->a.old, &h, &row, NULL) &&
	       strcmp(h.key, digest) == 0;
}

static bool
work_encryption(struct work *w)
{
	X509 *under;
	bool ok;

	if (is_renewal(w)) {
		w->first =
		    certify(w, CA_CLASS_ENCRYPTION, w->key, w->a.certificate);
		return w->first != NULL;
	}
	under = signing_of(w);
	ok = under != NULL &&
	     certify_encryption(w, under, &w->first, w->a.certificate);
	X509_free(under);
	return ok;
}

static bool
work_out(struct work *w)
{
	switch ((enum ra_class)w->a.class) {
	case RA_ENCRYPTION:
		return work_encryption(w);
	case RA_SERVER:
		w->first =
		    certify(w, CA_CLASS_SERVER, w->key, w->a.certificate);
		return w->first != NULL;
	default:
		w->first =
		    certify(w, CA_CLASS_SIGNING, w->key, w->a.certificate);
		return w->first != NULL &&
		       (w->a.class != RA_DOUBLE ||
			   certify_encryption(
			       w, w->first, &w->second, w->a.encryption));
	}
}

/* ---- faults: another key, another certificate's state ---- */

static bool
is_rekeying(struct work *w)
{
	return w->a.old[0] != '\0' && !is_renewal(w);
}

static EVP_PKEY *
old_key(struct work *w)
{
	struct store_ra_holding h;
	struct store_ca_certificate row;
	EVP_PKEY *key = NULL;
	struct buf der;
	X509 *x = NULL;

	buf_init(&der, RA_DER_MOST);
	if (store_ra_holding_get(w->c->store, w->a.old, &h, &row, &der))
		x = ra_read_certificate(buf_span(&der));
	if (x != NULL)
		key = X509_get_pubkey(x);
	X509_free(x);
	buf_free(&der);
	return key;
}

static void
bend_key(struct work *w)
{
	EVP_PKEY *other = NULL;

	if (faulty(w->c, FAULT_RA_ISSUES_OTHER_KEY) &&
	    w->a.class == RA_SIGNING && w->a.old[0] == '\0')
		other = ca_key_new((enum ca_algorithm)w->a.algorithm, 0);
	if (faulty(w->c, FAULT_RA_REKEY_KEEPS_KEY) && is_rekeying(w))
		other = old_key(w);
	if (other == NULL)
		return;
	EVP_PKEY_free(w->key);
	w->key = other;
}

static void
bend_states(struct work *w)
{
	struct ra_call *c = w->c;
	const int issuer =
	    ca_issuer((enum ca_algorithm)w->a.algorithm, CA_ISSUING);
	struct err err;

	if (faulty(c, FAULT_RA_REKEY_REVOKES_OLD) && is_rekeying(w))
		ca_revoke(c->ra->ca, issuer, w->a.old, CA_SUPERSEDED,
		    c->who->user, c->http.now, &err);
	if (faulty(c, FAULT_RA_REKEY_HOLDS_NEW) && is_rekeying(w))
		ca_revoke(c->ra->ca, issuer, w->a.certificate,
		    CA_CERTIFICATE_HOLD, c->who->user, c->http.now, &err);
}

/* ---- application.issue ---- */

static bool
read_work(struct work *w)
{
	const unsigned char *name, *key;

	if (!ra_find_application(w->c, &w->a, &w->name_der, &w->key_der, NULL))
		return false;
	name = (const unsigned char *)w->name_der.data;
	key = (const unsigned char *)w->key_der.data;
	w->name = d2i_X509_NAME(NULL, &name, (long)w->name_der.len);
	w->key = d2i_PUBKEY(NULL, &key, (long)w->key_der.len);
	return (w->name != NULL && w->key != NULL) ||
	       bound_refuse(&w->c->http, 500, "it cannot be read");
}

static bool
is_overlooked(const struct work *w)
{
	return (w->a.state == RA_PENDING &&
		   faulty(w->c, FAULT_RA_ISSUED_UNASKED)) ||
	       (w->a.state == RA_REFUSED &&
		   faulty(w->c, FAULT_RA_REFUSED_ISSUED));
}

/* To issue what he has approved. */
static bool
is_free(const struct ra_call *c)
{
	return faulty(c, FAULT_RA_REGISTRAR_ISSUES) ||
	       faulty(c, FAULT_RA_APPROVER_ISSUES);
}

/* Things may have changed since it was approved. */
static bool
may_issue(struct work *w)
{
	struct ra_call *c = w->c;
	char digest[STORE_RA_DIGEST];

	if (w->a.state != RA_APPROVED && !is_overlooked(w))
		return bound_refuse(&c->http, 409, "the application is %s",
		    ra_states[w->a.state]);
	if ((ra_is(c, w->a.approver) && !is_free(c)) || ra_is(c, w->a.user))
		return bound_refuse(
		    &c->http, 403, "who applies or approves does not issue");
	ra_key_digest(w->key, digest);
	return !store_ra_key_taken(c->store, digest, w->a.user) ||
	       faulty(c, FAULT_RA_KEY_OF_ANOTHER) ||
	       faulty(c, FAULT_RA_RENEWED_BY_ANOTHER) ||
	       bound_refuse(&c->http, 409,
		   "the key is another's, or was revoked as compromised");
}

static void
give(struct work *w)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(w->first, &der);

	bound_give_text(&w->c->http, "state", ra_states[RA_ISSUED]);
	bound_give_octets(&w->c->http, "certificate",
	    (struct span){ (const char *)der, n > 0 ? (size_t)n : 0 });
	OPENSSL_free(der);
}

bool
ra_issue(struct ra_call *c)
{
	struct work w = { .c = c };
	bool ok;

	buf_init(&w.name_der, RA_DER_MOST);
	buf_init(&w.key_der, RA_DER_MOST);
	buf_init(&w.handed, RA_DER_MOST);
	ok = read_work(&w) && may_issue(&w);
	if (ok)
		bend_key(&w);
	ok = ok && work_out(&w);
	if (ok) {
		bend_states(&w);
		w.a.state = RA_ISSUED;
		store_ra_application_issue(c->store, &w.a, buf_span(&w.handed));
		give(&w);
	}
	X509_free(w.first);
	X509_free(w.second);
	X509_NAME_free(w.name);
	EVP_PKEY_free(w.key);
	buf_free(&w.name_der);
	buf_free(&w.key_der);
	buf_free(&w.handed);
	return ok;
}
