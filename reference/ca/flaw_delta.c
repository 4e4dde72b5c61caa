/* SPDX-License-Identifier: MIT */
/* Delta CRLs, and what complete ones say of them, wrong in one way each. */
#include "reference/ca/flaw_status.h"

#include <openssl/x509v3.h>

#include "reference/ca/crl.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { DAY_S = 24 * 3600 };

int
ca_flaw_delta_reason(enum fault fault, int reason)
{
	return fault == FAULT_DELTA_REMOVES_REVOKED ? CA_REMOVE_FROM_CRL
						    : reason;
}

void
ca_flaw_delta_times(enum fault fault, int *from, int *to)
{
	if (fault != FAULT_DELTA_STALE)
		return;
	*from = -2 * DAY_S;
	*to = -DAY_S;
}

/* ---- extensions ---- */

static bool
set_critical(X509_CRL *crl, int nid, int critical)
{
	const int at = X509_CRL_get_ext_by_NID(crl, nid, -1);

	return at < 0 || X509_EXTENSION_set_critical(
			     X509_CRL_get_ext(crl, at), critical) == 1;
}

static bool
add_by_text(X509_CRL *crl, int nid, const char *text)
{
	CONF *sections = NCONF_new(NULL);
	X509_EXTENSION *e;
	X509V3_CTX ctx;
	bool ok;

	X509V3_set_ctx(&ctx, NULL, NULL, NULL, crl, 0);
	X509V3_set_nconf(&ctx, sections);
	e = X509V3_EXT_nconf_nid(NULL, &ctx, nid, text);
	ok = e != NULL && X509_CRL_add_ext(crl, e, -1) == 1;
	X509_EXTENSION_free(e);
	NCONF_free(sections);
	return ok;
}

static bool
set_number(X509_CRL *crl, int nid, int64_t number)
{
	const int at = X509_CRL_get_ext_by_NID(crl, nid, -1);
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	bool ok;

	X509_EXTENSION_free(X509_CRL_delete_ext(crl, at));
	ok = ASN1_INTEGER_set_int64(n, number) &&
	     X509_CRL_add1_ext_i2d(crl, nid, n, nid == NID_delta_crl, 0) == 1;
	ASN1_INTEGER_free(n);
	return ok;
}

static bool
is_not_critical(X509_CRL *crl, int64_t base)
{
	(void)base;
	return set_critical(crl, NID_delta_crl, 0);
}

static bool
has_other_scope(X509_CRL *crl, int64_t base)
{
	(void)base;
	return add_by_text(
	    crl, NID_issuing_distribution_point, "critical,onlyuser:TRUE");
}

static bool
goes_on_from_none(X509_CRL *crl, int64_t base)
{
	return set_number(crl, NID_delta_crl, base + 1000);
}

/* As if deltas had numbers of their own. */
static bool
is_numbered_apart(X509_CRL *crl, int64_t base)
{
	(void)base;
	return set_number(crl, NID_crl_number, 1);
}

static bool
names_a_delta(X509_CRL *crl, int64_t base)
{
	(void)base;
	return add_by_text(
	    crl, NID_freshest_crl, "URI:http://127.0.0.1/delta.crl");
}

bool
ca_flaw_delta_unsigned(enum fault fault, int64_t base, X509_CRL *crl)
{
	/* clang-format off */
	static const struct {
		enum fault fault;
		bool (*make)(X509_CRL *, int64_t base);
	} flaws[] = {
		{ FAULT_DELTA_NOT_CRITICAL,	is_not_critical },
		{ FAULT_DELTA_OTHER_SCOPE,	has_other_scope },
		{ FAULT_DELTA_BASE_AHEAD,	goes_on_from_none },
		{ FAULT_DELTA_NUMBERED_APART,	is_numbered_apart },
		{ FAULT_DELTA_NAMES_DELTA,	names_a_delta },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(flaws); i++)
		if (flaws[i].fault == fault && !flaws[i].make(crl, base))
			return false;
	return true;
}

bool
ca_flaw_freshest(enum fault fault, X509_CRL *crl)
{
	return fault != FAULT_FRESHEST_CRITICAL ||
	       set_critical(crl, NID_freshest_crl, 1);
}

/* ---- afterwards ---- */

/* The last octet of the signature. */
void
ca_flaw_delta_signed(enum fault fault, unsigned char *der, size_t n)
{
	if (fault == FAULT_DELTA_SIGNATURE)
		der[n - 1] ^= 1;
}

void
ca_flaw_delta_served(const struct ca *ca, int issuer, struct http_answer *a)
{
	struct wall made;
	int64_t number;

	if (ca->fault == FAULT_DELTA_NOT_FOUND) {
		buf_clear(&a->body);
		http_answer_text(a, 404, "there is no list");
	} else if (ca->fault == FAULT_DELTA_IS_COMPLETE) {
		buf_clear(&a->body);
		store_ca_crl(ca->store, issuer, &number, &made, &a->body);
	}
}
