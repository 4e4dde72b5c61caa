/* SPDX-License-Identifier: MIT */
/* Tags, strings, numbers, flags and dates, as commands have them. */
#include "reference/imap/codec_testing.h"

enum {
	COMMAND,
	ATOM,
	ASTRING,
	STRING,
	NSTRING,
	LITERAL,
	MAILBOX,
	PATTERN,
	NUMBER,
	NZ_NUMBER,
	NUMBER64,
	FLAG_LIST,
	DATE,
	DATE_TIME
};

static void
read_command(struct imap_args *a, struct buf *out)
{
	struct imap_command c;

	imap_take_command(a, &c);
	buf_addf(out, "%.*s/%s%.*s", SPAN_FMT(c.tag), c.uid ? "uid " : "",
	    SPAN_FMT(c.name));
}

static void
read_string(struct imap_args *a, int word, struct buf *out)
{
	static bool (*const take[])(struct imap_args *, struct span *) = {
		[ATOM] = imap_take_atom,
		[ASTRING] = imap_take_astring,
		[STRING] = imap_take_string,
		[NSTRING] = imap_take_nstring,
		[LITERAL] = imap_take_literal,
		[MAILBOX] = imap_take_mailbox,
		[PATTERN] = imap_take_pattern,
	};
	struct span s;

	take[word](a, &s);
	buf_add(out, s.ptr == NULL ? SPAN("<nil>") : s);
}

static void
read_number(struct imap_args *a, int word, struct buf *out)
{
	uint64_t wide = 0;
	uint32_t n = 0;

	if (word == NUMBER64)
		imap_take_number64(a, &wide);
	else if (word == NUMBER)
		imap_take_number(a, &n);
	else
		imap_take_nz_number(a, &n);
	buf_addf(out, "%llu", (unsigned long long)(wide + n));
}

static void
read_flags(struct imap_args *a, struct buf *out)
{
	struct imap_flags flags;

	if (imap_take_flag_list(a, &flags))
		show_flags(out, &flags);
}

static void
read_date(struct imap_args *a, int word, struct buf *out)
{
	struct wall when;
	int64_t day;
	int zone;

	if (word == DATE) {
		imap_take_date(a, &day);
		buf_addf(out, "%lld", (long long)day);
	} else {
		imap_take_date_time(a, &when, &zone);
		buf_addf(out, "%lld %d", (long long)(when.us / 1000000), zone);
	}
}

static void
read_word(struct imap_args *a, int word, struct buf *out)
{
	if (word == COMMAND)
		read_command(a, out);
	else if (word <= PATTERN)
		read_string(a, word, out);
	else if (word <= NUMBER64)
		read_number(a, word, out);
	else if (word == FLAG_LIST)
		read_flags(a, out);
	else
		read_date(a, word, out);
}

/* clang-format off */
static const struct word_row rows[] = {
	{ COMMAND, BYTES("a1 NOOP"), "a1/NOOP" },
	{ COMMAND, BYTES("a]b uid FETCH"), "a]b/uid FETCH" },
	{ COMMAND, BYTES("a1"), "! a space is missing" },
	{ COMMAND, BYTES(""), "! the tag is missing" },
	{ COMMAND, BYTES("+ NOOP"), "! the tag is missing" },
	{ COMMAND, BYTES("* NOOP"), "! the tag is missing" },
	{ COMMAND, BYTES(" NOOP"), "! the tag is missing" },
	{ COMMAND, BYTES("a+ NOOP"), "! a space is missing" },
	{ COMMAND, BYTES("a  NOOP"), "! the command is missing" },
	{ COMMAND, BYTES("a UID"), "! a space is missing" },
	{ COMMAND, BYTES("a UID "), "! UID needs a command after it" },
	{ COMMAND, BYTES("a NOOP "), "! more arguments than the command has" },
	{ ATOM, BYTES("a.b-$c"), "a.b-$c" },
	{ ATOM, BYTES("a]"), "! more arguments than the command has" },
	{ ATOM, BYTES("\xe5\xb0\x8f"), "! an atom is missing" },
	{ ATOM, BYTES("(a)"), "! an atom is missing" },
	{ ATOM, BYTES("\x7f"), "! an atom is missing" },
	{ ATOM, BYTES("a\0b"), "! more arguments than the command has" },
	{ ASTRING, BYTES("a]b"), "a]b" },
	{ ASTRING, BYTES("\"\""), "" },
	{ ASTRING, BYTES("\"a b\""), "a b" },
	{ ASTRING, BYTES("\"a\\\"b\\\\\""), "a\"b\\" },
	{ ASTRING, BYTES("{3}\r\na\r\n"), "a\r\n" },
	{ ASTRING, BYTES("{2+}\r\n\xe5\xb0"), "\xe5\xb0" },
	{ ASTRING, BYTES(""), "! an atom or a string is missing" },
	{ ASTRING, BYTES("a%"), "! more arguments than the command has" },
	{ STRING, BYTES("a"), "! a string is missing" },
	{ STRING, BYTES("\"a"), "! a quoted string has no end" },
	{ STRING, BYTES("\"a\\\""), "! a quoted string has no end" },
	{ STRING, BYTES("\"a\\"), "! a backslash quotes what needs no quoting" },
	{ STRING, BYTES("\"a\\n\""), "! a backslash quotes what needs no quoting" },
	{ STRING, BYTES("\"a\nb\""), "! a quoted string holds NUL, CR, LF or 8 bits" },
	{ STRING, BYTES("\"a\0b\""), "! a quoted string holds NUL, CR, LF or 8 bits" },
	{ STRING, BYTES("\"\xe5\xb0\x8f\""), "! a quoted string holds NUL, CR, LF or 8 bits" },
	{ NSTRING, BYTES("nil"), "<nil>" },
	{ NSTRING, BYTES("\"NIL\""), "NIL" },
	{ NSTRING, BYTES("NILL"), "! a string is missing" },
	{ LITERAL, BYTES("{0}\r\n"), "" },
	{ LITERAL, BYTES("{4}\r\na\r\n"), "! that is not how a literal begins" },
	{ LITERAL, BYTES("{1}a"), "! that is not how a literal begins" },
	{ LITERAL, BYTES("{4294967296}\r\n"), "! a number is too big" },
	{ LITERAL, BYTES("{3}\r\na\0b"), "! a literal holds a NUL" },
	{ LITERAL, BYTES("\"a\""), "! a literal is missing" },
	{ LITERAL, BYTES("~{1}\r\na"), "! a literal is missing" },
	{ MAILBOX, BYTES("inBox"), "INBOX" },
	{ MAILBOX, BYTES("\"inbox\""), "INBOX" },
	{ MAILBOX, BYTES("inbox/a"), "inbox/a" },
	{ MAILBOX, BYTES("&XfJT0ZAB-"), "&XfJT0ZAB-" },
	{ MAILBOX, BYTES("a*"), "! more arguments than the command has" },
	{ PATTERN, BYTES("%/*]"), "%/*]" },
	{ PATTERN, BYTES("\"a *\""), "a *" },
	{ NUMBER, BYTES("0"), "0" },
	{ NUMBER, BYTES("007"), "7" },
	{ NUMBER, BYTES("4294967295"), "4294967295" },
	{ NUMBER, BYTES("4294967296"), "! a number is too big" },
	{ NUMBER, BYTES("-1"), "! a number is missing" },
	{ NZ_NUMBER, BYTES("1"), "1" },
	{ NZ_NUMBER, BYTES("0"), "! a number begins with 0" },
	{ NZ_NUMBER, BYTES("01"), "! a number begins with 0" },
	{ NUMBER64, BYTES("9223372036854775807"), "9223372036854775807" },
	{ NUMBER64, BYTES("9223372036854775808"), "! a number is too big" },
	{ NUMBER64, BYTES("99999999999999999999999"), "! a number is too big" },
	{ FLAG_LIST, BYTES("()"), "()" },
	{ FLAG_LIST, BYTES("(\\seen $Fwd x X \\DELETED)"), "(\\Seen \\Deleted $Fwd x)" },
	{ FLAG_LIST, BYTES("(\\Foo)"), "()!" },
	{ FLAG_LIST, BYTES("(\\Recent)"), "! \\Recent cannot be set" },
	{ FLAG_LIST, BYTES("(\\*)"), "! a flag is missing" },
	{ FLAG_LIST, BYTES("(\\Seen )"), "! a flag is missing" },
	{ FLAG_LIST, BYTES("(\\Seen"), "! \")\" is missing" },
	{ FLAG_LIST, BYTES("\\Seen"), "! \"(\" is missing" },
	{ FLAG_LIST, BYTES("(a]b)"), "! \")\" is missing" },
	{ DATE, BYTES("1-Jan-1970"), "0" },
	{ DATE, BYTES("01-jan-1970"), "0" },
	{ DATE, BYTES("\"31-Dec-1969\""), "-1" },
	{ DATE, BYTES("29-Feb-2024"), "19782" },
	{ DATE, BYTES("29-Feb-2025"), "! a month has no such day" },
	{ DATE, BYTES("0-Feb-2025"), "! a month has no such day" },
	{ DATE, BYTES("31-Apr-2025"), "! a month has no such day" },
	{ DATE, BYTES("001-Jan-1970"), "! a delimiter is missing" },
	{ DATE, BYTES("1-Foo-1970"), "! a date has no such month" },
	{ DATE, BYTES("1-Jan-70"), "! a date lacks digits" },
	{ DATE, BYTES("1-Jan-19700"), "! more arguments than the command has" },
	{ DATE, BYTES("\"1-Jan-1970"), "! a delimiter is missing" },
	{ DATE, BYTES(" 1-Jan-1970"), "! a date lacks digits" },
	{ DATE_TIME, BYTES("\" 1-Jan-1970 08:00:01 +0800\""), "1 480" },
	{ DATE_TIME, BYTES("\"31-Dec-1969 18:30:00 -0530\""), "0 -330" },
	{ DATE_TIME, BYTES("\"01-Jan-1970 00:00:60 +0000\""), "60 0" },
	{ DATE_TIME, BYTES("\"1-Jan-1970 00:00:00 +0000\""), "! a date lacks digits" },
	{ DATE_TIME, BYTES("\" 1-Jan-1970 24:00:00 +0000\""), "! a time has no such hour or minute" },
	{ DATE_TIME, BYTES("\" 1-Jan-1970 00:00:00 +0860\""), "! a time has no such hour or minute" },
	{ DATE_TIME, BYTES("\" 1-Jan-1970 00:00:00 GMT\""), "! a delimiter is missing" },
	{ DATE_TIME, BYTES("\"31-Feb-1970 00:00:00 +0000\""), "! a month has no such day" },
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

START_TEST(failure_stays)
{
	struct imap_args a;
	struct span s;
	uint32_t n;

	imap_args_init(&a, SPAN("a (b 1"));
	ck_assert(imap_take_atom(&a, &s));
	ck_assert(!imap_take_atom(&a, &s));
	ck_assert_str_eq(a.bad, "an atom is missing");
	ck_assert(!imap_take_space(&a));
	ck_assert(!imap_may_take(&a, ' '));
	ck_assert(!imap_take_number(&a, &n));
	ck_assert_str_eq(a.bad, "an atom is missing");
	ck_assert(span_eq(a.left, SPAN(" (b 1")));
	imap_args_free(&a);
}
END_TEST

START_TEST(two_escaped_strings_both_live)
{
	struct imap_args a;
	struct span x, y;

	imap_args_init(&a, SPAN("\"\\\"a\" \"b\\\\\""));
	imap_take_string(&a, &x);
	imap_take_space(&a);
	imap_take_string(&a, &y);
	ck_assert(imap_take_end(&a));
	ck_assert(span_eq(x, SPAN("\"a")));
	ck_assert(span_eq(y, SPAN("b\\")));
	imap_args_free(&a);
}
END_TEST

START_TEST(keywords_are_bounded)
{
	struct imap_flags flags;
	struct imap_args a;
	struct buf in;

	buf_init(&in, 10000);
	for (int i = 0; i < IMAP_KEYWORDS_MOST; i++)
		buf_addf(&in, "%sk%d", i == 0 ? "" : " ", i);
	imap_args_init(&a, buf_span(&in));
	ck_assert(imap_take_flags(&a, &flags));
	ck_assert_uint_eq(flags.n, IMAP_KEYWORDS_MOST);
	buf_addf(&in, " K0");
	imap_args_init(&a, buf_span(&in));
	ck_assert(imap_take_flags(&a, &flags));
	buf_addf(&in, " other");
	imap_args_init(&a, buf_span(&in));
	ck_assert(!imap_take_flags(&a, &flags));
	buf_free(&in);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { words_are_taken_or_refused,
		half_a_word_is_read_to_its_end_only, failure_stays,
		two_escaped_strings_both_live, keywords_are_bounded };

	return run_tests("imap/codec", tests, COUNT(tests));
}
