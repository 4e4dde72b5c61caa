/* SPDX-License-Identifier: MIT */
/*
 * Any octets as a seal and as a signature by seal: read, and judged with the
 * certificates that they bring as issuers and as trust anchors.
 */
#include <stdint.h>
#include <stdlib.h>

#include "conformance/seal/signed.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct wall now = { INT64_C(1795000000) * 1000000 };

/* Whoever signed is trusted, when that is a certificate. */
static struct seal_ask
ask_with(struct pki_certificate *c, const struct pki_certificate **all,
    struct span der)
{
	struct seal_ask ask = {
		.at = now, .has_data = true, .data = SPAN_INIT("fixture")
	};

	all[0] = c;
	if (certificate_read(c, der, NULL)) {
		ask.pool = ask.anchors = all;
		ask.n_pool = ask.n_anchors = 1;
	}
	return ask;
}

static void
as_seal(struct span in, struct pki_findings *f)
{
	struct pki_certificate c;
	const struct pki_certificate *all[1];
	struct seal s;
	struct seal_ask ask;

	if (!seal_read(&s, in, f))
		return;
	ask = ask_with(&c, all, s.maker);
	seal_judge(&s, &ask, now, f);
	seal_clashes(&s, &s);
}

static void
as_signed(struct span in, struct pki_findings *f)
{
	struct pki_certificate c;
	const struct pki_certificate *all[1];
	struct ses_signed s;
	struct seal_ask ask;

	if (!signed_read(&s, in, f))
		return;
	ask = ask_with(&c, all, s.signer);
	signed_judge(&s, &ask, f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static void (*const as[])(
	    struct span, struct pki_findings *) = { as_seal, as_signed };
	const struct span in = { (const char *)data, n };

	for (size_t i = 0; i < sizeof as / sizeof as[0]; i++) {
		struct pki_findings f;

		pki_findings_init(&f);
		as[i](in, &f);
		pki_findings_free(&f);
	}
	return 0;
}
