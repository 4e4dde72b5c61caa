/* SPDX-License-Identifier: MIT */
#include "conformance/seal/ofd_zip.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "lib/mem.h"

enum {
	LOCAL = 30, /* octets of a local file header, without its fields */
	CENTRAL = 46,
	END = 22,
	COMMENT = 0xffff, /* at most */
	DESCRIPTOR = 12,  /* without its signature */
	HAS_DESCRIPTOR = 1 << 3,
	DEFLATED = 8, /* APPNOTE 4.4.5 */
};

/* The lowest octet first; what is not there is zero. */
static uint32_t
number(struct span s, uint64_t at, unsigned octets)
{
	uint32_t value = 0;

	for (unsigned i = octets; i > 0; i--)
		value =
		    value << 8 |
		    (at + i > s.len ? 0U : (unsigned char)s.ptr[at + i - 1]);
	return value;
}

static bool
stands(struct span s, uint64_t at, struct span what)
{
	return at <= s.len && span_starts(span_skip(s, at), what);
}

/* The last one, behind which is its comment and nothing else. */
bool
ofd_zip_end(struct ofd_zip *z, struct span s)
{
	*z = (struct ofd_zip){ 0 };
	for (uint64_t n = 0; n <= COMMENT && n + END <= s.len; n++) {
		const uint64_t at = s.len - END - n;

		if (!stands(s, at, SPAN("PK\5\6")) ||
		    number(s, at + 20, 2) != n)
			continue;
		z->n = number(s, at + 10, 2);
		z->begins = number(s, at + 16, 4);
		z->ends = z->begins + number(s, at + 12, 4);
		return number(s, at + 4, 4) == 0 &&
		       number(s, at + 8, 2) == z->n && z->ends == at;
	}
	return false;
}

/*
 * Where what describes the file behind it ends; it says what the directory
 * says, from its check sum on.
 */
static uint64_t
descriptor_end(struct span s, uint64_t at, struct span says)
{
	if (stands(s, at, SPAN("PK\7\x08")))
		at += 4;
	return stands(s, at, says) ? at + says.len : 0;
}

/* Where the file whose header stands there ends; 0: it is none. */
static uint64_t
end_of(struct span s, struct ofd_zip_entry *e, uint64_t central)
{
	const struct span sizes =
	    span_take(span_skip(s, central + 16), DESCRIPTOR);
	uint64_t at = e->begins + LOCAL;

	/* Of two sets of flags a reader may go by either. */
	if (!stands(s, e->begins, SPAN("PK\3\4")) ||
	    e->flags != number(s, e->begins + 6, 2))
		return 0;
	at += number(s, e->begins + 26, 2) + number(s, e->begins + 28, 2);
	if (at > s.len)
		return 0;
	e->packed = span_take(span_skip(s, at), number(s, central + 20, 4));
	at += number(s, central + 20, 4);
	return e->flags & HAS_DESCRIPTOR ? descriptor_end(s, at, sizes) : at;
}

static bool
take_entry(struct ofd_zip_entry *e, struct span s, uint64_t *at, uint64_t ends)
{
	const size_t name = number(s, *at + 28, 2);
	const uint64_t behind = *at + CENTRAL + name + number(s, *at + 30, 2) +
				number(s, *at + 32, 2);

	if (!stands(s, *at, SPAN("PK\1\2")) || behind > ends)
		return false;
	e->name = span_take(span_skip(s, *at + CENTRAL), name);
	e->flags = number(s, *at + 8, 2);
	e->method = number(s, *at + 10, 2);
	e->begins = number(s, *at + 42, 4);
	e->ends = end_of(s, e, *at);
	*at = behind;
	return true;
}

bool
ofd_zip_entries(struct ofd_zip *z, struct span s)
{
	uint64_t at = z->begins;
	bool fine = true;

	z->entries = mem_new(z->n + 1, sizeof z->entries[0]);
	for (size_t i = 0; fine && i < z->n; i++)
		fine = take_entry(&z->entries[i], s, &at, z->ends);
	if (fine && at == z->ends)
		return true;
	ofd_zip_free(z);
	return false;
}

static int
by_place(const void *a, const void *b)
{
	const struct ofd_zip_entry *x = a, *y = b;

	return x->begins < y->begins ? -1 : x->begins > y->begins;
}

uint64_t
ofd_zip_stray(const struct ofd_zip *z, struct span s)
{
	struct ofd_zip_entry *all = mem_new(z->n + 1, sizeof *all);
	uint64_t at = 0;

	if (z->n > 0)
		memcpy(all, z->entries, z->n * sizeof *all);
	qsort(all, z->n, sizeof *all, by_place);
	for (size_t i = 0; i < z->n && all[i].begins == at && all[i].ends > at;
	     i++)
		at = all[i].ends;
	free(all);
	if (at == z->begins)
		at = z->ends + END;
	return at < s.len ? at : s.len;
}

bool
ofd_zip_is_filled(const struct ofd_zip_entry *e)
{
	unsigned char out[1 << 14];
	z_stream z = { .next_in = (unsigned char *)e->packed.ptr,
		.avail_in = (uInt)e->packed.len };
	int said = Z_OK;

	if (e->method != DEFLATED)
		return true;
	if (inflateInit2(&z, -15) != Z_OK)
		return false;
	while (said == Z_OK) {
		z.next_out = out;
		z.avail_out = sizeof out;
		said = inflate(&z, Z_NO_FLUSH);
	}
	inflateEnd(&z);
	return said == Z_STREAM_END && z.avail_in == 0;
}

void
ofd_zip_free(struct ofd_zip *z)
{
	free(z->entries);
	*z = (struct ofd_zip){ 0 };
}
