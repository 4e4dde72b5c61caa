/* SPDX-License-Identifier: MIT */
/*
 * truth - whose mail it is, and what the books must say of the harm that was
 * done to it: for tests alone.
 */
#ifndef LOADGEN_TRUTH_H
#define LOADGEN_TRUTH_H

#include <check.h>

#include "loadgen/ledger.h"
#include "loadgen/testing.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RUN      "20261122-012654-7f3a"
#define ALICE    "alice@gov.example"
#define BOB      "bob@gov.example"
#define CAROL    "carol@gov.example"
#define HARM(h)  (1U << (h))

static const char *const accounts[] = { "alice", ALICE, "bob", BOB, "carol",
	CAROL, NULL };
static const char *const roles[] = { "alice", "bob", "carol" };

/* one_folder: what lies in another is not found. */
static inline void
check_books(const struct measure_ledger *m, struct testing *t, uint64_t planned,
    bool one_folder)
{
	uint64_t h[TESTING_HARMS];

	for (enum testing_harm k = 0; k < TESTING_HARMS; k++)
		h[k] = testing_harmed(t, k);
	ck_assert_uint_eq(m->planned, planned);
	ck_assert_uint_eq(m->sent, planned);
	ck_assert_uint_eq(m->accepted, testing_accepted(t));
	ck_assert_uint_eq(m->lost, h[TESTING_LOSE] + h[TESTING_ASTRAY] +
				       (one_folder ? h[TESTING_JUNK] : 0));
	ck_assert_uint_eq(m->doubled, h[TESTING_DOUBLE]);
	ck_assert_uint_eq(m->corrupted, h[TESTING_CORRUPT]);
	ck_assert_uint_eq(m->reordered, h[TESTING_REORDER]);
	ck_assert_uint_eq(
	    m->refused, h[TESTING_REFUSE] + h[TESTING_REFUSE_DELIVER]);
	ck_assert_uint_eq(m->unknown, h[TESTING_CUT] + h[TESTING_CUT_DELIVER]);
	ck_assert_uint_eq(m->strange,
	    h[TESTING_REFUSE_DELIVER] + h[TESTING_ASTRAY] + h[TESTING_INVENT]);
	ck_assert_uint_eq(
	    m->delivered, planned - m->refused - h[TESTING_CUT] - m->lost);
	ck_assert_uint_eq(m->unread, 0);
	ck_assert_uint_eq(m->unchecked, 0);
	ck_assert_uint_eq(m->late, 0);
}

#endif
