/* SPDX-License-Identifier: MIT */
#include "loadgen/pump.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "lib/kit.h"
#include "lib/mem.h"
#include "loadgen/answers.h"
#include "loadgen/feeder.h"
#include "loadgen/worker.h"

enum {
	MS = 1000000,
	SECOND = 1000000000,
	LOOK_MS = 20,   /* between two looks of the control thread */
	LEAST_MS = 5,   /* from the last word of it to the start of the plan */
	MOST_MS = 5000, /* to open ahead; and one for each connection */
	LATE_SECONDS = 8, /* of lateness that are still being added to */
	CUT_MS = 100,     /* before the plan is cut off, at least */
	MANY = 100, /* connections from which on their memory can be told */
};

/* What the control thread works with. */
struct control {
	struct pump *pump;
	struct worker *workers;
	struct measure *m;
	struct hist late[LATE_SECONDS];
	size_t late_second[LATE_SECONDS];
	size_t whole; /* seconds that were told */
	struct sample_machine machine;
	size_t machine_second;
	uint64_t memory, per_connection;
	size_t most_connections;
};

/* ---- the start ---- */

static void
wake_all(struct control *c)
{
	const uint64_t one = 1;

	for (unsigned i = 0; i < c->pump->n_workers; i++)
		(void)!write(c->workers[i].wake, &one, sizeof one);
}

static bool
are_ready(const struct control *c)
{
	for (unsigned i = 0; i < c->pump->n_workers; i++)
		if (!atomic_load(&c->workers[i].is_ready))
			return false;
	return true;
}

/*
 * When the plan begins, by the clock that workers read: when it is said to,
 * or once all connections that are opened ahead are there or were tried.
 */
static void
set_start(struct control *c)
{
	struct pump *p = c->pump;
	const struct timespec pause = { .tv_nsec = MS };
	const int64_t wait_us = p->o->start.us - clock_wall().us;
	const int64_t latest = clock_mono_ns() + MOST_MS * (int64_t)MS +
			       (int64_t)p->n_conns * p->n_workers * MS;

	if (wait_us > 0)
		p->begin_ns = clock_mono_ns() + wait_us * 1000;
	while (wait_us <= 0 && !are_ready(c) && !atomic_load(&p->stop) &&
	       clock_mono_ns() < latest && (p->o->stop == NULL || !*p->o->stop))
		nanosleep(&pause, NULL);
	if (wait_us <= 0)
		p->begin_ns = clock_mono_ns() + LEAST_MS * (int64_t)MS;
	p->end_ns = p->begin_ns + p->o->plan->end_ns;
	atomic_store_explicit(&p->go, true, memory_order_release);
	wake_all(c);
}

/* ---- measurements ---- */

static bool
is_ours(const struct pump *p, size_t arrival)
{
	const size_t part = arrival % p->parts;
	const size_t first = (size_t)p->o->rank * p->n_workers;

	return part >= first && part < first + p->n_workers;
}

/* Arrivals a second of ours, of that part of the plan. */
static double
rate_of(const struct pump *p, int64_t from, int64_t to)
{
	const struct load_plan *plan = p->o->plan;
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += is_ours(p, i) && plan->at[i].at_ns >= from &&
		     plan->at[i].at_ns < to;
	return (double)n * SECOND / (double)(to - from);
}

static void
note_judged(struct measure *m, const struct pump *p)
{
	const struct scenario *s = p->o->scenario;
	const struct load_plan *plan = p->o->plan;
	int64_t from = -1, to = 0;

	for (size_t i = 0; i < plan->n_phases && i < s->n_phases; i++)
		if (s->phases[i].judged) {
			from = from == -1 ? plan->phase_from_ns[i] : from;
			to = plan->phase_to_ns[i];
		}
	if (from == -1)
		return;
	m->judged_from = (size_t)((from + SECOND - 1) / SECOND);
	m->judged_to = (size_t)(to / SECOND);
	if (m->judged_to <= m->judged_from) { /* less than a second */
		m->judged_from = (size_t)(from / SECOND);
		m->judged_to = m->judged_from + 1;
	}
	m->offered_rate = rate_of(p, from, to);
}

static void
measure_begin(struct measure *m, const struct pump *p)
{
	const struct load_plan *plan = p->o->plan;
	const size_t seconds = (size_t)((plan->end_ns + SECOND - 1) / SECOND);
	char digest[65], text[CLOCK_TEXT];
	struct utsname u;

	measure_init(m, p->o->scenario, seconds < 1 ? 1 : seconds);
	for (size_t i = 0; i < p->ops.n; i++)
		measure_op_add(m, p->ops.name[i]);
	for (size_t i = 0; i < plan->n; i++) {
		const size_t second = (size_t)(plan->at[i].at_ns / SECOND);

		if (is_ours(p, i) && second < m->n_seconds)
			m->seconds[second].planned++;
	}
	note_judged(m, p);
	arrival_digest(plan, digest);
	wall_text(clock_wall(), text);
	m->plan_digest = mem_text(span_of(digest));
	m->started = mem_text(span_of(text));
	m->kit = mem_text(span_of(kit_name()));
	if (uname(&u) == 0)
		m->machine = mem_textf("%s %s %s, %ld cores", u.sysname,
		    u.release, u.machine, sysconf(_SC_NPROCESSORS_ONLN));
	m->workers = (int)p->n_workers;
}

static void
note_late(struct control *c, size_t second)
{
	struct measure_health *h = &c->m->seconds[second].health;
	const struct hist *late = &c->late[second % LATE_SECONDS];

	h->late_n = late->n;
	h->late_max_us = late->max;
	h->late_p99_us = hist_percentile(late, 99);
}

static struct hist *
late_of(struct control *c, size_t second)
{
	const size_t i = second % LATE_SECONDS;

	if (c->late_second[i] != second)
		hist_clear(&c->late[i]);
	c->late_second[i] = second;
	return &c->late[i];
}

static void
note_machine(struct control *c, int64_t now_ns)
{
	const int64_t since = now_ns - c->pump->begin_ns;
	const size_t second = since < 0 ? 0 : (size_t)(since / SECOND);
	struct sample_machine s;
	struct measure_health *h;

	if (second == c->machine_second)
		return;
	s = sample_machine();
	measure_grow(c->m, second);
	for (; c->machine_second < second && second <= c->m->n_seconds;
	     c->machine_second++) {
		h = &c->m->seconds[c->machine_second].health;
		h->steal = sample_steal(c->machine, s);
	}
	c->machine_second = second;
	c->machine = s;
}

static void
note_memory(struct control *c)
{
	const uint64_t now = sample_memory();
	size_t n = 0;

	for (unsigned i = 0; i < c->pump->n_workers; i++)
		n += atomic_load_explicit(
		    &c->workers[i].n_open_seen, memory_order_relaxed);
	if (n < MANY || n <= c->most_connections)
		return;
	c->most_connections = n;
	c->per_connection = now > c->memory ? (now - c->memory) / n : 0;
}

/* That second, or the first at which the plan can still be cut off. */
static size_t
reachable(const struct pump *p, size_t second)
{
	const int64_t since =
	    clock_mono_ns() + CUT_MS * (int64_t)MS - p->begin_ns;
	const size_t soonest =
	    since <= 0 ? 0 : (size_t)((since + SECOND - 1) / SECOND);

	return second > soonest ? second : soonest;
}

/*
 * The plan ends there: what was due later was never meant to be sent.  What
 * was sent later, because that is almost now, is not judged.
 */
static void
cut_off(struct control *c, size_t second)
{
	struct pump *p = c->pump;
	const struct load_plan *plan = p->o->plan;
	const int64_t judged_ns = (int64_t)second * SECOND;
	const size_t end = reachable(p, second);
	int64_t end_ns = (int64_t)end * SECOND;
	size_t n = plan->n;

	if (c->m->interrupted || judged_ns >= plan->end_ns ||
	    second <= c->m->judged_from)
		return;
	end_ns = end_ns < plan->end_ns ? end_ns : plan->end_ns;
	while (n > 0 && plan->at[n - 1].at_ns >= end_ns)
		n--;
	p->n_arrivals = n;
	p->end_ns = p->begin_ns + end_ns;
	wake_all(c);
	for (size_t i = end; i < c->m->n_seconds; i++)
		c->m->seconds[i].planned = 0;
	c->m->judged_to = second;
	c->m->offered_rate =
	    rate_of(p, (int64_t)c->m->judged_from * SECOND, judged_ns);
	c->m->ended = true;
}

static void
tell(struct control *c, size_t whole)
{
	const struct pump_options *o = c->pump->o;
	size_t second = 0;

	/* whoever is told of a second is told all of it */
	note_machine(c, clock_mono_ns());
	/* each of them is asked about, though two came at a time */
	for (size_t n = c->whole + 1; n <= whole; n++)
		if (o->end_at != NULL && !c->m->ended && second == 0)
			second = o->end_at(o->ctx, c->m, n);
	if (second != 0)
		cut_off(c, second);
	c->whole = whole;
	if (o->on_second != NULL)
		o->on_second(o->ctx, c->m, whole);
}

/* Has somebody else decided when it ends? */
static void
ask_for_the_end(struct control *c)
{
	const struct pump_options *o = c->pump->o;
	size_t second = 0;

	if (o->end_told != NULL && !c->m->ended)
		second = o->end_told(o->ctx);
	if (second != 0)
		cut_off(c, second);
}

/* Takes what workers have given; false once all have ended. */
static bool
collect(struct control *c)
{
	size_t whole = SIZE_MAX;
	bool more_comes = false;

	for (unsigned i = 0; i < c->pump->n_workers; i++) {
		struct tally_ring *r = &c->workers[i].tally;
		struct tally *t;

		while ((t = tally_next(r)) != NULL) {
			const size_t second = t->second;

			tally_into(t, c->pump->ops.n, c->m, late_of(c, second));
			note_late(c, second);
			c->workers[i].whole = second + 1;
			tally_back(r);
		}
		more_comes |= tally_more(r);
		if (c->workers[i].whole < whole)
			whole = c->workers[i].whole;
	}
	if (whole > c->whole && whole != SIZE_MAX)
		tell(c, whole);
	return more_comes;
}

static void
stop(struct control *c)
{
	if (c->m->interrupted)
		return;
	c->m->interrupted = true;
	atomic_store(&c->pump->stop, true);
	wake_all(c);
}

static void
watch_over(struct control *c)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * (long)MS };

	c->machine = sample_machine();
	while (collect(c)) {
		if (c->pump->o->stop != NULL && *c->pump->o->stop)
			stop(c);
		ask_for_the_end(c);
		note_machine(c, clock_mono_ns());
		note_memory(c);
		nanosleep(&pause, NULL);
	}
}

static void
add_up(struct control *c)
{
	struct measure *m = c->m;
	uint64_t asked = 0;
	size_t last = 0; /* second of which some worker has anything */

	for (unsigned i = 0; i < c->pump->n_workers; i++) {
		const struct worker *w = &c->workers[i];

		m->connects += w->connects;
		m->connect_failures += w->connect_failures;
		m->no_ports += w->no_port;
		m->handshakes += w->handshakes;
		m->resumed += w->resumed;
		m->peak_connections += w->peak;
		asked += w->asked;
		last = w->whole > last ? w->whole : last;
		for (size_t k = 0; k < w->n_errors; k++)
			measure_error_add(m, w->errors[k].what, w->errors[k].n);
	}
	/* nothing is left of what was cut off */
	while (m->ended && m->n_seconds > m->judged_to && m->n_seconds > last)
		m->n_seconds--;
	m->bytes_per_connection = c->per_connection;
	if (c->pump->o->asked != NULL)
		*c->pump->o->asked = asked;
}

/* ---- threads ---- */

static int
start_one(struct worker *w, bool first)
{
	const struct sched_param low = { .sched_priority = 1 };
	pthread_attr_t attr;
	int rc;

	pthread_attr_init(&attr);
	if (first) {
		pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
		pthread_attr_setschedpolicy(&attr, SCHED_RR);
		pthread_attr_setschedparam(&attr, &low);
	}
	rc = pthread_create(&w->thread, &attr, worker_run, w);
	pthread_attr_destroy(&attr);
	return rc;
}

static bool
start_all(struct control *c, unsigned *n, struct err *err)
{
	const bool first = c->pump->o->first;

	for (*n = 0; *n < c->pump->n_workers; ++*n) {
		const int rc = start_one(&c->workers[*n], first);

		if (rc == EPERM && first)
			return err_set(err, ERR_CONFIG,
			    "to go before everything else is not permitted "
			    "here: it takes root, CAP_SYS_NICE or a limit of "
			    "real-time priority (ulimit -r)");
		if (rc != 0)
			return err_set(err, ERR_CONFIG, "thread %u of %u: %s",
			    *n + 1, c->pump->n_workers, strerror(rc));
	}
	return true;
}

static bool
run(struct control *c, struct err *err)
{
	struct pump *p = c->pump;
	unsigned n;
	bool ok = true;

	for (unsigned i = 0; ok && i < p->n_workers; i++)
		ok = worker_init(&c->workers[i], p, i, err);
	if (!ok)
		return false;
	measure_begin(c->m, p);
	c->memory = sample_memory();
	ok = start_all(c, &n, err);
	if (!ok)
		atomic_store(&p->stop, true);
	set_start(c);
	if (ok)
		watch_over(c);
	while (n > 0)
		pthread_join(c->workers[--n].thread, NULL);
	if (ok)
		add_up(c);
	else
		measure_free(c->m);
	return ok;
}

bool
pump_run(const struct pump_options *o, struct measure *m, struct err *err)
{
	struct pump p;
	struct control c = { .pump = &p, .m = m };
	bool ok = pump_init(&p, o, err);

	if (ok && o->answers != NULL)
		*o->answers = answers_new(p.n_workers, o->plan->n,
		    o->feeder == NULL ? 0 : feeder_rows(o->feeder));
	if (ok && o->answers != NULL && o->scenario->prepared != NULL &&
	    o->scenario->prepared->keeps != 0)
		answers_limit(*o->answers, o->scenario->prepared->keeps);
	if (ok) {
		c.workers = mem_new(p.n_workers, sizeof c.workers[0]);
		for (size_t i = 0; i < LATE_SECONDS; i++)
			hist_init(&c.late[i]);
		ok = run(&c, err);
		for (unsigned i = 0; i < p.n_workers; i++)
			worker_free(&c.workers[i]);
		for (size_t i = 0; i < LATE_SECONDS; i++)
			hist_free(&c.late[i]);
		free(c.workers);
	}
	pump_free(&p);
	return ok;
}
