/* SPDX-License-Identifier: MIT */
#include "conformance/pki/path.h"

#include <stdio.h>
#include <stdlib.h>

#include "conformance/pki/constraint.h"
#include "conformance/pki/policy.h"
#include "lib/mem.h"

#define PATHS 8 /* are walked at most, until one holds */

/* The state of RFC 5280 6.1.2, as far as it is not in the path itself. */
struct walk {
	const struct path_ask *ask;
	const struct path *p;
	struct pki_findings *f;
	struct policy policy;
	int64_t length;  /* max_path_length; -1: no limit */
	size_t trusted;  /* certificates below the anchor that hang together */
	bool fine;       /* nothing has failed */
	bool policy_bad; /* and that was said */
};

static void
note(struct walk *w, bool holds)
{
	w->fine &= holds;
}

/* ---- 6.1.3 ---- */

static bool
walk_signature(struct walk *w, size_t i)
{
	const struct pki_certificate *c = w->p->at[i], *above = w->p->at[i - 1];
	char name[NAME_TEXT];
	bool fine;

	name_text(c->issuer, name);
	fine = pki_check(w->f, PKI_PATH_ISSUER,
	    name_equal(c->issuer, above->subject), "%s", name);
	fine =
	    signature_tell(w->f, PKI_PATH_SIGNATURE,
		signature_verify(&c->outer, &above->key, c->tbs, c->signature),
		&c->outer) &&
	    fine;
	if (c->aki.len > 0 && above->ski.len > 0)
		pki_check(w->f, PKI_PATH_KEYID, span_eq(c->aki, above->ski),
		    "%s", "");
	return fine;
}

static void
walk_validity(struct walk *w, const struct pki_certificate *c)
{
	char a[CLOCK_TEXT + 8], b[CLOCK_TEXT + 8];

	time_text(&c->begins, a);
	time_text(&c->ends, b);
	if (!c->begins.readable || !c->ends.readable) {
		pki_find(w->f, PKI_PATH_BEGUN, PKI_NOT_REACHED, "%s", a);
		pki_find(w->f, PKI_PATH_EXPIRED, PKI_NOT_REACHED, "%s", b);
		note(w, false);
		return;
	}
	note(w, pki_check(w->f, PKI_PATH_BEGUN,
		    c->begins.at.us <= w->ask->at.us, "%s", a));
	note(w, pki_check(w->f, PKI_PATH_EXPIRED,
		    w->ask->at.us <= c->ends.at.us, "%s", b));
}

static void
tell_names(
    struct walk *w, enum pki_code code, enum constraint said, const char *text)
{
	if (said == CONSTRAINT_UNJUDGED)
		pki_find(w->f, code, PKI_NOT_JUDGED,
		    "more names and subtrees than are compared");
	else
		pki_check(w->f, code, said == CONSTRAINT_KEPT, "%s", text);
	note(w, said == CONSTRAINT_KEPT);
}

/* (b), (c): what every CA above says of the names. */
static void
walk_names(struct walk *w, size_t i)
{
	const struct pki_certificate *c = w->p->at[i];
	enum constraint permitted = CONSTRAINT_KEPT;
	enum constraint excluded = CONSTRAINT_KEPT;
	char in[NAME_TEXT] = "", out[NAME_TEXT] = "";
	bool any = false;

	if (i + 1 < w->p->n && certificate_is_self_issued(c))
		return;
	for (size_t k = 0; k < i; k++) {
		const struct pki_certificate *ca = w->p->at[k];

		any |= ca->permitted.len + ca->excluded.len > 0;
		if (permitted == CONSTRAINT_KEPT)
			permitted = constraint_permitted(c, ca, in);
		if (excluded == CONSTRAINT_KEPT)
			excluded = constraint_excluded(c, ca, out);
	}
	if (!any)
		return;
	tell_names(w, PKI_PATH_NAMES_PERMITTED, permitted, in);
	tell_names(w, PKI_PATH_NAMES_EXCLUDED, excluded, out);
}

static void
walk_policy(struct walk *w, size_t i)
{
	const bool last = i + 1 == w->p->n;
	const bool holds = (policy_take(&w->policy, w->p->at[i], last),
	    policy_holds(&w->policy));

	if (w->policy.overflow) {
		pki_find(w->f, PKI_PATH_POLICY, PKI_NOT_JUDGED,
		    "more than %d policies", POLICY_MOST);
		note(w, false);
	} else if (!holds && !w->policy_bad) {
		w->policy_bad = true;
		note(w, pki_check(w->f, PKI_PATH_POLICY, false, "%s", ""));
	} else if (last && holds) {
		pki_check(w->f, PKI_PATH_POLICY, true, "%s",
		    policy_required(&w->policy) ? "" : "none is required");
	}
}

/* 6.1.4 (o), 6.1.5 (f) */
static void
walk_critical(struct walk *w, const struct pki_certificate *c)
{
	char text[OID_TEXT] = "";
	bool fine = true;

	for (size_t i = 0; i < c->extensions.n && fine; i++)
		if (c->extensions.at[i].critical &&
		    !certificate_processes(c->extensions.at[i].id)) {
			oid_text(c->extensions.at[i].oid, text);
			fine = false;
		}
	note(w, pki_check(w->f, PKI_PATH_CRITICAL, fine, "%s", text));
}

/* ---- 6.1.4: it has issued the next one ---- */

static bool
maps_any_policy(const struct pki_certificate *c)
{
	struct der_bad bad = { 0 };
	struct der all = der_start(c->mappings, &bad), one;
	bool any = false;

	while (der_more(&all)) {
		der_enter(&all, DER_SEQUENCE, &one);
		any |= oid_of(der_take(&one, DER_OID)) == OID_ANY_POLICY;
		any |= oid_of(der_take(&one, DER_OID)) == OID_ANY_POLICY;
	}
	return any;
}

static void
walk_issuer(struct walk *w, const struct pki_certificate *c)
{
	if (c->mappings.len > 0)
		note(w, pki_check(w->f, PKI_PATH_MAPPING, !maps_any_policy(c),
			    "%s", ""));
	if (pki_check(
		w->f, PKI_PATH_CA_VERSION, c->version == 3, "%u", c->version)) {
		note(w, pki_check(w->f, PKI_PATH_CA_FLAG, c->ca, "%s",
			    c->has_basic ? "" : "no basicConstraints"));
	} else {
		pki_find(w->f, PKI_PATH_CA_FLAG, PKI_NOT_REACHED, "%s", "");
		note(w, false);
	}
	if (c->has_usage)
		note(w, pki_check(w->f, PKI_PATH_CA_USAGE,
			    (c->usage & USAGE_CERT_SIGN) != 0, "%s", ""));
}

/* (l), (m): may it stand above all the others? */
static void
walk_length(struct walk *w, const struct pki_certificate *c)
{
	if (!certificate_is_self_issued(c) && w->length >= 0) {
		note(w, pki_check(w->f, PKI_PATH_LENGTH, w->length > 0, "%jd",
			    (intmax_t)w->length));
		if (w->length > 0)
			w->length--;
	}
	if (c->path_length >= 0 && c->ca &&
	    (w->length < 0 || c->path_length < w->length))
		w->length = c->path_length;
}

/* ---- the path ---- */

static void
about(struct walk *w, size_t i)
{
	char name[NAME_TEXT];

	name_text(w->p->at[i]->subject, name);
	if (i == 0)
		pki_about(w->f, "trust anchor %s", name);
	else
		pki_about(w->f, "path %zu/%zu %s", i, w->p->n - 1, name);
}

static void
walk_anchor(struct walk *w)
{
	const struct pki_certificate *c = w->p->at[0];
	char b[CLOCK_TEXT + 8];

	about(w, 0);
	time_text(&c->ends, b);
	pki_check(w->f, PKI_PATH_ANCHOR_VALIDITY,
	    c->ends.readable && w->ask->at.us <= c->ends.at.us, "%s", b);
	if (w->p->n == 1)
		return;
	if (c->version == 3 && c->has_basic) /* RFC 5937 */
		walk_issuer(w, c);
	if (c->path_length >= 0 && c->ca)
		w->length = c->path_length;
}

static const enum pki_code all_of_one[] = { PKI_PATH_ISSUER, PKI_PATH_SIGNATURE,
	PKI_PATH_BEGUN, PKI_PATH_EXPIRED, PKI_PATH_CRITICAL };

static void
not_reached(struct pki_findings *f)
{
	for (size_t i = 0; i < sizeof all_of_one / sizeof *all_of_one; i++)
		pki_find(f, all_of_one[i], PKI_NOT_REACHED, "%s", "");
}

static void
walk_one(struct walk *w, size_t i)
{
	const struct pki_certificate *c = w->p->at[i];
	const bool last = i + 1 == w->p->n;

	about(w, i);
	if (w->trusted + 1 < i) {
		/* The key above is nobody's that is known. */
		not_reached(w->f);
		return;
	}
	if (walk_signature(w, i))
		w->trusted = i;
	else
		w->fine = false;
	walk_validity(w, c);
	walk_names(w, i);
	walk_critical(w, c);
	if (!last) {
		walk_issuer(w, c);
		walk_length(w, c);
	} else if (w->ask->purpose != OID_UNKNOWN && c->has_purposes) {
		note(w, pki_check(w->f, PKI_PATH_PURPOSE,
			    certificate_has_purpose(c, w->ask->purpose) ||
				certificate_has_purpose(c, OID_ANY_PURPOSE),
			    "%s", oid_name(w->ask->purpose)));
	}
	walk_policy(w, i);
}

static bool
walk(const struct path_ask *ask, const struct path *p, struct pki_findings *f)
{
	struct walk w = {
		.ask = ask, .p = p, .f = f, .length = -1, .fine = true
	};

	pki_check(f, PKI_PATH_FOUND, true, "%zu", p->n);
	policy_start(&w.policy, p->n, ask->explicit_policy);
	walk_anchor(&w);
	for (size_t i = 1; i < p->n; i++)
		walk_one(&w, i);
	return path_judge_status(ask, p, w.trusted + 1, f) && w.fine;
}

bool
path_judge(
    const struct path_ask *ask, struct path *found, struct pki_findings *f)
{
	struct path *paths = mem_new(PATHS, sizeof paths[0]);
	const size_t n = path_build(ask, paths, PATHS);
	char name[NAME_TEXT];
	bool fine = false;

	if (found != NULL)
		found->n = 0;
	name_text(ask->target->issuer, name);
	if (n == 0) {
		pki_check(f, PKI_PATH_FOUND, false, "issuer %s", name);
		not_reached(f);
	}
	for (size_t i = 0; i < n && !fine; i++) {
		struct pki_findings one;

		/* The first that holds is told of, or the first of all. */
		pki_findings_init(&one);
		fine = walk(ask, &paths[i], &one);
		if (found != NULL && (fine || i == 0))
			*found = paths[i];
		if (f != NULL && fine)
			pki_findings_join(f, &one);
		pki_findings_free(&one);
	}
	if (!fine && n > 0)
		walk(ask, &paths[0], f);
	free(paths);
	return fine;
}
