/* SPDX-License-Identifier: MIT */
#include "conformance/pki/der.h"

#include <check.h>
#include <stdlib.h>

#include "conformance/pki/der_write.h"

#define B(lit) lit, sizeof(lit) - 1

/* clang-format off */
static const struct {
	const char	*bytes;
	size_t		 n;
	enum der_fault	 fault;
	size_t		 at;
} rows[] = {
	{ B("\x30\x03\x02\x01\x05"),		DER_FINE, 0 },
	{ B(""),				DER_ENDS, 0 },
	{ B("\x30"),				DER_ENDS, 0 },
	{ B("\x30\x04\x02\x01\x05"),		DER_ENDS, 0 },
	{ B("\x30\x03\x02\x02\x05"),		DER_ENDS, 2 },
	{ B("\x30\x03\x02\x01\x05\x00"),	DER_BEHIND, 5 },
	{ B("\x30\x80\x02\x01\x05\x00\x00"),	DER_INDEFINITE, 0 },
	{ B("\x30\x81\x03\x02\x01\x05"),	DER_LENGTH_LONG, 0 },
	{ B("\x04\x82\x00\x01\x05"),		DER_LENGTH_LONG, 0 },
	{ B("\x04\x85\x01\x00\x00\x00\x00"),	DER_LENGTH_HUGE, 0 },
	{ B("\x04\x84\xff\xff\xff\xff"),	DER_ENDS, 0 },
	{ B("\x04\xff"),			DER_ENDS, 0 },
	{ B("\x1f\x81\x01\x00"),		DER_TAG_HIGH, 0 },
	{ B("\x10\x00"),			DER_TAG_FORM, 0 },
	{ B("\x22\x03\x02\x01\x05"),		DER_TAG_FORM, 0 },
	{ B("\x30\x02\x00\x00"),		DER_TAG_FORM, 2 },
	{ B("\x24\x03\x04\x01\x05"),		DER_SEGMENTS, 0 },
	{ B("\x23\x04\x03\x02\x00\x05"),	DER_SEGMENTS, 0 },
	{ B("\x01\x01\x00"),			DER_FINE, 0 },
	{ B("\x01\x01\xff"),			DER_FINE, 0 },
	{ B("\x01\x01\x01"),			DER_TRUE, 0 },
	{ B("\x01\x00"),			DER_SIZE, 0 },
	{ B("\x02\x00"),			DER_SIZE, 0 },
	{ B("\x02\x02\x00\x05"),		DER_INTEGER_LONG, 0 },
	{ B("\x02\x02\x00\x85"),		DER_FINE, 0 },
	{ B("\x02\x02\xff\x85"),		DER_INTEGER_LONG, 0 },
	{ B("\x02\x02\xff\x75"),		DER_FINE, 0 },
	{ B("\x0a\x02\x00\x05"),		DER_INTEGER_LONG, 0 },
	{ B("\x03\x02\x01\x06"),		DER_FINE, 0 },
	{ B("\x03\x02\x01\x07"),		DER_BITS, 0 },
	{ B("\x03\x02\x08\x00"),		DER_BITS, 0 },
	{ B("\x03\x01\x00"),			DER_FINE, 0 },
	{ B("\x03\x01\x01"),			DER_BITS, 0 },
	{ B("\x03\x00"),			DER_SIZE, 0 },
	{ B("\x05\x00"),			DER_FINE, 0 },
	{ B("\x05\x01\x00"),			DER_NULL_CONTENT, 0 },
	{ B("\x06\x03\x55\x1d\x0f"),		DER_FINE, 0 },
	{ B("\x06\x00"),			DER_ARC, 0 },
	{ B("\x06\x03\x55\x1d\x8f"),		DER_ARC, 0 },
	{ B("\x06\x03\x55\x80\x0f"),		DER_ARC, 0 },
	{ B("\x31\x06\x02\x01\x01\x02\x01\x02"), DER_FINE, 0 },
	{ B("\x31\x06\x02\x01\x02\x02\x01\x01"), DER_ORDER, 5 },
	{ B("\x17\x0d" "260101000000Z"),	DER_FINE, 0 },
	{ B("\x17\x0b" "2601010000Z"),		DER_CLOCK, 0 },
	{ B("\x17\x0c" "260101000000"),		DER_CLOCK, 0 },
	{ B("\x17\x11" "260101000000+0800"),	DER_CLOCK, 0 },
	{ B("\x17\x0d" "260230000000Z"),	DER_CLOCK, 0 },
	{ B("\x17\x0d" "260101240000Z"),	DER_CLOCK, 0 },
	{ B("\x18\x0f" "20500101000000Z"),	DER_FINE, 0 },
	{ B("\x18\x11" "20500101000000.5Z"),	DER_FINE, 0 },
	{ B("\x18\x12" "20500101000000.50Z"),	DER_CLOCK, 0 },
	{ B("\x18\x10" "20500101000000.Z"),	DER_CLOCK, 0 },
	{ B("\x18\x11" "20500101000000,5Z"),	DER_CLOCK, 0 },
	{ B("\x18\x0f" "20230229000000Z"),	DER_CLOCK, 0 },
	{ B("\x13\x02" "a b"),			DER_BEHIND, 4 },
	{ B("\x13\x03" "a b"),			DER_FINE, 0 },
	{ B("\x13\x03" "a@b"),			DER_CHARACTER, 0 },
	{ B("\x13\x03" "a\0b"),			DER_CHARACTER, 0 },
	{ B("\x16\x03" "a@b"),			DER_FINE, 0 },
	{ B("\x16\x01\xe4"),			DER_CHARACTER, 0 },
	{ B("\x0c\x03\xe9\xaa\x8c"),		DER_FINE, 0 },
	{ B("\x0c\x02\xe9\xaa"),		DER_CHARACTER, 0 },
	{ B("\x12\x01" "x"),			DER_CHARACTER, 0 },
	{ B("\x1e\x03" "abc"),			DER_CHARACTER, 0 },
	{ B("\xa0\x03\x02\x01\x05"),		DER_FINE, 0 },
	{ B("\xa0\x04\x02\x02\x00\x05"),	DER_INTEGER_LONG, 2 },
};
/* clang-format on */

/* From memory of exactly this size, so that reading on is noticed. */
static struct span
exactly(const char *bytes, size_t n)
{
	char *copy = malloc(n + 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, bytes, n);
	return (struct span){ realloc(copy, n == 0 ? 1 : n), n };
}

START_TEST(linted)
{
	const struct span in = exactly(rows[_i].bytes, rows[_i].n);
	struct der_bad found[4];
	struct pki_findings f;
	const size_t n = der_lint(in.ptr, in, found, 4);
	const bool fine = rows[_i].fault == DER_FINE;

	ck_assert_uint_eq(n, fine ? 0 : 1);
	if (!fine) {
		ck_assert_uint_eq(found[0].fault, rows[_i].fault);
		ck_assert_uint_eq(found[0].at, rows[_i].at);
	}
	pki_findings_init(&f);
	ck_assert(der_judge(in, &f) == fine);
	ck_assert_uint_eq(f.n, 1);
	ck_assert_uint_eq(
	    f.at[0].code, fine ? PKI_DER_FORM : der_code(rows[_i].fault));
	pki_findings_free(&f);
	free((char *)in.ptr);
}
END_TEST

/* Whatever is cut off is noticed, wherever it is cut. */
START_TEST(cut_off)
{
	for (size_t n = 0; n < rows[_i].n; n++) {
		const struct span in = exactly(rows[_i].bytes, n);
		struct der_bad found[4];

		if (rows[_i].fault == DER_FINE)
			ck_assert_uint_ge(der_lint(in.ptr, in, found, 4), 1);
		free((char *)in.ptr);
	}
}
END_TEST

/* All faults are reported, up to what was asked for. */
START_TEST(many)
{
	const struct span in = SPAN("\x30\x09\x01\x01\x01\x01\x01\x02"
				    "\x01\x01\x03");
	struct der_bad found[4];

	ck_assert_uint_eq(der_lint(in.ptr, in, found, 4), 3);
	ck_assert_uint_eq(found[2].at, 8);
	ck_assert_uint_eq(der_lint(in.ptr, in, found, 2), 2);
}
END_TEST

START_TEST(deep)
{
	char bytes[2 * (DER_DEPTH + 3)];
	struct der_bad found[4];

	for (size_t i = 0; i < sizeof bytes; i += 2) {
		bytes[i] = 0x30;
		bytes[i + 1] = (char)(sizeof bytes - i - 2);
	}
	ck_assert_uint_eq(
	    der_lint(bytes, (struct span){ bytes, sizeof bytes }, found, 4), 1);
	ck_assert_uint_eq(found[0].fault, DER_DEEP);
}
END_TEST

START_TEST(structures)
{
	const struct span in = SPAN("\x30\x0b\x02\x01\x05\x01\x01\xff"
				    "\x80\x03"
				    "abc");
	struct der_bad bad = { 0 };
	struct der d = der_start(in, &bad), s;
	bool there, zero = false;

	ck_assert_uint_eq(der_enter(&d, DER_SEQUENCE, &s).len, in.len);
	der_end(&d);
	ck_assert_uint_eq(der_number(&s, DER_INTEGER), 5);
	ck_assert_uint_eq(der_maybe(&s, DER_OID, &there).len, 0);
	ck_assert(!there);
	ck_assert(der_flag(&s, DER_BOOLEAN, &zero));
	ck_assert(!zero);
	ck_assert(span_eq(der_take(&s, DER_CONTEXT(0)), SPAN("abc")));
	ck_assert(!der_more(&s));
	ck_assert_uint_eq(bad.fault, DER_FINE);
	der_take(&s, DER_OID);
	ck_assert_uint_eq(bad.fault, DER_MISSING);
	ck_assert_uint_eq(bad.at, 13);
	ck_assert_uint_eq(der_number(&s, DER_INTEGER), 0);
	ck_assert_uint_eq(bad.at, 13); /* the first failure stays */
}
END_TEST

/* clang-format off */
static const struct {
	unsigned	 tag;
	const char	*text, *want; /* as wall_text() has it; NULL: refused */
} times[] = {
	{ DER_UTC_TIME, "700101000000Z", "1970-01-01T00:00:00.000000Z" },
	{ DER_UTC_TIME, "491231235959Z", "2049-12-31T23:59:59.000000Z" },
	{ DER_UTC_TIME, "500101000000Z", "1950-01-01T00:00:00.000000Z" },
	{ DER_UTC_TIME, "240229120000Z", "2024-02-29T12:00:00.000000Z" },
	{ DER_UTC_TIME, "261122104700Z", "2026-11-22T10:47:00.000000Z" },
	{ DER_TIME, "20000301000000Z",	 "2000-03-01T00:00:00.000000Z" },
	{ DER_TIME, "21000228235959Z",	 "2100-02-28T23:59:59.000000Z" },
	{ DER_TIME, "99991231235959Z",	 "9999-12-31T23:59:59.000000Z" },
	{ DER_TIME, "20261122104700.25Z", "2026-11-22T10:47:00.250000Z" },
	{ DER_TIME, "20261122104700.0000001Z", "2026-11-22T10:47:00.000000Z" },
	{ DER_TIME, "21000229000000Z",	 NULL },
	{ DER_TIME, "20260001000000Z",	 NULL },
	{ DER_TIME, "20261122104760Z",	 NULL },
	{ DER_UTC_TIME, "2611221047 0Z", NULL },
	{ DER_INTEGER, "261122104700Z",	 NULL },
};
/* clang-format on */

START_TEST(clocks)
{
	char text[CLOCK_TEXT];
	struct wall t;
	bool fraction;
	const bool ok =
	    der_time(times[_i].tag, span_of(times[_i].text), &t, &fraction);

	ck_assert(ok == (times[_i].want != NULL));
	if (!ok)
		return;
	wall_text(t, text);
	ck_assert_str_eq(text, times[_i].want);
	ck_assert(fraction == (strchr(times[_i].text, '.') != NULL));
}
END_TEST

START_TEST(texts)
{
	char text[40], tiny[8];

	der_oid_text(SPAN("\x2a\x81\x1c\xcf\x55\x01\x83\x75"), text, 40);
	ck_assert_str_eq(text, "1.2.156.10197.1.501");
	der_oid_text(SPAN("\x88\x37\x03"), text, 40);
	ck_assert_str_eq(text, "2.999.3");
	der_oid_text(SPAN("\x2a\x81\x1c\xcf\x55\x01\x83\x75"), tiny, 8);
	ck_assert_uint_lt(strlen(tiny), 8);
	der_hex(SPAN("\x01\xaf"), text, 40);
	ck_assert_str_eq(text, "01AF");
	der_hex(SPAN("\x01\xaf\x02\x03\x04"), tiny, 8);
	ck_assert_str_eq(tiny, "01AF...");
}
END_TEST

/* As short as can be, and of every length that a length can have. */
START_TEST(written)
{
	/* clang-format off */
	static const struct {
		int32_t		 n;
		struct span	 der;
	} numbers[] = {
		{ 0,		SPAN_INIT("\x02\x01\x00") },
		{ -1,		SPAN_INIT("\x02\x01\xff") },
		{ 127,		SPAN_INIT("\x02\x01\x7f") },
		{ 128,		SPAN_INIT("\x02\x02\x00\x80") },
		{ -128,		SPAN_INIT("\x02\x01\x80") },
		{ -129,		SPAN_INIT("\x02\x02\xff\x7f") },
		{ 300,		SPAN_INIT("\x02\x02\x01\x2c") },
		{ 65535,	SPAN_INIT("\x02\x03\x00\xff\xff") },
		{ INT32_MAX,	SPAN_INIT("\x02\x04\x7f\xff\xff\xff") },
		{ INT32_MIN,	SPAN_INIT("\x02\x04\x80\x00\x00\x00") },
	};
	/* clang-format on */
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65535,
		65536 };
	static const char zeros[65536];
	struct der_bad bad;
	struct buf b;

	buf_init(&b, 1u << 17);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		buf_clear(&b);
		der_put_number(&b, numbers[i].n);
		ck_assert(span_eq(buf_span(&b), numbers[i].der));
	}
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct der in;
		size_t mark;

		buf_clear(&b);
		mark = der_begin(&b, DER_SEQUENCE);
		der_put(&b, DER_OCTET_STRING, (struct span){ zeros, sizes[i] });
		der_finish(&b, mark);
		bad = (struct der_bad){ .fault = DER_FINE };
		in = der_start(buf_span(&b), &bad);
		der_enter(&in, DER_SEQUENCE, &in);
		ck_assert_uint_eq(
		    der_take(&in, DER_OCTET_STRING).len, sizes[i]);
		der_end(&in);
		ck_assert_int_eq(bad.fault, DER_FINE);
		ck_assert_uint_eq(der_lint(b.data, buf_span(&b), &bad, 1), 0);
	}
	buf_free(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pki/der");
	TCase *tc = tcase_create("der");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, linted, 0, sizeof rows / sizeof *rows);
	tcase_add_loop_test(tc, cut_off, 0, sizeof rows / sizeof *rows);
	tcase_add_test(tc, many);
	tcase_add_test(tc, deep);
	tcase_add_test(tc, structures);
	tcase_add_loop_test(tc, clocks, 0, sizeof times / sizeof *times);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, written);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
