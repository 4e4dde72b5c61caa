/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/queries.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/text.h"

enum { REQUEST_MOST = 8192, NONCE_MOST = 256 };

/* ---- collect ---- */

static X509 *
to_x509(const struct issued *c)
{
	const struct span der = c->certificate.whole;
	const unsigned char *p = (const unsigned char *)der.ptr;

	return d2i_X509(NULL, &p, (long)der.len);
}

static bool
add_id(OCSP_REQUEST *r, const struct issued_set *set, const struct issued *c,
    const char *digest)
{
	const struct issued *issuer = status_issuer(set, c);
	X509 *x = to_x509(c), *ca = issuer == NULL ? NULL : to_x509(issuer);
	OCSP_CERTID *id = NULL;
	bool ok = false;

	if (x != NULL && ca != NULL)
		id = OCSP_cert_to_id(EVP_get_digestbyname(digest), x, ca);
	if (id != NULL) {
		ok = OCSP_request_add0_id(r, id) != NULL;
		if (!ok)
			OCSP_CERTID_free(id);
	}
	X509_free(x);
	X509_free(ca);
	return ok;
}

bool
query_write(struct trial *t, const struct issued_set *set,
    const struct query *q, struct span nonce, struct buf *to)
{
	OCSP_REQUEST *r = OCSP_REQUEST_new();
	unsigned char *der = NULL;
	bool ok = r != NULL && add_id(r, set, q->of, q->digest) &&
		  (q->also == NULL || add_id(r, set, q->also, q->digest));
	int n = -1;

	if (ok && nonce.len > 0) {
		unsigned char copy[NONCE_MOST];

		ok = nonce.len <= sizeof copy;
		if (ok) {
			memcpy(copy, nonce.ptr, nonce.len);
			ok = OCSP_request_add1_nonce(r, copy, (int)nonce.len) ==
			     1;
		}
	}
	if (ok)
		n = i2d_OCSP_REQUEST(r, &der);
	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	OCSP_REQUEST_free(r);
	ERR_clear_error();
	return trial_sane(
	    t, n > 0, "%s: no OCSP request could be made", q->of->name);
}

void
query_post(
    struct trial *t, struct web *w, const char *name, struct span request)
{
	char *at = mem_textf("%s.at", name);

	web_call_with(t, name, w,
	    &(struct web_request){
		.type = "application/ocsp-request", .body = request });
	status_note_time(t, at);
	free(at);
}

/* RFC 6960 A.1: base64, and that percent-encoded. */
static void
get(struct trial *t, struct web *w, const char *name, struct span request)
{
	char *at = mem_textf("%s.at", name);
	struct buf coded, path;

	buf_init(&coded, 2 * REQUEST_MOST);
	buf_init(&path, 6 * REQUEST_MOST);
	text_base64(request, &coded);
	buf_add(&path, SPAN("/"));
	for (size_t i = 0; i < coded.len; i++)
		if (strchr("+/=", coded.data[i]) != NULL)
			buf_addf(&path, "%%%02X", (unsigned)coded.data[i]);
		else
			buf_addf(&path, "%c", coded.data[i]);
	web_call_with(
	    t, name, w, &(struct web_request){ .path = buf_text(&path) });
	status_note_time(t, at);
	buf_free(&path);
	buf_free(&coded);
	free(at);
}

static void
note(
    struct trial *t, const char *name, const char *what, const struct issued *c)
{
	char *key = mem_textf("%s.%s", name, what);

	if (c != NULL)
		trial_fact(t, key, "%s", c->name);
	free(key);
}

void
query_ask(struct trial *t, struct web *w, const struct issued_set *set,
    const char *name, const struct query *q)
{
	unsigned char nonce[NONCE_MOST];
	const struct span sent = { (const char *)nonce, q->nonce };
	char *file = mem_textf("%s.nonce", name);
	struct buf der;

	buf_init(&der, REQUEST_MOST);
	if (trial_sane(t,
		q->nonce <= sizeof nonce &&
		    RAND_bytes(nonce, sizeof nonce) == 1,
		"no nonce") &&
	    query_write(t, set, q, sent, &der)) {
		trial_file(t, file, sent);
		note(t, name, "of", q->of);
		note(t, name, "also", q->also);
		if (q->get)
			get(t, w, name, buf_span(&der));
		else
			query_post(t, w, name, buf_span(&der));
	}
	buf_free(&der);
	free(file);
}

bool
query_is_for(const struct issued_set *set, const struct issued *c)
{
	return c->readable && strcmp(c->class, "ca") != 0 &&
	       status_issuer(set, c) != NULL;
}

void
query_control(struct trial *t, struct web *w, const struct issued_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (query_is_for(set, &set->at[i])) {
			query_ask(t, w, set, "control",
			    &(struct query){
				.of = &set->at[i], .digest = "SHA1" });
			return;
		}
	trial_need(t, false,
	    "no certificate whose issuer is in pki.anchors or pki.issuers");
}

/* ---- judge ---- */

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
told_open(struct trial *t, const struct issued_set *set, struct told_set *all,
    struct pki_findings *f)
{
	int64_t n = 0;
	bool ok = true;

	*all = (struct told_set){ .n = 0 };
	if (!trial_sane(t,
		trial_fact_get_int(t, "answers", &n) && n >= 0 && n <= QUERIES,
		"nothing was asked") ||
	    !trial_need(t, n > 0,
		"no certificate whose issuer is in pki.anchors or "
		"pki.issuers"))
		return false;
	while (ok && all->n < (size_t)n) {
		ok = open_one(t, set, all->n, &all->at[all->n], f);
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
