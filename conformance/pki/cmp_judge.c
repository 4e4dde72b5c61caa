/* SPDX-License-Identifier: MIT */
/*
 * What is asked of a message, by itself and as the answer to a request.
 */
#include "conformance/pki/cmp.h"

static bool
is_response(const struct pki_cmp *m)
{
	return m->type == CMP_IP || m->type == CMP_CP || m->type == CMP_KUP;
}

const struct cmp_status *
cmp_refusal(const struct pki_cmp *m)
{
	if (m->type == CMP_ERROR) /* it may say that one has to wait */
		return m->items[0].status.status == CMP_WAITING
			   ? NULL
			   : &m->items[0].status;
	if (!is_response(m) && m->type != CMP_RP)
		return NULL;
	for (size_t i = 0; i < m->n_items; i++)
		if (m->items[i].status.status == CMP_REJECTION)
			return &m->items[i].status;
	return NULL;
}

const struct cmp_item *
cmp_granted(const struct pki_cmp *m)
{
	for (size_t i = 0; is_response(m) && i < m->n_items; i++)
		if (m->items[i].certificate.len > 0)
			return &m->items[i];
	return NULL;
}

/* ---- the body by itself ---- */

static void
judge_item(
    const struct pki_cmp *m, const struct cmp_item *i, struct pki_findings *f)
{
	const struct cmp_status *s = &i->status;
	const bool certified = i->certificate.len > 0 || i->encrypted;
	const bool granted =
	    s->status == CMP_ACCEPTED || s->status == CMP_WITH_MODS;
	char why[CMP_TEXT];

	cmp_failure_text(s, why);
	pki_check(f, PKI_CMP_STATUS, s->status < CMP_STATUSES && !s->undefined,
	    "%s, %s", cmp_status_name(s->status), why);
	if (s->has_failure)
		pki_check(f, PKI_DER_BITS_NAMED, !s->padded, "failInfo");
	if (!is_response(m))
		return;
	pki_check(f, PKI_CMP_CHOICE, !certified || !s->has_failure, "%s, %s",
	    cmp_status_name(s->status), why);
	if (s->status == CMP_REJECTION)
		pki_check(f, PKI_CMP_FAILURE, s->has_failure && s->failure != 0,
		    "%s", why);
	pki_check(f, PKI_CMP_GRANTED, certified == granted, "%s, %s",
	    cmp_status_name(s->status),
	    certified ? "a certificate" : "no certificate");
}

/* ---- as an answer ---- */

/* The body that a request's is answered by, beside error. */
static bool
body_answers(unsigned request, unsigned answer)
{
	static const struct {
		unsigned request, answer;
	} pairs[] = {
		{ CMP_IR, CMP_IP },
		{ CMP_CR, CMP_CP },
		{ CMP_P10CR, CMP_CP },
		{ CMP_KUR, CMP_KUP },
		{ CMP_RR, CMP_RP },
		{ CMP_CERTCONF, CMP_PKICONF },
		{ CMP_ERROR, CMP_PKICONF },
		{ CMP_GENM, CMP_GENP },
		{ CMP_POLLREQ, CMP_POLLREP },
	};

	if (answer == CMP_ERROR)
		return true;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (pairs[i].request == request && pairs[i].answer == answer)
			return true;
	return false;
}

/* A poll may bring at last what the application is answered by. */
static bool
is_answer(const struct cmp_ask *ask, unsigned answer)
{
	static const unsigned applications[] = { CMP_IR, CMP_CR, CMP_KUR };
	const struct pki_cmp *r = ask->request;

	if (body_answers(r->type, answer))
		return true;
	if (r->type != CMP_POLLREQ)
		return false;
	if (ask->applied != NULL)
		return body_answers(ask->applied->type, answer);
	for (size_t i = 0; i < sizeof applications / sizeof applications[0];
	     i++)
		if (body_answers(applications[i], answer))
			return true;
	return false;
}

static void
judge_hex(struct pki_findings *f, enum pki_code code, bool holds,
    struct span want, struct span got)
{
	char a[48], b[48];

	der_hex(want, a, sizeof a);
	der_hex(got, b, sizeof b);
	pki_check(
	    f, code, holds, "%s%s%s", b, holds ? "" : " for ", holds ? "" : a);
}

static const struct cmp_item *
item_of(const struct pki_cmp *m, int32_t id)
{
	for (size_t i = 0; i < m->n_items; i++)
		if (m->items[i].id == id)
			return &m->items[i];
	return NULL;
}

/* RFC 4210 says nothing of a request that has no certReqId: 0 or -1. */
static bool
ids_match(const struct pki_cmp *r, const struct pki_cmp *m)
{
	if (r->n_items != m->n_items)
		return false;
	if (r->type == CMP_P10CR)
		return m->items[0].id == 0 || m->items[0].id == -1;
	for (size_t i = 0; i < r->n_items; i++)
		if (item_of(m, r->items[i].id) == NULL)
			return false;
	return true;
}

static void
judge_certificate(const struct cmp_item *asked, const struct cmp_item *got,
    struct pki_findings *f)
{
	static const struct span key_tag = SPAN_INIT("\x30");
	struct pki_certificate c;
	struct der_bad bad = { 0 };
	struct der in;
	char a[NAME_TEXT], b[NAME_TEXT];

	if (!certificate_read(&c, got->certificate, f)) {
		pki_find(f, PKI_CMP_KEY, PKI_NOT_REACHED, "%s", "");
		return;
	}
	if (asked->has_key) {
		in = der_start(c.key.whole, &bad);
		pki_check(f, PKI_CMP_KEY,
		    span_starts(c.key.whole, key_tag) &&
			span_eq(der_take(&in, DER_SEQUENCE), asked->key),
		    "%s", "");
	}
	if (asked->has_subject && !name_is_empty(asked->subject)) {
		name_text(asked->subject, a);
		name_text(c.subject, b);
		pki_check(f, PKI_CMP_SUBJECT,
		    got->status.status == CMP_WITH_MODS ||
			name_equal(asked->subject, c.subject),
		    "%s for %s", b, a);
	}
}

static void
judge_responses(
    const struct pki_cmp *r, const struct pki_cmp *m, struct pki_findings *f)
{
	const bool match = ids_match(r, m);

	if (r->n_items == 0)
		return;
	pki_check(f, PKI_CMP_REQUEST_ID, match, "%zu for %zu, first %d for %d",
	    m->n_items, r->n_items, m->n_items == 0 ? -1 : m->items[0].id,
	    r->items[0].id);
	for (size_t i = 0; i < m->n_items && i < r->n_items; i++) {
		const struct cmp_item *asked = match && r->type != CMP_P10CR
						   ? item_of(r, m->items[i].id)
						   : &r->items[i];

		if (asked != NULL && m->items[i].certificate.len > 0)
			judge_certificate(asked, &m->items[i], f);
	}
}

static void
judge_answer(
    const struct cmp_ask *ask, const struct pki_cmp *m, struct pki_findings *f)
{
	const struct pki_cmp *r = ask->request;

	if (r->has_transaction)
		judge_hex(f, PKI_CMP_TRANSACTION,
		    m->has_transaction &&
			span_eq(r->transaction, m->transaction),
		    r->transaction, m->transaction);
	if (r->has_nonce)
		judge_hex(f, PKI_CMP_NONCE,
		    m->has_back && span_eq(r->nonce, m->back), r->nonce,
		    m->back);
	pki_check(f, PKI_CMP_BODY, is_answer(ask, m->type), "%s for %s",
	    cmp_body_name(m->type), cmp_body_name(r->type));
	if (is_response(m))
		judge_responses(ask->applied == NULL ? r : ask->applied, m, f);
}

void
cmp_judge(
    const struct pki_cmp *m, const struct cmp_ask *ask, struct pki_findings *f)
{
	const struct pki_cmp *r = ask->request;

	/* the highest one that the server knows, when it knows not that */
	pki_check(f, PKI_CMP_VERSION,
	    m->version == 2 ||
		(m->version == 3 && r != NULL && r->version >= 3),
	    "%u", m->version);
	if (pki_check(f, PKI_CMP_NONCE_OWN, m->has_nonce, "%s", ""))
		pki_check(f, PKI_CMP_NONCE_SIZE, m->nonce.len >= 16,
		    "%zu octets", m->nonce.len);
	cmp_judge_protection(m, ask, f);
	for (size_t i = 0; i < m->n_items; i++)
		if (m->items[i].has_status)
			judge_item(m, &m->items[i], f);
	if (r != NULL)
		judge_answer(ask, m, f);
}
