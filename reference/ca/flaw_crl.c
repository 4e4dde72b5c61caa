/* SPDX-License-Identifier: MIT */
#include "reference/ca/flaw_status.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "reference/ca/flaw.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S, WEEK_S = 7 * DAY_S };

/* An extension that nobody knows. */
#define UNKNOWN "2.999.5280.1"

/* ---- what it says ---- */

int
ca_flaw_crl_reason(enum fault fault, int reason)
{
	/* clang-format off */
	static const struct {
		enum fault fault;
		int of, is;
	} changes[] = {
		{ FAULT_CRL_REASON_UNDEFINED,	CA_KEY_COMPROMISE, 7 },
		{ FAULT_CRL_REASON_UNSPECIFIED,	CA_KEY_COMPROMISE,
		  CA_UNSPECIFIED },
		{ FAULT_CRL_HOLD_IS_COMPROMISE,	CA_CERTIFICATE_HOLD,
		  CA_KEY_COMPROMISE },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(changes); i++)
		if (changes[i].fault == fault && changes[i].of == reason)
			return changes[i].is;
	return reason;
}

void
ca_flaw_crl_times(enum fault fault, int *from, int *to)
{
	/* clang-format off */
	static const struct {
		enum fault fault;
		int from, to;
	} changes[] = {
		{ FAULT_CRL_NEXT_BEFORE_THIS,	0,	     -HOUR_S },
		{ FAULT_CRL_STALE,		-2 * DAY_S,  -DAY_S },
		{ FAULT_CRL_LASTS_A_WEEK,	0,	     WEEK_S },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(changes); i++)
		if (changes[i].fault == fault) {
			*from = changes[i].from;
			*to = changes[i].to;
		}
}

static bool
is_generalized(X509_CRL *crl, struct wall now)
{
	ASN1_TIME *t =
	    ASN1_GENERALIZEDTIME_set(NULL, (time_t)(now.us / 1000000));
	const bool ok = t != NULL && X509_CRL_set1_lastUpdate(crl, t);

	ASN1_TIME_free(t);
	return ok;
}

static bool
is_anothers(X509_CRL *crl, struct wall now)
{
	X509_NAME *name = X509_NAME_new();
	const bool ok =
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
		(const unsigned char *)"Somebody else", -1, -1, 0) &&
	    X509_CRL_set_issuer_name(crl, name);

	(void)now;
	X509_NAME_free(name);
	return ok;
}

static bool
is_version_1(X509_CRL *crl, struct wall now)
{
	(void)now;
	return X509_CRL_set_version(crl, X509_CRL_VERSION_1);
}

/* A list that is there, and has nothing in it. */
static bool
has_empty_list(X509_CRL *crl, struct wall now)
{
	X509_REVOKED *e = X509_REVOKED_new();
	STACK_OF(X509_REVOKED) * list;

	(void)now;
	if (e == NULL || X509_CRL_get_REVOKED(crl) != NULL) {
		X509_REVOKED_free(e);
		return true;
	}
	if (!X509_CRL_add0_revoked(crl, e))
		return false;
	list = X509_CRL_get_REVOKED(crl);
	X509_REVOKED_free(sk_X509_REVOKED_pop(list));
	return true;
}

static bool
says_twice(X509_CRL *crl, struct wall now)
{
	X509_REVOKED *e = sk_X509_REVOKED_value(X509_CRL_get_REVOKED(crl), 0);

	(void)now;
	return e == NULL || X509_CRL_add0_revoked(crl, X509_REVOKED_dup(e));
}

static bool
revokes_later(X509_CRL *crl, struct wall now)
{
	STACK_OF(X509_REVOKED) *list = X509_CRL_get_REVOKED(crl);
	ASN1_TIME *t = ASN1_TIME_set(NULL, (time_t)(now.us / 1000000 + HOUR_S));
	bool ok = t != NULL;

	for (int i = 0; ok && i < sk_X509_REVOKED_num(list); i++)
		ok = X509_REVOKED_set_revocationDate(
		    sk_X509_REVOKED_value(list, i), t);
	ASN1_TIME_free(t);
	return ok;
}

static bool
has_critical_entry(X509_CRL *crl, struct wall now)
{
	X509_REVOKED *e = sk_X509_REVOKED_value(X509_CRL_get_REVOKED(crl), 0);
	X509_EXTENSION *x = ca_flaw_extension(UNKNOWN, 1);
	const bool ok =
	    e == NULL || (x != NULL && X509_REVOKED_add_ext(e, x, -1));

	(void)now;
	X509_EXTENSION_free(x);
	return ok;
}

static bool
has_critical(X509_CRL *crl, struct wall now)
{
	X509_EXTENSION *x = ca_flaw_extension(UNKNOWN, 1);
	const bool ok = x != NULL && X509_CRL_add_ext(crl, x, -1);

	(void)now;
	X509_EXTENSION_free(x);
	return ok;
}

static bool
leave_out(X509_CRL *crl, int nid)
{
	const int at = X509_CRL_get_ext_by_NID(crl, nid, -1);

	X509_EXTENSION_free(X509_CRL_delete_ext(crl, at));
	return at >= 0;
}

static bool
has_no_aki(X509_CRL *crl, struct wall now)
{
	(void)now;
	return leave_out(crl, NID_authority_key_identifier);
}

static bool
has_no_number(X509_CRL *crl, struct wall now)
{
	(void)now;
	return leave_out(crl, NID_crl_number);
}

static bool
has_critical_number(X509_CRL *crl, struct wall now)
{
	const int at = X509_CRL_get_ext_by_NID(crl, NID_crl_number, -1);

	(void)now;
	return X509_EXTENSION_set_critical(X509_CRL_get_ext(crl, at), 1) == 1;
}

bool
ca_flaw_crl_unsigned(enum fault fault, X509_CRL *crl, struct wall now)
{
	/* clang-format off */
	static const struct {
		enum fault fault;
		bool (*make)(X509_CRL *, struct wall now);
	} flaws[] = {
		{ FAULT_CRL_TIME_GENERALIZED,	is_generalized },
		{ FAULT_CRL_OF_ANOTHER,		is_anothers },
		{ FAULT_CRL_VERSION_1,		is_version_1 },
		{ FAULT_CRL_EMPTY_LIST,		has_empty_list },
		{ FAULT_CRL_ENTRY_TWICE,	says_twice },
		{ FAULT_CRL_ENTRY_LATER,	revokes_later },
		{ FAULT_CRL_ENTRY_CRITICAL,	has_critical_entry },
		{ FAULT_CRL_CRITICAL,		has_critical },
		{ FAULT_CRL_WITHOUT_AKI,	has_no_aki },
		{ FAULT_CRL_WITHOUT_NUMBER,	has_no_number },
		{ FAULT_CRL_NUMBER_CRITICAL,	has_critical_number },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(flaws); i++)
		if (flaws[i].fault == fault && !flaws[i].make(crl, now))
			return false;
	return true;
}

/* ---- unusual, and permitted ---- */

/* RFC 5280 5.3.2: since when the key is suspected, a day before. */
static bool
has_invalidity(X509_CRL *crl, int issuer, const char *base)
{
	STACK_OF(X509_REVOKED) *list = X509_CRL_get_REVOKED(crl);
	const ASN1_TIME *made = X509_CRL_get0_lastUpdate(crl);
	ASN1_GENERALIZEDTIME *t;
	struct tm tm;
	bool ok;

	(void)issuer;
	(void)base;
	t = ASN1_TIME_to_tm(made, &tm) == 1
		? ASN1_GENERALIZEDTIME_adj(NULL, timegm(&tm), -1, 0)
		: NULL;
	ok = t != NULL;
	for (int i = 0; ok && i < sk_X509_REVOKED_num(list); i++)
		ok = X509_REVOKED_add1_ext_i2d(sk_X509_REVOKED_value(list, i),
			 NID_invalidity_date, t, 0, 0) == 1;
	ASN1_GENERALIZEDTIME_free(t);
	return ok;
}

/* RFC 5280 5.2.5: the place that certificates name. */
static bool
has_point(X509_CRL *crl, int issuer, const char *base)
{
	char name[16], text[512];
	CONF *sections = NCONF_new(NULL);
	X509_EXTENSION *e;
	X509V3_CTX ctx;
	bool ok;

	ca_issuer_name(issuer, name);
	snprintf(text, sizeof text, "critical,fullname:URI:%s/crl/%s.crl", base,
	    name);
	X509V3_set_ctx(&ctx, NULL, NULL, NULL, crl, 0);
	X509V3_set_nconf(&ctx, sections);
	e = X509V3_EXT_nconf_nid(
	    NULL, &ctx, NID_issuing_distribution_point, text);
	ok = e != NULL && X509_CRL_add_ext(crl, e, -1) == 1;
	X509_EXTENSION_free(e);
	NCONF_free(sections);
	return ok;
}

/* RFC 5280 5.3.1: a reason need not be given. */
static bool
has_no_reasons(X509_CRL *crl, int issuer, const char *base)
{
	STACK_OF(X509_REVOKED) *list = X509_CRL_get_REVOKED(crl);

	(void)issuer;
	(void)base;
	for (int i = 0; i < sk_X509_REVOKED_num(list); i++) {
		X509_REVOKED *e = sk_X509_REVOKED_value(list, i);
		const int at =
		    X509_REVOKED_get_ext_by_NID(e, NID_crl_reason, -1);

		if (at >= 0)
			X509_EXTENSION_free(X509_REVOKED_delete_ext(e, at));
	}
	return true;
}

/* Faults: the same place, but said as it must not be. */
static bool
has_point_aside(X509_CRL *crl, int issuer, const char *base)
{
	int at;

	if (!has_point(crl, issuer, base))
		return false;
	at = X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1);
	return X509_EXTENSION_set_critical(X509_CRL_get_ext(crl, at), 0) == 1;
}

static bool
has_point_elsewhere(X509_CRL *crl, int issuer, const char *base)
{
	(void)base;
	return has_point(crl, issuer, "http://elsewhere.example.test");
}

bool
ca_oddity_crl(const struct ca *ca, int issuer, X509_CRL *crl)
{
	/* clang-format off */
	static const struct {
		enum fault fault;
		enum variant variant;
		bool (*make)(X509_CRL *, int issuer, const char *base);
	} oddities[] = {
		{ FAULT_NONE, VARIANT_CRL_INVALIDITY_DATE, has_invalidity },
		{ FAULT_NONE, VARIANT_CRL_POINT, has_point },
		{ FAULT_NONE, VARIANT_CRL_WITHOUT_REASONS, has_no_reasons },
		{ FAULT_CRL_POINT_ASIDE, VARIANT_NONE, has_point_aside },
		{ FAULT_CRL_POINT_ELSEWHERE, VARIANT_NONE, has_point_elsewhere },
	};
	/* clang-format on */

	if (ca->fault == FAULT_NONE && ca->variant == VARIANT_NONE)
		return true;
	for (size_t i = 0; i < COUNT(oddities); i++)
		if (oddities[i].variant == ca->variant &&
		    oddities[i].fault == ca->fault &&
		    !oddities[i].make(crl, issuer, ca->base_crl))
			return false;
	return true;
}

/* ---- how it is signed ---- */

bool
ca_flaw_crl_sign(enum fault fault, X509_CRL *crl, EVP_PKEY *key)
{
	const bool sm2 = EVP_PKEY_is_a(key, "SM2");

	/* OpenSSL's own way: SM2 under an identifier of no octets */
	if (fault == FAULT_CRL_SM2_WITHOUT_IDENTIFIER && sm2)
		return X509_CRL_sign(crl, key, EVP_sm3()) > 0;
	if (fault == FAULT_CRL_SHA1 && !sm2)
		return X509_CRL_sign(crl, key, EVP_sha1()) > 0;
	return false;
}

/* The last OID of SM2 with SM3 becomes that of ECDSA with SHA-256. */
void
ca_flaw_crl_signed(enum fault fault, unsigned char *der, size_t n)
{
	static const char sm2[] = "\x2a\x81\x1c\xcf\x55\x01\x83\x75";
	static const char ecdsa[] = "\x2a\x86\x48\xce\x3d\x04\x03\x02";

	if (fault != FAULT_CRL_ALGORITHM_OUTSIDE)
		return;
	for (size_t at = n < 8 ? 0 : n - 8; at > 0; at--)
		if (memcmp(der + at, sm2, 8) == 0) {
			memcpy(der + at, ecdsa, 8);
			return;
		}
}

/* ---- how it is given ---- */

static void
give_pem(struct buf *body)
{
	const unsigned char *p = (const unsigned char *)body->data;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)body->len);
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (crl != NULL && PEM_write_bio_X509_CRL(out, crl)) {
		const long n = BIO_get_mem_data(out, &text);

		buf_clear(body);
		buf_add(body, (struct span){ text, (size_t)n });
	}
	BIO_free(out);
	X509_CRL_free(crl);
}

static void
give_certificate(X509 *x, struct buf *body)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);

	buf_clear(body);
	if (n > 0)
		buf_add(body, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
}

void
ca_flaw_crl_served(const struct ca *ca, int issuer, struct http_answer *a)
{
	switch (ca->fault) {
	case FAULT_CRL_NOT_FOUND:
		if (issuer == ca_issuer(CA_P256, CA_ISSUING)) {
			buf_clear(&a->body);
			http_answer_text(a, 404, "there is no list");
		}
		break;
	case FAULT_CRL_TYPE:
		a->type = "application/octet-stream";
		break;
	case FAULT_CRL_PEM:
		give_pem(&a->body);
		break;
	case FAULT_CRL_IS_CERTIFICATE:
		give_certificate(ca_issuer_signer(ca, issuer)->cert, &a->body);
		break;
	default:
		break;
	}
}
