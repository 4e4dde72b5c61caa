/* SPDX-License-Identifier: MIT */
/*
 * Any octets as DER: walked through, and read by every typed reader.
 */
#include <stdint.h>
#include <stdlib.h>

#include "conformance/pki/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
read_typed(struct der d, int depth)
{
	while (der_more(&d)) {
		struct der copy = d, inner;
		const struct der_item item = der_next(&d);
		struct span octets;
		char text[40];
		unsigned unused;
		bool fraction, zero = false;
		struct wall t;
		uint32_t n;

		(void)der_small(item.content, &n);
		(void)der_bits(item.content, &octets, &unused);
		(void)der_time(item.tag, item.content, &t, &fraction);
		der_oid_text(item.content, text, sizeof text);
		der_hex(item.content, text, sizeof text);
		(void)der_flag(&copy, item.tag, &zero);
		if (depth < DER_DEPTH && (item.tag & 0x20) != 0) {
			inner = der_within(d.origin, item.content, d.bad);
			read_typed(inner, depth + 1);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct span in = { (const char *)data, n };
	struct der_bad found[16], bad = { 0 };
	struct pki_findings f;
	const size_t lints = der_lint(in.ptr, in, found, 16);

	for (size_t i = 0; i < lints; i++)
		if (found[i].at > n || der_code(found[i].fault) == PKI_CODES)
			abort();
	read_typed(der_start(in, &bad), 0);
	if (bad.at > n)
		abort();
	pki_findings_init(&f);
	if (der_judge(in, &f) != (lints == 0))
		abort();
	pki_findings_free(&f);
	return 0;
}
