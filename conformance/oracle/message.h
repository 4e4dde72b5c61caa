/* SPDX-License-Identifier: MIT */
/*
 * oracle/message - what can be true of one message while several clients
 * write to it at once.
 *
 * Each flag is a register.  A write has a time from which it may and a time
 * from which it must have happened (the command sent, its OK read); writes
 * that overlap may have happened in either order.  What a client can be told
 * is every value that is not known to be older than what it knows already:
 * its "floor".  Time is the number of the event.
 */
#ifndef CONFORMANCE_ORACLE_MESSAGE_H
#define CONFORMANCE_ORACLE_MESSAGE_H

#include "conformance/oracle/response.h"

#define ORACLE_CLIENTS 4
#define ORACLE_NEVER   INT32_MAX /* the time of what has not happened */

struct flag_write {
	unsigned mask; /* the flags it writes */
	unsigned set;  /* those it sets */
	unsigned wild; /* those nobody knows what it makes of */
	int32_t began, ended;
	bool sure; /* it ended with OK */
};

struct message {
	uint32_t uid;
	int32_t born;  /* must be there from then on */
	int32_t gone;  /* must be away from then on; or ORACLE_NEVER */
	bool may_gone; /* somebody has begun to expunge it */
	bool sized;
	uint64_t size;
	char date[40];      /* "" until told */
	bool copied, moved; /* it came with COPY; it went with MOVE */
	uint64_t modseq;    /* told last, with modseq_flags; 0: never */
	unsigned modseq_flags;
	uint64_t top; /* the largest told */
	int32_t top_at;
	uint64_t heard[ORACLE_CLIENTS]; /* modseq told to each */
	int32_t floor[ORACLE_CLIENTS][ORACLE_FLAGS];
	struct flag_write *writes;
	size_t n, room;
};

enum { CAN_BE_CLEAR = 1, CAN_BE_SET = 2 };

void message_init(struct message *, uint32_t uid, int32_t born, unsigned flags,
    unsigned wild);
void message_free(struct message *);

void message_write(struct message *, const struct flag_write *);
/* The write that began then has ended. */
void message_written(struct message *, int32_t began, int32_t ended, bool sure);

/* Which values flag number "flag" can have for whoever is past "floor". */
unsigned message_values(const struct message *, int flag, int32_t floor);
/* What all must know that ask after "when". */
int32_t message_floor(const struct message *, int flag, int32_t when);
/* From now on client knows what was true at "when". */
void message_raise(struct message *, int client, int32_t when);
/* Its own write of these flags, begun then, is done. */
void message_own(struct message *, int client, unsigned mask, int32_t began);
/* Client has selected the mailbox anew; or has left it. */
void message_reset(struct message *, int client, int32_t when);
void message_leave(struct message *, int client);

/*
 * Client is told these flags, of which "judged" count.  The first that
 * cannot be so, or -1.
 */
int message_see(struct message *, int client, unsigned flags, unsigned judged);

#endif
