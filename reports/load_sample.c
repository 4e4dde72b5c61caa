/* SPDX-License-Identifier: MIT */
#include "reports/load_sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define BANDS      60 /* of a heat map, from 100 µs on */
#define PER_DECADE 10
#define LOWEST     100.0
#define HALVINGS   30 /* to find a percentile */
#define OPS_MOST   16

/* Log-normal about "middle", and a share of it much slower: a stall. */
struct shape {
	const char *name;
	double rate; /* operations a second */
	double middle_us, sigma;
	double slow_share, slow_us;
	double failed; /* share */
	double limit_us, percentile;
};

static char *
copy(const char *text)
{
	return text == NULL ? NULL : mem_text(span_of(text));
}

static double
normal(double us, double middle, double sigma)
{
	return 0.5 * erfc(-log(us / middle) / sigma / sqrt(2));
}

/* The share of operations that take at most us. */
static double
at_most(const struct shape *s, double us)
{
	return (1 - s->slow_share) * normal(us, s->middle_us, s->sigma) +
	       s->slow_share * normal(us, s->slow_us, 0.5);
}

static double
quantile(const struct shape *s, double p)
{
	double low = 10, high = 1e9;

	if (p > 1)
		return INFINITY;
	for (int i = 0; i < HALVINGS; i++) {
		const double middle = sqrt(low * high);

		if (at_most(s, middle) >= p)
			high = middle;
		else
			low = middle;
	}
	return high;
}

static void
make_times(
    struct load_times *t, const struct shape *s, uint64_t n, uint64_t failed)
{
	const double all = (double)n + (double)failed;
	const double last = log10(all / (failed > 0 ? (double)failed : 1));
	const double share = (double)n / all;

	*t = (struct load_times){
		.n = n,
		.failed = failed,
		.p50_us = quantile(s, 0.5 / share),
		.p90_us = quantile(s, 0.9 / share),
		.p99_us = quantile(s, 0.99 / share),
		.p999_us = quantile(s, 0.999 / share),
		.max_us = quantile(s, 1 - 1 / (double)n),
		.curve = mem_new(128, sizeof(t->curve[0])),
	};
	for (double x = 0; x <= last && t->n_curve < 128; x += 1 / 16.0)
		t->curve[t->n_curve++] = (struct load_point){ x,
			quantile(s, x > 0 ? (1 - pow(10, -x)) / share : 1e-4) };
}

/* A stall in the third fifth of the time: there everything takes longer. */
static struct shape
shape_in(const struct shape *s, double part)
{
	struct shape now = *s;

	if (part > 0.42 && part < 0.47)
		now.slow_share = fmin(0.6, s->slow_share * 12);
	else
		now.slow_share /= 3;
	now.middle_us *= 1 + 0.15 * sin(part * 40);
	return now;
}

static void
make_heat(
    struct load_heat *h, const struct shape *s, size_t columns, double column_s)
{
	*h = (struct load_heat){
		.lowest_us = LOWEST,
		.per_decade = PER_DECADE,
		.rows = BANDS,
		.counts = mem_new(columns * BANDS, sizeof(h->counts[0])),
		.p99_us = mem_new(columns, sizeof(h->p99_us[0])),
	};
	for (size_t c = 0; c < columns; c++) {
		const struct shape now =
		    shape_in(s, (double)c / (double)columns);
		double below = 0;

		for (size_t r = 0; r < BANDS; r++) {
			const double upto = at_most(&now,
			    LOWEST * pow(10, (double)(r + 1) / PER_DECADE));

			h->counts[c * BANDS + r] = (uint64_t)llround(
			    s->rate * column_s * (upto - below));
			below = upto;
		}
		h->p99_us[c] = quantile(&now, 0.99);
	}
}

static void
make_op(struct load_op *o, const struct shape *s, const struct load_scenario *l)
{
	const uint64_t n = (uint64_t)(s->rate * (double)l->seconds);
	struct shape service = *s;

	*o = (struct load_op){
		.name = copy(s->name),
		.begun = n,
		.failed = (uint64_t)((double)n * s->failed),
	};
	o->done = n - o->failed;
	o->timeouts = o->failed / 3;
	make_times(&o->times[LOAD_RESPONSE], s, o->done, o->failed);
	service.slow_share /= 20;
	if (strcmp(s->name, LOAD_DELIVERY) != 0) {
		make_times(&o->times[LOAD_SERVICE], &service, o->done, 0);
		make_heat(&o->heat, s, l->n_columns, l->column_s);
	}
	if (s->limit_us <= 0)
		return;
	o->n_bounds = 1;
	o->bounds[0] = (struct load_bound){ s->percentile, s->limit_us,
		quantile(s, s->percentile / 100), PASS };
	if (o->bounds[0].measured_us > s->limit_us)
		o->bounds[0].verdict = FAIL;
}

static void
make_columns(struct load_scenario *l, double rate, double ops, bool good)
{
	const size_t each = load_column_seconds(l->seconds);

	l->n_columns = (l->seconds + each - 1) / each;
	l->column_s = (double)each;
	l->columns = mem_new(l->n_columns, sizeof(l->columns[0]));
	for (size_t i = 0; i < l->n_columns; i++) {
		const double part = (double)i / (double)l->n_columns;
		const bool stall = part > 0.42 && part < 0.47;
		const double wave = sin((double)i * 1.7);
		const double late = good ? 90 : 1400;

		l->columns[i] = (struct load_column){
			.planned = rate,
			.begun = good ? rate : rate * (0.97 + 0.01 * wave),
			.dropped = stall ? rate * 0.02 : 0,
			.done = ops * (stall ? 0.55 : 1 + 0.01 * wave),
			.failed = stall ? ops * 0.03 : 0,
			.waiting = stall ? rate * 3 : 0,
			.connections = rate * (stall ? 9 : 2 + 0.1 * wave),
			.late_p99_us = late * (1.5 + wave),
			.late_max_us = late * (6 + 4 * wave),
			.cpu = good ? 0.31 + 0.05 * wave : 0.9 + 0.05 * wave,
			.run_queue = good ? 0.01 : 0.12 + 0.03 * wave,
			.steal = 0.02 + 0.01 * wave,
			.bad = good && !stall ? 0 : 0.5,
		};
	}
}

static struct load_metric
metric(const char *name, const char *bound, const char *unit, double limit,
    double measured, double half, enum verdict verdict)
{
	return (struct load_metric){
		.metric = copy(name),
		.bound = copy(bound),
		.unit = copy(unit),
		.mark = copy("P"),
		.limit = limit,
		.measured = measured,
		.low = measured - half,
		.high = measured + half,
		.any = true,
		.interval = half > 0,
		.interval_reached = verdict != INCONCLUSIVE,
		.n = half > 0 ? 47160 : 0,
		.effect = 3.2,
		.verdict = verdict,
		.why = copy(""),
		.why_zh = copy(""),
	};
}

static struct load_judged *
judged(struct load_scenario *l, const char *id, enum req row, const char *title,
    const char *title_zh, enum verdict verdict)
{
	struct load_judged *j = &l->judged[l->n_judged++];

	*j = (struct load_judged){
		.id = copy(id),
		.row = row,
		.title = copy(title),
		.title_zh = copy(title_zh),
		.verdict = verdict,
		.why = copy(""),
		.why_zh = copy(""),
		.metrics = mem_new(4, sizeof(j->metrics[0])),
	};
	return j;
}

static void
add(struct load_judged *j, struct load_metric m)
{
	j->metrics[j->n++] = m;
}

static void
judge_submission(struct load_scenario *l)
{
	struct load_judged *j;

	l->judged = mem_new(3, sizeof(l->judged[0]));
	j = judged(l, "load.submission.throughput", EMAIL_P_02,
	    "Submission at the agreed rate", "按约定速率提交邮件", PASS);
	add(j, metric("throughput", "least", "1/s", 50, 52.4, 0.3, PASS));
	add(j, metric("load.duration", "least", "s", 900, 900, 0, PASS));
	j = judged(l, "load.submission.delivery", EMAIL_P_03,
	    "From acceptance to being visible", "从接受到可见的时延", PASS);
	add(j, metric("delivery.p95", "most", "s", 5, 0.412, 0.013, PASS));
	add(j, metric("delivery.p99", "most", "s", 20, 1.93, 0.21, PASS));
	free(j->metrics[1].mark);
	j->metrics[1].mark = copy("profile");
	j = judged(l, "load.submission.nothing-lost", EMAIL_P_04,
	    "Every accepted message arrives once",
	    "接受的邮件一封不少、一封不重", FAIL);
	add(j, metric("lost", "most", "count", 0, 2, 0, FAIL));
	free(j->metrics[0].why);
	free(j->metrics[0].why_zh);
	j->metrics[0].why = copy("2 of 47,160 accepted messages never arrived");
	j->metrics[0].why_zh = copy("已接受的 47,160 封邮件中有 2 封未送达");
	add(j, metric("duplicates", "most", "count", 0, 0, 0, PASS));
	add(j, metric("success.ratio", "least", "%", 99.9, 99.62, 0.06, FAIL));
}

static void
search(struct load_capacity *c)
{
	static const struct load_probe probes[] = {
		{ 50, 1, 0.9998, 1, PASS, false },
		{ 100, 1, 0.9999, 1, PASS, false },
		{ 200, 0.9999, 0.9995, 1, PASS, false },
		{ 400, 0.962, 0.953, 0.97, FAIL, false },
		{ 283, 0.9992, 0.9985, 0.9996, PASS, false },
		{ 336, 0.9981, 0.9968, 0.9991, INCONCLUSIVE, false },
		{ 336, 0.9961, 0.9944, 0.9974, FAIL, true },
		{ 283, 0.9993, 0.9988, 0.9997, PASS, true },
	};

	*c = (struct load_capacity){
		.probes = mem_new(8, sizeof(probes[0])),
		.n = 8,
		.pass_rate = 283,
		.fail_rate = 336,
		.share_wanted = 0.999,
	};
	memcpy(c->probes, probes, sizeof(probes));
}

/* What was heard is hostile on purpose. */
static void
errors(struct load_scenario *l)
{
	l->errors = mem_new(2, sizeof(l->errors[0]));
	l->n_errors = 2;
	l->errors[0] = (struct load_error){
		copy(
		    "submit: expected 250 *, heard \"451 4.3.0 <script>alert(1)"
		    "</script> \x1b[31m \xe2\x80\xae"
		    "exe.txt \xff\""),
		97,
	};
	l->errors[1] =
	    (struct load_error){ copy("login: no reply within 30 s"), 41 };
}

static void
ledger(struct load_ledger *l)
{
	*l = (struct load_ledger){
		.kept = true,
		.planned = 47300,
		.sent = 47262,
		.accepted = 47160,
		.refused = 97,
		.unknown = 5,
		.delivered = 47158,
		.lost = 2,
		.reordered = 31,
		.late = 3,
		.examples = mem_new(2, sizeof(l->examples[0])),
		.n_examples = 2,
	};
	l->examples[0] = copy("7f3a.1.20913 lost");
	l->examples[1] = copy("7f3a.0.20918 lost <b>");
}

static void
machinery(struct load_scenario *l)
{
	l->connects = 47262;
	l->connect_failures = 38;
	l->handshakes = 47224;
	l->resumed = 46811;
	l->bytes_per_connection = 21811;
	l->peak_connections = 468;
	l->workers = 2;
	l->ranks = 1;
	l->echo_rate = 184300;
	l->late_most_us = 1000;
	l->cpu_most = 0.85;
	l->machine = copy("Linux 6.18, 2 cores");
	l->started = copy("2026-11-22T01:40:00.000000Z");
	l->stationary = true;
	l->plan_digest = copy(
	    "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

static void
make_ops(struct load_scenario *l, const struct shape *shapes, size_t n)
{
	l->ops = mem_new(n, sizeof(l->ops[0]));
	for (size_t i = 0; i < n; i++)
		make_op(&l->ops[l->n_ops++], &shapes[i], l);
}

static void
phase(struct load_scenario *l, const char *name, enum load_shape shape,
    double rate, double seconds, bool is_judged)
{
	l->phases[l->n_phases++] = (struct load_phase){ .name = copy(name),
		.shape = shape,
		.rate = rate,
		.seconds = seconds,
		.judged = is_judged };
}

static void
submission(struct load_scenario *l, size_t warm_up, size_t steady)
{
	static const struct shape shapes[] = {
		{ "connect", 52.5, 900, 0.3, 0.01, 90000, 0.0008, 0, 0 },
		{ "login", 52.5, 6200, 0.25, 0.02, 160000, 0.0009, 2e6, 95 },
		{ "submit", 52.5, 3400, 0.45, 0.03, 700000, 0.002, 0, 0 },
		{ LOAD_DELIVERY, 52.4, 60000, 0.7, 0.04, 900000, 0, 5e6, 95 },
	};

	*l = (struct load_scenario){
		.name = copy("submission"),
		.title = copy("Submission, delivery and completeness"),
		.title_zh = copy("邮件提交、投递时延与完整性"),
		.arrive = LOAD_SESSIONS,
		.phases = mem_new(2, sizeof(l->phases[0])),
		.offered_rate = 52.5,
		.planned = 47300,
		.seconds = warm_up + steady,
		.judged_from = warm_up,
		.judged_to = warm_up + steady,
		.generator_good = true,
		.generator_why = copy("lateness P99 at worst 225 µs of 1 ms, "
				      "busiest thread 36 % of 85 %"),
		.generator_why_zh = copy("迟到 P99 最差 225 µs（上限 1 ms），"
					 "最忙线程占用 36 %（上限 85 %）"),
		.folder = copy("evidence/load.submission"),
	};
	phase(l, "warm-up", LOAD_RAMP, 5, (double)warm_up, false);
	l->phases[0].rate_to = 52.5;
	phase(l, "steady", LOAD_CONSTANT, 52.5, (double)steady, true);
	make_columns(l, 52.5, 157.5, true);
	make_ops(l, shapes, 4);
	judge_submission(l);
	errors(l);
	ledger(&l->ledger);
	search(&l->capacity);
	machinery(l);
}

static void
retrieval(struct load_scenario *l)
{
	static const struct shape shapes[] = {
		{ "login", 200, 9000, 0.4, 0.02, 300000, 0.0001, 2e6, 95 },
		{ "fetch", 200, 250000, 0.6, 0.2, 2600000, 0.0004, 3e6, 95 },
	};
	struct load_judged *j;

	*l = (struct load_scenario){
		.name = copy("retrieval"),
		.arrive = LOAD_SESSIONS,
		.phases = mem_new(1, sizeof(l->phases[0])),
		.offered_rate = 200,
		.planned = 360000,
		.seconds = 1800,
		.judged_to = 1800,
		.warmup_seconds = 45,
		.generator_why = copy("lateness P99 3.5 ms of 1 ms"),
		.generator_why_zh = copy("迟到 P99 为 3.5 ms，上限 1 ms"),
		.folder = copy("evidence/load.retrieval"),
		.interrupted = true,
		.ranks_lost = 1,
	};
	phase(l, "all", LOAD_POISSON, 200, 1800, true);
	make_columns(l, 200, 400, false);
	make_ops(l, shapes, 2);
	l->judged = mem_new(1, sizeof(l->judged[0]));
	j = judged(
	    l, "load.retrieval.login", EMAIL_P_05, NULL, NULL, INCONCLUSIVE);
	add(j,
	    metric("login.p95", "most", "s", 2, 0.0173, 0.0002, INCONCLUSIVE));
	add(j, metric("fetch.p95", "most", "s", 3, 2.91, 0.2, INCONCLUSIVE));
	j->metrics[1].beyond = true;
	machinery(l);
	l->ranks = 4;
	l->stationary = false;
}

void
load_sample_make(struct load_report *r)
{
	*r = (struct load_report){
		.scenarios = mem_new(2, sizeof(r->scenarios[0])), .n = 2
	};
	submission(&r->scenarios[0], 60, 900);
	retrieval(&r->scenarios[1]);
}

void
load_sample_short(struct load_report *r)
{
	*r = (struct load_report){
		.scenarios = mem_new(1, sizeof(r->scenarios[0])), .n = 1
	};
	submission(&r->scenarios[0], 4, 20);
}

void
load_sample_long(struct load_report *r, size_t seconds)
{
	struct load_scenario *l = mem_new(1, sizeof(*l));
	struct shape shapes[OPS_MOST];
	char names[OPS_MOST][16];

	for (int i = 0; i < OPS_MOST; i++) {
		snprintf(names[i], sizeof(names[i]), "operation-%d", i);
		shapes[i] = (struct shape){ names[i], 80 + i * 40,
			500.0 * (i + 1), 0.9, 0.05, 400000, 0.001, 2e6, 95 };
	}
	*l = (struct load_scenario){
		.name = copy("long"),
		.seconds = seconds,
		.judged_to = seconds,
		.offered_rate = 400,
		.planned = seconds * 400,
		.generator_good = true,
	};
	make_columns(l, 400, 6000, true);
	make_ops(l, shapes, OPS_MOST);
	machinery(l);
	*r = (struct load_report){ .scenarios = l, .n = 1 };
}
