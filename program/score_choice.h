/* SPDX-License-Identifier: MIT */
/*
 * score_choice - which cases a server of known conduct is put to.
 */
#ifndef PROGRAM_SCORE_CHOICE_H
#define PROGRAM_SCORE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

/* The first of these that is set decides; none: all there are. */
struct choice_wish {
	const char *only;     /* the one case */
	const char *protocol; /* all cases that speak it: "imap" */
	const char *always; /* this one, its theme, and a share of the others */
	size_t share;       /* ... which: a number, another for each server */
	bool quick;         /* all that do not wait for anything */
};

struct choice {
	char **selectors; /* "case:imap.noop"; none: all there are */
	size_t n;
};

void choice_make(struct choice *, const struct choice_wish *);
void choice_free(struct choice *);

#endif
