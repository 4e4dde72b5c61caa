/* SPDX-License-Identifier: MIT */
/*
 * oracle/model_inner - what the files of the model share: model.c (responses),
 * model_begin.c and model_end.c (commands).
 */
#ifndef CONFORMANCE_ORACLE_MODEL_INNER_H
#define CONFORMANCE_ORACLE_MODEL_INNER_H

#include "conformance/oracle/model.h"

enum { DELETED_FLAG = 3 }; /* number of ORACLE_DELETED */

enum verb {
	VERB_OTHER,
	VERB_SELECT,
	VERB_FETCH,
	VERB_STORE,
	VERB_SEARCH,
	VERB_EXPUNGE,
	VERB_COPY,
	VERB_MOVE,
	VERB_APPEND,
	VERB_POLL, /* NOOP, CHECK */
	VERB_IDLE,
	VERB_CLOSE,
	VERB_UNSELECT,
};

/* A message that a command names. */
struct target {
	uint32_t uid;
	unsigned answered; /* ITEM_... heard of it */
	bool doomed;       /* known to be \Deleted before an expunge */
};

struct command {
	bool busy, uid;
	enum verb verb;
	char tag[24];
	int32_t began;
	struct target *target;
	size_t n;
	unsigned mask, set, wild; /* STORE, APPEND: flags */
	size_t adds;              /* messages it may add to ours */
	bool ours;      /* COPY, MOVE, APPEND: into the mailbox we follow */
	unsigned asked; /* FETCH: ITEM_... */
	unsigned key;   /* SEARCH: the flag */
	bool unkey;     /* ... is to be clear */
	bool every;     /* ... ALL */
	uint32_t uid_before, next_before; /* the largest known at began */
	uint32_t exists, uidnext;         /* SELECT: told */
	uint64_t highest;
	bool counted;
	size_t learnt_before;
};

struct model {
	int32_t now;
	struct finding finding;
	char why_lost[160];
	char folder[128];
	struct message *messages; /* by uid */
	size_t n, room;
	size_t unplaced_most, unplaced_least; /* added, with no uid known */
	size_t learnt; /* messages whose uid was first seen by FETCH */
	uint32_t uid_max, uidnext_max, uidvalidity;
	unsigned permanent;
	bool doubt;    /* some of those may be expunged already */
	int32_t wrote; /* when anybody began or ended to write */
	int writing;   /* commands in progress that change something */
	int expunging; /* ... of those that expunge */
	struct view views[ORACLE_CLIENTS];
	struct command commands[ORACLE_CLIENTS];
};

/* Sets the finding, unless there is one; always false. */
bool model_broke(struct model *, int client, enum oracle_rule, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));
void model_lose(struct model *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

struct message *model_message(const struct model *, uint32_t uid); /* NULL */
struct message *model_add(
    struct model *, uint32_t uid, unsigned flags, unsigned wild);
/* Number of the message as the client knows it; 0: it does not. */
size_t model_find(const struct view *, uint32_t uid);
/* COPYUID's arguments. */
void model_copied(struct model *, int client, struct span args);

/* Somebody writes: what was polled before proves nothing. */
void model_disturb(struct model *);
bool verb_writes(enum verb);
bool command_names(const struct command *, uint32_t uid);

void model_begin(struct model *, int client, struct span line);
void model_end(struct model *, int client, const struct response *);

#endif
