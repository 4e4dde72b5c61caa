/* SPDX-License-Identifier: MIT */
#include "reference/seal/sign.h"

#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ts.h>

#include "reference/ca/tsa.h"
#include "reference/seal/flaw.h"
#include "reference/seal/ses.h"

enum { STAMP_MOST = 1 << 16 };

void
seal_digest(struct span data, unsigned char digest[SEAL_DIGEST])
{
	EVP_Digest(data.ptr, data.len, digest, NULL, EVP_sm3(), NULL);
}

/* ---- what is signed ---- */

static bool
set_tbs(struct ses_tbs *t, const struct seal_use *u)
{
	enum ses_bad bad;

	t->seal = ses_seal_read(u->seal, &bad);
	if (t->seal == NULL ||
	    (t->seal->format != SES_2020 && u->fault != FAULT_SIGN_OF_2014))
		return false;
	t->time->is_bits = 0;
	t->time->is.time =
	    ASN1_GENERALIZEDTIME_set(NULL, (time_t)(u->time.us / 1000000));
	return t->time->is.time != NULL &&
	       ASN1_STRING_copy(t->version, t->seal->info->header->version) ==
		   1 &&
	       ses_string_set(t->digest, (struct span){ (const char *)u->digest,
					     sizeof u->digest }) &&
	       ses_string_set(t->property, span_of(u->property));
}

static bool
sign(struct ses_signature *s, const struct seal_use *u)
{
	const enum flaw flaw = flaw_of_signature(u->fault);
	struct buf tbs;
	bool ok;

	buf_init(&tbs, SES_MOST);
	ok = flaw_extensions(flaw, u->variant, &s->tbs->ext) &&
	     flaw_by(flaw, u->signer, u->stamper, u->time, &s->by) &&
	     flaw_tbs(u->fault, s) && ses_signature_tbs(s, &tbs) &&
	     flaw_sign(flaw, u->signer->key, buf_span(&tbs), s->by.signature);
	buf_free(&tbs);
	return ok;
}

/* ---- the time stamp, of the signature's octets ---- */

/* TimeStampReq: that digest, and the certificate back (RFC 3161 2.4.1). */
static bool
request(const unsigned char *digest, struct buf *to)
{
	TS_REQ *r = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	unsigned char octets[SEAL_DIGEST], *der = NULL;
	int n = -1;

	memcpy(octets, digest, sizeof octets);
	if (TS_REQ_set_version(r, 1) == 1 &&
	    ca_set_algorithm(algorithm, NID_sm3) &&
	    TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
	    TS_MSG_IMPRINT_set_msg(imprint, octets, sizeof octets) == 1 &&
	    TS_REQ_set_msg_imprint(r, imprint) == 1 &&
	    TS_REQ_set_cert_req(r, 1) == 1)
		n = i2d_TS_REQ(r, &der);
	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	TS_REQ_free(r);
	return n > 0;
}

/* TimeStampToken within TimeStampResp, where there is one. */
static bool
token_of(struct span response, struct buf *token)
{
	const unsigned char *p = (const unsigned char *)response.ptr;
	TS_RESP *r = d2i_TS_RESP(NULL, &p, (long)response.len);
	PKCS7 *t = r == NULL ? NULL : TS_RESP_get_token(r);
	unsigned char *der = NULL;
	const int n = t == NULL ? -1 : i2d_PKCS7(t, &der);

	if (n > 0)
		buf_add(token, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	TS_RESP_free(r);
	return n > 0;
}

static bool
stamp_by(
    struct ca *ca, struct wall at, const unsigned char *digest, struct buf *to)
{
	struct buf ask, answer;
	bool ok;

	buf_init(&ask, STAMP_MOST);
	buf_init(&answer, STAMP_MOST);
	ok = request(digest, &ask);
	if (ok)
		ca_stamp(ca, CA_SM2, buf_span(&ask), at, &answer);
	ok = ok && token_of(buf_span(&answer), to);
	buf_free(&answer);
	buf_free(&ask);
	return ok;
}

static bool
stamp(struct ses_signature *s, const struct seal_use *u)
{
	unsigned char digest[SEAL_DIGEST];
	struct buf token;
	bool ok;

	if (u->stamper == NULL || s->format == SES_2014)
		return true;
	buf_init(&token, STAMP_MOST);
	seal_digest(ses_octets(s->by.signature), digest);
	ok = flaw_stamp(u, digest, stamp_by, &token);
	if (ok) {
		s->stamp = ASN1_BIT_STRING_new();
		ok = ses_string_set(s->stamp, buf_span(&token));
		flaw_stamped(u->fault, s);
	}
	buf_free(&token);
	return ok;
}

bool
seal_sign(const struct seal_use *use, struct buf *to, struct err *err)
{
	struct ses_signature *s = ses_signature_new();
	struct seal_use u = *use;
	bool ok;

	flaw_use(&u);
	ok = s != NULL && set_tbs(s->tbs, &u) && sign(s, &u) && stamp(s, &u) &&
	     ses_signature_write(s, to);
	ses_signature_free(s);
	flaw_written(flaw_of_signature(u.fault), to);
	return ok || ca_openssl_err(err, "signing with a seal");
}
