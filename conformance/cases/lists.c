/* SPDX-License-Identifier: MIT */
#include "conformance/cases/lists.h"

#include <string.h>

#include "lib/mem.h"

enum { URL_MOST = 1024 };

/* ---- collect ---- */

struct places {
	char *at[LISTS];
	size_t n;
};

static void
add_place(struct places *p, struct span uri)
{
	char *text;

	if (p->n == LISTS || uri.len > URL_MOST ||
	    (!span_starts(uri, SPAN("http://")) &&
		!span_starts(uri, SPAN("https://"))))
		return;
	text = mem_text(uri);
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->at[i], text) == 0) {
			free(text);
			return;
		}
	p->at[p->n++] = text;
}

/* The fullNames of distribution points (RFC 5280 4.2.1.13). */
static void
add_points(struct places *p, struct span of)
{
	struct der_bad bad = { 0 };
	struct der points = der_start(of, &bad), full;

	while (certificate_next_point(&points, &full))
		while (der_more(&full)) {
			const struct general g = general_read(&full);

			if (g.kind == GENERAL_URI)
				add_place(p, g.value);
		}
}

static void
places_free(struct places *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->at[i]);
}

static void
ask(struct trial *t, struct web *w, const char *as, size_t i, const char *url)
{
	char *name = mem_textf("%s-%zu", as, i);
	char *at = mem_textf("%s.at", name), *from = mem_textf("%s.url", name);

	web_call_with(t, name, w, &(struct web_request){ .url = url });
	status_note_time(t, at);
	trial_fact(t, from, "%s", url == NULL ? "the endpoint" : url);
	free(from);
	free(at);
	free(name);
}

static bool
collect_as(struct trial *t, const struct places *p, const char *as)
{
	struct web *w = web_of(t, "crl");

	if (!trial_sane(t, w != NULL, "no endpoint crl"))
		return false;
	for (size_t i = 0; i < p->n; i++)
		ask(t, w, as, i, p->at[i]);
	if (p->n == 0)
		ask(t, w, as, 0, NULL);
	trial_fact_int(t, as, p->n == 0 ? 1 : (int64_t)p->n);
	web_free(w);
	return true;
}

static bool
collect_times(struct trial *t, int times)
{
	static const char *const as[] = { "list", "again" };
	struct places p = { .n = 0 };
	struct issued_set set;
	bool ok;

	issued_collect(t);
	ok = issued_open(t, &set, NULL);
	for (size_t i = 0; ok && i < set.n; i++)
		if (set.at[i].readable)
			add_points(&p, set.at[i].certificate.crl_points);
	for (int i = 0; ok && i < times; i++)
		ok = collect_as(t, &p, as[i]);
	places_free(&p);
	issued_close(&set);
	return ok;
}

bool
lists_collect_for(
    struct trial *t, const struct pki_certificate *const *certs, size_t n)
{
	struct places p = { .n = 0 };
	bool ok;

	if (profile_endpoint(trial_profile(t), "crl") == NULL) {
		trial_fact_int(t, "list", 0);
		return true;
	}
	for (size_t i = 0; i < n; i++)
		add_points(&p, certs[i]->crl_points);
	ok = collect_as(t, &p, "list");
	places_free(&p);
	return ok;
}

bool
lists_collect(struct trial *t)
{
	return collect_times(t, 1);
}

bool
lists_collect_twice(struct trial *t)
{
	return collect_times(t, 2);
}

bool
lists_collect_deltas(struct trial *t)
{
	struct places p = { .n = 0 };
	struct lists all;
	bool ok;

	if (!collect_times(t, 1))
		return false;
	ok = lists_open(t, "list", &all, NULL);
	for (size_t i = 0; i < all.n; i++)
		if (all.at[i].readable)
			add_points(&p, all.at[i].crl.freshest);
	lists_close(&all);
	if (p.n == 0)
		trial_fact_int(t, "delta", 0);
	else
		ok = collect_as(t, &p, "delta") && ok;
	places_free(&p);
	return ok;
}

bool
lists_point_at(struct span points, const char *url)
{
	struct places p = { .n = 0 };
	bool found = false;

	add_points(&p, points);
	for (size_t i = 0; i < p.n; i++)
		found |= url != NULL && strcmp(p.at[i], url) == 0;
	places_free(&p);
	return found;
}

/* ---- judge ---- */

static void
open_list(struct trial *t, const struct issued_set *set, const char *as,
    size_t i, struct list *l, struct pki_findings *f)
{
	const struct issued *ca;
	char *at, *url;

	l->name = mem_textf("%s-%zu", as, i);
	at = mem_textf("%s.at", l->name);
	url = mem_textf("%s.url", l->name);
	l->url = trial_fact_text(t, url);
	web_answer_init(&l->answer, 0);
	l->there = web_heard(t, l->name, &l->answer) &&
		   l->answer.status == 200 && status_time(t, at, &l->at);
	free(url);
	free(at);
	pki_about(f, "%s", l->url == NULL ? l->name : l->url);
	if (!l->there)
		return;
	l->readable = crl_read(&l->crl, l->answer.body, f);
	if (!l->readable)
		return;
	crl_judge(&l->crl, f);
	ca = status_ca(set, l->crl.issuer, l->crl.aki);
	l->issuer = ca == NULL ? NULL : &ca->certificate;
	if (ca != NULL)
		crl_judge_issued(&l->crl, l->issuer, l->at, f);
}

bool
lists_open(
    struct trial *t, const char *as, struct lists *all, struct pki_findings *f)
{
	int64_t n = 0;

	*all = (struct lists){ .n = 0 };
	if (!issued_open_any(t, &all->set, NULL) ||
	    !trial_sane(t,
		trial_fact_get_int(t, as, &n) && n >= 0 && n <= LISTS,
		"no lists were asked for"))
		return false;
	for (all->n = 0; all->n < (size_t)n; all->n++)
		open_list(t, &all->set, as, all->n, &all->at[all->n], f);
	return true;
}

void
lists_close(struct lists *all)
{
	for (size_t i = 0; i < all->n; i++) {
		web_answer_free(&all->at[i].answer);
		free(all->at[i].name);
	}
	issued_close(&all->set);
}

const struct list *
lists_about(const struct lists *all, const struct pki_certificate *c)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct list *l = &all->at[i];

		if (l->readable && !l->crl.has_base && !l->crl.some_reasons &&
		    name_equal(l->crl.issuer, c->issuer) &&
		    crl_judge_scope(&l->crl, c, NULL))
			return l;
	}
	return NULL;
}

bool
lists_entry(struct trial *t, const struct lists *all,
    const struct pki_certificate *c, const char *key, struct crl_entry *e)
{
	const struct list *l = lists_about(all, c);
	struct wall asked;

	if (!trial_need(t, l != NULL, "there is no CRL about it") ||
	    !status_time(t, key, &asked))
		return false;
	asked.us -= STATUS_SKEW_US;
	if (!trial_need(t,
		l->crl.this_update.readable &&
		    l->crl.this_update.at.us / 1000000 >= asked.us / 1000000,
		"the CRL was made before that"))
		return false;
	*e = crl_find(&l->crl, c->issuer, c->serial);
	return true;
}

bool
lists_need(struct trial *t, const struct lists *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct list *l = &all->at[i];

		if (l->answer.end == WEB_FORBIDDEN)
			continue; /* not ours to ask there */
		n++;
		if (!trial_need(t, l->there, "%s: %s, status %d", l->url,
			web_end_name(l->answer.end), l->answer.status))
			return false;
	}
	return trial_need(
	    t, n > 0, "no distribution point is within reach of the profile");
}

bool
lists_open_deltas(struct trial *t, struct lists *deltas, struct pki_findings *f)
{
	int64_t n = 0;

	*deltas = (struct lists){ .n = 0 };
	return trial_sane(t, trial_fact_get_int(t, "delta", &n),
		   "no deltas were asked for") &&
	       trial_need(t, n > 0, "no list says where its delta is") &&
	       lists_open(t, "delta", deltas, f);
}
