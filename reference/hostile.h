/* SPDX-License-Identifier: MIT */
/*
 * hostile - listeners that misbehave instead of serving.
 *
 * Nothing here is a nonconformity to be found: a hostile peer asks whether
 * the judge comes to an end, with a permitted verdict, whatever it meets.
 * Each holds a few KiB, sends at a bounded rate, and ends when the peer does.
 */
#ifndef REFERENCE_HOSTILE_H
#define REFERENCE_HOSTILE_H

#include <stdbool.h>

#include "lib/loop.h"
#include "lib/tls.h"

enum hostile {
	HOSTILE_NONE,
	HOSTILE_SILENT,
	HOSTILE_TRICKLE,
	HOSTILE_ENDLESS_LINE,
	HOSTILE_GARBAGE,
	HOSTILE_CLOSE_AT_ONCE,
	HOSTILE_RESET_AT_ONCE,
	HOSTILE_CLOSE_MID_GREETING,
	HOSTILE_TLS_GARBAGE,
	HOSTILE_TLS_CLOSE,
	HOSTILE_ENDLESS_REPLY,
	HOSTILE_WRONG_PROTOCOL,
	HOSTILE_BINARY_ZERO,
	HOSTILE_GOOD_THEN_SILENT,
	HOSTILE_HUGE_CODE,
	HOSTILE_HUGE_LITERAL,
	HOSTILE_ENDLESS_LITERAL,
	HOSTILE_COUNT
};

struct hostile_row {
	const char *name; /* "close-mid-greeting" */
	const char *en, *zh;
};

const struct hostile_row *hostile_get(enum hostile);
bool hostile_find(const char *name, enum hostile *);

struct hostile_peers; /* the connections of one misbehaving server */

/* The context must outlive it. */
struct hostile_peers *hostile_new(
    struct loop *, enum hostile, struct tls_context *);
void hostile_free(struct hostile_peers *);

/*
 * Takes the descriptor over.  The protocol ("imap") is what a good server
 * would speak there; secure: TLS from the first byte.
 */
void hostile_accept(
    struct hostile_peers *, int fd, const char *protocol, bool secure);

#endif
