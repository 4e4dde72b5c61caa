/* SPDX-License-Identifier: MIT */
#include "reference/imap/mangle.h"

#include <stdlib.h>

#include "reference/imap/element.h"

/* ---- ENVELOPE and BODYSTRUCTURE ---- */

enum { ENVELOPE = 1, STRUCTURE = 2, OTHER = 4 };

/*
 * In an element that begins with "was" (NULL: any; "@2": equals element 2)
 * stands "with" (NULL: nothing at all; "@2": what element 2 is).
 */
/* clang-format off */
static const struct replacement {
	enum fault	fault;
	int		in;
	const char	*path, *was, *with;
} replacements[] = {
	{ FAULT_IMAP_FLAGGED_UNTOLD,	OTHER, "", "(\\Seen \\Fl", "()" },
	{ FAULT_IMAP_DATE_UNPADDED,	OTHER, "", "\" 5-", "\"5-Nov-2026 "
						"12:00:00 +0000\"" },

	{ FAULT_IMAP_ENVELOPE_DATE,	ENVELOPE, "0", NULL, "NIL" },
	{ FAULT_IMAP_ENVELOPE_SUBJECT,	ENVELOPE, "1", NULL, "NIL" },
	{ FAULT_IMAP_ENVELOPE_DECODED,	ENVELOPE, "1", "\"=?",
	    "{18}\r\n关于验收工作" },
	{ FAULT_IMAP_ENVELOPE_QUOTED,	ENVELOPE, "200", "\"Li,",
	    "\"\\\"Li, Ming\\\"\"" },
	{ FAULT_IMAP_ENVELOPE_SENDER_NIL, ENVELOPE, "3", "@2", "NIL" },
	{ FAULT_IMAP_ENVELOPE_SENDER,	ENVELOPE, "3", NULL, "@2" },
	{ FAULT_IMAP_ENVELOPE_REPLY_NIL, ENVELOPE, "4", "@2", "NIL" },
	{ FAULT_IMAP_ENVELOPE_REPLY,	ENVELOPE, "4", NULL, "@2" },
	{ FAULT_IMAP_ENVELOPE_TO_FIRST,	ENVELOPE, "51", NULL, NULL },
	{ FAULT_IMAP_ENVELOPE_GROUP,	ENVELOPE, "53", "(NIL NIL NIL", NULL },
	{ FAULT_IMAP_ENVELOPE_CC,	ENVELOPE, "6", "(", "NIL" },
	{ FAULT_IMAP_ENVELOPE_BCC,	ENVELOPE, "7", "(", "NIL" },
	{ FAULT_IMAP_ENVELOPE_REPLIED,	ENVELOPE, "8", "\"", "NIL" },
	{ FAULT_IMAP_ENVELOPE_ID,	ENVELOPE, "9", NULL, "NIL" },
	{ FAULT_IMAP_ENVELOPE_EMPTY,	ENVELOPE, "6", "NIL", "()" },
	{ FAULT_IMAP_ENVELOPE_STRING,	ENVELOPE, "8", "NIL", "\"\"" },

	{ FAULT_IMAP_TYPE_NO_CHARSET,	STRUCTURE, "2", "(\"", "NIL" },
	{ FAULT_IMAP_TYPE_DEFAULT,	STRUCTURE, "",
	    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 6",
	    "(\"application\" \"octet-stream\" NIL NIL NIL \"7bit\" 6)" },
	{ FAULT_IMAP_ENCODING_NIL,	STRUCTURE, "5", "\"7bit\"", "NIL" },
	{ FAULT_IMAP_SIZE_ZERO,		STRUCTURE, "6", "37", "0" },
	{ FAULT_IMAP_LINES_ZERO,	STRUCTURE, "7", "3", "0" },
	{ FAULT_IMAP_SIZE_DECODED,	STRUCTURE, "36", "14", "9" },
	{ FAULT_IMAP_BASIC_HAS_LINES,	STRUCTURE, "36", "14", "14 1" },
	{ FAULT_IMAP_PARAMS_NIL,	STRUCTURE, "32", "(", "NIL" },
	{ FAULT_IMAP_PART_ID_NIL,	STRUCTURE, "03", "\"", "NIL" },
	{ FAULT_IMAP_PART_ABOUT_NIL,	STRUCTURE, "04", "\"", "NIL" },
	{ FAULT_IMAP_PARTS_SHUFFLED,	STRUCTURE, "0", "(\"text\"", "@3" },
	{ FAULT_IMAP_PARTS_FLAT,	STRUCTURE, "1", "((", "@10" },
	{ FAULT_IMAP_INNER_ENVELOPE,	STRUCTURE, "27", "(", "NIL" },
	{ FAULT_IMAP_INNER_BODY,	STRUCTURE, "28", "(", "NIL" },
	{ FAULT_IMAP_INNER_LINES,	STRUCTURE, "29", "20", "0" },
	{ FAULT_IMAP_DIGEST_TEXT,	STRUCTURE, "0",
	    "(\"message\" \"rfc822\" NIL NIL NIL",
	    "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 12 1)" },
	{ FAULT_IMAP_DISPOSITION_BARE,	STRUCTURE, "381", "(", "NIL" },
};
/* clang-format on */

static int
kind_of(enum imap_fetch_what what)
{
	switch (what) {
	case IMAP_FETCH_ENVELOPE:
		return ENVELOPE;
	case IMAP_FETCH_BODY:
	case IMAP_FETCH_BODYSTRUCTURE:
		return STRUCTURE;
	default:
		return OTHER;
	}
}

static bool
is_as_it_was(struct span value, struct span e, const char *was)
{
	struct span other;

	if (was == NULL)
		return true;
	if (was[0] == '@')
		return imap_element_at(value, was + 1, &other) &&
		       span_eq(e, other);
	return span_casestarts(e, span_of(was));
}

static void
replace(struct buf *value, const struct replacement *r)
{
	const struct span whole = buf_span(value);
	struct span e, with = SPAN("");
	struct buf out;
	size_t at;

	if (!imap_element_at(whole, r->path, &e) ||
	    !is_as_it_was(whole, e, r->was))
		return;
	if (r->with != NULL && r->with[0] == '@') {
		if (!imap_element_at(whole, r->with + 1, &with))
			return;
	} else if (r->with != NULL) {
		with = span_of(r->with);
	}
	at = (size_t)(e.ptr - whole.ptr);
	buf_init(&out, value->cap);
	buf_add(&out, span_take(whole, at));
	buf_add(&out, with);
	buf_add(&out, span_skip(whole, at + e.len));
	buf_free(value);
	*value = out;
}

void
imap_mangle_value(
    enum fault fault, enum imap_fetch_what what, struct buf *value)
{
	for (size_t i = 0; i < sizeof replacements / sizeof replacements[0];
	     i++)
		if (replacements[i].fault == fault &&
		    replacements[i].in == kind_of(what))
			replace(value, &replacements[i]);
	if (fault == FAULT_IMAP_SIZE_ROUNDED &&
	    what == IMAP_FETCH_RFC822_SIZE) {
		const long size = strtol(buf_text(value), NULL, 10);

		buf_clear(value);
		buf_addf(value, "%ld", (size + 1023) / 1024 * 1024);
	}
}

/* ---- names ---- */

/* clang-format off */
static const struct {
	enum fault	fault;
	const char	*right, *wrong;
} names[] = {
	{ FAULT_IMAP_RFC822_AS_BODY,	"RFC822",	 "BODY[]" },
	{ FAULT_IMAP_ORIGIN_UNASKED,	"BODY[TEXT]",	 "BODY[TEXT]<0>" },
	{ FAULT_IMAP_ORIGIN_UNSAID,	"BODY[TEXT]<0>", "BODY[TEXT]" },
	{ FAULT_IMAP_PEEK_SAID_BACK,	"BODY[TEXT]",	 "BODY.PEEK[TEXT]" },
};
/* clang-format on */

void
imap_mangle_name(
    enum fault fault, const struct imap_fetch_item *item, struct buf *name)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (names[i].fault != fault ||
		    !span_eq(buf_span(name), span_of(names[i].right)))
			continue;
		/* The first octets of a text are another case's. */
		if (fault == FAULT_IMAP_ORIGIN_UNSAID && item->count < 1000)
			continue;
		buf_clear(name);
		buf_add(name, span_of(names[i].wrong));
	}
}

/* ---- items ---- */

static void
forget(struct imap_fetch *f, enum imap_fetch_what what)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->item[i].what != what)
			f->item[n++] = f->item[i];
	f->n = n;
}

void
imap_mangle_items(enum fault fault, struct imap_fetch *f)
{
	const bool all = imap_fetch_has(f, IMAP_FETCH_ENVELOPE);
	const bool full = imap_fetch_has(f, IMAP_FETCH_BODY);
	const bool fast = imap_fetch_has(f, IMAP_FETCH_FLAGS) &&
			  imap_fetch_has(f, IMAP_FETCH_INTERNALDATE) &&
			  imap_fetch_has(f, IMAP_FETCH_RFC822_SIZE);

	if (fault == FAULT_IMAP_ITEMS_DROPPED && f->n > 6)
		f->n = 6;
	if (fault == FAULT_IMAP_ALL_SHORT && fast && all && !full)
		forget(f, IMAP_FETCH_ENVELOPE);
	if (fault == FAULT_IMAP_FAST_SHORT && fast && !all)
		forget(f, IMAP_FETCH_RFC822_SIZE);
	if (fault == FAULT_IMAP_FULL_SHORT && fast && all && full)
		forget(f, IMAP_FETCH_BODY);
}

/* clang-format off */
static const struct {
	enum fault		fault;
	enum imap_fetch_what	what;
	enum imap_section	section;
	bool			sees;
} seeing[] = {
#define S IMAP_FETCH_SECTION
	{ FAULT_IMAP_BODY_UNSEEN,	S, IMAP_SECTION_ALL,	false },
	{ FAULT_IMAP_HEADER_UNSEEN,	S, IMAP_SECTION_HEADER,	false },
	{ FAULT_IMAP_PEEK_SEEN,		S, IMAP_SECTION_ALL,	true },
	{ FAULT_IMAP_RFC822_UNSEEN,
	  IMAP_FETCH_RFC822,		   IMAP_SECTION_ALL,	false },
	{ FAULT_IMAP_RFC822_HEADER_SEEN,
	  IMAP_FETCH_RFC822_HEADER,	   IMAP_SECTION_HEADER,	true },
	{ FAULT_IMAP_RFC822_TEXT_UNSEEN,
	  IMAP_FETCH_RFC822_TEXT,	   IMAP_SECTION_TEXT,	false },
#undef S
};
/* clang-format on */

bool
imap_mangle_seeing(
    enum fault fault, const struct imap_fetch_item *item, bool sees)
{
	for (size_t i = 0; i < sizeof seeing / sizeof seeing[0]; i++)
		if (seeing[i].fault == fault && seeing[i].what == item->what &&
		    seeing[i].section == item->section)
			return seeing[i].sees;
	return sees;
}
