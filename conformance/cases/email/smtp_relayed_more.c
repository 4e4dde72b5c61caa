/* SPDX-License-Identifier: MIT */
/*
 * What the target hands on, looked at more closely: trace fields, the header,
 * long and odd bodies, parameters of DSN, and who gets what.
 */
#include "conformance/cases/email/post.h"
#include "lib/mem.h"

extern const struct conf_group conf_smtp_relayed_more;

#define FROM_ALICE "<${alice.address}>"
#define TO_US      "<" POST_US ">"
#define OTHER      "${token}.other@${sink_domain}"
#define BODY       "\\r\\nacceptance test, please ignore"
#define PLAIN_TEXT FIELDS_FROM("${alice.address}") BODY
#define GRACE_MS   1500
#define HOP \
	"Received: from a.example by hop.example with SMTP;\\r\\n" \
	" Sun, 22 Nov 2026 08:00:00 +0800\\r\\n"

static bool
arrived(struct trial *t, const char *name)
{
	int64_t n = 0;

	trial_fact_get_int(t, name, &n);
	return trial_need(
	    t, n > 0, "nothing arrived at the sink, or it was not accepted");
}

static struct span
content(struct trial *t)
{
	return post_content(t, "arrived", 1);
}

/* ---- one message from alice to us ---- */

/* What a case sends in it. */
static const struct {
	const char *id, *mail, *rcpt, *text;
} sent[] = {
	{ "smtp.relayed.verbatim", "", "",
	    FIELDS_FROM("${alice.address}") "\\r\\n"
					    "From here on it is text.\\r\\n"
					    "\\r\\n"
					    "From there as well.\\r\\n"
					    "\\r\\n\\r\\n" },
	{ "smtp.relayed.big", "", "",
	    FIELDS_FROM("${alice.address}") "\\r\\n"
					    "${\"0123456789abcdef\\r\\n\"*9000}"
					    "end" },
	{ "smtp.relayed.fields", "", "",
	    "X-Yanshou-Test: kept\\r\\n" PLAIN_TEXT },
	{ "smtp.relayed.utf8.fields", " BODY=8BITMIME SMTPUTF8", "",
	    "${file:mail/utf8-headers.eml}" },
	{ "smtp.relayed.8bit.declared", " BODY=8BITMIME", "",
	    "${file:mail/utf8.eml}" },
	{ "smtp.relayed.mixed", "",
	    "<${alice.address}>\nS: 25?*\nC: RCPT TO:", PLAIN_TEXT },
	{ "smtp.relayed.received.kept", "", "", HOP PLAIN_TEXT },
	{ "smtp.relayed.received.for", "",
	    "<" OTHER ">\nS: 25?*\nC: RCPT TO:", PLAIN_TEXT },
	{ "smtp.relayed.dsn.notify", "", "", PLAIN_TEXT },
	{ "smtp.relayed.dsn.orcpt", "", "", PLAIN_TEXT },
	{ "smtp.relayed.dsn.envid", " RET=HDRS ENVID=yanshou-8", "",
	    PLAIN_TEXT },
	{ "smtp.relayed.dsn.ret", " RET=HDRS ENVID=yanshou-8", "", PLAIN_TEXT },
};

static bool
collect_one(struct trial *t)
{
	const char *id = trial_case(t)->id, *behind = "", *first = "";
	const char *parameters = "", *text = PLAIN_TEXT;
	char *mail, *rcpt;

	for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++)
		if (strcmp(sent[i].id, id) == 0) {
			parameters = sent[i].mail;
			first = sent[i].rcpt;
			text = sent[i].text;
		}
	if (strcmp(id, "smtp.relayed.dsn.notify") == 0)
		behind = " NOTIFY=SUCCESS,FAILURE";
	if (strcmp(id, "smtp.relayed.dsn.orcpt") == 0)
		behind = " ORCPT=rfc822;Original@client.example";
	mail = mem_textf(FROM_ALICE "%s", parameters);
	rcpt = mem_textf("%s" TO_US "%s", first, behind);
	if (post_submit(t, "submit", mail, rcpt, text))
		post_await(t, "arrived", 1);
	free(rcpt);
	free(mail);
	return true;
}

/* ---- the text ---- */

static void
judge_verbatim(struct trial *t)
{
	static const char want[] = "From here on it is text.\r\n\r\n"
				   "From there as well.\r\n\r\n\r\n";
	struct span got;

	if (!arrived(t, "arrived"))
		return;
	got = post_body(content(t));
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

	if (!arrived(t, "arrived"))
		return;
	got = post_body(content(t));
	same = got.len == 9000 * line + 5;
	for (size_t i = 0; same && i < 9000; i++)
		same = span_starts(
		    span_skip(got, i * line), SPAN("0123456789abcdef\r\n"));
	trial_claim(t, trial_case(t)->clause, same,
	    "9000 lines of 18 octets, and an end", "%zu octets, or others",
	    got.len);
}

static void
judge_fields(struct trial *t)
{
	if (arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    post_contains(
			post_field(content(t), "X-Yanshou-Test"), "kept"),
		    "X-Yanshou-Test: kept", "no such field");
}

static void
judge_message_id(struct trial *t)
{
	const struct span id = post_field(content(t), "Message-ID");

	if (arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    post_contains(id, "@client.example>"),
		    "the Message-ID as it was", "%.*s", SPAN_FMT(id));
}

static void
judge_utf8_fields(struct trial *t)
{
	const struct span subject = post_field(content(t), "Subject");

	if (arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    post_contains(subject, "关于验收工作的通知"),
		    "the Subject in UTF-8, as it was", "%.*s",
		    SPAN_FMT(subject));
}

/* ---- what is said to the next hop ---- */

static bool
has_high_octet(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return true;
	return false;
}

static bool
envelope_has(struct trial *t, bool of_rcpt, const char *keyword)
{
	json_t *e = post_envelope(t, "arrived", 1);
	json_t *at = e;
	bool has;

	if (of_rcpt)
		at = json_array_get(json_object_get(e, "to"), 0);
	has = post_has_parameter(json_object_get(at, "parameters"), keyword);
	json_decref(e);
	return has;
}

/* Who makes it 7bit need not declare it. */
static void
judge_declared(struct trial *t)
{
	if (arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    !has_high_octet(content(t)) ||
			envelope_has(t, false, "BODY"),
		    "MAIL with BODY=8BITMIME, or content of 7 bits",
		    "octets of 8 bits, and no BODY");
}

/* A name that stands for a host, or an address literal. */
static void
judge_hello(struct trial *t)
{
	json_t *e;
	const char *name;

	if (!arrived(t, "arrived"))
		return;
	e = post_envelope(t, "arrived", 1);
	name = json_string_value(json_object_get(e, "client"));
	trial_claim(t, trial_case(t)->clause,
	    name != NULL && (name[0] == '[' || strchr(name, '.') != NULL),
	    "a fully qualified name or an address literal", "%s",
	    name == NULL ? "nothing" : name);
	json_decref(e);
}

/* The same value; a list may come in another order. */
static void
judge_parameter(struct trial *t)
{
	/* clang-format off */
	static const struct {
		const char	*id, *keyword, *says[2];
		bool		of_rcpt;
	} rows[] = {
		{ "smtp.relayed.dsn.notify", "NOTIFY",
		  { "SUCCESS", "FAILURE" }, true },
		{ "smtp.relayed.dsn.orcpt", "ORCPT",
		  { "rfc822;Original@client.example", "" }, true },
		{ "smtp.relayed.dsn.envid", "ENVID",
		  { "ENVID=yanshou-8", "" }, false },
		{ "smtp.relayed.dsn.ret", "RET", { "RET=HDRS", "" }, false },
	};
	/* clang-format on */
	const char *file = "arrived-1.json";
	const struct buf *envelope = trial_content(t, file);

	if (!arrived(t, "arrived") ||
	    !trial_sane(t, envelope != NULL, "%s is missing", file))
		return;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].id, trial_case(t)->id) == 0)
			trial_claim(t, trial_case(t)->clause,
			    envelope_has(t, rows[i].of_rcpt, rows[i].keyword) &&
				post_contains(
				    buf_span(envelope), rows[i].says[0]) &&
				post_contains(
				    buf_span(envelope), rows[i].says[1]),
			    rows[i].says[0], "no such parameter, see %s", file);
}

/* Two messages in one session, of which the first has an ENVID. */
static bool
collect_again(struct trial *t)
{
	static const char *const us[] = { POST_US };
	static const char second[] =
	    LOGGED_IN("alice") "C: MAIL FROM:" FROM_ALICE " ENVID=yanshou-9\n"
			       "S: 250*\n"
			       "C: RCPT TO:<" OTHER ">\n"
			       "S: 25?*\n" DATA "C.: " PLAIN_TEXT "\n"
			       "S: 250*\n"
			       "C: MAIL FROM:" FROM_ALICE "\n"
			       "S: 250*\n"
			       "C: RCPT TO:" TO_US "\n"
			       "S: 25?*\n" DATA "C.: " PLAIN_TEXT "\n"
			       "S: 250*\n" BYE;

	if (trial_talk(t, "submit", "submission", second) == PASS)
		sink_await(t, "arrived", us, 1, 1,
		    trial_profile(t)->timeouts.delivery_ms);
	return true;
}

static void
judge_again(struct trial *t)
{
	if (arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    !envelope_has(t, false, "ENVID"),
		    "no ENVID in the second message", "that of the first");
}

/* ---- trace ---- */

static void
judge_top(struct trial *t)
{
	struct span c, received, from;

	if (!arrived(t, "arrived"))
		return;
	c = content(t);
	received = post_field(c, "Received");
	from = post_field(c, "From");
	if (trial_need(t, received.ptr != NULL && from.ptr != NULL,
		"a Received field and a From"))
		trial_claim(t, trial_case(t)->clause, received.ptr < from.ptr,
		    "Received before what we wrote", "behind it");
}

static void
judge_kept(struct trial *t)
{
	const struct span c = content(t);

	if (arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    post_contains(span_take(c, span_find(c, SPAN("\r\n\r\n"))),
			"by hop.example"),
		    "the Received field we sent", "it is gone");
}

/* "; Sun, 22 Nov 2026 08:00:00 +0800" */
static void
judge_zone(struct trial *t)
{
	struct span rest = post_field(content(t), "Received");
	bool zone = false;

	if (!arrived(t, "arrived") ||
	    !trial_need(t, rest.ptr != NULL, "there is no Received field"))
		return;
	(void)span_cut(&rest, ';');
	for (size_t i = 0; i + 4 < rest.len; i++)
		zone |= (rest.ptr[i] == '+' || rest.ptr[i] == '-') &&
			strspn(rest.ptr + i + 1, "0123456789") >= 4;
	trial_claim(t, trial_case(t)->clause, zone,
	    "a date with a zone such as +0800", "%.*s", SPAN_FMT(rest));
}

static void
judge_for(struct trial *t)
{
	const char *us = trial_fact_text(t, "us");
	struct span c = content(t), field = post_field(c, "Received");

	if (!arrived(t, "arrived") ||
	    !trial_sane(t, us != NULL, "nothing to compare with"))
		return;
	while (field.ptr != NULL) {
		if (!trial_claim(t, trial_case(t)->clause,
			!post_contains(field, ".other@") ||
			    !post_contains(field, us),
			"one recipient behind FOR, or none", "%.*s",
			SPAN_FMT(field)))
			return;
		c = span_skip(c, (size_t)(field.ptr - c.ptr) + field.len);
		c = span_skip(c, c.len < 2 ? c.len : 2);
		field = post_field(c, "Received");
	}
}

/* One name in the clear, another one inside TLS. */
static bool
collect_names(struct trial *t)
{
	static const char *const us[] = { POST_US };
	static const char script[] = GREETED
	    "C: EHLO before.${client}\n"
	    "S: 250*\n" UPGRADE "C: EHLO ${client}\n"
	    "S: 250*\n" LOGIN("alice") "C: MAIL FROM:" FROM_ALICE "\n"
				       "S: 250*\n"
				       "C: RCPT TO:" TO_US "\n"
				       "S: 25?*\n" DATA "C.: " PLAIN_TEXT "\n"
				       "S: 250*\n" BYE;

	if (trial_talk(t, "submit", "submission", script) == PASS)
		sink_await(t, "arrived", us, 1, 1,
		    trial_profile(t)->timeouts.delivery_ms);
	return true;
}

static void
judge_names(struct trial *t)
{
	const struct span c = content(t);

	if (arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    !post_contains(c, "from before."),
		    "nothing of the EHLO before TLS", "its name");
}

/* ---- who gets what ---- */

static void
judge_mixed(struct trial *t)
{
	const char *said = trial_fact_text(t, "submit");
	int64_t n = 0;

	if (!trial_need(t, said != NULL && strcmp(said, "pass") == 0,
		"the message was not accepted"))
		return;
	trial_fact_get_int(t, "arrived", &n);
	trial_claim(t, trial_case(t)->clause, n > 0,
	    "the message for the recipient elsewhere",
	    "nothing within timeouts.delivery");
}

/* A message to somebody else that comes to nothing, then one to us. */
static bool
collect_leftover(struct trial *t, const char *nothing)
{
	static const char *const us[] = { POST_US }, *const other[] = { OTHER };
	char *script = mem_textf(
	    LOGGED_IN("alice") "C: MAIL FROM:" FROM_ALICE "\n"
			       "S: 250*\n"
			       "C: RCPT TO:<" OTHER ">\n"
			       "S: 25?*\n"
			       "%s"
			       "C: MAIL FROM:" FROM_ALICE "\n"
			       "S: 250*\n"
			       "C: RCPT TO:" TO_US "\n"
			       "S: 25?*\n" DATA
			       "C.: X-Second: yes\\r\\n" PLAIN_TEXT "\n"
			       "S: 250*\n" BYE,
	    nothing);

	if (trial_talk(t, "submit", "submission", script) == PASS &&
	    sink_await(t, "arrived", us, 1, 1,
		trial_profile(t)->timeouts.delivery_ms) > 0)
		sink_await(t, "other", other, 1, 1, GRACE_MS);
	free(script);
	return true;
}

static bool
collect_rset(struct trial *t)
{
	return collect_leftover(t, "C: RSET\nS: 250*\n");
}

/* One that went round and round is refused, at once or later. */
static bool
collect_refused(struct trial *t)
{
	return collect_leftover(
	    t, DATA "C.: ${\"" HOP "\"*150}" PLAIN_TEXT "\nS: ???*\n");
}

static void
judge_leftover(struct trial *t)
{
	int64_t n = 0;

	if (!arrived(t, "arrived"))
		return;
	trial_fact_get_int(t, "other", &n);
	trial_claim(t, trial_case(t)->clause,
	    n == 0 || !post_contains(post_content(t, "other", 1), "X-Second"),
	    "nothing for the recipient of the message before",
	    "the next message");
}

/* 100 recipients, and one more: either he gets it too, or he is refused. */
#define CROWD 100

static char *
crowd_script(const char *last)
{
	struct buf text;
	char *script;

	buf_init(&text, 65536);
	buf_addf(&text, "%s",
	    LOGGED_IN("alice") "C: MAIL FROM:" FROM_ALICE "\nS: 250*\n");
	for (int i = 0; i < CROWD; i++)
		buf_addf(&text,
		    "C: RCPT TO:<${token}.%d@${sink_domain}>\nS: 25?*\n", i);
	buf_addf(&text, "C: RCPT TO:<" OTHER ">\n%s", last);
	buf_addf(&text, "%s", DATA "C.: " PLAIN_TEXT "\nS: 250*\n" BYE);
	script = mem_text(buf_span(&text));
	buf_free(&text);
	return script;
}

static bool
collect_many(struct trial *t)
{
	static const char *const other[] = { OTHER };
	char *all = crowd_script("S: 25?*\n");
	char *fewer = crowd_script("S: 5*\nS|: 4*\n");

	if (trial_talk(t, "all", "submission", all) == PASS)
		sink_await(t, "other", other, 1, 1,
		    trial_profile(t)->timeouts.delivery_ms);
	else
		trial_talk(t, "fewer", "submission", fewer);
	free(fewer);
	free(all);
	return true;
}

static void
judge_many(struct trial *t)
{
	const char *all = trial_fact_text(t, "all");
	const char *fewer = trial_fact_text(t, "fewer");
	int64_t n = 0;

	if (fewer != NULL) {
		trial_need(t, strcmp(fewer, "pass") == 0,
		    "100 recipients and one who is refused were not taken");
		trial_claim(t, trial_case(t)->clause, true,
		    "the one too many is refused", "-");
		return;
	}
	if (!trial_need(t, all != NULL, "the message was not accepted"))
		return;
	trial_fact_get_int(t, "other", &n);
	trial_claim(t, trial_case(t)->clause, n > 0,
	    "the message for every recipient that was accepted",
	    "nothing for number 101");
}

/* One recipient has to wait; the other one has it already. */
#define LATER "${token}.tempfail@${sink_domain}"

static bool
collect_others(struct trial *t)
{
	static const char *const us[] = { POST_US }, *const later[] = { LATER };

	if (post_submit(t, "submit", FROM_ALICE,
		TO_US "\nS: 25?*\nC: RCPT TO:<" LATER ">", PLAIN_TEXT) &&
	    sink_await(t, "later", later, 1, 1,
		trial_profile(t)->timeouts.delivery_ms) > 0)
		sink_await(t, "arrived", us, 1, 2, GRACE_MS);
	return true;
}

static void
judge_others(struct trial *t)
{
	int64_t n = 0;

	if (!arrived(t, "later") || !arrived(t, "arrived"))
		return;
	trial_fact_get_int(t, "arrived", &n);
	trial_claim(t, trial_case(t)->clause, n == 1,
	    "one copy for who was accepted at once", "%lld copies",
	    (long long)n);
}

/* ---- BDAT ---- */

/* The second chunk begins within a word, and no CRLF ends it. */
static bool
collect_chunks(struct trial *t)
{
	static const char *const us[] = { POST_US };
	static const char script[] =
	    LOGGED_IN("alice") "C: MAIL FROM:" FROM_ALICE "\n"
			       "S: 250*\n"
			       "C: RCPT TO:" TO_US "\n"
			       "S: 25?*\n"
			       "C=: BDAT 40\\r\\n"
			       "Subject: chunks\\r\\n\\r\\n.one\\r\\n..two "
			       "dots\\r\\nhal\n"
			       "S: 250*\n"
			       "C=: BDAT 14 LAST\\r\\n"
			       "ves\\r\\nlast line\n"
			       "S: 250*\n" BYE;

	if (trial_talk(t, "submit", "submission", script) == PASS)
		sink_await(t, "arrived", us, 1, 1,
		    trial_profile(t)->timeouts.delivery_ms);
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
	const struct span body = post_body(content(t));

	if (!arrived(t, "arrived"))
		return;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].id, trial_case(t)->id) == 0)
			trial_claim(t, trial_case(t)->clause,
			    post_contains(body, rows[i].has),
			    "the octets of the chunks, one after another",
			    "%.*s", SPAN_FMT(span_take(body, 100)));
}

/* clang-format off */
#define CASE(name, row, cite, en, zh, more, how, what) \
	{ \
		.id = name, \
		.verifies = row, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = SINK_ALICE more, \
		.service = "submission", \
		.collect = how, \
		.judge = what, \
	}

static const struct conf_case cases[] = {
	CASE("smtp.relayed.verbatim", EMAIL_F_01, "RFC 5321 3.6.3",
	    "\"From \" and empty lines at the end arrive unchanged",
	    "行首 From 与末尾空行原样到达", "",
	    collect_one, judge_verbatim),
	CASE("smtp.relayed.big", EMAIL_F_11, "RFC 5321 3.6.3",
	    "a body of 160 kB arrives unchanged",
	    "160 kB 正文原样到达", "", collect_one, judge_big),
	CASE("smtp.relayed.fields", EMAIL_F_01, "RFC 5321 3.6.3",
	    "a field that nobody knows arrives",
	    "未知信头字段得以保留", "", collect_one, judge_fields),
	CASE("smtp.relayed.message-id", EMAIL_F_01, "RFC 5321 3.6.3",
	    "a Message-ID arrives as it was",
	    "Message-ID 原样到达", "", collect_one, judge_message_id),
	CASE("smtp.relayed.utf8.fields", EMAIL_F_12, "RFC 6531 3.6",
	    "a Subject in UTF-8 arrives unchanged",
	    "UTF-8 主题原样到达", " smtp.smtputf8 mail:foreign",
	    collect_one, judge_utf8_fields),
	CASE("smtp.relayed.8bit.declared", EMAIL_F_11, "RFC 6152 3",
	    "8bit content is declared to the next host",
	    "向下一跳声明 8 位内容", " smtp.8bitmime mail:foreign",
	    collect_one, judge_declared),
	CASE("smtp.relayed.hello", EMAIL_F_01, "RFC 5321 4.1.1.1",
	    "says a full name to the next host",
	    "向下一跳报出完整主机名", "", collect_one, judge_hello),
	CASE("smtp.relayed.mixed", EMAIL_F_01, "RFC 5321 2.1",
	    "reaches a recipient elsewhere beside one who lives here",
	    "同时发往本域与外域收件人", "", collect_one, judge_mixed),
	CASE("smtp.relayed.received.top", EMAIL_F_01, "RFC 5321 4.4",
	    "puts its Received field in front",
	    "Received 字段位于信头之首", "", collect_one, judge_top),
	CASE("smtp.relayed.received.kept", EMAIL_F_01, "RFC 5321 4.4",
	    "keeps the Received fields of others",
	    "保留已有的 Received 字段", "", collect_one, judge_kept),
	CASE("smtp.relayed.received.zone", EMAIL_F_01, "RFC 5321 4.4",
	    "writes a date with its zone into Received",
	    "Received 的时间带时区", "", collect_one, judge_zone),
	CASE("smtp.relayed.received.for", EMAIL_F_01, "RFC 5321 4.4",
	    "tells no recipient of another in Received",
	    "Received 不泄露其他收件人", "", collect_one, judge_for),
	CASE("smtp.relayed.received.hello", EMAIL_F_02, "RFC 3207 4.2",
	    "forgets the EHLO before TLS in Received",
	    "Received 不沿用 TLS 之前的 EHLO 名", "",
	    collect_names, judge_names),
	CASE("smtp.relayed.rset", EMAIL_F_01, "RFC 5321 4.1.1.5",
	    "recipients before RSET do not get the next message",
	    "RSET 之前的收件人收不到下一封邮件", "",
	    collect_rset, judge_leftover),
	CASE("smtp.relayed.refused", EMAIL_F_01, "RFC 5321 4.1.1.4",
	    "recipients of a refused message do not get the next one",
	    "被拒邮件的收件人收不到下一封邮件", "",
	    collect_refused, judge_leftover),
	CASE("smtp.relayed.many", EMAIL_F_01, "RFC 5321 4.5.3.1.8",
	    "loses nobody of 101 recipients",
	    "101 个收件人一个不丢", "", collect_many, judge_many),
	CASE("smtp.queue.retry.others", EMAIL_F_20, "RFC 5321 4.5.4.1",
	    "does not send again to who has it",
	    "重试时不重复发给已收到者", "", collect_others, judge_others),
	CASE("smtp.relayed.chunks.dots", EMAIL_F_11, "RFC 3030 2",
	    "dots in chunks arrive unchanged",
	    "BDAT 中行首的点原样到达", " smtp.chunking",
	    collect_chunks, judge_chunks),
	CASE("smtp.relayed.chunks.halves", EMAIL_F_11, "RFC 3030 2",
	    "a word in two chunks arrives as one",
	    "分属两个 BDAT 块的单词完整到达", " smtp.chunking",
	    collect_chunks, judge_chunks),
	CASE("smtp.relayed.chunks.tail", EMAIL_F_11, "RFC 3030 2",
	    "a last line without CRLF arrives",
	    "BDAT 末行无 CRLF 仍然到达", " smtp.chunking",
	    collect_chunks, judge_chunks),
	CASE("smtp.relayed.dsn.notify", EMAIL_F_20, "RFC 3461 5.2.1 (c)",
	    "passes NOTIFY on", "向下一跳传递 NOTIFY", " smtp.dsn",
	    collect_one, judge_parameter),
	CASE("smtp.relayed.dsn.orcpt", EMAIL_F_20, "RFC 3461 5.2.1 (d)",
	    "passes ORCPT on", "向下一跳传递 ORCPT", " smtp.dsn",
	    collect_one, judge_parameter),
	CASE("smtp.relayed.dsn.envid", EMAIL_F_20, "RFC 3461 5.2.1 (a)",
	    "passes ENVID on", "向下一跳传递 ENVID", " smtp.dsn",
	    collect_one, judge_parameter),
	CASE("smtp.relayed.dsn.ret", EMAIL_F_20, "RFC 3461 5.2.1 (b)",
	    "passes RET on", "向下一跳传递 RET", " smtp.dsn",
	    collect_one, judge_parameter),
	CASE("smtp.relayed.dsn.again", EMAIL_F_20, "RFC 3461 5.2.1 (a)",
	    "gives no message the ENVID of another",
	    "不把 ENVID 带给下一封邮件", " smtp.dsn",
	    collect_again, judge_again),
};
/* clang-format on */

GROUP(smtp_relayed_more, "submission", cases);
