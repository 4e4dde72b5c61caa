/* SPDX-License-Identifier: MIT */
#include "reference/scram.h"

#include <check.h>
#include <openssl/evp.h>
#include <stdlib.h>

/* The example conversation of RFC 7677 3. */
#define NONCE "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
static const char auth_message[] =
    "n=user,r=rOprNGfwEbeRWgbNEkqO,"
    "r=" NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
    "c=biws,r=" NONCE;

struct verifier {
	unsigned char salt[SCRAM_SALT + 2];
	unsigned char stored[SCRAM_KEY], server[SCRAM_KEY];
};

/* base64 of 44 characters: 32 octets, and one for the padding. */
static void
unbase64(const char *text, unsigned char *out)
{
	ck_assert_int_ge(EVP_DecodeBlock(out, (const unsigned char *)text,
			     (int)strlen(text)),
	    0);
}

static struct verifier
pencil(void)
{
	struct verifier v;

	unbase64("W22ZaJ0SNY7soEsUEjb6gQ==", v.salt);
	scram_derive(SPAN("pencil"), v.salt, 4096, v.stored, v.server);
	return v;
}

START_TEST(the_proof_of_the_rfc_is_believed)
{
	const struct verifier v = pencil();
	unsigned char proof[SCRAM_KEY + 1];

	unbase64("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", proof);
	ck_assert(scram_proof_matches(v.stored, span_of(auth_message), proof));
	proof[_i] ^= 1;
	ck_assert(!scram_proof_matches(v.stored, span_of(auth_message), proof));
}
END_TEST

START_TEST(the_server_signs_as_in_the_rfc)
{
	const struct verifier v = pencil();
	unsigned char want[SCRAM_KEY + 1], got[SCRAM_KEY];

	unbase64("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", want);
	scram_server_signature(v.server, span_of(auth_message), got);
	ck_assert_mem_eq(got, want, SCRAM_KEY);
}
END_TEST

static const struct {
	const char *password;
	bool matches;
} passwords[] = {
	{ "pencil", true },
	{ "Pencil", false },
	{ "pencil ", false },
	{ "penci", false },
	{ "", false },
};

START_TEST(only_the_password_matches)
{
	const struct verifier v = pencil();

	ck_assert_int_eq(scram_password_matches(span_of(passwords[_i].password),
			     v.salt, 4096, v.stored),
	    passwords[_i].matches);
}
END_TEST

START_TEST(two_salts_differ)
{
	unsigned char a[SCRAM_SALT], b[SCRAM_SALT];

	scram_salt(a);
	scram_salt(b);
	ck_assert_mem_ne(a, b, SCRAM_SALT);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("scram");
	TCase *tc = tcase_create("RFC 7677");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, the_proof_of_the_rfc_is_believed, 0, SCRAM_KEY);
	tcase_add_test(tc, the_server_signs_as_in_the_rfc);
	tcase_add_loop_test(tc, only_the_password_matches, 0,
	    sizeof passwords / sizeof passwords[0]);
	tcase_add_test(tc, two_salts_differ);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
