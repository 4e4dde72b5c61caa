/* SPDX-License-Identifier: MIT */
#include <ctype.h>

#include "reference/imap/mangle.h"

/* What a row has to work with. */
struct section {
	const struct imap_fetch_item *item;
	const struct mime *mime;
	struct span octets; /* the right ones; changed to the wrong ones */
	bool there;
	struct buf *work;
};

static const struct mime_part *
part_of(const struct section *s)
{
	return mime_find(s->mime, s->item->part, s->item->n_parts);
}

/* ---- what is done to octets ---- */

static void
lose_line_end(struct section *s)
{
	s->octets =
	    span_take(s->octets, s->octets.len < 2 ? 0 : s->octets.len - 2);
}

static void
cut_at_64k(struct section *s)
{
	s->octets = span_take(s->octets, 64u << 10);
}

static void
prepend_line_end(struct section *s)
{
	buf_add(s->work, SPAN("\r\n"));
	buf_add(s->work, s->octets);
	s->octets = buf_span(s->work);
}

static void
add_blank_line(struct section *s)
{
	if (span_find(s->octets, SPAN("\r\n\r\n")) < s->octets.len)
		return;
	buf_add(s->work, s->octets);
	buf_add(s->work, SPAN("\r\n"));
	s->octets = buf_span(s->work);
}

static void
skip_preamble(struct section *s)
{
	const size_t at = span_find(s->octets, SPAN("\r\n--"));

	if (at < s->octets.len)
		s->octets = span_skip(s->octets, at + 2);
}

static void
to_seven_bits(struct section *s)
{
	for (size_t i = 0; i < s->octets.len; i++) {
		const char c = s->octets.ptr[i];

		buf_add(s->work, (unsigned char)c > 0x7f
				     ? SPAN("?")
				     : (struct span){ &c, 1 });
	}
	s->octets = buf_span(s->work);
}

/* ---- other octets than were asked for ---- */

static void
no_part_of_single(struct section *s)
{
	if (s->mime->root->kind != MIME_MULTIPART)
		s->there = false;
}

static void
with_its_header(struct section *s)
{
	const struct mime_part *p = part_of(s);

	if (p != NULL && p->kind == MIME_LEAF)
		s->octets = p->whole;
}

static void
with_what_follows(struct section *s)
{
	const struct mime_part *p = part_of(s);
	const struct span text = s->mime->text;

	if (p != NULL && p->parent != NULL && p->next == NULL)
		s->octets = span_skip(text, (size_t)(p->body.ptr - text.ptr));
}

static void
last_for_missing(struct section *s)
{
	if (s->there || s->mime->root->last == NULL)
		return;
	s->there = true;
	s->octets = s->mime->root->last->body;
}

/* Of a message/rfc822 part. */
static void
inner_body(struct section *s)
{
	const struct mime_part *p = part_of(s);

	if (p != NULL && p->kind == MIME_MESSAGE)
		s->octets = p->first->body;
}

static void
inner_whole(struct section *s)
{
	const struct mime_part *p = part_of(s);

	if (p != NULL && p->kind == MIME_MESSAGE)
		s->octets = p->body;
}

static void
inner_header(struct section *s)
{
	const struct mime_part *p = part_of(s);

	if (p != NULL && p->kind == MIME_MESSAGE)
		s->octets = p->first->header;
}

static void
own_header(struct section *s)
{
	const struct mime_part *p = part_of(s);

	if (p != NULL)
		s->octets = p->header;
}

static void
no_part_of_message(struct section *s)
{
	const struct mime_part *p = part_of(s);

	for (; p != NULL; p = p->parent)
		if (p->parent != NULL && p->kind == MIME_MESSAGE)
			s->there = false;
}

static void
no_part_of_part(struct section *s)
{
	const struct mime_part *p = part_of(s);

	if (p != NULL && p->parent != NULL && p->parent->parent != NULL &&
	    p->parent->parent->kind == MIME_MULTIPART)
		s->there = false;
}

static void
no_message_in_digest(struct section *s)
{
	if (mime_is(s->mime->root, "multipart", "digest"))
		s->there = false;
}

/* ---- header fields ---- */

static struct span
blank_of(struct span header)
{
	return header.len >= 2 ? span_skip(header, header.len - 2) : header;
}

static void
all_fields(struct section *s)
{
	s->octets = s->mime->root->header;
}

static void
outer_fields(struct section *s)
{
	mime_select_fields(s->mime->root->header, s->item->field,
	    s->item->n_fields, false, s->work);
	s->octets = buf_span(s->work);
}

static void
named_fields(struct section *s)
{
	outer_fields(s);
}

/* Names with small letters in them are not found. */
static void
fields_in_capitals(struct section *s)
{
	struct span names[IMAP_FETCH_MOST];
	size_t n = 0;

	for (size_t i = 0; i < s->item->n_fields && n < IMAP_FETCH_MOST; i++) {
		const struct span name = s->item->field[i];
		bool small = false;

		for (size_t k = 0; k < name.len; k++)
			small |= islower((unsigned char)name.ptr[k]) != 0;
		if (!small)
			names[n++] = name;
	}
	mime_select_fields(s->mime->root->header, names, n,
	    s->item->section == IMAP_SECTION_FIELDS_NOT, s->work);
	s->octets = buf_span(s->work);
}

static bool
begins_with_one(struct span name, const struct imap_fetch_item *item)
{
	for (size_t i = 0; i < item->n_fields; i++)
		if (span_casestarts(name, item->field[i]))
			return true;
	return false;
}

static void
fields_by_prefix(struct section *s)
{
	struct span rest = s->mime->root->header;
	struct mime_field field;

	while (mime_take_field(&rest, &field))
		if (begins_with_one(field.name, s->item))
			buf_add(s->work, field.whole);
	buf_add(s->work, rest);
	s->octets = buf_span(s->work);
}

/* Each field once, each in one line, as "once" and "cut" say. */
static void
pick_fields(struct section *s, bool once, bool cut)
{
	struct span rest = s->octets, last = SPAN("");
	struct mime_field field;

	while (mime_take_field(&rest, &field)) {
		const size_t line = span_find(field.whole, SPAN("\r\n"));

		if (once && span_caseeq(field.name, last))
			continue;
		last = field.name;
		buf_add(s->work,
		    cut ? span_take(field.whole, line + 2) : field.whole);
	}
	buf_add(s->work, blank_of(s->octets));
	s->octets = buf_span(s->work);
}

static void
fields_once(struct section *s)
{
	pick_fields(s, true, false);
}

static void
fields_cut(struct section *s)
{
	pick_fields(s, false, true);
}

static void
nothing_for_none(struct section *s)
{
	if (s->octets.len == 2)
		s->there = false;
}

/* ---- which fault does what to which section ---- */

enum {
	ALL = 1 << IMAP_SECTION_ALL,
	HEADER = 1 << IMAP_SECTION_HEADER,
	FIELDS = 1 << IMAP_SECTION_FIELDS,
	NOT = 1 << IMAP_SECTION_FIELDS_NOT,
	TEXT = 1 << IMAP_SECTION_TEXT,
	MIME = 1 << IMAP_SECTION_MIME,
};

/* clang-format off */
static const struct mangling {
	enum fault		fault;
	enum imap_fetch_what	what;
	unsigned		sections;
	size_t			least, most;	/* numbers in the section */
	void			(*mangle)(struct section *);
} manglings[] = {
#define S IMAP_FETCH_SECTION
	{ FAULT_IMAP_BODY_CUT,		   S, ALL,    0, 0, lose_line_end },
	{ FAULT_IMAP_BODY_64K,		   S, ALL,    0, 0, cut_at_64k },
	{ FAULT_IMAP_BLANK_ADDED,	   S, ALL,    0, 0, add_blank_line },
	{ FAULT_IMAP_RFC822_HEADER_OPEN,
	  IMAP_FETCH_RFC822_HEADER,	      HEADER, 0, 0, lose_line_end },
	{ FAULT_IMAP_RFC822_TEXT_BLANK,
	  IMAP_FETCH_RFC822_TEXT,	      TEXT,   0, 0, prepend_line_end },
	{ FAULT_IMAP_HEADER_OPEN,	   S, HEADER, 0, 0, lose_line_end },
	{ FAULT_IMAP_TEXT_BLANK,	   S, TEXT,   0, 0, prepend_line_end },
	{ FAULT_IMAP_TEXT_NO_PREAMBLE,	   S, TEXT,   0, 0, skip_preamble },
	{ FAULT_IMAP_SINGLE_NO_PART,	   S, ALL,    1, 1, no_part_of_single },
	{ FAULT_IMAP_PART_7BIT,		   S, ALL,    1, 9, to_seven_bits },
	{ FAULT_IMAP_FIELDS_ALL,	   S, FIELDS, 0, 0, all_fields },
	{ FAULT_IMAP_FIELDS_CASE,	   S, FIELDS, 0, 0, fields_in_capitals },
	{ FAULT_IMAP_FIELDS_PREFIX,	   S, FIELDS, 0, 0, fields_by_prefix },
	{ FAULT_IMAP_FIELDS_CUT,	   S, FIELDS, 0, 0, fields_cut },
	{ FAULT_IMAP_FIELDS_ONCE,	   S, FIELDS, 0, 0, fields_once },
	{ FAULT_IMAP_FIELDS_NONE_NIL,	   S, FIELDS, 0, 0, nothing_for_none },
	{ FAULT_IMAP_FIELDS_NOT_NAMED,	   S, NOT,    0, 0, named_fields },
	{ FAULT_IMAP_FIELDS_NOT_CASE,	   S, NOT,    0, 0, fields_in_capitals },
	{ FAULT_IMAP_PARTIAL_BEFORE_FIELDS, S, FIELDS, 0, 0, all_fields },
	{ FAULT_IMAP_PART_WITH_HEADER,	   S, ALL,    1, 1, with_its_header },
	{ FAULT_IMAP_PART_NOT_NESTED,	   S, ALL,    2, 2, no_part_of_part },
	{ FAULT_IMAP_PART_WITH_EPILOGUE,   S, ALL,    1, 1, with_what_follows },
	{ FAULT_IMAP_PART_FOR_MISSING,	   S, ALL,    1, 1, last_for_missing },
	{ FAULT_IMAP_MIME_OPEN,		   S, MIME,   1, 1, lose_line_end },
	{ FAULT_IMAP_MIME_IS_INNER,	   S, MIME,   1, 9, inner_header },
	{ FAULT_IMAP_MESSAGE_IS_BODY,	   S, ALL,    1, 1, inner_body },
	{ FAULT_IMAP_MESSAGE_OWN_HEADER,   S, HEADER, 1, 1, own_header },
	{ FAULT_IMAP_MESSAGE_TEXT_WHOLE,   S, TEXT,   1, 1, inner_whole },
	{ FAULT_IMAP_MESSAGE_NO_PARTS,	   S, ALL,    2, 9, no_part_of_message },
	{ FAULT_IMAP_MESSAGE_OUTER_FIELDS, S, FIELDS, 1, 9, outer_fields },
	{ FAULT_IMAP_DIGEST_NO_MESSAGE,	   S, TEXT,   1, 1, no_message_in_digest },
#undef S
};
/* clang-format on */

static const struct mangling *
find(enum fault fault, const struct imap_fetch_item *item)
{
	for (size_t i = 0; i < sizeof manglings / sizeof manglings[0]; i++) {
		const struct mangling *m = &manglings[i];

		if (m->fault == fault && m->what == item->what &&
		    (m->sections & 1u << item->section) != 0 &&
		    item->n_parts >= m->least && item->n_parts <= m->most)
			return m;
	}
	return NULL;
}

bool
imap_mangles_section(enum fault fault, const struct imap_fetch_item *item)
{
	/* An offset into what is cut before fields are picked from it. */
	return find(fault, item) != NULL &&
	       (fault != FAULT_IMAP_PARTIAL_BEFORE_FIELDS || item->partial);
}

void
imap_mangle_section(enum fault fault, const struct imap_fetch_item *item,
    const struct mime *mime, bool *there, struct span *octets, struct buf *work)
{
	const struct mangling *m = find(fault, item);
	struct section s = {
		.item = item,
		.mime = mime,
		.octets = *octets,
		.there = *there,
		.work = work,
	};

	buf_clear(work);
	if (m == NULL || (!s.there && m->mangle != last_for_missing))
		return;
	m->mangle(&s);
	*octets = s.octets;
	*there = s.there;
}

void
imap_mangle_cut(enum fault fault, const struct imap_fetch_item *item,
    int64_t size, int64_t *from, int64_t *count)
{
	const int64_t end = (int64_t)item->from + item->count;

	if (!item->partial)
		return;
	if ((fault == FAULT_IMAP_PARTIAL_IGNORED && item->from == 0) ||
	    (fault == FAULT_IMAP_PARTIAL_PART_WHOLE && item->n_parts > 0)) {
		*from = 0;
		*count = size;
	}
	if (fault == FAULT_IMAP_PARTIAL_FROM_ONE && item->from > 0 && *from > 0)
		*from -= 1;
	if (fault == FAULT_IMAP_PARTIAL_SHORT_EMPTY && end > size &&
	    item->from > 0)
		*count = 0;
	if (fault == FAULT_IMAP_PARTIAL_END_LOST && end == size && *count > 0)
		*count -= 1;
}
