/* SPDX-License-Identifier: MIT */
#include "reference/seal/trust.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "reference/ca/key.h"

enum { MOST = 64 }; /* certificates, or lists, that are read */

/* ---- what was sent along ---- */

X509 *
trust_identified(X509 *x)
{
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();

	ASN1_OCTET_STRING_set(id, (const unsigned char *)CA_IDENTIFIER,
	    (int)strlen(CA_IDENTIFIER));
	X509_set0_distinguishing_id(x, id);
	return x;
}

/* All that was read was PEM, to the end of it. */
static bool
came_to_an_end(struct span pem)
{
	const int why = ERR_GET_REASON(ERR_peek_last_error());

	ERR_clear_error();
	return pem.len == 0 || why == PEM_R_NO_START_LINE;
}

static bool
read_certificates(
    struct span pem, STACK_OF(X509) * to, const char *name, struct err *err)
{
	BIO *in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	X509 *x = NULL;

	while (sk_X509_num(to) < MOST &&
	       (x = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL)
		sk_X509_push(to, trust_identified(x));
	BIO_free(in);
	if (came_to_an_end(pem) && (pem.len == 0 || sk_X509_num(to) > 0))
		return true;
	return err_set(err, ERR_CONFIG,
	    "%s: not all of it are certificates in PEM, or more than %d", name,
	    MOST);
}

static bool
read_lists(struct span pem, STACK_OF(X509_CRL) * to, struct err *err)
{
	BIO *in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	X509_CRL *x = NULL;

	while (sk_X509_CRL_num(to) < MOST &&
	       (x = PEM_read_bio_X509_CRL(in, NULL, NULL, NULL)) != NULL)
		sk_X509_CRL_push(to, x);
	BIO_free(in);
	if (came_to_an_end(pem) && (pem.len == 0 || sk_X509_CRL_num(to) > 0))
		return true;
	return err_set(err, ERR_CONFIG,
	    "lists: not all of it are CRLs in PEM, or more than %d", MOST);
}

bool
seal_trust_read(struct seal_trust *t, struct span anchors,
    struct span certificates, struct span lists, struct err *err)
{
	ERR_clear_error();
	*t = (struct seal_trust){ sk_X509_new_null(), sk_X509_new_null(),
		sk_X509_CRL_new_null() };
	return read_certificates(anchors, t->anchors, "anchors", err) &&
	       read_certificates(
		   certificates, t->certificates, "certificates", err) &&
	       read_lists(lists, t->lists, err);
}

void
seal_trust_free(struct seal_trust *t)
{
	sk_X509_pop_free(t->anchors, X509_free);
	sk_X509_pop_free(t->certificates, X509_free);
	sk_X509_CRL_pop_free(t->lists, X509_CRL_free);
	*t = (struct seal_trust){ 0 };
}

X509 *
trust_certificate(struct span der)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	X509 *x = der.len == 0 ? NULL : d2i_X509(NULL, &p, (long)der.len);

	ERR_clear_error();
	if (x == NULL)
		return NULL;
	if (p == (const unsigned char *)der.ptr + der.len)
		return trust_identified(x);
	X509_free(x);
	return NULL;
}

bool
trust_is_sm2(X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(x);
	const bool ok = key != NULL && EVP_PKEY_is_a(key, "SM2") == 1;

	ERR_clear_error();
	return ok;
}

bool
trust_time(const ASN1_TIME *t, struct wall *at)
{
	const size_t want = ASN1_STRING_type(t) == V_ASN1_UTCTIME ? 13 : 15;
	const char *text = (const char *)ASN1_STRING_get0_data(t);
	struct tm tm;

	if ((size_t)ASN1_STRING_length(t) != want || text[want - 1] != 'Z')
		return false;
	for (size_t i = 0; i + 1 < want; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return false;
	at->us = (int64_t)timegm(&tm) * 1000000;
	return true;
}

/* ---- the path ---- */

/*
 * The validity of the certificate itself is asked about apart; whether it is
 * revoked is not OpenSSL's to say, which judges a list by the time of use.
 */
static int
let_pass(int ok, X509_STORE_CTX *ctx)
{
	const int error = X509_STORE_CTX_get_error(ctx);

	if (ok || X509_STORE_CTX_get_error_depth(ctx) > 0)
		return ok;
	return error == X509_V_ERR_CERT_HAS_EXPIRED ||
	       error == X509_V_ERR_CERT_NOT_YET_VALID;
}

static STACK_OF(X509) * issuers(const struct trust_ask *a)
{
	STACK_OF(X509) *all = sk_X509_dup(a->trust->certificates);

	for (int i = 0; a->more != NULL && i < sk_X509_num(a->more); i++)
		sk_X509_push(all, sk_X509_value(a->more, i));
	return all;
}

/* NULL, and why; else the certificates from this one to the anchor. */
static STACK_OF(X509) * path(const struct trust_ask *a, const char **why)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *others = issuers(a), *found = NULL;
	X509_VERIFY_PARAM *how;

	for (int i = 0; i < sk_X509_num(a->trust->anchors); i++)
		X509_STORE_add_cert(store, sk_X509_value(a->trust->anchors, i));
	X509_STORE_CTX_init(ctx, store, a->cert, others);
	X509_STORE_CTX_set_verify_cb(ctx, let_pass);
	how = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_time(how, (time_t)(a->used.us / 1000000));
	*why = NULL;
	if (X509_verify_cert(ctx) == 1)
		found = X509_STORE_CTX_get1_chain(ctx);
	else
		*why = X509_verify_cert_error_string(
		    X509_STORE_CTX_get_error(ctx));
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_free(others);
	ERR_clear_error();
	return found;
}

/* ---- lists ---- */

/* OpenSSL cannot be told the identifier of who signed a list. */
static bool
list_verifies(X509_CRL *list, X509 *issuer)
{
	const ASN1_BIT_STRING *signature = NULL;
	unsigned char *der = NULL;
	const int n = i2d_re_X509_CRL_tbs(list, &der);
	bool ok;

	X509_CRL_get0_signature(list, &signature, NULL);
	ok = n > 0 && X509_get0_pubkey(issuer) != NULL &&
	     ca_verify(X509_get0_pubkey(issuer),
		 (struct span){ (const char *)der, (size_t)n },
		 (struct span){ (const char *)ASN1_STRING_get0_data(signature),
		     (size_t)ASN1_STRING_length(signature) });
	OPENSSL_free(der);
	return ok;
}

/* Only where it is, and whom it is about, is known; nothing of deltas. */
static bool
is_understood(const X509_CRL *list)
{
	for (int i = 0; i < X509_CRL_get_ext_count(list); i++) {
		X509_EXTENSION *e = X509_CRL_get_ext(list, i);

		if (X509_EXTENSION_get_critical(e) &&
		    OBJ_obj2nid(X509_EXTENSION_get_object(e)) !=
			NID_issuing_distribution_point)
			return false;
	}
	return true;
}

static bool
may_be_believed(X509_CRL *list, X509 *issuer, struct wall now)
{
	const ASN1_TIME *from = X509_CRL_get0_lastUpdate(list);
	const ASN1_TIME *to = X509_CRL_get0_nextUpdate(list);
	const time_t t = (time_t)(now.us / 1000000);

	return is_understood(list) && to != NULL &&
	       ASN1_TIME_cmp_time_t(from, t) <= 0 &&
	       ASN1_TIME_cmp_time_t(to, t) >= 0 &&
	       (X509_get_key_usage(issuer) & KU_CRL_SIGN) != 0 &&
	       list_verifies(list, issuer);
}

static void
ask_list(
    const struct trust_ask *a, X509 *x, X509_CRL *list, struct trust_found *f)
{
	const time_t used = (time_t)(a->used.us / 1000000);
	X509_REVOKED *entry = NULL;

	if (X509_CRL_get0_by_cert(list, &entry, x) != 1)
		return;
	if (ASN1_TIME_cmp_time_t(
		X509_REVOKED_get0_revocationDate(entry), used) <= 0)
		f->revoked = true;
	else
		f->since = true;
}

static void
ask_lists(
    const struct trust_ask *a, X509 *x, X509 *issuer, struct trust_found *f)
{
	int there = 0, asked = 0;

	for (int i = 0; i < sk_X509_CRL_num(a->trust->lists); i++) {
		X509_CRL *list = sk_X509_CRL_value(a->trust->lists, i);

		if (X509_NAME_cmp(X509_CRL_get_issuer(list),
			X509_get_issuer_name(x)) != 0)
			continue;
		there++;
		if (!may_be_believed(list, issuer, a->now))
			continue;
		asked++;
		ask_list(a, x, list, f);
	}
	f->unusable = there > 0 && asked == 0;
	f->unasked = there == 0;
}

/* What is wrong with a CA is wrong with the chain. */
static void
ask_about(const struct trust_ask *a, const STACK_OF(X509) * chain,
    struct trust_found *f)
{
	struct trust_found of_ca;

	for (int i = sk_X509_num(chain) - 2; i > 0; i--) {
		of_ca = (struct trust_found){ 0 };
		ask_lists(a, sk_X509_value(chain, i),
		    sk_X509_value(chain, i + 1), &of_ca);
		if (of_ca.revoked)
			f->chain = "a CA of it is revoked";
		else if (of_ca.unusable)
			f->chain = "the list about a CA of it is not usable";
	}
	if (sk_X509_num(chain) > 1)
		ask_lists(
		    a, sk_X509_value(chain, 0), sk_X509_value(chain, 1), f);
}

/* ---- all of it ---- */

static void
judge_validity(const struct trust_ask *a, struct trust_found *f)
{
	const time_t used = (time_t)(a->used.us / 1000000);
	const time_t now = (time_t)(a->now.us / 1000000);
	const ASN1_TIME *to = X509_get0_notAfter(a->cert);

	f->invalid =
	    ASN1_TIME_cmp_time_t(X509_get0_notBefore(a->cert), used) > 0 ||
	    ASN1_TIME_cmp_time_t(to, used) < 0;
	f->since = ASN1_TIME_cmp_time_t(to, now) < 0;
}

void
trust_judge(const struct trust_ask *a, struct trust_found *f)
{
	STACK_OF(X509) * chain;

	*f = (struct trust_found){ 0 };
	judge_validity(a, f);
	f->usage = (X509_get_key_usage(a->cert) &
		       (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0;
	f->stamps = X509_get_extension_flags(a->cert) & EXFLAG_XKUSAGE &&
		    X509_get_extended_key_usage(a->cert) == XKU_TIMESTAMP;
	chain = path(a, &f->chain);
	if (chain != NULL)
		ask_about(a, chain, f);
	sk_X509_pop_free(chain, X509_free);
}
