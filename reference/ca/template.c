/* SPDX-License-Identifier: MIT */
#include "reference/ca/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "lib/mem.h"

#define POLICY "2.999.20518.1" /* an example's: we are one */

/* clang-format off */
const struct ca_template ca_templates[CA_CLASSES] = {
	[CA_CLASS_ROOT] = { "root", 3650,
		"critical,CA:TRUE", "critical,keyCertSign,cRLSign",
		NULL, NULL, false, false, false },
	[CA_CLASS_CA] = { "ca", 1825,
		"critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign",
		NULL, "2.5.29.32.0", true, true, false },
	/* GB/T 25056: one certificate signs, the other one enciphers */
	[CA_CLASS_SIGNING] = { "signing", 365,
		"critical,CA:FALSE", "critical,digitalSignature,nonRepudiation",
		"clientAuth,emailProtection", POLICY, true, true, false },
	[CA_CLASS_ENCRYPTION] = { "encryption", 365,
		"critical,CA:FALSE", "critical,keyEncipherment,dataEncipherment",
		"emailProtection", POLICY, true, true, false },
	[CA_CLASS_SERVER] = { "server", 365,
		"critical,CA:FALSE", "critical,digitalSignature",
		"serverAuth", POLICY, true, true, false },
	[CA_CLASS_OCSP] = { "ocsp", 90,
		"critical,CA:FALSE", "critical,digitalSignature",
		"OCSPSigning", POLICY, true, true, true },
	/* RFC 3161 2.3: critical, and nothing beside it */
	[CA_CLASS_TSA] = { "tsa", 365,
		"critical,CA:FALSE", "critical,digitalSignature",
		"critical,timeStamping", POLICY, true, true, false },
	/* RFC 9480: who answers for a CA */
	[CA_CLASS_CMP] = { "cmp", 365,
		"critical,CA:FALSE", "critical,digitalSignature",
		"cmcCA", POLICY, true, true, false },
};
/* clang-format on */

static bool
set_name(X509 *x, const char *cn)
{
	static const struct {
		const char *field, *value;
	} above[] = { { "C", "CN" }, { "O", "Yanshou reference" } };
	X509_NAME *name = X509_get_subject_name(x);
	bool ok = true;

	for (size_t i = 0; i < sizeof above / sizeof above[0]; i++)
		ok =
		    ok && X509_NAME_add_entry_by_txt(name, above[i].field,
			      MBSTRING_UTF8,
			      (const unsigned char *)above[i].value, -1, -1, 0);
	return ok && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
			 (const unsigned char *)cn, -1, -1, 0);
}

static bool
set_subject(X509 *x, const struct ca_order *o)
{
	return o->subject != NULL ? X509_set_subject_name(x, o->subject) == 1
				  : set_name(x, o->name);
}

/* An hour back: clocks of others may be behind ours. */
static bool
set_validity(X509 *x, const struct ca_order *o)
{
	time_t t = (time_t)(o->now.us / 1000000);
	const int days = o->days != 0 ? o->days : ca_templates[o->class].days;

	if (!X509_time_adj_ex(X509_getm_notBefore(x), 0, -3600, &t))
		return false;
	if (o->until != 0)
		return ASN1_TIME_set(X509_getm_notAfter(x), o->until) != NULL;
	return X509_time_adj_ex(X509_getm_notAfter(x), days, 0, &t) != NULL;
}

/* Value NULL: not there. */
static bool
extend(X509 *x, X509V3_CTX *ctx, int nid, const char *before, const char *value)
{
	X509_EXTENSION *e;
	char *text;
	bool ok;

	if (value == NULL)
		return true;
	text = mem_textf("%s%s", before, value);
	e = X509V3_EXT_nconf_nid(NULL, ctx, nid, text);
	ok = e != NULL && X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	free(text);
	return ok;
}

static bool
set_places(X509 *x, X509V3_CTX *ctx, const struct ca_order *o)
{
	char *both = NULL;
	bool ok;

	if (o->ocsp != NULL && o->issuer != NULL)
		both = mem_textf(
		    "OCSP;URI:%s,caIssuers;URI:%s", o->ocsp, o->issuer);
	ok = extend(x, ctx, NID_crl_distribution_points, "URI:", o->crl) &&
	     extend(x, ctx, NID_info_access, "", both);
	free(both);
	return ok;
}

/* RFC 8813 3: on a curve a key agrees; but SM2 is a cipher as well. */
static const char *
usage_of(const struct ca_order *o)
{
	return o->class == CA_CLASS_ENCRYPTION &&
		       EVP_PKEY_is_a(o->key, "EC") == 1
		   ? "critical,keyAgreement"
		   : ca_templates[o->class].usage;
}

/* CERT-F-04: every extension, in one place. */
static bool
set_extensions(X509 *x, X509 *issuer, const struct ca_order *o)
{
	const struct ca_template *t = &ca_templates[o->class];
	/* A CA without a key identifier is a fault; then the AKI names it. */
	const char *aki = !t->identified ? NULL
			  : X509_get0_subject_key_id(issuer) != NULL
			      ? "keyid:always"
			      : "issuer:always";
	X509V3_CTX ctx;

	CONF *sections = NCONF_new(NULL); /* policies want to see one */
	bool ok;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509V3_set_nconf(&ctx, sections);
	ok = extend(x, &ctx, NID_subject_key_identifier, "", "hash") &&
	     extend(x, &ctx, NID_authority_key_identifier, "", aki) &&
	     extend(x, &ctx, NID_basic_constraints, "", t->basic) &&
	     extend(x, &ctx, NID_key_usage, "", usage_of(o)) &&
	     extend(x, &ctx, NID_ext_key_usage, "", t->extended) &&
	     extend(x, &ctx, NID_subject_alt_name, "", o->alt) &&
	     extend(x, &ctx, NID_certificate_policies, "", t->policies) &&
	     extend(x, &ctx, NID_id_pkix_OCSP_noCheck, "",
		 t->nocheck ? "" : NULL) &&
	     (!t->located || set_places(x, &ctx, o));
	NCONF_free(sections);
	return ok;
}

X509 *
ca_fill(const struct ca_order *o, X509 *issuer)
{
	X509 *x = X509_new();

	if (x != NULL && X509_set_version(x, X509_VERSION_3) &&
	    ca_serial(X509_get_serialNumber(x)) && set_subject(x, o) &&
	    X509_set_issuer_name(
		x, X509_get_subject_name(issuer == NULL ? x : issuer)) &&
	    set_validity(x, o) && X509_set_pubkey(x, o->key) &&
	    set_extensions(x, issuer == NULL ? x : issuer, o))
		return x;
	X509_free(x);
	return NULL;
}
