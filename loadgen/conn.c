/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "lib/clock.h"
#include "loadgen/ledger.h"
#include "loadgen/worker.h"

enum {
	US = 1000,
	MS = 1000000,
	RETRY_MS = 50, /* after a connection that failed */
};

static const struct scenario *
scenario(const struct worker *w)
{
	return w->pump->o->scenario;
}

static bool
is_pooled(const struct worker *w)
{
	return scenario(w)->arrive == ARRIVE_REQUESTS;
}

static unsigned
streams(const struct conn *c)
{
	return c->route->program->streams;
}

static void
set_timer(struct worker *w, struct conn *c, int64_t after_ns)
{
	wheel_set(&w->wheel, &c->timer, w->now_ns + after_ns);
}

static int64_t
timeout_ns(const struct worker *w)
{
	return scenario(w)->timeout_us * US;
}

/* With streams the timer is the oldest one's, and moves when it is due. */
static void
arm(struct worker *w, struct conn *c)
{
	if (streams(c) == 1 || c->timer.due_ns == WHEEL_NEVER)
		set_timer(w, c, timeout_ns(w));
}

/* ---- what is counted ---- */

static struct tally_op *
count(struct worker *w, unsigned op)
{
	return &tally_now(&w->tally)->ops[op];
}

/* Of a driver with streams an operation is its slot's. */
static struct open_op *
find_op(const struct worker *w, struct conn *c, const struct driver_mark *m)
{
	struct open_op *ops = c->open_ops;

	if (streams(c) > 1)
		return m->slot < w->pump->n_slots ? &ops[m->slot] : NULL;
	for (size_t i = 0; i < DRIVER_OPEN_OPS; i++)
		if (m->start ? !ops[i].open : ops[i].open && ops[i].op == m->op)
			return &ops[i];
	return NULL;
}

static struct body *
body_of(const struct worker *w, struct conn *c, unsigned slot)
{
	return &c->bodies[slot < w->pump->n_slots ? slot : 0];
}

static void
start_op(
    struct worker *w, struct conn *c, const struct driver_mark *m, int64_t at)
{
	struct open_op *o = find_op(w, c, m);
	struct body *b = body_of(w, c, m->slot);

	if (o == NULL)
		return;
	*o = (struct open_op){ .op = m->op,
		.open = true,
		.started_ns = at,
		.intended_ns = b->intended_ns != 0 ? b->intended_ns : at };
	b->intended_ns = 0;
	if (c->part == DRIVE_BODY)
		b->owes = false;
	arm(w, c);
	count(w, m->op)->begun++;
}

static int64_t
us_between(int64_t from_ns, int64_t to_ns)
{
	return to_ns > from_ns ? (to_ns - from_ns) / US : 0;
}

static void
message_told(struct worker *w, struct body *b,
    void (*told)(struct load_ledger *, size_t, int64_t))
{
	if (b->sent && b->message != NO_MESSAGE && w->pump->o->ledger != NULL)
		told(w->pump->o->ledger, b->message, w->now_ns / US);
	b->sent = false;
}

static void
stop_op(struct worker *w, struct conn *c, const struct driver_mark *m)
{
	struct open_op *o = find_op(w, c, m);
	struct tally_op *t;

	if (o == NULL || !o->open)
		return;
	o->open = false;
	t = count(w, o->op);
	if (!m->ok) {
		t->failed++;
		worker_error(w, w->pump->ops.name[o->op],
		    w->turn.why == NULL ? "failed" : w->turn.why, 1);
		return;
	}
	t->done++;
	hist_add(
	    &t->hist[CLOCK_RESPONSE], us_between(o->intended_ns, w->now_ns));
	hist_add(&t->hist[CLOCK_SERVICE], us_between(o->started_ns, w->now_ns));
	message_told(w, body_of(w, c, m->slot), load_ledger_accepted);
}

/* ---- failure ---- */

static void
fail_ops(
    struct worker *w, struct conn *c, const char *why, bool late, bool refused)
{
	const char *told = NULL;

	for (size_t i = 0; i < w->pump->n_slots; i++) {
		struct open_op *o = &c->open_ops[i];

		if (!o->open)
			continue;
		o->open = false;
		count(w, o->op)->failed++;
		count(w, o->op)->timeouts += late;
		told = w->pump->ops.name[o->op];
		worker_error(w, told, why, 1);
	}
	for (size_t i = 0; i < w->pump->n_slots; i++) {
		struct body *b = &c->bodies[i];

		if (b->owes) { /* it never came to its operation */
			const unsigned op =
			    (unsigned)c->route->program->first_op;

			count(w, op)->begun++;
			count(w, op)->failed++;
			count(w, op)->timeouts += late;
			told = w->pump->ops.name[op];
			worker_error(w, told, why, 1);
		}
		message_told(
		    w, b, refused ? load_ledger_refused : load_ledger_unknown);
		b->owes = b->busy = false;
	}
	if (told == NULL)
		worker_error(w, c->route->flow->name, why, 1);
}

void
conn_fail(struct worker *w, struct conn *c, const char *why, bool late)
{
	fail_ops(w, c, why, late, false);
	conn_over(w, c, true);
}

/* ---- from one life to the next ---- */

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
	set_timer(w, c, timeout_ns(w));
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

/* One that was opened ahead is there, or has been tried. */
static void
was_ahead(struct worker *w, struct conn *c)
{
	w->n_opening -= c->ahead;
	c->ahead = false;
}

static void
retry(struct worker *w, struct conn *c)
{
	c->state = CONN_RETRYING;
	set_timer(w, c, (int64_t)RETRY_MS * MS);
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

static void
unlist(struct worker *w, struct conn *c)
{
	struct conn **at = &w->idle[c->route - w->pump->routes];

	while (*at != NULL && *at != c)
		at = &(*at)->next;
	if (*at == c)
		*at = c->next;
}

void
conn_over(struct worker *w, struct conn *c, bool failed)
{
	const bool dead = c->state == CONN_IDLE;
	const bool silent = c->closed && c->n_busy == 0;

	if (dead)
		unlist(w, c);
	if (c->opened)
		c->route->driver->close(c->route->program, c->driver);
	c->opened = false;
	was_ahead(w, c);
	conn_hang_up(w, c, failed);
	wheel_clear(&c->timer);
	if (w->ending || (!c->user && !is_pooled(w))) {
		c->state = CONN_FREE;
		c->next = w->free;
		w->free = c;
		return;
	}
	memset(c->bodies, 0, w->pump->n_slots * sizeof c->bodies[0]);
	c->n_busy = 0;
	/* at once would be a recursion where connecting fails at once */
	if (failed || dead || silent) {
		retry(w, c);
	} else if (c->user) {
		c->state = CONN_RETRYING;
		worker_ready(w, c);
	} else {
		dial(w, c);
	}
}

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
	arm(w, c);
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
			stop_op(w, c, m);
			if (streams(c) > 1 && c->bodies[m->slot].busy) {
				c->bodies[m->slot].busy = false;
				c->n_busy--;
			}
			continue;
		}
		if (sent_ns == 0)
			sent_ns = clock_mono_ns();
		start_op(w, c, m, sent_ns);
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
	const unsigned n = streams(c);

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
		   (c->state == CONN_TALKING && streams(c) > 1 &&
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

/* Its place among the idle is where it can be found again. */
static void
rest(struct worker *w, struct conn *c)
{
	struct conn **idle = &w->idle[c->route - w->pump->routes];

	c->state = CONN_IDLE;
	was_ahead(w, c);
	wheel_clear(&c->timer);
	if (w->ending) {
		conn_quit(w, c);
		return;
	}
	c->next = *idle;
	*idle = c;
}

static void
think(struct worker *w, struct conn *c)
{
	const int64_t ns = worker_think_ns(w, c->route->flow);

	c->state = CONN_THINKING;
	c->bodies[0].intended_ns = w->now_ns + ns;
	set_timer(w, c, ns);
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
	message_told(w, &c->bodies[0], load_ledger_accepted);
	c->bodies[0].busy = false;
	c->n_busy = 0;
	if (w->turn.closing || c->closed) {
		conn_over(w, c, false);
		return false;
	}
	if (is_pooled(w)) {
		if (take_next(w, c, 0, drive))
			return true;
		if (keep(w, c))
			rest(w, c);
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
	if (is_pooled(w)) {
		c->part = DRIVE_BODY;
		was_ahead(w, c);
		if (take_next(w, c, 0, drive))
			return true;
		if (streams(c) > 1)
			*drive = DRIVE_HEAR;
		else if (keep(w, c))
			rest(w, c);
		return streams(c) > 1;
	}
	if (streams(c) > 1 && c->left > 0)
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

	if (streams(c) == 1 || c->part != DRIVE_BODY || c->n_pend != 0 ||
	    w->turn.closing || c->closed)
		return false;
	return free_slot(w, c, &slot) && take_next(w, c, slot, drive);
}

static void
wait_for_more(struct worker *w, struct conn *c)
{
	if (!keep(w, c) || streams(c) == 1 || c->part != DRIVE_BODY ||
	    c->n_busy != 0)
		return;
	/* with streams: nothing is under way, and it may hear all the same */
	if (w->turn.closing)
		conn_over(w, c, false);
	else if (w->ending || !is_pooled(w))
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
			if (streams(c) == 1 || c->part != DRIVE_BODY) {
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
			if (c->closed && streams(c) > 1 && c->n_busy == 0) {
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
				set_timer(w, c, t->pause_ms * MS);
			return;
		case DRIVE_FAILED:
			fail_ops(w, c, t->why == NULL ? "failed" : t->why,
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
	if (is_pooled(w) && !c->connected &&
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
		unlist(w, c);
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

	if (streams(c) == 1 || c->part != DRIVE_BODY || c->n_busy == 0)
		return false;
	for (size_t i = 0; i < w->pump->n_slots; i++)
		if (c->open_ops[i].open && c->open_ops[i].started_ns < oldest)
			oldest = c->open_ops[i].started_ns;
	if (oldest + timeout_ns(w) <= w->now_ns)
		return false;
	wheel_set(&w->wheel, &c->timer, oldest + timeout_ns(w));
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
		arm(w, c);
		conn_feed(w, c, (struct span){ c->hold, c->n_hold });
		break;
	case CONN_THINKING:
		thought(w, c);
		break;
	case CONN_RETRYING:
		if (w->ending) {
			c->state = CONN_FREE;
			c->next = w->free;
			w->free = c;
		} else if (c->user) {
			again(w, c);
		} else {
			dial(w, c);
		}
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
