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
		id = OCSP_cert_to_id(
		    EVP_get_digestbyname(digest == NULL ? "SHA1" : digest), x,
		    ca);
	if (id != NULL) {
		ok = OCSP_request_add0_id(r, id) != NULL;
		if (!ok)
			OCSP_CERTID_free(id);
	}
	X509_free(x);
	X509_free(ca);
	return ok;
}

/* The octets of a request; false, and said: OpenSSL could not. */
static bool
write_query(struct trial *t, const struct issued_set *set,
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
	    write_query(t, set, q, sent, &der)) {
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
			    &(struct query){ .of = &set->at[i] });
			return;
		}
	trial_need(t, false,
	    "no certificate whose issuer is in pki.anchors or pki.issuers");
}

/* Another one of the same issuer. */
static const struct issued *
another(const struct issued_set *set, const struct issued *c)
{
	for (size_t i = 0; i < set->n; i++)
		if (&set->at[i] != c && query_is_for(set, &set->at[i]) &&
		    status_issuer(set, &set->at[i]) == status_issuer(set, c))
			return &set->at[i];
	return NULL;
}

static size_t
ask_all(struct trial *t, struct web *w, const struct issued_set *set,
    struct query q, bool two)
{
	size_t n = 0;

	for (size_t i = 0; n < QUERIES && i < set->n; i++) {
		char *name;

		q.of = &set->at[i];
		if (!query_is_for(set, q.of))
			continue;
		q.also = two ? another(set, q.of) : NULL;
		if (two && q.also == NULL)
			continue;
		name = mem_textf("answer-%zu", n++);
		query_ask(t, w, set, name, &q);
		free(name);
	}
	return n;
}

bool
queries_collect_as(struct trial *t, struct query how, bool two)
{
	struct web *w = web_of(t, "ocsp");
	struct issued_set set;
	bool ok;

	issued_collect(t);
	ok = trial_sane(t, w != NULL, "no endpoint ocsp") &&
	     issued_open(t, &set, NULL);
	if (ok) {
		trial_fact_int(
		    t, "answers", (int64_t)ask_all(t, w, &set, how, two));
		query_control(t, w, &set);
		issued_close(&set);
	}
	web_free(w);
	return ok;
}

bool
queries_collect(struct trial *t)
{
	return queries_collect_as(t, (struct query){ .of = NULL }, false);
}
