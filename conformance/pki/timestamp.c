/* SPDX-License-Identifier: MIT */
#include "conformance/pki/timestamp.h"

/* ---- TSTInfo ---- */

static bool
read_thousandth(struct der *d, unsigned tag, int64_t unit, int64_t *us)
{
	uint32_t n = 0;
	bool there;
	const struct span content = der_maybe(d, tag, &there);

	if (!there)
		return true;
	if (!der_small(content, &n) || n < 1 || n > 999)
		return false;
	*us += n * unit;
	return true;
}

static void
read_accuracy(struct pki_stamp *s, struct der *info)
{
	struct der accuracy;
	uint32_t seconds = 0;
	int64_t us = 0;
	bool sound = true, there;
	struct span content;

	s->accuracy_us = -1;
	s->accuracy_is_sound = true;
	if (der_peek(info) != DER_SEQUENCE)
		return;
	der_enter(info, DER_SEQUENCE, &accuracy);
	content = der_maybe(&accuracy, DER_INTEGER, &there);
	if (there)
		sound = der_small(content, &seconds);
	us = (int64_t)seconds * 1000000;
	sound &= read_thousandth(&accuracy, DER_CONTEXT(0), 1000, &us);
	sound &= read_thousandth(&accuracy, DER_CONTEXT(1), 1, &us);
	der_end(&accuracy);
	s->accuracy_is_sound = sound;
	s->accuracy_us = us;
}

static void
read_info(struct pki_stamp *s, struct der *in)
{
	struct der info, inner;
	bool zero = false, fraction;

	der_enter(in, DER_SEQUENCE, &info);
	s->version = der_number(&info, DER_INTEGER);
	s->policy = der_take(&info, DER_OID);
	der_enter(&info, DER_SEQUENCE, &inner);
	s->imprint = algorithm_read(&inner);
	s->hash = der_take(&inner, DER_OCTET_STRING);
	der_end(&inner);
	s->serial = der_take(&info, DER_INTEGER);
	s->time = der_take(&info, DER_TIME);
	s->time_is_sound = der_time(DER_TIME, s->time, &s->at, &fraction);
	read_accuracy(s, &info);
	der_flag(&info, DER_BOOLEAN, &zero);
	s->nonce = der_maybe(&info, DER_INTEGER, &s->has_nonce);
	if (der_peek(&info) == DER_CONSTRUCTED(0)) {
		der_enter(&info, DER_CONSTRUCTED(0), &inner);
		s->name = general_read(&inner);
		s->has_name = true;
		der_end(&inner);
	}
	if (der_peek(&info) == DER_CONSTRUCTED(1)) {
		/* [1] IMPLICIT Extensions: its content is that of a SEQUENCE */
		der_enter(&info, DER_CONSTRUCTED(1), &inner);
		extensions_read_list(&inner, &s->extensions);
	}
	der_end(&info);
	der_end(in);
}

/* ---- SignedData ---- */

static void
read_signer(struct pki_stamp *s, struct der *list)
{
	struct der one, id;

	der_enter(list, DER_SEQUENCE, &one);
	s->signer_version = der_number(&one, DER_INTEGER);
	if (der_peek(&one) == DER_CONTEXT(0)) {
		s->signer_key = der_take(&one, DER_CONTEXT(0));
	} else {
		der_enter(&one, DER_SEQUENCE, &id);
		s->signer_issuer = name_read(&id);
		s->signer_serial = der_take(&id, DER_INTEGER);
		der_end(&id);
	}
	s->digest = algorithm_read(&one);
	s->attributes = der_maybe(&one, DER_CONSTRUCTED(0), &s->has_attributes);
	s->algorithm = algorithm_read(&one);
	s->signature = der_take(&one, DER_OCTET_STRING);
	der_maybe(&one, DER_CONSTRUCTED(1), NULL);
	der_end(&one);
}

static void
read_signed(struct pki_stamp *s, struct der *in)
{
	struct der data, content, explicit, list;

	der_enter(in, DER_SEQUENCE, &data);
	der_end(in);
	s->data_version = der_number(&data, DER_INTEGER);
	der_enter(&data, DER_SET, &list);
	s->digests = list.rest;
	while (der_more(&list))
		algorithm_read(&list);
	der_enter(&data, DER_SEQUENCE, &content);
	s->content_type = der_take(&content, DER_OID);
	if (der_peek(&content) == DER_CONSTRUCTED(0)) {
		der_enter(&content, DER_CONSTRUCTED(0), &explicit);
		s->content = der_take(&explicit, DER_OCTET_STRING);
		der_end(&explicit);
	}
	der_end(&content);
	if (der_peek(&data) == DER_CONSTRUCTED(0)) {
		der_enter(&data, DER_CONSTRUCTED(0), &list);
		while (der_more(&list)) {
			const struct span c = der_next(&list).whole;

			if (s->n_certificates < STAMP_CERTIFICATES)
				s->certificates[s->n_certificates++] = c;
		}
	}
	der_maybe(&data, DER_CONSTRUCTED(1), NULL); /* crls */
	der_enter(&data, DER_SET, &list);
	while (der_more(&list)) {
		struct pki_stamp other;

		read_signer(s->n_signers == 0 ? s : &other, &list);
		s->n_signers++;
	}
	der_end(&data);
}

static void
read_token(struct pki_stamp *s, struct der *in)
{
	struct der token, inner;

	der_enter(in, DER_SEQUENCE, &token);
	if (oid_of(der_take(&token, DER_OID)) != OID_SIGNED_DATA)
		der_fail(&token, DER_OTHER_TAG);
	der_enter(&token, DER_CONSTRUCTED(0), &inner);
	der_end(&token);
	read_signed(s, &inner);
	s->has_token = true;
}

/* A response begins with a SEQUENCE, a token with an OBJECT IDENTIFIER. */
static void
read_response(struct pki_stamp *s, struct der *in)
{
	struct der_bad bad = { 0 };
	struct der copy = der_within(in->origin, in->rest, &bad), first;
	struct der response, status;

	der_enter(&copy, DER_SEQUENCE, &first);
	if (der_peek(&first) == DER_OID) {
		read_token(s, in);
		return;
	}
	s->is_response = true;
	der_enter(in, DER_SEQUENCE, &response);
	der_enter(&response, DER_SEQUENCE, &status);
	s->status = der_number(&status, DER_INTEGER);
	if (der_more(&response))
		read_token(s, &response);
	der_end(&response);
}

bool
stamp_read(struct pki_stamp *s, struct span der, struct pki_findings *f)
{
	struct der_bad bad = { 0 }, found[8];
	struct der in = der_start(der, &bad);
	bool fine;
	size_t n = 0;

	*s = (struct pki_stamp){ .whole = der, .accuracy_us = -1 };
	if (der.len > STAMP_MOST) {
		pki_check(f, PKI_STAMP_STRUCTURE, false,
		    "%zu octets: no more than %d are read", der.len,
		    STAMP_MOST);
		return false;
	}
	fine = der_judge(der, f);
	read_response(s, &in);
	if (bad.fault == DER_FINE && s->has_token &&
	    oid_of(s->content_type) == OID_TST_INFO) {
		n = der_lint(der.ptr, s->content, found, 8);
		in = der_within(der.ptr, s->content, &bad);
		read_info(s, &in);
		s->has_info = bad.fault == DER_FINE;
	}
	for (size_t i = 0; i < n; i++)
		if (found[i].fault != DER_CLOCK) { /* stamp.time says so */
			der_blame(f, der_code(found[i].fault), PKI_FAILS,
			    "TSTInfo", &found[i]);
			fine = false;
		}
	if (bad.fault != DER_FINE) {
		der_blame(f, PKI_STAMP_STRUCTURE,
		    fine ? PKI_FAILS : PKI_NOT_REACHED, "", &bad);
		return false;
	}
	pki_check(f, PKI_STAMP_STRUCTURE, true, "%s",
	    s->is_response ? "TimeStampResp" : "TimeStampToken");
	return true;
}
