/* SPDX-License-Identifier: MIT */
/*
 * fault - a named nonconformity in a reference server.
 *
 * A server runs with FAULT_NONE or with exactly one fault.  It enters the
 * code in three places only, in this order of preference:
 *
 *	1. a row or column of a table of commands: a rule is not applied;
 *	2. a row or column of a table of replies: one is replaced;
 *	3. one if (fault == FAULT_...) in a session, never in a codec.
 */
#ifndef REFERENCE_FAULT_H
#define REFERENCE_FAULT_H

#include <stdbool.h>

#include "lib/catalogue.h"

enum fault {
	FAULT_NONE,
#define FAULT(id, caught_by, req, en, zh) FAULT_##id,
#include "reference/fault.def"
#undef FAULT
	FAULT_COUNT
};

struct fault_row {
	const char *name;      /* "MAIL_BEFORE_HELLO" */
	const char *caught_by; /* the one case that must fail */
	enum req req;          /* the requirement it breaks */
	const char *en, *zh;   /* "accepts MAIL from a client ..." */
};

const struct fault_row *fault_get(enum fault); /* FAULT_NONE: name "NONE" */
bool fault_find(const char *name, enum fault *);

#endif
