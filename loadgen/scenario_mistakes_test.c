/* SPDX-License-Identifier: MIT */
/* Every mistake is named by file, line and key. */
#include "loadgen/scenario_play.h"

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
	{ "title: T", "rest: 5 s\ntitle: T",
	  "x.yaml:1: rest: there is nothing to rest from ('5 s'); repeats: 2 "
	  "or more, or without rest" },
	{ "judges:", "until: {precision: 5 %, least: 5 s}\njudges:",
	  "x.yaml:26: until.least: out of range ('5 s'); 10 s at least" },
	{ "judges:", "until: {precision: 5 %, least: 10 s}\njudges:",
	  "x.yaml:26: until.least: not before the end of its phase ('10 s'); "
	  "less than for of the phase that is judged" },
	{ "judges:", "until: {precision: 5, least: 10 s}\njudges:",
	  "x.yaml:26: until.precision: no precision that can be asked for "
	  "('5'); 0.1 % to 50 %" },
	{ "judges:", "until: {precision: 60 %, least: 10 s}\njudges:",
	  "x.yaml:26: until.precision: no precision that can be asked for "
	  "('60 %'); 0.1 % to 50 %" },
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
	  "submission, submissions, pop3, pop3s, imap, imaps, http, https, "
	  "ldap, ldaps, ca, ra, crypto, ocsp, crl, tsa, seal" },
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
	  "account.dn, peer.address, id, seq, message or feed.COLUMN" },
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

int
main(void)
{
	/* clang-format off */
	const struct scenario_test tests[] = {
		{ names_each_mistake, COUNT(mistakes) },
	};
	/* clang-format on */

	return scenario_run("scenario_mistakes", tests, COUNT(tests));
}
