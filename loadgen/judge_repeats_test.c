/* SPDX-License-Identifier: MIT */
/* The same load several times over. */
#include "loadgen/judging.h"

/* p95 of login in each of three repeats; the second may be harmed. */
/* clang-format off */
static const struct {
	const char	*what;
	double		p95[3];
	void		(*happens)(struct measure *);
	enum verdict	verdict;
	const char	*why;
} repeats[] = {
	{ "alike", { 0.50, 0.52, 0.48 }, NULL, PASS, "p95 of login 0.5" },
	{ "far apart", { 0.3, 1.0, 1.7 }, NULL, INCONCLUSIVE,
	    "repeats differ" },
	{ "one fails", { 0.5, 4, 0.5 }, NULL, FAIL, "repeat 2 of 3: p95" },
	{ "one cannot tell", { 0.5, 2, 0.5 }, NULL, INCONCLUSIVE,
	    "repeat 2 of 3" },
	{ "one was not good", { 0.5, 0.5, 0.5 }, all_busy, INCONCLUSIVE,
	    "repeat 2 of 3" },
};
/* clang-format on */

START_TEST(over_repeats)
{
	struct measure m[3];
	const struct measure *all[3];
	struct judged j, alone;

	for (size_t i = 0; i < 3; i++) {
		all[i] = &m[i];
		empty(&m[i], 300);
		draw(&m[i], "login", 0, 300, 20, repeats[_i].p95[i] * S);
	}
	if (repeats[_i].happens != NULL)
		repeats[_i].happens(&m[1]);
	judge_repeats(&j, EMAIL_P_05, all, 3, &nobody);
	is_sound(&j);
	ck_assert_msg(metric(&j, "login.p95")->verdict == repeats[_i].verdict,
	    "%s: %s", repeats[_i].what, metric(&j, "login.p95")->why);
	ck_assert_msg(
	    strstr(metric(&j, "login.p95")->why, repeats[_i].why) != NULL,
	    "%s: %s", repeats[_i].what, metric(&j, "login.p95")->why);
	ck_assert(j.generator_good == (repeats[_i].happens == NULL));
	if (repeats[_i].verdict == PASS)
		ck_assert_double_eq(metric(&j, "login.p95")->n, 3);
	/* One of them is judged as ever. */
	judge_row(&alone, EMAIL_P_05, all[0], &nobody);
	judge_repeats(&j, EMAIL_P_05, all, 1, &nobody);
	ck_assert_str_eq(j.why, alone.why);
	ck_assert_int_eq(j.verdict, alone.verdict);
	for (size_t i = 0; i < 3; i++)
		measure_free(&m[i]);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct judging_test tests[] = {
		{ over_repeats, COUNT(repeats) },
	};
	/* clang-format on */

	return judging_run("judge_repeats", tests, COUNT(tests));
}
