/* SPDX-License-Identifier: MIT */
/*
 * A seal and a signature by seal that another project made, as they are and
 * broken: every octet that is altered is noticed.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/pki/bundle.h"
#include "conformance/seal/signed.h"
#include "lib/files.h"
#include "lib/mem.h"

#define SEAL   "fixtures/seal/samples/UserV4.esl"
#define SIGNED "fixtures/seal/samples/SignedValueV4.dat"

static struct buf seal, sealed;

static void
load(const char *path, struct buf *to)
{
	struct err err;

	buf_init(to, 1 << 20);
	ck_assert_msg(files_read(path, to, &err), "%s", err.what);
}

static void
begin(void)
{
	load(SEAL, &seal);
	load(SIGNED, &sealed);
}

static void
end(void)
{
	buf_free(&seal);
	buf_free(&sealed);
}

static struct wall
time_of(const char *text)
{
	struct wall at;

	ck_assert(wall_parse(text, &at));
	return at;
}

/* As a file of "yanshou verify". */
static void
judge(struct span bytes, const char *at, struct pki_findings *f)
{
	struct bundle *b = bundle_new();
	struct err err;

	pki_findings_init(f);
	ck_assert_msg(
	    bundle_add(b, BUNDLE_JUDGED, "f", bytes, &err), "%s", err.what);
	bundle_judge(b, &(struct bundle_ask){ .at = time_of(at) }, f);
	bundle_free(b);
}

/* "code code ..." of those with this result; free it. */
static char *
codes(const struct pki_findings *f, enum pki_result result)
{
	struct buf all;
	char *text;

	buf_init(&all, 1 << 16);
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].result == result)
			buf_addf(&all, "%s%s", all.len == 0 ? "" : " ",
			    pki_check_get(f->at[i].code)->code);
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

/* ---- as they are ---- */

/* clang-format off */
static const struct {
	struct buf	*file;
	const char	*at, *fails, *not_reached;
} whole[] = {
	{ &seal, "2021-01-01T00:00:00Z", "",
	  "seal.maker.chain seal.maker.revoked" },
	{ &seal, "2022-04-21T14:39:38Z", "",
	  "seal.maker.chain seal.maker.revoked" },
	{ &seal, "2022-04-21T14:39:39Z", "seal.maker.validity",
	  "seal.maker.chain seal.maker.revoked" },
	{ &seal, "2022-04-22T02:09:01Z", "seal.maker.validity seal.expired",
	  "seal.maker.chain seal.maker.revoked" },
	{ &seal, "2020-04-22T02:08:59Z", "seal.begun",
	  "seal.maker.chain seal.maker.revoked" },
	{ &sealed, "2021-01-01T00:00:00Z", "",
	  "seal.maker.chain seal.maker.revoked seal.maker.since "
	  "sign.signer.chain sign.signer.revoked sign.signer.since "
	  "sign.digest" },
	/* What ended since is remarked. */
	{ &sealed, "2025-01-01T00:00:00Z",
	  "seal.maker.since seal.since sign.signer.since",
	  "seal.maker.chain seal.maker.revoked sign.signer.chain "
	  "sign.signer.revoked sign.digest" },
	{ &sealed, "2020-10-12T11:14:02Z", "sign.time.past",
	  "seal.maker.chain seal.maker.revoked sign.signer.chain "
	  "sign.signer.revoked sign.digest" },
};
/* clang-format on */

START_TEST(as_they_are)
{
	struct pki_findings f;

	judge(buf_span(whole[_i].file), whole[_i].at, &f);
	expect(&f, PKI_FAILS, whole[_i].fails);
	expect(&f, PKI_NOT_REACHED, whole[_i].not_reached);
	expect(&f, PKI_NOT_JUDGED, "");
	ck_assert(!pki_findings_conform(&f));
	pki_findings_free(&f);
}
END_TEST

/* Both hold one seal; with another of its identifier they clash. */
START_TEST(together)
{
	struct bundle *b = bundle_new();
	struct pki_findings f;
	struct err err;

	pki_findings_init(&f);
	ck_assert(bundle_add(b, BUNDLE_JUDGED, "a", buf_span(&seal), &err));
	ck_assert(bundle_add(b, BUNDLE_JUDGED, "b", buf_span(&sealed), &err));
	bundle_judge(b, &(struct bundle_ask){ .at = clock_wall() }, &f);
	ck_assert_ptr_null(
	    pki_findings_first(&f, PKI_SEAL_ESID_UNIQUE, PKI_FAILS));
	ck_assert_ptr_nonnull(
	    pki_findings_first(&f, PKI_SEAL_ESID_UNIQUE, PKI_HOLDS));
	bundle_free(b);
	pki_findings_free(&f);

	b = bundle_new();
	pki_findings_init(&f);
	seal.data[seal.len - 1] ^= 1;
	ck_assert(bundle_add(b, BUNDLE_JUDGED, "a", buf_span(&seal), &err));
	ck_assert(bundle_add(b, BUNDLE_JUDGED, "b", buf_span(&sealed), &err));
	bundle_judge(b, &(struct bundle_ask){ .at = clock_wall() }, &f);
	ck_assert_ptr_nonnull(
	    pki_findings_first(&f, PKI_SEAL_ESID_UNIQUE, PKI_FAILS));
	bundle_free(b);
	pki_findings_free(&f);
}
END_TEST

/* ---- broken ---- */

/* An octet of the seal, and what fails when it is another. */
/* clang-format off */
static const struct {
	size_t		 at;
	unsigned char	 octet;
	const char	*fails, *not_judged;
} altered[] = {
	{ 12,	 'X',  "seal.id seal.signature", "" },
	{ 16,	 3,    "seal.version seal.signature", "" },
	/* of GM/T 0031-2025: nobody here can judge it */
	{ 16,	 5,    "", "seal.version" },
	{ 69,	 1,    "seal.signature", "" },
	{ 97,	 3,    "seal.list.type seal.signature", "" },
	{ 97,	 2,    "seal.list seal.signature", "" },
	/* certificate of the list: no SEQUENCE */
	{ 106,	 0x31, "seal.list seal.signature", "" },
	/* made in 2021 */
	{ 639,	 '1',  "seal.time.order seal.signature", "" },
	/* the 32nd of April */
	{ 642,	 '3',  "der.time seal.signature", "" },
	{ 691,	 'J',  "seal.signature", "" },
	{ 698,	 0,    "seal.picture.type seal.signature", "" },
	{ 16393, 0,    "seal.picture seal.signature", "" },
	{ 16396, 0xff, "seal.picture seal.signature", "" },
	/* the seal maker's certificate: no SEQUENCE; a length too many */
	{ 16401, 0x31, "seal.maker.certificate", "" },
	{ 16404, 0x0b, "seal.maker.certificate", "" },
	/* 1.2.156.10197.1.500 */
	{ 16936, 0x74, "seal.algorithm", "" },
	{ 16939, 1,    "der.bits.unused seal.bits", "" },
	{ 16940, 0x31, "seal.signature.form", "" },
	{ 16950, 0,    "seal.signature", "" },
	/* the length of all */
	{ 3,	 0x6e, "der.truncated der.trailing", "" },
};
/* clang-format on */

START_TEST(octets)
{
	struct pki_findings f;

	seal.data[altered[_i].at] = (char)altered[_i].octet;
	judge(buf_span(&seal), "2021-01-01T00:00:00Z", &f);
	expect(&f, PKI_FAILS, altered[_i].fails);
	expect(&f, PKI_NOT_JUDGED, altered[_i].not_judged);
	ck_assert(!pki_findings_conform(&f));
	pki_findings_free(&f);
}
END_TEST

/* Does anything fail, or is what was known no longer so? */
static bool
is_noticed(struct span bytes, struct wall at)
{
	struct ses_signed s;
	struct pki_findings f;
	bool noticed;

	pki_findings_init(&f);
	noticed = !signed_read(&s, bytes, &f);
	if (!noticed)
		signed_judge(&s, &(struct seal_ask){ .at = at }, &f);
	noticed |= pki_findings_count(&f, PKI_FAILS) +
		       pki_findings_count(&f, PKI_NOT_JUDGED) >
		   0;
	pki_findings_free(&f);
	return noticed;
}

/* The picture and both certificates, of which every 61st octet is tried. */
static bool
is_bulk(size_t i)
{
	return (i >= 117 && i < 640) || (i >= 720 && i < 16400) ||
	       (i >= 16420 && i < 16930) || (i >= 17120 && i < 17630);
}

START_TEST(every_octet)
{
	const struct wall at = time_of("2021-01-01T00:00:00Z");

	ck_assert(!is_noticed(buf_span(&sealed), at));
	for (size_t i = 0; i < sealed.len; i++) {
		const unsigned bit = 1u << (i % 8);

		if (is_bulk(i) && i % 61 != 0)
			continue;
		sealed.data[i] = (char)((unsigned char)sealed.data[i] ^ bit);
		ck_assert_msg(is_noticed(buf_span(&sealed), at),
		    "octet %zu, bit %02x", i, bit);
		sealed.data[i] = (char)((unsigned char)sealed.data[i] ^ bit);
	}
}
END_TEST

/* Cut off anywhere it is refused. */
START_TEST(truncated)
{
	const struct span all = buf_span(&sealed);
	struct ses_signed s;
	struct seal e;

	for (size_t n = 0; n < all.len; n += n < 64 ? 1 : 53) {
		ck_assert(!signed_read(&s, span_take(all, n), NULL));
		if (n < seal.len)
			ck_assert(!seal_read(
			    &e, span_take(buf_span(&seal), n), NULL));
	}
}
END_TEST

/* The document: dataHash of this sample is of nothing that is known. */
START_TEST(document)
{
	struct pki_findings f;
	struct ses_signed s;

	pki_findings_init(&f);
	ck_assert(signed_read(&s, buf_span(&sealed), &f));
	signed_judge(&s,
	    &(struct seal_ask){ .at = time_of("2021-01-01T00:00:00Z"),
		.has_data = true,
		.data = SPAN_INIT("another document") },
	    &f);
	expect(&f, PKI_FAILS, "sign.digest");
	pki_findings_free(&f);
}
END_TEST

#define ROWS(a) (int)(sizeof(a) / sizeof(a)[0])

int
main(void)
{
	Suite *suite = suite_create("conformance/seal samples");
	TCase *tc = tcase_create("samples");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, begin, end);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, as_they_are, 0, ROWS(whole));
	tcase_add_test(tc, together);
	tcase_add_loop_test(tc, octets, 0, ROWS(altered));
	tcase_add_test(tc, every_octet);
	tcase_add_test(tc, truncated);
	tcase_add_test(tc, document);
	suite_add_tcase(suite, tc);
	sr = srunner_create(suite);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
