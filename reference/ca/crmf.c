/* SPDX-License-Identifier: MIT */
#include "reference/ca/crmf.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "reference/ca/key.h"

enum {
	OBJECT = 0x06,
	BIT_STRING = 0x03,
	IMPLICIT = BER_CONTEXT,
	CONSTRUCTED = BER_CONTEXT | BER_CONSTRUCTED,
};

/* 1.3.6.1.5.5.7.5.1.5: RFC 4211 6.5 */
#define OLD_CERT_ID SPAN("\x2b\x06\x01\x05\x05\x07\x05\x01\x05")

/* ---- leaves ---- */

/*
 * A leaf, whole, as OpenSSL reads it: all of it or nothing.  Where the tag is
 * another one, it is put in place first.
 */
static void *
leaf(struct ber *b, struct span octets, int tag, const ASN1_ITEM *item)
{
	const unsigned char *p;
	struct buf copy;
	ASN1_VALUE *v;

	if (b->bad || octets.ptr == NULL || octets.len == 0) {
		b->bad = true;
		return NULL;
	}
	buf_init(&copy, CMP_MESSAGE_MOST);
	buf_add(&copy, octets);
	if (tag != 0)
		copy.data[0] = (char)tag;
	p = (const unsigned char *)copy.data;
	v = ASN1_item_d2i(NULL, &p, (long)copy.len, item);
	if (v != NULL && p != (const unsigned char *)copy.data + copy.len) {
		ASN1_item_free(v, item);
		v = NULL;
	}
	buf_free(&copy);
	b->bad = b->bad || v == NULL;
	return v;
}

/* Likewise, when the next element has that tag; it becomes "real". */
static void *
optional(struct ber *b, unsigned tag, int real, const ASN1_ITEM *item)
{
	return ber_is(b, tag) ? leaf(b, ber_element(b), real, item) : NULL;
}

/* A CHOICE cannot be tagged but explicitly. */
static void *
choice(struct ber *b, unsigned n, const ASN1_ITEM *item)
{
	struct ber inner;
	void *v;

	if (!ber_is(b, CONSTRUCTED | n))
		return NULL;
	inner = ber_enter(b, CONSTRUCTED | n);
	v = leaf(&inner, ber_element(&inner), 0, item);
	b->bad = b->bad || inner.bad || inner.rest.len > 0;
	return v;
}

/* ---- CertTemplate: RFC 4211 5 ---- */

static void
read_validity(struct ber *b, struct crmf_template *t)
{
	struct ber v;

	if (!ber_is(b, CONSTRUCTED | 4))
		return;
	v = ber_enter(b, CONSTRUCTED | 4);
	t->from = choice(&v, 0, ASN1_ITEM_rptr(ASN1_TIME));
	t->until = choice(&v, 1, ASN1_ITEM_rptr(ASN1_TIME));
	b->bad = b->bad || v.bad || v.rest.len > 0;
}

bool
crmf_read_template(struct span octets, struct crmf_template *t)
{
	struct ber whole = ber_of(octets), b = ber_enter(&whole, BER_SEQUENCE);

	*t = (struct crmf_template){ 0 };
	(void)ber_optional(&b, IMPLICIT | 0); /* version */
	t->serial = optional(
	    &b, IMPLICIT | 1, BER_INTEGER, ASN1_ITEM_rptr(ASN1_INTEGER));
	(void)ber_optional(&b, CONSTRUCTED | 2); /* signingAlg */
	t->issuer = choice(&b, 3, ASN1_ITEM_rptr(X509_NAME));
	read_validity(&b, t);
	t->subject = choice(&b, 5, ASN1_ITEM_rptr(X509_NAME));
	t->key = optional(
	    &b, CONSTRUCTED | 6, BER_SEQUENCE, ASN1_ITEM_rptr(X509_PUBKEY));
	(void)ber_optional(&b, IMPLICIT | 7); /* unique identifiers */
	(void)ber_optional(&b, IMPLICIT | 8);
	t->extensions = optional(
	    &b, CONSTRUCTED | 9, BER_SEQUENCE, ASN1_ITEM_rptr(X509_EXTENSIONS));
	if (!b.bad && b.rest.len == 0 && whole.rest.len == 0)
		return true;
	crmf_free_template(t);
	return false;
}

void
crmf_free_template(struct crmf_template *t)
{
	ASN1_INTEGER_free(t->serial);
	X509_NAME_free(t->issuer);
	X509_NAME_free(t->subject);
	ASN1_TIME_free(t->from);
	ASN1_TIME_free(t->until);
	X509_PUBKEY_free(t->key);
	sk_X509_EXTENSION_pop_free(t->extensions, X509_EXTENSION_free);
	*t = (struct crmf_template){ 0 };
}

/* ---- CertReqMsg: RFC 4211 3 ---- */

/* CertId: a directory name, and a number. */
static void
read_old(struct ber *b, struct crmf_request *r)
{
	struct ber id = ber_enter(b, BER_SEQUENCE);

	if (r->old_serial != NULL) {
		b->bad = true;
		return;
	}
	r->old_issuer = choice(&id, 4, ASN1_ITEM_rptr(X509_NAME));
	r->old_serial =
	    optional(&id, BER_INTEGER, 0, ASN1_ITEM_rptr(ASN1_INTEGER));
	b->bad = b->bad || id.bad || r->old_issuer == NULL ||
		 r->old_serial == NULL || id.rest.len > 0;
}

static void
read_controls(struct ber *b, struct crmf_request *r)
{
	struct ber all, one;

	if (!ber_is(b, BER_SEQUENCE))
		return;
	all = ber_enter(b, BER_SEQUENCE);
	while (ber_more(&all)) {
		one = ber_enter(&all, BER_SEQUENCE);
		if (span_eq(ber_octets(&one, OBJECT), OLD_CERT_ID))
			read_old(&one, r);
		ber_leave(&all, &one);
	}
	b->bad = b->bad || all.bad;
}

static void
read_wanted(struct ber *b, struct crmf_request *r)
{
	struct ber c;

	r->signed_part = ber_element(b);
	c = ber_of(r->signed_part);
	c = ber_enter(&c, BER_SEQUENCE);
	r->id = ber_integer(&c, BER_INTEGER, INT32_MIN, INT32_MAX);
	if (!crmf_read_template(ber_element(&c), &r->wanted))
		b->bad = true;
	read_controls(&c, r);
	b->bad = b->bad || c.bad || c.rest.len > 0;
}

/* POPOSigningKey: RFC 4211 4.1 */
static void
read_signature(struct ber *b, struct crmf_request *r)
{
	struct ber s = ber_enter(b, CONSTRUCTED | 1);
	struct span bits;

	r->pop = CRMF_POP_SIGNATURE;
	r->pop_input = ber_optional(&s, CONSTRUCTED | 0).ptr != NULL;
	r->pop_algorithm =
	    leaf(&s, ber_element(&s), 0, ASN1_ITEM_rptr(X509_ALGOR));
	bits = ber_octets(&s, BIT_STRING);
	b->bad = b->bad || s.bad || s.rest.len > 0 || bits.len == 0;
	if (!b->bad)
		r->signature = span_skip(bits, 1);
}

static void
read_pop(struct ber *b, struct crmf_request *r)
{
	const unsigned tag = ber_peek(b);

	if (tag == (CONSTRUCTED | 1)) {
		read_signature(b, r);
	} else if (tag == (IMPLICIT | 0)) {
		r->pop = CRMF_POP_RA_VERIFIED;
		(void)ber_element(b);
	} else if ((tag & BER_CONTEXT) != 0) {
		r->pop = CRMF_POP_OTHER;
		(void)ber_element(b);
	}
}

bool
crmf_read(struct span octets, struct crmf_request *r)
{
	struct ber whole = ber_of(octets), b = ber_enter(&whole, BER_SEQUENCE);

	*r = (struct crmf_request){ .pop = CRMF_POP_NONE };
	read_wanted(&b, r);
	read_pop(&b, r);
	(void)ber_optional(&b, BER_SEQUENCE); /* regInfo */
	if (!b.bad && b.rest.len == 0)
		return true;
	crmf_free(r);
	return false;
}

bool
crmf_read_p10(struct span octets, struct crmf_request *r)
{
	struct ber b = ber_of(octets);
	X509_REQ *q = leaf(&b, octets, 0, ASN1_ITEM_rptr(X509_REQ));

	*r = (struct crmf_request){ .id = -1, .p10 = q };
	if (q == NULL)
		return false;
	r->wanted.subject = X509_NAME_dup(X509_REQ_get_subject_name(q));
	r->wanted.key = X509_PUBKEY_dup(X509_REQ_get_X509_PUBKEY(q));
	r->wanted.extensions = X509_REQ_get_extensions(q);
	return true;
}

void
crmf_free(struct crmf_request *r)
{
	crmf_free_template(&r->wanted);
	ASN1_INTEGER_free(r->old_serial);
	X509_NAME_free(r->old_issuer);
	X509_ALGOR_free(r->pop_algorithm);
	X509_REQ_free(r->p10);
	*r = (struct crmf_request){ 0 };
}

/* ---- proof of possession ---- */

/* The digest that goes with a signature algorithm, if it goes with the key. */
static const EVP_MD *
digest_of(const X509_ALGOR *algorithm, EVP_PKEY *key)
{
	const ASN1_OBJECT *oid;
	int digest, kind;

	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	if (!OBJ_find_sigid_algs(OBJ_obj2nid(oid), &digest, &kind))
		return NULL;
	if (EVP_PKEY_is_a(key, "SM2"))
		return OBJ_obj2nid(oid) == NID_SM2_with_SM3 ? EVP_sm3() : NULL;
	if (digest != NID_sha256 && digest != NID_sha384 &&
	    digest != NID_sha512)
		return NULL;
	return (EVP_PKEY_is_a(key, "EC") && kind == NID_X9_62_id_ecPublicKey) ||
		       (EVP_PKEY_is_a(key, "RSA") && kind == NID_rsaEncryption)
		   ? EVP_get_digestbynid(digest)
		   : NULL;
}

bool
crmf_signed(const X509_ALGOR *algorithm, EVP_PKEY *key, struct span what,
    struct span signature)
{
	const EVP_MD *digest = digest_of(algorithm, key);

	return digest != NULL && ca_verify_by(key, digest, what, signature);
}

/* SM2 is verified under the identifier. */
static bool
p10_proven(X509_REQ *q, EVP_PKEY *key)
{
	const X509_ALGOR *algorithm;
	const ASN1_BIT_STRING *bits;
	unsigned char *der = NULL;
	int n;
	bool ok;

	X509_REQ_get0_signature(q, &bits, &algorithm);
	n = i2d_re_X509_REQ_tbs(q, &der);
	ok = n > 0 &&
	     crmf_signed(algorithm, key,
		 (struct span){ (const char *)der, (size_t)n },
		 (struct span){ (const char *)ASN1_STRING_get0_data(bits),
		     (size_t)ASN1_STRING_length(bits) });
	OPENSSL_free(der);
	return ok;
}

/* poposkInput is for templates without a subject or a key: RFC 4211 4.1. */
bool
crmf_proven(struct crmf_request *r)
{
	EVP_PKEY *key = X509_PUBKEY_get0(r->wanted.key);

	if (key == NULL)
		return false;
	if (r->p10 != NULL)
		return p10_proven(r->p10, key);
	return r->pop == CRMF_POP_SIGNATURE && !r->pop_input &&
	       crmf_signed(r->pop_algorithm, key, r->signed_part, r->signature);
}
