/* SPDX-License-Identifier: MIT */
#include "lib/text.h"

#include <openssl/evp.h>
#include <stdint.h>

#include "lib/mem.h"

void
text_base64(struct span in, struct buf *out)
{
	unsigned char block[65];

	while (in.len > 0) {
		const struct span part = span_take(in, 48);
		const int n = EVP_EncodeBlock(
		    block, (const unsigned char *)part.ptr, (int)part.len);

		buf_add(out, (struct span){ (char *)block, (size_t)n });
		in = span_skip(in, part.len);
	}
}

/* Is this base64 with its padding, and how many octets is it short of 3? */
static bool
well_formed(struct span in, size_t *pad)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	*pad = 0;
	if (in.len % 4 != 0)
		return false;
	while (*pad < 2 && in.len > 0 && in.ptr[in.len - 1] == '=') {
		(*pad)++;
		in.len--;
	}
	for (size_t i = 0; i < in.len; i++)
		if (memchr(digits, in.ptr[i], sizeof digits - 1) == NULL)
			return false;
	return true;
}

bool
text_unbase64(struct span in, struct buf *out)
{
	unsigned char *bytes;
	size_t pad;
	int n;

	if (in.len == 0)
		return true;
	if (!well_formed(in, &pad))
		return false;
	bytes = mem_new(in.len, 1);
	n = EVP_DecodeBlock(bytes, (const unsigned char *)in.ptr, (int)in.len);
	if (n >= 0)
		buf_add(out, (struct span){ (char *)bytes, (size_t)n - pad });
	free(bytes);
	return n >= 0 && !out->full;
}

size_t
text_utf8(struct span s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t n;
	uint32_t c;

	if (s.len == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || s.len < n)
		return 0;
	c = p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return n;
}

bool
text_is_utf8(struct span s)
{
	while (s.len > 0) {
		const size_t n = text_utf8(s);

		if (n == 0)
			return false;
		s = span_skip(s, n);
	}
	return true;
}

/* C1 controls, zero-width and bidirectional marks: seen by nobody. */
static bool
is_invisible(struct span c)
{
	const unsigned char *p = (const unsigned char *)c.ptr;

	if (c.len == 2)
		return p[0] == 0xc2 && (p[1] < 0xa0 || p[1] == 0xad);
	if (c.len == 3 && p[0] == 0xe2)
		return (p[1] == 0x80 && ((p[2] >= 0x8b && p[2] <= 0x8f) ||
					    (p[2] >= 0xa8 && p[2] <= 0xae))) ||
		       (p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xaf);
	return c.len == 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf;
}

void
text_escape(struct span s, struct buf *out)
{
	while (s.len > 0) {
		size_t n = text_utf8(s);
		const unsigned char c = (unsigned char)s.ptr[0];

		if (c == '\\')
			buf_add(out, SPAN("\\\\"));
		else if (c == '\r')
			buf_add(out, SPAN("\\r"));
		else if (c == '\n')
			buf_add(out, SPAN("\\n"));
		else if (c == '\t')
			buf_add(out, SPAN("\\t"));
		else if (n == 0 || (n == 1 && (c < 0x20 || c == 0x7f)))
			buf_addf(out, "\\x%02x", c);
		else if (n > 1 && is_invisible(span_take(s, n)))
			for (size_t i = 0; i < n; i++)
				buf_addf(
				    out, "\\x%02x", (unsigned char)s.ptr[i]);
		else
			buf_add(out, span_take(s, n));
		s = span_skip(s, n == 0 ? 1 : n);
	}
}

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c | 0x20);

	if (c >= '0' && c <= '9')
		return c - '0';
	return at == NULL || c == '\0' ? -1 : (int)(at - digits);
}

bool
text_unescape(struct span s, struct buf *out)
{
	while (s.len > 0) {
		char c = s.ptr[0];

		s = span_skip(s, 1);
		if (c == '\\') {
			if (s.len == 0)
				return false;
			c = s.ptr[0];
			s = span_skip(s, 1);
			if (c == 'x') {
				if (s.len < 2 || hex(s.ptr[0]) < 0 ||
				    hex(s.ptr[1]) < 0)
					return false;
				c = (char)(hex(s.ptr[0]) << 4 | hex(s.ptr[1]));
				s = span_skip(s, 2);
			} else if (c == 'r' || c == 'n' || c == 't') {
				c = c == 'r' ? '\r' : c == 'n' ? '\n' : '\t';
			} else if (c != '\\') {
				return false;
			}
		}
		buf_add(out, (struct span){ &c, 1 });
	}
	return !out->full;
}
