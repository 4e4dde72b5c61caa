/* SPDX-License-Identifier: MIT */
#include "reference/store_ra.h"

#include "reference/ca/template.h"
#include "reference/store_inner.h"

/* ---- challenges and sessions ---- */

void
store_ra_challenge_add(struct store *s, const char *id,
    const struct store_ra_challenge *c, struct wall now)
{
	put(s, RA_CHALLENGES_DROP, "i", now.us);
	put(s, RA_CHALLENGE_ADD, "ttbi", id, c->user,
	    (struct span){ (const char *)c->octets, sizeof c->octets },
	    c->until.us);
}

bool
store_ra_challenge_get(
    struct store *s, const char *id, struct store_ra_challenge *c)
{
	sqlite3_stmt *st = query_begin(s, RA_CHALLENGE_GET, "t", id);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		column_text(st, 0, c->user, sizeof c->user);
		column_bytes(st, 1, c->octets, sizeof c->octets);
		c->until.us = sqlite3_column_int64(st, 2);
	}
	query_end(st);
	return found;
}

void
store_ra_challenge_drop(struct store *s, const char *id)
{
	put(s, RA_CHALLENGE_DROP, "t", id);
}

void
store_ra_session_add(struct store *s, const char *digest,
    const struct store_ra_session *n, struct wall now)
{
	put(s, RA_SESSIONS_DROP, "i", now.us);
	put(s, RA_SESSION_ADD, "ttti", digest, n->user, n->serial, n->until.us);
}

bool
store_ra_session_get(
    struct store *s, const char *digest, struct store_ra_session *n)
{
	sqlite3_stmt *st = query_begin(s, RA_SESSION_GET, "t", digest);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		column_text(st, 0, n->user, sizeof n->user);
		column_text(st, 1, n->serial, sizeof n->serial);
		n->until.us = sqlite3_column_int64(st, 2);
	}
	query_end(st);
	return found;
}

void
store_ra_session_drop(struct store *s, const char *digest)
{
	put(s, RA_SESSION_DROP, "t", digest);
}

/* ---- who holds which certificate ---- */

void
store_ra_holding_add(struct store *s, const struct store_ra_holding *h)
{
	put(s, RA_HOLDING_ADD, "titit", h->serial, (int64_t)h->issuer, h->user,
	    (int64_t)h->class, h->key);
}

static bool
holding_step(sqlite3_stmt *st, struct store_ra_holding *h)
{
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		column_text(st, 0, h->serial, sizeof h->serial);
		h->issuer = sqlite3_column_int(st, 1);
		column_text(st, 2, h->user, sizeof h->user);
		h->class = sqlite3_column_int(st, 3);
		column_text(st, 4, h->key, sizeof h->key);
	}
	query_end(st);
	return found;
}

bool
store_ra_holding_get(struct store *s, const char *serial,
    struct store_ra_holding *h, struct store_ca_certificate *c, struct buf *der)
{
	return holding_step(query_begin(s, RA_HOLDING_GET, "t", serial), h) &&
	       store_ca_get(s, h->issuer, serial, c, der);
}

bool
store_ra_holding_of(struct store *s, const char *user, int issuer, int class,
    struct store_ra_holding *h)
{
	return holding_step(query_begin(s, RA_HOLDING_OF, "tii", user,
				(int64_t)issuer, (int64_t) class),
	    h);
}

bool
store_ra_holding_with(struct store *s, const char *user, int issuer,
    const char *key, struct store_ra_holding *h)
{
	return holding_step(
	    query_begin(s, RA_HOLDING_WITH, "titi", user, (int64_t)issuer, key,
		(int64_t)CA_CLASS_SIGNING),
	    h);
}

bool
store_ra_key_taken(struct store *s, const char *key, const char *user)
{
	sqlite3_stmt *st = query_begin(s, RA_KEY_TAKEN, "tt", key, user);
	const bool taken = sqlite3_step(st) == SQLITE_ROW;

	query_end(st);
	return taken;
}

/* ---- applications ---- */

void
store_ra_application_add(struct store *s, const struct store_ra_application *a,
    struct span name, struct span key)
{
	put(s, RA_APPLICATION_ADD, "ttiitbtib", a->id, a->user,
	    (int64_t)a->class, (int64_t)a->algorithm, a->alt, name, a->old,
	    a->made.us, key);
}

bool
store_ra_application_get(struct store *s, const char *id,
    struct store_ra_application *a, struct buf *name, struct buf *key,
    struct buf *handed)
{
	sqlite3_stmt *st = query_begin(s, RA_APPLICATION_GET, "t", id);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		*a = (struct store_ra_application){
			.class = sqlite3_column_int(st, 2),
			.algorithm = sqlite3_column_int(st, 3),
			.state = (enum ra_state)sqlite3_column_int(st, 4),
			.made = { sqlite3_column_int64(st, 12) },
		};
		column_text(st, 0, a->id, sizeof a->id);
		column_text(st, 1, a->user, sizeof a->user);
		column_text(st, 5, a->note, sizeof a->note);
		column_text(st, 6, a->approver, sizeof a->approver);
		column_text(st, 7, a->alt, sizeof a->alt);
		column_text(st, 9, a->old, sizeof a->old);
		column_text(st, 10, a->certificate, sizeof a->certificate);
		column_text(st, 11, a->encryption, sizeof a->encryption);
		if (name != NULL)
			column_buf(st, 8, name);
		if (key != NULL)
			column_buf(st, 13, key);
		if (handed != NULL)
			column_buf(st, 14, handed);
	}
	query_end(st);
	return found;
}

void
store_ra_application_judge(
    struct store *s, const struct store_ra_application *a)
{
	put(s, RA_APPLICATION_JUDGE, "titt", a->id, (int64_t)a->state, a->note,
	    a->approver);
}

void
store_ra_application_issue(
    struct store *s, const struct store_ra_application *a, struct span handed)
{
	put(s, RA_APPLICATION_ISSUE, "tittb", a->id, (int64_t)a->state,
	    a->certificate, a->encryption, handed);
}

/* ---- keys that are kept, and recoveries ---- */

void
store_ra_escrow_add(struct store *s, const char *key, struct span kept)
{
	put(s, RA_ESCROW_ADD, "tb", key, kept);
}

bool
store_ra_escrow_get(struct store *s, const char *key, struct buf *kept)
{
	sqlite3_stmt *st = query_begin(s, RA_ESCROW_GET, "t", key);
	const bool found =
	    sqlite3_step(st) == SQLITE_ROW && column_buf(st, 0, kept);

	query_end(st);
	return found;
}

void
store_ra_recovery_put(struct store *s, const struct store_ra_recovery *r)
{
	put(s, RA_RECOVERY_PUT, "tttttt", r->id, r->user, r->serial, r->under,
	    r->first, r->second);
}

bool
store_ra_recovery_get(
    struct store *s, const char *id, struct store_ra_recovery *r)
{
	sqlite3_stmt *st = query_begin(s, RA_RECOVERY_GET, "t", id);
	const bool found = sqlite3_step(st) == SQLITE_ROW;

	if (found) {
		column_text(st, 0, r->id, sizeof r->id);
		column_text(st, 1, r->user, sizeof r->user);
		column_text(st, 2, r->serial, sizeof r->serial);
		column_text(st, 3, r->under, sizeof r->under);
		column_text(st, 4, r->first, sizeof r->first);
		column_text(st, 5, r->second, sizeof r->second);
	}
	query_end(st);
	return found;
}
