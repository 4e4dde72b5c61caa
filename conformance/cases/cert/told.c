/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/told.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

static const struct issued *
named(struct trial *t, const struct issued_set *set, const char *name,
    const char *what)
{
	char *key = mem_textf("%s.%s", name, what);
	const char *text = trial_fact_text(t, key);
	const struct issued *found = NULL;

	for (size_t i = 0; text != NULL && i < set->n; i++)
		if (strcmp(set->at[i].name, text) == 0)
			found = &set->at[i];
	free(key);
	return found;
}

static void
judge_answer(const struct issued_set *set, struct told *a, struct wall at,
    struct pki_findings *f)
{
	const struct pki_certificate **others =
	    mem_new(set->n + set->n_cas, sizeof *others);
	size_t n = 0;

	for (size_t i = 0; i < set->n + set->n_cas; i++)
		if (set->at[i].readable)
			others[n++] = &set->at[i].certificate;
	ocsp_judge(&a->ocsp, f);
	(void)ocsp_judge_issued(
	    &a->ocsp, &a->issuer->certificate, others, n, at, f);
	(void)ocsp_judge_single(&a->ocsp, &a->of->certificate,
	    &a->issuer->certificate, at, &a->single, f);
	free(others);
}

static bool
open_one(struct trial *t, const struct issued_set *set, size_t i,
    struct told *a, struct pki_findings *f)
{
	char *key, *file;
	const struct buf *nonce;
	struct wall at;
	bool ok;

	*a = (struct told){ .name = mem_textf("answer-%zu", i),
		.single = { .status = OCSP_SILENT } };
	web_answer_init(&a->answer, OCSP_MOST);
	a->of = named(t, set, a->name, "of");
	a->also = named(t, set, a->name, "also");
	a->issuer = a->of == NULL ? NULL : status_issuer(set, a->of);
	key = mem_textf("%s.at", a->name);
	file = mem_textf("%s.nonce", a->name);
	nonce = trial_content(t, file);
	ok = trial_sane(t, a->of != NULL && a->issuer != NULL && nonce != NULL,
		 "%s: not known of whom it is", a->name) &&
	     status_time(t, key, &at);
	free(file);
	free(key);
	if (!ok)
		return false;
	a->nonce = buf_span(nonce);
	a->there = web_heard(t, a->name, &a->answer) && a->answer.status == 200;
	pki_about(f, "%s", a->of->name);
	a->readable = a->there && ocsp_read(&a->ocsp, a->answer.body, f);
	if (a->readable)
		judge_answer(set, a, at, f);
	return true;
}

bool
told_open(struct trial *t, struct told_set *all, struct pki_findings *f)
{
	int64_t n = 0;
	bool ok = true;

	*all = (struct told_set){ .n = 0 };
	if (!issued_open(t, &all->set, NULL) ||
	    !trial_sane(t,
		trial_fact_get_int(t, "answers", &n) && n >= 0 && n <= QUERIES,
		"nothing was asked") ||
	    !trial_need(t, n > 0,
		"no certificate whose issuer is in pki.anchors or "
		"pki.issuers"))
		return false;
	while (ok && all->n < (size_t)n) {
		ok = open_one(t, &all->set, all->n, &all->at[all->n], f);
		all->n++;
	}
	return ok;
}

void
told_close(struct told_set *all)
{
	for (size_t i = 0; i < all->n; i++) {
		web_answer_free(&all->at[i].answer);
		free(all->at[i].name);
	}
	issued_close(&all->set);
}

bool
told_need(struct trial *t, const struct told_set *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (!trial_need(t, all->at[i].there, "%s: %s, status %d",
			all->at[i].of->name,
			web_end_name(all->at[i].answer.end),
			all->at[i].answer.status))
			return false;
	return true;
}

bool
control_need(struct trial *t)
{
	struct web_answer a;
	struct pki_ocsp o;
	bool ok = status_heard(t, "control", &a);

	if (ok)
		ok = trial_need(t,
		    a.status == 200 && ocsp_read(&o, a.body, NULL) &&
			o.response == 0 && o.basic,
		    "a request that is right is not answered: status %d",
		    a.status);
	web_answer_free(&a);
	return ok;
}

void
told_judge(struct trial *t, void (*claim)(struct trial *, const struct told *))
{
	struct told_set all;

	if (told_open(t, &all, NULL) && told_need(t, &all))
		for (size_t i = 0; i < all.n; i++)
			claim(t, &all.at[i]);
	told_close(&all);
}

void
told_judge_controlled(
    struct trial *t, void (*claim)(struct trial *, const struct told *))
{
	struct told_set all;

	if (!control_need(t))
		return;
	if (told_open(t, &all, NULL))
		for (size_t i = 0; i < all.n; i++)
			claim(t, &all.at[i]);
	told_close(&all);
}

/* ---- which status ---- */

const char *
told_status(const struct told *a)
{
	static const char *const names[] = {
		[OCSP_GOOD] = "good",
		[OCSP_REVOKED] = "revoked",
		[OCSP_UNKNOWN] = "unknown",
		[OCSP_SILENT] = "nothing about it",
	};

	if (!a->there)
		return "no OCSP answer";
	if (!a->readable || !a->ocsp.basic || a->ocsp.response != 0)
		return "no successful answer";
	return names[a->single.status];
}

void
told_claim_status(struct trial *t, const struct told *a, const char *cite)
{
	const bool good = strcmp(a->of->status, "good") == 0;

	trial_claim(t, cite,
	    a->single.status == (good ? OCSP_GOOD : OCSP_REVOKED),
	    good ? "good" : "revoked", "%s: %s", a->of->name, told_status(a));
}
