/* SPDX-License-Identifier: MIT */
#include "conformance/pki/constraint.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/buf.h"

#define B(lit) lit, sizeof(lit) - 1

/* clang-format off */
static const struct {
	enum general_kind kind;
	const char	*base;
	size_t		 base_len;
	const char	*name;
	size_t		 name_len;
	bool		 permitted;	/* where base is the one permitted */
	bool		 excluded;	/* where it is the one excluded */
} rows[] = {
	/* RFC 5280 4.2.1.10; what cannot be said is wrong both ways. */
	{ GENERAL_DNS, B("host.example.com"), B("www.host.example.com"), true, true },
	{ GENERAL_DNS, B("host.example.com"), B("host.example.com"), true, true },
	{ GENERAL_DNS, B("host.example.com"), B("host1.example.com"), false, false },
	{ GENERAL_DNS, B("host.example.com"), B("HOST.Example.COM"), true, true },
	{ GENERAL_DNS, B("example.com"), B("badexample.com"), false, false },
	{ GENERAL_DNS, B(""), B("any.test"), true, true },
	{ GENERAL_MAIL, B("root@example.com"), B("root@example.com"), true, true },
	{ GENERAL_MAIL, B("root@example.com"), B("root@EXAMPLE.com"), true, true },
	{ GENERAL_MAIL, B("root@example.com"), B("Root@example.com"), false, false },
	{ GENERAL_MAIL, B("example.com"), B("a@example.com"), true, true },
	{ GENERAL_MAIL, B("example.com"), B("a@h.example.com"), false, false },
	{ GENERAL_MAIL, B(".example.com"), B("a@h.example.com"), true, true },
	{ GENERAL_MAIL, B(".example.com"), B("a@example.com"), false, false },
	{ GENERAL_MAIL, B("example.com"), B("no mailbox"), false, true },
	{ GENERAL_URI, B(".example.com"), B("http://host.example.com/"), true, true },
	{ GENERAL_URI, B(".example.com"), B("http://my.host.example.com"), true, true },
	{ GENERAL_URI, B(".example.com"), B("http://example.com/"), false, false },
	{ GENERAL_URI, B("example.com"), B("https://u@Example.com:8443/x?a@b"), true, true },
	{ GENERAL_URI, B("example.com"), B("http://x.test/http://example.com/"), false, false },
	{ GENERAL_URI, B("example.com"), B("http://192.0.2.1/"), false, true },
	{ GENERAL_URI, B("example.com"), B("http://[2001:db8::1]/"), false, true },
	{ GENERAL_URI, B("example.com"), B("urn:example:com"), false, true },
	{ GENERAL_IP, B("\300\0\2\0\377\377\377\0"), B("\300\0\2\7"), true, true },
	{ GENERAL_IP, B("\300\0\2\0\377\377\377\0"), B("\300\0\3\7"), false, false },
	{ GENERAL_IP, B("\300\0\2\0\377\377\377\0"), B("0123456789abcdef"), false, false },
	{ GENERAL_IP, B("\300\0\2\0\377\377\377"), B("\300\0\2\7"), false, true },
	{ GENERAL_IP, B("\300\0\2\0\377\377\377\0"), B("\300\0\2"), false, true },
	{ GENERAL_REGISTERED, B("\x55\x1d"), B("\x55\x1d"), false, true },
};
/* clang-format on */

static void
add(struct buf *b, unsigned tag, struct span content)
{
	buf_addf(b, "%c%c", (int)tag, (int)content.len);
	buf_add(b, content);
}

static void
try_one(int i, bool permitted)
{
	const unsigned tag = 0x80u | (unsigned)rows[i].kind;
	struct pki_certificate ca = { .ca = true }, c = { .version = 3 };
	struct buf base, tree, name;
	char text[NAME_TEXT];
	enum constraint said;

	buf_init(&base, 200);
	buf_init(&tree, 200);
	buf_init(&name, 200);
	add(&base, tag, (struct span){ rows[i].base, rows[i].base_len });
	add(&tree, DER_SEQUENCE, buf_span(&base));
	add(&name, tag, (struct span){ rows[i].name, rows[i].name_len });
	c.subject = SPAN("\x30\x00");
	c.alt_names = buf_span(&name);
	if (permitted) {
		ca.permitted = buf_span(&tree);
		said = constraint_permitted(&c, &ca, text);
		ck_assert_msg((said == CONSTRAINT_KEPT) == rows[i].permitted,
		    "%d: permitted %d, %s", i, said, text);
	} else {
		ca.excluded = buf_span(&tree);
		said = constraint_excluded(&c, &ca, text);
		ck_assert_msg((said == CONSTRAINT_BROKEN) == rows[i].excluded,
		    "%d: excluded %d, %s", i, said, text);
	}
	buf_free(&base);
	buf_free(&tree);
	buf_free(&name);
}

START_TEST(forms)
{
	try_one(_i, true);
	try_one(_i, false);
}
END_TEST

/* Restrictions apply only to names of their form. */
START_TEST(another_form)
{
	struct pki_certificate ca = { .ca = true }, c = { .version = 3 };
	char text[NAME_TEXT];

	c.subject = SPAN("\x30\x00");
	c.alt_names = SPAN("\x82\x06"
			   "a.test");
	ca.permitted = SPAN("\x30\x08\x81\x06"
			    "b.test");
	ca.excluded = ca.permitted;
	ck_assert_int_eq(constraint_permitted(&c, &ca, text), CONSTRAINT_KEPT);
	ck_assert_int_eq(constraint_excluded(&c, &ca, text), CONSTRAINT_KEPT);
}
END_TEST

/* As many names and subtrees as fit are not compared for ever. */
START_TEST(no_end_of_names)
{
	struct pki_certificate ca = { .ca = true }, c = { .version = 3 };
	struct buf names, trees;
	char text[NAME_TEXT];

	buf_init(&names, 1 << 20);
	buf_init(&trees, 1 << 20);
	for (int i = 0; i < 20000; i++) {
		buf_add(&names, SPAN("\x82\x06"
				     "a.test"));
		buf_add(&trees, SPAN("\x30\x08\x82\x06"
				     "b.test"));
	}
	c.subject = SPAN("\x30\x00");
	c.alt_names = buf_span(&names);
	ca.excluded = buf_span(&trees);
	ck_assert_int_eq(
	    constraint_excluded(&c, &ca, text), CONSTRAINT_UNJUDGED);
	buf_free(&names);
	buf_free(&trees);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pki/constraint");
	TCase *tc = tcase_create("constraint");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, forms, 0, sizeof rows / sizeof *rows);
	tcase_add_test(tc, another_form);
	tcase_add_test(tc, no_end_of_names);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
