/* SPDX-License-Identifier: MIT */
/* Any octets as packed counts: what is taken is sane and packs the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "loadgen/hist.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct hist_packed read, packed = { 0 };
	struct hist h;

	if (!hist_packed_read(&read, (struct span){ (const char *)data, n }))
		return 0;
	must(read.n <= HIST_PACKED_MOST && read.len <= n);
	must(read.min <= read.max && read.max <= HIST_MOST);
	must(hist_packed_percentile(&read, 100) <= read.max);
	hist_init(&h);
	hist_unpack(&h, &read);
	hist_pack(&packed, &h);
	must(packed.n == read.n && packed.len == read.len);
	must(read.len == 0 || memcmp(packed.data, read.data, read.len) == 0);
	must(hist_at_most(&h, HIST_MOST) == read.n);
	must(hist_percentile(&h, 99) == hist_packed_percentile(&read, 99));
	hist_packed_merge(&packed, &read);
	must(packed.n == 2 * read.n);
	hist_free(&h);
	hist_packed_free(&packed);
	hist_packed_free(&read);
	return 0;
}
