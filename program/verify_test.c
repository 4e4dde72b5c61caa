/* SPDX-License-Identifier: MIT */
/*
 * yanshou verify, from files to the exit code.
 */
#include <check.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fixtures/pki/chains.h"
#include "fixtures/seal/seals.h"
#include "lib/json.h"
#include "program/testing.h"

static struct testing t;
static struct mint_ring ring;

static void
up(void)
{
	testing_up(&t);
	mint_ring_init(&ring, MINT_SM2);
}

static void
down(void)
{
	mint_ring_free(&ring);
	testing_down(&t);
}

/* The files of one set below the test's folder. */
static void
write_set(const char *name)
{
	struct mint_set s;
	struct err err;
	size_t i = 0;

	while (strcmp(mint_chains[i].name, name) != 0)
		ck_assert_uint_lt(++i, mint_n_chains);
	ck_assert(
	    mint_set_make(&s, &mint_chains[i], &ring, clock_wall(), &err));
	ck_assert_msg(mint_set_write(&s, t.dir, &err), "%s", err.what);
	mint_set_free(&s);
}

/* clang-format off */
static const struct {
	const char	*set;
	int		 code;
	const char	*says;
} rows[] = {
	{ "valid",	    0, "\nconforms: " },
	{ "valid",	    0, "符合：" },
	{ "leaf_expired",   1, "FAILS        path.expired" },
	{ "leaf_expired",   1, "不通过" },
	{ "leaf_signature", 1, "FAILS        path.signature" },
	{ "serial_zero",    1, "FAILS        cert.serial.positive" },
	{ "der_indefinite", 1, "FAILS        der.length.indefinite" },
	{ "der_truncated",  1, "FAILS        der.truncated" },
	{ "ca_keyid",	    0, "remark       path.keyid" },
};
/* clang-format on */

START_TEST(chains)
{
	char *chain = testing_path(&t, "chain.pem");
	char *root = testing_path(&t, "root.pem");

	write_set(rows[_i].set);
	testing_expect(testing_run(&t, "verify", chain, "--trust", root, NULL),
	    rows[_i].code, rows[_i].says);
	free(chain);
	free(root);
}
END_TEST

START_TEST(lists_answers_stamps)
{
	char *chain = testing_path(&t, "chain.pem");
	char *root = testing_path(&t, "root.pem");
	char *crl = testing_path(&t, "crl.pem");
	char *ocsp = testing_path(&t, "ocsp.der");
	char *stamp = testing_path(&t, "stamp.der");
	char *data = testing_path(&t, "data");

	write_set("crl_revoked");
	testing_expect(testing_run(&t, "verify", chain, "--trust", root,
			   "--crl", crl, NULL),
	    1, "FAILS        path.revoked");
	testing_expect(testing_run(&t, "verify", crl, NULL), 1,
	    "not reached  crl.signature");
	testing_expect(testing_run(&t, "verify", crl, "--issuer", chain, NULL),
	    0, "holds        crl.signature");
	write_set("valid_ocsp");
	testing_expect(
	    testing_run(&t, "verify", chain, ocsp, "--trust", root, NULL), 0,
	    "holds        ocsp.signature");
	write_set("valid_stamp");
	testing_expect(testing_run(&t, "verify", stamp, "--trust", root,
			   "--issuer", chain, "--data", data, NULL),
	    0, "holds        stamp.imprint");
	testing_expect(testing_run(&t, "verify", stamp, "--data", root, NULL),
	    1, "FAILS        stamp.imprint");
	free(chain);
	free(root);
	free(crl);
	free(ocsp);
	free(stamp);
	free(data);
}
END_TEST

/* A seal and what was signed with it, of one row, below the test's folder. */
static void
write_seal(const char *name)
{
	struct mint_seal_set s;
	struct err err;
	size_t i = 0;

	while (strcmp(mint_seal_rows[i].name, name) != 0)
		ck_assert_uint_lt(++i, mint_n_seal_rows);
	ck_assert(mint_seal_set_make(
	    &s, &mint_seal_rows[i], &ring, clock_wall(), &err));
	ck_assert_msg(mint_seal_set_write(&s, t.dir, &err), "%s", err.what);
	mint_seal_set_free(&s);
}

/* clang-format off */
static const struct {
	const char	*set;
	int		 code;
	const char	*says;
} sealed[] = {
	{ "valid",		    0, "holds        sign.digest" },
	{ "valid_stamp",	    0, "holds        sign.stamp.chain" },
	{ "of_2014",		    0, "remark       sign.standard" },
	{ "signer_revoked_since",   0, "remark       sign.signer.since" },
	{ "signer_revoked",	    1, "FAILS        sign.signer.revoked" },
	{ "sign_digest_flip",	    1, "FAILS        sign.digest" },
	{ "sign_indefinite",	    1, "not reached  sign.structure" },
};
/* clang-format on */

START_TEST(seals)
{
	char *root = testing_path(&t, "root.pem");
	char *chain = testing_path(&t, "chain.pem");
	char *crl = testing_path(&t, "crl.pem");
	char *document = testing_path(&t, "document");
	char *file = testing_path(&t, "SignedValue.dat");

	write_seal(sealed[_i].set);
	testing_expect(
	    testing_run(&t, "verify", file, "--trust", root, "--issuer", chain,
		"--crl", crl, "--data", document, NULL),
	    sealed[_i].code, sealed[_i].says);
	free(root);
	free(chain);
	free(crl);
	free(document);
	free(file);
}
END_TEST

/* clang-format off */
static const struct {
	const char	*set;
	int		 code;
	const char	*says;
} packages[] = {
	{ "ofd",	     0, "\nconforms: " },
	{ "ofd",	     0, "signature 1 (Doc_0/Signs/Sign_0/Signature.xml)" },
	{ "ofd_smuggled",    0, "remark       ofd.uncovered" },
	{ "ofd_check_value", 1, "FAILS        ofd.reference" },
	{ "ofd_xml",	     1, "FAILS        sign.digest" },
	{ "ofd_seal",	     1, "FAILS        ofd.seal" },
	{ "ofd_entity",	     1, "FAILS        ofd.entity" },
	{ "ofd_twice",	     1, "not reached  ofd.zip" },
};
/* clang-format on */

/* A package is told by its content; --data is for what is outside of it. */
START_TEST(documents)
{
	char *root = testing_path(&t, "root.pem");
	char *chain = testing_path(&t, "chain.pem");
	char *crl = testing_path(&t, "crl.pem");
	char *file = testing_path(&t, "document.ofd");
	struct testing_end end;

	write_seal(packages[_i].set);
	testing_expect(testing_run(&t, "verify", file, "--trust", root,
			   "--issuer", chain, "--crl", crl, NULL),
	    packages[_i].code, packages[_i].says);
	testing_expect(testing_run(&t, "verify", file, NULL), 1, "not reached");
	end = testing_run(&t, "verify", file, "--json", NULL);
	ck_assert_ptr_nonnull(strstr(end.said, "\"ofd_documents\":1"));
	free(end.said);
	free(root);
	free(chain);
	free(crl);
	free(file);
}
END_TEST

/* What is not handed over is said, and is no pass. */
START_TEST(seal_alone)
{
	char *root = testing_path(&t, "root.pem");
	char *chain = testing_path(&t, "chain.pem");
	char *crl = testing_path(&t, "crl.pem");
	char *seal = testing_path(&t, "Seal.esl");

	write_seal("valid");
	testing_expect(testing_run(&t, "verify", seal, "--trust", root,
			   "--issuer", chain, "--crl", crl, NULL),
	    0, "\nconforms: ");
	testing_expect(testing_run(&t, "verify", seal, NULL), 1,
	    "not reached  seal.maker.chain");
	testing_expect(testing_run(&t, "verify", seal, "--trust", root,
			   "--issuer", chain, NULL),
	    1, "not reached  seal.maker.revoked");
	free(root);
	free(chain);
	free(crl);
	free(seal);
}
END_TEST

START_TEST(another_time)
{
	char *chain = testing_path(&t, "chain.pem");
	char *root = testing_path(&t, "root.pem");

	write_set("valid");
	testing_expect(testing_run(&t, "verify", chain, "--trust", root, "--at",
			   "2000-01-01", NULL),
	    1, "FAILS        path.begun");
	testing_expect(testing_run(&t, "verify", chain, "--trust", root, "--at",
			   "2099-01-01T00:00:00Z", NULL),
	    1, "FAILS        path.expired");
	free(chain);
	free(root);
}
END_TEST

START_TEST(as_json)
{
	char *chain = testing_path(&t, "chain.pem");
	struct testing_end end;
	struct err err;
	json_t *all;

	write_set("leaf_path_length");
	end = testing_run(&t, "verify", chain, "--json", NULL);
	ck_assert_int_eq(end.code, 1);
	all = json_parse("said", span_of(end.said), &err);
	ck_assert_msg(all != NULL, "%s", err.what);
	ck_assert_str_eq(json_string_value(json_object_get(all, "schema")),
	    "yanshou-verify/1");
	ck_assert(json_is_false(json_object_get(all, "conforms")));
	ck_assert(json_is_false(json_object_get(all, "paths_judged")));
	ck_assert_int_eq(json_integer_value(json_object_get(
			     json_object_get(all, "counts"), "fails")),
	    1);
	ck_assert_int_eq(json_integer_value(json_object_get(
			     json_object_get(all, "objects"), "certificates")),
	    2);
	json_decref(all);
	free(end.said);
	free(chain);
}
END_TEST

/* Whoever was sent the program alone can still look at a certificate. */
START_TEST(without_fixtures)
{
	char *chain = testing_path(&t, "chain.pem");
	char *root = testing_path(&t, "root.pem");

	write_set("valid");
	setenv("YANSHOU_FIXTURES", "/nonexistent", 1);
	testing_expect(testing_run(&t, "verify", chain, "--trust", root, NULL),
	    0, "conforms: ");
	testing_expect(
	    testing_run(&t, "plan", chain, NULL), 3, "YANSHOU_FIXTURES");
	unsetenv("YANSHOU_FIXTURES");
	free(chain);
	free(root);
}
END_TEST

/* What cannot be read: its name, what is wrong, and exit code 3. */
START_TEST(unreadable)
{
	char *file = testing_path(&t, "file"), *fifo = testing_path(&t, "fifo");
	struct buf many;

	testing_write(file, SPAN(""));
	testing_expect(testing_run(&t, "verify", file, NULL), 3,
	    "/file: the file is empty");
	testing_write(file, SPAN("no certificate at all\n"));
	testing_expect(testing_run(&t, "verify", file, NULL), 3,
	    "/file: neither PEM nor the DER");
	buf_init(&many, 1 << 20);
	for (int i = 0; i < 1025; i++)
		buf_add(&many, SPAN("-----BEGIN CERTIFICATE-----\nMAA=\n"
				    "-----END CERTIFICATE-----\n"));
	testing_write(file, buf_span(&many));
	buf_free(&many);
	testing_expect(testing_run(&t, "verify", file, NULL), 3,
	    "/file: more than 1024 objects");
	ck_assert_int_eq(truncate(file, 65 << 20), 0);
	testing_expect(testing_run(&t, "verify", file, NULL), 3,
	    "/file: more than 64 MiB");
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	testing_expect(testing_run(&t, "verify", fifo, NULL), 3,
	    "/fifo: is no plain file");
	testing_expect(
	    testing_run(&t, "verify", t.dir, NULL), 3, ": is a folder");
	testing_expect(testing_run(&t, "verify", "/no/such", NULL), 3,
	    "/no/such: No such file");
	testing_expect(testing_run(&t, "verify", file, "--at", "noon", NULL), 3,
	    "--at \"noon\": no time, as");
	testing_expect(
	    testing_run(&t, "verify", file, "--at", "2026-02-30", NULL), 3,
	    "--at \"2026-02-30\": no time, as");
	testing_expect(testing_run(&t, "verify", NULL), 2, "say which");
	testing_expect(testing_run(&t, "verify", file, "--fault", "x", NULL), 2,
	    "--fault is no option");
	free(file);
	free(fifo);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("program/verify");
	TCase *tc = tcase_create("verify");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, up, down);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, chains, 0, (int)(sizeof rows / sizeof *rows));
	tcase_add_test(tc, lists_answers_stamps);
	tcase_add_loop_test(
	    tc, seals, 0, (int)(sizeof sealed / sizeof *sealed));
	tcase_add_loop_test(
	    tc, documents, 0, (int)(sizeof packages / sizeof *packages));
	tcase_add_test(tc, seal_alone);
	tcase_add_test(tc, another_time);
	tcase_add_test(tc, as_json);
	tcase_add_test(tc, unreadable);
	tcase_add_test(tc, without_fixtures);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
