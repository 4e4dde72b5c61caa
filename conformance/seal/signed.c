/* SPDX-License-Identifier: MIT */
#include "conformance/seal/signed.h"

/* ---- TBS_Sign ---- */

/* GM/T 0031-2014 has a BIT STRING, in which a time may stand. */
static void
take_time(struct der *tbs, struct ses_signed *s)
{
	struct der_bad bad = { 0 };
	struct der inner;
	const unsigned tag = der_peek(tbs);

	if (s->format == SEAL_2014 && tag == DER_BIT_STRING) {
		s->time_bits = ses_bits_read(tbs).octets;
		inner = der_within(tbs->origin, s->time_bits, &bad);
		s->time = time_read(&inner);
		return;
	}
	s->time_is_general = tag == DER_TIME;
	s->time = time_read(tbs);
}

static void
take_signer(struct der *d, struct ses_signed *s)
{
	s->signer = der_take(d, DER_OCTET_STRING);
	ses_algorithm_read(d, &s->value);
}

static void
take_tbs(struct der *outer, struct ses_signed *s)
{
	struct der tbs;

	s->tbs = der_enter(outer, DER_SEQUENCE, &tbs);
	s->version = der_take(&tbs, DER_INTEGER);
	seal_take(&tbs, &s->seal);
	s->has_seal = tbs.bad->fault == DER_FINE;
	if (s->seal.format == SEAL_2025) {
		s->format = SEAL_2025;
		return;
	}
	take_time(&tbs, s);
	s->digest = ses_bits_read(&tbs);
	s->property = der_take(&tbs, DER_IA5);
	if (s->format == SEAL_2014)
		take_signer(&tbs, s);
	else
		s->custom = ses_custom_read(&tbs);
	der_end(&tbs);
}

/* ---- SES_Signature ---- */

/* A BIT STRING behind [0], which may be implicit, or behind nothing. */
static void
take_stamp(struct der *outer, struct ses_signed *s)
{
	struct der tagged, before = *outer;

	if (!der_more(outer))
		return;
	s->has_stamp = true;
	switch (der_peek(outer)) {
	case DER_CONSTRUCTED(0):
		s->stamp_is_tagged = true;
		der_enter(outer, DER_CONSTRUCTED(0), &tagged);
		s->stamp = ses_bits_read(&tagged);
		der_end(&tagged);
		break;
	case DER_CONTEXT(0):
		if (!der_bits(der_take(outer, DER_CONTEXT(0)), &s->stamp.octets,
			&s->stamp.unused))
			der_fail(&before, DER_BITS);
		break;
	default:
		s->stamp = ses_bits_read(outer);
	}
}

static void
take_signed(struct der *in, struct ses_signed *s)
{
	struct der outer;

	der_enter(in, DER_SEQUENCE, &outer);
	der_end(in);
	s->format = der_count(&outer) == 2 ? SEAL_2014 : SEAL_2020;
	take_tbs(&outer, s);
	if (s->format == SEAL_2025)
		return;
	if (s->format == SEAL_2020)
		take_signer(&outer, s);
	s->value.bits = ses_bits_read(&outer);
	if (s->format == SEAL_2020)
		take_stamp(&outer, s);
	der_end(&outer);
}

/* What was in the way: the seal within, or what is around it. */
static void
blame(const struct ses_signed *s, const struct der_bad *bad, bool fine,
    struct pki_findings *f)
{
	const enum pki_result result = fine ? PKI_FAILS : PKI_NOT_REACHED;
	const bool within = s->seal.whole.len > 0 && !s->has_seal;

	if (within)
		der_blame(f, PKI_SEAL_STRUCTURE, result, "", bad);
	der_blame(
	    f, PKI_SIGN_STRUCTURE, within ? PKI_NOT_REACHED : result, "", bad);
}

bool
signed_read(struct ses_signed *s, struct span der, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(der, &bad);
	bool fine;

	*s = (struct ses_signed){ .whole = der };
	if (der.len > SIGNED_MOST) {
		pki_check(f, PKI_SIGN_STRUCTURE, false,
		    "%zu octets: no more than %d are read", der.len,
		    SIGNED_MOST);
		return false;
	}
	fine = der_judge(der, f);
	take_signed(&in, s);
	if (bad.fault != DER_FINE) {
		blame(s, &bad, fine, f);
		return false;
	}
	if (s->format != SEAL_2025)
		pki_check(f, PKI_SIGN_STRUCTURE, true, "%s",
		    seal_format_name(s->format));
	return true;
}
