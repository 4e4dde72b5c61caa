/* SPDX-License-Identifier: MIT */
/*
 * Reading the phases of a scenario.
 */
#include "lib/mem.h"
#include "loadgen/scenario_inner.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Which keys a shape has beside name, for, judged and flows. */
/* clang-format off */
static const struct {
	bool rate, arrivals, to, steps, trace;
	const char *says;
} shapes[] = {
	[SHAPE_CONSTANT] = { true, true, false, false, false,
	    "constant has rate (or arrivals) and for" },
	[SHAPE_POISSON] = { true, true, false, false, false,
	    "poisson has rate (or arrivals) and for" },
	[SHAPE_RAMP] = { true, false, true, false, false,
	    "ramp has rate, to and for" },
	[SHAPE_STEPS] = { true, false, true, true, false,
	    "steps has rate, to, steps and for" },
	[SHAPE_SPIKE] = { true, false, true, false, false,
	    "spike has rate, to and for" },
	[SHAPE_SOAK] = { true, true, false, false, false,
	    "soak has rate (or arrivals) and for" },
	[SHAPE_TRACE] = { false, false, false, false, true,
	    "trace has trace and for" },
};
/* clang-format on */

static bool
check_keys(const struct scenario_reading *r, size_t i, enum shape shape)
{
	const struct {
		const char *key;
		bool may, must;
	} keys[] = {
		{ "arrivals", shapes[shape].arrivals, false },
		{ "rate", shapes[shape].rate,
		    shapes[shape].rate &&
			!scenario_has(r, conf_key("phases[%zu].arrivals", i)) },
		{ "to", shapes[shape].to, shapes[shape].to },
		{ "steps", shapes[shape].steps, shapes[shape].steps },
		{ "trace", shapes[shape].trace, shapes[shape].trace },
	};

	for (size_t k = 0; k < COUNT(keys); k++) {
		const struct conf_key key =
		    conf_key("phases[%zu].%s", i, keys[k].key);

		if (scenario_has(r, key) && !keys[k].may)
			return scenario_bad(
			    r, key, "not of this shape", shapes[shape].says);
		if (!scenario_has(r, key) && keys[k].must)
			return scenario_bad(
			    r, key, "missing", shapes[shape].says);
	}
	return !scenario_has(r, conf_key("phases[%zu].arrivals", i)) ||
	       !scenario_has(r, conf_key("phases[%zu].rate", i)) ||
	       scenario_bad(r, conf_key("phases[%zu].arrivals", i),
		   "beside a rate", "one of them");
}

/* In a closed loop nobody arrives: users are there, for a time. */
static bool
check_closed(const struct scenario_reading *r, size_t i, enum shape shape)
{
	static const char *const keys[] = { "rate", "arrivals", "to", "steps",
		"trace" };

	if (shape != SHAPE_CONSTANT)
		return scenario_bad(r, conf_key("phases[%zu].shape", i),
		    "a closed loop has no arrivals to give a shape to",
		    "constant");
	for (size_t k = 0; k < COUNT(keys); k++)
		if (scenario_has(r, conf_key("phases[%zu].%s", i, keys[k])))
			return scenario_bad(r,
			    conf_key("phases[%zu].%s", i, keys[k]),
			    "a closed loop has no arrivals",
			    "for alone; how many users: connections");
	return true;
}

static bool
take_rates(const struct scenario_reading *r, size_t i,
    const struct raw_phase *raw, struct scenario_phase *to)
{
	static const struct scenario_range rate = { QUANTITY_RATE, 0, 1e6,
		"0 /s to 1000000 /s" };
	static const struct scenario_range arrivals = { QUANTITY_COUNT, 0, 5e7,
		"0 to 50000000" };
	double n;

	if (raw->rate != NULL &&
	    !scenario_quantity(
		r, conf_key("phases[%zu].rate", i), raw->rate, rate, &to->rate))
		return false;
	to->rate_to = to->rate;
	if (raw->to != NULL &&
	    !scenario_quantity(
		r, conf_key("phases[%zu].to", i), raw->to, rate, &to->rate_to))
		return false;
	to->counted = raw->arrivals != NULL;
	if (raw->arrivals == NULL)
		return true;
	if (!scenario_quantity(r, conf_key("phases[%zu].arrivals", i),
		raw->arrivals, arrivals, &n))
		return false;
	to->rate = to->rate_to = n / ((double)to->for_us * 1e-6);
	return to->rate <= 1e6 ||
	       scenario_bad(r, conf_key("phases[%zu].arrivals", i),
		   "more than 1000000 a second", "fewer, or a longer time");
}

/* A phase whose flows are all left out stays, and nobody arrives in it. */
static bool
take_phase_flows(const struct scenario_reading *r, size_t i,
    const struct raw_phase *raw, struct scenario_phase *to)
{
	const char *names[SCENARIO_FLOWS];

	for (size_t f = 0; f < r->raw->n_flows; f++)
		names[f] = r->raw->flows[f].name;
	for (size_t k = 0; k < raw->n_flows; k++) {
		const int f =
		    scenario_one_of(r, conf_key("phases[%zu].flows[%zu]", i, k),
			raw->flows[k], names, r->raw->n_flows);

		if (f == -1)
			return false;
		if (r->flow_of[f] != -1)
			to->flows |= UINT32_C(1) << r->flow_of[f];
	}
	if (raw->n_flows != 0 && to->flows == 0) {
		to->rate = to->rate_to = 0;
		to->shape = SHAPE_CONSTANT;
	}
	return true;
}

static bool
take_phase(const struct scenario_reading *r, size_t i)
{
	static const struct scenario_range length = { QUANTITY_TIME, 1000,
		SCENARIO_WEEK_US, "1 ms to 7 days" };
	struct raw_phase *raw = &r->raw->phases[i];
	struct scenario_phase *to = &r->sc->phases[i];
	double us;

	*to = (struct scenario_phase){ .shape = raw->shape,
		.steps = (int)raw->steps,
		.judged = raw->judged != RAW_NO };
	r->sc->n_phases++;
	if (!scenario_check_name(
		r, conf_key("phases[%zu].name", i), raw->name) ||
	    !(r->sc->arrive == ARRIVE_CLOSED ? check_closed(r, i, raw->shape)
					     : check_keys(r, i, raw->shape)) ||
	    !scenario_quantity(
		r, conf_key("phases[%zu].for", i), raw->for_, length, &us))
		return false;
	to->name = scenario_move(&raw->name);
	to->for_us = (int64_t)(us + 0.5);
	if (raw->trace != NULL)
		to->trace = scenario_beside(r, i, raw->trace);
	if (raw->shape == SHAPE_STEPS && (to->steps < 2 || to->steps > 1000))
		return scenario_bad(r, conf_key("phases[%zu].steps", i),
		    "out of range", "2 to 1000");
	return take_rates(r, i, raw, to) && take_phase_flows(r, i, raw, to);
}

/* What is judged is one stretch of time. */
static bool
check_judged(const struct scenario_reading *r)
{
	const struct scenario *sc = r->sc;
	bool any = false, over = false;

	for (size_t i = 0; i < sc->n_phases; i++) {
		if (sc->phases[i].judged && over)
			return scenario_bad(r, conf_key("phases"),
			    "judged phases with another one between",
			    "all of them in a row");
		any |= sc->phases[i].judged;
		over = any && !sc->phases[i].judged;
	}
	return any ||
	       scenario_bad(r, conf_key("phases"), "none of them is judged",
		   "judged: false only for what is to warm up");
}

bool
scenario_take_phases(const struct scenario_reading *r)
{
	struct scenario *sc = r->sc;

	sc->phases = mem_new(r->raw->n_phases, sizeof sc->phases[0]);
	for (size_t i = 0; i < r->raw->n_phases; i++)
		if (!take_phase(r, i))
			return false;
	return check_judged(r);
}
