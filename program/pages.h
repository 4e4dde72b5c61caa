/* SPDX-License-Identifier: MIT */
/*
 * pages - the report of a run as a document of OFD, OUT/report/report.ofd,
 * sealed by whoever signs the run: the seal is made for this one document, by
 * the laboratory itself, and lists its certificate alone.
 */
#ifndef PROGRAM_PAGES_H
#define PROGRAM_PAGES_H

#include <stdbool.h>

#include "lib/err.h"
#include "program/lab.h"
#include "program/run.h"
#include "reports/score.h"
#include "reports/seal.h"

#define PAGES_SEAL "验收检测报告专用章" /* what the seal is called */

/* by, lab: who signs the run; lab NULL: its key is not at hand, no seal. */
bool pages_write(const struct run_result *, const struct report_score *,
    const struct report_seal *by, const struct lab *, const char *out,
    struct err *);

#endif
