/* SPDX-License-Identifier: MIT */
/*
 * A package unpacked, within bounds, when there is nothing about it that
 * another reader may take for something else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zip.h>

#include "conformance/seal/ofd_inner.h"
#include "conformance/seal/ofd_zip.h"
#include "lib/mem.h"
#include "lib/text.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct package {
	struct span octets;
	struct ofd_zip layout;
	zip_t *zip;
	struct pki_findings *f;
};

bool
ofd_is(struct span s)
{
	return span_starts(s, SPAN("PK\3\4")) || span_starts(s, SPAN("PK\5\6"));
}

/* ---- opening ---- */

static zip_t *
open_zip(struct span octets, int *code)
{
	zip_error_t err;
	zip_source_t *source;
	zip_t *zip = NULL;

	zip_error_init(&err);
	source = zip_source_buffer_create(octets.ptr, octets.len, 0, &err);
	if (source != NULL)
		zip = zip_open_from_source(source, ZIP_RDONLY, &err);
	if (zip == NULL)
		zip_source_free(source);
	*code = zip_error_code_zip(&err);
	zip_error_fini(&err);
	return zip;
}

static bool
tell_unreadable(struct package *p, const char *why, const char *why_zh)
{
	pki_find_both(p->f, PKI_OFD_ZIP, PKI_FAILS, why, why_zh);
	return false;
}

/* What stands in front of a file is what the directory says. */
static bool
headers_agree(struct package *p)
{
	for (size_t i = 0; i < p->layout.n; i++) {
		const struct ofd_zip_entry *e = &p->layout.entries[i];
		char *en, *zh;

		if (e->agrees)
			continue;
		en = mem_textf("%.*s: its header differs from the directory",
		    SPAN_FMT(span_take(e->name, 300)));
		zh = mem_textf("%.*s：文件头与目录不一致",
		    SPAN_FMT(span_take(e->name, 300)));
		tell_unreadable(p, en, zh);
		free(en);
		free(zh);
		return false;
	}
	return true;
}

/* libzip goes by the directory; what others go by was compared with that. */
static bool
open_package(struct package *p)
{
	zip_error_t err;
	int code;

	if (p->octets.len > OFD_MOST)
		return tell_unreadable(
		    p, "it is longer than 64 MiB", "超过 64 MiB");
	if (!ofd_zip_end(&p->layout, p->octets))
		return tell_unreadable(p,
		    "there is no directory at its end, or not all of one, or "
		    "two that differ",
		    "末尾没有完整的 ZIP 目录，或有两处不一致的目录信息");
	if (!pki_check(p->f, PKI_OFD_ENTRIES, p->layout.n <= OFD_FILES,
		"%llu/%d", (unsigned long long)p->layout.n, OFD_FILES))
		return false;
	p->zip = open_zip(p->octets, &code);
	if (p->zip == NULL) {
		zip_error_init_with_code(&err, code);
		tell_unreadable(p, zip_error_strerror(&err), NULL);
		zip_error_fini(&err);
		return false;
	}
	if (!ofd_zip_entries(&p->layout, p->octets) ||
	    zip_get_num_entries(p->zip, 0) != (zip_int64_t)p->layout.n)
		return tell_unreadable(
		    p, "its directory is broken", "ZIP 目录损坏");
	return headers_agree(p);
}

/* ---- names ---- */

static bool
is_plain(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		const unsigned char c = (unsigned char)name.ptr[i];

		if (c < 0x20 || c == 0x7f || c == '\\')
			return false;
	}
	return name.len > 0 && name.len <= OFD_NAME && text_is_utf8(name);
}

/* A way down from the package's root, without detours. */
static bool
stays_inside(struct span name)
{
	bool fine = name.len > 0 && name.ptr[0] != '/' &&
		    (name.len < 2 || name.ptr[1] != ':');

	if (name.len > 0 && name.ptr[name.len - 1] == '/') /* a folder */
		name.len--;
	while (fine && name.len > 0) {
		const struct span part = span_cut(&name, '/');

		fine = part.len > 0 && !span_eq(part, SPAN(".")) &&
		       !span_eq(part, SPAN(".."));
	}
	return fine;
}

static int
compare(struct span a, struct span b)
{
	const size_t n = a.len < b.len ? a.len : b.len;
	const int said = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);

	return said != 0 ? said : a.len < b.len ? -1 : a.len > b.len;
}

static int
by_name(const void *a, const void *b)
{
	return compare(*(const struct span *)a, *(const struct span *)b);
}

/* One that is there twice; empty when none is. */
static struct span
find_twin(const struct ofd_zip *z)
{
	struct span *all = mem_new(z->n + 1, sizeof *all), twin = SPAN("");

	for (size_t i = 0; i < z->n; i++)
		all[i] = z->entries[i].name;
	qsort(all, z->n, sizeof *all, by_name);
	for (size_t i = 1; i < z->n && twin.len == 0; i++)
		if (span_eq(all[i - 1], all[i]))
			twin = all[i];
	free(all);
	return twin;
}

/* The first of which that is not so; empty when it is so of all. */
static struct span
find_other(const struct ofd_zip *z, bool (*is_so)(struct span))
{
	for (size_t i = 0; i < z->n; i++)
		if (!is_so(z->entries[i].name))
			return z->entries[i].name.len > 0
				   ? span_take(z->entries[i].name, 300)
				   : SPAN("\"\"");
	return SPAN("");
}

/* A field may give a file another name, and a name may have a zero in it. */
static struct span
find_renamed(const struct package *p)
{
	for (size_t i = 0; i < p->layout.n; i++) {
		const struct span name = p->layout.entries[i].name;
		const char *known = zip_get_name(p->zip, i, ZIP_FL_ENC_RAW);

		if (known == NULL || !span_eq(name, span_of(known)))
			return name.len > 0 ? name : SPAN("\"\"");
	}
	return SPAN("");
}

static bool
names_are_safe(const struct package *p)
{
	const struct span odd = find_other(&p->layout, is_plain);
	const struct span out = find_other(&p->layout, stays_inside);
	const struct span twin = find_twin(&p->layout);
	const struct span bad = out.len > 0 ? out : twin;
	const struct span name = odd.len > 0 ? odd : find_renamed(p);
	const bool plain = pki_check(p->f, PKI_OFD_NAMES, name.len == 0, "%.*s",
	    SPAN_FMT(span_take(name, 300)));

	return pki_check(p->f, PKI_OFD_PACKAGE, bad.len == 0, "%.*s",
		   SPAN_FMT(span_take(bad, 300))) &&
	       plain;
}

/* ---- how files are packed ---- */

struct first {
	bool (*is_wrong)(const zip_stat_t *);
	enum pki_code code;
};

/* libzip says what is not known of a file by leaving it out of "valid". */
static bool
is_packed_oddly(const zip_stat_t *s)
{
	return (s->comp_method != ZIP_CM_STORE &&
		   s->comp_method != ZIP_CM_DEFLATE) ||
	       s->encryption_method != ZIP_EM_NONE;
}

static bool
is_too_long(const zip_stat_t *s)
{
	return s->size > OFD_FILE;
}

static bool
grows_too_much(const zip_stat_t *s)
{
	return s->size > OFD_RATIO_FROM && s->size / OFD_RATIO > s->comp_size;
}

static bool
stat_file(const struct package *p, size_t i, zip_stat_t *s)
{
	const zip_uint64_t all = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
				 ZIP_STAT_COMP_METHOD |
				 ZIP_STAT_ENCRYPTION_METHOD;

	return zip_stat_index(p->zip, i, ZIP_FL_UNCHANGED, s) == 0 &&
	       (s->valid & all) == all;
}

static bool
files_fit(const struct package *p)
{
	static const struct first asked[] = {
		{ is_packed_oddly, PKI_OFD_PACKING },
		{ is_too_long, PKI_OFD_SIZE },
		{ grows_too_much, PKI_OFD_RATIO },
	};
	struct span first[COUNT(asked)] = { { NULL, 0 } };
	uint64_t sum = 0;
	bool fine = true;
	zip_stat_t s;

	for (size_t i = 0; i < p->layout.n; i++) {
		if (!stat_file(p, i, &s))
			return false;
		sum += s.size < OFD_FILE ? s.size : OFD_FILE;
		for (size_t k = 0; k < COUNT(asked); k++)
			if (first[k].len == 0 && asked[k].is_wrong(&s))
				first[k] = p->layout.entries[i].name;
	}
	if (first[1].len == 0 && sum > OFD_UNPACKED)
		first[1] = SPAN("*");
	for (size_t k = 0; k < COUNT(asked); k++)
		fine &= pki_check(p->f, asked[k].code, first[k].len == 0,
		    "%.*s", SPAN_FMT(span_take(first[k], 300)));
	return fine;
}

/* ---- unpacking ---- */

/* Its size was looked at; what is longer than that is no file. */
static bool
unpack_file(const struct package *p, size_t i, struct buf *to)
{
	char piece[1 << 14];
	zip_int64_t n = -1;
	zip_file_t *file;
	zip_stat_t s;

	if (!stat_file(p, i, &s))
		return false;
	buf_init(to, (size_t)s.size);
	file = zip_fopen_index(p->zip, i, ZIP_FL_UNCHANGED);
	while (file != NULL && !to->full &&
	       (n = zip_fread(file, piece, sizeof piece)) > 0)
		buf_add(to, (struct span){ piece, (size_t)n });
	if (file != NULL)
		zip_fclose(file);
	return n == 0 && !to->full && to->len == s.size;
}

static int
by_file(const void *a, const void *b)
{
	const struct ofd_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static bool
is_folder(const struct ofd_file *file)
{
	return file->octets.len == 0 &&
	       file->name[strlen(file->name) - 1] == '/';
}

static bool
unpack_all(const struct package *p, struct ofd *ofd)
{
	ofd->files = mem_new(p->layout.n + 1, sizeof ofd->files[0]);
	for (size_t i = 0; i < p->layout.n; i++) {
		struct ofd_file *file = &ofd->files[ofd->n_files++];

		file->name = mem_text(p->layout.entries[i].name);
		if (!unpack_file(p, i, &file->octets) ||
		    !ofd_zip_holds(
			&p->layout.entries[i], buf_span(&file->octets))) {
			pki_find(
			    p->f, PKI_OFD_ZIP, PKI_FAILS, "%s", file->name);
			return false;
		}
		if (is_folder(file)) {
			free(file->name);
			buf_free(&file->octets);
			ofd->n_files--;
		}
	}
	qsort(ofd->files, ofd->n_files, sizeof ofd->files[0], by_file);
	pki_check(p->f, PKI_OFD_ZIP, true, "%zu", ofd->n_files);
	return true;
}

bool
ofd_unpack(struct ofd *ofd, struct span octets, struct pki_findings *f)
{
	struct package p = { .octets = octets, .f = f };
	uint64_t stray;
	bool fine = open_package(&p);

	if (fine) {
		stray = ofd_zip_stray(&p.layout, octets);
		fine = pki_check(f, PKI_OFD_OCTETS, stray == octets.len, "%llu",
		    (unsigned long long)stray);
		fine &= names_are_safe(&p);
		fine &= files_fit(&p);
		if (fine)
			fine = unpack_all(&p, ofd);
		else
			pki_find(f, PKI_OFD_ZIP, PKI_NOT_REACHED, "%s", "");
	}
	if (p.zip != NULL)
		zip_discard(p.zip);
	ofd_zip_free(&p.layout);
	return fine;
}

const struct ofd_file *
ofd_find(const struct ofd *ofd, struct span name)
{
	size_t low = 0, high = ofd->n_files;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int said =
		    compare(name, span_of(ofd->files[middle].name));

		if (said == 0)
			return &ofd->files[middle];
		if (said < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
