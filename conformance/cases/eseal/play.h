/* SPDX-License-Identifier: MIT */
/*
 * play - what is done about seals step by step, and what each step has to be
 * answered: a table, told by the id of the case.
 *
 *	{ "eseal.suspend.use",
 *	    { PLAY_GET, PLAY_USE("before"), SUSPEND,
 *	      PLAY_ODD("alice", "document.sign") } },
 *
 * A step that has to be refused stands among steps that are right, about the
 * same seal where that can be.  Everything that is judged stands in the table:
 * play_judge() needs and claims in the order of the steps.
 */
#ifndef CONFORMANCE_CASES_ESEAL_PLAY_H
#define CONFORMANCE_CASES_ESEAL_PLAY_H

#include "conformance/cases/eseal/clerk.h"

#define PLAY_STEPS 16
#define PLAY_SEALS 3
#define PLAY_NOTE  "the unit has been dissolved"

enum play_ask {
	PLAY_RIGHT,   /* need: it is done */
	PLAY_DONE,    /* claim: it is done */
	PLAY_REFUSED, /* claim: it is refused */
	PLAY_EITHER,  /* need: it is done or refused */
};

enum play_pin {
	PLAY_PIN_OWN,
	PLAY_PIN_NONE,  /* an empty one */
	PLAY_PIN_WRONG, /* of no seal */
	PLAY_PIN_SECOND /* of the second seal */
};

struct play_step {
	const char *role, *name, *operation;
	enum play_ask ask;
	/*
	 * "field=word", or "field!word", of which a refusal is none: a need
	 * of what is done right, else a claim.
	 */
	const char *says;
	int seal; /* 0: what was applied for first; a change is one more */
	enum play_pin pin;
};

struct play {
	const char *id; /* of the case */
	struct play_step steps[PLAY_STEPS];
};

/* clang-format off */
#define PLAY_STEP(who, as, what, asked, word, which, key) \
	{ \
		.role = who, .name = as, .operation = what, .ask = asked, \
		.says = word, .seal = which, .pin = key, \
	}
/* Done right, about the first seal; about the second one. */
#define PLAY_DO(who, as, what) \
	PLAY_STEP(who, as, what, PLAY_RIGHT, NULL, 0, PLAY_PIN_OWN)
#define PLAY_NEXT(who, as, what) \
	PLAY_STEP(who, as, what, PLAY_RIGHT, NULL, 1, PLAY_PIN_OWN)
/* Claims: done, and says so; done; refused. */
#define PLAY_SAYS(who, as, what, word) \
	PLAY_STEP(who, as, what, PLAY_DONE, word, 0, PLAY_PIN_OWN)
#define PLAY_ALSO(who, as, what) \
	PLAY_STEP(who, as, what, PLAY_DONE, NULL, 0, PLAY_PIN_OWN)
#define PLAY_ODD(who, what) \
	PLAY_STEP(who, "odd", what, PLAY_REFUSED, NULL, 0, PLAY_PIN_OWN)
/* Done or refused; what counts is how things stand behind it. */
#define PLAY_TRY(who, as, what, word) \
	PLAY_STEP(who, as, what, PLAY_EITHER, word, 0, PLAY_PIN_OWN)

#define PLAY_APPLY   PLAY_DO("alice", "apply", "seal.apply")
#define PLAY_APPROVE PLAY_DO("registrar", "approval", "seal.approve")
#define PLAY_MAKE    PLAY_DO("issuer", "making", "seal.make")
#define PLAY_ISSUE   PLAY_DO("issuer", "issue", "seal.issue")
#define PLAY_GET     PLAY_APPLY, PLAY_APPROVE, PLAY_MAKE, PLAY_ISSUE
#define PLAY_USE(as) PLAY_DO("alice", as, "document.sign")
/* clang-format on */

/*
 * In collect() and in judge(), of a table of n: the steps one after another,
 * until one that is right goes wrong; and what was to be answered.
 */
bool play_collect(struct trial *, const struct play *, size_t n);
void play_judge(struct trial *, const struct play *, size_t n);

size_t play_steps(const struct play *); /* 0 of NULL */
/* The same of one, with somebody who does more than that. */
void play_run(struct clerk *, const struct play *);
void play_claim(struct trial *, const struct play *);

/*
 * The id of that seal, as it was told; NULL when it was not.  What was sealed
 * as NAME.
 */
const char *play_seal(const struct trial *, int seal);
const struct buf *play_data(struct trial *, const char *name);

#endif
