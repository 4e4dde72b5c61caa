/* SPDX-License-Identifier: MIT */
/*
 * Which of the lists and answers speak of a path's certificates, whether they
 * may be believed, and what they say.
 */
#include <stdio.h>

#include "conformance/pki/path.h"

static void
learn(struct path_known *k, bool revoked, int reason,
    const struct pki_time *date, const char *source)
{
	k->sure = true;
	if (!revoked)
		return;
	/* Of two that tell of it the earlier counts. */
	if (!k->revoked || (date->readable && date->at.us < k->date.at.us))
		k->date = *date;
	k->revoked = true;
	k->held = reason == REASON_HOLD;
	snprintf(k->why, sizeof k->why, "%s: %s", source, reason_name(reason));
}

static bool
is_processable(const struct pki_crl *crl)
{
	struct crl_walk w = crl_walk(crl);
	struct crl_told t;

	for (size_t i = 0; i < crl->extensions.n; i++)
		if (crl->extensions.at[i].critical &&
		    !crl_processes(crl->extensions.at[i].id))
			return false;
	while (crl_walk_next(&w, &t))
		if (t.unknown_critical)
			return false;
	return true;
}

/* Certificates of the path at and below "from" that this list is for. */
static size_t
first_of(const struct path *p, const struct pki_crl *crl, size_t from)
{
	for (size_t i = from; i < p->n; i++)
		if (name_equal(p->at[i]->issuer, crl->issuer))
			return i;
	return p->n;
}

/* Is there a complete list that this delta goes on from? */
static const struct pki_crl *
base_of(const struct path_ask *ask, const struct pki_crl *delta)
{
	for (size_t i = 0; i < ask->n_crls; i++)
		if (!ask->crls[i]->has_base &&
		    name_equal(ask->crls[i]->issuer, delta->issuer))
			return ask->crls[i];
	return NULL;
}

static void
take_entry(struct path_known *k, const struct pki_crl *crl,
    const struct pki_certificate *c)
{
	const struct crl_entry e = crl_find(crl, c->issuer, c->serial);

	/* 6.3.3 (i)-(l): a delta that is silent leaves it to the other. */
	if (crl->has_base && e.status == CRL_GOOD)
		return;
	if (e.status == CRL_REMOVED) {
		k->sure = true;
		k->revoked = false;
		return;
	}
	learn(k, e.status == CRL_REVOKED, e.reason, &e.date,
	    crl->has_base ? "delta CRL" : "CRL");
}

static bool
take_crl(const struct path_ask *ask, const struct path *p, size_t trusted,
    const struct pki_crl *crl, size_t number, struct path_known *known,
    struct pki_findings *f)
{
	const size_t first = first_of(p, crl, 1);
	const struct pki_crl *base;
	bool fine, all = true;

	pki_about(f, "%s %zu", crl->has_base ? "delta CRL" : "CRL", number + 1);
	if (first == p->n) {
		crl_judge_scope(crl, p->at[p->n - 1], f);
		return false;
	}
	if (first > trusted) {
		pki_find(f, PKI_CRL_SIGNATURE, PKI_NOT_REACHED, "%s", "");
		known[first].asked = true;
		return false;
	}
	fine = crl_judge_issued(crl, p->at[first - 1], ask->at, f) &&
	       is_processable(crl);
	base = crl->has_base ? base_of(ask, crl) : NULL;
	if (base != NULL)
		fine = crl_judge_delta(crl, base, f) && fine;
	for (size_t i = first; i < p->n; i = first_of(p, crl, i + 1)) {
		known[i].asked = true;
		if (!crl_judge_scope(crl, p->at[i], f))
			all = false;
		else if (fine && (!crl->has_base || base != NULL))
			take_entry(&known[i], crl, p->at[i]);
	}
	return fine && all;
}

static bool
take_answer(const struct path_ask *ask, const struct path *p, size_t trusted,
    const struct pki_ocsp *o, size_t number, struct path_known *known,
    struct pki_findings *f)
{
	struct ocsp_single s;
	size_t i = 1;
	bool fine, counts;

	pki_about(f, "OCSP answer %zu", number + 1);
	while (i < p->n && !ocsp_is_about(o, p->at[i], p->at[i - 1], &s))
		i++;
	if (i == p->n)
		i = p->n - 1; /* then it should have been about this one */
	if (i == 0)
		return false;
	known[i].asked = true;
	if (i > trusted) {
		pki_find(f, PKI_OCSP_SIGNATURE, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	fine = ocsp_judge_issued(
	    o, p->at[i - 1], ask->pool, ask->n_pool, ask->at, f);
	counts = ocsp_judge_single(o, p->at[i], p->at[i - 1], ask->at, &s, f);
	for (size_t k = 0; k < o->extensions.n; k++)
		if (o->extensions.at[k].critical &&
		    o->extensions.at[k].id == OID_UNKNOWN)
			return false;
	if (!fine || !counts)
		return false;
	if (s.status == OCSP_UNKNOWN)
		known[i].unknown = true;
	else
		learn(&known[i], s.status == OCSP_REVOKED, s.reason, &s.revoked,
		    "OCSP");
	return true;
}

static bool
conclude(const struct path_ask *ask, const struct path *p, size_t i,
    const struct path_known *k, struct pki_findings *f)
{
	char name[NAME_TEXT];

	name_text(p->at[i]->subject, name);
	pki_about(f, "path %zu/%zu %s", i, p->n - 1, name);
	if (!k->asked && !ask->status_wanted)
		return true;
	if (k->sure) {
		pki_check(f, PKI_PATH_STATUS, true, "%s", "");
		return pki_check(
		    f, PKI_PATH_REVOKED, !k->revoked, "%s", k->why);
	}
	if (k->unknown || !k->asked)
		pki_check(f, PKI_PATH_STATUS, false, "%s",
		    k->unknown ? "OCSP: unknown" : "no list, no answer");
	else
		pki_find(f, PKI_PATH_STATUS, PKI_NOT_REACHED, "%s", "");
	pki_find(f, PKI_PATH_REVOKED, PKI_NOT_REACHED, "%s", "");
	return false;
}

bool
path_has_crl(const struct path *p, const struct pki_crl *crl)
{
	for (size_t i = 1; i < p->n; i++)
		if (crl_has_issuer(crl, p->at[i]->issuer))
			return true;
	return false;
}

bool
path_has_answer(const struct path *p, const struct pki_ocsp *o)
{
	struct ocsp_single s;

	for (size_t i = 1; i < p->n; i++)
		if (ocsp_is_about(o, p->at[i], p->at[i - 1], &s))
			return true;
	return false;
}

bool
path_ask_status(const struct path_ask *ask, const struct path *p,
    size_t trusted, struct path_known known[PATH_MOST], struct pki_findings *f)
{
	bool fine = true;

	for (size_t i = 0; i < PATH_MOST; i++)
		known[i] = (struct path_known){ .asked = false };
	/* Complete lists first: deltas change what they say. */
	for (int delta = 0; delta < 2; delta++)
		for (size_t i = 0; i < ask->n_crls; i++)
			if (ask->crls[i]->has_base == (delta == 1))
				fine &= take_crl(
				    ask, p, trusted, ask->crls[i], i, known, f);
	for (size_t i = 0; i < ask->n_answers; i++)
		if (ask->answers[i]->response == 0)
			fine &= take_answer(
			    ask, p, trusted, ask->answers[i], i, known, f);
	return fine;
}

bool
path_judge_status(const struct path_ask *ask, const struct path *p,
    size_t trusted, struct pki_findings *f)
{
	struct path_known known[PATH_MOST];
	bool fine = path_ask_status(ask, p, trusted, known, f);

	for (size_t i = 1; i < p->n; i++)
		fine &= conclude(ask, p, i, &known[i], f);
	return fine;
}
