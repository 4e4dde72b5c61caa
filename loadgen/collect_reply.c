/* SPDX-License-Identifier: MIT */
#include "loadgen/collect_reply.h"

#include <ctype.h>

#include "lib/dialogue.h"

#define DEEP 32 /* brackets in brackets; more is garbage */

uint32_t
imap_said_number(struct span *s)
{
	uint64_t n = 0;

	while (s->len > 0 && *s->ptr == ' ')
		*s = span_skip(*s, 1);
	while (s->len > 0 && isdigit((unsigned char)*s->ptr)) {
		n = n * 10 + (uint64_t)(*s->ptr - '0');
		*s = span_skip(*s, 1);
		if (n > UINT32_MAX)
			n = UINT32_MAX;
	}
	return (uint32_t)n;
}

/* Most servers say it in large letters, and that is found out sooner. */
static inline bool
is_word(struct span *s, struct span word)
{
	if (!span_starts(*s, word) && !span_casestarts(*s, word))
		return false;
	*s = span_skip(*s, word.len);
	return true;
}

/* ---- values: RFC 3501 4 ---- */

static bool
take_quoted(struct span *s, struct span *value)
{
	size_t i = 1;

	while (i < s->len && s->ptr[i] != '"')
		i += s->ptr[i] == '\\' ? 2 : 1;
	if (i >= s->len)
		return false;
	*value = (struct span){ s->ptr + 1, i - 1 };
	*s = span_skip(*s, i + 1);
	return true;
}

static bool
take_literal(struct span *s, struct span *value)
{
	struct span rest = span_skip(*s, 1);
	const uint32_t n = imap_said_number(&rest);

	if (!is_word(&rest, SPAN("}\r\n")) || rest.len < n)
		return false;
	*value = span_take(rest, n);
	*s = span_skip(rest, n);
	return true;
}

static bool
take_brackets(struct span *s, struct span *value)
{
	const char *from = s->ptr + 1;
	struct span ignored;
	int deep = 0;

	while (s->len > 0) {
		const char c = *s->ptr;

		if (c == '"' || c == '{') {
			if (!(c == '"' ? take_quoted(s, &ignored)
				       : take_literal(s, &ignored)))
				return false;
			continue;
		}
		*s = span_skip(*s, 1);
		deep += c == '(' ? 1 : c == ')' ? -1 : 0;
		if (deep > DEEP)
			return false;
		if (deep == 0) {
			*value =
			    (struct span){ from, (size_t)(s->ptr - from) - 1 };
			return true;
		}
	}
	return false;
}

static bool
take_value(struct span *s, struct span *value)
{
	size_t n = 0;

	if (s->len == 0)
		return false;
	if (*s->ptr == '"')
		return take_quoted(s, value);
	if (*s->ptr == '{')
		return take_literal(s, value);
	if (*s->ptr == '(')
		return take_brackets(s, value);
	while (n < s->len && s->ptr[n] != ' ' && s->ptr[n] != ')')
		n++;
	*value = span_take(*s, n);
	*s = span_skip(*s, n);
	return n > 0;
}

/* ---- FETCH: RFC 3501 7.4.2 ---- */

/* "BODY[HEADER.FIELDS (A B)]<0>": a space within brackets ends nothing. */
static struct span
take_name(struct span *s)
{
	bool within = false;
	size_t n = 0;

	for (; n < s->len && (within || s->ptr[n] != ' '); n++)
		within = s->ptr[n] == '[' || (within && s->ptr[n] != ']');
	return (struct span){ s->ptr, n };
}

static void
note_item(struct imap_said *r, struct span name, struct span value)
{
	if (span_caseeq(name, SPAN("UID"))) {
		r->uid = imap_said_number(&value);
	} else if (span_caseeq(name, SPAN("RFC822.SIZE"))) {
		r->size = imap_said_number(&value);
	} else if (span_caseeq(name, SPAN("FLAGS"))) {
		r->flags = value;
		r->has_flags = true;
	} else if (span_casestarts(name, SPAN("BODY["))) {
		r->content = span_caseeq(value, SPAN("NIL")) ? SPAN("") : value;
		r->has_content = true;
		r->whole = span_caseeq(name, SPAN("BODY[]"));
	}
}

static void
take_fetch(struct imap_said *r, struct span s)
{
	r->heard = HEARD_GARBAGE;
	if (!is_word(&s, SPAN("(")))
		return;
	while (s.len > 0 && *s.ptr != ')') {
		const struct span name = take_name(&s);
		struct span value;

		s = span_skip(s, name.len);
		if (!is_word(&s, SPAN(" ")) || !take_value(&s, &value))
			return;
		note_item(r, name, value);
		while (s.len > 0 && *s.ptr == ' ')
			s = span_skip(s, 1);
	}
	if (s.len == 1)
		r->heard = HEARD_FETCH;
}

/* ---- the others ---- */

static void
take_numbered(struct imap_said *r, struct span s)
{
	r->n = imap_said_number(&s);
	if (span_caseeq(s, SPAN(" EXISTS")))
		r->heard = HEARD_EXISTS;
	else if (span_caseeq(s, SPAN(" EXPUNGE")))
		r->heard = HEARD_EXPUNGE;
	else if (is_word(&s, SPAN(" FETCH ")))
		take_fetch(r, s);
}

/* "[UIDNEXT 12] text" */
static void
take_status(struct imap_said *r, struct span s)
{
	r->text = s;
	if (!is_word(&s, SPAN("[")))
		return;
	s = span_take(s, span_find(s, SPAN("]")));
	r->code = span_cut(&s, ' ');
	r->n = imap_said_number(&s);
}

/* LIST (attributes) delimiter name */
static void
take_list(struct imap_said *r, struct span s)
{
	struct span delimiter;

	r->heard = HEARD_GARBAGE;
	if (s.len == 0 || *s.ptr != '(' || !take_value(&s, &r->code) ||
	    !is_word(&s, SPAN(" ")) || !take_value(&s, &delimiter) ||
	    !is_word(&s, SPAN(" ")) || !take_value(&s, &r->text))
		return;
	r->heard = HEARD_LIST;
}

static void
take_untagged(struct imap_said *r, struct span s)
{
	static const struct {
		const char *word;
		enum imap_heard heard;
		void (*take)(struct imap_said *, struct span);
	} words[] = {
		{ "OK ", HEARD_STATUS, take_status },
		{ "NO ", HEARD_STATUS, take_status },
		{ "BAD ", HEARD_STATUS, take_status },
		{ "PREAUTH ", HEARD_STATUS, take_status },
		{ "BYE", HEARD_BYE, take_status },
		{ "SEARCH", HEARD_SEARCH, take_status },
		{ "LIST ", HEARD_LIST, take_list },
	};

	if (s.len > 0 && isdigit((unsigned char)*s.ptr)) {
		take_numbered(r, s);
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		struct span rest = s;

		if (!is_word(&rest, span_of(words[i].word)))
			continue;
		r->heard = words[i].heard;
		r->ok = i == 0;
		words[i].take(r, rest);
		return;
	}
}

static void
take_tagged(struct imap_said *r, struct span s)
{
	r->heard = HEARD_TAGGED;
	r->tag = span_cut(&s, ' ');
	r->ok = span_casestarts(s, SPAN("OK"));
	r->text = s;
	span_cut(&s, ' ');
	if (is_word(&s, SPAN("[")))
		r->code = span_take(s, span_find(s, SPAN("]")));
}

struct imap_said
imap_said_take(struct span *in)
{
	struct imap_said r = { .heard = HEARD_OTHER };
	struct span line;

	switch (framing_imap.take(in, &line, 0)) {
	case FRAME_NEED_MORE:
		r.heard = HEARD_NEED_MORE;
		break;
	case FRAME_GARBAGE:
		r.heard = HEARD_GARBAGE;
		r.text = line;
		break;
	default:
		r.text = line;
		if (is_word(&line, SPAN("* ")))
			take_untagged(&r, line);
		else if (is_word(&line, SPAN("+")))
			r.heard = HEARD_CONTINUE;
		else
			take_tagged(&r, line);
		break;
	}
	return r;
}
