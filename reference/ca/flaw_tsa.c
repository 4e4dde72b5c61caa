/* SPDX-License-Identifier: MIT */
#include "reference/ca/flaw_status.h"

#include <stdio.h>
#include <string.h>

/* ---- what is stamped ---- */

bool
ca_flaw_tsa_refuses(enum fault fault, const EVP_MD *digest)
{
	return digest != NULL && ((fault == FAULT_TSA_WITHOUT_SHA256 &&
				      EVP_MD_is_a(digest, "SHA256")) ||
				     (fault == FAULT_TSA_WITHOUT_SM3 &&
					 EVP_MD_is_a(digest, "SM3")));
}

static bool
set_serial(TS_TST_INFO *info, const char *hex)
{
	BIGNUM *n = NULL;
	ASN1_INTEGER *serial = NULL;
	const bool ok = BN_hex2bn(&n, hex) > 0 &&
			(serial = BN_to_ASN1_INTEGER(n, NULL)) != NULL &&
			TS_TST_INFO_set_serial(info, serial) == 1;

	ASN1_INTEGER_free(serial);
	BN_free(n);
	return ok;
}

/* With this behind the seconds: ".50". */
static bool
set_time(TS_TST_INFO *info, struct wall now, int after_s, const char *fraction)
{
	ASN1_GENERALIZEDTIME *t = ASN1_GENERALIZEDTIME_set(
	    NULL, (time_t)(now.us / 1000000 + after_s));
	char text[64];
	bool ok = t != NULL;

	if (ok) {
		snprintf(text, sizeof text, "%.14s%sZ",
		    (const char *)ASN1_STRING_get0_data(t), fraction);
		ok = ASN1_STRING_set(t, text, -1) == 1 &&
		     TS_TST_INFO_set_time(info, t) == 1;
	}
	ASN1_GENERALIZEDTIME_free(t);
	return ok;
}

static bool
set_millis(TS_TST_INFO *info)
{
	TS_ACCURACY *a = TS_ACCURACY_new();
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	const bool ok = ASN1_INTEGER_set(n, 1000) == 1 &&
			TS_ACCURACY_set_millis(a, n) == 1 &&
			TS_TST_INFO_set_accuracy(info, a) == 1;

	ASN1_INTEGER_free(n);
	TS_ACCURACY_free(a);
	return ok;
}

static bool
set_imprint(TS_TST_INFO *info)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	ASN1_OCTET_STRING *msg = TS_MSG_IMPRINT_get_msg(imprint);
	unsigned char octets[EVP_MAX_MD_SIZE];
	const int n = ASN1_STRING_length(msg);

	if (n < 1 || n > (int)sizeof octets)
		return false;
	memcpy(octets, ASN1_STRING_get0_data(msg), (size_t)n);
	octets[0] ^= 1;
	return TS_MSG_IMPRINT_set_msg(imprint, octets, n) == 1;
}

bool
ca_flaw_tsa_info(const struct ca *ca, TS_TST_INFO *info, struct wall now)
{
	char milli[8];

	if (ca->variant == VARIANT_TSA_FRACTION) {
		/* 1 to 9 at the end: RFC 3161 2.4.2 */
		snprintf(milli, sizeof milli, ".%02d%d",
		    (int)(now.us / 10000 % 100), 1 + (int)(now.us / 1000 % 9));
		return set_time(info, now, 0, milli);
	}
	switch (ca->fault) {
	case FAULT_TSA_VERSION_2:
		return TS_TST_INFO_set_version(info, 2) == 1;
	case FAULT_TSA_SERIAL_LONG:
		return set_serial(
		    info, "4102030405060708090A0B0C0D0E0F101112131415");
	case FAULT_TSA_SERIAL_SAME:
		return set_serial(info, "2A");
	case FAULT_TSA_TIME_ZERO:
		return set_time(info, now, 0, ".50");
	case FAULT_TSA_CLOCK_SLOW:
		return set_time(info, now, -5, "");
	case FAULT_TSA_ACCURACY:
		return set_millis(info);
	case FAULT_TSA_IMPRINT_OTHER:
		return set_imprint(info);
	default:
		return true;
	}
}

/* ---- how it is signed ---- */

bool
ca_flaw_tsa_digest(enum fault fault, unsigned char *octets)
{
	if (fault == FAULT_TSA_DIGEST_OTHER)
		octets[0] ^= 1;
	return true;
}

bool
ca_flaw_tsa_encloses(enum fault fault, bool asked)
{
	return fault == FAULT_TSA_CERTIFICATE_NEVER    ? false
	       : fault == FAULT_TSA_CERTIFICATE_ALWAYS ? true
						       : asked;
}

/* OpenSSL's own way: SM2 under an identifier of no octets. */
static bool
sign_plainly(EVP_PKEY *key, struct span what, struct buf *to)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char sig[1024];
	size_t n = sizeof sig;
	const bool ok =
	    ctx != NULL &&
	    EVP_DigestSignInit(ctx, NULL, ca_digest_of(key), NULL, key) == 1 &&
	    EVP_DigestSign(
		ctx, sig, &n, (const unsigned char *)what.ptr, what.len) == 1;

	if (ok)
		buf_add(to, (struct span){ (const char *)sig, n });
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool
ca_flaw_tsa_sign(
    enum fault fault, EVP_PKEY *key, struct span what, struct buf *to)
{
	return fault == FAULT_TSA_SM2_WITHOUT_IDENTIFIER
		   ? sign_plainly(key, what, to)
		   : ca_sign(key, what, to);
}

/* ---- how it is given ---- */

void
ca_flaw_tsa_served(enum fault fault, struct span request, struct buf *answer)
{
	/* SEQUENCE { SEQUENCE { INTEGER rejection(2) ... */
	const bool rejected =
	    answer->len > 6 && answer->len < 32 && answer->data[6] == 2;

	if (fault == FAULT_TSA_BEHIND)
		buf_add(answer, SPAN("\x05\x00"));
	if (fault == FAULT_TSA_ECHO) {
		buf_clear(answer);
		buf_add(answer, request);
	}
	if (fault == FAULT_TSA_MALFORMED_GRANTED && rejected)
		answer->data[6] = 0;
}
