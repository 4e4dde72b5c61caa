/* SPDX-License-Identifier: MIT */
/*
 * A connection of any octets: however they are cut, the same is answered.
 * The first octet says how many come at a time, the second which variant.
 */
#include <stdint.h>
#include <stdlib.h>

#include "reference/http/testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
talk(const struct site *site, struct span in, size_t at_once, struct buf *out)
{
	const struct wall now = { 1763776000000000 };
	struct session *s = testing_open(site, 0, "[::1]:80");

	while (in.len > 0 && session_next(s) < SESSION_HANG_UP) {
		const struct span part = span_take(in, at_once);

		session_feed(s, part, now, out);
		while (session_next(s) == SESSION_MORE)
			session_feed(s, SPAN(""), now, out);
		in = span_skip(in, part.len);
	}
	session_idle(s, now, out);
	session_close(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum variant variants[] = { VARIANT_NONE,
		VARIANT_HTTP_ANSWERS_IN_CHUNKS, VARIANT_HTTP_CLOSES_EACH };
	struct site site = { .host = "mail.example.test" };
	struct buf whole, cut;
	struct span in;

	if (size < 2)
		return 0;
	in = (struct span){ (const char *)data + 2, size - 2 };
	site.variant = variants[data[1] % 3];
	buf_init(&whole, 16 << 20);
	buf_init(&cut, 16 << 20);
	talk(&site, in, SIZE_MAX, &whole);
	talk(&site, in, data[0] % 64 + 1U, &cut);
	if (!span_eq(buf_span(&whole), buf_span(&cut)))
		abort();
	buf_free(&whole);
	buf_free(&cut);
	return 0;
}
