/* SPDX-License-Identifier: MIT */
#include "reference/ca/crl.h"

#include <inttypes.h>
#include <stdio.h>

#include <openssl/x509v3.h>

#include "reference/ca/delta.h"
#include "reference/ca/flaw_status.h"
#include "reference/ca/log.h"
#include "reference/ca/publish.h"

enum { LIFETIME_S = 12 * 3600, RENEW_S = LIFETIME_S / 2 };

static bool
set_time(ASN1_TIME *t, struct wall when, int after_s)
{
	return ASN1_TIME_set(t, (time_t)(when.us / 1000000 + after_s)) != NULL;
}

/* ---- entries ---- */

static bool
entry_serial(X509_REVOKED *e, const char *hex)
{
	BIGNUM *n = NULL;
	ASN1_INTEGER *serial;
	bool ok = BN_hex2bn(&n, hex) > 0 &&
		  (serial = BN_to_ASN1_INTEGER(n, NULL)) != NULL;

	if (ok) {
		ok = X509_REVOKED_set_serialNumber(e, serial);
		ASN1_INTEGER_free(serial);
	}
	BN_free(n);
	return ok;
}

/* RFC 5280 5.3.1: a reason that is unspecified is left out. */
static bool
entry_reason(const struct ca *ca, X509_REVOKED *e, int reason)
{
	ASN1_ENUMERATED *value;
	bool ok;

	if (reason <= CA_UNSPECIFIED)
		return true;
	reason = ca_flaw_crl_reason(ca->fault, reason);
	value = ASN1_ENUMERATED_new();
	ok = value != NULL && ASN1_ENUMERATED_set(value, reason) &&
	     X509_REVOKED_add1_ext_i2d(e, NID_crl_reason, value, 0, 0) == 1;
	ASN1_ENUMERATED_free(value);
	return ok;
}

/* CERT-F-10, CERT-F-11: what a list says of one certificate. */
bool
ca_crl_add(
    const struct ca *ca, X509_CRL *crl, const struct store_ca_certificate *c)
{
	X509_REVOKED *e = X509_REVOKED_new();
	ASN1_TIME *when = ASN1_TIME_new();
	const bool ok = e != NULL && set_time(when, c->changed, 0) &&
			entry_serial(e, c->serial) &&
			X509_REVOKED_set_revocationDate(e, when) &&
			entry_reason(ca, e, c->reason) &&
			X509_CRL_add0_revoked(crl, e);

	ASN1_TIME_free(when);
	if (!ok)
		X509_REVOKED_free(e);
	return ok;
}

struct listing {
	const struct ca *ca;
	X509_CRL *crl;
};

/* Faults leave some out. */
static bool
is_left_out(const struct ca *ca, const struct store_ca_certificate *c)
{
	return (c->status == STORE_CA_REVOKED &&
		   ca->fault == FAULT_CRL_WITHOUT_REVOKED) ||
	       (c->owner[0] != '\0' && ca->fault == FAULT_CMP_RR_NOT_LISTED);
}

static bool
list_one(void *ctx, const struct store_ca_certificate *bad)
{
	const struct listing *l = ctx;
	struct store_ca_certificate c = *bad;

	return is_left_out(l->ca, &c) || !ca_flaw_crl_told(l->ca->fault, &c) ||
	       ca_crl_add(l->ca, l->crl, &c);
}

static bool
add_entries(X509_CRL *crl, const struct ca *ca, int issuer)
{
	struct listing l = { ca, crl };
	struct store_ca_certificate c;

	return store_ca_each_bad(ca->store, issuer, list_one, &l) &&
	       (ca->fault != FAULT_CRL_LISTS_GOOD ||
		   issuer != ca_issuer(CA_SM2, CA_ISSUING) ||
		   (store_ca_named(ca->store, "sm2-alice-signing", &c, NULL) &&
		       ca_crl_add(ca, crl, &c)));
}

/* ---- the list ---- */

static bool
add_extensions(X509_CRL *crl, X509 *issuer, int64_t number)
{
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	X509_EXTENSION *e;
	X509V3_CTX ctx;
	bool ok;

	X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
	/* A CA without a key identifier is a fault; then the AKI names it. */
	e = X509V3_EXT_nconf_nid(NULL, &ctx, NID_authority_key_identifier,
	    X509_get0_subject_key_id(issuer) != NULL ? "keyid:always"
						     : "issuer:always");
	ok = e != NULL && X509_CRL_add_ext(crl, e, -1) &&
	     ASN1_INTEGER_set_int64(n, number) &&
	     X509_CRL_add1_ext_i2d(crl, NID_crl_number, n, 0, 0) == 1;
	X509_EXTENSION_free(e);
	ASN1_INTEGER_free(n);
	return ok;
}

static bool
set_times(X509_CRL *crl, enum fault fault, bool delta, struct wall now)
{
	ASN1_TIME *t = ASN1_TIME_new();
	int from = 0, to = LIFETIME_S;
	bool ok;

	if (delta)
		ca_flaw_delta_times(fault, &from, &to);
	else
		ca_flaw_crl_times(fault, &from, &to);
	ok = set_time(t, now, from) && X509_CRL_set1_lastUpdate(crl, t) &&
	     ((fault == FAULT_CRL_WITHOUT_NEXT && !delta) ||
		 (set_time(t, now, to) && X509_CRL_set1_nextUpdate(crl, t)));

	ASN1_TIME_free(t);
	return ok;
}

/* Which list it is to be; base NULL: a complete one. */
struct order {
	int issuer;
	int64_t number;
	const struct ca_base *base;
};

/* Each kind has its own flaws. */
static bool
fill(const struct ca *ca, const struct order *o, X509_CRL *crl, struct wall now)
{
	if (o->base != NULL)
		return ca_delta_fill(ca, o->issuer, o->base, crl) &&
		       X509_CRL_sort(crl) &&
		       ca_flaw_delta_unsigned(ca->fault, o->base->number, crl);
	return add_entries(crl, ca, o->issuer) &&
	       ca_delta_name(ca, o->issuer, crl) &&
	       ca_flaw_freshest(ca->fault, crl) && X509_CRL_sort(crl) &&
	       ca_flaw_crl_unsigned(ca->fault, crl, now);
}

static X509_CRL *
build(const struct ca *ca, const struct order *o, struct wall now)
{
	const struct ca_signer *s = ca_issuer_signer(ca, o->issuer);
	const bool delta = o->base != NULL;
	EVP_MD_CTX *ctx = ca_signer_new(s->key);
	X509_CRL *crl = X509_CRL_new();
	const bool ok =
	    ctx != NULL && X509_CRL_set_version(crl, X509_CRL_VERSION_2) &&
	    X509_CRL_set_issuer_name(crl, X509_get_subject_name(s->cert)) &&
	    set_times(crl, ca->fault, delta, now) &&
	    add_extensions(crl, s->cert, o->number) && fill(ca, o, crl, now) &&
	    ca_oddity_crl(ca, o->issuer, crl) &&
	    ((!delta && ca_flaw_crl_sign(ca->fault, crl, s->key)) ||
		X509_CRL_sign_ctx(crl, ctx) > 0);

	ca_signer_free(ctx);
	if (ok)
		return crl;
	X509_CRL_free(crl);
	return NULL;
}

/* A fault: a list that names nobody who is revoked for good. */
static bool
publish_bare(
    struct ca *ca, int issuer, int64_t number, struct wall now, struct err *err)
{
	struct ca bare = *ca;
	unsigned char *der = NULL;
	X509_CRL *crl;
	bool ok;
	int n;

	bare.fault = FAULT_CRL_WITHOUT_REVOKED;
	crl = build(&bare, &(struct order){ issuer, number, NULL }, now);
	n = crl == NULL ? -1 : i2d_X509_CRL(crl, &der);
	ok = n > 0 && ca_publish_list(ca, issuer, false,
			  (struct span){ (const char *)der, (size_t)n }, err);
	OPENSSL_free(der);
	X509_CRL_free(crl);
	return ok;
}

static bool
publish(struct ca *ca, int issuer, int64_t number, struct wall now,
    struct span der, struct err *err)
{
	if (ca->fault == FAULT_PUBLISH_LIST_ONCE && number > 1)
		return true;
	return ca->fault == FAULT_PUBLISH_LIST_BARE
		   ? publish_bare(ca, issuer, number, now, err)
		   : ca_publish_list(ca, issuer, false, der, err);
}

/* The delta of the same number, kept and published. */
static bool
follow(struct ca *ca, const struct order *o, const struct ca_base *before,
    struct wall now, struct err *err)
{
	struct ca_base base;
	unsigned char *der = NULL;
	X509_CRL *crl = NULL;
	struct span bytes;
	bool ok = false;
	int n = -1;

	if (!ca_has_deltas(ca) || before->number == 0)
		return true;
	if (!ca_delta_base(ca, o->issuer, before, &base, err))
		return false;
	crl = build(ca, &(struct order){ o->issuer, o->number, &base }, now);
	n = crl == NULL ? -1 : i2d_X509_CRL(crl, &der);
	if (n > 0) {
		bytes = (struct span){ (const char *)der, (size_t)n };
		ca_flaw_delta_signed(ca->fault, der, bytes.len);
		ok = ca_delta_keep(ca, o->issuer, bytes, err) &&
		     ca_publish_list(ca, o->issuer, true, bytes, err);
	} else {
		ca_openssl_err(err, "make a delta CRL");
	}
	OPENSSL_free(der);
	X509_CRL_free(crl);
	return ok;
}

/* What there is in the store before it; number 0: nothing. */
static struct ca_base
list_before(struct ca *ca, int issuer)
{
	struct ca_base b = { .number = 0 };

	store_ca_crl(ca->store, issuer, &b.number, &b.made, NULL);
	return b;
}

static bool
keep(struct ca *ca, const struct order *o, struct wall now, struct span der,
    struct err *err)
{
	const struct ca_base before = list_before(ca, o->issuer);
	struct ca_log_record log;
	char name[16], about[40];
	bool ok;

	ca_issuer_name(o->issuer, name);
	snprintf(about, sizeof about, "%s %" PRId64, name, o->number);
	ca_log_begin(
	    ca, now, &(struct ca_log_entry){ "crl", "crl", about, "" }, &log);
	store_begin(ca->store);
	ok = store_ca_crl_add(
		 ca->store, o->issuer, o->number, now, der, &log.record, err) &&
	     publish(ca, o->issuer, o->number, now, der, err) &&
	     follow(ca, o, &before, now, err);
	ok = store_end(ca->store, ok, err);
	ca_log_end(&log);
	return ok;
}

static bool
renew(struct ca *ca, const struct order *o, struct wall now, struct buf *to,
    struct err *err)
{
	const struct order said = { o->issuer,
		ca->fault == FAULT_CRL_NUMBER_FALLS
		    ? INT64_C(1000000) - o->number
		    : o->number,
		NULL };
	X509_CRL *crl = build(ca, &said, now);
	unsigned char *der = NULL;
	const int n = crl == NULL ? -1 : i2d_X509_CRL(crl, &der);
	const struct span bytes = { (const char *)der, n > 0 ? (size_t)n : 0 };
	bool ok = n > 0;

	if (ok)
		ca_flaw_crl_signed(ca->fault, der, bytes.len);
	if (ok)
		ok = keep(ca, o, now, bytes, err);
	else
		ca_openssl_err(err, "make a CRL");
	buf_clear(to);
	if (ok)
		buf_add(to, bytes);
	OPENSSL_free(der);
	X509_CRL_free(crl);
	return ok;
}

/* Is there a list that says what is so, and goes on being good? */
static bool
is_present(const struct ca *ca, int issuer, struct wall now)
{
	const struct wall changed = store_ca_changed(ca->store, issuer);
	struct wall made = { 0 };
	int64_t number;

	return store_ca_crl(ca->store, issuer, &number, &made, NULL) &&
	       changed.us < made.us && now.us >= made.us &&
	       now.us - made.us < RENEW_S * INT64_C(1000000);
}

/*
 * Those who ask get another one each time; also where a fault revokes something
 * in the past, of which a list that is there knows nothing.
 */
static bool
is_made_each_time(const struct ca *ca)
{
	return ca->fault == FAULT_CRL_NUMBER_FALLS ||
	       ca->fault == FAULT_PUBLISH_LIST_ONCE ||
	       ca->fault == FAULT_SEAL_MAKER_REVOKED ||
	       ca->fault == FAULT_SIGN_SIGNER_REVOKED ||
	       ca->variant == VARIANT_CRL_MADE_EACH_TIME;
}

/* The first one has no delta: another follows, which goes on from it. */
static bool
renew_next(
    struct ca *ca, int issuer, struct wall now, struct buf *to, struct err *err)
{
	struct order o = { issuer, list_before(ca, issuer).number + 1, NULL };
	bool ok = renew(ca, &o, now, to, err);

	if (ok && o.number == 1 && ca_has_deltas(ca)) {
		o.number++;
		ok = renew(ca, &o, now, to, err);
	}
	return ok;
}

bool
ca_crl(
    struct ca *ca, int issuer, struct wall now, struct buf *to, struct err *err)
{
	struct wall made;
	int64_t number;

	return is_present(ca, issuer, now) && !is_made_each_time(ca)
		   ? store_ca_crl(ca->store, issuer, &number, &made, to)
		   : renew_next(ca, issuer, now, to, err);
}

bool
ca_crl_delta(
    struct ca *ca, int issuer, struct wall now, struct buf *to, struct err *err)
{
	if (!is_present(ca, issuer, now) &&
	    !renew_next(ca, issuer, now, to, err))
		return false;
	buf_clear(to);
	return (ca_delta_kept(ca, issuer, to) ||
		err_set(err, ERR_PROTOCOL, "there is no delta"));
}

bool
ca_crls_refresh(struct ca *ca, struct wall now, struct err *err)
{
	struct buf der;
	bool ok = true;

	buf_init(&der, CA_CRL_MOST);
	for (int issuer = 0; ok && issuer < CA_ISSUERS; issuer++) {
		buf_clear(&der);
		ok = is_present(ca, issuer, now) ||
		     renew_next(ca, issuer, now, &der, err);
	}
	buf_free(&der);
	return ok;
}
