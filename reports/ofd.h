/* SPDX-License-Identifier: MIT */
/*
 * ofd - the printable part of a report as pages of an OFD document (GB/T
 * 33190-2016), to be sealed: what was tested and how it ended, results by
 * clause and by what they rest on, every row that failed or is undecided, and
 * how all of it is checked.
 *
 * No clock is read: the same run gives the same octets.  A reader needs
 * nothing but the fonts every Chinese desktop has.
 */
#ifndef REPORTS_OFD_H
#define REPORTS_OFD_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/profile.h"
#include "reports/matrix.h"
#include "reports/score.h"
#include "reports/seal.h"

/* Where the picture of a seal belongs; mm. */
struct report_place {
	unsigned page; /* from 1 */
	double x, y, wide, high;
};

#define REPORT_OFD_MOST ((size_t)32 << 20)

/*
 * score may be NULL: none was measured.  seal: the name of the one that it is
 * going to be sealed with, by "by"; NULL: it will not be sealed.
 */
struct report_ofd {
	const struct matrix *matrix;
	const struct profile *profile;
	const struct report_score *score;
	const struct report_seal *by;
	const char *seal;
};

bool report_ofd(const struct report_ofd *, struct buf *, struct report_place *,
    struct err *);

#endif
