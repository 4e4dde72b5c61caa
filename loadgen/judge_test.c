/* SPDX-License-Identifier: MIT */
/* The oracle for whatever a file may say. */
#include "loadgen/judge.h"
#include "loadgen/judging.h"

static uint64_t
any_count(uint64_t *state)
{
	static const uint64_t odd[] = { 0, 0, 1, 2, 71, 1000, 1000000,
		1000000000000 };

	return unit(state) < 0.9 ? (uint64_t)(unit(state) * 50)
				 : odd[(size_t)(unit(state) * 7.99)];
}

static void
any_second(struct measure *m, size_t i, uint64_t *state)
{
	struct measure_second *s = &m->seconds[i];
	struct hist h;

	s->planned = any_count(state);
	s->begun = any_count(state);
	s->dropped = any_count(state);
	s->waiting = any_count(state);
	s->connections = any_count(state);
	s->in = any_count(state);
	s->out = any_count(state);
	s->health = (struct measure_health){
		.late_p99_us = (int64_t)any_count(state),
		.late_n = any_count(state),
		.cpu = unit(state),
		.retransmits = any_count(state),
	};
	for (size_t op = 0; op < m->n_ops; op++) {
		s->ops[op].begun = any_count(state);
		s->ops[op].done = any_count(state);
		s->ops[op].failed = any_count(state);
		hist_init(&h);
		hist_add_n(&h, (int64_t)any_count(state), 1 + i % 3);
		measure_put(m, i, op, CLOCK_RESPONSE, &h);
		hist_free(&h);
	}
}

START_TEST(anything)
{
	static const char *const names[] = { "login", "fetch", "submit",
		"page" };
	uint64_t state = (uint64_t)_i * 1000;

	for (int run = 0; run < 25; run++) {
		struct measure m;
		struct judged j;
		const size_t n = (size_t)(unit(&state) * 90);

		measure_init(&m, NULL, n);
		for (size_t i = 0; i < 4; i++)
			measure_op_add(&m, names[i]);
		for (size_t i = 0; i < n; i++)
			any_second(&m, i, &state);
		m.judged_from = any_count(&state);
		m.judged_to = any_count(&state);
		m.connects = any_count(&state);
		m.connect_failures = any_count(&state);
		m.peak_connections = any_count(&state);
		m.echo_rate = 1e30 * unit(&state);
		m.interrupted = unit(&state) < 0.2;
		m.closed_loop = unit(&state) < 0.2;
		m.ledger.kept = true;
		m.ledger.planned = any_count(&state);
		m.ledger.sent = any_count(&state);
		m.ledger.accepted = any_count(&state);
		m.ledger.delivered = any_count(&state);
		m.ledger.lost = any_count(&state);
		m.ledger.doubled = any_count(&state);
		m.ledger.corrupted = any_count(&state);
		m.ledger.unread = any_count(&state);
		m.ledger.poll_us = (int64_t)any_count(&state);
		for (int row = EMAIL_P_01; row <= EMAIL_P_08; row++) {
			judge_row(&j, (enum req)row, &m, &nobody);
			is_sound(&j);
		}
		/* One count that would run over: nothing is believed. */
		m.ledger.lost = UINT64_MAX;
		judge_row(&j, EMAIL_P_04, &m, &nobody);
		is_sound(&j);
		ck_assert_int_eq(j.verdict, INCONCLUSIVE);
		ck_assert_ptr_nonnull(strstr(j.why, "cannot be"));
		m.ledger.lost = 0;
		if (n > 0) {
			m.seconds[n / 2].ops[2].done = UINT64_MAX;
			judge_row(&j, EMAIL_P_02, &m, &nobody);
			ck_assert_ptr_nonnull(strstr(j.why, "cannot be"));
		}
		measure_free(&m);
	}
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct judging_test tests[] = {
		{ anything, 8 },
	};
	/* clang-format on */

	return judging_run("judge", tests, COUNT(tests));
}
