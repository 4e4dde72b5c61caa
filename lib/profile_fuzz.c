/* SPDX-License-Identifier: MIT */
/* Any bytes are a profile or an error with a reason; seeds: the example. */
#include "lib/profile.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct span bytes = { (const char *)data, n };
	struct err err = { 0 };
	struct profile p;

	if (profile_parse("fuzz.yaml", bytes, &p, &err))
		profile_free(&p);
	else
		assert(err.what[0] != '\0');
	return 0;
}
