/* SPDX-License-Identifier: MIT */
/*
 * Is it DER?  X.690 8, 10 and 11, of every element.
 */
#include <string.h>

#include "conformance/pki/der.h"
#include "lib/text.h"

enum {
	CONSTRUCTED = 0x20,
	CLASS = 0xc0,
	NUMBER = 0x1f,
};

static unsigned
octet(struct span s, size_t i)
{
	return (unsigned char)s.ptr[i];
}

struct lint {
	const char *origin;
	struct der_bad *found;
	size_t n, most, elements;
};

static void
note(struct lint *l, enum der_fault fault, const char *at)
{
	if (fault != DER_FINE && l->n < l->most)
		l->found[l->n++] = (struct der_bad){ fault,
			at == NULL ? 0 : (size_t)(at - l->origin), 0, 0 };
}

static enum der_fault
lint_boolean(struct span c)
{
	if (c.len != 1)
		return DER_SIZE;
	return octet(c, 0) == 0 || octet(c, 0) == 0xff ? DER_FINE : DER_TRUE;
}

static enum der_fault
lint_integer(struct span c)
{
	if (c.len == 0)
		return DER_SIZE;
	if (c.len > 1 && ((octet(c, 0) == 0 && octet(c, 1) < 0x80) ||
			     (octet(c, 0) == 0xff && octet(c, 1) >= 0x80)))
		return DER_INTEGER_LONG;
	return DER_FINE;
}

static enum der_fault
lint_bits(struct span c)
{
	struct span octets;
	unsigned unused;

	if (c.len == 0)
		return DER_SIZE;
	if (!der_bits(c, &octets, &unused) ||
	    (octets.len > 0 &&
		(octet(octets, octets.len - 1) & ((1u << unused) - 1)) != 0))
		return DER_BITS;
	return DER_FINE;
}

static enum der_fault
lint_null(struct span c)
{
	return c.len == 0 ? DER_FINE : DER_NULL_CONTENT;
}

static enum der_fault
lint_oid(struct span c)
{
	bool begins = true;

	if (c.len == 0 || octet(c, c.len - 1) >= 0x80)
		return DER_ARC;
	for (size_t i = 0; i < c.len; i++) {
		if (begins && octet(c, i) == 0x80)
			return DER_ARC;
		begins = octet(c, i) < 0x80;
	}
	return DER_FINE;
}

static enum der_fault
lint_utf8(struct span c)
{
	return text_is_utf8(c) ? DER_FINE : DER_CHARACTER;
}

static enum der_fault
lint_numeric(struct span c)
{
	for (size_t i = 0; i < c.len; i++)
		if (c.ptr[i] != ' ' && (c.ptr[i] < '0' || c.ptr[i] > '9'))
			return DER_CHARACTER;
	return DER_FINE;
}

static enum der_fault
lint_printable(struct span c)
{
	for (size_t i = 0; i < c.len; i++)
		if (c.ptr[i] == '\0' ||
		    strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "abcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?",
			c.ptr[i]) == NULL)
			return DER_CHARACTER;
	return DER_FINE;
}

static enum der_fault
lint_ia5(struct span c)
{
	for (size_t i = 0; i < c.len; i++)
		if (octet(c, i) >= 0x80)
			return DER_CHARACTER;
	return DER_FINE;
}

static enum der_fault
lint_visible(struct span c)
{
	for (size_t i = 0; i < c.len; i++)
		if (octet(c, i) < 0x20 || octet(c, i) > 0x7e)
			return DER_CHARACTER;
	return DER_FINE;
}

static enum der_fault
lint_bmp(struct span c)
{
	return c.len % 2 == 0 ? DER_FINE : DER_CHARACTER;
}

static enum der_fault
lint_universal(struct span c)
{
	return c.len % 4 == 0 ? DER_FINE : DER_CHARACTER;
}

static enum der_fault
lint_utc_time(struct span c)
{
	struct wall t;
	bool fraction;

	return der_time(DER_UTC_TIME, c, &t, &fraction) ? DER_FINE : DER_CLOCK;
}

static enum der_fault
lint_time(struct span c)
{
	struct wall t;
	bool fraction;

	return der_time(DER_TIME, c, &t, &fraction) ? DER_FINE : DER_CLOCK;
}

/* clang-format off */
static const struct {
	bool		 known, string, constructed;
	enum der_fault	(*lint)(struct span content);
} types[0x20] = {
	[DER_BOOLEAN]		= { true, false, false, lint_boolean },
	[DER_INTEGER]		= { true, false, false, lint_integer },
	[DER_BIT_STRING]	= { true, true,  false, lint_bits },
	[DER_OCTET_STRING]	= { true, true,  false, NULL },
	[DER_NULL]		= { true, false, false, lint_null },
	[DER_OID]		= { true, false, false, lint_oid },
	[DER_ENUMERATED]	= { true, false, false, lint_integer },
	[DER_UTF8]		= { true, true,  false, lint_utf8 },
	[DER_SEQUENCE & NUMBER] = { true, false, true,  NULL },
	[DER_SET & NUMBER]	= { true, false, true,  NULL },
	[DER_NUMERIC]		= { true, true,  false, lint_numeric },
	[DER_PRINTABLE]		= { true, true,  false, lint_printable },
	[DER_TELETEX]		= { true, true,  false, NULL },
	[DER_IA5]		= { true, true,  false, lint_ia5 },
	[DER_UTC_TIME]		= { true, true,  false, lint_utc_time },
	[DER_TIME]		= { true, true,  false, lint_time },
	[DER_VISIBLE]		= { true, true,  false, lint_visible },
	[DER_UNIVERSAL]		= { true, true,  false, lint_universal },
	[DER_BMP]		= { true, true,  false, lint_bmp },
};
/* clang-format on */

/* The form and content of one element; false: do not look into it. */
static bool
lint_item(struct lint *l, const struct der_item *item)
{
	const unsigned number = item->tag & NUMBER;
	const bool constructed = (item->tag & CONSTRUCTED) != 0;

	if ((item->tag & CLASS) != 0)
		return constructed;
	if (number == 0 || (types[number].known && !types[number].string &&
			       types[number].constructed != constructed)) {
		note(l, DER_TAG_FORM, item->whole.ptr);
		return false;
	}
	if (constructed && types[number].string) {
		note(l, DER_SEGMENTS, item->whole.ptr);
		return false;
	}
	if (types[number].lint != NULL)
		note(l, types[number].lint(item->content), item->whole.ptr);
	return constructed;
}

/* X.690 11.6; no element's octets begin with another's, so none is padded. */
static bool
in_order(struct span a, struct span b)
{
	return memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len) <= 0;
}

/* False when the rest cannot be told apart into elements. */
static bool
lint_all(struct lint *l, struct span rest, bool set, int depth)
{
	struct der_item item, before = { 0 };
	enum der_fault fault;
	bool readable;

	if (depth > DER_DEPTH) {
		note(l, DER_DEEP, rest.ptr);
		return false;
	}
	while (rest.len > 0) {
		const char *at = rest.ptr;

		fault = der_read(&rest, &item, &readable);
		note(l, fault, at);
		if (!readable)
			return false;
		l->elements++;
		if (set && before.whole.len > 0 &&
		    !in_order(before.whole, item.whole))
			note(l, DER_ORDER, at);
		before = item;
		if (lint_item(l, &item) &&
		    !lint_all(l, item.content, item.tag == DER_SET, depth + 1))
			return false;
	}
	return true;
}

/* One element and nothing behind it. */
static void
lint_whole(struct lint *l, struct span bytes)
{
	struct span rest = bytes;
	struct der_item item;
	enum der_fault fault;
	bool readable;

	fault = der_read(&rest, &item, &readable);
	if (!readable) {
		note(l, fault, bytes.ptr);
		return;
	}
	lint_all(l, item.whole, false, 0);
	if (rest.len > 0)
		note(l, DER_BEHIND, rest.ptr);
}

size_t
der_lint(
    const char *origin, struct span bytes, struct der_bad *found, size_t most)
{
	struct lint l = { origin, found, 0, most, 0 };

	lint_whole(&l, bytes);
	return l.n;
}

bool
der_judge(struct span bytes, struct pki_findings *f)
{
	struct der_bad found[16];
	struct lint l = { bytes.ptr, found, 0, 16, 0 };

	lint_whole(&l, bytes);
	for (size_t i = 0; i < l.n; i++) {
		char en[DER_TEXT], zh[DER_TEXT];

		der_text(&found[i], en, zh);
		pki_find_both(f, der_code(found[i].fault), PKI_FAILS, en, zh);
	}
	if (l.n == 0)
		pki_check(f, PKI_DER_FORM, true, "%zu octets, %zu elements",
		    bytes.len, l.elements);
	return l.n == 0;
}

bool
der_judge_within(const char *origin, struct span bytes, const char *what,
    struct pki_findings *f)
{
	struct der_bad found[8];
	const size_t n = der_lint(origin, bytes, found, 8);

	for (size_t i = 0; i < n; i++)
		der_blame(
		    f, der_code(found[i].fault), PKI_FAILS, what, &found[i]);
	return n == 0;
}
