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

/* Five were planned: what there is is no pass, and a fail stays one. */
static const struct {
	const char *what;
	size_t n;
	double p95[2];
	bool cut; /* the last one was */
	enum verdict verdict;
	const char *why, *why_zh;
} fewer[] = {
	{ "one", 1, { 0.5 }, false, INCONCLUSIVE,
	    "interval not reached: 1 of 5 repeats were whole",
	    "未得到置信区间：计划重复 5 次，完整的只有 1 次" },
	{ "the second cut short", 2, { 0.5, 0.5 }, true, INCONCLUSIVE,
	    "interval not reached: 1 of 5 repeats were whole", "只有 1 次" },
	{ "two", 2, { 0.5, 0.5 }, false, INCONCLUSIVE,
	    "interval not reached: 2 of 5 repeats were whole", "只有 2 次" },
	{ "one failed", 2, { 4, 0.5 }, true, FAIL, "repeat 1 of 5: p95",
	    "第 1 次（共 5 次）" },
};

START_TEST(fewer_than_planned)
{
	struct measure m[2];
	const struct measure *all[] = { &m[0], &m[1] };
	const struct judged_metric *at;
	struct judged j;

	for (size_t i = 0; i < fewer[_i].n; i++) {
		empty(&m[i], 300);
		draw(&m[i], "login", 0, 300, 20, fewer[_i].p95[i] * S);
		m[i].repeat = (int)i + 1;
		m[i].repeats = 5;
	}
	m[fewer[_i].n - 1].interrupted = fewer[_i].cut;
	judge_repeats(&j, EMAIL_P_05, all, fewer[_i].n, &nobody);
	is_sound(&j);
	at = metric(&j, "login.p95");
	ck_assert_msg(at->verdict == fewer[_i].verdict, "%s: %s",
	    fewer[_i].what, at->why);
	ck_assert_msg(strstr(at->why, fewer[_i].why) != NULL, "%s: %s",
	    fewer[_i].what, at->why);
	ck_assert_msg(strstr(at->why_zh, fewer[_i].why_zh) != NULL, "%s: %s",
	    fewer[_i].what, at->why_zh);
	ck_assert(at->verdict == FAIL || !at->interval_reached);
	for (size_t i = 0; i < fewer[_i].n; i++)
		measure_free(&m[i]);
}
END_TEST

/* The interval is named for what it is. */
START_TEST(the_interval_is_over_repeats)
{
	struct measure m[3];
	const struct measure *all[] = { &m[0], &m[1], &m[2] };
	const struct judged_metric *at;
	struct judged j;

	for (size_t i = 0; i < 3; i++) {
		empty(&m[i], 300);
		draw(&m[i], "login", 0, 300, 20, (0.48 + 0.02 * (double)i) * S);
		m[i].repeats = 3;
	}
	judge_repeats(&j, EMAIL_P_05, all, 3, &nobody);
	at = metric(&j, "login.p95");
	ck_assert_int_eq(at->verdict, PASS);
	ck_assert_uint_eq(at->repeats, 3);
	ck_assert_msg(
	    strstr(at->why, "(95 % over 3 repeats: ") != NULL, "%s", at->why);
	ck_assert_msg(strstr(at->why_zh, "（3 次重复的 95 % 置信区间") != NULL,
	    "%s", at->why_zh);
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
		{ fewer_than_planned, COUNT(fewer) },
		{ the_interval_is_over_repeats, 0 },
	};
	/* clang-format on */

	return judging_run("judge_repeats", tests, COUNT(tests));
}
