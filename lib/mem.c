/* SPDX-License-Identifier: MIT */
#include "lib/mem.h"

#include <stdarg.h>
#include <stdio.h>

/* Bookkeeping of one thread; nothing is decided by it. */
static _Thread_local uint64_t asked;

static void *
must(void *p)
{
	asked++;
	if (p != NULL)
		return p;
	fputs("yanshou: out of memory\n", stderr);
	abort();
}

uint64_t
mem_asked(void)
{
	return asked;
}

void *
mem_new(size_t n, size_t size)
{
	return must(calloc(n == 0 ? 1 : n, size == 0 ? 1 : size));
}

void *
mem_grow(void *p, size_t size)
{
	return must(realloc(p, size == 0 ? 1 : size));
}

char *
mem_text(struct span s)
{
	char *text = mem_new(s.len + 1, 1);

	if (s.len != 0)
		memcpy(text, s.ptr, s.len);
	return text;
}

char *
mem_textf(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		text = NULL;
	va_end(ap);
	return must(text);
}
