/* SPDX-License-Identifier: MIT */
#include "conformance/client/cmp.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <string.h>

#include "conformance/client/key.h"
#include "conformance/pki/cmp.h"

enum { PART_MOST = 64 << 10, ROUNDS = 1000 };

/* clang-format off */
#define NULL_PARAMETERS SPAN_INIT("\x05\x00")
static const struct span oid_old_certificate = /* 1.3.6.1.5.5.7.5.1.5 */
    SPAN_INIT("\x2b\x06\x01\x05\x05\x07\x05\x01\x05");
/* clang-format on */

/* ---- writing DER ---- */

/* An element is begun, filled, and given its length at its end. */
static size_t
begin(struct buf *b, unsigned tag)
{
	const char octet = (char)tag;

	buf_add(b, (struct span){ &octet, 1 });
	return b->len;
}

static void
end(struct buf *b, size_t mark)
{
	const size_t n = b->len - mark;
	char length[5];
	size_t digits = 0;

	for (size_t i = n; n > 127 && i > 0; i >>= 8)
		digits++;
	length[0] = (char)(digits == 0 ? n : 0x80 | digits);
	for (size_t i = 0; i < digits; i++)
		length[1 + i] = (char)(n >> 8 * (digits - 1 - i));
	buf_add(b, (struct span){ length, 1 + digits });
	if (b->full)
		return;
	memmove(b->data + mark + 1 + digits, b->data + mark, n);
	memcpy(b->data + mark, length, 1 + digits);
}

static void
put(struct buf *b, unsigned tag, struct span content)
{
	const size_t mark = begin(b, tag);

	buf_add(b, content);
	end(b, mark);
}

static void
put_oid(struct buf *b, enum oid id)
{
	put(b, DER_OID, oid_content(id));
}

static void
put_number(struct buf *b, int32_t n)
{
	char octets[5];
	size_t at = 5;

	do {
		octets[--at] = (char)n;
		n >>= 8;
	} while (at > 1 && n != 0 && n != -1);
	if (n == 0 && (octets[at] & 0x80) != 0)
		octets[--at] = 0;
	put(b, DER_INTEGER, (struct span){ octets + at, 5 - at });
}

static void
put_bits(struct buf *b, struct span octets)
{
	const size_t mark = begin(b, DER_BIT_STRING);

	buf_add(b, SPAN("\0"));
	buf_add(b, octets);
	end(b, mark);
}

/* [n] around an OCTET STRING, unless there is nothing. */
static void
put_octets(struct buf *b, unsigned n, struct span octets)
{
	size_t mark;

	if (octets.len == 0)
		return;
	mark = begin(b, DER_CONSTRUCTED(n));
	put(b, DER_OCTET_STRING, octets);
	end(b, mark);
}

static void
put_algorithm(struct buf *b, enum oid id, struct span parameters)
{
	const size_t mark = begin(b, DER_SEQUENCE);

	put_oid(b, id);
	buf_add(b, parameters);
	end(b, mark);
}

/* GeneralName: directoryName. */
static void
put_name(struct buf *b, struct span name)
{
	const size_t mark = begin(b, DER_CONSTRUCTED(GENERAL_DIRECTORY));

	buf_add(b, name.len == 0 ? SPAN("\x30\0") : name);
	end(b, mark);
}

static void
put_attribute(struct buf *b, enum oid id, const char *value)
{
	const size_t set = begin(b, DER_SET);
	const size_t one = begin(b, DER_SEQUENCE);

	put_oid(b, id);
	put(b, DER_UTF8, span_of(value));
	end(b, one);
	end(b, set);
}

void
cmp_name(const char *common_name, const char *unit, struct buf *name)
{
	const size_t all = begin(name, DER_SEQUENCE);

	if (unit != NULL)
		put_attribute(name, OID_UNIT, unit);
	put_attribute(name, OID_COMMON_NAME, common_name);
	end(name, all);
}

/* ---- keys ---- */

bool
cmp_self_signed(EVP_PKEY *key, const char *common_name, struct buf *der)
{
	X509 *x = X509_new();
	unsigned char *octets = NULL;
	X509_NAME *name = X509_get_subject_name(x);
	int n = -1;

	if (X509_set_version(x, X509_VERSION_3) == 1 &&
	    ASN1_INTEGER_set_int64(X509_get_serialNumber(x), 0x5eed) == 1 &&
	    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
		(const unsigned char *)common_name, -1, -1, 0) == 1 &&
	    X509_set_issuer_name(x, name) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(x), -3600) != NULL &&
	    X509_gmtime_adj(X509_getm_notAfter(x), 86400) != NULL &&
	    X509_set_pubkey(x, key) == 1 && X509_sign(x, key, EVP_sha256()) > 0)
		n = i2d_X509(x, &octets);
	if (n > 0)
		buf_add(der, (struct span){ (const char *)octets, (size_t)n });
	OPENSSL_free(octets);
	X509_free(x);
	ERR_clear_error();
	return n > 0;
}

/* ---- signatures ---- */

/* clang-format off */
static const struct scheme {
	const char	*type;	/* OpenSSL's name */
	enum oid	 id;
	struct span	 parameters;
} schemes[] = {
	{ "EC",  OID_ECDSA_SHA256, SPAN_INIT("") },
	{ "SM2", OID_SM2_SM3,	  SPAN_INIT("") },
	{ "RSA", OID_RSA_SHA256,	  NULL_PARAMETERS },
};
/* clang-format on */

static const struct scheme *
scheme_of(const EVP_PKEY *key)
{
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (key != NULL && EVP_PKEY_is_a(key, schemes[i].type))
			return &schemes[i];
	return NULL;
}

/* Still of the form that it had, but another number. */
static void
spoil(struct buf *bits)
{
	if (bits->len > 0)
		bits->data[bits->len - 1] ^= 1;
}

/* The algorithm of the key, and the signature as a BIT STRING. */
static bool
put_signature(
    struct buf *b, EVP_PKEY *key, EVP_PKEY *by, struct span data, bool spoilt)
{
	const struct scheme *s = scheme_of(key);
	struct buf signature;
	bool ok;

	buf_init(&signature, 1024);
	ok = s != NULL && key_sign(by, data, &signature);
	if (ok) {
		if (spoilt)
			spoil(&signature);
		put_algorithm(b, s->id, s->parameters);
		put_bits(b, buf_span(&signature));
	}
	buf_free(&signature);
	return ok;
}

/* By the key itself, or one that is like it and nobody's. */
static bool
put_proof(struct buf *b, const struct cmp_message *m, struct span data)
{
	EVP_PKEY *other = NULL;
	bool ok;

	if (m->pop == CMP_POP_OTHER_KEY)
		other = key_new(EVP_PKEY_is_a(m->key, "SM2")   ? OWN_SM2
				: EVP_PKEY_is_a(m->key, "RSA") ? OWN_RSA
							       : OWN_P256);
	ok = put_signature(b, m->key, other == NULL ? m->key : other, data,
	    m->pop == CMP_POP_WRONG);
	EVP_PKEY_free(other);
	return ok;
}

/* ---- bodies ---- */

static bool
put_key(struct buf *b, unsigned tag, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	const int n = key == NULL ? -1 : i2d_PUBKEY(key, &der);

	if (n > 0) {
		der[0] = (unsigned char)tag;
		buf_add(b, (struct span){ (const char *)der, (size_t)n });
	}
	OPENSSL_free(der);
	return n > 0;
}

/* Controls of RFC 4211 6.5: oldCertID. */
static void
put_old(struct buf *b, const struct cmp_message *m)
{
	size_t all, one, id;

	if (m->serial.len == 0)
		return;
	all = begin(b, DER_SEQUENCE);
	one = begin(b, DER_SEQUENCE);
	put(b, DER_OID, oid_old_certificate);
	id = begin(b, DER_SEQUENCE);
	put_name(b, m->issuer);
	put(b, DER_INTEGER, m->serial);
	end(b, id);
	end(b, one);
	end(b, all);
}

/* CertRequest, and the proof that it is ours to make. */
static bool
put_requests(struct buf *b, const struct cmp_message *m)
{
	const size_t all = begin(b, DER_SEQUENCE);
	const size_t one = begin(b, DER_SEQUENCE);
	const size_t request = begin(b, DER_SEQUENCE);
	size_t inner = 0, mark;
	struct buf whole;
	bool ok;

	put_number(b, m->id);
	mark = begin(b, DER_SEQUENCE);
	inner = begin(b, DER_CONSTRUCTED(5)); /* a Name is a CHOICE */
	buf_add(b, m->subject.len == 0 ? SPAN("\x30\0") : m->subject);
	end(b, inner);
	ok = put_key(b, DER_CONSTRUCTED(6), m->key);
	end(b, mark);
	put_old(b, m);
	end(b, request);

	buf_init(&whole, PART_MOST);
	if (!b->full)
		buf_add(&whole, (struct span){ b->data + request - 1,
				    b->len - request + 1 });
	if (m->pop == CMP_POP_RA_VERIFIED) {
		put(b, DER_CONTEXT(0), SPAN(""));
	} else if (m->pop != CMP_POP_ABSENT) {
		mark = begin(b, DER_CONSTRUCTED(1));
		ok = ok && put_proof(b, m, buf_span(&whole));
		end(b, mark);
	}
	buf_free(&whole);
	end(b, one);
	end(b, all);
	return ok;
}

static bool
put_pkcs10(struct buf *b, const struct cmp_message *m)
{
	const size_t all = begin(b, DER_SEQUENCE);
	const size_t info = begin(b, DER_SEQUENCE);
	struct buf whole;
	bool ok;

	put_number(b, 0);
	buf_add(b, m->subject.len == 0 ? SPAN("\x30\0") : m->subject);
	ok = put_key(b, DER_SEQUENCE, m->key);
	put(b, DER_CONSTRUCTED(0), SPAN(""));
	end(b, info);
	buf_init(&whole, PART_MOST);
	if (!b->full)
		buf_add(&whole,
		    (struct span){ b->data + info - 1, b->len - info + 1 });
	ok = ok && put_proof(b, m, buf_span(&whole));
	buf_free(&whole);
	end(b, all);
	return ok;
}

/* RevDetails: a template of issuer and serial number, and the reason. */
static bool
put_revocation(struct buf *b, const struct cmp_message *m)
{
	const size_t all = begin(b, DER_SEQUENCE);
	const size_t one = begin(b, DER_SEQUENCE);
	const size_t template = begin(b, DER_SEQUENCE);
	size_t list, extension, value, mark;
	const char reason = (char)m->reason;

	put(b, DER_CONTEXT(1), m->serial);
	mark = begin(b, DER_CONSTRUCTED(3));
	buf_add(b, m->issuer);
	end(b, mark);
	end(b, template);
	if (m->reason != CMP_NO_REASON) {
		list = begin(b, DER_SEQUENCE);
		extension = begin(b, DER_SEQUENCE);
		put_oid(b, OID_REASON);
		value = begin(b, DER_OCTET_STRING);
		put(b, DER_ENUMERATED, (struct span){ &reason, 1 });
		end(b, value);
		end(b, extension);
		end(b, list);
	}
	end(b, one);
	end(b, all);
	return true;
}

/*
 * "the hash of the certificate, using the same hash algorithm as is used to
 * create and verify the certificate signature" (RFC 4210 F)
 */
static bool
hash_of(struct span der, struct buf *hash)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	X509 *x = der.len == 0 ? NULL : d2i_X509(NULL, &p, (long)der.len);
	int digest = NID_undef;
	const EVP_MD *md = EVP_sha256();
	unsigned char out[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	bool ok = x != NULL;

	if (ok &&
	    OBJ_find_sigid_algs(X509_get_signature_nid(x), &digest, NULL) ==
		1 &&
	    EVP_get_digestbynid(digest) != NULL)
		md = EVP_get_digestbynid(digest);
	ok = ok && EVP_Digest(der.ptr, der.len, out, &n, md, NULL) == 1;
	if (ok)
		buf_add(hash, (struct span){ (const char *)out, n });
	X509_free(x);
	ERR_clear_error();
	return ok;
}

static bool
put_confirmation(struct buf *b, const struct cmp_message *m)
{
	const size_t all = begin(b, DER_SEQUENCE);
	const size_t one = begin(b, DER_SEQUENCE);
	struct buf hash;
	size_t mark;
	bool ok;

	buf_init(&hash, EVP_MAX_MD_SIZE);
	ok = hash_of(m->confirmed, &hash);
	if (m->wrong_hash)
		spoil(&hash);
	put(b, DER_OCTET_STRING, buf_span(&hash));
	put_number(b, m->id);
	if (m->rejected) {
		mark = begin(b, DER_SEQUENCE);
		put_number(b, CMP_REJECTION);
		end(b, mark);
	}
	buf_free(&hash);
	end(b, one);
	end(b, all);
	return ok;
}

static bool
put_poll(struct buf *b, const struct cmp_message *m)
{
	const size_t all = begin(b, DER_SEQUENCE);
	const size_t one = begin(b, DER_SEQUENCE);

	put_number(b, m->id);
	end(b, one);
	end(b, all);
	return true;
}

static bool
put_body(struct buf *b, const struct cmp_message *m)
{
	const size_t mark = begin(b, DER_CONSTRUCTED(m->body));
	bool ok = true;

	switch (m->body) {
	case CMP_IR:
	case CMP_CR:
	case CMP_KUR:
		ok = put_requests(b, m);
		break;
	case CMP_P10CR:
		ok = put_pkcs10(b, m);
		break;
	case CMP_RR:
		ok = put_revocation(b, m);
		break;
	case CMP_CERTCONF:
		ok = put_confirmation(b, m);
		break;
	case CMP_POLLREQ:
		ok = put_poll(b, m);
		break;
	default:
		put(b, DER_NULL, SPAN(""));
	}
	end(b, mark);
	return ok;
}

/* ---- header and protection ---- */

static void
put_mac_algorithm(struct buf *b, struct span salt)
{
	const size_t all = begin(b, DER_SEQUENCE);
	size_t parameters;

	put_oid(b, OID_PASSWORD_MAC);
	parameters = begin(b, DER_SEQUENCE);
	put(b, DER_OCTET_STRING, salt);
	put_algorithm(b, OID_SHA256, SPAN(""));
	put_number(b, ROUNDS);
	put_algorithm(b, OID_HMAC_SHA256, SPAN("\x05\0"));
	end(b, parameters);
	end(b, all);
}

static void
put_header(struct buf *b, const struct cmp_message *m, struct span salt)
{
	const struct scheme *s = scheme_of(m->signer);
	const size_t all = begin(b, DER_SEQUENCE);
	size_t mark, list, one;

	put_number(b, m->version == 0 ? 2 : (int32_t)m->version);
	put_name(b, m->sender);
	put_name(b, m->recipient);
	if (m->protection != CMP_UNPROTECTED) {
		mark = begin(b, DER_CONSTRUCTED(1));
		if (m->secret.len > 0)
			put_mac_algorithm(b, salt);
		else if (s != NULL)
			put_algorithm(b, s->id, s->parameters);
		end(b, mark);
	}
	put_octets(b, 2, m->kid);
	put_octets(b, 4, m->transaction);
	put_octets(b, 5, m->nonce);
	put_octets(b, 6, m->back);
	if (m->implicit) {
		mark = begin(b, DER_CONSTRUCTED(8));
		list = begin(b, DER_SEQUENCE);
		one = begin(b, DER_SEQUENCE);
		put_oid(b, OID_IMPLICIT_CONFIRM);
		put(b, DER_NULL, SPAN(""));
		end(b, one);
		end(b, list);
		end(b, mark);
	}
	end(b, all);
}

/* RFC 4210 5.1.3.1 */
static bool
mac(const struct cmp_message *m, struct span salt, struct span data,
    struct buf *bits)
{
	unsigned char key[EVP_MAX_MD_SIZE], out[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	struct buf salted;
	bool ok;

	buf_init(&salted, m->secret.len + salt.len + 1);
	buf_add(&salted, m->secret);
	buf_add(&salted, salt);
	ok = EVP_Digest(salted.data, salted.len, key, &n, EVP_sha256(), NULL) ==
	     1;
	for (int i = 1; ok && i < ROUNDS; i++)
		ok = EVP_Digest(key, n, key, &n, EVP_sha256(), NULL) == 1;
	ok = ok &&
	     HMAC(EVP_sha256(), key, (int)n, (const unsigned char *)data.ptr,
		 data.len, out, &n) != NULL;
	if (ok)
		buf_add(bits, (struct span){ (const char *)out, n });
	OPENSSL_cleanse(key, sizeof key);
	OPENSSL_cleanse(salted.data, salted.len);
	buf_free(&salted);
	return ok;
}

static bool
put_protection(struct buf *b, const struct cmp_message *m, struct span salt,
    struct span covered)
{
	struct buf bits, data;
	size_t mark;
	bool ok;

	if (m->protection == CMP_UNPROTECTED)
		return true;
	buf_init(&data, PART_MOST);
	put(&data, DER_SEQUENCE, covered);
	buf_init(&bits, 1024);
	ok = m->secret.len > 0 ? mac(m, salt, buf_span(&data), &bits)
			       : key_sign(m->signer, buf_span(&data), &bits);
	if (m->protection == CMP_SPOILT)
		spoil(&bits);
	mark = begin(b, DER_CONSTRUCTED(0));
	put_bits(b, buf_span(&bits));
	end(b, mark);
	buf_free(&bits);
	buf_free(&data);
	return ok;
}

bool
cmp_compose(const struct cmp_message *m, struct buf *der)
{
	char octets[16];
	const struct span salt = { octets, sizeof octets };
	struct buf covered;
	size_t all, mark, list;
	bool ok = RAND_bytes((unsigned char *)octets, sizeof octets) == 1;

	buf_init(&covered, PART_MOST);
	put_header(&covered, m, salt);
	ok = put_body(&covered, m) && ok;
	all = begin(der, DER_SEQUENCE);
	buf_add(der, buf_span(&covered));
	ok = put_protection(der, m, salt, buf_span(&covered)) && ok;
	if (m->certificate.len > 0) {
		mark = begin(der, DER_CONSTRUCTED(1));
		list = begin(der, DER_SEQUENCE);
		buf_add(der, m->certificate);
		end(der, list);
		end(der, mark);
	}
	end(der, all);
	buf_free(&covered);
	return ok && !der->full;
}
