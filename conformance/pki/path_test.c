/* SPDX-License-Identifier: MIT */
/*
 * All sets of fixtures/pki, judged whole: each fails for its reason alone.
 * And X509_verify_cert() of OpenSSL, which shares no code with path.c.
 */
#include "conformance/pki/path.h"

#include <check.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "conformance/pki/timestamp.h"
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

/* Everything of a set, as it was read. */
struct all {
	struct pki_certificate root, certs[MINT_CHAIN_MOST];
	const struct pki_certificate *pool[MINT_CHAIN_MOST], *anchor;
	size_t n;
	bool readable;
	struct pki_crl crls[2];
	const struct pki_crl *lists[2];
	size_t n_crls;
	struct pki_ocsp ocsp;
	const struct pki_ocsp *answer;
	size_t n_answers;
};

static void
read_set(struct all *a, const struct mint_set *s, struct pki_findings *f)
{
	*a = (struct all){ .readable = true, .anchor = &a->root };
	pki_about(f, "root");
	if (certificate_read(&a->root, buf_span(&s->root), f))
		certificate_judge(&a->root, f);
	for (size_t i = 0; i < s->n_certs; i++) {
		struct pki_certificate *c = &a->certs[a->n];

		pki_about(f, "certificate %zu", i + 1);
		if (certificate_read(c, buf_span(&s->certs[i]), f)) {
			certificate_judge(c, f);
			a->pool[a->n++] = c;
		} else {
			a->readable &= i != 0;
		}
	}
	for (size_t i = 0; i < s->n_crls; i++) {
		pki_about(f, "CRL %zu", i + 1);
		if (!crl_read(&a->crls[a->n_crls], buf_span(&s->crls[i]), f))
			continue;
		crl_judge(&a->crls[a->n_crls], f);
		a->lists[a->n_crls] = &a->crls[a->n_crls];
		a->n_crls++;
	}
	pki_about(f, "OCSP answer");
	a->answer = &a->ocsp;
	if (s->ocsp.len > 0 && ocsp_read(&a->ocsp, buf_span(&s->ocsp), f)) {
		ocsp_judge(&a->ocsp, f);
		a->n_answers = 1;
	}
}

static bool
judge(const struct mint_set *s, struct wall now, struct pki_findings *f)
{
	struct all *a = malloc(sizeof *a);
	struct path_ask ask;
	bool fine = false;

	ck_assert_ptr_nonnull(a);
	read_set(a, s, f);
	ask = (struct path_ask){ .target = &a->certs[0],
		.pool = a->pool,
		.n_pool = a->n,
		.anchors = &a->anchor,
		.n_anchors = 1,
		.at = now,
		.crls = a->lists,
		.n_crls = a->n_crls,
		.answers = &a->answer,
		.n_answers = a->n_answers };
	if (a->readable)
		fine = path_judge(&ask, NULL, f);
	if (s->stamp.len > 0) {
		struct pki_stamp stamp;

		pki_about(f, "time stamp");
		if (stamp_read(&stamp, buf_span(&s->stamp), f))
			fine = stamp_judge(&stamp,
				   &(struct stamp_ask){ .others = a->pool,
				       .n_others = a->n,
				       .at = now,
				       .data = span_of(s->data),
				       .has_data = true },
				   f) &&
			       fine;
	}
	free(a);
	return fine;
}

static void
make(struct mint_set *s, size_t i, struct mint_ring *ring, struct wall now)
{
	struct err err;

	ck_assert_msg(
	    mint_set_make(s, &mint_chains[i], ring, now, &err), "%s", err.what);
}

/* What is expected fails; nothing else does. */
static size_t
compare(const struct mint_chain *c, const char *algorithm,
    const struct pki_findings *f)
{
	struct span words = span_of(c->code);
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct pki_check *k = pki_check_get(f->at[i].code);

		if (f->at[i].result != PKI_FAILS ||
		    has_word(c->code, k->code) || k->level == PKI_SHOULD)
			continue;
		printf("%s, %s: %s: %s fails: %s\n", c->name, algorithm,
		    f->at[i].about, k->code, f->at[i].detail);
		n++;
	}
	while (words.len > 0) {
		const struct span word = span_cut(&words, ' ');
		bool there = false;

		for (size_t i = 0; i < f->n && !there; i++)
			there =
			    f->at[i].result == PKI_FAILS &&
			    span_eq(word,
				span_of(pki_check_get(f->at[i].code)->code));
		if (there)
			continue;
		printf("%s, %s: %.*s does not fail\n", c->name, algorithm,
		    SPAN_FMT(word));
		n++;
	}
	if (c->code[0] == '\0' && !pki_findings_conform(f)) {
		printf("%s, %s: does not conform\n", c->name, algorithm);
		n++;
	}
	return n;
}

START_TEST(sets)
{
	const struct mint_chain *c = &mint_chains[_i];
	const struct wall now = clock_wall();
	size_t wrong = 0;

	for (int a = 0; a < MINT_ALGORITHMS; a++) {
		struct mint_set s;
		struct pki_findings f;

		if (!mint_chain_of(c, rings[a].algorithm))
			continue;
		make(&s, (size_t)_i, &rings[a], now);
		pki_findings_init(&f);
		judge(&s, now, &f);
		wrong += compare(c, mint_algorithms[a], &f);
		pki_findings_free(&f);
		mint_set_free(&s);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* ---- OpenSSL's opinion ---- */

static X509 *
to_x509(const struct buf *der)
{
	const unsigned char *p = (const unsigned char *)der->data;

	return d2i_X509(NULL, &p, (long)der->len);
}

/* 1: trusts, 0: does not, -1: cannot read it. */
static int
openssl_trusts(const struct mint_set *s)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *others = sk_X509_new_null();
	X509 *root = to_x509(&s->root), *leaf = to_x509(&s->certs[0]);
	int said = -1;

	if (leaf == NULL || root == NULL)
		goto out;
	X509_STORE_add_cert(store, root);
	for (size_t i = 1; i < s->n_certs; i++) {
		X509 *x = to_x509(&s->certs[i]);

		if (x != NULL)
			sk_X509_push(others, x);
	}
	X509_STORE_CTX_init(ctx, store, leaf, others);
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_POLICY_CHECK);
	X509_VERIFY_PARAM_add0_policy(X509_STORE_CTX_get0_param(ctx),
	    OBJ_dup(OBJ_nid2obj(NID_any_policy)));
	said = X509_verify_cert(ctx) == 1;
out:
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_pop_free(others, X509_free);
	X509_free(leaf);
	X509_free(root);
	return said;
}

/* Where OpenSSL 3.0 trusts and we do not (1), or the other way (0). */
/* clang-format off */
static const struct {
	const char	*name;
	int		 openssl;
	const char	*why;
} known_to_differ[] = {
	{ "der_indefinite", 1,
	  "it reads BER; RFC 5280 4.1 has what is signed in DER" },
	{ "valid_alien_ca", 0,
	  "an SM2 signature, whose identifier it takes to be empty" },
	{ "ca_keyid", 0,
	  "RFC 5280 4.2.1.2: key identifiers need not be compared" },
};
/* clang-format on */

static bool
may_differ(const char *name, int openssl)
{
	for (size_t i = 0; i < sizeof known_to_differ / sizeof *known_to_differ;
	     i++)
		if (strcmp(known_to_differ[i].name, name) == 0)
			return known_to_differ[i].openssl == openssl;
	return false;
}

/*
 * What OpenSSL trusts leads along a path of ours; what it does not has a
 * finding of ours against the path or a certificate of it.
 */
static void
compare_opinions(const struct mint_chain *c, enum mint_algorithm algorithm)
{
	const struct wall now = clock_wall();
	struct all *a = malloc(sizeof *a);
	struct pki_findings f;
	struct path_ask ask;
	struct mint_set s;
	bool path, sound;
	int theirs;

	ck_assert_ptr_nonnull(a);
	make(&s, (size_t)(c - mint_chains), &rings[algorithm], now);
	s.n_crls = 0;
	buf_clear(&s.ocsp);
	pki_findings_init(&f);
	read_set(a, &s, &f);
	ask = (struct path_ask){ .target = &a->certs[0],
		.pool = a->pool,
		.n_pool = a->n,
		.anchors = &a->anchor,
		.n_anchors = 1,
		.at = now };
	path = a->readable && path_judge(&ask, NULL, NULL);
	sound = path && pki_findings_conform(&f);
	theirs = openssl_trusts(&s);
	if (theirs == 1 ? !path : sound)
		ck_assert_msg(may_differ(c->name, theirs),
		    "%s, %s: path %d, sound %d, OpenSSL's %d", c->name,
		    mint_algorithms[algorithm], path, sound, theirs);
	pki_findings_free(&f);
	free(a);
	mint_set_free(&s);
}

START_TEST(as_openssl_does)
{
	const struct mint_chain *c = &mint_chains[_i];

	if (mint_chain_of(c, MINT_P256))
		compare_opinions(c, MINT_P256);
	if (mint_chain_of(c, MINT_RSA))
		compare_opinions(c, MINT_RSA);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pki/path");
	TCase *tc = tcase_create("path");
	SRunner *sr;
	int failed;

	tcase_add_unchecked_fixture(tc, begin, end);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, sets, 0, (int)mint_n_chains);
	tcase_add_loop_test(tc, as_openssl_does, 0, (int)mint_n_chains);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_set_fork_status(sr, CK_NOFORK);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
