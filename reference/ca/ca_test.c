/* SPDX-License-Identifier: MIT */
/* What is issued: one by one, and by the hundred. */
#include <unistd.h>

#include "reference/ca/ca_testing.h"

#include "reference/ca/log.h"
#include "reference/ca/many.h"

START_TEST(what_is_issued_is_valid)
{
	const char *algorithm = ca_algorithms[_i];
	X509_STORE *trust = X509_STORE_new();
	STACK_OF(X509) *others = sk_X509_new_null();
	X509_STORE_CTX *ctx;
	enum ca_algorithm of;
	struct ca_sample s;
	size_t judged = 0;
	X509 *x;

	x = named(algorithm, "root");
	X509_STORE_add_cert(trust, x);
	X509_free(x);
	sk_X509_push(others, named(algorithm, "ca"));
	for (size_t n = 0; ca_sample(n, &of, &s); n++) {
		if ((int)of != _i)
			continue;
		x = named(algorithm, s.name);
		ctx = X509_STORE_CTX_new();
		X509_STORE_CTX_init(ctx, trust, x, others);
		X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_X509_STRICT);
		ck_assert_msg(X509_verify_cert(ctx) == 1, "%s-%s: %s",
		    algorithm, s.name,
		    X509_verify_cert_error_string(
			X509_STORE_CTX_get_error(ctx)));
		X509_STORE_CTX_free(ctx);
		X509_free(x);
		judged++;
	}
	ck_assert_uint_gt(judged, 5);
	sk_X509_pop_free(others, X509_free);
	X509_STORE_free(trust);
}
END_TEST

START_TEST(double_certificates_share_no_usage)
{
	X509 *s = named(ca_algorithms[_i], "alice-signing");
	X509 *e = named(ca_algorithms[_i], "alice-encryption");
	const uint32_t enciphers = /* RFC 8813 3 */
	    _i == CA_P256
		? X509v3_KU_KEY_AGREEMENT
		: X509v3_KU_KEY_ENCIPHERMENT | X509v3_KU_DATA_ENCIPHERMENT;

	ck_assert_uint_eq(X509_get_key_usage(s),
	    X509v3_KU_DIGITAL_SIGNATURE | X509v3_KU_NON_REPUDIATION);
	ck_assert_uint_eq(X509_get_key_usage(e), enciphers);
	ck_assert_int_eq(
	    X509_NAME_cmp(X509_get_subject_name(s), X509_get_subject_name(e)),
	    0);
	ck_assert_int_ne(
	    EVP_PKEY_eq(X509_get0_pubkey(s), X509_get0_pubkey(e)), 1);
	X509_free(s);
	X509_free(e);
}
END_TEST

START_TEST(serial_numbers_are_positive_and_of_16_octets)
{
	X509 *x = named(ca_algorithms[_i], "server");
	const ASN1_INTEGER *n = X509_get0_serialNumber(x);

	ck_assert_int_eq(ASN1_STRING_type(n), V_ASN1_INTEGER);
	ck_assert_int_eq(ASN1_STRING_length(n), 16);
	X509_free(x);
}
END_TEST

static bool
count_one(void *ctx, const struct store_ca_certificate *c)
{
	size_t *n = ctx;

	(void)c;
	(*n)++;
	return true;
}

static void
told(void *ctx, size_t done, size_t of)
{
	size_t *times = ctx;

	ck_assert_uint_le(done, of);
	(*times)++;
}

/* Each is issued like any other, and who is revoked is on the list. */
START_TEST(very_many)
{
	const int issuer = ca_issuer(CA_P256, CA_ISSUING);
	EVP_PKEY *key = X509_get0_pubkey(ca_issuer_signer(ca, issuer)->cert);
	struct store_ca_certificate row = { .serial = "" };
	const unsigned char *p;
	size_t bad = 0, times = 0;
	const struct ca_progress tell = { told, &times };
	struct buf der;
	struct err err;
	int64_t flaw;
	X509 *x;

	for (int again = 0; again < 2; again++)
		ck_assert_msg(ca_settle_many(ca, 300, 100, now, &tell, &err),
		    "%s", err.what);
	ck_assert_uint_eq(times, 1); /* of so few; and kept, the second time */
	buf_init(&der, 1 << 20);
	ck_assert(store_ca_named(store, "many-299", &row, &der));
	ck_assert_int_eq(row.status, STORE_CA_REVOKED);
	p = (const unsigned char *)der.data;
	x = d2i_X509(NULL, &p, (long)der.len);
	ck_assert_int_eq(X509_verify(x, key), 1);
	X509_free(x);
	ck_assert(store_ca_named(store, "many-199", &row, NULL));
	ck_assert_int_eq(row.status, STORE_CA_GOOD);
	ck_assert(!store_ca_named(store, "many-300", &row, NULL));
	ck_assert(store_ca_each_bad(store, issuer, count_one, &bad));
	ck_assert_uint_eq(bad, 100 + 2); /* and the samples */
	ck_assert_msg(ca_log_holds(ca, &flaw, &err), "%s", err.what);
	buf_free(&der);
}
END_TEST

/* One line for each, and they are known by it. */
START_TEST(records_are_listed)
{
	static const struct ca_progress nobody;
	char line[200], path[] = "/tmp/yanshou-records-XXXXXX";
	const int fd = mkstemp(path);
	const int issuer = ca_issuer(CA_P256, CA_ISSUING);
	struct store_ca_certificate row;
	size_t n = 0, ours = 0;
	struct err err;
	FILE *f;

	ck_assert_int_ne(fd, -1);
	close(fd);
	ck_assert(ca_settle_many(ca, 300, 0, now, &nobody, &err));
	ck_assert_msg(ca_write_records(ca, path, &err), "%s", err.what);
	f = fopen(path, "re");
	ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
	ck_assert_str_eq(line, "serial,issuer\n");
	for (; fgets(line, sizeof line, f) != NULL; n++) {
		char *comma = strchr(line, ',');

		ck_assert_ptr_nonnull(comma);
		*comma = '\0';
		if (strcmp(comma + 1, "P-256 issuing CA\n") != 0)
			continue;
		ck_assert(store_ca_find(store, issuer, line, &row));
		ours++;
	}
	fclose(f);
	unlink(path);
	ck_assert_uint_gt(ours, 300);
	ck_assert_uint_gt(n, ours); /* and those of SM2 and RSA */
	ck_assert(!ca_write_records(ca, "/nowhere/records.csv", &err));
	ck_assert_ptr_nonnull(strstr(err.what, "write /nowhere/records.csv"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ca");
	TCase *t = tests_of(suite, "issued", up_in_memory);

	tcase_add_loop_test(t, what_is_issued_is_valid, 0, CA_ALGORITHMS);
	tcase_add_loop_test(
	    t, double_certificates_share_no_usage, 0, CA_ALGORITHMS);
	tcase_add_loop_test(
	    t, serial_numbers_are_positive_and_of_16_octets, 0, CA_ALGORITHMS);
	tcase_add_test(t, very_many);
	tcase_add_test(t, records_are_listed);
	return run_suite(suite);
}
