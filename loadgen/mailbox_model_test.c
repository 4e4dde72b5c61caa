/* SPDX-License-Identifier: MIT */
#include "loadgen/mailbox_model.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MOST     24

/* "1C: " and "2S: " are of the first and second session. */
#define LINES ((const char *const[MOST])
#define OPEN(k, exists, next) \
	k "C: a SELECT INBOX", k "S: * " exists " EXISTS", \
	    k "S: * OK [UIDVALIDITY 9] valid", \
	    k "S: * OK [UIDNEXT " next "] next", k "S: a OK selected"

/* clang-format off */
static const struct {
	const char *lines[MOST];
	const char *wrong; /* in the last line */
} rows[] = {
	/* ---- how many there are ---- */
	{ { OPEN("1", "3", "10"), "1C: b NOOP", "1S: * 5 EXISTS",
	    "1S: * 5 EXISTS", "1S: b OK" }, NULL },
	{ { OPEN("1", "3", "10"), "1C: b NOOP", "1S: * 2 EXISTS" },
	  "EXISTS was 3, is 2, without EXPUNGE" },
	{ { OPEN("1", "3", "10"), "1C: b NOOP", "1S: * 3 EXPUNGE",
	    "1S: * 2 EXISTS", "1S: b OK" }, NULL },
	{ { OPEN("1", "3", "10"), "1C: b NOOP", "1S: * 3 EXPUNGE",
	    "1S: * 3 EXPUNGE" }, "EXPUNGE of message 3 of 2" },
	{ { OPEN("1", "3", "10"), "1C: b NOOP", "1S: * 0 EXPUNGE" },
	  "EXPUNGE of message 0 of 3" },
	{ { OPEN("1", "3", "10"), "1S: * 1 EXPUNGE" },
	  "EXPUNGE while no command is in progress" },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1 FLAGS", "1S: * 1 EXPUNGE" },
	  "EXPUNGE within FETCH, STORE or SEARCH" },
	{ { OPEN("1", "3", "10"), "1C: b SEARCH ALL", "1S: * 1 EXPUNGE" },
	  "EXPUNGE within FETCH, STORE or SEARCH" },
	{ { OPEN("1", "3", "10"), "1C: b UID FETCH 1 FLAGS",
	    "1S: * 1 EXPUNGE", "1S: b OK" }, NULL },
	{ { OPEN("1", "3", "10"), "1C: b IDLE", "1S: + idling",
	    "1S: * 1 EXPUNGE", "1C: DONE", "1S: * 1 EXPUNGE", "1S: b OK" },
	  NULL },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 4 FLAGS",
	    "1S: * 4 FETCH (FLAGS ())" }, "FETCH of message 4 of 3" },
	/* another mailbox, another count */
	{ { OPEN("1", "3", "10"), OPEN("1", "1", "2"), "1C: b NOOP",
	    "1S: * 2 EXISTS" }, NULL },
	{ { OPEN("1", "3", "10"), "1C: b SELECT Other", "1S: * 0 EXISTS",
	    "1S: b OK", "1C: c NOOP", "1S: * 1 EXISTS", "1S: c OK" }, NULL },
	/* ---- UIDs ---- */
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1:3 UID",
	    "1S: * 3 FETCH (UID 9)", "1S: * 1 FETCH (UID 4)",
	    "1S: * 2 FETCH (UID 7)", "1S: b OK" }, NULL },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1:3 UID",
	    "1S: * 1 FETCH (UID 4)", "1S: * 2 FETCH (UID 4)" },
	  "message 2 has UID 4, and 1 before it 4" },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1:3 UID",
	    "1S: * 3 FETCH (UID 4)", "1S: * 1 FETCH (UID 5)" },
	  "message 1 has UID 5, and 3 behind it 4" },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1 UID",
	    "1S: * 1 FETCH (UID 4)", "1S: b OK", "1C: c FETCH 1 UID",
	    "1S: * 1 FETCH (UID 3)" },
	  "the UID of message 1 was 4, is 3" },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1 UID",
	    "1S: * 2 FETCH (UID 4)", "1S: b OK", "1C: c NOOP",
	    "1S: * 1 EXPUNGE", "1S: c OK", "1C: d FETCH 1 UID",
	    "1S: * 1 FETCH (UID 4)", "1S: d OK" }, NULL },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1 UID",
	    "1S: * 2 FETCH (UID 4)", "1S: b OK", "1C: c NOOP",
	    "1S: * 1 EXPUNGE", "1S: c OK", "1C: d FETCH 1 UID",
	    "1S: * 2 FETCH (UID 4)" },
	  "message 2 has UID 4, and 1 before it 4" },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 3 UID",
	    "1S: * 3 FETCH (UID 10)" },
	  "message 3 was there and has UID 10, UIDNEXT having been 10" },
	{ { OPEN("1", "3", "10"), "1C: b NOOP", "1S: * 4 EXISTS",
	    "1S: * 4 FETCH (UID 9)" },
	  "message 4 is new and has UID 9, UIDNEXT having been 10" },
	{ { OPEN("1", "3", "10"), "1C: b NOOP", "1S: * 1 EXPUNGE",
	    "1S: * 3 EXISTS", "1S: * 3 FETCH (UID 10)", "1S: b OK" }, NULL },
	/* EXISTS twice: nobody knows of which the UIDNEXT is */
	{ { "1C: a SELECT INBOX", "1S: * 3 EXISTS", "1S: * 4 EXISTS",
	    "1S: * OK [UIDNEXT 10]", "1S: a OK", "1C: b FETCH 4 UID",
	    "1S: * 4 FETCH (UID 10)", "1S: b OK" }, NULL },
	/* ---- what a UID stands for, in all sessions ---- */
	{ { OPEN("1", "3", "10"), OPEN("2", "3", "10"),
	    "1C: b FETCH 1 (UID RFC822.SIZE)",
	    "1S: * 1 FETCH (UID 4 RFC822.SIZE 100)",
	    "2C: b FETCH 1 (UID RFC822.SIZE)",
	    "2S: * 1 FETCH (UID 4 RFC822.SIZE 101)" },
	  "the size of UID 4 was 100, is 101" },
	{ { OPEN("1", "3", "10"), OPEN("2", "3", "10"),
	    "1C: b UID FETCH 4 BODY.PEEK[]",
	    "1S: * 1 FETCH (UID 4 BODY[] \"content of it\")",
	    "2C: b UID FETCH 4 BODY.PEEK[]",
	    "2S: * 1 FETCH (UID 4 BODY[] \"content of It\")" },
	  "the content of UID 4 has changed" },
	{ { OPEN("1", "3", "10"), OPEN("2", "3", "10"),
	    "1C: b UID FETCH 4 BODY.PEEK[]",
	    "1S: * 1 FETCH (UID 4 BODY[] \"content of it\")",
	    "2C: b UID FETCH 4 BODY.PEEK[TEXT]",
	    "2S: * 1 FETCH (UID 4 BODY[TEXT] \"of it\")" }, NULL },
	{ { OPEN("1", "3", "10"), "2C: a SELECT Other", "2S: * 3 EXISTS",
	    "2S: * OK [UIDVALIDITY 9]", "2S: a OK", "1C: b NOOP",
	    "1S: * 1 FETCH (UID 4 RFC822.SIZE 100)", "2C: b NOOP",
	    "2S: * 1 FETCH (UID 4 RFC822.SIZE 101)" }, NULL },
	/* ---- flags ---- */
	{ { OPEN("1", "3", "10"), OPEN("2", "3", "10"),
	    "1C: b FETCH 1 (UID FLAGS)",
	    "1S: * 1 FETCH (UID 4 FLAGS (\\Seen))",
	    "2C: b FETCH 1 (UID FLAGS)",
	    "2S: * 1 FETCH (UID 4 FLAGS (\\Seen \\Deleted))" },
	  "UID 4 has a flag that nobody has set" },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1 (UID FLAGS)",
	    "1S: * 1 FETCH (UID 4 FLAGS (\\Seen))", "1S: b OK",
	    "1C: c FETCH 1 FLAGS", "1S: * 1 FETCH (FLAGS (\\Recent))" },
	  "UID 4 has lost a flag that nobody has removed" },
	{ { OPEN("1", "3", "10"), OPEN("2", "3", "10"),
	    "1C: b FETCH 1 (UID FLAGS)",
	    "1S: * 1 FETCH (UID 4 FLAGS (\\Seen))", "1S: b OK",
	    "2C: b UID STORE 4 +FLAGS.SILENT (\\Deleted)",
	    "1C: c FETCH 1 FLAGS",
	    "1S: * 1 FETCH (FLAGS (\\Deleted \\Seen))", "1S: c OK",
	    "2S: b OK", "2C: c UID FETCH 4 FLAGS", /* it lags behind */
	    "2S: * 1 FETCH (UID 4 FLAGS (\\Seen))" }, NULL },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1 (UID FLAGS)",
	    "1S: * 1 FETCH (UID 4 FLAGS (\\Seen))", "1S: b OK",
	    "1C: c STORE 1 FLAGS (\\Draft)",
	    "1S: * 1 FETCH (FLAGS (\\Draft))", "1S: c OK",
	    "1C: d STORE 1 -FLAGS (\\Draft)", "1S: * 1 FETCH (FLAGS ())",
	    "1S: d OK", "1C: e NOOP", "1S: * 1 FETCH (FLAGS (\\Flagged))" },
	  "UID 4 has a flag that nobody has set" },
	/* \Seen by reading */
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1 (UID FLAGS)",
	    "1S: * 1 FETCH (UID 4 FLAGS ())", "1S: b OK",
	    "1C: c FETCH 1 (FLAGS BODY[])",
	    "1S: * 1 FETCH (FLAGS (\\Seen) BODY[] \"x\")", "1S: c OK" },
	  NULL },
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1 (UID FLAGS)",
	    "1S: * 1 FETCH (UID 4 FLAGS ())", "1S: b OK",
	    "1C: c FETCH 1 (FLAGS BODY.PEEK[])",
	    "1S: * 1 FETCH (FLAGS (\\Seen) BODY[] \"x\")" },
	  "UID 4 has a flag that nobody has set" },
	/* stored in many: whatever it is, it may be */
	{ { OPEN("1", "3", "10"), "1C: b FETCH 1 (UID FLAGS)",
	    "1S: * 1 FETCH (UID 4 FLAGS ())", "1S: b OK",
	    "1C: c STORE 1:* +FLAGS (\\Flagged)",
	    "1S: * 1 FETCH (FLAGS (\\Flagged))", "1S: c OK" }, NULL },
	/* stored before anybody has seen what they were */
	{ { OPEN("1", "3", "10"), OPEN("2", "3", "10"),
	    "1C: b UID STORE 4 +FLAGS (\\Flagged)",
	    "1S: * 1 FETCH (UID 4 FLAGS (\\Flagged))", "1S: b OK",
	    "2C: b FETCH 1 (UID FLAGS)", "2S: * 1 FETCH (UID 4 FLAGS ())" },
	  NULL },
	/* ---- what is said ---- */
	/* a message that looks like commands */
	{ { OPEN("1", "3", "10"), "1C: b APPEND x {18}",
	    "1S: + go on", "1C: c SELECT INBOX x\r\n",
	    "1S: b OK", "1C: d NOOP", "1S: * 2 EXISTS" },
	  "EXISTS was 3, is 2" },
	{ { OPEN("1", "3", "10"), "1C: b SELECT INBOX", "1S: b NO gone",
	    "1C: c NOOP", "1S: * 2 EXISTS" }, NULL },
	{ { OPEN("1", "3", "10"), "1C: b ENABLE QRESYNC", "1S: b OK",
	    "1C: c NOOP", "1S: * VANISHED 4", "1S: * 2 EXISTS" }, NULL },
};
/* clang-format on */

/* A line to its session; what was wrong with it. */
static const char *
play(struct mailbox_view *views, const char *line)
{
	struct mailbox_view *v = &views[line[0] - '1'];
	char text[200];

	snprintf(text, sizeof text, "%s\r\n", line + 4);
	if (line[1] == 'S')
		return mailbox_view_heard(v, span_of(text));
	mailbox_view_said(v, span_of(text));
	return NULL;
}

START_TEST(conversations)
{

	struct mailbox_book *book = mailbox_book_new(0);
	struct mailbox_view views[2];
	const char *why = NULL;

	mailbox_view_open(&views[0], book);
	mailbox_view_open(&views[1], book);
	for (size_t i = 0; i < MOST && rows[_i].lines[i] != NULL; i++) {
		ck_assert_msg(
		    why == NULL, "%s: %s", rows[_i].lines[i - 1], why);
		why = play(views, rows[_i].lines[i]);
	}
	if (rows[_i].wrong == NULL)
		ck_assert_msg(why == NULL, "%s", why);
	else
		ck_assert_msg(
		    why != NULL && strstr(why, rows[_i].wrong) != NULL,
		    "%s: %s", rows[_i].wrong, why == NULL ? "nothing" : why);
	mailbox_book_free(book);
}
END_TEST

/* The newest are followed, however many there are. */
START_TEST(large_mailboxes)
{
	struct mailbox_book *book = mailbox_book_new(0);
	struct mailbox_view v;
	char line[80];

	mailbox_view_open(&v, book);
	play(&v, "1C: a SELECT INBOX");
	play(&v, "1S: * 5000 EXISTS");
	play(&v, "1S: a OK");
	play(&v, "1C: b UID FETCH 1:* UID");
	for (int n = 1; n <= 5000; n++) {
		snprintf(
		    line, sizeof line, "1S: * %d FETCH (UID %d)", n, 2 * n);
		ck_assert_ptr_null(play(&v, line));
	}
	/* far away from what is followed, and within it */
	ck_assert_ptr_null(play(&v, "1S: * 7 EXPUNGE"));
	ck_assert_ptr_null(play(&v, "1S: * 4999 FETCH (UID 10000)"));
	ck_assert_ptr_null(play(&v, "1S: * 4800 EXPUNGE"));
	ck_assert_ptr_null(play(&v, "1S: * 4998 FETCH (UID 10000)"));
	ck_assert_ptr_null(play(&v, "1S: * 6000 EXISTS"));
	ck_assert_ptr_null(play(&v, "1S: * 6000 FETCH (UID 20000)"));
	ck_assert_ptr_nonnull(play(&v, "1S: * 5999 FETCH (UID 20001)"));
	mailbox_book_free(book);
}
END_TEST

/* More in progress than can be followed: nothing is said any more. */
START_TEST(too_many_commands)
{
	struct mailbox_book *book = mailbox_book_new(0);
	struct mailbox_view v;
	char line[80];

	mailbox_view_open(&v, book);
	play(&v, "1C: a SELECT INBOX");
	play(&v, "1S: * 9 EXISTS");
	for (int i = 0; i < 2 * MODEL_COMMANDS; i++) {
		snprintf(line, sizeof line, "1C: b%d NOOP", i);
		play(&v, line);
	}
	ck_assert_ptr_null(play(&v, "1S: * 2 EXISTS"));
	mailbox_book_free(book);
}
END_TEST

/* A literal in pieces is as one; half a command makes us say nothing. */
START_TEST(pieces)
{
	static const char append[] =
	    "b APPEND x {18}\r\nc SELECT INBOX x\r\n\r\n";
	struct mailbox_book *book = mailbox_book_new(0);

	for (size_t n = 17; n <= 17 + 18; n++) {
		struct span all = SPAN(append);
		struct mailbox_view v;

		mailbox_view_open(&v, book);
		play(&v, "1C: a SELECT INBOX");
		play(&v, "1S: * 3 EXISTS");
		play(&v, "1S: a OK");
		mailbox_view_said(&v, span_take(all, n));
		if (n < all.len)
			mailbox_view_said(&v, span_skip(all, n));
		ck_assert_uint_eq(v.n_doing, 1);
		ck_assert_ptr_nonnull(play(&v, "1S: * 2 EXISTS"));
		mailbox_view_said(&v, SPAN("half"));
		ck_assert_ptr_null(play(&v, "1S: * 2 EXISTS"));
	}
	mailbox_book_free(book);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("mailbox_model");
	TCase *t = tcase_create("mailbox_model");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, conversations, 0, COUNT(rows));
	tcase_add_test(t, large_mailboxes);
	tcase_add_test(t, too_many_commands);
	tcase_add_test(t, pieces);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
