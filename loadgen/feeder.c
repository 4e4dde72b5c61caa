/* SPDX-License-Identifier: MIT */
#include "loadgen/feeder.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/buf.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/text.h"

/* All values stand one behind another, row by row: cell i is [at[i], at[i+1]). */
struct feeder {
	char *names[FEEDER_COLUMNS];
	bool octets[FEEDER_COLUMNS]; /* written in base64 */
	size_t n_names;
	struct buf text;
	uint32_t *at;
	size_t n, room; /* of cells */
	size_t longest;
};

struct reading {
	struct feeder *f;
	const char *path;
	struct span all, rest; /* rest: not read yet */
	size_t line;
	const char *line_start;
	struct err *err;
};

static bool
bad_at(const struct reading *r, const char *at, const char *wrong,
    const char *right)
{
	return err_set(r->err, ERR_CONFIG, "%s:%zu:%zu: %s; %s", r->path,
	    r->line, (size_t)(at - r->line_start) + 1, wrong, right);
}

static void
next_line(struct reading *r)
{
	r->line++;
	r->line_start = r->rest.ptr;
}

/* ---- cells ---- */

static bool
add_cell(const struct reading *r, struct span value, const char *at)
{
	struct feeder *f = r->f;

	if (value.len > FEEDER_VALUE)
		return bad_at(
		    r, at, "this value is too long", "at most 64 KiB");
	if (f->n == FEEDER_CELLS)
		return bad_at(r, at, "too many values",
		    "at most 100000000, rows times columns");
	if (f->n + 1 >= f->room) {
		f->room = f->room == 0 ? 256 : f->room * 2;
		f->at = mem_grow(f->at, f->room * sizeof *f->at);
	}
	f->at[f->n++] = (uint32_t)f->text.len;
	if (!f->octets[(f->n - 1) % f->n_names])
		buf_add(&f->text, value);
	else if (!text_unbase64(value, &f->text))
		return bad_at(r, at, "this value is no base64",
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

static bool
add_name(const struct reading *r, struct span name, const char *at)
{
	if (!is_name(name))
		return bad_at(r, at, "not the name of a column",
		    "1 to 40 letters, digits, '_' and '-'");
	if (feeder_column(r->f, name) != -1)
		return bad_at(
		    r, at, "a second column of this name", "each name once");
	if (r->f->n_names == FEEDER_COLUMNS)
		return bad_at(r, at, "too many columns", "at most 32");
	r->f->names[r->f->n_names++] = mem_text(name);
	return true;
}

/* ---- RFC 4180 ---- */

/* From a quotation mark to its partner; line ends inside are text. */
static bool
take_quoted(struct reading *r, struct buf *value)
{
	struct reading begin = *r;

	r->rest = span_skip(r->rest, 1);
	while (r->rest.len != 0) {
		const char c = r->rest.ptr[0];

		if (c == '"' && (r->rest.len == 1 || r->rest.ptr[1] != '"')) {
			r->rest = span_skip(r->rest, 1);
			return true;
		}
		if (value->len > FEEDER_VALUE)
			break;
		buf_add(value, span_take(r->rest, 1));
		r->rest = span_skip(r->rest, c == '"' ? 2 : 1);
		if (c == '\n')
			next_line(r);
	}
	if (r->rest.len != 0)
		return bad_at(&begin, begin.rest.ptr, "this value is too long",
		    "at most 64 KiB");
	return bad_at(&begin, begin.rest.ptr, "this quotation mark has no end",
	    "\"...\", with \"\" for each \" inside");
}

static bool
at_end(struct span s)
{
	return s.len == 0 || s.ptr[0] == '\n' ||
	       (s.ptr[0] == '\r' && s.len > 1 && s.ptr[1] == '\n');
}

static bool
take_plain(struct reading *r, struct span *value)
{
	*value = span_take(r->rest, 0);
	while (!at_end(r->rest) && r->rest.ptr[0] != ',') {
		if (r->rest.ptr[0] == '"')
			return bad_at(r, r->rest.ptr,
			    "a quotation mark within a value",
			    "quote the whole value");
		if (r->rest.ptr[0] == '\r')
			return bad_at(r, r->rest.ptr,
			    "a carriage return within a value",
			    "lines end with CR LF or LF");
		value->len++;
		r->rest = span_skip(r->rest, 1);
	}
	return true;
}

static bool
add_heading(const struct reading *r, struct span name, const char *at)
{
	static const struct span base64 = SPAN_INIT(":base64");
	const size_t n = name.len - base64.len;

	if (name.len <= base64.len || !span_eq(span_skip(name, n), base64))
		return add_name(r, name, at);
	if (!add_name(r, span_take(name, n), at))
		return false;
	r->f->octets[r->f->n_names - 1] = true;
	return true;
}

static bool
take_field(struct reading *r, bool header, struct buf *unquoted)
{
	const struct reading begin = *r;
	struct span value;

	if (r->rest.len != 0 && r->rest.ptr[0] == '"') {
		buf_clear(unquoted);
		if (!take_quoted(r, unquoted))
			return false;
		if (!at_end(r->rest) && r->rest.ptr[0] != ',')
			return bad_at(r, r->rest.ptr,
			    "text behind a quoted value",
			    "a comma or the end of the line");
		value = buf_span(unquoted);
	} else if (!take_plain(r, &value)) {
		return false;
	}
	return header ? add_heading(&begin, value, begin.rest.ptr)
		      : add_cell(&begin, value, begin.rest.ptr);
}

static bool
take_record(struct reading *r, bool header, struct buf *unquoted)
{
	for (size_t n = 0;; n++) {
		if (!header && n == r->f->n_names)
			return bad_at(r, r->rest.ptr,
			    "more values than the first line has names",
			    "as many; quote a value that holds a comma");
		if (!take_field(r, header, unquoted))
			return false;
		if (at_end(r->rest))
			return header || n + 1 == r->f->n_names ||
			       bad_at(r, r->rest.ptr,
				   "fewer values than the first line has names",
				   "as many");
		r->rest = span_skip(r->rest, 1);
	}
}

static bool
read_csv(struct reading *r)
{
	bool header = true, ok = true;
	struct buf value;

	buf_init(&value, 2 * FEEDER_VALUE);
	while (ok && r->rest.len != 0) {
		next_line(r);
		if (!at_end(r->rest)) {
			ok = take_record(r, header, &value);
			header = false;
		}
		if (ok && r->rest.len != 0)
			r->rest =
			    span_skip(r->rest, r->rest.ptr[0] == '\r' ? 2 : 1);
	}
	buf_free(&value);
	return ok && (!header || bad_at(r, r->rest.ptr, "nothing in it",
				     "a first line that names the columns"));
}

/* ---- JSON, an object a line ---- */

static bool
add_member(struct reading *r, const json_t *v, const char *name)
{
	char text[32];
	char wrong[FEEDER_NAME + 40];

	switch (json_typeof(v)) {
	case JSON_STRING:
		return add_cell(r,
		    (struct span){
			json_string_value(v), json_string_length(v) },
		    r->line_start);
	case JSON_INTEGER:
		snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(v));
		return add_cell(r, span_of(text), r->line_start);
	case JSON_TRUE:
		return add_cell(r, SPAN("true"), r->line_start);
	case JSON_FALSE:
		return add_cell(r, SPAN("false"), r->line_start);
	default:
		snprintf(wrong, sizeof wrong, "'%s' cannot be sent", name);
		return bad_at(r, r->line_start, wrong,
		    "a text, a whole number, true or false");
	}
}

static bool
take_object(struct reading *r, const json_t *row)
{
	const char *name;
	json_t *v;
	char wrong[FEEDER_NAME + 40];

	if (r->f->n_names == 0)
		json_object_foreach((json_t *)row, name,
		    v) if (!add_name(r, span_of(name),
			       r->line_start)) return false;
	for (size_t i = 0; i < r->f->n_names; i++) {
		v = json_object_get(row, r->f->names[i]);
		if (v == NULL) {
			snprintf(wrong, sizeof wrong, "'%s' is missing",
			    r->f->names[i]);
			return bad_at(r, r->line_start, wrong,
			    "the members of the first line");
		}
		if (!add_member(r, v, r->f->names[i]))
			return false;
	}
	if (json_object_size(row) != r->f->n_names)
		return bad_at(r, r->line_start,
		    "more members than the first line has",
		    "the members of the first line");
	return r->f->n_names != 0 ||
	       bad_at(r, r->line_start, "an object without members",
		   "one at least");
}

static bool
take_json(struct reading *r, struct span line)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	char wrong[JSON_ERROR_TEXT_LENGTH + 20];
	json_error_t e;
	json_t *row = json_loadb(line.ptr, line.len, flags, &e);
	bool ok;

	if (row == NULL) {
		snprintf(wrong, sizeof wrong, "not JSON (%s)", e.text);
		return bad_at(r,
		    line.ptr + (e.position > 0 ? e.position - 1 : 0), wrong,
		    "one object on each line");
	}
	ok = json_is_object(row) ? take_object(r, row)
				 : bad_at(r, line.ptr, "not an object",
				       "{\"name\": \"value\"}");
	json_decref(row);
	return ok;
}

static bool
read_jsonl(struct reading *r)
{
	while (r->rest.len != 0) {
		struct span line;

		next_line(r);
		line = span_cut(&r->rest, '\n');
		if (line.len != 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (line.len != 0 && !take_json(r, line))
			return false;
	}
	return r->f->n_names != 0 || bad_at(r, r->line_start, "nothing in it",
					 "one object on each line");
}

/* ---- both ---- */

static bool
ends(const char *path, const char *with)
{
	const size_t n = strlen(path), m = strlen(with);

	return n > m && strcasecmp(path + n - m, with) == 0;
}

static bool
check_text(struct reading *r)
{
	struct span s = r->all;
	size_t n;

	next_line(r);
	for (; s.len != 0; s = span_skip(s, n)) {
		n = text_utf8(s);
		if (n == 0)
			return bad_at(r, s.ptr, "not UTF-8",
			    "save the file in the encoding UTF-8");
		if (s.ptr[0] == '\0')
			return bad_at(
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
read_any(struct reading *r)
{
	if (span_starts(r->all, SPAN("\xef\xbb\xbf")))
		r->all = r->rest = span_skip(r->all, 3);
	if (!check_text(r))
		return false;
	if (ends(r->path, ".csv"))
		return read_csv(r);
	if (ends(r->path, ".jsonl"))
		return read_jsonl(r);
	return err_set(r->err, ERR_CONFIG,
	    "%s: neither CSV nor JSONL by its name; NAME.csv or NAME.jsonl",
	    r->path);
}

struct feeder *
feeder_parse(const char *path, struct span bytes, struct err *err)
{
	struct feeder *f = mem_new(1, sizeof *f);
	struct reading r = { .f = f, .path = path, .err = err };

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
	for (size_t i = 0; i < f->n_names; i++)
		free(f->names[i]);
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
	const size_t i = row * f->n_names + column;

	return (struct span){ buf_text(&f->text) + f->at[i],
		f->at[i + 1] - f->at[i] };
}
