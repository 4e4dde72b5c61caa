/* SPDX-License-Identifier: MIT */
/* Any bytes are a scenario or an error with a reason; seeds: fixtures/load. */
#include "loadgen/scenario.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "loadgen/arrival.h"

#define MOST_US (INT64_C(60) * 1000000)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A plan of a minute, unless it is a crowd's. */
static void
plan(struct scenario *sc)
{
	struct err err = { 0 };
	struct load_plan plan;
	double most = 0;
	char *text;

	scenario_shorten(sc, MOST_US);
	for (size_t i = 0; i < sc->n_phases; i++) {
		const struct scenario_phase *p = &sc->phases[i];

		most += (p->rate + p->rate_to) * (double)p->for_us * 1e-6;
	}
	if (most > 10000)
		return;
	if (!arrival_plan(&plan, sc, 0, &err)) {
		assert(err.what[0] != '\0');
		return;
	}
	text = arrival_text(&plan, sc, true);
	assert(text[0] != '\0');
	free(text);
	arrival_free(&plan);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char service[] = "imaps";
	struct profile_endpoint endpoint = { .service = service };
	const struct profile p = { .endpoints = &endpoint, .n_endpoints = 1 };
	const struct span bytes = { (const char *)data, n };
	struct err err = { 0 };
	struct scenario sc;
	char why[200], why_zh[200];

	/* Files it might name are none of ours. */
	if (memmem(data, n, "feed", 4) != NULL ||
	    memmem(data, n, "trace", 5) != NULL)
		return 0;
	if (scenario_parse(&sc, "fuzz.yaml", bytes, &p, NULL, &err)) {
		if (!scenario_applies(&sc, &p, why, why_zh))
			assert(why[0] != '\0' && why_zh[0] != '\0');
		plan(&sc);
		scenario_free(&sc);
	} else {
		assert(err.what[0] != '\0');
	}
	return 0;
}
