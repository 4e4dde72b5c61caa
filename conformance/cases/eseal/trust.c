/* SPDX-License-Identifier: MIT */
#include "conformance/cases/eseal/trust.h"

#include <stdlib.h>

#include "conformance/cases/packed.h"
#include "lib/mem.h"

/* ---- collect ---- */

enum { OWN = 2 }; /* certificates: the maker's and the signer's */

static void
add(const struct pki_certificate **all, size_t *n, struct pki_certificate *to,
    struct span der)
{
	if (der.len > 0 && certificate_read(to, der, NULL))
		all[(*n)++] = to;
}

/* Theirs, and those of the CAs above them. */
static void
collect_lists(struct trial *t, struct span maker, struct span signer)
{
	const struct pki_certificate *all[OWN + TRUST_CAS];
	struct pki_certificate own[OWN];
	struct issued_set set;
	size_t n = 0;

	add(all, &n, &own[0], maker);
	add(all, &n, &own[1], signer);
	if (!issued_open_any(t, &set, NULL))
		return;
	for (size_t i = set.n; i < set.n + set.n_cas && n < OWN + TRUST_CAS;
	     i++)
		if (set.at[i].readable)
			all[n++] = &set.at[i].certificate;
	(void)lists_collect_for(t, all, n);
	issued_close(&set);
}

/* In mem: they are large. */
void
trust_collect(struct trial *t, struct span seal, struct span signed_value)
{
	struct seal *e = mem_new(1, sizeof *e);
	struct ses_signed *s = mem_new(1, sizeof *s);
	struct span maker = SPAN(""), signer = SPAN("");

	if (seal.len > 0 && seal_read(e, seal, NULL))
		maker = e->maker;
	if (signed_value.len > 0 && signed_read(s, signed_value, NULL)) {
		signer = s->signer;
		if (s->has_seal)
			maker = s->seal.maker;
	}
	issued_collect(t);
	collect_lists(t, maker, signer);
	status_note_time(t, "judged");
	free(s);
	free(e);
}

/* ---- judge ---- */

static void
take_cas(struct trust *u, int64_t n_anchors)
{
	const struct issued_set *set = &u->lists.set;

	for (size_t i = 0; i < set->n_cas && i < TRUST_CAS; i++) {
		const struct issued *ca = &set->at[set->n + i];

		if (!ca->readable)
			continue;
		u->cas[u->ask.n_pool++] = &ca->certificate;
		if ((int64_t)i < n_anchors)
			u->anchors[u->ask.n_anchors++] = &ca->certificate;
	}
}

bool
trust_open(struct trial *t, struct trust *u)
{
	int64_t n_anchors = 0;

	*u = (struct trust){ .ask = { .n_pool = 0 } };
	u->ask.pool = u->cas;
	u->ask.anchors = u->anchors;
	u->ask.crls = u->crls;
	if (!lists_open(t, "list", &u->lists, NULL) ||
	    !status_time(t, "judged", &u->ask.at) ||
	    !trial_sane(t, trial_fact_get_int(t, "anchors", &n_anchors),
		"how many trust anchors there are was not noted"))
		return false;
	take_cas(u, n_anchors);
	for (size_t i = 0; i < u->lists.n; i++)
		if (u->lists.at[i].readable)
			u->crls[u->ask.n_crls++] = &u->lists.at[i].crl;
	return true;
}

void
trust_close(struct trust *u)
{
	lists_close(&u->lists);
}

bool
trust_need_anchors(struct trial *t, const struct trust *u)
{
	return trial_need(t, u->ask.n_anchors > 0,
	    "the profile names no trust anchor (pki: anchors)");
}

bool
trust_need_list(struct trial *t, const struct trust *u, struct span der)
{
	struct pki_certificate c;

	return trial_need(t,
	    certificate_read(&c, der, NULL) &&
		lists_about(&u->lists, &c) != NULL,
	    "there is no CRL about the certificate");
}

/* ---- as operations take it ---- */

static char *
pack(const char *label, const struct span *ders, size_t n)
{
	struct buf *all = mem_new(n + 1, sizeof *all);
	char *text;

	for (size_t i = 0; i < n; i++) {
		buf_init(&all[i], CERTIFICATE_MOST + CRL_MOST);
		buf_add(&all[i], ders[i]);
	}
	text = packed(label, all, n);
	for (size_t i = 0; i < n; i++)
		buf_free(&all[i]);
	free(all);
	return text;
}

bool
trust_words(struct trial *t, struct trust_words *w)
{
	struct span cas[TRUST_CAS], lists[LISTS];
	struct trust u;
	bool ok;

	*w = (struct trust_words){ .anchors = NULL };
	ok = trust_open(t, &u);
	for (size_t i = 0; ok && i < u.ask.n_pool; i++)
		cas[i] = u.cas[i]->whole;
	for (size_t i = 0; ok && i < u.ask.n_crls; i++)
		lists[i] = u.crls[i]->whole;
	if (ok) {
		w->anchors = pack("CERTIFICATE", cas, u.ask.n_anchors);
		w->certificates = pack("CERTIFICATE", cas, u.ask.n_pool);
		w->lists = pack("X509 CRL", lists, u.ask.n_crls);
	}
	trust_close(&u);
	return ok;
}

void
trust_words_free(struct trust_words *w)
{
	free(w->anchors);
	free(w->certificates);
	free(w->lists);
}
