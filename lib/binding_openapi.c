/* SPDX-License-Identifier: MIT */
/*
 * The published form of a binding for people and their tools: OpenAPI 3.1,
 * written from the same table that the reference serves.
 */
#include "lib/binding.h"

#include <stdlib.h>
#include <string.h>

#include "lib/json.h"
#include "lib/mem.h"

/* "en / zh" */
static json_t *
both(const char *en, const char *zh)
{
	char *text = mem_textf("%s / %s", en, zh);
	json_t *j = json_string(text);

	free(text);
	return j;
}

static json_t *
schema_of(const struct binding_field *f, const char *gives)
{
	static const char *const types[] = {
		[BINDING_TEXT] = "string",
		[BINDING_BASE64] = "string",
		[BINDING_NUMBER] = "integer",
		[BINDING_FLAG] = "boolean",
		[BINDING_MANY] = "array",
	};
	json_t *j = json_pack("{s:s, s:o}", "type", types[f->form],
	    "description", both(f->en, f->zh));

	if (f->form == BINDING_BASE64)
		json_object_set_new(
		    j, "contentEncoding", json_string("base64"));
	if (f->form == BINDING_MANY) {
		json_t *members = json_object();
		struct span rest = span_of(gives);
		char *prefix = mem_textf("%s.", f->name);

		while (rest.len > 0) {
			const struct span word = span_cut(&rest, ' ');
			char *name = mem_text(word);

			if (span_starts(word, span_of(prefix)))
				json_object_set_new(members,
				    name + strlen(prefix),
				    schema_of(binding_field(name), ""));
			free(name);
		}
		json_object_set_new(j, "items",
		    json_pack(
			"{s:s, s:o}", "type", "object", "properties", members));
		free(prefix);
	}
	return j;
}

static bool
everything(const char *path, struct span name)
{
	(void)path;
	(void)name;
	return true;
}

static bool
not_in_path(const char *path, struct span name)
{
	return !binding_in_path(path, name);
}

/*
 * An object of those fields; parts of lists stand in their lists.  Whatever is
 * taken has to be there; what is given depends on the state of things.
 */
static json_t *
object_of(const char *names, bool (*wanted)(const char *, struct span),
    const char *path)
{
	json_t *properties = json_object(), *required = json_array();
	json_t *j =
	    json_pack("{s:s, s:o}", "type", "object", "properties", properties);
	struct span rest = span_of(names);

	while (rest.len > 0) {
		const struct span word = span_cut(&rest, ' ');
		char *name = mem_text(word);

		if (strchr(name, '.') == NULL && wanted(path, word)) {
			json_object_set_new(properties, name,
			    schema_of(binding_field(name), names));
			json_array_append_new(required, json_string(name));
		}
		free(name);
	}
	if (wanted != everything)
		json_object_set(j, "required", required);
	json_decref(required);
	return j;
}

static json_t *
parameters_of(const struct binding_operation *o)
{
	json_t *list = json_array();
	struct span rest = span_of(o->takes);

	while (rest.len > 0) {
		const struct span word = span_cut(&rest, ' ');
		char *name = mem_text(word);

		if (binding_in_path(o->path, word))
			json_array_append_new(list,
			    json_pack("{s:s, s:s, s:b, s:o}", "name", name,
				"in", "path", "required", 1, "schema",
				schema_of(binding_field(name), "")));
		free(name);
	}
	return list;
}

static json_t *
as_json(json_t *schema)
{
	return json_pack("{s:{s:o}}", "application/json", "schema", schema);
}

static json_t *
security_of(const struct binding_operation *o)
{
	static const char *const schemes[] = {
		[BINDING_PASSWORD] = "password",
		[BINDING_SESSION] = "session",
	};
	json_t *list = json_array();

	if (o->who != BINDING_ANYBODY)
		json_array_append_new(
		    list, json_pack("{s:[]}", schemes[o->who]));
	return list;
}

static json_t *
operation_of(const struct binding_operation *o)
{
	json_t *j = json_pack("{s:s, s:o, s:o, s:o}", "operationId", o->name,
	    "summary", both(o->en, o->zh), "security", security_of(o),
	    "parameters", parameters_of(o));
	struct buf body;

	buf_init(&body, 4096);
	binding_body(o, &body);
	if (body.len > 0)
		json_object_set_new(j, "requestBody",
		    json_pack("{s:b, s:o}", "required", 1, "content",
			as_json(object_of(o->takes, not_in_path, o->path))));
	buf_free(&body);
	json_object_set_new(j, "responses",
	    json_pack("{s:{s:s, s:o}, s:{s:s, s:o}}", "200", "description",
		"done / 成功", "content",
		as_json(object_of(o->gives, everything, NULL)), "4XX",
		"description", "refused, and why / 拒绝及原因", "content",
		as_json(object_of("note", everything, NULL))));
	return j;
}

void
binding_openapi(const struct binding *b, struct buf *out)
{
	json_t *paths = json_object(), *root;
	const struct binding_operation *all;
	char *text;
	size_t n;

	all = binding_operations(&n);
	for (size_t i = 0; i < n; i++) {
		json_t *path = json_object_get(paths, all[i].path);
		char method[8];
		size_t c = 0;

		if (all[i].binding != b)
			continue;
		if (path == NULL) {
			path = json_object();
			json_object_set_new(paths, all[i].path, path);
		}
		for (; all[i].method[c] != '\0' && c < sizeof method - 1; c++)
			method[c] = (char)(all[i].method[c] | 0x20);
		method[c] = '\0';
		json_object_set_new(path, method, operation_of(&all[i]));
	}
	root = json_pack("{s:s, s:{s:s, s:s, s:o}, s:o, s:{s:{s:{s:s, s:s}, "
			 "s:{s:s, s:s}}}}",
	    "openapi", "3.1.0", "info", "title", b->name, "version", "1.0.0",
	    "description", both(b->en, b->zh), "paths", paths, "components",
	    "securitySchemes", "password", "type", "http", "scheme", "basic",
	    "session", "type", "http", "scheme", "bearer");
	text = json_dumps(root, JSON_INDENT(2));
	buf_addf(out, "%s\n", text);
	free(text);
	json_decref(root);
}
