/* SPDX-License-Identifier: MIT */
/* What a FETCH asks for. */
#include "reference/imap/codec_testing.h"

#include "reference/imap/fetch_args.h"

enum { FETCH };

static void
read_word(struct imap_args *a, int word, struct buf *out)
{
	struct imap_fetch f;

	(void)word;
	imap_take_fetch(a, &f);
	for (size_t i = 0; i < f.n; i++) {
		buf_addf(out, "%s", i == 0 ? "" : " ");
		imap_put_fetch_name(out, &f.item[i]);
		buf_addf(out, "%s", f.item[i].peek ? "!" : "");
		if (f.item[i].partial)
			buf_addf(out, "%u", f.item[i].count);
	}
	if (f.changed)
		buf_addf(
		    out, " since %llu", (unsigned long long)f.changed_since);
	imap_fetch_free(&f);
}

#define TENS "1.2.3.4.5.6.7.8.9.10."

/* clang-format off */
static const struct word_row rows[] = {
	{ FETCH, BYTES("ALL"), "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE" },
	{ FETCH, BYTES("fast"), "FLAGS INTERNALDATE RFC822.SIZE" },
	{ FETCH, BYTES("FULL"), "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY" },
	{ FETCH, BYTES("(ALL)"), "! FETCH has no such attribute" },
	{ FETCH, BYTES("uid"), "UID" },
	{ FETCH, BYTES("(UID MODSEQ BODYSTRUCTURE RFC822 RFC822.HEADER rfc822.text)"),
	  "UID MODSEQ BODYSTRUCTURE RFC822 RFC822.HEADER! RFC822.TEXT" },
	{ FETCH, BYTES("BODY[]"), "BODY[]" },
	{ FETCH, BYTES("body.peek[1.2.mime]<5.10>"), "BODY[1.2.MIME]<5>!10" },
	{ FETCH, BYTES("BODY[1.HEADER.FIELDS (Date \"a b\" {2}\r\ncc)]"),
	  "BODY[1.HEADER.FIELDS (Date \"a b\" cc)]" },
	{ FETCH, BYTES("BODY[HEADER.FIELDS.NOT (x)]<0.1> (CHANGEDSINCE 9)"),
	  "BODY[HEADER.FIELDS.NOT (x)]<0>1 since 9" },
	{ FETCH, BYTES("(BODY[TEXT] BODY[3])"), "BODY[TEXT] BODY[3]" },
	{ FETCH, BYTES("(FLAGS) (CHANGEDSINCE 0)"), "! CHANGEDSINCE is at least 1" },
	{ FETCH, BYTES("(FLAGS) (VANISHED)"), "! FETCH has no such modifier" },
	{ FETCH, BYTES("(FLAGS) "), "! \"(\" is missing" },
	{ FETCH, BYTES("()"), "! FETCH has no such attribute" },
	{ FETCH, BYTES(""), "! FETCH has no such attribute" },
	{ FETCH, BYTES("FLAGS UID"), "! \"(\" is missing" },
	{ FETCH, BYTES("(FLAGS"), "! \")\" is missing" },
	{ FETCH, BYTES("(FLAGS )"), "! FETCH has no such attribute" },
	{ FETCH, BYTES("BODY.PEEK"), "! FETCH has no such attribute" },
	{ FETCH, BYTES("BODYSTRUCTURE[]"), "! a space is missing" },
	{ FETCH, BYTES("BODY[MIME]"), "! MIME needs the number of a part" },
	{ FETCH, BYTES("BODY[FOO]"), "! BODY has no such section" },
	{ FETCH, BYTES("BODY[0]"), "! a number begins with 0" },
	{ FETCH, BYTES("BODY[1.]"), "! a section has a number too few" },
	{ FETCH, BYTES("BODY[1..2]"), "! BODY has no such section" },
	{ FETCH, BYTES("BODY[1"), "! a section has a number too few" },
	{ FETCH, BYTES("BODY[TEXT"), "! a section has no \"]\"" },
	{ FETCH, BYTES("BODY[TEXT.1]"), "! BODY has no such section" },
	{ FETCH, BYTES("BODY[HEADER.FIELDS]"), "! a space is missing" },
	{ FETCH, BYTES("BODY[HEADER.FIELDS ()]"), "! an atom or a string is missing" },
	{ FETCH, BYTES("BODY[]<1>"), "! a partial fetch is <first.count>" },
	{ FETCH, BYTES("BODY[]<1.0>"), "! a number begins with 0" },
	{ FETCH, BYTES("BODY[]<1.2"), "! a partial fetch is <first.count>" },
	{ FETCH, BYTES("BODY<1.2>"), "! a space is missing" },
	{ FETCH, BYTES("BODY[" TENS TENS TENS "1.2]"),
	  "BODY[" TENS TENS TENS "1.2]" },
	{ FETCH, BYTES("BODY[" TENS TENS TENS "1.2.3]"), "! a section is too deep" },
};
/* clang-format on */

static const struct word_table words = { rows, COUNT(rows), read_word };

START_TEST(words_are_taken_or_refused)
{
	check_words(&words);
}
END_TEST

START_TEST(half_a_word_is_read_to_its_end_only)
{
	check_halves(&words);
}
END_TEST

START_TEST(lists_are_bounded)
{
	static const struct word_list lists[] = {
		{ FETCH, "(UID", " UID", ")", IMAP_FETCH_MOST - 1 },
		{ FETCH, "BODY[HEADER.FIELDS (a", " a", ")]",
		    IMAP_FIELDS_MOST - 1 },
	};

	for (int i = 0; i < COUNT(lists); i++)
		check_bound(&words, &lists[i]);
}
END_TEST

START_TEST(uid_fetch_has_uid_once)
{
	struct imap_fetch f;
	struct imap_args a;

	imap_args_init(&a, SPAN("FLAGS"));
	ck_assert(imap_take_fetch(&a, &f));
	ck_assert(!imap_fetch_has(&f, IMAP_FETCH_UID));
	imap_fetch_add(&f, IMAP_FETCH_UID);
	imap_fetch_add(&f, IMAP_FETCH_UID);
	ck_assert_uint_eq(f.n, 2);
	imap_fetch_free(&f);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { words_are_taken_or_refused,
		half_a_word_is_read_to_its_end_only, lists_are_bounded,
		uid_fetch_has_uid_once };

	return run_tests("imap/fetch_args", tests, COUNT(tests));
}
