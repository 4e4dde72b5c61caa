/* SPDX-License-Identifier: MIT */
/*
 * pop3/inner - what the files of the session share; nobody else includes it.
 *
 *	session.c	octets: what is a command, what waits
 *	verbs.c		which verbs there are and when; the small ones
 *	listing.c	CAPA, LIST, UIDL: answers of several lines
 *	fetch.c		RETR and TOP
 *	enter.c		STLS, USER, PASS and AUTH
 *	speak.c		answers, and hanging up
 *
 * Each calls only what stands below it.
 */
#ifndef REFERENCE_POP3_INNER_H
#define REFERENCE_POP3_INNER_H

#include "reference/login.h"
#include "reference/pop3/codec.h"
#include "reference/pop3/drop.h"
#include "reference/pop3/reply.h"
#include "reference/pop3/session.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where a conversation can stand; a verb is legal in a set of these. */
enum {
	AUTHORIZATION = 1 << 0,
	TRANSACTION = 1 << 1,
	ANYTIME = AUTHORIZATION | TRANSACTION,
};

/* What the next octets are. */
enum input {
	IN_COMMANDS,
	IN_LONG_LINE, /* the rest of a line that is too long */
	IN_SASL,      /* a line that answers a challenge */
	IN_WEDGED,    /* a fault: nothing is ever answered again */
};

struct pop3_session {
	struct session base;
	const struct site *site;
	bool implicit; /* role POP3_IMPLICIT */
	char peer[80];
	enum session_next next;
	unsigned state;
	enum input input;
	struct buf line; /* at most one, not yet whole */
	struct buf kept; /* came while too much was waiting to be sent */
	int errors;
	bool tls;

	char user[128]; /* of USER, until the command after it */
	struct sasl auth;
	struct drop drop;

	/* A message that is being sent. */
	bool sending;
	struct pop3_text text;
	uint32_t uid;
	int64_t sent, size;

	/* For faults that depend on what came before. */
	unsigned feeds;   /* calls of feed */
	unsigned line_in; /* the one that began the line */
	bool drop_rest;   /* of what came in this piece */
	bool refused;     /* a login was */
	bool idled;       /* NOOP came */
	uint64_t chance;  /* no other session has it */

	/* For the time of one call. */
	struct wall now;
	struct buf *out;
	struct span verb; /* being obeyed */
};

static inline bool
faulty(const struct pop3_session *s, enum fault fault)
{
	return fault != FAULT_NONE && s->site->fault == fault;
}

static inline bool
varies(const struct pop3_session *s, enum variant variant)
{
	return variant != VARIANT_NONE && s->site->variant == variant;
}

/* ---- speak.c ---- */

void pop3_reply(struct pop3_session *, enum pop3_reply);
void pop3_reply_with(struct pop3_session *, enum pop3_reply, const char *arg);
void pop3_hang_up(struct pop3_session *);

/* ---- verbs.c ---- */

void pop3_obey(struct pop3_session *, const struct pop3_command *);
/*
 * Takes the number of a message that is there off *args; NULL after the
 * answer that says why not.
 */
struct drop_item *pop3_take_message(
    struct pop3_session *, struct span *args, uint32_t *number);

/* ---- listing.c ---- */

void pop3_run_capa(struct pop3_session *, struct span args);
void pop3_run_stat(struct pop3_session *, struct span args);
void pop3_run_list(struct pop3_session *, struct span args);
void pop3_run_uidl(struct pop3_session *, struct span args);

/* ---- fetch.c ---- */

void pop3_run_retr(struct pop3_session *, struct span args);
void pop3_run_top(struct pop3_session *, struct span args);
/* The next piece of what is being sent. */
void pop3_send_more(struct pop3_session *);

/* ---- enter.c ---- */

void pop3_run_stls(struct pop3_session *, struct span args);
void pop3_run_user(struct pop3_session *, struct span args);
void pop3_run_pass(struct pop3_session *, struct span args);
void pop3_run_auth(struct pop3_session *, struct span args);
void pop3_take_answer(struct pop3_session *, struct span text);
void pop3_end_auth(struct pop3_session *, enum pop3_reply);

#endif
