/* SPDX-License-Identifier: MIT */
#include "conformance/pki/message.h"

static void
read_party(struct pki_message *m, struct message_party *p, struct der *list)
{
	struct der one, id;

	der_enter(list, DER_SEQUENCE, &one);
	p->version = der_number(&one, DER_INTEGER);
	der_enter(&one, DER_SEQUENCE, &id);
	p->issuer = name_read(&id);
	p->serial = der_take(&id, DER_INTEGER);
	der_end(&id);
	if (m->is_signed)
		p->digest = algorithm_read(&one);
	if (m->is_signed && der_peek(&one) == DER_CONSTRUCTED(0)) {
		p->attributes = der_next(&one).whole;
		p->has_attributes = true;
	}
	p->algorithm = algorithm_read(&one);
	p->value = der_take(&one, DER_OCTET_STRING);
	if (m->is_signed)
		der_maybe(&one, DER_CONSTRUCTED(1), NULL);
	der_end(&one);
}

static void
read_parties(struct pki_message *m, struct der *data)
{
	struct message_party more;
	struct der list;

	der_enter(data, DER_SET, &list);
	for (; der_more(&list); m->n_parties++) {
		struct message_party *p = m->n_parties < MESSAGE_LISTS
					      ? &m->parties[m->n_parties]
					      : &more;

		*p = (struct message_party){ .version = 0 };
		read_party(m, p, &list);
	}
}

static void
read_digests(struct pki_message *m, struct der *data)
{
	struct der list;

	der_enter(data, DER_SET, &list);
	while (der_more(&list)) {
		const struct pki_algorithm a = algorithm_read(&list);

		if (m->n_digests < MESSAGE_LISTS)
			m->digests[m->n_digests++] = a;
	}
}

static void
read_certificates(struct pki_message *m, struct der *data)
{
	struct der list;

	if (der_peek(data) != DER_CONSTRUCTED(0))
		return;
	der_enter(data, DER_CONSTRUCTED(0), &list);
	while (der_more(&list)) {
		const struct span c = der_next(&list).whole;

		if (m->n_certificates < MESSAGE_LISTS)
			m->certificates[m->n_certificates++] = c;
	}
}

/* RFC 2315 9.1 */
static void
read_signed(struct pki_message *m, struct der *data)
{
	struct der content, explicit;

	read_digests(m, data);
	der_enter(data, DER_SEQUENCE, &content);
	m->content_type = der_take(&content, DER_OID);
	if (der_peek(&content) == DER_CONSTRUCTED(0)) {
		der_enter(&content, DER_CONSTRUCTED(0), &explicit);
		m->content = der_take(&explicit, DER_OCTET_STRING);
		m->has_content = true;
		der_end(&explicit);
	}
	der_end(&content);
	read_certificates(m, data);
	der_maybe(data, DER_CONSTRUCTED(1), NULL); /* crls */
	read_parties(m, data);
}

/* RFC 2315 10.1 */
static void
read_enveloped(struct pki_message *m, struct der *data)
{
	struct der content;

	read_parties(m, data);
	der_enter(data, DER_SEQUENCE, &content);
	m->content_type = der_take(&content, DER_OID);
	m->cipher = algorithm_read(&content);
	m->content = der_maybe(&content, DER_CONTEXT(0), &m->has_content);
	/* GB/T 35275 has places for what both ends share besides */
	der_maybe(&content, DER_CONTEXT(1), NULL);
	der_maybe(&content, DER_CONTEXT(2), NULL);
	der_end(&content);
}

/* RFC 2315 7 */
static void
read_all(struct pki_message *m, struct der *in)
{
	struct der info, inner, data;

	der_enter(in, DER_SEQUENCE, &info);
	der_end(in);
	m->type = oid_of(der_take(&info, DER_OID));
	m->is_signed =
	    m->type == OID_GM_SIGNED_DATA || m->type == OID_SIGNED_DATA;
	if (!m->is_signed && m->type != OID_GM_ENVELOPED_DATA &&
	    m->type != OID_ENVELOPED_DATA)
		der_fail(&info, DER_OTHER_TAG);
	der_enter(&info, DER_CONSTRUCTED(0), &inner);
	der_end(&info);
	der_enter(&inner, DER_SEQUENCE, &data);
	der_end(&inner);
	m->version = der_number(&data, DER_INTEGER);
	if (m->is_signed)
		read_signed(m, &data);
	else
		read_enveloped(m, &data);
	der_end(&data);
}

bool
message_read(struct pki_message *m, struct span der, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(der, &bad);
	bool fine;

	*m = (struct pki_message){ .whole = der };
	if (der.len > MESSAGE_MOST)
		return pki_check(f, PKI_MESSAGE_STRUCTURE, false,
		    "%zu octets: no more than %d are read", der.len,
		    MESSAGE_MOST);
	fine = der_judge(der, f);
	read_all(m, &in);
	if (bad.fault != DER_FINE) {
		der_blame(f, PKI_MESSAGE_STRUCTURE,
		    fine ? PKI_FAILS : PKI_NOT_REACHED, "", &bad);
		return false;
	}
	if (m->n_parties > MESSAGE_LISTS)
		return pki_check(f, PKI_MESSAGE_STRUCTURE, false,
		    "%zu signers or recipients: no more than %d are read",
		    m->n_parties, MESSAGE_LISTS);
	return pki_check(f, PKI_MESSAGE_STRUCTURE, true, "%s",
	    m->is_signed ? "SignedData" : "EnvelopedData");
}
