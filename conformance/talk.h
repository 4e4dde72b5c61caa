/* SPDX-License-Identifier: MIT */
/*
 * talk - carries a dialogue out over sockets, and judges one again from its
 * transcript.
 *
 * The only file of conformance/ where dialogues meet sockets.  Replies are
 * waited for as long as the profile's time-outs say, the whole conversation
 * until a deadline.
 */
#ifndef CONFORMANCE_TALK_H
#define CONFORMANCE_TALK_H

#include <jansson.h>
#include <stdbool.h>

#include "conformance/transcript.h"
#include "lib/clock.h"
#include "lib/dialogue.h"
#include "lib/profile.h"

struct talk {
	const struct profile *profile;
	const char *service; /* endpoint of the first party */
	const struct script *script;
	const char *script_sm3;
	const char *text; /* of the script */
	template_lookup *lookup;
	void *ctx;
	const struct secrets *secrets;
	struct mono deadline;
};

struct talk_end {
	enum verdict verdict;
	char why[256];
	struct deviation deviation;
	int transcript_line; /* where it went wrong */
	bool changed;        /* replay: the script is not the one recorded */
	bool strange;        /* replay: recorded for another token */
};

/* False only when the transcript cannot be kept: our own failure. */
bool talk_run(const struct talk *, const char *transcript, json_t *values,
    struct talk_end *, struct err *);

/*
 * Feeds the events of a transcript to a new dialogue.  Variables have the
 * values that the transcript recorded; "token" is what that one must be.
 */
bool talk_replay(const struct script *, const char *script_sm3,
    const char *token, const char *transcript, struct talk_end *, struct err *);

/*
 * The script that a transcript was recorded with, and the service of its first
 * party (NULL when there is none written); free() both.
 */
char *talk_script(const char *transcript, char **service, struct err *);

#endif
