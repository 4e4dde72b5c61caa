/* SPDX-License-Identifier: MIT */
/* Seals that are wrong in one way. */
#include <string.h>
#include <time.h>

#include "reference/seal/flaw.h"

#define DAY_US (86400 * INT64_C(1000000))

/* ---- what was asked for ---- */

static void
reverse(struct seal_order *o)
{
	const struct wall start = o->start;

	o->start = o->end;
	o->end = start;
}

static void
antedate(struct seal_order *o)
{
	o->made.us -= 3 * DAY_US;
	o->start.us = o->made.us + DAY_US;
	o->end.us = o->start.us + DAY_US;
}

static void
list_another(struct seal_order *o)
{
	o->signers = &o->maker->cert;
	o->n_signers = 1;
}

void
flaw_order(struct seal_order *o)
{
	if (o->variant == VARIANT_SEAL_DIGESTS)
		o->list_type = SES_DIGESTS;
	switch ((int)o->fault) {
	case FAULT_SEAL_ESID_EMPTY:
		o->esid = "";
		break;
	case FAULT_SEAL_ESID_SAME:
		o->esid = "11010000000000";
		break;
	case FAULT_SEAL_NAME_OTHER:
		o->name = "某某专用章";
		break;
	case FAULT_SEAL_PICTURE_SIZELESS:
		o->width = 0;
		break;
	case FAULT_SEAL_PICTURE_TYPE_WRONG:
		o->format = strcmp(o->format, "gif") == 0 ? "png" : "gif";
		break;
	case FAULT_SEAL_PICTURE_SIZE_OTHER:
		o->height++;
		break;
	case FAULT_SEAL_TIMES_REVERSED:
		reverse(o);
		break;
	case FAULT_SEAL_PERIOD_PAST:
		antedate(o);
		break;
	case FAULT_SEAL_SIGNER_OTHER:
		list_another(o);
		break;
	case FAULT_SEAL_SIGNER_DIGEST:
		o->list_type = SES_DIGESTS;
		break;
	default:
		break;
	}
}

/* ---- what it says ---- */

/* UTCTime knows no year from 2050 on. */
static bool
set_utc(ASN1_TIME *t)
{
	struct tm tm;
	ASN1_TIME *utc;
	bool ok;

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return false;
	utc = ASN1_UTCTIME_set(NULL, timegm(&tm));
	ok = utc == NULL || ASN1_STRING_copy(t, utc) == 1;
	ASN1_UTCTIME_free(utc);
	return ok;
}

static bool
set_times_utc(struct ses_property *p)
{
	return set_utc(p->made) && set_utc(p->start) && set_utc(p->end);
}

static void
spoil_digest(const struct ses_property *p)
{
	for (int i = 0; i < ses_entries(p); i++)
		ses_entry_at(p, i)->is.digest->value->data[0] ^= 1;
}

/* An octet that no reader of pictures looks at. */
static bool
lengthen(ASN1_OCTET_STRING *picture)
{
	struct buf b;
	bool ok;

	buf_init(&b, SES_MOST);
	buf_add(&b, ses_octets(picture));
	buf_add(&b, SPAN("\n"));
	ok = ses_string_set(picture, buf_span(&b));
	buf_free(&b);
	return ok;
}

bool
flaw_info(const struct seal_order *o, struct ses_info *i)
{
	struct ses_property *p = i->property;

	switch ((int)o->fault) {
	case FAULT_SEAL_ID_WRONG:
		return ses_string_set(i->header->id, SPAN("EZ"));
	case FAULT_SEAL_VERSION_WRONG:
		return ASN1_INTEGER_set(i->header->version, 3) == 1;
	case FAULT_SEAL_LIST_TYPE_WRONG:
		return ASN1_INTEGER_set(p->list_type, 3) == 1;
	case FAULT_SEAL_LIST_OTHER_TYPE:
		return ASN1_INTEGER_set(p->list_type, SES_DIGESTS) == 1;
	case FAULT_SEAL_TIME_UTC:
		return set_times_utc(p);
	case FAULT_SEAL_SIGNER_DIGEST:
		spoil_digest(p);
		return true;
	case FAULT_SEAL_PICTURE_OTHER:
		return lengthen(i->picture->octets);
	default:
		return flaw_extensions(
		    flaw_of_seal(o->fault), o->variant, &i->ext);
	}
}

bool
flaw_seal_tbs(enum fault fault, struct ses_seal *s, struct buf *to)
{
	if (fault == FAULT_SEAL_OF_2014 || fault == FAULT_SIGN_OF_2014)
		ses_seal_age(s);
	return fault == FAULT_SEAL_VALUE_SCOPE ? ses_seal_tbs_other(s, to)
					       : ses_seal_tbs(s, to);
}
