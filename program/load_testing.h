/* SPDX-License-Identifier: MIT */
/*
 * load_testing - whole loads of two seconds on a reference of ours, and how many
 * of their answers are wrong: for tests alone.
 */
#ifndef PROGRAM_LOAD_TESTING_H
#define PROGRAM_LOAD_TESTING_H

#include "program/load_one.h"
#include "program/testing.h"

#define HEAD(prepared) HEAD_AT(prepared, "60")
#define HEAD_AT(prepared, rate) \
	"title: T\ntitle_zh: 题\narrive: requests\nconnections: 4\n" \
	"queue: 1000\naccounts: [alice]\ndrain: 20 s\n" \
	"prepare: " prepared "\nphases:\n" \
	"  - {name: all, shape: constant, rate: " rate \
	" /s, for: 2 s}\nflows:\n"

enum share { NONE, SOME, ALL };

static inline bool
is_share(uint64_t n, uint64_t of, enum share share)
{
	return share == NONE  ? n == 0
	       : share == ALL ? n == of
			      : n > 0 && n < of;
}

static inline void
carry_out(struct load_one *one, const char *load, const char *target,
    struct profile *p, struct scenario *s)
{
	static const volatile bool stop = false;
	static const struct load_request request = { .workers = 1,
		.ranks = { .n = 1 } };
	struct load_carry carry = { .request = &request,
		.profile = p,
		.ranks = { .n = 1 },
		.run = "test",
		.stop = &stop };
	struct err err;

	ck_assert_msg(profile_read(target, p, &err), "%s", err.what);
	ck_assert_msg(
	    scenario_parse(s, "load.yaml", span_of(load), p, NULL, &err), "%s",
	    err.what);
	*one = (struct load_one){ .carry = &carry, .scenario = s };
	ck_assert_msg(load_one_measure(one, &err), "%s", err.what);
	one->carry = NULL;
}

#endif
