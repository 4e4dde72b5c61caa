/* SPDX-License-Identifier: MIT */
/*
 * case - one sentence of a specification, put to the target.
 *
 * ISO/IEC 9646 calls it a test purpose.  A case is either a dialogue
 * (lib/dialogue.h), or a collect function that talks to the target and files
 * evidence, with a judge function that reads that evidence and nothing else.
 * Both kinds can be judged again, years later, from what was filed.
 */
#ifndef CONFORMANCE_CASE_H
#define CONFORMANCE_CASE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/catalogue.h"
#include "lib/dialogue.h"

struct trial;

struct conf_case {
	const char *id;    /* "smtp.order.mail": [a-z0-9.-]+, stable for ever */
	enum req verifies; /* row of the catalogue */
	const char *clause; /* the sentence checked: "RFC 5321 4.1.4" */

	/*
	 * Of the sentence, where it asks for less than its row: a SHOULD
	 * under a shall row is a remark when it fails, and no more.  The
	 * default, LEVEL_SHALL, means "as the row".
	 */
	enum level level;

	const char *title;  /* what we do, in a few words */
	const char *title_zh;

	/*
	 * What must be there, separated by spaces.  "smtp.size" is a claim
	 * of the profile: without it the case is not applicable.  A word with
	 * a prefix is something the profile has to provide, and without which
	 * the case is inconclusive: "endpoint:submission", "account:alice",
	 * "dn:alice" (her name in the directory), "directory:people",
	 * "log:smtp", "mail:sink", "safety:lockout", "safety:destructive",
	 * "pki:certificates", "key:alice" (her certificate and private key).
	 * "document:CERT-F-20": one is handed over for that row.
	 * "operation:application.submit": the profile maps it, and if not the
	 * case is not applicable.
	 * A leading "!" asks for a claim to be absent.
	 */
	const char *needs;

	/*
	 * Held exclusively while the case runs: "account:alice sink".
	 * "everything": no other case runs beside it, for what the target
	 * says of others would be taken for what it says of us.
	 */
	const char *locks;

	/* A dialogue done right; run before and after this negative case. */
	const char *twin;

	/* Endpoint of the first connection; NULL: the case talks to nobody. */
	const char *service;
	const char *dialogue;            /* script; or both of the next two */
	bool (*collect)(struct trial *); /* false: could not go on */
	void (*judge)(struct trial *);

	int soft_s; /* 0: from the profile's time-outs */
};

struct conf_group {
	const char *service;           /* "smtp" */
	const struct framing *framing; /* of its dialogues */
	const struct conf_case *cases;
	size_t n;
};

/* conformance/groups.c: every group there is. */
extern const struct conf_group *const conf_groups[];
extern const size_t conf_groups_n;

/* NULL when there is no such case; *group is set when not NULL. */
const struct conf_case *conf_case_find(
    const char *id, const struct conf_group **group);

/* Calls f for every case, in the order of the groups. */
void conf_case_each(
    void (*f)(void *ctx, const struct conf_case *, const struct conf_group *),
    void *ctx);

#endif
