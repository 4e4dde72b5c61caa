/* SPDX-License-Identifier: MIT */
/*
 * OCSP, asked about what nobody issued, about another CA's certificate, and
 * in octets that are no request (RFC 6960 2.2, 2.3, 4.4.8).
 */
#include <openssl/ocsp.h>
#include <string.h>

#include "conformance/cases/cert/told.h"
#include "conformance/pki/crl.h"
#include "lib/mem.h"

extern const struct conf_group conf_ocsp_odd;

/*
 * A serial number of 16 octets that no CA draws by chance; and a CA that
 * nobody runs: Name { CN=Nobody }, with a key of no algorithm.
 */
#define SERIAL "Not yet issued!?"
#define NAME   "\x30\x11\x31\x0f\x30\x0d\x06\x03\x55\x04\x03\x0c\x06Nobody"
#define KEY    "the key of nobody"

enum { REQUEST_MOST = 4096 };

/* ---- collect ---- */

static OCSP_CERTID *
make_id(struct span name, struct span key)
{
	const unsigned char *p = (const unsigned char *)name.ptr;
	X509_NAME *issuer = d2i_X509_NAME(NULL, &p, (long)name.len);
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
	OCSP_CERTID *id = NULL;

	if (issuer != NULL &&
	    ASN1_STRING_set(serial, SERIAL, sizeof SERIAL - 1) == 1 &&
	    ASN1_STRING_set(bits, key.ptr, (int)key.len) == 1)
		id = OCSP_cert_id_new(EVP_sha1(), issuer, bits, serial);
	ASN1_BIT_STRING_free(bits);
	ASN1_INTEGER_free(serial);
	X509_NAME_free(issuer);
	return id;
}

static bool
write_odd(struct trial *t, struct span name, struct span key, struct buf *to)
{
	OCSP_REQUEST *r = OCSP_REQUEST_new();
	OCSP_CERTID *id = make_id(name, key);
	unsigned char *der = NULL;
	int n = -1;

	if (id != NULL && OCSP_request_add0_id(r, id) != NULL)
		n = i2d_OCSP_REQUEST(r, &der);
	else
		OCSP_CERTID_free(id);
	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	OCSP_REQUEST_free(r);
	return trial_sane(t, n > 0, "no OCSP request could be made");
}

/* Each issuer once, in the order of the certificates: the next behind i. */
static size_t
next_issuer(const struct issued_set *set, size_t i)
{
	for (; i < set->n; i++) {
		bool before = false;

		if (!query_is_for(set, &set->at[i]))
			continue;
		for (size_t k = 0; k < i; k++)
			before =
			    before || (query_is_for(set, &set->at[k]) &&
					  status_issuer(set, &set->at[k]) ==
					      status_issuer(set, &set->at[i]));
		if (!before)
			break;
	}
	return i;
}

static void
ask_odd(struct trial *t, struct web *w, const char *name, struct span issuer,
    struct span key)
{
	struct buf der;

	buf_init(&der, REQUEST_MOST);
	if (write_odd(t, issuer, key, &der))
		query_post(t, w, name, buf_span(&der));
	buf_free(&der);
}

/* What "odd" asks, and then what is right. */
static bool
collect_odd(struct trial *t,
    void (*odd)(struct trial *, struct web *, const struct issued_set *))
{
	struct web *w = web_of(t, "ocsp");
	struct issued_set set;
	bool ok;

	issued_collect(t);
	ok = trial_sane(t, w != NULL, "no endpoint ocsp") &&
	     issued_open(t, &set, NULL);
	if (ok) {
		odd(t, w, &set);
		query_control(t, w, &set);
		issued_close(&set);
	}
	web_free(w);
	return ok;
}

static void
ask_unissued(struct trial *t, struct web *w, const struct issued_set *set)
{
	for (size_t i = 0; (i = next_issuer(set, i)) < set->n; i++) {
		const struct pki_certificate *ca =
		    &status_issuer(set, &set->at[i])->certificate;
		char *name = mem_textf("odd-%s", set->at[i].name);

		ask_odd(t, w, name, ca->subject, ca->key.bits);
		free(name);
	}
}

static void
ask_stranger(struct trial *t, struct web *w, const struct issued_set *set)
{
	(void)set;
	ask_odd(t, w, "stranger", (struct span){ NAME, sizeof NAME - 1 },
	    SPAN(KEY));
}

/* SEQUENCE { INTEGER 5 } */
static void
ask_malformed(struct trial *t, struct web *w, const struct issued_set *set)
{
	(void)set;
	query_post(t, w, "malformed", SPAN("\x30\x03\x02\x01\x05"));
}

static bool
collect_unissued(struct trial *t)
{
	return collect_odd(t, ask_unissued);
}

static bool
collect_stranger(struct trial *t)
{
	return collect_odd(t, ask_stranger);
}

static bool
collect_malformed(struct trial *t)
{
	return collect_odd(t, ask_malformed);
}

/* ---- judge ---- */

struct odd {
	struct web_answer answer;
	bool readable;
	struct pki_ocsp ocsp;
	struct ocsp_single single;
};

/* Need: an answer of HTTP. */
static bool
open_odd(struct trial *t, const char *name, struct span issuer, struct span key,
    struct odd *o)
{
	const struct pki_certificate of = { .issuer = issuer,
		.serial = SPAN(SERIAL) };
	const struct pki_certificate by = { .key = { .bits = key } };

	*o = (struct odd){ .single = { .status = OCSP_SILENT } };
	if (!status_heard(t, name, &o->answer))
		return false;
	o->readable = o->answer.status == 200 &&
		      ocsp_read(&o->ocsp, o->answer.body, NULL);
	if (o->readable && o->ocsp.response == 0)
		ocsp_is_about(&o->ocsp, &of, &by, &o->single);
	return true;
}

static bool
is_refused(const struct odd *o)
{
	return (o->readable && o->ocsp.response != 0) ||
	       (o->answer.status >= 400 && o->answer.status < 500);
}

/* 1970-01-01, RFC 6960 2.2. */
static bool
is_extended(const struct odd *o)
{
	return o->single.reason == REASON_HOLD && o->single.revoked.readable &&
	       o->single.revoked.at.us == 0 &&
	       extensions_find(&o->ocsp.extensions, OID_OCSP_EXTENDED_REVOKE) !=
		   NULL;
}

/*
 * RFC 6960 2.2: good, as nothing says that it was issued; unknown; or
 * revoked, in the way that is reserved for this.
 */
static void
claim_unissued(struct trial *t, const char *name, const struct odd *o)
{
	trial_claim(t, "RFC 6960 2.2, 4.4.8",
	    is_refused(o) || o->single.status == OCSP_GOOD ||
		o->single.status == OCSP_UNKNOWN ||
		(o->single.status == OCSP_REVOKED && is_extended(o)),
	    "unknown, good, or revoked since 1970 as certificateHold with the "
	    "extension of 4.4.8",
	    "%s: status %d, %s", name, o->answer.status,
	    o->single.status == OCSP_REVOKED ? "revoked" : "no such answer");
}

static void
judge_unissued(struct trial *t)
{
	struct issued_set set;

	if (!control_need(t) || !issued_open(t, &set, NULL))
		return;
	for (size_t i = 0; (i = next_issuer(&set, i)) < set.n; i++) {
		const struct pki_certificate *ca =
		    &status_issuer(&set, &set.at[i])->certificate;
		char *name = mem_textf("odd-%s", set.at[i].name);
		struct odd o;

		if (open_odd(t, name, ca->subject, ca->key.bits, &o))
			claim_unissued(t, name, &o);
		web_answer_free(&o.answer);
		free(name);
	}
	issued_close(&set);
}

static void
judge_stranger(struct trial *t)
{
	struct odd o;

	if (!control_need(t))
		return;
	if (open_odd(t, "stranger", (struct span){ NAME, sizeof NAME - 1 },
		SPAN(KEY), &o))
		trial_claim(t, "RFC 6960 2.2, 2.3",
		    is_refused(&o) || o.single.status == OCSP_UNKNOWN,
		    "unknown, or no answer but unauthorized", "status %d, %s",
		    o.answer.status,
		    o.single.status == OCSP_GOOD      ? "good"
		    : o.single.status == OCSP_REVOKED ? "revoked"
						      : "no such answer");
	web_answer_free(&o.answer);
}

/* RFC 6960 2.3: it may say nothing at all, and then nothing is known. */
static void
judge_malformed(struct trial *t)
{
	const struct span name = { NAME, sizeof NAME - 1 };
	struct odd o;

	if (open_odd(t, "malformed", name, SPAN(KEY), &o))
		trial_claim(t, "RFC 6960 2.3",
		    (o.readable && o.ocsp.response == 1) ||
			(o.answer.status >= 400 && o.answer.status < 500),
		    "malformedRequest", "status %d, responseStatus %u",
		    o.answer.status, o.ocsp.response);
	web_answer_free(&o.answer);
	if (status_goes_on(t, "RFC 6960 2.3", "control"))
		control_need(t);
}

/* clang-format off */
static const struct conf_case cases[] = {
	OCSP_CASE("ocsp.unissued", "", "RFC 6960 2.2, 4.4.8",
	    "nothing false is said of what was never issued",
	    "对从未签发的序列号不作虚假应答", collect_unissued, judge_unissued),
	OCSP_CASE("ocsp.stranger", "", "RFC 6960 2.2, 2.3",
	    "another CA's certificate is unknown",
	    "对其他 CA 的证书答 unknown 或 unauthorized",
	    collect_stranger, judge_stranger),
	OCSP_CASE("ocsp.malformed", "", "RFC 6960 2.3",
	    "what is no request is malformed, and the next one is answered",
	    "拒绝格式错误的请求并继续服务", collect_malformed, judge_malformed),
};

const struct conf_group conf_ocsp_odd = {
	.service = "ocsp",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
