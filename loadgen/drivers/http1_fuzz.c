/* SPDX-License-Identifier: MIT */
/*
 * A target that says anything at all: never a crash, and the same answers
 * however the octets are cut and whatever was learnt before.
 *
 * The first octet chooses what is expected and how the answer begins, the
 * second the pieces.
 */
#include <stdint.h>
#include <stdlib.h>

#include "loadgen/drivers/http1.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct scenario_http wants[] = {
	{ .status = 200 },
	{ .method = (char *)"HEAD", .length = 3 },
	{ .contains = (char *)"aab" },
	{ .sm3 = (char *)"66c7f0f462eeedd9d1f2d46bdc10e4e2"
			 "4167c4875cf2f7a2297da02b8f4ba8e0" },
};

static const char *const begins[] = {
	"",
	"HTTP/1.1 200 OK\r\n",
	"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n",
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
};

struct said {
	enum http1_got got;
	struct http1 last;
	size_t answers, used;
};

/* One answer behind another, until there is none. */
static struct said
play(struct http1_want *w, struct span all, size_t at_once)
{
	struct said said = { 0 };
	struct span in = { all.ptr, 0 };
	size_t fed = 0, used;

	http1_begin(&said.last, w);
	for (;;) {
		said.got = http1_take(&said.last, w, in, &used);
		if (used > in.len)
			abort();
		in = span_skip(in, used);
		said.used += used;
		if (said.got == HTTP1_BAD)
			break;
		if (said.got == HTTP1_DONE) {
			said.answers++;
			if (in.len == 0 && fed == all.len)
				break;
			http1_begin(&said.last, w);
			continue;
		}
		if (fed == all.len) {
			said.got = http1_closed(&said.last, w, in);
			break;
		}
		used = at_once < all.len - fed ? at_once : all.len - fed;
		in.len += used;
		fed += used;
	}
	http1_begin(&said.last, w);
	return said;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct http1_want a, b;
	struct said one, two;
	struct buf text;
	struct span all;
	struct err err;
	size_t at_once;

	if (n < 2)
		return 0;
	at_once = data[1] % 16u + 1;
	buf_init(&text, 1 << 20);
	buf_add(&text, span_of(begins[data[0] / 4 % 4]));
	buf_add(&text, (struct span){ (const char *)data + 2, n - 2 });
	all = buf_span(&text);
	http1_want_init(&a, &wants[data[0] % 4], &err);
	http1_want_init(&b, &wants[data[0] % 4], &err);
	one = play(&a, all, all.len + 1);
	two = play(&b, all, at_once);
	if (one.got != two.got || one.answers != two.answers)
		abort();
	if (one.got == HTTP1_DONE && one.used != two.used)
		abort();
	/* What is known from before changes nothing. */
	two = play(&a, all, all.len + 1);
	if (one.got != two.got || one.answers != two.answers)
		abort();
	http1_want_free(&a);
	http1_want_free(&b);
	buf_free(&text);
	return 0;
}
