/* SPDX-License-Identifier: MIT */
#include "conformance/pki/signature.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define SM2_ID "1234567812345678"

/* The largest key that is looked at: RSA of 16384 bits and its frame. */
#define KEY_MOST 2200

enum parameters { ABSENT, NOTHING, EITHER, PSS };

/* clang-format off */
static const struct row {
	enum oid	 id;
	enum key_kind	 key;
	enum oid	 digest;	/* OID_UNKNOWN: a part of the algorithm */
	enum parameters	 parameters;
} rows[] = {
	/* RFC 3279 2.2.1, RFC 4055 5: NULL */
	{ OID_RSA_MD5,	    KEY_RSA,	 OID_MD5,     NOTHING },
	{ OID_RSA_SHA1,	    KEY_RSA,	 OID_SHA1,    NOTHING },
	{ OID_RSA_SHA224,   KEY_RSA,	 OID_SHA224,  NOTHING },
	{ OID_RSA_SHA256,   KEY_RSA,	 OID_SHA256,  NOTHING },
	{ OID_RSA_SHA384,   KEY_RSA,	 OID_SHA384,  NOTHING },
	{ OID_RSA_SHA512,   KEY_RSA,	 OID_SHA512,  NOTHING },
	{ OID_RSA_SM3,	    KEY_RSA,	 OID_SM3,     EITHER },
	{ OID_RSA_PSS,	    KEY_RSA,	 OID_UNKNOWN, PSS },
	/* RFC 3279 2.2.3, RFC 5758 3.2: absent */
	{ OID_ECDSA_SHA1,   KEY_EC,	 OID_SHA1,    ABSENT },
	{ OID_ECDSA_SHA224, KEY_EC,	 OID_SHA224,  ABSENT },
	{ OID_ECDSA_SHA256, KEY_EC,	 OID_SHA256,  ABSENT },
	{ OID_ECDSA_SHA384, KEY_EC,	 OID_SHA384,  ABSENT },
	{ OID_ECDSA_SHA512, KEY_EC,	 OID_SHA512,  ABSENT },
	/* Both are seen in the field. */
	{ OID_SM2_SM3,	    KEY_SM2,	 OID_SM3,     EITHER },
	/* RFC 8410 3: absent */
	{ OID_ED25519,	    KEY_ED25519, OID_UNKNOWN, ABSENT },
	{ OID_ED448,	    KEY_ED448,	 OID_UNKNOWN, ABSENT },
};

static const struct {
	enum oid	 id;
	size_t		 size;
	const EVP_MD	*(*md)(void);
} digests[] = {
	{ OID_MD5,    16, EVP_md5 },
	{ OID_SHA1,   20, EVP_sha1 },
	{ OID_SHA224, 28, EVP_sha224 },
	{ OID_SHA256, 32, EVP_sha256 },
	{ OID_SHA384, 48, EVP_sha384 },
	{ OID_SHA512, 64, EVP_sha512 },
	{ OID_SM3,    32, EVP_sm3 },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct row *
row_of(enum oid id)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].id == id)
			return &rows[i];
	return NULL;
}

static const EVP_MD *
md_of(enum oid id)
{
	for (size_t i = 0; i < COUNT(digests); i++)
		if (digests[i].id == id)
			return digests[i].md();
	return NULL;
}

size_t
digest_size(enum oid id)
{
	for (size_t i = 0; i < COUNT(digests); i++)
		if (digests[i].id == id)
			return digests[i].size;
	return 0;
}

size_t
digest_of(enum oid id, struct span s, char digest[DIGEST_MOST])
{
	const EVP_MD *md = md_of(id);
	unsigned n = 0;

	if (md == NULL || !EVP_Digest(s.len == 0 ? "" : s.ptr, s.len,
			      (unsigned char *)digest, &n, md, NULL))
		return 0;
	return n;
}

/* ---- reading ---- */

struct pki_algorithm
algorithm_read(struct der *d)
{
	struct pki_algorithm a = { .parameters = SPAN_INIT("") };
	struct der inner;

	a.whole = der_enter(d, DER_SEQUENCE, &inner);
	a.oid = der_take(&inner, DER_OID);
	a.id = oid_of(a.oid);
	if (der_more(&inner))
		a.parameters = der_next(&inner).whole;
	der_end(&inner);
	return a;
}

struct pki_key
key_read(struct der *d)
{
	struct pki_key key = { .bits = SPAN_INIT("") };
	struct der inner;

	key.whole = der_enter(d, DER_SEQUENCE, &inner);
	key.algorithm = algorithm_read(&inner);
	key.bits = der_octets(&inner);
	der_end(&inner);
	return key;
}

/* ---- algorithms ---- */

bool
algorithm_equal(const struct pki_algorithm *a, const struct pki_algorithm *b)
{
	return span_eq(a->whole, b->whole);
}

bool
algorithm_is_known(const struct pki_algorithm *a)
{
	return row_of(a->id) != NULL;
}

/* RFC 4055 3.1; what is left out is SHA-1 and 20 octets of salt. */
struct pss {
	enum oid digest, mask;
	uint32_t salt;
};

static bool
read_pss(struct span parameters, struct pss *pss)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(parameters, &bad), all, one;
	struct pki_algorithm mgf;

	*pss = (struct pss){ OID_SHA1, OID_SHA1, 20 };
	der_enter(&in, DER_SEQUENCE, &all);
	if (der_peek(&all) == DER_CONSTRUCTED(0)) {
		der_enter(&all, DER_CONSTRUCTED(0), &one);
		pss->digest = algorithm_read(&one).id;
	}
	if (der_peek(&all) == DER_CONSTRUCTED(1)) {
		der_enter(&all, DER_CONSTRUCTED(1), &one);
		mgf = algorithm_read(&one);
		one = der_start(mgf.parameters, &bad);
		pss->mask = algorithm_read(&one).id;
		if (mgf.id != OID_MGF1)
			return false;
	}
	if (der_peek(&all) == DER_CONSTRUCTED(2)) {
		der_enter(&all, DER_CONSTRUCTED(2), &one);
		pss->salt = der_number(&one, DER_INTEGER);
	}
	if (der_peek(&all) == DER_CONSTRUCTED(3)) {
		der_enter(&all, DER_CONSTRUCTED(3), &one);
		if (der_number(&one, DER_INTEGER) != 1)
			return false;
	}
	der_end(&all);
	return bad.fault == DER_FINE && pss->salt <= 512;
}

bool
algorithm_parameters_fit(const struct pki_algorithm *a)
{
	const struct row *row = row_of(a->id);
	const bool null = span_eq(a->parameters, SPAN("\x05\x00"));
	struct pss pss;

	if (row == NULL)
		return true; /* of what is unknown nothing is known */
	switch (row->parameters) {
	case ABSENT:
		return a->parameters.len == 0;
	case NOTHING:
		return null;
	case EITHER:
		return null || a->parameters.len == 0;
	case PSS:
		return read_pss(a->parameters, &pss);
	}
	return false;
}

bool
algorithm_is_weak(const struct pki_algorithm *a)
{
	const struct row *row = row_of(a->id);
	enum oid digest = row == NULL ? a->id : row->digest;
	struct pss pss;

	if (row != NULL && row->parameters == PSS &&
	    read_pss(a->parameters, &pss))
		digest = pss.digest;
	return digest == OID_MD5 || digest == OID_SHA1;
}

bool
signature_has_form(const struct pki_algorithm *a, struct span value)
{
	const struct row *row = row_of(a->id);
	struct der_bad bad = { 0 }, found;
	struct der in = der_start(value, &bad), both;
	struct span r, s;

	if (row == NULL)
		return value.len > 0;
	switch (row->key) {
	case KEY_EC:
	case KEY_SM2:
		der_enter(&in, DER_SEQUENCE, &both);
		der_end(&in);
		r = der_take(&both, DER_INTEGER);
		s = der_take(&both, DER_INTEGER);
		der_end(&both);
		return bad.fault == DER_FINE && !der_integer_is_negative(r) &&
		       !der_integer_is_negative(s) &&
		       der_lint(value.ptr, value, &found, 1) == 0;
	case KEY_ED25519:
		return value.len == 64;
	case KEY_ED448:
		return value.len == 114;
	default:
		return value.len >= 64 && value.len <= 2048;
	}
}

/* ---- keys ---- */

enum key_kind
key_kind(const struct pki_key *key)
{
	struct der_bad bad = { 0 };
	struct der in;

	switch (key->algorithm.id) {
	case OID_RSA_KEY:
	case OID_RSA_PSS:
		return KEY_RSA;
	case OID_ED25519:
		return KEY_ED25519;
	case OID_ED448:
		return KEY_ED448;
	case OID_EC_KEY:
		in = der_start(key->algorithm.parameters, &bad);
		switch (oid_of(der_take(&in, DER_OID))) {
		case OID_SM2:
			return KEY_SM2;
		case OID_P192:
		case OID_P224:
		case OID_P256:
		case OID_P384:
		case OID_P521:
			return KEY_EC;
		default:
			return KEY_UNKNOWN;
		}
	default:
		return KEY_UNKNOWN;
	}
}

/* NULL when OpenSSL cannot make a key of it; free it. */
static EVP_PKEY *
key_open(const struct pki_key *key)
{
	const unsigned char *p = (const unsigned char *)key->whole.ptr;
	EVP_PKEY *k = NULL;

	if (key->whole.len > 0 && key->whole.len <= KEY_MOST)
		k = d2i_PUBKEY(NULL, &p, (long)key->whole.len);
	ERR_clear_error();
	return k;
}

unsigned
key_bits(const struct pki_key *key, unsigned *security)
{
	EVP_PKEY *k = key_open(key);
	unsigned bits = 0;

	*security = 0;
	if (k != NULL) {
		bits = (unsigned)EVP_PKEY_get_bits(k);
		*security = (unsigned)EVP_PKEY_get_security_bits(k);
	}
	EVP_PKEY_free(k);
	return bits;
}

/* ---- verifying ---- */

static bool
prepare_pss(EVP_PKEY_CTX *ctx, const struct pss *pss)
{
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md_of(pss->mask)) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, (int)pss->salt) > 0;
}

/* id: of an SM2 signer. */
static enum signature
verify_as(enum key_kind kind, enum oid digest, const struct pss *pss,
    struct span id, const struct pki_key *key, struct span message,
    struct span value)
{
	EVP_PKEY *k = key_open(key);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how = NULL;
	enum signature result = SIGNATURE_UNSUPPORTED;

	if (k == NULL || ctx == NULL)
		goto out;
	if (EVP_DigestVerifyInit(ctx, &how, md_of(digest), NULL, k) <= 0)
		goto out;
	if (kind == KEY_SM2 &&
	    EVP_PKEY_CTX_set1_id(how, id.ptr, (int)id.len) <= 0)
		goto out;
	if (pss != NULL && !prepare_pss(how, pss))
		goto out;
	result =
	    EVP_DigestVerify(ctx, (const unsigned char *)value.ptr, value.len,
		(const unsigned char *)message.ptr, message.len) == 1
		? SIGNATURE_GOOD
		: SIGNATURE_BAD;
out:
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(k);
	ERR_clear_error();
	return result;
}

static enum signature
verify(enum key_kind kind, enum oid digest, const struct pss *pss,
    const struct pki_key *key, struct span message, struct span value)
{
	return verify_as(kind, digest, pss, SPAN(SM2_ID), key, message, value);
}

enum signature
signature_verify_sm2(const struct pki_key *key, struct span identifier,
    struct span message, struct span value)
{
	const enum key_kind kind = key_kind(key);

	if (kind != KEY_SM2)
		return kind == KEY_UNKNOWN ? SIGNATURE_UNSUPPORTED
					   : SIGNATURE_OTHER_KEY;
	return verify_as(kind, OID_SM3, NULL, identifier, key, message, value);
}

enum signature
signature_verify(const struct pki_algorithm *a, const struct pki_key *key,
    struct span message, struct span value)
{
	const struct row *row = row_of(a->id);
	struct pss pss;

	if (row == NULL)
		return SIGNATURE_UNSUPPORTED;
	if (row->key != key_kind(key))
		return key_kind(key) == KEY_UNKNOWN ? SIGNATURE_UNSUPPORTED
						    : SIGNATURE_OTHER_KEY;
	if (row->parameters != PSS)
		return verify(row->key, row->digest, NULL, key, message, value);
	if (!read_pss(a->parameters, &pss) || md_of(pss.digest) == NULL ||
	    md_of(pss.mask) == NULL)
		return SIGNATURE_UNSUPPORTED;
	return verify(row->key, pss.digest, &pss, key, message, value);
}

enum signature
signature_verify_cms(const struct pki_algorithm *digest,
    const struct pki_algorithm *a, const struct pki_key *key,
    struct span message, struct span value)
{
	const enum key_kind kind = key_kind(key);

	if (row_of(a->id) != NULL)
		return signature_verify(a, key, message, value);
	if (md_of(digest->id) == NULL)
		return SIGNATURE_UNSUPPORTED;
	if (a->id == OID_RSA_KEY && kind == KEY_RSA)
		return verify(kind, digest->id, NULL, key, message, value);
	if ((a->id == OID_SM2_SIGN || a->id == OID_SM2 ||
		a->id == OID_EC_KEY) &&
	    (kind == KEY_SM2 || kind == KEY_EC))
		return verify(kind, digest->id, NULL, key, message, value);
	return SIGNATURE_UNSUPPORTED;
}

bool
signature_tell(struct pki_findings *f, enum pki_code code, enum signature s,
    const struct pki_algorithm *a)
{
	char name[OID_TEXT];

	oid_text(a->oid, name);
	switch (s) {
	case SIGNATURE_GOOD:
	case SIGNATURE_BAD:
		return pki_check(f, code, s == SIGNATURE_GOOD, "%s", name);
	case SIGNATURE_OTHER_KEY:
		return pki_check(f, code, false,
		    "%s, but the key is of another algorithm", name);
	case SIGNATURE_UNSUPPORTED:
		pki_find(f, code, PKI_NOT_JUDGED,
		    "%s: not supported, or the key cannot be read", name);
	}
	return false;
}
