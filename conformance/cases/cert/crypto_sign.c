/* SPDX-License-Identifier: MIT */
/*
 * Signatures that a signature server makes with its own key.
 */
#include <stdlib.h>

#include <openssl/rand.h>

#include "conformance/client/operation.h"
#include "conformance/pki/certificate.h"
#include "conformance/trial.h"
#include "lib/mem.h"
#include "lib/text.h"

extern const struct conf_group conf_crypto_sign;

enum { SIGNATURES = 4, DATA_MOST = 1024, ANSWER_MOST = 1 << 16 };

/* Of another length each, from none on. */
static const size_t lengths[SIGNATURES] = { 0, 1, 64, 1000 };

static bool
collect(struct trial *t)
{
	struct desk *d = desk_open(t, "alice");
	unsigned char octets[DATA_MOST];
	struct buf text;

	buf_init(&text, 2 * DATA_MOST);
	for (size_t i = 0; i < SIGNATURES; i++) {
		const struct span data = { (const char *)octets, lengths[i] };
		char *name = mem_textf("signature-%zu", i);
		char *file = mem_textf("data-%zu", i);

		trial_sane(t, RAND_bytes(octets, (int)data.len + 1) == 1,
		    "no random octets");
		trial_file(t, file, data);
		buf_clear(&text);
		text_base64(data, &text);
		operation_call(d, name, "signature.make",
		    (struct operation_value[]){
			{ "algorithm", "sm2" },
			{ "data", buf_text(&text) },
			{ NULL, NULL },
		    });
		free(file);
		free(name);
	}
	buf_free(&text);
	desk_close(d);
	return true;
}

static void
judge_one(struct trial *t, size_t i)
{
	static const struct pki_algorithm sm2 = { .id = OID_SM2_SM3 };
	char *name = mem_textf("signature-%zu", i);
	char *file = mem_textf("data-%zu", i);
	const struct buf *data = trial_content(t, file);
	struct operation_answer a;
	struct buf signature, cert;
	struct pki_certificate c;
	bool readable;

	buf_init(&signature, ANSWER_MOST);
	buf_init(&cert, ANSWER_MOST);
	if (trial_need(t, operation_heard(t, name, "signature.make", &a),
		"%s: %s", name, a.why) &&
	    trial_sane(t, data != NULL, "%s was not filed", file)) {
		operation_octets(&a, "signature", &signature);
		readable = operation_octets(&a, "certificate", &cert) &&
			   certificate_read(&c, buf_span(&cert), NULL);
		trial_need(t, readable, "%s: no certificate", name);
		if (readable)
			trial_claim(t, "GB/T 32918.2 7, GM/T 0009",
			    signature_verify(&sm2, &c.key, buf_span(data),
				buf_span(&signature)) == SIGNATURE_GOOD,
			    "a signature that verifies",
			    "%s: %zu octets signed, %zu octets of signature",
			    name, data->len, signature.len);
	}
	operation_free(&a);
	buf_free(&cert);
	buf_free(&signature);
	free(file);
	free(name);
}

static void
judge(struct trial *t)
{
	for (size_t i = 0; i < SIGNATURES; i++)
		judge_one(t, i);
}

static const struct conf_case cases[] = {
	{
	    .id = "crypto.sm2.sign",
	    .verifies = CERT_F_21,
	    .clause = "GB/T 32918.2 6, GM/T 0009",
	    .title = "its own SM2 signatures verify under the usual identifier",
	    .title_zh = "服务器生成的 SM2 签名可用默认用户标识验证",
	    .needs = "endpoint:crypto account:alice operation:signature.make",
	    .service = "crypto",
	    .collect = collect,
	    .judge = judge,
	    .soft_s = 60,
	},
};

const struct conf_group conf_crypto_sign = {
	.service = "crypto",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
