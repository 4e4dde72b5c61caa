/* SPDX-License-Identifier: MIT */
/*
 * 10,000 signatures by seal that are mangled: none of them is believed by the
 * judge, and the right one still is (ESEAL-F-21).
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/cases/eseal/mangle.h"
#include "conformance/seal/signed.h"
#include "fixtures/seal/seals.h"

enum { EACH = 2000, OUT_MOST = 1 << 22 };

static struct mint_seal_set set;
static struct mint_ring ring;

static void
begin(void)
{
	struct err err;

	mint_ring_init(&ring, MINT_SM2);
	ck_assert_msg(mint_seal_set_make(
			  &set, &mint_seal_rows[0], &ring, clock_wall(), &err),
	    "%s", err.what);
}

static void
end(void)
{
	mint_seal_set_free(&set);
	mint_ring_free(&ring);
}

/* Structure and DER alone: no signature is verified. */
static bool
is_fine(struct span der)
{
	struct ses_signed *s = malloc(sizeof *s);
	struct pki_findings f;
	bool fine;

	ck_assert_ptr_nonnull(s);
	pki_findings_init(&f);
	fine = signed_read(s, der, &f);
	for (size_t i = 0; i < f.n; i++)
		fine = fine && f.at[i].result == PKI_HOLDS;
	pki_findings_free(&f);
	free(s);
	return fine;
}

START_TEST(none_is_believed)
{
	const struct span der = buf_span(&set.signed_value);
	struct buf out;

	ck_assert(is_fine(der));
	for (uint64_t i = 0; i < EACH; i++) {
		buf_init(&out, OUT_MOST);
		ck_assert(der_mangle((enum mangling)_i, i, der, &out));
		ck_assert_msg(!is_fine(buf_span(&out)), "%s %d",
		    mangle_name((enum mangling)_i), (int)i);
		buf_free(&out);
	}
	ck_assert(is_fine(der));
}
END_TEST

/* One number, one result; another, mostly another. */
START_TEST(is_the_same_again)
{
	const struct span der = buf_span(&set.signed_value);
	struct buf out[3];
	size_t others = 0;

	for (uint64_t i = 0; i < 50; i++) {
		for (int k = 0; k < 3; k++) {
			buf_init(&out[k], OUT_MOST);
			ck_assert(der_mangle((enum mangling)_i,
			    i + (k == 2 ? 1 : 0), der, &out[k]));
		}
		ck_assert(span_eq(buf_span(&out[0]), buf_span(&out[1])));
		others += !span_eq(buf_span(&out[0]), buf_span(&out[2]));
		for (int k = 0; k < 3; k++)
			buf_free(&out[k]);
	}
	ck_assert_uint_gt(others, 25);
}
END_TEST

START_TEST(what_is_no_der)
{
	struct buf out;

	buf_init(&out, OUT_MOST);
	ck_assert(!der_mangle(MANGLE_TRAILING, 1, SPAN(""), &out));
	ck_assert(!der_mangle(MANGLE_TRAILING, 1, SPAN("\x30\x80"), &out));
	ck_assert(!der_mangle(MANGLE_DEEP, 1, SPAN("\x02\x01\x05"), &out));
	buf_free(&out);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("mangle");
	TCase *t = tcase_create("mangle");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_unchecked_fixture(t, begin, end);
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, none_is_believed, 0, MANGLINGS);
	tcase_add_loop_test(t, is_the_same_again, 0, MANGLINGS);
	tcase_add_test(t, what_is_no_der);
	suite_add_tcase(suite, t);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
