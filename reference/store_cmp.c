/* SPDX-License-Identifier: MIT */
#include "reference/store_cmp.h"

#include "reference/store_inner.h"

bool
store_cmp_begin(struct store *s, struct span id, const struct store_cmp *c,
    struct wall now, struct err *err)
{
	struct store_cmp other;

	if (store_cmp_get(s, id, &other))
		return err_set(err, ERR_PROTOCOL, "the transaction is known");
	change_begin(s);
	put(s, CMP_BEGIN, "btibi", id, c->owner, (int64_t)c->kind,
	    (struct span){ (const char *)c->nonce, sizeof c->nonce }, now.us);
	return change_end(s, err) || err_while(err, "keeping a transaction");
}

bool
store_cmp_get(struct store *s, struct span id, struct store_cmp *c)
{
	sqlite3_stmt *st = query_begin(s, CMP_GET, "b", id);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		*c = (struct store_cmp){ .kind = sqlite3_column_int(st, 1) };
		column_text(st, 0, c->owner, sizeof c->owner);
		column_bytes(st, 2, c->nonce, sizeof c->nonce);
	}
	query_end(st);
	return found;
}

bool
store_cmp_nonce(struct store *s, struct span id,
    const unsigned char nonce[STORE_CMP_NONCE], struct err *err)
{
	change_begin(s);
	put(s, CMP_NONCE, "bb", id,
	    (struct span){ (const char *)nonce, STORE_CMP_NONCE });
	return change_end(s, err) || err_while(err, "keeping a nonce");
}

bool
store_cmp_open(struct store *s, struct span id)
{
	sqlite3_stmt *st = query_begin(s, CMP_OPEN, "b", id);
	const bool open =
	    sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) != 0;

	query_end(st);
	return open;
}

/* ---- what waits ---- */

bool
store_cmp_order(struct store *s, struct span id, int64_t request,
    struct wall ready, struct span content, struct err *err)
{
	change_begin(s);
	put(s, CMP_ORDER, "biib", id, request, ready.us, content);
	return change_end(s, err) || err_while(err, "keeping a request");
}

bool
store_cmp_ordered(struct store *s, struct span id, int64_t request,
    struct wall *ready, struct buf *content)
{
	sqlite3_stmt *st = query_begin(s, CMP_ORDERED, "bi", id, request);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		ready->us = sqlite3_column_int64(st, 0);
		column_buf(st, 1, content);
	}
	query_end(st);
	return found;
}

bool
store_cmp_order_drop(
    struct store *s, struct span id, int64_t request, struct err *err)
{
	change_begin(s);
	put(s, CMP_ORDER_DROP, "bi", id, request);
	return change_end(s, err) || err_while(err, "dropping a request");
}
