/* SPDX-License-Identifier: MIT */
#include "reference/ca/apps.h"

#include <stdlib.h>

#include <openssl/x509.h>

#include "lib/mem.h"
#include "lib/text.h"
#include "reference/ca/cmp.h"
#include "reference/ca/crl.h"
#include "reference/ca/flaw_status.h"
#include "reference/ca/ocsp.h"
#include "reference/ca/tsa.h"
#include "reference/login.h"

/* "sm2.crl" with ".crl": the issuer; else 404. */
static bool
issuer_asked(
    struct span file, const char *ending, int *issuer, struct http_answer *a)
{
	const struct span end = span_of(ending);
	const size_t n = file.len < end.len ? 0 : file.len - end.len;
	char *name = mem_text(span_take(file, n));
	const bool ok =
	    span_eq(span_skip(file, n), end) && ca_issuer_find(name, issuer);

	free(name);
	if (!ok)
		http_answer_text(a, 404, "there is no %.*s", SPAN_FMT(file));
	return ok;
}

/* ---- certificates of CAs: RFC 5280 4.2.2.1 ---- */

static void
serve_certificate(const struct site *site, const struct http_request *r,
    const struct http_words *words, struct wall now, struct http_answer *a)
{
	unsigned char *der = NULL;
	int issuer, n;

	(void)r;
	(void)now;
	if (!issuer_asked(words->of[0], ".cer", &issuer, a))
		return;
	n = i2d_X509(ca_issuer_signer(site->ca, issuer)->cert, &der);
	a->type = "application/pkix-cert"; /* RFC 2585 4.1 */
	if (n > 0)
		buf_add(
		    &a->body, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
}

/* ---- CMP: RFC 6712 3 ---- */

static void
serve_cmp(const struct site *site, const struct http_request *r,
    const struct http_words *words, struct wall now, struct http_answer *a)
{
	int issuer = -1;

	if (words->n > 0 && !issuer_asked(words->of[0], "", &issuer, a))
		return;
	if (!http_has_type(r, "application/pkixcmp")) {
		http_answer_text(a, 415, "an application/pkixcmp is wanted");
		return;
	}
	a->type = site->ca->fault == FAULT_CMP_TYPE ? "application/octet-stream"
						    : "application/pkixcmp";
	ca_cmp(site->ca, issuer < 0 ? -1 : issuer / 2,
	    &(struct login){ .site = site, .service = "ca", .peer = r->peer },
	    r->body, now, &a->body);
	if (a->body.len == 0)
		http_answer_text(a, 500, "there is no answer");
}

static const struct http_route ca_routes[] = {
	{ "GET", "/certificates/{name}", serve_certificate },
	{ "POST", "/cmp", serve_cmp },
	{ "POST", "/cmp/{algorithm}", serve_cmp },
};

/* ---- CRLs ---- */

/* "sm2-delta.crl" */
static void
serve_delta(const struct site *site, struct span file, struct wall now,
    struct http_answer *a)
{
	struct err err;
	int issuer;

	if (!issuer_asked(file, "-delta.crl", &issuer, a))
		return;
	if (!ca_crl_delta(site->ca, issuer, now, &a->body, &err)) {
		buf_clear(&a->body);
		http_answer_text(a, 404, "%s", err.what);
		return;
	}
	a->type = "application/pkix-crl"; /* RFC 2585 4.2 */
	ca_flaw_delta_served(site->ca, issuer, a);
}

static void
serve_crl(const struct site *site, const struct http_request *r,
    const struct http_words *words, struct wall now, struct http_answer *a)
{
	struct err err;
	int issuer;

	(void)r;
	if (span_find(words->of[0], SPAN("-delta.")) < words->of[0].len) {
		serve_delta(site, words->of[0], now, a);
		return;
	}
	if (!issuer_asked(words->of[0], ".crl", &issuer, a))
		return;
	a->type = "application/pkix-crl"; /* RFC 2585 4.2 */
	ca_cmp_sweep(site->ca, now);
	if (!ca_crl(site->ca, issuer, now, &a->body, &err))
		http_answer_text(a, 500, "%s", err.what);
	else
		ca_flaw_crl_served(site->ca, issuer, a);
}

static const struct http_route crl_routes[] = {
	{ "GET", "/crl/{name}", serve_crl },
};

/* ---- OCSP: RFC 6960 A.1 ---- */

static void
answer_ocsp(const struct site *site, struct span request, struct wall now,
    struct http_answer *a)
{
	a->type = site->ca->fault == FAULT_OCSP_TYPE
		      ? "application/octet-stream"
		      : "application/ocsp-response";
	ca_cmp_sweep(site->ca, now);
	ca_ocsp(site->ca, request, now, &a->body);
}

static void
serve_ocsp_post(const struct site *site, const struct http_request *r,
    const struct http_words *words, struct wall now, struct http_answer *a)
{
	(void)words;
	if (http_has_type(r, "application/ocsp-request"))
		answer_ocsp(site, r->body, now, a);
	else
		http_answer_text(
		    a, 415, "an application/ocsp-request is wanted");
}

static void
serve_ocsp_get(const struct site *site, const struct http_request *r,
    const struct http_words *words, struct wall now, struct http_answer *a)
{
	struct buf request;

	(void)r;
	if (site->ca->fault == FAULT_OCSP_WITHOUT_GET) {
		http_answer_text(a, 404, "requests come by POST");
		return;
	}
	buf_init(&request, HTTP_TARGET_MOST);
	/* what is no base64 is no request, either */
	if (!text_unbase64(words->of[0], &request))
		buf_clear(&request);
	answer_ocsp(site, buf_span(&request), now, a);
	buf_free(&request);
}

static const struct http_route ocsp_routes[] = {
	{ "POST", "/ocsp", serve_ocsp_post },
	{ "GET", "/ocsp/{request...}", serve_ocsp_get },
};

/* ---- time stamps: RFC 3161 3.4 ---- */

static void
serve_tsa(const struct site *site, const struct http_request *r,
    const struct http_words *words, struct wall now, struct http_answer *a)
{
	int issuer = ca_issuer(CA_SM2, CA_ISSUING);

	if (words->n > 0 && !issuer_asked(words->of[0], "", &issuer, a))
		return;
	if (!http_has_type(r, "application/timestamp-query")) {
		http_answer_text(
		    a, 415, "an application/timestamp-query is wanted");
		return;
	}
	a->type = site->ca->fault == FAULT_TSA_TYPE
		      ? "application/octet-stream"
		      : "application/timestamp-reply";
	ca_stamp(
	    site->ca, (enum ca_algorithm)(issuer / 2), r->body, now, &a->body);
}

/* The plain path is SM2's. */
static const struct http_route tsa_routes[] = {
	{ "POST", "/tsa", serve_tsa },
	{ "POST", "/tsa/{algorithm}", serve_tsa },
};

#define APP(name, routes) \
	{ \
		name, routes, sizeof(routes) / sizeof *(routes) \
	}

const struct http_app ca_app = APP("ca", ca_routes);
const struct http_app ocsp_app = APP("ocsp", ocsp_routes);
const struct http_app crl_app = APP("crl", crl_routes);
const struct http_app tsa_app = APP("tsa", tsa_routes);
