/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "lib/mem.h"
#include "reference/ca/flaw_cmp.h"
#include "reference/ca/log.h"
#include "reference/ca/subject.h"

enum {
	EXPLICIT = BER_CONTEXT | BER_CONSTRUCTED,
	DAY_S = 86400,
};

/* What is asked, and what it comes to. */
struct wish {
	int body;
	struct crmf_request r;
	EVP_PKEY *key;
	enum ca_algorithm algorithm;
	X509 *old; /* of a kur */
	time_t until;
	bool mods; /* it will not be all as it was asked for */
};

/* ---- what may be asked ---- */

static enum cmp_failure
judge_key(struct cmp *c, struct wish *w)
{
	w->key = X509_PUBKEY_get0(w->r.wanted.key);
	if (w->key == NULL)
		return cmp_fail(
		    c, CMP_BAD_CERT_TEMPLATE, "there is no public key");
	if (!ca_key_algorithm(w->key, &w->algorithm) ||
	    (c->only >= 0 && w->algorithm != (enum ca_algorithm)c->only))
		return cmp_fail(
		    c, CMP_BAD_ALG, "this kind of key is not certified here");
	if (w->algorithm == CA_SM2 && c->ca->fault == FAULT_CMP_SM2_REFUSED)
		return cmp_fail(c, CMP_BAD_ALG, "SM2 is not certified here");
	if (!crmf_proven(&w->r) &&
	    !ca_flaw_cmp_takes_proof(c->ca->fault, &w->r))
		return cmp_fail(
		    c, CMP_BAD_POP, "it is not proven who has the key");
	return CMP_FINE;
}

/* Everybody has names of his own, and no other one. */
static enum cmp_failure
judge_subject(struct cmp *c, struct wish *w)
{
	const struct world_person *p = c->client.person;
	const X509_NAME *name = w->r.wanted.subject;

	if (name == NULL || X509_NAME_entry_count(name) == 0)
		return CMP_FINE;
	if (w->old != NULL &&
	    X509_NAME_cmp(name, X509_get_subject_name(w->old)) == 0)
		return CMP_FINE;
	if (!ca_subject_is_of(name, p))
		return cmp_fail(c, CMP_BAD_CERT_TEMPLATE,
		    "the subject is not who asks for it");
	return CMP_FINE;
}

static enum cmp_failure
judge_extensions(struct cmp *c, struct wish *w)
{
	const X509_EXTENSIONS *all = w->r.wanted.extensions;
	X509_EXTENSION *e;

	for (int i = 0; i < sk_X509_EXTENSION_num(all); i++) {
		e = sk_X509_EXTENSION_value(all, i);
		if (OBJ_obj2nid(X509_EXTENSION_get_object(e)) ==
			NID_subject_alt_name &&
		    !ca_alternative_is_of(e, c->client.person))
			return cmp_fail(c, CMP_UNACCEPTED_EXTENSION,
			    "the alternative name is not of who asks for it");
	}
	return CMP_FINE;
}

/* From now on, and not longer than the class has. */
static enum cmp_failure
judge_validity(struct cmp *c, struct wish *w)
{
	const time_t now = (time_t)(c->now.us / 1000000);
	ASN1_TIME *ours = ASN1_TIME_set(NULL, now);
	int days = 0, seconds = 0;
	int64_t for_s;
	const bool ok =
	    w->r.wanted.until == NULL ||
	    ASN1_TIME_diff(&days, &seconds, ours, w->r.wanted.until) == 1;

	ASN1_TIME_free(ours);
	if (w->r.wanted.until == NULL)
		return CMP_FINE;
	for_s = (int64_t)days * DAY_S + seconds;
	if (!ok || for_s <= 0)
		return cmp_fail(c, CMP_BAD_CERT_TEMPLATE,
		    "it would have ended before it began");
	if (for_s > (int64_t)ca_templates[CA_CLASS_SIGNING].days * DAY_S)
		w->mods = true;
	else
		w->until = now + (time_t)for_s;
	return CMP_FINE;
}

static enum cmp_failure
judge_names(struct cmp *c, struct wish *w)
{
	const struct crmf_template *t = &w->r.wanted;
	X509 *ca = c->ca->signers[w->algorithm][CA_ISSUING].cert;

	if (t->serial != NULL ||
	    (t->issuer != NULL &&
		X509_NAME_cmp(t->issuer, X509_get_subject_name(ca)) != 0))
		return cmp_fail(c, CMP_BAD_CERT_TEMPLATE,
		    "serial number and issuer are the authority's");
	return CMP_FINE;
}

/* ---- kur: which one is to be replaced ---- */

bool
cmp_find(struct ca *ca, const X509_NAME *issuer, const ASN1_INTEGER *serial,
    struct store_ca_certificate *row)
{
	char text[STORE_CA_SERIAL];

	ca_serial_text(serial, text);
	for (int i = 0; i < CA_ISSUERS; i++)
		if (X509_NAME_cmp(issuer,
			X509_get_subject_name(ca_issuer_signer(ca, i)->cert)) ==
		    0)
			return store_ca_find(ca->store, i, text, row);
	return false;
}

static X509 *
certificate_of(struct ca *ca, int64_t id)
{
	const unsigned char *p;
	struct buf der;
	X509 *x = NULL;

	buf_init(&der, CMP_MESSAGE_MOST);
	if (store_ca_der(ca->store, id, &der)) {
		p = (const unsigned char *)der.data;
		x = d2i_X509(NULL, &p, (long)der.len);
	}
	buf_free(&der);
	return x;
}

/* RFC 4210 5.3.5: the control names it, or it is who signs. */
static enum cmp_failure
judge_old(struct cmp *c, struct wish *w)
{
	struct store_ca_certificate row = c->client.row;

	if (w->body != CMP_KUR)
		return CMP_FINE;
	if (w->r.old_serial != NULL
		? !cmp_find(c->ca, w->r.old_issuer, w->r.old_serial, &row)
		: c->client.by_mac)
		return cmp_fail(
		    c, CMP_BAD_CERT_ID, "which certificate is to be replaced?");
	if (strcmp(row.owner, cmp_who(c)) != 0 &&
	    c->ca->fault != FAULT_CMP_KUR_ANYBODY)
		return cmp_fail(
		    c, CMP_NOT_AUTHORIZED, "the certificate is another's");
	if (row.confirm.us != 0)
		return cmp_fail(
		    c, CMP_BAD_CERT_ID, "the certificate is not confirmed");
	if (row.status != STORE_CA_GOOD &&
	    c->ca->fault != FAULT_CMP_KUR_REVOKED_TAKEN)
		return cmp_fail(
		    c, CMP_CERT_REVOKED, "the certificate is not valid");
	w->old = certificate_of(c->ca, row.id);
	if (w->old == NULL)
		return cmp_fail(c, CMP_SYSTEM_FAILURE, "it cannot be read");
	/* keys for enciphering come from key management, not from people */
	return (X509_get_key_usage(w->old) & KU_DIGITAL_SIGNATURE) != 0
		   ? CMP_FINE
		   : cmp_fail(c, CMP_BAD_CERT_ID,
			 "only certificates for signing are renewed here");
}

static enum cmp_failure
judge(struct cmp *c, struct wish *w)
{
	static enum cmp_failure (*const steps[])(
	    struct cmp *, struct wish *) = { judge_key, judge_names, judge_old,
		judge_subject, judge_extensions, judge_validity };
	enum cmp_failure why = CMP_FINE;

	if (ca_flaw_cmp_refuses(c->ca->fault, w->body))
		return cmp_fail(c, CMP_BAD_REQUEST, "not today");
	for (size_t i = 0;
	     why == CMP_FINE && i < sizeof steps / sizeof steps[0]; i++)
		why = steps[i](c, w);
	return why;
}

/* ---- what is given ---- */

static const X509_NAME *
subject_of(const struct wish *w)
{
	const X509_NAME *name = w->r.wanted.subject;

	if (name != NULL && X509_NAME_entry_count(name) > 0)
		return name;
	return w->old == NULL ? NULL : X509_get_subject_name(w->old);
}

static bool
revoke_old(struct cmp *c, X509 *old)
{
	struct store_ca_certificate row;
	struct err err;

	return cmp_find(c->ca, X509_get_issuer_name(old),
		   X509_get0_serialNumber(old), &row) &&
	       ca_revoke(c->ca, row.issuer, row.serial, CA_SUPERSEDED,
		   cmp_who(c), c->now, &err);
}

static bool
issue(struct cmp *c, const struct wish *w, X509 **x)
{
	const struct world_person *p = c->client.person;
	struct store_ca_certificate kept = { .deal = c->in.transaction,
		.request = w->r.id };
	char *name = mem_textf("cmp/%s", p->user);
	char *alt = mem_textf("email:%s", p->address);
	EVP_PKEY *instead = ca_flaw_cmp_key(c->ca->fault, w->algorithm, w->old);
	struct ca_request r = { .algorithm = w->algorithm,
		.class = CA_CLASS_SIGNING,
		.name = name,
		.subject = p->user,
		.whole = subject_of(w),
		.alt = alt,
		.key = instead != NULL ? instead : w->key,
		.until = w->until,
		.kept = &kept };
	X509_NAME *other;
	struct err err;
	bool ok;

	ca_flaw_cmp_request(c, w->old, &r, &other);
	snprintf(kept.owner, sizeof kept.owner, "%s", p->user);
	if (!c->implicit)
		kept.confirm.us = c->now.us + (int64_t)CMP_CONFIRM_S * 1000000;
	ok = ca_issue(c->ca, &r, p->user, c->now, x, &err) &&
	     (w->old == NULL || c->ca->fault != FAULT_CMP_KUR_REVOKES_OLD ||
		 revoke_old(c, w->old));
	X509_NAME_free(other);
	EVP_PKEY_free(instead);
	free(alt);
	free(name);
	return ok;
}

/* What was asked for and is not in it to the octet. */
static bool
extensions_differ(const struct wish *w, X509 *x)
{
	const X509_EXTENSIONS *all = w->r.wanted.extensions;
	const X509_EXTENSION *have;
	X509_EXTENSION *e;
	int at;

	for (int i = 0; i < sk_X509_EXTENSION_num(all); i++) {
		e = sk_X509_EXTENSION_value(all, i);
		at = X509_get_ext_by_OBJ(x, X509_EXTENSION_get_object(e), -1);
		have = at < 0 ? NULL : X509_get_ext(x, at);
		if (have == NULL ||
		    ASN1_STRING_cmp(X509_EXTENSION_get_data(e),
			X509_EXTENSION_get_data((X509_EXTENSION *)have)) != 0)
			return true;
	}
	return false;
}

/* ---- CertResponse: RFC 4210 5.3.4 ---- */

static void
put_certificate(const struct ber_out *o, struct span der)
{
	const size_t pair = ber_begin(o, BER_SEQUENCE);

	ber_put_octets(o, EXPLICIT | 0, der);
	ber_end(o, pair);
}

static void
put_response(const struct cmp *c, const struct ber_out *o, int64_t id,
    int status, enum cmp_failure why, const char *text, struct span der)
{
	const size_t whole = ber_begin(o, BER_SEQUENCE);

	ber_put_integer(
	    o, BER_INTEGER, c->ca->fault == FAULT_CMP_REQUEST_ID ? id + 1 : id);
	cmp_put_status(o, status,
	    c->ca->fault == FAULT_CMP_REASON_LOST ? CMP_FINE : why, text);
	if (der.len > 0)
		put_certificate(o, der);
	ber_end(o, whole);
}

static void
put_given(
    const struct cmp *c, const struct ber_out *o, const struct wish *w, X509 *x)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);
	const bool mods = w->mods || extensions_differ(w, x) ||
			  c->ca->variant == VARIANT_CMP_WITH_MODS;

	put_response(c, o, w->r.id,
	    c->ca->fault == FAULT_CMP_STATUS_UNDEFINED ? 9
	    : mods                                     ? CMP_GRANTED_WITH_MODS
						       : CMP_ACCEPTED,
	    CMP_FINE, NULL,
	    (struct span){ (const char *)der, n < 0 ? 0 : (size_t)n });
	OPENSSL_free(der);
}

/* Somebody has to look at these: kept with the body they came in. */
static enum cmp_failure
wait_for(struct cmp *c, const struct ber_out *o, const struct wish *w,
    struct span request)
{
	const struct wall ready = { c->now.us +
				    (int64_t)CMP_APPROVAL_S * 1000000 };
	const char body = (char)w->body;
	struct buf kept;
	struct err err;
	bool ok;

	buf_init(&kept, CMP_MESSAGE_MOST + 1);
	buf_add(&kept, (struct span){ &body, 1 });
	buf_add(&kept, request);
	ok = store_cmp_order(c->ca->store, c->in.transaction, w->r.id, ready,
	    buf_span(&kept), &err);
	buf_free(&kept);
	if (!ok)
		return cmp_fail(c, CMP_SYSTEM_FAILURE, "it cannot be kept");
	put_response(c, o, w->r.id, CMP_WAITING, CMP_FINE,
	    "somebody has to approve it", (struct span){ NULL, 0 });
	return CMP_FINE;
}

static bool
has_to_wait(const struct cmp *c, const struct wish *w)
{
	const X509_NAME *name = subject_of(w);

	if (c->ca->variant == VARIANT_CMP_WAITING)
		return true;
	return name != NULL &&
	       ca_name_has(name, NID_organizationalUnitName, "Manual");
}

static enum cmp_failure
give(struct cmp *c, const struct ber_out *o, struct wish *w)
{
	X509 *x = NULL;

	if (c->ca->fault == FAULT_CMP_KUR_SAME_CERTIFICATE && w->old != NULL &&
	    EVP_PKEY_eq(w->key, X509_get0_pubkey(w->old)) == 1) {
		put_given(c, o, w, w->old);
		return CMP_FINE;
	}
	if (!issue(c, w, &x) || !ca_flaw_cmp_given(c->ca, w->algorithm, &x)) {
		X509_free(x);
		return cmp_fail(c, CMP_SYSTEM_FAILURE, "it cannot be issued");
	}
	put_given(c, o, w, x);
	X509_free(x);
	return CMP_FINE;
}

static void
log_refusal(struct cmp *c)
{
	struct ca_log_record log;
	struct err err;

	ca_log_begin(c->ca, c->now,
	    &(struct ca_log_entry){
		cmp_who(c), "refuse", "certificate", c->why },
	    &log);
	store_ca_log(c->ca->store, &log.record, &err);
	ca_log_end(&log);
}

static void
put_rejection(const struct cmp *c, const struct ber_out *o,
    const struct wish *w, enum cmp_failure why)
{
	X509 *x = c->ca->signers[w->algorithm][CA_REGISTRAR].cert;
	const bool both = c->ca->fault == FAULT_CMP_BOTH;
	unsigned char *der = NULL;
	const int n = both ? i2d_X509(x, &der) : 0;

	put_response(c, o, w->r.id, CMP_REJECTION, why, c->why,
	    (struct span){ (const char *)der, n < 0 ? 0 : (size_t)n });
	OPENSSL_free(der);
}

bool
cmp_certify_one(struct cmp *c, const struct ber_out *o, int body,
    struct span request, bool approved)
{
	struct wish w = { .body = body };
	enum cmp_failure why;

	if (!(body == CMP_P10CR ? crmf_read_p10(request, &w.r)
				: crmf_read(request, &w.r)))
		return false;
	why = judge(c, &w);
	if (why == CMP_FINE)
		why = !approved && has_to_wait(c, &w)
			  ? wait_for(c, o, &w, request)
			  : give(c, o, &w);
	if (why != CMP_FINE) {
		put_rejection(c, o, &w, why);
		log_refusal(c);
	}
	X509_free(w.old);
	crmf_free(&w.r);
	return true;
}

/* ---- the message ---- */

static bool
can_be_read(int body, struct span request)
{
	struct crmf_request r;
	const bool can = body == CMP_P10CR ? crmf_read_p10(request, &r)
					   : crmf_read(request, &r);

	if (can)
		crmf_free(&r);
	return can;
}

/* Nothing is given for a message that is refused as a whole. */
static bool
all_can_be_read(const struct cmp *c)
{
	struct ber whole = ber_of(c->in.content), all;
	bool can = true;
	int n = 0;

	if (c->in.body == CMP_P10CR)
		return can_be_read(CMP_P10CR, c->in.content);
	all = ber_enter(&whole, BER_SEQUENCE);
	for (; can && ber_more(&all); n++)
		can = can_be_read(c->in.body, ber_element(&all));
	return can && !all.bad && whole.rest.len == 0 && n > 0 &&
	       n <= CMP_REQUESTS_MOST;
}

static bool
certify_all(struct cmp *c, const struct ber_out *o)
{
	struct ber whole = ber_of(c->in.content), all;
	bool ok = true;

	if (!all_can_be_read(c))
		return false;
	if (c->in.body == CMP_P10CR)
		return cmp_certify_one(c, o, CMP_P10CR, c->in.content, false);
	all = ber_enter(&whole, BER_SEQUENCE);
	while (ok && ber_more(&all))
		ok =
		    cmp_certify_one(c, o, c->in.body, ber_element(&all), false);
	return ok;
}

enum cmp_failure
cmp_certify(struct cmp *c)
{
	const struct ber_out o = cmp_out(c);
	size_t whole, all;
	bool ok;

	c->implicit =
	    c->in.implicit || c->ca->fault == FAULT_CMP_IMPLICIT_UNASKED;
	whole = ber_begin(&o, BER_SEQUENCE);
	ca_oddity_cmp_certificates(c, &o);
	if (c->ca->fault == FAULT_CMP_STRUCTURE) {
		ok = certify_all(c, &o);
	} else {
		all = ber_begin(&o, BER_SEQUENCE);
		ok = certify_all(c, &o);
		ber_end(&o, all);
	}
	ber_end(&o, whole);
	return ok ? CMP_FINE
		  : cmp_fail(c, CMP_BAD_DATA_FORMAT,
			"this is no request for a certificate");
}
