/* SPDX-License-Identifier: MIT */
#include "loadgen/conn_inner.h"

enum { RETRY_MS = 50 }; /* after a connection that failed */

struct conn *
conn_take(struct worker *w, struct route *route)
{
	const struct pump *p = w->pump;
	struct conn *c = w->free;
	size_t i;

	if (c != NULL) {
		w->free = c->next;
	} else {
		if (w->n_used == p->n_conns)
			return NULL;
		i = w->n_used++;
		c = &w->conns[i];
		wheel_timer_init(&c->timer);
		c->stream.fd = -1;
		c->driver = w->states + i * p->state_size;
		c->bodies = w->bodies + i * p->n_slots;
		c->open_ops = w->open_ops + i * p->n_slots;
	}
	c->route = route;
	c->n_busy = 0;
	c->left = 0;
	c->user = false;
	memset(c->bodies, 0, p->n_slots * sizeof c->bodies[0]);
	memset(c->open_ops, 0, p->n_slots * sizeof c->open_ops[0]);
	return c;
}

static void
give_back(struct worker *w, struct conn *c)
{
	c->state = CONN_FREE;
	c->next = w->free;
	w->free = c;
}

/* Whose INBOX is spoken of is known where the account's name is used. */
static struct mailbox_view *
view_of(struct worker *w, struct conn *c)
{
	const uint64_t named =
	    UINT64_C(1) << VAR_ACCOUNT_USER | UINT64_C(1) << VAR_ACCOUNT_PLAIN;
	const size_t n = w->pump->n_accounts;
	struct mailbox_view *v;

	if (!c->route->imap)
		return NULL;
	v = &w->views[c - w->conns];
	mailbox_view_open(v, n == 0 || (c->route->program->uses & named) == 0
				 ? NULL
				 : w->pump->books[c->account % n]);
	return v;
}

static void
dial(struct worker *w, struct conn *c)
{
	c->part = DRIVE_BEGIN;
	c->opened = true;
	conn_timer(w, c, conn_timeout_ns(w));
	memset(c->driver, 0, c->route->program->state_size);
	c->view = view_of(w, c);
	c->route->driver->open(c->route->program, c->driver);
	conn_dial(w, c);
}

void
conn_session(struct worker *w, struct conn *c, const struct arrival *a,
    int64_t intended_ns, size_t message)
{
	const int repeat = c->route->flow->repeat;

	c->account = a->account;
	c->left = repeat < 1 ? 1 : (uint32_t)repeat;
	c->message = message;
	c->bodies[0] = (struct body){ .intended_ns = intended_ns,
		.owes = true,
		.seq = w->seq,
		.message = NO_MESSAGE,
		.feed = a->feed };
	dial(w, c);
}

void
conn_ahead(struct worker *w, struct conn *c)
{
	const struct scenario_flow *f = c->route->flow;
	const size_t i = (size_t)(c - w->conns) * w->pump->parts + w->part;

	c->ahead = true;
	w->n_opening++;
	if (f->n_accounts != 0)
		c->account = f->accounts[i % f->n_accounts];
	else if (w->pump->n_accounts != 0)
		c->account = (uint32_t)(i % w->pump->n_accounts);
	dial(w, c);
}

void
conn_was_ahead(struct worker *w, struct conn *c)
{
	w->n_opening -= c->ahead;
	c->ahead = false;
}

static void
retry_later(struct worker *w, struct conn *c)
{
	c->state = CONN_RETRYING;
	conn_timer(w, c, (int64_t)RETRY_MS * NS_PER_MS);
}

/* The session of a user begins anew. */
static void
again(struct worker *w, struct conn *c)
{
	const int repeat = c->route->flow->repeat;

	c->left = repeat < 1 ? 1 : (uint32_t)repeat;
	c->bodies[0].owes = true;
	c->bodies[0].intended_ns = 0;
	dial(w, c);
}

void
conn_retry(struct worker *w, struct conn *c)
{
	if (w->ending)
		give_back(w, c);
	else if (c->user)
		again(w, c);
	else
		dial(w, c);
}

void
conn_unlist(struct worker *w, struct conn *c)
{
	struct conn **at = &w->idle[c->route - w->pump->routes];

	while (*at != NULL && *at != c)
		at = &(*at)->next;
	if (*at == c)
		*at = c->next;
}

void
conn_rest(struct worker *w, struct conn *c)
{
	struct conn **idle = &w->idle[c->route - w->pump->routes];

	c->state = CONN_IDLE;
	conn_was_ahead(w, c);
	wheel_clear(&c->timer);
	if (w->ending) {
		conn_quit(w, c);
		return;
	}
	c->next = *idle;
	*idle = c;
}

void
conn_over(struct worker *w, struct conn *c, bool failed)
{
	const bool dead = c->state == CONN_IDLE;
	const bool silent = c->closed && c->n_busy == 0;

	if (dead)
		conn_unlist(w, c);
	if (c->opened)
		c->route->driver->close(c->route->program, c->driver);
	c->opened = false;
	conn_was_ahead(w, c);
	conn_hang_up(w, c, failed);
	wheel_clear(&c->timer);
	if (w->ending || (!c->user && !conn_is_pooled(w))) {
		give_back(w, c);
		return;
	}
	memset(c->bodies, 0, w->pump->n_slots * sizeof c->bodies[0]);
	c->n_busy = 0;
	/* at once would be a recursion where connecting fails at once */
	if (failed || dead || silent) {
		retry_later(w, c);
	} else if (c->user) {
		c->state = CONN_RETRYING;
		worker_ready(w, c);
	} else {
		dial(w, c);
	}
}

void
conn_fail(struct worker *w, struct conn *c, const char *why, bool late)
{
	conn_ops_fail(w, c, why, late, false);
	conn_over(w, c, true);
}
