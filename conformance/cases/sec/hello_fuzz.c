/* SPDX-License-Identifier: MIT */
/* Any octets as the answer to a ClientHello. */
#include <stdint.h>
#include <stdlib.h>

#include "conformance/cases/sec/hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span octets = { (const char *)data, size };
	struct hello_answer a;

	hello_read(octets, &a);
	if (a.kind == HELLO_SERVER && a.version != HELLO_SSL_2 &&
	    (a.random.len != 32 || a.random.ptr < octets.ptr ||
		a.random.ptr + 32 > octets.ptr + octets.len))
		abort();
	return 0;
}
