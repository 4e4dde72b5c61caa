/* SPDX-License-Identifier: MIT */
#include "conformance/cases/issued.h"

#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#include "lib/files.h"
#include "lib/mem.h"

enum {
	PEM_MOST = 1 << 20,
	CAS_MOST = 64,
};

#define LIST "certificates.tsv"

/* ---- collect ---- */

/* The certificates in a PEM file, each filed by file_one(). */
static size_t
file_pem(struct trial *t, const char *path, size_t most,
    bool (*file_one)(struct trial *, size_t i, struct span, const void *ctx),
    const void *ctx)
{
	struct buf text;
	struct err err;
	BIO *in = NULL;
	char *name = NULL, *header = NULL;
	unsigned char *der = NULL;
	size_t n = 0;
	long len = 0;

	buf_init(&text, PEM_MOST);
	if (!files_read(path, &text, &err)) {
		trial_need(t, false, "%s", err.what);
		goto out;
	}
	in = BIO_new_mem_buf(text.data, (int)text.len);
	while (n < most && PEM_read_bio(in, &name, &header, &der, &len) == 1) {
		if (strcmp(name, PEM_STRING_X509) == 0 &&
		    file_one(t, n,
			(struct span){ (const char *)der, (size_t)len }, ctx))
			n++;
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	trial_need(t, n > 0, "%s: no certificate in it", path);
out:
	BIO_free(in);
	buf_free(&text);
	return n;
}

static bool
file_ca(struct trial *t, size_t i, struct span der, const void *ctx)
{
	const size_t *before = ctx;
	char *name = mem_textf("ca-%zu.der", *before + i);
	const bool ok = trial_file(t, name, der);

	free(name);
	return ok;
}

static bool
file_certificate(struct trial *t, size_t i, struct span der, const void *ctx)
{
	const struct profile_certificate *c = ctx;
	char *name = mem_textf("%s.der", c->name);
	const bool ok = i == 0 && trial_file(t, name, der);

	free(name);
	return ok;
}

static size_t
file_cas(struct trial *t)
{
	const struct profile *p = trial_profile(t);
	size_t n = 0;

	for (size_t i = 0; i < p->pki.n_anchors; i++)
		n += file_pem(t, p->pki.anchors[i], CAS_MOST - n, file_ca, &n);
	trial_fact_int(t, "anchors", (int64_t)n);
	if (p->pki.issuers != NULL)
		n += file_pem(t, p->pki.issuers, CAS_MOST - n, file_ca, &n);
	return n;
}

bool
issued_collect(struct trial *t)
{
	static const char *const states[] = {
		[PROFILE_STATUS_GOOD] = "good",
		[PROFILE_STATUS_REVOKED] = "revoked",
		[PROFILE_STATUS_HELD] = "held",
	};
	const struct profile *p = trial_profile(t);
	const size_t n_cas = file_cas(t);
	struct buf list;

	buf_init(&list, 65536);
	for (size_t i = 0; i < p->pki.n_certificates; i++) {
		const struct profile_certificate *c = &p->pki.certificates[i];

		if (file_pem(t, c->file, 1, file_certificate, c) == 1)
			buf_addf(&list, "%s\t%s\t%s\n", c->name, c->class,
			    states[c->status]);
	}
	trial_fact_int(t, "cas", (int64_t)n_cas);
	trial_file(t, LIST, buf_span(&list));
	buf_free(&list);
	return true;
}

/* ---- judge ---- */

static void
copy(char *to, size_t size, struct span from)
{
	snprintf(to, size, "%.*s", (int)from.len, from.ptr);
}

static void
open_one(struct trial *t, struct issued *c, struct pki_findings *f)
{
	char *name = mem_textf("%s.der", c->name);
	const struct buf *der = trial_content(t, name);

	free(name);
	if (!trial_sane(t, der != NULL, "%s.der was not filed", c->name))
		return;
	pki_about(f, "%s", c->name);
	c->readable = certificate_read(&c->certificate, buf_span(der), f);
	if (c->readable)
		certificate_judge(&c->certificate, f);
}

bool
issued_open_any(struct trial *t, struct issued_set *set, struct pki_findings *f)
{
	const struct buf *list = trial_content(t, LIST);
	struct span rest = list == NULL ? SPAN("") : buf_span(list);
	int64_t n_cas = 0;

	*set = (struct issued_set){ .n = 0 };
	if (!trial_sane(t,
		list != NULL && trial_fact_get_int(t, "cas", &n_cas) &&
		    n_cas >= 0 && n_cas <= CAS_MOST,
		"the list of certificates was not filed"))
		return false;
	set->n_cas = (size_t)n_cas;
	while (rest.len > 0) {
		struct span line = span_cut(&rest, '\n');
		struct issued *c;

		set->at = mem_grow(set->at, (set->n + 1) * sizeof *set->at);
		c = &set->at[set->n++];
		*c = (struct issued){ .readable = false };
		copy(c->name, sizeof c->name, span_cut(&line, '\t'));
		copy(c->class, sizeof c->class, span_cut(&line, '\t'));
		copy(c->status, sizeof c->status, line);
	}
	set->at =
	    mem_grow(set->at, (set->n + set->n_cas + 1) * sizeof *set->at);
	for (size_t i = 0; i < set->n_cas; i++) {
		struct issued *c = &set->at[set->n + i];

		*c = (struct issued){ .class = "ca", .status = "good" };
		snprintf(c->name, sizeof c->name, "ca-%zu", i);
	}
	for (size_t i = 0; i < set->n + set->n_cas; i++)
		open_one(t, &set->at[i], f);
	return true;
}

bool
issued_open(struct trial *t, struct issued_set *set, struct pki_findings *f)
{
	if (!issued_open_any(t, set, f))
		return false;
	if (trial_need(t, set->n > 0, "no certificate could be read"))
		return true;
	issued_close(set);
	*set = (struct issued_set){ .n = 0 };
	return false;
}

void
issued_close(struct issued_set *set)
{
	free(set->at);
}
