/* SPDX-License-Identifier: MIT */
/*
 * Certificates made by fixtures/pki, judged one by one; and what OpenSSL
 * reads in them.
 */
#include "conformance/pki/certificate.h"

#include <check.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "fixtures/pki/chains.h"

static struct mint_ring rings[MINT_ALGORITHMS];

static void
begin(void)
{
	for (int a = 0; a < MINT_ALGORITHMS; a++)
		mint_ring_init(&rings[a], (enum mint_algorithm)a);
}

static void
end(void)
{
	for (int a = 0; a < MINT_ALGORITHMS; a++)
		mint_ring_free(&rings[a]);
}

static bool
has_word(const char *words, const char *word)
{
	struct span rest = span_of(words);

	while (rest.len > 0)
		if (span_eq(span_cut(&rest, ' '), span_of(word)))
			return true;
	return false;
}

/* Is the first expected code one of a certificate by itself? */
static bool
is_about_certificates(const char *code)
{
	return strncmp(code, "der.", 4) == 0 ||
	       strncmp(code, "cert.", 5) == 0 || strncmp(code, "ext.", 4) == 0;
}

static void
judge_all(const struct mint_set *s, struct pki_findings *f)
{
	pki_findings_init(f);
	certificate_judge_octets(buf_span(&s->root), "root", f);
	for (size_t i = 0; i < s->n_certs; i++)
		certificate_judge_octets(
		    buf_span(&s->certs[i]), i == 0 ? "leaf" : "above", f);
}

/* Each fails for its reason, which is named, and for no other. */
START_TEST(made)
{
	const struct mint_chain *c = &mint_chains[_i];

	for (int a = 0; a < MINT_ALGORITHMS; a++) {
		struct mint_set s;
		struct pki_findings f;
		struct err err;
		size_t n = 0;

		if (!mint_chain_of(c, rings[a].algorithm))
			continue;
		ck_assert_msg(
		    mint_set_make(&s, c, &rings[a], clock_wall(), &err), "%s",
		    err.what);
		judge_all(&s, &f);
		for (size_t i = 0; i < f.n; i++) {
			const struct pki_check *k = pki_check_get(f.at[i].code);

			if (f.at[i].result == PKI_HOLDS)
				continue;
			n += has_word(c->code, k->code);
			ck_assert_msg(f.at[i].result == PKI_NOT_REACHED ||
					  k->level == PKI_SHOULD ||
					  has_word(c->code, k->code),
			    "%s, %s: %s: %s %s", c->name, mint_algorithms[a],
			    f.at[i].about, k->code, f.at[i].detail);
		}
		ck_assert_msg(!is_about_certificates(c->code) || n > 0,
		    "%s, %s: %s did not fail", c->name, mint_algorithms[a],
		    c->code);
		pki_findings_free(&f);
		mint_set_free(&s);
	}
}
END_TEST

/* ---- what OpenSSL reads ---- */

static struct span
bytes(const ASN1_STRING *s)
{
	return (struct span){ (const char *)ASN1_STRING_get0_data(s),
		(size_t)ASN1_STRING_length(s) };
}

static int64_t
seconds(const ASN1_TIME *t)
{
	struct tm tm;

	ck_assert_int_eq(ASN1_TIME_to_tm(t, &tm), 1);
	return (int64_t)timegm(&tm);
}

static void
same_as_openssl(struct span der)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	X509 *x = d2i_X509(NULL, &p, (long)der.len);
	struct pki_certificate c;
	const ASN1_OCTET_STRING *id;
	uint32_t usage;

	ck_assert_ptr_nonnull(x);
	ck_assert(certificate_read(&c, der, NULL));
	ck_assert_int_eq((int)c.version, X509_get_version(x) + 1);
	ck_assert(
	    span_eq(der_magnitude(c.serial), bytes(X509_get0_serialNumber(x))));
	ck_assert_int_eq(
	    c.begins.at.us / 1000000, seconds(X509_get0_notBefore(x)));
	ck_assert_int_eq(
	    c.ends.at.us / 1000000, seconds(X509_get0_notAfter(x)));
	ck_assert_uint_eq(c.extensions.n, (size_t)X509_get_ext_count(x));
	ck_assert(c.ca == (X509_check_ca(x) == 1));
	ck_assert_int_eq(c.path_length, X509_get_pathlen(x));
	id = X509_get0_subject_key_id(x);
	ck_assert(span_eq(c.ski, id == NULL ? SPAN("") : bytes(id)));
	id = X509_get0_authority_key_id(x);
	ck_assert(span_eq(c.aki, id == NULL ? SPAN("") : bytes(id)));
	usage = X509_get_key_usage(x);
	ck_assert(c.has_usage == (usage != UINT32_MAX));
	/* OpenSSL has bit 0 of the first octet at 0x80. */
	for (unsigned i = 0; c.has_usage && i < 8; i++)
		ck_assert_uint_eq(c.usage >> i & 1, usage >> (7 - i) & 1);
	ck_assert(certificate_is_self_issued(&c) ==
		  (X509_NAME_cmp(X509_get_subject_name(x),
		       X509_get_issuer_name(x)) == 0));
	X509_free(x);
}

START_TEST(read_as_openssl_does)
{
	struct mint_set s;
	struct err err;

	if (mint_chains[_i].code[0] != '\0')
		return;
	for (int a = 0; a < MINT_ALGORITHMS; a++) {
		if (!mint_chain_of(&mint_chains[_i], rings[a].algorithm))
			continue;
		ck_assert(mint_set_make(
		    &s, &mint_chains[_i], &rings[a], clock_wall(), &err));
		same_as_openssl(buf_span(&s.root));
		for (size_t i = 0; i < s.n_certs; i++)
			same_as_openssl(buf_span(&s.certs[i]));
		mint_set_free(&s);
	}
}
END_TEST

/* However it is cut off, it is no certificate, and no octet is read on. */
START_TEST(cut_off)
{
	struct mint_set s;
	struct err err;
	struct span all;

	ck_assert(mint_set_make(
	    &s, &mint_chains[0], &rings[MINT_SM2], clock_wall(), &err));
	all = buf_span(&s.certs[0]);
	for (size_t n = 0; n < all.len; n++) {
		char *copy = malloc(n + 1);
		struct pki_certificate c;
		struct pki_findings f;

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, all.ptr, n);
		copy = realloc(copy, n == 0 ? 1 : n);
		pki_findings_init(&f);
		ck_assert(!certificate_read(&c, (struct span){ copy, n }, &f));
		ck_assert_ptr_nonnull(
		    pki_findings_first(&f, PKI_DER_TRUNCATED, PKI_FAILS));
		ck_assert_ptr_nonnull(pki_findings_first(
		    &f, PKI_CERT_STRUCTURE, PKI_NOT_REACHED));
		pki_findings_free(&f);
		free(copy);
	}
	mint_set_free(&s);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pki/certificate");
	TCase *tc = tcase_create("certificate");
	SRunner *sr;
	int failed;

	tcase_add_unchecked_fixture(tc, begin, end);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, made, 0, (int)mint_n_chains);
	tcase_add_loop_test(tc, read_as_openssl_does, 0, (int)mint_n_chains);
	tcase_add_test(tc, cut_off);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_set_fork_status(sr, CK_NOFORK);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
