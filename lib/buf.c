/* SPDX-License-Identifier: MIT */
#include "lib/buf.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lib/mem.h"

void
buf_init(struct buf *b, size_t cap)
{
	*b = (struct buf){ .cap = cap };
}

void
buf_free(struct buf *b)
{
	free(b->data);
	buf_init(b, b->cap);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

/* Makes room for n more bytes and a NUL; false when the cap forbids it. */
static bool
reserve(struct buf *b, size_t n)
{
	size_t room = b->room == 0 ? 64 : b->room;

	if (b->full || n > b->cap - b->len) {
		b->full = true;
		return false;
	}
	while (room < b->len + n + 1)
		room *= 2;
	if (room != b->room) {
		b->data = mem_grow(b->data, room);
		b->room = room;
	}
	return true;
}

void
buf_add(struct buf *b, struct span s)
{
	if (!reserve(b, s.len))
		return;
	if (s.len != 0)
		memcpy(b->data + b->len, s.ptr, s.len);
	b->len += s.len;
	b->data[b->len] = '\0';
}

void
buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	assert(n >= 0);
	if (!reserve(b, (size_t)n))
		return;
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void
buf_drop(struct buf *b, size_t n)
{
	assert(n <= b->len);
	if (n == 0)
		return;
	memmove(b->data, b->data + n, b->len - n + 1);
	b->len -= n;
}

struct span
buf_span(const struct buf *b)
{
	return (struct span){ b->data, b->len };
}

const char *
buf_text(const struct buf *b)
{
	return b->data == NULL ? "" : b->data;
}
