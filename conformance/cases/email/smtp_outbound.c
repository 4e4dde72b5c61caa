/* SPDX-License-Identifier: MIT */
/*
 * What the target says to the next host: its name, what it declares of the
 * message, the parameters of DSN.
 */
#include "conformance/cases/email/post.h"
#include "lib/mem.h"

extern const struct conf_group conf_smtp_outbound;

/* clang-format off */
#define CHINESE	"收件人.${token}@${sink_domain}"
#define OTHER	"${token}.other@${sink_domain}"
#define PLAIN	POST_PLAIN("${alice.address}")

static const struct post_letter plain = {
	.mail = POST_ALICE,
	.rcpt = POST_TO_US,
	.text = PLAIN,
	.at = POST_US,
};

static const struct post_letter letters[] = {
	{ "smtp.relayed.smtputf8",
	  .mail = POST_ALICE " BODY=8BITMIME SMTPUTF8",
	  .rcpt = "<" CHINESE ">", .at = CHINESE,
	  .text = "${file:mail/utf8-headers.eml}" },
	{ "smtp.relayed.8bit.declared", .mail = POST_ALICE " BODY=8BITMIME",
	  .text = "${file:mail/utf8.eml}" },
	{ "smtp.relayed.dsn.notify",
	  .rcpt = POST_TO_US " NOTIFY=SUCCESS,FAILURE" },
	{ "smtp.relayed.dsn.orcpt",
	  .rcpt = POST_TO_US " ORCPT=rfc822;Original@client.example" },
	{ "smtp.relayed.dsn.envid",
	  .mail = POST_ALICE " RET=HDRS ENVID=yanshou-8" },
	{ "smtp.relayed.dsn.ret",
	  .mail = POST_ALICE " RET=HDRS ENVID=yanshou-8" },
};
/* clang-format on */

static bool
collect(struct trial *t)
{
	const struct post_letter l =
	    post_letter(t, letters, sizeof letters / sizeof letters[0], &plain);

	post_send(t, &l);
	return true;
}

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
	if (post_arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    !has_high_octet(post_got(t)) ||
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

	if (!post_arrived(t, "arrived"))
		return;
	e = post_envelope(t, "arrived", 1);
	name = json_string_value(json_object_get(e, "client"));
	trial_claim(t, trial_case(t)->clause,
	    name != NULL && (name[0] == '[' || strchr(name, '.') != NULL),
	    "a fully qualified name or an address literal", "%s",
	    name == NULL ? "nothing" : name);
	json_decref(e);
}

static void
judge_smtputf8(struct trial *t)
{
	json_t *envelope;

	if (!post_arrived(t, "arrived"))
		return;
	envelope = post_envelope(t, "arrived", 1);
	trial_claim(t, trial_case(t)->clause,
	    post_has_parameter(
		json_object_get(envelope, "parameters"), "SMTPUTF8"),
	    "MAIL with SMTPUTF8", "MAIL without it");
	json_decref(envelope);
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

	if (!post_arrived(t, "arrived") ||
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
	/* clang-format off */
	post_talk(t,
	    LOGGED_IN("alice")
	    POST_ENVELOPE(POST_ALICE " ENVID=yanshou-9", "<" OTHER ">")
	    POST_DATA(PLAIN)
	    POST_ENVELOPE(POST_ALICE, POST_TO_US)
	    POST_DATA(PLAIN) BYE);
	/* clang-format on */
	return true;
}

static void
judge_again(struct trial *t)
{
	if (post_arrived(t, "arrived"))
		trial_claim(t, trial_case(t)->clause,
		    !envelope_has(t, false, "ENVID"),
		    "no ENVID in the second message", "that of the first");
}

/* clang-format off */
static const struct conf_case cases[] = {
	POST_CASE("smtp.relayed.hello", EMAIL_F_01, "RFC 5321 4.1.1.1",
	    "says a full name to the next host",
	    "向下一跳报出完整主机名", "",
	    collect, judge_hello),
	POST_CASE("smtp.relayed.8bit.declared", EMAIL_F_11, "RFC 6152 3",
	    "8bit content is declared to the next host",
	    "向下一跳声明 8 位内容", " smtp.8bitmime mail:foreign",
	    collect, judge_declared),
	POST_CASE("smtp.relayed.smtputf8", EMAIL_F_12, "RFC 6531 3.4",
	    "a recipient in Chinese is reached with SMTPUTF8",
	    "中文收件人以 SMTPUTF8 转发", " smtp.smtputf8 mail:foreign",
	    collect, judge_smtputf8),
	POST_CASE("smtp.relayed.dsn.notify", EMAIL_F_20, "RFC 3461 5.2.1 (c)",
	    "passes NOTIFY on",
	    "向下一跳传递 NOTIFY", " smtp.dsn",
	    collect, judge_parameter),
	POST_CASE("smtp.relayed.dsn.orcpt", EMAIL_F_20, "RFC 3461 5.2.1 (d)",
	    "passes ORCPT on",
	    "向下一跳传递 ORCPT", " smtp.dsn",
	    collect, judge_parameter),
	POST_CASE("smtp.relayed.dsn.envid", EMAIL_F_20, "RFC 3461 5.2.1 (a)",
	    "passes ENVID on",
	    "向下一跳传递 ENVID", " smtp.dsn",
	    collect, judge_parameter),
	POST_CASE("smtp.relayed.dsn.ret", EMAIL_F_20, "RFC 3461 5.2.1 (b)",
	    "passes RET on",
	    "向下一跳传递 RET", " smtp.dsn",
	    collect, judge_parameter),
	POST_CASE("smtp.relayed.dsn.again", EMAIL_F_20, "RFC 3461 5.2.1 (a)",
	    "gives no message the ENVID of another",
	    "不把 ENVID 带给下一封邮件", " smtp.dsn",
	    collect_again, judge_again),
};
/* clang-format on */

GROUP(smtp_outbound, "submission", cases);
