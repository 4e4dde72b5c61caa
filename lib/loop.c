/* SPDX-License-Identifier: MIT */
#include "lib/loop.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "lib/mem.h"

enum {
	BATCH = 64,
	GLANCE_MS = 200, /* a flag can rise just before we begin to wait */
};

struct watch {
	struct loop *loop;
	struct watch *next_dead;
	int fd;
	unsigned what;
	bool dead;
	loop_ready *ready;
	void *ctx;
};

struct timer {
	struct loop *loop;
	size_t at; /* index in the heap */
	int64_t due_us;
	uint64_t turn; /* equal times fire in the order they were asked for */
	loop_due *due;
	void *ctx;
};

struct loop {
	int epoll;
	bool stopped;
	size_t n_watches;
	struct watch *dead; /* freed when no event can name them any more */
	struct timer **heap;
	size_t n, room;
	uint64_t turns;
};

struct loop *
loop_new(void)
{
	struct loop *l = mem_new(1, sizeof *l);

	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	assert(l->epoll != -1);
	return l;
}

static void
bury(struct loop *l)
{
	struct watch *w;

	while ((w = l->dead) != NULL) {
		l->dead = w->next_dead;
		free(w);
	}
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	bury(l);
	for (size_t i = 0; i < l->n; i++)
		free(l->heap[i]);
	free(l->heap);
	close(l->epoll);
	free(l);
}

static void
ask(struct watch *w, unsigned what)
{
	struct epoll_event e = { .data.ptr = w };
	int op = EPOLL_CTL_MOD;
	int rc;

	if (what & LOOP_READ)
		e.events |= EPOLLIN;
	if (what & LOOP_WRITE)
		e.events |= EPOLLOUT;
	/* who asks for nothing must not be told of hang-ups for ever */
	if (w->what == 0)
		op = EPOLL_CTL_ADD;
	else if (what == 0)
		op = EPOLL_CTL_DEL;
	if (w->what != what) {
		rc = epoll_ctl(w->loop->epoll, op, w->fd, &e);
		/* a closed descriptor has left by itself */
		assert(rc == 0 || op == EPOLL_CTL_DEL);
		(void)rc;
	}
	w->what = what;
}

struct watch *
loop_watch(struct loop *l, int fd, unsigned what, loop_ready *ready, void *ctx)
{
	struct watch *w = mem_new(1, sizeof *w);

	*w = (struct watch){ .loop = l, .fd = fd, .ready = ready, .ctx = ctx };
	l->n_watches++;
	ask(w, what);
	return w;
}

void
watch_change(struct watch *w, unsigned what)
{
	assert(!w->dead);
	ask(w, what);
}

void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	assert(!w->dead);
	ask(w, 0);
	w->dead = true;
	w->next_dead = w->loop->dead;
	w->loop->dead = w;
	w->loop->n_watches--;
}

static bool
before(const struct timer *a, const struct timer *b)
{
	return a->due_us != b->due_us ? a->due_us < b->due_us
				      : a->turn < b->turn;
}

static void
put(struct loop *l, size_t at, struct timer *t)
{
	l->heap[at] = t;
	t->at = at;
}

/* Puts t where it belongs, given that it may stand at "at". */
static void
settle(struct loop *l, size_t at, struct timer *t)
{
	size_t child;

	while (at > 0 && before(t, l->heap[(at - 1) / 2])) {
		put(l, at, l->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	while ((child = 2 * at + 1) < l->n) {
		if (child + 1 < l->n &&
		    before(l->heap[child + 1], l->heap[child]))
			child++;
		if (!before(l->heap[child], t))
			break;
		put(l, at, l->heap[child]);
		at = child;
	}
	put(l, at, t);
}

struct timer *
loop_after(struct loop *l, int64_t after_ms, loop_due *due, void *ctx)
{
	struct timer *t = mem_new(1, sizeof *t);

	*t = (struct timer){ .loop = l,
		.due_us = clock_mono().us + after_ms * 1000,
		.turn = l->turns++,
		.due = due,
		.ctx = ctx };
	if (l->n == l->room) {
		l->room = l->room == 0 ? 16 : 2 * l->room;
		l->heap = mem_grow(l->heap, l->room * sizeof *l->heap);
	}
	settle(l, l->n++, t);
	return t;
}

void
timer_free(struct timer *t)
{
	struct loop *l;
	struct timer *last;

	if (t == NULL)
		return;
	l = t->loop;
	last = l->heap[--l->n];
	if (last != t)
		settle(l, t->at, last);
	free(t);
}

static void
fire(struct loop *l)
{
	const int64_t now_us = clock_mono().us;
	const uint64_t turns = l->turns; /* what a callback adds can wait */
	struct timer fired;

	while (!l->stopped && l->n > 0 && l->heap[0]->due_us <= now_us &&
	       l->heap[0]->turn < turns) {
		fired = *l->heap[0];
		timer_free(l->heap[0]);
		fired.due(fired.ctx);
	}
}

static int
wait_ms(const struct loop *l, bool flagged)
{
	int64_t left = flagged ? GLANCE_MS : -1, due;

	if (l->n > 0) {
		due = (l->heap[0]->due_us - clock_mono().us + 999) / 1000;
		if (due < 0)
			due = 0;
		if (left == -1 || due < left)
			left = due;
	}
	return left > INT32_MAX ? INT32_MAX : (int)left;
}

static void
dispatch(const struct epoll_event *e)
{
	struct watch *w = e->data.ptr;
	const unsigned gone = e->events & (EPOLLHUP | EPOLLERR);
	unsigned what = 0;

	if (w->dead)
		return;
	if (gone || (e->events & EPOLLIN))
		what |= LOOP_READ;
	if (gone || (e->events & EPOLLOUT))
		what |= LOOP_WRITE;
	what &= w->what; /* an earlier callback may have changed its mind */
	if (what != 0)
		w->ready(w->ctx, what);
}

void
loop_run(struct loop *l, const volatile bool *stop)
{
	struct epoll_event events[BATCH];
	int n;

	while (!l->stopped && (stop == NULL || !*stop) &&
	       (l->n_watches > 0 || l->n > 0)) {
		n = epoll_wait(
		    l->epoll, events, BATCH, wait_ms(l, stop != NULL));
		assert(n >= 0 || errno == EINTR);
		for (int i = 0; i < n && !l->stopped; i++)
			dispatch(&events[i]);
		fire(l);
		bury(l);
	}
	l->stopped = false;
}

void
loop_stop(struct loop *l)
{
	l->stopped = true;
}
