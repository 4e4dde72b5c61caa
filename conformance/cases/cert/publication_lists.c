/* SPDX-License-Identifier: MIT */
/*
 * CERT-F-13: CRLs in the entries of their CAs, which are those that
 * pki.certificates[] of the class ca have as dn.
 */
#include <string.h>

#include "conformance/cases/lists.h"
#include "conformance/cases/cert/lookup.h"

extern const struct conf_group conf_publication_lists;

#define LISTS_OF \
	"certificateRevocationList;binary authorityRevocationList;binary"
#define DELTAS "deltaRevocationList;binary"

/* ---- collect ---- */

static bool
collect(struct trial *t)
{
	return lookup_collect(t, true, true, LOOKUP_ENTRY, LISTS_OF);
}

/* By HTTP first: what the directory has then must not be older. */
static bool
collect_both(struct trial *t)
{
	return lists_collect(t) &&
	       lookup_go_on(t, true, true, LOOKUP_ENTRY, LISTS_OF);
}

static bool
collect_deltas(struct trial *t)
{
	return lookup_collect(t, true, true, LOOKUP_ENTRY, DELTAS);
}

/* ---- judge ---- */

struct kept {
	const struct profile_certificate *place;
	const struct pki_certificate *ca;
	bool there; /* a complete list of this CA */
	struct pki_crl crl;
	struct wall when;
};

static bool
is_list_of(
    const struct published_value *v, const struct kept *k, struct pki_crl *crl)
{
	return (published_is(v, "certificateRevocationList") ||
		   published_is(v, "authorityRevocationList")) &&
	       published_of(v, k->place->dn) &&
	       crl_read(crl, v->octets, NULL) && !crl->has_base &&
	       crl_has_issuer(crl, k->ca->subject);
}

/* The latest of them. */
static void
find_list(const struct lookup *a, struct kept *k)
{
	struct pki_crl crl;

	k->there = false;
	for (size_t i = 0; i < a->n; i++)
		for (size_t n = 0; n < a->at[i].n; n++)
			if (is_list_of(&a->at[i].at[n], k, &crl) &&
			    (!k->there || crl.this_update.at.us >
					      k->crl.this_update.at.us)) {
				k->there = true;
				k->crl = crl;
				k->when = a->at[i].when;
			}
}

/* The next CA, with its list; false: there are no more. */
static bool
next_kept(struct trial *t, const struct lookup *a, size_t *at, struct kept *k)
{
	const struct issued *i;

	while ((k->place = lookup_next(trial_profile(t), true, at)) != NULL) {
		i = lookup_issued(&a->set, k->place->name);
		if (i == NULL)
			continue;
		k->ca = &i->certificate;
		find_list(a, k);
		return true;
	}
	return false;
}

/* Need: there is one, of the CA with this name. */
static bool
list_of(struct trial *t, const struct lookup *a, struct span ca, struct kept *k)
{
	size_t at = 0;

	while (next_kept(t, a, &at, k))
		if (name_equal(k->ca->subject, ca))
			return trial_need(t, k->there,
			    "%s: its entry has no list", k->place->name);
	return false;
}

static void
judge_lists(struct trial *t)
{
	struct lookup a;
	struct kept k;
	size_t at = 0, n = 0;

	if (lookup_open(t, &a)) {
		for (; next_kept(t, &a, &at, &k); n++) {
			if (trial_claim(t, "RFC 4523 4.4", k.there,
				"the entry of a CA has its list", "%s: none",
				k.place->name))
				trial_claim(t, "RFC 5280 6.3.3",
				    crl_judge_issued(
					&k.crl, k.ca, k.when, NULL),
				    "it is the present one, and signed by it",
				    "%s: it is not", k.place->name);
		}
		trial_need(t, n > 0, "the profile publishes no CA");
	}
	lookup_close(&a);
}

/* No sentence says how soon: an older one is a remark. */
static void
judge_same(struct trial *t)
{
	struct lookup a;
	struct lists all;
	struct kept k;
	size_t n = 0;

	if (lookup_open(t, &a) && lists_open(t, "list", &all, NULL)) {
		for (size_t i = 0; i < all.n; i++) {
			const struct list *l = &all.at[i];

			if (!l->there || !l->readable ||
			    !list_of(t, &a, l->crl.issuer, &k))
				continue;
			n++;
			trial_claim(t, "RFC 5280 5.2.3",
			    span_eq(l->crl.tbs, k.crl.tbs) ||
				crl_judge_sequence(&l->crl, &k.crl, NULL),
			    "the same list, or one with a higher number",
			    "%s: an older one than %s", k.place->dn, l->url);
		}
		trial_need(t, n > 0, "no list is to be had in both places");
		lists_close(&all);
	}
	lookup_close(&a);
}

static void
judge_revoked(struct trial *t)
{
	struct lookup a;
	struct kept k;
	size_t n = 0;

	if (lookup_open(t, &a)) {
		for (size_t i = 0; i < a.set.n; i++) {
			const struct issued *c = &a.set.at[i];

			if (!c->readable || strcmp(c->status, "revoked") != 0 ||
			    !list_of(t, &a, c->certificate.issuer, &k))
				continue;
			n++;
			trial_claim(t, "RFC 5280 3.3",
			    crl_find(&k.crl, c->certificate.issuer,
				c->certificate.serial)
				    .status == CRL_REVOKED,
			    "the list in the directory has it",
			    "%s: it is not in that of %s", c->name,
			    k.place->dn);
		}
		trial_need(t, n > 0,
		    "no certificate that is revoked has a list there");
	}
	lookup_close(&a);
}

/* ---- deltas ---- */

static bool
has_delta(const struct lookup *a, const struct profile_certificate *place,
    const struct pki_certificate *ca)
{
	struct pki_crl crl;

	for (size_t i = 0; i < a->n; i++)
		for (size_t n = 0; n < a->at[i].n; n++) {
			const struct published_value *v = &a->at[i].at[n];

			if (published_is(v, "deltaRevocationList") &&
			    published_of(v, place->dn) &&
			    crl_read(&crl, v->octets, NULL) && crl.has_base &&
			    crl_has_issuer(&crl, ca->subject) &&
			    crl_judge_issued(&crl, ca, a->at[i].when, NULL))
				return true;
		}
	return false;
}

static void
judge_deltas(struct trial *t)
{
	const struct profile_certificate *c;
	const struct issued *i;
	struct lookup a;
	size_t at = 0, n = 0;

	if (lookup_open(t, &a)) {
		while ((c = lookup_next(trial_profile(t), true, &at)) != NULL) {
			i = lookup_issued(&a.set, c->name);
			if (i == NULL)
				continue;
			n++;
			trial_claim(t, "RFC 4523 4.6",
			    has_delta(&a, c, &i->certificate),
			    "the entry of a CA has its present delta",
			    "%s: none", c->name);
		}
		trial_need(t, n > 0, "the profile publishes no CA");
	}
	lookup_close(&a);
}

/* clang-format off */
#define CASE(name, at, cite, en, zh, wants, same, ask, how) \
	{ \
		.id = "publish." name, \
		.verifies = CERT_F_13, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:ldaps account:alice dn:alice " \
		    "pki:certificates[].dn" wants, \
		.twin = same, \
		.service = "ldaps", \
		.collect = ask, \
		.judge = how, \
	}

static const struct conf_case cases[] = {
	CASE("list", LEVEL_SHALL, "RFC 4523 4.4",
	    "CRLs are in the entries of their CAs, and are the present ones",
	    "CRL 发布在 CA 的目录条目中且在有效期内", "", NULL,
	    collect, judge_lists),
	CASE("list.same", LEVEL_SHOULD, "RFC 5280 5.2.3",
	    "they are not older than what HTTP has",
	    "目录中的 CRL 不旧于 HTTP 所提供的", " endpoint:crl",
	    "ldap.search", collect_both, judge_same),
	CASE("delta", LEVEL_SHALL, "RFC 4523 4.6",
	    "delta CRLs are in the entries of their CAs",
	    "增量 CRL 发布在 CA 的目录条目中", " cert.crl.delta", "ldap.search",
	    collect_deltas, judge_deltas),
	CASE("revoked", LEVEL_SHALL, "RFC 5280 3.3",
	    "what is revoked is in the lists of the directory",
	    "已撤销的证书列在目录中的 CRL 上", "", "ldap.search",
	    collect, judge_revoked),
};

const struct conf_group conf_publication_lists = {
	.service = "ldap",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
