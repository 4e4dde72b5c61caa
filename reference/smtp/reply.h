/* SPDX-License-Identifier: MIT */
/*
 * smtp/reply - everything our server can say, one row each.
 *
 * Code, enhanced code (RFC 3463) and text stand in one table; a fault or a
 * variant that changes a reply is a row of the table below it.
 */
#ifndef REFERENCE_SMTP_REPLY_H
#define REFERENCE_SMTP_REPLY_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/fault.h"
#include "reference/variant.h"

enum smtp_reply {
	SMTP_GREETING,
	SMTP_HELLO_PLAIN,
	SMTP_SENDER_OK,
	SMTP_RCPT_OK,
	SMTP_RESET_OK,
	SMTP_NOOP_OK,
	SMTP_CHUNK_OK,
	SMTP_QUEUED,
	SMTP_BYE,
	SMTP_HELP,
	SMTP_CANNOT_VRFY,
	SMTP_NO_LISTS,
	SMTP_GO_AHEAD,
	SMTP_TLS_READY,
	SMTP_AUTH_OK,
	SMTP_AUTH_PLAIN_OK,
	SMTP_AUTH_LOGIN_OK,
	SMTP_CHALLENGE,
	SMTP_IDLE_BYE,
	SMTP_TOO_MANY_ERRORS,
	SMTP_UNKNOWN,
	SMTP_BAD_OCTETS,
	SMTP_LINE_TOO_LONG,
	SMTP_BAD_ARGS,
	SMTP_NO_ARGS_PLEASE,
	SMTP_BAD_HELLO,
	SMTP_BAD_SENDER,
	SMTP_SENDER_REFUSED,
	SMTP_BAD_RCPT,
	SMTP_BAD_PARAM,
	SMTP_UNKNOWN_PARAM,
	SMTP_NOT_IMPLEMENTED,
	SMTP_BAD_ORDER,
	SMTP_NO_MAIL_YET,
	SMTP_NO_RCPT_YET,
	SMTP_NO_VALID_RCPT,
	SMTP_NESTED_MAIL,
	SMTP_MIXED_BDAT,
	SMTP_TLS_ALREADY,
	SMTP_AUTH_ALREADY,
	SMTP_AUTH_CANCELLED,
	SMTP_AUTH_GARBLED,
	SMTP_AUTH_LINE_TOO_LONG,
	SMTP_AUTH_FAILED,
	SMTP_AUTH_NOBODY,
	SMTP_AUTH_UNKNOWN,
	SMTP_AUTH_WANTS_TLS,
	SMTP_WANTS_AUTH,
	SMTP_WANTS_STARTTLS,
	SMTP_TLS_ALONE,
	SMTP_NOT_YOUR_ADDRESS,
	SMTP_NO_SUCH_USER,
	SMTP_NO_RELAY,
	SMTP_MAILBOX_FULL,
	SMTP_MAILBOX_FULL_NOW,
	SMTP_TOO_MANY_RCPT,
	SMTP_UTF8_NEEDED,
	SMTP_TOO_BIG,
	SMTP_BAD_CONTENT,
	SMTP_STRAY_CONTENT,
	SMTP_LOOP,
	SMTP_NOT_STORED,
	SMTP_REPLY_COUNT
};

/* How we have been told to speak. */
struct smtp_manner {
	enum fault fault;
	enum variant variant;
	unsigned role; /* one of the SMTP_IN_ROLE() below */
};

#define SMTP_IN_ROLE(role) (1U << (role))

/* "arg" takes the place of "$" in the text; NULL when there is none. */
void smtp_say(
    struct buf *out, enum smtp_reply, struct smtp_manner, const char *arg);

/* A mistake of the client's, counted by the session. */
bool smtp_reply_is_error(enum smtp_reply);

#endif
