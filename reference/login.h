/* SPDX-License-Identifier: MIT */
/*
 * login - what follows when a password has been judged, in any protocol:
 * failures are counted, accounts locked, and both are put on record.
 *
 * An account is one account by whatever door it is tried: the count is kept
 * in the store.  A locked account looks like a wrong password.
 */
#ifndef REFERENCE_LOGIN_H
#define REFERENCE_LOGIN_H

#include <stdbool.h>

#include "reference/sasl.h"
#include "reference/session.h"

/* Ways to be wrong, for the faults of a protocol; a set. */
enum {
	LOGIN_NO_LOCK = 1 << 0,    /* who is locked gets in */
	LOGIN_NO_COUNT = 1 << 1,   /* failures are not counted */
	LOGIN_NO_SUCCESS = 1 << 2, /* no record of who got in */
	LOGIN_NO_FAILURE = 1 << 3, /* no record of who did not */
	LOGIN_LEAKS = 1 << 4,      /* records the password */
};

/* Whose login it is; kept by address for the time of the call. */
struct login {
	const struct site *site;
	const char *service; /* in the audit: "pop3" */
	const char *peer;
	const char *trace; /* more for the detail of the record, or NULL */
	unsigned bends;
	enum fault fault; /* of the exchange, instead of the site's; or NONE */
};

/*
 * The exchange is over and was right or not: true when the client may come
 * in as sasl->account.
 */
bool login_settle(
    const struct login *, struct sasl *, bool right, struct wall now);

/*
 * A name and a password without SASL (RFC 1939 7, RFC 3501 6.2.3), settled;
 * takes as long for a user nobody knows.  sasl is empty or ended.
 */
bool login_by_password(const struct login *, struct sasl *, struct span user,
    struct span password, struct wall now);

#endif
