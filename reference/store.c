/* SPDX-License-Identifier: MIT */
#include "reference/store.h"

#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "reference/store_inner.h"

/* ---- SQLite, in our words ---- */

static bool
complain(struct store *s, struct err *err, const char *doing)
{
	const int code = sqlite3_errcode(s->db);
	const char *hint = code == SQLITE_BUSY || code == SQLITE_LOCKED
			       ? " (another process has it open?)"
			       : "";

	errno = sqlite3_system_errno(s->db);
	if (code == SQLITE_FULL && errno == 0)
		errno = ENOSPC;
	return err_set(err, ERR_IO, "%s in %s: %s%s", doing, s->path,
	    sqlite3_errmsg(s->db), hint);
}

/*
 * Binds one argument per letter: i an int64_t, t a text, s a span as text,
 * b a span as bytes.  They must live until query_end().
 */
static sqlite3_stmt *
query_vbegin(struct store *s, enum query q, const char *types, va_list ap)
{
	sqlite3_stmt *st = s->query[q];
	struct span bytes;
	int rc = SQLITE_OK;

	for (int i = 1; *types != '\0' && rc == SQLITE_OK; i++, types++)
		switch (*types) {
		case 'i':
			rc = sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
			break;
		case 't':
			rc = sqlite3_bind_text(
			    st, i, va_arg(ap, const char *), -1, SQLITE_STATIC);
			break;
		case 's':
			bytes = va_arg(ap, struct span);
			rc = sqlite3_bind_text(st, i,
			    bytes.len == 0 ? "" : bytes.ptr, (int)bytes.len,
			    SQLITE_STATIC);
			break;
		default:
			bytes = va_arg(ap, struct span);
			rc = sqlite3_bind_blob64(st, i,
			    bytes.len == 0 ? "" : bytes.ptr, bytes.len,
			    SQLITE_STATIC);
		}
	assert(rc == SQLITE_OK || rc == SQLITE_TOOBIG || rc == SQLITE_NOMEM);
	return st;
}

sqlite3_stmt *
query_begin(struct store *s, enum query q, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	va_start(ap, types);
	st = query_vbegin(s, q, types, ap);
	va_end(ap);
	return st;
}

void
query_end(sqlite3_stmt *st)
{
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

/* Runs a query whose rows nobody wants.  Within a change, failure sticks. */
void
put(struct store *s, enum query q, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	if (s->failed)
		return;
	va_start(ap, types);
	st = query_vbegin(s, q, types, ap);
	va_end(ap);
	if (sqlite3_step(st) != SQLITE_DONE) {
		s->failed = true;
		complain(s, &s->cause, "write");
	}
	query_end(st);
}

void
blob_close(struct store *s)
{
	sqlite3_blob_close(s->blob);
	s->blob = NULL;
}

void
change_begin(struct store *s)
{
	if (s->changes++ > 0)
		return;
	blob_close(s);
	s->failed = false;
	s->n_touched = 0;
	put(s, BEGIN, "");
}

/* Whoever is told may begin a change of its own. */
static void
tell(struct store *s)
{
	int64_t touched[TOUCHED_MOST];
	const size_t n = s->n_touched;

	memcpy(touched, s->touched, sizeof touched);
	s->n_touched = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t w = 0; w < s->n_watchers; w++)
			s->watchers[w].told(s->watchers[w].ctx, touched[i]);
}

/* All that was put since change_begin() is kept, or none of it. */
bool
change_end(struct store *s, struct err *err)
{
	bool failed = s->failed;

	assert(s->changes > 0);
	if (--s->changes > 0) {
		if (failed && err != NULL)
			*err = s->cause;
		return !failed;
	}
	put(s, COMMIT, "");
	failed = s->failed;
	s->failed = false;
	if (failed && !sqlite3_get_autocommit(s->db)) {
		sqlite3_step(s->query[ROLLBACK]);
		sqlite3_reset(s->query[ROLLBACK]);
	}
	if (failed && err != NULL)
		*err = s->cause;
	if (!failed)
		tell(s);
	return !failed;
}

void
change_undo(struct store *s)
{
	assert(s->changes == 1);
	s->changes = 0;
	s->failed = false;
	put(s, ROLLBACK, "");
	s->failed = false;
}

void
store_begin(struct store *s)
{
	change_begin(s);
}

bool
store_end(struct store *s, bool keep, struct err *err)
{
	if (!keep && !s->failed) {
		s->failed = true;
		s->cause = *err;
	}
	return change_end(s, err);
}

void
touch(struct store *s, int64_t mailbox)
{
	for (size_t i = 0; i < s->n_touched; i++)
		if (s->touched[i] == mailbox)
			return;
	assert(s->n_touched < TOUCHED_MOST);
	s->touched[s->n_touched++] = mailbox;
}

enum store_answer
answer(struct err *err, enum store_answer a, const char *why)
{
	err_set(err, a == STORE_FULL ? ERR_LIMIT : ERR_PROTOCOL, "%s", why);
	return a;
}

enum store_answer
answer_end(struct store *s, struct err *err, const char *doing)
{
	if (change_end(s, err))
		return STORE_DONE;
	err_while(err, "%s", doing);
	return STORE_FAILED;
}

void
column_text(sqlite3_stmt *st, int column, char *text, size_t room)
{
	snprintf(
	    text, room, "%s", (const char *)sqlite3_column_text(st, column));
}

void
column_bytes(sqlite3_stmt *st, int column, unsigned char *to, size_t n)
{
	if ((size_t)sqlite3_column_bytes(st, column) == n)
		memcpy(to, sqlite3_column_blob(st, column), n);
}

bool
column_buf(sqlite3_stmt *st, int column, struct buf *to)
{
	const char *bytes = sqlite3_column_blob(st, column);

	buf_add(to,
	    (struct span){ bytes, (size_t)sqlite3_column_bytes(st, column) });
	return !to->full;
}

static bool
take_column(sqlite3_stmt *st, int column, char type, va_list *ap)
{
	void *to = va_arg(*ap, void *);

	switch (type) {
	case 'i':
		*(int64_t *)to = sqlite3_column_int64(st, column);
		return true;
	case 'n':
		*(int *)to = sqlite3_column_int(st, column);
		return true;
	case 't':
		column_text(st, column, to, va_arg(*ap, size_t));
		return true;
	case 'b':
		column_bytes(st, column, to, va_arg(*ap, size_t));
		return true;
	default:
		return to == NULL || column_buf(st, column, to);
	}
}

bool
query_take(sqlite3_stmt *st, const char *types, ...)
{
	bool ok = sqlite3_step(st) == SQLITE_ROW;
	va_list ap;

	va_start(ap, types);
	for (int i = 0; ok && types[i] != '\0'; i++)
		ok = take_column(st, i, types[i], &ap);
	va_end(ap);
	query_end(st);
	return ok;
}

/* ---- opening ---- */

static bool
sql(struct store *s, const char *text, struct err *err)
{
	if (sqlite3_exec(s->db, text, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return complain(s, err, "open the store");
}

static bool
version_get(struct store *s, int *version, struct err *err)
{
	sqlite3_stmt *st = NULL;
	bool ok;

	ok = sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &st, NULL) ==
		 SQLITE_OK &&
	     sqlite3_step(st) == SQLITE_ROW;
	if (ok)
		*version = sqlite3_column_int(st, 0);
	else
		complain(s, err, "open the store");
	sqlite3_finalize(st);
	return ok;
}

static bool
schema_make(struct store *s, struct err *err)
{
	char set_version[64];
	int version = 0;

	if (!sql(s, "BEGIN IMMEDIATE", err) || !version_get(s, &version, err))
		return false;
	if (version < 0 || version > SCHEMA_VERSION)
		return err_set(err, ERR_CONFIG,
		    "%s: version of the store is %d, ours is %d: use an empty "
		    "folder",
		    s->path, version, SCHEMA_VERSION);
	for (int v = version; v < SCHEMA_VERSION; v++)
		if (!sql(s, store_schema[v], err))
			return false;
	snprintf(set_version, sizeof set_version, "PRAGMA user_version = %d",
	    SCHEMA_VERSION);
	/* Written each time: a store we cannot write to is found out now. */
	return sql(s, set_version, err) && sql(s, "COMMIT", err) &&
	       sql(s, store_schema_temp, err);
}

static bool
queries_prepare(struct store *s, struct err *err)
{
	for (size_t i = 0; i < QUERY_COUNT; i++)
		if (sqlite3_prepare_v3(s->db, store_queries[i], -1,
			SQLITE_PREPARE_PERSISTENT, &s->query[i],
			NULL) != SQLITE_OK)
			return complain(s, err, store_queries[i]);
	return true;
}

/*
 * WAL with synchronous=FULL syncs once a commit, before the commit returns.
 * The lock is exclusive: two couriers on one queue would deliver twice.
 */
static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
			       "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = FULL;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA foreign_keys = ON;";

struct store *
store_open(const char *dir, struct err *err)
{
	struct store *s = mem_new(1, sizeof *s);

	s->opened_s = clock_wall().us / 1000000;
	if (dir != NULL && mkdir(dir, 0700) == -1 && errno != EEXIST) {
		err_set(err, ERR_IO, "make the folder %s", dir);
		free(s);
		return NULL;
	}
	s->path = dir == NULL ? mem_text(SPAN(":memory:"))
			      : mem_textf("%s/store.db", dir);
	if (sqlite3_open_v2(s->path, &s->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		    SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		complain(s, err, "open the store");
		goto failed;
	}
	if (!sql(s, settings, err) || !schema_make(s, err) ||
	    !queries_prepare(s, err))
		goto failed;
	return s;
failed:
	store_close(s);
	return NULL;
}

struct store *
store_copy(struct store *from, struct err *err)
{
	struct store *s = store_open(NULL, err);
	sqlite3_backup *backup;
	bool ok = false;

	if (s == NULL)
		return NULL;
	backup = sqlite3_backup_init(s->db, "main", from->db, "main");
	if (backup != NULL) {
		sqlite3_backup_step(backup, -1);
		ok = sqlite3_backup_finish(backup) == SQLITE_OK;
	}
	if (ok)
		return s;
	complain(s, err, "copy the store");
	store_close(s);
	return NULL;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	blob_close(s);
	for (size_t i = 0; i < QUERY_COUNT; i++)
		sqlite3_finalize(s->query[i]);
	sqlite3_close(s->db);
	free(s->watchers);
	free(s->locked);
	free(s->path);
	free(s);
}

/* ---- who is told ---- */

void
store_watch(
    struct store *s, void (*told)(void *ctx, int64_t mailbox), void *ctx)
{
	s->watchers =
	    mem_grow(s->watchers, (s->n_watchers + 1) * sizeof *s->watchers);
	s->watchers[s->n_watchers++] = (struct watcher){ told, ctx };
}

void
store_unwatch(struct store *s, void *ctx)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_watchers; i++)
		if (s->watchers[i].ctx != ctx)
			s->watchers[kept++] = s->watchers[i];
	s->n_watchers = kept;
}
