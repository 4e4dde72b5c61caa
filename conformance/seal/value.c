/* SPDX-License-Identifier: MIT */
#include "conformance/seal/value.h"

#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

struct ses_bits
ses_bits_read(struct der *d)
{
	struct der before = *d;
	struct ses_bits bits = { .octets = SPAN_INIT("") };

	if (!der_bits(der_take(d, DER_BIT_STRING), &bits.octets, &bits.unused))
		der_fail(&before, DER_BITS);
	return bits;
}

void
ses_algorithm_read(struct der *d, struct ses_value *value)
{
	const struct span before = d->rest;
	struct pki_algorithm a = { .parameters = SPAN_INIT("") };

	value->bare = der_peek(d) != DER_SEQUENCE;
	if (value->bare)
		a.oid = der_take(d, DER_OID);
	else
		a = algorithm_read(d);
	value->oid = a.oid;
	value->odd =
	    a.parameters.len > 0 && !span_eq(a.parameters, SPAN("\5\0"));
	value->whole = span_take(before, before.len - d->rest.len);
}

bool
ses_bits_is_digest(const struct ses_bits *bits)
{
	return bits->octets.len == digest_size(OID_SM3);
}

bool
ses_bits_is_digest_of(const struct ses_bits *bits, struct span data)
{
	char digest[DIGEST_MOST];
	const size_t n = digest_of(OID_SM3, data, digest);

	return span_eq(bits->octets, (struct span){ digest, n });
}

/* ---- r and s ---- */

/* The order of the curve, GB/T 32918.5. */
static const unsigned char order[32] = { 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x72, 0x03,
	0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5,
	0x41, 0x23 };

static bool
is_in_range(struct span integer)
{
	const struct span n = der_magnitude(integer);

	if (integer.len == 0 || der_integer_is_negative(integer) ||
	    (n.len == 1 && n.ptr[0] == 0))
		return false;
	return n.len < sizeof order ||
	       (n.len == sizeof order && memcmp(n.ptr, order, n.len) < 0);
}

/* False: it has not the form of a signature. */
static bool
read_integers(struct span value, struct span *r, struct span *s)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(value, &bad), both;

	der_enter(&in, DER_SEQUENCE, &both);
	der_end(&in);
	*r = der_take(&both, DER_INTEGER);
	*s = der_take(&both, DER_INTEGER);
	der_end(&both);
	return bad.fault == DER_FINE;
}

static bool
judge_integers(const struct ses_value *v, const struct ses_value_codes *codes,
    struct pki_findings *f)
{
	const struct span octets = v->bits.octets;
	char hex[2][80]; /* of 33 octets and a few */
	struct span r, s;

	if (!read_integers(octets, &r, &s)) {
		if (octets.len == 64)
			pki_find_both(f, codes->form, PKI_FAILS,
			    "64 octets: perhaps r and s without DER",
			    "64 字节：可能是未经 DER 编码的 r 和 s");
		else
			pki_check(
			    f, codes->form, false, "%zu octets", octets.len);
		pki_find(f, codes->range, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	pki_check(f, codes->form, true, "%s", "");
	der_hex(r, hex[0], sizeof hex[0]);
	der_hex(s, hex[1], sizeof hex[1]);
	return pki_check(f, codes->range, is_in_range(r) && is_in_range(s),
		   "r %s, s %s", hex[0], hex[1]) &&
	       der_judge_within(octets.ptr, octets, "signature", f);
}

/* ---- the signature ---- */

/* The one of GB/T 35276, and what is signed with by mistake. */
static const struct span identifiers[] = { SPAN_INIT("1234567812345678"),
	SPAN_INIT(""), SPAN_INIT("ALICE123@YAHOO.COM") };

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct tried {
	enum signature said;
	size_t identifier, message;
};

static struct tried
try_all(const struct ses_value *v, const struct pki_key *key,
    const struct span *messages, size_t n)
{
	struct tried t = { SIGNATURE_BAD, 0, 0 };

	for (t.message = 0; t.message < n; t.message++)
		for (t.identifier = 0; t.identifier < COUNT(identifiers);
		     t.identifier++) {
			t.said =
			    signature_verify_sm2(key, identifiers[t.identifier],
				messages[t.message], v->bits.octets);
			if (t.said != SIGNATURE_BAD)
				return t;
		}
	return t;
}

static bool
judge_signature(const struct ses_value *v, const struct ses_value_codes *codes,
    const struct pki_key *key, const struct span *messages, size_t n,
    size_t *which, struct pki_findings *f)
{
	static const struct pki_algorithm sm2 = {
		.oid = SPAN_INIT("\x2a\x81\x1c\xcf\x55\x01\x83\x75")
	};
	const struct tried t = try_all(v, key, messages, n);
	const bool good = signature_tell(f, codes->signature, t.said, &sm2);

	if (!good) {
		pki_find(f, codes->id, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	*which = t.message;
	return pki_check(f, codes->id, t.identifier == 0, "\"%.*s\"",
	    SPAN_FMT(identifiers[t.identifier]));
}

bool
ses_value_judge(const struct ses_value *v, const struct ses_value_codes *codes,
    const struct pki_key *key, const struct span *messages, size_t n,
    size_t *which, struct pki_findings *f)
{
	char text[OID_TEXT];
	bool fine;

	*which = n;
	der_oid_text(v->oid, text, sizeof text);
	fine = pki_check(
	    f, codes->algorithm, oid_of(v->oid) == OID_SM2_SM3, "%s", text);
	pki_check(f, codes->algorithm_form, v->bare, "%s%s",
	    v->bare ? "" : "AlgorithmIdentifier",
	    v->odd ? ", parameters other than NULL" : "");
	if (!judge_integers(v, codes, f) || key == NULL) {
		pki_find(f, codes->signature, PKI_NOT_REACHED, "%s", "");
		pki_find(f, codes->id, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	return judge_signature(v, codes, key, messages, n, which, f) && fine;
}
