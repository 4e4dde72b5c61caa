/* SPDX-License-Identifier: MIT */
#include "conformance/oracle/response.h"

#include <ctype.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

const char *const oracle_flag_names[ORACLE_FLAGS] = { "\\Seen", "\\Answered",
	"\\Flagged", "\\Deleted", "\\Draft", "oracle-red", "oracle-blue" };

/* ---- tokens ---- */

static struct word
broken(struct span *rest)
{
	return (struct word){ WORD_BROKEN, *rest };
}

static struct word
take(
    struct span *rest, enum word_kind kind, size_t from, size_t len, size_t all)
{
	const struct word w = { kind, { rest->ptr + from, len } };

	*rest = span_skip(*rest, all);
	return w;
}

static struct word
take_quoted(struct span *rest)
{
	for (size_t i = 1; i < rest->len; i++) {
		if (rest->ptr[i] == '\\')
			i++;
		else if (rest->ptr[i] == '"')
			return take(rest, WORD_STRING, 1, i - 1, i + 1);
	}
	return broken(rest);
}

/* "{12}" CR LF and so many octets. */
static struct word
take_literal(struct span *rest)
{
	const size_t end = span_find(*rest, SPAN("}\r\n"));
	uint64_t n;

	if (end == rest->len || end < 2 ||
	    !response_number((struct span){ rest->ptr + 1, end - 1 }, &n) ||
	    n > rest->len - end - 3)
		return broken(rest);
	return take(rest, WORD_STRING, end + 3, (size_t)n, end + 3 + (size_t)n);
}

/* Up to a space or a parenthesis; in "BODY[...]" those are part of it. */
static struct word
take_atom(struct span *rest)
{
	size_t i = 0;
	bool inside = false;

	for (; i < rest->len; i++) {
		const char c = rest->ptr[i];

		if (c == '[')
			inside = true;
		else if (c == ']')
			inside = false;
		else if (!inside && (c == ' ' || c == '(' || c == ')'))
			break;
	}
	return inside ? broken(rest) : take(rest, WORD_ATOM, 0, i, i);
}

struct word
response_word(struct span *rest)
{
	while (rest->len > 0 && rest->ptr[0] == ' ')
		*rest = span_skip(*rest, 1);
	if (rest->len == 0)
		return (struct word){ WORD_END, *rest };
	switch (rest->ptr[0]) {
	case '(':
		return take(rest, WORD_OPEN, 0, 1, 1);
	case ')':
		return take(rest, WORD_CLOSE, 0, 1, 1);
	case '"':
		return take_quoted(rest);
	case '{':
		return take_literal(rest);
	default:
		return take_atom(rest);
	}
}

bool
response_number(struct span text, uint64_t *n)
{
	*n = 0;
	if (text.len == 0 || text.len > 19)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!isdigit((unsigned char)text.ptr[i]))
			return false;
		*n = *n * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	return *n <= INT64_MAX;
}

static bool
number32(struct span text, uint32_t *n)
{
	uint64_t all;

	if (!response_number(text, &all) || all > UINT32_MAX)
		return false;
	*n = (uint32_t)all;
	return true;
}

bool
response_range(struct span *set, uint32_t *from, uint32_t *to)
{
	struct span rest = *set, part, first;

	if (set->len == 0)
		return false;
	part = span_cut(&rest, ',');
	first = span_cut(&part, ':');
	if (!number32(first, from) ||
	    !number32(part.len == 0 ? first : part, to))
		return false;
	if (*from > *to) {
		const uint32_t higher = *from;

		*from = *to;
		*to = higher;
	}
	*set = rest;
	return true;
}

static unsigned
flag_of(struct span name)
{
	for (unsigned i = 0; i < ORACLE_FLAGS; i++)
		if (span_caseeq(name, span_of(oracle_flag_names[i])))
			return 1u << i;
	return 0;
}

unsigned
response_flags(struct span list, bool *star)
{
	unsigned flags = 0;

	if (star != NULL)
		*star = false;
	for (;;) {
		const struct word w = response_word(&list);

		if (w.kind == WORD_END || w.kind == WORD_BROKEN)
			return flags;
		if (w.kind == WORD_ATOM)
			flags |= flag_of(w.text);
		if (star != NULL && span_eq(w.text, SPAN("\\*")))
			*star = true;
	}
}

/* ---- responses ---- */

static enum response_status
status_of(struct span word)
{
	static const char *const names[] = { NULL, "OK", "NO", "BAD", "BYE",
		"PREAUTH" };

	for (size_t i = 1; i < COUNT(names); i++)
		if (span_caseeq(word, span_of(names[i])))
			return (enum response_status)i;
	return STATUS_NONE;
}

/* resp-text: "[" code "]" and text for people. */
static void
read_code(struct span text, struct response *r)
{
	if (text.len == 0 || text.ptr[0] != '[')
		return;
	r->args = span_take(span_skip(text, 1), span_find(text, SPAN("]")) - 1);
	if (r->args.len + 2 > text.len) { /* no "]" */
		r->args.len = 0;
		return;
	}
	r->code = span_cut(&r->args, ' ');
}

static void
read_numbered(struct span rest, struct response *r)
{
	static const struct {
		const char *name;
		enum response_kind kind;
	} kinds[] = {
		{ "EXISTS", RESPONSE_EXISTS },
		{ "RECENT", RESPONSE_RECENT },
		{ "EXPUNGE", RESPONSE_EXPUNGE },
		{ "FETCH", RESPONSE_FETCH },
	};
	const struct span word = span_cut(&rest, ' ');

	r->kind = RESPONSE_OTHER;
	r->rest = rest;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (span_caseeq(word, span_of(kinds[i].name)))
			r->kind = kinds[i].kind;
}

static void
read_untagged(struct span rest, struct response *r)
{
	const struct span word = span_cut(&rest, ' ');

	r->status = status_of(word);
	r->rest = rest;
	if (word.len == 0)
		return;
	if (r->status != STATUS_NONE) {
		r->kind = RESPONSE_STATUS;
		read_code(rest, r);
	} else if (number32(word, &r->number)) {
		read_numbered(rest, r);
	} else {
		r->kind = span_caseeq(word, SPAN("SEARCH")) ? RESPONSE_SEARCH
							    : RESPONSE_OTHER;
	}
}

void
response_read(struct span line, struct response *r)
{
	struct span rest = line, word;

	*r = (struct response){ .kind = RESPONSE_BROKEN };
	r->tag = span_cut(&rest, ' ');
	if (span_eq(r->tag, SPAN("+"))) {
		r->kind = RESPONSE_GO_ON;
		return;
	}
	if (span_eq(r->tag, SPAN("*"))) {
		read_untagged(rest, r);
		return;
	}
	word = span_cut(&rest, ' ');
	r->status = status_of(word);
	if (r->tag.len == 0 || r->status < STATUS_OK || r->status > STATUS_BAD)
		return;
	r->kind = RESPONSE_TAGGED;
	read_code(rest, r);
}

/* ---- FETCH ---- */

/* The value of an item: one word, or a list with its parentheses. */
static bool
take_value(struct span *rest, struct span *value)
{
	const char *began;
	struct word w = response_word(rest);
	int depth = w.kind == WORD_OPEN;

	*value = w.text;
	if (depth == 0)
		return w.kind == WORD_ATOM || w.kind == WORD_STRING;
	began = w.text.ptr;
	while (depth > 0) {
		w = response_word(rest);
		if (w.kind == WORD_END || w.kind == WORD_BROKEN)
			return false;
		depth += w.kind == WORD_OPEN;
		depth -= w.kind == WORD_CLOSE;
	}
	*value = (struct span){ began, (size_t)(rest->ptr - began) };
	return true;
}

static bool
take_item(struct span name, struct span value, struct response_fetch *f)
{
	struct span inner = value;

	if (span_caseeq(name, SPAN("UID"))) {
		f->items |= ITEM_UID;
		return number32(value, &f->uid) && f->uid > 0;
	}
	if (span_caseeq(name, SPAN("FLAGS"))) {
		f->items |= ITEM_FLAGS;
		f->flags = response_flags(value, NULL);
		return value.len > 1 && value.ptr[0] == '(';
	}
	if (span_caseeq(name, SPAN("RFC822.SIZE"))) {
		f->items |= ITEM_SIZE;
		return response_number(value, &f->size);
	}
	if (span_caseeq(name, SPAN("INTERNALDATE"))) {
		f->items |= ITEM_DATE;
		f->date = value;
		return value.len > 0;
	}
	if (!span_caseeq(name, SPAN("MODSEQ")))
		return true;
	f->items |= ITEM_MODSEQ;
	return response_word(&inner).kind == WORD_OPEN &&
	       response_number(response_word(&inner).text, &f->modseq);
}

bool
response_read_fetch(struct span list, struct response_fetch *f)
{
	struct span value;

	*f = (struct response_fetch){ 0 };
	if (response_word(&list).kind != WORD_OPEN)
		return false;
	for (;;) {
		const struct word name = response_word(&list);

		if (name.kind == WORD_CLOSE)
			return list.len == 0;
		if (name.kind != WORD_ATOM || !take_value(&list, &value) ||
		    !take_item(name.text, value, f))
			return false;
	}
}
