/* SPDX-License-Identifier: MIT */
/*
 * What speaks HTTP is asked one thing that is its trade: an OCSP responder of
 * a certificate, a time-stamping authority for a stamp.  A bare connection
 * would tell less, and some never recover from one.
 */
#include "conformance/doctor_inner.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include "conformance/client/web.h"
#include "lib/mem.h"

#define REQUEST_MOST 8192

/* clang-format off */
static const struct doctor_todo
	check_path = {
		"check path of the endpoint: it has to be that of the service",
		"检查 endpoint 的 path 是否为该服务的路径", false },
	see_log = {
		"the service fails: look into its log",
		"服务内部出错：查看其日志", false };
/* clang-format on */

/* ---- what is asked ---- */

/* What OpenSSL has made, and frees it. */
static bool
add_der(struct buf *to, unsigned char *der, int n)
{
	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	ERR_clear_error();
	return n > 0;
}

/* The first certificate of the file that has issued x; any when x is NULL. */
static X509 *
find_in(const char *path, const X509 *x)
{
	BIO *bio = path == NULL ? NULL : BIO_new_file(path, "r");
	X509 *found = NULL;

	while (bio != NULL &&
	       (found = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL &&
	       x != NULL &&
	       X509_NAME_cmp(X509_get_subject_name(found),
		   X509_get_issuer_name(x)) != 0) {
		X509_free(found);
		found = NULL;
	}
	BIO_free(bio);
	ERR_clear_error();
	return found;
}

/* One that was handed over, else one that nobody has issued. */
static OCSP_CERTID *
certificate_id(const struct profile *p)
{
	X509_NAME *nobody;
	ASN1_BIT_STRING *key;
	ASN1_INTEGER *serial;
	OCSP_CERTID *id = NULL;

	for (size_t i = 0; i < p->pki.n_certificates && id == NULL; i++) {
		X509 *x = find_in(p->pki.certificates[i].file, NULL);
		X509 *ca = x == NULL ? NULL : find_in(p->pki.issuers, x);

		if (ca != NULL)
			id = OCSP_cert_to_id(EVP_sha1(), x, ca);
		X509_free(ca);
		X509_free(x);
	}
	if (id != NULL)
		return id;
	nobody = X509_NAME_new();
	key = ASN1_BIT_STRING_new();
	serial = ASN1_INTEGER_new();
	if (nobody != NULL && key != NULL && serial != NULL &&
	    ASN1_INTEGER_set(serial, 1) == 1)
		id = OCSP_cert_id_new(EVP_sha1(), nobody, key, serial);
	X509_NAME_free(nobody);
	ASN1_BIT_STRING_free(key);
	ASN1_INTEGER_free(serial);
	return id;
}

/* RFC 6960 4.1.1 */
static bool
ask_status(const struct profile *p, struct buf *to)
{
	OCSP_REQUEST *r = OCSP_REQUEST_new();
	OCSP_CERTID *id = certificate_id(p);
	unsigned char *der = NULL;
	int n = -1;

	if (r != NULL && id != NULL && OCSP_request_add0_id(r, id) != NULL) {
		id = NULL; /* the request's now */
		n = i2d_OCSP_REQUEST(r, &der);
	}
	OCSP_CERTID_free(id);
	OCSP_REQUEST_free(r);
	return add_der(to, der, n);
}

/* RFC 3161 2.4.1, of random octets */
static bool
ask_stamp(const struct profile *p, struct buf *to)
{
	TS_REQ *r = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	unsigned char hash[32], *der = NULL;
	int n = -1;

	(void)p;
	if (r != NULL && imprint != NULL && algorithm != NULL &&
	    RAND_bytes(hash, sizeof hash) == 1 &&
	    X509_ALGOR_set0(
		algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
	    TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
	    TS_MSG_IMPRINT_set_msg(imprint, hash, sizeof hash) == 1 &&
	    TS_REQ_set_version(r, 1) == 1 &&
	    TS_REQ_set_msg_imprint(r, imprint) == 1)
		n = i2d_TS_REQ(r, &der);
	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	TS_REQ_free(r);
	return add_der(to, der, n);
}

/* What a service is asked, and what its answers are; others: GET, anything. */
static const struct trade {
	const char *service, *type;
	bool (*ask)(const struct profile *, struct buf *); /* NULL: GET */
	const char *answer;
} trades[] = {
	/* clang-format off */
	{ "ocsp", "application/ocsp-request",	ask_status,
	    "application/ocsp-response" },
	{ "tsa",  "application/timestamp-query", ask_stamp,
	    "application/timestamp-reply" },
	{ "crl",  NULL,				NULL,
	    "application/pkix-crl" },
	/* clang-format on */
};

static const struct trade *
trade_of(const char *service)
{
	for (size_t i = 0; i < sizeof trades / sizeof trades[0]; i++)
		if (strcmp(trades[i].service, service) == 0)
			return &trades[i];
	return NULL;
}

/* ---- what came back ---- */

/* RFC 9110 6.6.1, 5.6.7: the form that is to be generated. */
static void
judge_clock(struct doctor *d, const struct profile_endpoint *e,
    const struct web_answer *a)
{
	char *date = mem_text(web_header(a, "date"));
	struct tm tm = { 0 };

	if (strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &tm) != NULL)
		doctor_clock(d, e, (int64_t)timegm(&tm), clock_wall());
	free(date);
}

/* By its type, or at least a SEQUENCE or a CRL in PEM: cases tell the rest. */
static bool
is_of_trade(const struct trade *trade, const struct web_answer *a)
{
	return a->status == 200 &&
	       (web_has_type(a, trade->answer) ||
		   span_starts(a->body, SPAN("\x30")) ||
		   span_starts(a->body, SPAN("-----BEGIN X509 CRL-----")));
}

static void
judge_answer(struct doctor *d, const struct profile_endpoint *e,
    const struct web_answer *a)
{
	const struct trade *trade = trade_of(e->service);
	const struct doctor_title what = doctor_title(e, "answer");
	const struct span type = span_take(web_header(a, "content-type"), 80);
	const bool ours = trade == NULL || is_of_trade(trade, a);
	enum doctor_level level = DOCTOR_OK;
	struct doctor_todo todo = nothing;

	if (a->status >= 500) {
		level = DOCTOR_WARN;
		todo = see_log;
	} else if (!ours) {
		level = DOCTOR_BAD;
		todo = check_path;
	}
	doctor_find(d, level, todo, what.text,
	    "%s %s: %d, %.*s, %zu octets%s%s",
	    trade != NULL && trade->ask != NULL ? "POST" : "GET",
	    e->path == NULL ? "/" : e->path, a->status,
	    SPAN_FMT(type.len == 0 ? SPAN("no type") : type), a->body.len,
	    ours ? "" : "; expected 200 and ", ours ? "" : trade->answer);
}

static void
judge_failure(struct doctor *d, const struct profile_endpoint *e,
    const struct web_answer *a)
{
	const bool unreachable = a->end == WEB_UNREACHABLE;

	if (!unreachable && a->connect_us > 0)
		doctor_connected(d, e, a->connect_us);
	doctor_find(d, DOCTOR_BAD,
	    unreachable              ? start_service
	    : a->end == WEB_NO_TLS   ? check_certificate
	    : a->end == WEB_NOT_SENT ? check_path
				     : check_protocol,
	    doctor_title(e, unreachable            ? "connect"
			    : a->end == WEB_NO_TLS ? "TLS"
						   : "answer")
		.text,
	    "%s", a->why);
	if (a->end == WEB_NO_TLS)
		doctor_certificate(d, e, &a->chain);
}

void
doctor_see_web(struct clinic *c, const struct profile_endpoint *e)
{
	const struct profile *p = c->setup->profile;
	const struct trade *trade = trade_of(e->service);
	struct web *w = web_new(p, e, c->token);
	struct web_request r = { .method = "GET" };
	struct web_answer a;
	struct buf body;

	buf_init(&body, REQUEST_MOST);
	web_answer_init(&a, WEB_BODY_MOST);
	if (trade != NULL && trade->ask != NULL && trade->ask(p, &body))
		r = (struct web_request){ .method = "POST",
			.type = trade->type,
			.body = buf_span(&body) };
	if (web_ask(w, &r, &a)) {
		doctor_connected(c->doctor, e, a.connect_us);
		doctor_secured(c->doctor, e, a.tls, a.cipher);
		doctor_certificate(c->doctor, e, &a.chain);
		judge_clock(c->doctor, e, &a);
		judge_answer(c->doctor, e, &a);
	} else {
		judge_failure(c->doctor, e, &a);
	}
	web_answer_free(&a);
	web_free(w);
	buf_free(&body);
}
