/* SPDX-License-Identifier: MIT */
/*
 * What the target hands on is what it was given: alice writes to our sink, and
 * the octets are compared.
 */
#include "conformance/cases/email/post.h"
#include "lib/mem.h"

extern const struct conf_group conf_smtp_relayed;

/* clang-format off */
static const struct post_letter plain = {
	.mail = POST_ALICE,
	.rcpt = POST_TO_US,
	.text = POST_PLAIN("${alice.address}"),
	.at = POST_US,
};

static const struct post_letter letters[] = {
	{ "smtp.relayed.8bit", .mail = POST_ALICE " BODY=8BITMIME",
	  .text = "${file:mail/utf8.eml}" },
	{ "smtp.relayed.gb18030", .mail = POST_ALICE " BODY=8BITMIME",
	  .text = "${file:mail/gb18030.eml}" },
	{ "smtp.relayed.dots", .text = "${file:mail/dots.eml}" },
	{ "smtp.relayed.long", .text = "${file:mail/long.eml}" },
	{ "smtp.relayed.spaces", .text = "${file:mail/spaces.eml}" },
	{ "smtp.relayed.rfc2047", .text = "${file:mail/rfc2047.eml}" },
	{ "smtp.relayed.rfc2231", .text = "${file:mail/rfc2231.eml}" },
	{ "smtp.relayed.attachment", .text = "${file:mail/attachment.eml}" },
	{ "smtp.relayed.utf8.fields",
	  .mail = POST_ALICE " BODY=8BITMIME SMTPUTF8",
	  .text = "${file:mail/utf8-headers.eml}" },
	{ "smtp.relayed.verbatim",
	  .text = FIELDS_FROM("${alice.address}") "\\r\\n"
		  "From here on it is text.\\r\\n"
		  "\\r\\n"
		  "From there as well.\\r\\n"
		  "\\r\\n\\r\\n" },
	{ "smtp.relayed.big",
	  .text = FIELDS_FROM("${alice.address}") "\\r\\n"
		  "${\"0123456789abcdef\\r\\n\"*9000}"
		  "end" },
	{ "smtp.relayed.fields",
	  .text = "X-Yanshou-Test: kept\\r\\n"
		  POST_PLAIN("${alice.address}") },
};
/* clang-format on */

/* The fixture as it goes out: expanded, with CR LF. */
static void
file_sent(struct trial *t, const char *fixture)
{
	char *text = trial_expand(t, fixture);
	struct span rest = span_of(text);
	struct buf out;

	buf_init(&out, 1u << 20);
	while (rest.len > 0) {
		buf_add(&out, span_cut(&rest, '\n'));
		buf_add(&out, SPAN("\r\n"));
	}
	trial_file(t, "sent.eml", buf_span(&out));
	buf_free(&out);
	free(text);
}

static bool
collect(struct trial *t)
{
	const struct post_letter l =
	    post_letter(t, letters, sizeof letters / sizeof letters[0], &plain);

	if (span_starts(span_of(l.text), SPAN("${file:")))
		file_sent(t, l.text);
	post_send(t, &l);
	return true;
}

/* ---- the body ---- */

static size_t
first_difference(struct span a, struct span b)
{
	size_t i = 0;

	while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i])
		i++;
	return i;
}

static void
judge_body(struct trial *t)
{
	const struct buf *file = trial_content(t, "sent.eml");
	struct span want, got;

	if (!post_arrived(t, "arrived") ||
	    !trial_sane(t, file != NULL, "sent.eml is missing"))
		return;
	want = post_body(buf_span(file));
	got = post_body(post_got(t));
	trial_claim(t, trial_case(t)->clause, span_eq(want, got),
	    "the body, octet by octet",
	    "%zu octets in place of %zu, the first difference at %zu", got.len,
	    want.len, first_difference(want, got));
}

static void
judge_verbatim(struct trial *t)
{
	static const char want[] = "From here on it is text.\r\n\r\n"
				   "From there as well.\r\n\r\n\r\n";
	struct span got;

	if (!post_arrived(t, "arrived"))
		return;
	got = post_body(post_got(t));
	/* Our own line end before the final dot is one more. */
	trial_claim(t, trial_case(t)->clause,
	    span_starts(got, span_take(span_of(want), sizeof want - 1)),
	    "the body, octet by octet", "%.*s", SPAN_FMT(span_take(got, 100)));
}

static void
judge_big(struct trial *t)
{
	const size_t line = sizeof "0123456789abcdef\r\n" - 1;
	struct span got;
	bool same;

	if (!post_arrived(t, "arrived"))
		return;
	got = post_body(post_got(t));
	same = got.len == 9000 * line + 5;
	for (size_t i = 0; same && i < 9000; i++)
		same = span_starts(
		    span_skip(got, i * line), SPAN("0123456789abcdef\r\n"));
	trial_claim(t, trial_case(t)->clause, same,
	    "9000 lines of 18 octets, and an end", "%zu octets, or others",
	    got.len);
}

/* ---- fields ---- */

/* White space, and CR LF before it: where a field may be folded. */
static bool
skip_fold(struct span *s)
{
	bool any = false;

	while (s->len > 0 && strchr(" \t\r\n", s->ptr[0]) != NULL) {
		*s = span_skip(*s, 1);
		any = true;
	}
	return any;
}

static bool
same_unfolded(struct span a, struct span b)
{
	skip_fold(&a);
	skip_fold(&b);
	while (a.len > 0 && b.len > 0) {
		if (skip_fold(&a) != skip_fold(&b))
			break;
		if (a.len == 0 || b.len == 0 || a.ptr[0] != b.ptr[0])
			break;
		a = span_skip(a, 1);
		b = span_skip(b, 1);
	}
	return a.len == 0 && b.len == 0;
}

static void
judge_subject(struct trial *t)
{
	const struct buf *file = trial_content(t, "sent.eml");
	struct span want, got;

	if (!post_arrived(t, "arrived") ||
	    !trial_sane(t, file != NULL, "sent.eml is missing"))
		return;
	want = post_field(buf_span(file), "Subject");
	got = post_field(post_got(t), "Subject");
	trial_claim(t, trial_case(t)->clause, same_unfolded(want, got),
	    "the Subject as it was", "%.*s", SPAN_FMT(got));
}

static void
judge_fields(struct trial *t)
{
	if (post_arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    post_contains(
			post_field(post_got(t), "X-Yanshou-Test"), "kept"),
		    "X-Yanshou-Test: kept", "no such field");
}

static void
judge_message_id(struct trial *t)
{
	const struct span id = post_field(post_got(t), "Message-ID");

	if (post_arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    post_contains(id, "@client.example>"),
		    "the Message-ID as it was", "%.*s", SPAN_FMT(id));
}

static void
judge_utf8_fields(struct trial *t)
{
	const struct span subject = post_field(post_got(t), "Subject");

	if (post_arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    post_contains(subject, "关于验收工作的通知"),
		    "the Subject in UTF-8, as it was", "%.*s",
		    SPAN_FMT(subject));
}

/* ---- BDAT ---- */

/* The second chunk begins within a word, and no CRLF ends it. */
static bool
collect_chunks(struct trial *t)
{
	/* clang-format off */
	post_talk(t,
	    LOGGED_IN("alice")
	    POST_ENVELOPE(POST_ALICE, POST_TO_US)
	    "C=: BDAT 40\\r\\n"
	    "Subject: chunks\\r\\n\\r\\n.one\\r\\n..two dots\\r\\nhal\n"
	    "S: 250*\n"
	    "C=: BDAT 14 LAST\\r\\n"
	    "ves\\r\\nlast line\n"
	    "S: 250*\n" BYE);
	/* clang-format on */
	return true;
}

static void
judge_chunks(struct trial *t)
{
	/* clang-format off */
	static const struct {
		const char *id, *has;
	} rows[] = {
		{ "smtp.relayed.chunks.dots", ".one\r\n..two dots\r\n" },
		{ "smtp.relayed.chunks.halves", "\r\nhalves\r\n" },
		{ "smtp.relayed.chunks.tail", "\r\nlast line" },
	};
	/* clang-format on */
	const struct span body = post_body(post_got(t));

	if (!post_arrived(t, "arrived"))
		return;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].id, trial_case(t)->id) == 0)
			trial_claim(t, trial_case(t)->clause,
			    post_contains(body, rows[i].has),
			    "the octets of the chunks, one after another",
			    "%.*s", SPAN_FMT(span_take(body, 100)));
}

/* clang-format off */
static const struct conf_case cases[] = {
	POST_CASE("smtp.relayed.8bit", EMAIL_F_11, "RFC 6152 3",
	    "a text in UTF-8, 8bit, arrives unchanged",
	    "UTF-8 8bit 正文原样到达", " smtp.8bitmime mail:foreign",
	    collect, judge_body),
	POST_CASE("smtp.relayed.gb18030", EMAIL_F_11, "RFC 6152 3",
	    "a text in GB18030, 8bit, arrives unchanged",
	    "GB18030 8bit 正文原样到达", " smtp.8bitmime mail:foreign",
	    collect, judge_body),
	POST_CASE("smtp.relayed.dots", EMAIL_F_01, "RFC 5321 4.5.2",
	    "lines that begin with dots arrive unchanged",
	    "以点开头的行原样到达", " mail:foreign",
	    collect, judge_body),
	POST_CASE("smtp.relayed.long", EMAIL_F_01, "RFC 5321 4.5.3.1.6",
	    "a line of 990 octets arrives unchanged",
	    "990 字节的行原样到达", " mail:foreign",
	    collect, judge_body),
	POST_CASE("smtp.relayed.spaces", EMAIL_F_01, "RFC 5321 3.6.3",
	    "spaces at the end of a line arrive unchanged",
	    "行尾空白原样到达", " mail:foreign",
	    collect, judge_body),
	POST_CASE("smtp.relayed.rfc2047", EMAIL_F_11, "RFC 5321 3.6.3",
	    "a Subject of encoded-words arrives unchanged",
	    "encoded-word 主题原样到达", " mail:foreign",
	    collect, judge_subject),
	POST_CASE("smtp.relayed.rfc2231", EMAIL_F_11, "RFC 5321 3.6.3",
	    "a long Chinese file name arrives unchanged",
	    "长中文文件名原样到达", " mail:foreign",
	    collect, judge_body),
	POST_CASE("smtp.relayed.attachment", EMAIL_F_11, "RFC 5321 3.6.3",
	    "an attachment arrives unchanged",
	    "附件原样到达", " mail:foreign",
	    collect, judge_body),
	POST_CASE("smtp.relayed.verbatim", EMAIL_F_01, "RFC 5321 3.6.3",
	    "\"From \" and empty lines at the end arrive unchanged",
	    "行首 From 与末尾空行原样到达", "",
	    collect, judge_verbatim),
	POST_CASE("smtp.relayed.big", EMAIL_F_11, "RFC 5321 3.6.3",
	    "a body of 160 kB arrives unchanged",
	    "160 kB 正文原样到达", "",
	    collect, judge_big),
	POST_CASE("smtp.relayed.fields", EMAIL_F_01, "RFC 5321 3.6.3",
	    "a field that nobody knows arrives",
	    "未知信头字段得以保留", "",
	    collect, judge_fields),
	POST_CASE("smtp.relayed.message-id", EMAIL_F_01, "RFC 5321 3.6.3",
	    "a Message-ID arrives as it was",
	    "Message-ID 原样到达", "",
	    collect, judge_message_id),
	POST_CASE("smtp.relayed.utf8.fields", EMAIL_F_12, "RFC 6531 3.6",
	    "a Subject in UTF-8 arrives unchanged",
	    "UTF-8 主题原样到达", " smtp.smtputf8 mail:foreign",
	    collect, judge_utf8_fields),
	POST_CASE("smtp.relayed.chunks.dots", EMAIL_F_11, "RFC 3030 2",
	    "dots in chunks arrive unchanged",
	    "BDAT 中行首的点原样到达", " smtp.chunking",
	    collect_chunks, judge_chunks),
	POST_CASE("smtp.relayed.chunks.halves", EMAIL_F_11, "RFC 3030 2",
	    "a word in two chunks arrives as one",
	    "分属两个 BDAT 块的单词完整到达", " smtp.chunking",
	    collect_chunks, judge_chunks),
	POST_CASE("smtp.relayed.chunks.tail", EMAIL_F_11, "RFC 3030 2",
	    "a last line without CRLF arrives",
	    "BDAT 末行无 CRLF 仍然到达", " smtp.chunking",
	    collect_chunks, judge_chunks),
};
/* clang-format on */

GROUP(smtp_relayed, "submission", cases);
