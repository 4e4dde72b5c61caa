/* SPDX-License-Identifier: MIT */
/*
 * world - who lives in the reference services: fixtures/world/.
 *
 *	people.tsv	role user address aliases name_zh unit password
 *			quota_bytes flags
 *	directory.tsv	user title telephone
 *	officers.tsv	role user address name_zh unit password duties
 *	domains.tsv	domain kind ("local", "route", "dead") detail
 *
 * Mistakes name the file, the line and the column.
 */
#ifndef REFERENCE_WORLD_H
#define REFERENCE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

struct world_person {
	char *role; /* "alice": what profiles call this account */
	char *user, *address;
	char **aliases;
	size_t n_aliases;
	char *name_zh, *unit;
	char *password;
	int64_t quota_bytes;     /* 0: no quota */
	bool lockout;            /* a test may lock this account out */
	bool system;             /* a role mailbox, no person */
	bool administrator;      /* may change the directory */
	char *title, *telephone; /* or NULL */
	unsigned duties;         /* of an officer: a set of WORLD_... */
};

/* What people do who run a certificate authority. */
enum {
	WORLD_REGISTRAR = 1 << 0, /* approves applications */
	WORLD_ISSUER = 1 << 1,    /* issues what was approved */
	WORLD_AUDITOR = 1 << 2,   /* reads the log */
	WORLD_CUSTODIAN = 1 << 3, /* agrees to the recovery of keys */
};

enum world_kind {
	WORLD_LOCAL, /* the mailboxes are here */
	WORLD_ROUTE, /* relayed to a next hop */
	WORLD_DEAD,  /* likewise, and nobody listens there */
};

struct world_domain {
	char *name;  /* ASCII or UTF-8 */
	char *ascii; /* its A-label form; equal to name when that is ASCII */
	enum world_kind kind;
	char *host;    /* of a route: "127.0.0.1", or a word: "sink" */
	uint16_t port; /* 0 when host is a word: known at start only */
};

struct world {
	struct world_person *people;
	size_t n_people;
	struct world_person
	    *officers; /* accounts as well; in no address book */
	size_t n_officers;
	struct world_domain *domains;
	size_t n_domains;
	char **local_domains; /* names of the local ones, ASCII or UTF-8 */
	size_t n_local_domains;
};

bool world_read(const char *dir, struct world *, struct err *);
void world_free(struct world *);

/* One of the people, or an officer; NULL when nobody has the role. */
const struct world_person *world_person(const struct world *, const char *role);

#endif
