/* SPDX-License-Identifier: MIT */
/*
 * testing - a mail server in this process that is slow, loses and doubles
 * as it is told, and keeps a record of what it truly did.
 *
 * For tests alone.  SMTP, IMAP and POP3 on free ports of 127.0.0.1, without
 * TLS, a thread a connection; everybody may log in, and the mailbox of a user
 * is the address of the same text.  "NOOP" in SMTP is answered late, by
 * .delay; what was injected is measured here, from when the command was whole
 * to when its answer was sent.
 */
#ifndef LOADGEN_TESTING_H
#define LOADGEN_TESTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/profile.h"

enum testing_delay_kind {
	TESTING_AT_ONCE,
	TESTING_CONSTANT,    /* .us */
	TESTING_EXPONENTIAL, /* .us on the average, beside .least_us */
	TESTING_BIMODAL,     /* .us, and one in .one_in .rare_us */
};

struct testing_delay {
	enum testing_delay_kind kind;
	int64_t us, least_us, rare_us;
	uint64_t one_in;
	/* every so often nobody is answered for so long; 0: never */
	int64_t stall_every_us, stall_us;
};

/* What befalls one message in .one_in; each kind another one. */
enum testing_harm {
	TESTING_LOSE,
	TESTING_DOUBLE,
	TESTING_CORRUPT,
	TESTING_REORDER,        /* lies behind the next .behind */
	TESTING_REFUSE,         /* 451 to the final dot */
	TESTING_REFUSE_DELIVER, /* likewise, and delivered all the same */
	TESTING_CUT,         /* no answer to the final dot, and nothing more */
	TESTING_CUT_DELIVER, /* likewise, and delivered */
	TESTING_ASTRAY,      /* lies in another mailbox */
	TESTING_INVENT,      /* and so does one that nobody has sent */
	TESTING_JUNK,        /* lies in a folder of that name */
	TESTING_HARMS
};

struct testing_options {
	struct testing_delay delay;
	unsigned harms; /* 1 << enum testing_harm */
	uint64_t one_in, behind;
	const char *astray;  /* the other mailbox */
	int64_t visible_us;  /* from the 250 */
	int64_t slower_us;   /* ... and more for each that lies before it */
	uint64_t drop_every; /* IMAP: hang up at every so manieth command */
	uint64_t seed;
	const char *run; /* for ids that are invented */
	/* accounts of the profile: role and user, up to NULL */
	const char *const *accounts;
	const char *const *claims;
};

struct testing;

struct testing *testing_start(const struct testing_options *);
void testing_stop(struct testing *);

/* One that reaches it; profile_free() it. */
void testing_profile(const struct testing *, struct profile *);

/* So many messages got 250; so many were so harmed. */
uint64_t testing_accepted(const struct testing *);
uint64_t testing_harmed(const struct testing *, enum testing_harm);
/* How many messages are in a mailbox now, visible or not. */
size_t testing_in_mailbox(struct testing *, const char *address);
/* Every IMAP command gets NO, and the connection is closed. */
void testing_close_imap(struct testing *, bool closed);
/* As if it had come by itself. */
void testing_deliver(
    struct testing *, const char *address, const char *message);

/* What was injected, in the order in which commands came. */
struct testing_truth {
	int64_t heard_us, answered_us;
};

const struct testing_truth *testing_truths(struct testing *, size_t *n);

#endif
