/* SPDX-License-Identifier: MIT */
/*
 * Anything at all said to the sink, in pieces of any size: the same replies
 * however it is cut, and every message it files has an envelope that can be
 * read back.
 *
 * The first octet chooses the pieces, and how far the guest has come when he
 * begins to say it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "conformance/client/guest.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const openings[] = {
	"",
	"EHLO client.example\r\n",
	"EHLO client.example\r\nMAIL FROM:<a@client.example>\r\n",
	"HELO a\r\nMAIL FROM:<a@b> SIZE=1\r\nRCPT TO:<c@s.test> "
	"NOTIFY=NEVER\r\n",
	"HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<c@s.test>\r\nDATA\r\n",
};

static bool
keep(void *ctx, json_t *envelope, struct span content)
{
	char *text = json_dumps(envelope, JSON_SORT_KEYS);
	json_t *again = text == NULL ? NULL : json_loads(text, 0, NULL);

	(void)content;
	if (!json_equal(envelope, again) ||
	    json_array_size(json_object_get(again, "to")) == 0)
		abort();
	json_decref(again);
	free(text);
	++*(size_t *)ctx;
	return true;
}

/* How many messages were filed; what was said is in *said. */
static size_t
visit(struct span rest, size_t at_once, struct buf *said)
{
	size_t filed = 0;
	struct house h = { .file = keep, .ctx = &filed };
	struct guest g;

	guest_init(&g, &h, "127.0.0.1:25");
	while (rest.len > 0 && !g.quitting) {
		buf_add(&g.in, span_take(rest, at_once));
		rest = span_skip(rest, span_take(rest, at_once).len);
		guest_hear(&g);
	}
	buf_add(said, buf_span(&g.out));
	guest_free(&g);
	house_free(&h);
	return filed;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const size_t count = sizeof openings / sizeof openings[0];
	struct buf text, whole, cut;
	struct span rest;

	if (n < 1)
		return 0;
	buf_init(&text, n + 1000);
	buf_addf(&text, "%s", openings[data[0] / 16u % count]);
	buf_add(&text, (struct span){ (const char *)data + 1, n - 1 });
	rest = buf_span(&text);
	buf_init(&whole, GUEST_LINE);
	buf_init(&cut, GUEST_LINE);
	if (visit(rest, rest.len + 1, &whole) !=
		visit(rest, data[0] % 16u + 1, &cut) ||
	    !span_eq(buf_span(&whole), buf_span(&cut)))
		abort();
	buf_free(&cut);
	buf_free(&whole);
	buf_free(&text);
	return 0;
}
