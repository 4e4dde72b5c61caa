/* SPDX-License-Identifier: MIT */
#include "conformance/pki/der.h"

#include <stdio.h>

#include "lib/text.h"

enum {
	CONSTRUCTED = 0x20,
	CLASS = 0xc0,
	NUMBER = 0x1f,
};

/* clang-format off */
static const struct {
	enum pki_code	 code;
	const char	*en, *zh;
} faults[DER_FAULTS] = {
	[DER_FINE]	  = { PKI_CODES, "nothing is wrong", "没有错误" },
	[DER_ENDS]	  = { PKI_DER_TRUNCATED,
	  "the element is longer than what it is in",
	  "元素长度超出其上级元素" },
	[DER_BEHIND]	  = { PKI_DER_TRAILING,
	  "octets behind the end", "结构结束之后还有字节" },
	[DER_INDEFINITE]  = { PKI_DER_LENGTH_INDEFINITE,
	  "indefinite length", "长度为不定形式" },
	[DER_LENGTH_LONG] = { PKI_DER_LENGTH_MINIMAL,
	  "the length takes more octets than needed", "长度编码不是最短" },
	[DER_LENGTH_HUGE] = { PKI_DER_TRUNCATED,
	  "a length of more than four octets", "长度字段超过四字节" },
	[DER_TAG_FORM]	  = { PKI_DER_TAG,
	  "primitive and constructed are mixed up", "基本形式与构造形式混淆" },
	[DER_TAG_HIGH]	  = { PKI_DER_TAG,
	  "a tag number above 30", "标签号大于 30" },
	[DER_SEGMENTS]	  = { PKI_DER_STRING_CONSTRUCTED,
	  "a string in segments", "字符串分段编码" },
	[DER_TRUE]	  = { PKI_DER_BOOLEAN,
	  "a BOOLEAN that is neither 00 nor FF", "布尔值既非 00 也非 FF" },
	[DER_SIZE]	  = { PKI_DER_TAG,
	  "content of a size that the type cannot have",
	  "内容长度与类型不符" },
	[DER_INTEGER_LONG] = { PKI_DER_INTEGER_MINIMAL,
	  "an integer with an octet too many", "整数编码不是最短" },
	[DER_BITS]	  = { PKI_DER_BITS_UNUSED,
	  "unused bits that are not zero, or more than seven",
	  "未用位不为零或多于七位" },
	[DER_NULL_CONTENT] = { PKI_DER_NULL,
	  "NULL with content", "NULL 带有内容" },
	[DER_ARC]	  = { PKI_DER_OID,
	  "an object identifier that is cut off or not minimal",
	  "对象标识符不完整或不是最短" },
	[DER_ORDER]	  = { PKI_DER_SET_ORDER,
	  "a set that is not in order", "集合成员未按升序排列" },
	[DER_CLOCK]	  = { PKI_DER_TIME,
	  "no time in the one form that it has", "时间格式不正确" },
	[DER_CHARACTER]	  = { PKI_DER_STRING_CHARACTERS,
	  "a character that the string type has not",
	  "含该字符串类型不允许的字符" },
	[DER_DEEP]	  = { PKI_DER_DEPTH,
	  "elements nested too deep", "嵌套过深" },
	[DER_OTHER_TAG]	  = { PKI_CODES,
	  "another element than belongs here", "此处元素类型不对" },
	[DER_MISSING]	  = { PKI_CODES,
	  "an element is missing", "缺少元素" },
};
/* clang-format on */

static unsigned
octet(struct span s, size_t i)
{
	return (unsigned char)s.ptr[i];
}

/* ---- one element's beginning ---- */

/*
 * Takes the element at the front of *rest.  Gives the fault that makes it
 * unreadable, or that of a length which can be read all the same.
 */
static enum der_fault
read_item(struct span *rest, struct der_item *item, bool *readable)
{
	const struct span s = *rest;
	size_t len, head = 2, digits;
	enum der_fault fault = DER_FINE;

	*readable = false;
	if (s.len < 2)
		return DER_ENDS;
	item->tag = octet(s, 0);
	if ((item->tag & NUMBER) == NUMBER)
		return DER_TAG_HIGH;
	len = octet(s, 1);
	if (len == 0x80)
		return DER_INDEFINITE;
	if (len > 0x80) {
		digits = len - 0x80;
		head += digits;
		if (s.len < head)
			return DER_ENDS;
		if (digits > 4 && octet(s, 2) != 0)
			return DER_LENGTH_HUGE;
		len = 0;
		for (size_t i = 2; i < head; i++) {
			if (len > SIZE_MAX >> 9)
				return DER_LENGTH_HUGE;
			len = len << 8 | octet(s, i);
		}
		if (len < 0x80 || octet(s, 2) == 0)
			fault = DER_LENGTH_LONG;
	}
	if (len > s.len - head)
		return DER_ENDS;
	item->whole = span_take(s, head + len);
	item->content = span_skip(item->whole, head);
	*rest = span_skip(s, head + len);
	*readable = true;
	return fault;
}

/* ---- reading a structure ---- */

struct der
der_within(const char *origin, struct span bytes, struct der_bad *bad)
{
	return (struct der){ origin, bytes, bad };
}

struct der
der_start(struct span bytes, struct der_bad *bad)
{
	return der_within(bytes.ptr, bytes, bad);
}

bool
der_more(const struct der *d)
{
	return d->bad->fault == DER_FINE && d->rest.len > 0;
}

unsigned
der_peek(const struct der *d)
{
	return der_more(d) ? octet(d->rest, 0) : 0;
}

static size_t
offset(const struct der *d)
{
	return d->rest.ptr == NULL ? 0 : (size_t)(d->rest.ptr - d->origin);
}

static void
fail_at(struct der *d, enum der_fault fault, unsigned want, unsigned got)
{
	if (d->bad->fault == DER_FINE)
		*d->bad = (struct der_bad){ fault, offset(d), want, got };
	d->rest.len = 0;
}

void
der_fail(struct der *d, enum der_fault fault)
{
	fail_at(d, fault, 0, 0);
}

struct der_item
der_next(struct der *d)
{
	struct der_item item = { 0 };
	enum der_fault fault;
	bool readable;

	if (d->bad->fault != DER_FINE)
		return item;
	if (d->rest.len == 0) {
		der_fail(d, DER_MISSING);
		return item;
	}
	fault = read_item(&d->rest, &item, &readable);
	if (!readable) {
		der_fail(d, fault);
		return (struct der_item){ 0 };
	}
	return item;
}

struct span
der_take(struct der *d, unsigned tag)
{
	if (d->bad->fault != DER_FINE)
		return SPAN("");
	if (d->rest.len == 0) {
		fail_at(d, DER_MISSING, tag, 0);
		return SPAN("");
	}
	if (octet(d->rest, 0) != tag) {
		fail_at(d, DER_OTHER_TAG, tag, octet(d->rest, 0));
		return SPAN("");
	}
	return der_next(d).content;
}

struct span
der_maybe(struct der *d, unsigned tag, bool *there)
{
	const bool is = der_peek(d) == tag && der_more(d);

	if (there != NULL)
		*there = is;
	return is ? der_take(d, tag) : SPAN("");
}

struct span
der_enter(struct der *d, unsigned tag, struct der *inner)
{
	const struct span before = d->rest;
	const struct span content = der_take(d, tag);

	*inner = der_within(d->origin, content, d->bad);
	if (d->bad->fault != DER_FINE)
		return SPAN("");
	return span_take(before, before.len - d->rest.len);
}

void
der_end(struct der *d)
{
	if (der_more(d))
		der_fail(d, DER_BEHIND);
}

uint32_t
der_number(struct der *d, unsigned tag)
{
	struct der before = *d;
	uint32_t n = 0;

	if (!der_small(der_take(d, tag), &n))
		der_fail(&before, DER_SIZE);
	return n;
}

bool
der_flag(struct der *d, unsigned tag, bool *written_false)
{
	struct der before = *d;
	bool there;
	const struct span content = der_maybe(d, tag, &there);

	if (!there)
		return false;
	if (content.len != 1)
		der_fail(&before, DER_SIZE);
	if (content.len == 1 && content.ptr[0] == 0)
		*written_false = true;
	return content.len == 1 && content.ptr[0] != 0;
}

/* ---- what an item holds ---- */

bool
der_integer_is_negative(struct span content)
{
	return content.len > 0 && octet(content, 0) >= 0x80;
}

struct span
der_magnitude(struct span content)
{
	while (content.len > 1 && content.ptr[0] == 0)
		content = span_skip(content, 1);
	return content;
}

bool
der_small(struct span content, uint32_t *to)
{
	uint32_t n = 0;

	if (content.len == 0 || der_integer_is_negative(content))
		return false;
	content = der_magnitude(content);
	if (content.len > 4 || (content.len == 4 && octet(content, 0) >= 0x80))
		return false;
	for (size_t i = 0; i < content.len; i++)
		n = n << 8 | octet(content, i);
	*to = n;
	return true;
}

bool
der_bits(struct span content, struct span *octets, unsigned *unused)
{
	if (content.len == 0 || octet(content, 0) > 7 ||
	    (content.len == 1 && octet(content, 0) != 0))
		return false;
	*unused = octet(content, 0);
	*octets = span_skip(content, 1);
	return true;
}

/* Days from 1970-01-01 to a day of the Gregorian calendar. */
static int64_t
days(int year, int month, int day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
		273, 304, 334 };
	/* Leap days up to the end of February of this year, or of the last. */
	const int64_t y = month <= 2 ? year - 1 : year;

	return 365 * ((int64_t)year - 1970) + y / 4 - y / 100 + y / 400 - 477 +
	       before[month - 1] + day - 1;
}

static bool
day_exists(int year, int month, int day)
{
	static const int length[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month >= 1 && month <= 12 && day >= 1 &&
	       day <= length[month - 1] && (month != 2 || day < 29 || leap);
}

static bool
all_digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return true;
}

static int
two(struct span s, size_t at)
{
	return 10 * (s.ptr[at] - '0') + (s.ptr[at + 1] - '0');
}

/* ".5" and so on, without a trailing zero (X.690 11.7.3); microseconds. */
static bool
read_fraction(struct span s, int64_t *us)
{
	int64_t n = 0, scale = 1000000;

	if (s.len < 2 || s.ptr[0] != '.' || s.ptr[s.len - 1] == '0' ||
	    !all_digits(span_skip(s, 1)))
		return false;
	for (size_t i = 1; i < s.len && scale > 1; i++) {
		n = 10 * n + (s.ptr[i] - '0');
		scale /= 10;
	}
	*us = n * scale;
	return true;
}

bool
der_time(unsigned tag, struct span s, struct wall *t, bool *fraction)
{
	const size_t year_digits = tag == DER_UTC_TIME ? 2 : 4;
	const size_t plain = year_digits + 10;
	int64_t us = 0;
	int year, v[5];

	*fraction = false;
	if ((tag != DER_UTC_TIME && tag != DER_TIME) || s.len < plain + 1 ||
	    !all_digits(span_take(s, plain)) || s.ptr[s.len - 1] != 'Z')
		return false;
	year = two(s, 0);
	if (year_digits == 4)
		year = 100 * year + two(s, 2);
	else
		year += year < 50 ? 2000 : 1900;
	for (size_t i = 0; i < 5; i++)
		v[i] = two(s, year_digits + 2 * i);
	if (!day_exists(year, v[0], v[1]) || v[2] > 23 || v[3] > 59 ||
	    v[4] > 59)
		return false;
	if (s.len > plain + 1) {
		*fraction = true;
		if (tag == DER_UTC_TIME ||
		    !read_fraction(
			(struct span){ s.ptr + plain, s.len - plain - 1 }, &us))
			return false;
	}
	t->us = ((days(year, v[0], v[1]) * 24 + v[2]) * 60 + v[3]) * 60000000 +
		(int64_t)v[4] * 1000000 + us;
	return true;
}

/* ---- is it DER? ---- */

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

		fault = read_item(&rest, &item, &readable);
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

	fault = read_item(&rest, &item, &readable);
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

/* ---- for people ---- */

enum pki_code
der_code(enum der_fault fault)
{
	return faults[fault].code;
}

void
der_text(const struct der_bad *bad, char en[DER_TEXT], char zh[DER_TEXT])
{
	int n = snprintf(
	    en, DER_TEXT, "octet %zu: %s", bad->at, faults[bad->fault].en);
	int m = snprintf(
	    zh, DER_TEXT, "第 %zu 字节：%s", bad->at, faults[bad->fault].zh);

	if (bad->fault == DER_OTHER_TAG) {
		snprintf(en + n, DER_TEXT - (size_t)n,
		    " (tag %02X, should be %02X)", bad->got, bad->want);
		snprintf(zh + m, DER_TEXT - (size_t)m,
		    "（标签 %02X，应为 %02X）", bad->got, bad->want);
	} else if (bad->fault == DER_MISSING && bad->want != 0) {
		snprintf(
		    en + n, DER_TEXT - (size_t)n, " (tag %02X)", bad->want);
		snprintf(
		    zh + m, DER_TEXT - (size_t)m, "（标签 %02X）", bad->want);
	}
}

void
der_blame(struct pki_findings *f, enum pki_code code, enum pki_result result,
    const char *what, const struct der_bad *bad)
{
	char en[DER_TEXT], zh[DER_TEXT], both[2][2 * DER_TEXT];

	der_text(bad, en, zh);
	snprintf(both[0], sizeof both[0], "%.100s%s%s", what,
	    what[0] == '\0' ? "" : ": ", en);
	snprintf(both[1], sizeof both[1], "%.100s%s%s", what,
	    what[0] == '\0' ? "" : "：", zh);
	pki_find_both(f, code, result, both[0], both[1]);
}

void
der_oid_text(struct span content, char *text, size_t size)
{
	size_t used = 0;
	uint64_t arc = 0;
	bool first = true;

	text[0] = '\0';
	for (size_t i = 0; i < content.len && used + 1 < size; i++) {
		arc = arc << 7 | (octet(content, i) & 0x7f);
		if (octet(content, i) >= 0x80 && arc <= UINT64_MAX >> 8)
			continue;
		if (first) {
			const unsigned root = arc < 40 ? 0 : arc < 80 ? 1 : 2;

			used += (size_t)snprintf(text + used, size - used,
			    "%u.%ju", root, (uintmax_t)(arc - 40 * root));
		} else {
			used += (size_t)snprintf(
			    text + used, size - used, ".%ju", (uintmax_t)arc);
		}
		first = false;
		arc = 0;
	}
}

void
der_hex(struct span s, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < s.len; i++) {
		if (used + 6 > size) {
			snprintf(text + used, size - used, "...");
			return;
		}
		used += (size_t)snprintf(
		    text + used, size - used, "%02X", octet(s, i));
	}
}
