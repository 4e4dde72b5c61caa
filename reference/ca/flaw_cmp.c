/* SPDX-License-Identifier: MIT */
#include "reference/ca/flaw_cmp.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

/* ---- what is taken ---- */

/* By its reference value; else by the name that stands first. */
const struct world_person *
ca_flaw_cmp_anybody(const struct cmp *c)
{
	const struct world *w = c->ca->world;

	for (size_t i = 0; w != NULL && i < w->n_people; i++)
		if (span_eq(span_of(w->people[i].user), c->in.sender_kid))
			return &w->people[i];
	return w == NULL || w->n_people == 0 ? NULL : &w->people[0];
}

bool
ca_flaw_cmp_takes_signer(struct cmp *c, X509 *x)
{
	if (x == NULL || c->ca->fault != FAULT_CMP_SIGNER_UNTRUSTED)
		return false;
	c->client.person = ca_flaw_cmp_anybody(c);
	return c->client.person != NULL;
}

bool
ca_flaw_cmp_takes_status(enum fault fault, const struct store_ca_certificate *c)
{
	if (c->confirm.us != 0)
		return false;
	return c->status == STORE_CA_GOOD ||
	       fault == FAULT_CMP_KUR_REVOKED_TAKEN ||
	       (fault == FAULT_CMP_HELD_SIGNS && c->status == STORE_CA_HELD);
}

bool
ca_flaw_cmp_refuses(enum fault fault, int body)
{
	return (fault == FAULT_CMP_IR_REFUSED && body == CMP_IR) ||
	       (fault == FAULT_CMP_P10_REFUSED && body == CMP_P10CR) ||
	       (fault == FAULT_CMP_KUR_REFUSED && body == CMP_KUR);
}

bool
ca_flaw_cmp_says_no(enum fault fault, int body)
{
	return (fault == FAULT_CMP_CONFIRM_REFUSED && body == CMP_CERTCONF) ||
	       (fault == FAULT_CMP_POLL_NEVER && body == CMP_POLLREQ) ||
	       (fault == FAULT_CMP_RR_REFUSED && body == CMP_RR);
}

bool
ca_flaw_cmp_takes_proof(enum fault fault, const struct crmf_request *r)
{
	if (r->p10 != NULL)
		return fault == FAULT_CMP_P10_UNCHECKED;
	switch (r->pop) {
	case CRMF_POP_NONE:
		return fault == FAULT_CMP_POP_ABSENT;
	case CRMF_POP_RA_VERIFIED:
		return fault == FAULT_CMP_POP_RA_VERIFIED;
	case CRMF_POP_SIGNATURE:
		return fault == FAULT_CMP_POP_UNCHECKED ||
		       fault == FAULT_CMP_POP_OTHER_KEY;
	default:
		return false;
	}
}

/* ---- what is given ---- */

EVP_PKEY *
ca_flaw_cmp_key(enum fault fault, enum ca_algorithm a, X509 *old)
{
	if (fault == FAULT_CMP_KEY_OTHER)
		return ca_key_new(a, 0);
	if (fault == FAULT_CMP_KUR_OLD_KEY && old != NULL)
		return X509_get_pubkey(old);
	return NULL;
}

static void
add(X509_NAME *name, const char *field, const char *value)
{
	X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
	    (const unsigned char *)value, -1, -1, 0);
}

static X509_NAME *
somebody_else(void)
{
	X509_NAME *name = X509_NAME_new();

	add(name, "CN", "somebody else");
	return name;
}

void
ca_flaw_cmp_request(
    const struct cmp *c, X509 *old, struct ca_request *r, X509_NAME **other)
{
	const enum fault fault = c->ca->fault;

	*other = NULL;
	if (fault == FAULT_CMP_SUBJECT_OTHER ||
	    (fault == FAULT_CMP_KUR_SUBJECT && old != NULL))
		r->whole = *other = somebody_else();
	if (c->ca->variant == VARIANT_CMP_WITH_MODS && old == NULL &&
	    r->whole != NULL) {
		r->whole = *other = X509_NAME_dup(r->whole);
		add(*other, "O", "Yanshou reference");
	}
	if (fault == FAULT_CMP_KUR_ENDS_EARLY && old != NULL)
		r->until = (time_t)(c->now.us / 1000000) + 86400;
}

static bool
sign_again(const struct ca *ca, enum ca_algorithm a, X509 *x)
{
	EVP_MD_CTX *ctx = ca_signer_new(ca->signers[a][CA_ISSUING].key);
	const bool ok = ctx != NULL && X509_sign_ctx(x, ctx) > 0;

	ca_signer_free(ctx);
	return ok;
}

/* The last octet of the signature is another one. */
static bool
spoil(X509 **x)
{
	const unsigned char *p;
	unsigned char *der = NULL;
	const int n = i2d_X509(*x, &der);

	if (n < 1)
		return false;
	der[n - 1] ^= 1;
	p = der;
	X509_free(*x);
	*x = d2i_X509(NULL, &p, n);
	OPENSSL_free(der);
	return *x != NULL;
}

bool
ca_flaw_cmp_given(const struct ca *ca, enum ca_algorithm a, X509 **x)
{
	if (ca->fault == FAULT_CMP_CERTIFICATE_UNSIGNED)
		return spoil(x);
	return ca->fault != FAULT_CMP_SERIAL_SAME ||
	       (ASN1_INTEGER_set(X509_get_serialNumber(*x), 42) == 1 &&
		   sign_again(ca, a, *x));
}

bool
ca_flaw_cmp_confirms(enum fault fault)
{
	return fault == FAULT_CMP_CONFIRM_UNCHECKED ||
	       fault == FAULT_CMP_SERIAL_SAME ||
	       fault == FAULT_CMP_CERTIFICATE_UNSIGNED;
}

/* ---- how it is said ---- */

void
ca_flaw_cmp_nonce(enum fault fault, unsigned char nonce[STORE_CMP_NONCE])
{
	if (fault == FAULT_CMP_NONCE_SAME)
		memset(nonce, 0x2a, STORE_CMP_NONCE);
	if (fault == FAULT_CMP_NONCE_SHORT)
		memset(nonce + STORE_CMP_NONCE / 2, 0, STORE_CMP_NONCE / 2);
}

void
ca_flaw_cmp_body(struct cmp *c)
{
	if (c->ca->fault == FAULT_CMP_BODY_OTHER && c->body == CMP_IP)
		c->body = CMP_CP;
}

bool
ca_flaw_cmp_signs(
    const struct cmp *c, EVP_PKEY *key, struct span what, struct buf *signature)
{
	EVP_MD_CTX *ctx;
	unsigned char sig[256];
	size_t n = sizeof sig;
	bool ok;

	if (c->ca->fault != FAULT_CMP_SM2_UNIDENTIFIED ||
	    !EVP_PKEY_is_a(key, "SM2"))
		return false;
	ctx = EVP_MD_CTX_new();
	ok = EVP_DigestSignInit(ctx, NULL, EVP_sm3(), NULL, key) == 1 &&
	     EVP_DigestSign(
		 ctx, sig, &n, (const unsigned char *)what.ptr, what.len) == 1;
	if (ok)
		buf_add(signature, (struct span){ (const char *)sig, n });
	EVP_MD_CTX_free(ctx);
	return ok;
}

void
ca_flaw_cmp_bits(const struct cmp *c, struct buf *bits)
{
	const bool mac = c->client.by_mac && c->client.person != NULL;

	if (bits->len > 0 &&
	    ((c->ca->fault == FAULT_CMP_MAC_WRONG && mac) ||
		(c->ca->fault == FAULT_CMP_SIGNATURE_WRONG && !mac)))
		bits->data[bits->len - 1] ^= 1;
}

/* Where a MAC says that they are ours: RFC 4210 5.3.2. */
void
ca_oddity_cmp_certificates(const struct cmp *c, const struct ber_out *o)
{
	X509 *root = c->ca->signers[c->algorithm][CA_ROOT].cert;
	unsigned char *der = NULL;
	size_t tag;
	int n;

	if (c->ca->variant != VARIANT_CMP_CA_CERTIFICATES ||
	    c->body != CMP_IP || !c->client.by_mac)
		return;
	n = i2d_X509(root, &der);
	tag = ber_begin(o, BER_CONTEXT | BER_CONSTRUCTED | 1);
	ber_put_octets(o, BER_SEQUENCE,
	    (struct span){ (const char *)der, n < 0 ? 0 : (size_t)n });
	ber_end(o, tag);
	OPENSSL_free(der);
}

/* A text, and besides implicitConfirm a type that is an example's: 2.999.1 */
void
ca_oddity_cmp_info(const struct cmp *c, const struct ber_out *o)
{
	const unsigned context = BER_CONTEXT | BER_CONSTRUCTED;
	size_t tag, all;

	if (c->ca->variant != VARIANT_CMP_TALKATIVE)
		return;
	tag = ber_begin(o, context | 7);
	all = ber_begin(o, BER_SEQUENCE);
	ber_put_octets(o, 0x0c, SPAN("您好"));
	ber_end(o, all);
	ber_end(o, tag);
	tag = ber_begin(o, context | 8);
	all = ber_begin(o, BER_SEQUENCE);
	ber_put_octets(
	    o, BER_SEQUENCE, SPAN("\x06\x03\x88\x37\x01\x02\x01\x2a"));
	if (c->implicit)
		buf_add(o->to, CMP_IMPLICIT_CONFIRM);
	ber_end(o, all);
	ber_end(o, tag);
}

/* 30 82 xx xx becomes 30 83 00 xx xx: X.690 10.1 */
void
ca_flaw_cmp_served(enum fault fault, struct buf *answer)
{
	struct buf all;

	if (fault != FAULT_CMP_DER || answer->len < 4 ||
	    (unsigned char)answer->data[1] != 0x82)
		return;
	buf_init(&all, answer->len + 1);
	buf_add(&all, SPAN("\x30\x83\x00"));
	buf_add(&all, span_skip(buf_span(answer), 2));
	buf_clear(answer);
	buf_add(answer, buf_span(&all));
	buf_free(&all);
}
