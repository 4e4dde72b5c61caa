/* SPDX-License-Identifier: MIT */
#include "conformance/cases/eseal/mangle.h"

#include <stdlib.h>

#include "lib/mem.h"

enum {
	MANGLE_MOST = 1 << 22,
	LEVELS = 16,      /* that elements are looked for in */
	DEEP_LEAST = 64,  /* levels that are added, */
	DEEP_MOST = 4096, /* or up to that many */
	CONSTRUCTED = 0x20,
	SEQUENCE = 0x30,
	INDEFINITE = 0x80,
};

const char *
mangle_name(enum mangling how)
{
	static const char *const names[] = { "truncated", "indefinite",
		"trailing", "oversized", "deep" };

	return names[how];
}

/* Numbers that have nothing to do with each other (splitmix64). */
static uint64_t
scatter(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* ---- elements ---- */

/* Tags of one octet and lengths of up to four, as seals have. */
static bool
cut(struct span *rest, unsigned char *tag, struct span *content)
{
	const unsigned char *p = (const unsigned char *)rest->ptr;
	size_t head = 2, n;

	if (rest->len < 2 || (p[0] & 0x1f) == 0x1f)
		return false;
	n = p[1];
	if (n > INDEFINITE) {
		const size_t octets = n - INDEFINITE;

		if (octets > 4 || rest->len < 2 + octets)
			return false;
		for (n = 0; head < 2 + octets; head++)
			n = n << 8 | p[head];
	} else if (n == INDEFINITE) {
		return false;
	}
	if (rest->len - head < n)
		return false;
	*tag = p[0];
	*content = (struct span){ rest->ptr + head, n };
	*rest = span_skip(*rest, head + n);
	return true;
}

static void
octet(struct buf *to, unsigned value)
{
	const char c = (char)value;

	buf_add(to, (struct span){ &c, 1 });
}

static void
length(struct buf *to, size_t n)
{
	int octets = 1;

	if (n < INDEFINITE) {
		octet(to, (unsigned)n);
		return;
	}
	while (octets < 4 && n >> 8 * octets != 0)
		octets++;
	octet(to, INDEFINITE + (unsigned)octets);
	while (octets-- > 0)
		octet(to, (unsigned)(n >> 8 * octets & 0xff));
}

/* How many elements there are that have others in them. */
static size_t
count(struct span in, int level)
{
	unsigned char tag;
	struct span content;
	size_t n = 0;

	while (level < LEVELS && cut(&in, &tag, &content))
		if ((tag & CONSTRUCTED) != 0)
			n += 1 + count(content, level + 1);
	return n;
}

/* ---- what is done to one ---- */

static void
oversized(struct buf *to, size_t n, uint64_t *state)
{
	static const struct span lengths[] = {
		SPAN_INIT("\x84\x7f\xff\xff\xff"),
		SPAN_INIT("\x84\xff\xff\xff\xff"),
		SPAN_INIT("\x88\xff\xff\xff\xff\xff\xff\xff\xff"),
		SPAN_INIT("\x88\x7f\xff\xff\xff\xff\xff\xff\xff"),
		SPAN_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
	};
	const size_t which = scatter(state) % 8;

	if (which < sizeof lengths / sizeof lengths[0])
		buf_add(to, lengths[which]);
	else
		length(to, n + 1 + scatter(state) % 100000);
}

static void
deep(struct buf *to, uint64_t *state)
{
	const size_t levels =
	    DEEP_LEAST + scatter(state) % (DEEP_MOST - DEEP_LEAST);
	struct buf *inner = mem_new(2, sizeof *inner);
	size_t now = 0;

	buf_init(&inner[0], MANGLE_MOST);
	buf_init(&inner[1], MANGLE_MOST);
	for (size_t i = 0; i < levels; i++) {
		buf_clear(&inner[1 - now]);
		octet(&inner[1 - now], SEQUENCE);
		length(&inner[1 - now], inner[now].len);
		buf_add(&inner[1 - now], buf_span(&inner[now]));
		now = 1 - now;
	}
	buf_add(to, buf_span(&inner[now]));
	buf_free(&inner[1]);
	buf_free(&inner[0]);
	free(inner);
}

static void
spoil(enum mangling how, unsigned char tag, struct span content,
    uint64_t *state, struct buf *to)
{
	struct buf inner;

	buf_init(&inner, MANGLE_MOST);
	octet(to, tag);
	switch (how) {
	case MANGLE_INDEFINITE:
		octet(to, INDEFINITE);
		buf_add(to, content);
		buf_add(to, SPAN("\0\0"));
		break;
	case MANGLE_OVERSIZED:
		oversized(to, content.len, state);
		buf_add(to, content);
		break;
	case MANGLE_DEEP:
		deep(&inner, state);
		length(to, inner.len);
		buf_add(to, buf_span(&inner));
		break;
	case MANGLE_TRAILING:
		buf_add(&inner, content);
		for (uint64_t n = 1 + scatter(state) % 8; n > 0; n--)
			octet(&inner, (unsigned)(scatter(state) & 0xff));
		length(to, inner.len);
		buf_add(to, buf_span(&inner));
		break;
	default:
		break;
	}
	buf_free(&inner);
}

/* Copies; *which counts down to the element that is spoilt. */
static void
copy(struct span in, int level, enum mangling how, size_t *which,
    uint64_t *state, struct buf *to)
{
	struct span content;
	unsigned char tag;

	while (in.len > 0) {
		const struct span all = in;
		struct buf inner;

		if (level >= LEVELS || !cut(&in, &tag, &content)) {
			buf_add(to, all);
			return;
		}
		if ((tag & CONSTRUCTED) == 0) {
			buf_add(to, span_take(all, all.len - in.len));
			continue;
		}
		if ((*which)-- == 0) {
			spoil(how, tag, content, state, to);
			continue;
		}
		buf_init(&inner, MANGLE_MOST);
		copy(content, level + 1, how, which, state, &inner);
		octet(to, tag);
		length(to, inner.len);
		buf_add(to, buf_span(&inner));
		buf_free(&inner);
	}
}

bool
der_mangle(enum mangling how, uint64_t number, struct span der, struct buf *to)
{
	uint64_t state = number;
	const size_t n = count(der, 0);
	size_t which;

	if (n == 0 || der.len > MANGLE_MOST / 4)
		return false;
	if (how == MANGLE_TRUNCATED) {
		buf_add(to, span_take(der, scatter(&state) % der.len));
		return true;
	}
	which = scatter(&state) % (n + 1);
	if (how == MANGLE_TRAILING && which == n) {
		buf_add(to, der);
		octet(to, (unsigned)(scatter(&state) & 0xff));
		return !to->full;
	}
	which %= n;
	copy(der, 0, how, &which, &state, to);
	return !to->full;
}
