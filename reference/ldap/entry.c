/* SPDX-License-Identifier: MIT */
#include "reference/ldap/entry.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "reference/ldap/prepare.h"

enum { OPTIONS_MOST = 8 };

/* ---- descriptions ---- */

static bool
is_word(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.ptr[i]) && s.ptr[i] != '-')
			return false;
	return s.len > 0;
}

static int
compare_words(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	const size_t n = x->len < y->len ? x->len : y->len;
	const int d = strncasecmp(x->ptr, y->ptr, n);

	return d != 0 ? d : (x->len > y->len) - (x->len < y->len);
}

/* Options have no order and no case: RFC 4512 2.5. */
static bool
read_options(struct span rest, char options[ENTRY_OPTIONS])
{
	struct span word[OPTIONS_MOST];
	size_t n = 0, used = 0;

	options[0] = '\0';
	for (; rest.len > 0; n++) {
		if (n == OPTIONS_MOST)
			return false;
		word[n] = span_cut(&rest, ';');
		if (!is_word(word[n]))
			return false;
	}
	qsort(word, n, sizeof word[0], compare_words);
	for (size_t i = 0; i < n; i++) {
		if (used + word[i].len + 2 > ENTRY_OPTIONS)
			return false;
		if (i > 0)
			options[used++] = ';';
		for (size_t j = 0; j < word[i].len; j++)
			options[used++] =
			    (char)tolower((unsigned char)word[i].ptr[j]);
		options[used] = '\0';
	}
	return true;
}

static bool
is_type(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.ptr[i]) && s.ptr[i] != '-' &&
		    s.ptr[i] != '.')
			return false;
	return s.len > 0;
}

bool
entry_describe(struct span text, struct entry_description *d)
{
	const bool ends = text.len > 0 && text.ptr[text.len - 1] == ';';
	const struct span type = span_cut(&text, ';');

	d->type = schema_attribute_find(type);
	if (ends || !is_type(type) || !read_options(text, d->options))
		return false;
	d->plain = false;
	if (schema_attribute(d->type)->flags & ATTR_AS_BINARY) {
		d->plain = d->options[0] == '\0';
		(void)snprintf(d->options, sizeof d->options, "binary");
	}
	return true;
}

static bool
has_option(struct span options, struct span option)
{
	while (options.len > 0)
		if (span_eq(span_cut(&options, ';'), option))
			return true;
	return false;
}

bool
entry_is(const struct directory_value *v, const struct entry_description *d)
{
	struct span rest = span_of(d->options);

	if (d->type == ATTR_NONE || !schema_attribute_is(v->type, d->type))
		return false;
	while (rest.len > 0)
		if (!has_option(v->options, span_cut(&rest, ';')))
			return false;
	return true;
}

void
entry_name(const struct directory_value *v, struct buf *b)
{
	buf_add(b, schema_attribute_name(v->type));
	if (v->options.len > 0)
		buf_addf(b, ";%.*s", SPAN_FMT(v->options));
}

/* ---- values ---- */

bool
entry_put(struct directory_entry *e, const struct entry_description *d,
    struct span value)
{
	const struct schema_attribute_row *a = schema_attribute(d->type);
	struct buf prepared;
	bool ok;

	buf_init(&prepared, 4 * value.len + 4096);
	ok = prepare_valid(a->syntax, value) &&
	     prepare(schema_form(d->type), PREPARE_WHOLE, value, &prepared) &&
	     !prepared.full;
	if (ok)
		directory_put(e, d->type, span_of(d->options), value,
		    buf_span(&prepared));
	buf_free(&prepared);
	return ok;
}

void
entry_put_own(
    struct directory_entry *e, enum schema_attribute type, struct span value)
{
	struct entry_description d = { .type = type };
	bool ok;

	if (schema_attribute(type)->flags & ATTR_AS_BINARY)
		(void)snprintf(d.options, sizeof d.options, "binary");
	ok = entry_put(e, &d, value);
	assert(ok);
	(void)ok;
}

size_t
entry_find(const struct directory_entry *e, const struct entry_description *d,
    struct span value)
{
	struct buf prepared;
	size_t i = e->n;

	buf_init(&prepared, 4 * value.len + 4096);
	if (prepare(schema_form(d->type), PREPARE_WHOLE, value, &prepared))
		for (i = 0; i < e->n; i++)
			if (e->values[i].type == d->type &&
			    span_eq(
				e->values[i].options, span_of(d->options)) &&
			    span_eq(e->values[i].prepared, buf_span(&prepared)))
				break;
	buf_free(&prepared);
	return i;
}

bool
entry_has(const struct directory_entry *e, enum schema_attribute type)
{
	for (size_t i = 0; i < e->n; i++)
		if (schema_attribute_is(e->values[i].type, type))
			return true;
	return false;
}

bool
entry_has_class(const struct directory_entry *e, enum schema_class c)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->values[i].type == ATTR_OBJECT_CLASS &&
		    schema_class_is(schema_class_find(e->values[i].value), c))
			return true;
	return false;
}
