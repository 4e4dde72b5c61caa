/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

static struct span
filed(struct trial *t, const char *name, const char *what)
{
	char *file = mem_textf("%s.%s", name, what);
	const struct buf *bytes =
	    trial_has(t, file) ? trial_content(t, file) : NULL;

	free(file);
	return bytes == NULL ? SPAN("") : buf_span(bytes);
}

static void
judge(const struct issued_set *set, struct exchange *x, struct span key,
    const struct pki_cmp *applied, struct pki_findings *f)
{
	const size_t room = set->n + set->n_cas + 1;
	const struct pki_certificate **others = mem_new(room, sizeof *others);
	size_t n = 0;

	for (size_t i = 0; i < set->n + set->n_cas; i++)
		if (set->at[i].readable)
			others[n++] = &set->at[i].certificate;
	cmp_judge(&x->answer,
	    &(struct cmp_ask){ .request = x->understood ? &x->asked : NULL,
		.applied = applied,
		.key = key,
		.others = others,
		.n_others = n },
	    f);
	free(others);
}

/* "apply-poll-1": what it polls for is "apply". */
static bool
read_applied(struct trial *t, const char *name, struct pki_cmp *applied)
{
	const char *poll = strstr(name, "-poll-");
	char *first;
	bool ok;

	if (poll == NULL)
		return false;
	first = mem_text((struct span){ name, (size_t)(poll - name) });
	ok = cmp_read_message(applied, filed(t, first, "asked.der"), NULL);
	free(first);
	return ok;
}

bool
exchange_open(struct trial *t, const struct issued_set *set, const char *name,
    struct exchange *x, struct pki_findings *f)
{
	const struct span asked = filed(t, name, "asked.der");
	struct pki_cmp applied;

	x->there = x->readable = x->understood = false;
	if (!status_heard(t, name, &x->http))
		return false;
	x->understood = cmp_read_message(&x->asked, asked, NULL);
	x->there = x->http.status == 200;
	pki_about(f, "%s", name);
	x->readable = x->there && cmp_read_message(&x->answer, x->http.body, f);
	if (x->readable)
		judge(set, x, filed(t, name, "mac-key"),
		    read_applied(t, name, &applied) ? &applied : NULL, f);
	return true;
}

void
exchange_close(struct exchange *x)
{
	web_answer_free(&x->http);
}

bool
exchange_was(struct trial *t, const char *name)
{
	return trial_fact_text(t, name) != NULL;
}

bool
exchange_is_granted(const struct exchange *x)
{
	return x->readable && cmp_granted(&x->answer) != NULL;
}

/* A certificate that comes along is one, whatever the rest says. */
static bool
brings_certificate(const struct pki_cmp *m)
{
	if (m->more || cmp_granted(m) != NULL)
		return true;
	for (size_t i = 0; i < m->n_items; i++)
		if (m->items[i].encrypted)
			return true;
	return false;
}

bool
exchange_is_refused(const struct exchange *x)
{
	struct pki_cmp m;

	if (x->http.status >= 400) /* what it says in CMP was not looked at */
		return !cmp_read_message(&m, x->http.body, NULL) ||
		       !brings_certificate(&m);
	return x->readable && cmp_refusal(&x->answer) != NULL &&
	       !brings_certificate(&x->answer);
}

bool
exchange_is_waiting(const struct exchange *x)
{
	const struct cmp_item *i = &x->answer.items[0];

	return x->readable && (x->answer.type == CMP_POLLREP ||
				  (x->answer.n_items > 0 && i->has_status &&
				      i->status.status == CMP_WAITING));
}

bool
exchange_is_done(const struct exchange *x)
{
	const uint32_t status =
	    x->readable ? x->answer.items[0].status.status : CMP_REJECTION;

	return x->readable && x->answer.type == CMP_RP &&
	       (status == CMP_ACCEPTED || status == CMP_WITH_MODS ||
		   status == CMP_REVOCATION_WARNING ||
		   status == CMP_REVOCATION_NOTIFICATION);
}

void
exchange_text(const struct exchange *x, char text[CMP_TEXT])
{
	if (x->readable)
		cmp_text(&x->answer, text);
	else
		snprintf(text, CMP_TEXT, "status %d, %s", x->http.status,
		    x->there ? "no PKIMessage" : "no answer of CMP");
}

static bool
judge_one(struct trial *t, const struct issued_set *set, const char *name,
    struct pki_findings *f)
{
	struct exchange x;
	char text[CMP_TEXT];
	bool ok = exchange_open(t, set, name, &x, f);

	if (ok) {
		exchange_text(&x, text);
		ok = trial_need(t, x.there, "%s: %s", name, text);
	}
	exchange_close(&x);
	return ok;
}

bool
exchange_judge_all(struct trial *t, const struct issued_set *set,
    const char *name, struct pki_findings *f)
{
	char *next = mem_textf("%s-poll-0", name);
	bool ok = judge_one(t, set, name, f);

	for (int i = 1; ok && exchange_was(t, next); i++) {
		ok = judge_one(t, set, next, f);
		free(next);
		next = mem_textf("%s-poll-%d", name, i);
	}
	free(next);
	next = mem_textf("%s-confirm", name);
	if (ok && exchange_was(t, next))
		ok = judge_one(t, set, next, f);
	free(next);
	return ok;
}

/* Polls are named NAME-poll-N; the last of them has the answer. */
static char *
last_of(struct trial *t, const char *name)
{
	char *last = mem_textf("%s", name);

	for (int i = 0;; i++) {
		char *next = mem_textf("%s-poll-%d", name, i);

		if (!exchange_was(t, next)) {
			free(next);
			return last;
		}
		free(last);
		last = next;
	}
}

static bool
need_confirmed(struct trial *t, const struct issued_set *set, const char *name)
{
	char *confirm = mem_textf("%s-confirm", name);
	struct exchange x;
	char text[CMP_TEXT];
	bool ok = true;

	if (exchange_was(t, confirm)) {
		ok = exchange_open(t, set, confirm, &x, NULL);
		if (ok) {
			exchange_text(&x, text);
			ok = trial_need(t,
			    x.readable && x.answer.type == CMP_PKICONF,
			    "%s: %s", confirm, text);
		}
		exchange_close(&x);
	}
	free(confirm);
	return ok;
}

bool
exchange_need_granted(
    struct trial *t, const struct issued_set *set, const char *name)
{
	char *last = last_of(t, name);
	struct exchange x;
	char text[CMP_TEXT];
	bool ok = exchange_open(t, set, last, &x, NULL);

	if (ok) {
		exchange_text(&x, text);
		ok = trial_need(t, exchange_is_granted(&x),
			 "%s: no certificate was given: %s", last, text) &&
		     need_confirmed(t, set, name);
	}
	exchange_close(&x);
	free(last);
	return ok;
}

/* What came of it at last. */
static bool
open_last(struct trial *t, const struct issued_set *set, const char *name,
    struct exchange *x, char text[CMP_TEXT])
{
	char *last = last_of(t, name);
	bool ok = exchange_open(t, set, last, x, NULL);

	if (ok) {
		exchange_text(x, text);
		ok = trial_need(
		    t, !exchange_is_waiting(x), "%s: it still waits", last);
	}
	free(last);
	return ok;
}

void
exchange_claim_granted(
    struct trial *t, const struct issued_set *set, const char *name)
{
	struct exchange x;
	char text[CMP_TEXT];

	if (open_last(t, set, name, &x, text))
		trial_claim(t, trial_case(t)->clause, exchange_is_granted(&x),
		    "accepted, with a certificate", "%s", text);
	exchange_close(&x);
}

void
exchange_claim_refused(
    struct trial *t, const struct issued_set *set, const char *name)
{
	struct exchange x;
	char text[CMP_TEXT];

	if (open_last(t, set, name, &x, text))
		trial_claim(t, trial_case(t)->clause, exchange_is_refused(&x),
		    "an error, or a rejection without a certificate", "%s",
		    text);
	exchange_close(&x);
}

bool
exchange_need_ours(
    struct trial *t, const struct issued_set *set, const char *name)
{
	struct pki_findings f;
	bool ok = exchange_need_granted(t, set, name);

	pki_findings_init(&f);
	ok = ok && exchange_judge_all(t, set, name, &f) &&
	     trial_need(t,
		 pki_findings_first(&f, PKI_CMP_KEY, PKI_FAILS) == NULL,
		 "%s: the certificate is for another key than ours", name);
	pki_findings_free(&f);
	return ok;
}

bool
exchange_has_certificate(
    struct trial *t, const char *name, struct pki_certificate *c)
{
	char *last = last_of(t, name);
	const struct span body = filed(t, last, "body");
	struct pki_cmp m;
	const struct cmp_item *granted = NULL;

	if (cmp_read_message(&m, body, NULL))
		granted = cmp_granted(&m);
	free(last);
	return granted != NULL &&
	       certificate_read(c, granted->certificate, NULL);
}

bool
exchange_certificate(
    struct trial *t, const char *name, struct pki_certificate *c)
{
	return trial_need(t, exchange_has_certificate(t, name, c),
	    "%s: no certificate was given", name);
}

bool
exchange_open_controlled(struct trial *t, struct issued_set *set)
{
	if (!issued_open(t, set, NULL))
		return false;
	if (exchange_need_granted(t, set, "control") &&
	    (!exchange_was(t, "first") ||
		(exchange_was(t, "odd") ? exchange_need_granted(t, set, "first")
					: exchange_need_ours(t, set, "first"))))
		return true;
	issued_close(set);
	return false;
}
