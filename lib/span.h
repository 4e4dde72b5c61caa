/* SPDX-License-Identifier: MIT */
/*
 * span - a borrowed run of bytes, passed by value.
 *
 * A span never owns its bytes and is not NUL-terminated: print it with
 * "%.*s" and SPAN_FMT(s).  It is valid only while its owner is.
 */
#ifndef LIB_SPAN_H
#define LIB_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct span {
	const char *ptr;
	size_t len;
};

#define SPAN(lit) ((struct span){ (lit), sizeof(lit) - 1 })
/* The same where C wants a constant: in the initialisers of tables. */
#define SPAN_INIT(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}
#define SPAN_FMT(s) (int)(s).len, (s).ptr

static inline struct span
span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static inline bool
span_eq(struct span a, struct span b)
{
	return a.len == b.len &&
	       (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Equal but for the case of ASCII letters. */
static inline bool
span_caseeq(struct span a, struct span b)
{
	return a.len == b.len &&
	       (a.len == 0 || strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool
span_starts(struct span s, struct span with)
{
	return s.len >= with.len &&
	       (with.len == 0 || memcmp(s.ptr, with.ptr, with.len) == 0);
}

static inline bool
span_casestarts(struct span s, struct span with)
{
	return s.len >= with.len &&
	       (with.len == 0 || strncasecmp(s.ptr, with.ptr, with.len) == 0);
}

/* Drops the first n bytes; n is at most s.len. */
static inline struct span
span_skip(struct span s, size_t n)
{
	/* NULL + 0 is no pointer arithmetic that C knows of. */
	return s.ptr == NULL ? s : (struct span){ s.ptr + n, s.len - n };
}

/* The first n bytes; all of s when it is shorter. */
static inline struct span
span_take(struct span s, size_t n)
{
	return (struct span){ s.ptr, n < s.len ? n : s.len };
}

/* Offset of the first "what" in s, or s.len when there is none. */
static inline size_t
span_find(struct span s, struct span what)
{
	const char *hit =
	    s.len == 0 ? NULL : memmem(s.ptr, s.len, what.ptr, what.len);

	return hit == NULL ? s.len : (size_t)(hit - s.ptr);
}

/*
 * Cuts *s at the first "at": returns what stands before it and leaves in *s
 * what stands after it.  Without "at" returns all and leaves *s empty.
 */
static inline struct span
span_cut(struct span *s, char at)
{
	const char *hit = s->len == 0 ? NULL : memchr(s->ptr, at, s->len);
	const size_t n = hit == NULL ? s->len : (size_t)(hit - s->ptr);
	const struct span head = { s->ptr, n };

	*s = span_skip(*s, hit == NULL ? n : n + 1);
	return head;
}

#endif
