/* SPDX-License-Identifier: MIT */
#include "reference/sasl.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "reference/scram.h"
#include "reference/world_testing.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const unsigned char secret[32] = { 1, 2, 3 };
static struct store *store;

static void
setup(void)
{
	store = settled_store(NULL);
}

static void
teardown(void)
{
	store_close(store);
}

static void
start(struct sasl *a, const char *mechanism)
{
	const struct sasl_mechanism *m =
	    sasl_mechanism_find(span_of(mechanism));

	ck_assert_ptr_nonnull(m);
	sasl_start(a, m, store, secret, FAULT_NONE);
}

static enum sasl_next
answer(struct sasl *a, struct span text, struct buf *challenge)
{
	buf_clear(challenge);
	return sasl_step(a, text, challenge);
}

/* ---- SCRAM-SHA-256: the example of RFC 7677 section 3 ---- */

#define BARE       "n=user,r=rOprNGfwEbeRWgbNEkqO"
#define SERVER_OWN "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define BOTH       "rOprNGfwEbeRWgbNEkqO" SERVER_OWN
#define SALT       "W22ZaJ0SNY7soEsUEjb6gQ=="
#define PROOF      "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
#define SIGNATURE  "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

/* The world has no "user", so the account is put in by hand. */
static void
become_user(struct sasl *a)
{
	struct buf salt;

	buf_init(&salt, 64);
	ck_assert(sasl_base64_decode(SPAN(SALT), &salt));
	ck_assert_uint_eq(salt.len, SCRAM_SALT);
	memcpy(a->account.salt, salt.data, SCRAM_SALT);
	a->account.iterations = 4096;
	scram_derive(SPAN("pencil"), a->account.salt, 4096,
	    a->account.stored_key, a->account.server_key);
	a->known = true;
	buf_clear(&a->server_first);
	buf_add(&a->server_first, SPAN("r=" BOTH ",s=" SALT ",i=4096"));
	buf_free(&salt);
}

/* clang-format off */
static const struct {
	const char		*final;
	enum sasl_next	 want;
} finals[] = {
	{ "c=biws,r=" BOTH ",p=" PROOF, SASL_ASK },
	{ "c=biws,r=" BOTH ",x=y,p=" PROOF, SASL_NO },
	{ "c=biws,r=" BOTH ",p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	  SASL_NO },
	{ "c=biws,r=" BOTH ",p=dHzb", SASL_NO },
	{ "c=biws,r=" BOTH "x,p=" PROOF, SASL_NO },
	{ "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=" PROOF, SASL_NO },
	{ "c=eSws,r=" BOTH ",p=" PROOF, SASL_NO },
	{ "c=biws,r=" BOTH, SASL_BAD },
	{ "c=biws,r=" BOTH ",p=" PROOF ",x=y", SASL_BAD },
	{ "c=biws,r=" BOTH ",p=!", SASL_BAD },
	{ "r=" BOTH ",c=biws,p=" PROOF, SASL_BAD },
	{ "", SASL_BAD },
};
/* clang-format on */

START_TEST(the_example_of_rfc_7677)
{
	struct sasl a = { 0 };
	struct buf said;

	buf_init(&said, 4096);
	start(&a, "SCRAM-SHA-256");
	strcpy(a.nonce, SERVER_OWN);
	ck_assert_int_eq(answer(&a, (struct span){ NULL, 0 }, &said), SASL_ASK);
	ck_assert_uint_eq(said.len, 0);
	ck_assert_int_eq(answer(&a, SPAN("n,," BARE), &said), SASL_ASK);
	ck_assert(span_starts(buf_span(&said), SPAN("r=" BOTH ",s=")));
	become_user(&a);
	ck_assert_int_eq(
	    answer(&a, span_of(finals[_i].final), &said), finals[_i].want);
	if (finals[_i].want == SASL_ASK) {
		ck_assert_str_eq(buf_text(&said), SIGNATURE);
		ck_assert_int_eq(answer(&a, SPAN(""), &said), SASL_YES);
	}
	sasl_end(&a);
	buf_free(&said);
}
END_TEST

/* clang-format off */
static const struct {
	const char		*first;
	enum sasl_next	 want;
} firsts[] = {
	{ "n,," BARE, SASL_ASK },
	{ "y,," BARE, SASL_ASK },
	{ "n,a=user," BARE, SASL_ASK },
	{ "n,,n=a=2Cb=3D,r=x", SASL_ASK },
	{ "n,,n=user,r=x,ext=1", SASL_ASK },
	{ "p=tls-unique,," BARE, SASL_BAD },
	{ "n,," "m=1," BARE, SASL_BAD },
	{ "n,b=user," BARE, SASL_BAD },
	{ "n,,n=a=2c,r=x", SASL_BAD },
	{ "n,,n=,r=x", SASL_BAD },
	{ "n,,n=user,r=", SASL_BAD },
	{ "n,,n=user", SASL_BAD },
	{ "n", SASL_BAD },
	{ "", SASL_BAD },
};
/* clang-format on */

START_TEST(scram_opens_as_it_must)
{
	struct sasl a = { 0 };
	struct buf said;

	buf_init(&said, 4096);
	start(&a, "scram-sha-256");
	ck_assert_int_eq(
	    answer(&a, span_of(firsts[_i].first), &said), firsts[_i].want);
	sasl_end(&a);
	buf_free(&said);
}
END_TEST

/* The salt of somebody nobody knows; the same each time it is asked for. */
START_TEST(nobody_looks_like_somebody)
{
	static const char *const names[] = { "n,,n=nobody,r=x",
		"n,,n=nobody,r=x", "n,,n=NOBODY,r=x", "n,,n=another,r=x" };
	char salts[4][64] = { "" };
	struct sasl a = { 0 };
	struct buf said;

	buf_init(&said, 4096);
	for (int i = 0; i < 4; i++) {
		start(&a, "SCRAM-SHA-256");
		ck_assert_int_eq(
		    answer(&a, span_of(names[i]), &said), SASL_ASK);
		snprintf(salts[i], sizeof salts[i], "%s",
		    strstr(buf_text(&said), ",s="));
	}
	ck_assert_str_eq(salts[0], salts[1]);
	ck_assert_str_eq(salts[0], salts[2]);
	ck_assert_str_ne(salts[0], salts[3]);
	ck_assert_ptr_nonnull(strstr(salts[0], ",i=4096"));
	sasl_end(&a);
	buf_free(&said);
}
END_TEST

/* ---- PLAIN ---- */

#define BYTES(text) \
	{ \
		text, sizeof(text) - 1 \
	}

/* clang-format off */
static const struct {
	struct span		message;
	enum sasl_next	want;
} plains[] = {
	{ BYTES("\0alice\0Yan-shou-2021"), SASL_YES },
	{ BYTES("\0ALICE\0Yan-shou-2021"), SASL_YES },
	{ BYTES("alice\0alice\0Yan-shou-2021"), SASL_YES },
	{ BYTES("bob\0alice\0Yan-shou-2021"), SASL_NO },
	{ BYTES("\0alice\0yan-shou-2021"), SASL_NO },
	{ BYTES("\0bob\0Yan-shou-2021"), SASL_NO },
	{ BYTES("\0nobody\0Yan-shou-2021"), SASL_NO },
	{ BYTES("\0alice\0"), SASL_BAD },
	{ BYTES("\0\0x"), SASL_BAD },
	{ BYTES("alice\0Yan-shou-2021"), SASL_BAD },
	{ BYTES("\0alice\0Yan-shou-2021\0"), SASL_BAD },
	{ BYTES(""), SASL_BAD },
};
/* clang-format on */

START_TEST(plain_knows_its_own)
{
	struct sasl a = { 0 };
	struct buf said;

	buf_init(&said, 4096);
	start(&a, "PLAIN");
	ck_assert_int_eq(
	    answer(&a, plains[_i].message, &said), plains[_i].want);
	sasl_end(&a);
	buf_free(&said);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sasl");
	TCase *c = tcase_create("auth");
	SRunner *runner;
	int failed;

	tcase_add_unchecked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, the_example_of_rfc_7677, 0, COUNT(finals));
	tcase_add_loop_test(c, scram_opens_as_it_must, 0, COUNT(firsts));
	tcase_add_test(c, nobody_looks_like_somebody);
	tcase_add_loop_test(c, plain_knows_its_own, 0, COUNT(plains));
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
