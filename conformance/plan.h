/* SPDX-License-Identifier: MIT */
/*
 * plan - decides, before the first byte is sent, what will be done about
 * every row of the catalogue and every case: pure, and filed before the run.
 */
#ifndef CONFORMANCE_PLAN_H
#define CONFORMANCE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "conformance/case.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/profile.h"
#include "lib/run.h"

/*
 * What to leave out.  A selector is "KIND:GLOB" with KIND one of case, req,
 * chapter, level; "*" and "?" as in file names.  Selectors of one kind add
 * up, those of different kinds must all agree.
 */
/* A case that is carried out elsewhere: one of a load. */
struct plan_guest {
	const char *id; /* "load.submission.throughput" */
	enum req verifies;
	const char *title, *title_zh;
	const char *why, *why_zh; /* why not, or NULL: it executes */
	int64_t soft_ms;          /* how long it takes */
};

struct plan_request {
	const char *run; /* id */
	struct wall now;
	const struct profile *profile;
	const char *const *selectors;
	size_t n_selectors;
	int repeats; /* of every case; 1 or more */
	const struct plan_guest *guests;
	size_t n_guests;
};

/*
 * ERR_CONFIG when a selector is malformed or matches nothing at all, or when
 * the profile puts nothing to judgement.
 */
bool plan_make(struct plan *, const struct plan_request *, struct err *);

/* "20261122-012654-7f3a" */
void plan_run_id(struct wall now, char id[32]);

#endif
