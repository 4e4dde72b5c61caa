/* SPDX-License-Identifier: MIT */
/*
 * pop3/reply - every single line our POP3 server can answer, one row each.
 *
 * A fault or a variant that changes an answer is a row of the tables below
 * it; a fault that says +OK where the answer is no is a row of "waived".
 */
#ifndef REFERENCE_POP3_REPLY_H
#define REFERENCE_POP3_REPLY_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/fault.h"
#include "reference/variant.h"

enum pop3_reply {
	POP3_GREETING,
	POP3_USER_OK,
	POP3_LOGGED_IN,
	POP3_AUTHENTICATED,
	POP3_TLS_READY,
	POP3_NOOP_OK,
	POP3_RESET_OK,
	POP3_DELETED,
	POP3_LISTING,
	POP3_FOLLOWS,
	POP3_BYE,
	POP3_UNKNOWN,
	POP3_BAD_OCTETS,
	POP3_LINE_TOO_LONG,
	POP3_BAD_ARGS,
	POP3_NOT_YET,
	POP3_NOT_ANY_MORE,
	POP3_USER_FIRST,
	POP3_TLS_FIRST,
	POP3_TLS_ALREADY,
	POP3_NO_SUCH_MESSAGE,
	POP3_IS_DELETED,
	POP3_REFUSED,
	POP3_REFUSED_NOBODY,
	POP3_GARBLED,
	POP3_CANCELLED,
	POP3_NO_MECHANISM,
	POP3_IN_USE,
	POP3_NOT_READ,
	POP3_NOT_REMOVED,
	POP3_TOO_MANY_ERRORS,
	POP3_IDLE_BYE,
	POP3_REPLY_COUNT
};

/* How we have been told to speak. */
struct pop3_manner {
	enum fault fault;
	enum variant variant;
	struct span verb; /* what is being answered; empty: nothing */
	bool secure;      /* role POP3S */
};

/* "arg" takes the place of "$" in the text; NULL when there is none. */
void pop3_say(
    struct buf *out, enum pop3_reply, struct pop3_manner, const char *arg);

/* A mistake of the client's, counted by the session. */
bool pop3_reply_is_error(enum pop3_reply);

#endif
