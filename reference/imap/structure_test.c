/* SPDX-License-Identifier: MIT */
#include "reference/imap/structure.h"

#include <check.h>
#include <stdlib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* clang-format off */
static const struct {
	const char *title, *header, *want;
} envelopes[] = {
	{ "the message of RFC 3501 8",
	  "Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n"
	  "From: Terry Gray <gray@cac.washington.edu>\r\n"
	  "Subject: IMAP4rev1 WG mtg summary and minutes\r\n"
	  "To: imap@cac.washington.edu\r\n"
	  "cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\r\n"
	  "Message-Id: <B27397-0100000@cac.washington.edu>\r\n\r\n",
	  "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" "
	  "\"IMAP4rev1 WG mtg summary and minutes\" "
	  "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
	  "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
	  "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
	  "((NIL NIL \"imap\" \"cac.washington.edu\")) "
	  "((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")"
	  "(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL "
	  "\"<B27397-0100000@cac.washington.edu>\")" },
	{ "nothing at all", "\r\n",
	  "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)" },
	{ "there and empty", "Subject:\r\nSender: \r\nFrom: a@b.test\r\n\r\n",
	  "(NIL \"\" ((NIL NIL \"a\" \"b.test\")) ((NIL NIL \"a\" \"b.test\")) "
	  "((NIL NIL \"a\" \"b.test\")) NIL NIL NIL NIL NIL)" },
	{ "a group, a fold, octets above 127",
	  "To: friends: a@b.test,\r\n \"X \\\"Y\\\"\" <c@d.test>;\r\n"
	  "Subject: a\r\n b\xe4\xbd\xa0\r\n\r\n",
	  "(NIL {6}\r\na b\xe4\xbd\xa0 NIL NIL NIL "
	  "((NIL NIL \"friends\" NIL)(NIL NIL \"a\" \"b.test\")"
	  "(\"X \\\"Y\\\"\" NIL \"c\" \"d.test\")(NIL NIL NIL NIL)) "
	  "NIL NIL NIL NIL)" },
};

static const struct {
	const char *title, *message, *body, *structure;
} structures[] = {
	{ "plain text", "Subject: x\r\n\r\nhello\r\nyou\r\n",
	  "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 12 2)",
	  "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 12 2 "
	  "NIL NIL NIL NIL)" },
	{ "an attachment",
	  "Content-Type: application/PDF; name=\"a \\\"b\\\".pdf\"\r\n"
	  "Content-Transfer-Encoding: base64\r\n"
	  "Content-ID: <1@x.test>\r\nContent-Description: d\r\n"
	  "Content-MD5: Q2hlY2s=\r\nContent-Language: zh-CN, en\r\n"
	  "Content-Location: http://x.test/\r\n"
	  "Content-Disposition: attachment; filename=a.pdf\r\n\r\nAAAA\r\n",
	  "(\"application\" \"PDF\" (\"name\" \"a \\\"b\\\".pdf\") \"<1@x.test>\" "
	  "\"d\" \"base64\" 6)",
	  "(\"application\" \"PDF\" (\"name\" \"a \\\"b\\\".pdf\") \"<1@x.test>\" "
	  "\"d\" \"base64\" 6 \"Q2hlY2s=\" "
	  "(\"attachment\" (\"filename\" \"a.pdf\")) (\"zh-CN\" \"en\") "
	  "\"http://x.test/\")" },
	{ "two parts",
	  "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	  "--b\r\n\r\none\r\n--b\r\nContent-Type: image/png\r\n\r\nAA\r\n--b--\r\n",
	  "((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 3 1)"
	  "(\"image\" \"png\" NIL NIL NIL \"7bit\" 2) \"mixed\")",
	  "((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 3 1 "
	  "NIL NIL NIL NIL)"
	  "(\"image\" \"png\" NIL NIL NIL \"7bit\" 2 NIL NIL NIL NIL) \"mixed\" "
	  "(\"boundary\" \"b\") NIL NIL NIL)" },
	{ "a message in a message",
	  "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nhi\r\n",
	  "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 19 "
	  "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) "
	  "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 4 1) 3)",
	  "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 19 "
	  "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) "
	  "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 4 1 "
	  "NIL NIL NIL NIL) 3 NIL NIL NIL NIL)" },
};
/* clang-format on */

START_TEST(each_header_has_its_envelope)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	imap_put_envelope(&out, span_of(envelopes[_i].header));
	ck_assert_msg(strcmp(buf_text(&out), envelopes[_i].want) == 0,
	    "%s:\nwanted %s\nis     %s", envelopes[_i].title,
	    envelopes[_i].want, buf_text(&out));
	buf_free(&out);
}
END_TEST

static void
check_structure(
    const struct mime_part *root, bool extended, const char *want, int row)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	imap_put_structure(&out, root, extended);
	ck_assert_msg(strcmp(buf_text(&out), want) == 0,
	    "%s:\nwanted %s\nis     %s", structures[row].title, want,
	    buf_text(&out));
	buf_free(&out);
}

START_TEST(each_message_has_its_structure)
{
	struct mime mime;

	mime_parse(&mime, span_of(structures[_i].message));
	check_structure(mime.root, false, structures[_i].body, _i);
	check_structure(mime.root, true, structures[_i].structure, _i);
	mime_free(&mime);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("imap/structure");
	TCase *c = tcase_create("structure");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(
	    c, each_header_has_its_envelope, 0, COUNT(envelopes));
	tcase_add_loop_test(
	    c, each_message_has_its_structure, 0, COUNT(structures));
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
