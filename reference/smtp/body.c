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

static void
end_line(struct smtp_body *b)
{
	b->state = SMTP_BODY_START;
	b->line = 0;
}

/* A LF behind a CR (or, for the lax, behind anything). */
static void
take_lf(struct smtp_body *b)
{
	const bool after_cr = b->state == SMTP_BODY_CR;

	keep(b, SPAN("\n"));
	if (!after_cr)
		b->flaws |= SMTP_FLAW_STRAY;
	if (after_cr || (b->lax & SMTP_LAX_LF) != 0)
		end_line(b);
	else
		b->state = SMTP_BODY_TEXT;
}

/* A CR is in hand, kept already, and what came next is no LF. */
static void
lone_cr(struct smtp_body *b)
{
	b->flaws |= SMTP_FLAW_STRAY;
	if ((b->lax & SMTP_LAX_CR) != 0)
		end_line(b);
	else
		b->state = SMTP_BODY_TEXT;
}

static void
take_text(struct smtp_body *b, struct span *in)
{
	if (in->ptr[0] == '\r') {
		keep(b, SPAN("\r"));
		b->state = SMTP_BODY_CR;
		*in = span_skip(*in, 1);
	} else if (in->ptr[0] == '\n') {
		take_lf(b);
		*in = span_skip(*in, 1);
	} else {
		b->state = SMTP_BODY_TEXT;
		*in = span_skip(*in, keep_run(b, *in));
	}
}

/* Behind the dot that opens a line; true when that was the end. */
static bool
take_after_dot(struct smtp_body *b, struct span *in)
{
	const char c = in->ptr[0];

	if (c == '\n' && (b->lax & SMTP_LAX_LF) != 0) {
		*in = span_skip(*in, 1);
		return true;
	}
	if (c == '\r') {
		*in = span_skip(*in, 1);
		b->state = SMTP_BODY_DOT_CR;
		return (b->lax & SMTP_LAX_CR) != 0;
	}
	if (c == '.' && (b->lax & SMTP_LAX_EAT_DOTS) != 0) {
		*in = span_skip(*in, 1);
		return false;
	}
	if ((b->lax & SMTP_LAX_KEEP_DOT) != 0)
		keep(b, SPAN("."));
	b->state = SMTP_BODY_TEXT;
	return false;
}

bool
smtp_body_data(struct smtp_body *b, struct span *in)
{
	while (in->len > 0) {
		const char c = in->ptr[0];

		switch (b->state) {
		case SMTP_BODY_START:
			if (c != '.') {
				take_text(b, in);
				break;
			}
			*in = span_skip(*in, 1);
			b->state = SMTP_BODY_DOT;
			break;
		case SMTP_BODY_DOT:
			if (take_after_dot(b, in))
				return true;
			break;
		case SMTP_BODY_DOT_CR:
			if (c == '\n') {
				*in = span_skip(*in, 1);
				return true;
			}
			/* The dot went, the CR stands alone: go on. */
			keep(b, SPAN("\r"));
			lone_cr(b);
			break;
		case SMTP_BODY_CR:
			if (c != '\n')
				lone_cr(b);
			else
				take_text(b, in);
			break;
		case SMTP_BODY_TEXT:
			take_text(b, in);
			break;
		}
	}
	return false;
}

void
smtp_body_chunk(struct smtp_body *b, struct span in)
{
	while (in.len > 0) {
		if (b->state == SMTP_BODY_CR && in.ptr[0] != '\n')
			lone_cr(b);
		else
			take_text(b, &in);
	}
}

void
smtp_body_end(struct smtp_body *b)
{
	if (b->state == SMTP_BODY_CR)
		lone_cr(b);
}
