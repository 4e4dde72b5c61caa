/* SPDX-License-Identifier: MIT */
#include "conformance/seal/ofd_zip.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "lib/mem.h"

enum {
	LOCAL = 30,   /* octets of a local file header, without its fields */
	CENTRAL = 46, /* of an entry of the directory */
	HAS_DESCRIPTOR = 1 << 3,
	DEFLATED = 8,  /* APPNOTE 4.4.5 */
	ZIP64 = 1,     /* extra field, APPNOTE 4.5.3 */
	PATH = 0x7075, /* extra field: another name, APPNOTE 4.6.9 */
};

#define WIDE UINT32_MAX /* the value stands in the field of ZIP64 */

uint64_t
ofd_zip_number(struct span s, uint64_t at, unsigned octets)
{
	uint64_t value = 0;

	for (unsigned i = octets; i > 0; i--)
		value =
		    value << 8 |
		    (at + i > s.len ? 0U : (unsigned char)s.ptr[at + i - 1]);
	return value;
}

bool
ofd_zip_stands(struct span s, uint64_t at, struct span what)
{
	return at <= s.len && span_starts(span_skip(s, at), what);
}

/* Nothing where there is nothing. */
static struct span
cut(struct span s, uint64_t at, uint64_t n)
{
	return at > s.len ? (struct span){ NULL, 0 }
			  : span_take(span_skip(s, at), n);
}

/* ---- headers ---- */

/* What a local header and an entry of the directory both say. */
struct header {
	uint64_t flags, method, when, sum, packed, size;
	struct span name, extra;
	uint64_t ends; /* behind the extra fields */
};

/* APPNOTE 4.3.7 and 4.3.12: in an entry all stands two octets further on. */
static struct header
read_header(struct span s, uint64_t begins, unsigned length)
{
	const uint64_t at = begins + (length == CENTRAL ? 6 : 4);
	const uint64_t name = ofd_zip_number(s, at + 22, 2);
	const uint64_t extra = ofd_zip_number(s, at + 24, 2);

	return (struct header){
		.flags = ofd_zip_number(s, at + 2, 2),
		.method = ofd_zip_number(s, at + 4, 2),
		.when = ofd_zip_number(s, at + 6, 4),
		.sum = ofd_zip_number(s, at + 10, 4),
		.packed = ofd_zip_number(s, at + 14, 4),
		.size = ofd_zip_number(s, at + 18, 4),
		.name = cut(s, begins + length, name),
		.extra = cut(s, begins + length + name, extra),
		.ends = begins + length + name + extra,
	};
}

/* ---- the field of ZIP64 ---- */

struct wide {
	bool there;
	struct span values;
};

/* False: fields do not end where they should, or it is there twice. */
static bool
find_wide(struct span extra, struct wide *w)
{
	*w = (struct wide){ .there = false };
	while (extra.len >= 4) {
		const uint64_t id = ofd_zip_number(extra, 0, 2);
		const uint64_t n = ofd_zip_number(extra, 2, 2);

		extra = span_skip(extra, 4);
		if (n > extra.len || (id == ZIP64 && w->there))
			return false;
		if (id == ZIP64)
			*w = (struct wide){ true, span_take(extra, n) };
		extra = span_skip(extra, n);
	}
	return true; /* up to three octets that fill it up */
}

/*
 * From the i-th value on, nothing asks for what is in it: it says the same
 * once more.  A value alone some would take for any of them.
 */
static bool
is_said_again(
    const struct wide *w, size_t i, const uint64_t *const values[], size_t n)
{
	bool same = w->values.len % 8 == 0 && w->values.len <= 8 * n &&
		    (i > 0 || w->values.len != 8);

	for (; same && 8 * i < w->values.len; i++)
		same = ofd_zip_number(w->values, 8 * i, 8) == *values[i];
	return same;
}

/* The disk's number is its last value, behind three others or asked for. */
static bool
take_disk(struct wide *w, uint64_t disk)
{
	const bool asked = disk == UINT16_MAX;
	uint64_t said;

	if (w->values.len != 28 && !(asked && w->values.len % 8 == 4))
		return !asked;
	w->values.len -= 4;
	said = ofd_zip_number(
	    (struct span){ w->values.ptr + w->values.len, 4 }, 0, 4);
	return asked || said == disk;
}

/*
 * In the directory the values stand in it of which 32 bits say so, in this
 * order; those behind them may be there once more, as some writers have it.
 */
static bool
widen_central(struct header *h, uint64_t *begins, uint64_t disk)
{
	uint64_t *const values[] = { &h->size, &h->packed, begins };
	struct wide w;
	size_t n = 0, last = 0;

	if (!find_wide(h->extra, &w) || !take_disk(&w, disk))
		return false;
	for (size_t i = 0; i < 3; i++)
		if (*values[i] == WIDE) {
			*values[i] = ofd_zip_number(w.values, 8 * n++, 8);
			last = i + 1;
		}
	if (8 * n > w.values.len)
		return false;
	return n == last
		   ? is_said_again(&w, n, (const uint64_t *const *)values, 3)
		   : w.values.len == 8 * n;
}

/*
 * In front of a file both sizes stand in it, or none.  *wide: they do, and
 * the descriptor has 64 bits as well (APPNOTE 4.3.9.2); so it is not there for
 * nothing when a descriptor follows.
 */
static bool
widen_local(struct header *h, bool *wide)
{
	const uint64_t *const values[] = { &h->size, &h->packed };
	struct wide w;

	*wide = h->size == WIDE && h->packed == WIDE;
	if (!find_wide(h->extra, &w))
		return false;
	if (!*wide && (h->size == WIDE || h->packed == WIDE))
		return false;
	if (!*wide)
		return is_said_again(&w, 0, values, 2) &&
		       !(w.there && h->flags & HAS_DESCRIPTOR);
	h->size = ofd_zip_number(w.values, 0, 8);
	h->packed = ofd_zip_number(w.values, 8, 8);
	return w.values.len == 16;
}

/* ---- a file ---- */

/* A value that stands behind the file may be left out in front of it. */
static bool
is_said(const struct header *local, uint64_t value, uint64_t central)
{
	return value == central ||
	       (value == 0 && local->flags & HAS_DESCRIPTOR);
}

/* In front of the file it is called as it is in the directory. */
static bool
has_one_name(const struct header *local)
{
	struct span extra = local->extra;

	while (extra.len >= 4) {
		const uint64_t n = ofd_zip_number(extra, 2, 2);
		const struct span path = cut(extra, 9, n < 5 ? 0 : n - 5);

		if (ofd_zip_number(extra, 0, 2) == PATH &&
		    !span_eq(path, local->name))
			return false;
		extra = span_skip(extra, 4 + n);
	}
	return true;
}

/*
 * Who goes from file to file finds the end of what is stored, its size being
 * said behind it only, by the signature of what stands there: it must not
 * stand in the file too.
 */
static bool
has_one_end(const struct header *local, struct span packed)
{
	return local->method == DEFLATED || local->packed == packed.len ||
	       span_find(packed, SPAN("PK\7\x08")) == packed.len;
}

static bool
agree(const struct header *local, const struct header *central,
    struct span packed)
{
	return span_eq(local->name, central->name) &&
	       local->flags == central->flags &&
	       local->method == central->method &&
	       local->when == central->when &&
	       is_said(local, local->sum, central->sum) &&
	       is_said(local, local->packed, central->packed) &&
	       is_said(local, local->size, central->size) &&
	       has_one_name(local) && has_one_end(local, packed);
}

/* Where what describes the file behind it ends; 0: it says something else. */
static uint64_t
descriptor_end(
    struct span s, uint64_t at, const struct header *central, bool wide)
{
	const unsigned n = wide ? 8 : 4;

	if (ofd_zip_stands(s, at, SPAN("PK\7\x08")))
		at += 4;
	return ofd_zip_number(s, at, 4) == central->sum &&
		       ofd_zip_number(s, at + 4, n) == central->packed &&
		       ofd_zip_number(s, at + 4 + n, n) == central->size
		   ? at + 4 + 2 * n
		   : 0;
}

static void
take_local(struct ofd_zip_entry *e, struct span s, const struct header *central)
{
	struct header local;
	bool wide = false;

	if (!ofd_zip_stands(s, e->begins, SPAN("PK\3\4")))
		return;
	local = read_header(s, e->begins, LOCAL);
	if (local.ends > s.len || central->packed > s.len - local.ends)
		return;
	e->packed = span_take(span_skip(s, local.ends), central->packed);
	e->agrees =
	    widen_local(&local, &wide) && agree(&local, central, e->packed);
	e->ends = local.ends + central->packed;
	if (central->flags & HAS_DESCRIPTOR)
		e->ends = descriptor_end(s, e->ends, central, wide);
}

static bool
take_entry(struct ofd_zip_entry *e, struct span s, uint64_t *at, uint64_t ends)
{
	struct header central;
	uint64_t behind;

	if (*at + CENTRAL > ends || !ofd_zip_stands(s, *at, SPAN("PK\1\2")))
		return false;
	central = read_header(s, *at, CENTRAL);
	behind = central.ends + ofd_zip_number(s, *at + 32, 2);
	e->begins = ofd_zip_number(s, *at + 42, 4);
	if (behind > ends || !widen_central(&central, &e->begins,
				 ofd_zip_number(s, *at + 34, 2)))
		return false;
	e->name = central.name;
	e->flags = (uint32_t)central.flags;
	e->method = (uint32_t)central.method;
	e->size = central.size;
	take_local(e, s, &central);
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
		at = z->behind;
	return at < s.len ? at : s.len;
}

/* ---- what is in it ---- */

/* Inflates it piece by piece beside what it should be. */
static bool
inflates_to(struct span packed, struct span octets)
{
	unsigned char out[1 << 14];
	z_stream z = { .next_in = (unsigned char *)packed.ptr,
		.avail_in = (uInt)packed.len };
	int said = Z_OK;
	bool same = true;

	if (inflateInit2(&z, -15) != Z_OK)
		return false;
	while (said == Z_OK && same) {
		z.next_out = out;
		z.avail_out = sizeof out;
		said = inflate(&z, Z_NO_FLUSH);
		same = span_starts(octets,
		    (struct span){ (char *)out, sizeof out - z.avail_out });
		if (same)
			octets = span_skip(octets, sizeof out - z.avail_out);
	}
	inflateEnd(&z);
	return same && said == Z_STREAM_END && z.avail_in == 0 &&
	       octets.len == 0;
}

bool
ofd_zip_holds(const struct ofd_zip_entry *e, struct span octets)
{
	return octets.len == e->size &&
	       (e->method == DEFLATED ? inflates_to(e->packed, octets)
				      : span_eq(e->packed, octets));
}

void
ofd_zip_free(struct ofd_zip *z)
{
	free(z->entries);
	*z = (struct ofd_zip){ 0 };
}
