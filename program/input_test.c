/* SPDX-License-Identifier: MIT */
/*
 * Whatever is wrong with what the program is given: a message that says so,
 * and the exit code that is documented for it.
 */
#include "program/testing.h"

#include <sys/stat.h>

#include "lib/journal.h"
#include "lib/net.h"

/* ---- words ---- */

/* clang-format off */
static const struct {
	const char *words[6];
	int code;
	const char *says;
} lines[] = {
	{ { "help" },				0, "exit codes:" },
	{ { "help", "check" },			0, "--run" },
	{ { "help", "dance" },			2, "no command \"dance\"" },
	{ { "--version" },			0, "yanshou 0." },
	{ { "check", "--help" },		0, "--run" },
	{ { "dance" },				2, "no command \"dance\"" },
	{ { "check" },				2, "say which" },
	{ { "serve", "somewhere" },		2, "takes no argument" },
	{ { "check", "a", "b" },		2, "one is enough" },
	{ { "check", "a", "--dance" },		2, "--dance is no option" },
	{ { "check", "a", "--fault", "x" },	2, "--fault is no option" },
	{ { "check", "a", "--jobs" },		2, "the value is missing" },
	{ { "check", "a", "--jobs=" },		2, "the value is missing" },
	{ { "check", "a", "--jobs", "0" },	2, "a number from 1" },
	{ { "check", "a", "--jobs", "2x" },	2, "a number from 1" },
	{ { "check", "a", "--repeat", "-3" },	2, "a number from 1" },
	{ { "check", "a", "--reach=yes" },	2, "takes no value" },
	{ { "list", "dances" },			3, "list rows, cases" },
	{ { "explain", "smtp.dance" },		3, "smtp.dance" },
	{ { "serve", "--fault", "DANCES" },	3, "no fault \"DANCES\"" },
	{ { "serve", "--variant", "DANCES" },	3, "no variant \"DANCES\"" },
	{ { "serve", "--hostile", "dances" },	3, "no hostile peer" },
	{ { "check", "/nowhere.yaml" },		3, "/nowhere.yaml: No such" },
	{ { "plan", "/nowhere.yaml" },		3, "/nowhere.yaml: No such" },
	{ { "doctor", "/nowhere.yaml" },	3, "/nowhere.yaml: No such" },
	{ { "accept", "/nowhere.yaml" },	3, "nothing was judged" },
	{ { "check", "/" },			3, "not a file" },
	{ { "check", "/dev/zero" },		3, "not a file" },
	{ { "resume", "/nowhere" },		3, "/nowhere/plan.json" },
	{ { "rerun", "/nowhere" },		3, "/nowhere/plan.json" },
	{ { "replay", "/nowhere" },		3, "/nowhere/plan.json" },
	{ { "report", "/nowhere" },		3, "/nowhere/plan.json" },
};
/* clang-format on */

START_TEST(command_lines)
{
	const char *const *w = lines[_i].words;
	struct testing t;

	testing_up(&t);
	testing_expect(
	    testing_run(&t, w[0], w[1], w[2], w[3], w[4], w[5], NULL),
	    lines[_i].code, lines[_i].says);
	testing_down(&t);
}
END_TEST

START_TEST(fixtures_that_are_none)
{
	struct testing t;

	testing_up(&t);
	setenv("YANSHOU_FIXTURES", t.dir, 1);
	testing_expect(
	    testing_run(&t, "list", NULL), 3, "is no folder of fixtures");
	testing_down(&t);
}
END_TEST

/* ---- profiles ---- */

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* One line that names the file, and code 3: from each who reads it. */
static void
expect_refusal(const struct testing *t, const char *path, const char *says)
{
	static const char *const commands[] = { "check", "plan" };
	char *run = testing_path(t, "run");

	for (size_t i = 0; i < 2; i++) {
		struct testing_end end = testing_run(
		    t, commands[i], path, i == 0 ? "--run" : NULL, run, NULL);

		ck_assert_uint_eq(count_lines(end.said), 1);
		ck_assert_msg(strstr(end.said, path) != NULL, "%s", end.said);
		testing_expect(end, 3, says);
	}
	testing_expect(testing_run(t, "doctor", path, NULL), 3, path);
	ck_assert_int_ne(access(run, F_OK), 0);
	free(run);
}

START_TEST(random_profiles)
{
	struct testing t;
	char *path, bytes[4096];
	unsigned seed = 1;

	testing_up(&t);
	path = testing_path(&t, "random.yaml");
	for (int round = 0; round < 8; round++) {
		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[i] = (char)(seed >> 24);
		}
		testing_write(path, (struct span){ bytes, sizeof bytes });
		expect_refusal(&t, path, ":");
	}
	free(path);
	testing_down(&t);
}
END_TEST

START_TEST(huge_profile)
{
	const size_t n = 10u << 20;
	struct testing t;
	char *path, *bytes = mem_new(n, 1);

	memset(bytes, 'a', n);
	testing_up(&t);
	path = testing_path(&t, "huge.yaml");
	testing_write(path, (struct span){ bytes, n });
	expect_refusal(&t, path, "huge.yaml");
	free(path);
	free(bytes);
	testing_down(&t);
}
END_TEST

/* clang-format off */
static const struct {
	const char *text, *says;
} profiles[] = {
	{ "", "profile.yaml" },
	{ "{", "profile.yaml:" },
	{ "just: [a, list", "profile.yaml:" },
	{ "\tproject: x\n", "profile.yaml:1:" },
	{ "project:\n  nmae: x\n", "profile.yaml:2:" },
	/* a thousand million laughs */
	{ "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
	  "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
	  "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
	  "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
	  "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
	  "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"
	  "h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n"
	  "i: &i [*h,*h,*h,*h,*h,*h,*h,*h,*h]\n", "profile.yaml:" },
	{ "project: &p [*p]\n", "profile.yaml:" },
};
/* clang-format on */

START_TEST(wrong_profiles)
{
	struct testing t;
	char *path;

	testing_up(&t);
	path = testing_path(&t, "profile.yaml");
	testing_write(path, span_of(profiles[_i].text));
	expect_refusal(&t, path, profiles[_i].says);
	free(path);
	testing_down(&t);
}
END_TEST

/* Nested so deep that whoever recurses falls off the stack. */
START_TEST(deep_profile)
{
	const size_t n = 200000;
	struct testing t;
	char *path, *bytes = mem_new(n, 1);

	memset(bytes, '[', n);
	testing_up(&t);
	path = testing_path(&t, "deep.yaml");
	testing_write(path, (struct span){ bytes, n });
	expect_refusal(&t, path, "deep.yaml");
	free(path);
	free(bytes);
	testing_down(&t);
}
END_TEST

/* ---- with a server ---- */

static struct testing site;

static void
up(void)
{
	testing_up(&site);
	testing_serve(&site, (struct serve_options){ 0 });
}

static void
down(void)
{
	testing_down(&site);
}

/* A profile like the server's, with one text in place of another. */
static char *
altered(const char *name, const char *old, const char *new)
{
	char *path = mem_textf("%s/reference/%s", site.dir, name);
	char *text = testing_read(site.target), *at = strstr(text, old);
	char *all;

	ck_assert_msg(at != NULL, "no \"%s\" in the profile", old);
	all = mem_textf(
	    "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
	testing_write(path, span_of(all));
	free(all);
	free(text);
	return path;
}

START_TEST(selectors_that_select_nothing)
{
	static const char *const words[][2] = {
		{ "--case", "smtp.dance" },
		{ "--req", "DANCE-*" },
		{ "--chapter", "99" },
		{ "--level", "perhaps" },
	};
	char *run = testing_path(&site, "run");

	for (size_t i = 0; i < 4; i++)
		testing_expect(testing_run(&site, "check", site.target, "--run",
				   run, words[i][0], words[i][1], NULL),
		    3, "matches nothing");
	ck_assert_int_ne(access(run, F_OK), 0);
	free(run);
}
END_TEST

START_TEST(loads_of_no_length)
{
	static const char *const words[] = { "much", "4 s", "6", "-6 s" };
	char *run = testing_path(&site, "run");

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		testing_expect(testing_run(&site, "accept", site.target,
				   "--run", run, "--load", words[i], NULL),
		    3, "none, short, full, or 5 s or more");
	ck_assert_int_ne(access(run, F_OK), 0);
	free(run);
}
END_TEST

/* A partial run makes no statement, and nothing else can be begun there. */
START_TEST(run_folder_is_taken)
{
	char *run = testing_path(&site, "run"), *journal, *before, *after;

	testing_expect(testing_run(&site, "check", site.target, "--run", run,
			   "--case", "smtp.order.mail", NULL),
	    4, "smtp.order.mail");
	journal = mem_textf("%s/journal.jsonl", run);
	before = testing_read(journal);
	testing_expect(testing_run(&site, "check", site.target, "--run", run,
			   "--case", "smtp.order.mail", NULL),
	    3, "holds a run already");
	testing_expect(testing_run(&site, "resume", run, NULL), 3, "is closed");
	after = testing_read(journal);
	ck_assert_str_eq(before, after);
	testing_expect(
	    testing_run(&site, "rerun", run, NULL), 0, "nothing to rerun");
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "1 of 1");
	free(before);
	free(after);
	free(journal);
	free(run);
}
END_TEST

/* Killed before its first record was written: not lost, and not in the way. */
START_TEST(run_that_never_began)
{
	static const char *const rows[] = { NULL, "", "{\"cites\":nu" };
	char *run = testing_path(&site, "run");
	char *journal = mem_textf("%s/journal.jsonl", run);
	char *evidence = mem_textf("%s/evidence", run);
	struct err err;

	testing_expect(testing_run(&site, "check", site.target, "--run", run,
			   "--case", "smtp.order.mail", NULL),
	    4, "smtp.order.mail");
	ck_assert_int_eq(unlink(journal), 0);
	if (rows[_i] != NULL)
		ck_assert(files_write(journal, span_of(rows[_i]), &err));
	/* a journal that was taken away is not one that never began */
	testing_expect(testing_run(&site, "check", site.target, "--run", run,
			   "--case", "smtp.order.mail", NULL),
	    3, "holds a run already");
	ck_assert(files_remove(evidence, &err));
	testing_expect(testing_run(&site, "resume", run, NULL), 3,
	    "before anything was recorded: begin again with \"yanshou check ");
	testing_expect(testing_run(&site, "check", site.target, "--run", run,
			   "--case", "smtp.order.mail", NULL),
	    4, "smtp.order.mail");
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "1 of 1");
	free(evidence);
	free(journal);
	free(run);
}
END_TEST

START_TEST(run_folder_is_no_folder)
{
	testing_expect(testing_run(&site, "check", site.target, "--run",
			   site.target, NULL),
	    3, "Not a directory");
	testing_expect(testing_run(&site, "check", site.target, "--run",
			   "/proc/nowhere", NULL),
	    3, "/proc/nowhere");
}
END_TEST

START_TEST(expectations_that_are_none)
{
	char *run = testing_path(&site, "run");

	testing_expect(
	    testing_run(&site, "check", site.target, "--run", run, "--case",
		"smtp.order.mail", "--expect", "/nowhere", NULL),
	    3, "/nowhere");
	free(run);
}
END_TEST

START_TEST(nobody_listens)
{
	char *run = testing_path(&site, "run"), *path, *old, *new;
	char *text = testing_read(site.target), *at = strstr(text, "port: ");
	struct testing_end end;

	old = mem_textf("port: %d", atoi(at + 6));
	new = mem_textf("port: %u", (unsigned)net_free_port());
	path = altered("nobody.yaml", old, new);
	testing_expect(testing_run(&site, "doctor", path, NULL), 3, "->");
	testing_expect(testing_run(&site, "accept", path, "--run", run, NULL),
	    3, "nothing was judged");
	end = testing_run(
	    &site, "check", path, "--run", run, "--case", "smtp.order.*", NULL);
	ck_assert_msg(strstr(end.said, "pass  ") == NULL, "%s", end.said);
	ck_assert_msg(strstr(end.said, "fail  ") == NULL, "%s", end.said);
	testing_expect(end, 4, "Connection refused");
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "agree");
	free(text);
	free(old);
	free(new);
	free(path);
	free(run);
}
END_TEST

START_TEST(wrong_password)
{
	char *path = mem_textf("%s/reference/secrets/alice", site.dir);
	char *run = testing_path(&site, "run");
	struct testing_end end;

	ck_assert_int_eq(unlink(path), 0);
	testing_expect(
	    testing_run(&site, "doctor", site.target, NULL), 3, "alice");
	testing_write(path, SPAN("not-her-password\n"));
	ck_assert_int_eq(chmod(path, 0600), 0);
	testing_expect(testing_run(&site, "doctor", site.target, NULL), 3,
	    "login as alice");
	/* who will not be told hears what the target says, not what was said */
	end = testing_run(&site, "check", site.target, "--run", run, "--case",
	    "submission.auth.plain*", NULL);
	ck_assert_msg(
	    strstr(end.said, "not-her-password") == NULL, "%s", end.said);
	testing_expect(end, 1, "heard 535 5.7.8");
	free(path);
	free(run);
}
END_TEST

START_TEST(interrupted_and_resumed)
{
	char *run = testing_path(&site, "run"), *out = testing_path(&site, "o");
	char *journal = mem_textf("%s/journal.jsonl", run);
	const char *const words[] = { "yanshou", "check", site.target, "--run",
		run, "--case", "smtp.s[tmy]*", "--jobs", "1", NULL };
	const pid_t pid = testing_start(out, words);
	struct ledger l;
	struct err err;
	size_t size = 0;

	/* once the first record is there it has begun */
	while (size == 0) {
		struct stat st;

		ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), 0);
		if (stat(journal, &st) == 0)
			size = (size_t)st.st_size;
	}
	kill(pid, _i == 0 ? SIGINT : SIGTERM);
	testing_expect(testing_wait(pid, out), 130, "yanshou resume");
	ck_assert(ledger_read(journal, &l, &err));
	ck_assert(!l.closed);
	ck_assert_msg(l.flaw == NULL, "%s", l.flaw);
	ck_assert_str_eq(l.notes[l.n_notes - 1], "interrupted");
	ledger_free(&l);
	testing_expect(testing_run(&site, "report", run, NULL), 4, run);
	testing_expect(testing_run(&site, "replay", run, NULL), 4, "cut off");
	testing_expect(testing_run(&site, "resume", run, NULL), 4, run);
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "agree");
	free(journal);
	free(out);
	free(run);
}
END_TEST

/* Not the profile that the run was planned with. */
START_TEST(resumed_with_another_profile)
{
	char *run = testing_path(&site, "run"), *own, *text, *other;

	testing_expect(testing_run(&site, "check", site.target, "--run", run,
			   "--case", "smtp.order.mail", NULL),
	    4, "smtp.order.mail");
	own = mem_textf("%s/target.yaml", run);
	text = testing_read(own);
	other = mem_textf("%s# so much for that\n", text);
	testing_write(own, span_of(other));
	testing_expect(testing_run(&site, "report", run, NULL), 7,
	    "not the profile that the run was planned with");
	testing_write(site.target, span_of(other));
	testing_expect(
	    testing_run(&site, "resume", run, NULL), 3, "not the profile");
	testing_write(site.target, span_of(text));
	free(other);
	free(text);
	free(own);
	free(run);
}
END_TEST

/* ---- odd targets ---- */

START_TEST(expired_certificate)
{
	struct testing_end end;
	struct testing t;
	char *run;

	testing_up(&t);
	testing_serve(&t, (struct serve_options){ .leaf = PKI_EXPIRED });
	run = testing_path(&t, "run");
	testing_expect(testing_run(&t, "doctor", t.target, NULL), 3,
	    "certificate has expired");
	end = testing_run(&t, "check", t.target, "--run", run, "--case",
	    "submissions.*", NULL);
	ck_assert_msg(end.code == 1 || end.code == 4, "%s", end.said);
	ck_assert_msg(strstr(end.said, "certificate has expired") != NULL, "%s",
	    end.said);
	free(end.said);
	free(run);
	testing_down(&t);
}
END_TEST

/* The rest is inconclusive, and the journal is closed. */
START_TEST(target_dies)
{
	char *run = testing_path(&site, "run"), *out = testing_path(&site, "o");
	char *journal = mem_textf("%s/journal.jsonl", run);
	const char *const words[] = { "yanshou", "check", site.target, "--run",
		run, "--case", "smtp.s[tmy]*", NULL };
	const pid_t pid = testing_start(out, words);
	struct testing_end end;
	struct ledger l = { 0 };
	struct err err;
	size_t counts[VERDICT_COUNT] = { 0 };

	while (l.n < 3) {
		ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), 0);
		ledger_free(&l);
		if (!ledger_read(journal, &l, &err))
			l = (struct ledger){ 0 };
	}
	ledger_free(&l);
	testing_kill_server(&site);
	end = testing_wait(pid, out);
	ck_assert_msg(
	    end.code == 1 || end.code == 4, "%d: %s", end.code, end.said);
	ck_assert(ledger_read(journal, &l, &err));
	ck_assert_msg(l.closed, "%s", l.flaw);
	ck_assert_uint_eq(l.n, l.planned);
	for (size_t i = 0; i < l.n; i++)
		counts[l.outcomes[i].verdict]++;
	ck_assert_uint_gt(counts[PASS], 0);
	ck_assert_uint_gt(counts[INCONCLUSIVE], counts[FAIL]);
	ck_assert_uint_eq(counts[BROKEN], 0);
	ledger_free(&l);
	free(end.said);
	testing_expect(testing_run(&site, "replay", run, NULL), 0, "agree");
	free(journal);
	free(out);
	free(run);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

int
main(void)
{
	Suite *s = suite_create("input");
	TCase *alone = tcase_create("alone"), *served = tcase_create("served");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(alone, 60);
	tcase_add_loop_test(alone, command_lines, 0, COUNT(lines));
	tcase_add_test(alone, fixtures_that_are_none);
	tcase_add_test(alone, random_profiles);
	tcase_add_test(alone, huge_profile);
	tcase_add_test(alone, deep_profile);
	tcase_add_loop_test(alone, wrong_profiles, 0, COUNT(profiles));
	tcase_add_test(alone, expired_certificate);
	tcase_set_timeout(served, 60);
	tcase_add_checked_fixture(served, up, down);
	tcase_add_test(served, selectors_that_select_nothing);
	tcase_add_test(served, loads_of_no_length);
	tcase_add_test(served, run_folder_is_taken);
	tcase_add_loop_test(served, run_that_never_began, 0, 3);
	tcase_add_test(served, run_folder_is_no_folder);
	tcase_add_test(served, expectations_that_are_none);
	tcase_add_test(served, nobody_listens);
	tcase_add_test(served, wrong_password);
	tcase_add_loop_test(served, interrupted_and_resumed, 0, 2);
	tcase_add_test(served, resumed_with_another_profile);
	tcase_add_test(served, target_dies);
	suite_add_tcase(s, alone);
	suite_add_tcase(s, served);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
