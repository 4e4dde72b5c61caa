/* SPDX-License-Identifier: MIT */
/* Filters as RFC 4515 3 writes them, into octets: what we say. */
#include "lib/framing_ldap_writer.h"

#define DEPTH_MOST 5000 /* filters within filters */

/* Up to what ends it, \HH being an octet. */
static void
take_value(struct writer *w, const char *ends, struct buf *to)
{
	while (w->in.len > 0 && strchr(ends, w->in.ptr[0]) == NULL) {
		if (w->in.ptr[0] == '\\' &&
		    (w->in.len < 3 || writer_hex(w->in.ptr[1]) < 0 ||
			writer_hex(w->in.ptr[2]) < 0))
			writer_wrong(
			    w, "a backslash without two digits in a filter");
		writer_take_octet(w, to);
	}
}

/* "a*b*c", from the first star on. */
static void
put_substrings(struct writer *w, struct span type, struct span initial)
{
	const size_t at = writer_begin(w, 0xa4);
	struct buf part;
	size_t list;

	writer_octets(w, 0x04, type);
	list = writer_begin(w, 0x30);
	if (initial.len > 0)
		writer_octets(w, 0x80, initial);
	buf_init(&part, WRITER_MOST);
	while (w->in.len > 0 && w->in.ptr[0] == '*') {
		w->in = span_skip(w->in, 1);
		buf_clear(&part);
		take_value(w, "*)", &part);
		if (part.len > 0)
			writer_octets(w,
			    w->in.len > 0 && w->in.ptr[0] == '*' ? 0x81 : 0x82,
			    buf_span(&part));
	}
	buf_free(&part);
	writer_end(w, list);
	writer_end(w, at);
}

static void
put_equality(struct writer *w, struct span type)
{
	struct buf value;
	size_t at;

	if (span_starts(w->in, SPAN("*)"))) {
		w->in = span_skip(w->in, 1);
		writer_octets(w, 0x87, type);
		return;
	}
	buf_init(&value, WRITER_MOST);
	take_value(w, "*)", &value);
	if (w->in.len > 0 && w->in.ptr[0] == '*') {
		put_substrings(w, type, buf_span(&value));
	} else {
		at = writer_begin(w, 0xa3);
		writer_octets(w, 0x04, type);
		writer_octets(w, 0x04, buf_span(&value));
		writer_end(w, at);
	}
	buf_free(&value);
}

/* cn:dn:1.2.3:=x, :1.2.3:=x, cn:=x */
static void
put_extensible(struct writer *w, struct span what)
{
	const size_t at = writer_begin(w, 0xa9);
	struct span type = span_cut(&what, ':'), rule = span_cut(&what, ':');
	const bool dn = span_caseeq(rule, SPAN("dn"));
	struct buf value;

	if (dn)
		rule = span_cut(&what, ':');
	buf_init(&value, WRITER_MOST);
	take_value(w, ")", &value);
	if (rule.len > 0)
		writer_octets(w, 0x81, rule);
	if (type.len > 0)
		writer_octets(w, 0x82, type);
	writer_octets(w, 0x83, buf_span(&value));
	if (dn)
		writer_bool(w, 0x84, true);
	buf_free(&value);
	writer_end(w, at);
}

static void
put_item(struct writer *w)
{
	/* clang-format off */
	static const struct {
		char	 before;
		int	 tag;
	} kinds[] = { { '>', 0xa5 }, { '<', 0xa6 }, { '~', 0xa8 } };
	/* clang-format on */
	struct span type = span_take(w->in, span_find(w->in, SPAN("=")));
	struct buf value;

	if (type.len == w->in.len || type.len == 0) {
		writer_wrong(w, "a filter without \"=\"");
		return;
	}
	w->in = span_skip(w->in, type.len + 1);
	if (type.ptr[type.len - 1] == ':') {
		put_extensible(w, span_take(type, type.len - 1));
		return;
	}
	for (size_t i = 0; i < 3; i++) {
		size_t at;

		if (type.ptr[type.len - 1] != kinds[i].before)
			continue;
		buf_init(&value, WRITER_MOST);
		take_value(w, ")", &value);
		at = writer_begin(w, kinds[i].tag);
		writer_octets(w, 0x04, span_take(type, type.len - 1));
		writer_octets(w, 0x04, buf_span(&value));
		writer_end(w, at);
		buf_free(&value);
		return;
	}
	put_equality(w, type);
}

void
writer_filter(struct writer *w)
{
	static const char ops[] = "&|!";
	const char *op;
	size_t at;

	if (!span_starts(w->in, SPAN("(")) || ++w->depth > DEPTH_MOST) {
		writer_wrong(w, "no filter where one must be, or too deep");
		return;
	}
	w->in = span_skip(w->in, 1);
	op = w->in.len == 0 ? NULL : memchr(ops, w->in.ptr[0], 3);
	if (op != NULL) {
		w->in = span_skip(w->in, 1);
		at = writer_begin(w, 0xa0 + (int)(op - ops));
		while (w->flaw == NULL && span_starts(w->in, SPAN("(")))
			writer_filter(w);
		writer_end(w, at);
	} else {
		put_item(w);
	}
	if (!span_starts(w->in, SPAN(")")))
		writer_wrong(w, "a filter without its closing parenthesis");
	else
		w->in = span_skip(w->in, 1);
	w->depth--;
}
