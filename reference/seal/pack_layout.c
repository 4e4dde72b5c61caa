/* SPDX-License-Identifier: MIT */
/* Where the files of a package stand in it (APPNOTE 4.3), and what else. */
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/seal/pack.h"

enum {
	LOCAL = 30, /* octets, without name and extra field */
	CENTRAL = 46,
	END = 22,
	END64 = 56,
	LOCATOR64 = 20,
	APART = 1 << 3, /* of flags: the sizes stand behind the file */
	EXTRA64 = 1,
};

struct layout {
	struct span all;
	uint64_t n, begins, ends; /* the directory */
};

/* A file; what is said of it in the directory. */
struct piece {
	uint64_t begins, ends; /* ends 0: it is not there */
	uint64_t packed, size;
	struct span sum; /* CRC, four octets */
};

/* The lowest octet first; all ones where it is not within. */
static uint64_t
number(struct span s, uint64_t at, unsigned octets)
{
	uint64_t n = 0;

	if (at > s.len || s.len - at < octets)
		return UINT64_MAX;
	for (unsigned i = octets; i > 0; i--)
		n = n << 8 | (unsigned char)s.ptr[at + i - 1];
	return n;
}

static bool
stands(struct span s, uint64_t at, struct span what)
{
	return at <= s.len && span_starts(span_skip(s, at), what);
}

/* ---- the directory ---- */

/* Its record is right before where the locator is, which is before the end. */
static bool
find_directory64(struct layout *l, uint64_t locator)
{
	const uint64_t at = number(l->all, locator + 8, 8);

	if (at > locator || !stands(l->all, at, SPAN("PK\6\6")) ||
	    number(l->all, at + 4, 8) != locator - at - 12 ||
	    locator - at != END64)
		return false;
	l->n = number(l->all, at + 32, 8);
	l->begins = number(l->all, at + 48, 8);
	l->ends = l->begins + number(l->all, at + 40, 8);
	return l->ends == at;
}

/* No octet is behind its end, and none between the two. */
static bool
find_directory(struct layout *l)
{
	const uint64_t end = l->all.len < END ? 0 : l->all.len - END;

	if (!stands(l->all, end, SPAN("PK\5\6")))
		return false;
	if (end >= LOCATOR64 && stands(l->all, end - LOCATOR64, SPAN("PK\6\7")))
		return find_directory64(l, end - LOCATOR64);
	l->n = number(l->all, end + 10, 2);
	l->begins = number(l->all, end + 16, 4);
	l->ends = l->begins + number(l->all, end + 12, 4);
	return l->ends == end;
}

/* ---- a file ---- */

/* What has no room in the directory stands in an extra field, in this order. */
static void
read_extra(struct span extra, struct piece *p)
{
	uint64_t *const wide[] = { &p->size, &p->packed, &p->begins };

	while (extra.len >= 4) {
		const size_t len = (size_t)number(extra, 2, 2);
		struct span field = span_take(span_skip(extra, 4), len);

		if (number(extra, 0, 2) == EXTRA64)
			for (size_t i = 0; i < sizeof wide / sizeof wide[0];
			     i++)
				if (*wide[i] == UINT32_MAX) {
					*wide[i] = number(field, 0, 8);
					field = span_skip(field, 8);
				}
		extra = span_skip(extra, 4 + len);
	}
}

/* What stands behind a file says the same as the directory. */
static bool
describes(struct span s, uint64_t at, const struct piece *p, unsigned wide)
{
	return stands(s, at, p->sum) && number(s, at + 4, wide) == p->packed &&
	       number(s, at + 4 + wide, wide) == p->size;
}

/* Sizes have eight octets where the file has the field of ZIP64 (4.3.9.2). */
static uint64_t
behind_descriptor(
    struct span s, uint64_t at, const struct piece *p, struct span extra)
{
	unsigned wide = 4;

	for (; extra.len >= 4;
	     extra = span_skip(extra, 4 + (size_t)number(extra, 2, 2)))
		if (number(extra, 0, 2) == EXTRA64)
			wide = 8;
	if (stands(s, at, SPAN("PK\7\x08")))
		at += 4;
	return describes(s, at, p, wide) ? at + 4 + 2 * wide : 0;
}

static uint64_t
end_of(struct span s, const struct piece *p)
{
	const uint64_t name = number(s, p->begins + 26, 2);
	const uint64_t extra = number(s, p->begins + 28, 2);
	const uint64_t at = p->begins + LOCAL + name + extra;

	if (p->begins > s.len || !stands(s, p->begins, SPAN("PK\3\4")) ||
	    at > s.len || p->packed > s.len - at)
		return 0;
	return number(s, p->begins + 6, 2) & APART
		   ? behind_descriptor(s, at + p->packed, p,
			 span_take(span_skip(s, at - extra), extra))
		   : at + p->packed;
}

/* True: *at is behind its entry in the directory. */
static bool
read_piece(const struct layout *l, uint64_t *at, struct piece *p)
{
	const struct span s = span_take(l->all, l->ends);
	const uint64_t name = number(s, *at + 28, 2);
	const uint64_t extra = number(s, *at + 30, 2);
	const uint64_t comment = number(s, *at + 32, 2);
	const uint64_t more = name + extra + comment;

	if (*at > s.len || s.len - *at < CENTRAL ||
	    !stands(s, *at, SPAN("PK\1\2")) || s.len - *at - CENTRAL < more)
		return false;
	*p = (struct piece){ .sum = span_take(span_skip(s, *at + 16), 4),
		.packed = number(s, *at + 20, 4),
		.size = number(s, *at + 24, 4),
		.begins = number(s, *at + 42, 4) };
	read_extra(span_take(span_skip(s, *at + CENTRAL + name), extra), p);
	p->ends = end_of(span_take(l->all, l->begins), p);
	*at += CENTRAL + more;
	return comment == 0;
}

/* ---- all of them ---- */

static int
by_place(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	return x->begins < y->begins ? -1 : x->begins > y->begins;
}

bool
pack_is_filled(struct span octets)
{
	struct layout l = { .all = octets };
	struct piece *all;
	uint64_t at = 0, entry;
	bool fine =
	    find_directory(&l) && l.begins <= l.ends && l.n <= PACK_FILES;

	if (!fine)
		return false;
	all = mem_new((size_t)l.n + 1, sizeof *all);
	entry = l.begins;
	for (size_t i = 0; fine && i < l.n; i++)
		fine = read_piece(&l, &entry, &all[i]);
	qsort(all, fine ? (size_t)l.n : 0, sizeof *all, by_place);
	for (size_t i = 0; fine && i < l.n; i++) {
		fine = all[i].begins == at && all[i].ends > at;
		at = all[i].ends;
	}
	free(all);
	return fine && entry == l.ends && at == l.begins;
}
