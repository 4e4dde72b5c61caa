/* SPDX-License-Identifier: MIT */
/* Any bytes are a table or an error with a reason; all of it can be asked. */
#include "loadgen/feeder.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
ask(const struct feeder *f)
{
	size_t octets = 0;

	for (size_t c = 0; c < feeder_columns(f); c++)
		assert(feeder_column(f, span_of(feeder_name(f, c))) == (int)c);
	for (size_t row = 0; row < feeder_rows(f); row++)
		for (size_t c = 0; c < feeder_columns(f); c++) {
			const struct span s = feeder_value(f, row, c);

			assert(s.len <= feeder_longest(f));
			octets += s.len == 0 ? 0 : (size_t)(s.ptr[0] != 0);
		}
	assert(octets <= feeder_rows(f) * feeder_columns(f));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const names[] = { "fuzz.csv", "fuzz.jsonl" };
	const struct span bytes = { (const char *)data, n };

	for (size_t i = 0; i < 2; i++) {
		struct err err = { 0 };
		struct feeder *f = feeder_parse(names[i], bytes, &err);

		if (f != NULL)
			ask(f);
		else
			assert(err.what[0] != '\0');
		feeder_close(f);
	}
	return 0;
}
