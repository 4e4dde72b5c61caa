/* SPDX-License-Identifier: MIT */
/*
 * What RFC 5280 chapter 5 asks of a list, check by check.
 */
#include <stdio.h>
#include <stdlib.h>

#include "conformance/pki/crl.h"
#include "lib/mem.h"

#define LIFETIME_US (INT64_C(24) * 3600 * 1000000)
#define NUMBER_MOST 20 /* octets, RFC 5280 5.2.3 */

static void
judge_head(const struct pki_crl *crl, struct pki_findings *f)
{
	char inner[OID_TEXT], outer[OID_TEXT], name[NAME_TEXT];

	oid_text(crl->inner.oid, inner);
	oid_text(crl->outer.oid, outer);
	name_text(crl->issuer, name);
	pki_check(f, PKI_CRL_VERSION, crl->version == 2, "%u", crl->version);
	pki_check(f, PKI_CRL_ALGORITHM_EQUAL,
	    algorithm_equal(&crl->inner, &crl->outer), "%s / %s", inner, outer);
	if (pki_check(f, PKI_CRL_ALGORITHM_KNOWN,
		algorithm_is_known(&crl->outer), "%s", outer))
		pki_check(f, PKI_CRL_ALGORITHM_STRENGTH,
		    !algorithm_is_weak(&crl->outer), "%s", outer);
	pki_check(f, PKI_CRL_ISSUER, !name_is_empty(crl->issuer), "%s", name);
}

static void
judge_times(const struct pki_crl *crl, struct pki_findings *f)
{
	const struct pki_time *this = &crl->this_update;
	const struct pki_time *next = &crl->next_update;
	char a[CLOCK_TEXT + 8], b[CLOCK_TEXT + 8] = "-";

	time_text(this, a);
	if (crl->has_next)
		time_text(next, b);
	pki_check(f, PKI_CRL_NEXT_PRESENT, crl->has_next, "%s", b);
	if (!this->readable || (crl->has_next && !next->readable)) {
		pki_find(
		    f, PKI_CRL_TIME_ENCODING, PKI_NOT_REACHED, "%s, %s", a, b);
		return;
	}
	pki_check(f, PKI_CRL_TIME_ENCODING,
	    this->fitting && (!crl->has_next || next->fitting), "%.*s, %.*s",
	    SPAN_FMT(span_take(this->text, 40)),
	    SPAN_FMT(span_take(next->text, 40)));
	if (!crl->has_next)
		return;
	if (pki_check(f, PKI_CRL_NEXT_ORDER, next->at.us > this->at.us,
		"%s - %s", a, b))
		pki_check(f, PKI_CRL_LIFETIME,
		    next->at.us - this->at.us <= LIFETIME_US, "%jd h",
		    (intmax_t)((next->at.us - this->at.us) / 3600000000));
}

/* ---- entries ---- */

static int
by_octets(const void *x, const void *y)
{
	const struct span *a = x, *b = y;
	const int c = memcmp(a->ptr, b->ptr, a->len < b->len ? a->len : b->len);

	return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

/* The serial number that is there twice; empty when none is. */
static struct span
find_twice(struct span *serials, size_t n)
{
	qsort(serials, n, sizeof serials[0], by_octets);
	for (size_t i = 1; i < n; i++)
		if (span_eq(serials[i - 1], serials[i]))
			return serials[i];
	return SPAN("");
}

/* The first entry that breaks each rule, by its serial number. */
struct broken {
	struct span times, later, reason, unspecified, remove, extensions,
	    critical;
	int what; /* the undefined reason */
};

static void
blame(struct span *first, bool broken, struct span serial)
{
	if (broken && first->len == 0)
		*first = serial;
}

static void
look_at_entry(const struct pki_crl *crl, const struct crl_told *t,
    struct span serial, struct broken *b)
{
	const bool unreadable = !t->date.readable;

	blame(&b->times, !unreadable && !t->date.fitting, serial);
	blame(&b->later,
	    !unreadable && crl->this_update.readable &&
		t->date.at.us > crl->this_update.at.us,
	    serial);
	blame(&b->extensions, !t->sound || t->duplicate, serial);
	blame(&b->critical, t->unknown_critical, serial);
	if (t->reason == 7 || t->reason > REASON_LAST) {
		blame(&b->reason, true, serial);
		b->what = t->reason;
	}
	blame(&b->unspecified, t->reason == REASON_UNSPECIFIED, serial);
	blame(&b->remove, t->reason == REASON_REMOVE && !crl->has_base, serial);
}

static void
tell(struct pki_findings *f, enum pki_code code, struct span serial)
{
	char hex[64];

	der_hex(serial, hex, sizeof hex);
	pki_check(f, code, serial.len == 0, "%s%s",
	    serial.len == 0 ? "" : "serial number ", hex);
}

static void
judge_entries(const struct pki_crl *crl, struct pki_findings *f)
{
	struct span *serials;
	struct broken b = { .what = 0 };
	struct crl_walk w = crl_walk(crl);
	struct crl_told t;
	size_t n = 0;

	if (!crl->has_entries)
		return;
	if (!pki_check(f, PKI_CRL_REVOKED_EMPTY, crl->n_entries > 0, "%zu",
		crl->n_entries))
		return;
	serials = mem_new(crl->n_entries, sizeof serials[0]);
	while (n < crl->n_entries && crl_walk_next(&w, &t)) {
		serials[n++] = der_magnitude(t.serial);
		look_at_entry(crl, &t, t.serial, &b);
	}
	if (!crl->indirect)
		tell(f, PKI_CRL_ENTRY_SERIAL, find_twice(serials, n));
	tell(f, PKI_CRL_TIME_ENCODING, b.times);
	tell(f, PKI_CRL_ENTRY_DATE, b.later);
	tell(f, PKI_CRL_ENTRY_EXTENSIONS, b.extensions);
	tell(f, PKI_CRL_ENTRY_CRITICAL, b.critical);
	tell(f, PKI_CRL_ENTRY_REASON, b.reason);
	tell(f, PKI_CRL_ENTRY_UNSPECIFIED, b.unspecified);
	tell(f, PKI_CRL_ENTRY_REMOVE, b.remove);
	free(serials);
}

/* ---- extensions ---- */

static void
judge_idp(const struct pki_crl *crl, struct pki_findings *f)
{
	const struct pki_extension *e =
	    extensions_find(&crl->extensions, OID_IDP);

	if (e == NULL)
		return;
	pki_check(f, PKI_CRL_IDP_CRITICAL, e->critical, "%s", "");
	if (crl->has_idp)
		pki_check(f, PKI_CRL_IDP_FORM,
		    crl->users + crl->cas + crl->attributes <= 1 &&
			(crl->users || crl->cas || crl->attributes ||
			    crl->indirect || crl->some_reasons ||
			    crl->point.len > 0),
		    "%s%s%s%s", crl->users ? "onlyContainsUserCerts " : "",
		    crl->cas ? "onlyContainsCACerts " : "",
		    crl->attributes ? "onlyContainsAttributeCerts " : "",
		    crl->indirect ? "indirectCRL" : "");
}

static void
judge_freshest(const struct pki_crl *crl, struct pki_findings *f)
{
	const struct pki_extension *e =
	    extensions_find(&crl->extensions, OID_FRESHEST);

	if (e != NULL) {
		pki_check(f, PKI_CRL_FRESHEST_CRITICAL, !e->critical, "%s", "");
		pki_check(
		    f, PKI_CRL_FRESHEST_FORM, !crl->freshest_more, "%s", "");
	}
	if (extensions_find(&crl->extensions, OID_DELTA) != NULL)
		pki_check(f, PKI_CRL_FRESHEST_DELTA, e == NULL, "%s", "");
}

static void
judge_extensions(const struct pki_crl *crl, struct pki_findings *f)
{
	const struct pki_extension *number =
	    extensions_find(&crl->extensions, OID_CRL_NUMBER);
	const struct pki_extension *delta =
	    extensions_find(&crl->extensions, OID_DELTA);
	char hex[64];

	extensions_judge(&crl->extensions, PKI_CRL_EXT_DUPLICATE,
	    PKI_CRL_EXT_CRITICAL, crl_processes, f);
	der_hex(crl->aki, hex, sizeof hex);
	pki_check(f, PKI_CRL_AKI, crl->aki.len > 0, "%s", hex);
	der_hex(crl->number, hex, sizeof hex);
	pki_check(f, PKI_CRL_NUMBER, number != NULL, "%s", hex);
	if (number != NULL) {
		pki_check(
		    f, PKI_CRL_NUMBER_CRITICAL, !number->critical, "%s", "");
		pki_check(f, PKI_CRL_NUMBER_LENGTH,
		    !der_integer_is_negative(crl->number) &&
			crl->number.len <= NUMBER_MOST,
		    "%zu octets", crl->number.len);
	}
	if (delta != NULL)
		pki_check(f, PKI_CRL_DELTA_CRITICAL, delta->critical, "%s", "");
	judge_idp(crl, f);
	judge_freshest(crl, f);
}

void
crl_judge(const struct pki_crl *crl, struct pki_findings *f)
{
	judge_head(crl, f);
	judge_times(crl, f);
	judge_entries(crl, f);
	if (crl->version >= 2 || crl->extensions.present)
		judge_extensions(crl, f);
}

/* ---- with its issuer ---- */

bool
crl_judge_issued(const struct pki_crl *crl,
    const struct pki_certificate *issuer, struct wall at,
    struct pki_findings *f)
{
	char a[CLOCK_TEXT + 8], b[CLOCK_TEXT + 8];
	bool fine = true;
	enum signature s;

	time_text(&crl->this_update, a);
	time_text(&crl->next_update, b);
	fine &= pki_check(f, PKI_CRL_BEGUN,
	    crl->this_update.readable && crl->this_update.at.us <= at.us, "%s",
	    a);
	if (crl->has_next)
		fine &= pki_check(f, PKI_CRL_FRESH,
		    crl->next_update.readable &&
			at.us <= crl->next_update.at.us,
		    "%s", b);
	fine &= pki_check(f, PKI_CRL_SIGNER,
	    !issuer->has_usage || (issuer->usage & USAGE_CRL_SIGN) != 0, "%s",
	    "");
	s = signature_verify(
	    &crl->outer, &issuer->key, crl->tbs, crl->signature);
	return signature_tell(f, PKI_CRL_SIGNATURE, s, &crl->outer) && fine;
}

/* Does a distribution point of the certificate name one of the CRL's? */
static bool
shares_point(const struct pki_crl *crl, const struct pki_certificate *c)
{
	struct der_bad bad = { 0 };
	struct der points = der_start(c->crl_points, &bad), full;
	struct der mine = der_start(crl->point, &bad), names, copy;

	der_enter(&mine, DER_CONSTRUCTED(0), &names);
	if (bad.fault != DER_FINE)
		return false; /* nameRelativeToCRLIssuer */
	while (certificate_next_point(&points, &full))
		for (int n = 0; der_more(&full) && n < 32; n++) {
			const struct span wanted = der_next(&full).whole;

			copy = names;
			for (int k = 0; der_more(&copy) && k < 32; k++)
				if (span_eq(der_next(&copy).whole, wanted))
					return true;
		}
	return false;
}

bool
crl_judge_scope(const struct pki_crl *crl, const struct pki_certificate *c,
    struct pki_findings *f)
{
	const char *why = "";
	bool fine = true;

	fine &= pki_check(f, PKI_CRL_NAME,
	    crl->indirect || name_equal(crl->issuer, c->issuer), "%s", "");
	if (crl->users && c->ca)
		why = "end entities only";
	else if (crl->cas && !c->ca)
		why = "CAs only";
	else if (crl->attributes)
		why = "attribute certificates only";
	else if (crl->point.len > 0 && !shares_point(crl, c))
		why = "another distribution point";
	return pki_check(f, PKI_CRL_SCOPE, why[0] == '\0', "%s", why) && fine;
}
