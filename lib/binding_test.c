/* SPDX-License-Identifier: MIT */
/* The published bindings: every word of the table has its meaning. */
#include "lib/binding.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/template.h"

static void
fields_exist(const struct binding_operation *o, const char *names)
{
	struct span rest = span_of(names);

	while (rest.len > 0) {
		char *name = mem_text(span_cut(&rest, ' '));

		ck_assert_msg(binding_field(name) != NULL,
		    "%s: no FIELD is called \"%s\"", o->name, name);
		free(name);
	}
}

static bool
any(void *ctx, struct span name, struct buf *value)
{
	static const char *const bare[][2] = { { "width", "42" },
		{ "height", "42" }, { "page", "1" }, { "x", "120" },
		{ "y", "200" }, { "whole", "true" } };
	const struct binding_operation *o = ctx;

	ck_assert_msg(binding_names(o->takes, name), "%s: {%.*s} is not taken",
	    o->name, SPAN_FMT(name));
	/* what is bare in JSON is said as JSON has it */
	for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++)
		if (span_eq(name, span_of(bare[i][0]))) {
			buf_addf(value, "%s", bare[i][1]);
			return true;
		}
	buf_add(value, SPAN("a \"b\""));
	return true;
}

/* Filled in, it is a path and a JSON object that holds what was filled in. */
START_TEST(published)
{
	size_t n;
	const struct binding_operation *o = &binding_operations(&n)[_i];
	struct buf text, filled;
	struct err err = { 0 };
	json_t *body;

	ck_assert_ptr_eq(binding_operation(o->name), o);
	fields_exist(o, o->takes);
	fields_exist(o, o->gives);
	buf_init(&text, 4096);
	buf_init(&filled, 4096);
	binding_path(o, &text);
	ck_assert(template_fill(
	    buf_span(&text), any, (void *)(uintptr_t)o, &filled, &err));
	ck_assert_ptr_null(strpbrk(buf_text(&filled), " \"{}$"));
	buf_clear(&text);
	buf_clear(&filled);
	binding_body(o, &text);
	if (text.len > 0) {
		ck_assert(template_fill(
		    buf_span(&text), any, (void *)(uintptr_t)o, &filled, &err));
		body = json_parse("body", buf_span(&filled), &err);
		ck_assert_msg(body != NULL, "%s: %s", o->name, err.what);
		json_decref(body);
	}
	ck_assert(text.len == 0 || strcmp(o->method, "GET") != 0);
	buf_free(&text);
	buf_free(&filled);
}
END_TEST

/* docs/bindings holds what the table says, to the letter. */
START_TEST(openapi)
{
	size_t n;
	const struct binding *b = &binding_all(&n)[_i];
	char *path = mem_textf("docs/bindings/%s.json", b->name);
	struct buf made, filed;
	struct err err = { 0 };

	buf_init(&made, 1u << 20);
	buf_init(&filed, 1u << 20);
	binding_openapi(b, &made);
	if (getenv("GOLDEN") != NULL)
		ck_assert_msg(
		    files_write(path, buf_span(&made), &err), "%s", err.what);
	ck_assert_msg(files_read(path, &filed, &err), "%s", err.what);
	ck_assert_msg(span_eq(buf_span(&made), buf_span(&filed)),
	    "%s is not what lib/binding.def says; write it anew with "
	    "GOLDEN=renew make test T=binding_test",
	    path);
	ck_assert_uint_gt(filed.len, 1000);
	buf_free(&made);
	buf_free(&filed);
	free(path);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("binding");
	TCase *t = tcase_create("binding");
	SRunner *r;
	size_t n_operations, n_bindings;
	int failed;

	(void)binding_operations(&n_operations);
	(void)binding_all(&n_bindings);
	tcase_add_loop_test(t, published, 0, (int)n_operations);
	tcase_add_loop_test(t, openapi, 0, (int)n_bindings);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
