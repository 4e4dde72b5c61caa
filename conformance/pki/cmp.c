/* SPDX-License-Identifier: MIT */
#include "conformance/pki/cmp.h"

/* ---- what is common ---- */

/* Into [n], which is explicit, when it is the next one. */
static bool
enter(struct der *d, unsigned n, struct der *inner)
{
	if (der_peek(d) != DER_CONSTRUCTED(n))
		return false;
	der_enter(d, DER_CONSTRUCTED(n), inner);
	return true;
}

/* What [n] holds, when it is the next one. */
static bool
take(struct der *d, unsigned n, unsigned tag, struct span *content)
{
	struct der inner;

	if (!enter(d, n, &inner))
		return false;
	*content = der_take(&inner, tag);
	der_end(&inner);
	return true;
}

/* PKIFreeText; gives the first one. */
static struct span
read_text(struct der *d)
{
	struct span first = SPAN(""), text;
	struct der list;

	der_enter(d, DER_SEQUENCE, &list);
	first = der_take(&list, DER_UTF8); /* SIZE (1..MAX) */
	while (der_more(&list)) {
		text = der_take(&list, DER_UTF8);
		if (first.ptr == NULL)
			first = text;
	}
	return first;
}

/* An INTEGER, which may be negative; what has no room is far from all. */
static int32_t
read_id(struct der *d)
{
	struct span content = der_take(d, DER_INTEGER);
	uint32_t n = 0;

	if (span_eq(content, SPAN("\xff")))
		return -1; /* all of the message: RFC 9480 2.19 */
	return der_small(content, &n) ? (int32_t)n : INT32_MIN;
}

static void
read_failure(struct der *d, struct cmp_status *s)
{
	struct der before = *d;
	struct span bits;
	unsigned unused = 0, n;

	s->has_failure = true;
	if (!der_bits(der_take(d, DER_BIT_STRING), &bits, &unused)) {
		der_fail(&before, DER_BITS);
		return;
	}
	n = (unsigned)bits.len * 8 - unused;
	for (unsigned i = 0; i < n; i++) {
		if (((unsigned char)bits.ptr[i / 8] >> (7 - i % 8) & 1) == 0)
			continue;
		if (i < CMP_FAILURES)
			s->failure |= UINT32_C(1) << i;
		else
			s->undefined = true;
	}
	s->padded = n > 0 &&
		    ((unsigned char)bits.ptr[(n - 1) / 8] >> (7 - (n - 1) % 8) &
			1) == 0;
}

static struct cmp_status
read_status(struct der *d)
{
	struct cmp_status s = { .text = SPAN_INIT("") };
	struct der info;

	der_enter(d, DER_SEQUENCE, &info);
	s.status = der_number(&info, DER_INTEGER);
	if (der_peek(&info) == DER_SEQUENCE)
		s.text = read_text(&info);
	if (der_more(&info))
		read_failure(&info, &s);
	der_end(&info);
	return s;
}

/* Room for one more; what there is no room for is read and forgotten. */
static struct cmp_item *
one_more(struct pki_cmp *m, struct cmp_item *spare)
{
	struct cmp_item *i = spare;

	if (m->n_items < CMP_ITEMS)
		i = &m->items[m->n_items++];
	else
		m->more = true;
	*i = (struct cmp_item){ .id = -1 };
	return i;
}

static void
read_certificates(struct pki_cmp *m, struct der *list)
{
	while (der_more(list)) {
		struct der before = *list;
		const struct der_item one = der_next(list);

		if (one.tag != DER_SEQUENCE)
			der_fail(&before, DER_OTHER_TAG);
		if (m->n_certificates < CMP_CERTIFICATES)
			m->certificates[m->n_certificates++] = one.whole;
	}
}

/* ---- requests: RFC 4211 ---- */

/* CertTemplate; tags are implicit but for those of names. */
static void
read_template(struct der *d, struct cmp_item *i)
{
	struct der all, name;

	der_enter(d, DER_SEQUENCE, &all);
	while (der_more(&all))
		switch (der_peek(&all)) {
		case DER_CONSTRUCTED(5):
			der_enter(&all, DER_CONSTRUCTED(5), &name);
			i->subject = name_read(&name);
			i->has_subject = true;
			der_end(&name);
			break;
		case DER_CONSTRUCTED(6):
			i->key = der_take(&all, DER_CONSTRUCTED(6));
			i->has_key = true;
			break;
		default:
			der_next(&all);
		}
}

static void
read_requests(struct pki_cmp *m, struct der *d)
{
	struct der list, one, request;
	struct cmp_item spare, *i;

	der_enter(d, DER_SEQUENCE, &list);
	while (der_more(&list)) {
		i = one_more(m, &spare);
		der_enter(&list, DER_SEQUENCE, &one);
		der_enter(&one, DER_SEQUENCE, &request);
		i->id = read_id(&request);
		read_template(&request, i);
		der_maybe(&request, DER_SEQUENCE, NULL);
		der_end(&request);
		while (der_more(&one))
			der_next(&one);
	}
}

/* RFC 2986 4 */
static void
read_pkcs10(struct pki_cmp *m, struct der *d)
{
	struct der all, info;
	struct cmp_item spare, *i = one_more(m, &spare);
	struct der key;

	der_enter(d, DER_SEQUENCE, &all);
	der_enter(&all, DER_SEQUENCE, &info);
	der_number(&info, DER_INTEGER);
	i->subject = name_read(&info);
	der_enter(&info, DER_SEQUENCE, &key);
	i->key = key.rest;
	i->has_key = i->has_subject = true;
	der_maybe(&info, DER_CONSTRUCTED(0), NULL);
	der_end(&info);
	algorithm_read(&all);
	der_take(&all, DER_BIT_STRING);
	der_end(&all);
}

static void
read_revocations(struct pki_cmp *m, struct der *d)
{
	struct der list, one;
	struct cmp_item spare;

	der_enter(d, DER_SEQUENCE, &list);
	while (der_more(&list)) {
		struct cmp_item *i = one_more(m, &spare);

		der_enter(&list, DER_SEQUENCE, &one);
		read_template(&one, i);
		der_maybe(&one, DER_SEQUENCE, NULL);
		der_end(&one);
	}
}

static void
read_confirmation(struct pki_cmp *m, struct der *d)
{
	struct der list, one;
	struct cmp_item spare, *i;

	der_enter(d, DER_SEQUENCE, &list);
	while (der_more(&list)) {
		i = one_more(m, &spare);
		der_enter(&list, DER_SEQUENCE, &one);
		i->hash = der_take(&one, DER_OCTET_STRING);
		i->id = read_id(&one);
		if (der_peek(&one) == DER_SEQUENCE) {
			i->status = read_status(&one);
			i->has_status = true;
		}
		der_maybe(&one, DER_CONSTRUCTED(0), NULL); /* RFC 9480 */
		der_end(&one);
	}
}

/* ---- answers ---- */

static void
read_pair(struct der *one, struct cmp_item *i)
{
	struct der pair, choice;

	der_enter(one, DER_SEQUENCE, &pair);
	if (enter(&pair, 0, &choice)) {
		struct der at = choice;
		const struct der_item c = der_next(&choice);

		if (c.tag != DER_SEQUENCE)
			der_fail(&at, DER_OTHER_TAG);
		i->certificate = c.whole;
		der_end(&choice);
	} else {
		der_take(&pair, DER_CONSTRUCTED(1));
		i->encrypted = true;
	}
	der_maybe(&pair, DER_CONSTRUCTED(0), NULL);
	der_maybe(&pair, DER_CONSTRUCTED(1), NULL);
	der_end(&pair);
}

static void
read_responses(struct pki_cmp *m, struct der *d)
{
	struct der all, list, one;
	struct cmp_item spare, *i;

	der_enter(d, DER_SEQUENCE, &all);
	der_maybe(&all, DER_CONSTRUCTED(1), NULL); /* caPubs */
	der_enter(&all, DER_SEQUENCE, &list);
	while (der_more(&list)) {
		i = one_more(m, &spare);
		der_enter(&list, DER_SEQUENCE, &one);
		i->id = read_id(&one);
		i->status = read_status(&one);
		i->has_status = true;
		if (der_peek(&one) == DER_SEQUENCE)
			read_pair(&one, i);
		der_maybe(&one, DER_OCTET_STRING, NULL);
		der_end(&one);
	}
	der_end(&all);
}

static void
read_revoked(struct pki_cmp *m, struct der *d)
{
	struct der all, list;
	struct cmp_item spare, *i;

	der_enter(d, DER_SEQUENCE, &all);
	der_enter(&all, DER_SEQUENCE, &list);
	do { /* SIZE (1..MAX) */
		i = one_more(m, &spare);
		i->status = read_status(&list);
		i->has_status = true;
	} while (der_more(&list));
	der_maybe(&all, DER_CONSTRUCTED(0), NULL);
	der_maybe(&all, DER_CONSTRUCTED(1), NULL);
	der_end(&all);
}

static void
read_error(struct pki_cmp *m, struct der *d)
{
	struct der all;
	struct cmp_item spare, *i = one_more(m, &spare);

	der_enter(d, DER_SEQUENCE, &all);
	i->status = read_status(&all);
	i->has_status = true;
	der_maybe(&all, DER_INTEGER, NULL);
	if (der_more(&all))
		read_text(&all);
	der_end(&all);
}

static void
read_poll(struct pki_cmp *m, struct der *d)
{
	struct der list, one;
	struct cmp_item spare, *i;

	der_enter(d, DER_SEQUENCE, &list);
	while (der_more(&list)) {
		i = one_more(m, &spare);
		der_enter(&list, DER_SEQUENCE, &one);
		i->id = read_id(&one);
		if (m->type == CMP_POLLREP) {
			i->after = der_number(&one, DER_INTEGER);
			if (der_more(&one))
				read_text(&one);
		}
		der_end(&one);
	}
}

/* ---- the message ---- */

/* generalInfo, and what genm and genp hold. */
static void
read_information(struct pki_cmp *m, struct der *d)
{
	struct der list, one;

	der_enter(d, DER_SEQUENCE, &list);
	while (der_more(&list)) {
		der_enter(&list, DER_SEQUENCE, &one);
		m->implicit |=
		    oid_of(der_take(&one, DER_OID)) == OID_IMPLICIT_CONFIRM;
		if (der_more(&one))
			der_next(&one);
		der_end(&one);
	}
}

static void
read_nothing(struct pki_cmp *m, struct der *d)
{
	(void)m;
	der_take(d, DER_NULL);
}

static void
read_body(struct pki_cmp *m, struct der *d)
{
	static void (*const readers[CMP_BODIES])(
	    struct pki_cmp *, struct der *) = {
		[CMP_IR] = read_requests,
		[CMP_IP] = read_responses,
		[CMP_CR] = read_requests,
		[CMP_CP] = read_responses,
		[CMP_P10CR] = read_pkcs10,
		[CMP_KUR] = read_requests,
		[CMP_KUP] = read_responses,
		[CMP_RR] = read_revocations,
		[CMP_RP] = read_revoked,
		[CMP_PKICONF] = read_nothing,
		[CMP_GENM] = read_information,
		[CMP_GENP] = read_information,
		[CMP_ERROR] = read_error,
		[CMP_CERTCONF] = read_confirmation,
		[CMP_POLLREQ] = read_poll,
		[CMP_POLLREP] = read_poll,
	};
	const unsigned tag = der_peek(d);
	struct der inner;
	bool implicit = m->implicit;

	if ((tag & 0xe0) != 0xa0 || (tag & 0x1f) >= CMP_BODIES) {
		der_fail(d, der_more(d) ? DER_OTHER_TAG : DER_MISSING);
		return;
	}
	m->type = tag & 0x1f;
	m->body = der_enter(d, tag, &inner);
	if (readers[m->type] != NULL)
		readers[m->type](m, &inner);
	else
		der_next(&inner);
	der_end(&inner);
	m->implicit = implicit;
}

static void
read_time(struct pki_cmp *m, struct der *d)
{
	struct der inner;
	bool fraction = false;

	if (!enter(d, 0, &inner))
		return;
	m->has_time = true;
	m->time.text = der_take(&inner, DER_TIME);
	m->time.readable =
	    der_time(DER_TIME, m->time.text, &m->time.at, &fraction);
	m->time.fitting = m->time.readable;
	der_end(&inner);
}

static void
read_header(struct pki_cmp *m, struct der *d)
{
	struct der h, inner;

	m->header = der_enter(d, DER_SEQUENCE, &h);
	m->version = der_number(&h, DER_INTEGER);
	m->sender = general_read(&h);
	m->recipient = general_read(&h);
	read_time(m, &h);
	if (enter(&h, 1, &inner)) {
		m->algorithm = algorithm_read(&inner);
		m->has_algorithm = true;
		der_end(&inner);
	}
	take(&h, 2, DER_OCTET_STRING, &m->sender_key);
	take(&h, 3, DER_OCTET_STRING, &m->recipient_key);
	m->has_transaction = take(&h, 4, DER_OCTET_STRING, &m->transaction);
	m->has_nonce = take(&h, 5, DER_OCTET_STRING, &m->nonce);
	m->has_back = take(&h, 6, DER_OCTET_STRING, &m->back);
	if (enter(&h, 7, &inner)) {
		read_text(&inner);
		der_end(&inner);
	}
	if (enter(&h, 8, &inner)) {
		read_information(m, &inner);
		der_end(&inner);
	}
	der_end(&h);
}

static void
read_protection(struct pki_cmp *m, struct der *d)
{
	struct der inner, before;
	unsigned unused = 0;

	if (!enter(d, 0, &inner))
		return;
	before = inner;
	m->has_protection = true;
	if (!der_bits(
		der_take(&inner, DER_BIT_STRING), &m->protection, &unused) ||
	    unused != 0)
		der_fail(&before, DER_BITS);
	der_end(&inner);
}

static void
read_message(struct pki_cmp *m, struct der *in)
{
	struct der all, inner, list;

	der_enter(in, DER_SEQUENCE, &all);
	der_end(in);
	read_header(m, &all);
	read_body(m, &all);
	read_protection(m, &all);
	if (enter(&all, 1, &inner)) {
		der_enter(&inner, DER_SEQUENCE, &list);
		read_certificates(m, &list);
		der_end(&inner);
	}
	der_end(&all);
}

bool
cmp_read_message(struct pki_cmp *m, struct span der, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(der, &bad);
	bool fine;

	*m = (struct pki_cmp){ .whole = der, .type = CMP_BODIES };
	if (der.len > CMP_MOST) {
		pki_check(f, PKI_CMP_STRUCTURE, false,
		    "%zu octets: no more than %d are read", der.len, CMP_MOST);
		return false;
	}
	fine = der_judge(der, f);
	read_message(m, &in);
	if (bad.fault != DER_FINE) {
		der_blame(f, PKI_CMP_STRUCTURE,
		    fine ? PKI_FAILS : PKI_NOT_REACHED, "", &bad);
		return false;
	}
	/* header and body stand beside each other */
	m->covered =
	    (struct span){ m->header.ptr, m->header.len + m->body.len };
	pki_check(f, PKI_CMP_STRUCTURE, true, "%s", cmp_body_name(m->type));
	return true;
}
