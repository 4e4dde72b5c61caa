/* SPDX-License-Identifier: MIT */
/* What a load was and how much of it was served. */
#include "loadgen/figure.h"
#include "loadgen/judging.h"

/* ---- sizes, length, what there is no measure of ---- */

START_TEST(sizes)
{
	/* clang-format off */
	static const struct {
		double		size;	/* of what is asked for */
		enum verdict	verdict;
	} rows[] = {
		{ 1, PASS }, { 1.1, PASS }, { 0.995, PASS },
		{ 0.9, INCONCLUSIVE }, { 2, INCONCLUSIVE },
		{ 0.01, INCONCLUSIVE },
	};
	/* clang-format on */
	struct measure m;

	for (size_t r = 0; r < COUNT(rows); r++) {
		empty(&m, 20);
		draw(&m, "fetch", 0, 20, 20, 1 * S);
		m.closed_loop = true; /* does not matter here */
		for (size_t i = 0; i < 20; i++) {
			m.seconds[i].in =
			    (uint64_t)(20 * rows[r].size * 1048576);
			m.seconds[i].out =
			    (uint64_t)(20 * rows[r].size * 20480);
			busy(&m, i); /* nor that */
			/* Who fails has been given its octets as well. */
			m.seconds[i].ops[0].done -= 5;
			m.seconds[i].ops[0].failed += 5;
		}
		expect(&m, EMAIL_P_05, "fetch.size", rows[r].verdict,
		    rows[r].verdict == PASS ? "" : "another kind", "size");
		free(m.ops[0]);
		m.ops[0] = strdup("whatever");
		expect(&m, EMAIL_P_02, "message.size", rows[r].verdict,
		    rows[r].verdict == PASS ? "" : "another kind", "size");
		measure_free(&m);
	}
}
END_TEST

START_TEST(no_load_measures_that)
{
	struct measure m;
	struct judged j;

	empty(&m, 60);
	draw(&m, "submit", 0, 60, 20, 0.5 * S);
	judge_row(&j, EMAIL_P_07, &m, &nobody);
	is_sound(&j);
	ck_assert_int_eq(j.verdict, INCONCLUSIVE);
	ck_assert_ptr_nonnull(strstr(j.why, "no load measures this"));
	/* A row with no limits at all: no verdict either. */
	judge_row(&j, SM_5_2_04, &m, &nobody);
	is_sound(&j);
	ck_assert_uint_eq(j.n, 0);
	ck_assert_int_eq(j.verdict, INCONCLUSIVE);
	measure_free(&m);
	/* And of nothing at all nothing is said. */
	empty(&m, 0);
	for (int row = EMAIL_P_01; row <= EMAIL_P_08; row++) {
		judge_row(&j, (enum req)row, &m, &nobody);
		is_sound(&j);
		ck_assert_int_eq(j.verdict, INCONCLUSIVE);
	}
	measure_free(&m);
}
END_TEST

/* ---- throughput ---- */

START_TEST(throughput)
{
	/* clang-format off */
	static const struct {
		uint64_t	offered, taken;
		size_t		seconds;
		bool		closed;
		enum verdict	verdict;
		const char	*why;
	} rows[] = {
		{ 55,	55,	900,	false,	PASS,	"at least 50/s" },
		{ 50,	50,	900,	false,	PASS,	"50/s" },
		{ 500,	60,	900,	false,	PASS,	"60/s" },
		{ 55,	40,	900,	false,	FAIL,	"40/s" },
		{ 40,	40,	900,	false,	INCONCLUSIVE,	"lighter" },
		{ 55,	55,	100,	false,	PASS,	"" },
		{ 0,	55,	900,	true,	PASS,	"" },
		{ 0,	40,	900,	true,	INCONCLUSIVE,	"lighter" },
		{ 55,	0,	900,	false,	FAIL,	"0/s" },
	};
	/* clang-format on */
	struct measure m;
	struct judged j;

	for (size_t r = 0; r < COUNT(rows); r++) {
		submissions(&m, rows[r].seconds,
		    rows[r].closed ? rows[r].taken : rows[r].offered,
		    rows[r].taken);
		m.closed_loop = rows[r].closed;
		expect(&m, EMAIL_P_02, "throughput", rows[r].verdict,
		    rows[r].why, "throughput");
		judge_row(&j, EMAIL_P_02, &m, &nobody);
		ck_assert_int_eq(metric(&j, "load.duration")->verdict,
		    rows[r].seconds < 900 ? INCONCLUSIVE : PASS);
		all_busy(&m);
		expect(&m, EMAIL_P_02, "throughput", INCONCLUSIVE, "generator",
		    "busy");
		measure_free(&m);
	}
}
END_TEST

START_TEST(arrivals_by_chance)
{
	uint64_t state = 3;
	struct measure m;
	struct judged j;

	/* Poisson-like: 52 on average, 30 to 74; all of them accepted. */
	empty(&m, 900);
	for (size_t i = 0; i < 900; i++)
		draw(&m, "submit", i, i + 1, 30 + (uint64_t)(unit(&state) * 45),
		    0.1 * S);
	judge_row(&j, EMAIL_P_02, &m, &nobody);
	ck_assert_msg(metric(&j, "throughput")->verdict == PASS, "%s",
	    metric(&j, "throughput")->why);
	/* What the plan varies by is no doubt about the target. */
	ck_assert_double_lt(
	    metric(&j, "throughput")->high - metric(&j, "throughput")->low,
	    0.1);
	measure_free(&m);
}
END_TEST

START_TEST(waiting_is_offered_too)
{
	struct measure m;

	/* The target takes 40 a second of 55; the others still wait. */
	submissions(&m, 100, 55, 40);
	for (size_t i = 0; i < 100; i++) {
		m.seconds[i].dropped = 0;
		m.seconds[i].waiting = 15 * (i + 1);
	}
	expect(&m, EMAIL_P_02, "throughput", FAIL, "40/s", "waiting");
	measure_free(&m);
}
END_TEST

/* ---- errors ---- */

START_TEST(errors)
{
	/* clang-format off */
	static const struct {
		size_t		every;	/* so many seconds one fails; 0: none */
		uint64_t	at_once;
		size_t		seconds;
		enum verdict	verdict;
	} rows[] = {
		{ 0,	0,	1800,	PASS },
		{ 0,	0,	60,	INCONCLUSIVE },	/* 1,200 are too few */
		{ 20,	1,	1800,	FAIL },		/* 0.25 % */
		{ 300,	1,	1800,	PASS },		/* 0.017 % */
		{ 50,	1,	1800,	INCONCLUSIVE },	/* 0.1 % */
		{ 900,	60,	1800,	INCONCLUSIVE },	/* two bursts: 0.33 % */
	};
	/* clang-format on */
	struct measure m;

	for (size_t r = 0; r < COUNT(rows); r++) {
		empty(&m, rows[r].seconds);
		draw(&m, "news", 0, rows[r].seconds, 20, 0.1 * S);
		for (size_t i = 7; rows[r].every > 0 && i < rows[r].seconds;
		     i += rows[r].every)
			break_some(&m, 0, i, rows[r].at_once);
		expect(&m, EMAIL_P_01, "errors.ratio", rows[r].verdict,
		    "share of errors", "errors");
		all_busy(&m);
		expect(&m, EMAIL_P_01, "errors.ratio", INCONCLUSIVE,
		    "generator", "errors, busy");
		measure_free(&m);
	}
}
END_TEST

/* ---- sessions ---- */

/* Logged in within 100 s, and stay; ask now and then. */
static void
people(struct measure *m, uint64_t asked, uint64_t taken, size_t seconds)
{
	int login, news;

	empty(m, 100 + seconds);
	m->judged_from = 100;
	login = measure_op_add(m, "login");
	news = measure_op_add(m, "news");
	for (size_t i = 0; i < m->n_seconds; i++) {
		struct measure_second *s = &m->seconds[i];
		const uint64_t in = i < 100 ? asked / 100 : 0;
		const uint64_t ok = i < 100 ? taken / 100 : 0;

		s->planned = s->begun = in;
		s->ops[login].begun = in;
		s->ops[login].done = ok;
		s->ops[login].failed = in - ok;
		s->connections = i < 100 ? ok * (i + 1) : taken;
		s->ops[news].begun = s->ops[news].done = taken / 20;
	}
	m->connects = asked;
	m->peak_connections = asked;
}

START_TEST(sessions)
{
	struct measure m;
	struct judged j;

	people(&m, 1100, 1100, 1800);
	judge_row(&j, EMAIL_P_01, &m, &nobody);
	is_sound(&j);
	ck_assert_msg(j.verdict == PASS, "%s", j.why);
	ck_assert_double_eq(metric(&j, "load.sessions")->measured, 1100);
	measure_free(&m);

	people(&m, 900, 900, 1800);
	expect(&m, EMAIL_P_01, "load.sessions", INCONCLUSIVE, "lighter",
	    "too few people");
	measure_free(&m);

	people(&m, 1100, 500, 1800);
	expect(&m, EMAIL_P_01, "load.sessions", FAIL, "500", "turned away");
	all_busy(&m);
	expect(&m, EMAIL_P_01, "load.sessions", INCONCLUSIVE, "generator",
	    "turned away, busy");
	measure_free(&m);

	people(&m, 1100, 1100, 600);
	judge_row(&j, EMAIL_P_01, &m, &nobody);
	ck_assert_int_eq(j.verdict, INCONCLUSIVE);
	ck_assert_int_eq(metric(&j, "load.sessions")->verdict, PASS);
	ck_assert_ptr_nonnull(strstr(j.why, "length of the load 600 s, at "
					    "least 1,800 s; the load was "
					    "shorter"));
	measure_free(&m);

	/* Open, and nobody ever logged in. */
	people(&m, 1100, 1100, 1800);
	free(m.ops[0]);
	m.ops[0] = strdup("hello");
	expect(&m, EMAIL_P_01, "load.sessions", INCONCLUSIVE, "nothing",
	    "no login");
	measure_free(&m);

	/* Open, and their logins never answered. */
	people(&m, 1100, 1100, 1800);
	for (size_t i = 0; i < 100; i++)
		m.seconds[i].ops[0].done = i < 50 ? 11 : 0;
	expect(&m, EMAIL_P_01, "load.sessions", INCONCLUSIVE, "550",
	    "half of them hang");
	measure_free(&m);

	/* The target hangs up on 200 of them after a quarter of an hour. */
	people(&m, 1100, 1100, 1800);
	for (size_t i = 1000; i < m.n_seconds; i++)
		m.seconds[i].connections = 900;
	m.seconds[1000].ops[1].begun += 200;
	m.seconds[1000].ops[1].failed += 200;
	expect(&m, EMAIL_P_01, "load.sessions", FAIL, "900", "hung up on");
	measure_free(&m);

	/* One second in a hundred may be short of it. */
	people(&m, 1100, 1100, 1800);
	for (size_t i = 150; i < m.n_seconds; i += 150)
		m.seconds[i].connections = 800;
	expect(&m, EMAIL_P_01, "load.sessions", PASS, "1,100", "a few short");
	measure_free(&m);
}
END_TEST

START_TEST(heavier_than_asked)
{
	struct measure m;

	people(&m, 1100, 1100, 1800);
	for (size_t i = 110; i < m.n_seconds; i += 2)
		break_some(&m, 1, i, 1);
	expect(&m, EMAIL_P_01, "errors.ratio", FAIL, "", "as asked");
	measure_free(&m);
	people(&m, 5000, 5000, 1800);
	for (size_t i = 110; i < m.n_seconds; i += 2)
		break_some(&m, 1, i, 5);
	expect(&m, EMAIL_P_01, "errors.ratio", INCONCLUSIVE, "heavier",
	    "five times as many");
	measure_free(&m);
}
END_TEST

START_TEST(users)
{
	struct measure m;

	empty(&m, 300);
	draw(&m, "page", 0, 300, 20, 1 * S);
	for (size_t i = 0; i < 300; i++)
		m.seconds[i].connections = 210;
	m.connects = 210;
	expect(&m, EMAIL_P_06, "page.p95", PASS, "", "pages");
	expect(&m, EMAIL_P_06, "load.users", PASS, "210", "users");
	for (size_t i = 0; i < 300; i++)
		m.seconds[i].connections = 100;
	m.connects = 100;
	expect(&m, EMAIL_P_06, "load.users", INCONCLUSIVE, "lighter", "users");
	measure_free(&m);
}
END_TEST

/* ---- availability ---- */

START_TEST(availability)
{
	/* clang-format off */
	static const struct {
		size_t		seconds, every, last;	/* outages */
		enum verdict	verdict;
		const char	*why;
	} rows[] = {
		/* Up all the time: of a month that says little. */
		{ 900,	0,	0,	INCONCLUSIVE,	"about a month" },
		/* One outage of 20 s may be the only one of the month. */
		{ 900,	900,	20,	INCONCLUSIVE,	"about a month" },
		/* Twenty of them are what the target is like. */
		{ 900,	45,	5,	FAIL,	"" },
		/* Down for longer than 0.1 % of a month, in one piece. */
		{ 9000,	9000,	3000,	FAIL,	"" },
	};
	/* clang-format on */
	struct measure m;

	for (size_t r = 0; r < COUNT(rows); r++) {
		empty(&m, rows[r].seconds);
		draw(&m, "session", 0, rows[r].seconds, 2, 0.1 * S);
		for (size_t i = 10; rows[r].every > 0 && i < rows[r].seconds;
		     i++)
			if (i % rows[r].every >= 10 &&
			    i % rows[r].every < 10 + rows[r].last) {
				m.seconds[i].ops[0].failed = 2;
				m.seconds[i].ops[0].done = 0;
			}
		expect(&m, EMAIL_P_08, "availability", rows[r].verdict,
		    rows[r].why, "availability");
		all_busy(&m);
		expect(&m, EMAIL_P_08, "availability", INCONCLUSIVE,
		    "generator", "availability, busy");
		measure_free(&m);
	}
}
END_TEST

START_TEST(a_month_may_pass)
{
	const struct figure_metric *metric = figure_find("availability");
	const size_t month = 30 * 86400;
	struct measure m = { .n_ops = 1 };
	struct measure_second *seconds;
	struct figure_view v = { &m, NULL };
	struct figure f;
	unsigned char *use;

	/* measure_init() would not keep so many: a second each quarter. */
	m.n_seconds = m.judged_to = 2000;
	seconds = mem_new(m.n_seconds, sizeof seconds[0]);
	use = mem_new(m.n_seconds, 1);
	m.seconds = seconds;
	for (size_t i = 0; i < m.n_seconds; i++) {
		seconds[i].ops[0].begun = seconds[i].ops[0].done = 2;
		use[i] = 1;
	}
	v.use = use;
	figure_take(&f, metric, &v);
	ck_assert(f.any);
	ck_assert_double_eq(f.mid, 1);
	ck_assert_double_eq(f.high, 1);
	ck_assert_double_eq_tol(f.low, 2000.0 / (double)month, 1e-12);
	/* Half of a second counts as half. */
	seconds[0].ops[0].failed = 2;
	figure_take(&f, metric, &v);
	ck_assert_double_eq_tol(f.low, 1999.5 / (double)month, 1e-12);
	ck_assert_double_eq_tol(f.mid, 1999.5 / 2000, 1e-12);
	free(seconds);
	free(use);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct judging_test tests[] = {
		{ sizes, 0 },
		{ no_load_measures_that, 0 },
		{ throughput, 0 },
		{ arrivals_by_chance, 0 },
		{ waiting_is_offered_too, 0 },
		{ errors, 0 },
		{ sessions, 0 },
		{ heavier_than_asked, 0 },
		{ users, 0 },
		{ availability, 0 },
		{ a_month_may_pass, 0 },
	};
	/* clang-format on */

	return judging_run("judge_rate", tests, COUNT(tests));
}
