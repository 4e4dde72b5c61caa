/* SPDX-License-Identifier: MIT */
/*
 * scenario_inner - what the files that read a scenario share; nobody else
 * needs it.
 */
#ifndef LOADGEN_SCENARIO_INNER_H
#define LOADGEN_SCENARIO_INNER_H

#include "lib/conf.h"
#include "lib/dialogue.h"
#include "loadgen/feeder.h"
#include "loadgen/quantity.h"
#include "loadgen/scenario.h"
#include "loadgen/scenario_schema.h"

#define SCENARIO_NAME    40 /* octets of a name */
#define SCENARIO_WEEK_US (7 * 86400e6)

struct scenario_reading {
	const struct conf *conf;
	struct raw_scenario *raw;
	struct scenario *sc;
	const struct profile *profile;
	bool carried;                /* of struct scenario_change */
	struct feeder *feeder;       /* NULL: no feed */
	int flow_of[SCENARIO_FLOWS]; /* by index in the file; -1: left out */
	char ops[SCENARIO_OPS][SCENARIO_NAME + 1];
	size_t n_ops;
	struct err *err;
};

/* Always false. */
bool scenario_bad(const struct scenario_reading *, struct conf_key,
    const char *wrong, const char *right);
/* Index of the name, or -1 and an error. */
int scenario_one_of(const struct scenario_reading *, struct conf_key,
    const char *value, const char *const *names, size_t n);

struct scenario_range {
	enum quantity of;
	double least, most;
	const char *says;
};

bool scenario_quantity(const struct scenario_reading *, struct conf_key,
    const char *text, struct scenario_range, double *value);

/* Names go into file names, ids of cases and histograms. */
bool scenario_check_name(
    const struct scenario_reading *, struct conf_key, const char *name);
/* A path of the file, as this place has it; phase: or SCENARIO_FEED. */
char *scenario_beside(
    const struct scenario_reading *, size_t phase, const char *path);

static inline bool
scenario_has(const struct scenario_reading *r, struct conf_key key)
{
	return conf_find(r->conf, key.text) != NULL;
}

/* What was read is the scenario's from now on. */
static inline char *
scenario_move(char **from)
{
	char *text = *from;

	*from = NULL;
	return text;
}

/* raw->phases into sc->phases, once the flows are known. */
bool scenario_take_phases(const struct scenario_reading *);

/* Rows, where messages are looked for, until: once the phases are known. */
bool scenario_take_asked(const struct scenario_reading *);

/* NULL: nothing is changed. */
bool scenario_apply(
    const struct scenario_reading *, const struct scenario_change *);

void scenario_flow_free(struct scenario_flow *);

/* raw->flows into sc->flows, optional ones only when the profile has them. */
bool scenario_take_flows(struct scenario_reading *);

/* One part of a flow, compiled to find mistakes. */
struct scenario_part {
	const char *text;
	struct conf_key key; /* "flows[0].body" */
	const char *flow;    /* the operation of a body without marks */
	const struct framing *framing;
	bool message; /* ${message} may be used */
	bool body;
	/* set by the check */
	bool uses_account, uses_message, uses_tls;
};

bool scenario_check_part(struct scenario_reading *, struct scenario_part *);
bool scenario_add_op(
    struct scenario_reading *, struct conf_key, struct span name);
/* The same text, with TLS taken up behind the greeting: RFC 3207, 2595. */
char *scenario_with_starttls(const char *text, const struct framing *);

#endif
