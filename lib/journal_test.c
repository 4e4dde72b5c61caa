/* SPDX-License-Identifier: MIT */
#include "lib/files.h"
#include "lib/journal.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/digest.h"
#include "lib/mem.h"

#define PLAN  "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
#define LINES 6 /* of the journal that write_one() writes */

static char folder[] = "/tmp/yanshou-journal-XXXXXX";
static char path[64];

static void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/journal.jsonl", folder);
}

static void
teardown(void)
{
	unlink(path);
	rmdir(folder);
}

static struct outcome
outcome(const char *id, enum verdict v)
{
	static struct evidence file = { (char *)(uintptr_t) "a/1.txt",
		(char *)(uintptr_t)PLAN };

	return (struct outcome){ .id = (char *)(uintptr_t)id,
		.attempt = 1,
		.verdict = v,
		.heard =
		    v == FAIL ? (char *)(uintptr_t) "250 \xff\n\"ok\"" : NULL,
		.took_us = 1234,
		.started = (char *)(uintptr_t) "2026-11-22T01:26:54.000000Z",
		.evidence = &file,
		.n_evidence = 1 };
}

static void
end(struct journal *j, const char *id, enum verdict v)
{
	const struct outcome o = outcome(id, v);
	struct err err;

	ck_assert_msg(journal_end_case(j, &o, &err), "%s", err.what);
}

/* plan, pass, fail, note, broken; and close when asked for. */
static void
write_one(bool close)
{
	struct err err;
	struct journal *j = journal_create(path, PLAN, NULL, &err);

	ck_assert_msg(j != NULL, "%s", err.what);
	end(j, "a", PASS);
	end(j, "b", FAIL);
	ck_assert(journal_note(j, "target gone", &err));
	end(j, "c", BROKEN);
	if (close)
		ck_assert(journal_close(j, 3, &err));
	journal_free(j);
}

static char *
all(size_t *n)
{
	struct err err;
	char *text = files_read_text(path, 1 << 20, n, &err);

	ck_assert_msg(text != NULL, "%s", err.what);
	return text;
}

START_TEST(what_is_written_is_read)
{
	struct ledger l;
	struct err err;

	write_one(true);
	ck_assert(ledger_read(path, &l, &err));
	ck_assert_msg(l.flaw == NULL, "%s", l.flaw);
	ck_assert(l.closed);
	ck_assert_str_eq(l.plan_digest, PLAN);
	ck_assert_ptr_null(l.cites);
	ck_assert_uint_eq(l.planned, 3);
	ck_assert_uint_eq(l.n, 3);
	ck_assert_uint_eq(l.n_notes, 1);
	ck_assert_str_eq(l.notes[0], "target gone");
	ck_assert_str_eq(l.outcomes[1].id, "b");
	ck_assert_int_eq(l.outcomes[1].verdict, FAIL);
	ck_assert_str_eq(l.outcomes[1].heard, "250 \\xFF\n\"ok\"");
	ck_assert_str_eq(l.outcomes[1].evidence[0].path, "a/1.txt");
	ck_assert_int_eq(l.outcomes[2].took_us, 1234);
	ledger_free(&l);
}
END_TEST

START_TEST(head_names_the_last_line)
{
	size_t n;
	char hex[DIGEST_TEXT], *text, *last;
	struct ledger l;
	struct err err;

	write_one(true);
	text = all(&n);
	text[n - 1] = '\0';
	last = strrchr(text, '\n') + 1;
	digest_text(span_of(last), hex);
	ck_assert(ledger_read(path, &l, &err));
	ck_assert_str_eq(l.head, hex);
	ledger_free(&l);
	free(text);
}
END_TEST

/* Each line of the whole journal, in the order given, "" ends. */
static const struct {
	const char *name;
	const char *order; /* digits: lines, from 1 */
	const char *flaw;  /* NULL: none */
	bool closed;
	size_t ends; /* that stand before the flaw */
} orders[] = {
	{ "whole", "123456", NULL, true, 3 },
	{ "cut head", "23456", "line 1: seq: is 1, must be 0", false, 0 },
	{ "cut middle", "12456", "line 3: seq: is 3, must be 2", false, 1 },
	{ "cut tail", "12345", NULL, false, 3 },
	{ "cut tail to the plan", "1", NULL, false, 0 },
	{ "cut before close", "12346", "line 5: seq: is 5", false, 2 },
	{ "nothing", "", "line 1: the journal is empty", false, 0 },
	{ "swapped", "132456", "line 2: seq: is 2, must be 1", false, 0 },
	{ "doubled", "1223456", "line 3: seq: is 1, must be 2", false, 1 },
	{ "after close", "1234562", "line 7: seq: stands after", false, 3 },
	{ "two closes", "1234566", "line 7: seq: stands after", false, 3 },
	{ "begun again", "123456123456", "line 7: seq: stands", false, 3 },
};

START_TEST(lines_cut_or_moved)
{
	char *lines[LINES], *text, *rest;
	struct buf b;
	struct ledger l;
	size_t n;

	write_one(true);
	text = all(&n);
	rest = text;
	for (size_t i = 0; i < LINES; i++)
		lines[i] = strsep(&rest, "\n");
	buf_init(&b, 1 << 20);
	for (const char *d = orders[_i].order; *d != '\0'; d++)
		buf_addf(&b, "%s\n", lines[*d - '1']);
	ledger_parse(buf_span(&b), &l);
	if (orders[_i].flaw == NULL)
		ck_assert_msg(
		    l.flaw == NULL, "%s: %s", orders[_i].name, l.flaw);
	else
		ck_assert_msg(
		    l.flaw != NULL && strstr(l.flaw, orders[_i].flaw) == l.flaw,
		    "%s: %s", orders[_i].name, l.flaw);
	ck_assert_msg(l.closed == orders[_i].closed, "%s", orders[_i].name);
	ck_assert_msg(l.n == orders[_i].ends, "%s", orders[_i].name);
	ledger_free(&l);
	buf_free(&b);
	free(text);
}
END_TEST

static const struct {
	const char *from, *to, *flaw;
} edits[] = {
	{ "\"verdict\":\"fail\"", "\"verdict\":\"pass\"", "line 4: prev" },
	{ "\"verdict\":\"fail\"", "\"verdict\":\"okay\"", "line 3: verdict" },
	{ PLAN,
	    "0000000000000000000000000000000000000000000000000000000000"
	    "000000",
	    "line 2: prev" },
	{ PLAN, "0", "line 1: plan: must be 64" },
	{ "target gone", "target here", "line 5: prev" },
	{ "\"type\":\"note\"", "\"type\":\"memo\"", "line 4: type: \"memo\"" },
	{ "\"type\":\"note\"", "\"type\":\"plan\"", "line 4: type: the plan" },
	{ "\"seq\":3", "\"seq\":2", "line 4: seq: is 2, must be 3" },
	{ "\"seq\":3", "\"seq\":3.5", "line 4: seq: must be a whole" },
	{ "\"seq\":3", "\"seq\":99999999999999999999", "line 4:1: not JSON" },
	{ "\"seq\":3", "\"seq\":3,\"seq\":3", "line 4:1: not JSON: dup" },
	{ "\"seq\":3", "\"seq\": 3", "line 4: record: not in the form" },
	{ "target gone", "target \xff", "line 4:1: not JSON" },
	{ "target gone", "target\ngone", "line 4:1: not JSON" },
	{ "\"attempt\":1", "\"attempt\":0", "line 2: attempt: is 0" },
	{ "a/1.txt", "../1.txt", "line 2: path: leads out" },
	{ "a/1.txt", "/etc/passwd", "line 2: path: leads out" },
	{ "\"id\":\"a\"", "\"id\":\"\"", "line 2: id: is empty" },
	{ "\"id\":\"a\"", "\"id\":null", "line 2: id: must be a string" },
	{ "{\"attempt\":1", "{", "line 2:1: not JSON" },
	{ "{\"attempt\":1,", "{", "line 2: attempt: is missing" },
	/* The last line, which no other line vouches for. */
	{ "\"ended\":3", "\"ended\":2", "line 6: ended: states 2" },
	{ "\"fail\":1", "\"fail\":0", "line 6: fail: states 0" },
	{ "\"fail\":1,", "", "line 6: fail: is missing" },
	{ "\"pass\":1", "\"pass\":2", "line 6: pass: states 2" },
	{ "\"fail\":1", "\"fail\":1,\"fine\":1", "line 6: verdicts: must" },
	{ "\"planned\":3", "\"planned\":-1", "line 6: planned: is -1" },
	{ "\"planned\":3", "\"new\":1,\"planned\":3", "line 6: new: is no" },
};

START_TEST(lines_edited)
{
	struct ledger l;
	size_t n;
	char *text, *hit, *edited;

	write_one(true);
	text = all(&n);
	hit = strstr(text, edits[_i].from);
	ck_assert_msg(hit != NULL, "no %s", edits[_i].from);
	edited = mem_textf("%.*s%s%s", (int)(hit - text), text, edits[_i].to,
	    hit + strlen(edits[_i].from));
	ledger_parse(span_of(edited), &l);
	ck_assert_msg(
	    l.flaw != NULL && strstr(l.flaw, edits[_i].flaw) == l.flaw,
	    "%s: %s", edits[_i].to, l.flaw);
	ck_assert(!l.closed);
	ledger_free(&l);
	free(edited);
	free(text);
}
END_TEST

/* Whatever single bit is flipped, and wherever it is cut, it shows. */
START_TEST(no_flip_and_no_cut_goes_unseen)
{
	struct ledger l;
	size_t n;
	char *text;

	write_one(true);
	text = all(&n);
	for (size_t i = 0; i < n; i++) {
		const size_t bit = i % 8;

		/* How many were planned is the plan's to contradict. */
		if (i > 9 && strncmp(text + i - 9, "planned\":", 9) == 0)
			continue;
		text[i] = (char)(text[i] ^ (1 << bit));
		ledger_parse((struct span){ text, n }, &l);
		ck_assert_msg(l.flaw != NULL, "byte %zu", i);
		ledger_free(&l);
		text[i] = (char)(text[i] ^ (1 << bit));
		ledger_parse((struct span){ text, i }, &l);
		ck_assert_msg(!l.closed, "cut at %zu", i);
		ledger_free(&l);
	}
	free(text);
}
END_TEST

START_TEST(a_long_line_is_a_flaw)
{
	const size_t n = (4u << 20) + 2;
	char *text = mem_new(n + 1, 1);
	struct ledger l;

	memset(text, ' ', n);
	ledger_parse((struct span){ text, n }, &l);
	ck_assert_str_eq(l.flaw, "line 1: longer than 4194304 bytes");
	ledger_free(&l);
	text[n - 1] = '\n';
	ledger_parse((struct span){ text, n }, &l);
	ck_assert_str_eq(l.flaw, "line 1: longer than 4194304 bytes");
	ledger_free(&l);
	free(text);
}
END_TEST

START_TEST(a_long_string_is_cut)
{
	struct err err;
	struct journal *j = journal_create(path, PLAN, "earlier", &err);
	struct outcome o = outcome("a", FAIL);
	struct ledger l;
	char *heard = mem_new(100001, 1);

	memset(heard, 'x', 100000);
	o.heard = heard;
	ck_assert(journal_end_case(j, &o, &err));
	journal_free(j);
	ck_assert(ledger_read(path, &l, &err));
	ck_assert_msg(l.flaw == NULL, "%s", l.flaw);
	ck_assert_str_eq(l.cites, "earlier");
	ck_assert_ptr_nonnull(
	    strstr(l.outcomes[0].heard, "x... (83616 bytes more)"));
	ledger_free(&l);
	free(heard);
}
END_TEST

static void
put(const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
}

START_TEST(resume_cuts_a_torn_line)
{
	struct err err;
	struct journal *j;
	struct ledger l;
	size_t n;
	char *text;

	write_one(false);
	text = all(&n);
	put(text, n - 10);
	j = journal_resume(path, &err);
	ck_assert_msg(j != NULL, "%s", err.what);
	end(j, "c", INCONCLUSIVE);
	ck_assert(journal_close(j, 3, &err));
	journal_free(j);
	ck_assert(ledger_read(path, &l, &err));
	ck_assert_msg(l.flaw == NULL, "%s", l.flaw);
	ck_assert(l.closed);
	ck_assert_uint_eq(l.n, 3);
	ck_assert_int_eq(l.outcomes[2].verdict, INCONCLUSIVE);
	ck_assert_uint_eq(l.n_notes, 2);
	ck_assert_ptr_nonnull(strstr(l.notes[1], "resumed: a torn line of "));
	ledger_free(&l);
	free(text);
}
END_TEST

START_TEST(resume_of_whole_lines)
{
	struct err err;
	struct journal *j;
	struct ledger l;

	write_one(false);
	j = journal_resume(path, &err);
	ck_assert_msg(j != NULL, "%s", err.what);
	ck_assert_ptr_null(journal_resume(path, &err)); /* one writer */
	ck_assert_ptr_nonnull(strstr(err.what, "another process"));
	ck_assert(journal_close(j, 3, &err));
	journal_free(j);
	ck_assert(ledger_read(path, &l, &err));
	ck_assert(l.flaw == NULL && l.closed);
	ck_assert_str_eq(l.notes[1], "resumed");
	ledger_free(&l);
}
END_TEST

START_TEST(resume_refuses)
{
	struct err err;
	size_t n;
	char *text;

	ck_assert_ptr_null(journal_resume(path, &err)); /* is not there */
	write_one(true);
	ck_assert_ptr_null(journal_resume(path, &err));
	ck_assert_msg(strstr(err.what, "is closed") != NULL, "%s", err.what);
	text = all(&n);
	text[n / 2] ^= 1;
	put(text, n - 300);
	ck_assert_ptr_null(journal_resume(path, &err));
	ck_assert_int_eq(err.kind, ERR_FORGED);
	put(text, 20); /* a torn plan: nothing to go on from */
	ck_assert_ptr_null(journal_resume(path, &err));
	put(text, 0);
	ck_assert_ptr_null(journal_resume(path, &err));
	free(text);
}
END_TEST

/* Killed before its first record was whole, it recorded nothing. */
START_TEST(create_takes_what_never_began)
{
	static const char *const rows[] = { "", "{", "{\"cites\":null," };
	struct journal *j;
	struct err err;

	ck_assert(!journal_begun(path)); /* is not there */
	put(rows[_i], strlen(rows[_i]));
	ck_assert(!journal_begun(path));
	j = journal_create(path, PLAN, NULL, &err);
	ck_assert_msg(j != NULL, "%s", err.what);
	journal_free(j);
	ck_assert(journal_begun(path));
	ck_assert_ptr_null(journal_create(path, PLAN, NULL, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "journal already"));
	put("somebody's letter", 17);
	ck_assert_ptr_null(journal_create(path, PLAN, NULL, &err));
}
END_TEST

START_TEST(a_full_disk_claims_nothing)
{
	const struct rlimit little = { 1000, RLIM_INFINITY };
	struct rlimit before;
	struct outcome o = outcome("a", PASS);
	struct err err = { 0 };
	struct journal *j = journal_create(path, PLAN, NULL, &err);
	struct ledger l;
	int n = 0;

	ck_assert_ptr_nonnull(j);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &little), 0);
	while (n < 10 && journal_end_case(j, &o, &err))
		n++;
	ck_assert_int_lt(n, 10);
	ck_assert_msg(strstr(err.what, "disk full") != NULL, "%s", err.what);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert(!journal_note(j, "now there is room", &err));
	ck_assert(!journal_close(j, 1, &err));
	journal_free(j);
	ck_assert(ledger_read(path, &l, &err));
	ck_assert(!l.closed && strstr(l.flaw, "torn") != NULL);
	ck_assert_uint_eq(l.n, (size_t)n);
	ledger_free(&l);
	j = journal_resume(path, &err);
	ck_assert_msg(j != NULL, "%s", err.what);
	journal_free(j);
}
END_TEST

START_TEST(evidence_is_looked_at)
{
	static const struct {
		const char *content, *flaw;
	} rows[] = {
		{ "abc", NULL }, /* PLAN is its digest */
		{ "abd", "case a: evidence was changed: " },
		{ NULL, "case a: evidence missing: " },
	};
	char dir[80], file[96];
	struct outcome o = outcome("a", PASS);
	struct ledger l = { .outcomes = &o, .n = 1 };
	struct err err;

	snprintf(dir, sizeof dir, "%s/evidence", folder);
	ck_assert_int_eq(mkdir(dir, 0700), 0);
	snprintf(dir, sizeof dir, "%s/evidence/a", folder);
	ck_assert_int_eq(mkdir(dir, 0700), 0);
	snprintf(file, sizeof file, "%s/1.txt", dir);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		unlink(file);
		if (rows[i].content != NULL)
			ck_assert(
			    files_write(file, span_of(rows[i].content), &err));
		ck_assert(ledger_check_evidence(&l, folder) ==
			  (rows[i].flaw == NULL));
		if (rows[i].flaw != NULL)
			ck_assert_ptr_nonnull(strstr(l.flaw, rows[i].flaw));
		free(l.flaw);
		l.flaw = NULL;
	}
	o.n_evidence = 0;
	ck_assert(!ledger_check_evidence(&l, folder));
	ck_assert_str_eq(l.flaw, "case a: pass without evidence");
	free(l.flaw);
	l.flaw = NULL;
	o.verdict = BROKEN; /* a case that broke may have filed nothing */
	ck_assert(ledger_check_evidence(&l, folder));
	rmdir(dir);
	snprintf(dir, sizeof dir, "%s/evidence", folder);
	rmdir(dir);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("journal");
	TCase *tc = tcase_create("journal");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_written_is_read);
	tcase_add_test(tc, head_names_the_last_line);
	tcase_add_loop_test(
	    tc, lines_cut_or_moved, 0, sizeof orders / sizeof *orders);
	tcase_add_loop_test(tc, lines_edited, 0, sizeof edits / sizeof *edits);
	tcase_add_test(tc, no_flip_and_no_cut_goes_unseen);
	tcase_add_test(tc, a_long_line_is_a_flaw);
	tcase_add_test(tc, a_long_string_is_cut);
	tcase_add_test(tc, resume_cuts_a_torn_line);
	tcase_add_test(tc, resume_of_whole_lines);
	tcase_add_test(tc, resume_refuses);
	tcase_add_loop_test(tc, create_takes_what_never_began, 0, 3);
	tcase_add_test(tc, a_full_disk_claims_nothing);
	tcase_add_test(tc, evidence_is_looked_at);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
