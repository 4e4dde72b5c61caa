/* SPDX-License-Identifier: MIT */
/*
 * Messages of ours that a signature server verifies or opens, right ones and
 * altered ones.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/cert/messages.h"
#include "conformance/client/operation.h"
#include "conformance/trial.h"
#include "lib/text.h"

extern const struct conf_group conf_message_taken;

#define DATA SPAN("Yanshou has put this into a message.")

enum { ANSWER_MOST = 1 << 20 };

/* ---- collect ---- */

/* clang-format off */
static const struct alteration {
	const char *id;
	enum own_flaw flaw;
} alterations[] = {
	{ "message.verify.signature", OWN_OTHER_SIGNATURE },
	{ "message.verify.digest", OWN_OTHER_CONTENT },
	{ "message.open.altered", OWN_OTHER_KEY },
	{ "", OWN_RIGHT },
};
/* clang-format on */

static enum own_flaw
flaw_of(const struct trial *t)
{
	const struct alteration *a = alterations;

	while (a->id[0] != '\0' && strcmp(a->id, trial_case(t)->id) != 0)
		a++;
	return a->flaw;
}

static void
ask(struct desk *d, const char *name, const char *operation,
    struct span message)
{
	struct buf text;

	buf_init(&text, ANSWER_MOST);
	text_base64(message, &text);
	operation_call(d, name, operation,
	    (struct operation_value[]){
		{ "message", buf_text(&text) },
		{ NULL, NULL },
	    });
	buf_free(&text);
}

static void
ask_signed(struct trial *t, struct desk *d, const struct own *own,
    const char *name, enum own_flaw flaw)
{
	struct buf message;

	buf_init(&message, ANSWER_MOST);
	if (trial_sane(t, own_sign(own, DATA, flaw, &message),
		"no message could be made"))
		ask(d, name, "message.verify", buf_span(&message));
	buf_free(&message);
}

/* What is right first: whoever refuses everything proves nothing. */
static bool
collect_verify(struct trial *t)
{
	struct desk *d = desk_open(t, "alice");
	struct own own;

	if (trial_sane(t, own_make(&own, OWN_SIGNS),
		"no key and "
		"certificate")) {
		ask_signed(t, d, &own, "control", OWN_RIGHT);
		ask_signed(t, d, &own, "message", flaw_of(t));
	}
	own_free(&own);
	desk_close(d);
	return true;
}

static void
ask_enveloped(struct trial *t, struct desk *d, struct span cert,
    const char *name, enum own_flaw flaw)
{
	struct buf message;

	buf_init(&message, ANSWER_MOST);
	/* a certificate that nothing can be encrypted for is the target's */
	if (trial_need(t, own_envelop(cert, DATA, flaw, &message),
		"the server's certificate is none to encrypt for by SM2"))
		ask(d, name, "message.open", buf_span(&message));
	buf_free(&message);
}

static bool
collect_open(struct trial *t)
{
	struct desk *d = desk_open(t, "alice");
	struct buf cert;

	buf_init(&cert, ANSWER_MOST);
	if (trial_need(t,
		operation_call(d, "recipient", "message.recipient",
		    (struct operation_value[]){ { NULL, NULL } }) &&
		    operation_octets(desk_answer(d), "certificate", &cert),
		"it does not show the certificate to envelop for")) {
		ask_enveloped(t, d, buf_span(&cert), "control", OWN_RIGHT);
		ask_enveloped(t, d, buf_span(&cert), "message", flaw_of(t));
	}
	buf_free(&cert);
	desk_close(d);
	return true;
}

/* ---- judge ---- */

/* What was said of one message. */
struct said {
	bool done, refused;
	bool valid; /* "valid" is true */
	bool same;  /* "data" is what we put into it */
	char why[256];
};

static struct said
hear(struct trial *t, const char *name, const char *operation)
{
	struct said s = { .done = false };
	struct operation_answer a;
	struct buf data;
	char *valid;

	buf_init(&data, ANSWER_MOST);
	s.done = operation_heard(t, name, operation, &a);
	s.refused = a.end == OPERATION_REFUSED;
	if (s.done) {
		valid = operation_text(&a, "valid");
		s.valid = valid != NULL && strcmp(valid, "true") == 0;
		free(valid);
		s.same = operation_octets(&a, "data", &data) &&
			 span_eq(buf_span(&data), DATA);
	}
	memcpy(s.why, a.why, strlen(a.why) + 1);
	operation_free(&a);
	buf_free(&data);
	return s;
}

static void
judge_verify(struct trial *t)
{
	const struct said control = hear(t, "control", "message.verify"),
			  s = hear(t, "message", "message.verify");

	if (!trial_need(t, control.done && control.valid,
		"what is right is not valid, either: %s",
		control.done ? "false" : control.why) ||
	    !trial_need(t, s.done || s.refused, "%s", s.why))
		return;
	trial_claim(t, trial_case(t)->clause, !s.valid, "not valid", "%s",
	    s.refused ? s.why
	    : s.valid ? "valid"
		      : "not valid");
}

static void
judge_open(struct trial *t)
{
	const struct said s = hear(t, "control", "message.open");

	if (trial_need(t, s.done || s.refused, "%s", s.why))
		trial_claim(t, trial_case(t)->clause, s.done && s.same,
		    "the data that was enveloped", "%s",
		    s.refused ? s.why
		    : s.same  ? "the data"
			      : "other data");
}

static void
judge_open_altered(struct trial *t)
{
	const struct said control = hear(t, "control", "message.open"),
			  s = hear(t, "message", "message.open");

	if (trial_need(t, control.done && control.same,
		"what is right does not open, either: %s", control.why) &&
	    trial_need(t, s.done || s.refused, "%s", s.why))
		trial_claim(t, trial_case(t)->clause, s.refused, "a refusal",
		    "%s", s.refused ? s.why : "an answer as if it had opened");
}

/* clang-format off */
#define TAKEN_CASE(name, what, source, en, zh, get, say) \
	{ \
		.id = name, .verifies = CERT_F_17, .clause = source, \
		.title = en, .title_zh = zh, \
		.needs = "endpoint:crypto account:alice " what, \
		.service = "crypto", .collect = get, .judge = say, \
	}
#define VERIFY "operation:message.verify"
#define OPEN   "operation:message.open operation:message.recipient"

static const struct conf_case cases[] = {
	TAKEN_CASE("message.verify.signature", VERIFY,
	    "GB/T 35275, RFC 2315 9.4",
	    "signed data with another signature is not valid",
	    "签名值被改动的签名数据验证不通过", collect_verify, judge_verify),
	TAKEN_CASE("message.verify.digest", VERIFY, "RFC 2315 9.2, 9.4",
	    "signed data with another content than its digest's is not valid",
	    "内容与签名属性摘要不符的签名数据验证不通过", collect_verify,
	    judge_verify),
	TAKEN_CASE("message.open", OPEN, "GB/T 35275, RFC 2315 10",
	    "what is enveloped for the server is opened by it",
	    "服务器可打开发给自己的数字信封", collect_open, judge_open),
	TAKEN_CASE("message.open.altered", OPEN,
	    "GB/T 35275, GB/T 32918.4 7",
	    "an envelope whose key was altered is refused",
	    "内容密钥密文被改动的数字信封被拒绝", collect_open,
	    judge_open_altered),
};

const struct conf_group conf_message_taken = {
	.service = "crypto",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
