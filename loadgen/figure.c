/* SPDX-License-Identifier: MIT */
#include "loadgen/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "loadgen/health.h"
#include "loadgen/stats.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define MONTH        (30.0 * 86400) /* seconds */
#define HELD         0.99           /* of the seconds */
#define RARE         5              /* hits that count: too few for Wilson */
#define TREND_P      0.01
#define TREND_SHARE  0.10 /* of the median, over the window */

/* clang-format off */
static const struct figure_metric metrics[] = {
	{ "login.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "login",  0.95, "p95 of login", "登录耗时第 95 百分位" },
	{ "fetch.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "fetch",  0.95, "p95 of fetch", "收取耗时第 95 百分位" },
	{ "page.p95",	   FIGURE_RESPONSE,   FIGURE_LATENCY | FIGURE_STEADY,
	    "page",   0.95, "p95 of page", "页面响应时间第 95 百分位" },
	{ "delivery.p95",  FIGURE_DELIVERY,   FIGURE_LATENCY,
	    "submit", 0.95, "p95 of delivery", "投递时延第 95 百分位" },
	{ "delivery.p99",  FIGURE_DELIVERY,   FIGURE_LATENCY,
	    "submit", 0.99, "p99 of delivery", "投递时延第 99 百分位" },
	{ "throughput",	   FIGURE_RATE,	      FIGURE_STEADY,
	    "submit", 0,    "throughput", "吞吐量" },
	{ "errors.ratio",  FIGURE_ERRORS,     0,
	    NULL,     0,    "share of errors", "错误率" },
	{ "success.ratio", FIGURE_SUCCESS,    0,
	    NULL,     0,    "share delivered intact", "投递成功率" },
	{ "lost",	   FIGURE_LOST,	      FIGURE_FACT,
	    NULL,     0,    "messages lost", "丢失邮件数" },
	{ "duplicates",	   FIGURE_DOUBLED,    FIGURE_FACT,
	    NULL,     0,    "messages doubled", "重复邮件数" },
	{ "load.sessions", FIGURE_SESSIONS,   FIGURE_HELD,
	    "login",  0,    "authenticated sessions held", "已认证会话保持数" },
	{ "load.users",	   FIGURE_USERS,      FIGURE_HELD,
	    NULL,     0,    "active users held", "活动用户保持数" },
	{ "load.duration", FIGURE_DURATION,   FIGURE_OF_LOAD,
	    NULL,     0,    "length of the load", "负载持续时间" },
	{ "message.size",  FIGURE_SENT_SIZE,  FIGURE_OF_LOAD,
	    "submit", 0,    "octets sent a message", "每封邮件发送量" },
	{ "fetch.size",	   FIGURE_HEARD_SIZE, FIGURE_OF_LOAD,
	    "fetch",  0,    "octets heard a fetch", "每次收取接收量" },
	{ "availability",  FIGURE_AVAILABLE,  0,
	    NULL,     0,    "share of seconds served", "可用秒占比" },
};
/* clang-format on */

const struct figure_metric *
figure_find(const char *name)
{
	for (size_t i = 0; i < COUNT(metrics); i++)
		if (strcmp(metrics[i].name, name) == 0)
			return &metrics[i];
	return NULL;
}

size_t
figure_end(const struct measure *m)
{
	size_t end = health_end(m);

	/* Once it is interrupted, all that is left is drained. */
	while (end < m->n_seconds &&
	       (m->interrupted || m->seconds[end].planned == 0))
		end++;
	return end;
}

/*
 * Of several looks, at any of which it might end, each is surer: so that the
 * chance that one of them is wrong stays what it is (Bonferroni).
 */
static double
confidence_of(const struct measure *m)
{
	return m->looks < 2 ? STATS_CONFIDENCE
			    : 1 - (1 - STATS_CONFIDENCE) / m->looks;
}

static int
op_of(const struct measure *m, const char *name)
{
	const int op = measure_op_find(m, name);

	return op < 0 && m->n_ops == 1 && strcmp(name, "submit") == 0 ? 0 : op;
}

/* ---- a view, cut into pieces ---- */

/* Used seconds in the order of time, so many in each piece. */
struct pieces {
	const struct measure *m;
	size_t *at; /* seconds */
	size_t n_at;
	size_t of; /* seconds in each */
	size_t n;
	double *hits, *tries; /* in each: of what is a share looked for? */
};

/* drained: those behind the judged ones count, too. */
static struct pieces
pieces_of(const struct figure_view *v, bool drained)
{
	const size_t most = drained ? v->m->n_seconds : health_end(v->m);
	struct pieces p = { .m = v->m };

	p.at = mem_new(most + 1, sizeof p.at[0]);
	for (size_t i = 0; i < most; i++)
		if (v->use[i])
			p.at[p.n_at++] = i;
	p.of = stats_piece(p.n_at);
	p.n = p.n_at / p.of;
	p.hits = mem_new(p.n + 1, sizeof p.hits[0]);
	p.tries = mem_new(p.n + 1, sizeof p.tries[0]);
	return p;
}

static void
pieces_free(struct pieces *p)
{
	free(p->at);
	free(p->hits);
	free(p->tries);
}

/* The piece that a used second is in; what is over goes to the last. */
static size_t
piece_at(const struct pieces *p, size_t i)
{
	const size_t piece = i / p->of;

	return piece < p->n ? piece : p->n - 1;
}

/* ---- percentiles ---- */

/* Operations of a second that have no time: they waited without end. */
static uint64_t
endless(const struct measure_second *s, size_t op)
{
	const struct measure_second_op *o = &s->ops[op];
	const uint64_t ended = o->done + o->failed;
	const uint64_t timed = o->hist[CLOCK_RESPONSE].n;

	return s->dropped + (ended > timed ? ended - timed : 0);
}

/* Begun, and never seen to end. */
static uint64_t
unfinished(const struct measure *m, size_t op)
{
	uint64_t begun = 0, ended = 0;

	for (size_t i = 0; i < m->n_seconds; i++) {
		begun += m->seconds[i].ops[op].begun;
		ended +=
		    m->seconds[i].ops[op].done + m->seconds[i].ops[op].failed;
	}
	return begun > ended && !m->interrupted && !m->under_way ? begun - ended
								 : 0;
}

static uint64_t
slower(const struct hist_packed *h, int64_t us)
{
	const size_t at = hist_index(us);
	struct hist_walk w = hist_packed_walk(h);
	uint64_t n = 0;

	while (hist_walk_next(&w))
		if (w.index > at)
			n += w.count;
	return n;
}

/* Counts what was slower, and what there was; seconds with any. */
static double
slow_pieces(struct pieces *p, size_t op, int64_t us)
{
	double seconds = 0;

	for (size_t i = 0; i < p->n_at; i++) {
		const struct measure_second *s = &p->m->seconds[p->at[i]];
		const struct hist_packed *h = &s->ops[op].hist[CLOCK_RESPONSE];
		const uint64_t never = endless(s, op);

		p->hits[piece_at(p, i)] += (double)(slower(h, us) + never);
		p->tries[piece_at(p, i)] += (double)(h->n + never);
		seconds += h->n + never > 0;
	}
	return seconds;
}

/* How much more those that hang together vary, over the pieces. */
static double
effect_of(const struct pieces *p)
{
	return stats_effect(p->hits, p->tries, p->n, confidence_of(p->m));
}

/* The value at a rank, when those without a time come last. */
static double
at_rank(const struct hist *h, uint64_t rank)
{
	return rank <= h->n ? (double)hist_at_rank(h, rank) : INFINITY;
}

/* h: the times; never: how many have none. */
static void
percentile(struct figure *f, const struct measure *m, const struct hist *h,
    uint64_t never, double share, double effect)
{
	const uint64_t n = h->n + never;
	const struct stats_ranks r =
	    stats_ranks(n, share, effect, confidence_of(m));

	f->any = n > 0;
	if (!f->any)
		return;
	f->n = (double)n;
	f->effect = effect;
	f->largest = (double)h->max;
	f->mid = at_rank(h, r.mid);
	f->endless = isinf(f->mid);
	f->low = r.low_reached ? at_rank(h, r.low) : 0;
	f->high = r.high_reached ? at_rank(h, r.high) : INFINITY;
	f->reached = r.low_reached && r.high_reached;
	f->need = (double)stats_ranks_need(
	    share, isinf(effect) ? 1 : effect, confidence_of(m));
}

/* Percentiles piece by piece: do they go anywhere? */
static void
look_ahead(struct figure *f, const struct pieces *p, size_t op, double share)
{
	double *x = mem_new(p->n + 1, sizeof x[0]), median;
	struct stats_trend t;
	struct hist h;
	size_t n = 0;

	hist_init(&h);
	for (size_t i = 0; i < p->n_at; i++) {
		measure_get(p->m, p->at[i], op, CLOCK_RESPONSE, &h);
		if (i + 1 < p->n_at && piece_at(p, i + 1) == piece_at(p, i))
			continue;
		if (h.n > 0)
			x[n++] = (double)hist_percentile(&h, share * 100);
		hist_clear(&h);
	}
	hist_free(&h);
	t = stats_mann_kendall(x, n);
	median = stats_median(x, n);
	f->trend = n >= 10 && t.p < TREND_P &&
		   fabs(t.slope) * (double)n > TREND_SHARE * median;
	if (f->trend)
		f->ahead = median + 1.5 * t.slope * (double)n;
	free(x);
}

static void
response(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const int found = op_of(v->m, metric->op);
	const size_t op = (size_t)found;
	struct pieces all, judged;
	struct hist h;
	uint64_t never = 0;

	if (found < 0)
		return;
	all = pieces_of(v, true);
	judged = pieces_of(v, false);
	hist_init(&h);
	for (size_t i = 0; i < all.n_at; i++) {
		measure_get(v->m, all.at[i], op, CLOCK_RESPONSE, &h);
		never += endless(&v->m->seconds[all.at[i]], op);
	}
	never += unfinished(v->m, op);
	if (h.n + never > 0) {
		percentile(f, v->m, &h, never, metric->share, 1);
		slow_pieces(&judged, op, f->endless ? h.max : (int64_t)f->mid);
		percentile(
		    f, v->m, &h, never, metric->share, effect_of(&judged));
		look_ahead(f, &judged, op, metric->share);
	}
	hist_free(&h);
	pieces_free(&all);
	pieces_free(&judged);
}

/*
 * Deliveries are known without the second they fell into; they hang together
 * as the answers do to which they belong.
 */
static void
delivery(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure_ledger *l = &v->m->ledger;
	const int op = op_of(v->m, metric->op);
	struct figure submits = { .effect = 1 };

	if (!l->kept || l->delivery.counts == NULL ||
	    l->delivery.n + l->lost == 0)
		return;
	if (op >= 0)
		response(&submits, metric, v);
	/* What could not be read may have been quick, or never come. */
	percentile(f, v->m, &l->delivery, l->lost + l->unread, metric->share,
	    submits.any ? submits.effect : 1);
	if (l->unread > 0) {
		const struct figure worst = *f;

		percentile(f, v->m, &l->delivery, l->lost, metric->share,
		    submits.any ? submits.effect : 1);
		f->high = worst.high;
	}
	/* Seen at a look means: visible since the last one. */
	f->low = f->low > (double)l->poll_us ? f->low - (double)l->poll_us : 0;
}

/* ---- rates and shares ---- */

static void
rate(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const int op = op_of(v->m, metric->op);
	struct pieces p;
	double *alike, begun = 0, waits = 0;
	struct stats_interval i;
	bool planned = true;

	if (op < 0)
		return;
	p = pieces_of(v, false);
	alike = mem_new(p.n + 1, sizeof alike[0]);
	for (size_t k = 0; k < p.n_at; k++) {
		const struct measure_second *s = &v->m->seconds[p.at[k]];

		p.hits[piece_at(&p, k)] += (double)s->ops[op].done;
		p.tries[piece_at(&p, k)] += (double)s->planned;
		alike[piece_at(&p, k)] += 1;
		begun += (double)(s->ops[op].begun + s->dropped);
		waits = (double)s->waiting; /* at the end */
		f->n += (double)s->ops[op].done;
	}
	for (size_t k = 0; k < p.n; k++)
		planned = planned && p.tries[k] > 0;
	f->any = p.n_at > 0 && begun > 0;
	if (f->any) {
		const double seconds = (double)p.n_at;

		i = stats_total(p.hits, planned ? p.tries : alike, p.n,
		    confidence_of(v->m));
		f->effect = 1;
		f->mid = i.mid / seconds;
		f->low = i.low < 0 ? 0 : i.low / seconds;
		f->high = i.high / seconds;
		f->reached = i.reached;
		f->largest = f->mid;
		f->need = 2;
		/* Who waits does not ask: more users might get more. */
		f->offered =
		    v->m->closed_loop ? f->mid : (begun + waits) / seconds;
	}
	free(alike);
	pieces_free(&p);
}

/* Few hits are too few for Wilson. */
static struct stats_interval
interval_of(const struct measure *m, double hits, double tries, double effect)
{
	return hits / effect < RARE ? stats_exact(hits / effect, tries / effect,
					  confidence_of(m))
				    : stats_wilson(hits / effect,
					  tries / effect, confidence_of(m));
}

/* A share of tries that hang together, piece by piece; more: beside them. */
static void
share(struct figure *f, const struct pieces *p, double more)
{
	double k = more, all = more;
	struct stats_interval i;

	for (size_t at = 0; at < p->n; at++) {
		k += p->hits[at];
		all += p->tries[at];
	}
	f->any = all > 0;
	if (!f->any)
		return;
	f->n = all;
	f->reached = p->n >= 10;
	f->need = 10;
	f->effect = f->reached ? effect_of(p) : 1;
	i = interval_of(p->m, k, all, f->effect);
	f->mid = i.mid;
	f->low = i.low;
	f->high = i.high;
	/* So few pieces tell nothing of how they hang together. */
	if (!f->reached) {
		f->low = k > 0 ? 0 : f->low;
		f->high = k > 0 ? 1 : f->high;
	}
}

/* What ended in a second, and of it what was not served. */
static void
ended(const struct measure *m, const struct measure_second *s, double *bad,
    double *all)
{
	uint64_t failed = s->dropped, done = 0;

	for (size_t op = 0; op < m->n_ops; op++) {
		failed += s->ops[op].failed;
		done += s->ops[op].done;
	}
	*bad = (double)failed;
	*all = (double)(failed + done);
}

static void
errors(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	struct pieces p = pieces_of(v, true);
	double never = 0;

	(void)metric;
	for (size_t i = 0; i < p.n_at; i++) {
		double bad, all;

		ended(v->m, &v->m->seconds[p.at[i]], &bad, &all);
		p.hits[piece_at(&p, i)] += bad;
		p.tries[piece_at(&p, i)] += all;
	}
	for (size_t op = 0; op < v->m->n_ops; op++)
		never += (double)unfinished(v->m, op);
	share(f, &p, never);
	pieces_free(&p);
}

static void
available(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	struct pieces p = pieces_of(v, false);
	double lost = 0, watched = 0;

	(void)metric;
	for (size_t i = 0; i < p.n_at; i++) {
		double bad, all;

		ended(v->m, &v->m->seconds[p.at[i]], &bad, &all);
		if (all == 0)
			continue;
		p.hits[piece_at(&p, i)] += bad / all;
		p.tries[piece_at(&p, i)] += 1;
		lost += bad / all;
		watched++;
	}
	share(f, &p, 0);
	if (f->any) {
		const double month = watched > MONTH ? watched : MONTH;
		const double best = 1 - lost / month;

		f->mid = 1 - f->mid;
		f->high = 1 - f->low < best ? 1 - f->low : best;
		f->low = (watched - lost) / month;
	}
	pieces_free(&p);
}

/* ---- what the ledger says ---- */

static void
success(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure_ledger *l = &v->m->ledger;
	/* What was due and never sent found no place at the target. */
	const uint64_t all =
	    l->planned > l->sent && !v->m->interrupted ? l->planned : l->sent;
	const uint64_t whole =
	    l->delivered > l->corrupted ? l->delivered - l->corrupted : 0;
	const uint64_t good = whole < all ? whole : all;
	const uint64_t best = good + l->unread + l->unchecked;
	struct stats_interval worst, i;

	(void)metric;
	f->any = l->kept && all > 0;
	if (!f->any)
		return;
	worst = stats_wilson((double)good, (double)all, confidence_of(v->m));
	i = stats_wilson((double)(best < all ? best : all), (double)all,
	    confidence_of(v->m));
	f->n = (double)all;
	f->effect = 1;
	f->mid = worst.mid;
	f->low = worst.low;
	f->high = i.high;
	f->reached = true;
}

/* Between what was seen and what may hide where nobody could look. */
static void
count(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure_ledger *l = &v->m->ledger;
	const uint64_t seen =
	    metric->kind == FIGURE_LOST ? l->lost : l->doubled;

	f->any = l->kept && l->accepted + l->delivered > 0;
	f->mid = f->low = (double)seen;
	f->high = (double)(seen + l->unread);
	f->reached = true;
}

/* ---- what the load was ---- */

/*
 * How many there would have been, had none been refused.  Where sessions come
 * and go each refused one would have stayed as long as the others did; where
 * most stay, each that failed is one less.
 */
static double
unrefused(const struct measure *m, double open, double refused, double failed)
{
	const double tries =
	    (double)m->connects + (double)m->connect_failures + refused;
	const double no = (double)m->connect_failures + refused + failed;
	const double peak = (double)m->peak_connections;
	double with = open;

	if (tries > 0)
		with = tries > no ? open * tries / (tries - no) : INFINITY;
	if (tries <= 2 * peak && with < open + no)
		with = open + no;
	return with;
}

/*
 * Connections whose login is not under way.  Logins are added up from the
 * very start, for they are made before what is judged.
 */
static void
held(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure *m = v->m;
	const int login = metric->op != NULL ? op_of(m, metric->op) : -1;
	struct pieces p = pieces_of(v, false);
	double *x = mem_new(p.n_at + 1, sizeof x[0]);
	uint64_t begun = 0, done = 0, failed = 0, dropped = 0;
	size_t next = 0;

	/* Nothing shows that anybody logged in. */
	if (metric->op != NULL && login < 0)
		p.n_at = 0;
	for (size_t i = 0; i < m->n_seconds && next < p.n_at; i++) {
		const struct measure_second *s = &m->seconds[i];
		uint64_t open = s->connections, under_way;

		dropped += s->dropped;
		for (size_t op = 0; op < m->n_ops; op++)
			failed += s->ops[op].failed;
		if (login >= 0) {
			begun += s->ops[login].begun - s->ops[login].failed;
			done += s->ops[login].done;
			under_way = begun > done ? begun - done : 0;
			open = open > under_way ? open - under_way : 0;
			open = open < done ? open : done;
		}
		if (i == p.at[next])
			x[next++] = -(double)open;
	}
	if (next > 0) {
		/* The least of the 99 % with the most. */
		f->mid = f->low = f->high =
		    -stats_at(x, next, (size_t)ceil(HELD * (double)next));
		f->reached = true;
		f->any = f->mid > 0 || m->connects + m->connect_failures > 0;
		f->offered =
		    unrefused(m, f->mid, (double)dropped, (double)failed);
	}
	free(x);
	pieces_free(&p);
}

static void
duration(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const struct measure *m = v->m;
	const size_t to = health_end(m);

	(void)metric;
	f->any = to > m->judged_from;
	f->mid = f->low = f->high =
	    f->any ? 1e6 * (double)(to - m->judged_from) : 0;
	f->reached = true;
}

static void
size(struct figure *f, const struct figure_metric *metric,
    const struct figure_view *v)
{
	const int op = op_of(v->m, metric->op);
	const bool sent = metric->kind == FIGURE_SENT_SIZE;
	double octets = 0, ops = 0;

	if (op < 0)
		return;
	for (size_t i = 0; i < v->m->n_seconds; i++) {
		const struct measure_second *s = &v->m->seconds[i];

		octets += (double)(sent ? s->out : s->in);
		ops += (double)(s->ops[op].done + s->ops[op].failed);
	}
	f->any = ops > 0;
	f->mid = f->low = f->high = f->any ? octets / ops : 0;
	f->reached = true;
}

/* ---- all of them ---- */

static void (*const kinds[FIGURE_KINDS])(struct figure *,
    const struct figure_metric *, const struct figure_view *) = {
	[FIGURE_RESPONSE] = response,
	[FIGURE_DELIVERY] = delivery,
	[FIGURE_RATE] = rate,
	[FIGURE_ERRORS] = errors,
	[FIGURE_SUCCESS] = success,
	[FIGURE_LOST] = count,
	[FIGURE_DOUBLED] = count,
	[FIGURE_SESSIONS] = held,
	[FIGURE_USERS] = held,
	[FIGURE_DURATION] = duration,
	[FIGURE_SENT_SIZE] = size,
	[FIGURE_HEARD_SIZE] = size,
	[FIGURE_AVAILABLE] = available,
};

void
figure_take(struct figure *f, const struct figure_metric *m,
    const struct figure_view *v)
{
	*f = (struct figure){ 0 };
	kinds[m->kind](f, m, v);
}

/* ---- warm-up ---- */

/* One series, its cut in *cut when it is later than what others say. */
static void
warmup_of(const double *x, size_t n, size_t *cut, bool *settled)
{
	const struct stats_warmup w = stats_warmup(x, n);

	*cut = w.cut > *cut ? w.cut : *cut;
	*settled = *settled && w.settled;
}

size_t
figure_warmup(const struct measure *m, bool *settled)
{
	const size_t to = health_end(m);
	const size_t from = m->judged_from < to ? m->judged_from : to;
	double *x = mem_new(to - from + 1, sizeof x[0]);
	size_t cut = 0;

	*settled = true;
	for (size_t op = 0; op < m->n_ops; op++) {
		size_t with = 0;

		for (size_t i = from; i < to; i++) {
			const struct hist_packed *h =
			    &m->seconds[i].ops[op].hist[CLOCK_RESPONSE];
			const double last = i > from ? x[i - from - 1] : 0;

			with += h->n > 0;
			x[i - from] =
			    h->n > 0 ? (double)hist_packed_percentile(h, 95)
				     : last;
		}
		/* Rare ones have no series. */
		if (2 * with < to - from)
			continue;
		warmup_of(x, to - from, &cut, settled);
		for (size_t i = from; i < to; i++)
			x[i - from] = (double)m->seconds[i].ops[op].done;
		warmup_of(x, to - from, &cut, settled);
	}
	free(x);
	return cut;
}

/* ---- within a time ---- */

/* The share of slow ones, with that confidence; { 1, 0 }: nobody can say. */
struct slow {
	double low, high;
};

static struct slow
slow_of(const struct measure *m, double k, double n, double effect)
{
	const struct stats_interval i = interval_of(m, k, n, effect);

	return (struct slow){ i.low, i.high };
}

static struct slow
slow_answers(
    const struct figure_metric *m, const struct figure_view *v, int64_t us)
{
	const size_t op = (size_t)op_of(v->m, m->op);
	struct pieces p = pieces_of(v, true);
	double k = (double)unfinished(v->m, op), n = k;
	const double seconds = slow_pieces(&p, op, us);
	struct slow s = { 1, 0 };

	for (size_t i = 0; i < p.n; i++) {
		k += p.hits[i];
		n += p.tries[i];
	}
	if (p.n >= 10 && n > 0)
		s = slow_of(
		    v->m, k, n, fmax(effect_of(&p), k == 0 ? n / seconds : 1));
	pieces_free(&p);
	return s;
}

/* Nobody knows which second they belong to: each second counts as one. */
static struct slow
slow_deliveries(
    const struct figure_metric *m, const struct figure_view *v, int64_t us)
{
	const struct measure_ledger *l = &v->m->ledger;
	double k = (double)l->lost, n = (double)(l->delivery.n + l->lost);
	double seconds = 0, unread = (double)l->unread;
	struct slow s = { 1, 0 };

	(void)m;
	for (size_t i = 0; i < health_end(v->m); i++)
		seconds += v->use[i] && v->m->seconds[i].begun > 0;
	for (size_t i = hist_index(us) + 1; i < HIST_COUNTS; i++)
		k += (double)l->delivery.counts[i];
	if (seconds >= 10 && n + unread > 0) {
		const double effect = fmax((n + unread) / seconds, 1);

		s.low = slow_of(v->m, k, n + unread, effect).low;
		s.high = slow_of(v->m, k + unread, n + unread, effect).high;
	}
	return s;
}

void
figure_bound(struct figure *f, const struct figure_metric *m,
    const struct figure_view *v, int64_t us)
{
	struct slow (*const of)(
	    const struct figure_metric *, const struct figure_view *, int64_t) =
	    m->kind == FIGURE_DELIVERY ? slow_deliveries : slow_answers;
	const double most = 1 - m->share, limit = (double)us;
	const size_t at = hist_index(us);
	struct slow s;

	if (!f->any || (m->traits & FIGURE_LATENCY) == 0 || us >= HIST_MOST)
		return;
	/* What shares a bucket with the limit counts against what is said. */
	if (f->mid <= limit && f->high > limit) {
		s = of(
		    m, v, hist_index(us + 1) > at ? us : hist_lowest(at) - 1);
		if (s.low <= s.high && s.high <= most) {
			f->high = limit;
			f->reached = true;
		}
	} else if (f->mid > limit && f->low <= limit) {
		s = of(m, v, us);
		if (s.low <= s.high && s.low > most) {
			f->low = limit + 1;
			f->largest = fmax(f->largest, f->low);
		}
	}
}

void
figure_within(
    struct figure *f, const struct measure *m, const char *op, int64_t us)
{
	bool settled;
	const size_t cut = figure_warmup(m, &settled), end = figure_end(m);
	unsigned char *use = mem_new(m->n_seconds + 1, 1);
	const struct figure_view v = { m, use };
	struct pieces p;
	double never = 0;

	*f = (struct figure){ 0 };
	for (size_t i = m->judged_from + cut; i < end && i < m->n_seconds; i++)
		use[i] = 1;
	p = pieces_of(&v, true);
	for (size_t o = 0; o < m->n_ops; o++) {
		if (op != NULL && (int)o != op_of(m, op))
			continue;
		slow_pieces(&p, o, us);
		never += (double)unfinished(m, o);
	}
	share(f, &p, never);
	if (f->any) {
		const double low = f->low;

		f->mid = 1 - f->mid;
		f->low = 1 - f->high;
		f->high = 1 - low;
	}
	free(use);
	pieces_free(&p);
}
