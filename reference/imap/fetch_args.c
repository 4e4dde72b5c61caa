/* SPDX-License-Identifier: MIT */
#include "reference/imap/fetch_args.h"

#include "lib/mem.h"
#include "reference/imap/put.h"

/* clang-format off */
static const struct {
	const char		*name;
	enum imap_fetch_what	 what;
	enum imap_section	 section;
	bool			 peek;
} attributes[] = {
	{ "UID",		IMAP_FETCH_UID, IMAP_SECTION_ALL, false },
	{ "FLAGS",		IMAP_FETCH_FLAGS, IMAP_SECTION_ALL, false },
	{ "INTERNALDATE",	IMAP_FETCH_INTERNALDATE, IMAP_SECTION_ALL, false },
	{ "RFC822.SIZE",	IMAP_FETCH_RFC822_SIZE, IMAP_SECTION_ALL, false },
	{ "ENVELOPE",		IMAP_FETCH_ENVELOPE, IMAP_SECTION_ALL, false },
	{ "BODYSTRUCTURE",	IMAP_FETCH_BODYSTRUCTURE, IMAP_SECTION_ALL, false },
	{ "BODY",		IMAP_FETCH_BODY, IMAP_SECTION_ALL, false },
	{ "MODSEQ",		IMAP_FETCH_MODSEQ, IMAP_SECTION_ALL, false },
	{ "RFC822",		IMAP_FETCH_RFC822,
				IMAP_SECTION_ALL, false },
	{ "RFC822.HEADER",	IMAP_FETCH_RFC822_HEADER,
				IMAP_SECTION_HEADER, true },
	{ "RFC822.TEXT",	IMAP_FETCH_RFC822_TEXT,
				IMAP_SECTION_TEXT, false },
};

/* RFC 3501 6.4.5: ALL, FAST and FULL stand alone. */
static const struct {
	const char		*name;
	size_t			 n;
	enum imap_fetch_what	 what[5];
} macros[] = {
	{ "ALL",  4, { IMAP_FETCH_FLAGS, IMAP_FETCH_INTERNALDATE,
		       IMAP_FETCH_RFC822_SIZE, IMAP_FETCH_ENVELOPE } },
	{ "FAST", 3, { IMAP_FETCH_FLAGS, IMAP_FETCH_INTERNALDATE,
		       IMAP_FETCH_RFC822_SIZE } },
	{ "FULL", 5, { IMAP_FETCH_FLAGS, IMAP_FETCH_INTERNALDATE,
		       IMAP_FETCH_RFC822_SIZE, IMAP_FETCH_ENVELOPE,
		       IMAP_FETCH_BODY } },
};

static const struct {
	const char		*name;
	enum imap_section	 section;
	bool			 fields;
} sections[] = {
	{ "HEADER",		IMAP_SECTION_HEADER,	 false },
	{ "HEADER.FIELDS",	IMAP_SECTION_FIELDS,	 true },
	{ "HEADER.FIELDS.NOT",	IMAP_SECTION_FIELDS_NOT, true },
	{ "TEXT",		IMAP_SECTION_TEXT,	 false },
	{ "MIME",		IMAP_SECTION_MIME,	 false },
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct imap_fetch_item *
add_item(struct imap_fetch *f, enum imap_fetch_what what)
{
	struct imap_fetch_item *item;

	f->item = mem_grow(f->item, (f->n + 1) * sizeof *f->item);
	item = &f->item[f->n++];
	*item = (struct imap_fetch_item){ .what = what };
	return item;
}

/* A name ends where none of its letters go on, "BODY[" before the "[". */
static struct span
take_name(struct imap_args *a)
{
	struct span name = a->left;
	size_t n = 0;

	if (a->bad != NULL)
		return SPAN("");
	while (n < name.len && imap_is_atom_char(name.ptr[n]) &&
	       name.ptr[n] != '[' && name.ptr[n] != '<')
		n++;
	a->left = span_skip(a->left, n);
	return span_take(name, n);
}

/* ---- sections ---- */

static void
take_field(struct imap_args *a, struct imap_fetch *f)
{
	struct span name;

	if (f->n_fields == IMAP_FIELDS_MOST)
		imap_args_bad(a, "too many header fields");
	else if (imap_take_astring(a, &name)) {
		if (f->fields == NULL)
			f->fields = mem_new(IMAP_FIELDS_MOST, sizeof name);
		f->fields[f->n_fields++] = name;
	}
}

static void
take_fields(
    struct imap_args *a, struct imap_fetch *f, struct imap_fetch_item *item)
{
	const size_t first = f->n_fields;

	imap_take_space(a);
	imap_take_char(a, '(');
	do
		take_field(a, f);
	while (imap_may_take(a, ' '));
	imap_take_char(a, ')');
	if (a->bad != NULL)
		return;
	item->field = f->fields + first;
	item->n_fields = f->n_fields - first;
}

/* "1.2." before a word, "1.2" alone. */
static void
take_parts(struct imap_args *a, struct imap_fetch_item *item)
{
	while (a->bad == NULL && a->left.len > 0 && a->left.ptr[0] >= '0' &&
	       a->left.ptr[0] <= '9') {
		if (item->n_parts == IMAP_PARTS_MOST) {
			imap_args_bad(a, "a section is too deep");
			return;
		}
		imap_take_nz_number(a, &item->part[item->n_parts++]);
		if (imap_is_next(a, ']'))
			return;
		if (!imap_may_take(a, '.') || imap_is_next(a, ']'))
			imap_args_bad(a, "a section has a number too few");
	}
}

static void
take_section(
    struct imap_args *a, struct imap_fetch *f, struct imap_fetch_item *item)
{
	struct span name;
	size_t i = 0;

	take_parts(a, item);
	if (imap_may_take(a, ']'))
		return;
	name = take_name(a);
	while (i < COUNT(sections) &&
	       !span_caseeq(name, span_of(sections[i].name)))
		i++;
	if (i == COUNT(sections)) {
		imap_args_bad(a, "BODY has no such section");
		return;
	}
	item->section = sections[i].section;
	if (sections[i].fields)
		take_fields(a, f, item);
	/* section-msgtext holds no MIME: RFC 3501 9. */
	if (item->section == IMAP_SECTION_MIME && item->n_parts == 0)
		imap_args_bad(a, "MIME needs the number of a part");
	if (!imap_may_take(a, ']'))
		imap_args_bad(a, "a section has no \"]\"");
}

static void
take_partial(struct imap_args *a, struct imap_fetch_item *item)
{
	if (!imap_may_take(a, '<'))
		return;
	item->partial = true;
	imap_take_number(a, &item->from);
	if (!imap_may_take(a, '.'))
		imap_args_bad(a, "a partial fetch is <first.count>");
	imap_take_nz_number(a, &item->count);
	if (!imap_may_take(a, '>'))
		imap_args_bad(a, "a partial fetch is <first.count>");
}

/* ---- attributes ---- */

static void
take_item(struct imap_args *a, struct imap_fetch *f)
{
	const struct span name = take_name(a);
	const bool peek = span_caseeq(name, SPAN("BODY.PEEK"));
	struct imap_fetch_item *item;

	if (a->bad != NULL)
		return;
	if (f->n == IMAP_FETCH_MOST) {
		imap_args_bad(a, "too many things to fetch");
		return;
	}
	if (imap_is_next(a, '[') && (peek || span_caseeq(name, SPAN("BODY")))) {
		imap_may_take(a, '[');
		item = add_item(f, IMAP_FETCH_SECTION);
		item->peek = peek;
		take_section(a, f, item);
		take_partial(a, item);
		return;
	}
	for (size_t i = 0; i < COUNT(attributes); i++)
		if (span_caseeq(name, span_of(attributes[i].name))) {
			item = add_item(f, attributes[i].what);
			item->peek = attributes[i].peek;
			item->section = attributes[i].section;
			return;
		}
	imap_args_bad(a, "FETCH has no such attribute");
}

static bool
may_take_macro(struct imap_args *a, struct imap_fetch *f)
{
	for (size_t i = 0; i < COUNT(macros); i++) {
		if (!imap_may_take_word(a, macros[i].name))
			continue;
		for (size_t k = 0; k < macros[i].n; k++)
			add_item(f, macros[i].what[k]);
		return true;
	}
	return false;
}

static void
take_modifiers(struct imap_args *a, struct imap_fetch *f)
{
	imap_take_space(a);
	imap_take_char(a, '(');
	if (!imap_may_take_word(a, "CHANGEDSINCE"))
		imap_args_bad(a, "FETCH has no such modifier");
	imap_take_space(a);
	imap_take_number64(a, &f->changed_since);
	if (f->changed_since == 0)
		imap_args_bad(a, "CHANGEDSINCE is at least 1");
	imap_take_char(a, ')');
	f->changed = true;
}

bool
imap_take_fetch(struct imap_args *a, struct imap_fetch *f)
{
	*f = (struct imap_fetch){ 0 };
	if (imap_may_take(a, '(')) {
		do
			take_item(a, f);
		while (imap_may_take(a, ' '));
		imap_take_char(a, ')');
	} else if (!may_take_macro(a, f)) {
		take_item(a, f);
	}
	if (a->bad == NULL && a->left.len > 0)
		take_modifiers(a, f);
	if (imap_take_end(a))
		return true;
	imap_fetch_free(f);
	return false;
}

void
imap_fetch_free(struct imap_fetch *f)
{
	free(f->item);
	free(f->fields);
	*f = (struct imap_fetch){ 0 };
}

bool
imap_fetch_has(const struct imap_fetch *f, enum imap_fetch_what what)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->item[i].what == what)
			return true;
	return false;
}

void
imap_fetch_add(struct imap_fetch *f, enum imap_fetch_what what)
{
	if (!imap_fetch_has(f, what))
		add_item(f, what);
}

static void
put_section(struct buf *out, const struct imap_fetch_item *item)
{
	for (size_t i = 0; i < item->n_parts; i++)
		buf_addf(out, "%s%u", i == 0 ? "" : ".", item->part[i]);
	if (item->section == IMAP_SECTION_ALL)
		return;
	for (size_t i = 0; i < COUNT(sections); i++)
		if (sections[i].section == item->section)
			buf_addf(out, "%s%s", item->n_parts == 0 ? "" : ".",
			    sections[i].name);
	for (size_t i = 0; i < item->n_fields; i++) {
		buf_add(out, i == 0 ? SPAN(" (") : SPAN(" "));
		imap_put_astring(out, item->field[i]);
	}
	if (item->n_fields > 0)
		buf_add(out, SPAN(")"));
}

void
imap_put_fetch_name(struct buf *out, const struct imap_fetch_item *item)
{
	for (size_t i = 0; i < COUNT(attributes); i++)
		if (attributes[i].what == item->what)
			buf_add(out, span_of(attributes[i].name));
	if (item->what != IMAP_FETCH_SECTION)
		return;
	buf_add(out, SPAN("BODY["));
	put_section(out, item);
	buf_add(out, SPAN("]"));
	if (item->partial)
		buf_addf(out, "<%u>", item->from);
}
