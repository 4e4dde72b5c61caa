/* SPDX-License-Identifier: MIT */
/* Any octets as responses: taken whole, and the same in two pieces. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "loadgen/collect_reply.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct span in = { (const char *)data, n };

	while (in.len > 0) {
		const struct span before = in;
		const struct imap_said r = imap_said_take(&in);
		struct span part = span_take(before, before.len / 2);

		if (r.heard == HEARD_NEED_MORE) {
			assert(in.len == before.len);
			break;
		}
		assert(in.len < before.len);
		if (before.len - in.len > part.len)
			assert(imap_said_take(&part).heard == HEARD_NEED_MORE);
		else
			assert(imap_said_take(&part).heard == r.heard);
		assert(r.content.len <= before.len);
		assert(r.flags.len <= before.len);
	}
	return 0;
}
