/* SPDX-License-Identifier: MIT */
/*
 * scenario_schema - the keys of a scenario's YAML, as libcyaml reads them.
 *
 * Everything with a unit is a text here; loadgen/quantity.h makes numbers of
 * such texts.
 */
#ifndef LOADGEN_SCENARIO_SCHEMA_H
#define LOADGEN_SCENARIO_SCHEMA_H

#include <cyaml/cyaml.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/scenario.h"

enum raw_yes { RAW_UNSAID, RAW_NO, RAW_YES };

struct raw_phase {
	char *name;
	enum shape shape;
	char *rate, *to, *arrivals, *for_;
	uint32_t steps;
	char *trace;
	enum raw_yes judged;
	char **flows;
	size_t n_flows;
};

struct raw_http {
	char *method, *path, *body, *content_type, *operation, *type, *headers;
	uint32_t version, streams, status;
	char *length, *sm3, *contains;
};

struct raw_flow {
	char *name;
	double weight;
	char **services;
	size_t n_services;
	char **accounts;
	size_t n_accounts;
	enum raw_yes starttls, optional, delivers;
	char *begin, *body, *end;
	struct raw_http http;
	char *repeat, *think, *thinking, *message;
};

struct raw_judges {
	char *name, *row, *title, *title_zh;
};

struct raw_until {
	char *precision, *least;
};

struct raw_scenario {
	char *title, *title_zh;
	enum arrive arrive;
	char *connections;
	uint32_t queue;
	enum raw_yes resume_tls;
	char **accounts, **needs, **collect;
	size_t n_accounts, n_needs, n_collect;
	char *feed, *order, *prepare;
	struct raw_phase *phases;
	size_t n_phases;
	struct raw_flow *flows;
	size_t n_flows;
	struct raw_judges *judges;
	size_t n_judges;
	char *timeout, *drain, *visible, *rest;
	struct raw_until until;
	uint32_t repeats;
	uint64_t seed;
};

/* Of a struct raw_scenario *. */
extern const cyaml_schema_value_t scenario_schema;

#endif
