/* SPDX-License-Identifier: MIT */
#include "reference/imap/vary.h"

#include <ctype.h>

#include "reference/imap/element.h"

void
imap_vary_items(enum variant variant, struct imap_fetch *f)
{
	if (variant == VARIANT_IMAP_FETCH_WITH_UID)
		imap_fetch_add(f, IMAP_FETCH_UID);
	if (variant != VARIANT_IMAP_FETCH_REVERSED)
		return;
	for (size_t i = 0; i < f->n / 2; i++) {
		const struct imap_fetch_item last = f->item[f->n - 1 - i];

		f->item[f->n - 1 - i] = f->item[i];
		f->item[i] = last;
	}
}

/* ---- all strings as literals ---- */

static void
add_literal(struct span quoted, struct buf *out)
{
	const struct span inside =
	    span_take(span_skip(quoted, 1), quoted.len - 2);
	size_t octets = 0;

	for (size_t i = 0; i < inside.len; i++, octets++)
		i += inside.ptr[i] == '\\';
	buf_addf(out, "{%zu}\r\n", octets);
	for (size_t i = 0; i < inside.len; i++) {
		i += inside.ptr[i] == '\\';
		buf_add(out, (struct span){ inside.ptr + i, 1 });
	}
}

static void
to_literals(struct span value, struct buf *out)
{
	while (value.len > 0) {
		const bool list = value.ptr[0] == '(';
		const bool apart = strchr("() ", value.ptr[0]) != NULL;
		const size_t n = list || apart ? 1 : imap_element_length(value);

		if (value.ptr[0] == '"')
			add_literal(span_take(value, n), out);
		else
			buf_add(out, span_take(value, n));
		value = span_skip(value, n);
	}
}

/* ---- types in capital letters ---- */

static void
raise(struct buf *value, struct span e)
{
	const size_t at = (size_t)(e.ptr - value->data);

	for (size_t i = 0; e.ptr[0] == '"' && i < e.len; i++)
		value->data[at + i] =
		    (char)toupper((unsigned char)value->data[at + i]);
}

/* A body: parts in front, or type, subtype, parameters, ..., encoding. */
static void
raise_types(struct buf *value, struct span body)
{
	struct span e, name;
	size_t k = 0;

	while (imap_element(body, k, &e) && e.ptr[0] == '(') {
		raise_types(value, e);
		k++;
	}
	if (k > 0) {
		if (imap_element(body, k, &e))
			raise(value, e);
		return;
	}
	if (imap_element(body, 0, &e))
		raise(value, e);
	if (imap_element(body, 1, &e))
		raise(value, e);
	if (imap_element(body, 2, &e))
		for (size_t i = 0; imap_element(e, i, &name); i += 2)
			raise(value, name);
	if (imap_element(body, 5, &e))
		raise(value, e);
	if (imap_element(body, 8, &e) && span_starts(e, SPAN("((")))
		raise_types(value, e);
}

void
imap_vary_value(
    enum variant variant, enum imap_fetch_what what, struct buf *value)
{
	struct buf out;

	if (variant == VARIANT_IMAP_STRUCTURE_CAPITALS &&
	    (what == IMAP_FETCH_BODY || what == IMAP_FETCH_BODYSTRUCTURE))
		raise_types(value, buf_span(value));
	if (variant != VARIANT_IMAP_STRINGS_LITERAL ||
	    (what != IMAP_FETCH_BODY && what != IMAP_FETCH_BODYSTRUCTURE &&
		what != IMAP_FETCH_ENVELOPE))
		return;
	buf_init(&out, value->cap);
	to_literals(buf_span(value), &out);
	buf_free(value);
	*value = out;
}

/* RFC 3501 9: quoted has no CR, no LF, and 7 bits. */
bool
imap_varies_string(enum variant variant, struct span octets)
{
	for (size_t i = 0; i < octets.len; i++)
		if (strchr("\r\n\"\\", octets.ptr[i]) != NULL ||
		    (unsigned char)octets.ptr[i] > 0x7f)
			return false;
	return variant == VARIANT_IMAP_STRINGS_QUOTED && octets.len > 0 &&
	       octets.len < 1000;
}
