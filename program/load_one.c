/* SPDX-License-Identifier: MIT */
#include "program/load_one.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "loadgen/echo.h"
#include "loadgen/pump.h"
#include "loadgen/until.h"
#include "program/load_examine.h"
#include "program/load_prepare.h"
#include "program/load_session.h"
#include "program/program.h"

#define LEAD_US INT64_C(2000000)   /* to the first second of the plan */
#define REST_US INT64_C(120000000) /* to read mailboxes and clear them */

/* Repeats differ in their seed, and their messages by their names. */
static void
prepare(struct load_one *d)
{
	const struct scenario *s = d->scenario;
	const bool many = d->repeat > 0 && s->repeats > 1;

	d->as = *s;
	d->as.seed = arrival_seed(s->seed, d->repeat);
	d->scenario = &d->as;
	buf_init(&d->heard, LOAD_HEARD_MOST);
	d->run = d->repeat > 1 ? mem_textf("%s.r%d", d->carry->run, d->repeat)
			       : mem_text(span_of(d->carry->run));
	d->name = many ? mem_textf("%s, repeat %d of %d", s->name, d->repeat,
			     s->repeats)
		       : mem_text(span_of(s->name));
}

static bool
plan_one(struct load_one *d, struct err *err)
{
	buf_init(&d->asked, LOAD_FEED_MOST);
	return load_prepare(d->scenario, d->carry->profile, &d->feeder,
	    &d->plan, &d->asked, err);
}

/* Addresses stand in the header: is there room for the longest? */
static bool
has_room(const struct load_one *d, int64_t size, struct err *err)
{
	const struct scenario *s = d->scenario;
	const char *longest = "";

	for (size_t i = 0; i < s->n_accounts; i++) {
		const struct profile_account *a =
		    profile_account(d->carry->profile, s->accounts[i]);

		if (a != NULL && strlen(a->address) > strlen(longest))
			longest = a->address;
	}
	return load_ledger_fits(d->ledger, longest, longest, (size_t)size) ||
	       err_set(err, ERR_CONFIG,
		   "%s: a message of %lld octets has no room for its header, "
		   "with <%s> in it: make it larger",
		   s->path, (long long)size, longest);
}

/* A ledger for what will be sent, and somebody who looks for it. */
static bool
keep_books(struct load_one *d, struct err *err)
{
	const struct scenario *s = d->scenario;
	const size_t n = pump_messages(s, &d->plan);
	const struct load_collect_options collect = {
		.profile = d->carry->profile,
		.service = s->collect,
		.accounts = (const char *const *)s->accounts,
		.n_accounts = s->n_accounts,
		.wait_us = s->collect_us,
	};
	int64_t sizes[SCENARIO_FLOWS];
	size_t n_sizes = 0;
	char *name;

	if (n == 0)
		return true;
	for (size_t i = 0; i < s->n_flows; i++)
		if (s->flows[i].delivers)
			sizes[n_sizes++] = s->flows[i].size;
	name = mem_textf("%s.%s.%u", d->run, s->name, d->carry->ranks.rank);
	d->ledger = load_ledger_new(name, n, sizes, n_sizes);
	free(name);
	for (size_t i = 0; i < n_sizes; i++)
		if (!has_room(d, sizes[i], err))
			return false;
	if (s->collect == NULL)
		return true;
	load_live_say(&d->live, "looking into mailboxes");
	d->collect = load_collect_start(&collect, d->ledger, err);
	return d->collect != NULL;
}

static void
balance(struct load_one *d)
{
	struct measure_ledger *l = &d->measure.ledger;
	struct load_collected collected = { 0 };

	if (d->ledger == NULL)
		return;
	if (d->collect != NULL) {
		load_live_say(&d->live, "reading mailboxes back");
		load_collect_finish(d->collect, d->carry->stop, l, &collected);
		d->collect = NULL;
	}
	load_ledger_settle(d->ledger, d->scenario->collect_us, l);
	if (collected.why_left[0] != '\0' && d->carry->progress != NULL)
		fprintf(d->carry->progress,
		    "yanshou: not all that the load left could be taken away: "
		    "%s\n",
		    collected.why_left);
}

static void
on_second(void *ctx, const struct measure *m, size_t n)
{
	struct load_one *d = ctx;
	const struct ranks *ranks = &d->carry->ranks;
	const int64_t now = clock_mono().us;
	char silent[PROGRESS_TEXT];

	ranks_second(ranks, &d->progress, m, n);
	if (ranks->n == 1) {
		load_live_second(&d->live, m, n);
		load_metrics_second(&d->metrics, m, n);
		return;
	}
	if (ranks->rank != 0)
		return;
	progress_text(&d->progress, now, silent);
	d->live.note = silent[0] == '\0' ? NULL : silent;
	n = progress_whole(&d->progress, now);
	load_live_second(&d->live, &d->progress.all, n);
	load_metrics_second(&d->metrics, &d->progress.all, n);
	d->live.note = NULL;
}

static void
on_wait(void *ctx, const char *for_whom)
{
	struct load_one *d = ctx;
	char text[PROGRESS_TEXT];

	snprintf(text, sizeof text, "waiting for rank %s", for_whom);
	load_live_say(&d->live, text);
}

/* When all do; from then on they are listened for. */
static struct wall
begin(struct load_one *d)
{
	const struct wall start = ranks_start(&d->carry->ranks);

	for (unsigned k = 0; k < d->progress.n; k++)
		d->progress.of[k].heard_us = clock_mono().us + LEAD_US;
	return start;
}

static size_t
end_at(void *ctx, const struct measure *m, size_t n)
{
	struct load_one *d = ctx;
	const size_t second = until_end(d->scenario, m, n, d->carry->profile);

	if (second != 0)
		d->live.planned_seconds = second;
	return second;
}

/* Of several ranks: rank 0 looks at what all have told, others hear of it. */
static size_t
end_told(void *ctx)
{
	struct load_one *d = ctx;
	const struct ranks *ranks = &d->carry->ranks;
	const int missed = d->look.missed;
	size_t second;

	if (ranks->rank != 0)
		return ranks_end_told(ranks);
	if (!ranks_look_is_due(&d->look, &d->progress))
		return 0;
	ranks_hear(ranks, &d->progress);
	second = ranks_look(&d->look, &d->progress, d->carry->profile);
	if (second != 0) {
		ranks_tell_end(ranks, second);
		d->live.planned_seconds = second;
	} else if (d->look.missed > missed) {
		load_live_say(&d->live,
		    "goes on: not all ranks told in time what a look at it "
		    "takes");
	}
	return second;
}

/* Which of its moments it ended at, for whoever reads of it. */
static void
note_look(struct load_one *d)
{
	struct measure *m = &d->measure;
	char text[80];

	m->looks = until_looks(&d->as);
	m->precision = d->as.precision;
	if (!m->ended)
		return;
	m->look = until_look(&d->as, m->judged_to - m->judged_from);
	snprintf(text, sizeof text, "told at look %d of %d, ended at %zu s",
	    m->look, m->looks, m->judged_to);
	load_live_say(&d->live, text);
}

static bool
pump_one(struct load_one *d, struct err *err)
{
	const struct load_carry *c = d->carry;
	const struct pump_options o = {
		.scenario = d->scenario,
		.plan = &d->plan,
		.profile = c->profile,
		.feeder = d->feeder,
		.answers = d->scenario->prepared != NULL &&
				   d->scenario->prepared->answers
			       ? &d->answers
			       : NULL,
		.ledger = d->ledger,
		.run = d->run,
		.workers = (unsigned)c->request->workers,
		.rank = c->ranks.rank,
		.ranks = c->ranks.n,
		.start = begin(d),
		.stop = c->stop,
		.first = c->request->first,
		.on_second = on_second,
		.end_at = c->ranks.n == 1 ? end_at : NULL,
		/* no rank knows what the others have measured */
		.end_told =
		    c->ranks.n > 1 && until_looks(&d->as) > 0 ? end_told : NULL,
		.ctx = d,
	};

	struct load_session *session;
	struct err why;
	bool ok;

	session = load_session_start(
	    d->scenario, c->profile, d->feeder, LOAD_SESSION_US);
	ok = pump_run(&o, &d->measure, err);
	if (!load_session_stop(session, &why) && c->progress != NULL)
		fprintf(c->progress,
		    "yanshou: the session of the load could not be opened "
		    "anew: %s\n",
		    why.what);
	return ok;
}

/* What was kept, looked at wholly; now that nobody is hurried by it. */
static void
examine(struct load_one *d)
{
	if (d->answers == NULL)
		return;
	load_live_say(&d->live, "examining what was answered");
	load_examine(&(struct load_examine){ .scenario = d->scenario,
			 .profile = d->carry->profile,
			 .feeder = d->feeder,
			 .answers = d->answers },
	    &d->measure, &d->heard);
}

/* The target is left as it was found. */
static void
undo(const struct load_one *d)
{
	struct err err;

	if (!load_prepare_undo(
		d->scenario, d->carry->profile, d->feeder, &err) &&
	    d->carry->progress != NULL)
		fprintf(d->carry->progress,
		    "yanshou: what was made for the load is still there: %s\n",
		    err.what);
}

/* What we can do at all; 0 when the machine did not let us find out. */
static double
calibrate(const struct load_one *d)
{
	struct echo e;
	struct err ignored;

	if (!echo_calibrate(
		(unsigned)d->carry->request->workers, &e, &ignored) ||
	    e.stolen)
		return 0;
	return e.rate;
}

/* Whoever is not ready says so: nobody waits for one who will not come. */
static bool
all_ready(struct load_one *d, bool ready, struct err *err)
{
	char digest[65];
	struct err other;

	if (ready)
		arrival_digest(&d->plan, digest);
	if (ranks_agree(
		&d->carry->ranks, "plan", ready ? digest : NULL, &other))
		return true;
	if (ready)
		*err = other;
	return false;
}

/* Ours is measured, well or not; what all have is rank 0's. */
static bool
gather(struct load_one *d, bool good, struct err *err)
{
	const struct ranks *ranks = &d->carry->ranks;
	const struct ranks_end end = {
		.good = good,
		.rest_us = 2 * d->scenario->collect_us + REST_US,
		.stop = d->carry->stop,
		.waits = on_wait,
		.ctx = d,
	};
	struct measure *m = &d->measure;
	struct err other;

	if (ranks_gather(ranks, &d->progress, &end, m, &other)) {
		/* each rank's ledger has the whole plan */
		m->ledger.planned /= (uint64_t)(m->ranks - m->ranks_lost);
		return good;
	}
	if (good)
		*err = other;
	return false;
}

bool
load_one_measure(struct load_one *d, struct err *err)
{
	const size_t seconds =
	    (size_t)(scenario_length_us(d->scenario) / 1000000);
	double echo_rate;
	bool ok;

	prepare(d);
	load_live_start(&d->live, d->carry->progress, d->name, seconds);
	if (d->repeat > 0 && d->as.repeats > 1)
		load_live_say(&d->live, "begins");
	d->metrics = (struct load_metrics){ .fd = -1 };
	progress_init(&d->progress, d->carry->ranks.n, clock_mono().us);
	ranks_look_init(&d->look, &d->as);
	ok = d->carry->request->metrics_port == 0 ||
	     d->carry->ranks.rank != 0 ||
	     load_metrics_open(&d->metrics,
		 (uint16_t)d->carry->request->metrics_port, d->scenario->name,
		 err);
	ok = ok && plan_one(d, err) && keep_books(d, err);
	echo_rate = ok ? calibrate(d) : 0;
	ok = all_ready(d, ok, err);
	if (ok) {
		ok = pump_one(d, err);
		if (!ok)
			measure_init(&d->measure, d->scenario, 0);
		ranks_pumped(&d->carry->ranks, &d->progress, &d->measure);
		d->measured = true;
		d->measure.echo_rate = echo_rate;
		note_look(d);
		if (d->as.repeats > 1 && d->repeat > 0) {
			d->measure.repeat = d->repeat;
			d->measure.repeats = d->as.repeats;
		}
		balance(d);
		examine(d);
		ok = gather(d, ok, err);
	}
	if (d->feeder != NULL)
		undo(d);
	load_live_finish(&d->live);
	load_metrics_close(&d->metrics);
	return ok;
}

void
load_one_free(struct load_one *d)
{
	struct measure_ledger unread = { 0 };
	struct load_collected collected;

	if (d->collect != NULL)
		load_collect_finish(
		    d->collect, &program_stop, &unread, &collected);
	if (d->measured)
		measure_free(&d->measure);
	load_ledger_free(d->ledger);
	arrival_free(&d->plan);
	feeder_close(d->feeder);
	answers_free(d->answers);
	buf_free(&d->asked);
	buf_free(&d->heard);
	free(d->run);
	free(d->name);
	progress_free(&d->progress);
}
