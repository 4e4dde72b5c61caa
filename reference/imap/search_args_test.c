/* SPDX-License-Identifier: MIT */
/* The keys of SEARCH and SORT. */
#include "reference/imap/codec_testing.h"

#include "reference/imap/search_args.h"

enum { SEARCH, SORT };

static void
show_tree(struct buf *out, const struct imap_search *s, size_t at)
{
	static const char *const kinds[] = { "ALL", "AND", "OR", "FLAG",
		"KEYWORD", "HEADER", "BODY", "TEXT", "LARGER", "SMALLER",
		"BEFORE", "ON", "SINCE", "SEQ", "UID", "MODSEQ" };
	const struct imap_search_node *n = &s->node[at];

	buf_addf(out, "%s%s%s", n->not ? "!" : "", n->sent ? "SENT" : "",
	    kinds[n->kind]);
	if (n->flag != 0)
		buf_addf(out, ":%x", n->flag);
	if (n->field.len > 0)
		buf_addf(out, ":%.*s", SPAN_FMT(n->field));
	if (n->text.ptr != NULL)
		buf_addf(out, ":%.*s", SPAN_FMT(n->text));
	if (n->number != 0)
		buf_addf(out, ":%llu", (unsigned long long)n->number);
	if (n->day != 0)
		buf_addf(out, ":%lld", (long long)n->day);
	if (n->set.n > 0)
		buf_addf(out, ":");
	show_set(out, &n->set);
	if (n->child == 0)
		return;
	buf_addf(out, "(");
	for (size_t c = n->child; c != 0; c = s->node[c].next) {
		buf_addf(out, "%s", c == n->child ? "" : " ");
		show_tree(out, s, c);
	}
	buf_addf(out, ")");
}

static void
read_word(struct imap_args *a, int word, struct buf *out)
{
	static const char *const keys[] = { "arrival", "cc", "date", "from",
		"size", "subject", "to" };
	struct imap_search s;
	struct imap_sort sort = { 0 };

	if (word == SEARCH ? imap_take_search(a, &s)
			   : imap_take_sort(a, &sort, &s)) {
		for (size_t i = 0; i < sort.n; i++)
			buf_addf(out, "%s%s ", sort.by[i].reverse ? "-" : "",
			    keys[sort.by[i].key]);
		if (s.charset.ptr != NULL)
			buf_addf(out, "%.*s ", SPAN_FMT(s.charset));
		show_tree(out, &s, 0);
		buf_addf(out, "%s", s.modseq ? " modseq" : "");
	}
	imap_search_free(&s);
}

#define NOTS "NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT "

/* clang-format off */
static const struct word_row rows[] = {
	{ SEARCH, BYTES("ALL"), "AND(ALL)" },
	{ SEARCH, BYTES("1:3,* unseen UID 5"), "AND(SEQ:1:3,0:0 !FLAG:1 UID:5:5)" },
	{ SEARCH, BYTES("NEW OLD recent"), "AND(AND(FLAG:20 !FLAG:1) !FLAG:20 FLAG:20)" },
	{ SEARCH, BYTES("NOT (SEEN DELETED)"), "AND(!AND(AND(FLAG:1 FLAG:8)))" },
	{ SEARCH, BYTES("OR SEEN NOT OR 1 2 ALL"),
	  "AND(OR(FLAG:1 !AND(OR(SEQ:1:1 SEQ:2:2))) ALL)" },
	{ SEARCH, BYTES("FROM a TO \"b c\" HEADER X-Y \"\""),
	  "AND(HEADER:FROM:a HEADER:TO:b c HEADER:X-Y:)" },
	{ SEARCH, BYTES("CHARSET UTF-8 TEXT {6}\r\n\xe4\xb8\xad\xe6\x96\x87"),
	  "UTF-8 AND(TEXT:\xe4\xb8\xad\xe6\x96\x87)" },
	{ SEARCH, BYTES("LARGER 5 SMALLER 9 KEYWORD a UNKEYWORD b"),
	  "AND(LARGER:5 SMALLER:9 KEYWORD:a !KEYWORD:b)" },
	{ SEARCH, BYTES("BEFORE 2-Jan-1970 SENTON \"3-Jan-1970\" SINCE 4-Jan-1970"),
	  "AND(BEFORE:1 SENTON:2 SINCE:3)" },
	{ SEARCH, BYTES("MODSEQ 7"), "AND(MODSEQ:7) modseq" },
	{ SEARCH, BYTES("MODSEQ \"/flags/\\\\draft\" all 7"), "AND(MODSEQ:7) modseq" },
	{ SEARCH, BYTES("BODY a SUBJECT b CC c BCC d"),
	  "AND(BODY:a HEADER:SUBJECT:b HEADER:CC:c HEADER:BCC:d)" },
	{ SEARCH, BYTES(NOTS NOTS NOTS "NOT ALL"), NULL },
	{ SEARCH, BYTES(NOTS NOTS NOTS "NOT NOT ALL"), "! search keys stand too deep" },
	{ SEARCH, BYTES("((((((((((((((((((((((((((((((((ALL"), "! search keys stand too deep" },
	{ SEARCH, BYTES(""), "! SEARCH has no such key" },
	{ SEARCH, BYTES("()"), "! SEARCH has no such key" },
	{ SEARCH, BYTES("FOO"), "! SEARCH has no such key" },
	{ SEARCH, BYTES("ALLX"), "! SEARCH has no such key" },
	{ SEARCH, BYTES("ALL "), "! SEARCH has no such key" },
	{ SEARCH, BYTES("OR SEEN"), "! a space is missing" },
	{ SEARCH, BYTES("NOT"), "! a space is missing" },
	{ SEARCH, BYTES("(ALL"), "! \")\" is missing" },
	{ SEARCH, BYTES("CHARSET UTF-8"), "! a space is missing" },
	{ SEARCH, BYTES("UID"), "! a space is missing" },
	{ SEARCH, BYTES("UID 1 (UID 0)"), "! a number begins with 0" },
	{ SEARCH, BYTES("MODSEQ \"/x\" all 7"), "! MODSEQ knows no such entry" },
	{ SEARCH, BYTES("MODSEQ \"/flags/a\" any 7"), "! an entry is priv, shared or all" },
	{ SORT, BYTES("(REVERSE DATE subject) UTF-8 ALL"), "-date subject UTF-8 AND(ALL)" },
	{ SORT, BYTES("(ARRIVAL CC FROM SIZE TO) US-ASCII 1"),
	  "arrival cc from size to US-ASCII AND(SEQ:1:1)" },
	{ SORT, BYTES("() UTF-8 ALL"), "! SORT has no such criterion" },
	{ SORT, BYTES("(REVERSE) UTF-8 ALL"), "! a space is missing" },
	{ SORT, BYTES("(REVERSE REVERSE DATE) UTF-8 ALL"), "! SORT has no such criterion" },
	{ SORT, BYTES("(DATE) ALL"), "! a space is missing" },
	{ SORT, BYTES("(TO TO TO TO TO TO TO TO TO TO TO TO TO TO TO TO TO) A ALL"),
	  "! too many criteria to sort by" },
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
	static const struct word_list list = { SEARCH, "ALL", " ALL", "",
		IMAP_SEARCH_MOST - 2 };

	check_bound(&words, &list);
}
END_TEST

START_TEST(the_sets_of_a_search_are_resolved)
{
	struct imap_search s;
	struct imap_args a;

	imap_args_init(&a, SPAN("* NOT UID *"));
	ck_assert(imap_take_search(&a, &s));
	imap_search_resolve(&s, 3, 70);
	ck_assert_uint_eq(imap_set_most(&s.node[1].set), 3);
	ck_assert_uint_eq(imap_set_most(&s.node[3].set), 70);
	imap_search_free(&s);
	imap_args_free(&a);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { words_are_taken_or_refused,
		half_a_word_is_read_to_its_end_only, lists_are_bounded,
		the_sets_of_a_search_are_resolved };

	return run_tests("imap/search_args", tests, COUNT(tests));
}
