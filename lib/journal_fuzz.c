/* SPDX-License-Identifier: MIT */
/* Any bytes at all as a journal: read, never believed, never a crash. */
#include <stdint.h>
#include <stdlib.h>

#include "lib/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ledger l;

	ledger_parse((struct span){ (const char *)data, n }, &l);
	/* Closed and flawed at once, or without its plan: never. */
	if (l.closed && (l.flaw != NULL || l.plan_digest == NULL))
		abort();
	ledger_free(&l);
	return 0;
}
