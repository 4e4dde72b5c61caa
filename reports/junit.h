/* SPDX-License-Identifier: MIT */
/*
 * junit - the cases of a run as JUnit XML, one suite a requirement.
 *
 * fail is a failure; broken, inconclusive and review are errors, so that no
 * build server takes them for passes; not-applicable is skipped.
 */
#ifndef REPORTS_JUNIT_H
#define REPORTS_JUNIT_H

#include "lib/buf.h"
#include "reports/matrix.h"

void report_junit(struct buf *, const struct matrix *);

#endif
