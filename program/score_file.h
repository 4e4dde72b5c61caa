/* SPDX-License-Identifier: MIT */
/*
 * score_file - the figures of "yanshou score", kept for the reports.
 */
#ifndef PROGRAM_SCORE_FILE_H
#define PROGRAM_SCORE_FILE_H

#include <stdbool.h>

#include "lib/err.h"
#include "reports/score.h"

struct score_file {
	bool there; /* figures were measured */
	struct report_score figures;
	char *measured, *kit, *judge;
};

/*
 * path NULL looks for build/score.json ("make score") and fixtures/score.json
 * (of a release), and is content to find none, or one of another judge
 * (lib/kit.h), which says nothing about this one.
 */
bool score_file_find(const char *path, struct score_file *, struct err *);
bool score_file_write(
    const char *path, const struct report_score *, struct err *);
void score_file_free(struct score_file *);

#endif
