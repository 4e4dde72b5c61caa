/* SPDX-License-Identifier: MIT */
/*
 * What the command line says of a scenario that was read.
 */
#include "loadgen/scenario_inner.h"

static bool
change_phase(struct scenario_phase *p, const struct scenario_change *c)
{
	const double most = p->rate_to > p->rate ? p->rate_to : p->rate;

	if (c->for_us != 0)
		p->for_us = c->for_us;
	if (c->rate > 0 && p->shape == SHAPE_TRACE)
		return false;
	if (c->rate > 0 && most > 0) {
		p->rate *= c->rate / most;
		p->rate_to *= c->rate / most;
	}
	return true;
}

static void
change_connections(struct scenario *sc, int connections)
{
	const double share = (double)connections / sc->connections;
	bool stays = false;

	for (size_t f = 0; f < sc->n_flows; f++)
		stays |= sc->flows[f].stays;
	for (size_t i = 0; stays && i < sc->n_phases; i++) {
		sc->phases[i].rate *= share;
		sc->phases[i].rate_to *= share;
	}
	sc->connections = connections;
}

bool
scenario_apply(
    const struct scenario_reading *r, const struct scenario_change *c)
{
	struct scenario *sc = r->sc;

	if (c == NULL)
		return true;
	if (c->rate > 0 && sc->arrive == ARRIVE_CLOSED)
		return err_set(r->err, ERR_CONFIG,
		    "%s: a closed loop has no rate; a number of connections",
		    sc->path);
	if (c->connections > 0)
		change_connections(sc, c->connections);
	for (size_t i = 0; i < sc->n_phases; i++)
		if (sc->phases[i].judged && !change_phase(&sc->phases[i], c))
			return err_set(r->err, ERR_CONFIG,
			    "%s: phases[%zu] (%s): a trace has its own times; "
			    "another shape, or no rate",
			    sc->path, i, sc->phases[i].name);
	if (c->seed != 0)
		sc->seed = c->seed;
	if (c->repeats > 0)
		sc->repeats = c->repeats;
	return true;
}
