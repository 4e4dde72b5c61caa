/* SPDX-License-Identifier: MIT */
#include "reference/ldap/prepare.h"

#include <check.h>
#include <stdlib.h>

#include "reference/ldap/dn.h"

/* ---- what a value becomes ---- */

#define NO "(not of that form)"

static const struct {
	enum schema_form form;
	enum prepare_part part;
	const char *value, *prepared;
} rows[] = {
	/* clang-format off */
	/* RFC 4518 2.6.1 */
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "foo bar", " foo  bar " },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "  Foo \t\r\n BAR  ", " foo  bar " },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "", "  " },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "   ", "  " },
	{ FORM_CASE_IGNORE, PREPARE_INITIAL, "foo bar  ", " foo  bar " },
	{ FORM_CASE_IGNORE, PREPARE_INITIAL, "foo", " foo" },
	{ FORM_CASE_IGNORE, PREPARE_INITIAL, "  ", " " },
	{ FORM_CASE_IGNORE, PREPARE_ANY, "o b", "o  b" },
	{ FORM_CASE_IGNORE, PREPARE_ANY, " o ", " o " },
	{ FORM_CASE_IGNORE, PREPARE_ANY, "  ", " " },
	{ FORM_CASE_IGNORE, PREPARE_FINAL, "bar", "bar " },
	{ FORM_CASE_IGNORE, PREPARE_FINAL, "  bar ", " bar " },
	{ FORM_CASE_IGNORE, PREPARE_FINAL, " ", " " },
	{ FORM_CASE_EXACT, PREPARE_WHOLE, "Foo", " Foo " },
	/* RFC 4518 2.2 and 2.3: case folded, NFKC, nothing that is not seen */
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "张　三", " 张  三 " },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "ＡＢＣ１２", " abc12 " },
	{ FORM_CASE_EXACT, PREPARE_WHOLE, "ＡＢＣ", " ABC " },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "\xc3\x84", " \xc3\xa4 " },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "A\xcc\x88", " \xc3\xa4 " },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "stra\xc3\x9f" "e", " strasse " },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "a\xc2\xad\xe2\x80\x8b" "b", " ab " },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "\xff", NO },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "\xe5\xbc", NO },
	{ FORM_CASE_IGNORE, PREPARE_WHOLE, "\xed\xa0\x80", NO },
	/* RFC 4518 2.6.2, 2.6.3 */
	{ FORM_NUMERIC, PREPARE_WHOLE, " 12 34 ", "1234" },
	{ FORM_TELEPHONE, PREPARE_WHOLE, "+86 10-5555 0101", "+861055550101" },
	{ FORM_TELEPHONE, PREPARE_FINAL, "5555-0101", "55550101" },
	/* sorted as numbers */
	{ FORM_INTEGER, PREPARE_WHOLE, "0", "p00010" },
	{ FORM_INTEGER, PREPARE_WHOLE, "42", "p000242" },
	{ FORM_INTEGER, PREPARE_WHOLE, "-42", "n999757" },
	{ FORM_INTEGER, PREPARE_WHOLE, "042", NO },
	{ FORM_INTEGER, PREPARE_WHOLE, "-0", NO },
	{ FORM_INTEGER, PREPARE_WHOLE, "", NO },
	{ FORM_INTEGER, PREPARE_WHOLE, "4 2", NO },
	{ FORM_BOOLEAN, PREPARE_WHOLE, "TRUE", "TRUE" },
	{ FORM_BOOLEAN, PREPARE_WHOLE, "true", NO },
	/* RFC 4523 A.1: what is equal becomes the same */
	{ FORM_CERTIFICATE, PREPARE_WHOLE,
	  "{ serialNumber 77, issuer rdnSequence:\"CN=ca,O=a\" }",
	  "exact:4D o= a ,cn= ca ," },
	{ FORM_CERTIFICATE, PREPARE_WHOLE,
	  "{serialNumber  077,issuer rdnSequence:\"cn=CA, o=A\"}",
	  "exact:4D o= a ,cn= ca ," },
	{ FORM_CERTIFICATE, PREPARE_WHOLE,
	  "{ serialNumber 1, issuer rdnSequence:\"CN=\\\"\"a\" }",
	  "exact:01 cn= \"a ," },
	{ FORM_CERTIFICATE, PREPARE_WHOLE,
	  "{ serialNumber 77, issuer rdnSequence:\"CN=ca\" } ", NO },
	{ FORM_CERTIFICATE, PREPARE_WHOLE,
	  "{ serialNumber 77, issuer rdnSequence:\"CN=ca", NO },
	{ FORM_CERTIFICATE, PREPARE_WHOLE,
	  "{ serialNumber , issuer rdnSequence:\"CN=ca\" }", NO },
	{ FORM_CERTIFICATE, PREPARE_WHOLE, "{", NO },
	{ FORM_CERTIFICATE, PREPARE_WHOLE, "77$cn=ca", NO },
	/* RFC 4517 3.3.13 */
	{ FORM_TIME, PREPARE_WHOLE, "19700101000000Z", "062200000000.000000" },
	{ FORM_TIME, PREPARE_WHOLE, "1970010100Z", "062200000000.000000" },
	{ FORM_TIME, PREPARE_WHOLE, "197001010000Z", "062200000000.000000" },
	{ FORM_TIME, PREPARE_WHOLE, "19700101080000+0800", "062200000000.000000" },
	{ FORM_TIME, PREPARE_WHOLE, "1970010108+08", "062200000000.000000" },
	{ FORM_TIME, PREPARE_WHOLE, "19691231190000-0500", "062200000000.000000" },
	{ FORM_TIME, PREPARE_WHOLE, "1970010100.5Z", "062200001800.000000" },
	{ FORM_TIME, PREPARE_WHOLE, "19700101000000,25Z", "062200000000.250000" },
	{ FORM_TIME, PREPARE_WHOLE, "20261122112516Z", "063995346716.000000" },
	{ FORM_TIME, PREPARE_WHOLE, "19700101000000", NO },
	{ FORM_TIME, PREPARE_WHOLE, "19701301000000Z", NO },
	{ FORM_TIME, PREPARE_WHOLE, "19700132000000Z", NO },
	{ FORM_TIME, PREPARE_WHOLE, "19700101240000Z", NO },
	{ FORM_TIME, PREPARE_WHOLE, "19700101000000.Z", NO },
	{ FORM_TIME, PREPARE_WHOLE, "19700101000000+25", NO },
	{ FORM_TIME, PREPARE_WHOLE, "now", NO },
	{ FORM_OID, PREPARE_WHOLE, "Person", "2.5.6.6" },
	{ FORM_OID, PREPARE_WHOLE, "commonName", "2.5.4.3" },
	{ FORM_OID, PREPARE_WHOLE, "2.5.4.3", "2.5.4.3" },
	{ FORM_OID, PREPARE_WHOLE, "noSuch", "nosuch" },
	{ FORM_OID, PREPARE_WHOLE, "", NO },
	{ FORM_OID, PREPARE_WHOLE, "a b", NO },
	{ FORM_OID_FIRST, PREPARE_WHOLE, "( 2.5.4.3 NAME 'cn' )", "2.5.4.3" },
	{ FORM_OID_FIRST, PREPARE_WHOLE, "cn", "2.5.4.3" },
	{ FORM_UUID, PREPARE_WHOLE, "597AE2F6-16A6-1027-98F4-D28B5365DC14",
	  "597ae2f6-16a6-1027-98f4-d28b5365dc14" },
	{ FORM_UUID, PREPARE_WHOLE, "597ae2f6", NO },
	{ FORM_UUID, PREPARE_WHOLE, "597ae2f6x16a6-1027-98f4-d28b5365dc14", NO },
	{ FORM_OCTETS, PREPARE_WHOLE, "\x01\xff", "\x01\xff" },
	/* names: RFC 4514 */
	{ FORM_DN, PREPARE_WHOLE, "", "" },
	{ FORM_DN, PREPARE_WHOLE, "UID=Alice , dc = Test", "dc= test ,uid= alice ," },
	{ FORM_DN, PREPARE_WHOLE, "2.5.4.3=a,ou=b", "ou= b ,cn= a ," },
	{ FORM_DN, PREPARE_WHOLE, "cn=a+sn=b", "cn= a +sn= b ," },
	{ FORM_DN, PREPARE_WHOLE, "sn=b + cn=a", "cn= a +sn= b ," },
	{ FORM_DN, PREPARE_WHOLE, "cn=a\\,b", "cn= a\\2cb ," },
	{ FORM_DN, PREPARE_WHOLE, "cn=a\\2Cb", "cn= a\\2cb ," },
	{ FORM_DN, PREPARE_WHOLE, "cn=\\E5\\BC\\A0", "cn= 张 ," },
	{ FORM_DN, PREPARE_WHOLE, "cn=张", "cn= 张 ," },
	{ FORM_DN, PREPARE_WHOLE, "cn=\\ a\\ ", "cn= a ," },
	{ FORM_DN, PREPARE_WHOLE, "cn=#0c0161", "cn= a ," },
	{ FORM_DN, PREPARE_WHOLE, "cn=", "cn=  ," },
	{ FORM_DN, PREPARE_WHOLE, "x-new=A", "x-new=A," },
	{ FORM_DN, PREPARE_WHOLE, "cn=a=b", "cn= a=b ," },
	{ FORM_DN, PREPARE_WHOLE, "cn", NO },
	{ FORM_DN, PREPARE_WHOLE, "cn=a,", NO },
	{ FORM_DN, PREPARE_WHOLE, ",cn=a", NO },
	{ FORM_DN, PREPARE_WHOLE, "=a", NO },
	{ FORM_DN, PREPARE_WHOLE, "c n=a", NO },
	{ FORM_DN, PREPARE_WHOLE, "cn=a;ou=b", NO },
	{ FORM_DN, PREPARE_WHOLE, "cn=\"a\"", NO },
	{ FORM_DN, PREPARE_WHOLE, "cn=a\\", NO },
	{ FORM_DN, PREPARE_WHOLE, "cn=a\\x", NO },
	{ FORM_DN, PREPARE_WHOLE, "cn=#0c0261", NO },
	{ FORM_DN, PREPARE_WHOLE, "cn=#0c01", NO },
	{ FORM_DN, PREPARE_WHOLE, "cn=#", NO },
	{ FORM_DN, PREPARE_WHOLE, "cn=\xff", NO },
	{ FORM_DN, PREPARE_WHOLE, "cn=a+cn=b+cn=c+cn=d+cn=e", NO },
	/* clang-format on */
};

START_TEST(a_value_becomes_what_is_compared)
{
	struct buf b;
	bool ok;

	buf_init(&b, 1 << 16);
	ok = prepare(rows[_i].form, rows[_i].part, span_of(rows[_i].value), &b);
	if (strcmp(rows[_i].prepared, NO) == 0)
		ck_assert_msg(
		    !ok, "\"%s\" became \"%s\"", rows[_i].value, buf_text(&b));
	else
		ck_assert_msg(
		    ok && strcmp(buf_text(&b), rows[_i].prepared) == 0,
		    "\"%s\" became \"%s\" instead of \"%s\"", rows[_i].value,
		    ok ? buf_text(&b) : NO, rows[_i].prepared);
	buf_free(&b);
}
END_TEST

START_TEST(numbers_sort_as_numbers)
{
	static const char *const sorted[] = { "-100", "-99", "-1", "0", "1",
		"9", "10", "99", "100", "123456789012345678901234567890" };
	struct buf a, b;

	buf_init(&a, 256);
	buf_init(&b, 256);
	for (size_t i = 1; i < sizeof sorted / sizeof sorted[0]; i++) {
		buf_clear(&a);
		buf_clear(&b);
		ck_assert(prepare(
		    FORM_INTEGER, PREPARE_WHOLE, span_of(sorted[i - 1]), &a));
		ck_assert(prepare(
		    FORM_INTEGER, PREPARE_WHOLE, span_of(sorted[i]), &b));
		ck_assert_msg(strcmp(buf_text(&a), buf_text(&b)) < 0,
		    "%s before %s", sorted[i - 1], sorted[i]);
	}
	buf_free(&a);
	buf_free(&b);
}
END_TEST

/* What is escaped is what was meant. */
START_TEST(any_octets_can_be_in_a_name)
{
	static const struct span values[] = {
		SPAN_INIT(" a "),
		SPAN_INIT("#a"),
		SPAN_INIT("a,b+c\"d\\e<f>g;h=i"),
		SPAN_INIT("a\0b"),
		SPAN_INIT("张，三"),
		SPAN_INIT(" "),
		SPAN_INIT(""),
	};
	struct buf text, octets;

	buf_init(&text, 256);
	buf_init(&octets, 256);
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct dn dn;

		buf_clear(&text);
		buf_clear(&octets);
		buf_addf(&text, "cn=");
		dn_escape(values[i], &text);
		buf_addf(&text, ",ou=x");
		ck_assert(dn_parse(buf_span(&text), &dn));
		ck_assert_uint_eq(dn.n, 2);
		ck_assert(dn_value(dn.rdn[0].ava[0].value, &octets));
		ck_assert(span_eq(
		    values[i], octets.len == 0 ? SPAN("") : buf_span(&octets)));
	}
	buf_free(&text);
	buf_free(&octets);
}
END_TEST

START_TEST(a_name_too_deep_is_none)
{
	struct buf text;
	struct dn dn;

	buf_init(&text, 1 << 16);
	for (int i = 0; i < DN_RDNS; i++)
		buf_addf(&text, "%sou=x", i == 0 ? "" : ",");
	ck_assert(dn_parse(buf_span(&text), &dn));
	buf_addf(&text, ",ou=x");
	ck_assert(!dn_parse(buf_span(&text), &dn));
	buf_free(&text);
}
END_TEST

/* ---- syntaxes ---- */

static const struct {
	enum schema_syntax syntax;
	struct span value;
	bool valid;
} values[] = {
	/* clang-format off */
	{ SYNTAX_DIRECTORY_STRING, SPAN_INIT("张三"), true },
	{ SYNTAX_DIRECTORY_STRING, SPAN_INIT(""), false },
	{ SYNTAX_DIRECTORY_STRING, SPAN_INIT("\xff"), false },
	{ SYNTAX_IA5, SPAN_INIT(""), true },
	{ SYNTAX_IA5, SPAN_INIT("a@b"), true },
	{ SYNTAX_IA5, SPAN_INIT("张"), false },
	{ SYNTAX_PRINTABLE, SPAN_INIT("A-1 (x)"), true },
	{ SYNTAX_PRINTABLE, SPAN_INIT("a@b"), false },
	{ SYNTAX_PRINTABLE, SPAN_INIT("a\0b"), false },
	{ SYNTAX_TELEPHONE, SPAN_INIT("+86 10 5555 0101"), true },
	{ SYNTAX_TELEPHONE, SPAN_INIT("电话"), false },
	{ SYNTAX_TELEPHONE, SPAN_INIT(""), false },
	{ SYNTAX_COUNTRY, SPAN_INIT("CN"), true },
	{ SYNTAX_COUNTRY, SPAN_INIT("CHN"), false },
	{ SYNTAX_NUMERIC, SPAN_INIT("12 3"), true },
	{ SYNTAX_NUMERIC, SPAN_INIT("12a"), false },
	{ SYNTAX_INTEGER, SPAN_INIT("-7"), true },
	{ SYNTAX_BOOLEAN, SPAN_INIT("FALSE"), true },
	{ SYNTAX_GENERALIZED_TIME, SPAN_INIT("2026112211Z"), true },
	{ SYNTAX_DN, SPAN_INIT("uid=a,dc=b"), true },
	{ SYNTAX_DN, SPAN_INIT("a"), false },
	{ SYNTAX_OID, SPAN_INIT("1.2.3"), true },
	{ SYNTAX_OCTETS, SPAN_INIT("\xff\0"), true },
	{ SYNTAX_JPEG, SPAN_INIT("\xff\xd8\xff"), true },
	{ SYNTAX_CERTIFICATE, SPAN_INIT("0\x01z"), true },
	{ SYNTAX_CERTIFICATE, SPAN_INIT("0\x02z"), false },
	{ SYNTAX_CERTIFICATE, SPAN_INIT("0\x01zz"), false },
	{ SYNTAX_CERTIFICATE, SPAN_INIT("-----BEGIN"), false },
	{ SYNTAX_CERTIFICATE_LIST, SPAN_INIT(""), false },
	/* clang-format on */
};

START_TEST(a_value_obeys_its_syntax_or_not)
{
	ck_assert_int_eq(prepare_valid(values[_i].syntax, values[_i].value),
	    values[_i].valid);
}
END_TEST

static void
add_tests(TCase *c)
{
	tcase_add_loop_test(c, a_value_becomes_what_is_compared, 0,
	    sizeof rows / sizeof rows[0]);
	tcase_add_loop_test(c, a_value_obeys_its_syntax_or_not, 0,
	    sizeof values / sizeof values[0]);
	tcase_add_test(c, numbers_sort_as_numbers);
	tcase_add_test(c, any_octets_can_be_in_a_name);
	tcase_add_test(c, a_name_too_deep_is_none);
}

int
main(void)
{
	Suite *suite = suite_create("ldap/prepare");
	TCase *c = tcase_create("prepare");
	SRunner *runner;
	int failed;

	add_tests(c);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
