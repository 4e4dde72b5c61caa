/* SPDX-License-Identifier: MIT */
#include "reference/store_ca.h"

#include "reference/store_inner.h"

/* ---- keys and other small things ---- */

bool
store_ca_thing(struct store *s, const char *name, struct buf *to)
{
	sqlite3_stmt *st = query_begin(s, CA_THING_GET, "t", name);
	const bool ok = sqlite3_step(st) == SQLITE_ROW && column_buf(st, 0, to);

	query_end(st);
	return ok;
}

bool
store_ca_thing_put(
    struct store *s, const char *name, struct span bytes, struct err *err)
{
	change_begin(s);
	put(s, CA_THING_PUT, "tb", name, bytes);
	return change_end(s, err) || err_while(err, "keeping %s", name);
}

/* ---- certificates ---- */

static void
record_add(struct store *s, const struct store_ca_record *r)
{
	if (r != NULL) /* else another one tells of it */
		record_put(s, CA_RECORD_ADD, r);
}

bool
store_ca_add(struct store *s, const struct store_ca_certificate *c,
    struct span der, const struct store_ca_record *r, struct err *err)
{
	change_begin(s);
	put(s, CA_CERTIFICATE_ADD, "titibtiib", c->serial, (int64_t)c->issuer,
	    c->name, c->changed.us, der, c->owner, c->request, c->confirm.us,
	    c->deal);
	record_add(s, r);
	return change_end(s, err) ||
	       err_while(err, "keeping certificate %s", c->serial);
}

/* The row at hand. */
static void
certificate_get(sqlite3_stmt *st, struct store_ca_certificate *c)
{
	*c = (struct store_ca_certificate){
		.id = sqlite3_column_int64(st, 0),
		.issuer = sqlite3_column_int(st, 2),
		.status = (enum store_ca_status)sqlite3_column_int(st, 4),
		.reason = sqlite3_column_int(st, 5),
		.changed = { sqlite3_column_int64(st, 6) },
		.request = sqlite3_column_int64(st, 9),
		.confirm = { sqlite3_column_int64(st, 10) },
	};
	column_text(st, 1, c->serial, sizeof c->serial);
	column_text(st, 3, c->name, sizeof c->name);
	column_text(st, 8, c->owner, sizeof c->owner);
}

static bool
certificate_step(
    sqlite3_stmt *st, struct store_ca_certificate *c, struct buf *der)
{
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		certificate_get(st, c);
		if (der != NULL)
			column_buf(st, 7, der);
	}
	query_end(st);
	return found;
}

bool
store_ca_find(struct store *s, int issuer, const char *serial,
    struct store_ca_certificate *c)
{
	return store_ca_get(s, issuer, serial, c, NULL);
}

bool
store_ca_get(struct store *s, int issuer, const char *serial,
    struct store_ca_certificate *c, struct buf *der)
{
	return certificate_step(
	    query_begin(s, CA_CERTIFICATE_GET, "it", (int64_t)issuer, serial),
	    c, der);
}

bool
store_ca_named(struct store *s, const char *name,
    struct store_ca_certificate *c, struct buf *der)
{
	return certificate_step(
	    query_begin(s, CA_CERTIFICATE_NAMED, "t", name), c, der);
}

bool
store_ca_change(struct store *s, int64_t id, enum store_ca_status status,
    int reason, struct wall now, const struct store_ca_record *r,
    struct err *err)
{
	change_begin(s);
	put(s, CA_CERTIFICATE_CHANGE, "iiii", id, (int64_t)status,
	    (int64_t)reason, now.us);
	record_add(s, r);
	return change_end(s, err) || err_while(err, "changing a status");
}

bool
store_ca_confirm(struct store *s, int64_t id, const struct store_ca_record *r,
    struct err *err)
{
	change_begin(s);
	put(s, CA_CERTIFICATE_CONFIRM, "i", id);
	record_add(s, r);
	return change_end(s, err) || err_while(err, "confirming");
}

bool
store_ca_of(struct store *s, struct span deal, int64_t request,
    struct store_ca_certificate *c, struct buf *der)
{
	return certificate_step(
	    query_begin(s, CA_CERTIFICATE_OF, "bi", deal, request), c, der);
}

bool
store_ca_der(struct store *s, int64_t id, struct buf *der)
{
	sqlite3_stmt *st = query_begin(s, CA_CERTIFICATE_DER, "i", id);
	const bool ok =
	    sqlite3_step(st) == SQLITE_ROW && column_buf(st, 0, der);

	query_end(st);
	return ok;
}

bool
store_ca_open(struct store *s, struct span deal, struct store_ca_certificate *c)
{
	return certificate_step(
	    query_begin(s, CA_CERTIFICATE_OPEN, "b", deal), c, NULL);
}

bool
store_ca_late(struct store *s, struct wall now, struct store_ca_certificate *c)
{
	return certificate_step(
	    query_begin(s, CA_CERTIFICATE_LATE, "i", now.us), c, NULL);
}

/* One statement for all: a list may have a hundred thousand. */
static bool
certificate_each(sqlite3_stmt *st,
    bool (*each)(void *ctx, const struct store_ca_certificate *), void *ctx)
{
	struct store_ca_certificate c;
	bool ok = true;

	while (ok && sqlite3_step(st) == SQLITE_ROW) {
		certificate_get(st, &c);
		ok = each(ctx, &c);
	}
	query_end(st);
	return ok;
}

bool
store_ca_each_bad(struct store *s, int issuer,
    bool (*each)(void *ctx, const struct store_ca_certificate *), void *ctx)
{
	return certificate_each(
	    query_begin(s, CA_CERTIFICATE_BAD, "i", (int64_t)issuer), each,
	    ctx);
}

bool
store_ca_each_changed(struct store *s, int issuer, struct wall since,
    bool (*each)(void *ctx, const struct store_ca_certificate *), void *ctx)
{
	return certificate_each(query_begin(s, CA_CERTIFICATE_SINCE, "ii",
				    (int64_t)issuer, since.us),
	    each, ctx);
}

bool
store_ca_each_serial(struct store *s, int issuer,
    bool (*each)(void *ctx, const char *serial), void *ctx)
{
	sqlite3_stmt *st = query_begin(s, CA_SERIALS, "i", (int64_t)issuer);
	char serial[STORE_CA_SERIAL];
	bool ok = true;

	while (ok && sqlite3_step(st) == SQLITE_ROW) {
		column_text(st, 0, serial, sizeof serial);
		ok = each(ctx, serial);
	}
	query_end(st);
	return ok;
}

/* ---- CRLs ---- */

bool
store_ca_crl(struct store *s, int issuer, int64_t *number, struct wall *made,
    struct buf *der)
{
	sqlite3_stmt *st = query_begin(s, CA_CRL_GET, "i", (int64_t)issuer);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		*number = sqlite3_column_int64(st, 0);
		made->us = sqlite3_column_int64(st, 1);
		if (der != NULL)
			column_buf(st, 2, der);
	}
	query_end(st);
	return found;
}

bool
store_ca_crl_add(struct store *s, int issuer, int64_t number, struct wall made,
    struct span der, const struct store_ca_record *r, struct err *err)
{
	change_begin(s);
	put(s, CA_CRL_PUT, "iiib", (int64_t)issuer, number, made.us, der);
	record_add(s, r);
	return change_end(s, err) || err_while(err, "keeping a CRL");
}

struct wall
store_ca_changed(struct store *s, int issuer)
{
	sqlite3_stmt *st = query_begin(s, CA_CHANGED, "i", (int64_t)issuer);
	struct wall when = { 0 };

	if (sqlite3_step(st) == SQLITE_ROW)
		when.us = sqlite3_column_int64(st, 0);
	query_end(st);
	return when;
}

/* ---- logs, this one and others ---- */

void
record_put(struct store *s, enum query add, const struct store_ca_record *r)
{
	put(s, add, "ibbb", r->number, r->text, r->chain, r->signature);
}

int64_t
record_last(struct store *s, enum query last, struct buf *chain)
{
	sqlite3_stmt *st = query_begin(s, last, "");
	int64_t n = 0;

	if (sqlite3_step(st) == SQLITE_ROW) {
		n = sqlite3_column_int64(st, 0);
		column_buf(st, 1, chain);
	}
	query_end(st);
	return n;
}

bool
record_get(struct store *s, enum query get, int64_t n,
    struct store_ca_record *r, struct buf *hold)
{
	sqlite3_stmt *st = query_begin(s, get, "i", n);
	const bool found = sqlite3_step(st) == SQLITE_ROW;
	size_t text, chain;

	buf_clear(hold);
	if (found) {
		column_buf(st, 0, hold);
		text = hold->len;
		column_buf(st, 1, hold);
		chain = hold->len;
		column_buf(st, 2, hold);
		*r = (struct store_ca_record){ n, { hold->data, text },
			{ hold->data + text, chain - text },
			{ hold->data + chain, hold->len - chain } };
	}
	query_end(st);
	return found;
}

int64_t
store_ca_last(struct store *s, struct buf *chain)
{
	return record_last(s, CA_RECORD_LAST, chain);
}

bool
store_ca_log(struct store *s, const struct store_ca_record *r, struct err *err)
{
	change_begin(s);
	record_add(s, r);
	return change_end(s, err) || err_while(err, "keeping the log");
}

bool
store_ca_record(
    struct store *s, int64_t n, struct store_ca_record *r, struct buf *hold)
{
	return record_get(s, CA_RECORD_GET, n, r, hold);
}
