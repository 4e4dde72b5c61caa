/* SPDX-License-Identifier: MIT */
#include "reference/imap/session.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/session_testing.h"

static struct site site;
static struct mailbox inbox;

static void
bring(struct span text)
{
	bring_mail(site.store, &inbox, (struct mail_new){ .content = text });
}

static void
setup(void)
{
	site_open(&site, NULL);
	site.size_most = 2000;
	find_inbox(site.store, "carol", &inbox);
	for (int i = 0; i < 3; i++)
		bring(SPAN("Subject: x\r\n\r\nhello\r\n"));
}

static void
teardown(void)
{
	site_close(&site);
}

/* ---- conversations ---- */

struct party {
	struct session *session;
	struct buf out;
};

/*
 * "a OK [CODE 1] text" is "a OK [CODE 1]", and a UIDVALIDITY is V; other
 * lines as they are.
 */
static void
summarize_line(char who, struct span line, struct buf *said)
{
	struct span rest = line, tag = span_cut(&rest, ' ');
	const struct span condition =
	    span_take(rest, span_find(rest, SPAN(" ")));
	const bool status =
	    span_eq(condition, SPAN("OK")) || span_eq(condition, SPAN("NO")) ||
	    span_eq(condition, SPAN("BAD")) || span_eq(condition, SPAN("BYE"));
	const size_t code = span_find(rest, SPAN("["));

	if (status && code == condition.len + 1)
		line = span_take(
		    line, tag.len + 1 + span_find(rest, SPAN("]")) + 1);
	else if (status)
		line = span_take(line, tag.len + 1 + condition.len);
	buf_addf(said, "%c ", who);
	while (line.len > 0) {
		const size_t n = strspn(line.ptr, "0123456789");
		const bool long_one = n >= 10 && n <= line.len;

		buf_add(said, long_one ? SPAN("V") : span_take(line, 1));
		line = span_skip(line, long_one ? n : 1);
	}
	buf_addf(said, "\n");
}

static void
summarize(struct party *p, char who, struct buf *said)
{
	struct span out = buf_span(&p->out);

	while (out.len > 0) {
		const size_t n = span_find(out, SPAN("\r\n"));

		summarize_line(who, span_take(out, n), said);
		out = span_skip(out, n + 2);
	}
	buf_clear(&p->out);
}

/*
 * A line of the script is "1 a NOOP": what party 1 says; several of one party
 * in a row go together.  "+" brings a message, "1 @tls" shakes hands.
 */
static void
play(
    struct party *parties, struct span script, size_t at_once, struct buf *said)
{
	struct buf words;

	buf_init(&words, 1 << 20);
	while (script.len > 0) {
		const struct span line = span_cut(&script, '\n');
		struct party *p = &parties[line.ptr[0] == '2'];
		const struct span what = span_skip(line, line.len > 1 ? 2 : 1);

		if (line.ptr[0] == '+') {
			bring(SPAN("Subject: new\r\n\r\n"));
		} else if (span_eq(what, SPAN("@tls"))) {
			ck_assert_int_eq(
			    session_next(p->session), SESSION_START_TLS);
			session_secured(p->session, "TLSv1.3", "x");
		} else {
			buf_add(&words, what);
			buf_addf(&words, "\r\n");
			if (script.len > 0 && script.ptr[0] == line.ptr[0] &&
			    span_find(script, SPAN("@")) != 2)
				continue;
			feed(p->session, buf_span(&words), at_once, &p->out);
			buf_clear(&words);
			summarize(p, line.ptr[0], said);
		}
		for (int i = 0; i < 2; i++) {
			imap_protocol.stirred(
			    parties[i].session, now, &parties[i].out);
			summarize(&parties[i], (char)('1' + i), said);
		}
	}
	buf_free(&words);
}

static void
meet(int role, const char *prelude, const char *script, size_t at_once,
    struct buf *said)
{
	struct party parties[2];

	for (int i = 0; i < 2; i++) {
		parties[i].session =
		    imap_protocol.open(&site, role, "127.0.0.1:40112");
		buf_init(&parties[i].out, 1 << 20);
		session_greet(parties[i].session, now, &parties[i].out);
		feed(parties[i].session, span_of(prelude), at_once,
		    &parties[i].out);
		if (prelude[0] != '\0')
			buf_clear(&parties[i].out);
		else
			summarize(&parties[i], (char)('1' + i), said);
	}
	play(parties, span_of(script), at_once, said);
	for (int i = 0; i < 2; i++) {
		if (session_next(parties[i].session) == SESSION_HANG_UP)
			buf_addf(said, "%d closed\n", i + 1);
		session_close(parties[i].session);
		buf_free(&parties[i].out);
	}
}

static void
judge(int role, const char *prelude, const char *script, const char *want)
{
	struct buf said;

	for (size_t i = 0; i < 3; i++) {
		setup();
		buf_init(&said, 65536);
		meet(role, prelude, script, pieces[i], &said);
		ck_assert_str_eq(buf_text(&said), want);
		buf_free(&said);
		teardown();
	}
}

/* ---- before the login ---- */

#define CLEAR "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE STARTTLS LOGINDISABLED"
#define TLS \
	"IMAP4rev1 LITERAL+ SASL-IR ID ENABLE AUTH=PLAIN AUTH=LOGIN " \
	"AUTH=SCRAM-SHA-256"
#define HERE \
	"IMAP4rev1 LITERAL+ ID ENABLE IDLE NAMESPACE CHILDREN " \
	"SPECIAL-USE UNSELECT UIDPLUS MOVE CONDSTORE SORT QUOTA " \
	"QUOTA=RES-STORAGE QUOTA=RES-MESSAGE"
#define GREET(words) \
	"1 * OK [CAPABILITY " words "]\n2 * OK [CAPABILITY " words "]\n"

/* clang-format off */
static const struct {
	int role;
	const char *script, *want;
} doors[] = {
	{ IMAP_UPGRADED, "1 a CAPABILITY\n1 b LOGIN carol Qing-song-58\n"
	  "1 c AUTHENTICATE PLAIN\n1 d SELECT INBOX\n1 e LOGOUT\n1 f NOOP\n",
	  GREET(CLEAR) "1 * CAPABILITY " CLEAR "\n1 a OK\n"
	  "1 b NO [PRIVACYREQUIRED]\n1 c NO [PRIVACYREQUIRED]\n1 d BAD\n"
	  "1 * BYE\n1 e OK\n1 closed\n" },
	/* what came behind STARTTLS is lost: RFC 3501 6.2.1 */
	{ IMAP_UPGRADED, "1 a STARTTLS\n1 b NOOP\n1 @tls\n1 c CAPABILITY\n"
	  "1 d STARTTLS\n1 e LOGIN carol Qing-song-58\n",
	  GREET(CLEAR) "1 a OK\n1 * CAPABILITY " TLS "\n1 c OK\n1 d BAD\n"
	  "1 e OK [CAPABILITY " HERE "]\n" },
	{ IMAP_IMPLICIT, "1 a LOGIN {5}\n1 carol {12}\n1 Qing-song-58\n"
	  "1 b LOGIN carol Qing-song-58\n1 c STARTTLS\n1 d NAMESPACE\n",
	  GREET(TLS) "1 + go on\n1 + go on\n1 a OK [CAPABILITY " HERE "]\n"
	  "1 b BAD\n1 c BAD\n1 * NAMESPACE ((\"\" \"/\")) NIL NIL\n1 d OK\n" },
	{ IMAP_IMPLICIT, "1 a LOGIN carol wrong\n1 b LOGIN nobody wrong\n"
	  "1 c LOGIN carol\n1 d login \"carol\" \"Qing-song-58\"\n",
	  GREET(TLS) "1 a NO [AUTHENTICATIONFAILED]\n"
	  "1 b NO [AUTHENTICATIONFAILED]\n1 c BAD\n"
	  "1 d OK [CAPABILITY " HERE "]\n" },
	{ IMAP_IMPLICIT, "1 a AUTHENTICATE PLAIN\n"
	  "1 AGNhcm9sAFFpbmctc29uZy01OA==\n",
	  GREET(TLS) "1 + \n1 a OK [CAPABILITY " HERE "]\n" },
	{ IMAP_IMPLICIT, "1 a AUTHENTICATE PLAIN *\n1 b AUTHENTICATE PLAIN\n"
	  "1 *\n1 c AUTHENTICATE PLAIN =\n1 d AUTHENTICATE CRAM-MD5\n"
	  "1 e authenticate plain AGNhcm9sAFFpbmctc29uZy01OA==\n",
	  GREET(TLS) "1 a BAD\n1 + \n1 b BAD\n1 c BAD\n1 d NO\n"
	  "1 e OK [CAPABILITY " HERE "]\n" },
	{ IMAP_IMPLICIT, "1 a AUTHENTICATE LOGIN\n1 Y2Fyb2w=\n"
	  "1 UWluZy1zb25nLTU4\n1 b AUTHENTICATE LOGIN\n",
	  GREET(TLS) "1 + VXNlcm5hbWU6\n1 + UGFzc3dvcmQ6\n"
	  "1 a OK [CAPABILITY " HERE "]\n1 b BAD\n" },
	/* a literal that no stranger needs */
	{ IMAP_IMPLICIT, "1 a LOGIN {5000}\n1 b NOOP\n",
	  GREET(TLS) "1 a NO [TOOBIG]\n1 b OK\n" },
	{ IMAP_IMPLICIT, "1 a\n1 \n1 + NOOP\n1 b FROB\n1 c UID NOOP\n"
	  "1 d NOOP x\n1 e ID NIL\n1 f ENABLE CONDSTORE\n",
	  GREET(TLS) "1 a BAD\n1 * BAD\n1 * BAD\n1 b BAD\n1 c BAD\n1 d BAD\n"
	  "1 * ID (\"name\" \"Yanshou\" \"version\" \"" YANSHOU_VERSION "\")\n"
	  "1 e OK\n1 f BAD\n" },
};
/* clang-format on */

START_TEST(doors_open_to_the_right_ones)
{
	judge(doors[_i].role, "", doors[_i].script, doors[_i].want);
}
END_TEST

/* ---- after it ---- */

#define LOGIN "x LOGIN carol Qing-song-58\r\n"
#define FLAGS "\\Answered \\Flagged \\Deleted \\Seen \\Draft"

/* clang-format off */
static const struct {
	const char *script, *want;
} rooms[] = {
	/* ---- names ---- */
	{ "1 a LIST \"\" \"\"\n1 b LIST \"\" %\n",
	  "1 * LIST (\\Noselect) \"/\" \"\"\n1 a OK\n"
	  "1 * LIST (\\HasNoChildren \\Archive) \"/\" Archive\n"
	  "1 * LIST (\\HasNoChildren \\Drafts) \"/\" Drafts\n"
	  "1 * LIST (\\HasNoChildren) \"/\" INBOX\n"
	  "1 * LIST (\\HasNoChildren \\Junk) \"/\" Junk\n"
	  "1 * LIST (\\HasNoChildren \\Sent) \"/\" Sent\n"
	  "1 * LIST (\\HasNoChildren \\Trash) \"/\" Trash\n1 b OK\n" },
	{ "1 a CREATE &i1mL1Q-/&ZeVnLA-\n1 b LIST \"\" &i1mL1Q-*\n"
	  "1 c CREATE &i1mL1Q-/&ZeVnLA-\n1 d DELETE &i1mL1Q-\n"
	  "1 e LIST &i1mL1Q-/ %\n1 f DELETE nothing\n1 g DELETE INBOX\n",
	  "1 a OK\n1 * LIST (\\HasChildren) \"/\" &i1mL1Q-\n"
	  "1 * LIST (\\HasNoChildren) \"/\" &i1mL1Q-/&ZeVnLA-\n1 b OK\n"
	  "1 c NO [ALREADYEXISTS]\n1 d OK\n"
	  "1 * LIST (\\HasNoChildren) \"/\" &i1mL1Q-/&ZeVnLA-\n1 e OK\n"
	  "1 f NO [NONEXISTENT]\n1 g NO [CANNOT]\n" },
	/* RFC 3501 6.3.9: with "%" the name above stands for those below */
	{ "1 a SUBSCRIBE foo/bar\n1 b SUBSCRIBE foo/car\n1 c LSUB \"\" f%\n"
	  "1 d LSUB \"\" f*\n1 e UNSUBSCRIBE foo/bar\n1 f LSUB foo/ *\n",
	  "1 a OK\n1 b OK\n1 * LSUB (\\Noselect) \"/\" foo\n1 c OK\n"
	  "1 * LSUB () \"/\" foo/bar\n1 * LSUB () \"/\" foo/car\n1 d OK\n"
	  "1 e OK\n1 * LSUB () \"/\" foo/car\n1 f OK\n" },
	{ "1 a CREATE one/two\n1 b RENAME one three\n1 c LIST \"\" t*\n"
	  "1 d RENAME nothing x\n1 e RENAME three Sent\n",
	  "1 a OK\n1 b OK\n1 * LIST (\\HasChildren) \"/\" three\n"
	  "1 * LIST (\\HasNoChildren) \"/\" three/two\n1 c OK\n"
	  "1 d NO [NONEXISTENT]\n1 e NO [ALREADYEXISTS]\n" },
	{ "1 a STATUS inbox (MESSAGES UNSEEN UIDNEXT UIDVALIDITY DELETED)\n"
	  "1 b STATUS nothing (MESSAGES)\n1 c STATUS INBOX ()\n",
	  "1 * STATUS INBOX (MESSAGES 3 UIDNEXT 4 UIDVALIDITY V UNSEEN 3 "
	  "DELETED 0)\n1 a OK\n1 b NO [NONEXISTENT]\n1 c BAD\n" },
	{ "1 a GETQUOTAROOT INBOX\n1 b GETQUOTA x\n"
	  "1 c SETQUOTA \"\" (STORAGE 5)\n1 d GETQUOTAROOT nothing\n",
	  "1 * QUOTAROOT INBOX \"\"\n1 * QUOTA \"\" (STORAGE 1 1048576)\n"
	  "1 a OK\n1 b NO [CANNOT]\n1 c NO [NOPERM]\n1 d NO [NONEXISTENT]\n" },
	{ "1 a CREATE x (USE (\\Sent))\n1 b CREATE &AA-\n1 c CREATE a//b\n",
	  "1 a NO [USEATTR]\n1 b BAD\n1 c NO [CANNOT]\n" },

	{ "1 a LIST (SPECIAL-USE) \"\" *t\n1 b LIST \"\" inbox\n"
	  "1 c LIST \"\" &xx\n1 d LSUB \"\" nothing\n1 e LIST \"\"\n",
	  "1 * LIST (\\HasNoChildren \\Sent) \"/\" Sent\n1 a OK\n"
	  "1 * LIST (\\HasNoChildren) \"/\" INBOX\n1 b OK\n1 c OK\n1 d OK\n"
	  "1 e BAD\n" },

	/* ---- selecting ---- */
	{ "1 a SELECT INBOX\n1 b EXAMINE Sent\n1 c SELECT nothing\n"
	  "1 d CHECK\n",
	  "1 * 3 EXISTS\n1 * 3 RECENT\n1 * FLAGS (" FLAGS ")\n"
	  "1 * OK [PERMANENTFLAGS (" FLAGS " \\*)]\n1 * OK [UNSEEN 1]\n"
	  "1 * OK [UIDVALIDITY V]\n1 * OK [UIDNEXT 4]\n"
	  "1 * OK [HIGHESTMODSEQ 4]\n1 a OK [READ-WRITE]\n"
	  "1 * OK [CLOSED]\n1 * 0 EXISTS\n1 * 0 RECENT\n"
	  "1 * FLAGS (" FLAGS ")\n1 * OK [PERMANENTFLAGS ()]\n"
	  "1 * OK [UIDVALIDITY V]\n1 * OK [UIDNEXT 1]\n"
	  "1 * OK [HIGHESTMODSEQ 1]\n1 b OK [READ-ONLY]\n"
	  "1 * OK [CLOSED]\n1 c NO [NONEXISTENT]\n1 d BAD\n" },
};

/* Both have INBOX selected, 2 came later: nothing is recent for it. */
static const struct {
	const char *script, *want;
} meetings[] = {
	/* ---- what is told to whom ---- */
	{ "1 a STORE 2 +FLAGS (\\Seen $Todo)\n2 b NOOP\n",
	  "1 * FLAGS (" FLAGS " $Todo)\n"
	  "1 * OK [PERMANENTFLAGS (" FLAGS " $Todo \\*)]\n"
	  "1 * 2 FETCH (FLAGS (\\Seen \\Recent $Todo))\n1 a OK\n"
	  "2 * FLAGS (" FLAGS " $Todo)\n"
	  "2 * OK [PERMANENTFLAGS (" FLAGS " $Todo \\*)]\n"
	  "2 * 2 FETCH (FLAGS (\\Seen $Todo))\n2 b OK\n" },
	{ "1 a UID STORE 2:3 +FLAGS.SILENT \\Deleted\n2 b UID STORE 3 -FLAGS "
	  "\\Deleted\n1 c UID STORE 9 FLAGS ()\n1 d STORE 4 FLAGS ()\n",
	  "1 a OK\n2 * 2 FETCH (UID 2 FLAGS (\\Deleted))\n"
	  "2 * 3 FETCH (UID 3 FLAGS ())\n2 b OK\n"
	  "1 * 3 FETCH (UID 3 FLAGS (\\Recent))\n1 c OK\n1 d BAD\n" },
	/* no EXPUNGE while sequence numbers count: RFC 3501 7.4.1 */
	{ "1 a STORE 1,3 +FLAGS.SILENT (\\Deleted)\n1 b EXPUNGE\n"
	  "2 c STORE 2 +FLAGS (\\Seen)\n2 d STORE 1 +FLAGS (\\Seen)\n"
	  "2 e COPY 1:2 Sent\n2 f STORE 1 FLAGS ()\n",
	  "1 a OK\n1 * 1 EXPUNGE\n1 * 2 EXPUNGE\n1 b OK\n"
	  "2 * 2 FETCH (FLAGS (\\Seen))\n2 c OK\n"
	  "2 d NO [EXPUNGEISSUED]\n"
	  "2 * 1 EXPUNGE\n2 * 2 EXPUNGE\n2 e NO [EXPUNGEISSUED]\n"
	  "2 * 1 FETCH (FLAGS ())\n2 f OK\n" },
	{ "1 a UID STORE 1:* +FLAGS.SILENT (\\Deleted)\n1 b UID EXPUNGE 2\n"
	  "1 c CLOSE\n1 d EXPUNGE\n2 e UID STORE 2 FLAGS ()\n",
	  "1 a OK\n1 * 2 EXPUNGE\n1 b OK\n1 c OK\n1 d BAD\n"
	  "2 * 1 EXPUNGE\n2 * 1 EXPUNGE\n2 * 1 EXPUNGE\n2 e OK\n" },
	{ "+\n1 a NOOP\n2 b NOOP\n",
	  "1 * 4 EXISTS\n1 * 4 RECENT\n1 a OK\n"
	  "2 * 4 EXISTS\n2 * 0 RECENT\n2 b OK\n" },
	/* new to one and gone before he was told */
	{ "+\n1 a NOOP\n1 b STORE 4 +FLAGS.SILENT \\Deleted\n1 c EXPUNGE\n"
	  "2 d NOOP\n",
	  "1 * 4 EXISTS\n1 * 4 RECENT\n1 a OK\n1 b OK\n1 * 4 EXPUNGE\n"
	  "1 c OK\n2 d OK\n" },

	/* ---- IDLE ---- */
	{ "1 a IDLE\n+\n2 b NOOP\n2 c STORE 1 FLAGS (\\Deleted)\n"
	  "2 d EXPUNGE\n1 DONE\n1 e IDLE\n1 NOOP\n1 f NOOP\n",
	  "1 + idling\n1 * 4 EXISTS\n1 * 4 RECENT\n"
	  "2 * 4 EXISTS\n2 * 0 RECENT\n2 b OK\n"
	  "2 * 1 FETCH (FLAGS (\\Deleted))\n2 c OK\n"
	  "2 * 1 EXPUNGE\n2 d OK\n1 * 1 EXPUNGE\n"
	  "1 a OK\n1 + idling\n1 e BAD\n1 f OK\n" },

	/* ---- copies ---- */
	{ "1 a COPY 1,3 Sent\n1 b COPY 1 nothing\n1 c UID COPY 77 Sent\n"
	  "1 d UID MOVE 2 Trash\n1 e COPY 3 Sent\n2 f NOOP\n",
	  "1 a OK [COPYUID V 1,3 1:2]\n1 b NO [TRYCREATE]\n1 c OK\n"
	  "1 * OK [COPYUID V 2 1]\n1 * 2 EXPUNGE\n1 d OK\n1 e BAD\n"
	  "2 * 2 EXPUNGE\n2 f OK\n" },
	{ "1 a APPEND INBOX (\\Seen) {2+}\n1 hi\n1 b APPEND Sent {4}\n1 ho\n"
	  "1 \n1 c APPEND nothing {4}\n1 d APPEND INBOX {2001}\n"
	  "1 e APPEND INBOX {2001+}\n1 f NOOP\n",
	  "1 * 4 EXISTS\n1 * 4 RECENT\n1 a OK [APPENDUID V 4]\n1 + go on\n"
	  "1 b OK [APPENDUID V 1]\n1 c NO [TRYCREATE]\n1 d NO [TOOBIG]\n"
	  "1 e NO [TOOBIG]\n" },

	/* ---- CONDSTORE: RFC 7162 ---- */
	{ "1 a ENABLE CONDSTORE X-Y\n1 b ENABLE CONDSTORE\n"
	  "1 c STORE 1 +FLAGS.SILENT (\\Seen)\n2 d NOOP\n"
	  "2 e STORE 1:2 (UNCHANGEDSINCE 4) +FLAGS.SILENT (\\Flagged)\n",
	  "1 * ENABLED CONDSTORE\n1 * OK [HIGHESTMODSEQ 4]\n1 a OK\n"
	  "1 * ENABLED\n1 b OK\n1 * 1 FETCH (UID 1 MODSEQ (5))\n1 c OK\n"
	  "2 * 1 FETCH (FLAGS (\\Seen))\n2 d OK\n"
	  "2 * OK [HIGHESTMODSEQ 5]\n"
	  "2 * 1 FETCH (UID 1 MODSEQ (5) FLAGS (\\Seen))\n"
	  "2 * 2 FETCH (UID 2 MODSEQ (6))\n2 e OK [MODIFIED 1]\n" },

	/* ---- somebody deletes what is selected ---- */
	{ "1 a CREATE t\n1 b SELECT t\n1 c APPEND t {1+}\n1 x\n2 d DELETE t\n"
	  "1 e NOOP\n1 f APPEND t {1+}\n1 x\n1 g CLOSE\n",
	  "1 a OK\n1 * OK [CLOSED]\n1 * 0 EXISTS\n1 * 0 RECENT\n"
	  "1 * FLAGS (" FLAGS ")\n1 * OK [PERMANENTFLAGS (" FLAGS " \\*)]\n"
	  "1 * OK [UIDVALIDITY V]\n1 * OK [UIDNEXT 1]\n"
	  "1 * OK [HIGHESTMODSEQ 1]\n1 b OK [READ-WRITE]\n1 * 1 EXISTS\n"
	  "1 * 1 RECENT\n1 c OK [APPENDUID V 1]\n2 d OK\n1 * 1 EXPUNGE\n"
	  "1 e OK\n1 f NO [TRYCREATE]\n1 g OK\n" },
	{ "1 a UNSELECT\n1 b UNSELECT\n2 c CHECK\n",
	  "1 a OK\n1 b BAD\n2 c OK\n" },
	/* each command stands alone */
	{ "1 a SEARCH ALL\n1 b FETCH 1 (UID)\n1 c UID SEARCH SEEN\n"
	  "1 d FETCH 4 (UID)\n",
	  "1 * SEARCH 1 2 3\n1 a OK\n1 * 1 FETCH (UID 1)\n1 b OK\n"
	  "1 * SEARCH\n1 c OK\n1 d BAD\n" },
};
/* clang-format on */

START_TEST(rooms_are_in_order)
{
	judge(IMAP_IMPLICIT, LOGIN, rooms[_i].script, rooms[_i].want);
}
END_TEST

START_TEST(each_is_told_what_the_other_does)
{
	judge(IMAP_IMPLICIT, LOGIN "x SELECT INBOX\r\n", meetings[_i].script,
	    meetings[_i].want);
}
END_TEST

/* ---- bounds ---- */

START_TEST(a_client_that_only_errs_is_sent_away)
{
	struct buf script, said;

	setup();
	buf_init(&script, 4096);
	buf_init(&said, 65536);
	for (int i = 0; i <= site.errors_most; i++)
		buf_addf(&script, "1 a FROB\n");
	buf_addf(&script, "1 b NOOP\n");
	meet(IMAP_IMPLICIT, LOGIN, buf_text(&script), SIZE_MAX, &said);
	ck_assert_msg(strstr(buf_text(&said), "1 * BYE\n1 closed\n") != NULL,
	    "%s", buf_text(&said));
	buf_free(&script);
	buf_free(&said);
	teardown();
}
END_TEST

static int
count(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

/* Ten thousand: all is said, in portions, and what came meanwhile waits. */
START_TEST(long_answers_come_in_portions)
{
	enum { MANY = 10000 };
	static const char more[] = "b STORE 1:* +FLAGS (\\Seen keyword-long-"
				   "enough-to-fill-a-portion-or-two)\r\n"
				   "c STORE 1:5000 +FLAGS.SILENT (\\Deleted)"
				   "\r\nd EXPUNGE\r\ne NOOP\r\n";
	struct buf all;
	struct party p;
	int portions = 0;

	setup();
	for (int i = 3; i < MANY; i++)
		bring(SPAN("Subject: y\r\n\r\n"));
	buf_init(&p.out, 1 << 20);
	buf_init(&all, 16 << 20);
	p.session = imap_protocol.open(&site, IMAP_IMPLICIT, "x");
	session_feed(p.session, SPAN(LOGIN "a SELECT INBOX\r\n"), now, &p.out);
	session_feed(p.session, span_of(more), now, &p.out);
	do {
		ck_assert_uint_lt(p.out.len, SESSION_PORTION + 4096);
		buf_add(&all, buf_span(&p.out));
		buf_clear(&p.out);
		session_feed(p.session, SPAN(""), now, &p.out);
		portions++;
	} while (session_next(p.session) == SESSION_MORE || p.out.len > 0);
	ck_assert_int_ge(portions, 4);
	ck_assert_int_eq(count(buf_text(&all), " FETCH ("), MANY);
	ck_assert_int_eq(count(buf_text(&all), "* 1 EXPUNGE\r\n"), 5000);
	ck_assert_int_eq(count(buf_text(&all), "e OK "), 1);
	session_close(p.session);
	buf_free(&p.out);
	buf_free(&all);
	teardown();
}
END_TEST

/* What is too long is skipped to its end, and the next command is heard. */
START_TEST(long_commands_are_refused)
{
	struct buf script, said;

	setup();
	buf_init(&script, 1 << 20);
	buf_init(&said, 65536);
	buf_addf(&script, "1 a LIST ");
	for (int i = 0; i < 30000; i++)
		buf_addf(&script, "NOOP ");
	buf_addf(&script, "\n1 b NOOP\n1 c SEARCH TEXT {70000+}\n");
	for (int i = 0; i < 7000; i++)
		buf_addf(&script, "123456789 ");
	buf_addf(&script, "\n1 d NOOP\n");
	/* with its line end it is 70,000 octets; d is the rest of c */
	meet(IMAP_IMPLICIT, LOGIN, buf_text(&script), 65536, &said);
	ck_assert_str_eq(buf_text(&said), "1 a BAD\n1 b OK\n1 c NO [TOOBIG]\n");
	buf_free(&script);
	buf_free(&said);
	teardown();
}
END_TEST

START_TEST(silence_ends_with_bye)
{
	struct session *s;
	struct buf out;

	setup();
	buf_init(&out, 4096);
	s = imap_protocol.open(&site, IMAP_UPGRADED, "x");
	session_idle(s, now, &out);
	ck_assert(span_starts(buf_span(&out), SPAN("* BYE ")));
	ck_assert_int_eq(session_next(s), SESSION_HANG_UP);
	session_close(s);
	buf_free(&out);
	teardown();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("imap/session");
	TCase *tc = tcase_create("conversations");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, doors_open_to_the_right_ones, 0,
	    sizeof doors / sizeof doors[0]);
	tcase_add_loop_test(
	    tc, rooms_are_in_order, 0, sizeof rooms / sizeof rooms[0]);
	tcase_add_loop_test(tc, each_is_told_what_the_other_does, 0,
	    sizeof meetings / sizeof meetings[0]);
	tcase_add_test(tc, a_client_that_only_errs_is_sent_away);
	tcase_add_test(tc, long_answers_come_in_portions);
	tcase_add_test(tc, long_commands_are_refused);
	tcase_add_test(tc, silence_ends_with_bye);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
