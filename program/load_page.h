/* SPDX-License-Identifier: MIT */
/*
 * load_page - measurements and verdicts, made ready for the report.
 *
 * Joins loadgen/ and reports/, which do not know each other: reads what was
 * measured, judges it, adds up, and bins to what a picture can show.
 */
#ifndef PROGRAM_LOAD_PAGE_H
#define PROGRAM_LOAD_PAGE_H

#include <stdbool.h>

#include "lib/err.h"
#include "lib/profile.h"
#include "lib/run.h"
#include "loadgen/measure.h"
#include "reports/load.h"

/*
 * The loads of a plan, in its order: those of its cases "load.NAME.CASE"
 * whose measurements are in RUN/evidence/load.NAME/.  A load that was not
 * carried out is left out; of one whose files cannot be read the report says
 * so.  load_report_free() it.
 */
void load_page_read(struct load_report *, const char *run_dir,
    const struct plan *, const struct profile *);

/* One load: everything but its verdicts. */
void load_page_measured(struct load_scenario *, const struct measure *);

#endif
