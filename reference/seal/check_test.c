/* SPDX-License-Identifier: MIT */
/*
 * Everything of fixtures/seal, right and wrong: what the judge does not
 * accept is refused here too, for the reason that stands beside it.
 */
#include "reference/seal/flaw.h"
#include "reference/seal/seal_testing.h"

#include "conformance/pki/check.h"
#include "fixtures/seal/plan.h"
#include "fixtures/seal/seals.h"

static struct mint_ring ring;

static void
begin(void)
{
	mint_ring_init(&ring, MINT_SM2);
}

static void
end(void)
{
	mint_ring_free(&ring);
}

static void
add_der(struct buf *to, const char *type, const struct buf *der)
{
	add_pem(to, type, der->data, der->len);
}

/* What cannot be read is not handed in. */
static bool
is_certificate(const struct buf *der)
{
	X509 *x = trust_certificate(buf_span(der));

	X509_free(x);
	return x != NULL;
}

static void
trust_of(const struct mint_seal_set *s, struct seal_trust *t)
{
	struct buf pem[3];
	struct err err;

	for (int i = 0; i < 3; i++)
		buf_init(&pem[i], 1 << 20);
	add_der(&pem[0], "CERTIFICATE", &s->pki.root);
	for (size_t i = 0; i < s->pki.n_certs; i++)
		if (is_certificate(&s->pki.certs[i]))
			add_der(&pem[1], "CERTIFICATE", &s->pki.certs[i]);
	for (size_t i = 0; i < s->pki.n_crls; i++)
		add_der(&pem[2], "X509 CRL", &s->pki.crls[i]);
	ck_assert_msg(seal_trust_read(t, buf_span(&pem[0]), buf_span(&pem[1]),
			  buf_span(&pem[2]), &err),
	    "%s", err.what);
	for (int i = 0; i < 3; i++)
		buf_free(&pem[i]);
}

/* clang-format off */
/* What fails there, and what is said here; what is not listed is tolerated. */
static const struct {
	const char *judged, *code; /* NULL: whatever it is */
} said[] = {
	{ "seal.structure", "structure" },
	{ "seal.id", "seal-id" },
	{ "seal.version", "seal-version" },
	{ "seal.version?", "seal-version" },
	{ "sign.version?", "seal-version" },
	{ "seal.esid", "seal-esid" },
	{ "seal.list.type", "seal-list-type" },
	{ "seal.list", "seal-list" },
	{ "seal.time.type", "seal-time-type" },
	{ "seal.time.order", "seal-times" },
	{ "seal.picture", "seal-picture" },
	{ "seal.extensions.critical", "seal-extension" },
	{ "seal.algorithm", "seal-algorithm" },
	{ "der.bits.unused", "not-der" },
	{ "seal.bits", "seal-bits" },
	{ "seal.maker.certificate", "maker-certificate" },
	{ "seal.signature.form", "seal-signature" },
	{ "seal.signature.range", "seal-signature" },
	{ "seal.signature.id", "seal-signature" },
	{ "seal.signature", "seal-signature" },
	{ "seal.maker.chain", "maker-chain" },
	{ "seal.maker.validity", "maker-validity" },
	{ "seal.maker.revoked", "maker-revoked" },
	{ "seal.maker.usage", "maker-usage" },
	{ "seal.begun", "seal-not-yet-valid" },
	{ "seal.expired", "seal-expired" },
	{ "sign.structure", "structure" },
	{ "sign.version", "signature-version" },
	{ "sign.time.type", "signing-time-type" },
	{ "sign.time.past?", "signing-time-type" },
	{ "sign.time.past", "signing-time-future" },
	{ "sign.digest.form", "digest" },
	{ "sign.extensions.critical", "signature-extension" },
	{ "sign.algorithm", "signature-algorithm" },
	{ "sign.bits", "signature-bits" },
	{ "sign.signer.certificate", "signer-certificate" },
	{ "sign.signature.form", "signature" },
	{ "sign.signature.range", "signature" },
	{ "sign.signature.id", "signature" },
	{ "sign.signature", "signature" },
	{ "sign.signer.listed", "signer-not-listed" },
	{ "sign.signer.digest", "signer-digest" },
	{ "sign.signer.chain", "signer-chain" },
	{ "sign.signer.validity", "signer-validity" },
	{ "sign.signer.revoked", "signer-revoked" },
	{ "sign.signer.usage", "signer-usage" },
	{ "sign.digest", "digest" },
	{ "sign.stamp.time", "stamp-time" },
	{ "sign.stamp.chain", "stamp-chain" },
	{ "stamp.begun", "stamp-time" },
	{ "stamp.imprint", "stamp-imprint" },
	{ "stamp.signature", "stamp-signature" },
	{ "stamp.purpose", "stamp-usage" },
	{ "stamp.status", "stamp" },
	{ "der.time", NULL },
	{ "der.length.indefinite", "not-der" },
	{ "der.length.minimal", "not-der" },
	{ "der.truncated", "structure" },
	{ "der.integer.minimal", NULL },
	{ "der.trailing", NULL },
};

/* What is otherwise here: by name. */
static const struct {
	const char *name, *code;
} other[] = {
	/* an issuer that has no list is not asked about */
	{ "maker_unknown", "" },
	{ "signer_unknown", "" },
	{ "maker_list_expired", "maker-list" },
	{ "signer_list_forged", "signer-list" },
};
/* clang-format on */

/* "": it is valid; NULL: it is not. */
static const char *
expected(const struct mint_seal_row *row)
{
	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
		if (strcmp(row->name, other[i].name) == 0)
			return other[i].code;
	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
		if (mint_word(row->code, said[i].judged))
			return said[i].code;
	return "";
}

static void
compare(const struct mint_seal_row *row, const struct seal_answer *a)
{
	const char *code = seal_reason_code(a->why);
	const char *want = expected(row);

	ck_assert_msg(want == NULL ? code[0] != '\0' : strcmp(code, want) == 0,
	    "%s: \"%s\", should be \"%s\": %s", row->name, code,
	    want == NULL ? "something" : want, a->note);
	ck_assert_msg(
	    a->why == WHY_FINE || a->note[0] != '\0', "%s: no note", row->name);
}

START_TEST(sets)
{
	const struct mint_seal_row *row = &mint_seal_rows[_i];
	struct mint_seal_set s;
	struct seal_trust t;
	struct seal_answer a;
	struct seal_question q = { .trust = &t, .now = clock_wall() };
	struct err err;

	ck_assert_msg(
	    mint_seal_set_make(&s, row, &ring, q.now, &err), "%s", err.what);
	trust_of(&s, &t);
	if (strchr(row->where, 'e') != NULL) {
		seal_check(buf_span(&s.seal), &q, &a);
		compare(row, &a);
	}
	if (strchr(row->where, 's') != NULL) {
		seal_check_signed(s.data, buf_span(&s.signed_value), &q, &a);
		compare(row, &a);
	}
	seal_trust_free(&t);
	mint_seal_set_free(&s);
}
END_TEST

/* ---- what no set is for ---- */

static const struct mint_seal_row plain = { "plain", "es", "", "", "" };

START_TEST(each_reason_has_its_own_code)
{
	for (int i = WHY_FINE; i < WHY_COUNT; i++)
		for (int k = i + 1; k < WHY_COUNT; k++)
			ck_assert_str_ne(seal_reason_code((enum seal_why)i),
			    seal_reason_code((enum seal_why)k));
}
END_TEST

static enum seal_why
state_of(void *with, const char *esid)
{
	ck_assert_uint_gt(strlen(esid), 0);
	return *(enum seal_why *)with;
}

START_TEST(the_service_may_know_more)
{
	static const enum seal_why states[] = { WHY_FINE, WHY_SEAL_HELD,
		WHY_SEAL_REVOKED };
	enum seal_why state = states[_i];
	struct mint_seal_set s;
	struct seal_trust t;
	struct seal_answer a;
	struct seal_question q = { .trust = &t,
		.now = clock_wall(),
		.state = state_of,
		.with = &state };
	struct err err;

	ck_assert(mint_seal_set_make(&s, &plain, &ring, q.now, &err));
	trust_of(&s, &t);
	seal_check_signed(s.data, buf_span(&s.signed_value), &q, &a);
	ck_assert_int_eq((int)a.why, (int)state);
	seal_trust_free(&t);
	mint_seal_set_free(&s);
}
END_TEST

/* What is blind to a reason is sound otherwise. */
START_TEST(a_fault_lets_its_reason_pass)
{
	const struct flaw_facts facts = { .octets = 0 };
	struct seal_answer a;
	int blind = 0;

	for (int f = FAULT_VERIFY_SEAL_STRUCTURE_IGNORED;
	     f <= FAULT_VERIFY_TRAILING_IGNORED; f++) {
		int passed = 0;

		for (int why = 1; why < WHY_COUNT; why++) {
			a = (struct seal_answer){ .why = (enum seal_why)why };
			seal_flaw_found((enum fault)f, &facts, &a);
			passed += a.why == WHY_FINE;
		}
		ck_assert_msg(
		    passed <= 1, "%s", fault_get((enum fault)f)->name);
		blind += passed;
	}
	/* all but the three that refuse what is right */
	ck_assert_int_eq(blind, FAULT_VERIFY_TRAILING_IGNORED -
				    FAULT_VERIFY_SEAL_STRUCTURE_IGNORED + 1 -
				    3);
}
END_TEST

/* One bit of each octet; those of the trailing ones too. */
START_TEST(no_octet_may_be_altered)
{
	struct mint_seal_set s;
	struct seal_trust t;
	struct seal_answer a;
	struct seal_question q = { .trust = &t, .now = clock_wall() };
	struct err err;

	ck_assert(mint_seal_set_make(&s, &plain, &ring, q.now, &err));
	trust_of(&s, &t);
	for (size_t i = 0; i < s.signed_value.len; i++) {
		s.signed_value.data[i] ^= (char)(1 << i % 8);
		seal_check_signed(s.data, buf_span(&s.signed_value), &q, &a);
		ck_assert_msg(a.why != WHY_FINE, "octet %zu", i);
		s.signed_value.data[i] ^= (char)(1 << i % 8);
	}
	seal_check_signed(s.data, buf_span(&s.signed_value), &q, &a);
	ck_assert_int_eq((int)a.why, WHY_FINE);
	seal_trust_free(&t);
	mint_seal_set_free(&s);
}
END_TEST

START_TEST(what_is_no_pem_is_refused)
{
	static const char *const wrong[] = { "", "nonsense",
		"-----BEGIN CERTIFICATE-----\nAAAA\n" };
	struct seal_trust t;
	struct err err;

	for (int i = 1; i < 3; i++) {
		ck_assert(!seal_trust_read(
		    &t, span_of(wrong[i]), SPAN(""), SPAN(""), &err));
		ck_assert_ptr_nonnull(strstr(err.what, "anchors"));
		seal_trust_free(&t);
		ck_assert(!seal_trust_read(
		    &t, SPAN(""), SPAN(""), span_of(wrong[i]), &err));
		ck_assert_ptr_nonnull(strstr(err.what, "lists"));
		seal_trust_free(&t);
	}
	ck_assert(seal_trust_read(&t, SPAN(""), SPAN(""), SPAN(""), &err));
	seal_trust_free(&t);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("seals checked");
	TCase *t = tcase_create("sets");
	SRunner *runner;
	int failed;

	tcase_add_unchecked_fixture(t, begin, end);
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, sets, 0, (int)mint_n_seal_rows);
	tcase_add_test(t, each_reason_has_its_own_code);
	tcase_add_loop_test(t, the_service_may_know_more, 0, 3);
	tcase_add_test(t, a_fault_lets_its_reason_pass);
	tcase_add_test(t, no_octet_may_be_altered);
	tcase_add_test(t, what_is_no_pem_is_refused);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
