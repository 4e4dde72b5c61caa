/* SPDX-License-Identifier: MIT */
#include "reference/smtp/session.h"

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "reference/session_testing.h"

static struct site site;

static void
setup(void)
{
	site_open(&site, NULL);
}

static void
teardown(void)
{
	site_close(&site);
}

/* ---- a conversation ---- */

/* "250 2.1.0 sender ok" is "250 2.1.0"; only last lines of a reply count. */
static void
summarize(struct span said, struct buf *out)
{
	while (said.len > 0) {
		struct span line =
		    span_take(said, span_find(said, SPAN("\r\n")));
		size_t n = 3;

		said = span_skip(said, line.len + 2);
		if (line.ptr[0] == '@')
			n = line.len;
		else if (line.len > 3 && line.ptr[3] == '-')
			continue;
		else if (line.len > 8 && line.ptr[5] == '.' &&
			 line.ptr[7] == '.')
			n = 4 + strcspn(line.ptr + 4, " \r");
		buf_addf(
		    out, "%s%.*s", out->len > 0 ? ", " : "", (int)n, line.ptr);
	}
}

#define GREET "220, 250"
#define EHLO  "EHLO client.test\r\n"
#define MAIL  "MAIL FROM:<x@other.test>\r\n"
#define RCPT  "RCPT TO:<alice@example.test>\r\n"
#define OPEN  EHLO MAIL RCPT
#define SAID  GREET ", 250 2.1.0, 250 2.1.5"
#define TEXT  "Subject: x\r\n\r\nhello\r\n"

/* "\0alice\0Yan-shou-2021" and, wrong, "\0alice\0wrong" */
#define PLAIN "AUTH PLAIN AGFsaWNlAFlhbi1zaG91LTIwMjE=\r\n"
#define WRONG "AUTH PLAIN AGFsaWNlAHdyb25n\r\n"
#define NOONE "AUTH PLAIN AG5vb25lAHdyb25n\r\n"

#define ROW(role, in, said) \
	{ \
		role, { in, sizeof in - 1 }, said \
	}

/* clang-format off */
static const struct conversation rows[] = {
#define R(in, said) ROW(SMTP_RELAY, in, said),
	/* Order: RFC 5321 4.1.4. */
	R("QUIT\r\n", "220, 221 2.0.0, @closed")
	R("QUIT\r\nNOOP\r\n", "220, 221 2.0.0, @closed")
	R(EHLO "QUIT\r\n", GREET ", 221 2.0.0, @closed")
	R("ehlo Client.Test\r\nnoop\r\n", GREET ", 250 2.0.0")
	R("HELO client.test\r\n", GREET)
	R("EHLO [127.0.0.1]\r\nEHLO [IPv6:::1]\r\n", "220, 250, 250")
	R("EHLO\r\nHELO\r\n", "220, 501 5.5.4, 501 5.5.4")
	R("EHLO a b\r\nMAIL FROM:<>\r\n", "220, 501 5.5.4, 503 5.5.1")
	R("EHLO -a.test\r\nEHLO a..b\r\nEHLO [300.1.1.1]\r\n",
	  "220, 501 5.5.4, 501 5.5.4, 501 5.5.4")
	R(MAIL EHLO MAIL, "220, 503 5.5.1, 250, 250 2.1.0")
	R(EHLO RCPT "DATA\r\n", GREET ", 503 5.5.1, 503 5.5.1")
	R(EHLO MAIL "DATA\r\n", GREET ", 250 2.1.0, 503 5.5.1")
	R(EHLO MAIL MAIL, GREET ", 250 2.1.0, 503 5.5.1")
	R(OPEN "RSET\r\n" RCPT, SAID ", 250 2.0.0, 503 5.5.1")
	R(OPEN EHLO "DATA\r\n", SAID ", 250, 503 5.5.1")
	R(OPEN "HELO b.test\r\nDATA\r\n", SAID ", 250, 503 5.5.1")
	R(OPEN "NOOP\r\nVRFY a\r\nHELP\r\n" RCPT,
	  SAID ", 250 2.0.0, 252 2.5.0, 214 2.0.0, 250 2.1.5")
	R("XYZZY\r\n\r\n", "220, 500 5.5.1, 500 5.5.1")
	R("NOOP a b c\r\nNOOP \r\n", "220, 250 2.0.0, 250 2.0.0")
	R("RSET x\r\nQUIT x\r\nVRFY\r\nEXPN\r\nEXPN x\r\n",
	  "220, 501 5.5.4, 501 5.5.4, 501 5.5.4, 501 5.5.4, 550 5.1.1")
	R(OPEN "DATA x\r\n", SAID ", 501 5.5.4")

	/* Paths: RFC 5321 4.1.2, 4.1.1.3, appendix C. */
	R(EHLO "MAIL FROM:<>\r\n" RCPT, SAID)
	R(EHLO "MAIL FROM: <a@b.test>\r\nMAIL a@b.test\r\nMAIL FROM:\r\n",
	  GREET ", 501 5.1.7, 501 5.5.4, 501 5.1.7")
	R(EHLO "MAIL FROM:<a@b.test\r\nMAIL FROM:<a@b@c>\r\n",
	  GREET ", 501 5.1.7, 501 5.1.7")
	R(EHLO "MAIL FROM:<a>\r\nMAIL FROM:<Postmaster>\r\n",
	  GREET ", 501 5.1.7, 501 5.1.7")
	R(EHLO "MAIL FROM:<@a.test,@b.test:x@c.test>\r\n", GREET ", 250 2.1.0")
	R(EHLO "MAIL FROM:<\"a b\\\"\"@c.test>\r\n", GREET ", 250 2.1.0")
	R(EHLO MAIL "RCPT TO:<@r.test:alice@example.test>\r\n", SAID)
	R(EHLO MAIL "RCPT TO:<\"alice\"@EXAMPLE.TEST>\r\n", SAID)
	R(EHLO MAIL "RCPT TO:<Postmaster>\r\n", SAID)
	R(EHLO MAIL "RCPT TO:<pOSTMASTER@example.test>\r\n", SAID)
	R(EHLO MAIL "RCPT TO:<>\r\nRCPT TO:<bob>\r\nRCPT TO:x@y\r\nRCPT x\r\n",
	  GREET ", 250 2.1.0, 501 5.1.3, 501 5.1.3, 501 5.1.3, 501 5.5.4")
	R(EHLO MAIL "RCPT TO:<nobody@example.test>\r\n",
	  GREET ", 250 2.1.0, 550 5.1.1")
	R(EHLO MAIL "RCPT TO:<a@elsewhere.test>\r\n",
	  GREET ", 250 2.1.0, 550 5.7.1")
	R(EHLO MAIL "RCPT TO:<a%elsewhere.test@example.test>\r\n",
	  GREET ", 250 2.1.0, 550 5.1.1")

	/* Parameters: RFC 5321 4.1.1.11, 1870, 6152, 3461, 6531, 4954. */
	R(EHLO "MAIL FROM:<> FOO=1\r\nMAIL FROM:<> BODY=8BITMIME FOO\r\n",
	  GREET ", 555 5.5.4, 555 5.5.4")
	R("HELO a.test\r\nMAIL FROM:<> SIZE=1\r\n", GREET ", 555 5.5.4")
	R(EHLO "MAIL FROM:<> SIZE=100000\r\n", GREET ", 250 2.1.0")
	R(EHLO "MAIL FROM:<> SIZE=100001\r\n", GREET ", 552 5.3.4")
	R(EHLO "MAIL FROM:<> SIZE=99999999999999999999\r\n",
	  GREET ", 552 5.3.4")
	R(EHLO "MAIL FROM:<> SIZE=x\r\nMAIL FROM:<> SIZE\r\n",
	  GREET ", 501 5.5.4, 501 5.5.4")
	R(EHLO "MAIL FROM:<> SIZE=1 SIZE=1\r\nMAIL FROM:<>SIZE=1\r\n",
	  GREET ", 501 5.5.4, 501 5.5.4")
	R(EHLO "MAIL FROM:<> BODY=7bit\r\n", GREET ", 250 2.1.0")
	R(EHLO "MAIL FROM:<> BODY=BINARYMIME\r\n", GREET ", 501 5.5.4")
	R(EHLO "MAIL FROM:<> AUTH=<>\r\n", GREET ", 555 5.5.4")
	R(EHLO "MAIL FROM:<> RET=HDRS ENVID=QQ+2B1\r\n", GREET ", 250 2.1.0")
	R(EHLO "MAIL FROM:<> RET=ALL\r\nMAIL FROM:<> ENVID=+ZZ\r\n",
	  GREET ", 501 5.5.4, 501 5.5.4")
	R(EHLO MAIL "RCPT TO:<bob@example.test> NOTIFY=SUCCESS,DELAY "
	  "ORCPT=rfc822;Bob+40x\r\n", SAID)
	R(EHLO MAIL "RCPT TO:<bob@example.test> NOTIFY=NEVER,DELAY\r\n"
	  "RCPT TO:<bob@example.test> NOTIFY=DELAY,\r\n"
	  "RCPT TO:<bob@example.test> ORCPT=x\r\n"
	  "RCPT TO:<bob@example.test> SIZE=1\r\n",
	  GREET ", 250 2.1.0, 501 5.5.4, 501 5.5.4, 501 5.5.4, 555 5.5.4")
	R(EHLO "MAIL FROM:<\xe5\xb0\x8f@a.test>\r\n", GREET ", 553 5.6.7")
	R(EHLO "MAIL FROM:<\xe5\xb0\x8f@a.test> SMTPUTF8\r\n"
	  "RCPT TO:<\xe5\xb0\x8f\xe6\x98\x8e@example.test>\r\n", SAID)
	R(EHLO "MAIL FROM:<\xff@a.test> SMTPUTF8\r\n", GREET ", 501 5.1.7")
	R(EHLO "MAIL FROM:<> SMTPUTF8=1\r\n", GREET ", 501 5.5.4")

	/* The message: RFC 5321 4.1.1.4, 2.3.8. */
	R(OPEN "DATA\r\n" TEXT ".\r\nQUIT\r\n",
	  SAID ", 354, 250 2.0.0, 221 2.0.0, @closed")
	R(OPEN "DATA\r\n.\r\n" MAIL, SAID ", 354, 250 2.0.0, 250 2.1.0")
	R(OPEN "DATA\r\n" TEXT "\n.\n" MAIL ".\r\n", SAID ", 354, 554 5.6.0")
	R(OPEN "DATA\r\n" TEXT "a\n.\r\n" MAIL ".\r\n", SAID ", 354, 554 5.6.0")
	R(OPEN "DATA\r\n" TEXT "a\r.\r\n" MAIL ".\r\n", SAID ", 354, 554 5.6.0")
	R(OPEN "DATA\r\n" TEXT ".\r\r\n" MAIL "\r\n.\r\n",
	  SAID ", 354, 554 5.6.0")
	R(OPEN "DATA\r\n" TEXT ".\n" MAIL ".\r\n", SAID ", 354, 554 5.6.0")
	R(OPEN "DATA\r\n" TEXT "\r.\r" MAIL "\r\n.\r\n",
	  SAID ", 354, 554 5.6.0")
	R(OPEN "DATA\r\n" "a\0b\r\n.\r\n" RCPT,
	  SAID ", 354, 554 5.6.0, 503 5.5.1")
	R("NO\0OP\r\nNOOP\nNOOP\r\nNOOP\rNOOP\r\nNOOP\r\n",
	  "220, 500 5.5.2, 500 5.5.2, 500 5.5.2, 250 2.0.0")

	/* BDAT: RFC 3030 2, 4.2. */
	R(OPEN "BDAT 5\r\nhelloBDAT 2 LAST\r\n\r\nQUIT\r\n",
	  SAID ", 250 2.0.0, 250 2.0.0, 221 2.0.0, @closed")
	R(OPEN "BDAT 7\r\nhello\r\nBDAT 0 last\r\n", SAID
	  ", 250 2.0.0, 250 2.0.0")
	R(OPEN "BDAT 7\r\nhello\r\nDATA\r\n" RCPT "RSET\r\n",
	  SAID ", 250 2.0.0, 503 5.5.1, 503 5.5.1, 250 2.0.0")
	R(EHLO "BDAT 6 LAST\r\nNOOP\r\nNOOP\r\n",
	  GREET ", 503 5.5.1, 250 2.0.0")
	R(OPEN "BDAT x\r\nBDAT 1 FIRST\r\n", SAID ", 501 5.5.4, 501 5.5.4")
	R(OPEN "BDAT 3 LAST\r\na\nb", SAID ", 554 5.6.0")
	R(OPEN "BDAT 1 LAST\r\n\r", SAID ", 554 5.6.0")
	R(OPEN "BDAT 5 LAST\r\n.\r\n\r\n", SAID ", 250 2.0.0")

	/* No AUTH here; STARTTLS: RFC 3207 4. */
	R(EHLO PLAIN, GREET ", 502 5.5.1")
	R(EHLO "STARTTLS x\r\nSTARTTLS\r\nNOOP\r\n@tls\n" MAIL EHLO
	  "STARTTLS\r\n" MAIL,
	  GREET ", 501 5.5.4, 220 2.0.0, @tls, 503 5.5.1, 250, 503 5.5.1, "
	  "250 2.1.0")
#undef R
#define R(in, said) ROW(SMTP_SUBMISSION, in, said),
	R(EHLO MAIL PLAIN, GREET ", 530 5.7.0, 538 5.7.11")
	R(EHLO "STARTTLS\r\n@tls\n" EHLO PLAIN
	  "MAIL FROM:<alice@example.test>\r\nRCPT TO:<a@elsewhere.test>\r\n",
	  GREET ", 220 2.0.0, @tls, 250, 235 2.7.0, 250 2.1.0, 250 2.1.5")
#undef R
#define R(in, said) ROW(SMTP_SUBMISSIONS, EHLO in, GREET ", " said),
	/* Submission and AUTH: RFC 6409 4.3, RFC 4954 4, 6. */
	R(MAIL RCPT "DATA\r\n", "530 5.7.0, 503 5.5.1, 503 5.5.1")
	R(PLAIN PLAIN, "235 2.7.0, 503 5.5.1")
	R(WRONG NOONE PLAIN, "535 5.7.8, 535 5.7.8, 235 2.7.0")
	R(WRONG WRONG WRONG WRONG WRONG PLAIN,
	  "535 5.7.8, 535 5.7.8, 535 5.7.8, 535 5.7.8, 535 5.7.8, 535 5.7.8")
	R("AUTH PLAIN\r\nAGFsaWNlAFlhbi1zaG91LTIwMjE=\r\n", "334, 235 2.7.0")
	R("AUTH PLAIN\r\n*\r\nNOOP\r\n", "334, 501 5.7.0, 250 2.0.0")
	R("AUTH PLAIN =\r\nAUTH PLAIN !!\r\nAUTH PLAIN QUE\r\n",
	  "501 5.5.2, 501 5.5.2, 501 5.5.2")
	R("AUTH LOGIN\r\nYWxpY2U=\r\nWWFuLXNob3UtMjAyMQ==\r\n",
	  "334, 334, 235 2.7.0")
	R("AUTH LOGIN YWxpY2U=\r\nWWFu\r\n", "334, 535 5.7.8")
	R("AUTH LOGIN\r\n\r\n\r\n", "334, 334, 535 5.7.8")
	R("AUTH CRAM-MD5\r\nAUTH\r\n", "504 5.5.4, 501 5.5.4")
	R(PLAIN "MAIL FROM:<alice@example.test>\r\n" PLAIN,
	  "235 2.7.0, 250 2.1.0, 503 5.5.1")
	R(PLAIN "MAIL FROM:<bob@example.test>\r\n"
	  "MAIL FROM:<nobody@example.test>\r\n"
	  "MAIL FROM:<a.li@example.test> AUTH=alice@example.test\r\n",
	  "235 2.7.0, 550 5.7.1, 550 5.7.1, 250 2.1.0")
	R("AUTH SCRAM-SHA-256 cCxhPWE=\r\n", "501 5.5.2")
	R("STARTTLS\r\n", "503 5.5.1")
#undef R
};
/* clang-format on */

START_TEST(each_conversation_goes_as_it_should)
{
	for (size_t i = 0; i < 3; i++) {
		setup();
		must_go_as(
		    &rows[_i], &smtp_protocol, &site, pieces[i], summarize);
		teardown();
	}
}
END_TEST

/* ---- what is left behind ---- */

static void
talk(enum smtp_role role, const char *in, struct buf *out)
{
	buf_clear(out);
	session_close(
	    converse(&smtp_protocol, &site, role, span_of(in), SIZE_MAX, out));
}

static void
remove_all(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d)) != NULL)
		(void)unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* The message that was queued for the first recipient. */
static void
queued(struct due *due, struct buf *message)
{
	buf_clear(message);
	ck_assert(store_due(site.store, now, due));
	ck_assert(store_message(site.store, due->message, message));
}

START_TEST(a_submitted_message_is_kept_and_completed)
{
	struct buf out, message;
	struct due due;

	setup();
	buf_init(&out, 1 << 20);
	buf_init(&message, 1 << 20);
	talk(SMTP_SUBMISSIONS,
	    EHLO PLAIN "MAIL FROM:<alice@example.test> RET=HDRS ENVID=Q+2B1\r\n"
		       "RCPT TO:<\"bob\"@example.test> NOTIFY=SUCCESS\r\n"
		       "DATA\r\nSubject: x\r\n\r\n..hello\r\n.\r\n",
	    &out);
	queued(&due, &message);
	ck_assert_str_eq(due.from, "alice@example.test");
	ck_assert_str_eq(due.to, "bob@example.test");
	ck_assert_str_eq(due.envid, "Q+2B1");
	ck_assert_uint_eq(due.notify, NOTIFY_SUCCESS);
	ck_assert(due.ret_hdrs);
	ck_assert(span_starts(buf_span(&message),
	    SPAN("Received: from client.test ([127.0.0.1])\r\n\tby "
		 "mail.example.test with ESMTPSA\r\n\tfor "
		 "<bob@example.test>; ")));
	ck_assert_ptr_nonnull(strstr(buf_text(&message), "\r\nDate: "));
	ck_assert_ptr_nonnull(strstr(buf_text(&message), "\r\nMessage-ID: <"));
	ck_assert_ptr_nonnull(
	    strstr(buf_text(&message), "\r\nSubject: x\r\n\r\n.hello\r\n"));
	ck_assert_ptr_nonnull(strstr(buf_text(&out), due.message));
	buf_free(&out);
	buf_free(&message);
	teardown();
}
END_TEST

START_TEST(a_relayed_message_is_kept_as_it_came)
{
	struct buf out, message;
	struct due due;

	setup();
	buf_init(&out, 1 << 20);
	buf_init(&message, 1 << 20);
	talk(SMTP_RELAY, OPEN "DATA\r\njust text\r\n.\r\n", &out);
	queued(&due, &message);
	ck_assert_ptr_null(strstr(buf_text(&message), "Message-ID"));
	/* Text without a header does not become one. */
	ck_assert_ptr_nonnull(
	    strstr(buf_text(&message), "+0000\r\n\r\njust text\r\n"));
	buf_free(&out);
	buf_free(&message);
	teardown();
}
END_TEST

START_TEST(limits_are_enforced)
{
	struct buf in, out;
	struct due due;

	setup();
	site.hops_most = 2;
	site.errors_most = 2;
	site.size_most = 1000;
	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	talk(SMTP_RELAY,
	    OPEN "DATA\r\nReceived: a\r\nReceived: b\r\nReceived: c\r\n.\r\n",
	    &out);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "\r\n554 5.4.6 "));
	talk(SMTP_RELAY, "X\r\nX\r\nX\r\nNOOP\r\n", &out);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "\r\n421 4.7.0 "));
	ck_assert_ptr_null(strstr(buf_text(&out), "\r\n250 "));

	buf_addf(&in, OPEN "DATA\r\n");
	for (int i = 0; i < 20; i++)
		buf_addf(&in, "%0*d\r\n", 48, i);
	buf_addf(&in, "x\r\n.\r\n");
	talk(SMTP_RELAY, buf_text(&in), &out);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "\r\n552 5.3.4 "));
	ck_assert(!store_due(site.store, now, &due));

	site.rcpt_most = 2;
	talk(SMTP_RELAY, OPEN RCPT RCPT, &out);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "\r\n452 4.5.3 "));
	buf_free(&in);
	buf_free(&out);
	teardown();
}
END_TEST

START_TEST(a_full_mailbox_is_no_place_for_mail)
{
	struct buf out;

	setup();
	buf_init(&out, 1 << 20);
	talk(SMTP_RELAY,
	    EHLO "MAIL FROM:<> SIZE=70000\r\nRCPT TO:<dave@example.test>\r\n"
		 "RCPT TO:<postmaster@example.test>\r\n",
	    &out);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "\r\n452 4.2.2 "));
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "\r\n250 2.1.5 "));
	buf_free(&out);
	teardown();
}
END_TEST

/* RFC 5321 6.1: no 250 without the message in safety. */
START_TEST(what_cannot_be_stored_is_not_accepted)
{
	char dir[] = "/tmp/yanshou-session-XXXXXX";
	struct rlimit none = { 0, 0 };
	struct buf out;

	setup();
	store_close(site.store);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	site.store = settled_store(dir);

	/* From here on no file may grow. */
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &none);
	none.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	buf_init(&out, 1 << 20);
	talk(SMTP_RELAY, OPEN "DATA\r\n" TEXT ".\r\nNOOP\r\n", &out);
	none.rlim_cur = none.rlim_max;
	setrlimit(RLIMIT_FSIZE, &none);
	ck_assert_ptr_nonnull(
	    strstr(buf_text(&out), "\r\n451 4.3.0 cannot store, try again\r\n"
				   "250 2.0.0 ok\r\n"));
	buf_free(&out);
	teardown();
	remove_all(dir);
}
END_TEST

START_TEST(idle_and_long_lines_come_to_an_end)
{
	struct session *s;
	struct buf out;
	char x[1000];

	setup();
	memset(x, 'x', sizeof x);
	buf_init(&out, 1 << 20);
	s = smtp_protocol.open(&site, SMTP_RELAY, "[::1]:25");
	session_greet(s, now, &out);
	for (int i = 0; i < 30; i++)
		session_feed(s, (struct span){ x, sizeof x }, now, &out);
	session_feed(s, SPAN("\r\nNOOP\r\n"), now, &out);
	ck_assert_ptr_nonnull(
	    strstr(buf_text(&out), "\r\n500 5.5.2 line too long\r\n250 "));
	ck_assert_int_eq(session_next(s), SESSION_GO_ON);
	session_idle(s, now, &out);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "\r\n421 4.4.2 "));
	ck_assert_int_eq(session_next(s), SESSION_HANG_UP);
	session_close(s);
	buf_free(&out);
	teardown();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("smtp/session");
	TCase *c = tcase_create("session");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(c, each_conversation_goes_as_it_should, 0,
	    (int)(sizeof rows / sizeof rows[0]));
	tcase_add_test(c, a_submitted_message_is_kept_and_completed);
	tcase_add_test(c, a_relayed_message_is_kept_as_it_came);
	tcase_add_test(c, limits_are_enforced);
	tcase_add_test(c, a_full_mailbox_is_no_place_for_mail);
	tcase_add_test(c, what_cannot_be_stored_is_not_accepted);
	tcase_add_test(c, idle_and_long_lines_come_to_an_end);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
