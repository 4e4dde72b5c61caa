/* SPDX-License-Identifier: MIT */
#include "conformance/pki/der_write.h"

#include <string.h>

size_t
der_begin(struct buf *b, unsigned tag)
{
	const char octet = (char)tag;

	buf_add(b, (struct span){ &octet, 1 });
	return b->len;
}

void
der_finish(struct buf *b, size_t mark)
{
	const size_t n = b->len - mark;
	char length[5];
	size_t digits = 0;

	for (size_t i = n; n > 127 && i > 0; i >>= 8)
		digits++;
	length[0] = (char)(digits == 0 ? n : 0x80 | digits);
	for (size_t i = 0; i < digits; i++)
		length[1 + i] = (char)(n >> 8 * (digits - 1 - i));
	buf_add(b, (struct span){ length, 1 + digits });
	if (b->full)
		return;
	memmove(b->data + mark + 1 + digits, b->data + mark, n);
	memcpy(b->data + mark, length, 1 + digits);
}

struct span
der_written(const struct buf *b, size_t mark)
{
	return span_skip(buf_span(b), mark - 1);
}

void
der_put(struct buf *b, unsigned tag, struct span content)
{
	const size_t mark = der_begin(b, tag);

	buf_add(b, content);
	der_finish(b, mark);
}

void
der_put_oid(struct buf *b, enum oid id)
{
	der_put(b, DER_OID, oid_content(id));
}

/* As few octets as leave the sign what it is. */
void
der_put_number(struct buf *b, int32_t n)
{
	char octets[4];
	size_t at = 0;

	for (size_t i = 0; i < 4; i++)
		octets[i] = (char)((uint32_t)n >> 8 * (3 - i));
	while (at < 3 && octets[at] == (n < 0 ? -1 : 0) &&
	       ((octets[at + 1] & 0x80) != 0) == (n < 0))
		at++;
	der_put(b, DER_INTEGER, (struct span){ octets + at, 4 - at });
}

void
der_put_bits(struct buf *b, struct span octets)
{
	const size_t mark = der_begin(b, DER_BIT_STRING);

	buf_add(b, SPAN("\0")); /* none unused */
	buf_add(b, octets);
	der_finish(b, mark);
}

void
der_put_algorithm(struct buf *b, enum oid id, struct span parameters)
{
	const size_t mark = der_begin(b, DER_SEQUENCE);

	der_put_oid(b, id);
	buf_add(b, parameters);
	der_finish(b, mark);
}
