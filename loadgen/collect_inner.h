/* SPDX-License-Identifier: MIT */
/*
 * collect_inner - what the parts of loadgen/collect.h share; nobody else
 * needs it.
 */
#ifndef LOADGEN_COLLECT_INNER_H
#define LOADGEN_COLLECT_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "lib/buf.h"
#include "lib/tls.h"
#include "loadgen/collect.h"
#include "loadgen/collect_reply.h"

/* ---- a connection that is waited for ---- */

/*
 * The first thing that goes wrong stays in .why; later calls do nothing and
 * say false.
 */
struct collect_wire {
	struct stream stream;
	struct tls_context *tls;
	struct buf in, out;
	size_t taken;  /* of .in */
	int64_t at_us; /* when the latest of .in came */
	int64_t reply_ms;
	bool open;
	char why[160];
};

bool collect_open(struct collect_wire *, const struct profile *,
    const struct profile_endpoint *);
bool collect_secure(struct collect_wire *, const struct profile *,
    const struct profile_endpoint *);
void collect_close(struct collect_wire *);
bool collect_fails(struct collect_wire *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool collect_say(struct collect_wire *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))); /* a line, CR LF added */
struct span collect_heard(const struct collect_wire *); /* and not taken */
void collect_take(struct collect_wire *, size_t n);
/* False, and all is well, when nothing came within ms. */
bool collect_more_within(struct collect_wire *, int64_t ms);
/* The same with the time a reply may take, and nothing is a failure. */
bool collect_more(struct collect_wire *);

/* ---- a mailbox ---- */

/* A copy of a message. */
struct copy {
	uint32_t uid; /* over POP3: number of this session's */
	size_t seq;
	int64_t at_us;
};

struct mailbox {
	struct load_collect *all;
	const struct profile_account *account;
	const char *to; /* NULL: it has several addresses */
	pthread_t thread;
	bool running;

	struct collect_wire wire;
	bool inside; /* logged in */
	unsigned tag;
	bool refused; /* the last command; the session goes on */

	/* IMAP */
	uint32_t validity, next; /* UIDVALIDITY; UIDs below are known */
	bool news;               /* EXISTS came */
	int64_t known_us;        /* up to when all that was visible is known */
	struct copy *fresh;
	size_t n_fresh;

	char **folders; /* others than INBOX */
	size_t n_folders;
	const char *folder; /* that is looked into */

	/* POP3 */
	char **known, **ours; /* UIDLs */
	size_t n_known, n_sorted, n_ours;

	struct copy *copies; /* found and told to the ledger */
	size_t n_copies, n_elsewhere;
	struct hist gaps;
	int64_t quiet_since_us; /* nothing outstanding; 0: there is */
	size_t removed;
	char why_left[200];
};

struct load_collect {
	struct load_collect_options o;
	const struct profile_endpoint *endpoint;
	struct load_ledger *ledger;
	struct mailbox *boxes;
	size_t n_boxes;
	bool pop3;
	int64_t poll_ms;
	_Atomic bool ending;
	_Atomic int64_t deadline_us, last_us; /* the second does not move */
	const volatile bool *_Atomic stop;
};

/* There is nothing more to wait for. */
bool collect_is_over(struct mailbox *);
void collect_nap(struct mailbox *, int64_t ms);
void collect_copy(struct mailbox *, struct copy);

/* Each false with mailbox.wire.why; then the session is over. */
struct collect_way {
	bool (*enter)(struct mailbox *, bool again);
	bool (*look)(struct mailbox *);
	void (*rest)(struct mailbox *); /* until it is time to look again */
	bool (*read)(struct mailbox *); /* content, of all copies */
	bool (*remove)(struct mailbox *);
	/* For what is missing; NULL: there is nowhere else. */
	bool (*search_elsewhere)(struct mailbox *);
	void (*leave)(struct mailbox *); /* NULL: it has been */
};

extern const struct collect_way collect_imap, collect_pop3;

#endif
