/* SPDX-License-Identifier: MIT */
/*
 * desks - people of a target at their desks, in collect(); and what was said
 * to them, read back in judge().
 *
 *	struct desks d;
 *
 *	desks_open(t, &d);
 *	desks_ask_of(&d, "alice", "show", "seal.show", "id", id);
 *	desks_close(&d);
 *
 * Beside what operation.h files: NAME.asked and NAME.at, when we asked and
 * when it was answered.
 */
#ifndef CONFORMANCE_CASES_DESKS_H
#define CONFORMANCE_CASES_DESKS_H

#include "conformance/client/operation.h"
#include "conformance/trial.h"

#define DESKS_MOST   8
#define DESKS_NOBODY "nobody" /* who is not logged in */

struct desks {
	struct trial *trial;
	struct desk *at[DESKS_MOST];
	const char *roles[DESKS_MOST];
	size_t n;
};

void desks_open(struct trial *, struct desks *);
/* Logs everybody out. */
void desks_close(struct desks *);
/* Who is not logged in yet is when he is asked for the first time. */
struct desk *desks_at(struct desks *, const char *role);

/* True when it was done. */
bool desks_ask(struct desks *, const char *role, const char *name,
    const char *operation, const struct operation_value *);
/* The same with one value; NULL is empty. */
bool desks_ask_of(struct desks *, const char *role, const char *name,
    const char *operation, const char *field, const char *value);

/* ---- judge(): desks_told.c ---- */

/* Need: it was done. */
bool desks_need(struct trial *, const char *name, const char *operation);
/* Claim: it was. */
bool desks_claim_done(struct trial *, const char *name, const char *operation);
/* Claim: it was refused.  Need: it was done or refused. */
bool desks_claim_refused(
    struct trial *, const char *name, const char *operation);
/* Claim: done, and the field says so. */
bool desks_claim_says(struct trial *, const char *name, const char *operation,
    const char *field, const char *want);

/* ---- what is done step by step, told by the id of the case ---- */

#define DESKS_STEPS 8

struct desks_play {
	const char *id; /* of the case */
	/*
	 * "odd" and "again" are what has to be refused, or need not be done;
	 * the others are done right.  No operation: something else is done.
	 */
	struct desks_step {
		const char *role, *name, *operation;
	} steps[DESKS_STEPS];
};

/* Of n; sane: there is one. */
const struct desks_play *desks_play_of(
    struct trial *, const struct desks_play *, size_t n);
size_t desks_play_steps(const struct desks_play *); /* 0 of NULL */
/* Need: the steps that are done right. */
bool desks_need_play(struct trial *, const struct desks_play *);
/* Claim: "odd" was refused. */
void desks_claim_odd(struct trial *, const struct desks_play *);

#endif
