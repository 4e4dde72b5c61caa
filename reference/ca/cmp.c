/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "reference/ca/flaw_cmp.h"
#include "reference/ca/log.h"

enum { NONCE_LEAST = 16 };

/* clang-format off */
static const struct handler {
	int body;
	int kind; /* of the answer, when it begins a transaction; else -1 */
	enum cmp_failure (*serve)(struct cmp *);
} handlers[] = {
	{ CMP_IR,	CMP_IP,	cmp_certify },
	{ CMP_CR,	CMP_CP,	cmp_certify },
	{ CMP_P10CR,	CMP_CP,	cmp_certify },
	{ CMP_KUR,	CMP_KUP, cmp_certify },
	{ CMP_RR,	CMP_RP,	cmp_revoke },
	{ CMP_CERTCONF,	-1,	cmp_confirm },
	{ CMP_POLLREQ,	-1,	cmp_poll },
	{ CMP_ERROR,	-1,	cmp_give_up },
};
/* clang-format on */

enum cmp_failure
cmp_fail(struct cmp *c, enum cmp_failure why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->why, sizeof c->why, fmt, ap);
	va_end(ap);
	return why;
}

/* ---- the header: RFC 4210 5.1.1 ---- */

static bool
is_size(struct span s, size_t least)
{
	return s.ptr != NULL && s.len >= least && s.len <= CMP_ID_MOST;
}

/* Whose of ours the recipient is; NULL-DN: anybody. */
static bool
recipient_is_ours(struct cmp *c)
{
	const unsigned char *p = (const unsigned char *)c->in.recipient.ptr;
	GENERAL_NAME *to =
	    d2i_GENERAL_NAME(NULL, &p, (long)c->in.recipient.len);
	const X509_NAME *name =
	    to != NULL && to->type == GEN_DIRNAME ? to->d.directoryName : NULL;
	bool ours = name != NULL && X509_NAME_entry_count(name) == 0;

	for (int i = 0; name != NULL && i < CA_ALGORITHMS * CA_PARTIES; i++)
		if (X509_NAME_cmp(
			name, X509_get_subject_name(
				  c->ca->signers[i / CA_PARTIES][i % CA_PARTIES]
				      .cert)) == 0) {
			c->algorithm = (enum ca_algorithm)(i / CA_PARTIES);
			ours = true;
		}
	GENERAL_NAME_free(to);
	return ours;
}

static bool
is_on_time(const struct cmp *c)
{
	ASN1_GENERALIZEDTIME *t = ASN1_GENERALIZEDTIME_new();
	const time_t now = (time_t)(c->now.us / 1000000);
	ASN1_TIME *ours = ASN1_TIME_set(NULL, now);
	int days, seconds;
	const bool ok =
	    ASN1_STRING_set(t, c->in.time.ptr, (int)c->in.time.len) == 1 &&
	    ASN1_GENERALIZEDTIME_check(t) == 1 &&
	    ASN1_TIME_diff(&days, &seconds, t, ours) == 1 && days == 0 &&
	    abs(seconds) <= CMP_CLOCK_S;

	ASN1_TIME_free(ours);
	ASN1_GENERALIZEDTIME_free(t);
	return ok;
}

static enum cmp_failure
check_header(struct cmp *c)
{
	const struct cmp_message *in = &c->in;
	const bool ours = recipient_is_ours(c);

	if (in->version != 2 && in->version != 3 &&
	    c->ca->fault != FAULT_CMP_VERSION_ANY)
		return cmp_fail(
		    c, CMP_UNSUPPORTED_VERSION, "versions 2 and 3 are known");
	if (!ours && c->ca->fault != FAULT_CMP_RECIPIENT_ANY)
		return cmp_fail(
		    c, CMP_WRONG_AUTHORITY, "the recipient is not here");
	if (!is_size(in->transaction, 1))
		return cmp_fail(
		    c, CMP_BAD_DATA_FORMAT, "a transactionID is wanted");
	if (!is_size(in->sender_nonce, NONCE_LEAST))
		return cmp_fail(c, CMP_BAD_SENDER_NONCE,
		    "a senderNonce of 16 octets is wanted");
	if (in->time.ptr != NULL && !is_on_time(c))
		return cmp_fail(c, CMP_BAD_TIME, "the time is not ours");
	return CMP_FINE;
}

/* ---- transactions ---- */

static enum cmp_failure
begin(struct cmp *c, int kind)
{
	struct store_cmp t = { .kind = kind };
	struct err err;

	snprintf(t.owner, sizeof t.owner, "%s", cmp_who(c));
	memcpy(t.nonce, c->nonce, sizeof t.nonce);
	if (c->ca->fault == FAULT_CMP_TRANSACTION_REUSED &&
	    store_cmp_get(c->ca->store, c->in.transaction, &c->known))
		return CMP_FINE;
	if (store_cmp_begin(
		c->ca->store, c->in.transaction, &t, c->now, &err)) {
		c->known = t;
		return CMP_FINE;
	}
	return err.kind == ERR_PROTOCOL
		   ? cmp_fail(c, CMP_TRANSACTION_ID_IN_USE,
			 "there is such a transaction already")
		   : cmp_fail(c, CMP_SYSTEM_FAILURE, "it cannot be kept");
}

static bool
nonce_came_back(const struct cmp *c)
{
	const struct span said = { (const char *)c->known.nonce,
		sizeof c->known.nonce };
	const enum fault fault = c->ca->fault;

	return fault == FAULT_CMP_NONCE_UNCHECKED ||
	       span_eq(c->in.recip_nonce,
		   fault == FAULT_CMP_NONCE_SHORT ? span_take(said, 8) : said);
}

static enum cmp_failure
go_on(struct cmp *c)
{
	struct store_cmp *t = &c->known;
	struct err err;

	if (!store_cmp_get(c->ca->store, c->in.transaction, t) ||
	    strcmp(t->owner, cmp_who(c)) != 0)
		return cmp_fail(
		    c, CMP_BAD_REQUEST, "there is no such transaction");
	if (!nonce_came_back(c))
		return cmp_fail(c, CMP_BAD_RECIPIENT_NONCE,
		    "recipNonce is not what was sent last");
	return store_cmp_nonce(c->ca->store, c->in.transaction, c->nonce, &err)
		   ? CMP_FINE
		   : cmp_fail(c, CMP_SYSTEM_FAILURE, "it cannot be kept");
}

static enum cmp_failure
dispatch(struct cmp *c)
{
	const struct handler *h = NULL;
	enum cmp_failure why;

	for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++)
		if (handlers[i].body == c->in.body)
			h = &handlers[i];
	if (h == NULL)
		return cmp_fail(c, CMP_BAD_REQUEST, "this is not done here");
	why = h->kind >= 0 ? begin(c, h->kind) : go_on(c);
	if (why == CMP_BAD_REQUEST && c->in.body == CMP_CERTCONF &&
	    c->ca->fault == FAULT_CMP_CONFIRM_STRAY)
		return cmp_acknowledge(c);
	if (why != CMP_FINE)
		return why;
	c->body = h->kind;
	return ca_flaw_cmp_says_no(c->ca->fault, c->in.body)
		   ? cmp_fail(c, CMP_BAD_REQUEST, "not today")
		   : h->serve(c);
}

/* ---- the answer ---- */

/* RFC 4210 5.3.21 */
static void
put_error(struct cmp *c, enum cmp_failure why)
{
	const struct ber_out o = cmp_out(c);
	size_t whole;

	buf_clear(&c->content);
	c->body = CMP_ERROR;
	c->implicit = false;
	whole = ber_begin(&o, BER_SEQUENCE);
	cmp_put_status(&o, CMP_REJECTION, why, c->why);
	ber_end(&o, whole);
}

/* Whoever cannot show who he is writes no log. */
static void
log_refusal(struct cmp *c)
{
	struct ca_log_record log;
	struct err err;

	if (c->client.person == NULL)
		return;
	ca_log_begin(c->ca, c->now,
	    &(struct ca_log_entry){ cmp_who(c), "refuse", "CMP", c->why },
	    &log);
	store_ca_log(c->ca->store, &log.record, &err);
	ca_log_end(&log);
}

static enum cmp_failure
answer(struct cmp *c, struct span request)
{
	enum cmp_failure who, why;

	if (request.len > CMP_MESSAGE_MOST || !cmp_read(request, &c->in)) {
		c->in = (struct cmp_message){ .body = -1 };
		c->ca->gone = c->ca->fault == FAULT_CMP_MALFORMED_GONE;
		return cmp_fail(
		    c, CMP_BAD_DATA_FORMAT, "this is no PKIMessage");
	}
	/* who it is comes first: he is told what is wrong as he can check it */
	who = cmp_authenticate(c);
	why = check_header(c);
	if (why == CMP_FINE)
		why = who;
	return why == CMP_FINE ? dispatch(c) : why;
}

void
ca_cmp(struct ca *ca, int only, const struct login *login, struct span request,
    struct wall now, struct buf *to)
{
	struct cmp c = { .ca = ca,
		.login = login,
		.now = now,
		.only = only,
		.algorithm = only < 0 ? CA_P256 : (enum ca_algorithm)only };
	enum cmp_failure why;

	buf_init(&c.content, CMP_MESSAGE_MOST);
	RAND_bytes(c.nonce, sizeof c.nonce);
	ca_flaw_cmp_nonce(ca->fault, c.nonce);
	ca_cmp_sweep(ca, now);
	why = answer(&c, request);
	if (why != CMP_FINE) {
		log_refusal(&c);
		put_error(&c, why);
	}
	ca_flaw_cmp_body(&c);
	if (ca->gone || !cmp_write(&c, to))
		buf_clear(to);
	ca_flaw_cmp_served(ca->fault, to);
	cmp_client_free(&c.client);
	buf_free(&c.content);
	ERR_clear_error();
}
