/* SPDX-License-Identifier: MIT */
/*
 * worker - one thread of the pump; its parts share this and nobody else does.
 *
 *	pump.c		options in, threads, measurements out
 *	pump_init.c	what all of them read
 *	worker.c	one thread: arrivals, time, what waits
 *	worker_init.c	all that it has
 *	worker_values.c	what its drivers ask it for
 *	conn.c ...	one connection: loadgen/conn_inner.h
 */
#ifndef LOADGEN_WORKER_H
#define LOADGEN_WORKER_H

#include <pthread.h>

#include "lib/net.h"
#include "lib/tls.h"
#include "loadgen/driver.h"
#include "loadgen/mailbox_model.h"
#include "loadgen/pump.h"
#include "loadgen/sampler.h"
#include "loadgen/tally.h"
#include "loadgen/wheel.h"

#define WORKER_ERRORS 32
#define WORKER_WAKE   UINT64_MAX /* among events of epoll: the eventfd */
#define WORKER_READ   65536 /* octets of one read */
#define NO_MESSAGE    SIZE_MAX

struct account {
	struct span user, password, address, plain, dn;
};

/* One flow, and where it leads to. */
struct route {
	const struct scenario_flow *flow;
	const struct driver *driver;
	struct driver_program *program;
	struct net_address address;
	const char *tls_name;
	bool implicit_tls;
	bool imap;   /* what it is told is held against itself */
	size_t pool; /* connections of a worker; of ARRIVE_REQUESTS */
};

/* Read-only once workers run, but for .stop. */
struct pump {
	const struct pump_options *o;
	struct operations ops;
	struct route routes[SCENARIO_FLOWS];
	size_t n_routes;
	struct account *accounts;
	size_t n_accounts;
	struct mailbox_book **books; /* of accounts; NULL: nobody speaks IMAP */
	char *filler;                /* ${message} of whom no ledger is kept */
	size_t longest;

	unsigned n_workers;        /* of this rank */
	unsigned parts;            /* of all ranks */
	int64_t begin_ns;          /* known once .go is true */
	_Atomic int64_t end_ns;    /* likewise; it may become earlier */
	_Atomic size_t n_arrivals; /* of the plan; it may become less */
	size_t n_conns, n_waiting; /* of each worker */
	size_t n_messages;         /* that the plan numbers */
	bool stays;                /* some flow does */
	/* the most that any route's driver asks for */
	size_t state_size, n_slots, out_most, scratch, hold_most;
	_Atomic bool go; /* the plan begins */
	_Atomic bool stop;
};

enum conn_state {
	CONN_FREE,
	CONN_DIALLING, /* in the pool, with nothing to say before it is up */
	CONN_SHAKING,  /* TLS */
	CONN_TALKING,  /* the driver is to hear what comes */
	CONN_PAUSED,   /* @pause */
	CONN_THINKING, /* between two bodies */
	CONN_IDLE,     /* in the pool */
	CONN_RETRYING, /* to be opened, a little later */
};

/* An operation that has begun. */
struct open_op {
	int64_t intended_ns, started_ns;
	uint8_t op;
	bool open;
};

/* A body under way; several where a driver has streams. */
struct body {
	int64_t intended_ns; /* 0: when it begins */
	uint64_t seq;
	size_t message; /* NO_MESSAGE: none */
	uint32_t feed;
	bool busy;
	bool owes; /* nothing was counted for it yet */
	bool sent; /* the message was */
};

struct conn {
	struct wheel_timer timer; /* first: it is found by it */
	struct stream stream;
	struct route *route;
	struct conn *next; /* free, or idle */
	struct conn *next_ready;
	void *driver; /* its state */
	char *hold;   /* heard and not used */
	char *pend;   /* to be sent; from at_pend to n_pend */
	uint32_t n_hold, at_pend, n_pend;
	uint32_t generation;
	uint32_t events; /* of epoll */
	uint32_t account;
	uint32_t left;   /* bodies, this one included */
	uint32_t n_busy; /* bodies under way */
	uint64_t number; /* of the connection, for ${id} */
	size_t message;  /* the next one's number */
	uint8_t state, part;
	bool connected, closed, secured;
	bool quitting;       /* END has begun */
	bool user;           /* of a closed loop */
	bool opened;         /* its driver was */
	bool ahead;          /* on its way to the pool for the first time */
	struct body *bodies; /* n_slots */
	struct open_op *open_ops;
	struct mailbox_view *view; /* NULL: it does not speak IMAP */
};

struct waiting {
	size_t arrival, message;
};

struct line_of { /* those who wait for a connection of one route */
	struct waiting *at;
	size_t head, n;
};

struct worker_error {
	char what[240];
	uint64_t hash, n;
};

struct worker {
	struct pump *pump;
	unsigned index; /* of this rank */
	unsigned part;  /* of all */
	pthread_t thread;
	int epoll, wake;
	int64_t now_ns; /* when the event at hand was seen */

	struct wheel wheel;
	struct tally_ring tally;
	int64_t second_end_ns;
	int64_t gap_ns;    /* between events, of late */
	int64_t answer_ns; /* what an operation took, of late */
	struct sample_thread sample;

	struct conn *conns;
	char *states;
	struct body *bodies;
	struct open_op *open_ops;
	struct mailbox_view *views; /* NULL: nobody speaks IMAP */
	size_t n_used, n_open;
	_Atomic size_t n_open_seen; /* the same, for the control thread */
	size_t whole; /* the control thread's: seconds it has of us */
	struct conn *free;
	struct conn *idle[SCENARIO_FLOWS];
	struct conn *ready; /* users who go on; see worker_ready() */
	struct line_of lines[SCENARIO_FLOWS];
	size_t n_waiting;

	char *slab; /* for .hold and .pend */
	size_t slab_size, slab_used;
	char *slab_free;

	struct tls_context *tls[SCENARIO_FLOWS];
	struct driver_turn turn;
	struct conn *turning; /* whose turn it is */
	char *in, *text, *message;
	size_t made; /* the message that .message holds */
	size_t n_made;

	size_t next;         /* arrival */
	size_t next_message; /* its first */
	size_t own_message;  /* of those the plan does not number */
	uint64_t seq, number;
	uint64_t chance;
	char id[96];
	size_t n_id;
	bool ending, reset_on_close, over;
	int64_t drain_end_ns;
	size_t ahead_route, ahead; /* what is still to be opened ahead */
	size_t n_opening;          /* of those, on their way */
	_Atomic bool is_ready;     /* all have been tried */
	bool begun;                /* .go was seen */
	bool stopped;              /* .stop was */

	uint64_t connects, connect_failures, handshakes, resumed;
	uint64_t no_port; /* the generator's own failure */
	size_t peak;
	struct worker_error errors[WORKER_ERRORS];
	size_t n_errors;
	uint64_t asked; /* for memory, after the start */
};

/* ---- pump_init.c ---- */

/* To be freed in any case. */
bool pump_init(struct pump *, const struct pump_options *, struct err *);
void pump_free(struct pump *);
/* Messages that an arrival stands for, and the plan numbers. */
size_t messages_of(const struct scenario *, const struct arrival *);

/* ---- worker_init.c ---- */

/* To be freed in any case. */
bool worker_init(struct worker *, struct pump *, unsigned index, struct err *);
void worker_free(struct worker *);

char *slab_take(struct worker *); /* NULL: none is left */
void slab_give(struct worker *, char *);

/* ---- worker_values.c ---- */

/* For struct driver_turn: variables, and a good answer of whose turn it is. */
struct span worker_value(struct driver_turn *, int var);
void worker_keep(struct driver_turn *, struct span octets);

/* ---- worker.c ---- */

void *worker_run(void *worker);

/* The next who waits for this route; false when nobody does. */
bool worker_next_waiting(struct worker *, struct route *, struct waiting *);
/* A number for a message that the plan has none for. */
size_t worker_own_message(struct worker *);
/*
 * A user goes on, once all that came was heard: what many say in one go wakes
 * the target once.
 */
void worker_ready(struct worker *, struct conn *);
void worker_error(struct worker *, const char *op, const char *why, uint64_t n);
int64_t worker_think_ns(struct worker *, const struct scenario_flow *);

/* ---- conn_life.c ---- */

/* NULL when all are in use. */
struct conn *conn_take(struct worker *, struct route *);
/* A session, or a user's, from the connection on; message: the first. */
void conn_session(struct worker *, struct conn *, const struct arrival *,
    int64_t intended_ns, size_t message);
/* One that is opened ahead, and idle when it is ready. */
void conn_ahead(struct worker *, struct conn *);
/* Everything it owes has failed; it is hung up. */
void conn_fail(struct worker *, struct conn *, const char *why, bool late);
void conn_over(struct worker *, struct conn *, bool failed);

/* ---- conn.c ---- */

/* A request on one that has room for it. */
void conn_request(struct worker *, struct conn *, const struct waiting *);
/* When all is over: does it end after the body at hand? */
bool conn_leaves(const struct worker *, const struct conn *);
bool conn_has_room(const struct worker *, const struct conn *);
void conn_quit(struct worker *, struct conn *); /* END, and hang up */
void conn_due(struct worker *, struct conn *);  /* its timer */

/* What was heard, or nothing, goes to its driver. */
void conn_feed(struct worker *, struct conn *, struct span in);
void conn_opened(struct worker *, struct conn *); /* and secured, if asked */

/* ---- conn_io.c ---- */

void conn_dial(struct worker *, struct conn *);
void conn_ready(struct worker *, struct conn *, uint32_t events);
void conn_shake(struct worker *, struct conn *);
void conn_await(struct worker *, struct conn *); /* its connection */
/* Sends turn->out or keeps it; false: the generator has no room for it. */
bool conn_send(struct worker *, struct conn *);
bool conn_hold(struct worker *, struct conn *, struct span rest);
void conn_hang_up(struct worker *, struct conn *, bool reset);

#endif
