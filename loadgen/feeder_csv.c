/* SPDX-License-Identifier: MIT */
/*
 * Rows in CSV: RFC 4180.
 */
#include "loadgen/feeder_inner.h"

/* From a quotation mark to its partner; line ends inside are text. */
static bool
take_quoted(struct feeder_reading *r, struct buf *value)
{
	struct feeder_reading begin = *r;

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
			feeder_next_line(r);
	}
	if (r->rest.len != 0)
		return feeder_bad_at(&begin, begin.rest.ptr,
		    "this value is too long", "at most 4 MiB");
	return feeder_bad_at(&begin, begin.rest.ptr,
	    "this quotation mark has no end",
	    "\"...\", with \"\" for each \" inside");
}

static bool
at_end(struct span s)
{
	return s.len == 0 || s.ptr[0] == '\n' ||
	       (s.ptr[0] == '\r' && s.len > 1 && s.ptr[1] == '\n');
}

static bool
take_plain(struct feeder_reading *r, struct span *value)
{
	*value = span_take(r->rest, 0);
	while (!at_end(r->rest) && r->rest.ptr[0] != ',') {
		if (r->rest.ptr[0] == '"')
			return feeder_bad_at(r, r->rest.ptr,
			    "a quotation mark within a value",
			    "quote the whole value");
		if (r->rest.ptr[0] == '\r')
			return feeder_bad_at(r, r->rest.ptr,
			    "a carriage return within a value",
			    "lines end with CR LF or LF");
		value->len++;
		r->rest = span_skip(r->rest, 1);
	}
	return true;
}

static bool
add_heading(const struct feeder_reading *r, struct span name, const char *at)
{
	static const struct span base64 = SPAN_INIT(":base64");
	const size_t n = name.len - base64.len;

	if (name.len <= base64.len || !span_eq(span_skip(name, n), base64))
		return feeder_add_name(r, name, at);
	if (!feeder_add_name(r, span_take(name, n), at))
		return false;
	r->f->octets[r->f->n_names - 1] = true;
	return true;
}

static bool
take_field(struct feeder_reading *r, bool header, struct buf *unquoted)
{
	const struct feeder_reading begin = *r;
	struct span value;

	if (r->rest.len != 0 && r->rest.ptr[0] == '"') {
		buf_clear(unquoted);
		if (!take_quoted(r, unquoted))
			return false;
		if (!at_end(r->rest) && r->rest.ptr[0] != ',')
			return feeder_bad_at(r, r->rest.ptr,
			    "text behind a quoted value",
			    "a comma or the end of the line");
		value = buf_span(unquoted);
	} else if (!take_plain(r, &value)) {
		return false;
	}
	return header ? add_heading(&begin, value, begin.rest.ptr)
		      : feeder_add_cell(&begin, value, begin.rest.ptr);
}

static bool
take_record(struct feeder_reading *r, bool header, struct buf *unquoted)
{
	for (size_t n = 0;; n++) {
		if (!header && n == r->f->n_names)
			return feeder_bad_at(r, r->rest.ptr,
			    "more values than the first line has names",
			    "as many; quote a value that holds a comma");
		if (!take_field(r, header, unquoted))
			return false;
		if (at_end(r->rest))
			return header || n + 1 == r->f->n_names ||
			       feeder_bad_at(r, r->rest.ptr,
				   "fewer values than the first line has names",
				   "as many");
		r->rest = span_skip(r->rest, 1);
	}
}

bool
feeder_read_csv(struct feeder_reading *r)
{
	bool header = true, ok = true;
	struct buf value;

	buf_init(&value, 2 * FEEDER_VALUE);
	while (ok && r->rest.len != 0) {
		feeder_next_line(r);
		if (!at_end(r->rest)) {
			ok = take_record(r, header, &value);
			header = false;
		}
		if (ok && r->rest.len != 0)
			r->rest =
			    span_skip(r->rest, r->rest.ptr[0] == '\r' ? 2 : 1);
	}
	buf_free(&value);
	return ok && (!header || feeder_bad_at(r, r->rest.ptr, "nothing in it",
				     "a first line that names the columns"));
}
