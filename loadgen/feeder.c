/* SPDX-License-Identifier: MIT */
#include "loadgen/feeder.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "loadgen/feeder_inner.h"

bool
feeder_bad_at(const struct feeder_reading *r, const char *at, const char *wrong,
    const char *right)
{
	return err_set(r->err, ERR_CONFIG, "%s:%zu:%zu: %s; %s", r->path,
	    r->line, (size_t)(at - r->line_start) + 1, wrong, right);
}

void
feeder_next_line(struct feeder_reading *r)
{
	r->line++;
	r->line_start = r->rest.ptr;
}

/* ---- cells ---- */

bool
feeder_add_cell(
    const struct feeder_reading *r, struct span value, const char *at)
{
	struct feeder *f = r->f;

	if (value.len > FEEDER_VALUE)
		return feeder_bad_at(
		    r, at, "this value is too long", "at most 4 MiB");
	if (f->n == FEEDER_CELLS)
		return feeder_bad_at(r, at, "too many values",
		    "at most 100000000, rows times columns");
	if (f->n + 1 >= f->room) {
		f->room = f->room == 0 ? 256 : f->room * 2;
		f->at = mem_grow(f->at, f->room * sizeof *f->at);
	}
	f->at[f->n++] = (uint32_t)f->text.len;
	if (!f->octets[(f->n - 1) % f->n_names])
		buf_add(&f->text, value);
	else if (!text_unbase64(value, &f->text))
		return feeder_bad_at(r, at, "this value is no base64",
		    "RFC 4648 4, with its \"=\" at the end");
	f->at[f->n] = (uint32_t)f->text.len;
	if (f->at[f->n] - f->at[f->n - 1] > f->longest)
		f->longest = f->at[f->n] - f->at[f->n - 1];
	return true;
}

/* Names go into scripts as ${feed.NAME}. */
static bool
is_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '\0' ||
		    strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
			   "XYZ0123456789_-",
			s.ptr[i]) == NULL)
			return false;
	return s.len > 0 && s.len <= FEEDER_NAME;
}

bool
feeder_add_name(
    const struct feeder_reading *r, struct span name, const char *at)
{
	if (!is_name(name))
		return feeder_bad_at(r, at, "not the name of a column",
		    "1 to 40 letters, digits, '_' and '-'");
	if (feeder_column(r->f, name) != -1)
		return feeder_bad_at(
		    r, at, "a second column of this name", "each name once");
	if (r->f->n_names == FEEDER_COLUMNS)
		return feeder_bad_at(r, at, "too many columns", "at most 32");
	r->f->names[r->f->n_names++] = mem_text(name);
	return true;
}

/* ---- files ---- */

static bool
ends(const char *path, const char *with)
{
	const size_t n = strlen(path), m = strlen(with);

	return n > m && strcasecmp(path + n - m, with) == 0;
}

static bool
check_text(struct feeder_reading *r)
{
	struct span s = r->all;
	size_t n;

	feeder_next_line(r);
	for (; s.len != 0; s = span_skip(s, n)) {
		n = text_utf8(s);
		if (n == 0)
			return feeder_bad_at(r, s.ptr, "not UTF-8",
			    "save the file in the encoding UTF-8");
		if (s.ptr[0] == '\0')
			return feeder_bad_at(
			    r, s.ptr, "a NUL character", "leave it out");
		if (s.ptr[0] == '\n') {
			r->line++;
			r->line_start = s.ptr + 1;
		}
	}
	r->line = 0;
	r->line_start = r->all.ptr;
	return true;
}

static bool
read_any(struct feeder_reading *r)
{
	if (span_starts(r->all, SPAN("\xef\xbb\xbf")))
		r->all = r->rest = span_skip(r->all, 3);
	if (!check_text(r))
		return false;
	if (ends(r->path, ".csv"))
		return feeder_read_csv(r);
	if (ends(r->path, ".jsonl"))
		return feeder_read_jsonl(r);
	return err_set(r->err, ERR_CONFIG,
	    "%s: neither CSV nor JSONL by its name; NAME.csv or NAME.jsonl",
	    r->path);
}

struct feeder *
feeder_parse(const char *path, struct span bytes, struct err *err)
{
	struct feeder *f = mem_new(1, sizeof *f);
	struct feeder_reading r = { .f = f, .path = path, .err = err };

	r.all = r.rest = bytes.ptr == NULL ? SPAN("") : bytes;
	r.line_start = r.all.ptr;
	/* No value is longer than what it was written as. */
	buf_init(&f->text, FEEDER_BYTES);
	f->at = mem_new(1, sizeof *f->at);
	if (bytes.len > FEEDER_BYTES) {
		err_set(
		    err, ERR_CONFIG, "%s: too large; at most 512 MiB", path);
	} else if (read_any(&r)) {
		return f;
	}
	feeder_close(f);
	return NULL;
}

struct feeder *
feeder_open(const char *path, struct err *err)
{
	struct feeder *f;
	size_t n;
	char *text = files_read_text(path, FEEDER_BYTES, &n, err);

	if (text == NULL)
		return NULL;
	f = feeder_parse(path, (struct span){ text, n }, err);
	free(text);
	return f;
}

void
feeder_close(struct feeder *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n_names; i++) {
		struct feeder_anew *anew, *before;

		for (anew = f->anew[i]; anew != NULL; anew = before) {
			before = anew->before;
			free(anew);
		}
		free(f->names[i]);
	}
	buf_free(&f->text);
	free(f->at);
	free(f);
}

size_t
feeder_rows(const struct feeder *f)
{
	return f->n / f->n_names;
}

size_t
feeder_columns(const struct feeder *f)
{
	return f->n_names;
}

const char *
feeder_name(const struct feeder *f, size_t column)
{
	return f->names[column];
}

int
feeder_column(const struct feeder *f, struct span name)
{
	for (size_t i = 0; i < f->n_names; i++)
		if (span_eq(span_of(f->names[i]), name))
			return (int)i;
	return -1;
}

size_t
feeder_longest(const struct feeder *f)
{
	return f->longest;
}

struct span
feeder_value(const struct feeder *f, size_t row, size_t column)
{
	const struct feeder_anew *anew =
	    atomic_load_explicit(&f->anew[column], memory_order_acquire);
	const size_t i = row * f->n_names + column;

	if (anew != NULL)
		return (struct span){ anew->octets, anew->len };
	return (struct span){ buf_text(&f->text) + f->at[i],
		f->at[i + 1] - f->at[i] };
}

bool
feeder_renew(struct feeder *f, size_t column, struct span value)
{
	struct feeder_anew *anew;

	if (value.len > f->longest)
		return false;
	anew = mem_new(1, sizeof *anew + value.len);
	anew->before = f->anew[column];
	anew->len = value.len;
	memcpy(anew->octets, value.ptr, value.len);
	/* what it replaces may still be on its way into a request */
	atomic_store_explicit(&f->anew[column], anew, memory_order_release);
	return true;
}
