/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/standing.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"

enum { PAUSE_MS = 500, ASKED_MOST = 240 };

static const char *
name_of(enum ocsp_status s)
{
	static const char *const names[] = { [OCSP_GOOD] = "good",
		[OCSP_REVOKED] = "revoked",
		[OCSP_UNKNOWN] = "unknown",
		[OCSP_SILENT] = "no answer about it" };

	return names[s];
}

/* ---- collect ---- */

/* What the last answer says; it is not believed yet. */
static enum ocsp_status
heard(struct trial *t, const struct issued_set *set, const char *name,
    const struct issued *of)
{
	const struct issued *ca = status_issuer(set, of);
	struct ocsp_single s = { .status = OCSP_SILENT };
	struct web_answer http;
	struct pki_ocsp o;

	web_answer_init(&http, OCSP_MOST);
	if (ca != NULL && web_heard(t, name, &http) &&
	    ocsp_read(&o, http.body, NULL) && o.response == 0)
		ocsp_is_about(&o, &of->certificate, &ca->certificate, &s);
	web_answer_free(&http);
	return s.status;
}

static void
ask(struct trial *t, const struct issued_set *set, const char *name,
    const struct pki_certificate *c, const enum ocsp_status *until,
    int64_t most_ms)
{
	const struct issued of = {
		.name = "issued", .readable = true, .certificate = *c
	};
	struct web *w = web_of(t, "ocsp");
	const struct mono began = clock_mono();
	int64_t n = 0, waited = 0;
	enum ocsp_status said = OCSP_SILENT;
	char *asked = mem_textf("%s.asked", name);
	char *ms = mem_textf("%s.waited", name);

	while (w != NULL && n < ASKED_MOST) {
		char *one = mem_textf("%s-%lld", name, (long long)n++);

		query_ask(t, w, set, one, &(struct query){ .of = &of });
		said = heard(t, set, one, &of);
		free(one);
		waited = mono_since_us(began, clock_mono()) / 1000;
		if (until == NULL || said == *until || waited >= most_ms ||
		    trial_left_ms(t) < 2 * PAUSE_MS)
			break;
		poll(NULL, 0, PAUSE_MS);
	}
	trial_fact_int(t, asked, n);
	trial_fact_int(t, ms, waited);
	free(ms);
	free(asked);
	web_free(w);
}

void
standing_look(struct trial *t, const struct issued_set *set, const char *name,
    const struct pki_certificate *c)
{
	ask(t, set, name, c, NULL, 0);
}

void
standing_ask(struct applicant *a, const char *name, const struct identity *i)
{
	if (i->there)
		standing_look(a->trial, &a->set, name, &i->certificate);
}

int64_t
standing_delay_ms(struct trial *t)
{
	double most = 0;

	(void)trial_sane(t,
	    profile_limit(trial_profile(t), CERT_F_12, "ocsp.delay", &most),
	    "ocsp.delay has no limit");
	return (int64_t)(most * 1000);
}

void
standing_watch(struct trial *t, const struct issued_set *set, const char *name,
    const struct pki_certificate *c, enum ocsp_status until)
{
	ask(t, set, name, c, &until, standing_delay_ms(t));
}

void
standing_await(struct applicant *a, const char *name, const struct identity *i,
    enum ocsp_status until)
{
	if (i->there)
		standing_watch(a->trial, &a->set, name, &i->certificate, until);
}

/* ---- judge ---- */

static bool
is_signed(const struct pki_ocsp *o, const struct issued_set *set,
    const struct pki_certificate *ca, struct wall at)
{
	const struct pki_certificate **others =
	    mem_new(set->n + set->n_cas + 1, sizeof *others);
	size_t n = 0;
	bool ok;

	for (size_t i = 0; i < set->n + set->n_cas; i++)
		if (set->at[i].readable)
			others[n++] = &set->at[i].certificate;
	ok = ocsp_judge_issued(o, ca, others, n, at, NULL);
	free(others);
	return ok;
}

static bool
read_one(struct trial *t, const struct issued_set *set, const char *name,
    const struct pki_certificate *c, struct ocsp_single *s)
{
	const struct issued *ca = status_ca(set, c->issuer, c->aki);
	char *key = mem_textf("%s.at", name);
	struct web_answer http;
	struct pki_ocsp o;
	struct wall at;
	bool ok = status_heard(t, name, &http) && status_time(t, key, &at) &&
		  trial_need(t, ca != NULL,
		      "the CA that issued it is not in pki.issuers");

	*s = (struct ocsp_single){ .status = OCSP_SILENT };
	if (ok) {
		ok = trial_need(t,
		    http.status == 200 && ocsp_read(&o, http.body, NULL) &&
			o.response == 0 && o.basic &&
			is_signed(&o, set, &ca->certificate, at),
		    "%s: no OCSP answer to be believed", name);
		if (ok)
			ocsp_is_about(&o, c, &ca->certificate, s);
	}
	/* what is given back are numbers: the rest points into the answer */
	*s = (struct ocsp_single){ .status = s->status, .reason = s->reason };
	web_answer_free(&http);
	free(key);
	return ok;
}

bool
standing_read(struct trial *t, const struct issued_set *set, const char *name,
    const struct pki_certificate *c, struct ocsp_single *s)
{
	char *asked = mem_textf("%s.asked", name), *last;
	int64_t n = 0;
	bool ok = trial_need(t, trial_fact_get_int(t, asked, &n) && n > 0,
	    "%s was not asked", name);

	free(asked);
	if (!ok)
		return false;
	last = mem_textf("%s-%lld", name, (long long)(n - 1));
	ok = read_one(t, set, last, c, s);
	free(last);
	return ok;
}

bool
standing_claim(struct trial *t, const struct issued_set *set, const char *name,
    const struct pki_certificate *c, enum ocsp_status want,
    struct ocsp_single *s)
{
	char *ms = mem_textf("%s.waited", name);
	int64_t waited = 0;
	bool ok = standing_read(t, set, name, c, s) &&
		  trial_sane(t, trial_fact_get_int(t, ms, &waited),
		      "%s: not known how long", name);

	free(ms);
	return ok && trial_claim(t, trial_case(t)->clause, s->status == want,
			 name_of(want), "%s after %.1f s: %s", name,
			 (double)waited / 1000, name_of(s->status));
}
