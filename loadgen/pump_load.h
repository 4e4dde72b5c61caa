/* SPDX-License-Identifier: MIT */
/*
 * pump_load - a load against a target of pump_target.h, to be changed before
 * it is run.  For tests of the pump alone.
 */
#ifndef LOADGEN_PUMP_LOAD_H
#define LOADGEN_PUMP_LOAD_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "loadgen/pump.h"
#include "loadgen/pump_target.h"

#define BEGIN "S: 220 *\nC: EHLO me.test\nS: 250 *\n"
#define BODY \
	"C: MAIL FROM:<${account.address}>\nS: 250 *\n" \
	"C: RCPT TO:<${peer.address}>\nS: 250 *\nC: DATA\nS: 354 *\n" \
	"C.: ${message}\nS: 250 *\n"
#define END "C: QUIT\nS: 221 *\n"

struct load {
	struct target target;
	struct profile_endpoint endpoint;
	struct profile_account accounts[2];
	struct profile profile;
	struct scenario_flow flow;
	struct scenario scenario;
	struct scenario_phase phase;
	struct load_plan plan;
	struct pump_options options;
	struct measure m;
	char trust[128];
	char *roles[2];
};

static inline char *
text(const char *s)
{
	return (char *)(uintptr_t)s;
}

/* With TLS, the CA and the key of the target are in the folder pki. */
static inline void
load_init_tls(struct load *l, enum manner manner, enum profile_tls tls,
    const char *pki, enum arrive arrive, size_t arrivals)
{
	memset(l, 0, sizeof *l);
	target_start(&l->target, manner, tls, pki);
	if (pki != NULL)
		snprintf(l->trust, sizeof l->trust, "%s/ca.pem", pki);
	l->endpoint = (struct profile_endpoint){ .service = text("smtp"),
		.host = text("127.0.0.1"),
		.port = l->target.port,
		.tls = tls };
	l->accounts[0] = (struct profile_account){ .role = text("alice"),
		.user = text("alice"),
		.address = text("alice@example.test"),
		.password = text("x") };
	l->accounts[1] = (struct profile_account){ .role = text("bob"),
		.user = text("bob"),
		.address = text("bob@example.test"),
		.password = text("y") };
	l->profile = (struct profile){ .path = text("test.yaml"),
		.endpoints = &l->endpoint,
		.n_endpoints = 1,
		.accounts = l->accounts,
		.n_accounts = 2,
		.trust = pki == NULL ? NULL : l->trust };
	l->flow = (struct scenario_flow){ .name = text("submit"),
		.weight = 1,
		.service = text("smtp"),
		.begin = text(tls == PROFILE_TLS_STARTTLS
				  ? "S: 220 *\nC: EHLO me.test\nS: 250 *\n"
				    "C: STARTTLS\nS: 220 *\n@tls\n"
				    "C: EHLO me.test\nS: 250 *\n"
				  : BEGIN),
		.body = text(BODY),
		.end = text(END),
		.repeat = 1,
		.size = 1000 };
	l->roles[0] = text("alice");
	l->roles[1] = text("bob");
	l->phase =
	    (struct scenario_phase){ .name = text("all"), .judged = true };
	l->scenario = (struct scenario){ .path = text("load.yaml"),
		.name = text("load"),
		.arrive = arrive,
		.connections = 20,
		.queue = 100000,
		.flows = &l->flow,
		.n_flows = 1,
		.phases = &l->phase,
		.n_phases = 1,
		.accounts = l->roles,
		.n_accounts = 2,
		.timeout_us = 20000000,
		.drain_us = 20000000,
		.seed = 7 };
	l->plan.at = mem_new(arrivals, sizeof l->plan.at[0]);
	l->plan.n = arrivals;
	for (size_t i = 0; i < arrivals; i++)
		l->plan.at[i] = (struct arrival){ .at_ns = (int64_t)i * 100000,
			.account = (uint32_t)(i % 2) };
	l->plan.end_ns = (int64_t)arrivals * 100000;
	l->plan.phase_to_ns[0] = l->plan.end_ns;
	l->plan.n_phases = 1;
	l->options = (struct pump_options){ .scenario = &l->scenario,
		.plan = &l->plan,
		.profile = &l->profile,
		.run = "test",
		.workers = 2 };
}

static inline void
load_init(
    struct load *l, enum manner manner, enum arrive arrive, size_t arrivals)
{
	load_init_tls(l, manner, PROFILE_TLS_NONE, NULL, arrive, arrivals);
}

static inline void
load_run(struct load *l)
{
	struct err err;

	ck_assert_msg(pump_run(&l->options, &l->m, &err), "%s", err.what);
	target_stop(&l->target);
}

static inline void
load_free(struct load *l)
{
	measure_free(&l->m);
	free(l->plan.at);
}

struct sums {
	uint64_t planned, begun, dropped, in, out, late;
	struct measure_op op;
};

static inline struct sums
sums_of(struct load *l, const char *op)
{
	const int i = measure_op_find(&l->m, op);
	struct sums s = { 0 };

	ck_assert_int_ge(i, 0);
	for (size_t k = 0; k < l->m.n_seconds; k++) {
		const struct measure_second *second = &l->m.seconds[k];

		s.planned += second->planned;
		s.begun += second->begun;
		s.dropped += second->dropped;
		s.in += second->in;
		s.out += second->out;
		s.late += second->health.late_n;
	}
	measure_sum(&l->m, (size_t)i, 0, l->m.n_seconds, &s.op);
	return s;
}

#endif
