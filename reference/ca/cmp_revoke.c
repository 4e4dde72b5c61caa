/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "reference/ca/cmp_inner.h"

enum {
	EXPLICIT = BER_CONTEXT | BER_CONSTRUCTED,
	DIRECTORY_NAME = EXPLICIT | 4,
	REASON_NONE = -1, /* not said */
	REASON_BAD = -2,
};

/* RevDetails: RFC 4210 5.3.9 */
struct details {
	struct crmf_template cert;
	int reason;
};

/* Reasons that somebody may give for what is his own. */
static bool
is_reason(int reason)
{
	static const bool known[] = { true, true, false, true, true, true, true,
		false, true, true, false };

	return reason >= 0 && (size_t)reason < sizeof known / sizeof *known &&
	       known[reason];
}

static int
reason_of(const X509_EXTENSIONS *all)
{
	int critical;
	ASN1_ENUMERATED *e =
	    X509V3_get_d2i(all, NID_crl_reason, &critical, NULL);
	int reason = e == NULL ? REASON_NONE : (int)ASN1_ENUMERATED_get(e);

	ASN1_ENUMERATED_free(e);
	if (e == NULL)
		return critical == -1 ? CA_UNSPECIFIED : REASON_BAD;
	return is_reason(reason) ? reason : REASON_BAD;
}

static int
read_reason(struct ber *b)
{
	struct span der;
	const unsigned char *p;
	X509_EXTENSIONS *all;
	int reason;

	if (!ber_more(b))
		return CA_UNSPECIFIED;
	der = ber_element(b);
	p = (const unsigned char *)der.ptr;
	all = d2i_X509_EXTENSIONS(NULL, &p, (long)der.len);
	reason = all == NULL ? REASON_BAD : reason_of(all);
	sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
	return reason;
}

/* ---- one certificate ---- */

static enum cmp_failure
change(struct cmp *c, const struct store_ca_certificate *row, int reason)
{
	const enum fault fault = c->ca->fault;
	struct err err;
	bool ok;

	if (fault == FAULT_CMP_RR_NO_EFFECT ||
	    (fault == FAULT_CMP_HOLD_FOR_EVER &&
		reason == CA_REMOVE_FROM_CRL) ||
	    (fault == FAULT_CMP_HOLD_IGNORED &&
		reason == CA_CERTIFICATE_HOLD) ||
	    (fault == FAULT_CMP_RR_TWICE && row->status == STORE_CA_REVOKED))
		return CMP_FINE;
	if (fault == FAULT_CMP_RR_REASON && reason < CA_CERTIFICATE_HOLD)
		reason = CA_KEY_COMPROMISE;
	ok = reason == CA_REMOVE_FROM_CRL
		 ? ca_resume(c->ca, row->issuer, row->serial, cmp_who(c),
		       c->now, &err)
		 : ca_revoke(c->ca, row->issuer, row->serial, reason,
		       cmp_who(c), c->now, &err);

	if (ok)
		return CMP_FINE;
	if (err.kind != ERR_PROTOCOL)
		return cmp_fail(c, CMP_SYSTEM_FAILURE, "it cannot be kept");
	return reason == CA_REMOVE_FROM_CRL
		   ? cmp_fail(c, CMP_BAD_REQUEST, "it is not on hold")
		   : cmp_fail(c, CMP_CERT_REVOKED, "it is revoked already");
}

static enum cmp_failure
judge(struct cmp *c, const struct details *d)
{
	struct store_ca_certificate row;

	if (d->cert.issuer == NULL || d->cert.serial == NULL ||
	    !cmp_find(c->ca, d->cert.issuer, d->cert.serial, &row))
		return c->ca->fault == FAULT_CMP_RR_UNKNOWN
			   ? CMP_FINE
			   : cmp_fail(c, CMP_BAD_CERT_ID,
				 "there is no such certificate");
	if (strcmp(row.owner, cmp_who(c)) != 0 &&
	    c->ca->fault != FAULT_CMP_RR_ANYBODY)
		return cmp_fail(
		    c, CMP_NOT_AUTHORIZED, "the certificate is another's");
	if (d->reason == REASON_BAD)
		return cmp_fail(
		    c, CMP_BAD_DATA_FORMAT, "this is no reason to be given");
	return change(c, &row, d->reason);
}

/* ---- the message ---- */

/* CertId; a certificate that was not named has none. */
static void
put_id(const struct ber_out *o, const struct details *d)
{
	const size_t at = ber_begin(o, BER_SEQUENCE);
	unsigned char *name = NULL, *serial = NULL;
	const int n = i2d_X509_NAME(d->cert.issuer, &name);
	const int len = i2d_ASN1_INTEGER(d->cert.serial, &serial);

	ber_put_octets(o, DIRECTORY_NAME,
	    (struct span){ (const char *)name, n < 0 ? 0 : (size_t)n });
	if (len > 0)
		buf_add(
		    o->to, (struct span){ (const char *)serial, (size_t)len });
	ber_end(o, at);
	OPENSSL_free(name);
	OPENSSL_free(serial);
}

/* Nothing is revoked for a message that is refused as a whole. */
static bool
read_all(struct span content, struct details d[CMP_REQUESTS_MOST], int *n)
{
	struct ber whole = ber_of(content), all, b;

	all = ber_enter(&whole, BER_SEQUENCE);
	for (*n = 0; ber_more(&all); ++*n) {
		if (*n == CMP_REQUESTS_MOST)
			return false;
		b = ber_enter(&all, BER_SEQUENCE);
		if (!crmf_read_template(ber_element(&b), &d[*n].cert))
			return false;
		d[*n].reason = read_reason(&b);
		(void)ber_leave(&all, &b);
	}
	return *n > 0 && !all.bad && whole.rest.len == 0;
}

static void
revoke_one(struct cmp *c, const struct details *d,
    const struct ber_out *statuses, const struct ber_out *ids)
{
	const enum cmp_failure why = judge(c, d);

	cmp_put_status(statuses, why == CMP_FINE ? CMP_ACCEPTED : CMP_REJECTION,
	    why, why == CMP_FINE ? NULL : c->why);
	if (d->cert.issuer != NULL && d->cert.serial != NULL &&
	    c->ca->variant != VARIANT_CMP_REVOKED_UNNAMED)
		put_id(ids, d);
}

/* RevRepContent: RFC 4210 5.3.10 */
static void
put_all(struct cmp *c, struct span statuses, struct span ids)
{
	const struct ber_out o = cmp_out(c);
	const size_t whole = ber_begin(&o, BER_SEQUENCE);
	size_t tag;

	ber_put_octets(&o, BER_SEQUENCE, statuses);
	if (ids.len > 0) {
		tag = ber_begin(&o, EXPLICIT | 0);
		ber_put_octets(&o, BER_SEQUENCE, ids);
		ber_end(&o, tag);
	}
	ber_end(&o, whole);
	c->body = CMP_RP;
}

static void
revoke_all(struct cmp *c, const struct details *d, int n)
{
	struct buf statuses, ids;
	const struct ber_out to_statuses = { &statuses, false };
	const struct ber_out to_ids = { &ids, false };

	buf_init(&statuses, CMP_MESSAGE_MOST);
	buf_init(&ids, CMP_MESSAGE_MOST);
	for (int i = 0; i < n; i++)
		revoke_one(c, &d[i], &to_statuses, &to_ids);
	put_all(c, buf_span(&statuses), buf_span(&ids));
	buf_free(&statuses);
	buf_free(&ids);
}

enum cmp_failure
cmp_revoke(struct cmp *c)
{
	struct details d[CMP_REQUESTS_MOST];
	int n;
	const bool ok = read_all(c->in.content, d, &n);

	if (ok)
		revoke_all(c, d, n);
	while (n-- > 0)
		crmf_free_template(&d[n].cert);
	return ok ? CMP_FINE
		  : cmp_fail(
			c, CMP_BAD_DATA_FORMAT, "this is no request to revoke");
}
