/* SPDX-License-Identifier: MIT */
/*
 * Two lists: a delta beside a complete one, and one after the other (RFC 5280
 * 5.2.3, 5.2.4, 6.3.3).
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/pki/crl.h"
#include "lib/mem.h"

static int
compare_numbers(struct span a, struct span b)
{
	a = der_magnitude(a);
	b = der_magnitude(b);
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return a.len == 0 ? 0 : memcmp(a.ptr, b.ptr, a.len);
}

/* ---- what both say ---- */

/* Serial numbers of a complete list, sorted. */
struct listed {
	struct span *at;
	size_t n;
};

static int
by_octets(const void *x, const void *y)
{
	return compare_numbers(
	    *(const struct span *)x, *(const struct span *)y);
}

static struct listed
listed_of(const struct pki_crl *crl)
{
	struct crl_walk w = crl_walk(crl);
	struct listed l = { mem_new(crl->n_entries + 1, sizeof *l.at), 0 };
	struct crl_told t;

	while (l.n < crl->n_entries && crl_walk_next(&w, &t))
		l.at[l.n++] = t.serial;
	qsort(l.at, l.n, sizeof *l.at, by_octets);
	return l;
}

/*
 * The first serial number of which they say different things: the delta that
 * it is on the list or no longer, the list the opposite.
 */
static struct span
find_difference(const struct pki_crl *delta, const struct pki_crl *complete)
{
	struct listed l = listed_of(complete);
	struct crl_walk w = crl_walk(delta);
	struct span odd = SPAN("");
	struct crl_told t;

	while (odd.len == 0 && crl_walk_next(&w, &t)) {
		const bool there = bsearch(&t.serial, l.at, l.n, sizeof *l.at,
				       by_octets) != NULL;

		if (there == (t.reason == REASON_REMOVE))
			odd = t.serial;
	}
	free(l.at);
	return odd;
}

static bool
judge_same(const struct pki_crl *delta, const struct pki_crl *complete,
    struct pki_findings *f)
{
	struct span odd;
	char hex[64];

	if (delta->indirect || complete->indirect) {
		/* entries are of several issuers */
		pki_find(
		    f, PKI_CRL_DELTA_SAME, PKI_NOT_JUDGED, "%s", "indirectCRL");
		return true;
	}
	odd = find_difference(delta, complete);
	der_hex(odd, hex, sizeof hex);
	return pki_check(f, PKI_CRL_DELTA_SAME, odd.len == 0, "%s%s",
	    odd.len == 0 ? "" : "serial number ", hex);
}

/* ---- a delta and a complete list ---- */

static bool
judge_numbers(const struct pki_crl *delta, const struct pki_crl *base,
    struct pki_findings *f)
{
	const bool numbered =
	    delta->has_base && delta->has_number && base->has_number;
	char from[64], number[64], its[64];
	bool fine;

	der_hex(delta->base, from, sizeof from);
	der_hex(base->number, number, sizeof number);
	der_hex(delta->number, its, sizeof its);
	fine = pki_check(f, PKI_CRL_DELTA_BASE,
	    numbered && compare_numbers(delta->base, base->number) <= 0,
	    "%s, %s", from, number);
	if (numbered && compare_numbers(base->number, delta->number) == 0)
		return judge_same(delta, base, f) && fine;
	return pki_check(f, PKI_CRL_DELTA_FOLLOWS,
		   numbered && compare_numbers(base->number, delta->number) < 0,
		   "%s, %s", number, its) &&
	       fine;
}

bool
crl_judge_delta(const struct pki_crl *delta, const struct pki_crl *base,
    struct pki_findings *f)
{
	bool fine = true;

	fine &= pki_check(f, PKI_CRL_DELTA_ISSUER,
	    name_equal(delta->issuer, base->issuer), "%s", "");
	fine &= pki_check(f, PKI_CRL_DELTA_SCOPE,
	    delta->has_idp == base->has_idp && span_eq(delta->idp, base->idp),
	    "%s", "");
	fine &= pki_check(
	    f, PKI_CRL_DELTA_KEY, span_eq(delta->aki, base->aki), "%s", "");
	return judge_numbers(delta, base, f) && fine;
}

/* ---- one after the other ---- */

bool
crl_judge_sequence(const struct pki_crl *older, const struct pki_crl *newer,
    struct pki_findings *f)
{
	char a[64], b[64];

	der_hex(older->number, a, sizeof a);
	der_hex(newer->number, b, sizeof b);
	return pki_check(f, PKI_CRL_SEQUENCE,
	    older->has_number && newer->has_number &&
		compare_numbers(older->number, newer->number) < 0,
	    "%s, %s", a, b);
}
