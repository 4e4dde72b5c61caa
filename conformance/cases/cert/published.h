/* SPDX-License-Identifier: MIT */
/*
 * published - what a directory says of certificates and lists, as evidence.
 *
 * One question is one search; NAME is what a case calls it:
 *
 *	NAME.tsv	DN, attribute description and file, one value a line
 *	NAME-N.der	each of those values
 *
 * and facts: NAME is the line that ended the answer, or else why none did;
 * NAME.ms how long it took, NAME.at when it was heard.
 */
#ifndef CONFORMANCE_CASES_CERT_PUBLISHED_H
#define CONFORMANCE_CASES_CERT_PUBLISHED_H

#include <stdbool.h>
#include <stddef.h>

#include "conformance/cases/issued.h"
#include "conformance/client/wire.h"

#define PUBLISHED_ASKS 32 /* questions of one case */

/* ---- collect ---- */

/* A conversation with the directory. */
struct publisher {
	struct trial *trial;
	struct wire wire;
	int id; /* of the message before */
};

/*
 * TLS, and alice unless she stays outside.  False, and a fact "entered" says
 * why not.  To be given to published_leave() in any case.
 */
bool published_enter(struct publisher *, struct trial *, bool bind);
void published_leave(struct publisher *);

/* The line is a request without its messageID. */
void published_ask(struct publisher *, const char *name, const char *line);

/* "\"uid=alice\"": a text between quotes; octets that need it as \HH. */
void published_quote(struct buf *, struct span octets);

/* ---- judge ---- */

struct published_value {
	struct span dn;        /* as ldap_name() has it */
	struct span attribute; /* the description, as it was written */
	struct span octets;
};

struct published {
	struct published_value *at;
	size_t n;
	const char *end; /* the line that ended the answer */
	int64_t ms;
	struct wall when;
};

/* Need: the directory let us in. */
bool published_entered(struct trial *);
/*
 * Back from the evidence; need: there was an answer to NAME.  To be given to
 * published_close() in any case.
 */
bool published_open(struct trial *, const char *name, struct published *);
void published_close(struct published *);

/* Is the answer's result this one: "success"? */
bool published_ends(const struct published *, const char *result);
/* "userCertificate": with any options, in any case. */
bool published_is(const struct published_value *, const char *type);
bool published_has_option(const struct published_value *, const char *option);
/* Is it of the entry of this name (RFC 4514)? */
bool published_of(const struct published_value *, const char *dn);

#endif
