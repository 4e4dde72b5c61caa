/* SPDX-License-Identifier: MIT */
/*
 * What is asked of each signature of a package, and of the files that none of
 * them covers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/pki/signature.h"
#include "conformance/seal/ofd_inner.h"
#include "conformance/seal/signed.h"
#include "lib/mem.h"

enum { TOLD = 32 /* files by name, of one kind */ };

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define SM2_SM3  "1.2.156.10197.1.501"

struct judging {
	const struct ofd *ofd;
	const struct seal_ask *ask;
	struct pki_findings *f;
	char (*digests)[DIGEST_MOST]; /* SM3 of each file, once it was asked */
	bool *has_digest;
};

bool
ofd_covers(const struct ofd_signature *s, const struct ofd_file *file)
{
	for (size_t i = 0; i < s->n_references; i++)
		if (s->references[i].file == file)
			return true;
	return false;
}

/* ---- digests ---- */

static bool
is_sm3(const char *method)
{
	static const char *const names[] = { "SM3", "1.2.156.10197.1.401" };

	for (size_t i = 0; method != NULL && i < COUNT(names); i++)
		if (strcasecmp(method, names[i]) == 0)
			return true;
	return false;
}

static struct span
sm3_of(struct judging *j, const struct ofd_file *file)
{
	const size_t i = (size_t)(file - j->ofd->files);

	if (!j->has_digest[i])
		digest_of(OID_SM3, buf_span(&file->octets), j->digests[i]);
	j->has_digest[i] = true;
	return (struct span){ j->digests[i], digest_size(OID_SM3) };
}

/* Why it is not as it should be; NULL: it is. */
static const char *
find_fault(struct judging *j, const struct ofd_reference *r, const char **zh)
{
	*zh = "文件不存在";
	if (r->file == NULL)
		return "it is not there";
	*zh = "摘要值不是 SM3 杂凑值";
	if (r->value.full || r->value.len != digest_size(OID_SM3))
		return "CheckValue is no digest of SM3";
	*zh = "文件与摘要值不一致";
	if (!span_eq(buf_span(&r->value), sm3_of(j, r->file)))
		return "the file has another digest";
	return NULL;
}

static void
tell_reference(
    struct judging *j, const char *name, const char *why, const char *why_zh)
{
	char *en = mem_textf("%.300s: %s", name, why);
	char *zh = mem_textf("%.300s：%s", name, why_zh);

	pki_find_both(j->f, PKI_OFD_REFERENCE, PKI_FAILS, en, zh);
	free(en);
	free(zh);
}

static void
judge_references(struct judging *j, const struct ofd_signature *s)
{
	size_t n_wrong = 0;
	const char *zh;

	for (size_t i = 0; i < s->n_references; i++) {
		const struct ofd_reference *r = &s->references[i];
		const char *why = find_fault(j, r, &zh);

		if (why != NULL && n_wrong++ < TOLD)
			tell_reference(j, r->name, why, zh);
	}
	if (n_wrong == 0 || n_wrong > TOLD)
		pki_check(j->f, PKI_OFD_REFERENCE,
		    n_wrong == 0 && s->n_references > 0, "%zu/%zu",
		    s->n_references - n_wrong, s->n_references);
}

static bool
is_by_seal(const struct ofd_signature *s)
{
	return strcmp(s->type, "Seal") == 0;
}

/* Without a seal: GB/T 38540 has nothing to say of it. */
static bool
is_alone(const struct ofd_signature *s)
{
	return strcmp(s->type, "Sign") == 0;
}

static void
judge_digests(struct judging *j, const struct ofd_signature *s)
{
	const char *method = s->method == NULL ? "" : s->method;

	if (!s->readable) {
		pki_find(j->f, PKI_OFD_REFERENCE, PKI_NOT_REACHED, "%s", "");
		return;
	}
	if (is_alone(s) && !is_sm3(method)) {
		pki_find(
		    j->f, PKI_OFD_METHOD, PKI_NOT_JUDGED, "\"%.100s\"", method);
		pki_find(j->f, PKI_OFD_REFERENCE, PKI_NOT_JUDGED, "%s", "");
		return;
	}
	if (pki_check(
		j->f, PKI_OFD_METHOD, is_sm3(method), "\"%.100s\"", method))
		judge_references(j, s);
	else
		pki_find(j->f, PKI_OFD_REFERENCE, PKI_NOT_REACHED, "%s", "");
}

/* ---- what was signed, with which seal ---- */

static void
judge_seal(const struct judging *j, const struct ofd_signature *s,
    const struct ses_signed *value)
{
	if (!s->names_seal)
		/* the Seal may be left out: then it stands in the value alone */
		pki_find_both(j->f, PKI_OFD_SEAL, PKI_NOT_REACHED,
		    "Signature.xml names none", "Signature.xml 未指明印章文件");
	else if (value == NULL || !value->has_seal || s->seal == NULL)
		pki_find(j->f, PKI_OFD_SEAL, PKI_NOT_REACHED, "%s", "");
	else
		pki_check(j->f, PKI_OFD_SEAL,
		    span_eq(buf_span(&s->seal->octets), value->seal.whole),
		    "%.300s, %zu octets", s->seal->name, s->seal->octets.len);
}

static void
judge_property(const struct judging *j, const struct ofd_signature *s,
    const struct ses_signed *value)
{
	struct span name = value->property;

	if (value->format == SEAL_2025)
		return;
	if (span_starts(name, SPAN("/")))
		name = span_skip(name, 1);
	pki_check(j->f, PKI_OFD_PROPERTY, span_eq(name, span_of(s->xml->name)),
	    "\"%.*s\"", SPAN_FMT(span_take(value->property, 300)));
}

/* Another seal of its identifier, in the same package; alone it is not asked. */
static void
judge_unique(const struct judging *j, const struct ofd_signature *s)
{
	const struct seal *own = ofd_signature_seal(s), *other;
	const char *twin = "";
	size_t n = 0;

	for (size_t i = 0; own != NULL && i < j->ofd->n_signatures; i++) {
		other = ofd_signature_seal(&j->ofd->signatures[i]);
		n += other != NULL;
		if (other != NULL && seal_clashes(own, other))
			twin = j->ofd->signatures[i].value->name;
	}
	if (n > 1)
		pki_check(j->f, PKI_SEAL_ESID_UNIQUE, twin[0] == '\0',
		    "\"%.*s\"%s%.300s", SPAN_FMT(span_take(own->esid, 80)),
		    twin[0] == '\0' ? "" : ", ", twin);
}

/* The document is Signature.xml, and who asks knows no other. */
static void
judge_value(const struct judging *j, const struct ofd_signature *s)
{
	struct ses_signed *value = mem_new(1, sizeof *value);
	struct seal_ask ask = *j->ask;
	bool fine = false;

	ask.has_data = true;
	ask.data = buf_span(&s->xml->octets);
	if (s->value == NULL)
		pki_find(j->f, PKI_SIGN_STRUCTURE, PKI_NOT_REACHED, "%s", "");
	else
		fine = signed_read(value, buf_span(&s->value->octets), j->f);
	if (fine)
		signed_judge(value, &ask, j->f);
	judge_unique(j, s);
	judge_seal(j, s, fine ? value : NULL);
	if (fine)
		judge_property(j, s, value);
	free(value);
}

/* ---- where it is seen ---- */

static bool
has_area(const struct ofd_mark *m)
{
	return m->readable && m->width > 0 && m->height > 0;
}

static void
judge_pages(const struct judging *j, const struct ofd_signature *s)
{
	const struct ofd_mark *odd = NULL;
	size_t n = 0;

	if (!s->marks[0].page_known) {
		pki_find_both(j->f, PKI_OFD_PAGE, PKI_NOT_REACHED,
		    "Document.xml cannot be read", "无法读取 Document.xml");
		return;
	}
	for (size_t i = 0; i < s->n_marks; i++) {
		n += s->marks[i].page_exists;
		if (odd == NULL && !s->marks[i].page_exists)
			odd = &s->marks[i];
	}
	pki_check(j->f, PKI_OFD_PAGE, odd == NULL, "%zu/%zu%s%.100s", n,
	    s->n_marks, odd == NULL ? "" : ", PageRef ",
	    odd == NULL || odd->page == NULL ? "" : odd->page);
}

static void
judge_boundaries(const struct judging *j, const struct ofd_signature *s)
{
	const struct ofd_mark *odd = NULL;
	size_t n = 0;

	for (size_t i = 0; i < s->n_marks; i++) {
		n += has_area(&s->marks[i]);
		if (odd == NULL && !has_area(&s->marks[i]))
			odd = &s->marks[i];
	}
	pki_check(j->f, PKI_OFD_BOUNDARY, odd == NULL, "%zu/%zu%s%.100s", n,
	    s->n_marks, odd == NULL ? "" : ", StampAnnot ",
	    odd == NULL || odd->id == NULL ? "" : odd->id);
}

/* ---- one signature ---- */

/* One that covers its own list forbids any more. */
static void
judge_closed(const struct judging *j, const struct ofd_signature *s)
{
	const struct ofd *ofd = j->ofd;
	const bool closes = ofd_covers(s, s->list);
	size_t n_behind = 0;

	for (const struct ofd_signature *other = s + 1;
	     other < ofd->signatures + ofd->n_signatures; other++)
		n_behind += other->list == s->list;
	pki_find_both(j->f, PKI_OFD_CLOSED,
	    closes && n_behind > 0 ? PKI_FAILS : PKI_HOLDS,
	    closes ? "it covers the list" : "it leaves the list open",
	    closes ? "已覆盖签名列表" : "未覆盖签名列表，可继续签章");
}

static void
judge_structure(const struct judging *j, const struct ofd_signature *s)
{
	if (s->wrong == NULL)
		pki_check(
		    j->f, PKI_OFD_STRUCTURE, true, "%zu", s->n_references);
	else
		pki_find_both(j->f, PKI_OFD_STRUCTURE,
		    s->refused ? PKI_NOT_REACHED : PKI_FAILS, s->wrong,
		    s->wrong_zh);
}

/*
 * What is signed without a seal (Type "Sign") is told, and its digests are
 * looked at; what is in its SignedValue.dat, and by whom, stands in no clause
 * that is known here.
 */
static void
judge_type(const struct judging *j, const struct ofd_signature *s)
{
	if (is_alone(s))
		pki_find_both(j->f, PKI_OFD_TYPE, PKI_NOT_JUDGED,
		    "Sign: a signature without a seal; its value "
		    "(SignedValue.dat) and its signer are not judged",
		    "Sign：不含印章的数字签名，其签名值（SignedValue.dat）和"
		    "签名人未作判断");
	else
		pki_check(j->f, PKI_OFD_TYPE, is_by_seal(s), "%.100s", s->type);
}

static void
judge_signature(struct judging *j, const struct ofd_signature *s)
{
	judge_type(j, s);
	judge_structure(j, s);
	judge_digests(j, s);
	if (s->readable)
		judge_closed(j, s);
	if (s->readable && !is_alone(s) && s->algorithm != NULL)
		pki_check(j->f, PKI_OFD_ALGORITHM,
		    strcmp(s->algorithm, SM2_SM3) == 0, "%.100s",
		    s->algorithm);
	if (s->n_marks > 0) {
		judge_pages(j, s);
		judge_boundaries(j, s);
	}
	if (is_by_seal(s) && s->xml != NULL && !s->refused)
		judge_value(j, s);
	else if (!is_alone(s))
		pki_find(j->f, PKI_SIGN_STRUCTURE, PKI_NOT_REACHED, "%s", "");
}

/* ---- files that no signature covers ---- */

/*
 * Those in which signatures are themselves, and what seals have digests of: a
 * signature that is not judged vouches for nothing.
 */
static void
mark_covered(const struct ofd *ofd, bool *covered)
{
	for (size_t i = 0; i < ofd->n_signatures; i++) {
		const struct ofd_signature *s = &ofd->signatures[i];
		const struct ofd_file *const own[] = { s->list, s->xml,
			s->value };

		for (size_t k = 0; k < COUNT(own); k++)
			if (own[k] != NULL)
				covered[own[k] - ofd->files] = true;
		for (size_t k = 0; k < s->n_references; k++)
			if (is_by_seal(s) && s->references[k].file != NULL)
				covered[s->references[k].file - ofd->files] =
				    true;
	}
}

/*
 * Of a signature that cannot be read it is not known what it covers; and there
 * has to be one that is judged.
 */
static bool
all_are_readable(const struct ofd *ofd)
{
	bool fine = ofd->lists_readable, by_seal = false;

	for (size_t i = 0; i < ofd->n_signatures; i++) {
		fine &= ofd->signatures[i].readable;
		by_seal |= is_by_seal(&ofd->signatures[i]);
	}
	return fine && by_seal;
}

static void
judge_uncovered(const struct judging *j)
{
	const struct ofd *ofd = j->ofd;
	bool *covered = mem_new(ofd->n_files + 1, sizeof *covered);
	size_t n = 0;

	mark_covered(ofd, covered);
	for (size_t i = 0; i < ofd->n_files; i++)
		if (!covered[i] && n++ < TOLD)
			pki_find(j->f, PKI_OFD_UNCOVERED, PKI_FAILS, "%.300s",
			    ofd->files[i].name);
	if (n == 0 || n > TOLD)
		pki_check(j->f, PKI_OFD_UNCOVERED, n == 0, "%zu/%zu",
		    ofd->n_files - n, ofd->n_files);
	free(covered);
}

/* ---- all of it ---- */

void
ofd_judge(
    const struct ofd *ofd, const struct seal_ask *ask, struct pki_findings *f)
{
	struct judging j = { .ofd = ofd, .ask = ask, .f = f };
	char about[sizeof f->about] = "";

	if (f != NULL)
		snprintf(about, sizeof about, "%s", f->about);
	j.digests = mem_new(ofd->n_files + 1, sizeof j.digests[0]);
	j.has_digest = mem_new(ofd->n_files + 1, sizeof j.has_digest[0]);
	if (all_are_readable(ofd))
		judge_uncovered(&j);
	else
		pki_find(f, PKI_OFD_UNCOVERED, PKI_NOT_REACHED, "%s", "");
	for (size_t i = 0; i < ofd->n_signatures; i++) {
		const struct ofd_signature *s = &ofd->signatures[i];

		pki_about(f, "%.100s, signature %.40s (%.80s)", about, s->id,
		    s->xml == NULL ? "?" : s->xml->name);
		judge_signature(&j, s);
	}
	pki_about(f, "%s", about);
	free(j.digests);
	free(j.has_digest);
}
