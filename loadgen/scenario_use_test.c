/* SPDX-License-Identifier: MIT */
/* Whether one applies, what changes it, and those that come with us. */
#include "lib/columns.h"
#include "lib/files.h"
#include "loadgen/arrival.h"
#include "loadgen/scenario_play.h"

/* ---- does it apply? ---- */

START_TEST(says_what_the_profile_lacks)
{
	/* clang-format off */
	static const struct {
		const char *from, *to, *why, *why_zh;
	} rows[] = {
		{ NULL, NULL, "", "" },
		{ "[alice, bob]", "[alice, carol]",
		  "the profile has no account carol",
		  "配置文件中没有测试账号 carol" },
		{ "[alice, bob]", "['load*']",
		  "the profile has none of the accounts that the scenario uses",
		  "配置文件中没有该场景所用的测试账号" },
		{ "accounts:", "needs: [pop3.auth.scram-sha-256, smtp.size]\n"
		  "accounts:", "", "" },
		{ "accounts:", "needs: [imap.unselect, imap.rev2]\naccounts:",
		  NULL, NULL },
		{ "[submissions]", "[smtp]", "", "" },
		{ "[submissions]", "[http]", NULL, NULL },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		char why[200], why_zh[200];
		struct err err = { 0 };
		struct scenario sc;

		if (rows[i].why == NULL) {
			ck_assert(
			    !parse(&sc, rows[i].from, rows[i].to, NULL, &err));
			continue;
		}
		must_parse(&sc, rows[i].from, rows[i].to);
		ck_assert_int_eq(scenario_applies(&sc, &example, why, why_zh),
		    rows[i].why[0] == '\0');
		ck_assert_str_eq(why, rows[i].why);
		ck_assert_str_eq(why_zh, rows[i].why_zh);
		scenario_free(&sc);
	}
}
END_TEST

START_TEST(says_which_endpoint_or_claim_is_missing)
{
	char why[200], why_zh[200];
	struct scenario sc;
	char *claim = example.claims[0];
	const size_t n = example.n_endpoints;
	char *needs = mem_textf("needs: [%s]\naccounts:", claim);

	must_parse(&sc, "accounts:", needs);
	ck_assert(scenario_applies(&sc, &example, why, why_zh));
	example.claims[0] = mem_text(SPAN("another"));
	ck_assert(!scenario_applies(&sc, &example, why, why_zh));
	ck_assert_ptr_nonnull(strstr(why, "the profile has no claim "));
	ck_assert_ptr_nonnull(strstr(why_zh, "配置文件中没有功能声明 "));
	free(example.claims[0]);
	example.claims[0] = claim;
	example.n_endpoints = 1;
	ck_assert(!scenario_applies(&sc, &example, why, why_zh));
	example.n_endpoints = n;
	ck_assert_str_eq(why, "the profile has no endpoint submissions");
	ck_assert_str_eq(why_zh, "配置文件中没有服务端点 submissions");
	scenario_free(&sc);
	free(needs);
}
END_TEST

/* An optional flow goes with its phase's arrivals and its accounts. */
START_TEST(leaves_optional_flows_out)
{
	static const char text[] =
	    "title: T\ntitle_zh: T\narrive: sessions\nconnections: 1\n"
	    "accounts: [carol, alice]\nphases:\n"
	    "  - {name: fill, shape: constant, arrivals: 1, for: 1 s,\n"
	    "     flows: [two]}\n"
	    "  - {name: main, shape: soak, rate: 5 /s, for: 2 s}\n"
	    "flows:\n"
	    "  - {name: two, services: [imaps], accounts: [carol], optional:\n"
	    "     true, begin: \"S: * OK *\", body: \"C: a NOOP\"}\n"
	    "  - {name: one, services: [imaps], accounts: [alice], begin:\n"
	    "     \"S: * OK *\", body: \"C: a NOOP\"}\n";
	char why[200], why_zh[200];
	struct err err = { 0 };
	struct load_plan plan;
	struct scenario sc;

	ck_assert_msg(
	    scenario_parse(&sc, "x.yaml", span_of(text), &example, NULL, &err),
	    "%s", err.what);
	ck_assert_uint_eq(sc.n_flows, 1);
	ck_assert_str_eq(sc.flows[0].name, "one");
	ck_assert_uint_eq(sc.n_accounts, 1);
	ck_assert_uint_eq(sc.flows[0].accounts[0], 0);
	ck_assert_uint_eq(sc.n_phases, 2);
	ck_assert(scenario_applies(&sc, &example, why, why_zh));
	ck_assert_msg(arrival_plan(&plan, &sc, 0, &err), "%s", err.what);
	ck_assert_uint_eq(plan.n, 10);
	ck_assert_uint_eq(plan.at[0].phase, 1);
	arrival_free(&plan);
	scenario_free(&sc);
}
END_TEST

/* ---- changed and shortened ---- */

START_TEST(is_changed_by_the_command_line)
{
	static const char ramp[] =
	    "shape: ramp\n    to: 40 /s\n    rate: 10 /s\n    for: 10 s\n"
	    "  - name: over\n    shape: constant\n    judged: false";
	const struct scenario_change c = {
		.rate = 20, .for_us = 5000000, .seed = 7, .repeats = 2
	};
	const struct scenario_change wide = { .connections = 30 };
	struct err err = { 0 };
	struct scenario sc;

	ck_assert_msg(
	    parse(&sc, "shape: constant", ramp, &c, &err), "%s", err.what);
	ck_assert(sc.phases[0].rate == 5 && sc.phases[0].rate_to == 20);
	ck_assert_int_eq(sc.phases[0].for_us, 5000000);
	ck_assert(sc.phases[1].rate == 10);
	ck_assert_int_eq(sc.phases[1].for_us, 10000000);
	ck_assert(sc.seed == 7 && sc.repeats == 2 && sc.connections == 10);
	scenario_free(&sc);
	ck_assert(parse(&sc, NULL, NULL, &wide, &err));
	ck_assert(sc.connections == 30 && sc.phases[0].rate == 10);
	scenario_free(&sc);
	ck_assert(parse(&sc, "repeat: 2", "repeat: to the end", &wide, &err));
	ck_assert(sc.connections == 30 && sc.phases[0].rate == 30);
	scenario_free(&sc);
	ck_assert(!parse(&sc,
	    "arrive: sessions\nconnections: 10\naccounts: "
	    "[alice, bob]\nphases:\n  - name: main\n    "
	    "shape: constant\n    rate: 10 /s",
	    "arrive: closed\nconnections: 10\naccounts: [alice, bob]\nphases:\n"
	    "  - name: main\n    shape: constant",
	    &c, &err));
	ck_assert_str_eq(err.what, "x.yaml: a closed loop has no rate; a "
				   "number of connections");
	ck_assert(!parse(&sc, "shape: constant\n    rate: 10 /s",
	    "shape: trace\n    trace: t", &c, &err));
	ck_assert_str_eq(err.what, "x.yaml: phases[0] (main): a trace has its "
				   "own times; another shape, or no rate");
}
END_TEST

START_TEST(can_be_shortened)
{
	/* clang-format off */
	static const struct {
		int64_t for_s[3], judged, most_s, want_s[3];
	} rows[] = {
		{ { 30, 900, 0 },	1, 20,	{ 2, 18, 0 } },
		{ { 4, 600, 4 },	1, 20,	{ 4, 12, 4 } },
		{ { 100, 1800, 0 },	1, 19,	{ 2, 17, 0 } },
		{ { 4, 600, 4 },	1, 5,	{ 4, 1, 4 } },
		{ { 10, 5, 0 },		1, 15,	{ 10, 5, 0 } },
		{ { 100, 8, 0 },	1, 15,	{ 7, 8, 0 } },
		{ { 60, 30, 30 },	2, 40,	{ 6, 3, 30 } },
		{ { 60, 60, 60 },	0, 12,	{ 8, 2, 2 } },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scenario_phase phases[3] = { { 0 } };
		struct scenario sc = { .phases = phases, .repeats = 1 };

		while (sc.n_phases < 3 && rows[i].for_s[sc.n_phases] != 0) {
			phases[sc.n_phases].for_us =
			    rows[i].for_s[sc.n_phases] * 1000000;
			phases[sc.n_phases].judged =
			    (int64_t)sc.n_phases == rows[i].judged;
			sc.n_phases++;
		}
		ck_assert_int_eq(
		    scenario_shorten(&sc, rows[i].most_s * 1000000), i != 4);
		for (size_t p = 0; p < sc.n_phases; p++)
			ck_assert_msg(
			    phases[p].for_us == rows[i].want_s[p] * 1000000,
			    "row %zu, phase %zu: %lld", i, p,
			    (long long)phases[p].for_us);
	}
}
END_TEST

/* A thousand sessions are a thousand, in whatever time they arrive. */
START_TEST(as_many_arrive_when_shortened)
{
	struct scenario_phase phases[2] = {
		{ .for_us = 100000000, .rate = 10, .counted = true },
		{ .for_us = 60000000, .rate = 10, .judged = true },
	};
	struct scenario sc = { .phases = phases, .n_phases = 2, .repeats = 1 };

	ck_assert(scenario_shorten(&sc, 12000000));
	ck_assert_int_eq(phases[0].for_us, 2000000);
	ck_assert_double_eq_tol(phases[0].rate, 500, 1e-9);
	ck_assert_int_eq(phases[1].for_us, 10000000);
	ck_assert_double_eq_tol(phases[1].rate, 10, 1e-9);
}
END_TEST

START_TEST(is_done_once_when_shortened)
{
	struct scenario_phase phase = { .for_us = 10000000 };
	struct scenario sc = { .phases = &phase, .n_phases = 1, .repeats = 3 };

	ck_assert(scenario_shorten(&sc, 15000000));
	ck_assert_int_eq(sc.repeats, 1);
	ck_assert_int_eq(phase.for_us, 10000000);
	ck_assert_int_eq(scenario_length_us(&sc), 10000000);
}
END_TEST

/* ---- what comes with us ---- */

static void
check_lines(const char *text)
{
	struct span rest = span_of(text);

	while (rest.len != 0) {
		const struct span line = span_cut(&rest, '\n');

		ck_assert_msg(
		    columns_of(line) <= 80, "too wide: %.*s", SPAN_FMT(line));
	}
}

/* Planned, short and long, shown in both languages, and applicable. */
static void
check_scenario(struct scenario *sc, size_t rows)
{
	char why[200], why_zh[200];
	struct err err = { 0 };
	struct load_plan plan;
	char *text;

	/* the example has no signature server, and not all about seals */
	ck_assert_msg(
	    scenario_applies(sc, &example, why, why_zh) ||
		strcmp(why, "the profile has no endpoint crypto") == 0 ||
		(sc->prepared != NULL && sc->prepared->asks),
	    "%s: %s", sc->name, why);
	for (int i = 0; i < 2; i++) {
		ck_assert_msg(
		    arrival_plan(&plan, sc, rows, &err), "%s", err.what);
		for (int zh = 0; zh < 2; zh++) {
			text = arrival_text(&plan, sc, zh != 0);
			ck_assert_ptr_nonnull(
			    strstr(text, zh != 0 ? sc->title_zh : sc->title));
			check_lines(text);
			free(text);
		}
		arrival_free(&plan);
		scenario_shorten(sc, 20000000);
	}
}

START_TEST(reads_those_that_come_with_us)
{
	struct err err = { 0 };
	struct scenario sc;
	size_t n;
	char **names = scenario_names("fixtures", &n, &err);

	ck_assert_msg(names != NULL && n >= 5, "%s", err.what);
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(scenario_read(&sc, "fixtures", names[i], &example,
				  NULL, &err),
		    "%s", err.what);
		ck_assert_str_eq(sc.name, names[i]);
		check_scenario(&sc, sc.prepared == NULL ? 0 : 3);
		for (size_t j = 0; j < sc.n_judges; j++)
			ck_assert_str_eq(catalogue_chapter(sc.judges[j].row),
			    sc.prepared == NULL ? "5"
			    : sc.prepared->asks ? "10"
						: "11");
		scenario_free(&sc);
		free(names[i]);
	}
	free(names);
}
END_TEST

/* The block of YAML in the document that says what each key means. */
START_TEST(reads_the_annotated_example)
{
	static const char *const path = "fixtures/load/README.md";
	struct err err = { 0 };
	struct scenario sc;
	size_t n;
	char *text = files_read_text(path, 1 << 20, &n, &err);
	char *from, *to;

	ck_assert_msg(text != NULL, "%s", err.what);
	from = strstr(text, "```yaml\n");
	ck_assert_ptr_nonnull(from);
	from += strlen("```yaml\n");
	to = strstr(from, "```");
	ck_assert_ptr_nonnull(to);
	ck_assert_msg(scenario_parse(&sc, "README.md",
			  (struct span){ from, (size_t)(to - from) }, &example,
			  NULL, &err),
	    "%s", err.what);
	ck_assert_uint_eq(sc.n_flows, 3);
	check_scenario(&sc, 0);
	scenario_free(&sc);
	free(text);
}
END_TEST

START_TEST(finds_them_by_name)
{
	struct err err = { 0 };
	struct scenario sc;

	ck_assert(
	    !scenario_read(&sc, "fixtures", "submision", &example, NULL, &err));
	ck_assert_str_eq(
	    err.what, "no scenario 'submision'; did you mean 'submission'?");
	ck_assert(!scenario_read(&sc, "fixtures", "x", &example, NULL, &err));
	ck_assert_str_eq(err.what, "no scenario 'x'; one of availability, "
				   "batch, checking, cryptography, directory, "
				   "issue, lists, mailbox, ocsp, reading, "
				   "records, sealing, seals, sessions, status, "
				   "submission, together, usable, website, or "
				   "a path");
	ck_assert(scenario_read(&sc, "fixtures", "fixtures/load/website.yaml",
	    &example, NULL, &err));
	ck_assert_str_eq(sc.name, "website");
	scenario_free(&sc);
	ck_assert(
	    !scenario_read(&sc, "fixtures", "no/such", &example, NULL, &err));
	ck_assert_int_eq(err.kind, ERR_IO);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct scenario_test tests[] = {
		{ says_what_the_profile_lacks, 0 },
		{ says_which_endpoint_or_claim_is_missing, 0 },
		{ leaves_optional_flows_out, 0 },
		{ is_changed_by_the_command_line, 0 },
		{ can_be_shortened, 0 },
		{ as_many_arrive_when_shortened, 0 },
		{ is_done_once_when_shortened, 0 },
		{ reads_those_that_come_with_us, 0 },
		{ reads_the_annotated_example, 0 },
		{ finds_them_by_name, 0 },
	};
	/* clang-format on */

	return scenario_run("scenario_use", tests, COUNT(tests));
}
