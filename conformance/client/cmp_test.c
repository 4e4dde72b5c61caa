/* SPDX-License-Identifier: MIT */
/*
 * What we write is what we meant: read back by the judge's reader, and by
 * OpenSSL, which shares no code with either.
 */
#include "conformance/client/cmp.h"
#include "conformance/client/key.h"
#include "conformance/client/request.h"

#include <check.h>
#include <openssl/cmp.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "conformance/pki/cmp.h"
#include "conformance/pki/object.h"

#define SECRET "correct horse"
#define ID     "0123456789abcdef"

static EVP_PKEY *keys[3];
static struct buf subject, certificate;

static void
begin(void)
{
	keys[0] = key_new(OWN_P256);
	keys[1] = key_new(OWN_SM2);
	keys[2] = key_new(OWN_RSA);
	buf_init(&subject, 256);
	request_name("李爱丽", "办公室", &subject);
	buf_init(&certificate, 4096);
	ck_assert(key_self_signed(keys[0], "Alice", &certificate));
}

static void
end(void)
{
	for (size_t i = 0; i < 3; i++)
		EVP_PKEY_free(keys[i]);
	buf_free(&subject);
	buf_free(&certificate);
}

/* clang-format off */
static const unsigned bodies[] = {
	CMP_IR, CMP_CR, CMP_KUR, CMP_P10CR, CMP_RR, CMP_CERTCONF, CMP_POLLREQ,
	CMP_PKICONF,
};
/* clang-format on */

static struct cmp_message
message(unsigned body)
{
	return (struct cmp_message){
		.body = body,
		.transaction = SPAN(ID),
		.nonce = SPAN(ID),
		.back = body == CMP_IR ? SPAN("") : SPAN("fedcba9876543210"),
		.kid = SPAN("alice"),
		.secret = SPAN(SECRET),
		.key = keys[0],
		.subject = buf_span(&subject),
		.recipient = buf_span(&subject),
		.issuer = buf_span(&subject),
		.serial = SPAN("\x11\x22"),
		.reason = 1,
		.confirmed = buf_span(&certificate),
		.id = 300,
		.implicit = body == CMP_IR,
	};
}

static bool
openssl_reads(struct span der)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	OSSL_CMP_MSG *m = d2i_OSSL_CMP_MSG(NULL, &p, (long)der.len);
	const bool ok =
	    m != NULL && p == (const unsigned char *)der.ptr + der.len;

	OSSL_CMP_MSG_free(m);
	ERR_clear_error();
	return ok;
}

static enum signature
mac_of(const struct pki_cmp *m, const char *secret)
{
	char key[DIGEST_MOST];
	const size_t n = cmp_mac_key(m, span_of(secret), key);

	return cmp_mac_verify(m, (struct span){ key, n });
}

static void
tell(const struct pki_findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		ck_assert_msg(f->at[i].result != PKI_FAILS, "%s: %s",
		    pki_check_get(f->at[i].code)->code, f->at[i].detail);
}

START_TEST(written)
{
	const struct cmp_message said = message(bodies[_i]);
	struct buf der;
	struct pki_cmp m;
	struct pki_findings f;

	buf_init(&der, 8192);
	ck_assert(cmp_compose(&said, &der));
	pki_findings_init(&f);
	ck_assert(cmp_read_message(&m, buf_span(&der), &f));
	tell(&f);
	ck_assert(openssl_reads(buf_span(&der)));
	ck_assert_int_eq(object_kind_of(buf_span(&der)), OBJECT_MESSAGE);
	ck_assert_uint_eq(m.type, bodies[_i]);
	ck_assert_uint_eq(m.version, 2);
	ck_assert(span_eq(m.transaction, SPAN(ID)));
	ck_assert(span_eq(m.back, said.back));
	ck_assert(span_eq(m.sender_key, SPAN("alice")));
	ck_assert(m.implicit == said.implicit);
	ck_assert_int_eq(mac_of(&m, SECRET), SIGNATURE_GOOD);
	ck_assert_int_eq(mac_of(&m, "another"), SIGNATURE_BAD);
	if (m.type == CMP_IR) {
		ck_assert_int_eq(m.items[0].id, 300);
		ck_assert(span_eq(m.items[0].subject, buf_span(&subject)));
	}
	pki_findings_free(&f);
	buf_free(&der);
}
END_TEST

/* OpenSSL looks at the proof of possession. */
START_TEST(proofs)
{
	static const struct {
		enum cmp_pop pop;
		bool good;
	} rows[] = { { CMP_POP_SIGNED, true }, { CMP_POP_WRONG, false },
		{ CMP_POP_OTHER_KEY, false }, { CMP_POP_ABSENT, false },
		{ CMP_POP_RA_VERIFIED, false } };

	for (size_t k = 0; k < 3; k += 2) /* it gives SM2 no identifier */
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			struct cmp_message said = message(CMP_IR);
			struct pki_cmp m;
			struct buf der;
			struct span body;
			const unsigned char *p;
			OSSL_CRMF_MSGS *all;

			said.pop = rows[i].pop;
			said.key = keys[k];
			buf_init(&der, 8192);
			ck_assert(cmp_compose(&said, &der));
			ck_assert(cmp_read_message(&m, buf_span(&der), NULL));
			/* behind the body's own tag and length */
			body = span_skip(m.body,
			    (unsigned char)m.body.ptr[1] == 0x81 ? 3 : 4);
			p = (const unsigned char *)body.ptr;
			all = d2i_OSSL_CRMF_MSGS(NULL, &p, (long)body.len);
			ck_assert_ptr_nonnull(all);
			ck_assert_int_eq(
			    OSSL_CRMF_MSGS_verify_popo(all, 0, 0, NULL, NULL),
			    rows[i].good);
			OSSL_CRMF_MSGS_free(all);
			buf_free(&der);
		}
	ERR_clear_error();
}
END_TEST

/* Signed by each kind of key, as it should be and not. */
START_TEST(signatures)
{
	struct cmp_message said = message(CMP_CR);
	const enum cmp_protection how = _i < 3 ? CMP_AS_GIVEN : CMP_SPOILT;
	struct buf der, own;
	struct pki_cmp m;
	struct pki_findings f;

	buf_init(&own, 4096);
	ck_assert(key_self_signed(keys[0], "Alice", &own));
	if (_i % 3 == 2) {
		buf_clear(&own);
		ck_assert(key_self_signed(keys[2], "Alice", &own));
	}
	said.secret = said.kid = SPAN("");
	said.signer = keys[_i % 3];
	said.certificate = buf_span(&own);
	said.protection = how;
	buf_init(&der, 8192);
	ck_assert(cmp_compose(&said, &der));
	pki_findings_init(&f);
	ck_assert(cmp_read_message(&m, buf_span(&der), &f));
	tell(&f);
	ck_assert(openssl_reads(buf_span(&der)));
	cmp_judge(&m, &(struct cmp_ask){ .request = NULL }, &f);
	/* the certificate is not of the SM2 key */
	ck_assert((pki_findings_first(&f, PKI_CMP_SIGNATURE, PKI_HOLDS) !=
		      NULL) == (_i == 0 || _i == 2));
	pki_findings_free(&f);
	buf_free(&der);
	buf_free(&own);
}
END_TEST

/* A name is soon written into a certificate: who has issued it counts. */
START_TEST(strangers)
{
	static const bool known[] = { true, false, false };
	struct cmp_message said = message(CMP_CR);
	struct buf der, own, other;
	struct pki_certificate at_hand;
	const struct pki_certificate *others[] = { &at_hand };
	struct pki_cmp m;
	struct pki_findings f;

	buf_init(&own, 4096);
	buf_init(&other, 4096);
	buf_init(&der, 8192);
	ck_assert(key_self_signed(keys[0], "Alice", &own));
	/* of the same name and another key; of another name */
	ck_assert(
	    key_self_signed(keys[2], _i == 1 ? "Alice" : "Nobody", &other));
	ck_assert(certificate_read(
	    &at_hand, buf_span(_i == 0 ? &own : &other), NULL));
	said.secret = said.kid = SPAN("");
	said.signer = keys[0];
	said.certificate = buf_span(&own);
	ck_assert(cmp_compose(&said, &der));
	pki_findings_init(&f);
	ck_assert(cmp_read_message(&m, buf_span(&der), NULL));
	cmp_judge(&m, &(struct cmp_ask){ .others = others, .n_others = 1 }, &f);
	ck_assert(pki_findings_first(&f, PKI_CMP_SIGNER,
		      known[_i] ? PKI_HOLDS : PKI_FAILS) != NULL);
	ck_assert_ptr_nonnull(
	    pki_findings_first(&f, PKI_CMP_SIGNATURE, PKI_HOLDS));
	pki_findings_free(&f);
	buf_free(&der);
	buf_free(&other);
	buf_free(&own);
}
END_TEST

START_TEST(wrong)
{
	struct cmp_message said = message(CMP_IR);
	struct buf der;
	struct pki_cmp m;

	buf_init(&der, 8192);
	said.protection = CMP_SPOILT;
	ck_assert(cmp_compose(&said, &der) &&
		  cmp_read_message(&m, buf_span(&der), NULL));
	ck_assert_int_eq(mac_of(&m, SECRET), SIGNATURE_BAD);
	buf_clear(&der);
	said.protection = CMP_UNPROTECTED;
	said.version = 9;
	ck_assert(cmp_compose(&said, &der) &&
		  cmp_read_message(&m, buf_span(&der), NULL));
	ck_assert(!m.has_algorithm && !m.has_protection && m.version == 9);
	/* cut off anywhere, or with more behind it: no message */
	for (size_t n = 0; n < der.len; n++)
		ck_assert(
		    !cmp_read_message(&m, span_take(buf_span(&der), n), NULL));
	buf_add(&der, SPAN("\0"));
	ck_assert(!cmp_read_message(&m, buf_span(&der), NULL));
	buf_free(&der);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("cmp");
	TCase *c = tcase_create("cmp");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(c, begin, end);
	tcase_add_loop_test(
	    c, written, 0, (int)(sizeof bodies / sizeof bodies[0]));
	tcase_add_test(c, proofs);
	tcase_add_loop_test(c, signatures, 0, 6);
	tcase_add_loop_test(c, strangers, 0, 3);
	tcase_add_test(c, wrong);
	suite_add_tcase(s, c);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
