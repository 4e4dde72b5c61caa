/* SPDX-License-Identifier: MIT */
/*
 * What no row of fixtures/seal is for: times that are proved, answers instead
 * of lists, issuers that are revoked; and what is right with an octet altered.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/pki/bundle.h"
#include "conformance/seal/signed.h"
#include "fixtures/seal/seals.h"
#include "lib/mem.h"

static struct mint_ring ring;

static void
begin(void)
{
	mint_ring_init(&ring, MINT_SM2);
}

static void
end(void)
{
	mint_ring_free(&ring);
}

static void
make(struct mint_seal_set *s, const char *changes, struct wall now)
{
	const struct mint_seal_row row = { "row", "es", "", changes, "" };
	struct err err;

	ck_assert_msg(
	    mint_seal_set_make(s, &row, &ring, now, &err), "%s", err.what);
}

static void
add(struct bundle *b, enum bundle_role role, const struct buf *der)
{
	struct err err;

	if (der->len > 0)
		ck_assert_msg(bundle_add(b, role, "f", buf_span(der), &err),
		    "%s", err.what);
}

/* What was sealed with all that is there, as "yanshou verify" judges it. */
static void
judge(const struct mint_seal_set *s, struct wall now, struct pki_findings *f)
{
	struct bundle *b = bundle_new();

	pki_findings_init(f);
	add(b, BUNDLE_JUDGED, &s->signed_value);
	add(b, BUNDLE_ANCHOR, &s->pki.root);
	for (size_t i = 0; i < s->pki.n_certs; i++)
		add(b, BUNDLE_ISSUER, &s->pki.certs[i]);
	for (size_t i = 0; i < s->pki.n_crls; i++)
		add(b, BUNDLE_LIST, &s->pki.crls[i]);
	add(b, BUNDLE_LIST, &s->pki.ocsp);
	bundle_judge(b,
	    &(struct bundle_ask){
		.at = now, .has_data = true, .data = s->data },
	    f);
	bundle_free(b);
}

/* "code code ..." of those with this result of seal.* and sign.*; free it. */
static char *
codes(const struct pki_findings *f, enum pki_result result)
{
	struct buf all;
	char *text;

	buf_init(&all, 1 << 16);
	for (size_t i = 0; i < f->n; i++) {
		const char *code = pki_check_get(f->at[i].code)->code;

		if (f->at[i].result == result &&
		    (strncmp(code, "seal.", 5) == 0 ||
			strncmp(code, "sign.", 5) == 0))
			buf_addf(&all, "%s%s", all.len == 0 ? "" : " ", code);
	}
	text = mem_text(buf_span(&all));
	buf_free(&all);
	return text;
}

static void
expect(const struct pki_findings *f, enum pki_result result, const char *what)
{
	char *is = codes(f, result);

	ck_assert_str_eq(is, what);
	free(is);
}

/* clang-format off */
static const struct {
	const char *changes, *fails, *not_reached, *not_judged;
} rows[] = {
	/* Revoked two hours ago; that it was signed before is his word only, */
	{ "crl.revoked=leaf; sign.time=-3h", "sign.signer.since", "", "" },
	/* and is refuted by a time stamp of an hour ago, */
	{ "crl.revoked=leaf; sign.time=-3h; sign.stamp=token; stamp.from=-1h",
	  "sign.signer.revoked", "", "" },
	/* unless that is of somebody whom nobody trusts. */
	{ "crl.revoked=leaf; sign.time=-3h; sign.stamp=token; stamp.from=-1h; "
	  "mid.in=yes; mid.issuer=mid; mid.signer=mid; tsa.issuer=mid; "
	  "tsa.signer=mid", "sign.signer.since sign.stamp.chain", "", "" },
	/* The issuer of both is revoked, before and since. */
	{ "rcrl.revoked=sub", "seal.maker.chain sign.signer.chain", "", "" },
	{ "rcrl.revoked=sub; sign.time=-3h",
	  "seal.maker.since sign.signer.since", "", "" },
	/* An answer about the signer, and lists as well. */
	{ "ocsp.in=yes", "", "", "" },
	{ "ocsp.in=yes; ocsp.status=revoked", "sign.signer.revoked", "", "" },
	{ "ocsp.in=yes; crl.in=no; maker.issuer=root; maker.signer=root",
	  "", "", "" },
	{ "ocsp.in=yes; ocsp.status=unknown; crl.in=no; maker.issuer=root; "
	  "maker.signer=root", "sign.signer.revoked", "sign.signer.since", "" },
	{ "crl.in=no; rcrl.in=no", "",
	  "seal.maker.revoked seal.maker.since sign.signer.revoked "
	  "sign.signer.since", "" },
	/* GM/T 0031-2025 */
	{ "seal.version=5; sign.version=5", "", "", "sign.version" },
	{ "seal.version=5; sign.version=4", "", "", "sign.version" },
	/* Two things are wrong, and both are said. */
	{ "seal.id=XX; sign.hash=flip; leaf.usage=critical keyEncipherment",
	  "seal.id sign.signer.usage sign.digest", "", "" },
	/* A stamp that cannot be read leaves the rest as it is. */
	{ "sign.stamp=token; stamp.break=imprint", "", "", "" },
};
/* clang-format on */

START_TEST(other_checks)
{
	const struct wall now = clock_wall();
	struct mint_seal_set s;
	struct pki_findings f;

	make(&s, rows[_i].changes, now);
	judge(&s, now, &f);
	expect(&f, PKI_FAILS, rows[_i].fails);
	expect(&f, PKI_NOT_REACHED, rows[_i].not_reached);
	expect(&f, PKI_NOT_JUDGED, rows[_i].not_judged);
	pki_findings_free(&f);
	mint_seal_set_free(&s);
}
END_TEST

/* In the order of GB/T 38540-2020 7.3. */
START_TEST(in_order)
{
	static const enum pki_code order[] = { PKI_SIGN_STRUCTURE,
		PKI_SIGN_SIGNATURE, PKI_SIGN_SIGNER_LISTED, PKI_SEAL_SIGNATURE,
		PKI_SEAL_MAKER_CHAIN, PKI_SEAL_EXPIRED, PKI_SIGN_SIGNER_CHAIN,
		PKI_SIGN_SIGNER_VALIDITY, PKI_SIGN_SIGNER_REVOKED,
		PKI_SIGN_SIGNER_USAGE, PKI_SIGN_DIGEST, PKI_STAMP_IMPRINT };
	const struct wall now = clock_wall();
	struct mint_seal_set s;
	struct pki_findings f;
	size_t next = 0;

	make(&s, "sign.stamp=token", now);
	judge(&s, now, &f);
	for (size_t i = 0; i < f.n; i++)
		if (next < sizeof order / sizeof *order &&
		    f.at[i].code == order[next] && f.at[i].result == PKI_HOLDS)
			next++;
	ck_assert_uint_eq(next, sizeof order / sizeof *order);
	ck_assert(pki_findings_conform(&f));
	pki_findings_free(&f);
	mint_seal_set_free(&s);
}
END_TEST

/* ---- extDatas ---- */

/* clang-format off */
static const struct {
	struct span octets;
	enum custom_tag tag;
	size_t n, n_critical;
	bool written, fine;
} customs[] = {
#define ID "\x06\x02\x88\x37"
#define VALUE "\x04\x01x"
	{ SPAN_INIT(""), CUSTOM_ABSENT, 0, 0, false, true },
	{ SPAN_INIT("\xa0\x0b\x30\x09\x30\x07" ID VALUE),
	  CUSTOM_EXPLICIT, 1, 0, false, true },
	{ SPAN_INIT("\xa0\x09\x30\x07" ID VALUE),
	  CUSTOM_IMPLICIT, 1, 0, false, true },
	{ SPAN_INIT("\x30\x09\x30\x07" ID VALUE),
	  CUSTOM_BARE, 1, 0, false, true },
	{ SPAN_INIT("\x30\x0c\x30\x0a" ID "\1\1\xff" VALUE),
	  CUSTOM_BARE, 1, 1, false, true },
	{ SPAN_INIT("\x30\x0c\x30\x0a" ID "\1\1\0" VALUE),
	  CUSTOM_BARE, 1, 0, true, true },
	{ SPAN_INIT("\x30\x12\x30\x07" ID VALUE "\x30\x07" ID VALUE),
	  CUSTOM_BARE, 2, 0, false, true },
	{ SPAN_INIT("\x30\x00"), CUSTOM_BARE, 0, 0, false, true },
	{ SPAN_INIT("\xa0\x00"), CUSTOM_EXPLICIT, 0, 0, false, false },
	{ SPAN_INIT("\xa0\x0d\x30\x09\x30\x07" ID VALUE "\5\0"),
	  CUSTOM_EXPLICIT, 1, 0, false, false },
	{ SPAN_INIT("\x30\x06\x30\x04" ID), CUSTOM_BARE, 1, 0, false, false },
	{ SPAN_INIT("\x04\x01x"), CUSTOM_ABSENT, 0, 0, false, true },
};
/* clang-format on */

START_TEST(custom)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(customs[_i].octets, &bad);
	const struct ses_custom c = ses_custom_read(&in);

	ck_assert_int_eq(c.tag, customs[_i].tag);
	ck_assert_int_eq(bad.fault == DER_FINE, customs[_i].fine);
	if (!customs[_i].fine)
		return;
	ck_assert_uint_eq(c.n, customs[_i].n);
	ck_assert_uint_eq(c.n_critical, customs[_i].n_critical);
	ck_assert_int_eq(c.written_false, customs[_i].written);
	ck_assert_uint_eq(
	    in.rest.len, c.tag == CUSTOM_ABSENT ? customs[_i].octets.len : 0);
}
END_TEST

/* ---- every seventh octet, of three kinds ---- */

/* All that a set is judged with, read once. */
struct all {
	struct pki_certificate root, certs[MINT_CHAIN_MOST];
	const struct pki_certificate *pool[MINT_CHAIN_MOST], *anchor;
	struct pki_crl crls[MINT_CRLS];
	const struct pki_crl *lists[MINT_CRLS];
	struct seal_ask ask;
};

static void
read_all(struct all *a, const struct mint_seal_set *s, struct wall now)
{
	*a = (struct all){ .anchor = &a->root };
	a->ask = (struct seal_ask){ .at = now,
		.pool = a->pool,
		.n_pool = s->pki.n_certs,
		.anchors = &a->anchor,
		.n_anchors = 1,
		.crls = a->lists,
		.n_crls = s->pki.n_crls,
		.has_data = true,
		.data = s->data };
	ck_assert(certificate_read(&a->root, buf_span(&s->pki.root), NULL));
	for (size_t i = 0; i < s->pki.n_certs; i++) {
		a->pool[i] = &a->certs[i];
		ck_assert(certificate_read(
		    &a->certs[i], buf_span(&s->pki.certs[i]), NULL));
	}
	for (size_t i = 0; i < s->pki.n_crls; i++) {
		a->lists[i] = &a->crls[i];
		ck_assert(
		    crl_read(&a->crls[i], buf_span(&s->pki.crls[i]), NULL));
	}
}

/* Nothing that fails, not even a remark. */
static bool
is_believed(const struct all *a, struct span octets)
{
	struct ses_signed s;
	struct pki_findings f;
	bool fine;

	pki_findings_init(&f);
	if (signed_read(&s, octets, &f))
		signed_judge(&s, &a->ask, &f);
	fine = pki_findings_conform(&f);
	pki_findings_free(&f);
	return fine;
}

START_TEST(altered_octets)
{
	static const char *const kinds[] = { "", "seal.list=2",
		"seal.form=2014" };
	const struct wall now = clock_wall();
	struct all *a = mem_new(1, sizeof *a);
	struct mint_seal_set s;
	char *octets;

	make(&s, kinds[_i], now);
	read_all(a, &s, now);
	octets = s.signed_value.data;
	ck_assert(is_believed(a, buf_span(&s.signed_value)));
	for (size_t i = (size_t)_i; i < s.signed_value.len; i += 7) {
		const char was = octets[i];

		octets[i] = (char)((unsigned char)was ^ 1u << (i / 7 % 8));
		ck_assert_msg(!is_believed(a, buf_span(&s.signed_value)),
		    "octet %zu of %zu: %02x is as good as %02x", i,
		    s.signed_value.len, (unsigned)(unsigned char)octets[i],
		    (unsigned)(unsigned char)was);
		octets[i] = was;
	}
	mint_seal_set_free(&s);
	free(a);
}
END_TEST

#define ROWS(a) (int)(sizeof(a) / sizeof(a)[0])

int
main(void)
{
	Suite *suite = suite_create("conformance/seal judge");
	TCase *tc = tcase_create("judge");
	SRunner *sr;
	int failed;

	tcase_add_unchecked_fixture(tc, begin, end);
	tcase_set_timeout(tc, 240);
	tcase_add_loop_test(tc, other_checks, 0, ROWS(rows));
	tcase_add_test(tc, in_order);
	tcase_add_loop_test(tc, custom, 0, ROWS(customs));
	tcase_add_loop_test(tc, altered_octets, 0, 3);
	suite_add_tcase(suite, tc);
	sr = srunner_create(suite);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
