/* SPDX-License-Identifier: MIT */
#include "reference/smtp/body.h"

void
smtp_body_init(struct smtp_body *b, size_t most)
{
	memset(b, 0, sizeof *b);
	buf_init(&b->text, most);
}

void
smtp_body_free(struct smtp_body *b)
{
	buf_free(&b->text);
}

void
smtp_body_clear(struct smtp_body *b)
{
	/* A large message shall not keep its memory for the next one. */
	const size_t most = b->text.cap;
	const unsigned lax = b->lax;

	buf_free(&b->text);
	smtp_body_init(b, most);
	b->lax = lax;
}

static void
keep(struct smtp_body *b, struct span s)
{
	b->line += s.len;
	if (b->line > b->longest)
		b->longest = b->line;
	if (b->line > SMTP_TEXT_MOST)
		b->flaws |= SMTP_FLAW_LONG;
	buf_add(&b->text, s);
	if (b->text.full)
		b->flaws |= SMTP_FLAW_BIG;
}

/* Keeps octets up to the next CR or LF; returns how many. */
static size_t
keep_run(struct smtp_body *b, struct span in)
{
	unsigned high = 0;
	size_t n = 0;

	while (n < in.len && in.ptr[n] != '\r' && in.ptr[n] != '\n') {
		if (in.ptr[n] == '\0')
			b->flaws |= SMTP_FLAW_NUL;
		high |= (unsigned char)in.ptr[n++];
	}
	b->beyond_ascii |= high >= 0x80;
	keep(b, span_take(in, n));
	return n;
}

/*
 * A line break was kept.  One that is not CRLF is part of the text and a flaw;
 * where it might be half of a lax end we do not know yet.
 */
static void
take_break(struct smtp_body *b, enum smtp_break which)
{
	const bool counts =
	    which == SMTP_CRLF || (b->lax & 7U << 3 * which) != 0;

	b->line_break = which;
	b->state = counts ? SMTP_BODY_START : SMTP_BODY_TEXT;
	if (counts)
		b->line = 0;
	else
		b->flaws |= SMTP_FLAW_STRAY;
}

static void
take_text(struct smtp_body *b, struct span *in)
{
	if (in->ptr[0] == '\r') {
		keep(b, SPAN("\r"));
		b->state = SMTP_BODY_CR;
		*in = span_skip(*in, 1);
	} else if (in->ptr[0] == '\n') {
		keep(b, SPAN("\n"));
		take_break(b, b->state == SMTP_BODY_CR ? SMTP_CRLF : SMTP_LF);
		*in = span_skip(*in, 1);
	} else {
		b->state = SMTP_BODY_TEXT;
		*in = span_skip(*in, keep_run(b, *in));
	}
}

static void
take_after_cr(struct smtp_body *b, struct span *in)
{
	if (in->ptr[0] == '\n')
		take_text(b, in);
	else
		take_break(b, SMTP_CR);
}

static bool
ends(const struct smtp_body *b, enum smtp_break after)
{
	return (b->line_break == SMTP_CRLF && after == SMTP_CRLF) ||
	       (b->lax & SMTP_LAX_END(b->line_break, after)) != 0;
}

/* It was not the end: the dot was there for transparency, or was text. */
static void
go_on_after_dot(struct smtp_body *b)
{
	if (b->line_break != SMTP_CRLF)
		b->flaws |= SMTP_FLAW_STRAY;
	if (b->line_break != SMTP_CRLF || (b->lax & SMTP_LAX_KEEP_DOTS) != 0 ||
	    ((b->lax & SMTP_LAX_ONE_DOT) != 0 && b->dots > 0))
		keep(b, SPAN("."));
	b->dots++;
	(void)keep_run(b, b->held);
	b->held = SPAN("");
	b->state = SMTP_BODY_TEXT;
}

static void
take_start(struct smtp_body *b, struct span *in)
{
	if (in->ptr[0] == '.') {
		*in = span_skip(*in, 1);
		b->held = SPAN("");
		b->state = SMTP_BODY_DOT;
		return;
	}
	if (b->line_break != SMTP_CRLF)
		b->flaws |= SMTP_FLAW_STRAY;
	take_text(b, in);
}

static bool
take_after_dot(struct smtp_body *b, struct span *in)
{
	const char c = in->ptr[0];

	if (c == '\n' && ends(b, SMTP_LF)) {
		*in = span_skip(*in, 1);
		return true;
	}
	if (c == '\r')
		b->state = SMTP_BODY_DOT_CR;
	else if (c == '.' && (b->lax & SMTP_LAX_EAT_DOTS) != 0)
		b->state = SMTP_BODY_EATEN;
	else if (c == '.' && (b->lax & SMTP_LAX_TWO_DOTS) != 0 &&
		 b->held.len == 0)
		b->held = SPAN(".");
	else if (c == '\0' && (b->lax & SMTP_LAX_NUL) != 0)
		b->held = SPAN("\0");
	else {
		go_on_after_dot(b);
		return false;
	}
	*in = span_skip(*in, 1);
	return false;
}

static bool
take_after_dot_cr(struct smtp_body *b, struct span *in)
{
	if (in->ptr[0] == '\n' && ends(b, SMTP_CRLF)) {
		*in = span_skip(*in, 1);
		return true;
	}
	if (in->ptr[0] != '\n' && ends(b, SMTP_CR))
		return true;
	go_on_after_dot(b);
	keep(b, SPAN("\r"));
	b->state = SMTP_BODY_CR;
	return false;
}

bool
smtp_body_data(struct smtp_body *b, struct span *in)
{
	bool end = false;

	while (in->len > 0 && !end)
		switch (b->state) {
		case SMTP_BODY_START:
			take_start(b, in);
			break;
		case SMTP_BODY_TEXT:
			take_text(b, in);
			break;
		case SMTP_BODY_CR:
			take_after_cr(b, in);
			break;
		case SMTP_BODY_DOT:
			end = take_after_dot(b, in);
			break;
		case SMTP_BODY_DOT_CR:
			end = take_after_dot_cr(b, in);
			break;
		case SMTP_BODY_EATEN:
			if (in->ptr[0] == '.')
				*in = span_skip(*in, 1);
			else
				b->state = SMTP_BODY_TEXT;
			break;
		}
	return end;
}

void
smtp_body_chunk(struct smtp_body *b, struct span in)
{
	while (in.len > 0)
		if (b->state == SMTP_BODY_CR)
			take_after_cr(b, &in);
		else
			take_text(b, &in);
}

void
smtp_body_end(struct smtp_body *b)
{
	if (b->state == SMTP_BODY_CR)
		take_break(b, SMTP_CR);
}
