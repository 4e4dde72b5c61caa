/* SPDX-License-Identifier: MIT */
/*
 * conn_inner - what the files of a connection share, and nobody else needs.
 *
 *	conn.c		its driver's turns, and what comes after them
 *	conn_ops.c	its operations: counted, timed, failed
 *	conn_life.c	from the pool to the connection and back
 *	conn_io.c	octets, handshake, readiness
 */
#ifndef LOADGEN_CONN_INNER_H
#define LOADGEN_CONN_INNER_H

#include "loadgen/ledger.h"
#include "loadgen/worker.h"

enum { NS_PER_US = 1000, NS_PER_MS = 1000000 };

static inline bool
conn_is_pooled(const struct worker *w)
{
	return w->pump->o->scenario->arrive == ARRIVE_REQUESTS;
}

static inline unsigned
conn_streams(const struct conn *c)
{
	return c->route->program->streams;
}

static inline void
conn_timer(struct worker *w, struct conn *c, int64_t after_ns)
{
	wheel_set(&w->wheel, &c->timer, w->now_ns + after_ns);
}

static inline int64_t
conn_timeout_ns(const struct worker *w)
{
	return w->pump->o->scenario->timeout_us * NS_PER_US;
}

/* With streams the timer is the oldest one's, and moves when it is due. */
static inline void
conn_arm(struct worker *w, struct conn *c)
{
	if (conn_streams(c) == 1 || c->timer.due_ns == WHEEL_NEVER)
		conn_timer(w, c, conn_timeout_ns(w));
}

/* ---- conn_ops.c ---- */

void conn_op_starts(
    struct worker *, struct conn *, const struct driver_mark *, int64_t at_ns);
void conn_op_stops(struct worker *, struct conn *, const struct driver_mark *);
/* What became of the message of a body, once it was sent. */
void conn_told(struct worker *, struct body *,
    void (*told)(struct load_ledger *, size_t, int64_t));
/* Everything that it owes. */
void conn_ops_fail(
    struct worker *, struct conn *, const char *why, bool late, bool refused);

/* ---- conn_life.c ---- */

void conn_retry(struct worker *, struct conn *); /* its time has come */
/* Its place among the idle is where it can be found again. */
void conn_rest(struct worker *, struct conn *);
void conn_unlist(struct worker *, struct conn *);
/* One that was opened ahead is there, or has been tried. */
void conn_was_ahead(struct worker *, struct conn *);

#endif
