/* SPDX-License-Identifier: MIT */
/*
 * mime_date - dates as messages and IMAP write them.
 *
 * Years are 1 to 9999.  Nothing here asks what time it is.
 */
#ifndef REFERENCE_MIME_DATE_H
#define REFERENCE_MIME_DATE_H

#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"

struct mime_date {
	int64_t utc_s;  /* since 1970 */
	int offset_min; /* what was added to it to write it: +0800 is 480 */
};

/*
 * A Date field: RFC 5322 3.3, with comments, two-digit years and the zones of
 * 4.3.  RFC 5256 2.2: a bad time is 00:00:00, a bad zone is UTC; false is for
 * a bad date.
 */
bool mime_parse_date(struct span value, struct mime_date *);

/* Days since 1970 by the clock of the writer: what SENTSINCE compares. */
int64_t mime_date_day(struct mime_date);

/* IMAP: "17-Jul-1996 02:44:25 -0700", quotes not included (RFC 3501 9). */
bool mime_parse_internal(struct span text, struct mime_date *);
void mime_write_internal(struct mime_date, struct buf *out);

/* IMAP: "1-Feb-1994", as the same day number. */
bool mime_parse_day(struct span text, int64_t *day);

#endif
