/* SPDX-License-Identifier: MIT */
/*
 * Documents that a target seals: the package of GB/T 33190-2016 18, several
 * seals on one document, and documents that are sealed whole.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/eseal/goods.h"
#include "conformance/cases/eseal/vectors.h"
#include "conformance/seal/ofd.h"
#include "fixtures/seal/blank.h"
#include "lib/mem.h"

extern const struct conf_group conf_eseal_packages;

/* ---- collect ---- */

enum { PAGES = 2, NEAR_MM = 1 };

/* One on each page. */
static const struct clerk_place places[] = {
	{ .page = "1", .x = "120", .y = "200" },
	{ .page = "2", .x = "20", .y = "40" },
};

static const struct clerk_place whole_place = {
	.page = "1", .x = "120", .y = "200", .whole = true
};

/* The CAs' lists, and those of whose seals these are. */
static void
collect_trust(struct trial *t, struct span seal, struct span package)
{
	struct ofd ofd;
	struct span value = SPAN("");

	if (ofd_read(&ofd, package, NULL) && ofd.n_signatures > 0 &&
	    ofd.signatures[0].value != NULL)
		value = buf_span(&ofd.signatures[0].value->octets);
	trust_collect(t, seal, value);
	ofd_free(&ofd);
}

static bool
collect_one(struct trial *t)
{
	struct buf blank, sealed;
	struct clerk_seal s;
	struct clerk k;

	buf_init(&blank, CLERK_MOST);
	buf_init(&sealed, CLERK_MOST);
	clerk_document(t, PAGES, &blank);
	clerk_open(t, &k);
	if (clerk_get(&k, "alice", "new", NULL, &s))
		(void)clerk_put(&k, "alice", "document", s.id, CLERK_PIN,
		    buf_span(&blank), &places[1], &sealed);
	collect_trust(t, buf_span(&s.der), buf_span(&sealed));
	clerk_seal_free(&s);
	clerk_close(&k);
	buf_free(&sealed);
	buf_free(&blank);
	return true;
}

/* The target is asked about it, too, where its profile says how. */
static void
ask_about(struct trial *t, struct clerk *k, struct span package)
{
	struct trust_words words;

	if (profile_operation(trial_profile(t), "document.check") != NULL &&
	    package.len > 0 && trust_words(t, &words)) {
		(void)vectors_check(
		    desks_at(&k->desks, "alice"), "told", &words, package);
		trust_words_free(&words);
	}
}

/* Two seals, one behind the other; "odd" is the second on a whole document. */
static void
put_two(struct clerk *k, const char *first, const char *second,
    const struct clerk_place *place, const char *id, const char *another,
    struct buf *twice)
{
	struct buf blank, once;

	buf_init(&blank, CLERK_MOST);
	buf_init(&once, CLERK_MOST);
	clerk_document(k->trial, PAGES, &blank);
	if (clerk_put(k, "alice", first, id, CLERK_PIN, buf_span(&blank), place,
		&once))
		(void)clerk_put(k, "alice", second, another, CLERK_PIN,
		    buf_span(&once), &places[1], twice);
	buf_free(&once);
	buf_free(&blank);
}

static bool
collect_two(struct trial *t)
{
	struct clerk_seal s, another;
	struct clerk k;
	struct buf twice;

	buf_init(&twice, CLERK_MOST);
	clerk_open(t, &k);
	clerk_seal_begin(&another);
	if (clerk_get(&k, "alice", "new", NULL, &s)) {
		clerk_seal_free(&another);
		if (clerk_get(&k, "alice", "another", NULL, &another))
			put_two(&k, "document", "second", &places[0], s.id,
			    another.id, &twice);
	}
	collect_trust(t, buf_span(&s.der), buf_span(&twice));
	ask_about(t, &k, buf_span(&twice));
	clerk_seal_free(&another);
	clerk_seal_free(&s);
	clerk_close(&k);
	buf_free(&twice);
	return true;
}

/* The same seal twice: only that it is whole stands in the way. */
static bool
collect_whole(struct trial *t)
{
	struct clerk_seal s;
	struct clerk k;
	struct buf twice;

	buf_init(&twice, CLERK_MOST);
	clerk_open(t, &k);
	if (clerk_get(&k, "alice", "new", NULL, &s)) {
		put_two(&k, "whole", "odd", &whole_place, s.id, s.id, &twice);
		put_two(
		    &k, "document", "second", &places[0], s.id, s.id, &twice);
	}
	clerk_seal_free(&s);
	clerk_close(&k);
	buf_free(&twice);
	return true;
}

/* ---- judge ---- */

/* clang-format off */
#define ONE(id, code) { id, code, code, false }

static const struct asked asks[] = {
	ONE("eseal.ofd.package", PKI_OFD_PACKAGE),
	ONE("eseal.ofd.structure", PKI_OFD_STRUCTURE),
	ONE("eseal.ofd.method", PKI_OFD_METHOD),
	ONE("eseal.ofd.reference", PKI_OFD_REFERENCE),
	ONE("eseal.ofd.seal", PKI_OFD_SEAL),
	ONE("eseal.ofd.digest", PKI_SIGN_DIGEST),
	ONE("eseal.ofd.value", PKI_SIGN_SIGNATURE),
	ONE("eseal.ofd.covered", PKI_OFD_UNCOVERED),
	ONE("eseal.ofd.page", PKI_OFD_PAGE),
	ONE("eseal.ofd.boundary", PKI_OFD_BOUNDARY),
	{ "eseal.ofd.algorithm", PKI_OFD_ALGORITHM, PKI_OFD_ALGORITHM, true },
	ONE("eseal.ofd.octets", PKI_OFD_OCTETS),
	ONE("eseal.ofd.two", PKI_OFD_REFERENCE),
	ONE("eseal.ofd.two", PKI_OFD_SEAL),
	ONE("eseal.ofd.two", PKI_SIGN_DIGEST),
	ONE("eseal.ofd.two", PKI_SIGN_SIGNATURE),
	{ .id = NULL },
};
/* clang-format on */

/* How many seals are on it; claims what the case asks of them. */
static size_t
judge_package(struct trial *t, const char *name)
{
	struct pki_findings f;
	struct trust trust;
	struct buf octets;
	struct ofd ofd;
	size_t n = 0;

	buf_init(&octets, CLERK_MOST);
	pki_findings_init(&f);
	pki_about(&f, "%s", name);
	if (trust_open(t, &trust) && clerk_sealed(t, name, &octets)) {
		if (ofd_read(&ofd, buf_span(&octets), &f))
			ofd_judge(&ofd, &trust.ask, &f);
		n = ofd.n_signatures;
		ofd_free(&ofd);
		asked_claim(t, asks, &f);
	}
	trust_close(&trust);
	pki_findings_free(&f);
	buf_free(&octets);
	return n;
}

static void
judge_one(struct trial *t)
{
	if (clerk_need_got(t, "new"))
		(void)judge_package(t, "document");
}

/* ---- where the seal is to be seen ---- */

static bool
is_near(double a, double b)
{
	return fabs(a - b) <= NEAR_MM;
}

/* As collect_one() has asked, in the size that the seal has. */
static bool
is_in_place(const struct ofd_mark *m, uint32_t width, uint32_t height)
{
	const struct clerk_place *p = &places[1];
	char page[MINT_PAGE_ID];

	mint_page_id((size_t)atoi(p->page), page);
	return m->page != NULL && strcmp(m->page, page) == 0 && m->readable &&
	       is_near(m->x, atof(p->x)) && is_near(m->y, atof(p->y)) &&
	       is_near(m->width, width) && is_near(m->height, height);
}

/* Others may be there, too: on every page, or along an edge. */
static void
claim_place(
    struct trial *t, const struct ofd_signature *s, const struct seal *e)
{
	static const struct ofd_mark none = { .page = NULL };
	const struct ofd_mark *m = s->n_marks > 0 ? &s->marks[0] : &none;
	uint32_t width = 0, height = 0;
	bool found = false;

	(void)der_small(e->width, &width);
	(void)der_small(e->height, &height);
	for (size_t i = 0; i < s->n_marks; i++)
		found = found || is_in_place(&s->marks[i], width, height);
	trial_claim(t, trial_case(t)->clause, found,
	    "a StampAnnot where the seal was asked for, of its size",
	    "%zu; the first on page %.40s: %g %g %g %g, for a seal of %u by %u",
	    s->n_marks, m->page == NULL ? "?" : m->page, m->x, m->y, m->width,
	    m->height, (unsigned)width, (unsigned)height);
}

static void
judge_place(struct trial *t)
{
	struct seal *e = mem_new(1, sizeof *e);
	struct buf made, octets;
	struct ofd ofd;

	buf_init(&made, CLERK_MOST);
	buf_init(&octets, CLERK_MOST);
	if (clerk_need_got(t, "new") && goods_seal(t, "new", &made, e) &&
	    clerk_sealed(t, "document", &octets)) {
		if (trial_need(t,
			ofd_read(&ofd, buf_span(&octets), NULL) &&
			    ofd.n_signatures > 0 && ofd.signatures[0].readable,
			"the seal on the document cannot be read"))
			claim_place(t, &ofd.signatures[0], e);
		ofd_free(&ofd);
	}
	buf_free(&octets);
	buf_free(&made);
	free(e);
}

/* ---- several seals ---- */

static void
judge_sealed(struct trial *t)
{
	size_t n;

	if (!clerk_need_got(t, "new") ||
	    !desks_need(t, "document", "document.seal"))
		return;
	n = judge_package(t, "document");
	trial_claim(t, trial_case(t)->clause, n >= 1, "a seal", "%zu seals", n);
}

/* What came back, in *ofd unless false; both are freed in any case. */
static bool
open_sealed(struct trial *t, struct buf *octets, struct ofd *ofd)
{
	buf_init(octets, CLERK_MOST);
	*ofd = (struct ofd){ .n_files = 0 };
	return clerk_need_got(t, "new") &&
	       clerk_sealed(t, "document", octets) &&
	       trial_need(t, ofd_read(ofd, buf_span(octets), NULL),
		   "what came back is no package");
}

static struct span
pages_of(struct span xml)
{
	const struct span rest =
	    span_skip(xml, span_find(xml, SPAN("<ofd:Pages>")));

	return span_take(rest, span_find(rest, SPAN("</ofd:Pages>")));
}

/* Document.xml says which pages there are; of the rest some is counted on. */
static bool
is_same(const struct ofd_file *a, const struct ofd_file *b)
{
	const struct span x = buf_span(&a->octets), y = buf_span(&b->octets);
	const struct span pages = pages_of(x);

	return span_eq(x, y) || (pages.len > 0 && pages.len < x.len &&
				    span_eq(pages, pages_of(y)));
}

/* What sealing adds is named in OFD.xml. */
static void
claim_same(struct trial *t, const struct ofd *before, const struct ofd *after)
{
	for (size_t i = 0; i < before->n_files; i++) {
		const struct ofd_file *f = &before->files[i], *now;

		if (strcmp(f->name, "OFD.xml") == 0)
			continue;
		now = ofd_find(after, span_of(f->name));
		trial_claim(t, trial_case(t)->clause,
		    now != NULL && is_same(f, now),
		    "the files that were handed in", "%s: %s", f->name,
		    now == NULL ? "missing" : "other octets");
	}
}

static void
judge_same(struct trial *t)
{
	const struct buf *filed = trial_content(t, "document.before");
	struct ofd before = { .n_files = 0 }, after;
	struct buf octets;

	if (open_sealed(t, &octets, &after) &&
	    trial_sane(t,
		filed != NULL && ofd_read(&before, buf_span(filed), NULL),
		"what was handed in was not filed"))
		claim_same(t, &before, &after);
	ofd_free(&before);
	ofd_free(&after);
	buf_free(&octets);
}

static bool
is_seal_of(const struct ofd_signature *s, struct span seal)
{
	struct ses_signed *v = mem_new(1, sizeof *v);
	const bool is = s->value != NULL &&
			signed_read(v, buf_span(&s->value->octets), NULL) &&
			v->has_seal && span_eq(v->seal.whole, seal);

	free(v);
	return is;
}

static void
judge_own(struct trial *t)
{
	struct buf octets, made;
	struct ofd ofd;
	bool is = false;

	buf_init(&made, CLERK_MOST);
	if (open_sealed(t, &octets, &ofd) && clerk_made(t, "new", &made) &&
	    trial_need(t, ofd.n_signatures > 0, "there is no seal on it")) {
		for (size_t i = 0; i < ofd.n_signatures; i++)
			is |= is_seal_of(&ofd.signatures[i], buf_span(&made));
		trial_claim(t, trial_case(t)->clause, is,
		    "the seal that was made", "another one");
	}
	ofd_free(&ofd);
	buf_free(&made);
	buf_free(&octets);
}

static void
judge_two(struct trial *t)
{
	size_t n;

	if (!clerk_need_got(t, "new") || !clerk_need_got(t, "another") ||
	    !desks_need(t, "document", "document.seal"))
		return;
	n = judge_package(t, "second");
	trial_claim(
	    t, trial_case(t)->clause, n == 2, "two seals", "%zu seals", n);
}

static void
judge_told(struct trial *t)
{
	struct vectors_said s;

	if (!clerk_need_got(t, "new") || !clerk_need_got(t, "another") ||
	    !desks_need(t, "document", "document.seal") ||
	    !desks_need(t, "second", "document.seal"))
		return;
	if (vectors_need(t, "told", "document.check", &s))
		trial_claim(t, trial_case(t)->clause, s.valid, "valid", "%s %s",
		    s.refused        ? s.why
		    : s.code == NULL ? ""
				     : s.code,
		    s.note == NULL ? "" : s.note);
	vectors_said_free(&s);
}

/* A second seal is put where the first has not closed the document. */
static void
judge_whole(struct trial *t)
{
	if (clerk_need_got(t, "new") &&
	    desks_need(t, "document", "document.seal") &&
	    desks_need(t, "second", "document.seal") &&
	    desks_need(t, "whole", "document.seal"))
		(void)desks_claim_refused(t, "odd", "document.seal");
}

/* clang-format off */
#define GB "GB/T 33190-2016 18"
#define CASE(name, row, at, more, clause, en, zh, ask, how) \
	CLERK_CASE(name, row, at, CLERK_PLACE more, clause, en, zh, ask, how)
#define ONE_CASE(name, row, at, clause, en, zh) \
	CASE(name, row, at, "", clause, en, zh, collect_one, judge_one)

static const struct conf_case cases[] = {
	ONE_CASE("eseal.ofd.package", ESEAL_F_13, LEVEL_SHALL, GB,
	    "a sealed document is a package whose names are there once",
	    "签章后的文档为文件名不重复、不指向包外的 OFD 包"),
	CASE("eseal.ofd.structure", ESEAL_F_13, LEVEL_SHALL, "", GB,
	    "the list of signatures and what it names is there",
	    "签名列表及其所列文件齐全且可解析", collect_one, judge_sealed),
	ONE_CASE("eseal.ofd.method", ESEAL_F_13, LEVEL_SHOULD, GB,
	    "digests of files are SM3", "文件摘要算法为 SM3"),
	ONE_CASE("eseal.ofd.reference", ESEAL_F_13, LEVEL_SHALL, GB,
	    "each file that is referenced has the digest that was signed",
	    "所引用的文件与签名中的摘要值一致"),
	ONE_CASE("eseal.ofd.seal", ESEAL_F_13, LEVEL_SHALL, GB,
	    "Seal.esl is the seal inside of SignedValue.dat",
	    "Seal.esl 与 SignedValue.dat 内的印章一致"),
	ONE_CASE("eseal.ofd.digest", ESEAL_F_13, LEVEL_SHALL, GB,
	    "dataHash is the SM3 digest of Signature.xml",
	    "原文杂凑值为 Signature.xml 的 SM3 杂凑值"),
	ONE_CASE("eseal.ofd.value", ESEAL_F_13, LEVEL_SHALL, GB,
	    "the signature in SignedValue.dat verifies",
	    "SignedValue.dat 内的签名验签通过"),
	ONE_CASE("eseal.ofd.covered", ESEAL_F_14, LEVEL_SHOULD,
	    GB "; GM/T 0099-2020", "each file of the document is sealed",
	    "文档的各文件均纳入签名保护"),
	ONE_CASE("eseal.ofd.octets", ESEAL_F_14, LEVEL_SHOULD, "APPNOTE 4.3.6",
	    "no octet of the package stands outside of its files",
	    "包内没有不属于任何文件的字节"),
	ONE_CASE("eseal.ofd.algorithm", ESEAL_F_13, LEVEL_SHOULD, GB,
	    "SignatureMethod is that of SM2 with SM3",
	    "签名方法（SignatureMethod）为 SM2 与 SM3"),
	ONE_CASE("eseal.ofd.page", ESEAL_F_20, LEVEL_SHALL, GB,
	    "the seal is to be seen on a page that the document has",
	    "印章外观所在的页为文档中的页"),
	ONE_CASE("eseal.ofd.boundary", ESEAL_F_20, LEVEL_SHALL, GB,
	    "where the seal is to be seen there is some width and height",
	    "印章外观的宽度和高度均大于零"),
	CASE("eseal.ofd.place", ESEAL_F_20, LEVEL_SHOULD, "", GB,
	    "the seal is to be seen where it was asked for, in its size",
	    "印章按指定页码、位置及印章尺寸显示", collect_one, judge_place),
	CASE("eseal.ofd.two", ESEAL_F_15, LEVEL_SHALL, "", GB,
	    "a second seal leaves the first as good as it was",
	    "加盖第二枚印章后，第一枚仍然有效", collect_two, judge_two),
	CASE("eseal.ofd.two.told", ESEAL_F_15, LEVEL_SHALL,
	    " operation:document.check", GB,
	    "a document with two seals is valid to who sealed it",
	    "加盖两枚印章的文档验证通过", collect_two, judge_told),
	CASE("eseal.ofd.whole", ESEAL_F_15, LEVEL_SHALL, "", GB,
	    "a document that is sealed whole takes no further seal",
	    "全文保护的文档不得再加盖印章", collect_whole, judge_whole),
	CASE("eseal.ofd.same", ESEAL_F_13, LEVEL_SHALL, "", "ESEAL-F-13",
	    "the document that is sealed is the one that was handed in",
	    "所盖文档即所提交的文档", collect_one, judge_same),
	CASE("eseal.ofd.seal.own", ESEAL_F_13, LEVEL_SHALL, "", "ESEAL-F-13",
	    "the seal on a document is the one that was asked for",
	    "文档所盖印章即指定的印章", collect_one, judge_own),
};
/* clang-format on */

const struct conf_group conf_eseal_packages = {
	.service = "seal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
