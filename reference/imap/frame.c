/* SPDX-License-Identifier: MIT */
#include "reference/imap/frame.h"

#include "reference/imap/codec.h"

/* How much of "{123+}" stands at the end of the line so far. */
enum {
	AT_TEXT,
	AT_GAP, /* a literal may begin here */
	AT_BRACE,
	AT_DIGITS,
	AT_PLUS,
	AT_CLOSE,
};

#define KEEP_ROOM (64 * 1024) /* more is given back after the command */

void
imap_frame_init(struct imap_framer *f, size_t line_most, size_t literal_most,
    size_t append_most)
{
	memset(f, 0, sizeof *f);
	f->line_most = line_most;
	f->literal_most = literal_most;
	f->append_most = append_most;
	/* The limits are kept here; the buf only holds what they let in. */
	buf_init(&f->text, SIZE_MAX / 4);
}

void
imap_frame_free(struct imap_framer *f)
{
	buf_free(&f->text);
}

static void
begin(struct imap_framer *f)
{
	if (f->text.room > KEEP_ROOM)
		buf_free(&f->text);
	else
		buf_clear(&f->text);
	f->where = FRAME_LINE;
	f->at = AT_TEXT;
	f->done = f->cr = f->skipping = false;
	f->line = f->held = 0;
}

static size_t
literals_most(const struct imap_framer *f)
{
	/* No tag is that long, and this is asked at every literal. */
	struct span rest = span_take(buf_span(&f->text), 1000);

	span_cut(&rest, ' ');
	return span_caseeq(span_cut(&rest, ' '), SPAN("APPEND"))
		   ? f->append_most
		   : f->literal_most;
}

static int
follow(struct imap_framer *f, char c)
{
	const bool digit = c >= '0' && c <= '9';
	const unsigned value = (unsigned)(c - '0');

	if (c == '{' && f->at == AT_GAP) {
		f->literal = 0;
		f->sync = true;
		return AT_BRACE;
	}
	if (digit && (f->at == AT_BRACE || f->at == AT_DIGITS)) {
		if (f->literal > (UINT64_MAX - value) / 10)
			f->literal = UINT64_MAX;
		else
			f->literal = f->literal * 10 + value;
		return AT_DIGITS;
	}
	if (c == '+' && f->at == AT_DIGITS) {
		f->sync = false;
		return AT_PLUS;
	}
	if (c == '}' && (f->at == AT_DIGITS || f->at == AT_PLUS))
		return AT_CLOSE;
	/* "~" stands before a literal of RFC 3516: it has octets as well. */
	if (c == ' ' || c == '(' || (c == '~' && f->at == AT_GAP))
		return AT_GAP;
	return AT_TEXT;
}

/* One octet of a line; true when it was the last. */
static bool
take_octet(struct imap_framer *f, char c)
{
	f->line++;
	if (!f->skipping)
		buf_add(&f->text, (struct span){ &c, 1 });
	if (c == '\n' && f->cr)
		return true;
	if (c == '\r' && !f->cr) {
		f->cr = true;
		return false;
	}
	if (f->cr)
		f->at = AT_TEXT; /* that CR ended nothing */
	f->cr = c == '\r';
	f->at = follow(f, c);
	return false;
}

/* The line ended in a literal. */
static enum imap_frame
announced(struct imap_framer *f)
{
	const bool skipping = f->skipping;

	f->cr = false;
	f->at = AT_TEXT;
	f->left = f->literal;
	if (!skipping && f->literal <= literals_most(f) &&
	    f->held <= literals_most(f) - f->literal) {
		f->where = FRAME_LITERAL;
		f->held += f->literal;
		return f->sync ? IMAP_GO_AHEAD : IMAP_NEED_MORE;
	}
	f->skipping = true;
	/* Who waits for "+ " has had, or gets now, a tagged reply instead. */
	if (f->sync)
		f->done = true;
	else
		f->where = FRAME_LITERAL;
	return skipping ? IMAP_NEED_MORE : IMAP_LITERAL_TOO_BIG;
}

/* An event, or IMAP_NEED_MORE to go on with what is left of *in. */
static enum imap_frame
take_line(struct imap_framer *f, struct span *in)
{
	bool ended = false;

	while (
	    in->len > 0 && !ended && (f->skipping || f->line < f->line_most)) {
		ended = take_octet(f, in->ptr[0]);
		*in = span_skip(*in, 1);
	}
	if (ended && f->at == AT_CLOSE && !f->raw)
		return announced(f);
	if (ended) {
		f->done = true;
		if (f->skipping)
			return IMAP_NEED_MORE;
		f->text.data[f->text.len -= 2] = '\0';
		return IMAP_COMMAND;
	}
	if (!f->skipping && f->line >= f->line_most) {
		f->skipping = true;
		return IMAP_LINE_TOO_LONG;
	}
	return IMAP_NEED_MORE;
}

static void
take_literal(struct imap_framer *f, struct span *in)
{
	const size_t n = f->left < in->len ? (size_t)f->left : in->len;

	if (!f->skipping)
		buf_add(&f->text, span_take(*in, n));
	*in = span_skip(*in, n);
	f->left -= n;
	if (f->left == 0)
		f->where = FRAME_LINE;
}

static enum imap_frame
take(struct imap_framer *f, struct span *in, bool raw)
{
	for (;;) {
		enum imap_frame got = IMAP_NEED_MORE;

		if (f->done)
			begin(f);
		f->raw = raw;
		if (f->where == FRAME_LITERAL && (in->len > 0 || f->left == 0))
			take_literal(f, in);
		else if (in->len > 0)
			got = take_line(f, in);
		else
			return IMAP_NEED_MORE;
		if (got != IMAP_NEED_MORE)
			return got;
	}
}

enum imap_frame
imap_frame_command(struct imap_framer *f, struct span *in)
{
	return take(f, in, false);
}

enum imap_frame
imap_frame_line(struct imap_framer *f, struct span *in)
{
	return take(f, in, true);
}

void
imap_frame_refuse(struct imap_framer *f)
{
	f->done = true;
}

struct span
imap_frame_tag(const struct imap_framer *f)
{
	struct imap_args a;
	struct imap_command cmd;

	imap_args_init(&a, buf_span(&f->text));
	imap_take_command(&a, &cmd);
	imap_args_free(&a);
	return cmd.tag.len == 0 ? SPAN("*") : cmd.tag;
}
