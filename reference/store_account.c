/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "reference/ldap/directory.h"
#include "reference/scram.h"
#include "reference/store_inner.h"

#define ADDRESS_MOST 512

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

bool
account_room(struct store *s, int64_t account, int64_t octets, int64_t messages)
{
	sqlite3_stmt *st =
	    query_begin(s, ACCOUNT_ROOM, "iii", account, octets, messages);
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
	if (route.kind == ROUTE_MAILBOX &&
	    !account_room(s, route.account, size, 1))
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
	for (size_t i = 0; i < world->n_officers; i++)
		person_settle(s, &world->officers[i]);
	put(s, UIDVALIDITY_NEXT, "i", s->opened_s);
	put(s, SUBSCRIPTION_SETTLE, "");
	put(s, MAILBOX_SETTLE, "");
	return change_end(s, err) && directory_settle(s, world, err);
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
