/* SPDX-License-Identifier: MIT */
#include "conformance/pki/crl.h"

static void
read_entries(struct pki_crl *crl, struct der *tbs)
{
	struct der list, entry;

	if (der_peek(tbs) != DER_SEQUENCE)
		return;
	der_enter(tbs, DER_SEQUENCE, &list);
	crl->has_entries = true;
	crl->entries = list.rest;
	while (der_more(&list)) {
		der_enter(&list, DER_SEQUENCE, &entry);
		der_take(&entry, DER_INTEGER);
		time_read(&entry);
		if (der_more(&entry))
			der_take(&entry, DER_SEQUENCE);
		der_end(&entry);
		crl->n_entries++;
	}
}

static void
read_tbs(struct pki_crl *crl, struct der *tbs)
{
	crl->version = 1;
	if (der_peek(tbs) == DER_INTEGER)
		crl->version = der_number(tbs, DER_INTEGER) + 1;
	crl->inner = algorithm_read(tbs);
	crl->issuer = name_read(tbs);
	crl->this_update = time_read(tbs);
	crl->has_next =
	    der_peek(tbs) == DER_UTC_TIME || der_peek(tbs) == DER_TIME;
	if (crl->has_next)
		crl->next_update = time_read(tbs);
	read_entries(crl, tbs);
	extensions_maybe(tbs, DER_CONSTRUCTED(0), &crl->extensions);
	der_end(tbs);
}

/* ---- extensions ---- */

static void
read_aki(struct pki_crl *crl, struct der *in)
{
	struct der all;

	der_enter(in, DER_SEQUENCE, &all);
	crl->aki = der_maybe(&all, DER_CONTEXT(0), NULL);
}

static void
read_number(struct pki_crl *crl, struct der *in)
{
	crl->number = der_take(in, DER_INTEGER);
	crl->has_number = true;
}

static void
read_delta(struct pki_crl *crl, struct der *in)
{
	crl->base = der_take(in, DER_INTEGER);
	crl->has_base = true;
}

static void
read_idp(struct pki_crl *crl, struct der *in)
{
	struct der all, point;
	bool zero = false;

	crl->has_idp = true;
	crl->idp = in->rest;
	der_enter(in, DER_SEQUENCE, &all);
	if (der_peek(&all) == DER_CONSTRUCTED(0)) {
		der_enter(&all, DER_CONSTRUCTED(0), &point);
		crl->point = point.rest;
	}
	crl->users = der_flag(&all, DER_CONTEXT(1), &zero);
	crl->cas = der_flag(&all, DER_CONTEXT(2), &zero);
	der_maybe(&all, DER_CONTEXT(3), &crl->some_reasons);
	crl->indirect = der_flag(&all, DER_CONTEXT(4), &zero);
	crl->attributes = der_flag(&all, DER_CONTEXT(5), &zero);
	der_end(&all);
	if (zero)
		der_fail(&all, DER_OTHER_TAG);
}

static void
read_freshest(struct pki_crl *crl, struct der *in)
{
	struct der all, one;

	der_enter(in, DER_SEQUENCE, &all);
	crl->freshest = all.rest;
	while (der_more(&all)) {
		der_enter(&all, DER_SEQUENCE, &one);
		if (der_peek(&one) == DER_CONSTRUCTED(0))
			der_next(&one);
		else
			crl->freshest_more = true;
		while (der_more(&one)) {
			crl->freshest_more = true;
			der_next(&one);
		}
	}
}

static void
read_any(struct pki_crl *crl, struct der *in)
{
	(void)crl;
	der_next(in);
}

/* clang-format off */
static const struct {
	enum oid	 id;
	void		(*read)(struct pki_crl *, struct der *);
} known[] = {
	{ OID_AKI,	       read_aki },
	{ OID_ISSUER_ALT_NAME, read_any },
	{ OID_CRL_NUMBER,      read_number },
	{ OID_DELTA,	       read_delta },
	{ OID_IDP,	       read_idp },
	{ OID_FRESHEST,	       read_freshest },
	{ OID_AIA,	       read_any },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void
read_known(struct pki_crl *crl, struct pki_findings *f)
{
	bool fine = true;

	for (size_t i = 0; i < COUNT(known); i++) {
		const struct pki_extension *e =
		    extensions_find(&crl->extensions, known[i].id);
		struct der_bad bad = { 0 };
		struct der in;

		if (e == NULL)
			continue;
		in = der_within(crl->whole.ptr, e->value, &bad);
		known[i].read(crl, &in);
		der_end(&in);
		if (bad.fault != DER_FINE) {
			der_blame(f, PKI_CRL_EXT_STRUCTURE, PKI_FAILS,
			    oid_name(e->id), &bad);
			fine = false;
			continue;
		}
		der_judge_within(crl->whole.ptr, e->value, oid_name(e->id), f);
	}
	if (fine && crl->extensions.n > 0)
		pki_check(
		    f, PKI_CRL_EXT_STRUCTURE, true, "%zu", crl->extensions.n);
}

bool
crl_read(struct pki_crl *crl, struct span der, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(der, &bad), outer, tbs;
	bool fine;

	*crl = (struct pki_crl){ .whole = der };
	if (der.len > CRL_MOST) {
		pki_check(f, PKI_CRL_STRUCTURE, false,
		    "%zu octets: no more than %d are read", der.len, CRL_MOST);
		return false;
	}
	fine = der_judge(der, f);
	der_enter(&in, DER_SEQUENCE, &outer);
	crl->tbs = der_enter(&outer, DER_SEQUENCE, &tbs);
	read_tbs(crl, &tbs);
	crl->outer = algorithm_read(&outer);
	crl->signature = der_octets(&outer);
	der_end(&outer);
	if (bad.fault != DER_FINE) {
		der_blame(f, PKI_CRL_STRUCTURE,
		    fine ? PKI_FAILS : PKI_NOT_REACHED, "", &bad);
		return false;
	}
	pki_check(f, PKI_CRL_STRUCTURE, true, "version %u, %zu entries",
	    crl->version, crl->n_entries);
	read_known(crl, f);
	return true;
}

/* ---- entries ---- */

static void
read_told(struct crl_told *t, struct span extensions)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(extensions, &bad);
	struct pki_extensions all;

	extensions_read(&in, &all);
	t->duplicate = all.duplicate;
	t->sound = bad.fault == DER_FINE && all.n > 0;
	for (size_t i = 0; i < all.n && t->sound; i++) {
		struct der value = der_start(all.at[i].value, &bad), names;
		uint32_t n = 0;

		switch (all.at[i].id) {
		case OID_REASON:
			t->sound =
			    der_small(der_take(&value, DER_ENUMERATED), &n);
			t->reason = n > 127 ? 127 : (int)n;
			break;
		case OID_INVALIDITY:
			der_take(&value, DER_TIME);
			break;
		case OID_CERTIFICATE_ISSUER:
			der_enter(&value, DER_SEQUENCE, &names);
			while (der_more(&names)) {
				const struct general g = general_read(&names);

				if (g.kind == GENERAL_DIRECTORY)
					t->issuer = g.value;
			}
			break;
		default:
			t->unknown_critical |= all.at[i].critical;
		}
		t->sound &= bad.fault == DER_FINE;
	}
}

struct crl_walk
crl_walk(const struct pki_crl *crl)
{
	return (struct crl_walk){ .list = { .origin = crl->entries.ptr,
				      .rest = crl->entries } };
}

bool
crl_walk_next(struct crl_walk *w, struct crl_told *t)
{
	struct der inner;

	w->list.bad = &w->bad;
	if (!der_more(&w->list))
		return false;
	*t = (struct crl_told){ .sound = true, .reason = REASON_NONE };
	der_enter(&w->list, DER_SEQUENCE, &inner);
	t->serial = der_take(&inner, DER_INTEGER);
	t->date = time_read(&inner);
	if (der_more(&inner))
		read_told(t, der_next(&inner).whole);
	return w->bad.fault == DER_FINE;
}

struct crl_entry
crl_find(const struct pki_crl *crl, struct span issuer, struct span serial)
{
	struct crl_walk w = crl_walk(crl);
	struct span of = crl->issuer;
	struct crl_told t;
	struct crl_entry answer = { .reason = REASON_NONE };

	serial = der_magnitude(serial);
	while (crl_walk_next(&w, &t)) {
		if (crl->indirect && t.issuer.len > 0)
			of = t.issuer; /* 5.3.3: until another is named */
		if (!span_eq(der_magnitude(t.serial), serial) ||
		    !name_equal(of, issuer))
			continue;
		answer.status =
		    t.reason == REASON_REMOVE ? CRL_REMOVED : CRL_REVOKED;
		answer.reason = t.reason;
		answer.date = t.date;
	}
	return answer;
}

bool
crl_processes(enum oid id)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (known[i].id == id)
			return true;
	return false;
}

const char *
reason_name(int reason)
{
	static const char *const names[] = { "unspecified", "keyCompromise",
		"cACompromise", "affiliationChanged", "superseded",
		"cessationOfOperation", "certificateHold", "7", "removeFromCRL",
		"privilegeWithdrawn", "aACompromise" };

	return reason < 0             ? "no reason"
	       : reason > REASON_LAST ? "undefined"
				      : names[reason];
}

bool
crl_has_issuer(const struct pki_crl *crl, struct span name)
{
	return name_equal(crl->issuer, name);
}
