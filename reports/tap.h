/* SPDX-License-Identifier: MIT */
/*
 * tap - the cases of a run as TAP 14, in the order of the plan.
 *
 * Only a pass is "ok"; not-applicable is "ok ... # SKIP".  A run whose record
 * does not hold, or in which nothing was planned, bails out.
 */
#ifndef REPORTS_TAP_H
#define REPORTS_TAP_H

#include "lib/buf.h"
#include "reports/matrix.h"

void report_tap(struct buf *, const struct matrix *);

#endif
