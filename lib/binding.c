/* SPDX-License-Identifier: MIT */
#include "lib/binding.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum {
#define BINDING(id, ...) BINDING_##id,
#define FIELD(...)
#define OPERATION(...)
#include "lib/binding.def"
#undef BINDING
#undef OPERATION
#undef FIELD
	BINDINGS
};

static const struct binding bindings[] = {
#define BINDING(id, name, service, en, zh) { name, service, en, zh },
#define FIELD(...)
#define OPERATION(...)
#include "lib/binding.def"
#undef BINDING
#undef OPERATION
#undef FIELD
};

static const struct binding_operation operations[] = {
#define BINDING(...)
#define FIELD(...)
#define OPERATION(of, name, who, method, path, takes, gives, en, zh) \
	{ &bindings[BINDING_##of], name, BINDING_##who, method, path, takes, \
		gives, en, zh },
#include "lib/binding.def"
#undef BINDING
#undef OPERATION
#undef FIELD
};

/* Forms as binding.def writes them. */
enum {
	text = BINDING_TEXT,
	base64 = BINDING_BASE64,
	number = BINDING_NUMBER,
	flag = BINDING_FLAG,
	many = BINDING_MANY
};

static const struct binding_field fields[] = {
#define BINDING(...)
#define OPERATION(...)
#define FIELD(name, form, en, zh, ...) \
	{ name, (enum binding_form)form, en, zh, "" __VA_ARGS__ },
#include "lib/binding.def"
#undef BINDING
#undef OPERATION
#undef FIELD
};

const struct binding *
binding_all(size_t *n)
{
	*n = COUNT(bindings);
	return bindings;
}

const struct binding *
binding_find(const char *name)
{
	for (size_t i = 0; i < COUNT(bindings); i++)
		if (strcmp(bindings[i].name, name) == 0)
			return &bindings[i];
	return NULL;
}

const struct binding_operation *
binding_operations(size_t *n)
{
	*n = COUNT(operations);
	return operations;
}

const struct binding_operation *
binding_operation(const char *name)
{
	for (size_t i = 0; i < COUNT(operations); i++)
		if (strcmp(operations[i].name, name) == 0)
			return &operations[i];
	return NULL;
}

const struct binding_field *
binding_field(const char *name)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

bool
binding_names(const char *list, struct span name)
{
	struct span rest = span_of(list);

	while (rest.len > 0)
		if (span_eq(span_cut(&rest, ' '), name))
			return true;
	return false;
}

void
binding_path(const struct binding_operation *o, struct buf *out)
{
	struct span rest = span_of(o->path), name;

	while (rest.len > 0) {
		const size_t open = span_find(rest, SPAN("{"));

		buf_add(out, span_take(rest, open));
		if (open == rest.len)
			return;
		rest = span_skip(rest, open + 1);
		name = span_cut(&rest, '}');
		buf_addf(out, "${%.*s|url}", SPAN_FMT(name));
	}
}

bool
binding_in_path(const char *path, struct span name)
{
	const char *at = strchr(path, '{');

	for (; at != NULL; at = strchr(at + 1, '{'))
		if (span_starts(span_of(at + 1), name) &&
		    at[1 + name.len] == '}')
			return true;
	return false;
}

/* Numbers and flags are no strings in JSON. */
static bool
is_bare(struct span name)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (span_eq(span_of(fields[i].name), name))
			return fields[i].form == BINDING_NUMBER ||
			       fields[i].form == BINDING_FLAG;
	return false;
}

void
binding_body(const struct binding_operation *o, struct buf *out)
{
	struct span rest = span_of(o->takes);
	const char *comma = "{";

	while (rest.len > 0) {
		const struct span name = span_cut(&rest, ' ');

		if (binding_in_path(o->path, name))
			continue;
		if (is_bare(name))
			buf_addf(out, "%s\"%.*s\":${%.*s}", comma,
			    SPAN_FMT(name), SPAN_FMT(name));
		else
			buf_addf(out, "%s\"%.*s\":\"${%.*s|json}\"", comma,
			    SPAN_FMT(name), SPAN_FMT(name));
		comma = ",";
	}
	if (comma[0] == ',')
		buf_add(out, SPAN("}"));
}

const char *
binding_credential(const struct binding_operation *o)
{
	static const char *const headers[] = {
		[BINDING_ANYBODY] = "",
		[BINDING_PASSWORD] = "Authorization: Basic ${basic}",
		[BINDING_SESSION] = "Authorization: Bearer ${token}",
	};

	return headers[o->who];
}
