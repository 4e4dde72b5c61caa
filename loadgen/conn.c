/* SPDX-License-Identifier: MIT */
#include "lib/clock.h"
#include "loadgen/conn_inner.h"

/* ---- turns ---- */

static void
turn_of(struct worker *w, struct conn *c, unsigned slot)
{
	struct driver_turn *t = &w->turn;

	w->turning = c;
	t->n_marks = t->n_out = 0;
	t->full = t->refused = false;
	t->slot = (uint16_t)slot;
	t->why = NULL;
	t->closed = c->closed;
}

/* What a mailbox is said to be has to agree with what it was. */
static enum drive
hold_against(
    struct worker *w, struct conn *c, struct span before, enum drive drive)
{
	struct driver_turn *t = &w->turn;
	const char *why;

	if (c->view == NULL || drive == DRIVE_FAILED)
		return drive;
	why = mailbox_view_heard(
	    c->view, span_take(before, before.len - t->in.len));
	if (why == NULL)
		return drive;
	/* no operation ends well with it, and nothing further is said */
	t->why = why;
	t->n_marks = t->n_out = 0;
	return DRIVE_FAILED;
}

static enum drive
begin_part(
    struct worker *w, struct conn *c, enum drive_part part, unsigned slot)
{
	const struct span before = w->turn.in;

	turn_of(w, c, slot);
	c->part = (uint8_t)part;
	c->state = CONN_TALKING;
	if (!c->route->program->has[part])
		return DRIVE_DONE;
	conn_arm(w, c);
	return hold_against(w, c, before,
	    c->route->driver->begin(
		c->route->program, c->driver, part, &w->turn));
}

static enum drive
feed_part(struct worker *w, struct conn *c)
{
	const struct span before = w->turn.in;

	turn_of(w, c, 0);
	return hold_against(w, c, before,
	    c->route->driver->feed(c->route->program, c->driver, &w->turn));
}

static enum drive
begin_body(struct worker *w, struct conn *c, unsigned slot, int64_t intended_ns,
    size_t message, uint32_t feed)
{
	struct body *b = &c->bodies[slot];

	*b = (struct body){ .intended_ns = intended_ns,
		.owes = true,
		.busy = true,
		.seq = w->seq++,
		.message = message,
		.feed = feed };
	c->n_busy++;
	return begin_part(w, c, DRIVE_BODY, slot);
}

/* Times for the marks, octets for the target. */
static bool
settle(struct worker *w, struct conn *c)
{
	struct driver_turn *t = &w->turn;
	int64_t sent_ns = 0;

	for (size_t i = 0; i < t->n_marks; i++) {
		const struct driver_mark *m = &t->marks[i];

		if (!m->start) {
			conn_op_stops(w, c, m);
			if (conn_streams(c) > 1 && c->bodies[m->slot].busy) {
				c->bodies[m->slot].busy = false;
				c->n_busy--;
			}
			continue;
		}
		if (sent_ns == 0)
			sent_ns = clock_mono_ns();
		conn_op_starts(w, c, m, sent_ns);
	}
	t->n_marks = 0;
	if (c->view != NULL)
		mailbox_view_said(c->view, (struct span){ t->out, t->n_out });
	return !t->full && conn_send(w, c);
}

/* ---- what comes after a part ---- */

/* The number of the next message of a session, when its flow has any. */
static size_t
next_message(struct worker *w, struct conn *c)
{
	if (!c->route->flow->delivers)
		return NO_MESSAGE;
	return c->message != NO_MESSAGE ? c->message++ : worker_own_message(w);
}

static bool
free_slot(const struct worker *w, const struct conn *c, unsigned *slot)
{
	const unsigned n = conn_streams(c);

	for (*slot = 0; *slot < n && *slot < w->pump->n_slots; ++*slot)
		if (!c->bodies[*slot].busy)
			return true;
	return false;
}

bool
conn_has_room(const struct worker *w, const struct conn *c)
{
	unsigned slot;

	return (c->state == CONN_IDLE ||
		   (c->state == CONN_TALKING && conn_streams(c) > 1 &&
		       c->part == DRIVE_BODY && c->n_pend == 0)) &&
	       free_slot(w, c, &slot);
}

/* A waiting request, or for a user the next; false: none. */
static bool
take_next(struct worker *w, struct conn *c, unsigned slot, enum drive *drive)
{
	const struct load_plan *plan = w->pump->o->plan;
	struct waiting next;

	if (c->user) {
		if (w->ending || (c->left == 0 && !c->route->flow->stays))
			return false;
		if (c->left > 0)
			c->left--;
		*drive = begin_body(w, c, slot, 0, next_message(w, c), 0);
		return true;
	}
	if (!worker_next_waiting(w, c->route, &next))
		return false;
	tally_now(&w->tally)->begun++;
	*drive = begin_body(w, c, slot,
	    w->pump->begin_ns + plan->at[next.arrival].at_ns,
	    c->route->flow->delivers ? next.message : NO_MESSAGE,
	    plan->at[next.arrival].feed);
	return true;
}

/* What was heard beyond the end of a part is the next one's. */
static bool
keep(struct worker *w, struct conn *c)
{
	if (conn_hold(w, c, w->turn.in))
		return true;
	conn_fail(w, c, "more than can be held", false);
	return false;
}

static void
think(struct worker *w, struct conn *c)
{
	const int64_t ns = worker_think_ns(w, c->route->flow);

	c->state = CONN_THINKING;
	c->bodies[0].intended_ns = w->now_ns + ns;
	conn_timer(w, c, ns);
}

bool
conn_leaves(const struct worker *w, const struct conn *c)
{
	return w->stopped || c->user || c->route->flow->stays;
}

/* More bodies of this session? */
static bool
goes_on(struct worker *w, struct conn *c)
{
	if (w->ending && conn_leaves(w, c))
		return false;
	if (c->left > 0)
		c->left--;
	return c->left > 0 || c->route->flow->stays;
}

/* The part is over: the next one begins, or false with nothing to do. */
static bool
after_body(struct worker *w, struct conn *c, enum drive *drive)
{
	conn_told(w, &c->bodies[0], load_ledger_accepted);
	c->bodies[0].busy = false;
	c->n_busy = 0;
	if (w->turn.closing || c->closed) {
		conn_over(w, c, false);
		return false;
	}
	if (conn_is_pooled(w)) {
		if (take_next(w, c, 0, drive))
			return true;
		if (keep(w, c))
			conn_rest(w, c);
		return false;
	}
	if (!goes_on(w, c)) {
		c->quitting = true;
		*drive = begin_part(w, c, DRIVE_END, 0);
		return true;
	}
	if (c->route->flow->think_us > 0) {
		if (keep(w, c))
			think(w, c);
		return false;
	}
	if (c->user) {
		if (!keep(w, c))
			return false;
		c->state = CONN_THINKING;
		c->bodies[0].intended_ns = 0;
		wheel_clear(&c->timer);
		worker_ready(w, c);
		return false;
	}
	*drive = begin_body(w, c, 0, 0, next_message(w, c), c->bodies[0].feed);
	return true;
}

static bool
after_begin(struct worker *w, struct conn *c, enum drive *drive)
{
	if (conn_is_pooled(w)) {
		c->part = DRIVE_BODY;
		conn_was_ahead(w, c);
		if (take_next(w, c, 0, drive))
			return true;
		if (conn_streams(c) > 1)
			*drive = DRIVE_HEAR;
		else if (keep(w, c))
			conn_rest(w, c);
		return conn_streams(c) > 1;
	}
	if (conn_streams(c) > 1 && c->left > 0)
		c->left--;
	*drive = begin_body(w, c, 0, c->bodies[0].intended_ns,
	    next_message(w, c), c->bodies[0].feed);
	return true;
}

static bool
after_part(struct worker *w, struct conn *c, enum drive *drive)
{
	switch ((enum drive_part)c->part) {
	case DRIVE_BEGIN:
		return after_begin(w, c, drive);
	case DRIVE_BODY:
		return after_body(w, c, drive);
	case DRIVE_END:
	case DRIVE_PARTS:
		break;
	}
	conn_over(w, c, false);
	return false;
}

/* Of a driver with streams: those that are free are filled. */
static bool
fill_streams(struct worker *w, struct conn *c, enum drive *drive)
{
	unsigned slot;

	if (conn_streams(c) == 1 || c->part != DRIVE_BODY || c->n_pend != 0 ||
	    w->turn.closing || c->closed)
		return false;
	return free_slot(w, c, &slot) && take_next(w, c, slot, drive);
}

static void
wait_for_more(struct worker *w, struct conn *c)
{
	if (!keep(w, c) || conn_streams(c) == 1 || c->part != DRIVE_BODY ||
	    c->n_busy != 0)
		return;
	/* with streams: nothing is under way, and it may hear all the same */
	if (w->turn.closing)
		conn_over(w, c, false);
	else if (w->ending || !conn_is_pooled(w))
		conn_quit(w, c);
	else
		wheel_clear(&c->timer);
}

static void
secure(struct worker *w, struct conn *c)
{
	const size_t i = (size_t)(c->route - w->pump->routes);

	conn_hold(w, c, SPAN(""));
	if (c->n_pend != 0) {
		conn_fail(w, c, "TLS while octets wait to be sent", false);
		return;
	}
	stream_secure_client(&c->stream, w->tls[i], c->route->tls_name);
	conn_shake(w, c);
}

/* Does what a turn asked for, and has further turns. */
static void
carry_on(struct worker *w, struct conn *c, enum drive drive)
{
	struct driver_turn *t = &w->turn;

	for (;;) {
		if (!settle(w, c)) {
			conn_fail(w, c,
			    "the generator has no room for what is to be sent",
			    false);
			return;
		}
		switch (drive) {
		case DRIVE_AGAIN:
			/* what can be begun as well is sent in one piece */
			if (!fill_streams(w, c, &drive))
				drive = feed_part(w, c);
			continue;
		case DRIVE_DONE:
			if (conn_streams(c) == 1 || c->part != DRIVE_BODY) {
				if (!after_part(w, c, &drive))
					return;
				continue;
			}
			/* fallthrough */
		case DRIVE_HEAR:
			if (fill_streams(w, c, &drive))
				continue;
			if (c->closed && !t->closed && drive == DRIVE_HEAR) {
				/* found out while sending */
				drive = feed_part(w, c);
				continue;
			}
			if (c->closed && conn_streams(c) > 1 &&
			    c->n_busy == 0) {
				conn_over(w, c, false);
				return;
			}
			if (c->closed) {
				conn_fail(w, c, c->stream.detail, false);
				return;
			}
			wait_for_more(w, c);
			return;
		case DRIVE_TLS:
			secure(w, c);
			return;
		case DRIVE_PAUSE:
			c->state = CONN_PAUSED;
			if (keep(w, c))
				conn_timer(w, c, t->pause_ms * NS_PER_MS);
			return;
		case DRIVE_FAILED:
			conn_ops_fail(w, c, t->why == NULL ? "failed" : t->why,
			    false, t->refused);
			conn_over(w, c, true);
			return;
		}
	}
}

/* ---- what happens to it ---- */

void
conn_feed(struct worker *w, struct conn *c, struct span in)
{
	w->turn.in = in;
	w->turn.closing = false;
	carry_on(w, c, feed_part(w, c));
}

void
conn_opened(struct worker *w, struct conn *c)
{
	w->turn.in = SPAN("");
	w->turn.closing = false;
	if (conn_is_pooled(w) && !c->connected &&
	    !c->route->program->has[DRIVE_BEGIN]) {
		c->state = CONN_DIALLING;
		conn_await(w, c); /* it would hear nothing to tell it */
		return;
	}
	c->state = CONN_TALKING;
	if (c->part == DRIVE_BEGIN && (!c->secured || c->route->implicit_tls))
		carry_on(w, c, begin_part(w, c, DRIVE_BEGIN, 0));
	else
		carry_on(w, c, feed_part(w, c));
}

void
conn_request(struct worker *w, struct conn *c, const struct waiting *next)
{
	const struct load_plan *plan = w->pump->o->plan;
	const struct arrival *a = &plan->at[next->arrival];
	unsigned slot;

	if (!free_slot(w, c, &slot))
		return;
	if (c->state == CONN_IDLE)
		conn_unlist(w, c);
	if (!c->route->program->has[DRIVE_BEGIN])
		c->account = a->account;
	w->turn.in = (struct span){ c->hold, c->n_hold };
	w->turn.closing = false;
	carry_on(w, c,
	    begin_body(w, c, slot, w->pump->begin_ns + a->at_ns,
		c->route->flow->delivers ? next->message : NO_MESSAGE,
		a->feed));
}

void
conn_quit(struct worker *w, struct conn *c)
{
	c->quitting = true;
	if (c->closed || !c->route->program->has[DRIVE_END]) {
		conn_over(w, c, false);
		return;
	}
	w->turn.in = (struct span){ c->hold, c->n_hold };
	w->turn.closing = false;
	carry_on(w, c, begin_part(w, c, DRIVE_END, 0));
}

static void
thought(struct worker *w, struct conn *c)
{
	if (w->ending && conn_leaves(w, c)) {
		conn_quit(w, c);
		return;
	}
	w->turn.in = (struct span){ c->hold, c->n_hold };
	w->turn.closing = false;
	carry_on(w, c,
	    begin_body(w, c, 0, c->bodies[0].intended_ns, next_message(w, c),
		c->bodies[0].feed));
}

/* Of what is under way nothing has begun that long ago. */
static bool
is_early(struct worker *w, struct conn *c)
{
	int64_t oldest = w->now_ns;

	if (conn_streams(c) == 1 || c->part != DRIVE_BODY || c->n_busy == 0)
		return false;
	for (size_t i = 0; i < w->pump->n_slots; i++)
		if (c->open_ops[i].open && c->open_ops[i].started_ns < oldest)
			oldest = c->open_ops[i].started_ns;
	if (oldest + conn_timeout_ns(w) <= w->now_ns)
		return false;
	wheel_set(&w->wheel, &c->timer, oldest + conn_timeout_ns(w));
	return true;
}

/* Who says nothing may have accepted us all the same. */
static void
note_connected(struct worker *w, struct conn *c)
{
	if (c->connected)
		return;
	c->connected = net_has_peer(c->stream.fd);
	w->connects += c->connected;
	w->connect_failures += !c->connected;
}

void
conn_due(struct worker *w, struct conn *c)
{
	switch ((enum conn_state)c->state) {
	case CONN_PAUSED:
		c->state = CONN_TALKING;
		conn_arm(w, c);
		conn_feed(w, c, (struct span){ c->hold, c->n_hold });
		break;
	case CONN_THINKING:
		thought(w, c);
		break;
	case CONN_RETRYING:
		conn_retry(w, c);
		break;
	case CONN_DIALLING:
	case CONN_SHAKING:
	case CONN_TALKING:
		if (is_early(w, c))
			break;
		note_connected(w, c);
		conn_fail(w, c,
		    c->connected ? "no answer in time"
				 : "connect: no answer in time",
		    true);
		break;
	case CONN_FREE:
	case CONN_IDLE:
		break;
	}
}
