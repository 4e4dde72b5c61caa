/* SPDX-License-Identifier: MIT */
/*
 * What is asked of an answer, row by row; who has signed it; what refuses.
 */
#include "conformance/pki/cmp.h"

#include <check.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "conformance/client/cmp.h"
#include "conformance/client/key.h"

#define NONCE "0123456789abcdef"

static enum pki_result
result_of(const struct pki_findings *f, enum pki_code code)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].code == code)
			return f->at[i].result;
	return PKI_NOT_REACHED;
}

static enum pki_result
judged(const struct pki_cmp *m, const struct cmp_ask *ask, enum pki_code code)
{
	struct pki_findings f;
	enum pki_result result;

	pki_findings_init(&f);
	cmp_judge(m, ask, &f);
	result = result_of(&f, code);
	pki_findings_free(&f);
	return result;
}

/* RFC 4210 7 */
START_TEST(versions)
{
	static const struct {
		uint32_t asked, answered;
		enum pki_result result;
	} rows[] = {
		{ 2, 2, PKI_HOLDS },
		{ 2, 3, PKI_FAILS },
		{ 3, 2, PKI_HOLDS },
		{ 3, 3, PKI_HOLDS },
		{ 9, 2, PKI_HOLDS },
		{ 9, 3, PKI_HOLDS },
		{ 9, 9, PKI_FAILS },
		{ 1, 1, PKI_FAILS },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct pki_cmp asked = { .version = rows[i].asked };
		const struct pki_cmp answer = { .version = rows[i].answered };

		ck_assert_int_eq(
		    judged(&answer, &(struct cmp_ask){ .request = &asked },
			PKI_CMP_VERSION),
		    rows[i].result);
	}
}
END_TEST

#define NOTHING CMP_BODIES /* is known of what was applied for */

START_TEST(bodies)
{
	static const struct {
		unsigned asked, applied, answered;
		enum pki_result result;
	} rows[] = {
		{ CMP_IR, NOTHING, CMP_IP, PKI_HOLDS },
		{ CMP_IR, NOTHING, CMP_CP, PKI_FAILS },
		{ CMP_IR, NOTHING, CMP_ERROR, PKI_HOLDS },
		{ CMP_P10CR, NOTHING, CMP_CP, PKI_HOLDS },
		{ CMP_KUR, NOTHING, CMP_CP, PKI_FAILS },
		{ CMP_RR, NOTHING, CMP_RP, PKI_HOLDS },
		{ CMP_CERTCONF, NOTHING, CMP_PKICONF, PKI_HOLDS },
		{ CMP_CERTCONF, NOTHING, CMP_IP, PKI_FAILS },
		{ CMP_POLLREQ, CMP_IR, CMP_POLLREP, PKI_HOLDS },
		{ CMP_POLLREQ, CMP_IR, CMP_IP, PKI_HOLDS },
		{ CMP_POLLREQ, CMP_IR, CMP_KUP, PKI_FAILS },
		{ CMP_POLLREQ, CMP_P10CR, CMP_CP, PKI_HOLDS },
		{ CMP_POLLREQ, CMP_P10CR, CMP_IP, PKI_FAILS },
		{ CMP_POLLREQ, NOTHING, CMP_KUP, PKI_HOLDS },
		{ CMP_POLLREQ, NOTHING, CMP_PKICONF, PKI_FAILS },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct pki_cmp asked = { .type = rows[i].asked };
		const struct pki_cmp applied = { .type = rows[i].applied };
		const struct pki_cmp answer = { .type = rows[i].answered };

		ck_assert_msg(
		    judged(&answer,
			&(struct cmp_ask){ .request = &asked,
			    .applied =
				rows[i].applied == NOTHING ? NULL : &applied },
			PKI_CMP_BODY) == rows[i].result,
		    "row %zu", i);
	}
}
END_TEST

START_TEST(refusals)
{
	static const struct {
		unsigned type;
		uint32_t status;
		bool refused;
	} rows[] = {
		{ CMP_ERROR, CMP_REJECTION, true },
		{ CMP_ERROR, CMP_WAITING, false },
		{ CMP_IP, CMP_REJECTION, true },
		{ CMP_IP, CMP_WAITING, false },
		{ CMP_IP, CMP_ACCEPTED, false },
		{ CMP_RP, CMP_REJECTION, true },
		{ CMP_PKICONF, CMP_REJECTION, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct pki_cmp m = { .type = rows[i].type,
			.items = { { .has_status = true,
			    .status = { .status = rows[i].status } } },
			.n_items = 1 };

		ck_assert((cmp_refusal(&m) != NULL) == rows[i].refused);
	}
}
END_TEST

/* What is not known is no wrong MAC, and no signature. */
START_TEST(other_macs)
{
	static const enum oid ids[] = { OID_PBMAC1, OID_DH_BASED_MAC };

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		const struct pki_cmp m = { .has_algorithm = true,
			.has_protection = true,
			.algorithm = { .id = ids[i] } };
		const struct cmp_ask ask = { .request = NULL };

		ck_assert_int_eq(judged(&m, &ask, PKI_CMP_MAC), PKI_NOT_JUDGED);
		ck_assert_int_eq(
		    judged(&m, &ask, PKI_CMP_SIGNER), PKI_NOT_REACHED);
	}
}
END_TEST

/* An old certificate and a new one have the same name. */
START_TEST(two_of_a_name)
{
	EVP_PKEY *old = key_new(OWN_P256), *new = key_new(OWN_P256);
	struct cmp_message said = { .body = CMP_PKICONF,
		.transaction = SPAN(NONCE),
		.nonce = SPAN(NONCE),
		.signer = _i == 0 ? old : new };
	struct buf both, der;
	struct pki_cmp m;
	const struct cmp_ask ask = { .request = NULL };

	buf_init(&both, 8192);
	buf_init(&der, 16384);
	ck_assert(key_self_signed(old, "Authority", &both));
	ck_assert(key_self_signed(new, "Authority", &both));
	said.certificate = buf_span(&both);
	ck_assert(cmp_compose(&said, &der));
	ck_assert(cmp_read_message(&m, buf_span(&der), NULL));
	ck_assert_uint_eq(m.n_certificates, 2);
	ck_assert_int_eq(judged(&m, &ask, PKI_CMP_SIGNER), PKI_HOLDS);
	ck_assert_int_eq(judged(&m, &ask, PKI_CMP_SIGNATURE), PKI_HOLDS);
	buf_clear(&der);
	said.protection = CMP_SPOILT;
	ck_assert(cmp_compose(&said, &der));
	ck_assert(cmp_read_message(&m, buf_span(&der), NULL));
	ck_assert_int_eq(judged(&m, &ask, PKI_CMP_SIGNATURE), PKI_FAILS);
	buf_free(&der);
	buf_free(&both);
	EVP_PKEY_free(old);
	EVP_PKEY_free(new);
}
END_TEST

/* Who asks for no subject leaves it to the authority. */
START_TEST(subjects)
{
	static const struct {
		struct span asked;
		const char *given;
		uint32_t status;
		enum pki_result result;
	} rows[] = {
		{ SPAN_INIT("\x30\x00"), "Alice", CMP_ACCEPTED,
		    PKI_NOT_REACHED },
		{ SPAN_INIT("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c"
			    "\x02Up"),
		    "Up", CMP_ACCEPTED, PKI_HOLDS },
		{ SPAN_INIT("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c"
			    "\x02Up"),
		    "Down", CMP_ACCEPTED, PKI_FAILS },
		{ SPAN_INIT("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c"
			    "\x02Up"),
		    "Down", CMP_WITH_MODS, PKI_HOLDS },
	};
	EVP_PKEY *key = key_new(OWN_P256);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pki_cmp asked = { .type = CMP_IR, .n_items = 1 };
		struct pki_cmp answer = { .type = CMP_IP, .n_items = 1 };
		struct buf der;

		buf_init(&der, 4096);
		ck_assert(key_self_signed(key, rows[i].given, &der));
		asked.items[0] = (struct cmp_item){ .has_subject = true,
			.subject = rows[i].asked };
		answer.items[0] = (struct cmp_item){ .has_status = true,
			.status = { .status = rows[i].status },
			.certificate = buf_span(&der) };
		ck_assert_msg(
		    judged(&answer, &(struct cmp_ask){ .request = &asked },
			PKI_CMP_SUBJECT) == rows[i].result,
		    "row %zu", i);
		buf_free(&der);
	}
	EVP_PKEY_free(key);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("cmp_judge");
	TCase *c = tcase_create("cmp_judge");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(c, versions);
	tcase_add_test(c, bodies);
	tcase_add_test(c, refusals);
	tcase_add_test(c, other_macs);
	tcase_add_loop_test(c, two_of_a_name, 0, 2);
	tcase_add_test(c, subjects);
	suite_add_tcase(s, c);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
