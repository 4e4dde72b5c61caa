/* SPDX-License-Identifier: MIT */
/*
 * The same scripts and the same answers, whole and in pieces of seven octets
 * and of one, before lib/dialogue and before the flat driver: the same comes
 * of them, and the same is sent.
 */
#include "loadgen/drivers/line.h"

#include <check.h>
#include <stdio.h>

#include "lib/script.h"
#include "loadgen/drivers/play.h"

struct row {
	const char *service, *script, *heard;
	bool pass;
};

#define SMTP(script, heard, pass) \
	{ \
		"smtp", script, heard, pass \
	}
#define POP3(script, heard, pass) \
	{ \
		"pop3", script, heard, pass \
	}
#define IMAP(script, heard, pass) \
	{ \
		"imap", script, heard, pass \
	}
#define EHLO "S: 220 *\nC: EHLO me.test\n"
#define LOGIN \
	"S: * OK*\nC: a LOGIN ${account.user|quoted} " \
	"${account.password|quoted}\nS: a OK*\n"

static const struct row rows[] = {
	SMTP("S: 220 *\nC: NOOP\nS: 250 *\n", "220 hi\r\n250 ok\r\n", true),
	SMTP("S: 220 *\nC: NOOP\nS: 250 *\n", "220 hi\r\n500 no\r\n", false),
	SMTP("S: 220 *\nC: NOOP\nS: 250 *\n", "554 no\r\n", false),
	SMTP("S: 220 *\nC: NOOP\nS: 250 *\n", "220-a\r\n220 b\r\n250 x\r\n",
	    true),
	SMTP("S: 220 *\nC: NOOP\nS: 250 *\n", "220-a\r\n220 b\r\n", false),
	SMTP("S: 220 *\nC: NOOP\nS: 250 *\n", "", false),
	SMTP("S: 220 *\nC: NOOP\nS: 250 *\n", "220 hi\n", false),
	SMTP("S: 220 *\nC: NOOP\nS: 250 *\n", "220 hi\r\n250 a\r\n250 b\r\n",
	    true),
	SMTP("S: 220 *\nC: NOOP\nS: 250 *\n", "220 hi\r\n\x01xx\r\n", false),
	SMTP("S: 220 *\nC: NOOP\nS: 250 *\n", "220 hi\r\n25", false),
	SMTP("S: 220*\nC: XYZZ\nS: 500 *\nS|: 502 *\n", "", false),
	SMTP("S: 220 *\nC: XYZZ\nS: 500 *\nS|: 502 *\n", "220 hi\r\n502 no\r\n",
	    true),
	SMTP("S: 220 *\nC: XYZZ\nS: 500 *\nS|: @closed\n", "220 hi\r\n", true),
	SMTP("S: 220 *\nC: XYZZ\nS: 500 *\nS?: 45? *\n",
	    "220 hi\r\n451 later\r\n", false),
	SMTP(EHLO "S+: 250?SIZE*\nS: 250 *\n",
	    "220 hi\r\n250-x\r\n250-size 5\r\n250 HELP\r\n", true),
	SMTP(EHLO "S+: 250?SIZE*\nS: 250 *\n",
	    "220 hi\r\n250-x\r\n250 SIZE\r\n", true),
	SMTP(EHLO "S+: 250?SIZE*\nS: 250 *\n",
	    "220 hi\r\n250-x\r\n250 HELP\r\n", false),
	SMTP(EHLO "S-: 250?STARTTLS\nS: 250 *\n",
	    "220 hi\r\n250-x\r\n250-STARTTLS\r\n250 HELP\r\n", false),
	SMTP(EHLO "S*: 250-*\nS: 250 *\n",
	    "220 hi\r\n250-x\r\n251-y\r\n250 z\r\n", false),
	SMTP(EHLO "S*: 250-*\nS: 250 *\n",
	    "220 hi\r\n250-x\r\n250-y\r\n250 z\r\n", true),
	SMTP(EHLO "S+: 250-A\nS+: 250-B\nS*: 250-X\nS: 250 *\n",
	    "220 hi\r\n250-B\r\n250-X\r\n250-A\r\n250 z\r\n", true),
	SMTP("S: 220 *\nC: QUIT\nS: 221 *\n@closed\n",
	    "220 hi\r\n221 bye\r\nmore", true),
	SMTP("S: 220 *\nC: QUIT\nS: 221 *\n@close\n", "220 hi\r\n221 bye\r\n",
	    true),
	SMTP("S: 220 *\nC: NOOP\nC: RSET\nC: QUIT\nS: 250 *\nS: 250 *\n"
	     "S: 221 *\n",
	    "220 hi\r\n250 a\r\n250 b\r\n221 c\r\n", true),
	SMTP("S: 220 $host *\nC: VRFY ${host}\nS: 250 $host\n",
	    "220 mx.test ESMTP\r\n250 mx.test\r\n", true),
	SMTP("S: 220 $host *\nC: VRFY ${host}\nS: 250 $host\n",
	    "220 mx.test ESMTP\r\n250 my.test\r\n", false),
	SMTP("S: 220 $a-$b *\nC: VRFY ${b}\nS: 250 $b $a$b*\n",
	    "220 xx-yy-zz q\r\n250 yy-zz xxyy-zz-\r\n", true),
	SMTP("S: 220 *\nC: STARTTLS\nS: 220 *\n@tls\nC: NOOP\nS: 250*\n",
	    "220 hi\r\n220 go\r\n", false),
	SMTP("S: 220 *\n@pause 5\nC: NOOP\nS: 250*\n", "220 hi\r\n250\r\n",
	    true),
	SMTP("S: 354 *\nC.: Subject: ${id}\\r\\n\\r\\n${message}.x\nS: 250 *\n",
	    "354 go\r\n250 ok\r\n", true),
	SMTP("S: 354 *\nC.: ${message}\nS: 250 *\n", "354 go\r\n250 ok\r\n",
	    true),
	SMTP("S: 354 *\nC-: a\\n.b\\r\\n.\\n\\n..\\r\nS: 250 *\n",
	    "354 go\r\n250 ok\r\n", true),
	SMTP("S: 354 *\nC.: a\\r${id}\\n${seq|lines}.\\r\nS: 250 *\n",
	    "354 go\r\n250 ok\r\n", true),
	SMTP("S: 354 *\nC.: ${message|lines}x${message}\nS: 250 *\n",
	    "354 go\r\n250 ok\r\n", true),
	SMTP("S: 220 *\nC: AUTH PLAIN ${account.plain}\nS: 235 *\n"
	     "C: AUTH LOGIN\nS: 334 *\nC: ${account.user|base64}\nS: 334 *\n"
	     "C: ${account.password|base64}\nS: 235 *${account.user}\n",
	    "220 x\r\n235 a\r\n334 b\r\n334 c\r\n235 hello alice\r\n", true),
	SMTP("S: 2?0*b*?c*d\n", "220 xbcyydd\r\n", false),
	SMTP("S: 2?0*b*?c*d\n", "220 xbbbcyydd\r\n", true),
	SMTP("S: *\n", "220 anything\r\n", true),
	SMTP("S: 220 A\n", "220 a\r\n", true),
	SMTP("S: 220 ${account.user}\n", "220 ALICE\r\n", false),
	SMTP("S: 220 ${account.user}*${seq}\n", "220 alice7\r\n", true),
	POP3("S: +OK*\nC: LIST\nS: +OK*\nS+: 1 $size\nS-: 3 *\nS: .\n"
	     "C: RETR 1\nS: +OK ${size} octets\nS: .\n",
	    "+OK\r\n+OK 2\r\n1 120\r\n2 99\r\n.\r\n+OK 120 octets\r\nx\r\n"
	    "..y\r\n.\r\n",
	    true),
	POP3("S: +OK*\nC: LIST\nS: +OK*\nS+: 1 $size\nS-: 3 *\nS: .\n",
	    "+OK\r\n+OK 2\r\n1 120\r\n3 99\r\n.\r\n", false),
	POP3("S: +OK*\nC: STAT\nS: +OK ? *\n", "+OK\r\n-ERR no\r\n", false),
	POP3("S: +OK*\nC: UIDL\nS: +OK*\nS*: * *\nS: .\n",
	    "+OK\r\n+OK\r\n1 a\r\n\r\n.\r\n", false),
	IMAP(LOGIN, "* OK hi\r\na OK in\r\n", true),
	IMAP(LOGIN, "* OK hi\r\n* CAPABILITY IMAP4rev1\r\na OK in\r\n", true),
	IMAP(LOGIN, "* OK hi\r\na NO out\r\n", false),
	IMAP(LOGIN, "* BYE\r\n", false),
	IMAP(LOGIN "C: b SELECT INBOX\nS+: * $n EXISTS\nS: b OK*\n"
		   "C: c FETCH ${n} BODY[]\nS+: * ${n} FETCH (*\"*${id}*\")\n"
		   "S: c OK*\n",
	    "* OK hi\r\na OK in\r\n* 3 EXISTS\r\n* 0 RECENT\r\nb OK\r\n"
	    "* 3 FETCH (BODY[] {16}\r\nX: run.0.7\r\n\r\n\"\\)\r\n"
	    "* 1 FETCH (FLAGS ())\r\nc OK\r\n",
	    true),
	IMAP(LOGIN "C: c FETCH 1 BODY[]\nS+: * 1 FETCH (*\"*${id}*\")\n"
		   "S: c OK*\n",
	    "* OK hi\r\na OK in\r\n* 1 FETCH (BODY[] {9}\r\nX: run.0.)\r\n"
	    "c OK\r\n",
	    false),
	IMAP(LOGIN "C: x APPEND INBOX {${message|lines|length}}\nS: +*\n"
		   "C=: ${message|lines}\\r\\n\nS: x OK*\n",
	    "* OK hi\r\na OK in\r\n+ go\r\nx OK\r\n", true),
	IMAP(LOGIN "C: x IDLE\nS: +*\nS: * ? EXISTS\nC: DONE\nS: x OK*\n",
	    "* OK hi\r\na OK in\r\n+ idling\r\n* OK still here\r\n"
	    "* 4 EXISTS\r\nx OK\r\n",
	    true),
	IMAP(LOGIN, "* OK hi\r\n* X {3}\r\nab", false),
	{ "line", "S: hello*\nC: x\nS: bye\n", "hello you\nbye\n", true },
	{ "line", "S: hello*\nC: x\nS: bye\n", "hello you\nBYE\n", false },
};

static struct driver_program *
compile(const char *service, const char *script, struct operations *ops,
    struct err *err)
{
	static const char *const columns[] = { "x" };
	struct scenario_flow flow = { .name = (char *)"flow",
		.service = (char *)service,
		.body = (char *)script };
	const struct scenario s = {
		.path = (char *)"test.yaml", .flows = &flow, .n_flows = 1
	};
	const struct driver_setting d = { .scenario = &s,
		.flow = &flow,
		.ops = ops,
		.columns = columns,
		.n_columns = 1,
		.longest = 64 };

	if (!operations_of(&s, ops, err))
		return NULL;
	return driver_line.compile(&d, err);
}

static void
agree(const struct row *row, struct span heard)
{
	static const size_t pieces[] = { SIZE_MAX, 7, 1 };
	const struct framing *f = framing_of(row->service);
	struct operations ops;
	struct err err;
	struct driver_program *p =
	    compile(row->service, row->script, &ops, &err);
	struct script *s = script_compile(
	    "test", row->script, f == NULL ? &framing_line : f, &err);

	ck_assert_msg(p != NULL && s != NULL, "%s", err.what);
	for (size_t i = 0; i < 3; i++) {
		struct played flat =
		    play_driver(&driver_line, p, DRIVE_BODY, heard, pieces[i]);
		struct played slow = play_dialogue(s, heard, pieces[i]);

		ck_assert_msg(slow.pass == row->pass, "dialogue: %s", slow.why);
		ck_assert_msg(flat.pass == row->pass, "flat: %s", flat.why);
		ck_assert_str_eq(buf_text(&flat.sent), buf_text(&slow.sent));
		ck_assert(span_eq(buf_span(&flat.sent), buf_span(&slow.sent)));
		if (row->pass) {
			ck_assert_uint_eq(flat.n_marks, 2);
			ck_assert(flat.marks[0].start && !flat.marks[1].start);
			ck_assert(flat.marks[1].ok);
		} else {
			ck_assert_msg(strncmp(flat.why, "expected ", 9) == 0,
			    "%s", flat.why);
		}
		buf_free(&flat.sent);
		buf_free(&slow.sent);
	}
	script_free(s);
	driver_line.free(p);
}

START_TEST(agrees_with_dialogue)
{
	agree(&rows[_i], span_of(rows[_i].heard));
}
END_TEST

/* ---- messages in BER ---- */

static void
tlv(struct buf *to, int tag, struct span value)
{
	const unsigned char head[] = { (unsigned char)tag,
		(unsigned char)value.len };

	ck_assert_uint_lt(value.len, 128);
	buf_add(to, (struct span){ (const char *)head, 2 });
	buf_add(to, value);
}

/* In place of what the buffer holds. */
static void
wrap(struct buf *b, int tag)
{
	struct buf inner = *b;

	buf_init(b, 1000);
	tlv(b, tag, buf_span(&inner));
	buf_free(&inner);
}

/* RFC 4511: id, and "5" bind, "7" done: success, or "8": noSuchObject. */
static void
add_message(struct buf *to, char id, char what)
{
	const char number[] = { 2, 1, (char)(id - '0') };
	struct buf op, all;

	buf_init(&op, 1000);
	buf_init(&all, 1000);
	if (what == 'e' || what == 'x') { /* an entry: of alice, or of bob */
		tlv(&op, 4, SPAN("alice@example.test"));
		wrap(&op, 0x31);
		buf_init(&all, 1000);
		tlv(&all, 4, SPAN("mail"));
		buf_add(&all, buf_span(&op));
		buf_clear(&op);
		tlv(&op, 0x30, buf_span(&all));
		wrap(&op, 0x30);
		buf_clear(&all);
		tlv(&all, 4,
		    what == 'e' ? SPAN("uid=alice, DC=x")
				: SPAN("uid=bob,dc=x"));
		buf_add(&all, buf_span(&op));
		buf_clear(&op);
		tlv(&op, 0x64, buf_span(&all));
		buf_clear(&all);
	} else {
		tlv(&op, 0x0a,
		    what == 'n' ? SPAN("\x20") : (struct span){ "", 1 });
		tlv(&op, 4, SPAN(""));
		tlv(&op, 4, SPAN(""));
		wrap(&op, what == 'b' ? 0x61 : 0x65);
	}
	buf_add(&all, (struct span){ number, 3 });
	buf_add(&all, buf_span(&op));
	tlv(to, 0x30, buf_span(&all));
	buf_free(&op);
	buf_free(&all);
}

#define BIND \
	"C: 1 bind ${account.dn|quoted} ${account.password|quoted}\n" \
	"S: 1 bindResponse success *\n"
#define LOOKUP \
	BIND "C: 2 search \"dc=x\" sub (mail=${feed.x}) cn mail\n" \
	     "S*: 2 searchResEntry \"${account.dn}\" *\n" \
	     "S+: 2 searchResEntry \"${account.dn}\" " \
	     "*mail=\"${account.address}\" *\nS: 2 searchResDone success *\n"

/* Each message by its id and one letter. */
static const struct row messages[] = {
	{ "ldap", BIND, "1b", true },
	{ "ldap", BIND, "2b", false },
	{ "ldap", BIND, "1n", false },
	{ "ldap", BIND, "", false },
	{ "ldaps", LOOKUP, "1b2e2d", true },
	{ "ldap", LOOKUP, "1b2d", false },
	{ "ldap", LOOKUP, "1b2x2d", false },
	{ "ldap", LOOKUP, "1b2e2x2d", false },
	{ "ldap", LOOKUP, "1b3e2d", false },
	{ "ldap", LOOKUP, "1b2e2n", false },
	{ "ldap", LOOKUP, "1b2e", false },
	{ "ldap", LOOKUP "C: 3 unbind\n", "1b2e2d", true },
};

START_TEST(agrees_about_messages)
{
	const char *what = messages[_i].heard;
	struct buf heard;

	buf_init(&heard, 4096);
	for (; *what != '\0'; what += 2)
		add_message(&heard, what[0], what[1]);
	agree(&messages[_i], buf_span(&heard));
	buf_free(&heard);
}
END_TEST

static const struct {
	const char *script, *why;
} refused[] = {
	{ "S: 220 *\n@party b smtp\n", "script line 2: a load has no @party" },
	{ "S: 220 *\n@silent 5\n", "a load has no @silent" },
	{ "@again 5\nS: 220 *\n@end\n", "a load has no @again" },
	{ "@close\nS: 220 *\n", "@close is the last line" },
	{ "C: NOOP ${nobody}\n", "nothing called \"${nobody}\"" },
	{ "C: NOOP ${feed.y}\n", "nothing called \"${feed.y}\"" },
	{ "C: NOOP ${id|base64|quoted}\n", "one, and |length behind it" },
	{ "C: NO\n", "a command that begins with no verb" },
	{ "@start a\nC: NOOP\n", "a @start without @stop" },
	{ "@stop a\nC: NOOP\n@start a\n", "@stop of what is not started" },
	{ "@stop b\nC: NOOP\n", "@stop without @start" },
	{ "@start a\n@start a\n@stop a\n@stop a\nC: NOOP\n",
	    "@start of what is started" },
	{ "@start a\n@start b\n@start c\n@start d\n@start e\nC: NOOP\n",
	    "too many operations at once" },
	{ "S: 220 $a $b $c $d $e $f $g $h $i\n", "binds at most 8 names" },
	{ "S: 220 $id\n", "not \"$id\"" },
	{ "X: 220\n", "neither S:, C: nor @" },
};

START_TEST(refuses)
{
	struct operations ops;
	struct err err = { 0 };

	ck_assert_ptr_null(compile("smtp", refused[_i].script, &ops, &err));
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_msg(
	    strstr(err.what, refused[_i].why) != NULL, "%s", err.what);
	ck_assert_msg(strstr(err.what, "test.yaml") != NULL, "%s", err.what);
}
END_TEST

START_TEST(tells_operations)
{
	struct scenario_flow flows[] = {
		{ .name = (char *)"one",
		    .begin = (char *)"@start login\nC: NOOP\n@stop login\n",
		    .body = (char *)"C: NOOP\n" },
		{ .name = (char *)"two",
		    .begin = (char *)"C: NOOP\n",
		    .body =
			(char *)"@start  a \nC: NOOP\n@stop a\n@start login\n"
				"C: NOOP\n@stop login\n",
		    .end = (char *)"@start quit\nC: QUIT\n@stop quit\n" },
	};
	const struct scenario s = {
		.path = (char *)"x", .flows = flows, .n_flows = 2
	};
	struct operations ops;
	struct err err;

	ck_assert(operations_of(&s, &ops, &err));
	ck_assert_uint_eq(ops.n, 4);
	ck_assert_str_eq(ops.name[0], "login");
	ck_assert_str_eq(ops.name[1], "one");
	ck_assert_str_eq(ops.name[2], "a");
	ck_assert_str_eq(ops.name[3], "quit");
	ck_assert_int_eq(operations_find(&ops, SPAN("a")), 2);
	ck_assert_int_eq(operations_find(&ops, SPAN("b")), -1);
	flows[0].name =
	    (char *)"0123456789012345678901234567890123456789012345678";
	ck_assert(!operations_of(&s, &ops, &err));
}
END_TEST

START_TEST(says_what_it_heard)
{
	struct operations ops;
	struct err err;
	struct driver_program *p =
	    compile("smtp", "S: 220 *\nC: NOOP\nS: 250 *\n", &ops, &err);
	struct played a = play_driver(&driver_line, p, DRIVE_BODY,
	    SPAN("220 x\r\n451 \xe4\xbd\xa0\r\n"), 99);
	struct played b =
	    play_driver(&driver_line, p, DRIVE_BODY, SPAN("220 x\r\n"), 99);

	ck_assert_str_eq(a.why, "expected 250 *, heard 451 \\xe4\\xbd\\xa0");
	ck_assert(a.refused);
	ck_assert_str_eq(b.why, "expected 250 *, heard (closed)");
	ck_assert(!b.refused);
	ck_assert_uint_eq(b.n_marks, 1);
	buf_free(&a.sent);
	buf_free(&b.sent);
	driver_line.free(p);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("loadgen/drivers/line");
	TCase *t = tcase_create("line");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(
	    t, agrees_with_dialogue, 0, sizeof rows / sizeof rows[0]);
	tcase_add_loop_test(
	    t, agrees_about_messages, 0, sizeof messages / sizeof messages[0]);
	tcase_add_loop_test(t, refuses, 0, sizeof refused / sizeof refused[0]);
	tcase_add_test(t, tells_operations);
	tcase_add_test(t, says_what_it_heard);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
