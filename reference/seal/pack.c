/* SPDX-License-Identifier: MIT */
#include "reference/seal/pack.h"

#include <stdlib.h>
#include <time.h>

#include <zip.h>

#include "lib/mem.h"
#include "lib/text.h"

enum { RATIO_FROM = 1 << 20 }; /* small files may shrink as they like */

/* ---- names ---- */

static bool
is_dots(struct span part)
{
	return span_eq(part, SPAN("..")) || span_eq(part, SPAN("."));
}

/* Nothing that another reader could take to be somewhere else. */
static bool
stays_inside(struct span name)
{
	struct span rest = name;

	if (name.len == 0 || name.len > PACK_NAME || name.ptr[0] == '/' ||
	    !text_is_utf8(name))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == '\\' ||
		    name.ptr[i] == ':')
			return false;
	while (rest.len > 0) {
		const struct span part = span_cut(&rest, '/');

		if (part.len == 0 || is_dots(part))
			return false;
	}
	return true;
}

struct pack_file *
pack_find(const struct pack *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->files[i].name, name) == 0)
			return &p->files[i];
	return NULL;
}

static struct pack_file *
add(struct pack *p, const char *name)
{
	struct pack_file *f;

	p->files = mem_grow(p->files, (p->n + 1) * sizeof p->files[0]);
	f = &p->files[p->n++];
	f->name = mem_text(span_of(name));
	buf_init(&f->octets, PACK_MOST);
	return f;
}

void
pack_put(struct pack *p, const char *name, struct span octets)
{
	struct pack_file *f = pack_find(p, name);

	if (f == NULL)
		f = add(p, name);
	buf_clear(&f->octets);
	buf_add(&f->octets, octets);
}

void
pack_remove(struct pack *p, const char *name)
{
	struct pack_file *f = pack_find(p, name);

	if (f == NULL)
		return;
	free(f->name);
	buf_free(&f->octets);
	memmove(f, f + 1, (size_t)(p->files + --p->n - f) * sizeof *f);
}

void
pack_free(struct pack *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->files[i].name);
		buf_free(&p->files[i].octets);
	}
	free(p->files);
	*p = (struct pack){ 0 };
}

/* ---- where a location leads ---- */

static void
go(struct buf *way, struct span location)
{
	while (location.len > 0) {
		const struct span part = span_cut(&location, '/');

		if (part.len == 0 || span_eq(part, SPAN(".")))
			continue;
		if (way->len > 0)
			buf_add(way, SPAN("/"));
		buf_add(way, part);
	}
}

char *
pack_path(const char *from, const char *location)
{
	const char *slash = strrchr(from, '/');
	struct span to = span_of(location);
	struct buf way;
	char *path = NULL;

	buf_init(&way, 4 * PACK_NAME);
	if (location[0] != '/' && slash != NULL)
		go(&way, (struct span){ from, (size_t)(slash - from) });
	while (span_starts(to, SPAN("../")) && way.len > 0) {
		const char *up = memrchr(way.data, '/', way.len);

		way.len = up == NULL ? 0 : (size_t)(up - way.data);
		to = span_skip(to, 3);
	}
	go(&way, to);
	if (!way.full && stays_inside(buf_span(&way)))
		path = mem_text(buf_span(&way));
	buf_free(&way);
	return path;
}

/* ---- reading ---- */

static bool
unpack(zip_t *z, zip_uint64_t i, size_t size, struct buf *to)
{
	zip_file_t *in = zip_fopen_index(z, i, 0);
	char piece[16384];
	zip_int64_t n = -1;
	bool whole;

	while (in != NULL && to->len <= size &&
	       (n = zip_fread(in, piece, sizeof piece)) > 0)
		buf_add(to, (struct span){ piece, (size_t)n });
	whole = in != NULL && n == 0 && to->len == size && !to->full;
	if (in != NULL)
		whole &= zip_fclose(in) == 0;
	return whole;
}

static bool
grows_too_far(const zip_stat_t *s, size_t total)
{
	return s->size > PACK_MOST || s->size + total > PACK_MOST ||
	       (s->size > RATIO_FROM && s->size / PACK_RATIO > s->comp_size);
}

/* A name that is there twice is two documents to two readers. */
static bool
take(struct pack *p, zip_t *z, zip_uint64_t i, size_t *total, struct err *err)
{
	const zip_uint64_t wanted =
	    ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
	struct span name;
	zip_stat_t s;

	zip_stat_init(&s);
	if (zip_stat_index(z, i, ZIP_FL_ENC_RAW, &s) != 0 ||
	    (s.valid & wanted) != wanted)
		return err_set(err, ERR_PROTOCOL, "a file without a name");
	name = span_of(s.name);
	if (name.len > 0 && name.ptr[name.len - 1] == '/' && s.size == 0)
		name.len--; /* a folder */
	if (!stays_inside(name) || pack_find(p, s.name) != NULL)
		return err_set(err, ERR_PROTOCOL,
		    "a name that is there twice, or leads out of it");
	if (name.ptr[name.len] == '/')
		return true;
	if (grows_too_far(&s, *total))
		return err_set(
		    err, ERR_LIMIT, "it grows beyond %d octets", PACK_MOST);
	*total += s.size;
	return unpack(z, i, (size_t)s.size, &add(p, s.name)->octets) ||
	       err_set(err, ERR_PROTOCOL, "a file that cannot be unpacked");
}

static zip_t *
open_octets(struct span octets)
{
	zip_error_t e;
	zip_source_t *source;
	zip_t *z;

	zip_error_init(&e);
	source = zip_source_buffer_create(octets.ptr, octets.len, 0, &e);
	z = source == NULL
		? NULL
		: zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &e);
	if (z == NULL && source != NULL)
		zip_source_free(source);
	zip_error_fini(&e);
	return z;
}

bool
pack_read(struct pack *p, struct span octets, struct err *err)
{
	zip_t *z;
	size_t total = 0;
	zip_int64_t n;
	bool ok;

	*p = (struct pack){ 0 };
	if (octets.len > PACK_MOST)
		return err_set(
		    err, ERR_LIMIT, "more than %d octets", PACK_MOST);
	z = octets.len == 0 ? NULL : open_octets(octets);
	if (z == NULL)
		return err_set(err, ERR_PROTOCOL, "not a package of OFD");
	n = zip_get_num_entries(z, 0);
	ok = n <= PACK_FILES ||
	     err_set(err, ERR_LIMIT, "more than %d files", PACK_FILES);
	p->stray = ok && !pack_is_filled(octets);
	for (zip_int64_t i = 0; ok && i < n; i++)
		ok = take(p, z, (zip_uint64_t)i, &total, err);
	zip_discard(z);
	return ok;
}

/* ---- writing ---- */

static bool
pack_one(zip_t *z, const struct pack_file *f, struct wall at)
{
	zip_source_t *s = zip_source_buffer(
	    z, f->octets.len > 0 ? f->octets.data : "", f->octets.len, 0);
	const zip_int64_t i =
	    s == NULL ? -1 : zip_file_add(z, f->name, s, ZIP_FL_ENC_UTF_8);

	if (i < 0) {
		zip_source_free(s);
		return false;
	}
	return zip_file_set_mtime(
		   z, (zip_uint64_t)i, (time_t)(at.us / 1000000), 0) == 0;
}

static bool
copy_out(zip_source_t *source, struct buf *to)
{
	char piece[16384];
	zip_int64_t n = -1;

	if (zip_source_open(source) != 0)
		return false;
	while ((n = zip_source_read(source, piece, sizeof piece)) > 0)
		buf_add(to, (struct span){ piece, (size_t)n });
	zip_source_close(source);
	return n == 0 && !to->full;
}

bool
pack_write(
    const struct pack *p, struct wall at, struct buf *to, struct err *err)
{
	zip_error_t e;
	zip_source_t *source;
	zip_t *z = NULL;
	bool ok = true;

	zip_error_init(&e);
	source = zip_source_buffer_create(NULL, 0, 0, &e);
	if (source != NULL) {
		zip_source_keep(source);
		z = zip_open_from_source(source, ZIP_TRUNCATE, &e);
	}
	for (size_t i = 0; z != NULL && ok && i < p->n; i++)
		ok = pack_one(z, &p->files[i], at);
	if (z == NULL || !ok || zip_close(z) != 0) {
		if (z != NULL)
			zip_discard(z);
		ok = false;
	}
	ok = ok && copy_out(source, to);
	zip_source_free(source);
	zip_error_fini(&e);
	return ok || err_set(err, ERR_LIMIT, "the package cannot be written");
}
