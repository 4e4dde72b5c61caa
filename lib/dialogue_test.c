/* SPDX-License-Identifier: MIT */
/*
 * Scripts against a target that reads from a list: every row is played
 * whole, in pieces of seven octets and of one, with equal results.
 */
#include "lib/dialogue.h"

#include <check.h>
#include <stdio.h>

#define CLOSES ((const char *)"<closes>")
#define SILENT ((const char *)"<silent>")

struct row {
	const char *title, *script;
	const char *says[12]; /* one entry each time we wait for the target */
	const char *sent;     /* all we must have sent */
	enum verdict verdict;
	const char *heard; /* of the deviation */
	int line;
};

#define HELLO "S: 220 *\nC: EHLO me.test\nS: 250 *\n"

static const struct row rows[] = {
	{ "a claim is kept", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	    { "220 hi\r\n", "250 ok\r\n" }, "NOOP\r\n", PASS, "", 0 },
	{ "a claim is broken", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	    { "220 hi\r\n", "500 what\r\n" }, "NOOP\r\n", FAIL, "500 what", 3 },
	{ "the way there is barred", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	    { "554 no\r\n" }, "", INCONCLUSIVE, "554 no", 1 },
	{ "replies may have many lines", HELLO "C: QUIT\nS!: 221 *\n",
	    { "220-a\r\n220 b\r\n", "250-x\r\n250-SIZE 5\r\n250 HELP\r\n",
		"221 bye\r\n" },
	    "EHLO me.test\r\nQUIT\r\n", PASS, "", 0 },
	{ "an alternative is permitted",
	    "S: 220 *\nC: XYZZY\nS!: 500 *  # RFC 5321 4.2.4\n"
	    "S|: 502 *  # RFC 5321 4.2.4\n",
	    { "220 hi\r\n", "502 no\r\n" }, "XYZZY\r\n", PASS, "", 0 },
	{ "neither alternative", "S: 220 *\nC: XYZZY\nS!: 500 *\nS|: 502 *\n",
	    { "220 hi\r\n", "250 ok\r\n" }, "XYZZY\r\n", FAIL, "250 ok", 3 },
	{ "a line must be there, whatever its case",
	    "S: 220 *\nC: EHLO me.test\nS+!: 250?SIZE*\nS: 250 *\n",
	    { "220 hi\r\n", "250-x\r\n250-size 5\r\n250 HELP\r\n" },
	    "EHLO me.test\r\n", PASS, "", 0 },
	{ "the last line counts as well",
	    "S: 220 *\nC: EHLO me.test\nS+!: 250?SIZE*\nS: 250 *\n",
	    { "220 hi\r\n", "250-x\r\n250 SIZE\r\n" }, "EHLO me.test\r\n", PASS,
	    "", 0 },
	{ "a line is missing",
	    "S: 220 *\nC: EHLO me.test\nS+!: 250?SIZE*\nS: 250 *\n",
	    { "220 hi\r\n", "250-x\r\n250 HELP\r\n" }, "EHLO me.test\r\n", FAIL,
	    "250-x\\r\\n250 HELP\\r\\n", 3 },
	{ "a line must not be there",
	    "S: 220 *\nC: EHLO me.test\nS-!: 250?STARTTLS\nS: 250 *\n",
	    { "220 hi\r\n", "250-x\r\n250-STARTTLS\r\n250 HELP\r\n" },
	    "EHLO me.test\r\n", FAIL, "250-STARTTLS", 3 },
	{ "lines between must be like this",
	    "S: 220 *\nC: EHLO me.test\nS*: 250-*\nS!: 250 *\n",
	    { "220 hi\r\n", "250-x\r\n251-y\r\n250 z\r\n" }, "EHLO me.test\r\n",
	    FAIL, "251-y", 4 },
	{ "garbage is no reply", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	    { "220 hi\r\n", "\x01\xff"
			    "hello\r\n" },
	    "NOOP\r\n", FAIL, "\\x01\\xffhello", 3 },
	{ "a bare LF ends no reply", "S!: 220 *\n", { "220 hi\n" }, "", FAIL,
	    "220 hi", 1 },
	{ "closing where a reply is due", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	    { "220 hi\r\n", CLOSES }, "NOOP\r\n", FAIL, "(closed: FIN)", 3 },
	{ "closing where it is permitted",
	    "S: 220 *\nC: NOOP\nS!: 421 *\nS|: @closed\n",
	    { "220 hi\r\n", CLOSES }, "NOOP\r\n", PASS, "", 0 },
	{ "closing is the claim", "S: 220 *\nC: QUIT\nS: 221 *\n@closed!\n",
	    { "220 hi\r\n", "221 bye\r\n", CLOSES }, "QUIT\r\n", PASS, "", 0 },
	{ "not closing breaks it", "S: 220 *\nC: QUIT\nS: 221 *\n@closed!\n",
	    { "220 hi\r\n", "221 bye\r\n", SILENT }, "QUIT\r\n", FAIL,
	    "(silence)", 4 },
	{ "permitted, and no answer to the question",
	    "S: 220 *\nC: NOOP\nS!: 250 *\nS?: 45? *\n",
	    { "220 hi\r\n", "452 later\r\n" }, "NOOP\r\n", INCONCLUSIVE,
	    "452 later", 3 },
	{ "leaving is no answer", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	    { "220 hi\r\n", "421 bye\r\n" }, "NOOP\r\n", INCONCLUSIVE,
	    "421 bye", 3 },
	{ "leaving may be the answer",
	    "S: 220 *\nC: NOOP\nS!: 250 *\nS|: 421 *\n",
	    { "220 hi\r\n", "421 bye\r\n" }, "NOOP\r\n", PASS, "", 0 },
	{ "silence where a reply is due", "S: 220 *\nC: NOOP\nS!: 250 *\n",
	    { "220 hi\r\n", SILENT }, "NOOP\r\n", FAIL, "(silence)", 3 },
	{ "silence is the claim", "S: 220 *\n@silent! 50\nC: NOOP\nS: 250 *\n",
	    { "220 hi\r\n", SILENT, "250 ok\r\n" }, "NOOP\r\n", PASS, "", 0 },
	{ "silence is broken", "S: 220 *\n@silent! 50\nC: NOOP\nS: 250 *\n",
	    { "220 hi\r\n", "250 ok\r\n" }, "", FAIL, "", 2 },
	{ "pipelining is sent at once",
	    "S: 220 *\nC: NOOP\nC: RSET\nC: QUIT\nS!: 250 *\nS!: 250 *\n"
	    "S!: 221 *\n",
	    { "220 hi\r\n", "250 a\r\n250 b\r\n221 c\r\n" },
	    "NOOP\r\nRSET\r\nQUIT\r\n", PASS, "", 0 },
	{ "names are looked up, bound and compared",
	    "S: 220 $host *\nC: EHLO ${me}\nS!: 250 $host\n"
	    "C: VRFY ${host}\nS: 252 *\n",
	    { "220 mx.test ESMTP\r\n", "250 mx.test\r\n", "252 ok\r\n" },
	    "EHLO me.test\r\nVRFY mx.test\r\n", PASS, "", 0 },
	{ "a bound name has changed",
	    "S: 220 $host *\nC: EHLO ${me}\nS!: 250 $host\n",
	    { "220 mx.test ESMTP\r\n", "250 other.test\r\n" },
	    "EHLO me.test\r\n", FAIL, "250 other.test", 3 },
	{ "bytes, repeats, base64",
	    "S: 220 *\nC=: A\\r\\n${\"ab\"*3}\\x00${\"\\n\"*2}\nC: AUTH PLAIN "
	    "${me|base64}\nS: 235 *\n",
	    { "220 hi\r\n", "235 ok\r\n" },
	    "A\r\nababab\0\n\nAUTH PLAIN bWUudGVzdA==\r\n", PASS, "", 0 },
	{ "content is dot-stuffed and ended",
	    "S: 354 *\nC.: ${file:mail/dots.eml}\nS!: 250 *\n",
	    { "354 go\r\n", "250 ok\r\n" },
	    "Subject: me.test\r\n\r\n..one\r\n...two\r\nend\r\n.\r\n", PASS, "",
	    0 },
	{ "what is wrong must be marked",
	    "S: 220 *\nC: NOOP\\nQUIT\nS!: 250 *\n", { "220 hi\r\n" }, "",
	    BROKEN, "", 0 },
	{ "what is marked may be wrong",
	    "S: 220 *\nC~: NOOP\\nQUIT\nS!: 500 *\n",
	    { "220 hi\r\n", "500 no\r\n" }, "NOOP\nQUIT\r\n", PASS, "", 0 },
	{ "a name nobody knows", "S: 220 *\nC: EHLO ${nobody}\nS!: 250 *\n",
	    { "220 hi\r\n" }, "", BROKEN, "", 0 },
	{ "TLS in the middle",
	    "S: 220 *\nC: STARTTLS\nS: 220 *\n@tls\nC: NOOP\n"
	    "S!: 250 *\n",
	    { "220 hi\r\n", "220 go\r\n", "250 ok\r\n" },
	    "STARTTLS\r\nNOOP\r\n", PASS, "", 0 },
	{ "plain text behind the go-ahead for TLS",
	    "S: 220 *\nC: STARTTLS\nS: 220 *\n@tls!\nC: NOOP\nS: 250 *\n",
	    { "220 hi\r\n", "220 go\r\n250 injected\r\n" }, "STARTTLS\r\n",
	    FAIL, NULL, 4 },
	{ "stopwatches do not disturb",
	    "S: 220 *\n@start a\nC: NOOP\nS!: 250 *\n@stop a\n",
	    { "220 hi\r\n", "250 ok\r\n" }, "NOOP\r\n", PASS, "", 0 },
	{ "we may hang up", "S: 220 *\nC: NOOP\nS!: 250 *\n@close\n",
	    { "220 hi\r\n", "250 ok\r\n" }, "NOOP\r\n", PASS, "", 0 },
};

static const struct row pop3_rows[] = {
	{ "what is not there yet is asked for again",
	    "S: +OK*\n@again 3\nC: STAT\nS: +OK $n *\nC: RETR ${n}\nS: +OK*\n"
	    "@end\nC: DELE ${n}\nS!: +OK*\n",
	    { "+OK hi\r\n", "+OK 0 0\r\n", "-ERR none\r\n", SILENT,
		"+OK 1 9\r\n", "+OK\r\n", "+OK\r\n" },
	    "STAT\r\nRETR 0\r\nSTAT\r\nRETR 1\r\nDELE 1\r\n", PASS, "", 0 },
	{ "but not for ever",
	    "S: +OK*\n@again 2\nC: STAT\nS: +OK 1 *\n@end\nC: QUIT\n",
	    { "+OK hi\r\n", "+OK 0 0\r\n", SILENT, "+OK 0 0\r\n" },
	    "STAT\r\nSTAT\r\n", INCONCLUSIVE, "+OK 0 0", 4 },
	{ "a listing ends with a lone dot",
	    "S: +OK*\nC: LIST\nS: +OK*\nS+!: 2 200\nS-!: 3 *\n"
	    "S!: .  # RFC 1939 3\n"
	    "C: STAT\nS!: +OK 2 *\n",
	    { "+OK hi\r\n", "+OK\r\n1 120\r\n2 200\r\n.\r\n", "+OK 2 320\r\n" },
	    "LIST\r\nSTAT\r\n", PASS, "", 0 },
	{ "its dots are unstuffed",
	    "S: +OK*\nC: RETR 1\nS: +OK*\nS*: .one\nS!: .\n",
	    { "+OK hi\r\n", "+OK\r\n..one\r\n.\r\n" }, "RETR 1\r\n", PASS, "",
	    0 },
	{ "a line is missing in it",
	    "S: +OK*\nC: UIDL\nS: +OK*\nS+!: 2 *\nS!: .\n",
	    { "+OK hi\r\n", "+OK\r\n1 a\r\n.\r\n" }, "UIDL\r\n", FAIL,
	    "1 a\\r\\n.\\r\\n", 4 },
	{ "status words are in capitals", "S!: +OK*\n", { "+ok hi\r\n" }, "",
	    FAIL, "+ok hi", 1 },
	{ "no word runs on", "S!: +OK*\n", { "+OKAY\r\n" }, "", FAIL, "+OKAY",
	    1 },
	{ "an unmarked slip of POP3", "S: +OK*\nC: LIST  \n", { "+OK hi\r\n" },
	    "", BROKEN, "", 0 },
};

static const struct row imap_rows[] = {
	{ "untagged data in between is fine",
	    "S: * OK *\nC: a NOOP\nS!: a OK*\n",
	    { "* OK hi\r\n", "* 3 EXISTS\r\n* 1 EXPUNGE\r\na OK done\r\n" },
	    "a NOOP\r\n", PASS, "", 0 },
	{ "a literal is part of the line, and as good as a quoted string",
	    "S: * OK *\nC: a FETCH 1 BODY[TEXT]\n"
	    "S+!: * 1 FETCH (BODY[TEXT] \"a\\\\\"b\\r\\n\" UID 4)\nS!: a OK*\n",
	    { "* OK hi\r\n",
		"* 1 FETCH (BODY[TEXT] {5}\r\na\"b\r\n UID 4)\r\na OK\r\n" },
	    "a FETCH 1 BODY[TEXT]\r\n", PASS, "", 0 },
	{ "quotes and backslashes beside each other, first and last",
	    "S: * OK *\nC: a FETCH 1 BODY[TEXT]\n"
	    "S+!: * 1 FETCH (BODY[TEXT] \"\\\\\"\\\\\"\\\\\\\\\\\\\\\\xy"
	    "\\\\\"\\\\\\\\\")\nS!: a OK*\n",
	    { "* OK hi\r\n",
		"* 1 FETCH (BODY[TEXT] {8}\r\n\"\"\\\\xy\"\\)\r\na OK\r\n" },
	    "a FETCH 1 BODY[TEXT]\r\n", PASS, "", 0 },
	{ "literals that are empty, and several of them",
	    "S: * OK *\nC: a FETCH 1 (BODY[1] BODY[2])\n"
	    "S+!: * 1 FETCH (BODY[1] \"\" BODY[2] \"\\\\\"\")\nS!: a OK*\n",
	    { "* OK hi\r\n",
		"* 1 FETCH (BODY[1] {0}\r\n BODY[2] ~{1}\r\n\")\r\na OK\r\n" },
	    "a FETCH 1 (BODY[1] BODY[2])\r\n", PASS, "", 0 },
	{ "a tagged line in a literal is none",
	    "S: * OK *\nC: a FETCH 1 BODY[]\nS!: a OK*\n",
	    { "* OK hi\r\n", "* 1 FETCH (BODY[] {6}\r\na NO\r\n)\r\na OK\r\n" },
	    "a FETCH 1 BODY[]\r\n", PASS, "", 0 },
	{ "a response that comes by itself",
	    "S: * OK *\nC: a IDLE\nS: +*\nS!: * 4 EXISTS\nC: DONE\nS: a OK*\n",
	    { "* OK hi\r\n", "+ idling\r\n",
		"* OK still here\r\n* 4 EXISTS\r\n* 1 RECENT\r\n", "a OK\r\n" },
	    "a IDLE\r\nDONE\r\n", PASS, "", 0 },
	{ "and does not", "S: * OK *\nC: a IDLE\nS: +*\nS!: * 4 EXISTS\n",
	    { "* OK hi\r\n", "+ idling\r\n", "* 5 EXISTS\r\n", SILENT },
	    "a IDLE\r\n", FAIL, "(silence)", 4 },
	{ "a literal is announced, then sent",
	    "S: * OK *\nC: a APPEND x {${file:mail/dots.eml|lines|length}}\nS: "
	    "+*\n"
	    "C=: ${file:mail/dots.eml|lines}\\r\\n\nS!: a OK*\n",
	    { "* OK hi\r\n", "+ go on\r\n", "a OK [APPENDUID 1 2] ok\r\n" },
	    "a APPEND x {38}\r\nSubject: me.test\r\n\r\n.one\r\n..two\r\n"
	    "end\r\n\r\n",
	    PASS, "", 0 },
	{ "a tagged line is no untagged one",
	    "S: * OK *\nC: a SEARCH ALL\nS-!: * SEARCH*\nS: a OK*\n",
	    { "* OK hi\r\n", "a OK search completed\r\n" }, "a SEARCH ALL\r\n",
	    PASS, "", 0 },
	{ "BYE is no answer", "S: * OK *\nC: a NOOP\nS!: a OK*\n",
	    { "* OK hi\r\n", "* BYE shutting down\r\n", CLOSES }, "a NOOP\r\n",
	    INCONCLUSIVE, "(closed: FIN)", 3 },
	{ "a tag of nobody's", "S: * OK *\nC: a NOOP\nS!: a OK*\n",
	    { "* OK hi\r\n", "b OK done\r\n" }, "a NOOP\r\n", FAIL, "b OK done",
	    3 },
	{ "no response at all", "S: * OK *\nC: a NOOP\nS!: a OK*\n",
	    { "* OK hi\r\n", "250 ok\r\n" }, "a NOOP\r\n", FAIL, "250 ok", 3 },
	{ "an unmarked slip of IMAP", "S: * OK *\nC: NOOP\n", { "* OK hi\r\n" },
	    "", BROKEN, "", 0 },
};

static bool
world(void *ctx, struct span name, struct buf *value)
{
	(void)ctx;
	if (span_eq(name, SPAN("me")))
		buf_add(value, SPAN("me.test"));
	else if (span_eq(name, SPAN("file:mail/dots.eml")))
		buf_add(value, SPAN("Subject: ${me}\n\n.one\n..two\nend\n"));
	else
		return false;
	return true;
}

static void
hear(struct dialogue *d, struct span what, size_t at_once)
{
	while (what.len > 0) {
		const struct span part = span_take(what, at_once);

		dialogue_feed(d, 0, part);
		what = span_skip(what, part.len);
	}
}

static void
play(const struct row *row, const struct framing *framing, size_t at_once)
{
	struct err err;
	struct script *script =
	    script_compile(row->title, row->script, framing, &err);
	struct dialogue *d;
	struct buf sent;
	const struct deviation *dev;
	size_t next = 0;

	ck_assert_msg(script != NULL, "%s", err.what);
	d = dialogue_new(script, world, NULL);
	buf_init(&sent, 1 << 16);
	for (int turns = 0; !dialogue_over(d); turns++) {
		const struct dialogue_need need = dialogue_wants(d);
		const char *say = NULL;

		ck_assert_msg(turns < 200, "%s: goes nowhere", row->title);
		switch (need.want) {
		case WANT_OPEN:
			dialogue_opened(d, need.party);
			break;
		case WANT_SEND:
			buf_add(&sent,
			    span_take(dialogue_out(d, need.party), at_once));
			dialogue_sent(d, need.party,
			    span_take(dialogue_out(d, need.party), at_once)
				.len);
			break;
		case WANT_TLS:
			dialogue_secured(d, need.party, true, "");
			break;
		case WANT_CLOSE:
			dialogue_hung_up(d, need.party, "by us");
			break;
		default:
			say = row->says[next] == NULL ? SILENT
						      : row->says[next++];
			if (strcmp(say, CLOSES) == 0)
				dialogue_hung_up(d, need.party, "FIN");
			else if (strcmp(say, SILENT) == 0)
				dialogue_timeout(d);
			else
				hear(d, span_of(say), at_once);
			break;
		}
	}
	dev = dialogue_deviation(d);
	ck_assert_msg(dialogue_verdict(d) == row->verdict,
	    "%s, %zu at once: %s (%s)", row->title, at_once,
	    verdict_name(dialogue_verdict(d)), dialogue_why(d));
	ck_assert_int_eq(dev->script_line, row->line);
	if (row->heard != NULL && row->heard[0] != '\0')
		ck_assert_str_eq(dev->heard, row->heard);
	/* As long as it says: one row has a NUL in it. */
	ck_assert_msg(
	    sent.len >= strlen(row->sent) &&
		(sent.len == 0 || memcmp(sent.data, row->sent, sent.len) == 0),
	    "%s: sent %s", row->title, buf_text(&sent));
	buf_free(&sent);
	dialogue_free(d);
	script_free(script);
}

static void
play_all(const struct row *row, size_t n, const struct framing *framing)
{
	for (size_t i = 0; i < n; i++) {
		play(&row[i], framing, 1 << 16);
		play(&row[i], framing, 7);
		play(&row[i], framing, 1);
	}
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

START_TEST(plays_the_same_in_any_pieces)
{
	play_all(&rows[_i], 1, &framing_smtp);
}
END_TEST

START_TEST(listings_end_with_a_dot)
{
	play_all(pop3_rows, COUNT(pop3_rows), &framing_pop3);
}
END_TEST

START_TEST(responses_have_literals_and_come_by_themselves)
{
	play_all(imap_rows, COUNT(imap_rows), &framing_imap);
}
END_TEST

/* A party that begins inside @again begins anew each time. */
START_TEST(another_try_has_another_connection)
{
	static const char text[] = "S: +OK*\n"
				   "@again 2\n"
				   "@party look pop3\n"
				   "look S: +OK*\n"
				   "look C: STAT\n"
				   "look S: +OK 1 *\n"
				   "@end\n";
	struct err err;
	struct script *script =
	    script_compile("again", text, &framing_pop3, &err);
	struct dialogue *d;
	struct dialogue_need need;

	ck_assert_msg(script != NULL, "%s", err.what);
	d = dialogue_new(script, world, NULL);
	dialogue_opened(d, 0);
	dialogue_feed(d, 0, SPAN("+OK hi\r\n"));
	for (int i = 0; i < 2; i++) {
		need = dialogue_wants(d);
		ck_assert_int_eq(need.want, WANT_OPEN);
		ck_assert_uint_eq(need.party, 1);
		dialogue_opened(d, 1);
		dialogue_feed(d, 1, SPAN("+OK hi\r\n"));
		ck_assert_int_eq(dialogue_wants(d).want, WANT_SEND);
		dialogue_sent(d, 1, dialogue_out(d, 1).len);
		dialogue_feed(d, 1,
		    i == 0 ? SPAN("+OK 0 0\r\n+OK\r\n") : SPAN("+OK 1 9\r\n"));
		if (i == 1)
			break;
		need = dialogue_wants(d);
		ck_assert_int_eq(need.want, WANT_CLOSE);
		ck_assert_uint_eq(need.party, 1);
		dialogue_feed(d, 1, SPAN("-ERR late\r\n"));
		dialogue_hung_up(d, 1, "by us");
		need = dialogue_wants(d);
		ck_assert_int_eq(need.want, WANT_PAUSE);
		ck_assert_int_gt(need.ms, 0);
		dialogue_timeout(d);
	}
	ck_assert(dialogue_over(d));
	ck_assert_int_eq(dialogue_verdict(d), PASS);
	dialogue_free(d);
	script_free(script);
}
END_TEST

/* Two clients meet: what one sends the other hears. */
START_TEST(parties_take_turns)
{
	static const char text[] = "S: 220 *\n"
				   "@party juliet chat\n"
				   "juliet S: 220 *\n"
				   "C: MAIL FROM:<romeo@example.test>\n"
				   "juliet S!: 250 you have mail\n"
				   "juliet @closed\n";
	struct err err;
	struct script *script =
	    script_compile("parties", text, &framing_smtp, &err);
	struct dialogue *d;

	ck_assert_msg(script != NULL, "%s", err.what);
	ck_assert_uint_eq(script_parties(script), 2);
	ck_assert_str_eq(script_party_service(script, 1), "chat");
	d = dialogue_new(script, world, NULL);
	dialogue_opened(d, 0);
	dialogue_feed(d, 0, SPAN("220 a\r\n"));
	ck_assert_int_eq(dialogue_wants(d).want, WANT_OPEN);
	ck_assert_uint_eq(dialogue_wants(d).party, 1);
	dialogue_opened(d, 1);
	dialogue_feed(d, 1, SPAN("220 b\r\n"));
	ck_assert_int_eq(dialogue_wants(d).want, WANT_SEND);
	ck_assert_uint_eq(dialogue_wants(d).party, 0);
	dialogue_sent(d, 0, dialogue_out(d, 0).len);
	ck_assert_int_eq(dialogue_wants(d).want, WANT_HEAR);
	ck_assert_uint_eq(dialogue_wants(d).party, 1);
	dialogue_feed(d, 1, SPAN("250 you have mail\r\n"));
	dialogue_hung_up(d, 1, "RST");
	ck_assert(dialogue_over(d));
	ck_assert_int_eq(dialogue_verdict(d), PASS);
	dialogue_free(d);
	script_free(script);
}
END_TEST

/* What must be found when the script is compiled, and how it is said. */
static const struct {
	const char *script, *says;
} mistakes[] = {
	{ "", "empty script" },
	{ "X: 220\n", "script line 1: neither S:, C: nor @" },
	{ "S: 220 *\nS%: 250\n",
	    "script line 2: no such kind of S line: \"%\"" },
	{ "S: 220 *\nC!: NOOP\n", "no such kind of C line: \"!\"" },
	{ "C: EHLO ${\n", "\"${\" without \"}\"" },
	{ "C: EHLO \\q\n", "\\q is no escape" },
	{ "@again 3\nC: NOOP\n", "without \"@end\"" },
	{ "@end\n", "no @again before" },
	{ "@again 0\n@end\n", "@again TIMES" },
	{ "@again 2\nS!: 250*\n@end\n", "no claim inside" },
	{ "@again 2\n@again 2\n@end\n", "inside @again" },
	{ "C: ${a|rot13}\n", "|upper, |json, |url and |xml are known" },
	{ "C: ${\"x\"*many}\n", "is no number of times" },
	{ "C: NOOP\nS|: 250 *\n", "S|: and S?: follow S: or S!:" },
	{ "S+: 250-SIZE\n", "stand before an S:" },
	{ "S: 220 *\n@silent soon\n", "@silent MILLISECONDS" },
	{ "S: 220 *\n@party romeo\n", "@party NAME SERVICE" },
	{ "S: 220 *\n@dance\n", "no such event" },
	{ "S: 220 *\n@close!\n", "cannot be a claim" },
};

START_TEST(mistakes_are_found_when_compiled)
{
	struct err err = { .what = "" };

	ck_assert_ptr_null(
	    script_compile("case", mistakes[_i].script, &framing_smtp, &err));
	ck_assert_msg(
	    strstr(err.what, mistakes[_i].says) != NULL, "said: %s", err.what);
	ck_assert_int_eq(err.kind, ERR_CONFIG);
}
END_TEST

START_TEST(an_endless_reply_ends)
{
	struct err err;
	struct script *script = script_compile("endless",
	    "S: 220 *\nC: EHLO me.test\nS!: 250 *\n", &framing_smtp, &err);
	struct dialogue *d = dialogue_new(script, world, NULL);
	int fed = 0;

	dialogue_opened(d, 0);
	dialogue_feed(d, 0, SPAN("220 hi\r\n"));
	dialogue_sent(d, 0, dialogue_out(d, 0).len);
	for (; !dialogue_over(d) && fed < 100000; fed++)
		dialogue_feed(d, 0,
		    _i == 0 ? SPAN("250-again and again\r\n")
			    : SPAN("never a line"));
	ck_assert(dialogue_over(d));
	ck_assert_int_eq(dialogue_verdict(d), FAIL);
	ck_assert_int_lt(fed, 10000);
	dialogue_free(d);
	script_free(script);
}
END_TEST

/* What a party may say before it is judged: HEARD_MOST of dialogue_inner.h. */
#define ONE_LINE (1u << 20)

/*
 * The longest literal that there is room for, of nothing but quotes, so that
 * it doubles; and one octet more.
 */
static const struct {
	size_t over, at_once;
	enum verdict verdict;
} limits[] = {
	{ 0, ONE_LINE, PASS },
	{ 0, 7, PASS },
	{ 0, 1, PASS },
	{ 1, ONE_LINE, FAIL },
	{ 1, 7, FAIL },
	{ 1, 1, FAIL },
};

START_TEST(a_literal_may_be_as_long_as_a_line)
{
	static const char head[] = "* 1 FETCH (BODY[] {1048544}\r\n";
	const size_t octets = ONE_LINE - strlen(head) - strlen(")\r\n");
	struct err err;
	struct script *script = script_compile("limit",
	    "S: * OK *\nC: a FETCH 1 BODY[]\n"
	    "S+!: * 1 FETCH (BODY[] \"*\\\\\"\")\nS!: a OK*\n",
	    &framing_imap, &err);
	struct dialogue *d;
	struct buf says;

	ck_assert_msg(script != NULL, "%s", err.what);
	ck_assert_uint_eq(octets, 1048544);
	buf_init(&says, 2 * ONE_LINE);
	buf_addf(
	    &says, "* 1 FETCH (BODY[] {%zu}\r\n", octets + limits[_i].over);
	for (size_t i = 0; i < octets + limits[_i].over; i++)
		buf_add(&says, SPAN("\""));
	buf_add(&says, SPAN(")\r\na OK\r\n"));
	d = dialogue_new(script, world, NULL);
	dialogue_opened(d, 0);
	dialogue_feed(d, 0, SPAN("* OK hi\r\n"));
	dialogue_sent(d, 0, dialogue_out(d, 0).len);
	hear(d, buf_span(&says), limits[_i].at_once);
	ck_assert(dialogue_over(d));
	ck_assert_msg(
	    dialogue_verdict(d) == limits[_i].verdict, "%s", dialogue_why(d));
	buf_free(&says);
	dialogue_free(d);
	script_free(script);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("dialogue");
	TCase *t = tcase_create("dialogue");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, plays_the_same_in_any_pieces, 0,
	    (int)(sizeof rows / sizeof rows[0]));
	tcase_add_test(t, listings_end_with_a_dot);
	tcase_add_test(t, responses_have_literals_and_come_by_themselves);
	tcase_add_test(t, another_try_has_another_connection);
	tcase_add_test(t, parties_take_turns);
	tcase_add_loop_test(t, mistakes_are_found_when_compiled, 0,
	    (int)(sizeof mistakes / sizeof mistakes[0]));
	tcase_add_loop_test(t, an_endless_reply_ends, 0, 2);
	tcase_add_loop_test(t, a_literal_may_be_as_long_as_a_line, 0,
	    (int)(sizeof limits / sizeof limits[0]));
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
