/* SPDX-License-Identifier: MIT */
/*
 * sample - a run made by hand that has one of everything, for the tests of
 * the documents: nothing here was measured, and no target said it.
 */
#ifndef REPORTS_SAMPLE_H
#define REPORTS_SAMPLE_H

#include <stdbool.h>

#include "lib/err.h"
#include "reports/load.h"
#include "reports/matrix.h"
#include "reports/score.h"

struct sample {
	struct plan plan;
	struct ledger ledger;
	struct profile profile;
	struct matrix matrix;
	struct report_score score;
	struct load_report load;
};

void sample_make(struct sample *);
void sample_free(struct sample *);

/* Writes the transcripts that the outcomes name to DIR/evidence/. */
bool sample_evidence(const char *dir, struct err *);

#endif
