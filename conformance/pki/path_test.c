/* SPDX-License-Identifier: MIT */
/*
 * All sets of fixtures/pki, judged whole: each fails for its reason alone.
 * And OpenSSL and GnuTLS, which share no code with path.c nor with each other.
 */
#include "conformance/pki/path.h"

#include <check.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "conformance/pki/timestamp.h"
#include "fixtures/pki/chains.h"

static struct mint_ring rings[MINT_ALGORITHMS];
static size_t differences;

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
	struct pki_crl crls[MINT_CRLS];
	const struct pki_crl *lists[MINT_CRLS];
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

/* ---- checks that no set is for ---- */

/* clang-format off */
static const struct {
	const char *code, *changes;
} other_rows[] = {
	{ "path.anchor.validity", "root.to=-1d" },
	{ "ext.aia.present",	  "leaf.aia=absent" },
	{ "ext.crldp.present",	  "leaf.points=absent" },
	{ "ext.crldp.critical",
	  "leaf.points=critical uri:http://crl.example.test/sub.crl" },
	{ "ext.policies.present", "leaf.policies=absent" },
	{ "ext.ski.entity",	  "leaf.ski=absent" },
	{ "ext.usage.critical",	  "leaf.usage=digitalSignature" },
	{ "ext.altname.critical", "leaf.alt=critical dns:www.example.test" },
	/* NULL stands in these extensions, which have another structure. */
	{ "ext.structure",	  "leaf.more=2.5.29.54" },
	{ "ext.anypolicy",	  "leaf.more=2.5.29.54" },
	{ "ext.freshest.critical", "leaf.more=critical 2.5.29.46" },
	{ "crl.ext.structure",	  "crl.in=yes; crl.more=2.5.29.27" },
	{ "crl.delta.critical",	  "crl.in=yes; crl.more=2.5.29.27" },
	{ "crl.ext.duplicate",	  "crl.in=yes; crl.more=2.5.29.20" },
	{ "crl.issuer",		  "crl.in=yes; crl.issuer=empty" },
	{ "crl.name",	"crl.in=yes; crl.issuer=C=CN/CN=nobody" },
	{ "crl.lifetime",	  "crl.in=yes; crl.to=+48h" },
	{ "crl.entry.unspecified",
	  "crl.in=yes; crl.revoked=x:0102:unspecified" },
	{ "ocsp.nonce.length",
	  "ocsp.in=yes; ocsp.more=1.3.6.1.5.5.7.48.1.2" },
	{ "ocsp.nocheck",
	  "ocsp.in=yes; responder.more=; responder.points=absent; "
	  "responder.aia=absent" },
};
/* clang-format on */

START_TEST(other_checks)
{
	const enum pki_code code = pki_check_find(other_rows[_i].code);
	const struct mint_chain c = { other_rows[_i].code, "p",
		other_rows[_i].code, other_rows[_i].changes, "" };
	const struct wall now = clock_wall();
	struct pki_findings f;
	struct mint_set s;
	struct err err;

	ck_assert_msg(mint_set_make(&s, &c, &rings[MINT_P256], now, &err), "%s",
	    err.what);
	pki_findings_init(&f);
	judge(&s, now, &f);
	ck_assert_msg(pki_findings_first(&f, code, PKI_FAILS) != NULL,
	    "%s does not fail", other_rows[_i].code);
	/* What ought to be so only is remarked. */
	if (pki_check_get(code)->level == PKI_SHOULD)
		ck_assert_msg(pki_findings_conform(&f), "%s: not a remark",
		    other_rows[_i].code);
	pki_findings_free(&f);
	mint_set_free(&s);
}
END_TEST

/* The leaf that these changes make, and the set that owns its octets. */
static void
make_leaf(struct pki_certificate *c, struct mint_set *s, const char *changes)
{
	const struct mint_chain row = { "leaf", "p", "", changes, "" };
	struct err err;

	ck_assert(
	    mint_set_make(s, &row, &rings[MINT_P256], clock_wall(), &err));
	ck_assert(certificate_read(c, buf_span(&s->certs[0]), NULL));
}

START_TEST(two_of_one_person)
{
	struct pki_certificate sign, cipher;
	struct mint_set a, b;
	struct pki_findings f;

	make_leaf(
	    &sign, &a, "leaf.usage=critical digitalSignature nonRepudiation");
	make_leaf(&cipher, &b,
	    "leaf.usage=critical keyEncipherment dataEncipherment; "
	    "leaf.key=other");
	pki_findings_init(&f);
	certificate_judge_dual(&sign, &cipher, &f);
	ck_assert_uint_eq(f.n, 3);
	ck_assert(pki_findings_conform(&f));
	certificate_judge_dual(&cipher, &sign, &f);
	ck_assert_ptr_nonnull(
	    pki_findings_first(&f, PKI_DUAL_USAGE, PKI_FAILS));
	cipher.usage |= USAGE_DIGITAL_SIGNATURE;
	pki_findings_free(&f);
	certificate_judge_dual(&sign, &cipher, &f);
	ck_assert_ptr_nonnull(
	    pki_findings_first(&f, PKI_DUAL_USAGE, PKI_FAILS));
	cipher.key = sign.key;
	cipher.subject = sign.issuer;
	certificate_judge_dual(&sign, &cipher, &f);
	ck_assert_ptr_nonnull(pki_findings_first(&f, PKI_DUAL_KEY, PKI_FAILS));
	ck_assert_ptr_nonnull(
	    pki_findings_first(&f, PKI_DUAL_SUBJECT, PKI_FAILS));
	pki_findings_free(&f);
	mint_set_free(&a);
	mint_set_free(&b);
}
END_TEST

/* RFC 5280 5.2.4 (c), (d); and 5.2.3. */
START_TEST(numbers_of_lists)
{
	static const struct {
		struct span base, number, delta;
		bool fits;
	} table[] = {
		{ SPAN_INIT("\5"), SPAN_INIT("\5"), SPAN_INIT("\6"), true },
		{ SPAN_INIT("\4"), SPAN_INIT("\5"), SPAN_INIT("\6"), true },
		{ SPAN_INIT("\6"), SPAN_INIT("\5"), SPAN_INIT("\7"), false },
		{ SPAN_INIT("\4"), SPAN_INIT("\6"), SPAN_INIT("\5"), false },
		/* of one number, and neither says anything */
		{ SPAN_INIT("\4"), SPAN_INIT("\6"), SPAN_INIT("\6"), true },
		{ SPAN_INIT("\0\200"), SPAN_INIT("\1\0"), SPAN_INIT("\1\1"),
		    true },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct pki_crl base = { .issuer = SPAN_INIT("\x30\x00"),
			.has_number = true,
			.number = table[i].number };
		struct pki_crl delta = { .issuer = SPAN_INIT("\x30\x00"),
			.has_number = true,
			.number = table[i].delta,
			.has_base = true,
			.base = table[i].base };

		ck_assert(
		    crl_judge_delta(&delta, &base, NULL) == table[i].fits);
		delta.issuer = SPAN("\x30\x02\x31\x00");
		ck_assert(!crl_judge_delta(&delta, &base, NULL));
		delta.issuer = base.issuer;
		delta.has_idp = true;
		ck_assert(!crl_judge_delta(&delta, &base, NULL));
		ck_assert(!crl_judge_sequence(&delta, &delta, NULL));
		delta.number = SPAN("\1\2\3");
		ck_assert(crl_judge_sequence(&base, &delta, NULL));
		ck_assert(!crl_judge_sequence(&delta, &base, NULL));
	}
}
END_TEST

START_TEST(nonces)
{
	struct pki_ocsp o = { .has_nonce = true,
		.nonce = SPAN_INIT("\x04\x03"
				   "abc") };

	ck_assert(ocsp_judge_nonce(&o, SPAN("abc"), NULL));
	ck_assert(!ocsp_judge_nonce(&o, SPAN("abd"), NULL));
	o.has_nonce = false;
	ck_assert(!ocsp_judge_nonce(&o, SPAN("abc"), NULL));
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

/* ---- GnuTLS's opinion ---- */

static gnutls_datum_t
datum(const struct buf *der)
{
	return (
	    gnutls_datum_t){ (unsigned char *)der->data, (unsigned)der->len };
}

/* Adds what can be read; false when the certificate cannot. */
static bool
to_crt(gnutls_x509_crt_t *to, const struct buf *der)
{
	const gnutls_datum_t d = datum(der);

	gnutls_x509_crt_init(to);
	if (gnutls_x509_crt_import(*to, &d, GNUTLS_X509_FMT_DER) == 0)
		return true;
	gnutls_x509_crt_deinit(*to);
	return false;
}

static int
gnutls_trusts(const struct mint_set *s)
{
	gnutls_x509_trust_list_t list;
	gnutls_x509_crt_t root, chain[MINT_CHAIN_MOST];
	unsigned n = 0, status = 0;
	int said = -1;

	gnutls_x509_trust_list_init(&list, 0);
	for (size_t i = 0; i < s->n_certs; i++) {
		if (to_crt(&chain[n], &s->certs[i]))
			n++;
		else if (i == 0)
			goto out;
	}
	if (!to_crt(&root, &s->root))
		goto out;
	gnutls_x509_trust_list_add_cas(list, &root, 1, 0);
	if (gnutls_x509_trust_list_verify_crt(
		list, chain, n, 0, &status, NULL) == 0)
		said = status == 0;
out:
	gnutls_x509_trust_list_deinit(list, 1); /* and the root */
	while (n > 0)
		gnutls_x509_crt_deinit(chain[--n]);
	return said;
}

/* ---- both against ours ---- */

enum other { OPENSSL, GNUTLS };

/*
 * Where the other trusts and we do not (1), or the other way (0).  None of
 * these is a wrong pass or a wrong fail of ours, for the reason given.
 */
/* clang-format off */
static const struct {
	enum other	 other;
	const char	*name;
	int		 trusts;
	const char	*why;
} known_to_differ[] = {
	{ OPENSSL, "der_indefinite", 1,
	  "it reads BER; RFC 5280 4.1 has what is signed in DER" },
	{ OPENSSL, "valid_alien_ca", 0,
	  "an SM2 signature, whose identifier it takes to be empty" },
	{ OPENSSL, "ca_keyid", 0,
	  "RFC 5280 4.2.1.2: key identifiers need not be compared" },
	{ GNUTLS, "ca_keyid", 0,
	  "likewise" },
	{ GNUTLS, "valid_self_issued", 0,
	  "RFC 5280 4.2.1.9: self-issued certificates do not count" },
	{ GNUTLS, "valid_name_case", 0,
	  "RFC 5280 7.1: names are compared without case, blanks folded" },
	{ GNUTLS, "valid_alien_ca", 0,
	  "an SM2 signature, which it does not know" },
	{ GNUTLS, "valid_policy", 0,
	  "RFC 5280 4.2.1.11: requireExplicitPolicy must be processed" },
	{ GNUTLS, "validity_no_seconds", 1,
	  "RFC 5280 4.1.2.5.1: seconds must be there" },
	{ GNUTLS, "validity_no_day", 1,
	  "a 30th of February" },
	{ GNUTLS, "names_uri", 1,
	  "RFC 5280 4.2.1.10: process the constraint, or reject" },
	{ GNUTLS, "names_dir", 1,
	  "RFC 5280 4.2.1.10: directoryName must be processed" },
	{ GNUTLS, "names_dir_alt", 1,
	  "likewise" },
};
/* clang-format on */

static bool
may_differ(enum other other, const char *name, int trusts)
{
	for (size_t i = 0; i < sizeof known_to_differ / sizeof *known_to_differ;
	     i++)
		if (known_to_differ[i].other == other &&
		    strcmp(known_to_differ[i].name, name) == 0)
			return known_to_differ[i].trusts == trusts;
	return false;
}

/*
 * What another trusts leads along a path of ours; what it does not has a
 * finding of ours against the path or a certificate of it.
 */
static void
compare_opinions(const struct mint_chain *c, enum mint_algorithm algorithm)
{
	static const char *const names[] = { "OpenSSL", "GnuTLS" };
	const struct wall now = clock_wall();
	struct all *a = malloc(sizeof *a);
	struct pki_findings f;
	struct path_ask ask;
	struct mint_set s;
	bool path, sound;
	int theirs[2];

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
	theirs[OPENSSL] = openssl_trusts(&s);
	theirs[GNUTLS] = gnutls_trusts(&s);
	for (int o = OPENSSL; o <= GNUTLS; o++)
		if ((theirs[o] == 1 ? !path : sound) &&
		    !may_differ((enum other)o, c->name, theirs[o])) {
			printf("%s, %s: path %d, sound %d, %s's %d\n", c->name,
			    mint_algorithms[algorithm], path, sound, names[o],
			    theirs[o]);
			differences++;
		}
	pki_findings_free(&f);
	free(a);
	mint_set_free(&s);
}

START_TEST(as_others_do)
{
	const struct mint_chain *c = &mint_chains[_i];

	differences = 0;
	if (mint_chain_of(c, MINT_P256))
		compare_opinions(c, MINT_P256);
	if (mint_chain_of(c, MINT_RSA))
		compare_opinions(c, MINT_RSA);
	ck_assert_uint_eq(differences, 0);
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
	tcase_add_loop_test(
	    tc, other_checks, 0, (int)(sizeof other_rows / sizeof *other_rows));
	tcase_add_test(tc, two_of_one_person);
	tcase_add_test(tc, numbers_of_lists);
	tcase_add_test(tc, nonces);
	tcase_add_loop_test(tc, as_others_do, 0, (int)mint_n_chains);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_set_fork_status(sr, CK_NOFORK);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
