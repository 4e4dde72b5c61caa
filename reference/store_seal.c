/* SPDX-License-Identifier: MIT */
#include "reference/store_seal.h"

#include "reference/store_inner.h"

void
store_seal_add(struct store *s, const struct store_seal *n, struct span picture,
    struct span key, struct span locked)
{
	put(s, SEAL_ADD, "ttittiiiiitbbb", n->id, n->user, (int64_t)n->state,
	    n->name, n->format, n->width, n->height, n->start.us, n->end.us,
	    n->applied.us, n->old, picture, key, locked);
}

static bool
seal_take(
    sqlite3_stmt *st, struct store_seal *n, const struct store_seal_content *c)
{
	static const struct store_seal_content nothing;
	int state = SEAL_PENDING;
	bool found;

	if (c == NULL)
		c = &nothing;
	found = query_take(st, "ttnttiiiiitttttnBBBB", n->id, sizeof n->id,
	    n->user, sizeof n->user, &state, n->name, sizeof n->name, n->format,
	    sizeof n->format, &n->width, &n->height, &n->start.us, &n->end.us,
	    &n->applied.us, n->old, sizeof n->old, n->note, sizeof n->note,
	    n->approver, sizeof n->approver, n->esid, sizeof n->esid, n->serial,
	    sizeof n->serial, &n->failures, c->picture, c->key, c->locked,
	    c->seal);
	if (found)
		n->state = (enum seal_state)state;
	return found;
}

bool
store_seal_get(struct store *s, const char *id, struct store_seal *n,
    const struct store_seal_content *c)
{
	return seal_take(query_begin(s, SEAL_GET, "t", id), n, c);
}

bool
store_seal_by_esid(struct store *s, const char *esid, struct store_seal *n)
{
	return seal_take(query_begin(s, SEAL_BY_ESID, "t", esid), n, NULL);
}

void
store_seal_put(struct store *s, const struct store_seal *n)
{
	put(s, SEAL_PUT, "titti", n->id, (int64_t)n->state, n->note,
	    n->approver, (int64_t)n->failures);
}

void
store_seal_made(struct store *s, const struct store_seal *n, struct span seal)
{
	put(s, SEAL_CONTENT, "tttb", n->id, n->esid, n->serial, seal);
}

void
store_seal_each(struct store *s, const char *user, int most,
    void (*each)(void *ctx, const struct store_seal *), void *ctx)
{
	sqlite3_stmt *st =
	    user == NULL
		? query_begin(s, SEAL_LIST, "i", (int64_t)most)
		: query_begin(s, SEAL_LIST_OF, "it", (int64_t)most, user);
	struct store_seal n;

	while (sqlite3_step(st) == SQLITE_ROW) {
		n = (struct store_seal){
			.state = (enum seal_state)sqlite3_column_int(st, 1),
			.start = { sqlite3_column_int64(st, 3) },
			.end = { sqlite3_column_int64(st, 4) },
		};
		column_text(st, 0, n.id, sizeof n.id);
		column_text(st, 2, n.name, sizeof n.name);
		each(ctx, &n);
	}
	query_end(st);
}

/* ---- the log ---- */

int64_t
store_seal_last(struct store *s, struct buf *chain)
{
	return record_last(s, SEAL_RECORD_LAST, chain);
}

void
store_seal_log(struct store *s, const struct store_ca_record *r)
{
	record_put(s, SEAL_RECORD_ADD, r);
}

bool
store_seal_record(
    struct store *s, int64_t n, struct store_ca_record *r, struct buf *hold)
{
	return record_get(s, SEAL_RECORD_GET, n, r, hold);
}
