/* SPDX-License-Identifier: MIT */
/*
 * expect - what we expect of a real deployment: expected.tsv.
 *
 *	# subject	verdict	why	citation
 *	smtp.size.over	fail	accepts, then bounces	RFC 1870 6.2
 *	EMAIL-F-24	review	the log is read by a person	-
 *
 * Every case that does not pass and is not "not applicable" has a line; a
 * line about a row is compared with the row and excuses no case.  "#" begins
 * a comment, "-" is a citation that does not exist.  A line that no longer
 * tells the truth is stale, so that the table cannot rot; where it takes two
 * clients at once to go wrong the verdict is "fail|pass".
 */
#ifndef REPORTS_EXPECT_H
#define REPORTS_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"
#include "lib/span.h"
#include "reports/matrix.h"

struct expectation {
	char *subject; /* case or row */
	char *verdict; /* name of a verdict, or of a row verdict */
	char *why, *citation;
	bool sometimes; /* "fail|pass": a pass now and then is no news */
	bool row;       /* the subject is the row "req" */
	enum req req;
	size_t line;
};

struct expect {
	char *path;
	struct expectation *lines;
	size_t n;
};

/* On failure err->what is "FILE:LINE: what is wrong; what would be right". */
bool expect_read(const char *path, struct expect *, struct err *);
bool expect_parse(
    const char *what, struct span text, struct expect *, struct err *);
void expect_free(struct expect *);

struct expect_list {
	char **lines; /* one sentence each */
	size_t n;
};

struct expect_result {
	struct expect_list unexplained; /* not expected: nobody listed it so */
	struct expect_list stale;       /* expected, and no longer so */
	struct expect_list confirmed;
	enum exit_code exit;
};

/*
 * EXIT_CONFORMS when all is as expected, EXIT_NONCONFORMS when something is
 * unexplained, EXIT_STALE when a line or a waiver is stale.  A record that
 * does not hold or is incomplete exits as the matrix does, and a run that
 * executed nothing is incomplete: expectations cannot make it green.  In a
 * partial run what was not selected is left out of account.
 */
void expect_compare(
    struct expect_result *, const struct expect *, const struct matrix *);
void expect_result_free(struct expect_result *);

#endif
