/* SPDX-License-Identifier: MIT */
/*
 * dialogue_inner - what the files of a dialogue share: dialogue.c walks along
 * the script, dialogue_hear.c holds what is heard against it.
 */
#ifndef LIB_DIALOGUE_INNER_H
#define LIB_DIALOGUE_INNER_H

#include "lib/dialogue.h"
#include "lib/script.h"

/* Octets kept from a party and not yet judged. */
#define HEARD_MOST (1u << 20)

/* A name that was bound on first hearing. */
struct binding {
	struct buf name, value;
};

struct party {
	bool open, closed, secured;
	bool leaving; /* it said so, between other things */
	struct buf heard, out;
	int lint_mode;
	char close_detail[128];
};

/* Of the @again that we are in. */
struct again {
	size_t at;    /* its step; 0: in none */
	int64_t left; /* tries */
	size_t bound; /* names that were, before */
	bool failed;  /* this try has; it is being cleared away */
};

struct dialogue {
	const struct script *script;
	template_lookup *lookup;
	void *ctx;
	size_t at; /* step we stand on */
	struct party parties[DIALOGUE_PARTIES];
	struct binding *bindings;
	size_t n_bindings;

	/* Of the reply being heard. */
	struct buf reply; /* its lines so far, for the record */
	struct buf plain; /* the line at hand, where framing makes it so */
	uint64_t seen;    /* which S+ lines were */
	size_t reply_octets;

	struct again again;
	bool mute;
	bool over;
	enum verdict verdict;
	char why[256];
	struct deviation deviation;
};

/* Nothing more is heard: it is over, or this try is. */
static inline bool
dialogue_is_stopped(const struct dialogue *d)
{
	return d->over || d->again.failed;
}

/* Unless it is over. */
void dialogue_end(struct dialogue *, enum verdict, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- dialogue_hear.c ---- */

/* The target left the script at a line that expected "expected". */
void dialogue_deviate(struct dialogue *, bool claim, int line,
    const char *expected, const char *clause, struct span heard);
/* The line itself is wrong, or it did not come. */
void dialogue_deviate_step(struct dialogue *, struct span heard);

/* Of the party whose step we stand on. */
const struct framing *dialogue_framing(const struct dialogue *);
/* A template_lookup: names that were bound, then the caller's. */
bool dialogue_look_up(void *dialogue, struct span name, struct buf *value);

void dialogue_reply_begins(struct dialogue *);
/* Takes lines off what was heard; true when the step is done with. */
bool dialogue_hear(struct dialogue *, const struct step *);

#endif
