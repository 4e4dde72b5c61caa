/* SPDX-License-Identifier: MIT */
/*
 * script - a dialogue, compiled: what lib/dialogue.c walks along.
 *
 * The notation is described in lib/dialogue.h.  A script is read-only once
 * compiled and may be walked by any number of dialogues at a time.
 */
#ifndef LIB_SCRIPT_H
#define LIB_SCRIPT_H

#include "lib/dialogue.h"
#include "lib/template.h"

#define SCRIPT_BESIDE 32 /* S*, S+ and S- lines before one S */

enum step_kind {
	STEP_OPEN,
	STEP_SAY,
	STEP_HEAR,
	STEP_TLS,
	STEP_CLOSED,
	STEP_CLOSE,
	STEP_SILENT,
	STEP_PAUSE,
	STEP_MARK,
	STEP_AGAIN,
	STEP_END,
};

enum saying {
	SAY_LINE,       /* C:  checked, CRLF added */
	SAY_WRONG_LINE, /* C~: CRLF added */
	SAY_RAW,        /* C=: */
	SAY_CONTENT,    /* C.: dot-stuffed and ended */
	SAY_OPEN_ENDED, /* C-: dot-stuffed */
};

/* One permitted form of a line. */
struct pattern {
	struct template what;
	bool closed; /* "@closed": no line, the end of the connection */
	char *text;  /* as written, without the citation */
	char *clause;
	bool claim; /* of its own: S+! and S-! */
	int line;
};

struct patterns {
	struct pattern *at;
	size_t n;
};

struct step {
	enum step_kind kind;
	int line; /* of the script, from 1 */
	size_t party;
	bool claim;

	enum saying saying; /* STEP_SAY */
	struct template text;

	struct patterns last;    /* STEP_HEAR: S, S|, @closed */
	int awaited;             /* what framing->awaits() made of them */
	struct patterns open;    /* S? */
	struct patterns between; /* S* */
	struct patterns with;    /* S+ */
	struct patterns without; /* S- */

	int64_t ms; /* STEP_SILENT, STEP_PAUSE; times, of STEP_AGAIN */
	char *name; /* STEP_MARK */
	bool start; /* STEP_MARK */
};

struct script {
	char *what;
	struct step *steps;
	size_t n;
	struct {
		char *name, *service;
		const struct framing *framing;
	} parties[DIALOGUE_PARTIES];
	size_t n_parties;
};

#endif
