/* SPDX-License-Identifier: MIT */
#include "reference/http/bound.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"
#include "lib/mem.h"
#include "lib/text.h"

enum { WORD_MOST = 64, TEXT_MOST = 4096, DIGITS_MOST = 18 };

bool
bound_refuse(struct bound_call *c, int status, const char *fmt, ...)
{
	struct buf note;
	va_list ap;

	if (bound_refused(c))
		return false;
	buf_init(&note, TEXT_MOST);
	va_start(ap, fmt);
	buf_vaddf(&note, fmt, ap);
	va_end(ap);
	json_object_clear(c->gives);
	json_object_set_new(
	    c->gives, "note", json_clean(buf_text(&note), TEXT_MOST));
	c->answer->status = status;
	buf_free(&note);
	return false;
}

bool
bound_refused(const struct bound_call *c)
{
	return c->answer->status >= 400;
}

const char *
bound_note(const struct bound_call *c)
{
	const json_t *note = json_object_get(c->gives, "note");

	return bound_refused(c) && note != NULL ? json_string_value(note) : "";
}

/* ---- what is taken ---- */

/* Letters, digits, "-": so are all the words that we give. */
static bool
is_word(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr("0123456789-abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
			s.ptr[i]) == NULL)
			return false;
	return s.len > 0 && s.len <= WORD_MOST;
}

static bool
is_number(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0 && s.len <= DIGITS_MOST;
}

/* A field that stands in the path. */
static bool
take_word(struct bound_call *c, const struct binding_field *f, struct span word)
{
	char *text;

	if (f->form == BINDING_NUMBER ? !is_number(word) : !is_word(word))
		return bound_refuse(c, 404, "no %s is written so", f->name);
	text = mem_text(word);
	json_object_set_new(c->takes, f->name,
	    f->form == BINDING_NUMBER ? json_integer(strtoll(text, NULL, 10))
				      : json_string(text));
	free(text);
	return true;
}

static bool
keep_octets(struct bound_call *c, const char *name, struct span base64)
{
	struct buf *to = &c->octets[c->n_octets].is;

	assert(c->n_octets < BOUND_OCTETS_MOST);
	c->octets[c->n_octets++].name = name;
	buf_init(to, base64.len + 1);
	return text_unbase64(base64, to);
}

/* What is wrong with it; NULL: it has its form.  Octets are kept. */
static const char *
misshapen(
    struct bound_call *c, const struct binding_field *f, const json_t *value)
{
	const struct span text = { json_string_value(value),
		json_string_length(value) };

	switch (f->form) {
	case BINDING_TEXT:
		return text.ptr != NULL && text.len <= TEXT_MOST
			   ? NULL
			   : "has to be a string of at most 4096 octets";
	case BINDING_BASE64:
		if (text.ptr == NULL)
			return "has to be a string";
		return keep_octets(c, f->name, text) ? NULL
						     : "no base64 (RFC 4648 4)";
	case BINDING_NUMBER:
		return json_is_integer(value) ? NULL : "has to be an integer";
	case BINDING_FLAG:
		return json_is_boolean(value) ? NULL
					      : "has to be true or false";
	case BINDING_MANY:
		break;
	}
	return "not to be given";
}

static bool
take_value(struct bound_call *c, const struct binding_field *f, json_t *value)
{
	const char *wrong =
	    value == NULL ? "is missing" : misshapen(c, f, value);

	if (wrong != NULL)
		return bound_refuse(c, 400, "%s: %s", f->name, wrong);
	json_object_set(c->takes, f->name, value);
	return true;
}

/* An object, even where nothing stands in it; no body is one, too. */
static json_t *
read_body(struct bound_call *c)
{
	const struct span body = c->request->body;
	struct err err;
	json_t *root;

	if (body.len == 0)
		return json_object();
	if (!http_has_type(c->request, "application/json")) {
		bound_refuse(c, 415, "application/json is wanted");
		return NULL;
	}
	root = json_parse("body", body, &err);
	if (root != NULL && json_is_object(root))
		return root;
	json_decref(root);
	bound_refuse(
	    c, 400, "%s", root == NULL ? err.what : "body: not a JSON object");
	return NULL;
}

/* What nobody asked for is a mistake that would go unnoticed. */
static bool
take_nothing_else(struct bound_call *c, json_t *body)
{
	const char *name;
	json_t *value;

	json_object_foreach(body, name, value)
	{
		const struct span s = span_of(name);

		if (!binding_names(c->is->takes, s) ||
		    binding_in_path(c->is->path, s))
			return bound_refuse(
			    c, 400, "%.64s is not taken here", name);
	}
	return true;
}

bool
bound_take(struct bound_call *c, const struct http_words *words)
{
	struct span rest = span_of(c->is->takes);
	json_t *body = read_body(c);
	size_t in_path = 0;
	bool ok = body != NULL && take_nothing_else(c, body);

	while (ok && rest.len > 0) {
		const struct span word = span_cut(&rest, ' ');
		char *name = mem_text(word);
		const struct binding_field *f = binding_field(name);

		ok = binding_in_path(c->is->path, word)
			 ? take_word(c, f, words->of[in_path++])
			 : take_value(c, f, json_object_get(body, name));
		free(name);
	}
	json_decref(body);
	return ok;
}

const char *
bound_text(const struct bound_call *c, const char *name)
{
	return json_string_value(json_object_get(c->takes, name));
}

int64_t
bound_number(const struct bound_call *c, const char *name)
{
	return json_integer_value(json_object_get(c->takes, name));
}

bool
bound_flag(const struct bound_call *c, const char *name)
{
	return json_is_true(json_object_get(c->takes, name));
}

struct span
bound_octets(const struct bound_call *c, const char *name)
{
	assert(binding_names(c->is->takes, span_of(name)));
	for (size_t i = 0; i < c->n_octets; i++)
		if (strcmp(c->octets[i].name, name) == 0 &&
		    c->octets[i].is.len > 0)
			return buf_span(&c->octets[i].is);
	return SPAN("");
}

struct span
bound_credential(const struct bound_call *c, const char *scheme)
{
	struct span value = http_header(c->request, "authorization");

	if (!span_caseeq(span_cut(&value, ' '), span_of(scheme)))
		return (struct span){ NULL, 0 };
	return value;
}

/* ---- what is given ---- */

void
bound_give_text(struct bound_call *c, const char *name, const char *text)
{
	json_object_set_new(c->gives, name, json_string(text));
}

void
bound_give_flag(struct bound_call *c, const char *name, bool flag)
{
	json_object_set_new(c->gives, name, json_boolean(flag));
}

json_t *
bound_base64(struct span octets)
{
	struct buf text;
	json_t *j;

	buf_init(&text, HTTP_ANSWER_MOST);
	text_base64(octets, &text);
	j = json_string(buf_text(&text));
	buf_free(&text);
	return j;
}

void
bound_give_octets(struct bound_call *c, const char *name, struct span octets)
{
	json_object_set_new(c->gives, name, bound_base64(octets));
}

/* ---- begin and end ---- */

static const struct binding_operation *
operation_of(const struct binding *b, const struct http_route *route)
{
	size_t n;
	const struct binding_operation *all = binding_operations(&n);

	for (size_t i = 0; i < n; i++)
		if (all[i].binding == b &&
		    strcmp(all[i].method, route->method) == 0 &&
		    strcmp(all[i].path, route->path) == 0)
			return &all[i];
	return NULL;
}

void
bound_begin(struct bound_call *c, const struct binding *b,
    const struct site *site, const struct http_request *r, struct wall now,
    struct http_answer *a)
{
	*c = (struct bound_call){ .site = site,
		.request = r,
		.is = operation_of(b, r->route),
		.now = now,
		.takes = json_object(),
		.gives = json_object(),
		.answer = a };
}

void
bound_end(struct bound_call *c)
{
	char *text = json_dumps(c->gives, JSON_COMPACT | JSON_PRESERVE_ORDER);

	c->answer->type = "application/json";
	buf_clear(&c->answer->body);
	buf_addf(&c->answer->body, "%s\n", text == NULL ? "{}" : text);
	free(text);
	for (size_t i = 0; i < c->n_octets; i++)
		buf_free(&c->octets[i].is);
	json_decref(c->takes);
	json_decref(c->gives);
}
