/* SPDX-License-Identifier: MIT */
#include "lib/run.h"
#include "lib/files.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/digest.h"
#include "lib/json.h"
#include "lib/mem.h"

#define SCHEMA    "yanshou-plan/1"
#define TEXT_MOST 16384       /* bytes of any one string in a plan */
#define PLAN_MOST (64u << 20) /* bytes of a plan */

static const char *const disposition_names[DISPOSITION_COUNT] = {
	[ROW_PLANNED] = "planned",
	[ROW_OUT_OF_SCOPE] = "out-of-scope",
	[ROW_NOT_TESTED] = "not-tested",
	[ROW_NOT_SELECTED] = "not-selected",
	[ROW_TEXT_MISSING] = "text-missing",
};

const char *
disposition_name(enum disposition d)
{
	return disposition_names[d];
}

static void
plan_case_free(struct plan_case *c)
{
	free(c->id);
	free(c->clause);
	free(c->title);
	free(c->title_zh);
	free(c->why);
	free(c->why_zh);
}

enum level
plan_case_level(const struct plan_case *c)
{
	const enum level row = catalogue_get(c->verifies)->level;

	return c->level > row ? c->level : row;
}

void
plan_free(struct plan *p)
{
	free(p->run);
	free(p->created);
	free(p->kit);
	free(p->target);
	free(p->profile_digest);
	free(p->catalogue_digest);
	free(p->product);
	free(p->project);
	free(p->scope);
	free(p->selector);
	for (size_t i = 0; i < REQ_COUNT; i++) {
		free(p->rows[i].why);
		free(p->rows[i].why_zh);
	}
	for (size_t i = 0; i < p->n; i++)
		plan_case_free(&p->cases[i]);
	free(p->cases);
	*p = (struct plan){ 0 };
}

void
outcome_free(struct outcome *o)
{
	free(o->id);
	free(o->why);
	free(o->clause);
	free(o->expected);
	free(o->heard);
	free(o->file);
	free(o->started);
	for (size_t i = 0; i < o->n_evidence; i++) {
		free(o->evidence[i].path);
		free(o->evidence[i].sm3);
	}
	free(o->evidence);
	*o = (struct outcome){ 0 };
}

bool
plan_case_is_load(const char *id)
{
	return strncmp(id, "load.", 5) == 0;
}

size_t
plan_ends(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->cases[i].executes)
			n += (size_t)p->cases[i].repeats;
	return n;
}

/* Members of struct plan that are strings, and which may be NULL. */
static const struct text_member {
	const char *key;
	size_t at;
	bool optional;
} plan_texts[] = {
	{ "run", offsetof(struct plan, run), false },
	{ "created", offsetof(struct plan, created), false },
	{ "kit", offsetof(struct plan, kit), false },
	{ "target", offsetof(struct plan, target), false },
	{ "profile_digest", offsetof(struct plan, profile_digest), false },
	{ "catalogue_digest", offsetof(struct plan, catalogue_digest), false },
	{ "product", offsetof(struct plan, product), false },
	{ "project", offsetof(struct plan, project), false },
	{ "scope", offsetof(struct plan, scope), false },
	{ "selector", offsetof(struct plan, selector), true },
}, case_texts[] = {
	{ "id", offsetof(struct plan_case, id), false },
	{ "clause", offsetof(struct plan_case, clause), false },
	{ "title", offsetof(struct plan_case, title), false },
	{ "title_zh", offsetof(struct plan_case, title_zh), false },
	{ "why", offsetof(struct plan_case, why), true },
	{ "why_zh", offsetof(struct plan_case, why_zh), true },
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void
texts_put(json_t *into, const void *from, const struct text_member *m, size_t n)
{
	for (; n != 0; m++, n--) {
		char *const *text = (char *const *)((const char *)from + m->at);
		const char *value = *text;

		if (value == NULL && !m->optional)
			value = "";
		json_object_set_new(into, m->key, json_clean(value, TEXT_MOST));
	}
}

static void
texts_get(struct json_in *in, const json_t *from, void *into,
    const struct text_member *m, size_t n)
{
	for (; n != 0; m++, n--) {
		char **text = (char **)((char *)into + m->at);

		*text = m->optional ? json_in_text_or_null(in, from, m->key)
				    : json_in_text(in, from, m->key);
	}
}

static json_t *
rows_json(const struct plan *p)
{
	json_t *rows = json_object();

	for (size_t i = 0; i < REQ_COUNT; i++) {
		const struct plan_row *r = &p->rows[i];
		json_t *row = json_object();

		json_object_set_new(row, "disposition",
		    json_string(disposition_name(r->disposition)));
		json_object_set_new(row, "why", json_clean(r->why, TEXT_MOST));
		json_object_set_new(
		    row, "why_zh", json_clean(r->why_zh, TEXT_MOST));
		json_object_set_new(
		    rows, catalogue_get((enum req)i)->name, row);
	}
	return rows;
}

static json_t *
case_json(const struct plan_case *c)
{
	json_t *o = json_object();

	texts_put(o, c, case_texts, COUNT(case_texts));
	json_object_set_new(
	    o, "verifies", json_string(catalogue_get(c->verifies)->name));
	json_object_set_new(o, "level", json_string(level_name(c->level)));
	json_object_set_new(o, "executes", json_boolean(c->executes));
	json_object_set_new(o, "verdict",
	    c->executes ? json_null() : json_string(verdict_name(c->verdict)));
	json_object_set_new(o, "repeats", json_integer(c->repeats));
	json_object_set_new(o, "soft_ms", json_integer(c->soft_ms));
	json_object_set_new(o, "hard_ms", json_integer(c->hard_ms));
	return o;
}

/* The bytes of plan.json. */
char *
plan_text(const struct plan *p)
{
	json_t *o = json_object(), *cases = json_array();
	char *text, *line;

	json_object_set_new(o, "schema", json_string(SCHEMA));
	texts_put(o, p, plan_texts, COUNT(plan_texts));
	json_object_set_new(o, "partial", json_boolean(p->partial));
	json_object_set_new(o, "rows", rows_json(p));
	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(cases, case_json(&p->cases[i]));
	json_object_set_new(o, "cases", cases);
	text = json_canonical(o);
	line = mem_textf("%s\n", text);
	free(text);
	json_decref(o);
	return line;
}

char *
plan_digest(const struct plan *p)
{
	char *text = plan_text(p);
	char hex[DIGEST_TEXT];

	digest_text(span_of(text), hex);
	free(text);
	return mem_text(span_of(hex));
}

bool
plan_write(const struct plan *p, const char *path, struct err *err)
{
	char *text = plan_text(p);
	const bool ok = files_write(path, span_of(text), err);

	free(text);
	return ok;
}

static void
row_read(
    struct json_in *in, const json_t *rows, enum req req, struct plan_row *into)
{
	static const char *const keys[] = { "disposition", "why", "why_zh",
		NULL };
	const json_t *row = json_in_object(in, rows, catalogue_get(req)->name);
	char *name;
	size_t d = 0;

	if (row == NULL)
		return;
	json_in_at(in, "rows.%s.", catalogue_get(req)->name);
	json_in_only(in, row, keys);
	name = json_in_text(in, row, "disposition");
	into->why = json_in_text_or_null(in, row, "why");
	into->why_zh = json_in_text_or_null(in, row, "why_zh");
	while (name != NULL && d < DISPOSITION_COUNT &&
	       strcmp(name, disposition_names[d]) != 0)
		d++;
	if (d == DISPOSITION_COUNT)
		json_in_bad(in, "disposition",
		    "\"%s\" is none; must be planned, out-of-scope, "
		    "not-tested, not-selected or text-missing",
		    name);
	else
		into->disposition = (enum disposition)d;
	free(name);
	json_in_at(in, "rows.");
}

static void
rows_read(struct json_in *in, const json_t *rows, struct plan *p)
{
	void *it = json_object_iter((json_t *)(uintptr_t)rows);
	enum req req;

	json_in_at(in, "rows.");
	for (; it != NULL;
	     it = json_object_iter_next((json_t *)(uintptr_t)rows, it))
		if (!catalogue_find(json_object_iter_key(it), &req))
			json_in_bad(in, json_object_iter_key(it),
			    "is no row of this catalogue");
	for (size_t i = 0; i < REQ_COUNT; i++)
		row_read(in, rows, (enum req)i, &p->rows[i]);
	json_in_at(in, "%s", "");
}

/* What the planner decided instead of executing the case. */
static void
decision_read(struct json_in *in, const json_t *o, struct plan_case *c)
{
	char *name = json_in_text_or_null(in, o, "verdict");

	if (c->executes && name != NULL)
		json_in_bad(in, "verdict", "must be null: the case executes");
	if (!c->executes && !in->bad &&
	    (name == NULL || !verdict_parse(name, &c->verdict)))
		json_in_bad(in, "verdict", "\"%s\" is none",
		    name == NULL ? "null" : name);
	if (!c->executes && (c->verdict == PASS || c->verdict == FAIL))
		json_in_bad(in, "verdict",
		    "a case that does not execute neither passes nor fails");
	if (!c->executes && c->why == NULL)
		json_in_bad(in, "why", "must say why it does not execute");
	free(name);
}

static void
case_read(struct json_in *in, const json_t *o, struct plan_case *c)
{
	static const char *const keys[] = { "id", "clause", "title", "title_zh",
		"why", "why_zh", "verifies", "level", "executes", "verdict",
		"repeats", "soft_ms", "hard_ms", NULL };
	char *verifies, *level;

	if (!json_is_object(o))
		json_in_bad(in, "", "must be an object");
	json_in_only(in, o, keys);
	texts_get(in, o, c, case_texts, COUNT(case_texts));
	verifies = json_in_text(in, o, "verifies");
	if (verifies != NULL && !catalogue_find(verifies, &c->verifies))
		json_in_bad(in, "verifies",
		    "\"%s\" is no row of this catalogue", verifies);
	free(verifies);
	level = json_in_text(in, o, "level");
	if (level != NULL && !level_parse(level, &c->level))
		json_in_bad(in, "level", "\"%s\" is no level", level);
	free(level);
	c->executes = json_in_bool(in, o, "executes");
	decision_read(in, o, c);
	c->repeats =
	    (int)json_in_int(in, o, "repeats", c->executes ? 1 : 0, 10000);
	c->soft_ms = json_in_int(in, o, "soft_ms", 0, INT32_MAX);
	c->hard_ms = json_in_int(in, o, "hard_ms", 0, INT32_MAX);
}

static void
cases_read(struct json_in *in, const json_t *cases, struct plan *p)
{
	const size_t n = json_array_size(cases);

	p->cases = mem_new(n, sizeof *p->cases);
	for (; p->n < n && !in->bad; p->n++) {
		json_in_at(in, "cases[%zu].", p->n);
		case_read(in, json_array_get(cases, p->n), &p->cases[p->n]);
	}
	json_in_at(in, "%s", "");
}

static int
by_id(const void *a, const void *b)
{
	const struct plan_case *const *x = a, *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

static void
no_case_twice(struct json_in *in, const struct plan *p)
{
	const struct plan_case **sorted = mem_new(p->n, sizeof *sorted);

	for (size_t i = 0; i < p->n; i++)
		sorted[i] = &p->cases[i];
	if (!in->bad)
		qsort(sorted, p->n, sizeof *sorted, by_id);
	for (size_t i = 1; i < p->n && !in->bad; i++)
		if (by_id(&sorted[i - 1], &sorted[i]) == 0)
			json_in_bad(in, "cases", "\"%s\" is there twice",
			    sorted[i]->id);
	free(sorted);
}

static void
plan_members(struct json_in *in, const json_t *o, struct plan *p)
{
	static const char *const keys[] = { "schema", "run", "created", "kit",
		"target", "profile_digest", "catalogue_digest", "product",
		"project", "scope", "selector", "partial", "rows", "cases",
		NULL };
	char *schema;

	if (!json_is_object(o))
		json_in_bad(in, "", "must be an object");
	schema = json_in_text(in, o, "schema");
	if (schema != NULL && strcmp(schema, SCHEMA) != 0)
		json_in_bad(in, "schema", "\"%s\" is not ours; must be \"%s\"",
		    schema, SCHEMA);
	free(schema);
	json_in_only(in, o, keys);
	texts_get(in, o, p, plan_texts, COUNT(plan_texts));
	p->partial = json_in_bool(in, o, "partial");
	rows_read(in, json_in_object(in, o, "rows"), p);
	cases_read(in, json_in_array(in, o, "cases"), p);
	no_case_twice(in, p);
}

/*
 * A plan that is not byte for byte what we write has another digest than
 * plan_digest() says: it was edited, and must not pass for the one that ran.
 */
static bool
as_written(
    const char *path, const struct plan *p, const char *text, struct err *err)
{
	char *again = plan_text(p);
	const bool same = strcmp(again, text) == 0;

	free(again);
	return same || err_set(err, ERR_FORGED,
			   "%s: not in the form this program writes: it was "
			   "edited, make the plan anew",
			   path);
}

bool
plan_read(const char *path, struct plan *p, struct err *err)
{
	struct json_in in = json_in_start(path, err);
	size_t n;
	char *text = files_read_text(path, PLAN_MOST, &n, err);
	json_t *o = NULL;

	*p = (struct plan){ 0 };
	if (text == NULL)
		return false;
	o = json_parse(path, (struct span){ text, n }, err);
	if (o == NULL)
		in.bad = true;
	else
		plan_members(&in, o, p);
	if (!in.bad && !as_written(path, p, text, err))
		in.bad = true;
	json_decref(o);
	free(text);
	if (in.bad)
		plan_free(p);
	return !in.bad;
}

char *
run_digest_file(const char *path, struct err *err)
{
	FILE *f = fopen(path, "re");
	struct digest *d;
	char piece[16384], hex[DIGEST_TEXT];
	size_t n;
	bool ok;

	if (f == NULL) {
		err_set(err, ERR_IO, "%s: cannot be opened", path);
		return NULL;
	}
	d = digest_new();
	while ((n = fread(piece, 1, sizeof piece, f)) != 0)
		digest_add(d, (struct span){ piece, n });
	ok = !ferror(f) || err_set(err, ERR_IO, "%s: cannot be read", path);
	digest_end(d, hex);
	fclose(f);
	return ok ? mem_text(span_of(hex)) : NULL;
}
