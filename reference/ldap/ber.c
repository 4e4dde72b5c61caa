/* SPDX-License-Identifier: MIT */
#include "reference/ldap/ber.h"

enum {
	TAG_NUMBER = 0x1f,  /* all ones: more octets of tag follow */
	LENGTH_LONG = 0x80, /* 0x80 alone: indefinite */
	LENGTH_OCTETS = 8,
};

/* ---- reading ---- */

/* Tag and length of an element. */
struct head {
	unsigned tag;
	size_t head, content; /* octets */
};

static unsigned
octet(struct span s, size_t i)
{
	return (unsigned char)s.ptr[i];
}

static enum ber_frame
long_length(struct span in, struct head *h)
{
	const size_t n = octet(in, 1) & ~(unsigned)LENGTH_LONG;
	uint64_t length = 0;

	if (n == 0 || n > LENGTH_OCTETS)
		return BER_GARBLED;
	for (size_t i = 0; i < n; i++) {
		if (in.len < 3 + i)
			return BER_NEED_MORE;
		length = length << 8 | octet(in, 2 + i);
	}
	if (length > INT64_MAX)
		return BER_TOO_LARGE;
	h->head = 2 + n;
	h->content = (size_t)length;
	return BER_WHOLE;
}

static enum ber_frame
read_head(struct span in, struct head *h)
{
	if (in.len == 0)
		return BER_NEED_MORE;
	h->tag = octet(in, 0);
	if ((h->tag & TAG_NUMBER) == TAG_NUMBER)
		return BER_GARBLED;
	if (in.len < 2)
		return BER_NEED_MORE;
	if (octet(in, 1) & LENGTH_LONG)
		return long_length(in, h);
	h->head = 2;
	h->content = octet(in, 1);
	return BER_WHOLE;
}

enum ber_frame
ber_frame(struct span in, unsigned tag, size_t most, size_t *whole)
{
	struct head h;
	enum ber_frame got;

	if (in.len > 0 && octet(in, 0) != tag)
		return BER_GARBLED;
	got = read_head(in, &h);
	if (got != BER_WHOLE)
		return got;
	if (h.content > most - h.head)
		return BER_TOO_LARGE;
	*whole = h.head + h.content;
	return in.len < *whole ? BER_NEED_MORE : BER_WHOLE;
}

struct ber
ber_of(struct span octets)
{
	return (struct ber){ octets, false };
}

bool
ber_more(const struct ber *b)
{
	return !b->bad && b->rest.len > 0;
}

unsigned
ber_peek(const struct ber *b)
{
	return ber_more(b) ? octet(b->rest, 0) : 0;
}

bool
ber_is(const struct ber *b, unsigned tag)
{
	return ber_more(b) && octet(b->rest, 0) == tag;
}

/* What is bad has nothing any more. */
static struct span
fail(struct ber *b)
{
	b->bad = true;
	b->rest = SPAN("");
	return b->rest;
}

static struct span
take(struct ber *b, struct head *h)
{
	struct span content;

	if (b->bad || read_head(b->rest, h) != BER_WHOLE ||
	    h->content > b->rest.len - h->head)
		return fail(b);
	content = span_take(span_skip(b->rest, h->head), h->content);
	b->rest = span_skip(b->rest, h->head + h->content);
	return content;
}

struct span
ber_octets(struct ber *b, unsigned tag)
{
	struct head h;

	if (!ber_is(b, tag))
		return fail(b);
	return take(b, &h);
}

struct span
ber_optional(struct ber *b, unsigned tag)
{
	return ber_is(b, tag) ? ber_octets(b, tag) : (struct span){ NULL, 0 };
}

struct span
ber_element(struct ber *b)
{
	const struct span from = b->rest;
	struct head h;

	(void)take(b, &h);
	return b->bad ? b->rest : span_take(from, from.len - b->rest.len);
}

/* X.690 8.3.2: nine equal bits in front are one octet too many. */
static bool
is_integer(struct span s)
{
	if (s.len == 0 || s.len > 8)
		return false;
	return s.len == 1 || !((octet(s, 0) == 0x00 && octet(s, 1) < 0x80) ||
				 (octet(s, 0) == 0xff && octet(s, 1) >= 0x80));
}

int64_t
ber_integer(struct ber *b, unsigned tag, int64_t least, int64_t most)
{
	const struct span s = ber_octets(b, tag);
	uint64_t n;

	if (b->bad || !is_integer(s)) {
		(void)fail(b);
		return least;
	}
	n = octet(s, 0) & 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < s.len; i++)
		n = n << 8 | octet(s, i);
	if ((int64_t)n < least || (int64_t)n > most) {
		(void)fail(b);
		return least;
	}
	return (int64_t)n;
}

bool
ber_boolean(struct ber *b, unsigned tag)
{
	const struct span s = ber_octets(b, tag);

	if (b->bad || s.len != 1 || (octet(s, 0) != 0 && octet(s, 0) != 0xff))
		(void)fail(b);
	return !b->bad && octet(s, 0) != 0;
}

struct ber
ber_enter(struct ber *b, unsigned tag)
{
	const struct span content = ber_octets(b, tag);

	return (struct ber){ content, b->bad };
}

bool
ber_leave(struct ber *outer, struct ber *inner)
{
	while (ber_more(inner))
		(void)ber_element(inner);
	if (inner->bad)
		(void)fail(outer);
	return !outer->bad;
}

/* ---- writing ---- */

static void
put_octet(const struct ber_out *o, unsigned value)
{
	const char c = (char)(unsigned char)value;

	buf_add(o->to, (struct span){ &c, 1 });
}

static void
put_length(const struct ber_out *o, size_t length)
{
	int octets = 0;

	if (length < LENGTH_LONG && !o->wide) {
		put_octet(o, (unsigned)length);
		return;
	}
	for (size_t rest = length; rest > 0; rest >>= 8)
		octets++;
	if (o->wide)
		octets = 4;
	put_octet(o, (unsigned)(LENGTH_LONG | octets));
	while (octets-- > 0)
		put_octet(o, (unsigned)(length >> (8 * octets)) & 0xff);
}

/* The length is put in front of the content when that is known. */
size_t
ber_begin(const struct ber_out *o, unsigned tag)
{
	put_octet(o, tag);
	return o->to->len;
}

void
ber_end(const struct ber_out *o, size_t begun)
{
	const size_t end = o->to->len, content = end - begun;
	char length[1 + LENGTH_OCTETS];
	size_t n;

	put_length(o, content);
	if (o->to->full)
		return;
	n = o->to->len - end;
	memcpy(length, o->to->data + end, n);
	memmove(o->to->data + begun + n, o->to->data + begun, content);
	memcpy(o->to->data + begun, length, n);
}

void
ber_put_octets(const struct ber_out *o, unsigned tag, struct span octets)
{
	put_octet(o, tag);
	put_length(o, octets.len);
	buf_add(o->to, octets);
}

void
ber_put_integer(const struct ber_out *o, unsigned tag, int64_t n)
{
	char octets[8];
	size_t from = 0;

	for (int i = 0; i < 8; i++)
		octets[i] = (char)(unsigned char)((uint64_t)n >> (56 - 8 * i));
	while (
	    from < 7 && !is_integer((struct span){ octets + from, 8 - from }))
		from++;
	ber_put_octets(o, tag, (struct span){ octets + from, 8 - from });
}

void
ber_put_boolean(const struct ber_out *o, unsigned tag, bool value)
{
	ber_put_octets(o, tag, value ? SPAN("\xff") : SPAN("\0"));
}
