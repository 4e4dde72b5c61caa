/* SPDX-License-Identifier: MIT */
#include "reference/ca/cmp_message.h"

#include <openssl/x509v3.h>

enum {
	GENERALIZED_TIME = 0x18,
	BIT_STRING = 0x03,
	UTF8_STRING = 0x0c,
	EXPLICIT = BER_CONTEXT | BER_CONSTRUCTED,
};

/* 1.3.6.1.5.5.7.4.13: RFC 4210 5.1.1.1 */
#define IMPLICIT_CONFIRM SPAN("\x2b\x06\x01\x05\x05\x07\x04\x0d")

/* ---- reading ---- */

/* The only element within an explicit tag; nothing when there is no tag. */
static struct span
within(struct ber *b, unsigned n, unsigned tag)
{
	struct span content;
	struct ber inner;

	if (!ber_is(b, EXPLICIT | n))
		return (struct span){ NULL, 0 };
	inner = ber_enter(b, EXPLICIT | n);
	content = tag == 0 ? ber_element(&inner) : ber_octets(&inner, tag);
	if (inner.bad || inner.rest.len > 0)
		b->bad = true;
	return content;
}

/* InfoTypeAndValue: only one of them concerns us. */
static void
read_info(struct ber *b, struct cmp_message *m)
{
	struct ber all = ber_of(within(b, 8, BER_SEQUENCE)), one;

	while (ber_more(&all)) {
		one = ber_enter(&all, BER_SEQUENCE);
		if (span_eq(ber_octets(&one, 0x06), IMPLICIT_CONFIRM))
			m->implicit = true;
		ber_leave(&all, &one);
	}
	b->bad = b->bad || all.bad;
}

static void
read_header(struct ber *b, struct cmp_message *m)
{
	m->version = ber_integer(b, BER_INTEGER, INT32_MIN, INT32_MAX);
	m->sender = ber_element(b);
	m->recipient = ber_element(b);
	m->time = within(b, 0, GENERALIZED_TIME);
	m->algorithm = within(b, 1, 0);
	m->sender_kid = within(b, 2, BER_OCTETS);
	(void)within(b, 3, BER_OCTETS);
	m->transaction = within(b, 4, BER_OCTETS);
	m->sender_nonce = within(b, 5, BER_OCTETS);
	m->recip_nonce = within(b, 6, BER_OCTETS);
	(void)within(b, 7, BER_SEQUENCE);
	read_info(b, m);
}

/* No unused bits: a MAC and a signature are octets. */
static struct span
read_bits(struct ber *b)
{
	const struct span bits = within(b, 0, BIT_STRING);

	if (bits.ptr == NULL)
		return bits;
	if (bits.len == 0 || bits.ptr[0] != 0)
		b->bad = true;
	return bits.len == 0 ? bits : span_skip(bits, 1);
}

/* It is sent back: what OpenSSL cannot read, others cannot. */
static bool
is_general_name(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	GENERAL_NAME *name =
	    s.len == 0 ? NULL : d2i_GENERAL_NAME(NULL, &p, (long)s.len);
	const bool ok =
	    name != NULL && p == (const unsigned char *)s.ptr + s.len;

	GENERAL_NAME_free(name);
	return ok;
}

bool
cmp_read(struct span octets, struct cmp_message *m)
{
	struct ber all = ber_of(octets);
	struct ber b = ber_enter(&all, BER_SEQUENCE), header;
	const struct span from = b.rest;
	unsigned tag;

	*m = (struct cmp_message){ .body = -1 };
	header = ber_enter(&b, BER_SEQUENCE);
	read_header(&header, m);
	if (header.bad || header.rest.len > 0 || !is_general_name(m->sender) ||
	    !is_general_name(m->recipient))
		return false;
	tag = ber_peek(&b);
	if ((tag & EXPLICIT) != EXPLICIT)
		return false;
	m->content = ber_octets(&b, tag);
	m->body = (int)(tag & ~(unsigned)EXPLICIT);
	m->parts = span_take(from, from.len - b.rest.len);
	m->protection = read_bits(&b);
	m->extra = within(&b, 1, BER_SEQUENCE);
	return !b.bad && b.rest.len == 0 && all.rest.len == 0;
}

/* ---- writing ---- */

void
cmp_protected_part(struct span parts, struct buf *to)
{
	ber_put_octets(&(struct ber_out){ to, false }, BER_SEQUENCE, parts);
}

/* X.690 11.2.2: a named bit list ends with its last one. */
static void
put_failure(const struct ber_out *o, enum cmp_failure why)
{
	unsigned char bits[5] = { (unsigned char)(7 - why % 8) };

	bits[1 + why / 8] = (unsigned char)(0x80 >> why % 8);
	ber_put_octets(o, BIT_STRING,
	    (struct span){ (const char *)bits, 2 + (size_t)why / 8 });
}

void
cmp_put_status(
    const struct ber_out *o, int status, enum cmp_failure why, const char *text)
{
	const size_t whole = ber_begin(o, BER_SEQUENCE);
	size_t texts;

	ber_put_integer(o, BER_INTEGER, status);
	if (text != NULL) {
		texts = ber_begin(o, BER_SEQUENCE);
		ber_put_octets(o, UTF8_STRING, span_of(text));
		ber_end(o, texts);
	}
	if (why != CMP_FINE)
		put_failure(o, why);
	ber_end(o, whole);
}
