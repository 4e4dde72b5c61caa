/* SPDX-License-Identifier: MIT */
#include "conformance/pki/object.h"

#include <stdlib.h>

#include "conformance/pki/der.h"
#include "conformance/pki/oid.h"
#include "lib/mem.h"
#include "lib/text.h"

#define BEGIN SPAN("-----BEGIN ")
#define END   SPAN("-----END ")
#define DASH  SPAN("-----")

const char *
object_kind_name(enum object_kind kind)
{
	static const char *const names[] = { "unknown", "certificate", "CRL",
		"OCSP answer", "time stamp", "CMP message",
		"message of GB/T 35275", "seal", "signature by seal",
		"OFD package" };

	return names[kind];
}

const char *
object_kind_name_zh(enum object_kind kind)
{
	static const char *const names[] = { "未知", "证书", "证书撤销列表",
		"OCSP 应答", "时间戳", "CMP 消息", "GB/T 35275 消息",
		"电子印章", "电子签章", "OFD 文档" };

	return names[kind];
}

/* ---- by content ---- */

static unsigned
first(struct span s)
{
	return s.len == 0 ? 0 : (unsigned char)s.ptr[0];
}

/*
 * The content of the element at the front, cut where the octets end, and what
 * stands behind it: for looking at what may be broken.
 */
static struct span
inside(struct span s, struct span *behind)
{
	size_t head = 2, len;

	*behind = SPAN("");
	if (s.len < 2)
		return SPAN("");
	len = (unsigned char)s.ptr[1];
	if (len == 0x80) {
		len = s.len;
	} else if (len > 0x80) {
		const size_t digits = len - 0x80;

		len = 0;
		for (size_t i = 0; i < digits && 2 + i < s.len; i++)
			len = len > SIZE_MAX >> 9
				  ? s.len
				  : len << 8 | (unsigned char)s.ptr[2 + i];
		head += digits;
	}
	if (head > s.len)
		return SPAN("");
	s = span_skip(s, head);
	*behind = span_skip(s, len < s.len ? len : s.len);
	return span_take(s, len);
}

/* Behind version or serial number: algorithm, name, then times or period. */
static enum object_kind
certificate_or_list(struct span s)
{
	struct span behind;

	if (first(s) != DER_SEQUENCE || first(inside(s, &behind)) != DER_OID)
		return OBJECT_STAMP; /* a PKIStatusInfo */
	inside(behind, &s);
	return first(s) == DER_UTC_TIME || first(s) == DER_TIME
		   ? OBJECT_CRL
		   : OBJECT_CERTIFICATE;
}

/* Both begin with what they are called. */
static enum object_kind
stamp_or_message(struct span s)
{
	struct span behind;
	const enum oid type = oid_of(inside(s, &behind));

	return type == OID_GM_SIGNED_DATA || type == OID_GM_ENVELOPED_DATA
		   ? OBJECT_GM_MESSAGE
		   : OBJECT_STAMP;
}

/* A SES_SealInfo: its header begins with "ES". */
static bool
is_seal_info(struct span s)
{
	struct span behind, header;

	if (first(s) != DER_SEQUENCE)
		return false;
	header = inside(s, &behind);
	return first(header) == DER_SEQUENCE &&
	       first(inside(header, &behind)) == DER_IA5;
}

/* Behind an INTEGER, which many begin with. */
static enum object_kind
numbered(struct span s)
{
	struct span behind;

	if ((first(s) & 0xc0) == 0x80)
		return OBJECT_MESSAGE; /* a GeneralName */
	if (first(s) == DER_SEQUENCE && is_seal_info(inside(s, &behind)))
		return OBJECT_SIGNED;
	return certificate_or_list(s);
}

enum object_kind
object_kind_of(struct span der)
{
	struct span behind, rest;
	const struct span outer = inside(der, &behind);

	if (span_starts(der, SPAN("PK\3\4")) ||
	    span_starts(der, SPAN("PK\5\6")))
		return OBJECT_OFD;
	if (first(der) != DER_SEQUENCE)
		return OBJECT_UNKNOWN;
	switch (first(outer)) {
	case DER_ENUMERATED:
		return OBJECT_OCSP;
	case DER_OID:
		return stamp_or_message(outer);
	case DER_SEQUENCE:
		break;
	default:
		return OBJECT_UNKNOWN;
	}
	rest = inside(outer, &behind);
	switch (first(rest)) {
	case DER_CONSTRUCTED(0):
		return OBJECT_CERTIFICATE;
	case DER_INTEGER:
		inside(rest, &behind);
		return numbered(behind);
	case DER_SEQUENCE:
		if (is_seal_info(outer))
			return OBJECT_SEAL;
		/* a list of version 1 has none */
		return certificate_or_list(rest) == OBJECT_CRL ? OBJECT_CRL
							       : OBJECT_UNKNOWN;
	default:
		return OBJECT_UNKNOWN;
	}
}

/* RFC 7468 5, 6; for what is too broken to be known by itself. */
static enum object_kind
kind_of_label(struct span label)
{
	if (span_eq(label, SPAN("CERTIFICATE")))
		return OBJECT_CERTIFICATE;
	if (span_eq(label, SPAN("X509 CRL")))
		return OBJECT_CRL;
	return OBJECT_UNKNOWN;
}

/* ---- files ---- */

static struct pki_object *
one_more(struct pki_objects *all)
{
	all->at = mem_grow(all->at, (all->n + 1) * sizeof all->at[0]);
	all->at[all->n] = (struct pki_object){ .kind = OBJECT_UNKNOWN };
	return &all->at[all->n++];
}

static size_t
line_of(struct span all, struct span here)
{
	size_t line = 1;

	for (const char *c = all.ptr; c < here.ptr; c++)
		line += *c == '\n';
	return line;
}

/* The text between two lines of dashes, without its white space. */
static bool
decode(struct span text, struct buf *der)
{
	struct buf packed;
	bool ok;

	buf_init(&packed, text.len + 1);
	for (size_t i = 0; i < text.len; i++)
		if (strchr(" \t\r\n", text.ptr[i]) == NULL)
			buf_add(&packed, span_take(span_skip(text, i), 1));
	buf_init(der, text.len + 1);
	ok = text_unbase64(buf_span(&packed), der);
	buf_free(&packed);
	return ok && der->len > 0;
}

static bool
read_block(struct pki_objects *all, const char *what, struct span bytes,
    struct span *rest, struct err *err)
{
	const struct span here = *rest;
	struct span label = span_skip(here, BEGIN.len), text;
	struct pki_object *o;

	text = label;
	label = span_take(label, span_find(label, DASH));
	text = span_skip(text, label.len);
	if (text.len == 0)
		return err_set(err, ERR_CONFIG,
		    "%s, line %zu: a BEGIN line without its dashes", what,
		    line_of(bytes, here));
	text = span_skip(text, DASH.len);
	*rest = span_skip(text, span_find(text, END));
	if (rest->len == 0)
		return err_set(err, ERR_CONFIG,
		    "%s, line %zu: BEGIN without END", what,
		    line_of(bytes, here));
	text = span_take(text, (size_t)(rest->ptr - text.ptr));
	*rest = span_skip(*rest, END.len);
	if (all->n == OBJECTS_MOST)
		return err_set(err, ERR_CONFIG, "%s: more than %d objects",
		    what, OBJECTS_MOST);
	o = one_more(all);
	if (!decode(text, &o->der))
		return err_set(err, ERR_CONFIG,
		    "%s, line %zu: no base64 in this block", what,
		    line_of(bytes, here));
	o->kind = object_kind_of(buf_span(&o->der));
	if (o->kind == OBJECT_UNKNOWN)
		o->kind = kind_of_label(label);
	return true;
}

bool
objects_read(struct pki_objects *all, const char *what, struct span bytes,
    struct err *err)
{
	struct span rest = span_skip(bytes, span_find(bytes, BEGIN));
	struct pki_object *o;

	*all = (struct pki_objects){ .at = NULL };
	if (bytes.len == 0)
		return err_set(err, ERR_CONFIG, "%s: the file is empty", what);
	/* An octet string or a file may hold such text: these go first. */
	if (object_kind_of(bytes) != OBJECT_UNKNOWN)
		rest.len = 0;
	while (rest.len > 0) {
		if (!read_block(all, what, bytes, &rest, err))
			return false;
		rest = span_skip(rest, span_find(rest, BEGIN));
	}
	if (all->n > 0)
		return true;
	if (object_kind_of(bytes) == OBJECT_UNKNOWN)
		return err_set(err, ERR_CONFIG,
		    "%s: neither PEM nor the DER of a certificate, a CRL, an "
		    "OCSP answer, a time stamp, a message of CMP or one of "
		    "GB/T 35275, a seal or a signature by seal, nor an OFD",
		    what);
	o = one_more(all);
	o->kind = object_kind_of(bytes);
	buf_init(&o->der, bytes.len);
	buf_add(&o->der, bytes);
	return true;
}

void
objects_free(struct pki_objects *all)
{
	for (size_t i = 0; i < all->n; i++)
		buf_free(&all->at[i].der);
	free(all->at);
	*all = (struct pki_objects){ .at = NULL };
}
