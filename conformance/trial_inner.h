/* SPDX-License-Identifier: MIT */
/*
 * trial_inner - what the three files that make up a trial share: trial.c
 * (how it goes), values.c (its variables), evidence.c (what it files).
 */
#ifndef CONFORMANCE_TRIAL_INNER_H
#define CONFORMANCE_TRIAL_INNER_H

#include <jansson.h>

#include "conformance/transcript.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/dialogue.h"

#define EVIDENCE_MOST (64u << 20)

/* Evidence that judge() has read back. */
struct content {
	struct content *next;
	char *name;
	struct buf bytes;
};

struct trial {
	struct trial_setup setup;
	char *token;
	char *dir; /* of this attempt's evidence */
	struct secrets secrets;
	struct mono deadline;
	bool replaying;
	bool quiet;       /* nothing is a verdict now */
	const char *twin; /* "before" or "after" while the twin is talking */

	json_t *values; /* variables looked up by the conversation under way */
	json_t *facts;
	struct content *contents; /* pointers to them stay valid */

	enum verdict verdict;
	char why[256];
	struct deviation deviation;
	char file[128]; /* transcript that shows it */
	int line;
};

/* Sets the verdict and its reason, unless it is that bad already. */
void trial_say(struct trial *, enum verdict, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* trial_lookup() for those who look names up through a pointer. */
template_lookup trial_look_up;

/* RUN/evidence/CASE/facts.json */
void trial_save_facts(struct trial *);
void trial_load_facts(struct trial *);

#endif
