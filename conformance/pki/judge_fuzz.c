/* SPDX-License-Identifier: MIT */
/*
 * Any octets as a certificate, a list, an answer, a stamp, a message, and a
 * file of all of these: read, judged, and put into a path with themselves.
 */
#include <stdint.h>
#include <stdlib.h>

#include "conformance/pki/bundle.h"
#include "conformance/pki/cmp.h"
#include "conformance/pki/message.h"
#include "conformance/pki/path.h"
#include "conformance/pki/timestamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct wall now = { INT64_C(1795000000) * 1000000 };

/* Two certificates, cut at the end of the first, issue each other. */
static void
as_path(struct span in, struct pki_findings *f)
{
	static struct pki_certificate certs[2];
	const struct pki_certificate *all[2] = { &certs[0], &certs[1] };
	struct der_bad bad = { 0 };
	struct der d = der_start(in, &bad);
	size_t n = 0;

	while (n < 2 && der_more(&d)) {
		const struct span whole = der_next(&d).whole;

		if (bad.fault == DER_FINE && whole.len > 0 &&
		    certificate_read(&certs[n], whole, f))
			n++;
		else
			break;
	}
	if (n == 0)
		return;
	path_judge(&(struct path_ask){ .target = all[0],
		       .pool = all,
		       .n_pool = n,
		       .anchors = &all[n - 1],
		       .n_anchors = 1,
		       .at = now,
		       .status_wanted = true },
	    NULL, f);
	certificate_judge(&certs[0], f);
	certificate_judge_dual(&certs[0], &certs[n - 1], f);
}

static void
as_crl(struct span in, struct pki_findings *f)
{
	struct pki_crl crl;

	if (!crl_read(&crl, in, f))
		return;
	crl_judge(&crl, f);
	crl_find(&crl, crl.issuer, crl.number);
	crl_judge_delta(&crl, &crl, f);
	crl_judge_sequence(&crl, &crl, f);
}

static void
as_answer(struct span in, struct pki_findings *f)
{
	struct pki_ocsp o;
	struct pki_certificate c;
	const struct pki_certificate *others = &c;
	struct ocsp_single s;

	if (!ocsp_read(&o, in, f))
		return;
	ocsp_judge(&o, f);
	ocsp_judge_nonce(&o, SPAN("nonce"), f);
	if (o.n_certificates > 0 &&
	    certificate_read(&c, o.certificates[0], f)) {
		ocsp_judge_issued(&o, &c, &others, 1, now, f);
		ocsp_judge_single(&o, &c, &c, now, &s, f);
	}
}

static void
as_stamp(struct span in, struct pki_findings *f)
{
	struct pki_stamp s;

	if (stamp_read(&s, in, f))
		stamp_judge(&s,
		    &(struct stamp_ask){ .at = now,
			.has_data = true,
			.data = SPAN_INIT("fixture"),
			.nonce = SPAN_INIT("\1"),
			.policy = SPAN_INIT("\x55\x1d") },
		    f);
}

/* As what it is, and as the answer to itself. */
static void
as_message(struct span in, struct pki_findings *f)
{
	struct pki_cmp m;
	char key[DIGEST_MOST], text[CMP_TEXT];
	struct cmp_ask ask = { .request = &m };

	if (!cmp_read_message(&m, in, f))
		return;
	ask.key = (struct span){ key, cmp_mac_key(&m, SPAN("secret"), key) };
	cmp_text(&m, text);
	cmp_judge(&m, &ask, f);
}

/* For itself, when it brings a certificate; no key opens it. */
static void
as_gm_message(struct span in, struct pki_findings *f)
{
	struct pki_message m;
	struct pki_certificate c;
	struct message_ask ask = { .has_data = true,
		.data = SPAN_INIT("fixture"),
		.key = SPAN_INIT("0") };

	if (!message_read(&m, in, f))
		return;
	if (m.n_certificates > 0 && certificate_read(&c, m.certificates[0], f))
		ask.recipient = &c;
	message_judge(&m, &ask, f);
}

static void
as_file(struct span in, struct pki_findings *f)
{
	struct bundle *b = bundle_new();
	struct err err;

	if (bundle_add(b, BUNDLE_JUDGED, "f", in, &err)) {
		bundle_add(b, BUNDLE_ANCHOR, "f", in, &err);
		bundle_judge(b, &(struct bundle_ask){ .at = now }, f);
	}
	bundle_free(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static void (*const as[])(
	    struct span, struct pki_findings *) = { as_path, as_crl, as_answer,
		as_stamp, as_message, as_gm_message, as_file };
	const struct span in = { (const char *)data, n };

	for (size_t i = 0; i < sizeof as / sizeof as[0]; i++) {
		struct pki_findings f;

		pki_findings_init(&f);
		as[i](in, &f);
		pki_findings_free(&f);
	}
	return 0;
}
