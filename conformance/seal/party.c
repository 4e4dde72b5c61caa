/* SPDX-License-Identifier: MIT */
#include "conformance/seal/party.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"

/* ---- the certificate itself ---- */

/* The first of them that keeps it from being believed; NULL: none does. */
static const struct pki_finding *
first_bad(const struct pki_findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].result != PKI_HOLDS &&
		    pki_check_get(f->at[i].code)->level == PKI_SHALL)
			return &f->at[i];
	return NULL;
}

/* A finding whose detail is another: "path.signature (path 1/2 CN=x): ...". */
static void
tell(struct pki_findings *f, enum pki_code code, const struct pki_finding *bad)
{
	const char *name = pki_check_get(bad->code)->code;
	const char *zh = bad->detail_zh == NULL ? bad->detail : bad->detail_zh;
	char both[2][500];

	snprintf(both[0], sizeof both[0], "%s%s%.200s%s%s%.200s", name,
	    bad->about[0] == '\0' ? "" : " (", bad->about,
	    bad->about[0] == '\0' ? "" : ")",
	    bad->detail[0] == '\0' ? "" : ": ", bad->detail);
	snprintf(both[1], sizeof both[1], "%s%s%.200s%s%s%.200s", name,
	    bad->about[0] == '\0' ? "" : "（", bad->about,
	    bad->about[0] == '\0' ? "" : "）", zh[0] == '\0' ? "" : "：", zh);
	pki_find_both(f, code, PKI_FAILS, both[0], both[1]);
}

bool
ses_party_read(struct pki_certificate *c, struct span der, enum pki_code code,
    struct pki_findings *f)
{
	struct pki_findings own;
	const struct pki_finding *bad;
	bool usable;

	pki_findings_init(&own);
	usable = certificate_read(c, der, &own);
	bad = first_bad(&own);
	if (bad != NULL) {
		tell(f, code, bad);
	} else if (key_kind(&c->key) != KEY_SM2) {
		pki_find_both(f, code, PKI_FAILS, "the key is not one of SM2",
		    "公钥不是 SM2 公钥");
		usable = false;
	} else {
		char name[NAME_TEXT];

		name_text(c->subject, name);
		pki_check(f, code, true, "%s", name);
	}
	pki_findings_free(&own);
	return usable;
}

/* ---- the chain ---- */

bool
ses_party_chain(const struct path_ask *ask, enum pki_code chain,
    struct path *path, struct pki_findings *f)
{
	struct pki_findings own;
	const struct pki_finding *bad;
	char name[NAME_TEXT];
	bool fine;

	path->n = 0;
	if (ask->n_anchors == 0) {
		pki_find_both(f, chain, PKI_NOT_REACHED,
		    "no trust anchor was given", "未给出信任锚");
		return false;
	}
	pki_findings_init(&own);
	fine = path_judge(ask, path, &own);
	bad = first_bad(&own);
	if (fine) {
		name_text(path->at[0]->subject, name);
		pki_check(f, chain, true, "%zu, %s", path->n, name);
	} else if (bad != NULL) {
		tell(f, chain, bad);
	} else {
		pki_check(f, chain, false, "%s", "");
	}
	pki_findings_free(&own);
	return fine;
}

/* ---- the period ---- */

static bool
judge_validity(const struct pki_certificate *c, struct wall used,
    enum pki_code code, struct pki_findings *f)
{
	char begins[CLOCK_TEXT + 8], ends[CLOCK_TEXT + 8];

	time_text(&c->begins, begins);
	time_text(&c->ends, ends);
	return pki_check(
	    f, code, certificate_is_valid_at(c, used), "%s - %s", begins, ends);
}

/*
 * When the others of the chain are asked: its own period is a check of its
 * own, and must not make the chain fail too.
 */
static struct wall
when_valid(const struct pki_certificate *c, struct wall used)
{
	if (!c->begins.readable || !c->ends.readable)
		return used;
	if (used.us < c->begins.at.us)
		return c->begins.at;
	return used.us > c->ends.at.us ? c->ends.at : used;
}

/* ---- revocation ---- */

/* A path that holds, and what lists and answers say of it now. */
struct trust {
	bool holds;
	struct path path;
	struct path_known known[PATH_MOST];
	struct pki_findings asked;
};

static bool
was_revoked(const struct path_known *k, struct wall used)
{
	return k->revoked && (!k->date.readable || k->date.at.us <= used.us);
}

static void
revoked_text(const struct path_known *k, char text[200])
{
	char date[CLOCK_TEXT + 8];

	time_text(&k->date, date);
	snprintf(text, 200, "%s, %s", k->why, date);
}

/* The certificates that issue: revoked ones break the chain. */
static size_t
revoked_issuer(
    const struct path *p, const struct path_known *known, struct wall used)
{
	for (size_t i = 1; i + 1 < p->n; i++)
		if (was_revoked(&known[i], used))
			return i;
	return 0;
}

/* Why nobody says anything that counts. */
static bool
tell_silence(const struct path_known *k, const struct pki_findings *asked,
    enum pki_code code, struct pki_findings *f)
{
	const struct pki_finding *bad = first_bad(asked);

	if (k->unknown)
		pki_find_both(f, code, PKI_FAILS,
		    "the responder does not know it", "响应者不掌握其状态");
	else if (k->asked && bad != NULL)
		tell(f, code, bad);
	else
		pki_find_both(f, code, PKI_FAILS,
		    "no list and no answer speaks of it",
		    "没有针对该证书的 CRL 或 OCSP 应答");
	return false;
}

/* Whether it is revoked; an anchor is trusted as it is. */
static bool
is_known(const struct trust *t)
{
	return t->holds && (t->path.n == 1 || t->known[t->path.n - 1].sure);
}

static bool
tell_anchor(enum pki_code code, struct pki_findings *f)
{
	pki_find_both(
	    f, code, PKI_HOLDS, "it is a trust anchor", "该证书即信任锚");
	return true;
}

static bool
judge_revoked(const struct trust *t, const struct path_known *k,
    const struct seal_ask *ask, struct wall used, enum pki_code code,
    struct pki_findings *f)
{
	char why[200];

	if (!t->holds) {
		pki_find(f, code, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	if (t->path.n == 1)
		return tell_anchor(code, f);
	if (ask->n_crls + ask->n_answers == 0) {
		pki_find_both(f, code, PKI_NOT_REACHED,
		    "no list and no answer was given",
		    "未给出 CRL 或 OCSP 应答");
		return false;
	}
	if (!is_known(t))
		return tell_silence(k, &t->asked, code, f);
	if (!was_revoked(k, used))
		return pki_check(f, code, true, "%s", "");
	revoked_text(k, why);
	return pki_check(f, code, false, "%s", why);
}

/* ---- all of it ---- */

static bool
judge_usage(
    const struct pki_certificate *c, enum pki_code code, struct pki_findings *f)
{
	const unsigned any = USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION;

	if (!c->has_usage) {
		pki_find_both(
		    f, code, PKI_HOLDS, "no key usage", "证书不含密钥用途");
		return true;
	}
	return pki_check(f, code, (c->usage & any) != 0, "%s", "");
}

/* What came to an end between then and now, if it was good then. */
static void
judge_since(const struct pki_certificate *c, const struct seal_ask *ask,
    struct wall used, const struct trust *t, enum pki_code code,
    struct pki_findings *f)
{
	char why[200] = "";

	if (used.us >= ask->at.us || !certificate_is_valid_at(c, used))
		return;
	if (c->ends.at.us < ask->at.us)
		time_text(&c->ends, why);
	/* From the anchor down: what is told last is nearest to it. */
	for (size_t i = 1; i < t->path.n; i++) {
		if (was_revoked(&t->known[i], used))
			return;
		if (t->known[i].revoked)
			revoked_text(&t->known[i], why);
	}
	if (why[0] == '\0' && !is_known(t))
		pki_find(f, code, PKI_NOT_REACHED, "%s", "");
	else
		pki_check(f, code, why[0] == '\0', "%s", why);
}

/* Of the lists and answers those that speak of a certificate of the path. */
static void
ask_status(const struct seal_ask *ask, struct trust *t)
{
	const struct pki_crl **crls = mem_new(ask->n_crls + 1, sizeof *crls);
	const struct pki_ocsp **answers =
	    mem_new(ask->n_answers + 1, sizeof *answers);
	struct path_ask what = { .pool = ask->pool,
		.n_pool = ask->n_pool,
		.at = ask->at,
		.crls = crls,
		.answers = answers };

	for (size_t i = 0; i < ask->n_crls; i++)
		if (path_has_crl(&t->path, ask->crls[i]))
			crls[what.n_crls++] = ask->crls[i];
	for (size_t i = 0; i < ask->n_answers; i++)
		if (path_has_answer(&t->path, ask->answers[i]))
			answers[what.n_answers++] = ask->answers[i];
	path_ask_status(&what, &t->path, t->path.n, t->known, &t->asked);
	free(crls);
	free(answers);
}

static bool
find_trust(const struct pki_certificate *c, const struct seal_ask *ask,
    struct wall used, enum pki_code code, struct trust *t,
    struct pki_findings *f)
{
	t->holds = ses_party_chain(&(struct path_ask){ .target = c,
				       .pool = ask->pool,
				       .n_pool = ask->n_pool,
				       .anchors = ask->anchors,
				       .n_anchors = ask->n_anchors,
				       .at = when_valid(c, used) },
	    code, &t->path, f);
	if (t->holds)
		ask_status(ask, t);
	return t->holds;
}

/* A chain that holds, but for a revoked certificate in it, does not. */
static bool
judge_chain(const struct pki_certificate *c, const struct seal_ask *ask,
    struct wall used, enum pki_code code, struct trust *t,
    struct pki_findings *f)
{
	struct pki_findings own;
	struct pki_finding bad = { .code = PKI_PATH_REVOKED };
	char name[NAME_TEXT], why[200];
	size_t i = 0;
	bool fine;

	pki_findings_init(&own);
	pki_about(&own, "%s", f == NULL ? "" : f->about);
	fine = find_trust(c, ask, used, code, t, &own);
	if (fine)
		i = revoked_issuer(&t->path, t->known, used);
	if (i > 0) {
		name_text(t->path.at[i]->subject, name);
		revoked_text(&t->known[i], why);
		bad.about = name;
		bad.detail = why;
		tell(f, code, &bad);
	} else if (f != NULL) {
		pki_findings_join(f, &own);
	}
	pki_findings_free(&own);
	return fine && i == 0;
}

static void
not_reached(const struct ses_party_codes *codes, struct pki_findings *f)
{
	const enum pki_code all[] = { codes->chain, codes->validity,
		codes->revoked, codes->usage };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		pki_find(f, all[i], PKI_NOT_REACHED, "%s", "");
}

bool
ses_party_judge(const struct pki_certificate *c, const struct seal_ask *ask,
    struct wall used, const struct ses_party_codes *codes,
    struct pki_findings *f)
{
	struct trust t = { .holds = false };
	const struct path_known *last;
	bool fine;

	if (c == NULL) {
		not_reached(codes, f);
		return false;
	}
	pki_findings_init(&t.asked);
	fine = judge_chain(c, ask, used, codes->chain, &t, f);
	fine &= judge_validity(c, used, codes->validity, f);
	last = &t.known[t.path.n == 0 ? 0 : t.path.n - 1];
	fine &= judge_revoked(&t, last, ask, used, codes->revoked, f);
	fine &= judge_usage(c, codes->usage, f);
	judge_since(c, ask, used, &t, codes->since, f);
	pki_findings_free(&t.asked);
	return fine;
}
