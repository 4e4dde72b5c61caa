/* SPDX-License-Identifier: MIT */
#include <openssl/x509.h>

#include "reference/ca/flaw_cmp.h"

enum { EXPLICIT = BER_CONTEXT | BER_CONSTRUCTED };

/* ---- CertStatus: RFC 4210 5.3.18 ---- */

struct verdict {
	struct span hash;
	int64_t request;
	int64_t status;
	struct span digest; /* AlgorithmIdentifier (RFC 9480), or none */
};

static struct verdict
read_verdict(struct ber *all)
{
	struct ber b = ber_enter(all, BER_SEQUENCE), status;
	struct verdict v = { .status = CMP_ACCEPTED };

	v.hash = ber_octets(&b, BER_OCTETS);
	v.request = ber_integer(&b, BER_INTEGER, INT32_MIN, INT32_MAX);
	if (ber_is(&b, BER_SEQUENCE)) {
		status = ber_enter(&b, BER_SEQUENCE);
		v.status = ber_integer(&status, BER_INTEGER, 0, INT32_MAX);
		ber_leave(&b, &status);
	}
	if (ber_is(&b, EXPLICIT | 0))
		v.digest = ber_octets(&b, EXPLICIT | 0);
	ber_leave(all, &b);
	return v;
}

/* By the digest of the certificate's signature, or the one that is said. */
static const EVP_MD *
digest_of(const struct verdict *v, X509 *x)
{
	const unsigned char *p = (const unsigned char *)v->digest.ptr;
	const ASN1_OBJECT *oid;
	const EVP_MD *md = NULL;
	X509_ALGOR *a;
	int nid;

	if (v->digest.ptr == NULL)
		return OBJ_find_sigid_algs(
			   X509_get_signature_nid(x), &nid, NULL)
			   ? EVP_get_digestbynid(nid)
			   : NULL;
	a = d2i_X509_ALGOR(NULL, &p, (long)v->digest.len);
	if (a != NULL) {
		X509_ALGOR_get0(&oid, NULL, NULL, a);
		md = EVP_get_digestbyobj(oid);
	}
	X509_ALGOR_free(a);
	return md;
}

static bool
hash_fits(const struct verdict *v, struct span der)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	X509 *x = d2i_X509(NULL, &p, (long)der.len);
	const EVP_MD *md = x == NULL ? NULL : digest_of(v, x);
	unsigned char octets[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	const bool ok =
	    md != NULL && X509_digest(x, md, octets, &n) == 1 &&
	    span_eq(v->hash, (struct span){ (const char *)octets, n });

	X509_free(x);
	return ok;
}

/* ---- what becomes of them ---- */

static bool
withdraw(struct ca *ca, const struct store_ca_certificate *row, const char *who,
    struct wall now)
{
	struct err err;

	return ca_revoke(
	    ca, row->issuer, row->serial, CA_CESSATION, who, now, &err);
}

/* All of a transaction that nobody has said yes to. */
static bool
withdraw_rest(struct cmp *c)
{
	struct store_ca_certificate row;
	bool ok = true;

	while (ok && store_ca_open(c->ca->store, c->in.transaction, &row))
		ok = withdraw(c->ca, &row, cmp_who(c), c->now);
	return ok;
}

static enum cmp_failure
settle(struct cmp *c, const struct verdict *v)
{
	struct store_ca_certificate row;
	struct buf der;
	struct err err;
	bool known, fits;

	buf_init(&der, CMP_MESSAGE_MOST);
	known = store_ca_of(
	    c->ca->store, c->in.transaction, v->request, &row, &der);
	fits = known && (ca_flaw_cmp_confirms(c->ca->fault) ||
			    hash_fits(v, buf_span(&der)));
	buf_free(&der);
	if (!known)
		return cmp_fail(
		    c, CMP_BAD_REQUEST, "nothing was given for this request");
	if (row.confirm.us == 0)
		return cmp_fail(c, CMP_CERT_CONFIRMED, "it is confirmed");
	if (v->status != CMP_ACCEPTED && v->status != CMP_GRANTED_WITH_MODS &&
	    c->ca->fault != FAULT_CMP_REJECTED_STAYS)
		return CMP_FINE; /* what is left is withdrawn */
	if (!fits)
		return cmp_fail(c, CMP_BAD_CERT_ID,
		    "the hash is of no certificate of ours");
	return ca_confirm(c->ca, &row, cmp_who(c), c->now, &err)
		   ? CMP_FINE
		   : cmp_fail(c, CMP_SYSTEM_FAILURE, "it cannot be kept");
}

enum cmp_failure
cmp_acknowledge(struct cmp *c)
{
	c->body = CMP_PKICONF;
	buf_add(&c->content, SPAN("\x05\x00"));
	return CMP_FINE;
}

enum cmp_failure
cmp_confirm(struct cmp *c)
{
	struct ber whole = ber_of(c->in.content);
	struct ber all = ber_enter(&whole, BER_SEQUENCE);
	enum cmp_failure why = CMP_FINE;
	struct verdict v;

	if (c->ca->fault == FAULT_CMP_KUR_SAME_CERTIFICATE &&
	    c->known.kind == CMP_KUP)
		return cmp_acknowledge(c);
	if (!store_cmp_open(c->ca->store, c->in.transaction))
		return cmp_fail(
		    c, CMP_CERT_CONFIRMED, "nothing is left to be confirmed");
	while (why == CMP_FINE && ber_more(&all)) {
		v = read_verdict(&all);
		why = all.bad ? cmp_fail(c, CMP_BAD_DATA_FORMAT,
				    "this is no confirmation")
			      : settle(c, &v);
	}
	if (why == CMP_FINE && (all.bad || whole.rest.len > 0))
		why =
		    cmp_fail(c, CMP_BAD_DATA_FORMAT, "this is no confirmation");
	if (!withdraw_rest(c))
		return cmp_fail(c, CMP_SYSTEM_FAILURE, "it cannot be kept");
	return why == CMP_FINE ? cmp_acknowledge(c) : why;
}

/* The client says that something went wrong: it has none of it. */
enum cmp_failure
cmp_give_up(struct cmp *c)
{
	if (!withdraw_rest(c))
		return cmp_fail(c, CMP_SYSTEM_FAILURE, "it cannot be kept");
	return cmp_acknowledge(c);
}

void
ca_cmp_sweep(struct ca *ca, struct wall now)
{
	struct store_ca_certificate row;
	bool ok = true;

	while (ok && store_ca_late(ca->store, now, &row))
		ok = withdraw(ca, &row, "nobody confirmed", now);
}
