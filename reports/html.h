/* SPDX-License-Identifier: MIT */
/*
 * html - the report a committee signs: one file, both languages, no network.
 *
 * It is read on a screen, printed on A4, and works without its script.  A
 * policy in the page forbids any script but its own, so that what a target
 * said stays text even where we should have slipped.
 */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include "lib/buf.h"
#include "lib/profile.h"
#include "reports/load.h"
#include "reports/matrix.h"
#include "reports/score.h"
#include "reports/seal.h"

/*
 * score, load and seal may be NULL.  Transcripts are read from
 * run_dir/evidence/; links lead to evidence/ below "beside", which ends in a
 * slash: "../" when the page is where it belongs.
 */
void report_html(struct buf *, const struct matrix *, const struct profile *,
    const struct report_score *, const struct load_report *,
    const struct report_seal *, const char *run_dir, const char *beside);

#endif
