/* SPDX-License-Identifier: MIT */
/* Lists of certificates, right and with mistakes in them. */
#include "program/load_records.h"
#include "program/testing.h"
#include "reference/ca/ca_testing.h"

#include <unistd.h>

#define ONE  "P-256 issuing CA"
#define ROOT "fixtures/targets/example/ca.pem"

static struct testing site;
static struct load_pki pki;
static char *issuers, *others;

/* The CAs of a profile that names these files. */
static void
know(const char *first, const char *second)
{
	char *anchors[] = { mem_text(span_of(first)),
		second == NULL ? NULL : mem_text(span_of(second)) };
	struct profile p = { .pki = { .anchors = anchors,
				 .n_anchors = second == NULL ? 1 : 2 } };
	struct err err;

	ck_assert_msg(load_pki_read(&pki, &p, &err), "%s", err.what);
	free(anchors[0]);
	free(anchors[1]);
}

static void
up(void)
{
	char *below[2];
	struct err err;

	testing_up(&site);
	for (int i = 0; i < 2; i++) {
		below[i] = testing_path(&site, i == 0 ? "a" : "b");
		up_in_memory();
		ck_assert_msg(ca_write(ca, below[i], &err), "%s", err.what);
		go_down();
	}
	issuers = mem_textf("%s/issuers.pem", below[0]);
	others = mem_textf("%s/issuers.pem", below[1]);
	free(below[0]);
	free(below[1]);
}

static void
down(void)
{
	load_pki_free(&pki);
	testing_down(&site);
	free(issuers);
	free(others);
}

static bool
read_text(struct span text, struct load_records *list, struct err *err)
{
	char *path = testing_path(&site, "list.csv");
	bool ok;

	testing_write(path, text);
	ok = load_records_read(list, &pki, path, err);
	free(path);
	return ok;
}

/* clang-format off */
static const struct {
	const char *text;
	size_t n;
	const char *first;	/* in upper case */
} good[] = {
	{ "serial\n1\n", 1, "01" },
	{ "serial\n1", 1, "01" },
	{ "serial\r\nab\r\n0c\r\n", 2, "AB" },
	{ "\xef\xbb\xbfserial\n000AbC\n", 1, "0ABC" },
	{ "no,serial,note\n7,ff,\"a \"\"word\"\", or two\"\n8,\"fe\",\n", 2,
	  "FF" },
	{ "serial\n0123456789abcdef0123456789abcdef01234567\n", 1,
	  "0123456789ABCDEF0123456789ABCDEF01234567" },
	{ "serial\n00000000000000000000000000000000000000000000000000ff\n", 1,
	  "FF" },
	{ "issuer,serial\nExample Acceptance Root CA,5\n", 1, "05" },
};
/* clang-format on */

START_TEST(lists_are_read)
{
	struct load_records list;
	char hex[2 * LOAD_RECORDS_SERIAL + 4];
	struct err err;

	know(ROOT, NULL);
	ck_assert_msg(
	    read_text(span_of(good[_i].text), &list, &err), "%s", err.what);
	ck_assert_uint_eq(list.n, good[_i].n);
	der_hex(load_records_serial(&list.at[0]), hex, sizeof hex);
	ck_assert_str_eq(hex, good[_i].first);
	ck_assert_uint_eq(list.n_issuers, 1);
	ck_assert_uint_eq(list.at[0].issuer, 0);
	load_records_free(&list);
}
END_TEST

/* By its name, by the identifier of its key; and again. */
START_TEST(issuers_are_told_apart)
{
	struct load_records list;
	struct buf text;
	char key[64];
	struct err err;

	know(issuers, NULL);
	der_hex(pki.at[pki.n + 2].read.ski, key, sizeof key);
	buf_init(&text, 4096);
	buf_addf(&text, "serial,issuer\n1,%s\n2,%s\n3,\"%s\"\n1,%s\n", ONE, ONE,
	    key, key);
	ck_assert_msg(read_text(buf_span(&text), &list, &err), "%s", err.what);
	ck_assert_uint_eq(list.n, 4);
	ck_assert_uint_eq(list.n_issuers, 2);
	ck_assert_ptr_eq(list.issuers[1], &pki.at[pki.n + 2]);
	ck_assert_uint_eq(list.at[1].issuer, 0);
	ck_assert_uint_eq(list.at[2].issuer, 1);
	ck_assert_uint_eq(list.at[3].issuer, 1);
	load_records_free(&list);
	buf_free(&text);
}
END_TEST

enum who { EXAMPLE, SEVERAL, NAMESAKES };

#define HEXADECIMAL "hexadecimal digits alone, such as 4D3A5E60"
#define HEAD_RIGHT \
	"the first line names the columns: serial, and issuer where there " \
	"are several"
#define COLUMNS_RIGHT "as many as the first line names"

/* clang-format off */
static const struct {
	enum who who;
	const char *text, *want;
} broken[] = {
	{ EXAMPLE, "", "1: no certificate in it (''); " HEAD_RIGHT },
	{ EXAMPLE, "serial\n", "1: no certificate in it (''); " HEAD_RIGHT },
	{ EXAMPLE, "4D3A\n4D3B\n", "1: no column serial ('4D3A'); " HEAD_RIGHT },
	{ EXAMPLE, "Serial\n1\n", "1: no column serial ('Serial'); " HEAD_RIGHT },
	{ EXAMPLE, "serial\n1\n\n2\n",
	  "3: an empty line (''); a serial number in every line" },
	{ EXAMPLE, "serial\n1\n\n",
	  "3: an empty line (''); a serial number in every line" },
	{ EXAMPLE, "serial\n1\n4D3G\n", "3: not hexadecimal ('4D3G'); "
	  HEXADECIMAL },
	{ EXAMPLE, "serial\n4D:3A\n", "2: not hexadecimal ('4D:3A'); "
	  HEXADECIMAL },
	{ EXAMPLE, "serial\n0x4D\n", "2: not hexadecimal ('0x4D'); "
	  HEXADECIMAL },
	{ EXAMPLE, "serial\n-1\n", "2: not hexadecimal ('-1'); " HEXADECIMAL },
	{ EXAMPLE, "serial\n 1\n", "2: not hexadecimal (' 1'); " HEXADECIMAL },
	{ EXAMPLE, "serial\n\033[2J\n", "2: not hexadecimal ('?[2J'); "
	  HEXADECIMAL },
	{ EXAMPLE, "serial\n\xb2\xe2\n", "2: not hexadecimal ('?\?'); "
	  HEXADECIMAL },
	{ EXAMPLE, "serial,note\n,x\n", "2: no serial number (''); "
	  HEXADECIMAL },
	{ EXAMPLE, "serial\n1\n000\n", "3: not a serial number ('000'); they "
	  "are positive (RFC 5280 4.1.2.2)" },
	{ EXAMPLE, "serial\n10123456789abcdef0123456789abcdef01234567\n",
	  "2: too long ('10123456789abcdef0123456789abcdef01234567'); 20 "
	  "octets at most (RFC 5280 4.1.2.2)" },
	{ EXAMPLE, "serial\n1\n2\n0001\n2\n", "4: a serial number for the "
	  "second time ('01'); each certificate once; it is in line 2, too" },
	{ EXAMPLE, "no,serial\n1,2\n3\n", "3: not all of the columns ('3'); "
	  COLUMNS_RIGHT },
	{ EXAMPLE, "serial\n\"1\n", "2: no line of CSV (''); 64 columns at "
	  "most, and quotation marks in pairs (RFC 4180)" },
	{ EXAMPLE, "serial,issuer\n1,Somebody\n", "2: none of the profile's CAs "
	  "('Somebody'); the common name of a CA below pki: issuers: or "
	  "anchors:, or its subject key identifier in hexadecimal" },
	{ SEVERAL, "serial\n1\n", "1: no column issuer ('serial'); one is needed "
	  "unless the profile has one issuing CA" },
	{ SEVERAL, "serial,issuer\n1,\n", "2: none of the profile's CAs (''); "
	  "the common name of a CA below pki: issuers: or anchors:, or its "
	  "subject key identifier in hexadecimal" },
	{ SEVERAL, "serial,issuer\n1," ONE "\n1,SM2 issuing CA\n01," ONE "\n",
	  "4: a serial number for the second time ('01'); each certificate "
	  "once; it is in line 2, too" },
	{ NAMESAKES, "serial,issuer\n1," ONE "\n", "2: more than one CA is "
	  "called so ('" ONE "'); its subject key identifier in hexadecimal" },
};
/* clang-format on */

START_TEST(mistakes_are_told)
{
	struct load_records list;
	struct err err;
	char *want = mem_textf("%s/list.csv:%s", site.dir, broken[_i].want);

	if (broken[_i].who == EXAMPLE)
		know(ROOT, NULL);
	else
		know(issuers, broken[_i].who == NAMESAKES ? others : NULL);
	ck_assert_msg(!read_text(span_of(broken[_i].text), &list, &err),
	    "accepted: %s", broken[_i].text);
	ck_assert_str_eq(err.what, want);
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_ptr_null(list.at);
	free(want);
}
END_TEST

START_TEST(what_is_not_there)
{
	struct load_records list;
	struct err err;

	know(ROOT, NULL);
	ck_assert(!load_records_read(&list, &pki, "nowhere.csv", &err));
	ck_assert_int_eq(err.kind, ERR_IO);
	ck_assert_ptr_nonnull(strstr(err.what, "open nowhere.csv"));
	ck_assert(!read_text(SPAN("serial\n1\0\n"), &list, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "('1?')"));
}
END_TEST

/* Many are one piece of memory, and the last one is looked at, too. */
START_TEST(very_many)
{
	const size_t n = 100000;
	struct load_records list;
	struct buf text;
	struct err err;

	know(ROOT, NULL);
	buf_init(&text, 4u << 20);
	buf_addf(&text, "serial\n");
	for (size_t i = 0; i < n; i++)
		buf_addf(&text, "%zX\n", 0x10000 + i * 7919 % 1000003);
	ck_assert_msg(read_text(buf_span(&text), &list, &err), "%s", err.what);
	ck_assert_uint_eq(list.n, n);
	ck_assert_uint_eq(sizeof list.at[0], 22);
	load_records_free(&list);
	buf_addf(&text, "10000\n");
	ck_assert(!read_text(buf_span(&text), &list, &err));
	ck_assert_ptr_nonnull(strstr(err.what, ":100002: a serial number for"));
	buf_free(&text);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("load_records");
	TCase *tc = tcase_create("lists");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, up, down);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(
	    tc, lists_are_read, 0, sizeof good / sizeof good[0]);
	tcase_add_test(tc, issuers_are_told_apart);
	tcase_add_loop_test(
	    tc, mistakes_are_told, 0, sizeof broken / sizeof broken[0]);
	tcase_add_test(tc, what_is_not_there);
	tcase_add_test(tc, very_many);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
