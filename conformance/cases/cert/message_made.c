/* SPDX-License-Identifier: MIT */
/*
 * Messages that a signature server makes: signed data, and enveloped data for
 * a key of ours.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/asked.h"
#include "conformance/cases/cert/messages.h"
#include "conformance/client/operation.h"
#include "conformance/pki/message.h"
#include "conformance/trial.h"
#include "lib/mem.h"
#include "lib/text.h"

extern const struct conf_group conf_message_made;

#define DATA SPAN("Yanshou asks for this to be put into a message.")

enum { ANSWER_MOST = 1 << 20 };

/* ---- collect ---- */

static void
ask(struct desk *d, const char *name, const char *operation, struct span cert)
{
	struct buf data, whom;

	buf_init(&data, ANSWER_MOST);
	buf_init(&whom, ANSWER_MOST);
	text_base64(DATA, &data);
	text_base64(cert, &whom);
	operation_call(d, name, operation,
	    (struct operation_value[]){
		{ "data", buf_text(&data) },
		{ cert.len == 0 ? NULL : "certificate", buf_text(&whom) },
		{ NULL, NULL },
	    });
	buf_free(&whom);
	buf_free(&data);
}

static bool
collect_signed(struct trial *t)
{
	struct desk *d = desk_open(t, "alice");

	ask(d, "message", "message.sign", SPAN(""));
	desk_close(d);
	return true;
}

/* Twice, as each message has to have a key of its own. */
static bool
collect_enveloped(struct trial *t)
{
	struct desk *d = desk_open(t, "alice");
	struct own own;

	if (trial_sane(t, own_make(&own, OWN_ENCRYPTS),
		"no key and "
		"certificate")) {
		trial_file(t, "own.key", buf_span(&own.key));
		trial_file(t, "own.der", buf_span(&own.cert));
		ask(d, "message", "message.envelop", buf_span(&own.cert));
		ask(d, "another", "message.envelop", buf_span(&own.cert));
	}
	own_free(&own);
	desk_close(d);
	return true;
}

/* ---- judge ---- */

/* clang-format off */
static const struct asked asks[] = {
	{ "message.signed.structure", PKI_DER_FORM, PKI_DER_DEPTH, false },
	{ "message.signed.structure", PKI_MESSAGE_STRUCTURE,
	  PKI_MESSAGE_CONTENT_TYPE, false },
	{ "message.signed.content", PKI_MESSAGE_CONTENT, PKI_MESSAGE_CONTENT,
	  false },
	{ "message.signed.algorithms", PKI_MESSAGE_DIGEST_ALGORITHM,
	  PKI_MESSAGE_SIGNER_ALGORITHM, false },
	{ "message.signed.signer", PKI_MESSAGE_CERTIFICATE, PKI_MESSAGE_USAGE,
	  false },
	{ "message.signed.signature", PKI_MESSAGE_ATTRIBUTES,
	  PKI_MESSAGE_DIGEST, true },
	{ "message.signed.signature", PKI_MESSAGE_SIGNATURE,
	  PKI_MESSAGE_SIGNATURE, false },
	{ "message.enveloped.structure", PKI_DER_FORM, PKI_DER_DEPTH, false },
	{ "message.enveloped.structure", PKI_MESSAGE_STRUCTURE,
	  PKI_MESSAGE_CONTENT_TYPE, false },
	{ "message.enveloped.structure", PKI_MESSAGE_RECIPIENTS,
	  PKI_MESSAGE_RECIPIENTS, false },
	{ "message.enveloped.structure", PKI_MESSAGE_KEY_ALGORITHM,
	  PKI_MESSAGE_SEALED, false },
	{ "message.enveloped.recipient", PKI_MESSAGE_RECIPIENT,
	  PKI_MESSAGE_RECIPIENT, false },
	{ "message.enveloped.content", PKI_MESSAGE_OPENS, PKI_MESSAGE_OPENS,
	  false },
	{ .id = NULL },
};
/* clang-format on */

/* The message of an answer, and what else it gives; need: it was made. */
static bool
made(struct trial *t, const char *name, const char *operation,
    struct buf *message, struct buf *cert)
{
	struct operation_answer a;
	const bool ok = trial_need(t, operation_heard(t, name, operation, &a),
			    "%s", a.why) &&
			trial_need(t, operation_octets(&a, "message", message),
			    "no message in the answer");

	if (ok)
		operation_octets(&a, "certificate", cert);
	operation_free(&a);
	return ok;
}

static void
judge_signed(struct trial *t)
{
	const struct pki_certificate *others[1];
	struct message_ask ask = {
		.others = others, .has_data = true, .data = DATA
	};
	struct buf message, cert;
	struct pki_certificate beside;
	struct pki_findings f;
	struct pki_message m;

	buf_init(&message, ANSWER_MOST);
	buf_init(&cert, ANSWER_MOST);
	pki_findings_init(&f);
	pki_about(&f, "message");
	if (made(t, "message", "message.sign", &message, &cert)) {
		others[0] = &beside;
		ask.n_others =
		    certificate_read(&beside, buf_span(&cert), NULL) ? 1 : 0;
		if (message_read(&m, buf_span(&message), &f))
			message_judge(&m, &ask, &f);
		asked_claim(t, asks, &f);
	}
	pki_findings_free(&f);
	buf_free(&cert);
	buf_free(&message);
}

static bool
own_of(struct trial *t, struct message_ask *ask, struct pki_certificate *whom)
{
	const struct buf *cert = trial_content(t, "own.der"),
			 *key = trial_content(t, "own.key");

	if (!trial_sane(t,
		cert != NULL && key != NULL &&
		    certificate_read(whom, buf_span(cert), NULL),
		"our own key and certificate were not filed"))
		return false;
	*ask = (struct message_ask){ .has_data = true,
		.data = DATA,
		.recipient = whom,
		.key = buf_span(key) };
	return true;
}

static void
judge_enveloped(struct trial *t)
{
	struct pki_certificate whom;
	struct message_ask ask;
	struct pki_findings f;
	struct pki_message m;
	struct buf message, cert;

	buf_init(&message, ANSWER_MOST);
	buf_init(&cert, ANSWER_MOST);
	pki_findings_init(&f);
	pki_about(&f, "message");
	if (own_of(t, &ask, &whom) &&
	    made(t, "message", "message.envelop", &message, &cert)) {
		if (message_read(&m, buf_span(&message), &f))
			message_judge(&m, &ask, &f);
		asked_claim(t, asks, &f);
	}
	pki_findings_free(&f);
	buf_free(&cert);
	buf_free(&message);
}

/* The same data under the same key and vector would be the same octets. */
static void
judge_fresh(struct trial *t)
{
	struct buf messages[2], cert;
	struct pki_message m[2];
	bool ok = true;

	buf_init(&cert, ANSWER_MOST);
	for (int i = 0; i < 2; i++) {
		buf_init(&messages[i], ANSWER_MOST);
		ok = ok &&
		     made(t, i == 0 ? "message" : "another", "message.envelop",
			 &messages[i], &cert) &&
		     trial_need(t,
			 message_read(&m[i], buf_span(&messages[i]), NULL),
			 "it has not the structure of a message");
	}
	if (ok)
		trial_claim(t, "RFC 2315 10",
		    !span_eq(m[0].content, m[1].content),
		    "another key for each content", "%zu and %zu octets, %s",
		    m[0].content.len, m[1].content.len,
		    span_eq(m[0].content, m[1].content) ? "the same"
							: "different");
	for (int i = 0; i < 2; i++)
		buf_free(&messages[i]);
	buf_free(&cert);
}

/* clang-format off */
#define MADE_CASE(name, what, source, en, zh, get, say) \
	{ \
		.id = name, .verifies = CERT_F_17, .clause = source, \
		.title = en, .title_zh = zh, \
		.needs = "endpoint:crypto account:alice operation:" what, \
		.service = "crypto", .collect = get, .judge = say, \
	}
#define SIGNED(name, source, en, zh) \
	MADE_CASE(name, "message.sign", source, en, zh, collect_signed, \
	    judge_signed)
#define ENVELOPED(name, source, en, zh) \
	MADE_CASE(name, "message.envelop", source, en, zh, collect_enveloped, \
	    judge_enveloped)

static const struct conf_case cases[] = {
	SIGNED("message.signed.structure", "GB/T 35275, RFC 2315 7, 9.1",
	    "signed data has its structure and its name",
	    "签名数据的结构与类型标识"),
	SIGNED("message.signed.content", "GB/T 35275, RFC 2315 9.1",
	    "signed data holds what was to be signed", "签名数据含被签名内容"),
	SIGNED("message.signed.algorithms", "GB/T 35275",
	    "signed data names SM3 and SM2", "签名数据的算法为 SM3 与 SM2"),
	SIGNED("message.signed.signer", "GB/T 35275, RFC 5280 4.2.1.3",
	    "the signer's certificate is there, and for signatures",
	    "签名者证书齐备且可用于签名"),
	SIGNED("message.signed.signature", "GB/T 35275, RFC 2315 9.4",
	    "signed data verifies", "签名数据验签通过"),
	ENVELOPED("message.enveloped.structure",
	    "GB/T 35275, RFC 2315 7, 10.1",
	    "enveloped data has its structure, name and algorithms",
	    "数字信封的结构、类型标识与算法"),
	ENVELOPED("message.enveloped.recipient", "GB/T 35275, RFC 2315 10.2",
	    "enveloped data names the recipient", "数字信封指明接收者"),
	ENVELOPED("message.enveloped.content", "GB/T 35275, RFC 2315 10",
	    "enveloped data opens with the recipient's key",
	    "接收者可打开数字信封"),
	MADE_CASE("message.enveloped.fresh", "message.envelop", "RFC 2315 10",
	    "each content has a key of its own", "每次使用新的内容密钥",
	    collect_enveloped, judge_fresh),
};

const struct conf_group conf_message_made = {
	.service = "crypto",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
