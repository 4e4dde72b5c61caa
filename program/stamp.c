/* SPDX-License-Identifier: MIT */
#include "program/stamp.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include "conformance/client/web.h"
#include "conformance/pki/timestamp.h"
#include "lib/mem.h"
#include "program/lab_fault.h"

enum { NONCE_SIZE = 8 };

/* Positive, and no leading octet too many: its INTEGER is just these. */
static bool
draw_nonce(unsigned char nonce[NONCE_SIZE])
{
	const bool ok = RAND_bytes(nonce, NONCE_SIZE) == 1;

	nonce[0] = (unsigned char)((nonce[0] & 0x7f) | 0x40);
	return ok;
}

static bool
set_imprint(TS_REQ *r, struct span octets)
{
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	const bool ok = imprint != NULL && algorithm != NULL &&
			EVP_Digest(octets.ptr, octets.len, hash, &n, EVP_sm3(),
			    NULL) == 1 &&
			X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sm3),
			    V_ASN1_NULL, NULL) == 1 &&
			TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
			TS_MSG_IMPRINT_set_msg(imprint, hash, (int)n) == 1 &&
			TS_REQ_set_msg_imprint(r, imprint) == 1;

	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	return ok;
}

static bool
set_nonce(TS_REQ *r, const unsigned char nonce[NONCE_SIZE])
{
	BIGNUM *n = BN_bin2bn(nonce, NONCE_SIZE, NULL);
	ASN1_INTEGER *i = BN_to_ASN1_INTEGER(n, NULL);
	const bool ok = i != NULL && TS_REQ_set_nonce(r, i) == 1;

	ASN1_INTEGER_free(i);
	BN_free(n);
	return ok;
}

/* To be freed by OPENSSL_free(); .ptr NULL: it could not be made. */
static struct span
request(struct span octets, const unsigned char nonce[NONCE_SIZE])
{
	TS_REQ *r = TS_REQ_new();
	unsigned char *der = NULL;
	int n = 0;

	if (r != NULL && TS_REQ_set_version(r, 1) == 1 &&
	    set_imprint(r, octets) && set_nonce(r, nonce) &&
	    TS_REQ_set_cert_req(r, 1) == 1)
		n = i2d_TS_REQ(r, &der);
	TS_REQ_free(r);
	ERR_clear_error();
	return (struct span){ (char *)der, n < 0 ? 0 : (size_t)n };
}

static bool
holds(struct span answer, struct span octets, struct span nonce,
    struct wall *at, const char *url, struct err *err)
{
	struct stamp_ask ask = {
		.has_data = true,
		.data = octets,
		.nonce = nonce,
	};
	const struct pki_check *check;
	struct pki_findings f;
	struct pki_stamp s;
	bool ok;

	pki_findings_init(&f);
	pki_about(&f, "%s", url);
	ok = stamp_read(&s, answer, &f);
	ask.at = *at = s.at; /* whose clock is right is asked elsewhere */
	ok = ok && stamp_judge(&s, &ask, &f) && pki_findings_conform(&f);
	for (size_t i = 0; !ok && i < f.n; i++) {
		check = pki_check_get(f.at[i].code);
		if (f.at[i].result != PKI_FAILS || check->level != PKI_SHALL)
			continue;
		lab_wrong(err, LAB_STAMP_BAD, url, "%s: %s %s", check->code,
		    check->en, f.at[i].detail);
		break;
	}
	pki_findings_free(&f);
	return ok;
}

bool
stamp_ask(const struct profile *p, const char *run, struct span octets,
    struct buf *answer, struct wall *at, struct err *err)
{
	static const char *const headers[] = {
		"Accept: application/timestamp-reply",
	};
	/* Whom to ask stands in the URL. */
	const struct profile_endpoint place = {
		.service = (char *)(uintptr_t) "tsa",
		.host = p->lab.tsa_host,
		.path = (char *)(uintptr_t) "/",
	};
	unsigned char nonce[NONCE_SIZE];
	struct web_request ask = {
		.url = p->lab.tsa,
		.headers = headers,
		.n_headers = 1,
		.type = "application/timestamp-query",
		.most = STAMP_ANSWER_MOST,
	};
	struct web *web;
	struct web_answer heard;
	bool ok = draw_nonce(nonce);

	lab_wrong(err, LAB_STAMP_BAD, p->lab.tsa, "nothing of the kind");
	ask.body = ok ? request(octets, nonce) : (struct span){ NULL, 0 };
	if (ask.body.ptr == NULL)
		return false;
	web = web_new(p, &place, run);
	web_answer_init(&heard, ask.most);
	ok = web_ask(web, &ask, &heard);
	if (!ok)
		lab_wrong(err, LAB_STAMP_SILENT, p->lab.tsa, "%s", heard.why);
	else if (heard.status != 200)
		ok = lab_wrong(err, LAB_STAMP_STATUS, p->lab.tsa,
		    "%d instead of 200", heard.status);
	ok = ok && holds(heard.body, octets,
		       (struct span){ (char *)nonce, NONCE_SIZE }, at,
		       p->lab.tsa, err);
	if (ok)
		buf_add(answer, heard.body);
	web_answer_free(&heard);
	web_free(web);
	OPENSSL_free((void *)(uintptr_t)ask.body.ptr);
	return ok;
}

bool
stamp_clock(struct wall stamped, const char *url, struct err *err)
{
	const int64_t off = clock_wall().us - stamped.us;
	const long long s = (long long)(off / 1000000);

	return (off < STAMP_CLOCK_US && off > -STAMP_CLOCK_US) ||
	       lab_wrong(err, LAB_CLOCK, url, "%lld s %s", s < 0 ? -s : s,
		   s < 0 ? "behind" : "ahead");
}
