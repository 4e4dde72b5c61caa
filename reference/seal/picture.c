/* SPDX-License-Identifier: MIT */
/*
 * Whether a picture is a PNG (ISO/IEC 15948): its signature, then IHDR, which
 * says nothing that cannot be, and IEND at the end.
 */
#include <stdint.h>

#include "reference/seal/inner.h"

enum { CHUNK = 12 /* length, type, CRC */, IHDR = 13 };

#define SIGNATURE SPAN("\x89PNG\r\n\x1a\n")
#define END       SPAN("\0\0\0\0IEND\xae\x42\x60\x82")

static uint32_t
number_at(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* Over type and data, from the highest power on, reflected. */
static uint32_t
crc_of(const unsigned char *p, size_t n)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

/* Which bit depths a colour type can have, as a set of 1 << depth. */
static bool
has_depth(unsigned char depth, unsigned char colour)
{
	static const struct {
		unsigned char colour;
		unsigned depths;
	} kinds[] = {
		{ 0, 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8 | 1u << 16 },
		{ 2, 1u << 8 | 1u << 16 },
		{ 3, 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8 },
		{ 4, 1u << 8 | 1u << 16 },
		{ 6, 1u << 8 | 1u << 16 },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].colour == colour)
			return depth <= 16 &&
			       (kinds[i].depths & 1u << depth) != 0;
	return false;
}

static const char *
header_wrong(const unsigned char *p)
{
	if (number_at(p) != IHDR ||
	    !span_eq((struct span){ (const char *)p + 4, 4 }, SPAN("IHDR")))
		return "its first chunk is not IHDR";
	if (number_at(p + 8 + IHDR) != crc_of(p + 4, 4 + IHDR))
		return "the CRC of IHDR is wrong";
	if (number_at(p + 8) == 0 || number_at(p + 12) == 0)
		return "it is no pixel wide or high";
	if (!has_depth(p[16], p[17]))
		return "there is no such colour type and bit depth";
	if (p[18] != 0 || p[19] != 0 || p[20] > 1)
		return "compression, filter or interlace is not known";
	return NULL;
}

const char *
desk_png_wrong(struct span picture)
{
	const char *wrong;

	if (picture.len == 0)
		return "it is empty";
	if (picture.len > DESK_PICTURE_MOST)
		return "it has more than 1 MiB";
	if (!span_starts(picture, SIGNATURE))
		return "it does not begin as a PNG does";
	picture = span_skip(picture, SIGNATURE.len);
	if (picture.len < CHUNK + IHDR)
		return "it ends within IHDR";
	wrong = header_wrong((const unsigned char *)picture.ptr);
	if (wrong != NULL)
		return wrong;
	return span_eq(span_skip(picture, picture.len - END.len), END)
		   ? NULL
		   : "it does not end with IEND";
}
