/* SPDX-License-Identifier: MIT */
/* Arguments of SELECT, CREATE, LIST, STATUS, APPEND and ID. */
#include "reference/imap/codec_testing.h"

#include "reference/imap/box_args.h"

enum { SELECT, CREATE, LIST, STATUS, APPEND, ID };

static void
read_box(struct imap_args *a, int word, struct buf *out)
{
	struct imap_select s;
	struct imap_create c;

	if (word == SELECT && imap_take_select(a, &s))
		buf_addf(out, "%.*s%s", SPAN_FMT(s.name),
		    s.condstore ? " condstore" : "");
	if (word != CREATE || !imap_take_create(a, &c))
		return;
	buf_add(out, c.name);
	for (unsigned bit = 1; imap_use_name(bit) != NULL; bit <<= 1)
		if (c.use & bit)
			buf_addf(out, " %s", imap_use_name(bit));
	buf_addf(out, "%s", c.use_unknown ? " !" : "");
}

static void
read_list(struct imap_args *a, struct buf *out)
{
	struct imap_list l;

	if (imap_take_list(a, &l))
		buf_addf(out, "%s%.*s/%.*s%s", l.only_special ? "only " : "",
		    SPAN_FMT(l.reference), SPAN_FMT(l.pattern),
		    l.return_special ? " return" : "");
}

static void
read_status(struct imap_args *a, struct buf *out)
{
	struct span name;
	unsigned items;

	if (!imap_take_status(a, &name, &items))
		return;
	buf_add(out, name);
	for (unsigned bit = 1; imap_status_name(bit) != NULL; bit <<= 1)
		if (items & bit)
			buf_addf(out, " %s", imap_status_name(bit));
}

static void
read_append(struct imap_args *a, struct buf *out)
{
	struct imap_append p;

	if (!imap_take_append(a, &p))
		return;
	buf_addf(out, "%.*s ", SPAN_FMT(p.name));
	show_flags(out, &p.flags);
	if (p.dated) {
		buf_addf(out, " ");
		imap_put_date_time(out, p.date, p.zone_min);
	}
	buf_addf(out, " <%.*s>", SPAN_FMT(p.message));
}

static void
read_id(struct imap_args *a, struct buf *out)
{
	struct imap_id id;

	if (!imap_take_id(a, &id))
		return;
	buf_addf(out, "%zu", id.n);
	for (size_t i = 0; i < id.n; i++) {
		buf_addf(out, " %.*s=", SPAN_FMT(id.pair[i].field));
		imap_put_nstring(out, id.pair[i].value);
	}
}

static void
read_word(struct imap_args *a, int word, struct buf *out)
{
	if (word == SELECT || word == CREATE)
		read_box(a, word, out);
	else if (word == LIST)
		read_list(a, out);
	else if (word == STATUS)
		read_status(a, out);
	else if (word == APPEND)
		read_append(a, out);
	else
		read_id(a, out);
}

/* clang-format off */
static const struct word_row rows[] = {
	{ SELECT, BYTES("inbox"), "INBOX" },
	{ SELECT, BYTES("a (CONDSTORE)"), "a condstore" },
	{ SELECT, BYTES("a (QRESYNC)"), "! SELECT has no such parameter" },
	{ CREATE, BYTES("a/"), "a/" },
	{ CREATE, BYTES("a (USE (\\drafts \\Sent))"), "a \\Drafts \\Sent" },
	{ CREATE, BYTES("a (USE (\\Foo))"), "a !" },
	{ CREATE, BYTES("a (USE ())"), "a" },
	{ CREATE, BYTES("a (USE (Foo))"), "! a special use begins with a backslash" },
	{ CREATE, BYTES("a (FOO)"), "! CREATE has no such parameter" },
	{ LIST, BYTES("\"\" *"), "/*" },
	{ LIST, BYTES("a \"%/b\""), "a/%/b" },
	{ LIST, BYTES("(SPECIAL-USE) \"\" \"*\" RETURN (SPECIAL-USE)"), "only /* return" },
	{ LIST, BYTES("() \"\" \"*\" RETURN ()"), "/*" },
	{ LIST, BYTES("\"\" * RETURN (CHILDREN)"), "! LIST has no such option" },
	{ LIST, BYTES("\"\""), "! a space is missing" },
	{ LIST, BYTES("\"\" a b"), "! LIST has two arguments" },
	{ STATUS, BYTES("a (UNSEEN messages)"), "a MESSAGES UNSEEN" },
	{ STATUS, BYTES("a (DELETED-STORAGE DELETED HIGHESTMODSEQ UIDNEXT)"),
	  "a UIDNEXT HIGHESTMODSEQ DELETED DELETED-STORAGE" },
	{ STATUS, BYTES("a ()"), "! STATUS has no such item" },
	{ STATUS, BYTES("a MESSAGES"), "! \"(\" is missing" },
	{ APPEND, BYTES("a {3}\r\nabc"), "a () <abc>" },
	{ APPEND, BYTES("inbox (\\Seen) \" 5-Nov-2026 01:02:03 +0800\" {3+}\r\nabc"),
	  "INBOX (\\Seen) \" 5-Nov-2026 01:02:03 +0800\" <abc>" },
	{ APPEND, BYTES("a \"abc\""), "! a date lacks digits" },
	{ APPEND, BYTES("a (\\Seen)"), "! a space is missing" },
	{ APPEND, BYTES("a {3}\r\nabc {1}\r\nx"), "! more arguments than the command has" },
	{ ID, BYTES("NIL"), "0" },
	{ ID, BYTES("()"), "0" },
	{ ID, BYTES("(\"name\" \"x\" \"os\" NIL)"), "2 name=\"x\" os=NIL" },
	{ ID, BYTES("(\"name\")"), "! a space is missing" },
	{ ID, BYTES("(\"0123456789012345678901234567890\" NIL)"),
	  "! ID has 30 fields of 30 and 1024 octets" },
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
	static const struct word_list list = { ID, "(\"a\" NIL", " \"a\" NIL",
		")", IMAP_ID_MOST - 1 };

	check_bound(&words, &list);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { words_are_taken_or_refused,
		half_a_word_is_read_to_its_end_only, lists_are_bounded };

	return run_tests("imap/box_args", tests, COUNT(tests));
}
