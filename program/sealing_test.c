/* SPDX-License-Identifier: MIT */
/*
 * How a run comes to be sealed: from the beginning, by one signer, across
 * interruptions; and that nothing is written into it afterwards.
 */
#include "program/sealed_testing.h"

#include <poll.h>
#include <sys/stat.h>

#include "lib/journal.h"

static struct sealed s;

static void
up(void)
{
	sealed_up(&s);
}

static void
down(void)
{
	sealed_down(&s);
}

static void
must_be_whole(const char *run)
{
	struct whole w;

	sealed_judge(&w, run, s.trust, 0);
	sealed_must_be_whole(&w);
	whole_free(&w);
}

static bool
is_there(const char *run, const char *name)
{
	char *file = sealed_file(run, name);
	const bool there = access(file, F_OK) == 0;

	free(file);
	return there;
}

/* ---- what is refused ---- */

/* Nothing is written into it, whatever is asked for. */
START_TEST(a_sealed_run_stays_as_it_is)
{
	char *inside = sealed_file(s.run, "again/deeper");
	char *elsewhere = testing_path(&s.site, "elsewhere");
	/* clang-format off */
	const char *const words[][8] = {
		{ "check", s.target, "--run", s.run, "--case", "smtp.ehlo*" },
		{ "check", s.site.target, "--run", s.run },
		{ "resume", s.run },
		{ "report", s.run },
		{ "report", s.run, "--out", s.run },
		{ "report", s.run, "--out", inside },
		{ "accept", "--run", s.run, "--load", "none" },
		{ "load", s.site.target, "status", "--run", s.run },
		{ "serve", "--run", s.run },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		testing_expect(
		    testing_run(&s.site, words[i][0], words[i][1], words[i][2],
			words[i][3], words[i][4], words[i][5], NULL),
		    3, "is sealed");
	testing_expect(
	    testing_run(&s.site, "report", s.run, "--out", elsewhere, NULL), 4,
	    "elsewhere/report/index.html");
	testing_expect(testing_run(&s.site, "replay", s.run, NULL), 0, "agree");
	testing_expect(testing_run(&s.site, "clean", s.run, NULL), 0, "taken");
	must_be_whole(s.run);
	free(elsewhere);
	free(inside);
}
END_TEST

/* clang-format off */
static const struct {
	const char *sign, *passphrase, *says;
} signers[] = {
	{ "/nonexistent", NULL, "/nonexistent" },
	{ "lab", "env:NOT_SET_1", "is not set" },
	{ "lab", "file:target", "too long for a passphrase" },
	{ "lab", "env:PATH", "the passphrase is another one" },
	{ "lab", NULL, "is encrypted" },
	{ NULL, "env:SEALED_SECRET", "and no key to sign with" },
};
/* clang-format on */

/* Whoever cannot sign is told before anything is said to the target. */
START_TEST(who_cannot_sign_does_not_begin)
{
	char *run = testing_path(&s.site, "never");
	char *sign = signers[_i].sign == NULL ? NULL
		     : signers[_i].sign[0] == '/'
			 ? mem_text(span_of(signers[_i].sign))
			 : testing_path(&s.site, signers[_i].sign);
	char *how = signers[_i].passphrase == NULL ? NULL
		    : strcmp(signers[_i].passphrase, "file:target") == 0
			? mem_textf("file:%s", s.site.target)
			: mem_text(span_of(signers[_i].passphrase));

	testing_expect(
	    testing_run(&s.site, "check", s.site.target, "--run", run,
		sign == NULL ? "--passphrase" : "--sign",
		sign == NULL ? how : sign,
		sign == NULL || how == NULL ? NULL : "--passphrase", how, NULL),
	    3, signers[_i].says);
	ck_assert_int_eq(access(run, F_OK), -1);
	free(how);
	free(sign);
	free(run);
}
END_TEST

/* ---- unsigned ---- */

static char *
page_of(const char *run)
{
	char *file = sealed_file(run, "report/index.html");
	char *text = testing_read(file);

	free(file);
	return text;
}

START_TEST(the_first_page_says_whether)
{
	char *run = testing_path(&s.site, "unsigned");
	char *page = page_of(s.run);

	ck_assert_ptr_nonnull(
	    strstr(page, "digitally signed by CN = Lab 检测一"));
	ck_assert_ptr_nonnull(strstr(page, "运行由 CN = Lab 检测一"));
	ck_assert_ptr_null(strstr(page, "not digitally signed"));
	free(page);
	testing_expect(testing_run(&s.site, "check", s.target, "--sign", "none",
			   "--run", run, "--case", "smtp.greeting", NULL),
	    4, "report:");
	page = page_of(run);
	ck_assert_ptr_nonnull(strstr(page, "This run is not digitally signed"));
	ck_assert_ptr_nonnull(strstr(page, "本次运行未经数字签名"));
	free(page);
	ck_assert(!is_there(run, "seal"));
	testing_expect(testing_run(&s.site, "verify", run, NULL), 1,
	    "没有任何人签名；签名须在运行时进行");
	testing_expect(testing_run(&s.site, "report", run, NULL), 4, "report:");
	free(run);
}
END_TEST

/* ---- interrupted ---- */

/* Some seconds of cases, one at a time. */
static pid_t
start(const char *run, const char *out)
{
	const char *const words[] = { "yanshou", "check", s.target, "--run",
		run, "--case", "smtp.e*", "--case", "smtp.order.*", "--case",
		"smtp.s*", "--jobs", "1", NULL };

	return testing_start(out, words);
}

static void
await_records(const char *run, size_t n)
{
	char *journal = sealed_file(run, "journal.jsonl");
	struct ledger l = { 0 };
	struct err err;
	size_t seen = 0;

	for (int i = 0; i < 3000 && seen < n; i++) {
		poll(NULL, 0, 10);
		if (!ledger_read(journal, &l, &err))
			continue;
		seen = l.n;
		ledger_free(&l);
	}
	ck_assert_uint_ge(seen, n);
	free(journal);
}

/* Ctrl-C, or kill -9; the plan is signed, and nothing else. */
static char *
cut_off(const char *name, int signal)
{
	char *run = testing_path(&s.site, name);
	char *out = testing_path(&s.site, "cut-off");
	const pid_t pid = start(run, out);
	struct testing_end end;

	await_records(run, 2);
	ck_assert_int_eq(kill(pid, signal), 0);
	end = testing_wait(pid, out);
	if (signal == SIGINT)
		ck_assert_msg(end.code == 130, "%d: %s", end.code, end.said);
	free(end.said);
	ck_assert(is_there(run, "seal/plan.sig"));
	ck_assert(is_there(run, "seal/plan.tsr"));
	ck_assert(!is_there(run, "seal/manifest.txt"));
	testing_expect(testing_run(&s.site, "verify", run, NULL), 1,
	    "the plan is signed, but the run is not");
	free(out);
	return run;
}

START_TEST(interrupted_and_resumed_it_is_sealed)
{
	static const int signals[] = { SIGINT, SIGKILL };
	char *name = mem_textf("cut-%d", _i);
	char *run = cut_off(name, signals[_i]);

	testing_expect(
	    testing_run(&s.site, "resume", run, "--sign", "none", NULL), 3,
	    "its plan is signed by CN = Lab 检测一");
	testing_expect(
	    testing_run(&s.site, "resume", run, "--sign", s.other, NULL), 3,
	    "and not by CN = Acceptance laboratory");
	ck_assert(!is_there(run, "seal/manifest.txt"));
	testing_expect(testing_run(&s.site, "resume", run, NULL), 4,
	    "sealed: by CN = Lab 检测一");
	must_be_whole(run);
	testing_expect(
	    testing_run(&s.site, "verify", run, "--trust", s.trust, NULL), 0,
	    "holds   replay");
	free(run);
	free(name);
}
END_TEST

/* Cut off behind its last record: only the seal is missing, and is made. */
START_TEST(an_end_without_a_seal_gets_one)
{
	static const char *const gone[] = { "seal/manifest.sig",
		"seal/manifest.tsr.sig", "seal/manifest.txt",
		"report/index.html", "verdicts.json" };
	char *name = mem_textf("unsealed-%d", _i);
	char *copy = sealed_copy(&s, name);

	for (int i = 0; i <= _i; i++) {
		char *file = sealed_file(copy, gone[i]);

		ck_assert_int_eq(unlink(file), 0);
		free(file);
	}
	testing_expect(testing_run(&s.site, "resume", copy, NULL), 4,
	    "sealed: by CN = Lab 检测一");
	must_be_whole(copy);
	free(copy);
	free(name);
}
END_TEST

/* A plan that was signed, and killed before anything was recorded. */
START_TEST(a_signature_is_of_its_own_plan)
{
	char *run = sealed_copy(&s, "stale");
	char *evidence = sealed_file(run, "evidence");
	static const char *const gone[] = { "journal.jsonl",
		"seal/manifest.sig" };
	struct err err;

	for (int i = 0; i < 2; i++) {
		char *file = sealed_file(run, gone[i]);

		ck_assert_int_eq(unlink(file), 0);
		free(file);
	}
	ck_assert(files_remove(evidence, &err));
	testing_expect(testing_run(&s.site, "check", s.target, "--sign", "none",
			   "--run", run, "--case", "smtp.greeting", NULL),
	    4, "report:");
	ck_assert(!is_there(run, "seal"));
	free(evidence);
	free(run);
}
END_TEST

START_TEST(what_began_unsigned_stays_so)
{
	char *run = testing_path(&s.site, "bare");
	char *out = testing_path(&s.site, "bare-said");
	const char *const words[] = { "yanshou", "check", s.site.target,
		"--run", run, "--case", "smtp.e*", "--case", "smtp.order.*",
		"--jobs", "1", NULL };
	const pid_t pid = testing_start(out, words);
	struct testing_end end;

	await_records(run, 2);
	ck_assert_int_eq(kill(pid, SIGINT), 0);
	end = testing_wait(pid, out);
	ck_assert_int_eq(end.code, 130);
	free(end.said);
	testing_expect(
	    testing_run(&s.site, "resume", run, "--sign", s.other, NULL), 3,
	    "was begun unsigned");
	testing_expect(testing_run(&s.site, "resume", run, NULL), 4, "report:");
	ck_assert(!is_there(run, "seal"));
	free(out);
	free(run);
}
END_TEST

/* ---- what cannot be sealed ---- */

/* A pipe among the evidence: nobody knows what it will say tomorrow. */
START_TEST(what_is_no_file_is_not_sealed)
{
	char *copy = sealed_copy(&s, "odd");
	char *pipe = sealed_file(copy, "evidence/pipe");
	char *signature = sealed_file(copy, "seal/manifest.sig");

	ck_assert_int_eq(unlink(signature), 0);
	ck_assert_int_eq(mkfifo(pipe, 0600), 0);
	testing_expect(testing_run(&s.site, "resume", copy, NULL), 3,
	    "evidence/pipe: is no plain file");
	ck_assert(!is_there(copy, "seal/manifest.sig"));
	ck_assert_int_eq(unlink(pipe), 0);
	testing_expect(
	    testing_run(&s.site, "resume", copy, NULL), 4, "sealed: ");
	must_be_whole(copy);
	free(signature);
	free(pipe);
	free(copy);
}
END_TEST

/* ---- who stamps the time ---- */

/* clang-format off */
static const struct {
	enum fault fault;
	const char *says;
} stampers[] = {
	{ FAULT_TSA_IMPRINT_OTHER,	"stamp.imprint" },
	{ FAULT_TSA_NONCE_DROPPED,	"stamp.nonce" },
	{ FAULT_TSA_DIGEST_OTHER,	"stamp.digest" },
	{ FAULT_TSA_BY_RESPONDER,	"stamp.purpose" },
	{ FAULT_TSA_WITHOUT_SM3,	"stamp.status" },
	{ FAULT_TSA_ECHO,		"/tsa: " },
	{ FAULT_TSA_BEHIND,		"/tsa: " },
};
/* clang-format on */

/* Before the run, so that nobody finds out when it is over. */
START_TEST(a_bad_stamp_is_refused)
{
	struct testing site;
	char *lab, *target, *run;

	testing_up(&site);
	testing_serve(
	    &site, (struct serve_options){ .fault = stampers[_i].fault });
	lab = testing_path(&site, "lab");
	sealed_make_key(&site, lab, true);
	target = sealed_profile(&site, lab, "reference/signed.yaml");
	run = testing_path(&site, "run");
	testing_expect(testing_run(&site, "check", target, "--run", run,
			   "--case", "smtp.greeting", NULL),
	    3, stampers[_i].says);
	free(run);
	free(target);
	free(lab);
	testing_down(&site);
}
END_TEST

/* Gone when the run has ended: sealed all the same, and it says so. */
START_TEST(without_a_stamp_at_the_end_it_says_so)
{
	char *copy = sealed_copy(&s, "unstamped");
	char *key = mem_textf("%s/key.pem", s.lab);
	char *certificate = mem_textf("%s/certificate.pem", s.lab);
	char *signature = sealed_file(copy, "seal/manifest.sig");
	struct profile p;
	struct lab l;
	struct whole w;
	struct err err;

	ck_assert_int_eq(unlink(signature), 0);
	ck_assert(
	    lab_open(&l, key, certificate, SEALED_SECRET, clock_wall(), &err));
	ck_assert(profile_read(s.target, &p, &err));
	free(p.lab.tsa);
	p.lab.tsa = mem_text(SPAN("http://127.0.0.1:1/tsa"));
	ck_assert_msg(sealing_end(copy, &l, &p, &err), "%s", err.what);
	sealed_judge(&w, copy, s.trust, 0);
	sealed_must_be_whole(&w);
	ck_assert_uint_eq(whole_count(&w, WHOLE_NOTE), 1);
	ck_assert(!is_there(copy, "seal/manifest.tsr"));
	whole_free(&w);
	profile_free(&p);
	lab_free(&l);
	free(signature);
	free(certificate);
	free(key);
	free(copy);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

int
main(void)
{
	Suite *suite = suite_create("sealing");
	TCase *t = tcase_create("sealing");
	SRunner *r = srunner_create(suite);
	int failed;

	tcase_set_timeout(t, 300);
	tcase_add_unchecked_fixture(t, up, down);
	tcase_add_test(t, a_sealed_run_stays_as_it_is);
	tcase_add_loop_test(
	    t, who_cannot_sign_does_not_begin, 0, COUNT(signers));
	tcase_add_test(t, the_first_page_says_whether);
	tcase_add_loop_test(t, interrupted_and_resumed_it_is_sealed, 0, 2);
	tcase_add_loop_test(t, an_end_without_a_seal_gets_one, 0, 5);
	tcase_add_test(t, a_signature_is_of_its_own_plan);
	tcase_add_test(t, what_began_unsigned_stays_so);
	tcase_add_test(t, what_is_no_file_is_not_sealed);
	tcase_add_loop_test(t, a_bad_stamp_is_refused, 0, COUNT(stampers));
	tcase_add_test(t, without_a_stamp_at_the_end_it_says_so);
	suite_add_tcase(suite, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
