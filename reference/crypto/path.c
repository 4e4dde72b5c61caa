/* SPDX-License-Identifier: MIT */
/*
 * Certification paths: RFC 5280 6, as OpenSSL walks them.
 */
#include "reference/crypto/serve.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

enum { CERTIFICATES_MOST = 64 };

/* All that was sent along. */
struct paths {
	STACK_OF(X509) * anchors, *certificates;
	STACK_OF(X509_CRL) * lists;
};

/*
 * OpenSSL takes the identifier of SM2 signers to be empty, unless it is told
 * for each of what they have signed.
 */
static ASN1_OCTET_STRING *
identifier(void)
{
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();

	ASN1_OCTET_STRING_set(id, (const unsigned char *)CA_IDENTIFIER,
	    (int)strlen(CA_IDENTIFIER));
	return id;
}

static STACK_OF(X509) *
    read_certificates(struct bound_call *c, const char *name)
{
	const struct span pem = bound_octets(c, name);
	BIO *in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	STACK_OF(X509) *all = sk_X509_new_null();
	X509 *x;

	while (sk_X509_num(all) < CERTIFICATES_MOST &&
	       (x = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
		X509_set0_distinguishing_id(x, identifier());
		sk_X509_push(all, x);
	}
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE ||
	    sk_X509_num(all) == 0)
		bound_refuse(
		    c, 422, "%s: not all of it are certificates", name);
	ERR_clear_error();
	BIO_free(in);
	return all;
}

static STACK_OF(X509_CRL) * read_lists(struct bound_call *c, const char *name)
{
	const struct span pem = bound_octets(c, name);
	BIO *in = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	STACK_OF(X509_CRL) *all = sk_X509_CRL_new_null();
	X509_CRL *x;

	while (sk_X509_CRL_num(all) < CERTIFICATES_MOST &&
	       (x = PEM_read_bio_X509_CRL(in, NULL, NULL, NULL)) != NULL)
		sk_X509_CRL_push(all, x);
	if (pem.len > 0 &&
	    ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		bound_refuse(c, 422, "%s: not all of it are CRLs", name);
	ERR_clear_error();
	BIO_free(in);
	return all;
}

/* ---- what is let pass ---- */

/* clang-format off */
static const struct {
	enum fault fault;
	enum { ANY, OF_CA, OF_OTHERS } whose;
	int errors[3]; /* X509_V_ERR_... that it does not mind */
} blind[] = {
	{ FAULT_PATH_EXPIRED_TAKEN, ANY, { X509_V_ERR_CERT_HAS_EXPIRED } },
	{ FAULT_PATH_NOT_YET_TAKEN, ANY, { X509_V_ERR_CERT_NOT_YET_VALID } },
	{ FAULT_PATH_SIGNATURE_IGNORED, ANY,
	  { X509_V_ERR_CERT_SIGNATURE_FAILURE } },
	{ FAULT_PATH_ANYBODY_ISSUES, OF_OTHERS,
	  { X509_V_ERR_INVALID_CA, X509_V_ERR_INVALID_NON_CA } },
	{ FAULT_PATH_USAGE_IGNORED, OF_CA,
	  { X509_V_ERR_KEYUSAGE_NO_CERTSIGN, X509_V_ERR_INVALID_CA } },
	{ FAULT_PATH_LENGTH_IGNORED, ANY,
	  { X509_V_ERR_PATH_LENGTH_EXCEEDED } },
	{ FAULT_PATH_NAMES_IGNORED, ANY,
	  { X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION,
	    X509_V_ERR_UNSUPPORTED_NAME_SYNTAX } },
	{ FAULT_PATH_CRITICAL_IGNORED, ANY,
	  { X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION } },
	{ FAULT_PATH_POLICY_IGNORED, ANY, { X509_V_ERR_NO_EXPLICIT_POLICY } },
	{ FAULT_PATH_REVOKED_TAKEN, ANY, { X509_V_ERR_CERT_REVOKED } },
	{ FAULT_PATH_STALE_LIST_TAKEN, ANY,
	  { X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID } },
	{ FAULT_PATH_LIST_UNVERIFIED, ANY,
	  { X509_V_ERR_CRL_SIGNATURE_FAILURE,
	    X509_V_ERR_KEYUSAGE_NO_CRL_SIGN } },
};
/* clang-format on */

static bool
is_sm2(X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(x);

	return key != NULL && EVP_PKEY_is_a(key, "SM2");
}

/* Of a list OpenSSL cannot be told the identifier of who signed it. */
static bool
list_verifies(X509_CRL *list, X509 *issuer)
{
	const ASN1_BIT_STRING *signature = NULL;
	unsigned char *der = NULL;
	bool ok = false;
	int n;

	X509_CRL_get0_signature(list, &signature, NULL);
	n = i2d_re_X509_CRL_tbs(list, &der);
	if (n > 0)
		ok = ca_verify(X509_get0_pubkey(issuer),
		    (struct span){ (const char *)der, (size_t)n },
		    (struct span){
			(const char *)ASN1_STRING_get0_data(signature),
			(size_t)ASN1_STRING_length(signature) });
	OPENSSL_free(der);
	return ok;
}

/* All of them that SM2 CAs of this path have issued. */
static bool
sm2_lists_verify(const struct paths *p, const STACK_OF(X509) * chain)
{
	for (int i = 0; i < sk_X509_CRL_num(p->lists); i++)
		for (int at = 0; at < sk_X509_num(chain); at++) {
			X509_CRL *list = sk_X509_CRL_value(p->lists, i);
			X509 *issuer = sk_X509_value(chain, at);

			if (is_sm2(issuer) &&
			    X509_NAME_cmp(X509_CRL_get_issuer(list),
				X509_get_subject_name(issuer)) == 0 &&
			    !list_verifies(list, issuer))
				return false;
		}
	return true;
}

/* What OpenSSL says of a list's signature counts, unless that is SM2's. */
static bool
is_by_sm2(X509_STORE_CTX *ctx)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	const int at = X509_STORE_CTX_get_error_depth(ctx);
	X509 *issuer = sk_X509_value(chain, at + 1);

	return is_sm2(issuer != NULL ? issuer : sk_X509_value(chain, at));
}

/* As X509_STORE_CTX_set_verify() has it; the fault comes by ex_data. */
static int
judge(int ok, X509_STORE_CTX *ctx)
{
	const struct crypto *crypto = X509_STORE_CTX_get_ex_data(ctx, 0);
	const int error = X509_STORE_CTX_get_error(ctx);
	X509 *x = X509_STORE_CTX_get_current_cert(ctx);
	const bool ca =
	    x != NULL && (X509_get_extension_flags(x) & EXFLAG_CA) != 0;

	/* whose issuer has no list is not asked about */
	if (ok || error == X509_V_ERR_UNABLE_TO_GET_CRL)
		return 1;
	if (error == X509_V_ERR_CRL_SIGNATURE_FAILURE && is_by_sm2(ctx))
		return 1;
	for (size_t i = 0; i < sizeof blind / sizeof blind[0]; i++)
		for (int e = 0; blind[i].fault == crypto->fault && e < 3; e++)
			if (blind[i].errors[e] == error &&
			    blind[i].whose != (ca ? OF_OTHERS : OF_CA))
				return 1;
	return 0;
}

/* Each signed with the key of the next, the last one with an anchor's. */
static bool
signatures_chain(const struct paths *p)
{
	const int n = sk_X509_num(p->certificates);

	for (int i = 0; i < n; i++) {
		X509 *by = i + 1 < n ? sk_X509_value(p->certificates, i + 1)
				     : sk_X509_value(p->anchors, 0);

		if (X509_verify(sk_X509_value(p->certificates, i),
			X509_get0_pubkey(by)) != 1)
			return false;
	}
	return true;
}

/* Faults that no error of OpenSSL stands for. */
static bool
bend(const struct crypto *crypto, const struct paths *p, bool ok, int error)
{
	if (crypto->fault == FAULT_PATH_REFUSED)
		return ok && sk_X509_num(p->certificates) < 2;
	if (crypto->fault == FAULT_PATH_NAMES_UNCHAINED &&
	    error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
		return signatures_chain(p);
	return ok;
}

static bool
walk(const struct crypto *crypto, const struct paths *p, struct wall now,
    const char **why)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *how;
	bool ok;

	for (int i = 0; i < sk_X509_num(p->anchors); i++)
		X509_STORE_add_cert(store, sk_X509_value(p->anchors, i));
	X509_STORE_CTX_init(
	    ctx, store, sk_X509_value(p->certificates, 0), p->certificates);
	X509_STORE_CTX_set0_crls(ctx, p->lists);
	X509_STORE_CTX_set_ex_data(ctx, 0, (void *)(uintptr_t)crypto);
	X509_STORE_CTX_set_verify_cb(ctx, judge);
	how = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_flags(how,
	    X509_V_FLAG_POLICY_CHECK |
		(sk_X509_CRL_num(p->lists) == 0
			? 0
			: X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL));
	X509_VERIFY_PARAM_add0_policy(
	    how, OBJ_dup(OBJ_nid2obj(NID_any_policy)));
	X509_VERIFY_PARAM_set_time(how, (time_t)(now.us / 1000000));
	if (crypto->fault == FAULT_PATH_ANYBODY_TRUSTED) {
		X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN);
		X509_STORE_add_cert(
		    store, sk_X509_value(p->certificates,
			       sk_X509_num(p->certificates) - 1));
	}
	ok = X509_verify_cert(ctx) == 1 &&
	     (crypto->fault == FAULT_PATH_LIST_UNVERIFIED ||
		 sm2_lists_verify(p, X509_STORE_CTX_get0_chain(ctx)));
	ok = bend(crypto, p, ok, X509_STORE_CTX_get_error(ctx));
	*why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx));
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	ERR_clear_error();
	return ok;
}

void
serve_path(struct crypto *crypto, struct bound_call *c)
{
	const struct paths p = {
		.anchors = read_certificates(c, "anchors"),
		.certificates = read_certificates(c, "certificates"),
		.lists = read_lists(c, "lists"),
	};
	const char *why;
	bool ok;

	if (!bound_refused(c)) {
		ok = walk(crypto, &p, c->now, &why);
		bound_give_flag(c, "valid", ok);
		bound_give_text(c, "note", ok ? "" : why);
	}
	sk_X509_pop_free(p.anchors, X509_free);
	sk_X509_pop_free(p.certificates, X509_free);
	sk_X509_CRL_pop_free(p.lists, X509_CRL_free);
}
