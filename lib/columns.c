/* SPDX-License-Identifier: MIT */
#include "lib/columns.h"

#include <stdbool.h>
#include <stdint.h>

#include "lib/text.h"

/* The character at the front; U+FFFD for an octet that begins none. */
struct glyph {
	uint32_t code;
	size_t octets;
};

/* Wide and full-width blocks of UAX 11, without those nobody writes in. */
static const struct {
	uint32_t from, to;
} wide[] = {
	{ 0x1100, 0x115f },
	{ 0x2e80, 0xa4cf },
	{ 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 },
	{ 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f },
	{ 0x20000, 0x3fffd },
};

static struct glyph
glyph_at(struct span s)
{
	static const uint8_t lead[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const size_t octets = s.len == 0 ? 0 : text_utf8(s);
	uint32_t code;

	if (octets == 0 || octets > 4)
		return (struct glyph){ 0xfffd, 1 };
	code = (uint8_t)s.ptr[0] & lead[octets];
	for (size_t i = 1; i < octets; i++)
		code = code << 6 | ((uint8_t)s.ptr[i] & 0x3f);
	return (struct glyph){ code, octets };
}

static size_t
glyph_columns(struct glyph g)
{
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (g.code >= wide[i].from && g.code <= wide[i].to)
			return 2;
	return 1;
}

static bool
is_space(struct glyph g)
{
	return g.code == ' ' || g.code == '\n' || g.code == '\t';
}

static bool
among(struct glyph g, const char *marks)
{
	struct span s = span_of(marks);

	while (s.len != 0) {
		const struct glyph mark = glyph_at(s);

		if (mark.code == g.code)
			return true;
		s = span_skip(s, mark.octets);
	}
	return false;
}

static bool
opens(struct glyph g)
{
	return among(g, "“‘（《〈「『【〔");
}

static bool
closes(struct glyph g)
{
	return among(g, "”’）》〉」』】〕，。、；：？！…");
}

/* May a line end between the two, where no space stands? */
static bool
may_break(struct glyph before, struct glyph after)
{
	if (opens(before) || closes(after))
		return false;
	return glyph_columns(before) == 2 || glyph_columns(after) == 2 ||
	       closes(before) || opens(after);
}

/* Takes the shortest piece that must stay on one line off the front. */
static struct span
take_piece(struct span *rest)
{
	struct span s = *rest, piece = { s.ptr, 0 };

	while (piece.len < s.len) {
		const struct glyph g = glyph_at(span_skip(s, piece.len));
		struct glyph next;

		piece.len += g.octets;
		if (piece.len == s.len)
			break;
		next = glyph_at(span_skip(s, piece.len));
		if (is_space(next) || may_break(g, next))
			break;
	}
	*rest = span_skip(s, piece.len);
	return piece;
}

static bool
skip_space(struct span *rest)
{
	const size_t before = rest->len;

	while (rest->len != 0 && is_space(glyph_at(*rest)))
		*rest = span_skip(*rest, 1);
	return rest->len != before;
}

size_t
columns_of(struct span text)
{
	size_t n = 0;

	while (text.len != 0) {
		const struct glyph g = glyph_at(text);

		n += glyph_columns(g);
		text = span_skip(text, g.octets);
	}
	return n;
}

static void
blanks(struct buf *out, size_t n)
{
	while (n-- != 0)
		buf_add(out, SPAN(" "));
}

void
columns_pad(struct buf *out, struct span text, size_t width)
{
	const size_t n = columns_of(text);

	buf_add(out, text);
	blanks(out, n < width ? width - n : 0);
}

void
columns_wrap(
    struct buf *out, size_t at, size_t indent, size_t width, struct span text)
{
	bool fresh = true; /* nothing of the text on this line yet */

	skip_space(&text);
	for (bool space = false; text.len != 0; space = skip_space(&text)) {
		const struct span piece = take_piece(&text);
		const size_t n = columns_of(piece);
		const size_t gap = space && !fresh ? 1 : 0;

		if (!fresh && width != 0 && at + gap + n > width) {
			buf_add(out, SPAN("\n"));
			blanks(out, indent);
			at = indent;
		} else {
			blanks(out, gap);
			at += gap;
		}
		buf_add(out, piece);
		at += n;
		fresh = false;
	}
	buf_add(out, SPAN("\n"));
}
