/* SPDX-License-Identifier: MIT */
#include "lib/files.h"
#include "loadgen/scenario.h"
#include "loadgen/scenario_play.h"

/* ---- HTTP ---- */

/* clang-format off */
static const struct {
	const char *http, *what;
} requests[] = {
	{ "{path: /}", NULL },
	{ "{path: /a, method: POST, body: x, content_type: text/plain, "
	  "status: 302, length: 2 KiB, contains: y, sm3: "
	  "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0}",
	  NULL },
	{ "{method: GET}", "x.yaml:9: flows[0].http.path: missing; this key is "
	  "required" },
	{ "{path: index.html}", "x.yaml:9: flows[0].http.path: not a path "
	  "('index.html'); it begins with / and has no blanks" },
	{ "{path: /a b}", "x.yaml:9: flows[0].http.path: not a path ('/a b'); "
	  "it begins with / and has no blanks" },
	{ "{path: /, method: get}", "x.yaml:9: flows[0].http.method: not a "
	  "method ('get'); capital letters, such as GET" },
	{ "{path: /, status: 99}", "x.yaml:9: flows[0].http.status: not a "
	  "status ('99'); 100 to 599" },
	{ "{path: /, version: 3}", "x.yaml:9: flows[0].http.version: not a "
	  "version ('3'); 1 or 2" },
	{ "{path: /, streams: 4}", "x.yaml:9: flows[0].http.streams: not a "
	  "number of streams ('4'); 1 to 64, with version: 2" },
	{ "{path: /, length: 20}", "x.yaml:9: flows[0].http.length: a size "
	  "without a unit ('20'); with B, KiB, MiB or GiB, such as '20 KiB', "
	  "or '100 % of EMAIL-P-02 message.size'" },
	{ "{path: /, sm3: abc}", "x.yaml:9: flows[0].http.sm3: not an SM3 "
	  "digest ('abc'); 64 hexadecimal digits, small letters" },
	{ "{path: /, type: html}", "x.yaml:9: flows[0].http.type: not a media "
	  "type ('html'); such as text/html, without parameters" },
	{ "{path: /, operation: One}", "x.yaml:9: flows[0].http.operation: not "
	  "a name ('One'); up to 40 small letters, digits, '-', '_' and '.'" },
	{ "{path: /, content_type: a/b}", "x.yaml:9: "
	  "flows[0].http.content_type: there is no body ('a/b'); body: TEXT, "
	  "or without content_type" },
};
/* clang-format on */

START_TEST(reads_requests)
{
	struct err err = { 0 };
	struct scenario sc;
	char *text = mem_textf(
	    "title: T\ntitle_zh: 题\narrive: requests\nconnections: 1\n"
	    "phases:\n  - {name: p, shape: soak, rate: 1 /s, for: 1 s}\n"
	    "flows:\n  - name: page\n    http: %s\n    services: [https]\n",
	    requests[_i].http);
	const bool ok =
	    scenario_parse(&sc, "x.yaml", span_of(text), &example, NULL, &err);

	free(text);
	if (requests[_i].what != NULL) {
		ck_assert(!ok);
		ck_assert_str_eq(err.what, requests[_i].what);
		return;
	}
	ck_assert_msg(ok, "%s", err.what);
	ck_assert_int_eq(sc.flows[0].speaks, SPEAKS_HTTP);
	ck_assert_str_eq(sc.flows[0].http.method, _i == 0 ? "GET" : "POST");
	ck_assert_int_eq(sc.flows[0].http.status, _i == 0 ? 200 : 302);
	ck_assert_int_eq(sc.flows[0].http.length, _i == 0 ? 0 : 2048);
	scenario_free(&sc);
}
END_TEST

/* ---- what is read ---- */

START_TEST(takes_every_key)
{
	static const char text[] =
	    "title: T\ntitle_zh: 题\narrive: sessions\n"
	    "connections: 100 % of EMAIL-P-01 load.sessions\nqueue: 7\n"
	    "resume_tls: true\naccounts: [alice, bob]\n"
	    "needs: [smtp.size]\nphases:\n"
	    "  - {name: a, shape: ramp, rate: 0 /s, to: 60 /min, for: 250 ms,\n"
	    "     judged: false}\n"
	    "  - {name: b, shape: steps, rate: 1 /s, to: 7200 /h, steps: 4,\n"
	    "     for: 1.5 min}\n"
	    "  - {name: c, shape: trace, trace: t.txt, for: 1h}\n"
	    "  - {name: d, shape: soak, arrivals: 10, for: 20 s, flows: "
	    "[two]}\n"
	    "flows:\n"
	    "  - {name: one, services: [submission], weight: 2.5, begin: \"S: "
	    "220 *\",\n     body: \"C.: ${message}\", end: \"C: QUIT\", "
	    "message: 100 % of\n     EMAIL-P-02 message.size, delivers: true,\n"
	    "     repeat: to the end, think: 1 s, thinking: exponential}\n"
	    "  - {name: two, services: [pop3s], accounts: [bob], begin: \"S: "
	    "+OK*\",\n     body: \"C: NOOP\"}\n"
	    "collect: [pop3s, imaps]\ntimeout: 5 s\ndrain: 6 s\nvisible: 7 s\n"
	    "repeats: 3\nrest: 8 s\nseed: 99\n";
	struct err err = { 0 };
	struct scenario sc;

	ck_assert_msg(scenario_parse(&sc, "dir/x.yaml", span_of(text), &example,
			  NULL, &err),
	    "%s", err.what);
	ck_assert_str_eq(sc.name, "x");
	ck_assert_int_eq(sc.connections, 1000);
	ck_assert_int_eq(sc.queue, 7);
	ck_assert(sc.resume_tls);
	ck_assert_uint_eq(sc.n_accounts, 2);
	ck_assert_str_eq(sc.needs[0], "smtp.size");
	ck_assert(sc.phases[0].rate_to == 1 && sc.phases[0].for_us == 250000);
	ck_assert(!sc.phases[0].judged && sc.phases[1].judged);
	ck_assert(sc.phases[1].rate_to == 2 && sc.phases[1].steps == 4);
	ck_assert_int_eq(sc.phases[1].for_us, 90000000);
	ck_assert_str_eq(sc.phases[2].trace, "dir/t.txt");
	ck_assert_int_eq(sc.phases[2].for_us, 3600000000);
	ck_assert(sc.phases[3].rate == 0.5 && sc.phases[3].flows == 2);
	ck_assert(sc.flows[0].weight == 2.5 && sc.flows[1].weight == 1);
	ck_assert(sc.flows[0].stays && sc.flows[0].delivers);
	ck_assert(sc.flows[0].think_random && !sc.flows[1].think_random);
	ck_assert_int_eq(sc.flows[0].think_us, 1000000);
	ck_assert_int_eq(sc.flows[0].size, 20480);
	ck_assert_uint_eq(sc.flows[1].n_accounts, 1);
	ck_assert_uint_eq(sc.flows[1].accounts[0], 1);
	ck_assert_str_eq(sc.collect, "pop3s");
	ck_assert_int_eq(sc.timeout_us, 5000000);
	ck_assert_int_eq(sc.drain_us, 6000000);
	ck_assert_int_eq(sc.collect_us, 7000000);
	ck_assert_int_eq(sc.repeats, 3);
	ck_assert_int_eq(sc.rest_us, 8000000);
	ck_assert(sc.seed == 99);
	/* STARTTLS, and where TLS is implicit. */
	ck_assert_str_eq(sc.flows[0].begin,
	    "S: 220 *\nC: EHLO load.invalid\nS: 250 *\nC: STARTTLS\n"
	    "S: 220 *\n@tls\n");
	ck_assert_str_eq(sc.flows[0].body, "C.: ${message}");
	ck_assert_str_eq(sc.flows[0].end, "C: QUIT");
	ck_assert_str_eq(sc.flows[1].begin, "S: +OK*");
	scenario_free(&sc);
}
END_TEST

START_TEST(has_defaults)
{
	struct scenario sc;

	must_parse(&sc, NULL, NULL);
	ck_assert_int_eq(sc.queue, 1000);
	ck_assert_int_eq(sc.repeats, 1);
	ck_assert(sc.seed == 1 && !sc.resume_tls && sc.collect == NULL);
	ck_assert_int_eq(sc.timeout_us, 30000000);
	ck_assert_int_eq(sc.drain_us, 60000000);
	ck_assert_int_eq(sc.collect_us, 60000000);
	ck_assert_int_eq(sc.flows[0].repeat, 2);
	ck_assert(sc.flows[0].weight == 1 && !sc.flows[0].delivers);
	ck_assert(sc.phases[0].judged);
	ck_assert_str_eq(sc.feed_order, "circular");
	scenario_free(&sc);
}
END_TEST

/* TLS is taken up where the endpoint is so, and nowhere else. */
START_TEST(takes_tls_up)
{
	/* clang-format off */
	static const struct {
		const char *flow, *begin;
	} rows[] = {
		{ "services: [imap], begin: \"S: * OK *\\nC: a X\", body: "
		  "\"C: b NOOP\"",
		  "S: * OK *\nC: tls STARTTLS\nS: tls OK *\n@tls\nC: a X" },
		{ "services: [pop3], begin: \"S: +OK*\\n\", body: \"C: NOOP\"",
		  "S: +OK*\nC: STLS\nS: +OK*\n@tls\n" },
		{ "services: [pop3], starttls: false, begin: \"S: +OK*\", "
		  "body: \"C: NOOP\"", "S: +OK*" },
		{ "services: [pop3], begin: \"S: +OK*\\n@tls\", body: \"C: "
		  "NOOP\"", "S: +OK*\n@tls" },
		{ "services: [imaps, imap], begin: \"S: * OK *\", body: "
		  "\"C: b NOOP\"", "S: * OK *" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { 0 };
		struct scenario sc;
		char *text = mem_textf(
		    "title: T\ntitle_zh: T\narrive: sessions\nconnections: 1\n"
		    "phases:\n  - {name: p, shape: soak, rate: 1 /s, for: 1 s}"
		    "\nflows:\n  - {name: f, %s}\n",
		    rows[i].flow);

		ck_assert_msg(scenario_parse(&sc, "x.yaml", span_of(text),
				  &example, NULL, &err),
		    "%s", err.what);
		free(text);
		ck_assert_str_eq(sc.flows[0].begin, rows[i].begin);
		scenario_free(&sc);
	}
}
END_TEST

/* The parties' own limit comes before that of the catalogue. */
START_TEST(takes_the_limit_of_the_profile)
{
	struct profile_limit limit = { EMAIL_P_02, "throughput", 80 };
	struct profile_limit *limits = example.limits;
	const size_t n = example.n_limits;
	struct scenario sc;

	must_parse(&sc, "10 /s", "105 % of EMAIL-P-02 throughput");
	ck_assert(sc.phases[0].rate == 52.5);
	scenario_free(&sc);
	example.limits = &limit;
	example.n_limits = 1;
	must_parse(&sc, "10 /s", "105 % of EMAIL-P-02 throughput");
	ck_assert(sc.phases[0].rate == 84);
	scenario_free(&sc);
	example.limits = limits;
	example.n_limits = n;
}
END_TEST

START_TEST(knows_the_columns_of_its_feed)
{
	struct err err = { 0 };
	struct scenario sc;
	char path[64], *to;

	snprintf(path, sizeof path, "/tmp/scenario-%ld.csv", (long)getpid());
	ck_assert(files_write(path, SPAN("user,word\nli,x\n"), &err));
	to = mem_textf("feed: %s\naccounts:", path);
	must_parse(&sc, "accounts:", to);
	ck_assert_str_eq(sc.feed, path);
	scenario_free(&sc);
	free(to);
	to = mem_textf("[alice, bob]\nfeed: %s", path);
	{
		char *fed = replaced(scenario_base, "[alice, bob]", to);
		char *text = replaced(fed, "account.plain", "feed.wort");

		ck_assert(!scenario_parse(
		    &sc, "x.yaml", span_of(text), &example, NULL, &err));
		free(fed);
		free(text);
	}
	unlink(path);
	free(to);
	ck_assert_str_eq(err.what, "x.yaml:18: flows[0].begin: the feed has no "
				   "column 'wort'; one of those in its first "
				   "line");
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct scenario_test tests[] = {
		{ reads_requests, COUNT(requests) },
		{ takes_every_key, 0 },
		{ has_defaults, 0 },
		{ takes_tls_up, 0 },
		{ takes_the_limit_of_the_profile, 0 },
		{ knows_the_columns_of_its_feed, 0 },
	};
	/* clang-format on */

	return scenario_run("scenario", tests, COUNT(tests));
}
