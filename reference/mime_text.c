/* SPDX-License-Identifier: MIT */
#include "reference/mime_text.h"

#include "reference/mime_decode.h"

/* Octets of UTF-8 for one of input, at most. */
#define GROWTH 3

/* ---- comparing ---- */

static char
lower(unsigned c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* U+FF01 to U+FF5E are EF BC 81 to EF BD 9E, U+3000 is E3 80 80. */
static unsigned
narrow(const unsigned char *p, size_t len)
{
	if (len < 3)
		return 0;
	if (p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x81 && p[2] <= 0xbf)
		return p[2] - 0x81u + '!';
	if (p[0] == 0xef && p[1] == 0xbd && p[2] >= 0x80 && p[2] <= 0x9e)
		return p[2] - 0x80u + '`';
	return p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80 ? ' ' : 0;
}

void
mime_fold(struct span utf8, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)utf8.ptr;
	char room[1024];
	size_t used = 0;

	for (size_t i = 0; i < utf8.len;) {
		const unsigned c = narrow(p + i, utf8.len - i);

		room[used++] = lower(c != 0 ? c : p[i]);
		i += c != 0 ? 3 : 1;
		if (used == sizeof room) {
			buf_add(out, (struct span){ room, used });
			used = 0;
		}
	}
	buf_add(out, (struct span){ room, used });
}

bool
mime_contains(struct span utf8, struct span folded)
{
	struct buf text;
	bool found;

	if (folded.len == 0)
		return true;
	buf_init(&text, utf8.len);
	mime_fold(utf8, &text);
	found = span_find(buf_span(&text), folded) < text.len;
	buf_free(&text);
	return found;
}

bool
mime_value_contains(struct span value, struct span folded)
{
	struct buf text;
	bool found;

	buf_init(&text, GROWTH * value.len);
	(void)mime_decode_words(value, &text);
	found = mime_contains(buf_span(&text), folded);
	buf_free(&text);
	return found;
}

/* ---- bodies and headers ---- */

bool
mime_part_text(const struct mime_part *part, struct buf *out)
{
	const struct mime_param *charset =
	    mime_find_param(part->params, SPAN("charset"));
	struct buf octets;
	bool ok;

	if (part->kind != MIME_LEAF || !mime_is(part, "text", NULL))
		return false;
	buf_init(&octets, part->body.len);
	ok = mime_unencode(part->encoding, part->body, &octets);
	if (!mime_from_charset(
		charset == NULL ? SPAN("us-ascii") : charset->value,
		buf_span(&octets), out))
		ok = false;
	buf_free(&octets);
	return ok;
}

static bool
body_contains(const struct mime_part *part, struct span folded)
{
	struct buf text;
	bool found;

	buf_init(&text, GROWTH * part->body.len);
	(void)mime_part_text(part, &text);
	found = mime_contains(buf_span(&text), folded);
	buf_free(&text);
	return found;
}

/* "Name: value", a line each, decoded. */
static void
header_text(struct span header, struct buf *out)
{
	struct mime_field field;

	while (mime_take_field(&header, &field)) {
		buf_add(out, field.name);
		buf_add(out, field.name.len > 0 ? SPAN(": ") : SPAN(""));
		(void)mime_decode_words(field.value, out);
		buf_add(out, SPAN("\n"));
	}
}

static bool
header_contains(struct span header, struct span folded)
{
	struct buf text;
	bool found;

	/* A field "a:" of two octets becomes "a: " and a line end. */
	buf_init(&text, (GROWTH + 1) * header.len + 4);
	header_text(header, &text);
	found = mime_contains(buf_span(&text), folded);
	buf_free(&text);
	return found;
}

bool
mime_search(const struct mime *mime, struct span folded, bool header)
{
	for (const struct mime_part *part = mime->root; part != NULL;
	     part = part->after)
		if (((header || part != mime->root) &&
			header_contains(part->header, folded)) ||
		    body_contains(part, folded))
			return true;
	return false;
}

bool
mime_search_field(struct span header, struct span name, struct span folded)
{
	struct mime_field field;

	while (mime_take_field(&header, &field))
		if (span_caseeq(field.name, name) &&
		    mime_value_contains(field.value, folded))
			return true;
	return false;
}

/* ---- RFC 5256 2.1 ---- */

struct subject {
	struct span text;
	/* Blobs from here on lead to no "re": asked once, not once a blob. */
	const char *no_refwd;
	bool replied;
};

static bool
take_mark(struct span *in, struct span mark)
{
	if (!span_casestarts(*in, mark))
		return false;
	*in = span_skip(*in, mark.len);
	return true;
}

static struct span
skip_space(struct span s)
{
	while (s.len > 0 && s.ptr[0] == ' ')
		s = span_skip(s, 1);
	return s;
}

/* subj-blob */
static bool
take_blob(struct span *in)
{
	size_t n = 1;

	if (in->len == 0 || in->ptr[0] != '[')
		return false;
	while (n < in->len && in->ptr[n] != '[' && in->ptr[n] != ']')
		n++;
	if (n == in->len || in->ptr[n] == '[')
		return false;
	*in = skip_space(span_skip(*in, n + 1));
	return true;
}

/* subj-refwd */
static bool
take_refwd(struct span *in)
{
	struct span s = *in;

	if (!take_mark(&s, SPAN("re")) && !take_mark(&s, SPAN("fwd")) &&
	    !take_mark(&s, SPAN("fw")))
		return false;
	s = skip_space(s);
	(void)take_blob(&s);
	if (!take_mark(&s, SPAN(":")))
		return false;
	*in = s;
	return true;
}

/* Step 2: subj-trailer */
static void
drop_trailers(struct subject *s)
{
	static const struct span fwd = SPAN_INIT("(fwd)");
	struct span *t = &s->text;

	for (;;) {
		if (t->len > 0 && t->ptr[t->len - 1] == ' ') {
			t->len--;
		} else if (t->len >= fwd.len &&
			   span_casestarts(
			       span_skip(*t, t->len - fwd.len), fwd)) {
			t->len -= fwd.len;
			s->replied = true;
		} else {
			return;
		}
	}
}

/* Step 3: subj-leader */
static bool
drop_leader(struct subject *s)
{
	struct span rest = skip_space(s->text);

	if (rest.len < s->text.len) {
		s->text = rest;
		return true;
	}
	if (s->no_refwd != NULL && rest.ptr <= s->no_refwd)
		return false;
	while (take_blob(&rest))
		continue;
	s->no_refwd = rest.ptr;
	if (!take_refwd(&rest))
		return false;
	s->text = rest;
	s->replied = true;
	return true;
}

/* Step 4 */
static bool
drop_blob(struct subject *s)
{
	struct span rest = s->text;

	if (!take_blob(&rest) || rest.len == 0)
		return false;
	s->text = rest;
	return true;
}

/* Step 6 */
static bool
unwrap(struct subject *s)
{
	struct span rest = s->text;

	if (rest.len == 0 || rest.ptr[rest.len - 1] != ']' ||
	    !take_mark(&rest, SPAN("[fwd:")))
		return false;
	rest.len--;
	*s = (struct subject){ .text = rest, .replied = true };
	return true;
}

/* Step 1: tabs are spaces, and several are one. */
static void
squeeze(struct span s, struct buf *out)
{
	while (s.len > 0) {
		size_t n = 0;

		while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != '\t')
			n++;
		buf_add(out, span_take(s, n));
		s = span_skip(s, n);
		if (s.len > 0)
			buf_add(out, SPAN(" "));
		while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
			s = span_skip(s, 1);
	}
}

bool
mime_base_subject(struct span value, struct buf *out)
{
	struct buf decoded, text;
	struct subject s = { .replied = false };

	buf_init(&decoded, GROWTH * value.len);
	buf_init(&text, GROWTH * value.len);
	(void)mime_decode_words(value, &decoded);
	squeeze(buf_span(&decoded), &text);
	s.text = buf_span(&text);
	do {
		drop_trailers(&s);
		while (drop_leader(&s) || drop_blob(&s))
			continue;
	} while (unwrap(&s));
	buf_add(out, s.text);
	buf_free(&decoded);
	buf_free(&text);
	return s.replied;
}
