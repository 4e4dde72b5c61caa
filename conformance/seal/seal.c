/* SPDX-License-Identifier: MIT */
#include "conformance/seal/seal.h"

#define VERSION_2025 5 /* of the header */

const char *
seal_format_name(enum seal_format format)
{
	static const char *const names[] = { "GM/T 0031-2014",
		"GB/T 38540-2020", "GM/T 0031-2025" };

	return names[format];
}

/* ---- the list of signers ---- */

bool
seal_next(struct der *list, struct seal_entry *e)
{
	struct der one;

	if (!der_more(list))
		return false;
	*e = (struct seal_entry){ .is_digest = der_peek(list) == DER_SEQUENCE };
	if (!e->is_digest) {
		e->value = der_take(list, DER_OCTET_STRING);
	} else {
		der_enter(list, DER_SEQUENCE, &one);
		e->type = der_take(&one, DER_PRINTABLE);
		e->value = der_take(&one, DER_OCTET_STRING);
		der_end(&one);
	}
	return list->bad->fault == DER_FINE;
}

uint32_t
seal_list_type(const struct seal *s)
{
	uint32_t type = 0;

	if (s->format == SEAL_2014)
		return SEAL_CERTIFICATES;
	der_small(s->list_type, &type);
	return type == SEAL_CERTIFICATES || type == SEAL_DIGESTS ? type : 0;
}

/* ---- reading ---- */

static void
take_header(struct der *info, struct seal *s)
{
	struct der header;
	uint32_t version;

	der_enter(info, DER_SEQUENCE, &header);
	s->id = der_take(&header, DER_IA5);
	s->version = der_take(&header, DER_INTEGER);
	if (der_small(s->version, &version) && version == VERSION_2025) {
		s->format = SEAL_2025;
		return;
	}
	s->vendor = der_take(&header, DER_IA5);
	der_end(&header);
}

static void
take_list(struct der *property, struct seal *s)
{
	struct der list;
	struct seal_entry e;

	der_enter(property, DER_SEQUENCE, &list);
	s->list = list.rest;
	while (seal_next(&list, &e))
		s->n_list++;
}

static struct pki_time
take_time(struct der *d, bool *general)
{
	*general &= der_peek(d) == DER_TIME;
	return time_read(d);
}

static void
take_property(struct der *info, struct seal *s)
{
	struct der property;

	der_enter(info, DER_SEQUENCE, &property);
	s->type = der_take(&property, DER_INTEGER);
	s->name = der_take(&property, DER_UTF8);
	if (s->format == SEAL_2020)
		s->list_type = der_take(&property, DER_INTEGER);
	take_list(&property, s);
	s->times_are_general = true;
	s->made = take_time(&property, &s->times_are_general);
	s->begins = take_time(&property, &s->times_are_general);
	s->ends = take_time(&property, &s->times_are_general);
	der_end(&property);
}

static void
take_picture(struct der *info, struct seal *s)
{
	struct der picture;

	der_enter(info, DER_SEQUENCE, &picture);
	s->picture_type = der_take(&picture, DER_IA5);
	s->picture = der_take(&picture, DER_OCTET_STRING);
	s->width = der_take(&picture, DER_INTEGER);
	s->height = der_take(&picture, DER_INTEGER);
	der_end(&picture);
}

static void
take_maker(struct der *in, struct seal *s)
{
	const struct span before = in->rest;

	s->maker = der_take(in, DER_OCTET_STRING);
	ses_algorithm_read(in, &s->value);
	s->maker_to_algorithm = span_take(before, before.len - in->rest.len);
	s->value.bits = ses_bits_read(in);
	der_end(in);
}

void
seal_take(struct der *d, struct seal *s)
{
	struct der outer, info, inner;
	struct span before;

	*s = (struct seal){ .format = SEAL_2020 };
	before = d->rest;
	der_enter(d, DER_SEQUENCE, &outer);
	s->whole = span_take(before, before.len - d->rest.len);
	if (der_count(&outer) == 2)
		s->format = SEAL_2014;
	s->info = der_enter(&outer, DER_SEQUENCE, &info);
	take_header(&info, s);
	if (s->format == SEAL_2025)
		return;
	s->esid = der_take(&info, DER_IA5);
	take_property(&info, s);
	take_picture(&info, s);
	s->custom = ses_custom_read(&info);
	der_end(&info);
	if (s->format == SEAL_2020) {
		take_maker(&outer, s);
		return;
	}
	der_enter(&outer, DER_SEQUENCE, &inner);
	take_maker(&inner, s);
	der_end(&outer);
}

bool
seal_read(struct seal *s, struct span der, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(der, &bad);
	bool fine;

	if (der.len > SEAL_MOST) {
		pki_check(f, PKI_SEAL_STRUCTURE, false,
		    "%zu octets: no more than %d are read", der.len, SEAL_MOST);
		return false;
	}
	fine = der_judge(der, f);
	seal_take(&in, s);
	der_end(&in);
	if (bad.fault != DER_FINE) {
		der_blame(f, PKI_SEAL_STRUCTURE,
		    fine ? PKI_FAILS : PKI_NOT_REACHED, "", &bad);
		return false;
	}
	if (s->format != SEAL_2025)
		pki_check(f, PKI_SEAL_STRUCTURE, true, "%s",
		    seal_format_name(s->format));
	return true;
}
