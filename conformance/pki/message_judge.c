/* SPDX-License-Identifier: MIT */
/*
 * What is asked of signed and of enveloped data, check by check.
 */
#include "conformance/pki/message.h"

#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/buf.h"
#include "lib/mem.h"

enum { SM3_SIZE = 32, SM4_BLOCK = 16, KEY_MOST = 1024 };

/* ---- both ---- */

static bool
judge_form(const struct pki_message *m, struct pki_findings *f)
{
	char text[OID_TEXT];
	bool ones = m->version == 1, fine;

	fine = pki_check(f, PKI_MESSAGE_TYPE,
	    m->type == OID_GM_SIGNED_DATA || m->type == OID_GM_ENVELOPED_DATA,
	    "%s", oid_name(m->type));
	for (size_t i = 0; i < m->n_parties; i++)
		ones &= m->parties[i].version == 1;
	fine &=
	    pki_check(f, PKI_MESSAGE_VERSION, ones, "%u", (unsigned)m->version);
	oid_text(m->content_type, text);
	fine &= pki_check(f, PKI_MESSAGE_CONTENT_TYPE,
	    oid_of(m->content_type) == OID_GM_DATA && m->has_content, "%s%s",
	    text, m->has_content ? "" : ", and nothing is there");
	return fine;
}

static bool
is_party(const struct message_party *p, const struct pki_certificate *c)
{
	return name_equal(p->issuer, c->issuer) &&
	       span_eq(der_magnitude(p->serial), der_magnitude(c->serial));
}

/* ---- signers ---- */

const struct pki_certificate *
message_signer(const struct pki_message *m, size_t n,
    const struct message_ask *ask, struct pki_certificate *found)
{
	const struct message_party *p = &m->parties[n];

	for (size_t i = 0; i < m->n_certificates; i++)
		if (certificate_read(found, m->certificates[i], NULL) &&
		    is_party(p, found))
			return found;
	for (size_t i = 0; i < ask->n_others; i++)
		if (is_party(p, ask->others[i]))
			return ask->others[i];
	return NULL;
}

static bool
judge_digest_algorithm(const struct pki_message *m,
    const struct message_party *p, struct pki_findings *f)
{
	bool named = false;
	char text[OID_TEXT];

	for (size_t i = 0; i < m->n_digests; i++)
		named |= m->digests[i].id == p->digest.id;
	oid_text(p->digest.oid, text);
	return pki_check(f, PKI_MESSAGE_DIGEST_ALGORITHM,
	    p->digest.id == OID_SM3 && named, "%s%s", text,
	    named ? "" : ", not named at the front");
}

static bool
judge_signer_algorithm(const struct message_party *p, struct pki_findings *f)
{
	const enum oid id = p->algorithm.id;
	char text[OID_TEXT];

	oid_text(p->algorithm.oid, text);
	return pki_check(f, PKI_MESSAGE_SIGNER_ALGORITHM,
	    id == OID_SM2_SIGN || id == OID_SM2_SM3 || id == OID_SM2, "%s",
	    text);
}

/* What is signed beside the content. */
struct attributes {
	struct span type, digest;
	unsigned types, digests;
};

static struct attributes
read_attributes(const struct message_party *p, struct der_bad *bad)
{
	struct attributes a = { .types = 0 };
	struct der in = der_start(p->attributes, bad), list, one, values;

	der_enter(&in, DER_CONSTRUCTED(0), &list);
	while (der_more(&list)) {
		enum oid id;

		der_enter(&list, DER_SEQUENCE, &one);
		id = oid_of(der_take(&one, DER_OID));
		der_enter(&one, DER_SET, &values);
		if (id == OID_CONTENT_TYPE) {
			a.types++;
			a.type = der_take(&values, DER_OID);
			der_end(&values);
		} else if (id == OID_MESSAGE_DIGEST) {
			a.digests++;
			a.digest = der_take(&values, DER_OCTET_STRING);
			der_end(&values);
		}
		der_end(&one);
	}
	return a;
}

static bool
judge_attributes(const struct pki_message *m, const struct message_party *p,
    struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct attributes a;
	char digest[DIGEST_MOST];
	bool fine;
	size_t n;

	if (!p->has_attributes)
		return true;
	a = read_attributes(p, &bad);
	fine = pki_check(f, PKI_MESSAGE_ATTRIBUTES,
	    bad.fault == DER_FINE && a.types == 1 && a.digests == 1 &&
		span_eq(a.type, m->content_type),
	    "%s",
	    bad.fault != DER_FINE ? "they cannot be read"
	    : a.types != 1        ? "content-type is not there once"
	    : a.digests != 1      ? "message-digest is not there once"
	    : span_eq(a.type, m->content_type) ? ""
					       : "another content-type");
	n = digest_of(p->digest.id, m->content, digest);
	if (n == 0 || a.digests != 1)
		pki_find(f, PKI_MESSAGE_DIGEST, PKI_NOT_REACHED, "%s", "");
	else
		fine &= pki_check(f, PKI_MESSAGE_DIGEST,
		    span_eq(a.digest, (struct span){ digest, n }), "%s", "");
	return fine && n > 0;
}

/* RFC 2315 9.3: the attributes have the tag of a SET OF instead of [0]. */
static bool
judge_signature(const struct pki_message *m, const struct message_party *p,
    const struct pki_certificate *c, struct pki_findings *f)
{
	struct buf attributes;
	enum signature said;

	buf_init(&attributes, MESSAGE_MOST + 1);
	if (p->has_attributes) {
		buf_add(&attributes, SPAN("\x31"));
		buf_add(&attributes, span_skip(p->attributes, 1));
	}
	said = signature_verify_cms(&p->digest, &p->algorithm, &c->key,
	    p->has_attributes ? buf_span(&attributes) : m->content, p->value);
	buf_free(&attributes);
	return signature_tell(f, PKI_MESSAGE_SIGNATURE, said, &p->algorithm);
}

static bool
judge_signer(const struct pki_message *m, size_t n,
    const struct message_ask *ask, struct pki_findings *f)
{
	const struct message_party *p = &m->parties[n];
	struct pki_certificate found;
	const struct pki_certificate *c;
	bool fine;

	fine = judge_digest_algorithm(m, p, f);
	fine &= judge_signer_algorithm(p, f);
	fine &= judge_attributes(m, p, f);
	c = message_signer(m, n, ask, &found);
	if (!pki_check(f, PKI_MESSAGE_CERTIFICATE, c != NULL, "%s", "")) {
		pki_find(f, PKI_MESSAGE_SIGNATURE, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	fine &= pki_check(f, PKI_MESSAGE_USAGE,
	    !c->has_usage || (c->usage & (USAGE_DIGITAL_SIGNATURE |
					     USAGE_NON_REPUDIATION)) != 0,
	    "%s", "");
	return judge_signature(m, p, c, f) && fine;
}

static bool
judge_signed(const struct pki_message *m, const struct message_ask *ask,
    struct pki_findings *f)
{
	bool fine = true;

	if (ask->has_data)
		fine &= pki_check(f, PKI_MESSAGE_CONTENT,
		    m->has_content && span_eq(m->content, ask->data),
		    "%zu octets", m->content.len);
	fine &= pki_check(
	    f, PKI_MESSAGE_SIGNERS, m->n_parties > 0, "%zu", m->n_parties);
	for (size_t i = 0; i < m->n_parties; i++)
		fine &= judge_signer(m, i, ask, f);
	return fine;
}

/* ---- recipients ---- */

/* SM2Cipher ::= SEQUENCE { x, y INTEGER, hash, ciphertext OCTET STRING } */
static bool
is_sm2_cipher(struct span value)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(value, &bad), one;
	struct span x, y, hash;

	der_enter(&in, DER_SEQUENCE, &one);
	der_end(&in);
	x = der_take(&one, DER_INTEGER);
	y = der_take(&one, DER_INTEGER);
	hash = der_take(&one, DER_OCTET_STRING);
	der_take(&one, DER_OCTET_STRING);
	der_end(&one);
	return bad.fault == DER_FINE &&
	       der_lint(value.ptr, value, &bad, 1) == 0 &&
	       !der_integer_is_negative(x) && !der_integer_is_negative(y) &&
	       hash.len == SM3_SIZE;
}

static bool
judge_recipient(const struct message_party *p, struct pki_findings *f)
{
	const enum oid id = p->algorithm.id;
	char text[OID_TEXT];
	bool fine;

	oid_text(p->algorithm.oid, text);
	fine = pki_check(f, PKI_MESSAGE_KEY_ALGORITHM,
	    id == OID_SM2_ENCRYPT || id == OID_SM2, "%s", text);
	return pki_check(f, PKI_MESSAGE_KEY_FORM, is_sm2_cipher(p->value),
		   "%zu octets", p->value.len) &&
	       fine;
}

/* The initial vector is the parameter: an OCTET STRING. */
static struct span
vector_of(const struct pki_message *m)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(m->cipher.parameters, &bad);
	const struct span iv = der_take(&in, DER_OCTET_STRING);

	der_end(&in);
	return bad.fault == DER_FINE ? iv : SPAN("");
}

static bool
judge_cipher(const struct pki_message *m, struct pki_findings *f)
{
	char text[OID_TEXT];
	bool fine;

	oid_text(m->cipher.oid, text);
	fine = pki_check(f, PKI_MESSAGE_CIPHER,
	    (m->cipher.id == OID_SM4_CBC || m->cipher.id == OID_SM4) &&
		vector_of(m).len == SM4_BLOCK,
	    "%s, %zu octets", text, vector_of(m).len);
	return pki_check(f, PKI_MESSAGE_SEALED,
		   m->content.len > 0 && m->content.len % SM4_BLOCK == 0,
		   "%zu octets", m->content.len) &&
	       fine;
}

static bool
open_key(struct span pkcs8, struct span value, char key[SM4_BLOCK])
{
	const unsigned char *at = (const unsigned char *)pkcs8.ptr;
	EVP_PKEY *own = d2i_AutoPrivateKey(NULL, &at, (long)pkcs8.len);
	EVP_PKEY_CTX *ctx = own == NULL ? NULL : EVP_PKEY_CTX_new(own, NULL);
	unsigned char octets[KEY_MOST];
	size_t n = sizeof octets;
	const bool ok = ctx != NULL && value.len < KEY_MOST &&
			EVP_PKEY_decrypt_init(ctx) == 1 &&
			EVP_PKEY_decrypt(ctx, octets, &n,
			    (const unsigned char *)value.ptr, value.len) == 1 &&
			n == SM4_BLOCK;

	if (ok)
		memcpy(key, octets, SM4_BLOCK);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(own);
	ERR_clear_error();
	return ok;
}

/* Deciphers, without the padding. */
static bool
open_content(const struct pki_message *m, const char key[SM4_BLOCK],
    char *octets, size_t *n)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	unsigned char *out = (unsigned char *)octets;
	int most = 0, last = 0;
	const bool ok = EVP_DecryptInit_ex(ctx, EVP_sm4_cbc(), NULL,
			    (const unsigned char *)key,
			    (const unsigned char *)vector_of(m).ptr) == 1 &&
			EVP_DecryptUpdate(ctx, out, &most,
			    (const unsigned char *)m->content.ptr,
			    (int)m->content.len) == 1 &&
			EVP_DecryptFinal_ex(ctx, out + most, &last) == 1;

	*n = (size_t)(most + last);
	EVP_CIPHER_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

static bool
judge_opens(const struct pki_message *m, const struct message_party *p,
    const struct message_ask *ask, struct pki_findings *f)
{
	char key[SM4_BLOCK], *octets;
	const char *why = "";
	size_t n = 0;

	if (vector_of(m).len != SM4_BLOCK) {
		pki_find(f, PKI_MESSAGE_OPENS, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	octets = mem_new(m->content.len + SM4_BLOCK, 1);
	if (!open_key(ask->key, p->value, key))
		why = "the key does not open";
	else if (!open_content(m, key, octets, &n))
		why = "the padding is not right";
	else if (ask->has_data &&
		 !span_eq(ask->data, (struct span){ octets, n }))
		why = "it holds something else";
	free(octets);
	return pki_check(f, PKI_MESSAGE_OPENS, why[0] == '\0', "%s", why);
}

static bool
judge_enveloped(const struct pki_message *m, const struct message_ask *ask,
    struct pki_findings *f)
{
	const struct message_party *own = NULL;
	bool fine;

	fine = pki_check(
	    f, PKI_MESSAGE_RECIPIENTS, m->n_parties > 0, "%zu", m->n_parties);
	for (size_t i = 0; i < m->n_parties; i++) {
		fine &= judge_recipient(&m->parties[i], f);
		if (ask->recipient != NULL &&
		    is_party(&m->parties[i], ask->recipient))
			own = &m->parties[i];
	}
	fine &= judge_cipher(m, f);
	if (ask->recipient == NULL)
		return fine;
	fine &= pki_check(f, PKI_MESSAGE_RECIPIENT, own != NULL, "%s", "");
	if (own == NULL && m->n_parties == 1)
		own = &m->parties[0]; /* perhaps it opens all the same */
	if (ask->key.len > 0 && own != NULL)
		fine &= judge_opens(m, own, ask, f);
	return fine;
}

bool
message_judge(const struct pki_message *m, const struct message_ask *ask,
    struct pki_findings *f)
{
	const bool fine = judge_form(m, f);

	return (m->is_signed ? judge_signed(m, ask, f)
			     : judge_enveloped(m, ask, f)) &&
	       fine;
}
