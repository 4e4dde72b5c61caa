/* SPDX-License-Identifier: MIT */
#include "program/load_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/mem.h"
#include "loadgen/health.h"
#include "loadgen/judge.h"
#include "program/load_asked.h"
#include "program/load_found.h"
#include "program/load_repeats.h"

#define PREFIX      "load."
#define PER_NINE    16  /* points of a curve for each nine */
#define POINTS_MOST 160 /* of a curve */
#define PER_DECADE  10  /* rows of a heat map */

static char *
copy(const char *text)
{
	return text == NULL ? NULL : mem_text(span_of(text));
}

/* ---- curves ---- */

/* Of all there were, the time in which a share of them had ended. */
static double
time_of(const struct load_times *t, const struct hist *h, double share)
{
	const double all = (double)t->n + (double)t->failed;
	/* A little slack: 0.999 of 50,000 is the 49,950th. */
	const double rank = fmax(1, ceil(share * all * (1 - 1e-12)));

	return rank > (double)t->n ? INFINITY
				   : (double)hist_at_rank(h, (uint64_t)rank);
}

/* From the fastest to the slowest that ended, evenly by nines. */
static void
curve(struct load_times *t, const struct hist *h)
{
	const double all = (double)t->n + (double)t->failed;
	const double last =
	    log10(all / (t->failed > 0 ? (double)t->failed : 1));

	t->curve = mem_new(POINTS_MOST, sizeof(t->curve[0]));
	for (int i = 0; t->n_curve < POINTS_MOST - 1; i++) {
		const double nines = (double)i / PER_NINE;
		const double us = time_of(t, h, 1 - pow(10, -nines));

		if (nines >= last || us > (double)HIST_MOST)
			break;
		t->curve[t->n_curve++] = (struct load_point){ nines, us };
	}
	t->curve[t->n_curve++] = (struct load_point){ last, (double)h->max };
}

static void
times(struct load_times *t, const struct hist *h, uint64_t failed)
{
	*t = (struct load_times){ .n = h->n, .failed = failed };
	if (h->n == 0)
		return;
	t->p50_us = time_of(t, h, 0.5);
	t->p90_us = time_of(t, h, 0.9);
	t->p99_us = time_of(t, h, 0.99);
	t->p999_us = time_of(t, h, 0.999);
	t->max_us = (double)h->max;
	curve(t, h);
}

/* ---- heat maps ---- */

static double
row_of_value(int64_t us)
{
	return floor(log10(us < 1 ? 1 : (double)us) * PER_DECADE);
}

/* The rows there are: from that of the least value to that of the greatest. */
static void
heat_rows(struct load_heat *h, const struct measure *m, size_t op, double *low)
{
	double high = -1;

	*low = INFINITY;
	for (size_t s = 0; s < m->n_seconds; s++) {
		const struct hist_packed *p =
		    &m->seconds[s].ops[op].hist[CLOCK_RESPONSE];

		if (p->n == 0)
			continue;
		*low = fmin(*low, row_of_value(p->min));
		high = fmax(high, row_of_value(p->max));
	}
	if (high < *low)
		return;
	h->rows = (size_t)(high - *low) + 1;
	h->lowest_us = pow(10, *low / PER_DECADE);
	h->per_decade = PER_DECADE;
}

static void
heat_second(
    struct load_heat *h, const struct hist_packed *p, size_t column, double low)
{
	struct hist_walk w = hist_packed_walk(p);

	while (hist_walk_next(&w)) {
		double row = row_of_value(hist_middle(w.index)) - low;

		row = fmax(0, fmin(row, (double)(h->rows - 1)));
		h->counts[column * h->rows + (size_t)row] += w.count;
	}
}

static void
heat(struct load_scenario *s, struct load_heat *h, const struct measure *m,
    size_t op)
{
	const size_t each = (size_t)s->column_s;
	struct hist all;
	double low;

	heat_rows(h, m, op, &low);
	if (h->rows == 0)
		return;
	h->counts = mem_new(h->rows * s->n_columns, sizeof(h->counts[0]));
	h->p99_us = mem_new(s->n_columns, sizeof(h->p99_us[0]));
	hist_init(&all);
	for (size_t c = 0; c < s->n_columns; c++) {
		hist_clear(&all);
		for (size_t i = c * each;
		     i < (c + 1) * each && i < m->n_seconds; i++) {
			heat_second(h,
			    &m->seconds[i].ops[op].hist[CLOCK_RESPONSE], c,
			    low);
			measure_get(m, i, op, CLOCK_RESPONSE, &all);
		}
		h->p99_us[c] = (double)hist_percentile(&all, 99);
	}
	hist_free(&all);
}

/* ---- columns ---- */

static void
column_rates(struct load_column *c, const struct measure *m,
    const struct measure_second *s, double seconds)
{
	c->planned += (double)s->planned / seconds;
	c->begun += (double)s->begun / seconds;
	c->dropped += (double)s->dropped / seconds;
	for (size_t op = 0; op < m->n_ops; op++) {
		c->done += (double)s->ops[op].done / seconds;
		c->failed += (double)s->ops[op].failed / seconds;
	}
}

static void
column_worst(struct load_column *c, const struct measure_second *s)
{
	const struct measure_health *h = &s->health;

	c->waiting = fmax(c->waiting, (double)s->waiting);
	c->connections = fmax(c->connections, (double)s->connections);
	c->late_p99_us = fmax(c->late_p99_us, (double)h->late_p99_us);
	c->late_max_us = fmax(c->late_max_us, (double)h->late_max_us);
	c->cpu = fmax(c->cpu, h->cpu);
	c->run_queue = fmax(c->run_queue, h->run_queue);
	c->steal = fmax(c->steal, h->steal);
}

static void
columns(struct load_scenario *s, const struct measure *m)
{
	const size_t each = load_column_seconds(m->n_seconds);

	s->column_s = (double)each;
	s->n_columns = (m->n_seconds + each - 1) / each;
	s->columns = mem_new(s->n_columns + 1, sizeof(s->columns[0]));
	for (size_t i = 0; i < m->n_seconds; i++) {
		struct load_column *c = &s->columns[i / each];
		const size_t rest = m->n_seconds - i / each * each;

		column_rates(
		    c, m, &m->seconds[i], (double)(rest < each ? rest : each));
		column_worst(c, &m->seconds[i]);
		s->planned += m->seconds[i].planned;
	}
}

/* ---- the rest of what was measured ---- */

static void
operations(struct load_scenario *s, const struct measure *m)
{
	size_t from = s->judged_from + s->warmup_seconds;

	if (from >= s->judged_to)
		from = s->judged_from;
	s->ops = mem_new(m->n_ops + 1, sizeof(s->ops[0]));
	for (size_t i = 0; i < m->n_ops; i++) {
		struct load_op *op = &s->ops[s->n_ops];
		struct measure_op sum;

		measure_sum(m, i, from, s->judged_to, &sum);
		if (sum.begun > 0 || sum.done > 0 || sum.failed > 0) {
			*op = (struct load_op){
				.name = copy(m->ops[i]),
				.begun = sum.begun,
				.done = sum.done,
				.failed = sum.failed,
				.timeouts = sum.timeouts,
			};
			times(&op->times[LOAD_RESPONSE],
			    &sum.hist[CLOCK_RESPONSE], sum.failed);
			times(&op->times[LOAD_SERVICE],
			    &sum.hist[CLOCK_SERVICE], 0);
			heat(s, &op->heat, m, i);
			s->n_ops++;
		}
		measure_op_free(&sum);
	}
	if (m->ledger.delivery.n == 0)
		return;
	s->ops[s->n_ops] = (struct load_op){ .name = copy(LOAD_DELIVERY),
		.begun = m->ledger.accepted,
		.done = m->ledger.delivery.n };
	times(&s->ops[s->n_ops++].times[LOAD_RESPONSE], &m->ledger.delivery,
	    m->ledger.lost);
}

static void
ledger(struct load_ledger *to, const struct measure_ledger *l)
{
	*to = (struct load_ledger){
		.kept = l->kept,
		.planned = l->planned,
		.sent = l->sent,
		.accepted = l->accepted,
		.refused = l->refused,
		.unknown = l->unknown,
		.delivered = l->delivered,
		.lost = l->lost,
		.doubled = l->doubled,
		.corrupted = l->corrupted,
		.reordered = l->reordered,
		.late = l->late,
		.strange = l->strange,
		.unread = l->unread,
		.unchecked = l->unchecked,
		.unread_why = copy(l->unread_why),
		.poll_us = (double)l->poll_us,
		.examples = mem_new(l->n_examples + 1, sizeof(char *)),
	};
	for (size_t i = 0; i < l->n_examples; i++)
		to->examples[to->n_examples++] = copy(l->examples[i]);
}

static void
machinery(struct load_scenario *s, const struct measure *m)
{
	s->errors = mem_new(m->n_errors + 1, sizeof(s->errors[0]));
	for (size_t i = 0; i < m->n_errors; i++)
		s->errors[s->n_errors++] =
		    (struct load_error){ copy(m->errors[i].what),
			    m->errors[i].n };
	s->connects = m->connects;
	s->connect_failures = m->connect_failures;
	s->handshakes = m->handshakes;
	s->resumed = m->resumed;
	s->bytes_per_connection = m->bytes_per_connection;
	s->peak_connections = m->peak_connections;
	s->echo_rate = m->echo_rate;
	s->workers = m->workers;
	s->ranks = m->ranks;
	s->ranks_lost = m->ranks_lost;
	s->interrupted = m->interrupted;
	s->ended = m->ended;
	s->precision = m->precision;
	s->looks = m->looks;
	s->look = m->look;
	s->machine = copy(m->machine);
	s->plan_digest = copy(m->plan_digest);
	s->started = copy(m->started);
}

void
load_page_measured(struct load_scenario *s, const struct measure *m)
{
	s->offered_rate = m->offered_rate;
	s->seconds = m->n_seconds;
	s->judged_from = m->judged_from;
	s->judged_to =
	    m->judged_to > m->n_seconds ? m->n_seconds : m->judged_to;
	if (s->judged_to <= s->judged_from) {
		s->judged_from = 0;
		s->judged_to = m->n_seconds;
	}
	if (m->closed_loop)
		s->arrive = LOAD_CLOSED;
	columns(s, m);
	operations(s, m);
	ledger(&s->ledger, &m->ledger);
	machinery(s, m);
}

/* ---- verdicts ---- */

static struct load_metric
metric(const struct judged_metric *m)
{
	return (struct load_metric){
		.metric = copy(m->metric),
		.bound = copy(m->bound),
		.unit = copy(m->unit),
		.mark = copy(m->mark),
		.limit = m->limit,
		.measured = m->measured,
		.low = m->low,
		.high = m->high,
		.any = m->any,
		.beyond = m->beyond,
		.interval = m->high > m->low,
		.interval_reached = m->interval_reached,
		.over = m->repeats,
		.n = m->n,
		.effect = m->effect,
		.verdict = m->verdict,
		.why = copy(m->why),
		.why_zh = copy(m->why_zh),
	};
}

/* Adds what was found for a case. */
static void
judged_case(struct load_scenario *s, const struct plan_case *c,
    const struct judged *judged)
{
	struct load_judged *j;

	s->judged =
	    mem_grow(s->judged, (s->n_judged + 1) * sizeof(s->judged[0]));
	j = &s->judged[s->n_judged];
	*j = (struct load_judged){
		.id = copy(c->id),
		.row = c->verifies,
		.title = copy(c->title),
		.title_zh = copy(c->title_zh),
		.verdict = judged->verdict,
		.why = copy(judged->why),
		.why_zh = copy(judged->why_zh),
		.metrics = mem_new(JUDGE_METRICS, sizeof(j->metrics[0])),
	};
	for (size_t i = 0; i < judged->n; i++)
		j->metrics[j->n++] = metric(&judged->metrics[i]);
	/* One generator, one warm-up: the strictest row speaks for all. */
	if (s->n_judged == 0 ||
	    (s->generator_good && !judged->generator_good)) {
		free(s->generator_why);
		free(s->generator_why_zh);
		s->generator_good = judged->generator_good;
		s->generator_why = copy(judged->generator_why);
		s->generator_why_zh = copy(judged->generator_why_zh);
	}
	if (s->n_judged == 0 || judged->late_limit_us < s->late_most_us)
		s->late_most_us = judged->late_limit_us;
	if (s->n_judged == 0) {
		s->cpu_most = HEALTH_CPU;
		s->warmup_seconds = judged->warmup_seconds;
		s->stationary = judged->stationary;
	}
	s->n_judged++;
}

/* "login.p95" of unit "s": a corner in the picture of login. */
static void
bound(struct load_scenario *s, const struct load_metric *m)
{
	const char *point = strrchr(m->metric, '.');
	char *end;
	double p;

	if (point == NULL || point[1] != 'p' || strcmp(m->unit, "s") != 0)
		return;
	p = strtod(point + 2, &end);
	if (*end != '\0' || end == point + 2)
		return;
	while (p >= 100) /* p999 */
		p /= 10;
	for (size_t i = 0; i < s->n_ops; i++) {
		struct load_op *op = &s->ops[i];
		const size_t len = (size_t)(point - m->metric);

		if (strlen(op->name) != len ||
		    strncmp(op->name, m->metric, len) != 0 ||
		    op->n_bounds == LOAD_BOUNDS)
			continue;
		op->bounds[op->n_bounds++] = (struct load_bound){ p,
			m->limit * 1e6,
			m->beyond ? INFINITY : m->measured * 1e6, m->verdict };
	}
}

static void
bounds(struct load_scenario *s)
{
	for (size_t i = 0; i < s->n_judged; i++)
		for (size_t k = 0; k < s->judged[i].n; k++)
			bound(s, &s->judged[i].metrics[k]);
}

/* When the generator was not good, by the strictest of the rows. */
static void
bad_seconds(struct load_scenario *s, const struct measure *m)
{
	for (size_t i = 0; i < m->n_seconds && s->late_most_us > 0; i++)
		if (health_second(m, i, s->late_most_us) != 0)
			s->columns[i / (size_t)s->column_s].bad +=
			    1 / s->column_s;
}

/* ---- the loads of a run ---- */

struct making {
	struct load_report *report;
	struct span name;
	char *dir;
	const struct plan *plan;
	const struct profile *profile;
};

/* "submission" of "load.submission.throughput"; empty of any other case. */
static struct span
load_name(const char *id)
{
	const struct span all = span_of(id);
	const struct span last =
	    span_of(strrchr(id, '.') == NULL ? "" : strrchr(id, '.'));
	struct span name;

	if (!span_starts(all, SPAN(PREFIX)))
		return SPAN("");
	name = span_skip(all, strlen(PREFIX));
	if (last.len >= name.len || memchr(name.ptr, '/', name.len) != NULL)
		return SPAN("");
	return span_take(name, name.len - last.len);
}

static bool
is_new(const struct load_report *r, struct span name)
{
	for (size_t i = 0; i < r->n; i++)
		if (span_eq(span_of(r->scenarios[i].name), name))
			return false;
	return true;
}

static bool
has_file(const char *dir, const char *name)
{
	char *path = mem_textf("%s/%s", dir, name);
	const bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

/* A load of this folder, as it was asked for; NULL: that cannot be read. */
static struct load_scenario *
add(struct making *k)
{
	struct load_report *r = k->report;
	struct load_scenario *s;
	struct err err;

	r->scenarios =
	    mem_grow(r->scenarios, (r->n + 1) * sizeof(r->scenarios[0]));
	s = &r->scenarios[r->n++];
	*s = (struct load_scenario){ .name = mem_text(k->name),
		.folder = mem_textf("evidence/load.%.*s", SPAN_FMT(k->name)) };
	if (load_asked_read(s, k->dir, &err))
		return s;
	s->unreadable = copy(err.what);
	return NULL;
}

/* Is the case one of this load? */
static bool
is_of(const struct making *k, const struct plan_case *c)
{
	return c->executes && span_eq(load_name(c->id), k->name);
}

/* All there is of one time that it was carried out. */
static void
fill(struct load_scenario *s, const struct making *k, const struct measure *m)
{
	for (size_t i = 0; i < k->plan->n; i++) {
		struct judged judged;

		if (!is_of(k, &k->plan->cases[i]))
			continue;
		judge_row(&judged, k->plan->cases[i].verifies, m, k->profile);
		judged_case(s, &k->plan->cases[i], &judged);
	}
	load_page_measured(s, m);
	bounds(s);
	bad_seconds(s, m);
}

/* What each repeat has measured, beside what they come to. */
static void
beside(struct load_judged *j, const struct load_repeats *r, enum req row,
    const struct profile *p)
{
	for (size_t i = 0; i < j->n; i++)
		j->metrics[i].each =
		    mem_new(r->n, sizeof(j->metrics[i].each[0]));
	for (size_t k = 0; k < r->n; k++) {
		struct judged alone;

		judge_row(&alone, row, &r->at[k], p);
		for (size_t i = 0; i < j->n && i < alone.n; i++)
			j->metrics[i].each[j->metrics[i].n_each++] =
			    alone.metrics[i].any ? alone.metrics[i].measured
						 : NAN;
	}
}

static void
together(struct load_scenario *s, const struct making *k,
    const struct load_repeats *r)
{
	s->repeats = r->at[0].repeats;
	for (size_t i = 0; i < r->n; i++)
		s->whole += !r->at[i].interrupted;
	for (size_t i = 0; i < k->plan->n; i++) {
		const struct plan_case *c = &k->plan->cases[i];
		struct judged judged;

		if (!is_of(k, c))
			continue;
		load_repeats_judge(&judged, c->verifies, r, k->profile);
		judged_case(s, c, &judged);
		beside(&s->judged[s->n_judged - 1], r, c->verifies, k->profile);
	}
}

static void
one_repeat(struct making *k, const struct measure *m)
{
	struct load_scenario *s = add(k);
	char *sub = load_repeats_folder(m->repeat, m->repeats);
	char *folder;

	if (s != NULL) {
		folder =
		    mem_textf("%s/%.*s", s->folder, (int)strlen(sub) - 1, sub);
		free(s->folder);
		s->folder = folder;
		s->repeat = m->repeat;
		s->repeats = m->repeats;
		fill(s, k, m);
	}
	free(sub);
}

/* Done once, or over and over; or only searched for its capacity. */
static void
one(struct making *k)
{
	struct load_repeats r = { 0 };
	struct load_scenario *s;
	struct err err;
	bool ok = true;

	if (!load_repeats_there(k->dir) && !has_file(k->dir, "capacity.json"))
		return;
	s = add(k);
	if (s == NULL)
		return;
	ok = load_found_read(&s->capacity, k->dir, &err) &&
	     (!load_repeats_there(k->dir) ||
		 load_repeats_read(&r, k->dir, &err));
	if (!ok) {
		s->unreadable = copy(err.what);
	} else if (r.n > 0 && r.at[0].repeats > 1) {
		together(s, k, &r);
		for (size_t i = 0; i < r.n; i++)
			one_repeat(k, &r.at[i]);
	} else if (r.n == 1) {
		fill(s, k, &r.at[0]);
	}
	load_repeats_free(&r);
}

void
load_page_read(struct load_report *r, const char *run_dir,
    const struct plan *plan, const struct profile *profile)
{
	*r = (struct load_report){ 0 };
	for (size_t i = 0; i < plan->n; i++) {
		const struct span name = load_name(plan->cases[i].id);
		struct making k = { r, name, NULL, plan, profile };

		if (name.len == 0 || !is_new(r, name))
			continue;
		k.dir =
		    mem_textf("%s/evidence/load.%.*s", run_dir, SPAN_FMT(name));
		one(&k);
		free(k.dir);
	}
}
