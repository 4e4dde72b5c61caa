/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>

#include "lib/clock.h"
#include "loadgen/worker.h"

/* Ports the system gives to whoever connects may meet themselves. */
#define EPHEMERAL 32768

static void
watch(struct worker *w, struct conn *c, uint32_t events)
{
	struct epoll_event e = { .events = events,
		.data.u64 =
		    (uint64_t)c->generation << 32 | (uint64_t)(c - w->conns) };

	if (c->events == events)
		return;
	epoll_ctl(w->epoll,
	    c->events == 0 ? EPOLL_CTL_ADD
	    : events == 0  ? EPOLL_CTL_DEL
			   : EPOLL_CTL_MOD,
	    c->stream.fd, &e);
	c->events = events;
}

/* ---- up and down ---- */

static void
no_socket(struct worker *w, struct conn *c)
{
	char why[160];
	const int cause = errno;

	switch (cause) {
	case EADDRNOTAVAIL:
		/* ports of ours that wait for late segments: RFC 9293 3.3.2 */
		w->reset_on_close = true;
		w->no_port++;
		conn_fail(w, c,
		    "the generator's own machine has no port left to connect "
		    "from",
		    false);
		break;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		w->no_port++;
		snprintf(why, sizeof why, "the generator's own machine: %s",
		    strerror(cause));
		conn_fail(w, c, why, false);
		break;
	default:
		w->connect_failures++;
		snprintf(why, sizeof why, "connect: %s", strerror(cause));
		conn_fail(w, c, why, false);
		break;
	}
}

void
conn_dial(struct worker *w, struct conn *c)
{
	const int fd = net_dial(&c->route->address);

	c->connected = c->closed = c->secured = c->quitting = false;
	c->events = 0;
	c->number = ++w->number;
	c->stream.fd = -1;
	if (fd == -1) {
		no_socket(w, c);
		return;
	}
	stream_init(&c->stream, fd);
	if (++w->n_open > w->peak)
		w->peak = w->n_open;
	watch(w, c, EPOLLIN);
	if (!c->route->implicit_tls) {
		conn_opened(w, c);
		return;
	}
	stream_secure_client(
	    &c->stream, w->tls[c->route - w->pump->routes], c->route->tls_name);
	conn_shake(w, c);
}

void
conn_hang_up(struct worker *w, struct conn *c, bool reset)
{
	slab_give(w, c->hold);
	slab_give(w, c->pend);
	c->hold = c->pend = NULL;
	c->n_hold = c->n_pend = c->at_pend = 0;
	c->generation++;
	c->events = 0;
	if (c->stream.fd == -1)
		return;
	w->n_open--;
	if (c->connected)
		tally_now(&w->tally)->resent += sample_resent(c->stream.fd);
	if (reset || w->reset_on_close)
		stream_reset(&c->stream);
	else
		stream_drop(&c->stream);
}

void
conn_shake(struct worker *w, struct conn *c)
{
	c->state = CONN_SHAKING;
	switch (stream_shake(&c->stream)) {
	case STREAM_DONE:
		w->handshakes++;
		w->resumed += stream_resumed(&c->stream);
		watch(w, c, EPOLLIN);
		c->secured = true;
		conn_opened(w, c);
		break;
	case STREAM_WANT_READ:
		watch(w, c, EPOLLIN);
		break;
	case STREAM_WANT_WRITE:
		watch(w, c, EPOLLOUT);
		break;
	case STREAM_OVER:
		w->connect_failures += !c->connected;
		conn_fail(w, c, c->stream.detail, false);
		break;
	}
}

/* ---- out ---- */

static bool
keep(struct worker *w, struct conn *c, struct span rest)
{
	if (c->pend == NULL)
		c->pend = slab_take(w);
	if (c->pend == NULL || rest.len > w->slab_size - c->n_pend)
		return false;
	memcpy(c->pend + c->n_pend, rest.ptr, rest.len);
	c->n_pend += (uint32_t)rest.len;
	watch(w, c, c->events | EPOLLOUT);
	return true;
}

bool
conn_send(struct worker *w, struct conn *c)
{
	struct driver_turn *t = &w->turn;
	struct span rest = { t->out, t->n_out };
	size_t n = 0;

	t->n_out = 0;
	if (rest.len == 0 || c->stream.state == STREAM_CLOSED)
		return true;
	if (c->n_pend == 0) {
		stream_put(&c->stream, rest.ptr, rest.len, &n);
		tally_now(&w->tally)->out += n;
		rest = span_skip(rest, n);
		if (c->stream.state == STREAM_CLOSED)
			c->closed = true;
		if (rest.len == 0 || c->closed)
			return true;
	}
	return keep(w, c, rest);
}

void
conn_await(struct worker *w, struct conn *c)
{
	watch(w, c, EPOLLIN | EPOLLOUT);
}

/* Sends what was kept, if anything was. */
static void
flush(struct worker *w, struct conn *c)
{
	enum stream_wait wait = STREAM_DONE;
	size_t n;

	while (c->at_pend < c->n_pend && wait == STREAM_DONE) {
		wait = stream_put(&c->stream, c->pend + c->at_pend,
		    c->n_pend - c->at_pend, &n);
		c->at_pend += (uint32_t)n;
		tally_now(&w->tally)->out += n;
	}
	if (c->at_pend < c->n_pend && wait != STREAM_OVER)
		return;
	slab_give(w, c->pend);
	c->pend = NULL;
	c->n_pend = c->at_pend = 0;
	watch(w, c, c->events & ~(uint32_t)EPOLLOUT);
}

/* ---- in ---- */

bool
conn_hold(struct worker *w, struct conn *c, struct span rest)
{
	if (rest.len == 0) {
		slab_give(w, c->hold);
		c->hold = NULL;
		c->n_hold = 0;
		return true;
	}
	if (c->hold == NULL)
		c->hold = slab_take(w);
	if (c->hold == NULL || rest.len > w->slab_size)
		return false;
	if (rest.ptr != c->hold)
		memmove(c->hold, rest.ptr, rest.len);
	c->n_hold = (uint32_t)rest.len;
	return true;
}

/* Reads what is there, behind what is held; false: there was nothing. */
static bool
hear(struct worker *w, struct conn *c, struct span *in)
{
	char *into = c->hold == NULL ? w->in : c->hold;
	const size_t room =
	    (c->hold == NULL ? WORKER_READ : w->slab_size) - c->n_hold;
	size_t n = 0, some;
	enum stream_wait wait;

	/* TLS gives a record at a time, and may hold several */
	do {
		wait = stream_get(
		    &c->stream, into + c->n_hold + n, room - n, &some);
		n += some;
	} while (wait == STREAM_DONE && c->stream.ssl != NULL &&
		 room - n >= WORKER_READ / 2 && stream_holds(&c->stream));
	tally_now(&w->tally)->in += n;
	if (wait == STREAM_OVER)
		c->closed = true;
	*in = (struct span){ into, c->n_hold + n };
	return n != 0 || c->closed;
}

static void
heard(struct worker *w, struct conn *c, struct span in)
{
	if (c->closed)
		watch(w, c, 0); /* it would be readable for ever */
	if (c->state == CONN_TALKING) {
		conn_feed(w, c, in);
		return;
	}
	if (!conn_hold(w, c, in) || c->n_hold == w->slab_size)
		conn_fail(w, c, "unasked for, more than can be held", false);
	else if (c->closed && c->state == CONN_IDLE)
		conn_over(w, c, false);
}

/* Writable, readable or failed for the first time. */
static bool
is_connected(struct worker *w, struct conn *c, uint32_t events)
{
	char why[160];
	int cause = 0;

	if (c->connected)
		return true;
	if ((events & (EPOLLERR | EPOLLHUP)) != 0 ||
	    c->route->address.port >= EPHEMERAL)
		cause = net_dialled(c->stream.fd);
	/* a reset after the handshake is a connection all the same */
	if (cause == 0 || cause == ECONNRESET || cause == EPIPE) {
		c->connected = true;
		w->connects++;
		return true;
	}
	w->connect_failures++;
	snprintf(why, sizeof why, "connect: %s", strerror(cause));
	conn_fail(w, c, why, false);
	return false;
}

void
conn_ready(struct worker *w, struct conn *c, uint32_t events)
{
	const uint32_t generation = c->generation;
	struct span in;

	if (!is_connected(w, c, events))
		return;
	if (c->state == CONN_DIALLING) {
		watch(w, c, EPOLLIN);
		conn_opened(w, c);
		return;
	}
	if (c->state == CONN_SHAKING) {
		conn_shake(w, c);
		return;
	}
	if ((events & EPOLLOUT) != 0)
		flush(w, c);
	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0)
		return;
	/* TLS may hold more than the socket tells of */
	do
		if (hear(w, c, &in))
			heard(w, c, in);
	while (c->generation == generation && !c->closed &&
	       c->stream.ssl != NULL && c->state != CONN_SHAKING &&
	       stream_holds(&c->stream));
}
