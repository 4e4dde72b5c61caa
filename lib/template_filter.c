/* SPDX-License-Identifier: MIT */
#include "lib/template_filter.h"

#include <ctype.h>

#include "lib/framing_ldap.h"
#include "lib/text.h"

static void
add_lines(struct span text, struct buf *out)
{
	while (text.len > 0) {
		const bool ended = span_find(text, SPAN("\n")) < text.len;
		struct span line = span_cut(&text, '\n');

		if (ended && line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		buf_add(out, line);
		if (ended)
			buf_add(out, SPAN("\r\n"));
	}
}

static void
add_quoted(struct span text, struct buf *out)
{
	buf_add(out, SPAN("\""));
	for (; text.len > 0; text = span_skip(text, 1)) {
		if (text.ptr[0] == '"' || text.ptr[0] == '\\')
			buf_add(out, SPAN("\\"));
		buf_add(out, span_take(text, 1));
	}
	buf_add(out, SPAN("\""));
}

static void
add_upper(struct span text, struct buf *out)
{
	for (; text.len > 0; text = span_skip(text, 1)) {
		const char c = text.ptr[0];
		const char upper = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;

		buf_add(out, (struct span){ &upper, 1 });
	}
}

static void
add_length(struct span text, struct buf *out)
{
	buf_addf(out, "%zu", text.len);
}

/* Octets below 0x20 have to be escaped; the rest is UTF-8 as it is. */
static void
add_json(struct span text, struct buf *out)
{
	for (; text.len > 0; text = span_skip(text, 1)) {
		const unsigned char c = (unsigned char)text.ptr[0];

		if (c < 0x20)
			buf_addf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else
			buf_add(out, span_take(text, 1));
	}
}

static void
add_url(struct span text, struct buf *out)
{
	for (; text.len > 0; text = span_skip(text, 1)) {
		const unsigned char c = (unsigned char)text.ptr[0];

		if (c > ' ' && c < 0x80 &&
		    (isalnum(c) || strchr("-._~", c) != NULL))
			buf_add(out, span_take(text, 1));
		else
			buf_addf(out, "%%%02X", c);
	}
}

static void
add_xml(struct span text, struct buf *out)
{
	for (; text.len > 0; text = span_skip(text, 1))
		if (text.ptr[0] != '\0' &&
		    strchr("&<>\"'", text.ptr[0]) != NULL)
			buf_addf(out, "&#%d;", text.ptr[0]);
		else
			buf_add(out, span_take(text, 1));
}

/* clang-format off */
static const struct {
	const char *name;
	void (*apply)(struct span, struct buf *);
} filters[FILTERS] = {
	[FILTER_BASE64]	= { "base64",	text_base64 },
	[FILTER_LINES]	= { "lines",	add_lines },
	[FILTER_LENGTH]	= { "length",	add_length },
	[FILTER_QUOTED]	= { "quoted",	add_quoted },
	[FILTER_DN]	= { "dn",	ldap_name },
	[FILTER_UPPER]	= { "upper",	add_upper },
	[FILTER_JSON]	= { "json",	add_json },
	[FILTER_URL]	= { "url",	add_url },
	[FILTER_XML]	= { "xml",	add_xml },
};
/* clang-format on */

enum filter
filter_find(struct span name)
{
	for (int f = FILTER_BASE64; f < FILTERS; f++)
		if (span_eq(name, span_of(filters[f].name)))
			return (enum filter)f;
	return FILTER_NONE;
}

void
filter_names(struct buf *out)
{
	for (int f = FILTER_BASE64; f < FILTERS; f++)
		buf_addf(out, "%s|%s",
		    f == FILTER_BASE64 ? ""
		    : f < FILTERS - 1  ? ", "
				       : " and ",
		    filters[f].name);
}

void
filter_apply(enum filter f, struct span in, struct buf *out)
{
	filters[f].apply(in, out);
}
