/* SPDX-License-Identifier: MIT */
/* Seals and signatures as they are made, before the judge. */
#include "conformance/seal/signed.h"
#include "reference/seal/seal_testing.h"

/* ---- what the judge finds ---- */

struct court {
	struct pki_certificate root, sub;
	const struct pki_certificate *pool, *anchor;
	struct pki_crl crls[2];
	const struct pki_crl *lists[2];
	struct buf der[4];
	struct seal_ask ask;
};

static inline struct span
der_of(struct buf *to, X509 *x)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);

	buf_init(to, 1 << 16);
	buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	return buf_span(to);
}

static inline struct court *
court_new(void)
{
	struct court *c = mem_new(1, sizeof *c);
	const int issuers[2] = { ca_issuer(CA_SM2, CA_ROOT),
		ca_issuer(CA_SM2, CA_ISSUING) };
	struct err err;

	ck_assert(certificate_read(&c->root,
	    der_of(&c->der[0], ca->signers[CA_SM2][CA_ROOT].cert), NULL));
	ck_assert(certificate_read(&c->sub,
	    der_of(&c->der[1], ca->signers[CA_SM2][CA_ISSUING].cert), NULL));
	c->pool = &c->sub;
	c->anchor = &c->root;
	for (int i = 0; i < 2; i++) {
		buf_init(&c->der[2 + i], CA_CRL_MOST);
		ck_assert(ca_crl(ca, issuers[i], now, &c->der[2 + i], &err));
		ck_assert(
		    crl_read(&c->crls[i], buf_span(&c->der[2 + i]), NULL));
		c->lists[i] = &c->crls[i];
	}
	c->ask = (struct seal_ask){ .at = now,
		.pool = &c->pool,
		.n_pool = 1,
		.anchors = &c->anchor,
		.n_anchors = 1,
		.crls = c->lists,
		.n_crls = 2,
		.has_data = true,
		.data = DATA };
	return c;
}

static inline void
court_free(struct court *c)
{
	for (int i = 0; i < 4; i++)
		buf_free(&c->der[i]);
	free(c);
}

/* Codes of all that fails or is remarked, a blank behind each. */
static inline char *
verdict_of(struct pki_findings *f, bool fine)
{
	struct buf words;
	char *text;

	buf_init(&words, 4096);
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].result == PKI_FAILS ||
		    f->at[i].result == PKI_NOT_JUDGED)
			buf_addf(
			    &words, "%s ", pki_check_get(f->at[i].code)->code);
	if (words.len == 0 && (!fine || !pki_findings_conform(f)))
		buf_addf(&words, "not-believed ");
	text = mem_text(buf_span(&words));
	buf_free(&words);
	pki_findings_free(f);
	return text;
}

static inline char *
judged_seal(const struct buf *der)
{
	struct court *c = court_new();
	struct seal *s = mem_new(1, sizeof *s);
	struct pki_findings f;
	bool fine;

	pki_findings_init(&f);
	fine = seal_read(s, buf_span(der), &f);
	if (fine)
		seal_judge(s, &c->ask, now, &f);
	free(s);
	court_free(c);
	return verdict_of(&f, fine);
}

static inline char *
judged_signature(const struct buf *der)
{
	struct court *c = court_new();
	struct ses_signed *s = mem_new(1, sizeof *s);
	struct pki_findings f;
	bool fine;

	pki_findings_init(&f);
	fine = signed_read(s, buf_span(der), &f);
	if (fine)
		signed_judge(s, &c->ask, &f);
	free(s);
	court_free(c);
	return verdict_of(&f, fine);
}

/* ---- seals ---- */

START_TEST(a_seal_is_right)
{
	struct seal_order o = an_order();
	struct ses_seal *s;
	struct buf seal, again;
	enum ses_bad bad;
	char *found;

	o.list_type = _i;
	made(&o, &seal);
	found = judged_seal(&seal);
	ck_assert_str_eq(found, "");
	free(found);

	s = ses_seal_read(buf_span(&seal), &bad);
	ck_assert_ptr_nonnull(s);
	ck_assert_int_eq(ses_entries(s->info->property), 1);
	buf_init(&again, SES_MOST);
	ck_assert(ses_seal_write(s, &again));
	ck_assert(span_eq(buf_span(&seal), buf_span(&again)));
	ses_seal_free(s);
	buf_free(&again);
	buf_free(&seal);
}
END_TEST

START_TEST(a_signature_is_right)
{
	const struct seal_order o = an_order();
	struct seal_use u;
	struct buf seal, sealed;
	char *found;

	made(&o, &seal);
	u = a_use(&seal);
	if (_i == 1)
		u.stamper = NULL;
	used(&u, &sealed);
	found = judged_signature(&sealed);
	ck_assert_str_eq(found, "");
	free(found);
	buf_free(&sealed);
	buf_free(&seal);
}
END_TEST

START_TEST(a_seal_does_not_hold_before_it_is_made)
{
	struct seal_order o = an_order();
	struct ses_seal *s;
	struct buf seal;
	enum ses_bad bad;

	o.start.us -= 86400 * INT64_C(1000000);
	made(&o, &seal);
	s = ses_seal_read(buf_span(&seal), &bad);
	ck_assert_int_eq(ASN1_TIME_compare(
			     s->info->property->start, s->info->property->made),
	    0);
	ses_seal_free(s);
	buf_free(&seal);
}
END_TEST

/* What it says is about the field that is wrong. */
START_TEST(an_order_may_be_wrong)
{
	struct seal_order o = an_order();
	struct buf seal;
	struct err err;
	const char *about;

	switch (_i) {
	case 0:
		about = "esid", o.esid = "";
		break;
	case 1:
		about = "esid", o.esid = "章";
		break;
	case 2:
		about = "name", o.name = "";
		break;
	case 3:
		about = "name", o.name = "\xff";
		break;
	case 4:
		about = "mm", o.width = 0;
		break;
	case 5:
		about = "mm", o.height = 1001;
		break;
	case 6:
		about = "format", o.format = "tga";
		break;
	case 7:
		about = "picture", o.format = "gif";
		break;
	case 8:
		about = "picture", o.picture.len = 0;
		break;
	case 9:
		about = "end", o.end = o.start;
		break;
	default:
		about = "signers", o.n_signers = 0;
		break;
	}
	buf_init(&seal, SES_MOST);
	ck_assert(!seal_make(&o, &seal, &err));
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_msg(strstr(err.what, about) != NULL, "%s", err.what);
	ck_assert_uint_eq(seal.len, 0);
	buf_free(&seal);
}
END_TEST

START_TEST(what_is_no_seal_is_not_used)
{
	const struct seal_order o = an_order();
	struct seal_use u;
	struct buf seal, sealed;
	struct err err;

	made(&o, &seal);
	u = a_use(&seal);
	u.seal.len--;
	buf_init(&sealed, SES_MOST);
	ck_assert(!seal_sign(&u, &sealed, &err));
	buf_free(&sealed);
	buf_free(&seal);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("seals made");
	TCase *t = tcase_create("made");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, lab_come, lab_go);
	tcase_add_loop_test(t, a_seal_is_right, 0, 3);
	tcase_add_loop_test(t, a_signature_is_right, 0, 2);
	tcase_add_test(t, a_seal_does_not_hold_before_it_is_made);
	tcase_add_loop_test(t, an_order_may_be_wrong, 0, 11);
	tcase_add_test(t, what_is_no_seal_is_not_used);
	suite_add_tcase(suite, t);
	return run_suite(suite);
}
