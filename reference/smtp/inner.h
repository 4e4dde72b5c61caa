/* SPDX-License-Identifier: MIT */
/*
 * smtp/inner - what the files of the session share; nobody else includes it.
 *
 *	session.c	octets: what is a command, what is content
 *	verbs.c		which verbs there are and when; the small ones
 *	mail.c		MAIL and RCPT: the envelope
 *	param.c		their parameters
 *	message.c	DATA and BDAT: the content, and taking responsibility
 *	login.c		STARTTLS and AUTH
 *	hello.c		EHLO and HELO, and what they list
 *	speak.c		replies, audit notes, forgetting
 *
 * Each calls only what stands below it.
 */
#ifndef REFERENCE_SMTP_INNER_H
#define REFERENCE_SMTP_INNER_H

#include "reference/sasl.h"
#include "reference/smtp/body.h"
#include "reference/smtp/codec.h"
#include "reference/smtp/path.h"
#include "reference/smtp/reply.h"
#include "reference/smtp/session.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where a conversation can stand; a verb is legal in a set of these. */
enum {
	CONNECTED = 1 << 0, /* greeted by us, not yet by the client */
	READY = 1 << 1,     /* EHLO or HELO was accepted */
	MAIL_OPEN = 1 << 2, /* MAIL accepted, no recipient yet */
	RCPT_OPEN = 1 << 3, /* at least one recipient */
	BDAT_OPEN = 1 << 4, /* a chunk came, the last one did not */
	MIDWAY = MAIL_OPEN | RCPT_OPEN | BDAT_OPEN,
	ANYTIME = CONNECTED | READY | MIDWAY,
};

/* Roles, as a set. */
enum {
	RELAY = 1 << SMTP_RELAY,
	SUBMISSION = 1 << SMTP_SUBMISSION,
	SUBMISSIONS = 1 << SMTP_SUBMISSIONS,
	SUBMIT = SUBMISSION | SUBMISSIONS,
	ANYONE = RELAY | SUBMIT,
};

/* What the next octets are. */
enum input {
	IN_COMMANDS,
	IN_LONG_LINE, /* the rest of a line that is too long */
	IN_SASL,      /* a line that answers a challenge */
	IN_DATA,
	IN_CHUNK,  /* octets of BDAT */
	IN_WEDGED, /* a fault: nothing is ever answered again */
};

struct smtp_session {
	struct session base; /* first: see reference/session.h */
	const struct site *site;
	unsigned role; /* one bit of the set above */
	char peer[80];
	enum session_next next;
	unsigned state;
	enum input input;
	struct buf line; /* at most one, not yet whole */
	int errors;

	bool extended; /* EHLO, not HELO */
	bool tls;
	char helo[SMTP_DOMAIN_MOST + 1];
	struct sasl auth; /* the exchange under way */
	bool initial;     /* it came with an initial response */
	bool authenticated;
	bool by_plain;          /* with AUTH PLAIN */
	struct account account; /* whose session it is, then */

	struct envelope mail;
	struct recipient *to;
	size_t n_to, to_room;
	size_t taken, refused; /* RCPT commands of this transaction */
	int64_t declared;      /* SIZE=, or 0 */
	struct smtp_body body;
	int64_t chunk_left;
	size_t chunk_size;
	bool chunk_last;
	enum smtp_reply chunk_reply;

	/* For faults that depend on what came before. */
	unsigned feeds;     /* calls of smtp_session_feed() */
	unsigned line_in;   /* the one that began the line */
	unsigned mail_in;   /* the one that brought MAIL */
	unsigned dot_in;    /* the one that brought the end of data */
	bool accepted;      /* a message, in this session */
	bool reset;         /* RSET came */
	bool chunks_reset;  /* RSET came in the middle of chunks */
	bool drop_rest;     /* of what came in this piece */
	bool leftover;      /* recipients that should be gone */
	bool login_refused; /* AUTH failed once */
	int logins_refused; /* on this connection */
	unsigned obeyed_in; /* the piece of the last command */
	char first_helo[SMTP_DOMAIN_MOST + 1];
	struct buf kept;       /* sent in the clear behind STARTTLS */
	char secret_text[128]; /* the last answer, for one fault only */

	/* For the time of one call. */
	struct wall now;
	struct buf *out;
	size_t behind; /* octets of this piece behind the command */
};

static inline bool
faulty(const struct smtp_session *s, enum fault fault)
{
	return fault != FAULT_NONE && s->site->fault == fault;
}

static inline bool
varies(const struct smtp_session *s, enum variant variant)
{
	return variant != VARIANT_NONE && s->site->variant == variant;
}

static inline bool
is_submit(const struct smtp_session *s)
{
	return (s->role & SUBMIT) != 0;
}

/* ---- speak.c ---- */

void smtp_reply(struct smtp_session *, enum smtp_reply);
void smtp_reply_with(struct smtp_session *, enum smtp_reply, const char *arg);
void smtp_hang_up(struct smtp_session *);
/* Back to READY with nothing of the transaction left. */
void smtp_forget_mail(struct smtp_session *);
/* The client's own name is in "detail": that is how it is found again. */
void smtp_note(struct smtp_session *, struct span user, const char *event,
    bool success, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Who is logged in; empty when nobody is. */
struct span smtp_who(const struct smtp_session *);

/* ---- verbs.c ---- */

void smtp_obey(struct smtp_session *, const struct smtp_command *);

/* ---- hello.c ---- */

void smtp_run_ehlo(struct smtp_session *, struct span args);
void smtp_run_helo(struct smtp_session *, struct span args);
/* True when this session has the extension, listed or not. */
bool smtp_has_offer(const struct smtp_session *, const char *keyword);

/* ---- param.c ---- */

/* Of MAIL, or of RCPT when there is a recipient; says what is wrong. */
bool smtp_accept_params(
    struct smtp_session *, struct span in, struct recipient *rcpt);

/* ---- mail.c ---- */

void smtp_run_mail(struct smtp_session *, struct span args);
void smtp_run_rcpt(struct smtp_session *, struct span args);

/* ---- message.c ---- */

void smtp_run_data(struct smtp_session *, struct span args);
void smtp_run_bdat(struct smtp_session *, struct span args);
void smtp_take_data(struct smtp_session *, struct span *in);
void smtp_take_chunk(struct smtp_session *, struct span *in);
/* What the fault of the site makes of the end of data. */
unsigned smtp_body_faults(enum fault);

/* ---- login.c ---- */

void smtp_run_starttls(struct smtp_session *, struct span args);
void smtp_run_auth(struct smtp_session *, struct span args);
void smtp_take_answer(struct smtp_session *, struct span text);
void smtp_end_auth(struct smtp_session *, enum smtp_reply);

#endif
