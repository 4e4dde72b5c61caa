/* SPDX-License-Identifier: MIT */
#include "reference/store.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <openssl/rand.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/mem.h"
#include "reference/scram.h"

#define SCHEMA_VERSION 1
#define ADDRESS_MOST   512

/*
 * A message is a row of "message"; who has yet to get it, rows of
 * "recipient"; what arrived, rows of "mail".  The last recipient that is
 * done with takes the message along.
 */
static const char schema[] =
    "CREATE TABLE account ("
    " id INTEGER PRIMARY KEY,"
    " user TEXT NOT NULL UNIQUE COLLATE NOCASE,"
    " address TEXT NOT NULL,"
    " salt BLOB NOT NULL, stored_key BLOB NOT NULL,"
    " server_key BLOB NOT NULL, iterations INTEGER NOT NULL,"
    " failures INTEGER NOT NULL DEFAULT 0,"
    " locked_until_us INTEGER NOT NULL DEFAULT 0,"
    " quota INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE domain ("
    " name TEXT PRIMARY KEY," /* in lower case, as written or A-labels */
    " ascii TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE address ("
    " name TEXT PRIMARY KEY," /* folded: see fold() */
    " account INTEGER NOT NULL REFERENCES account) WITHOUT ROWID;"
    "CREATE TABLE message ("
    " id TEXT PRIMARY KEY, accepted_us INTEGER NOT NULL,"
    " sender TEXT NOT NULL, envid TEXT NOT NULL,"
    " ret_hdrs INTEGER NOT NULL, ret_full INTEGER NOT NULL,"
    " eightbit INTEGER NOT NULL,"
    " smtputf8 INTEGER NOT NULL, content BLOB NOT NULL);"
    "CREATE TABLE recipient ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " message TEXT NOT NULL REFERENCES message,"
    " address TEXT NOT NULL, orcpt TEXT NOT NULL,"
    " notify INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
    " due_us INTEGER NOT NULL, why TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX recipient_due ON recipient (due_us, id);"
    "CREATE INDEX recipient_message ON recipient (message);"
    "CREATE TABLE mail ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " account INTEGER NOT NULL REFERENCES account,"
    " arrived_us INTEGER NOT NULL, content BLOB NOT NULL);"
    "CREATE INDEX mail_account ON mail (account, id);";

/* Gone when the store is closed: nobody sees to anything any more. */
static const char schema_temp[] =
    "CREATE TEMP TABLE taken (id INTEGER PRIMARY KEY)";

enum query {
	BEGIN,
	COMMIT,
	ROLLBACK,
	ACCOUNT_ADD,
	ACCOUNT_GET,
	ACCOUNT_FAILED,
	ACCOUNT_SUCCEEDED,
	ACCOUNT_ROOM,
	ACCOUNT_GROW,
	DOMAIN_ADD,
	DOMAIN_GET,
	ADDRESS_ADD,
	ADDRESS_GET,
	MESSAGE_ADD,
	MESSAGE_GET,
	MESSAGE_DROP,
	RECIPIENT_ADD,
	RECIPIENT_DUE,
	RECIPIENT_DUE_OF,
	RECIPIENT_NEXT,
	RECIPIENT_RETRY,
	RECIPIENT_DROP,
	TAKEN_ADD,
	TAKEN_DROP,
	MAIL_ADD,
	MAIL_COUNT,
	MAIL_GET,
	QUERY_COUNT
};

#define DUE_COLUMNS \
	"SELECT r.id, m.id, m.sender, r.address, r.orcpt, m.envid, r.notify," \
	" m.ret_hdrs, m.ret_full, m.eightbit, m.smtputf8, r.attempts," \
	" m.accepted_us" \
	" FROM recipient r JOIN message m ON m.id = r.message" \
	" WHERE r.due_us <= ?1 AND r.id NOT IN (SELECT id FROM taken)"
#define DUE_ORDER " ORDER BY r.due_us, r.id LIMIT 1"

static const char *const queries[QUERY_COUNT] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[ACCOUNT_ADD] = "INSERT OR IGNORE INTO account (user, address, salt,"
			" stored_key, server_key, iterations, quota)"
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[ACCOUNT_GET] = "SELECT id, user, address, salt, stored_key,"
			" server_key, iterations, failures, locked_until_us"
			" FROM account WHERE user = ?1",
	/* A count that has locked once starts anew when the lock is over. */
	[ACCOUNT_FAILED] =
	    "UPDATE account SET"
	    " failures = CASE WHEN failures >= ?2 THEN 1"
	    " ELSE failures + 1 END,"
	    " locked_until_us = CASE WHEN"
	    " (CASE WHEN failures >= ?2 THEN 1 ELSE failures + 1 END) >= ?2"
	    " THEN ?4 + ?3 ELSE 0 END"
	    " WHERE id = ?1 AND locked_until_us <= ?4",
	[ACCOUNT_SUCCEEDED] = "UPDATE account SET failures = 0,"
			      " locked_until_us = 0 WHERE id = ?1"
			      " AND failures + locked_until_us <> 0",
	[ACCOUNT_ROOM] = "SELECT 1 FROM account WHERE id = ?1"
			 " AND (quota = 0 OR used + ?2 <= quota)",
	[ACCOUNT_GROW] = "UPDATE account SET used = used + ?2 WHERE id = ?1",
	[DOMAIN_ADD] = "INSERT OR IGNORE INTO domain VALUES (?1, ?2)",
	[DOMAIN_GET] = "SELECT ascii FROM domain WHERE name = ?1",
	[ADDRESS_ADD] = "INSERT OR IGNORE INTO address"
			" SELECT ?1, id FROM account WHERE user = ?2",
	[ADDRESS_GET] = "SELECT account FROM address WHERE name = ?1",
	[MESSAGE_ADD] = "INSERT INTO message VALUES"
			" (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[MESSAGE_GET] = "SELECT content FROM message WHERE id = ?1",
	[MESSAGE_DROP] = "DELETE FROM message WHERE id = ?1 AND NOT EXISTS"
			 " (SELECT 1 FROM recipient WHERE message = ?1)",
	[RECIPIENT_ADD] = "INSERT INTO recipient"
			  " (message, address, orcpt, notify, due_us)"
			  " VALUES (?1, ?2, ?3, ?4, ?5)",
	[RECIPIENT_DUE] = DUE_COLUMNS DUE_ORDER,
	[RECIPIENT_DUE_OF] = DUE_COLUMNS " AND r.message = ?2" DUE_ORDER,
	[RECIPIENT_NEXT] = "SELECT due_us FROM recipient"
			   " WHERE id NOT IN (SELECT id FROM taken)"
			   " ORDER BY due_us, id LIMIT 1",
	[RECIPIENT_RETRY] = "UPDATE recipient SET attempts = attempts + 1,"
			    " due_us = ?2, why = ?3 WHERE id = ?1",
	[RECIPIENT_DROP] = "DELETE FROM recipient WHERE id = ?1",
	[TAKEN_ADD] = "INSERT OR IGNORE INTO taken VALUES (?1)",
	[TAKEN_DROP] = "DELETE FROM taken WHERE id = ?1",
	[MAIL_ADD] = "INSERT INTO mail (account, arrived_us, content)"
		     " VALUES (?1, ?2, ?3)",
	[MAIL_COUNT] = "SELECT count(*), ifnull(sum(length(content)), 0)"
		       " FROM mail WHERE account ="
		       " (SELECT id FROM account WHERE user = ?1)",
	[MAIL_GET] = "SELECT content FROM mail WHERE account ="
		     " (SELECT id FROM account WHERE user = ?1)"
		     " ORDER BY id LIMIT 1 OFFSET ?2",
};

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *query[QUERY_COUNT];
	bool failed; /* since change_begin(): nothing more is done */
	struct err cause;
};

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

static sqlite3_stmt *
query_begin(struct store *s, enum query q, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	va_start(ap, types);
	st = query_vbegin(s, q, types, ap);
	va_end(ap);
	return st;
}

static void
query_end(sqlite3_stmt *st)
{
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

/* Runs a query whose rows nobody wants.  Within a change, failure sticks. */
static void
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

static void
change_begin(struct store *s)
{
	s->failed = false;
	put(s, BEGIN, "");
}

/* All that was put since change_begin() is kept, or none of it. */
static bool
change_end(struct store *s, struct err *err)
{
	bool failed;

	put(s, COMMIT, "");
	failed = s->failed;
	s->failed = false;
	if (failed && !sqlite3_get_autocommit(s->db)) {
		sqlite3_step(s->query[ROLLBACK]);
		sqlite3_reset(s->query[ROLLBACK]);
	}
	if (failed && err != NULL)
		*err = s->cause;
	return !failed;
}

static void
column_text(sqlite3_stmt *st, int column, char *text, size_t room)
{
	snprintf(
	    text, room, "%s", (const char *)sqlite3_column_text(st, column));
}

static void
column_bytes(sqlite3_stmt *st, int column, unsigned char *to, size_t n)
{
	if ((size_t)sqlite3_column_bytes(st, column) == n)
		memcpy(to, sqlite3_column_blob(st, column), n);
}

static bool
column_buf(sqlite3_stmt *st, int column, struct buf *to)
{
	const char *bytes = sqlite3_column_blob(st, column);

	buf_add(to,
	    (struct span){ bytes, (size_t)sqlite3_column_bytes(st, column) });
	return !to->full;
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
	if (version != 0 && version != SCHEMA_VERSION)
		return err_set(err, ERR_CONFIG,
		    "%s: version of the store is %d, ours is %d: use an empty "
		    "folder",
		    s->path, version, SCHEMA_VERSION);
	snprintf(set_version, sizeof set_version, "PRAGMA user_version = %d",
	    SCHEMA_VERSION);
	if (version == 0 && !sql(s, schema, err))
		return false;
	/* Written each time: a store we cannot write to is found out now. */
	return sql(s, set_version, err) && sql(s, "COMMIT", err) &&
	       sql(s, schema_temp, err);
}

static bool
queries_prepare(struct store *s, struct err *err)
{
	for (size_t i = 0; i < QUERY_COUNT; i++)
		if (sqlite3_prepare_v3(s->db, queries[i], -1,
			SQLITE_PREPARE_PERSISTENT, &s->query[i],
			NULL) != SQLITE_OK)
			return complain(s, err, queries[i]);
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

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < QUERY_COUNT; i++)
		sqlite3_finalize(s->query[i]);
	sqlite3_close(s->db);
	free(s->path);
	free(s);
}

/* ---- addresses ---- */

/* Appends c, without ASCII case; false when there is no room. */
static bool
fold_char(char folded[ADDRESS_MOST], size_t *n, char c)
{
	const unsigned char u = (unsigned char)c;

	if (*n + 1 >= ADDRESS_MOST || u == '\0')
		return false;
	folded[(*n)++] = u < 0x80 ? (char)tolower(u) : c;
	folded[*n] = '\0';
	return true;
}

/* RFC 5321 4.1.2: "a\b" in quotes means what ab without them means. */
static bool
fold_local(char folded[ADDRESS_MOST], size_t *n, struct span local)
{
	const bool quoted = local.len >= 2 && local.ptr[0] == '"' &&
			    local.ptr[local.len - 1] == '"';

	if (quoted)
		local = (struct span){ local.ptr + 1, local.len - 2 };
	for (size_t i = 0; i < local.len; i++) {
		if (quoted && local.ptr[i] == '\\' && i + 1 < local.len)
			i++;
		if (!fold_char(folded, n, local.ptr[i]))
			return false;
	}
	return true;
}

static bool
fold_text(char folded[ADDRESS_MOST], struct span text)
{
	size_t n = 0;

	folded[0] = '\0';
	for (size_t i = 0; i < text.len; i++)
		if (!fold_char(folded, &n, text.ptr[i]))
			return false;
	return true;
}

/* The A-label form of a local domain, in lower case; false: not ours. */
static bool
domain_ascii(struct store *s, struct span domain, char ascii[ADDRESS_MOST])
{
	char folded[ADDRESS_MOST];
	sqlite3_stmt *st;
	bool found;

	if (!fold_text(folded, domain))
		return false;
	st = query_begin(s, DOMAIN_GET, "t", folded);
	found = sqlite3_step(st) == SQLITE_ROW;
	if (found)
		column_text(st, 0, ascii, ADDRESS_MOST);
	query_end(st);
	return found;
}

/* How a local address is looked up; false when its domain is not ours. */
static bool
fold(struct store *s, struct span address, char folded[ADDRESS_MOST],
    bool *too_long)
{
	const char *at =
	    address.len == 0 ? NULL : memrchr(address.ptr, '@', address.len);
	char domain[ADDRESS_MOST];
	struct span local = address;
	size_t n = 0;

	*too_long = false;
	if (at == NULL)
		return false;
	local.len = (size_t)(at - address.ptr);
	if (!domain_ascii(s, span_skip(address, local.len + 1), domain))
		return false;
	folded[0] = '\0';
	*too_long = !fold_local(folded, &n, local) ||
		    n + 1 + strlen(domain) >= ADDRESS_MOST;
	if (!*too_long)
		snprintf(folded + n, ADDRESS_MOST - n, "@%s", domain);
	return true;
}

static bool
has_room(struct store *s, int64_t account, int64_t size)
{
	sqlite3_stmt *st = query_begin(s, ACCOUNT_ROOM, "ii", account, size);
	const bool room = sqlite3_step(st) == SQLITE_ROW;

	query_end(st);
	return room;
}

struct route
store_route(struct store *s, struct span address, int64_t size)
{
	struct route route = { ROUTE_NOBODY, 0 };
	char folded[ADDRESS_MOST];
	sqlite3_stmt *st;
	bool too_long = false;

	if (span_caseeq(address, SPAN("postmaster")))
		snprintf(folded, sizeof folded, "postmaster");
	else if (!fold(s, address, folded, &too_long))
		return (struct route){ ROUTE_AWAY, 0 };
	if (too_long)
		return route;
	st = query_begin(s, ADDRESS_GET, "t", folded);
	if (sqlite3_step(st) == SQLITE_ROW) {
		route.kind = ROUTE_MAILBOX;
		route.account = sqlite3_column_int64(st, 0);
	}
	query_end(st);
	if (route.kind == ROUTE_MAILBOX && !has_room(s, route.account, size))
		route.kind = ROUTE_FULL;
	return route;
}

/* ---- who lives here ---- */

static void
domain_settle(struct store *s, const struct world_domain *d)
{
	char name[ADDRESS_MOST], ascii[ADDRESS_MOST];

	if (d->kind != WORLD_LOCAL || !fold_text(name, span_of(d->name)) ||
	    !fold_text(ascii, span_of(d->ascii)))
		return;
	put(s, DOMAIN_ADD, "tt", name, ascii);
	put(s, DOMAIN_ADD, "tt", ascii, ascii);
}

static void
address_settle(struct store *s, const char *address, const char *user)
{
	char folded[ADDRESS_MOST];
	bool too_long;

	if (!s->failed && fold(s, span_of(address), folded, &too_long) &&
	    !too_long)
		put(s, ADDRESS_ADD, "tt", folded, user);
}

static void
person_settle(struct store *s, const struct world_person *p)
{
	unsigned char salt[SCRAM_SALT], stored[SCRAM_KEY], server[SCRAM_KEY];
	const struct span bytes[] = { { (const char *)salt, sizeof salt },
		{ (const char *)stored, sizeof stored },
		{ (const char *)server, sizeof server } };
	struct account there;

	if (!store_account(s, span_of(p->user), &there)) {
		scram_salt(salt);
		scram_derive(span_of(p->password), salt, SCRAM_ITERATIONS,
		    stored, server);
		put(s, ACCOUNT_ADD, "ttbbbii", p->user, p->address, bytes[0],
		    bytes[1], bytes[2], (int64_t)SCRAM_ITERATIONS,
		    p->quota_bytes);
	}
	address_settle(s, p->address, p->user);
	for (size_t i = 0; i < p->n_aliases; i++)
		address_settle(s, p->aliases[i], p->user);
	if (strcmp(p->role, "postmaster") == 0)
		put(s, ADDRESS_ADD, "tt", "postmaster", p->user);
}

bool
store_settle(struct store *s, const struct world *world, struct err *err)
{
	change_begin(s);
	for (size_t i = 0; i < world->n_domains; i++)
		domain_settle(s, &world->domains[i]);
	for (size_t i = 0; i < world->n_people; i++)
		person_settle(s, &world->people[i]);
	return change_end(s, err);
}

bool
store_account(struct store *s, struct span user, struct account *a)
{
	sqlite3_stmt *st = query_begin(s, ACCOUNT_GET, "s", user);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	*a = (struct account){ 0 };
	if (found) {
		a->id = sqlite3_column_int64(st, 0);
		column_text(st, 1, a->user, sizeof a->user);
		column_text(st, 2, a->address, sizeof a->address);
		column_bytes(st, 3, a->salt, sizeof a->salt);
		column_bytes(st, 4, a->stored_key, sizeof a->stored_key);
		column_bytes(st, 5, a->server_key, sizeof a->server_key);
		a->iterations = sqlite3_column_int(st, 6);
		a->failures = sqlite3_column_int(st, 7);
		a->locked_until_us = sqlite3_column_int64(st, 8);
	}
	query_end(st);
	return found;
}

void
store_login_failed(struct store *s, int64_t account, int most, int64_t lock_us,
    struct wall now)
{
	change_begin(s);
	put(s, ACCOUNT_FAILED, "iiii", account, (int64_t)most, lock_us, now.us);
	change_end(s, NULL);
}

void
store_login_succeeded(struct store *s, int64_t account)
{
	change_begin(s);
	put(s, ACCOUNT_SUCCEEDED, "i", account);
	change_end(s, NULL);
}

/* ---- the queue ---- */

/* When, and who knows: unique, and in order of arrival. */
static void
id_make(struct wall now, char id[STORE_ID])
{
	unsigned char r[4];
	const int done = RAND_bytes(r, sizeof r);

	assert(done == 1);
	(void)done;
	snprintf(id, STORE_ID, "%014" PRIx64 "%02x%02x%02x%02x",
	    (uint64_t)now.us & 0xffffffffffffff, r[0], r[1], r[2], r[3]);
}

bool
store_accept(struct store *s, const struct envelope *e, struct span message,
    struct wall now, char id[STORE_ID], struct err *err)
{
	assert(e->n_to > 0);
	id_make(now, id);
	change_begin(s);
	put(s, MESSAGE_ADD, "tittiiiib", id, now.us, e->from, e->envid,
	    (int64_t)e->ret_hdrs, (int64_t)e->ret_full, (int64_t)e->eightbit,
	    (int64_t)e->smtputf8, message);
	for (size_t i = 0; i < e->n_to; i++)
		put(s, RECIPIENT_ADD, "tttii", id, e->to[i].address,
		    e->to[i].orcpt, (int64_t)e->to[i].notify, now.us);
	return change_end(s, err) || err_while(err, "accepting a message");
}

static bool
due_step(sqlite3_stmt *st, struct due *d)
{
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		*d = (struct due){ .id = sqlite3_column_int64(st, 0) };
		column_text(st, 1, d->message, sizeof d->message);
		column_text(st, 2, d->from, sizeof d->from);
		column_text(st, 3, d->to, sizeof d->to);
		column_text(st, 4, d->orcpt, sizeof d->orcpt);
		column_text(st, 5, d->envid, sizeof d->envid);
		d->notify = (unsigned)sqlite3_column_int(st, 6);
		d->ret_hdrs = sqlite3_column_int(st, 7) != 0;
		d->ret_full = sqlite3_column_int(st, 8) != 0;
		d->eightbit = sqlite3_column_int(st, 9) != 0;
		d->smtputf8 = sqlite3_column_int(st, 10) != 0;
		d->attempts = sqlite3_column_int(st, 11);
		d->accepted.us = sqlite3_column_int64(st, 12);
	}
	query_end(st);
	return found;
}

bool
store_due(struct store *s, struct wall now, struct due *d)
{
	return due_step(query_begin(s, RECIPIENT_DUE, "i", now.us), d);
}

bool
store_due_of(
    struct store *s, const char *message, struct wall now, struct due *d)
{
	return due_step(
	    query_begin(s, RECIPIENT_DUE_OF, "it", now.us, message), d);
}

void
store_take(struct store *s, const struct due *d)
{
	s->failed = false;
	put(s, TAKEN_ADD, "i", d->id);
}

void
store_untake(struct store *s, const struct due *d)
{
	s->failed = false;
	put(s, TAKEN_DROP, "i", d->id);
}

bool
store_next_due(struct store *s, struct wall *when)
{
	sqlite3_stmt *st = query_begin(s, RECIPIENT_NEXT, "");
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found)
		when->us = sqlite3_column_int64(st, 0);
	query_end(st);
	return found;
}

bool
store_message(struct store *s, const char *id, struct buf *message)
{
	sqlite3_stmt *st = query_begin(s, MESSAGE_GET, "t", id);
	const bool ok =
	    sqlite3_step(st) == SQLITE_ROW && column_buf(st, 0, message);

	query_end(st);
	return ok;
}

static void
recipient_drop(struct store *s, const struct due *d)
{
	put(s, RECIPIENT_DROP, "i", d->id);
	put(s, MESSAGE_DROP, "t", d->message);
	put(s, TAKEN_DROP, "i", d->id);
}

bool
store_deliver(struct store *s, const struct due *d, int64_t account,
    struct span message, struct wall now, struct err *err)
{
	const int64_t size = (int64_t)message.len;

	if (!has_room(s, account, size))
		return err_set(err, ERR_LIMIT,
		    "mailbox of %s has no room for %" PRId64 " more octets",
		    d->to, size);
	change_begin(s);
	put(s, MAIL_ADD, "iib", account, now.us, message);
	put(s, ACCOUNT_GROW, "ii", account, size);
	recipient_drop(s, d);
	return change_end(s, err) || err_while(err, "delivering to %s", d->to);
}

bool
store_done(struct store *s, const struct due *d, struct err *err)
{
	change_begin(s);
	recipient_drop(s, d);
	return change_end(s, err) ||
	       err_while(err, "taking %s off the queue", d->to);
}

bool
store_retry(struct store *s, const struct due *d, struct wall when,
    const char *why, struct err *err)
{
	change_begin(s);
	put(s, RECIPIENT_RETRY, "iit", d->id, when.us, why);
	put(s, TAKEN_DROP, "i", d->id);
	return change_end(s, err) ||
	       err_while(err, "keeping %s on the queue", d->to);
}

/* ---- mailboxes ---- */

bool
store_mailbox_count(
    struct store *s, struct span user, int64_t *messages, int64_t *bytes)
{
	struct account a;
	sqlite3_stmt *st;
	bool ok;

	if (!store_account(s, user, &a))
		return false;
	st = query_begin(s, MAIL_COUNT, "s", user);
	ok = sqlite3_step(st) == SQLITE_ROW;
	if (ok) {
		*messages = sqlite3_column_int64(st, 0);
		*bytes = sqlite3_column_int64(st, 1);
	}
	query_end(st);
	return ok;
}

bool
store_mailbox_get(
    struct store *s, struct span user, int64_t n, struct buf *message)
{
	sqlite3_stmt *st = query_begin(s, MAIL_GET, "si", user, n);
	const bool ok =
	    sqlite3_step(st) == SQLITE_ROW && column_buf(st, 0, message);

	query_end(st);
	return ok;
}
