/* SPDX-License-Identifier: MIT */
/*
 * vectors - what was sealed by others, right or wrong in one way, put to a
 * target that verifies it: rows of fixtures/seal, made when it is asked.
 *
 * sets.tsv has a line for each that was asked about: the name of its evidence,
 * whether it is right, and what is wrong with it.  Before and behind what is
 * wrong stands what is right, as "control" and "control-after": whoever
 * refuses everything, or from then on everything, proves nothing.
 */
#ifndef CONFORMANCE_CASES_ESEAL_VECTORS_H
#define CONFORMANCE_CASES_ESEAL_VECTORS_H

#include "conformance/cases/eseal/trust.h"
#include "conformance/client/operation.h"
#include "conformance/trial.h"
#include "fixtures/seal/seals.h"

#define VECTORS_NEEDS \
	"endpoint:seal key:alice operation:session.challenge " \
	"operation:session.open operation:"

#define VECTORS_CONTROL "control"

/* What a case is about: rows of these names, or that fail these first. */
struct vectors_family {
	const char *id; /* of the case; NULL ends a table */
	const char *names, *codes;
	/* A row that is put once more, as "again"; NULL: none. */
	const char *again;
};

/* NULL, and said: this case is in no table. */
const struct vectors_family *vectors_family(
    struct trial *, const struct vectors_family *);
bool vectors_member(
    const struct vectors_family *, const struct mint_seal_row *);

/* Of what was sealed as octets; of packages, which have the row "ofd". */
bool vectors_collect(struct trial *, const struct vectors_family *);
bool vectors_collect_ofd(struct trial *, const struct vectors_family *);
/* Claim: what is right is valid, what is wrong is not. */
void vectors_judge(struct trial *, const char *operation);
/*
 * Claim: what is odd is not valid, or told otherwise than what is right: in a
 * code or a note, of which numbers do not count.
 */
void vectors_judge_told(struct trial *);

/* ---- one at a time ---- */

/* NULL: there is none of this name. */
const struct mint_seal_row *vectors_row(const char *name);
/* Whom to believe of it; free it. */
void vectors_trust(struct trust_words *, const struct mint_seal_set *);
/* True when it was heard. */
bool vectors_verify(struct desk *, const char *name, const struct trust_words *,
    struct span data, struct span signed_value);
bool vectors_check(struct desk *, const char *name, const struct trust_words *,
    struct span document);

/* What was said of one: valid, or not and perhaps refused. */
struct vectors_said {
	bool heard;          /* an answer that is one */
	bool refused, valid; /* refused: as a request */
	char *code, *note;   /* or NULL */
	char why[200];
};
void vectors_hear(struct trial *, const char *name, const char *operation,
    struct vectors_said *);
void vectors_said_free(struct vectors_said *);
/* The same; need: it was heard. */
bool vectors_need(struct trial *, const char *name, const char *operation,
    struct vectors_said *);

#endif
