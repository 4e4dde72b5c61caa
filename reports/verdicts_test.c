/* SPDX-License-Identifier: MIT */
/*
 * verdicts.json and docs/verdicts.schema.json, kept in step: the schema is
 * walked beside what is really written, with as much of JSON Schema as the
 * schema uses, and a keyword that is not known here is an error.
 */
#include "reports/verdicts.h"

#include <check.h>
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"

#define SM3_A "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

/* Where a value does not agree; the first finding is kept. */
struct walk {
	const json_t *root; /* of the schema */
	char at[256];
	char finding[512];
};

static bool agrees(struct walk *, const json_t *schema, const json_t *value);

static bool
differs(struct walk *w, const char *what)
{
	if (w->finding[0] == '\0')
		snprintf(w->finding, sizeof w->finding, "%.200s: %.200s", w->at,
		    what);
	return false;
}

static bool
agrees_below(
    struct walk *w, const char *name, const json_t *schema, const json_t *value)
{
	const size_t len = strlen(w->at);
	bool ok;

	snprintf(w->at + len, sizeof w->at - len, "/%s", name);
	ok = agrees(w, schema, value);
	w->at[len] = '\0';
	return ok;
}

static bool
is_type(const char *name, const json_t *value)
{
	static const struct {
		const char *name;
		json_type types[2];
	} types[] = {
		{ "string", { JSON_STRING, JSON_STRING } },
		{ "integer", { JSON_INTEGER, JSON_INTEGER } },
		{ "boolean", { JSON_TRUE, JSON_FALSE } },
		{ "null", { JSON_NULL, JSON_NULL } },
		{ "array", { JSON_ARRAY, JSON_ARRAY } },
		{ "object", { JSON_OBJECT, JSON_OBJECT } },
	};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i].name, name) == 0)
			return json_typeof(value) == types[i].types[0] ||
			       json_typeof(value) == types[i].types[1];
	ck_abort_msg("the schema has a type \"%s\"", name);
}

static bool
check_type(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	(void)schema;
	if (json_is_string(arg))
		return is_type(json_string_value(arg), value) ||
		       differs(w, "type");
	for (size_t i = 0; i < json_array_size(arg); i++)
		if (is_type(json_string_value(json_array_get(arg, i)), value))
			return true;
	return differs(w, "type");
}

static bool
check_properties(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	const char *key;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)value, key, member)
	{
		const json_t *sub = json_object_get(arg, key);

		if (sub == NULL)
			return differs(w, key);
		if (!agrees_below(w, key, sub, member))
			return false;
	}
	/* Nothing may be there that the schema does not name. */
	ck_assert_msg(
	    json_is_false(json_object_get(schema, "additionalProperties")),
	    "%s", w->at);
	return true;
}

static bool
check_required(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	const json_t *properties = json_object_get(schema, "properties");

	/* We leave nothing out: what has a name is required. */
	ck_assert_uint_eq(json_array_size(arg), json_object_size(properties));
	for (size_t i = 0; i < json_array_size(arg); i++) {
		const char *key = json_string_value(json_array_get(arg, i));

		ck_assert_ptr_nonnull(json_object_get(properties, key));
		if (json_object_get(value, key) == NULL)
			return differs(w, key);
	}
	return true;
}

static bool
check_items(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	(void)schema;
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!agrees_below(w, "[]", arg, json_array_get(value, i)))
			return false;
	return true;
}

static bool
check_enum(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	(void)schema;
	for (size_t i = 0; i < json_array_size(arg); i++)
		if (json_equal(json_array_get(arg, i), value))
			return true;
	return differs(w, "enum");
}

static bool
check_const(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	(void)schema;
	return json_equal(arg, value) || differs(w, "const");
}

static bool
check_minimum(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	(void)schema;
	return !json_is_integer(value) ||
	       json_integer_value(value) >= json_integer_value(arg) ||
	       differs(w, "minimum");
}

static bool
check_pattern(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	regex_t re;
	bool ok;

	(void)schema;
	ck_assert_int_eq(
	    regcomp(&re, json_string_value(arg), REG_EXTENDED | REG_NOSUB), 0);
	ok = regexec(&re, json_string_value(value), 0, NULL, 0) == 0;
	regfree(&re);
	return ok || differs(w, "pattern");
}

static bool
check_ref(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	const char *name = json_string_value(arg);
	const json_t *target;

	(void)schema;
	ck_assert_int_eq(strncmp(name, "#/$defs/", 8), 0);
	target = json_object_get(json_object_get(w->root, "$defs"), name + 8);
	ck_assert_msg(target != NULL, "%s", name);
	return agrees(w, target, value);
}

static bool
check_one_of(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	size_t hits = 0;

	(void)schema;
	for (size_t i = 0; i < json_array_size(arg); i++) {
		struct walk try = { .root = w->root };

		hits += agrees(&try, json_array_get(arg, i), value) ? 1 : 0;
	}
	return hits == 1 || differs(w, "oneOf");
}

static bool
check_nothing(struct walk *w, const json_t *arg, const json_t *schema,
    const json_t *value)
{
	(void)w;
	(void)arg;
	(void)schema;
	(void)value;
	return true;
}

/* In the order of asking: a wrong type ends it. */
static const struct {
	const char *name;
	bool (*check)(struct walk *, const json_t *arg, const json_t *schema,
	    const json_t *value);
} keywords[] = {
	{ "type", check_type },
	{ "required", check_required },
	{ "properties", check_properties },
	{ "items", check_items },
	{ "enum", check_enum },
	{ "const", check_const },
	{ "minimum", check_minimum },
	{ "pattern", check_pattern },
	{ "$ref", check_ref },
	{ "oneOf", check_one_of },
	{ "additionalProperties", check_nothing },
	{ "description", check_nothing },
	{ "title", check_nothing },
	{ "$schema", check_nothing },
	{ "$id", check_nothing },
	{ "$defs", check_nothing },
};

static bool
agrees(struct walk *w, const json_t *schema, const json_t *value)
{
	size_t known = 0;

	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		const json_t *arg = json_object_get(schema, keywords[i].name);

		if (arg == NULL)
			continue;
		known++;
		if (!keywords[i].check(w, arg, schema, value))
			return false;
	}
	ck_assert_msg(known == json_object_size(schema),
	    "%s: a keyword that this test does not know", w->at);
	return true;
}

static char *
literal(const char *text)
{
	return (char *)(uintptr_t)text;
}

/* A run with something of everything. */
struct bench {
	struct plan_case cases[5];
	struct evidence evidence[1];
	struct outcome outcomes[5];
	struct profile_waiver waivers[2];
	char *notes[1];
	struct plan plan;
	struct ledger ledger;
	struct matrix matrix;
};

static void
build(struct bench *b)
{
	static const struct {
		const char *id;
		enum req verifies;
		bool executes;
		int repeats;
	} cases[] = {
		{ "a.pass", EMAIL_F_01, true, 1 },
		{ "a.fail", EMAIL_F_01, true, 1 },
		{ "a.shaky", EMAIL_F_02, true, 2 },
		{ "a.none", EMAIL_F_03, false, 0 },
		{ "a.lost", EMAIL_F_04, true, 1 },
	};

	*b = (struct bench){ 0 };
	b->evidence[0] =
	    (struct evidence){ literal("a.fail/1.jsonl"), literal(SM3_A) };
	b->plan = (struct plan){ .run = literal("r"),
		.created = literal("2026-11-22T01:26:54.000000Z"),
		.kit = literal("0.1.0"),
		.target = literal("t.yaml"),
		.profile_digest = literal(SM3_A),
		.catalogue_digest = literal(catalogue_digest()),
		.cases = b->cases,
		.n = 5 };
	for (size_t i = 0; i < REQ_COUNT; i++)
		b->plan.rows[i].disposition = ROW_OUT_OF_SCOPE;
	for (size_t i = 0; i < 5; i++) {
		b->plan.rows[cases[i].verifies].disposition = ROW_PLANNED;
		b->cases[i] = (struct plan_case){ .id = literal(cases[i].id),
			.verifies = cases[i].verifies,
			.clause = literal("RFC 5321 4.1.4"),
			.title = literal("t \xff"),
			.executes = cases[i].executes,
			.verdict = NOT_APPLICABLE,
			.repeats = cases[i].repeats };
	}
	for (size_t i = 0; i < 4; i++)
		b->outcomes[i] = (struct outcome){
			.id = b->cases[i < 3 ? i : 2].id,
			.attempt = i == 3 ? 2 : 1,
			.verdict = i % 2 == 0 ? PASS : FAIL,
			.why = literal(""),
			.heard = i == 1 ? literal("250 \x80\x1b[0m") : NULL,
			.line = i == 1 ? 7 : 0,
			.evidence = b->evidence,
			.n_evidence = i == 1 ? 1 : 0,
		};
	b->waivers[0] = (struct profile_waiver){ literal("a.fail"),
		literal("原因"), literal("某"), literal("2027-01-31") };
	b->waivers[1] = (struct profile_waiver){ literal("a.pass"),
		literal("原因"), literal("某"), literal("2027-01-31") };
	b->notes[0] = literal("resumed");
	b->ledger = (struct ledger){ .outcomes = b->outcomes,
		.n = 4,
		.notes = b->notes,
		.n_notes = 1,
		.head = literal(SM3_A) };
	b->ledger.plan_digest = plan_digest(&b->plan);
	matrix_make(
	    &b->matrix, &b->plan, &b->ledger, b->waivers, 2, "2026-11-22");
}

static void
clear(struct bench *b)
{
	matrix_free(&b->matrix);
	free(b->ledger.plan_digest);
}

static json_t *
read_schema(void)
{
	json_error_t bad;
	json_t *schema = json_load_file(
	    "docs/verdicts.schema.json", JSON_REJECT_DUPLICATES, &bad);

	ck_assert_msg(schema != NULL, "line %d: %s", bad.line, bad.text);
	return schema;
}

START_TEST(schema_and_file_agree)
{
	struct bench b;
	json_t *schema = read_schema(), *o;
	struct walk w = { .root = schema };

	build(&b);
	o = verdicts_json(&b.matrix);
	ck_assert_msg(agrees(&w, schema, o), "%s", w.finding);
	json_decref(o);
	json_decref(schema);
	clear(&b);
}
END_TEST

/* A member more, less or of another type, anywhere: the walk notices. */
START_TEST(the_walk_is_no_nod)
{
	static const char *const paths[][3] = {
		{ NULL },
		{ "run" },
		{ "digests" },
		{ "totals" },
		{ "totals", "by_level", "shall" },
		{ "rows", "" },
		{ "cases", "" },
		{ "cases", "", "waiver" },
		{ "cases", "", "attempts" },
	};
	json_t *schema = read_schema();

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct bench b;
		struct walk w = { .root = schema };
		json_t *o, *at;
		const char *key;

		build(&b);
		at = o = verdicts_json(&b.matrix);
		for (size_t k = 0; k < 3 && paths[i][k] != NULL; k++)
			at =
			    json_is_array(at)
				? json_array_get(at, 1) /* a.fail, EMAIL-F-02 */
				: json_object_get(at, paths[i][k]);
		if (json_is_array(at))
			at = json_array_get(at, 0);
		ck_assert_msg(json_is_object(at), "path %zu", i);
		json_object_set_new(at, "surplus", json_true());
		ck_assert_msg(!agrees(&w, schema, o), "path %zu", i);
		json_object_del(at, "surplus");
		ck_assert(agrees(&w, schema, o));
		key = json_object_iter_key(json_object_iter(at));
		json_object_set_new(at, key, json_real(0.5));
		ck_assert_msg(!agrees(&w, schema, o), "path %zu", i);
		json_object_del(at, key);
		ck_assert_msg(!agrees(&w, schema, o), "path %zu", i);
		json_decref(o);
		clear(&b);
	}
	json_decref(schema);
}
END_TEST

static const json_t *
path_of(const json_t *o, const char *a, const char *b)
{
	return json_object_get(json_object_get(o, a), b);
}

START_TEST(what_is_in_it)
{
	struct bench b;
	json_t *o, *fail;

	build(&b);
	o = verdicts_json(&b.matrix);
	ck_assert_str_eq(
	    json_string_value(json_object_get(o, "statement")), "none");
	ck_assert_int_eq(json_integer_value(json_object_get(o, "exit")), 1);
	ck_assert_uint_eq(
	    json_array_size(json_object_get(o, "rows")), REQ_COUNT);
	ck_assert_uint_eq(
	    json_array_size(json_object_get(o, "stale_waivers")), 1);
	ck_assert_int_eq(
	    json_integer_value(path_of(o, "totals", "cases_planned")), 4);
	ck_assert_int_eq(
	    json_integer_value(path_of(o, "totals", "cases_executed")), 3);
	fail = json_array_get(json_object_get(o, "cases"), 1);
	ck_assert_str_eq(json_string_value(json_object_get(fail, "heard")),
	    "250 \\x80\x1b[0m");
	ck_assert_str_eq(
	    json_string_value(path_of(fail, "waiver", "subject")), "a.fail");
	ck_assert_uint_eq(
	    json_array_size(json_object_get(
		json_array_get(json_object_get(o, "cases"), 2), "attempts")),
	    2);
	json_decref(o);
	clear(&b);
}
END_TEST

START_TEST(equal_runs_have_equal_bytes)
{
	char path[] = "/tmp/yanshou-verdicts-XXXXXX";
	const int fd = mkstemp(path);
	struct bench b, again;
	struct err err;
	char *one, *two;
	json_t *o;

	ck_assert_int_ne(fd, -1);
	close(fd);
	build(&b);
	build(&again);
	ck_assert(verdicts_write(&b.matrix, path, &err));
	one = run_digest_file(path, &err);
	ck_assert(verdicts_write(&again.matrix, path, &err));
	two = run_digest_file(path, &err);
	ck_assert_str_eq(one, two);
	o = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(o);
	ck_assert(!verdicts_write(&b.matrix, "/nonexistent/v.json", &err));
	json_decref(o);
	free(one);
	free(two);
	unlink(path);
	clear(&b);
	clear(&again);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("verdicts");
	TCase *tc = tcase_create("verdicts");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, schema_and_file_agree);
	tcase_add_test(tc, the_walk_is_no_nod);
	tcase_add_test(tc, what_is_in_it);
	tcase_add_test(tc, equal_runs_have_equal_bytes);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
