/* SPDX-License-Identifier: MIT */
#include "reference/seal/flaw.h"

#include <stdlib.h>
#include <time.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#define ODD_OID "2.999.38540.1" /* an example's: nobody knows it */

enum { DER_MOST = 1 << 16, TRIES = 64, RAW_HALF = 32 };

/* clang-format off */
static const struct {
	enum fault of_seal, of_signature; /* FAULT_NONE: there is none */
	enum flaw flaw;
} flaws[] = {
	{ FAULT_SEAL_EXTENSION_CRITICAL, FAULT_SIGN_EXTENSION_CRITICAL,
	  FLAW_CRITICAL },
	{ FAULT_SEAL_EXTENSION_UNTAGGED, FAULT_SIGN_EXTENSION_UNTAGGED,
	  FLAW_UNTAGGED },
	{ FAULT_SEAL_EXTENSION_FALSE, FAULT_NONE, FLAW_FALSE },
	{ FAULT_SEAL_ALGORITHM_ARC, FAULT_SIGN_ALGORITHM_ARC, FLAW_ARC },
	{ FAULT_SEAL_ALGORITHM_WHOLE, FAULT_SIGN_ALGORITHM_WHOLE, FLAW_WHOLE },
	{ FAULT_SEAL_BITS_UNUSED, FAULT_SIGN_BITS_UNUSED, FLAW_UNUSED },
	{ FAULT_SEAL_VALUE_RAW, FAULT_SIGN_VALUE_RAW, FLAW_RAW },
	{ FAULT_SEAL_VALUE_NAMELESS, FAULT_SIGN_VALUE_NAMELESS,
	  FLAW_NAMELESS },
	{ FAULT_SEAL_VALUE_WRONG, FAULT_SIGN_VALUE_WRONG, FLAW_WRONG },
	{ FAULT_SEAL_MAKER_TRUNCATED, FAULT_SIGN_SIGNER_TRUNCATED,
	  FLAW_TRUNCATED },
	{ FAULT_SEAL_MAKER_SELF_SIGNED, FAULT_SIGN_SIGNER_SELF_SIGNED,
	  FLAW_SELF_SIGNED },
	{ FAULT_SEAL_MAKER_EXPIRED, FAULT_SIGN_SIGNER_EXPIRED, FLAW_EXPIRED },
	{ FAULT_SEAL_MAKER_REVOKED, FAULT_SIGN_SIGNER_REVOKED, FLAW_REVOKED },
	{ FAULT_SEAL_MAKER_USAGE, FAULT_SIGN_SIGNER_USAGE, FLAW_USAGE },
	{ FAULT_SEAL_NOT_DER, FAULT_SIGN_NOT_DER, FLAW_NOT_DER },
	{ FAULT_SEAL_ELEMENT_MORE, FAULT_SIGN_ELEMENT_MORE, FLAW_MORE },
};
/* clang-format on */

enum flaw
flaw_of_seal(enum fault fault)
{
	for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++)
		if (fault != FAULT_NONE && flaws[i].of_seal == fault)
			return flaws[i].flaw;
	return FLAW_NONE;
}

enum flaw
flaw_of_signature(enum fault fault)
{
	for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++)
		if (fault != FAULT_NONE && flaws[i].of_signature == fault)
			return flaws[i].flaw;
	return FLAW_NONE;
}

/* ---- extDatas ---- */

bool
flaw_extensions(enum flaw flaw, enum variant variant, struct ses_extensions *e)
{
	OPENSSL_STACK **to = flaw == FLAW_UNTAGGED ? &e->plain : &e->tagged;

	if (variant != VARIANT_SEAL_EXTENSIONS && flaw != FLAW_CRITICAL &&
	    flaw != FLAW_UNTAGGED && flaw != FLAW_FALSE)
		return true;
	if (!ses_extension_add(
		to, ODD_OID, flaw == FLAW_CRITICAL, SPAN("\5\0")))
		return false;
	if (flaw == FLAW_FALSE)
		ses_extension_at(*to, 0)->critical = 0;
	return true;
}

/* ---- certificates ---- */

static bool
sign_certificate(X509 *x, EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = ca_signer_new(key);
	const bool ok = ctx != NULL && X509_sign_ctx(x, ctx) > 0;

	ca_signer_free(ctx);
	return ok;
}

X509 *
flaw_self_signed(X509 *cert, EVP_PKEY *key)
{
	X509 *x = X509_dup(cert);

	if (x != NULL &&
	    X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
	    sign_certificate(x, key))
		return x;
	X509_free(x);
	return NULL;
}

static bool
expire(X509 *x, struct wall now)
{
	time_t t = (time_t)(now.us / 1000000);

	return X509_time_adj_ex(X509_getm_notBefore(x), -30, 0, &t) != NULL &&
	       X509_time_adj_ex(X509_getm_notAfter(x), -1, 0, &t) != NULL;
}

static bool
set_usage(X509 *x)
{
	X509_EXTENSION *old =
	    X509_delete_ext(x, X509_get_ext_by_NID(x, NID_key_usage, -1));
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage,
	    "critical,keyEncipherment,dataEncipherment");
	const bool ok = e != NULL && X509_add_ext(x, e, -1) == 1;

	X509_EXTENSION_free(e);
	X509_EXTENSION_free(old);
	return ok;
}

/* By its CA, as if that had always been so. */
static X509 *
reissued(enum flaw flaw, X509 *cert, const struct ca *ca, struct wall now)
{
	X509 *x = X509_dup(cert);

	if (x != NULL &&
	    (flaw == FLAW_EXPIRED ? expire(x, now) : set_usage(x)) &&
	    sign_certificate(x, ca->signers[CA_SM2][CA_ISSUING].key))
		return x;
	X509_free(x);
	return NULL;
}

/* A minute ago; the second time it is revoked already. */
static void
revoke(struct ca *ca, X509 *cert, struct wall now)
{
	const struct wall then = { now.us - 60 * INT64_C(1000000) };
	char serial[STORE_CA_SERIAL];
	struct err err;

	ca_serial_text(X509_get0_serialNumber(cert), serial);
	ca_revoke(ca, ca_issuer(CA_SM2, CA_ISSUING), serial, CA_KEY_COMPROMISE,
	    "fault", then, &err);
}

bool
flaw_by(enum flaw flaw, const struct ca_signer *who, struct ca *ca,
    struct wall now, struct ses_by *by)
{
	X509 *other = NULL;
	bool ok;

	if (flaw == FLAW_SELF_SIGNED)
		other = flaw_self_signed(who->cert, who->key);
	else if (ca != NULL && (flaw == FLAW_EXPIRED || flaw == FLAW_USAGE))
		other = reissued(flaw, who->cert, ca, now);
	else if (ca != NULL && flaw == FLAW_REVOKED)
		revoke(ca, who->cert, now);
	ok = ses_by_set(by, other != NULL ? other : who->cert);
	X509_free(other);
	if (ok && flaw == FLAW_TRUNCATED)
		by->certificate->length--;
	if (ok && flaw == FLAW_ARC) {
		ses_algorithm_free(by->algorithm);
		by->algorithm = ses_algorithm_new("1.2.156.10197.501");
	}
	return ok && (flaw != FLAW_WHOLE || ses_algorithm_wrap(by->algorithm));
}

/* ---- the value ---- */

/* Under no identifier at all. */
static bool
sign_nameless(EVP_PKEY *key, struct span what, struct buf *to)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char octets[128];
	size_t n = sizeof octets;
	const bool ok =
	    EVP_DigestSignInit(ctx, NULL, EVP_sm3(), NULL, key) == 1 &&
	    EVP_DigestSign(ctx, octets, &n, (const unsigned char *)what.ptr,
		what.len) == 1;

	if (ok)
		buf_add(to, (struct span){ (const char *)octets, n });
	EVP_MD_CTX_free(ctx);
	return ok;
}

static bool
make_raw(struct buf *value)
{
	const unsigned char *p = (const unsigned char *)value->data;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)value->len);
	unsigned char raw[2 * RAW_HALF];
	const bool ok =
	    sig != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, RAW_HALF) == RAW_HALF &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + RAW_HALF, RAW_HALF) ==
		RAW_HALF;

	ECDSA_SIG_free(sig);
	buf_clear(value);
	buf_add(value, (struct span){ (const char *)raw, sizeof raw });
	return ok;
}

static bool
sign_once(enum flaw flaw, EVP_PKEY *key, struct span what, struct buf *to)
{
	buf_clear(to);
	if (flaw == FLAW_NAMELESS)
		return sign_nameless(key, what, to);
	if (flaw == FLAW_WRONG)
		what = SPAN("something else");
	return ca_sign(key, what, to) && (flaw != FLAW_RAW || make_raw(to));
}

/* The last bit, which has to be zero. */
static bool
leave_unused(ASN1_BIT_STRING *s)
{
	s->flags |= 1;
	return (s->data[s->length - 1] & 1) == 0;
}

bool
flaw_sign(enum flaw flaw, EVP_PKEY *key, struct span what, ASN1_BIT_STRING *to)
{
	struct buf value;
	bool ok;
	int tries = 0;

	buf_init(&value, 4096);
	do {
		ok = sign_once(flaw, key, what, &value) &&
		     ses_string_set(to, buf_span(&value));
	} while (
	    ok && flaw == FLAW_UNUSED && !leave_unused(to) && tries++ < TRIES);
	buf_free(&value);
	return ok;
}

/* ---- what was written ---- */

/* Another header around the same contents; indefinite: and its end. */
static void
rewrap(struct buf *der, bool indefinite)
{
	const unsigned char *p = (const unsigned char *)der->data;
	struct span inside;
	unsigned char head[16], *end = head;
	struct buf out;
	int tag, class;
	long len;

	if ((ASN1_get_object(&p, &len, &tag, &class, (long)der->len) & 0x80) !=
	    0)
		return;
	inside = (struct span){ (const char *)p, (size_t)len };
	buf_init(&out, der->cap);
	if (indefinite)
		buf_add(&out, SPAN("\x30\x80"));
	else
		ASN1_put_object(&end, 1, (int)len + 2, V_ASN1_SEQUENCE, 0);
	buf_add(
	    &out, (struct span){ (const char *)head, (size_t)(end - head) });
	buf_add(&out, inside);
	buf_add(&out, indefinite ? SPAN("\0\0") : SPAN("\5\0"));
	buf_clear(der);
	buf_add(der, buf_span(&out));
	buf_free(&out);
}

void
flaw_written(enum flaw flaw, struct buf *der)
{
	if (flaw == FLAW_NOT_DER || flaw == FLAW_MORE)
		rewrap(der, flaw == FLAW_NOT_DER);
}
