/* SPDX-License-Identifier: MIT */
#include "loadgen/scenario.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/columns.h"
#include "lib/dialogue.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "loadgen/arrival.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const char base[] =
	"title: T\n"						/* 1 */
	"title_zh: 题\n"
	"arrive: sessions\n"
	"connections: 10\n"
	"accounts: [alice, bob]\n"				/* 5 */
	"phases:\n"
	"  - name: main\n"
	"    shape: constant\n"
	"    rate: 10 /s\n"
	"    for: 10 s\n"					/* 10 */
	"flows:\n"
	"  - name: one\n"
	"    services: [submissions]\n"
	"    message: 20 KiB\n"
	"    begin: |\n"					/* 15 */
	"      S: 220 *\n"
	"      C: AUTH PLAIN ${account.plain}\n"
	"      S: 235 *\n"
	"    body: |\n"
	"      @start send\n"					/* 20 */
	"      C.: ${message}\n"
	"      S: 250 *\n"
	"      @stop send\n"
	"    repeat: 2\n"
	"    think: 1 s\n"					/* 25 */
	"judges:\n"
	"  - name: times\n"
	"    row: EMAIL-P-05\n"
	"    title: T\n"
	"    title_zh: 题\n";
/* clang-format on */

static struct profile example;

static void
set_up(void)
{
	struct err err = { 0 };

	ck_assert_msg(
	    profile_read_public(
		"fixtures/targets/example/target.yaml", &example, &err),
	    "%s", err.what);
}

static void
tear_down(void)
{
	profile_free(&example);
}

/* The text with its first "from" replaced; without "from": as it is. */
static char *
replaced(const char *text, const char *from, const char *to)
{
	const char *at = from == NULL ? text : strstr(text, from);

	ck_assert_msg(at != NULL, "nothing to replace: %s", from);
	return mem_textf("%.*s%s%s", (int)(at - text), text,
	    from == NULL ? "" : to, at + (from == NULL ? 0 : strlen(from)));
}

static bool
parse(struct scenario *sc, const char *from, const char *to,
    const struct scenario_change *c, struct err *err)
{
	char *text = replaced(base, from, to);
	const bool ok =
	    scenario_parse(sc, "x.yaml", span_of(text), &example, c, err);

	free(text);
	return ok;
}

static void
must_parse(struct scenario *sc, const char *from, const char *to)
{
	struct err err = { 0 };

	ck_assert_msg(parse(sc, from, to, NULL, &err), "%s", err.what);
}

/* ---- mistakes ---- */

/* clang-format off */
static const struct {
	const char *from, *to, *what;
} mistakes[] = {
	/* keys */
	{ "seed", "seed", NULL },
	{ "title: T\n", "", "x.yaml:1: title: missing; this key is required" },
	{ "arrive: sessions", "arive: sessions",
	  "x.yaml:3: arive: unknown key; did you mean 'arrive'?" },
	{ "arrive: sessions", "arrive: open",
	  "x.yaml:3: arrive: not known ('open'); sessions, requests or "
	  "closed" },
	{ "shape: constant", "shape: flat",
	  "x.yaml:8: phases[0].shape: not known ('flat'); constant, poisson, "
	  "ramp, steps, spike, soak or trace" },
	/* numbers */
	{ "rate: 10 /s", "rate: 10",
	  "x.yaml:9: phases[0].rate: a rate without a unit ('10'); with /s, "
	  "/min or /h, such as '50 /s', or '105 % of EMAIL-P-02 throughput'" },
	{ "rate: 10 /s", "rate: 10 rps",
	  "x.yaml:9: phases[0].rate: not a rate ('10 rps'); with /s, /min or "
	  "/h, such as '50 /s', or '105 % of EMAIL-P-02 throughput'" },
	{ "rate: 10 /s", "rate: -1 /s",
	  "x.yaml:9: phases[0].rate: not a rate ('-1 /s'); with /s, /min or "
	  "/h, such as '50 /s', or '105 % of EMAIL-P-02 throughput'" },
	{ "rate: 10 /s", "rate: 1e3 /s",
	  "x.yaml:9: phases[0].rate: not a rate ('1e3 /s'); with /s, /min or "
	  "/h, such as '50 /s', or '105 % of EMAIL-P-02 throughput'" },
	{ "rate: 10 /s", "rate: 1000001 /s",
	  "x.yaml:9: phases[0].rate: out of range ('1000001 /s'); 0 /s to "
	  "1000000 /s" },
	{ "for: 10 s", "for: 10",
	  "x.yaml:10: phases[0].for: a duration without a unit ('10'); with "
	  "us, ms, s, min or h, such as '30 s', or '100 % of EMAIL-P-02 "
	  "load.duration'" },
	{ "for: 10 s", "for: 10 m",
	  "x.yaml:10: phases[0].for: not a duration ('10 m'); with us, ms, s, "
	  "min or h, such as '30 s', or '100 % of EMAIL-P-02 load.duration'" },
	{ "for: 10 s", "for: 0 s",
	  "x.yaml:10: phases[0].for: out of range ('0 s'); 1 ms to 7 days" },
	{ "for: 10 s", "for: 169 h",
	  "x.yaml:10: phases[0].for: out of range ('169 h'); 1 ms to 7 days" },
	{ "message: 20 KiB", "message: 20",
	  "x.yaml:14: flows[0].message: a size without a unit ('20'); with B, "
	  "KiB, MiB or GiB, such as '20 KiB', or '100 % of EMAIL-P-02 "
	  "message.size'" },
	{ "message: 20 KiB", "message: 20 KB",
	  "x.yaml:14: flows[0].message: not a size ('20 KB'); with B, KiB, MiB "
	  "or GiB, such as '20 KiB', or '100 % of EMAIL-P-02 message.size'" },
	{ "message: 20 KiB", "message: 10 B",
	  "x.yaml:14: flows[0].message: out of range ('10 B'); 400 B to 64 "
	  "MiB" },
	{ "connections: 10", "connections: 10 /s",
	  "x.yaml:4: connections: not a count ('10 /s'); a whole number "
	  "without unit, such as '40', or '100 % of EMAIL-P-01 "
	  "load.sessions'" },
	{ "connections: 10", "connections: 1.5",
	  "x.yaml:4: connections: not a count ('1.5'); a whole number without "
	  "unit, such as '40', or '100 % of EMAIL-P-01 load.sessions'" },
	{ "connections: 10", "connections: 0",
	  "x.yaml:4: connections: out of range ('0'); 1 to 100000" },
	{ "think: 1 s", "think: 1",
	  "x.yaml:25: flows[0].think: a duration without a unit ('1'); with "
	  "us, ms, s, min or h, such as '30 s', or '100 % of EMAIL-P-02 "
	  "load.duration'" },
	{ "title: T", "timeout: 30\ntitle: T",
	  "x.yaml:1: timeout: a duration without a unit ('30'); with us, ms, "
	  "s, min or h, such as '30 s', or '100 % of EMAIL-P-02 "
	  "load.duration'" },
	{ "title: T", "repeats: 0\ntitle: T",
	  "x.yaml:1: repeats: out of range ('0'); 1 to 100" },
	{ "title: T", "queue: 10000001\ntitle: T",
	  "x.yaml:1: queue: out of range ('10000001'); 0 to 10000000 that "
	  "wait" },
	{ "title: T", "seed: x\ntitle: T",
	  "x.yaml:1: seed: not a whole number ('x'); a whole number up to "
	  "18446744073709551615" },
	/* limits */
	{ "rate: 10 /s", "rate: 105 % of EMAIL-P-2 throughput",
	  "x.yaml:9: phases[0].rate: no such row in the catalogue ('105 % of "
	  "EMAIL-P-2 throughput'); did you mean 'EMAIL-P-02'?" },
	{ "rate: 10 /s", "rate: 105 % of EMAIL-P-02 speed",
	  "x.yaml:9: phases[0].rate: EMAIL-P-02 has no such limit ('105 % of "
	  "EMAIL-P-02 speed'); one of throughput, message.size, "
	  "load.duration" },
	{ "rate: 10 /s", "rate: 105 % of EMAIL-P-02 message.size",
	  "x.yaml:9: phases[0].rate: EMAIL-P-02 message.size is in KiB and no "
	  "limit of a rate ('105 % of EMAIL-P-02 message.size'); a limit in "
	  "1/s" },
	{ "rate: 10 /s", "rate: 105 % EMAIL-P-02",
	  "x.yaml:9: phases[0].rate: not a share of a limit ('105 % "
	  "EMAIL-P-02'); with /s, /min or /h, such as '50 /s', or '105 % of "
	  "EMAIL-P-02 throughput'" },
	/* accounts, claims, feeds */
	{ "[alice, bob]", "[alice, alice]",
	  "x.yaml:5: accounts[1]: an account twice ('alice'); each of them "
	  "once" },
	{ "[alice, bob]", "['a*b']",
	  "x.yaml:5: accounts[0]: a star that is not at the end ('a*b'); a "
	  "role, or the begin of some, such as 'load*'" },
	{ "accounts: [alice, bob]", "queue: 1",
	  "x.yaml:15: flows[0].begin: an account, and there are none; "
	  "accounts: [alice, bob] at the top" },
	{ "accounts:", "needs: [smtp.sise]\naccounts:",
	  "x.yaml:5: needs[0]: not known ('smtp.sise'); did you mean "
	  "'smtp.size'?" },
	{ "accounts:", "order: random\naccounts:",
	  "x.yaml:5: order: there is no feed ('random'); feed: PATH, or "
	  "without order" },
	{ "accounts:", "feed: /tmp/x.csv\norder: sorted\naccounts:",
	  "x.yaml:6: order: not known ('sorted'); one of unique, circular, "
	  "random" },
	{ "accounts:", "feed: /no/such.csv\naccounts:",
	  "x.yaml: feed: /no/such.csv: cannot be opened: No such file or "
	  "directory" },
	{ "accounts:", "collect: [imaps]\naccounts:",
	  "x.yaml:5: collect: no flow delivers anything to be collected; "
	  "delivers: true in a flow, or without collect" },
	/* phases */
	{ "rate: 10 /s", "to: 10 /s",
	  "x.yaml:7: phases[0].rate: missing; constant has rate (or arrivals) "
	  "and for" },
	{ "rate: 10 /s", "rate: 10 /s\n    to: 20 /s",
	  "x.yaml:10: phases[0].to: not of this shape ('20 /s'); constant has "
	  "rate (or arrivals) and for" },
	{ "rate: 10 /s", "rate: 10 /s\n    arrivals: 20",
	  "x.yaml:10: phases[0].arrivals: beside a rate ('20'); one of them" },
	{ "rate: 10 /s", "arrivals: 20 /s",
	  "x.yaml:9: phases[0].arrivals: not a count ('20 /s'); a whole number "
	  "without unit, such as '40', or '100 % of EMAIL-P-01 "
	  "load.sessions'" },
	{ "rate: 10 /s", "arrivals: 10000001",
	  "x.yaml:9: phases[0].arrivals: more than 1000000 a second "
	  "('10000001'); fewer, or a longer time" },
	{ "shape: constant", "shape: ramp",
	  "x.yaml:7: phases[0].to: missing; ramp has rate, to and for" },
	{ "shape: constant\n    rate: 10 /s",
	  "shape: steps\n    rate: 1 /s\n    to: 2 /s",
	  "x.yaml:7: phases[0].steps: missing; steps has rate, to, steps and "
	  "for" },
	{ "shape: constant\n    rate: 10 /s",
	  "shape: steps\n    rate: 1 /s\n    to: 2 /s\n    steps: 0",
	  "x.yaml:11: phases[0].steps: out of range ('0'); 2 to 1000" },
	{ "shape: constant", "shape: spike",
	  "x.yaml:7: phases[0].to: missing; spike has rate, to and for" },
	{ "shape: constant\n    rate: 10 /s", "shape: trace",
	  "x.yaml:7: phases[0].trace: missing; trace has trace and for" },
	{ "shape: constant", "shape: trace",
	  "x.yaml:9: phases[0].rate: not of this shape ('10 /s'); trace has "
	  "trace and for" },
	{ "name: main", "name: Main phase",
	  "x.yaml:7: phases[0].name: not a name ('Main phase'); up to 40 small "
	  "letters, digits, '-', '_' and '.'" },
	{ "for: 10 s", "for: 10 s\n    flows: [two]",
	  "x.yaml:11: phases[0].flows[0]: not known ('two'); one of one" },
	{ "for: 10 s", "for: 10 s\n    judged: false",
	  "x.yaml:6: phases: none of them is judged; judged: false only for "
	  "what is to warm up" },
	{ "for: 10 s", "for: 10 s\n  - {name: gap, shape: soak, rate: 1 /s, "
	  "for: 1 s, judged: false}\n  - {name: on, shape: soak, rate: 1 /s, "
	  "for: 1 s}",
	  "x.yaml:6: phases: judged phases with another one between; all of "
	  "them in a row" },
	{ "arrive: sessions", "arrive: closed",
	  "x.yaml:9: phases[0].rate: a closed loop has no arrivals ('10 /s'); "
	  "for alone; how many users: connections" },
	/* flows */
	{ "name: one", "name: One",
	  "x.yaml:12: flows[0].name: not a name ('One'); up to 40 small "
	  "letters, digits, '-', '_' and '.'" },
	{ "judges:", "  - name: one\n    services: [imap]\n    begin: |\n      "
	  "S: * OK *\n    body: |\n      C: a NOOP\njudges:",
	  "x.yaml:26: flows[1].name: a second flow of this name ('one'); "
	  "another name" },
	{ "name: one", "name: one\n    weight: 0",
	  "x.yaml:13: flows[0].weight: out of range ('0'); more than 0 and at "
	  "most 1000000" },
	{ "[submissions]", "[submision]",
	  "x.yaml:13: flows[0].services[0]: not known ('submision'); did you "
	  "mean 'submission'?" },
	{ "[submissions]", "[ftp]",
	  "x.yaml:13: flows[0].services[0]: not known ('ftp'); one of smtp, "
	  "submission, submissions, pop3, pop3s, imap, imaps, http, https" },
	{ "[submissions]", "[submissions, imaps]",
	  "x.yaml:13: flows[0].services[1]: it does not speak what the first "
	  "one does ('imaps'); services of one protocol" },
	{ "repeat: 2", "accounts: [carol]",
	  "x.yaml:24: flows[0].accounts[0]: not known ('carol'); one of alice, "
	  "bob" },
	{ "repeat: 2", "accounts: ['load*']",
	  "x.yaml:24: flows[0].accounts: no account at the top begins so; a "
	  "role that is there" },
	{ "repeat: 2", "repeat: for ever",
	  "x.yaml:24: flows[0].repeat: not a count ('for ever'); a whole "
	  "number without unit, such as '40', or '100 % of EMAIL-P-01 "
	  "load.sessions'" },
	{ "    repeat: 2\n", "",
	  "x.yaml:24: flows[0].think: nothing comes after it ('1 s'); repeat: "
	  "10, or without think" },
	{ "arrive: sessions", "arrive: requests",
	  "x.yaml:24: flows[0].repeat: each request that arrives is one body "
	  "('2'); arrive: sessions, or without repeat" },
	{ "think: 1 s", "thinking: constant",
	  "x.yaml:25: flows[0].thinking: nobody thinks here ('constant'); "
	  "think: 2 s" },
	{ "think: 1 s", "think: 1 s\n    thinking: hard",
	  "x.yaml:26: flows[0].thinking: not known ('hard'); one of constant, "
	  "exponential" },
	{ "message: 20 KiB", "delivers: true",
	  "x.yaml:14: flows[0].delivers: how large is what it delivers? "
	  "('true'); message: 20 KiB" },
	{ "    message: 20 KiB\n", "",
	  "x.yaml:20: flows[0].body: how large is ${message}? message: 20 KiB "
	  "in the flow" },
	{ "C.: ${message}\n", "C: X\n",
	  NULL },
	{ "message: 20 KiB\n    begin: |\n      S: 220 *\n      C: AUTH PLAIN "
	  "${account.plain}\n      S: 235 *\n    body: |\n      @start send\n"
	  "      C.: ${message}",
	  "message: 20 KiB\n    delivers: true\n    begin: |\n      S: 220 *\n"
	  "    body: |\n      @start send\n      C: X",
	  "x.yaml:15: flows[0].delivers: its body does not send ${message} "
	  "('true'); C.: ${message}, or without delivers" },
	{ "[submissions]", "[submissions]\n    http: {path: /}",
	  "x.yaml:14: flows[0].http: not what this service speaks; body: a "
	  "script, or services: [https]" },
	{ "[submissions]", "[https]",
	  "x.yaml:15: flows[0].begin: not what this service speaks; http: "
	  "with path, method, status, ..." },
	/* scripts: their lines are those of the file */
	{ "S: 235 *", "S 235 *",
	  "x.yaml:18: flows[0].begin: neither S:, C: nor @: \"S 235 *\"" },
	{ "S: 220 *\n", "C: EHLO x\n",
	  "x.yaml:15: flows[0].begin: it does not begin with the greeting; "
	  "S: and what the target says first" },
	{ "S: 250 *", "S: \\q",
	  "x.yaml:22: flows[0].body: " },
	{ "${account.plain}", "${account.pain}",
	  "x.yaml:17: flows[0].begin: nothing is called ${account.pain}; did "
	  "you mean ${account.plain}?" },
	{ "${account.plain}", "${alice}",
	  "x.yaml:17: flows[0].begin: nothing is called ${alice}; "
	  "account.user, account.password, account.address, account.plain, "
	  "peer.address, id, seq, message or feed.COLUMN" },
	{ "${account.plain}", "${feed.user}",
	  "x.yaml:17: flows[0].begin: a column, and there is no feed; feed: "
	  "PATH at the top" },
	{ "@stop send\n", "S: 250 *\n",
	  "x.yaml:20: flows[0].body: started and never stopped; @stop in the "
	  "same part" },
	{ "@start send\n", "C: X\n",
	  "x.yaml:23: flows[0].body: stopped, but not started; @start it "
	  "before" },
	{ "S: 250 *\n", "@start send\n",
	  "x.yaml:22: flows[0].body: started twice; @stop it before" },
	{ "@start send\n", "@start Send it\n",
	  "x.yaml:20: flows[0].body: not the name of an operation; up to 40 "
	  "small letters, digits, '-', '_' and '.'" },
	{ "S: 250 *\n", "@again 3\n      @end\n",
	  "x.yaml:22: flows[0].body: a load has no @again; repeat: 10 in the "
	  "flow" },
	{ "S: 250 *\n", "@silent 3\n",
	  "x.yaml:22: flows[0].body: a load has no @silent; @pause 100" },
	{ "S: 250 *\n", "@party bob imaps\n",
	  "x.yaml:22: flows[0].body: a connection has one party; another "
	  "flow" },
	{ "S: 250 *\n", "@start a\n      @start b\n      @start c\n      "
	  "@start d\n",
	  "x.yaml:25: flows[0].body: too many operations at a time; at most "
	  "4" },
	/* judges */
	{ "EMAIL-P-05", "EMAIL-P-5",
	  "x.yaml:28: judges[0].row: not known ('EMAIL-P-5'); did you mean "
	  "'EMAIL-P-05'?" },
	{ "name: times", "name: the times",
	  "x.yaml:27: judges[0].name: not a name ('the times'); up to 40 small "
	  "letters, digits, '-', '_' and '.'" },
	{ "judges:", "judges:\n  - {name: times, row: EMAIL-P-05, title: T, "
	  "title_zh: T}",
	  "x.yaml:28: judges[1].name: a second one of this name ('times'); "
	  "another" },
};
/* clang-format on */

/* A message that ends in ": " is how the whole one begins; NULL: no mistake. */
START_TEST(names_each_mistake)
{
	const char *from = mistakes[_i].from, *want = mistakes[_i].what;
	struct err err = { 0 };
	struct scenario sc;
	size_t n;

	if (want == NULL && strcmp(from, "seed") == 0)
		from = NULL;
	if (want == NULL) {
		must_parse(&sc, from, mistakes[_i].to);
		scenario_free(&sc);
		return;
	}
	ck_assert_msg(!parse(&sc, from, mistakes[_i].to, NULL, &err),
	    "row %d: no mistake", _i);
	n = strlen(want);
	ck_assert_int_eq(err.kind,
	    strstr(want, "No such file") == NULL ? ERR_CONFIG : ERR_IO);
	ck_assert_msg(want[n - 1] == ' ' ? strncmp(err.what, want, n) == 0
					 : strcmp(err.what, want) == 0,
	    "row %d: %s", _i, err.what);
	ck_assert_ptr_null(sc.flows);
}
END_TEST

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
	    "repeats: 3\nseed: 99\n";
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
		char *fed = replaced(base, "[alice, bob]", to);
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
	const struct scenario_change c = { 20, 5000000, 0, 7, 2 };
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

	ck_assert_msg(scenario_applies(sc, &example, why, why_zh), "%s: %s",
	    sc->name, why);
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
		check_scenario(&sc, 0);
		for (size_t j = 0; j < sc.n_judges; j++)
			ck_assert_str_eq(
			    catalogue_chapter(sc.judges[j].row), "5");
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
	ck_assert_str_eq(err.what,
	    "no scenario 'x'; one of availability, mailbox, reading, "
	    "sessions, submission, website, or a path");
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
	Suite *s = suite_create("scenario");
	TCase *t = tcase_create("scenario");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_loop_test(t, names_each_mistake, 0, (int)COUNT(mistakes));
	tcase_add_loop_test(t, reads_requests, 0, (int)COUNT(requests));
	tcase_add_test(t, takes_every_key);
	tcase_add_test(t, has_defaults);
	tcase_add_test(t, takes_tls_up);
	tcase_add_test(t, takes_the_limit_of_the_profile);
	tcase_add_test(t, knows_the_columns_of_its_feed);
	tcase_add_test(t, says_what_the_profile_lacks);
	tcase_add_test(t, says_which_endpoint_or_claim_is_missing);
	tcase_add_test(t, leaves_optional_flows_out);
	tcase_add_test(t, is_changed_by_the_command_line);
	tcase_add_test(t, can_be_shortened);
	tcase_add_test(t, as_many_arrive_when_shortened);
	tcase_add_test(t, is_done_once_when_shortened);
	tcase_add_test(t, reads_those_that_come_with_us);
	tcase_add_test(t, reads_the_annotated_example);
	tcase_add_test(t, finds_them_by_name);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
