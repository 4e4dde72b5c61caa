/* SPDX-License-Identifier: MIT */
/*
 * report - writes all documents of a run, every one from the same matrix:
 *
 *	RUN/report/index.html	for the committee; one file, no network
 *	RUN/report/junit.xml	for a build server
 *	RUN/report/results.tap	for a TAP consumer
 *	RUN/report/summary.txt	for a mail
 *
 * and nothing of the document of OFD (reports/ofd.h), which may be sealed.
 *
 * Nothing is judged here, and no clock is read: the same run gives the same
 * bytes.  Whatever came from the target is shown escaped.
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include <stdbool.h>

#include "lib/err.h"
#include "lib/profile.h"
#include "reports/load.h"
#include "reports/matrix.h"
#include "reports/score.h"
#include "reports/seal.h"

/*
 * score may be NULL: the report then says that none was measured.  Without
 * loads (NULL, or none) it has no section about them.  seal NULL: nobody signs
 * the run.  out_dir is run_dir, unless nothing may be written there.
 */
bool report_write(const struct matrix *, const struct profile *,
    const struct report_score *, const struct load_report *,
    const struct report_seal *, const char *run_dir, const char *out_dir,
    struct err *);

#endif
