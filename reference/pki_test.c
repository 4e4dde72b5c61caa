/* SPDX-License-Identifier: MIT */
#include "reference/pki.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

static char dir[] = "/tmp/pki_test.XXXXXX";

static void
path_of(char path[128], const char *file)
{
	snprintf(path, 128, "%s/pki/%s", dir, file);
}

static void
make_dir(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void
remove_dir(void)
{
	static const char *const files[] = { "ca.pem", "server.pem",
		"server.key", "" };
	char path[128];

	for (int i = 0; i < 4; i++) {
		path_of(path, files[i]);
		remove(path);
	}
	rmdir(dir);
}

static X509 *
first_of(const char *file, int *n)
{
	char path[128];
	X509 *first, *more;
	FILE *f;

	path_of(path, file);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	first = PEM_read_X509(f, NULL, NULL, NULL);
	ck_assert_ptr_nonnull(first);
	for (*n = 1; (more = PEM_read_X509(f, NULL, NULL, NULL)) != NULL; ++*n)
		X509_free(more);
	fclose(f);
	return first;
}

START_TEST(leaves)
{
	static const struct {
		enum pki_leaf leaf;
		int begins, ends; /* -1: before now, 1: after */
		bool by_ca, our_name;
		int chain;
	} rows[] = {
		{ PKI_GOOD, -1, 1, true, true, 2 },
		{ PKI_EXPIRED, -1, -1, true, true, 2 },
		{ PKI_NOT_YET, 1, 1, true, true, 2 },
		{ PKI_OTHER_NAME, -1, 1, true, false, 2 },
		{ PKI_SELF_SIGNED, -1, 1, false, true, 1 },
		{ PKI_WEAK_KEY, -1, 1, true, true, 2 },
		{ PKI_OTHER_USE, -1, 1, true, true, 2 },
		{ PKI_WEAK_DIGEST, -1, 1, true, true, 2 },
		{ PKI_STRAY, -1, 1, true, true, 3 },
	};
	const struct wall now = { 1795310814000000 };
	time_t t = (time_t)(now.us / 1000000);
	char path[128];
	struct err err;
	struct stat st;
	X509 *ca, *leaf;
	EVP_PKEY *key;
	int n;

	ck_assert_int_eq(sizeof rows / sizeof *rows, PKI_LEAVES);
	path_of(path, "");
	ck_assert_msg(pki_make(path, rows[_i].leaf, now, &err), "%s", err.what);
	ca = first_of("ca.pem", &n);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(X509_check_ca(ca), 1);
	leaf = first_of("server.pem", &n);
	ck_assert_int_eq(n, rows[_i].chain);
	key = X509_get0_pubkey(ca);
	ck_assert_int_eq(X509_verify(leaf, key) == 1, rows[_i].by_ca);
	ck_assert_int_eq(
	    X509_cmp_time(X509_get0_notBefore(leaf), &t), rows[_i].begins);
	ck_assert_int_eq(
	    X509_cmp_time(X509_get0_notAfter(leaf), &t), rows[_i].ends);
	ck_assert_int_eq(
	    X509_check_host(leaf, PKI_HOST, 0, 0, NULL), rows[_i].our_name);
	ck_assert_int_eq(
	    X509_check_host(leaf, "localhost", 0, 0, NULL), rows[_i].our_name);
	ck_assert_int_eq(
	    X509_check_ip_asc(leaf, "127.0.0.1", 0), rows[_i].our_name);
	ck_assert_int_eq(X509_check_ip_asc(leaf, "::1", 0), rows[_i].our_name);
	ck_assert_int_eq(EVP_PKEY_get_bits(X509_get0_pubkey(leaf)),
	    rows[_i].leaf == PKI_WEAK_KEY ? 1024 : 256);
	ck_assert_int_eq(X509_get_signature_nid(leaf) == NID_ecdsa_with_SHA1,
	    rows[_i].leaf == PKI_WEAK_DIGEST);
	path_of(path, "server.key");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	X509_free(leaf);
	X509_free(ca);
}
END_TEST

START_TEST(no_folder)
{
	struct err err;

	ck_assert(
	    !pki_make("/nonexistent/pki", PKI_GOOD, (struct wall){ 0 }, &err));
	ck_assert_int_eq(err.kind, ERR_IO);
	ck_assert_ptr_nonnull(strstr(err.what, "/nonexistent/pki"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("reference/pki");
	TCase *tc = tcase_create("pki");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_unchecked_fixture(tc, make_dir, remove_dir);
	tcase_add_loop_test(tc, leaves, 0, PKI_LEAVES);
	tcase_add_test(tc, no_folder);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
