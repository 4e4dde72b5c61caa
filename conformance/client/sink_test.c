/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conformance/client/sink.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/tls.h"

static char dir[64];
static struct profile profile;
static pid_t sink;

static void
set_up(void)
{
	struct err err = { 0 };

	snprintf(dir, sizeof dir, "/tmp/sink-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	profile =
	    (struct profile){ .mail = {
				  .sink_domain = mem_text(SPAN("s.test")),
				  .sink_host = mem_text(SPAN("127.0.0.1")),
				  .sink_port = net_free_port(),
			      } };
	ck_assert_msg(sink_start(&profile, dir, &sink, &err), "%s", err.what);
	ck_assert_int_gt(sink, 0);
}

static void
tear_down(void)
{
	struct err err;

	sink_stop(sink);
	free(profile.mail.sink_domain);
	free(profile.mail.sink_host);
	files_remove(dir, &err);
}

/* Says all of it, "at_once" octets a time, and hears until the end. */
static void
talk(const char *what, size_t at_once, struct buf *heard)
{
	struct span rest = span_of(what);
	struct stream s;
	struct err err = { 0 };
	struct buf out;
	enum stream_wait wait = STREAM_DONE;
	int fd;

	ck_assert_msg(
	    net_connect("127.0.0.1", profile.mail.sink_port, 5000, &fd, &err),
	    "%s", err.what);
	stream_init(&s, fd);
	buf_init(&out, 1u << 20);
	while (rest.len > 0 || wait != STREAM_OVER) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		buf_add(&out, span_take(rest, at_once));
		rest = span_skip(rest, span_take(rest, at_once).len);
		while (out.len > 0)
			ck_assert_int_ne(stream_write(&s, &out), STREAM_OVER);
		if (rest.len == 0)
			ck_assert_int_gt(poll(&p, 1, 5000), 0);
		wait = stream_read(&s, heard, 1u << 16);
	}
	buf_free(&out);
	stream_close(&s);
}

static void
must_say(const char *what, const char *codes)
{
	static const size_t pieces[] = { 1, 7, 100000 };

	for (size_t i = 0; i < 3; i++) {
		struct buf heard, got;
		struct span rest;

		buf_init(&heard, 1u << 16);
		buf_init(&got, 4096);
		talk(what, pieces[i], &heard);
		rest = buf_span(&heard);
		while (rest.len > 0) {
			const struct span line = span_cut(&rest, '\n');

			if (line.len > 3 && line.ptr[3] == ' ')
				buf_addf(&got, "%.3s ", line.ptr);
		}
		ck_assert_str_eq(buf_text(&got), codes);
		buf_free(&got);
		buf_free(&heard);
	}
}

static char *
filed(const char *name)
{
	char *path = mem_textf("%s/sink/%s", dir, name);
	struct buf content;
	struct err err = { 0 };
	char *text;

	buf_init(&content, 1u << 20);
	ck_assert_msg(files_read(path, &content, &err), "%s", err.what);
	text = mem_text(buf_span(&content));
	buf_free(&content);
	free(path);
	return text;
}

START_TEST(files_what_it_is_given)
{
	char *text;
	json_t *e;

	must_say("EHLO a.test\r\nMAIL FROM:<> SIZE=9 SMTPUTF8\r\n"
		 "RCPT TO:<x@s.test> NOTIFY=NEVER\r\nDATA\r\n"
		 "A: b\r\n\r\n..\r\n.a\nb\r\n.\r\nQUIT\r\n",
	    "220 250 250 250 354 250 221 ");
	text = filed("0003.eml");
	ck_assert_str_eq(text, "A: b\r\n\r\n.\r\na\nb\r\n");
	free(text);
	text = filed("0001.json");
	e = json_loads(text, 0, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(e, "from")), "");
	ck_assert_str_eq(
	    json_string_value(json_object_get(e, "client")), "a.test");
	ck_assert_uint_eq(json_array_size(json_object_get(e, "parameters")), 2);
	json_decref(e);
	free(text);
}
END_TEST

#define LETTER(to) \
	"EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<" to ">\r\nDATA\r\nA: " to \
	"\r\n\r\n.\r\nQUIT\r\n"

/* A run that is resumed has another sink, and the files of the first. */
START_TEST(goes_on_with_the_numbers)
{
	struct err err = { 0 };
	char *path, *text;

	must_say(LETTER("x@s.test"), "220 250 250 250 354 250 221 ");
	path = mem_textf("%s/sink/9000.json", dir);
	ck_assert(files_write(path, SPAN("{}"), &err));
	sink_stop(sink);
	ck_assert_msg(sink_start(&profile, dir, &sink, &err), "%s", err.what);
	must_say(LETTER("y@s.test"), "220 250 250 250 354 250 221 ");
	text = filed("0001.eml");
	ck_assert_str_eq(text, "A: x@s.test\r\n\r\n");
	free(text);
	text = filed("9001.eml");
	ck_assert_str_eq(text, "A: y@s.test\r\n\r\n");
	free(text);
	sink_stop(sink);
	ck_assert_msg(sink_start(&profile, dir, &sink, &err), "%s", err.what);
	must_say(LETTER("z@s.test"), "220 250 250 250 354 250 221 ");
	text = filed("9004.eml");
	ck_assert_str_eq(text, "A: z@s.test\r\n\r\n");
	free(text);
	free(path);
}
END_TEST

START_TEST(treats_recipients_by_name)
{
	struct buf heard;

	must_say("HELO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x.reject@s.test>\r\n"
		 "DATA\r\nRSET\r\nQUIT\r\n",
	    "220 250 250 550 503 250 221 ");
	buf_init(&heard, 4096);
	talk("HELO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x.tempfail@s.test>\r\n"
	     "RCPT TO:<x.tempfail@s.test>\r\nRCPT TO:<X.TempFail@s.test>\r\n"
	     "QUIT\r\n",
	    1000, &heard);
	ck_assert_ptr_nonnull(
	    strstr(buf_text(&heard), "451 4.3.0 try again later\r\n"
				     "451 4.3.0 try again later\r\n250 "));
	buf_free(&heard);
}
END_TEST

START_TEST(refuses_what_is_out_of_order)
{
	must_say("RCPT TO:<a@b>\r\nMAIL FROM:a@b\r\nXYZZY\r\nDATA\r\nQUIT\r\n",
	    "220 503 501 502 503 221 ");
}
END_TEST

START_TEST(is_not_there_without_a_domain)
{
	const struct profile none = { 0 };
	struct err err;
	pid_t pid = 1;

	ck_assert(sink_start(&none, dir, &pid, &err));
	ck_assert_int_eq(pid, 0);
	sink_stop(pid);
}
END_TEST

/* Somebody else has the port: an error that says so, and no process. */
START_TEST(says_when_it_cannot_listen)
{
	struct err err = { 0 };
	pid_t pid = 1;

	ck_assert(!sink_start(&profile, dir, &pid, &err));
	ck_assert_int_eq(pid, 0);
	ck_assert_ptr_nonnull(strstr(err.what, "mail sink"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("client/sink");
	TCase *tc = tcase_create("sink");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, files_what_it_is_given);
	tcase_add_test(tc, goes_on_with_the_numbers);
	tcase_add_test(tc, treats_recipients_by_name);
	tcase_add_test(tc, refuses_what_is_out_of_order);
	tcase_add_test(tc, is_not_there_without_a_domain);
	tcase_add_test(tc, says_when_it_cannot_listen);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
