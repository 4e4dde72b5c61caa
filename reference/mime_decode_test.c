/* SPDX-License-Identifier: MIT */
#include "reference/mime_decode.h"

#include <check.h>
#include <stdlib.h>

#include "lib/files.h"
#include "lib/text.h"
#include "reference/mime.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define BYTES(text) \
	{ \
		text, sizeof(text) - 1 \
	}
#define BAD "\xEF\xBF\xBD"

/* ---- charsets ---- */

/* clang-format off */
static const struct {
	const char	*charset;
	struct span	 text;
	const char	*want;
	bool		 known;
} charsets[] = {
	{ "utf-8",	BYTES("验收 𠮷"),		"验收 𠮷",	true },
	{ "UTF-8",	BYTES("a\xff\xe9\xaa" "b"),	"a" BAD BAD BAD "b", true },
	{ "us-ascii",	BYTES("abc"),			"abc",		true },
	{ "GB18030",	BYTES("\xd1\xe9\xca\xd5\x95\x34\xb2\x35"),
							"验收𠮷",	true },
	{ "gbk",	BYTES("\xd1\xe9\xca\xd5"),	"验收",		true },
	{ "GB2312",	BYTES("\xd1\xe9\xca\xd5\xe9\x46"), "验收镕",	true },
	{ "cp936",	BYTES("\xd1\xe9"),		"验",		true },
	{ "big5",	BYTES("\xc5\xe7\xa6\xac"),	"驗收",		true },
	{ "gb18030",	BYTES("a\xff" "b\xd1"),		"a" BAD "b" BAD, true },
	{ "iso-8859-1",	BYTES("\xe9t\xe9"),		"été",		true },
	{ "ISO-8859-15", BYTES("\xa4"),			"€",		true },
	{ "ISO-8859-5",	BYTES("\xbc\xd8\xe0"),		"Мир",		true },
	{ "windows-1252", BYTES("\x80"),		"€",		true },
	{ "iso-2022-jp", BYTES("\x1b$B$\"\x1b(B."),	"あ.",		true },
	{ "x-none",	BYTES("\xe9t\xe9"),		"\xe9t\xe9",	false },
	{ "GBK//IGNORE", BYTES("\xff"),			"\xff",		false },
	{ "",		BYTES("a"),			"a",		false },
	{ "GB18030",	BYTES(""),			"",		true },
};
/* clang-format on */

START_TEST(a_charset_becomes_utf8)
{
	const struct span charset = span_of(charsets[_i].charset);
	struct buf out;

	buf_init(&out, 100);
	ck_assert_int_eq(mime_charset_known(charset), charsets[_i].known);
	ck_assert_int_eq(mime_from_charset(charset, charsets[_i].text, &out),
	    charsets[_i].known);
	ck_assert_str_eq(buf_text(&out), charsets[_i].want);
	buf_free(&out);
}
END_TEST

START_TEST(every_charset_we_name_is_there)
{
	const char *name;
	struct buf out;
	size_t count = 0;

	buf_init(&out, 1000);
	for (; (name = mime_charset_name(count)) != NULL; count++)
		ck_assert_msg(mime_from_charset(span_of(name), SPAN("a"), &out),
		    "%s", name);
	ck_assert_uint_eq(out.len, count);
	ck_assert_uint_ge(count, 20);
	buf_free(&out);
}
END_TEST

/* What is wrong costs three octets for one, and never more. */
START_TEST(a_converter_stays_within_the_cap)
{
	struct span text;
	char octets[3000];
	struct buf out;

	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (char)(i * 37 % 256);
	text = (struct span){ octets, sizeof octets };
	for (size_t i = 0; mime_charset_name(i) != NULL; i++) {
		buf_init(&out, 3 * sizeof octets);
		(void)mime_from_charset(
		    span_of(mime_charset_name(i)), text, &out);
		ck_assert(!out.full);
		ck_assert(text_is_utf8(buf_span(&out)));
		buf_free(&out);
	}
}
END_TEST

/* ---- transfer encodings ---- */

/* clang-format off */
static const struct {
	const char	*encoding, *text, *want;
	bool		 known;
} encodings[] = {
	{ "base64",	"YWJj",			"abc",		true },
	{ "BASE64",	"YW\r\nJjZA==\r\n",	"abcd",		true },
	{ "base64",	"YQ==YmM=",		"abc",		true },
	{ "base64",	"Y!W-J j",		"abc",		true },
	{ "base64",	"YWJjZ",		"abc",		true },
	{ "base64",	"YWJjZA",		"abcd",		true },
	{ "base64",	"====",			"",		true },
	{ "base64",	"/+8=",			"\xff\xef",	true },
	{ "quoted-printable", "a=3Db=e9\r\n",	"a=b\xe9\r\n",	true },
	{ "quoted-printable", "a=\r\nb= \t\r\nc", "abc",	true },
	{ "quoted-printable", "a \t\r\n b \n",	"a\r\n b\n",	true },
	{ "quoted-printable", "a=20\r\n",	"a \r\n",	true },
	{ "quoted-printable", "=G1=4=",		"=G1=4",	true },
	{ "quoted-printable", "==41",		"=A",		true },
	{ "quoted-printable", "\r\n\r\n",	"\r\n\r\n",	true },
	{ "quoted-printable", "a=",		"a",		true },
	{ "7bit",	"a=3D",			"a=3D",		true },
	{ "8bit",	"a=3D",			"a=3D",		true },
	{ "binary",	"a=3D",			"a=3D",		true },
	{ "x-uuencode",	"a=3D",			"a=3D",		false },
	{ "base64",	"",			"",		true },
	{ "quoted-printable", "",		"",		true },
};
/* clang-format on */

START_TEST(an_encoding_is_undone)
{
	struct buf out;

	buf_init(&out, 100);
	ck_assert_int_eq(mime_unencode(span_of(encodings[_i].encoding),
			     span_of(encodings[_i].text), &out),
	    encodings[_i].known);
	ck_assert_str_eq(buf_text(&out), encodings[_i].want);
	buf_free(&out);
}
END_TEST

START_TEST(base64_comes_back)
{
	char octets[5000];
	struct buf text, out;

	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (char)(i * 89 % 256);
	for (size_t n = 0; n < sizeof octets; n += 1 + n / 7) {
		const struct span in = { octets, n };

		buf_init(&text, 10000);
		buf_init(&out, 5000);
		text_base64(in, &text);
		mime_unbase64(buf_span(&text), &out);
		ck_assert(span_eq(buf_span(&out), in));
		buf_free(&text);
		buf_free(&out);
	}
}
END_TEST

/* ---- encoded-words ---- */

/* clang-format off */
static const struct {
	const char	*value, *want;
	bool		 ok;
} words[] = {
	/* RFC 2047 8 */
	{ "(=?ISO-8859-1?Q?a?=)",			"(a)",		true },
	{ "(=?ISO-8859-1?Q?a?= b)",			"(a b)",	true },
	{ "(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)",	"(ab)",		true },
	{ "(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)",	"(ab)",		true },
	{ "(=?ISO-8859-1?Q?a?=\r\n =?ISO-8859-1?Q?b?=)", "(ab)",	true },
	{ "(=?ISO-8859-1?Q?a_b?=)",			"(a b)",	true },
	{ "(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)",	"(a b)",	true },
	{ "=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>",
				"Keith Moore <moore@cs.utk.edu>",	true },
	{ "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
	  " =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
	  "If you can read this you understand the example.",		true },
	{ "=?gb18030?b?0enK1Q==?= x",			"验收 x",	true },
	{ "x =?gb18030?b?0enK1Q==?=",			"x 验收",	true },
	/* a character of UTF-8 and one of GBK cut in two */
	{ "=?utf-8?b?6aqM5g==?= =?utf-8?b?lLY=?=",	"验收",		true },
	{ "=?UTF-8?Q?=E9=AA?= =?utf-8?B?jA==?=",	"验",		true },
	{ "=?GBK?Q?=D1?= =?GBK?Q?=E9?=",		"验",		true },
	{ "=?GBK?Q?=D1?= x",				BAD " x",	true },
	{ "=?utf-8*zh?Q?=E9=AA=8C?=",			"验",		true },
	{ "a=?utf-8?q?b?=c=?utf-8?q?d?=",		"abcd",		true },
	{ "=?utf-8?q?___?= =?utf-8?q?_?=",		"    ",		true },
	{ "=?utf-8?q?\?= =?utf-8?b?\?=",			"",		true },
	{ "=?utf-8?q?=4?=",				"=4",		true },
	/* what is none */
	{ "=?utf-8?x?a?=",		"=?utf-8?x?a?=",		true },
	{ "=?utf-8?q?a b?=",		"=?utf-8?q?a b?=",		true },
	{ "=?utf-8?q?a",		"=?utf-8?q?a",			true },
	{ "=?utf-8?q?a?",		"=?utf-8?q?a?",			true },
	{ "=?utf-8?qq?a?=",		"=?utf-8?qq?a?=",		true },
	{ "=?utf-8 ?q?a?=",		"=?utf-8 ?q?a?=",		true },
	{ "=??q?a?=",			"=??q?a?=",			true },
	{ "=?=?utf-8?q?a?=",		"=?a",				true },
	{ "=?utf-8?=?utf-8?q?a?=",	"=?utf-8?a",			true },
	{ "a\r\n b\r\n\tc",		"a b\tc",			true },
	{ "验收",			"验收",				true },
	{ "\xd1\xe9",			"\xd1\xe9",			false },
	{ "=?x-none?q?=D1?=",		"\xd1",				false },
	{ "",				"",				true },
};
/* clang-format on */

START_TEST(encoded_words_are_decoded)
{
	struct buf out;

	buf_init(&out, 3 * strlen(words[_i].value));
	ck_assert_int_eq(
	    mime_decode_words(span_of(words[_i].value), &out), words[_i].ok);
	ck_assert_str_eq(buf_text(&out), words[_i].want);
	buf_free(&out);
}
END_TEST

/* A quadratic step, or a converter opened for each, would take minutes. */
START_TEST(long_values_take_no_longer_than_they_are)
{
	static const char *const pieces[] = { "=?gbk?q?=D1?= =?big5?q?=A4?= ",
		"=?utf-8?b?6aqM?= ", "=?", "=?a?", "=?a?q?", "=?a?q?b ", "= ?",
		"=?utf-8?q?a", "\r\n =?utf-8?q?a?=" };
	struct buf value, out;

	buf_init(&value, 2000000);
	buf_init(&out, 6000000);
	while (value.len < 1000000)
		buf_add(&value, span_of(pieces[_i]));
	(void)mime_decode_words(buf_span(&value), &out);
	ck_assert(!out.full);
	ck_assert_uint_gt(out.len, 0);
	buf_free(&value);
	buf_free(&out);
}
END_TEST

/* ---- parameters ---- */

/* clang-format off */
static const struct {
	const char	*params, *want;
	bool		 ok;
} params[] = {
	{ "; name=a.txt",				"a.txt",	true },
	{ "; NAME=\"a \\\"b\\\".txt\"",			"a \"b\".txt",	true },
	{ "; name*=UTF-8''%e9%AA%8C.txt",		"验.txt",	true },
	{ "; name*=GBK'zh'%D1%E9",			"验",		true },
	{ "; name=a; name*=UTF-8''b",			"b",		true },
	{ "; name*1=b; name*0=a; name*2=c",		"abc",		true },
	{ "; name*0*=UTF-8''%E9%AA; name*1*=%8C; name*2=\"%20\"",
							"验%20",	true },
	{ "; name*0=a; name*2=c",			"a",		true },
	{ "; name*1=b",					"",		false },
	{ "; name*=''a%20b",				"a b",		true },
	{ "; name*=a%20b",				"a b",		true },
	{ "; name*=a'b",				"a'b",		true },
	{ "; name*=UTF-8''%E9%G1%",			BAD "%G1%",	true },
	{ "; name*=x-none''%D1",			"\xd1",		false },
	{ "; name=\"=?gbk?b?0enK1Q==?=\"",		"验收",		true },
	{ "; name*0=\"=?gbk?b?0en\"; name*1=\"K1Q==?=\"", "验收",	true },
	{ "; name=\"a\r\n b\"",				"a b",		true },
	{ "; names=a; x-name=b",			"",		false },
	{ "; name",					"",		false },
	{ "; name=",					"",		true },
	{ "",						"",		false },
};
/* clang-format on */

START_TEST(a_parameter_is_decoded)
{
	struct mime_param room[MIME_PARAMS_MOST];
	struct span in = span_of(params[_i].params);
	const struct mime_params all = { room, mime_take_params(&in, room) };
	struct buf out;

	buf_init(&out, 100);
	ck_assert_int_eq(
	    mime_decode_param(all, SPAN("name"), &out), params[_i].ok);
	ck_assert_str_eq(buf_text(&out), params[_i].want);
	buf_free(&out);
}
END_TEST

START_TEST(a_chinese_file_name_is_put_together)
{
	const struct mime_part *part;
	struct mime mime;
	struct buf text, out;
	struct err err = { 0 };

	buf_init(&text, 100000);
	buf_init(&out, 1000);
	ck_assert_msg(files_read("fixtures/mail/rfc2231.eml", &text, &err),
	    "%s", err.what);
	mime_parse(&mime, buf_span(&text));
	part = mime_find(&mime, (const uint32_t[]){ 2 }, 1);
	ck_assert_ptr_nonnull(part);
	ck_assert(mime_decode_param(
	    part->disposition_params, SPAN("filename"), &out));
	ck_assert_str_eq(buf_text(&out),
	    "关于开展电子政务应用服务验收工作的通知（征求意见稿）.pdf");
	mime_free(&mime);
	buf_free(&text);
	buf_free(&out);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("mime_decode");
	TCase *tc = tcase_create("mime_decode");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_charset_becomes_utf8, 0, COUNT(charsets));
	tcase_add_test(tc, every_charset_we_name_is_there);
	tcase_add_test(tc, a_converter_stays_within_the_cap);
	tcase_add_loop_test(tc, an_encoding_is_undone, 0, COUNT(encodings));
	tcase_add_test(tc, base64_comes_back);
	tcase_add_loop_test(tc, encoded_words_are_decoded, 0, COUNT(words));
	tcase_add_loop_test(tc, long_values_take_no_longer_than_they_are, 0, 9);
	tcase_add_loop_test(tc, a_parameter_is_decoded, 0, COUNT(params));
	tcase_add_test(tc, a_chinese_file_name_is_put_together);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
