/* SPDX-License-Identifier: MIT */
/*
 * Reading what a scenario is to show: rows, messages looked for, until when.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "loadgen/scenario_inner.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- what is judged ---- */

static bool
take_judges(const struct scenario_reading *r)
{
	struct scenario *sc = r->sc;
	const char *rows[REQ_COUNT];

	for (size_t i = 0; i < REQ_COUNT; i++)
		rows[i] = catalogue_get((enum req)i)->name;
	sc->judges = mem_new(r->raw->n_judges, sizeof sc->judges[0]);
	for (size_t i = 0; i < r->raw->n_judges; i++) {
		struct raw_judges *raw = &r->raw->judges[i];
		struct scenario_judges *to = &sc->judges[i];
		int row;

		if (!scenario_check_name(
			r, conf_key("judges[%zu].name", i), raw->name))
			return false;
		for (size_t j = 0; j < i; j++)
			if (strcmp(sc->judges[j].name, raw->name) == 0)
				return scenario_bad(r,
				    conf_key("judges[%zu].name", i),
				    "a second one of this name", "another");
		row = scenario_one_of(r, conf_key("judges[%zu].row", i),
		    raw->row, rows, REQ_COUNT);
		if (row == -1)
			return false;
		*to =
		    (struct scenario_judges){ .name = scenario_move(&raw->name),
			    .row = (enum req)row,
			    .title = scenario_move(&raw->title),
			    .title_zh = scenario_move(&raw->title_zh) };
		sc->n_judges++;
	}
	return true;
}

static bool
take_collect(const struct scenario_reading *r)
{
	static const char *const ways[] = { "imaps", "imap", "pop3s", "pop3" };
	const struct raw_scenario *raw = r->raw;
	bool delivers = false;

	for (size_t f = 0; f < r->sc->n_flows; f++)
		delivers |= r->sc->flows[f].delivers;
	if (raw->n_collect == 0)
		return true;
	if (!delivers)
		return scenario_bad(r, conf_key("collect"),
		    "no flow delivers anything to be collected",
		    "delivers: true in a flow, or without collect");
	for (size_t i = 0; i < raw->n_collect; i++)
		if (scenario_one_of(r, conf_key("collect[%zu]", i),
			raw->collect[i], ways, COUNT(ways)) == -1)
			return false;
	for (size_t i = 0; i < raw->n_collect && r->sc->collect == NULL; i++)
		if (profile_endpoint(r->profile, raw->collect[i]) != NULL)
			r->sc->collect = mem_text(span_of(raw->collect[i]));
	if (r->sc->collect == NULL)
		r->sc->collect = mem_text(span_of(raw->collect[0]));
	return true;
}

/* ---- until it is told ---- */

/* "5 %": a share, 0 when it is none. */
static double
percent_of(const char *text)
{
	char *end;
	const double n = strtod(text, &end);

	while (*end == ' ')
		end++;
	return strcmp(end, "%") == 0 ? n / 100 : 0;
}

/* Nothing is told before the end of what counts at its end. */
static bool
check_until(const struct scenario_reading *r)
{
	const struct conf_key key = conf_key("until");
	const struct scenario *sc = r->sc;
	size_t judged = 0;

	if (sc->arrive == ARRIVE_CLOSED)
		return scenario_bad(r, key,
		    "a closed loop is good for throughput alone",
		    "sessions or requests, or without until");
	if (sc->n_judges == 0)
		return scenario_bad(r, key, "no row is judged by it",
		    "judges, or without until");
	for (size_t f = 0; f < sc->n_flows; f++)
		if (sc->flows[f].stays || sc->flows[f].delivers)
			return scenario_bad(r, key,
			    sc->flows[f].stays
				? "a flow that goes on to the end"
				: "messages are looked for when all is sent",
			    "other flows, or without until");
	for (size_t i = 0; i < sc->n_phases; i++) {
		const enum shape shape = sc->phases[i].shape;

		judged += sc->phases[i].judged;
		if (sc->phases[i].judged && shape != SHAPE_CONSTANT &&
		    shape != SHAPE_POISSON && shape != SHAPE_SOAK)
			return scenario_bad(r, key,
			    "what is judged changes its rate",
			    "a phase of shape constant, poisson or soak");
		if (judged > 0 && i + 1 < sc->n_phases)
			return scenario_bad(r, key,
			    "a phase behind the judged one",
			    "one that is judged, and that the last");
	}
	return true;
}

static bool
take_until(const struct scenario_reading *r)
{
	static const struct scenario_range least = { QUANTITY_TIME, 10e6,
		SCENARIO_WEEK_US, "10 s at least" };
	const struct raw_until *raw = &r->raw->until;
	struct scenario *sc = r->sc;
	double us;

	if (raw->precision == NULL)
		return true;
	if (!check_until(r))
		return false;
	sc->precision = percent_of(raw->precision);
	if (!(sc->precision >= 0.001 && sc->precision <= 0.5))
		return scenario_bad(r, conf_key("until.precision"),
		    "no precision that can be asked for", "0.1 % to 50 %");
	if (!scenario_quantity(
		r, conf_key("until.least"), raw->least, least, &us))
		return false;
	sc->least_us = (int64_t)(us + 0.5);
	return sc->least_us < sc->phases[sc->n_phases - 1].for_us ||
	       scenario_bad(r, conf_key("until.least"),
		   "not before the end of its phase",
		   "less than for of the phase that is judged");
}

/* ---- all of it ---- */

bool
scenario_take_asked(const struct scenario_reading *r)
{
	return take_judges(r) && take_collect(r) && take_until(r);
}
