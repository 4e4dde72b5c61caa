/* SPDX-License-Identifier: MIT */
/*
 * A plan is made by time rescaling.  Let L(t) be the arrivals due by t, the
 * integral of the rate.  Evenly spaced ones are due where L passes a half:
 * 0.5, 1.5, 2.5, over all phases, so that nothing bunches where one phase
 * ends and the next begins.  Those of a Poisson process are due where L
 * passes the sums of exponentials of mean 1.
 */
#include "loadgen/arrival.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/digest.h"
#include "lib/files.h"
#include "lib/mem.h"

#define RATE_MOST   1000000.0
#define TRACE_BYTES (1L << 30)
#define STEPS_MOST  1000
#define FOR_MOST_US (7 * 86400 * INT64_C(1000000)) /* a week */

/* Each of these is chance of its own: none moves when another is used. */
enum { CHANCE_TIMES = 1, CHANCE_FLOWS, CHANCE_ROWS };

uint64_t
chance_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

double
chance_unit(uint64_t *state)
{
	return (double)((chance_next(state) >> 11) + 1) * 0x1p-53;
}

uint64_t
arrival_seed(uint64_t seed, int repeat)
{
	uint64_t state = seed + (uint64_t)repeat;

	return repeat < 2 ? seed : chance_next(&state);
}

/* ---- a phase as pieces in which the rate is a straight line ---- */

struct piece {
	double from_s, for_s, rate, rate_to;
};

struct making {
	struct load_plan *plan;
	const struct scenario *sc;
	struct err *err;
	size_t room;
	size_t phase;
	double due; /* L at the end of the pieces done */
	uint64_t times, flows, rows;
	double turn; /* of flows, when the spacing is even */
	uint64_t accounts[SCENARIO_FLOWS];
	size_t n_rows;
	double weights; /* of the flows in use */
	uint32_t in_use;
};

static bool
refuse(const struct making *m, const char *wrong, const char *right)
{
	const struct scenario_phase *p = &m->sc->phases[m->phase];

	return err_set(m->err, ERR_CONFIG, "%s: phases[%zu] (%s): %s; %s",
	    m->sc->path, m->phase, p->name, wrong, right);
}

/* Time in the piece at which L has grown by "more". */
static double
when(const struct piece *p, double more)
{
	const double slope = (p->rate_to - p->rate) / p->for_s;
	double root = p->rate * p->rate + 2 * slope * more;

	if (more <= 0)
		return 0;
	if (root < 0)
		root = 0;
	/* This form of the solution loses no digits when slope is small. */
	return 2 * more / (p->rate + sqrt(root));
}

static size_t
flow_of(struct making *m, bool by_chance)
{
	const double golden = 0.61803398874989484820;
	double u;
	size_t last = 0;

	/* Parts of the golden ratio keep the shares, whatever i % n takes. */
	m->turn += golden;
	m->turn -= floor(m->turn);
	u = (by_chance ? 1 - chance_unit(&m->flows) : m->turn) * m->weights;
	for (size_t f = 0; f < m->sc->n_flows; f++) {
		if ((m->in_use >> f & 1) == 0 || m->sc->flows[f].weight <= 0)
			continue;
		last = f;
		if (u < m->sc->flows[f].weight)
			break;
		u -= m->sc->flows[f].weight;
	}
	return last;
}

/* Does anybody arrive in the phase at hand? */
static bool
arrives(const struct making *m)
{
	const struct scenario_phase *p = &m->sc->phases[m->phase];

	return m->sc->arrive == ARRIVE_CLOSED || p->shape == SHAPE_TRACE ||
	       p->rate > 0 || p->rate_to > 0;
}

/* Flows that some phase names are of that phase, all others of the rest. */
static bool
use_flows(struct making *m)
{
	uint32_t named = 0;

	for (size_t i = 0; i < m->sc->n_phases; i++)
		named |= m->sc->phases[i].flows;
	m->in_use = m->sc->phases[m->phase].flows;
	if (m->in_use == 0)
		m->in_use = ~named;
	m->weights = 0;
	for (size_t f = 0; f < m->sc->n_flows; f++)
		if ((m->in_use >> f & 1) != 0)
			m->weights += m->sc->flows[f].weight;
	return m->weights > 0 || !arrives(m) ||
	       refuse(m, "no flow that arrives has a weight", "one above 0");
}

/* Accounts of a flow take turns: its own when it names some, else all. */
static uint32_t
account_of(struct making *m, size_t f)
{
	const struct scenario_flow *flow = &m->sc->flows[f];
	const uint64_t turn = m->accounts[f]++;

	if (flow->n_accounts != 0)
		return flow->accounts[turn % flow->n_accounts];
	return m->sc->n_accounts == 0 ? 0
				      : (uint32_t)(turn % m->sc->n_accounts);
}

static uint32_t
row_of(struct making *m)
{
	if (m->sc->prepared != NULL && m->sc->prepared->each)
		return (uint32_t)(m->plan->n % PREPARED_ROWS);
	if (m->n_rows == 0)
		return 0;
	if (strcmp(m->sc->feed_order, "random") == 0)
		return (uint32_t)(chance_next(&m->rows) % m->n_rows);
	return (uint32_t)(m->plan->n % m->n_rows);
}

static bool
add(struct making *m, int64_t at_ns)
{
	struct load_plan *plan = m->plan;
	const struct scenario_phase *p = &m->sc->phases[m->phase];
	size_t f;

	if (plan->n == ARRIVAL_MOST)
		return refuse(m, "the plan passes 50000000 arrivals",
		    "a lower rate or a shorter time");
	if (plan->n == m->room) {
		m->room = m->room == 0 ? 1024 : m->room * 2;
		plan->at = mem_grow(plan->at, m->room * sizeof *plan->at);
	}
	f = flow_of(m, p->shape == SHAPE_POISSON);
	plan->at[plan->n] = (struct arrival){
		.at_ns = at_ns,
		.phase = (uint8_t)m->phase,
		.flow = (uint8_t)f,
		.account = account_of(m, f),
		.feed = row_of(m),
	};
	plan->n++;
	return true;
}

static bool
fill(struct making *m, const struct piece *p)
{
	const bool even = m->sc->phases[m->phase].shape != SHAPE_POISSON;
	const double from = m->due;
	const double to = from + p->for_s * (p->rate + p->rate_to) / 2;
	const int64_t from_ns = llround(p->from_s * 1e9);
	const int64_t last_ns = llround((p->from_s + p->for_s) * 1e9) - 1;
	double next =
	    even ? floor(from + 0.5) + 0.5 : from - log(chance_unit(&m->times));

	for (; next < to; next += even ? 1 : -log(chance_unit(&m->times))) {
		int64_t at_ns = from_ns + llround(when(p, next - from) * 1e9);

		if (!add(m, at_ns > last_ns ? last_ns : at_ns))
			return false;
	}
	m->due = to;
	return true;
}

static bool
fill_steps(struct making *m, double from_s, double for_s)
{
	const struct scenario_phase *p = &m->sc->phases[m->phase];

	if (p->steps < 2 || p->steps > STEPS_MOST)
		return refuse(m, "this many steps cannot be made",
		    "steps: from 2 to 1000");
	for (int i = 0; i < p->steps; i++) {
		const double each = for_s / p->steps;
		const double rate =
		    p->rate + (p->rate_to - p->rate) * i / (p->steps - 1);
		const struct piece piece = { from_s + each * i, each, rate,
			rate };

		if (!fill(m, &piece))
			return false;
	}
	return true;
}

static bool
fill_spike(struct making *m, double from_s, double for_s)
{
	const struct scenario_phase *p = &m->sc->phases[m->phase];

	for (int i = 0; i < 3; i++) {
		const double rate = i == 1 ? p->rate_to : p->rate;
		const struct piece piece = { from_s + for_s * i / 3, for_s / 3,
			rate, rate };

		if (!fill(m, &piece))
			return false;
	}
	return true;
}

/* ---- a trace: times in seconds, one a line ---- */

/* "12", "12.345678": what a log holds; anything else is not a time. */
static bool
seconds_of(struct span text, int64_t *ns)
{
	struct span rest = text;
	const struct span whole = span_cut(&rest, '.');
	const bool point = whole.len != text.len;
	int64_t unit = 1000000000;

	*ns = 0;
	if (whole.len == 0 || whole.len > 7 || rest.len > 9 ||
	    (point && rest.len == 0))
		return false;
	for (size_t i = 0; i < whole.len; i++) {
		if (whole.ptr[i] < '0' || whole.ptr[i] > '9')
			return false;
		*ns = *ns * 10 + (whole.ptr[i] - '0') * INT64_C(1000000000);
	}
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.ptr[i] < '0' || rest.ptr[i] > '9')
			return false;
		*ns += (rest.ptr[i] - '0') * (unit /= 10);
	}
	return true;
}

static bool
follow(struct making *m, struct span text, int64_t from_ns, int64_t for_ns)
{
	const char *trace = m->sc->phases[m->phase].trace;
	int64_t last = 0, at;

	for (int line = 1; text.len != 0; line++) {
		struct span one = span_cut(&text, '\n');

		if (one.len != 0 && one.ptr[one.len - 1] == '\r')
			one.len--;
		if (one.len == 0 || one.ptr[0] == '#')
			continue;
		if (!seconds_of(one, &at))
			return err_set(m->err, ERR_CONFIG,
			    "%s:%d: '%.*s' is not a time; seconds since the "
			    "begin of the phase, such as 12.345",
			    trace, line, one.len > 40 ? 40 : SPAN_FMT(one));
		if (at < last)
			return err_set(m->err, ERR_CONFIG,
			    "%s:%d: %.*s is before the line above it; "
			    "times in order",
			    trace, line, SPAN_FMT(one));
		last = at;
		if (at < for_ns && !add(m, from_ns + at))
			return false;
	}
	return true;
}

static bool
fill_trace(struct making *m, int64_t from_ns, int64_t for_ns)
{
	const char *trace = m->sc->phases[m->phase].trace;
	const size_t before = m->plan->n;
	size_t n;
	char *text;
	bool ok;

	if (trace == NULL)
		return refuse(m, "a trace without a file", "trace: PATH");
	text = files_read_text(trace, TRACE_BYTES, &n, m->err);
	if (text == NULL)
		return err_while(m->err, "%s: phases[%zu] (%s): trace",
		    m->sc->path, m->phase, m->sc->phases[m->phase].name);
	ok = follow(m, (struct span){ text, n }, from_ns, for_ns);
	free(text);
	m->due = floor(m->due) + (double)(m->plan->n - before);
	return ok;
}

/* ---- all of it ---- */

static bool
fill_phase(struct making *m, int64_t from_ns, int64_t for_ns)
{
	const struct scenario_phase *p = &m->sc->phases[m->phase];
	const double from_s = (double)from_ns * 1e-9;
	const double for_s = (double)for_ns * 1e-9;
	struct piece piece = { from_s, for_s, p->rate, p->rate };

	switch (p->shape) {
	case SHAPE_CONSTANT:
	case SHAPE_POISSON:
	case SHAPE_SOAK:
		return fill(m, &piece);
	case SHAPE_RAMP:
		piece.rate_to = p->rate_to;
		return fill(m, &piece);
	case SHAPE_STEPS:
		return fill_steps(m, from_s, for_s);
	case SHAPE_SPIKE:
		return fill_spike(m, from_s, for_s);
	case SHAPE_TRACE:
		return fill_trace(m, from_ns, for_ns);
	}
	return refuse(m, "no such shape", "one of those in scenario.h");
}

static bool
rate_possible(const struct making *m, double rate)
{
	char wrong[80];

	if (rate >= 0 && rate <= RATE_MOST)
		return true;
	snprintf(wrong, sizeof wrong, "%.15g /s is no rate we can hold", rate);
	return refuse(m, wrong, "from 0 /s to 1000000 /s");
}

/* Before the first arrival is made: it may be too many to be made. */
static bool
phase_possible(const struct making *m, double *expected)
{
	const struct scenario_phase *p = &m->sc->phases[m->phase];
	const bool two = p->shape == SHAPE_RAMP || p->shape == SHAPE_STEPS ||
			 p->shape == SHAPE_SPIKE;
	const double rate_to = two ? p->rate_to : p->rate;
	const double share = p->shape == SHAPE_SPIKE ? 3 : 2;
	double mean;

	if (p->for_us <= 0 || p->for_us > FOR_MOST_US)
		return refuse(m, "it cannot last so long",
		    "for: more than 0 s and at most 7 days");
	if (m->sc->arrive == ARRIVE_CLOSED || p->shape == SHAPE_TRACE)
		return true;
	if (!rate_possible(m, p->rate) || !rate_possible(m, rate_to))
		return false;
	mean = p->rate + (rate_to - p->rate) / share;
	*expected += mean * (double)p->for_us * 1e-6;
	return *expected <= ARRIVAL_MOST ||
	       refuse(m, "the plan passes 50000000 arrivals",
		   "a lower rate or a shorter time");
}

static bool
possible(struct making *m)
{
	const struct scenario *sc = m->sc;
	double expected = 0;

	if (sc->n_phases == 0 || sc->n_phases > SCENARIO_PHASES ||
	    sc->n_flows == 0 || sc->n_flows > SCENARIO_FLOWS)
		return err_set(m->err, ERR_CONFIG,
		    "%s: from 1 to %d phases and from 1 to %d flows are needed",
		    sc->path, SCENARIO_PHASES, SCENARIO_FLOWS);
	for (m->phase = 0; m->phase < sc->n_phases; m->phase++)
		if (!phase_possible(m, &expected) || !use_flows(m))
			return false;
	if (sc->prepared != NULL && m->n_rows == 0)
		return err_set(m->err, ERR_CONFIG,
		    "%s: prepare: the profile has no %s", sc->path,
		    sc->prepared->en);
	if (sc->feed != NULL && m->n_rows == 0)
		return err_set(m->err, ERR_CONFIG,
		    "%s: feed: %s has no rows; one at least", sc->path,
		    sc->feed);
	return true;
}

/*
 * Users of a closed loop start a millisecond apart, all of them within the
 * first tenth of the first phase, and stay to the end.
 */
static bool
fill_closed(struct making *m)
{
	const int64_t tenth_ns = m->plan->phase_to_ns[0] / 10;
	const int users = m->sc->connections;
	int64_t gap_ns = users > 0 ? tenth_ns / users : 0;

	if (gap_ns > 1000000)
		gap_ns = 1000000;
	m->phase = 0;
	use_flows(m);
	for (int i = 0; i < users; i++)
		if (!add(m, gap_ns * i))
			return false;
	return true;
}

static bool
fill_open(struct making *m)
{
	const struct load_plan *plan = m->plan;

	for (m->phase = 0; m->phase < plan->n_phases; m->phase++)
		if (!use_flows(m) ||
		    !fill_phase(m, plan->phase_from_ns[m->phase],
			plan->phase_to_ns[m->phase] -
			    plan->phase_from_ns[m->phase]))
			return false;
	return true;
}

/* Most arrivals that any window of one second holds. */
static double
busiest(const struct load_plan *plan)
{
	size_t most = 0, from = 0;

	for (size_t i = 0; i < plan->n; i++) {
		while (plan->at[i].at_ns - plan->at[from].at_ns >= 1000000000)
			from++;
		if (i - from + 1 > most)
			most = i - from + 1;
	}
	return (double)most;
}

static bool
enough(const struct making *m)
{
	const size_t n = m->plan->n;

	if (n == 0)
		return err_set(m->err, ERR_CONFIG,
		    "%s: phases: not one arrival in this plan; a higher rate "
		    "or a longer time",
		    m->sc->path);
	if (m->sc->feed != NULL && strcmp(m->sc->feed_order, "unique") == 0 &&
	    n > m->n_rows)
		return err_set(m->err, ERR_CONFIG,
		    "%s: feed: %s has %zu rows and the plan %zu arrivals, %zu "
		    "rows are missing; more rows, or order: circular",
		    m->sc->path, m->sc->feed, m->n_rows, n, n - m->n_rows);
	return true;
}

static uint64_t
chance_of(uint64_t seed, uint64_t use)
{
	uint64_t state = seed;

	return chance_next(&state) + use * UINT64_C(0xd1342543de82ef95);
}

bool
arrival_plan(struct load_plan *plan, const struct scenario *sc, size_t rows,
    struct err *err)
{
	struct making m = {
		.plan = plan,
		.sc = sc,
		.err = err,
		.times = chance_of(sc->seed, CHANCE_TIMES),
		.flows = chance_of(sc->seed, CHANCE_FLOWS),
		.rows = chance_of(sc->seed, CHANCE_ROWS),
		.n_rows = sc->feed == NULL && sc->prepared == NULL ? 0 : rows,
	};

	*plan = (struct load_plan){ 0 };
	if (!possible(&m))
		return false;
	for (size_t i = 0; i < sc->n_phases; i++) {
		plan->phase_from_ns[i] = plan->end_ns;
		plan->end_ns += sc->phases[i].for_us * 1000;
		plan->phase_to_ns[i] = plan->end_ns;
	}
	plan->n_phases = sc->n_phases;
	if (!(sc->arrive == ARRIVE_CLOSED ? fill_closed(&m) : fill_open(&m)) ||
	    !enough(&m)) {
		arrival_free(plan);
		return false;
	}
	plan->peak = busiest(plan);
	return true;
}

void
arrival_free(struct load_plan *plan)
{
	free(plan->at);
	*plan = (struct load_plan){ 0 };
}

/* ---- the digest ---- */

static void
put(unsigned char **to, uint64_t value, int octets)
{
	for (int i = 0; i < octets; i++)
		*(*to)++ = (unsigned char)(value >> (8 * i));
}

/* Phases, then arrivals; all numbers little-endian. */
void
arrival_digest(const struct load_plan *plan, char hex[65])
{
	struct digest *d = digest_new();
	unsigned char block[18 * 512], *to = block;

	for (size_t i = 0; i < plan->n_phases; i++)
		put(&to, (uint64_t)plan->phase_to_ns[i], 8);
	for (size_t i = 0; i < plan->n; i++) {
		const struct arrival *a = &plan->at[i];

		if (to > block + sizeof block - 18) {
			digest_add(d, (struct span){ (char *)block,
					  (size_t)(to - block) });
			to = block;
		}
		put(&to, (uint64_t)a->at_ns, 8);
		put(&to, a->phase, 1);
		put(&to, a->flow, 1);
		put(&to, a->account, 4);
		put(&to, a->feed, 4);
	}
	digest_add(d, (struct span){ (char *)block, (size_t)(to - block) });
	digest_end(d, hex);
}
