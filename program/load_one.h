/* SPDX-License-Identifier: MIT */
/*
 * load_one - one load, from its plan to what was measured.
 *
 *	struct load_one one = { .carry = carry, .scenario = scenario };
 *
 *	if (load_one_measure(&one, &err))
 *		... one.measure
 *	load_one_free(&one);
 */
#ifndef PROGRAM_LOAD_ONE_H
#define PROGRAM_LOAD_ONE_H

#include <stdbool.h>

#include "lib/err.h"
#include "loadgen/answers.h"
#include "loadgen/arrival.h"
#include "loadgen/collect.h"
#include "loadgen/feeder.h"
#include "loadgen/ledger.h"
#include "loadgen/measure.h"
#include "program/load.h"
#include "program/load_live.h"
#include "program/load_metrics.h"
#include "program/ranks_look.h"

struct load_one {
	const struct load_carry *carry;
	const struct scenario *scenario;
	int repeat; /* of scenario.repeats, from 1; 0: alone */
	struct measure measure;

	/* its own */
	bool measured;
	struct scenario as; /* what it borrows from, with its own seed */
	char *run;          /* the id that its messages carry */
	char *name;         /* for people: "submission, repeat 2 of 5" */
	struct feeder *feeder;
	struct load_plan plan;
	struct load_ledger *ledger;
	struct load_collect *collect;
	struct answers *answers; /* NULL: none are kept */
	struct buf asked, heard; /* made rows; examples: evidence */
	struct load_live live;
	struct load_metrics metrics;
	struct ranks_progress progress; /* of all ranks; of rank 0 */
	struct ranks_look look;         /* likewise: may it end? */
};

/* On all ranks at a time; what all have measured is rank 0's. */
bool load_one_measure(struct load_one *, struct err *);
void load_one_free(struct load_one *);

#endif
