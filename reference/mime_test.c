/* SPDX-License-Identifier: MIT */
#include "reference/mime.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/files.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/*
 * A tree as text: "type/subtype[offset of the body,octets,lines]", children
 * in parentheses behind it.
 */
static void
show(const struct mime *mime, struct buf *out)
{
	const struct mime_part *part = mime->root;

	while (part != NULL) {
		buf_addf(out, "%.*s/%.*s[%zu,%zu,%zu]", SPAN_FMT(part->type),
		    SPAN_FMT(part->subtype),
		    (size_t)(part->body.ptr - mime->text.ptr), part->body.len,
		    part->lines);
		if (part->first != NULL) {
			buf_addf(out, "(");
			part = part->first;
			continue;
		}
		for (; part != NULL && part->next == NULL; part = part->parent)
			buf_addf(out, part->parent == NULL ? "" : ")");
		if (part != NULL) {
			buf_addf(out, " ");
			part = part->next;
		}
	}
}

#define MIXED  "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define RFC822 "Content-Type: message/rfc822\r\n\r\n"

/* clang-format off */
static const struct {
	const char	*text, *want;
	unsigned	 flaws;
} trees[] = {
	/* no parts */
	{ "A: b\r\n\r\nx\r\ny\r\n",	"text/plain[8,6,2]", 0 },
	{ "A: b\n\nx\ny",		"text/plain[6,3,2]", 0 },
	{ "\r\nx\r\n",			"text/plain[2,3,1]", 0 },
	{ "A: b\r\n\r\n",		"text/plain[8,0,0]", 0 },
	{ "A: b\r\n",			"text/plain[6,0,0]", MIME_NO_BLANK },
	{ "A: b",			"text/plain[4,0,0]", MIME_NO_BLANK },
	{ "",				"text/plain[0,0,0]", MIME_NO_BLANK },
	{ "Content-Type: TEXT/Html\r\n\r\n", "TEXT/Html[27,0,0]", 0 },
	{ "content-type:\r\n (x (y)) a/b (z) ; c=d\r\n\r\n", "a/b[41,0,0]", 0 },
	{ "Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n", "a/b[40,0,0]", 0 },
	{ "Content-Type: text\r\n\r\n",	"text/plain[22,0,0]", MIME_BAD_TYPE },
	{ "Content-Type:\r\n\r\n",	"text/plain[17,0,0]", MIME_BAD_TYPE },
	{ "Content-Type: a b/c\r\n\r\n", "text/plain[23,0,0]", MIME_BAD_TYPE },
	{ "Content-Type: multipart/mixed\r\n\r\n--b\r\n",
					"text/plain[33,5,1]", MIME_NO_BOUNDARY },
	{ "Content-Type: message/partial; id=a\r\n\r\nx\r\n",
					"message/partial[39,3,1]", 0 },
	/* RFC 2046 5.1.1 */
	{ MIXED "--b\r\n\r\nx\r\n--b\r\nA: b\r\n\r\ny\r\n\r\n--b--\r\n",
	  "multipart/mixed[45,35,9](text/plain[52,1,1] text/plain[68,3,1])", 0 },
	{ MIXED "pre\r\n--b  \r\n\r\nx\r\n--b--\t\r\nepi\r\n--b\r\n--b--\r\n",
	  "multipart/mixed[45,42,8](text/plain[59,1,1])", 0 },
	{ MIXED "--b\n\nx\n--b--\n",
	  "multipart/mixed[45,13,4](text/plain[50,1,1])", 0 },
	{ MIXED "--b\r\n\r\nx\r\n",
	  "multipart/mixed[45,10,3](text/plain[52,3,1])", MIME_UNCLOSED },
	{ MIXED "--b\r\n\r\n--b\r\n--b--\r\n",
	  "multipart/mixed[45,19,4](text/plain[52,0,0] text/plain[57,0,0])",
	  MIME_NO_BLANK },
	{ MIXED "--b\r\nA: b\r\n--b--\r\n",
	  "multipart/mixed[45,18,3](text/plain[54,0,0])", MIME_NO_BLANK },
	{ MIXED "--b",
	  "multipart/mixed[45,3,1](text/plain[48,0,0])",
	  MIME_NO_BLANK | MIME_UNCLOSED },
	{ MIXED "nothing\r\n",
	  "multipart/mixed[45,9,1](text/plain[54,0,0])",
	  MIME_NO_BLANK | MIME_NO_PARTS | MIME_UNCLOSED },
	{ MIXED "--b--\r\n",
	  "multipart/mixed[45,7,1](text/plain[52,0,0])",
	  MIME_NO_BLANK | MIME_NO_PARTS },
	{ MIXED,
	  "multipart/mixed[45,0,0](text/plain[45,0,0])",
	  MIME_NO_BLANK | MIME_NO_PARTS | MIME_UNCLOSED },
	{ MIXED "-b\r\n --b\r\n--B\r\n--b--\r\n",
	  "multipart/mixed[45,22,4](text/plain[67,0,0])",
	  MIME_NO_BLANK | MIME_NO_PARTS },
	/* boundaries that begin like others, and the same one twice */
	{ MIXED "--b\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n"
	  "--bb\r\n\r\nx\r\n--bb--\r\n--bb\r\n--b\r\n\r\ny\r\n--b--\r\n",
	  "multipart/mixed[45,93,12](multipart/mixed[96,23,5]"
	  "(text/plain[104,1,1]) text/plain[128,1,1])", 0 },
	{ "Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n" MIXED
	  "--b\r\n\r\nx\r\n--bb\r\n\r\ny\r\n--bb--\r\n",
	  "multipart/mixed[46,80,10](multipart/mixed[97,8,3]"
	  "(text/plain[104,1,1]) text/plain[115,1,1])", MIME_UNCLOSED },
	{ MIXED "--b\r\n" MIXED "--b\r\n\r\nx\r\n--b--\r\n--b--\r\n",
	  "multipart/mixed[45,74,8](multipart/mixed[95,15,4]"
	  "(text/plain[102,1,1]))", 0 },
	{ "Content-Type: multipart/x; boundary=\"a \\\"b\"\r\n\r\n"
	  "--a \"b\r\n\r\nx\r\n--a \"b--\r\n",
	  "multipart/x[47,23,4](text/plain[57,1,1])", 0 },
	{ "Content-Type: multipart/x; boundary=a/b=c:d\r\n\r\n"
	  "--a/b=c:d\r\n\r\nx\r\n--a/b=c:d--\r\n",
	  "multipart/x[47,29,4](text/plain[60,1,1])", 0 },
	/* messages inside */
	{ RFC822 "A: b\r\n\r\nx\r\n",
	  "message/rfc822[32,11,3](text/plain[40,3,1])", 0 },
	{ RFC822,
	  "message/rfc822[32,0,0](text/plain[32,0,0])", MIME_NO_BLANK },
	{ "Content-Type: message/global\r\n\r\n" MIXED "--b\r\n\r\nx\r\n--b--",
	  "message/global[32,60,6](multipart/mixed[77,15,4]"
	  "(text/plain[84,1,1]))", 0 },
	{ MIXED "--b\r\n" RFC822 "A: b\r\n--b\r\n\r\ny\r\n--b--\r\n",
	  "multipart/mixed[45,60,8](message/rfc822[82,4,1]"
	  "(text/plain[86,0,0]) text/plain[95,1,1])", MIME_NO_BLANK },
	{ "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n"
	  "A: b\r\n\r\nx\r\n--b\r\nContent-Type: text/plain\r\n\r\ny\r\n--b--",
	  "multipart/digest[46,59,10](message/rfc822[53,9,3]"
	  "(text/plain[61,1,1]) text/plain[97,1,1])", 0 },
	{ "Content-Type: multipart/digest; boundary=b\r\n\r\n",
	  "multipart/digest[46,0,0](message/rfc822[46,0,0]"
	  "(text/plain[46,0,0]))",
	  MIME_NO_BLANK | MIME_NO_PARTS | MIME_UNCLOSED },
};
/* clang-format on */

/* What every tree promises, whatever the octets. */
static void
check_shape(const struct mime *mime)
{
	const char *end = mime->text.ptr + mime->text.len;
	size_t count = 0;

	for (const struct mime_part *part = mime->root; part != NULL;
	     part = part->after) {
		count++;
		ck_assert(part->whole.ptr >= mime->text.ptr);
		ck_assert(part->whole.ptr + part->whole.len <= end);
		ck_assert_ptr_eq(part->header.ptr, part->whole.ptr);
		ck_assert_ptr_eq(
		    part->body.ptr, part->header.ptr + part->header.len);
		ck_assert_uint_eq(
		    part->whole.len, part->header.len + part->body.len);
		ck_assert_int_eq(part->first == NULL, part->kind == MIME_LEAF);
		ck_assert(part->type.len > 0 && part->subtype.len > 0);
		ck_assert(part->encoding.len > 0);
		if (part->kind == MIME_MESSAGE)
			ck_assert_ptr_eq(part->first, part->last);
	}
	ck_assert_uint_eq(count, mime->parts);
}

START_TEST(a_message_is_taken_apart)
{
	struct mime mime;
	struct buf out;

	buf_init(&out, 1000);
	mime_parse(&mime, span_of(trees[_i].text));
	check_shape(&mime);
	show(&mime, &out);
	ck_assert_str_eq(buf_text(&out), trees[_i].want);
	ck_assert_uint_eq(mime.flaws, trees[_i].flaws);
	mime_free(&mime);
	buf_free(&out);
}
END_TEST

/* Every octet more or less is a message, too. */
START_TEST(a_message_cut_anywhere_is_one)
{
	const struct span text = span_of(trees[_i].text);

	for (size_t n = 0; n <= text.len; n++) {
		struct mime mime;

		mime_parse(&mime, span_take(text, n));
		check_shape(&mime);
		mime_free(&mime);
		mime_parse(&mime, span_skip(text, n));
		check_shape(&mime);
		mime_free(&mime);
	}
}
END_TEST

/* ---- sections: the example of RFC 3501 6.4.5 ---- */

static const char example[] =
    "Content-Type: multipart/mixed; boundary=a\r\nX: top\r\n\r\n"
    "--a\r\nX: 1\r\n\r\none\r\n"
    "--a\r\nX: 2\r\nContent-Type: application/octet-stream\r\n\r\ntwo\r\n"
    "--a\r\nX: 3\r\nContent-Type: message/rfc822\r\n\r\n"
    "X: 3.header\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nX: 3.1\r\n\r\nthree one\r\n"
    "--b\r\nX: 3.2\r\nContent-Type: a/b\r\n\r\nthree two\r\n"
    "--b--\r\n"
    "--a\r\nX: 4\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
    "--c\r\nX: 4.1\r\nContent-Type: image/gif\r\n\r\nfour one\r\n"
    "--c\r\nX: 4.2\r\nContent-Type: message/rfc822\r\n\r\n"
    "X: 4.2.header\r\nContent-Type: text/plain\r\n\r\nfour two\r\n"
    "--c--\r\n"
    "--a--\r\n";

/* clang-format off */
static const struct {
	const char	*section, *want; /* its beginning; NULL: none */
	size_t		 len;		 /* 0: that is all of it */
} sections[] = {
	{ "",		"Content-Type", sizeof example - 1 },
	{ "HEADER",	"Content-Type: multipart/mixed; boundary=a\r\nX: top"
			"\r\n\r\n", 0 },
	{ "TEXT",	"--a\r\nX: 1\r\n", sizeof example - 1 - 53 },
	{ "MIME",	NULL, 0 },
	{ "1",		"one", 0 },
	{ "1.MIME",	"X: 1\r\n\r\n", 0 },
	{ "1.HEADER",	NULL, 0 },
	{ "1.TEXT",	NULL, 0 },
	{ "1.1",	NULL, 0 },
	{ "2",		"two", 0 },
	{ "3",		"X: 3.header\r\nContent-Type", 134 },
	{ "3.MIME",	"X: 3\r\nContent-Type: message/rfc822\r\n\r\n", 0 },
	{ "3.HEADER",	"X: 3.header\r\n"
			"Content-Type: multipart/mixed; boundary=b\r\n\r\n", 0 },
	{ "3.TEXT",	"--b\r\nX: 3.1\r\n\r\nthree one\r\n", 76 },
	{ "3.1",	"three one", 0 },
	{ "3.1.mime",	"X: 3.1\r\n\r\n", 0 },
	{ "3.2",	"three two", 0 },
	{ "3.3",	NULL, 0 },
	{ "4",		"--c\r\nX: 4.1\r\n", 153 },
	{ "4.MIME",	"X: 4\r\n"
			"Content-Type: multipart/mixed; boundary=c\r\n\r\n", 0 },
	{ "4.1",	"four one", 0 },
	{ "4.1.MIME",	"X: 4.1\r\nContent-Type: image/gif\r\n\r\n", 0 },
	{ "4.2",	"X: 4.2.header\r\nContent-Type: text/plain\r\n\r\n"
			"four two", 0 },
	{ "4.2.HEADER",	"X: 4.2.header\r\nContent-Type: text/plain\r\n\r\n", 0 },
	{ "4.2.TEXT",	"four two", 0 },
	{ "4.2.1",	"four two", 0 },
	{ "4.2.1.MIME",	"X: 4.2.header\r\nContent-Type: text/plain\r\n\r\n", 0 },
	{ "4.2.2",	NULL, 0 },
	{ "5",		NULL, 0 },
	{ "0",		NULL, 0 },
	{ "4.2.1.1",	NULL, 0 },
	{ "1.X",	NULL, 0 },
};
/* clang-format on */

START_TEST(a_section_is_found)
{
	const char *want = sections[_i].want;
	struct mime mime;
	struct span got;
	size_t len = sections[_i].len;

	mime_parse(&mime, SPAN(example));
	ck_assert_uint_eq(mime.flaws, 0);
	ck_assert_int_eq(
	    mime_section_of(&mime, sections[_i].section, &got), want != NULL);
	if (want != NULL) {
		len = len == 0 ? strlen(want) : len;
		ck_assert_msg(span_starts(got, span_of(want)) && got.len == len,
		    "%s is %zu octets: \"%.*s\"", sections[_i].section, got.len,
		    SPAN_FMT(got));
	}
	mime_free(&mime);
}
END_TEST

/* Part 1 of a message that is a message/rfc822 is it, and 1.1 is inside. */
START_TEST(a_message_of_one_part_has_part_1)
{
	/* clang-format off */
	static const struct {
		const char *text, *section, *want;
	} rows[] = {
		{ "A: b\r\n\r\nx\r\n", "1", "x\r\n" },
		{ "A: b\r\n\r\nx\r\n", "1.MIME", "A: b\r\n\r\n" },
		{ "A: b\r\n\r\nx\r\n", "1.1", NULL },
		{ "A: b\r\n\r\nx\r\n", "1.HEADER", NULL },
		{ "A: b\r\n\r\nx\r\n", "2", NULL },
		{ "", "1", "" },
		{ "", "TEXT", "" },
		{ RFC822 "A: b\r\n\r\nx", "1", "A: b\r\n\r\nx" },
		{ RFC822 "A: b\r\n\r\nx", "1.HEADER", "A: b\r\n\r\n" },
		{ RFC822 "A: b\r\n\r\nx", "1.1", "x" },
		{ RFC822 "A: b\r\n\r\nx", "1.1.1", NULL },
		{ RFC822 RFC822 "A: b\r\n\r\nx", "1.1.1", "x" },
		{ RFC822 RFC822 "A: b\r\n\r\nx", "1.1.TEXT", "x" },
	};
	/* clang-format on */
	for (int i = 0; i < COUNT(rows); i++) {
		struct mime mime;
		struct span got;

		mime_parse(&mime, span_of(rows[i].text));
		ck_assert_int_eq(mime_section_of(&mime, rows[i].section, &got),
		    rows[i].want != NULL);
		if (rows[i].want != NULL)
			ck_assert(span_eq(got, span_of(rows[i].want)));
		mime_free(&mime);
	}
}
END_TEST

START_TEST(a_part_knows_its_fields)
{
	static const char text[] =
	    "content-type: TEXT/Plain; Charset = \"UTF-8\"; (c) junk (;x=y); "
	    "=;\r\n"
	    " name*0=a; format=flowed;; x=\"a;\\\"b\"\r\n"
	    "Content-Transfer-Encoding: (x) Base64 (y)\r\n"
	    "Content-Disposition: attachment; filename=\"a b.txt\"\r\n"
	    "Content-ID: <1@a.test>\r\n"
	    "Content-Description: two\r\n words \r\n"
	    "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n"
	    "Content-Language: zh-CN, en\r\n"
	    "Content-Location: a/b\r\n"
	    "Content-ID: <2@a.test>\r\n\r\n";
	const struct mime_part *part;
	const struct mime_param *param;
	struct mime mime;
	struct buf out;

	buf_init(&out, 100);
	mime_parse(&mime, SPAN(text));
	part = mime.root;
	ck_assert(mime_is(part, "text", "plain"));
	ck_assert_uint_eq(part->params.count, 4);
	param = mime_find_param(part->params, SPAN("charset"));
	ck_assert(span_eq(param->value, SPAN("UTF-8")));
	ck_assert(span_eq(part->params.at[1].name, SPAN("name*0")));
	ck_assert(span_eq(part->params.at[2].value, SPAN("flowed")));
	mime_unquote(part->params.at[3].value, &out);
	ck_assert_str_eq(buf_text(&out), "a;\"b");
	ck_assert_ptr_null(mime_find_param(part->params, SPAN("name")));
	ck_assert(span_eq(part->encoding, SPAN("Base64")));
	ck_assert(span_eq(part->disposition, SPAN("attachment")));
	ck_assert_uint_eq(part->disposition_params.count, 1);
	ck_assert(
	    span_eq(part->disposition_params.at[0].value, SPAN("a b.txt")));
	ck_assert(span_eq(part->id, SPAN("<1@a.test>")));
	ck_assert(span_eq(part->description, SPAN("two\r\n words")));
	ck_assert(span_eq(part->md5, SPAN("Q2hlY2sgSW50ZWdyaXR5IQ==")));
	ck_assert(span_eq(part->language, SPAN("zh-CN, en")));
	ck_assert(span_eq(part->location, SPAN("a/b")));
	mime_free(&mime);

	mime_parse(&mime, SPAN("\r\n"));
	part = mime.root;
	ck_assert(span_eq(part->params.at[0].value, SPAN("us-ascii")));
	ck_assert(span_eq(part->encoding, SPAN("7bit")));
	ck_assert_ptr_null(part->disposition.ptr);
	ck_assert_ptr_null(part->id.ptr);
	mime_free(&mime);
	buf_free(&out);
}
END_TEST

/* ---- fields ---- */

static const char header[] =
    "A: one\r\nB :two\r\nno field\r\nC:\r\n three\r\n\tfour \r\n"
    "a: five\r\n : six\r\nD:\r\nE e: seven\r\n\r\nF: body\r\n";

START_TEST(a_list_of_values_is_taken)
{
	struct span in = SPAN(" (a) zh-CN (b), \"e\\n\" ,");
	struct span value;

	ck_assert(mime_take_value(&in, &value));
	ck_assert(span_eq(value, SPAN("zh-CN")));
	ck_assert(!mime_take_value(&in, &value));
	in = span_skip(in, 1);
	ck_assert(mime_take_value(&in, &value));
	ck_assert(span_eq(value, SPAN("e\\n")));
	ck_assert(span_eq(in, SPAN(",")));
}
END_TEST

START_TEST(fields_are_walked)
{
	static const char *const want[][2] = { { "A", "one" }, { "B", "two" },
		{ "", "no field" }, { "C", "three\r\n\tfour" },
		{ "a", "five\r\n : six" }, { "D", "" }, { "", "E e: seven" } };
	struct span rest = SPAN(header);
	struct mime_field field;

	for (int i = 0; i < COUNT(want); i++) {
		ck_assert(mime_take_field(&rest, &field));
		ck_assert(span_eq(field.name, span_of(want[i][0])));
		ck_assert(span_eq(field.value, span_of(want[i][1])));
	}
	ck_assert(!mime_take_field(&rest, &field));
	ck_assert(span_eq(rest, SPAN("\r\nF: body\r\n")));
	ck_assert(!mime_find_field(SPAN(header), SPAN("F"), &field));
	ck_assert_ptr_null(field.value.ptr);
	ck_assert(
	    span_eq(mime_field_value(SPAN(header), SPAN("b")), SPAN("two")));
	ck_assert(mime_find_field(SPAN(header), SPAN("d"), &field));
	ck_assert_ptr_nonnull(field.value.ptr);
}
END_TEST

START_TEST(fields_are_selected)
{
	static const struct span names[] = { SPAN_INIT("a"), SPAN_INIT("C"),
		SPAN_INIT("Z") };
	const struct span in = span_take(SPAN(header), sizeof header - 1 - 9);
	struct buf out;

	buf_init(&out, 1000);
	mime_select_fields(in, names, 3, false, &out);
	ck_assert_str_eq(buf_text(&out), "A: one\r\nC:\r\n three\r\n\tfour "
					 "\r\na: five\r\n : six\r\n\r\n");
	buf_clear(&out);
	mime_select_fields(in, names, 3, true, &out);
	ck_assert_str_eq(
	    buf_text(&out), "B :two\r\nno field\r\nD:\r\nE e: seven\r\n\r\n");
	buf_clear(&out);
	mime_select_fields(SPAN("A: b\r\n"), names, 3, false, &out);
	ck_assert_str_eq(buf_text(&out), "A: b\r\n");
	buf_free(&out);
}
END_TEST

START_TEST(the_top_is_cut)
{
	static const char text[] = "A: b\r\n\r\none\r\n\r\nthree";
	static const size_t want[] = { 8, 13, 15, 20, 20 };

	for (size_t n = 0; n < 5; n++)
		ck_assert_uint_eq(mime_top(SPAN(text), n).len, want[n]);
	ck_assert_uint_eq(mime_top(SPAN(text), SIZE_MAX).len, 20);
	ck_assert_uint_eq(mime_top(SPAN("A: b\r\n"), 3).len, 6);
	ck_assert_uint_eq(mime_top(SPAN(""), 0).len, 0);
}
END_TEST

/* ---- fixtures: the octets of a part are those of the file ---- */

/* clang-format off */
static const struct {
	const char	*file, *want;
} fixtures[] = {
	{ "attachment",	"multipart/mixed(text/plain application/pdf)" },
	{ "nested",	"multipart/mixed(multipart/alternative(text/plain "
			"text/html) text/plain)" },
	{ "rfc822",	"multipart/mixed(message/rfc822(text/plain))" },
	{ "rfc2231",	"multipart/mixed(text/plain application/octet-stream)" },
	{ "gb18030",	"text/plain" },
	{ "dots",	"text/plain" },
};
/* clang-format on */

static void
show_types(const struct mime_part *part, struct buf *out)
{
	buf_addf(
	    out, "%.*s/%.*s", SPAN_FMT(part->type), SPAN_FMT(part->subtype));
	if (part->first == NULL)
		return;
	buf_addf(out, "(");
	for (part = part->first; part != NULL; part = part->next) {
		show_types(part, out);
		buf_addf(out, part->next == NULL ? ")" : " ");
	}
}

START_TEST(the_fixtures_have_no_flaw)
{
	struct mime mime;
	struct buf text, out;
	struct err err = { 0 };
	char path[100];

	buf_init(&text, 100000);
	buf_init(&out, 1000);
	snprintf(path, sizeof path, "fixtures/mail/%s.eml", fixtures[_i].file);
	ck_assert_msg(files_read(path, &text, &err), "%s", err.what);
	mime_parse(&mime, buf_span(&text));
	check_shape(&mime);
	ck_assert_uint_eq(mime.flaws, 0);
	show_types(mime.root, &out);
	ck_assert_str_eq(buf_text(&out), fixtures[_i].want);
	mime_free(&mime);
	buf_free(&text);
	buf_free(&out);
}
END_TEST

/* ---- limits ---- */

static void
repeat(struct buf *out, const char *head, const char *piece, size_t times)
{
	buf_add(out, span_of(head));
	while (times-- > 0)
		buf_add(out, span_of(piece));
}

/* A quadratic step would take minutes here. */
/* clang-format off */
static const struct {
	const char	*head, *piece;
	size_t		 times, parts;
	unsigned	 flaws;
} large[] = {
	{ MIXED, "--b\r\n\r\nx\r\n", 10000, MIME_PARTS_MOST,
	  MIME_TOO_MANY | MIME_UNCLOSED },
	{ MIXED, "--b\r\n", 300000, MIME_PARTS_MOST,
	  MIME_TOO_MANY | MIME_UNCLOSED | MIME_NO_BLANK },
	{ "", "A: b\r\n", 200000, 1, MIME_NO_BLANK },
	{ "A:", " b\r\n", 300000, 1, MIME_NO_BLANK },
	{ "\r\n", "\r\n", 600000, 1, 0 },
	{ "", RFC822, 40000, MIME_DEPTH_MOST, MIME_TOO_MANY },
	{ "", MIXED "--b\r\n", 25000, MIME_PARTS_MOST,
	  MIME_TOO_MANY | MIME_UNCLOSED },
	{ MIXED, "--b\r\n" MIXED "--b--\r\n", 20000, MIME_PARTS_MOST,
	  MIME_TOO_MANY | MIME_NO_BLANK | MIME_NO_PARTS },
	{ "Content-Type: a/b", ";c=d", 300000, 1, MIME_NO_BLANK },
	{ "Content-Type: a/b", ";", 1000000, 1, MIME_NO_BLANK },
	{ "Content-Type: ", "(", 1000000, 1, MIME_NO_BLANK | MIME_BAD_TYPE },
	{ "Content-Type: a/b;", "c=\"", 300000, 1, MIME_NO_BLANK },
	{ "Content-Type: multipart/mixed; boundary=\"", "\\", 1000000, 1,
	  MIME_NO_BLANK | MIME_NO_BOUNDARY },
};
/* clang-format on */

START_TEST(large_messages_take_no_longer_than_they_are)
{
	struct mime mime;
	struct buf text;

	buf_init(&text, 4000000);
	repeat(&text, large[_i].head, large[_i].piece, large[_i].times);
	ck_assert(!text.full);
	mime_parse(&mime, buf_span(&text));
	check_shape(&mime);
	ck_assert_uint_eq(mime.parts, large[_i].parts);
	ck_assert_uint_eq(mime.flaws, large[_i].flaws);
	mime_free(&mime);
	buf_free(&text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("mime");
	TCase *tc = tcase_create("mime");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_message_is_taken_apart, 0, COUNT(trees));
	tcase_add_loop_test(tc, a_message_cut_anywhere_is_one, 0, COUNT(trees));
	tcase_add_loop_test(tc, a_section_is_found, 0, COUNT(sections));
	tcase_add_test(tc, a_message_of_one_part_has_part_1);
	tcase_add_test(tc, a_part_knows_its_fields);
	tcase_add_test(tc, a_list_of_values_is_taken);
	tcase_add_test(tc, fields_are_walked);
	tcase_add_test(tc, fields_are_selected);
	tcase_add_test(tc, the_top_is_cut);
	tcase_add_loop_test(tc, the_fixtures_have_no_flaw, 0, COUNT(fixtures));
	tcase_add_loop_test(
	    tc, large_messages_take_no_longer_than_they_are, 0, COUNT(large));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
