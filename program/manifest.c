/* SPDX-License-Identifier: MIT */
#include "program/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "program/tree.h"

#define SCHEMA   "yanshou-manifest/1"
#define AT(dir)  mem_textf("%s/seal/manifest.txt", dir)
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* Of the header, in order. */
static const struct {
	const char *key;
	size_t at;
	bool digest;
} heads[] = {
	{ "run", offsetof(struct manifest, run), false },
	{ "kit", offsetof(struct manifest, kit), false },
	{ "judge", offsetof(struct manifest, judge), false },
	{ "program", offsetof(struct manifest, program), true },
	{ "plan", offsetof(struct manifest, plan), true },
	{ "planned", offsetof(struct manifest, planned), false },
	{ "journal", offsetof(struct manifest, journal), true },
	{ "certificate", offsetof(struct manifest, certificate), true },
	{ "stamp", offsetof(struct manifest, stamp), false },
};

static char **
head_of(struct manifest *m, size_t i)
{
	return (char **)((char *)m + heads[i].at);
}

void
manifest_free(struct manifest *m)
{
	for (size_t i = 0; i < COUNT(heads); i++)
		free(*head_of(m, i));
	free(m->sealed);
	for (size_t i = 0; i < m->n; i++)
		free(m->files[i].name);
	free(m->files);
	*m = (struct manifest){ 0 };
}

/* What is made of the manifest cannot be in it. */
static bool
is_outside(const char *name)
{
	static const char *const names[] = { "seal/manifest.txt",
		"seal/manifest.sig", "seal/manifest.tsr",
		"seal/manifest.tsr.sig" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* A plain file just now; should it be one no more, nobody waits for it. */
static bool
measure(const char *path, struct manifest_file *f, struct err *err)
{
	const int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct digest *d;
	char piece[65536];
	ssize_t n = 0;

	if (fd == -1)
		return err_set(err, ERR_IO, "%s", path);
	d = digest_new();
	f->size = 0;
	while (f->size <= MANIFEST_FILE_MOST &&
	       (n = read(fd, piece, sizeof piece)) > 0) {
		digest_add(d, (struct span){ piece, (size_t)n });
		f->size += (uint64_t)n;
	}
	if (n == -1)
		err_set(err, ERR_IO, "%s", path);
	digest_end(d, f->sm3);
	close(fd);
	return n != -1;
}

/* ---- writing ---- */

struct writing {
	FILE *out;
	struct digest *digest; /* of all lines so far */
};

static void __attribute__((format(printf, 2, 3)))
put(struct writing *w, const char *fmt, ...)
{
	char *line = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (n == -1)
		abort();
	digest_add(w->digest, (struct span){ line, (size_t)n });
	fwrite(line, 1, (size_t)n, w->out);
	free(line);
}

static bool
put_file(struct writing *w, struct manifest *m, const struct tree_entry *e,
    struct err *err)
{
	struct manifest_file f;

	if (is_outside(e->name))
		return true;
	if (!e->plain)
		return err_set(err, ERR_CONFIG,
		    "%s: is no plain file, and a run with it cannot be sealed",
		    e->path);
	if (e->size > MANIFEST_FILE_MOST ||
	    m->octets + e->size > MANIFEST_ALL_MOST)
		return err_set(err, ERR_CONFIG,
		    "%s: has more than %" PRIu64 " GiB, or all files together "
		    "%" PRIu64 ", and a run with that cannot be sealed",
		    e->path, MANIFEST_FILE_MOST >> 30, MANIFEST_ALL_MOST >> 30);
	if (!measure(e->path, &f, err))
		return false;
	put(w, "file\t%" PRIu64 "\t%s\t%s\n", f.size, f.sm3, e->name);
	m->n++;
	m->octets += f.size;
	return true;
}

static bool
put_all(FILE *out, struct manifest *m, const char *dir, struct err *err)
{
	struct writing w = { out, digest_new() };
	char sm3[DIGEST_TEXT], now[CLOCK_TEXT];
	struct tree t;
	bool ok = true;

	put(&w, "%s\n", SCHEMA);
	for (size_t i = 0; i < COUNT(heads); i++)
		put(&w, "%s\t%s\n", heads[i].key, *head_of(m, i));
	tree_read(&t, dir);
	m->octets = 0;
	for (size_t i = 0; ok && i < t.n; i++)
		ok = put_file(&w, m, &t.at[i], err);
	tree_free(&t);
	if (m->sealed == NULL) {
		wall_text(clock_wall(), now);
		m->sealed = mem_text(span_of(now));
	}
	put(&w, "sealed\t%s\n", m->sealed);
	digest_end(w.digest, sm3);
	fprintf(out, "end\t%zu\t%s\n", m->n, sm3);
	m->n = 0; /* none is kept here */
	return ok;
}

bool
manifest_write(struct manifest *m, const char *dir, struct err *err)
{
	char *path = AT(dir);
	char *tmp = mem_textf("%s/seal/manifest.tsr", dir); /* outside, too */
	FILE *out = fopen(tmp, "we");
	bool ok;

	if (out == NULL) {
		ok = err_set(err, ERR_IO, "%s", tmp);
	} else {
		ok = put_all(out, m, dir, err);
		if (ok && (fflush(out) != 0 || fsync(fileno(out)) != 0))
			ok = err_set(err, ERR_IO, "%s: %scannot be written",
			    path, files_disk_full(errno));
		if (fclose(out) != 0 && ok)
			ok = err_set(err, ERR_IO, "%s: %scannot be written",
			    path, files_disk_full(errno));
		if (ok && rename(tmp, path) == -1)
			ok = err_set(err, ERR_IO, "%s", path);
		if (ok)
			files_sync_name(path);
		else
			unlink(tmp);
	}
	free(tmp);
	free(path);
	return ok;
}

/* ---- reading ---- */

struct reading {
	const char *path;
	struct manifest *m;
	size_t line, head;
	bool ended;
	char sm3[DIGEST_TEXT]; /* of the lines before "end" */
	struct err *err;
};

static bool
bad(struct reading *r, const char *what)
{
	return err_set(
	    r->err, ERR_FORGED, "%s:%zu: %s", r->path, r->line, what);
}

/* Digits alone, and no zero before others. */
static bool
read_size(struct span text, uint64_t *n)
{
	*n = 0;
	if (text.len == 0 || text.len > 18 ||
	    (text.len > 1 && text.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		*n = *n * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	return true;
}

static bool
read_digest(struct span text, char sm3[DIGEST_TEXT])
{
	if (text.len != DIGEST_TEXT - 1)
		return false;
	memcpy(sm3, text.ptr, text.len);
	sm3[text.len] = '\0';
	return digest_is(sm3);
}

static bool
read_head(struct reading *r, struct span line)
{
	const struct span key = span_cut(&line, '\t');
	char sm3[DIGEST_TEXT];
	const size_t i = r->head;

	if (!span_eq(key, span_of(heads[i].key)))
		return bad(r, "not the line that belongs here");
	if (heads[i].digest && !read_digest(line, sm3))
		return bad(r, "no SM3");
	*head_of(r->m, i) = mem_text(line);
	r->head++;
	return true;
}

static bool
read_file(struct reading *r, struct span line)
{
	const struct span size = span_cut(&line, '\t');
	const struct span sm3 = span_cut(&line, '\t');
	struct manifest *m = r->m;
	struct manifest_file f;

	if (!read_size(size, &f.size) || !read_digest(sm3, f.sm3) ||
	    line.len == 0 || memchr(line.ptr, '\t', line.len) != NULL)
		return bad(r, "not: file, size, SM3, name");
	f.name = mem_text(line);
	if (m->n > 0 && strcmp(m->files[m->n - 1].name, f.name) >= 0) {
		free(f.name);
		return bad(r, "not in the order of names");
	}
	if ((m->n & (m->n - 1)) == 0)
		m->files = mem_grow(
		    m->files, (m->n == 0 ? 1 : 2 * m->n) * sizeof m->files[0]);
	m->files[m->n++] = f;
	m->octets += f.size;
	return true;
}

static bool
read_end(struct reading *r, struct span line)
{
	const struct span count = span_cut(&line, '\t');
	char sm3[DIGEST_TEXT];
	uint64_t n;

	if (!read_size(count, &n) || !read_digest(line, sm3))
		return bad(r, "not: end, count, SM3");
	r->ended = true;
	if (n != r->m->n)
		return bad(r, "another number of files than stand above");
	return strcmp(sm3, r->sm3) == 0 ||
	       bad(r, "the lines above were changed: they have another SM3");
}

static bool
read_line(struct reading *r, struct span line)
{
	struct span key;

	if (r->ended)
		return bad(r, "a line behind the end");
	if (r->line == 1)
		return span_eq(line, SPAN(SCHEMA)) ||
		       bad(r, "does not begin with " SCHEMA);
	if (r->head < COUNT(heads))
		return read_head(r, line);
	key = span_cut(&line, '\t');
	if (r->m->sealed != NULL)
		return span_eq(key, SPAN("end"))
			   ? read_end(r, line)
			   : bad(r, "not the end, which follows here");
	if (span_eq(key, SPAN("file")))
		return read_file(r, line);
	if (!span_eq(key, SPAN("sealed")))
		return bad(r, "neither a file nor when it was sealed");
	r->m->sealed = mem_text(line);
	return true;
}

/* A copy of the digest so far: what "end" is held against. */
static bool
read_lines(struct reading *r, FILE *in)
{
	struct digest *d = digest_new();
	char *line = NULL;
	size_t room = 0;
	ssize_t n = 0;
	bool ok = true;

	while (ok && (n = getline(&line, &room, in)) != -1) {
		const struct span whole = { line, (size_t)n };

		r->line++;
		if (line[n - 1] != '\n' || memchr(line, '\0', whole.len)) {
			ok = bad(r, "a line without its end");
			break;
		}
		if (strncmp(line, "end\t", 4) == 0 && !r->ended) {
			digest_end(d, r->sm3);
			d = digest_new();
		}
		digest_add(d, whole);
		ok = read_line(r, span_take(whole, whole.len - 1));
	}
	if (ok && ferror(in))
		ok = err_set(r->err, ERR_IO, "%s", r->path);
	if (ok && !r->ended)
		ok = bad(r, "cut off: it has no end");
	digest_end(d, r->sm3);
	free(line);
	return ok;
}

bool
manifest_read(struct manifest *m, const char *dir, struct err *err)
{
	char *path = AT(dir);
	struct reading r = { .path = path, .m = m, .err = err };
	FILE *in = fopen(path, "re");
	struct stat st;
	bool ok;

	*m = (struct manifest){ 0 };
	if (in == NULL)
		ok = err_set(err, ERR_IO, "%s", path);
	else if (fstat(fileno(in), &st) == -1 || !S_ISREG(st.st_mode))
		ok = err_set(err, ERR_FORGED, "%s: is no plain file", path);
	else if ((uint64_t)st.st_size > MANIFEST_LIST_MOST)
		ok = err_set(err, ERR_FORGED, "%s: longer than any list", path);
	else
		ok = read_lines(&r, in);
	if (in != NULL)
		fclose(in);
	free(path);
	return ok;
}

/* ---- comparing ---- */

struct comparing {
	const struct manifest *m;
	bool *missing; /* of each of its files */
	manifest_tell *tell;
	void *ctx;
	size_t n;
};

static void __attribute__((format(printf, 4, 6)))
__attribute__((format(printf, 5, 6)))
tell(struct comparing *c, enum manifest_difference d, const char *name,
    const char *en, const char *zh, ...)
{
	char text[2][400];
	va_list ap;

	va_start(ap, zh);
	vsnprintf(text[0], sizeof text[0], en, ap);
	va_end(ap);
	va_start(ap, zh);
	vsnprintf(text[1], sizeof text[1], zh, ap);
	va_end(ap);
	c->tell(c->ctx, d, name, text[0], text[1]);
	c->n++;
}

/*
 * The missing file that has just these octets, or NULL.  Only a file as long as
 * one that is missing is read.
 */
static const char *
moved_from(
    const struct comparing *c, const struct tree_entry *e, struct err *err)
{
	struct manifest_file f = { .sm3 = "" };

	for (size_t i = 0; i < c->m->n; i++) {
		if (!c->missing[i] || c->m->files[i].size != e->size ||
		    e->size > MANIFEST_FILE_MOST)
			continue;
		if (f.sm3[0] == '\0' && !measure(e->path, &f, err))
			return NULL;
		if (strcmp(c->m->files[i].sm3, f.sm3) == 0)
			return c->m->files[i].name;
	}
	return NULL;
}

static void
added(struct comparing *c, const struct tree_entry *e)
{
	struct err err = { 0 };
	const char *from;

	if (is_outside(e->name))
		return;
	if (!e->plain) {
		tell(c, FILE_ODD, e->name,
		    "no plain file, or a folder that cannot be read; not "
		    "sealed",
		    "不是普通文件，或为无法读取的目录；清单中没有");
		return;
	}
	from = moved_from(c, e, &err);
	if (err.kind != ERR_NONE)
		tell(c, FILE_UNREADABLE, e->name, "added, and cannot be read",
		    "系后来添加，且无法读取");
	else if (from == NULL)
		tell(c, FILE_ADDED, e->name,
		    "added: %" PRIu64 " octets that were not sealed",
		    "系后来添加：%" PRIu64 " 字节，清单中没有", e->size);
	else
		tell(c, FILE_ADDED, e->name,
		    "added: the octets of %.200s, which is missing",
		    "系后来添加：内容同已缺失的 %.200s", from);
}

static void
changed_size(struct comparing *c, const char *name, uint64_t now, uint64_t was)
{
	tell(c, FILE_CHANGED, name,
	    "changed: %" PRIu64 " octets, sealed were %" PRIu64,
	    "已被改动：现为 %" PRIu64 " 字节，签名时为 %" PRIu64 " 字节", now,
	    was);
}

static void
present(struct comparing *c, const struct manifest_file *was,
    const struct tree_entry *e)
{
	struct manifest_file now;
	struct err err;

	if (!e->plain)
		tell(c, FILE_ODD, e->name,
		    "no plain file any more, or not to be read",
		    "不再是普通文件，或无法读取");
	else if (e->size == was->size && e->size > MANIFEST_FILE_MOST)
		tell(c, FILE_UNREADABLE, e->name,
		    "longer than any file of a run, and not read",
		    "长于任何运行的文件，未予读取");
	else if (e->size != was->size)
		changed_size(c, e->name, e->size, was->size);
	else if (!measure(e->path, &now, &err))
		tell(c, FILE_UNREADABLE, e->name, "cannot be read: %.200s",
		    "无法读取：%.200s", strerror(err.sys));
	else if (now.size != was->size) /* it grows while we read */
		changed_size(c, e->name, now.size, was->size);
	else if (strcmp(now.sm3, was->sm3) != 0)
		tell(c, FILE_CHANGED, e->name,
		    "changed: SM3 %.16s..., sealed was %.16s...",
		    "已被改动：SM3 现为 %.16s…，签名时为 %.16s…", now.sm3,
		    was->sm3);
}

/* Two sorted lists, side by side; visit() is told of each name. */
static void
side_by_side(struct comparing *c, const struct tree *t, bool look)
{
	const struct manifest *m = c->m;
	size_t i = 0, k = 0;

	while (i < m->n || k < t->n) {
		const int order = i == m->n ? 1
				  : k == t->n
				      ? -1
				      : strcmp(m->files[i].name, t->at[k].name);

		if (order < 0)
			c->missing[i++] = true;
		else if (order > 0 && look)
			added(c, &t->at[k++]);
		else if (order > 0)
			k++;
		else if (look)
			present(c, &m->files[i++], &t->at[k++]);
		else
			i++, k++;
	}
}

size_t
manifest_compare(
    const struct manifest *m, const char *dir, manifest_tell *to, void *ctx)
{
	struct comparing c = { .m = m,
		.missing = mem_new(m->n + 1, sizeof c.missing[0]),
		.tell = to,
		.ctx = ctx };
	struct tree t;

	tree_read(&t, dir);
	side_by_side(&c, &t, false); /* who is missing, before who was added */
	side_by_side(&c, &t, true);
	for (size_t i = 0; i < m->n; i++)
		if (c.missing[i])
			tell(&c, FILE_MISSING, m->files[i].name,
			    "missing: %" PRIu64 " octets were sealed",
			    "缺失：签名时为 %" PRIu64 " 字节",
			    m->files[i].size);
	tree_free(&t);
	free(c.missing);
	return c.n;
}
