/* SPDX-License-Identifier: MIT */
#include "reference/imap/structure.h"

#include "reference/imap/put.h"
#include "reference/mime_address.h"

#define VALUE_MOST (256u << 10) /* of one field, unfolded */

/* ---- strings ---- */

/* A field's value as one line; NIL when there is no such field. */
static void
put_value(struct buf *out, struct span value)
{
	struct buf line;

	if (value.ptr == NULL) {
		buf_add(out, SPAN("NIL"));
		return;
	}
	buf_init(&line, VALUE_MOST);
	mime_unfold(value, &line);
	imap_put_string(out, buf_span(&line));
	buf_free(&line);
}

/* The inside of a quoted string, or a token. */
static void
put_unquoted(struct buf *out, struct span inside)
{
	struct buf text;

	buf_init(&text, VALUE_MOST);
	mime_unquote(inside, &text);
	imap_put_string(out, buf_span(&text));
	buf_free(&text);
}

/* ---- ENVELOPE ---- */

static void
put_address(struct buf *out, const struct mime_address *a)
{
	buf_add(out, SPAN("("));
	imap_put_nstring(out, a->name);
	buf_add(out, SPAN(" "));
	imap_put_nstring(out, a->adl);
	buf_add(out, SPAN(" "));
	imap_put_nstring(out, a->mailbox);
	buf_add(out, SPAN(" "));
	imap_put_nstring(out, a->host);
	buf_add(out, SPAN(")"));
}

static void
put_addresses(struct buf *out, struct span value)
{
	struct mime_addresses list;
	struct mime_address a;
	bool any = false;

	mime_addresses_open(&list, value);
	while (mime_addresses_next(&list, &a)) {
		if (!any)
			buf_add(out, SPAN("("));
		any = true;
		put_address(out, &a);
	}
	mime_addresses_close(&list);
	buf_add(out, any ? SPAN(")") : SPAN("NIL"));
}

static bool
is_blank(struct span value)
{
	for (size_t i = 0; i < value.len; i++)
		if (strchr(" \t\r\n", value.ptr[i]) == NULL)
			return false;
	return true;
}

void
imap_put_envelope(struct buf *out, struct span header)
{
	/*
	 * Sender and Reply-To say who it is from when they are not there, or
	 * empty.
	 */
	/* clang-format off */
	static const struct {
		struct span	name;
		bool		addresses, or_from;
	} fields[] = {
		{ SPAN_INIT("Date"),		false, false },
		{ SPAN_INIT("Subject"),		false, false },
		{ SPAN_INIT("From"),		true,  false },
		{ SPAN_INIT("Sender"),		true,  true },
		{ SPAN_INIT("Reply-To"),	true,  true },
		{ SPAN_INIT("To"),		true,  false },
		{ SPAN_INIT("Cc"),		true,  false },
		{ SPAN_INIT("Bcc"),		true,  false },
		{ SPAN_INIT("In-Reply-To"),	false, false },
		{ SPAN_INIT("Message-ID"),	false, false },
	};
	/* clang-format on */
	const struct span from = mime_field_value(header, SPAN("From"));

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		struct span value = mime_field_value(header, fields[i].name);

		if (fields[i].or_from && is_blank(value))
			value = from;
		buf_add(out, i == 0 ? SPAN("(") : SPAN(" "));
		if (fields[i].addresses)
			put_addresses(out, value);
		else
			put_value(out, value);
	}
	buf_add(out, SPAN(")"));
}

/* ---- BODY and BODYSTRUCTURE ---- */

static void
put_params(struct buf *out, struct mime_params params)
{
	for (size_t i = 0; i < params.count; i++) {
		buf_add(out, i == 0 ? SPAN("(") : SPAN(" "));
		imap_put_string(out, params.at[i].name);
		buf_add(out, SPAN(" "));
		put_unquoted(out, params.at[i].value);
	}
	buf_add(out, params.count > 0 ? SPAN(")") : SPAN("NIL"));
}

static void
put_disposition(struct buf *out, const struct mime_part *p)
{
	if (p->disposition.ptr == NULL) {
		buf_add(out, SPAN("NIL"));
		return;
	}
	buf_add(out, SPAN("("));
	imap_put_string(out, p->disposition);
	buf_add(out, SPAN(" "));
	put_params(out, p->disposition_params);
	buf_add(out, SPAN(")"));
}

/* NIL, one string, or a list of them. */
static void
put_languages(struct buf *out, struct span list)
{
	struct buf several;
	struct span language;
	size_t n = 0;

	buf_init(&several, VALUE_MOST);
	while (list.ptr != NULL && mime_take_value(&list, &language)) {
		if (n++ > 0)
			buf_add(&several, SPAN(" "));
		put_unquoted(&several, language);
		if (list.len == 0 || list.ptr[0] != ',')
			break;
		list = span_skip(list, 1);
	}
	if (n == 0)
		buf_add(out, SPAN("NIL"));
	else if (n == 1)
		buf_add(out, buf_span(&several));
	else
		buf_addf(out, "(%s)", buf_text(&several));
	buf_free(&several);
}

/* What BODYSTRUCTURE has in common to all kinds. */
static void
put_extension(struct buf *out, const struct mime_part *p)
{
	buf_add(out, SPAN(" "));
	put_disposition(out, p);
	buf_add(out, SPAN(" "));
	put_languages(out, p->language);
	buf_add(out, SPAN(" "));
	put_value(out, p->location);
}

static void
put_multipart(struct buf *out, const struct mime_part *p, bool extended)
{
	buf_add(out, SPAN("("));
	for (const struct mime_part *c = p->first; c != NULL; c = c->next)
		imap_put_structure(out, c, extended);
	buf_add(out, SPAN(" "));
	imap_put_string(out, p->subtype);
	if (extended) {
		buf_add(out, SPAN(" "));
		put_params(out, p->params);
		put_extension(out, p);
	}
	buf_add(out, SPAN(")"));
}

static void
put_fields(struct buf *out, const struct mime_part *p)
{
	imap_put_string(out, p->type);
	buf_add(out, SPAN(" "));
	imap_put_string(out, p->subtype);
	buf_add(out, SPAN(" "));
	put_params(out, p->params);
	buf_add(out, SPAN(" "));
	put_value(out, p->id);
	buf_add(out, SPAN(" "));
	put_value(out, p->description);
	buf_add(out, SPAN(" "));
	imap_put_string(out, p->encoding);
	buf_addf(out, " %zu", p->body.len);
}

static void
put_single(struct buf *out, const struct mime_part *p, bool extended)
{
	buf_add(out, SPAN("("));
	put_fields(out, p);
	if (p->kind == MIME_MESSAGE && mime_is(p, "message", "rfc822")) {
		buf_add(out, SPAN(" "));
		imap_put_envelope(out, p->first->header);
		buf_add(out, SPAN(" "));
		imap_put_structure(out, p->first, extended);
		buf_addf(out, " %zu", p->lines);
	} else if (mime_is(p, "text", NULL)) {
		buf_addf(out, " %zu", p->lines);
	}
	if (extended) {
		buf_add(out, SPAN(" "));
		put_value(out, p->md5);
		put_extension(out, p);
	}
	buf_add(out, SPAN(")"));
}

/* The tree is no deeper than MIME_DEPTH_MOST. */
void
imap_put_structure(struct buf *out, const struct mime_part *p, bool extended)
{
	if (p->kind == MIME_MULTIPART)
		put_multipart(out, p, extended);
	else
		put_single(out, p, extended);
}
