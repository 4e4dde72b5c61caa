/* SPDX-License-Identifier: MIT */
#include "loadgen/worker.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "loadgen/arrival.h"

enum {
	SECOND = 1000000000,
	EVENTS = 128,
	AHEAD = 64,            /* connections that are on their way at a time */
	NAP_NS = 100000,       /* however fast the answers are */
	NAP_MOST_NS = 1000000, /* however slow */
	NAP_PART = 16,         /* between the two: of an answer's time */
};

/* ---- what conn.c asks for ---- */

static char
without_digits(char c)
{
	return c >= '0' && c <= '9' ? '0' : c;
}

/* Answers that differ in numbers alone are one error. */
void
worker_error(struct worker *w, const char *op, const char *why, uint64_t n)
{
	struct worker_error *e = w->errors;
	uint64_t hash = UINT64_C(14695981039346656037);
	size_t i;

	for (const char *p = op; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
	for (const char *p = why; *p != '\0' && p < why + 80; p++)
		hash = (hash ^ (unsigned char)without_digits(*p)) *
		       UINT64_C(1099511628211);
	for (i = 0; i < w->n_errors && e[i].hash != hash; i++)
		;
	if (i == WORKER_ERRORS)
		i--; /* the last one collects what has no place */
	if (i == w->n_errors) {
		w->n_errors++;
		e[i] = (struct worker_error){ .hash = hash };
		if (i == WORKER_ERRORS - 1)
			snprintf(e[i].what, sizeof e[i].what, "others");
		else
			snprintf(e[i].what, sizeof e[i].what, "%.40s: %.180s",
			    op, why);
	}
	e[i].n += n;
}

int64_t
worker_think_ns(struct worker *w, const struct scenario_flow *f)
{
	const double ns = (double)f->think_us * 1000;

	if (!f->think_random)
		return (int64_t)ns;
	return (int64_t)(-log(chance_unit(&w->chance)) * ns);
}

size_t
worker_own_message(struct worker *w)
{
	const struct pump *p = w->pump;
	const size_t n = p->n_messages + w->part + w->own_message * p->parts;

	w->own_message++;
	return n;
}

bool
worker_next_waiting(struct worker *w, struct route *route, struct waiting *next)
{
	struct line_of *l = &w->lines[route - w->pump->routes];

	if (l->n == 0)
		return false;
	*next = l->at[l->head];
	l->head = l->head == w->pump->n_waiting ? 0 : l->head + 1;
	l->n--;
	w->n_waiting--;
	return true;
}

void
worker_ready(struct worker *w, struct conn *c)
{
	c->next_ready = w->ready;
	w->ready = c;
}

static void
go_on(struct worker *w)
{
	struct conn *c = w->ready, *next;

	w->ready = NULL;
	for (; c != NULL; c = next) {
		next = c->next_ready;
		conn_due(w, c);
	}
}

/* ---- arrivals ---- */

static bool
has_arrivals(const struct worker *w)
{
	return w->begun && !w->ending && w->next < w->pump->n_arrivals;
}

static int64_t
due_ns(const struct worker *w, size_t arrival)
{
	return w->pump->begin_ns + w->pump->o->plan->at[arrival].at_ns;
}

/* A pooled connection with room; those with streams share it out. */
static struct conn *
with_room(struct worker *w, struct route *r)
{
	struct conn *best = NULL;

	if (r->program->streams == 1)
		return w->idle[r - w->pump->routes];
	for (size_t i = 0; i < w->n_used; i++) {
		struct conn *c = &w->conns[i];

		if (c->route == r && conn_has_room(w, c) &&
		    (best == NULL || c->n_busy < best->n_busy))
			best = c;
	}
	return best;
}

/* False: it has to wait. */
static bool
start(struct worker *w, struct route *r, const struct waiting *next)
{
	const struct arrival *a = &w->pump->o->plan->at[next->arrival];
	const enum arrive arrive = w->pump->o->scenario->arrive;
	struct conn *c =
	    arrive == ARRIVE_REQUESTS ? with_room(w, r) : conn_take(w, r);

	if (c == NULL)
		return false;
	tally_now(&w->tally)->begun++;
	c->user = arrive == ARRIVE_CLOSED;
	if (arrive == ARRIVE_REQUESTS)
		conn_request(w, c, next);
	else
		conn_session(w, c, a, due_ns(w, next->arrival),
		    messages_of(w->pump->o->scenario, a) == 0 ? NO_MESSAGE
							      : next->message);
	return true;
}

static void
arrive(struct worker *w)
{
	const struct load_plan *plan = w->pump->o->plan;
	struct waiting one = { w->next, w->next_message };
	struct route *r = &w->pump->routes[plan->at[w->next].flow];
	struct line_of *l = &w->lines[r - w->pump->routes];
	const size_t last = w->next + w->pump->parts;

	hist_add(&tally_now(&w->tally)->late,
	    (w->now_ns - due_ns(w, w->next)) / 1000);
	for (; w->next < last && w->next < plan->n; w->next++)
		w->next_message +=
		    messages_of(w->pump->o->scenario, &plan->at[w->next]);
	w->next = last;
	if (l->n == 0 && start(w, r, &one))
		return;
	if (w->n_waiting >= w->pump->n_waiting) {
		tally_now(&w->tally)->dropped++;
		return;
	}
	l->at[(l->head + l->n) % (w->pump->n_waiting + 1)] = one;
	l->n++;
	w->n_waiting++;
}

static void
arrive_all(struct worker *w)
{
	while (has_arrivals(w) && due_ns(w, w->next) <= w->now_ns) {
		arrive(w);
		w->now_ns = clock_mono_ns();
	}
}

/* Sessions that wait take the places of those that are over. */
static void
serve_waiting(struct worker *w)
{
	if (w->pump->o->scenario->arrive == ARRIVE_REQUESTS)
		return; /* a connection takes its next itself */
	for (size_t i = 0; i < w->pump->n_routes && w->n_waiting != 0; i++) {
		struct line_of *l = &w->lines[i];

		while (l->n != 0 &&
		       start(w, &w->pump->routes[i], &l->at[l->head])) {
			struct waiting gone;

			worker_next_waiting(w, &w->pump->routes[i], &gone);
		}
	}
}

/* ---- time ---- */

static struct sample_thread
note_second(struct worker *w)
{
	struct tally *t = tally_now(&w->tally);
	const struct sample_thread s = sample_thread();

	t->waiting = w->n_waiting;
	t->connections = w->n_open;
	t->cpu = sample_cpu(w->sample, s);
	t->run_queue = sample_queue(w->sample, s);
	return s;
}

static void
turn_second(struct worker *w)
{
	const struct sample_thread s = note_second(w);
	const int64_t since = w->now_ns - w->pump->begin_ns;

	w->second_end_ns =
	    w->pump->begin_ns + (since / SECOND + 1) * (int64_t)SECOND;
	if (tally_turn(&w->tally, (size_t)(since / SECOND)))
		w->sample = s;
}

static bool
is_stopped(const struct worker *w)
{
	return atomic_load_explicit(&w->pump->stop, memory_order_relaxed);
}

/* Whoever leaves when all is over need not think to the end. */
static void
wake(struct worker *w)
{
	for (size_t i = 0; i < w->n_used; i++) {
		struct conn *c = &w->conns[i];

		if (c->state == CONN_THINKING && conn_leaves(w, c) &&
		    c->timer.due_ns != WHEEL_NEVER)
			conn_due(w, c);
	}
}

/* No further arrivals; those who are idle leave. */
static void
end(struct worker *w)
{
	w->ending = true;
	w->stopped = is_stopped(w);
	wake(w);
	for (size_t i = 0; i < w->pump->n_routes; i++) {
		const struct route *r = &w->pump->routes[i];
		struct conn *c;

		while ((c = w->idle[i]) != NULL) {
			w->idle[i] = c->next;
			c->state = CONN_TALKING;
			conn_quit(w, c);
		}
		for (size_t k = 0; r->program->streams > 1 && k < w->n_used;
		     k++) {
			c = &w->conns[k];
			if (c->route == r && c->state == CONN_TALKING &&
			    c->part == DRIVE_BODY && c->n_busy == 0)
				conn_quit(w, c);
		}
	}
}

/* Whether the plan is done with, as far as we can tell. */
static bool
plan_over(const struct worker *w)
{
	if (is_stopped(w))
		return true;
	if (w->pump->o->scenario->arrive == ARRIVE_CLOSED || w->pump->stays)
		return w->now_ns >= w->pump->end_ns;
	return w->next >= w->pump->n_arrivals && w->n_waiting == 0;
}

static void
give_up(struct worker *w)
{
	tally_now(&w->tally)->dropped += w->n_waiting;
	w->n_waiting = 0;
	for (size_t i = 0; i < w->pump->n_routes; i++)
		w->lines[i].n = 0;
	for (size_t i = 0; i < w->n_used; i++) {
		struct conn *c = &w->conns[i];

		if (c->state == CONN_THINKING || c->state == CONN_IDLE)
			conn_over(w, c, false); /* it owes nothing */
		else if (c->state != CONN_FREE && c->state != CONN_RETRYING)
			conn_fail(
			    w, c, "not answered when all had to end", true);
	}
	w->over = true;
}

static bool
has_work(const struct worker *w)
{
	if (w->n_open != 0 || w->n_waiting != 0)
		return true;
	for (size_t i = 0; i < w->n_used; i++)
		if (w->conns[i].state != CONN_FREE)
			return true;
	return false;
}

static void
look_at_the_clock(struct worker *w)
{
	const int64_t drain_ns = w->pump->o->scenario->drain_us * 1000;

	atomic_store_explicit(&w->n_open_seen, w->n_open, memory_order_relaxed);
	if (!w->begun)
		return;
	if (w->now_ns >= w->second_end_ns)
		turn_second(w);
	if (!w->ending && plan_over(w)) {
		end(w);
		w->drain_end_ns = (is_stopped(w) || w->now_ns > w->pump->end_ns
					  ? w->now_ns
					  : w->pump->end_ns) +
				  drain_ns;
	}
	/* those that wait when the plan is over do so no longer than that */
	if (!w->ending && w->now_ns > w->pump->end_ns + drain_ns) {
		end(w);
		give_up(w);
	}
	if (w->ending && !has_work(w))
		w->over = true;
	else if (w->ending && w->now_ns >= w->drain_end_ns)
		give_up(w);
}

static void
due_timers(struct worker *w)
{
	struct wheel_timer *t;

	while ((t = wheel_due(&w->wheel, w->now_ns)) != NULL)
		conn_due(w, (struct conn *)t);
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Where the system has no epoll_pwait2(), which came with Linux 5.11. */
static int
wait_in_two_steps(
    struct worker *w, struct epoll_event *events, const struct timespec *ts)
{
	struct pollfd p = { .fd = w->epoll, .events = POLLIN };

	ppoll(&p, 1, ts, NULL);
	return epoll_wait(w->epoll, events, EVENTS, 0);
}

static int
wait_for_events(struct worker *w, struct epoll_event *events)
{
	int64_t until = least(w->second_end_ns,
	    least(wheel_next_ns(&w->wheel), w->now_ns + SECOND));
	struct timespec ts = { 0 };
	int64_t ns;
	int n;

	if (has_arrivals(w))
		until = least(until, due_ns(w, w->next));
	if (w->ready != NULL)
		until = 0;
	if (w->ending)
		until = least(until, w->drain_end_ns);
	ns = until - clock_mono_ns();
	if (ns > 0) {
		ts.tv_sec = ns / SECOND;
		ts.tv_nsec = ns % SECOND;
	}
	n = epoll_pwait2(w->epoll, events, EVENTS, &ts, NULL);
	return n == -1 && errno == ENOSYS ? wait_in_two_steps(w, events, &ts)
					  : n;
}

static void
handle(struct worker *w, const struct epoll_event *e)
{
	const uint64_t index = e->data.u64 & UINT32_MAX;
	uint64_t drop;

	if (e->data.u64 == WORKER_WAKE) {
		(void)!read(w->wake, &drop, sizeof drop);
		return;
	}
	if (index < w->n_used &&
	    w->conns[index].generation == (uint32_t)(e->data.u64 >> 32))
		conn_ready(w, &w->conns[index], e->events);
}

/* A few at a time: what listens has a queue of its own. */
static void
open_ahead(struct worker *w)
{
	struct pump *p = w->pump;

	while (w->n_opening < AHEAD && w->ahead_route < p->n_routes) {
		struct route *r = &p->routes[w->ahead_route];
		struct conn *c = NULL;

		if (w->ahead < r->pool)
			c = conn_take(w, r);
		if (c != NULL) {
			w->ahead++;
			conn_ahead(w, c);
		} else {
			w->ahead_route++;
			w->ahead = 0;
		}
	}
	if (w->ahead_route == p->n_routes && w->n_opening == 0)
		atomic_store_explicit(&w->is_ready, true, memory_order_relaxed);
}

/* The control thread has said when; until then there is no time. */
static void
look_for_the_start(struct worker *w)
{
	if (w->begun ||
	    !atomic_load_explicit(&w->pump->go, memory_order_acquire))
		return;
	w->begun = true;
	w->sample = sample_thread();
	w->second_end_ns = w->pump->begin_ns + SECOND;
}

/*
 * To be woken for each answer costs more than the answer, and latency is not
 * what a closed loop is for: its users wait for one another, a tenth of a
 * millisecond or a sixteenth of what an answer takes, and no longer than until
 * a quarter of them are answered, so that the target does not run out of work.
 */
static int64_t
nap_ns(const struct worker *w)
{
	int64_t most = least(w->answer_ns / NAP_PART, NAP_MOST_NS);

	if (most < NAP_NS)
		most = NAP_NS;
	return least(w->gap_ns * (int64_t)w->n_open / 4, most);
}

static void
nap(const struct worker *w)
{
	const int64_t ns = nap_ns(w);
	const struct timespec ts = { .tv_nsec = (long)ns };

	if (w->pump->o->scenario->arrive == ARRIVE_CLOSED && !w->ending &&
	    w->ready == NULL && !has_arrivals(w) && ns >= 2 * w->gap_ns)
		nanosleep(&ts, NULL);
}

/* The mean over about eight times that events came. */
static void
note_gap(struct worker *w, int64_t since_ns, int n)
{
	if (n > 0)
		w->gap_ns += ((w->now_ns - since_ns) / n - w->gap_ns) / 8;
}

static void
pump_events(struct worker *w)
{
	struct epoll_event events[EVENTS];
	int64_t since_ns = clock_mono_ns();

	w->gap_ns = SECOND;
	while (!w->over) {
		int n;

		if (!w->ending)
			open_ahead(w);
		nap(w);
		n = wait_for_events(w, events);
		w->now_ns = clock_mono_ns();
		note_gap(w, since_ns, n);
		if (n > 0)
			since_ns = w->now_ns;
		for (int i = 0; i < n; i++) {
			arrive_all(w);
			handle(w, &events[i]);
			w->now_ns = clock_mono_ns();
		}
		arrive_all(w);
		due_timers(w);
		go_on(w);
		serve_waiting(w);
		look_for_the_start(w);
		look_at_the_clock(w);
	}
}

void *
worker_run(void *worker)
{
	struct worker *w = worker;
	const uint64_t asked = mem_asked();

	/* a thread's timers are otherwise late by 50 us on purpose */
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	w->now_ns = clock_mono_ns();
	wheel_init(&w->wheel, w->now_ns);
	w->sample = sample_thread();
	w->second_end_ns = INT64_MAX;
	pump_events(w);
	note_second(w);
	tally_end(&w->tally);
	w->asked = mem_asked() - asked;
	return NULL;
}
