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
	return query_take(query_begin(s, RA_CHALLENGE_GET, "t", id), "tbi",
	    c->user, sizeof c->user, c->octets, sizeof c->octets, &c->until.us);
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
	return query_take(query_begin(s, RA_SESSION_GET, "t", digest), "tti",
	    n->user, sizeof n->user, n->serial, sizeof n->serial, &n->until.us);
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
holding_take(sqlite3_stmt *st, struct store_ra_holding *h)
{
	return query_take(st, "tntnt", h->serial, sizeof h->serial, &h->issuer,
	    h->user, sizeof h->user, &h->class, h->key, sizeof h->key);
}

bool
store_ra_holding_get(struct store *s, const char *serial,
    struct store_ra_holding *h, struct store_ca_certificate *c, struct buf *der)
{
	return holding_take(query_begin(s, RA_HOLDING_GET, "t", serial), h) &&
	       store_ca_get(s, h->issuer, serial, c, der);
}

bool
store_ra_holding_of(struct store *s, const char *user, int issuer, int class,
    struct store_ra_holding *h)
{
	return holding_take(query_begin(s, RA_HOLDING_OF, "tii", user,
				(int64_t)issuer, (int64_t) class),
	    h);
}

bool
store_ra_holding_with(struct store *s, const char *user, int issuer,
    const char *key, struct store_ra_holding *h)
{
	return holding_take(
	    query_begin(s, RA_HOLDING_WITH, "titi", user, (int64_t)issuer, key,
		(int64_t)CA_CLASS_SIGNING),
	    h);
}

bool
store_ra_key_taken(struct store *s, const char *key, const char *user)
{
	return query_take(query_begin(s, RA_KEY_TAKEN, "tt", key, user), "");
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
	int state = RA_PENDING;
	const bool found =
	    query_take(query_begin(s, RA_APPLICATION_GET, "t", id),
		"ttnnntttBtttiBB", a->id, sizeof a->id, a->user, sizeof a->user,
		&a->class, &a->algorithm, &state, a->note, sizeof a->note,
		a->approver, sizeof a->approver, a->alt, sizeof a->alt, name,
		a->old, sizeof a->old, a->certificate, sizeof a->certificate,
		a->encryption, sizeof a->encryption, &a->made.us, key, handed);

	if (found)
		a->state = (enum ra_state)state;
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
	return query_take(query_begin(s, RA_ESCROW_GET, "t", key), "B", kept);
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
	return query_take(query_begin(s, RA_RECOVERY_GET, "t", id), "tttttt",
	    r->id, sizeof r->id, r->user, sizeof r->user, r->serial,
	    sizeof r->serial, r->under, sizeof r->under, r->first,
	    sizeof r->first, r->second, sizeof r->second);
}
