/* SPDX-License-Identifier: MIT */
#include "reference/imap/utf7.h"

#include <stdint.h>

#include "lib/text.h"

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* Printable US-ASCII: it represents itself, but "&" does as "&-". */
static bool
is_direct(uint32_t c)
{
	return c >= 0x20 && c <= 0x7e;
}

static bool
is_high(uint32_t c)
{
	return c >= 0xd800 && c <= 0xdbff;
}

static bool
is_low(uint32_t c)
{
	return c >= 0xdc00 && c <= 0xdfff;
}

static void
add_utf8(struct buf *out, uint32_t c)
{
	char b[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n; i-- > 1; c >>= 6)
		b[i] = (char)(0x80 | (c & 0x3f));
	b[0] = (char)(lead[n] | c);
	buf_add(out, (struct span){ b, n });
}

/* One unit of UTF-16; *high waits for its other half. */
static const char *
take_unit(struct buf *out, uint32_t unit, uint32_t *high)
{
	if (*high != 0 && !is_low(unit))
		return "half of a surrogate pair";
	if (is_low(unit) && *high == 0)
		return "half of a surrogate pair";
	if (unit == 0)
		return "a NUL";
	if (is_direct(unit))
		return "BASE64 for what represents itself";
	if (is_high(unit)) {
		*high = unit;
		return NULL;
	}
	if (*high != 0)
		unit = 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00);
	*high = 0;
	add_utf8(out, unit);
	return NULL;
}

/* What stands between "&" and "-"; what is wrong with it or NULL. */
static const char *
decode_run(struct span in, struct buf *out)
{
	uint32_t bits = 0, high = 0;
	int n = 0;

	for (size_t i = 0; i < in.len; i++) {
		const char *at =
		    in.ptr[i] == '\0' ? NULL : strchr(digits, in.ptr[i]);
		const char *why;

		if (at == NULL)
			return "a character that is not modified BASE64";
		bits = (bits << 6 | (uint32_t)(at - digits)) & 0x3fffff;
		n += 6;
		if (n < 16)
			continue;
		n -= 16;
		why = take_unit(out, bits >> n & 0xffff, &high);
		if (why != NULL)
			return why;
	}
	if (high != 0)
		return "half of a surrogate pair";
	if (n >= 6)
		return "BASE64 that ends within a character";
	return (bits & ((1u << n) - 1)) != 0 ? "BASE64 with bits left over"
					     : NULL;
}

bool
imap_utf7_decode(struct span in, struct buf *out, const char **why)
{
	bool shifted = false; /* just out of BASE64 */

	*why = NULL;
	while (in.len > 0 && *why == NULL) {
		const char c = in.ptr[0];
		size_t end;

		in = span_skip(in, 1);
		if (c != '&') {
			if (!is_direct((unsigned char)c))
				*why = "an octet that is not printable ASCII";
			buf_add(out, (struct span){ &c, 1 });
			shifted = false;
			continue;
		}
		end = span_find(in, SPAN("-"));
		if (end == in.len)
			*why = "an \"&\" without its \"-\"";
		else if (end == 0)
			buf_add(out, SPAN("&"));
		else if (shifted)
			*why = "a null shift, \"-&\"";
		else
			*why = decode_run(span_take(in, end), out);
		shifted = end > 0;
		in = span_skip(in, end < in.len ? end + 1 : end);
	}
	if (*why == NULL && out->full)
		*why = "too many octets";
	return *why == NULL;
}

struct run {
	struct buf *out;
	uint32_t bits;
	int n; /* bits that wait; -1: not in BASE64 */
};

static void
put_unit(struct run *r, uint32_t unit)
{
	if (r->n < 0) {
		buf_add(r->out, SPAN("&"));
		r->n = 0;
		r->bits = 0;
	}
	r->bits = (r->bits << 16 | unit) & 0x3fffff;
	for (r->n += 16; r->n >= 6; r->n -= 6)
		buf_add(r->out,
		    (struct span){ digits + (r->bits >> (r->n - 6) & 63), 1 });
}

static void
end_run(struct run *r)
{
	if (r->n > 0)
		buf_add(r->out,
		    (struct span){ digits + (r->bits << (6 - r->n) & 63), 1 });
	if (r->n >= 0)
		buf_add(r->out, SPAN("-"));
	r->n = -1;
}

static uint32_t
code_point(struct span c)
{
	uint32_t v = (unsigned char)c.ptr[0];

	if (c.len > 1)
		v &= 0xffu >> (c.len + 1);
	for (size_t i = 1; i < c.len; i++)
		v = v << 6 | ((unsigned char)c.ptr[i] & 0x3f);
	return v;
}

bool
imap_utf7_encode(struct span in, struct buf *out)
{
	struct run r = { out, 0, -1 };

	while (in.len > 0) {
		const size_t n = text_utf8(in);
		uint32_t c;

		if (n == 0 || in.ptr[0] == '\0')
			return false;
		c = code_point(span_take(in, n));
		if (is_direct(c)) {
			end_run(&r);
			buf_add(out, c == '&' ? SPAN("&-") : span_take(in, 1));
		} else if (c > 0xffff) {
			put_unit(&r, 0xd800 + ((c - 0x10000) >> 10));
			put_unit(&r, 0xdc00 + ((c - 0x10000) & 0x3ff));
		} else {
			put_unit(&r, c);
		}
		in = span_skip(in, n);
	}
	end_run(&r);
	return !out->full;
}
