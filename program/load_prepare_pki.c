/* SPDX-License-Identifier: MIT */
#include "program/load_prepare_pki.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "conformance/pki/der.h"
#include "conformance/pki/name.h"
#include "lib/mem.h"
#include "lib/text.h"

enum { NONCE = LOAD_NONCE, LISTS_MOST = 64, URL_MOST = 1024 };

/* ---- OCSP ---- */

static OCSP_CERTID *
id_of(const struct load_certificate *c)
{
	const unsigned char *p = (const unsigned char *)c->read.whole.ptr;
	const unsigned char *q =
	    (const unsigned char *)c->issuer->read.whole.ptr;
	X509 *x = d2i_X509(NULL, &p, (long)c->read.whole.len);
	X509 *ca = d2i_X509(NULL, &q, (long)c->issuer->read.whole.len);
	OCSP_CERTID *id = NULL;

	/* RFC 5019 2.1.1: SHA-1, which every responder knows */
	if (x != NULL && ca != NULL)
		id = OCSP_cert_to_id(EVP_sha1(), x, ca);
	X509_free(x);
	X509_free(ca);
	return id;
}

bool
load_prepare_request(
    const OCSP_CERTID *id, const unsigned char *nonce, struct buf *der)
{
	OCSP_REQUEST *r = OCSP_REQUEST_new();
	OCSP_CERTID *copy = OCSP_CERTID_dup(id);
	unsigned char octets[NONCE], *out = NULL;
	bool ok =
	    r != NULL && copy != NULL && OCSP_request_add0_id(r, copy) != NULL;
	int n;

	if (!ok)
		OCSP_CERTID_free(copy);
	if (ok && nonce != NULL) {
		memcpy(octets, nonce, NONCE);
		ok = OCSP_request_add1_nonce(r, octets, NONCE) == 1;
	}
	n = ok ? i2d_OCSP_REQUEST(r, &out) : -1;
	if (n > 0)
		buf_add(der, (struct span){ (const char *)out, (size_t)n });
	OPENSSL_free(out);
	OCSP_REQUEST_free(r);
	ERR_clear_error();
	return n > 0;
}

/* RFC 6960 A.1: base64, and that percent-encoded. */
void
load_prepare_get(const char *path, struct span der, struct buf *to)
{
	const size_t n = strlen(path);
	struct buf coded;

	buf_init(&coded, 16384);
	text_base64(der, &coded);
	buf_addf(to, "%s%s", path, n == 0 || path[n - 1] == '/' ? "" : "/");
	for (size_t i = 0; i < coded.len; i++)
		if (strchr("+/=", coded.data[i]) != NULL)
			buf_addf(to, "%%%02X", (unsigned)coded.data[i]);
		else
			buf_addf(to, "%c", coded.data[i]);
	buf_free(&coded);
}

/* What is asked about one certificate, but for what is new each time. */
struct asked {
	const struct load_certificate *of;
	OCSP_CERTID *id;
	struct buf get;
};

static bool
add_row(const struct asked *a, const char *path, struct buf *to)
{
	unsigned char nonce[NONCE];
	struct buf der;
	bool ok;

	buf_init(&der, 8192);
	ok = RAND_bytes(nonce, sizeof nonce) == 1 &&
	     load_prepare_request(a->id, nonce, &der);
	if (ok) {
		load_prepare_cell(to, a->of->name, ',');
		load_prepare_cell(to, path, ',');
		text_base64(buf_span(&der), to);
		buf_addf(to, ",");
		for (size_t i = 0; i < NONCE; i++)
			buf_addf(to, "%02x", nonce[i]);
		buf_addf(to, ",");
		load_prepare_cell(to, buf_text(&a->get), '\n');
	}
	buf_free(&der);
	return ok;
}

/* Those of CAs are answered elsewhere, as the cases have it. */
static bool
is_asked_about(const struct load_certificate *c)
{
	return c->issuer != NULL && strcmp(c->class, "ca") != 0;
}

bool
load_prepare_ocsp(const struct load_making *m, struct buf *to)
{
	const struct load_pki *k = m->pki;
	const char *path =
	    load_prepare_path(profile_endpoint(m->profile, "ocsp"));
	struct asked *asked = mem_new(k->n + 1, sizeof asked[0]);
	size_t n = 0;
	struct buf der;
	bool ok = true;

	buf_init(&der, 8192);
	for (size_t i = 0; ok && i < k->n; i++) {
		struct asked *a = &asked[n];

		if (!is_asked_about(&k->at[i]))
			continue;
		n++;
		a->of = &k->at[i];
		buf_init(&a->get, 16384);
		a->id = id_of(a->of);
		buf_clear(&der);
		ok = a->id != NULL && load_prepare_request(a->id, NULL, &der);
		load_prepare_get(path, buf_span(&der), &a->get);
	}
	buf_addf(to, "certificate,path,post:base64,nonce,get\n");
	for (size_t i = 0; ok && n > 0 && i < m->rows; i++)
		ok = add_row(&asked[i % n], path, to);
	for (size_t i = 0; i < n; i++) {
		OCSP_CERTID_free(asked[i].id);
		buf_free(&asked[i].get);
	}
	free(asked);
	buf_free(&der);
	return ok;
}

/* ---- lists ---- */

struct places {
	const struct profile_endpoint *endpoint;
	struct buf *to;
	char *at[LISTS_MOST];
	size_t n;
};

/* Behind "http://HOST:PORT/" of the endpoint; others are not ours to load. */
static bool
path_there(const struct profile_endpoint *e, struct span url, struct span *path)
{
	const bool v6 = strchr(e->host, ':') != NULL;
	char start[320];

	snprintf(start, sizeof start,
	    v6 ? "%s://[%.250s]:%u/" : "%s://%.250s:%u/",
	    e->tls == PROFILE_TLS_NONE ? "http" : "https", e->host,
	    (unsigned)e->port);
	*path = span_skip(url, strlen(start));
	return span_starts(url, span_of(start));
}

static void
add_place(struct places *p, struct span url)
{
	struct span path;
	char *text;

	if (p->n == LISTS_MOST || url.len > URL_MOST ||
	    memchr(url.ptr, '\0', url.len) != NULL ||
	    !path_there(p->endpoint, url, &path))
		return;
	for (size_t i = 0; i < p->n; i++)
		if (span_eq(span_of(p->at[i]), url))
			return;
	p->at[p->n++] = text = mem_text(url);
	load_prepare_cell(p->to, text, ',');
	load_prepare_cell(p->to, text + (path.ptr - url.ptr), '\n');
}

/* The fullNames of its distribution points (RFC 5280 4.2.1.13). */
static void
add_points(struct places *p, const struct pki_certificate *c)
{
	struct der_bad bad = { 0 };
	struct der points = der_start(c->crl_points, &bad), one, name, full;

	while (der_more(&points)) {
		der_enter(&points, DER_SEQUENCE, &one);
		if (der_peek(&one) != DER_CONSTRUCTED(0))
			continue;
		der_enter(&one, DER_CONSTRUCTED(0), &name);
		if (der_peek(&name) != DER_CONSTRUCTED(0))
			continue;
		der_enter(&name, DER_CONSTRUCTED(0), &full);
		while (der_more(&full)) {
			const struct general g = general_read(&full);

			if (g.kind == GENERAL_URI)
				add_place(p, g.value);
		}
	}
}

bool
load_prepare_crl(const struct load_making *m, struct buf *to)
{
	const struct load_pki *k = m->pki;
	struct places places = {
		.endpoint = profile_endpoint(m->profile, "crl"), .to = to
	};

	buf_addf(to, "url,path\n");
	for (size_t i = 0; places.endpoint != NULL && i < k->n; i++)
		add_points(&places, &k->at[i].read);
	if (places.n == 0) {
		load_prepare_cell(to, "the endpoint", ',');
		load_prepare_cell(to, load_prepare_path(places.endpoint), '\n');
	}
	for (size_t i = 0; i < places.n; i++)
		free(places.at[i]);
	return true;
}
