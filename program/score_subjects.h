/* SPDX-License-Identifier: MIT */
/*
 * score_subjects - the servers of known conduct, and how each is judged.
 */
#ifndef PROGRAM_SCORE_SUBJECTS_H
#define PROGRAM_SCORE_SUBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conformance/score.h"
#include "program/options.h"
#include "program/score_choice.h"
#include "reference/fault.h"
#include "reference/serve.h"

struct subject {
	struct serve_options serve;
	char *where; /* "fault UNKNOWN_IS_FINE" */
	struct choice_wish cases;
	const struct score_fault *fault; /* or NULL: counted by add */
	void (*add)(struct score *, const char *where, const struct ledger *);
	int64_t reply_ms; /* 0: the profile's */
	unsigned jobs;
	int repeats;
	bool alone; /* nothing else runs beside it */
};

struct subjects {
	struct subject *of;
	size_t n;
	struct score_fault faults[FAULT_COUNT]; /* what subjects point at */
};

/* Does not move afterwards. */
void subjects_make(struct subjects *, const struct options *);
void subjects_free(struct subjects *);

#endif
