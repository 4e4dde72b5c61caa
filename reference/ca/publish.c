/* SPDX-License-Identifier: MIT */
#include "reference/ca/publish.h"

#include <openssl/x509v3.h>

#include "reference/ldap/directory.h"
#include "reference/ldap/dn.h"

enum { CERTIFICATE_MOST = 1 << 16 };

static bool
has_directory(const struct ca *ca)
{
	struct directory_entry e = { 0 };
	const bool found = directory_by_dn(ca->store, SPAN(DIRECTORY_PKI), &e);

	directory_entry_free(&e);
	return found;
}

/* ---- where ---- */

/* "cn=sm2,ou=pki,...": as its lists and certificates are called elsewhere. */
static void
entry_of_issuer(int issuer, struct buf *dn)
{
	char name[16];

	ca_issuer_name(issuer, name);
	buf_addf(dn, "cn=%s,%s", name, DIRECTORY_PKI);
}

/* The first rfc822Name. */
static bool
mail_of(X509 *x, struct buf *mail)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	bool found = false;

	for (int i = 0; !found && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);

		found = g->type == GEN_EMAIL;
		if (found)
			buf_add(mail,
			    (struct span){ (const char *)ASN1_STRING_get0_data(
					       g->d.rfc822Name),
				(size_t)ASN1_STRING_length(g->d.rfc822Name) });
	}
	GENERAL_NAMES_free(names);
	return found;
}

bool
ca_publish_place(const struct ca *ca, enum ca_class class, int issuer, X509 *x,
    struct buf *dn)
{
	struct buf mail;
	bool found = false;

	if (!has_directory(ca))
		return false;
	if (class == CA_CLASS_ROOT || class == CA_CLASS_CA) {
		entry_of_issuer(issuer, dn);
		return true;
	}
	if (class != CA_CLASS_SIGNING && class != CA_CLASS_ENCRYPTION)
		return false;
	buf_init(&mail, 512);
	found = mail_of(x, &mail) &&
		directory_entry_of(ca->store, ATTR_MAIL, buf_span(&mail), dn);
	buf_free(&mail);
	return found;
}

/* ---- certificates ---- */

static bool
der_of(X509 *x, struct buf *to)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);

	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	return n > 0 && !to->full;
}

/* Faults: what is not published. */
static bool
is_kept_back(const struct ca *ca, enum ca_class class)
{
	return (class == CA_CLASS_ENCRYPTION &&
		   ca->fault == FAULT_PUBLISH_SIGNING_ONLY) ||
	       (class <= CA_CLASS_CA && ca->fault == FAULT_PUBLISH_NO_CA);
}

static bool
publish_in(struct ca *ca, enum ca_class class, const char *dn, X509 *x,
    struct err *err)
{
	const bool authority = class <= CA_CLASS_CA;
	struct buf der;
	bool ok;

	buf_init(&der, CERTIFICATE_MOST);
	ok = der_of(x, &der);
	/* a fault: the signature's last octet */
	if (ok && ca->fault == FAULT_PUBLISH_CHANGED)
		der.data[der.len - 1] ^= 1;
	ok = ok && directory_publish(ca->store, dn,
		       authority ? "cACertificate" : "userCertificate",
		       buf_span(&der), authority, err);
	buf_free(&der);
	return ok;
}

bool
ca_publish_certificate(
    struct ca *ca, enum ca_class class, int issuer, X509 *x, struct err *err)
{
	struct buf dn;
	bool ok;

	buf_init(&dn, DN_KEY);
	ok = is_kept_back(ca, class) ||
	     !ca_publish_place(ca, class, issuer, x, &dn) ||
	     publish_in(ca, class, buf_text(&dn), x, err);
	buf_free(&dn);
	return ok;
}

bool
ca_publish_revoked(struct ca *ca, int64_t certificate, struct err *err)
{
	const unsigned char *p;
	struct buf dn, der;
	X509 *x = NULL;
	bool ok = true;

	if (ca->variant == VARIANT_PUBLISH_KEEPS_REVOKED)
		return true;
	buf_init(&dn, DN_KEY);
	buf_init(&der, CERTIFICATE_MOST);
	if (store_ca_der(ca->store, certificate, &der)) {
		p = (const unsigned char *)der.data;
		x = d2i_X509(NULL, &p, (long)der.len);
	}
	if (x != NULL && ca_publish_place(ca, CA_CLASS_SIGNING, 0, x, &dn))
		ok = directory_withdraw(ca->store, buf_text(&dn),
		    "userCertificate", buf_span(&der), err);
	X509_free(x);
	buf_free(&der);
	buf_free(&dn);
	return ok;
}

/* ---- lists ---- */

/* A root revokes CAs: its list is one of authorities as well. */
bool
ca_publish_list(
    struct ca *ca, int issuer, bool delta, struct span der, struct err *err)
{
	const bool root = issuer % 2 == 0;
	struct buf dn;
	bool ok;

	if (!has_directory(ca) || ca->fault == FAULT_PUBLISH_NO_LISTS ||
	    (delta && ca->fault == FAULT_PUBLISH_NO_DELTA))
		return true;
	buf_init(&dn, DN_KEY);
	entry_of_issuer(issuer, &dn);
	ok = directory_publish(ca->store, buf_text(&dn),
	    delta ? "deltaRevocationList" : "certificateRevocationList", der,
	    true, err);
	if (ok && root && !delta)
		ok = directory_publish(ca->store, buf_text(&dn),
		    "authorityRevocationList", der, true, err);
	buf_free(&dn);
	return ok;
}
