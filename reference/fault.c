/* SPDX-License-Identifier: MIT */
#include "reference/fault.h"

#include <assert.h>
#include <string.h>

static const struct fault_row rows[FAULT_COUNT] = {
	[FAULT_NONE] = { "NONE", "", REQ_COUNT, "is right in every way we know",
	    "各方面均正确" },
#define FAULT(id, caught_by, req, en, zh) \
	[FAULT_##id] = { #id, caught_by, req, en, zh },
#include "reference/fault.def"
#undef FAULT
};

const struct fault_row *
fault_get(enum fault fault)
{
	assert((unsigned)fault < FAULT_COUNT);
	return &rows[fault];
}

bool
fault_find(const char *name, enum fault *fault)
{
	for (unsigned i = 0; i < FAULT_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0) {
			*fault = (enum fault)i;
			return true;
		}
	return false;
}
