/* SPDX-License-Identifier: MIT */
#include "lib/digest.h"

#include <check.h>
#include <stdlib.h>

/* GB/T 32905-2016 annex A: the two examples; and nothing at all. */
static const struct {
	const char *text, *hex;
} rows[] = {
	{ "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e2"
		 "4167c4875cf2f7a2297da02b8f4ba8e0" },
	{ "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
	    "debe9ff92275b8a138604889c18e5a4d"
	    "6fdb70e5387e5765293dcba39c0c5732" },
	{ "", "1ab21d8355cfa17f8e61194831e81a8f"
	      "22bec8c728fefb747ed035eb5082aa2b" },
};

static void
in_pieces(struct span s, size_t size, char hex[DIGEST_TEXT])
{
	struct digest *d = digest_new();

	while (s.len != 0) {
		const struct span piece = span_take(s, size);

		digest_add(d, piece);
		s = span_skip(s, piece.len);
	}
	digest_end(d, hex);
}

START_TEST(known_answers)
{
	const struct span text = span_of(rows[_i].text);
	char hex[DIGEST_TEXT];

	digest_text(text, hex);
	ck_assert_str_eq(hex, rows[_i].hex);
	in_pieces(text, 7, hex);
	ck_assert_str_eq(hex, rows[_i].hex);
	in_pieces(text, 1, hex);
	ck_assert_str_eq(hex, rows[_i].hex);
}
END_TEST

START_TEST(form)
{
	ck_assert(digest_is(rows[0].hex));
	ck_assert(!digest_is(""));
	ck_assert(!digest_is(rows[0].hex + 1));
	ck_assert(!digest_is("66C7F0F462EEEDD9D1F2D46BDC10E4E2"
			     "4167c4875cf2f7a2297da02b8f4ba8e0"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("digest");
	TCase *tc = tcase_create("digest");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, known_answers, 0, sizeof rows / sizeof *rows);
	tcase_add_test(tc, form);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
