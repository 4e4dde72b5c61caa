/* SPDX-License-Identifier: MIT */
/*
 * What is handed over together: files of every kind, whole and broken.
 */
#include "conformance/pki/bundle.h"

#include <check.h>
#include <stdlib.h>

#include "fixtures/pki/chains.h"
#include "lib/text.h"

static struct mint_ring ring;

static void
begin(void)
{
	mint_ring_init(&ring, MINT_P256);
}

static void
end(void)
{
	mint_ring_free(&ring);
}

static const struct mint_chain *
chain(const char *name)
{
	for (size_t i = 0; i < mint_n_chains; i++)
		if (strcmp(mint_chains[i].name, name) == 0)
			return &mint_chains[i];
	ck_abort_msg("%s", name);
	return NULL;
}

static void
make(struct mint_set *s, const char *name, struct wall now)
{
	struct err err;

	ck_assert(mint_set_make(s, chain(name), &ring, now, &err));
}

static void
add_pem(struct buf *to, const char *label, const struct buf *der)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	text_base64(buf_span(der), &text);
	buf_addf(to, "some text\n-----BEGIN %s-----\n%s\n-----END %s-----\n",
	    label, buf_text(&text), label);
	buf_free(&text);
}

/* ---- what is in a file ---- */

/* clang-format off */
static const struct {
	const char *bytes, *error; /* a part of it */
} wrong_files[] = {
	{ "", "empty" },
	{ "hello", "neither PEM nor" },
	{ "-----BEGIN CERTIFICATE", "without its dashes" },
	{ "-----BEGIN CERTIFICATE-----\nMA==\n", "BEGIN without END" },
	{ "\n\n-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----\n",
	  "line 3: no base64" },
	{ "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
	  "line 1: no base64" },
	{ "-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n",
	  "there is no object that is known" },
};
/* clang-format on */

START_TEST(wrong_file)
{
	struct bundle *b = bundle_new();
	struct err err;

	ck_assert(!bundle_add(
	    b, BUNDLE_JUDGED, "f", span_of(wrong_files[_i].bytes), &err));
	ck_assert_msg(
	    strstr(err.what, wrong_files[_i].error) != NULL, "%s", err.what);
	bundle_free(b);
}
END_TEST

START_TEST(kinds)
{
	const struct wall now = clock_wall();
	struct mint_set s;

	make(&s, "valid_crl", now);
	ck_assert_int_eq(
	    object_kind_of(buf_span(&s.certs[0])), OBJECT_CERTIFICATE);
	ck_assert_int_eq(object_kind_of(buf_span(&s.crls[0])), OBJECT_CRL);
	/* However it is cut, as long as there is enough to tell. */
	for (size_t n = 16; n < s.certs[0].len; n++)
		ck_assert_int_eq(
		    object_kind_of(span_take(buf_span(&s.certs[0]), n)),
		    OBJECT_CERTIFICATE);
	mint_set_free(&s);
	make(&s, "crl_version_1", now);
	ck_assert_int_eq(object_kind_of(buf_span(&s.crls[0])), OBJECT_CRL);
	mint_set_free(&s);
	make(&s, "ca_version_1", now);
	ck_assert_int_eq(
	    object_kind_of(buf_span(&s.certs[1])), OBJECT_CERTIFICATE);
	mint_set_free(&s);
	make(&s, "valid_ocsp", now);
	ck_assert_int_eq(object_kind_of(buf_span(&s.ocsp)), OBJECT_OCSP);
	mint_set_free(&s);
	make(&s, "stamp_status", now);
	ck_assert_int_eq(object_kind_of(buf_span(&s.stamp)), OBJECT_STAMP);
	mint_set_free(&s);
	make(&s, "valid_stamp", now);
	ck_assert_int_eq(object_kind_of(buf_span(&s.stamp)), OBJECT_STAMP);
	mint_set_free(&s);
}
END_TEST

/* ---- judged together ---- */

enum how { ALL, NO_TRUST };

static void
judge(const char *name, enum how how, struct pki_findings *f)
{
	const struct wall now = clock_wall();
	struct bundle *b = bundle_new();
	struct mint_set s;
	struct buf pem;
	struct err err;

	make(&s, name, now);
	buf_init(&pem, 1 << 20);
	for (size_t i = 0; i < s.n_certs; i++)
		add_pem(&pem, "CERTIFICATE", &s.certs[i]);
	for (size_t i = 0; i < s.n_crls; i++)
		add_pem(&pem, "X509 CRL", &s.crls[i]);
	ck_assert(
	    bundle_add(b, BUNDLE_JUDGED, "all.pem", buf_span(&pem), &err));
	if (s.ocsp.len > 0)
		ck_assert(bundle_add(
		    b, BUNDLE_JUDGED, "ocsp.der", buf_span(&s.ocsp), &err));
	if (s.stamp.len > 0)
		ck_assert(bundle_add(
		    b, BUNDLE_JUDGED, "stamp.der", buf_span(&s.stamp), &err));
	if (how == ALL)
		ck_assert(bundle_add(
		    b, BUNDLE_ANCHOR, "root.der", buf_span(&s.root), &err));
	pki_findings_init(f);
	bundle_judge(b,
	    &(struct bundle_ask){
		.at = now, .has_data = true, .data = span_of(s.data) },
	    f);
	bundle_free(b);
	buf_free(&pem);
	mint_set_free(&s);
}

START_TEST(sets)
{
	const struct mint_chain *c = &mint_chains[_i];
	struct span words = span_of(c->code);
	const struct span first = span_cut(&words, ' ');
	struct pki_findings f;
	char *code = strndup(first.ptr == NULL ? "" : first.ptr, first.len);

	if (!mint_chain_of(c, MINT_P256)) {
		free(code);
		return;
	}
	judge(c->name, ALL, &f);
	if (first.len == 0)
		ck_assert_msg(pki_findings_conform(&f), "%s", c->name);
	else
		ck_assert_ptr_nonnull(
		    pki_findings_first(&f, pki_check_find(code), PKI_FAILS));
	pki_findings_free(&f);
	free(code);
}
END_TEST

/* Without an anchor there is no path, but all the rest. */
START_TEST(without_anchor)
{
	struct pki_findings f;

	judge("valid_ocsp", NO_TRUST, &f);
	ck_assert(pki_findings_conform(&f));
	ck_assert_ptr_null(pki_findings_first(&f, PKI_PATH_FOUND, PKI_HOLDS));
	ck_assert_ptr_nonnull(
	    pki_findings_first(&f, PKI_OCSP_SIGNATURE, PKI_HOLDS));
	pki_findings_free(&f);
	judge("crl_signature", NO_TRUST, &f);
	ck_assert_ptr_nonnull(
	    pki_findings_first(&f, PKI_CRL_SIGNATURE, PKI_FAILS));
	pki_findings_free(&f);
}
END_TEST

/* A list alone: what rests on its issuer is not reached, so no pass. */
START_TEST(list_alone)
{
	const struct wall now = clock_wall();
	struct bundle *b = bundle_new();
	struct pki_findings f;
	struct mint_set s;
	struct err err;

	make(&s, "valid_crl", now);
	ck_assert(bundle_add(
	    b, BUNDLE_JUDGED, "crl.der", buf_span(&s.crls[0]), &err));
	pki_findings_init(&f);
	bundle_judge(b, &(struct bundle_ask){ .at = now }, &f);
	ck_assert(!pki_findings_conform(&f));
	ck_assert_ptr_nonnull(
	    pki_findings_first(&f, PKI_CRL_SIGNATURE, PKI_NOT_REACHED));
	ck_assert_uint_eq(pki_findings_count(&f, PKI_FAILS), 0);
	pki_findings_free(&f);
	bundle_free(b);
	mint_set_free(&s);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pki/bundle");
	TCase *tc = tcase_create("bundle");
	SRunner *sr;
	int failed;

	tcase_add_unchecked_fixture(tc, begin, end);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(
	    tc, wrong_file, 0, (int)(sizeof wrong_files / sizeof *wrong_files));
	tcase_add_test(tc, kinds);
	tcase_add_loop_test(tc, sets, 0, (int)mint_n_chains);
	tcase_add_test(tc, without_anchor);
	tcase_add_test(tc, list_alone);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_set_fork_status(sr, CK_NOFORK);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
