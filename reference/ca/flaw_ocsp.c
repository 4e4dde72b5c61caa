/* SPDX-License-Identifier: MIT */
#include "reference/ca/flaw_status.h"

#include <stdio.h>

#include <openssl/x509v3.h>

#include "reference/ca/flaw.h"

#define UNKNOWN "2.999.6960.1" /* an extension that nobody knows */

enum { DAY_S = 24 * 3600 };

/* ---- what is said ---- */

/* An extension that holds NULL; a second one of its kind is left out. */
static bool
add_null(OCSP_BASICRESP *basic, const char *text, int critical)
{
	X509_EXTENSION *e = ca_flaw_extension(text, critical);
	const bool ok =
	    e != NULL && (OCSP_BASICRESP_get_ext_by_OBJ(
			      basic, X509_EXTENSION_get_object(e), -1) >= 0 ||
			     OCSP_BASICRESP_add_ext(basic, e, -1) == 1);

	X509_EXTENSION_free(e);
	return ok;
}

/* It was never issued. */
static void
unissued(const struct ca *ca, OCSP_BASICRESP *basic,
    struct store_ca_certificate *c, int *status, int *reason)
{
	switch (ca->variant) {
	case VARIANT_OCSP_UNISSUED_GOOD:
		*status = V_OCSP_CERTSTATUS_GOOD;
		break;
	case VARIANT_OCSP_UNISSUED_REVOKED: /* RFC 6960 2.2, 4.4.8 */
		*status = V_OCSP_CERTSTATUS_REVOKED;
		*reason = CA_CERTIFICATE_HOLD;
		c->changed = (struct wall){ 0 };
		add_null(basic, "1.3.6.1.5.5.7.48.1.9", 0);
		break;
	default:
		break;
	}
	if (ca->fault == FAULT_OCSP_UNISSUED_COMPROMISED) {
		*status = V_OCSP_CERTSTATUS_REVOKED;
		*reason = CA_KEY_COMPROMISE;
	}
	if (ca->fault == FAULT_OCSP_STRANGER_GOOD)
		*status = V_OCSP_CERTSTATUS_GOOD;
}

void
ca_flaw_ocsp_status(const struct ca *ca, OCSP_BASICRESP *basic,
    struct store_ca_certificate *c, int *status, int *reason)
{
	/* clang-format off */
	static const struct {
		enum fault fault;
		int status, reason, is, because;
	} changes[] = {
		{ FAULT_OCSP_GOOD_IS_UNKNOWN, STORE_CA_GOOD, -1,
		  V_OCSP_CERTSTATUS_UNKNOWN, -1 },
		{ FAULT_OCSP_REVOKED_IS_GOOD, STORE_CA_REVOKED,
		  CA_KEY_COMPROMISE, V_OCSP_CERTSTATUS_GOOD, -1 },
		{ FAULT_OCSP_HELD_IS_GOOD, STORE_CA_HELD, CA_CERTIFICATE_HOLD,
		  V_OCSP_CERTSTATUS_GOOD, -1 },
		{ FAULT_OCSP_REASON_UNDEFINED, STORE_CA_REVOKED,
		  CA_KEY_COMPROMISE, V_OCSP_CERTSTATUS_REVOKED, 7 },
	};
	/* clang-format on */

	if (*status == V_OCSP_CERTSTATUS_UNKNOWN) {
		unissued(ca, basic, c, status, reason);
		return;
	}
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
		if (changes[i].fault == ca->fault &&
		    changes[i].status == (int)c->status) {
			*status = changes[i].is;
			*reason = changes[i].because;
		}
	ca_flaw_ocsp_told(ca->fault, c, status, reason);
	if (ca->variant == VARIANT_OCSP_WITHOUT_REASON)
		*reason = -1;
}

static bool
set_time(ASN1_GENERALIZEDTIME *t, struct wall now, int after_s)
{
	return ASN1_GENERALIZEDTIME_set(
		   t, (time_t)(now.us / 1000000 + after_s)) != NULL;
}

/* The same CertID by SHA-1, as if that had been asked; half of it will do. */
static bool
rename_digest(OCSP_SINGLERESP *single, int nid)
{
	OCSP_CERTID *id = (OCSP_CERTID *)OCSP_SINGLERESP_get0_id(single);
	ASN1_OCTET_STRING *name, *key;
	ASN1_OBJECT *digest;

	OCSP_id_get0_info(&name, &digest, &key, NULL, id);
	if (OBJ_obj2nid(digest) != nid)
		return true;
	return ASN1_STRING_set(name, ASN1_STRING_get0_data(name), 20) == 1 &&
	       ASN1_STRING_set(key, ASN1_STRING_get0_data(key), 20) == 1;
}

bool
ca_flaw_ocsp_single(
    const struct ca *ca, OCSP_SINGLERESP *single, struct wall now)
{
	ASN1_GENERALIZEDTIME *from = NULL, *to = NULL;
	ASN1_INTEGER *serial = NULL;
	char text[32];

	if (single == NULL)
		return false;
	OCSP_single_get0_status(single, NULL, NULL, &from, &to);
	switch (ca->fault) {
	case FAULT_OCSP_STALE:
		return set_time(from, now, -2 * DAY_S) &&
		       set_time(to, now, -DAY_S);
	case FAULT_OCSP_TIME_FRACTION:
		snprintf(text, sizeof text, "%.14s.5Z",
		    (const char *)ASN1_STRING_get0_data(from));
		return ASN1_STRING_set(from, text, -1) == 1;
	case FAULT_OCSP_OF_ANOTHER:
		OCSP_id_get0_info(NULL, NULL, NULL, &serial,
		    (OCSP_CERTID *)OCSP_SINGLERESP_get0_id(single));
		return ASN1_INTEGER_set(serial, 42) == 1;
	case FAULT_OCSP_SHA256_CUT:
		return rename_digest(single, NID_sha256);
	case FAULT_OCSP_SM3_CUT:
		return rename_digest(single, NID_sm3);
	default:
		return true;
	}
}

bool
ca_flaw_ocsp_basic(enum fault fault, OCSP_BASICRESP *basic)
{
	return fault != FAULT_OCSP_CRITICAL || add_null(basic, UNKNOWN, 1);
}

/* ---- how it is signed and given ---- */

bool
ca_flaw_ocsp_sign(enum fault fault, OCSP_BASICRESP *basic,
    const struct ca_signer *s, unsigned long how)
{
	const bool sm2 = EVP_PKEY_is_a(s->key, "SM2");

	/* OpenSSL's own way: SM2 under an identifier of no octets */
	if (fault == FAULT_OCSP_SM2_WITHOUT_IDENTIFIER && sm2)
		return OCSP_basic_sign(
			   basic, s->cert, s->key, EVP_sm3(), NULL, how) == 1;
	if (fault == FAULT_OCSP_SHA1 && !sm2)
		return OCSP_basic_sign(
			   basic, s->cert, s->key, EVP_sha1(), NULL, how) == 1;
	return false;
}

void
ca_flaw_ocsp_served(enum fault fault, struct span request, struct buf *answer)
{
	if (fault == FAULT_OCSP_BEHIND)
		buf_add(answer, SPAN("\x05\x00"));
	if (fault == FAULT_OCSP_ECHO) {
		buf_clear(answer);
		buf_add(answer, request);
	}
}
