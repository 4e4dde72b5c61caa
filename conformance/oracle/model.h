/* SPDX-License-Identifier: MIT */
/*
 * oracle/model - one mailbox and what each of several clients was told of it.
 *
 * Pure: it is fed what was sent and what was heard, in the order of the
 * record, and says which rule was broken first.  Whatever another client may
 * have changed meanwhile is permitted; so a server is never blamed for the
 * order in which it obeyed commands that overlap.
 *
 * It relies on this, which oracle/run keeps to: nobody else writes to the
 * mailbox; a client has one command in progress; messages are named by
 * numbers and UIDs that the model knows, without "*".
 */
#ifndef CONFORMANCE_ORACLE_MODEL_H
#define CONFORMANCE_ORACLE_MODEL_H

#include "conformance/oracle/message.h"
#include "conformance/oracle/rule.h"

struct finding {
	enum oracle_rule rule; /* RULE_NONE: nothing was broken */
	int32_t at;            /* number of the event, from 1 */
	int client;
	char what[240];
};

/* What a client knows. */
struct view {
	bool selected, idle;
	uint32_t *uid; /* of number n: uid[n - 1]; 0: not told yet */
	size_t n, room;
	size_t at_select; /* messages then */
	size_t removed;   /* EXPUNGEs since */
	size_t added;     /* messages that may have come since */
	int32_t since;    /* when SELECT was sent */
	int polls;        /* NOOP and CHECK done since the last write */
	bool busy;        /* there is a command in progress */
};

struct model;

struct model *model_new(void);
void model_free(struct model *);

/* A command line without its end; of a literal its "{n}" only. */
void model_said(struct model *, int client, struct span line);
void model_heard(struct model *, int client, struct span response);

const struct finding *model_finding(const struct model *);
/* Why nothing can be said from here on, or NULL. */
const char *model_lost(const struct model *);

/* For who writes the next command. */
const struct view *model_view(const struct model *, int client);
unsigned model_permanent(const struct model *); /* flags that are kept */

#endif
