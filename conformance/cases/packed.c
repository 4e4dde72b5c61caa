/* SPDX-License-Identifier: MIT */
#include "conformance/cases/packed.h"

#include "lib/mem.h"
#include "lib/text.h"

enum { PEM_MOST = 1 << 19 };

char *
packed(const char *label, const struct buf *ders, size_t n)
{
	struct buf pem, line, text;
	char *value;

	buf_init(&pem, PEM_MOST);
	buf_init(&text, 2 * PEM_MOST);
	for (size_t i = 0; i < n; i++) {
		struct span rest;

		buf_init(&line, PEM_MOST);
		text_base64(buf_span(&ders[i]), &line);
		buf_addf(&pem, "-----BEGIN %s-----\n", label);
		for (rest = buf_span(&line); rest.len > 0;
		     rest = span_skip(rest, span_take(rest, 64).len))
			buf_addf(&pem, "%.*s\n", SPAN_FMT(span_take(rest, 64)));
		buf_addf(&pem, "-----END %s-----\n", label);
		buf_free(&line);
	}
	text_base64(buf_span(&pem), &text);
	value = mem_text(buf_span(&text));
	buf_free(&text);
	buf_free(&pem);
	return value;
}
