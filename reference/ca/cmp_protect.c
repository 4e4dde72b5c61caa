/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <openssl/crmf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "reference/ca/flaw_cmp.h"
#include "reference/login.h"

enum {
	GENERALIZED_TIME = 0x18,
	BIT_STRING = 0x03,
	OBJECT = 0x06,
	EXPLICIT = BER_CONTEXT | BER_CONSTRUCTED,
	DIRECTORY_NAME = EXPLICIT | 4,
	SALT_OCTETS = 16,
	ITERATIONS = 1000,
};

/* ---- MAC: RFC 4210 5.1.3.1 ---- */

static const struct world_person *
person_of(const struct ca *ca, struct span user)
{
	const struct world *w = ca->world;

	for (size_t i = 0; w != NULL && i < w->n_people; i++)
		if (span_eq(span_of(w->people[i].user), user))
			return &w->people[i];
	return NULL;
}

static OSSL_CRMF_PBMPARAMETER *
pbm_of(const X509_ALGOR *a)
{
	const void *value;
	const unsigned char *p;
	int type;

	X509_ALGOR_get0(NULL, &type, &value, a);
	if (type != V_ASN1_SEQUENCE)
		return NULL;
	p = ASN1_STRING_get0_data(value);
	return d2i_OSSL_CRMF_PBMPARAMETER(NULL, &p, ASN1_STRING_length(value));
}

static bool
pbm(const OSSL_CRMF_PBMPARAMETER *p, struct span secret, struct span what,
    struct buf *mac)
{
	unsigned char *octets = NULL;
	size_t n = 0;
	const bool ok =
	    OSSL_CRMF_pbm_new(NULL, NULL, p, (const unsigned char *)what.ptr,
		what.len, (const unsigned char *)secret.ptr, secret.len,
		&octets, &n) == 1;

	if (ok)
		buf_add(mac, (struct span){ (const char *)octets, n });
	OPENSSL_free(octets);
	return ok;
}

/* A locked account looks like a wrong secret. */
static bool
settle(struct cmp *c, bool right)
{
	const struct span user = c->in.sender_kid;
	struct sasl s = { .mechanism = NULL };

	if (c->login == NULL)
		return right;
	snprintf(s.user, sizeof s.user, "%.*s", SPAN_FMT(user));
	s.known = store_account(c->ca->store, user, &s.account);
	return login_settle(c->login, &s, right, c->now);
}

/* Who is not known takes as long. */
static enum cmp_failure
check_mac(struct cmp *c, const X509_ALGOR *a, struct span what)
{
	const struct world_person *p = person_of(c->ca, c->in.sender_kid);
	OSSL_CRMF_PBMPARAMETER *parameters = pbm_of(a);
	const struct span secret = p == NULL ? SPAN("-") : span_of(p->password);
	struct buf mac;
	bool ok;

	if (parameters == NULL)
		return cmp_fail(c, CMP_BAD_ALG, "no parameters of a MAC");
	buf_init(&mac, EVP_MAX_MD_SIZE);
	ok = pbm(parameters, secret, what, &mac) && p != NULL &&
	     mac.len == c->in.protection.len &&
	     CRYPTO_memcmp(mac.data, c->in.protection.ptr, mac.len) == 0;
	buf_free(&mac);
	OSSL_CRMF_PBMPARAMETER_free(parameters);
	ok = ok || (p != NULL && c->ca->fault == FAULT_CMP_MAC_UNCHECKED);
	if (!settle(c, ok))
		return cmp_fail(c, CMP_BAD_MESSAGE_CHECK, "the MAC is wrong");
	c->client.person = p;
	c->client.by_mac = true;
	return CMP_FINE;
}

/* ---- signature: RFC 4210 5.1.3.3 ---- */

static X509 *
first_extra(const struct cmp *c)
{
	const unsigned char *p = (const unsigned char *)c->in.extra.ptr;

	return c->in.extra.len == 0 ? NULL
				    : d2i_X509(NULL, &p, (long)c->in.extra.len);
}

/* Ours, as we gave it: then our signature need not be looked at. */
static bool
is_ours(struct cmp *c, X509 *x)
{
	struct store_ca_certificate *row = &c->client.row;
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);
	struct buf kept;
	bool ok;

	buf_init(&kept, CMP_MESSAGE_MOST);
	ok = n > 0 &&
	     cmp_find(c->ca, X509_get_issuer_name(x), X509_get0_serialNumber(x),
		 row) &&
	     store_ca_der(c->ca->store, row->id, &kept) &&
	     span_eq(buf_span(&kept),
		 (struct span){ (const char *)der, (size_t)n });
	buf_free(&kept);
	OPENSSL_free(der);
	return ok;
}

static bool
is_current(const X509 *x, struct wall now)
{
	time_t t = (time_t)(now.us / 1000000);

	return X509_cmp_time(X509_get0_notBefore(x), &t) < 0 &&
	       X509_cmp_time(X509_get0_notAfter(x), &t) > 0;
}

/* RFC 4210 5.1.1: sender is the subject, senderKID its key identifier. */
static bool
is_sender(const struct cmp *c, X509 *x)
{
	const ASN1_OCTET_STRING *kid = X509_get0_subject_key_id(x);
	const unsigned char *p = (const unsigned char *)c->in.sender.ptr;
	GENERAL_NAME *sender =
	    d2i_GENERAL_NAME(NULL, &p, (long)c->in.sender.len);
	const bool ok =
	    sender != NULL && sender->type == GEN_DIRNAME &&
	    X509_NAME_cmp(sender->d.directoryName, X509_get_subject_name(x)) ==
		0 &&
	    (c->in.sender_kid.ptr == NULL || kid == NULL ||
		span_eq(c->in.sender_kid,
		    (struct span){ (const char *)ASN1_STRING_get0_data(kid),
			(size_t)ASN1_STRING_length(kid) }));

	GENERAL_NAME_free(sender);
	return ok;
}

static enum cmp_failure
check_signer(struct cmp *c, X509 *x)
{
	const struct store_ca_certificate *row = &c->client.row;

	if (ca_flaw_cmp_takes_signer(c, x))
		return CMP_FINE;
	if (x == NULL || !is_ours(c, x))
		return cmp_fail(
		    c, CMP_SIGNER_NOT_TRUSTED, "the signer is not known here");
	c->client.person = person_of(c->ca, span_of(row->owner));
	if (c->client.person == NULL)
		return cmp_fail(c, CMP_SIGNER_NOT_TRUSTED,
		    "the signer's certificate is nobody's");
	if (!ca_flaw_cmp_takes_status(c->ca->fault, row) ||
	    !is_current(x, c->now))
		return cmp_fail(c, CMP_SIGNER_NOT_TRUSTED,
		    "the signer's certificate is not valid");
	if ((X509_get_key_usage(x) & KU_DIGITAL_SIGNATURE) == 0)
		return cmp_fail(c, CMP_SIGNER_NOT_TRUSTED,
		    "the signer's certificate is not for signing");
	return CMP_FINE;
}

static enum cmp_failure
check_signature(struct cmp *c, const X509_ALGOR *a, struct span what)
{
	enum cmp_failure why;
	X509 *x = first_extra(c);

	c->client.cert = x;
	why = check_signer(c, x);
	if (why != CMP_FINE)
		return why;
	if (c->ca->fault == FAULT_CMP_SIGNATURE_UNCHECKED)
		return CMP_FINE;
	if (c->ca->fault == FAULT_CMP_SIGNED_REFUSED && c->in.body == CMP_CR)
		return cmp_fail(c, CMP_NOT_AUTHORIZED, "this is not permitted");
	if (!is_sender(c, x) ||
	    !crmf_signed(a, X509_get0_pubkey(x), what, c->in.protection))
		return cmp_fail(
		    c, CMP_BAD_MESSAGE_CHECK, "the signature is wrong");
	return CMP_FINE;
}

/* ---- the request ---- */

enum cmp_failure
cmp_authenticate(struct cmp *c)
{
	const unsigned char *p = (const unsigned char *)c->in.algorithm.ptr;
	X509_ALGOR *a;
	const ASN1_OBJECT *oid;
	enum cmp_failure why;
	struct buf what;

	if (c->ca->fault == FAULT_CMP_UNPROTECTED_TAKEN &&
	    c->in.protection.len == 0) {
		c->client.person = ca_flaw_cmp_anybody(c);
		return CMP_FINE;
	}
	if (c->in.protection.len == 0 || c->in.algorithm.len == 0)
		return cmp_fail(
		    c, CMP_BAD_MESSAGE_CHECK, "the message is not protected");
	a = d2i_X509_ALGOR(NULL, &p, (long)c->in.algorithm.len);
	if (a == NULL)
		return cmp_fail(c, CMP_BAD_ALG, "no algorithm");
	buf_init(&what, CMP_MESSAGE_MOST + 16);
	cmp_protected_part(c->in.parts, &what);
	X509_ALGOR_get0(&oid, NULL, NULL, a);
	why = OBJ_obj2nid(oid) == NID_id_PasswordBasedMAC
		  ? check_mac(c, a, buf_span(&what))
		  : check_signature(c, a, buf_span(&what));
	buf_free(&what);
	X509_ALGOR_free(a);
	if (why != CMP_FINE)
		c->client.person = NULL;
	return why;
}

void
cmp_client_free(struct cmp_client *client)
{
	X509_free(client->cert);
}

/* ---- the answer ---- */

/* How an answer is protected: by one or the other. */
struct protection {
	OSSL_CRMF_PBMPARAMETER *pbm;
	struct span secret;
	const struct ca_signer *signer;
};

static struct protection
protection_of(const struct cmp *c)
{
	const bool mac = c->client.person != NULL && c->client.by_mac;
	const bool sha1 = c->ca->variant == VARIANT_CMP_MAC_SHA1;

	if (!mac)
		return (struct protection){
			.signer = &c->ca->signers[c->algorithm][CA_REGISTRAR]
		};
	return (struct protection){
		.pbm = OSSL_CRMF_pbmp_new(NULL, SALT_OCTETS,
		    sha1 ? NID_sha1 : NID_sha256, ITERATIONS,
		    sha1 ? NID_hmac_sha1 : NID_hmacWithSHA256),
		.secret = span_of(c->client.person->password),
	};
}

/* AlgorithmIdentifier */
static bool
put_algorithm(const struct ber_out *o, const struct protection *p)
{
	X509_ALGOR *a = X509_ALGOR_new();
	unsigned char *der = NULL, *whole = NULL;
	ASN1_STRING *s = ASN1_STRING_new();
	int n, len;

	if (p->signer != NULL) {
		n = ca_set_algorithm(a, ca_signature_nid(p->signer->key));
		ASN1_STRING_free(s);
	} else {
		n = i2d_OSSL_CRMF_PBMPARAMETER(p->pbm, &der);
		ASN1_STRING_set(s, der, n);
		X509_ALGOR_set0(a, OBJ_nid2obj(NID_id_PasswordBasedMAC),
		    V_ASN1_SEQUENCE, s); /* takes it */
	}
	len = n > 0 ? i2d_X509_ALGOR(a, &whole) : -1;
	if (len > 0)
		buf_add(
		    o->to, (struct span){ (const char *)whole, (size_t)len });
	OPENSSL_free(whole);
	OPENSSL_free(der);
	X509_ALGOR_free(a);
	return len > 0;
}

/* [n] EXPLICIT of something primitive. */
static void
put_within(const struct ber_out *o, unsigned n, unsigned tag, struct span what)
{
	const size_t at = ber_begin(o, EXPLICIT | n);

	ber_put_octets(o, tag, what);
	ber_end(o, at);
}

static void
put_name(const struct ber_out *o, const X509_NAME *name)
{
	unsigned char *der = NULL;
	const int n = i2d_X509_NAME(name, &der);

	ber_put_octets(o, DIRECTORY_NAME,
	    (struct span){ (const char *)der, n < 0 ? 0 : (size_t)n });
	OPENSSL_free(der);
}

static void
put_time(const struct ber_out *o, struct wall now)
{
	ASN1_GENERALIZEDTIME *t =
	    ASN1_GENERALIZEDTIME_set(NULL, (time_t)(now.us / 1000000));

	put_within(o, 0, GENERALIZED_TIME,
	    (struct span){ (const char *)ASN1_STRING_get0_data(t),
		(size_t)ASN1_STRING_length(t) });
	ASN1_GENERALIZEDTIME_free(t);
}

/* Whose the secret is, or the key. */
static void
put_sender_kid(
    const struct ber_out *o, const struct cmp *c, const struct protection *p)
{
	const ASN1_OCTET_STRING *kid;

	if (p->signer == NULL) {
		put_within(o, 2, BER_OCTETS, span_of(c->client.person->user));
		return;
	}
	kid = X509_get0_subject_key_id(p->signer->cert);
	if (kid != NULL)
		put_within(o, 2, BER_OCTETS,
		    (struct span){ (const char *)ASN1_STRING_get0_data(kid),
			(size_t)ASN1_STRING_length(kid) });
}

static void
put_ids(const struct ber_out *o, const struct cmp *c)
{
	const struct cmp_message *in = &c->in;
	const enum fault fault = c->ca->fault;
	const struct span nonce = { (const char *)c->nonce, sizeof c->nonce };

	if (in->transaction.ptr != NULL)
		put_within(o, 4, BER_OCTETS,
		    fault == FAULT_CMP_TRANSACTION_OTHER ? nonce
							 : in->transaction);
	put_within(o, 5, BER_OCTETS,
	    fault == FAULT_CMP_NONCE_SHORT ? span_take(nonce, 8) : nonce);
	if (in->sender_nonce.ptr != NULL && fault != FAULT_CMP_NONCE_NOT_BACK)
		put_within(o, 6, BER_OCTETS, in->sender_nonce);
	ca_oddity_cmp_info(c, o);
	if (c->implicit && c->ca->variant != VARIANT_CMP_TALKATIVE)
		put_within(o, 8, BER_SEQUENCE, CMP_IMPLICIT_CONFIRM);
}

static bool
put_header(
    const struct ber_out *o, const struct cmp *c, const struct protection *p)
{
	static const struct span nobody = SPAN_INIT("\xa4\x02\x30\x00");
	const size_t whole = ber_begin(o, BER_SEQUENCE);
	size_t at;
	bool ok;

	ber_put_integer(o, BER_INTEGER,
	    c->ca->fault == FAULT_CMP_VERSION_ONE ? 1
	    : c->in.version == 3                  ? 3
						  : 2);
	put_name(o, X509_get_subject_name(
			c->ca->signers[c->algorithm][CA_REGISTRAR].cert));
	buf_add(o->to, c->in.sender.len == 0 ? nobody : c->in.sender);
	if (c->ca->variant != VARIANT_CMP_WITHOUT_TIME)
		put_time(o, c->now);
	at = ber_begin(o, EXPLICIT | 1);
	ok = put_algorithm(o, p);
	ber_end(o, at);
	put_sender_kid(o, c, p);
	put_ids(o, c);
	ber_end(o, whole);
	return ok;
}

static bool
protect(const struct cmp *c, const struct protection *p, struct span parts,
    struct buf *to)
{
	struct buf what;
	bool ok;

	buf_init(&what, parts.len + 16);
	cmp_protected_part(parts, &what);
	buf_add(to, SPAN("\0")); /* no unused bits */
	ok = p->signer != NULL
		 ? ca_flaw_cmp_signs(c, p->signer->key, buf_span(&what), to) ||
		       ca_sign(p->signer->key, buf_span(&what), to)
		 : pbm(p->pbm, p->secret, buf_span(&what), to);
	buf_free(&what);
	return ok;
}

static void
put_certificate(const struct ber_out *o, X509 *x)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);

	if (n > 0)
		buf_add(o->to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
}

/* Who signed first, then who issues. */
static void
put_extra(
    const struct ber_out *o, const struct cmp *c, const struct protection *p)
{
	const size_t tag = ber_begin(o, EXPLICIT | 1);
	const size_t all = ber_begin(o, BER_SEQUENCE);

	if (p->signer != NULL)
		put_certificate(o, p->signer->cert);
	put_certificate(o, c->ca->signers[c->algorithm][CA_ISSUING].cert);
	ber_end(o, all);
	ber_end(o, tag);
}

bool
cmp_write(struct cmp *c, struct buf *to)
{
	struct protection p = protection_of(c);
	const struct ber_out o = { to, false };
	struct buf bits;
	size_t all, from;
	bool ok;

	buf_init(&bits, 4096);
	all = ber_begin(&o, BER_SEQUENCE);
	from = to->len;
	ok = put_header(&o, c, &p);
	ber_put_octets(&o, EXPLICIT | (unsigned)c->body, buf_span(&c->content));
	ok = ok && !to->full &&
	     protect(c, &p, span_skip(buf_span(to), from), &bits);
	ca_flaw_cmp_bits(c, &bits);
	if (c->ca->fault != FAULT_CMP_UNPROTECTED)
		put_within(&o, 0, BIT_STRING, buf_span(&bits));
	if (c->ca->fault != FAULT_CMP_SIGNER_ABSENT &&
	    (p.signer != NULL || c->ca->variant != VARIANT_CMP_WITHOUT_EXTRA))
		put_extra(&o, c, &p);
	ber_end(&o, all);
	buf_free(&bits);
	OSSL_CRMF_PBMPARAMETER_free(p.pbm);
	return ok && !to->full;
}
