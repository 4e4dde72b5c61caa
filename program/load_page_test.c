/* SPDX-License-Identifier: MIT */
/* From the files of a load to what the report prints: nothing is lost. */
#include "program/load_page.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "program/load_asked.h"
#include "program/load_found.h"

static char folder[64];
static struct measure m;
static struct load_report report;

static struct plan_case cases[] = {
	{ .id = "smtp.ehlo", .executes = true },
	{ .id = "load.demo.login",
	    .verifies = EMAIL_P_05,
	    .title = "t",
	    .title_zh = "题",
	    .executes = true },
	{ .id = "load.demo.other",
	    .verifies = EMAIL_P_05,
	    .title = "t",
	    .title_zh = "题",
	    .executes = false },
	{ .id = "load.never.done", .verifies = EMAIL_P_01, .executes = true },
	{ .id = "load./../demo.x", .verifies = EMAIL_P_01, .executes = true },
	{ .id = "load.", .executes = true },
	{ .id = "load.x", .executes = true },
};

static const struct plan plan = {
	.cases = cases,
	.n = sizeof(cases) / sizeof(cases[0]),
};

static const struct profile profile;

/* A second each: twenty logins of 1 to 20 ms and one of a second. */
static void
make_measure(size_t seconds)
{
	struct hist h;

	hist_init(&h);
	for (int i = 1; i <= 20; i++)
		hist_add(&h, i * 1000);
	hist_add(&h, 1000000);
	measure_init(&m, NULL, seconds);
	m.scenario = mem_text(SPAN("demo"));
	ck_assert_int_eq(measure_op_add(&m, "login"), 0);
	ck_assert_int_eq(measure_op_add(&m, "unused"), 1);
	for (size_t i = 0; i < seconds; i++) {
		struct measure_second *s;

		measure_put(&m, i, 0, CLOCK_RESPONSE, &h);
		measure_put(&m, i, 0, CLOCK_SERVICE, &h);
		s = &m.seconds[i];
		s->planned = s->begun = 22;
		s->connections = i;
		s->ops[0].begun = 22;
		s->ops[0].done = 21;
		s->ops[0].failed = 1;
		s->health.late_p99_us = 10;
		s->health.late_max_us = (int64_t)i;
		s->health.cpu = 0.25;
	}
	m.judged_to = seconds;
	m.offered_rate = 22;
	m.ledger.kept = true;
	m.ledger.accepted = 7;
	m.ledger.unread = 3;
	measure_error_add(&m, "login: <heard>", 5);
	hist_free(&h);
}

static void
setup(void)
{
	strcpy(folder, "/tmp/yanshou-page.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void
teardown(void)
{
	struct err err;

	ck_assert(files_remove(folder, &err));
}

static char *
load_dir(void)
{
	char *dir = mem_textf("%s/evidence/load.demo", folder);
	struct err err;

	ck_assert(files_make_dir(dir, &err));
	return dir;
}

static void
write_measure(void)
{
	char *dir = load_dir();
	struct err err;

	ck_assert_msg(measure_write(&m, dir, &err), "%s", err.what);
	free(dir);
}

static const size_t lengths[] = { 1, 3, 120, 121, 1000 };

/* What all come to first, then each with its own verdicts. */
START_TEST(repeats_are_all_shown)
{
	make_measure(60);
	m.repeats = 4;
	for (m.repeat = 1; m.repeat <= 3; m.repeat++) {
		char *dir = mem_textf(
		    "%s/evidence/load.demo/repeat-%d", folder, m.repeat);
		struct err err;

		ck_assert_msg(measure_write(&m, dir, &err), "%s", err.what);
		free(dir);
	}
	load_page_read(&report, folder, &plan, &profile);
	ck_assert_uint_eq(report.n, 4);
	ck_assert_int_eq(report.scenarios[0].repeat, 0);
	ck_assert_int_eq(report.scenarios[0].repeats, 4);
	ck_assert_uint_eq(report.scenarios[0].whole, 3);
	ck_assert_uint_eq(report.scenarios[0].seconds, 0);
	ck_assert_int_eq(report.scenarios[0].judged[0].verdict, INCONCLUSIVE);
	ck_assert_msg(
	    strstr(report.scenarios[0].judged[0].why, "3 of 4 repeats") != NULL,
	    "%s", report.scenarios[0].judged[0].why);
	ck_assert_uint_eq(report.scenarios[0].judged[0].metrics[0].n_each, 3);
	for (int i = 1; i <= 3; i++) {
		const struct load_scenario *s = &report.scenarios[i];

		ck_assert_int_eq(s->repeat, i);
		ck_assert_uint_eq(s->seconds, 60);
		ck_assert_uint_eq(s->judged[0].metrics[0].n_each, 0);
		ck_assert_uint_gt(s->n_ops, 0);
	}
	ck_assert_str_eq(
	    report.scenarios[2].folder, "evidence/load.demo/repeat-2");
	load_report_free(&report);
	measure_free(&m);
}
END_TEST

/* What is drawn adds up to what was counted, whatever is binned. */
START_TEST(nothing_is_lost_in_binning)
{
	const size_t seconds = lengths[_i];
	struct load_scenario s = { .name = mem_text(SPAN("demo")) };
	double done = 0, failed = 0;
	uint64_t drawn = 0;

	make_measure(seconds);
	load_page_measured(&s, &m);
	ck_assert_uint_le(s.n_columns, LOAD_COLUMNS);
	for (size_t i = 0; i < s.n_columns; i++) {
		const double rest = (double)seconds - (double)i * s.column_s;
		const double width = fmin(rest, s.column_s);

		done += s.columns[i].done * width;
		failed += s.columns[i].failed * width;
		ck_assert_double_eq_tol(s.columns[i].planned, 22, 1e-9);
		ck_assert_double_eq_tol(s.columns[i].cpu, 0.25, 1e-9);
	}
	ck_assert_double_eq_tol(done, 21.0 * (double)seconds, 1e-6);
	ck_assert_double_eq_tol(failed, (double)seconds, 1e-6);
	ck_assert_uint_eq(s.planned, 22 * seconds);
	ck_assert_double_eq_tol(s.columns[s.n_columns - 1].connections,
	    (double)(seconds - 1), 1e-9);
	ck_assert_uint_eq(s.n_ops, 1); /* the unused one is left out */
	for (size_t i = 0; i < s.n_columns * s.ops[0].heat.rows; i++)
		drawn += s.ops[0].heat.counts[i];
	ck_assert_uint_eq(drawn, 21 * seconds);
	measure_free(&m);
	report = (struct load_report){ mem_new(1, sizeof(s)), 1 };
	report.scenarios[0] = s;
	load_report_free(&report);
}
END_TEST

/* 21 of 22 came to an end: P95 is the 20.9th, P99 never comes. */
START_TEST(what_failed_waits_for_ever)
{
	struct load_scenario s = { 0 };
	const struct load_times *t;

	make_measure(50);
	load_page_measured(&s, &m);
	t = &s.ops[0].times[LOAD_RESPONSE];
	ck_assert_uint_eq(t->n, 1050);
	ck_assert_uint_eq(t->failed, 50);
	ck_assert_double_eq_tol(t->p50_us, 11000, 11);
	ck_assert_double_eq_tol(t->p90_us, 20000, 20);
	ck_assert(isinf(t->p99_us));
	ck_assert_double_eq_tol(t->max_us, 1000000, 1000);
	ck_assert_double_eq_tol(
	    s.ops[0].times[LOAD_SERVICE].p99_us, 1000000, 1000);
	for (size_t i = 1; i < t->n_curve; i++) {
		ck_assert(t->curve[i].nines > t->curve[i - 1].nines);
		ck_assert(t->curve[i].us >= t->curve[i - 1].us);
	}
	ck_assert_double_eq_tol(
	    t->curve[t->n_curve - 1].nines, log10(22), 1e-9);
	ck_assert_double_eq_tol(t->curve[t->n_curve - 1].us, t->max_us, 1);
	measure_free(&m);
	report = (struct load_report){ mem_new(1, sizeof(s)), 1 };
	report.scenarios[0] = s;
	load_report_free(&report);
}
END_TEST

START_TEST(a_run_is_read_back)
{
	const struct load_scenario *s;

	make_measure(30);
	write_measure();
	measure_free(&m);
	load_page_read(&report, folder, &plan, &profile);
	ck_assert_uint_eq(report.n, 1);
	s = &report.scenarios[0];
	ck_assert_ptr_null(s->unreadable);
	ck_assert_str_eq(s->name, "demo");
	ck_assert_str_eq(s->folder, "evidence/load.demo");
	ck_assert_uint_eq(s->n_judged, 1);
	ck_assert_str_eq(s->judged[0].id, "load.demo.login");
	ck_assert_uint_ge(s->judged[0].n, 1);
	ck_assert_uint_eq(s->ops[0].n_bounds, 1);
	ck_assert_double_eq_tol(s->ops[0].bounds[0].percentile, 95, 1e-9);
	ck_assert_double_eq_tol(s->ops[0].bounds[0].us, 2e6, 1);
	ck_assert_uint_eq(s->ledger.unread, 3);
	ck_assert_uint_eq(s->n_errors, 1);
	ck_assert_str_eq(s->errors[0].what, "login: <heard>");
	ck_assert(s->late_most_us > 0 && s->cpu_most > 0);
	ck_assert_ptr_nonnull(s->generator_why);
	load_report_free(&report);
}
END_TEST

START_TEST(a_torn_file_is_said)
{
	char *dir = load_dir();
	char *path = mem_textf("%s/measure.json", dir);
	struct err err;

	make_measure(5);
	write_measure();
	measure_free(&m);
	ck_assert(files_write(path, SPAN("{\"torn\":"), &err));
	load_page_read(&report, folder, &plan, &profile);
	ck_assert_uint_eq(report.n, 1);
	ck_assert_ptr_nonnull(report.scenarios[0].unreadable);
	ck_assert_ptr_nonnull(
	    strstr(report.scenarios[0].unreadable, "measure.json"));
	load_report_free(&report);
	free(path);
	free(dir);
}
END_TEST

START_TEST(without_files_there_is_no_load)
{
	load_page_read(&report, folder, &plan, &profile);
	ck_assert_uint_eq(report.n, 0);
	load_report_free(&report);
}
END_TEST

/* ---- what was asked ---- */

START_TEST(what_was_asked_comes_back)
{
	struct scenario_phase phases[] = {
		{ .name = "warm",
		    .shape = SHAPE_RAMP,
		    .rate = 1,
		    .rate_to = 50.5,
		    .for_us = 2500000 },
		{ .name = "steady",
		    .shape = SHAPE_STEPS,
		    .rate = 50,
		    .rate_to = 100,
		    .steps = 5,
		    .for_us = 60000000,
		    .judged = true },
	};
	const struct scenario asked = { .name = "demo",
		.title = "Demonstration",
		.title_zh = "演示",
		.arrive = ARRIVE_REQUESTS,
		.phases = phases,
		.n_phases = 2 };
	struct load_scenario s = { 0 };
	char *dir = load_dir();
	struct err err;

	ck_assert_msg(load_asked_write(&asked, dir, &err), "%s", err.what);
	ck_assert_msg(load_asked_read(&s, dir, &err), "%s", err.what);
	ck_assert_str_eq(s.title, "Demonstration");
	ck_assert_str_eq(s.title_zh, "演示");
	ck_assert_int_eq(s.arrive, LOAD_REQUESTS);
	ck_assert_uint_eq(s.n_phases, 2);
	ck_assert_int_eq(s.phases[0].shape, LOAD_RAMP);
	ck_assert_double_eq_tol(s.phases[0].rate_to, 50.5, 1e-9);
	ck_assert_double_eq_tol(s.phases[0].seconds, 2.5, 1e-9);
	ck_assert(!s.phases[0].judged && s.phases[1].judged);
	ck_assert_int_eq(s.phases[1].steps, 5);
	report = (struct load_report){ mem_new(1, sizeof(s)), 1 };
	report.scenarios[0] = s;
	load_report_free(&report);
	free(dir);
}
END_TEST

static const char *const wrong[] = {
	"",
	"[]",
	"{}",
	"{\"title\":null,\"title_zh\":null,\"arrive\":\"never\",\"phases\":[]}",
	"{\"title\":null,\"title_zh\":null,\"arrive\":\"closed\",\"phases\":1}",
	"{\"title\":null,\"title_zh\":null,\"arrive\":\"closed\","
	"\"phases\":[{\"name\":null,\"shape\":\"round\",\"rate\":1,"
	"\"rate_to\":1,\"steps\":1,\"for_us\":1,\"judged\":true}]}",
	"{\"title\":null,\"title_zh\":null,\"arrive\":\"closed\","
	"\"phases\":[{\"name\":null,\"shape\":\"ramp\",\"rate\":-1,"
	"\"rate_to\":1,\"steps\":1,\"for_us\":1,\"judged\":true}]}",
	"{\"title\":null,\"title_zh\":null,\"arrive\":\"closed\","
	"\"phases\":[7]}",
};

START_TEST(what_was_not_asked_is_refused)
{
	struct load_scenario s = { 0 };
	char *dir = load_dir();
	char *path = mem_textf("%s/load.json", dir);
	struct err err = { 0 };

	ck_assert(files_write(path, span_of(wrong[_i]), &err));
	ck_assert(!load_asked_read(&s, dir, &err));
	ck_assert_msg(strstr(err.what, "load.json") != NULL, "%s", err.what);
	report = (struct load_report){ mem_new(1, sizeof(s)), 1 };
	report.scenarios[0] = s;
	load_report_free(&report);
	free(path);
	free(dir);
}
END_TEST

/* ---- what was found ---- */

START_TEST(what_was_found_comes_back)
{
	static struct capacity found = {
		.options.goal.share = 0.999,
		.probes = { { 50, 1, 0.99, 1, PASS, false },
		    { 100.5, 0.5, 0.4, 0.6, FAIL, true },
		    { 75, 0.99, 0.9, 1, INCONCLUSIVE, false } },
		.n = 3,
		.pass_rate = 50,
		.fail_rate = 100.5,
		.why = "between",
		.why_zh = "之间",
	};
	char *dir = load_dir();
	const struct load_capacity *c;
	struct err err;

	ck_assert_msg(load_found_write(&found, dir, &err), "%s", err.what);
	load_page_read(&report, folder, &plan, &profile);
	ck_assert_uint_eq(report.n, 1);
	ck_assert_ptr_null(report.scenarios[0].unreadable);
	c = &report.scenarios[0].capacity;
	ck_assert_uint_eq(c->n, 3);
	ck_assert_double_eq_tol(c->pass_rate, 50, 1e-9);
	ck_assert_double_eq_tol(c->fail_rate, 100.5, 1e-9);
	ck_assert_double_eq_tol(c->share_wanted, 0.999, 1e-9);
	ck_assert_str_eq(c->why, "between");
	ck_assert_str_eq(c->why_zh, "之间");
	ck_assert_double_eq_tol(c->probes[1].low, 0.4, 1e-9);
	ck_assert_int_eq(c->probes[1].verdict, FAIL);
	ck_assert(c->probes[1].repeated && !c->probes[2].repeated);
	load_report_free(&report);
	free(dir);
}
END_TEST

static const char *const unfound[] = {
	"",
	"{}",
	"{\"pass_rate\":-1,\"fail_rate\":0,\"share_wanted\":0,\"why\":null,"
	"\"why_zh\":null,\"probes\":[]}",
	"{\"pass_rate\":1,\"fail_rate\":0,\"share_wanted\":0,\"why\":null,"
	"\"why_zh\":null,\"probes\":{}}",
	"{\"pass_rate\":1,\"fail_rate\":0,\"share_wanted\":0,\"why\":null,"
	"\"why_zh\":null,\"probes\":[{\"rate\":1,\"share\":2,\"low\":0,"
	"\"high\":0,\"verdict\":\"pass\",\"repeated\":false}]}",
	"{\"pass_rate\":1,\"fail_rate\":0,\"share_wanted\":0,\"why\":null,"
	"\"why_zh\":null,\"probes\":[{\"rate\":1,\"share\":1,\"low\":0,"
	"\"high\":0,\"verdict\":\"perhaps\",\"repeated\":false}]}",
};

START_TEST(what_was_not_found_is_refused)
{
	char *dir = load_dir();
	char *path = mem_textf("%s/capacity.json", dir);
	struct err err = { 0 };

	ck_assert(files_write(path, span_of(unfound[_i]), &err));
	load_page_read(&report, folder, &plan, &profile);
	ck_assert_uint_eq(report.n, 1);
	ck_assert_ptr_nonnull(report.scenarios[0].unreadable);
	ck_assert_ptr_nonnull(
	    strstr(report.scenarios[0].unreadable, "capacity.json"));
	load_report_free(&report);
	free(path);
	free(dir);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("load_page");
	TCase *tc = tcase_create("loads");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, nothing_is_lost_in_binning, 0,
	    sizeof(lengths) / sizeof(lengths[0]));
	tcase_add_test(tc, repeats_are_all_shown);
	tcase_add_test(tc, what_failed_waits_for_ever);
	tcase_add_test(tc, a_run_is_read_back);
	tcase_add_test(tc, a_torn_file_is_said);
	tcase_add_test(tc, without_files_there_is_no_load);
	tcase_add_test(tc, what_was_asked_comes_back);
	tcase_add_loop_test(tc, what_was_not_asked_is_refused, 0,
	    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(tc, what_was_found_comes_back);
	tcase_add_loop_test(tc, what_was_not_found_is_refused, 0,
	    sizeof(unfound) / sizeof(unfound[0]));
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
