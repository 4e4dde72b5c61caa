/* SPDX-License-Identifier: MIT */
#include "reports/escape.h"

#include <ctype.h>
#include <string.h>

#include "lib/text.h"

struct range {
	unsigned from, to;
};

/* Shown by number because they show nothing, or rearrange what does. */
static const struct range unseen[] = {
	{ 0x00, 0x1f },
	{ 0x7f, 0x9f },
	{ 0xad, 0xad },
	{ 0x34f, 0x34f },
	{ 0x61c, 0x61c },
	{ 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },
	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x206f },
	{ 0x3164, 0x3164 },
	{ 0xd800, 0xf8ff },
	{ 0xfdd0, 0xfdef },
	{ 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },
	{ 0xfffe, 0xffff },
	{ 0x1d173, 0x1d17a },
	{ 0xe0000, 0x10ffff },
};

static bool
within(unsigned code, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (code >= r[i].from && code <= r[i].to)
			return true;
	return false;
}

#define WITHIN(code, table) \
	within((code), (table), sizeof(table) / sizeof((table)[0]))

bool
utf8_take(struct span *in, unsigned *code)
{
	const size_t n = text_utf8(*in);

	if (n == 0)
		return false;
	*code = (unsigned char)in->ptr[0] & (n == 1 ? 0x7fu : 0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++)
		*code = *code << 6 | ((unsigned char)in->ptr[i] & 0x3fu);
	*in = span_skip(*in, n);
	return true;
}

/* A backslash of ours, quoted where a backslash means something. */
static const char *
backslash(enum escape how)
{
	return how == ESCAPE_TAP || how == ESCAPE_YAML ? "\\\\" : "\\";
}

static void
show_code(struct buf *b, unsigned code, bool byte, enum escape how)
{
	static const char letters[] = {
		['\r'] = 'r', ['\n'] = 'n', ['\t'] = 't'
	};
	const char *open = how == ESCAPE_HTML ? "<b class=\"esc\">" : "";
	const char *shut = how == ESCAPE_HTML ? "</b>" : "";

	buf_addf(b, "%s%s", open, backslash(how));
	if (!byte && code < sizeof(letters) && letters[code] != '\0')
		buf_addf(b, "%c", letters[code]);
	else if (byte || code < 0x80)
		buf_addf(b, "x%02X", code);
	else
		buf_addf(b, "u{%04X}", code);
	buf_addf(b, "%s", shut);
}

/* What stands for an ASCII character that the document would take amiss. */
static const char *
quoted(char c, enum escape how)
{
	static const struct {
		char c;
		const char *as[ESCAPE_COUNT];
	} table[] = {
		{ '&', { [ESCAPE_XML] = "&amp;", [ESCAPE_HTML] = "&amp;" } },
		{ '<', { [ESCAPE_XML] = "&lt;", [ESCAPE_HTML] = "&lt;" } },
		{ '>', { [ESCAPE_XML] = "&gt;", [ESCAPE_HTML] = "&gt;" } },
		{ '\'', { [ESCAPE_XML] = "&#39;", [ESCAPE_HTML] = "&#39;" } },
		{ '"', { [ESCAPE_XML] = "&quot;",
			   [ESCAPE_HTML] = "&quot;",
			   [ESCAPE_YAML] = "\\\"" } },
		{ '#', { [ESCAPE_TAP] = "\\#" } },
		{ '\\', { [ESCAPE_TAP] = "\\\\", [ESCAPE_YAML] = "\\\\" } },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].c == c)
			return table[i].as[how];
	return NULL;
}

/* Everything but the plainest ASCII is written by number. */
static void
add_plain_only(struct buf *b, struct span s, const char *plain, bool css)
{
	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.ptr[i];

		if (c != 0 && (isalnum(c) || strchr(plain, c) != NULL))
			buf_addf(b, "%c", c);
		else
			buf_addf(b, css ? "_" : "%%%02X", c);
	}
}

void
escape_add(struct buf *b, struct span s, enum escape how)
{
	if (how == ESCAPE_URL || how == ESCAPE_CSS) {
		add_plain_only(b, s, how == ESCAPE_URL ? "/-._~" : "-._ ",
		    how == ESCAPE_CSS);
		return;
	}
	while (s.len > 0) {
		const struct span at = s;
		const char *as;
		unsigned code;

		if (!utf8_take(&s, &code)) {
			s = span_skip(s, 1);
			show_code(b, (unsigned char)at.ptr[0], true, how);
		} else if (WITHIN(code, unseen)) {
			show_code(b, code, false, how);
		} else if (code < 0x80 &&
			   (as = quoted((char)code, how)) != NULL) {
			buf_add(b, span_of(as));
		} else {
			buf_add(b, span_take(at, at.len - s.len));
		}
	}
}

void
escape_text(struct buf *b, const char *text, enum escape how)
{
	if (text != NULL)
		escape_add(b, span_of(text), how);
}
