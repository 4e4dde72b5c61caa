/* SPDX-License-Identifier: MIT */
/*
 * Any octets as an interval log, and, since no fuzzer guesses what zlib takes,
 * as what was compressed into one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "lib/mem.h"
#include "lib/text.h"
#include "loadgen/hist_log.h"

#define CAP (4u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* What was read can be written, and read again as the same. */
static void
there_and_back(const struct hist_packed *h)
{
	struct hist_packed back;
	struct buf text;
	const char *why;

	buf_init(&text, CAP);
	hist_v2_write(&text, h);
	must(hist_v2_read(&back, buf_span(&text), &why));
	must(back.n == h->n && back.len == h->len && back.max == h->max);
	must(h->len == 0 || memcmp(back.data, h->data, h->len) == 0);
	hist_packed_free(&back);
	buf_free(&text);
}

static void
as_log(struct span text)
{
	struct err err;
	struct hist_log log = hist_log_start("log", text, &err);
	struct hist_log_interval one;

	while (hist_log_next(&log, &one)) {
		there_and_back(&one.hist);
		hist_packed_free(&one.hist);
	}
	must(log.bad || log.rest.len == 0);
}

static void
as_plain(const uint8_t *data, size_t n)
{
	uLongf len = compressBound(n);
	uint8_t *octets = mem_new(8 + len, 1);
	struct hist_packed h;
	struct buf text;
	const char *why;

	must(compress(octets + 8, &len, data, n) == Z_OK);
	memcpy(octets, "\x1c\x84\x93\x14\0", 5);
	octets[5] = (uint8_t)(len >> 16);
	octets[6] = (uint8_t)(len >> 8);
	octets[7] = (uint8_t)len;
	buf_init(&text, CAP);
	text_base64((struct span){ (char *)octets, 8 + len }, &text);
	if (hist_v2_read(&h, buf_span(&text), &why))
		there_and_back(&h);
	else
		must(why != NULL && h.data == NULL);
	hist_packed_free(&h);
	buf_free(&text);
	free(octets);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n == 0)
		return 0;
	if (data[0] & 1)
		as_log((struct span){ (const char *)data + 1, n - 1 });
	else
		as_plain(data + 1, n - 1);
	return 0;
}
