/* SPDX-License-Identifier: MIT */
/* Documents sealed here, before the judge; those of fixtures/seal, here. */
#include "reference/seal/ofd.h"

#include "conformance/seal/ofd.h"
#include "fixtures/seal/plan.h"
#include "fixtures/seal/seals.h"
#include "reference/seal/flaw.h"
#include "reference/seal/pack.h"
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

static struct span
der_of(struct buf *to, X509 *x)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);

	buf_init(to, 1 << 16);
	buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	return buf_span(to);
}

static struct court *
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
		.n_crls = 2 };
	return c;
}

static void
court_free(struct court *c)
{
	for (int i = 0; i < 4; i++)
		buf_free(&c->der[i]);
	free(c);
}

/* Codes of all that fails or is remarked; *n: how many seals. */
static char *
judged(const struct buf *package, size_t *n)
{
	struct court *c = court_new();
	struct pki_findings f;
	struct buf words;
	struct ofd ofd;
	char *text;

	buf_init(&words, 4096);
	pki_findings_init(&f);
	if (ofd_read(&ofd, buf_span(package), &f))
		ofd_judge(&ofd, &c->ask, &f);
	*n = ofd.n_signatures;
	ofd_free(&ofd);
	for (size_t i = 0; i < f.n; i++)
		if (f.at[i].result != PKI_HOLDS)
			buf_addf(&words, "%s (%s) ",
			    pki_check_get(f.at[i].code)->code, f.at[i].detail);
	text = mem_text(buf_span(&words));
	buf_free(&words);
	pki_findings_free(&f);
	court_free(c);
	return text;
}

/* ---- what is sealed ---- */

static struct buf seal;
static struct ofd_order order;
static struct buf blank;

static void
come(void)
{
	struct seal_order o;
	struct err err;

	lab_come();
	o = an_order();
	made(&o, &seal);
	buf_init(&blank, PACK_MOST);
	ck_assert(ofd_blank("关于<印发>验收办法的通知", now, &blank, &err));
	order = (struct ofd_order){ .document = buf_span(&blank),
		.page = 1,
		.x = 120,
		.y = 200,
		.use = a_use(&seal) };
}

static void
leave(void)
{
	buf_free(&blank);
	buf_free(&seal);
	lab_go();
}

static void
sealed(const struct ofd_order *o, struct buf *to)
{
	struct err err;

	buf_init(to, PACK_MOST);
	ck_assert_msg(ofd_seal(o, to, &err), "%s", err.what);
}

static void
check_by(enum variant variant, struct span document, struct seal_answer *a,
    size_t *n)
{
	struct seal_trust t;
	struct seal_question q = {
		.trust = &t, .now = now, .variant = variant
	};
	struct err err;

	ck_assert(seal_trust_read(&t, buf_span(&pems[0]), buf_span(&pems[1]),
	    buf_span(&pems[2]), &err));
	ofd_check(document, &q, a, n);
	seal_trust_free(&t);
}

static void
check(struct span document, struct seal_answer *a, size_t *n)
{
	check_by(VARIANT_NONE, document, a, n);
}

static void
assert_right(const struct buf *package, size_t seals)
{
	struct seal_answer a;
	size_t n;
	char *found = judged(package, &n);

	ck_assert_str_eq(found, "");
	ck_assert_uint_eq(n, seals);
	free(found);
	check(buf_span(package), &a, &n);
	ck_assert_msg(a.why == WHY_FINE, "%s", a.note);
	ck_assert_uint_eq(n, seals);
}

START_TEST(a_document_is_sealed)
{
	struct buf once;

	order.whole = _i == 1;
	sealed(&order, &once);
	assert_right(&once, 1);
	buf_free(&once);
}
END_TEST

/* What may be left out is; what is there is right. */
START_TEST(a_document_may_be_sealed_barely)
{
	struct buf once, twice;
	struct seal_answer a;
	size_t n;
	char *found;

	order.use.variant = VARIANT_OFD_BARE;
	sealed(&order, &once);
	found = judged(&once, &n);
	ck_assert_str_eq(found, "ofd.seal (Signature.xml names none) ");
	check(buf_span(&once), &a, &n);
	ck_assert_msg(a.why == WHY_FINE, "%s", a.note);
	order.document = buf_span(&once);
	sealed(&order, &twice);
	check(buf_span(&twice), &a, &n);
	ck_assert_msg(a.why == WHY_FINE, "%s", a.note);
	ck_assert_uint_eq(n, 2);
	buf_free(&twice);
	buf_free(&once);
	free(found);
}
END_TEST

/* Up to three, each of which leaves those before it as they are. */
START_TEST(a_document_may_have_several_seals)
{
	struct buf once, twice, thrice;

	sealed(&order, &once);
	order.document = buf_span(&once);
	order.x = 10;
	sealed(&order, &twice);
	assert_right(&twice, 2);
	order.document = buf_span(&twice);
	order.whole = true;
	sealed(&order, &thrice);
	assert_right(&thrice, 3);
	buf_free(&thrice);
	buf_free(&twice);
	buf_free(&once);
}
END_TEST

START_TEST(nothing_is_added_to_what_is_whole)
{
	struct buf once, twice;
	struct err err;

	order.whole = true;
	sealed(&order, &once);
	order.document = buf_span(&once);
	order.whole = _i == 1;
	buf_init(&twice, PACK_MOST);
	ck_assert(!ofd_seal(&order, &twice, &err));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_msg(strstr(err.what, "whole") != NULL, "%s", err.what);
	ck_assert_uint_eq(twice.len, 0);
	buf_free(&twice);
	buf_free(&once);
}
END_TEST

/* What it says is about what is wrong. */
START_TEST(there_may_be_no_place)
{
	static const struct {
		unsigned page;
		double x, y;
		const char *about;
	} rows[] = {
		{ 0, 1, 1, "page" },
		{ 2, 1, 1, "page" },
		{ 1, -1, 1, "x, y" },
		{ 1, 169, 1, "x, y" },
		{ 1, 1, 256, "x, y" },
		{ 1, 0.0 / 0.0, 1, "x, y" },
	};
	struct buf out;
	struct err err;

	order.page = rows[_i].page;
	order.x = rows[_i].x;
	order.y = rows[_i].y;
	buf_init(&out, PACK_MOST);
	ck_assert(!ofd_seal(&order, &out, &err));
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_msg(strstr(err.what, rows[_i].about) != NULL, "%s", err.what);
	buf_free(&out);
}
END_TEST

/* ---- what was changed since ---- */

static void
change(const struct buf *package, void (*how)(struct pack *), struct buf *to)
{
	struct pack p;
	struct err err;

	buf_init(to, PACK_MOST);
	ck_assert(pack_read(&p, buf_span(package), &err));
	how(&p);
	ck_assert_msg(pack_write(&p, now, to, &err), "%s", err.what);
	pack_free(&p);
}

static void
flip(struct pack *p, const char *name)
{
	struct pack_file *f = pack_find(p, name);

	ck_assert_msg(f != NULL, "%s", name);
	f->octets.data[f->octets.len / 2] ^= 1;
}

static void
flip_page(struct pack *p)
{
	flip(p, "Doc_0/Pages/Page_0/Content.xml");
}

static void
flip_first(struct pack *p)
{
	flip(p, "Doc_0/Signs/Sign_0/Seal.esl");
}

static void
flip_value(struct pack *p)
{
	flip(p, "Doc_0/Signs/Sign_0/SignedValue.dat");
}

static void
smuggle(struct pack *p)
{
	pack_put(p, "Doc_0/other.xml", SPAN("<x/>"));
}

static void
forget_seals(struct pack *p)
{
	pack_put(p, "Doc_0/Signs/Signatures.xml",
	    SPAN("<Signatures xmlns=\"http://www.ofdspec.org/2016\"/>"));
}

static void
forget_list(struct pack *p)
{
	pack_put(p, "Doc_0/Signs/Signatures.xml", SPAN(""));
}

static void
declare(struct pack *p)
{
	pack_put(p, "OFD.xml", SPAN("<!DOCTYPE a [<!ENTITY b \"c\">]><OFD/>"));
}

START_TEST(what_was_changed_is_noticed)
{
	static const struct {
		void (*how)(struct pack *);
		const char *code;
	} rows[] = {
		{ flip_page, "reference" },
		{ flip_first, "reference" },
		{ flip_value, NULL },
		{ smuggle, "uncovered" },
		{ forget_seals, "unsealed" },
		{ forget_list, "signature-list" },
		{ declare, "xml" },
	};
	struct seal_answer a;
	struct buf once, other;

	sealed(&order, &once);
	change(&once, rows[_i].how, &other);
	check(buf_span(&other), &a, NULL);
	ck_assert_msg(a.why != WHY_FINE, "row %d", _i);
	if (rows[_i].code != NULL)
		ck_assert_str_eq(seal_reason_code(a.why), rows[_i].code);
	buf_free(&other);
	buf_free(&once);
}
END_TEST

START_TEST(what_is_not_sealed_is_said_to_be)
{
	struct seal_answer a;

	check(buf_span(&blank), &a, NULL);
	ck_assert_str_eq(seal_reason_code(a.why), "unsealed");
	check(SPAN("nonsense"), &a, NULL);
	ck_assert_str_eq(seal_reason_code(a.why), "package");
	check(SPAN(""), &a, NULL);
	ck_assert_str_eq(seal_reason_code(a.why), "package");
}
END_TEST

/* Right but for one thing that was never altered: refused, or remarked. */
START_TEST(what_is_odd_is_told)
{
	static const struct {
		enum fault fault;
		const char *code;
	} rows[] = {
		{ FAULT_OFD_PAGE_ABSENT, "page" },
		{ FAULT_OFD_BOUNDARY_EMPTY, "boundary" },
		{ FAULT_OFD_ALGORITHM_OTHER, "signature-method" },
		{ FAULT_OFD_PAGE_UNCOVERED, "uncovered" },
		{ FAULT_OFD_OCTETS_MORE, "octets" },
	};
	struct seal_answer a, by;
	struct buf once;

	order.use.fault = rows[_i].fault;
	sealed(&order, &once);
	check(buf_span(&once), &a, NULL);
	ck_assert_str_eq(seal_reason_code(a.why), rows[_i].code);
	check_by(VARIANT_OFD_REMARKS, buf_span(&once), &by, NULL);
	ck_assert_int_eq((int)by.why, WHY_FINE);
	ck_assert_str_eq(by.note, a.note);
	buf_free(&once);
}
END_TEST

static const char document_of_nobody[] =
    "<DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody>";

START_TEST(a_package_may_have_too_many_documents)
{
	struct pack p;
	struct seal_answer a;
	struct buf text, out;
	struct err err;

	buf_init(&text, 1 << 16);
	buf_init(&out, PACK_MOST);
	ck_assert(pack_read(&p, buf_span(&blank), &err));
	buf_addf(&text, "<OFD xmlns=\"http://www.ofdspec.org/2016\">");
	for (int i = 0; i < PACK_SIGNS + _i; i++)
		buf_addf(&text, "%s", document_of_nobody);
	buf_addf(&text, "</OFD>");
	pack_put(&p, "OFD.xml", buf_span(&text));
	ck_assert(pack_write(&p, now, &out, &err));
	check(buf_span(&out), &a, NULL);
	ck_assert_str_eq(
	    seal_reason_code(a.why), _i == 0 ? "unsealed" : "signature-list");
	pack_free(&p);
	buf_free(&out);
	buf_free(&text);
}
END_TEST

/* ---- faults ---- */

/* A code that the judge finds: of a document sealed once, and twice. */
static const struct {
	enum fault fault;
	const char *once, *twice; /* "": nothing; NULL: cannot be sealed */
} shown[] = {
	{ FAULT_OFD_NAME_OUTSIDE, "ofd.package", NULL },
	{ FAULT_OFD_VALUE_MISSING, "ofd.structure", "ofd.structure" },
	{ FAULT_OFD_METHOD_SHA256, "ofd.method", "ofd.method" },
	{ FAULT_OFD_REFERENCE_WRONG, "ofd.reference", "ofd.reference" },
	{ FAULT_OFD_SEAL_OTHER, "ofd.seal", "ofd.seal" },
	{ FAULT_OFD_DIGEST_EARLY, "sign.digest", "sign.digest" },
	{ FAULT_OFD_VALUE_WRONG, "sign.signature", "sign.signature" },
	{ FAULT_OFD_PAGE_UNCOVERED, "ofd.uncovered", "ofd.uncovered" },
	{ FAULT_OFD_SECOND_BREAKS, "", "ofd.reference" },
	{ FAULT_OFD_WHOLE_OPEN, "", "ofd.closed" },
	{ FAULT_OFD_PAGE_ABSENT, "ofd.page", "ofd.page" },
	{ FAULT_OFD_BOUNDARY_EMPTY, "ofd.boundary", "ofd.boundary" },
	{ FAULT_OFD_PLACE_OTHER, "", "" },
	{ FAULT_OFD_ALGORITHM_OTHER, "ofd.algorithm", "ofd.algorithm" },
	{ FAULT_OFD_OCTETS_MORE, "ofd.octets", NULL },
};

enum { SHOWN = sizeof shown / sizeof shown[0] };

static void
assert_found(const struct buf *package, const char *code)
{
	size_t n;
	char *found = judged(package, &n);

	if (code[0] == '\0')
		ck_assert_str_eq(found, "");
	else
		ck_assert_msg(
		    strstr(found, code) != NULL, "%s: %s", code, found);
	free(found);
}

START_TEST(a_fault_shows)
{
	struct buf once, twice;
	struct err err;

	order.use.fault = shown[_i].fault;
	order.whole = shown[_i].fault == FAULT_OFD_WHOLE_OPEN;
	sealed(&order, &once);
	assert_found(&once, shown[_i].once);
	order.document = buf_span(&once);
	buf_init(&twice, PACK_MOST);
	ck_assert_int_eq(
	    ofd_seal(&order, &twice, &err), shown[_i].twice != NULL);
	if (shown[_i].twice != NULL)
		assert_found(&twice, shown[_i].twice);
	buf_free(&twice);
	buf_free(&once);
}
END_TEST

/* What is blind to a reason is sound otherwise. */
START_TEST(a_fault_lets_its_reason_pass)
{
	const enum fault fault = (enum fault)_i;
	int passed = 0;

	for (int why = 1; why < WHY_COUNT; why++) {
		struct seal_answer a = { .why = (enum seal_why)why };

		flaw_ofd_found(fault, now, 1, &a);
		passed += a.why == WHY_FINE;
	}
	ck_assert_int_eq(passed, 1);
}
END_TEST

START_TEST(a_fault_refuses_what_is_right)
{
	struct seal_answer a = { .why = WHY_FINE };

	flaw_ofd_found(FAULT_OFD_TWO_REFUSED, now, 1, &a);
	ck_assert_int_eq((int)a.why, WHY_FINE);
	flaw_ofd_found(FAULT_OFD_TWO_REFUSED, now, 2, &a);
	ck_assert_int_ne((int)a.why, WHY_FINE);
	a = (struct seal_answer){ .why = WHY_FINE };
	flaw_ofd_found(FAULT_OFD_RIGHT_REFUSED, now, 1, &a);
	ck_assert_int_ne((int)a.why, WHY_FINE);
}
END_TEST

/* ---- packages that nobody should open ---- */

START_TEST(a_package_may_grow_too_far)
{
	struct pack p = { .n = 0 }, again;
	struct buf zeros, out;
	struct err err;

	buf_init(&zeros, PACK_MOST);
	buf_init(&out, PACK_MOST);
	while (zeros.len < 2 << 20)
		buf_add(&zeros, (struct span){ (const char[4096]){ 0 }, 4096 });
	pack_put(&p, "zeros", buf_span(&zeros));
	ck_assert(pack_write(&p, now, &out, &err));
	ck_assert(!pack_read(&again, buf_span(&out), &err));
	ck_assert_int_eq(err.kind, ERR_LIMIT);
	pack_free(&again);
	pack_free(&p);
	buf_free(&out);
	buf_free(&zeros);
}
END_TEST

START_TEST(a_package_may_have_too_many_files)
{
	struct pack p = { .n = 0 }, again;
	struct buf out;
	struct err err;

	buf_init(&out, PACK_MOST);
	for (int i = 0; i <= PACK_FILES; i++) {
		char *name = mem_textf("file-%d", i);

		pack_put(&p, name, SPAN("x"));
		free(name);
	}
	ck_assert(pack_write(&p, now, &out, &err));
	ck_assert(!pack_read(&again, buf_span(&out), &err));
	ck_assert_int_eq(err.kind, ERR_LIMIT);
	pack_free(&again);
	pack_free(&p);
	buf_free(&out);
}
END_TEST

START_TEST(a_location_stays_inside)
{
	static const struct {
		const char *from, *location, *path;
	} rows[] = {
		{ "OFD.xml", "Doc_0/Document.xml", "Doc_0/Document.xml" },
		{ "OFD.xml", "/Doc_0/Document.xml", "Doc_0/Document.xml" },
		{ "Doc_0/Signs/Signatures.xml", "Sign_0/Signature.xml",
		    "Doc_0/Signs/Sign_0/Signature.xml" },
		{ "Doc_0/Signs/Signatures.xml", "../Res/a.png",
		    "Doc_0/Res/a.png" },
		{ "Doc_0/Document.xml", "./a", "Doc_0/a" },
		{ "Doc_0/Document.xml", "../../a", NULL },
		{ "OFD.xml", "../a", NULL },
		{ "OFD.xml", "a/../b", NULL },
		{ "OFD.xml", "c:a", NULL },
		{ "OFD.xml", "a\\b", NULL },
		{ "OFD.xml", "", NULL },
	};
	char *path = pack_path(rows[_i].from, rows[_i].location);

	if (rows[_i].path == NULL)
		ck_assert_msg(path == NULL, "%s", path);
	else
		ck_assert_str_eq(path, rows[_i].path);
	free(path);
}
END_TEST

/* ---- those of fixtures/seal ---- */

static void
add_der(struct buf *to, const char *type, const struct buf *der)
{
	add_pem(to, type, der->data, der->len);
}

static void
check_set(const struct mint_seal_set *s, struct wall at, struct seal_answer *a)
{
	struct seal_trust t;
	struct seal_question q = { .trust = &t, .now = at };
	struct buf pem[3];
	struct err err;

	for (int i = 0; i < 3; i++)
		buf_init(&pem[i], 1 << 20);
	add_der(&pem[0], "CERTIFICATE", &s->pki.root);
	for (size_t i = 0; i < s->pki.n_certs; i++)
		add_der(&pem[1], "CERTIFICATE", &s->pki.certs[i]);
	for (size_t i = 0; i < s->pki.n_crls; i++)
		add_der(&pem[2], "X509 CRL", &s->pki.crls[i]);
	ck_assert(seal_trust_read(
	    &t, buf_span(&pem[0]), buf_span(&pem[1]), buf_span(&pem[2]), &err));
	ofd_check(buf_span(&s->ofd), &q, a, NULL);
	seal_trust_free(&t);
	for (int i = 0; i < 3; i++)
		buf_free(&pem[i]);
}

/* clang-format off */
/* What fails there, and what is said here; what is not listed is tolerated. */
static const struct {
	const char *judged, *code; /* NULL: whatever it is */
} said[] = {
	{ "ofd.reference", "reference" },
	{ "ofd.seal", "seal-file" },
	{ "sign.digest", "digest" },
	{ "ofd.method", "method" },
	{ "ofd.uncovered", "uncovered" },
	{ "ofd.package", "package" },
	{ "ofd.entity", "xml" },
	{ "ofd.sealed", "unsealed" },
	{ "ofd.type?", "document" },
	{ "ofd.type", "document" },
	{ "ofd.property", "property" },
	{ "ofd.ratio", "package" },
	{ "ofd.entries", "package" },
	{ "ofd.packing", "package" },
	/* octets behind a file are not looked for: it is seen to be unsealed */
	{ "ofd.zip", NULL },
	{ "ofd.names", "package" },
	{ "ofd.octets", "octets" },
	{ "ofd.algorithm", "signature-method" },
	{ "ofd.page", "page" },
	{ "ofd.boundary", "boundary" },
	{ "ofd.structure", NULL },
};
/* clang-format on */

/* "": it is valid; NULL: it is not. */
static const char *
expected(const struct mint_seal_row *row)
{
	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
		if (mint_word(row->code, said[i].judged))
			return said[i].code;
	return "";
}

START_TEST(sets)
{
	const struct mint_seal_row *row = &mint_seal_rows[_i];
	const struct wall at = clock_wall();
	struct mint_seal_set s;
	struct mint_ring ring;
	struct seal_answer a;
	const char *want;
	struct err err;

	if (strchr(row->where, 'o') == NULL)
		return;
	mint_ring_init(&ring, MINT_SM2);
	ck_assert_msg(
	    mint_seal_set_make(&s, row, &ring, at, &err), "%s", err.what);
	check_set(&s, at, &a);
	want = expected(row);
	ck_assert_msg(want == NULL ? a.why != WHY_FINE
				   : strcmp(seal_reason_code(a.why), want) == 0,
	    "%s: \"%s\", should be \"%s\": %s", row->name,
	    seal_reason_code(a.why), want == NULL ? "something" : want, a.note);
	mint_seal_set_free(&s);
	mint_ring_free(&ring);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("documents");
	TCase *t = tcase_create("sealed");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, come, leave);
	tcase_add_loop_test(t, a_document_is_sealed, 0, 2);
	tcase_add_test(t, a_document_may_be_sealed_barely);
	tcase_add_test(t, a_document_may_have_several_seals);
	tcase_add_loop_test(t, nothing_is_added_to_what_is_whole, 0, 2);
	tcase_add_loop_test(t, there_may_be_no_place, 0, 6);
	tcase_add_loop_test(t, what_was_changed_is_noticed, 0, 7);
	tcase_add_test(t, what_is_not_sealed_is_said_to_be);
	tcase_add_loop_test(t, what_is_odd_is_told, 0, 5);
	tcase_add_loop_test(t, a_package_may_have_too_many_documents, 0, 2);
	tcase_add_loop_test(t, a_fault_shows, 0, SHOWN);
	tcase_add_loop_test(t, a_fault_lets_its_reason_pass,
	    FAULT_OFD_PACKAGE_ANY, FAULT_OFD_ENTITY_READ + 1);
	tcase_add_loop_test(t, a_fault_lets_its_reason_pass,
	    FAULT_OFD_PAGE_IGNORED, FAULT_OFD_NOTE_OF_TIME + 1);
	tcase_add_test(t, a_fault_refuses_what_is_right);
	suite_add_tcase(suite, t);
	t = tcase_create("packages");
	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_package_may_grow_too_far);
	tcase_add_test(t, a_package_may_have_too_many_files);
	tcase_add_loop_test(t, a_location_stays_inside, 0, 11);
	tcase_add_loop_test(t, sets, 0, (int)mint_n_seal_rows);
	suite_add_tcase(suite, t);
	return run_suite(suite);
}
