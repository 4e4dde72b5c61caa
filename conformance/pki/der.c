/* SPDX-License-Identifier: MIT */
#include "conformance/pki/der.h"

enum { NUMBER = 0x1f };

static unsigned
octet(struct span s, size_t i)
{
	return (unsigned char)s.ptr[i];
}

/* ---- one element's beginning ---- */

enum der_fault
der_read(struct span *rest, struct der_item *item, bool *readable)
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

size_t
der_count(const struct der *d)
{
	struct der_bad bad = { .fault = d->bad->fault };
	struct der copy = der_within(d->origin, d->rest, &bad);
	size_t n = 0;

	for (; der_more(&copy); n++)
		der_next(&copy);
	return n;
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
	fault = der_read(&d->rest, &item, &readable);
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

struct span
der_octets(struct der *d)
{
	struct der before = *d;
	struct span octets = SPAN("");
	unsigned unused = 0;

	if (!der_bits(der_take(d, DER_BIT_STRING), &octets, &unused) ||
	    unused != 0)
		der_fail(&before, DER_BITS);
	return octets;
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
