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

/* ---- faults ---- */

/* What the judge says first of a seal, and of what is signed with it. */
static void
judged_with(
    enum fault fault, enum variant variant, char **of_seal, char **of_signature)
{
	struct seal_order o = an_order();
	struct seal_use u;
	struct buf seal, sealed;
	struct err err;

	o.ca = ca;
	o.fault = fault;
	o.variant = variant;
	made(&o, &seal);
	*of_seal = judged_seal(&seal);
	u = a_use(&seal);
	u.fault = fault;
	u.variant = variant;
	buf_init(&sealed, SES_MOST);
	*of_signature = seal_sign(&u, &sealed, &err) ? judged_signature(&sealed)
						     : mem_text(SPAN("none"));
	buf_free(&sealed);
	buf_free(&seal);
}

/* clang-format off */
/* What the judge finds in the seal, and in what is signed with it. */
static const struct {
	enum fault fault;
	const char *of_seal, *of_signature; /* "none": it cannot be used */
} shown[] = {
	{ FAULT_SEAL_NOT_DER, "der.length.indefinite", "none" },
	{ FAULT_SEAL_ELEMENT_MORE, "seal.structure", "none" },
	{ FAULT_SEAL_OF_2014, "seal.standard", "none" },
	{ FAULT_SEAL_ID_WRONG, "seal.id", "seal.id" },
	{ FAULT_SEAL_VERSION_WRONG, "seal.version", "seal.version" },
	{ FAULT_SEAL_ESID_EMPTY, "seal.esid", "seal.esid" },
	{ FAULT_SEAL_ESID_SAME, "", "" },
	{ FAULT_SEAL_EXTENSION_CRITICAL,
	  "seal.extensions.critical",
	  "seal.extensions.critical" },
	{ FAULT_SEAL_EXTENSION_UNTAGGED,
	  "seal.extensions.tag",
	  "seal.extensions.tag" },
	{ FAULT_SEAL_EXTENSION_FALSE,
	  "seal.extensions.default",
	  "seal.extensions.default" },
	{ FAULT_SEAL_LIST_TYPE_WRONG, "seal.list.type", "seal.list.type" },
	{ FAULT_SEAL_LIST_OTHER_TYPE,
	  "seal.list",
	  "sign.signer.digest seal.list" },
	{ FAULT_SEAL_TIME_UTC, "seal.time.type", "seal.time.type" },
	{ FAULT_SEAL_TIMES_REVERSED,
	  "seal.time.order seal.begun seal.expired",
	  "seal.time.order seal.begun seal.since" },
	{ FAULT_SEAL_NAME_OTHER, "", "" },
	{ FAULT_SEAL_PICTURE_SIZELESS, "seal.picture", "seal.picture" },
	{ FAULT_SEAL_PICTURE_TYPE_WRONG,
	  "seal.picture.type",
	  "seal.picture.type" },
	{ FAULT_SEAL_PICTURE_SIZE_OTHER, "", "" },
	{ FAULT_SEAL_PICTURE_OTHER, "", "" },
	{ FAULT_SEAL_ALGORITHM_ARC, "seal.algorithm", "seal.algorithm" },
	{ FAULT_SEAL_ALGORITHM_WHOLE,
	  "seal.algorithm.form",
	  "seal.algorithm.form" },
	{ FAULT_SEAL_BITS_UNUSED, "seal.bits", "seal.bits" },
	{ FAULT_SEAL_VALUE_RAW, "seal.signature.form", "seal.signature.form" },
	{ FAULT_SEAL_VALUE_NAMELESS, "seal.signature.id", "seal.signature.id" },
	{ FAULT_SEAL_VALUE_WRONG, "seal.signature", "seal.signature" },
	{ FAULT_SEAL_VALUE_SCOPE,
	  "seal.signature.scope",
	  "seal.signature.scope" },
	{ FAULT_SEAL_MAKER_TRUNCATED,
	  "seal.maker.certificate",
	  "seal.maker.certificate" },
	{ FAULT_SEAL_MAKER_SELF_SIGNED, "seal.maker.chain", "seal.maker.chain" },
	{ FAULT_SEAL_MAKER_EXPIRED,
	  "seal.maker.chain seal.maker.validity",
	  "seal.maker.chain seal.maker.validity" },
	{ FAULT_SEAL_MAKER_REVOKED, "seal.maker.revoked", "seal.maker.revoked" },
	{ FAULT_SEAL_MAKER_USAGE, "seal.maker.usage", "seal.maker.usage" },
	{ FAULT_SEAL_PERIOD_PAST, "seal.expired", "seal.expired" },
	{ FAULT_SIGN_NOT_DER, "", "der.length.indefinite" },
	{ FAULT_SIGN_ELEMENT_MORE, "", "sign.structure" },
	{ FAULT_SIGN_OF_2014, "seal.standard", "sign.standard seal.standard" },
	{ FAULT_SIGN_ALGORITHM_ARC, "", "sign.algorithm" },
	{ FAULT_SIGN_ALGORITHM_WHOLE, "", "sign.algorithm.form" },
	{ FAULT_SIGN_BITS_UNUSED, "", "sign.bits" },
	{ FAULT_SIGN_VERSION_WRONG, "", "sign.version" },
	{ FAULT_SIGN_SEAL_OTHER, "", "seal.algorithm.form" },
	{ FAULT_SIGN_TIME_UTC, "", "sign.time.type" },
	{ FAULT_SIGN_TIME_FUTURE, "", "sign.time.past sign.stamp.time" },
	{ FAULT_SIGN_DIGEST_SHORT, "", "sign.digest.form sign.digest" },
	{ FAULT_SIGN_EXTENSION_CRITICAL, "", "sign.extensions.critical" },
	{ FAULT_SIGN_EXTENSION_UNTAGGED, "", "sign.extensions.tag" },
	{ FAULT_SIGN_VALUE_RAW, "", "sign.signature.form" },
	{ FAULT_SIGN_VALUE_NAMELESS, "", "sign.signature.id" },
	{ FAULT_SIGN_VALUE_WRONG, "", "sign.signature" },
	{ FAULT_SEAL_SIGNER_OTHER, "", "sign.signer.listed" },
	{ FAULT_SEAL_SIGNER_DIGEST, "", "sign.signer.digest" },
	{ FAULT_SIGN_SIGNER_TRUNCATED,
	  "",
	  "sign.signer.certificate sign.signer.listed" },
	{ FAULT_SIGN_SIGNER_SELF_SIGNED,
	  "",
	  "sign.signer.listed sign.signer.chain" },
	{ FAULT_SIGN_SIGNER_EXPIRED,
	  "",
	  "sign.signer.listed sign.signer.chain sign.signer.validity" },
	{ FAULT_SIGN_SIGNER_REVOKED, "", "sign.signer.revoked" },
	{ FAULT_SIGN_SIGNER_USAGE, "", "sign.signer.listed sign.signer.usage" },
	{ FAULT_SIGN_DIGEST_WRONG, "", "sign.digest" },
	{ FAULT_SIGN_STAMP_IMPRINT, "", "stamp.imprint" },
	{ FAULT_SIGN_STAMP_KEY, "", "stamp.signature" },
	{ FAULT_SIGN_STAMP_EARLY, "", "sign.stamp.time" },
	{ FAULT_SIGN_STAMP_SELF_SIGNED, "", "sign.stamp.chain" },
	{ FAULT_SIGN_STAMP_UNTAGGED, "", "sign.stamp.tag" },
};
/* clang-format on */

enum { SHOWN = sizeof shown / sizeof shown[0] };

/* Without the blank at the end. */
static void
assert_words(const char *fault, char *found, const char *wanted)
{
	size_t n = strlen(found);

	if (n > 0 && found[n - 1] == ' ')
		found[n - 1] = '\0';
	ck_assert_msg(strcmp(found, wanted) == 0,
	    "%s: \"%s\", should be \"%s\"", fault, found, wanted);
	free(found);
}

START_TEST(a_fault_shows)
{
	const char *name = fault_get(shown[_i].fault)->name;
	char *of_seal, *of_signature;

	judged_with(shown[_i].fault, VARIANT_NONE, &of_seal, &of_signature);
	assert_words(name, of_seal, shown[_i].of_seal);
	assert_words(name, of_signature, shown[_i].of_signature);
}
END_TEST

START_TEST(every_fault_is_shown)
{
	ck_assert_int_eq(
	    SHOWN, FAULT_SIGN_STAMP_UNTAGGED - FAULT_SEAL_NOT_DER + 1);
}
END_TEST

START_TEST(a_variant_does_not_show)
{
	char *of_seal, *of_signature;

	judged_with(FAULT_NONE, (enum variant)_i, &of_seal, &of_signature);
	assert_words("variant", of_seal, "");
	assert_words("variant", of_signature, "");
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
	tcase_add_loop_test(t, a_fault_shows, 0, SHOWN);
	tcase_add_test(t, every_fault_is_shown);
	tcase_add_loop_test(t, a_variant_does_not_show, VARIANT_SEAL_DIGESTS,
	    VARIANT_SEAL_REMARKS + 1);
	suite_add_tcase(suite, t);
	return run_suite(suite);
}
