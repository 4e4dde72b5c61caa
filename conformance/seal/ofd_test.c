/* SPDX-License-Identifier: MIT */
/*
 * Sealed packages with any octet altered, with files added, taken away and
 * renamed, and with thousands of mutations: nothing that another reader could
 * see goes unnoticed.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/pki/bundle.h"
#include "conformance/seal/ofd.h"
#include "conformance/seal/ofd_zip.h"
#include "fixtures/seal/seals.h"
#include "fixtures/seal/zip.h"
#include "lib/clock.h"
#include "lib/mem.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define LIST     "Doc_0/Signs/Signatures.xml"

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

/* A sealed package, all that it is judged with, and what is in it. */
struct base {
	struct mint_seal_set set;
	struct pki_certificate root, certs[MINT_CHAIN_MOST];
	const struct pki_certificate *pool[MINT_CHAIN_MOST], *anchor;
	struct pki_crl crls[MINT_CRLS];
	const struct pki_crl *lists[MINT_CRLS];
	struct seal_ask ask;
	struct ofd ofd;
};

static struct base *
base_new(const char *changes)
{
	const struct mint_seal_row row = { "row", "o", "", changes, "" };
	const struct wall now = clock_wall();
	struct base *b = mem_new(1, sizeof *b);
	struct err err;

	ck_assert_msg(mint_seal_set_make(&b->set, &row, &ring, now, &err), "%s",
	    err.what);
	b->anchor = &b->root;
	b->ask = (struct seal_ask){ .at = now,
		.pool = b->pool,
		.n_pool = b->set.pki.n_certs,
		.anchors = &b->anchor,
		.n_anchors = 1,
		.crls = b->lists,
		.n_crls = b->set.pki.n_crls };
	ck_assert(certificate_read(&b->root, buf_span(&b->set.pki.root), NULL));
	for (size_t i = 0; i < b->ask.n_pool; i++) {
		b->pool[i] = &b->certs[i];
		ck_assert(certificate_read(
		    &b->certs[i], buf_span(&b->set.pki.certs[i]), NULL));
	}
	for (size_t i = 0; i < b->ask.n_crls; i++) {
		b->lists[i] = &b->crls[i];
		ck_assert(
		    crl_read(&b->crls[i], buf_span(&b->set.pki.crls[i]), NULL));
	}
	ck_assert(ofd_read(&b->ofd, buf_span(&b->set.ofd), NULL));
	return b;
}

static void
base_free(struct base *b)
{
	ofd_free(&b->ofd);
	mint_seal_set_free(&b->set);
	free(b);
}

/*
 * Whole and right, without as much as a remark.  What fails without lists and
 * trust fails with them: so that is asked first, being the faster.
 */
static bool
is_accepted(const struct base *b, struct span package)
{
	const struct seal_ask alone = { .at = b->ask.at };
	struct pki_findings f;
	struct ofd ofd;
	bool fine;

	pki_findings_init(&f);
	fine = ofd_read(&ofd, package, &f);
	if (fine)
		ofd_judge(&ofd, &alone, &f);
	fine = fine && pki_findings_count(&f, PKI_FAILS) == 0;
	pki_findings_free(&f);
	ofd_free(&ofd);
	if (fine && ofd_read(&ofd, package, &f))
		ofd_judge(&ofd, &b->ask, &f);
	if (fine)
		ofd_free(&ofd);
	fine = fine && pki_findings_conform(&f) &&
	       pki_findings_count(&f, PKI_FAILS) == 0;
	pki_findings_free(&f);
	return fine;
}

/* The same files by name and content. */
static bool
has_same_files(const struct base *b, struct span package)
{
	struct ofd ofd;
	bool same =
	    ofd_read(&ofd, package, NULL) && ofd.n_files == b->ofd.n_files;

	for (size_t i = 0; same && i < ofd.n_files; i++)
		same = strcmp(ofd.files[i].name, b->ofd.files[i].name) == 0 &&
		       span_eq(buf_span(&ofd.files[i].octets),
			   buf_span(&b->ofd.files[i].octets));
	ofd_free(&ofd);
	return same;
}

/* ---- the octets of the container ---- */

/* clang-format off */
/*
 * Octets of APPNOTE 4.3.7 and 4.3.12 that say nothing of a file's name or
 * content, so that what they become changes nothing: who packed it and what
 * is needed to unpack it, on which disk its header is, and what a file system
 * should think of it.  Times are not among them: they are there twice, and
 * have to agree.
 */
static const struct {
	size_t from, to; /* of the directory's entry */
	const char *what;
} spared[] = {
	{  4,  6, "version made by" },
	{  6,  8, "version needed to extract" },
	{ 34, 36, "disk number start" },
	{ 36, 38, "internal file attributes" },
	{ 38, 42, "external file attributes" },
};
/* clang-format on */

/*
 * And the version needed in a file's own header; and what is deflated, as long
 * as it inflates to the same: there is more than one way to say it (RFC 1951
 * 3.2), and bits behind its end that say nothing.
 */
static bool
is_spared(const struct ofd_zip *z, struct span package, size_t i)
{
	uint64_t at = z->begins;

	for (size_t k = 0; k < z->n; k++) {
		const struct ofd_zip_entry *e = &z->entries[k];

		if ((i >= e->begins + 4 && i < e->begins + 6) ||
		    (e->method == 8 && package.ptr + i >= e->packed.ptr &&
			package.ptr + i < e->packed.ptr + e->packed.len))
			return true;
		for (size_t n = 0; n < COUNT(spared); n++)
			if (i >= at + spared[n].from && i < at + spared[n].to)
				return true;
		at += 46 + e->name.len + ofd_zip_number(package, at + 30, 2);
	}
	/* The same two versions in the record of ZIP64 (APPNOTE 4.3.14). */
	return z->behind > at + 22 && i >= at + 12 && i < at + 16;
}

/*
 * None has a time stamp: in one there is what nobody signs, and what may be
 * altered, as certificates and digestAlgorithms (RFC 5652 5.1).
 */
/* clang-format off */
static const char *const bases[] = {
	"ofd.break=whole",
	"ofd.break=two whole-last deflated",
	"ofd.break=whole apart; seal.list=2",
	"ofd.break=whole wide",
	"ofd.break=whole wide-apart",
};
/* clang-format on */

START_TEST(octets_of_the_container)
{
	struct base *b = base_new(bases[_i]);
	const struct span package = buf_span(&b->set.ofd);
	char *octets = b->set.ofd.data;
	struct ofd_zip z;
	size_t n = 0;

	ck_assert(is_accepted(b, package));
	ck_assert(ofd_zip_end(&z, package) && ofd_zip_entries(&z, package));
	for (size_t i = 0; i < package.len; i++)
		for (int all = 0; all < 2; all++) {
			const unsigned mask = all ? 0xff : 1U << i % 8;
			const unsigned char was = (unsigned char)octets[i];

			octets[i] = (char)(was ^ mask);
			if (is_accepted(b, package)) {
				ck_assert_msg(is_spared(&z, package, i) &&
						  has_same_files(b, package),
				    "octet %zu: %02x is as good as %02x", i,
				    was ^ mask, was);
				n++;
			}
			octets[i] = (char)was;
		}
	printf("%s: %zu octets, %zu files: %zu of %zu changes mean nothing\n",
	    bases[_i], package.len, z.n, n, 2 * package.len);
	ofd_zip_free(&z);
	base_free(b);
}
END_TEST

/* ---- what is in the files ---- */

static void
pack_how(
    const struct ofd *ofd, const char *how, const char *end, struct buf *to)
{
	struct mint_zip z;

	mint_zip_init(&z);
	z.end = end;
	for (size_t i = 0; i < ofd->n_files; i++)
		mint_zip_add_how(&z, span_of(ofd->files[i].name),
		    buf_span(&ofd->files[i].octets), how);
	buf_init(to, 1 << 26);
	mint_zip_end(&z, to);
}

/* Packed anew, so that it is a ZIP without fault. */
static void
pack(const struct ofd *ofd, struct buf *to)
{
	pack_how(ofd, "", NULL, to);
}

static bool
is_accepted_packed(const struct base *b)
{
	struct buf package;
	bool fine;

	pack(&b->ofd, &package);
	fine = is_accepted(b, buf_span(&package));
	buf_free(&package);
	return fine;
}

/* One bit of every octet of every file, where the seal covers the list. */
START_TEST(octets_of_the_files)
{
	struct base *b = base_new("ofd.break=whole");
	size_t n = 0;

	ck_assert(is_accepted_packed(b));
	for (size_t i = 0; i < b->ofd.n_files; i++) {
		struct buf *file = &b->ofd.files[i].octets;

		for (size_t k = 0; k < file->len; k++, n++) {
			const unsigned bit = 1U << k % 8;

			file->data[k] =
			    (char)((unsigned char)file->data[k] ^ bit);
			ck_assert_msg(!is_accepted_packed(b),
			    "%s, octet %zu, bit %02x", b->ofd.files[i].name, k,
			    bit);
			file->data[k] =
			    (char)((unsigned char)file->data[k] ^ bit);
		}
	}
	printf("%zu octets of %zu files\n", n, b->ofd.n_files);
	ck_assert_uint_gt(n, 4000);
	base_free(b);
}
END_TEST

/*
 * The list itself stands open where more seals may follow: what it says of
 * identifiers and in white space is nobody's word.  But the signatures that it
 * leads to are the same, or it is noticed.
 */
START_TEST(octets_of_an_open_list)
{
	struct base *b = base_new("ofd.break=two");
	struct ofd_file *list =
	    (struct ofd_file *)ofd_find(&b->ofd, SPAN(LIST));
	struct buf package;
	struct ofd ofd;

	ck_assert_ptr_nonnull(list);
	for (size_t k = 0; k < list->octets.len; k++) {
		char *octet = &list->octets.data[k];

		*octet = (char)((unsigned char)*octet ^ 1U << k % 8);
		pack(&b->ofd, &package);
		if (is_accepted(b, buf_span(&package))) {
			ck_assert(ofd_read(&ofd, buf_span(&package), NULL));
			ck_assert_uint_eq(ofd.n_signatures, 2);
			for (size_t i = 0; i < 2; i++)
				ck_assert_str_eq(ofd.signatures[i].xml->name,
				    b->ofd.signatures[i].xml->name);
			ofd_free(&ofd);
		}
		buf_free(&package);
		*octet = (char)((unsigned char)*octet ^ 1U << k % 8);
	}
	base_free(b);
}
END_TEST

/* Each file taken away, renamed and doubled; files that nobody put there. */
START_TEST(files)
{
	struct base *b = base_new(_i == 0 ? "" : "ofd.break=whole");
	struct ofd *ofd = &b->ofd;
	const size_t n = ofd->n_files;
	struct ofd_file was;

	for (size_t i = 0; i < n; i++) {
		was = ofd->files[i];
		ofd->files[i].name = mem_textf("%sx", was.name);
		ck_assert_msg(!is_accepted_packed(b), "%s renamed", was.name);
		free(ofd->files[i].name);
		ofd->files[i] = ofd->files[n - 1];
		ofd->n_files = n - 1;
		ck_assert_msg(!is_accepted_packed(b), "without %s", was.name);
		ofd->files[i] = was;
		ofd->n_files = n;
		ofd->files[n] = was; /* there is room for one more */
		ofd->n_files = n + 1;
		ck_assert_msg(!is_accepted_packed(b), "%s twice", was.name);
		ofd->files[n].name = mem_textf("%s.new", was.name);
		ck_assert_msg(!is_accepted_packed(b), "beside %s", was.name);
		free(ofd->files[n].name);
		ofd->n_files = n;
	}
	ck_assert(is_accepted_packed(b));
	base_free(b);
}
END_TEST

/* ---- forms of a ZIP ---- */

static void
judge_all(const struct base *b, struct span package, struct pki_findings *f)
{
	struct ofd ofd;

	pki_findings_init(f);
	pki_about(f, "package");
	if (ofd_read(&ofd, package, f))
		ofd_judge(&ofd, &b->ask, f);
	ofd_free(&ofd);
}

/* clang-format off */
/* As writers have them: what is in them is the same, and so is all that is found. */
static const struct {
	const char *how, *end;
} forms[] = {
	{ "deflate", NULL },
	{ "apart", NULL },
	{ "deflate apart", NULL },
	{ "deflate apart bare", NULL },
	{ "deflate apart known", NULL },	/* zip, to a pipe */
	{ "wide", "record wide" },
	{ "deflate wide", NULL },
	{ "deflate wide-front", NULL },		/* Python, force_zip64 */
	{ "apart wide-front", NULL },		/* and where it cannot seek */
	{ "deflate apart wide-front", NULL },
	{ "deflate wide-size", "record wide-place" },	/* zip -fz */
	{ "deflate apart known wide-size", "record wide-place" },
	{ "deflate apart bare wide", "record" },
	{ "deflate spare", NULL },		/* of which nothing became */
	{ "deflate empty", NULL },
	{ "deflate wide-more", NULL },
	{ "deflate wide wide-disk", "record wide" }, /* Commons Compress */
	{ "deflate spare wide-disk", NULL },
	{ "deflate", "record" },
	{ "", "record wide" },
};

/* And as none should have them: a reader may take any of them otherwise. */
static const struct {
	const char *how, *end;
	enum pki_code code;
} malformed[] = {
	{ "deflate wide", "record wide other-number", PKI_OFD_ZIP },
	{ "deflate wide", "record wide other-place", PKI_OFD_ZIP },
	{ "deflate wide", "record wide longer", PKI_OFD_ZIP },
	{ "deflate wide", "record wide away", PKI_OFD_ZIP },
	{ "deflate", "record other-number", PKI_OFD_ZIP },
	{ "deflate", "record other-place", PKI_OFD_ZIP },
	{ "deflate", "wide-place", PKI_OFD_ZIP },
	{ "deflate", "wide", PKI_OFD_ZIP },
	{ "deflate wide wide-other", NULL, PKI_OFD_ZIP },
	{ "deflate apart wide wide-other", NULL, PKI_OFD_ZIP },
	{ "deflate wide wide-one", NULL, PKI_OFD_ZIP },
	{ "deflate wide wide-none", NULL, PKI_OFD_ZIP },
	{ "deflate wide wide-short", NULL, PKI_OFD_ZIP },
	{ "deflate wide wide-twice", NULL, PKI_OFD_ZIP },
	{ "deflate wide-size wide-short", NULL, PKI_OFD_ZIP },
	{ "deflate spare spare-other", NULL, PKI_OFD_ZIP },
	{ "deflate wide-more wide-short", NULL, PKI_OFD_ZIP },
	{ "deflate wide wide-disk other-disk", NULL, PKI_OFD_ZIP },
	{ "deflate apart spare", NULL, PKI_OFD_ZIP },
	{ "deflate apart apart-wide", NULL, PKI_OFD_OCTETS },
	{ "deflate apart wide apart-narrow", NULL, PKI_OFD_OCTETS },
	{ "deflate apart wide apart-wrong", NULL, PKI_OFD_OCTETS },
	{ "deflate wide tail", NULL, PKI_OFD_ZIP },
	{ "deflate wide short", NULL, PKI_OFD_ZIP },
	{ "wide sum", NULL, PKI_OFD_ZIP },
	{ "wide renamed", NULL, PKI_OFD_ZIP },
};
/* clang-format on */

START_TEST(forms_are_judged_alike)
{
	static const char *const kinds[] = { "ofd.break=two",
		"ofd.break=altered", "ofd.break=uncovered", "ofd.break=xml",
		"ofd.break=no-value", "ofd.break=check-value; seal.to=-1d" };
	struct base *b = base_new(kinds[_i]);
	struct pki_findings plain, f;
	struct buf package;

	judge_all(b, buf_span(&b->set.ofd), &plain);
	ck_assert_uint_gt(plain.n, 10);
	for (size_t i = 0; i < COUNT(forms); i++) {
		pack_how(&b->ofd, forms[i].how, forms[i].end, &package);
		judge_all(b, buf_span(&package), &f);
		ck_assert_msg(f.n == plain.n, "%s, %s: %zu findings, not %zu",
		    forms[i].how, forms[i].end, f.n, plain.n);
		for (size_t k = 0; k < f.n; k++) {
			ck_assert_int_eq(f.at[k].code, plain.at[k].code);
			ck_assert_int_eq(f.at[k].result, plain.at[k].result);
			ck_assert_str_eq(f.at[k].about, plain.at[k].about);
		}
		pki_findings_free(&f);
		buf_free(&package);
	}
	pki_findings_free(&plain);
	base_free(b);
}
END_TEST

START_TEST(malformed_ones_are_refused)
{
	struct base *b = base_new("ofd.break=whole");
	struct pki_findings f;
	struct buf package;

	pack_how(&b->ofd, malformed[_i].how, malformed[_i].end, &package);
	judge_all(b, buf_span(&package), &f);
	ck_assert_msg(
	    pki_findings_count(&f, PKI_FAILS) == 1 &&
		pki_findings_first(&f, malformed[_i].code, PKI_FAILS) != NULL,
	    "%s, %s", malformed[_i].how, malformed[_i].end);
	pki_findings_free(&f);
	buf_free(&package);
	base_free(b);
}
END_TEST

/*
 * What is stored, its size being said behind it only, must not have in it what
 * another takes for its end; deflated, or with its size in front, it may.
 */
START_TEST(ends_in_a_file)
{
	static const struct {
		const char *how;
		bool fine;
	} rows[] = {
		{ "", true },
		{ "apart", false },
		{ "apart wide-front", false },
		{ "deflate apart", true },
		{ "wide", true },
	};
	const struct span inside = SPAN("<!-- PK\7\x08 PK\3\4 -->");
	struct pki_findings f;
	struct buf package;
	struct mint_zip z;
	struct ofd ofd;

	for (size_t i = 0; i < COUNT(rows); i++) {
		mint_zip_init(&z);
		mint_zip_add_how(&z, SPAN("OFD.xml"), inside, rows[i].how);
		buf_init(&package, 1 << 16);
		mint_zip_end(&z, &package);
		pki_findings_init(&f);
		ck_assert_int_eq(
		    ofd_read(&ofd, buf_span(&package), &f), rows[i].fine);
		ck_assert_int_eq(
		    pki_findings_first(&f, PKI_OFD_ZIP, PKI_FAILS) == NULL,
		    rows[i].fine);
		ofd_free(&ofd);
		pki_findings_free(&f);
		buf_free(&package);
	}
}
END_TEST

/* ---- signatures without a seal ---- */

/*
 * What one has a digest of is covered by nobody, and that is said; the seal
 * beside it is judged as if it were alone.
 */
START_TEST(signature_without_seal)
{
	struct base *b = base_new("ofd.break=two kind-last uncovered-first");
	const struct pki_finding *type, *page;
	struct pki_findings f;

	judge_all(b, buf_span(&b->set.ofd), &f);
	type = pki_findings_first(&f, PKI_OFD_TYPE, PKI_NOT_JUDGED);
	page = pki_findings_first(&f, PKI_OFD_UNCOVERED, PKI_FAILS);
	ck_assert_ptr_nonnull(type);
	ck_assert_ptr_nonnull(strstr(type->about, "signature 2"));
	ck_assert_ptr_nonnull(strstr(type->detail, "without a seal"));
	ck_assert_ptr_nonnull(strstr(type->detail_zh, "不含印章"));
	ck_assert_ptr_nonnull(page);
	ck_assert_str_eq(page->detail, "Doc_0/Pages/Page_0/Content.xml");
	ck_assert_uint_eq(pki_findings_count(&f, PKI_FAILS), 1);
	ck_assert_uint_eq(pki_findings_count(&f, PKI_NOT_REACHED), 0);
	ck_assert_ptr_nonnull(
	    pki_findings_first(&f, PKI_SIGN_SIGNATURE, PKI_HOLDS));
	ck_assert(!pki_findings_conform(&f));
	pki_findings_free(&f);
	base_free(b);
}
END_TEST

/* ---- seals of one identifier ---- */

/* A seal beside a package in which it, or another of its esID, was used. */
START_TEST(seals_of_one_identifier)
{
	static const struct {
		const char *changes;
		enum pki_result seal, package;
		size_t n; /* findings about it */
	} rows[] = {
		{ "", PKI_HOLDS, PKI_HOLDS, 2 },
		{ "ofd.break=two", PKI_HOLDS, PKI_HOLDS, 4 },
		{ "ofd.break=two same-esid", PKI_FAILS, PKI_FAILS, 4 },
	};
	struct base *b = base_new(rows[_i].changes);
	struct bundle *all = bundle_new();
	struct pki_findings f;
	struct err err;
	size_t n = 0;

	pki_findings_init(&f);
	ck_assert(bundle_add(
	    all, BUNDLE_JUDGED, "seal", buf_span(&b->set.seal), &err));
	ck_assert(
	    bundle_add(all, BUNDLE_JUDGED, "ofd", buf_span(&b->set.ofd), &err));
	bundle_judge(all, &(struct bundle_ask){ .at = b->ask.at }, &f);
	for (size_t i = 0; i < f.n; i++) {
		const struct pki_finding *k = &f.at[i];

		if (k->code != PKI_SEAL_ESID_UNIQUE)
			continue;
		ck_assert_int_eq(k->result, strcmp(k->about, "seal") == 0
						? rows[_i].seal
						: rows[_i].package);
		n++;
	}
	ck_assert_uint_eq(n, rows[_i].n);
	pki_findings_free(&f);
	bundle_free(all);
	base_free(b);
}
END_TEST

/* ---- bounds ---- */

static bool
fails(struct span package, enum pki_code code)
{
	struct pki_findings f;
	struct ofd ofd;
	bool found;

	pki_findings_init(&f);
	ck_assert(!ofd_read(&ofd, package, &f));
	ck_assert_uint_eq(ofd.n_files, 0);
	ofd_free(&ofd);
	found = pki_findings_first(&f, code, PKI_FAILS) != NULL &&
		pki_findings_count(&f, PKI_FAILS) == 1;
	pki_findings_free(&f);
	return found;
}

/* One file that is too long, and five that are together. */
START_TEST(too_long)
{
	const size_t n = (size_t)(_i == 0 ? OFD_FILE + 1 : 30 << 20);
	char *octets = mem_new(n, 1);
	struct buf package;
	struct mint_zip z;

	for (size_t i = 0; i + 1 < n; i += 64) { /* do not pack too well */
		octets[i] = (char)(i >> 6);
		octets[i + 1] = (char)(i * 7 >> 13);
	}
	mint_zip_init(&z);
	for (int i = 0; i < (_i == 0 ? 1 : 5); i++) {
		char name[] = { 'f', (char)('0' + i), '\0' };

		mint_zip_add_how(&z, span_of(name), (struct span){ octets, n },
		    _i == 0 ? "" : "deflate");
	}
	free(octets);
	buf_init(&package, 1 << 26);
	mint_zip_end(&z, &package);
	ck_assert(fails(buf_span(&package), PKI_OFD_SIZE));
	buf_free(&package);
}
END_TEST

/* What is no package at all. */
START_TEST(no_package)
{
	static const struct span none[] = {
		SPAN_INIT(""),
		SPAN_INIT("PK\3\4"),
		SPAN_INIT("PK\5\6"),
		SPAN_INIT("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
		SPAN_INIT("PK\5\6\0\0\0\0\1\0\1\0\0\0\0\0\0\0\0\0\0\0"),
		SPAN_INIT("PK\5\6\0\0\0\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0"),
		SPAN_INIT("no ZIP whatsoever, but longer than the end of one"),
	};
	struct pki_findings f;
	struct ofd ofd;

	for (size_t i = 0; i < COUNT(none); i++) {
		pki_findings_init(&f);
		ck_assert(!ofd_read(&ofd, none[i], &f));
		ck_assert(!pki_findings_conform(&f));
		ck_assert_uint_eq(pki_findings_count(&f, PKI_FAILS), 1);
		ofd_free(&ofd);
		pki_findings_free(&f);
	}
}
END_TEST

/* ---- mutations ---- */

enum { MUTATIONS = 10000, PIECE = 64 };

/* SplitMix64: the same ones each time. */
static uint64_t state;

static size_t
below(size_t n)
{
	uint64_t x = state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return n == 0 ? 0 : (size_t)((x ^ x >> 31) % n);
}

/* One octet, a piece taken away, doubled, of zeros, or from elsewhere. */
static void
mutate(struct span s, struct buf *to)
{
	const size_t at = below(s.len), from = below(s.len);
	const size_t n = below(PIECE) + 1;
	const struct span behind = span_skip(s, at);
	const size_t gone = n < behind.len ? n : behind.len;
	const char octet = (char)below(256), zeros[PIECE] = "";

	buf_init(to, s.len + PIECE + 1);
	buf_add(to, span_take(s, at));
	switch (below(6)) {
	case 0:
		buf_add(to, (struct span){ &octet, 1 });
		buf_add(to, span_skip(behind, behind.len > 0));
		break;
	case 1:
		buf_add(to, span_skip(behind, gone));
		break;
	case 2:
		buf_add(to, span_take(behind, n));
		buf_add(to, behind);
		break;
	case 3:
		buf_add(to, (struct span){ zeros, n });
		buf_add(to, span_skip(behind, gone));
		break;
	case 4:
		buf_add(to, span_take(span_skip(s, from), n));
		buf_add(to, span_skip(behind, gone));
		break;
	default: /* it ends there */
		break;
	}
}

/* The files of a package, some of them mutated, packed without fault. */
static void
mutate_files(struct base *b, struct buf *to)
{
	const size_t i = below(b->ofd.n_files), other = below(b->ofd.n_files);
	const struct ofd_file was = b->ofd.files[i];
	struct ofd_file *file = &b->ofd.files[i];
	struct buf own;

	mutate(buf_span(&was.octets), &own);
	file->octets = own;
	if (below(8) == 0) /* another's content */
		file->octets = b->ofd.files[other].octets;
	if (below(16) == 0) /* two of one name */
		file->name = b->ofd.files[other].name;
	pack(&b->ofd, to);
	*file = was;
	buf_free(&own);
}

/* Half of them in the container, half in what is packed in it. */
START_TEST(mutations)
{
	struct base *b = base_new(bases[_i]);
	int64_t longest = 0;
	size_t n = 0, same = 0;
	struct buf package;

	state = (uint64_t)_i;
	for (size_t i = 0; i < MUTATIONS / COUNT(bases) + 1; i++) {
		const struct mono from = clock_mono();

		if (i % 2 == 0)
			mutate(buf_span(&b->set.ofd), &package);
		else
			mutate_files(b, &package);
		if (is_accepted(b, buf_span(&package))) {
			ck_assert_msg(has_same_files(b, buf_span(&package)),
			    "mutation %zu", i);
			same++;
		}
		buf_free(&package);
		if (mono_since_us(from, clock_mono()) > longest)
			longest = mono_since_us(from, clock_mono());
		n++;
	}
	printf("%s: %zu mutations, %zu of them leave all files as they were; "
	       "the longest took %lld ms\n",
	    bases[_i], n, same, (long long)longest / 1000);
	ck_assert_int_lt(longest, 10 * 1000000);
	base_free(b);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("conformance/seal packages");
	TCase *tc = tcase_create("packages"), *packed = tcase_create("forms"),
	      *mutated = tcase_create("mutated");
	SRunner *sr;
	int failed;

	tcase_add_unchecked_fixture(tc, begin, end);
	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, octets_of_the_container, 0, (int)COUNT(bases));
	tcase_add_test(tc, octets_of_the_files);
	tcase_add_test(tc, octets_of_an_open_list);
	tcase_add_loop_test(tc, files, 0, 2);
	tcase_add_loop_test(tc, too_long, 0, 2);
	tcase_add_test(tc, no_package);
	suite_add_tcase(suite, tc);
	tcase_add_unchecked_fixture(packed, begin, end);
	tcase_set_timeout(packed, 60);
	tcase_add_loop_test(packed, forms_are_judged_alike, 0, 6);
	tcase_add_loop_test(
	    packed, malformed_ones_are_refused, 0, (int)COUNT(malformed));
	tcase_add_test(packed, ends_in_a_file);
	tcase_add_test(packed, signature_without_seal);
	tcase_add_loop_test(packed, seals_of_one_identifier, 0, 3);
	suite_add_tcase(suite, packed);
	tcase_add_unchecked_fixture(mutated, begin, end);
	tcase_set_timeout(mutated, 300);
	tcase_add_loop_test(mutated, mutations, 0, (int)COUNT(bases));
	suite_add_tcase(suite, mutated);
	sr = srunner_create(suite);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
