/* SPDX-License-Identifier: MIT */
/*
 * Rows in JSON: an object a line.
 */
#include <jansson.h>
#include <stdio.h>

#include "loadgen/feeder_inner.h"

static bool
add_member(struct feeder_reading *r, const json_t *v, const char *name)
{
	char text[32];
	char wrong[FEEDER_NAME + 40];

	switch (json_typeof(v)) {
	case JSON_STRING:
		return feeder_add_cell(r,
		    (struct span){
			json_string_value(v), json_string_length(v) },
		    r->line_start);
	case JSON_INTEGER:
		snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(v));
		return feeder_add_cell(r, span_of(text), r->line_start);
	case JSON_TRUE:
		return feeder_add_cell(r, SPAN("true"), r->line_start);
	case JSON_FALSE:
		return feeder_add_cell(r, SPAN("false"), r->line_start);
	default:
		snprintf(wrong, sizeof wrong, "'%s' cannot be sent", name);
		return feeder_bad_at(r, r->line_start, wrong,
		    "a text, a whole number, true or false");
	}
}

static bool
take_object(struct feeder_reading *r, const json_t *row)
{
	const char *name;
	json_t *v;
	char wrong[FEEDER_NAME + 40];

	if (r->f->n_names == 0)
		json_object_foreach((json_t *)row, name,
		    v) if (!feeder_add_name(r, span_of(name),
			       r->line_start)) return false;
	for (size_t i = 0; i < r->f->n_names; i++) {
		v = json_object_get(row, r->f->names[i]);
		if (v == NULL) {
			snprintf(wrong, sizeof wrong, "'%s' is missing",
			    r->f->names[i]);
			return feeder_bad_at(r, r->line_start, wrong,
			    "the members of the first line");
		}
		if (!add_member(r, v, r->f->names[i]))
			return false;
	}
	if (json_object_size(row) != r->f->n_names)
		return feeder_bad_at(r, r->line_start,
		    "more members than the first line has",
		    "the members of the first line");
	return r->f->n_names != 0 ||
	       feeder_bad_at(r, r->line_start, "an object without members",
		   "one at least");
}

static bool
take_json(struct feeder_reading *r, struct span line)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	char wrong[JSON_ERROR_TEXT_LENGTH + 20];
	json_error_t e;
	json_t *row = json_loadb(line.ptr, line.len, flags, &e);
	bool ok;

	if (row == NULL) {
		snprintf(wrong, sizeof wrong, "not JSON (%s)", e.text);
		return feeder_bad_at(r,
		    line.ptr + (e.position > 0 ? e.position - 1 : 0), wrong,
		    "one object on each line");
	}
	ok = json_is_object(row) ? take_object(r, row)
				 : feeder_bad_at(r, line.ptr, "not an object",
				       "{\"name\": \"value\"}");
	json_decref(row);
	return ok;
}

bool
feeder_read_jsonl(struct feeder_reading *r)
{
	while (r->rest.len != 0) {
		struct span line;

		feeder_next_line(r);
		line = span_cut(&r->rest, '\n');
		if (line.len != 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (line.len != 0 && !take_json(r, line))
			return false;
	}
	return r->f->n_names != 0 ||
	       feeder_bad_at(r, r->line_start, "nothing in it",
		   "one object on each line");
}
