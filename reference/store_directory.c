/* SPDX-License-Identifier: MIT */
#include "reference/store_directory.h"

#include <stdlib.h>

#include "lib/mem.h"
#include "reference/store_inner.h"

/* ---- an entry in memory ---- */

static void
own(struct directory_entry *e, char *octets)
{
	e->owned = mem_grow(e->owned, (e->n_owned + 1) * sizeof *e->owned);
	e->owned[e->n_owned++] = octets;
}

static struct directory_value *
new_value(struct directory_entry *e)
{
	e->values = mem_grow(e->values, (e->n + 1) * sizeof *e->values);
	return &e->values[e->n++];
}

/* The next octets of a block, which has room for them. */
static struct span
keep(char **block, struct span octets)
{
	const struct span kept = { *block, octets.len };

	if (octets.len > 0)
		memcpy(*block, octets.ptr, octets.len);
	*block += octets.len;
	return kept;
}

void
directory_put(struct directory_entry *e, enum schema_attribute type,
    struct span options, struct span value, struct span prepared)
{
	char *block = mem_new(options.len + value.len + prepared.len + 1, 1);
	struct directory_value *v = new_value(e);

	own(e, block);
	v->type = type;
	v->options = keep(&block, options);
	v->value = keep(&block, value);
	v->prepared = keep(&block, prepared);
}

void
directory_drop(struct directory_entry *e, size_t value)
{
	e->n--;
	memmove(e->values + value, e->values + value + 1,
	    (e->n - value) * sizeof *e->values);
}

void
directory_entry_free(struct directory_entry *e)
{
	for (size_t i = 0; i < e->n_owned; i++)
		free(e->owned[i]);
	free(e->owned);
	free(e->values);
	free(e->key);
	free(e->dn);
	free(e->user);
	*e = (struct directory_entry){ 0 };
}

/* ---- reading ---- */

static struct span
column_span(sqlite3_stmt *st, int column)
{
	const char *octets = sqlite3_column_blob(st, column);

	return (
	    struct span){ octets, (size_t)sqlite3_column_bytes(st, column) };
}

static void
values_get(struct store *s, struct directory_entry *e)
{
	sqlite3_stmt *st = query_begin(s, DIRECTORY_VALUES, "i", e->id);

	while (sqlite3_step(st) == SQLITE_ROW) {
		const enum schema_attribute type =
		    schema_attribute_find(column_span(st, 0));

		if (type != ATTR_NONE)
			directory_put(e, type, column_span(st, 1),
			    column_span(st, 2), column_span(st, 3));
	}
	query_end(st);
}

bool
directory_get(struct store *s, int64_t id, struct directory_entry *e)
{
	sqlite3_stmt *st = query_begin(s, DIRECTORY_GET, "i", id);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	*e = (struct directory_entry){ .id = id };
	if (found) {
		e->key = mem_text(column_span(st, 0));
		e->dn = mem_text(column_span(st, 1));
		e->user = mem_text(column_span(st, 2));
		e->administrator = sqlite3_column_int(st, 3) != 0;
	}
	query_end(st);
	if (found)
		values_get(s, e);
	return found;
}

bool
directory_find(struct store *s, struct span key, int64_t *id)
{
	sqlite3_stmt *st = query_begin(s, DIRECTORY_FIND, "s", key);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found)
		*id = sqlite3_column_int64(st, 0);
	query_end(st);
	return found;
}

int64_t
directory_count(struct store *s)
{
	sqlite3_stmt *st = query_begin(s, DIRECTORY_COUNT, "");
	int64_t n = 0;

	if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	query_end(st);
	return n;
}

/* ---- changing ---- */

static void
values_put(struct store *s, const struct directory_entry *e)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct directory_value *v = &e->values[i];

		put(s, DIRECTORY_VALUE_ADD, "iissbb", e->id, (int64_t)i,
		    schema_attribute_name(v->type), v->options, v->value,
		    v->prepared);
	}
}

enum store_answer
directory_add(struct store *s, struct directory_entry *e, struct err *err)
{
	int64_t there;

	if (directory_find(s, span_of(e->key), &there))
		return answer(err, STORE_EXISTS, "the entry is there already");
	change_begin(s);
	put(s, DIRECTORY_ADD, "ttti", e->key, e->dn,
	    e->user == NULL ? "" : e->user, (int64_t)e->administrator);
	e->id = sqlite3_last_insert_rowid(s->db);
	values_put(s, e);
	return answer_end(s, err, "adding to the directory");
}

enum store_answer
directory_change(
    struct store *s, const struct directory_entry *e, struct err *err)
{
	change_begin(s);
	put(s, DIRECTORY_VALUES_DROP, "i", e->id);
	values_put(s, e);
	return answer_end(s, err, "changing the directory");
}

static void
ids_add(struct directory_ids *ids, int64_t id)
{
	if (ids->n == ids->room) {
		ids->room = 2 * ids->room + 64;
		ids->of = mem_grow(ids->of, ids->room * sizeof *ids->of);
	}
	ids->of[ids->n++] = id;
}

/* What begins with a key sorts before the key with its last comma a dash. */
static char *
key_end(struct span key)
{
	char *end = mem_text(key);

	if (key.len > 0)
		end[key.len - 1]++;
	return end;
}

void
directory_below(struct store *s, struct span key, struct directory_ids *ids)
{
	char *end = key.len == 0 ? mem_text(SPAN("\x7f")) : key_end(key);
	sqlite3_stmt *st = query_begin(s, DIRECTORY_BELOW, "st", key, end);

	while (sqlite3_step(st) == SQLITE_ROW)
		ids_add(ids, sqlite3_column_int64(st, 0));
	query_end(st);
	free(end);
}

enum store_answer
directory_delete(
    struct store *s, const struct directory_entry *e, struct err *err)
{
	struct directory_ids below = { NULL, 0, 0 };
	bool alone;

	directory_below(s, span_of(e->key), &below);
	alone = below.n <= 1;
	directory_ids_free(&below);
	if (!alone)
		return answer(err, STORE_REFUSED, "it has entries below it");
	change_begin(s);
	put(s, DIRECTORY_VALUES_DROP, "i", e->id);
	put(s, DIRECTORY_DROP, "i", e->id);
	return answer_end(s, err, "deleting from the directory");
}

enum store_answer
directory_rename(struct store *s, const struct directory_entry *e,
    struct span key, struct span dn, struct err *err)
{
	char *end = key_end(span_of(e->key));
	int64_t there;

	if (directory_find(s, key, &there) && there != e->id) {
		free(end);
		return answer(err, STORE_EXISTS, "the entry is there already");
	}
	change_begin(s);
	put(s, DIRECTORY_RENAME, "ttssi", e->key, end, key, dn,
	    (int64_t)strlen(e->dn));
	put(s, DIRECTORY_VALUES_DROP, "i", e->id);
	values_put(s, e);
	free(end);
	return answer_end(s, err, "renaming in the directory");
}

/* ---- finding many ---- */

void
directory_match(struct store *s, enum directory_how how,
    enum schema_attribute attribute, struct span prepared,
    struct directory_ids *ids)
{
	static const enum query queries[] = {
		[DIRECTORY_EQUAL] = DIRECTORY_IS,
		[DIRECTORY_CONTAINS] = DIRECTORY_HAS_PART,
		[DIRECTORY_PRESENT] = DIRECTORY_HAS,
	};
	const struct span name = schema_attribute_name(attribute);
	sqlite3_stmt *st =
	    how == DIRECTORY_PRESENT
		? query_begin(s, queries[how], "s", name)
		: query_begin(s, queries[how], "sb", name, prepared);

	while (sqlite3_step(st) == SQLITE_ROW)
		ids_add(ids, sqlite3_column_int64(st, 0));
	query_end(st);
}

void
directory_ids_append(
    struct directory_ids *ids, const struct directory_ids *more)
{
	for (size_t i = 0; i < more->n; i++)
		ids_add(ids, more->of[i]);
}

static int
compare_ids(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

void
directory_ids_settle(struct directory_ids *ids)
{
	size_t kept = 0;

	if (ids->n == 0)
		return;
	qsort(ids->of, ids->n, sizeof *ids->of, compare_ids);
	for (size_t i = 0; i < ids->n; i++)
		if (kept == 0 || ids->of[kept - 1] != ids->of[i])
			ids->of[kept++] = ids->of[i];
	ids->n = kept;
}

void
directory_ids_free(struct directory_ids *ids)
{
	free(ids->of);
	*ids = (struct directory_ids){ NULL, 0, 0 };
}
