/* SPDX-License-Identifier: MIT */
#include "reference/mime_address.h"

#include <check.h>
#include <stdlib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Addresses as "(name adl mailbox host)", "-" for NIL, '' for empty. */
/* clang-format off */
static const struct {
	const char	*value, *want;
} lists[] = {
	{ "a@b.test",			"(- - a b.test)" },
	{ "<a@b.test>",			"(- - a b.test)" },
	{ "A B <a@b.test>",		"(A B - a b.test)" },
	{ "John Q. Public <a@b.test>",	"(John Q. Public - a b.test)" },
	{ "\"Giant; \\\"Big\\\" Box\" <a@b.test>",
					"(Giant; \"Big\" Box - a b.test)" },
	{ "\"a,b\" <a@b.test>, c@d.test", "(a,b - a b.test)(- - c d.test)" },
	{ "\"a b\"@c.test",		"(- - a b c.test)" },
	{ "a . b @ c . test",		"(- - a.b c.test)" },
	{ "a@[192.0.2.1]",		"(- - a [192.0.2.1])" },
	{ "<a@[IPv6:2001:db8::1]>",	"(- - a [IPv6:2001:db8::1])" },
	{ "X <@a.test,@b.test:c@d.test>", "(X @a.test,@b.test c d.test)" },
	{ "X <@a.test>",		"(X - '' a.test)" },
	{ "a@b.test (A B)",		"(A B - a b.test)" },
	{ "a@b.test (A \\) (B))",	"(A ) (B) - a b.test)" },
	{ "(A) a@b.test, c@d.test",	"(A - a b.test)(- - c d.test)" },
	{ "X (y) <a@b.test>",		"(X - a b.test)" },
	{ "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
					"(Pete - pete silly.test)" },
	{ "=?UTF-8?B?5p2O54ix5Li9?= <a@b.test>",
				"(=?UTF-8?B?5p2O54ix5Li9?= - a b.test)" },
	{ "李爱丽\r\n <李@政务.test>",	"(李爱丽 - 李 政务.test)" },
	{ "G: a@b.test, X <c@d.test>; e@f.test",
		"(- - G -)(- - a b.test)(X - c d.test)(- - - -)(- - e f.test)" },
	{ "A Group:;",			"(- - A Group -)(- - - -)" },
	{ "A Group(x):;(y)",		"(- - A Group -)(- - - -)" },
	{ "G: a@b.test",		"(- - G -)(- - a b.test)(- - - -)" },
	{ "G: H: a@b.test;",		"(- - G -)(- - H '')(- - - -)" },
	{ ",, a@b.test ,, ,c@d.test,",	"(- - a b.test)(- - c d.test)" },
	{ "a@b.test; c@d.test",		"(- - a b.test)(- - c d.test)" },
	{ "a",				"(- - a '')" },
	{ "a@",				"(- - a '')" },
	{ "@b.test",			"(- - '' b.test)" },
	{ "<>",				"(- - '' '')" },
	{ "X <a@b.test",		"(X - a b.test)" },
	{ "X <a@b.test> junk, c@d.test", "(X - a b.test)(- - c d.test)" },
	{ "<a@b.test> \"x,y\" (z, z), c@d.test",
					"(z, z - a b.test)(- - c d.test)" },
	{ "a@b@c.test, d@e.test",	"(- - a b)(- - d e.test)" },
	{ "\"a@b.test",			"(- - a@b.test '')" },
	{ "a@[b.test, c@d.test",	"(- - a [b.test, c@d.test)" },
	{ "(a@b.test",			"" },
	{ ":;@<>(",			"(- - '' -)(- - - -)" },
	{ "; > \\",			"" },
	{ "",				"" },
	{ " \r\n ",			"" },
};
/* clang-format on */

static void
show(struct span s, const char *end, struct buf *out)
{
	if (s.ptr == NULL)
		s = SPAN("-");
	else if (s.len == 0)
		s = SPAN("''");
	buf_addf(out, "%.*s%s", SPAN_FMT(s), end);
}

START_TEST(a_list_is_taken_apart)
{
	struct mime_addresses list;
	struct mime_address address;
	struct buf out;

	buf_init(&out, 1000);
	mime_addresses_open(&list, span_of(lists[_i].value));
	while (mime_addresses_next(&list, &address)) {
		buf_addf(&out, "(");
		show(address.name, " ", &out);
		show(address.adl, " ", &out);
		show(address.mailbox, " ", &out);
		show(address.host, ")", &out);
	}
	ck_assert(!list.text.full);
	mime_addresses_close(&list);
	ck_assert_str_eq(buf_text(&out), lists[_i].want);
	buf_free(&out);
}
END_TEST

START_TEST(the_first_mailbox_is_found)
{
	struct buf out;

	buf_init(&out, 100);
	mime_first_mailbox(SPAN("X <a@b.test>, c@d.test"), &out);
	mime_first_mailbox(SPAN(" G: e@f.test;"), &out);
	mime_first_mailbox(SPAN(""), &out);
	ck_assert_str_eq(buf_text(&out), "aG");
	buf_free(&out);
}
END_TEST

/* A quadratic step would take minutes here. */
START_TEST(long_lists_take_no_longer_than_they_are)
{
	static const char *const pieces[] = { "a@b.test,", "x y z ", "a.", "<",
		"<@a", "<@a,", "(", "\"", "g:", "[", "@", "\\", "a<b>c;" };
	struct mime_addresses list;
	struct mime_address address;
	struct buf value;
	size_t count = 0;

	buf_init(&value, 2000000);
	while (value.len < 1000000)
		buf_add(&value, span_of(pieces[_i]));
	mime_addresses_open(&list, buf_span(&value));
	while (mime_addresses_next(&list, &address))
		count++;
	ck_assert_uint_le(count, value.len);
	ck_assert(!list.text.full);
	mime_addresses_close(&list);
	buf_free(&value);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("mime_address");
	TCase *tc = tcase_create("mime_address");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_list_is_taken_apart, 0, COUNT(lists));
	tcase_add_test(tc, the_first_mailbox_is_found);
	tcase_add_loop_test(tc, long_lists_take_no_longer_than_they_are, 0, 13);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
