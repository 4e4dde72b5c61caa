/* SPDX-License-Identifier: MIT */
#include "reference/http/call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"
#include "lib/text.h"

/* ---- which operation ---- */

/* "/applications/{id}" and "/applications/7": word by word. */
static bool
path_fits(struct span pattern, struct span path)
{
	while (pattern.len > 0 && path.len > 0) {
		const struct span want = span_cut(&pattern, '/');
		const struct span got = span_cut(&path, '/');

		if (want.len > 0 && want.ptr[0] == '{' ? got.len == 0
						       : !span_eq(want, got))
			return false;
	}
	return pattern.len == 0 && path.len == 0;
}

const struct binding_operation *
call_operation(const char *binding, const struct http_request *r)
{
	size_t n;
	const struct binding_operation *o = binding_operations(&n);

	for (size_t i = 0; i < n; i++, o++)
		if (strcmp(o->binding->name, binding) == 0 &&
		    span_eq(span_of(o->method), r->method_text) &&
		    path_fits(span_of(o->path), r->path))
			return o;
	return NULL;
}

/* ---- refusing ---- */

void
call_refuse(struct call *c, int status, const char *fmt, ...)
{
	struct buf note;
	va_list ap;

	if (c->refused)
		return;
	c->refused = true;
	c->answer->status = status;
	buf_init(&note, 1024);
	va_start(ap, fmt);
	buf_vaddf(&note, fmt, ap);
	va_end(ap);
	json_object_clear(c->gives);
	json_object_set_new(
	    c->gives, "note", json_clean(buf_text(&note), 1024));
	buf_free(&note);
}

/* ---- the body ---- */

static bool
takes_a_body(const struct binding_operation *o)
{
	struct span rest = span_of(o->takes);

	while (rest.len > 0)
		if (!binding_in_path(o->path, span_cut(&rest, ' ')))
			return true;
	return false;
}

static void
read_body(struct call *c)
{
	struct err err;

	if (!http_has_type(c->request, "application/json")) {
		call_refuse(c, 415, "the body has to be application/json");
		return;
	}
	c->takes = json_parse("body", c->request->body, &err);
	if (c->takes == NULL)
		call_refuse(c, 400, "%s", err.what);
	else if (!json_is_object(c->takes))
		call_refuse(c, 400, "body: not a JSON object");
}

void
call_open(struct call *c, const struct binding_operation *o,
    const struct site *site, const struct http_request *r,
    const struct http_words *words, struct wall now, struct http_answer *a)
{
	*c = (struct call){ .site = site,
		.operation = o,
		.request = r,
		.words = words,
		.now = now,
		.gives = json_object(),
		.answer = a };
	if (takes_a_body(o))
		read_body(c);
}

void
call_close(struct call *c)
{
	char *text = json_canonical(c->gives);

	c->answer->type = "application/json";
	buf_clear(&c->answer->body);
	buf_add(&c->answer->body, span_of(text));
	free(text);
	for (size_t i = 0; i < c->n_octets; i++)
		buf_free(&c->octets[i]);
	json_decref(c->gives);
	json_decref(c->takes);
}

/* ---- what it takes ---- */

/* Which {word} of the path it is. */
static size_t
word_of(const char *path, struct span name)
{
	size_t n = 0;

	for (const char *at = strchr(path, '{'); at != NULL;
	     at = strchr(at + 1, '{'), n++)
		if (span_starts(span_of(at + 1), name) &&
		    at[1 + name.len] == '}')
			break;
	return n;
}

static const json_t *
member(struct call *c, const char *name)
{
	const json_t *value;

	assert(binding_names(c->operation->takes, span_of(name)));
	if (c->refused)
		return NULL;
	value = json_object_get(c->takes, name);
	if (value == NULL)
		call_refuse(c, 400, "%s: is missing", name);
	return value;
}

struct span
call_text(struct call *c, const char *name)
{
	const json_t *value;

	if (binding_in_path(c->operation->path, span_of(name)))
		return c->words->of[word_of(c->operation->path, span_of(name))];
	value = member(c, name);
	if (value == NULL)
		return SPAN("");
	if (!json_is_string(value)) {
		call_refuse(c, 400, "%s: has to be a string", name);
		return SPAN("");
	}
	return (
	    struct span){ json_string_value(value), json_string_length(value) };
}

struct span
call_octets(struct call *c, const char *name)
{
	const struct span text = call_text(c, name);
	struct buf *b;

	assert(c->n_octets < CALL_OCTETS_MOST);
	if (c->refused)
		return SPAN("");
	b = &c->octets[c->n_octets++];
	buf_init(b, text.len + 1);
	if (text_unbase64(text, b))
		return b->len == 0 ? SPAN("") : buf_span(b);
	call_refuse(c, 400, "%s: no base64 (RFC 4648 4)", name);
	return SPAN("");
}

int64_t
call_number(struct call *c, const char *name)
{
	const json_t *value;
	struct span text;
	int64_t n = 0;

	if (!binding_in_path(c->operation->path, span_of(name))) {
		value = member(c, name);
		if (value != NULL && !json_is_integer(value))
			call_refuse(c, 400, "%s: has to be a number", name);
		return c->refused ? 0 : json_integer_value(value);
	}
	text = call_text(c, name);
	for (size_t i = 0; i < text.len; i++)
		n = text.ptr[i] < '0' || text.ptr[i] > '9' || n > INT64_MAX / 16
			? INT64_MAX
			: n * 10 + (text.ptr[i] - '0');
	if (text.len > 0 && n < INT64_MAX)
		return n;
	call_refuse(c, 400, "%s: has to be a number", name);
	return 0;
}

/* ---- what it gives ---- */

void
call_give_text(struct call *c, const char *name, struct span text)
{
	json_object_set_new(
	    c->gives, name, json_stringn_nocheck(text.ptr, text.len));
}

void
call_give_octets(struct call *c, const char *name, struct span octets)
{
	struct buf text;

	buf_init(&text, octets.len / 3 * 4 + 8);
	text_base64(octets, &text);
	call_give_text(c, name, span_of(buf_text(&text)));
	buf_free(&text);
}

void
call_give_flag(struct call *c, const char *name, bool flag)
{
	json_object_set_new(c->gives, name, json_boolean(flag));
}
