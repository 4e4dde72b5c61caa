/* SPDX-License-Identifier: MIT */
#include "reference/seal/ses.h"

#include <limits.h>

#include <openssl/asn1t.h>
#include <openssl/err.h>

#define DER(der, n) ((struct span){ (const char *)(der), (size_t)(n) })

/* ---- templates ---- */

/* clang-format off */
ASN1_SEQUENCE(SES_HEADER) = {
	ASN1_SIMPLE(struct ses_header, id, ASN1_IA5STRING),
	ASN1_SIMPLE(struct ses_header, version, ASN1_INTEGER),
	ASN1_SIMPLE(struct ses_header, vendor, ASN1_IA5STRING),
} static_ASN1_SEQUENCE_END_name(struct ses_header, SES_HEADER)

ASN1_SEQUENCE(SES_DIGEST) = {
	ASN1_SIMPLE(struct ses_digest, type, ASN1_PRINTABLESTRING),
	ASN1_SIMPLE(struct ses_digest, value, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END_name(struct ses_digest, SES_DIGEST)

ASN1_CHOICE(SES_ENTRY) = {
	ASN1_SIMPLE(struct ses_entry, is.certificate, ASN1_OCTET_STRING),
	ASN1_SIMPLE(struct ses_entry, is.digest, SES_DIGEST),
} static_ASN1_CHOICE_END_selector(struct ses_entry, SES_ENTRY, is_digest)

ASN1_SEQUENCE(SES_PROPERTY) = {
	ASN1_SIMPLE(struct ses_property, type, ASN1_INTEGER),
	ASN1_SIMPLE(struct ses_property, name, ASN1_UTF8STRING),
	ASN1_SIMPLE(struct ses_property, list_type, ASN1_INTEGER),
	ASN1_SEQUENCE_OF(struct ses_property, list, SES_ENTRY),
	ASN1_SIMPLE(struct ses_property, made, ASN1_TIME),
	ASN1_SIMPLE(struct ses_property, start, ASN1_TIME),
	ASN1_SIMPLE(struct ses_property, end, ASN1_TIME),
} static_ASN1_SEQUENCE_END_name(struct ses_property, SES_PROPERTY)

ASN1_SEQUENCE(SES_PROPERTY_2014) = {
	ASN1_SIMPLE(struct ses_property, type, ASN1_INTEGER),
	ASN1_SIMPLE(struct ses_property, name, ASN1_UTF8STRING),
	ASN1_SEQUENCE_OF(struct ses_property, list, SES_ENTRY),
	ASN1_SIMPLE(struct ses_property, made, ASN1_TIME),
	ASN1_SIMPLE(struct ses_property, start, ASN1_TIME),
	ASN1_SIMPLE(struct ses_property, end, ASN1_TIME),
} static_ASN1_SEQUENCE_END_name(struct ses_property, SES_PROPERTY_2014)

ASN1_SEQUENCE(SES_PICTURE) = {
	ASN1_SIMPLE(struct ses_picture, type, ASN1_IA5STRING),
	ASN1_SIMPLE(struct ses_picture, octets, ASN1_OCTET_STRING),
	ASN1_SIMPLE(struct ses_picture, width, ASN1_INTEGER),
	ASN1_SIMPLE(struct ses_picture, height, ASN1_INTEGER),
} static_ASN1_SEQUENCE_END_name(struct ses_picture, SES_PICTURE)

/* critical has a default; a FALSE that is written is kept all the same */
ASN1_SEQUENCE(SES_EXTENSION) = {
	ASN1_SIMPLE(struct ses_extension, id, ASN1_OBJECT),
	ASN1_OPT(struct ses_extension, critical, ASN1_BOOLEAN),
	ASN1_SIMPLE(struct ses_extension, value, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END_name(struct ses_extension, SES_EXTENSION)

#define EXTENSIONS(of) \
	ASN1_EXP_SEQUENCE_OF_OPT(of, ext.tagged, SES_EXTENSION, 0), \
	ASN1_SEQUENCE_OF_OPT(of, ext.plain, SES_EXTENSION)

ASN1_SEQUENCE(SES_INFO) = {
	ASN1_SIMPLE(struct ses_info, header, SES_HEADER),
	ASN1_SIMPLE(struct ses_info, esid, ASN1_IA5STRING),
	ASN1_SIMPLE(struct ses_info, property, SES_PROPERTY),
	ASN1_SIMPLE(struct ses_info, picture, SES_PICTURE),
	EXTENSIONS(struct ses_info),
} static_ASN1_SEQUENCE_END_name(struct ses_info, SES_INFO)

ASN1_SEQUENCE(SES_INFO_2014) = {
	ASN1_SIMPLE(struct ses_info, header, SES_HEADER),
	ASN1_SIMPLE(struct ses_info, esid, ASN1_IA5STRING),
	ASN1_SIMPLE(struct ses_info, property, SES_PROPERTY_2014),
	ASN1_SIMPLE(struct ses_info, picture, SES_PICTURE),
	EXTENSIONS(struct ses_info),
} static_ASN1_SEQUENCE_END_name(struct ses_info, SES_INFO_2014)

ASN1_CHOICE(SES_ALGORITHM) = {
	ASN1_SIMPLE(struct ses_algorithm, is.oid, ASN1_OBJECT),
	ASN1_SIMPLE(struct ses_algorithm, is.whole, X509_ALGOR),
} static_ASN1_CHOICE_END_selector(struct ses_algorithm, SES_ALGORITHM, is_whole)

#define BY(of) \
	ASN1_SIMPLE(of, by.certificate, ASN1_OCTET_STRING), \
	ASN1_SIMPLE(of, by.algorithm, SES_ALGORITHM), \
	ASN1_SIMPLE(of, by.signature, ASN1_BIT_STRING)

ASN1_SEQUENCE(SES_SEAL) = {
	ASN1_SIMPLE(struct ses_seal, info, SES_INFO),
	BY(struct ses_seal),
} static_ASN1_SEQUENCE_END_name(struct ses_seal, SES_SEAL)

/* SES_SignInfo of 2014 */
ASN1_SEQUENCE(SES_BY) = {
	ASN1_SIMPLE(struct ses_by, certificate, ASN1_OCTET_STRING),
	ASN1_SIMPLE(struct ses_by, algorithm, SES_ALGORITHM),
	ASN1_SIMPLE(struct ses_by, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END_name(struct ses_by, SES_BY)

ASN1_SEQUENCE(SES_SEAL_2014) = {
	ASN1_SIMPLE(struct ses_seal, info, SES_INFO_2014),
	ASN1_EMBED(struct ses_seal, by, SES_BY),
} static_ASN1_SEQUENCE_END_name(struct ses_seal, SES_SEAL_2014)

/* What the maker of 2014 signs: a seal without its signature, but flat. */
ASN1_SEQUENCE(SES_MADE_2014) = {
	ASN1_SIMPLE(struct ses_seal, info, SES_INFO_2014),
	ASN1_SIMPLE(struct ses_seal, by.certificate, ASN1_OCTET_STRING),
	ASN1_SIMPLE(struct ses_seal, by.algorithm, SES_ALGORITHM),
} static_ASN1_SEQUENCE_END_name(struct ses_seal, SES_MADE_2014)

/* The same of a seal of 2020: some sign that. */
ASN1_SEQUENCE(SES_MADE) = {
	ASN1_SIMPLE(struct ses_seal, info, SES_INFO),
	ASN1_SIMPLE(struct ses_seal, by.certificate, ASN1_OCTET_STRING),
	ASN1_SIMPLE(struct ses_seal, by.algorithm, SES_ALGORITHM),
} static_ASN1_SEQUENCE_END_name(struct ses_seal, SES_MADE)

ASN1_CHOICE(SES_TIME) = {
	ASN1_SIMPLE(struct ses_time, is.time, ASN1_TIME),
	ASN1_SIMPLE(struct ses_time, is.bits, ASN1_BIT_STRING),
} static_ASN1_CHOICE_END_selector(struct ses_time, SES_TIME, is_bits)

ASN1_SEQUENCE(SES_TBS) = {
	ASN1_SIMPLE(struct ses_tbs, version, ASN1_INTEGER),
	ASN1_SIMPLE(struct ses_tbs, seal, SES_SEAL),
	ASN1_SIMPLE(struct ses_tbs, time, SES_TIME),
	ASN1_SIMPLE(struct ses_tbs, digest, ASN1_BIT_STRING),
	ASN1_SIMPLE(struct ses_tbs, property, ASN1_IA5STRING),
	EXTENSIONS(struct ses_tbs),
} static_ASN1_SEQUENCE_END_name(struct ses_tbs, SES_TBS)

ASN1_SEQUENCE(SES_TBS_2014) = {
	ASN1_SIMPLE(struct ses_tbs, version, ASN1_INTEGER),
	ASN1_SIMPLE(struct ses_tbs, seal, SES_SEAL_2014),
	ASN1_SIMPLE(struct ses_tbs, time, SES_TIME),
	ASN1_SIMPLE(struct ses_tbs, digest, ASN1_BIT_STRING),
	ASN1_SIMPLE(struct ses_tbs, property, ASN1_IA5STRING),
	ASN1_SIMPLE(struct ses_tbs, certificate, ASN1_OCTET_STRING),
	ASN1_SIMPLE(struct ses_tbs, algorithm, SES_ALGORITHM),
} static_ASN1_SEQUENCE_END_name(struct ses_tbs, SES_TBS_2014)

ASN1_SEQUENCE(SES_SIGNATURE) = {
	ASN1_SIMPLE(struct ses_signature, tbs, SES_TBS),
	BY(struct ses_signature),
	ASN1_EXP_OPT(struct ses_signature, stamp, ASN1_BIT_STRING, 0),
} static_ASN1_SEQUENCE_END_name(struct ses_signature, SES_SIGNATURE)

/* Time stamps as some write them. */
ASN1_SEQUENCE(SES_SIGNATURE_ODD) = {
	ASN1_SIMPLE(struct ses_signature, tbs, SES_TBS),
	BY(struct ses_signature),
	ASN1_IMP_OPT(struct ses_signature, stamp_implicit, ASN1_BIT_STRING, 0),
	ASN1_OPT(struct ses_signature, stamp_bare, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END_name(struct ses_signature, SES_SIGNATURE_ODD)

ASN1_SEQUENCE(SES_SIGNATURE_2014) = {
	ASN1_SIMPLE(struct ses_signature, tbs, SES_TBS_2014),
	ASN1_SIMPLE(struct ses_signature, by.signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END_name(struct ses_signature, SES_SIGNATURE_2014)
/* clang-format on */

/* ---- octets of any of them, and back ---- */

static bool
write_item(const void *value, const ASN1_ITEM *item, struct buf *to)
{
	unsigned char *der = NULL;
	const int n = ASN1_item_i2d(value, &der, item);

	if (n > 0)
		buf_add(to, DER(der, n));
	OPENSSL_free(der);
	return n > 0 && !to->full;
}

/* Is it written as DER has it?  OpenSSL reads BER, and writes DER. */
static bool
is_der(const void *value, const ASN1_ITEM *item, struct span der)
{
	struct buf again;
	bool ok;

	buf_init(&again, SES_MOST);
	ok = write_item(value, item, &again) && span_eq(buf_span(&again), der);
	buf_free(&again);
	return ok;
}

static void *
read_item(struct span der, const ASN1_ITEM *item, enum ses_bad *bad)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	ASN1_VALUE *value;

	*bad = SES_STRUCTURE;
	if (der.len == 0 || der.len > SES_MOST)
		return NULL;
	value = ASN1_item_d2i(NULL, &p, (long)der.len, item);
	ERR_clear_error();
	if (value == NULL)
		return NULL;
	if (p != (const unsigned char *)der.ptr + der.len)
		*bad = SES_TRAILING;
	else
		*bad = is_der(value, item, der) ? SES_FINE : SES_NOT_DER;
	if (*bad == SES_FINE)
		return value;
	ASN1_item_free(value, item);
	return NULL;
}

/* ---- SESeal ---- */

static const ASN1_ITEM *
item_of_seal(enum ses_format format)
{
	return format == SES_2014 ? ASN1_ITEM_rptr(SES_SEAL_2014)
				  : ASN1_ITEM_rptr(SES_SEAL);
}

struct ses_seal *
ses_seal_new(void)
{
	return (struct ses_seal *)ASN1_item_new(item_of_seal(SES_2020));
}

void
ses_seal_free(struct ses_seal *s)
{
	if (s != NULL)
		ASN1_item_free((ASN1_VALUE *)s, item_of_seal(s->format));
}

struct ses_seal *
ses_seal_read(struct span der, enum ses_bad *bad)
{
	struct ses_seal *s = read_item(der, item_of_seal(SES_2020), bad);
	enum ses_bad again;

	if (s != NULL || *bad != SES_STRUCTURE)
		return s;
	s = read_item(der, item_of_seal(SES_2014), &again);
	if (s != NULL)
		s->format = SES_2014;
	*bad = again;
	return s;
}

bool
ses_seal_write(const struct ses_seal *s, struct buf *to)
{
	return write_item(s, item_of_seal(s->format), to);
}

/* all: the certificate and the algorithm as well */
static bool
write_made(const struct ses_seal *s, bool all, struct buf *to)
{
	const bool old = s->format == SES_2014;

	if (all)
		return write_item(s,
		    old ? ASN1_ITEM_rptr(SES_MADE_2014)
			: ASN1_ITEM_rptr(SES_MADE),
		    to);
	return write_item(s->info,
	    old ? ASN1_ITEM_rptr(SES_INFO_2014) : ASN1_ITEM_rptr(SES_INFO), to);
}

bool
ses_seal_tbs(const struct ses_seal *s, struct buf *to)
{
	return write_made(s, s->format == SES_2014, to);
}

bool
ses_seal_tbs_other(const struct ses_seal *s, struct buf *to)
{
	return write_made(s, s->format != SES_2014, to);
}

/* ---- SES_Signature ---- */

static const ASN1_ITEM *
item_of_signature(const struct ses_signature *s)
{
	if (s->format == SES_2014)
		return ASN1_ITEM_rptr(SES_SIGNATURE_2014);
	if (s->stamp_implicit != NULL || s->stamp_bare != NULL)
		return ASN1_ITEM_rptr(SES_SIGNATURE_ODD);
	return ASN1_ITEM_rptr(SES_SIGNATURE);
}

struct ses_signature *
ses_signature_new(void)
{
	struct ses_signature *s = (struct ses_signature *)ASN1_item_new(
	    ASN1_ITEM_rptr(SES_SIGNATURE));

	if (s != NULL) {
		ses_seal_free(s->tbs->seal);
		s->tbs->seal = NULL;
	}
	return s;
}

void
ses_signature_free(struct ses_signature *s)
{
	if (s != NULL)
		ASN1_item_free((ASN1_VALUE *)s, item_of_signature(s));
}

struct ses_signature *
ses_signature_read(struct span der, enum ses_bad *bad)
{
	const ASN1_ITEM *const items[] = {
		ASN1_ITEM_rptr(SES_SIGNATURE),
		ASN1_ITEM_rptr(SES_SIGNATURE_ODD),
		ASN1_ITEM_rptr(SES_SIGNATURE_2014),
	};
	struct ses_signature *s;

	for (int i = 0; i < 3; i++) {
		s = read_item(der, items[i], bad);
		if (s != NULL && i == 2)
			s->format = s->tbs->seal->format = SES_2014;
		if (s != NULL || *bad != SES_STRUCTURE)
			return s;
	}
	return NULL;
}

bool
ses_signature_write(const struct ses_signature *s, struct buf *to)
{
	return write_item(s, item_of_signature(s), to);
}

bool
ses_signature_tbs(const struct ses_signature *s, struct buf *to)
{
	return write_item(s->tbs,
	    s->format == SES_2014 ? ASN1_ITEM_rptr(SES_TBS_2014)
				  : ASN1_ITEM_rptr(SES_TBS),
	    to);
}

struct ses_by
ses_signer(const struct ses_signature *s)
{
	if (s->format != SES_2014)
		return s->by;
	return (struct ses_by){ s->tbs->certificate, s->tbs->algorithm,
		s->by.signature };
}

/* ---- one format as the other ---- */

void
ses_seal_age(struct ses_seal *s)
{
	ASN1_INTEGER_free(s->info->property->list_type);
	s->info->property->list_type = NULL;
	s->format = SES_2014;
}

void
ses_signature_age(struct ses_signature *s)
{
	s->tbs->certificate = s->by.certificate;
	s->tbs->algorithm = s->by.algorithm;
	s->by.certificate = NULL;
	s->by.algorithm = NULL;
	s->format = SES_2014;
}

/* ---- lists within ---- */

/* NULL: no memory. */
static void *
push_new(OPENSSL_STACK **stack, const ASN1_ITEM *item)
{
	ASN1_VALUE *value = ASN1_item_new(item);

	if (*stack == NULL)
		*stack = OPENSSL_sk_new_null();
	if (value != NULL && OPENSSL_sk_push(*stack, value) > 0)
		return value;
	ASN1_item_free(value, item);
	return NULL;
}

bool
ses_entry_add(struct ses_property *p, struct span certificate)
{
	struct ses_entry *e = push_new(&p->list, ASN1_ITEM_rptr(SES_ENTRY));

	if (e == NULL)
		return false;
	e->is_digest = 0;
	e->is.certificate = ASN1_OCTET_STRING_new();
	return ses_string_set(e->is.certificate, certificate);
}

bool
ses_digest_add(struct ses_property *p, const char *type, struct span digest)
{
	struct ses_entry *e = push_new(&p->list, ASN1_ITEM_rptr(SES_ENTRY));

	if (e == NULL)
		return false;
	e->is_digest = 1;
	e->is.digest =
	    (struct ses_digest *)ASN1_item_new(ASN1_ITEM_rptr(SES_DIGEST));
	return e->is.digest != NULL &&
	       ses_string_set(e->is.digest->type, span_of(type)) &&
	       ses_string_set(e->is.digest->value, digest);
}

int
ses_entries(const struct ses_property *p)
{
	return OPENSSL_sk_num(p->list);
}

struct ses_entry *
ses_entry_at(const struct ses_property *p, int i)
{
	return OPENSSL_sk_value(p->list, i);
}

int
ses_extensions_number(const OPENSSL_STACK *all)
{
	return all == NULL ? 0 : OPENSSL_sk_num(all);
}

struct ses_extension *
ses_extension_at(const OPENSSL_STACK *all, int i)
{
	return OPENSSL_sk_value(all, i);
}

bool
ses_extension_add(
    OPENSSL_STACK **all, const char *oid, bool critical, struct span value)
{
	struct ses_extension *e = push_new(all, ASN1_ITEM_rptr(SES_EXTENSION));

	if (e == NULL)
		return false;
	ASN1_OBJECT_free(e->id);
	e->id = OBJ_txt2obj(oid, 1);
	e->critical = critical ? 0xff : -1;
	return e->id != NULL && ses_string_set(e->value, value);
}

/* ---- strings ---- */

struct span
ses_octets(const ASN1_STRING *s)
{
	if (s == NULL || ASN1_STRING_length(s) == 0)
		return SPAN("");
	return DER(ASN1_STRING_get0_data(s), ASN1_STRING_length(s));
}

bool
ses_string_set(ASN1_STRING *s, struct span octets)
{
	if (s == NULL || octets.len > INT_MAX ||
	    ASN1_STRING_set(s, octets.ptr, (int)octets.len) != 1)
		return false;
	if (ASN1_STRING_type(s) == V_ASN1_BIT_STRING) {
		/* else trailing zeros are taken to be unused */
		s->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 0x07);
		s->flags |= ASN1_STRING_FLAG_BITS_LEFT;
	}
	return true;
}

bool
ses_bits_are_whole(const ASN1_BIT_STRING *s)
{
	return (s->flags & 0x07) == 0;
}

struct ses_algorithm *
ses_algorithm_new(const char *oid)
{
	struct ses_algorithm *a = (struct ses_algorithm *)ASN1_item_new(
	    ASN1_ITEM_rptr(SES_ALGORITHM));

	if (a != NULL) {
		a->is_whole = 0;
		a->is.oid = OBJ_txt2obj(oid, 1);
	}
	return a;
}

void
ses_algorithm_free(struct ses_algorithm *a)
{
	ASN1_item_free((ASN1_VALUE *)a, ASN1_ITEM_rptr(SES_ALGORITHM));
}

bool
ses_algorithm_wrap(struct ses_algorithm *a)
{
	X509_ALGOR *whole = X509_ALGOR_new();

	if (a->is_whole || whole == NULL ||
	    X509_ALGOR_set0(whole, a->is.oid, V_ASN1_NULL, NULL) != 1) {
		X509_ALGOR_free(whole);
		return false;
	}
	a->is_whole = 1;
	a->is.whole = whole;
	return true;
}

bool
ses_algorithm_is(const struct ses_algorithm *a, const char *oid)
{
	const ASN1_OBJECT *is =
	    a->is_whole ? a->is.whole->algorithm : a->is.oid;
	ASN1_OBJECT *wanted = OBJ_txt2obj(oid, 1);
	const bool same = wanted != NULL && OBJ_cmp(is, wanted) == 0;

	ASN1_OBJECT_free(wanted);
	return same;
}

bool
ses_by_set(struct ses_by *by, X509 *cert)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(cert, &der);
	const bool ok = n > 0 && ses_string_set(by->certificate, DER(der, n));

	OPENSSL_free(der);
	ses_algorithm_free(by->algorithm);
	by->algorithm = ses_algorithm_new(SES_SM2_WITH_SM3);
	return ok && by->algorithm != NULL;
}
