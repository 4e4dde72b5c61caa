/* SPDX-License-Identifier: MIT */
/*
 * imap/inner - what the files of the session share; nobody else includes it.
 *
 *	session.c	octets: what is a command, what waits, what is a job
 *	bent.c		faults that answer a command instead of obeying it
 *	misled.c	those of mailboxes: created, deleted, renamed otherwise
 *	verbs.c		which commands there are and when; the small ones
 *	login.c		CAPABILITY, STARTTLS, LOGIN, AUTHENTICATE
 *	names.c		mailboxes by name: CREATE to STATUS
 *	list.c		LIST and LSUB
 *	quota.c		GETQUOTA and its like
 *	select.c	SELECT to CLOSE, and IDLE
 *	change.c	STORE, EXPUNGE
 *	copy.c		COPY, MOVE, APPEND
 *	fetch.c		FETCH
 *	search.c	SEARCH
 *	sort.c		SORT
 *	tell.c		untagged data about the selected mailbox
 *	speak.c		status responses, jobs
 *
 * Each calls only what stands below it.
 *
 * A command is run once.  It says its untagged data to s->out and replies
 * once with one of imap_reply() and its like, which only remember the tagged
 * response; then the session tells what changed in the mailbox, and then
 * sends it.  One that has more to say than SESSION_PORTION starts a job:
 *
 *	imap_start_job(s, step, free, state);
 *
 * step() says about a portion (imap_said_enough()) and returns false to be
 * called again; in the end it replies and returns true.  s->args and what was
 * taken from it live until then; sequence numbers do not move, but a message
 * may become "gone".
 */
#ifndef REFERENCE_IMAP_INNER_H
#define REFERENCE_IMAP_INNER_H

#include "reference/imap/box_args.h"
#include "reference/imap/codec.h"
#include "reference/imap/frame.h"
#include "reference/imap/put.h"
#include "reference/imap/reply.h"
#include "reference/imap/session.h"
#include "reference/imap/view.h"
#include "reference/sasl.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where a conversation can stand (RFC 3501 3); LOGOUT is to hang up. */
enum {
	NOT_AUTHENTICATED = 1 << 0,
	AUTHENTICATED = 1 << 1,
	SELECTED = 1 << 2,
	LOGGED_IN = AUTHENTICATED | SELECTED,
	ANYTIME = NOT_AUTHENTICATED | LOGGED_IN,
};

/* What the next octets are. */
enum input {
	IN_COMMANDS,
	IN_SASL,   /* a line that answers a challenge */
	IN_IDLE,   /* DONE */
	IN_WEDGED, /* a fault: nothing is ever answered again */
};

struct imap_session;

struct imap_job {
	bool (*step)(struct imap_session *, void *state);
	void (*free)(void *state); /* NULL: nothing to free */
	void *state;
};

struct imap_session {
	struct session base; /* first: see reference/session.h */
	const struct site *site;
	bool implicit; /* role IMAP_IMPLICIT */
	char peer[80];
	enum session_next next;
	unsigned state;
	enum input input;
	struct imap_framer framer;
	struct buf kept; /* came while there was too much to say */
	int errors;
	bool tls;

	struct sasl auth;       /* the exchange under way */
	struct account account; /* whose session it is, once LOGGED_IN */
	bool condstore;         /* RFC 7162 3.1: an enabling command came */

	struct imap_view view; /* the selected mailbox */
	bool read_only;        /* EXAMINE */
	bool idled;            /* IDLE was said before */

	/* The command being obeyed. */
	bool busy; /* there is one */
	struct buf tag;
	char command[24]; /* "UID FETCH", for replies */
	bool uid;         /* it began with UID */
	bool no_expunge;  /* none may be told: RFC 3501 7.4.1 */
	struct imap_args args;
	struct imap_job job; /* step NULL: none */
	struct buf tagged;   /* the response, for the end; empty: not yet */
	bool followed;       /* the view, since it was run */
	uint32_t told;       /* sequence number up to which changes are told */

	/* For the time of one call. */
	struct wall now;
	struct buf *out;
};

static inline bool
faulty(const struct imap_session *s, enum fault fault)
{
	return fault != FAULT_NONE && s->site->fault == fault;
}

static inline bool
varies(const struct imap_session *s, enum variant variant)
{
	return variant != VARIANT_NONE && s->site->variant == variant;
}

/* In the audit. */
static inline const char *
imap_service(const struct imap_session *s)
{
	return s->implicit ? "imaps" : "imap";
}

/* ---- speak.c ---- */

/* Remembers the tagged response, for when all else is told. */
void imap_reply(struct imap_session *, enum imap_reply);
/* "arg" in place of "$". */
void imap_reply_with(struct imap_session *, enum imap_reply, const char *arg);
/* "[code]" in place of the row's: SPAN("MODIFIED 1:3"). */
void imap_reply_coded(struct imap_session *, enum imap_reply, struct span code);
/* BAD with args->bad; run functions end so when imap_take_... said false. */
void imap_reply_bad(struct imap_session *, const struct imap_args *);
/* NO for all but STORE_DONE, which is IMAP_SAY_DONE. */
void imap_reply_stored(
    struct imap_session *, enum store_answer, const struct err *);
/* An untagged status response, at once. */
void imap_announce(struct imap_session *, enum imap_reply, struct span code);
void imap_hang_up(struct imap_session *);
/* There is a portion of output: a job should take a rest. */
bool imap_said_enough(const struct imap_session *);
void imap_start_job(struct imap_session *,
    bool (*step)(struct imap_session *, void *state), void (*free)(void *state),
    void *state);
/*
 * Takes a set and says what it is in this mailbox, which is followed first.
 * args->bad when a sequence number is none (RFC 3501 9, seq-number); any UID
 * is fine.
 */
bool imap_take_messages(
    struct imap_session *, struct imap_args *, bool uid, struct imap_set *);
/* A mailbox name as the store has it: UTF-8.  Else args->bad. */
bool imap_take_name(struct imap_args *, struct buf *utf8);
bool imap_decode_name(struct imap_args *, struct span name, struct buf *utf8);
/* With a space between them; false when there is no room. */
bool imap_join_keywords(const struct imap_flags *, struct buf *keywords);
/* As the client is told it. */
uint32_t imap_uidvalidity(const struct imap_session *, const struct mailbox *);
/* Forgets the selected mailbox. */
void imap_unselect(struct imap_session *);

/* ---- tell.c ---- */

/* "(\Seen \Recent $Todo)" */
void imap_put_item_flags(struct buf *, const struct imap_view_item *);
/* FLAGS and PERMANENTFLAGS. */
void imap_tell_keywords(struct imap_session *);
/* All that changed; false when there is more. */
bool imap_tell_changes(struct imap_session *);
/*
 * A CONDSTORE enabling command was given (RFC 7162 3.1): from now on MODSEQ
 * is told.  The first time says HIGHESTMODSEQ.
 */
void imap_enable_condstore(struct imap_session *);

/* ---- bent.c ---- */

/* A fault has answered the command; no more is to be done. */
bool imap_is_bent(struct imap_session *, const struct imap_command *);

/* ---- misled.c ---- */

/* What a fault says of a refusal of the store's. */
enum store_answer imap_misled_answer(
    const struct imap_session *, enum store_answer);
/* As the store does it, unless a fault does otherwise. */
enum store_answer imap_create_box(
    struct imap_session *, struct span name, struct err *);
enum store_answer imap_delete_box(
    struct imap_session *, struct span name, struct err *);
enum store_answer imap_rename_box(
    struct imap_session *, struct span from, struct span to, struct err *);

/* ---- verbs.c ---- */

void imap_obey(struct imap_session *, const struct imap_command *);

/* ---- login.c ---- */

/* "IMAP4rev1 IDLE ...": what is true now. */
void imap_put_capabilities(const struct imap_session *, struct buf *);
void imap_run_capability(struct imap_session *, struct imap_args *, bool uid);
void imap_run_starttls(struct imap_session *, struct imap_args *, bool uid);
void imap_run_login(struct imap_session *, struct imap_args *, bool uid);
void imap_run_authenticate(struct imap_session *, struct imap_args *, bool uid);
void imap_take_answer(struct imap_session *, struct span text);
void imap_end_auth(struct imap_session *, enum imap_reply);

/* ---- names.c, list.c, quota.c ---- */

void imap_run_create(struct imap_session *, struct imap_args *, bool uid);
void imap_run_delete(struct imap_session *, struct imap_args *, bool uid);
void imap_run_rename(struct imap_session *, struct imap_args *, bool uid);
void imap_run_subscribe(struct imap_session *, struct imap_args *, bool uid);
void imap_run_unsubscribe(struct imap_session *, struct imap_args *, bool uid);
void imap_run_status(struct imap_session *, struct imap_args *, bool uid);
void imap_run_list(struct imap_session *, struct imap_args *, bool uid);
void imap_run_lsub(struct imap_session *, struct imap_args *, bool uid);
void imap_run_namespace(struct imap_session *, struct imap_args *, bool uid);
void imap_run_getquota(struct imap_session *, struct imap_args *, bool uid);
void imap_run_getquotaroot(struct imap_session *, struct imap_args *, bool uid);
void imap_run_setquota(struct imap_session *, struct imap_args *, bool uid);

/* ---- select.c, change.c, copy.c ---- */

void imap_run_select(struct imap_session *, struct imap_args *, bool uid);
void imap_run_examine(struct imap_session *, struct imap_args *, bool uid);
void imap_run_close(struct imap_session *, struct imap_args *, bool uid);
void imap_run_unselect(struct imap_session *, struct imap_args *, bool uid);
void imap_run_idle(struct imap_session *, struct imap_args *, bool uid);
void imap_run_store(struct imap_session *, struct imap_args *, bool uid);
void imap_run_expunge(struct imap_session *, struct imap_args *, bool uid);
void imap_run_copy(struct imap_session *, struct imap_args *, bool uid);
void imap_run_move(struct imap_session *, struct imap_args *, bool uid);
void imap_run_append(struct imap_session *, struct imap_args *, bool uid);
/*
 * The UIDs of what a resolved set names, in order; uids_free().  Such as are
 * gone are left out: false when those were named by number.
 */
bool imap_pick(
    struct imap_session *, const struct imap_set *, bool uid, struct uids *);
/* Before the literal of an APPEND is asked for; false: it was refused. */
bool imap_may_append(struct imap_session *, struct span begun, uint64_t size);

/* ---- fetch.c, search.c, sort.c ---- */

void imap_run_fetch(struct imap_session *, struct imap_args *, bool uid);
void imap_run_search(struct imap_session *, struct imap_args *, bool uid);
void imap_run_sort(struct imap_session *, struct imap_args *, bool uid);

#endif
