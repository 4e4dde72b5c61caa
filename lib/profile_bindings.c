/* SPDX-License-Identifier: MIT */
/*
 * Of reading a profile: how the target says the operations we publish.  What
 * a mapping leaves out is as published.
 */
#include "lib/profile_inner.h"

#include <stdlib.h>
#include <string.h>

#include "lib/binding.h"
#include "lib/mem.h"
#include "lib/template.h"

/* What is known of who asks, beside what the operation takes. */
static const char who[] = "user password basic token";

/* One mapping, and where it stands. */
struct mapping {
	const struct reading *r;
	const struct raw_binding *binding;
	struct raw_operation *raw; /* NULL: as published */
	struct profile_operation *to;
	size_t i, j;
};

static struct conf_key
key_of(const struct mapping *m, const char *what)
{
	if (m->raw == NULL)
		return conf_key("bindings[%zu].%s", m->i, what);
	return conf_key("bindings[%zu].operations[%zu].%s", m->i, m->j, what);
}

static char *
copy(const char *text)
{
	return text == NULL ? NULL : mem_text(span_of(text));
}

/* The first that is said. */
static char *
first_of(char *raw, const char *binding, const char *published)
{
	return copy(raw != NULL ? raw : binding != NULL ? binding : published);
}

/* Every variable is one that the operation takes, or about who asks. */
static bool
check_template(const struct mapping *m, const char *what, const char *text)
{
	const struct binding_operation *is = m->to->is;
	struct template t;
	struct err err;
	bool ok = true;

	if (!template_compile(&t, span_of(text), false, &err))
		return reading_bad(
		    m->r, key_of(m, what), err.what, "see docs/bindings");
	for (size_t n = 0; ok && n < t.n; n++) {
		const struct span name = buf_span(&t.parts[n].text);

		if (t.parts[n].kind == PART_VALUE &&
		    !binding_names(is->takes, name) &&
		    !binding_names(who, name)) {
			char *wrong = mem_textf(
			    "\"${%.*s}\" is not known here", SPAN_FMT(name));
			char *right = mem_textf("%s takes %s; there are %s, "
						"too, of who asks",
			    is->name,
			    is->takes[0] == '\0' ? "nothing" : is->takes, who);

			ok = reading_bad(m->r, key_of(m, what), wrong, right);
			free(right);
			free(wrong);
		}
	}
	template_free(&t);
	return ok;
}

/* What stands there as it is: a blank or a line end would end the request. */
static bool
is_path(const char *path)
{
	struct template t;
	struct err err;
	bool ok =
	    path[0] == '/' && template_compile(&t, span_of(path), false, &err);

	if (!ok)
		return path[0] == '/'; /* check_template() says what is wrong */
	for (size_t i = 0; i < t.n; i++)
		for (size_t n = 0;
		     t.parts[i].kind == PART_TEXT && n < t.parts[i].text.len;
		     n++) {
			const unsigned char c =
			    (unsigned char)t.parts[i].text.data[n];

			ok = ok && c > ' ' && c < 0x7f && c != '#';
		}
	template_free(&t);
	return ok;
}

static bool
take_request(const struct mapping *m)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH",
		"DELETE" };
	struct raw_operation none = { 0 }, *raw = m->raw ? m->raw : &none;
	struct profile_operation *to = m->to;
	const struct binding_operation *is = to->is;
	struct buf path, body;

	buf_init(&path, 1024);
	buf_init(&body, 4096);
	binding_path(is, &path);
	binding_body(is, &body);
	to->service =
	    first_of(raw->service, m->binding->service, is->binding->service);
	to->method = first_of(raw->method, NULL, is->method);
	to->path = first_of(raw->path, NULL, buf_text(&path));
	to->body = first_of(raw->body, NULL, buf_text(&body));
	to->type = first_of(raw->type, m->binding->type,
	    to->body[0] == '\0' ? "" : "application/json");
	buf_free(&body);
	buf_free(&path);
	if (profile_endpoint(m->r->p, to->service) == NULL ||
	    !profile_is_web(to->service))
		return reading_bad(m->r, key_of(m, "service"),
		    "no endpoint of it that speaks HTTP",
		    "a service under endpoints:, such as ra");
	if (to->path[0] != '/')
		return reading_bad(m->r, key_of(m, "path"), "not a path",
		    "it begins with a slash, and stands behind the path of "
		    "the endpoint");
	if (!is_path(to->path))
		return reading_bad(m->r, key_of(m, "path"), "not a path",
		    "visible ASCII; write anything else as %20 or "
		    "${name|url}");
	return reading_one_of(m->r, key_of(m, "method"), to->method, methods,
		   COUNT(methods)) &&
	       check_template(m, "path", to->path) &&
	       check_template(m, "body", to->body);
}

/* Of an operation, else of the binding, else what is published. */
/* What is said of the request itself is made from it. */
static bool
is_ours(const char *header)
{
	static const char *const ours[] = { "Content-Length",
		"Transfer-Encoding", "Connection", "Expect" };
	const struct span name =
	    span_take(span_of(header), strcspn(header, ":"));

	for (size_t i = 0; i < COUNT(ours); i++)
		if (span_caseeq(name, span_of(ours[i])))
			return true;
	return false;
}

static bool
take_headers(const struct mapping *m)
{
	const bool own = m->raw != NULL && m->raw->n_headers > 0;
	char *published = mem_text(span_of(binding_credential(m->to->is)));
	char *const *from = own                         ? m->raw->headers
			    : m->binding->n_headers > 0 ? m->binding->headers
							: &published;
	const size_t n = own                         ? m->raw->n_headers
			 : m->binding->n_headers > 0 ? m->binding->n_headers
						     : published[0] != '\0';
	bool ok = true;

	m->to->headers = mem_new(n + 1, sizeof *m->to->headers);
	for (size_t h = 0; ok && h < n; h++) {
		const char *colon = strstr(from[h], ": ");

		m->to->headers[m->to->n_headers++] = copy(from[h]);
		if (colon == NULL || colon == from[h] ||
		    strpbrk(from[h], "\r\n") != NULL)
			ok = reading_bad(m->r, key_of(m, "headers"),
			    "not a header", "Name: value");
		else if (is_ours(from[h]))
			ok = reading_bad(m->r, key_of(m, "headers"),
			    "a header that every request has by itself",
			    "leave Content-Length, Transfer-Encoding, "
			    "Connection and Expect out");
		else
			ok = check_template(m, "headers", from[h]);
	}
	free(published);
	return ok;
}

/* RFC 6901 3: behind "~" stand "0" and "1" alone. */
static bool
is_pointer(const char *at)
{
	for (const char *tilde = at; (tilde = strchr(tilde, '~')) != NULL;
	     tilde++)
		if (tilde[1] != '0' && tilde[1] != '1')
			return false;
	return at[0] == '\0' || at[0] == '/';
}

/*
 * What is translated to is a word of ours; and no word of ours becomes another,
 * or a refusal would be read as a certificate.
 */
static bool
check_meaning(const struct mapping *m, const char *field, struct span theirs,
    struct span ours)
{
	const char *words = binding_field(field)->words;
	char *wrong, *right;

	if (words[0] == '\0' ||
	    (binding_names(words, ours) &&
		(!binding_names(words, theirs) || span_eq(theirs, ours))))
		return true;
	wrong = mem_textf("\"%.*s=%.*s\" is no translation", SPAN_FMT(theirs),
	    SPAN_FMT(ours));
	right = mem_textf(
	    "%s can be %s, and none of these means another", field, words);
	reading_bad(m->r, key_of(m, "fields"), wrong, right);
	free(right);
	free(wrong);
	return false;
}

/* One word of theirs has one meaning. */
static bool
check_once(const struct mapping *m, const struct profile_field *f, size_t i)
{
	const size_t n = (size_t)(strrchr(f->words[i], '=') - f->words[i]);

	for (size_t k = 0; k < i; k++)
		if (strncmp(f->words[k], f->words[i], n + 1) == 0 &&
		    strchr(f->words[k] + n + 1, '=') == NULL)
			return reading_bad(m->r, key_of(m, "fields"),
			    "a second translation of one word",
			    "each word of theirs once");
	return true;
}

/* "2=issued" */
static bool
check_words(const struct mapping *m, const struct profile_field *f)
{
	for (size_t i = 0; i < f->n_words; i++) {
		const char *equals = strrchr(f->words[i], '=');

		if (equals == NULL || equals == f->words[i] ||
		    equals[1] == '\0')
			return reading_bad(m->r, key_of(m, "fields"),
			    "a word that is no translation",
			    "THEIRS=OURS, such as \"2=issued\"");
		if (!check_once(m, f, i))
			return false;
		if (!check_meaning(m, f->name,
			(struct span){
			    f->words[i], (size_t)(equals - f->words[i]) },
			span_of(equals + 1)))
			return false;
	}
	return true;
}

static bool
check_field(const struct mapping *m, const struct profile_field *f)
{
	const struct binding_operation *is = m->to->is;
	const struct span name = span_of(f->name);
	const bool given = binding_names(is->gives, name);

	if (!given && !binding_names(is->takes, name)) {
		char *right = mem_textf("it takes %s and gives %s",
		    is->takes[0] == '\0' ? "nothing" : is->takes,
		    is->gives[0] == '\0' ? "nothing" : is->gives);

		reading_bad(m->r, key_of(m, "fields"),
		    "a name it does not have", right);
		free(right);
		return false;
	}
	if (f->at != NULL && (!given || !is_pointer(f->at)))
		return reading_bad(m->r, key_of(m, "fields"),
		    given ? "not a JSON pointer" : "at, of what is taken",
		    "of what is given, as RFC 6901 writes it: /data/id");
	return check_words(m, f);
}

/* What is given and not mapped stands under its own name. */
static void
add_published(const struct mapping *m)
{
	struct profile_operation *to = m->to;
	struct span rest = span_of(to->is->gives);

	while (rest.len > 0) {
		const struct span word = span_cut(&rest, ' ');
		char *name = mem_text(word);
		const char *dot = strchr(name, '.');
		struct profile_field *f =
		    (struct profile_field *)(uintptr_t)profile_field(to, name);

		if (f == NULL) {
			to->fields = mem_grow(to->fields,
			    (to->n_fields + 1) * sizeof *to->fields);
			f = &to->fields[to->n_fields++];
			*f = (struct profile_field){ .name = copy(name) };
		}
		if (f->at == NULL)
			f->at = mem_textf("/%s", dot == NULL ? name : dot + 1);
		free(name);
	}
}

static bool
take_fields(const struct mapping *m)
{
	if (m->raw != NULL) {
		m->to->fields = m->raw->fields;
		m->to->n_fields = m->raw->n_fields;
		m->raw->fields = NULL;
		m->raw->n_fields = 0;
	}
	for (size_t i = 0; i < m->to->n_fields; i++) {
		const struct profile_field *f = &m->to->fields[i];

		if (!check_field(m, f))
			return false;
		if (profile_field(m->to, f->name) != f)
			return reading_bad(m->r, key_of(m, "fields"),
			    "a second field of one name", "each once");
	}
	add_published(m);
	return true;
}

static bool
take_operation(struct mapping *m, const struct binding_operation *is)
{
	struct profile *p = m->r->p;

	if (profile_operation(p, is->name) != NULL)
		return reading_bad(m->r, key_of(m, "name"),
		    "a second mapping of it", "each operation once");
	p->operations = mem_grow(
	    p->operations, (p->n_operations + 1) * sizeof *p->operations);
	m->to = &p->operations[p->n_operations++];
	*m->to = (struct profile_operation){
		.is = is,
		.success_at = copy(m->binding->success.at),
		.success_is = copy(m->binding->success.is),
	};
	return take_request(m) && take_headers(m) && take_fields(m);
}

/* An operation of another binding is known, but not here. */
static bool
check_place(const struct mapping *m, const struct binding *is)
{
	const struct binding_operation *o = binding_operation(m->raw->name);
	char *right;

	if (o == NULL || o->binding == is)
		return true;
	right = mem_textf("it stands under \"name: %s\", where \"service:\" "
			  "may name another endpoint",
	    o->binding->name);
	reading_bad(m->r, key_of(m, "name"), "of another binding", right);
	free(right);
	return false;
}

/* Without operations all are as published; else those that are there. */
static bool
take_binding(const struct reading *r, size_t i)
{
	struct raw_binding *raw = &r->raw->bindings[i];
	const struct binding *is = binding_find(raw->name);
	struct mapping m = { .r = r, .binding = raw, .i = i };
	const char *names[256];
	const struct binding_operation *all;
	size_t n, n_names = 0;

	all = binding_operations(&n);
	for (size_t k = 0; k < n; k++)
		if (all[k].binding == is)
			names[n_names++] = all[k].name;
	if (raw->n_operations == 0) {
		for (size_t k = 0; k < n_names; k++)
			if (!take_operation(&m, binding_operation(names[k])))
				return false;
		return true;
	}
	for (m.j = 0; m.j < raw->n_operations; m.j++) {
		m.raw = &raw->operations[m.j];
		if (!check_place(&m, is))
			return false;
		if (!reading_one_of(
			r, key_of(&m, "name"), m.raw->name, names, n_names) ||
		    !take_operation(&m, binding_operation(m.raw->name)))
			return false;
	}
	return true;
}

bool
profile_take_bindings(const struct reading *r)
{
	const char *names[16];
	size_t n;
	const struct binding *all = binding_all(&n);

	for (size_t i = 0; i < n && i < COUNT(names); i++)
		names[i] = all[i].name;
	for (size_t i = 0; i < r->raw->n_bindings; i++) {
		const struct raw_binding *b = &r->raw->bindings[i];

		if (!reading_one_of(r, conf_key("bindings[%zu].name", i),
			b->name, names, n))
			return false;
		if (b->success.at != NULL && !is_pointer(b->success.at))
			return reading_bad(r,
			    conf_key("bindings[%zu].success.at", i),
			    "not a JSON pointer",
			    "as RFC 6901 writes it: /code");
		if (!take_binding(r, i))
			return false;
	}
	return true;
}
