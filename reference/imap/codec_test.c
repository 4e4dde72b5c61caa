/* SPDX-License-Identifier: MIT */
/*
 * The words of commands: taken, or refused with a reason.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/imap/box_args.h"
#include "reference/imap/codec.h"
#include "reference/imap/fetch_args.h"
#include "reference/imap/put.h"
#include "reference/imap/search_args.h"
#include "reference/imap/set.h"
#include "reference/imap/store_args.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define BYTES(text)  SPAN_INIT(text)

/* ---- each way to take a word: its result as text, or what is wrong ---- */

enum word {
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
	DATE_TIME,
	SET,
	RESOLVED,
	FETCH,
	STORE,
	SEARCH,
	SORT,
	SELECT,
	CREATE,
	LIST,
	STATUS,
	APPEND,
	ID,
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
read_string(struct imap_args *a, enum word word, struct buf *out)
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
read_number(struct imap_args *a, enum word word, struct buf *out)
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
show_flags(struct buf *out, const struct imap_flags *flags)
{
	imap_put_flags(out, flags);
	buf_addf(out, "%s", flags->extension ? "!" : "");
}

static void
read_flags(struct imap_args *a, struct buf *out)
{
	struct imap_flags flags;

	if (imap_take_flag_list(a, &flags))
		show_flags(out, &flags);
}

static void
read_date(struct imap_args *a, enum word word, struct buf *out)
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
show_set(struct buf *out, const struct imap_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		buf_addf(out, "%s%u:%u", i == 0 ? "" : ",", set->range[i].lo,
		    set->range[i].hi);
}

static void
read_set(struct imap_args *a, enum word word, struct buf *out)
{
	struct imap_set set;

	imap_take_set(a, &set);
	if (word == RESOLVED)
		imap_set_resolve(&set, 10);
	show_set(out, &set);
	imap_set_free(&set);
}

static void
read_fetch(struct imap_args *a, struct buf *out)
{
	struct imap_fetch f;

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

static void
read_store(struct imap_args *a, struct buf *out)
{
	static const char *const how[] = { "=", "+", "-" };
	struct imap_store s;

	if (!imap_take_store(a, &s))
		return;
	buf_addf(out, "%s%s", how[s.how], s.silent ? "silent" : "");
	show_flags(out, &s.flags);
	if (s.unchanged)
		buf_addf(
		    out, " since %llu", (unsigned long long)s.unchanged_since);
}

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
read_search(struct imap_args *a, enum word word, struct buf *out)
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
read_box(struct imap_args *a, enum word word, struct buf *out)
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
read_word(struct imap_args *a, enum word word, struct buf *out)
{
	if (word == COMMAND)
		read_command(a, out);
	else if (word <= PATTERN)
		read_string(a, word, out);
	else if (word <= NUMBER64)
		read_number(a, word, out);
	else if (word == FLAG_LIST)
		read_flags(a, out);
	else if (word == DATE || word == DATE_TIME)
		read_date(a, word, out);
	else if (word == SET || word == RESOLVED)
		read_set(a, word, out);
	else if (word == FETCH)
		read_fetch(a, out);
	else if (word == STORE)
		read_store(a, out);
	else if (word == SEARCH || word == SORT)
		read_search(a, word, out);
	else if (word == SELECT || word == CREATE)
		read_box(a, word, out);
	else if (word == LIST)
		read_list(a, out);
	else if (word == STATUS)
		read_status(a, out);
	else if (word == APPEND)
		read_append(a, out);
	else if (word == ID)
		read_id(a, out);
}

#define NOTS "NOT NOT NOT NOT NOT NOT NOT NOT NOT NOT "
#define TENS "1.2.3.4.5.6.7.8.9.10."

/* clang-format off */
static const struct {
	enum word	 word;
	struct span	 in;
	const char	*want;	/* "! reason": refused */
} words[] = {
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

	{ SET, BYTES("1"), "1:1" },
	{ SET, BYTES("1:3,7,*:5,*"), "1:3,7:7,0:5,0:0" },
	{ SET, BYTES("1:4294967295"), "1:4294967295" },
	{ SET, BYTES("0"), "! a number begins with 0" },
	{ SET, BYTES("1:0"), "! a number begins with 0" },
	{ SET, BYTES("1:"), "! a number is missing" },
	{ SET, BYTES(",1"), "! a number is missing" },
	{ SET, BYTES("1,,2"), "! a number is missing" },
	{ SET, BYTES("1:2:3"), "! more arguments than the command has" },
	{ SET, BYTES("4294967296"), "! a number is too big" },
	{ SET, BYTES("$"), "! a number is missing" },
	{ RESOLVED, BYTES("*"), "10:10" },
	{ RESOLVED, BYTES("20:*"), "10:20" },
	{ RESOLVED, BYTES("*:1"), "1:10" },
	{ RESOLVED, BYTES("5,3,4,1,5"), "1:1,3:5" },
	{ RESOLVED, BYTES("9:2,3:1"), "1:9" },
	{ RESOLVED, BYTES("1:4294967295,4294967295,7"), "1:4294967295" },
	{ RESOLVED, BYTES("1:9,3,20,22"), "1:9,20:20,22:22" },

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

	{ STORE, BYTES("FLAGS ()"), "=()" },
	{ STORE, BYTES("+flags.silent (\\Seen)"), "+silent(\\Seen)" },
	{ STORE, BYTES("-FLAGS \\Seen a"), "-(\\Seen a)" },
	{ STORE, BYTES("(UNCHANGEDSINCE 0) FLAGS (a)"), "=(a) since 0" },
	{ STORE, BYTES("(FOO 1) FLAGS (a)"), "! STORE has no such modifier" },
	{ STORE, BYTES("FLAGS"), "! a space is missing" },
	{ STORE, BYTES("FLAGS (a) b"), "! more arguments than the command has" },
	{ STORE, BYTES("FLAGSX (a)"), "! STORE knows FLAGS, +FLAGS and -FLAGS, "
				      "with .SILENT or without" },
	{ STORE, BYTES("+FLAGS (\\Recent)"), "! \\Recent cannot be set" },

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

static void
check_word(int row)
{
	const struct span in = words[row].in;
	const char *want = words[row].want;
	/* An exact copy, so that the sanitizer sees its end. */
	char *copy = malloc(in.len + !in.len);
	struct imap_args a;
	struct buf out;

	memcpy(copy, in.ptr, in.len);
	buf_init(&out, 100000);
	imap_args_init(&a, (struct span){ copy, in.len });
	read_word(&a, words[row].word, &out);
	imap_take_end(&a);
	if (a.bad != NULL) {
		buf_clear(&out);
		buf_addf(&out, "! %s", a.bad);
	}
	if (want != NULL)
		ck_assert_msg(strcmp(buf_text(&out), want) == 0,
		    "row %d, \"%.*s\": \"%s\" and not \"%s\"", row,
		    SPAN_FMT(in), buf_text(&out), want);
	else
		ck_assert_ptr_null(a.bad);
	imap_args_free(&a);
	buf_free(&out);
	free(copy);
}

START_TEST(words_are_taken_or_refused)
{
	for (int i = 0; i < COUNT(words); i++)
		check_word(i);
}
END_TEST

/* Whatever was cut short is refused or complete, and never read beyond. */
static void
check_half(struct span half, enum word word)
{
	char *copy = malloc(half.len + !half.len);
	struct imap_args a;
	struct buf out;

	memcpy(copy, half.ptr, half.len);
	buf_init(&out, 100000);
	imap_args_init(&a, (struct span){ copy, half.len });
	read_word(&a, word, &out);
	ck_assert(a.left.ptr >= copy && a.left.ptr <= copy + half.len);
	imap_args_free(&a);
	buf_free(&out);
	free(copy);
}

START_TEST(half_a_word_is_read_to_its_end_only)
{
	for (int i = 0; i < COUNT(words); i++)
		for (size_t n = 0; n < words[i].in.len; n++)
			check_half(span_take(words[i].in, n), words[i].word);
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

START_TEST(lists_are_bounded)
{
	static const struct {
		enum word word;
		const char *before, *each, *after;
		int most;
	} lists[] = {
		{ FETCH, "(UID", " UID", ")", IMAP_FETCH_MOST - 1 },
		{ FETCH, "BODY[HEADER.FIELDS (a", " a", ")]",
		    IMAP_FIELDS_MOST - 1 },
		{ SEARCH, "ALL", " ALL", "", IMAP_SEARCH_MOST - 2 },
		{ ID, "(\"a\" NIL", " \"a\" NIL", ")", IMAP_ID_MOST - 1 },
	};

	for (int i = 0; i < COUNT(lists); i++)
		for (int more = 0; more < 2; more++) {
			struct imap_args a;
			struct buf in, out;

			buf_init(&in, 100000);
			buf_init(&out, 100000);
			buf_addf(&in, "%s", lists[i].before);
			for (int k = 0; k < lists[i].most + more; k++)
				buf_addf(&in, "%s", lists[i].each);
			buf_addf(&in, "%s", lists[i].after);
			imap_args_init(&a, buf_span(&in));
			read_word(&a, lists[i].word, &out);
			ck_assert_int_eq(imap_take_end(&a), !more);
			imap_args_free(&a);
			buf_free(&in);
			buf_free(&out);
		}
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
	Suite *suite = suite_create("imap/codec");
	TCase *c = tcase_create("codec");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_test(c, words_are_taken_or_refused);
	tcase_add_test(c, half_a_word_is_read_to_its_end_only);
	tcase_add_test(c, failure_stays);
	tcase_add_test(c, two_escaped_strings_both_live);
	tcase_add_test(c, lists_are_bounded);
	tcase_add_test(c, keywords_are_bounded);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
