/* SPDX-License-Identifier: MIT */
/*
 * oracle/steps - what several clients do, drawn from a seed.
 *
 * A step says who does what, and holds numbers in place of messages: which
 * ones they mean is settled when it is taken, from what that client knows
 * then.  So any selection of the steps makes sense, and one seed gives the
 * same steps for every target; a verb that the target does not offer becomes
 * NOOP.
 */
#ifndef CONFORMANCE_ORACLE_STEPS_H
#define CONFORMANCE_ORACLE_STEPS_H

#include "conformance/oracle/model.h"
#include "lib/buf.h"

enum step_verb {
	STEP_NOOP,
	STEP_SELECT,
	STEP_FETCH,
	STEP_UID_FETCH,
	STEP_STORE,
	STEP_UID_STORE,
	STEP_DELETE, /* STORE +FLAGS (\Deleted) */
	STEP_EXPUNGE,
	STEP_UID_EXPUNGE,
	STEP_COPY,
	STEP_UID_COPY,
	STEP_MOVE,
	STEP_APPEND,
	STEP_SEARCH,
	STEP_UID_SEARCH,
	STEP_IDLE,
	STEP_UNSELECT,
	STEP_CLOSE,
	STEP_SETTLE, /* all clients poll, and list all there is */
	STEP_VERBS,
};

/* What a target offers. */
enum {
	ABLE_UIDPLUS = 1 << 0,
	ABLE_MOVE = 1 << 1,
	ABLE_IDLE = 1 << 2,
	ABLE_UNSELECT = 1 << 3,
	ABLE_CONDSTORE = 1 << 4,
};

enum steps_mix {
	MIX_EVEN,    /* some of everything */
	MIX_EXPUNGE, /* numbers that move */
	MIX_FLAGS,   /* writers of the same flags, and readers */
	MIX_ADD,     /* COPY, MOVE, APPEND, and selecting anew */
	MIXES,
};

struct step {
	int client;
	enum step_verb verb;
	bool overlap; /* do not wait for its answer */
	uint32_t a, b;
};

struct steps {
	struct step *of;
	size_t n;
};

void steps_make(
    struct steps *, uint64_t seed, size_t n, int clients, enum steps_mix);
void steps_free(struct steps *);

struct steps_place {
	unsigned able;
	unsigned permanent; /* flags that are kept */
	const char *folder, *other;
};

/*
 * The command of a step, without tag and line end: "UID FETCH 7 FLAGS".
 * APPEND ends in "{n}", and its message goes to *literal.
 */
void steps_command(const struct step *, const struct view *,
    const struct steps_place *, struct buf *command, struct buf *literal);
/* FETCH of everything about everything. */
void steps_listing(const struct view *, unsigned able, struct buf *command);

#endif
