/* SPDX-License-Identifier: MIT */
/*
 * records - the log of an authority: read behind what a case has done, in
 * collect(), and read back in judge().
 *
 *	log-N		pages of records; log: how many
 *	again-N		the same, read once more; again: likewise
 *	signer		whose signatures they bear
 */
#ifndef CONFORMANCE_CASES_CERT_RECORDS_H
#define CONFORMANCE_CASES_CERT_RECORDS_H

#include "conformance/cases/cert/office.h"

struct record {
	int64_t number;
	char *time, *who, *action, *object, *text;
	struct buf chain, signature;
};

struct records {
	struct record *at;
	size_t n;
};

/*
 * In collect(), as the auditor: the number of the last record there is, looked
 * for behind that one.
 */
bool records_last(struct office *, int64_t behind, int64_t *number);
/*
 * All behind that one up to that one, as "log" or "again", and what else is on
 * their pages; and who signs them.
 */
void records_collect(
    struct office *, const char *as, int64_t behind, int64_t upto);

/* In judge().  Need: the auditor was given some.  Free them in any case. */
bool records_open(struct trial *, const char *as, struct records *);
void records_close(struct records *);

#endif
