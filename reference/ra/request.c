/* SPDX-License-Identifier: MIT */
/*
 * What stands in a certification request (RFC 2986): who has the key proves
 * it, asks for himself, and has a key of a kind that we certify and that is
 * nobody else's.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "lib/mem.h"
#include "reference/ca/subject.h"
#include "reference/ra/inner.h"

const char *const ra_classes[RA_CLASSES] = { "signing", "encryption", "server",
	"double" };

X509_REQ *
ra_take_request(struct ra_call *c)
{
	const struct span der = bound_octets(&c->http, "request");
	const unsigned char *p;
	X509_REQ *r = NULL;

	p = (const unsigned char *)der.ptr;
	if (der.len > 0 && der.len <= RA_DER_MOST)
		r = d2i_X509_REQ(NULL, &p, (long)der.len);
	if (r == NULL || p != (const unsigned char *)der.ptr + der.len ||
	    X509_REQ_get0_pubkey(r) == NULL) {
		X509_REQ_free(r);
		r = NULL;
		if (faulty(c, FAULT_RA_REQUEST_UNREAD))
			ra_pretend(c);
		else
			bound_refuse(&c->http, 400,
			    "request should be one of PKCS#10 (RFC 2986) in "
			    "DER");
	}
	return r;
}

/* ---- the key ---- */

/* By an algorithm of today: no digest below SHA-256 proves anything. */
static bool
is_proven(X509_REQ *r)
{
	ASN1_OCTET_STRING *id;
	int digest = NID_undef;

	if (OBJ_find_sigid_algs(X509_REQ_get_signature_nid(r), &digest, NULL) !=
		1 ||
	    digest == NID_md5 || digest == NID_sha1)
		return false;
	if (X509_REQ_get_signature_nid(r) == NID_SM2_with_SM3) {
		id = ASN1_OCTET_STRING_new();
		ASN1_OCTET_STRING_set(id, (const unsigned char *)CA_IDENTIFIER,
		    (int)strlen(CA_IDENTIFIER));
		X509_REQ_set0_distinguishing_id(r, id);
	}
	return X509_REQ_verify(r, X509_REQ_get0_pubkey(r)) == 1;
}

/* Without a proof. */
static bool
is_believed(const struct ra_call *c, X509_REQ *r)
{
	const ASN1_BIT_STRING *signature;
	const unsigned char *p;
	ECDSA_SIG *sig;
	bool formed;

	if (faulty(c, FAULT_RA_REKEY_UNPROVEN))
		return strcmp(c->http.is->name, "certificate.rekey") == 0;
	X509_REQ_get0_signature(r, &signature, NULL);
	p = ASN1_STRING_get0_data(signature);
	sig = d2i_ECDSA_SIG(NULL, &p, ASN1_STRING_length(signature));
	formed = sig != NULL;
	ECDSA_SIG_free(sig);
	return faulty(c, FAULT_RA_POP_UNCHECKED) ||
	       (faulty(c, FAULT_RA_POP_FORM_ONLY) && formed);
}

static bool
judge_key(struct ra_call *c, X509_REQ *r, struct store_ra_application *a)
{
	EVP_PKEY *key = X509_REQ_get0_pubkey(r);
	enum ca_algorithm algorithm;
	char digest[STORE_RA_DIGEST];

	if (!ca_key_algorithm(key, &algorithm))
		return bound_refuse(&c->http, 400,
		    "keys are of SM2, of P-256, or of RSA with 2048 to 4096 "
		    "bits");
	if (!is_proven(r) && !is_believed(c, r))
		return bound_refuse(&c->http, 400,
		    "the request does not prove who has the key");
	ra_key_digest(key, digest);
	if (store_ra_key_taken(c->store, digest, c->who->user) &&
	    !faulty(c, FAULT_RA_KEY_OF_ANOTHER))
		return bound_refuse(&c->http, 409,
		    "the key is another's, or was revoked as compromised");
	a->algorithm = (int)algorithm;
	return true;
}

/* ---- names ---- */

static X509_EXTENSION *
alternative_of(const X509_EXTENSIONS *all)
{
	const int at = X509v3_get_ext_by_NID(all, NID_subject_alt_name, -1);

	return at < 0 ? NULL : X509v3_get_ext(all, at);
}

static bool
judge_person(struct ra_call *c, X509_REQ *r, const X509_EXTENSIONS *extensions)
{
	const X509_NAME *name = X509_REQ_get_subject_name(r);
	X509_EXTENSION *e = alternative_of(extensions);

	if (faulty(c, FAULT_RA_SUBJECT_UNCHECKED))
		return true;
	if (!ca_subject_is_of(name, c->who))
		return bound_refuse(&c->http, 400,
		    "the subject is not who asks for it: its commonName "
		    "should be %s",
		    c->who->name_zh);
	if (e != NULL && !ca_alternative_is_of(e, c->who))
		return bound_refuse(&c->http, 400,
		    "the alternative name is not of who asks for it");
	return true;
}

/* "www.example.test" of "example.test": letters, digits, - and dots. */
static bool
is_local_name(const struct world *w, struct span host)
{
	for (size_t i = 0; i < host.len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-.",
			host.ptr[i]) == NULL ||
		    host.ptr[i] == '\0')
			return false;
	for (size_t i = 0; i < w->n_domains; i++) {
		const struct span d = span_of(w->domains[i].ascii);

		if (w->domains[i].kind == WORLD_LOCAL && host.len > d.len &&
		    span_eq(span_skip(host, host.len - d.len), d) &&
		    host.ptr[host.len - d.len - 1] == '.' && host.ptr[0] != '.')
			return true;
	}
	return false;
}

/* "DNS:www.example.test", as the certificate shall have it. */
static bool
take_hosts(const struct ra_call *c, X509_EXTENSION *e, struct buf *alt)
{
	GENERAL_NAMES *names = e == NULL ? NULL : X509V3_EXT_d2i(e);
	bool ok = names != NULL && sk_GENERAL_NAME_num(names) > 0;

	for (int i = 0; ok && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);
		struct span host;

		ok = g->type == GEN_DNS;
		if (!ok)
			break;
		host = (struct span){ (const char *)ASN1_STRING_get0_data(
					  g->d.dNSName),
			(size_t)ASN1_STRING_length(g->d.dNSName) };
		ok = is_local_name(c->ra->world, host);
		buf_addf(alt, "%sDNS:%.*s", i == 0 ? "" : ",", SPAN_FMT(host));
	}
	GENERAL_NAMES_free(names);
	return ok && !alt->full;
}

/* The first of its names is what it is called. */
static bool
judge_server(struct ra_call *c, X509_REQ *r, const X509_EXTENSIONS *extensions,
    struct store_ra_application *a)
{
	const X509_NAME *name = X509_REQ_get_subject_name(r);
	struct buf alt;
	struct span first;
	char *host;
	bool ok;

	buf_init(&alt, sizeof a->alt - 1);
	ok = take_hosts(c, alternative_of(extensions), &alt);
	first = span_skip(buf_span(&alt), ok ? strlen("DNS:") : 0);
	host = mem_text(span_cut(&first, ','));
	ok = ok && ca_name_has(name, NID_commonName, host);
	snprintf(a->alt, sizeof a->alt, "%s", buf_text(&alt));
	free(host);
	buf_free(&alt);
	return ok || bound_refuse(&c->http, 400,
			 "a server has names of our domains as dNSNames, and "
			 "the first of them is its commonName");
}

static bool
judge_names(struct ra_call *c, X509_REQ *r, enum ra_class class,
    struct store_ra_application *a)
{
	X509_EXTENSIONS *extensions = X509_REQ_get_extensions(r);
	const bool ok = class == RA_SERVER ? judge_server(c, r, extensions, a)
					   : judge_person(c, r, extensions);

	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	if (ok && class != RA_SERVER)
		snprintf(a->alt, sizeof a->alt, "email:%s", c->who->address);
	return ok;
}

bool
ra_judge_request(struct ra_call *c, X509_REQ *r, enum ra_class class,
    struct store_ra_application *a)
{
	a->class = (int)class;
	return judge_key(c, r, a) && judge_names(c, r, class, a);
}
