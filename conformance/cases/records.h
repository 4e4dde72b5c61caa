/* SPDX-License-Identifier: MIT */
/*
 * records - a log that is read by a binding: behind what a case has done, in
 * collect(), and read back in judge().
 *
 *	log-N		pages of records; log: how many
 *	again-N		the same, read once more; again: likewise
 *	signer		whose signatures they bear
 *
 * Which log it is, its two operations say: audit.query and audit.signer, or
 * use.query and use.signer.
 */
#ifndef CONFORMANCE_CASES_RECORDS_H
#define CONFORMANCE_CASES_RECORDS_H

#include "conformance/cases/desks.h"
#include "conformance/pki/certificate.h"
#include "lib/clock.h"

struct records_log {
	const char *query, *signer;
};

/* What is not told is empty. */
struct record {
	int64_t number;
	char *time, *who, *action, *object, *text, *result;
	struct buf chain, signature, digest;
};

struct records {
	struct record *at;
	size_t n;
};

/* ---- collect() ---- */

/*
 * As the auditor: the number of the last record there is, looked for behind
 * that one.
 */
bool records_last(const struct records_log *, struct desks *, int64_t behind,
    int64_t *number);
/*
 * All behind that one up to that one, as "log" or "again", and what else is on
 * their pages; and who signs them.
 */
void records_collect(const struct records_log *, struct desks *, const char *as,
    int64_t behind, int64_t upto);
/* Somebody asks for the first records, as NAME. */
void records_ask(const struct records_log *, struct desks *, const char *role,
    const char *name);

/* ---- judge() ---- */

/* Need: the auditor was given some.  Free them in any case. */
bool records_open(const struct records_log *, struct trial *, const char *as,
    struct records *);
void records_close(struct records *);

/* ---- judge(): records_told.c ---- */

/* Each by what it follows. */
void records_claim_numbers(struct trial *, const struct records *);
void records_claim_order(struct trial *, const struct records *);
void records_claim_chain(struct trial *, const struct records *);
/* It was when that step was asked and answered, to a minute. */
void records_claim_time(
    struct trial *, const struct record *, const char *name);
/* The same ones, read again. */
void records_claim_kept(
    struct trial *, const struct records *, const struct records *again);
/* Who signs them; and how. */
void records_claim_signatures(
    const struct records_log *, struct trial *, const struct records *);
void records_claim_signer(const struct records_log *, struct trial *);
/* Refused: what records_ask() has filed. */
void records_claim_hidden(
    const struct records_log *, struct trial *, const char *name);

#endif
